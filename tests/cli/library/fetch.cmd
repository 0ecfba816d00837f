# Downloads from local servers: with ranges, without ranges, one that disconnects, one with
# other files.
export no_proxy=localhost,127.0.0.1
"$EGAD" data fetch kdd99 --url "file://$PWD/absent" 2>error && exit 1
grep -F 'egad: fetch: ' error
grep -F "download it by hand from file://$PWD/absent/kddcup.data_10_percent.gz and put" error
test ! -e kdd99
mkdir kdd99
fails 1 "cannot download" data fetch kdd99 --url "file://$PWD/absent"
rmdir kdd99
"$EGAD" data fetch mnist --url http://127.0.0.1:1/x -o d 2>error && exit 1
grep -F 'cannot download ' error
echo text >file
fails 1 "'file' is not a folder" data fetch mnist -o file
command -v python3 >/dev/null || exit 0

cat >server.py <<'PYTHON'
import http.server, os, sys, threading
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        _, way, name = self.path.split("/")
        try:
            body = open("site/" + name, "rb").read()
        except OSError:
            return self.send_error(404)
        start = 0
        asked = self.headers.get("Range", "")
        if asked and way != "plain":
            start = int(asked.split("=")[1].rstrip("-"))
            if start >= len(body):
                return self.send_error(416)
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range",
                             "bytes %d-%d/%d" % (start, len(body) - 1, len(body)))
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        print(way, name, start, file=log, flush=True)
        end = (start + len(body)) // 2 if way == "cut" else len(body)
        self.wfile.write(body[start:end])
        self.close_connection = True
    def log_message(self, *a):
        pass
log = open("log", "w")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
open("port.new", "w").write(str(server.server_port))
os.rename("port.new", "port")
threading.Timer(120, lambda: os._exit(0)).start()
server.serve_forever()
PYTHON
mkdir site
name=kddcup.data_10_percent.gz
real=${EGAD_SHARED:-/absent}/data/kdd99/$name
if [ -r "$real" ]; then cp "$real" site; else echo other | gzip >site/$name; fi
python3 server.py &
server=$!
trap 'kill $server' EXIT
while kill -0 $server && [ ! -e port ]; do sleep 0.05; done
at=http://127.0.0.1:$(cat port)

"$EGAD" data fetch mnist --url "$at/ranges" -o m 2>error && exit 1
grep -F "404" error
if [ ! -r "$real" ]; then
    "$EGAD" data fetch kdd99 --url "$at/ranges" -o d 2>error && exit 1
    grep -F 'a wrong SHA-256' error
    test "$(ls d)" = ''
    exit 0
fi
# Disconnected twice; the downloaded part is resumed.
for i in 1 2; do
    "$EGAD" data fetch kdd99 --url "$at/cut" 2>error && exit 1
    grep -F 'cannot download ' error
    test "$(ls kdd99)" = $name.part
done
part=$(wc -c <kdd99/$name.part)
says "kdd99 is in 'kdd99'" data fetch kdd99 --url "$at/ranges/"
tail -1 log
test "$(tail -1 log)" = "ranges $name $part"
grep -F "fetching $name, from byte" says.err
test "$(ls kdd99)" = $name
cmp kdd99/$name "$real"
says 'is in' data fetch kdd99 --url http://127.0.0.1:1
test ! -s says.err
# A server without ranges, and a part of another file: download from the start.
mv kdd99/$name whole
head -c 1000 whole >kdd99/$name.part
says 'is in' data fetch kdd99 --url "$at/plain"
cmp kdd99/$name whole
rm kdd99/$name
head -c 1000 /dev/zero >kdd99/$name.part
says 'is in' data fetch kdd99 --url "$at/ranges"
cmp kdd99/$name whole
{ cat whole whole; } >kdd99/$name.part && rm kdd99/$name
says 'is in' data fetch kdd99 --url "$at/ranges"
cmp kdd99/$name whole
echo mine >kdd99/$name
keeps kdd99/$name 1 "'kdd99/$name' exists but is not the published file" data fetch kdd99
test "$(cat kdd99/$name)" = mine
mkdir -p disk
full_disk 256 "
    code=0
    \"\$EGAD\" data fetch kdd99 --url '$at/ranges' -o disk/d 2>error || code=\$?
    test \$code = 1
    grep -F \"cannot write 'disk/d/$name.part': No space left\" error"

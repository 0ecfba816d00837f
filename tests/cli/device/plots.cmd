# Pictures of an evaluation: the printed files exist, are valid, and have text even without
# fonts.
given flows.csv flows.h5 model.h5
says 'pictures' eval --model model.h5 --data flows.h5 --plots plots
sed -n '/^pictures$/,$p' says.out | sed 1d >list
ls plots | sed 's/^/  plots\//' | sort | cmp - <(sort list)
test "$(wc -l <list)" = 6
for score in combined sigma fm; do
    is_png plots/histogram-$score.png 960 600
    is_png plots/precision-recall-$score.png 800 720
done
# Again, into an existing folder, named with a slash.
says '  plots/histogram-fm.png' eval --model model.h5 --data flows.h5 --plots plots/ --score fm
says '"plots/histogram-fm.png",' eval --model model.h5 --data flows.h5 --plots plots --score fm \
    --json
not grep -F '  plots/' <("$EGAD" eval --model model.h5 --data flows.h5)
# A name that is not UTF-8.
cp flows.h5 $'caf\xe9.h5'
says 'pictures' eval --model model.h5 --data $'caf\xe9.h5' --plots plots --score fm
is_png plots/histogram-fm.png 960 600

fails 1 "'flows.csv' is a file, not a folder" eval --model model.h5 --data flows.h5 \
    --plots flows.csv
fails 1 "the folder 'a' does not exist: create it first" eval --model model.h5 --data flows.h5 --plots a/b
# A folder made by a failed command is removed; an existing one stays.
fails 1 "a false-alarm rate below" eval --model model.h5 --data flows.h5 --plots none --false-alarms 1e-6
test ! -e none
mkdir none
fails 1 "a false-alarm rate below" eval --model model.h5 --data flows.h5 --plots none --false-alarms 1e-6
rmdir none
if [ "$(id -u)" != 0 ]; then
    mkdir -m 555 shut
    fails 1 "cannot write to the folder 'shut'" eval --model model.h5 --data flows.h5 \
        --plots shut
fi
# Labels of one class, or none: nothing is drawn.
awk -F, '{ print $0 "," (NR == 1 ? "part" : $4 == "attack" || NR % 2 ? "train" : "test") }' \
    flows.csv >benign.csv
import benign.csv benign.h5 --split-column part >/dev/null
fails 1 "'benign.h5' are normal: evaluation needs both classes" eval --model model.h5 \
    --data benign.h5 --plots none
"$EGAD" data import csv flows.csv --drop kind -o bare.h5 >/dev/null
fails 1 "'bare.h5' has no labels" eval --model model.h5 --data bare.h5 --plots none
test ! -e none
# shellcheck disable=SC2016 # full_disk expands it
full_disk 24 'cp flows.h5 model.h5 disk/ 2>/dev/null || true
    fails 1 "No space left on device" eval --model model.h5 \
        --data flows.h5 --plots disk
    test -z "$(find disk -name "*.png*")"'

# Without fonts there is still text: the title is dark enough.
command -v python3 >/dev/null || exit 0
cat >ink.py <<'PYTHON'
import struct, sys, zlib
data, at, body = open(sys.argv[1], "rb").read(), 8, b""
while at < len(data):
    n, kind = struct.unpack(">I4s", data[at:at + 8])
    if kind == b"IHDR":
        width, height, _, color = struct.unpack(">IIBB", data[at + 8:at + 18])
    body += data[at + 8:at + 8 + n] if kind == b"IDAT" else b""
    at += 12 + n
step = {2: 3, 6: 4}[color]
raw, row, ink = zlib.decompress(body), bytearray(width * step), 0
for y in range(45):
    line, new = raw[y * (width * step + 1):][:width * step + 1], bytearray()
    for i, v in enumerate(line[1:]):
        a, b, c = (new[i - step], row[i], row[i - step]) if i >= step else (0, row[i], 0)
        p = min((abs(b - c), 0), (abs(a - c), 1), (abs(a + b - 2 * c), 2))[1]
        new.append((v + (0, a, b, (a + b) // 2, (a, b, c)[p])[line[0]]) & 255)
    row, ink = new, ink + sum(v < 128 for v in new)
print(ink)
PYTHON
mkdir empty
cat >fonts.conf <<XML
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$PWD/empty</dir><cachedir>$PWD/cache</cachedir></fontconfig>
XML
test "$(python3 ink.py plots/histogram-fm.png)" -gt 300
FONTCONFIG_FILE=$PWD/fonts.conf says 'pictures' eval --model model.h5 --data flows.h5 \
    --plots plain --score fm
not cmp -s plots/histogram-fm.png plain/histogram-fm.png
test "$(python3 ink.py plain/histogram-fm.png)" -gt 300

# egad tune: measures, stores, reports and uses a tuning; and invalid tuning files.
export EGAD_TUNE=$PWD/new/folder/t.json
tune="tune --shape 3 --batch 2"
says 'tuning of ' devices
grep -q 'tuning of .*: none$' says.out
"$EGAD" $tune >out 2>err
grep -qE '^ +2 +64 +3 ' out
grep -qE "^ +3 +64 +2 ' " out
grep -qE '^engine: (rows|tiles|clblast)$' out
grep -qF "stored in '$EGAD_TUNE'" err
test "$(ls new/folder)" = t.json
engine=$(sed -n 's/^engine: //p' out)
says "$engine" devices
grep -qE "tuning of .*: $engine(, clblast [a-z0-9]+)?, [0-9]+ products" says.out

# Another model adds its products; JSON says the same.
EGAD_GEMM=plain "$EGAD" tune --model kdd-gan --shape 3 --batch 2 --json >json 2>err
more=$(grep -c '"count"' json)
test "$more" -gt "$(grep -cE '^ .*(tiles|clblast)' out)"
says ", $more products" devices

# A run uses it silently, and records it.
flows 40 >flows.csv
"$EGAD" data import csv flows.csv --label kind --normal benign -o flows.h5 >/dev/null 2>&1
"$EGAD" train --model kdd-bigan --data flows.h5 --epochs 1 -o model.h5 >/dev/null 2>err
"$EGAD" score --model model.h5 --data flows.h5 -o a.csv 2>err
not grep warning err
"$EGAD" score --model model.h5 --data flows.h5 -o b.csv
cmp a.csv b.csv
"$EGAD" eval --model model.h5 --data flows.h5 --json >json
grep -qE '"tuning": "(rows|tiles|clblast)' json

# An invalid tuning is reported in one line and ignored; egad tune does not overwrite it.
broken() {
    "$EGAD" score --model model.h5 --data flows.h5 -o c.csv 2>err
    test "$(grep -c "^egad: warning: .*: set EGAD_TUNE to another file, or remove it if 'egad tune' made it; until then defaults by device type are used$" err)" = 1
    grep -qF "$1" err
    cp "$EGAD_TUNE" before
    fails 1 "$1" $tune
    cmp before "$EGAD_TUNE"
}
cp "$EGAD_TUNE" good
head -c 200 good >"$EGAD_TUNE"
broken damaged
echo a,b >"$EGAD_TUNE"
broken 'is not a tuning file, or is damaged: '
echo '{"format": "other"}' >"$EGAD_TUNE"
broken 'is not a tuning file'
sed 's/"version": 1/"version": 2/' good >"$EGAD_TUNE"
broken 'another version'
sed 's/"engine": "[a-z]*"/"engine": "abacus"/' good >"$EGAD_TUNE"
broken 'is malformed'

# If it cannot be stored, it is printed all the same.
code=0
EGAD_TUNE=$PWD/good/t.json "$EGAD" $tune >out 2>err || code=$?
test $code = 1
grep -q '^engine: ' out
grep -q "^egad: cannot write '.*good/t.json': Not a directory" err
EGAD_TUNE=off fails 1 'EGAD_TUNE is off' $tune

# Without EGAD_TUNE the tuning is in the cache.
mkdir -p cache/egad
cp good cache/egad/tune.json
export XDG_CACHE_HOME=$PWD/cache
unset EGAD_TUNE
says "$more products" devices
EGAD_TUNE=off says 'off' devices
mkdir -p home/.cache
cp -r cache/egad home/.cache/
XDG_CACHE_HOME='' HOME=$PWD/home says "$more products" devices

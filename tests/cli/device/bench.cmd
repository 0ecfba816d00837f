# egad-bench: each benchmark of each model, as a table, as JSON, and by launch.
EGAD=$(dirname "$EGAD")/egad-bench
brief="--seconds 1e-6 --batches 2 --rows 30 --batch 10 --steps 4"
lines() { wc -l <"$1"; }

for model in kdd-bigan kdd-gan; do
    "$EGAD" $brief --model $model --json >$model.jsonl
    "$EGAD" $brief --model $model >$model.out
    test "$(sed -n 2p $model.out | grep -cE 'measured peak: [0-9.e+]+ GFLOP/s .* GB/s in copying')" = 1
    grep -qE "^$model/train +10 +" $model.out
done
"$EGAD" $brief --model mnist-bigan --shape 8x8 --work score-fm --json >mnist-bigan.jsonl
"$EGAD" $brief --model mnist-gan --shape 8x8 --work search-fm --json >mnist-gan.jsonl
works() { sed -E 's/.*"work":"([^"]*)".*/\1/' "$1" | grep -v start-cold | tr '\n' ' '; }
test "$(works kdd-bigan.jsonl)" = "kdd-bigan/start-warm kdd-bigan/stream-all \
kdd-bigan/stream-line kdd-bigan/score-sigma kdd-bigan/score-fm \
kdd-bigan/score-combined kdd-bigan/score-all kdd-bigan/train "
test "$(works kdd-gan.jsonl)" = "kdd-gan/start-warm kdd-gan/search-sigma kdd-gan/search-fm \
kdd-gan/score-all kdd-gan/train "
grep -qE '^  one of 4 steps +10 ' kdd-gan.out
for key in peer work batch device platform driver tuning units peak_gflops peak_gbytes version commit \
    recipe shape seconds rows samples ms_min ms_median ms_mean ms_p90 ms_p99; do
    for file in *.jsonl; do
        test "$(grep -cF "\"$key\":" $file)" = "$(lines $file)"
    done
done
test "$(grep -cF '"steps":4' kdd-gan.jsonl)" = 2
grep -qF '"samples":2,' kdd-bigan.jsonl
! command -v python3 >/dev/null || python3 - *.jsonl <<'PYTHON'
import json, sys
for path in sys.argv[1:]:
    for r in map(json.loads, open(path)):
        assert 0 < r["ms_min"] <= r["ms_median"] <= r["ms_p90"] <= r["ms_p99"], r
        assert r["ms_min"] <= r["ms_mean"] <= r["ms_p99"], r
        if "steps" in r:
            assert abs(r["ms_search"] / r["steps"] / r["ms_median"] - 1) < 1e-4, r
        if "flops" in r:
            assert abs(r["flops"] / r["ms_median"] * 1e-6 / r["gflops"] - 1) < 1e-4, r
            assert abs(r["gflops"] / r["peak_gflops"] / r["share_of_peak"] - 1) < 1e-4, r
PYTHON

# Records compare with themselves; PoCL's cache folder is set, so a cold start is known.
"$EGAD" --compare kdd-gan.jsonl kdd-gan.jsonl >same.out
test "$(grep -c ' 1.000  ' same.out)" = "$(lines kdd-gan.jsonl)"
! grep -q 'Portable Computing' kdd-gan.jsonl || grep -q start-cold kdd-gan.jsonl
test -z "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'egad-bench-*' -newer kdd-bigan.jsonl -empty)"

"$EGAD" $brief --profile >profile.out
grep -qE '^kdd-bigan/score-fm, batch 10: [0-9.]+ ms launch by launch' profile.out
grep -qE '^feed of the D step: [0-9]+ launch' profile.out
grep -qE '^ +[0-9]+  discriminator .* 1 +[0-9.]+ +[0-9.]+ % ' profile.out
"$EGAD" $brief --model mnist-gan --shape 8x8 --work search-fm --profile --json >profile.jsonl
test "$(grep -F '"plan":"step of the search"' profile.jsonl | grep -cF '"calls":4,')" -gt 5
test "$(grep -cF '"bytes":' profile.jsonl)" = "$(lines profile.jsonl)"
fails 1 "no 'ms_median'" --compare profile.jsonl profile.jsonl

fails 1 'no OpenCL device matches' --device nowhere --work train
fails 1 'divisible by 4' --model mnist-gan --shape 6x8 --work train

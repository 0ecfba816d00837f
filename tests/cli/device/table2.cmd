# Table 2 with few batches and steps: measurements are kept, and a killed command resumes
# after them.
how="--batches 2 --searches 1 --steps 2 --rounds 2"
"$EGAD" reproduce table2 $how -o parts >cut.out 2>cut.err &
run=$!
until_seen 'round 1 of 2, mnist-gan sigma: [0-9]' $run cut.err
kill -KILL $run || true
wait $run || true
test -e parts/mnist-bigan-sigma.json
cp parts/mnist-bigan-sigma.json before.json
"$EGAD" reproduce table2 $how -o parts >out 2>err
not grep 'round 1 of 2, mnist-bigan sigma' err
test "$(grep -c '^round 2 of 2, ' err)" = 8
# The earlier round is still the first.
first_round() { sed -n '/"rounds_ms"/,/]/p' "$1" | tr -d ','; }
test "$(first_round before.json | wc -l)" = 5
diff <(first_round before.json) <(first_round parts/mnist-bigan-sigma.json)
cmp out parts/table2.md
test "$(grep -cE '^\| (MNIST|KDD99), (100|50) rows \| (sigma|fm) \| [0-9.e+]+ \(.*\) \| [0-9.e+]+ \(.*\) \| [0-9]+ \| ' out)" = 4
grep -qF '| 6657 | 832 |' out
grep -qF 'mean over 4 batches in 2 rounds' out
grep -qF 'searches of 2 steps, instead of 500 in the paper' <(tr '\n' ' ' <out | tr -s ' ')

# Nothing is left to do, then one more round.
"$EGAD" reproduce table2 $how -o parts >again.out 2>again.err
cmp out again.out
test ! -s again.err
"$EGAD" reproduce table2 $how --rounds 3 -o parts >more.out 2>more.err
test "$(grep -c '^round 3 of 3, ' more.err)" = 8
grep -qF 'in 3 rounds' more.out

! command -v python3 >/dev/null || python3 - <<'PYTHON'
import json
table = json.load(open("parts/table2.json"))
assert len(table["figures"]) == 8 and len(table["factors"]) == 4
ms = {(f["model"], f["score"]): f for f in table["figures"]}
for f in table["figures"]:
    part = json.load(open(f"parts/{f['model']}-{f['score']}.json"))
    times = [t for r in part["rounds_ms"] for t in r]
    assert len(part["rounds_ms"]) == f["rounds"] == 3 and len(times) == f["batches"]
    assert abs(sum(times) / len(times) / f["ms_mean"] - 1) < 1e-9
    assert f["ms_least_round"] <= f["ms_mean"] <= f["ms_most_round"]
for f in table["factors"]:
    fast, slow = (ms[f["data"].replace("99", "").lower() + k, f["score"]] for k in ("-bigan", "-gan"))
    assert abs(slow["ms_mean"] / fast["ms_mean"] / f["factor"] - 1) < 1e-9
    assert abs(slow["flops"] / fast["flops"] / f["factor_of_operations"] - 1) < 1e-9
PYTHON

fails 1 "'parts/mnist-bigan-sigma.json' has other settings: 2 batches per round, 0 steps" \
    reproduce table2 $how --batches 3 -o parts
fails 1 "'parts/mnist-gan-sigma.json' has other settings: 1 batches per round, 2 steps" \
    reproduce table2 $how --steps 3 -o parts
sed -i 's/"device": "/"device": "not /' parts/kdd-gan-fm.json
fails 1 "'parts/kdd-gan-fm.json' is from another device: not " reproduce table2 $how -o parts
echo '{}' >parts/kdd-gan-fm.json
fails 1 "'parts/kdd-gan-fm.json' is not a file of times" reproduce table2 $how -o parts
fails 1 "'out' is a file, not a folder" reproduce table2 $how -o out

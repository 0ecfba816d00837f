# The league on two small tables: the results, resuming, and bad input.
needs_h5py
"$python" - <<'END'
import numpy as np, os
os.mkdir("tables")
rng = np.random.RandomState(5)
for name, rows in (("glass", 60), ("zebra", 90)):
    x = rng.normal(size=(rows, 3)) + 1e6
    y = (np.arange(rows) % 10 == 0).astype(int)
    x[y == 1] += 2
    np.savez(f"tables/{name}.npz", X=x, y=y)
os.mkdir("odd")
np.savez("odd/rows.npz", X=rng.normal(size=(20, 3)))
END
league() { "$EGAD" reproduce league --seeds 2 --models kdd-bigan,nearest --epochs 1 "$@"; }

league --data tables -o whole >out 2>err
test "$(grep -c ': kdd-bigan' err)" = 4
grep -E '^\| \*\*kdd-bigan combined\*\* \| [01]\.[0-9]{4} \| ' out
grep -E '^\| \*\*nearest distance\*\* \| ' out
not grep 'as published |' out # of zebra there is nothing
grep -E '^\| glass \| 3 \| 27 \| 27 \| 6 \|.* 0\.896 \| 0\.920 \| 0\.994 \| 0\.811 \|' whole/league.md
grep -E '^\| zebra \| 3 \| 40 \| 41 \| 9 \|.* - \| - \| - \| - \|' whole/league.md
grep -E '^\| zebra \| 41 \| 40 \| 0\.0244 \| 0\.[0-9]{4} 0\.[0-9]{4} \| [012] of 2 \|' whole/league.md
head -c 8 whole/league.png | od -c | grep -q 'P   N   G'
"$python" -c "
import json
t = json.load(open('whole/league.json'))
s = t['tables'][1]['scores']['nearest distance']
assert len(s) == 2 and 0 <= s[0]['auroc'] <= 1 and s[0]['held_out_rows'] == 40, s
assert t['means']['kdd-bigan combined']['rank'] >= 1"

# A second run does nothing anew; one that was stopped ends with the same figures.
cp whole/league.md before.md
league --data tables -o whole --quiet >again 2>err
results() { grep -v '^- .egad' "$1"; } # without the command line
diff <(results out) <(results again)
diff <(results before.md) <(results whole/league.md)
league --data tables -o parts >/dev/null 2>cut.err &
run=$!
until_seen 'zebra, seed 1' $run cut.err
kill -TERM $run || true
wait $run || true
league --data tables -o parts --quiet >/dev/null
figures() { grep '^| ' "$1/league.md" | grep -v '\*\*\|kdd-bigan [sf]\|nearest [fl]'; }
diff <(figures whole) <(figures parts)

# A cap on the rows.
league --data tables -o few --cap 20 --quiet >/dev/null
grep -E '^\| zebra \| 3 \| 20 \| 20 \| 9 \|' few/league.md
fails 1 "is from another comparison, with batch" reproduce league --seeds 2 \
    --models kdd-bigan,nearest --epochs 1 --data tables -o whole --cap 20 --quiet

# Half of all rows train: nothing published is comparable.
league --data tables -o mixed --contaminated --quiet >out
grep -E '^- half of all rows train' out
grep -E '^\| glass \| 3 \| 30 \| 27 \| 3 \|' mixed/league.md
not grep -F published mixed/league.md
"$EGAD" inspect mixed/zebra/nearest-1.h5 | grep -F 'contamination: 0.271'
fails 1 "is from another comparison, with contamination 0.271 instead of 0" reproduce league --seeds 2 \
    --models kdd-bigan,nearest --epochs 1 --data tables -o mixed --contaminated --contamination none --quiet
fails 2 "--contamination is '1'" reproduce league --data tables -o x --contamination 1

# Bad input.
fails 1 "'odd/rows.npz' has no labels: give tables with rows X and labels y" \
    reproduce league --data odd -o x --quiet
mkdir empty
fails 1 "'empty' has no .npz files" reproduce league --data empty -o x
fails 1 "'none' is not a folder that can be read" reproduce league --data none -o x
fails 2 'mnist-bigan is for images' reproduce league --data tables -o x --models mnist-bigan
fails 2 'kdd-gan searches for each row' reproduce league --data tables -o x --models kdd-gan

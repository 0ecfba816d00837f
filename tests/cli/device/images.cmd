# Images explained and evaluated: pictures of them, grey and in colour.
needs_h5py
"$python" - <<'PYTHON'
import h5py
for name, shape in (("grey", (9, 6, 1)), ("color", (5, 7, 3))):
    n = shape[0] * shape[1] * shape[2]
    with h5py.File(name + ".h5", "w") as f:
        x = [[(i * 37 + j * (11 if i % 10 else 29)) % 256 for j in range(n)] for i in range(80)]
        f["x"] = __import__("numpy").array(x, "float32").reshape((80,) + shape)
        f["y"] = [i % 10 == 0 for i in range(80)]
        f["split"] = [i % 10 == 0 or i % 2 for i in range(80)]
PYTHON
# An image of 9 by 6 is drawn 108 (on the sheet) and 279 pixels high, one of 5 by 7 80 and 200.
declare -A sheet=([grey]=984 [color]=816) panels=([grey]=445 [color]=366)
for name in grey color; do
    "$EGAD" train --model kdd-bigan --data $name.h5 --epochs 2 --batch 10 --quiet \
        -o $name-model.h5 >/dev/null
    says 'pictures' eval --model $name-model.h5 --data $name.h5 --plots plots-$name
    for score in combined sigma fm; do
        grep -xF "  plots-$name/images-$score.png" says.out
        is_png plots-$name/images-$score.png 1232 ${sheet[$name]}
    done
    says "  rows/row-7.png" explain --model $name-model.h5 --data $name.h5 -o rows --row 7,11 --top 2
    test "$(grep -c '^  rows/row-' says.out)" = "$(ls rows | wc -l)"
    for file in rows/*; do
        is_png "$file" 1032 ${panels[$name]}
    done
    rm -r rows
    # Without an output folder there are no pictures, and no table of pixels.
    says 'residual' explain --model $name-model.h5 --data $name.h5 --top 1
    not grep -E 'column|png' says.out
done
says '"picture": "rows/row-7.png"' explain --model grey-model.h5 --data grey.h5 -o rows --row 7 --json
# Image models reject tables and vice versa; a missing folder is reported as such.
given flows.h5 model.h5
fails 1 "'flows.h5' holds a table, but 'grey-model.h5' was trained on images: give a data file of" \
    score --model grey-model.h5 --data flows.h5
fails 1 "'grey.h5' holds images, but 'model.h5' was trained on a table: give a table, or a data file" \
    score --model model.h5 --data grey.h5
fails 1 "cannot open 'absent': No such file" score --model grey-model.h5 --data absent
fails 1 "'grey.h5' is a file, not a folder" explain --model grey-model.h5 --data grey.h5 \
    -o grey.h5
fails 1 "the folder 'a' does not exist: create it first" explain --model grey-model.h5 --data grey.h5 -o a/b

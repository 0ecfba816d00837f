# What egad compare refuses before it opens a device: one line, and no folder is left.
given flows.csv flows.h5
refuses() { # TEXT OPTIONS...
    local text=$1
    shift
    fails 1 "$text" compare -o compared "$@"
    test ! -e compared
}
refuses "cannot open 'absent.h5'" --data absent.h5
refuses "'flows.csv' is not a data file (.h5): make one of a table with 'egad data import csv'" \
    --data flows.csv
mkdir pictures
refuses "'pictures' is not a data file: make one of a folder of images" --data pictures
refuses "'flat.png' is not a data file: make one of a folder of images" --data flat.png
echo text >text.h5
refuses "'text.h5'" --data text.h5
cut -d, -f1-3 flows.csv >plain.csv
"$EGAD" data import csv plain.csv -o plain.h5 >/dev/null 2>&1
refuses "--fraction needs rows with labels of both classes, which 'plain.h5' does not have" \
    --data plain.h5 --fraction .1
# Nor where the test rows are of one class.
awk -F, '{ print $0 "," (NR == 1 ? "part" : $4 == "attack" || NR % 2 ? "train" : "test") }' \
    flows.csv >benign.csv
import benign.csv benign.h5 --split-column part >/dev/null
refuses "which 'benign.h5' does not have: leave it out" --data benign.h5 --fraction .1

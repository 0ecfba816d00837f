# On a terminal progress is one line, redrawn; scores are the same.
script -qec true /dev/null >/dev/null 2>&1 || exit 0 # no such program, or no terminal
export TERM=xterm
given flows.csv flows.h5 model.h5
script -qec "$EGAD train --model kdd-bigan --data flows.h5 -o m.h5 --epochs 3 --batch 50" \
    typescript >/dev/null
grep -aE $'\repoch 3/3 .* 100 %  dis .* enc .* rows/s  0.0 s left' typescript
grep -a 'kdd-bigan trained, 3 epochs' typescript
flows 150000 >many.csv
"$EGAD" score --model model.h5 --data many.csv -o plain.csv
script -qec "$EGAD score --model model.h5 --data many.csv -o drawn.csv" typescript >/dev/null
grep -a 'combined: 65,536 of 150,000 rows, 43 %' typescript
cmp plain.csv drawn.csv
script -qec "TERM=dumb $EGAD score --model model.h5 --data many.csv -o drawn.csv" typescript \
    >/dev/null
not grep -a '65,536' typescript

# Stopped and resumed is bit for bit the same as not stopped.
given flows.h5
how="--model kdd-bigan --data flows.h5 --epochs 60 --batch 10 --seed 3"
"$EGAD" train $how -o whole.h5 --quiet
"$EGAD" train $how -o parts.h5 >stopped 2>progress &
train=$!
for ((i = 0; i < 1200; i++)); do
    [ ! -e parts.h5 ] || break
    sleep 0.05
done
kill -TERM $train
wait $train
grep -F 'stopped at iteration' stopped
says 'trained, 60 epochs' train --resume --data flows.h5 -o parts.h5 --quiet
"$EGAD" score --model whole.h5 --data flows.h5 -o whole.csv
"$EGAD" score --model parts.h5 --data flows.h5 -o parts.csv
cmp whole.csv parts.csv

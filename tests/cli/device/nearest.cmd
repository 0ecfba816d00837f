# Images scored by the distance to the nearest training rows: the default score, stored with
# the model, and absent if training was interrupted.
bars train 300
bars t10k 60
"$EGAD" data import mnist . --anomalous 2 -o bars.h5 >/dev/null
how="--model mnist-bigan --data bars.h5 --epochs 3 --batch 4"
"$EGAD" train $how --quiet -o model.h5 >/dev/null
says '/nearest_gradients/rows  (' inspect model.h5
grep -E '^/nearest_gradients/rows  \([0-9]+ x 48\)$' says.out
says 'rows      test: ' eval --model model.h5 --data bars.h5
grep -E '^ +combined +sigma +fm +chance$' says.out
says 'score     combined' explain --model model.h5 --data bars.h5 --top 1

# By default and by name; test rows alone or among all score the same.
says row,score,p_value,flagged,label,id,file,unseen,outside,error score --model model.h5 --data bars.h5
cp says.out scores.csv
not grep -iE 'nan|inf' scores.csv
says row,score,p_value,flagged,label,id,file,unseen,outside,error score --model model.h5 --data bars.h5 --score combined
cmp scores.csv says.out
says row,score,p_value,flagged,label,id,file,unseen,outside,error score --model model.h5 --data bars.h5 --rows all
test "$(grep -cFxf scores.csv says.out)" = "$(wc -l <scores.csv)"

# A model killed during training has none; completed, it has the same.
cut_train KILL 0 $how
test $code = 137
fails 1 'training was not completed' score --model parts.h5 --data bars.h5 --score combined
says 'trained, 3 epochs' train --resume --data bars.h5 -o parts.h5 --quiet
says row,score,p_value,flagged,label,id,file,unseen,outside,error score --model parts.h5 --data bars.h5
cmp scores.csv says.out

# A model whose training stopped early causes a warning on standard error wherever it is
# used; a completely trained one does not.
given long.h5 whole.h5

# stop SIGNAL [TRAINING]: parts.h5 of a training stopped by the signal after `done` of its 8
# epochs.
stop() {
    local delay training=${2:-$long}
    for delay in .2 .1 0 0 0; do
        rm -f parts.h5*
        cut_train "$1" $delay $training
        done=$(held epoch parts.h5)
        [ "$done" = 8 ] || break
    done
    test "$done" -ge 1
    test "$done" -lt 8
    line="egad: warning: training of 'parts.h5' stopped after $done of 8 epochs: continue with 'egad train"
    line+=" --resume --data DATA.h5 -o parts.h5'"
}
warns() { # TEXT ARGUMENTS...: as `says`, with that line, once
    says "$@"
    test "$(grep -cxF "$line" says.err)" = 1
    not grep -F stopped says.out
}
stop INT
test $code = 130
head -20 <"$SHARED/long.csv" >few.csv
warns row,score,p_value,flagged,label,id,file,unseen,outside,error score --model parts.h5 --data few.csv
test "$(cat says.err)" = "$line"
warns 'rows (test) scored by combined' score --model parts.h5 --data long.h5 -o scores.csv
warns row,score,p_value,flagged,label,id,file,unseen,outside,error score --model parts.h5 --data - <few.csv
warns 'AUROC' eval --model parts.h5 --data long.h5
warns 'row 3: ' explain --model parts.h5 --data few.csv --row 3
warns report/report.html report parts.h5 --data few.csv -o report
says "(training stopped after $done of 8 epochs: 'egad train --resume' continues it)" inspect \
    parts.h5
says 'trained, 8 epochs' train --resume --data long.h5 -o parts.h5 --quiet
for model in parts.h5 whole.h5; do
    says row,score,p_value,flagged,label,id,file,unseen,outside,error score --model $model --data few.csv
    test ! -s says.err
    says 'epoch: 8' inspect $model
    not grep -F stopped says.out
done

# Killed, it has no combined score, which one line says; other scores give the warning.
stop KILL
test $code = 137
for command in score eval; do
    fails 1 'training was not completed' $command --model parts.h5 --data long.h5
done
warns row,score score --model parts.h5 --data few.csv --score sigma
warns AUROC eval --model parts.h5 --data long.h5 --score fm

# --epochs may be lowered to the epochs trained, if no rate depends on it.
stop KILL "${long/bigan/gan} --recipe release"
warns row,score score --model parts.h5 --data few.csv --steps 2
says "is already trained to its last epoch, $done" train --resume --data long.h5 -o parts.h5 --epochs $done
says "epochs: $done" inspect parts.h5
test "$(held epoch parts.h5)" = $done
not grep -F stopped says.out
says row,score score --model parts.h5 --data few.csv --steps 2
not grep -E 'warning|stopped' says.err
cp parts.h5 before
says "is already trained to its last epoch, $done" train --resume --data long.h5 -o parts.h5
cmp parts.h5 before

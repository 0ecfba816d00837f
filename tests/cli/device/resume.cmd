# Stopping within an epoch and resuming gives bit for bit the uninterrupted result; of the
# 4,500 rows 225 are held out, the same in all parts, as the p-values show.
given long.h5 whole.h5
for signal in INT TERM; do
    for delay in .2 .1 .03 0 0; do
        rm -f parts.h5*
        cut_train $signal $delay $long
        test $code = $((128 + $(kill -l $signal)))
        step=$(held step parts.h5)
        [ $((step % 427)) = 0 ] || break
    done
    test $((step % 427)) != 0
    grep '^stopped at iteration' cut.out
    # The printed command resumes training.
    again=$(sed -n 's/^egad train //p' cut.out)
    eval "says 'trained, 8 epochs, 3,416 iterations' train $again"
    grep "$((step / 427)) of 8 epochs done" says.err
    same_model whole.h5 parts.h5
done

# Stopped as early as possible: usually before the first iteration.
rm parts.h5 cut.err
"$EGAD" train $long -o parts.h5 >cut.out 2>cut.err &
train=$!
until_seen training $train cut.err
kill -TERM $train
ends $train TERM
grep '^stopped at iteration' cut.out
says 'trained, 8 epochs, 3,416 iterations' train --resume --data long.h5 -o parts.h5 --quiet
same_model whole.h5 parts.h5

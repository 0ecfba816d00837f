# Two runs are equal bit for bit; so is one that was killed twice and resumed.
given long.h5 whole.h5
"$EGAD" train $long --quiet -o again.h5 >/dev/null
same_model whole.h5 again.h5
"$EGAD" train $long --quiet -o other.h5 --force --seed 4 >/dev/null
not same_model whole.h5 other.h5

# On a fast machine, or with a slow shell, the training may end first.
for delay in .3 .1 0 0 0; do
    rm -f parts.h5*
    cut_train KILL $delay $long
    [ $code = 0 ] || break
done
test $code = 137
first=$(held epoch parts.h5)
test $first -ge 1
test $first -lt 8
not same_model whole.h5 parts.h5
cp parts.h5 killed.h5

for delay in .3 .1 0 0 0; do
    cp killed.h5 parts.h5
    cut_train KILL $delay --resume --data long.h5
    [ $code = 0 ] || break
done
test $code = 137
second=$(held epoch parts.h5)
test $second -ge $first
test $second -lt 8

says 'trained, 8 epochs, 3,416 iterations' train --resume --data long.h5 -o parts.h5
grep '^resuming' says.err
grep ", $second of 8 epochs done" says.err
test "$(grep -c '^epoch' says.err)" = $((8 - second))
grep "^epoch $((second + 1))/8" says.err
same_model whole.h5 parts.h5
says 'is already trained to its last epoch, 8' train --resume --data long.h5 -o parts.h5

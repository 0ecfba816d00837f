# A disk that is full from the second epoch on: one warning with the reason, the number of
# failed saves, an error at the end, and the first epochs kept to resume.
command -v prlimit >/dev/null || exit 0
given long.h5 whole.h5
for again in 1 2 3 4 5; do
    rm -f parts.h5
    "$EGAD" train $long -o parts.h5 --quiet 2>err &
    train=$!
    until_saved $train
    prlimit --pid $train --fsize=1000 || true
    code=0
    wait $train || code=$?
    [ $code = 0 ] || break
done
test $code = 1
test -z "$(ls parts.h5?*)"
grep "^egad: warning: could not save the model after epoch [2-8]: cannot write 'parts.h5': File too large" err
test "$(grep -c 'could not save' err)" = 1
not_saved=$(sed -n 's/^egad: warning: \([0-9]*\) epochs were not saved$/\1/p' err)
test "${not_saved:-2}" -gt 1
grep "^egad: cannot write 'parts.h5': File too large" err
test "$(held epoch parts.h5)" -lt 8
says 'trained, 8 epochs' train --resume --data long.h5 -o parts.h5
same_model whole.h5 parts.h5

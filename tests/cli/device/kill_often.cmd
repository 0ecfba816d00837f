# Killed at random moments, half of them during a save, and resumed each time: the file is
# always whole, and the result equals an undisturbed run bit for bit. KILLS=200 does more.
given long.h5 whole.h5
RANDOM=${SEED:-1}
kills=0 saving=0 ended=0

# A completed run equals an undisturbed one.
finished() {
    same_model whole.h5 parts.h5
    ended=$((ended + 1))
    rm parts.h5 parts.h5.csv parts.h5.weights
}

while [ $kills -lt "${KILLS:-10}" ]; do
    command=(--resume --data long.h5)
    # shellcheck disable=SC2206 # words
    [ -e parts.h5 ] || command=($long)
    "$EGAD" train "${command[@]}" --quiet -o parts.h5 >cut.out 2>cut.err &
    train=$! code=0
    if [ $((RANDOM % 2)) = 0 ]; then
        while kill -0 $train 2>/dev/null && ! compgen -G "parts.h5.$train-*.part" >/dev/null; do
            :
        done
        [ $((RANDOM % 2)) = 0 ] || sleep 0.00$((RANDOM % 10))
    else
        sleep $((RANDOM % 2)).$((RANDOM % 1000))
    fi
    kill -KILL $train 2>/dev/null || true
    wait $train 2>/dev/null || code=$?
    if [ $code = 137 ]; then
        kills=$((kills + 1))
        ! compgen -G "parts.h5.$train-*.part" >/dev/null || saving=$((saving + 1))
        [ ! -e parts.h5 ] || "$EGAD" inspect parts.h5 >inspected
    else
        cat cut.err
        test $code = 0
        finished
    fi
done
command=(--resume --data long.h5)
# shellcheck disable=SC2206
[ -e parts.h5 ] || command=($long)
"$EGAD" train "${command[@]}" --quiet -o parts.h5 >cut.out
test "$(echo parts.h5*)" = parts.h5
finished
echo "killed $kills times, $saving of them in a save; $ended models came to their end"
test $saving -gt 0

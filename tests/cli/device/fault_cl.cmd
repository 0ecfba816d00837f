# Every OpenCL call that may fail does, one after the other, alone or with all that follow
# (the device is lost): one line reports it, nothing is left unreleased, and the old output,
# or the epochs saved before, stay whole.  A failed save of an epoch is a warning, and the
# last save decides.  FAULT_STRIDE=1 tests every call, which takes an hour; the default is a
# sample.
stride=${FAULT_STRIDE:-201}
given flows.h5 model.h5
"$EGAD" train --model kdd-gan --data flows.h5 --epochs 1 --batch 60 --quiet -o gan.h5 >/dev/null
export FAULT_IN=cl
tried=0 refused=0 failed=0

try() { # ARGUMENTS...
    local kept=$kept
    cp old out.h5
    faulty "$@"
    tried=$((tried + 1))
    if complains; then
        refused=$((refused + 1))
        cmp -s old out.h5 || "$EGAD" inspect out.h5 >inspected
    else
        # The device type may remain unknown (a GPU is assumed); results may not.
        kept=1
        [ "$code" = 0 ] && ! cmp -s old out.h5 &&
            { [ "${name#clGet}" != "$name" ] || grep -q '^egad: warning: could not save' err; }
    fi && ! grep -F 'device->' err && [ "$left" -le $kept ] &&
        [ "$(echo out.h5*)" = out.h5 ] && return
    echo "call $FAULT_AT, $name: code $code, $left objects left"
    cat err
    failed=1
}

echo row,score >old
while read -r -a command; do
    faulty "${command[@]}"
    test "$code" = 0
    test "$left" -le 1 # CLBlast keeps one until the process ends
    kept=$left most=$calls
    for ((at = 1; at <= most; at += stride)); do
        export FAULT_AT=$at FAULT_CODE=$((at % 3 - 6)) # out of one memory or the other
        try "${command[@]}"
        FAULT_ON=1 try "${command[@]}"
    done
    unset FAULT_AT
done <<'END'
train --model kdd-bigan --data flows.h5 --epochs 1 --batch 60 --quiet --force -o out.h5
train --model kdd-gan --data flows.h5 --epochs 1 --batch 60 --quiet --force -o out.h5
score --model model.h5 --data flows.h5 -o out.h5
score --model gan.h5 --data flows.h5 --steps 2 -o out.h5
END
echo "$tried calls failed, the program with $refused of them"
test $failed = 0
test $refused -gt 10

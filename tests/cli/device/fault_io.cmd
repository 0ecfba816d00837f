# Every call that opens, writes, flushes or renames a file of egad's fails, one after the
# other, alone or with all that follow: no space (28), no quota (122), a read-only file
# system (30), a broken disk (5).  One line reports it, and the old output stays whole, or,
# if only the last flush failed, the new one.  FAULT_STRIDE=1 tests every call.
stride=${FAULT_STRIDE:-7}
given flows.csv flows.h5 model.h5
export FAULT_IN=io
tried=0 refused=0 failed=0

whole() { # OUT
    cmp -s "old-$1" "$1" || case $1 in
        *.h5) "$EGAD" inspect "$1" >inspected ;;
        *) cmp -s "good-$1" "$1" ;;
    esac
}

try() { # OUT ARGUMENTS...
    local out=$1
    shift
    cp "old-$out" "$out"
    faulty "$@"
    tried=$((tried + 1))
    if complains; then
        refused=$((refused + 1))
    else
        # A failed save of an epoch is a warning, and the last save decides; HDF5 opens a
        # file before creating it, and continues if it cannot.
        [ "$code" = 0 ] && ! cmp -s "old-$out" "$out" &&
            { [ "$name" = open ] || grep -q '^egad: warning: could not save' err; }
    fi && whole "$out" && [ "$(echo "$out"*)" = "$out" ] && return
    echo "call $FAULT_AT ($name, $FAULT_CODE) of $*: code $code"
    echo "$out"*
    cat err
    failed=1
}

while read -r output text; do
    read -r -a command <<<"$text"
    echo row,score >"old-$output"
    cp "old-$output" "$output"
    faulty "${command[@]}"
    test "$code" = 0
    cp "$output" "good-$output"
    most=$calls
    for ((at = 1; at <= most; at += stride)); do
        errors=(28 122 30 5)
        export FAULT_AT=$at FAULT_CODE=${errors[at % 4]}
        try "$output" "${command[@]}"
        FAULT_ON=1 try "$output" "${command[@]}"
    done
    unset FAULT_AT
done <<'END'
out.h5 data import csv flows.csv --label kind --normal benign --force -o out.h5
model-out.h5 train --model kdd-bigan --data flows.h5 --epochs 2 --batch 90 --quiet --force -o model-out.h5
scores.h5 score --model model.h5 --data flows.h5 -o scores.h5
scores.csv score --model model.h5 --data flows.h5 -o scores.csv
END
echo "$tried calls failed, the program with $refused of them"
test $failed = 0
test $refused -gt 20

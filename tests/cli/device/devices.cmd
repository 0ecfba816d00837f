says '* ' devices
unset EGAD_DEVICE
fails_after_table() {
    local code=0
    "$EGAD" devices "$@" >out 2>err || code=$?
    test $code = 1
    not grep '^\*' out
    grep -F nonesuch err
}
fails_after_table --device nonesuch
EGAD_DEVICE=nonesuch fails_after_table
fails 1 nonesuch models kdd-bigan --device nonesuch
EGAD_DEVICE=nonesuch fails 1 "matches 'nonesuch' (from EGAD_DEVICE); available: " \
    models kdd-bigan
fails 1 9:9 models kdd-bigan --device 9:9
# The shell completes exactly these.
"$EGAD" devices | sed -nE 's/^[* ] ([0-9]+:[0-9]+) .*/\1/p' >indexes
"$EGAD" --complete train --device '' | cmp - indexes

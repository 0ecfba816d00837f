# The driver's cache of compiled programs: damaged, or not writable.  A test can choose the
# folder for PoCL only.
given model.h5 flows.csv
mkdir cache
export POCL_CACHE_DIR=$PWD/cache
"$EGAD" score --model model.h5 --data flows.csv -o scores.csv
if [ -n "$(ls cache)" ]; then
    find cache -type f -exec truncate -s 0 {} +
    fails 1 "the driver's cache of compiled programs is damaged; remove it" \
        score --model model.h5 --data flows.csv
    fails 1 'the folder that POCL_CACHE_DIR names, else ~/.cache/pocl' \
        score --model model.h5 --data flows.csv
    rm -r cache
    "$EGAD" score --model model.h5 --data flows.csv -o again.csv
    cmp scores.csv again.csv
fi
# Root may write anywhere, so another user tries.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && [ -d cache ]; then
    rm -r cache
    mkdir -m 555 cache
    chmod a+rx .. . && chmod a+r model.h5 flows.csv
    nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
    # shellcheck disable=SC2086 # words
    $nobody test -r model.h5 -a -x "$EGAD" || exit 0
    # shellcheck disable=SC2086
    ! $nobody env EGAD_TUNE=off "$EGAD" score --model model.h5 --data flows.csv 2>err
    grep 'set HOME or POCL_CACHE_DIR to a folder that it can write to' err
fi

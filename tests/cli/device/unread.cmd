# If the reader closes the pipe, the program ends as if by SIGPIPE, without a message.
given flows.csv flows.h5 model.h5
flows 20000 >many.csv
mkfifo pipe
unread() {
    local code=0
    : <pipe &
    # The reader exits as soon as there is a writer.
    { wait $!; "$EGAD" "$@" 2>err; } >pipe || code=$?
    test $code = 141
    test ! -s err
}
unread --help
unread inspect model.h5
unread data info flows.h5
unread eval --model model.h5 --data flows.h5
unread eval --model model.h5 --data flows.h5 --json
unread score --model model.h5 --data flows.csv --false-alarms .1
unread score --model model.h5 --data many.csv --false-alarms .1
# Output that cannot be written is an error.
if [ -w /dev/full ]; then
    for data in flows.csv many.csv; do
        not "$EGAD" score --model model.h5 --data $data --false-alarms .1 \
            >/dev/full 2>err
        grep "^egad: cannot write standard output: No space left" err
    done
fi

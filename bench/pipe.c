/* Rows through a pipe, answered as by `egad score --data -`: a child process sends lines
 * and receives the answers.  It starts before this process opens a device, as OpenCL does
 * not survive a fork. */
#include "bench.h"
#include "rows/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    PACED = 2000,   /* most lines sent one by one */
    FEWEST = 20,    /* and fewest */
    BUFFER = 65536, /* bytes */
    ROOM = 1 << 16  /* bytes of a line */
};
static const double pace = 1e-3; /* seconds between them */

/* Times that the child has measured, in milliseconds: all rows; each paced line. */
typedef struct {
    double all, line[PACED];
    size_t lines; /* paced lines */
} measured;

typedef struct {
    int to, from;    /* lines, answers */
    size_t answered; /* answers received */
    double *came;    /* time of each answer, or NULL */
} feeder;

/* ---- The child ----------------------------------------------------------------- */

/* Read the available answers, one line each. */
static void receive(feeder *f)
{
    static char answers[BUFFER];
    const ssize_t got = read(f->from, answers, sizeof answers);
    if (got <= 0)
        _exit(CLI_FAILED); /* the parent has printed the error */
    for (ssize_t i = 0; i < got; i++)
        if (answers[i] == '\n') {
            if (f->came)
                f->came[f->answered] = message_clock();
            f->answered++;
        }
}

/* Write `text` and wait for so many answers, or until a time. */
static void exchange(feeder *f, const char *text, size_t n, size_t answers, double until)
{
    while (n || (f->answered < answers && message_clock() < until)) {
        struct pollfd ends[2] = { { .fd = f->from, .events = POLLIN },
                                  { .fd = n ? f->to : -1, .events = POLLOUT } };
        const double left = until - message_clock();
        poll(ends, 2, left > 0 && left < 1 ? (int)(1e3 * left) : left > 0 ? 1000 : 0);
        if (ends[0].revents)
            receive(f);
        if (ends[1].revents) {
            const ssize_t sent = write(f->to, text, n);
            if (sent < 0 && errno != EAGAIN)
                _exit(CLI_FAILED);
            text += sent > 0 ? sent : 0;
            n -= sent > 0 ? (size_t)sent : 0;
        }
    }
}

/* Write a header, or a row of small numbers. */
static size_t make_line(char *line, size_t columns, size_t row)
{
    size_t n = 0;
    for (size_t k = 0; k < columns; k++)
        n += (size_t)snprintf(line + n, ROOM - n, "%s%s%zu", k ? "," : "", row ? "" : "c",
                              row ? (row * (k + 3) + k) % 97 : k);
    line[n++] = '\n';
    return n;
}

static void pause_until(double when)
{
    const double left = when - message_clock();
    const struct timespec time = { .tv_nsec = (long)(1e9 * (left > 0 ? left : 0)) };
    nanosleep(&time, NULL);
}

static void be_child(const bench_options *o, feeder *f, int results)
{
    const size_t columns = o->shape[2], rows = (size_t)o->rows;
    static measured m;
    static double came[PACED];
    double *sent = malloc(PACED * sizeof *sent);
    char *line = malloc(ROOM);
    const double never = 1e18;
    if (!sent || !line)
        _exit(message_error("out of memory for lines"));
    m.lines = (size_t)(1e3 * o->seconds < PACED ? 1e3 * o->seconds : PACED);
    m.lines = m.lines < FEWEST ? FEWEST : m.lines;
    fcntl(f->to, F_SETFL, O_NONBLOCK);
    exchange(f, line, make_line(line, columns, 0), 0, never);
    /* One answer after the header: everything is warm then. */
    exchange(f, line, make_line(line, columns, 1), 2, never);
    const double begin = message_clock();
    f->answered = 0;
    for (size_t i = 0; i < rows; i++)
        exchange(f, line, make_line(line, columns, 1 + i % 89), 0, never);
    exchange(f, line, 0, rows, never);
    m.all = 1e3 * (message_clock() - begin);
    f->answered = 0;
    f->came = came;
    for (size_t i = 0; i < m.lines; i++) {
        const size_t n = make_line(line, columns, 1 + i % 89);
        sent[i] = message_clock();
        exchange(f, line, n, 0, never);
        exchange(f, line, 0, m.lines, sent[i] + pace);
        pause_until(sent[i] + pace);
    }
    exchange(f, line, 0, m.lines, never);
    for (size_t i = 0; i < m.lines; i++)
        m.line[i] = 1e3 * (came[i] - sent[i]);
    _exit(write(results, &m, sizeof m) == (ssize_t)sizeof m ? CLI_DONE : CLI_FAILED);
}

/* ---- The parent ------------------------------------------------------------------ */

int pipe_start(bench_pipe *s, const bench_options *o)
{
    int lines[2], answers[2], results[2];
    if (pipe(lines) != 0 || pipe(answers) != 0 || pipe(results) != 0)
        return message_error("cannot start a process: %s", strerror(errno));
    fflush(stdout);
    s->child = fork();
    if (s->child < 0)
        return message_error("cannot start a process: %s", strerror(errno));
    if (s->child == 0) {
        close(lines[0]);
        close(answers[1]);
        be_child(o, &(feeder){ .to = lines[1], .from = answers[0] }, results[1]);
    }
    close(lines[1]);
    close(answers[0]);
    close(results[1]);
    s->in = lines[0];
    s->out = answers[1];
    s->results = results[0];
    return CLI_DONE;
}

/* A detector with named columns. */
static int make_detector(const bench *b, egad_detector **out)
{
    const bench_options *o = b->o;
    const size_t columns = o->shape[2];
    char(*name)[24] = malloc(columns * sizeof *name);
    egad_column *column = calloc(columns, sizeof *column);
    egad_dataset *data = NULL;
    int code = CLI_DONE;
    if (!name || !column) {
        code = message_error("out of memory for %zu columns", columns);
        goto done;
    }
    CLI_TRY(egad_dataset_new(&data, (size_t)o->batch, o->shape));
    for (size_t k = 0; k < columns; k++) {
        snprintf(name[k], sizeof name[k], "c%zu", k);
        column[k].name = name[k];
    }
    for (size_t i = 0; i < data->rows * columns; i++)
        data->x[i] = (float)(i % 89);
    data->schema = (egad_schema){ .n = columns, .column = column }; /* borrowed */
    const egad_status status = egad_detector_new(
        out, b->device, data,
        &EGAD_SIZED(egad_detector_options, .model = o->model, .recipe = o->recipe,
                    .batch = o->batch, .hold_out = -1));
    data->schema = (egad_schema){ 0 };
    CLI_TRY(status);
done:
    egad_dataset_free(data);
    free(name);
    free(column);
    return code;
}

int pipe_run(const bench *b, bench_pipe *s)
{
    const size_t rows = (size_t)b->o->rows;
    bench_result all = { .work = "stream-all", .batch = rows, .rows = rows };
    bench_result line = { .work = "stream-line", .batch = 1, .rows = 1 };
    egad_detector *detector = NULL;
    measured m;
    size_t got = 0;
    FILE *out = fdopen(s->out, "w");
    int code = make_detector(b, &detector);
    if (code == CLI_DONE && !out)
        code = message_error("out of memory for answers");
    if (code == CLI_DONE)
        code = stream_run(&(cli_stream){
            .detector = detector,
            .how = EGAD_SCORING(egad_score_named(b->o->model, 0).name, EGAD_ALPHA),
            .in = s->in,
            .out = out,
            .delay = 0.02 });
    if (out)
        fclose(out);
    for (ssize_t more = 1; code == CLI_DONE && got < sizeof m && more > 0;
         got += (size_t)more)
        if ((more = read(s->results, (char *)&m + got, sizeof m - got)) < 0)
            more = 0;
    if (code == CLI_DONE && got < sizeof m)
        code = message_error("the process that sends lines ended early");
    if (code == CLI_DONE)
        code = timing_add(&all.samples, m.all);
    for (size_t i = 0; code == CLI_DONE && i < m.lines; i++)
        code = timing_add(&line.samples, m.line[i]);
    if (code == CLI_DONE)
        code = figures_report(b, &all);
    if (code == CLI_DONE)
        code = figures_report(b, &line);
    timing_clear(&all.samples);
    timing_clear(&line.samples);
    egad_detector_free(detector);
    return code;
}

void pipe_end(bench_pipe *s)
{
    if (s->child <= 0)
        return;
    close(s->in);
    close(s->results);
    waitpid(s->child, NULL, 0);
}

/* Scores rows from a pipe and answers line by line: lines that have arrived are scored
 * together, and none waits longer than the delay. */
#include "stream.h"
#include "decision.h"
#include "json_lines.h"
#include "scored.h"
#include "shell/output.h"
#include "shell/shell.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ROWS = 4096,         /* most lines answered together */
    LINE_MOST = 1 << 20, /* bytes of a line; a longer one is malformed */
    PIECE = 1 << 16,     /* bytes read at once */
    LAST = 1 << 20       /* bytes read after a signal: the capacity of a pipe */
};

/* A line that waits for its answer. */
typedef struct {
    char *error;      /* NULL for a line with a score */
    char *id, *text;  /* its identifier and fields, or NULL */
    cli_json *object; /* likewise, of JSON */
} waiting;

typedef struct {
    const cli_stream *how;
    egad_csv_stream *lines;
    const egad_schema *schema;
    egad_scorer *scorer;
    size_t X;              /* columns of x */
    size_t read_most;      /* bytes that may still be read */
    char *text;            /* (LINE_MOST + PIECE): the incomplete line */
    size_t used;           /* its length */
    int too_long;          /* 1: it was too long and has been answered; skip its rest */
    int json;              /* -1: unknown yet */
    size_t line, row;      /* numbers of the next ones, from 1 and from 0 */
    size_t n, good;        /* lines waiting for an answer; those with a score */
    double since;          /* arrival of the first of them */
    waiting *wait;         /* (ROWS) */
    size_t fields;         /* of `text` */
    float *x, *scores;     /* (ROWS, X), (ROWS): of lines with a score */
    egad_judgement by;     /* likewise */
    cli_json_lines values; /* of a JSON line: */
    const char **value;    /* (columns of the schema, and the identifier) */
    const char *last_id;   /* its identifier, and */
    cli_json *object;      /* the line itself, or NULL */
    size_t malformed;
    int begun; /* 1: the header of the answers is written */
} stream;

/* ---- Stopping -------------------------------------------------------------- */

/* Any thread of an OpenCL driver may get the signal: a pipe wakes poll. */
static int wake[2] = { -1, -1 };

static void on_signal(int number)
{
    const int kept = errno;
    (void)number;
    if (write(wake[1], "", 1) < 0) /* the pipe is full: poll wakes anyway */
        errno = kept;
}

static int catch_signals(void)
{
    struct sigaction action = { .sa_handler = on_signal };
    if (wake[0] < 0 && pipe(wake) != 0)
        return message_error("cannot make a pipe: %s", strerror(errno));
    sigemptyset(&action.sa_mask);
    action.sa_flags = (int)SA_RESETHAND;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    return CLI_DONE;
}

/* ---- Answers --------------------------------------------------------------- */

/* Answer a line; i: its place among those with a score. */
static void answer_line(stream *s, waiting *w, size_t i)
{
    const int judged = s->how->at != NULL;
    const cli_scored row = {
        .row = s->row,
        .error = w->error,
        .score = w->error ? 0 : s->scores[i],
        .judged = judged,
        .p = judged ? s->by.p[i] : 0,
        .flagged = judged ? s->by.flagged[i] : 0,
        .label = -1,
        .id = w->id,
        .unseen = w->error ? 0 : egad_schema_unseen(s->schema, s->x + i * s->X),
        .outside = w->error ? 0 : egad_outside_count(s->how->detector, s->x + i * s->X)
    };
    if (s->how->flagged && !row.error && !row.flagged)
        return;
    if (s->json) {
        scored_json(s->how->out, &row, w->object);
        w->object = NULL;
    } else {
        scored_csv(s->how->out, &row, (cli_fields){ s->fields, w->text });
    }
}

static void forget(waiting *w)
{
    free(w->error);
    free(w->id);
    free(w->text);
    record_free(w->object);
    *w = (waiting){ 0 };
}

/* Answer all waiting lines. */
static int answer(stream *s)
{
    const cli_stream *how = s->how;
    size_t i = 0;
    if (s->good && egad_score_run(s->scorer, s->x, s->good, s->scores) != EGAD_OK)
        return message_fail();
    if (how->at &&
        egad_threshold_judge(s->by.p, s->by.flagged, how->detector, how->how.score,
                             how->at, s->scores, s->good) != EGAD_OK)
        return message_fail();
    for (size_t k = 0; k < s->n; k++) {
        answer_line(s, &s->wait[k], i);
        i += !s->wait[k].error;
        s->row++;
        forget(&s->wait[k]);
    }
    s->n = s->good = 0;
    fflush(how->out);
    return CLI_DONE;
}

/* ---- Lines ----------------------------------------------------------------- */

/* What is kept of the last line, beside its features. */
static int keep(const stream *s, waiting *w)
{
    const egad_csv_source from = egad_csv_last(s->lines);
    const char *id = s->json ? s->last_id : from.id;
    const cli_fields fields = { from.fields, from.text };
    if ((id && !(w->id = strdup(id))) ||
        (fields.text && !(w->text = scored_copy(fields))))
        return message_error("out of memory for a line's answer");
    return CLI_DONE;
}

/* Queue a line, for its score or with the error in it. */
static int queue(stream *s, const char *error)
{
    char *text = NULL;
    if (error && s->how->stop) {
        char copy[1024];
        snprintf(copy, sizeof copy, "%s", error);
        const int code = answer(s);
        return code == CLI_DONE ? message_error("%s", copy) : code;
    }
    if (error && !(text = strdup(error)))
        return message_error("out of memory for a line's answer");
    if (s->n == 0)
        s->since = message_clock();
    waiting *w = &s->wait[s->n++];
    *w = (waiting){ .error = text, .object = s->object };
    s->object = NULL;
    if (keep(s, w) != CLI_DONE)
        return CLI_FAILED;
    s->good += !error;
    s->malformed += error != NULL;
    return s->n == ROWS ? answer(s) : CLI_DONE;
}

/* The next row of x from a JSON line; returns NULL, or the error in it. */
static const char *take_json(stream *s, const char *text, size_t n, float *x)
{
    static char why[512];
    const char *wrong = json_lines_parse(&s->values, text, n, s->value);
    s->last_id = wrong || !s->values.id ? NULL : s->value[s->schema->n];
    s->object = s->how->input && !wrong ? record_share(s->values.object) : NULL;
    if (!wrong)
        return egad_csv_values(s->lines, s->line, s->value, x) == EGAD_OK
                   ? NULL
                   : egad_status_last();
    snprintf(why, sizeof why, "json: '%s' line %zu: %s", s->how->name, s->line, wrong);
    return why;
}

static void begin_output(stream *s)
{
    if (s->begun)
        return;
    s->begun = 1;
    const egad_csv_source from = egad_csv_last(s->lines);
    s->fields = from.fields;
    scored_names(s->how->out, (cli_fields){ from.fields, from.names });
}

static int take_line(stream *s, const char *text, size_t n)
{
    float *x = s->x + s->good * s->X;
    size_t blank = 0;
    int row = 1;
    if (s->line == 1 && n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        n -= 3;
    }
    while (blank < n && isspace((unsigned char)text[blank]))
        blank++;
    if (blank == n)
        return CLI_DONE;
    if (s->json < 0)
        s->json = text[blank] == '{';
    if (s->json)
        return queue(s, take_json(s, text, n, x));
    const egad_status status = egad_csv_line(s->lines, s->line, text, n, x, &row);
    if (status != EGAD_OK && !egad_csv_columns(s->lines))
        return message_fail();
    begin_output(s);
    if (status != EGAD_OK)
        return queue(s, egad_status_last());
    return row ? queue(s, NULL) : CLI_DONE;
}

/* Take the complete lines; at the end of the input also the last one. */
static int take_lines(stream *s, int end)
{
    int code = CLI_DONE;
    size_t at = 0;
    while (code == CLI_DONE && at < s->used) {
        const char *begin = s->text + at, *stop = memchr(begin, '\n', s->used - at);
        if (!stop && !end)
            break;
        const size_t n = stop ? (size_t)(stop - begin) : s->used - at;
        if (!s->too_long)
            code = take_line(s, begin, n);
        s->too_long = 0;
        s->line += stop != NULL;
        at += n + (stop != NULL);
    }
    s->used -= at;
    memmove(s->text, s->text + at, s->used);
    if (code == CLI_DONE && s->used >= LINE_MOST) {
        if (s->json < 0)
            return message_error("the first line of %s is longer than 1 MiB: expected "
                                 "CSV or JSON lines",
                                 s->how->name);
        if (!s->too_long)
            code = queue(s, "line longer than 1 MiB");
        s->too_long = 1;
        s->used = 0;
    }
    return code;
}

/* ---- The loop -------------------------------------------------------------- */

/* Milliseconds until an answer is due; -1: no line waits. */
static int patience(const stream *s)
{
    const double left = s->since + s->how->delay - message_clock();
    return s->n == 0 ? -1 : left > 0 ? (int)ceil(fmin(1e3 * left, 1e9)) : 0;
}

/* Read what is available; `*end` is 1 at the end of the input. */
static int take(stream *s, int *end)
{
    const size_t most = s->read_most < PIECE ? s->read_most : PIECE;
    const ssize_t got = read(s->how->in, s->text + s->used, most);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return CLI_DONE;
    if (got < 0)
        return message_error("cannot read %s: %s", s->how->name, strerror(errno));
    s->used += (size_t)got;
    *end = got == 0;
    return take_lines(s, *end);
}

static int serve(stream *s)
{
    int code = CLI_DONE, end = 0, stopping = 0;
    while (code == CLI_DONE && !end && !ferror(s->how->out)) {
        struct pollfd from[2] = { { .fd = s->how->in, .events = POLLIN },
                                  { .fd = stopping ? -1 : wake[0], .events = POLLIN } };
        const int ready = poll(from, 2, stopping ? 0 : patience(s));
        if (ready < 0 && errno != EINTR)
            return message_error("cannot wait for %s: %s", s->how->name, strerror(errno));
        if (ready < 0)
            continue;
        if (from[1].revents) {
            stopping = 1;
            s->read_most = LAST;
        }
        if (from[0].revents)
            code = take(s, &end);
        else if (stopping)
            break;
        if (stopping) {
            s->read_most -= s->read_most < PIECE ? s->read_most : PIECE;
            end |= s->read_most == 0;
        }
        if (code == CLI_DONE && patience(s) == 0)
            code = answer(s);
    }
    return code == CLI_DONE ? answer(s) : code;
}

static void release(stream *s)
{
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    for (size_t i = 0; i < s->n; i++)
        forget(&s->wait[i]);
    record_free(s->object);
    decision_clear(&s->by);
    egad_score_free(s->scorer);
    egad_csv_close(s->lines);
    free(s->text);
    free(s->wait);
    free(s->x);
    free(s->scores);
    free(s->value);
    json_lines_close(&s->values);
}

int stream_run(const cli_stream *how)
{
    const egad_detector_info info = egad_detector_describe(how->detector);
    stream s = { .how = how, .schema = info.schema, .json = -1, .line = 1 };
    int code = CLI_DONE;
    s.X = info.shape[0] * info.shape[1] * info.shape[2];
    s.read_most = SIZE_MAX;
    s.values.schema = info.schema;
    s.values.id = how->id;
    CLI_TRY(egad_csv_open(&s.lines, how->name, info.schema));
    CLI_TRY(egad_csv_keep(
        s.lines, &EGAD_SIZED(egad_csv_options, .id = how->id, .texts = how->input)));
    CLI_TRY(egad_score_new(&s.scorer, how->detector, &how->how,
                           egad_score_bulk(how->detector, ROWS)));
    s.text = malloc(LINE_MOST + PIECE);
    s.wait = calloc(ROWS, sizeof *s.wait);
    s.x = malloc(ROWS * s.X * sizeof *s.x);
    s.scores = malloc(ROWS * sizeof *s.scores);
    s.by = EGAD_SIZED(egad_judgement, .p = malloc(ROWS * sizeof *s.by.p),
                      .flagged = malloc(ROWS));
    s.value = malloc((s.schema->n + 1) * sizeof *s.value);
    if (!s.text || !s.wait || !s.x || !s.scores || !s.by.p || !s.by.flagged || !s.value)
        code = message_error("out of memory for %s lines", text_count(ROWS).text);
    if (code == CLI_DONE)
        code = catch_signals();
    if (code == CLI_DONE)
        code = serve(&s);
    const egad_csv_report unseen = egad_csv_unseen(s.lines);
    rows_note(&unseen, egad_outside_raises(how->detector, how->how.score));
    if (s.malformed)
        fprintf(stderr, "%s of %s line%s %s\n", text_count(s.malformed).text,
                text_count(s.row).text, s.row == 1 ? "" : "s",
                s.malformed == 1 ? "was malformed and answered with an error"
                                 : "were malformed and answered with an error");
done:
    release(&s);
    return code;
}

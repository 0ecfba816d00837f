/* Read rows for a trained detector line by line, as they come from a pipe. */
#include "csv_read_inside.h"

#include <stdlib.h>
#include <string.h>

struct egad_csv_stream {
    egad_csv_reading r;
    float *line;    /* (features): the current line, and */
    int row;        /* 1 if it is a row */
    float *window;  /* (window, features): the last rows, if a row has several lines, */
    int begun;      /* 1: of which there is one at least */
    char delimiter; /* 0: not found yet */
};

egad_status egad_csv_open(egad_csv_stream **out, const char *name,
                          const egad_schema *schema)
{
    egad_status status = EGAD_OK;
    egad_csv_stream *s = NULL;

    *out = NULL;
    NEW(s, 1);
    s->r = (egad_csv_reading){ .path = name, .schema = schema };
    TRY(egad_csv_read_begin(&s->r));
    NEW(s->line, s->r.features);
    if (s->r.reading.window > 1)
        NEW(s->window, s->r.reading.window * s->r.features);
    *out = s;
    s = NULL;
done:
    egad_csv_close(s);
    return status;
}

egad_status egad_csv_keep(egad_csv_stream *s, const egad_csv_options *options)
{
    egad_status status = EGAD_OK;
    egad_csv_options how = { .label = NULL };

    READ_SIZED(egad_csv_options, &how, options);
    s->r.kept.id = how.id;
    s->r.kept.texts = how.texts;
done:
    return status;
}

egad_csv_source egad_csv_last(const egad_csv_stream *s)
{
    const egad_csv_kept *k = &s->r.kept;
    return (egad_csv_source){ k->last_id, k->fields, k->names, k->last };
}

void egad_csv_close(egad_csv_stream *s)
{
    if (!s)
        return;
    egad_csv_read_end(&s->r);
    free(s->line);
    free(s->window);
    free(s);
}

/* The row of a line: the line itself, or the window that ends with it.  Before the first
 * line others like it are supposed, as in files. */
static void take_row(egad_csv_stream *s, float *x)
{
    const size_t width = s->r.features, window = s->r.reading.window;

    if (!s->window) {
        memcpy(x, s->line, width * sizeof *x);
        return;
    }
    memmove(s->window, s->window + width, (window - 1) * width * sizeof *x);
    for (size_t k = s->begun ? window - 1 : 0; k < window; k++)
        memcpy(s->window + k * width, s->line, width * sizeof *x);
    memcpy(x, s->window, window * width * sizeof *x);
    s->begun = 1;
}

static egad_status stream_row(void *context, size_t line, size_t n, char *const *field)
{
    egad_csv_stream *s = context;
    return egad_csv_read_row(&s->r, line, n, field, s->line, &s->row);
}

egad_status egad_csv_line(egad_csv_stream *s, size_t line, const char *text, size_t n,
                          float *x, int *row)
{
    egad_status status = EGAD_OK;
    egad_csv_reading *r = &s->r;
    size_t skip;
    char delimiter = s->delimiter ? s->delimiter : r->delimiter;

    r->who = "csv";
    r->objects = 0;
    egad_csv_kept_forget(&r->kept);
    s->row = 0;
    if (!s->delimiter && r->reading.separator)
        TRY(egad_csv_read_look(r, text, n, &delimiter, &skip));
    status = egad_rows_line(r->path, line, &delimiter, text, n, stream_row, s);
    /* A line above the table says nothing of what separates columns. */
    if (r->fields)
        s->delimiter = delimiter;
    *row = s->row;
    if (status == EGAD_OK && s->row)
        take_row(s, x);
done:
    return status;
}

egad_status egad_csv_values(egad_csv_stream *s, size_t line, const char *const *value,
                            float *x)
{
    egad_status status = EGAD_OK;

    egad_csv_kept_forget(&s->r.kept);
    TRY(egad_csv_read_values(&s->r, line, value, s->line));
    take_row(s, x);
done:
    return status;
}

int egad_csv_columns(const egad_csv_stream *s)
{
    return s->r.fields > 0;
}

egad_csv_report egad_csv_unseen(const egad_csv_stream *s)
{
    return s->r.report;
}

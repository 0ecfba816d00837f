/* Windows of an imported series: the order of its rows, and which windows train. */
#include "csv_inside.h"
#include "window.h"

#include <stdlib.h>
#include <string.h>

typedef egad_csv_importing importing;

enum { WINDOW_MOST = 10000 };

egad_status egad_csv_window_check(const egad_csv_options *o)
{
    egad_status status = EGAD_OK;

    if (o->window > WINDOW_MOST)
        FAIL(ARGUMENT, "csv: windows of %zu rows, wanted %d at most", o->window,
             WINDOW_MOST);
    if (o->window <= 1 && (o->step || o->time))
        FAIL(ARGUMENT, "csv: a step and a column of time need windows");
    if (o->window > 1 && o->missing && strcmp(o->missing, "drop") == 0)
        FAIL(ARGUMENT,
             "csv: --missing drop would tear windows apart: impute values with --missing "
             "mean");
done:
    return status;
}

egad_status egad_csv_window_time(importing *m, size_t line, char *const *field)
{
    egad_status status = EGAD_OK;
    const char *text = m->time < m->raw ? field[m->time] : NULL;
    egad_date_moment at;

    if (!text)
        goto done;
    const egad_date_kind kind = egad_date_parse(text, m->reading.order, &at);
    if (kind != EGAD_DATE_GOOD)
        FAIL(FORMAT, "csv: '%s' line %zu, column '%s': '%.40s' is not a time%s", m->path,
             line, m->name[m->time], text,
             kind == EGAD_DATE_ORDER ? " by itself: say with --date-order whether the "
                                       "day or the month is first"
                                     : ", wanted a number or a date");
    if (m->before_line && at.seconds < m->before)
        FAIL(DATA,
             "csv: '%s' line %zu, column '%s': '%.40s' is before line %zu: sort the rows "
             "by time, and import series that were joined one by one",
             m->path, line, m->name[m->time], text, m->before_line);
    m->before = at.seconds;
    m->before_line = line;
done:
    return status;
}

/* 1 if all rows of a window are training rows, without anomalies. */
static int may_train(const importing *m, const unsigned char *anomaly,
                     const unsigned char *part, size_t last)
{
    const size_t window = m->options->window;

    for (size_t i = last + 1 - window; i <= last; i++)
        if (anomaly[i] || part[i] != EGAD_TRAIN)
            return 0;
    return 1;
}

static egad_status count_windows(importing *m)
{
    egad_status status = EGAD_OK;
    const egad_csv_options *o = m->options;
    const size_t rows = m->table.rows, step = o->step ? o->step : 1;

    if (rows < o->window)
        FAIL(DATA, "csv: '%s' has %zu rows, fewer than the %zu of a window", m->path,
             rows, o->window);
    m->windows = (rows - o->window) / step + 1;
    NEW(m->last, m->windows);
    NEW(m->last_part, m->windows);
    for (size_t i = 0; i < m->windows; i++)
        m->last[i] = o->window - 1 + i * step;
done:
    return status;
}

/* Windows that may train are training windows, of a split at random those that come first
 * in time. */
static void divide(importing *m, const unsigned char *anomaly, const unsigned char *part)
{
    const egad_csv_options *o = m->options;
    const double test = o->test_fraction == 0 ? 0.5 : o->test_fraction;
    size_t n = 0, kept = 0, train = 0;

    for (size_t i = 0; i < m->windows; i++)
        n += (size_t)may_train(m, anomaly, part, m->last[i]);
    const size_t most =
        o->label && !o->split_column ? (size_t)((double)n * (1 - test)) : n;
    for (size_t i = 0; i < m->windows; i++) {
        const size_t last = m->last[i];
        const int trains = may_train(m, anomaly, part, last) && train < most;
        /* By a column, a window whose rows are of both parts, or that has an anomaly
         * among training rows, is of neither. */
        if (!trains && o->split_column && part[last] != EGAD_TEST)
            continue;
        train += (size_t)trains;
        m->last[kept] = last;
        m->last_part[kept++] = trains ? EGAD_TRAIN : EGAD_TEST;
    }
    m->windows = kept;
}

egad_status egad_csv_window_divide(importing *m, const unsigned char *anomaly,
                                   unsigned char *part)
{
    egad_status status = EGAD_OK;
    const size_t window = m->options->window;

    TRY(count_windows(m));
    divide(m, anomaly, part);
    /* Rows of training windows are those that means and offsets are computed from. */
    memset(part, EGAD_TEST, m->table.rows);
    for (size_t i = 0; i < m->windows; i++)
        if (m->last_part[i] == EGAD_TRAIN)
            memset(part + m->last[i] + 1 - window, EGAD_TRAIN, window);
done:
    return status;
}

egad_status egad_csv_window_make(importing *m, egad_dataset **data)
{
    egad_status status = EGAD_OK;
    const size_t step = m->options->step ? m->options->step : 1;

    TRY(egad_window_make(data, m->options->window, m->last, m->windows));
    if ((*data)->split)
        memcpy((*data)->split, m->last_part, m->windows);
    TRY(egad_csv_doubt_note(m,
                            "each row is a window of %zu rows, %zu apart, with the label "
                            "of the last%s",
                            m->options->window, step,
                            m->options->label && !m->options->split_column
                                ? "; windows of normal rows train, the earlier ones"
                                : ""));
done:
    return status;
}

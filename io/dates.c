/* Columns that are derived from columns of dates: hour, weekday, days since the start. */
#include "dates.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const part_name[EGAD_DATES_PARTS] = { "hour", "weekday",
                                                         "days_since_start" };
static const char *const weekday[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

egad_status egad_dates_part(char **out, const char *name, int part)
{
    egad_status status = EGAD_OK;
    const size_t size = strlen(name) + strlen(part_name[part]) + 2;

    NEW(*out, size);
    snprintf(*out, size, "%s.%s", name, part_name[part]);
done:
    return status;
}

int egad_dates_derived(const char *date, const char *column)
{
    const size_t n = strlen(date);

    if (strncmp(column, date, n) != 0 || column[n] != '.')
        return 0;
    for (int k = 0; k < EGAD_DATES_PARTS; k++)
        if (strcmp(column + n + 1, part_name[k]) == 0)
            return 1;
    return 0;
}

int egad_dates_part_of(const egad_reading *r, const char *column)
{
    for (size_t i = 0; i < r->dates; i++)
        if (egad_dates_derived(r->date[i], column))
            return 1;
    return 0;
}

egad_status egad_dates_begin(egad_dates *d, egad_reading *r, size_t n, char *const *name)
{
    egad_status status = EGAD_OK;

    d->reading = r;
    d->n = n;
    NEW(d->at, r->dates);
    NEW(d->derived, r->dates * EGAD_DATES_PARTS);
    for (size_t i = 0; i < r->dates; i++) {
        d->at[i] = 0;
        while (d->at[i] < n && strcmp(name[d->at[i]], r->date[i]) != 0)
            d->at[i]++;
        for (int k = 0; d->at[i] < n && k < EGAD_DATES_PARTS; k++, d->parts++)
            TRY(egad_dates_part(&d->derived[d->parts], r->date[i], k));
    }
    NEW(d->text, d->parts * EGAD_DATES_TEXT);
    NEW(d->field, n + d->parts);
done:
    return status;
}

char *const *egad_dates_names(egad_dates *d, char *const *name)
{
    memcpy(d->field, name, d->n * sizeof *d->field);
    memcpy(d->field + d->n, d->derived, d->parts * sizeof *d->field);
    return d->field;
}

static egad_status read_date(egad_dates *d, size_t i, const char *who, const char *path,
                             size_t line, const char *text, char *out)
{
    egad_status status = EGAD_OK;
    egad_reading *r = d->reading;
    egad_date_moment at;
    double unused;

    for (size_t k = 0; k < EGAD_DATES_PARTS; k++)
        out[k * EGAD_DATES_TEXT] = 0;
    if (egad_reading_gap(r, text) ||
        egad_number_double(text, &unused) == EGAD_NUMBER_MISSING)
        goto done;
    const egad_date_kind kind = egad_date_parse(text, r->order, &at);
    if (kind == EGAD_DATE_ORDER)
        FAIL(FORMAT,
             "%s: '%s' line %zu, column '%s': '%.40s' may have the day or the month "
             "first: "
             "say so with --date-order day or month",
             who, path, line, r->date[i], text);
    if (kind == EGAD_DATE_NONE)
        FAIL(FORMAT,
             "%s: '%s' line %zu, column '%s': '%.40s' is not a date: write it as "
             "2018-07-03 09:05:30, or as seconds since 1970%s",
             who, path, line, r->date[i], text,
             strchr(text, '/') ? "; --date-order says whether the day comes first" : "");
    if (isnan(r->since[i]))
        r->since[i] = at.seconds;
    snprintf(out, EGAD_DATES_TEXT, "%.17g", at.hour);
    snprintf(out + EGAD_DATES_TEXT, EGAD_DATES_TEXT, "%s", weekday[at.weekday]);
    snprintf(out + (size_t)2 * EGAD_DATES_TEXT, EGAD_DATES_TEXT, "%.17g",
             (at.seconds - r->since[i]) / (24 * 3600));
done:
    return status;
}

egad_status egad_dates_row(egad_dates *d, const char *who, const char *path, size_t line,
                           char *const *field, char *const **out)
{
    egad_status status = EGAD_OK;
    size_t part = 0;

    memcpy(d->field, field, d->n * sizeof *d->field);
    for (size_t i = 0; i < d->reading->dates; i++) {
        if (d->at[i] == d->n)
            continue;
        char *text = d->text + part * EGAD_DATES_TEXT;
        TRY(read_date(d, i, who, path, line, field[d->at[i]], text));
        for (int k = 0; k < EGAD_DATES_PARTS; k++, part++)
            d->field[d->n + part] = text + (size_t)k * EGAD_DATES_TEXT;
    }
    *out = d->field;
done:
    return status;
}

void egad_dates_end(egad_dates *d)
{
    egad_array_clear(d->derived, d->derived ? d->parts : 0);
    free(d->at);
    free(d->text);
    free(d->field);
    *d = (egad_dates){ .n = 0 };
}

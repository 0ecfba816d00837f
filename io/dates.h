/* Dates and times (dates.c, date.c): what is derived from a column of them. */
#ifndef EGAD_DATES_H
#define EGAD_DATES_H

#include "io.h"

/* ---- date.c: text as a moment ------------------------------------------------ */

typedef enum {
    EGAD_DATE_GOOD,
    EGAD_DATE_ORDER, /* 3/7/2018: day or month first? */
    EGAD_DATE_NONE   /* other text */
} egad_date_kind;

typedef struct {
    double seconds; /* since 1970-01-01 00:00 UTC */
    double hour;    /* of the day, 0 to 24, on the clock as it is written */
    int weekday;    /* of that day, 0 Monday to 6 Sunday */
} egad_date_moment;

/* ISO 8601 (2018-07-03T09:05:30.5+02:00, with a blank for the T, without the zone,
 * seconds or time, as 20180703 and 20180703090530 too), 2018/7/3, 3.7.2018, 3-Jul-2018;
 * by `order`, 'd' or 'm', 3/7/2018 with the day or the month first; times with AM and PM;
 * numbers: seconds since 1970 UTC, or milliseconds from 1e11 on. */
egad_date_kind egad_date_parse(const char *text, char order, egad_date_moment *out);

/* ---- dates.c ------------------------------------------------------------------ */

enum { EGAD_DATES_PARTS = 3, EGAD_DATES_TEXT = 40 };

/* NAME.hour, NAME.weekday, NAME.days_since_start; the caller frees *out with free(). */
egad_status egad_dates_part(char **out, const char *name, int part);
/* 1 if a column has the name of a part of this column of dates. */
int egad_dates_derived(const char *date, const char *column);
/* 1 if it is a part of one of the columns of dates. */
int egad_dates_part_of(const egad_reading *r, const char *column);

/* Appends to the fields of each line what is derived from its dates. */
typedef struct {
    egad_reading *reading; /* a `since` that is NaN is set by the first row */
    size_t n;              /* fields of a line; parts follow them */
    size_t parts;
    size_t *at;     /* (dates of the reading): field of each; n: it is not there */
    char **field;   /* (n + parts) */
    char *text;     /* (parts, EGAD_DATES_TEXT) */
    char **derived; /* (parts): names */
} egad_dates;

/* Find the columns by these n names; one that is missing has no parts.  egad_dates_end
 * frees what is taken, after a failure too. */
egad_status egad_dates_begin(egad_dates *d, egad_reading *r, size_t n, char *const *name);
/* The names and, behind them, those of the parts: (n + parts), valid until the next call.
 */
char *const *egad_dates_names(egad_dates *d, char *const *name);
/* The same for a row.  A text that is no date is an error, which begins with `who`. */
egad_status egad_dates_row(egad_dates *d, const char *who, const char *path, size_t line,
                           char *const *field, char *const **out);
void egad_dates_end(egad_dates *d);

#endif

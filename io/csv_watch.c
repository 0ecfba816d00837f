/* What the values of a column have in common, row by row: a notation of numbers, a
 * direction, whole numbers that differ. */
#include "csv_inside.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    KEPT_MOST = 4096, /* numbers that are compared with all others */
    FEW = 20,         /* fewer rows rise by chance */
    DIFFERENT = 1000, /* fewer rows of whole numbers differ by chance, */
    PAIRS = 5         /* unless more pairs of them than these were to be equal */
};
#define LARGE 9007199254740992.0 /* 2^53 */

const egad_reading egad_csv_notation[EGAD_CSV_NOTATIONS] = {
    [EGAD_CSV_PLAIN] = { .skip = 0 },
    { .decimal = ',' },
    { .thousands = ',' },
    { .decimal = ',', .thousands = '.' },
    { .thousands = ' ' },
    { .decimal = ',', .thousands = ' ' },
    { .thousands = '\'' },
    { .decimal = ',', .thousands = '\'' },
};
enum { ALL = (1 << EGAD_CSV_NOTATIONS) - 1, COMMAS = 1 << 1 | 1 << 3 | 1 << 5 | 1 << 7 };

void egad_csv_watch_begin(egad_csv_watch *w)
{
    *w = (egad_csv_watch){ .notations = ALL,
                           .whole = 1,
                           .least = INFINITY,
                           .above_least = INFINITY,
                           .most = -INFINITY,
                           .below_most = -INFINITY };
}

void egad_csv_watch_end(egad_csv_watch *w)
{
    free(w->seen);
    w->seen = NULL;
}

/* Digits with at most one point among them, and a sign: the value.  0: another text. */
static int parse_plain(const char *text, double *value, int *point)
{
    const char *s = text + (*text == '-' || *text == '+');
    double digits = 0, scale = 1;
    size_t n = 0;

    *point = 0;
    for (;; s++)
        if (*s >= '0' && *s <= '9') {
            digits = digits * 10 + (*s - '0');
            scale *= *point ? 10 : 1;
            n++;
        } else if (*s == '.' && !*point) {
            *point = 1;
        } else {
            break;
        }
    *value = (*text == '-' ? -digits : digits) / scale;
    return !*s && n > 0 && isfinite(digits) && isfinite(scale);
}

static void restrict_notations(egad_csv_watch *w, unsigned among, const char *text)
{
    for (unsigned i = 0; i < EGAD_CSV_NOTATIONS; i++)
        if (w->notations & among & 1u << i &&
            !egad_reading_matches(&egad_csv_notation[i], text))
            w->notations &= ~(1u << i);
}

/* No longer a column of different whole numbers. */
static void forget_seen(egad_csv_watch *w)
{
    w->whole = 0;
    free(w->seen);
    w->seen = NULL;
}

static size_t slot_of(const egad_csv_watch *w, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    bits *= 0x9e3779b97f4a7c15u;
    size_t at = (size_t)(bits >> 32) & (w->slots - 1);
    while (!isnan(w->seen[at]) && w->seen[at] != value)
        at = (at + 1) & (w->slots - 1);
    return at;
}

static egad_status make_slots(egad_csv_watch *w)
{
    egad_status status = EGAD_OK;
    double *old = w->seen;
    const size_t n = w->slots;

    w->slots = n ? 4 * n : 64;
    NEW(w->seen, w->slots);
    for (size_t i = 0; i < w->slots; i++)
        w->seen[i] = NAN;
    for (size_t i = 0; i < n; i++)
        if (!isnan(old[i]))
            w->seen[slot_of(w, old[i])] = old[i];
done:
    free(old);
    return status;
}

/* Keep the first whole numbers, until one comes again. */
static egad_status add_whole(egad_csv_watch *w, double value)
{
    egad_status status = EGAD_OK;

    if (w->kept < KEPT_MOST && 2 * (w->kept + 1) > w->slots)
        TRY(make_slots(w));
    const size_t at = slot_of(w, value);
    if (w->seen[at] == value) {
        forget_seen(w);
    } else if (w->kept < KEPT_MOST) {
        w->seen[at] = value;
        w->kept++;
    }
done:
    return status;
}

static void note(char *out, size_t size, size_t *at, size_t line, const char *text)
{
    if (*at)
        return;
    *at = line;
    snprintf(out, size, "%s", text);
}

static void extend(egad_csv_watch *w, double value)
{
    if (value < w->least) {
        w->above_least = w->least;
        w->least = value;
        w->leasts = 1;
    } else if (value == w->least) {
        w->leasts++;
    } else if (value < w->above_least) {
        w->above_least = value;
    }
    if (value > w->most) {
        w->below_most = w->most;
        w->most = value;
        w->mosts = 1;
    } else if (value == w->most) {
        w->mosts++;
    } else if (value > w->below_most) {
        w->below_most = value;
    }
}

static egad_status add_plain(egad_csv_watch *w, size_t line, const char *text,
                             double value, int point)
{
    egad_status status = EGAD_OK;
    const char *digits = text + (*text == '-' || *text == '+');

    if (point && w->notations & COMMAS)
        restrict_notations(w, COMMAS, text);
    if (*digits == '0' && digits[1] >= '0' && digits[1] <= '9')
        note(w->codes, sizeof w->codes, &w->codes_line, line, text);
    if (!point && fabs(value) >= LARGE)
        note(w->large, sizeof w->large, &w->large_line, line, text);
    const int step = value > w->last ? 1 : value < w->last ? -1 : 0;
    if (w->numbers == 1)
        w->rising = step;
    else if (w->numbers > 1 && step != w->rising)
        w->rising = 0;
    w->last = value;
    extend(w, value);
    w->numbers++;
    if (point && value != floor(value))
        forget_seen(w);
    if (w->whole)
        TRY(add_whole(w, value));
done:
    return status;
}

egad_status egad_csv_watch_add(egad_csv_watch *w, size_t line, const char *text)
{
    egad_status status = EGAD_OK;
    double value;
    float unused;
    int point;

    if (!*text)
        goto done;
    if (parse_plain(text, &value, &point)) {
        TRY(add_plain(w, line, text, value, point));
        goto done;
    }
    const char *sign = text + (*text == '-' || *text == '+');
    if ((isalpha((unsigned char)*sign) || *sign == '?') &&
        egad_number_parse(text, &unused) == EGAD_NUMBER_MISSING) {
        if (strncasecmp(sign, "nan", 3) == 0 || strncasecmp(sign, "inf", 3) == 0)
            note(w->nan, sizeof w->nan, &w->nan_line, line, text);
        goto done;
    }
    w->rising = 0;
    forget_seen(w);
    restrict_notations(w, ALL, text);
    w->numbers += w->notations != 0;
    if (w->notations && !(w->notations & 1u << EGAD_CSV_PLAIN))
        note(w->example, sizeof w->example, &w->line, line, text);
done:
    return status;
}

/* 1 for -99, 999, 9999.9 and the like. */
static int is_nines(double value)
{
    char text[40];
    size_t n = 0;
    snprintf(text, sizeof text, "%.15g", fabs(value));
    for (const char *c = text; *c; c++) {
        if (*c != '9' && *c != '.')
            return 0;
        n += *c == '9';
    }
    return n > 1;
}

size_t egad_csv_watch_stand_in(const egad_csv_watch *w, double *value)
{
    enum { AGAIN = 3 };
    *value = w->most;
    if (!(w->least < w->most))
        return 0;
    const int low = w->leasts >= AGAIN && is_nines(w->least) &&
                    w->above_least - w->least > w->most - w->above_least;
    const int high = w->mosts >= AGAIN && is_nines(w->most) &&
                     w->most - w->below_most > w->below_most - w->least;
    *value = low ? w->least : w->most;
    return w->numbers < FEW ? 0 : low ? w->leasts : high ? w->mosts : 0;
}

egad_csv_suspicion egad_csv_watch_judge(const egad_csv_watch *w, size_t rows)
{
    if (w->large_line)
        return EGAD_CSV_LARGE;
    if (w->codes_line)
        return EGAD_CSV_CODES;
    double unused;
    if (egad_csv_watch_stand_in(w, &unused))
        return EGAD_CSV_STAND_IN;
    if (w->numbers < rows)
        return EGAD_CSV_CATEGORIES;
    if (w->rising && rows >= FEW)
        return EGAD_CSV_COUNTS;
    /* Of n numbers drawn from R, n^2 / 2R pairs are equal. */
    const double n = (double)rows, pairs = n * n / (2 * (w->most - w->least + 1));
    return w->whole && rows >= FEW && (rows >= DIFFERENT || pairs > PAIRS)
               ? EGAD_CSV_UNIQUE
               : EGAD_CSV_CATEGORIES;
}

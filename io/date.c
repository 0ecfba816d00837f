/* Text as a moment in time. */
#include "dates.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DAY = 24 * 3600, DIGITS_MOST = 9 };

/* What is left of a text, and what was read of it. */
typedef struct {
    const char *s;
    long year, month, day;
    double clock; /* seconds since midnight */
    double zone;  /* seconds that the clock is ahead of UTC */
} parsing;

/* Days from 1970-01-01 in the Gregorian calendar: days_from_civil of
 * https://howardhinnant.github.io/date_algorithms.html */
static long count_days(long y, long m, long d)
{
    y -= m <= 2;
    const long era = (y >= 0 ? y : y - 399) / 400, year = y - era * 400;
    const long of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + year * 365 + year / 4 - year / 100 + of_year - 719468;
}

static size_t count_digits(const char *s)
{
    size_t n = 0;

    while (isdigit((unsigned char)s[n]))
        n++;
    return n;
}

/* The next `n` digits, all if n is 0; -1: there are none, or too many. */
static long take_number(parsing *p, size_t n)
{
    const size_t digits = count_digits(p->s);
    long value = 0;

    n = n ? n : digits;
    if (!n || digits < n || n > DIGITS_MOST)
        return -1;
    for (size_t i = 0; i < n; i++)
        value = 10 * value + (*p->s++ - '0');
    return value;
}

static int take_char(parsing *p, char c)
{
    if (*p->s != c)
        return 0;
    p->s++;
    return 1;
}

/* Jul, July or Sept; 0: none. */
static long take_month(parsing *p)
{
    static const char *const names[] = {
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December"
    };
    size_t n = 0;

    while (isalpha((unsigned char)p->s[n]))
        n++;
    for (long i = 0; i < 12; i++) {
        const size_t whole = strlen(names[i]);
        if ((n == 3 || n == whole || (n == 4 && whole == 9)) &&
            strncasecmp(p->s, names[i], n) == 0) {
            p->s += n;
            return i + 1;
        }
    }
    return 0;
}

static int is_calendar_day(const parsing *p)
{
    static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const int leap = p->year % 4 == 0 && (p->year % 100 != 0 || p->year % 400 == 0);

    return p->month >= 1 && p->month <= 12 && p->day >= 1 &&
           p->day <= days[p->month - 1] + (leap && p->month == 2);
}

/* 20180703, 20180703090530, as these fit. */
static int take_compact(parsing *p)
{
    const size_t n = count_digits(p->s);
    parsing of = *p;

    if ((n != 8 && n != 14) || (p->s[n] && !strchr("T ", p->s[n])))
        return 0;
    of.year = take_number(&of, 4);
    of.month = take_number(&of, 2);
    of.day = take_number(&of, 2);
    if (of.year < 1900 || of.year > 2100 || !is_calendar_day(&of))
        return 0;
    if (n == 14) {
        const long hour = take_number(&of, 2), minute = take_number(&of, 2);
        const long second = take_number(&of, 2);
        if (hour > 23 || minute > 59 || second > 60)
            return 0;
        of.clock = (double)(hour * 3600 + minute * 60 + second);
    }
    *p = of;
    return 1;
}

/* Jul 3, 2018; July 3 2018. */
static egad_date_kind take_named(parsing *p)
{
    p->month = take_month(p);
    take_char(p, '.');
    p->s += strspn(p->s, " ");
    p->day = take_number(p, 0);
    take_char(p, ',');
    p->s += strspn(p->s, " ");
    p->year = count_digits(p->s) == 4 ? take_number(p, 4) : -1;
    return p->year >= 0 && is_calendar_day(p) ? EGAD_DATE_GOOD : EGAD_DATE_NONE;
}

/* A day whose parts have a mark between them. */
static egad_date_kind take_day(parsing *p, char order)
{
    if (isalpha((unsigned char)*p->s))
        return take_named(p);
    const size_t first = count_digits(p->s);
    const long a = take_number(p, 0);
    const char mark = *p->s;

    if (a < 0 || !mark || !strchr("-/. ", mark))
        return EGAD_DATE_NONE;
    p->s++;
    const long named = take_month(p), b = named ? named : take_number(p, 0);
    if (b < 0 || !take_char(p, mark))
        return EGAD_DATE_NONE;
    const size_t last = count_digits(p->s);
    const long c = take_number(p, 0);
    if (c < 0 || (first != 4 && last != 4 && last != 2))
        return EGAD_DATE_NONE;
    const int short_year = first != 4 && last == 2;
    const int by_order = first != 4 && !named && mark != '.';
    if (by_order && !order)
        return EGAD_DATE_ORDER;
    p->year = first == 4 ? a : c + (short_year ? c < 70 ? 2000 : 1900 : 0);
    p->month = by_order && order == 'm' ? a : b;
    p->day = first == 4 ? c : by_order && order == 'm' ? b : a;
    return is_calendar_day(p) ? EGAD_DATE_GOOD : EGAD_DATE_NONE;
}

/* 9:05, 09:05:30.25, 9:05 PM, with a zone; 1 if the text ends there. */
static int take_clock(parsing *p)
{
    char *end;
    double seconds = 0;
    long hour = take_number(p, 0), minute = 0;

    if (hour < 0 || !take_char(p, ':') || (minute = take_number(p, 2)) < 0)
        return 0;
    if (take_char(p, ':')) {
        if (!isdigit((unsigned char)*p->s))
            return 0;
        seconds = strtod(p->s, &end);
        p->s = end;
    }
    p->s += strspn(p->s, " ");
    const int pm = strncasecmp(p->s, "pm", 2) == 0;
    if (pm || strncasecmp(p->s, "am", 2) == 0) {
        if (hour < 1 || hour > 12)
            return 0;
        hour = hour % 12 + 12 * pm;
        p->s += 2;
    }
    if (hour > 24 || minute > 59 || !(seconds < 61) ||
        (hour == 24 && (minute || seconds > 0)))
        return 0;
    p->clock = (double)(hour * 3600 + minute * 60) + seconds;
    return 1;
}

/* Z, UTC, +02:00, -0530, +02; 1 if it is there, or nothing. */
static int take_zone(parsing *p)
{
    const double sign = *p->s == '-' ? -1 : 1;

    p->s += strspn(p->s, " ");
    if (strcasecmp(p->s, "z") == 0 || strcasecmp(p->s, "utc") == 0)
        return 1;
    if (!*p->s)
        return 1;
    if (!take_char(p, '+') && !take_char(p, '-'))
        return 0;
    const long hour = take_number(p, 2);
    take_char(p, ':');
    const long minute = *p->s ? take_number(p, 2) : 0;
    p->zone = sign * (double)(hour * 3600 + minute * 60);
    return hour >= 0 && hour < 15 && minute >= 0 && minute < 60 && !*p->s;
}

static void settle(double local, double zone, egad_date_moment *out)
{
    const double days = floor(local / DAY);

    out->seconds = local - zone;
    out->hour = (local - days * DAY) / 3600;
    /* 1970-01-01 was a Thursday. */
    out->weekday = (int)(fmod(fmod(days + 3, 7) + 7, 7));
}

egad_date_kind egad_date_parse(const char *text, char order, egad_date_moment *out)
{
    parsing p = { .s = text + strspn(text, " ") };
    char clean[64];
    double number;
    size_t n = strlen(p.s);

    while (n && p.s[n - 1] == ' ')
        n--;
    if (n >= sizeof clean)
        return EGAD_DATE_NONE;
    memcpy(clean, p.s, n);
    clean[n] = 0;
    p.s = clean;
    if (!take_compact(&p)) {
        if (egad_number_double(clean, &number) == EGAD_NUMBER_GOOD) {
            settle(fabs(number) >= 1e11 ? number / 1000 : number, 0, out);
            return EGAD_DATE_GOOD;
        }
        const egad_date_kind kind = take_day(&p, order);
        if (kind != EGAD_DATE_GOOD)
            return kind;
    }
    if (*p.s && !((take_char(&p, 'T') || take_char(&p, ' ')) &&
                  (p.s += strspn(p.s, " "), take_clock(&p)) && take_zone(&p)))
        return EGAD_DATE_NONE;
    settle((double)count_days(p.year, p.month, p.day) * DAY + p.clock, p.zone, out);
    return EGAD_DATE_GOOD;
}

/* How the text of a table is read: notation of numbers, words for missing values, names
 * of the columns of a file without a header, columns of dates, windows.  A schema keeps
 * it as lines of text. */
#include "io.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- In files ------------------------------------------------------------- */

egad_status egad_reading_copy(egad_schema *out, const egad_schema *schema)
{
    egad_status status = EGAD_OK;

    if (!schema->readings)
        goto done;
    out->readings = schema->readings;
    TRY(egad_array_copy(&out->reading, schema->readings, schema->reading));
done:
    return status;
}

egad_status egad_reading_write(egad_h5 *file, const char *path, const egad_schema *schema)
{
    return schema->readings
               ? egad_h5_write_texts(file, path, schema->reading, schema->readings)
               : EGAD_OK;
}

egad_status egad_reading_read(egad_h5 *file, const char *path, egad_schema *schema)
{
    egad_status status = EGAD_OK;
    egad_reading reading = { .skip = 0 };

    if (!egad_h5_has(file, path, NULL))
        goto done;
    TRY(egad_h5_read_texts(file, path, &schema->reading, &schema->readings));
    TRY(egad_reading_parse(&reading, schema));
done:
    egad_reading_clear(&reading);
    return status;
}

/* ---- As lines of text ------------------------------------------------------ */

static egad_status add_line(egad_schema *schema, const char *key, const char *value)
{
    egad_status status = EGAD_OK;
    const size_t size = strlen(key) + strlen(value) + 2;
    char *line = NULL;

    NEW(line, size);
    snprintf(line, size, "%s=%s", key, value);
    TRY(egad_array_add(&schema->reading, &schema->readings, line));
done:
    free(line);
    return status;
}

egad_status egad_reading_keep(egad_schema *schema, const egad_reading *r)
{
    egad_status status = EGAD_OK;
    const struct {
        const char *key;
        char value;
    } marks[] = { { "separator", r->separator },
                  { "decimal", r->decimal },
                  { "thousands", r->thousands } };
    char text[40];

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (marks[i].value)
            TRY(add_line(schema, marks[i].key, (char[]){ marks[i].value, 0 }));
    snprintf(text, sizeof text, "%zu", r->skip);
    if (r->skip)
        TRY(add_line(schema, "skip", text));
    for (size_t i = 0; i < r->nas; i++)
        TRY(add_line(schema, "na", r->na[i]));
    for (size_t i = 0; i < r->names; i++)
        TRY(add_line(schema, "column", r->name[i]));
    for (size_t i = 0; i < r->dates; i++) {
        TRY(add_line(schema, "date", r->date[i]));
        snprintf(text, sizeof text, "%.17g", isnan(r->since[i]) ? 0.0 : r->since[i]);
        TRY(add_line(schema, "since", text));
    }
    if (r->order)
        TRY(add_line(schema, "order", (char[]){ r->order, 0 }));
    snprintf(text, sizeof text, "%zu", r->window);
    if (r->window > 1)
        TRY(add_line(schema, "window", text));
done:
    return status;
}

egad_status egad_reading_date(egad_reading *r, const char *name)
{
    egad_status status = EGAD_OK;
    size_t room = r->dates;

    GROW(r->since, room, r->dates + 1);
    r->since[r->dates] = (double)NAN;
    TRY(egad_array_add(&r->date, &r->dates, name));
done:
    return status;
}

/* Of the time in a table; returns 0 if the line is none of these. */
static int take_time(egad_reading *r, const char *key, size_t n, const char *value)
{
    if (!strncmp(key, "since", n) && n == 5 && r->dates)
        r->since[r->dates - 1] = strtod(value, NULL);
    else if (!strncmp(key, "order", n) && n == 5)
        r->order = *value;
    else if (!strncmp(key, "window", n) && n == 6)
        r->window = (size_t)strtoull(value, NULL, 10);
    else
        return 0;
    return 1;
}

/* One line into `r`; *known is 0 if this version does not know what it says. */
static egad_status take_line(egad_reading *r, const char *line, int *known)
{
    egad_status status = EGAD_OK;
    const char *value = strchr(line, '=');
    const size_t n = value ? (size_t)(value++ - line) : 0;

    if (!n || (*value && value[1] && n == 9)) {
        *known = 0;
    } else if (!strncmp(line, "separator", n) && n == 9) {
        r->separator = *value;
    } else if (!strncmp(line, "thousands", n) && n == 9) {
        r->thousands = *value;
    } else if (!strncmp(line, "decimal", n) && n == 7) {
        r->decimal = *value;
    } else if (!strncmp(line, "skip", n) && n == 4) {
        r->skip = (size_t)strtoull(value, NULL, 10);
    } else if (!strncmp(line, "na", n) && n == 2) {
        TRY(egad_array_add(&r->na, &r->nas, value));
    } else if (!strncmp(line, "column", n) && n == 6) {
        TRY(egad_array_add(&r->name, &r->names, value));
    } else if (!strncmp(line, "date", n) && n == 4) {
        TRY(egad_reading_date(r, value));
    } else {
        *known = take_time(r, line, n, value);
    }
done:
    return status;
}

egad_status egad_reading_parse(egad_reading *r, const egad_schema *schema)
{
    egad_status status = EGAD_OK;
    int known = 1;

    for (size_t i = 0; i < schema->readings; i++) {
        TRY(take_line(r, schema->reading[i], &known));
        if (!known)
            FAIL(FORMAT,
                 "schema: '%.40s' is unknown: use the version of egad that made the file",
                 schema->reading[i]);
    }
    TRY(egad_reading_check("schema", r));
done:
    return status;
}

egad_status egad_reading_check(const char *who, const egad_reading *r)
{
    egad_status status = EGAD_OK;
    const char decimal = r->decimal ? r->decimal : '.';

    if (decimal != '.' && decimal != ',')
        FAIL(ARGUMENT, "%s: decimal mark '%c', wanted a point or a comma", who, decimal);
    if (r->thousands && !strchr(",.'_ ", r->thousands))
        FAIL(ARGUMENT, "%s: thousands separator '%c', wanted , . ' _ or a blank", who,
             r->thousands);
    if (r->thousands == decimal)
        FAIL(ARGUMENT, "%s: '%c' cannot separate both thousands and decimals", who,
             decimal);
    if (r->separator && strchr("\"\r\n", r->separator))
        FAIL(ARGUMENT, "%s: the separator cannot be a quote or a newline", who);
    if (r->order && r->order != 'd' && r->order != 'm')
        FAIL(ARGUMENT, "%s: order of dates '%c', wanted d or m", who, r->order);
    for (size_t i = 0; i < r->dates; i++)
        if (isinf(r->since[i]))
            FAIL(FORMAT, "%s: column '%s' has no start", who, r->date[i]);
done:
    return status;
}

void egad_reading_clear(egad_reading *r)
{
    egad_array_clear(r->na, r->nas);
    egad_array_clear(r->name, r->names);
    egad_array_clear(r->date, r->dates);
    free(r->since);
    *r = (egad_reading){ .skip = 0 };
}

/* ---- Numbers and gaps -------------------------------------------------------- */

int egad_reading_gap(const egad_reading *r, const char *text)
{
    for (size_t i = 0; i < r->nas; i++)
        if (strcmp(text, r->na[i]) == 0)
            return 1;
    return 0;
}

/* The bytes of a thousands separator at `s`; 0: none. */
static size_t mark_size(char thousands, const char *s)
{
    if (!thousands)
        return 0;
    if (thousands == ' ' && strncmp(s, "\xc2\xa0", 2) == 0)
        return 2; /* a no-break space, */
    if (thousands == ' ' && strncmp(s, "\xe2\x80\xaf", 3) == 0)
        return 3; /* and a narrow one */
    return *s == thousands;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t count_digits(const char *s)
{
    size_t n = 0;

    while (is_digit(s[n]))
        n++;
    return n;
}

/* The end of the whole part of a number, in groups of three or not; NULL: neither. */
static const char *end_whole(char thousands, const char *s, int *grouped)
{
    size_t first = count_digits(s), mark = mark_size(thousands, s + first);
    const int zero = *s == '0';

    s += first;
    *grouped = first && mark && is_digit(s[mark]);
    if (!*grouped)
        return s;
    if (first > 3 || zero)
        return NULL;
    for (; (mark = mark_size(thousands, s)) != 0; s += 3) {
        s += mark;
        if (count_digits(s) != 3)
            return NULL;
    }
    return s;
}

/* 1 if the whole text is a number in this notation; *marked: if it is none in the usual
 * one, or another. */
static int matches(const egad_reading *r, const char *text, int *marked)
{
    const char decimal = r->decimal ? r->decimal : '.';
    const char *s = text + (*text == '-' || *text == '+'), *begin = s;
    int grouped;

    s = end_whole(r->thousands, s, &grouped);
    if (!s)
        return 0;
    size_t digits = (size_t)(s - begin);
    *marked = grouped || (*s == decimal && decimal != '.');
    if (*s == decimal) {
        const size_t n = count_digits(++s);
        digits += n;
        s += n;
    }
    if (!digits)
        return 0;
    if (*s == 'e' || *s == 'E') {
        s += 1 + (s[1] == '-' || s[1] == '+');
        if (!is_digit(*s))
            return 0;
        s += count_digits(s);
    }
    return !*s;
}

int egad_reading_matches(const egad_reading *r, const char *text)
{
    int marked;

    return matches(r, text, &marked);
}

int egad_reading_number(const egad_reading *r, char *text)
{
    const char decimal = r->decimal ? r->decimal : '.';
    int marked = 0;
    float unused;
    char *to = text;

    if (!r->decimal && !r->thousands)
        return 1;
    if (!matches(r, text, &marked))
        return !((decimal == ',' || r->thousands == '.') && strchr(text, '.') &&
                 egad_number_parse(text, &unused) == EGAD_NUMBER_GOOD);
    for (const char *s = text; marked && *s;) {
        const size_t mark = mark_size(r->thousands, s);
        if (!mark)
            *to++ = *s == decimal ? '.' : *s;
        s += mark ? mark : 1;
    }
    if (marked)
        *to = 0;
    return 1;
}

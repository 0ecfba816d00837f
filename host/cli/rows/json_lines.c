/* Lines of JSON as values of columns, for files and pipes. */
#include "json_lines.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void json_lines_close(cli_json_lines *v)
{
    record_free(v->object);
    free(v->number);
    free(v->nested);
    free(v->name);
    free(v->value);
    *v = (cli_json_lines){ 0 };
}

/* Names and room for values; 0: out of memory. */
static int begin(cli_json_lines *v)
{
    const char *name;
    v->name = malloc((v->schema->n + 1) * sizeof *v->name);
    v->number = malloc((v->schema->n + 1) * sizeof *v->number);
    while (v->name && (name = egad_csv_origin(v->schema, v->n)) != NULL)
        v->name[v->n++] = name;
    return v->name && v->number;
}

static size_t wanted(const cli_json_lines *v)
{
    return v->n + (v->label != NULL) + (v->id != NULL);
}

static const char *name_of(const cli_json_lines *v, size_t i)
{
    return i < v->n ? v->name[i] : i == v->n && v->label ? v->label : v->id;
}

static int is_wanted(const cli_json_lines *v, const char *name)
{
    size_t i = 0;
    while (i < wanted(v) && strcmp(name_of(v, i), name) != 0)
        i++;
    return i < wanted(v);
}

/* temp1 and temp2 are different names, not a typing error. */
static int same_digits(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a && !isdigit((unsigned char)*a))
            a++;
        while (*b && !isdigit((unsigned char)*b))
            b++;
        if (*a != *b || !*a)
            return *a == *b;
    }
}

/* A misspelt name would be a missing value, which might be imputed silently. */
static const char *check_names(cli_json_lines *v, const char **value)
{
    const char *name = NULL;
    while ((name = record_next(v->object, name)) != NULL) {
        if (is_wanted(v, name))
            continue;
        for (size_t i = 0; i < wanted(v); i++) {
            if (value[i] || !same_digits(name, name_of(v, i)) ||
                !egad_array_near(name_of(v, i), &name, 1))
                continue;
            snprintf(v->why, sizeof v->why,
                     "no '%.64s', but '%.64s': correct the name, or write null for a "
                     "missing value",
                     name_of(v, i), name);
            return v->why;
        }
    }
    return NULL;
}

/* The bytes of a token that JSON has no word for: NaN, Infinity, -Infinity; 0: none. */
static size_t gap_size(const char *text, size_t n)
{
    static const char *const gaps[] = { "NaN", "Infinity", "-Infinity" };
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
        if (n >= strlen(gaps[i]) && !memcmp(text, gaps[i], strlen(gaps[i])))
            return strlen(gaps[i]);
    return 0;
}

/* The bytes of a number. */
static size_t number_size(const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && text[i] && strchr(i ? "+-.eE0123456789" : "-0123456789", text[i]))
        i++;
    return i;
}

/* A copy of a line as other programs mean it, *size bytes: those tokens are null, and a
 * number is a string, which may be beyond the range of a double.  NULL: out of memory. */
static char *make_strict(const char *text, size_t n, size_t *size)
{
    char *copy = malloc(3 * n + 1), *to = copy;
    int quoted = 0;
    for (size_t i = 0; copy && i < n;) {
        const size_t gap = quoted ? 0 : gap_size(text + i, n - i);
        const size_t number = quoted || gap ? 0 : number_size(text + i, n - i);
        if (gap)
            to = stpcpy(to, "null");
        else if (number)
            to += sprintf(to, "\"%.*s\"", (int)number, text + i);
        else
            quoted ^= text[i] == '"';
        i += gap + number;
        if (gap || number)
            continue;
        if (quoted && text[i] == '\\' && i + 1 < n)
            *to++ = text[i++];
        *to++ = text[i++];
    }
    *size = (size_t)(to - copy);
    return copy;
}

/* The object of a line, or NULL: v->why says what is wrong. */
static cli_json *parse_line(cli_json_lines *v, const char *text, size_t n)
{
    char why[sizeof v->why];
    size_t size;
    cli_json *object = record_parse(text, n, v->why, sizeof v->why);
    char *strict = object ? NULL : make_strict(text, n, &size);
    if (strict)
        object = record_parse(strict, size, why, sizeof why);
    free(strict);
    return object;
}

const char *json_lines_parse(void *context, const char *text, size_t n,
                             const char **value)
{
    cli_json_lines *v = context;
    int absent = 0;
    if (!v->name && !begin(v))
        return "out of memory";
    record_free(v->object);
    v->object = parse_line(v, text, n);
    if (!v->object)
        return v->why;
    for (size_t i = 0; i < wanted(v); i++) {
        if (!record_value(v->object, name_of(v, i), &value[i], &v->number[i])) {
            snprintf(v->why, sizeof v->why,
                     "column '%.128s' is a list or an object: expected one value",
                     name_of(v, i));
            return v->why;
        }
        absent |= !value[i];
    }
    return absent ? check_names(v, value) : NULL;
}

/* Room for n names and values; 0: out of memory. */
static int make_room(cli_json_lines *v, size_t n)
{
    if (n <= v->room)
        return 1;
    free(v->name);
    free(v->value);
    free(v->number);
    free(v->nested);
    v->room = 2 * n;
    v->name = malloc(v->room * sizeof *v->name);
    v->value = malloc(v->room * sizeof *v->value);
    v->number = malloc(v->room * sizeof *v->number);
    v->nested = malloc(v->room);
    return v->name && v->value && v->number && v->nested;
}

const char *json_lines_object(void *context, const char *text, size_t n,
                              egad_csv_object *out)
{
    cli_json_lines *v = context;
    const char *name = NULL;
    size_t names = 0;
    record_free(v->object);
    v->object = parse_line(v, text, n);
    if (!v->object)
        return v->why;
    while ((name = record_next(v->object, name)) != NULL)
        names++;
    if (!make_room(v, names))
        return "out of memory";
    for (v->n = 0; (name = record_next(v->object, name)) != NULL; v->n++) {
        v->name[v->n] = name;
        v->nested[v->n] =
            !record_value(v->object, name, &v->value[v->n], &v->number[v->n]);
    }
    *out = (egad_csv_object){ v->n, v->name, v->value, v->nested };
    return NULL;
}

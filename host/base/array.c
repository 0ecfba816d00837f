/* Growable arrays, and lists of names for messages. */
#include "array.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    LISTED = 10, /* most names in a message */
    WORD = 48,   /* longest name compared, in bytes */
    BEGUN = 3    /* shortest common prefix that counts as near */
};

static int ascending(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

void egad_array_sort(float *values, size_t n)
{
    qsort(values, n, sizeof *values, ascending);
}

void *egad_array_grow(void *array, size_t *room, size_t need, size_t size)
{
    size_t want = *room + *room / 2, bytes;

    if (need <= *room && array)
        return array;
    if (want < need)
        want = need;
    if (want < 16)
        want = 16;
    if (__builtin_mul_overflow(want, size, &bytes))
        return NULL;
    void *grown = realloc(array, bytes);
    if (grown)
        *room = want;
    return grown;
}

/* 1 if `text` is one of n names. */
static int is_name(const char *text, char *const *names, size_t n)
{
    size_t i = 0;

    while (i < n && strcmp(names[i], text) != 0)
        i++;
    return i < n;
}

/* Cut the next item off *rest; NULL at the end.  *quoted: whether it was in quotes. */
static char *cut_item(char **rest, int *quoted)
{
    char *item = *rest + strspn(*rest, " "), *to = item, *s = item + 1;

    if (!**rest)
        return NULL;
    *quoted = *item == '"';
    if (!*quoted) {
        s = item + strcspn(item, ",");
        for (to = s; to > item && to[-1] == ' ';)
            to--;
    }
    for (; *quoted && *s && (*s != '"' || s[1] == '"'); s++) {
        s += *s == '"';
        *to++ = *s;
    }
    s += strcspn(s, ",");
    *rest = s + (*s == ',');
    *to = 0;
    return item;
}

egad_status egad_array_each(const char *list, char *const *names, size_t n, void *context,
                            egad_status (*item)(void *context, const char *text))
{
    egad_status status = EGAD_OK;
    char *copy = NULL, *next = NULL, *text;
    int quoted;

    if (!list)
        goto done;
    TRY(egad_array_text(&copy, list));
    for (char *part = copy; part; part = next) {
        next = strchr(part, '\n');
        if (next)
            *next++ = 0;
        if (is_name(part, names, n)) {
            TRY(item(context, part));
            continue;
        }
        while ((text = cut_item(&part, &quoted)) != NULL)
            if (*text || quoted)
                TRY(item(context, text));
    }
done:
    free(copy);
    return status;
}

const char *egad_array_typed(char *out, size_t size, const char *text)
{
    const int plain = *text && *text != '"' && *text != ' ' && !strchr(text, ',') &&
                      text[strlen(text) - 1] != ' ';
    size_t used = 0;

    if (plain || size < 4) {
        snprintf(out, size, "%s", text);
        return out;
    }
    out[used++] = '"';
    for (; *text && used + 4 < size; text++) {
        out[used++] = *text;
        if (*text == '"')
            out[used++] = '"';
    }
    out[used++] = '"';
    out[used] = 0;
    return out;
}

egad_status egad_array_text(char **out, const char *text)
{
    egad_status status = EGAD_OK;

    NEW(*out, strlen(text) + 1);
    strcpy(*out, text);
done:
    return status;
}

egad_status egad_array_copy(char ***out, size_t n, char *const *text)
{
    egad_status status = EGAD_OK;

    NEW(*out, n);
    for (size_t i = 0; i < n; i++)
        TRY(egad_array_text(&(*out)[i], text[i]));
done:
    return status;
}

egad_status egad_array_add(char ***texts, size_t *n, const char *text)
{
    egad_status status = EGAD_OK;

    GROW(*texts, (size_t){ *n }, *n + 1);
    TRY(egad_array_text(&(*texts)[*n], text));
    ++*n;
done:
    return status;
}

int egad_array_same(char *const *a, char *const *b, size_t n)
{
    size_t i = 0;

    while (i < n && strcmp(a[i], b[i]) == 0)
        i++;
    return i == n;
}

egad_status egad_array_path(char **out, const char **last, const char *path)
{
    egad_status status = EGAD_OK;

    TRY(egad_array_text(out, path));
    for (size_t n = strlen(*out); n > 1 && (*out)[n - 1] == '/'; n--)
        (*out)[n - 1] = 0;
    const char *slash = strrchr(*out, '/');
    *last = slash && slash[1] ? slash + 1 : *out;
done:
    return status;
}

void egad_array_clear(char **texts, size_t n)
{
    for (size_t i = 0; texts && i < n; i++)
        free(texts[i]);
    free(texts);
}

const char *egad_array_list(char *out, size_t size, char *const *names, size_t n)
{
    size_t used = 0;

    out[0] = 0;
    for (size_t i = 0; i < n; i++) {
        /* Leave room for " and N more". */
        if (i == LISTED || used + strlen(names[i]) + 32 > size) {
            snprintf(out + used, size - used, " and %zu more", n - i);
            break;
        }
        used +=
            (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", names[i]);
    }
    return out;
}

static int differ(char a, char b)
{
    return tolower((unsigned char)a) != tolower((unsigned char)b);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edit distance of two texts without regard to case: insertions, deletions, changes and
 * swaps of neighbours (optimal string alignment). */
static size_t distance(const char *a, size_t m, const char *b, size_t n)
{
    size_t row[3][WORD + 1], *two = row[0], *one = row[1], *now = row[2];

    for (size_t j = 0; j <= n; j++)
        now[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t *oldest = two;
        two = one, one = now, now = oldest;
        now[0] = i;
        for (size_t j = 1; j <= n; j++) {
            now[j] = least(one[j - 1] + (size_t)differ(a[i - 1], b[j - 1]),
                           least(one[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && !differ(a[i - 1], b[j - 2]) &&
                !differ(a[i - 2], b[j - 1]))
                now[j] = least(now[j], two[j - 2] + 1);
        }
    }
    return now[n];
}

const char *egad_array_near(const char *text, const char *const *names, size_t n)
{
    const char *near = NULL;

    text += strspn(text, "-");
    const size_t size = strlen(text);
    /* One typing error in three bytes. */
    size_t limit = size / 3 + 1;
    for (size_t i = 0; i < n; i++) {
        const char *name = names[i] + strspn(names[i], "-");
        const size_t length = strlen(name), shared = least(length, size);
        if (size > WORD || length > WORD)
            continue;
        size_t far = distance(text, size, name, length);
        if (far > 1 && shared >= BEGUN && strncasecmp(text, name, shared) == 0)
            far = 1;
        if (far < limit) {
            limit = far;
            near = names[i];
        }
    }
    return near;
}

const char *egad_array_no_column(char *out, size_t size, const char *name,
                                 char *const *names, size_t n)
{
    const char *near = egad_array_near(name, (const char *const *)names, n);
    char list[400];

    snprintf(out, size, "no column '%s'%s%s%s; its columns are %s", name,
             near ? ", but '" : "", near ? near : "", near ? "'" : "",
             egad_array_list(list, sizeof list, names, n));
    return out;
}

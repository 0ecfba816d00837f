/* Finds the structure of a table by looking at its first rows: the delimiter that gives
 * each row the same number of fields, lines above the table, and whether the first row
 * has names: words above numbers. */
#include "csv_inside.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROWS_LOOKED = 500,
    HEADERS = 3, /* most header lines */
    COUNTED = 3  /* a header 0, 1, 2 or longer has names, not values */
};
#define NEARLY 0.9 /* the share of rows that must have the same number of fields */

typedef enum { GAP, NUMBER, WORD } cell_kind;

typedef struct {
    size_t line, n, first; /* its number of cells; index of the first of them */
} row_of;

/* Rows at the beginning of a text, split by one delimiter. */
typedef struct {
    char *text;
    size_t used, text_room;
    size_t *cell; /* offsets in text */
    size_t cells, cell_room;
    row_of *row;
    size_t rows, row_room;
    size_t width; /* the most frequent number of fields, */
    size_t top;   /* the first row that has it, */
    double same;  /* the share of the rows from there on that have it, */
    double
        numbers; /* and the share of their cells below the first row that are numbers */
} sample;

static egad_status take_row(void *context, size_t line, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;
    sample *s = context;

    if (s->rows == ROWS_LOOKED)
        goto done;
    GROW(s->row, s->row_room, s->rows + 1);
    GROW(s->cell, s->cell_room, s->cells + n);
    s->row[s->rows++] = (row_of){ line, n, s->cells };
    for (size_t i = 0; i < n; i++) {
        const size_t size = strlen(field[i]) + 1;
        GROW(s->text, s->text_room, s->used + size);
        memcpy(s->text + s->used, field[i], size);
        s->cell[s->cells++] = s->used;
        s->used += size;
    }
done:
    return status;
}

static const char *cell(const sample *s, size_t row, size_t i)
{
    return s->text + s->cell[s->row[row].first + i];
}

/* A number, also in another notation or with a unit. */
static cell_kind kind_of(const char *text)
{
    float unused;

    if (!*text)
        return GAP;
    if (isalpha((unsigned char)*text) && !strchr("nNiI", *text))
        return WORD;
    const egad_number_kind kind = egad_number_parse(text, &unused);
    if (kind == EGAD_NUMBER_MISSING)
        return GAP;
    return kind != EGAD_NUMBER_NONE || *egad_number_hint(text) ? NUMBER : WORD;
}

/* Set width, top and the shares. */
static egad_status measure(sample *s)
{
    egad_status status = EGAD_OK;
    size_t *count = NULL, most = 0, same = 0, numbers = 0, cells = 0;

    for (size_t i = 0; i < s->rows; i++)
        most = s->row[i].n > most ? s->row[i].n : most;
    NEW(count, most + 1);
    for (size_t i = 0; i < s->rows; i++)
        count[s->row[i].n]++;
    for (size_t n = 1; n <= most; n++)
        if (count[n] >= count[s->width])
            s->width = n;
    while (s->top + 1 < s->rows && s->row[s->top].n != s->width)
        s->top++;
    /* A header of other length is no title. */
    for (size_t i = 0; i < s->top; i++)
        if (2 * s->row[i].n > s->width)
            s->top = 0;
    for (size_t i = s->top; i < s->rows; i++) {
        same += s->row[i].n == s->width;
        for (size_t k = 0; i > s->top && k < s->row[i].n; k++, cells++)
            numbers += kind_of(cell(s, i, k)) == NUMBER;
    }
    if (s->rows)
        s->same = (double)same / (double)(s->rows - s->top);
    if (cells)
        s->numbers = (double)numbers / (double)cells;
done:
    free(count);
    return status;
}

static void release(sample *s)
{
    free(s->text);
    free(s->cell);
    free(s->row);
    *s = (sample){ .text = NULL };
}

static egad_status split(sample *s, const char *text, size_t n, size_t line,
                         char delimiter)
{
    egad_status status = EGAD_OK;

    *s = (sample){ .text = NULL };
    TRY(egad_rows_sample(text, n, line, delimiter, take_row, s));
    TRY(measure(s));
done:
    return status;
}

/* ---- Delimiter ---------------------------------------------------------------- */

static int is_table(const sample *s, double share)
{
    return s->width > 1 && s->rows > 1 && s->same >= share;
}

/* 1 if the sample is split better by this delimiter than the best so far was. */
static int is_better(const sample *s, char delimiter, const sample *best)
{
    const int more = s->numbers > best->numbers + 0.1;

    /* Texts have blanks, too: such as 8.07 bar. */
    if (delimiter == ' ')
        return is_table(s, 1) && !s->top && s->numbers > (s->width > 2 ? 0.25 : 0.5) &&
               (!is_table(best, NEARLY) || more);
    return is_table(s, NEARLY) && (!is_table(best, NEARLY) || more);
}

/* Split by the best delimiter. */
static egad_status find_delimiter(sample *best, char *delimiter, const char *text,
                                  size_t n, size_t line)
{
    static const char candidates[] = ",;\t| ";
    egad_status status = EGAD_OK;
    sample other = { .text = NULL };

    const char first = egad_rows_delimiter(text, n, EGAD_ROWS_FIND);
    *delimiter = first;
    TRY(split(best, text, n, line, first));
    for (const char *c = candidates; *c; c++) {
        if (*c == first || !memchr(text, *c, n))
            continue;
        TRY(split(&other, text, n, line, *c));
        if (is_better(&other, *c, best)) {
            sample worse = *best;
            *best = other;
            other = worse;
            *delimiter = *c;
        }
        release(&other);
    }
done:
    release(&other);
    return status;
}

/* ---- Header ---------------------------------------------------------------------- */

/* Of each column below a row. */
typedef struct {
    size_t numbers, words;
} tally;

static int is_row(const sample *s, size_t i)
{
    return s->row[i].n == s->width;
}

/* 1 if two rows are the same: a repeated header. */
static int is_copy(const sample *s, size_t a, size_t b)
{
    size_t k = 0;

    while (k < s->width && strcmp(cell(s, a, k), cell(s, b, k)) == 0)
        k++;
    return k == s->width;
}

static void count_below(const sample *s, size_t row, tally *of)
{
    memset(of, 0, s->width * sizeof *of);
    for (size_t i = row + 1; i < s->rows; i++) {
        if (!is_row(s, i) || is_copy(s, row, i))
            continue;
        for (size_t k = 0; k < s->width; k++) {
            const cell_kind kind = kind_of(cell(s, i, k));
            of[k].numbers += kind == NUMBER;
            of[k].words += kind == WORD;
        }
    }
}

/* What speaks for a header, and against it. */
typedef struct {
    size_t names;   /* words above columns of numbers */
    size_t numeric; /* columns of numbers */
    size_t values;  /* numbers above columns of numbers, */
    size_t equal;   /* of these, those that come again in their column */
    size_t words;   /* other words, */
    size_t again;   /* of these, those that come again */
} votes;

static int comes_again(const sample *s, size_t row, size_t k)
{
    for (size_t i = row + 1; i < s->rows; i++)
        if (is_row(s, i) && !strcmp(cell(s, i, k), cell(s, row, k)) &&
            !is_copy(s, row, i))
            return 1;
    return 0;
}

static votes vote(const sample *s, size_t row, const tally *below)
{
    votes v = { .names = 0 };
    float unused;

    for (size_t k = 0; k < s->width; k++) {
        const char *text = cell(s, row, k);
        const int numbers = below[k].numbers > 0 && !below[k].words;
        const int number = egad_number_parse(text, &unused) == EGAD_NUMBER_GOOD ||
                           egad_number_comma(text);
        const int word = !number && kind_of(text) == WORD;
        v.numeric += (size_t)numbers;
        v.names += word && numbers;
        const int value = number && 2 * below[k].numbers >= below[k].words;
        v.values += (size_t)value;
        v.equal += value && comes_again(s, row, k);
        v.words += word && !numbers;
        v.again += word && !numbers && comes_again(s, row, k);
    }
    return v;
}

/* 1 if two cells of a row are the same text; `gaps`: or one is empty. */
static int has_twins(const sample *s, size_t row, int gaps)
{
    enum { COMPARED = 256 };
    const size_t n = s->width < COMPARED ? s->width : COMPARED;

    for (size_t i = 0; i < n; i++) {
        if (!*cell(s, row, i) && gaps)
            return 1;
        for (size_t k = i + 1; k < n && *cell(s, row, i); k++)
            if (strcmp(cell(s, row, i), cell(s, row, k)) == 0)
                return 1;
    }
    return 0;
}

/* 1 if the numbers in a row count from `first` on: the names of columns without any. */
static int counts(const sample *s, size_t row, size_t first)
{
    char text[24];
    size_t n = 0;

    for (size_t k = 0; k < s->width; k++) {
        snprintf(text, sizeof text, "%zu", first + n);
        if (strcmp(cell(s, row, k), text) == 0)
            n++;
        else if (kind_of(cell(s, row, k)) == NUMBER)
            return 0;
    }
    return n >= COUNTED;
}

/* The names of a row as --header wants them. */
static void list_names(const sample *s, size_t row, char *out, size_t size)
{
    size_t used = 0;
    char item[100];

    for (size_t k = 0; k < s->width; k++) {
        egad_array_typed(item, sizeof item, cell(s, row, k));
        if (used + strlen(item) + sizeof ",..." > size) {
            snprintf(out + used, size - used, ",...");
            return;
        }
        used += (size_t)snprintf(out + used, size - used, "%s%s", k ? "," : "", item);
    }
}

/* Of several header lines, the last one is `row`. */
static void judge_headers(egad_csv_guess *out, const sample *s, size_t row)
{
    const size_t above = s->row[row].line - s->row[s->top].line;

    if (!has_twins(s, row, 1) && has_twins(s, s->top, 1)) {
        out->skip += above;
        out->line = s->row[row].line;
    } else if (!has_twins(s, s->top, 1)) {
        out->kind = EGAD_CSV_TWO_HEADERS;
        out->line = s->row[row].line;
        list_names(s, s->top, out->names, sizeof out->names);
    }
}

/* A first row without words above numbers. */
static egad_csv_kind judge_row(const sample *s, const votes *v)
{
    const size_t top = s->top;
    size_t numbers = 0;

    for (size_t k = 0; k < s->width; k++)
        numbers += kind_of(cell(s, top, k)) == NUMBER;
    if (!numbers)
        return 2 * v->again > v->words && v->words > 1 ? EGAD_CSV_NO_HEADER
                                                       : EGAD_CSV_HEADER;
    if (counts(s, top, 0))
        return EGAD_CSV_HEADER;
    const int row = v->words                   ? 2 * v->again > v->words
                    : 2 * v->equal > v->values ? !counts(s, top, 1)
                                               : has_twins(s, top, 0);
    if (v->values && row)
        return EGAD_CSV_NO_HEADER;
    return v->values || numbers == s->width ? EGAD_CSV_UNSURE : EGAD_CSV_HEADER;
}

static egad_status judge(egad_csv_guess *out, const sample *s)
{
    egad_status status = EGAD_OK;
    tally *below = NULL;
    votes v = { .names = 0 };

    NEW(below, s->width);
    for (size_t row = s->top + HEADERS; row-- > s->top;) {
        if (row >= s->rows || !is_row(s, row))
            continue;
        count_below(s, row, below);
        v = vote(s, row, below);
        if (row == s->top)
            break;
        /* A row with a missing number is no header. */
        if (v.numeric > 1 && v.names == v.numeric && !v.values) {
            judge_headers(out, s, row);
            goto done;
        }
    }
    if (!v.names)
        out->kind = judge_row(s, &v);
done:
    free(below);
    return status;
}

egad_status egad_csv_guess_table(egad_csv_guess *out, const char *text, size_t n,
                                 size_t line, int skipped)
{
    egad_status status = EGAD_OK;
    sample s = { .text = NULL };
    const size_t end = egad_rows_skip(text, n, ROWS_LOOKED);

    out->kind = EGAD_CSV_HEADER;
    out->skip = 0;
    if (out->delimiter)
        TRY(split(&s, text, end, line, out->delimiter));
    else
        TRY(find_delimiter(&s, &out->delimiter, text, end, line));
    if (!s.rows)
        goto done;
    if (skipped || s.same < NEARLY)
        s.top = 0;
    out->line = s.row[s.top].line;
    if (s.top)
        out->skip = out->line - line;
    if (is_row(&s, s.top))
        TRY(judge(out, &s));
done:
    release(&s);
    return status;
}

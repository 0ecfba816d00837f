/* Columns collected row by row from a text file; table_finish.c makes a data set of them.
 * Numbers are stored in double precision, words as small codes, not as text.  A column of
 * still unknown type is stored both ways. */
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLOTS = 4096, /* a power of two, well above EGAD_TABLE_WORDS */
    /* Each column allocates kilobytes at once, though it may be a byte or two in the
     * file. */
    COLUMNS_MOST = 65536,
    ROOM = 64 /* initial rows */
};

egad_status egad_table_declare(egad_table *table, const char *name, size_t field,
                               egad_table_kind kind, int feature)
{
    egad_status status = EGAD_OK;

    if (table->columns == COLUMNS_MOST)
        FAIL(DATA, "csv: '%s' has more than %d columns: drop some", table->path,
             COLUMNS_MOST);
    GROW(table->column, table->column_room, table->columns + 1);
    egad_table_column *c = &table->column[table->columns];
    *c = (egad_table_column){ .field = field, .kind = kind, .feature = feature };
    TRY(egad_array_text(&c->name, name));
    table->columns++;
    if (kind != EGAD_TABLE_NUMBER)
        NEW(c->slot, SLOTS);
done:
    return status;
}

/* The code of a word, added if new; NO_WORD if there are too many. */
static egad_status intern(egad_table_column *c, const char *text, size_t line,
                          uint16_t *code)
{
    egad_status status = EGAD_OK;
    uint32_t hash = 2166136261u;

    for (const char *s = text; *s; s++)
        hash = (hash ^ (unsigned char)*s) * 16777619u;
    uint32_t at = (hash ^ hash >> 16) % SLOTS;
    for (; c->slot[at]; at = (at + 1) % SLOTS)
        if (strcmp(c->word[c->slot[at] - 1].text, text) == 0) {
            *code = (uint16_t)(c->slot[at] - 1);
            goto done;
        }
    *code = EGAD_TABLE_NO_WORD;
    if (c->words == EGAD_TABLE_WORDS)
        goto done;
    GROW(c->word, c->word_room, c->words + 1);
    egad_table_word *word = &c->word[c->words];
    *word = (egad_table_word){ NULL, line, (uint16_t)c->words };
    TRY(egad_array_text(&word->text, text));
    *code = (uint16_t)c->words++;
    c->slot[at] = (uint16_t)c->words;
done:
    return status;
}

static void forget_words(egad_table_column *c)
{
    for (size_t i = 0; i < c->words; i++)
        free(c->word[i].text);
    free(c->word);
    free(c->slot);
    free(c->code);
    c->word = NULL;
    c->slot = NULL;
    c->code = NULL;
    c->words = 0;
}

static egad_status add_number(egad_table *table, egad_table_column *c, size_t line,
                              const char *text)
{
    egad_status status = EGAD_OK;
    double value = NAN;

    switch (egad_number_double(text, &value)) {
    case EGAD_NUMBER_GOOD:
        c->numbers++;
        break;
    case EGAD_NUMBER_MISSING:
        if (c->no_number)
            break;
        c->no_number = line;
        if (*text)
            TRY(egad_array_text(&c->gap, text));
        break;
    case EGAD_NUMBER_LARGE:
        FAIL(FORMAT,
             "csv: '%s' line %zu, column '%s': '%.40s' is too large for float32%s",
             table->path, line, c->name, text, egad_number_hint(text));
    case EGAD_NUMBER_NONE:
        if (c->kind == EGAD_TABLE_NUMBER)
            FAIL(FORMAT, "csv: '%s' line %zu, column '%s': '%.40s' is not a number%s",
                 table->path, line, c->name, text, egad_number_cure(text));
        if (c->many)
            FAIL(FORMAT,
                 "csv: '%s' line %zu, column '%s': '%.40s' is not a number%s, and more "
                 "than %d distinct values are too many categories; drop the column with "
                 "--drop '%s', or read this as a missing value with --na",
                 table->path, line, c->name, text, egad_number_hint(text),
                 EGAD_TABLE_WORDS, c->name);
        c->kind = EGAD_TABLE_WORD;
        c->doubt = 1;
        break;
    }
    c->number[table->rows] = value;
done:
    return status;
}

/* Count the non-missing words that are numbers; times: (words) weights, NULL: 1 each. */
static egad_status count_numbers(egad_table_column *c, const size_t *times)
{
    egad_status status = EGAD_OK;
    const egad_table_word *example = NULL;
    float unused;

    for (size_t i = 0; i < c->words; i++) {
        const egad_table_word *word = &c->word[i];
        const egad_number_kind kind = egad_number_parse(word->text, &unused);
        const size_t n = times ? times[word->code] : 1;
        if (kind == EGAD_NUMBER_MISSING)
            continue;
        c->values += n;
        if (kind != EGAD_NUMBER_NONE)
            c->decimals += n;
        else if (egad_number_comma(word->text))
            c->commas += n;
        else if (*egad_number_hint(word->text))
            c->nearly += n;
        if (kind == EGAD_NUMBER_NONE && (!example || word->line < example->line))
            example = word;
    }
    if (example) {
        c->example_line = example->line;
        TRY(egad_array_text(&c->example, example->text));
    }
done:
    return status;
}

/* Features with too many words are reported together later. */
static egad_status take_many(egad_table *table, egad_table_column *c, size_t line,
                             const char *text)
{
    egad_status status = EGAD_OK;
    float unused;

    if (!c->feature)
        FAIL(DATA,
             "csv: '%s' line %zu, column '%s': more than %d distinct values: choose a "
             "column with fewer",
             table->path, line, c->name, EGAD_TABLE_WORDS);
    c->many = line;
    if (c->kind == EGAD_TABLE_WORD)
        TRY(count_numbers(c, NULL));
    if (c->kind == EGAD_TABLE_WORD && !c->example &&
        egad_number_parse(text, &unused) == EGAD_NUMBER_NONE) {
        c->example_line = line;
        TRY(egad_array_text(&c->example, text));
    }
    forget_words(c);
done:
    return status;
}

static egad_status add_word(egad_table *table, egad_table_column *c, size_t line,
                            const char *text)
{
    egad_status status = EGAD_OK;
    uint16_t code = EGAD_TABLE_NO_WORD;

    if (*text || c->empties) {
        TRY(intern(c, text, line, &code));
        if (code == EGAD_TABLE_NO_WORD) {
            TRY(take_many(table, c, line, text));
            goto done;
        }
    } else if (!c->no_word) {
        c->no_word = line;
    }
    c->code[table->rows] = code;
done:
    return status;
}

egad_status egad_table_add(egad_table *table, size_t line, char *const *field)
{
    egad_status status = EGAD_OK;

    if (table->rows == UINT32_MAX)
        FAIL(DATA, "csv: '%s' has more than %u rows", table->path, UINT32_MAX);
    if (table->rows == table->room) {
        size_t room = table->room ? 2 * table->room : ROOM;
        for (size_t i = 0; i < table->columns; i++) {
            egad_table_column *c = &table->column[i];
            size_t numbers = c->number ? table->room : 0,
                   codes = c->code ? table->room : 0;
            if (c->kind != EGAD_TABLE_WORD)
                GROW(c->number, numbers, room);
            if (c->kind != EGAD_TABLE_NUMBER && !c->many)
                GROW(c->code, codes, room);
        }
        table->room = room;
    }
    for (size_t i = 0; i < table->columns; i++) {
        egad_table_column *c = &table->column[i];
        if (c->kind != EGAD_TABLE_WORD)
            TRY(add_number(table, c, line, field[c->field]));
        if (c->kind != EGAD_TABLE_NUMBER && !c->many)
            TRY(add_word(table, c, line, field[c->field]));
    }
    table->rows++;
done:
    return status;
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(((const egad_table_word *)a)->text, ((const egad_table_word *)b)->text);
}

static egad_status sort_words(egad_table *table, egad_table_column *c,
                              egad_table_missing missing)
{
    egad_status status = EGAD_OK;
    uint16_t *rank = NULL, none = EGAD_TABLE_NO_WORD;

    if (c->feature && c->no_word && missing == EGAD_TABLE_MEAN) {
        TRY(intern(c, "?", c->no_word, &none));
        if (none == EGAD_TABLE_NO_WORD)
            FAIL(DATA,
                 "csv: '%s', column '%s': more than %d distinct values with '?': --drop "
                 "it",
                 table->path, c->name, EGAD_TABLE_WORDS);
    }
    NEW(rank, c->words);
    if (c->words)
        qsort(c->word, c->words, sizeof *c->word, compare_words);
    for (size_t i = 0; i < c->words; i++)
        rank[c->word[i].code] = (uint16_t)i;
    for (size_t i = 0; i < table->rows; i++) {
        uint16_t code = c->code[i] == EGAD_TABLE_NO_WORD ? none : c->code[i];
        c->code[i] = code == EGAD_TABLE_NO_WORD ? code : rank[code];
    }
    /* The hash slots still point to the old positions. */
    free(c->slot);
    c->slot = NULL;
done:
    free(rank);
    return status;
}

/* Count the values of a categorical column that are numbers. */
static egad_status count_values(const egad_table *table, egad_table_column *c)
{
    egad_status status = EGAD_OK;
    size_t *times = NULL;

    NEW(times, c->words);
    for (size_t i = 0; i < table->rows; i++)
        if (c->code[i] != EGAD_TABLE_NO_WORD)
            times[c->code[i]]++;
    TRY(count_numbers(c, times));
done:
    free(times);
    return status;
}

static egad_status fail_gap(const egad_table *table, const egad_table_column *c,
                            size_t line)
{
    egad_status status = EGAD_OK;
    const char *gap = c->kind == EGAD_TABLE_NUMBER ? c->gap : NULL;

    FAIL(DATA,
         "csv: '%s' line %zu, column '%s': %s%.40s%s; drop such rows with --missing "
         "drop, or impute values with --missing mean",
         table->path, line, c->name, gap ? "'" : "", gap ? gap : "the value is missing",
         gap ? "' is not a value" : "");
done:
    return status;
}

egad_status egad_table_settle(egad_table *table, egad_table_missing missing)
{
    egad_status status = EGAD_OK;

    table->missing = missing;
    TRY(egad_table_check(table));
    for (size_t i = 0; i < table->columns; i++) {
        egad_table_column *c = &table->column[i];
        /* Missing values have many notations, such as nan(1). */
        if (c->kind == EGAD_TABLE_AUTO)
            c->kind = c->numbers || c->many ? EGAD_TABLE_NUMBER : EGAD_TABLE_WORD;
        size_t line = c->kind == EGAD_TABLE_NUMBER ? c->no_number : c->no_word;
        if (c->feature && line && missing == EGAD_TABLE_FAIL)
            TRY(fail_gap(table, c, line));
        if (c->kind == EGAD_TABLE_NUMBER) {
            forget_words(c);
            continue;
        }
        free(c->number);
        c->number = NULL;
        if (c->doubt)
            TRY(count_values(table, c));
        TRY(sort_words(table, c, missing));
    }
done:
    return status;
}

int egad_table_incomplete(const egad_table *table, size_t row)
{
    for (size_t i = 0; i < table->columns; i++) {
        const egad_table_column *c = &table->column[i];
        if (c->feature &&
            (c->kind == EGAD_TABLE_NUMBER ? isnan(c->number[row])
                                          : c->code[row] == EGAD_TABLE_NO_WORD))
            return 1;
    }
    return 0;
}

void egad_table_clear(egad_table *table)
{
    for (size_t i = 0; i < table->columns; i++) {
        forget_words(&table->column[i]);
        free(table->column[i].number);
        free(table->column[i].name);
        free(table->column[i].example);
        free(table->column[i].gap);
    }
    free(table->column);
    *table = (egad_table){ .path = table->path };
}

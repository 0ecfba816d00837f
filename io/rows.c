/* Rows of delimited text (quotes, newlines, line numbers), and lines of JSON objects.
 * The only file that includes csv.h (libcsv). */
#include "io.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    BUFFER = 256 * 1024,
    FIELD_MOST = 16 * 1024 * 1024, /* bytes; a longer field is an unclosed quote, */
    LINE_MOST = FIELD_MOST         /* a longer line is not text */
};

#define FROM_ARRAY ": convert it, for example by jq -c '.[]' FILE >FILE.jsonl"
#define NO_TEXT "this is not text: save the table as CSV in UTF-8"

typedef struct {
    const char *path;
    egad_rows_row *row;
    egad_rows_object *object;
    void *context;
    egad_status status;
    size_t line, row_line;
    char *text; /* the row's fields, each zero-terminated; or the line */
    size_t used, room;
    size_t *start; /* offset of each field in text */
    size_t fields, start_room;
    char **field;
    size_t field_room;
    int blank; /* 1: blanks separate, and an empty field is none */
} reader;

static void end_field(void *bytes, size_t size, void *context)
{
    reader *r = context;
    egad_status status = r->status;

    if (status != EGAD_OK)
        return;
    if (size && memchr(bytes, 0, size))
        FAIL(FORMAT, "csv: '%s' line %zu: a zero byte: " NO_TEXT, r->path, r->line);
    GROW(r->text, r->room, r->used + size + 1);
    GROW(r->start, r->start_room, r->fields + 1);
    r->start[r->fields++] = r->used;
    if (size)
        memcpy(r->text + r->used, bytes, size);
    r->text[r->used + size] = 0;
    r->used += size + 1;
done:
    r->status = status;
}

/* Where blanks separate, an empty field is none. */
static void end_word(void *bytes, size_t size, void *context)
{
    if (bytes)
        end_field(bytes, size, context);
}

static void end_row(int end, void *context)
{
    reader *r = context;
    egad_status status = r->status;

    if (status != EGAD_OK)
        return;
    if (r->fields) {
        GROW(r->field, r->field_room, r->fields);
        for (size_t i = 0; i < r->fields; i++)
            r->field[i] = r->text + r->start[i];
        TRY(r->row(r->context, r->row_line, r->fields, r->field));
    }
    r->fields = r->used = 0;
    r->row_line = r->line + (end == '\n');
done:
    r->status = status;
}

static int is_found(char delimiter)
{
    return delimiter == EGAD_ROWS_FIND || delimiter == EGAD_ROWS_FIND_BLANK;
}

/* The most frequent delimiter of the first line outside quotes; a blank only if there is
 * no other, because names may contain blanks. */
char egad_rows_delimiter(const char *text, size_t n, char how)
{
    static const char candidates[] = ",;\t| ";
    const size_t blank = sizeof candidates - 2;
    size_t count[sizeof candidates] = { 0 }, best = 0;
    int quoted = 0, begun = 0;

    for (size_t i = 0;
         i < n && !(begun && !quoted && (text[i] == '\n' || text[i] == '\r')); i++) {
        const char *at = text[i] ? strchr(candidates, text[i]) : NULL;
        begun |= text[i] != '\n' && text[i] != '\r';
        quoted ^= text[i] == '"';
        if (at && !quoted)
            count[at - candidates]++;
    }
    for (size_t i = 1; i < blank; i++)
        if (count[i] > count[best])
            best = i;
    if (how == EGAD_ROWS_FIND_BLANK && count[best] == 0 && count[blank])
        best = blank;
    return candidates[best];
}

/* Feed the parser line by line, so that errors have a line number. */
static egad_status feed(reader *r, struct csv_parser *parser, const char *text, size_t n)
{
    egad_status status = EGAD_OK;
    void (*end)(void *, size_t, void *) = r->blank ? end_word : end_field;

    while (n) {
        const char *newline = memchr(text, '\n', n);
        size_t size = newline ? (size_t)(newline - text) + 1 : n;
        size_t parsed = csv_parse(parser, text, size, end, end_row, r);
        TRY(r->status);
        if (parsed != size && csv_error(parser) == CSV_ENOMEM)
            FAIL(MEMORY, "out of memory to read '%s'", r->path);
        if (parsed != size)
            FAIL(FORMAT,
                 "csv: '%s' line %zu: a quote in the middle of a field (inside quotes "
                 "write it twice)",
                 r->path, r->line);
        if (csv_get_buffer_size(parser) > FIELD_MOST)
            FAIL(FORMAT, "csv: '%s' line %zu: an unclosed quote: add or remove one",
                 r->path, r->row_line);
        r->line += newline != NULL;
        text += size;
        n -= size;
    }
done:
    return status;
}

static const char blanks[] = " \t\r\n";

/* Parse the line in r->text. */
static egad_status end_line(reader *r)
{
    egad_status status = EGAD_OK;

    r->text[r->used] = 0;
    if (strspn(r->text, blanks) < r->used)
        TRY(r->object(r->context, r->line, r->text, r->used));
    r->line++;
    r->used = 0;
done:
    return status;
}

/* The same for JSON lines; an incomplete last line stays in r->text. */
static egad_status feed_lines(reader *r, const char *text, size_t n)
{
    egad_status status = EGAD_OK;

    for (const char *end = text + n, *newline; text < end; text = newline + 1) {
        newline = memchr(text, '\n', (size_t)(end - text));
        size_t size = (size_t)((newline ? newline : end) - text);
        if (size > LINE_MOST - r->used)
            FAIL(FORMAT, "json: '%s' line %zu: a line of more than %d MiB", r->path,
                 r->line, LINE_MOST >> 20);
        GROW(r->text, r->room, r->used + size + 1);
        memcpy(r->text + r->used, text, size);
        r->used += size;
        if (!newline)
            break;
        TRY(end_line(r));
    }
done:
    return status;
}

/* Skip blanks. */
static size_t skip_blanks(const char *text, size_t n, size_t at)
{
    while (at < n && text[at] && strchr(blanks, text[at]))
        at++;
    return at;
}

/* The first character of JSON, or 0.  With `objects` a brace is enough; otherwise it may
 * also be the first name of a CSV header. */
static char begins_json(const char *text, size_t n, int objects)
{
    const size_t at = skip_blanks(text, n, 0), next = skip_blanks(text, n, at + 1);

    if (at == n || (text[at] != '{' && text[at] != '['))
        return 0;
    if ((objects && text[at] == '{') || next == n)
        return text[at];
    const char *goes_on = text[at] == '{' ? "\"}" : "[{\"]-0123456789";
    return text[next] && strchr(goes_on, text[next]) ? text[at] : 0;
}

/* Check that a file with this beginning is a table; `objects`: or JSON lines. */
static egad_status check_text(const reader *r, const char *text, size_t n, char delimiter,
                              int objects)
{
    egad_status status = EGAD_OK;
    const char json = begins_json(text, n, objects), *zero = memchr(text, 0, n);
    size_t line = r->line;

    if (n >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
        FAIL(FORMAT, "csv: '%s' is UTF-16; save it as UTF-8", r->path);
    if (n >= 4 && memcmp(text, "\211HDF", 4) == 0)
        FAIL(FORMAT,
             "csv: '%s' is HDF5, wanted text: 'egad inspect' shows its contents; name a "
             "data file .h5 to score it",
             r->path);
    if (n >= 4 && memcmp(text, "PAR1", 4) == 0)
        FAIL(FORMAT,
             "csv: '%s' is Parquet, wanted text: convert it, for example by python3 -c "
             "\"import pandas; pandas.read_parquet('FILE').to_csv('FILE.csv', "
             "index=False)\"",
             r->path);
    if (n >= 2 && memcmp(text, "\x1f\x8b", 2) == 0)
        FAIL(FORMAT,
             "csv: '%s' is compressed, wanted text: decompress it with 'zcat FILE | egad "
             "score --data -'",
             r->path);
    if (json == '[' && objects)
        FAIL(FORMAT, "json: '%s' is an array, wanted one object per line" FROM_ARRAY,
             r->path);
    if (json && !objects)
        FAIL(
            FORMAT,
            "csv: '%s' is JSON, wanted CSV with a header line, or a file with one object "
            "per line%s",
            r->path, json == '[' ? FROM_ARRAY : "");
    if (json)
        goto done;
    if (n >= 4 && !text[0] && !text[1] && text[2] >= 8 && text[3] > 0)
        FAIL(FORMAT,
             "csv: '%s' is not text but IDX: import it with 'egad data import idx'",
             r->path);
    if (n >= 9 && strncasecmp(text, "@relation", 9) == 0)
        FAIL(
            FORMAT,
            "csv: '%s' is ARFF: leave out its lines to @data with --skip N, and name the "
            "columns with --header NAMES",
            r->path);
    if (n >= 4 && strncasecmp(text, "sep=", 4) == 0)
        FAIL(FORMAT,
             "csv: '%s' line %zu: the first line sets a delimiter for Excel, wanted the "
             "header: remove the line",
             r->path, r->line);
    for (const char *c = text; zero && c < zero; c++)
        line += *c == '\n';
    if (zero)
        FAIL(FORMAT, "csv: '%s' line %zu: a zero byte: " NO_TEXT, r->path, line);
    for (size_t i = skip_blanks(text, n, 0); i < n && !strchr("\r\n", text[i]); i++)
        if (((unsigned char)text[i] < ' ' && !strchr(blanks, text[i]) &&
             text[i] != delimiter) ||
            text[i] == '\177')
            FAIL(FORMAT, "csv: '%s': a control character in its first line: " NO_TEXT,
                 r->path);
done:
    return status;
}

static egad_status open_parser(struct csv_parser *parser, reader *r, char delimiter)
{
    egad_status status = EGAD_OK;
    r->blank = delimiter == ' ';
    if (csv_init(parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL |
                             (r->blank ? CSV_EMPTY_IS_NULL : 0)) != 0)
        FAIL(MEMORY, "out of memory to read '%s'", r->path);
    csv_set_delim(parser, (unsigned char)delimiter);
    csv_set_blk_size(parser, 4096);
done:
    return status;
}

static egad_status finish(reader *r, struct csv_parser *parser)
{
    egad_status status = EGAD_OK;
    if (csv_fini(parser, r->blank ? end_word : end_field, end_row, r) != 0)
        FAIL(FORMAT, "csv: '%s' line %zu: an unclosed quote: add or remove one", r->path,
             r->row_line);
    status = r->status;
done:
    return status;
}

static void release(reader *r)
{
    free(r->text);
    free(r->start);
    free(r->field);
}

egad_status egad_rows_line(const char *path, size_t line, char *delimiter,
                           const char *text, size_t n, egad_rows_row *row, void *context)
{
    egad_status status = EGAD_OK;
    reader r = {
        .path = path, .row = row, .context = context, .line = line, .row_line = line
    };
    struct csv_parser parser;
    if (is_found(*delimiter)) {
        TRY(check_text(&r, text, n, *delimiter, 1));
        *delimiter = egad_rows_delimiter(text, n, *delimiter);
    }
    TRY(open_parser(&parser, &r, *delimiter));
    status = feed(&r, &parser, text, n);
    if (status == EGAD_OK)
        status = finish(&r, &parser);
    csv_free(&parser);
done:
    release(&r);
    return status;
}

egad_status egad_rows_sample(const char *text, size_t n, size_t line, char delimiter,
                             egad_rows_row *row, void *context)
{
    egad_status status = EGAD_OK;
    reader r = { .path = "", .row = row, .context = context, .line = line };
    struct csv_parser parser;

    r.row_line = line;
    TRY(open_parser(&parser, &r, delimiter));
    /* What is malformed is reported where the rows are read. */
    if (feed(&r, &parser, text, n) == EGAD_OK)
        csv_fini(&parser, r.blank ? end_word : end_field, end_row, &r);
    csv_free(&parser);
    status = r.status;
done:
    release(&r);
    return status;
}

size_t egad_rows_skip(const char *text, size_t n, size_t lines)
{
    size_t at = 0;

    for (; lines && at < n; lines--) {
        const char *newline = memchr(text + at, '\n', n - at);
        at = newline ? (size_t)(newline - text) + 1 : n;
    }
    return at;
}

/* Look at the beginning of a text, n bytes: choose the delimiter, and leave lines out.
 * *at: how many bytes of the buffer those are. */
static egad_status begin(reader *r, const egad_rows_how *how, const char *text, size_t n,
                         int whole, char *delimiter, size_t *at)
{
    egad_status status = EGAD_OK;
    size_t skip = 0, end = n;

    *at += egad_rows_skip(text + *at, n - *at, how->skip);
    r->line = r->row_line = how->skip + 1;
    if (*at == n && how->skip)
        FAIL(DATA, "csv: '%s': no line is left below the %zu that are skipped", r->path,
             how->skip);
    TRY(check_text(r, text + *at, n - *at, *delimiter, how->object != NULL));
    for (; !whole && end > *at && text[end - 1] != '\n'; end--)
        ;
    if (how->look)
        TRY(how->look(r->context, text + *at, (end > *at ? end : n) - *at, delimiter,
                      &skip));
    else if (is_found(*delimiter))
        *delimiter = egad_rows_delimiter(text + *at, n - *at, *delimiter);
    *at += egad_rows_skip(text + *at, n - *at, skip);
    r->line = r->row_line += skip;
done:
    return status;
}

egad_status egad_rows_read(const char *path, const egad_rows_how *how, char sha256[65])
{
    static const char bom[] = { '\xef', '\xbb', '\xbf' };
    egad_status status = EGAD_OK;
    reader r = { .path = path, .row = how->row, .object = how->object };
    struct csv_parser parser;
    int parsing = 0, objects;
    egad_input *text = NULL;
    char *buffer = NULL, delimiter = how->delimiter;
    size_t got = 0, filled = 0;

    r.context = how->context;
    TRY(egad_input_open(&text, path));
    NEW(buffer, BUFFER);
    /* A pipe may deliver the first line in pieces. */
    do {
        TRY(egad_input_read(text, buffer + filled, BUFFER - filled, &got));
        filled += got;
    } while (got && filled < BUFFER);
    size_t skip = filled >= 3 && memcmp(buffer, bom, sizeof bom) == 0 ? sizeof bom : 0;
    objects = how->object && begins_json(buffer + skip, filled - skip, 1);
    TRY(begin(&r, how, buffer, filled, got == 0, &delimiter, &skip));
    TRY(open_parser(&parser, &r, delimiter));
    parsing = 1;
    for (got = filled; got; skip = 0) {
        if (objects)
            TRY(feed_lines(&r, buffer + skip, got - skip));
        else
            TRY(feed(&r, &parser, buffer + skip, got - skip));
        TRY(egad_input_read(text, buffer, BUFFER, &got));
    }
    if (objects && r.used)
        TRY(end_line(&r));
    TRY(finish(&r, &parser));
    egad_input_sha256(text, sha256);
done:
    if (parsing)
        csv_free(&parser);
    egad_input_close(text);
    free(buffer);
    release(&r);
    return status;
}

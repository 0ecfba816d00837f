/* Scored rows as CSV and as JSON lines.  The columns of CSV are always the
 * same, whatever is known of the rows. */
#include "scored.h"

#include <stdlib.h>
#include <string.h>

static const char *const columns[] = { "row", "score", "p_value", "flagged", "label",
                                       "id",  "file",  "unseen",  "outside", "error" };
enum {
    COLUMNS = sizeof columns / sizeof *columns,
    LINE_MOST = 1 << 16 /* bytes of names that are looked at */
};

static int has_field(cli_fields fields, const char *name)
{
    const char *at = fields.text;
    for (size_t i = 0; i < fields.n; i++, at += strlen(at) + 1)
        if (!strcmp(at, name))
            return 1;
    return 0;
}

/* The fields, each with a comma after it. */
static void put_fields(FILE *out, cli_fields fields)
{
    const char *at = fields.text;
    for (size_t i = 0; i < fields.n; i++) {
        output_field(out, at ? at : "");
        fputc(',', out);
        at += at ? strlen(at) + 1 : 0;
    }
}

void scored_names(FILE *out, cli_fields names)
{
    put_fields(out, names);
    for (size_t i = 0; i < COLUMNS; i++) {
        char name[40];
        snprintf(name, sizeof name, "%s", columns[i]);
        for (int k = 2; has_field(names, name); k++)
            snprintf(name, sizeof name, "%s.%d", columns[i], k);
        fprintf(out, "%s%s", i ? "," : "", name);
    }
    fputc('\n', out);
}

void scored_csv(FILE *out, const cli_scored *s, cli_fields input)
{
    put_fields(out, input);
    fprintf(out, "%zu,", s->row);
    if (!s->error)
        fprintf(out, "%.9g", (double)s->score);
    if (!s->error && s->judged)
        fprintf(out, ",%.6g,%d,", s->p, s->flagged);
    else
        fputs(",,,", out);
    if (s->label >= 0)
        fprintf(out, "%d", s->label);
    else if (!s->error && s->judged) /* for scripts of older versions */
        fprintf(out, "%d", s->flagged);
    fputc(',', out);
    output_field(out, s->id ? s->id : "");
    fputc(',', out);
    output_field(out, s->file ? s->file : "");
    fputc(',', out);
    if (!s->error)
        fprintf(out, "%zu,%zu", s->unseen, s->outside);
    else
        fputc(',', out);
    fputc(',', out);
    if (s->error)
        output_quoted(out, s->error);
    fputc('\n', out);
}

void scored_json(FILE *out, const cli_scored *s, cli_json *input)
{
    cli_json *o = record_object();
    if (input)
        record_put(o, "input", input);
    record_count(o, "row", s->row);
    if (s->id)
        record_text(o, "id", s->id);
    if (s->error) {
        record_text(o, "error", s->error);
    } else {
        record_float(o, "score", s->score);
        if (s->judged) {
            record_real(o, "p_value", s->p);
            record_count(o, "flagged", (uint64_t)s->flagged);
        }
        record_count(o, "unseen", s->unseen);
        record_count(o, "outside", s->outside);
    }
    record_write(o, out);
}

char *scored_copy(cli_fields fields)
{
    const char *end = fields.text;
    for (size_t i = 0; end && i < fields.n; i++)
        end += strlen(end) + 1;
    const size_t size = (size_t)(end - fields.text);
    char *copy = fields.text ? malloc(size + 1) : NULL;
    return copy ? memcpy(copy, fields.text, size) : NULL;
}

/* The last columns of a line are these, perhaps with a number. */
static int ends_as_names(char *line)
{
    line[strcspn(line, "\r\n")] = 0;
    for (size_t i = COLUMNS; i-- > 0;) {
        char *comma = strrchr(line, ',');
        const char *name = comma ? comma + 1 : line;
        const size_t n = strlen(columns[i]);
        if (strncmp(name, columns[i], n) || (name[n] && name[n] != '.'))
            return 0;
        if (comma)
            *comma = 0;
        else
            return i == 0;
    }
    return 1;
}

int scored_begins(const char *path)
{
    char line[LINE_MOST] = "";
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    const int some = fgets(line, sizeof line, file) != NULL;
    const int empty = !some && !ferror(file);
    fclose(file);
    /* An older egad wrote other columns behind these. */
    const int csv = some && !strncmp(line, "row,score", 9) && strchr(",\r\n", line[9]);
    const int json = !strncmp(line, "{\"row\":", 7) || !strncmp(line, "{\"input\":", 9);
    return empty || csv || json || (some && ends_as_names(line));
}

/* Rows of a data set that are scored, picked, put in order and written. */
#include "dataset.h"
#include "explained.h"
#include "scored.h"

#include <stdlib.h>
#include <string.h>

int scored_pick(cli_scored_rows *s, int flagged, int sorted)
{
    size_t *order = NULL;
    int code = sorted ? explained_order(&order, s->scores, s->rows->n) : CLI_DONE;
    if (code != CLI_DONE)
        return code;
    s->n = 0;
    s->pick = malloc((s->rows->n + 1) * sizeof *s->pick);
    if (!s->pick)
        code = message_error("out of memory for the order of %s rows",
                             text_count(s->rows->n).text);
    for (size_t k = 0; code == CLI_DONE && k < s->rows->n; k++) {
        const size_t i = order ? order[k] : k;
        if (!flagged || (s->judgement && s->judgement->flagged[i]))
            s->pick[s->n++] = i;
    }
    free(order);
    return code;
}

static cli_scored row_of(const cli_scored_rows *s, size_t i)
{
    const size_t row = s->rows->row[i];
    const egad_judgement *by = s->judgement;
    return (cli_scored){ .row = row,
                         .score = s->scores[i],
                         .judged = by != NULL,
                         .p = by ? by->p[i] : 0,
                         .flagged = by ? by->flagged[i] : 0,
                         .label = s->rows->y ? s->rows->y[i] : -1,
                         .id = s->data->id ? s->data->id[row] : NULL,
                         .file = s->data->file ? s->data->file[row] : NULL,
                         .unseen = s->unseen ? (size_t)s->unseen[i] : 0,
                         .outside = s->outside ? (size_t)s->outside[i] : 0 };
}

/* The shortest text that is this value of x, in its own units. */
static cli_number number_of(const egad_schema *schema, size_t feature, float x)
{
    const double offset = egad_schema_value(schema, feature, 0.0f);
    cli_number text = { "" };
    for (int digits = 6; digits <= 9; digits++) {
        text = dataset_number(schema, feature, offset + (double)x, digits);
        if ((float)(strtod(text.text, NULL) - offset) == x)
            break;
    }
    return text;
}

/* The columns of a data file: names (row SIZE_MAX), or the values of a row, in their own
 * units; a number that was missing is empty.  Texts one after another, freed with free();
 * NULL: out of memory. */
static char *decode(const egad_dataset *data, size_t row, size_t *n)
{
    const egad_schema *schema = &data->schema;
    const int names = row == SIZE_MAX;
    const float *x = names ? NULL : data->x + row * data->shape[2];
    const unsigned char *filled = names ? NULL : explained_filled(data, row);
    char *text = NULL, name[256];
    size_t size = 0, feature = 0;
    FILE *out = open_memstream(&text, &size);
    *n = schema->n ? schema->n : data->shape[2];
    for (size_t i = 0; out && i < *n; i++) {
        const egad_column *c = schema->n ? &schema->column[i] : NULL;
        const size_t categories = c ? c->categories : 0;
        size_t k = 0;
        explained_name(schema, i, name, sizeof name);
        if (names)
            fputs(name, out);
        else if (!categories && !(filled && filled[i]))
            fputs(number_of(schema, feature, x[feature]).text, out);
        while (x && k < categories && x[feature + k] == 0.0f)
            k++;
        if (x && k < categories)
            fputs(c->category[k], out);
        fputc(0, out);
        feature += categories ? categories : 1;
    }
    if (out && fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* The fields of row i of the data set, or their names (SIZE_MAX).  `*own`: what to free.
 * Returns an exit code. */
static int fields_of(const cli_scored_rows *s, size_t i, cli_fields *out, char **own)
{
    const egad_dataset *data = s->data;
    const int names = i == SIZE_MAX;
    *out = (cli_fields){ 0 };
    if (!s->input)
        return CLI_DONE;
    if (data->texts) {
        *out = (cli_fields){ data->texts, names ? data->text_name : data->text[i] };
        return CLI_DONE;
    }
    *own = decode(data, i, &out->n);
    out->text = *own;
    return *own ? CLI_DONE : message_error("out of memory for the columns of a row");
}

static int write_csv(const cli_scored_rows *s, const char *path)
{
    cli_output out;
    cli_fields fields;
    char *own = NULL;
    int code = output_open(&out, path);
    if (code != CLI_DONE)
        return code;
    code = fields_of(s, SIZE_MAX, &fields, &own);
    if (code == CLI_DONE)
        scored_names(out.stream, fields);
    for (size_t k = 0; code == CLI_DONE && k < s->n && !ferror(out.stream); k++) {
        const cli_scored row = row_of(s, s->pick[k]);
        free(own);
        own = NULL;
        code = fields_of(s, row.row, &fields, &own);
        if (code == CLI_DONE)
            scored_csv(out.stream, &row, fields);
    }
    free(own);
    if (code == CLI_DONE)
        return output_close(&out);
    output_drop(&out);
    return code;
}

static int write_hdf5(const cli_scored_rows *s, const char *path, const egad_scoring *how)
{
    const size_t n = s->n;
    int code = CLI_DONE;
    float *score = malloc((n + 1) * sizeof *score);
    size_t *row = malloc((n + 1) * sizeof *row);
    unsigned char *y = malloc(n + 1), *flagged = malloc(n + 1);
    const char **file = malloc((n + 1) * sizeof *file);
    const char **id = malloc((n + 1) * sizeof *id);
    int32_t *unseen = malloc((n + 1) * sizeof *unseen);
    int32_t *outside = malloc((n + 1) * sizeof *outside);
    double *p = malloc((n + 1) * sizeof *p);
    if (!score || !row || !y || !flagged || !file || !id || !unseen || !outside || !p) {
        code = message_error("out of memory for %s rows", text_count(n).text);
        goto done;
    }
    for (size_t k = 0; k < n; k++) {
        const cli_scored of = row_of(s, s->pick[k]);
        row[k] = of.row;
        score[k] = of.score;
        y[k] = of.label == 1;
        flagged[k] = of.flagged == 1;
        p[k] = of.p;
        file[k] = of.file;
        id[k] = of.id;
        unseen[k] = (int32_t)of.unseen;
        outside[k] = (int32_t)of.outside;
    }
    CLI_TRY(egad_score_save(
        path, score, n, how,
        &EGAD_SIZED(egad_scored, .row = row, .y = s->rows->y ? y : NULL,
                    .file = s->data->file ? (char *const *)file : NULL,
                    .id = s->data->id ? (char *const *)id : NULL,
                    .id_column = s->data->id_column, .unseen = s->unseen ? unseen : NULL,
                    .outside = s->outside ? outside : NULL),
        s->judgement ? &EGAD_SIZED(egad_judgement, .at = s->judgement->at, .p = p,
                                   .flagged = flagged)
                     : NULL));
done:
    free(score);
    free(row);
    free(y);
    free(flagged);
    free(file);
    free(id);
    free(unseen);
    free(outside);
    free(p);
    return code;
}

int scored_write(const cli_scored_rows *s, const char *path, const egad_scoring *how)
{
    return path && output_is_hdf5(path) ? write_hdf5(s, path, how) : write_csv(s, path);
}

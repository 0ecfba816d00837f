/* The rows of a data set that a command scores, contiguous in memory; whether they fit a
 * detector; their scores. */
#include "rows.h"
#include "json_lines.h"
#include "shell/output.h"
#include "shell/shell.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* Data to be compared with the training data of a model, and the remedies where they
 * differ. */
typedef struct {
    const char *path, *model;           /* the files */
    const char *remedy, *of_categories; /* for columns and shapes; for categories */
} comparison;

/* The first column of `of` whose name is not in `in`, or NULL. */
static const egad_column *other_column(const egad_schema *of, const egad_schema *in)
{
    for (size_t i = 0; i < of->n; i++) {
        size_t k = 0;
        while (k < in->n && strcmp(of->column[i].name, in->column[k].name))
            k++;
        if (k == in->n)
            return &of->column[i];
    }
    return NULL;
}

/* Likewise for categories. */
static const char *other_category(const egad_column *of, const egad_column *in)
{
    for (size_t i = 0; i < of->categories; i++) {
        size_t k = 0;
        while (k < in->categories && strcmp(of->category[i], in->category[k]))
            k++;
        if (k == in->categories)
            return of->category[i];
    }
    return NULL;
}

static int check_column(const comparison *c, const egad_column *have,
                        const egad_column *want)
{
    if (!have->categories != !want->categories)
        return message_error(
            "column '%s' of '%s' holds %s, but '%s' was trained on %s: %s", have->name,
            c->path, have->categories ? "categories" : "numbers", c->model,
            want->categories ? "categories" : "numbers", c->remedy);
    const char *more = other_category(have, want), *less = other_category(want, have);
    if (more)
        return message_error("category %s=%s of '%s' is unknown to '%s': %s", have->name,
                             more, c->path, c->model, c->of_categories);
    if (less)
        return message_error("'%s' lacks category %s=%s, which '%s' was trained on: %s",
                             c->path, want->name, less, c->model, c->of_categories);
    return CLI_DONE;
}

static int check_columns(const comparison *c, const egad_schema *have,
                         const egad_schema *want)
{
    const egad_column *more = other_column(have, want), *less = other_column(want, have);
    int code = CLI_DONE;
    if (less)
        return message_error(
            "'%s' lacks column '%s', which '%s' was trained on%s%s%s: %s", c->path,
            less->name, c->model, more ? ", and has '" : "", more ? more->name : "",
            more ? "'" : "", c->remedy);
    if (more)
        return message_error("column '%s' of '%s' is unknown to '%s': %s", more->name,
                             c->path, c->model, c->remedy);
    for (size_t i = 0; i < want->n && code == CLI_DONE; i++) {
        const egad_column *h = &have->column[i], *w = &want->column[i];
        if (strcmp(h->name, w->name))
            return message_error(
                "column %zu of '%s' is '%s', but '%s' was trained on '%s': %s", i + 1,
                c->path, h->name, c->model, w->name, c->remedy);
        code = check_column(c, h, w);
    }
    return code;
}

static int compare(const comparison *c, const egad_dataset *data,
                   const egad_detector_info *info)
{
    const size_t *h = data->shape, *w = info->shape;
    const size_t have = h[0] * h[1] * h[2], want = w[0] * w[1] * w[2];
    const int images = egad_dataset_images(&data->schema, h);
    if (images != egad_dataset_images(info->schema, w))
        return message_error(
            "'%s' holds %s, but '%s' was trained on %s", c->path,
            images ? "images" : "a table", c->model,
            images ? "a table: give a table, or a data file made from one"
                   : "images: give a data file of images, or a folder of images");
    /* A file written with h5py may have no column names. */
    if (data->schema.n && info->schema->n) {
        const int code = check_columns(c, &data->schema, info->schema);
        if (code != CLI_DONE)
            return code;
    }
    if (have != want)
        return message_error(
            "'%s' has rows of %zu features, but '%s' was trained on %zu: %s", c->path,
            have, c->model, want, c->remedy);
    if (memcmp(h, w, sizeof data->shape) != 0)
        return message_error(
            "'%s' has rows of %zu x %zu x %zu, but '%s' was trained on %zu x %zu x %zu",
            c->path, h[0], h[1], h[2], c->model, w[0], w[1], w[2]);
    return CLI_DONE;
}

int rows_check(const egad_dataset *data, const char *path, const egad_detector_info *info,
               const char *model)
{
    static const char remedy[] = "import the table with the options of the training "
                                 "data, or score the table itself";
    static const char of_categories[] =
        "score the table itself, which accepts unknown categories, or import both tables "
        "as one (--split-column) and retrain";
    return compare(&(comparison){ path, model, remedy, of_categories }, data, info);
}

int rows_same(const egad_dataset *data, const char *path, const egad_detector_info *info,
              const char *model)
{
    static const char remedy[] = "give the data file that it was trained on";
    return compare(&(comparison){ path, model, remedy, remedy }, data, info);
}

void rows_warn(const egad_dataset *data, const char *path)
{
    size_t rows = 0, anomalies = 0;
    for (size_t i = 0; data->y && i < data->rows; i++)
        if (!data->split || data->split[i] == EGAD_TRAIN) {
            rows++;
            anomalies += data->y[i];
        }
    if (anomalies)
        message_warning("%s of the %s training rows of '%s' are labelled anomalies: "
                        "training treats them as normal",
                        text_count(anomalies).text, text_count(rows).text, path);
}

const char *rows_unseen_effect(int raised)
{
    return raised ? "the score rises by them as by rare categories"
                  : "the score takes them for no category, and may rise or fall";
}

void rows_note(const egad_csv_report *report, int raised)
{
    egad_csv_report seen = *report; /* names come from files */
    text_mend(seen.gap, 1);
    text_mend(seen.example, 1);
    if (seen.ordered)
        fprintf(stderr, "no header: columns are read in the order of the model\n");
    if (seen.above)
        fprintf(stderr, "%s line%s above the rows left out, as in the training data\n",
                text_count(seen.above).text, seen.above == 1 ? "" : "s");
    if (seen.repeated)
        fprintf(stderr, "%s line%s the header: left out\n",
                text_count(seen.repeated).text,
                seen.repeated == 1 ? " repeats" : "s repeat");
    if (seen.filled)
        fprintf(stderr,
                "%s missing value%s imputed by training means, the first in column %s\n",
                text_count(seen.filled).text, seen.filled == 1 ? "" : "s", seen.gap);
    if (seen.unseen)
        fprintf(stderr, "%s value%s of a category unseen in training, such as %s: %s\n",
                text_count(seen.unseen).text, seen.unseen == 1 ? "" : "s", seen.example,
                rows_unseen_effect(raised));
}

static int is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

int rows_are_pictures(const char *path)
{
    return egad_images_named(path) || is_folder(path);
}

static const char *kind_of(const char *path)
{
    return is_folder(path)           ? "a folder of images"
           : rows_are_pictures(path) ? "an image file"
           : output_is_hdf5(path)    ? "a data file"
                                     : "a table";
}

int rows_part(const char *command, const char *part, const char *path)
{
    const int pictures = rows_are_pictures(path);
    if (!part || !strcmp(part, "all") || (!pictures && output_is_hdf5(path)))
        return -1;
    return message_usage(command,
                         "--rows %s needs a data file (.h5) with a split; '%s' is %s",
                         part, path, kind_of(path));
}

int rows_label(const char *command, const egad_csv_options *labels, const char *path)
{
    const int pictures = rows_are_pictures(path);
    if (!(labels->label || labels->id) || (!pictures && !output_is_hdf5(path)))
        return -1;
    return message_usage(command, "--%s %s needs a table; '%s' is %s, %s",
                         labels->label ? "label" : "id",
                         labels->label ? labels->label : labels->id, path, kind_of(path),
                         pictures        ? "which has no columns"
                         : labels->label ? "which has its own labels or none"
                                         : "which has its own identifiers or none");
}

egad_status rows_read(egad_dataset **data, const char *path,
                      const egad_detector_info *info, const egad_csv_options *labels,
                      int raised)
{
    struct stat about;
    if (rows_are_pictures(path))
        return egad_images_read(data, path, info->shape);
    if (output_is_hdf5(path))
        return egad_dataset_read(data, path, info->schema);
    /* A folder given by mistake: a model of images does not read tables. */
    if (egad_dataset_images(info->schema, info->shape) && strcmp(path, "-") &&
        stat(path, &about) != 0)
        return egad_images_read(data, path, info->shape);
    egad_csv_report report = { 0 };
    cli_json_lines values = { .schema = info->schema,
                              .label = labels ? labels->label : NULL,
                              .id = labels ? labels->id : NULL };
    egad_status status = egad_csv_parse(data, path, info->schema, labels, &report,
                                        json_lines_parse, &values);
    json_lines_close(&values);
    if (status == EGAD_OK)
        rows_note(&report, raised);
    return status;
}

static int gather(cli_rows *rows, const egad_dataset *data)
{
    size_t width = data->shape[0] * data->shape[1] * data->shape[2];
    rows->own_x = malloc(rows->n * width * sizeof *rows->own_x);
    rows->own_y = malloc(rows->n);
    if (!rows->own_x || !rows->own_y)
        return message_error("out of memory for %s rows of %zu features",
                             text_count(rows->n).text, width);
    for (size_t i = 0; i < rows->n; i++) {
        memcpy(rows->own_x + i * width, data->x + rows->row[i] * width,
               width * sizeof *data->x);
        if (data->y)
            rows->own_y[i] = data->y[rows->row[i]];
    }
    rows->x = rows->own_x;
    if (data->y)
        rows->y = rows->own_y;
    return CLI_DONE;
}

int rows_sample(cli_rows *rows, const egad_dataset *data, const char *part,
                const char *path, size_t n, uint32_t seed)
{
    int which = -1, code = CLI_DONE;
    *rows = (cli_rows){ .part = part ? part : data->split ? "test" : "all" };
    if (!strcmp(rows->part, "train"))
        which = EGAD_TRAIN;
    else if (!strcmp(rows->part, "test"))
        which = EGAD_TEST;
    CLI_TRY(egad_dataset_select(data, which, &rows->row, &rows->n));
    rows->of = rows->n;
    if (rows->n == 0)
        return message_error("'%s' has no rows to score (--rows %s)", path, rows->part);
    if (rows->n > n) {
        free(rows->row);
        rows->n = n;
        CLI_TRY(egad_dataset_sample(data, which, n, seed, &rows->row));
    }
    if (rows->n < data->rows)
        return gather(rows, data);
    rows->x = data->x;
    rows->y = data->y;
done:
    return code;
}

int rows_select(cli_rows *rows, const egad_dataset *data, const char *part,
                const char *path)
{
    return rows_sample(rows, data, part, path, SIZE_MAX, 0);
}

size_t rows_anomalies(const cli_rows *rows)
{
    size_t n = 0;
    for (size_t i = 0; rows->y && i < rows->n; i++)
        n += rows->y[i] != 0;
    return n;
}

void rows_free(cli_rows *rows)
{
    free(rows->row);
    free(rows->own_x);
    free(rows->own_y);
    *rows = (cli_rows){ 0 };
}

/* Counts by egad_schema_unseen, or with a detector by egad_outside_count; NULL if all are
 * 0. */
static int count_each(int32_t **counts, const cli_rows *rows,
                      const egad_detector_info *info, const egad_detector *outside)
{
    const size_t width = info->shape[0] * info->shape[1] * info->shape[2];
    int any = 0;
    *counts = malloc(rows->n * sizeof **counts);
    if (!*counts)
        return message_error("out of memory for the marks of %s rows",
                             text_count(rows->n).text);
    for (size_t i = 0; i < rows->n; i++) {
        const float *x = rows->x + i * width;
        (*counts)[i] = (int32_t)(outside ? egad_outside_count(outside, x)
                                         : egad_schema_unseen(info->schema, x));
        any |= (*counts)[i] != 0;
    }
    if (any)
        return CLI_DONE;
    free(*counts);
    *counts = NULL;
    return CLI_DONE;
}

int rows_unseen(int32_t **unseen, const cli_rows *rows, const egad_detector_info *info)
{
    return count_each(unseen, rows, info, NULL);
}

int rows_outside(int32_t **outside, const cli_rows *rows, const egad_detector *detector)
{
    const egad_detector_info info = egad_detector_describe(detector);
    return count_each(outside, rows, &info, detector);
}

size_t rows_scores(const egad_detector *detector, const char *score[CLI_SCORES])
{
    const char *standard = egad_score_default(detector);
    size_t n = 0;
    score[n++] = standard;
    for (size_t i = 0; n < CLI_SCORES; i++) {
        const egad_score_info info = egad_score_describe(detector, i);
        if (!info.name)
            break;
        if (!info.calibrated && strcmp(info.name, standard) != 0)
            score[n++] = info.name;
    }
    return n;
}

int rows_calibrated(const char *model, const char *score)
{
    size_t i = 0;
    egad_score_info info = egad_score_named(model, i);
    while (info.name && strcmp(info.name, score) != 0)
        info = egad_score_named(model, ++i);
    return info.name && info.calibrated;
}

/* Print progress at `done` rows of a scoring that began at this time. */
static void show(const cli_rows *rows, const cli_scoring *how, size_t done, double began)
{
    const size_t new = done - how->done;
    if (message_terminal())
        fputs("\r", stderr);
    if (how->about)
        fprintf(stderr, "%s, ", how->about);
    fprintf(stderr, "%s: %s of %s rows, %zu %%", how->how.score, text_count(done).text,
            text_count(rows->n).text, 100 * done / rows->n);
    if (new)
        fprintf(
            stderr, ", %s left",
            text_time((message_clock() - began) * (double)(rows->n - done) / (double)new)
                .text);
    fputs(message_terminal() ? "\033[K" : "\n", stderr);
}

egad_status rows_score(const cli_rows *rows, egad_detector *detector,
                       const cli_scoring *how, float *scores)
{
    enum { CHUNK = 65536, PIECES = 32, PIECE = 256 };
    egad_scorer *scorer = NULL;
    const egad_detector_info info = egad_detector_describe(detector);
    const size_t width = info.shape[0] * info.shape[1] * info.shape[2];
    const int searches = info.searches;
    const size_t chunk = searches ? rows->n / PIECES + PIECE : CHUNK;
    const int shown = message_terminal() ? rows->n > chunk : searches && how->about;
    egad_scoring by = how->how;
    const double began = message_clock();
    by.row = rows->row + how->done;
    egad_status status =
        egad_score_new(&scorer, detector, &by,
                       egad_score_bulk(detector, rows->n < chunk ? rows->n : chunk));
    for (size_t i = how->done; status == EGAD_OK && i < rows->n;) {
        const size_t n = rows->n - i < chunk ? rows->n - i : chunk;
        if (shown)
            show(rows, how, i, began);
        status = egad_score_run(scorer, rows->x + i * width, n, scores + i);
        i += n;
        if (status == EGAD_OK && how->piece && how->piece(how->context, i))
            break;
    }
    egad_score_free(scorer);
    if (shown && message_terminal())
        fputs("\r\033[K", stderr);
    return status;
}

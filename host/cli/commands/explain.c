/* egad explain: explains the scores of the most anomalous rows, or of chosen ones, by
 * column of a table or as pictures of images. */
#include "commands.h"
#include "pictures/pictures.h"
#include "rows/dataset.h"
#include "rows/decision.h"
#include "rows/open.h"
#include "rows/search_options.h"
#include "rows/training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TOP = 5 }; /* default number of rows */

typedef struct {
    cli_source from;
    const char *out, *row;
    int top, json;
} arguments;

/* A row to explain. */
typedef struct {
    size_t row;  /* index into the data set */
    size_t rank; /* among the scored rows, from 1; 0: not one of them */
    float score;
    int flagged;     /* by the model's threshold */
    double residual; /* L_G */
    cli_label label;
    char picture[32]; /* file name in DIR, or "" */
} subject;

typedef struct {
    const arguments *a;
    cli_opened in;
    egad_scoring how; /* with the name of its score */
    int judged;       /* 1: the model has a threshold for it, */
    egad_threshold at;
    size_t n, room;
    subject *subject;
    cli_explained explained;
} explanation;

/* ---- Which rows ----------------------------------------------------------- */

/* Call `take` with each comma-separated number in `text`; 0: it is not such a list. */
static int each_number(const char *text, int (*take)(explanation *, size_t),
                       explanation *e, int *code)
{
    while (*code == CLI_DONE) {
        const size_t digits = strspn(text, "0123456789");
        if (!digits || digits > 18)
            return 0;
        if (take)
            *code = take(e, (size_t)strtoull(text, NULL, 10));
        text += digits;
        if (!*text)
            return 1;
        if (*text++ != ',')
            return 0;
    }
    return 1;
}

static void add(explanation *e, size_t row, size_t rank, float score)
{
    for (size_t i = 0; i < e->n; i++)
        if (e->subject[i].row == row)
            return;
    e->subject[e->n++] = (subject){ .row = row,
                                    .rank = rank,
                                    .score = score,
                                    .label = explained_label(e->in.data, row) };
}

/* Add a requested row, with its number only. */
static int ask(explanation *e, size_t row)
{
    if (row >= e->in.data->rows)
        return message_error("'%s' has rows 0 to %zu, no row %zu", e->a->from.data,
                             e->in.data->rows - 1, row);
    add(e, row, 0, NAN);
    return CLI_DONE;
}

/* Fill in their scores, and their ranks if they are among the scored rows. */
static int find_scores(explanation *e, const float *scores, const size_t *order)
{
    const size_t width =
        e->in.data->shape[0] * e->in.data->shape[1] * e->in.data->shape[2];
    int code = CLI_DONE;
    for (size_t k = 0; k < e->in.rows.n; k++)
        for (size_t i = 0; i < e->n; i++)
            if (e->subject[i].row == e->in.rows.row[order[k]]) {
                e->subject[i].rank = k + 1;
                e->subject[i].score = scores[order[k]];
            }
    for (size_t i = 0; i < e->n; i++)
        if (!e->subject[i].rank) {
            egad_scoring by = e->how;
            by.row = &e->subject[i].row;
            CLI_TRY(egad_score_rows(e->in.detector,
                                    e->in.data->x + e->subject[i].row * width, 1, &by,
                                    &e->subject[i].score));
        }
done:
    return code;
}

static int choose(explanation *e)
{
    const arguments *a = e->a;
    size_t top = a->top ? (size_t)a->top : a->row ? 0 : TOP, *order = NULL;
    float *scores = malloc(e->in.rows.n * sizeof *scores);
    int code = CLI_DONE;
    top = top < e->in.rows.n ? top : e->in.rows.n;
    e->room = top + (a->row ? strlen(a->row) : 0) + 1;
    e->subject = calloc(e->room, sizeof *e->subject);
    if (!scores || !e->subject) {
        code =
            message_error("out of memory for %s scores", text_count(e->in.rows.n).text);
        goto done;
    }
    CLI_TRY(
        rows_score(&e->in.rows, e->in.detector, &(cli_scoring){ .how = e->how }, scores));
    code = explained_order(&order, scores, e->in.rows.n);
    for (size_t k = 0; code == CLI_DONE && k < top; k++)
        add(e, e->in.rows.row[order[k]], k + 1, scores[order[k]]);
    const size_t ranked = e->n;
    if (code == CLI_DONE && a->row)
        each_number(a->row, ask, e, &code);
    if (code == CLI_DONE && e->n > ranked)
        code = find_scores(e, scores, order);
    for (size_t i = 0; code == CLI_DONE && i < e->n; i++)
        if (isnan(e->subject[i].score))
            code = message_error(
                "row %zu of '%s' has no score: non-finite network output of '%s'",
                e->subject[i].row, a->from.data, a->from.model);
    for (size_t i = 0; i < e->n; i++)
        e->subject[i].flagged = e->judged && e->subject[i].score >= e->at.score;
done:
    free(scores);
    free(order);
    return code;
}

/* ---- Explanations ----------------------------------------------------------- */

static int explain_rows(explanation *e)
{
    size_t *row = malloc((e->n + 1) * sizeof *row);
    if (!row)
        return message_error("out of memory to explain %s rows", text_count(e->n).text);
    for (size_t i = 0; i < e->n; i++)
        row[i] = e->subject[i].row;
    int code =
        explained_rows(&e->explained, e->in.detector, e->in.data, row, e->n, &e->how);
    const size_t width = e->explained.width;
    for (size_t i = 0; code == CLI_DONE && i < e->n; i++)
        for (size_t j = 0; j < width; j++)
            e->subject[i].residual += fabs((double)e->explained.residual[i * width + j]);
    free(row);
    return code;
}

/* The file name of the picture of a row, in DIR; fails if it would overwrite an input. */
static int name_picture(explanation *e, subject *s)
{
    snprintf(s->picture, sizeof s->picture, "row-%zu.png", s->row);
    return output_check(output_join(e->a->out, s->picture).text,
                        (const char *[]){ e->a->from.data, e->a->from.model, NULL });
}

static int draw_images(explanation *e)
{
    const cli_image_kind kind = panels_kind(e->in.data);
    int code = CLI_DONE;
    for (size_t i = 0; code == CLI_DONE && i < e->n; i++) {
        subject *s = &e->subject[i];
        const cli_image image =
            panels_of(&e->explained, i, e->in.data, s->row, (double)s->score, &s->label);
        const cli_path file = explained_file(e->in.data, s->row);
        char title[256], about[160];
        if ((code = name_picture(e, s)) != CLI_DONE)
            break;
        snprintf(title, sizeof title, "Row %zu, %s score %.6g%s%.180s", s->row,
                 e->how.score, (double)s->score, *file.text ? ": " : "", file.text);
        int used = snprintf(about, sizeof about, "%s%s%s", *s->label.text ? "label " : "",
                            s->label.text, *s->label.text ? "; " : "");
        if (s->rank)
            used += snprintf(about + used, sizeof about - (size_t)used,
                             "rank %s of %s rows (%s); ", text_count(s->rank).text,
                             text_count(e->in.rows.n).text, e->in.rows.part);
        snprintf(about + used, sizeof about - (size_t)used, "sum of residuals %.6g",
                 s->residual);
        cli_picture *p;
        code = panels_draw(&p, &kind, &image, title, about);
        if (code == CLI_DONE)
            code = draw_save(p, output_join(e->a->out, s->picture).text);
        draw_free(p);
    }
    return code;
}

/* ---- As text ---------------------------------------------------------------- */

static void print_heading(const explanation *e)
{
    const egad_detector_info *info = &e->in.info;
    printf("model     %s, recipe %s, seed %llu, %d of %d epochs\n", info->model,
           info->recipe, (unsigned long long)info->seed, info->epoch, info->epochs);
    printf("data      '%s', %s: %s rows\n", e->a->from.data, e->in.rows.part,
           text_count(e->in.rows.n).text);
    search_options_print(&e->how, info);
    if (e->explained.fall)
        printf("score     %s; a column's share is by how much it falls if the column is\n"
               "          as expected; residuals add up to the reconstruction error,\n"
               "          the sum of |x - %s| in scaled units\n",
               e->how.score, explained_by(info));
    else
        printf("score     %s; explained below is its reconstruction error,\n"
               "          the sum of |x - %s| in scaled units\n",
               e->how.score, explained_by(info));
}

static void print_subject(const explanation *e, const subject *s)
{
    printf("\nrow %zu%s: score %.6g, ", s->row, explained_id(e->in.data, s->row).text,
           (double)s->score);
    if (s->rank)
        printf("rank %s of %s", text_count(s->rank).text, text_count(e->in.rows.n).text);
    else
        printf("not among these rows");
    printf("%s%s%s\n", s->flagged ? ", flagged" : "", *s->label.text ? ", label " : "",
           s->label.text);
}

static int print_text(const explanation *e)
{
    int code = CLI_DONE;
    cli_line seen = { .clipped = 0 };
    print_heading(e);
    for (size_t i = 0; i < e->n && code == CLI_DONE; i++) {
        const subject *s = &e->subject[i];
        egad_explained *list = NULL;
        size_t n = 0;
        print_subject(e, s);
        if (e->in.data->file)
            printf("  file %s\n", explained_file(e->in.data, s->row).text);
        if (e->in.images) {
            printf("  residual %.6g\n", s->residual);
            if (*s->picture)
                printf("  %s\n", output_join(e->a->out, s->picture).text);
            continue;
        }
        code = explained_columns(&list, &n, e->in.detector, &e->explained, i);
        if (code == CLI_DONE)
            explained_print(e->in.info.schema, list, n,
                            explained_filled(e->in.data, s->row), &seen);
        free(list);
    }
    if (seen.weighed)
        printf("\n%s\n", explained_weighed);
    if (seen.beyond)
        printf("\n%s\n", explained_beyond);
    if (seen.clipped)
        printf("\n%s\n", explained_clipped);
    return code;
}

/* ---- As JSON ---------------------------------------------------------------- */

static cli_json *columns_json(const explanation *e, size_t i, int *code)
{
    const unsigned char *filled = explained_filled(e->in.data, e->subject[i].row);
    cli_json *array = record_array();
    egad_explained *list = NULL;
    size_t n = 0;
    *code = explained_columns(&list, &n, e->in.detector, &e->explained, i);
    for (size_t k = 0; k < n; k++)
        record_append(array, explained_json(e->in.info.schema, &list[k], filled));
    free(list);
    return array;
}

static cli_json *subject_json(const explanation *e, size_t i, int *code)
{
    const subject *s = &e->subject[i];
    cli_json *object = record_object();
    record_count(object, "row", s->row);
    if (e->in.data->id)
        record_text(object, "id", e->in.data->id[s->row]);
    if (e->in.data->file)
        record_text(object, "file", explained_file(e->in.data, s->row).text);
    record_float(object, "score", s->score);
    if (s->rank)
        record_count(object, "rank", s->rank);
    if (e->judged)
        record_count(object, "flagged", (uint64_t)s->flagged);
    if (e->in.data->y)
        record_count(object, "label", e->in.data->y[s->row]);
    if (e->in.data->class_of)
        record_text(object, "class",
                    e->in.data->class_name[e->in.data->class_of[s->row]]);
    record_real(object, "residual", s->residual);
    if (*s->picture)
        record_text(object, "picture", output_join(e->a->out, s->picture).text);
    if (!e->in.images)
        record_put(object, "columns", columns_json(e, i, code));
    return object;
}

static int print_json(const explanation *e)
{
    cli_json *root = record_object(), *data = record_object(), *rows = record_array();
    int code = CLI_DONE;
    record_text(root, "egad", egad_status_version());
    record_put(root, "model", record_model(&e->in.info));
    record_put(root, "device", record_device(egad_device_describe(e->in.device)));
    record_text(data, "file", e->a->from.data);
    record_text(data, "part", e->in.rows.part);
    record_count(data, "rows", e->in.rows.n);
    if (e->in.data->id)
        record_text(data, "id_column", e->in.data->id_column);
    record_put(root, "data", data);
    record_text(root, "score", e->how.score);
    search_options_put(root, &e->how, &e->in.info);
    record_real(root, "alpha", e->how.alpha);
    for (size_t i = 0; i < e->n && code == CLI_DONE; i++)
        record_append(rows, subject_json(e, i, &code));
    record_put(root, "rows", rows);
    if (code != CLI_DONE) {
        record_free(root);
        return code;
    }
    return record_print(root, e->a->from.model);
}

/* ---- The command -------------------------------------------------------------- */

static int open_all(explanation *e, const cli_command *command)
{
    const arguments *a = e->a;
    cli_opened *in = &e->in;
    int code = CLI_DONE;
    CLI_DO(open_model(in, command, &a->from));
    CLI_DO(open_score(&e->how, command, in, &a->from));
    CLI_DO(decision_find(&e->at, in->detector, &e->how, 0, &e->judged));
    CLI_DO(open_data(in, &a->from));
    if (a->out && !in->images)
        return message_error("'%s' holds a table: -o needs images", a->from.data);
    CLI_DO(open_rows(in, &a->from, SIZE_MAX, 0));
    if (a->out) {
        CLI_DO(output_apart(a->out, a->from.data));
        CLI_DO(output_folder(a->out));
    }
    training_note(&in->info, e->how.score, a->from.model);
done:
    return code;
}

static int explain(const arguments *a, const cli_command *command)
{
    explanation e = { .a = a };
    int code = CLI_DONE;
    CLI_DO(open_all(&e, command));
    CLI_DO(choose(&e));
    CLI_DO(explain_rows(&e));
    if (a->out)
        CLI_DO(draw_images(&e));
    code = a->json ? print_json(&e) : print_text(&e);
done:
    explained_free(&e.explained);
    free(e.subject);
    open_free(&e.in);
    return code;
}

int explain_command(int argc, char **argv)
{
    arguments a = { .from = CLI_SOURCE };
    cli_option options[] = {
        CLI_MODEL_OPTION(a.from.model),
        CLI_DATA_OPTION(a.from.data, ""),
        { "top", 0, CLI_COUNT, &a.top, "N",
          "explain the N most anomalous rows (default: 5, none with\n"
          "--row)",
          0, 0 },
        { "row", 0, CLI_LIST, &a.row, "I[,I...]",
          "explain these rows of the file, counted from 0", 0, 0 },
        { "rows", 0, CLI_CHOICE, &a.from.part, "all|train|test",
          "rows of a data file that --top chooses from (default: test\n"
          "if it has a split, else all)",
          0, 0 },
        CLI_ID_OPTION(a.from.labels),
        CLI_LABEL_OPTIONS(a.from.labels),
        { "output", 'o', CLI_TEXT, &a.out, "DIR",
          "for images: write DIR/row-I.png with input, reconstruction\n"
          "and residual",
          0, 0 },
        CLI_SCORE_OPTION(a.from.how, "which score (default: the recipe's)"),
        CLI_LEFT_OUT_OPTION(a.from.how),
        CLI_ALPHA_OPTION(a.from.how, "weight of the reconstruction error"),
        CLI_JSON_OPTION(a.json, "one JSON object, with all columns of each row"),
        CLI_SEARCH_OPTIONS(a.from.how),
        CLI_DEVICE_OPTION(a.from.device),
        { 0 },
    };
    const cli_command command = {
        .name = "explain",
        .summary = "Explain the scores of the most anomalous rows.",
        .operand = "MODEL.h5",
        .operand_at = &a.from.model,
        .options = options,
        .notes =
            "The detector reconstructs each row: G(E(x)), or for a model without an\n"
            "encoder G(z), with z from latent search.  For each column of a table, egad\n"
            "prints its value; its quantile, the share of the training rows with a "
            "lower\n"
            "number, half of those with the same one (> all and < all: it lies outside\n"
            "their range); the expected value, which is the reconstruction in the units\n"
            "of the table; and the residual, the distance between value and expected\n"
            "value in scaled units.\n"
            "\n"
            "For a categorical column, the expected category is the one with the "
            "largest\n"
            "reconstructed weight.  A row has weight 1 for its own category and 0 for\n"
            "others; reconstructed weights may lie between or beyond these and are not\n"
            "probabilities.\n"
            "\n"
            "Columns are sorted by how much the score falls if the column is as "
            "expected,\n"
            "and a share is that of the falls.  Models that search are explained by the\n"
            "reconstruction error instead: a numeric column counts with its residual, a\n"
            "categorical one with its largest residual only, since a wrong category\n"
            "differs in two places.  Expected values are limited to the training range;\n"
            ">= or <= marks a reconstruction outside of it.\n",
        .example = "egad explain --model model.h5 --data flows.h5 --top 3",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    int code = CLI_DONE;
    if (a.row && !each_number(a.row, NULL, NULL, &code))
        return message_usage(command.name,
                             "--row must be row numbers separated by commas, not '%s'",
                             a.row);
    CLI_CHECK(open_check(command.name, &a.from));
    return explain(&a, &command);
}

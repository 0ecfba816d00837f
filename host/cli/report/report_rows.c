/* Sections of a report on rows: all of them column by column, and explanations of the
 * most anomalous ones. */
#include "report.h"
#include "rows/dataset.h"
#include "rows/search_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Columns ---------------------------------------------------------------- */

enum {
    COLUMNS = 60, /* most columns in the table */
    GROUPS = 3    /* groups of rows in it */
};

/* Rows summarised in one column of the table. */
typedef struct {
    const char *name;
    const size_t *row; /* indices into the data set */
    size_t n;
    const unsigned char
        *y; /* labels of the rows, or NULL; only rows with y == only count */
    int only;
} group;

typedef struct {
    size_t n;
    group group[GROUPS];
} groups;

static void add(groups *g, group more)
{
    if (more.n)
        g->group[g->n++] = more;
}

static int counts(const group *g, size_t i)
{
    return !g->y || (g->y[i] != 0) == g->only;
}

/* "mean (deviation)" of feature j. */
static void put_number(const cli_report *r, cli_page *page, const group *g, size_t j,
                       size_t width)
{
    double n = 0, sum = 0, square = 0;
    const double origin = (double)r->in.data->x[g->row[0] * width + j];
    const double shift = egad_schema_value(&r->in.data->schema, j, 0.0f);
    for (size_t i = 0; i < g->n; i++)
        if (counts(g, i)) {
            const double v = (double)r->in.data->x[g->row[i] * width + j] - origin;
            n++;
            sum += v;
            square += v * v;
        }
    const double mean = sum / n;
    page_cell(page, "%s (%.3g)",
              dataset_number(&r->in.data->schema, j, shift + origin + mean, 4).text,
              sqrt(fmax(square / n - mean * mean, 0)));
}

/* The most frequent category and its share; its features begin at j. */
static void put_category(const cli_report *r, cli_page *page, const group *g, size_t j,
                         size_t width, const egad_column *column)
{
    double n = 0, most = 0;
    const char *best = "(unknown)"; /* if no row of the group has one */
    for (size_t c = 0; c < column->categories; c++) {
        double has = 0;
        n = 0;
        for (size_t i = 0; i < g->n; i++)
            if (counts(g, i)) {
                n++;
                has += (double)r->in.data->x[g->row[i] * width + j + c];
            }
        if (has > most) {
            most = has;
            best = column->category[c];
        }
    }
    page_cell(page, "%.40s (%.1f %%)", best, 100 * most / n);
}

static void put_columns(const cli_report *r, cli_page *page, const groups *g)
{
    const egad_schema *schema = &r->in.data->schema;
    const size_t width = r->in.data->shape[2];
    const size_t all = schema->n ? schema->n : width;
    const char *names[GROUPS + 2] = { "column", "" };
    char name[61];
    size_t j = 0;
    for (size_t k = 0; k < g->n; k++)
        names[k + 2] = g->group[k].name;
    page_table(page, names, g->n + 2, 2);
    for (size_t i = 0; i < all && i < COLUMNS; i++) {
        const egad_column *column = schema->n ? &schema->column[i] : NULL;
        const size_t categories = column ? column->categories : 0;
        explained_name(schema, i, name, sizeof name);
        page_cell(page, "%s", name);
        if (categories)
            page_cell(page, "%s categories", text_count(categories).text);
        else
            page_cell(page, "number");
        for (size_t k = 0; k < g->n; k++)
            if (categories)
                put_category(r, page, &g->group[k], j, width, column);
            else
                put_number(r, page, &g->group[k], j, width);
        j += categories ? categories : 1;
    }
    page_table_end(page);
    if (all > COLUMNS)
        page_note(page, "And %s more columns.", text_count(all - COLUMNS).text);
    page_note(page, "Numeric columns: mean (standard deviation). Categorical columns: "
                    "the most frequent category and its share.");
}

/* Imputed values and unseen categories among the scored rows. */
static int put_doubts(const cli_report *r, cli_page *page)
{
    size_t filled = 0, unseen = 0;
    int32_t *marks = NULL;
    for (size_t i = 0; i < r->in.rows.n; i++) {
        const unsigned char *gaps = explained_filled(r->in.data, r->in.rows.row[i]);
        for (size_t c = 0; gaps && c < r->in.data->schema.n; c++)
            filled += gaps[c];
    }
    const int code = rows_unseen(&marks, &r->in.rows, &r->in.info);
    for (size_t i = 0; marks && i < r->in.rows.n; i++)
        unseen += (size_t)marks[i];
    free(marks);
    if (filled) {
        page_cell(page, "imputed");
        page_cell(page, "%s missing value%s imputed by training means",
                  text_count(filled).text, filled == 1 ? "" : "s");
    }
    if (unseen) {
        page_cell(page, "unseen");
        page_cell(page, "%s value%s of a category unseen in training: %s",
                  text_count(unseen).text, unseen == 1 ? "" : "s",
                  rows_unseen_effect(
                      egad_outside_raises(r->in.detector, r->scores[0].how.score)));
    }
    return code;
}

/* 1 if a score of the detector uses alpha. */
static int weighted(const cli_report *r)
{
    egad_score_info score;
    for (size_t i = 0; (score = egad_score_describe(r->in.detector, i)).name; i++)
        if (score.weighted)
            return 1;
    return 0;
}

static int put_facts(const cli_report *r, cli_page *page)
{
    const egad_dataset *data = r->in.data;
    page_facts(page);
    page_cell(page, "file");
    page_cell(page, "%s", r->file);
    page_cell(page, "protocol");
    page_cell(page, "%s, from %s", data->protocol ? data->protocol : "none",
              data->source ? data->source : "a program");
    page_cell(page, "%s", dataset_kind(data));
    page_cell(page, "%s", dataset_features(data).text);
    if (data->split) {
        page_cell(page, "train");
        page_cell(page, "%s", dataset_part(data, EGAD_TRAIN).text);
        page_cell(page, "test");
        page_cell(page, "%s", dataset_part(data, EGAD_TEST).text);
    } else {
        page_cell(page, "rows");
        page_cell(page, "%s", dataset_part(data, EGAD_TRAIN).text);
    }
    if (r->copies_of) {
        page_cell(page, "copies");
        page_cell(page, "%s", dataset_copies(r->copies, r->copies_of).text);
    }
    page_cell(page, "scored here");
    page_cell(page, "%s of %s rows (%s)", text_count(r->in.rows.n).text,
              text_count(r->in.rows.of).text, r->in.rows.part);
    const int code = put_doubts(r, page);
    if (weighted(r)) {
        page_cell(page, "alpha");
        page_cell(page, "%g, the weight of the reconstruction error in sigma and fm",
                  r->scores[0].how.alpha);
    }
    if (r->in.info.searches) {
        page_cell(page, "latent search");
        page_cell(page, "%s", search_options_text(&r->scores[0].how).text);
    }
    page_table_end(page);
    return code;
}

int report_data(cli_report *r, cli_page *page)
{
    size_t *train = NULL, trained = 0;
    groups g = { 0 };
    int code = put_facts(r, page);
    if (code != CLI_DONE || r->in.images)
        return code;
    if (r->in.data->split && strcmp(r->in.rows.part, "train"))
        CLI_TRY(egad_dataset_select(r->in.data, EGAD_TRAIN, &train, &trained));
    add(&g, (group){ "training rows", train, trained, NULL, 0 });
    if (r->in.rows.y) {
        add(&g, (group){ "normal rows", r->in.rows.row, r->in.rows.n, r->in.rows.y, 0 });
        add(&g, (group){ "anomalies", r->in.rows.row, r->in.rows.n, r->in.rows.y, 1 });
    } else {
        add(&g, (group){ "rows", r->in.rows.row, r->in.rows.n, NULL, 0 });
    }
    put_columns(r, page, &g);
done:
    free(train);
    return code;
}

/* ---- The most anomalous rows ------------------------------------------------- */

/* `*seen` is as in explained_print. */
static int put_row(const cli_report *r, cli_page *page, const cli_explained *e, size_t i,
                   const unsigned char *filled, cli_line *seen)
{
    egad_explained *list = NULL;
    size_t n = 0;
    int code = CLI_DONE;
    CLI_DO(explained_columns(&list, &n, r->in.detector, e, i));
    const size_t shown = explained_lines(list, n);
    page_table(page, explained_titles, EXPLAINED_TITLES, 1);
    for (size_t k = 0; k < shown; k++) {
        const cli_line l = explained_line(r->in.info.schema, &list[k], filled);
        page_cell(page, "%s", l.name);
        page_cell(page, "%s", l.value);
        page_cell(page, "%s", l.quantile);
        seen->clipped |= l.clipped;
        seen->weighed |= l.weighed;
        seen->beyond |= l.beyond;
        page_cell(page, "%s", l.expected);
        page_cell(page, "%.4g", (double)list[k].residual);
        page_cell(page, "%.1f %%", 100 * (double)list[k].share);
    }
    if (shown < n) {
        const cli_rest rest = explained_rest(list, shown, n);
        page_cell(page, "%s", rest.name);
        for (size_t k = 1; k < EXPLAINED_TITLES - 2; k++)
            page_cell(page, "%s", "");
        page_cell(page, "%.4g", rest.residual);
        page_cell(page, "%.1f %%", 100 * rest.share);
    }
    page_table_end(page);
done:
    free(list);
    return code;
}

static int put_rows(cli_report *r, cli_page *page, const size_t *order, size_t n)
{
    cli_explained e = { 0 };
    size_t *row = calloc(n + 1, sizeof *row);
    if (!row)
        return message_error("out of memory to explain %zu rows", n);
    for (size_t i = 0; i < n; i++)
        row[i] = r->in.rows.row[order[i]];
    cli_line seen = { .clipped = 0 };
    int code = explained_rows(&e, r->in.detector, r->in.data, row, n, &r->scores[0].how);
    for (size_t i = 0; i < n && code == CLI_DONE; i++) {
        const cli_label label = explained_label(r->in.data, row[i]);
        page_heading(page, "Row %zu%s: score %.6g, rank %zu%s%s", row[i],
                     explained_id(r->in.data, row[i]).text,
                     (double)r->scores[0].score[order[i]], i + 1,
                     *label.text ? ", label " : "", label.text);
        code = put_row(r, page, &e, i, explained_filled(r->in.data, row[i]), &seen);
    }
    if (seen.weighed)
        page_note(page, "%s", explained_weighed);
    if (seen.beyond)
        page_note(page, "%s", explained_beyond);
    if (seen.clipped)
        page_note(page, "%s", explained_clipped);
    explained_free(&e);
    free(row);
    return code;
}

/* The most anomalous rows, with what is known of each. */
static int put_list(const cli_report *r, cli_page *page, const size_t *order, size_t n)
{
    const cli_report_score *s = &r->scores[0];
    const egad_dataset *data = r->in.data;
    const int labelled = data->y || data->class_of;
    const char *names[7] = { "row" };
    size_t columns = 1;
    int code = CLI_DONE;
    if (data->id)
        names[columns++] = data->id_column;
    if (data->file)
        names[columns++] = "file";
    if (labelled)
        names[columns++] = "label";
    if (s->own.found)
        names[columns++] = "flagged";
    const size_t texts = columns;
    names[columns++] = "score";
    if (s->own.found)
        names[columns++] = "p-value";
    page_table(page, names, columns, texts);
    for (size_t i = 0; i < n; i++) {
        const size_t row = r->in.rows.row[order[i]];
        const float score = s->score[order[i]];
        double p = 0;
        unsigned char flagged = 0;
        page_cell(page, "%zu", row);
        if (data->id)
            page_cell(page, "%.200s", data->id[row]);
        if (data->file)
            page_cell(page, "%s", explained_file(data, row).text);
        if (labelled)
            page_cell(page, "%s", explained_label(data, row).text);
        if (s->own.found)
            CLI_TRY(egad_threshold_judge(&p, &flagged, r->in.detector, s->how.score,
                                         &s->own.at, &score, 1));
        if (s->own.found)
            page_cell(page, flagged ? "yes" : "no");
        page_cell(page, "%.6g", (double)score);
        if (s->own.found)
            page_cell(page, "%.3g", p);
    }
    page_table_end(page);
done:
    return code;
}

static int put_images(cli_report *r, cli_page *page)
{
    cli_picture *picture = NULL;
    int code = panels_extremes(&picture, r->in.detector, r->in.data, &r->in.rows,
                               &r->scores[0].how, r->scores[0].score, r->about.text);
    return page_picture(page, picture, "most and least anomalous images", code);
}

int report_explain(cli_report *r, cli_page *page)
{
    const size_t n = r->top < r->in.rows.n ? r->top : r->in.rows.n;
    size_t *order = NULL;
    const char *rebuilt = r->in.info.rebuilt;
    page_text(page,
              "The %s row%s with the highest score%s by %s. Explained is the "
              "reconstruction error: where a row differs from its reconstruction%s%s.",
              text_count(n).text, n == 1 ? "" : "s", n == 1 ? "" : "s",
              r->scores[0].how.score, rebuilt ? " " : "", rebuilt ? rebuilt : "");
    int code = explained_order(&order, r->scores[0].score, r->in.rows.n);
    if (code == CLI_DONE)
        code = put_list(r, page, order, n);
    if (code == CLI_DONE)
        code = r->in.images ? put_images(r, page) : put_rows(r, page, order, n);
    free(order);
    return code;
}

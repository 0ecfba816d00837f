/* Table 1 as Markdown and JSON: precision, recall and F1 over several seeds beside those
 * of the paper. */
#include "rows/dataset.h"
#include "shell/output.h"
#include "table1.h"

#include <math.h>
#include <string.h>

enum {
    DIGITS = 4, /* after the point, as the paper has it */
    ROWS = 12   /* nine of the paper, and those that it does not have */
};

static const cli_measure decided[] = { CLI_PRECISION, CLI_RECALL, CLI_F1 };
static const cli_measure areas[] = { CLI_AUROC, CLI_AP };
enum { DECIDED = 3, AREAS = 2 };

/* ---- Rows ------------------------------------------------------------------ */

/* A row of the table: measured here, published in the paper, or both. */
typedef struct {
    char name[48];
    const cli_table1_part *part;    /* NULL: not measured here */
    size_t score;                   /* index in its results */
    const cli_published_row *known; /* NULL: not in the paper */
} row;

typedef struct {
    size_t n;
    row row[ROWS];
} rows;

/* The models and scores of the paper's own rows. */
static const struct {
    const char *row, *model, *score;
} own[] = { { "AnoGAN FM", "kdd-gan", "fm" },
            { "AnoGAN sigma", "kdd-gan", "sigma" },
            { "BiGAN FM", "kdd-bigan", "fm" },
            { "BiGAN sigma", "kdd-bigan", "sigma" } };
static const char added[] = "combined"; /* not in the paper */

/* The part that measured this row, or NULL. */
static const cli_table1_part *measured(const cli_table1 *t,
                                       const cli_published_row *known, size_t *score)
{
    size_t k = 0;
    while (k < sizeof own / sizeof *own && strcmp(own[k].row, known->name) != 0)
        k++;
    for (int i = 0; k < sizeof own / sizeof *own && i < t->parts; i++) {
        const cli_run_result *r = &t->part[i].runs.run[0];
        for (*score = 0; *score < r->scores; ++*score)
            if (!strcmp(t->part[i].model, own[k].model) &&
                !strcmp(r->score[*score], own[k].score))
                return &t->part[i];
    }
    return NULL;
}

/* The rows of the paper in its order, then others.  Rows that it quotes appear only for
 * its own data. */
static rows all_rows(const cli_table1 *t)
{
    rows all = { 0 };
    size_t n, score = 0;
    const cli_published_row *known = published_table1(&n);
    for (size_t i = 0; i < n; i++) {
        const cli_table1_part *part = measured(t, &known[i], &score);
        row *r = &all.row[all.n];
        if (!part && !t->published)
            continue;
        *r = (row){ .part = part,
                    .score = score,
                    .known = t->published ? &known[i] : NULL };
        snprintf(r->name, sizeof r->name, "%s%s", known[i].name,
                 known[i].quoted ? ", quoted" : "");
        all.n++;
    }
    for (int i = 0; i < t->parts; i++) {
        const cli_run_result *run = &t->part[i].runs.run[0];
        for (score = 0; score < run->scores; score++)
            if (!strcmp(run->score[score], added))
                all.row[all.n++] = (row){ "BiGAN combined", &t->part[i], score, NULL };
    }
    return all;
}

static cli_spread over_runs(const row *r, cli_measure m)
{
    return r->part ? runs_spread(&r->part->runs, r->score, m, -1)
                   : (cli_spread){ NAN, NAN };
}

static cli_spread published(const row *r, cli_measure m)
{
    if (!r->known)
        return (cli_spread){ NAN, NAN };
    return m == CLI_PRECISION ? r->known->precision
           : m == CLI_RECALL  ? r->known->recall
                              : r->known->f1;
}

/* ---- Head ------------------------------------------------------------------------- */

static const char *common_device(const cli_table1 *t)
{
    const char *device = NULL;
    for (int i = 0; i < t->parts; i++)
        device = runs_device(&t->part[i].runs, device);
    return device;
}

static double share(const cli_table1 *t)
{
    return (double)t->anomalies / (double)t->rows;
}

static void put_head(FILE *out, const cli_table1 *t)
{
    fprintf(out, "# Table 1: KDD Cup 1999\n\n- egad %s, recipe %s, %s%d\n",
            egad_status_version(), t->recipe, t->seeds > 1 ? "seeds 1 to " : "seed ",
            t->seeds);
    for (int i = 0; i < t->parts; i++) {
        const cli_run_result *r = &t->part[i].runs.run[0];
        fprintf(out, "- %s: %d epoch%s, batch %d, learning rate %g", t->part[i].model,
                r->epochs, r->epochs > 1 ? "s" : "", r->batch, r->lr);
        if (r->steps)
            fprintf(out, "; latent search with %d steps", r->steps);
        fputc('\n', out);
    }
    fprintf(out, "- device: %s\n- data: %s\n", common_device(t), t->source);
    if (t->rows < t->of)
        fprintf(out,
                "- test rows: %s of the %s, the same for the whole table: the first of\n"
                "  NumPy's RandomState(%u).permutation; ",
                text_count(t->rows).text, text_count(t->of).text, t->sample);
    else
        fprintf(out, "- test rows: all %s, ", text_count(t->of).text);
    fprintf(out, "%s of them anomalies (%.3f %%)\n", text_count(t->anomalies).text,
            100 * share(t));
    if (t->copies_of)
        fprintf(out, "- copies: %s\n", dataset_copies(t->copies, t->copies_of).text);
    fprintf(out,
            "- decision: the highest %g %% of the scores are called anomalous (%gth "
            "percentile), as in the paper\n",
            100 * t->fraction, 100 - 100 * t->fraction);
}

/* ---- As Markdown ------------------------------------------------------------ */

static void put(FILE *out, cli_spread value)
{
    measures_cell(out, value.mean, value.deviation, DIGITS);
}

/* Random scores. */
static void put_chance(FILE *out, const cli_table1 *t)
{
    const double chance[DECIDED] = {
        share(t), t->fraction, 2 * share(t) * t->fraction / (share(t) + t->fraction)
    };
    fputs("| chance |", out);
    for (size_t m = 0; m < DECIDED; m++)
        measures_cell(out, chance[m], 0, DIGITS);
    for (size_t m = 0; m < DECIDED; m++)
        measures_cell(out, NAN, 0, DIGITS);
    fputc('\n', out);
}

static void put_decided(FILE *out, const cli_table1 *t, const rows *all)
{
    fputs("\nBy the decision", out);
    if (t->seeds > 1)
        fputs(", mean +- standard deviation over seeds", out);
    fputs(".\n\n| score |", out);
    for (size_t m = 0; m < DECIDED; m++)
        fprintf(out, " %s |", measures_name(decided[m]));
    for (size_t m = 0; m < DECIDED; m++)
        fprintf(out, " %s, as published |", measures_name(decided[m]));
    fputc('\n', out);
    measures_rule(out, 1 + 2 * DECIDED);
    for (size_t i = 0; i < all->n; i++) {
        fprintf(out, "| %s |", all->row[i].name);
        for (size_t m = 0; m < DECIDED; m++)
            put(out, over_runs(&all->row[i], decided[m]));
        for (size_t m = 0; m < DECIDED; m++)
            put(out, published(&all->row[i], decided[m]));
        fputc('\n', out);
    }
    put_chance(out, t);
    if (t->published)
        fputs(
            "\nQuoted: the paper quotes these results from others, on other splits.  Its "
            "recall of AnoGAN\n"
            "FM is a misprint, as F1 lies between precision and recall: with one fifth "
            "of the rows called\n"
            "anomalous, its precision corresponds to a recall of .8926.\n",
            out);
}

static void put_areas(FILE *out, const rows *all)
{
    fputs("\nIndependent of the decision: area under the ROC curve (AUROC) and average "
          "precision (AP).\n"
          "Ties: rows with a score equal to the threshold.\n"
          "\n"
          "| score |",
          out);
    for (size_t m = 0; m < AREAS; m++)
        fprintf(out, " %s |", measures_name(areas[m]));
    fprintf(out, " %s |\n", measures_name(CLI_TIES));
    measures_rule(out, 2 + AREAS);
    for (size_t i = 0; i < all->n; i++) {
        const row *r = &all->row[i];
        if (!r->part)
            continue;
        fprintf(out, "| %s |", r->name);
        for (size_t m = 0; m < AREAS; m++)
            put(out, over_runs(r, areas[m]));
        const cli_spread ties = over_runs(r, CLI_TIES);
        measures_cell(out, ties.mean, ties.deviation, 0);
        fputc('\n', out);
    }
}

static void put_seeds(FILE *out, const cli_table1 *t, const rows *all)
{
    size_t columns = 1;
    fputs("\nF1 by seed.\n\n| seed |", out);
    for (size_t i = 0; i < all->n; i++)
        if (all->row[i].part) {
            fprintf(out, " %s |", all->row[i].name);
            columns++;
        }
    fputc('\n', out);
    measures_rule(out, columns);
    for (int seed = 1; seed <= t->seeds; seed++) {
        fprintf(out, "| %d |", seed);
        for (size_t i = 0; i < all->n; i++) {
            const row *r = &all->row[i];
            if (r->part)
                measures_cell(out,
                              r->part->runs.run[seed - 1].measured[r->score].of[CLI_F1],
                              0, DIGITS);
        }
        fputc('\n', out);
    }
}

/* Results from outside the paper, on all rows of its split. */
static void put_others(FILE *out, const cli_table1 *t)
{
    if (!t->known.beyond)
        return;
    fprintf(out, "\n%s%s:\n\n", t->known.title, t->rows < t->of ? ", all test rows" : "");
    for (size_t i = 0; i < t->known.beyond; i++)
        fprintf(out, "- %s: %.*f\n", t->known.figure[i].name, t->known.digits,
                t->known.figure[i].value);
}

static void put_tables(FILE *out, const cli_table1 *t)
{
    const rows all = all_rows(t);
    put_head(out, t);
    put_decided(out, t, &all);
    put_others(out, t);
    put_areas(out, &all);
    if (t->seeds > 1)
        put_seeds(out, t, &all);
}

void table1_print(const cli_table1 *t)
{
    put_tables(stdout, t);
}

static int write_markdown(const cli_table1 *t)
{
    cli_output out;
    int code = output_open(&out, output_join(t->folder, "table1.md").text);
    if (code != CLI_DONE)
        return code;
    put_tables(out.stream, t);
    return output_close(&out);
}

/* ---- As JSON ----------------------------------------------------------------- */

static void put_spread(cli_json *object, cli_measure m, cli_spread spread)
{
    record_put(object, measures_key(m), measures_spread_json(spread));
}

static cli_json *row_json(const row *r)
{
    cli_json *object = record_object();
    record_text(object, "name", r->name);
    if (r->part) {
        cli_json *one = record_object();
        record_text(object, "model", r->part->model);
        record_text(object, "score", r->part->runs.run[0].score[r->score]);
        for (cli_measure m = 0; m < CLI_MEASURES; m++)
            put_spread(one, m, over_runs(r, m));
        record_put(object, "measured", one);
    }
    if (r->known) {
        cli_json *one = record_object();
        for (size_t m = 0; m < DECIDED; m++)
            put_spread(one, decided[m], published(r, decided[m]));
        record_put(object, "published", one);
        record_flag(object, "quoted", r->known->quoted);
    }
    return object;
}

static cli_json *part_json(const cli_table1_part *p)
{
    const cli_run_result *r = &p->runs.run[0];
    cli_json *object = record_object();
    record_text(object, "name", p->model);
    record_count(object, "epochs", (uint64_t)r->epochs);
    record_count(object, "batch", (uint64_t)r->batch);
    record_real(object, "lr", r->lr);
    if (r->steps)
        record_count(object, "search_steps", (uint64_t)r->steps);
    record_put(object, "runs", runs_json(&p->runs, p->name));
    return object;
}

static cli_json *data_json(const cli_table1 *t)
{
    cli_json *data = record_object();
    record_text(data, "source", t->source);
    record_count(data, "test_rows", t->of);
    record_count(data, "rows", t->rows);
    if (t->rows < t->of)
        record_count(data, "sample_seed", t->sample);
    record_count(data, "anomalies", t->anomalies);
    record_count(data, "normal_test_rows", t->copies_of);
    record_count(data, "copies_of_training_rows", t->copies);
    return data;
}

static int write_json(const cli_table1 *t)
{
    const rows all = all_rows(t);
    cli_json *root = record_object(), *models = record_array(), *table = record_array();
    record_text(root, "egad", egad_status_version());
    record_text(root, "recipe", t->recipe);
    record_count(root, "seeds", (uint64_t)t->seeds);
    record_text(root, "device", common_device(t));
    record_put(root, "data", data_json(t));
    record_real(root, "fraction", t->fraction);
    for (size_t i = 0; i < all.n; i++)
        record_append(table, row_json(&all.row[i]));
    record_put(root, "table", table);
    if (t->known.beyond) {
        cli_json *others = record_object();
        for (size_t i = 0; i < t->known.beyond; i++)
            record_real(others, t->known.figure[i].name, t->known.figure[i].value);
        record_put(root, t->known.key, others);
    }
    for (int i = 0; i < t->parts; i++)
        record_append(models, part_json(&t->part[i]));
    record_put(root, "models", models);
    return record_save(root, output_join(t->folder, "table1.json").text);
}

int table1_write(const cli_table1 *t)
{
    int code = write_markdown(t);
    return code == CLI_DONE ? write_json(t) : code;
}

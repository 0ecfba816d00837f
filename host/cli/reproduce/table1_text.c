/* Table 1 as Markdown and as a picture: precision, recall and F1 of all detectors over
 * several seeds beside published figures. */
#include "pictures/pictures.h"
#include "rows/dataset.h"
#include "shell/output.h"
#include "table1.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 4 }; /* after the point, as the paper has it */

/* ---- Head ------------------------------------------------------------------------- */

static double share(const cli_table1 *t)
{
    return (double)t->anomalies / (double)t->rows;
}

static void put_part(FILE *out, const cli_table1_part *p)
{
    fprintf(out, "- %s, %s: ", p->model, p->recipe);
    if (models_networks(p->model))
        fprintf(out, "%d epoch%s, batch %d, learning rate %g", p->how.epochs,
                p->how.epochs > 1 ? "s" : "", p->how.batch, p->how.lr);
    else
        fputs("no networks", out);
    if (p->how.hold_out > 0)
        fprintf(out, "; %g %% held out", 100 * p->how.hold_out);
    if (p->steps)
        fprintf(out, "; latent search with %d steps", p->steps);
    if (*p->found)
        fprintf(out, "; seed 1: %s", p->found);
    fputc('\n', out);
}

static void put_head(FILE *out, const cli_table1 *t)
{
    fprintf(out, "# Table 1: KDD Cup 1999\n\n- egad %s, %s%d; device: %s\n- `%s`\n",
            egad_status_version(), t->seeds > 1 ? "seeds 1 to " : "seed ", t->seeds,
            table1_device(t), t->command);
    fprintf(out, "- data: %s\n", t->source);
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
    for (int i = 0; i < t->parts; i++)
        put_part(out, &t->part[i]);
}

/* ---- Columns ---------------------------------------------------------------------- */

static void put(FILE *out, cli_spread value)
{
    measures_cell(out, value.mean, value.deviation, DIGITS);
}

static void put_none(FILE *out, size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        measures_cell(out, NAN, 0, DIGITS);
}

static void put_name(FILE *out, const cli_table1_part *p, size_t score)
{
    fprintf(out, "| %s | %s | %s |", p->model, p->recipe, p->score[score]);
}

static void put_columns(FILE *out, const char *const *name, size_t n)
{
    fputs("\n| model | recipe | score |", out);
    for (size_t i = 0; i < n; i++)
        fprintf(out, " %s |", name[i]);
    fputc('\n', out);
    measures_rule(out, 3 + n);
}

static void put_row(FILE *out, const cli_table1_part *p, size_t score,
                    const cli_table1_kind *kind, size_t n)
{
    put_name(out, p, score);
    for (size_t i = 0; i < n; i++)
        put(out, table1_spread(p, score, kind[i]));
}

/* ---- By the rule of the paper ----------------------------------------------------- */

static void put_published(FILE *out, const cli_published_row *known)
{
    if (!known) {
        put_none(out, 3);
        return;
    }
    put(out, known->precision);
    put(out, known->recall);
    put(out, known->f1);
}

/* Published scores of models that were not run. */
static void put_absent(FILE *out, const cli_table1 *t)
{
    size_t n;
    const cli_published_row *known = published_table1(&n);
    for (size_t i = 0; t->published && i < n; i++)
        if (!table1_measured(t, known[i].model)) {
            fprintf(out, "| %s | not run | %s |", known[i].model, known[i].score);
            put_none(out, 4);
            put_published(out, &known[i]);
            fputc('\n', out);
        }
}

static void put_chance(FILE *out, const cli_table1 *t)
{
    fputs("| chance | - | - |", out);
    measures_cell(out, share(t), 0, DIGITS);
    measures_cell(out, t->fraction, 0, DIGITS);
    measures_cell(out, 2 * share(t) * t->fraction / (share(t) + t->fraction), 0, DIGITS);
    put_none(out, 4);
    fputc('\n', out);
}

static void put_decided(FILE *out, const cli_table1 *t)
{
    static const cli_table1_kind kind[] = { T1_PRECISION, T1_RECALL, T1_F1, T1_NEW_F1 };
    static const char *const name[] = { "precision",
                                        "recall",
                                        "F1",
                                        "F1, untrained",
                                        "precision, as published",
                                        "recall, as published",
                                        "F1, as published" };
    fputs("\n## By the rule of the paper\n", out);
    if (t->seeds > 1)
        fputs("\nMean +- standard deviation over seeds; methods without networks depend "
              "on no "
              "seed.\n",
              out);
    put_columns(out, name, sizeof name / sizeof *name);
    for (int i = 0; i < t->parts; i++)
        for (size_t k = 0; k < t->part[i].scores; k++) {
            const cli_table1_part *p = &t->part[i];
            put_row(out, p, k, kind, sizeof kind / sizeof *kind);
            put_published(out, table1_published(t, p->model, p->score[k]));
            fputc('\n', out);
        }
    put_absent(out, t);
    put_chance(out, t);
    fputs("\nUntrained: the same networks with random weights.\n", out);
    if (t->published)
        fputs(
            "\nAs published: of kdd-bigan and kdd-gan in the paper; of ocsvm, kdd-dsebm, "
            "kdd-dagmm and\n"
            "kdd-dagmm-nvi quoted there from others, on other splits; of kdd-alad in "
            "arXiv:1812.02288.\n"
            "The recall of kdd-gan fm is a misprint, as F1 lies between precision and "
            "recall: with one\n"
            "fifth of the rows called anomalous, its precision corresponds to a recall "
            "of .8926.\n",
            out);
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

/* ---- The other tables ---------------------------------------------------------------
 */

static void put_own(FILE *out, const cli_table1 *t)
{
    static const cli_table1_kind kind[] = { T1_PROMISED, T1_OBSERVED, T1_OWN_PRECISION,
                                            T1_OWN_RECALL, T1_OWN_F1 };
    static const char *const name[] = { "false-alarm rate, promised", "observed",
                                        "precision", "recall", "F1" };
    enum { COLUMNS = sizeof name / sizeof *name };
    fputs("\n## By the detector's own threshold\n\n"
          "From held-out rows, or, where a recipe holds out none, from training rows, "
          "whose scores are\nlower than those of new rows.\n",
          out);
    put_columns(out, name, COLUMNS);
    for (int i = 0; i < t->parts; i++)
        for (size_t k = 0; k < t->part[i].scores; k++) {
            put_row(out, &t->part[i], k, kind, COLUMNS);
            fputc('\n', out);
        }
}

static void put_areas(FILE *out, const cli_table1 *t)
{
    static const cli_table1_kind kind[] = { T1_AUROC, T1_NEW_AUROC, T1_AP };
    static const char *const name[] = {
        "AUROC", "AUROC, untrained", "AP", "ties", "to train, s", "to score a row, us"
    };
    fputs(
        "\n## Independent of a decision\n\n"
        "Area under the ROC curve (AUROC) and average precision (AP); ties are rows with "
        "a score equal\nto the threshold of the rule.\n",
        out);
    put_columns(out, name, sizeof name / sizeof *name);
    for (int i = 0; i < t->parts; i++)
        for (size_t k = 0; k < t->part[i].scores; k++) {
            const cli_table1_part *p = &t->part[i];
            const cli_spread ties = table1_spread(p, k, T1_TIES),
                             train = table1_seconds(p),
                             score = table1_spread(p, k, T1_MICROS);
            put_row(out, p, k, kind, sizeof kind / sizeof *kind);
            measures_cell(out, ties.mean, ties.deviation, 0);
            measures_cell(out, train.mean, train.deviation, 1);
            measures_cell(out, score.mean, score.deviation, 2);
            fputc('\n', out);
        }
}

static void put_seeds(FILE *out, const cli_table1 *t)
{
    fputs("\n## F1 by seed\n\n| model | recipe | score |", out);
    for (int seed = 1; seed <= t->seeds; seed++)
        fprintf(out, " %d |", seed);
    fputc('\n', out);
    measures_rule(out, 3 + (size_t)t->seeds);
    for (int i = 0; i < t->parts; i++)
        for (size_t k = 0; k < t->part[i].scores; k++) {
            const cli_table1_part *p = &t->part[i];
            put_name(out, p, k);
            for (size_t s = 0; s < (size_t)t->seeds; s++)
                measures_cell(out,
                              s < (size_t)p->done
                                  ? p->figure[s * CLI_SCORES + k].of[T1_F1]
                                  : (double)NAN,
                              0, DIGITS);
            fputc('\n', out);
        }
}

static void put_tables(FILE *out, const cli_table1 *t)
{
    put_head(out, t);
    put_decided(out, t);
    put_others(out, t);
    put_own(out, t);
    put_areas(out, t);
    if (t->seeds > 1)
        put_seeds(out, t);
}

void table1_print(const cli_table1 *t)
{
    put_tables(stdout, t);
}

static int write_markdown(const cli_table1 *t)
{
    cli_output out;
    const int code = output_open(&out, output_join(t->folder, "table1.md").text);
    if (code != CLI_DONE)
        return code;
    put_tables(out.stream, t);
    return output_close(&out);
}

/* ---- As a picture -------------------------------------------------------------------
 */

/* F1 of the default score of each model and recipe. */
static int write_picture(const cli_table1 *t)
{
    enum { COLUMNS = 3 };
    static const char *const column[COLUMNS] = { "F1", "untrained", "as published" };
    const char *row[CLI_TABLE1_PARTS];
    double value[CLI_TABLE1_PARTS * COLUMNS];
    char name[CLI_TABLE1_PARTS][48];
    cli_picture *picture = NULL;
    int code = CLI_DONE;
    for (int i = 0; i < t->parts; i++) {
        const cli_table1_part *p = &t->part[i];
        const cli_published_row *known = table1_published(t, p->model, p->score[0]);
        snprintf(name[i], sizeof name[i], "%.16s, %.8s", p->model, p->recipe);
        row[i] = name[i];
        value[i * COLUMNS] = table1_spread(p, 0, T1_F1).mean;
        value[i * COLUMNS + 1] = table1_spread(p, 0, T1_NEW_F1).mean;
        value[i * COLUMNS + 2] = known ? known->f1.mean : (double)NAN;
    }
    CLI_DO(plots_many_dots(&picture, &(cli_dots){ .title = "F1 on KDD Cup 1999",
                                                  .about = t->command,
                                                  .row = row,
                                                  .rows = (size_t)t->parts,
                                                  .column = column,
                                                  .columns = COLUMNS,
                                                  .value = value }));
    code = draw_save(picture, output_join(t->folder, "table1.png").text);
done:
    draw_free(picture);
    return code;
}

int table1_write(const cli_table1 *t)
{
    int code = CLI_DONE;
    CLI_DO(write_markdown(t));
    CLI_DO(table1_json(t));
    code = write_picture(t);
done:
    return code;
}

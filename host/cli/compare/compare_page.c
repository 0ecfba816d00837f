/* A comparison as one HTML page, with its pictures. */
#include "compare.h"
#include "report/page.h"
#include "rows/metrics_text.h"
#include "rows/search_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Summary --------------------------------------------------------------- */

static void put_rows(const cli_comparison *c, cli_page *page)
{
    const char *none = !c->data->y    ? "the rows have no labels"
                       : c->anomalies ? "all rows are anomalies"
                                      : "all rows are normal";
    if (c->rows->y)
        page_text(page, "%s %srows (%s), of which %s are anomalies (%.3f %%); %s seed%s.",
                  text_count(c->rows->n).text, c->rows->n < c->rows->of ? "sampled " : "",
                  c->rows->part, text_count(c->anomalies).text,
                  100.0 * (double)c->anomalies / (double)c->rows->n,
                  text_count((uint64_t)c->seeds).text, c->seeds == 1 ? "" : "s");
    else
        page_text(page,
                  "%s rows (%s); %s seed%s. As %s, the scores cannot be evaluated: below "
                  "is how far they agree on the order of the rows.",
                  text_count(c->rows->n).text, c->rows->part,
                  text_count((uint64_t)c->seeds).text, c->seeds == 1 ? "" : "s", none);
}

static int put_verdicts(const cli_comparison *c, cli_page *page)
{
    for (size_t f = 0; f < CLI_FIGURES_COMPARED; f++) {
        char *text = compare_verdict(c, f);
        if (!text)
            return message_error("out of memory for a verdict");
        text[0] = 'B';
        page_text(page, "%s.", text);
        free(text);
    }
    return CLI_DONE;
}

static void put_figures(const cli_comparison *c, cli_page *page)
{
    const char *names[CLI_FIGURES_COMPARED + 1] = { "" };
    for (size_t f = 0; f < CLI_FIGURES_COMPARED; f++)
        names[f + 1] = compare_names[f];
    page_table(page, names, CLI_FIGURES_COMPARED + 1, 1);
    for (size_t i = 0; i < c->n; i++) {
        page_cell(page, "%s", c->item[i].name);
        for (size_t f = 0; f < CLI_FIGURES_COMPARED; f++) {
            const egad_compared *of = compare_figure(&c->item[i], f);
            char spread[32] = "";
            if (c->seeds > 1)
                snprintf(spread, sizeof spread, " +- %.4f", c->item[i].deviation[f]);
            page_cell(page, "%.4f%s %s", of->mean, spread,
                      of->best    ? "*"
                      : of->level ? "="
                                  : "\u2007");
        }
    }
    page_table_end(page);
    page_note(
        page,
        "* the highest mean; = cannot be told from it: the 95 %% interval of the "
        "difference, below, reaches 0%s. F1 calls the highest %.3f %% of the scores "
        "anomalous%s.",
        c->seeds > 1 ? "; +- the standard deviation over the seeds" : "",
        100 * c->fraction,
        !strcmp(c->rule, "paper")        ? ", as in the paper"
        : !strcmp(c->rule, "true share") ? ", which is the true share of anomalies"
                                         : "");
}

static void put_intervals(const cli_comparison *c, cli_page *page)
{
    const char *names[2 * CLI_FIGURES_COMPARED + 1] = { "" };
    for (size_t f = 0; f < CLI_FIGURES_COMPARED; f++) {
        names[2 * f + 1] = compare_names[f];
        names[2 * f + 2] = "below the best";
    }
    page_heading(page, "95 %% intervals");
    page_table(page, names, 2 * CLI_FIGURES_COMPARED + 1, 1);
    for (size_t i = 0; i < c->n; i++) {
        page_cell(page, "%s", c->item[i].name);
        for (size_t f = 0; f < CLI_FIGURES_COMPARED; f++) {
            const egad_compared *of = compare_figure(&c->item[i], f);
            page_cell(page, "%.3f to %.3f", of->low, of->high);
            if (of->best)
                page_cell(page, "best");
            else
                page_cell(page, "%.3f to %.3f", of->behind_low, of->behind_high);
        }
    }
    page_table_end(page);
    page_note(
        page,
        "From %s bootstrap samples of these rows, stratified by class, the same for "
        "all scores. They account for the choice of rows, not for retraining, and "
        "not for having chosen the best of %zu scores.",
        text_count((uint64_t)c->replicates).text, c->n);
}

static void put_means(const cli_comparison *c, cli_page *page)
{
    static const char *const names[] = { "", "with the others", "between seeds" };
    page_table(page, names, 3, 1);
    for (size_t i = 0; i < c->n; i++) {
        const cli_compared_item *item = &c->item[i];
        const double value[] = { item->agreement, item->stability };
        page_cell(page, "%s", item->name);
        for (size_t k = 0; k < 2; k++)
            page_cell(page, isnan(value[k]) ? "-" : "%.3f", value[k]);
    }
    page_table_end(page);
    page_note(page,
              "Spearman's rank correlation: 1 is the same order of the rows, 0 an "
              "unrelated one. With the others: the mean over all other scores, of the "
              "same seed. Between seeds: the mean over all pairs of seeds; a score whose "
              "order changes with the seed says little about a single row.");
}

static int put_summary(const cli_comparison *c, cli_page *page)
{
    int code = CLI_DONE;
    put_rows(c, page);
    if (!c->rows->y) {
        put_means(c, page);
        return code;
    }
    code = put_verdicts(c, page);
    put_figures(c, page);
    put_intervals(c, page);
    return code;
}

/* ---- Pictures --------------------------------------------------------------- */

/* One of the two curves; figure: that of the legend. */
static int put_curve(const cli_comparison *c, cli_page *page, const char *about,
                     size_t figure, int (*draw)(cli_picture **, const cli_many *),
                     const char *what)
{
    const size_t seeds = (size_t)c->seeds;
    char name[CLI_ITEMS][64];
    cli_many_line line[CLI_ITEMS];
    cli_picture *picture = NULL;
    const float **scores = malloc(c->n * seeds * sizeof *scores);
    if (!scores)
        return message_error("out of memory for a picture of %zu scores", c->n);
    for (size_t i = 0; i < c->n; i++) {
        const cli_compared_item *item = &c->item[i];
        snprintf(name[i], sizeof name[i], "%s  %.4f", item->name,
                 compare_figure(item, figure)->mean);
        line[i] = (cli_many_line){ name[i], scores + i * seeds };
        for (size_t s = 0; s < seeds; s++)
            scores[i * seeds + s] = item->model->trial[s].score[item->kind].score;
    }
    int code = draw(&picture, &(cli_many){ .about = about,
                                           .line = line,
                                           .n = c->n,
                                           .trainings = seeds,
                                           .y = c->rows->y,
                                           .rows = c->rows->n });
    code = page_picture(page, picture, what, code);
    free(scores);
    return code;
}

static int put_pictures(const cli_comparison *c, cli_page *page)
{
    const char *names[CLI_ITEMS];
    cli_picture *picture = NULL;
    char about[256];
    snprintf(about, sizeof about, "'%.100s', %s: %s rows; %s", output_base(c->file).text,
             c->rows->part, text_count(c->rows->n).text,
             c->seeds == 1 ? "one seed"
             : !c->rows->y ? "on the diagonal between seeds of the same score"
                           : "means of the curves of all seeds");
    if (c->rows->y) {
        char roc[320], curve[320];
        snprintf(roc, sizeof roc, "%s; in the legend AUROC", about);
        snprintf(curve, sizeof curve, "%s; in the legend AP", about);
        const int code =
            put_curve(c, page, roc, 0, plots_many_roc, "ROC curves of all scores");
        return code == CLI_DONE ? put_curve(c, page, curve, 1, plots_many_curve,
                                            "precision-recall curves of all scores")
                                : code;
    }
    for (size_t i = 0; i < c->n; i++)
        names[i] = c->item[i].name;
    const int code = plots_many_matrix(&picture, c->rho, names, c->n, about);
    return page_picture(page, picture, "rank correlations of all scores", code);
}

/* ---- Thresholds and times ------------------------------------------------------ */

static void put_number(cli_page *page, const char *format, double value)
{
    if (isnan(value))
        page_cell(page, "-");
    else
        page_cell(page, format, value);
}

static int put_cost(const cli_comparison *c, cli_page *page)
{
    const int labels = c->rows->y != NULL;
    static const char *const names[] = { "",         "false-alarm rate: target",
                                         "observed", "recall",
                                         "training", "microseconds per row" };
    static const char *const unlabelled[] = { "", "false-alarm rate: target",
                                              "share of rows above", "training",
                                              "microseconds per row" };
    page_table(page, labels ? names : unlabelled, labels ? 6 : 5, 1);
    for (size_t i = 0; i < c->n; i++) {
        const cli_compared_item *item = &c->item[i];
        page_cell(page, "%s", item->name);
        put_number(page, "%.4f", item->target);
        put_number(page, "%.4f", labels ? item->met : item->alarms);
        if (labels)
            put_number(page, "%.4f", item->recall);
        page_cell(page, "%s", isnan(item->seconds) ? "-" : text_time(item->seconds).text);
        page_cell(page, "%s", compare_micros(item->micros).text);
    }
    page_table_end(page);
    page_note(page,
              "Means over the seeds, at the threshold that each model has for its target "
              "rate. It is based on %s rows. Times are of this device; other work on it "
              "may have affected them.",
              c->model[0].trial[0].threshold.held_out ? "held-out" : "training");
    return CLI_DONE;
}

/* ---- Reproducing it ------------------------------------------------------------- */

static int put_again(const cli_comparison *c, cli_page *page)
{
    static const char *const names[] = { "model", "epochs", "batch", "learning rate" };
    page_table(page, names, 4, 1);
    for (size_t m = 0; m < c->models; m++) {
        const egad_detector_options *how = &c->model[m].how;
        page_cell(page, "%s", how->model);
        page_cell(page, "%d", how->epochs);
        page_cell(page, "%d", how->batch);
        page_cell(page, "%g", how->lr);
    }
    page_table_end(page);
    page_text(page, "Recipe %s, %s%d. The models are in MODEL-SEED.h5 beside this page.",
              c->recipe, c->seeds > 1 ? "seeds 1 to " : "seed ", c->seeds);
    if (c->searches)
        page_text(page,
                  "Models without an encoder score by latent search: %d steps, "
                  "restarts %d, with the seed of the training.",
                  search_options_steps(&c->scoring),
                  c->scoring.restarts ? c->scoring.restarts : 1);
    page_origin(page, egad_device_describe(c->opened), c->data,
                output_base(c->file).text);
    page_text(page, "This command makes the models and this page:");
    page_lines(page, c->command);
    return CLI_DONE;
}

/* ---- The page ------------------------------------------------------------------- */

typedef struct {
    const char *name;
    int (*put)(const cli_comparison *c, cli_page *page);
} section;

static int put_all(const cli_comparison *c, cli_page *page)
{
    const section sections[] = { { "Summary", put_summary },
                                 { c->rows->y ? "Curves" : "Agreement", put_pictures },
                                 { "Thresholds and times", put_cost },
                                 { "Reproducing it", put_again } };
    enum { SECTIONS = sizeof sections / sizeof *sections };
    const char *names[SECTIONS];
    int code = CLI_DONE;
    for (size_t i = 0; i < SECTIONS; i++)
        names[i] = sections[i].name;
    page_contents(page, names, SECTIONS);
    for (size_t i = 0; i < SECTIONS && code == CLI_DONE; i++) {
        page_section(page, names[i]);
        code = sections[i].put(c, page);
    }
    return code;
}

int compare_page(const cli_comparison *c)
{
    cli_page page;
    char title[200];
    snprintf(title, sizeof title, "Models compared on %.120s", output_base(c->file).text);
    int code = page_open(&page, output_join(c->folder, "compare.html").text, title);
    if (code == CLI_DONE)
        code = put_all(c, &page);
    if (code == CLI_DONE)
        return page_close(&page);
    page_drop(&page);
    return code;
}

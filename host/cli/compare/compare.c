/* The scores of all models over all seeds: their metrics, which cannot be told from the
 * best, and without labels how far they agree. */
#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REPLICATES = 1000, REPLICATES_LEAST = 200 }; /* of the bootstrap */
static const double DRAWS = 2e9; /* replicates times rows times scores, about */

const char *const compare_names[CLI_FIGURES_COMPARED] = { "AUROC", "AP", "F1" };
const char *const compare_keys[CLI_FIGURES_COMPARED] = { "auroc", "average_precision",
                                                         "f1" };

const egad_compared *compare_figure(const cli_compared_item *item, size_t figure)
{
    const egad_comparison *c = &item->figures;
    return figure == 0 ? &c->auroc : figure == 1 ? &c->ap : &c->f1;
}

/* ---- Means over the seeds -------------------------------------------------- */

static const cli_trial_score *score_of(const cli_compared_item *item, int seed)
{
    return &item->model->trial[seed].score[item->kind];
}

static void average(cli_compared_item *item, const cli_comparison *c)
{
    const double seeds = c->seeds, rows = (double)c->rows->n;
    for (int s = 0; s < c->seeds; s++) {
        const cli_trial_score *of = score_of(item, s);
        const int found = of->own.found;
        item->seconds += item->model->trial[s].seconds / seeds;
        item->micros += of->micros / seeds;
        item->met += (found ? of->own.met : (double)NAN) / seeds;
        item->recall += (found ? of->own.recall : (double)NAN) / seeds;
        item->target += (found ? of->own.at.false_alarms : (double)NAN) / seeds;
        item->alarms += (found ? (double)of->own.alarms / rows : (double)NAN) / seeds;
    }
}

static void list(cli_comparison *c)
{
    for (size_t m = 0; m < c->models; m++) {
        const cli_compared_model *model = &c->model[m];
        c->searches |= model->trial[0].searches;
        for (size_t k = 0; k < model->trial[0].n; k++) {
            cli_compared_item *item = &c->item[c->n++];
            *item = (cli_compared_item){ .model = model, .kind = k };
            snprintf(item->name, sizeof item->name, "%.20s %.16s", model->how.model,
                     model->trial[0].score[k].name);
            item->agreement = item->stability = NAN;
            average(item, c);
        }
    }
}

/* ---- With labels ----------------------------------------------------------- */

static double deviation(const double *value, int n)
{
    double mean = 0, square = 0;
    for (int i = 0; i < n; i++)
        mean += value[i] / n;
    for (int i = 0; i < n; i++)
        square += (value[i] - mean) * (value[i] - mean) / n;
    return sqrt(square);
}

/* Deviations over the seeds.  `value`: room for one number per seed and figure. */
static egad_status spread(cli_compared_item *item, const cli_comparison *c, double *value)
{
    for (int s = 0; s < c->seeds; s++) {
        egad_metrics m;
        const egad_status status = egad_metrics_compute(
            &m, score_of(item, s)->score, c->rows->y, c->rows->n, c->fraction);
        if (status != EGAD_OK)
            return status;
        value[s] = m.auroc;
        value[c->seeds + s] = m.ap;
        value[2 * c->seeds + s] = m.f1;
    }
    for (int f = 0; f < CLI_FIGURES_COMPARED; f++)
        item->deviation[f] = deviation(value + f * c->seeds, c->seeds);
    return EGAD_OK;
}

static int by_auroc_down(const void *a, const void *b)
{
    const double x = ((const cli_compared_item *)a)->figures.auroc.mean,
                 y = ((const cli_compared_item *)b)->figures.auroc.mean;
    return (x < y) - (x > y);
}

static int evaluate(cli_comparison *c, const float *const *score)
{
    const double vectors = (double)c->n * c->seeds;
    const double times = DRAWS / ((double)c->rows->n * vectors);
    egad_comparison figures[CLI_ITEMS];
    double *value = malloc(CLI_FIGURES_COMPARED * (size_t)c->seeds * sizeof *value);
    int code = CLI_DONE;
    if (!value)
        return message_error("out of memory for %d seeds", c->seeds);
    c->replicates = (int)fmin(fmax(times, REPLICATES_LEAST), REPLICATES);
    CLI_TRY(egad_bootstrap_compare(figures, score, c->n, (size_t)c->seeds, c->rows->y,
                                   c->rows->n, c->fraction, c->replicates, 0));
    for (size_t i = 0; i < c->n; i++) {
        c->item[i].figures = figures[i];
        CLI_TRY(spread(&c->item[i], c, value));
    }
    qsort(c->item, c->n, sizeof *c->item, by_auroc_down);
done:
    free(value);
    return code;
}

/* ---- Without labels -------------------------------------------------------- */

/* The mean of entries (i, s) and (j, t) of the correlations of all scores of all seeds:
 * the same seed of two scores, or two seeds of the same score. */
static double mean_of(const double *all, size_t i, size_t j, size_t n, size_t seeds)
{
    double sum = 0, of = 0;
    for (size_t s = 0; s < seeds; s++)
        for (size_t t = i == j ? s + 1 : s; t < (i == j ? seeds : s + 1); t++) {
            sum += all[(i * seeds + s) * n * seeds + j * seeds + t];
            of++;
        }
    return of > 0 ? sum / of : (double)NAN;
}

static int correlate(cli_comparison *c, const float *const *score)
{
    const size_t seeds = (size_t)c->seeds, vectors = c->n * seeds;
    double *all = malloc(vectors * vectors * sizeof *all);
    int code = CLI_DONE;
    c->rho = malloc(c->n * c->n * sizeof *c->rho);
    if (!all || !c->rho) {
        code = message_error("out of memory for the correlations of %zu scores", vectors);
        goto done;
    }
    CLI_TRY(egad_rank_correlate(all, score, vectors, c->rows->n));
    for (size_t i = 0; i < c->n; i++) {
        double sum = 0;
        for (size_t j = 0; j < c->n; j++) {
            c->rho[i * c->n + j] = mean_of(all, i, j, c->n, seeds);
            sum += i == j ? 0 : c->rho[i * c->n + j];
        }
        c->item[i].stability = c->rho[i * c->n + i];
        c->item[i].agreement = c->n > 1 ? sum / (double)(c->n - 1) : (double)NAN;
    }
done:
    free(all);
    return code;
}

/* ---- Both --------------------------------------------------------------------- */

int compare_measure(cli_comparison *c)
{
    const float **score = NULL;
    list(c);
    score = malloc(c->n * (size_t)c->seeds * sizeof *score);
    if (!score)
        return message_error("out of memory for %zu scores", c->n);
    for (size_t i = 0; i < c->n; i++)
        for (int s = 0; s < c->seeds; s++)
            score[i * (size_t)c->seeds + (size_t)s] = score_of(&c->item[i], s)->score;
    const int code = c->rows->y ? evaluate(c, score) : correlate(c, score);
    free(score);
    return code;
}

void compare_free(cli_comparison *c)
{
    for (size_t m = 0; m < c->models; m++) {
        for (int s = 0; c->model[m].trial && s < c->seeds; s++)
            trial_free(&c->model[m].trial[s]);
        free(c->model[m].trial);
    }
    free(c->rho);
}

cli_number compare_micros(double micros)
{
    cli_number text = { "-" };
    if (!isnan(micros))
        snprintf(text.text, sizeof text.text, micros < 100 ? "%.3g" : "%.0f", micros);
    return text;
}

char *compare_verdict(const cli_comparison *c, size_t figure)
{
    char *text = NULL;
    size_t size = 0, others = 0, level = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    for (size_t i = 0; i < c->n; i++)
        if (compare_figure(&c->item[i], figure)->best)
            fprintf(out, "best by %s: %s", compare_names[figure], c->item[i].name);
    for (size_t i = 0; i < c->n; i++)
        level += (size_t)compare_figure(&c->item[i], figure)->level;
    if (level == c->n && c->n > 2)
        fputs("; none of the others can be told from it", out);
    else if (level == 1 && c->n > 1)
        fputs("; all others are worse", out);
    for (size_t i = 0; i < c->n && level > 1 && (level < c->n || c->n == 2); i++) {
        const egad_compared *of = compare_figure(&c->item[i], figure);
        if (of->level && !of->best)
            fprintf(out, "%s%s",
                    others++ ? ", " : "; cannot be told from it: ", c->item[i].name);
    }
    return fclose(out) == 0 ? text : NULL;
}

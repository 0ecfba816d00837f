/* The table of figure 1 as Markdown: AUPRC per digit over several seeds beside published
 * results. */
#include "figure1.h"
#include "shell/output.h"
#include "shell/shell.h"

#include <math.h>
#include <string.h>

/* ---- As Markdown ----------------------------------------------------------- */

enum { DIGITS = 3 }; /* after the point */

static void put(FILE *out, double value, double deviation)
{
    measures_cell(out, value, deviation, DIGITS);
}

static void put_head(FILE *out, const cli_figure1 *f)
{
    fprintf(out,
            "# Figure 1: MNIST with one digit as the anomaly\n\n"
            "- egad %s, recipe %s, %s%d\n"
            "- device: %s\n"
            "- data: %s\n",
            egad_status_version(), f->recipe, f->seeds > 1 ? "seeds 1 to " : "seed ",
            f->seeds, figure1_device(f), f->source);
    for (size_t m = 0; m < f->models.n; m++) {
        const cli_run_result *r = figure1_first(f, m);
        fprintf(out, "- %s: ", f->models.name[m]);
        if (models_networks(f->models.name[m]))
            fprintf(out, "%d epoch%s, batch %d, learning rate %g", r->epochs,
                    r->epochs > 1 ? "s" : "", r->batch, r->lr);
        else
            fputs("no networks, so seeds change nothing", out);
        if (f->side[m])
            fprintf(out, "; images padded to %zu x %zu", f->side[m], f->side[m]);
        fputc('\n', out);
    }
    if (!strcmp(f->recipe, "release"))
        fprintf(out, "- split: that of the released code, where most normal test images "
                     "are also training images (copies)\n");
}

static void put_columns(FILE *out, const cli_figure1 *f)
{
    fputs("\n| model | score |", out);
    for (int i = 0; i < f->parts; i++)
        fprintf(out, " %d |", f->part[i].digit);
    fputs(" mean |\n", out);
    measures_rule(out, 3 + (size_t)f->parts);
}

/* A row for each score of each model. */
static void put_scores(FILE *out, const cli_figure1 *f, cli_measure measure)
{
    for (size_t m = 0; m < f->models.n; m++)
        for (size_t k = 0; k < figure1_first(f, m)->scores; k++) {
            fprintf(out, "| %s | %s |", f->models.name[m], figure1_first(f, m)->score[k]);
            for (int i = 0; i < f->parts; i++) {
                const cli_spread s = figure1_spread(&f->part[i], m, k, measure);
                put(out, s.mean, s.deviation);
            }
            put(out, figure1_mean(f, m, k, measure), 0);
            fputc('\n', out);
        }
}

/* A row of results that were not measured here. */
static void put_known(FILE *out, const cli_figure1 *f, const char *name,
                      cli_spread of(const cli_figure1_part *))
{
    double sum = 0;
    fprintf(out, "| %s | |", name);
    for (int i = 0; i < f->parts; i++) {
        const cli_spread s = of(&f->part[i]);
        put(out, s.mean, s.deviation);
        sum += s.mean;
    }
    put(out, sum / f->parts, 0);
    fputc('\n', out);
}

static cli_spread chance(const cli_figure1_part *p)
{
    return (cli_spread){ p->chance, 0 };
}

static cli_spread bigan(const cli_figure1_part *p)
{
    const cli_published_digit *known = published_mnist(p->digit);
    return (cli_spread){ known->published, known->spread };
}

static cli_spread components(const cli_figure1_part *p)
{
    return (cli_spread){ published_mnist(p->digit)->pca, 0 };
}

static cli_spread neighbours(const cli_figure1_part *p)
{
    return (cli_spread){ published_mnist(p->digit)->neighbours, 0 };
}

/* AUPRC beside published results. */
static void put_auprc(FILE *out, const cli_figure1 *f)
{
    /* Published results are on rows that the detector has not seen; there are none for
     * the release split. */
    const int same_split = f->published && strcmp(f->recipe, "release") != 0;
    fputs("\nAUPRC by the trapezoid rule", out);
    if (f->seeds > 1)
        fputs(", mean +- standard deviation over seeds", out);
    fputs(".\n", out);
    put_columns(out, f);
    put_scores(out, f, CLI_AUPRC);
    put_known(out, f, "chance", chance);
    if (f->published)
        put_known(out, f, "BiGAN sigma, as published", bigan);
    if (same_split) {
        put_known(out, f, "32 principal components, another program", components);
        put_known(out, f, "5 nearest neighbours, another program", neighbours);
    }
    if (f->published)
        fputs("\nThe paper gives some of its results only as a bar chart.\n", out);
    fputs("\nNormal test images that are also training images:", out);
    for (int i = 0; i < f->parts; i++)
        fprintf(out, "%s %s of %s with the digit %d", i ? "," : "",
                text_count(f->part[i].copies).text, text_count(f->part[i].copies_of).text,
                f->part[i].digit);
    fputs(".\n", out);
}

static void put_others(FILE *out, const cli_figure1 *f)
{
    fputs("\nAverage precision.\n", out);
    put_columns(out, f);
    put_scores(out, f, CLI_AP);
    fputs("\nArea under the ROC curve (AUROC).\n", out);
    put_columns(out, f);
    put_scores(out, f, CLI_AUROC);
}

/* ---- By epoch ------------------------------------------------------------------- */

static double mean_loss(const cli_runs *runs, int epoch, int loss)
{
    double sum = 0;
    for (int i = 0; i < runs->done; i++)
        sum += (double)runs->run[i].history[epoch].losses.loss[loss];
    return sum / runs->done;
}

/* Losses per epoch, and AUPRC where it was measured. */
static void put_history(FILE *out, const cli_figure1 *f, const cli_figure1_part *p,
                        size_t m)
{
    const cli_run_result *r = figure1_first(f, m);
    const char *const *loss = egad_detector_losses(f->models.name[m]);
    size_t losses = 0;
    fprintf(out, "\n### Digit %d, %s\n\n| epoch |", p->digit, f->models.name[m]);
    for (; loss[losses]; losses++)
        fprintf(out, " %s |", loss[losses]);
    for (size_t k = 0; k < r->scores; k++)
        fprintf(out, " %s |", r->score[k]);
    fputc('\n', out);
    measures_rule(out, 1 + losses + r->scores);
    for (int epoch = 0; epoch < r->epochs && epoch < p->runs[m].run[0].epochs; epoch++) {
        fprintf(out, "| %d |", epoch + 1);
        for (size_t i = 0; i < losses; i++)
            put(out, mean_loss(&p->runs[m], epoch, (int)i), 0);
        for (size_t k = 0; k < r->scores; k++)
            put(out, runs_spread(&p->runs[m], k, CLI_AUPRC, epoch).mean, 0);
        fputc('\n', out);
    }
}

static void put_epochs(FILE *out, const cli_figure1 *f)
{
    fputs("\n## By epoch\n\nLosses, and AUPRC: means over seeds.\n", out);
    for (int i = 0; i < f->parts; i++)
        for (size_t m = 0; m < f->models.n; m++)
            if (models_networks(f->models.name[m]))
                put_history(out, f, &f->part[i], m);
}

static void put_tables(FILE *out, const cli_figure1 *f)
{
    put_head(out, f);
    put_auprc(out, f);
    put_others(out, f);
}

void figure1_print(const cli_figure1 *f)
{
    put_tables(stdout, f);
}

int figure1_markdown(const cli_figure1 *f)
{
    cli_output out;
    int code = output_open(&out, output_join(f->folder, "figure1.md").text);
    if (code != CLI_DONE)
        return code;
    put_tables(out.stream, f);
    if (f->every_epoch)
        put_epochs(out.stream, f);
    return output_close(&out);
}

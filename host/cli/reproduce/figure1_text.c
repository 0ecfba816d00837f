/* The table of figure 1 as Markdown and JSON: AUPRC per digit over several seeds beside
 * published results. */
#include "figure1.h"
#include "shell/output.h"
#include "shell/shell.h"

#include <math.h>
#include <string.h>

/* ---- Means ---------------------------------------------------------------- */

static const cli_measure measures[] = { CLI_AUPRC, CLI_AP, CLI_AUROC };
enum { MEASURES = sizeof measures / sizeof *measures };

static cli_spread over_seeds(const cli_figure1_part *p, size_t score, cli_measure m)
{
    return runs_spread(&p->runs, score, m, -1);
}

static double over_digits(const cli_figure1 *f, size_t score, cli_measure m)
{
    double sum = 0;
    for (int i = 0; i < f->parts; i++)
        sum += over_seeds(&f->part[i], score, m).mean;
    return sum / f->parts;
}

/* ---- As Markdown ----------------------------------------------------------- */

enum { DIGITS = 3 }; /* after the point */

static void put(FILE *out, double value, double deviation)
{
    measures_cell(out, value, deviation, DIGITS);
}

static const cli_run_result *first_run(const cli_figure1 *f)
{
    return &f->part[0].runs.run[0];
}

static const char *common_device(const cli_figure1 *f)
{
    const char *device = NULL;
    for (int i = 0; i < f->parts; i++)
        device = runs_device(&f->part[i].runs, device);
    return device;
}

static void put_head(FILE *out, const cli_figure1 *f)
{
    const cli_run_result *r = first_run(f);
    const char *device = common_device(f);
    fprintf(out,
            "# Figure 1: MNIST with one digit as the anomaly\n\n"
            "- egad %s, %s, recipe %s, %d epochs, batch %d, learning rate %g, %s%d\n"
            "- device: %s\n"
            "- data: %s\n",
            egad_status_version(), f->model, f->recipe, r->epochs, r->batch, r->lr,
            f->seeds > 1 ? "seeds 1 to " : "seed ", f->seeds, device, f->source);
    if (!strcmp(f->recipe, "release"))
        fprintf(out, "- split: that of the released code, where most normal test images "
                     "are also training images (copies)\n");
}

/* AUPRC beside published results. */
static void put_auprc(FILE *out, const cli_figure1 *f)
{
    const cli_run_result *r = first_run(f);
    double chance = 0, pca = 0, neighbours = 0;
    /* Published results are on rows that the detector has not seen; there are none for
     * the release split. */
    const int same_split = f->published && strcmp(f->recipe, "release") != 0;
    fputs("\nAUPRC by the trapezoid rule", out);
    if (f->seeds > 1)
        fputs(", mean +- standard deviation over seeds", out);
    fputs(".\n\n| digit |", out);
    for (size_t k = 0; k < r->scores; k++)
        fprintf(out, " %s |", r->score[k]);
    fputs(" chance | BiGAN sigma, as published | PCA-32 | 5-NN | copies |\n", out);
    measures_rule(out, r->scores + 6);
    for (int i = 0; i < f->parts; i++) {
        const cli_figure1_part *p = &f->part[i];
        const cli_published_digit *known = published_mnist(p->digit);
        fprintf(out, "| %d |", p->digit);
        for (size_t k = 0; k < r->scores; k++) {
            const cli_spread s = over_seeds(p, k, CLI_AUPRC);
            put(out, s.mean, s.deviation);
        }
        put(out, p->chance, 0);
        put(out, f->published ? known->published : NAN, known->spread);
        put(out, same_split ? known->pca : NAN, 0);
        put(out, same_split ? known->neighbours : NAN, 0);
        fprintf(out, " %s of %s |\n", text_count(p->copies).text,
                text_count(p->copies_of).text);
        chance += p->chance / f->parts;
        pca += known->pca / f->parts;
        neighbours += known->neighbours / f->parts;
    }
    fputs("| mean |", out);
    for (size_t k = 0; k < r->scores; k++)
        put(out, over_digits(f, k, CLI_AUPRC), 0);
    put(out, chance, 0);
    put(out, NAN, 0);
    put(out, same_split ? pca : NAN, 0);
    put(out, same_split ? neighbours : NAN, 0);
    fputs(" |\n\n", out);
    fputs("Copies: normal test images that are also training images.", out);
    if (f->published)
        fputs("  The paper\n"
              "gives some of its results only as a bar chart.",
              out);
    fputc('\n', out);
}

static void put_others(FILE *out, const cli_figure1 *f)
{
    const cli_run_result *r = first_run(f);
    fputs("\nAverage precision (AP) and area under the ROC curve (AUROC).\n"
          "\n"
          "| digit |",
          out);
    for (size_t k = 0; k < r->scores; k++)
        fprintf(out, " AP %s |", r->score[k]);
    for (size_t k = 0; k < r->scores; k++)
        fprintf(out, " AUROC %s |", r->score[k]);
    fputc('\n', out);
    measures_rule(out, 2 * r->scores + 1);
    for (int i = 0; i < f->parts; i++) {
        fprintf(out, "| %d |", f->part[i].digit);
        for (size_t m = 1; m < MEASURES; m++)
            for (size_t k = 0; k < r->scores; k++) {
                const cli_spread s = over_seeds(&f->part[i], k, measures[m]);
                put(out, s.mean, s.deviation);
            }
        fputc('\n', out);
    }
    fputs("| mean |", out);
    for (size_t m = 1; m < MEASURES; m++)
        for (size_t k = 0; k < r->scores; k++)
            put(out, over_digits(f, k, measures[m]), 0);
    fputc('\n', out);
}

static double mean_loss(const cli_figure1_part *p, int epoch, int loss)
{
    double sum = 0;
    for (int i = 0; i < p->runs.done; i++)
        sum += (double)p->runs.run[i].history[epoch].losses.loss[loss];
    return sum / p->runs.done;
}

/* Losses of D, G and E per epoch, and AUPRC where it was measured. */
static void put_epochs(FILE *out, const cli_figure1 *f)
{
    const cli_run_result *r = first_run(f);
    fputs("\n## By epoch\n\nLosses of D, G and E, and AUPRC: means over seeds.\n", out);
    for (int i = 0; i < f->parts; i++) {
        const cli_figure1_part *p = &f->part[i];
        fprintf(out, "\n### Digit %d\n\n| epoch | D | G | E |", p->digit);
        for (size_t k = 0; k < r->scores; k++)
            fprintf(out, " %s |", r->score[k]);
        fputc('\n', out);
        measures_rule(out, r->scores + 4);
        for (int epoch = 0; epoch < r->epochs && epoch < p->runs.run[0].epochs; epoch++) {
            fprintf(out, "| %d |", epoch + 1);
            for (int loss = 0; loss < 3; loss++)
                put(out, mean_loss(p, epoch, loss), 0);
            for (size_t k = 0; k < r->scores; k++)
                put(out, runs_spread(&p->runs, k, CLI_AUPRC, epoch).mean, 0);
            fputc('\n', out);
        }
    }
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

static int write_markdown(const cli_figure1 *f)
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

/* ---- As JSON ---------------------------------------------------------------- */

static cli_json *part_json(const cli_figure1 *f, const cli_figure1_part *p)
{
    const cli_run_result *r = first_run(f);
    const cli_published_digit *known = published_mnist(p->digit);
    cli_json *object = record_object(), *scores = record_object();
    record_count(object, "digit", (uint64_t)p->digit);
    record_real(object, "chance_auprc", p->chance);
    record_count(object, "normal_test_rows", p->copies_of);
    record_count(object, "copies_of_training_rows", p->copies);
    if (f->published) {
        record_real(object, "published_auprc", known->published);
        record_real(object, "published_deviation", known->spread);
        record_real(object, "pca_32_auprc", known->pca);
        record_real(object, "nearest_5_auprc", known->neighbours);
    }
    for (size_t k = 0; k < r->scores; k++) {
        cli_json *one = record_object();
        for (size_t m = 0; m < MEASURES; m++)
            record_put(one, measures_key(measures[m]),
                       measures_spread_json(over_seeds(p, k, measures[m])));
        record_put(scores, r->score[k], one);
    }
    record_put(object, "scores", scores);
    record_put(object, "runs", runs_json(&p->runs, p->name));
    return object;
}

static int write_json(const cli_figure1 *f)
{
    const cli_run_result *r = first_run(f);
    cli_json *root = record_object(), *digits = record_array(), *mean = record_object();
    record_text(root, "egad", egad_status_version());
    record_text(root, "model", f->model);
    record_text(root, "recipe", f->recipe);
    record_count(root, "epochs", (uint64_t)r->epochs);
    record_count(root, "batch", (uint64_t)r->batch);
    record_real(root, "lr", r->lr);
    record_count(root, "seeds", (uint64_t)f->seeds);
    record_text(root, "device", r->device);
    record_text(root, "data", f->source);
    for (int i = 0; i < f->parts; i++)
        record_append(digits, part_json(f, &f->part[i]));
    record_put(root, "digits", digits);
    for (size_t k = 0; k < r->scores; k++) {
        cli_json *one = record_object();
        for (size_t m = 0; m < MEASURES; m++)
            record_real(one, measures_key(measures[m]), over_digits(f, k, measures[m]));
        record_put(mean, r->score[k], one);
    }
    record_put(root, "mean", mean);
    return record_save(root, output_join(f->folder, "figure1.json").text);
}

int figure1_write(const cli_figure1 *f)
{
    int code = write_markdown(f);
    return code == CLI_DONE ? write_json(f) : code;
}

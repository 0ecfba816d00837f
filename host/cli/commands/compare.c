/* egad compare: trains several models with several seeds and evaluates all their scores
 * on the same rows. */
#include "compare/compare.h"
#include "commands.h"
#include "rows/dataset.h"
#include "rows/metrics_text.h"
#include "rows/search_options.h"
#include "rows/training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE_SEED = 6 }; /* seed of the sample of rows, as of egad report */

typedef struct {
    const char *data, *out, *device, *models, *part;
    int seeds, sample, quiet;
    double fraction, false_alarms;
    egad_scoring scoring;
    egad_detector_options how;
} arguments;

/* One run of the command. */
typedef struct {
    const arguments *a;
    cli_opened in;
    cli_comparison c;
    cli_number content;
    double search_seconds; /* estimated for all searches */
} comparison;

/* ---- The models -------------------------------------------------------------- */

/* The models of a list. */
static int take_models(const char *command, cli_comparison *c, const char *list)
{
    cli_models models;
    CLI_CHECK(models_take(&models, command, list, NULL));
    for (; c->models < models.n; c->models++)
        c->model[c->models].how.model = models.name[c->models];
    return -1;
}

/* 1 if the model is for rows of this shape. */
static int suits(const char *model, const size_t shape[3], int images)
{
    const size_t unit = (size_t)egad_detector_multiple(model);
    return images ? egad_detector_images(model) && shape[0] % unit == 0 &&
                        shape[1] % unit == 0
                  : egad_detector_tables(model);
}

/* All models for such data; those that search last, as that takes longer. */
static int all_models(cli_comparison *c, const size_t shape[3], int images)
{
    for (int searches = 0; searches < 2; searches++)
        for (const char *const *name = egad_detector_models(); *name; name++)
            if (suits(*name, shape, images) &&
                egad_detector_searches(*name) == searches && c->models < CLI_MODELS)
                c->model[c->models++].how.model = *name;
    return CLI_DONE;
}

/* ---- Opening ------------------------------------------------------------------ */

static int open_all(comparison *p)
{
    const arguments *a = p->a;
    cli_opened *in = &p->in;
    cli_comparison *c = &p->c;
    int code = CLI_DONE;
    if (rows_are_pictures(a->data))
        return message_error("'%s' is not a data file: make one of a folder of images "
                             "with 'egad data import images'",
                             a->data);
    if (!output_is_hdf5(a->data))
        return message_error("'%s' is not a data file (.h5): make one of a table with "
                             "'egad data import csv'",
                             a->data);
    CLI_TRY(egad_dataset_load(&in->data, a->data));
    CLI_DO(rows_sample(&in->rows, in->data, a->part, a->data,
                       a->sample ? (size_t)a->sample : SIZE_MAX, SAMPLE_SEED));
    c->scoring = a->scoring;
    c->anomalies = rows_anomalies(&in->rows);
    if (c->anomalies == 0 || c->anomalies == in->rows.n)
        in->rows.y = NULL; /* nothing to evaluate */
    if (!in->rows.y && a->fraction > 0)
        return message_error("--fraction needs rows with labels of both classes, which "
                             "'%s' does not have: leave it out",
                             a->data);
    c->data = in->data;
    c->rows = &in->rows;
    if (in->rows.y)
        c->fraction =
            metrics_fraction(&c->rule, in->data, a->fraction, c->anomalies, in->rows.n);
    if (!c->models)
        all_models(c, in->data->shape,
                   egad_dataset_images(&in->data->schema, in->data->shape));
    p->content = trial_content(in->data, &in->rows);
    CLI_TRY(open_device(&in->device, a->device));
    c->opened = in->device;
    code = output_folder(a->out);
done:
    return code;
}

/* Whether the held-out rows can resolve the false-alarm rate that was asked for: before
 * hours of training, not after. */
static int check_rate(const comparison *p, const egad_detector *detector)
{
    const double rate = p->a->false_alarms;
    size_t *row = NULL, held = 0, trained = 0;
    int code = CLI_DONE;
    CLI_TRY(egad_detector_select(detector, p->in.data, 1, &row, &held));
    free(row);
    row = NULL;
    CLI_TRY(egad_detector_select(detector, p->in.data, 0, &row, &trained));
    if (rate > 0 && held && rate < 1.0 / (double)(held + 1)) {
        const double share = egad_threshold_share(rate, held + trained);
        char remedy[96] = "the table is too small for it, so give";
        if (share > 0)
            snprintf(remedy, sizeof remedy, "give --hold-out %g, or", share);
        code =
            message_error("--false-alarms %g needs %.9g held-out rows, and there are "
                          "%s: %s a higher rate",
                          rate, egad_threshold_rows(rate), text_count(held).text, remedy);
    }
done:
    free(row);
    return code;
}

/* A training of a model, with a seed from 1. */
static cli_trial trial_of(const comparison *p, const cli_compared_model *m, int seed)
{
    const arguments *a = p->a;
    cli_trial trial = { .folder = a->out,
                        .file = a->data,
                        .device = p->in.device,
                        .data = p->in.data,
                        .content = p->content.text,
                        .rows = &p->in.rows,
                        .how = m->how,
                        .scoring = a->scoring,
                        .false_alarms = a->false_alarms,
                        .searches = m->searches,
                        .quiet = a->quiet };
    trial.how.seed = (uint64_t)seed;
    return trial;
}

/* Settle the options of a model, as far as the recipe decides, and check them. */
static int prepare(comparison *p, cli_compared_model *m)
{
    const arguments *a = p->a;
    const char *name = m->how.model;
    egad_detector *detector = NULL;
    int code = CLI_DONE;
    m->how = a->how;
    m->how.model = name;
    m->how.recipe = p->c.recipe;
    m->trial = calloc((size_t)a->seeds, sizeof *m->trial);
    if (!m->trial)
        return message_error("out of memory for %d seeds", a->seeds);
    cli_trial trial = trial_of(p, m, 1);
    CLI_DO(trial_settle(&trial, &detector));
    m->how = trial.how;
    m->searches = trial.searches;
    CLI_DO(check_rate(p, detector));
    if (m->searches && !a->quiet)
        code = trial_estimate(&p->search_seconds, &trial, a->seeds, detector);
done:
    egad_detector_free(detector);
    return code;
}

/* ---- Running ------------------------------------------------------------------- */

static int finish_model(comparison *p, cli_compared_model *m)
{
    const arguments *a = p->a;
    int code = CLI_DONE;
    while (m->done < a->seeds && code == CLI_DONE && !training_stopped()) {
        char about[64];
        cli_trial trial = trial_of(p, m, m->done + 1);
        trial.about = about;
        snprintf(about, sizeof about, "%.32s, seed %d of %d", m->how.model, m->done + 1,
                 a->seeds);
        code = trial_finish(&m->trial[m->done], &trial);
        if (code != CLI_DONE || !m->trial[m->done].complete)
            break;
        m->done++;
    }
    return code;
}

/* The device of all trainings, or a text if they differ. */
static const char *common_device(const cli_comparison *c)
{
    const char *device = c->model[0].trial[0].device;
    for (size_t m = 0; m < c->models; m++)
        for (int s = 0; s < c->seeds; s++)
            if (strcmp(device, c->model[m].trial[s].device) != 0)
                return "several; see compare.json";
    return device;
}

static int write_all(comparison *p)
{
    cli_comparison *c = &p->c;
    cli_output text;
    int code = CLI_DONE;
    c->device = common_device(c);
    CLI_DO(compare_measure(c));
    CLI_DO(output_open(&text, output_join(c->folder, "compare.txt").text));
    compare_print(text.stream, c);
    CLI_DO(output_close(&text));
    CLI_DO(compare_json(c));
    CLI_DO(compare_page(c));
    compare_print(stdout, c);
    printf("\n%s\n", output_join(c->folder, "compare.html").text);
done:
    return code;
}

static int compare(comparison *p)
{
    const arguments *a = p->a;
    cli_comparison *c = &p->c;
    int code = CLI_DONE, done = 0;
    CLI_DO(open_all(p));
    for (size_t m = 0; m < c->models; m++)
        CLI_DO(prepare(p, &c->model[m]));
    rows_warn(p->in.data, a->data);
    dataset_warn_digits(p->in.data, a->data);
    if (p->search_seconds > 60)
        fprintf(stderr,
                "latent search of %s rows takes about %s in all; --models leaves such "
                "models out, --steps and --sample make it shorter\n",
                text_count(p->in.rows.n).text, text_time(p->search_seconds).text);
    for (size_t m = 0; m < c->models && !training_stopped(); m++) {
        CLI_DO(finish_model(p, &c->model[m]));
        done += c->model[m].done;
    }
    if (done < (int)c->models * a->seeds) {
        printf("stopped with %d of %d trainings done: continue with the same command\n",
               done, (int)c->models * a->seeds);
        code = training_stop();
        goto done;
    }
    code = write_all(p);
done:
    compare_free(c);
    open_free(&p->in);
    return code;
}

/* ---- The command -------------------------------------------------------------- */

int compare_command(int argc, char **argv)
{
    arguments a = { .seeds = 3,
                    .scoring = EGAD_SCORING(NULL, EGAD_ALPHA),
                    .how = EGAD_SIZED(egad_detector_options, .recipe = "sound") };
    cli_option options[] = {
        { "data", 0, CLI_TEXT, &a.data, "FILE.h5",
          "the data file, made by 'egad data import'", 1, 0 },
        { "output", 'o', CLI_TEXT, &a.out, "DIR",
          "the folder for models, scores and results", 1, 0 },
        { "models", 0, CLI_LIST, &a.models, "NAME[,NAME...]",
          "which models, see 'egad models' (default: all for such data,\n"
          "tables or images)",
          0, 0 },
        { "seeds", 0, CLI_COUNT, &a.seeds, "N",
          "train each model with the seeds 1 to N (default 3)", 0, 0 },
        { "recipe", 0, CLI_CHOICE, &a.how.recipe, CLI_RECIPES,
          "as for 'egad train' (default sound)", 0, 0 },
        CLI_EPOCHS_OPTION(a.how, "rows"),
        CLI_BATCH_OPTION(a.how, "rows"),
        { "hold-out", 0, CLI_WEIGHT, &a.how.hold_out, "SHARE",
          "share of the training rows to hold out for measuring\n"
          "thresholds (default: 0.05 for sound, else 0)",
          0, 0 },
        CLI_PART_OPTION(a.part),
        { "sample", 0, CLI_COUNT, &a.sample, "N",
          "score a random sample of N rows, the same for all models\n"
          "(default: all)",
          0, 0 },
        CLI_ALPHA_OPTION(a.scoring, "weight of the reconstruction error"),
        { "fraction", 0, CLI_SHARE, &a.fraction, "F",
          "share of rows to call anomalous, as in egad eval", 0, 0 },
        CLI_FALSE_ALARMS_OPTION(a.false_alarms),
        { "steps", 0, CLI_COUNT, &a.scoring.steps, "N",
          "kdd-gan, mnist-gan: steps of the latent search of a row\n"
          "(default " CLI_NUMBER(EGAD_SEARCH_STEPS) ")",
          0, 0 },
        { "restarts", 0, CLI_COUNT, &a.scoring.restarts, "N",
          "likewise: searches per row, of which the lowest score\n"
          "counts (default 1)",
          0, 0 },
        { "quiet", 0, CLI_FLAG, &a.quiet, NULL, "print no progress on standard error", 0,
          0 },
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "compare",
        .summary = "Train several models with several seeds and compare all their scores "
                   "on the\n"
                   "same rows.",
        .options = options,
        .notes =
            "With labels, the table has AUROC, average precision (AP) and F1 of each "
            "score,\n"
            "says which is best and which cannot be told from it (paired bootstrap of "
            "the\n"
            "rows), and gives the false-alarm rate at each model's threshold.  Without\n"
            "labels of both classes it has rank correlations: how far the scores agree "
            "on\n"
            "the order of the rows, and how far each depends on the seed.\n"
            "\n"
            "The table is in DIR/compare.txt and compare.json, and compare.html draws "
            "the\n"
            "curves.  DIR/MODEL-SEED.h5 is a model, saved during training; the .json of "
            "the\n"
            "same name has its settings and times, and -SCORE.h5 its scores.  Ctrl-C "
            "stops\n"
            "and saves.  The same command continues the work, also after a crash, and "
            "does\n"
            "not repeat what is done; so does one with other --models, more --seeds, or\n"
            "another --false-alarms or --fraction.\n"
            "\n"
            "kdd-gan and mnist-gan search hundreds of steps for each row, which may "
            "take\n"
            "hours; the time is estimated at the beginning.\n",
        .example = "egad compare --data flows.h5 -o compared",
    };
    comparison p = { .a = &a };
    CLI_CHECK(options_parse(&command, argc, argv));
    if (a.how.hold_out == 1)
        return message_usage(
            command.name, "--hold-out 1 leaves no training rows: give a smaller share");
    if (options_given(options, "hold-out") && a.how.hold_out == 0)
        a.how.hold_out = -1; /* none, instead of the recipe's */
    CLI_CHECK(take_models(command.name, &p.c, a.models));
    char *line = text_command("compare", argc, argv);
    if (!line)
        return message_error("out of memory");
    p.c.folder = a.out;
    p.c.file = a.data;
    p.c.recipe = a.how.recipe;
    p.c.seeds = a.seeds;
    p.c.command = line;
    const int code = compare(&p);
    free(line);
    return code;
}

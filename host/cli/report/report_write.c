/* The report: summary, training, scores, speed, how to reproduce it; and the order of its
 * sections. */
#include "report.h"
#include "rows/dataset.h"
#include "rows/metrics_text.h"
#include "rows/search_options.h"
#include "rows/timing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const cli_report_score *first(const cli_report *r)
{
    return &r->scores[0];
}

/* ---- Summary -------------------------------------------------------------------- */

static void say_threshold(const cli_report *r, cli_page *page)
{
    const cli_own *own = &first(r)->own;
    const egad_threshold_info info = egad_threshold_describe(r->in.detector);
    if (!own->found) {
        page_text(page, "The model has no threshold for these scores; 'egad threshold "
                        "--measure' measures one.");
        return;
    }
    page_text(
        page,
        "By score %s, %s of %s rows (%.3g %%) are flagged as anomalies: those with a "
        "score of %.6g or more.",
        first(r)->how.score, text_count(own->alarms).text, text_count(r->in.rows.n).text,
        100 * (double)own->alarms / (double)r->in.rows.n, (double)own->at.score);
    if (info.held_out)
        page_text(page,
                  "The threshold is based on %s held-out rows, for a false-alarm rate of "
                  "%.3g %%.",
                  text_count(info.rows).text, 100 * own->at.false_alarms);
    else
        page_text(
            page,
            "The threshold is based on %s training rows, as none were held out, for "
            "a false-alarm rate of %.3g %%. New rows will have a higher one.",
            text_count(info.rows).text, 100 * own->at.false_alarms);
    if (r->in.rows.y)
        page_text(page,
                  "By the labels, the recall is %.3g %%, and the observed false-alarm "
                  "rate %.3g %%.",
                  100 * own->recall, 100 * own->met);
    const cli_sentence unseen = decision_unseen(own, first(r)->how.score);
    if (*unseen.text)
        page_text(page, "%s.", unseen.text);
}

static void put_metrics(const cli_report *r, cli_page *page)
{
    const egad_metrics chance = metrics_chance(&first(r)->metrics);
    const char *names[CLI_SCORES + 2] = { "" };
    for (size_t k = 0; k < r->kinds; k++)
        names[k + 1] = r->scores[k].how.score;
    names[r->kinds + 1] = "chance";
    page_table(page, names, r->kinds + 2, 1);
    for (size_t i = 0; i < CLI_METRICS; i++) {
        page_cell(page, "%s", metrics_name(i, r->in.anomalies).text);
        for (size_t k = 0; k < r->kinds; k++) {
            const cli_report_score *s = &r->scores[k];
            page_cell(page, "%.4f (%.4f to %.4f)", metrics_value(&s->metrics, i),
                      metrics_value(&s->intervals.low, i),
                      metrics_value(&s->intervals.high, i));
        }
        page_cell(page, "%.4f", metrics_value(&chance, i));
    }
    page_table_end(page);
    page_note(
        page,
        "In brackets: 95 %% bootstrap intervals from %s samples of these rows, "
        "stratified by class. They account for the choice of rows, not for retraining. "
        "Precision, recall and F1 call the highest %.3f %% of the scores anomalous%s.",
        text_count((uint64_t)r->replicates).text, 100 * r->fraction,
        !strcmp(r->rule, "paper")        ? ", as in the paper"
        : !strcmp(r->rule, "true share") ? ", which is the true share of anomalies"
                                         : "");
    const cli_sentence few = metrics_few(r->in.anomalies, r->in.rows.n);
    if (*few.text)
        page_text(page, "%s", few.text);
}

static int is_table(const cli_report *r)
{
    return !output_is_hdf5(r->file) && !rows_are_pictures(r->file);
}

static int put_short(cli_report *r, cli_page *page)
{
    say_threshold(r, page);
    if (r->in.rows.y)
        put_metrics(r, page);
    else
        page_text(page,
                  "The rows do not have labels of both classes, so the scores cannot be "
                  "evaluated on them.%s",
                  is_table(r) && !r->in.data->y
                      ? " For a table, say with --label COLUMN and --normal V[,V] which "
                        "rows are anomalies."
                      : "");
    if (r->copies)
        page_text(page, "%s.", dataset_copies(r->copies, r->copies_of).text);
    return CLI_DONE;
}

/* ---- Training --------------------------------------------------------------- */

static int put_training(cli_report *r, cli_page *page)
{
    const egad_detector_info *info = &r->in.info;
    cli_picture *picture;
    double seconds = 0;
    for (int i = 0; i < info->epoch; i++)
        seconds += (double)info->history[i].seconds;
    page_facts(page);
    page_cell(page, "model");
    if (info->z_dim)
        page_cell(page, "%s, latent space of %zu dimensions", info->model, info->z_dim);
    else
        page_cell(page, "%s, without networks", info->model);
    for (size_t i = 0; info->networks[i]; i++) {
        page_cell(page, "%s", info->networks[i]);
        page_cell(page, "%s parameters", text_count(info->parameters[i]).text);
    }
    page_cell(page, "recipe");
    if (info->z_dim)
        page_cell(page,
                  "%s: batches of %d rows, learning rate %g, %g %% of the rows held "
                  "out for thresholds",
                  info->recipe, info->batch, info->lr, 100 * info->hold_out);
    else
        page_cell(page, "%s: %d rows, %g %% of the rows held out for thresholds",
                  info->recipe, info->batch, 100 * info->hold_out);
    page_cell(page, "trained");
    page_cell(page, "%d of %d epochs, %s iterations, in %s", info->epoch, info->epochs,
              text_count(info->step).text, text_time(seconds).text);
    page_table_end(page);
    if (!info->epoch)
        return CLI_DONE;
    /* The losses are those of training, whichever rows the page is on. */
    cli_about about;
    snprintf(about.text, sizeof about.text,
             "%s, recipe %s, %d of %d epochs; losses on training rows", info->model,
             info->recipe, info->epoch, info->epochs);
    const int code = plots_losses(&picture, info, about.text);
    return page_picture(page, picture, "losses by epoch", code);
}

/* ---- Scores ----------------------------------------------------------------- */

static int put_score(const cli_report *r, cli_page *page, const cli_report_score *s)
{
    const int labelled = r->in.rows.y != NULL;
    const cli_scores scores = { .name = s->how.score,
                                .about = r->about.text,
                                .score = s->score,
                                .y = r->in.rows.y,
                                .n = r->in.rows.n,
                                .metrics = labelled ? &s->metrics : NULL,
                                .intervals = labelled ? &s->intervals : NULL,
                                .own = s->own.found ? &s->own.at : NULL };
    cli_picture *picture;
    page_heading(page, "%s", scores.name);
    int code = plots_histogram(&picture, &scores);
    code = page_picture(page, picture, "histogram of scores", code);
    if (code != CLI_DONE || !labelled)
        return code;
    code = plots_curve(&picture, &scores);
    code = page_picture(page, picture, "precision-recall curve", code);
    if (code != CLI_DONE)
        return code;
    code = plots_roc(&picture, &scores);
    return page_picture(page, picture, "ROC curve", code);
}

static int put_scores(cli_report *r, cli_page *page)
{
    int code = CLI_DONE;
    page_text(page, "A larger score is more anomalous.%s",
              r->in.rows.y ? " Bands around curves hold 95 % of the bootstrap samples."
                           : "");
    for (size_t k = 0; k < r->kinds && code == CLI_DONE; k++)
        code = put_score(r, page, &r->scores[k]);
    return code;
}

/* ---- Speed ------------------------------------------------------------------ */

enum { TABLE_BATCH = 50, IMAGE_BATCH = 100, BULK = 20000 };

/* A row of the table: `rows` rows, at most `batch` at a time. */
static int put_time(const cli_report *r, cli_page *page, size_t rows, size_t batch)
{
    const int searches = r->in.info.searches;
    cli_times times;
    const int code = timing_rows(
        &times, r->in.detector, r->in.rows.x,
        &(cli_timing){ .score = first(r)->how.score,
                       .rows = rows,
                       .batch = batch,
                       .steps = searches ? search_options_steps(&first(r)->how) : 0,
                       .restarts = first(r)->how.restarts,
                       .least = searches ? 1 : 5,
                       .seconds = searches ? 0 : 0.5 });
    if (code != CLI_DONE)
        return code;
    page_cell(page, "%s rows", text_count(rows).text);
    page_cell(page, "%.4g ms", times.median);
    page_cell(page, "%s", text_count((uint64_t)(1e3 * (double)rows / times.median)).text);
    return CLI_DONE;
}

static int put_speed(cli_report *r, cli_page *page)
{
    static const char *const names[] = { "", "median", "rows per second" };
    const int images = r->in.images;
    const egad_device_info *device = egad_device_describe(r->in.device);
    const size_t batch = images ? IMAGE_BATCH : TABLE_BATCH;
    const size_t few = r->in.rows.n < batch ? r->in.rows.n : batch;
    const size_t many = r->in.rows.n < BULK ? r->in.rows.n : BULK;
    page_text(page, "Time to compute score %s on %s, from host memory to host memory.",
              first(r)->how.score, device->name);
    page_table(page, names, 3, 1);
    int code = put_time(r, page, few, few);
    if (code == CLI_DONE && many > few && !r->in.info.searches)
        code = put_time(r, page, many, egad_score_bulk(r->in.detector, many));
    page_table_end(page);
    page_note(page, "Other work on the device may have affected these times; "
                    "'egad-bench' measures more accurately.");
    return code;
}

/* ---- Reproducing it ------------------------------------------------------------- */

static void put_option(FILE *out, const char *name, const char *value)
{
    fprintf(out, " --%s", name);
    text_word(out, value);
}

/* With the digits that distinguish it from others. */
static void put_real(FILE *out, const char *name, double value)
{
    char text[40] = "";
    for (int digits = 6; digits <= 17 && (!*text || strtod(text, NULL) != value);
         digits++)
        snprintf(text, sizeof text, "%.*g", digits, value);
    put_option(out, name, text);
}

/* The commands that make the model and the page; freed by the caller, NULL: out of
 * memory. */
static char *commands(const cli_report *r)
{
    const egad_detector_info *info = &r->in.info;
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (!out)
        return NULL;
    fputs("egad train", out);
    put_option(out, "model", info->model);
    put_option(out, "data", output_is_hdf5(r->file) ? r->file : "DATA.h5");
    put_option(out, "recipe", info->recipe);
    fprintf(out, " --epochs %d --batch %d", info->epochs, info->batch);
    put_real(out, "lr", info->lr);
    put_real(out, "hold-out", info->hold_out);
    fprintf(out, " --seed %llu -o", (unsigned long long)info->seed);
    text_word(out, r->model);
    fputc('\n', out);
    text_line(out, "report", r->argc, r->argv);
    fputc('\n', out);
    return fclose(out) == 0 ? text : NULL;
}

static int put_again(cli_report *r, cli_page *page)
{
    const egad_detector_info *info = &r->in.info;
    char *text = commands(r);
    int code = text ? CLI_DONE : message_error("out of memory");
    if (code != CLI_DONE)
        return code;
    page_origin(page, egad_device_describe(r->in.device), r->in.data, r->name);
    page_text(page,
              "These commands make the model, from its training data, and this page:");
    page_lines(page, text);
    if (info->epoch < info->epochs)
        page_text(page, "Training was stopped after %d of %d epochs.", info->epoch,
                  info->epochs);
    page_text(page, "On the same device, driver and tuning, training gives the same "
                    "model bit for bit: compare the checksums below.");
    free(text);
    text = NULL;
    CLI_TRY(egad_checkpoint_inspect(r->model, &text));
    page_folded(page, "Contents of the model file", text);
    free(text);
    text = NULL;
    CLI_TRY(egad_detector_print(r->in.detector, &text));
    page_folded(page, "Model", text);
done:
    free(text);
    return code;
}

/* ---- The sections --------------------------------------------------------------- */

typedef struct {
    const char *name;
    int (*put)(cli_report *report, cli_page *page);
    int images, latent; /* 1: for images only; for models with a latent space only */
} section;

static const section sections[] = {
    { "Summary", put_short, 0, 0 },        { "Anomalies", report_explain, 0, 0 },
    { "Scores", put_scores, 0, 0 },        { "Data", report_data, 0, 0 },
    { "Training", put_training, 0, 0 },    { "Latent space", report_latent, 0, 1 },
    { "Spectrum", report_spectrum, 1, 1 }, { "Speed", put_speed, 0, 0 },
    { "Reproducing it", put_again, 0, 0 },
};
enum { SECTIONS = sizeof sections / sizeof *sections };

static int has(const cli_report *r, const section *s)
{
    return (!s->images || r->in.images) && (!s->latent || r->in.info.z_dim);
}

static void put_head(const cli_report *r, cli_page *page)
{
    const egad_detector_info *info = &r->in.info;
    const char *names[SECTIONS];
    size_t n = 0;
    char date[40] = "";
    const time_t now = time(NULL);
    strftime(date, sizeof date, "%Y-%m-%d", gmtime(&now));
    page_note(page,
              "Detector %s, recipe %s, seed %llu, %d of %d epochs, from '%s'; data '%s'; "
              "made on %s by egad %s",
              info->model, info->recipe, (unsigned long long)info->seed, info->epoch,
              info->epochs, r->model, r->file, date, egad_status_version());
    for (size_t i = 0; i < SECTIONS; i++)
        if (has(r, &sections[i]))
            names[n++] = sections[i].name;
    page_contents(page, names, n);
}

int report_write(cli_report *r, cli_page *page)
{
    int code = CLI_DONE;
    r->about = plots_about(&r->in.info, r->file, "%s: %s rows", r->in.rows.part,
                           text_count(r->in.rows.n).text);
    put_head(r, page);
    for (size_t i = 0; i < SECTIONS && code == CLI_DONE; i++) {
        if (!has(r, &sections[i]))
            continue;
        page_section(page, sections[i].name);
        code = sections[i].put(r, page);
    }
    return code;
}

/* A comparison as JSON. */
#include "compare.h"
#include "rows/search_options.h"
#include "shell/record.h"

#include <math.h>

static cli_json *data_json(const cli_comparison *c)
{
    cli_json *data = record_object();
    record_text(data, "file", c->file);
    record_text(data, "protocol", c->data->protocol);
    record_text(data, "source", c->data->source);
    record_text(data, "sha256", c->data->sha256);
    record_text(data, "part", c->rows->part);
    record_count(data, "rows", c->rows->n);
    record_count(data, "rows_of_part", c->rows->of);
    record_count(data, "rows_of_file", c->data->rows);
    if (c->data->y)
        record_count(data, "anomalies", c->anomalies);
    return data;
}

static cli_json *interval(double low, double high)
{
    cli_json *array = record_array();
    record_append_real(array, low);
    record_append_real(array, high);
    return array;
}

static cli_json *figure_json(const cli_compared_item *item, size_t f)
{
    const egad_compared *of = compare_figure(item, f);
    cli_json *object = record_object();
    record_real(object, "mean", of->mean);
    record_real(object, "deviation", item->deviation[f]);
    record_put(object, "interval", interval(of->low, of->high));
    record_put(object, "behind_best", interval(of->behind_low, of->behind_high));
    record_flag(object, "best", of->best);
    record_flag(object, "cannot_be_told_from_best", of->level);
    return object;
}

/* One seed of a score. */
static cli_json *run_json(const cli_comparison *c, const cli_compared_item *item,
                          int seed)
{
    const cli_trial_result *trial = &item->model->trial[seed];
    const cli_trial_score *score = &trial->score[item->kind];
    cli_json *run = record_object();
    char file[96];
    snprintf(file, sizeof file, "%.48s-%d.h5", item->model->how.model, seed + 1);
    record_count(run, "seed", (uint64_t)seed + 1);
    record_text(run, "model_file", file);
    record_text(run, "device", trial->device);
    record_real(run, "train_seconds", trial->seconds);
    record_real(run, "microseconds_per_row", score->micros);
    if (score->own.found && !c->rows->y)
        record_count(run, "rows_above_threshold", score->own.alarms);
    decision_put(run, &score->own);
    return run;
}

static cli_json *item_json(const cli_comparison *c, const cli_compared_item *item)
{
    const cli_compared_model *m = item->model;
    cli_json *object = record_object(), *runs = record_array();
    record_text(object, "model", m->how.model);
    record_text(object, "score", m->trial[0].score[item->kind].name);
    for (size_t f = 0; f < CLI_FIGURES_COMPARED && c->rows->y; f++)
        record_put(object, compare_keys[f], figure_json(item, f));
    if (!c->rows->y) {
        record_real(object, "agreement", item->agreement);
        record_real(object, "between_seeds", item->stability);
    }
    record_real(object, "false_alarms_target", item->target);
    record_real(object, "false_alarms_observed", item->met);
    record_real(object, "recall_at_threshold", item->recall);
    record_real(object, "share_above_threshold", item->alarms);
    record_real(object, "train_seconds", item->seconds);
    record_real(object, "microseconds_per_row", item->micros);
    for (int s = 0; s < c->seeds; s++)
        record_append(runs, run_json(c, item, s));
    record_put(object, "runs", runs);
    return object;
}

static cli_json *rho_json(const cli_comparison *c)
{
    cli_json *matrix = record_array();
    for (size_t i = 0; i < c->n; i++) {
        cli_json *line = record_array();
        for (size_t j = 0; j < c->n; j++)
            record_append_real(line, c->rho[i * c->n + j]);
        record_append(matrix, line);
    }
    return matrix;
}

static cli_json *models_json(const cli_comparison *c)
{
    cli_json *models = record_array();
    for (size_t m = 0; m < c->models; m++) {
        const egad_detector_options *how = &c->model[m].how;
        cli_json *model = record_object();
        record_text(model, "model", how->model);
        record_count(model, "epochs", (uint64_t)how->epochs);
        record_count(model, "batch", (uint64_t)how->batch);
        record_real(model, "lr", how->lr);
        record_real(model, "hold_out", fmax(how->hold_out, 0));
        record_append(models, model);
    }
    return models;
}

int compare_json(const cli_comparison *c)
{
    cli_json *root = record_object(), *items = record_array();
    record_text(root, "egad", egad_status_version());
    record_put(root, "data", data_json(c));
    record_text(root, "recipe", c->recipe);
    record_count(root, "seeds", (uint64_t)c->seeds);
    record_put(root, "models", models_json(c));
    if (c->searches)
        record_count(root, "search_steps", (uint64_t)search_options_steps(&c->scoring));
    if (c->rows->y) {
        record_real(root, "fraction", c->fraction);
        record_text(root, "fraction_rule", c->rule);
        record_count(root, "bootstrap_samples", (uint64_t)c->replicates);
    }
    for (size_t i = 0; i < c->n; i++)
        record_append(items, item_json(c, &c->item[i]));
    record_put(root, "scores", items);
    if (!c->rows->y)
        record_put(root, "rank_correlations", rho_json(c));
    return record_save(root, output_join(c->folder, "compare.json").text);
}

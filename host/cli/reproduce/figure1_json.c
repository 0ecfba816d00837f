/* The table of figure 1 as JSON. */
#include "figure1.h"
#include "shell/output.h"

static cli_json *model_json(const cli_figure1 *f, const cli_figure1_part *p, size_t m)
{
    const cli_run_result *r = figure1_first(f, m);
    cli_json *object = record_object(), *scores = record_object();
    for (size_t k = 0; k < r->scores; k++) {
        cli_json *one = record_object();
        for (size_t i = 0; i < CLI_FIGURE1_MEASURES; i++)
            record_put(
                one, measures_key(figure1_measures[i]),
                measures_spread_json(figure1_spread(p, m, k, figure1_measures[i])));
        record_put(scores, r->score[k], one);
    }
    record_put(object, "scores", scores);
    record_put(object, "runs", runs_json(&p->runs[m], p->name[m]));
    return object;
}

static cli_json *part_json(const cli_figure1 *f, const cli_figure1_part *p)
{
    const cli_published_digit *known = published_mnist(p->digit);
    cli_json *object = record_object(), *models = record_object();
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
    for (size_t m = 0; m < f->models.n; m++)
        record_put(models, f->models.name[m], model_json(f, p, m));
    record_put(object, "models", models);
    return object;
}

/* Settings of a model, and its means over the digits. */
static cli_json *settings_json(const cli_figure1 *f, size_t m)
{
    const cli_run_result *r = figure1_first(f, m);
    cli_json *object = record_object(), *mean = record_object();
    if (models_networks(f->models.name[m])) {
        record_count(object, "epochs", (uint64_t)r->epochs);
        record_count(object, "batch", (uint64_t)r->batch);
        record_real(object, "lr", r->lr);
    }
    if (f->side[m])
        record_count(object, "padded_to", f->side[m]);
    for (size_t k = 0; k < r->scores; k++) {
        cli_json *one = record_object();
        for (size_t i = 0; i < CLI_FIGURE1_MEASURES; i++)
            record_real(one, measures_key(figure1_measures[i]),
                        figure1_mean(f, m, k, figure1_measures[i]));
        record_put(mean, r->score[k], one);
    }
    record_put(object, "mean", mean);
    return object;
}

int figure1_json(const cli_figure1 *f)
{
    cli_json *root = record_object(), *digits = record_array(), *models = record_object();
    record_text(root, "egad", egad_status_version());
    record_text(root, "recipe", f->recipe);
    record_count(root, "seeds", (uint64_t)f->seeds);
    record_text(root, "device", figure1_device(f));
    record_text(root, "data", f->source);
    for (size_t m = 0; m < f->models.n; m++)
        record_put(models, f->models.name[m], settings_json(f, m));
    record_put(root, "models", models);
    for (int i = 0; i < f->parts; i++)
        record_append(digits, part_json(f, &f->part[i]));
    record_put(root, "digits", digits);
    return record_save(root, output_join(f->folder, "figure1.json").text);
}

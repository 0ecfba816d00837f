/* Table 1 as JSON. */
#include "shell/output.h"
#include "table1.h"

#include <math.h>

static const char *const keys[T1_FIGURES] = {
    [T1_PRECISION] = "precision",
    [T1_RECALL] = "recall",
    [T1_F1] = "f1",
    [T1_NEW_F1] = "f1_untrained",
    [T1_TIES] = "ties",
    [T1_AUROC] = "auroc",
    [T1_NEW_AUROC] = "auroc_untrained",
    [T1_AP] = "average_precision",
    [T1_PROMISED] = "false_alarm_rate_promised",
    [T1_OBSERVED] = "false_alarm_rate_observed",
    [T1_OWN_PRECISION] = "precision_by_own_threshold",
    [T1_OWN_RECALL] = "recall_by_own_threshold",
    [T1_OWN_F1] = "f1_by_own_threshold",
    [T1_MICROS] = "microseconds_per_row",
};

static cli_json *published_json(const cli_published_row *known)
{
    cli_json *object = record_object();
    record_put(object, "precision", measures_spread_json(known->precision));
    record_put(object, "recall", measures_spread_json(known->recall));
    record_put(object, "f1", measures_spread_json(known->f1));
    record_flag(object, "quoted", known->quoted);
    return object;
}

static cli_json *seeds_json(const cli_table1_part *p, size_t score)
{
    cli_json *list = record_array();
    for (size_t s = 0; s < (size_t)p->done; s++) {
        cli_json *one = record_object();
        record_count(one, "seed", (uint64_t)s + 1);
        for (size_t k = 0; k < T1_FIGURES; k++)
            if (!isnan(p->figure[s * CLI_SCORES + score].of[k]))
                record_real(one, keys[k], p->figure[s * CLI_SCORES + score].of[k]);
        record_append(list, one);
    }
    return list;
}

static cli_json *score_json(const cli_table1 *t, const cli_table1_part *p, size_t score)
{
    const cli_published_row *known = table1_published(t, p->model, p->score[score]);
    cli_json *object = record_object();
    record_text(object, "score", p->score[score]);
    for (size_t k = 0; k < T1_FIGURES; k++) {
        const cli_spread s = table1_spread(p, score, (cli_table1_kind)k);
        if (!isnan(s.mean))
            record_put(object, keys[k], measures_spread_json(s));
    }
    if (known)
        record_put(object, "published", published_json(known));
    record_put(object, "runs", seeds_json(p, score));
    return object;
}

static cli_json *part_json(const cli_table1 *t, const cli_table1_part *p)
{
    cli_json *object = record_object(), *scores = record_array();
    record_text(object, "model", p->model);
    record_text(object, "recipe", p->recipe);
    record_count(object, "epochs", (uint64_t)p->how.epochs);
    record_count(object, "batch", (uint64_t)p->how.batch);
    record_real(object, "lr", p->how.lr);
    if (p->steps)
        record_count(object, "search_steps", (uint64_t)p->steps);
    if (*p->found)
        record_text(object, "found", p->found);
    record_put(object, "train_seconds", measures_spread_json(table1_seconds(p)));
    for (size_t k = 0; k < p->scores; k++)
        record_append(scores, score_json(t, p, k));
    record_put(object, "scores", scores);
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

int table1_json(const cli_table1 *t)
{
    cli_json *root = record_object(), *models = record_array();
    record_text(root, "egad", egad_status_version());
    record_text(root, "command", t->command);
    record_count(root, "seeds", (uint64_t)t->seeds);
    record_text(root, "device", table1_device(t));
    record_put(root, "data", data_json(t));
    record_real(root, "fraction", t->fraction);
    for (int i = 0; i < t->parts; i++)
        record_append(models, part_json(t, &t->part[i]));
    record_put(root, "models", models);
    if (t->known.beyond) {
        cli_json *others = record_object();
        for (size_t i = 0; i < t->known.beyond; i++)
            record_real(others, t->known.figure[i].name, t->known.figure[i].value);
        record_put(root, t->known.key, others);
    }
    return record_save(root, output_join(t->folder, "table1.json").text);
}

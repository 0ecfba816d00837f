/* The files of a training, from which an interrupted command continues. */
#include "kept.h"
#include "shell/shell.h"
#include "training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- The model ----------------------------------------------------------- */

int kept_settings(egad_detector **out, egad_detector_options *how, egad_device *device,
                  const egad_dataset *data)
{
    egad_detector *detector = NULL;
    int code = CLI_DONE;
    CLI_TRY(egad_detector_new(&detector, device, data, how));
    const egad_detector_info info = egad_detector_describe(detector);
    how->epochs = info.epochs;
    how->batch = info.batch;
    how->lr = info.lr;
done:
    if (out)
        *out = detector;
    else
        egad_detector_free(detector);
    return code;
}

int kept_same(const egad_detector_options *how, const char *model, const char *recipe,
              double epochs, double batch, double lr, double seed)
{
    return !strcmp(how->model, model) && !strcmp(how->recipe, recipe) &&
           how->epochs == epochs && how->batch == batch && (double)how->seed == seed &&
           fabs(how->lr - lr) <= 1e-6 * how->lr;
}

int kept_another(const char *path, const char *model, const char *recipe, int epochs,
                 int batch, double lr)
{
    return message_error("'%s' is from another run: %s, recipe %s, %d epochs, batch %d, "
                         "lr %g; choose another folder, or the same options",
                         path, model, recipe, epochs, batch, lr);
}

int kept_model(egad_detector **out, egad_device *device, const egad_dataset *data,
               const egad_detector_options *how, const char *path)
{
    int code = CLI_DONE;
    if (access(path, F_OK) != 0) {
        CLI_TRY(egad_detector_new(out, device, data, how));
        goto done;
    }
    CLI_TRY(egad_checkpoint_load(out, device, path));
    const egad_detector_info info = egad_detector_describe(*out);
    if (!kept_same(how, info.model, info.recipe, info.epochs, info.batch, info.lr,
                   (double)info.seed))
        return kept_another(path, info.model, info.recipe, info.epochs, info.batch,
                            info.lr);
    const char *of = data->protocol ? data->protocol : "data of a program";
    const char *trained = info.protocol ? info.protocol : "data of a program";
    code = rows_check(data, data->source ? data->source : "the data", &info, path);
    if (code == CLI_DONE && strcmp(trained, of))
        code = message_error("'%s' was trained on %s, not %s; choose another folder",
                             path, trained, of);
done:
    return code;
}

/* ---- Scores --------------------------------------------------------------- */

/* The scores of one kind, while they are computed. */
typedef struct {
    const cli_rows *rows;
    const cli_scoring *how;
    const char *path;
    float *scores;
    int code;
} keeping;

static int keep(void *context, size_t done)
{
    keeping *k = context;
    if (egad_score_save(k->path, k->scores, done, &k->how->how,
                        &EGAD_SIZED(egad_scored, .row = k->rows->row), NULL) != EGAD_OK)
        k->code = message_fail();
    return k->code != CLI_DONE || training_stopped();
}

/* Load the scores computed before, `*have` of them. */
static int take(const keeping *k, size_t *have)
{
    float *scores = NULL;
    size_t *row = NULL, n = 0;
    char *name = NULL;
    double weight;
    int code = CLI_DONE;
    *have = 0;
    if (access(k->path, F_OK) != 0)
        return CLI_DONE;
    CLI_TRY(egad_score_load(k->path, &scores, &row, &n, &name, &weight));
    if (strcmp(name, k->how->how.score) || weight != k->how->how.alpha ||
        n > k->rows->n || memcmp(row, k->rows->row, n * sizeof *row) != 0) {
        code = message_error(
            "'%s' has scores of another configuration; remove it to recompute", k->path);
        goto done;
    }
    memcpy(k->scores, scores, n * sizeof *scores);
    *have = n;
done:
    free(scores);
    free(row);
    free(name);
    return code;
}

int kept_scores(float *scores, size_t *had, const cli_rows *rows, egad_detector *detector,
                const cli_scoring *how, const char *path)
{
    cli_scoring wanted = *how;
    keeping k = { rows, how, path, scores, CLI_DONE };
    if (path) {
        k.code = take(&k, &wanted.done);
        wanted.piece = keep;
        wanted.context = &k;
    }
    *had = wanted.done;
    if (k.code != CLI_DONE || (path && wanted.done == rows->n))
        return k.code;
    if (rows_score(rows, detector, &wanted, scores) != EGAD_OK)
        k.code = message_fail();
    return k.code;
}

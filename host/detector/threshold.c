/* Thresholds: scores of normal rows, p-values and verdicts from them. */
#include "fitted.h"
#include "reconstruct.h"

#include "base/array.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRAINING_ROWS = 10000, /* training rows to score if none are held out, at most */
    SEARCH_ROWS = 500,     /* of either kind with latent search */
    PIECE = 1000,          /* rows between two calls of progress, */
    SEARCH_PIECE = 100,    /* with latent search */
    FOLD_SEED = 7          /* of the folds of training rows */
};

/* ---- Measuring ----------------------------------------------------------- */

/* Choose rows evenly from n. */
static void thin(size_t *rows, size_t *n, size_t most)
{
    for (size_t i = 0; i < most && most < *n; i++)
        rows[i] = rows[i * *n / most];
    *n = *n < most ? *n : most;
}

/* 1 if training rows are to be scored as if each had been left out: scores compare them
 * with other training rows, and `held` rows do not resolve the false-alarm rate. */
static int leaves_out(const egad_detector *d, size_t held)
{
    return egad_fitted_terms(d) && !egad_reconstruct_searches(d) &&
           (double)held < egad_threshold_rows(d->thresholds.false_alarms);
}

/* The rows to score: held-out rows; or, if there are none or too few, `*trained` training
 * rows, and after them those few. */
static egad_status choose_rows(egad_thresholds *t, size_t *trained,
                               const egad_detector *d, const egad_dataset *data,
                               size_t most, size_t **rows)
{
    egad_status status = EGAD_OK;
    size_t *held = NULL, *all, n = 0;
    *trained = 0;
    TRY(egad_detector_select(d, data, 1, &held, &n));
    const int leave = leaves_out(d, n);
    t->held_out = n > 0 || leave;
    if (!n || leave)
        TRY(egad_detector_unsorted(d, data, rows, trained));
    t->rows = *trained + n;
    if (t->rows == 0)
        FAIL(DATA, "cannot measure thresholds: the data has no training rows");
    all = realloc(*rows, t->rows * sizeof *all);
    if (!all)
        FAIL(MEMORY, "out of memory for %zu rows", t->rows);
    *rows = all;
    if (n)
        memcpy(all + *trained, held, n * sizeof *all);
    const size_t before = t->rows;
    if (egad_reconstruct_searches(d))
        thin(all, &t->rows, most ? most : SEARCH_ROWS);
    else if (most || !n)
        thin(all, &t->rows, most ? most : TRAINING_ROWS);
    *trained = (*trained * t->rows + before - 1) / before; /* those that thin() kept */
    t->folds = leave ? t->rows : 0;
done:
    free(held);
    return status;
}

/* Scores by `how`, in the order of the rows; the first `trained` are training rows. */
static egad_status score_rows(float *scores, egad_detector *d, const egad_dataset *data,
                              const egad_thresholds *t, const size_t *rows,
                              size_t trained, egad_scoring how,
                              const egad_threshold_options *o)
{
    egad_status status = EGAD_OK;
    egad_scorer *scorer = NULL;
    const size_t X = d->columns, n = t->rows;
    const size_t piece = egad_reconstruct_searches(d) ? SEARCH_PIECE : PIECE;
    float *x = NULL;
    how.row = rows;
    NEW(x, piece * X);
    TRY(egad_score_new(&scorer, d, &how, egad_score_bulk(d, n < piece ? n : piece)));
    for (size_t i = 0, some; i < n; i += some) {
        const size_t end = i < trained ? trained : n;
        some = end - i < piece ? end - i : piece;
        if (o->progress)
            o->progress(o->context, how.score, i, n);
        for (size_t r = 0; r < some; r++)
            memcpy(x + r * X, data->x + rows[i + r] * X, X * sizeof *x);
        egad_score_trained(scorer, i < trained);
        TRY(egad_score_run(scorer, x, some, scores + i));
    }
    for (size_t i = 0; i < n; i++)
        if (!isfinite(scores[i]))
            FAIL(DATA,
                 "measuring thresholds: normal row %zu has the %s score %g: the data or "
                 "the weights are too large",
                 rows[i], how.score, (double)scores[i]);
done:
    egad_score_free(scorer);
    free(x);
    return status;
}

/* ---- By detectors that did not see the rows ------------------------------ */

/* fold[i] of n rows: 0 to folds, at random, as many of each. */
static egad_status assign(unsigned char *fold, size_t n, size_t folds)
{
    egad_status status = EGAD_OK;
    uint32_t *order = NULL;
    NEW(order, n);
    egad_permutation_legacy(FOLD_SEED, n, order);
    for (size_t i = 0; i < n; i++)
        fold[order[i]] = (unsigned char)(i % folds);
done:
    free(order);
    return status;
}

/* A detector like d, trained on the training rows of `part`. */
static egad_status train_like(egad_detector **out, const egad_detector *d,
                              const egad_dataset *part)
{
    egad_status status = EGAD_OK;
    const egad_recipe *r = &d->recipe;
    egad_detector *made = NULL;
    size_t *rows = NULL, n = 0;
    *out = NULL;
    TRY(egad_dataset_select(part, EGAD_TRAIN, &rows, &n));
    n = egad_detector_trains(r, n);
    egad_detector_options how = EGAD_SIZED(
        egad_detector_options, .model = d->model->name, .recipe = r->name,
        .epochs = r->epochs, .batch = r->batch, .lr = r->lr, .seed = d->seed,
        .hold_out = r->hold_out > 0.0 ? r->hold_out : -1.0, .rows = (size_t)r->rows,
        .nu = r->nu, .gamma = r->gamma, .contamination = r->contamination);
    if ((size_t)how.batch > n)
        how.batch = n ? (int)n : 1;
    TRY(egad_detector_new(&made, d->device, part, &how));
    TRY(egad_train_run(made, part, NULL));
    TRY(egad_score_calibrate(made, part));
    *out = made;
    made = NULL;
done:
    egad_detector_free(made);
    free(rows);
    return status;
}

/* Append the scores of the training rows of `data` that `part` lacks. */
static egad_status score_others(egad_thresholds *to, egad_detector *d,
                                const egad_dataset *data, const egad_dataset *part,
                                egad_scoring how)
{
    egad_status status = EGAD_OK;
    const size_t X = d->columns;
    size_t n = 0;
    float *x = NULL;
    how.row = NULL;
    NEW(x, data->rows * X);
    for (size_t i = 0; i < data->rows; i++)
        if (part->split[i] != EGAD_TRAIN &&
            (!data->split || data->split[i] == EGAD_TRAIN))
            memcpy(x + n++ * X, data->x + i * X, X * sizeof *x);
    for (size_t k = 0; k < SCORES; k++) {
        if (!to->score[k])
            continue;
        how.score = d->model->scores[k].name;
        TRY(egad_score_rows(d, x, n, &how, to->score[k] + to->rows));
    }
    to->rows += n;
done:
    free(x);
    return status;
}

/* Divide the n training rows of `data` into folds, train a detector like d on the rows of
 * all folds but one, score the rows of that one, and so for each: appended to
 * to->score[k], which have room for n scores where not NULL. */
static egad_status cross_folds(egad_thresholds *to, const egad_detector *d,
                               const egad_dataset *data, const egad_scoring *how,
                               size_t folds)
{
    egad_status status = EGAD_OK;
    egad_dataset part = *data;
    egad_detector *other = NULL;
    size_t *rows = NULL, n = 0;
    unsigned char *fold = NULL;
    part.split = NULL;
    TRY(egad_dataset_select(data, EGAD_TRAIN, &rows, &n));
    if (folds < 2 || folds > 100 || n < 2 * folds)
        FAIL(ARGUMENT,
             "cannot measure thresholds with %zu folds of %zu training rows: give 2 to "
             "100 folds, of two rows or more",
             folds, n);
    NEW(fold, n);
    NEW(part.split, data->rows);
    TRY(assign(fold, n, folds));
    for (size_t f = 0; f < folds; f++) {
        memset(part.split, EGAD_TEST, data->rows);
        for (size_t i = 0; i < n; i++)
            if (fold[i] != f)
                part.split[rows[i]] = EGAD_TRAIN;
        egad_detector_free(other);
        TRY(train_like(&other, d, &part));
        TRY(score_others(to, other, data, &part, *how));
    }
done:
    egad_detector_free(other);
    free(rows);
    free(fold);
    free(part.split);
    return status;
}

static egad_status cross(egad_thresholds *t, const egad_detector *d,
                         const egad_dataset *data, const egad_scoring *how, size_t folds)
{
    egad_status status = EGAD_OK;
    t->rows = 0;
    t->held_out = 1;
    t->folds = folds;
    TRY(cross_folds(t, d, data, how, folds));
    for (size_t k = 0; k < SCORES; k++)
        for (size_t i = 0; t->score[k] && i < t->rows; i++)
            if (!isfinite(t->score[k][i]))
                FAIL(DATA, "measuring thresholds: a training row has the %s score %g",
                     d->model->scores[k].name, (double)t->score[k][i]);
done:
    return status;
}

egad_status egad_threshold_measure(egad_detector *d, const egad_dataset *data,
                                   const egad_threshold_options *options)
{
    egad_status status = EGAD_OK;
    egad_threshold_options o = { .most = 0 };
    egad_thresholds made = { .rows = 0 }, *t = &d->thresholds;
    egad_formula score;
    egad_scoring how;
    size_t *rows = NULL, trained = 0;
    READ_SIZED(egad_threshold_options, &o, options);
    TRY(egad_score_settle(&score, &how, d, o.how));
    TRY(egad_detector_check(d, data));
    TRY(egad_detector_same(d, data));
    if (o.folds && egad_reconstruct_searches(d))
        FAIL(ARGUMENT, "%s searches for each row: folds are not for it", d->model->name);
    if (o.folds)
        TRY(egad_dataset_select(data, EGAD_TRAIN, &rows, &made.rows));
    else
        TRY(choose_rows(&made, &trained, d, data, o.most, &rows));
    made.alpha = how.alpha;
    if (egad_reconstruct_searches(d)) {
        made.steps = (uint64_t)how.steps;
        made.restarts = (uint64_t)how.restarts;
    }
    for (size_t k = 0; d->model->scores[k].name; k++) {
        score = egad_score_formula(d, k);
        if (score.calibrated && !d->calibration.rows)
            continue;
        how.score = score.of->name;
        NEW(made.score[k], made.rows);
        if (!o.folds)
            TRY(score_rows(made.score[k], d, data, &made, rows, trained, how, &o));
    }
    if (o.folds)
        TRY(cross(&made, d, data, &how, o.folds));
    for (size_t k = 0; k < SCORES; k++)
        if (made.score[k])
            egad_array_sort(made.score[k], made.rows);
    /* Keep thresholds set by hand: the weights have not changed. */
    made.false_alarms = t->false_alarms;
    memcpy(made.at, t->at, sizeof made.at);
    egad_detector_forget(d);
    *t = made;
    made = (egad_thresholds){ 0 };
done:
    for (size_t k = 0; k < SCORES; k++)
        free(made.score[k]);
    free(rows);
    return status;
}

/* ---- Thresholds ---------------------------------------------------------- */

/* The number of training rows, estimated from an epoch's batches and the held-out
 * rows. */
static size_t find_training_rows(const egad_detector *d)
{
    const double held = d->recipe.hold_out, rows = (double)d->thresholds.rows;
    if (d->thresholds.folds)
        return d->thresholds.rows;
    const double least =
        ((double)d->per_epoch * d->recipe.batch + (double)d->trims) / (1.0 - held);
    return (size_t)(d->thresholds.held_out && held > 0.0 ? fmax(least, rows / held)
                                                         : least);
}

egad_threshold_info egad_threshold_describe(const egad_detector *d)
{
    const egad_thresholds *t = &d->thresholds;
    return (egad_threshold_info){ .rows = t->rows,
                                  .held_out = t->held_out,
                                  .alpha = t->alpha,
                                  .steps = (int)t->steps,
                                  .restarts = (int)t->restarts,
                                  .false_alarms = t->false_alarms,
                                  .least = 1.0 / (double)(t->rows + 1),
                                  .training = find_training_rows(d),
                                  .folds = t->folds };
}

/* The p-value of a score: expected share of new normal rows with it or a higher one. */
static double p_of(const egad_thresholds *t, size_t at, float score)
{
    const float *s = t->score[at];
    size_t low = 0, high = t->rows; /* s[low] is the first >= score */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (s[middle] >= score)
            high = middle;
        else
            low = middle + 1;
    }
    const size_t k = isnan(score) ? 0 : t->rows - low;
    return (double)(k + 1) / (double)(t->rows + 1);
}

double egad_threshold_rows(double false_alarms)
{
    return ceil((1.0 - 1e-9) / false_alarms) - 1.0;
}

double egad_threshold_share(double false_alarms, size_t of)
{
    const double share = egad_threshold_rows(false_alarms) / (double)(of ? of : 1);
    const double digit = share > 0.0 ? pow(10.0, floor(log10(share)) - 1.0) : 1.0;
    const double up = ceil(share / digit * (1.0 - 1e-9)) * digit;
    return up <= 0.5 ? up : 0.0;
}

static egad_status check_rate(const egad_detector *d, double rate)
{
    egad_status status = EGAD_OK;
    const egad_thresholds *t = &d->thresholds;
    const double share = egad_threshold_share(rate, find_training_rows(d));
    const double wanted = egad_threshold_rows(rate);
    char how[160];
    if (share > 0.0)
        snprintf(how, sizeof how,
                 ", or retrain with %.9g held-out rows ('egad train --hold-out %g')",
                 wanted, share);
    else
        snprintf(
            how, sizeof how,
            "; this one needs %.9g held-out rows, more than half of the training rows",
            wanted);
    if (!(rate > 0.0 && rate < 1.0))
        FAIL(ARGUMENT, "false-alarm rate %g; it must be between 0 and 1", rate);
    if (rate * (double)(t->rows + 1) < 1.0 - 1e-9)
        FAIL(DATA,
             "%zu %s row%s cannot resolve a false-alarm rate below 1/%zu = %.3g %%, %g "
             "%% was requested: choose a higher rate%s",
             t->rows, t->held_out && !t->folds ? "held-out" : "training",
             t->rows == 1 ? "" : "s", t->rows + 1, 100.0 / (double)(t->rows + 1),
             100.0 * rate, how);
done:
    return status;
}

/* Score `name` (NULL: the default), EGAD_DATA unless normal rows were measured by it. */
static egad_status find_measured(egad_formula *score, const egad_detector *d,
                                 const char *name)
{
    egad_status status = EGAD_OK;
    TRY(egad_score_find(score, d, name));
    if (!d->thresholds.score[score->at])
        FAIL(DATA,
             "the model has no %s scores of normal rows, which p-values and thresholds "
             "need; "
             "measure them with 'egad threshold MODEL --measure DATA'",
             score->of->name);
done:
    return status;
}

/* EGAD_DATA if the thresholds were measured with other settings. */
static egad_status check_settings(const egad_detector *d, const egad_formula *score,
                                  const egad_scoring *how)
{
    egad_status status = EGAD_OK;
    const egad_thresholds *t = &d->thresholds;
    if (score->of->combination == WEIGHTED && how->alpha != t->alpha)
        FAIL(DATA,
             "the model's thresholds were measured with alpha %g, not %g; measure again "
             "with 'egad threshold --measure --alpha'",
             t->alpha, how->alpha);
    if (egad_reconstruct_searches(d) &&
        ((uint64_t)how->steps != t->steps || (uint64_t)how->restarts != t->restarts))
        FAIL(DATA,
             "the model's thresholds were measured with %d x %d search steps, not %d x "
             "%d; measure again with 'egad threshold --measure --steps --restarts'",
             (int)t->restarts, (int)t->steps, how->restarts, how->steps);
done:
    return status;
}

egad_status egad_threshold_find(egad_threshold *out, const egad_detector *d,
                                const egad_scoring *how, double false_alarms)
{
    egad_status status = EGAD_OK;
    const egad_thresholds *t = &d->thresholds;
    egad_formula score;
    egad_scoring settled;
    TRY(egad_score_settle(&score, &settled, d, how));
    TRY(find_measured(&score, d, settled.score));
    TRY(check_settings(d, &score, &settled));
    const size_t k = score.at;
    const double least = 1.0 / (double)(t->rows + 1);
    if (false_alarms == 0.0 && !isnan(t->at[k])) {
        *out = (egad_threshold){ t->at[k], p_of(t, k, t->at[k]), 1 };
        goto done;
    }
    if (false_alarms == 0.0)
        false_alarms = fmax(t->false_alarms, least);
    TRY(check_rate(d, false_alarms));
    /* m measured scores are >= score[rows - m]; any higher score has p <= the rate. */
    const size_t m = (size_t)(false_alarms * (double)(t->rows + 1) + 1e-9);
    *out = (egad_threshold){ nextafterf(t->score[k][t->rows - m], INFINITY), false_alarms,
                             0 };
done:
    return status;
}

egad_status egad_threshold_judge(double *p, unsigned char *flagged,
                                 const egad_detector *d, const char *name,
                                 const egad_threshold *at, const float *scores, size_t n)
{
    egad_status status = EGAD_OK;
    egad_formula score;
    TRY(find_measured(&score, d, name));
    for (size_t i = 0; i < n; i++) {
        if (p)
            p[i] = p_of(&d->thresholds, score.at, scores[i]);
        if (flagged)
            flagged[i] = !(scores[i] < at->score);
    }
done:
    return status;
}

egad_status egad_threshold_keep(egad_detector *d, double false_alarms)
{
    egad_status status = EGAD_OK;
    egad_formula score;
    TRY(find_measured(&score, d, d->model->scores[0].name));
    TRY(check_rate(d, false_alarms));
    d->thresholds.false_alarms = false_alarms;
    for (size_t k = 0; k < SCORES; k++)
        d->thresholds.at[k] = NAN;
done:
    return status;
}

egad_status egad_threshold_keep_score(egad_detector *d, const char *name, float at)
{
    egad_status status = EGAD_OK;
    egad_formula score;
    TRY(find_measured(&score, d, name));
    if (!isfinite(at))
        FAIL(ARGUMENT, "the threshold is %g; it must be finite", (double)at);
    d->thresholds.at[score.at] = at;
done:
    return status;
}

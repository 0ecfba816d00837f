/* Thresholds: scores of normal rows, p-values and labels from them. */
#include "detector.h"
#include "latent_search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TRAINING_ROWS = 10000, /* training rows to score if none are held out, at most */
    SEARCH_ROWS = 500,     /* of either kind with latent search */
    PIECE = 1000,          /* rows between two calls of progress, */
    SEARCH_PIECE = 100     /* with latent search */
};

/* ---- Measuring ----------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Choose rows evenly from n. */
static void thin(size_t *rows, size_t *n, size_t most)
{
    for (size_t i = 0; i < most && most < *n; i++)
        rows[i] = rows[i * *n / most];
    *n = *n < most ? *n : most;
}

static egad_status choose_rows(egad_thresholds *t, const egad_detector *d,
                               const egad_dataset *data, size_t most, size_t **rows)
{
    egad_status status = EGAD_OK;
    TRY(egad_detector_select(d, data, 1, rows, &t->rows));
    t->held_out = t->rows > 0;
    if (!t->held_out) {
        free(*rows);
        TRY(egad_detector_select(d, data, 0, rows, &t->rows));
    }
    if (t->rows == 0)
        FAIL(DATA, "cannot measure thresholds: the data has no training rows");
    if (!d->net[NET_E])
        thin(*rows, &t->rows, most ? most : SEARCH_ROWS);
    else if (most || !t->held_out)
        thin(*rows, &t->rows, most ? most : TRAINING_ROWS);
done:
    return status;
}

/* Scores of one kind, in the order of the rows. */
static egad_status score_rows(float *scores, egad_detector *d, const egad_dataset *data,
                              const size_t *rows, size_t n, egad_score_kind kind,
                              const egad_threshold_options *o)
{
    egad_status status = EGAD_OK;
    egad_scorer *scorer = NULL;
    const size_t X = d->columns, piece = d->net[NET_E] ? PIECE : SEARCH_PIECE;
    egad_search_options search = { 0 };
    float *x = NULL;
    if (o->search)
        search = *o->search;
    search.row = rows;
    NEW(x, piece * X);
    TRY(egad_score_new(&scorer, d, kind, o->alpha,
                       egad_score_bulk(d, n < piece ? n : piece), &search));
    for (size_t i = 0; i < n; i += piece) {
        const size_t some = n - i < piece ? n - i : piece;
        if (o->progress)
            o->progress(o->context, kind, i, n);
        for (size_t r = 0; r < some; r++)
            memcpy(x + r * X, data->x + rows[i + r] * X, X * sizeof *x);
        TRY(egad_score_run(scorer, x, some, scores + i));
    }
    for (size_t i = 0; i < n; i++)
        if (!isfinite(scores[i]))
            FAIL(DATA,
                 "measuring thresholds: normal row %zu has the %s score %g: the data or "
                 "the weights are too large",
                 rows[i], egad_score_name(kind), (double)scores[i]);
done:
    egad_score_free(scorer);
    free(x);
    return status;
}

egad_status egad_threshold_measure(egad_detector *d, const egad_dataset *data,
                                   const egad_threshold_options *options)
{
    egad_status status = EGAD_OK;
    egad_threshold_options o = { .alpha = EGAD_ALPHA };
    egad_thresholds made = { .rows = 0 }, *t = &d->thresholds;
    egad_search_course course;
    size_t *rows = NULL;
    READ_SIZED(egad_threshold_options, &o, options);
    made.alpha = o.alpha;
    TRY(egad_detector_check(d, data));
    TRY(egad_detector_same(d, data));
    TRY(choose_rows(&made, d, data, o.most, &rows));
    if (!d->net[NET_E]) {
        TRY(egad_latent_search_settle(&course, d, EGAD_SCORE_SIGMA, o.alpha, o.search));
        made.steps = (uint64_t)course.steps;
        made.restarts = (uint64_t)course.restarts;
    }
    for (int k = EGAD_SCORE_SIGMA; k < KINDS; k++) {
        if (k == EGAD_SCORE_COMBINED && !d->calibration.n)
            continue;
        NEW(made.score[k], made.rows);
        TRY(score_rows(made.score[k], d, data, rows, made.rows, (egad_score_kind)k, &o));
        qsort(made.score[k], made.rows, sizeof *made.score[k], ascending);
    }
    /* Keep thresholds set by hand: the weights have not changed. */
    made.false_alarms = t->false_alarms;
    memcpy(made.at, t->at, sizeof made.at);
    egad_detector_forget(d);
    *t = made;
    made = (egad_thresholds){ 0 };
done:
    for (int k = 0; k < KINDS; k++)
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
    const double least = (double)d->per_epoch * d->recipe.batch / (1.0 - held);
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
                                  .training = find_training_rows(d) };
}

/* The p-value of a score: expected share of new normal rows with it or a higher one. */
static double p_of(const egad_thresholds *t, egad_score_kind kind, float score)
{
    const float *s = t->score[kind];
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
             t->rows, t->held_out ? "held-out" : "training", t->rows == 1 ? "" : "s",
             t->rows + 1, 100.0 / (double)(t->rows + 1), 100.0 * rate, how);
done:
    return status;
}

/* EGAD_DATA unless scores of this kind were measured. */
static egad_status check_measured(const egad_detector *d, egad_score_kind kind)
{
    egad_status status = EGAD_OK;
    if (!d->thresholds.score[kind])
        FAIL(DATA,
             "the model has no %s scores of normal rows, which p-values and labels need; "
             "measure them with 'egad threshold MODEL --measure DATA'",
             egad_score_name(kind));
done:
    return status;
}

egad_status egad_threshold_find(egad_threshold *out, const egad_detector *d,
                                egad_score_kind kind, double alpha,
                                const egad_search_options *search, double false_alarms)
{
    egad_status status = EGAD_OK;
    const egad_thresholds *t = &d->thresholds;
    egad_search_course course;
    if (kind == EGAD_SCORE_DEFAULT)
        kind = egad_score_default(d);
    TRY(check_measured(d, kind));
    if (kind != EGAD_SCORE_COMBINED && alpha != t->alpha)
        FAIL(DATA,
             "the model's thresholds were measured with alpha %g, not %g; measure again "
             "with 'egad threshold --measure --alpha'",
             t->alpha, alpha);
    if (!d->net[NET_E]) {
        TRY(egad_latent_search_settle(&course, d, kind, alpha, search));
        if ((uint64_t)course.steps != t->steps ||
            (uint64_t)course.restarts != t->restarts)
            FAIL(DATA,
                 "the model's thresholds were measured with %d x %d search steps, not %d "
                 "x %d; measure again with 'egad threshold --measure --steps --restarts'",
                 (int)t->restarts, (int)t->steps, course.restarts, course.steps);
    }
    const double least = 1.0 / (double)(t->rows + 1);
    if (false_alarms == 0.0 && !isnan(t->at[kind])) {
        *out = (egad_threshold){ t->at[kind], p_of(t, kind, t->at[kind]), 1 };
        goto done;
    }
    if (false_alarms == 0.0)
        false_alarms = fmax(t->false_alarms, least);
    TRY(check_rate(d, false_alarms));
    /* m measured scores are >= score[rows - m]; any higher score has p <= the rate. */
    const size_t m = (size_t)(false_alarms * (double)(t->rows + 1) + 1e-9);
    *out = (egad_threshold){ nextafterf(t->score[kind][t->rows - m], INFINITY),
                             false_alarms, 0 };
done:
    return status;
}

void egad_threshold_judge(double *p, unsigned char *label, const egad_detector *d,
                          egad_score_kind kind, const egad_threshold *at,
                          const float *scores, size_t n)
{
    if (kind == EGAD_SCORE_DEFAULT)
        kind = egad_score_default(d);
    for (size_t i = 0; i < n; i++) {
        if (p)
            p[i] = p_of(&d->thresholds, kind, scores[i]);
        if (label)
            label[i] = !(scores[i] < at->score);
    }
}

egad_status egad_threshold_keep(egad_detector *d, double false_alarms)
{
    egad_status status = EGAD_OK;
    TRY(check_measured(d, EGAD_SCORE_SIGMA));
    TRY(check_rate(d, false_alarms));
    d->thresholds.false_alarms = false_alarms;
    for (int k = 0; k < KINDS; k++)
        d->thresholds.at[k] = NAN;
done:
    return status;
}

egad_status egad_threshold_keep_score(egad_detector *d, egad_score_kind kind, float score)
{
    egad_status status = EGAD_OK;
    if (kind == EGAD_SCORE_DEFAULT)
        kind = egad_score_default(d);
    TRY(check_measured(d, kind));
    if (!isfinite(score))
        FAIL(ARGUMENT, "the threshold is %g; it must be finite", (double)score);
    d->thresholds.at[kind] = score;
done:
    return status;
}

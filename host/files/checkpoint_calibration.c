/* The calibration and the thresholds in a model file. */
#include "checkpoint_inside.h"

#include "detector/score.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Write or read the arrays of a calibration, as its kind requires. */
static egad_status each_of_calibration(egad_h5 *file, const egad_calibration *c,
                                       egad_checkpoint_array *each)
{
    egad_status status = EGAD_OK;
    const egad_points *p = &c->points;
    if (p->n) {
        const size_t map[2] = { p->n, p->P }, point[2] = { p->rows, p->P };
        TRY(each(file, "/calibration/map", 2, map, p->map));
        TRY(each(file, "/calibration/offset", 1, map + 1, p->offset));
        TRY(each(file, "/calibration/points", 2, point, p->point));
        TRY(each(file, "/calibration/reach", 1, point, p->local_scale));
    } else if (c->n) {
        const size_t square[2] = { c->n, c->n };
        TRY(each(file, "/calibration/mean", 1, square, c->mean));
        TRY(each(file, "/calibration/whitening", 2, square, c->whitening));
    }
done:
    return status;
}

/* Write mean and deviation of the logarithm of each of the model's terms, with their
 * names. */
static egad_status write_terms(egad_h5 *file, const egad_detector *d)
{
    egad_status status = EGAD_OK;
    const egad_calibration *c = &d->calibration;
    const egad_term *term = d->model->terms;
    double mean[TERMS], deviation[TERMS], least[TERMS];
    char names[256] = "";
    size_t n = 0, used = 0;
    for (; term[n].name; n++) {
        mean[n] = c->mean_log[n];
        deviation[n] = c->deviation_log[n];
        least[n] = c->floor[n];
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", n ? " " : "",
                                 term[n].name);
        assert(used < sizeof names);
    }
    TRY(egad_h5_write(file, "/calibration/mean_log", EGAD_H5_F64, 1, &n, mean));
    TRY(egad_h5_write(file, "/calibration/deviation_log", EGAD_H5_F64, 1, &n, deviation));
    TRY(egad_h5_write(file, "/calibration/floor", EGAD_H5_F64, 1, &n, least));
    TRY(egad_h5_write_text(file, "/calibration", "terms", names));
done:
    return status;
}

/* phi (K), mu (K, d) and sigma (K, d, d), without gaps. */
static egad_status write_mixture(egad_h5 *file, const egad_mixture *m)
{
    egad_status status = EGAD_OK;
    const size_t d = m->d, K = m->K, shape[] = { K, d, d };
    double mu[MIXTURE_PARTS * MIXTURE_COLUMNS],
        sigma[MIXTURE_PARTS * MIXTURE_COLUMNS * MIXTURE_COLUMNS];
    for (size_t i = 0; i < K * d; i++)
        mu[i] = m->mu[i / d][i % d];
    for (size_t i = 0; i < K * d * d; i++)
        sigma[i] = m->sigma[i / d / d][i / d % d][i % d];
    TRY(egad_h5_write(file, "/calibration/phi", EGAD_H5_F64, 1, shape, m->phi));
    TRY(egad_h5_write(file, "/calibration/mu", EGAD_H5_F64, 2, shape, mu));
    TRY(egad_h5_write(file, "/calibration/sigma", EGAD_H5_F64, 3, shape, sigma));
done:
    return status;
}

/* What write_mixture wrote, for a model with an energy. */
static egad_status read_mixture(egad_h5 *file, const egad_detector *d,
                                egad_calibration *c)
{
    egad_status status = EGAD_OK;
    double mu[MIXTURE_PARTS * MIXTURE_COLUMNS],
        sigma[MIXTURE_PARTS * MIXTURE_COLUMNS * MIXTURE_COLUMNS];
    size_t w, K;
    if (!egad_score_mixed(d, &w, &K))
        goto done;
    NEW(c->mixture, 1);
    c->mixture->d = w;
    c->mixture->K = K;
    TRY(egad_h5_read(file, "/calibration/phi", EGAD_H5_F64, K, c->mixture->phi));
    TRY(egad_h5_read(file, "/calibration/mu", EGAD_H5_F64, K * w, mu));
    TRY(egad_h5_read(file, "/calibration/sigma", EGAD_H5_F64, K * w * w, sigma));
    for (size_t i = 0; i < K * w; i++)
        c->mixture->mu[i / w][i % w] = mu[i];
    for (size_t i = 0; i < K * w * w; i++)
        c->mixture->sigma[i / w / w][i / w % w][i % w] = sigma[i];
    if (egad_calibrate_mixture(c) != EGAD_OK)
        FAIL(FORMAT, "model: its mixture is impossible" ANEW);
done:
    return status;
}

egad_status egad_checkpoint_write_calibration(egad_h5 *file, const egad_detector *d)
{
    egad_status status = EGAD_OK;
    const egad_calibration *c = &d->calibration;
    const size_t columns = egad_detector_columns(d);
    if (c->rows == 0)
        return EGAD_OK;
    TRY(each_of_calibration(file, c, egad_checkpoint_write_array));
    if (c->mixture)
        TRY(write_mixture(file, c->mixture));
    TRY(write_terms(file, d));
    TRY(egad_h5_write_count(file, "/calibration", "rows", c->rows));
    TRY(egad_h5_write_number(file, "/calibration", "shrinkage", c->shrinkage));
    if (c->outside > 0.0) {
        TRY(egad_h5_write_number(file, "/calibration", "outside", c->outside));
        TRY(egad_h5_write_number(file, "/calibration", "rare", c->rare));
        TRY(egad_checkpoint_write_array(file, "/calibration/unseen", 1, &columns,
                                        c->unseen));
    }
done:
    return status;
}

/* Not in older files, and not for images. */
static egad_status read_outside(egad_h5 *file, const egad_detector *d,
                                egad_calibration *c)
{
    egad_status status = EGAD_OK;
    const size_t columns = egad_detector_columns(d);
    if (!egad_h5_has(file, "/calibration", "outside"))
        goto done;
    TRY(egad_h5_read_number(file, "/calibration", "outside", &c->outside));
    TRY(egad_h5_read_number(file, "/calibration", "rare", &c->rare));
    NEW(c->unseen, columns);
    TRY(egad_checkpoint_read_array(file, "/calibration/unseen", 1, &columns, c->unseen));
    if (!(c->outside > 0.0 && isfinite(c->outside)) || !(c->rare < INFINITY))
        FAIL(FORMAT, "model: its calibration holds an impossible value" ANEW);
done:
    return status;
}

/* The places in the model's table of the `*n` terms that are named in `names`, which is
 * taken apart. */
static egad_status read_names(int column[TERMS], size_t *n, const egad_detector *d,
                              char *names)
{
    egad_status status = EGAD_OK;
    const egad_term *terms = d->model->terms;
    unsigned seen = 0;
    char *rest = NULL;
    *n = 0;
    for (char *name = strtok_r(names, " ", &rest); name;
         name = strtok_r(NULL, " ", &rest)) {
        int k = 0;
        while (terms[k].name && strcmp(terms[k].name, name) != 0)
            k++;
        if (!terms[k].name)
            FAIL(
                FORMAT,
                "model: its calibration has a term '%.40s', which %s of egad %s does not "
                "have: use the egad that wrote it, or retrain",
                name, d->model->name, egad_status_version());
        if (seen >> k & 1u)
            FAIL(FORMAT, "model: its calibration has the term '%s' twice" ANEW, name);
        seen |= 1u << k;
        column[(*n)++] = k;
    }
    for (int k = 0; terms[k].name; k++)
        if (egad_score_combined(d) & ~seen & 1u << k)
            FAIL(FORMAT, "model: its calibration lacks the term '%s'" ANEW,
                 terms[k].name);
done:
    return status;
}

/* Read what write_terms wrote, in any order, and with fewer terms if no score has
 * them. */
static egad_status read_terms(egad_h5 *file, const egad_detector *d, egad_calibration *c)
{
    egad_status status = EGAD_OK;
    double mean[TERMS], deviation[TERMS], least[TERMS];
    int column[TERMS];
    size_t n = 0;
    char *names = NULL;
    TRY(egad_h5_read_text(file, "/calibration", "terms", &names));
    TRY(read_names(column, &n, d, names));
    TRY(egad_h5_read(file, "/calibration/mean_log", EGAD_H5_F64, n, mean));
    TRY(egad_h5_read(file, "/calibration/deviation_log", EGAD_H5_F64, n, deviation));
    for (size_t i = 0; i < TERMS; i++)
        least[i] = c->floor[i] = CALIBRATION_FLOOR; /* of older files */
    if (egad_h5_has(file, "/calibration/floor", NULL))
        TRY(egad_h5_read(file, "/calibration/floor", EGAD_H5_F64, n, least));
    for (int k = 0; k < TERMS; k++)
        c->deviation_log[k] = 1.0;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(mean[i]) || !(deviation[i] > 0.0 && isfinite(deviation[i])) ||
            !(least[i] > 0.0 && isfinite(least[i])))
            FAIL(FORMAT, "model: its calibration holds an impossible value" ANEW);
        c->mean_log[column[i]] = mean[i];
        c->deviation_log[column[i]] = deviation[i];
        c->floor[column[i]] = least[i];
    }
done:
    free(names);
    return status;
}

/* Allocate the points that a file announces. */
static egad_status reserve_points(egad_points *p, egad_h5 *file, size_t n)
{
    egad_status status = EGAD_OK;
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    TRY(egad_h5_shape(file, "/calibration/points", shape, &rank));
    if (rank != 2 || shape[0] < 2 || shape[0] > 1u << 24 || shape[1] < 1 || shape[1] > n)
        FAIL(FORMAT, "model: '/calibration/points' has an impossible shape" ANEW);
    *p = (egad_points){ .n = n, .P = shape[1], .rows = shape[0] };
    NEW(p->map, n * p->P);
    NEW(p->offset, p->P);
    NEW(p->point, p->rows * p->P);
    NEW(p->local_scale, p->rows);
done:
    return status;
}

egad_status egad_checkpoint_read_calibration(egad_h5 *file, egad_detector *d)
{
    egad_status status = EGAD_OK;
    const egad_evidence by = egad_score_evidence(d);
    const size_t n = by.n;
    egad_calibration c = { .n = n };
    uint64_t rows = 0;
    if (!egad_h5_has(file, "/calibration", NULL))
        return EGAD_OK;
    if (by.nearest) {
        TRY(reserve_points(&c.points, file, n));
    } else {
        NEW(c.mean, n);
        NEW(c.whitening, n * n);
    }
    TRY(each_of_calibration(file, &c, egad_checkpoint_read_array));
    TRY(read_terms(file, d, &c));
    TRY(egad_h5_read_count(file, "/calibration", "rows", &rows));
    TRY(egad_h5_read_number(file, "/calibration", "shrinkage", &c.shrinkage));
    TRY(read_outside(file, d, &c));
    TRY(read_mixture(file, d, &c));
    if (rows < 1 || (c.points.n && rows != c.points.rows))
        FAIL(FORMAT,
             "model: its calibration claims an impossible number of rows, %llu" ANEW,
             (unsigned long long)rows);
    c.rows = (size_t)rows;
    d->calibration = c;
    c = (egad_calibration){ 0 };
done:
    egad_calibrate_clear(&c);
    return status;
}

/* ---- Thresholds ---------------------------------------------------------- */

typedef struct {
    char name[80];
} array_name;

/* The array of score `at` of the model. */
static array_name threshold_array(const egad_detector *d, size_t at)
{
    array_name a;
    snprintf(a.name, sizeof a.name, "/threshold/%.60s", d->model->scores[at].name);
    return a;
}

egad_status egad_checkpoint_write_thresholds(egad_h5 *file, const egad_detector *d)
{
    egad_status status = EGAD_OK;
    const egad_thresholds *t = &d->thresholds;
    TRY(egad_h5_write_number(file, "/threshold", "false_alarms", t->false_alarms));
    if (t->rows == 0)
        goto done;
    TRY(egad_h5_write_count(file, "/threshold", "held_out", (uint64_t)t->held_out));
    if (t->folds)
        TRY(egad_h5_write_count(file, "/threshold", "folds", t->folds));
    TRY(egad_h5_write_number(file, "/threshold", "alpha", t->alpha));
    TRY(egad_h5_write_count(file, "/threshold", "steps", t->steps));
    TRY(egad_h5_write_count(file, "/threshold", "restarts", t->restarts));
    for (size_t k = 0; d->model->scores[k].name; k++) {
        const array_name a = threshold_array(d, k);
        if (!t->score[k])
            continue;
        TRY(egad_checkpoint_write_array(file, a.name, 1, &t->rows, t->score[k]));
        if (!isnan(t->at[k]))
            TRY(egad_h5_write_number(file, a.name, "threshold", (double)t->at[k]));
    }
done:
    return status;
}

/* Read the scores of one array; all have the same number. */
static egad_status read_scores(egad_h5 *file, egad_thresholds *t, size_t k,
                               const char *name)
{
    egad_status status = EGAD_OK;
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    double at = NAN;
    TRY(egad_h5_shape(file, name, shape, &rank));
    if (rank != 1 || shape[0] < 1 || (t->rows && shape[0] != t->rows))
        FAIL(FORMAT, "model: '%s' has an impossible shape" ANEW, name);
    t->rows = shape[0];
    NEW(t->score[k], t->rows);
    TRY(egad_checkpoint_read_array(file, name, 1, shape, t->score[k]));
    for (size_t i = 1; i < t->rows; i++)
        if (t->score[k][i] < t->score[k][i - 1])
            FAIL(FORMAT, "model: '%s' is not in ascending order" ANEW, name);
    if (!egad_h5_has(file, name, "threshold"))
        goto done;
    TRY(egad_h5_read_number(file, name, "threshold", &at));
    t->at[k] = (float)at;
    if (!isfinite(t->at[k]))
        FAIL(FORMAT, "model: '%s' has the threshold %g, which is not finite" ANEW, name,
             at);
done:
    return status;
}

/* Refuse the array of a score that the model does not have. */
static egad_status check_array(void *context, const char *name, int array)
{
    egad_status status = EGAD_OK;
    const egad_detector *d = context;
    static const char group[] = "/threshold/";
    if (array && strncmp(name, group, sizeof group - 1) == 0 &&
        egad_score_check(d, name + sizeof group - 1) != EGAD_OK)
        FAIL(FORMAT,
             "model: its thresholds have a score '%.40s', which %s of egad %s does not "
             "have: use the egad that wrote it, or retrain",
             name + sizeof group - 1, d->model->name, egad_status_version());
done:
    return status;
}

egad_status egad_checkpoint_read_thresholds(egad_h5 *file, egad_detector *d)
{
    egad_status status = EGAD_OK;
    egad_thresholds *t = &d->thresholds;
    uint64_t held_out = 0, folds = 0;
    if (!egad_h5_has(file, "/threshold", NULL)) /* not in older files */
        goto done;
    TRY(egad_h5_read_number(file, "/threshold", "false_alarms", &t->false_alarms));
    if (!(t->false_alarms > 0.0 && t->false_alarms < 1.0))
        FAIL(FORMAT, "model: its false-alarm rate of %g is not between 0 and 1" ANEW,
             t->false_alarms);
    TRY(egad_h5_visit(file, check_array, d));
    for (size_t k = 0; d->model->scores[k].name; k++) {
        const array_name a = threshold_array(d, k);
        if (egad_h5_has(file, a.name, NULL) &&
            (!egad_score_formula(d, k).calibrated || d->calibration.rows))
            TRY(read_scores(file, t, k, a.name));
    }
    if (t->rows == 0)
        goto done;
    TRY(egad_h5_read_count(file, "/threshold", "held_out", &held_out));
    TRY(egad_h5_read_number(file, "/threshold", "alpha", &t->alpha));
    TRY(egad_h5_read_count(file, "/threshold", "steps", &t->steps));
    TRY(egad_h5_read_count(file, "/threshold", "restarts", &t->restarts));
    t->held_out = held_out != 0;
    if (egad_h5_has(file, "/threshold", "folds")) { /* optional */
        TRY(egad_h5_read_count(file, "/threshold", "folds", &folds));
        t->folds = folds;
    }
done:
    return status;
}

/* The calibration and the thresholds in a model file. */
#include "checkpoint_inside.h"

#include <math.h>
#include <stdlib.h>

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
    } else {
        const size_t square[2] = { c->n, c->n };
        TRY(each(file, "/calibration/mean", 1, square, c->mean));
        TRY(each(file, "/calibration/whitening", 2, square, c->whitening));
    }
done:
    return status;
}

egad_status egad_checkpoint_write_calibration(egad_h5 *file, const egad_calibration *c)
{
    egad_status status = EGAD_OK;
    const size_t terms[1] = { TERMS };
    if (c->n == 0)
        return EGAD_OK;
    TRY(each_of_calibration(file, c, egad_checkpoint_write_array));
    TRY(egad_h5_write(file, "/calibration/mean_log", EGAD_H5_F64, 1, terms, c->mean_log));
    TRY(egad_h5_write(file, "/calibration/deviation_log", EGAD_H5_F64, 1, terms,
                      c->deviation_log));
    TRY(egad_h5_write_text(file, "/calibration", "terms",
                           "l1 sigma sigma_rebuilt fm features evidence near local"));
    TRY(egad_h5_write_count(file, "/calibration", "rows", c->rows));
    TRY(egad_h5_write_number(file, "/calibration", "shrinkage", c->shrinkage));
done:
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
    const size_t n = egad_detector_score_features(d);
    egad_calibration c = { .n = n };
    uint64_t rows = 0;
    if (!egad_h5_has(file, "/calibration", NULL))
        return EGAD_OK;
    if (d->model->combined == COMBINED_NEAREST) {
        TRY(reserve_points(&c.points, file, n));
    } else {
        NEW(c.mean, n);
        NEW(c.whitening, n * n);
    }
    TRY(each_of_calibration(file, &c, egad_checkpoint_read_array));
    TRY(egad_h5_read(file, "/calibration/mean_log", EGAD_H5_F64, TERMS, c.mean_log));
    TRY(egad_h5_read(file, "/calibration/deviation_log", EGAD_H5_F64, TERMS,
                     c.deviation_log));
    for (int k = 0; k < TERMS; k++)
        if (!isfinite(c.mean_log[k]) ||
            !(c.deviation_log[k] > 0.0 && isfinite(c.deviation_log[k])))
            FAIL(FORMAT, "model: its calibration holds an impossible value" ANEW);
    TRY(egad_h5_read_count(file, "/calibration", "rows", &rows));
    TRY(egad_h5_read_number(file, "/calibration", "shrinkage", &c.shrinkage));
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

/* Name of the array of a kind of score. */
static const char *threshold_array(int kind)
{
    static const char *const names[KINDS] = { [EGAD_SCORE_SIGMA] = "/threshold/sigma",
                                              [EGAD_SCORE_FM] = "/threshold/fm",
                                              [EGAD_SCORE_COMBINED] =
                                                  "/threshold/combined" };
    return names[kind];
}

egad_status egad_checkpoint_write_thresholds(egad_h5 *file, const egad_thresholds *t)
{
    egad_status status = EGAD_OK;
    TRY(egad_h5_write_number(file, "/threshold", "false_alarms", t->false_alarms));
    if (t->rows == 0)
        goto done;
    TRY(egad_h5_write_count(file, "/threshold", "held_out", (uint64_t)t->held_out));
    TRY(egad_h5_write_number(file, "/threshold", "alpha", t->alpha));
    TRY(egad_h5_write_count(file, "/threshold", "steps", t->steps));
    TRY(egad_h5_write_count(file, "/threshold", "restarts", t->restarts));
    for (int k = EGAD_SCORE_SIGMA; k < KINDS; k++) {
        if (!t->score[k])
            continue;
        TRY(egad_checkpoint_write_array(file, threshold_array(k), 1, &t->rows,
                                        t->score[k]));
        if (!isnan(t->at[k]))
            TRY(egad_h5_write_number(file, threshold_array(k), "threshold",
                                     (double)t->at[k]));
    }
done:
    return status;
}

/* Read the scores of one kind; all kinds have the same number. */
static egad_status read_scores(egad_h5 *file, egad_thresholds *t, int kind)
{
    egad_status status = EGAD_OK;
    const char *name = threshold_array(kind);
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    double at = NAN;
    TRY(egad_h5_shape(file, name, shape, &rank));
    if (rank != 1 || shape[0] < 1 || (t->rows && shape[0] != t->rows))
        FAIL(FORMAT, "model: '%s' has an impossible shape" ANEW, name);
    t->rows = shape[0];
    NEW(t->score[kind], t->rows);
    TRY(egad_checkpoint_read_array(file, name, 1, shape, t->score[kind]));
    for (size_t i = 1; i < t->rows; i++)
        if (t->score[kind][i] < t->score[kind][i - 1])
            FAIL(FORMAT, "model: '%s' is not in ascending order" ANEW, name);
    if (!egad_h5_has(file, name, "threshold"))
        goto done;
    TRY(egad_h5_read_number(file, name, "threshold", &at));
    t->at[kind] = (float)at;
    if (!isfinite(t->at[kind]))
        FAIL(FORMAT, "model: '%s' has the threshold %g, which is not finite" ANEW, name,
             at);
done:
    return status;
}

egad_status egad_checkpoint_read_thresholds(egad_h5 *file, egad_detector *d)
{
    egad_status status = EGAD_OK;
    egad_thresholds *t = &d->thresholds;
    uint64_t held_out = 0;
    if (!egad_h5_has(file, "/threshold", NULL)) /* not in older files */
        goto done;
    TRY(egad_h5_read_number(file, "/threshold", "false_alarms", &t->false_alarms));
    if (!(t->false_alarms > 0.0 && t->false_alarms < 1.0))
        FAIL(FORMAT, "model: its false-alarm rate of %g is not between 0 and 1" ANEW,
             t->false_alarms);
    for (int k = EGAD_SCORE_SIGMA; k < KINDS; k++)
        if (egad_h5_has(file, threshold_array(k), NULL) &&
            (k != EGAD_SCORE_COMBINED || d->calibration.n))
            TRY(read_scores(file, t, k));
    if (t->rows == 0)
        goto done;
    TRY(egad_h5_read_count(file, "/threshold", "held_out", &held_out));
    TRY(egad_h5_read_number(file, "/threshold", "alpha", &t->alpha));
    TRY(egad_h5_read_count(file, "/threshold", "steps", &t->steps));
    TRY(egad_h5_read_count(file, "/threshold", "restarts", &t->restarts));
    t->held_out = held_out != 0;
done:
    return status;
}

/* A(x): the terms of each score, and their combination; calibration. */
#include "encode.h"
#include "fitted.h"
#include "outside.h"
#include "reconstruct.h"

#include "base/array.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    CALIBRATION_ROWS = 20000, /* training rows to calibrate on, at most */
    CALIBRATION_BATCH = 2000,
    DIRECTIONS = 64, /* principal components of the training rows */
};

struct egad_scorer {
    egad_detector *detector;
    egad_formula score;
    double alpha;
    size_t batch;
    egad_reconstruct *from;
    int trained;   /* 1: rows are training rows, each left out */
    float *terms;  /* (batch, TERMS) */
    int outside;   /* 1: what training never saw is weighed: */
    float *seen;   /* (batch, columns), with unseen categories replaced */
    double *level; /* (batch): egad_outside_numbers, */
    double *added; /* (batch): and what is added for them and for categories */
};

/* ---- Combinations -------------------------------------------------------- */

/* A term's logarithm, finite for 0. */
static double logarithm(const egad_calibration *c, int k, float term)
{
    return log((double)term + c->floor[k]);
}

/* What a term adds to a combined score. */
static double standardised(const egad_detector *d, int k, float term)
{
    const egad_calibration *c = &d->calibration;
    const double v = (logarithm(c, k, term) - c->mean_log[k]) / c->deviation_log[k];
    return d->model->terms[k].above ? fmax(v, 0.0) : v;
}

double egad_score_mean(const egad_detector *d, const egad_formula *score,
                       const float *terms)
{
    double sum = 0.0, weights = 0.0;
    for (size_t i = 0; i < score->n; i++) {
        const int k = score->column[i];
        sum += score->weight[i] * standardised(d, k, terms[k]);
        weights += score->weight[i];
    }
    return sum / weights;
}

static float combine(const egad_scorer *s, const float *terms)
{
    const int *column = s->score.column;
    double sum = 0.0;
    switch (s->score.of->combination) {
    case WEIGHTED:
        return (float)(s->alpha * terms[column[0]] + (1.0 - s->alpha) * terms[column[1]]);
    case COMBINED:
        return (float)egad_score_mean(s->detector, &s->score, terms);
    case SUM:
        for (size_t i = 0; i < s->score.n; i++)
            sum += (double)terms[column[i]];
        return (float)sum;
    default: /* ALONE */
        return terms[column[0]];
    }
}

/* ---- Scorers ------------------------------------------------------------- */

static egad_status check_calibrated(const egad_detector *d, const egad_formula *score)
{
    egad_status status = EGAD_OK;
    char list[256];
    if (!score->calibrated || d->calibration.rows)
        goto done;
    egad_score_list(list, sizeof list, d, 1, " or ");
    FAIL(DATA,
         "the %s score is not calibrated, because training was not completed; %s%s%s"
         "complete training with --resume",
         score->of->name, *list ? "score with " : "", list, *list ? ", or " : "");
done:
    return status;
}

egad_status egad_score_new(egad_scorer **out, egad_detector *detector,
                           const egad_scoring *how, size_t batch)
{
    egad_status status = EGAD_OK;
    egad_scorer *s = NULL;
    egad_scoring settled;
    *out = NULL;
    if (batch == 0)
        FAIL(ARGUMENT, "a scoring batch needs at least one row");
    NEW(s, 1);
    TRY(egad_score_settle(&s->score, &settled, detector, how));
    TRY(check_calibrated(detector, &s->score));
    s->detector = detector;
    s->alpha = settled.alpha;
    s->batch = batch;
    NEW(s->terms, batch * TERMS);
    s->outside = egad_outside_raises(detector, s->score.of->name);
    if (s->outside) {
        NEW(s->seen, batch * detector->columns);
        NEW(s->level, batch);
        NEW(s->added, batch);
    }
    TRY(egad_reconstruct_new(&s->from, detector, &s->score, &settled, 0, batch));
    egad_score_trained(s, settled.left_out);
    *out = s;
    s = NULL;
done:
    egad_score_free(s);
    return status;
}

void egad_score_trained(egad_scorer *s, int trained)
{
    s->trained = egad_reconstruct_trained(s->from, trained);
}

void egad_score_free(egad_scorer *s)
{
    if (!s)
        return;
    egad_reconstruct_free(s->from);
    free(s->terms);
    free(s->seen);
    free(s->level);
    free(s->added);
    free(s);
}

/* Weigh what training never saw in n rows; returns the rows to score instead of x. */
static const float *weigh(egad_scorer *s, const float *x, size_t n)
{
    const egad_detector *d = s->detector;
    size_t unseen = 0;
    if (!s->outside)
        return x;
    for (size_t i = 0; i < n; i++) {
        s->level[i] = egad_outside_numbers(d, x + i * d->columns, s->trained);
        s->added[i] = s->level[i] * d->calibration.outside;
        unseen += egad_schema_unseen(&d->schema, x + i * d->columns);
    }
    if (!unseen)
        return x;
    memcpy(s->seen, x, n * d->columns * sizeof *x);
    for (size_t i = 0; i < n; i++)
        s->added[i] += egad_outside_replace(d, s->seen + i * d->columns);
    return s->seen;
}

/* The score of row r of a batch, by its terms. */
static float finish(const egad_scorer *s, size_t r)
{
    double score = (double)combine(s, s->terms + r * TERMS);
    const double rare = s->detector->calibration.rare;
    if (s->outside && s->level[r] > 0.0 && score < rare) /* NaN stays */
        score = rare;
    if (s->outside)
        score += s->added[r];
    /* A row so far from normal that its terms overflow still has a rank. */
    return score > (double)FLT_MAX ? FLT_MAX : (float)score;
}

egad_status egad_score_run(egad_scorer *s, const float *x, size_t rows, float *scores)
{
    egad_status status = EGAD_OK;
    const size_t X = s->detector->columns;
    for (size_t i = 0; i < rows; i += s->batch) {
        const size_t n = rows - i < s->batch ? rows - i : s->batch;
        TRY(egad_reconstruct_terms(s->from, weigh(s, x + i * X, n), n, s->terms));
        for (size_t r = 0; r < n; r++)
            scores[i + r] = finish(s, r);
    }
done:
    return status;
}

egad_status egad_score_profile(egad_profile **list, size_t *n, egad_scorer *s,
                               const float *x, int times)
{
    egad_status status = EGAD_OK;
    egad_profile *made = NULL;
    size_t size = 0;
    *list = NULL;
    *n = 0;
    TRY(egad_reconstruct_profile(s->from, x, times, &made, &size));
    *list = made;
    *n = size;
    made = NULL;
done:
    free(made);
    return status;
}

size_t egad_score_bulk(const egad_detector *detector, size_t rows)
{
    return egad_reconstruct_bulk(detector, rows);
}

egad_status egad_score_left_out(egad_detector *detector, const float *x, size_t rows,
                                size_t trained, const egad_scoring *how, float *scores)
{
    egad_status status = EGAD_OK;
    egad_scorer *s = NULL;
    if (rows == 0)
        return EGAD_OK;
    TRY(egad_score_new(&s, detector, how, egad_score_bulk(detector, rows)));
    const int others = s->trained;
    egad_score_trained(s, 1);
    TRY(egad_score_run(s, x, trained, scores));
    egad_score_trained(s, others);
    TRY(egad_score_run(s, x + trained * detector->columns, rows - trained,
                       scores + trained));
done:
    egad_score_free(s);
    return status;
}

egad_status egad_score_rows(egad_detector *detector, const float *x, size_t rows,
                            const egad_scoring *how, float *scores)
{
    return egad_score_left_out(detector, x, rows, 0, how, scores);
}

/* All terms available from this detector as it is. */
static unsigned all_terms(const egad_detector *d)
{
    return egad_score_available(d) &
           ~(d->calibration.n ? 0 : egad_score_evidence(d).terms);
}

egad_status egad_score_terms(egad_detector *detector, const float *x, size_t rows,
                             float *terms)
{
    egad_status status = EGAD_OK;
    egad_encode *infer = NULL;
    TRY(egad_encode_new(&infer, detector, all_terms(detector),
                        egad_score_bulk(detector, rows)));
    TRY(egad_encode_run(infer, x, rows, terms));
    TRY(egad_fitted_run(detector, all_terms(detector), x, rows, 0, terms));
done:
    egad_encode_free(infer);
    return status;
}

/* ---- Calibration --------------------------------------------------------- */

/* The output `wanted` (n, columns) of n training rows, evenly chosen from `all`. */
static egad_status of_training_rows(egad_detector *d, const egad_dataset *data,
                                    const size_t *rows, size_t all, size_t n,
                                    unsigned wanted, float *out, size_t columns)
{
    egad_status status = EGAD_OK;
    egad_encode *infer = NULL;
    const size_t X = d->columns,
                 some_rows = n < CALIBRATION_BATCH ? n : CALIBRATION_BATCH;
    const size_t batch = egad_score_bulk(d, some_rows);
    float *x = NULL;
    NEW(x, batch * X);
    TRY(egad_encode_new(&infer, d, wanted, batch));
    for (size_t i = 0; i < n; i += batch) {
        const size_t some = n - i < batch ? n - i : batch;
        for (size_t r = 0; r < some; r++)
            memcpy(x + r * X, data->x + rows[(i + r) * all / n] * X, X * sizeof *x);
        TRY(egad_encode_run(infer, x, some, out + i * columns));
        if (wanted <= INFER_TERMS)
            TRY(egad_fitted_run(d, wanted, x, some, 1, out + i * columns));
    }
done:
    egad_encode_free(infer);
    free(x);
    return status;
}

/* What is added to a term: to distances, which are 0 for copies of rows, the quantile of
 * one in a hundred of those that are not 0; to others next to nothing. */
static egad_status measure_floors(egad_calibration *c, unsigned distances,
                                  const float *terms, size_t n)
{
    egad_status status = EGAD_OK;
    float *sorted = NULL;
    NEW(sorted, n);
    for (int k = 0; k < TERMS; k++) {
        size_t some = 0;
        c->floor[k] = CALIBRATION_FLOOR;
        if (!(distances >> k & 1u))
            continue;
        for (size_t i = 0; i < n; i++)
            if (terms[i * TERMS + (size_t)k] > 0.0f)
                sorted[some++] = terms[i * TERMS + (size_t)k];
        egad_array_sort(sorted, some);
        if (some)
            c->floor[k] = (double)sorted[some / 100];
    }
done:
    free(sorted);
    return status;
}

/* Mean and deviation of the logarithm of each term. */
egad_status egad_score_logarithms(egad_calibration *c, unsigned distances,
                                  const float *terms, size_t n)
{
    egad_status status = EGAD_OK;
    TRY(measure_floors(c, distances, terms, n));
    for (int k = 0; k < TERMS; k++) {
        double sum = 0.0, squares = 0.0;
        for (size_t i = 0; i < n; i++)
            sum += logarithm(c, k, terms[i * TERMS + (size_t)k]);
        c->mean_log[k] = sum / (double)n;
        for (size_t i = 0; i < n; i++)
            squares +=
                pow(logarithm(c, k, terms[i * TERMS + (size_t)k]) - c->mean_log[k], 2.0);
        c->deviation_log[k] = fmax(sqrt(squares / (double)n), 1e-6);
    }
done:
    return status;
}

/* Terms of the training rows whose features were measured. */
static egad_status by_spread(egad_calibration *out, egad_detector *d,
                             const egad_dataset *data, const size_t *rows, size_t all,
                             const float *evidence, float *terms, size_t n)
{
    egad_status status = EGAD_OK;
    const egad_calibration before = d->calibration;
    TRY(egad_calibrate_fit(out, evidence, n, egad_score_evidence(d).n));
    d->calibration = *out; /* the terms below need the new calibration */
    status = of_training_rows(d, data, rows, all, n, all_terms(d), terms, TERMS);
    d->calibration = before;
done:
    return status;
}

/* Terms of training rows, each relative to all others: first without the local scales,
 * which follow from them, then with them. */
static egad_status against_others(egad_device *device, const egad_points *points,
                                  const int column[2], float *terms)
{
    enum { BATCH = 500 };
    egad_status status = EGAD_OK;
    egad_neighbours near = { 0 };
    egad_tensor t = { 0 };
    egad_plan *plan = NULL;
    const size_t batch = points->rows < BATCH ? points->rows : BATCH;
    TRY(egad_neighbours_new(&near, device, points, batch));
    TRY(egad_tensor_new(&t, device, batch, TERMS));
    for (size_t i = 0; i < points->rows; i += batch) {
        const size_t some = points->rows - i < batch ? points->rows - i : batch;
        egad_plan_free(plan);
        TRY(egad_plan_new(&plan, device, "calibrate"));
        TRY(egad_tensor_write(device, egad_tensor_rows(near.place, 0, some),
                              points->point + i * points->P));
        TRY(egad_neighbours_nearest(&near, plan, t, some, (long)i, column));
        TRY(egad_plan_run(plan));
        TRY(egad_tensor_read(device, egad_tensor_rows(t, 0, some), terms + i * TERMS));
    }
done:
    egad_plan_free(plan);
    egad_tensor_free(&t);
    egad_neighbours_free(&near);
    return status;
}

static egad_status by_nearest(egad_calibration *out, egad_detector *d,
                              const egad_dataset *data, const size_t *rows, size_t all,
                              const float *evidence, float *terms, size_t n)
{
    egad_status status = EGAD_OK;
    const egad_evidence by = egad_score_evidence(d);
    const unsigned others = egad_score_combined(d) & ~by.terms;
    float *more = NULL;
    if (n < 2)
        FAIL(DATA, "calibration needs at least two training rows, the data has one");
    TRY(egad_calibrate_points(out, evidence, n, by.n, by.part, DIRECTIONS));
    TRY(against_others(d->device, &out->points, by.column, terms));
    for (size_t i = 0; i < n; i++)
        out->points.local_scale[i] = (float)log(
            (double)terms[i * TERMS + (size_t)by.column[0]] + CALIBRATION_FLOOR);
    TRY(against_others(d->device, &out->points, by.column, terms));
    if (!others)
        goto done;
    NEW(more, n * TERMS);
    TRY(of_training_rows(d, data, rows, all, n, others, more, TERMS));
    for (size_t i = 0; i < n * TERMS; i++)
        if (others >> i % TERMS & 1u)
            terms[i] = more[i];
done:
    free(more);
    return status;
}

egad_status egad_score_calibrate_terms(egad_detector *d, const egad_dataset *data)
{
    egad_status status = EGAD_OK;
    size_t *rows = NULL, all = 0;
    float *evidence = NULL, *terms = NULL;
    egad_calibration made = { 0 };
    size_t z, logits;
    if (egad_score_mixed(d, &z, &logits))
        return egad_score_calibrate_mixture(d, data);
    if (!egad_score_evidence(d).n && !egad_score_combined(d))
        return EGAD_OK;
    TRY(egad_detector_check(d, data));
    TRY(egad_detector_select(d, data, 0, &rows, &all));
    const size_t n = all < CALIBRATION_ROWS ? all : CALIBRATION_ROWS;
    if (n == 0)
        FAIL(DATA, "cannot calibrate: the data has no training rows");
    TRY(egad_fitted_fit(d, data, rows, all));
    const egad_evidence by = egad_score_evidence(d); /* depends on what is fitted */
    const size_t E = by.n;
    NEW(evidence, n * E);
    NEW(terms, n * TERMS);
    if (E)
        TRY(of_training_rows(d, data, rows, all, n, INFER_EVIDENCE, evidence, E));
    if (by.nearest)
        TRY(by_nearest(&made, d, data, rows, all, evidence, terms, n));
    else if (E)
        TRY(by_spread(&made, d, data, rows, all, evidence, terms, n));
    else
        TRY(of_training_rows(d, data, rows, all, n, egad_score_combined(d), terms,
                             TERMS));
    made.rows = n;
    TRY(egad_score_logarithms(&made, egad_fitted_terms(d), terms, n));
    egad_calibrate_clear(&d->calibration);
    egad_detector_forget(d);
    d->calibration = made;
    made = (egad_calibration){ 0 };
done:
    egad_calibrate_clear(&made);
    free(rows);
    free(evidence);
    free(terms);
    return status;
}

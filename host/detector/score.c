/* A(x): the terms of each score, and their combination. */
#include "score.h"

#include "encode.h"
#include "latent_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BULK = 32768,             /* rows that egad_score_rows keeps on the device at
                               * once... */
    BULK_FLOATS = 1 << 24,    /* and floats, where rows or their layers are long */
    CALIBRATION_ROWS = 20000, /* training rows to calibrate on, at most */
    CALIBRATION_BATCH = 2000,
    DIRECTIONS = 64, /* principal components of the training rows */
};

struct egad_scorer {
    egad_detector *detector;
    double alpha;
    egad_score_kind kind;
    size_t batch;
    egad_encode *infer;         /* or, without an encoder, */
    egad_latent_search *search; /* latent search */
    float *terms;               /* (batch, TERMS) */
};

/* ---- Kinds --------------------------------------------------------------- */

static const char *const names[] = { "default", "sigma", "fm", "combined" };

const char *egad_score_name(egad_score_kind kind)
{
    return names[kind];
}

egad_status egad_score_parse(egad_score_kind *kind, const char *name)
{
    egad_status status = EGAD_OK;
    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0) {
            *kind = (egad_score_kind)i;
            return EGAD_OK;
        }
    FAIL(ARGUMENT, "there is no score '%s'; there are sigma, fm and combined", name);
done:
    return status;
}

egad_score_kind egad_score_default(const egad_detector *detector)
{
    return detector->recipe.combined && detector->net[NET_E] ? EGAD_SCORE_COMBINED
                                                             : EGAD_SCORE_SIGMA;
}

/* The terms of COMBINED, by the model's COMBINED_*: bits 1u << TERM_*. */
static const unsigned combined[] = {
    [COMBINED_SPREAD] = 1u << TERM_L1 | 1u << TERM_FEATURES | 1u << TERM_EVIDENCE,
    [COMBINED_NEAREST] = 1u << TERM_NEAR | 1u << TERM_LOCAL,
};

static unsigned combined_of(const egad_detector *d)
{
    return combined[d->model->combined];
}

/* All terms available from this detector. */
static unsigned all_terms(const egad_detector *d)
{
    const unsigned held = combined[COMBINED_SPREAD] | combined[COMBINED_NEAREST];
    return INFER_TERMS & ~(d->calibration.n ? 0 : held & ~(1u << TERM_L1));
}

/* A term's logarithm, finite for 0. */
static double logarithm(float term)
{
    return log((double)term + 1e-12);
}

/* The discriminator term of SIGMA: without an encoder, D sees G(z) alone. */
static int sigma_of(const egad_detector *d)
{
    return d->recipe.sigma_of_rebuilt || !d->net[NET_E] ? TERM_SIGMA_REBUILT : TERM_SIGMA;
}

static unsigned wanted_terms(const egad_detector *d, egad_score_kind kind)
{
    switch (kind) {
    case EGAD_SCORE_FM:
        return 1u << TERM_L1 | 1u << TERM_FM;
    case EGAD_SCORE_COMBINED:
        return combined_of(d);
    case EGAD_SCORE_SIGMA:
    case EGAD_SCORE_DEFAULT:
        break;
    }
    return 1u << TERM_L1 | 1u << sigma_of(d);
}

static float combine(const egad_scorer *s, const float *terms)
{
    const egad_calibration *c = &s->detector->calibration;
    const double rest = 1.0 - s->alpha;
    double sum = 0.0;
    int count = 0;
    switch (s->kind) {
    case EGAD_SCORE_FM:
        return (float)(s->alpha * terms[TERM_L1] + rest * terms[TERM_FM]);
    case EGAD_SCORE_COMBINED:
        for (int k = 0; k < TERMS; k++)
            if (combined_of(s->detector) >> k & 1u) {
                sum += (logarithm(terms[k]) - c->mean_log[k]) / c->deviation_log[k];
                count++;
            }
        return (float)(sum / count);
    case EGAD_SCORE_SIGMA:
    case EGAD_SCORE_DEFAULT:
        break;
    }
    return (float)(s->alpha * terms[TERM_L1] + rest * terms[sigma_of(s->detector)]);
}

/* ---- Scorers ------------------------------------------------------------- */

egad_status egad_score_new(egad_scorer **out, egad_detector *detector,
                           egad_score_kind kind, double alpha, size_t batch,
                           const egad_search_options *search)
{
    egad_status status = EGAD_OK;
    egad_scorer *s = NULL;
    egad_search_course course;
    *out = NULL;
    if (kind == EGAD_SCORE_DEFAULT)
        kind = egad_score_default(detector);
    if (!(alpha >= 0.0 && alpha <= 1.0))
        FAIL(ARGUMENT, "alpha is %g; it must be between 0 and 1", alpha);
    if (batch == 0)
        FAIL(ARGUMENT, "a scoring batch needs at least one row");
    if (kind == EGAD_SCORE_COMBINED && !detector->net[NET_E])
        FAIL(ARGUMENT,
             "the combined score needs an encoder, which %s does not have; score with "
             "sigma or fm",
             detector->model->name);
    if (kind == EGAD_SCORE_COMBINED && !detector->calibration.n)
        FAIL(DATA,
             "the combined score is not calibrated, because training was not completed; "
             "score with sigma or fm, or complete training with --resume");
    NEW(s, 1);
    s->detector = detector;
    s->kind = kind;
    s->alpha = alpha;
    s->batch = batch;
    NEW(s->terms, batch * TERMS);
    if (detector->net[NET_E]) {
        TRY(egad_encode_new(&s->infer, detector, wanted_terms(detector, kind), batch));
    } else {
        TRY(egad_latent_search_settle(&course, detector, kind, alpha, search));
        TRY(egad_latent_search_new(&s->search, detector, &course, batch));
    }
    *out = s;
    s = NULL;
done:
    egad_score_free(s);
    return status;
}

void egad_score_free(egad_scorer *s)
{
    if (!s)
        return;
    egad_encode_free(s->infer);
    egad_latent_search_free(s->search);
    free(s->terms);
    free(s);
}

egad_status egad_score_run(egad_scorer *s, const float *x, size_t rows, float *scores)
{
    egad_status status = EGAD_OK;
    const size_t X = s->detector->columns;
    for (size_t i = 0; i < rows; i += s->batch) {
        const size_t n = rows - i < s->batch ? rows - i : s->batch;
        if (s->infer)
            TRY(egad_encode_run(s->infer, x + i * X, n, s->terms));
        else
            TRY(egad_latent_search_run(s->search, x + i * X, n, s->terms, NULL));
        for (size_t r = 0; r < n; r++)
            scores[i + r] = combine(s, s->terms + r * TERMS);
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
    if (s->infer)
        TRY(egad_encode_profile(s->infer, x, times, &made, &size));
    else
        TRY(egad_latent_search_profile(s->search, x, times, &made, &size));
    *list = made;
    *n = size;
    made = NULL;
done:
    free(made);
    return status;
}

size_t egad_score_bulk(const egad_detector *detector, size_t rows)
{
    if (!detector->net[NET_E]) {
        const size_t most = egad_latent_search_bulk(detector);
        return rows < most ? rows : most;
    }
    const size_t layers = egad_encode_floats(detector);
    const size_t most = BULK_FLOATS / (layers ? layers : detector->columns) + 1;
    const size_t bulk = most < BULK ? most : BULK;
    return rows < bulk ? rows : bulk;
}

egad_status egad_score_rows(egad_detector *detector, const float *x, size_t rows,
                            egad_score_kind kind, double alpha,
                            const egad_search_options *search, float *scores)
{
    egad_status status = EGAD_OK;
    egad_scorer *s = NULL;
    if (rows == 0)
        return EGAD_OK;
    TRY(egad_score_new(&s, detector, kind, alpha, egad_score_bulk(detector, rows),
                       search));
    TRY(egad_score_run(s, x, rows, scores));
done:
    egad_score_free(s);
    return status;
}

egad_status egad_score_terms(egad_detector *detector, const float *x, size_t rows,
                             float *terms)
{
    egad_status status = EGAD_OK;
    egad_encode *infer = NULL;
    TRY(egad_encode_new(&infer, detector, all_terms(detector),
                        egad_score_bulk(detector, rows)));
    TRY(egad_encode_run(infer, x, rows, terms));
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
    }
done:
    egad_encode_free(infer);
    free(x);
    return status;
}

/* Mean and deviation of the logarithm of each term. */
static void measure_logarithms(egad_calibration *c, const float *terms, size_t n)
{
    for (int k = 0; k < TERMS; k++) {
        double sum = 0.0, squares = 0.0;
        for (size_t i = 0; i < n; i++)
            sum += logarithm(terms[i * TERMS + (size_t)k]);
        c->mean_log[k] = sum / (double)n;
        for (size_t i = 0; i < n; i++)
            squares += pow(logarithm(terms[i * TERMS + (size_t)k]) - c->mean_log[k], 2.0);
        c->deviation_log[k] = fmax(sqrt(squares / (double)n), 1e-6);
    }
}

/* Terms of the training rows whose features were measured. */
static egad_status by_spread(egad_calibration *out, egad_detector *d,
                             const egad_dataset *data, const size_t *rows, size_t all,
                             const float *evidence, float *terms, size_t n)
{
    egad_status status = EGAD_OK;
    const egad_calibration before = d->calibration;
    TRY(egad_calibrate_fit(out, evidence, n, egad_detector_score_features(d)));
    d->calibration = *out; /* the terms below need the new calibration */
    status = of_training_rows(d, data, rows, all, n, all_terms(d), terms, TERMS);
    d->calibration = before;
done:
    return status;
}

/* Terms of training rows, each relative to all others: first without the local scales,
 * which follow from them, then with them. */
static egad_status against_others(egad_device *device, const egad_points *points,
                                  float *terms)
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
        TRY(egad_neighbours_nearest(&near, plan, t, some, (long)i));
        TRY(egad_plan_run(plan));
        TRY(egad_tensor_read(device, egad_tensor_rows(t, 0, some), terms + i * TERMS));
    }
done:
    egad_plan_free(plan);
    egad_tensor_free(&t);
    egad_neighbours_free(&near);
    return status;
}

static egad_status by_nearest(egad_calibration *out, const egad_detector *d,
                              const float *evidence, float *terms, size_t n)
{
    egad_status status = EGAD_OK;
    if (n < 2)
        FAIL(DATA,
             "the combined score needs at least two training rows, the data has one");
    TRY(egad_calibrate_points(out, evidence, n, egad_detector_score_features(d),
                              egad_detector_features(d), DIRECTIONS));
    TRY(against_others(d->device, &out->points, terms));
    for (size_t i = 0; i < n; i++)
        out->points.local_scale[i] = (float)logarithm(terms[i * TERMS + TERM_NEAR]);
    TRY(against_others(d->device, &out->points, terms));
done:
    return status;
}

egad_status egad_score_calibrate(egad_detector *d, const egad_dataset *data)
{
    egad_status status = EGAD_OK;
    size_t *rows = NULL, all = 0;
    float *evidence = NULL, *terms = NULL;
    egad_calibration made = { 0 };
    const size_t E = egad_detector_score_features(d);
    if (E == 0)
        return EGAD_OK;
    TRY(egad_detector_check(d, data));
    TRY(egad_detector_select(d, data, 0, &rows, &all));
    const size_t n = all < CALIBRATION_ROWS ? all : CALIBRATION_ROWS;
    if (n == 0)
        FAIL(DATA, "cannot calibrate: the data has no training rows");
    NEW(evidence, n * E);
    NEW(terms, n * TERMS);
    TRY(of_training_rows(d, data, rows, all, n, INFER_EVIDENCE, evidence, E));
    if (d->model->combined == COMBINED_NEAREST)
        TRY(by_nearest(&made, d, evidence, terms, n));
    else
        TRY(by_spread(&made, d, data, rows, all, evidence, terms, n));
    measure_logarithms(&made, terms, n);
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

/* A(x): which terms a score is made of, and how they become one number. */
#include "score.h"

#include "infer.h"
#include "search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BULK = 32768,             /* rows that egad_score_rows has on the device at once... */
    BULK_FLOATS = 1 << 24,    /* and floats, where rows or their layers are long */
    CALIBRATION_ROWS = 20000, /* training rows that evidence is measured on, at most */
    CALIBRATION_BATCH = 2000,
    EVIDENCE_MOST = 512 /* columns of evidence that combined is for: those of tables */
};

struct egad_scorer {
    egad_detector *detector;
    double alpha;
    egad_score_kind kind;
    size_t batch;
    egad_infer *infer;   /* or, without an encoder, */
    egad_search *search; /* the other way to a reconstruction */
    float *terms;        /* (batch, TERMS) */
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
    FAIL(ARGUMENT, "there is no score '%s'; it can be sigma, fm or combined", name);
done:
    return status;
}

egad_score_kind egad_score_default(const egad_detector *detector)
{
    return detector->recipe.combined && detector->net[NET_E] ? EGAD_SCORE_COMBINED
                                                             : EGAD_SCORE_SIGMA;
}

/* The terms that COMBINED adds. */
static const int combined[] = { TERM_L1, TERM_FEATURES, TERM_EVIDENCE };
enum { COMBINED = sizeof combined / sizeof *combined };

/* A term's logarithm, also where it is 0. */
static double logarithm(float term)
{
    return log((double)term + 1e-12);
}

/* What SIGMA takes of D: without an encoder, D sees G(z) alone. */
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
        return 1u << TERM_L1 | 1u << TERM_FEATURES | 1u << TERM_EVIDENCE;
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
    switch (s->kind) {
    case EGAD_SCORE_FM:
        return (float)(s->alpha * terms[TERM_L1] + rest * terms[TERM_FM]);
    case EGAD_SCORE_COMBINED:
        for (int i = 0; i < COMBINED; i++)
            sum += (logarithm(terms[combined[i]]) - c->mean_log[combined[i]]) /
                   c->deviation_log[combined[i]];
        return (float)(sum / COMBINED);
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
        FAIL(ARGUMENT, "alpha is %g; it is a weight between 0 and 1", alpha);
    if (batch == 0)
        FAIL(ARGUMENT, "a batch to score needs at least one row");
    if (kind == EGAD_SCORE_COMBINED && !detector->net[NET_E])
        FAIL(ARGUMENT,
             "the combined score is of what an encoder makes of a row, and %s has none; "
             "score with sigma or fm",
             detector->model->name);
    if (kind == EGAD_SCORE_COMBINED && egad_detector_evidence(detector) > EVIDENCE_MOST)
        FAIL(ARGUMENT,
             "the combined score is for models of tables so far, and this is %s; score "
             "with sigma or fm",
             detector->model->name);
    if (kind == EGAD_SCORE_COMBINED && !detector->calibration.n)
        FAIL(DATA,
             "the combined score is held against training rows, and this model was not "
             "trained to its end; score with sigma or fm, or train on with --resume");
    NEW(s, 1);
    s->detector = detector;
    s->kind = kind;
    s->alpha = alpha;
    s->batch = batch;
    NEW(s->terms, batch * TERMS);
    if (detector->net[NET_E]) {
        TRY(egad_infer_new(&s->infer, detector, wanted_terms(detector, kind), batch));
    } else {
        TRY(egad_search_settle(&course, detector, kind, alpha, search));
        TRY(egad_search_new(&s->search, detector, &course, batch));
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
    egad_infer_free(s->infer);
    egad_search_free(s->search);
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
            TRY(egad_infer_run(s->infer, x + i * X, n, s->terms));
        else
            TRY(egad_search_run(s->search, x + i * X, n, s->terms, NULL));
        for (size_t r = 0; r < n; r++)
            scores[i + r] = combine(s, s->terms + r * TERMS);
    }
done:
    return status;
}

size_t egad_score_bulk(const egad_detector *detector, size_t rows)
{
    if (!detector->net[NET_E]) {
        const size_t most = egad_search_bulk(detector);
        return rows < most ? rows : most;
    }
    const size_t layers = egad_infer_floats(detector);
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
    egad_infer *infer = NULL;
    unsigned all = INFER_TERMS;
    if (!detector->calibration.n)
        all &= ~(1u << TERM_FEATURES | 1u << TERM_EVIDENCE);
    TRY(egad_infer_new(&infer, detector, all, egad_score_bulk(detector, rows)));
    TRY(egad_infer_run(infer, x, rows, terms));
done:
    egad_infer_free(infer);
    return status;
}

/* ---- Calibration --------------------------------------------------------- */

/* What `wanted` gives (n, columns) for n training rows, evenly chosen from `all`. */
static egad_status of_training_rows(egad_detector *d, const egad_dataset *data,
                                    const size_t *rows, size_t all, size_t n,
                                    unsigned wanted, float *out, size_t columns)
{
    egad_status status = EGAD_OK;
    egad_infer *infer = NULL;
    const size_t X = d->columns,
                 some_rows = n < CALIBRATION_BATCH ? n : CALIBRATION_BATCH;
    const size_t batch = egad_score_bulk(d, some_rows);
    float *x = NULL;
    NEW(x, batch * X);
    TRY(egad_infer_new(&infer, d, wanted, batch));
    for (size_t i = 0; i < n; i += batch) {
        const size_t some = n - i < batch ? n - i : batch;
        for (size_t r = 0; r < some; r++)
            memcpy(x + r * X, data->x + rows[(i + r) * all / n] * X, X * sizeof *x);
        TRY(egad_infer_run(infer, x, some, out + i * columns));
    }
done:
    egad_infer_free(infer);
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

static void exchange(egad_calibration *a, egad_calibration *b)
{
    const egad_calibration c = *a;
    *a = *b;
    *b = c;
}

egad_status egad_score_calibrate(egad_detector *d, const egad_dataset *data)
{
    egad_status status = EGAD_OK;
    size_t *rows = NULL, all = 0;
    float *evidence = NULL, *terms = NULL;
    egad_calibration made = { 0 };
    const size_t E = egad_detector_evidence(d);
    if (E == 0 || E > EVIDENCE_MOST) /* no encoder, or no combined score */
        return EGAD_OK;
    TRY(egad_detector_check(d, data));
    TRY(egad_dataset_select(data, EGAD_TRAIN, &rows, &all));
    const size_t n = all < CALIBRATION_ROWS ? all : CALIBRATION_ROWS;
    if (n == 0)
        FAIL(DATA, "the data has no training rows to calibrate on");
    NEW(evidence, n * E);
    NEW(terms, n * TERMS);
    TRY(of_training_rows(d, data, rows, all, n, INFER_EVIDENCE, evidence, E));
    TRY(egad_calibrate_fit(&made, evidence, n, E));
    exchange(&d->calibration, &made); /* terms are measured with the new one */
    status = of_training_rows(d, data, rows, all, n, INFER_TERMS, terms, TERMS);
    if (status == EGAD_OK)
        measure_logarithms(&d->calibration, terms, n);
    else
        exchange(&d->calibration, &made);
done:
    egad_calibrate_clear(&made);
    free(rows);
    free(evidence);
    free(terms);
    return status;
}

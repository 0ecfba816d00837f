/* A(x): the terms of a score on the device, their sum on the host. */
#include "score.h"

#include "pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BULK = 2048,             /* rows of a chunk of egad_score_rows */
    CALIBRATION_ROWS = 20000 /* training rows that terms are measured on, at most */
};

static const egad_tensor none = { 0 };

/* Launches for n rows. */
typedef struct {
    size_t n;
    egad_plan *plan;
} prepared;

struct egad_scorer {
    egad_detector *detector;
    unsigned wanted; /* bit k: term k */
    double alpha;
    egad_score_kind kind;
    size_t batch;
    egad_tensor x, z, rebuilt, hidden, hidden_rebuilt, terms;
    egad_pass e, g, dx, dz, dxz, dx_rebuilt, dz_rebuilt, dxz_rebuilt;
    prepared full, rest; /* of `batch` rows, and of the last odd number of rows */
    float *host;         /* (batch, TERMS) */
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

static egad_score_kind resolve(const egad_detector *d, egad_score_kind kind)
{
    if (kind != EGAD_SCORE_DEFAULT)
        return kind;
    return d->recipe.combined ? EGAD_SCORE_COMBINED : EGAD_SCORE_SIGMA;
}

/* The terms that COMBINED adds. */
static const int combined[] = { TERM_L1, TERM_SIGMA, TERM_FM };

static unsigned wanted_terms(const egad_detector *d, egad_score_kind kind)
{
    switch (kind) {
    case EGAD_SCORE_FM:
        return 1u << TERM_L1 | 1u << TERM_FM;
    case EGAD_SCORE_COMBINED: {
        unsigned all = 0;
        for (size_t i = 0; i < sizeof combined / sizeof *combined; i++)
            all |= 1u << combined[i];
        return all;
    }
    case EGAD_SCORE_SIGMA:
    case EGAD_SCORE_DEFAULT:
        break;
    }
    return 1u << TERM_L1 |
           1u << (d->recipe.sigma_of_rebuilt ? TERM_SIGMA_REBUILT : TERM_SIGMA);
}

/* ---- Terms on the device ------------------------------------------------- */

/* D on (x, E(x)) or on (G(E(x)), E(x)). */
static egad_status reserve_d(egad_scorer *s, egad_tensor x, egad_tensor *hidden,
                             egad_pass *dx, egad_pass *dz, egad_pass *dxz)
{
    egad_status status = EGAD_OK;
    egad_device *device = s->detector->device;
    egad_net *D = s->detector->net[NET_D];
    const size_t a = D->layer[D->first[SECTION_DX] + D->count[SECTION_DX] - 1].O;
    const size_t b = D->layer[D->first[SECTION_DZ] + D->count[SECTION_DZ] - 1].O;
    TRY(egad_tensor_new(hidden, device, s->batch, a + b));
    TRY(egad_pass_new(dx, device, D, SECTION_DX, x, egad_tensor_columns(*hidden, 0, a), 0,
                      NULL));
    TRY(egad_pass_new(dz, device, D, SECTION_DZ, s->z, egad_tensor_columns(*hidden, a, b),
                      0, NULL));
    TRY(egad_pass_new(dxz, device, D, SECTION_DXZ, *hidden, none, 0, NULL));
done:
    return status;
}

static int wants(const egad_scorer *s, int term)
{
    return (s->wanted >> term & 1u) != 0;
}

static int wants_real(const egad_scorer *s)
{
    return wants(s, TERM_SIGMA) || wants(s, TERM_FM);
}

static int wants_rebuilt(const egad_scorer *s)
{
    return wants(s, TERM_SIGMA_REBUILT) || wants(s, TERM_FM);
}

static egad_status reserve(egad_scorer *s)
{
    egad_status status = EGAD_OK;
    egad_detector *d = s->detector;
    egad_device *device = d->device;
    TRY(egad_tensor_new(&s->x, device, s->batch, d->columns));
    TRY(egad_tensor_new(&s->z, device, s->batch, (size_t)d->model->z_dim));
    TRY(egad_tensor_new(&s->rebuilt, device, s->batch, d->columns));
    TRY(egad_tensor_new(&s->terms, device, s->batch, TERMS));
    TRY(egad_pass_new(&s->e, device, d->net[NET_E], 0, s->x, s->z, 0, NULL));
    TRY(egad_pass_new(&s->g, device, d->net[NET_G], 0, s->z, s->rebuilt, 0, NULL));
    if (wants_real(s))
        TRY(reserve_d(s, s->x, &s->hidden, &s->dx, &s->dz, &s->dxz));
    if (wants_rebuilt(s))
        TRY(reserve_d(s, s->rebuilt, &s->hidden_rebuilt, &s->dx_rebuilt, &s->dz_rebuilt,
                      &s->dxz_rebuilt));
    NEW(s->host, s->batch * TERMS);
done:
    return status;
}

/* The same pass for its first n rows. */
static egad_status forward(const egad_pass *pass, egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    egad_pass some = *pass;
    egad_tensor *y = NULL;
    NEW(y, pass->n);
    for (size_t i = 0; i < pass->n; i++)
        y[i] = egad_tensor_rows(pass->y[i], 0, n);
    some.x = egad_tensor_rows(pass->x, 0, n);
    some.y = y;
    TRY(egad_pass_forward(&some, plan, pass->net->ema, 1, 0));
done:
    free(y);
    return status;
}

/* D's three sections in turn. */
static egad_status forward_d(const egad_pass *dx, const egad_pass *dz,
                             const egad_pass *dxz, egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    TRY(forward(dx, plan, n));
    TRY(forward(dz, plan, n));
    TRY(forward(dxz, plan, n));
done:
    return status;
}

static egad_status prepare(egad_scorer *s, prepared *p, size_t n)
{
    egad_status status = EGAD_OK;
    egad_detector *d = s->detector;
    const egad_tensor x = egad_tensor_rows(s->x, 0, n), terms = s->terms;
    if (p->n == n)
        return EGAD_OK;
    egad_plan_free(p->plan);
    *p = (prepared){ 0 };
    TRY(egad_plan_new(&p->plan, d->device, "score"));
    if (d->recipe.scaling != SCALE_NONE)
        TRY(egad_pointwise_scale(p->plan, "rows", x, d->fit_on, egad_detector_limit(d)));
    TRY(forward(&s->e, p->plan, n));
    TRY(forward(&s->g, p->plan, n));
    if (wants_real(s))
        TRY(forward_d(&s->dx, &s->dz, &s->dxz, p->plan, n));
    if (wants_rebuilt(s))
        TRY(forward_d(&s->dx_rebuilt, &s->dz_rebuilt, &s->dxz_rebuilt, p->plan, n));
    TRY(egad_terms_distance(p->plan, "reconstruction", terms, x,
                            egad_tensor_rows(s->rebuilt, 0, n), TERM_L1, TERM_L2));
    if (wants(s, TERM_SIGMA))
        TRY(egad_terms_sigma(p->plan, "sigma", terms,
                             egad_tensor_rows(egad_pass_output(&s->dxz), 0, n),
                             TERM_SIGMA));
    if (wants(s, TERM_SIGMA_REBUILT))
        TRY(egad_terms_sigma(p->plan, "sigma of the rebuilt", terms,
                             egad_tensor_rows(egad_pass_output(&s->dxz_rebuilt), 0, n),
                             TERM_SIGMA_REBUILT));
    if (wants(s, TERM_FM))
        TRY(egad_terms_distance(
            p->plan, "features", terms,
            egad_tensor_rows(egad_pass_features(&s->dxz), 0, n),
            egad_tensor_rows(egad_pass_features(&s->dxz_rebuilt), 0, n), TERM_FM, -1));
    if (wants(s, TERM_LATENT))
        TRY(egad_terms_distance(p->plan, "latent", terms, egad_tensor_rows(s->z, 0, n),
                                none, -1, TERM_LATENT));
    p->n = n;
done:
    return status;
}

/* Lay the weights out for scoring. */
static egad_status pack(egad_scorer *s)
{
    egad_status status = EGAD_OK;
    egad_plan *plan = NULL;
    TRY(egad_plan_new(&plan, s->detector->device, "pack"));
    for (int k = 0; k < NETS; k++)
        TRY(egad_net_pack_forward(s->detector->net[k], plan, s->detector->net[k]->ema));
    TRY(egad_plan_run(plan));
    TRY(egad_device_finish(s->detector->device));
done:
    egad_plan_free(plan);
    return status;
}

static egad_status new_scorer(egad_scorer **out, egad_detector *d, unsigned wanted,
                              size_t batch)
{
    egad_status status = EGAD_OK;
    egad_scorer *s = NULL;
    *out = NULL;
    if (!d->net[NET_E])
        FAIL(ARGUMENT,
             "%s has no encoder: its scores need AnoGAN's search, which this "
             "version does not have; train kdd-bigan",
             d->model->name);
    if (batch == 0)
        FAIL(ARGUMENT, "a batch to score needs at least one row");
    NEW(s, 1);
    s->detector = d;
    s->wanted = wanted;
    s->batch = batch;
    TRY(reserve(s));
    TRY(pack(s));
    TRY(prepare(s, &s->full, batch));
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
    egad_pass *const passes[] = {
        &s->e,   &s->g,          &s->dx,         &s->dz,
        &s->dxz, &s->dx_rebuilt, &s->dz_rebuilt, &s->dxz_rebuilt
    };
    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++)
        egad_pass_free(passes[i]);
    egad_tensor *const tensors[] = {
        &s->x, &s->z, &s->rebuilt, &s->hidden, &s->hidden_rebuilt, &s->terms
    };
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        egad_tensor_free(tensors[i]);
    egad_plan_free(s->full.plan);
    egad_plan_free(s->rest.plan);
    free(s->host);
    free(s);
}

/* The terms of n <= batch rows, to `terms` (n, TERMS). */
static egad_status run(egad_scorer *s, const float *x, size_t n, float *terms)
{
    egad_status status = EGAD_OK;
    prepared *p = n == s->batch ? &s->full : &s->rest;
    TRY(prepare(s, p, n));
    TRY(egad_tensor_write(s->detector->device, egad_tensor_rows(s->x, 0, n), x));
    TRY(egad_plan_run(p->plan));
    TRY(egad_tensor_read(s->detector->device, egad_tensor_rows(s->terms, 0, n), terms));
done:
    return status;
}

/* ---- Terms to scores ----------------------------------------------------- */

static float combine(const egad_scorer *s, const float *terms)
{
    const egad_calibration *c = s->detector->calibration;
    const double rest = 1.0 - s->alpha;
    double sum = 0.0;
    switch (s->kind) {
    case EGAD_SCORE_FM:
        return (float)(s->alpha * terms[TERM_L1] + rest * terms[TERM_FM]);
    case EGAD_SCORE_COMBINED:
        for (size_t i = 0; i < sizeof combined / sizeof *combined; i++) {
            const int k = combined[i];
            sum += (log((double)terms[k] + 1e-12) - c[k].mean) / c[k].deviation;
        }
        return (float)sum;
    case EGAD_SCORE_SIGMA:
    case EGAD_SCORE_DEFAULT:
        break;
    }
    return (float)(s->alpha * terms[TERM_L1] +
                   rest * terms[s->detector->recipe.sigma_of_rebuilt ? TERM_SIGMA_REBUILT
                                                                     : TERM_SIGMA]);
}

egad_status egad_score_new(egad_scorer **out, egad_detector *detector,
                           egad_score_kind kind, double alpha, size_t batch)
{
    egad_status status = EGAD_OK;
    *out = NULL;
    kind = resolve(detector, kind);
    if (!(alpha >= 0.0 && alpha <= 1.0))
        FAIL(ARGUMENT, "alpha is %g; it is a weight between 0 and 1", alpha);
    if (kind == EGAD_SCORE_COMBINED && detector->net[NET_E] && !detector->calibrated)
        FAIL(DATA,
             "the combined score needs terms measured on training rows, and this model "
             "has none; score with sigma or fm, or train on");
    TRY(new_scorer(out, detector, wanted_terms(detector, kind), batch));
    (*out)->kind = kind;
    (*out)->alpha = alpha;
done:
    return status;
}

egad_status egad_score_run(egad_scorer *s, const float *x, size_t rows, float *scores)
{
    egad_status status = EGAD_OK;
    const size_t X = s->detector->columns;
    for (size_t i = 0; i < rows; i += s->batch) {
        const size_t n = rows - i < s->batch ? rows - i : s->batch;
        TRY(run(s, x + i * X, n, s->host));
        for (size_t r = 0; r < n; r++)
            scores[i + r] = combine(s, s->host + r * TERMS);
    }
done:
    return status;
}

egad_status egad_score_rows(egad_detector *detector, const float *x, size_t rows,
                            egad_score_kind kind, double alpha, float *scores)
{
    egad_status status = EGAD_OK;
    egad_scorer *s = NULL;
    if (rows == 0)
        return EGAD_OK;
    TRY(egad_score_new(&s, detector, kind, alpha, rows < BULK ? rows : BULK));
    TRY(egad_score_run(s, x, rows, scores));
done:
    egad_score_free(s);
    return status;
}

egad_status egad_score_terms(egad_detector *detector, const float *x, size_t rows,
                             float *terms)
{
    egad_status status = EGAD_OK;
    egad_scorer *s = NULL;
    const size_t batch = rows < BULK ? rows : BULK;
    TRY(new_scorer(&s, detector, (1u << TERMS) - 1u, batch));
    for (size_t i = 0; i < rows; i += batch)
        TRY(run(s, x + i * detector->columns, rows - i < batch ? rows - i : batch,
                terms + i * TERMS));
done:
    egad_score_free(s);
    return status;
}

/* ---- Calibration --------------------------------------------------------- */

egad_status egad_score_calibrate(egad_detector *d, const egad_dataset *data)
{
    egad_status status = EGAD_OK;
    size_t *rows = NULL, all = 0;
    float *x = NULL, *terms = NULL;
    if (!d->net[NET_E]) /* a latent search has nothing to be calibrated in advance */
        return EGAD_OK;
    TRY(egad_detector_check(d, data));
    TRY(egad_dataset_select(data, EGAD_TRAIN, &rows, &all));
    const size_t X = d->columns, n = all < CALIBRATION_ROWS ? all : CALIBRATION_ROWS;
    if (n == 0)
        FAIL(DATA, "the data has no training rows to calibrate on");
    NEW(x, n * X);
    NEW(terms, n * TERMS);
    for (size_t i = 0; i < n; i++)
        memcpy(x + i * X, data->x + rows[i * all / n] * X, X * sizeof *x);
    TRY(egad_score_terms(d, x, n, terms));
    for (int k = 0; k < TERMS; k++) {
        double sum = 0.0, squares = 0.0;
        for (size_t i = 0; i < n; i++)
            sum += log((double)terms[i * TERMS + (size_t)k] + 1e-12);
        for (size_t i = 0; i < n; i++) {
            const double v = log((double)terms[i * TERMS + (size_t)k] + 1e-12);
            squares += (v - sum / (double)n) * (v - sum / (double)n);
        }
        d->calibration[k].mean = sum / (double)n;
        d->calibration[k].deviation = fmax(sqrt(squares / (double)n), 1e-6);
    }
    d->calibrated = 1;
done:
    free(rows);
    free(x);
    free(terms);
    return status;
}

/* ---- Scores as a file ---------------------------------------------------- */

egad_status egad_score_save(const char *path, const float *scores, const size_t *row,
                            const unsigned char *y, size_t n, egad_score_kind kind,
                            double alpha)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    uint64_t *rows = NULL;
    NEW(rows, n);
    for (size_t i = 0; i < n; i++)
        rows[i] = row ? row[i] : i;
    TRY(egad_h5_create(&file, path));
    TRY(egad_h5_write_text(file, "/", "format", "egad-scores"));
    TRY(egad_h5_write_count(file, "/", "format_version", 1));
    TRY(egad_h5_write_text(file, "/", "score", egad_score_name(kind)));
    TRY(egad_h5_write_number(file, "/", "alpha", alpha));
    TRY(egad_h5_write(file, "/score", EGAD_H5_F32, 1, &n, scores));
    TRY(egad_h5_write(file, "/row", EGAD_H5_U64, 1, &n, rows));
    if (y)
        TRY(egad_h5_write(file, "/y", EGAD_H5_U8, 1, &n, y));
    TRY(egad_h5_commit(file));
done:
    free(rows);
    egad_h5_close(file);
    return status;
}

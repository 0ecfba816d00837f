/* Terms and reconstructions of rows: by encode.c, by latent_search.c, or by a method
 * without networks. */
#include "reconstruct.h"

#include "encode.h"
#include "latent_search.h"

#include <stdlib.h>

enum {
    BULK = 32768,           /* rows on the device at once, by the encoder... */
    BULK_FLOATS = 1 << 24,  /* and floats, where rows or their layers are long */
    METHOD_FLOATS = 1 << 26 /* of rows that a method is given at once */
};

struct egad_reconstruct {
    egad_encode *infer; /* or, without an encoder, */
    egad_latent_search *search;
    float *terms, *z;      /* of a batch, in a search for reconstructions */
    egad_detector *method; /* or the detector whose method is asked */
    int trained;           /* 1: rows are training rows, each left out */
    size_t batch;
    float *scaled, *own; /* (batch, columns), (batch, terms of the method) */
};

int egad_reconstruct_searches(const egad_detector *d)
{
    return egad_detector_finds_latent(d->model);
}

size_t egad_reconstruct_bulk(const egad_detector *d, size_t rows)
{
    if (egad_reconstruct_searches(d)) {
        const size_t most = egad_latent_search_bulk(d);
        return rows < most ? rows : most;
    }
    if (d->method) {
        const size_t most = METHOD_FLOATS / d->columns + 1;
        return rows < most ? rows : most;
    }
    const size_t layers = egad_encode_floats(d);
    const size_t most = BULK_FLOATS / (layers ? layers : d->columns) + 1;
    const size_t bulk = most < BULK ? most : BULK;
    return rows < bulk ? rows : bulk;
}

static egad_status method_new(egad_reconstruct *r, egad_detector *d, size_t batch)
{
    egad_status status = EGAD_OK;
    if (!d->fitted)
        FAIL(DATA, "%s is not fitted yet: train it to the end", d->model->name);
    r->method = d;
    r->batch = batch;
    NEW(r->scaled, batch * d->columns);
    NEW(r->own, batch * egad_method_terms(d->method));
done:
    return status;
}

egad_status egad_reconstruct_new(egad_reconstruct **out, egad_detector *d,
                                 const egad_formula *score, const egad_scoring *how,
                                 int rows, size_t batch)
{
    egad_status status = EGAD_OK;
    egad_reconstruct *r = NULL;
    *out = NULL;
    NEW(r, 1);
    if (rows && !d->method && !d->model->rebuilt)
        FAIL(ARGUMENT, "%s has no reconstruction to compare rows with", d->model->name);
    if (d->method) {
        TRY(method_new(r, d, batch));
    } else if (egad_reconstruct_searches(d)) {
        egad_search_course course;
        TRY(egad_latent_search_settle(&course, d, score, how));
        TRY(egad_latent_search_new(&r->search, d, &course, batch));
        NEW(r->terms, rows ? batch * TERMS : 0);
        NEW(r->z, rows ? batch * (size_t)d->model->z_dim : 0);
    } else {
        TRY(egad_encode_new(&r->infer, d, rows ? INFER_REBUILT : score->terms, batch));
    }
    *out = r;
    r = NULL;
done:
    egad_reconstruct_free(r);
    return status;
}

void egad_reconstruct_free(egad_reconstruct *r)
{
    if (!r)
        return;
    egad_encode_free(r->infer);
    egad_latent_search_free(r->search);
    free(r->terms);
    free(r->z);
    free(r->scaled);
    free(r->own);
    free(r);
}

void egad_reconstruct_trained(egad_reconstruct *r)
{
    r->trained = 1;
}

/* Terms of the method, to the columns of the model's terms. */
static egad_status method_terms(egad_reconstruct *r, const float *x, size_t rows,
                                float *terms)
{
    egad_status status = EGAD_OK;
    const egad_detector *d = r->method;
    const size_t n = egad_method_terms(d->method);
    for (size_t i = 0; i < rows; i += r->batch) {
        const size_t some = rows - i < r->batch ? rows - i : r->batch;
        egad_detector_scale_rows(d, r->scaled, x + i * d->columns, some);
        TRY(d->method->terms(d->fitted, r->scaled, some, r->trained, r->own));
        for (size_t row = 0; row < some; row++)
            for (size_t k = 0; d->model->terms[k].name; k++)
                terms[(i + row) * TERMS + k] =
                    r->own[row * n + (size_t)d->model->terms[k].kind];
    }
done:
    return status;
}

egad_status egad_reconstruct_terms(egad_reconstruct *r, const float *x, size_t rows,
                                   float *terms)
{
    if (r->method)
        return method_terms(r, x, rows, terms);
    return r->infer ? egad_encode_run(r->infer, x, rows, terms)
                    : egad_latent_search_run(r->search, x, rows, terms, NULL);
}

egad_status egad_reconstruct_rows(egad_reconstruct *r, const float *x, size_t rows,
                                  float *scaled, float *rebuilt, float *z)
{
    egad_status status = EGAD_OK;
    if (r->method) {
        egad_detector_scale_rows(r->method, scaled, x, rows);
        return r->method->method->rebuild(r->method->fitted, scaled, rows, rebuilt);
    }
    if (r->infer)
        return egad_encode_rebuild(r->infer, x, rows, scaled, rebuilt, z);
    float *found = z ? z : r->z;
    TRY(egad_latent_search_run(r->search, x, rows, r->terms, found));
    TRY(egad_latent_search_rebuild(r->search, x, found, rows, scaled, rebuilt));
done:
    return status;
}

egad_status egad_reconstruct_profile(egad_reconstruct *r, const float *x, int times,
                                     egad_profile **list, size_t *n)
{
    egad_status status = EGAD_OK;
    if (r->method)
        FAIL(ARGUMENT, "%s has no profile: its launches depend on the rows",
             r->method->model->name);
    return r->infer ? egad_encode_profile(r->infer, x, times, list, n)
                    : egad_latent_search_profile(r->search, x, times, list, n);
done:
    return status;
}

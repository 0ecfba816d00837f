/* Terms and reconstructions of rows: by encode.c, by latent_search.c, or by a method
 * without networks. */
#include "reconstruct.h"

#include "encode.h"
#include "fitted.h"
#include "latent_search.h"

#include <stdlib.h>

enum {
    BULK = 32768,           /* rows on the device at once, by the encoder... */
    BULK_FLOATS = 1 << 24,  /* and floats, where rows or their layers are long */
    METHOD_FLOATS = 1 << 26 /* of rows, without networks */
};

struct egad_reconstruct {
    egad_encode *infer; /* or, without an encoder, */
    egad_latent_search *search;
    float *terms, *z; /* of a batch, in a search for reconstructions */
    egad_detector *detector;
    unsigned wanted; /* terms */
    int trained;     /* 1: rows are training rows, each left out */
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
    if (!d->model->networks) {
        const size_t most = METHOD_FLOATS / d->columns + 1;
        return rows < most ? rows : most;
    }
    const size_t layers = egad_encode_floats(d);
    const size_t most = BULK_FLOATS / (layers ? layers : d->columns) + 1;
    const size_t bulk = most < BULK ? most : BULK;
    return rows < bulk ? rows : bulk;
}

egad_status egad_reconstruct_new(egad_reconstruct **out, egad_detector *d,
                                 const egad_formula *score, const egad_scoring *how,
                                 int rows, size_t batch)
{
    egad_status status = EGAD_OK;
    egad_reconstruct *r = NULL;
    *out = NULL;
    NEW(r, 1);
    r->detector = d;
    r->wanted = score->terms;
    if (rows && d->model->networks && !d->model->rebuilt)
        FAIL(ARGUMENT, "%s has no reconstruction to compare rows with", d->model->name);
    if (!d->model->networks) {
        if (!d->fitted[0].fitted)
            FAIL(DATA, "%s is not fitted yet: train it to the end", d->model->name);
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
    free(r);
}

int egad_reconstruct_trained(egad_reconstruct *r, int trained)
{
    /* Rows that nobody sorted train, and are scored afterwards. */
    r->trained = trained || r->detector->recipe.contamination > 0.0;
    return r->trained;
}

egad_status egad_reconstruct_terms(egad_reconstruct *r, const float *x, size_t rows,
                                   float *terms)
{
    egad_status status = EGAD_OK;
    if (r->infer)
        TRY(egad_encode_run(r->infer, x, rows, terms));
    if (r->search)
        TRY(egad_latent_search_run(r->search, x, rows, terms, NULL));
    TRY(egad_fitted_run(r->detector, r->wanted, x, rows, r->trained, terms));
done:
    return status;
}

egad_status egad_reconstruct_rows(egad_reconstruct *r, const float *x, size_t rows,
                                  float *scaled, float *rebuilt, float *z)
{
    egad_status status = EGAD_OK;
    if (!r->detector->model->networks) {
        const egad_fitted *f = &r->detector->fitted[0];
        egad_detector_scale_rows(r->detector, scaled, x, rows);
        return f->method->rebuild(f->fitted, scaled, rows, r->trained, rebuilt);
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
    if (!r->detector->model->networks)
        FAIL(ARGUMENT, "%s has no profile: its launches depend on the rows",
             r->detector->model->name);
    return r->infer ? egad_encode_profile(r->infer, x, times, list, n)
                    : egad_latent_search_profile(r->search, x, times, list, n);
done:
    return status;
}

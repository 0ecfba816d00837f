/* Which training rows a contaminated training leaves out: in three rounds, those of the
 * lowest density among the rows left (models/density.c). */
#include "detector_inside.h"

#include "fitted.h"
#include "score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 8192 /* rows whose terms are computed at once */ };

typedef struct {
    double unusual;
    size_t row;
} ranked;

static int by_unusual(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->unusual != y->unusual)
        return x->unusual < y->unusual ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static int by_row(const void *a, const void *b)
{
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return x < y ? -1 : x > y;
}

/* terms (n, TERMS) of the rows, each as if it had been left out. */
static egad_status run(egad_detector *d, const egad_dataset *data, const ranked *rows,
                       size_t n, float *terms)
{
    egad_status status = EGAD_OK;
    const size_t C = d->columns, piece = n < PIECE ? n : PIECE;
    float *x = NULL;
    NEW(x, piece * C);
    for (size_t i = 0; i < n; i += piece) {
        const size_t some = n - i < piece ? n - i : piece;
        for (size_t r = 0; r < some; r++)
            memcpy(x + r * C, data->x + rows[i + r].row * C, C * sizeof *x);
        TRY(egad_fitted_run(d, egad_fitted_terms(d), x, some, 1, terms + i * TERMS));
    }
done:
    free(x);
    return status;
}

/* Rank n rows by how unusual each is among them, the most usual first. */
static egad_status rank(egad_detector *d, const egad_dataset *data, ranked *rows,
                        size_t n)
{
    egad_status status = EGAD_OK;
    const egad_formula score = egad_score_formula(d, 0);
    size_t *all = NULL;
    float *terms = NULL;
    NEW(all, n);
    NEW(terms, n * TERMS);
    for (size_t i = 0; i < n; i++)
        all[i] = rows[i].row;
    qsort(all, n, sizeof *all, by_row);
    for (size_t i = 0; i < n; i++)
        rows[i].row = all[i];
    TRY(egad_fitted_fit(d, data, all, n));
    TRY(run(d, data, rows, n, terms));
    TRY(egad_score_logarithms(&d->calibration, egad_fitted_terms(d), terms, n));
    for (size_t i = 0; i < n; i++)
        rows[i].unusual = egad_score_mean(d, &score, terms + i * TERMS);
    qsort(rows, n, sizeof *rows, by_unusual);
done:
    free(all);
    free(terms);
    return status;
}

egad_status egad_detector_trim(size_t **out, size_t *found, egad_device *device,
                               const egad_dataset *data, const size_t *rows, size_t n,
                               double contamination)
{
    egad_status status = EGAD_OK;
    egad_detector *d = NULL;
    ranked *left = NULL;
    size_t *trimmed = NULL, trims = 0, some;
    *out = NULL;
    NEW(left, n);
    NEW(trimmed, n);
    for (size_t i = 0; i < n; i++)
        left[i].row = rows[i];
    TRY(egad_detector_build(&d, device, &egad_model_density, egad_model_density.recipes,
                            data->shape, &data->schema, data->protocol, 0));
    for (int round = 0; round < TRIM_ROUNDS; round++) {
        some = egad_detector_trim_round(contamination, n);
        if (some)
            TRY(rank(d, data, left, n));
        for (n -= some; some; some--)
            trimmed[trims++] = left[n + some - 1].row;
    }
    qsort(trimmed, trims, sizeof *trimmed, by_row);
    *out = trimmed;
    *found = trims;
    trimmed = NULL;
done:
    egad_detector_free(d);
    free(left);
    free(trimmed);
    return status;
}

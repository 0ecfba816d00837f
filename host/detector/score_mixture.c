/* The mixture of all training rows, by which a model's energy scores rows. */
#include "encode.h"
#include "score.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 4096 };

/* Add n rows (n, d + K) of z and logits. */
static void add(egad_mixture_sums *s, const float *rows, size_t n)
{
    const size_t width = s->d + s->K;
    for (size_t i = 0; i < n; i++)
        egad_mixture_add(s, rows + i * width, rows + i * width + s->d, 1);
}

egad_status egad_score_calibrate_mixture(egad_detector *d, const egad_dataset *data)
{
    egad_status status = EGAD_OK;
    size_t *rows = NULL, n = 0;
    float *x = NULL, *out = NULL;
    egad_encode *infer = NULL;
    egad_calibration made = { 0 };
    egad_mixture_sums sums = { 0 };
    TRY(egad_detector_check(d, data));
    TRY(egad_detector_select(d, data, 0, &rows, &n));
    if (n == 0)
        FAIL(DATA, "cannot fit a mixture: the data has no training rows");
    const size_t X = d->columns, batch = n < BATCH ? n : BATCH;
    TRY(egad_encode_new(&infer, d, INFER_MIXTURE, batch));
    egad_score_mixed(d, &sums.d, &sums.K);
    NEW(x, batch * X);
    NEW(out, batch * (sums.d + sums.K));
    NEW(made.mixture, 1);
    for (size_t i = 0; i < n; i += batch) {
        const size_t some = n - i < batch ? n - i : batch;
        for (size_t r = 0; r < some; r++)
            memcpy(x + r * X, data->x + rows[i + r] * X, X * sizeof *x);
        TRY(egad_encode_run(infer, x, some, out));
        add(&sums, out, some);
    }
    TRY(egad_mixture_of_sums(made.mixture, &sums));
    for (int k = 0; k < TERMS; k++) {
        made.floor[k] = CALIBRATION_FLOOR;
        made.deviation_log[k] = 1.0;
    }
    made.rows = n;
    egad_calibrate_clear(&d->calibration);
    egad_detector_forget(d);
    d->calibration = made;
    made = (egad_calibration){ 0 };
done:
    egad_calibrate_clear(&made);
    egad_encode_free(infer);
    free(rows);
    free(x);
    free(out);
    return status;
}

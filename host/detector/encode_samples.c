/* Terms that average over samples of noise, for both ways of encode.c. */
#include "encode_inside.h"

#include "device/rng.h"

#include <stdlib.h>
#include <string.h>

int egad_encode_density(const egad_term *term)
{
    switch (term->kind) {
    case TERM_ROOT:
        return DENSITY_DISTANCE;
    case TERM_DIVERGENCE:
        return DENSITY_DIVERGENCE;
    case TERM_GAUSSIAN:
        return DENSITY_GAUSSIAN;
    case TERM_BERNOULLI:
        return DENSITY_BERNOULLI;
    case TERM_HALF_SQUARES:
        return DENSITY_HALF_SQUARES;
    case TERM_MINUS_SUM:
        return DENSITY_MINUS_SUM;
    default:
        return -1;
    }
}

void egad_encode_values_of(const egad_term *term, int of[3])
{
    const int n = egad_graph_term_arguments(term),
              m = term->kind != TERM_DIVERGENCE && n > 1;
    of[0] = m ? term->of[0] : -1;
    of[1] = term->of[m];
    of[2] = n > m + 1 ? term->of[m + 1] : -1;
}

/* By the detector's seed: its scores are the same wherever they are computed, as noise
 * is made on the host. */
egad_status egad_encode_draw(const egad_detector *d, size_t samples, float **out)
{
    egad_status status = EGAD_OK;
    const size_t Z = (size_t)d->model->z_dim;
    NEW(*out, samples * Z);
    for (size_t i = 0; i < samples && !d->noise; i++)
        egad_rng_noise(d->seed, 0, (uint32_t)i, STREAM_SAMPLES, Z, *out + i * Z);
    if (d->noise)
        memcpy(*out, d->noise, samples * Z * sizeof **out);
done:
    return status;
}

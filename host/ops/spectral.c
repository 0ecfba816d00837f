/* Spectral normalisation. */
#include "spectral.h"

#include "cl/shared.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { WG = 64 };      /* of sums within a group, and element by element */
enum { CHUNK = 256 };  /* rows of a partial sum */
enum { SHARE = 4096 }; /* elements of a partial sum */

static egad_launch launch(const char *label, const char *kernel, const char *options,
                          size_t local, size_t groups, double bytes)
{
    return (egad_launch){ .label = label,
                          .source = egad_cl_spectral,
                          .kernel = kernel,
                          .options = options,
                          .groups = { groups, 1 },
                          .local = local,
                          .bytes = bytes };
}

static const char *const grouped = "-DWG=64 -DVECTOR=1";

static egad_tensor vector_of(const egad_spectral *s)
{
    return egad_tensor_view(s->kept, SPECTRAL_NUMBERS, 1, s->R);
}

/* t = W u, and partial sums of t W. */
static egad_status products(egad_plan *plan, const char *label, const egad_spectral *s,
                            egad_tensor parts, size_t chunks)
{
    egad_status status = EGAD_OK;
    const egad_device *device = egad_plan_device(plan);
    const size_t vector = egad_device_vector(device), local = device->cpu ? 1 : WG;
    const egad_tensor t = vector_of(s);
    char wide[48];
    snprintf(wide, sizeof wide, "-DWG=1 -DVECTOR=%zu", vector);
    const char *options = device->cpu ? wide : grouped;
    const size_t columns = device->cpu ? vector : WG;
    egad_launch rows = launch(label, "spectral_rows", options, local, s->R,
                              egad_tensor_bytes(s->w)),
                sums = launch(label, "spectral_columns", options, local,
                              (s->O + columns - 1) / columns, egad_tensor_bytes(s->w));
    rows.flops = sums.flops = 2.0 * (double)s->R * (double)s->O;
    sums.groups[1] = chunks;
    TRY(ADD(plan, &rows, TENSOR(t), TENSOR(s->w), TENSOR(s->u), INT(s->O)));
    TRY(ADD(plan, &sums, TENSOR(parts), TENSOR(t), TENSOR(s->w), INT(s->R), INT(s->O),
            INT(CHUNK)));
done:
    return status;
}

egad_status egad_spectral_forward(egad_plan *plan, const char *label,
                                  const egad_spectral *s, egad_tensor to)
{
    egad_status status = EGAD_OK;
    const size_t chunks = (s->R + CHUNK - 1) / CHUNK, n = s->R * s->O;
    const egad_tensor t = vector_of(s);
    egad_tensor parts;
    TRY(egad_plan_scratch(plan, chunks * s->O, &parts));
    TRY(products(plan, label, s, parts, chunks));
    const egad_launch finish = launch(label, "spectral_finish", grouped, WG, 1,
                                      egad_tensor_bytes(parts)),
                      divide = launch(label, "spectral_divide", grouped, WG,
                                      (n + WG - 1) / WG, 2.0 * egad_tensor_bytes(s->w));
    TRY(ADD(plan, &finish, TENSOR(t), TENSOR(parts), TENSOR(s->u), TENSOR(s->kept),
            INT(s->R), INT(s->O), INT(chunks)));
    TRY(ADD(plan, &divide, TENSOR(to), TENSOR(s->w), TENSOR(s->kept), INT(n)));
done:
    return status;
}

egad_status egad_spectral_backward(egad_plan *plan, const char *label,
                                   const egad_spectral *s, egad_tensor g)
{
    egad_status status = EGAD_OK;
    const size_t n = s->R * s->O, count = (n + SHARE - 1) / SHARE;
    const egad_tensor v = vector_of(s);
    egad_tensor parts;
    TRY(egad_plan_scratch(plan, count, &parts));
    const egad_launch dot = launch(label, "spectral_dot", grouped, WG, count,
                                   2.0 * egad_tensor_bytes(s->w)),
                      share = launch(label, "spectral_share", grouped, WG, 1,
                                     egad_tensor_bytes(parts)),
                      gradient = launch(label, "spectral_gradient", grouped, WG,
                                        (n + WG - 1) / WG, 2.0 * egad_tensor_bytes(g));
    TRY(ADD(plan, &dot, TENSOR(parts), TENSOR(g), TENSOR(s->w), INT(n), INT(SHARE)));
    TRY(ADD(plan, &share, TENSOR(s->kept), TENSOR(parts), INT(count)));
    TRY(ADD(plan, &gradient, TENSOR(g), TENSOR(v), TENSOR(s->u), TENSOR(s->kept), INT(n),
            INT(s->O)));
done:
    return status;
}

egad_status egad_spectral_divide(float *w, const float *u, size_t R, size_t O)
{
    egad_status status = EGAD_OK;
    double *v = NULL, *s = NULL, length = 0.0, squares = 0.0;
    NEW(v, R);
    NEW(s, O);
    for (size_t r = 0; r < R; r++) {
        for (size_t j = 0; j < O; j++)
            v[r] += (double)w[r * O + j] * (double)u[j];
        length += v[r] * v[r];
    }
    for (size_t r = 0; r < R; r++)
        for (size_t j = 0; j < O; j++)
            s[j] +=
                v[r] / (sqrt(length) + (double)SPECTRAL_EPSILON) * (double)w[r * O + j];
    for (size_t j = 0; j < O; j++)
        squares += s[j] * s[j];
    const double sigma = squares / (sqrt(squares) + (double)SPECTRAL_EPSILON);
    for (size_t i = 0; i < R * O; i++)
        w[i] = (float)((double)w[i] / sigma);
done:
    free(v);
    free(s);
    return status;
}

/* Composes two convolutions with only a bias between them into one. */
#include "ops.h"

#include <stdio.h>

egad_conv2d_compose egad_conv2d_compose_of(const egad_conv2d *first,
                                           const egad_conv2d *second)
{
    egad_conv2d_compose j = { .first = *first, .second = *second, .joined = *second };
    j.joined.C = first->K * first->K * first->C + 1;
    return j;
}

size_t egad_conv2d_compose_weights(const egad_conv2d_compose *j)
{
    return j->joined.K * j->joined.K * j->joined.C * j->joined.O;
}

static egad_launch launch(const egad_plan *plan, char options[32], const char *label,
                          const char *kernel, size_t across, size_t down)
{
    snprintf(options, 32, "-DVECTOR=%zu", egad_device_vector(egad_plan_device(plan)));
    return (egad_launch){ .label = label,
                          .source = egad_cl_conv2d_compose,
                          .kernel = kernel,
                          .options = options,
                          .groups = { across, down },
                          .local = 1 };
}

egad_status egad_conv2d_compose_unfold(egad_plan *plan, const char *label,
                                       const egad_conv2d_compose *j, egad_tensor u,
                                       egad_tensor x)
{
    const egad_conv2d *g = &j->first;
    const size_t h = egad_conv2d_h(g), w = egad_conv2d_w(g);
    char options[32];
    egad_launch l = launch(plan, options, label, "join_unfold", x.n * h, 1);
    l.bytes = egad_tensor_bytes(u) + egad_tensor_bytes(x);
    return ADD(plan, &l, TENSOR(u), MATRIX(x), INT(g->H), INT(g->W), INT(g->C), INT(h),
               INT(w), INT(g->K), INT(g->S), INT(egad_conv2d_before(g->H, g)),
               INT(egad_conv2d_before(g->W, g)));
}

/* Number of vectors in a row of the second kernel. */
static size_t columns(const egad_plan *plan, const egad_conv2d_compose *j)
{
    const size_t vector = egad_device_vector(egad_plan_device(plan));
    return (j->joined.O + vector - 1) / vector;
}

#define SIZES INT(j->joined.C), INT(j->first.O), INT(j->joined.O)

egad_status egad_conv2d_compose_kernel(egad_plan *plan, const char *label,
                                       const egad_conv2d_compose *j, egad_tensor joined,
                                       const egad_conv2d_compose_kernels *of)
{
    const egad_conv2d *g = &j->joined;
    char options[32];
    const egad_launch l =
        launch(plan, options, label, "join_kernel", g->K * g->K * g->C, columns(plan, j));
    return ADD(plan, &l, TENSOR(joined), TENSOR(of->w), INT(of->bias.offset),
               TENSOR(of->second), SIZES);
}

egad_status egad_conv2d_compose_gradients(egad_plan *plan, const char *label,
                                          const egad_conv2d_compose *j,
                                          const egad_conv2d_compose_kernels *d,
                                          egad_tensor djoined,
                                          const egad_conv2d_compose_kernels *of)
{
    egad_status status = EGAD_OK;
    const egad_conv2d *g = &j->joined;
    const size_t taps = g->K * g->K;
    char options[32];
    const egad_launch first =
                          launch(plan, options, label, "join_first", g->C, j->first.O),
                      second = launch(plan, options, label, "join_second",
                                      taps * j->first.O, columns(plan, j));
    TRY(ADD(plan, &first, TENSOR(d->w), INT(d->bias.offset), TENSOR(djoined),
            TENSOR(of->second), INT(taps), SIZES));
    TRY(ADD(plan, &second, TENSOR(d->second), TENSOR(of->w), INT(of->bias.offset),
            TENSOR(djoined), SIZES));
done:
    return status;
}

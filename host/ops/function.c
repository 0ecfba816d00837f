/* Functions of values without weights. */
#include "function.h"

#include "cl/shared.h"
#include "mixture_launch.h"

#include <assert.h>
#include <stdio.h>

int egad_function_arguments(int which)
{
    switch (which) {
    case FUNCTION_SAMPLE:
        return 3;
    case FUNCTION_GATED:
    case FUNCTION_ADD:
    case FUNCTION_FEATURES:
        return 2;
    default:
        return 1;
    }
}

size_t egad_function_width(int which, size_t columns)
{
    return which == FUNCTION_FEATURES ? 2 : columns;
}

/* A launch of a kernel of function.cl: a group per row. */
static egad_launch launch(const egad_plan *plan, const char *label, const char *kernel,
                          char options[48], size_t rows, double bytes)
{
    const egad_device *device = egad_plan_device(plan);
    const size_t local = device->cpu ? 1 : 64;
    snprintf(options, 48, "-DWG=%zu -DVECTOR=%zu", local,
             device->cpu ? egad_device_vector(device) : 1);
    return (egad_launch){ .label = label,
                          .source = egad_cl_function,
                          .kernel = kernel,
                          .options = options,
                          .groups = { rows, 1 },
                          .local = local,
                          .bytes = bytes };
}

/* Argument k; the first in place of one that the function does not have. */
static egad_tensor argument_of(int which, const egad_tensor *of, int k)
{
    return of[k < egad_function_arguments(which) ? k : 0];
}

egad_status egad_function_forward(egad_plan *plan, const char *label, int which,
                                  egad_tensor y, const egad_tensor *of)
{
    const egad_tensor b = argument_of(which, of, 1), c = argument_of(which, of, 2);
    char options[48];
    if (which == FUNCTION_FEATURES)
        return egad_mixture_features(plan, label, y, of[0], of[1]);
    const egad_launch l =
        launch(plan, label, "function_forward", options, y.n,
               (1 + egad_function_arguments(which)) * egad_tensor_bytes(y));
    assert(of[0].c == y.c && b.c == y.c && c.c == y.c);
    return ADD(plan, &l, MATRIX(y), MATRIX(of[0]), MATRIX(b), MATRIX(c), INT(y.c),
               INT(which));
}

egad_status egad_function_backward(egad_plan *plan, const char *label, int which,
                                   int argument, egad_tensor d, egad_tensor dy,
                                   const egad_tensor *of, const egad_activation *a,
                                   int add_to_d)
{
    const egad_tensor b = argument_of(which, of, 1), c = argument_of(which, of, 2);
    char options[48];
    assert(which != FUNCTION_FEATURES || argument == 1);
    if (which == FUNCTION_FEATURES)
        return egad_mixture_features_back(plan, label, d, dy, of[0], of[1], a, add_to_d);
    const egad_launch l =
        launch(plan, label, "function_backward", options, d.n,
               (2 + add_to_d + egad_function_arguments(which)) * egad_tensor_bytes(d));
    assert(d.n == dy.n && d.c == dy.c && of[0].c == d.c);
    return ADD(plan, &l, MATRIX(d), MATRIX(dy), MATRIX(of[0]), MATRIX(b), MATRIX(c),
               INT(d.c), INT(which), INT(argument), INT(a->act), FLOAT(a->slope),
               FLOAT(a->dropout), INT(add_to_d));
}

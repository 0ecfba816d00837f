/* Score terms: distances per row, and the cross-entropy of a logit. */
#include "ops.h"

#include <assert.h>
#include <stdio.h>

static egad_status add(egad_plan *plan, const char *label, const char *kernel,
                       size_t rows, int rowwise, double bytes, const egad_arg *args,
                       size_t n)
{
    const size_t local = egad_plan_device(plan)->cpu ? 1 : 32;
    char options[32];
    snprintf(options, sizeof options, "-DWG=%zu", local);
    const egad_launch launch = { .label = label,
                                 .source = egad_cl_terms,
                                 .kernel = kernel,
                                 .options = options,
                                 .groups = { rowwise ? rows : (rows + local - 1) / local,
                                             1 },
                                 .local = local,
                                 .bytes = bytes };
    return egad_plan_add(plan, &launch, args, n);
}

egad_status egad_terms_distance(egad_plan *plan, const char *label, egad_tensor terms,
                                egad_tensor a, egad_tensor b, int first, int second)
{
    const int difference = b.mem != NULL;
    const egad_tensor other = difference ? b : a;
    const egad_arg args[] = { MEM(terms.mem),  MATRIX(a),  MATRIX(other), INT(a.c),
                              INT(difference), INT(first), INT(second) };
    assert(terms.offset == 0);
    return add(plan, label, "terms_distance", a.n, 1,
               egad_tensor_bytes(a) + egad_tensor_bytes(b), args,
               sizeof args / sizeof *args);
}

egad_status egad_terms_sigma(egad_plan *plan, const char *label, egad_tensor terms,
                             egad_tensor logits, int which)
{
    const egad_arg args[] = { MEM(terms.mem), TENSOR(logits), INT(logits.n), INT(which) };
    assert(logits.stride == 1 && terms.offset == 0);
    return add(plan, label, "terms_sigma", logits.n, 0, egad_tensor_bytes(logits), args,
               sizeof args / sizeof *args);
}

egad_status egad_terms_distance_back(egad_plan *plan, const char *label, egad_tensor d,
                                     egad_tensor a, egad_tensor b, double weight,
                                     const egad_activation *activation, int add_to_d)
{
    const egad_arg args[] = { MATRIX(d),
                              MATRIX(a),
                              MATRIX(b),
                              INT(a.c),
                              FLOAT(weight),
                              INT(activation->act),
                              FLOAT(activation->slope),
                              INT(add_to_d) };
    assert(a.c == b.c && d.c == a.c && a.n == b.n && d.n == a.n);
    return add(plan, label, "terms_distance_back", a.n, 1,
               (2 + add_to_d) * egad_tensor_bytes(a) + egad_tensor_bytes(d), args,
               sizeof args / sizeof *args);
}

egad_status egad_terms_sigma_back(egad_plan *plan, const char *label, egad_tensor d,
                                  egad_tensor logits, double weight)
{
    const egad_arg args[] = { TENSOR(d), TENSOR(logits), INT(logits.n), FLOAT(weight) };
    assert(logits.stride == 1 && d.stride == 1 && d.n == logits.n);
    return add(plan, label, "terms_sigma_back", logits.n, 0,
               egad_tensor_bytes(d) + egad_tensor_bytes(logits), args,
               sizeof args / sizeof *args);
}

egad_status egad_terms_features(egad_plan *plan, const char *label, egad_tensor e,
                                egad_tensor a, egad_tensor b, egad_tensor mean)
{
    const egad_arg args[] = { MATRIX(e), MATRIX(a), MATRIX(b), TENSOR(mean), INT(a.c) };
    assert(a.c == b.c && e.c == 2 * a.c && mean.c == e.c);
    return add(plan, label, "terms_evidence", a.n, 1,
               egad_tensor_bytes(e) + egad_tensor_bytes(a) + egad_tensor_bytes(b), args,
               sizeof args / sizeof *args);
}

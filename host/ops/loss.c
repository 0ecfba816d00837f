/* Losses, their gradients, and the ring of losses. */
#include "ops.h"

#include <assert.h>
#include <stdio.h>

/* Append a launch of `groups` groups of a kernel of loss.cl. */
static egad_status add(egad_plan *plan, const char *label, const char *kernel,
                       size_t groups, double bytes, const egad_arg *args, size_t n)
{
    const size_t local = egad_plan_device(plan)->cpu ? 1 : 64;
    char options[32];
    snprintf(options, sizeof options, "-DWG=%zu", local);
    const egad_launch launch = { .label = label,
                                 .source = egad_cl_loss,
                                 .kernel = kernel,
                                 .options = options,
                                 .groups = { groups, 1 },
                                 .local = local,
                                 .bytes = bytes };
    return egad_plan_add(plan, &launch, args, n);
}

egad_status egad_loss_cross_entropy(egad_plan *plan, const char *label,
                                    egad_tensor dlogits, egad_tensor logits,
                                    egad_tensor ring, egad_random random,
                                    const egad_target *targets, size_t blocks,
                                    int add_to_d)
{
    const egad_target *second = &targets[blocks - 1];
    const egad_arg args[] = { TENSOR(dlogits),          TENSOR(logits),
                              INT(logits.n / blocks),   MEM(ring.mem),
                              MEM(random.clock),        FLOAT(targets[0].label),
                              FLOAT(targets[0].weight), INT(targets[0].slot),
                              FLOAT(second->label),     FLOAT(second->weight),
                              INT(second->slot),        INT(add_to_d) };
    assert(logits.stride == 1 && dlogits.stride == 1 && logits.n % blocks == 0);
    return add(plan, label, "loss_cross_entropy", blocks,
               egad_tensor_bytes(dlogits) + egad_tensor_bytes(logits), args,
               sizeof args / sizeof *args);
}

egad_status egad_loss_distance(egad_plan *plan, const char *label, egad_tensor a,
                               egad_tensor b, int squares, int by_column,
                               egad_tensor ring, egad_random random, int slot)
{
    const egad_arg args[] = { MATRIX(a),
                              MATRIX(b),
                              INT(a.n),
                              INT(a.c),
                              INT(a.n * (by_column ? a.c : 1)),
                              MEM(ring.mem),
                              MEM(random.clock),
                              INT(slot),
                              INT(squares) };
    assert(a.n == b.n && a.c == b.c);
    return add(plan, label, "loss_distance", 1, 2.0 * egad_tensor_bytes(a), args,
               sizeof args / sizeof *args);
}

egad_status egad_loss_distance_back(egad_plan *plan, const char *label, egad_tensor d,
                                    egad_tensor a, egad_tensor b, double weight,
                                    int squares, const egad_activation *activation,
                                    int add_to_d)
{
    const egad_arg args[] = { MATRIX(d),
                              MATRIX(a),
                              MATRIX(b),
                              INT(a.c),
                              FLOAT(weight),
                              INT(squares),
                              INT(activation->act),
                              FLOAT(activation->slope),
                              FLOAT(activation->dropout),
                              INT(add_to_d) };
    assert(a.c == b.c && d.c == a.c && a.n == b.n && d.n == a.n);
    return add(plan, label, "loss_distance_back", a.n,
               (3 + add_to_d) * egad_tensor_bytes(a), args, sizeof args / sizeof *args);
}

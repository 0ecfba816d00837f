/* Cross-entropy of logits, its gradient, and the ring of losses. */
#include "ops.h"

#include <assert.h>
#include <stdio.h>

egad_status egad_loss_cross_entropy(egad_plan *plan, const char *label,
                                    egad_tensor dlogits, egad_tensor logits,
                                    egad_tensor ring, egad_random random,
                                    const egad_target *targets, size_t halves)
{
    const size_t local = egad_plan_device(plan)->cpu ? 1 : 64;
    const egad_target *second = &targets[halves - 1];
    char options[32];
    assert(logits.stride == 1 && dlogits.stride == 1 && logits.n % halves == 0);
    snprintf(options, sizeof options, "-DWG=%zu", local);
    const egad_launch launch = { .label = label,
                                 .source = egad_cl_loss,
                                 .kernel = "loss_cross_entropy",
                                 .options = options,
                                 .groups = { halves, 1 },
                                 .local = local,
                                 .bytes = egad_tensor_bytes(dlogits) +
                                          egad_tensor_bytes(logits) };
    return ADD(plan, &launch, TENSOR(dlogits), TENSOR(logits), INT(logits.n / halves),
               MEM(ring.mem), MEM(random.clock), FLOAT(targets[0].label),
               INT(targets[0].slot), FLOAT(second->label), INT(second->slot));
}

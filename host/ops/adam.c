/* Adam, and the moving averages of the parameters. */
#include "ops.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

egad_status egad_adam_step(egad_plan *plan, const char *label, const egad_adam *a,
                           egad_random random)
{
    const int cpu = egad_plan_device(plan)->cpu;
    const size_t local = cpu ? 1 : 64, chunk = cpu ? 2048 : 1;
    char options[48];
    assert(a->w.offset == 0 && a->w.n == 1);
    snprintf(options, sizeof options, "-DWG=%zu -DCHUNK=%zu", local, chunk);
    const egad_launch launch = {
        .label = label,
        .source = egad_cl_adam,
        .kernel = "adam_step",
        .options = options,
        .groups = { (a->w.c + local * chunk - 1) / (local * chunk), 1 },
        .local = local,
        /* g is only read; the others are also written. */
        .bytes = (a->ema.mem ? 9.0 : 7.0) * egad_tensor_bytes(a->w)
    };
    return ADD(plan, &launch, MEM(a->w.mem), MEM(a->g.mem), MEM(a->m.mem), MEM(a->v.mem),
               MEM(a->ema.mem), INT(a->ema.mem != NULL), INT(a->w.c), MEM(a->rates.mem),
               MEM(random.clock), FLOAT(1.0 - a->beta1), FLOAT(1.0 - ADAM_BETA2),
               FLOAT(ADAM_EPSILON), FLOAT(1.0 - a->ema_decay));
}

double egad_adam_rate(double lr, double beta1, uint64_t t)
{
    const double n = (double)t + 1.0;
    return lr * sqrt(1.0 - pow(ADAM_BETA2, n)) / (1.0 - pow(beta1, n));
}

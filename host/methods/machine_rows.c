/* Rows of kernels of a machine's points with each other, computed when they are asked for
 * and kept while there is room. */
#include "machine_inside.h"

#include <stdlib.h>

struct egad_machine_rows {
    const egad_machine *machine;
    size_t slots, filled;
    float *kernel;  /* (slots, n): rows */
    size_t *slot;   /* (n): 1 + the slot of each row; 0: it has none */
    size_t *owner;  /* (slots): the row in each */
    uint64_t *used; /* (slots): when it was asked for last, */
    uint64_t clock; /* in calls */
};

egad_status egad_machine_rows_new(egad_machine_rows **out, egad_machine *machine,
                                  size_t bytes)
{
    egad_status status = EGAD_OK;
    const size_t n = machine->n, fit = bytes / (n * sizeof(float));
    egad_machine_rows *r = NULL;
    *out = NULL;
    NEW(r, 1);
    r->machine = machine;
    r->slots = fit < 2 ? 2 : fit < n ? fit : n;
    NEW(r->kernel, r->slots * n);
    NEW(r->slot, n);
    NEW(r->owner, r->slots);
    NEW(r->used, r->slots);
    *out = r;
    r = NULL;
done:
    egad_machine_rows_free(r);
    return status;
}

void egad_machine_rows_free(egad_machine_rows *r)
{
    if (!r)
        return;
    free(r->kernel);
    free(r->slot);
    free(r->owner);
    free(r->used);
    free(r);
}

static egad_status compute(const egad_machine *m, size_t i, float *kernel)
{
    egad_status status = EGAD_OK;
    egad_plan *plan = NULL;
    egad_radial of;
    TRY(egad_plan_new(&plan, m->device, "ocsvm"));
    TRY(egad_machine_products(m, plan, &of, egad_tensor_rows(m->point, i, 1),
                              egad_tensor_columns(m->radial.points, i, 1)));
    TRY(egad_radial_rows(plan, "kernels", &of));
    TRY(egad_plan_run(plan));
    TRY(egad_tensor_read(m->device, egad_tensor_columns(of.products, 0, m->n), kernel));
done:
    egad_plan_free(plan);
    return status;
}

/* A free slot, or that of the row asked for longest ago. */
static size_t make_room(egad_machine_rows *r)
{
    size_t oldest = 0;
    if (r->filled < r->slots)
        return r->filled++;
    for (size_t k = 1; k < r->slots; k++)
        if (r->used[k] < r->used[oldest])
            oldest = k;
    r->slot[r->owner[oldest]] = 0;
    return oldest;
}

egad_status egad_machine_row(egad_machine_rows *r, size_t i, const float **row)
{
    egad_status status = EGAD_OK;
    const size_t n = r->machine->n;
    if (!r->slot[i]) {
        const size_t k = make_room(r);
        TRY(compute(r->machine, i, r->kernel + k * n));
        r->slot[i] = k + 1;
        r->owner[k] = i;
    }
    r->used[r->slot[i] - 1] = ++r->clock;
    *row = r->kernel + (r->slot[i] - 1) * n;
done:
    return status;
}

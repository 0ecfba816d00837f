/* Numbers of rows that are sums over columns. */
#include "density.h"

#include "cl/shared.h"

#include <assert.h>
#include <stdio.h>

/* Append a launch of a kernel of density.cl. */
#define RUN(plan, label, kernel, groups, bytes, ...)                                     \
    egad_plan_add_groups((plan), egad_cl_density, (label), (kernel), (groups), (bytes),  \
                         (const egad_arg[]){ __VA_ARGS__ },                              \
                         sizeof((const egad_arg[]){ __VA_ARGS__ }) / sizeof(egad_arg))

/* The same with m in place of values that the kind does not have. */
static egad_density filled(const egad_density *of)
{
    egad_density all = *of;
    if (!all.x.mem)
        all.x = all.m;
    if (!all.l.mem)
        all.l = all.m;
    assert(all.x.c == all.m.c && all.l.c == all.m.c);
    return all;
}

static double bytes_of(const egad_density *of)
{
    return egad_tensor_bytes(of->x) + egad_tensor_bytes(of->m) + egad_tensor_bytes(of->l);
}

egad_status egad_density_rows(egad_plan *plan, const char *label, const egad_density *of,
                              egad_tensor to)
{
    const egad_density v = filled(of);
    assert(to.n == v.m.n);
    return RUN(plan, label, "density_rows", v.m.n, bytes_of(of), MATRIX(to), MATRIX(v.x),
               MATRIX(v.m), MATRIX(v.l), INT(v.m.c), INT(v.kind));
}

egad_status egad_density_loss(egad_plan *plan, const char *label, const egad_density *of,
                              egad_tensor ring, egad_random random, int slot)
{
    egad_status status = EGAD_OK;
    egad_tensor rows;
    TRY(egad_plan_scratch(plan, of->m.n, &rows));
    rows = egad_tensor_view(rows, 0, of->m.n, 1);
    TRY(egad_density_rows(plan, label, of, rows));
    TRY(egad_density_mean(plan, label, ring, random, slot, rows));
done:
    return status;
}

egad_status egad_density_mean(egad_plan *plan, const char *label, egad_tensor ring,
                              egad_random random, int slot, egad_tensor rows)
{
    assert(rows.c == 1 && (rows.n == 1 || rows.stride == 1));
    return RUN(plan, label, "density_mean", 1, egad_tensor_bytes(rows), MEM(ring.mem),
               MEM(random.clock), INT(slot), TENSOR(rows), INT(rows.n));
}

egad_status egad_density_back(egad_plan *plan, const char *label, const egad_density *of,
                              int of_l, egad_tensor d, double weight, int add_to_d)
{
    const egad_density v = filled(of);
    assert(d.n == v.m.n && d.c == v.m.c && v.kind < DENSITY_DISTANCE);
    return RUN(plan, label, "density_back", d.n,
               bytes_of(of) + (1 + add_to_d) * egad_tensor_bytes(d), MATRIX(d),
               MATRIX(v.x), MATRIX(v.m), MATRIX(v.l), INT(d.c), INT(v.kind), INT(of_l),
               FLOAT(weight), INT(add_to_d));
}

egad_status egad_density_average(egad_plan *plan, const char *label, egad_tensor terms,
                                 int which, egad_tensor samples, int logarithm)
{
    const size_t local = egad_plan_device(plan)->cpu ? 1 : 64;
    assert(terms.offset == 0);
    return RUN(plan, label, "density_average", (samples.n + local - 1) / local,
               egad_tensor_bytes(samples), MEM(terms.mem), INT(which), MATRIX(samples),
               INT(samples.n), INT(samples.c), INT(logarithm));
}

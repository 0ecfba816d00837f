/* Launches of the step lists of mlp.c. */
#include "mlp_inside.h"

#include "cl/shared.h"

#include <assert.h>
#include <stdio.h>

enum {
    GROUPS_PER_UNIT = 16, /* enough to balance the load of slow cores */
    PARTS_PER_UNIT = 4    /* likewise, but each group has its own gradients */
};
enum { ARG_X = 1, ARG_ROWS = 2 }; /* argument positions in both kernels */
enum {
    GROUP_BYTES = 32768, /* bytes of local memory that any device has per group */
    GROUP_STEPS = 65536, /* bytes of constant memory that any device has */
    GROUP_ROWS = 8,      /* at most */
    GROUP_COLUMNS = 256  /* local memory is rounded up to this: each size is a program */
};

/* Floats from row to row: 17 cache lines plus a multiple of 32, so that equal columns of
 * many rows spread over the cache; few distinct values, as each is a program. */
static size_t stride(const egad_mlp *m)
{
    enum { LINE = 16, UNIT = 32 * LINE, APART = 17 * LINE };
    size_t width = APART;
    while (width < m->most)
        width += UNIT;
    return width;
}

/* The most columns that fit a group of so many rows, beside a sum per item. */
static size_t group_room(const egad_mlp *m, size_t rows)
{
    const size_t local = m->device->local;
    const size_t columns = (local < GROUP_BYTES ? local : GROUP_BYTES) / 4 / rows;
    return columns > MLP_GROUP ? columns - MLP_GROUP : 0;
}

int egad_mlp_fits(const egad_mlp *m)
{
    return !m->group ||
           (m->most <= group_room(m, 1) && m->steps * sizeof *m->step <= GROUP_STEPS);
}

/* Rows per group, few enough to keep all units busy: several groups on a unit do not load
 * weights faster than one. */
static size_t group_rows(const egad_mlp *m, size_t n)
{
    size_t rows = 1;
    while (rows < GROUP_ROWS && n > rows * m->device->info.units &&
           m->most <= group_room(m, 2 * rows))
        rows *= 2;
    return rows;
}

/* Of steps first .. end, for ROWS rows. */
static double flops(const egad_mlp *m, size_t first, size_t end)
{
    double sum = 0.0;
    for (size_t i = first; i < end; i++) {
        const cl_int *s = m->step + i * MLP_STEP;
        if (s[0] == MLP_DENSE)
            sum += 2.0 * (double)s[3] * (double)s[4] * (double)s[10];
        else if (s[0] == MLP_WEIGHTS)
            sum += 2.0 * (double)s[3] * (double)s[4] * (double)s[7];
        else if (s[0] == MLP_REPEAT)
            sum += (double)(s[2] - 1) * flops(m, (size_t)s[1], i);
    }
    return sum;
}

egad_status egad_mlp_numbers(egad_mlp *m, egad_tensor *out)
{
    egad_status status = EGAD_OK;
    size_t spare = 0;
    if (!m->numbers_on.mem) {
        TRY(egad_mlp_room(m, 1, 1, &spare)); /* steps may need none, but a buffer cannot
                                              * be empty */
        TRY(egad_tensor_flat(&m->numbers_on, m->device, m->numbers));
        TRY(egad_tensor_write(m->device, m->numbers_on, m->number));
    }
    *out = m->numbers_on;
done:
    return status;
}

/* Groups for n rows, `span` at a time: at most one per block, else a unit could run
 * several groups that have a block while other units idle. */
static size_t groups_for(const egad_mlp *m, size_t n, size_t span, size_t per_unit)
{
    const size_t units = m->device->info.units + (size_t)!m->device->info.units;
    const size_t blocks = (n + span - 1) / span;
    return blocks < per_unit * units ? blocks : per_unit * units;
}

/* The common part of all launches of steps first .. end. */
static egad_status ready(egad_mlp *m, egad_plan *plan, size_t first, size_t end,
                         size_t groups, int train, char build[64], cl_mem *steps)
{
    egad_status status = EGAD_OK;
    egad_tensor numbers_on;
    TRY(egad_plan_table(plan, m->step + first * MLP_STEP, (end - first) * MLP_STEP,
                        steps));
    TRY(egad_mlp_numbers(m, &numbers_on));
    if (!m->scratch.mem)
        TRY(egad_tensor_new(&m->scratch, m->device, groups, 2 * m->rows * stride(m)));
    assert(m->scratch.n >= groups);
    snprintf(build, 64, "-DVECTOR=%zu -DROWS=%zu -DSTRIDE=%zu -DTRAIN=%d", m->vector,
             m->rows, stride(m), train);
done:
    return status;
}

#define COMMON(m, x, steps, count)                                                       \
    MEM((x).mem), INT((x).n), INT((x).c), MEM(steps), INT(count),                        \
        MEM((m)->numbers_on.mem), MEM((m)->scratch.mem), FLOAT((m)->slope),              \
        FLOAT((m)->limit)

/* On a CPU: groups of one item. */
static egad_status append_blocks(egad_mlp *m, egad_plan *plan, egad_launch launch,
                                 egad_tensor terms, egad_tensor x, egad_tensor state)
{
    egad_status status = EGAD_OK;
    const size_t groups = groups_for(m, x.n, 2 * m->rows, GROUPS_PER_UNIT),
                 count = egad_mlp_steps(m);
    cl_mem steps = NULL;
    char build[64];
    TRY(ready(m, plan, 0, count, groups, 0, build, &steps));
    launch.source = egad_cl_mlp;
    launch.kernel = "mlp_run";
    launch.options = build;
    launch.groups[0] = groups;
    launch.local = 1;
    TRY(ADD(plan, &launch, MEM(terms.mem), COMMON(m, x, steps, count), MEM(state.mem)));
done:
    return status;
}

/* On a GPU: groups of many items. */
static egad_status append_groups(const egad_mlp *m, egad_plan *plan, egad_launch launch,
                                 egad_tensor terms, egad_tensor x, egad_tensor state)
{
    egad_status status = EGAD_OK;
    const size_t rows = group_rows(m, x.n), room = group_room(m, rows),
                 columns = (m->most + GROUP_COLUMNS - 1) / GROUP_COLUMNS * GROUP_COLUMNS;
    cl_mem steps = NULL;
    char build[64];
    assert(egad_mlp_fits(m));
    TRY(egad_plan_table(plan, m->step, m->steps, &steps));
    snprintf(build, sizeof build, "-DROWS=%zu -DSTRIDE=%zu", rows,
             columns < room ? columns : room);
    launch.source = egad_cl_mlp_group;
    launch.kernel = "mlp_group_run";
    launch.options = build;
    launch.groups[0] = (x.n + rows - 1) / rows;
    launch.local = MLP_GROUP;
    TRY(ADD(plan, &launch, MEM(terms.mem), MEM(x.mem), INT(x.n), INT(x.c), MEM(steps),
            INT(egad_mlp_steps(m)), MEM(m->numbers_on.mem), FLOAT(m->slope),
            FLOAT(m->limit), MEM(state.mem)));
done:
    return status;
}

egad_status egad_mlp_append(egad_mlp *m, egad_plan *plan, const char *label,
                            egad_tensor terms, egad_tensor x, egad_tensor state)
{
    egad_status status = EGAD_OK;
    egad_tensor numbers_on;
    assert(x.stride == x.c && x.offset == 0);
    assert(terms.stride == TERMS && terms.offset == 0 && terms.n >= x.n);
    assert(state.stride == state.c && state.offset == 0);
    TRY(egad_mlp_numbers(m, &numbers_on));
    const egad_launch launch = {
        .label = label,
        .groups = { 0, 1 },
        .flops = flops(m, 0, egad_mlp_steps(m)) / (2.0 * (double)m->rows) * (double)x.n,
        .bytes = egad_tensor_bytes(x) + egad_tensor_bytes(terms) +
                 2.0 * egad_tensor_bytes(state) + egad_tensor_bytes(numbers_on)
    };
    TRY(m->group ? append_groups(m, plan, launch, terms, x, state)
                 : append_blocks(m, plan, launch, terms, x, state));
done:
    return status;
}

/* How a training step's blocks are shared: `groups` groups, for `rows` rows per launch.
 * Gradients are added up in the same order for any number of compute units: in as many
 * sums as keep two units busy.  For few units each group computes a sum, in one launch.
 * More units get more groups, of one block each per launch, which is then added to the
 * sums. */
typedef struct {
    size_t sums, groups, rows;
} sharing;

static sharing share(const egad_mlp *m, size_t n)
{
    const size_t blocks = (n + m->rows - 1) / m->rows,
                 sums = blocks < MLP_SUMS ? blocks : MLP_SUMS,
                 wanted = groups_for(m, n, m->rows, PARTS_PER_UNIT),
                 groups = (wanted + sums - 1) / sums * sums;
    return groups == sums ? (sharing){ sums, sums, n }
                          : (sharing){ sums, groups, groups * m->rows };
}

static egad_launch chunks(const char *label, const char *kernel, const char *build,
                          size_t floats, size_t sums, double bytes)
{
    return (egad_launch){ .label = label,
                          .source = egad_cl_mlp,
                          .kernel = kernel,
                          .options = build,
                          .groups = { (floats + MLP_CHUNK - 1) / MLP_CHUNK, sums },
                          .local = 1,
                          .bytes = bytes };
}

egad_status egad_mlp_train(egad_mlp *m, egad_plan *plan, const egad_mlp_training *t)
{
    egad_status status = EGAD_OK;
    const sharing s = share(m, t->x.n);
    const size_t count = t->end - t->first;
    const size_t na = t->a.c, nb = t->b.c, part = na + nb + m->vector;
    egad_tensor parts, sums;
    cl_mem steps = NULL;
    char build[64];
    assert(t->losses <= MLP_LOSSES && m->vector >= MLP_LOSSES);
    assert(!m->group && t->x.stride == t->x.c && t->x.offset == 0);
    TRY(ready(m, plan, t->first, t->end, s.groups, 1, build, &steps));
    TRY(egad_plan_scratch(plan, s.groups * part, &parts));
    sums = parts;
    if (s.groups > s.sums)
        TRY(egad_plan_partial(plan, s.sums * part, &sums));
    const egad_launch add =
        chunks("sum of gradients", "mlp_add", build, part, s.sums,
               egad_tensor_bytes(parts) + 2.0 * egad_tensor_bytes(sums));
    const egad_launch sum = chunks("sum of gradients", "mlp_sum", build, na + nb, 1,
                                   egad_tensor_bytes(sums) + egad_tensor_bytes(t->a) +
                                       egad_tensor_bytes(t->b));
    for (size_t from = 0; from < t->x.n; from += s.rows) {
        const size_t n = t->x.n - from < s.rows ? t->x.n - from : s.rows,
                     blocks = (n + m->rows - 1) / m->rows,
                     groups = blocks < s.groups ? blocks : s.groups;
        const egad_launch launch = {
            .label = "gradients",
            .source = egad_cl_mlp,
            .kernel = "mlp_run",
            .options = build,
            .groups = { groups, 1 },
            .local = 1,
            .flops = flops(m, t->first, t->end) / (double)m->rows * (double)n,
            .bytes = egad_tensor_bytes(egad_tensor_rows(t->x, from, n)) +
                     egad_tensor_bytes(m->numbers_on) + egad_tensor_bytes(parts)
        };
        TRY(ADD(plan, &launch, MEM(NULL), COMMON(m, t->x, steps, count), MEM(t->z.mem),
                MEM(parts.mem), INT(part), MEM(t->random.clock), UINT(t->random.seed),
                UINT(t->random.seed >> 32), INT(from), INT(from + n)));
        if (s.groups > s.sums)
            TRY(ADD(plan, &add, MEM(sums.mem), MEM(parts.mem), INT(part), INT(groups),
                    INT(from > 0)));
    }
    TRY(ADD(plan, &sum, MEM(t->a.mem), INT(na), MEM(t->b.mem), INT(nb), MEM(sums.mem),
            INT(part), INT(s.sums), MEM(t->ring.mem), MEM(t->random.clock), INT(t->slot),
            INT(t->losses)));
done:
    return status;
}

egad_status egad_mlp_rebind(egad_plan *plan, egad_tensor x)
{
    egad_status status = EGAD_OK;
    assert(x.stride == x.c && x.offset == 0);
    TRY(egad_plan_set(plan, 0, ARG_X, (egad_arg)MEM(x.mem)));
    TRY(egad_plan_set(plan, 0, ARG_ROWS, (egad_arg)INT(x.n)));
done:
    return status;
}

egad_status egad_mlp_give(egad_plan *plan, egad_tensor *wrapped, egad_tensor x,
                          const float *from, size_t n)
{
    egad_status status = EGAD_OK;
    egad_device *device = egad_plan_device(plan);
    egad_tensor rows = { 0 };
    if (device->cpu) {
        TRY(egad_tensor_wrap(wrapped, device, from, n, x.c));
        rows = *wrapped;
    } else {
        rows = egad_tensor_rows(x, 0, n);
        TRY(egad_tensor_write(device, rows, from));
    }
    TRY(egad_mlp_rebind(plan, rows));
done:
    return status;
}

/* The steps of cl/mlp.cl: a score's layers and terms for a block of rows, in one launch;
 * and the turns of AnoGAN's search.
 *
 * A step is MLP_STEP ints, its op first; "slot" stands for two, where its first element
 * lies in the scratch memory of a group and how far its rows stand apart; "number" for an
 * offset into the floats, -1 for none:
 *
 *   INPUT      slot y, number fit
 *   DENSE      slot y, slot x, I, O, number w in panels, number bias, act, triangular,
 *              slot below or two zeros
 *   DISTANCE   slot a, slot b, C, first, second
 *   SIGMA      slot logits, which
 *   EVIDENCE   slot e, slot a, slot b, C, number mean
 *   LOAD       slot y, C
 *   STORE      slot x, C
 *   DISTANCE_BACK  slot d, slot a, slot b, C, number weight, act, add
 *   SIGMA_BACK slot d, slot logits, number weight
 *   ADAM       slot w, slot g, slot m, slot v, C, number constants and rates
 *   REPEAT     first step, turns */
#include "ops.h"

#include "../cl/shared.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS_PER_UNIT = 16 };    /* enough that a slow core's share can go to another */
enum { ARG_X = 1, ARG_ROWS = 2 }; /* positions in the kernel's arguments */

struct egad_mlp {
    egad_device *device;
    size_t vector, rows; /* macros VECTOR and ROWS of the kernel */
    size_t width, most;  /* floats of scratch for a row: reserved now, and at most */
    size_t steps, room_steps, numbers, room_numbers;
    cl_int *step;
    float *number;
    float slope, limit;
    double flops;                              /* for a row */
    egad_tensor steps_on, numbers_on, scratch; /* on the device */
};

egad_status egad_mlp_new(egad_mlp **out, egad_device *device)
{
    egad_status status = EGAD_OK;
    egad_mlp *m = NULL;
    *out = NULL;
    NEW(m, 1);
    m->device = device;
    /* Two vectors of results per row, two of weights, and one to spare: 32 registers of
     * 16 floats, or 16 of 8. */
    m->vector = device->vector >= 16 ? 16 : 8;
    m->rows = m->vector == 16 ? 13 : 6;
    *out = m;
done:
    return status;
}

void egad_mlp_free(egad_mlp *m)
{
    if (!m)
        return;
    egad_tensor_free(&m->steps_on);
    egad_tensor_free(&m->numbers_on);
    egad_tensor_free(&m->scratch);
    free(m->step);
    free(m->number);
    free(m);
}

/* ---- Scratch memory -------------------------------------------------------- */

egad_slot egad_mlp_reserve(egad_mlp *m, size_t columns)
{
    /* Room for the last panel, and an odd number of cache lines from row to row: a power
     * of two would have all rows meet in a few lines of the cache. */
    const egad_slot slot = { .at = m->width,
                             .stride = ((columns + 2 * m->vector + 15) / 16 | 1) * 16 };
    m->width += slot.stride;
    m->most = m->width > m->most ? m->width : m->most;
    return slot;
}

egad_slot egad_mlp_columns(egad_slot slot, size_t first)
{
    slot.first += first;
    return slot;
}

void egad_mlp_release(egad_mlp *m, egad_slot slot)
{
    m->width = slot.at;
}

static cl_int at(const egad_mlp *m, egad_slot slot)
{
    return (cl_int)(2 * m->rows * slot.at + slot.first);
}

#define SLOT(m, slot) at((m), (slot)), (cl_int)(slot).stride

/* ---- Steps ----------------------------------------------------------------- */

/* Room for `n` more elements of an array. */
static egad_status grow(void **array, size_t *room, size_t used, size_t n, size_t size)
{
    egad_status status = EGAD_OK;
    if (used + n > *room) {
        const size_t wanted = 2 * (used + n);
        void *more = realloc(*array, wanted * size);
        if (!more)
            FAIL(MEMORY, "out of memory for the steps of a score");
        *array = more;
        *room = wanted;
    }
done:
    return status;
}

static egad_status add(egad_mlp *m, const cl_int *values, size_t n)
{
    egad_status status = EGAD_OK;
    void *array = m->step;
    assert(n <= MLP_STEP);
    TRY(grow(&array, &m->room_steps, m->steps, MLP_STEP, sizeof *m->step));
    m->step = array;
    memset(m->step + m->steps, 0, MLP_STEP * sizeof *m->step);
    memcpy(m->step + m->steps, values, n * sizeof *values);
    m->steps += MLP_STEP;
done:
    return status;
}

#define STEP(m, ...)                                                                     \
    add((m), (const cl_int[]){ __VA_ARGS__ },                                            \
        sizeof((const cl_int[]){ __VA_ARGS__ }) / sizeof(cl_int))

/* Room for n floats, zero; *first is where they are: at the start of a line of the cache,
 * which vectors of weights should not run over. */
static egad_status numbers(egad_mlp *m, size_t n, size_t *first)
{
    egad_status status = EGAD_OK;
    void *array = m->number;
    n = (n + 15) / 16 * 16;
    TRY(grow(&array, &m->room_numbers, m->numbers, n, sizeof *m->number));
    m->number = array;
    memset(m->number + m->numbers, 0, n * sizeof *m->number);
    *first = m->numbers;
    m->numbers += n;
done:
    return status;
}

egad_status egad_mlp_input(egad_mlp *m, egad_slot y, const float *fit, size_t columns,
                           float limit)
{
    egad_status status = EGAD_OK;
    size_t where = 0;
    if (fit) {
        TRY(numbers(m, 3 * columns, &where));
        memcpy(m->number + where, fit, 3 * columns * sizeof *fit);
    }
    m->limit = limit;
    TRY(STEP(m, MLP_INPUT, SLOT(m, y), fit ? (cl_int)where : -1));
done:
    return status;
}

/* The kernel takes one slope. */
static void take_slope(egad_mlp *m, int act, float slope)
{
    if (act != ACT_LEAKY_RELU)
        return;
    assert(m->slope == 0.0f || m->slope == slope);
    m->slope = slope;
}

/* op(w), (I, O), in panels.  w: (I, O), or (O, I) if it is transposed. */
static egad_status pack(egad_mlp *m, const float *w, size_t I, size_t O, int transposed,
                        size_t *first)
{
    egad_status status = EGAD_OK;
    const size_t panel = 2 * m->vector, padded = (O + panel - 1) / panel * panel;
    TRY(numbers(m, padded * I, first));
    for (size_t k = 0; k < I; k++)
        for (size_t j = 0; j < O; j++)
            m->number[*first + j / panel * panel * I + k * panel + j % panel] =
                transposed ? w[j * I + k] : w[k * O + j];
    m->flops += 2.0 * (double)I * (double)O;
done:
    return status;
}

/* One number. */
static egad_status number(egad_mlp *m, double value, size_t *where)
{
    egad_status status = EGAD_OK;
    TRY(numbers(m, 1, where));
    m->number[*where] = (float)value;
done:
    return status;
}

egad_status egad_mlp_dense(egad_mlp *m, egad_slot y, egad_slot x, const float *w,
                           const float *bias, size_t I, size_t O, int act, float slope,
                           int triangular)
{
    egad_status status = EGAD_OK;
    const size_t panel = 2 * m->vector, padded = (O + panel - 1) / panel * panel;
    size_t kernel = 0, add_on = 0;
    TRY(pack(m, w, I, O, 0, &kernel));
    if (bias) {
        TRY(numbers(m, padded, &add_on));
        memcpy(m->number + add_on, bias, O * sizeof *bias);
    }
    take_slope(m, act, slope);
    TRY(STEP(m, MLP_DENSE, SLOT(m, y), SLOT(m, x), (cl_int)I, (cl_int)O, (cl_int)kernel,
             bias ? (cl_int)add_on : -1, act, triangular));
done:
    return status;
}

egad_status egad_mlp_dense_back(egad_mlp *m, egad_slot dx, egad_slot dy, const float *w,
                                size_t I, size_t O, egad_slot y, int act, float slope)
{
    egad_status status = EGAD_OK;
    size_t kernel = 0;
    TRY(pack(m, w, O, I, 1, &kernel));
    take_slope(m, act, slope);
    TRY(STEP(m, MLP_DENSE, SLOT(m, dx), SLOT(m, dy), (cl_int)O, (cl_int)I, (cl_int)kernel,
             -1, act, 0, SLOT(m, y)));
done:
    return status;
}

egad_status egad_mlp_load(egad_mlp *m, egad_slot y, size_t columns)
{
    return STEP(m, MLP_LOAD, SLOT(m, y), (cl_int)columns);
}

egad_status egad_mlp_store(egad_mlp *m, egad_slot x, size_t columns)
{
    return STEP(m, MLP_STORE, SLOT(m, x), (cl_int)columns);
}

egad_status egad_mlp_adam(egad_mlp *m, egad_slot w, egad_slot g, egad_slot moment,
                          egad_slot variance, size_t C, double beta1, const float *rates,
                          size_t turns)
{
    egad_status status = EGAD_OK;
    size_t where = 0;
    TRY(numbers(m, 3 + turns, &where));
    m->number[where] = (float)(1.0 - beta1);
    m->number[where + 1] = (float)(1.0 - ADAM_BETA2);
    m->number[where + 2] = (float)ADAM_EPSILON;
    memcpy(m->number + where + 3, rates, turns * sizeof *rates);
    TRY(STEP(m, MLP_ADAM, SLOT(m, w), SLOT(m, g), SLOT(m, moment), SLOT(m, variance),
             (cl_int)C, (cl_int)where));
done:
    return status;
}

size_t egad_mlp_steps(const egad_mlp *m)
{
    return m->steps / MLP_STEP;
}

egad_status egad_mlp_repeat(egad_mlp *m, size_t first, size_t turns)
{
    for (size_t i = first; i < egad_mlp_steps(m); i++) {
        const cl_int *s = m->step + i * MLP_STEP;
        if (s[0] == MLP_DENSE)
            m->flops += 2.0 * (double)(turns - 1) * (double)s[5] * (double)s[6];
    }
    return STEP(m, MLP_REPEAT, (cl_int)first, (cl_int)turns);
}

egad_status egad_mlp_distance_back(egad_mlp *m, egad_slot d, egad_slot a, egad_slot b,
                                   size_t C, double weight, int act, float slope,
                                   int add_to_d)
{
    egad_status status = EGAD_OK;
    size_t where = 0;
    TRY(number(m, weight, &where));
    take_slope(m, act, slope);
    TRY(STEP(m, MLP_DISTANCE_BACK, SLOT(m, d), SLOT(m, a), SLOT(m, b), (cl_int)C,
             (cl_int)where, act, add_to_d));
done:
    return status;
}

egad_status egad_mlp_sigma_back(egad_mlp *m, egad_slot d, egad_slot logits, double weight)
{
    egad_status status = EGAD_OK;
    size_t where = 0;
    TRY(number(m, weight, &where));
    TRY(STEP(m, MLP_SIGMA_BACK, SLOT(m, d), SLOT(m, logits), (cl_int)where));
done:
    return status;
}

egad_status egad_mlp_distance(egad_mlp *m, egad_slot a, egad_slot b, size_t C, int first,
                              int second)
{
    return STEP(m, MLP_DISTANCE, SLOT(m, a), SLOT(m, b), (cl_int)C, first, second);
}

egad_status egad_mlp_sigma(egad_mlp *m, egad_slot logits, int which)
{
    return STEP(m, MLP_SIGMA, SLOT(m, logits), which);
}

egad_status egad_mlp_evidence(egad_mlp *m, egad_slot e, egad_slot a, egad_slot b,
                              size_t C, const float *mean)
{
    egad_status status = EGAD_OK;
    size_t where = 0;
    TRY(numbers(m, 2 * C, &where));
    memcpy(m->number + where, mean, 2 * C * sizeof *mean);
    TRY(STEP(m, MLP_EVIDENCE, SLOT(m, e), SLOT(m, a), SLOT(m, b), (cl_int)C,
             (cl_int)where));
done:
    return status;
}

/* ---- The launch ------------------------------------------------------------ */

egad_status egad_mlp_append(egad_mlp *m, egad_plan *plan, const char *label,
                            egad_tensor terms, egad_tensor x, egad_tensor state)
{
    egad_status status = EGAD_OK;
    const size_t units = m->device->info.units + (size_t)!m->device->info.units;
    const size_t blocks = (x.n + 2 * m->rows - 1) / (2 * m->rows);
    /* No more than there are blocks: a unit may take many groups at once, and those with
     * a block are the first. */
    const size_t groups =
        blocks < GROUPS_PER_UNIT * units ? blocks : GROUPS_PER_UNIT * units;
    const size_t area = 2 * m->rows * m->most;
    char build[48];
    float *steps = NULL;
    size_t spare = 0;
    assert(x.stride == x.c && x.offset == 0);
    assert(terms.stride == TERMS && terms.offset == 0 && terms.n >= x.n);
    assert(state.stride == state.c && state.offset == 0);
    TRY(numbers(m, 1, &spare)); /* steps may need none, a buffer needs one */
    NEW(steps, m->steps);
    memcpy(steps, m->step, m->steps * sizeof *m->step);
    TRY(egad_tensor_flat(&m->steps_on, m->device, m->steps));
    TRY(egad_tensor_write(m->device, m->steps_on, steps));
    TRY(egad_tensor_flat(&m->numbers_on, m->device, m->numbers));
    TRY(egad_tensor_write(m->device, m->numbers_on, m->number));
    TRY(egad_tensor_new(&m->scratch, m->device, groups, area));
    snprintf(build, sizeof build, "-DVECTOR=%zu -DROWS=%zu", m->vector, m->rows);
    const egad_launch launch = { .label = label,
                                 .source = egad_cl_mlp,
                                 .kernel = "mlp_run",
                                 .options = build,
                                 .groups = { groups, 1 },
                                 .local = 1,
                                 .flops = m->flops * (double)x.n,
                                 .bytes = egad_tensor_bytes(x) +
                                          egad_tensor_bytes(terms) +
                                          2.0 * egad_tensor_bytes(state) +
                                          egad_tensor_bytes(m->numbers_on) };
    TRY(ADD(plan, &launch, MEM(terms.mem), MEM(x.mem), INT(x.n), INT(x.c),
            MEM(m->steps_on.mem), INT(m->steps / MLP_STEP), MEM(m->numbers_on.mem),
            MEM(m->scratch.mem), INT(area), FLOAT(m->slope), FLOAT(m->limit),
            MEM(state.mem)));
done:
    free(steps);
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

/* The steps of cl/mlp.cl and cl/mlp_group.cl: a score's layers and terms for a block of
 * rows, the turns of AnoGAN's search, the gradients of training.  Their launches are in
 * mlp_run.c.
 *
 * A step is MLP_STEP ints, its op first.  "slot": 2 x the offset of its first element in
 * a row of a group's scratch memory, + 1 for the second half of the rows; -1: none.
 * "number": an offset into the floats; -1: none:
 *
 *   INPUT      slot y, number fit
 *   DENSE      slot y, slot x, I, O, number w in panels, number bias, act, triangular,
 *              slot below, rows, number scale of dropout below
 *   DISTANCE   slot a, slot b, C, first, second
 *   SIGMA      slot logits, which
 *   EVIDENCE   slot e, slot a, slot b, C, number mean
 *   LOAD       slot y, C
 *   STORE      slot x, C
 *   DISTANCE_BACK  slot d, slot a, slot b, C, number weight, act, add
 *   SIGMA_BACK slot d, slot logits, number weight
 *   ADAM       slot w, slot g, slot m, slot v, C, number constants and rates
 *   REPEAT     first step, turns
 *   DROPOUT    slot y, C, number share and scale, stream, half
 *   COPY       slot y, slot x, C
 *   FUNCTION   slot y, slot a, slot b, number c, C, which
 *   DENSITY    slot x, slot m, slot l, C, kind, slot to, term
 *   AVERAGE    slot samples, L, term, logarithm
 *   LOSS       slot logits, slot d, label, where in a part
 *   WEIGHTS    slot x, slot dy, I, O, where in a part dw and db, rows */
#include "mlp_inside.h"

#include "cl/shared.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

egad_status egad_mlp_offered(int *offered, egad_device *device)
{
    egad_status status = EGAD_OK;
    egad_gemm_engine engine;
    TRY(egad_gemm_choose(&engine, device));
    *offered = egad_gemm_packs(engine);
    if (!device->cpu)
        *offered = (*offered || !device->gemm[0]) && device->group >= MLP_GROUP;
done:
    return status;
}

egad_status egad_mlp_new(egad_mlp **out, egad_device *device)
{
    egad_status status = EGAD_OK;
    egad_mlp *m = NULL;
    *out = NULL;
    NEW(m, 1);
    m->device = device;
    m->group = !device->cpu;
    /* Two vectors of results per row, two of weights, one spare: fills 32 registers of 16
     * floats, or 16 of 8. */
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
    egad_tensor_free(&m->numbers_on);
    egad_tensor_free(&m->scratch);
    free(m->step);
    free(m->number);
    free(m);
}

/* ---- Scratch memory -------------------------------------------------------- */

egad_slot egad_mlp_reserve(egad_mlp *m, size_t columns)
{
    /* On a CPU: room for the last panel, aligned to a cache line. */
    const size_t lines = (columns + 2 * m->vector + 15) / 16;
    const egad_slot slot = { .at = m->width, .room = m->group ? columns : lines * 16 };
    m->width += slot.room;
    m->most = m->width > m->most ? m->width : m->most;
    return slot;
}

egad_slot egad_mlp_columns(egad_slot slot, size_t first)
{
    slot.at += first;
    slot.room -= first;
    return slot;
}

egad_slot egad_mlp_generated(egad_slot slot)
{
    slot.half = 1;
    return slot;
}

void egad_mlp_release(egad_mlp *m, egad_slot slot)
{
    m->width = slot.at;
}

static cl_int place(egad_slot slot)
{
    return slot.room ? (cl_int)(2 * slot.at) + slot.half : -1;
}

/* ---- Steps ----------------------------------------------------------------- */

/* Room for `n` more elements of an array. */
static egad_status grow(void **array, size_t *room, size_t used, size_t n, size_t size)
{
    egad_status status = EGAD_OK;
    if (used + n > *room) {
        const size_t wanted = 2 * (used + n);
        void *more = realloc(*array, wanted * size);
        if (!more)
            FAIL(MEMORY, "out of memory for the steps of a launch");
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

/* Reserve n zeroed floats at offset *first, aligned so that vectors of weights do not
 * cross cache lines. */
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
    TRY(STEP(m, MLP_INPUT, place(y), fit ? (cl_int)where : -1));
done:
    return status;
}

/* The kernel supports one slope. */
static void take_slope(egad_mlp *m, int act, float slope)
{
    if (act != ACT_LEAKY_RELU)
        return;
    assert(m->slope == 0.0f || m->slope == slope);
    m->slope = slope;
}

/* Columns per panel; all O if neighbouring items take neighbouring columns. */
static size_t panel_of(const egad_mlp *m, size_t O)
{
    return m->group ? O : 2 * m->vector;
}

egad_status egad_mlp_room(egad_mlp *m, size_t I, size_t O, size_t *at)
{
    const size_t panel = panel_of(m, O);
    return numbers(m, (O + panel - 1) / panel * panel * I, at);
}

/* op(w), (I, O), in panels.  w: (I, O), or (O, I) if transposed. */
static egad_status pack(egad_mlp *m, const float *w, size_t I, size_t O, int transposed,
                        size_t *first)
{
    egad_status status = EGAD_OK;
    const size_t panel = panel_of(m, O);
    TRY(egad_mlp_room(m, I, O, first));
    for (size_t k = 0; k < I; k++)
        for (size_t j = 0; j < O; j++)
            m->number[*first + j / panel * panel * I + k * panel + j % panel] =
                transposed ? w[j * I + k] : w[k * O + j];
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

/* A step for the layer's y = act(x w + bias), or with `below` for its backward pass. */
typedef struct {
    egad_slot y, x, below;
    size_t I, O;
    size_t w, bias_1, scale_1; /* offsets of numbers; the last two + 1, 0: none */
    int act, triangular, halves;
} dense;

static egad_status add_dense(egad_mlp *m, const dense *d, float slope)
{
    take_slope(m, d->act, slope);
    return STEP(m, MLP_DENSE, place(d->y), place(d->x), (cl_int)d->I, (cl_int)d->O,
                (cl_int)d->w, (cl_int)d->bias_1 - 1, d->act, d->triangular,
                place(d->below), (cl_int)((size_t)d->halves * m->rows),
                (cl_int)d->scale_1 - 1);
}

egad_status egad_mlp_dense(egad_mlp *m, egad_slot y, egad_slot x, const float *w,
                           const float *bias, size_t I, size_t O, int act, float slope,
                           int triangular)
{
    egad_status status = EGAD_OK;
    dense d = {
        .y = y, .x = x, .I = I, .O = O, .act = act, .triangular = triangular, .halves = 2
    };
    TRY(pack(m, w, I, O, 0, &d.w));
    if (bias) {
        TRY(egad_mlp_room(m, 1, O, &d.bias_1));
        memcpy(m->number + d.bias_1++, bias, O * sizeof *bias);
    }
    TRY(add_dense(m, &d, slope));
done:
    return status;
}

egad_status egad_mlp_dense_back(egad_mlp *m, egad_slot dx, egad_slot dy, const float *w,
                                size_t I, size_t O, egad_slot y, int act, float slope)
{
    egad_status status = EGAD_OK;
    dense d = { .y = dx, .x = dy, .below = y, .I = O, .O = I, .act = act, .halves = 2 };
    TRY(pack(m, w, O, I, 1, &d.w));
    TRY(add_dense(m, &d, slope));
done:
    return status;
}

egad_status egad_mlp_load(egad_mlp *m, egad_slot y, size_t columns)
{
    return STEP(m, MLP_LOAD, place(y), (cl_int)columns);
}

egad_status egad_mlp_store(egad_mlp *m, egad_slot x, size_t columns)
{
    return STEP(m, MLP_STORE, place(x), (cl_int)columns);
}

egad_status egad_mlp_copy(egad_mlp *m, egad_slot y, egad_slot x, size_t C)
{
    return STEP(m, MLP_COPY, place(y), place(x), (cl_int)C);
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
    TRY(STEP(m, MLP_ADAM, place(w), place(g), place(moment), place(variance), (cl_int)C,
             (cl_int)where));
done:
    return status;
}

size_t egad_mlp_steps(const egad_mlp *m)
{
    return m->steps / MLP_STEP;
}

egad_status egad_mlp_repeat(egad_mlp *m, size_t first, size_t turns)
{
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
    TRY(STEP(m, MLP_DISTANCE_BACK, place(d), place(a), place(b), (cl_int)C, (cl_int)where,
             act, add_to_d));
done:
    return status;
}

egad_status egad_mlp_sigma_back(egad_mlp *m, egad_slot d, egad_slot logits, double weight)
{
    egad_status status = EGAD_OK;
    size_t where = 0;
    TRY(number(m, weight, &where));
    TRY(STEP(m, MLP_SIGMA_BACK, place(d), place(logits), (cl_int)where));
done:
    return status;
}

egad_status egad_mlp_distance(egad_mlp *m, egad_slot a, egad_slot b, size_t C, int first,
                              int second)
{
    egad_status status = EGAD_OK;
    if (m->group && first >= 0 && second >= 0) { /* which sums one element at a time */
        TRY(egad_mlp_distance(m, a, b, C, first, -1));
        first = -1;
    }
    TRY(STEP(m, MLP_DISTANCE, place(a), place(b), (cl_int)C, first, second));
done:
    return status;
}

egad_status egad_mlp_sigma(egad_mlp *m, egad_slot logits, int which)
{
    return STEP(m, MLP_SIGMA, place(logits), which);
}

egad_status egad_mlp_features(egad_mlp *m, egad_slot e, egad_slot a, egad_slot b,
                              size_t C, const float *mean)
{
    egad_status status = EGAD_OK;
    size_t where = 0;
    TRY(numbers(m, 2 * C, &where));
    memcpy(m->number + where, mean, 2 * C * sizeof *mean);
    TRY(STEP(m, MLP_EVIDENCE, place(e), place(a), place(b), (cl_int)C, (cl_int)where));
done:
    return status;
}

egad_status egad_mlp_function(egad_mlp *m, egad_slot y, egad_slot a, egad_slot b,
                              const float *c, size_t samples, size_t C, int which)
{
    egad_status status = EGAD_OK;
    size_t where = 0;
    if (c) { /* whole vectors are read */
        TRY(numbers(m, samples * C + 16, &where));
        memcpy(m->number + where, c, samples * C * sizeof *c);
    }
    TRY(STEP(m, MLP_FUNCTION, place(y), place(a), place(b), c ? (cl_int)where : -1,
             (cl_int)C, which));
done:
    return status;
}

egad_status egad_mlp_density(egad_mlp *m, egad_slot x, egad_slot mean, egad_slot l,
                             size_t C, int kind, egad_slot to, int term)
{
    return STEP(m, MLP_DENSITY, place(x.room ? x : mean), place(mean),
                place(l.room ? l : mean), (cl_int)C, kind, place(to), term);
}

egad_status egad_mlp_average(egad_mlp *m, egad_slot samples, size_t L, int term,
                             int logarithm)
{
    return STEP(m, MLP_AVERAGE, place(samples), (cl_int)L, term, logarithm);
}

/* ---- Training -------------------------------------------------------------- */

egad_status egad_mlp_forward(egad_mlp *m, egad_slot y, egad_slot x, size_t w, size_t bias,
                             size_t I, size_t O, int act, float slope, int halves)
{
    return add_dense(m,
                     &(dense){ .y = y,
                               .x = x,
                               .I = I,
                               .O = O,
                               .w = w,
                               .bias_1 = bias + 1,
                               .act = act,
                               .halves = halves },
                     slope);
}

egad_status egad_mlp_backward(egad_mlp *m, egad_slot dx, egad_slot dy, size_t w, size_t I,
                              size_t O, egad_slot y, int act, float slope, float dropout,
                              int halves)
{
    egad_status status = EGAD_OK;
    dense d = {
        .y = dx, .x = dy, .below = y, .I = O, .O = I, .w = w, .act = act, .halves = halves
    };
    if (dropout > 0.0f) {
        TRY(number(m, 1.0 / (1.0 - (double)dropout), &d.scale_1));
        d.scale_1++;
    }
    TRY(add_dense(m, &d, slope));
done:
    return status;
}

egad_status egad_mlp_dropout(egad_mlp *m, egad_slot y, size_t C, float dropout,
                             unsigned stream, int generated)
{
    egad_status status = EGAD_OK;
    size_t where = 0;
    TRY(numbers(m, 2, &where));
    m->number[where] = dropout;
    m->number[where + 1] = 1.0f / (1.0f - dropout);
    TRY(STEP(m, MLP_DROPOUT, place(y), (cl_int)C, (cl_int)where, (cl_int)stream,
             generated));
done:
    return status;
}

egad_status egad_mlp_loss(egad_mlp *m, egad_slot logits, egad_slot d, int label,
                          size_t mean)
{
    return STEP(m, MLP_LOSS, place(logits), place(d), label, (cl_int)mean);
}

egad_status egad_mlp_weights(egad_mlp *m, egad_slot x, egad_slot dy, size_t I, size_t O,
                             size_t dw, size_t db, int halves)
{
    return STEP(m, MLP_WEIGHTS, place(x), place(dy), (cl_int)I, (cl_int)O, (cl_int)dw,
                (cl_int)db, (cl_int)((size_t)halves * m->rows));
}

/* Losses, their gradients, and their slots in the ring. */
#include "lab.h"
#include "ref_cpu.h"

#include <float.h>
#include <math.h>

enum { STEP = RING + 5 }; /* slot 5 */

/* `halves` halves of N logits with labels 1 and 0 (or 0 and 1 if swapped); the gradient
 * times the weights, added to what is there if `add`. */
static void check_loss(const float *logits, size_t N, size_t halves, int swapped, int add)
{
    const egad_target targets[2] = { { swapped ? 0.0f : 1.0f, add ? 2.5f : 1.0f, 3 },
                                     { swapped ? 1.0f : 0.0f, 1.0f, 0 } };
    const egad_tensor all = lab_tensor(halves * N + 5, 1, 0, NULL);
    const egad_tensor l = lab_tensor(halves * N, 1, 0, logits);
    const egad_tensor d = egad_tensor_rows(all, 2, halves * N);
    const egad_tensor ring = lab_tensor(RING, LOSSES, 0, NULL);
    const float untouched = lab_read(ring)[0];
    double *gradient = lab_doubles(halves * N), mean[2] = { 0 };
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_loss_cross_entropy(plan, "loss", d, l, ring, lab_random(1, STEP),
                                     targets, halves, add));
    lab_run(plan);

    for (size_t i = 0; i < halves * N; i++) {
        const double x = (double)logits[i], label = (double)targets[i / N].label;
        gradient[i] =
            (ref_sigmoid(x) - label) / (double)N * (double)targets[i / N].weight +
            (add ? (double)untouched : 0.0);
        mean[i / N] += ref_cross_entropy(x, label) / (double)N;
    }
    const float *got = lab_read(all), *losses = lab_read(ring);
    /* sigmoid - label cancels: the error is relative to 1, the gradient of an entirely
     * wrong output. */
    lab_near_size(TOLERANCE_GRADIENT, "gradient", got + 2, gradient, halves * N,
                  1.0 / (double)N);
    for (size_t i = 0; i < halves * N + 5; i++)
        if (i < 2 || i >= halves * N + 2)
            ck_assert(got[i] == untouched);
    for (size_t i = 0; i < RING * LOSSES; i++) {
        size_t half = 0;
        while (half < halves && i != 5 * LOSSES + (size_t)targets[half].slot)
            half++;
        if (half < halves)
            lab_near_size(TOLERANCE_LOSS, "loss", &losses[i], &mean[half], 1, FLT_MIN);
        else
            ck_assert(losses[i] == untouched);
    }
}

START_TEST(sizes)
{
    static const size_t counts[] = { 1, 7, 50, 63, 64, 65, 129 };
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
        for (int kind = 0; kind < 16; kind++) {
            lab_pretend(kind & 1);
            check_loss(lab_uniform(2 * counts[k], (unsigned)k, 6.0f), counts[k],
                       1 + (size_t)(kind >> 1 & 1), kind >> 2 & 1, kind >> 3);
            lab_end();
        }
}
END_TEST

/* Each logit alone, so that large losses do not hide small ones. */
START_TEST(extremes)
{
    static const float logits[] = { -1e8f, -100.0f, -80.0f, -20.0f, 0.0f, 1e-6f,
                                    16.0f, 20.0f,   80.0f,  100.0f, 1e8f };
    for (size_t k = 0; k < sizeof logits / sizeof *logits; k++)
        for (int kind = 0; kind < 4; kind++) {
            const float both[2] = { logits[k], logits[k] };
            lab_pretend(kind & 1);
            check_loss(both, 1, 2, kind >> 1, 0);
        }
}
END_TEST

START_TEST(nan_is_seen)
{
    const float bad[] = { NAN, INFINITY, -INFINITY };
    for (int k = 0; k < 3; k++)
        for (int cpu = 0; cpu < 2; cpu++) {
            const egad_target targets[2] = { { 1.0f, 1.0f, 0 }, { 0.0f, 1.0f, 1 } };
            float logits[6] = { 0 };
            logits[1] = logits[4] = bad[k];
            const egad_tensor ring = lab_tensor(RING, LOSSES, 0, NULL);
            egad_plan *plan = lab_plan();
            lab_pretend(cpu);
            CHECK_OK(egad_loss_cross_entropy(plan, "loss", lab_tensor(6, 1, 0, NULL),
                                             lab_tensor(6, 1, 0, logits), ring,
                                             lab_random(1, 0), targets, 2, 0));
            lab_run(plan);
            const float *got = lab_read(ring);
            /* One of the two labels may give a finite loss; their sum is never finite. */
            ck_assert(!isfinite(got[0] + got[1]));
        }
}
END_TEST

/* Rows of columns of larger tensors; derivative of an activation after dropout. */
static void check_distance(size_t N, size_t C, int squares, int act, int add)
{
    const egad_activation a = { .act = act, .slope = 0.2f, .dropout = add ? 0.5f : 0.0f };
    const double weight = 0.75, scale = add ? 2.0 : 1.0;
    const float *hx = lab_uniform(N * (C + 3), 1, 0.9f),
                *hy = lab_uniform(N * (C + 5), 2, 0.9f);
    const egad_tensor x = egad_tensor_columns(lab_tensor(N, C + 3, 0, hx), 2, C);
    const egad_tensor y = egad_tensor_columns(lab_tensor(N, C + 5, 0, hy), 1, C);
    const egad_tensor d = egad_tensor_columns(lab_tensor(N, C + 1, 0, NULL), 1, C);
    const egad_tensor ring = lab_tensor(RING, LOSSES, 0, NULL);
    const float untouched = lab_read(ring)[0];
    double *gradient = lab_doubles(N * C), mean = 0.0;
    egad_plan *plan = lab_plan();
    CHECK_OK(
        egad_loss_distance(plan, "loss", x, y, squares, 0, ring, lab_random(1, STEP), 6));
    CHECK_OK(
        egad_loss_distance(plan, "loss", x, y, squares, 1, ring, lab_random(1, STEP), 5));
    CHECK_OK(egad_loss_distance_back(plan, "loss", d, x, y, weight, squares, &a, add));
    lab_run(plan);
    for (size_t i = 0; i < N * C; i++) {
        const double u = (double)hx[i / C * (C + 3) + 2 + i % C],
                     v = (double)hy[i / C * (C + 5) + 1 + i % C];
        const double slope = act == ACT_TANH         ? scale - u * u / scale
                             : act == ACT_LEAKY_RELU ? (u > 0 ? 1.0 : 0.2) * scale
                                                     : scale;
        mean += (squares ? (u - v) * (u - v) : fabs(u - v)) / (double)N;
        gradient[i] = weight * slope *
                          (squares ? 2.0 * (u - v)
                           : u > v ? 1.0
                                   : -1.0) +
                      (add ? (double)untouched : 0.0);
    }
    lab_near(TOLERANCE_GRADIENT, "gradient of a distance", lab_read(d), gradient, N * C);
    lab_near(TOLERANCE_LOSS, "distance", lab_read(ring) + 5 * LOSSES + 6, &mean, 1);
    mean /= (double)C;
    lab_near(TOLERANCE_LOSS, "by column", lab_read(ring) + 5 * LOSSES + 5, &mean, 1);
}

START_TEST(distances)
{
    static const size_t shapes[][2] = { { 1, 1 }, { 7, 33 }, { 65, 3 }, { 129, 64 } };
    static const int acts[] = { ACT_LINEAR, ACT_LEAKY_RELU, ACT_TANH };
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
        for (int kind = 0; kind < 24; kind++) {
            lab_pretend(kind & 1);
            check_distance(shapes[k][0], shapes[k][1], kind >> 1 & 1, acts[kind / 4 % 3],
                           kind / 12);
            lab_end();
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loss");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, sizes);
    tcase_add_test(tests, extremes);
    tcase_add_test(tests, nan_is_seen);
    tcase_add_test(tests, distances);
    return lab_main(suite);
}

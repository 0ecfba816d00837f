/* What DAGMM adds: features of a reconstruction and their gradients against loops in
 * double; losses of a mixture by differences; energies on the device against the host.
 * Values of another program are in check_reference_dagmm.c. */
#include "ops/mixture_launch.h"

#include "cl/shared.h"
#include "lab.h"

#include <math.h>

enum { SHAPES = 5 };
static const size_t shapes[SHAPES][2] = {
    { 1, 1 }, { 7, 33 }, { 5, 16 }, { 3, 121 }, { 65, 3 }
};

/* ---- Features --------------------------------------------------------------------- */

static double length(const double *x, size_t C)
{
    double sum = 0.0;
    for (size_t j = 0; j < C; j++)
        sum += x[j] * x[j];
    return sqrt(sum);
}

/* The features of a row by their definition. */
static void define(double y[2], const float *x, const double *r, size_t C)
{
    double apart = 0.0, product = 0.0, own = 0.0;
    for (size_t j = 0; j < C; j++) {
        apart += ((double)x[j] - r[j]) * ((double)x[j] - r[j]);
        product += (double)x[j] * r[j];
        own += (double)x[j] * (double)x[j];
    }
    const double floor = (double)LENGTH_FLOOR, size = fmax(sqrt(own), floor);
    y[0] = fmin(sqrt(apart) / size, (double)DISTANCE_MOST);
    y[1] = product / (size * fmax(length(r, C), floor));
}

/* By differences, of dy[0] times the first feature and dy[1] times the second. */
static double slope(const float *x, const float *r, size_t C, size_t j, const float *dy)
{
    const double h = 1e-6;
    double *wide = lab_widen(r, C), up[2], down[2];
    wide[j] += h;
    define(up, x, wide, C);
    wide[j] -= 2.0 * h;
    define(down, x, wide, C);
    return ((double)dy[0] * (up[0] - down[0]) + (double)dy[1] * (up[1] - down[1])) /
           (2.0 * h);
}

START_TEST(features)
{
    const size_t N = shapes[_i][0], C = shapes[_i][1];
    for (int cpu = 0; cpu < 2; cpu++)
        for (int add = 0; add < 2; add++) {
            lab_pretend(cpu);
            const float *x = lab_uniform(N * C, 1, 1.0f),
                        *r = lab_uniform(N * C, 2, 1.0f);
            const float *dy = lab_uniform(2 * N, 3, 1.0f),
                        *before = lab_uniform(N * C, 4, 1.0f);
            const egad_tensor tx = lab_tensor(N, C, 1, x), tr = lab_tensor(N, C, 1, r),
                              y = lab_tensor(N, 2, 1, NULL), ty = lab_tensor(N, 2, 1, dy),
                              d = lab_tensor(N, C, 1, add ? before : NULL);
            double *want = lab_doubles(2 * N), *back = lab_doubles(N * C);
            egad_plan *plan = lab_plan();
            for (size_t i = 0; i < N; i++)
                define(want + 2 * i, x + i * C, lab_widen(r + i * C, C), C);
            for (size_t k = 0; k < N * C; k++)
                back[k] =
                    slope(x + k / C * C, r + k / C * C, C, k % C, dy + 2 * (k / C)) +
                    (add ? (double)before[k] : 0.0);
            CHECK_OK(egad_mixture_features(plan, "features", y, tx, tr));
            CHECK_OK(egad_mixture_features_back(plan, "back", d, ty, tx, tr,
                                                &(egad_activation){ .act = ACT_LINEAR },
                                                add));
            lab_run(plan);
            lab_near(TOLERANCE_ELEMENT, "features", lab_read(y), want, 2 * N);
            lab_near_size(TOLERANCE_ACTIVATION, "gradient", lab_read(d), back, N * C,
                          1.0);
        }
}
END_TEST

/* A row of zeros, a perfect reconstruction, one of zeros, one far away, NaN. */
START_TEST(edges)
{
    enum { N = 5, C = 3 };
    static const float x[] = { 0, 0, 0, 1, 2, 3, 1, 2, 2, 1, 0, 0, NAN, 0, 0 };
    static const float r[] = { 1, 0, 0, 1, 2, 3, 0, 0, 0, 500, 0, 0, 1, 0, 0 };
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        const float dy[] = { 1, 0, 1, 0, 1, 0, 1, 0, 1, 1 };
        const egad_tensor tx = lab_tensor(N, C, 0, x), tr = lab_tensor(N, C, 0, r),
                          y = lab_tensor(N, 2, 0, NULL), ty = lab_tensor(N, 2, 0, dy),
                          d = lab_tensor(N, C, 0, NULL);
        egad_plan *plan = lab_plan();
        CHECK_OK(egad_mixture_features(plan, "features", y, tx, tr));
        CHECK_OK(egad_mixture_features_back(plan, "back", d, ty, tx, tr,
                                            &(egad_activation){ .act = ACT_LINEAR }, 0));
        lab_run(plan);
        const float *got = lab_read(y), *back = lab_read(d);
        ck_assert(got[0] == DISTANCE_MOST && got[1] == 0.0f);
        ck_assert(got[2] == 0.0f && fabsf(got[3] - 1.0f) < 1e-6f);
        ck_assert(fabsf(got[4] - 1.0f) < 1e-6f && got[5] == 0.0f);
        ck_assert(got[6] == DISTANCE_MOST && got[7] == 1.0f);
        ck_assert(isnan(got[8]) && isnan(got[9]));
        for (size_t j = 0; j < C; j++) /* at the limit, and at 0 */
            ck_assert(back[j] == 0.0f && back[C + j] == 0.0f && back[3 * C + j] == 0.0f);
    }
}
END_TEST

/* ---- Losses ----------------------------------------------------------------------- */

enum { ROWS = 23, D = 3, K = 4 };

static double value_of(egad_mixture_kind kind, const float *z, const float *logits)
{
    float dz[ROWS * D], dl[ROWS * K];
    double value;
    CHECK_OK(egad_mixture_loss(kind, z, logits, ROWS, D, K, 1.0, &value, dz, dl));
    return value;
}

/* Rows lie on multiples of 2^-10, so that steps of 2^-8 are exact. */
START_TEST(differences)
{
    const float step = 1.0f / 256.0f;
    const egad_mixture_kind kind = (egad_mixture_kind)_i;
    float *z = lab_uniform(ROWS * D, 5, 2.0f), *logits = lab_uniform(ROWS * K, 6, 2.0f);
    float dz[ROWS * D], dl[ROWS * K];
    double value, most = 0.0;
    for (size_t i = 0; i < ROWS * D; i++)
        z[i] = roundf(z[i] * 1024.0f) / 1024.0f;
    for (size_t i = 0; i < ROWS * K; i++)
        logits[i] = roundf(logits[i] * 1024.0f) / 1024.0f;
    CHECK_OK(egad_mixture_loss(kind, z, logits, ROWS, D, K, 1.0, &value, dz, dl));
    for (size_t i = 0; i < ROWS * D; i++)
        most = fmax(most, fabs((double)dz[i]));
    for (size_t i = 0; i < ROWS * (D + K); i++) {
        float *at = i < ROWS * D ? z + i : logits + i - ROWS * D;
        const double have = (double)(i < ROWS * D ? dz[i] : dl[i - ROWS * D]);
        const float kept = *at;
        double part[4];
        for (int s = 0; s < 4; s++) { /* of fourth order */
            *at = kept + step * (float)(s < 2 ? s - 2 : s - 1);
            part[s] = value_of(kind, z, logits);
        }
        *at = kept;
        const double want =
            (part[0] - part[3] + 8.0 * (part[2] - part[1])) / (12.0 * (double)step);
        ck_assert_msg(fabs(have - want) < 1e-4 * most, "%zu: %g, not %g", i, have, want);
    }
}
END_TEST

/* In a plan: the same, with weights, added or not; the mean in its place of the ring. */
START_TEST(in_a_plan)
{
    enum { STEP = RING + 5, SLOT = 2 };
    const float *z = lab_uniform(ROWS * D, 5, 2.0f), *l = lab_uniform(ROWS * K, 6, 2.0f);
    float dz[ROWS * D], dl[ROWS * K], c[ROWS * 2], f[ROWS];
    double value;
    for (size_t i = 0; i < ROWS; i++) {
        c[2 * i] = z[D * i];
        c[2 * i + 1] = z[D * i + 1];
        f[i] = z[D * i + 2];
    }
    CHECK_OK(egad_mixture_loss(MIXTURE_ENERGY, z, l, ROWS, D, K, 0.25, &value, dz, dl));
    const egad_mixture_rows of = { lab_tensor(ROWS, 2, 1, c), lab_tensor(ROWS, 1, 1, f),
                                   lab_tensor(ROWS, K, 1, l) };
    const float *before = lab_uniform(ROWS * K, 7, 1.0f);
    const egad_tensor ring = lab_tensor(RING, LOSSES, 0, NULL);
    const egad_tensor d[] = { lab_tensor(ROWS, 2, 1, NULL),
                              { 0 },
                              lab_tensor(ROWS, K, 1, before) };
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_mixture_append_loss(plan, "energy", MIXTURE_ENERGY, &of, 0.25, ring,
                                      lab_random(1, STEP), SLOT, d,
                                      (const int[]){ 0, 0, 1 }));
    lab_run(plan);
    const float *dc = lab_read(d[0]), *got = lab_read(d[2]);
    ck_assert(lab_read(ring)[5 * LOSSES + SLOT] == (float)value);
    for (size_t i = 0; i < ROWS; i++)
        ck_assert(dc[2 * i] == dz[D * i] && dc[2 * i + 1] == dz[D * i + 1]);
    for (size_t i = 0; i < ROWS * K; i++)
        ck_assert(got[i] == before[i] + dl[i]);
}
END_TEST

/* ---- Mixtures --------------------------------------------------------------------- */

/* The mixture of rows by sums is that of the batch; energies are the same on the device,
 * on the host, and in the loss.  A part without rows is left out. */
START_TEST(energies)
{
    for (int empty = 0; empty < 2; empty++)
        for (int cpu = 0; cpu < 2; cpu++) {
            float *z = lab_uniform(ROWS * D, 5, 2.0f),
                  *l = lab_uniform(ROWS * K, 6, 2.0f);
            double want[ROWS], mean = 0.0, joint[K];
            egad_mixture_sums sums = { .d = D, .K = K };
            egad_mixture m;
            egad_tensor parts = { 0 };
            lab_pretend(cpu);
            for (size_t i = 0; i < ROWS && empty; i++)
                l[K * i + 1] = -80.0f;
            egad_mixture_add(&sums, z, l, 9);
            egad_mixture_add(&sums, z + 9 * D, l + 9 * K, ROWS - 9);
            CHECK_OK(egad_mixture_of_sums(&m, &sums));
            ck_assert((m.phi[1] == 0.0) == empty);
            for (size_t i = 0; i < ROWS; i++) {
                want[i] = egad_mixture_energy(&m, z + i * D, joint);
                mean += want[i] / ROWS;
                ck_assert((isinf(joint[1]) != 0) == empty);
            }
            ck_assert(fabs(value_of(MIXTURE_ENERGY, z, l) - mean) < 1e-9);
            ck_assert(value_of(MIXTURE_BOUND, z, l) >= mean);
            float c[ROWS * 2], f[ROWS], got[ROWS];
            for (size_t i = 0; i < ROWS; i++) {
                c[2 * i] = z[D * i];
                c[2 * i + 1] = z[D * i + 1];
                f[i] = z[D * i + 2];
            }
            const egad_tensor terms = lab_tensor(ROWS, TERMS, 0, NULL);
            egad_plan *plan = lab_plan();
            CHECK_OK(egad_mixture_send(&parts, lab, &m));
            CHECK_OK(egad_mixture_append_energy(plan, "energy", terms, 3,
                                                lab_tensor(ROWS, 2, 1, c),
                                                lab_tensor(ROWS, 1, 1, f), parts, K));
            lab_run(plan);
            egad_tensor_free(&parts);
            for (size_t i = 0; i < ROWS; i++)
                got[i] = lab_read(terms)[i * TERMS + 3];
            lab_near_size(TOLERANCE_ELEMENT, "energies", got, want, ROWS, 1.0);
        }
}
END_TEST

/* Rows that are not finite have no mixture. */
START_TEST(not_finite)
{
    float z[ROWS * D] = { 0 }, l[ROWS * K] = { 0 }, dz[ROWS * D], dl[ROWS * K];
    double value;
    z[4] = NAN;
    CHECK_FAILS(egad_mixture_loss(MIXTURE_ENERGY, z, l, ROWS, D, K, 1.0, &value, dz, dl),
                DATA, "not positive definite");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mixture");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_loop_test(tests, features, 0, SHAPES);
    tcase_add_test(tests, edges);
    tcase_add_loop_test(tests, differences, 0, 3);
    tcase_add_test(tests, in_a_plan);
    tcase_add_test(tests, energies);
    tcase_add_test(tests, not_finite);
    return lab_main(suite);
}

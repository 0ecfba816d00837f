/* Numbers of rows that are sums over columns: losses, gradients, and samples. */
#include "ops/density.h"

#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

enum { STEP = RING + 5, SLOT = 6, KINDS = 6 };
static const size_t shapes[][2] = {
    { 1, 1 }, { 7, 33 }, { 5, 16 }, { 3, 121 }, { 65, 3 }
};

/* x, m and l of an element. */
static double summand(int kind, const double v[3])
{
    const double d = v[0] - v[1], variance = exp(v[2]) + (double)VARIANCE_FLOOR;
    switch (kind) {
    case DENSITY_GAUSSIAN:
        return (d * d / variance + log(2.0 * acos(-1.0) * variance)) / 2.0;
    case DENSITY_BERNOULLI:
        return ref_cross_entropy(v[1], v[0]);
    case DENSITY_DIVERGENCE:
        return (v[1] * v[1] + exp(v[2]) - 1.0 - v[2]) / 2.0;
    case DENSITY_HALF_SQUARES:
        return d * d / 2.0;
    case DENSITY_MINUS_SUM:
        return -v[1];
    default:
        return d * d;
    }
}

static double slope(int kind, const double v[3], int argument)
{
    const double h = 1e-5;
    double above[3], below[3];
    memcpy(above, v, sizeof above);
    memcpy(below, v, sizeof below);
    above[argument] += h;
    below[argument] -= h;
    return (summand(kind, above) - summand(kind, below)) / (2.0 * h);
}

typedef struct {
    size_t N, C;
    int kind;
    double *v; /* (N C, 3) */
    egad_density of;
} subject;

/* Values that a kind does not have are left out. */
static subject make(int kind, size_t N, size_t C)
{
    subject s = { .N = N, .C = C, .kind = kind, .of = { .kind = kind } };
    egad_tensor *const to[] = { &s.of.x, &s.of.m, &s.of.l };
    s.v = lab_doubles(3 * N * C);
    for (int k = 0; k < 3; k++) {
        const float *values = lab_uniform(N * C, (unsigned)k + 1, 2.0f);
        for (size_t i = 0; i < N * C; i++)
            s.v[3 * i + (size_t)k] = (double)values[i];
        if ((k == 0 && (kind == DENSITY_DIVERGENCE || kind == DENSITY_MINUS_SUM)) ||
            (k == 2 && (kind == DENSITY_BERNOULLI || kind >= DENSITY_DISTANCE)))
            continue;
        *to[k] = lab_tensor(N, C, 1, values);
    }
    return s;
}

static void check_rows(const subject *s)
{
    const egad_tensor to = lab_tensor(s->N, 1, 1, NULL),
                      ring = lab_tensor(RING, LOSSES, 0, NULL);
    double *want = lab_doubles(s->N), mean = 0.0;
    egad_plan *plan = lab_plan();
    for (size_t i = 0; i < s->N * s->C; i++)
        want[i / s->C] += summand(s->kind, s->v + 3 * i);
    for (size_t i = 0; i < s->N; i++) {
        want[i] = s->kind == DENSITY_DISTANCE ? sqrt(want[i]) : want[i];
        mean += want[i] / (double)s->N;
    }
    CHECK_OK(egad_density_rows(plan, "rows", &s->of, to));
    CHECK_OK(egad_density_loss(plan, "loss", &s->of, ring, lab_random(1, STEP), SLOT));
    lab_run(plan);
    lab_near_size(TOLERANCE_ELEMENT, "rows", lab_read(to), want, s->N,
                  s->kind == DENSITY_MINUS_SUM ? 1.0 : 0.0); /* which cancels */
    lab_near_size(TOLERANCE_ELEMENT, "loss", lab_read(ring) + 5 * LOSSES + SLOT, &mean, 1,
                  1.0);
}

static void check_back(const subject *s, int of_l, int add)
{
    const float *before = lab_uniform(s->N * s->C, 20, 1.0f);
    const egad_tensor d = lab_tensor(s->N, s->C, 1, add ? before : NULL);
    double *want = lab_doubles(s->N * s->C);
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_density_back(plan, "gradient", &s->of, of_l, d, 0.75, add));
    lab_run(plan);
    for (size_t i = 0; i < s->N * s->C; i++)
        want[i] = 0.75 * slope(s->kind, s->v + 3 * i, of_l ? 2 : 1) +
                  (add ? (double)before[i] : 0.0);
    lab_near(TOLERANCE_ACTIVATION, "gradient", lab_read(d), want, s->N * s->C);
}

START_TEST(kinds)
{
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++)
        for (int kind = 0; kind < 2 * KINDS; kind++) {
            lab_pretend(kind & 1);
            const subject s = make(kind / 2, shapes[k][0], shapes[k][1]);
            check_rows(&s);
            for (int add = 0; add < 2 && s.kind < DENSITY_DISTANCE; add++) {
                check_back(&s, 0, add);
                if (s.of.l.mem)
                    check_back(&s, 1, add);
            }
            lab_end();
        }
}
END_TEST

/* Means of densities that single precision cannot hold. */
START_TEST(averages)
{
    enum { N = 67, L = 5 };
    float *samples = lab_floats(N * L);
    for (size_t i = 0; i < N * L; i++)
        samples[i] = (float)(i % 7) + (i / L % 2 ? 900.0f : -900.0f);
    for (int kind = 0; kind < 4; kind++) {
        const egad_tensor terms = lab_tensor(N, TERMS, 0, NULL),
                          from = lab_tensor(N, L, 1, samples);
        double want[N] = { 0 };
        float got[N];
        egad_plan *plan = lab_plan();
        lab_pretend(kind & 1);
        for (size_t i = 0; i < N; i++) {
            const double shift = i % 2 ? 900.0 : -900.0;
            for (size_t l = 0; l < L; l++)
                want[i] += kind / 2 ? exp(shift - (double)samples[i * L + l]) / L
                                    : (double)samples[i * L + l] / L;
            want[i] = kind / 2 ? shift - log(want[i]) : want[i];
        }
        CHECK_OK(egad_density_average(plan, "average", terms, 3, from, kind / 2));
        lab_run(plan);
        const float *all = lab_read(terms);
        for (size_t i = 0; i < N; i++)
            got[i] = all[i * TERMS + 3];
        lab_near(TOLERANCE_ELEMENT, "average", got, want, N);
        ck_assert(all[2] == LAB_MARK && all[4] == LAB_MARK);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("density");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, kinds);
    tcase_add_test(tests, averages);
    return lab_main(suite);
}

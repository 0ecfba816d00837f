/* bootstrap_compare.c against rows that are drawn and copied one by one, and against
 * cases whose outcome is known; rank.c against sums by the definition, and worked
 * examples. */
#include "support.h"

#include "cl/shared.h"
#include "device/rng.h"

#include <math.h>

/* Same operations in another order; they differ by at most 4e-16. */
static const double tolerance = 3.2e-15;

enum { MOST = 400, SCORES = 3, TRAININGS = 2, VECTORS = SCORES * TRAININGS, TIMES = 41 };

static float score[VECTORS][MOST];
static const float *list[VECTORS];
static unsigned char y[MOST];

/* Scores of n rows, every fourth an anomaly: all see the same difficult rows, to which
 * each adds noise of its own; score i separates the classes by shift[i].  `levels` as in
 * check_bootstrap.c. */
static void make(size_t n, const float shift[SCORES], float levels, uint32_t which)
{
    static float common[MOST];
    egad_rng_normal(3, which, 1, n, common);
    for (size_t i = 0; i < n; i++)
        y[i] = (unsigned char)(i % 4 == 3);
    for (size_t v = 0; v < VECTORS; v++) {
        list[v] = score[v];
        egad_rng_normal(4, 16 * which + (uint32_t)v, 0.3f, n, score[v]);
        for (size_t i = 0; i < n; i++) {
            score[v][i] = common[i] + score[v][i];
            if (y[i])
                score[v][i] += shift[v / TRAININGS];
            if (levels > 0)
                score[v][i] = roundf(score[v][i] * levels) / levels;
        }
    }
}

/* ---- Paired bootstrap ------------------------------------------------------ */

/* The rows of replicate `number`, normal ones first. */
static void twin_draw(size_t *row, size_t n, uint64_t seed, uint32_t number)
{
    size_t drawn = 0;
    for (uint32_t kind = 0; kind < 2; kind++) {
        size_t of[MOST], k = 0;
        for (size_t i = 0; i < n; i++)
            if (y[i] == kind)
                of[k++] = i;
        for (uint32_t i = 0; i < k; i++) {
            uint32_t bits[4];
            egad_rng_bits(seed, (uint32_t[4]){ i / 4, number, kind, STREAM_BOOTSTRAP },
                          bits);
            row[drawn++] = of[(size_t)(bits[i % 4] * 0x1p-32 * (double)k)];
        }
    }
}

/* Means over the trainings of AUROC, AP and F1 of each score, on these rows. */
static void twin_measure(double out[SCORES][3], const size_t *row, size_t n,
                         double fraction)
{
    for (size_t s = 0; s < SCORES; s++)
        for (size_t t = 0; t < TRAININGS; t++) {
            float copy[MOST];
            unsigned char of[MOST];
            egad_metrics m;
            for (size_t i = 0; i < n; i++) {
                copy[i] = score[s * TRAININGS + t][row[i]];
                of[i] = y[row[i]];
            }
            CHECK_OK(egad_metrics_compute(&m, copy, of, n, fraction));
            const double figure[] = { m.auroc, m.ap, m.f1 };
            for (size_t f = 0; f < 3; f++)
                out[s][f] = (t ? out[s][f] : 0) + figure[f] / TRAININGS;
        }
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, z = *(const double *)b;
    return (x > z) - (x < z);
}

/* With 41 replicates, percentiles 2.5 and 97.5 are the second and the last but one. */
static void same_ends(double low, double high, double value[TIMES])
{
    qsort(value, TIMES, sizeof *value, ascending);
    ck_assert_double_eq_tol(low, value[1], tolerance);
    ck_assert_double_eq_tol(high, value[TIMES - 2], tolerance);
}

static void against_twin(size_t n, double fraction, uint64_t seed)
{
    static double part[TIMES][SCORES][3];
    double whole[SCORES][3];
    egad_comparison got[SCORES];
    size_t row[MOST];
    for (size_t i = 0; i < n; i++)
        row[i] = i;
    twin_measure(whole, row, n, fraction);
    for (uint32_t r = 0; r < TIMES; r++) {
        twin_draw(row, n, seed, r);
        twin_measure(part[r], row, n, fraction);
    }
    CHECK_OK(egad_bootstrap_compare(got, list, SCORES, TRAININGS, y, n, fraction, TIMES,
                                    seed));
    for (size_t f = 0; f < 3; f++) {
        size_t best = 0;
        for (size_t s = 1; s < SCORES; s++)
            if (whole[s][f] > whole[best][f])
                best = s;
        for (size_t s = 0; s < SCORES; s++) {
            const egad_compared *all[] = { &got[s].auroc, &got[s].ap, &got[s].f1 };
            const egad_compared *c = all[f];
            double value[TIMES], behind[TIMES];
            for (size_t r = 0; r < TIMES; r++) {
                value[r] = part[r][s][f];
                behind[r] = part[r][best][f] - part[r][s][f];
            }
            ck_assert_double_eq_tol(c->mean, whole[s][f], tolerance);
            same_ends(c->low, c->high, value);
            same_ends(c->behind_low, c->behind_high, behind);
            ck_assert_int_eq(c->best, s == best);
            ck_assert_int_eq(c->level, c->behind_low <= 0);
        }
    }
}

START_TEST(replicates)
{
    static const struct {
        size_t n;
        float levels;
        double fraction;
    } sets[] = { { 400, 0, .25 }, { 399, 2, .1 }, { 41, 1, .5 }, { 5, 0, .2 } };
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        make(sets[i].n, (float[]){ .5f, 1, .9f }, sets[i].levels, (uint32_t)i);
        against_twin(sets[i].n, sets[i].fraction, 7 + ((uint64_t)i << 32));
    }
}
END_TEST

/* A score that is hardly worse is level with the best, though both have wide intervals;
 * one that is worse on nearly all rows is not, although its own interval overlaps. */
START_TEST(verdicts)
{
    egad_comparison c[SCORES];
    make(MOST, (float[]){ 1, .98f, .8f }, 0, 9);
    CHECK_OK(egad_bootstrap_compare(c, list, SCORES, TRAININGS, y, MOST, .25, 400, 1));
    ck_assert_int_eq(c[0].auroc.best + c[1].auroc.best, 1);
    ck_assert_int_eq(c[0].auroc.level, 1);
    ck_assert_int_eq(c[1].auroc.level, 1);
    ck_assert_int_eq(c[2].auroc.level, 0);
    const egad_compared *best = c[0].auroc.best ? &c[0].auroc : &c[1].auroc;
    ck_assert_double_eq(best->behind_low, 0);
    ck_assert_double_eq(best->behind_high, 0);
    ck_assert_double_gt(c[2].auroc.high, best->low);
    ck_assert_double_lt(c[2].auroc.behind_high - c[2].auroc.behind_low,
                        best->high - best->low);
    /* Of equal scores the first is the best, the other level with it. */
    list[1] = list[0];
    CHECK_OK(egad_bootstrap_compare(c, list, 2, 1, y, MOST, .25, 50, 1));
    ck_assert_int_eq(c[0].auroc.best, 1);
    ck_assert_int_eq(c[1].auroc.best, 0);
    ck_assert_int_eq(c[1].auroc.level, 1);
    ck_assert_double_eq(c[1].auroc.behind_high, 0);
}
END_TEST

START_TEST(refusals)
{
    static const unsigned char none[4], half[] = { 0, 1, 0, 1 };
    static const float good[] = { 1, 2, 3, 4 }, bad[] = { 1, 2, NAN, 4 };
    const float *const one[] = { good, good }, *const two[] = { good, bad };
    egad_comparison c[2], untouched[2];
    memset(c, 85, sizeof c);
    memset(untouched, 85, sizeof untouched);
    CHECK_FAILS(egad_bootstrap_compare(c, one, 2, 1, half, 4, .5, 0, 1), ARGUMENT,
                "0 replicates, wanted 1 to 10000");
    CHECK_FAILS(egad_bootstrap_compare(c, one, 0, 1, half, 4, .5, 10, 1), ARGUMENT,
                "no scores to compare");
    CHECK_FAILS(egad_bootstrap_compare(c, one, 2, 0, half, 4, .5, 10, 1), ARGUMENT,
                "no scores to compare");
    CHECK_FAILS(egad_bootstrap_compare(c, one, 2, 1, none, 4, .5, 10, 1), DATA,
                "both classes are needed");
    CHECK_FAILS(egad_bootstrap_compare(c, two, 2, 1, half, 4, .5, 10, 1), DATA,
                "row 2 (from 0) is not a number");
    ck_assert_mem_eq(c, untouched, sizeof c);
}
END_TEST

/* ---- Rank correlation ------------------------------------------------------ */

static double correlate(const float *a, const float *b, size_t rows)
{
    double rho[4];
    CHECK_OK(egad_rank_correlate(rho, (const float *const[]){ a, b }, 2, rows));
    ck_assert(isnan(rho[1]) ? isnan(rho[2]) : rho[1] == rho[2]);
    return rho[1];
}

/* Ranks from counts of smaller and equal scores; correlation from the moments. */
static double twin_correlate(const float *a, const float *b, size_t rows)
{
    double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
    for (size_t i = 0; i < rows; i++) {
        double ra = 0, rb = 0;
        for (size_t k = 0; k < rows; k++) {
            ra += (a[k] < a[i]) + 0.5 * (a[k] == a[i]);
            rb += (b[k] < b[i]) + 0.5 * (b[k] == b[i]);
        }
        sa += ra;
        sb += rb;
        saa += ra * ra;
        sbb += rb * rb;
        sab += ra * rb;
    }
    const double n = (double)rows;
    return (sab - sa * sb / n) / sqrt((saa - sa * sa / n) * (sbb - sb * sb / n));
}

START_TEST(ranks)
{
    static const float levels[] = { 0, 1, 4 };
    double rho[VECTORS * VECTORS];
    for (uint32_t k = 0; k < 3; k++) {
        make(MOST, (float[]){ 1, 0, -1 }, levels[k], 20 + k);
        CHECK_OK(egad_rank_correlate(rho, list, VECTORS, MOST));
        for (size_t i = 0; i < VECTORS; i++)
            for (size_t j = 0; j < VECTORS; j++) {
                const double want = twin_correlate(list[i], list[j], MOST);
                /* The moments are near 1e7, of which 1e-13 is lost. */
                ck_assert_double_eq_tol(rho[i * VECTORS + j], want, 1e-12);
                ck_assert_double_eq(rho[i * VECTORS + j], rho[j * VECTORS + i]);
            }
    }
}
END_TEST

START_TEST(worked_ranks)
{
    static const float up[] = { 1, 2, 3, 4 }, bent[] = { 1, 8, 27, 1e30f },
                       down[] = { 4, 3, 2, 1 }, tied[] = { 1, 1, 2, 2 },
                       flat[] = { 5, 5, 5, 5 }, wild[] = { -INFINITY, 0, 1, INFINITY },
                       bad[] = { 1, 2, NAN, 4 };
    ck_assert_double_eq_tol(correlate(up, bent, 4), 1, tolerance);
    ck_assert_double_eq_tol(correlate(up, wild, 4), 1, tolerance);
    ck_assert_double_eq_tol(correlate(up, down, 4), -1, tolerance);
    ck_assert_double_eq_tol(correlate(up, tied, 4), 2 / sqrt(5), tolerance);
    ck_assert(isnan(correlate(up, flat, 4)));
    ck_assert(isnan(correlate(flat, flat, 4)));
    ck_assert(isnan(correlate(up, up, 1)));
    double rho[4] = { 7, 7, 7, 7 };
    CHECK_FAILS(egad_rank_correlate(rho, (const float *const[]){ up, bad }, 2, 4), DATA,
                "score 1 of row 2 (both from 0) is not a number");
    ck_assert_double_eq(rho[0], 7);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("compare");
    TCase *tests = support_case(suite, NULL, NULL);
    tcase_add_test(tests, replicates);
    tcase_add_test(tests, verdicts);
    tcase_add_test(tests, refusals);
    tcase_add_test(tests, ranks);
    tcase_add_test(tests, worked_ranks);
    return support_run(suite);
}

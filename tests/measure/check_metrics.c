/* metrics.c against scikit-learn 1.9 and NumPy, on cases small enough to check by hand
 * and one of a thousand rows full of ties.  The expected figures are printed by
 *
 *   import numpy as np
 *   from sklearn.metrics import (auc, average_precision_score, f1_score,
 *                                precision_recall_curve, roc_auc_score)
 *   def show(s, y, fraction):
 *       s, y = np.asarray(s, float), np.asarray(y)
 *       p, r, _ = precision_recall_curve(y, s)
 *       threshold = np.percentile(s, 100 * (1 - fraction))
 *       called, n, share = s >= threshold, y.sum(), y.mean()
 *       edge = np.sort(s)[::-1][n - 1]
 *       above, at = s > edge, s == edge
 *       print(threshold, (s == s[called].min()).sum(), y[called].mean(),
 *             y[called].sum() / n, f1_score(y, called), roc_auc_score(y, s), auc(r, p),
 *             average_precision_score(y, s),
 *             (y[above].sum() + y[at].mean() * (n - above.sum())) / n,
 *             max(f1_score(y, s >= v) for v in np.unique(s)),
 *             2 * fraction * share / (fraction + share), share)
 */
#include "support.h"

#include <math.h>

/* NumPy sums doubles in another order: a few units in the last place. */
static const double tolerance = 1e-12;

typedef struct {
    float score[10];
    unsigned char y[10];
    egad_metrics want;
} example;

/* clang-format off */
static const example examples[] = {
/* score, truth,
 * { rows, anomalies, fraction, threshold, ties, precision, recall, f1,
 *   auroc, auprc, ap, precision_at_n, best_f1, chance_f1, chance_auprc } */

/* the ranks of the example in scikit-learn's manual */
{ { .125f, .5f, .25f, .75f }, { 0, 0, 1, 1 },
  { 4, 2, .5, .375, 1, .5, .5, .5,
    .75, .791666666666667, .833333333333333, .5, .8, .5, .5 } },
/* a threshold between two scores */
{ { 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 }, { 1, 0, 1, 1, 0, 0, 1, 0, 0, 0 },
  { 10, 4, .3, 6.3, 1, .666666666666667, .5, .571428571428571,
    .791666666666667, .706845238095238, .74702380952381, .75, .75, .342857142857143, .4 } },
/* ties at the threshold and across the n-th rank */
{ { 3, 3, 2, 2, 2, 1, 1, 0 }, { 1, 0, 1, 0, 0, 1, 0, 0 },
  { 8, 3, .25, 2.25, 2, .5, .333333333333333, .4,
    .6, .538095238095238, .442857142857143, .444444444444444, .6, .3, .375 } },
/* all scores equal: every row is called */
{ { 5, 5, 5, 5 }, { 0, 1, 0, 0 },
  { 4, 1, .2, 5, 4, .25, 1, .4,
    .5, .625, .25, .25, .4, .222222222222222, .25 } },
/* perfectly reversed ranking */
{ { 1, 2, 3, 4 }, { 1, 1, 0, 0 },
  { 4, 2, .5, 2.5, 1, 0, 0, 0,
    0, .291666666666667, .416666666666667, 0, .666666666666667, .5, .5 } },
/* fraction 0 (>= the highest score always calls a row), almost 0, and 1 */
{ { -1.5f, 2, 2, 7, -3 }, { 0, 1, 0, 1, 0 },
  { 5, 2, 0, 7, 1, 1, .5, .666666666666667,
    .916666666666667, .916666666666667, .833333333333333, .75, .8, 0, .4 } },
{ { -1.5f, 2, 2, 7, -3 }, { 0, 1, 0, 1, 0 },
  { 5, 2, .1, 5, 1, 1, .5, .666666666666667,
    .916666666666667, .916666666666667, .833333333333333, .75, .8, .16, .4 } },
{ { -1.5f, 2, 2, 7, -3 }, { 0, 1, 0, 1, 0 },
  { 5, 2, 1, -3, 1, .4, 1, .571428571428571,
    .916666666666667, .916666666666667, .833333333333333, .75, .8, .571428571428571, .4 } },
};

/*   x, s, y = 1, [], []
 *   for i in range(2000):
 *       x = (1103515245 * x + 12345) % 2**31
 *       if i % 2: s.append((x // 65536 % 100 + 40 * y[-1]) / 8)
 *       else:     y.append(int(x // 65536 % 5 == 0))
 *   show(s, y, .2)  */
static const egad_metrics thousand =
  { 1000, 204, .2, 11.125, 13, .563725490196078, .563725490196078, .563725490196078,
    .840002709626564, .707067463540563, .704214042424316, .563725490196078,
    .644518272425249, .201980198019802, .204 };
/* clang-format on */

static void same(const egad_metrics *got, const egad_metrics *want)
{
    ck_assert_uint_eq(got->rows, want->rows);
    ck_assert_uint_eq(got->anomalies, want->anomalies);
    ck_assert_double_eq(got->fraction, want->fraction);
    ck_assert_double_eq_tol(got->threshold, want->threshold, tolerance);
    ck_assert_uint_eq(got->ties, want->ties);
    ck_assert_double_eq_tol(got->precision, want->precision, tolerance);
    ck_assert_double_eq_tol(got->recall, want->recall, tolerance);
    ck_assert_double_eq_tol(got->f1, want->f1, tolerance);
    ck_assert_double_eq_tol(got->auroc, want->auroc, tolerance);
    ck_assert_double_eq_tol(got->auprc, want->auprc, tolerance);
    ck_assert_double_eq_tol(got->ap, want->ap, tolerance);
    ck_assert_double_eq_tol(got->precision_at_n, want->precision_at_n, tolerance);
    ck_assert_double_eq_tol(got->best_f1, want->best_f1, tolerance);
    ck_assert_double_eq_tol(got->chance_f1, want->chance_f1, tolerance);
    ck_assert_double_eq_tol(got->chance_auprc, want->chance_auprc, tolerance);
}

START_TEST(small_cases)
{
    const example *e = &examples[_i];
    egad_metrics got;
    ck_assert_int_eq(
        egad_metrics_compute(&got, e->score, e->y, e->want.rows, e->want.fraction),
        EGAD_OK);
    same(&got, &e->want);
}
END_TEST

static void make_thousand(float score[1000], unsigned char y[1000])
{
    uint32_t x = 1;
    for (size_t i = 0; i < 1000; i++) {
        x = (1103515245u * x + 12345u) & 0x7fffffffu;
        y[i] = x / 65536 % 5 == 0;
        x = (1103515245u * x + 12345u) & 0x7fffffffu;
        score[i] = (float)(x / 65536 % 100 + 40u * y[i]) / 8;
    }
}

START_TEST(a_thousand_rows)
{
    float score[1000];
    unsigned char y[1000];
    make_thousand(score, y);
    egad_metrics got;
    ck_assert_int_eq(egad_metrics_compute(&got, score, y, 1000, .2), EGAD_OK);
    same(&got, &thousand);
}
END_TEST

START_TEST(infinite_scores_are_ranks)
{
    static const float score[] = { -INFINITY, 1, INFINITY, INFINITY };
    static const unsigned char y[] = { 0, 0, 1, 1 };
    egad_metrics got;
    ck_assert_int_eq(egad_metrics_compute(&got, score, y, 4, .5), EGAD_OK);
    ck_assert(isinf(got.threshold));
    ck_assert_uint_eq(got.ties, 2);
    ck_assert_double_eq(got.f1, 1);
    ck_assert_double_eq(got.auroc, 1);
    ck_assert_double_eq(got.auprc, 1);
}
END_TEST

/* One point for each group of equal scores, in order. */
START_TEST(curve)
{
    static const float score[] = { 2, 3, 3, 1, 2, 1, 0, 2 };
    static const unsigned char y[] = { 0, 1, 0, 0, 1, 1, 0, 0 };
    static const egad_curve_point want[] = { { 3, 1. / 2, 1. / 3, 1. / 5 },
                                             { 2, 2. / 5, 2. / 3, 3. / 5 },
                                             { 1, 3. / 7, 1, 4. / 5 },
                                             { 0, 3. / 8, 1, 1 } };
    egad_curve_point *got;
    size_t n;
    CHECK_OK(egad_metrics_curve(&got, &n, score, y, 8));
    ck_assert_uint_eq(n, 4);
    for (size_t i = 0; i < n; i++) {
        ck_assert_float_eq(got[i].threshold, want[i].threshold);
        ck_assert_double_eq_tol(got[i].precision, want[i].precision, tolerance);
        ck_assert_double_eq_tol(got[i].recall, want[i].recall, tolerance);
        ck_assert_double_eq_tol(got[i].false_alarms, want[i].false_alarms, tolerance);
    }
    free(got);
    CHECK_FAILS(egad_metrics_curve(&got, &n, score, (unsigned char[8]){ 0 }, 8), DATA,
                "both classes are needed");
    ck_assert_ptr_null(got);
}
END_TEST

/* Each point against a count of the rows at or above its threshold. */
START_TEST(curve_of_a_thousand_rows)
{
    float score[1000];
    unsigned char y[1000];
    egad_curve_point *got;
    size_t n;
    make_thousand(score, y);
    CHECK_OK(egad_metrics_curve(&got, &n, score, y, 1000));
    for (size_t k = 0; k < n; k++) {
        double called[2] = { 0 }, all[2] = { 0 };
        for (size_t i = 0; i < 1000; i++) {
            all[y[i]]++;
            called[y[i]] += score[i] >= got[k].threshold;
        }
        ck_assert(k == 0 || got[k].threshold < got[k - 1].threshold);
        ck_assert_double_eq(got[k].recall, called[1] / all[1]);
        ck_assert_double_eq(got[k].precision, called[1] / (called[0] + called[1]));
        ck_assert_double_eq(got[k].false_alarms, called[0] / all[0]);
    }
    ck_assert_double_eq(got[n - 1].false_alarms, 1);
    free(got);
}
END_TEST

static void refuses(egad_status want, const float *score, const unsigned char *y,
                    size_t rows, double fraction)
{
    egad_metrics got = { .rows = 12345 };
    ck_assert_int_eq(egad_metrics_compute(&got, score, y, rows, fraction), want);
    ck_assert_uint_eq(got.rows, 12345); /* untouched */
    ck_assert_str_ne(egad_status_last(), "");
}

START_TEST(refusals)
{
    static const float score[] = { 1, 2, 3 };
    static const float bad[] = { 1, NAN, 3 };
    static const unsigned char y[] = { 0, 0, 1 }, none[3], all[] = { 1, 1, 1 };
    refuses(EGAD_DATA, bad, y, 3, .2);
    refuses(EGAD_DATA, score, none, 3, .2);
    refuses(EGAD_DATA, score, all, 3, .2);
    refuses(EGAD_DATA, score, NULL, 3, .2);
    refuses(EGAD_DATA, score, y, 0, .2);
    refuses(EGAD_ARGUMENT, score, y, 3, -.1);
    refuses(EGAD_ARGUMENT, score, y, 3, 1.1);
    refuses(EGAD_ARGUMENT, score, y, 3, (double)NAN);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("metrics");
    TCase *tests = support_case(suite, NULL, NULL);
    tcase_add_loop_test(tests, small_cases, 0, (int)(sizeof examples / sizeof *examples));
    tcase_add_test(tests, a_thousand_rows);
    tcase_add_test(tests, infinite_scores_are_ranks);
    tcase_add_test(tests, curve);
    tcase_add_test(tests, curve_of_a_thousand_rows);
    tcase_add_test(tests, refusals);
    return support_run(suite);
}

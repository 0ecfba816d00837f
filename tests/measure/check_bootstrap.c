/* bootstrap.c against a simple reference: rows drawn and copied one by one, measured by
 * egad_metrics_compute, curves interpolated between points of egad_metrics_curve,
 * percentiles as in NumPy; then against sampling from a known distribution. */
#include "support.h"

#include "cl/shared.h"
#include "device/rng.h"

#include <math.h>

/* Same operations, equal figures; percentiles and curves differ by at most 1.6e-15. */
static const double tolerance = 6.4e-15;

enum { MOST = 600, TIMES = 60 };

typedef struct {
    float score[MOST];
    unsigned char y[MOST];
    size_t n;
} rows;

/* `n` rows, `anomalies` of them anomalies with scores higher by `shift`; scores are
 * rounded to multiples of 1 / `levels`, or for 0 not rounded (no ties). */
static void make(rows *r, size_t n, size_t anomalies, float shift, float levels,
                 uint32_t which)
{
    r->n = n;
    egad_rng_normal(7, which, 1, n, r->score);
    for (size_t i = 0; i < n; i++) {
        r->y[i] = i * anomalies / n != (i + 1) * anomalies / n;
        r->score[i] += r->y[i] ? shift : 0;
        if (levels > 0)
            r->score[i] = roundf(r->score[i] * levels) / levels;
    }
}

/* ---- The reference ---------------------------------------------------------- */

/* The rows of replicate `number`: each class sorted by falling score and resampled. */
static void twin_draw(rows *drawn, const rows *r, uint64_t seed, uint32_t number)
{
    drawn->n = 0;
    for (uint32_t kind = 0; kind < 2; kind++) {
        float score[MOST];
        size_t n = 0;
        for (size_t i = 0; i < r->n; i++) {
            size_t at = n;
            if (r->y[i] != kind)
                continue;
            for (; at > 0 && score[at - 1] < r->score[i]; at--)
                score[at] = score[at - 1];
            score[at] = r->score[i];
            n++;
        }
        for (uint32_t i = 0; i < n; i++) {
            uint32_t bits[4];
            egad_rng_bits(seed, (uint32_t[4]){ i / 4, number, kind, STREAM_BOOTSTRAP },
                          bits);
            drawn->score[drawn->n] = score[(size_t)(bits[i % 4] * 0x1p-32 * (double)n)];
            drawn->y[drawn->n++] = (unsigned char)kind;
        }
    }
}

/* The highest value at `x` of the polyline through n points with rising px. */
static double twin_line(const double *px, const double *py, size_t n, double x)
{
    double best = -1;
    for (size_t i = 0; i < n; i++)
        if (px[i] == x)
            best = fmax(best, py[i]);
        else if (i > 0 && px[i - 1] < x && x < px[i])
            best =
                py[i - 1] + (py[i] - py[i - 1]) * (x - px[i - 1]) / (px[i] - px[i - 1]);
    return best;
}

static double twin_percentile(const double *value, int times, double percent)
{
    double v[TIMES];
    for (int i = 0; i < times; i++) {
        int at = i;
        for (; at > 0 && v[at - 1] > value[i]; at--)
            v[at] = v[at - 1];
        v[at] = value[i];
    }
    const double at = percent / 100 * (times - 1);
    const int below = (int)floor(at), above = (int)ceil(at);
    return above == below ? v[below] : v[below] * (above - at) + v[above] * (at - below);
}

enum { FIGURES = 10, TIES = 0, COLUMNS = FIGURES + 2 * EGAD_BAND };

static void list(double out[COLUMNS], const egad_metrics *m, const double *roc,
                 const double *pr)
{
    const double figure[FIGURES] = { (double)m->ties, m->threshold, m->precision,
                                     m->recall,       m->f1,        m->auroc,
                                     m->auprc,        m->ap,        m->precision_at_n,
                                     m->best_f1 };
    memcpy(out, figure, sizeof figure);
    memcpy(out + FIGURES, roc, EGAD_BAND * sizeof *roc);
    memcpy(out + FIGURES + EGAD_BAND, pr, EGAD_BAND * sizeof *pr);
}

/* All figures of a replicate. */
static void twin_measure(double out[COLUMNS], const rows *r, double fraction)
{
    static double recall[MOST + 1], precision[MOST + 1], rate[MOST + 1];
    double roc[EGAD_BAND], pr[EGAD_BAND];
    egad_metrics m;
    egad_curve_point *point;
    size_t n;
    CHECK_OK(egad_metrics_compute(&m, r->score, r->y, r->n, fraction));
    CHECK_OK(egad_metrics_curve(&point, &n, r->score, r->y, r->n));
    rate[0] = recall[0] = 0;
    precision[0] = 1;
    for (size_t i = 0; i < n; i++) {
        rate[i + 1] = point[i].false_alarms;
        recall[i + 1] = point[i].recall;
        precision[i + 1] = point[i].precision;
    }
    for (int k = 0; k < EGAD_BAND; k++) {
        roc[k] = twin_line(rate, recall, n + 1, k / 100.);
        pr[k] = twin_line(recall, precision, n + 1, k / 100.);
    }
    list(out, &m, roc, pr);
    free(point);
}

static void same(double got, double want, int column)
{
    ck_assert_msg(isinf(want) ? got == want : fabs(got - want) <= tolerance,
                  "column %d: %.17g instead of %.17g", column, got, want);
}

static void against_twin(const rows *r, double fraction, int times, uint64_t seed)
{
    static double value[COLUMNS][TIMES];
    double row[COLUMNS], low[COLUMNS], high[COLUMNS];
    static rows drawn;
    egad_bootstrap got;
    egad_metrics all;
    for (int k = 0; k < times; k++) {
        twin_draw(&drawn, r, seed, (uint32_t)k);
        ck_assert_uint_eq(drawn.n, r->n);
        twin_measure(row, &drawn, fraction);
        for (int c = 0; c < COLUMNS; c++)
            value[c][k] = row[c];
    }
    CHECK_OK(egad_bootstrap_measure(&got, r->score, r->y, r->n, fraction, times, seed));
    list(low, &got.low, got.roc_low, got.pr_low);
    list(high, &got.high, got.roc_high, got.pr_high);
    for (int c = 0; c < COLUMNS; c++) {
        const double from = twin_percentile(value[c], times, 2.5);
        const double to = twin_percentile(value[c], times, 97.5);
        same(low[c], c == TIES ? floor(from) : from, c);
        same(high[c], c == TIES ? ceil(to) : to, c);
    }
    CHECK_OK(egad_metrics_compute(&all, r->score, r->y, r->n, fraction));
    const egad_metrics *end[] = { &got.low, &got.high };
    for (int k = 0; k < 2; k++) {
        ck_assert_uint_eq(end[k]->rows, all.rows);
        ck_assert_uint_eq(end[k]->anomalies, all.anomalies);
        ck_assert_double_eq(end[k]->fraction, all.fraction);
        ck_assert_double_eq(end[k]->chance_f1, all.chance_f1);
        ck_assert_double_eq(end[k]->chance_auprc, all.chance_auprc);
    }
}

/* ---- Comparison ------------------------------------------------------------ */

static const struct {
    size_t n, anomalies;
    float shift, levels; /* arguments of make() */
    double fraction;
} sets[] = {
    { 60, 13, 1, 2, .2 },   { 61, 20, .5f, 0, .33 }, { 200, 100, 1, 4, .5 },
    { 300, 100, 2, 0, .1 }, { 37, 1, 1, 3, .05 },    { 37, 36, 1, 3, .97 },
    { 2, 1, 0, 0, .5 },     { 257, 50, -1, 8, 1 },   { 500, 250, 1, 100, 0 },
};

/* With one replicate, low and high are its own figures. */
START_TEST(replicates)
{
    static rows r;
    make(&r, sets[_i].n, sets[_i].anomalies, sets[_i].shift, sets[_i].levels, 1);
    for (uint64_t seed = 0; seed < 20; seed++)
        against_twin(&r, sets[_i].fraction, 1, seed << 30);
}
END_TEST

/* With 41 replicates percentiles are replicates; else they lie between two. */
START_TEST(percentiles)
{
    static const int times[] = { 2, 3, 20, 41, TIMES };
    static rows r;
    make(&r, sets[_i].n, sets[_i].anomalies, sets[_i].shift, sets[_i].levels, 2);
    for (size_t k = 0; k < sizeof times / sizeof *times; k++)
        against_twin(&r, sets[_i].fraction, times[k], 5);
}
END_TEST

START_TEST(infinite_scores)
{
    static rows r;
    make(&r, 60, 20, 1, 2, 3);
    for (size_t i = 0; i < r.n; i += 4)
        r.score[i] = i % 8 ? INFINITY : -INFINITY;
    against_twin(&r, .3, 1, 1);
    against_twin(&r, .15, 41, 1);
    against_twin(&r, 1, 41, 1);
}
END_TEST

/* All scores tie in every replicate: both curves are one line. */
START_TEST(all_scores_equal)
{
    static rows r;
    make(&r, 100, 30, 1, 1, 4);
    for (size_t i = 0; i < r.n; i++)
        r.score[i] = 5;
    egad_bootstrap got;
    CHECK_OK(egad_bootstrap_measure(&got, r.score, r.y, r.n, .2, 50, 1));
    ck_assert_double_eq(got.low.auroc, .5);
    ck_assert_double_eq(got.high.auroc, .5);
    ck_assert_uint_eq(got.low.ties, 100);
    ck_assert_uint_eq(got.high.ties, 100);
    for (int k = 0; k < EGAD_BAND; k++) {
        ck_assert_double_eq_tol(got.roc_low[k], k / 100., tolerance);
        ck_assert_double_eq_tol(got.roc_high[k], k / 100., tolerance);
        ck_assert_double_eq_tol(got.pr_low[k], 1 - .7 * k / 100., tolerance);
    }
}
END_TEST

START_TEST(perfect_separation)
{
    static rows r;
    make(&r, 20, 5, 100, 0, 5);
    egad_bootstrap got;
    CHECK_OK(egad_bootstrap_measure(&got, r.score, r.y, r.n, .25, 200, 1));
    const egad_metrics *end[] = { &got.low, &got.high };
    for (int k = 0; k < 2; k++) {
        ck_assert_double_eq(end[k]->precision, 1);
        ck_assert_double_eq(end[k]->recall, 1);
        ck_assert_double_eq(end[k]->f1, 1);
        ck_assert_double_eq(end[k]->best_f1, 1);
        ck_assert_double_eq(end[k]->auroc, 1);
        ck_assert_double_eq_tol(end[k]->auprc, 1, tolerance);
        ck_assert_double_eq_tol(end[k]->ap, 1, tolerance);
        ck_assert_double_eq_tol(end[k]->precision_at_n, 1, tolerance);
    }
    ck_assert_double_lt(got.low.threshold, got.high.threshold);
    for (int k = 0; k < EGAD_BAND; k++) {
        ck_assert_double_eq(got.roc_low[k], 1);
        ck_assert_double_eq(got.pr_low[k], 1);
        ck_assert_double_eq(got.roc_high[k], 1);
        ck_assert_double_eq(got.pr_high[k], 1);
    }
}
END_TEST

START_TEST(seeds)
{
    static rows r;
    static egad_bootstrap a, b, c, d;
    make(&r, 301, 60, 1, 0, 6);
    CHECK_OK(egad_bootstrap_measure(&a, r.score, r.y, r.n, .2, 100, 1));
    CHECK_OK(egad_bootstrap_measure(&b, r.score, r.y, r.n, .2, 100, 1));
    ck_assert_mem_eq(&a, &b, sizeof a);
    /* Seeds that differ in the lower or the upper half. */
    CHECK_OK(egad_bootstrap_measure(&c, r.score, r.y, r.n, .2, 100, 2));
    CHECK_OK(egad_bootstrap_measure(&d, r.score, r.y, r.n, .2, 100, 1 + (1ull << 32)));
    ck_assert_double_ne(a.low.auroc, c.low.auroc);
    ck_assert_double_ne(a.low.auroc, d.low.auroc);
    ck_assert_double_ne(c.low.auroc, d.low.auroc);
}
END_TEST

/* ---- Against a known distribution -------------------------------------------- */

/* Two Gaussians one deviation apart, 200 rows each, a hundred sets.  Of the 95 %
 * intervals, 85 to 99 contain the true figure; their width is 3.92 standard deviations of
 * the figure between sets, which a hundred sets estimate to 7 % (one deviation); four
 * such deviations are allowed. */
START_TEST(coverage)
{
    enum { SETS = 100, RATE = 20, RECALL = 50 };
    static const double auroc = 0.760249938906523; /* Phi(1 / sqrt(2)) */
    static const double recall = 0.562920828;      /* Phi(1 + z), Phi(z) being 0.2 */
    static const double precision = 0.759122465;   /* 0.5 / (0.5 + 1 - Phi(1)) */
    static rows r;
    double sum = 0, squares = 0, width = 0;
    int inside[3] = { 0 };
    for (uint32_t k = 0; k < SETS; k++) {
        egad_bootstrap got;
        egad_metrics m;
        make(&r, 400, 200, 1, 0, 100 + k);
        CHECK_OK(egad_metrics_compute(&m, r.score, r.y, r.n, .5));
        CHECK_OK(egad_bootstrap_measure(&got, r.score, r.y, r.n, .5, 400, k));
        inside[0] += got.low.auroc <= auroc && auroc <= got.high.auroc;
        inside[1] += got.roc_low[RATE] <= recall && recall <= got.roc_high[RATE];
        inside[2] += got.pr_low[RECALL] <= precision && precision <= got.pr_high[RECALL];
        sum += m.auroc;
        squares += m.auroc * m.auroc;
        width += (got.high.auroc - got.low.auroc) / SETS;
    }
    for (int k = 0; k < 3; k++)
        ck_assert_msg(85 <= inside[k] && inside[k] <= 99, "%d: %d", k, inside[k]);
    const double deviation = sqrt((squares - sum * sum / SETS) / (SETS - 1));
    ck_assert_double_eq_tol(width / (3.92 * deviation), 1, 4 * .07);
}
END_TEST

/* ---- Bad input ------------------------------------------------------------- */

START_TEST(refusals)
{
    static const float score[] = { 1, 2, 3, 4 }, bad[] = { 1, NAN, 3, 4 };
    static const unsigned char y[] = { 0, 1, 0, 1 }, none[4], all[] = { 1, 1, 1, 1 };
    static egad_bootstrap got, untouched;
    memset(&got, 85, sizeof got);
    memset(&untouched, 85, sizeof got);
#define FAILS(scores, y, rows, fraction, times, code, words)                             \
    CHECK_FAILS(egad_bootstrap_measure(&got, scores, y, rows, fraction, times, 1), code, \
                words)
    FAILS(score, y, 4, .2, 0, ARGUMENT, "0 replicates, wanted 1 to 10000");
    FAILS(score, y, 4, .2, -5, ARGUMENT, "-5 replicates");
    FAILS(score, y, 4, .2, 10001, ARGUMENT, "10001 replicates");
    FAILS(score, y, 4, -.1, 10, ARGUMENT, "share of rows");
    FAILS(score, y, 4, (double)NAN, 10, ARGUMENT, "share of rows");
    FAILS(bad, y, 4, .2, 10, DATA, "row 1 (from 0) is not a number");
    FAILS(score, none, 4, .2, 10, DATA, "both classes are needed");
    FAILS(score, all, 4, .2, 10, DATA, "both classes are needed");
    FAILS(score, NULL, 4, .2, 10, DATA, "no labels");
    FAILS(score, y, 0, .2, 10, DATA, "both classes are needed");
    if (SIZE_MAX > UINT32_MAX)
        FAILS(score, y, SIZE_MAX, .2, 10, DATA, "32-bit draws");
    ck_assert_mem_eq(&got, &untouched, sizeof got);
    CHECK_OK(egad_bootstrap_measure(&got, score, y, 4, .2, 10000, 1));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bootstrap");
    TCase *tests = support_case(suite, NULL, NULL);
    const int n = (int)(sizeof sets / sizeof *sets);
    tcase_add_loop_test(tests, replicates, 0, n);
    tcase_add_loop_test(tests, percentiles, 0, n);
    tcase_add_test(tests, infinite_scores);
    tcase_add_test(tests, all_scores_equal);
    tcase_add_test(tests, perfect_separation);
    tcase_add_test(tests, seeds);
    tcase_add_test(tests, coverage);
    tcase_add_test(tests, refusals);
    return support_run(suite);
}

/* The method nearest: against loops in double, which count copies, at sizes around the
 * fifth row and those of tiles; against scikit-learn; files that are refused. */
#include "methods.h"

static const egad_method *const method = &egad_nearest_method;
enum { NEAREST, FIFTH, LOCAL, KEPT, CENTRE = KEPT, COUNT };

static double apart(const float *a, const float *b, size_t P)
{
    double sum = 0.0;
    for (size_t k = 0; k < P; k++)
        sum += ((double)a[k] - (double)b[k]) * ((double)a[k] - (double)b[k]);
    return sqrt(sum);
}

/* 1 if row i equals an earlier row. */
static int copied(const float *x, size_t i, size_t P)
{
    for (size_t j = 0; j < i; j++)
        if (memcmp(x + i * P, x + j * P, P * sizeof *x) == 0)
            return 1;
    return 0;
}

/* Distances of q to the rows of x but one, ascending, and these rows.  distinct: to
 * different rows only; `skip` then leaves out all copies of a row. */
static size_t sorted(double *d, size_t *at, const float *q, const float *x, size_t rows,
                     size_t P, long skip, int distinct)
{
    size_t n = 0;
    for (size_t j = 0; j < rows; j++) {
        if (distinct && (copied(x, j, P) ||
                         (skip >= 0 && apart(x + j * P, x + (size_t)skip * P, P) == 0.0)))
            continue;
        if (!distinct && (long)j == skip)
            continue;
        const double v = apart(q, x + j * P, P);
        size_t i = n++;
        for (; i > 0 && v < d[i - 1]; i--) {
            d[i] = d[i - 1];
            at[i] = at[i - 1];
        }
        d[i] = v;
        at[i] = j;
    }
    return n;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The terms of q by their definition; skip: the training row that q is, or -1. */
static void define(double *terms, const float *q, const float *x, size_t rows, size_t P,
                   long skip)
{
    double *d = malloc(rows * sizeof *d), *e = malloc(rows * sizeof *e), around = 0.0;
    size_t *at = malloc(rows * sizeof *at), *of = malloc(rows * sizeof *of);
    size_t n = sorted(d, at, q, x, rows, P, skip, 0);
    terms[NEAREST] = n ? d[0] : 0.0;
    terms[FIFTH] = n ? d[least(n, 5) - 1] : 0.0;
    n = least(5, sorted(d, at, q, x, rows, P, skip, 1));
    terms[LOCAL] = n ? d[n - 1] : 0.0;
    for (size_t i = 0; i < n; i++) {
        const size_t others = sorted(e, of, x + at[i] * P, x, rows, P, (long)at[i], 1);
        if (others)
            around += log(e[least(5, others) - 1]) / (double)n;
    }
    terms[LOCAL] /= exp(around);
    free(d);
    free(e);
    free(at);
    free(of);
}

/* Compare the terms of n rows q; own: they are rows 0, 1, ... of x, each left out. */
static void check(void *fitted, const float *q, size_t n, const float *x, size_t rows,
                  size_t P, int own)
{
    const float *got = methods_terms(method, fitted, q, n, own);
    double *want = lab_doubles(n * COUNT);
    for (size_t i = 0; i < n; i++)
        define(want + i * COUNT, q + i * P, x, rows, P, own ? (long)i : -1);
    lab_near(TOLERANCE_NEIGHBOUR, own ? "left out" : "terms", got, want, n * COUNT);
}

/* Rows of which some are copies. */
static float *training(size_t rows, size_t P)
{
    float *x = lab_uniform(rows * P, 80, 2.0f);
    for (size_t i = 3; i < rows; i++)
        if (i % 3 == 0 || i > 3 * rows / 4)
            memcpy(x + i * P, x + i * 5 % (rows / 2 + 1) * P, P * sizeof *x);
    return x;
}

START_TEST(definition)
{
    static const struct {
        size_t rows, P, n;
    } size[] = {
        { 1, 3, 2 }, { 2, 1, 3 },   { 3, 4, 2 },   { 5, 2, 6 },    { 6, 70, 3 },
        { 7, 5, 7 }, { 12, 3, 40 }, { 33, 7, 33 }, { 40, 129, 5 }, { 150, 6, 70 }
    };
    for (size_t s = 0; s < sizeof size / sizeof *size; s++)
        for (int cpu = 0; cpu < 2; cpu++) {
            const size_t rows = size[s].rows, P = size[s].P, n = size[s].n;
            const float *x = training(rows, P);
            float *q = lab_uniform(n * P, 81, 2.2f);
            memcpy(q, x + (rows - 1) * P, P * sizeof *q); /* a row of distance 0 */
            lab_pretend(cpu);
            void *fitted = methods_fit(method, &(egad_method_settings){ 0 }, x, rows, P);
            check(fitted, q, n, x, rows, P, 0);
            check(fitted, x, rows, x, rows, P, 1);
            method->free(fitted);
        }
}
END_TEST

/* Of scikit-learn 1.9: NearestNeighbors(5) for the first two; for the third, the fifth
 * distance to the 50 different rows, over the geometric mean of the same of its five. */
START_TEST(published)
{
    static const double want[METHODS_QUERIES][COUNT] = {
        { 1.028879852, 2.244785625, 0.836458016 },
        { 1.405902735, 2.990871529, 1.156793744 },
        { 0.807677999, 1.958554952, 0.616911348 },
        { 0.854674646, 3.726488796, 1.185333553 },
        { 0.998044964, 2.123160969, 0.747274667 },
        { 0.000000000, 0.000000000, 1.275739971 },
    };
    char text[200];
    void *fitted = methods_fit(method, &(egad_method_settings){ 0 }, methods_table(0),
                               METHODS_ROWS, METHODS_COLUMNS);
    lab_near(TOLERANCE_NEIGHBOUR, "scikit-learn",
             methods_terms(method, fitted, methods_table(11), METHODS_QUERIES, 0), *want,
             METHODS_QUERIES * COUNT);
    method->describe(fitted, text, sizeof text);
    ck_assert_str_eq(text, "50 different training rows of 60, 5 columns");
    method->free(fitted);
}
END_TEST

/* What nearest expects is the nearest training row: its distance is the first term. */
START_TEST(rebuilt)
{
    enum { ROWS = 90, P = 7, N = 40 };
    const float *x = training(ROWS, P);
    float *q = lab_uniform(N * P, 83, 2.0f), *row = lab_floats(N * P);
    memcpy(q, x, P * sizeof *q);
    q[2 * P] = NAN;
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        void *fitted = methods_fit(method, &(egad_method_settings){ 0 }, x, ROWS, P);
        const float *got = methods_terms(method, fitted, q, N, 0);
        CHECK_OK(method->rebuild(fitted, q, N, 0, row));
        lab_same("itself", row, x, P);
        for (size_t i = 0; i < N; i++) {
            size_t k = 0;
            while (i != 2 && k < ROWS &&
                   memcmp(row + i * P, x + k * P, P * sizeof *x) != 0)
                k++;
            ck_assert_uint_lt(k, ROWS);
            const double want = apart(q + i * P, row + i * P, P);
            if (i != 2)
                lab_near(TOLERANCE_NEIGHBOUR, "distance", got + i * COUNT, &want, 1);
        }
        /* A training row that is left out is compared with another one. */
        const float *out = methods_terms(method, fitted, q, 1, 1);
        CHECK_OK(method->rebuild(fitted, q, 1, 1, row));
        const double other = apart(q, row, P);
        lab_near(TOLERANCE_NEIGHBOUR, "left out", out, &other, 1);
        method->free(fitted);
    }
}
END_TEST

/* In any order, the training rows are the same; -0 is 0. */
START_TEST(any_order)
{
    enum { ROWS = 90, P = 4 };
    const float *x = training(ROWS, P), *q = lab_uniform(20 * P, 82, 2.0f);
    float *other = lab_floats(ROWS * P);
    for (size_t i = 0; i < ROWS; i++)
        memcpy(other + i * P, x + i * 37 % ROWS * P, P * sizeof *x);
    void *a = methods_fit(method, &(egad_method_settings){ 0 }, x, ROWS, P);
    void *b = methods_fit(method, &(egad_method_settings){ 0 }, other, ROWS, P);
    lab_same("order", methods_terms(method, a, q, 20, 0),
             methods_terms(method, b, q, 20, 0), 20 * COUNT);
    method->free(a);
    method->free(b);
    void *zeros = methods_fit(method, &(egad_method_settings){ 0 },
                              (float[]){ 0.0f, -0.0f, 1.0f }, 3, 1);
    const float *got = methods_terms(method, zeros, (float[]){ 0.0f }, 1, 1);
    ck_assert(got[NEAREST] == 0.0f && got[FIFTH] == 1.0f);
    method->free(zeros);
}
END_TEST

START_TEST(copies_and_broken_rows)
{
    enum { ROWS = 70, P = 6 };
    for (int cpu = 0; cpu < 2; cpu++) {
        lab_pretend(cpu);
        const float *x = training(ROWS, P), *q = lab_uniform(20 * P, 83, 2.0f);
        void *fitted = methods_fit(method, &(egad_method_settings){ 0 }, x, ROWS, P);
        methods_check_copies(method, fitted, x, ROWS, P);
        methods_check_broken(method, fitted, q, 20, P);
        method->free(fitted);
    }
}
END_TEST

/* Distances of whitened rows are Mahalanobis distances, by the covariance of the rows
 * with a share of the mean variance added: against a solution of C d = q - x in double.
 */
static double mahalanobis(const float *a, const float *b, const double *c, size_t P)
{
    double *m = lab_doubles(P * (P + 1)), sum = 0.0;
    for (size_t i = 0; i < P; i++) {
        memcpy(m + i * (P + 1), c + i * P, P * sizeof *m);
        m[i * (P + 1) + P] = (double)a[i] - (double)b[i];
    }
    for (size_t k = 0; k < P; k++)
        for (size_t i = 0; i < P; i++) {
            const double by = m[i * (P + 1) + k] / m[k * (P + 1) + k];
            for (size_t j = k; i != k && j <= P; j++)
                m[i * (P + 1) + j] -= by * m[k * (P + 1) + j];
        }
    for (size_t i = 0; i < P; i++)
        sum += ((double)a[i] - (double)b[i]) * m[i * (P + 1) + P] / m[i * (P + 1) + i];
    return sqrt(sum);
}

static const double *shrunk_covariance(const float *x, size_t rows, size_t P, double s)
{
    double *c = lab_doubles(P * P), *mean = lab_doubles(P), variance = 0.0;
    for (size_t i = 0; i < rows * P; i++)
        mean[i % P] += (double)x[i] / (double)rows;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < P * P; j++)
            c[j] += ((double)x[i * P + j / P] - mean[j / P]) *
                    ((double)x[i * P + j % P] - mean[j % P]) / (double)rows;
    for (size_t j = 0; j < P; j++)
        variance += c[j * P + j] / (double)P;
    for (size_t j = 0; j < P; j++)
        c[j * P + j] += s * (variance > 0.0 ? variance : 1.0);
    return c;
}

/* Their distances to the mean, by the same covariance. */
static void check_centre(const float *terms, const float *q, size_t n, const float *x,
                         size_t rows, size_t P, const double *c)
{
    float *mean = lab_floats(P);
    double *want = lab_doubles(n);
    for (size_t j = 0; j < P; j++) {
        double sum = 0.0;
        for (size_t i = 0; i < rows; i++)
            sum += (double)x[i * P + j] / (double)rows;
        mean[j] = (float)sum;
    }
    for (size_t i = 0; i < n; i++)
        want[i] = mahalanobis(q + i * P, mean, c, P);
    lab_near(TOLERANCE_DISTANCE, "centre", methods_column(method, terms, n, CENTRE), want,
             n);
}

START_TEST(whitened)
{
    static const struct {
        size_t rows, P, n;
    } size[] = { { 1, 3, 2 }, { 3, 4, 2 }, { 33, 7, 33 }, { 40, 65, 5 }, { 150, 6, 70 } };
    for (size_t s = 0; s < sizeof size / sizeof *size; s++)
        for (int cpu = 0; cpu < 2; cpu++) {
            const size_t rows = size[s].rows, P = size[s].P, n = size[s].n;
            float *x = lab_uniform(rows * P, 90, 2.0f), *q = lab_uniform(n * P, 91, 2.0f);
            for (size_t i = 0; i < rows; i++) /* columns that covary */
                x[i * P + P - 1] += 3.0f * x[i * P];
            lab_pretend(cpu);
            const egad_method_settings settings = { .shrinkage = 0.1 };
            void *fitted = methods_fit(method, &settings, x, rows, P);
            const float *got = methods_terms(method, fitted, q, n, 0);
            const double *c = shrunk_covariance(x, rows, P, 0.1);
            double *want = lab_doubles(n);
            for (size_t i = 0; i < n; i++) {
                want[i] = INFINITY;
                for (size_t j = 0; j < rows; j++)
                    want[i] = fmin(want[i], mahalanobis(q + i * P, x + j * P, c, P));
            }
            lab_near(TOLERANCE_DISTANCE, "whitened",
                     methods_column(method, got, n, NEAREST), want, n);
            check_centre(got, q, n, x, rows, P, c);
            float *nothing = lab_floats(n * P);
            CHECK_FAILS(method->rebuild(fitted, q, n, 0, nothing), ARGUMENT,
                        "whitened rows");
            methods_check_copies(method, fitted, x, rows, P);
            method->free(fitted);
        }
}
END_TEST

/* At most so many different rows are kept, which are the same for the same rows. */
START_TEST(thinned)
{
    enum { ROWS = 90, P = 4, MOST = 31 };
    const float *x = lab_uniform(ROWS * P, 93, 2.0f);
    const egad_method_settings settings = { .most = MOST };
    char text[100];
    void *fitted = methods_fit(method, &settings, x, ROWS, P);
    const float *terms = methods_terms(method, fitted, x, ROWS, 0);
    int kept = 0;
    for (size_t i = 0; i < ROWS; i++)
        kept += terms[i * COUNT + NEAREST] == 0.0f;
    ck_assert_int_eq(kept, MOST);
    method->describe(fitted, text, sizeof text);
    ck_assert(strstr(text, "31 different training rows of 90"));
    methods_check_copies(method, fitted, x, ROWS, P);
    method->free(fitted);
}
END_TEST

/* A share of the rows is kept, in which copies count as often as they are kept; whitening
 * is by all rows. */
START_TEST(drawn)
{
    enum { ROWS = 200, P = 4 };
    float *x = lab_uniform(ROWS * P, 94, 2.0f);
    char text[100];
    for (size_t i = 100; i < ROWS; i++) /* a hundred rows are alike */
        memcpy(x + i * P, x, P * sizeof *x);
    const egad_method_settings all = { .shrinkage = 0.1 },
                               some = { .shrinkage = 0.1, .share = 0.25 },
                               few = { .share = 1e-6 };
    void *whole = methods_fit(method, &all, x, ROWS, P);
    void *part = methods_fit(method, &some, x, ROWS, P);
    const float *a = methods_terms(method, whole, x, ROWS, 0),
                *b = methods_terms(method, part, x, ROWS, 0);
    size_t kept = 0;
    for (size_t i = 0; i < ROWS; i++) {
        kept += i < 100 && b[i * COUNT + NEAREST] == 0.0f;
        ck_assert(a[i * COUNT + NEAREST] == 0.0f);
        ck_assert(b[i * COUNT + FIFTH] >= a[i * COUNT + FIFTH]);
        ck_assert(b[i * COUNT + CENTRE] == a[i * COUNT + CENTRE]);
        ck_assert(i < 100 || b[i * COUNT + FIFTH] == 0.0f);
    }
    ck_assert_uint_ge(kept, 23);
    ck_assert_uint_le(kept, 27);
    methods_check_copies(method, part, x, ROWS, P);
    method->free(whole);
    method->free(part);
    part = methods_fit(method, &few, x, 40, P); /* twenty at least */
    method->describe(part, text, sizeof text);
    ck_assert(strstr(text, "20 different training rows of 40") ||
              strstr(text, "21 different training rows of 40"));
    method->free(part);
}
END_TEST

/* A file with these arrays of two points in three columns; NULL leaves one out. */
static egad_status of_arrays(const float *rows, const float *copies, const float *scale,
                             size_t columns)
{
    egad_h5 *file = NULL;
    void *fitted = NULL;
    const float left_out[2 * KEPT] = { 0 };
    CHECK_OK(egad_h5_create(&file, methods_path));
    if (rows)
        CHECK_OK(egad_h5_write(file, "/method/rows", EGAD_H5_F32, 2,
                               (const size_t[]){ 2, 3 }, rows));
    CHECK_OK(egad_h5_write(file, "/method/copies", EGAD_H5_F32, 1, (const size_t[]){ 2 },
                           copies));
    CHECK_OK(egad_h5_write(file, "/method/scale", EGAD_H5_F32, 1, (const size_t[]){ 2 },
                           scale));
    CHECK_OK(egad_h5_write(file, "/method/left_out", EGAD_H5_F32, 2,
                           (const size_t[]){ 2, KEPT }, left_out));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    const egad_status status = methods_load(method, &fitted, columns);
    method->free(fitted);
    return status;
}

START_TEST(files)
{
    static const float rows[] = { 1, 2, 3, 4, 5, 6 }, copies[] = { 1, 7 },
                       scale[] = { 5, 5 };
    static const float infinite[] = { 1, 2, 3, 4, INFINITY, 6 };
    CHECK_OK(of_arrays(rows, copies, scale, 3));
    CHECK_FAILS(of_arrays(NULL, copies, scale, 3), FORMAT, "/method/rows");
    CHECK_FAILS(of_arrays(rows, copies, scale, 2), FORMAT, "impossible shape");
    CHECK_FAILS(of_arrays(infinite, copies, scale, 3), FORMAT, "not finite");
    CHECK_FAILS(of_arrays(rows, (float[]){ 1, 0.5f }, scale, 3), FORMAT,
                "no number of rows");
    CHECK_FAILS(of_arrays(rows, (float[]){ 0, 1 }, scale, 3), FORMAT,
                "no number of rows");
    CHECK_FAILS(of_arrays(rows, copies, (float[]){ 1, -1 }, 3), FORMAT,
                "the distance -1");
}
END_TEST

START_TEST(no_rows)
{
    void *fitted;
    CHECK_FAILS(
        method->fit(&fitted, lab, &(egad_method_settings){ 0 }, lab_floats(1), 0, 1),
        DATA, "needs a training row");
    ck_assert_ptr_null(fitted);
    ck_assert_ptr_eq(egad_method_find("nearest"), method);
    ck_assert_ptr_null(egad_method_find("farthest"));
    ck_assert_uint_eq(egad_method_terms(method), COUNT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nearest");
    TCase *tests = support_case(suite, methods_begin, methods_end);
    tcase_add_test(tests, definition);
    tcase_add_test(tests, published);
    tcase_add_test(tests, rebuilt);
    tcase_add_test(tests, any_order);
    tcase_add_test(tests, copies_and_broken_rows);
    tcase_add_test(tests, whitened);
    tcase_add_test(tests, thinned);
    tcase_add_test(tests, drawn);
    tcase_add_test(tests, files);
    tcase_add_test(tests, no_rows);
    return lab_main(suite);
}

/* The method ocsvm: what its solution must fulfil, problems whose solution is known,
 * copies, reconstructions, files and settings that are refused.  Values of another
 * program are in check_reference_ocsvm.c. */
#include "methods.h"

static const egad_method *const method = &egad_ocsvm_method;
static const char *const engines[] = { "rows", "tiles", "plain", "clblast" };
enum { ENGINES = sizeof engines / sizeof *engines };

enum { N = METHODS_ROWS, P = METHODS_COLUMNS };

/* What a model file has of a fitted machine. */
typedef struct {
    size_t n;
    float *support, *alpha;
    double rho, above;
} machine;

static machine saved(const void *fitted)
{
    egad_h5 *file = NULL;
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    machine m = { 0 };
    methods_save(method, fitted);
    CHECK_OK(egad_h5_open(&file, methods_path));
    CHECK_OK(egad_h5_shape(file, "/method/support", shape, &rank));
    m.n = shape[0];
    m.support = lab_floats(shape[0] * shape[1]);
    m.alpha = lab_floats(shape[0]);
    CHECK_OK(egad_h5_read_floats(file, "/method/support", 2, shape, m.support));
    CHECK_OK(egad_h5_read_floats(file, "/method/alpha", 1, shape, m.alpha));
    CHECK_OK(egad_h5_read_number(file, "/method", "rho", &m.rho));
    CHECK_OK(egad_h5_read_number(file, "/method", "outside_above", &m.above));
    egad_h5_close(file);
    return m;
}

static double kernel(const float *a, const float *b, size_t columns, double gamma)
{
    double sum = 0.0;
    for (size_t j = 0; j < columns; j++)
        sum += ((double)a[j] - (double)b[j]) * ((double)a[j] - (double)b[j]);
    return exp(-gamma * sum);
}

static int same_row(const float *a, const float *b, size_t columns)
{
    return memcmp(a, b, columns * sizeof *a) == 0;
}

/* The conditions of the optimum, from the file alone: weights add up to nu times the
 * rows; a row whose weight is below its copies is not outside, one with a weight above 0
 * not inside, up to the gap. */
static void check_optimum(void *fitted, const float *x, size_t rows, size_t columns,
                          double nu, double gamma)
{
    const machine m = saved(fitted);
    const float *got = methods_terms(method, fitted, x, rows, 1);
    /* Squares of up to 60 are differences of rounded numbers of that size. */
    const double rounding = 1.2e-7 * (4.0 + 60.0 * gamma) * m.rho + 1e-6;
    double all = 0.0;
    size_t outside = 0;
    for (size_t k = 0; k < m.n; k++)
        all += (double)m.alpha[k];
    ck_assert(fabs(all - nu * (double)rows) < 1e-5 * all);
    for (size_t i = 0; i < rows; i++) {
        double sum = 0.0, weight = 0.0;
        size_t copies = 0;
        for (size_t k = 0; k < m.n; k++) {
            sum += (double)m.alpha[k] *
                   kernel(x + i * columns, m.support + k * columns, columns, gamma);
            if (same_row(x + i * columns, m.support + k * columns, columns))
                weight = (double)m.alpha[k];
        }
        for (size_t j = 0; j < rows; j++)
            copies += (size_t)same_row(x + i * columns, x + j * columns, columns);
        ck_assert_msg(fabs((double)got[i] - (m.rho - sum)) < rounding,
                      "gamma %g, nu %g: %g, not %g, of %g", gamma, nu, (double)got[i],
                      m.rho - sum, m.rho);
        ck_assert(weight <= (double)copies);
        if (weight < (double)copies)
            ck_assert(m.rho - sum < m.above + rounding);
        if (weight > 0.0)
            ck_assert(m.rho - sum > -m.above - rounding);
        outside += (double)got[i] > m.above + rounding;
    }
    ck_assert((double)outside <= nu * (double)rows + 1e-9);
    ck_assert((double)m.n + 1e-9 >= nu * (double)rows || m.n < rows);
}

START_TEST(optimum)
{
    static const double nus[] = { 0.01, 0.1, 0.35, 0.9, 1.0 };
    static const double gammas[] = { 0.01, 0.2, 5.0 };
    lab_engine(engines[_i]);
    for (size_t k = 0; k < sizeof nus / sizeof *nus; k++)
        for (size_t g = 0; g < sizeof gammas / sizeof *gammas; g++) {
            const egad_method_settings settings = { .nu = nus[k], .gamma = gammas[g] };
            void *fitted = methods_fit(method, &settings, methods_table(0), N, P);
            check_optimum(fitted, methods_table(0), N, P, nus[k], gammas[g]);
            method->free(fitted);
        }
}
END_TEST

/* More rows than a batch of products has, and more points than a part of a sum. */
START_TEST(many)
{
    enum { ROWS = 4500, COLUMNS = 3 };
    const float *x = lab_uniform(ROWS * COLUMNS, 90, 1.0f);
    lab_engine(engines[_i]);
    void *fitted =
        methods_fit(method, &(egad_method_settings){ .nu = 0.2 }, x, ROWS, COLUMNS);
    char text[256];
    size_t outside = 0;
    const machine m = saved(fitted);
    const float *got = methods_terms(method, fitted, x, ROWS, 0);
    for (size_t i = 0; i < ROWS; i++)
        outside += (double)got[i] > m.above;
    ck_assert(outside <= ROWS / 5 && outside > ROWS / 5 - 20 && m.n > ROWS / 5);
    method->describe(fitted, text, sizeof text);
    ck_assert_msg(strstr(text, "of 4500 different rows of 4500; nu 0.2, gamma 0.3333"),
                  "%s", text);
    method->free(fitted);
}
END_TEST

/* Two rows, two unknowns: both weigh nu, and rho is nu (1 + k).  With nu 1 all weights
 * are at their bounds, and the outermost row is on the boundary. */
START_TEST(known)
{
    static const float x[] = { 0.0f, 1.0f };
    const double k = exp(-0.5);
    void *fitted =
        methods_fit(method, &(egad_method_settings){ .nu = 0.5, .gamma = 0.5 }, x, 2, 1);
    machine m = saved(fitted);
    ck_assert(fabs(m.rho - 0.5 * (1.0 + k)) < 1e-6 && m.n == 2 &&
              fabs((double)m.alpha[0] - 0.5) < 1e-5);
    method->free(fitted);

    static const float three[] = { 0.0f, 1.0f, 2.0f };
    fitted = methods_fit(method, &(egad_method_settings){ .nu = 1.0, .gamma = 0.5 },
                         three, 3, 1);
    m = saved(fitted);
    ck_assert(fabs(m.rho - (1.0 + 2.0 * k)) < 1e-6);
    const float *got = methods_terms(method, fitted, three, 3, 0);
    ck_assert(fabsf(got[1]) < 1e-6f && got[0] > 0.1f);
    method->free(fitted);

    static const float copies[] = { 3.0f, 3.0f, 3.0f, 3.0f };
    fitted = methods_fit(method, &(egad_method_settings){ .nu = 0.3 }, copies, 4, 1);
    ck_assert(fabsf(*methods_terms(method, fitted, copies, 1, 0)) < 1e-6f);
    ck_assert(*methods_terms(method, fitted, three, 1, 0) > 0.5f);
    method->free(fitted);
}
END_TEST

/* A row far from all has the highest score, and a reconstruction among the support
 * vectors; near one alone it is that one. */
START_TEST(rebuilt)
{
    const egad_method_settings settings = { .nu = 0.5, .gamma = 40.0 };
    const float *x = methods_table(0);
    float *q = lab_floats(4 * P), *row = lab_floats(4 * P);
    lab_engine(engines[_i]);
    void *fitted = methods_fit(method, &settings, x, N, P);
    const machine m = saved(fitted);
    for (size_t j = 0; j < P; j++) {
        q[j] = 1000.0f;
        q[P + j] = m.support[j] + 0.01f;
        q[2 * P + j] = 1e30f;
        q[3 * P + j] = NAN;
    }
    const float *got = methods_terms(method, fitted, q, 4, 0);
    CHECK_OK(method->rebuild(fitted, q, 4, 0, row));
    ck_assert((double)got[0] == (double)(float)m.rho && got[2] == got[0]);
    ck_assert((double)got[1] < m.rho - 0.1 && isnan(got[3]));
    for (size_t j = 0; j < P; j++) {
        ck_assert(fabsf(row[j]) < 7.0f && isfinite(row[j]));
        ck_assert(fabsf(row[P + j] - m.support[j]) < 1e-3f);
        ck_assert(isnan(row[2 * P + j]) && isnan(row[3 * P + j]));
    }
    method->free(fitted);
}
END_TEST

START_TEST(copies_and_broken_rows)
{
    const egad_method_settings settings = { .nu = 0.2 };
    lab_engine(engines[_i]);
    void *fitted = methods_fit(method, &settings, lab_uniform(70 * 19, 93, 1.0f), 70, 19);
    const float *q = lab_uniform(20 * 19, 94, 1.0f);
    methods_check_copies(method, fitted, q, 20, 19);
    methods_check_broken(method, fitted, q, 20, 19);
    method->free(fitted);
}
END_TEST

/* ---- Files and settings that are refused ---------------------------------------- */

typedef struct {
    double nu, gamma, rho;
    uint64_t rows, different;
    float alpha, support;
} numbers;

/* A file of two support vectors of two columns. */
static egad_status of_numbers(const numbers *v, size_t columns)
{
    egad_h5 *file = NULL;
    void *fitted = NULL;
    const size_t two[] = { 2, 2 };
    CHECK_OK(egad_h5_create(&file, methods_path));
    CHECK_OK(egad_h5_write(file, "/method/support", EGAD_H5_F32, 2, two,
                           (float[]){ v->support, 0, 1, 1 }));
    CHECK_OK(egad_h5_write(file, "/method/alpha", EGAD_H5_F32, 1, two,
                           (float[]){ v->alpha, 1 }));
    CHECK_OK(egad_h5_write_count(file, "/method", "rows", v->rows));
    CHECK_OK(egad_h5_write_count(file, "/method", "different", v->different));
    CHECK_OK(egad_h5_write_number(file, "/method", "nu", v->nu));
    CHECK_OK(egad_h5_write_number(file, "/method", "gamma", v->gamma));
    CHECK_OK(egad_h5_write_number(file, "/method", "rho", v->rho));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    const egad_status status = methods_load(method, &fitted, columns);
    method->free(fitted);
    return status;
}

START_TEST(files)
{
    static const numbers good = { 0.5, 0.5, 1.5, 4, 3, 1.0f, 0.0f };
    static const char *const impossible = "impossible number";
    numbers bad[9];
    for (size_t i = 0; i < 9; i++)
        bad[i] = good;
    CHECK_OK(of_numbers(&good, 2));
    CHECK_FAILS(of_numbers(&good, 3), FORMAT, "impossible shape");
    bad[0].nu = 0.0;
    bad[1].nu = 1.1;
    bad[2].gamma = 0.0;
    bad[3].gamma = INFINITY;
    bad[4].rho = NAN;
    bad[5].different = 1;
    bad[6].rows = 2;
    for (size_t i = 0; i < 7; i++)
        CHECK_FAILS(of_numbers(&bad[i], 2), FORMAT, impossible);
    bad[7].alpha = 0.0f;
    CHECK_FAILS(of_numbers(&bad[7], 2), FORMAT, "the weight 0");
    bad[8].support = NAN;
    CHECK_FAILS(of_numbers(&bad[8], 2), FORMAT, "not finite");
}
END_TEST

START_TEST(settings)
{
    static const egad_method_settings wrong[] = { { .nu = 0.0 },
                                                  { .nu = 1.1 },
                                                  { .nu = NAN },
                                                  { .nu = 0.1, .gamma = -1.0 },
                                                  { .nu = 0.1, .gamma = NAN } };
    void *fitted;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_FAILS(method->fit(&fitted, lab, &wrong[i], lab_floats(2), 2, 1), ARGUMENT,
                    "ocsvm needs one above 0");
    CHECK_FAILS(method->fit(&fitted, lab, &wrong[4], lab_floats(1), 0, 1), DATA,
                "needs a training row");
    ck_assert_ptr_eq(egad_method_find("ocsvm"), method);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ocsvm");
    TCase *tests = support_case(suite, methods_begin, methods_end);
    tcase_add_loop_test(tests, optimum, 0, ENGINES);
    tcase_add_loop_test(tests, many, 0, ENGINES);
    tcase_add_test(tests, known);
    tcase_add_loop_test(tests, rebuilt, 0, ENGINES);
    tcase_add_loop_test(tests, copies_and_broken_rows, 0, ENGINES);
    tcase_add_test(tests, files);
    tcase_add_test(tests, settings);
    return lab_main(suite);
}

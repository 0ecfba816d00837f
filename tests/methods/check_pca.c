/* The method pca: against scikit-learn, and by what its terms must be, on all engines of
 * products; files that are refused. */
#include "methods.h"

static const egad_method *const method = &egad_pca_method;
enum { RESIDUAL, L1, MAHALANOBIS, COUNT };

static const char *const engines[] = { "rows", "tiles", "plain", "clblast" };
enum { ENGINES = sizeof engines / sizeof *engines };

static const egad_method_settings usual = { .variance = 0.9 };

/* The table with columns of different scales, of which the second follows the first. */
static float *graded(int k)
{
    static const float scale[] = { 8.0f, 4.0f, 1.0f, 0.5f, 0.125f };
    float *x = methods_table(k);
    for (int i = 0; i < (k ? METHODS_QUERIES : METHODS_ROWS); i++) {
        float *row = x + i * METHODS_COLUMNS;
        row[1] = row[1] * scale[1] + 2.0f * row[0];
        for (int j = 0; j < METHODS_COLUMNS; j++)
            row[j] *= j == 1 ? 1.0f : scale[j];
    }
    return x;
}

/* Of scikit-learn 1.9, PCA(.9) or PCA(1), and of NumPy: the inverse of the covariance
 * with the shrinkage that SciPy's multivariate_t finds likeliest. */
static const struct {
    egad_method_settings settings;
    int graded;
    const char *text;
    double terms[METHODS_QUERIES][COUNT];
} published[] = {
    { { .components = 2 },
      0,
      "2 of 5 components with 53.6 % of the variance of 60 rows, shrinkage 1",
      { { 2.129482029, 3.624457661, 0.975109421 },
        { 1.917347801, 3.528726048, 1.552740708 },
        { 3.048408352, 6.097243258, 1.362209438 },
        { 2.934147015, 5.891894338, 1.756197082 },
        { 2.268095691, 3.315508122, 1.280584669 },
        { 0.526271672, 0.915014542, 1.697749991 } } },
    { { .variance = 0.9 },
      1,
      "2 of 5 components with 98.9 % of the variance of 60 rows, shrinkage 0.0001",
      { { 0.561501867, 0.905130732, 1.357694683 },
        { 3.152863139, 4.081636651, 2.151960375 },
        { 1.292675300, 1.891426962, 1.944047139 },
        { 0.904888031, 1.492760217, 2.410734473 },
        { 1.479094307, 2.343644073, 1.796765878 },
        { 1.913528631, 2.914480726, 2.191692909 } } },
    { { .variance = 0.9, .components = 1 },
      1,
      "1 of 5 components with 86.7 % of the variance of 60 rows, shrinkage 0.0001",
      { { 4.732512286, 6.629594454, 1.357694683 },
        { 6.263786869, 10.960064364, 2.151960375 },
        { 7.890289127, 11.724842586, 1.944047139 },
        { 7.518677341, 10.915778996, 2.410734473 },
        { 5.198975724, 8.415362922, 1.796765878 },
        { 6.196416956, 10.505236683, 2.191692909 } } },
};

START_TEST(independent)
{
    for (int cpu = 0; cpu < 2; cpu++)
        for (size_t p = 0; p < sizeof published / sizeof *published; p++) {
            char text[200];
            lab_engine(engines[_i]);
            lab_pretend(cpu);
            void *fitted = methods_fit(method, &published[p].settings,
                                       published[p].graded ? graded(0) : methods_table(0),
                                       METHODS_ROWS, METHODS_COLUMNS);
            const float *got = methods_terms(
                method, fitted, published[p].graded ? graded(11) : methods_table(11),
                METHODS_QUERIES, 0);
            lab_near(TOLERANCE_COMPONENT, "scikit-learn", got, *published[p].terms,
                     METHODS_QUERIES * COUNT);
            method->describe(fitted, text, sizeof text);
            ck_assert_str_eq(text, published[p].text);
            method->free(fitted);
        }
}
END_TEST

/* Rows in a plane of many columns: (columns, 2) directions, and a length across them. */
enum { ROWS = 1100, WIDE = 67 };
static float *in_plane(size_t rows, unsigned key, float across)
{
    float *x = lab_floats(rows * WIDE);
    const float *at = lab_uniform(rows * 2, key, 1.0f);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < WIDE; j++)
            x[i * WIDE + j] = 0.5f + at[2 * i] * (float)(j % 7) / 3.0f +
                              at[2 * i + 1] * (float)(j % 5) / 4.0f +
                              (j == 6        ? across
                               : j == 6 + 35 ? -across
                                             : 0.0f);
    return x;
}

/* What is outside the plane is the residual: columns 6 and 41 have the same share of both
 * directions.  More rows than are summed or scored at once. */
START_TEST(plane)
{
    lab_engine(engines[_i]);
    void *fitted = methods_fit(method, &(egad_method_settings){ .variance = 0.999 },
                               in_plane(ROWS, 90, 0.0f), ROWS, WIDE);
    for (int across = 0; across < 3; across++) {
        enum { N = 2100 };
        const float *got =
            methods_terms(method, fitted, in_plane(N, 91, (float)across), N, 0);
        double *want = lab_doubles(N);
        for (size_t i = 0; i < N; i++)
            want[i] = across * sqrt(2.0);
        lab_near_size(TOLERANCE_COMPONENT, "residual",
                      methods_column(method, got, N, RESIDUAL), want, N, 10.0);
        for (size_t i = 0; i < N; i++)
            want[i] = across * 2.0;
        lab_near_size(TOLERANCE_COMPONENT, "l1", methods_column(method, got, N, L1), want,
                      N, 10.0);
        for (size_t i = 0; i < N; i++)
            ck_assert(across ? got[i * COUNT + MAHALANOBIS] > 10.0f
                             : got[i * COUNT + MAHALANOBIS] < 5.0f);
    }
    method->free(fitted);
}
END_TEST

/* The main components give a row back but for its residual. */
START_TEST(rebuilt)
{
    enum { N = METHODS_QUERIES };
    const float *x = methods_table(11);
    lab_engine(engines[_i]);
    void *fitted = methods_fit(method, &(egad_method_settings){ .components = 2 },
                               methods_table(0), METHODS_ROWS, METHODS_COLUMNS);
    const float *got = methods_terms(method, fitted, x, N, 0);
    float *row = lab_floats(N * METHODS_COLUMNS),
          *again = lab_floats(N * METHODS_COLUMNS);
    CHECK_OK(method->rebuild(fitted, x, N, 0, row));
    CHECK_OK(method->rebuild(fitted, row, N, 0, again)); /* a projection */
    for (size_t i = 0; i < N; i++) {
        double square = 0.0, l1 = 0.0;
        for (size_t j = i * METHODS_COLUMNS; j < (i + 1) * METHODS_COLUMNS; j++) {
            const double v = (double)x[j] - (double)row[j];
            square += v * v;
            l1 += fabs(v);
            ck_assert(fabsf(again[j] - row[j]) < 1e-4f);
        }
        const double want[] = { sqrt(square), l1 };
        lab_near_size(TOLERANCE_COMPONENT, "what is not rebuilt", got + i * COUNT, want,
                      2, 10.0);
    }
    method->free(fitted);
}
END_TEST

/* Over the rows of a fit with hardly any shrinkage, the mean square of the Mahalanobis
 * distance is the number of columns. */
START_TEST(mean_square)
{
    const float *x = graded(0);
    double sum = 0.0;
    void *fitted = methods_fit(method, &usual, x, METHODS_ROWS, METHODS_COLUMNS);
    const float *got = methods_terms(method, fitted, x, METHODS_ROWS, 1);
    for (size_t i = 0; i < METHODS_ROWS; i++)
        sum += pow(got[i * COUNT + MAHALANOBIS], 2.0) / METHODS_ROWS;
    ck_assert_msg(fabs(sum - METHODS_COLUMNS) < 0.1 * METHODS_COLUMNS, "%g", sum);
    method->free(fitted);
}
END_TEST

/* One row, equal rows, one column; all components, and more than there are. */
START_TEST(small)
{
    const float row[] = { 1.0f, 2.0f, 3.0f, 1.0f, 2.0f, 3.0f }, other[] = { 1, 2, 5 };
    for (size_t rows = 1; rows < 3; rows++) {
        void *fitted = methods_fit(method, &usual, row, rows, 3);
        const float *got = methods_terms(method, fitted, row, 1, 0);
        ck_assert(got[RESIDUAL] == 0.0f && got[L1] == 0.0f && got[MAHALANOBIS] == 0.0f);
        ck_assert(fabsf(methods_terms(method, fitted, other, 1, 0)[MAHALANOBIS] - 2.0f) <
                  1e-5f);
        method->free(fitted);
    }
    void *fitted = methods_fit(method, &(egad_method_settings){ .components = 9 },
                               methods_table(0), METHODS_ROWS, METHODS_COLUMNS);
    const float *got =
        methods_terms(method, fitted, methods_table(11), METHODS_QUERIES, 0);
    for (size_t i = 0; i < METHODS_QUERIES; i++)
        ck_assert(got[i * COUNT + RESIDUAL] < 1e-5f &&
                  got[i * COUNT + MAHALANOBIS] > 0.5f);
    method->free(fitted);
    fitted = methods_fit(method, &usual, lab_uniform(9, 92, 1.0f), 9, 1);
    ck_assert(methods_terms(method, fitted, (float[]){ 7.0f }, 1, 0)[MAHALANOBIS] > 3.0f);
    method->free(fitted);
}
END_TEST

START_TEST(copies_and_broken_rows)
{
    lab_engine(engines[_i]);
    void *fitted = methods_fit(method, &usual, lab_uniform(70 * 19, 93, 1.0f), 70, 19);
    const float *q = lab_uniform(20 * 19, 94, 1.0f);
    methods_check_copies(method, fitted, q, 20, 19);
    methods_check_broken(method, fitted, q, 20, 19);
    method->free(fitted);
}
END_TEST

/* ---- Files and settings that are refused ---------------------------------------- */

/* A file of two columns with these values. */
static egad_status of_values(const float *variance, double shrinkage, uint64_t components,
                             float direction, size_t columns)
{
    egad_h5 *file = NULL;
    void *fitted = NULL;
    const size_t two[] = { 2, 2 };
    CHECK_OK(egad_h5_create(&file, methods_path));
    CHECK_OK(egad_h5_write(file, "/method/mean", EGAD_H5_F32, 1, two, (float[]){ 1, 2 }));
    CHECK_OK(egad_h5_write(file, "/method/variance", EGAD_H5_F32, 1, two, variance));
    CHECK_OK(egad_h5_write(file, "/method/direction", EGAD_H5_F32, 2, two,
                           (float[]){ direction, 0, 0, 1 }));
    CHECK_OK(egad_h5_write_count(file, "/method", "rows", 10));
    CHECK_OK(egad_h5_write_count(file, "/method", "components", components));
    CHECK_OK(egad_h5_write_number(file, "/method", "shrinkage", shrinkage));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
    const egad_status status = methods_load(method, &fitted, columns);
    method->free(fitted);
    return status;
}

START_TEST(files)
{
    static const float good[] = { 2, 1 };
    CHECK_OK(of_values(good, 1e-3, 1, 1.0f, 2));
    CHECK_FAILS(of_values(good, 1e-3, 1, 1.0f, 3), FORMAT, "impossible shape");
    CHECK_FAILS(of_values(good, 1e-3, 1, NAN, 2), FORMAT, "not finite");
    CHECK_FAILS(of_values(good, 1e-3, 0, 1.0f, 2), FORMAT, "impossible number");
    CHECK_FAILS(of_values(good, 1e-3, 3, 1.0f, 2), FORMAT, "impossible number");
    CHECK_FAILS(of_values(good, 0.0, 1, 1.0f, 2), FORMAT, "impossible number");
    CHECK_FAILS(of_values(good, NAN, 1, 1.0f, 2), FORMAT, "impossible number");
    CHECK_FAILS(of_values((float[]){ 1, 2 }, 1e-3, 1, 1.0f, 2), FORMAT, "descending");
    CHECK_FAILS(of_values((float[]){ 1, -1 }, 1e-3, 1, 1.0f, 2), FORMAT, "descending");
}
END_TEST

START_TEST(settings)
{
    static const egad_method_settings wrong[] = { { .variance = 0.0 },
                                                  { .variance = 1.1 },
                                                  { .variance = NAN },
                                                  { .components = -1 } };
    void *fitted;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_FAILS(method->fit(&fitted, lab, &wrong[i], lab_floats(2), 2, 1), ARGUMENT,
                    "number of components");
    CHECK_FAILS(method->fit(&fitted, lab, &usual, lab_floats(1), 0, 1), DATA,
                "needs a training row");
    ck_assert_ptr_eq(egad_method_find("pca"), method);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pca");
    TCase *tests = support_case(suite, methods_begin, methods_end);
    tcase_add_loop_test(tests, independent, 0, ENGINES);
    tcase_add_loop_test(tests, plane, 0, ENGINES);
    tcase_add_loop_test(tests, rebuilt, 0, ENGINES);
    tcase_add_test(tests, mean_square);
    tcase_add_test(tests, small);
    tcase_add_loop_test(tests, copies_and_broken_rows, 0, ENGINES);
    tcase_add_test(tests, files);
    tcase_add_test(tests, settings);
    return lab_main(suite);
}

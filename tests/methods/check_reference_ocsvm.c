/* The method ocsvm against tests/reference/ocsvm (or the folder that EGAD_REFERENCE_OCSVM
 * names): decisions on training and other rows, weights of the support vectors, rho. */
#include "fixture.h"
#include "methods.h"

static const egad_method *const method = &egad_ocsvm_method;
static const char *const engines[] = { "rows", "tiles", "plain", "clblast" };
enum { ENGINES = sizeof engines / sizeof *engines };

/* A problem of the file: a group of it. */
typedef struct {
    const char *group;
    size_t columns, rows, n; /* of x, each once, and of rows to score */
    float *x, *score;
    double *weight, *alpha; /* (rows); of x */
} problem;

static float *values_of(const problem *p, const char *name, size_t *n)
{
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    PATH(path, "%s/inputs/%s", p->group, name);
    CHECK_OK(egad_h5_shape(fixture.file, path, shape, &rank));
    *n = shape[0];
    float *out = lab_floats(shape[0] * (rank > 1 ? shape[1] : 1));
    CHECK_OK(egad_h5_read(fixture.file, path, EGAD_H5_F32,
                          shape[0] * (rank > 1 ? shape[1] : 1), out));
    return out;
}

/* Rows as often as they weigh. */
static void *fit(const problem *p)
{
    const egad_method_settings settings = { .nu = fixture_number(p->group, "nu"),
                                            .gamma = fixture_number(p->group, "gamma") };
    size_t all = 0;
    for (size_t i = 0; i < p->rows; i++)
        all += (size_t)p->weight[i];
    float *x = lab_floats(all * p->columns), *to = x;
    for (size_t i = 0; i < p->rows; i++)
        for (double k = 0.0; k < p->weight[i]; k++, to += p->columns)
            memcpy(to, p->x + i * p->columns, p->columns * sizeof *to);
    return methods_fit(method, &settings, x, all, p->columns);
}

static void compare_decisions(const problem *p, void *fitted, const char *name,
                              const float *x, size_t n)
{
    const float *terms = methods_terms(method, fitted, x, n, 0);
    double *have = lab_doubles(n);
    PATH(path, "%s/%s", p->group, name);
    for (size_t i = 0; i < n; i++)
        have[i] = -(double)terms[i]; /* LIBSVM's sign */
    fixture_compare(path, have, n, 0, 0.0);
}

/* The weights and rho, as the model file has them. */
static void compare_machine(const problem *p, void *fitted)
{
    egad_h5 *file = NULL;
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    double rho = 0.0, *alpha = lab_doubles(p->rows);
    methods_save(method, fitted);
    CHECK_OK(egad_h5_open(&file, methods_path));
    CHECK_OK(egad_h5_shape(file, "/method/support", shape, &rank));
    float *support = lab_floats(shape[0] * shape[1]), *weight = lab_floats(shape[0]);
    CHECK_OK(egad_h5_read_floats(file, "/method/support", 2, shape, support));
    CHECK_OK(egad_h5_read_floats(file, "/method/alpha", 1, shape, weight));
    CHECK_OK(egad_h5_read_number(file, "/method", "rho", &rho));
    egad_h5_close(file);
    for (size_t i = 0; i < p->rows; i++)
        for (size_t k = 0; k < shape[0]; k++)
            if (memcmp(support + k * p->columns, p->x + i * p->columns,
                       p->columns * sizeof *support) == 0)
                alpha[i] = (double)weight[k];
    PATH(path, "%s/alpha", p->group);
    fixture_compare(path, alpha, p->rows, 0, 0.0);
    PATH(decision, "%s/decision", p->group);
    ck_assert(fabs(rho - fixture_number(p->group, "rho")) <=
              fixture_number(decision, "tolerance"));
}

static egad_status check_group(void *context, const char *name, int array)
{
    problem p = { .group = name };
    size_t n;
    (void)context;
    if (array || !egad_h5_has(fixture.file, name, "nu"))
        return EGAD_OK;
    p.columns = (size_t)fixture_number(name, "columns");
    p.x = values_of(&p, "x", &p.rows);
    p.score = values_of(&p, "score", &p.n);
    p.weight = lab_widen(values_of(&p, "weight", &n), p.rows);
    void *fitted = fit(&p);
    compare_decisions(&p, fitted, "decision_train", p.x, p.rows);
    compare_decisions(&p, fitted, "decision", p.score, p.n);
    compare_machine(&p, fitted);
    method->free(fitted);
    return EGAD_OK;
}

static void check_file(const char *path, void *context)
{
    (void)context;
    CHECK_OK(egad_h5_open(&fixture.file, path));
    CHECK_OK(egad_h5_visit(fixture.file, check_group, NULL));
    egad_h5_close(fixture.file);
}

START_TEST(problems)
{
    lab_engine(engines[_i]);
    fixture_each_path("EGAD_REFERENCE_OCSVM", "reference/ocsvm", check_file, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference_ocsvm");
    TCase *tests = support_case(suite, methods_begin, methods_end);
    tcase_add_loop_test(tests, problems, 0, ENGINES);
    return lab_main(suite);
}

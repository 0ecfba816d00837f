/* Explanations by a small trained model: residuals against terms of scores, units against
 * ref_cpu's scaling, columns against known values. */
#include "detector/score.h"

#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

enum { ROWS = 120, FEATURES = 6 };

/* Numbers of very different sizes, three categories, one constant column. */
static egad_dataset *table(void)
{
    char folder[64], path[80];
    egad_dataset *data;
    support_folder(folder);
    snprintf(path, sizeof path, "%s/t.csv", folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("bytes,kind,same,angle\n", file);
    for (int i = 0; i < ROWS; i++)
        fprintf(file, "%d,%s,7,%.3f\n", i * i * i,
                (const char *[]){ "a", "b", "c" }[i % 3], sin(i));
    fclose(file);
    CHECK_OK(egad_csv_import(&data, path,
                             &(egad_csv_options){ .size = sizeof(egad_csv_options) }));
    support_remove(folder);
    ck_assert_uint_eq(data->shape[2], FEATURES);
    return data;
}

static egad_detector *trained(const egad_dataset *data, const char *recipe)
{
    egad_detector *d;
    const egad_detector_options options = { .size = sizeof(egad_detector_options),
                                            .recipe = recipe,
                                            .epochs = 5,
                                            .batch = 20,
                                            .lr = 1e-3,
                                            .seed = 3 };
    CHECK_OK(egad_detector_new(&d, lab, data, &options));
    d->recipe.ema_decay = 0.9;
    CHECK_OK(egad_train_run(d, data, NULL));
    return d;
}

static const char *const recipes[] = { "sound", "release", "paper" };

/* The absolute residuals of a row sum to the term of its score. */
START_TEST(adds_up)
{
    egad_dataset *data = table();
    egad_detector *d = trained(data, recipes[_i]);
    float *residual = lab_floats(ROWS * FEATURES), *terms = lab_floats(ROWS * TERMS);
    float l1[ROWS];
    double sums[ROWS] = { 0.0 };
    CHECK_OK(egad_explain_rows(d, data->x, ROWS, NULL,
                               &EGAD_SIZED(egad_explanation, .residual = residual)));
    CHECK_OK(egad_score_terms(d, data->x, ROWS, terms));
    for (size_t i = 0; i < ROWS; i++) {
        l1[i] = terms[i * TERMS + BIGAN_L1];
        for (size_t j = 0; j < FEATURES; j++)
            sums[i] += fabs((double)residual[i * FEATURES + j]);
    }
    lab_near(TOLERANCE_SCORE, "sums of residuals", l1, sums, ROWS);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

/* Scaled like inputs, the reconstruction differs from the row by the residual. */
START_TEST(units_of_the_row)
{
    egad_dataset *data = table();
    egad_detector *d = trained(data, recipes[_i]);
    const size_t n = ROWS * FEATURES;
    float *rebuilt = lab_floats(n), *residual = lab_floats(n);
    unsigned char *clipped = malloc(n);
    CHECK_OK(egad_explain_rows(d, data->x, ROWS, NULL,
                               &EGAD_SIZED(egad_explanation, .rebuilt = rebuilt,
                                           .residual = residual, .clipped = clipped)));
    double *x = lab_widen(data->x, n), *g = lab_widen(rebuilt, n);
    const double *fit = lab_widen(d->fit, 3 * FEATURES);
    ref_scale(x, fit, ROWS, FEATURES, (double)egad_detector_limit(d));
    ref_scale(g, fit, ROWS, FEATURES, INFINITY);
    for (size_t i = 0; i < n; i++) {
        x[i] -= g[i];
        ck_assert_uint_eq(clipped[i], 0);
    }
    lab_near(TOLERANCE_SCORE, "residuals", residual, x, n);
    free(clipped);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

/* An input beyond the limit of recipe `sound` is reported and clipped to it; other
 * recipes have no limit. */
START_TEST(beyond_the_limit)
{
    egad_dataset *data = table();
    for (size_t r = 0; r < 3; r++) {
        egad_detector *d = trained(data, recipes[r]);
        float x[2 * FEATURES], rebuilt[2 * FEATURES], residual[2 * FEATURES];
        unsigned char clipped[2 * FEATURES];
        memcpy(x, data->x, sizeof x);
        x[FEATURES + 5] = -1e20f;
        CHECK_OK(
            egad_explain_rows(d, x, 2, NULL,
                              &EGAD_SIZED(egad_explanation, .rebuilt = rebuilt,
                                          .residual = residual, .clipped = clipped)));
        for (size_t i = 0; i < 2 * FEATURES; i++)
            ck_assert_uint_eq(clipped[i], r == 0 && i == FEATURES + 5);
        if (r == 0) {
            double g = (double)rebuilt[FEATURES + 5];
            ref_scale(&g,
                      (const double[]){ (double)d->fit[5], (double)d->fit[FEATURES + 5],
                                        (double)d->fit[2 * FEATURES + 5] },
                      1, 1, INFINITY);
            ck_assert_double_eq_tol((double)residual[FEATURES + 5],
                                    -(double)egad_detector_limit(d) - g, 1e-4);
        }
        egad_detector_free(d);
    }
    egad_dataset_free(data);
}
END_TEST

/* More rows than a batch: each gets the same explanation alone, whichever arrays are
 * requested. */
START_TEST(many_rows)
{
    egad_dataset *data = table();
    egad_detector *d = trained(data, "sound");
    const size_t many = egad_score_bulk(d, (size_t)-1) + 50, n = many * FEATURES;
    float *x = lab_floats(n), *rebuilt = lab_floats(n), *residual = lab_floats(n);
    float *some = lab_floats(ROWS * FEATURES);
    for (size_t i = 0; i < n; i++)
        x[i] = data->x[i % (ROWS * FEATURES)];
    CHECK_OK(egad_explain_rows(
        d, x, many, NULL,
        &EGAD_SIZED(egad_explanation, .rebuilt = rebuilt, .residual = residual)));
    CHECK_OK(egad_explain_rows(d, x, ROWS, NULL,
                               &EGAD_SIZED(egad_explanation, .rebuilt = some)));
    for (size_t i = 0; i < many; i += ROWS) {
        const size_t rest = many - i < ROWS ? many - i : ROWS;
        lab_same("rebuilt", rebuilt + i * FEATURES, some, rest * FEATURES);
    }
    CHECK_OK(egad_explain_rows(d, NULL, 0, NULL,
                               &(egad_explanation){ .size = sizeof(egad_explanation) }));
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

/* E(x) by plain loops, requested alone or with everything, in one or several batches. */
START_TEST(latent)
{
    egad_dataset *data = table();
    egad_detector *d = trained(data, recipes[_i]);
    const egad_net *E = paper_net(d, PAPER_E);
    const size_t Z = egad_detector_describe(d).z_dim, n = ROWS * FEATURES;
    const size_t many = egad_score_bulk(d, (size_t)-1) + ROWS;
    float *z = lab_floats(many * Z), *again = lab_floats(ROWS * Z);
    float *x = lab_floats(many * FEATURES), *rebuilt = lab_floats(n);
    double *scaled = lab_widen(data->x, n), *want = lab_doubles(ROWS * Z);
    ref_scale(scaled, lab_widen(d->fit, 3 * FEATURES), ROWS, FEATURES,
              (double)egad_detector_limit(d));
    ref_section(want, NULL, E, 0, ref_folded(E, E->ema), scaled, ROWS, 0, NULL);
    for (size_t i = 0; i < many * FEATURES; i++)
        x[i] = data->x[i % n];
    CHECK_OK(
        egad_explain_rows(d, x, many, NULL, &EGAD_SIZED(egad_explanation, .latent = z)));
    lab_near(TOLERANCE_SCORE, "E(x)", z, want, ROWS * Z);
    for (size_t i = ROWS; i < many; i++)
        lab_same("copies", z + i * Z, z + i % ROWS * Z, Z);
    CHECK_OK(egad_explain_rows(
        d, x, ROWS, NULL,
        &EGAD_SIZED(egad_explanation, .rebuilt = rebuilt, .latent = again)));
    lab_same("with all else", again, z, ROWS * Z);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

static void is_column(const egad_explained *e, size_t column, int category, int expected,
                      double residual, double share)
{
    ck_assert_uint_eq(e->column, column);
    ck_assert_int_eq(e->category, category);
    ck_assert_int_eq(e->expected, expected);
    ck_assert_double_eq_tol((double)e->residual, residual, 1e-6);
    ck_assert_double_eq_tol((double)e->share, share, 1e-6);
}

static const egad_explained *column_of(const egad_explained *list, size_t column)
{
    while (list->column != column)
        list++;
    return list;
}

START_TEST(columns)
{
    /* bytes, kind=a, kind=b, kind=c, same, angle */
    float x[] = { 50, 0, 1, 0, 7, .5f };
    float rebuilt[] = { 40, .2f, .1f, .7f, 7, .25f };
    float residual[] = { 1, -.5f, 2, -1.5f, 0, 3 };
    unsigned char clipped[] = { 0, 0, 1, 1, 0, 0 };
    const egad_explanation of = { .size = sizeof(egad_explanation),
                                  .rebuilt = rebuilt,
                                  .residual = residual,
                                  .clipped = clipped };
    egad_dataset *data = table();
    egad_detector *d = trained(data, "sound");
    egad_explained *list;
    size_t n;
    CHECK_OK(egad_explain_columns(&list, &n, d, x, &of));
    ck_assert_uint_eq(n, 4);
    /* Of three categories the one with the largest residual is reported. */
    is_column(&list[0], 3, -1, -1, 3, .5);
    is_column(&list[1], 1, 1, 2, 4, 1 / 3.);
    is_column(&list[2], 0, -1, -1, 1, 1 / 6.);
    is_column(&list[3], 2, -1, -1, 0, 0);
    ck_assert(list[0].largest == 3 && list[1].largest == 2);
    ck_assert_int_eq(list[1].clipped, 2);
    ck_assert_int_eq(list[0].clipped, 0);
    ck_assert(list[1].value == 0.0f && list[1].rebuilt == .7f);
    ck_assert(list[2].value == 50.0f && list[2].rebuilt == 40.0f);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(list[i].beyond, 0);
    free(list);

    /* Expected values are limited to the training range; also in a loaded model. */
    rebuilt[0] = 1e20f;
    rebuilt[5] = -40;
    char folder[64], path[80];
    support_folder(folder);
    snprintf(path, sizeof path, "%s/m.h5", folder);
    CHECK_OK(egad_checkpoint_save(d, path));
    for (int loaded = 0; loaded < 2; loaded++) {
        CHECK_OK(egad_explain_columns(&list, &n, d, x, &of));
        const egad_explained *bytes = column_of(list, 0), *angle = column_of(list, 3);
        ck_assert(bytes->beyond == 1 && angle->beyond == -1);
        ck_assert(bytes->rebuilt > 1e6f && bytes->rebuilt <= 119.0f * 119.0f * 119.0f);
        ck_assert(angle->rebuilt >= -1.0f && angle->rebuilt < -.9f);
        free(list);
        egad_detector_free(d);
        CHECK_OK(egad_checkpoint_load(&d, lab, path));
    }
    support_remove(folder);

    /* A row and reconstruction both far outside the training range still differ. */
    x[0] = 1e12f;
    rebuilt[0] = .9e12f;
    CHECK_OK(egad_explain_columns(&list, &n, d, x, &of));
    const float far = fabsf(egad_detector_scale(d, 0, x[0]) -
                            egad_detector_scale(d, 0, d->range[d->columns]));
    ck_assert(far > 3);
    ck_assert_uint_eq(list[0].column, 0);
    ck_assert(list[0].residual == 1 && list[0].largest == far);
    free(list);
    x[0] = 50;
    rebuilt[0] = 40;
    rebuilt[5] = .25f;

    /* An unknown category is -1; columns with equal shares keep their order. */
    x[2] = 0;
    memset(residual, 0, sizeof residual);
    CHECK_OK(egad_explain_columns(
        &list, &n, d, x,
        &EGAD_SIZED(egad_explanation, .rebuilt = rebuilt, .residual = residual)));
    is_column(&list[0], 0, -1, -1, 0, 0);
    is_column(&list[1], 1, -1, 2, 0, 0);
    is_column(&list[3], 3, -1, -1, 0, 0);
    free(list);

    /* NaN residuals come first: they show what failed. */
    residual[4] = NAN;
    CHECK_OK(egad_explain_columns(&list, &n, d, x, &of));
    ck_assert_uint_eq(list[0].column, 2);
    ck_assert(isnan(list[0].residual));
    free(list);
    CHECK_FAILS(egad_explain_columns(&list, &n, d, x,
                                     &EGAD_SIZED(egad_explanation, .rebuilt = rebuilt)),
                ARGUMENT, "needs the reconstruction");
    ck_assert_ptr_null(list);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

/* Without a schema, as for images, every feature is a column. */
START_TEST(without_schema)
{
    float x[12] = { 0 }, rebuilt[12] = { 0 }, residual[12] = { 0 };
    egad_dataset *data;
    egad_detector *d;
    egad_explained *list;
    size_t n;
    CHECK_OK(egad_dataset_new(&data, 20, (size_t[3]){ 3, 4, 1 }));
    CHECK_OK(egad_detector_new(
        &d, lab, data,
        &EGAD_SIZED(egad_detector_options, .model = "kdd-bigan", .batch = 5)));
    residual[7] = -2;
    CHECK_OK(egad_explain_columns(
        &list, &n, d, x,
        &EGAD_SIZED(egad_explanation, .rebuilt = rebuilt, .residual = residual)));
    ck_assert_uint_eq(n, 12);
    is_column(&list[0], 7, -1, -1, 2, 1);
    is_column(&list[1], 0, -1, -1, 0, 0);
    free(list);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

/* ---- The plane of rows in latent space ------------------------------------- */

enum { PLANE_ROWS = 203, PLANE_Z = 5 };

/* Coordinate of row i on the axis of largest, second and least variance. */
static double placed(size_t i, int axis)
{
    static const double size[] = { 3, -1.5, 0.2 };
    return size[axis] * sin(0.7 * (axis + 1) * ((double)i + 1) + axis);
}

/* Rows placed on three known axes, away from 0, get their coordinates back. */
START_TEST(plane)
{
    static const double axis[3][PLANE_Z] = { { 0.8, 0, 0, 0.6, 0 },
                                             { 0, 1, 0, 0, 0 },
                                             { -0.6, 0, 0, 0.8, 0 } };
    float rows_at[PLANE_ROWS * PLANE_Z], point[2 * PLANE_ROWS];
    double mean[3] = { 0 }, square[3] = { 0 }, share[2];
    for (size_t i = 0; i < PLANE_ROWS; i++)
        for (int k = 0; k < 3; k++)
            mean[k] += placed(i, k) / PLANE_ROWS;
    for (size_t i = 0; i < PLANE_ROWS; i++) {
        for (size_t j = 0; j < PLANE_Z; j++) {
            double v = 7 + (double)j;
            for (int k = 0; k < 3; k++)
                v += placed(i, k) * axis[k][j];
            rows_at[i * PLANE_Z + j] = (float)v;
        }
        for (int k = 0; k < 3; k++)
            square[k] += pow(placed(i, k) - mean[k], 2);
    }
    const double all = square[0] + square[1] + square[2];
    CHECK_OK(egad_explain_plane(point, share, rows_at, PLANE_ROWS, PLANE_Z));
    /* The axes are only nearly those of the sample. */
    for (int k = 0; k < 2; k++)
        ck_assert_double_eq_tol(share[k], square[k] / all, 1e-3);
    for (size_t i = 0; i < PLANE_ROWS; i++)
        for (int k = 0; k < 2; k++)
            ck_assert_double_eq_tol((double)point[2 * i + (size_t)k],
                                    placed(i, k) - mean[k], 0.2);
}
END_TEST

/* Of many rows, directions use a sample, but points and shares use all, in any order. */
START_TEST(plane_of_many)
{
    enum { MANY = 6000 };
    static float rows_at[2 * MANY], point[2 * MANY];
    double share[2], sum[2] = { 0 };
    for (size_t i = 0; i < MANY; i++) {
        rows_at[2 * i] = (float)(i % 2 ? 100 + sin((double)i) : sin((double)i));
        rows_at[2 * i + 1] = (float)(0.1 * cos(3 * (double)i));
    }
    CHECK_OK(egad_explain_plane(point, share, rows_at, MANY, 2));
    ck_assert_double_eq_tol(share[0] + share[1], 1, 1e-5);
    for (size_t i = 0; i < MANY; i++)
        for (int k = 0; k < 2; k++)
            sum[k] += (double)point[2 * i + (size_t)k] / MANY;
    ck_assert_double_eq_tol(sum[0], 0, 1e-4);
    ck_assert_double_eq_tol(sum[1], 0, 1e-4);
}
END_TEST

/* One dimension, equal rows, one row; and rejected input. */
START_TEST(plane_edges)
{
    const float line[] = { 1, 2, 6 }, same[] = { 4, 5, 4, 5 };
    float point[6], bad[] = { 1, 2, NAN, 4 };
    double share[2];
    CHECK_OK(egad_explain_plane(point, share, line, 3, 1));
    for (int i = 0; i < 3; i++) {
        ck_assert_double_eq_tol((double)point[2 * i], (double)line[i] - 3, 1e-6);
        ck_assert(point[2 * i + 1] == 0);
    }
    ck_assert_double_eq_tol(share[0], 1, 1e-6);
    ck_assert(share[1] == 0);
    for (size_t rows = 1; rows <= 2; rows++) {
        CHECK_OK(egad_explain_plane(point, share, same, rows, 2));
        for (size_t i = 0; i < 2 * rows; i++)
            ck_assert(point[i] == 0);
        ck_assert(share[0] == 0 && share[1] == 0);
    }
    CHECK_FAILS(egad_explain_plane(point, share, bad, 2, 2), DATA, "non-finite");
    CHECK_FAILS(egad_explain_plane(point, share, line, 0, 2), SHAPE, "0 rows");
    CHECK_FAILS(egad_explain_plane(point, share, line, 3, 0), SHAPE, "0 dimensions");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("explain");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_loop_test(tests, adds_up, 0, 3);
    tcase_add_loop_test(tests, units_of_the_row, 0, 3);
    tcase_add_test(tests, beyond_the_limit);
    tcase_add_test(tests, many_rows);
    tcase_add_loop_test(tests, latent, 0, 3);
    tcase_add_test(tests, columns);
    tcase_add_test(tests, without_schema);
    tcase_add_test(tests, plane);
    tcase_add_test(tests, plane_of_many);
    tcase_add_test(tests, plane_edges);
    return lab_main(suite);
}

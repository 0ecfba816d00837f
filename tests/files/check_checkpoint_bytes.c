/* Models in memory: the bytes of a model file, whole and damaged. */
#include "detector/detector.h"

#include "lab.h"

static char folder[64], path[128];

static void setup(void)
{
    lab_begin();
    support_folder(folder);
    snprintf(path, sizeof path, "%s/m.h5", folder);
}

static void teardown(void)
{
    support_remove(folder);
    lab_end();
}

enum { ROWS = 200, WIDTH = 3 };

static egad_detector *trained(const char *model, const egad_dataset *data)
{
    egad_detector *d;
    CHECK_OK(egad_detector_new(
        &d, lab, data,
        &EGAD_SIZED(egad_detector_options, .model = model, .epochs = 1, .seed = 3)));
    CHECK_OK(egad_train_run(d, data, NULL));
    CHECK_OK(egad_score_calibrate(d, data));
    return d;
}

static egad_dataset *rows(void)
{
    egad_dataset *data;
    CHECK_OK(egad_dataset_new(&data, ROWS, (const size_t[]){ 1, 1, WIDTH }));
    for (size_t i = 0; i < ROWS * WIDTH; i++)
        data->x[i] = (float)(i * 2654435761u % 1009u) / 100.0f;
    return data;
}

static const char *const models[] = { "kdd-bigan", "nearest" };

START_TEST(round_trip)
{
    egad_dataset *data = rows();
    egad_detector *d = trained(models[_i], data), *back;
    unsigned char *bytes;
    size_t n;
    float scores[2][ROWS];

    CHECK_OK(egad_checkpoint_store(d, 0, &bytes, &n));
    CHECK_OK(egad_checkpoint_restore(&back, lab, bytes, n));
    /* HDF5 has no trouble with two at a time. */
    egad_h5 *one, *two;
    CHECK_OK(egad_h5_create_bytes(&one, "model in memory"));
    CHECK_OK(egad_h5_open_bytes(&two, bytes, n, "model in memory"));
    ck_assert(!egad_h5_has(one, "/rng", NULL));
    ck_assert(egad_h5_has(two, "/rng", NULL));
    egad_h5_close(two);
    egad_h5_close(one);
    CHECK_OK(egad_score_rows(d, data->x, ROWS, NULL, scores[0]));
    CHECK_OK(egad_score_rows(back, data->x, ROWS, NULL, scores[1]));
    ck_assert_mem_eq(scores[0], scores[1], sizeof scores[0]);

    /* A file has the same bytes. */
    CHECK_OK(egad_checkpoint_save(back, path));
    unsigned char *file = malloc(n + 1);
    FILE *in = fopen(path, "rb");
    ck_assert_uint_eq(fread(file, 1, n + 1, in), n);
    fclose(in);
    ck_assert_mem_eq(file, bytes, n);
    free(file);
    free(bytes);
    egad_detector_free(back);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

START_TEST(slim)
{
    egad_dataset *data = rows();
    egad_detector *d = trained("kdd-bigan", data), *back;
    unsigned char *bytes, *all;
    size_t n, n_all;
    float scores[2][ROWS];

    CHECK_OK(egad_checkpoint_store(d, 0, &all, &n_all));
    CHECK_OK(egad_checkpoint_store(d, 1, &bytes, &n));
    ck_assert_uint_lt(n, n_all / 2);
    CHECK_OK(egad_checkpoint_restore(&back, lab, bytes, n));
    CHECK_OK(egad_score_rows(d, data->x, ROWS, NULL, scores[0]));
    CHECK_OK(egad_score_rows(back, data->x, ROWS, NULL, scores[1]));
    ck_assert_mem_eq(scores[0], scores[1], sizeof scores[0]);
    CHECK_FAILS(egad_train_run(back, data, NULL), DATA, "only what scoring needs");
    CHECK_OK(egad_threshold_measure(back, data, NULL));

    /* A slim model stays slim in a file. */
    CHECK_OK(egad_checkpoint_save(back, path));
    egad_detector_free(back);
    CHECK_OK(egad_checkpoint_load(&back, lab, path));
    CHECK_OK(egad_score_rows(back, data->x, ROWS, NULL, scores[1]));
    ck_assert_mem_eq(scores[0], scores[1], sizeof scores[0]);
    CHECK_FAILS(egad_train_run(back, data, NULL), DATA, "only what scoring needs");
    free(bytes);
    free(all);
    egad_detector_free(back);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

/* The latent search of the recipe release reads weights, not only averages. */
START_TEST(slim_release)
{
    enum { FEW = 4 };
    egad_dataset *data = rows();
    egad_detector *d, *back;
    unsigned char *bytes;
    size_t n;
    float scores[2][FEW];
    const egad_scoring how = EGAD_SIZED(egad_scoring, .score = "sigma",
                                        .alpha = EGAD_ALPHA, .steps = 5, .restarts = 1);
    CHECK_OK(egad_detector_new(&d, lab, data,
                               &EGAD_SIZED(egad_detector_options, .model = "kdd-gan",
                                           .recipe = "release", .epochs = 1)));
    CHECK_OK(egad_train_run(d, data, NULL));
    CHECK_OK(egad_checkpoint_store(d, 1, &bytes, &n));
    CHECK_OK(egad_checkpoint_restore(&back, lab, bytes, n));
    CHECK_OK(egad_score_rows(d, data->x, FEW, &how, scores[0]));
    CHECK_OK(egad_score_rows(back, data->x, FEW, &how, scores[1]));
    ck_assert_mem_eq(scores[0], scores[1], sizeof scores[0]);
    free(bytes);
    egad_detector_free(back);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

START_TEST(damaged)
{
    egad_dataset *data = rows();
    egad_detector *d = trained("nearest", data), *back;
    unsigned char *bytes;
    size_t n;

    CHECK_OK(egad_checkpoint_store(d, 0, &bytes, &n));
    for (size_t i = 0; i < n; i += n / 20) {
        bytes[i] ^= 4;
        CHECK_FAILS(egad_checkpoint_restore(&back, lab, bytes, n), FORMAT,
                    "'model in memory' is damaged");
        ck_assert_ptr_null(back);
        bytes[i] ^= 4;
    }
    for (size_t cut = n / 2; cut > 0; cut /= 3)
        CHECK_FAILS(egad_checkpoint_restore(&back, lab, bytes, cut), FORMAT,
                    "'model in memory' is not HDF5, truncated or damaged");
    CHECK_FAILS(egad_checkpoint_restore(&back, lab, bytes, 0), FORMAT, "is not HDF5");
    free(bytes);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("checkpoint_bytes");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_loop_test(tests, round_trip, 0, 2);
    tcase_add_test(tests, slim);
    tcase_add_test(tests, slim_release);
    tcase_add_test(tests, damaged);
    return lab_main(suite);
}

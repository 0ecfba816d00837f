/* Model files: the numbers of a recipe, their storage, and rejected files. Training
 * resumed from a file is tested in cli/device. */
#include "detector/detector.h"

#include "lab.h"

#include <hdf5.h>
#include <math.h>

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

static egad_detector *make_detector(const char *model, const char *recipe)
{
    const size_t unit = model ? (size_t)egad_detector_multiple(model) : 1;
    const size_t image[3] = { 8, unit > 4 ? unit : 4, 2 }, row[3] = { 1, 1, 3 };
    egad_dataset *data;
    egad_detector *d;
    CHECK_OK(egad_dataset_new(&data, 1100,
                              model && egad_detector_images(model) ? image : row));
    CHECK_OK(egad_detector_new(&d, lab, data,
                               &EGAD_SIZED(egad_detector_options, .model = model,
                                           .recipe = recipe, .epochs = 7,
                                           .seed = UINT64_MAX)));
    egad_dataset_free(data);
    return d;
}

/* Replace an attribute of the file. */
static void put(const char *object, const char *attribute, hid_t type, hsize_t n,
                const void *value)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t group = H5Oopen(file, object, H5P_DEFAULT);
    hid_t space = n == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &n, NULL);
    H5Adelete(group, attribute);
    hid_t id = H5Acreate2(group, attribute, type, space, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(H5Awrite(id, type, value), 0);
    H5Aclose(id);
    H5Sclose(space);
    H5Oclose(group);
    H5Fclose(file);
}

static void put_number(const char *object, const char *attribute, double value)
{
    put(object, attribute, H5T_NATIVE_DOUBLE, 1, &value);
}

static void put_text(const char *object, const char *attribute, const char *value)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    put(object, attribute, type, 1, &value);
    H5Tclose(type);
}

static H5T_class_t class_of(const char *object, const char *attribute)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t id = H5Aopen_by_name(file, object, attribute, H5P_DEFAULT, H5P_DEFAULT);
    hid_t type = H5Aget_type(id);
    H5T_class_t class = H5Tget_class(type);
    H5Tclose(type);
    H5Aclose(id);
    H5Fclose(file);
    return class;
}

static void check_recipe(const egad_recipe *a, const egad_recipe *b)
{
    ck_assert_str_eq(a->name, b->name);
    ck_assert_int_eq(a->scaling, b->scaling);
    ck_assert(a->lr == b->lr && a->lr_end == b->lr_end);
    ck_assert(a->beta1 == b->beta1 && a->ema_decay == b->ema_decay);
    ck_assert_int_eq(a->batch, b->batch);
    ck_assert_int_eq(a->epochs, b->epochs);
    ck_assert_int_eq(a->combined, b->combined);
    ck_assert_int_eq(a->sigma_of_rebuilt, b->sigma_of_rebuilt);
}

/* Change the moving statistics from their initial values. */
static void fill(egad_detector *d)
{
    for (int k = 0; k < PAPER_NETS; k++)
        for (size_t i = 0; paper_net(d, k) && i < paper_net(d, k)->n; i++) {
            const egad_net *net = paper_net(d, k);
            const egad_net_layer *l = &net->layer[i];
            egad_net_array arrays[NET_ARRAYS];
            for (size_t n = egad_net_moving(l, arrays), a = 0; a < n; a++)
                CHECK_OK(egad_tensor_write(
                    lab, egad_net_view(net->moving, arrays[a].at, arrays[a].n),
                    lab_uniform(arrays[a].n, (unsigned)(100 * k) + (unsigned)i, 1.0f)));
        }
}

START_TEST(every_recipe)
{
    for (size_t m = 0; egad_models[m]; m++)
        for (const egad_recipe *r = egad_models[m]->recipes; r->name; r++) {
            egad_detector *d = make_detector(egad_models[m]->name, r->name), *back;
            fill(d);
            CHECK_OK(egad_checkpoint_save(d, path));
            CHECK_OK(egad_checkpoint_load(&back, lab, path));
            check_recipe(&back->recipe, &d->recipe);
            lab_same_networks(d, back);
            ck_assert_uint_eq(back->seed, UINT64_MAX);
            egad_detector_free(back);
            egad_detector_free(d);
        }
}
END_TEST

/* Imputed values of columns are stored exactly or not at all. */
START_TEST(fills)
{
    egad_column column[] = { { .name = "a", .filled = 1, .fill = 0.1f },
                             { .name = "b" },
                             { .name = "c", .filled = 1, .fill = -3e-39f } };
    egad_dataset *data;
    egad_detector *d, *back;
    CHECK_OK(egad_dataset_new(&data, 500, (const size_t[]){ 1, 1, 3 }));
    CHECK_OK(egad_schema_copy(&data->schema, &(egad_schema){ .n = 3, .column = column }));
    CHECK_OK(egad_detector_new(&d, lab, data,
                               &EGAD_SIZED(egad_detector_options, .epochs = 1)));
    CHECK_OK(egad_checkpoint_save(d, path));
    CHECK_OK(egad_checkpoint_load(&back, lab, path));
    const egad_schema *schema = egad_detector_describe(back).schema;
    ck_assert_uint_eq(schema->n, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(schema->column[i].filled, column[i].filled);
        ck_assert(schema->column[i].fill == column[i].fill);
    }
    egad_detector_free(back);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

/* Losses are read by their names, in any order; a loss that the model does not have is
 * refused, unless it has no numbers. */
START_TEST(losses_by_name)
{
    egad_detector *d = make_detector("kdd-gan", NULL), *back;
    d->per_epoch = 3;
    d->step = 4;
    d->history = calloc(1, sizeof *d->history);
    d->history[0] = (egad_epoch){ .loss = { 1.5f, 2.5f }, .seconds = 3.0f };
    for (int k = 0; k < 3; k++)
        d->partial[k] = 10.0 + k;
    CHECK_OK(egad_checkpoint_save(d, path));
    CHECK_OK(egad_checkpoint_load(&back, lab, path));
    ck_assert(back->history[0].loss[0] == 1.5f && back->history[0].loss[1] == 2.5f);
    ck_assert(back->history[0].seconds == 3.0f);
    ck_assert(back->partial[0] == 10.0 && back->partial[2] == 12.0);
    egad_detector_free(back);

    put_text("/history", "columns", "seconds loss_gen loss_dis");
    put_text("/rng/partial_losses", "columns", "gen dis_fake dis_real");
    CHECK_OK(egad_checkpoint_load(&back, lab, path));
    ck_assert(back->history[0].loss[0] == 3.0f && back->history[0].loss[1] == 2.5f);
    ck_assert(back->history[0].seconds == 1.5f);
    ck_assert(back->partial[0] == 12.0 && back->partial[2] == 10.0);
    egad_detector_free(back);

    put_text("/rng/partial_losses", "columns", "gen dis_fake energy");
    CHECK_FAILS(egad_checkpoint_load(&back, lab, path), FORMAT,
                "'/rng/partial_losses' has the column 'energy'");
    CHECK_OK(egad_checkpoint_save(d, path));
    put_text("/history", "columns", "loss_dis loss_kl seconds");
    CHECK_FAILS(
        egad_checkpoint_load(&back, lab, path), FORMAT,
        "'/history' has the column 'loss_kl', which this version's model does not");
    d->history[0].loss[1] = NAN;
    CHECK_OK(egad_checkpoint_save(d, path));
    put_text("/history", "columns", "loss_dis loss_enc seconds");
    CHECK_OK(egad_checkpoint_load(&back, lab, path));
    ck_assert(back->history[0].loss[0] == 1.5f && back->history[0].loss[1] == 0.0f);
    egad_detector_free(back);
    egad_detector_free(d);
}
END_TEST

START_TEST(types_of_numbers)
{
    static const char *const whole[] = { "batch", "epochs", "combined",
                                         "sigma_of_rebuilt" };
    egad_detector *d = make_detector(NULL, NULL);
    char *text;
    CHECK_OK(egad_checkpoint_save(d, path));
    ck_assert_int_eq(class_of("/", "format_version"), H5T_INTEGER);
    ck_assert_int_eq(class_of("/", "epoch"), H5T_INTEGER);
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        ck_assert_int_eq(class_of("/recipe", whole[i]), H5T_INTEGER);
    ck_assert_int_eq(class_of("/recipe", "lr"), H5T_FLOAT);
    ck_assert_int_eq(class_of("/recipe", "scaling"), H5T_STRING);
    CHECK_OK(egad_checkpoint_inspect(path, &text));
    ck_assert_ptr_nonnull(strstr(text, "\nseed: 18446744073709551615\n"));
    ck_assert_ptr_nonnull(strstr(text, " scaling: standard\n"));
    ck_assert_ptr_nonnull(strstr(text, " epochs: 7\n"));
    ck_assert_ptr_nonnull(strstr(text, " beta1: 0.5\n"));
    free(text);
    egad_detector_free(d);
}
END_TEST

START_TEST(bad_heads)
{
    static const struct {
        const char *object, *attribute, *text; /* text NULL: use the number */
        double number;
        const char *words;
    } bad[] = {
        { "/recipe", "scaling", "log", 0, "a scaling that this version does not know" },
        { "/recipe", "scaling", NULL, 1, "scaling in" },
        { "/recipe", "batch", NULL, 0, "values out of range" },
        { "/recipe", "epochs", NULL, -5, "an invalid value, epochs = -5" },
        { "/recipe", "batch", "many", 0, "attribute batch of /recipe" },
        { "/", "format_version", NULL, 4, "was written by a newer egad" },
        { "/", "format_version", "one", 0, "attribute format_version of /" },
        { "/", "model", "vae", 0, "there is no model 'vae'" },
        { "/", "recipe", "mine", 0, "there is no recipe 'mine'" },
        { "/", "format", "egad-data", 0, "is not a model file" },
    };
    egad_detector *d = make_detector(NULL, NULL), *back;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_OK(egad_checkpoint_save(d, path));
        if (bad[i].text)
            put_text(bad[i].object, bad[i].attribute, bad[i].text);
        else
            put_number(bad[i].object, bad[i].attribute, bad[i].number);
        egad_status got = egad_checkpoint_load(&back, lab, path);
        ck_assert_msg(got != EGAD_OK && strstr(egad_status_last(), bad[i].words),
                      "case %zu: %s", i, egad_status_last());
        ck_assert_ptr_null(back);
    }
    egad_detector_free(d);
}
END_TEST

/* A small file that claims to hold a large model: no memory is allocated. */
START_TEST(sizes_that_cannot_be)
{
    static const struct {
        const char *model;
        uint64_t shape[3];
        const char *words;
    } bad[] = {
        { "kdd-bigan", { 1, 1, 1 << 20 }, "too large for a model file" },
        { "kdd-gan", { 1, 1, 1 << 18 }, "too large for a model file" },
        { "mnist-gan", { 1024, 1024, 1 }, "too large for a model file" },
        { "kdd-gan", { 0, 4, 2 }, "a side of 0" },
        { "kdd-gan", { 1 << 20, 1 << 20, 1 << 20 }, "columns that do not match" },
        { "kdd-gan", { (uint64_t)1 << 63, 2, 1 }, "a side of 9223372036854775808" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        egad_detector *d = make_detector(bad[i].model, NULL), *back;
        CHECK_OK(egad_checkpoint_save(d, path));
        egad_detector_free(d);
        put("/", "x_shape", H5T_NATIVE_UINT64, 3, bad[i].shape);
        CHECK_FAILS(egad_checkpoint_load(&back, lab, path), FORMAT, bad[i].words);
    }
}
END_TEST

/* ---- Calibration of image models ------------------------------------------- */

enum { IMAGES = 30, PIXELS = 8 * 4 * 2, EVIDENCE = 1024 + 200 };

/* A calibrated model of images. */
static egad_detector *make_calibrated(void)
{
    egad_detector *d = make_detector("mnist-bigan", "sound");
    d->recipe.hold_out = 0;
    d->recipe.combined = 0; /* by the networks, without distances beside them */
    egad_dataset *data;
    CHECK_OK(egad_dataset_new(&data, IMAGES, d->shape));
    memcpy(data->x, lab_uniform(IMAGES * PIXELS, 2, 250.0f),
           IMAGES * PIXELS * sizeof *data->x);
    CHECK_OK(egad_score_calibrate(d, data));
    egad_dataset_free(data);
    return d;
}

static void check_calibration(const egad_calibration *a, const egad_calibration *b)
{
    const egad_points *p = &a->points, *q = &b->points;
    ck_assert(a->n == b->n && a->rows == b->rows && a->shrinkage == b->shrinkage);
    ck_assert(p->n == q->n && p->P == q->P && p->rows == q->rows);
    lab_same("map", p->map, q->map, p->n * p->P);
    lab_same("offset", p->offset, q->offset, p->P);
    lab_same("points", p->point, q->point, p->rows * p->P);
    lab_same("local_scale", p->local_scale, q->local_scale, p->rows);
    const size_t size = BIGAN_IMAGE_TERMS * sizeof *a->mean_log;
    ck_assert_int_eq(memcmp(a->floor, b->floor, size), 0);
    ck_assert_int_eq(memcmp(a->mean_log, b->mean_log, size), 0);
    ck_assert_int_eq(memcmp(a->deviation_log, b->deviation_log, size), 0);
}

START_TEST(points)
{
    egad_detector *d = make_calibrated(), *back;
    float scores[2][IMAGES];
    const float *x = lab_uniform(IMAGES * PIXELS, 3, 250.0f);
    CHECK_OK(egad_checkpoint_save(d, path));
    CHECK_OK(egad_checkpoint_load(&back, lab, path));
    ck_assert_int_eq(egad_detector_describe(back).calibrated, 1);
    check_calibration(&d->calibration, &back->calibration);
    for (int k = 0; k < 2; k++)
        CHECK_OK(egad_score_rows(k ? back : d, x, IMAGES, &EGAD_SCORING("combined", 0.9),
                                 scores[k]));
    lab_same("scores", scores[0], scores[1], IMAGES);
    egad_detector_free(back);
    egad_detector_free(d);
}
END_TEST

/* Replace an array of the file by zeros of this shape; the last element is `last`. */
static void put_array(const char *name, int rank, const hsize_t *shape, double last)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t space = H5Screate_simple(rank, shape, NULL);
    const size_t n = (size_t)H5Sget_simple_extent_npoints(space);
    double *values = lab_doubles(n);
    values[n - 1] = last;
    ck_assert_int_ge(H5Ldelete(file, name, H5P_DEFAULT), 0);
    hid_t id = H5Dcreate2(file, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT,
                          H5P_DEFAULT);
    ck_assert_int_ge(
        H5Dwrite(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), 0);
    H5Dclose(id);
    H5Sclose(space);
    H5Fclose(file);
}

START_TEST(bad_points)
{
    enum { P = 64 };
    static const struct {
        const char *array;
        int rank;
        hsize_t shape[3];
        double last;
        const char *words;
    } bad[] = {
        { "points",
          1,
          { IMAGES * P },
          0,
          "'/calibration/points' has an impossible shape" },
        { "points",
          3,
          { IMAGES, P, 1 },
          0,
          "'/calibration/points' has an impossible shape" },
        { "points", 2, { 1, P }, 0, "'/calibration/points' has an impossible shape" },
        { "points",
          2,
          { IMAGES, EVIDENCE + 1 },
          0,
          "'/calibration/points' has an impossible shape" },
        { "points",
          2,
          { IMAGES, P - 1 },
          0,
          "'/calibration/map' does not have the shape" },
        { "points", 2, { IMAGES - 1, P }, 0, "'/calibration/reach' does not have the" },
        { "points",
          2,
          { IMAGES, P },
          NAN,
          "'/calibration/points' holds a value that is" },
        { "map",
          2,
          { EVIDENCE - 1, P },
          0,
          "'/calibration/map' does not have the shape" },
        { "map", 2, { EVIDENCE, P }, INFINITY, "'/calibration/map' holds a value that" },
        { "offset", 1, { P + 1 }, 0, "'/calibration/offset' does not have the shape" },
        { "offset", 1, { P }, NAN, "'/calibration/offset' holds a value that is not" },
        { "reach", 1, { IMAGES }, NAN, "'/calibration/reach' holds a value that is not" },
        { "mean_log",
          1,
          { BIGAN_IMAGE_TERMS },
          NAN,
          "its calibration holds an impossible value" },
        { "floor",
          1,
          { BIGAN_IMAGE_TERMS },
          NAN,
          "its calibration holds an impossible value" },
        { "deviation_log",
          1,
          { BIGAN_IMAGE_TERMS },
          1,
          "its calibration holds an impossible value" },
    };
    egad_detector *d = make_calibrated(), *back;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char name[64];
        snprintf(name, sizeof name, "/calibration/%s", bad[i].array);
        CHECK_OK(egad_checkpoint_save(d, path));
        put_array(name, bad[i].rank, bad[i].shape, bad[i].last);
        ck_assert_msg(egad_checkpoint_load(&back, lab, path) == EGAD_FORMAT &&
                          strstr(egad_status_last(), bad[i].words),
                      "case %zu: %s", i, egad_status_last());
        ck_assert_ptr_null(back);
    }
    egad_detector_free(d);
}
END_TEST

START_TEST(bad_calibrations)
{
    static const double rows[] = { 0, IMAGES - 1, IMAGES + 1 };
    egad_detector *d = make_calibrated(), *back;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_OK(egad_checkpoint_save(d, path));
        put_number("/calibration", "rows", rows[i]);
        CHECK_FAILS(egad_checkpoint_load(&back, lab, path), FORMAT,
                    "an impossible number of rows");
    }
    d->calibration.deviation_log[BIGAN_IMAGE_TERMS - 1] = INFINITY;
    CHECK_OK(egad_checkpoint_save(d, path));
    CHECK_FAILS(egad_checkpoint_load(&back, lab, path), FORMAT,
                "its calibration holds an impossible value");
    egad_detector_free(d);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("checkpoint");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, every_recipe);
    tcase_add_test(tests, fills);
    tcase_add_test(tests, losses_by_name);
    tcase_add_test(tests, types_of_numbers);
    tcase_add_test(tests, bad_heads);
    tcase_add_test(tests, sizes_that_cannot_be);
    tcase_add_test(tests, points);
    tcase_add_test(tests, bad_points);
    tcase_add_test(tests, bad_calibrations);
    return lab_main(suite);
}

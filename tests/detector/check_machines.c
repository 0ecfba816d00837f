/* Training gives the same bits on any number of compute units, and with the training rows
 * in any number of pieces. */
#include "detector/train.h"

#include "lab.h"

#include <math.h>

enum { ROWS = 521 };

/* Rows on a curve. */
static egad_dataset *make_data(size_t H, size_t W, size_t C)
{
    egad_dataset *data;
    CHECK_OK(egad_dataset_new(&data, ROWS, (size_t[3]){ H, W, C }));
    const size_t columns = H * W * C;
    const float *t = lab_uniform(ROWS, 400, 3.0f);
    for (size_t i = 0; i < ROWS * columns; i++)
        data->x[i] = 100.0f * cosf(t[i / columns] * (float)(i % columns + 1));
    return data;
}

/* All weights after an epoch, one network after the other; *n: their number. */
static float *weights_of(const char *model, const egad_dataset *data, int batch,
                         size_t *n)
{
    egad_detector *d;
    float *all = NULL;
    CHECK_OK(egad_detector_new(&d, lab, data,
                               &EGAD_SIZED(egad_detector_options, .model = model,
                                           .epochs = 1, .batch = batch, .lr = 1e-3,
                                           .hold_out = -1, .seed = 7)));
    CHECK_OK(egad_train_run(d, data, NULL));
    *n = 0;
    for (size_t k = 0; k < d->networks; k++)
        *n += d->network[k]->w.c;
    all = lab_floats(*n);
    *n = 0;
    for (size_t k = 0; k < d->networks; k++) {
        const egad_tensor w = d->network[k]->w;
        memcpy(all + *n, lab_read(w), w.c * sizeof *all);
        *n += w.c;
    }
    egad_detector_free(d);
    return all;
}

/* Batches of fewer blocks of rows than sums of gradients (MLP_SUMS), as many, and more.
 */
START_TEST(units)
{
    static const unsigned numbers[] = { 0, 1, 3, 7, 1000 };
    static const int batches[] = { 50, 104, 105, 500 };
    static const char *const models[] = { "kdd-bigan", "kdd-gan" };
    egad_dataset *data = make_data(1, 1, 9);
    for (size_t m = 0; m < 2; m++)
        for (size_t b = m; b < sizeof batches / sizeof *batches; b++) {
            size_t n;
            lab->vector = (size_t)_i;
            lab->info.units = 2;
            const float *want = weights_of(models[m], data, batches[b], &n);
            for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
                lab->info.units = numbers[i];
                lab_same(models[m], weights_of(models[m], data, batches[b], &n), want, n);
            }
        }
    egad_dataset_free(data);
}
END_TEST

START_TEST(units_for_images)
{
    egad_dataset *data = make_data(8, 8, 1);
    size_t n;
    lab->info.units = 2;
    const float *want = weights_of("mnist-bigan", data, 100, &n);
    for (unsigned n_units = 1; n_units <= 16; n_units = 3 * n_units + 1) {
        lab->info.units = n_units;
        lab_same("images", weights_of("mnist-bigan", data, 100, &n), want, n);
    }
    egad_dataset_free(data);
}
END_TEST

/* A device whose largest allocation has room for so many rows of c columns. */
static void pretend_room(size_t rows, size_t c)
{
    const size_t slack = EGAD_TENSOR_SLACK + EGAD_TENSOR_SLACK_ROWS * c;
    lab->info.largest = (slack + rows * c) * sizeof(float) + 3;
    ck_assert_uint_eq(egad_tensor_most(lab, c), rows);
}

START_TEST(pieces)
{
    enum { COLUMNS = 9, BATCH = 100 };
    static const size_t rooms[] = { 1, 40, 173, 174, 260, 520, 521 };
    egad_dataset *data = make_data(1, 1, COLUMNS);
    size_t n;
    const float *want = weights_of("kdd-bigan", data, BATCH, &n);
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        pretend_room(rooms[i], COLUMNS);
        lab_same("pieces", weights_of("kdd-bigan", data, BATCH, &n), want, n);
    }
    egad_dataset_free(data);
}
END_TEST

/* The pieces differ by one row at most, and hold all rows in order. */
START_TEST(sizes_of_pieces)
{
    enum { COLUMNS = 5 };
    egad_dataset *data = make_data(1, 1, COLUMNS);
    egad_detector *d;
    egad_train *t;
    size_t *rows, n, at = 0;
    CHECK_OK(egad_dataset_select(data, EGAD_TRAIN, &rows, &n));
    CHECK_OK(egad_detector_new(&d, lab, data,
                               &EGAD_SIZED(egad_detector_options, .model = "kdd-bigan",
                                           .recipe = "release", .batch = 10,
                                           .hold_out = -1, .seed = 7)));
    pretend_room(100, COLUMNS);
    CHECK_OK(egad_train_new(&t, d, 10, 1, data, rows, n));
    ck_assert_uint_eq(t->pieces, 6);
    for (size_t i = 0; i < t->pieces; i++) {
        ck_assert_uint_eq(t->data[i].n, i < 5 ? 87 : 86);
        lab_same("rows", lab_read(t->data[i]), data->x + at * COLUMNS,
                 t->data[i].n * COLUMNS);
        at += t->data[i].n;
    }
    ck_assert_uint_eq(at, ROWS);
    egad_train_free(t);
    egad_detector_free(d);
    egad_dataset_free(data);
    free(rows);
}
END_TEST

/* At least one row, and never more floats than kernels can index. */
START_TEST(most_rows)
{
    lab->info.largest = 1000;
    ck_assert_uint_eq(egad_tensor_most(lab, 100), 1);
    lab->info.largest = (uint64_t)1 << 50;
    ck_assert_uint_eq(egad_tensor_most(lab, 1), INT32_MAX - 16 - 64);
    ck_assert_uint_eq(egad_tensor_most(lab, 1000), (INT32_MAX - 64) / 1000 - 16);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("machines");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_loop_test(tests, units, 8, 9);
    tcase_add_loop_test(tests, units, 16, 17);
    tcase_add_test(tests, units_for_images);
    tcase_add_test(tests, pieces);
    tcase_add_test(tests, sizes_of_pieces);
    tcase_add_test(tests, most_rows);
    return lab_main(suite);
}

/* Training as a whole: repeated runs, runs in parts, rates, dropout, rejected input. */
#include "detector/train.h"

#include "lab.h"

#include <math.h>

enum { COLUMNS = 6 };

/* Rows on a curve, so that there is something to learn. */
static egad_dataset *make_data(size_t rows, float scale)
{
    egad_dataset *data;
    CHECK_OK(egad_dataset_new(&data, rows, (size_t[3]){ 1, 1, COLUMNS }));
    const float *t = lab_uniform(rows, 300, 1.0f);
    const float *noise = lab_uniform(rows * COLUMNS, 301, 0.1f);
    for (size_t i = 0; i < rows * COLUMNS; i++)
        data->x[i] = scale * (noise[i] + cosf(t[i / COLUMNS] * (float)(i % COLUMNS)));
    return data;
}

static egad_detector *make_detector(const egad_dataset *data, const char *model,
                                    const char *recipe, int epochs, int batch, double lr,
                                    uint64_t seed)
{
    egad_detector *d;
    CHECK_OK(
        egad_detector_new(&d, lab, data,
                          &EGAD_SIZED(egad_detector_options, .model = model,
                                      .recipe = recipe, .epochs = epochs, .batch = batch,
                                      .lr = lr, .hold_out = -1, .seed = seed)));
    return d;
}

/* All that training changes must be equal to the bit, except the seconds. */
static void check_equal(const egad_detector *a, const egad_detector *b)
{
    ck_assert_uint_eq(a->step, b->step);
    ck_assert_uint_eq(a->per_epoch, b->per_epoch);
    lab_same_networks(a, b);
    for (int e = 0; e < egad_detector_epoch(a); e++)
        lab_same("losses", a->history[e].loss, b->history[e].loss, EGAD_LOSSES);
    for (int k = 0; k < MODEL_LOSSES; k++)
        ck_assert(a->partial[k] == b->partial[k]);
}

static void check_twice(const char *model, const char *recipe)
{
    egad_dataset *data = make_data(103, 1.0f);
    egad_detector *d[3];
    for (int i = 0; i < 3; i++) {
        d[i] = make_detector(data, model, recipe, 3, 10, 1e-3, i == 2 ? 8 : 7);
        CHECK_OK(egad_train_run(d[i], data, NULL));
        ck_assert_uint_eq(d[i]->step, 30);
        ck_assert_int_eq(egad_detector_describe(d[i]).epoch, 3);
        for (int e = 0; e < 3; e++) {
            const char *const *losses = egad_detector_losses(model);
            for (int k = 0; losses[k]; k++)
                ck_assert(isfinite(d[i]->history[e].loss[k]) &&
                          d[i]->history[e].loss[k] > 0.0f);
        }
    }
    check_equal(d[0], d[1]);
    const egad_net *a = paper_net(d[0], PAPER_G), *b = paper_net(d[2], PAPER_G);
    ck_assert(memcmp(lab_read(a->w), lab_read(b->w), a->w.c * sizeof(float)) != 0);
    for (int i = 0; i < 3; i++)
        egad_detector_free(d[i]);
    egad_dataset_free(data);
}

START_TEST(two_runs)
{
    check_twice("kdd-bigan", "sound");
    check_twice("kdd-gan", "paper");
    check_twice("kdd-alad", "sound");
    lab_end();
    lab_engine("plain");
    lab_pretend(0);
    check_twice("kdd-bigan", "release");
    lab_end();
    lab_engine("tiles");
    lab->info.units = 48; /* enough to split products */
    check_twice("kdd-bigan", "sound");
}
END_TEST

/* Another seed changes the random draws, not only the initial weights. */
START_TEST(seed_of_the_draws)
{
    egad_dataset *data = make_data(40, 1.0f);
    egad_detector *d[2];
    for (int i = 0; i < 2; i++) {
        d[i] = make_detector(data, NULL, NULL, 1, 10, 1e-3, 7);
        d[i]->seed += (uint64_t)i;
        CHECK_OK(egad_train_run(d[i], data, NULL));
    }
    ck_assert(d[0]->history[0].loss[0] != d[1]->history[0].loss[0]);
    for (int i = 0; i < 2; i++)
        egad_detector_free(d[i]);
    egad_dataset_free(data);
}
END_TEST

typedef struct {
    int calls, ends, stop_at;
    uint64_t last;
} watcher;

static int watch(void *context, const egad_progress *p)
{
    watcher *w = context;
    ck_assert_uint_gt(p->step, w->last);
    ck_assert_uint_le(p->step, p->steps);
    ck_assert(p->epoch >= 1 && p->epoch <= p->epochs);
    ck_assert(isfinite(p->losses.loss[0]) && p->rows_per_second > 0.0);
    ck_assert(p->seconds_left >= 0.0);
    /* Kernels are compiled before the first call, so no estimate is possible. */
    ck_assert(p->step == p->steps || isinf(p->seconds_left) == (w->calls == 0));
    w->last = p->step;
    w->ends += p->epoch_end;
    return ++w->calls == w->stop_at;
}

/* Stopped within and between epochs and resumed: as if never stopped. */
START_TEST(in_parts)
{
    enum { ROWS = 301, BATCH = 2, EPOCHS = 3, PER_EPOCH = ROWS / BATCH };
    egad_dataset *data = make_data(ROWS, 1.0f);
    egad_detector *whole = make_detector(data, NULL, NULL, EPOCHS, BATCH, 0.0, 7);
    egad_detector *parts = make_detector(data, NULL, NULL, EPOCHS, BATCH, 0.0, 7);
    watcher all = { 0 };
    CHECK_OK(egad_train_run(
        whole, data,
        &EGAD_SIZED(egad_train_options, .progress = watch, .context = &all)));
    ck_assert_uint_eq(all.last, PER_EPOCH * EPOCHS);
    ck_assert_int_eq(all.ends, EPOCHS);
    ck_assert_int_eq(all.calls, 2 * EPOCHS); /* at 128 of 150, and at the end */

    uint64_t before = 0;
    int runs = 0, inside = 0;
    while (parts->step < PER_EPOCH * EPOCHS) {
        watcher w = { .stop_at = 1, .last = parts->step };
        CHECK_OK(egad_train_run(
            parts, data,
            &EGAD_SIZED(egad_train_options, .progress = watch, .context = &w)));
        ck_assert_uint_gt(parts->step, before);
        before = parts->step;
        inside += parts->step % PER_EPOCH != 0;
        runs++;
    }
    ck_assert_int_eq(runs, 2 * EPOCHS);
    ck_assert_int_eq(inside, EPOCHS);
    check_equal(whole, parts);

    /* At the end nothing is left to do. */
    CHECK_OK(egad_train_run(parts, data, NULL));
    check_equal(whole, parts);
    egad_detector_free(whole);
    egad_detector_free(parts);
    egad_dataset_free(data);
}
END_TEST

START_TEST(stop_flag)
{
    const volatile int stop = 1;
    egad_dataset *data = make_data(40, 1.0f);
    egad_detector *d = make_detector(data, NULL, NULL, 2, 10, 0.0, 7);
    CHECK_OK(egad_train_run(d, data, &EGAD_SIZED(egad_train_options, .stop = &stop)));
    ck_assert_uint_eq(d->step, 0);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

/* Only training rows are drawn, each once per epoch. */
START_TEST(rows_of_training)
{
    enum { ROWS = 37, N = 6 };
    egad_dataset *data = make_data(ROWS, 1.0f);
    size_t *rows, n;
    data->split = calloc(ROWS, 1);
    for (size_t i = 0; i < ROWS; i++) {
        data->split[i] = i % 3 == 0 ? EGAD_TEST : EGAD_TRAIN;
        data->x[i * COLUMNS] = (float)i;
    }
    CHECK_OK(egad_dataset_select(data, EGAD_TRAIN, &rows, &n));
    egad_detector *d = make_detector(data, NULL, "release", 1, N, 0.0, 7);
    egad_train *t;
    CHECK_OK(egad_train_new(&t, d, N, 1, data, rows, n));
    int seen[ROWS] = { 0 };
    for (uint64_t step = 0; step < n / N; step++) {
        CHECK_OK(egad_train_set_clock(t, step));
        CHECK_OK(egad_plan_run(t->step[0].feed));
        const float *x = lab_read(t->batch[0]);
        for (size_t i = 0; i < N; i++) {
            const size_t row = (size_t)x[i * COLUMNS];
            ck_assert_uint_lt(row, ROWS);
            ck_assert_int_eq(data->split[row], EGAD_TRAIN);
            ck_assert_int_eq(seen[row]++, 0);
            lab_same("row", x + i * COLUMNS, data->x + row * COLUMNS, COLUMNS);
        }
    }
    egad_train_free(t);
    egad_detector_free(d);
    egad_dataset_free(data);
    free(rows);
}
END_TEST

/* The step of G and E has its own rows and noise. */
START_TEST(second_feed)
{
    enum { N = 20, Z = 32 };
    egad_dataset *data = make_data(N, 1.0f);
    size_t *rows, n;
    CHECK_OK(egad_dataset_select(data, EGAD_TRAIN, &rows, &n));
    egad_detector *d = make_detector(data, NULL, "release", 1, N, 0.0, 7);
    egad_train *t;
    CHECK_OK(egad_train_new(&t, d, N, 1, data, rows, n));
    CHECK_OK(egad_plan_run(t->step[0].feed));
    const float *x = lab_read(t->batch[0]);
    const float *z = lab_read(t->batch[1]);
    CHECK_OK(egad_plan_run(t->step[1].feed));
    const float *other_x = lab_read(t->batch[0]);
    const float *other_z = lab_read(t->batch[1]);
    int same_x = 0, same_z = 0;
    for (size_t i = 0; i < N; i++)
        same_x += x[i * COLUMNS] == other_x[i * COLUMNS];
    for (size_t i = 0; i < N * Z; i++)
        same_z += z[i] == other_z[i];
    ck_assert_int_lt(same_x, N / 2);
    ck_assert_int_lt(same_z, 2);
    egad_train_free(t);
    egad_detector_free(d);
    egad_dataset_free(data);
    free(rows);
}
END_TEST

static size_t zeros(egad_tensor y)
{
    size_t n = 0;
    const float *values = lab_read(y);
    for (size_t i = 0; i < y.n * y.c; i++)
        n += values[i] == 0.0f;
    return n;
}

/* About p of the units are dropped, others in each pass; none without dropout. */
START_TEST(dropout)
{
    enum { N = 50 };
    egad_dataset *data = make_data(N, 1.0f);
    egad_detector *d = make_detector(data, "kdd-gan", NULL, 1, N, 0.0, 7);
    const float *x = lab_uniform(N * COLUMNS, 1, 1.0f);
    lab_engine("plain"); /* one launch stores no layer outputs */
    for (int on = 0; on < 2; on++) {
        egad_train *t;
        CHECK_OK(egad_train_new(&t, d, N, on, NULL, NULL, 0));
        CHECK_OK(egad_tensor_write(lab, t->batch[0], x));
        CHECK_OK(egad_tensor_write(lab, t->batch[1], lab_uniform(N * 32, 2, 1.0f)));
        const egad_pass *D = egad_train_launch_pass(t, t->graph->nodes - 1);
        const float *y[3];
        for (int pass = 0; pass < 3; pass++) {
            CHECK_OK(egad_train_set_clock(t, pass == 1));
            CHECK_OK(egad_plan_run(t->step[pass == 2].gradients));
            for (size_t i = 0; i + 1 < D->n; i++) {
                const double n = (double)(D->y[i].n * D->y[i].c), p = on ? 0.2 : 0;
                ck_assert_msg(fabs((double)zeros(D->y[i]) - p * n) <=
                                  5.0 * sqrt(n * p * (1.0 - p)),
                              "layer %zu: %zu of %g are 0", i, zeros(D->y[i]), n);
            }
            y[pass] = lab_read(D->y[0]);
        }
        const size_t bytes = 2 * N * D->y[0].c * sizeof *y[0];
        ck_assert_int_eq(memcmp(y[0], y[1], bytes) != 0, on);
        ck_assert_int_eq(memcmp(y[0], y[2], bytes) != 0, on);
        egad_train_free(t);
    }
    lab_engine("");
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

START_TEST(rates)
{
    egad_recipe r = { .lr = 2.0, .lr_end = 0.0 };
    ck_assert_double_eq_tol(egad_train_rate(&r, 0, 101), 2.0, 1e-12);
    ck_assert_double_eq_tol(egad_train_rate(&r, 25, 101), 1.0 + sqrt(0.5), 1e-12);
    ck_assert_double_eq_tol(egad_train_rate(&r, 50, 101), 1.0, 1e-12);
    ck_assert_double_eq_tol(egad_train_rate(&r, 100, 101), 0.0, 1e-12);
    r.lr_end = 0.25;
    ck_assert_double_eq_tol(egad_train_rate(&r, 50, 101), 1.25, 1e-12);
    ck_assert_double_eq_tol(egad_train_rate(&r, 100, 101), 0.5, 1e-12);
    ck_assert_double_eq_tol(egad_train_rate(&r, 0, 1), 2.0, 1e-12);
    r.lr_end = 1.0;
    for (uint64_t s = 0; s < 101; s += 10)
        ck_assert_double_eq_tol(egad_train_rate(&r, s, 101), 2.0, 1e-12);
}
END_TEST

/* The first step of Adam has size lr, whatever the gradient: rates reach the device. */
START_TEST(first_step)
{
    const double lr = 1e-3;
    egad_dataset *data = make_data(10, 1.0f);
    egad_detector *d = make_detector(data, NULL, "paper", 1, 10, lr, 7);
    const float *before = lab_read(paper_net(d, PAPER_D)->w);
    CHECK_OK(egad_train_run(d, data, NULL));
    ck_assert_uint_eq(d->step, 1);
    const float *after = lab_read(paper_net(d, PAPER_D)->w);
    const float *ema = lab_read(paper_net(d, PAPER_D)->ema);
    double largest = 0.0;
    for (size_t i = 0; i < paper_net(d, PAPER_D)->w.c; i++) {
        largest = fmax(largest, fabs((double)after[i] - (double)before[i]));
        ck_assert_double_le(fabs((double)ema[i] - (double)before[i]),
                            1.01e-4 * lr + 1e-7 * fabs((double)before[i]));
    }
    ck_assert_double_eq_tol(largest, lr, 1e-3 * lr);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

/* Cosine decay to 0: the last iteration of recipe `sound` changes nothing. */
START_TEST(last_step)
{
    egad_dataset *data = make_data(10, 1.0f);
    egad_detector *d = make_detector(data, NULL, "sound", 3, 10, 1e-3, 7);
    const float *w[4] = { lab_read(paper_net(d, PAPER_G)->w) };
    for (int epoch = 1; epoch <= 3; epoch++) {
        watcher one = { .stop_at = 1, .last = d->step };
        CHECK_OK(egad_train_run(
            d, data,
            &EGAD_SIZED(egad_train_options, .progress = watch, .context = &one)));
        ck_assert_uint_eq(d->step, (uint64_t)epoch);
        w[epoch] = lab_read(paper_net(d, PAPER_G)->w);
    }
    const size_t n = paper_net(d, PAPER_G)->w.c;
    ck_assert(memcmp(w[0], w[1], n * sizeof **w) != 0);
    ck_assert(memcmp(w[1], w[2], n * sizeof **w) != 0);
    lab_same("w", w[2], w[3], n);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

/* Changing the number of epochs later equals choosing it at the start, if no rate depends
 * on it. */
START_TEST(extended)
{
    egad_dataset *data = make_data(103, 1.0f);
    egad_detector *whole = make_detector(data, NULL, "paper", 3, 10, 1e-3, 7);
    egad_detector *d = make_detector(data, NULL, "paper", 1, 10, 1e-3, 7);
    CHECK_OK(egad_train_run(whole, data, NULL));
    CHECK_OK(egad_train_run(d, data, NULL));
    CHECK_FAILS(egad_train_extend(d, 0), ARGUMENT,
                "it cannot end at epoch 0: 1 of 1 epochs are already trained");
    CHECK_OK(egad_train_extend(d, 9));
    ck_assert_int_eq(egad_detector_describe(d).epochs, 9);
    CHECK_OK(egad_train_extend(d, 3));
    CHECK_OK(egad_train_run(d, data, NULL));
    ck_assert_int_eq(egad_detector_describe(d).epoch, 3);
    check_equal(d, whole);
    CHECK_FAILS(egad_train_extend(d, 2), ARGUMENT,
                "it cannot end at epoch 2: 3 of 3 epochs are already trained");
    CHECK_OK(egad_train_extend(d, 3));
    egad_detector_free(d);
    egad_detector_free(whole);
    egad_dataset_free(data);
}
END_TEST

START_TEST(not_extended)
{
    egad_dataset *data = make_data(103, 1.0f);
    egad_detector *d = make_detector(data, NULL, "release", 9, 10, 1e-3, 7);
    watcher once = { .stop_at = 1 };
    CHECK_OK(egad_train_extend(d, 8));
    CHECK_OK(egad_train_run(
        d, data, &EGAD_SIZED(egad_train_options, .progress = watch, .context = &once)));
    ck_assert_int_eq(egad_detector_describe(d).epoch, 1);
    CHECK_OK(egad_train_extend(d, 1));
    /* An epoch in progress counts: training cannot end before it. */
    d->step++;
    CHECK_OK(egad_train_extend(d, 2));
    CHECK_FAILS(egad_train_extend(d, 1), ARGUMENT, "it cannot end at epoch 1");
    egad_detector_free(d);
    /* A rate that decays to the last epoch would have been another one from the start. */
    d = make_detector(data, NULL, "sound", 3, 10, 1e-3, 7);
    CHECK_OK(egad_train_extend(d, 3));
    CHECK_FAILS(egad_train_extend(d, 4), ARGUMENT, "learning rate decays until epoch 3");
    ck_assert_int_eq(egad_detector_describe(d).epochs, 3);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

START_TEST(learns)
{
    egad_dataset *data = make_data(400, 1.0f);
    egad_detector *d = make_detector(data, NULL, "paper", 6, 20, 1e-3, 7);
    CHECK_OK(egad_train_run(d, data, NULL));
    /* D separates the data from untrained G's rows at once: the loss falls from log 4. */
    ck_assert(d->history[0].loss[0] < 1.38f);
    ck_assert(d->history[5].loss[0] < 0.8f * d->history[0].loss[0]);
    egad_detector_free(d);
    egad_dataset_free(data);
}
END_TEST

START_TEST(refusals)
{
    egad_dataset *data = make_data(40, 1.0f), *few = make_data(9, 1.0f);
    egad_dataset *other = make_data(60, 1.0f), *wide;
    egad_detector *d = make_detector(data, NULL, NULL, 2, 10, 0.0, 7);
    CHECK_OK(egad_dataset_new(&wide, 40, (size_t[3]){ 1, 1, COLUMNS + 1 }));
    CHECK_FAILS(egad_train_run(d, few, NULL), DATA,
                "a batch of 10 rows cannot be drawn from 9 training rows");
    CHECK_FAILS(egad_train_run(d, wide, NULL), SHAPE, "rows of 6 columns");
    CHECK_OK(egad_train_run(d, data, NULL));
    CHECK_FAILS(egad_train_run(d, other, NULL), DATA, "4 batches per epoch");
    egad_detector_free(d);
    egad_dataset_free(data);
    egad_dataset_free(few);
    egad_dataset_free(other);
    egad_dataset_free(wide);
}
END_TEST

/* Exploding rates, non-finite weights and data are reported, in every network and every
 * layer. */
START_TEST(diverges)
{
    egad_dataset *data = make_data(40, 1.0f);
    egad_detector *d = make_detector(data, NULL, NULL, 20, 10, 1e10, 7);
    CHECK_FAILS(egad_train_run(d, data, NULL), DATA, "training diverged");
    egad_detector_free(d);
    for (int k = 0; k < PAPER_NETS; k++) {
        size_t layers = 1;
        for (size_t i = 0; i < layers; i++) {
            d = make_detector(data, NULL, NULL, 1, 10, 0.0, 7);
            egad_net *net = paper_net(d, k);
            layers = net->n;
            float *w = lab_read(net->w);
            w[net->layer[i].kernel] = NAN;
            CHECK_OK(egad_tensor_write(lab, net->w, w));
            CHECK_FAILS(egad_train_run(d, data, NULL), DATA, "training diverged");
            egad_detector_free(d);
        }
    }
    egad_dataset_free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("train");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, two_runs);
    tcase_add_test(tests, seed_of_the_draws);
    tcase_add_test(tests, in_parts);
    tcase_add_test(tests, stop_flag);
    tcase_add_test(tests, rows_of_training);
    tcase_add_test(tests, second_feed);
    tcase_add_test(tests, dropout);
    tcase_add_test(tests, rates);
    tcase_add_test(tests, first_step);
    tcase_add_test(tests, last_step);
    tcase_add_test(tests, extended);
    tcase_add_test(tests, not_extended);
    tcase_add_test(tests, learns);
    tcase_add_test(tests, refusals);
    tcase_add_test(tests, diverges);
    return lab_main(suite);
}

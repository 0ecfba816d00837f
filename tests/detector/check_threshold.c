/* Held-out rows, their scores, and the thresholds derived from them. */
#include "detector/score.h"

#include "lab.h"

#include <hdf5.h>
#include <math.h>

enum { COLUMNS = 4, ROWS = 130, TRAINING = 100, HELD = 20 };

static char folder[64], path[128];
static egad_dataset *data;

/* Test rows: every 13th row, and all after the last training row. */
static void setup(void)
{
    lab_begin();
    support_folder(folder);
    snprintf(path, sizeof path, "%s/m.h5", folder);
    CHECK_OK(egad_dataset_new(&data, ROWS, (size_t[3]){ 1, 1, COLUMNS }));
    data->split = malloc(ROWS);
    const float *t = lab_uniform(ROWS, 400, 1.0f);
    const float *noise = lab_uniform(ROWS * COLUMNS, 401, 0.2f);
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        data->x[i] = noise[i] + cosf(t[i / COLUMNS] * (float)(i % COLUMNS));
    for (size_t i = 0, train = 0; i < ROWS; i++) {
        data->split[i] = i % 13 == 0 || train == TRAINING ? EGAD_TEST : EGAD_TRAIN;
        train += data->split[i] == EGAD_TRAIN;
    }
}

static void teardown(void)
{
    egad_dataset_free(data);
    support_remove(folder);
    lab_end();
}

static egad_detector *make(const char *model, const char *recipe, double hold_out)
{
    egad_detector *d;
    CHECK_OK(egad_detector_new(&d, lab, data,
                               &EGAD_SIZED(egad_detector_options, .model = model,
                                           .recipe = recipe, .epochs = 3, .batch = 10,
                                           .lr = 1e-3, .hold_out = hold_out, .seed = 7)));
    return d;
}

/* Train to the end, as `egad train` does. */
static egad_detector *finish(egad_detector *d)
{
    CHECK_OK(egad_train_run(d, data, NULL));
    CHECK_OK(egad_score_calibrate(d, data));
    CHECK_OK(egad_threshold_measure(d, data, NULL));
    return d;
}

static void check_thresholds(const egad_detector *a, const egad_detector *b)
{
    const egad_thresholds *x = &a->thresholds, *y = &b->thresholds;
    ck_assert(x->rows == y->rows && x->held_out == y->held_out);
    ck_assert(x->alpha == y->alpha && x->false_alarms == y->false_alarms &&
              x->steps == y->steps && x->restarts == y->restarts);
    for (int k = 0; k < SCORES; k++) {
        ck_assert_int_eq(!x->score[k], !y->score[k]);
        ck_assert(x->at[k] == y->at[k] || (isnan(x->at[k]) && isnan(y->at[k])));
        if (x->score[k])
            lab_same("scores", x->score[k], y->score[k], x->rows);
    }
}

/* ---- Held-out rows --------------------------------------------------------- */

/* Held-out rows are a sample of the training rows; all others remain. */
START_TEST(division)
{
    static const double shares[] = { -1, 0.005, 0.2, 0.2999, 0.5, 0.9 };
    static const size_t held[] = { 0, 0, 20, 29, 50, 90 };
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        egad_detector *d = make(NULL, NULL, shares[i]);
        size_t *out, *in, *want, n, m;
        unsigned char seen[ROWS] = { 0 };
        CHECK_OK(egad_detector_select(d, data, 1, &out, &n));
        CHECK_OK(egad_detector_select(d, data, 0, &in, &m));
        ck_assert(n == held[i] && n + m == TRAINING);
        CHECK_OK(egad_dataset_sample(data, EGAD_TRAIN, n, 5, &want));
        ck_assert_mem_eq(out, want, n * sizeof *out);
        for (size_t k = 0; k < TRAINING; k++) {
            const size_t row = k < n ? out[k] : in[k - n];
            ck_assert_int_eq(data->split[row], EGAD_TRAIN);
            ck_assert_int_eq(seen[row]++, 0);
        }
        free(out);
        free(in);
        free(want);
        egad_detector_free(d);
    }
}
END_TEST

/* Values of held-out rows do not affect the detector: not the scaling, the weights or the
 * combined score. */
START_TEST(never_seen)
{
    egad_detector *d = finish(make(NULL, NULL, 0.2)), *other;
    size_t *rows, n;
    CHECK_OK(egad_detector_select(d, data, 1, &rows, &n));
    ck_assert_uint_eq(n, HELD);
    for (size_t i = 0; i < n * COLUMNS; i++)
        data->x[rows[i / COLUMNS] * COLUMNS + i % COLUMNS] = NAN;
    other = make(NULL, NULL, 0.2);
    CHECK_OK(egad_train_run(other, data, NULL));
    CHECK_OK(egad_score_calibrate(other, data));
    lab_same("fit", d->fit, other->fit, 3 * COLUMNS);
    lab_same_networks(d, other);
    lab_same("mean", d->calibration.mean, other->calibration.mean, d->calibration.n);
    for (int k = 0; k < TERMS; k++)
        ck_assert(d->calibration.mean_log[k] == other->calibration.mean_log[k]);
    /* Non-finite scores give no thresholds. */
    CHECK_FAILS(egad_threshold_measure(other, data, NULL), DATA,
                "measuring thresholds: normal row");
    ck_assert_uint_eq(other->thresholds.rows, 0);
    free(rows);
    egad_detector_free(d);
    egad_detector_free(other);
}
END_TEST

static int stop_each(void *context, const egad_progress *p)
{
    (void)context;
    return p->epoch_end;
}

/* Saving, loading and resuming gives the same as an uninterrupted run, thresholds too. */
START_TEST(in_parts)
{
    egad_detector *whole = finish(make(NULL, NULL, 0.2)), *parts = make(NULL, NULL, 0.2);
    for (int epoch = 1; epoch <= 2; epoch++) {
        CHECK_OK(egad_train_run(parts, data,
                                &EGAD_SIZED(egad_train_options, .progress = stop_each)));
        ck_assert_int_eq(egad_detector_epoch(parts), epoch);
        CHECK_OK(egad_checkpoint_save(parts, path));
        egad_detector_free(parts);
        CHECK_OK(egad_checkpoint_load(&parts, lab, path));
    }
    finish(parts);
    lab_same_networks(whole, parts);
    check_thresholds(whole, parts);
    egad_detector_free(whole);
    egad_detector_free(parts);
}
END_TEST

/* ---- Measured scores --------------------------------------------------------- */

/* The sorted scores of the held-out rows, for any alpha and for subsets of rows. */
START_TEST(measured)
{
    egad_detector *d = make(NULL, NULL, 0.2);
    d->thresholds.false_alarms = 0.1; /* that the held-out rows resolve */
    finish(d);
    size_t *rows, n;
    float x[HELD * COLUMNS], want[HELD];
    CHECK_OK(egad_detector_select(d, data, 1, &rows, &n));
    for (int pass = 0; pass < 2; pass++) {
        const size_t some = pass ? 7 : HELD;
        const double alpha = pass ? 0.25 : 0.9;
        if (pass)
            CHECK_OK(
                egad_threshold_measure(d, data,
                                       &EGAD_SIZED(egad_threshold_options, .most = some,
                                                   .how = &EGAD_SCORING(NULL, alpha))));
        for (size_t i = 0; i < some; i++)
            memcpy(x + i * COLUMNS, data->x + rows[i * n / some] * COLUMNS,
                   COLUMNS * sizeof *x);
        const egad_threshold_info info = egad_threshold_describe(d);
        ck_assert_uint_eq(info.rows, some);
        ck_assert_int_eq(info.held_out, 1);
        ck_assert(info.alpha == alpha && info.least == 1.0 / (double)(some + 1));
        ck_assert_int_eq(info.steps, 0);
        for (size_t k = 0; egad_score_describe(d, k).name; k++) {
            const float *score = d->thresholds.score[k];
            const char *name = egad_score_describe(d, k).name;
            CHECK_OK(egad_score_rows(d, x, some, &EGAD_SCORING(name, alpha), want));
            for (size_t i = 0; i < some; i++) {
                size_t found = 0;
                for (size_t j = 0; j < some; j++)
                    found += score[j] == want[i];
                ck_assert_uint_ge(found, 1);
                ck_assert(i == 0 || score[i - 1] <= score[i]);
            }
        }
    }
    /* Further training or another calibration discards them. */
    CHECK_OK(egad_score_calibrate(d, data));
    ck_assert_uint_eq(egad_threshold_describe(d).rows, 0);
    free(rows);
    egad_detector_free(d);
}
END_TEST

/* Without held-out rows, training rows are measured. */
START_TEST(training_rows)
{
    egad_detector *d = finish(make(NULL, "release", 0));
    ck_assert_int_eq(egad_threshold_describe(d).held_out, 0);
    ck_assert_uint_eq(egad_threshold_describe(d).rows, TRAINING);
    egad_detector_free(d);
}
END_TEST

/* Thresholds of a search depend on its number of steps. */
START_TEST(searched)
{
    egad_detector *d = make("kdd-gan", NULL, 0.2);
    egad_scoring search = EGAD_SCORING("fm", 0.9);
    egad_threshold at;
    search.steps = 3;
    search.restarts = 2;
    CHECK_OK(egad_train_run(d, data, NULL));
    CHECK_OK(egad_threshold_measure(d, data,
                                    &EGAD_SIZED(egad_threshold_options, .how = &search)));
    ck_assert(d->thresholds.score[1] && !d->thresholds.score[2]);
    ck_assert_uint_eq(d->thresholds.rows, HELD);
    CHECK_OK(egad_threshold_find(&at, d, &search, 0.1));
    CHECK_FAILS(egad_threshold_find(&at, d, &EGAD_SCORING("fm", 0.9), 0.1), DATA,
                "with 2 x 3 search steps, not 1 x 500");
    search.restarts = 1;
    CHECK_FAILS(egad_threshold_find(&at, d, &search, 0.1), DATA, "not 1 x 3");
    egad_detector_free(d);
}
END_TEST

/* ---- P-values and labels ------------------------------------------------------ */

/* n scores 0, 1, ..., each repeated `ties` times. */
static egad_detector *with_scores(size_t n, size_t ties)
{
    egad_detector *d = make(NULL, NULL, 0.2);
    d->thresholds.rows = n;
    d->thresholds.alpha = 0.9;
    d->thresholds.held_out = 1;
    d->thresholds.score[0] = malloc(n * sizeof(float));
    for (size_t i = 0; i < n; i++)
        d->thresholds.score[0][i] = (float)(i / ties);
    return d;
}

/* p-values are computed by counting; the label is p <= rate.  All possible rates, with
 * scores below, at, between and above those measured. */
START_TEST(rule)
{
    static const size_t cases[][2] = { { 1, 1 },   { 9, 1 },   { 99, 1 },
                                       { 100, 1 }, { 100, 7 }, { 40, 40 } };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const size_t n = cases[c][0];
        egad_detector *d = with_scores(n, cases[c][1]);
        const float *s = d->thresholds.score[0];
        for (size_t r = 1; r <= n; r++) {
            for (int between = 0; between < 2; between++) {
                const double rate = ((double)r + 0.5 * between) / (double)(n + 1);
                egad_threshold at;
                if (!(rate < 1.0))
                    continue;
                CHECK_OK(egad_threshold_find(&at, d, &EGAD_SCORING("sigma", 0.9), rate));
                ck_assert(at.false_alarms == rate && !at.by_hand);
                for (float x = -0.5f; x < (float)n + 1.0f; x += 0.5f) {
                    double p;
                    unsigned char label;
                    size_t k = 0;
                    for (size_t i = 0; i < n; i++)
                        k += s[i] >= x;
                    const double want = (double)(k + 1) / (double)(n + 1);
                    CHECK_OK(egad_threshold_judge(&p, &label, d, "sigma", &at, &x, 1));
                    ck_assert(p == want);
                    ck_assert_int_eq(label, want <= rate * (1 + 1e-12));
                }
            }
        }
        egad_detector_free(d);
    }
}
END_TEST

START_TEST(no_number)
{
    const float odd[] = { NAN, INFINITY, -INFINITY };
    double p[3];
    unsigned char label[3];
    egad_threshold at;
    egad_detector *d = with_scores(99, 1);
    CHECK_OK(egad_threshold_find(&at, d, &EGAD_SCORING("sigma", 0.9), 0));
    CHECK_OK(egad_threshold_judge(p, label, d, "sigma", &at, odd, 3));
    ck_assert(p[0] == 0.01 && p[1] == 0.01 && p[2] == 1.0);
    ck_assert_mem_eq(label, "\1\1\0", 3);
    CHECK_OK(egad_threshold_judge(NULL, label, d, "sigma", &at, odd, 3));
    CHECK_OK(egad_threshold_judge(p, NULL, d, "sigma", &at, odd, 3));
    egad_detector_free(d);
}
END_TEST

/* The active rate: 1 % by default, another rate, or a score; never a rate that the rows
 * cannot resolve. */
START_TEST(in_force)
{
    egad_threshold at;
    egad_detector *d = with_scores(199, 1), *few = with_scores(9, 1);
    CHECK_OK(egad_threshold_find(&at, d, &EGAD_SCORING("sigma", 0.9), 0));
    ck_assert(at.false_alarms == 0.01 && at.score == nextafterf(197, INFINITY));
    CHECK_OK(egad_threshold_keep(d, 0.005));
    CHECK_OK(egad_threshold_find(&at, d, &EGAD_SCORING("sigma", 0.9), 0));
    ck_assert(at.false_alarms == 0.005 && at.score == nextafterf(198, INFINITY));
    CHECK_OK(egad_threshold_keep_score(d, "sigma", 99));
    CHECK_OK(egad_threshold_find(&at, d, &EGAD_SCORING("sigma", 0.9), 0));
    ck_assert(at.by_hand && at.score == 99 && at.false_alarms == 101.0 / 200);
    CHECK_OK(egad_threshold_find(&at, d, &EGAD_SCORING("sigma", 0.9), 0.02));
    ck_assert(!at.by_hand && at.false_alarms == 0.02);
    CHECK_OK(egad_threshold_keep(d, 0.02));
    CHECK_OK(egad_threshold_find(&at, d, &EGAD_SCORING("sigma", 0.9), 0));
    ck_assert(!at.by_hand && at.false_alarms == 0.02);
    CHECK_OK(egad_threshold_find(&at, few, &EGAD_SCORING("sigma", 0.9), 0));
    ck_assert(at.false_alarms == 0.1 && at.score == nextafterf(8, INFINITY));
    egad_detector_free(d);
    egad_detector_free(few);
}
END_TEST

START_TEST(refusals)
{
    static const double odd[] = { 1, 2, -0.1, NAN };
    egad_threshold at = { .score = 77 };
    egad_detector *d = with_scores(99, 1);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        CHECK_FAILS(egad_threshold_find(&at, d, &EGAD_SCORING("sigma", 0.9), odd[i]),
                    ARGUMENT, "false-alarm rate");
        CHECK_FAILS(egad_threshold_keep(d, odd[i]), ARGUMENT, "between 0 and 1");
    }
    CHECK_FAILS(egad_threshold_find(&at, d, &EGAD_SCORING("sigma", 0.9), 0.0099), DATA,
                "99 held-out rows cannot resolve a false-alarm rate below 1/100 = 1 %");
    CHECK_FAILS(egad_threshold_keep(d, 0.0099), DATA,
                "with 101 held-out rows ('egad train");
    CHECK_FAILS(egad_threshold_keep(d, 0.0001), DATA,
                "choose a higher rate; this one needs 9999 held-out rows, more");
    ck_assert(egad_threshold_rows(0.01) == 99 && egad_threshold_rows(0.3) == 3);
    /* Shares, rounded to two digits, hold out enough rows, at most half of all. */
    for (size_t of = 198; of < 3000; of += 7) {
        const double share = egad_threshold_share(0.01, of);
        ck_assert(share * (double)of >= 99 - 1e-9 && share * (double)of < 99 * 1.1);
        ck_assert_double_eq_tol(share * 1000, round(share * 1000), 1e-9);
    }
    ck_assert_double_eq_tol(egad_threshold_share(0.01, 198), 0.5, 1e-12);
    ck_assert(egad_threshold_share(0.01, 197) == 0 && egad_threshold_share(0.01, 0) == 0);
    CHECK_FAILS(egad_threshold_find(&at, d, &EGAD_SCORING("sigma", 0.5), 0.1), DATA,
                "with alpha 0.9, not 0.5");
    CHECK_FAILS(egad_threshold_find(&at, d, &EGAD_SCORING("fm", 0.9), 0.1), DATA,
                "no fm scores of normal rows");
    CHECK_FAILS(egad_threshold_keep_score(d, "fm", 1), DATA, "--measure");
    CHECK_FAILS(egad_threshold_keep_score(d, "sigma", NAN), ARGUMENT, "nan");
    ck_assert(at.score == 77 && d->thresholds.false_alarms == 0.01);
    egad_detector_free(d);
    CHECK_FAILS(egad_detector_new(&d, lab, data,
                                  &EGAD_SIZED(egad_detector_options, .hold_out = 1)),
                ARGUMENT, "cannot hold out");
    CHECK_FAILS(egad_detector_new(&d, lab, data,
                                  &EGAD_SIZED(egad_detector_options, .hold_out = NAN)),
                ARGUMENT, "cannot hold out");
}
END_TEST

/* ---- Files --------------------------------------------------------------------- */

START_TEST(kept)
{
    egad_detector *d = finish(make(NULL, NULL, 0.2)), *back;
    CHECK_OK(egad_threshold_keep(d, 0.125));
    CHECK_OK(egad_threshold_keep_score(d, "fm", -1.5f));
    CHECK_OK(egad_checkpoint_save(d, path));
    CHECK_OK(egad_checkpoint_load(&back, lab, path));
    check_thresholds(d, back);
    ck_assert(egad_detector_describe(back).hold_out == 0.2);
    egad_detector_free(d);
    egad_detector_free(back);
}
END_TEST

static hid_t saved(void)
{
    egad_detector *d = make(NULL, NULL, 0.2);
    d->thresholds.false_alarms = 0.1;
    finish(d);
    CHECK_OK(egad_checkpoint_save(d, path));
    egad_detector_free(d);
    return H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
}

/* A file from before thresholds existed: no held-out rows, no scores. */
START_TEST(older_file)
{
    egad_detector *d;
    egad_threshold at;
    hid_t file = saved();
    H5Ldelete(file, "/threshold", H5P_DEFAULT);
    H5Adelete_by_name(file, "/recipe", "hold_out", H5P_DEFAULT);
    H5Fclose(file);
    CHECK_OK(egad_checkpoint_load(&d, lab, path));
    ck_assert(egad_detector_describe(d).hold_out == 0);
    ck_assert_uint_eq(egad_threshold_describe(d).rows, 0);
    ck_assert(egad_threshold_describe(d).false_alarms == 0.01);
    CHECK_FAILS(egad_threshold_find(&at, d, &EGAD_SCORING("sigma", 0.9), 0), DATA,
                "measure them with 'egad threshold MODEL --measure DATA'");
    CHECK_OK(egad_threshold_measure(d, data, NULL));
    ck_assert_uint_eq(egad_threshold_describe(d).folds, TRAINING);
    egad_detector_free(d);
}
END_TEST

static const char *const odd_files[] = {
    "'/threshold/sigma' is not in ascending order",
    "'/threshold/fm' holds a value that is not finite",
    "'/threshold/sigma' has an impossible shape",
    "false-alarm rate of 1.5",
    "values out of range",
    "alpha",
};

static void put_number(hid_t file, const char *object, const char *name, double value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    H5Adelete_by_name(file, object, name, H5P_DEFAULT);
    hid_t id = H5Acreate_by_name(file, object, name, H5T_NATIVE_DOUBLE, space,
                                 H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(H5Awrite(id, H5T_NATIVE_DOUBLE, &value), 0);
    H5Aclose(id);
    H5Sclose(space);
}

static void put_scores(hid_t file, const char *name, size_t n, const float *values)
{
    hid_t space = H5Screate_simple(1, &(hsize_t){ n }, NULL);
    H5Ldelete(file, name, H5P_DEFAULT);
    hid_t id = H5Dcreate2(file, name, H5T_NATIVE_FLOAT, space, H5P_DEFAULT, H5P_DEFAULT,
                          H5P_DEFAULT);
    ck_assert_int_ge(
        H5Dwrite(id, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), 0);
    H5Dclose(id);
    H5Sclose(space);
}

START_TEST(odd_file)
{
    egad_detector *d;
    float values[HELD] = { 2, 1 };
    hid_t file = saved();
    switch (_i) {
    case 0:
        put_scores(file, "/threshold/sigma", HELD, values);
        break;
    case 1:
        values[HELD - 1] = NAN;
        put_scores(file, "/threshold/fm", HELD, values);
        break;
    case 2:
        put_scores(file, "/threshold/sigma", 0, values);
        break;
    case 3:
        put_number(file, "/threshold", "false_alarms", 1.5);
        break;
    case 4:
        put_number(file, "/recipe", "hold_out", 1.0);
        break;
    default:
        H5Adelete_by_name(file, "/threshold", "alpha", H5P_DEFAULT);
    }
    H5Fclose(file);
    CHECK_FAILS(egad_checkpoint_load(&d, lab, path), FORMAT, odd_files[_i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("threshold");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, division);
    tcase_add_test(tests, never_seen);
    tcase_add_test(tests, in_parts);
    tcase_add_test(tests, measured);
    tcase_add_test(tests, training_rows);
    tcase_add_test(tests, searched);
    tcase_add_test(tests, rule);
    tcase_add_test(tests, no_number);
    tcase_add_test(tests, in_force);
    tcase_add_test(tests, refusals);
    tcase_add_test(tests, kept);
    tcase_add_test(tests, older_file);
    tcase_add_loop_test(tests, odd_file, 0, sizeof odd_files / sizeof *odd_files);
    return lab_main(suite);
}

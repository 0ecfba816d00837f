/* Terms and scores of a small trained model against ref_cpu. */
#include "../host/infer.h"
#include "../host/score.h"

#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

enum { COLUMNS = 9, TRAINING = 90, ROWS = 53 };
static const double TINY = 1e-12; /* what logarithms of terms are kept above by */

typedef struct {
    egad_dataset *data;
    egad_detector *d;
    double *w[NETS], *x; /* what ref_cpu takes: averages of weights, scaled rows */
    double *terms;       /* (ROWS, TERMS) by ref_cpu, of the first ROWS rows of data */
} subject;

/* What ref_cpu makes of the detector as it is now. */
static void refer(subject *s)
{
    s->terms = lab_doubles(ROWS * TERMS);
    ref_terms(s->terms, s->d, s->w, s->x, ROWS);
}

/* Trained for a while, with moving averages that have moved. */
static subject prepare(const char *recipe)
{
    subject s = { 0 };
    CHECK_OK(egad_dataset_new(&s.data, TRAINING, (size_t[3]){ 1, 1, COLUMNS }));
    const float *t = lab_uniform(TRAINING, 300, 2.0f);
    const float *noise = lab_uniform(TRAINING * COLUMNS, 301, 0.1f);
    for (size_t i = 0; i < TRAINING * COLUMNS; i++)
        s.data->x[i] =
            (noise[i] + sinf(t[i / COLUMNS] + (float)(i % COLUMNS))) * (i % 40 ? 1 : 50);
    CHECK_OK(egad_detector_new(
        &s.d, lab, s.data,
        &(egad_detector_options){
            .recipe = recipe, .epochs = 10, .batch = 10, .lr = 1e-2, .seed = 7 }));
    s.d->recipe.ema_decay = 0.9;
    CHECK_OK(egad_train_run(s.d, s.data, NULL));
    s.x = lab_widen(s.data->x, TRAINING * COLUMNS);
    if (s.d->recipe.scaling != SCALE_NONE)
        ref_scale(s.x, lab_widen(s.d->fit, 3 * COLUMNS), TRAINING, COLUMNS,
                  (double)egad_detector_limit(s.d));
    for (int k = 0; k < NETS; k++)
        s.w[k] = lab_widen(lab_read(s.d->net[k]->ema), s.d->net[k]->ema.c);
    refer(&s);
    return s;
}

static void finish(subject *s)
{
    egad_detector_free(s->d);
    egad_dataset_free(s->data);
    lab_end();
}

/* A term that is a distance from training rows. */
static int is_distance(size_t k)
{
    return k == TERM_FEATURES || k == TERM_EVIDENCE;
}

/* Terms (ROWS, TERMS) are ref_cpu's; distances are 0 without a calibration. */
static void check_terms(const subject *s)
{
    float *got = lab_floats(ROWS * TERMS);
    CHECK_OK(egad_score_terms(s->d, s->data->x, ROWS, got));
    for (size_t k = 0; k < TERMS; k++) {
        float column[ROWS];
        double want[ROWS];
        char what[32];
        for (size_t i = 0; i < ROWS; i++) {
            column[i] = got[i * TERMS + k];
            want[i] = s->terms[i * TERMS + k];
            ck_assert(is_distance(k) && !s->d->calibration.n ? column[i] == 0.0f
                                                             : want[i] > 0.0);
        }
        snprintf(what, sizeof what, "term %zu", k);
        lab_near(is_distance(k) ? TOLERANCE_EVIDENCE : TOLERANCE_SCORE, what, column,
                 want, ROWS);
    }
}

/* The score as the public header has it. */
static double score(const subject *s, egad_score_kind kind, double alpha, size_t row)
{
    static const int combined[] = { TERM_L1, TERM_FEATURES, TERM_EVIDENCE };
    const egad_calibration *c = &s->d->calibration;
    const double *t = s->terms + row * TERMS;
    const int release = strcmp(s->d->recipe.name, "release") == 0;
    double sum = 0.0;
    switch (kind) {
    case EGAD_SCORE_FM:
        return alpha * t[TERM_L1] + (1.0 - alpha) * t[TERM_FM];
    case EGAD_SCORE_COMBINED:
        for (int i = 0; i < 3; i++)
            sum += (log(t[combined[i]] + TINY) - c->mean_log[combined[i]]) /
                   c->deviation_log[combined[i]];
        return sum / 3.0;
    default:
        return alpha * t[TERM_L1] +
               (1.0 - alpha) * t[release ? TERM_SIGMA_REBUILT : TERM_SIGMA];
    }
}

/* Evidence of rows of the data in batches of so many: (rows, columns of evidence). */
static float *evidence_of(const subject *s, const float *x, size_t rows, size_t batch)
{
    egad_infer *infer;
    float *e = lab_floats(rows * egad_detector_evidence(s->d));
    CHECK_OK(egad_infer_new(&infer, s->d, INFER_EVIDENCE, batch));
    CHECK_OK(egad_infer_run(infer, x, rows, e));
    egad_infer_free(infer);
    return e;
}

/* It is ref_cpu's, not centred, calibrated or not; the same bits in all batches. */
static void check_evidence(const subject *s)
{
    static const size_t batches[] = { 1, 7, 50, TRAINING, 200 };
    const size_t E = egad_detector_evidence(s->d);
    double *want = lab_doubles(TRAINING * E);
    ck_assert_uint_eq(E, 2 * 128);
    ref_evidence(want, s->d, s->w, s->x, TRAINING);
    const float *first = evidence_of(s, s->data->x, TRAINING, TRAINING);
    lab_near(TOLERANCE_SCORE, "evidence", first, want, TRAINING * E);
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++)
        lab_same("batches", evidence_of(s, s->data->x, TRAINING, batches[b]), first,
                 TRAINING * E);
}

/* The distances of the evidence that the device itself finds, in double: tighter than
 * what ref_cpu finds, whose features differ in their last digits. */
static void check_distances(const subject *s)
{
    const egad_calibration *c = &s->d->calibration;
    const size_t E = egad_detector_evidence(s->d);
    const float *e = evidence_of(s, s->data->x, ROWS, ROWS);
    float *terms = lab_floats(ROWS * TERMS), got[2][ROWS];
    double want[2][ROWS] = { { 0.0 } };
    ck_assert_uint_eq(c->n, E);
    CHECK_OK(egad_score_terms(s->d, s->data->x, ROWS, terms));
    for (size_t i = 0; i < ROWS; i++) {
        got[0][i] = terms[i * TERMS + TERM_FEATURES];
        got[1][i] = terms[i * TERMS + TERM_EVIDENCE];
        for (size_t j = 0; j < E; j++) {
            double sum = 0.0;
            for (size_t k = 0; k <= j; k++)
                sum += ((double)e[i * E + k] - (double)c->mean[k]) *
                       (double)c->whitening[k * E + j];
            want[0][i] += j < E / 2 ? sum * sum : 0.0;
            want[1][i] += sum * sum;
        }
    }
    lab_near(TOLERANCE_DISTANCE, "of features", got[0], want[0], ROWS);
    lab_near(TOLERANCE_DISTANCE, "of evidence", got[1], want[1], ROWS);
}

/* Scores are ref_cpu's; and the same bits in batches of any size. */
static void check_scores(const subject *s, egad_score_kind kind, double alpha)
{
    static const size_t batches[] = { 1, 7, 50, ROWS, 100 };
    float *first = lab_floats(ROWS), *again = lab_floats(ROWS);
    double want[ROWS];
    CHECK_OK(egad_score_rows(s->d, s->data->x, ROWS, kind, alpha, first));
    for (size_t i = 0; i < ROWS; i++)
        want[i] = score(s, kind, alpha, i);
    lab_near(kind == EGAD_SCORE_COMBINED ? TOLERANCE_EVIDENCE : TOLERANCE_SCORE,
             egad_score_name(kind), first, want, ROWS);
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
        egad_scorer *scorer;
        CHECK_OK(egad_score_new(&scorer, s->d, kind, alpha, batches[b]));
        for (int times = 0; times < 2; times++) {
            memset(again, 0, ROWS * sizeof *again);
            CHECK_OK(egad_score_run(scorer, s->data->x, ROWS, again));
            lab_same("batches", first, again, ROWS);
        }
        /* Fewer rows, other remainders, with the same scorer. */
        CHECK_OK(egad_score_run(scorer, s->data->x + 3 * COLUMNS, 11, again));
        lab_same("some", first + 3, again, 11);
        egad_score_free(scorer);
    }
}

static void check_recipe(const char *recipe)
{
    subject s = prepare(recipe);
    check_terms(&s);
    check_evidence(&s);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    refer(&s);
    check_terms(&s);
    check_evidence(&s);
    check_distances(&s);
    for (int kind = EGAD_SCORE_SIGMA; kind <= EGAD_SCORE_COMBINED; kind++)
        check_scores(&s, (egad_score_kind)kind, 0.9);
    check_scores(&s, EGAD_SCORE_SIGMA, 0.0);
    check_scores(&s, EGAD_SCORE_FM, 0.3);

    float *plain = lab_floats(ROWS), *named = lab_floats(ROWS);
    const egad_score_kind standard =
        s.d->recipe.combined ? EGAD_SCORE_COMBINED : EGAD_SCORE_SIGMA;
    CHECK_OK(egad_score_rows(s.d, s.data->x, ROWS, EGAD_SCORE_DEFAULT, 0.9, plain));
    CHECK_OK(egad_score_rows(s.d, s.data->x, ROWS, standard, 0.9, named));
    lab_same("default", plain, named, ROWS);
    finish(&s);
}

START_TEST(by_rows)
{
    lab_engine("rows");
    check_recipe("sound");
    check_recipe("release");
    check_recipe("paper");
}
END_TEST

START_TEST(by_rows_of_8)
{
    lab_engine("rows");
    lab->vector = 8;
    check_recipe("sound");
}
END_TEST

START_TEST(by_plain)
{
    lab_engine("plain");
    lab_pretend(0);
    check_recipe("sound");
    check_recipe("release");
}
END_TEST

START_TEST(by_clblast)
{
    lab_engine("clblast");
    subject s = prepare("sound");
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    refer(&s);
    check_terms(&s);
    finish(&s);
}
END_TEST

/* Rows do not know of each other. */
START_TEST(nan_is_seen)
{
    lab_engine("rows");
    subject s = prepare("paper");
    float *clean = lab_floats(ROWS), *broken = lab_floats(ROWS);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    for (int kind = EGAD_SCORE_SIGMA; kind <= EGAD_SCORE_COMBINED; kind++) {
        CHECK_OK(
            egad_score_rows(s.d, s.data->x, ROWS, (egad_score_kind)kind, 0.0, clean));
        const float kept = s.data->x[17 * COLUMNS + 2];
        s.data->x[17 * COLUMNS + 2] = NAN;
        CHECK_OK(
            egad_score_rows(s.d, s.data->x, ROWS, (egad_score_kind)kind, 0.0, broken));
        s.data->x[17 * COLUMNS + 2] = kept;
        ck_assert(isnan(broken[17]));
        broken[17] = clean[17];
        lab_same("other rows", clean, broken, ROWS);
    }
    finish(&s);
}
END_TEST

/* In one launch and launch by launch, of one set of weights. */
START_TEST(both_ways)
{
    float *terms[2];
    lab_engine("rows");
    subject s = prepare("sound");
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    for (int apart = 0; apart < 2; apart++) {
        lab_engine(apart ? "plain" : "rows");
        terms[apart] = lab_floats(TRAINING * TERMS);
        CHECK_OK(egad_score_terms(s.d, s.data->x, TRAINING, terms[apart]));
    }
    for (size_t k = 0; k < TERMS; k++) {
        float one[TRAINING];
        double many[TRAINING];
        for (size_t i = 0; i < TRAINING; i++) {
            one[i] = terms[0][i * TERMS + k];
            many[i] = terms[1][i * TERMS + k];
        }
        lab_near(is_distance(k) ? TOLERANCE_DISTANCE : TOLERANCE_SCORE, "both ways", one,
                 many, TRAINING);
    }
    finish(&s);
}
END_TEST

/* A term that is asked for is the same as among all; another is 0, or the same too. */
static void check_wanted(const subject *s)
{
    float *all = lab_floats(ROWS * TERMS), *some = lab_floats(ROWS * TERMS);
    CHECK_OK(egad_score_terms(s->d, s->data->x, ROWS, all));
    for (unsigned wanted = 1; wanted < 1u << TERMS; wanted++) {
        egad_infer *infer;
        CHECK_OK(egad_infer_new(&infer, s->d, wanted, 20));
        CHECK_OK(egad_infer_run(infer, s->data->x, ROWS, some));
        for (size_t i = 0; i < ROWS * TERMS; i++)
            ck_assert_msg(some[i] == all[i] ||
                              (some[i] == 0.0f && !(wanted >> i % TERMS & 1u)),
                          "wanted %u, term %zu of row %zu is %g", wanted, i % TERMS,
                          i / TERMS, (double)some[i]);
        egad_infer_free(infer);
    }
}

START_TEST(wanted)
{
    lab_engine("rows");
    subject s = prepare("sound");
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    check_wanted(&s);
    lab_engine("plain");
    check_wanted(&s);
    finish(&s);
}
END_TEST

/* ---- Calibration ----------------------------------------------------------- */

/* Mean and deviation of the logarithms of the terms of N rows of x. */
static void check_logarithms(const subject *s, const float *x, size_t N)
{
    float *terms = lab_floats(N * TERMS);
    CHECK_OK(egad_score_terms(s->d, x, N, terms));
    for (size_t k = 0; k < TERMS; k++) {
        double mean = 0.0, variance = 0.0;
        for (size_t i = 0; i < N; i++)
            mean += log((double)terms[i * TERMS + k] + TINY) / (double)N;
        for (size_t i = 0; i < N; i++)
            variance +=
                pow(log((double)terms[i * TERMS + k] + TINY) - mean, 2.0) / (double)N;
        ck_assert_double_eq_tol(s->d->calibration.mean_log[k], mean, 1e-9);
        ck_assert_double_eq_tol(s->d->calibration.deviation_log[k], sqrt(variance), 1e-9);
        ck_assert_double_gt(variance, 1e-6);
    }
}

/* The evidence of training rows, what egad_calibrate_fit makes of it, their terms. */
START_TEST(calibration)
{
    subject s = prepare("sound");
    const size_t E = egad_detector_evidence(s.d);
    double *want = lab_doubles(TRAINING * E), *mean = lab_doubles(E);
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 0);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 1);
    const egad_calibration *c = &s.d->calibration;
    ck_assert_uint_eq(c->n, E);
    ck_assert_uint_eq(c->rows, TRAINING);
    ref_evidence(want, s.d, s.w, s.x, TRAINING);
    for (size_t i = 0; i < TRAINING * E; i++)
        mean[i % E] += want[i] / TRAINING;
    lab_near(TOLERANCE_SCORE, "mean", c->mean, mean, E);
    check_logarithms(&s, s.data->x, TRAINING);

    egad_calibration again = { 0 };
    const float *e = evidence_of(&s, s.data->x, TRAINING, TRAINING);
    CHECK_OK(egad_calibrate_fit(&again, e, TRAINING, E));
    ck_assert(again.shrinkage == c->shrinkage);
    lab_same("mean", again.mean, c->mean, E);
    lab_same("whitening", again.whitening, c->whitening, E * E);
    finish(&s);
    egad_calibrate_clear(&again);
}
END_TEST

/* A function of weights and rows, not of a calibration before it: the same bits. */
START_TEST(calibration_again)
{
    subject s = prepare("sound");
    egad_dataset *other;
    CHECK_OK(egad_dataset_new(&other, 40, (size_t[3]){ 1, 1, COLUMNS }));
    memcpy(other->x, lab_uniform(40 * COLUMNS, 3, 1.0f), 40 * COLUMNS * sizeof *other->x);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    const egad_calibration first = s.d->calibration;
    s.d->calibration = (egad_calibration){ 0 };
    for (int i = 0; i < 2; i++) {
        CHECK_OK(egad_score_calibrate(s.d, i ? other : s.data));
        CHECK_OK(egad_score_calibrate(s.d, s.data));
        const egad_calibration *c = &s.d->calibration;
        lab_same("mean", c->mean, first.mean, c->n);
        lab_same("whitening", c->whitening, first.whitening, c->n * c->n);
        ck_assert(c->shrinkage == first.shrinkage && c->rows == first.rows);
        for (int k = 0; k < TERMS; k++) {
            ck_assert(c->mean_log[k] == first.mean_log[k]);
            ck_assert(c->deviation_log[k] == first.deviation_log[k]);
        }
    }
    egad_calibration gone = first;
    egad_calibrate_clear(&gone);
    egad_dataset_free(other);
    finish(&s);
}
END_TEST

/* Only training rows are measured. */
START_TEST(calibration_of_training_rows)
{
    subject s = prepare("sound");
    const size_t E = egad_detector_evidence(s.d);
    float *x = lab_floats(TRAINING * COLUMNS);
    size_t n = 0;
    s.data->split = calloc(TRAINING, 1);
    for (size_t i = 0; i < TRAINING; i++) {
        s.data->split[i] = i % 3 ? EGAD_TRAIN : EGAD_TEST;
        if (i % 3)
            memcpy(x + n++ * COLUMNS, s.data->x + i * COLUMNS, COLUMNS * sizeof *x);
    }
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    ck_assert_uint_eq(s.d->calibration.rows, n);
    const float *e = evidence_of(&s, x, n, n);
    double *mean = lab_doubles(E);
    for (size_t i = 0; i < n * E; i++)
        mean[i % E] += (double)e[i] / (double)n;
    lab_near(TOLERANCE_SUM, "mean", s.d->calibration.mean, mean, E);
    check_logarithms(&s, x, n);
    finish(&s);
}
END_TEST

/* More rows than are measured: 20,000 of them, evenly chosen. */
START_TEST(calibration_of_many)
{
    enum { MANY = 50000, SOME = 20000 };
    subject s = prepare("paper");
    const size_t E = egad_detector_evidence(s.d);
    egad_dataset *data;
    CHECK_OK(egad_dataset_new(&data, MANY, (size_t[3]){ 1, 1, COLUMNS }));
    memcpy(data->x, lab_uniform(MANY * COLUMNS, 5, 3.0f),
           MANY * COLUMNS * sizeof *data->x);
    float *x = lab_floats(SOME * COLUMNS);
    for (size_t i = 0; i < MANY; i++) /* others further on, and in between */
        for (size_t j = 0; j < COLUMNS; j++)
            data->x[i * COLUMNS + j] *=
                (i < MANY / 2 ? 1.0f : 10.0f) * (float)(1 + i % 5);
    for (size_t i = 0; i < SOME; i++)
        memcpy(x + i * COLUMNS, data->x + i * MANY / SOME * COLUMNS, COLUMNS * sizeof *x);
    CHECK_OK(egad_score_calibrate(s.d, data));
    ck_assert_uint_eq(s.d->calibration.rows, SOME);
    ck_assert_uint_eq(s.d->calibration.n, E);
    const float *e = evidence_of(&s, x, SOME, 3000);
    double *mean = lab_doubles(E);
    for (size_t i = 0; i < SOME * E; i++)
        mean[i % E] += (double)e[i] / SOME;
    lab_near(TOLERANCE_SUM, "mean", s.d->calibration.mean, mean, E);
    check_logarithms(&s, x, SOME);
    egad_dataset_free(data);
    finish(&s);
}
END_TEST

/* Weights that change leave nothing to hold rows against; where none has changed, and
 * where a call fails, it stays. */
START_TEST(calibration_ends)
{
    subject s = prepare("sound");
    egad_dataset *wide, *empty;
    egad_scorer *scorer;
    CHECK_OK(egad_dataset_new(&wide, TRAINING, (size_t[3]){ 1, 1, COLUMNS + 1 }));
    CHECK_OK(egad_dataset_new(&empty, TRAINING, (size_t[3]){ 1, 1, COLUMNS }));
    empty->split = calloc(TRAINING, 1);
    memset(empty->split, EGAD_TEST, TRAINING);
    CHECK_OK(egad_score_calibrate(s.d, s.data));
    const egad_calibration kept = s.d->calibration;
    const float mean = kept.mean[0];
    CHECK_FAILS(egad_score_calibrate(s.d, wide), SHAPE, "rows of 9 columns");
    CHECK_FAILS(egad_score_calibrate(s.d, empty), DATA, "no training rows");
    CHECK_FAILS(egad_train_run(s.d, wide, NULL), SHAPE, "rows of 9 columns");
    CHECK_OK(egad_train_run(s.d, s.data, NULL)); /* it is at its end */
    ck_assert_int_eq(memcmp(&s.d->calibration, &kept, sizeof kept), 0);
    ck_assert(s.d->calibration.mean[0] == mean);

    s.d->recipe.epochs++;
    CHECK_OK(egad_train_run(s.d, s.data, NULL));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 0);
    ck_assert_ptr_null(s.d->calibration.mean);
    CHECK_FAILS(egad_score_new(&scorer, s.d, EGAD_SCORE_COMBINED, 0.9, 5), DATA,
                "held against training rows");
    egad_dataset_free(wide);
    egad_dataset_free(empty);
    finish(&s);
}
END_TEST

/* ---- Scorers --------------------------------------------------------------- */

/* More rows than are scored at once: rows that are equal score the same. */
static int calibrate_early(void *context, const egad_progress *p)
{
    subject *s = context;
    if (p->epoch_end)
        CHECK_OK(egad_score_calibrate(s->d, s->data));
    return 0;
}

/* What was measured at the end of an epoch is not of the weights after the next. */
START_TEST(calibration_on_the_way)
{
    subject s = prepare("sound");
    const egad_train_options options = { .progress = calibrate_early, .context = &s };
    volatile int stop = 1;
    s.d->recipe.epochs += 1;
    CHECK_OK(egad_train_run(s.d, s.data, &options));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 1);
    s.d->recipe.epochs += 1;
    CHECK_OK(egad_train_run(s.d, s.data, &(egad_train_options){ .stop = &stop }));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 1);
    CHECK_OK(egad_train_run(s.d, s.data, NULL));
    ck_assert_int_eq(egad_detector_describe(s.d).calibrated, 0);
    finish(&s);
}
END_TEST

START_TEST(bulk)
{
    enum { MANY = 32768 + 100 };
    const egad_detector image = { .columns = 3000000 }, row = { .columns = 1 };
    ck_assert_uint_eq(egad_score_bulk(&row, 5), 5);
    ck_assert_uint_eq(egad_score_bulk(&row, 1000000), 32768);
    ck_assert_uint_eq(egad_score_bulk(&image, 3), 3);
    ck_assert_uint_eq(egad_score_bulk(&image, 1000), 6);
    subject s = prepare("paper");
    float *x = lab_floats(MANY * COLUMNS), *scores = lab_floats(MANY);
    for (size_t i = 0; i < MANY; i++)
        memcpy(x + i * COLUMNS, s.data->x + i % TRAINING * COLUMNS, COLUMNS * sizeof *x);
    CHECK_OK(egad_score_rows(s.d, x, MANY, EGAD_SCORE_SIGMA, 0.9, scores));
    for (size_t i = TRAINING; i < MANY; i++)
        ck_assert(scores[i] == scores[i - TRAINING]);
    ck_assert(scores[0] != scores[1]);
    finish(&s);
}
END_TEST

/* Scores grow with the distance from what the model has seen. */
START_TEST(order)
{
    subject s = prepare("paper");
    float *x = lab_floats(3 * COLUMNS), scores[3];
    for (size_t j = 0; j < COLUMNS; j++)
        for (int i = 0; i < 3; i++)
            x[(size_t)i * COLUMNS + j] = s.data->x[j] * (i == 0   ? 1
                                                         : i == 1 ? 100
                                                                  : 1e4f);
    CHECK_OK(egad_score_rows(s.d, x, 3, EGAD_SCORE_SIGMA, 1.0, scores));
    ck_assert(scores[0] < scores[1] && scores[1] < scores[2]);
    finish(&s);
}
END_TEST

START_TEST(refusals)
{
    subject s = prepare("sound");
    egad_scorer *scorer = NULL;
    egad_detector *gan;
    float score_of[1];
    egad_score_kind kind;
    CHECK_FAILS(egad_score_new(&scorer, s.d, EGAD_SCORE_COMBINED, 0.9, 5), DATA,
                "held against training rows");
    CHECK_FAILS(egad_score_new(&scorer, s.d, EGAD_SCORE_SIGMA, 1.5, 5), ARGUMENT,
                "between 0 and 1");
    CHECK_FAILS(egad_score_new(&scorer, s.d, EGAD_SCORE_SIGMA, NAN, 5), ARGUMENT,
                "between 0 and 1");
    CHECK_FAILS(egad_score_new(&scorer, s.d, EGAD_SCORE_SIGMA, 0.9, 0), ARGUMENT,
                "at least one row");
    CHECK_OK(egad_score_rows(s.d, s.data->x, 0, EGAD_SCORE_SIGMA, 0.9, score_of));
    CHECK_OK(egad_detector_new(
        &gan, lab, s.data, &(egad_detector_options){ .model = "kdd-gan", .batch = 10 }));
    CHECK_FAILS(egad_score_new(&scorer, gan, EGAD_SCORE_SIGMA, 0.9, 5), ARGUMENT,
                "has no encoder");
    ck_assert_ptr_null(scorer);
    egad_detector_free(gan);
    CHECK_OK(egad_score_parse(&kind, "fm"));
    ck_assert_int_eq(kind, EGAD_SCORE_FM);
    CHECK_FAILS(egad_score_parse(&kind, "f"), ARGUMENT, "sigma, fm or combined");
    finish(&s);
}
END_TEST

/* ---- Recipes --------------------------------------------------------------- */

static egad_recipe recipe_for(size_t rows, const egad_detector_options *options)
{
    egad_dataset *data;
    egad_detector *d;
    CHECK_OK(egad_dataset_new(&data, rows, (size_t[3]){ 1, 1, 2 }));
    CHECK_OK(egad_detector_new(&d, lab, data, options));
    const egad_recipe recipe = d->recipe;
    ck_assert_int_eq(egad_detector_describe(d).epochs, recipe.epochs);
    ck_assert_int_eq(egad_detector_describe(d).batch, recipe.batch);
    egad_detector_free(d);
    egad_dataset_free(data);
    return recipe;
}

/* `sound` on small tables: batches of an eighth of the rows, and just so many epochs that
 * there are enough iterations; on others as it stands. */
START_TEST(small_tables)
{
    static const size_t tables[][2] = { /* rows, batch */
                                        { 1, 1 },       { 7, 1 },       { 8, 1 },
                                        { 15, 1 },      { 16, 2 },      { 90, 11 },
                                        { 1999, 249 },  { 2000, 250 },  { 2001, 250 },
                                        { 62499, 250 }, { 62500, 250 }, { 70000, 250 }
    };
    const egad_recipe plain = egad_recipes[0];
    ck_assert_str_eq(plain.name, "sound");
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const size_t rows = tables[i][0], steps = rows / tables[i][1];
        const egad_recipe r = recipe_for(rows, &(egad_detector_options){ 0 });
        const size_t epochs = (size_t)r.epochs, least = (size_t)plain.least_steps;
        ck_assert_uint_eq((size_t)r.batch, tables[i][1]);
        ck_assert_uint_ge(steps * epochs, least);
        ck_assert(steps * (epochs - 1) < least || epochs == (size_t)plain.epochs);
        ck_assert_uint_ge(epochs, (size_t)plain.epochs);
        ck_assert(r.lr == plain.lr && r.lr_end == plain.lr_end);
    }
    ck_assert_int_eq(recipe_for(90, &(egad_detector_options){ 0 }).epochs, 375);
    ck_assert_int_eq(recipe_for(70000, &(egad_detector_options){ 0 }).epochs,
                     plain.epochs);
}
END_TEST

/* What an option says holds; the others fit themselves to it. */
START_TEST(options_win)
{
    egad_recipe r = recipe_for(90, &(egad_detector_options){ .batch = 30 });
    ck_assert_int_eq(r.batch, 30);
    ck_assert_int_eq(r.epochs, 1000);
    r = recipe_for(90, &(egad_detector_options){ .batch = 90 });
    ck_assert_int_eq(r.batch, 90);
    ck_assert_int_eq(r.epochs, 3000);
    r = recipe_for(90, &(egad_detector_options){ .epochs = 3 });
    ck_assert_int_eq(r.batch, 11);
    ck_assert_int_eq(r.epochs, 3);
    r = recipe_for(90, &(egad_detector_options){ .epochs = 2, .batch = 7, .lr = 0.5 });
    ck_assert_int_eq(r.batch, 7);
    ck_assert_int_eq(r.epochs, 2);
    ck_assert(r.lr == 0.5);
}
END_TEST

/* The paper's recipes are as they are, and do without tables smaller than a batch. */
START_TEST(recipes_that_stand)
{
    static const char *const names[] = { "release", "paper" };
    for (int i = 0; i < 2; i++) {
        egad_dataset *few;
        egad_detector *d = NULL;
        egad_recipe r = recipe_for(90, &(egad_detector_options){ .recipe = names[i] });
        ck_assert_int_eq(r.batch, 50);
        ck_assert_int_eq(r.epochs, 50);
        r = recipe_for(20, &(egad_detector_options){ .recipe = names[i], .batch = 20 });
        ck_assert_int_eq(r.batch, 20);
        ck_assert_int_eq(r.epochs, 50);
        CHECK_OK(egad_dataset_new(&few, 20, (size_t[3]){ 1, 1, 2 }));
        CHECK_FAILS(egad_detector_new(&d, lab, few,
                                      &(egad_detector_options){ .recipe = names[i] }),
                    DATA, "a batch of 50 rows cannot be drawn from 20 training rows");
        CHECK_FAILS(
            egad_detector_new(&d, lab, few, &(egad_detector_options){ .batch = 21 }),
            DATA, "a batch of 21 rows cannot be drawn from 20 training rows");
        CHECK_FAILS(
            egad_detector_new(&d, lab, few, &(egad_detector_options){ .epochs = -1 }),
            ARGUMENT, "cannot be negative");
        ck_assert_ptr_null(d);
        egad_dataset_free(few);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("score");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, by_rows);
    tcase_add_test(tests, by_rows_of_8);
    tcase_add_test(tests, by_plain);
    tcase_add_test(tests, by_clblast);
    tcase_add_test(tests, nan_is_seen);
    tcase_add_test(tests, both_ways);
    tcase_add_test(tests, wanted);
    tcase_add_test(tests, calibration);
    tcase_add_test(tests, calibration_again);
    tcase_add_test(tests, calibration_of_training_rows);
    tcase_add_test(tests, calibration_of_many);
    tcase_add_test(tests, calibration_ends);
    tcase_add_test(tests, calibration_on_the_way);
    tcase_add_test(tests, bulk);
    tcase_add_test(tests, order);
    tcase_add_test(tests, refusals);
    tcase_add_test(tests, small_tables);
    tcase_add_test(tests, options_win);
    tcase_add_test(tests, recipes_that_stand);
    return lab_main(suite);
}

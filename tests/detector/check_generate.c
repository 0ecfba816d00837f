/* Generated rows, of small trained models with and without an encoder: against ref_cpu's
 * G, against what explanations rebuild; that a row depends on nothing but its z. */
#include "cl/shared.h"
#include "device/rng.h"

#include "lab.h"
#include "ref_cpu.h"

#include <math.h>

enum { ROWS = 60, COLUMNS = 9, H = 8, W = 4 };

static const struct {
    const char *model;
    int images;
} models[] = {
    { "kdd-bigan", 0 }, { "kdd-gan", 0 }, { "mnist-bigan", 1 }, { "mnist-gan", 1 }
};
enum { MODELS = sizeof models / sizeof *models };

static const char *const engines[] = { "rows", "tiles", "plain", "clblast" };
enum { ENGINES = sizeof engines / sizeof *engines };

typedef struct {
    egad_detector *d;
    egad_dataset *data;
    size_t C, Z;
} small;

/* Images of stripes, or a table: six numbers, small and large, on both sides of 0, whose
 * logarithm recipe sound takes; and one of three categories. */
static egad_dataset *make(int images)
{
    static char *kinds[] = { "a", "b", "c" };
    egad_column columns[] = { { .name = "m" },
                              { .name = "n" },
                              { .name = "o" },
                              { .name = "p" },
                              { .name = "q" },
                              { .name = "r" },
                              { .name = "kind", .categories = 3, .category = kinds } };
    const size_t C = images ? H * W : COLUMNS;
    egad_dataset *data;
    CHECK_OK(egad_dataset_new(
        &data, ROWS, images ? (size_t[3]){ H, W, 1 } : (size_t[3]){ 1, 1, COLUMNS }));
    for (size_t i = 0; i < ROWS * C; i++) {
        const float wave = sinf(0.7f * (float)(i / C) + (float)(i % C));
        if (images)
            data->x[i] = 127.0f * (1.0f + wave);
        else if (i % C < 6)
            data->x[i] = i % C % 2 ? wave : 1e4f * wave;
        else
            data->x[i] = i / C % 3 == i % C - 6 ? 1.0f : 0.0f;
    }
    if (!images)
        CHECK_OK(egad_schema_copy(&data->schema, &(egad_schema){ 7, columns }));
    return data;
}

static small small_new(size_t model, const char *recipe)
{
    const int images = models[model].images;
    small s = { .data = make(images), .C = images ? H * W : COLUMNS };
    CHECK_OK(egad_detector_new(&s.d, lab, s.data,
                               &(egad_detector_options){ .model = models[model].model,
                                                         .recipe = recipe,
                                                         .epochs = 2,
                                                         .batch = 10,
                                                         .lr = 3e-3,
                                                         .hold_out = -1,
                                                         .seed = 7 }));
    s.d->recipe.ema_decay = 0.5;
    CHECK_OK(egad_train_run(s.d, s.data, NULL));
    s.Z = egad_detector_describe(s.d).z_dim;
    return s;
}

static void small_free(small *s)
{
    egad_detector_free(s->d);
    egad_dataset_free(s->data);
}

static float *generate(const small *s, const float *z, uint64_t seed, size_t rows)
{
    float *x = lab_floats(rows * s->C);
    CHECK_OK(egad_generate_rows(s->d, z, seed, rows, x));
    return x;
}

/* ---- What is generated ------------------------------------------------------- */

/* Scaled as inputs are, it is G(z) by plain loops. */
START_TEST(is_g_of_z)
{
    static const char *const recipes[] = { "sound", "release", "paper" };
    for (size_t m = 0; m < MODELS; m++)
        for (int r = 0; r < 3; r++) {
            small s = small_new(m, recipes[r]);
            const egad_net *G = s.d->net[NET_G];
            const float *z = lab_uniform(ROWS * s.Z, 20, 2.0f);
            double *want = lab_doubles(ROWS * s.C);
            ref_section(want, NULL, G, 0, ref_folded(G, G->ema), lab_widen(z, ROWS * s.Z),
                        ROWS, 0, NULL);
            double *scaled = lab_widen(generate(&s, z, 0, ROWS), ROWS * s.C);
            ref_scale(scaled, lab_widen(s.d->fit, 3 * s.C), ROWS, s.C, INFINITY);
            float *got = lab_floats(ROWS * s.C);
            for (size_t i = 0; i < ROWS * s.C; i++)
                got[i] = (float)scaled[i];
            lab_near(TOLERANCE_SCORE, models[m].model, got, want, ROWS * s.C);
            small_free(&s);
        }
}
END_TEST

/* Of the z of an explanation, what was rebuilt there: the same launches, the same bits.
 */
START_TEST(is_what_was_rebuilt)
{
    const egad_search_options search = { .steps = 3 };
    for (size_t m = 0; m < MODELS; m++) {
        lab_engine(engines[_i]);
        small s = small_new(m, "sound");
        float *z = lab_floats(ROWS * s.Z), *rebuilt = lab_floats(ROWS * s.C);
        CHECK_OK(
            egad_explain_rows(s.d, s.data->x, ROWS, &search,
                              &(egad_explanation){ .rebuilt = rebuilt, .latent = z }));
        lab_same(models[m].model, generate(&s, z, 0, ROWS), rebuilt, ROWS * s.C);
        small_free(&s);
    }
}
END_TEST

/* ---- What it depends on ------------------------------------------------------- */

/* The same for any number of rows, and twice: to the bit where a row's sums do not depend
 * on its neighbours. */
static void check_batches(const small *s, const float *z, int exact)
{
    enum { MANY = 50 };
    static const size_t some[] = { 1, 7, 49 };
    const float *all = generate(s, z, 3, MANY);
    lab_same("twice", all, generate(s, z, 3, MANY), MANY * s->C);
    for (size_t k = 0; k < sizeof some / sizeof *some; k++) {
        const size_t n = some[k] * s->C;
        const float *few = generate(s, z, 3, some[k]);
        if (exact)
            lab_same("fewer rows", few, all, n);
        else
            lab_near(TOLERANCE_SCORE, "fewer rows", few, lab_widen(all, n), n);
    }
}

START_TEST(batches)
{
    for (size_t m = 0; m < MODELS; m++) {
        lab_engine(engines[_i]);
        small s = small_new(m, "sound");
        check_batches(&s, NULL, strcmp(engines[_i], "clblast") != 0);
        check_batches(&s, lab_uniform(50 * s.Z, 21, 2.0f),
                      strcmp(engines[_i], "clblast") != 0);
        small_free(&s);
    }
}
END_TEST

/* More rows than are on the device at a time; z is what rng.c draws. */
START_TEST(many_rows)
{
    for (size_t m = 0; m < MODELS; m++) {
        small s = small_new(m, "sound");
        const size_t many = egad_score_bulk(s.d, (size_t)-1) + 5;
        ck_assert_uint_lt(many, 40000);
        float *z = lab_floats(many * s.Z);
        for (size_t i = 0; i < many; i++)
            egad_rng_noise(3, (uint32_t)i, 0, STREAM_GENERATE, s.Z, z + i * s.Z);
        const float *all = generate(&s, NULL, 3, many);
        lab_same("given z", generate(&s, z, 0, many), all, many * s.C);
        lab_same("first", generate(&s, NULL, 3, 9), all, 9 * s.C);
        lab_same("last", generate(&s, z + (many - 9) * s.Z, 0, 9), all + (many - 9) * s.C,
                 9 * s.C);
        small_free(&s);
    }
}
END_TEST

/* Every seed and every row has another z. */
START_TEST(seeds)
{
    small s = small_new(0, "sound");
    const float *one = generate(&s, NULL, 1, ROWS), *two = generate(&s, NULL, 2, ROWS);
    const float *high = generate(&s, NULL, 1 + (UINT64_C(1) << 32), ROWS);
    const size_t size = s.C * sizeof(float);
    for (size_t i = 0; i < ROWS; i++) {
        ck_assert(memcmp(one + i * s.C, two + i * s.C, size) != 0);
        ck_assert(memcmp(one + i * s.C, high + i * s.C, size) != 0);
        for (size_t k = 0; k < i; k++)
            ck_assert(memcmp(one + i * s.C, one + k * s.C, size) != 0);
    }
    small_free(&s);
}
END_TEST

/* A NaN in z makes its row NaN, and no other row. */
START_TEST(nan_is_seen)
{
    for (size_t m = 0; m < MODELS; m++) {
        small s = small_new(m, "sound");
        float *z = lab_uniform(ROWS * s.Z, 22, 2.0f);
        const float *clean = generate(&s, z, 0, ROWS);
        z[20 * s.Z + 3] = NAN;
        const float *broken = generate(&s, z, 0, ROWS);
        ck_assert(isnan(broken[20 * s.C]));
        lab_same("before", clean, broken, 20 * s.C);
        lab_same("behind", clean + 21 * s.C, broken + 21 * s.C, (ROWS - 21) * s.C);
        small_free(&s);
    }
}
END_TEST

/* ---- What it leaves ------------------------------------------------------------ */

static int generate_between(void *context, const egad_progress *progress)
{
    (void)progress;
    generate(context, NULL, 1, 20);
    return 0;
}

/* Rows that are generated at the end of an epoch leave training as it is: what it makes
 * of G in the end.  And they are of the weights as these are then. */
START_TEST(training_goes_on)
{
    for (size_t m = 0; m < MODELS; m += 2) {
        small with = small_new(m, "sound"), without = small_new(m, "sound");
        const float *before = generate(&with, NULL, 1, ROWS);
        with.d->recipe.epochs = without.d->recipe.epochs = 4;
        CHECK_OK(egad_train_run(
            with.d, with.data,
            &(egad_train_options){ .progress = generate_between, .context = &with }));
        CHECK_OK(egad_train_run(without.d, without.data, NULL));
        const float *after = generate(&with, NULL, 1, ROWS);
        lab_same("generated", after, generate(&without, NULL, 1, ROWS), ROWS * with.C);
        ck_assert(memcmp(before, after, ROWS * with.C * sizeof *after) != 0);
        small_free(&with);
        small_free(&without);
    }
}
END_TEST

START_TEST(nothing)
{
    small s = small_new(0, "sound");
    float x[COLUMNS] = { 5.0f };
    CHECK_OK(egad_generate_rows(s.d, NULL, 0, 0, NULL));
    lab_engine("none");
    CHECK_FAILS(egad_generate_rows(s.d, NULL, 0, 1, x), ARGUMENT, "none");
    ck_assert(x[0] == 5.0f && x[1] == 0.0f);
    small_free(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("generate");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, is_g_of_z);
    tcase_add_loop_test(tests, is_what_was_rebuilt, 0, ENGINES);
    tcase_add_loop_test(tests, batches, 0, ENGINES);
    tcase_add_test(tests, many_rows);
    tcase_add_test(tests, seeds);
    tcase_add_test(tests, nan_is_seen);
    tcase_add_test(tests, training_goes_on);
    tcase_add_test(tests, nothing);
    return lab_main(suite);
}

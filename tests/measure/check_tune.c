/* The file of egad tune, valid or damaged, and its use: engines and tiles of products,
 * scores with and without a tuning. */
#include "device/tune.h"
#include "ops/tiles.h"
#include "trained.h"

static char folder[64], path[96];

static void begin(void)
{
    lab_begin();
    support_folder(folder);
    snprintf(path, sizeof path, "%s/tune.json", folder);
    setenv("EGAD_TUNE", path, 1);
    lab_engine("");
}

static void end(void)
{
    egad_tune_free(lab->tuning);
    lab->tuning = NULL;
    lab_end();
    support_remove(folder);
    setenv("EGAD_TUNE", "off", 1);
}

/* ---- The file ---------------------------------------------------------------- */

static egad_tuning *made_up(const char *engine)
{
    egad_tuning *t = calloc(1, sizeof *t);
    egad_tuned *p;
    snprintf(t->engine, sizeof t->engine, "%s", engine);
    for (size_t i = 0; i < 3; i++) {
        CHECK_OK(egad_tune_entry(&p, t, 50, 64 + i, 32, i == 1, i == 2));
        p->count = 2 + i;
        snprintf(p->engine, sizeof p->engine, "%s", i ? "tiles" : "clblast");
        egad_tiles_name(p->tile, &egad_tiles_all[1 + i]);
        for (int e = 0; e < EGAD_TUNE_ENGINES; e++)
            p->seconds[e] = 1e-3 * (double)(i + (size_t)e);
    }
    return t;
}

static void check_same(const egad_tuning *a, const egad_tuning *b)
{
    ck_assert_str_eq(a->engine, b->engine);
    ck_assert_str_eq(a->clblast, b->clblast);
    ck_assert_uint_eq(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        const egad_tuned *p = &a->product[i];
        const egad_tuned *q =
            egad_tune_find(b, p->M, p->N, p->K, p->transposed_a, p->transposed_b);
        ck_assert_ptr_nonnull(q);
        ck_assert_uint_eq(p->count, q->count);
        ck_assert_str_eq(p->engine, q->engine);
        ck_assert_str_eq(p->tile, q->tile);
        for (int e = 0; e < EGAD_TUNE_ENGINES; e++)
            ck_assert_double_eq_tol(p->seconds[e], q->seconds[e],
                                    1e-12 + 1e-5 * p->seconds[e]);
    }
}

/* Each device and driver version has its own tuning. */
START_TEST(saved_and_read)
{
    egad_tuning *a = made_up("tiles"), *b = made_up("clblast"), *c = made_up("rows"),
                *got;
    egad_device_info other = lab->info;
    egad_tuning_info info;
    snprintf(other.driver, sizeof other.driver, "another");
    CHECK_OK(egad_tune_read(&got, &lab->info)); /* no file yet */
    ck_assert_uint_eq(got->n, 0);
    egad_tune_free(got);
    CHECK_OK(egad_tune_save(c, &lab->info));
    CHECK_OK(egad_tune_save(b, &other));
    snprintf(a->clblast, sizeof a->clblast, "direct64");
    CHECK_OK(egad_tune_save(a, &lab->info));
    CHECK_OK(egad_tune_read(&got, &lab->info));
    check_same(a, got);
    egad_tune_free(got);
    CHECK_OK(egad_tune_read(&got, &other));
    check_same(b, got);
    egad_tune_free(got);
    egad_tune_describe(&info, &lab->info);
    ck_assert_str_eq(info.text, "tiles, clblast direct64, 3 products");
    ck_assert_str_eq(info.file, path);
    ck_assert_str_eq(info.problem, "");
    setenv("EGAD_TUNE", "off", 1);
    egad_tune_describe(&info, &lab->info);
    ck_assert_str_eq(info.text, "off");
    CHECK_FAILS(egad_tune_save(a, &lab->info), FILE, "EGAD_TUNE is off");
    ck_assert_ptr_null(egad_tune_find(a, 50, 64, 32, 1, 0));
    egad_tune_free(a);
    egad_tune_free(b);
    egad_tune_free(c);
}
END_TEST

#define DEVICE                                                                           \
    "\"device\":\"%s\",\"platform\":\"%s\",\"driver\":\"%s\","                           \
    "\"engine\":\"tiles\",\"clblast\":\"\""
#define FILE_OF(devices)                                                                 \
    "{\"format\":\"egad-tune\",\"version\":1,\"devices\":" devices "}"
#define PRODUCT(m, a, s, engine)                                                         \
    FILE_OF(                                                                             \
        "[{" DEVICE ",\"products\":[{\"m\":" m ",\"n\":1,\"k\":1,\"transposed_a\":" a    \
        ",\"transposed_b\":false,\"count\":1,\"engine\":\"" engine "\",\"tile\":\"\","   \
        "\"rows_s\":0,\"tiles_s\":" s ",\"clblast_s\":0}]}]")

/* An invalid file is reported, ignored and not overwritten. */
START_TEST(broken_files)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        { "", "is damaged" },
        { "{\"format\":", "is damaged" },
        { "[1,2]", "is not a tuning file" },
        { "{\"format\":\"egad-model\"}", "is not a tuning file" },
        { "{\"format\":\"egad-tune\",\"version\":2}", "another version" },
        { "{\"format\":\"egad-tune\",\"version\":1}", "it has no list of devices" },
        { FILE_OF("[{" DEVICE "}]"), "is malformed" },
        { PRODUCT("0", "false", "1", "tiles"), "is malformed" },
        { PRODUCT("1e9", "false", "1", "tiles"), "is malformed" },
        { PRODUCT("9999999999", "false", "1", "tiles"), "is malformed" },
        { PRODUCT("2", "3", "1", "tiles"), "is malformed" },
        { PRODUCT("2", "true", "-1", "tiles"), "is malformed" },
        { PRODUCT("2", "true", "\"1\"", "tiles"), "is malformed" },
        { PRODUCT("2", "true", "1", "plain"), "is malformed" },
    };
    egad_tuning *t = made_up("rows"), *got;
    egad_tuning_info info;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1024];
        const int n = snprintf(text, sizeof text, cases[i].text, lab->info.name,
                               lab->info.platform, lab->info.driver);
        support_write(path, text, (size_t)n);
        CHECK_FAILS(egad_tune_read(&got, &lab->info), FORMAT, cases[i].words);
        ck_assert_ptr_null(got);
        egad_tune_describe(&info, &lab->info);
        ck_assert_ptr_nonnull(strstr(info.problem, cases[i].words));
        ck_assert_str_eq(info.text, "none");
        ck_assert_uint_eq(egad_tune_of(lab)->n, 0);
        egad_tune_free(lab->tuning);
        lab->tuning = NULL;
    }
    char good[1024];
    const int n = snprintf(good, sizeof good, PRODUCT("2", "true", "1", "tiles"),
                           lab->info.name, lab->info.platform, lab->info.driver);
    support_write(path, good, (size_t)n);
    CHECK_OK(egad_tune_read(&got, &lab->info));
    ck_assert_uint_eq(got->n, 1);
    egad_tune_free(got);
    support_write(path, "mine", 4);
    CHECK_FAILS(egad_tune_save(t, &lab->info), FORMAT, "is damaged");
    setenv("EGAD_TUNE", folder, 1);
    CHECK_FAILS(egad_tune_read(&got, &lab->info), FORMAT, "is not a tuning file");
    snprintf(good, sizeof good, "%s/below/it", path);
    setenv("EGAD_TUNE", good, 1);
    CHECK_FAILS(egad_tune_save(t, &lab->info), FILE, "cannot create the folder");
    egad_tune_free(t);
}
END_TEST

/* ---- Use of a tuning ------------------------------------------------------------ */

/* The engine of a product, and the work-group size of its first launch. */
static egad_gemm_engine picked(size_t N, int ta, int tb, size_t *local)
{
    const egad_product p = { .label = "product",
                             .c = lab_tensor(50, N, 0, NULL),
                             .a = lab_tensor(ta ? 32 : 50, ta ? 50 : 32, 0, NULL),
                             .b = lab_tensor(tb ? N : 32, tb ? 32 : N, 0, NULL),
                             .transposed_a = ta,
                             .transposed_b = tb };
    egad_gemm_engine engine;
    egad_profile *list = NULL;
    size_t n = 0;
    egad_plan *plan = lab_plan();
    CHECK_OK(egad_gemm_pick(&engine, lab, &p));
    CHECK_OK(egad_gemm_append(plan, engine, &p));
    CHECK_OK(egad_plan_profile(plan, 0, &list, &n));
    *local = list[0].local;
    free(list);
    return engine;
}

START_TEST(products_go_by_it)
{
    size_t local;
    egad_gemm_engine engine;
    egad_tuning *t = made_up("clblast");
    CHECK_OK(egad_tune_save(t, &lab->info));
    ck_assert_int_eq(picked(64, 0, 0, &local), EGAD_GEMM_CLBLAST);
    for (int i = 1; i < 3; i++) { /* with the tile in the file */
        const egad_tile *tile = &egad_tiles_all[1 + i];
        ck_assert_int_eq(picked(64 + (size_t)i, i == 1, i == 2, &local), EGAD_GEMM_TILES);
        ck_assert_uint_eq(local, tile->m / tile->block_m * (tile->n / tile->block_n));
    }
    ck_assert_int_eq(picked(65, 0, 0, &local), EGAD_GEMM_CLBLAST); /* not measured */
    lab_engine("plain"); /* EGAD_GEMM takes precedence */
    ck_assert_int_eq(picked(65, 1, 0, &local), EGAD_GEMM_PLAIN);
    lab_engine("");
    snprintf(lab->tuning->product[1].tile, sizeof t->product[1].tile, "1x1x1/1x1/1");
    ck_assert_int_eq(picked(65, 1, 0, &local), EGAD_GEMM_TILES); /* default tile */
    snprintf(lab->tuning->engine, sizeof lab->tuning->engine, "rows");
    ck_assert_int_eq(picked(65, 1, 0, &local), EGAD_GEMM_ROWS);
    CHECK_OK(egad_gemm_choose(&engine, lab));
    ck_assert_int_eq(engine, EGAD_GEMM_ROWS);
    egad_tune_free(t);
}
END_TEST

/* Scores with this tuning, or without. */
static float *scores_by(const trained *s, egad_tuning *t)
{
    float *out = lab_floats(ROWS);
    egad_tuning *before = lab->tuning;
    lab->tuning = t;
    CHECK_OK(egad_score_rows(s->d, s->data->x, ROWS, &EGAD_SCORING("sigma", 0.9), out));
    lab->tuning = before;
    return out;
}

/* Tune on a small model: all products with every engine; scores with and without the
 * tuning agree, and repeated scores are equal to the bit. */
START_TEST(measured)
{
    trained s = trained_prepare("sound");
    egad_tuning none = { 0 }, *t, *kept;
    const float *before = scores_by(&s, &none);
    lab_same("without, twice", before, scores_by(&s, &none), ROWS);
    lab_engine("plain"); /* ignored by tuning */
    CHECK_OK(egad_tune_run(&t, s.d, ROWS, NULL, NULL));
    ck_assert_str_eq(lab->gemm, "plain");
    lab_engine("");
    ck_assert_uint_gt(t->n, 20);
    ck_assert_ptr_nonnull(egad_tune_find(t, ROWS, 64, COLUMNS, 0, 0));
    ck_assert_ptr_nonnull(
        egad_tune_find(t, COLUMNS, 128, 2 * (size_t)s.d->recipe.batch, 1, 0));
    for (size_t i = 0; i < t->n; i++) {
        egad_tile tile;
        ck_assert_uint_gt(t->product[i].count, 0);
        ck_assert(t->product[i].seconds[1] > 0.0 && t->product[i].seconds[2] > 0.0);
        ck_assert((t->product[i].seconds[0] > 0.0) == lab->cpu);
        ck_assert(egad_tiles_find(&tile, lab, t->product[i].tile));
    }
    CHECK_OK(egad_tune_save(t, &lab->info));
    CHECK_OK(egad_tune_read(&kept, &lab->info));
    check_same(t, kept);
    static const char *const engines[] = { "rows", "tiles", "clblast" };
    const float *first = scores_by(&s, &none);
    for (int e = 0; e < EGAD_TUNE_ENGINES; e++) {
        snprintf(t->engine, sizeof t->engine, "%s", engines[e]);
        const float *tuned = scores_by(&s, t);
        lab_near(TOLERANCE_SCORE, "tuned", tuned, lab_widen(first, ROWS), ROWS);
        lab_same("tuned, twice", tuned, scores_by(&s, t), ROWS);
    }
    egad_tune_free(t);
    egad_tune_free(kept);
    trained_finish(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tune");
    TCase *tests = support_case(suite, begin, end);
    tcase_add_test(tests, saved_and_read);
    tcase_add_test(tests, broken_files);
    tcase_add_test(tests, products_go_by_it);
    tcase_add_test(tests, measured);
    return lab_main(suite);
}

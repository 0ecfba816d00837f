/* host/files/score_file.c: saved scores are loaded, other files rejected. */
#include "io/io.h"
#include "support.h"

#include <math.h>

enum { N = 3 };
static const float score[N] = { 1.5f, -2, 3e30f };
static char folder[64], path[128];

static void setup(void)
{
    support_folder(folder);
    snprintf(path, sizeof path, "%s/scores.h5", folder);
}

static void teardown(void)
{
    support_remove(folder);
}

static void round_trip_of(const size_t *row, const unsigned char *y, size_t n)
{
    float *scores;
    size_t *rows, found;
    char *name;
    double alpha;
    CHECK_OK(egad_score_save(path, score, n, &EGAD_SCORING("distance", 0.25),
                             &EGAD_SIZED(egad_scored, .row = row, .y = y), NULL));
    CHECK_OK(egad_score_load(path, &scores, &rows, &found, &name, &alpha));
    ck_assert_uint_eq(found, n);
    ck_assert_mem_eq(scores, score, n * sizeof *score);
    for (size_t i = 0; i < n; i++)
        ck_assert_uint_eq(rows[i], row ? row[i] : i);
    ck_assert_str_eq(name, "distance");
    ck_assert(alpha == 0.25);
    free(scores);
    free(rows);
    free(name);
}

/* Names are saved with their scores; a file without names has no array for them. */
START_TEST(names)
{
    char *name[N] = { "good/1.png", "", "a,b\xff" }, **back;
    int32_t unseen[N];
    egad_h5 *file;
    size_t n;
    CHECK_OK(egad_score_save(path, score, N, &EGAD_SCORING("fm", 0.25), NULL, NULL));
    CHECK_FAILS(egad_score_save(path, score, N, NULL, NULL, NULL), ARGUMENT,
                "needs the name of the score");
    CHECK_OK(egad_h5_open(&file, path));
    ck_assert_int_eq(egad_h5_has(file, "/file", NULL), 0);
    ck_assert_int_eq(egad_h5_has(file, "/unseen", NULL), 0);
    egad_h5_close(file);
    CHECK_OK(egad_score_save(path, score, N, &EGAD_SCORING("fm", 0.25),
                             &EGAD_SIZED(egad_scored, .file = name, .id = name,
                                         .id_column = "serial",
                                         .unseen = (const int32_t[]){ 0, 2, 0 },
                                         .outside = (const int32_t[]){ 1, 0, 0 }),
                             NULL));
    CHECK_OK(egad_h5_open(&file, path));
    CHECK_OK(egad_h5_read_texts(file, "/file", &back, &n));
    CHECK_OK(egad_h5_read(file, "/unseen", EGAD_H5_I32, N, unseen));
    ck_assert(unseen[0] == 0 && unseen[1] == 2 && unseen[2] == 0);
    egad_h5_close(file);
    ck_assert_uint_eq(n, N);
    for (size_t i = 0; i < n; i++)
        ck_assert_str_eq(back[i], name[i]);
    egad_array_clear(back, n);
}
END_TEST

START_TEST(round_trip)
{
    round_trip_of((size_t[]){ 7, 9, (size_t)1 << 40 }, (unsigned char[]){ 0, 1, 0 }, N);
    round_trip_of(NULL, NULL, N);
    round_trip_of((size_t[]){ 4 }, NULL, 1);
}
END_TEST

/* A file of two scores that is valid except for `part`. */
static void write_odd(int part)
{
    egad_h5 *file;
    const size_t two = 2, three = 3;
    CHECK_OK(egad_h5_create(&file, path));
    if (part != 0)
        CHECK_OK(egad_h5_write_text(file, "/", "format",
                                    part == 1 ? "egad-model" : "egad-scores"));
    CHECK_OK(egad_h5_write_count(file, "/", "format_version", part == 2 ? 2 : 1));
    if (part != 3)
        CHECK_OK(egad_h5_write_text(file, "/", "score", "sigma"));
    if (part != 4)
        CHECK_OK(egad_h5_write_number(file, "/", "alpha", 0.9));
    if (part == 5)
        CHECK_OK(egad_h5_write(file, "/score", EGAD_H5_F32, 0, NULL, score));
    else if (part != 6)
        CHECK_OK(egad_h5_write(file, "/score", EGAD_H5_F32, 1, &two,
                               part == 7 ? (float[]){ 1, NAN } : score));
    CHECK_OK(egad_h5_write(file, "/row", EGAD_H5_U64, 1, part == 8 ? &three : &two,
                           (uint64_t[]){ 1, 2, 3 }));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
}

static const struct {
    egad_status code;
    const char *words;
} odd[] = { { EGAD_FORMAT, "is not a score file: it has no attribute 'format'" },
            { EGAD_FORMAT,
              "its format is 'egad-model', not 'egad-scores'; 'egad score'" },
            { EGAD_FORMAT, "written by a newer egad" },
            { EGAD_FORMAT, "score" },
            { EGAD_FORMAT, "alpha" },
            { EGAD_SHAPE, "/score in" },
            { EGAD_FORMAT, "/score" },
            { EGAD_DATA, "row 1: nan is not finite" },
            { EGAD_SHAPE, "/row in" } };

START_TEST(odd_files)
{
    float *scores;
    size_t *rows, n = 77;
    char *name;
    double alpha;
    write_odd(_i);
    const egad_status got = egad_score_load(path, &scores, &rows, &n, &name, &alpha);
    ck_assert_str_eq(egad_status_text(got), egad_status_text(odd[_i].code));
    ck_assert_msg(strstr(egad_status_last(), odd[_i].words), "'%s' lacks '%s'",
                  egad_status_last(), odd[_i].words);
    ck_assert_ptr_null(scores);
    ck_assert_ptr_null(rows);
    ck_assert_ptr_null(name);
    ck_assert_uint_eq(n, 77);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("score_file");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, round_trip);
    tcase_add_test(tests, names);
    tcase_add_loop_test(tests, odd_files, 0, sizeof odd / sizeof *odd);
    return support_run(suite);
}

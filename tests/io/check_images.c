/* io/images/images.c: folders of PNG files. */
#include "files.h"

#include <math.h>

static char folder[64], path[512];

static const char *at(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void setup(void)
{
    support_folder(folder);
}

static void remove_below(const char *name)
{
    char sub[128];
    snprintf(sub, sizeof sub, "%s/%s", folder, name);
    support_remove(sub);
}

static void teardown(void)
{
    remove_below("good/deep");
    remove_below("good");
    remove_below("bad");
    remove_below("empty");
    support_remove(folder);
}

static egad_status import(egad_dataset **out, const egad_image_options *how)
{
    return egad_images_import(out, (const char *const[]){ folder }, 1, how);
}

/* good/a.png 10, good/b.PNG 20, good/c.png 30; bad/a.png 200. */
static void two_classes(void)
{
    ck_assert_int_eq(mkdir(at("good"), 0777), 0);
    ck_assert_int_eq(mkdir(at("bad"), 0777), 0);
    files_grey(at("good/a.png"), 2, 3, 10);
    files_grey(at("good/c.png"), 2, 3, 30);
    files_grey(at("good/b.PNG"), 2, 3, 20);
    files_grey(at("bad/a.png"), 2, 3, 200);
    support_write(at("good/notes.txt"), "text", 4);
    support_write(at("good/.hidden.png"), "text", 4);
}

START_TEST(classes)
{
    egad_dataset *data;
    egad_image_options how = { .size = sizeof(egad_image_options), .anomalous = "bad" };
    const float want[] = { 200, 10, 20, 30 };

    two_classes();
    CHECK_OK(import(&data, NULL));
    ck_assert_uint_eq(data->rows, 4);
    ck_assert(data->shape[0] == 2 && data->shape[1] == 3 && data->shape[2] == 1);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 6; k++)
            ck_assert(data->x[6 * i + k] == want[i]);
    ck_assert_uint_eq(data->classes, 2);
    ck_assert_str_eq(data->class_name[0], "bad");
    ck_assert_mem_eq(data->class_of, ((int32_t[]){ 0, 1, 1, 1 }), 4 * sizeof(int32_t));
    ck_assert(!data->y && !data->split);
    ck_assert_str_eq(data->protocol, "images");
    ck_assert_uint_eq(strlen(data->sha256), 64);
    egad_dataset_free(data);

    CHECK_OK(import(&data, &how));
    ck_assert_mem_eq(data->y, ((unsigned char[]){ 1, 0, 0, 0 }), 4);
    ck_assert_int_eq(data->split[0], EGAD_TEST);
    ck_assert_int_eq(data->split[1] + data->split[2] + data->split[3], 2);
    egad_dataset_free(data);

    char good[80], bad[80];
    snprintf(good, sizeof good, "%s/good/", folder);
    snprintf(bad, sizeof bad, "%s/bad", folder);
    CHECK_OK(egad_images_import(&data, (const char *const[]){ good, bad }, 2, &how));
    ck_assert_mem_eq(data->y, ((unsigned char[]){ 0, 0, 0, 1 }), 4);
    ck_assert_str_eq(data->class_name[1], "good");
    egad_dataset_free(data);
    CHECK_OK(egad_images_import(&data, (const char *const[]){ good }, 1, NULL));
    ck_assert_uint_eq(data->rows, 3);
    ck_assert_ptr_null(data->class_of);
    egad_dataset_free(data);
    CHECK_FAILS(egad_images_import(&data, (const char *const[]){ good }, 1, &how), DATA,
                "no sub-folders");
    how.anomalous = "ugly";
    CHECK_FAILS(import(&data, &how), DATA, "'ugly'; there are bad, good");
    ck_assert_ptr_null(data);
}
END_TEST

/* Names of images: paths within the one folder; with several folders, including it. */
START_TEST(names)
{
    egad_dataset *data;
    const char *const one[] = { "bad/a.png", "good/a.png", "good/b.PNG", "good/c.png" };
    const char *const two[] = { "good/a.png", "good/b.PNG", "good/c.png", "bad/a.png" };
    char good[80], bad[80], slashes[80];

    two_classes();
    CHECK_OK(import(&data, NULL));
    for (int i = 0; i < 4; i++)
        ck_assert_str_eq(data->file[i], one[i]);
    egad_dataset_free(data);
    snprintf(good, sizeof good, "%s/good//", folder);
    snprintf(bad, sizeof bad, "%s/bad", folder);
    snprintf(slashes, sizeof slashes, "%s//", folder);
    CHECK_OK(egad_images_import(&data, (const char *const[]){ good, bad }, 2, NULL));
    for (int i = 0; i < 4; i++)
        ck_assert_str_eq(data->file[i], two[i]);
    egad_dataset_free(data);
    CHECK_OK(egad_images_import(&data, (const char *const[]){ good }, 1, NULL));
    ck_assert_str_eq(data->file[2], "c.png");
    egad_dataset_free(data);
    CHECK_OK(egad_images_import(&data, (const char *const[]){ slashes }, 1, NULL));
    ck_assert_str_eq(data->file[0], "bad/a.png");
    egad_dataset_free(data);
}
END_TEST

/* For a detector: as import reads them, if they have the detector's shape. */
START_TEST(for_a_detector)
{
    static const size_t shape[3] = { 2, 3, 1 };
    egad_dataset *data, *same;
    char file[80];

    two_classes();
    CHECK_OK(import(&same, NULL));
    CHECK_OK(egad_images_read(&data, folder, shape));
    ck_assert_uint_eq(data->rows, 4);
    ck_assert_mem_eq(data->x, same->x, 24 * sizeof(float));
    ck_assert_mem_eq(data->class_of, same->class_of, 4 * sizeof(int32_t));
    ck_assert_str_eq(data->file[2], "good/b.PNG");
    ck_assert_str_eq(data->sha256, same->sha256);
    ck_assert_str_eq(data->source, same->source);
    ck_assert(!data->y && !data->split);
    egad_dataset_free(data);
    egad_dataset_free(same);

    snprintf(file, sizeof file, "%s/good/c.png", folder);
    CHECK_OK(egad_images_read(&data, file, shape));
    ck_assert_uint_eq(data->rows, 1);
    ck_assert(data->x[0] == 30 && data->x[5] == 30);
    ck_assert_str_eq(data->file[0], "c.png");
    ck_assert_str_eq(data->source, "c.png");
    ck_assert_ptr_null(data->class_of);
    egad_dataset_free(data);
    /* Grey images fit a colour model, but not the reverse. */
    CHECK_OK(egad_images_read(&data, file, (const size_t[]){ 2, 3, 3 }));
    ck_assert(data->shape[2] == 3 && data->x[0] == 30 && data->x[17] == 30);
    egad_dataset_free(data);
}
END_TEST

START_TEST(not_for_a_detector)
{
    static const size_t shape[3] = { 2, 3, 1 };
    egad_dataset *data;

    two_classes();
    files_png(at("good/d.png"), 2, 3,
              (files_png_kind){ .type = PNG_COLOR_TYPE_RGB, .depth = 8 },
              (unsigned char[18]){ 1 }, 9);
    CHECK_FAILS(egad_images_read(&data, folder, shape), SHAPE,
                "good/d.png' is a colour image, the model was trained on grey images");
    unlink(path);
    files_grey(at("good/d.png"), 4, 3, 1);
    CHECK_FAILS(egad_images_read(&data, folder, shape), SHAPE,
                "good/d.png' is 4 x 3, the model was trained on 2 x 3: ");
    CHECK_FAILS(egad_images_read(&data, path, (const size_t[]){ 4, 2, 1 }), SHAPE,
                "'egad data import images --size 4x2'");
    ck_assert_ptr_null(data);
    CHECK_FAILS(egad_images_read(&data, folder, (const size_t[]){ 1, 1, 6 }), SHAPE,
                "trained on a table");
    CHECK_FAILS(egad_images_read(&data, folder, (const size_t[]){ 2, 3, 2 }), SHAPE,
                "1 or 3 values per pixel, the model was trained on 2");
    CHECK_FAILS(egad_images_read(&data, "/nonexistent.png", shape), FILE,
                "'/nonexistent.png': No such file");
    support_write(at("good/d.png"), "text", 4);
    CHECK_FAILS(egad_images_read(&data, path, shape), FORMAT, "is not an image");
    ck_assert_int_eq(mkdir(at("empty"), 0777), 0);
    CHECK_FAILS(egad_images_read(&data, path, shape), DATA, "has no images");
    ck_assert_ptr_null(data);
}
END_TEST

START_TEST(grey_beside_colour)
{
    egad_dataset *data;
    files_png_kind kind = { .type = PNG_COLOR_TYPE_RGB, .depth = 8 };

    files_grey(at("a.png"), 1, 1, 10);
    files_png(at("b.png"), 1, 1, kind, (unsigned char[]){ 1, 2, 3 }, 3);
    CHECK_OK(import(&data, NULL));
    ck_assert_uint_eq(data->shape[2], 3);
    ck_assert_mem_eq(data->x, ((float[]){ 10, 10, 10, 1, 2, 3 }), 6 * sizeof(float));
    egad_dataset_free(data);
}
END_TEST

START_TEST(sizes)
{
    egad_dataset *data;
    files_png_kind kind = { .type = PNG_COLOR_TYPE_GRAY, .depth = 8 };
    unsigned char ramp[16];

    for (int i = 0; i < 16; i++)
        ramp[i] = (unsigned char)(16 * (i % 4));
    files_png(at("a.png"), 4, 4, kind, ramp, 4);
    files_grey(at("b.png"), 3, 2, 77);
    CHECK_FAILS(import(&data, NULL), SHAPE, "b.png' is 3 x 2, '");
    CHECK_FAILS(import(&data, NULL), SHAPE,
                "a.png' 4 x 4: make them equal with --size HxW");
    /* Halving takes means of four pixels; constant images stay constant. */
    CHECK_OK(import(&data, &EGAD_SIZED(egad_image_options, .height = 2, .width = 2)));
    ck_assert(data->shape[0] == 2 && data->shape[1] == 2);
    ck_assert_mem_eq(data->x, ((float[]){ 8, 40, 8, 40, 77, 77, 77, 77 }),
                     8 * sizeof(float));
    egad_dataset_free(data);
    /* Doubling: weights 1/4 and 3/4 of neighbours, edges unchanged. */
    CHECK_OK(import(&data, &EGAD_SIZED(egad_image_options, .height = 1, .width = 8)));
    ck_assert_mem_eq(
        data->x,
        ((float[]){ 0, 4, 12, 20, 28, 36, 44, 48, 77, 77, 77, 77, 77, 77, 77, 77 }),
        16 * sizeof(float));
    egad_dataset_free(data);
    CHECK_OK(import(&data, &EGAD_SIZED(egad_image_options, .height = 5, .width = 7)));
    for (int i = 35; i < 70; i++)
        ck_assert(data->x[i] == 77);
    egad_dataset_free(data);
}
END_TEST

START_TEST(what_is_wrong)
{
    egad_dataset *data;
    egad_image_options how = { .size = sizeof(egad_image_options), .height = 3 };

    CHECK_FAILS(import(&data, NULL), DATA, "has no images");
    CHECK_FAILS(import(&data, &how), ARGUMENT, "both height and width");
    how = EGAD_SIZED(egad_image_options, .labels = "file");
    CHECK_FAILS(import(&data, &how), ARGUMENT, "labels are the sub-folders");
    CHECK_FAILS(egad_images_import(&data, NULL, 0, NULL), ARGUMENT, "no folder");
    CHECK_FAILS(
        egad_images_import(&data, (const char *const[]){ "/nonexistent" }, 1, NULL), FILE,
        "'/nonexistent': No such file");
    two_classes();
    ck_assert_int_eq(mkdir(at("empty"), 0777), 0);
    CHECK_OK(import(&data, NULL));
    egad_dataset_free(data);
    support_write(at("bad/b.jpeg"), "text", 4);
    CHECK_FAILS(import(&data, NULL), FORMAT, "bad/b.jpeg' is not an image");
    unlink(path);
    support_write(at("bad/b.png"), "GIF89a...", 9);
    CHECK_FAILS(import(&data, NULL), FORMAT, "bad/b.png' is not an image");
    unlink(path);
    ck_assert_int_eq(mkdir(at("good/deep"), 0777), 0);
    CHECK_FAILS(import(&data, NULL), DATA, "good/deep' is too deep");
    ck_assert_ptr_null(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("images");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, classes);
    tcase_add_test(tests, names);
    tcase_add_test(tests, for_a_detector);
    tcase_add_test(tests, not_for_a_detector);
    tcase_add_test(tests, grey_beside_colour);
    tcase_add_test(tests, sizes);
    tcase_add_test(tests, what_is_wrong);
    return support_run(suite);
}

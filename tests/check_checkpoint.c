/* Model files: the numbers of a recipe and how they are stored, files of old, refusals.
 * Whole trainings through a file are in cli/device. */
#include "../host/detector.h"

#include "lab.h"

#include <hdf5.h>

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
    egad_dataset *data;
    egad_detector *d;
    CHECK_OK(egad_dataset_new(&data, 500, (size_t[3]){ 1, 1, 3 }));
    CHECK_OK(egad_detector_new(
        &d, lab, data,
        &(egad_detector_options){
            .model = model, .recipe = recipe, .epochs = 7, .seed = UINT64_MAX }));
    egad_dataset_free(data);
    return d;
}

/* Replace an attribute of the file by one with another value. */
static void put(const char *object, const char *attribute, hid_t type, const void *value)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t group = H5Oopen(file, object, H5P_DEFAULT), space = H5Screate(H5S_SCALAR);
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
    put(object, attribute, H5T_NATIVE_DOUBLE, &value);
}

static void put_text(const char *object, const char *attribute, const char *value)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    put(object, attribute, type, &value);
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

START_TEST(every_recipe)
{
    for (size_t m = 0; egad_models[m]; m++)
        for (const egad_recipe *r = egad_recipes_tables; r->name; r++) {
            egad_detector *d = make_detector(egad_models[m]->name, r->name), *back;
            CHECK_OK(egad_checkpoint_save(d, path));
            CHECK_OK(egad_checkpoint_load(&back, lab, path));
            check_recipe(&back->recipe, &d->recipe);
            ck_assert_uint_eq(back->seed, UINT64_MAX);
            egad_detector_free(back);
            egad_detector_free(d);
        }
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
    ck_assert_ptr_nonnull(strstr(text, " ema_decay: 0.999\n"));
    free(text);
    egad_detector_free(d);
}
END_TEST

/* Where all numbers were float64, and the scaling was one of them. */
START_TEST(files_of_old)
{
    for (const egad_recipe *r = egad_recipes_tables; r->name; r++) {
        egad_detector *d = make_detector(NULL, r->name), *back;
        CHECK_OK(egad_checkpoint_save(d, path));
        put_number("/", "format_version", 1);
        put_number("/recipe", "scaling", d->recipe.scaling);
        put_number("/recipe", "batch", d->recipe.batch);
        put_number("/recipe", "epochs", 7);
        put_number("/recipe", "combined", d->recipe.combined);
        put_number("/recipe", "sigma_of_rebuilt", d->recipe.sigma_of_rebuilt);
        CHECK_OK(egad_checkpoint_load(&back, lab, path));
        check_recipe(&back->recipe, &d->recipe);
        egad_detector_free(back);
        egad_detector_free(d);
    }
}
END_TEST

START_TEST(bad_heads)
{
    static const struct {
        const char *object, *attribute, *text; /* text NULL: a number */
        double number;
        const char *words;
    } bad[] = {
        { "/recipe", "scaling", "log", 0, "a scaling that egad does not know" },
        { "/recipe", "scaling", NULL, 3, "a scaling that egad does not know" },
        { "/recipe", "scaling", NULL, -1, "a scaling that egad does not know" },
        { "/recipe", "scaling", NULL, 0.5, "a scaling that egad does not know" },
        { "/recipe", "batch", NULL, 0, "values that no recipe has" },
        { "/recipe", "epochs", NULL, -5, "its recipe has epochs = -5" },
        { "/recipe", "batch", "many", 0, "attribute batch of /recipe" },
        { "/", "format_version", NULL, 2, "was made by a newer egad" },
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

int main(void)
{
    Suite *suite = suite_create("checkpoint");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, every_recipe);
    tcase_add_test(tests, types_of_numbers);
    tcase_add_test(tests, files_of_old);
    tcase_add_test(tests, bad_heads);
    return lab_main(suite);
}

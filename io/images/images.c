/* Folders of images as a data set (sub-folders are classes, images are resized), or as
 * rows for a trained detector, which must have its size. */
#include "images_inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Sizes ---------------------------------------------------------------- */

/* The common shape of all images. */
static egad_status agree(egad_images_gathering *g, const egad_image_options *o,
                         size_t shape[3])
{
    egad_status status = EGAD_OK;
    const egad_picture *first = &g->image[0].size;

    shape[2] = 1;
    for (size_t i = 0; i < g->n; i++) {
        egad_images_file *m = &g->image[i];
        TRY(egad_picture_describe(&m->size, m->path));
        if (!o->height &&
            (m->size.height != first->height || m->size.width != first->width))
            FAIL(SHAPE,
                 "images: '%s' is %zu x %zu, '%s' %zu x %zu: make them equal with --size "
                 "HxW",
                 m->path, m->size.height, m->size.width, g->image[0].path, first->height,
                 first->width);
        if (m->size.channels == 3)
            shape[2] = 3;
    }
    shape[0] = o->height ? o->height : first->height;
    shape[1] = o->height ? o->width : first->width;
done:
    return status;
}

static egad_status read_image(const egad_images_file *m, const size_t shape[3],
                              float *out)
{
    egad_status status = EGAD_OK;
    float *pixels = NULL;

    if (m->size.height == shape[0] && m->size.width == shape[1]) {
        TRY(egad_picture_read(m->path, &m->size, shape[2], out));
    } else {
        NEW(pixels, m->size.height * m->size.width * shape[2]);
        TRY(egad_picture_read(m->path, &m->size, shape[2], pixels));
        TRY(egad_pixels_resize(out, shape, pixels, &m->size));
    }
done:
    free(pixels);
    return status;
}

/* ---- The data set --------------------------------------------------------- */

static egad_status add_file(egad_sha256 *sha, const char *path)
{
    egad_status status = EGAD_OK;
    char buffer[16384];
    FILE *file = fopen(path, "rb");

    if (!file)
        FAIL(FILE, "images: cannot open '%s': %s", path, strerror(errno));
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, file)) > 0;)
        egad_sha256_add(sha, buffer, n);
    if (ferror(file))
        FAIL(FILE, "images: cannot read '%s': %s", path, strerror(errno));
done:
    if (file)
        fclose(file);
    return status;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sort classes by name; a single folder is not a class. */
static egad_status classify(egad_dataset *data, const egad_images_gathering *g)
{
    egad_status status = EGAD_OK;

    if (g->classes < 2)
        goto done;
    NEW(data->class_of, data->rows);
    NEW(data->class_name, g->classes);
    for (; data->classes < g->classes; data->classes++)
        TRY(egad_array_text(&data->class_name[data->classes], g->class[data->classes]));
    qsort(data->class_name, data->classes, sizeof *data->class_name, compare_names);
    for (size_t i = 0; i < data->rows; i++) {
        char *const *found =
            bsearch(&g->class[g->image[i].class], data -> class_name, data -> classes,
                    sizeof *data->class_name, compare_names);
        data->class_of[i] = (int32_t)(found - data->class_name);
    }
done:
    return status;
}

static egad_status check_options(const egad_roles *roles, const egad_image_options *o)
{
    egad_status status = EGAD_OK;

    if (o->labels)
        FAIL(ARGUMENT, "images: the labels are the sub-folders, not a file of labels");
    if (!o->height != !o->width)
        FAIL(ARGUMENT, "images: a size needs both height and width");
    TRY(egad_roles_check(roles));
done:
    return status;
}

/* The split of the folders, with normal training images only. */
static egad_status take_parts(const egad_images_gathering *g, const egad_roles *roles,
                              egad_dataset *data)
{
    egad_status status = EGAD_OK;

    if (!roles->normal && !roles->anomalous)
        goto done;
    TRY(egad_roles_label(roles, data));
    NEW(data->split, data->rows);
    for (size_t i = 0; i < g->n; i++) {
        data->split[i] = g->image[i].part;
        if (data->y[i] && data->split[i] == EGAD_TRAIN)
            FAIL(DATA,
                 "images: '%s' is an anomaly by its folder, but stands in 'train': name "
                 "its folder with --normal, or move it to 'test'",
                 g->image[i].path);
    }
    if (!memchr(data->split, EGAD_TRAIN, data->rows))
        FAIL(DATA, "images: the folder '%s/train' has no images", roles->path);
done:
    return status;
}

static egad_status import(egad_dataset **out, const egad_images_gathering *g,
                          const size_t shape[3], const egad_roles *roles)
{
    egad_status status = EGAD_OK;
    egad_dataset *data = NULL;
    egad_sha256 *sha = NULL;
    char sha256[65];

    TRY(egad_sha256_new(&sha));
    TRY(egad_dataset_new(&data, g->n, shape));
    NEW(data->file, data->rows);
    for (size_t i = 0; i < g->n; i++) {
        TRY(egad_array_text(&data->file[i], g->image[i].name));
        TRY(read_image(&g->image[i], shape,
                       data->x + i * shape[0] * shape[1] * shape[2]));
        TRY(add_file(sha, g->image[i].path));
    }
    data->rows_read = data->rows;
    TRY(classify(data, g));
    if (!data->class_of && (roles->normal || roles->anomalous))
        FAIL(DATA, "images: '%s' has no sub-folders to name normal or anomalous",
             roles->path);
    TRY(g->divided ? take_parts(g, roles, data) : egad_roles_apply(roles, data));
    egad_sha256_hex(sha, sha256);
    TRY(egad_dataset_origin(data, "images", roles->path, sha256));
    *out = data;
    data = NULL;
done:
    egad_sha256_free(sha);
    egad_dataset_free(data);
    return status;
}

/* The source is the first folder, and the number of others. */
static egad_status add_more(egad_dataset *data, size_t more)
{
    egad_status status = EGAD_OK;
    char *text = NULL;

    if (more == 0)
        goto done;
    const size_t size = strlen(data->source) + 40;
    NEW(text, size);
    snprintf(text, size, "%s and %zu more", data->source, more);
    free(data->source);
    data->source = text;
done:
    return status;
}

/* Tell what was found by looking, once the import has succeeded. */
static void tell(const egad_images_gathering *g, const egad_image_options *how)
{
    if (!g->divided || !how->note)
        return;
    how->note(how->context, "folders train and test: their split is kept (the layout of "
                            "MVTec AD); ground_truth is left out");
    if (!how->normal && !how->anomalous)
        how->note(how->context, "'good' is normal, other folders hold anomalies");
}

/* What the folders train and test say, unless the options do. */
static egad_status take_layout(const egad_images_gathering *g,
                               const egad_image_options *how, egad_roles *roles)
{
    egad_status status = EGAD_OK;
    size_t good = 0;

    if (how->test_fraction != 0 || how->seed)
        FAIL(ARGUMENT,
             "images: '%s' has a split, the folders train and test, so --test-fraction "
             "and --seed do not apply: omit them, or import the folders in it one by one",
             roles->path);
    if (roles->normal || roles->anomalous)
        goto done;
    while (good < g->classes && strcmp(g->class[good], "good") != 0)
        good++;
    if (good == g->classes)
        FAIL(ARGUMENT,
             "images: '%s' has the folders train and test, but no folder 'good' in them: "
             "say with --normal which folders hold normal images",
             roles->path);
    roles->normal = "good";
done:
    return status;
}

egad_status egad_images_import(egad_dataset **out, const char *const *folder, size_t n,
                               const egad_image_options *options)
{
    egad_status status = EGAD_OK;
    egad_image_options how = { .labels = NULL };
    egad_dataset *data = NULL;
    egad_images_gathering g = { .image = NULL };
    size_t shape[3];

    *out = NULL;
    READ_SIZED(egad_image_options, &how, options);
    if (n == 0)
        FAIL(ARGUMENT, "images: no folder is given");
    egad_roles roles = { .who = "images",
                         .path = folder[0],
                         .remedy = "without these options all rows are training rows",
                         .normal = how.normal,
                         .anomalous = how.anomalous,
                         .test_fraction = how.test_fraction,
                         .seed = how.seed };
    TRY(check_options(&roles, &how));
    for (size_t i = 0; i < n; i++)
        TRY(egad_images_gather_folder(&g, folder[i], n == 1));
    if (g.divided)
        TRY(take_layout(&g, &how, &roles));
    TRY(agree(&g, &how, shape));
    TRY(import(&data, &g, shape, &roles));
    TRY(add_more(data, n - 1));
    tell(&g, &how);
    *out = data;
    data = NULL;
done:
    egad_dataset_free(data);
    egad_images_gather_clear(&g);
    return status;
}

/* ---- For a detector -------------------------------------------------------- */

/* Check that all have the wanted shape. */
static egad_status check_shapes(egad_images_gathering *g, const size_t shape[3])
{
    egad_status status = EGAD_OK;

    for (size_t i = 0; i < g->n; i++) {
        egad_images_file *m = &g->image[i];
        TRY(egad_picture_describe(&m->size, m->path));
        if (m->size.height != shape[0] || m->size.width != shape[1])
            FAIL(SHAPE,
                 "images: '%s' is %zu x %zu, the model was trained on %zu x %zu: resize "
                 "it with 'egad data import images --size %zux%zu'",
                 m->path, m->size.height, m->size.width, shape[0], shape[1], shape[0],
                 shape[1]);
        if (m->size.channels > shape[2])
            FAIL(SHAPE,
                 "images: '%s' is a colour image, the model was trained on grey images",
                 m->path);
    }
done:
    return status;
}

egad_status egad_images_read(egad_dataset **out, const char *path, const size_t shape[3])
{
    egad_status status = EGAD_OK;
    egad_images_gathering g = { .image = NULL };

    *out = NULL;
    if (shape[0] == 1 && shape[1] == 1)
        FAIL(SHAPE,
             "images: '%s' is an image or a folder, the model was trained on a table: "
             "give a data file (.h5) or a CSV file",
             path);
    if (shape[2] != 1 && shape[2] != 3)
        FAIL(SHAPE,
             "images: '%s' has 1 or 3 values per pixel, the model was trained on %zu",
             path, shape[2]);
    TRY(egad_images_gather_path(&g, path));
    TRY(check_shapes(&g, shape));
    TRY(import(out, &g, shape, &(egad_roles){ .who = "images", .path = path }));
done:
    egad_images_gather_clear(&g);
    return status;
}

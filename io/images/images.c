/* Folders of PNG files as a data set (sub-folders are classes, images are resized), or as
 * rows for a trained detector, which must have its size. */
#include "io/table.h"
#include "picture.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

typedef struct {
    char *path;
    const char *name; /* its end, the name of its row */
    size_t class;     /* in the order of discovery */
    egad_png png;
} image;

typedef struct {
    image *image;
    size_t n, room;
    size_t below; /* length of the path prefix that names omit */
    char **class; /* folder names */
    size_t classes, class_room;
} gathering;

/* ---- Listing files ------------------------------------------------------- */

static int ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n > m && strcasecmp(name + n - m, ending) == 0;
}

/* Images in other formats, which are not supported. */
static int is_other_image(const char *name)
{
    static const char *const ending[] = { ".jpg", ".jpeg", ".gif", ".bmp",
                                          ".tif", ".tiff", ".webp" };
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
        if (ends_with(name, ending[i]))
            return 1;
    return 0;
}

/* The class of this name, created if new. */
static egad_status find_class(gathering *g, const char *name, size_t *class)
{
    egad_status status = EGAD_OK;

    for (*class = 0; *class < g->classes; ++*class)
        if (strcmp(g->class[*class], name) == 0)
            goto done;
    if (g->classes == EGAD_TABLE_WORDS)
        FAIL(DATA, "images: more than %d folders", EGAD_TABLE_WORDS);
    GROW(g->class, g->class_room, g->classes + 1);
    TRY(egad_array_text(&g->class[g->classes], name));
    g->classes++;
done:
    return status;
}

static egad_status add_image(gathering *g, const char *path, const char *class)
{
    egad_status status = EGAD_OK;

    GROW(g->image, g->room, g->n + 1);
    image *i = &g->image[g->n];
    *i = (image){ .path = NULL };
    TRY(find_class(g, class, &i->class));
    TRY(egad_array_text(&i->path, path));
    i->name = i->path + g->below;
    g->n++;
done:
    return status;
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Compare bytes, independently of the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* List the images of a folder and, if allowed, of its sub-folders. */
static egad_status gather(gathering *g, const char *folder, const char *class, int depth)
{
    egad_status status = EGAD_OK;
    struct dirent **entry = NULL;
    struct stat info;
    char *path = NULL;
    int n = scandir(folder, &entry, is_shown, by_name);

    if (n < 0)
        FAIL(FILE, "images: cannot open the folder '%s': %s", folder, strerror(errno));
    for (int i = 0; i < n; i++) {
        const char *name = entry[i]->d_name;
        const size_t size = strlen(folder) + strlen(name) + 2;
        free(path);
        path = NULL;
        NEW(path, size);
        snprintf(path, size, "%s/%s", folder, name);
        if (stat(path, &info) != 0)
            FAIL(FILE, "images: cannot open '%s': %s", path, strerror(errno));
        if (S_ISDIR(info.st_mode) && depth == 0)
            TRY(gather(g, path, name, depth + 1));
        else if (S_ISDIR(info.st_mode))
            FAIL(DATA,
                 "images: the folder '%s' is too deep: sub-folders are classes and hold "
                 "images only",
                 path);
        else if (ends_with(name, ".png"))
            TRY(add_image(g, path, class));
        else if (is_other_image(name))
            FAIL(FORMAT, "images: '%s' is not a PNG file: convert it or remove it", path);
    }
done:
    for (int i = 0; i < n; i++)
        free(entry[i]);
    free(entry);
    free(path);
    return status;
}

/* alone 0: with several folders, names include the folder. */
static egad_status gather_folder(gathering *g, const char *folder, int alone)
{
    egad_status status = EGAD_OK;
    char *path = NULL;
    const char *last;
    const size_t before = g->n;

    TRY(egad_array_path(&path, &last, folder));
    g->below = alone ? strlen(path) + 1 : (size_t)(last - path);
    TRY(gather(g, path, last, 0));
    if (g->n == before)
        FAIL(DATA, "images: the folder '%s' has no PNG files", folder);
done:
    free(path);
    return status;
}

/* ---- Sizes ---------------------------------------------------------------- */

/* The common shape of all images. */
static egad_status agree(gathering *g, const egad_image_options *o, size_t shape[3])
{
    egad_status status = EGAD_OK;
    const egad_png *first = &g->image[0].png;

    shape[2] = 1;
    for (size_t i = 0; i < g->n; i++) {
        image *m = &g->image[i];
        TRY(egad_png_describe(&m->png, m->path));
        if (!o->height &&
            (m->png.height != first->height || m->png.width != first->width))
            FAIL(SHAPE,
                 "images: '%s' is %zu x %zu, '%s' %zu x %zu: make them equal with --size "
                 "HxW",
                 m->path, m->png.height, m->png.width, g->image[0].path, first->height,
                 first->width);
        if (m->png.channels == 3)
            shape[2] = 3;
    }
    shape[0] = o->height ? o->height : first->height;
    shape[1] = o->height ? o->width : first->width;
done:
    return status;
}

/* The source pixels, of `from`, of a row or column of the new image: the mean of those it
 * covers if more than one, else interpolation of the two next to its centre. */
typedef struct {
    double start, end;
} span;

static span covered(size_t i, size_t to, size_t from)
{
    const double scale = (double)from / (double)to, center = ((double)i + 0.5) * scale;
    const double half = scale > 1 ? scale / 2 : 0.5;
    return (span){ center - half, center + half };
}

/* How much of pixel k the span covers.  Pixels outside equal the outermost one. */
static double share(span s, long k, size_t n)
{
    const double low = k == 0 ? s.start : (double)k;
    const double high = k == (long)n - 1 ? s.end : (double)(k + 1);
    const double a = low > s.start ? low : s.start, b = high < s.end ? high : s.end;
    return b > a ? (b - a) / (s.end - s.start) : 0;
}

static void bounds(span s, size_t n, long *first, long *last)
{
    *first = s.start < 0 ? 0 : (long)s.start;
    *last = s.end >= (double)n ? (long)n - 1 : (long)s.end;
}

/* Resize one axis: `from` lines of `step` values become `to`. */
static void shrink(float *out, size_t to, const float *in, size_t from, size_t step)
{
    for (size_t i = 0; i < to; i++) {
        const span s = covered(i, to, from);
        long first, last;
        bounds(s, from, &first, &last);
        for (size_t c = 0; c < step; c++) {
            double sum = 0;
            for (long k = first; k <= last; k++)
                sum += share(s, k, from) * (double)in[(size_t)k * step + c];
            out[i * step + c] = (float)sum;
        }
    }
}

/* Resize rows, then columns; pixels stay integers. */
static egad_status resize(float *out, const size_t shape[3], const float *in,
                          const egad_png *from)
{
    egad_status status = EGAD_OK;
    const size_t line = from->width * shape[2];
    float *middle = NULL;

    NEW(middle, shape[0] * line);
    shrink(middle, shape[0], in, from->height, line);
    for (size_t y = 0; y < shape[0]; y++)
        shrink(out + y * shape[1] * shape[2], shape[1], middle + y * line, from->width,
               shape[2]);
    for (size_t i = 0; i < shape[0] * shape[1] * shape[2]; i++)
        out[i] = (float)(int)(out[i] + 0.5f);
done:
    free(middle);
    return status;
}

static egad_status read_image(const image *m, const size_t shape[3], float *out)
{
    egad_status status = EGAD_OK;
    float *pixels = NULL;

    if (m->png.height == shape[0] && m->png.width == shape[1]) {
        TRY(egad_png_read(m->path, &m->png, shape[2], out));
    } else {
        NEW(pixels, m->png.height * m->png.width * shape[2]);
        TRY(egad_png_read(m->path, &m->png, shape[2], pixels));
        TRY(resize(out, shape, pixels, &m->png));
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
static egad_status classify(egad_dataset *data, const gathering *g)
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

static void clear(gathering *g)
{
    for (size_t i = 0; i < g->n; i++)
        free(g->image[i].path);
    free(g->image);
    egad_array_clear(g->class, g->classes);
}

static egad_status import(egad_dataset **out, const gathering *g, const size_t shape[3],
                          const egad_roles *roles)
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
    TRY(egad_roles_apply(roles, data));
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

egad_status egad_images_import(egad_dataset **out, const char *const *folder, size_t n,
                               const egad_image_options *options)
{
    egad_status status = EGAD_OK;
    egad_image_options how = { .labels = NULL };
    egad_dataset *data = NULL;
    gathering g = { .image = NULL };
    size_t shape[3];

    *out = NULL;
    READ_SIZED(egad_image_options, &how, options);
    if (n == 0)
        FAIL(ARGUMENT, "images: no folder is given");
    const egad_roles roles = { .who = "images",
                               .path = folder[0],
                               .remedy =
                                   "without these options all rows are training rows",
                               .normal = how.normal,
                               .anomalous = how.anomalous,
                               .test_fraction = how.test_fraction,
                               .seed = how.seed };
    TRY(check_options(&roles, &how));
    for (size_t i = 0; i < n; i++)
        TRY(gather_folder(&g, folder[i], n == 1));
    TRY(agree(&g, &how, shape));
    TRY(import(&data, &g, shape, &roles));
    TRY(add_more(data, n - 1));
    *out = data;
    data = NULL;
done:
    egad_dataset_free(data);
    clear(&g);
    return status;
}

/* ---- For a detector -------------------------------------------------------- */

/* One file, or those of a folder. */
static egad_status gather_any(gathering *g, const char *path)
{
    egad_status status = EGAD_OK;
    struct stat info;
    char *whole = NULL;
    const char *last;

    if (stat(path, &info) != 0)
        FAIL(FILE, "images: cannot open '%s': %s", path, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return gather_folder(g, path, 1);
    TRY(egad_array_path(&whole, &last, path));
    g->below = (size_t)(last - whole);
    TRY(add_image(g, whole, ""));
done:
    free(whole);
    return status;
}

/* Check that all have the wanted shape. */
static egad_status check_shapes(gathering *g, const size_t shape[3])
{
    egad_status status = EGAD_OK;

    for (size_t i = 0; i < g->n; i++) {
        image *m = &g->image[i];
        TRY(egad_png_describe(&m->png, m->path));
        if (m->png.height != shape[0] || m->png.width != shape[1])
            FAIL(SHAPE,
                 "images: '%s' is %zu x %zu, the model was trained on %zu x %zu: resize "
                 "it with 'egad data import images --size %zux%zu'",
                 m->path, m->png.height, m->png.width, shape[0], shape[1], shape[0],
                 shape[1]);
        if (m->png.channels > shape[2])
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
    gathering g = { .image = NULL };

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
    TRY(gather_any(&g, path));
    TRY(check_shapes(&g, shape));
    TRY(import(out, &g, shape, &(egad_roles){ .who = "images", .path = path }));
done:
    clear(&g);
    return status;
}

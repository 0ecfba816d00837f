/* The image files of folders, and the classes and parts that the folders give them. */
#include "images_inside.h"
#include "io/table.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int egad_images_named(const char *path)
{
    for (size_t i = 0; egad_picture_endings[i]; i++)
        if (egad_picture_ends(path, egad_picture_endings[i]))
            return 1;
    return 0;
}

/* Images in other formats, which are not read. */
static int is_other_image(const char *name)
{
    static const char *const ending[] = {
        ".gif", ".heic", ".avif", ".jp2", ".jxl", ".svg"
    };
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
        if (egad_picture_ends(name, ending[i]))
            return 1;
    return 0;
}

/* The class of this name, created if new. */
static egad_status find_class(egad_images_gathering *g, const char *name, size_t *class)
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

static egad_status add_image(egad_images_gathering *g, const char *path,
                             const char *class)
{
    egad_status status = EGAD_OK;

    GROW(g->image, g->room, g->n + 1);
    egad_images_file *i = &g->image[g->n];
    *i = (egad_images_file){ .part = g->part };
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
static egad_status gather(egad_images_gathering *g, const char *folder, const char *class,
                          int depth)
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
        else if (egad_images_named(name))
            TRY(add_image(g, path, class));
        else if (is_other_image(name))
            FAIL(FORMAT,
                 "images: '%s' is not a PNG, JPEG, TIFF, BMP or WebP file: convert it or "
                 "remove it",
                 path);
    }
done:
    for (int i = 0; i < n; i++)
        free(entry[i]);
    free(entry);
    free(path);
    return status;
}

/* *yes: 1 if `folder` has this sub-folder; *path, its path, is freed with free(). */
static egad_status find_folder(const char *folder, const char *name, char **path,
                               int *yes)
{
    egad_status status = EGAD_OK;
    const size_t size = strlen(folder) + strlen(name) + 2;
    struct stat info;

    NEW(*path, size);
    snprintf(*path, size, "%s/%s", folder, name);
    *yes = stat(*path, &info) == 0 && S_ISDIR(info.st_mode);
done:
    return status;
}

/* The layout of MVTec AD: train/good, test/good and test/KIND, whose masks in
 * ground_truth are left out. */
static egad_status gather_parts(egad_images_gathering *g, const char *folder)
{
    static const char *const name[] = { [EGAD_TRAIN] = "train", [EGAD_TEST] = "test" };
    egad_status status = EGAD_OK;
    char *path[2] = { NULL, NULL };
    int there[2];

    for (int i = 0; i < 2; i++)
        TRY(find_folder(folder, name[i], &path[i], &there[i]));
    g->divided = there[0] && there[1];
    for (int i = 0; g->divided && i < 2; i++) {
        g->part = (unsigned char)i;
        TRY(gather(g, path[i], name[i], 0));
    }
    g->part = EGAD_TRAIN;
done:
    free(path[0]);
    free(path[1]);
    return status;
}

egad_status egad_images_gather_folder(egad_images_gathering *g, const char *folder,
                                      int alone)
{
    egad_status status = EGAD_OK;
    char *path = NULL;
    const char *last;
    const size_t before = g->n;

    TRY(egad_array_path(&path, &last, folder));
    g->below = alone ? strlen(path) + 1 : (size_t)(last - path);
    if (alone)
        TRY(gather_parts(g, path));
    if (!g->divided)
        TRY(gather(g, path, last, 0));
    if (g->n == before)
        FAIL(DATA, "images: the folder '%s' has no images (PNG, JPEG, TIFF, BMP, WebP)",
             folder);
done:
    free(path);
    return status;
}

egad_status egad_images_gather_path(egad_images_gathering *g, const char *path)
{
    egad_status status = EGAD_OK;
    struct stat info;
    char *whole = NULL;
    const char *last;

    if (stat(path, &info) != 0)
        FAIL(FILE, "images: cannot open '%s': %s", path, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return egad_images_gather_folder(g, path, 1);
    TRY(egad_array_path(&whole, &last, path));
    g->below = (size_t)(last - whole);
    TRY(add_image(g, whole, ""));
done:
    free(whole);
    return status;
}

void egad_images_gather_clear(egad_images_gathering *g)
{
    for (size_t i = 0; i < g->n; i++)
        free(g->image[i].path);
    free(g->image);
    egad_array_clear(g->class, g->classes);
}

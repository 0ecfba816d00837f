/* MNIST, from its four files, by the protocol of the paper's experiment: one digit is the
 * anomaly, 80 % of the other images are training rows. */
#include "elements.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEED = 42 };

/* Find a file under any of its names; the path is freed with free(). */
static egad_status locate(const char *folder, const char *name, char **out)
{
    static const char *const ending[] = { "", ".gz" };
    egad_status status = EGAD_OK;
    struct stat info;
    size_t size = strlen(folder) + strlen(name) + 8;
    char *path = NULL;

    if (stat(folder, &info) != 0)
        FAIL(FILE, "mnist: cannot open '%s': %s", folder, strerror(errno));
    if (!S_ISDIR(info.st_mode))
        FAIL(FILE, "mnist: '%s' is not a folder, wanted the folder with '%s'", folder,
             name);
    NEW(path, size);
    for (int i = 0; i < 4; i++) {
        snprintf(path, size, "%s/%s%s", folder, name, ending[i % 2]);
        /* Some tools unpack them as train-images.idx3-ubyte. */
        if (i > 1)
            *strstr(path + strlen(folder) + 1, "-idx") = '.';
        if (access(path, F_OK) == 0) {
            *out = path;
            path = NULL;
            goto done;
        }
    }
    FAIL(FILE,
         "mnist: there is no '%s' in '%s', plain or .gz: fetch it with 'egad data fetch "
         "mnist'",
         name, folder);
done:
    free(path);
    return status;
}

typedef struct {
    const char *folder;
    egad_elements file[EGAD_MNIST_FILES]; /* images and labels of training and test */
    int published;
    char sha256[65]; /* of the four files, concatenated */
} gathering;

static egad_status gather(gathering *g)
{
    egad_status status = EGAD_OK;
    char *path = NULL;

    g->published = 1;
    for (int i = 0; i < EGAD_MNIST_FILES; i++) {
        egad_elements *e = &g->file[i];
        const int rank = i % 2 ? 1 : 3;
        free(path);
        path = NULL;
        TRY(locate(g->folder, egad_published_mnist[i].name, &path));
        TRY(egad_idx_read(path, e));
        if (e->kind != EGAD_ELEMENT_U8 || e->rank != rank)
            FAIL(FORMAT, "mnist: '%s' has %d dimensions of %zu bytes, wanted %s", path,
                 e->rank, egad_element_size(e->kind),
                 rank == 3 ? "images of bytes (magic number 2051)"
                           : "labels of bytes (magic number 2049)");
        if (rank == 1 && e->n != e[-1].shape[0])
            FAIL(SHAPE, "mnist: '%s' holds %zu labels for %zu images", path, e->n,
                 e[-1].shape[0]);
        if (i == 2 && memcmp(e->shape + 1, g->file[0].shape + 1, 2 * sizeof(size_t)) != 0)
            FAIL(SHAPE,
                 "mnist: images of '%s' are %zu x %zu, the training images %zu x %zu",
                 path, e->shape[1], e->shape[2], g->file[0].shape[1],
                 g->file[0].shape[2]);
        g->published &= strcmp(e->sha256, egad_published_mnist[i].sha256) == 0;
    }
done:
    free(path);
    return status;
}

/* One hash for the four files: that of their hashes as sha256sum prints them. */
static egad_status sum_up(gathering *g)
{
    egad_status status = EGAD_OK;
    egad_sha256 *sha = NULL;

    TRY(egad_sha256_new(&sha));
    for (int i = 0; i < EGAD_MNIST_FILES; i++)
        egad_sha256_add(sha, g->file[i].sha256, 64);
    egad_sha256_hex(sha, g->sha256);
done:
    egad_sha256_free(sha);
    return status;
}

/* An image by number: training file, then test file. */
static const unsigned char *image_at(const gathering *g, size_t i, unsigned char *label)
{
    size_t first = g->file[0].shape[0];
    size_t size = g->file[0].shape[1] * g->file[0].shape[2];
    const egad_elements *images = &g->file[i < first ? 0 : 2];

    i = i < first ? i : i - first;
    *label = images[1].bytes[i];
    return images->bytes + i * size;
}

/* Which images become rows of the data set, and which of these are test rows. */
typedef struct {
    size_t rows, *row;
    unsigned char *split;     /* (rows), or NULL */
    unsigned char *anomalous; /* (rows of the file) */
} choice;

/* train[i]: 1 if normal image i is among the first n of a permutation. */
static void mark(unsigned char *train, const uint32_t *permutation, size_t n, size_t all)
{
    memset(train, 0, all);
    for (size_t i = 0; i < n; i++)
        train[permutation[i]] = 1;
}

/* Rows in file order; with `leak`, training rows come first. */
static egad_status divide(choice *c, size_t rows, int leak)
{
    egad_status status = EGAD_OK;
    uint32_t *permutation = NULL;
    unsigned char *train = NULL, *seen = NULL;
    egad_permutation random;
    size_t normal = 0, first, k = 0;

    for (size_t i = 0; i < rows; i++)
        normal += !c->anomalous[i];
    first = (size_t)((double)normal * 0.8);
    NEW(permutation, rows);
    NEW(train, rows);
    NEW(seen, rows);
    NEW(c->row, rows);
    NEW(c->split, rows);
    egad_permutation_seed(&random, SEED);
    egad_permutation_draw(&random, normal, permutation);
    mark(train, permutation, first, normal);
    memcpy(seen, train, normal);
    if (leak) {
        /* Skip the second permutation, which shuffles test rows that are then
         * discarded. */
        egad_permutation_draw(&random, rows - first, permutation);
        egad_permutation_draw(&random, normal, permutation);
        mark(seen, permutation, first, normal);
    }
    for (size_t i = 0, at = 0; leak && i < rows; i++)
        if (!c->anomalous[i] && train[at++])
            c->row[k++] = i;
    for (size_t i = 0, at = 0; i < rows; i++) {
        int trains = !c->anomalous[i] && seen[at];
        at += !c->anomalous[i];
        if (leak && trains)
            continue;
        c->split[k] = trains ? EGAD_TRAIN : EGAD_TEST;
        c->row[k++] = i;
    }
    c->rows = k;
    if (first == 0)
        FAIL(DATA, "mnist: none of %zu images is a training image", rows);
done:
    free(permutation);
    free(train);
    free(seen);
    return status;
}

/* Classes are the digits, or other labels. */
static egad_status make_dataset(egad_dataset **out, const gathering *g, const choice *c,
                                size_t pad)
{
    egad_status status = EGAD_OK;
    const size_t *shape = g->file[0].shape, H = pad ? pad : shape[1],
                 W = pad ? pad : shape[2], size = H * W;
    egad_dataset *data = NULL;
    egad_elements labels = { .kind = EGAD_ELEMENT_U8, .rank = 1 };

    if (H < shape[1] || W < shape[2])
        FAIL(ARGUMENT, "mnist: images of %zu x %zu pixels cannot be padded to %zu x %zu",
             shape[1], shape[2], H, W);
    const size_t first = (H - shape[1]) / 2 * W + (W - shape[2]) / 2;
    TRY(egad_dataset_new(&data, c->rows, (const size_t[]){ H, W, 1 }));
    NEW(labels.bytes, c->rows);
    labels.n = labels.shape[0] = c->rows;
    for (size_t i = 0; i < c->rows; i++) {
        const unsigned char *image =
            image_at(g, c->row ? c->row[i] : i, &labels.bytes[i]);
        for (size_t k = 0; k < shape[1] * shape[2]; k++)
            data->x[i * size + first + k / shape[2] * W + k % shape[2]] = image[k];
    }
    TRY(egad_elements_label(data, &labels, "mnist", g->folder));
    *out = data;
    data = NULL;
done:
    free(labels.bytes);
    egad_dataset_free(data);
    return status;
}

/* "mnist-9-release" */
static void name_protocol(char name[64], const gathering *g, const egad_mnist_options *o)
{
    snprintf(name, 64, "%smnist%s%.16s%s", g->published ? "" : "like-",
             o->anomalous ? "-" : "", o->anomalous ? o->anomalous : "",
             o->anomalous && o->leak ? "-release" : "");
}

/* anomalous[image] from the digit; the caller frees all of c. */
static egad_status choose(choice *c, const gathering *g, const egad_mnist_options *o)
{
    egad_status status = EGAD_OK;
    char *end;
    size_t anomalies = 0;

    NEW(c->anomalous, c->rows);
    long digit = strtol(o->anomalous, &end, 10);
    /* A canonical digit: it becomes part of the protocol's name. */
    if (*end || !isdigit((unsigned char)*o->anomalous) || (*o->anomalous == '0' && digit))
        digit = -1;
    for (size_t i = 0; i < c->rows; i++) {
        unsigned char label;
        image_at(g, i, &label);
        c->anomalous[i] = label == digit;
        anomalies += c->anomalous[i];
    }
    if (anomalies == 0 || anomalies == c->rows)
        FAIL(DATA, "mnist: %s of the images in '%s' %s the digit '%s'",
             anomalies ? "all" : "none", g->folder, anomalies ? "are" : "is",
             o->anomalous);
    TRY(divide(c, c->rows, o->leak));
done:
    return status;
}

egad_status egad_mnist_import(egad_dataset **out, const char *folder,
                              const egad_mnist_options *options)
{
    egad_status status = EGAD_OK;
    egad_mnist_options how = { .anomalous = NULL };
    gathering g = { .folder = folder };
    choice c = { .row = NULL };
    egad_dataset *data = NULL;
    char protocol[64];

    *out = NULL;
    READ_SIZED(egad_mnist_options, &how, options);
    if (how.leak && !how.anomalous)
        FAIL(ARGUMENT, "mnist: the released split needs an anomalous digit");
    TRY(gather(&g));
    TRY(sum_up(&g));
    const size_t rows = c.rows = g.file[0].shape[0] + g.file[2].shape[0];
    if (how.anomalous)
        TRY(choose(&c, &g, &how));
    TRY(make_dataset(&data, &g, &c, how.pad));
    data->rows_read = rows;
    if (how.anomalous) {
        NEW(data->y, data->rows);
        for (size_t i = 0; i < data->rows; i++)
            data->y[i] = c.anomalous[c.row[i]];
        data->split = c.split;
        c.split = NULL;
    }
    name_protocol(protocol, &g, &how);
    TRY(egad_dataset_origin(data, protocol, folder, g.sha256));
    *out = data;
    data = NULL;
done:
    egad_dataset_free(data);
    for (int i = 0; i < EGAD_MNIST_FILES; i++)
        free(g.file[i].bytes);
    free(c.row);
    free(c.split);
    free(c.anomalous);
    return status;
}

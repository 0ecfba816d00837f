/* The tuning file of `egad tune`: JSON, with an entry per device and driver version.  The
 * only library file that includes jansson.h. */
#include "tune.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    VERSION = 1,
    LARGEST = 1 << 22, /* largest file accepted, in bytes */
    MOST = 4096        /* most products per device */
};
static const char FORMAT[] = "egad-tune";
static const char *const engines[EGAD_TUNE_ENGINES] = { "rows", "tiles", "clblast" };
static const char *const keys[EGAD_TUNE_ENGINES] = { "rows_s", "tiles_s", "clblast_s" };

/* ---- Location ------------------------------------------------------------- */

/* The file's path, freed by the caller; NULL if EGAD_TUNE=off or there is no home
 * folder. */
static egad_status locate(char **out)
{
    egad_status status = EGAD_OK;
    const char *own = getenv("EGAD_TUNE"), *cache = getenv("XDG_CACHE_HOME"),
               *home = getenv("HOME");
    *out = NULL;
    if (own && !strcmp(own, "off"))
        return EGAD_OK;
    if (own && *own) {
        *out = strdup(own);
    } else if ((cache && *cache) || (home && *home)) {
        const int given = cache && *cache;
        const char *base = given ? cache : home;
        const char *below = given ? "/egad/tune.json" : "/.cache/egad/tune.json";
        const size_t size = strlen(base) + strlen(below) + 1;
        *out = malloc(size);
        if (*out)
            snprintf(*out, size, "%s%s", base, below);
    } else {
        return EGAD_OK;
    }
    if (!*out)
        FAIL(MEMORY, "out of memory for the path of the tuning file");
done:
    return status;
}

/* Create the missing folders above a file. */
static egad_status make_folders(const char *path)
{
    egad_status status = EGAD_OK;
    char *part = strdup(path);
    if (!part)
        FAIL(MEMORY, "out of memory for the path of the tuning file");
    for (char *at = strchr(part + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            FAIL(FILE, "cannot save the tuning: cannot create the folder '%s': %s", part,
                 strerror(errno));
        *at = '/';
    }
done:
    free(part);
    return status;
}

/* ---- Products ---------------------------------------------------------------- */

const egad_tuned *egad_tune_find(const egad_tuning *t, size_t M, size_t N, size_t K,
                                 int transposed_a, int transposed_b)
{
    for (size_t i = 0; i < t->n; i++) {
        const egad_tuned *p = &t->product[i];
        if (p->M == M && p->N == N && p->K == K && p->transposed_a == transposed_a &&
            p->transposed_b == transposed_b)
            return p;
    }
    return NULL;
}

egad_status egad_tune_entry(egad_tuned **out, egad_tuning *t, size_t M, size_t N,
                            size_t K, int transposed_a, int transposed_b)
{
    egad_status status = EGAD_OK;
    const egad_tuned *found = egad_tune_find(t, M, N, K, transposed_a, transposed_b);
    if (found) {
        *out = &t->product[found - t->product];
        return EGAD_OK;
    }
    if (t->n == MOST)
        FAIL(ARGUMENT,
             "the tuning of a device holds at most %d products; remove the tuning file "
             "and tune again",
             MOST);
    egad_tuned *more = realloc(t->product, (t->n + 1) * sizeof *more);
    if (!more)
        FAIL(MEMORY, "out of memory for %zu tuned products", t->n + 1);
    t->product = more;
    t->product[t->n] = (egad_tuned){
        .M = M, .N = N, .K = K, .transposed_a = transposed_a, .transposed_b = transposed_b
    };
    *out = &t->product[t->n++];
done:
    return status;
}

void egad_tune_free(egad_tuning *t)
{
    if (!t)
        return;
    free(t->product);
    free(t);
}

/* ---- Reading ----------------------------------------------------------------- */

static int is_engine(const char *name)
{
    for (int i = 0; i < EGAD_TUNE_ENGINES; i++)
        if (!strcmp(name, engines[i]))
            return 1;
    return 0;
}

/* Read a text of fewer than `size` bytes; 0 if the value is not such a text. */
static int word(char *out, size_t size, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    if (!text || strlen(text) >= size)
        return 0;
    memcpy(out, text, strlen(text) + 1);
    return 1;
}

static int count(size_t *out, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    const json_int_t n = json_integer_value(value);
    if (!json_is_integer(value) || n < 1 || n > INT_MAX)
        return 0;
    *out = (size_t)n;
    return 1;
}

/* Read one product from JSON; 0 if it is malformed. */
static int read_product(egad_tuned *p, const json_t *from)
{
    const json_t *a = json_object_get(from, "transposed_a"),
                 *b = json_object_get(from, "transposed_b");
    *p = (egad_tuned){ .transposed_a = json_is_true(a), .transposed_b = json_is_true(b) };
    for (int i = 0; i < EGAD_TUNE_ENGINES; i++) {
        const json_t *value = json_object_get(from, keys[i]);
        p->seconds[i] = json_number_value(value);
        if (!json_is_number(value) || !(p->seconds[i] >= 0.0))
            return 0;
    }
    return json_is_boolean(a) && json_is_boolean(b) && count(&p->M, from, "m") &&
           count(&p->N, from, "n") && count(&p->K, from, "k") &&
           count(&p->count, from, "count") &&
           word(p->engine, sizeof p->engine, from, "engine") && is_engine(p->engine) &&
           word(p->tile, sizeof p->tile, from, "tile");
}

static int read_device(egad_tuning *t, const json_t *from)
{
    const json_t *products = json_object_get(from, "products"), *each;
    size_t i;
    if (!word(t->engine, sizeof t->engine, from, "engine") || !is_engine(t->engine) ||
        !word(t->clblast, sizeof t->clblast, from, "clblast") ||
        !json_is_array(products) || json_array_size(products) > MOST)
        return 0;
    json_array_foreach(products, i, each)
    {
        egad_tuned p, *to;
        if (!read_product(&p, each) ||
            egad_tune_entry(&to, t, p.M, p.N, p.K, p.transposed_a, p.transposed_b) !=
                EGAD_OK)
            return 0;
        *to = p;
    }
    return 1;
}

static int is_of(const json_t *entry, const egad_device_info *device)
{
    const char *name = json_string_value(json_object_get(entry, "device")),
               *platform = json_string_value(json_object_get(entry, "platform")),
               *driver = json_string_value(json_object_get(entry, "driver"));
    return name && platform && driver && !strcmp(name, device->name) &&
           !strcmp(platform, device->platform) && !strcmp(driver, device->driver);
}

/* Read the whole file; *out is NULL if there is none. */
static egad_status load(json_t **out, const char *path)
{
    egad_status status = EGAD_OK;
    json_error_t error;
    json_t *root = NULL;
    struct stat about;
    const char *format;
    *out = NULL;
    if (stat(path, &about) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return EGAD_OK;
        FAIL(FILE, "cannot read the tuning file '%s': %s", path, strerror(errno));
    }
    if (!S_ISREG(about.st_mode) || about.st_size > LARGEST)
        FAIL(FORMAT, "'%s' is not a tuning file", path);
    if (access(path, R_OK) != 0)
        FAIL(FILE, "cannot read the tuning file '%s': %s", path, strerror(errno));
    root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        FAIL(FORMAT, "'%s' is not a tuning file, or is damaged: %s, line %d", path,
             error.text, error.line);
    format = json_string_value(json_object_get(root, "format"));
    if (!format || strcmp(format, FORMAT) != 0)
        FAIL(FORMAT, "'%s' is not a tuning file", path);
    if (json_integer_value(json_object_get(root, "version")) != VERSION)
        FAIL(FORMAT, "the tuning file '%s' is of another version of egad", path);
    if (!json_is_array(json_object_get(root, "devices")))
        FAIL(FORMAT, "the tuning file '%s' is damaged: it has no list of devices", path);
    *out = root;
    root = NULL;
done:
    json_decref(root);
    return status;
}

egad_status egad_tune_read(egad_tuning **out, const egad_device_info *device)
{
    egad_status status = EGAD_OK;
    egad_tuning *t = NULL;
    json_t *root = NULL, *each;
    char *path = NULL;
    size_t i;
    *out = NULL;
    NEW(t, 1);
    TRY(locate(&path));
    if (path)
        TRY(load(&root, path));
    json_array_foreach(json_object_get(root, "devices"), i, each)
    {
        if (is_of(each, device) && !read_device(t, each))
            FAIL(FORMAT,
                 "the tuning file '%s' is damaged: the entry of '%s' is malformed", path,
                 device->name);
    }
    *out = t;
    t = NULL;
done:
    egad_tune_free(t);
    json_decref(root);
    free(path);
    return status;
}

const egad_tuning *egad_tune_of(egad_device *device)
{
    static const egad_tuning none;
    if (!device->tuning && egad_tune_read(&device->tuning, &device->info) != EGAD_OK)
        device->tuning = calloc(1, sizeof *device->tuning);
    device->free_tuning = egad_tune_free;
    return device->tuning ? device->tuning : &none;
}

void egad_tune_describe(egad_tuning_info *out, const egad_device_info *device)
{
    egad_tuning *t = NULL;
    char *path = NULL;
    *out = (egad_tuning_info){ .text = "none" };
    if (egad_tune_read(&t, device) != EGAD_OK)
        snprintf(out->problem, sizeof out->problem, "%s", egad_status_last());
    else if (t->n)
        snprintf(out->text, sizeof out->text, "%s%s%s, %zu products", t->engine,
                 t->clblast[0] ? ", clblast " : "", t->clblast, t->n);
    if (locate(&path) == EGAD_OK && path)
        snprintf(out->file, sizeof out->file, "%s", path);
    else
        snprintf(out->text, sizeof out->text, "off");
    egad_tune_free(t);
    free(path);
}

/* ---- Writing ----------------------------------------------------------------- */

/* Set a value of an object; 0, or jansson's error code. */
static int put_text(json_t *object, const char *key, const char *text)
{
    return json_object_set_new(object, key, json_string(text));
}

static int put_count(json_t *object, const char *key, size_t n)
{
    return json_object_set_new(object, key, json_integer((json_int_t)n));
}

static json_t *product_as_json(const egad_tuned *p)
{
    json_t *to = json_object();
    int bad = put_count(to, "m", p->M) | put_count(to, "n", p->N) |
              put_count(to, "k", p->K) |
              json_object_set_new(to, "transposed_a", json_boolean(p->transposed_a)) |
              json_object_set_new(to, "transposed_b", json_boolean(p->transposed_b)) |
              put_count(to, "count", p->count) | put_text(to, "engine", p->engine) |
              put_text(to, "tile", p->tile);
    for (int i = 0; i < EGAD_TUNE_ENGINES; i++)
        bad |= json_object_set_new(to, keys[i], json_real(p->seconds[i]));
    if (!bad)
        return to;
    json_decref(to);
    return NULL;
}

static json_t *device_as_json(const egad_tuning *t, const egad_device_info *device)
{
    json_t *to = json_object(), *products = json_array();
    int bad = put_text(to, "device", device->name) |
              put_text(to, "platform", device->platform) |
              put_text(to, "driver", device->driver) | put_text(to, "engine", t->engine) |
              put_text(to, "clblast", t->clblast);
    for (size_t i = 0; i < t->n; i++)
        bad |= json_array_append_new(products, product_as_json(&t->product[i]));
    bad |= json_object_set_new(to, "products", products);
    if (!bad)
        return to;
    json_decref(to);
    return NULL;
}

static egad_status write_file(const char *path, const json_t *root)
{
    egad_status status = EGAD_OK;
    egad_file *file = NULL;

    TRY(egad_file_new(&file, path));
    FILE *out = egad_file_stream(file);
    if (json_dumpf(root, out, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) != 0 ||
        fputc('\n', out) == EOF)
        FAIL(FILE, "cannot write '%s': %s", path, strerror(errno));
    TRY(egad_file_commit(file));
done:
    egad_file_free(file);
    return status;
}

egad_status egad_tune_save(const egad_tuning *t, const egad_device_info *device)
{
    egad_status status = EGAD_OK;
    json_t *root = NULL, *devices, *each;
    char *path = NULL;
    size_t i;
    TRY(locate(&path));
    if (!path)
        FAIL(FILE,
             "cannot save the tuning: EGAD_TUNE is off, or there is no home folder");
    TRY(load(&root, path)); /* an unusable file is not overwritten */
    if (!root)
        root =
            json_pack("{s:s,s:i,s:[]}", "format", FORMAT, "version", VERSION, "devices");
    devices = json_object_get(root, "devices");
    for (i = json_array_size(devices); i > 0; i--) {
        each = json_array_get(devices, i - 1);
        if (is_of(each, device))
            json_array_remove(devices, i - 1);
    }
    if (json_array_append_new(devices, device_as_json(t, device)) != 0)
        FAIL(MEMORY, "out of memory for the tuning of %zu products", t->n);
    TRY(make_folders(path));
    TRY(write_file(path, root));
done:
    json_decref(root);
    free(path);
    return status;
}

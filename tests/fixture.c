/* A file of tests/reference: reading, comparing, weights and inputs. */
#include "fixture.h"

#include <math.h>

struct fixture fixture;
static size_t compared, loosened; /* values; samples allowed to be off by more */

/* ---- Reading ------------------------------------------------------------- */

double fixture_number(const char *name, const char *attribute)
{
    double value = 0.0;
    CHECK_OK(egad_h5_read_number(fixture.file, name, attribute, &value));
    return value;
}

static size_t size_of(const char *name)
{
    size_t shape[EGAD_H5_RANK], n = 1;
    int rank = 0;
    CHECK_OK(egad_h5_shape(fixture.file, name, shape, &rank));
    for (int i = 0; i < rank; i++)
        n *= shape[i];
    return n;
}

double *fixture_doubles(const char *name)
{
    const size_t n = size_of(name);
    double *out = malloc((n ? n : 1) * sizeof *out);
    CHECK_OK(egad_h5_read(fixture.file, name, EGAD_H5_F64, n, out));
    return out;
}

static float *floats(const char *name)
{
    const size_t n = size_of(name);
    float *out = malloc((n ? n : 1) * sizeof *out);
    CHECK_OK(egad_h5_read(fixture.file, name, EGAD_H5_F32, n, out));
    return out;
}

/* ---- Comparing ----------------------------------------------------------- */

void fixture_compare(const char *path, const double *have, size_t n, size_t exceptions,
                     double bound)
{
    const double limit = fixture_number(path, "tolerance");
    double *want = fixture_doubles(path);
    size_t off = 0;
    ck_assert_msg(size_of(path) == n, "%s holds %zu values, not %zu", path, size_of(path),
                  n);
    for (size_t i = 0; i < n; i++) {
        const double error = fabs(have[i] - want[i]);
        if (!(error <= limit)) {
            off++;
            ck_assert_msg(off <= exceptions && error <= bound,
                          "%s[%zu] is %.9g, not %.9g: off by %.3g, tolerance %.3g", path,
                          i, have[i], want[i], error, limit);
        }
    }
    compared += n;
    loosened += off;
    free(want);
}

void fixture_compare_at(const char *path, size_t at, double have)
{
    double limit = fixture_number(path, "tolerance");
    double *want = fixture_doubles(path);
    const size_t n = size_of(path);
    ck_assert_uint_lt(at, n);
    if (egad_h5_has(fixture.file, path, "tolerance_by_iteration")) {
        double *limits = malloc(n * sizeof *limits);
        CHECK_OK(egad_h5_read_numbers(fixture.file, path, "tolerance_by_iteration",
                                      limits, n));
        limit = limits[at];
        free(limits);
    }
    if (at)
        limit = fmax(limit, fixture.slack * fabs(want[at]));
    ck_assert_msg(fabs(have - want[at]) <= limit,
                  "%s[%zu] is %.9g, not %.9g: tolerance %.3g", path, at, have, want[at],
                  limit);
    compared++;
    free(want);
}

double *fixture_fetch(egad_tensor t)
{
    const size_t n = t.n * t.c;
    float *have = malloc((n ? n : 1) * sizeof *have);
    double *out = malloc((n ? n : 1) * sizeof *out);
    CHECK_OK(egad_tensor_read(lab, t, have));
    for (size_t i = 0; i < n; i++)
        out[i] = have[i];
    free(have);
    return out;
}

void fixture_compare_tensor(const char *path, egad_tensor t)
{
    double *have = fixture_fetch(t);
    fixture_compare(path, have, t.n * t.c, 0, 0.0);
    free(have);
}

static void compare_values(const char *path, const double *have, size_t n,
                           const double *initial, size_t exceptions, double bound)
{
    const size_t k = n < 64 ? n : 64;
    double sum = 0.0, squares = 0.0, change = 0.0, samples[64];
    for (size_t i = 0; i < n; i++) {
        sum += have[i];
        squares += have[i] * have[i];
        change += initial ? fabs(have[i] - initial[i]) / (double)n : 0.0;
    }
    for (size_t i = 0; i < k; i++)
        samples[i] = have[k > 1 ? i * (n - 1) / (k - 1) : 0];
    const double l2 = sqrt(squares);
    PATH(sum_path, "%s/sum", path);
    PATH(l2_path, "%s/l2", path);
    PATH(samples_path, "%s/samples", path);
    PATH(change_path, "%s/mean_abs_change", path);
    fixture_compare(sum_path, &sum, 1, 0, 0.0);
    fixture_compare(l2_path, &l2, 1, 0, 0.0);
    fixture_compare(samples_path, samples, k, exceptions, bound);
    if (initial)
        fixture_compare(change_path, &change, 1, 0, 0.0);
}

void fixture_compare_summary(const char *path, egad_tensor t, const double *initial,
                             size_t exceptions, double bound)
{
    double *have = fixture_fetch(t);
    compare_values(path, have, t.n * t.c, initial, exceptions, bound);
    free(have);
}

/* ---- Weights ------------------------------------------------------------- */

static uint64_t splitmix64(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

const char *fixture_name(const egad_net *net, const egad_net_layer *layer,
                         int *transposed)
{
    *transposed = 0;
    return fixture.name ? fixture.name(net, layer, transposed) : layer->name;
}

/* Where element i of the file's array is in egad's. */
static size_t place(const fixture_array *a, size_t i)
{
    return a->rows ? i % a->rows * (a->n / a->rows) + i / a->rows : i;
}

/* An array of a flat buffer in the file's order; freed by the caller. */
static double *values_of(const fixture_array *a, egad_tensor flat)
{
    double *from = fixture_fetch(egad_net_view(flat, a->at, a->n)),
           *to = malloc(a->n * sizeof *to);
    for (size_t i = 0; i < a->n; i++)
        to[i] = from[place(a, i)];
    free(from);
    return to;
}

void fixture_each_array(void (*f)(const fixture_array *array, void *context),
                        void *context)
{
    for (size_t k = 0; k < fixture.detector->networks; k++) {
        egad_net *net = fixture.detector->network[k];
        for (size_t i = 0; i < net->n; i++) {
            egad_net_array arrays[2 * NET_ARRAYS];
            const egad_net_layer *l = &net->layer[i];
            const size_t trained = egad_net_trained(l, arrays);
            const size_t all = trained + egad_net_moving(l, arrays + trained);
            for (size_t a = 0; a < all; a++) {
                const int own = a < 2 || strcmp(arrays[a].name, "u") == 0;
                int transposed;
                const char *name = fixture_name(net, l, &transposed);
                PATH(path, "%s/%s%s/%s", net->name, name, own ? "" : "_bn",
                     arrays[a].name);
                const fixture_array found = {
                    path,        net,          arrays[a].at,
                    arrays[a].n, a >= trained, a == 0 && transposed ? l->I : 0
                };
                f(&found, context);
            }
        }
    }
}

uint64_t fixture_key(void)
{
    uint64_t key = 0;
    CHECK_OK(egad_h5_read_count(fixture.file, "/", "weight_key", &key));
    return key;
}

uint64_t fixture_bits(uint64_t key, uint64_t id, uint64_t i)
{
    return splitmix64(key ^ (id << 32 | i)) >> 40;
}

double *fixture_initial(const fixture_array *array)
{
    const uint64_t key = fixture_key();
    PATH(group, "/initial/%s", array->path);
    const uint64_t id = (uint64_t)fixture_number(group, "tensor_id");
    const double at = fixture_number(group, "offset"),
                 scale = fixture_number(group, "scale");
    double *w = malloc(array->n * sizeof *w);
    for (size_t i = 0; i < array->n; i++)
        w[i] = (float)(at + scale * ((double)fixture_bits(key, id, i) / 8388608.0 - 1.0));
    return w;
}

/* The formula's values for one array must equal the file's samples exactly. */
static void initialise(const fixture_array *array, void *context)
{
    const egad_tensor to = array->moving ? array->net->moving : array->net->w;
    double *values = fixture_initial(array);
    float *w = malloc(array->n * sizeof *w);
    PATH(group, "/initial/%s", array->path);
    (void)context;
    for (size_t i = 0; i < array->n; i++)
        w[place(array, i)] = (float)values[i];
    CHECK_OK(egad_tensor_write(lab, egad_net_view(to, array->at, array->n), w));
    if (!array->moving)
        CHECK_OK(egad_tensor_write(
            lab, egad_net_view(array->net->ema, array->at, array->n), w));
    free(w);
    free(values);
    values = values_of(array, to);
    compare_values(group, values, array->n, NULL, 0, 0.0);
    free(values);
}

void fixture_reset(void)
{
    fixture_each_array(initialise, NULL);
    for (size_t k = 0; k < fixture.detector->networks; k++) {
        const egad_net *net = fixture.detector->network[k];
        float *zero = calloc(net->m.c, sizeof *zero);
        CHECK_OK(egad_tensor_write(lab, net->m, zero));
        CHECK_OK(egad_tensor_write(lab, net->v, zero));
        free(zero);
    }
}

typedef struct {
    const char *group;
    const egad_net *net;
    fixture_flat flat;
    double bound;
} comparison;

static void compare_array(const fixture_array *array, void *context)
{
    const comparison *c = context;
    const egad_net *net = array->net;
    if ((c->net && net != c->net) || (array->moving && c->flat != FIXTURE_WEIGHTS))
        return;
    const egad_tensor flat = array->moving                  ? net->moving
                             : c->flat == FIXTURE_GRADIENTS ? net->g
                             : c->flat == FIXTURE_WEIGHTS   ? net->w
                                                            : net->ema;
    PATH(group, "%s/%s", c->group, array->path);
    double *initial = c->flat == FIXTURE_GRADIENTS ? NULL : fixture_initial(array),
           *have = values_of(array, flat);
    compare_values(group, have, array->n, initial, initial ? 4 : 0, c->bound);
    free(initial);
    free(have);
}

void fixture_compare_arrays(const char *group, const egad_net *net, fixture_flat flat,
                            double bound)
{
    fixture_each_array(compare_array, &(comparison){ group, net, flat, bound });
}

/* ---- Inputs -------------------------------------------------------------- */

void fixture_feed(const egad_train *t, egad_tensor x, egad_tensor z)
{
    const egad_tensor from[] = { x, z };
    for (int k = 0; k < 2; k++) {
        float *host = malloc(from[k].n * from[k].c * sizeof *host);
        CHECK_OK(egad_tensor_read(lab, from[k], host));
        CHECK_OK(egad_tensor_write(lab, t->batch[k], host));
        free(host);
    }
}

egad_tensor fixture_inputs(const char *name, size_t columns, int step)
{
    PATH(path, "/inputs/%s", name);
    size_t shape[EGAD_H5_RANK];
    int rank = 0;
    egad_tensor t;
    CHECK_OK(egad_h5_shape(fixture.file, path, shape, &rank));
    const size_t n = shape[step < 0 ? 0 : 1];
    float *x = floats(path);
    if (egad_h5_is_u8(fixture.file, path))
        for (size_t i = 0, all = size_of(path); i < all; i++)
            x[i] = (float)(2.0 * (double)x[i] / 255.0 - 1.0);
    CHECK_OK(egad_tensor_new(&t, lab, n, columns));
    CHECK_OK(egad_tensor_write(lab, t, x + (step < 0 ? 0 : (size_t)step * n * columns)));
    free(x);
    return t;
}

/* ---- Files --------------------------------------------------------------- */

typedef struct {
    const egad_model *(*model_of)(const char *name);
    const char *what;
    void (*check)(void);
} file_check;

static void check_file(const char *path, void *context)
{
    const file_check *of = context;
    char *name = NULL;
    const egad_schema schema = { 0 };
    size_t shape[EGAD_H5_RANK], row[3] = { 1, 1, 1 };
    int rank;
    compared = loosened = 0;

    CHECK_OK(egad_h5_open(&fixture.file, path));
    CHECK_OK(egad_h5_read_text(fixture.file, "/", "model", &name));
    const egad_model *model = of->model_of(name);
    CHECK_OK(egad_h5_shape(fixture.file, "/inputs/score/x", shape, &rank));
    for (int i = 1; i < rank; i++) /* (N, X), or (N, H, W, C) */
        row[3 - rank + i] = shape[i];
    fixture.X = row[0] * row[1] * row[2];
    fixture.Z = (size_t)fixture_number("/", "latent_dim");
    ck_assert_uint_eq(fixture.Z, (size_t)model->z_dim);
    const egad_recipe recipe = { .name = "reference",
                                 .beta1 = fixture_number("/", "adam_beta1"),
                                 .ema_decay = fixture_number("/", "ema_decay"),
                                 .batch = (int)fixture_number("/", "batch"),
                                 .epochs = 1 };
    CHECK_OK(egad_detector_build(&fixture.detector, lab, model, &recipe, row, &schema,
                                 "reference", 1));
    fixture_reset();
    of->check();
    printf("%s: %s, batch %d: %s: %zu values within tolerance, %zu let off\n", path, name,
           recipe.batch, of->what, compared, loosened);
    egad_detector_free(fixture.detector);
    egad_h5_close(fixture.file);
    free(name);
}

/* "kdd_bigan" is kdd-bigan. */
static const egad_model *by_name(const char *name)
{
    const egad_model *model = NULL;
    char own[64];
    snprintf(own, sizeof own, "%s", name);
    for (char *c = own; *c; c++)
        *c = *c == '_' ? '-' : *c;
    CHECK_OK(egad_detector_find_model(&model, own));
    return model;
}

void fixture_each_file(const char *what, void (*check)(void))
{
    fixture_each_model("EGAD_REFERENCE", "reference", by_name, what, check);
}

void fixture_each_model(const char *variable, const char *folder,
                        const egad_model *(*model_of)(const char *name), const char *what,
                        void (*check)(void))
{
    fixture_each_path(variable, folder, check_file,
                      &(file_check){ model_of, what, check });
}

void fixture_each_path(const char *variable, const char *by_default,
                       void (*f)(const char *path, void *context), void *context)
{
    const char *folder = getenv(variable);
    size_t files = 0;
    if (!folder || !*folder)
        folder = by_default;
    DIR *d = opendir(folder);
    ck_assert_msg(d != NULL, "cannot open the folder '%s'", folder);
    for (struct dirent *entry; (entry = readdir(d));) {
        const size_t n = strlen(entry->d_name);
        PATH(path, "%s/%s", folder, entry->d_name);
        if (n < 3 || strcmp(entry->d_name + n - 3, ".h5") != 0)
            continue;
        f(path, context);
        files++;
    }
    closedir(d);
    ck_assert_msg(files > 0, "there are no fixtures in '%s'", folder);
}

void fixture_each_engine(const char *variable, const char *folder,
                         void (*f)(const char *path, void *context), void *context)
{
    static const char *const engines[] = { "rows", "plain" };
    for (int e = 0; e < 2; e++) {
        lab_engine(engines[e]);
        fixture_each_path(variable, folder, f, context);
    }
    lab_engine("");
}

/* One device, guarded tensors, and comparison with the reference. */
#include "lab.h"

#include "device/rng.h"

#include <math.h>

enum { ABOVE = 2, LEFT = 3, BELOW = 3, RIGHT = 6 }; /* elements around a strided tensor */

typedef struct {
    egad_tensor parent, view;
    float *before; /* the parent's values */
} guarded;

static struct {
    guarded *tensor;
    size_t tensors;
    void **block;
    size_t blocks;
    egad_plan **plan;
    size_t plans;
} made;

static struct {
    const char *name, *why;
    double limit, floor, largest;
} limits[TOLERANCES] = {
#define X(name_, limit_, floor_, why_)                                                   \
    { .name = #name_, .why = why_, .limit = limit_, .floor = floor_ },
    TOLERANCE_LIST(X)
#undef X
};

egad_device *lab;
static struct egad_device as_opened;

int lab_main(Suite *suite)
{
    setenv("EGAD_TUNE", "off", 0); /* ignore the user's tuning */
    const egad_status status = egad_device_new(&lab, NULL);
    if (status == EGAD_DEVICE) {
        SRunner *unused = srunner_create(suite);
        srunner_free(unused);
        fprintf(stderr, "skipped: %s\n", egad_status_last());
        return 77;
    }
    if (status != EGAD_OK) {
        fprintf(stderr, "%s\n", egad_status_last());
        return 1;
    }
    as_opened = *lab;
    const int failed = support_run(suite);
    egad_device_free(lab);
    for (int i = 0; getenv("EGAD_TEST_ERRORS") && i < TOLERANCES; i++)
        if (limits[i].largest > 0.0)
            printf("%-12s largest error %.2g, limit %.2g (%s)\n", limits[i].name,
                   limits[i].largest, limits[i].limit, limits[i].why);
    return failed;
}

void lab_begin(void)
{
    lab->cpu = as_opened.cpu;
    lab->vector = as_opened.vector;
    lab->group = as_opened.group;
    lab->local = as_opened.local;
    lab->info.units = as_opened.info.units;
    lab->info.largest = as_opened.info.largest;
    memcpy(lab->gemm, as_opened.gemm, sizeof lab->gemm);
    memcpy(lab->conv, as_opened.conv, sizeof lab->conv);
}

void lab_end(void)
{
    for (size_t i = 0; i < made.plans; i++)
        egad_plan_free(made.plan[i]);
    for (size_t i = 0; i < made.tensors; i++)
        egad_tensor_free(&made.tensor[i].parent);
    for (size_t i = 0; i < made.blocks; i++)
        free(made.block[i]);
    free(made.plan);
    free(made.tensor);
    free(made.block);
    memset(&made, 0, sizeof made);
}

void lab_pretend(int cpu)
{
    lab->cpu = cpu;
    if (!lab->gemm[0])
        lab_engine(as_opened.cpu ? "rows" : "clblast");
}

void lab_one_launch(int kind)
{
    lab_engine("rows");
    lab_pretend(kind == LAB_CPU);
    if (kind != LAB_CPU)
        lab->info.units = kind == LAB_FEW ? 1 : 1000000;
}

void lab_engine(const char *name)
{
    snprintf(lab->gemm, sizeof lab->gemm, "%s", name);
}

void lab_convolution(const char *name)
{
    snprintf(lab->conv, sizeof lab->conv, "%s", name);
}

/* Zeroed memory, freed at the end of the test. */
static void *block(size_t n, size_t size)
{
    made.block = realloc(made.block, (made.blocks + 1) * sizeof *made.block);
    return made.block[made.blocks++] = calloc(n ? n : 1, size);
}

float *lab_floats(size_t n)
{
    return block(n, sizeof(float));
}

double *lab_doubles(size_t n)
{
    return block(n, sizeof(double));
}

float *lab_uniform(size_t n, unsigned key, float limit)
{
    float *out = lab_floats(n);
    egad_rng_uniform(20180217, key, limit, n, out);
    return out;
}

double *lab_widen(const float *from, size_t n)
{
    double *out = lab_doubles(n);
    for (size_t i = 0; i < n; i++)
        out[i] = from[i];
    return out;
}

egad_tensor lab_tensor(size_t n, size_t c, int strided, const float *values)
{
    guarded g = { 0 };
    const size_t top = strided ? ABOVE : 0, left = strided ? LEFT : 0;
    const size_t rows = n + top + (strided ? BELOW : 0);
    const size_t columns = c + left + (strided ? RIGHT : 0);
    CHECK_OK(egad_tensor_new(&g.parent, lab, rows, columns));
    g.before = lab_floats(rows * columns);
    for (size_t i = 0; i < rows * columns; i++) {
        const size_t row = i / columns, column = i % columns;
        const int inside =
            row >= top && row < top + n && column >= left && column < left + c;
        if (!inside)
            g.before[i] = NAN;
        else
            g.before[i] = values ? values[(row - top) * c + column - left] : LAB_MARK;
    }
    CHECK_OK(egad_tensor_write(lab, g.parent, g.before));
    g.view = egad_tensor_columns(egad_tensor_rows(g.parent, top, n), left, c);
    made.tensor = realloc(made.tensor, (made.tensors + 1) * sizeof *made.tensor);
    made.tensor[made.tensors++] = g;
    return g.view;
}

float *lab_read(egad_tensor t)
{
    float *out = lab_floats(t.n * t.c);
    CHECK_OK(egad_tensor_read(lab, t, out));
    return out;
}

void lab_guard(void)
{
    for (size_t k = 0; k < made.tensors; k++) {
        const guarded *g = &made.tensor[k];
        if (g->parent.c == g->view.c)
            continue;
        const float *after = lab_read(g->parent);
        for (size_t i = 0; i < g->parent.n * g->parent.c; i++) {
            const size_t row = i / g->parent.c, column = i % g->parent.c;
            if (row >= ABOVE && row < ABOVE + g->view.n && column >= LEFT &&
                column < LEFT + g->view.c)
                continue;
            if (memcmp(&after[i], &g->before[i], sizeof *after) != 0)
                ck_abort_msg(
                    "a (%zu, %zu) tensor: element (%d, %d) outside was written: %g",
                    g->view.n, g->view.c, (int)row - ABOVE, (int)column - LEFT,
                    (double)after[i]);
        }
    }
}

egad_random lab_random(uint64_t seed, uint32_t step)
{
    const union {
        uint32_t u;
        float f;
    } value = { .u = step };
    return (egad_random){ .clock = lab_tensor(1, 1, 0, &value.f).mem, .seed = seed };
}

egad_plan *lab_plan(void)
{
    egad_plan *plan = NULL;
    CHECK_OK(egad_plan_new(&plan, lab, "check"));
    made.plan = realloc(made.plan, (made.plans + 1) * sizeof *made.plan);
    return made.plan[made.plans++] = plan;
}

void lab_run(egad_plan *plan)
{
    CHECK_OK(egad_plan_run(plan));
    CHECK_OK(egad_device_finish(lab));
    lab_guard();
}

void lab_near(tolerance which, const char *what, const float *got, const double *want,
              size_t n)
{
    double largest = 0.0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(want[i]) && fabs(want[i]) > largest)
            largest = fabs(want[i]);
    lab_near_size(which, what, got, want, n, limits[which].floor * largest);
}

void lab_near_size(tolerance which, const char *what, const float *got,
                   const double *want, size_t n, double size)
{
    for (size_t i = 0; i < n; i++) {
        if ((isnan(want[i]) && isnan(got[i])) || (double)got[i] == want[i])
            continue;
        const double error = fabs((double)got[i] - want[i]) / fmax(fabs(want[i]), size);
        if (!(error <= limits[which].limit))
            ck_abort_msg("%s: element %zu of %zu is %.9g and not %.9g: error %.2g, %s "
                         "allows %.2g",
                         what, i, n, (double)got[i], want[i], error, limits[which].name,
                         limits[which].limit);
        limits[which].largest = fmax(limits[which].largest, error);
    }
}

void lab_same(const char *what, const float *a, const float *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(&a[i], &b[i], sizeof *a) != 0)
            ck_abort_msg("%s: element %zu of %zu is %.9g here and %.9g there", what, i, n,
                         (double)a[i], (double)b[i]);
}

static void same_tensors(const char *what, egad_tensor a, egad_tensor b)
{
    if (a.mem)
        lab_same(what, lab_read(a), lab_read(b), a.c);
}

void lab_same_networks(const egad_detector *a, const egad_detector *b)
{
    for (size_t k = 0; k < a->networks; k++) {
        const egad_net *m = a->network[k], *n = b->network[k];
        same_tensors("w", m->w, n->w);
        same_tensors("m", m->m, n->m);
        same_tensors("v", m->v, n->v);
        same_tensors("ema", m->ema, n->ema);
        same_tensors("moving", m->moving, n->moving);
    }
}

/* egad-bench-ops: times the engines of an operator against each other; so far
 * convolutions of step 1 by kernel size.  Prints Markdown.  Values are random, as times
 * do not depend on them.  The engines take turns, so that other load on the machine
 * affects all alike.  It appends to plans directly, and so includes the header of the
 * operators. */
#include "ops/ops.h"
#include "rows/open.h"
#include "shell/shell.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS_MAX = 101 };
static const double SAMPLE =
    0.01; /* seconds: shorter runs are repeated within a sample */
static const double LARGEST =
    1e9; /* bytes of patches or planes; larger cases are skipped */
static const double PATIENCE =
    1.0; /* seconds: a run longer than this is measured in one round */

enum { DIRECT, PATCHES, FFT, ENGINES };
static const struct {
    const char *name, *conv, *gemm;
} engines[ENGINES] = { { "direct", "direct", "rows" },
                       { "patches + CLBlast", "direct", "clblast" },
                       { "FFT", "fft", "rows" } };

enum { FORWARD = EGAD_CONV2D_FORWARD, ADJOINT = EGAD_CONV2D_ADJOINT, WORKS = 3 };
static const char *const works[WORKS] = { "forward", "adjoint", "weights" };

static const egad_conv2d shapes[] = {
    { .H = 28, .W = 28, .C = 1, .S = 1, .O = 32 },
    { .H = 28, .W = 28, .C = 32, .S = 1, .O = 32 },
    { .H = 64, .W = 64, .C = 16, .S = 1, .O = 16 },
    { .H = 14, .W = 14, .C = 64, .S = 1, .O = 64 },
};
static const size_t kernels[] = { 3, 5, 7, 9, 11, 15, 21, 31 };
enum {
    SHAPES = sizeof shapes / sizeof *shapes,
    KERNELS = sizeof kernels / sizeof *kernels
};

typedef struct {
    const char *work, *device, *shape_text;
    int batch, rounds, kernel, without_patches;
} arguments;

/* The tensors of one convolution, and a plan per engine. */
typedef struct {
    egad_conv2d g;
    egad_tensor large, small, w, dw, bias, panels;
    egad_plan *plan[ENGINES];
    double ms[ENGINES][ROUNDS_MAX];
    size_t n[ENGINES];
} contest;

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double useful(const egad_conv2d *g, size_t N)
{
    return 2.0 * (double)(N * g->H * g->W) * (double)(g->K * g->K * g->C * g->O);
}

/* ---- One convolution ------------------------------------------------------- */

static egad_status fill(egad_tensor *t, egad_device *device, size_t n, size_t c,
                        double limit)
{
    egad_status status = EGAD_OK;
    uint64_t state = n * 31 + c;
    float *x = NULL;
    NEW(x, n * c);
    for (size_t i = 0; i < n * c; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        x[i] = (float)(limit * ((double)(state >> 40) / (double)(1 << 23) - 1.0));
    }
    TRY(egad_tensor_new(t, device, n, c));
    TRY(egad_tensor_write(device, *t, x));
done:
    free(x);
    return status;
}

static egad_status append(contest *c, egad_device *device, int engine, int work)
{
    egad_status status = EGAD_OK;
    const egad_conv2d *g = &c->g;
    egad_plan *plan;
    const egad_conv2d_end end = { .bias = c->bias,
                                  .a = { .act = 2, .slope = 0.1f } }; /* leaky ReLU */
    TRY(egad_plan_new(&c->plan[engine], device, engines[engine].name));
    plan = c->plan[engine];
    if (work == FORWARD)
        TRY(egad_conv2d_forward(plan, "forward", g, c->small, c->large, c->w, c->panels,
                                &end));
    else if (work == ADJOINT)
        TRY(egad_conv2d_adjoint(plan, "adjoint", g, c->large, c->small, c->w, c->panels,
                                &end));
    else
        TRY(egad_conv2d_weights(plan, "weights", g, c->dw, (egad_tensor){ 0 }, c->large,
                                c->small));
done:
    return status;
}

/* Pack the kernel into panels, as a network does once per iteration, or once in all. */
static egad_status pack(contest *c, egad_device *device, int adjoint)
{
    egad_status status = EGAD_OK;
    egad_gemm_entry *entries = NULL;
    egad_plan *plan = NULL;
    const size_t size = egad_conv2d_panels(device, &c->g, adjoint);
    if (size == 0)
        return EGAD_OK;
    NEW(entries, c->g.K * c->g.K);
    TRY(egad_tensor_new(&c->panels, device, 1, size));
    TRY(egad_plan_new(&plan, device, "pack"));
    TRY(egad_gemm_pack(plan, "pack", c->panels, c->w, entries,
                       egad_conv2d_pack(device, &c->g, adjoint, 0, 0, entries)));
    TRY(egad_plan_run(plan));
    TRY(egad_device_finish(device));
done:
    egad_plan_free(plan);
    free(entries);
    return status;
}

static egad_status sample(egad_plan *plan, egad_device *device, double *ms)
{
    egad_status status = EGAD_OK;
    const double start = message_clock();
    int runs = 0;
    do {
        TRY(egad_plan_run(plan));
        TRY(egad_device_finish(device));
        runs++;
    } while (message_clock() - start < SAMPLE);
    *ms = 1e3 * (message_clock() - start) / runs;
done:
    return status;
}

static egad_status hold(contest *c, egad_device *device, const arguments *a, int work)
{
    egad_status status = EGAD_OK;
    const egad_conv2d *g = &c->g;
    const size_t N = (size_t)a->batch, pixels = g->H * g->W;
    const double patches = (double)(N * pixels) * (double)(g->K * g->K * g->C) * 4.0;
    TRY(fill(&c->large, device, N, pixels * g->C, 1.0));
    TRY(fill(&c->small, device, N, pixels * g->O, 1.0));
    TRY(fill(&c->w, device, 1, g->K * g->K * g->C * g->O, 0.01));
    TRY(fill(&c->dw, device, 1, g->K * g->K * g->C * g->O, 0.01));
    TRY(fill(&c->bias, device, 1, work == ADJOINT ? g->C : g->O, 0.1));
    if (work == FORWARD || work == ADJOINT)
        TRY(pack(c, device, work == ADJOINT));
    for (int e = 0; e < ENGINES; e++) {
        if ((e == PATCHES && (a->without_patches || patches > LARGEST)) ||
            (e == FFT &&
             egad_conv2d_fft_cost(g, N, (egad_conv2d_work)work).bytes > LARGEST))
            continue;
        snprintf(device->conv, sizeof device->conv, "%s", engines[e].conv);
        snprintf(device->gemm, sizeof device->gemm, "%s", engines[e].gemm);
        TRY(append(c, device, e, work));
        TRY(sample(c->plan[e], device, c->ms[e])); /* warms up and compiles */
    }
    for (int round = 0; round < a->rounds; round++)
        for (int e = 0; e < ENGINES; e++)
            if (c->plan[e] && (c->n[e] == 0 || c->ms[e][c->n[e] - 1] < 1e3 * PATIENCE))
                TRY(sample(c->plan[e], device, &c->ms[e][c->n[e]++]));
    for (int e = 0; e < ENGINES; e++)
        qsort(c->ms[e], c->n[e], sizeof **c->ms, ascending);
done:
    return status;
}

static void release(contest *c)
{
    for (int e = 0; e < ENGINES; e++)
        egad_plan_free(c->plan[e]);
    egad_tensor_free(&c->large);
    egad_tensor_free(&c->small);
    egad_tensor_free(&c->w);
    egad_tensor_free(&c->dw);
    egad_tensor_free(&c->bias);
    egad_tensor_free(&c->panels);
}

/* ---- The table ------------------------------------------------------------- */

static double median(const contest *c, int e)
{
    return c->ms[e][c->n[e] / 2];
}

static void row(const contest *c, int work, size_t N)
{
    const egad_conv2d *g = &c->g;
    printf("| %s | %zux%zux%zu, %zu | %zu |", works[work], g->H, g->W, g->C, g->O, g->K);
    for (int e = 0; e < ENGINES; e++)
        if (c->n[e])
            printf(" %.3g | %.0f |", median(c, e), useful(g, N) / 1e6 / median(c, e));
        else
            printf(" - | - |");
    if (c->n[FFT]) {
        printf(" %.2f (%.2f .. %.2f) |\n", median(c, DIRECT) / median(c, FFT),
               c->ms[DIRECT][0] / c->ms[FFT][0],
               c->ms[DIRECT][c->n[DIRECT] - 1] / c->ms[FFT][c->n[FFT] - 1]);
    } else {
        printf(" - |\n");
    }
    fflush(stdout);
}

static int run(egad_device *device, const arguments *a, const egad_conv2d *own)
{
    int code = CLI_DONE;
    contest c = { 0 };
    printf("| work | image, outputs | K |");
    for (int e = 0; e < ENGINES; e++)
        printf(" %s ms | GFLOP/s |", engines[e].name);
    printf(" direct / FFT (minimum, maximum of the rounds) |\n"
           "|---|---|---|");
    for (int e = 0; e < ENGINES; e++)
        printf("---|---|");
    printf("---|\n");
    for (int work = 0; work < WORKS; work++)
        for (size_t s = 0; s < (own ? 1 : SHAPES); s++)
            for (size_t k = 0; k < (a->kernel ? 1 : KERNELS); k++) {
                if (a->work && strcmp(a->work, works[work]) != 0)
                    continue;
                memset(&c, 0, sizeof c);
                c.g = own ? *own : shapes[s];
                c.g.K = a->kernel ? (size_t)a->kernel : kernels[k];
                CLI_TRY(hold(&c, device, a, work));
                row(&c, work, (size_t)a->batch);
                release(&c);
                memset(&c, 0, sizeof c);
            }
done:
    release(&c);
    return code;
}

int main(int argc, char **argv)
{
    arguments a = { .batch = 20, .rounds = 9 };
    cli_option options[] = {
        { "work", 0, CLI_CHOICE, &a.work, "forward|adjoint|weights",
          "only this work (default: all)", 0, 0 },
        { "shape", 0, CLI_TEXT, &a.shape_text, "HxWxC:O",
          "only this image shape and number of outputs (default: four)", 0, 0 },
        { "kernel", 0, CLI_COUNT, &a.kernel, "K",
          "only this kernel size (default 3 to 31)", 0, 0 },
        { "batch", 0, CLI_COUNT, &a.batch, "N", "images per batch (default 20)", 0, 0 },
        { "rounds", 0, CLI_COUNT, &a.rounds, "N",
          "samples per engine, at most 101 (default 9)", 0, 0 },
        { "without-patches", 0, CLI_FLAG, &a.without_patches, NULL,
          "skip the engine patches + CLBlast, the slowest", 0, 0 },
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "-bench-ops",
        .summary =
            "Time the engines of convolutions against each other, as a Markdown table.",
        .options = options,
        .notes =
            "Engines: direct, implicit products; patches, written to memory and\n"
            "multiplied by CLBlast; FFT, which transforms the kernel in every run.\n"
            "GFLOP/s count the operations of a direct convolution for all engines.\n",
        .example = "egad-bench-ops --work forward --shape 28x28x32:32",
    };
    egad_conv2d own = { .S = 1 };
    egad_device *device = NULL;
    int end = 0, code = options_parse(&command, argc, argv);
    if (code >= 0)
        return code;
    if (a.shape_text && (sscanf(a.shape_text, "%zux%zux%zu:%zu%n", &own.H, &own.W, &own.C,
                                &own.O, &end) != 4 ||
                         a.shape_text[end] || !own.H || !own.W || !own.C || !own.O))
        return message_usage(command.name,
                             "--shape must be HxWxC:O, such as 28x28x32:32, not '%s'",
                             a.shape_text);
    if (a.rounds > ROUNDS_MAX)
        return message_usage(command.name, "--rounds must be at most %d", ROUNDS_MAX);
    code = CLI_DONE;
    CLI_TRY(open_device(&device, a.device));
    printf("Device: %s, %s, %u units, driver %s. Commit %s. Batch %d, medians of %d "
           "rounds.\n\n",
           device->info.platform, device->info.name, device->info.units,
           device->info.driver, version_commit(), a.batch, a.rounds);
    code = run(device, &a, a.shape_text ? &own : NULL);
done:
    egad_device_free(device);
    return message_flush(code);
}

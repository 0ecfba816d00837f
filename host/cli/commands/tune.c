/* egad tune: measures which engine is fastest for the matrix products of a model on a
 * device. */
#include "commands.h"
#include "rows/open.h"
#include "shell/record.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name, *device, *shape_text;
    size_t shape[3];
    int batch, json;
} arguments;

/* As in egad_tuned.seconds. */
static const char *const engines[EGAD_TUNE_ENGINES] = { "rows", "tiles", "clblast" };

static void show_progress(void *context, size_t done, size_t of)
{
    const int tenth = (int)(10 * done / of), before = (int)(10 * (done - 1) / of);
    (void)context;
    if (message_terminal())
        fprintf(stderr, "\rtune: %3zu %%%s", 100 * done / of, done == of ? "\n" : "");
    else if (tenth != before)
        fprintf(stderr, "tune: %d %%\n", 10 * tenth);
}

static void print_tuning(const egad_tuning *t, const egad_device_info *device)
{
    printf("%s, driver %s\n", device->name, device->driver);
    printf("%9s %6s %6s %3s %6s", "rows", "units", "depth", "of", "times");
    for (int e = 0; e < EGAD_TUNE_ENGINES; e++)
        printf(" %9s", engines[e]);
    printf("  milliseconds per product\n");
    for (size_t i = 0; i < t->n; i++) {
        const egad_tuned *p = &t->product[i];
        printf("%9zu %6zu %6zu %s%s %6zu", p->M, p->N, p->K, p->transposed_a ? "'" : " ",
               p->transposed_b ? " '" : "  ", p->count);
        for (int e = 0; e < EGAD_TUNE_ENGINES; e++)
            if (p->seconds[e] > 0.0)
                printf(" %9.4f", 1e3 * p->seconds[e]);
            else
                printf(" %9s", "-");
        printf("  %s%s%s\n", p->engine, p->tile[0] ? ", tile " : "", p->tile);
    }
    printf("engine: %s\n", t->engine);
    printf("CLBlast parameters: %s\n", t->clblast[0] ? t->clblast : "its defaults");
}

static int print_json(const egad_tuning *t, const egad_device_info *device)
{
    cli_json *root = record_object(), *products = record_array();
    record_put(root, "device", record_device(device));
    record_text(root, "engine", t->engine);
    record_text(root, "clblast", t->clblast);
    for (size_t i = 0; i < t->n; i++) {
        const egad_tuned *p = &t->product[i];
        cli_json *to = record_object();
        record_count(to, "m", p->M);
        record_count(to, "n", p->N);
        record_count(to, "k", p->K);
        record_flag(to, "transposed_a", p->transposed_a);
        record_flag(to, "transposed_b", p->transposed_b);
        record_count(to, "count", p->count);
        for (int e = 0; e < EGAD_TUNE_ENGINES; e++)
            record_real(to, engines[e], p->seconds[e]);
        record_text(to, "engine", p->engine);
        record_text(to, "tile", p->tile);
        record_append(products, to);
    }
    record_put(root, "products", products);
    return record_print(root, "tune");
}

/* CLI_DONE if the tuning can be stored in a file. */
static int check_file(const egad_tuning_info *info)
{
    if (info->problem[0])
        return message_error("%s: " CLI_OTHER_TUNING, info->problem);
    if (!info->file[0])
        return message_error("EGAD_TUNE is off, so the tuning cannot be stored: unset "
                             "it, or set it to a file");
    return CLI_DONE;
}

static int run(const arguments *a)
{
    cli_opened in = { 0 };
    egad_tuning *tuning = NULL;
    egad_tuning_info info;
    int code = CLI_DONE;
    CLI_TRY(egad_device_new(&in.device, a->device));
    const egad_device_info *device = egad_device_describe(in.device);
    egad_tune_describe(&info, device);
    CLI_DO(check_file(&info));
    CLI_TRY(egad_dataset_new(&in.data, 4 * (size_t)a->batch, a->shape));
    CLI_TRY(egad_detector_new(
        &in.detector, in.device, in.data,
        &EGAD_SIZED(egad_detector_options, .model = a->name, .batch = a->batch)));
    CLI_TRY(egad_tune_run(&tuning, in.detector, (size_t)a->batch, show_progress, NULL));
    if (a->json)
        code = print_json(tuning, device);
    else
        print_tuning(tuning, device);
    CLI_TRY(egad_tune_save(tuning, device));
    fprintf(stderr,
            "tune: stored in '%s'; resumed trainings may now differ in the last digits\n",
            info.file);
done:
    egad_tune_free(tuning);
    open_free(&in);
    return code;
}

int tune_command(int argc, char **argv)
{
    arguments a = { .name = "kdd-bigan" };
    cli_option options[] = {
        { "model", 0, CLI_TEXT, &a.name, "NAME",
          "model whose products are measured (default kdd-bigan)", 0, 0 },
        CLI_SHAPE_OPTION(a.shape_text),
        { "batch", 0, CLI_COUNT, &a.batch, "N", "rows per batch (default 50, images 100)",
          0, 0 },
        CLI_JSON_OPTION(a.json, "print JSON"),
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "tune",
        .summary = "Measure which engine is fastest for the matrix products of a model "
                   "on a device,\n"
                   "and store the result.",
        .options = options,
        .notes =
            "The result is stored for the device and its driver version, and used from\n"
            "then on.  The file is the one in EGAD_TUNE, else egad/tune.json below\n"
            "$XDG_CACHE_HOME or ~/.cache.  Each model adds its products.  EGAD_TUNE=off\n"
            "disables tuning.  In the table, ' marks a transposed matrix.\n",
        .example = "egad tune --model mnist-bigan --device gpu",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    CLI_CHECK(open_shape(command.name, a.name, a.shape_text, a.shape));
    if (!a.batch)
        a.batch = egad_detector_images(a.name) ? 100 : 50;
    return run(&a);
}

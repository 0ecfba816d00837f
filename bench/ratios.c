/* Compares two files of records: ratios of the medians per work. */
#include "bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The records of a file for one work on one device. */
typedef struct {
    const char *work, *device;
    double batch, rows, steps;
    cli_samples medians; /* per record */
    double ms;           /* their median */
} group;

typedef struct {
    const char *path;
    cli_json *records;
    size_t n;
    group *groups;
} file;

static int same_work(const group *a, const group *b)
{
    return !strcmp(a->work, b->work) && a->rows == b->rows && a->steps == b->steps;
}

/* ---- Reading --------------------------------------------------------------------- */

static int read_record(const file *f, size_t i, group *to)
{
    static const char *const texts[] = { "work", "device" };
    static const char *const numbers[] = { "batch", "rows", "ms_median" };
    const cli_json *r = record_at(f->records, i);
    const char *missing = NULL;
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        if (!*record_word(r, texts[k]))
            missing = texts[k];
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        if (!(record_number(r, numbers[k]) > 0.0))
            missing = numbers[k];
    if (missing)
        return message_error(
            "'%s', record %zu: no '%s'; expected output of egad-bench --json", f->path,
            i + 1, missing);
    *to = (group){ .work = record_word(r, "work"),
                   .device = record_word(r, "device"),
                   .batch = record_number(r, "batch"),
                   .rows = record_number(r, "rows"),
                   .steps = fmax(record_number(r, "steps"), 0.0),
                   .ms = record_number(r, "ms_median") };
    return CLI_DONE;
}

static int read_file(file *f)
{
    int code = record_load_lines(&f->records, f->path);
    const size_t records = record_size(f->records);
    if (code != CLI_DONE)
        return code;
    if (!records)
        return message_error("'%s' has no records; expected output of egad-bench --json",
                             f->path);
    f->groups = calloc(records, sizeof *f->groups);
    if (!f->groups)
        return message_error("out of memory for %zu records", records);
    for (size_t i = 0; i < records && code == CLI_DONE; i++) {
        group one;
        size_t k = 0;
        code = read_record(f, i, &one);
        if (code != CLI_DONE)
            break;
        while (k < f->n && !(same_work(&f->groups[k], &one) &&
                             !strcmp(f->groups[k].device, one.device)))
            k++;
        if (k == f->n)
            f->groups[f->n++] = one;
        code = timing_add(&f->groups[k].medians, one.ms);
    }
    for (size_t k = 0; k < f->n; k++)
        f->groups[k].ms = timing_spread(&f->groups[k].medians).median;
    return code;
}

static void free_file(file *f)
{
    for (size_t k = 0; k < f->n; k++)
        timing_clear(&f->groups[k].medians);
    free(f->groups);
    record_free(f->records);
}

/* ---- Comparing ------------------------------------------------------------------- */

/* 1 if the file has this work on this device. */
static int has(const file *f, const group *work, const char *device)
{
    for (size_t k = 0; k < f->n; k++)
        if (same_work(&f->groups[k], work) && !strcmp(f->groups[k].device, device))
            return 1;
    return 0;
}

/* Records are compared with those of the same device, or with those of other devices only
 * if the other file has none of the same. */
static int comparable(const file *a, const group *x, const file *b, const group *y)
{
    return same_work(x, y) && (!strcmp(x->device, y->device) ||
                               (!has(b, x, x->device) && !has(a, y, y->device)));
}

static void print_pair(const group *x, const group *y)
{
    printf("%-26s %7.0f %10.4g %10.4g %8.3f  %s", x->work, x->batch, x->ms, y->ms,
           y->ms / x->ms, x->device);
    if (strcmp(x->device, y->device) != 0)
        printf(" -> %s", y->device);
    putchar('\n');
}

int ratios_print(const char *path_a, const char *path_b)
{
    file a = { .path = path_a }, b = { .path = path_b };
    size_t pairs = 0;
    int code = read_file(&a);
    if (code == CLI_DONE)
        code = read_file(&b);
    for (size_t i = 0; i < a.n && code == CLI_DONE; i++)
        for (size_t k = 0; k < b.n; k++) {
            if (!comparable(&a, &a.groups[i], &b, &b.groups[k]))
                continue;
            if (!pairs++)
                printf("%-26s %7s %10s %10s %8s  %s\n", "median ms", "batch", "A", "B",
                       "B / A", "device");
            print_pair(&a.groups[i], &b.groups[k]);
        }
    if (code == CLI_DONE && !pairs)
        code = message_error("'%s' and '%s' have no work in common", path_a, path_b);
    free_file(&a);
    free_file(&b);
    return code;
}

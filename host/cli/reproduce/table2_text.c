/* Table 2 of the paper: its times in files, and the table as Markdown and JSON. */
#include "shell/output.h"
#include "shell/shell.h"
#include "table2.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Per model first sigma, then fm; per data set first BiGAN, then AnoGAN.  Times: paper,
 * appendix B, on a GeForce TitanX for MNIST and a Tesla K40 for KDD99. */
static const struct {
    const char *model, *data;
    size_t batch;
    double sigma, fm;
} works[] = { { "mnist-bigan", "MNIST", 100, 8.0, 9.4 },
              { "mnist-gan", "MNIST", 100, 6657.0, 7260.0 },
              { "kdd-bigan", "KDD99", 50, 2.7, 5.3 },
              { "kdd-gan", "KDD99", 50, 2578.0, 3527.0 } };
static const int pairs[][2] = { { 0, 2 }, { 1, 3 }, { 4, 6 }, { 5, 7 } }; /* parts */
enum { PAIRS = sizeof pairs / sizeof *pairs };

int table2_new(cli_table2 *out, const char *folder, const cli_table2_options *how,
               const egad_device_info *device)
{
    *out = (cli_table2){ .folder = folder, .how = *how };
    snprintf(out->device, sizeof out->device, "%s (%s, driver %s)", device->name,
             device->platform, device->driver);
    for (int i = 0; i < CLI_TIMES; i++) {
        const char *model = works[i / 2].model;
        out->part[i] =
            (cli_table2_part){ .model = model,
                               .score = i % 2 ? "fm" : "sigma",
                               .data = works[i / 2].data,
                               .published = i % 2 ? works[i / 2].fm : works[i / 2].sigma,
                               .batch = works[i / 2].batch,
                               .steps = egad_detector_encodes(model) ? 0 : how->steps,
                               .round = calloc((size_t)how->rounds,
                                               sizeof *out->part[i].round) };
        if (!out->part[i].round)
            return message_error("out of memory for %d rounds", how->rounds);
    }
    return CLI_DONE;
}

void table2_free(cli_table2 *t)
{
    for (int i = 0; i < CLI_TIMES; i++) {
        for (int k = 0; t->part[i].round && k < t->how.rounds; k++)
            timing_clear(&t->part[i].round[k]);
        free(t->part[i].round);
    }
    *t = (cli_table2){ 0 };
}

/* ---- The file of a part ------------------------------------------------------------ */

static cli_path path_of(const cli_table2 *t, const cli_table2_part *p)
{
    char name[64];
    snprintf(name, sizeof name, "%.32s-%.16s.json", p->model, p->score);
    return output_join(t->folder, name);
}

/* Batches per round. */
static int wanted(const cli_table2 *t, const cli_table2_part *p)
{
    return p->steps ? t->how.searches : t->how.batches;
}

static cli_json *part_json(const cli_table2 *t, const cli_table2_part *p)
{
    cli_json *object = record_object(), *rounds = record_array();
    record_text(object, "model", p->model);
    record_text(object, "score", p->score);
    record_text(object, "data", p->data);
    record_count(object, "batch", p->batch);
    record_count(object, "steps", (uint64_t)p->steps);
    record_count(object, "batches_of_a_round", (uint64_t)wanted(t, p));
    record_text(object, "device", p->device);
    record_real(object, "flops", p->flops);
    for (int i = 0; i < p->rounds; i++)
        record_append(rounds, timing_json(&p->round[i]));
    record_put(object, "rounds_ms", rounds);
    return object;
}

int table2_save(const cli_table2 *t, const cli_table2_part *p)
{
    cli_json *root = part_json(t, p);
    record_text(root, "egad", egad_status_version());
    return record_save(root, path_of(t, p).text);
}

static int check_part(const cli_table2 *t, const cli_table2_part *p, const cli_json *root,
                      const char *path)
{
    const double steps = record_number(root, "steps"),
                 batches = record_number(root, "batches_of_a_round");
    if (strcmp(record_word(root, "model"), p->model) != 0 ||
        strcmp(record_word(root, "score"), p->score) != 0 ||
        !(record_number(root, "flops") > 0.0) || isnan(steps) || isnan(batches))
        return message_error("'%s' is not a file of times; remove it to measure again",
                             path);
    if (steps != p->steps || batches != wanted(t, p))
        return message_error("'%s' has other settings: %.0f batches per round, %.0f "
                             "steps; choose another folder, or the same options",
                             path, batches, steps);
    if (strcmp(record_word(root, "device"), t->device) != 0)
        return message_error("'%s' is from another device: %s; choose another folder",
                             path, record_word(root, "device"));
    return CLI_DONE;
}

static int read_part(const cli_table2 *t, cli_table2_part *p, const cli_json *root)
{
    const cli_json *rounds = record_get(root, "rounds_ms");
    int code = CLI_DONE;
    p->flops = record_number(root, "flops");
    snprintf(p->device, sizeof p->device, "%s", t->device);
    for (size_t i = 0; i < record_size(rounds) && p->rounds < t->how.rounds; i++) {
        const cli_json *round = record_at(rounds, i);
        for (size_t k = 0; k < record_size(round) && code == CLI_DONE; k++)
            code = timing_add(&p->round[p->rounds], record_real_at(round, k));
        p->rounds += p->round[p->rounds].n > 0;
    }
    return code;
}

int table2_load(cli_table2 *t, cli_table2_part *p)
{
    const cli_path path = path_of(t, p);
    cli_json *root = NULL;
    if (access(path.text, F_OK) != 0)
        return CLI_DONE;
    int code = record_load(&root, path.text);
    if (code == CLI_DONE)
        code = check_part(t, p, root, path.text);
    if (code == CLI_DONE)
        code = read_part(t, p, root);
    record_free(root);
    return code;
}

/* ---- Summary --------------------------------------------------------------- */

typedef struct {
    int rounds;
    size_t batches;           /* of all rounds */
    double mean, least, most; /* of all batches; of the means per round */
} times;

/* Rounds that all parts have. */
static int common(const cli_table2 *t)
{
    int rounds = t->how.rounds;
    for (int i = 0; i < CLI_TIMES; i++)
        rounds = t->part[i].rounds < rounds ? t->part[i].rounds : rounds;
    return rounds;
}

static times times_of(const cli_table2 *t, const cli_table2_part *p)
{
    times all = { .rounds = common(t), .least = INFINITY };
    for (int i = 0; i < all.rounds; i++) {
        double sum = 0.0;
        for (size_t k = 0; k < p->round[i].n; k++)
            sum += p->round[i].ms[k];
        const double mean = sum / (double)p->round[i].n;
        all.least = fmin(all.least, mean);
        all.most = fmax(all.most, mean);
        all.batches += p->round[i].n;
        all.mean += sum;
    }
    all.mean /= (double)all.batches;
    return all;
}

/* Time and operations of AnoGAN relative to BiGAN. */
typedef struct {
    const cli_table2_part *bigan, *anogan;
    times fast, slow;
    double factor, published, work;
} pair;

static pair pair_of(const cli_table2 *t, int i)
{
    pair p = { .bigan = &t->part[pairs[i][0]], .anogan = &t->part[pairs[i][1]] };
    p.fast = times_of(t, p.bigan);
    p.slow = times_of(t, p.anogan);
    p.factor = p.slow.mean / p.fast.mean;
    p.published = p.anogan->published / p.bigan->published;
    p.work = p.anogan->flops / p.bigan->flops;
    return p;
}

/* ---- As Markdown ------------------------------------------------------------------ */

static void put_time(FILE *out, const times *x)
{
    fprintf(out, " %.4g", x->mean);
    if (x->rounds > 1)
        fprintf(out, " (%.4g .. %.4g)", x->least, x->most);
    fputs(" |", out);
}

static void put_head(FILE *out, const cli_table2 *t)
{
    const pair p = pair_of(t, 0);
    fprintf(out,
            "# Table 2: milliseconds per batch\n\n"
            "- egad %s, device: %s\n"
            "- from rows in host memory to scores in host memory; networks of the paper; "
            "random\n  parameters and rows, as times do not depend on them\n"
            "- BiGAN: mean over %zu batches in %d round%s, after warm-up; AnoGAN: mean "
            "over %zu\n  latent search%s of %d steps%s\n"
            "- the paper: mean over 100 batches, TensorFlow 1.1, GeForce TitanX for "
            "MNIST and Tesla\n  K40 for KDD99\n",
            egad_status_version(), t->device, p.fast.batches, p.fast.rounds,
            p.fast.rounds == 1 ? "" : "s", p.slow.batches,
            p.slow.batches == 1 ? "" : "es", p.anogan->steps,
            p.anogan->steps == EGAD_SEARCH_STEPS ? "" : ", instead of 500 in the paper");
}

static void put_times(FILE *out, const cli_table2 *t)
{
    fputs("\n| ms per batch | score | BiGAN | AnoGAN | factor | BiGAN, paper | "
          "AnoGAN, paper | factor, paper |\n"
          "|---|---|---|---|---|---|---|---|\n",
          out);
    for (int i = 0; i < PAIRS; i++) {
        const pair p = pair_of(t, i);
        fprintf(out, "| %s, %zu rows | %s |", p.bigan->data, p.bigan->batch,
                p.bigan->score);
        put_time(out, &p.fast);
        put_time(out, &p.slow);
        fprintf(out, " %.0f | %.4g | %.4g | %.0f |\n", p.factor, p.bigan->published,
                p.anogan->published, p.published);
    }
    if (common(t) > 1)
        fputs("\nIn brackets: minimum and maximum of the means per round.\n", out);
}

/* Useful operations of a latent search with the steps of the paper. */
static double whole_search(const cli_table2_part *p)
{
    return p->flops / p->steps * EGAD_SEARCH_STEPS;
}

/* Explain why the factor differs from that of the paper. */
static void put_words(FILE *out, const cli_table2 *t)
{
    const pair images = pair_of(t, 0), rows = pair_of(t, 2);
    const double step = rows.anogan->published / EGAD_SEARCH_STEPS;
    fprintf(
        out,
        "\nA step of latent search is a forward pass through G and D and a backward pass "
        "to z; a BiGAN\nscore is one forward pass through E, G and D.  For sigma, "
        "AnoGAN needs %.0f times the\noperations on MNIST and %.0f times on KDD99; "
        "its time here is %.0f and %.0f times that of\nBiGAN, in the paper %.0f and "
        "%.0f times.\n",
        images.work, rows.work, images.factor, rows.factor, images.published,
        rows.published);
    fprintf(out,
            "\nOn MNIST the factor of the paper is close to that of the operations, %.0f "
            "with its 500 steps:\nscoring and latent search ran at similar rates, %.0f "
            "and %.0f GFLOP/s.\n",
            whole_search(images.anogan) / images.bigan->flops,
            1e-6 * images.bigan->flops / images.bigan->published,
            1e-6 * whole_search(images.anogan) / images.anogan->published);
    fprintf(
        out,
        "\nOn KDD99 operations do not explain the factor of the paper.  %.1f MFLOP in "
        "%.1f ms are\n%.1f GFLOP/s, on a GPU that reaches about 4,000: most of the "
        "time was overhead for starting\na graph and its many small kernels in a "
        "framework of 2017.  A score starts one graph and took\n%.1f ms, a step "
        "starts one too and took %.1f ms; a step has %.1f times the operations of "
        "a\nscore, but took %.1f times as long.\n",
        1e-6 * rows.bigan->flops, rows.bigan->published,
        1e-6 * rows.bigan->flops / rows.bigan->published, rows.bigan->published, step,
        whole_search(rows.anogan) / EGAD_SEARCH_STEPS / rows.bigan->flops,
        step / rows.bigan->published);
    fprintf(out,
            "\nWhere overhead is small, the factor is that of the operations.  Other "
            "costs of a batch, such\nas transfers to the device and back, occur once "
            "per latent search but once per BiGAN score.\n");
}

/* Write the operations, and the rate in GFLOP/s. */
static void put_reasons(FILE *out, const cli_table2 *t)
{
    fputs("\n## Where the factor comes from\n"
          "\n"
          "| operations | score | MFLOP per BiGAN score | MFLOP per search step | AnoGAN "
          "/ BiGAN operations | GFLOP/s BiGAN | GFLOP/s AnoGAN | BiGAN, paper | AnoGAN, "
          "paper |\n"
          "|---|---|---|---|---|---|---|---|---|\n",
          out);
    for (int i = 0; i < PAIRS; i++) {
        const pair p = pair_of(t, i);
        fprintf(out, "| %s | %s | %.4g | %.4g | %.0f | %.4g | %.4g | %.4g | %.4g |\n",
                p.bigan->data, p.bigan->score, 1e-6 * p.bigan->flops,
                1e-6 * p.anogan->flops / p.anogan->steps, p.work,
                1e-6 * p.bigan->flops / p.fast.mean, 1e-6 * p.anogan->flops / p.slow.mean,
                1e-6 * p.bigan->flops / p.bigan->published,
                1e-6 * whole_search(p.anogan) / p.anogan->published);
    }
    put_words(out, t);
}

static void put_table(FILE *out, const cli_table2 *t)
{
    put_head(out, t);
    put_times(out, t);
    put_reasons(out, t);
}

void table2_print(const cli_table2 *t)
{
    put_table(stdout, t);
}

/* ---- As JSON ----------------------------------------------------------------------- */

static cli_json *figure_json(const cli_table2 *t, const cli_table2_part *p)
{
    const times x = times_of(t, p);
    cli_json *object = record_object();
    record_text(object, "model", p->model);
    record_text(object, "score", p->score);
    record_text(object, "data", p->data);
    record_count(object, "batch", p->batch);
    record_count(object, "steps", (uint64_t)p->steps);
    record_count(object, "batches", x.batches);
    record_count(object, "rounds", (uint64_t)x.rounds);
    record_real(object, "ms_mean", x.mean);
    record_real(object, "ms_least_round", x.least);
    record_real(object, "ms_most_round", x.most);
    record_real(object, "ms_published", p->published);
    record_real(object, "flops", p->flops);
    return object;
}

static int write_json(const cli_table2 *t)
{
    cli_json *root = record_object(), *figures = record_array(),
             *factors = record_array();
    record_text(root, "egad", egad_status_version());
    record_text(root, "device", t->device);
    for (int i = 0; i < CLI_TIMES; i++)
        record_append(figures, figure_json(t, &t->part[i]));
    for (int i = 0; i < PAIRS; i++) {
        const pair p = pair_of(t, i);
        cli_json *one = record_object();
        record_text(one, "data", p.bigan->data);
        record_text(one, "score", p.bigan->score);
        record_real(one, "factor", p.factor);
        record_real(one, "factor_published", p.published);
        record_real(one, "factor_of_operations", p.work);
        record_append(factors, one);
    }
    record_put(root, "figures", figures);
    record_put(root, "factors", factors);
    return record_save(root, output_join(t->folder, "table2.json").text);
}

int table2_write(const cli_table2 *t)
{
    cli_output out;
    int code = output_open(&out, output_join(t->folder, "table2.md").text);
    if (code != CLI_DONE)
        return code;
    put_table(out.stream, t);
    code = output_close(&out);
    return code == CLI_DONE ? write_json(t) : code;
}

/* egad reproduce table2: scoring time of BiGAN and AnoGAN per batch, for both scores, on
 * images and on a table.  The table is in table2_text.c. */
#include "table2.h"
#include "reproduce.h"
#include "rows/open.h"
#include "shell/output.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *out, *device;
    cli_table2_options how;
} arguments;

/* ---- Measuring --------------------------------------------------------------- */

static int prepare(cli_subject *subject, const cli_table2_part *p, egad_device *device)
{
    cli_subject_options about = { .model = p->model,
                                  .recipe = "paper",
                                  .batch = p->batch };
    int code = open_shape("reproduce table2", p->model, NULL, about.shape);
    return code < 0 ? timing_new(subject, device, &about) : code;
}

/* Measure one more round of a part. */
static int measure(cli_table2 *table, cli_table2_part *p, egad_device *device)
{
    const cli_table2_options *o = &table->how;
    const cli_timing how = { .score = p->score,
                             .rows = p->batch,
                             .batch = p->batch,
                             .steps = p->steps,
                             .least = (size_t)(p->steps ? o->searches : o->batches) };
    cli_samples *samples = &p->round[p->rounds];
    cli_subject subject;
    fprintf(stderr, "round %d of %d, %s %s: ", p->rounds + 1, o->rounds, p->model,
            p->score);
    int code = prepare(&subject, p, device);
    if (code == CLI_DONE)
        code = timing_score(samples, &p->flops, &subject, &how);
    timing_free(&subject);
    if (code != CLI_DONE)
        return code;
    fprintf(stderr, "%.4g ms\n", timing_spread(samples).mean);
    snprintf(p->device, sizeof p->device, "%s", table->device);
    p->rounds++;
    return table2_save(table, p);
}

/* The parts take turns, so that other load on the machine affects all of them alike. */
static int reproduce(const arguments *a)
{
    egad_device *device = NULL;
    cli_table2 table = { 0 };
    int code = output_folder(a->out);
    if (code != CLI_DONE)
        return code;
    CLI_TRY(open_device(&device, a->device));
    code = table2_new(&table, a->out, &a->how, egad_device_describe(device));
    for (int i = 0; i < CLI_TIMES && code == CLI_DONE; i++)
        code = table2_load(&table, &table.part[i]);
    for (int round = 0; round < a->how.rounds && code == CLI_DONE; round++) {
        for (int i = 0; i < CLI_TIMES && code == CLI_DONE; i++)
            if (table.part[i].rounds == round)
                code = measure(&table, &table.part[i], device);
        /* Written after each round, to be readable on the way. */
        if (code == CLI_DONE)
            code = table2_write(&table);
    }
    if (code == CLI_DONE)
        table2_print(&table);
done:
    table2_free(&table);
    egad_device_free(device);
    return code;
}

/* ---- The command -------------------------------------------------------------- */

int table2_command(int argc, char **argv)
{
    arguments a = {
        .how = { .batches = 100, .searches = 1, .steps = EGAD_SEARCH_STEPS, .rounds = 3 }
    };
    cli_option options[] = {
        { "output", 'o', CLI_TEXT, &a.out, "FOLDER", "the folder for times and the table",
          1, 0 },
        { "rounds", 0, CLI_COUNT, &a.how.rounds, "N",
          "rounds in which all are timed in turn (default 3)", 0, 0 },
        { "batches", 0, CLI_COUNT, &a.how.batches, "N",
          "batches of BiGAN per round (default 100)", 0, 0 },
        { "searches", 0, CLI_COUNT, &a.how.searches, "N",
          "batches of AnoGAN per round (default 1)", 0, 0 },
        { "steps", 0, CLI_COUNT, &a.how.steps, "N",
          "steps of a latent search (default " CLI_NUMBER(
              EGAD_SEARCH_STEPS) ", as in the paper)",
          0, 0 },
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "reproduce table2",
        .summary = "Measure how long BiGAN and AnoGAN take to score a batch, and print "
                   "the times\n"
                   "beside table 2 of the paper.",
        .options = options,
        .notes =
            "The networks are those of the paper; parameters and rows are random, as\n"
            "times do not depend on them.  Times are from a batch in host memory to its\n"
            "scores in host memory, after warm-up.  FOLDER/MODEL-SCORE.json has the "
            "times\n"
            "of one model and score; the table is in table2.md and table2.json.  The "
            "same\n"
            "command continues after the last complete measurement; with more --rounds "
            "it\n"
            "adds some.  Run nothing else at the same time.\n",
        .example = "egad reproduce table2 -o table2",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    return reproduce(&a);
}

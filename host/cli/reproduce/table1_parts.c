/* The models and recipes of table 1, and their figures over several seeds. */
#include "table1.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The recipes of each model, of which the first `usual` make the table: first what stands
 * for published figures, then egad's own.  Models that take longer stand behind. */
enum { RECIPES = 3 };
static const struct {
    const char *model;
    int usual;
    const char *recipe[RECIPES];
} plan[] = {
    /* clang-format off */
    { "nearest",       2, { "minmax", "sound" } },
    { "pca",           2, { "minmax", "sound" } },
    { "ocsvm",         2, { "paper", "sound" } },
    { "kdd-dsebm",     3, { "paper", "release", "sound" } },
    { "kdd-vae",       2, { "paper", "sound" } },
    { "kdd-bigan",     2, { "release", "sound", "paper" } },
    { "kdd-dagmm",     2, { "paper", "sound" } },
    { "kdd-dagmm-nvi", 2, { "paper", "sound" } },
    { "kdd-alad",      2, { "release", "sound" } },
    { "kdd-gan",       1, { "release", "sound", "paper" } },
    /* clang-format on */
};
enum { PLANNED = sizeof plan / sizeof *plan };

/* ---- Planning ----------------------------------------------------------------- */

static int suits(const char *command, const char *model)
{
    for (size_t i = 0; i < PLANNED; i++)
        if (!strcmp(plan[i].model, model))
            return -1;
    return message_usage(command, "--models: %s is for images, and the table has none",
                         model);
}

/* Add the recipes of a model; 0: it lacks the one that was asked for. */
static int add(cli_table1 *t, size_t i, const char *recipe)
{
    const int before = t->wanted;
    for (int r = 0; r < RECIPES && plan[i].recipe[r]; r++)
        if (recipe ? !strcmp(plan[i].recipe[r], recipe) : r < plan[i].usual)
            t->part[t->wanted++] =
                (cli_table1_part){ .model = plan[i].model, .recipe = plan[i].recipe[r] };
    return t->wanted > before;
}

static int named(const cli_models *models, const char *model)
{
    for (size_t m = 0; m < models->n; m++)
        if (!strcmp(models->name[m], model))
            return 1;
    return 0;
}

int table1_plan(cli_table1 *t, const char *command, const char *list, const char *recipe)
{
    cli_models models;
    CLI_CHECK(models_take(&models, command, list, suits));
    for (size_t i = 0; i < PLANNED; i++)
        if ((!list || named(&models, plan[i].model)) && !add(t, i, recipe) && list)
            return message_usage(command, "%s has no recipe %s: leave it out of --models",
                                 plan[i].model, recipe);
    return -1;
}

/* ---- Figures --------------------------------------------------------------------- */

int table1_part_new(cli_table1_part *p, int seeds)
{
    p->seeds = models_networks(p->model) ? seeds : 1;
    const size_t n = (size_t)p->seeds;
    p->seconds = calloc(n, sizeof *p->seconds);
    p->figure = calloc(n * CLI_SCORES, sizeof *p->figure);
    if (!p->seconds || !p->figure)
        return message_error("out of memory for %d runs", seeds);
    for (size_t i = 0; i < n * CLI_SCORES; i++)
        for (size_t k = 0; k < T1_FIGURES; k++)
            p->figure[i].of[k] = NAN;
    return CLI_DONE;
}

void table1_free(cli_table1 *t)
{
    for (int i = 0; i < t->wanted; i++) {
        free(t->part[i].seconds);
        free(t->part[i].figure);
    }
}

/* Mean and deviation of n values, `step` apart. */
static cli_spread spread(const double *value, int n, size_t step)
{
    double mean = 0, square = 0;
    for (int i = 0; i < n; i++)
        mean += value[(size_t)i * step] / n;
    for (int i = 0; i < n; i++)
        square += pow(value[(size_t)i * step] - mean, 2) / n;
    return (cli_spread){ mean, sqrt(square) };
}

cli_spread table1_spread(const cli_table1_part *p, size_t score, cli_table1_kind kind)
{
    return spread(&p->figure[score].of[kind], p->done, CLI_SCORES * T1_FIGURES);
}

cli_spread table1_seconds(const cli_table1_part *p)
{
    return spread(p->seconds, p->done, 1);
}

const cli_published_row *table1_published(const cli_table1 *t, const char *model,
                                          const char *score)
{
    size_t n;
    const cli_published_row *known = published_table1(&n);
    for (size_t i = 0; t->published && i < n; i++)
        if (!strcmp(known[i].model, model) && !strcmp(known[i].score, score))
            return &known[i];
    return NULL;
}

int table1_measured(const cli_table1 *t, const char *model)
{
    for (int i = 0; i < t->parts; i++)
        if (!strcmp(t->part[i].model, model))
            return 1;
    return 0;
}

const char *table1_device(const cli_table1 *t)
{
    for (int i = 1; i < t->parts; i++)
        if (strcmp(t->part[i].device, t->part[0].device) != 0)
            return "several; see the .json file of each training";
    return t->part[0].device;
}

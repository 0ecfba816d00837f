/* The list of models that several commands take. */
#include "models.h"
#include "open.h"

#include <assert.h>
#include <string.h>

void models_add(cli_models *out, const char *model)
{
    assert(out->n < CLI_MODELS);
    out->name[out->n++] = model;
}

static int add(cli_models *out, const char *command, const char *name, size_t n)
{
    const char *const *known = egad_detector_models();
    char text[64];
    snprintf(text, sizeof text, "%.*s", (int)(n < sizeof text ? n : sizeof text - 1),
             name);
    CLI_CHECK(open_named(command, text));
    while (strcmp(*known, text))
        known++;
    for (size_t m = 0; m < out->n; m++)
        if (!strcmp(out->name[m], *known))
            return message_usage(command, "--models names %s twice", *known);
    models_add(out, *known);
    return -1;
}

int models_take(cli_models *out, const char *command, const char *list,
                int (*suits)(const char *command, const char *model))
{
    *out = (cli_models){ 0 };
    for (; list; list = strchr(list, ',') ? strchr(list, ',') + 1 : NULL) {
        CLI_CHECK(add(out, command, list, strcspn(list, ",")));
        if (suits)
            CLI_CHECK(suits(command, out->name[out->n - 1]));
    }
    return -1;
}

static int suits(const char *command, const char *model, int fits, const char *instead)
{
    if (!fits)
        return message_usage(command, "--models: %s is for %s", model, instead);
    if (!egad_detector_searches(model))
        return -1;
    return message_usage(
        command, "--models: %s searches for each row, which takes too long here", model);
}

int models_tables(const char *command, const char *model)
{
    return suits(command, model, egad_detector_tables(model), "images");
}

int models_images(const char *command, const char *model)
{
    return suits(command, model, egad_detector_images(model), "tables");
}

int models_recipe(const char *model, const char *recipe)
{
    const char *has;
    for (size_t i = 0; (has = egad_detector_recipe(model, i)); i++)
        if (!strcmp(has, recipe))
            return 1;
    return 0;
}

int models_networks(const char *model)
{
    return egad_detector_losses(model)[0] != NULL;
}

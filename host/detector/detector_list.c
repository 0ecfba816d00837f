/* The list of models, and what programs ask of a model by its name. */
#include "detector.h"
#include "graph/graph.h"

#include <stdio.h>
#include <string.h>

static const egad_model *added; /* one beside those of models/ */

void egad_detector_add_model(const egad_model *model)
{
    added = model;
}

/* Model number i, NULL after the last. */
static const egad_model *model_at(size_t i)
{
    return i < EGAD_MODELS ? egad_models[i] : i == EGAD_MODELS ? added : NULL;
}

/* Number of the model of this name, or number of models. */
static size_t number(const char *name)
{
    size_t i = 0;
    while (model_at(i) && strcmp(model_at(i)->name, name) != 0)
        i++;
    return i;
}

/* Append a name to "a, b". */
static void append(char *list, size_t size, const char *name)
{
    const size_t used = strlen(list);
    snprintf(list + used, size - used, "%s%s", used ? ", " : "", name);
}

egad_status egad_detector_find_model(const egad_model **model, const char *name)
{
    egad_status status = EGAD_OK;
    const egad_model *found = model_at(number(name));
    char list[256] = "";
    for (size_t k = 0; !found && model_at(k); k++)
        append(list, sizeof list, model_at(k)->name);
    if (!found)
        FAIL(ARGUMENT, "there is no model '%s'; there are %s", name, list);
    *model = found;
done:
    return status;
}

egad_status egad_detector_find_recipe(const egad_recipe **recipe, const egad_model *model,
                                      const char *name)
{
    egad_status status = EGAD_OK;
    const egad_recipe *r = model->recipes;
    char list[256] = "";
    while (name && r->name && strcmp(r->name, name) != 0)
        append(list, sizeof list, r++->name);
    if (!r->name)
        FAIL(ARGUMENT, "there is no recipe '%s'; there are %s", name, list);
    *recipe = r;
done:
    return status;
}

const egad_model *egad_detector_default_model(const egad_dataset *data)
{
    const int images = egad_dataset_images(&data->schema, data->shape);
    size_t i = 0;
    while ((egad_models[i]->images > 0) != images)
        i++;
    return egad_models[i];
}

int egad_detector_finds_latent(const egad_model *model)
{
    return model->latent && model->values[model->latent].kind == VALUE_NOISE;
}

/* ---- For programs -------------------------------------------------------- */

const char *const *egad_detector_models(void)
{
    static const char *names[EGAD_MODELS + 2];
    size_t i = 0;
    for (; model_at(i); i++)
        names[i] = model_at(i)->name;
    names[i] = NULL;
    return names;
}

const char *const *egad_detector_losses(const char *model)
{
    static const char *names[EGAD_MODELS + 1][EGAD_LOSSES + 1];
    const size_t i = number(model);
    if (!model_at(i))
        return NULL;
    egad_graph_curves(model_at(i), names[i]);
    return names[i];
}

int egad_detector_images(const char *model)
{
    const egad_model *m = model_at(number(model));
    return m && m->images;
}

int egad_detector_multiple(const char *model)
{
    const egad_model *m = model_at(number(model));
    return m && m->images > 0 ? m->images : 1;
}

int egad_detector_tables(const char *model)
{
    const egad_model *m = model_at(number(model));
    return m && m->images <= 0;
}

const char *egad_detector_recipe(const char *model, size_t i)
{
    const egad_model *m = model_at(number(model));
    const egad_recipe *r = m ? m->recipes : NULL;
    for (; r && r->name && i; i--)
        r++;
    return r ? r->name : NULL;
}

int egad_detector_searches(const char *model)
{
    const egad_model *m = model_at(number(model));
    return m && egad_detector_finds_latent(m);
}

int egad_detector_encodes(const char *model)
{
    const egad_model *m = model_at(number(model));
    return m && m->latent && !egad_detector_finds_latent(m);
}

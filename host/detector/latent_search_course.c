/* What a latent search minimises, of which values, and by which learning rates. */
#include "latent_search_inside.h"

#include <stdlib.h>

static const double rates[] = { 0.01, 0.001, 0.0005 };

/* What a term of D(G(z)) is of: its value `seen`, or features on the way to it. */
static int seen_by(const egad_model *model, const egad_term *term)
{
    const int v = term->of[term->kind == TERM_DISTANCE];
    return model->values[v].kind == VALUE_FEATURES ? model->values[v].from[0] : v;
}

int egad_latent_search_values_of(egad_search_values *out, const egad_model *model)
{
    egad_search_values of = { .rebuilt = model->rebuilt };
    for (const egad_term *t = model->terms; t->name; t++) {
        if (t->kind == TERM_DISTANCE && t->of[0] == of.x && t->of[1] == of.rebuilt)
            continue;
        of.seen = seen_by(model, t);
        const egad_value *seen = &model->values[of.seen];
        if (seen->kind != VALUE_OUTPUT || seen->from[0] != of.rebuilt ||
            model->networks[seen->network].input[1] ||
            model->networks[seen->network].section[1].layers)
            return 0;
        if (t->kind != TERM_DISTANCE)
            continue;
        of.of_x = t->of[0];
        of.of_rebuilt = t->of[1];
    }
    const egad_value *g = &model->values[of.rebuilt];
    *out = of;
    return of.seen && g->kind == VALUE_OUTPUT && g->from[0] == model->latent;
}

egad_status egad_latent_search_settle(egad_search_course *out, const egad_detector *d,
                                      const egad_formula *score, const egad_scoring *how)
{
    egad_status status = EGAD_OK;
    egad_search_values of;
    egad_search_course course = { .term = { score->column[0], score->column[1] },
                                  .alpha = how->alpha,
                                  .steps = how->steps,
                                  .restarts = how->restarts,
                                  .seed = how->seed,
                                  .row = how->row };
    const egad_term *first = &d->model->terms[course.term[0]];
    if (score->of->combination != WEIGHTED ||
        !egad_latent_search_values_of(&of, d->model) || first->of[1] != of.rebuilt ||
        d->model->terms[course.term[1]].of[1] == of.rebuilt)
        FAIL(ARGUMENT, "model %s: a latent search cannot minimise the score %s",
             d->model->name, score->of->name);
    for (int i = 0; i < 2; i++)
        course.last[i] =
            (int)((int64_t)d->model->search[i] * (int64_t)how->steps / EGAD_SEARCH_STEPS);
    *out = course;
done:
    return status;
}

egad_status egad_latent_search_rates(float **out, const egad_search_course *c)
{
    egad_status status = EGAD_OK;
    NEW(*out, (size_t)c->steps);
    for (int k = 0; k < c->steps; k++)
        (*out)[k] = (float)egad_adam_rate(rates[k <= c->last[0]   ? 0
                                                : k <= c->last[1] ? 1
                                                                  : 2],
                                          SEARCH_BETA1, (uint64_t)k);
done:
    return status;
}

int egad_latent_search_by_features(const egad_latent_search *s)
{
    return s->detector->model->terms[s->course.term[1]].kind == TERM_DISTANCE;
}

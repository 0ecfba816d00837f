/* The scores of a model, found by name, and their terms. */
#include "fitted.h"
#include "score.h"

#include "graph/graph.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static size_t count(const egad_model *model)
{
    size_t n = 0;
    while (model->scores[n].name)
        n++;
    return n;
}

const char *egad_score_list(char *list, size_t size, const egad_detector *d, int plain,
                            const char *last)
{
    const size_t n = count(d->model);
    size_t name[SCORES], names = 0, used = 0;
    for (size_t i = 0; i < n; i++)
        if (!plain || !egad_score_formula(d, i).calibrated)
            name[names++] = i;
    list[0] = '\0';
    for (size_t i = 0; i < names && used < size; i++)
        used += (size_t)snprintf(list + used, size - used, "%s%s",
                                 i == 0           ? ""
                                 : i + 1 == names ? last
                                                  : ", ",
                                 d->model->scores[name[i]].name);
    return list;
}

/* The place of a term in the model's table. */
static int place(const egad_model *model, const char *term)
{
    int k = 0;
    while (model->terms[k].name && strcmp(model->terms[k].name, term) != 0)
        k++;
    assert(model->terms[k].name);
    return k;
}

/* 1 if a term compares a row with the training rows. */
static int compares(const egad_model *model, int k)
{
    return model->terms[k].kind >= TERM_SPREAD && model->terms[k].kind <= TERM_LOCAL;
}

/* 1 unless a term is of a method beside networks that is not fitted: by the recipe, or in
 * files of older versions. */
static int has(const egad_detector *d, int k)
{
    const egad_term *term = &d->model->terms[k];
    return term->kind != TERM_METHOD || !d->model->networks ||
           d->fitted[term->of[0]].fitted;
}

egad_formula egad_score_formula(const egad_detector *d, size_t at)
{
    const egad_score *score = &d->model->scores[at];
    const int beside = score->beside[0] && egad_fitted_terms(d);
    const char *const *term = beside ? score->beside
                              : d->recipe.sigma_of_rebuilt && score->rebuilt[0]
                                  ? score->rebuilt
                                  : score->terms;
    egad_formula f = { .of = score, .at = at };
    for (size_t i = 0; i < SCORE_TERMS && term[i]; i++) {
        const int k = place(d->model, term[i]);
        if (!has(d, k))
            continue;
        f.weight[f.n] = beside && score->weight[i] > 0.0 ? score->weight[i] : 1.0;
        f.column[f.n++] = k;
        f.terms |= 1u << k;
        f.calibrated |= compares(d->model, k) || d->model->terms[k].kind == TERM_ENERGY;
    }
    f.calibrated |= score->combination == COMBINED;
    return f;
}

egad_status egad_score_find(egad_formula *out, const egad_detector *d, const char *name)
{
    egad_status status = EGAD_OK;
    char list[256];
    size_t i = 0;
    const size_t n = count(d->model);
    if (!name)
        name = egad_score_default(d);
    while (i < n && strcmp(d->model->scores[i].name, name) != 0)
        i++;
    if (i == n)
        FAIL(ARGUMENT, "%s has no score '%s'; it has %s", d->model->name, name,
             egad_score_list(list, sizeof list, d, 0, " and "));
    *out = egad_score_formula(d, i);
done:
    return status;
}

egad_status egad_score_settle(egad_formula *out, egad_scoring *settled,
                              const egad_detector *d, const egad_scoring *how)
{
    egad_status status = EGAD_OK;
    egad_scoring s = EGAD_SCORING(NULL, EGAD_ALPHA);
    READ_SIZED(egad_scoring, &s, how);
    TRY(egad_score_find(out, d, s.score));
    s.score = out->of->name;
    if (!(s.alpha >= 0.0 && s.alpha <= 1.0))
        FAIL(ARGUMENT, "alpha is %g; it must be between 0 and 1", s.alpha);
    if (s.steps < 0)
        FAIL(ARGUMENT, "latent search with %d steps; it needs at least one", s.steps);
    if (s.restarts < 0)
        FAIL(ARGUMENT, "%d searches per row; at least one is needed", s.restarts);
    s.steps = s.steps ? s.steps : EGAD_SEARCH_STEPS;
    s.restarts = s.restarts ? s.restarts : 1;
    *settled = s;
done:
    return status;
}

unsigned egad_score_used(const egad_detector *d)
{
    unsigned terms = 0;
    for (size_t i = 0; i < count(d->model); i++)
        terms |= egad_score_formula(d, i).terms;
    return terms;
}

unsigned egad_score_combined(const egad_detector *d)
{
    unsigned terms = 0;
    for (size_t i = 0; i < count(d->model); i++)
        if (d->model->scores[i].combination == COMBINED)
            terms |= egad_score_formula(d, i).terms;
    return terms;
}

egad_evidence egad_score_evidence(const egad_detector *d)
{
    const egad_model *model = d->model;
    const unsigned used = egad_score_used(d);
    egad_evidence by = { .column = { -1, -1 } };
    int first = 0;
    while (model->terms[first].name && !((used >> first & 1u) && compares(model, first)))
        first++;
    if (!model->terms[first].name)
        return by;
    by.nearest = model->terms[first].kind >= TERM_NEAR;
    memcpy(by.of, model->terms[first].of, sizeof by.of);
    for (int k = 0; model->terms[k].name; k++) {
        const int which = model->terms[k].kind - (by.nearest ? TERM_NEAR : TERM_SPREAD);
        if (!compares(model, k) || which < 0 || which > 1)
            continue;
        by.column[which] = k;
        by.terms |= 1u << k;
    }
    by.part = egad_graph_width(model, d->network, d->columns, by.of[0]);
    by.n = by.part + egad_graph_width(model, d->network, d->columns, by.of[1]);
    return by;
}

unsigned egad_score_available(const egad_detector *d)
{
    unsigned terms = egad_score_evidence(d).terms;
    for (int k = 0; d->model->terms[k].name; k++)
        if (!compares(d->model, k) && has(d, k) &&
            (d->model->terms[k].kind != TERM_ENERGY || d->calibration.mixture))
            terms |= 1u << k;
    return terms;
}

const int *egad_score_mixed(const egad_detector *d, size_t *z, size_t *logits)
{
    const egad_term *term = d->model->terms;
    size_t width[3];
    while (term->name && term->kind != TERM_ENERGY)
        term++;
    if (!term->name)
        return NULL;
    for (int i = 0; i < 3; i++)
        width[i] = egad_graph_width(d->model, d->network, d->columns, term->of[i]);
    *z = width[0] + width[1];
    *logits = width[2];
    return term->of;
}

/* ---- For programs -------------------------------------------------------- */

egad_status egad_score_check(const egad_detector *d, const char *score)
{
    egad_formula f;
    return egad_score_find(&f, d, score);
}

const char *egad_score_default(const egad_detector *d)
{
    const egad_score *s = d->model->scores;
    while (d->recipe.combined && s->name && s->combination != COMBINED)
        s++;
    return s->name ? s->name : d->model->scores[0].name;
}

egad_score_info egad_score_describe(const egad_detector *d, size_t i)
{
    if (i >= count(d->model))
        return (egad_score_info){ .name = NULL };
    const egad_formula f = egad_score_formula(d, i);
    return (egad_score_info){ .name = f.of->name,
                              .help = f.of->help,
                              .weighted = f.of->combination == WEIGHTED,
                              .calibrated = f.calibrated };
}

egad_score_info egad_score_named(const char *model, size_t i)
{
    egad_detector d = { .model = NULL };
    if (egad_detector_find_model(&d.model, model) != EGAD_OK)
        return (egad_score_info){ .name = NULL };
    return egad_score_describe(&d, i);
}

/* The scores of a model, found by name, and their terms. */
#include "score.h"

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

static int kind_of(const egad_model *model, const char *term)
{
    const egad_term *t = model->terms;
    while (t->name && strcmp(t->name, term) != 0)
        t++;
    assert(t->name);
    return t->kind;
}

egad_formula egad_score_formula(const egad_detector *d, size_t at)
{
    const egad_score *score = &d->model->scores[at];
    const char *const *term =
        d->recipe.sigma_of_rebuilt && score->rebuilt[0] ? score->rebuilt : score->terms;
    egad_formula f = { .of = score, .at = at };
    for (; f.n < SCORE_TERMS && term[f.n]; f.n++) {
        f.kind[f.n] = kind_of(d->model, term[f.n]);
        f.terms |= 1u << f.kind[f.n];
    }
    f.calibrated =
        score->combination == COMBINED || (f.terms & (TERMS_SPREAD | TERMS_NEAREST));
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

unsigned egad_score_kinds(const egad_detector *d)
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

size_t egad_score_features(const egad_detector *d)
{
    const unsigned terms = egad_score_kinds(d);
    if (terms & TERMS_SPREAD)
        return 2 * egad_detector_features(d);
    if (terms & TERMS_NEAREST)
        return egad_detector_features(d) + (size_t)d->model->z_dim;
    return 0;
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
    const egad_model *const *m = egad_models;
    while (*m && strcmp((*m)->name, model) != 0)
        m++;
    if (!*m)
        return (egad_score_info){ .name = NULL };
    return egad_score_describe(&(egad_detector){ .model = *m }, i);
}

/* The terms of rows launch by launch, from the values that encode.c has computed. */
#include "encode_inside.h"

static const egad_tensor none = { 0 };

egad_tensor egad_encode_at(const egad_encode *s, const egad_graph_place *place, size_t n)
{
    return egad_tensor_columns(egad_tensor_rows(s->buffer[place->buffer], 0, n),
                               place->column, place->columns);
}

egad_tensor egad_encode_value(const egad_encode *s, int v, size_t n)
{
    const egad_graph_place place = egad_graph_where(s->graph, v);
    if (s->detector->model->values[v].kind == VALUE_NOISE) {
        egad_tensor noise = s->noise;
        noise.n = n;
        noise.stride = 0;
        return noise;
    }
    if (s->detector->model->values[v].kind == VALUE_FEATURES)
        return egad_tensor_rows(egad_pass_features(&s->pass[s->graph->producer[v]]), 0,
                                n);
    return egad_encode_at(s, &place, n);
}

/* Features for the nearest rows, and the terms. */
static egad_status append_near(egad_encode *s, egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    const egad_tensor e = egad_tensor_rows(s->evidence, 0, n);
    const size_t part = s->by.part;
    TRY(egad_plan_copy(plan, "features of the row", egad_tensor_columns(e, 0, part),
                       egad_encode_value(s, s->by.of[0], n)));
    TRY(egad_plan_copy(plan, "features of the row",
                       egad_tensor_columns(e, part, e.c - part),
                       egad_encode_value(s, s->by.of[1], n)));
    if (s->wanted != INFER_EVIDENCE) {
        TRY(egad_neighbours_place(&s->near, plan, e));
        TRY(egad_neighbours_nearest(&s->near, plan, s->terms, n, -1, s->by.column));
    }
done:
    return status;
}

static egad_status append_spread(egad_encode *s, egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    egad_gemm_engine engine;
    const egad_tensor e = egad_tensor_rows(s->evidence, 0, n);
    const size_t columns = s->by.n; /* all features, or the first half */
    TRY(egad_terms_features(plan, "evidence", e, egad_encode_value(s, s->by.of[0], n),
                            egad_encode_value(s, s->by.of[1], n), s->mean));
    if (s->wanted == INFER_EVIDENCE)
        return EGAD_OK;
    const egad_tensor white = egad_tensor_rows(s->white, 0, n);
    const egad_product product = { .label = "whitening",
                                   .c = white,
                                   .a = e,
                                   .b = egad_tensor_view(s->whitening, 0, columns,
                                                         columns),
                                   .panels = s->panels };
    TRY(egad_gemm_pick(&engine, s->detector->device, &product));
    TRY(egad_gemm_append(plan, engine, &product));
    /* The whitening is triangular: its first half is that of the features alone. */
    if (s->by.column[0] >= 0)
        TRY(egad_terms_distance(plan, "features of the row", s->terms,
                                egad_tensor_columns(white, 0, columns / 2), none, -1,
                                s->by.column[0]));
    if (s->by.column[1] >= 0)
        TRY(egad_terms_distance(plan, "evidence", s->terms, white, none, -1,
                                s->by.column[1]));
done:
    return status;
}

/* z beside the logits of its parts. */
static egad_status append_mixed(egad_encode *s, egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    const egad_tensor to = egad_tensor_rows(s->evidence, 0, n);
    for (size_t i = 0, first = 0; i < 3; i++) {
        const egad_tensor from = egad_encode_value(s, s->mixed[i], n);
        TRY(egad_plan_copy(plan, "mixture", egad_tensor_columns(to, first, from.c),
                           from));
        first += from.c;
    }
done:
    return status;
}

egad_status egad_encode_append_density(const egad_encode *s, egad_plan *plan, int term,
                                       size_t n, egad_tensor to, size_t column)
{
    const egad_term *t = &s->detector->model->terms[term];
    egad_density of = { .kind = egad_encode_density(t) };
    egad_tensor *const parts[] = { &of.x, &of.m, &of.l };
    int values[3];
    egad_encode_values_of(t, values);
    for (int i = 0; i < 3; i++)
        if (values[i] >= 0)
            *parts[i] = egad_encode_value(s, values[i], n);
    return egad_density_rows(plan, t->name, &of,
                             egad_tensor_columns(egad_tensor_rows(to, 0, n), column, 1));
}

egad_status egad_encode_append_terms(egad_encode *s, egad_plan *plan, size_t n)
{
    egad_status status = EGAD_OK;
    const egad_term *terms = s->detector->model->terms;
    for (int k = 0; terms[k].name; k++) {
        if (!egad_encode_wants(s, k) || terms[k].samples)
            continue;
        if (egad_encode_density(&terms[k]) >= 0)
            TRY(egad_encode_append_density(s, plan, k, n, s->terms, (size_t)k));
        else if (terms[k].kind == TERM_DISTANCE)
            TRY(egad_terms_distance(plan, terms[k].name, s->terms,
                                    egad_encode_value(s, terms[k].of[0], n),
                                    egad_encode_value(s, terms[k].of[1], n), k, -1));
        else if (terms[k].kind == TERM_CROSS_ENTROPY)
            TRY(egad_terms_sigma(plan, terms[k].name, s->terms,
                                 egad_encode_value(s, terms[k].of[0], n), k));
        else if (terms[k].kind == TERM_ENERGY)
            TRY(egad_mixture_append_energy(
                plan, terms[k].name, s->terms, k, egad_encode_value(s, terms[k].of[0], n),
                egad_encode_value(s, terms[k].of[1], n), s->parts,
                s->detector->calibration.mixture->K));
    }
    if (s->wanted == INFER_MIXTURE)
        TRY(append_mixed(s, plan, n));
    if (egad_encode_compares(s))
        TRY(s->by.nearest ? append_near(s, plan, n) : append_spread(s, plan, n));
done:
    return status;
}

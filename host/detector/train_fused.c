/* The gradients of a training step in one launch, for dense layers on a CPU.
 *
 * A block has as many real rows as generated ones: the real half goes through E, the
 * generated half through G, and both through D.  The weights are packed into the launch's
 * own buffer. */
#include "train_inside.h"

#include <stdlib.h>

/* Offsets of a layer's weights: packed as they are, the transposes by part, and the
 * bias. */
struct egad_train_room {
    size_t w, transposed[2], bias;
};

/* A section's slots. */
typedef struct {
    const egad_net *net;
    const egad_net_layer *layer;
    const egad_train_room *room;
    size_t first, n;
    egad_slot x, *y; /* y: per layer, after dropout */
    int halves;
} section;

typedef struct {
    egad_train *t;
    egad_mlp *m;
    egad_slot x, z, hidden; /* for both halves */
    section e, g, dx, dz, dxz;
    egad_slot back[3]; /* two gradients before activations, and a spare */
    unsigned second;
} step;

/* ---- Weights ----------------------------------------------------------------- */

static egad_status make_room(egad_train *t, int k)
{
    egad_status status = EGAD_OK;
    const egad_net *net = t->detector->net[k];
    NEW(t->room[k], net->n);
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        egad_train_room *room = &t->room[k][i];
        TRY(egad_mlp_room(t->mlp, l->I, l->O, &room->w));
        TRY(egad_mlp_room(t->mlp, 1, l->O, &room->bias));
        TRY(egad_mlp_room(t->mlp, l->O, l->part, &room->transposed[0]));
        if (l->part < l->I)
            TRY(egad_mlp_room(t->mlp, l->O, l->I - l->part, &room->transposed[1]));
    }
done:
    return status;
}

egad_status egad_train_pack(egad_train *t, egad_plan *plan, int k)
{
    egad_status status = EGAD_OK;
    const egad_net *net = t->detector->net[k];
    egad_gemm_entry *entries = NULL;
    egad_tensor numbers;
    size_t n = 0;
    NEW(entries, (NET_DENSE_ENTRIES + 1) * net->n);
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        const egad_train_room *room = &t->room[k][i];
        n += egad_net_dense_entries(l, room->w, room->transposed, entries + n);
        entries[n++] = (egad_gemm_entry){
            .from = l->bias, .rows = 1, .columns = l->O, .to = room->bias
        };
    }
    TRY(egad_mlp_numbers(t->mlp, &numbers));
    TRY(egad_gemm_pack(plan, net->name, numbers, net->w, entries, n));
done:
    free(entries);
    return status;
}

/* ---- Sections ---------------------------------------------------------------- */

/* out: slot for the last layer's output, or no slot to reserve one. */
static egad_status reserve(step *s, section *c, int k, int number, int halves,
                           egad_slot x, egad_slot out)
{
    egad_status status = EGAD_OK;
    const egad_net *net = s->t->detector->net[k];
    *c = (section){ .net = net,
                    .layer = net->layer + net->first[number],
                    .room = s->t->room[k] + net->first[number],
                    .first = net->first[number],
                    .n = net->count[number],
                    .x = x,
                    .halves = halves };
    NEW(c->y, c->n);
    for (size_t i = 0; i < c->n; i++)
        c->y[i] = i + 1 == c->n && out.room ? out : egad_mlp_reserve(s->m, c->layer[i].O);
done:
    return status;
}

static float dropout(const step *s, const section *c, size_t i)
{
    return s->t->dropout && c->net == s->t->detector->net[NET_D] ? c->layer[i].row.dropout
                                                                 : 0.0f;
}

static egad_status forward(const step *s, const section *c)
{
    egad_status status = EGAD_OK;
    for (size_t i = 0; i < c->n; i++) {
        const egad_net_layer *l = &c->layer[i];
        const float drop = dropout(s, c, i);
        const unsigned stream = STREAM_DROPOUT + (unsigned)(c->first + i) + s->second;
        TRY(egad_mlp_forward(s->m, c->y[i], i ? c->y[i - 1] : c->x, c->room[i].w,
                             c->room[i].bias, l->I, l->O, l->row.act, c->net->slope,
                             c->halves));
        for (int half = 0; half < 2 && drop > 0.0f; half++)
            TRY(egad_mlp_dropout(s->m, half ? egad_mlp_generated(c->y[i]) : c->y[i], l->O,
                                 drop, stream, half));
    }
done:
    return status;
}

/* The same section for the generated half only; `y`: memory for its slots. */
static section generated(const section *c, egad_slot *y)
{
    section some = *c;
    some.x = egad_mlp_generated(c->x);
    for (size_t i = 0; i < c->n; i++)
        y[i] = egad_mlp_generated(c->y[i]);
    some.y = y;
    some.halves = 1;
    return some;
}

/* dx = the gradient before the last activation of `below`, from dy, the one before the
 * first activation of c.  halves: 1 or 2. */
static egad_status cross(const step *s, egad_slot dx, egad_slot dy, const section *c,
                         int part, const section *below, int halves)
{
    const egad_net_layer *l = c->layer;
    const size_t last = below->n - 1;
    return egad_mlp_backward(s->m, dx, dy, c->room->transposed[part],
                             part ? l->I - l->part : l->part, l->O, below->y[last],
                             below->layer[last].row.act, below->net->slope,
                             dropout(s, below, last), halves);
}

/* Backward through c: d[0] is the gradient before the last activation, then before the
 * first.  weights: 1 to compute the gradients of weights, at offset `at`. */
static egad_status backward(const step *s, const section *c, egad_slot d[2], int weights,
                            size_t at)
{
    egad_status status = EGAD_OK;
    for (size_t i = c->n; i-- > 0;) {
        const egad_net_layer *l = &c->layer[i];
        const egad_slot from = d[0];
        if (weights)
            TRY(egad_mlp_weights(s->m, i ? c->y[i - 1] : c->x, from, l->I, l->O,
                                 at + l->kernel, at + l->bias, c->halves));
        if (i == 0)
            break;
        TRY(egad_mlp_backward(s->m, d[1], from, c->room[i].transposed[0], l->I, l->O,
                              c->y[i - 1], c->layer[i - 1].row.act, c->net->slope,
                              dropout(s, c, i - 1), c->halves));
        d[0] = d[1];
        d[1] = from;
    }
done:
    return status;
}

/* ---- Steps ------------------------------------------------------------------- */

static int bigan(const step *s)
{
    return s->t->detector->net[NET_E] != NULL;
}

/* The section that ends in the logits. */
static const section *head(const step *s)
{
    return bigan(s) ? &s->dxz : &s->dx;
}

static egad_status reserve_all(step *s)
{
    egad_status status = EGAD_OK;
    const egad_detector *d = s->t->detector;
    const egad_net *D = d->net[NET_D];
    const egad_slot nowhere = { 0 };
    size_t widest = 1;
    s->x = egad_mlp_reserve(s->m, d->columns);
    s->z = egad_mlp_reserve(s->m, (size_t)d->model->z_dim);
    TRY(reserve(s, &s->g, NET_G, 0, 1, egad_mlp_generated(s->z),
                egad_mlp_generated(s->x)));
    if (bigan(s)) {
        const size_t a = egad_net_outputs(D, SECTION_DX),
                     b = egad_net_outputs(D, SECTION_DZ);
        s->hidden = egad_mlp_reserve(s->m, a + b);
        TRY(reserve(s, &s->e, NET_E, 0, 1, s->x, s->z));
        TRY(reserve(s, &s->dx, NET_D, SECTION_DX, 2, s->x, s->hidden));
        TRY(reserve(s, &s->dz, NET_D, SECTION_DZ, 2, s->z,
                    egad_mlp_columns(s->hidden, a)));
        TRY(reserve(s, &s->dxz, NET_D, SECTION_DXZ, 2, s->hidden, nowhere));
    } else {
        TRY(reserve(s, &s->dx, NET_D, SECTION_DX, 2, s->x, nowhere));
    }
    for (int k = 0; k < NETS; k++)
        for (size_t i = 0; d->net[k] && i < d->net[k]->n; i++)
            widest = d->net[k]->layer[i].O > widest ? d->net[k]->layer[i].O : widest;
    for (int i = 0; i < 3; i++)
        s->back[i] = egad_mlp_reserve(s->m, widest);
done:
    return status;
}

static egad_status forward_all(const step *s)
{
    egad_status status = EGAD_OK;
    const egad_detector *d = s->t->detector;
    TRY(egad_mlp_input(s->m, s->x, NULL, d->columns, 0.0f));
    TRY(egad_mlp_load(s->m, s->g.x, (size_t)d->model->z_dim));
    TRY(forward(s, &s->g));
    if (bigan(s))
        TRY(forward(s, &s->e));
    /* The order matters: the last panel of the left half may extend into the right
     * half. */
    TRY(forward(s, &s->dx));
    if (bigan(s)) {
        TRY(forward(s, &s->dz));
        TRY(forward(s, &s->dxz));
    }
done:
    return status;
}

/* Append the losses of the real and the generated rows, with their labels.  at_real,
 * at_fake: their offsets in the gradients' buffer. */
static egad_status losses(const step *s, int real, int fake, size_t at_real,
                          size_t at_fake)
{
    egad_status status = EGAD_OK;
    const egad_slot logits = head(s)->y[head(s)->n - 1];
    TRY(egad_mlp_loss(s->m, logits, s->back[0], real, at_real));
    TRY(egad_mlp_loss(s->m, egad_mlp_generated(logits), egad_mlp_generated(s->back[0]),
                      fake, at_fake));
done:
    return status;
}

static egad_status step_d(step *s)
{
    egad_status status = EGAD_OK;
    const size_t at = s->t->detector->net[NET_D]->g.c;
    egad_slot d[2] = { s->back[0], s->back[1] };
    TRY(forward_all(s));
    TRY(losses(s, 1, 0, at + LOSS_DIS_REAL, at + LOSS_DIS_FAKE));
    TRY(backward(s, head(s), d, 1, 0));
    if (bigan(s)) {
        egad_slot left[2] = { s->back[2], d[1] }, right[2] = { d[1], d[0] };
        TRY(cross(s, left[0], d[0], &s->dxz, 0, &s->dx, 2));
        TRY(cross(s, right[0], d[0], &s->dxz, 1, &s->dz, 2));
        TRY(backward(s, &s->dz, right, 1, 0));
        left[1] = s->back[0];
        TRY(backward(s, &s->dx, left, 1, 0));
    }
done:
    return status;
}

/* Restrict gradients to the generated half. */
static void turn(egad_slot d[2])
{
    for (int i = 0; i < 2; i++)
        d[i] = egad_mlp_generated(d[i]);
}

static egad_status step_g(step *s)
{
    egad_status status = EGAD_OK;
    const size_t at_e = s->t->detector->net[NET_G]->g.c;
    const size_t at = at_e + (bigan(s) ? s->t->detector->net[NET_E]->g.c : 0);
    egad_slot d[2] = { s->back[0], s->back[1] }, *y = NULL;
    NEW(y, s->dx.n);
    TRY(forward_all(s));
    TRY(losses(s, 0, 1, at + LOSS_ENC - LOSS_GEN, at));
    const section fake = generated(&s->dx, y);
    if (bigan(s)) {
        section real = s->dz;
        real.halves = 1;
        TRY(backward(s, &s->dxz, d, 0, 0));
        egad_slot left[2] = { s->back[2], d[1] }, right[2] = { d[1], d[0] };
        TRY(cross(s, right[0], d[0], &s->dxz, 1, &real, 1));
        egad_slot from = egad_mlp_generated(d[0]);
        turn(left);
        TRY(cross(s, left[0], from, &s->dxz, 0, &fake, 1));
        TRY(backward(s, &real, right, 0, 0));
        TRY(cross(s, right[1], right[0], &real, 0, &s->e, 1));
        egad_slot of_e[2] = { right[1], right[0] };
        TRY(backward(s, &s->e, of_e, 1, at_e));
        d[0] = left[0];
        d[1] = left[1];
    } else {
        turn(d);
    }
    TRY(backward(s, &fake, d, 0, 0));
    TRY(cross(s, d[1], d[0], &fake, 0, &s->g, 1));
    egad_slot of_g[2] = { d[1], d[0] };
    TRY(backward(s, &s->g, of_g, 1, 0));
done:
    free(y);
    return status;
}

int egad_train_fuses(const egad_train *t)
{
    const egad_net *const *net = (const egad_net *const *)t->detector->net;
    egad_gemm_engine engine;
    int batchnorm = 0;
    if (egad_gemm_choose(&engine, t->detector->device) != EGAD_OK)
        return 0; /* egad_gemm_choose will report the error again */
    for (int k = 0; k < NETS; k++)
        for (size_t i = 0; net[k] && i < net[k]->n; i++)
            batchnorm |= net[k]->layer[i].row.bn;
    return t->detector->device->cpu && egad_gemm_packs(engine) &&
           egad_detector_dense(t->detector) && !batchnorm;
}

egad_status egad_train_fuse(egad_train *t)
{
    egad_status status = EGAD_OK;
    egad_detector *d = t->detector;
    const egad_net *const e = d->net[NET_E];
    const egad_tensor none = { 0 };
    step s = { .t = t, .m = t->mlp };
    for (int k = 0; k < NETS; k++)
        if (d->net[k])
            TRY(make_room(t, k));
    TRY(reserve_all(&s));
    TRY(step_d(&s));
    const size_t half = egad_mlp_steps(s.m);
    s.second = STREAM_SECOND;
    TRY(step_g(&s));
    egad_mlp_training training = { .end = half,
                                   .x = egad_tensor_rows(t->x, 0, t->N),
                                   .z = t->z,
                                   .a = d->net[NET_D]->g,
                                   .ring = t->ring,
                                   .slot = LOSS_DIS_REAL,
                                   .random = t->random };
    TRY(egad_mlp_train(s.m, t->gradients_d, &training));
    training.first = half;
    training.end = egad_mlp_steps(s.m);
    training.a = d->net[NET_G]->g;
    training.b = e ? e->g : none;
    training.slot = LOSS_GEN;
    TRY(egad_mlp_train(s.m, t->gradients_g, &training));
done:
    for (section *const *c = (section *const[]){ &s.e, &s.g, &s.dx, &s.dz, &s.dxz, NULL };
         *c; c++)
        free((*c)->y);
    return status;
}

/* The plans of a training iteration: each step feeds a batch, computes losses and
 * gradients by a back end, and updates networks. */
#include "train.h"

#include "net/tie.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Fill the batch with training rows and noise.  Each step has its own order of the rows
 * of an epoch, and its own noise. */
static egad_status feed(egad_train *t, egad_plan *plan, int step)
{
    egad_status status = EGAD_OK;
    const unsigned own = (unsigned)step * STREAM_STEP;
    unsigned noises = 0;
    for (int v = 0; v < t->graph->values; v++) {
        const int kind = t->graph->model->values[v].kind;
        if (kind == VALUE_ROWS && t->pieces)
            TRY(egad_batch_gather(plan, "batch of rows", t->batch[v], t->data, t->pieces,
                                  t->random, STREAM_ORDER + own));
        if (kind == VALUE_NOISE) {
            TRY(egad_batch_noise(plan, "noise", t->batch[v], t->random,
                                 (noises ? STREAM_MORE + noises : STREAM_NOISE) + own));
            noises++;
        }
    }
done:
    return status;
}

/* Update one network by Adam and its moving average; pack its weights. */
static egad_status update(egad_train *t, egad_plan *plan, size_t k)
{
    egad_status status = EGAD_OK;
    egad_net *net = t->detector->network[k];
    const egad_adam a = { .w = net->w,
                          .g = net->g,
                          .m = net->m,
                          .v = net->v,
                          .ema = net->ema,
                          .rates = t->rates,
                          .beta1 = t->detector->recipe.beta1,
                          .ema_decay = t->detector->recipe.ema_decay };
    TRY(egad_adam_step(plan, net->name, &a, t->random));
    if (!net->kept.mem) /* else at the head of the next step */
        TRY(t->backend->pack(t, plan, k));
done:
    return status;
}

/* 1 if a step runs network k. */
static int runs(const egad_graph *g, int step, size_t k)
{
    for (int i = 0; i < g->step[step].n; i++)
        if (g->step[step].op[i].kind == GRAPH_FORWARD &&
            g->node[g->step[step].op[i].node].network == (int)k)
            return 1;
    return 0;
}

/* A step's gradients.  Spectral normalisation moves once in each step that runs its
 * network, before it. */
static egad_status gradients(egad_train *t, egad_plan *plan, int step)
{
    egad_status status = EGAD_OK;
    egad_net *const *net = t->detector->network;
    for (size_t k = 0; k < t->detector->networks; k++)
        if (net[k]->kept.mem && runs(t->graph, step, k)) {
            TRY(egad_net_apply(net[k], plan));
            TRY(t->backend->pack(t, plan, k));
        }
    TRY(t->backend->step(t, plan, step));
    for (size_t k = 0; k < t->detector->networks; k++)
        if (net[k]->kept.mem && (t->graph->model->steps[step].moves >> k & 1u))
            TRY(egad_net_apply_back(net[k], plan));
done:
    return status;
}

/* Pack the initial weights. */
static egad_status pack_once(egad_train *t)
{
    egad_status status = EGAD_OK;
    egad_plan *plan = NULL;
    TRY(egad_plan_new(&plan, t->detector->device, "pack"));
    for (size_t k = 0; k < t->detector->networks; k++)
        TRY(t->backend->pack(t, plan, k));
    TRY(egad_plan_run(plan));
    TRY(egad_device_finish(t->detector->device));
done:
    egad_plan_free(plan);
    return status;
}

static egad_status named(egad_plan **plan, const egad_train *t, const char *what,
                         int step)
{
    char name[64];
    snprintf(name, sizeof name, "%s of the %s step", what,
             t->graph->model->steps[step].name);
    return egad_plan_new(plan, t->detector->device, name);
}

static egad_status make_plans(egad_train *t)
{
    egad_status status = EGAD_OK;
    const int steps = t->graph->steps;
    for (int s = 0; s < steps; s++) {
        TRY(named(&t->step[s].feed, t, "feed", s));
        TRY(named(&t->step[s].gradients, t, "gradients", s));
        TRY(named(&t->step[s].update, t, "update", s));
        TRY(gradients(t, t->step[s].gradients, s));
        TRY(egad_tie_gradients(t->detector->network, t->detector->networks,
                               t->graph->model->steps[s].moves, t->step[s].gradients));
    }
    TRY(pack_once(t));
    for (int s = 0; s < steps; s++) {
        TRY(feed(t, t->step[s].feed, s));
        for (size_t k = 0; k < t->detector->networks; k++)
            if (t->graph->model->steps[s].moves >> k & 1u)
                TRY(update(t, t->step[s].update, k));
    }
    TRY(egad_batch_tick(t->step[steps - 1].update, t->random));
done:
    return status;
}

/* Allocate the pieces for n rows, which differ by at most one row. */
static egad_status make_pieces(egad_train *t, size_t n)
{
    egad_status status = EGAD_OK;
    egad_detector *d = t->detector;
    const size_t most = egad_tensor_most(d->device, d->columns),
                 pieces = (n + most - 1) / most;
    NEW(t->data, pieces);
    for (; t->pieces < pieces; t->pieces++)
        TRY(egad_tensor_new(&t->data[t->pieces], d->device,
                            n / pieces + (t->pieces < n % pieces), d->columns));
done:
    return status;
}

/* Copy the training rows to the device and scale them there. */
static egad_status upload(egad_train *t, const egad_dataset *data, const size_t *rows,
                          size_t n)
{
    enum { CHUNK = 4096 };
    egad_status status = EGAD_OK;
    egad_detector *d = t->detector;
    const size_t X = d->columns;
    float *host = NULL;
    egad_plan *plan = NULL;

    if (n > INT32_MAX)
        FAIL(DATA, "%zu training rows are more than 2^31; train on fewer rows", n);
    NEW(host, CHUNK * X);
    TRY(make_pieces(t, n));
    TRY(egad_plan_new(&plan, d->device, "scale"));
    for (size_t p = 0; p < t->pieces; rows += t->data[p++].n) {
        const egad_tensor piece = t->data[p];
        for (size_t i = 0; i < piece.n; i += CHUNK) {
            const size_t m = piece.n - i < CHUNK ? piece.n - i : CHUNK;
            for (size_t r = 0; r < m; r++)
                memcpy(host + r * X, data->x + rows[i + r] * X, X * sizeof *host);
            TRY(egad_tensor_write(d->device, egad_tensor_rows(piece, i, m), host));
        }
        TRY(egad_pointwise_scale(plan, "training rows", piece, d->fit_on,
                                 egad_detector_limit(d)));
    }
    TRY(egad_plan_run(plan));
    TRY(egad_device_finish(d->device));
done:
    egad_plan_free(plan);
    free(host);
    return status;
}

egad_status egad_train_new(egad_train **out, egad_detector *detector, size_t N,
                           int dropout, const egad_dataset *data, const size_t *rows,
                           size_t n)
{
    egad_status status = EGAD_OK;
    egad_train *t = NULL;
    *out = NULL;
    NEW(t, 1);
    t->detector = detector;
    t->N = N;
    t->dropout = dropout;
    TRY(egad_graph_new(&t->graph, detector->model, detector->network, detector->columns));
    if (data)
        TRY(upload(t, data, rows, n));
    TRY(egad_tensor_new(&t->ring, detector->device, RING, LOSSES));
    TRY(egad_tensor_flat(&t->rates, detector->device, RING));
    TRY(egad_tensor_flat(&t->clock, detector->device, 1));
    t->random = (egad_random){ .clock = t->clock.mem, .seed = detector->seed };
    t->backend = egad_train_fused_offered(t) ? &egad_train_fused : &egad_train_launch;
    TRY(t->backend->reserve(t));
    TRY(make_plans(t));
    *out = t;
    t = NULL;
done:
    egad_train_free(t);
    return status;
}

void egad_train_free(egad_train *t)
{
    if (!t)
        return;
    for (int s = 0; s < MODEL_STEPS; s++) {
        egad_plan_free(t->step[s].feed);
        egad_plan_free(t->step[s].gradients);
        egad_plan_free(t->step[s].update);
    }
    if (t->backend)
        t->backend->free(t);
    for (size_t i = 0; i < t->pieces; i++)
        egad_tensor_free(&t->data[i]);
    free(t->data);
    egad_tensor *const tensors[] = { &t->ring, &t->rates, &t->clock };
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        egad_tensor_free(tensors[i]);
    free(t->graph);
    free(t);
}

egad_status egad_train_set_clock(egad_train *t, uint64_t step)
{
    const union {
        uint32_t u;
        float f;
    } value = { .u = (uint32_t)step };
    return egad_tensor_write(t->detector->device, t->clock, &value.f);
}

egad_status egad_train_profile(egad_profile **list, size_t *n, egad_detector *detector,
                               int times)
{
    egad_status status = EGAD_OK;
    egad_train *t = NULL;
    egad_profile *made = NULL;
    size_t size = 0;
    *list = NULL;
    *n = 0;
    if (!detector->networks)
        FAIL(ARGUMENT, "%s has no training iterations to profile", detector->model->name);
    TRY(egad_train_new(&t, detector, (size_t)detector->recipe.batch, 1, NULL, NULL, 0));
    for (int s = 0; s < t->graph->steps; s++) {
        TRY(egad_plan_profile(t->step[s].feed, times, &made, &size));
        TRY(egad_plan_profile(t->step[s].gradients, times, &made, &size));
        TRY(egad_plan_profile(t->step[s].update, times, &made, &size));
    }
    *list = made;
    *n = size;
    made = NULL;
done:
    free(made);
    egad_train_free(t);
    return status;
}

/* One training iteration of a GAN or BiGAN as plans. */
#include "train_inside.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const egad_tensor none = { 0 };

static int bigan(const egad_train *t)
{
    return t->detector->net[NET_E] != NULL;
}

static egad_status reserve(egad_train *t)
{
    egad_status status = EGAD_OK;
    egad_detector *d = t->detector;
    egad_device *device = d->device;
    const size_t N = t->N, X = d->columns, Z = (size_t)d->model->z_dim;
    egad_net *D = d->net[NET_D];

    TRY(egad_tensor_new(&t->x, device, 2 * N, X));
    TRY(egad_tensor_new(&t->z, device, 2 * N, Z));
    TRY(egad_tensor_new(&t->ring, device, RING, LOSSES));
    TRY(egad_tensor_flat(&t->rates, device, RING));
    TRY(egad_tensor_flat(&t->clock, device, 1));
    t->random = (egad_random){ .clock = t->clock.mem, .seed = d->seed };
    if (egad_train_fuses(t))
        return egad_mlp_new(&t->mlp, device);

    const egad_pass_options half = { .mode = PASS_TRAIN,
                                     .random = t->dropout ? &t->random : NULL,
                                     .joins = 1 };
    egad_pass_options both = half, forward_only = { .mode = PASS_MOMENTS };
    both.groups = 2; /* D normalises real and generated rows separately */
    const egad_tensor real_x = egad_tensor_rows(t->x, 0, N);
    const egad_tensor fake_x = egad_tensor_rows(t->x, N, N);
    const egad_tensor real_z = egad_tensor_rows(t->z, 0, N);
    const egad_tensor fake_z = egad_tensor_rows(t->z, N, N);
    TRY(egad_pass_new(&t->g, device, d->net[NET_G], 0, fake_z, fake_x, &half));
    if (!bigan(t))
        return egad_pass_new(&t->dx, device, D, SECTION_DX, t->x, none, &both);
    const size_t a = egad_net_outputs(D, SECTION_DX);
    const size_t b = egad_net_outputs(D, SECTION_DZ);
    TRY(egad_tensor_new(&t->hidden, device, 2 * N, a + b));
    TRY(egad_pass_new(&t->e, device, d->net[NET_E], 0, real_x, real_z, &half));
    TRY(egad_pass_new(&t->dx, device, D, SECTION_DX, t->x,
                      egad_tensor_columns(t->hidden, 0, a), &both));
    TRY(egad_pass_new(&t->dz, device, D, SECTION_DZ, t->z,
                      egad_tensor_columns(t->hidden, a, b), &both));
    TRY(egad_pass_new(&t->dxz, device, D, SECTION_DXZ, t->hidden, none, &both));
    if (d->net[NET_G]->moving.mem)
        TRY(egad_pass_new(&t->rebuild, device, d->net[NET_G], 0, real_z, none,
                          &forward_only));
done:
    return status;
}

/* The pass that ends in the logits. */
static const egad_pass *head(const egad_train *t)
{
    return bigan(t) ? &t->dxz : &t->dx;
}

/* Fill the batch with training rows and noise.  Each epoch has two orders of rows;
 * `second` selects one. */
static egad_status feed(egad_train *t, egad_plan *plan, unsigned second)
{
    egad_status status = EGAD_OK;
    if (t->data.mem)
        TRY(egad_batch_gather(plan, "batch of rows", egad_tensor_rows(t->x, 0, t->N),
                              t->data, t->random, STREAM_ORDER + second));
    TRY(egad_batch_noise(plan, "noise", egad_tensor_rows(t->z, t->N, t->N), t->random,
                         STREAM_NOISE + second));
done:
    return status;
}

/* Forward through E, G, and D with both halves.  Moving statistics of D are updated in
 * the D step, those of G and E in their own (tests/reference, "One training
 * iteration"). */
static egad_status forward(egad_train *t, egad_plan *plan, unsigned second)
{
    egad_status status = EGAD_OK;
    egad_net *const *net = t->detector->net;
    const int move_d = !second, move_g = !move_d;
    TRY(egad_pass_forward(&t->g, plan, net[NET_G]->w, move_g, second));
    if (bigan(t))
        TRY(egad_pass_forward(&t->e, plan, net[NET_E]->w, move_g, second));
    if (move_g && t->rebuild.n)
        TRY(egad_pass_move(&t->rebuild, plan, net[NET_G]->w));
    TRY(egad_pass_forward(&t->dx, plan, net[NET_D]->w, move_d, second));
    if (bigan(t)) {
        TRY(egad_pass_forward(&t->dz, plan, net[NET_D]->w, move_d, second));
        TRY(egad_pass_forward(&t->dxz, plan, net[NET_D]->w, move_d, second));
    }
done:
    return status;
}

/* D step: minimise CE(D(x, E(x)), 1) + CE(D(G(z), z), 0). */
static egad_status plan_d(egad_train *t, egad_plan *plan)
{
    egad_status status = EGAD_OK;
    const egad_pass *top = head(t);
    const egad_target targets[2] = { { 1.0f, LOSS_DIS_REAL }, { 0.0f, LOSS_DIS_FAKE } };
    const size_t rows = 2 * t->N;

    TRY(forward(t, plan, 0));
    TRY(egad_loss_cross_entropy(plan, "loss of D", top->dpre[top->n - 1],
                                egad_pass_output(top), t->ring, t->random, targets, 2));
    TRY(egad_pass_backward(top, plan, 1, 0, rows));
    if (bigan(t)) {
        TRY(egad_pass_cross(top, 0, 0, &t->dx, 0, rows, plan));
        TRY(egad_pass_cross(top, 1, 0, &t->dz, 0, rows, plan));
        TRY(egad_pass_backward(&t->dx, plan, 1, 0, rows));
        TRY(egad_pass_backward(&t->dz, plan, 1, 0, rows));
    }
done:
    return status;
}

/* G and E step.  G minimises CE(D(G(z), z), 1): the generated half, back through D(x).  E
 * minimises CE(D(x, E(x)), 0): the real half, back through D(z). */
static egad_status plan_g(egad_train *t, egad_plan *plan)
{
    egad_status status = EGAD_OK;
    const egad_pass *top = head(t);
    const egad_target targets[2] = { { 0.0f, LOSS_ENC }, { 1.0f, LOSS_GEN } };
    const size_t N = t->N;

    TRY(forward(t, plan, STREAM_SECOND));
    TRY(egad_loss_cross_entropy(plan, "losses of E and G", top->dpre[top->n - 1],
                                egad_pass_output(top), t->ring, t->random, targets, 2));
    TRY(egad_pass_backward(top, plan, 0, bigan(t) ? 0 : N, bigan(t) ? 2 * N : N));
    if (bigan(t)) {
        TRY(egad_pass_cross(top, 0, N, &t->dx, N, N, plan));
        TRY(egad_pass_cross(top, 1, 0, &t->dz, 0, N, plan));
        TRY(egad_pass_backward(&t->dx, plan, 0, N, N));
        TRY(egad_pass_backward(&t->dz, plan, 0, 0, N));
        TRY(egad_pass_cross(&t->dz, 0, 0, &t->e, 0, N, plan));
        TRY(egad_pass_backward(&t->e, plan, 1, 0, N));
    }
    TRY(egad_pass_cross(&t->dx, 0, N, &t->g, 0, N, plan));
    TRY(egad_pass_backward(&t->g, plan, 1, 0, N));
done:
    return status;
}

/* Pack the weights of one network for the gradients' launches. */
static egad_status pack(egad_train *t, egad_plan *plan, int which)
{
    if (t->mlp)
        return egad_train_pack(t, plan, which);
    return egad_net_pack_train(t->detector->net[which], plan);
}

/* Update one network by Adam and its moving average; repack its weights. */
static egad_status update(egad_train *t, egad_plan *plan, int which)
{
    egad_status status = EGAD_OK;
    egad_net *net = t->detector->net[which];
    const egad_adam a = { .w = net->w,
                          .g = net->g,
                          .m = net->m,
                          .v = net->v,
                          .ema = net->ema,
                          .rates = t->rates,
                          .beta1 = t->detector->recipe.beta1,
                          .ema_decay = t->detector->recipe.ema_decay };
    TRY(egad_adam_step(plan, net->name, &a, t->random));
    TRY(pack(t, plan, which));
done:
    return status;
}

/* Pack the initial weights. */
static egad_status pack_once(egad_train *t)
{
    egad_status status = EGAD_OK;
    egad_plan *plans[NETS] = { NULL };
    for (int k = 0; k < NETS; k++) {
        if (!t->detector->net[k])
            continue;
        TRY(egad_plan_new(&plans[k], t->detector->device, "pack"));
        TRY(pack(t, plans[k], k));
        TRY(egad_plan_run(plans[k]));
    }
    TRY(egad_device_finish(t->detector->device));
done:
    for (int k = 0; k < NETS; k++)
        egad_plan_free(plans[k]);
    return status;
}

static egad_status make_plans(egad_train *t)
{
    egad_status status = EGAD_OK;
    egad_device *device = t->detector->device;
    TRY(egad_plan_new(&t->feed_d, device, "feed of the D step"));
    TRY(egad_plan_new(&t->gradients_d, device, "gradients of the D step"));
    TRY(egad_plan_new(&t->update_d, device, "update of D"));
    TRY(egad_plan_new(&t->feed_g, device, "feed of the G and E step"));
    TRY(egad_plan_new(&t->gradients_g, device, "gradients of the G and E step"));
    TRY(egad_plan_new(&t->update_g, device, "update of G and E"));
    if (t->mlp) {
        TRY(egad_train_fuse(t));
    } else {
        TRY(plan_d(t, t->gradients_d));
        TRY(plan_g(t, t->gradients_g));
    }
    TRY(pack_once(t));
    TRY(feed(t, t->feed_d, 0));
    TRY(update(t, t->update_d, NET_D));
    TRY(feed(t, t->feed_g, STREAM_SECOND));
    TRY(update(t, t->update_g, NET_G));
    if (bigan(t))
        TRY(update(t, t->update_g, NET_E));
    TRY(egad_batch_tick(t->update_g, t->random));
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

    if (n * X > INT32_MAX)
        FAIL(DATA,
             "%zu training rows of %zu columns are more than 2^31 values; train on fewer "
             "rows",
             n, X);
    NEW(host, CHUNK * X);
    TRY(egad_tensor_new(&t->data, d->device, n, X));
    for (size_t i = 0; i < n; i += CHUNK) {
        const size_t m = n - i < CHUNK ? n - i : CHUNK;
        for (size_t r = 0; r < m; r++)
            memcpy(host + r * X, data->x + rows[i + r] * X, X * sizeof *host);
        TRY(egad_tensor_write(d->device, egad_tensor_rows(t->data, i, m), host));
    }
    TRY(egad_plan_new(&plan, d->device, "scale"));
    TRY(egad_pointwise_scale(plan, "training rows", t->data, d->fit_on,
                             egad_detector_limit(d)));
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
    if (data)
        TRY(upload(t, data, rows, n));
    TRY(reserve(t));
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
    egad_plan *const plans[] = { t->feed_d, t->gradients_d, t->update_d,
                                 t->feed_g, t->gradients_g, t->update_g };
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        egad_plan_free(plans[i]);
    egad_pass *const passes[] = { &t->e, &t->g, &t->dx, &t->dz, &t->dxz, &t->rebuild };
    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++)
        egad_pass_free(passes[i]);
    egad_mlp_free(t->mlp);
    for (int k = 0; k < NETS; k++)
        free(t->room[k]);
    egad_tensor *const tensors[] = { &t->data, &t->x,     &t->z,    &t->hidden,
                                     &t->ring, &t->rates, &t->clock };
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        egad_tensor_free(tensors[i]);
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
    TRY(egad_train_new(&t, detector, (size_t)detector->recipe.batch, 1, NULL, NULL, 0));
    const egad_plan *const plans[] = { t->feed_d, t->gradients_d, t->update_d,
                                       t->feed_g, t->gradients_g, t->update_g };
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        TRY(egad_plan_profile(plans[i], times, &made, &size));
    *list = made;
    *n = size;
    made = NULL;
done:
    free(made);
    egad_train_free(t);
    return status;
}

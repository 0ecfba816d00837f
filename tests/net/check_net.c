/* Gradients of whole networks: training plans against central differences of ref_cpu's
 * losses, with dropout (known masks) and without. */
#include "detector/train.h"

#include "lab.h"
#include "models/layers.h"
#include "ref_cpu.h"

#include <math.h>

enum { SEED = 42, STEP = 3, MOST = 60 }; /* MOST: parameters tested per layer */

/* ---- Small models, of odd widths ------------------------------------------ */

/* clang-format off */
static const egad_layer tiny_e[] = {
  { Dense, 7,    NO_BN, Tanh,          0.0f, PLAIN },
  { Dense, 5,    NO_BN, Linear,        0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer tiny_g[] = {
  { Dense, 33,   NO_BN, ReLU,          0.0f, PLAIN },
  { Dense, 1,    NO_BN, Linear,        0.0f, PLAIN },
  { Dense, 6,    NO_BN, ACT_SIGMOID,   0.0f, PLAIN },
  { Dense, AS_X, NO_BN, Linear,        0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer tiny_dx[] = {
  { Dense, 11,   NO_BN, LeakyReLU,     0.5f, PLAIN },
  { Dense, 33,   NO_BN, LeakyReLU,     0.2f, PLAIN },
  END_OF_TABLE
};
static const egad_layer tiny_dz[] = {
  { Dense, 7,    NO_BN, Linear,        0.2f, PLAIN },
  END_OF_TABLE
};
static const egad_layer tiny_dxz[] = {
  { Dense, 17,   NO_BN, ReLU,          0.3f, STAR  },
  { Dense, 9,    NO_BN, Tanh,          0.0f, PLAIN },
  { Dense, 1,    NO_BN, Linear,        0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer one_e[] = { { Dense, 1,    NO_BN, Linear,        0.0f, PLAIN }, END_OF_TABLE };
static const egad_layer one_d[] = { { Dense, 1,    NO_BN, Linear,        0.0f, STAR }, END_OF_TABLE };
/* Images: both kinds of SAME padding, batch normalisation of maps and of units, few and
 * many channels. */
static const egad_layer conv_e[] = {
  { Conv,      3, 1, 3,    NO_BN, Tanh,      0.0f, PLAIN },
  { Conv,      3, 2, 5,    BN,    Tanh,      0.0f, PLAIN },
  { Dense,           4,    NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer conv_g[] = {
  { Dense,           6,    BN,    Tanh,      0.0f, PLAIN },
  { DenseMaps(4),    5,    BN,    Sigmoid,   0.0f, PLAIN },
  { TransConv, 4, 2, 7,    BN,    Tanh,      0.0f, PLAIN },
  { TransConv, 3, 2, AS_X, NO_BN, Tanh,      0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer conv_dx[] = {
  { Conv,      4, 2, 6,    NO_BN, Tanh,      0.0f, PLAIN },
  { Conv,      4, 2, 3,    BN,    Tanh,      0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer conv_gan_dx[] = {
  { Conv,      4, 2, 6,    NO_BN, LeakyReLU, 0.0f, PLAIN },
  { Dense,           9,    BN,    Tanh,      0.0f, STAR  },
  { Dense,           1,    NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
/* clang-format on */

static const egad_network tiny_bigan_networks[] =
    BIGAN_NETWORKS(tiny_e, tiny_g, tiny_dx, tiny_dz, tiny_dxz);
static const egad_model tiny_bigan = { .name = "tiny-bigan",
                                       .z_dim = 5,
                                       .networks = tiny_bigan_networks,
                                       .values = egad_bigan_values,
                                       .steps = egad_bigan_steps,
                                       .slope = 0.1f };
static const egad_network tiny_gan_networks[] = GAN_NETWORKS(tiny_g, tiny_dxz);
static const egad_model tiny_gan = { .name = "tiny-gan",
                                     .z_dim = 3,
                                     .networks = tiny_gan_networks,
                                     .values = egad_gan_values,
                                     .steps = egad_gan_steps,
                                     .slope = 0.2f };
static const egad_network one_bigan_networks[] =
    BIGAN_NETWORKS(one_e, one_e, one_d, one_d, one_d);
static const egad_model one_bigan = { .name = "one-bigan",
                                      .z_dim = 1,
                                      .networks = one_bigan_networks,
                                      .values = egad_bigan_values,
                                      .steps = egad_bigan_steps,
                                      .slope = 0.1f };
static const egad_network conv_bigan_networks[] =
    BIGAN_NETWORKS(conv_e, conv_g, conv_dx, one_e, one_d);
static const egad_model conv_bigan = { .name = "conv-bigan",
                                       .z_dim = 4,
                                       .networks = conv_bigan_networks,
                                       .values = egad_bigan_values,
                                       .steps = egad_bigan_steps,
                                       .slope = 0.1f,
                                       .images = 4 };
static const egad_network conv_gan_networks[] = GAN_NETWORKS(conv_g, conv_gan_dx);
static const egad_model conv_gan = { .name = "conv-gan",
                                     .z_dim = 4,
                                     .networks = conv_gan_networks,
                                     .values = egad_gan_values,
                                     .steps = egad_gan_steps,
                                     .slope = 0.1f,
                                     .images = 4 };

/* ---- The comparison -------------------------------------------------------- */

typedef struct {
    egad_detector *d;
    egad_train *train;
    double *w[PAPER_NETS], *x, *z;
    size_t N;
    int dropout;
} subject;

/* The loss that network k minimises; second: the step of G and E. */
static double loss_of(const subject *s, int k, int second)
{
    const ref_random random = { .seed = SEED,
                                .step = STEP,
                                .stream = STREAM_DROPOUT + (second ? STREAM_STEP : 0) };
    double losses[REF_LOSSES];
    ref_losses(losses, s->d, s->w, s->x, s->z, s->N, s->dropout ? &random : NULL);
    return k == PAPER_D   ? losses[DIS_REAL] + losses[DIS_FAKE]
           : k == PAPER_G ? losses[GEN]
                          : losses[ENC];
}

/* Gradients of some of the parameters [from, from + n) of network k. */
static void check_parameters(subject *s, int k, const float *g, const char *what,
                             size_t from, size_t n)
{
    const double h = 1e-6;
    const size_t each = n > MOST ? n / MOST + 1 : 1;
    float got[MOST + 1];
    double want[MOST + 1];
    size_t tried = 0;
    for (size_t i = from; i < from + n; i += each) {
        const double w = s->w[k][i];
        s->w[k][i] = w + h;
        const double above = loss_of(s, k, k != PAPER_D);
        s->w[k][i] = w - h;
        const double below = loss_of(s, k, k != PAPER_D);
        s->w[k][i] = w;
        got[tried] = g[i];
        want[tried++] = (above - below) / (2.0 * h);
    }
    /* Differences of losses of about 1 have a rounding error of 1e-16 / h. */
    double largest = 1e-4;
    for (size_t i = 0; i < tried; i++)
        largest = fmax(largest, fabs(want[i]));
    lab_near_size(TOLERANCE_NET, what, got, want, tried, largest);
}

static void check_network(subject *s, int k)
{
    const egad_net *net = paper_net(s->d, k);
    const float *g = lab_read(net->g);
    char what[96];
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        snprintf(what, sizeof what, "%s: gradient of %s/%s", s->d->model->name, net->name,
                 l->name);
        egad_net_array arrays[NET_ARRAYS];
        for (size_t a = egad_net_trained(l, arrays); a-- > 0;)
            if (a == 1 && l->row.bn) /* no effect on the loss: only rounding is left */
                for (size_t c = 0; c < l->channels; c++)
                    ck_assert_msg(fabsf(g[l->bias + c]) < 1e-5f, "%s: bias %g", what,
                                  (double)g[l->bias + c]);
            else
                check_parameters(s, k, g, what, arrays[a].at, arrays[a].n);
    }
}

static void check_losses(const subject *s, int second)
{
    const float *ring = lab_read(s->train->ring);
    const ref_random random = { .seed = SEED,
                                .step = STEP,
                                .stream = STREAM_DROPOUT + (second ? STREAM_STEP : 0) };
    double want[REF_LOSSES];
    ref_losses(want, s->d, s->w, s->x, s->z, s->N, s->dropout ? &random : NULL);
    const int first = second ? GEN : DIS_REAL;
    lab_near(TOLERANCE_NET_LOSS, "losses", ring + STEP * LOSSES + first, want + first,
             second && !paper_net(s->d, PAPER_E) ? 1 : 2);
}

/* All gradients of one step, N rows: images of H x W pixels and C channels, or tables. */
static void check_images(const egad_model *model, size_t N, size_t H, size_t W, size_t C,
                         int dropout)
{
    const size_t shape[3] = { H, W, C }, X = H * W * C, Z = (size_t)model->z_dim;
    const egad_schema no_schema = { 0 };
    subject s = { .N = N, .dropout = dropout };
    const float *x = lab_uniform(N * X, 1, 2.0f), *z = lab_uniform(N * Z, 2, 2.0f);
    CHECK_OK(egad_detector_build(&s.d, lab, model, egad_recipes_tables, shape, &no_schema,
                                 NULL, SEED));
    for (int k = 0; k < PAPER_NETS; k++) {
        egad_net *net = paper_net(s.d, k);
        if (!net)
            continue;
        CHECK_OK(egad_net_initialise(net, lab, SEED, 100 * (unsigned)k, 0.0f));
        float *w = lab_read(net->w);
        for (size_t i = 0; i < net->n; i++) { /* biases and beta too */
            const egad_net_layer *l = &net->layer[i];
            const float *some = lab_uniform(l->channels, 50 + (unsigned)i, 0.3f);
            memcpy(w + l->bias, some, l->channels * sizeof *w);
            for (size_t c = 0; l->row.bn && c < l->channels; c++) {
                w[l->beta + c] = some[c];
                w[l->gamma + c] += some[c];
            }
        }
        CHECK_OK(egad_tensor_write(lab, net->w, w));
        s.w[k] = lab_widen(w, net->w.c);
    }
    s.x = lab_widen(x, N * X);
    s.z = lab_widen(z, N * Z);
    CHECK_OK(egad_train_new(&s.train, s.d, N, dropout, NULL, NULL, 0));
    CHECK_OK(egad_train_set_clock(s.train, STEP));
    CHECK_OK(egad_tensor_write(lab, s.train->batch[0], x));
    CHECK_OK(egad_tensor_write(lab, s.train->batch[1], z));

    CHECK_OK(egad_plan_run(s.train->step[0].gradients));
    CHECK_OK(egad_device_finish(lab));
    check_losses(&s, 0);
    check_network(&s, PAPER_D);
    CHECK_OK(egad_plan_run(s.train->step[1].gradients));
    CHECK_OK(egad_device_finish(lab));
    check_losses(&s, 1);
    check_network(&s, PAPER_G);
    if (paper_net(s.d, PAPER_E))
        check_network(&s, PAPER_E);
    egad_train_free(s.train);
    egad_detector_free(s.d);
    lab_end();
}

static void check_model(const egad_model *model, size_t N, size_t X, int dropout)
{
    check_images(model, N, 1, 1, X, dropout);
}

static void small_images(void)
{
    check_images(&conv_bigan, 5, 8, 4, 1, 0);
    check_images(&conv_bigan, 3, 4, 8, 5, 0);
    check_images(&conv_gan, 6, 8, 8, 2, 0);
}

static void small_models(void)
{
    for (int dropout = 0; dropout < 2; dropout++) {
        check_model(&one_bigan, 1, 1, dropout);
        check_model(&tiny_bigan, 6, 9, dropout);
        check_model(&tiny_bigan, 11, 1, dropout);
        check_model(&tiny_gan, 5, 33, dropout);
    }
}

START_TEST(small_by_rows)
{
    lab_engine("rows");
    small_models();
    small_images();
    lab->info.units = 1; /* more blocks than groups: some groups accumulate several */
    check_model(&tiny_bigan, 60, 9, 1);
}
END_TEST

START_TEST(small_by_rows_of_8)
{
    lab_engine("rows");
    lab->vector = 8;
    check_model(&tiny_bigan, 11, 9, 1);
    small_images();
    lab->info.units = 1;
    check_model(&tiny_bigan, 30, 40, 1);
}
END_TEST

START_TEST(small_by_plain)
{
    lab_engine("plain");
    lab_pretend(0);
    check_model(&tiny_bigan, 6, 9, 1);
    check_model(&tiny_gan, 5, 33, 0);
    small_images();
}
END_TEST

START_TEST(small_by_tiles)
{
    lab_engine("tiles");
    lab_pretend(0);
    lab->info.units = 48; /* enough to split products */
    check_model(&tiny_bigan, 6, 9, 1);
    check_model(&tiny_gan, 5, 33, 0);
    small_images();
}
END_TEST

START_TEST(small_by_clblast)
{
    lab_engine("clblast");
    check_model(&tiny_bigan, 6, 9, 1);
}
END_TEST

START_TEST(kdd_models)
{
    for (size_t i = 0; egad_models[i]; i++)
        if (!egad_models[i]->images && egad_models[i]->table) /* others: check_graph* */
            check_model(egad_models[i], 3, 8, 1);
    check_model(egad_models[0], 3, 8, 0);
}
END_TEST

/* ---- Shapes and weights at the start --------------------------------------- */

/* Sizes in the paper's tables for KDD99's 121 columns and MNIST's images. */
START_TEST(parameters)
{
    static const struct {
        const char *model;
        size_t parameters[EGAD_NETWORKS];
    } wanted[] = { { "kdd-bigan", { 9888, 26041, 52865 } },
                   { "kdd-gan", { 26041, 80769 } },
                   { "kdd-vae", { 209200, 177442 } },
                   { "kdd-dsebm", { 15616, 66048, 0, 121 } },
                   { "kdd-alad", { 9888, 26041, 53121, 31233, 2113 } },
                   { "kdd-dagmm", { 9471, 9591, 84 } },
                   { "kdd-dagmm-nvi", { 9471, 9591, 84 } },
                   { "mnist-vae", { 474400, 709168 } },
                   { "mnist-vae-bernoulli", { 474400, 394784 } },
                   { "image-alad", { 3445476, 3445377, 11855233, 222977, 14977 } },
                   { "mnist-bigan", { 1347656, 6781505, 3907329 } },
                   { "mnist-gan", { 6781505, 3282177 } } };
    const size_t listed = sizeof wanted / sizeof *wanted;
    for (size_t i = 0; egad_models[i]; i++) {
        const char *name = egad_models[i]->name;
        const size_t table[3] = { 1, 1, 121 }, image[3] = { 28, 28, 1 },
                     larger[3] = { 32, 32, 1 };
        const egad_schema no_schema = { 0 };
        egad_detector *d;
        size_t w = 0;
        if (!egad_models[i]->networks)
            continue;
        while (w < listed && strcmp(wanted[w].model, name) != 0)
            w++;
        ck_assert_msg(w < listed, "say here how many parameters %s has", name);
        CHECK_OK(egad_detector_build(&d, lab, egad_models[i], egad_models[i]->recipes,
                                     egad_models[i]->images == 8 ? larger
                                     : egad_models[i]->images    ? image
                                                                 : table,
                                     &no_schema, NULL, SEED));
        for (int k = 0; k < EGAD_NETWORKS; k++)
            ck_assert_uint_eq(egad_detector_describe(d).parameters[k],
                              wanted[w].parameters[k]);
        egad_detector_free(d);
    }
}
END_TEST

/* The list of names contains all models. */
START_TEST(names)
{
    const egad_model *model;
    const egad_recipe *recipe;
    const char *const *list = egad_detector_models();
    CHECK_FAILS(egad_detector_find_model(&model, "x"), ARGUMENT, "no model 'x'; there");
    for (size_t i = 0; egad_models[i]; i++) {
        const char *name = egad_models[i]->name;
        ck_assert_str_eq(list[i], name);
        ck_assert_msg(strstr(egad_status_last(), name) != NULL, "%s", name);
    }
    ck_assert_ptr_null(list[EGAD_MODELS]);
    CHECK_FAILS(egad_detector_find_recipe(&recipe, egad_models[0], "x"), ARGUMENT,
                "no recipe 'x'; there are sound, release, paper");
}
END_TEST

/* Uniform within the limit; other seeds and other networks give other weights. */
START_TEST(initial_weights)
{
    const egad_network table = { "generator",
                                 { 20 },
                                 { { tiny_g, { INPUT(0) }, NULL } } };
    const size_t inputs[MODEL_INPUTS][3] = { { 1, 1, 20 } }, x[3] = { 1, 1, 40 };
    egad_net *net;
    CHECK_OK(egad_net_new(&net, lab, &table, inputs, x, 0.1f));
    CHECK_OK(egad_net_initialise(net, lab, SEED, 7, 0.0f));
    const float *w = lab_read(net->w);
    lab_same("moving average", w, lab_read(net->ema), net->w.c);
    size_t others = 0;
    for (size_t i = 0; i < net->n; i++) {
        const egad_net_layer *l = &net->layer[i];
        const size_t n = l->I * l->O;
        const double limit = sqrt(6.0 / (double)(l->I + l->O));
        double squares = 0.0;
        for (size_t k = 0; k < n; k++) {
            ck_assert_double_lt(fabs((double)w[l->kernel + k]), limit);
            squares += (double)w[l->kernel + k] * (double)w[l->kernel + k];
        }
        if (n > 100)
            ck_assert_double_le(fabs(squares / (double)n / (limit * limit / 3.0) - 1.0),
                                5.0 * sqrt(0.8 / (double)n));
        for (size_t k = 0; k < l->O; k++)
            ck_assert(w[l->bias + k] == 0.0f);
        others += n + l->O;
    }
    ck_assert_uint_eq(others, net->parameters);
    CHECK_OK(egad_net_initialise(net, lab, SEED + 1, 7, 0.0f));
    const float *seed = lab_read(net->w);
    CHECK_OK(egad_net_initialise(net, lab, SEED, 8, 0.0f));
    const float *tensor = lab_read(net->w);
    ck_assert(memcmp(w, seed, 20 * 33 * sizeof *w) != 0);
    ck_assert(memcmp(w, tensor, 20 * 33 * sizeof *w) != 0);
    egad_net_free(net);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, small_by_rows);
    tcase_add_test(tests, small_by_rows_of_8);
    tcase_add_test(tests, small_by_plain);
    tcase_add_test(tests, small_by_tiles);
    tcase_add_test(tests, small_by_clblast);
    tcase_add_test(tests, kdd_models);
    tcase_add_test(tests, parameters);
    tcase_add_test(tests, names);
    tcase_add_test(tests, initial_weights);
    return lab_main(suite);
}

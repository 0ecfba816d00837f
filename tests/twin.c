/* Every value of a model's table by itself. */
#include "twin.h"

#include "detector/encode.h"
#include "graph/graph.h"

#include "lab.h"
#include "net/tie.h"
#include "ref_cpu.h"

#include <math.h>

enum { MOST = 40 }; /* parameters of an array whose gradients are compared */

egad_detector *twin_build(twin *t, const egad_model *model, size_t columns, uint64_t seed)
{
    const size_t shape[3] = { 1, 1, columns };
    const egad_schema no_schema = { 0 };
    const egad_recipe plain = { .name = "plain", .beta1 = 0.5, .batch = 1, .epochs = 1 };
    egad_detector *d;
    CHECK_OK(egad_detector_build(&d, lab, model, &plain, shape, &no_schema, NULL, seed));
    for (size_t k = 0; k < d->networks; k++) {
        egad_net *net = d->network[k];
        CHECK_OK(egad_net_initialise(net, lab, seed, 10 * (unsigned)k, 0.0f));
        float *w = lab_read(net->w);
        for (size_t i = 0; i < net->n; i++) /* biases, too */
            memcpy(w + net->layer[i].bias,
                   lab_uniform(net->layer[i].channels, 50 + (unsigned)i, 0.3f),
                   !(net->layer[i].row.mark & NO_BIAS) * net->layer[i].channels *
                       sizeof *w);
        CHECK_OK(egad_tensor_write(lab, net->w, w));
        CHECK_OK(egad_tensor_write(lab, net->ema, w));
        t->w[k] = lab_widen(w, net->w.c);
    }
    CHECK_OK(egad_tie_copy(d->network, d->networks, lab));
    t->d = d;
    return d;
}

size_t twin_width(const twin *t, int v)
{
    return egad_graph_width(t->d->model, t->d->network, t->d->columns, v);
}

/* a beside b. */
static double *beside(const double *a, size_t na, const double *b, size_t nb, size_t N)
{
    double *out = lab_doubles(N * (na + nb));
    for (size_t i = 0; i < N; i++) {
        memcpy(out + i * (na + nb), a + i * na, na * sizeof *out);
        memcpy(out + i * (na + nb) + na, b + i * nb, nb * sizeof *out);
    }
    return out;
}

static void part(const twin *t, const egad_value *value, double *y, size_t n)
{
    const double *in = twin_value(t, value->from[0]);
    const size_t all = twin_width(t, value->from[0]), X = t->d->columns,
                 first = value->first == AS_X ? X : (size_t)value->first;
    for (size_t i = 0; i < t->N * n; i++)
        y[i] = in[i / n * all + first + i % n];
}

static void function(const twin *t, const egad_value *value, double *y, size_t n)
{
    const double *a = twin_value(t, value->from[0]), *b, *c;
    switch (value->function) {
    case FUNCTION_SAMPLE:
        b = twin_value(t, value->from[1]);
        c = twin_value(t, value->from[2]);
        for (size_t i = 0; i < t->N * n; i++)
            y[i] = a[i] + exp(b[i] / 2.0) * c[i];
        break;
    case FUNCTION_GATE:
        for (size_t i = 0; i < t->N * n; i++)
            y[i] = 1.0 - exp(-a[i]);
        break;
    case FUNCTION_GATED:
        b = twin_value(t, value->from[1]);
        for (size_t i = 0; i < t->N * n; i++)
            y[i] = a[i] * (1.0 - exp(-b[i]));
        break;
    case FUNCTION_ADD:
        b = twin_value(t, value->from[1]);
        for (size_t i = 0; i < t->N * n; i++)
            y[i] = a[i] + b[i];
        break;
    case FUNCTION_ZERO: /* as it is made */
        break;
    default:
        for (size_t i = 0; i < t->N * n; i++)
            y[i] = 1.0 / (1.0 + exp(-a[i]));
    }
}

/* The weights of network k; of tied layers those of their owners. */
static const double *weights(const twin *t, int k)
{
    const egad_net *net = t->d->network[k];
    double *w = lab_doubles(net->w.c);
    memcpy(w, t->w[k], net->w.c * sizeof *w);
    for (size_t l = 0; l < net->n; l++) {
        const egad_net_layer *to = &net->layer[l];
        if (to->owner < 0)
            continue;
        const egad_net_layer *of = t->d->network[to->owner]->layer;
        for (size_t i = 0; i < to->I * to->O; i++)
            w[to->kernel + i] =
                t->w[to->owner]
                    [of->kernel + (to->transposes ? i % to->O * to->I + i / to->O : i)];
    }
    return w;
}

static void output(const twin *t, const egad_value *value, double *y)
{
    const egad_net *net = t->d->network[value->network];
    const double *w = weights(t, value->network), *in = twin_value(t, value->from[0]);
    const size_t N = t->N;
    if (net->sections == 3) { /* two inputs, whose sections' outputs the third reads */
        const size_t na = egad_net_outputs(net, 0), nb = egad_net_outputs(net, 1);
        double *a = lab_doubles(N * na), *b = lab_doubles(N * nb);
        ref_section(a, NULL, net, 0, w, in, N, 1, NULL);
        ref_section(b, NULL, net, 1, w, twin_value(t, value->from[1]), N, 1, NULL);
        in = beside(a, na, b, nb, N);
    }
    ref_section(y, NULL, net, (int)net->sections - 1, w, in, N, 1, NULL);
}

const double *twin_value(const twin *t, int v)
{
    const egad_value *value = &t->d->model->values[v];
    const size_t n = twin_width(t, v);
    if (value->kind == VALUE_ROWS || value->kind == VALUE_NOISE)
        return value->kind == VALUE_ROWS ? t->x : t->z;
    double *y = lab_doubles(t->N * n);
    if (value->kind == VALUE_PART)
        part(t, value, y, n);
    else if (value->kind == VALUE_FUNCTION)
        function(t, value, y, n);
    else
        output(t, value, y);
    return y;
}

/* The summand of a column; b, c: those of the other values. */
static double summand(int kind, double a, double b, double c)
{
    const double v = exp(c) + (double)VARIANCE_FLOOR;
    switch (kind) {
    case LOSS_SQUARES:
    case LOSS_MEAN_SQUARES:
        return (a - b) * (a - b);
    case LOSS_DIVERGENCE:
        return (a * a + exp(b) - 1.0 - b) / 2.0;
    case LOSS_GAUSSIAN:
        return ((a - b) * (a - b) / v + log(2.0 * acos(-1.0) * v)) / 2.0;
    case LOSS_BERNOULLI:
        return ref_cross_entropy(b, a);
    default:
        return fabs(a - b);
    }
}

double *twin_rows(const twin *t, int kind, const int *of)
{
    const size_t n = twin_width(t, of[0]);
    const double *a = twin_value(t, of[0]), *b = twin_value(t, of[1]),
                 *c = kind == LOSS_GAUSSIAN ? twin_value(t, of[2]) : a;
    double *rows = lab_doubles(t->N);
    for (size_t i = 0; i < t->N * n; i++)
        rows[i / n] += summand(kind, a[i], b[i], c[i]) /
                       (kind == LOSS_MEAN_SQUARES ? (double)n : 1.0);
    return rows;
}

double twin_loss(const twin *t, const egad_loss *loss)
{
    const double *rows = twin_rows(t, loss->kind, loss->of);
    double sum = 0.0;
    for (size_t i = 0; i < t->N; i++)
        sum += rows[i];
    return sum / (double)t->N;
}

double twin_step(const twin *t, int step)
{
    double sum = 0.0;
    for (const egad_loss *loss = t->d->model->steps[step].loss; loss->name; loss++)
        sum += twin_loss(t, loss) * (loss->weight != 0.0f ? (double)loss->weight : 1.0);
    return sum;
}

void twin_check(twin *t, int step, int k)
{
    const double h = 1e-6;
    const egad_net *net = t->d->network[k];
    const float *g = lab_read(net->g);
    egad_net_array arrays[NET_ARRAYS];
    for (size_t l = 0; l < net->n; l++)
        for (size_t a = egad_net_trained(&net->layer[l], arrays); a-- > 0;) {
            float got[MOST];
            double want[MOST], largest = 1e-3;
            size_t tried = 0;
            const size_t apart = arrays[a].n / MOST + 1;
            char what[96];
            for (size_t i = arrays[a].at; i < arrays[a].at + arrays[a].n; i += apart) {
                const double w = t->w[k][i];
                t->w[k][i] = w + h;
                const double above = twin_step(t, step);
                t->w[k][i] = w - h;
                const double below = twin_step(t, step);
                t->w[k][i] = w;
                got[tried] = g[i];
                want[tried] = (above - below) / (2.0 * h);
                largest = fmax(largest, fabs(want[tried++]));
            }
            snprintf(what, sizeof what, "step %s: gradient of %s/%s/%s",
                     t->d->model->steps[step].name, net->name, net->layer[l].name,
                     arrays[a].name);
            lab_near_size(TOLERANCE_NET, what, got, want, tried, largest);
        }
}

void twin_check_terms(egad_detector *d, const float *x, size_t N, const double *want,
                      size_t batch, int one_launch)
{
    const egad_term *terms = d->model->terms;
    egad_profile *launches = NULL;
    egad_encode *e;
    size_t n = 0;
    float *got = lab_floats(N * TERMS), *column = lab_floats(N);
    CHECK_OK(egad_encode_new(&e, d, INFER_TERMS, batch));
    CHECK_OK(egad_encode_run(e, x, N, got));
    CHECK_OK(egad_encode_profile(e, NULL, 0, &launches, &n));
    ck_assert_int_eq(n == 1, one_launch);
    free(launches);
    egad_encode_free(e);
    for (size_t k = 0; terms[k].name; k++) {
        for (size_t i = 0; i < N; i++)
            column[i] = got[i * TERMS + k];
        lab_near(TOLERANCE_SCORE, terms[k].name, column, want + k * N, N);
    }
}

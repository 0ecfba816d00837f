/* AnoGAN's latent search: its terms and their gradient, against plain loops in double. */
#include "ref_cpu.h"
#include "small.h"

typedef struct {
    const small *s;
    double *g, *d, *x; /* weights with batch normalisation folded in; scaled rows */
    double *real;      /* (ROWS, F): D's features of the rows */
} truth;

/* Only recipe release scores with D's plain weights. */
static truth truth_of(const small *s)
{
    const egad_net *G = paper_net(s->d, PAPER_G), *D = paper_net(s->d, PAPER_D);
    const int release = !strcmp(s->d->recipe.name, "release");
    truth t = { .s = s, .x = lab_widen(s->data->x, ROWS * s->d->columns) };
    t.g = ref_folded(G, G->ema);
    t.d = ref_folded(D, release ? D->w : D->ema);
    if (s->d->recipe.scaling != SCALE_NONE)
        ref_scale(t.x, lab_widen(s->d->fit, 3 * s->d->columns), ROWS, s->d->columns,
                  (double)egad_detector_limit(s->d));
    t.real = lab_doubles(ROWS * D->layer[2].O);
    ref_discriminate(lab_doubles(ROWS), t.real, D, t.d, t.x, NULL, ROWS, 0, NULL);
    return t;
}

/* L_G, sigma and fm of row i at z, in the order of GAN_L1, ... */
static void truth_terms(const truth *t, size_t i, const double *z, double terms[3])
{
    const egad_net *G = paper_net(t->s->d, PAPER_G), *D = paper_net(t->s->d, PAPER_D);
    const size_t C = t->s->d->columns, F = D->layer[2].O;
    const double *x = t->x + i * C;
    const double *real = t->real + i * F;
    double *rebuilt = lab_doubles(C), *fake = lab_doubles(F);
    double logit;
    ref_section(rebuilt, NULL, G, 0, t->g, z, 1, 0, NULL);
    ref_discriminate(&logit, fake, D, t->d, rebuilt, NULL, 1, 0, NULL);
    memset(terms, 0, 3 * sizeof *terms);
    for (size_t j = 0; j < C; j++)
        terms[0] += fabs(x[j] - rebuilt[j]);
    terms[1] = ref_cross_entropy(logit, 1.0);
    for (size_t j = 0; j < F; j++)
        terms[2] += fabs(real[j] - fake[j]);
}

/* The terms at the initial z equal ref_cpu's. */
static void check_terms(const small *s, const float *start)
{
    enum { FEW = 5 };
    const egad_search_course course = { .restarts = 1, .start = start };
    const truth t = truth_of(s);
    const size_t Z = small_latent(s);
    float terms[FEW * TERMS], z[FEW * 200];
    egad_latent_search *search = small_search(s, &course, 3);
    CHECK_OK(egad_latent_search_run(search, s->data->x, FEW, terms, z));
    egad_latent_search_free(search);
    lab_same("z", z, start, FEW * Z);
    const double *wide = lab_widen(start, FEW * Z);
    for (int k = 0; k < 3; k++) {
        float got[FEW];
        double want[FEW], three[3];
        for (size_t i = 0; i < FEW; i++) {
            got[i] = terms[i * TERMS + (size_t)k];
            truth_terms(&t, i, wide + i * Z, three);
            want[i] = three[k];
        }
        lab_near(TOLERANCE_SCORE, "terms", got, want, FEW);
    }
}

START_TEST(terms)
{
    static const char *const recipes[] = { "sound", "release", "paper" };
    for (int images = 0; images < 2; images++)
        for (int r = 0; r < 3; r++) {
            small s = small_new(images, recipes[r]);
            check_terms(&s, lab_uniform(5 * small_latent(&s), 11, 1.5f));
            small_free(&s);
        }
}
END_TEST

enum { SOME = 2 }; /* rows whose gradient is checked */

/* dA/dz of rows of z by central differences. */
static double *differences(const small *s, const float *start, int term, double alpha)
{
    const double h = 1e-6;
    const size_t Z = small_latent(s);
    const truth t = truth_of(s);
    double *want = lab_doubles(SOME * Z), *z = lab_widen(start, SOME * Z);
    for (size_t k = 0; k < SOME * Z; k++) {
        double at[2][3];
        for (int side = 0; side < 2; side++) {
            z[k] = (double)start[k] + (side ? h : -h);
            truth_terms(&t, k / Z, z + k / Z * Z, at[side]);
        }
        z[k] = (double)start[k];
        want[k] = (alpha * (at[1][0] - at[0][0]) +
                   (1.0 - alpha) * (at[1][term] - at[0][term])) /
                  (2.0 * h);
    }
    return want;
}

/* dA/dz with separate launches of this engine. */
static void check_gradient(const small *s, const char *engine, const float *start,
                           const double *want, int term, double alpha)
{
    const size_t n = SOME * small_latent(s);
    const egad_search_course course = { .term = { GAN_L1, term },
                                        .alpha = alpha,
                                        .steps = 1,
                                        .restarts = 1,
                                        .start = start };
    float unused[SOME * TERMS];
    lab_engine(engine);
    egad_latent_search *search = small_search(s, &course, SOME);
    CHECK_OK(egad_latent_search_run(search, s->data->x, SOME, unused, NULL));
    const egad_tensor gradient = egad_latent_search_gradient(search);
    ck_assert_ptr_nonnull(gradient.mem);
    lab_near(TOLERANCE_NET, engine, lab_read(gradient), want, n);
    egad_latent_search_free(search);
}

/* Tables not by rows, as in one launch: see twins().  Images not by tiles, which takes
 * minutes on a CPU: check_conv2d tests the operators. */
START_TEST(gradient)
{
    static const char *const engines[2][3] = { { "plain", "clblast", "tiles" },
                                               { "plain", "clblast", "rows" } };
    for (int images = 0; images < 2; images++) {
        lab_engine("rows"); /* packs the weights, which the others do not need */
        small s = small_new(images, "sound");
        const float *start = lab_uniform(SOME * small_latent(&s), 12, 1.5f);
        for (int k = 0; k < 2; k++)
            for (int a = images; a < 3 - images; a++) { /* alpha 0, 1/2, 1; images 1/2 */
                const int term = k ? GAN_FM : GAN_SIGMA_REBUILT;
                const double *want = differences(&s, start, term, 0.5 * a);
                for (int e = 0; e < 3; e++)
                    check_gradient(&s, engines[images][e], start, want, term, 0.5 * a);
            }
        small_free(&s);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("search_terms");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, terms);
    tcase_add_test(tests, gradient);
    return lab_main(suite);
}

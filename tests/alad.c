/* Models of ALAD that are tables of tests only, and files of their reference values. */
#include "alad.h"

#include "detector/encode.h"

/* The networks of the authors' code for arrhythmia. */
/* clang-format off */
static const egad_layer e[] = {
  { Dense, 256,  NO_BN, LeakyReLU, 0.0f, PLAIN },
  { Dense, 128,  NO_BN, LeakyReLU, 0.0f, PLAIN },
  { Dense, 64,   NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer g[] = {
  { Dense, 128,  NO_BN, ReLU,      0.0f, PLAIN },
  { Dense, 256,  NO_BN, ReLU,      0.0f, PLAIN },
  { Dense, AS_X, NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer dx[] = {
  { Dense, 128,  BN,    LeakyReLU, 0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer dz[] = {
  { Dense, 128,  NO_BN, LeakyReLU, 0.5f, PLAIN },
  END_OF_TABLE
};
static const egad_layer dy[] = {
  { Dense, 256,  NO_BN, LeakyReLU, 0.5f, PLAIN },
  { Dense, 1,    NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer dxx[] = {
  { Dense, 256,  NO_BN, LeakyReLU, 0.2f, PLAIN },
  { Dense, 128,  NO_BN, LeakyReLU, 0.2f, STAR  },
  { Dense, 1,    NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_layer dzz[] = {
  { Dense, 64,   NO_BN, LeakyReLU, 0.2f, PLAIN },
  { Dense, 32,   NO_BN, LeakyReLU, 0.2f, PLAIN },
  { Dense, 1,    NO_BN, Linear,    0.0f, PLAIN },
  END_OF_TABLE
};
static const egad_score scores[] = { ALAD_SCORES, COMBINED_OF_TABLES, { .name = NULL } };
/* clang-format on */

static const egad_network networks[] = ALAD_NETWORKS(e, g, dx, dz, dy, dxx, dzz);

static const egad_model arrhythmia = {
    .name = "alad-arrhythmia",
    OF_ALAD,
    .z_dim = 64,
    .networks = networks,
    .methods = egad_bigan_methods,
    .recipes = egad_recipes_alad_tables,
    .scores = scores,
};

/* image-alad without spectral normalisation. */
static const egad_model *without_norms(void)
{
    enum { NETWORKS = 6, LAYERS = 8 };
    static egad_layer layers[NETWORKS][MODEL_SECTIONS][LAYERS];
    static egad_network plain[NETWORKS];
    static egad_model model;
    model = egad_model_image_alad;
    for (int k = 0; model.networks[k].name; k++) {
        plain[k] = model.networks[k];
        for (int s = 0; s < MODEL_SECTIONS && plain[k].section[s].layers; s++) {
            egad_layer *to = layers[k][s];
            for (int i = 0; i == 0 || to[i - 1].op != OP_END; i++) {
                to[i] = plain[k].section[s].layers[i];
                to[i].mark &= ~SN;
            }
            plain[k].section[s].layers = to;
        }
    }
    model.networks = plain;
    return &model;
}

int alad_spectral;

egad_net *alad_net(int k)
{
    return fixture.detector->network[k];
}

/* ---- The forward pass ---------------------------------------------------------- */

typedef struct {
    egad_pass pass[3];
    egad_tensor in; /* of the last section, if it has two parts */
} application;

/* Two tensors side by side. */
static egad_tensor beside(egad_tensor a, egad_tensor b)
{
    egad_tensor both;
    egad_plan *plan;
    CHECK_OK(egad_tensor_new(&both, lab, a.n, a.c + b.c));
    CHECK_OK(egad_plan_new(&plan, lab, "beside"));
    CHECK_OK(egad_plan_copy(plan, "left", egad_tensor_columns(both, 0, a.c), a));
    CHECK_OK(egad_plan_copy(plan, "right", egad_tensor_columns(both, a.c, b.c), b));
    CHECK_OK(egad_plan_run(plan));
    CHECK_OK(egad_device_finish(lab));
    egad_plan_free(plan);
    return both;
}

static egad_tensor apply(application *of, int k, egad_tensor x, fixture_way way)
{
    const egad_tensor none = { 0 };
    fixture_through(&of->pass[0], alad_net(k), 0, x, none, way);
    return egad_pass_output(&of->pass[0]);
}

/* A discriminator of two values. */
static egad_tensor discriminate(application *of, int k, egad_tensor a, egad_tensor b,
                                fixture_way way)
{
    const egad_tensor none = { 0 };
    if (k != ALAD_XZ) {
        of->in = beside(a, b);
        return apply(of, k, of->in, way);
    }
    const egad_tensor left = apply(of, k, a, way);
    fixture_through(&of->pass[1], alad_net(k), 1, b, none, way);
    of->in = beside(left, egad_pass_output(&of->pass[1]));
    fixture_through(&of->pass[2], alad_net(k), 2, of->in, none, way);
    return egad_pass_output(&of->pass[2]);
}

static void compare_output(const char *group, const char *name, egad_tensor t)
{
    PATH(path, "%s/%s", group, name);
    PATH(sum, "%s/sum", path);
    if (egad_h5_has(fixture.file, sum, NULL))
        fixture_compare_summary(path, t, NULL, 0, 0.0);
    else if (egad_h5_has(fixture.file, path, NULL))
        fixture_compare_tensor(path, t);
}

/* Compare what the file's group has of outputs, or with `layers` of all layers. */
void alad_compare_forward(const char *group, egad_tensor x, egad_tensor z,
                          fixture_way way, int layers)
{
    enum { EX, GZ, AGAIN_X, AGAIN_Z, XZ, XZ_FAKE, XX, XX_FAKE, ZZ, ZZ_FAKE, ALL };
    static const int shown[] = { EX, GZ, XZ, XX_FAKE, ZZ_FAKE };
    application of[ALL] = { 0 };
    const egad_tensor encoded = apply(&of[EX], ALAD_E, x, way),
                      generated = apply(&of[GZ], ALAD_G, z, way),
                      rebuilt = apply(&of[AGAIN_X], ALAD_G, encoded, way),
                      again = apply(&of[AGAIN_Z], ALAD_E, generated, way);
    const struct {
        const char *name;
        egad_tensor t;
    } outputs[] = {
        { "encoded", encoded },
        { "generated", generated },
        { "reconstructed", rebuilt },
        { "reencoded", again },
        { "logits_xz_real", discriminate(&of[XZ], ALAD_XZ, x, encoded, way) },
        { "logits_xz_fake", discriminate(&of[XZ_FAKE], ALAD_XZ, generated, z, way) },
        { "logits_xx_real", discriminate(&of[XX], ALAD_XX, x, x, way) },
        { "logits_xx_reconstructed",
          discriminate(&of[XX_FAKE], ALAD_XX, x, rebuilt, way) },
        { "logits_zz_real", discriminate(&of[ZZ], ALAD_ZZ, z, z, way) },
        { "logits_zz_reconstructed", discriminate(&of[ZZ_FAKE], ALAD_ZZ, z, again, way) },
        { "features_xx_real", egad_pass_features(&of[XX].pass[0]) },
        { "features_xx_reconstructed", egad_pass_features(&of[XX_FAKE].pass[0]) },
    };
    for (size_t i = 0; !layers && i < sizeof outputs / sizeof *outputs; i++)
        compare_output(group, outputs[i].name, outputs[i].t);
    for (size_t i = 0; layers && i < sizeof shown / sizeof *shown; i++)
        for (int s = 0; s < 3 && of[shown[i]].pass[s].net; s++)
            fixture_compare_layers(group, &of[shown[i]].pass[s]);
    for (int i = 0; i < ALL; i++) {
        for (int s = 0; s < 3; s++)
            egad_pass_free(&of[i].pass[s]);
        egad_tensor_free(&of[i].in);
    }
}

/* ---- Scores -------------------------------------------------------------------- */

static double *column(const float *terms, size_t N, int term)
{
    double *out = lab_doubles(N);
    for (size_t i = 0; i < N; i++)
        out[i] = terms[i * TERMS + (size_t)term];
    return out;
}

/* Scores are by the averages of weights. */
void alad_compare_scores(const char *group, egad_tensor x)
{
    egad_encode *encode;
    float *terms = lab_floats(x.n * TERMS);
    unsigned wanted = 0;
    for (int k = 0; k < 4; k++)
        wanted |= 1u << k;
    CHECK_OK(egad_encode_new(&encode, fixture.detector, wanted, x.n));
    CHECK_OK(egad_encode_run(encode, lab_read(x), x.n, terms));
    egad_encode_free(encode);
    for (int k = 0; k < 4; k++) {
        PATH(path, "%s/score_%s", group, egad_alad_terms[k].name);
        fixture_compare(path, column(terms, x.n, k), x.n, 0, 0.0);
    }
}

/* ---- Files --------------------------------------------------------------------- */

/* The file has G's first layer as a transposed convolution, E's last as a convolution. */
static const char *name_of(const egad_net *of, const egad_net_layer *l, int *transposed)
{
    static char name[32];
    const int decodes = strcmp(of->name, "generator") == 0,
              encodes = strcmp(of->name, "encoder") == 0;
    if (!fixture.detector->model->images || (!decodes && !encodes) ||
        (encodes && l->row.op == OP_CONV))
        return l->name;
    *transposed = decodes && l->row.op == OP_DENSE;
    snprintf(name, sizeof name, "%s%d", decodes ? "tconv" : "conv",
             encodes ? 4 : (int)(l - of->layer) + 1);
    return name;
}

static const egad_model *model_of(const char *name)
{
    if (strcmp(name, "alad_image") == 0)
        return alad_spectral ? &egad_model_image_alad : without_norms();
    return strcmp(name, "alad_kdd") == 0 ? &egad_model_kdd_alad : &arrhythmia;
}

static void (*checked)(void);

/* Tables have no spectral normalisation; images take too long by the second engine.
 */
static void check_some(void)
{
    const int images = fixture.detector->model->images;
    if (images ? strcmp(lab->gemm, "rows") == 0 : !alad_spectral)
        checked();
}

/* Dense layers score in one launch where that is offered, else launch by launch. */
void alad_each_file(const char *what, void (*check)(void))
{
    static const char *const engines[] = { "rows", "plain" };
    fixture.name = name_of;
    checked = check;
    for (int i = 0; i < 2; i++)
        for (alad_spectral = 0; alad_spectral < 2; alad_spectral++) {
            lab_engine(engines[i]);
            fixture_each_model("EGAD_REFERENCE_ALAD", "reference/alad", model_of, what,
                               check_some);
        }
    lab_engine("");
}

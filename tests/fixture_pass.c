/* The forward pass, compared with a file of tests/reference. */
#include "fixture.h"

void fixture_through(egad_pass *pass, egad_net *n, int section, egad_tensor x,
                     egad_tensor out, fixture_way way)
{
    const egad_pass_options by_moments = { .mode = PASS_MOMENTS };
    egad_tensor folded = { 0 };
    egad_plan *plan;
    CHECK_OK(egad_pass_new(pass, lab, n, section, x, out,
                           way == BY_MOMENTS ? &by_moments : NULL));
    CHECK_OK(egad_plan_new(&plan, lab, "pass"));
    if (way == BY_MOMENTS) {
        CHECK_OK(egad_net_pack_train(n, plan));
        CHECK_OK(egad_pass_forward(pass, plan, n->w, 0, 0));
    } else {
        CHECK_OK(egad_net_fold(n, lab, way == BY_EMA ? n->ema : n->w, &folded));
        CHECK_OK(egad_net_pack_score(n, plan, folded));
        CHECK_OK(egad_pass_forward(pass, plan, folded, 0, 0));
    }
    CHECK_OK(egad_plan_run(plan));
    CHECK_OK(egad_device_finish(lab));
    egad_plan_free(plan);
    egad_tensor_free(&folded);
}

void fixture_compare_layers(const char *group, const egad_pass *pass)
{
    for (size_t i = 0; i < pass->n; i++) {
        const egad_net_layer *l = &pass->net->layer[pass->first + i];
        int transposed;
        PATH(path, "%s/%s/%s", group, pass->net->name,
             fixture_name(pass->net, l, &transposed));
        PATH(behind, "%s%s", path, l->row.act == ACT_LINEAR ? "" : "_act");
        fixture_compare_summary(behind, pass->y[i], NULL, 0, 0.0);
        if (pass->h[i].mem)
            fixture_compare_summary(path, pass->h[i], NULL, 0, 0.0);
    }
}

const egad_pass *fixture_discriminate(egad_pass passes[3], egad_tensor *hidden,
                                      egad_tensor x, egad_tensor z, fixture_way way)
{
    egad_net *D = paper_net(fixture.detector, PAPER_D);
    const egad_tensor none = { 0 };
    if (!paper_net(fixture.detector, PAPER_E)) {
        fixture_through(&passes[0], D, PAPER_DX, x, none, way);
        return &passes[0];
    }
    const size_t a = D->layer[D->first[PAPER_DZ] - 1].O;
    const size_t b = D->layer[D->first[PAPER_DXZ] - 1].O;
    CHECK_OK(egad_tensor_new(hidden, lab, x.n, a + b));
    fixture_through(&passes[0], D, PAPER_DX, x, egad_tensor_columns(*hidden, 0, a), way);
    fixture_through(&passes[1], D, PAPER_DZ, z, egad_tensor_columns(*hidden, a, b), way);
    fixture_through(&passes[2], D, PAPER_DXZ, *hidden, none, way);
    return &passes[2];
}

void fixture_compare_inference(const char *group, egad_tensor x, egad_tensor z,
                               fixture_way way_g, fixture_way way_d)
{
    const size_t N = x.n;
    const int bigan = paper_net(fixture.detector, PAPER_E) != NULL;
    const egad_tensor none = { 0 };
    egad_pass e = { 0 }, g = { 0 }, rebuild = { 0 }, real[3] = { 0 }, fake[3] = { 0 },
              rebuilt[3] = { 0 };
    egad_tensor h[3] = { 0 }, terms;
    egad_plan *plan;
    const egad_pass *d_real, *d_fake, *d_rebuilt;
    CHECK_OK(egad_tensor_new(&terms, lab, N, TERMS));
    CHECK_OK(egad_plan_new(&plan, lab, "terms"));

    fixture_through(&g, paper_net(fixture.detector, PAPER_G), 0, z, none, way_g);
    if (bigan) {
        fixture_through(&e, paper_net(fixture.detector, PAPER_E), 0, x, none, way_g);
        fixture_through(&rebuild, paper_net(fixture.detector, PAPER_G), 0,
                        egad_pass_output(&e), none, way_g);
    }
    const egad_tensor again = egad_pass_output(bigan ? &rebuild : &g);
    d_real =
        fixture_discriminate(real, &h[0], x, bigan ? egad_pass_output(&e) : z, way_d);
    d_fake = fixture_discriminate(fake, &h[1], egad_pass_output(&g), z, way_d);
    d_rebuilt =
        bigan ? fixture_discriminate(rebuilt, &h[2], again, egad_pass_output(&e), way_d)
              : d_fake;
    CHECK_OK(egad_terms_distance(plan, "l1", terms, x, again, BIGAN_L1, -1));
    CHECK_OK(egad_terms_distance(plan, "fm", terms, egad_pass_features(d_real),
                                 egad_pass_features(d_rebuilt), BIGAN_FM, -1));
    CHECK_OK(
        egad_terms_sigma(plan, "sigma", terms, egad_pass_output(d_real), BIGAN_SIGMA));
    CHECK_OK(egad_terms_sigma(plan, "sigma", terms, egad_pass_output(d_rebuilt),
                              BIGAN_SIGMA_REBUILT));
    CHECK_OK(egad_plan_run(plan));

    const struct {
        const char *name;
        const egad_tensor t;
    } arrays[] = {
        { "encoded", bigan ? egad_pass_output(&e) : none },
        { "generated", egad_pass_output(&g) },
        { "reconstructed", bigan ? again : none },
        { "features_real", egad_pass_features(d_real) },
        { "features_fake", bigan ? none : egad_pass_features(d_fake) },
        { "features_reconstructed", bigan ? egad_pass_features(d_rebuilt) : none },
        { "logits_real", egad_pass_output(d_real) },
        { "logits_fake", egad_pass_output(d_fake) },
        { "logits_reconstructed", bigan ? egad_pass_output(d_rebuilt) : none }
    };
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        PATH(path, "%s/%s", group, arrays[i].name);
        if (arrays[i].t.mem && egad_h5_has(fixture.file, path, NULL))
            fixture_compare_tensor(path, arrays[i].t);
    }

    static const struct {
        const char *name;
        int term, score, bigan;
    } terms_of[] = { { "reconstruction_l1", BIGAN_L1, 0, -1 },
                     { "sigma_paper", BIGAN_SIGMA, 1, 1 },
                     { "sigma_code", BIGAN_SIGMA_REBUILT, 1, 1 },
                     { "sigma", BIGAN_SIGMA_REBUILT, 1, 0 },
                     { "fm", BIGAN_FM, 1, -1 } };
    double *have = fixture_fetch(terms), *column = malloc(N * sizeof *column);
    for (size_t k = 0; k < sizeof terms_of / sizeof *terms_of; k++) {
        if (terms_of[k].bigan >= 0 && terms_of[k].bigan != bigan)
            continue;
        PATH(path, "%s/%s", group, terms_of[k].name);
        PATH(score, "%s/score_%s", group, terms_of[k].name);
        for (size_t i = 0; i < N; i++)
            column[i] = have[i * TERMS + (size_t)terms_of[k].term];
        fixture_compare(path, column, N, 0, 0.0);
        for (size_t i = 0; i < N; i++)
            column[i] = (double)(0.9f * (float)have[i * TERMS + BIGAN_L1] +
                                 0.1f * (float)column[i]);
        if (terms_of[k].score)
            fixture_compare(score, column, N, 0, 0.0);
    }
    free(have);
    free(column);
    egad_plan_free(plan);
    egad_pass_free(&e);
    egad_pass_free(&g);
    egad_pass_free(&rebuild);
    for (int i = 0; i < 3; i++) {
        egad_pass_free(&real[i]);
        egad_pass_free(&fake[i]);
        egad_pass_free(&rebuilt[i]);
        egad_tensor_free(&h[i]);
    }
    egad_tensor_free(&terms);
}

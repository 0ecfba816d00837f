/* Whole networks against tests/reference (or the folder that EGAD_REFERENCE names): the
 * forward pass, its layers, and scores; gradients and training are in
 * check_reference_train.c. */
#include "fixture.h"

static void check_inference(void)
{
    static const char *const cases[] = { "score", "odd", "raw" };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        PATH(path, "/inference/%s", cases[i]);
        PATH(x_name, "%s/x", cases[i]);
        PATH(z_name, "%s/z", cases[i]);
        if (!egad_h5_has(fixture.file, path, NULL))
            continue;
        egad_tensor x = fixture_inputs(x_name, fixture.X, -1),
                    z = fixture_inputs(z_name, fixture.Z, -1);
        fixture_compare_inference(path, x, z, BY_W, BY_W);
        egad_tensor_free(&x);
        egad_tensor_free(&z);
    }
}

static void check_layers(const char *group, fixture_way way)
{
    egad_pass e = { 0 }, g = { 0 }, d[3] = { 0 };
    egad_tensor x = fixture_inputs("odd/x", fixture.X, -1),
                z = fixture_inputs("odd/z", fixture.Z, -1), hidden = { 0 };
    const egad_tensor none = { 0 };
    const int bigan = paper_net(fixture.detector, PAPER_E) != NULL;
    fixture_through(&g, paper_net(fixture.detector, PAPER_G), 0, z, none, way);
    if (bigan)
        fixture_through(&e, paper_net(fixture.detector, PAPER_E), 0, x, none, way);
    fixture_discriminate(d, &hidden, x, bigan ? egad_pass_output(&e) : z, way);
    fixture_compare_layers(group, &g);
    if (bigan)
        fixture_compare_layers(group, &e);
    for (int s = 0; s < (bigan ? 3 : 1); s++)
        fixture_compare_layers(group, &d[s]);
    egad_pass_free(&g);
    egad_pass_free(&e);
    for (int s = 0; s < 3; s++)
        egad_pass_free(&d[s]);
    egad_tensor_free(&hidden);
    egad_tensor_free(&x);
    egad_tensor_free(&z);
}

static void check_activations(void)
{
    check_layers("/activations/inference", BY_W);
    check_layers("/activations/training", BY_MOMENTS);
}

START_TEST(inference)
{
    fixture_each_file("inference", check_inference);
}
END_TEST

START_TEST(activations)
{
    fixture_each_file("activations", check_activations);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference");
    TCase *tests = support_case(suite, NULL, NULL);
    tcase_add_test(tests, inference);
    tcase_add_test(tests, activations);
    return lab_main(suite);
}

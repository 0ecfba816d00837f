/* A small trained detector and its reference by ref_cpu. */
#include "trained.h"

#include "detector/encode.h"
#include "ref_cpu.h"

#include <math.h>

void trained_refer(trained *s)
{
    s->terms = lab_doubles(ROWS * TERMS);
    ref_terms(s->terms, s->d, s->w, s->x, ROWS);
}

void trained_look(trained *s)
{
    const size_t C = s->d->columns;
    s->x = lab_widen(s->data->x, TRAINING * C);
    if (s->d->recipe.scaling != SCALE_NONE)
        ref_scale(s->x, lab_widen(s->d->fit, 3 * C), TRAINING, C,
                  (double)egad_detector_limit(s->d));
    trained_refer(s);
}

/* Train on `data`. */
static void train(trained *s, const egad_detector_options *options)
{
    CHECK_OK(egad_detector_new(&s->d, lab, s->data, options));
    s->d->recipe.ema_decay = 0.9;
    if (s->d->shape[0] > 1)
        s->d->recipe.combined = 0; /* no methods beside the networks */
    CHECK_OK(egad_train_run(s->d, s->data, NULL));
    for (int k = 0; k < PAPER_NETS; k++)
        s->w[k] = ref_folded(paper_net(s->d, k), paper_net(s->d, k)->ema);
}

trained trained_prepare(const char *recipe)
{
    trained s = { 0 };
    CHECK_OK(egad_dataset_new(&s.data, TRAINING, (size_t[3]){ 1, 1, COLUMNS }));
    const float *t = lab_uniform(TRAINING, 300, 2.0f);
    const float *noise = lab_uniform(TRAINING * COLUMNS, 301, 0.1f);
    for (size_t i = 0; i < TRAINING * COLUMNS; i++)
        s.data->x[i] =
            (noise[i] + sinf(t[i / COLUMNS] + (float)(i % COLUMNS))) * (i % 40 ? 1 : 50);
    train(&s, &EGAD_SIZED(egad_detector_options, .recipe = recipe, .epochs = 10,
                          .batch = 10, .lr = 1e-2, .hold_out = -1, .seed = 7));
    trained_look(&s);
    return s;
}

egad_dataset *trained_images(size_t rows, unsigned key)
{
    egad_dataset *data;
    CHECK_OK(egad_dataset_new(&data, rows, (size_t[3]){ HEIGHT, WIDTH, 1 }));
    const float *t = lab_uniform(rows, key, 3.0f);
    const float *noise = lab_uniform(rows * PIXELS, key + 1, 20.0f);
    for (size_t i = 0; i < rows * PIXELS; i++)
        data->x[i] = 127.0f + noise[i] +
                     100.0f * sinf(t[i / PIXELS] + 0.7f * (float)(i % PIXELS / WIDTH));
    return data;
}

trained trained_on_images(void)
{
    trained s = { .data = trained_images(TRAINING, 310) };
    train(&s, &EGAD_SIZED(egad_detector_options, .model = "mnist-bigan", .epochs = 3,
                          .batch = 10, .lr = 1e-3, .hold_out = -1, .seed = 7));
    return s;
}

void trained_finish(trained *s)
{
    egad_detector_free(s->d);
    egad_dataset_free(s->data);
    lab_end();
}

float *trained_evidence(const trained *s, const float *x, size_t rows, size_t batch)
{
    egad_encode *infer;
    float *e = lab_floats(rows * egad_score_evidence(s->d).n);
    CHECK_OK(egad_encode_new(&infer, s->d, INFER_EVIDENCE, batch));
    CHECK_OK(egad_encode_run(infer, x, rows, e));
    egad_encode_free(infer);
    return e;
}

double trained_log(double term)
{
    return log(term + 1e-12);
}

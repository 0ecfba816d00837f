/* A small detector without an encoder. */
#include "small.h"

#include <math.h>

small small_new(int images, const char *recipe)
{
    small s;
    const size_t table[3] = { 1, 1, COLUMNS }, image[3] = { SIDE, SIDE, 1 };
    CHECK_OK(egad_dataset_new(&s.data, ROWS, images ? image : table));
    const size_t C = images ? SIDE * SIDE : COLUMNS;
    const float *t = lab_uniform(ROWS, 300, 2.0f);
    for (size_t i = 0; i < ROWS * C; i++)
        s.data->x[i] =
            (images ? 127.0f : 1.0f) * (1.0f + sinf(t[i / C] + (float)(i % C)));
    CHECK_OK(egad_detector_new(&s.d, lab, s.data,
                               &EGAD_SIZED(egad_detector_options,
                                           .model = images ? "mnist-gan" : "kdd-gan",
                                           .recipe = recipe, .epochs = 2, .batch = 10,
                                           .lr = 3e-3, .hold_out = -1, .seed = 7)));
    s.d->recipe.ema_decay = 0.5;
    CHECK_OK(egad_train_run(s.d, s.data, NULL));
    return s;
}

void small_free(small *s)
{
    egad_detector_free(s->d);
    egad_dataset_free(s->data);
}

size_t small_latent(const small *s)
{
    return (size_t)s->d->model->z_dim;
}

egad_latent_search *small_search(const small *s, const egad_search_course *course,
                                 size_t batch)
{
    egad_latent_search *search;
    CHECK_OK(egad_latent_search_new(&search, s->d, course, batch));
    return search;
}

/* A small detector without an encoder, for the checks of latent search. */
#ifndef EGAD_SMALL_H
#define EGAD_SMALL_H

#include "detector/latent_search.h"
#include "lab.h"

enum { ROWS = 60, COLUMNS = 9, SIDE = 8 }; /* of its data: a table, or images */

typedef struct {
    egad_detector *d;
    egad_dataset *data;
} small;

/* Trained for two epochs. */
small small_new(int images, const char *recipe);
void small_free(small *s);
/* Latent dimension. */
size_t small_latent(const small *s);
egad_latent_search *small_search(const small *s, const egad_search_course *course,
                                 size_t batch);

#endif

/* The models that a command is asked for, by --models: models.c. */
#ifndef MODELS_H
#define MODELS_H

#include <stddef.h>

enum { CLI_MODELS = 16 };

typedef struct {
    size_t n;
    const char *name[CLI_MODELS]; /* the library's own texts */
} cli_models;

/* Fill `out` with a list of names separated by commas; NULL: none.  Returns -1, or the
 * usage error of `command`: an unknown model, one that is named twice, or what `suits`
 * says of one (NULL: all suit). */
int models_take(cli_models *out, const char *command, const char *list,
                int (*suits)(const char *command, const char *model));
/* For `suits`: models for tables, or for images, without latent search. */
int models_tables(const char *command, const char *model);
int models_images(const char *command, const char *model);
/* Add a name of the library's own. */
void models_add(cli_models *out, const char *model);
/* 1 if the model of this name has networks, which training changes; if it has this
 * recipe. */
int models_networks(const char *model);
int models_recipe(const char *model, const char *recipe);

#endif

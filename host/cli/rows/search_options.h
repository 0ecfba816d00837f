/* The latent search (AnoGAN) as options and as text: search_options.c. */
#ifndef SEARCH_OPTIONS_H
#define SEARCH_OPTIONS_H

#include "shell/record.h"
#include "shell/shell.h"

/* clang-format off */
#define CLI_SEARCH_OPTIONS(how)                                                          \
    { "steps", 0, CLI_COUNT, &(how).steps, "N",                                       \
      "kdd-gan, mnist-gan: steps of the latent search of a row\n"                        \
      "(default " CLI_NUMBER(EGAD_SEARCH_STEPS) ")", 0, 0 },                             \
    { "restarts", 0, CLI_COUNT, &(how).restarts, "N",                                 \
      "likewise: searches per row, of which the lowest score\n"                          \
      "counts (default 1)", 0, 0 },                                                      \
    { "seed", 0, CLI_SEED, &(how).seed, "S",                                          \
      "likewise: seed of the starting points (default 0)", 0, 0 }
/* clang-format on */

/* CLI_DONE, or a usage error if one of them was given and the model has an encoder. */
int search_options_check(const cli_command *command, const egad_detector_info *info,
                         const char *model);
/* The number of steps, by default that of the paper. */
int search_options_steps(const egad_scoring *how);
/* "500 steps, the best of 3 per row, seed 0". */
cli_sentence search_options_text(const egad_scoring *how);
/* The same as a line, or a member of `root`; nothing for a model with an encoder. */
void search_options_print(const egad_scoring *how, const egad_detector_info *info);
void search_options_put(cli_json *root, const egad_scoring *how,
                        const egad_detector_info *info);

#endif

/* egad data import mnist, idx, npy, images. */
#include "commands.h"
#include "rows/dataset.h"
#include "rows/training.h"

#include <stdlib.h>
#include <string.h>

/* ---- MNIST ---------------------------------------------------------------- */

int images_mnist(int argc, char **argv)
{
    const char *folder = NULL, *recipe = "sound";
    char name[64] = "mnist.h5";
    cli_import to = { .usual = name };
    egad_mnist_options how = { 0 };
    cli_option options[] = {
        { "output", 'o', CLI_TEXT, &to.out, "OUT.h5",
          "the data file to write (default mnist-D.h5, or mnist.h5)", 0, 0 },
        CLI_FORCE_OPTION(to.force, "OUT.h5"),
        { "anomalous", 0, CLI_TEXT, &how.anomalous, "D",
          "the digit that is the anomaly (default: none)", 0, 0 },
        { "recipe", 0, CLI_CHOICE, &recipe, CLI_RECIPES,
          "release: the split of the released code, where 80 % of the\n"
          "normal test images train too (default sound)",
          0, 0 },
        { 0 },
    };
    const cli_command command = {
        .name = "data import mnist",
        .summary = "Import MNIST by the protocol of the paper: all 70,000 images; one\n"
                   "digit is the anomaly, 80 % of the other images train.",
        .operand = "DIR",
        .operand_at = &folder,
        .options = options,
        .notes =
            "DIR has the four files, plain or .gz; 'egad data fetch mnist' gets them.\n"
            "Without --anomalous all images are one set, with their digits as classes.\n"
            "Files of other data by these names (Fashion-MNIST) are taken as well.\n",
        .example = "egad data import mnist mnist --anomalous 9 -o mnist-9.h5",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    how.leak = !strcmp(recipe, "release");
    if (options_given(options, "recipe") && !how.anomalous)
        return message_usage(command.name, "--recipe wants --anomalous with it");
    if (how.anomalous)
        snprintf(name, sizeof name, "mnist-%s%s.h5", how.anomalous,
                 how.leak ? "-release" : "");
    CLI_CHECK(dataset_begin(&to, &command, argc, argv, (const char *[]){ folder, NULL }));
    egad_dataset *data;
    if (egad_mnist_import(&data, folder, &how) != EGAD_OK)
        return message_fail();
    return dataset_finish(&to, data);
}

/* ---- IDX, NPY, folders of PNG --------------------------------------------- */

/* clang-format off */
#define OUTPUT_OPTION(variable, example)                                                 \
    { "output", 'o', CLI_TEXT, &(variable), "OUT.h5",                                    \
      "the data file to write (default: " example ",\nin this folder)", 0, 0 }
#define ROLE_OPTIONS(how)                                                                \
    { "normal", 0, CLI_LIST, &(how).normal, "V[,V]",                                     \
      "labels that are normal; all others are anomalies", 0, 0 },                        \
    { "anomalous", 0, CLI_LIST, &(how).anomalous, "V[,V]",                               \
      "or labels that are anomalies", 0, 0 },                                            \
    { "test-fraction", 0, CLI_SHARE, &(how).test_fraction, "F",                          \
      "share of the normal rows that test (default 0.5)", 0, 0 },                        \
    { "seed", 0, CLI_SEED, &(how).seed, "S", "seed of that split (default 0)", 0, 0 }
/* clang-format on */

/* What is wrong with a combination of options, or -1. */
static int check_roles(const char *name, const cli_option *options,
                       const egad_image_options *how)
{
    if (how->normal && how->anomalous)
        return message_usage(name, "--normal and --anomalous exclude each other");
    if (!how->normal && !how->anomalous &&
        (options_given(options, "test-fraction") || options_given(options, "seed")))
        return message_usage(name,
                             "--test-fraction and --seed want --normal or --anomalous "
                             "with them");
    return -1;
}

typedef egad_status importer(egad_dataset **out, const char *path,
                             const egad_image_options *options);

/* IDX and NPY differ in words only. */
static int import_array(cli_command *command, int argc, char **argv, importer *run)
{
    const char *path = NULL;
    cli_import to = { 0 };
    egad_image_options how = { 0 };
    cli_option options[] = {
        OUTPUT_OPTION(to.out, "FILE's name with .h5"),
        CLI_FORCE_OPTION(to.force, "OUT.h5"),
        { "labels", 0, CLI_TEXT, &how.labels, "LABELS",
          "a file of whole numbers in the same format, one for each\n"
          "row (default: none, all rows train)",
          0, 0 },
        ROLE_OPTIONS(how),
        { 0 },
    };
    command->operand = "FILE";
    command->operand_at = &path;
    command->options = options;
    CLI_CHECK(options_parse(command, argc, argv));
    if ((how.normal || how.anomalous) && !how.labels)
        return message_usage(command->name,
                             "--normal and --anomalous want --labels with them");
    CLI_CHECK(check_roles(command->name, options, &how));
    CLI_CHECK(dataset_begin(&to, command, argc, argv,
                            (const char *[]){ path, how.labels, NULL }));
    egad_dataset *data;
    if (run(&data, path, &how) != EGAD_OK)
        return message_fail();
    return dataset_finish(&to, data);
}

int images_idx(int argc, char **argv)
{
    cli_command command = {
        .name = "data import idx",
        .summary = "Import images, or rows of features, from an IDX file, plain or .gz.",
        .notes =
            "Without --normal or --anomalous, labels become classes only, and all\n"
            "rows train.  With one of them, anomalies never train: all of them test.\n",
        .example = "egad data import idx pictures.gz --labels digits.gz "
                   "--anomalous 3",
    };
    return import_array(&command, argc, argv, egad_idx_import);
}

int images_npy(int argc, char **argv)
{
    cli_command command = {
        .name = "data import npy",
        .summary = "Import a NumPy array: (rows, features), (rows, height, width) or\n"
                   "(rows, height, width, channels), of whole or floating point numbers.",
        .notes =
            "Without --normal or --anomalous, labels become classes only, and all\n"
            "rows train.  With one of them, anomalies never train: all of them test.\n"
            "Pixels go from 0 to 255; a truth value is 0 or 1.\n",
        .example = "egad data import npy parts.npy --labels kinds.npy --normal 0 "
                   "-o parts.h5",
    };
    return import_array(&command, argc, argv, egad_npy_import);
}

/* 1 if `text` is HxW. */
static int parse_size(const char *text, egad_image_options *how)
{
    char *end;
    if (!text)
        return 1;
    const long height = *text >= '0' && *text <= '9' ? strtol(text, &end, 10) : 0;
    if (height < 1 || height > 65535 || *end != 'x' || end[1] < '0' || end[1] > '9')
        return 0;
    const long width = strtol(end + 1, &end, 10);
    how->height = (size_t)height;
    how->width = (size_t)width;
    return width >= 1 && width <= 65535 && !*end;
}

int images_png(int argc, char **argv)
{
    enum { FOLDERS = 64 };
    const char *folder[FOLDERS + 1] = { NULL };
    const char *text = NULL;
    cli_import to = { 0 };
    egad_image_options how = { 0 };
    cli_option options[] = {
        OUTPUT_OPTION(to.out, "DIR.h5"),
        CLI_FORCE_OPTION(to.force, "OUT.h5"),
        { "size", 0, CLI_TEXT, &text, "HxW",
          "resize to this height and width (default: as they are)", 0, 0 },
        ROLE_OPTIONS(how),
        { 0 },
    };
    const cli_command command = {
        .name = "data import images",
        .summary =
            "Import folders of PNG files: grey or in colour, 8 or 16 bits.  What is\n"
            "transparent shows a white ground.",
        .operand = "DIR...",
        .operand_at = folder,
        .operands = FOLDERS,
        .options = options,
        .notes =
            "The label of an image is the name of its folder: a sub-folder of DIR, or\n"
            "DIR itself.  Without --normal or --anomalous, all images train.\n",
        .example = "egad data import images parts --normal good --size 64x64 -o parts.h5",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    if (!parse_size(text, &how))
        return message_usage(command.name, "--size wants HxW, as 28x28, not '%s'", text);
    CLI_CHECK(check_roles(command.name, options, &how));
    CLI_CHECK(dataset_begin(&to, &command, argc, argv, folder));
    size_t n = 0;
    while (folder[n])
        n++;
    egad_dataset *data;
    if (egad_images_import(&data, folder, n, &how) != EGAD_OK)
        return message_fail();
    return dataset_finish(&to, data);
}

/* egad data import mnist, idx, npy, npz, mat, images. */
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
    egad_mnist_options how = { .size = sizeof(egad_mnist_options) };
    int pad = 0;
    cli_option options[] = {
        { "output", 'o', CLI_TEXT, &to.out, "OUT.h5",
          "the data file to write (default mnist-D.h5, or mnist.h5)", 0, 0 },
        CLI_FORCE_OPTION(to.force, "OUT.h5"),
        { "anomalous", 0, CLI_TEXT, &how.anomalous, "D",
          "the anomalous digit (default: none)", 0, 0 },
        { "recipe", 0, CLI_CHOICE, &recipe, CLI_RECIPES,
          "release: the split of the released code, which also trains\n"
          "on 80 % of the normal test images (default sound)",
          0, 0 },
        { "pad", 0, CLI_COUNT, &pad, "N",
          "black pixels around the images make them N x N: 32 for\n"
          "image-alad (default: 28 x 28)",
          0, 0 },
        { 0 },
    };
    const cli_command command = {
        .name = "data import mnist",
        .summary = "Import MNIST by the protocol of the paper: all 70,000 images; one\n"
                   "digit is the anomaly, 80 % of the other images are training rows.",
        .operand = "DIR",
        .operand_at = &folder,
        .options = options,
        .notes =
            "DIR holds the four files, plain or .gz; 'egad data fetch mnist' downloads\n"
            "them.  Without --anomalous, there is no split and digits are classes.\n"
            "Other data in files of the same names (Fashion-MNIST) work as well.\n",
        .example = "egad data import mnist mnist --anomalous 9 -o mnist-9.h5",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    how.leak = !strcmp(recipe, "release");
    how.pad = (size_t)pad;
    if (options_given(options, "recipe") && !how.anomalous)
        return message_usage(command.name, "--recipe needs --anomalous");
    if (how.anomalous)
        snprintf(name, sizeof name, "mnist-%s%s.h5", how.anomalous,
                 how.leak ? "-release" : "");
    CLI_CHECK(dataset_begin(&to, &command, argc, argv, (const char *[]){ folder, NULL }));
    egad_dataset *data;
    if (egad_mnist_import(&data, folder, &how) != EGAD_OK)
        return message_fail();
    return dataset_finish(&to, data);
}

/* ---- IDX, NPY, NPZ, folders of PNG --------------------------------------------- */

/* clang-format off */
#define OUTPUT_OPTION(variable, example)                                                 \
    { "output", 'o', CLI_TEXT, &(variable), "OUT.h5",                                    \
      "the data file to write (default: " example ",\nin this folder)", 0, 0 }
#define ROLE_OPTIONS(how)                                                                \
    { "normal", 0, CLI_VALUES, &(how).normal, "V[,V]",                                     \
      "label values that are normal; all others are anomalies", 0, 0 },                        \
    { "anomalous", 0, CLI_VALUES, &(how).anomalous, "V[,V]",                               \
      "or the label values that are anomalies", 0, 0 },                                            \
    { "test-fraction", 0, CLI_SHARE, &(how).test_fraction, "F",                          \
      "share of normal rows in the test set (default 0.5)", 0, 0 },                        \
    { "seed", 0, CLI_SEED, &(how).seed, "S", "seed of that split (default 0)", 0, 0 }
#define MISSING_OPTION(how)                                                              \
    { "missing", 0, CLI_CHOICE, &(how).missing, "fail|drop|mean",                        \
      "of a table: what to do with NaN and infinities: fail, drop the\n"                 \
      "row, or impute the mean, also when scoring (default fail)", 0, 0 }
/* clang-format on */

/* A usage error if options contradict each other, else -1.  chosen: 1 if the file itself
 * may say which labels are anomalies. */
static int check_roles(const char *name, const cli_option *options,
                       const egad_image_options *how, int chosen)
{
    if (how->normal && how->anomalous)
        return message_usage(name, "--normal and --anomalous cannot be combined");
    if (!how->normal && !how->anomalous && !chosen &&
        (options_given(options, "test-fraction") || options_given(options, "seed")))
        return message_usage(name,
                             "--test-fraction and --seed need --normal or --anomalous");
    return -1;
}

typedef egad_status importer(egad_dataset **out, const char *path,
                             const egad_image_options *options);

/* Import an array by these options, which fill `how` and `to`. */
static int run_import(cli_command *command, cli_option *options, int argc, char **argv,
                      cli_import *to, egad_image_options *how, const char **path,
                      importer *run)
{
    command->operand = "FILE";
    command->operand_at = path;
    command->options = options;
    CLI_CHECK(options_parse(command, argc, argv));
    const int file = run == egad_npy_import || run == egad_idx_import;
    if (file && (how->normal || how->anomalous) && !how->labels)
        return message_usage(command->name, "--normal and --anomalous need --labels");
    CLI_CHECK(check_roles(command->name, options, how, !file));
    CLI_CHECK(dataset_begin(to, command, argc, argv,
                            (const char *[]){ *path, file ? how->labels : NULL, NULL }));
    egad_dataset *data;
    if (run(&data, *path, how) != EGAD_OK)
        return message_fail();
    return dataset_finish(to, data);
}

/* IDX and NPY differ only in their help and reader. */
static int import_array(cli_command *command, int argc, char **argv, importer *run)
{
    const char *path = NULL;
    cli_import to = { 0 };
    egad_image_options how = { .size = sizeof(egad_image_options) };
    cli_option options[] = {
        OUTPUT_OPTION(to.out, "FILE's name with .h5"),
        CLI_FORCE_OPTION(to.force, "OUT.h5"),
        { "labels", 0, CLI_TEXT, &how.labels, "LABELS",
          "a file of whole numbers in the same format, one per row\n"
          "(default: no labels, every row is a training row)",
          0, 0 },
        ROLE_OPTIONS(how),
        MISSING_OPTION(how),
        { 0 },
    };
    return run_import(command, options, argc, argv, &to, &how, &path, run);
}

int images_idx(int argc, char **argv)
{
    cli_command command = {
        .name = "data import idx",
        .summary = "Import images or rows of features from an IDX file, plain or .gz.",
        .notes = "Without --normal or --anomalous, labels are class names only, and "
                 "every row\n"
                 "is a training row.  With one of them, all anomalies are test rows.\n",
        .example = "egad data import idx pictures.gz --labels digits.gz "
                   "--anomalous 3",
    };
    return import_array(&command, argc, argv, egad_idx_import);
}

int images_npy(int argc, char **argv)
{
    cli_command command = {
        .name = "data import npy",
        .summary =
            "Import a NumPy array: (rows, features), (rows, height, width) or\n"
            "(rows, height, width, channels), of integers or floating-point numbers.",
        .notes = "Without --normal or --anomalous, labels are class names only, and "
                 "every row\n"
                 "is a training row.  With one of them, all anomalies are test rows.\n"
                 "Pixels range from 0 to 255; booleans become 0 or 1.\n",
        .example = "egad data import npy parts.npy --labels kinds.npy --normal 0 "
                   "-o parts.h5",
    };
    return import_array(&command, argc, argv, egad_npy_import);
}

/* Files that hold several arrays with names. */
static int import_named(cli_command *command, int argc, char **argv, importer *run)
{
    const char *path = NULL;
    cli_import to = { 0 };
    egad_image_options how = { .size = sizeof(egad_image_options), .note = dataset_note };
    cli_option options[] = {
        OUTPUT_OPTION(to.out, "FILE's name with .h5"),
        CLI_FORCE_OPTION(to.force, "OUT.h5"),
        { "rows", 0, CLI_TEXT, &how.rows, "NAME",
          "the array of rows (default X, or the only array)", 0, 0 },
        { "labels", 0, CLI_TEXT, &how.labels, "NAME",
          "the array of labels, one whole number per row; none: read no\n"
          "labels (default y, if there is one)",
          0, 0 },
        ROLE_OPTIONS(how),
        MISSING_OPTION(how),
        { 0 },
    };
    return run_import(command, options, argc, argv, &to, &how, &path, run);
}

int images_npz(int argc, char **argv)
{
    cli_command command = {
        .name = "data import npz",
        .summary = "Import arrays of numpy.savez: rows X as in 'data import npy', and "
                   "labels y.",
        .notes = "If the labels are 0 and 1, 1 is anomalous unless --normal or "
                 "--anomalous says\n"
                 "otherwise.  Other labels are class names without one of these.\n",
        .example = "egad data import npz 38_thyroid.npz -o thyroid.h5",
    };
    return import_named(&command, argc, argv, egad_npz_import);
}

int images_mat(int argc, char **argv)
{
    cli_command command = {
        .name = "data import mat",
        .summary =
            "Import arrays of a MATLAB file, versions 5 to 7.3: rows X as in 'data "
            "import\nnpy', and labels y.",
        .notes = "If the labels are 0 and 1, 1 is anomalous unless --normal or "
                 "--anomalous says\n"
                 "otherwise.  Other labels are class names without one of these.\n",
        .example = "egad data import mat cardio.mat -o cardio.h5",
    };
    return import_named(&command, argc, argv, egad_mat_import);
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
    egad_image_options how = { .size = sizeof(egad_image_options), .note = dataset_note };
    cli_option options[] = {
        OUTPUT_OPTION(to.out, "DIR.h5"),
        CLI_FORCE_OPTION(to.force, "OUT.h5"),
        { "size", 0, CLI_TEXT, &text, "HxW",
          "resize to this height and width (default: no resizing)", 0, 0 },
        ROLE_OPTIONS(how),
        { 0 },
    };
    const cli_command command = {
        .name = "data import images",
        .summary = "Import folders of PNG, JPEG, TIFF, BMP and WebP files: grey or "
                   "colour, 8 or\n"
                   "16 bits.  Transparent pixels are blended with white.",
        .operand = "DIR...",
        .operand_at = folder,
        .operands = FOLDERS,
        .options = options,
        .notes =
            "The label of an image is the name of its folder: a subfolder of DIR, or "
            "DIR\n"
            "itself.  Without --normal or --anomalous, every image is a training row.\n"
            "\n"
            "A DIR with the folders train and test, as in MVTec AD, has its own split, "
            "and\n"
            "its images are normal if their folder is 'good', unless an option says\n"
            "otherwise.  Masks in ground_truth are left out.\n",
        .example = "egad data import images parts --normal good --size 64x64 -o parts.h5",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    if (!parse_size(text, &how))
        return message_usage(command.name, "--size must be HxW, such as 28x28, not '%s'",
                             text);
    CLI_CHECK(check_roles(command.name, options, &how, 0));
    CLI_CHECK(dataset_begin(&to, &command, argc, argv, folder));
    size_t n = 0;
    while (folder[n])
        n++;
    egad_dataset *data;
    if (egad_images_import(&data, folder, n, &how) != EGAD_OK)
        return message_fail();
    return dataset_finish(&to, data);
}

/* Output files and folders: output.c. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "egad.h"

#include <stdio.h>

/* A text file that appears under its name only when it is complete. */
typedef struct {
    FILE *stream;
    egad_file *file; /* NULL: standard output */
} cli_output;

/* `path` NULL: standard output.  Both return an exit code. */
int output_open(cli_output *out, const char *path);
int output_close(cli_output *out);
/* In place of output_close: discards the file. */
void output_drop(cli_output *out);

/* Whether the name ends as HDF5 files do. */
int output_is_hdf5(const char *path);
/* CLI_DONE if the parent folder of `path` exists and writing it would overwrite none of
 * `inputs` (NULL-terminated). */
int output_check(const char *path, const char *const *inputs);
/* A field of CSV, always in quotes; and in quotes only where needed. */
void output_quoted(FILE *out, const char *text);
void output_field(FILE *out, const char *text);
/* CLI_DONE unless `input` is a folder and `folder` is the same or inside it. */
int output_apart(const char *folder, const char *input);
/* CLI_DONE if files can be written in this folder.  It is created if it does not exist,
 * and removed again if it is empty when the program ends. */
int output_folder(const char *path);
/* DIR/NAME with one slash between them. */
typedef struct {
    char text[4096];
} cli_path;
cli_path output_join(const char *folder, const char *name);
/* The last component of a path, without trailing slashes. */
cli_path output_base(const char *path);

#endif

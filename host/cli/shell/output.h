/* Files and folders that are written: output.c. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "egad.h"

#include <stdio.h>

/* A text file that appears under its name when it is complete. */
typedef struct {
    FILE *stream;
    egad_file *file; /* NULL: standard output */
} cli_output;

/* `path` NULL: standard output.  Both return an exit code. */
int output_open(cli_output *out, const char *path);
int output_close(cli_output *out);
/* Instead of closing it: nothing appears. */
void output_drop(cli_output *out);

/* Whether the name says HDF5. */
int output_is_hdf5(const char *path);
/* CLI_DONE if writing `path` would replace none of `inputs` (NULL-terminated), and the
 * folder that it is to be in is there. */
int output_check(const char *path, const char *const *inputs);
/* A field of CSV, in quotes; and in quotes only where it needs them. */
void output_quoted(FILE *out, const char *text);
void output_field(FILE *out, const char *text);
/* CLI_DONE unless `input` is a folder and `folder` is that, or in it. */
int output_apart(const char *folder, const char *input);
/* CLI_DONE if files can be written in this folder, which is made if it is not there, and
 * taken away again if nothing is in it when the program ends. */
int output_folder(const char *path);
/* DIR/NAME, with as many slashes as are needed. */
typedef struct {
    char text[4096];
} cli_path;
cli_path output_join(const char *folder, const char *name);
/* The last name of a path, also where slashes follow it. */
cli_path output_base(const char *path);

#endif

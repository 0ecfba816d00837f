/* A folder for each test, and the import of a text as a CSV file in it; only
 * check_csv*.c, check_date.c and check_sized.c include this file. */
#ifndef CSV_FILE_H
#define CSV_FILE_H

#include "io/io.h"
#include "support.h"

static char folder[64], path[128];

static void setup(void)
{
    support_folder(folder);
    snprintf(path, sizeof path, "%s/x.csv", folder);
}

static void teardown(void)
{
    support_remove(folder);
}

static egad_status import(egad_dataset **data, const char *text, egad_csv_options options)
{
    support_write(path, text, strlen(text));
    return egad_csv_import(data, path, &options);
}

#define IMPORT(data, text, ...)                                                          \
    import(data, text, EGAD_SIZED(egad_csv_options, __VA_ARGS__))
#define NONE .label = NULL

#endif

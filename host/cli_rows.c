/* The rows of a data set that a command scores, one after another in memory. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static int gather(cli_rows *rows, const egad_dataset *data)
{
    size_t width = data->shape[0] * data->shape[1] * data->shape[2];
    rows->own_x = malloc(rows->n * width * sizeof *rows->own_x);
    rows->own_y = malloc(rows->n);
    if (!rows->own_x || !rows->own_y)
        return cli_error("out of memory for %s rows of %zu features",
                         cli_count(rows->n).text, width);
    for (size_t i = 0; i < rows->n; i++) {
        memcpy(rows->own_x + i * width, data->x + rows->row[i] * width,
               width * sizeof *data->x);
        if (data->y)
            rows->own_y[i] = data->y[rows->row[i]];
    }
    rows->x = rows->own_x;
    if (data->y)
        rows->y = rows->own_y;
    return CLI_DONE;
}

int cli_rows_select(cli_rows *rows, const egad_dataset *data, const char *part,
                    const char *path)
{
    *rows = (cli_rows){ .part = part ? part : data->split ? "test" : "all" };
    int which = -1;
    if (!strcmp(rows->part, "train"))
        which = EGAD_TRAIN;
    else if (!strcmp(rows->part, "test"))
        which = EGAD_TEST;
    if (egad_dataset_select(data, which, &rows->row, &rows->n) != EGAD_OK)
        return cli_fail();
    if (rows->n == 0)
        return cli_error("'%s' has no rows to score (--rows %s)", path, rows->part);
    if (rows->n < data->rows)
        return gather(rows, data);
    rows->x = data->x;
    rows->y = data->y;
    return CLI_DONE;
}

void cli_rows_free(cli_rows *rows)
{
    free(rows->row);
    free(rows->own_x);
    free(rows->own_y);
}

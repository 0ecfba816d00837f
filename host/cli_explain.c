/* Chosen rows of a data set with what egad_explain_rows says of them, for `egad explain`
 * and for the pictures of `egad eval`. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    float score;
    size_t at;
} ranked;

/* Highest first, equal ones in the order of the file; no number before all. */
static int by_score_down(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    const int x_nan = x->score != x->score, y_nan = y->score != y->score;
    if (x_nan != y_nan)
        return y_nan - x_nan;
    if (!x_nan && x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

int cli_explain_order(size_t **order, const float *scores, size_t n)
{
    ranked *row = malloc((n + 1) * sizeof *row);
    *order = malloc((n + 1) * sizeof **order);
    if (!row || !*order) {
        free(row);
        free(*order);
        *order = NULL;
        return cli_error("out of memory for the order of %s scores", cli_count(n).text);
    }
    for (size_t i = 0; i < n; i++)
        row[i] = (ranked){ scores[i], i };
    qsort(row, n, sizeof *row, by_score_down);
    for (size_t i = 0; i < n; i++)
        (*order)[i] = row[i].at;
    free(row);
    return CLI_DONE;
}

int cli_explain_rows(cli_explained *e, egad_detector *detector, const egad_dataset *data,
                     const size_t *row, size_t n)
{
    int code = CLI_DONE;
    *e = (cli_explained){ .n = n,
                          .width = data->shape[0] * data->shape[1] * data->shape[2] };
    const size_t size = n * e->width + 1;
    e->x = malloc(size * sizeof *e->x);
    e->rebuilt = malloc(size * sizeof *e->rebuilt);
    e->residual = malloc(size * sizeof *e->residual);
    e->clipped = malloc(size);
    if (!e->x || !e->rebuilt || !e->residual || !e->clipped)
        return cli_error("out of memory to explain %s rows of %zu features",
                         cli_count(n).text, e->width);
    for (size_t i = 0; i < n; i++)
        memcpy(e->x + i * e->width, data->x + row[i] * e->width, e->width * sizeof *e->x);
    CLI_TRY(egad_explain_rows(
        detector, e->x, n, &(egad_explanation){ e->rebuilt, e->residual, e->clipped }));
done:
    return code;
}

void cli_explain_free(cli_explained *e)
{
    free(e->x);
    free(e->rebuilt);
    free(e->residual);
    free(e->clipped);
    *e = (cli_explained){ 0 };
}

cli_label cli_explain_label(const egad_dataset *data, size_t row)
{
    cli_label label = { "" };
    const char *class = NULL;
    if (data->class_of && data->class_of[row] >= 0 &&
        (size_t)data->class_of[row] < data->classes)
        class = data->class_name[data->class_of[row]];
    if (data->y && class)
        snprintf(label.text, sizeof label.text, "%s: %s",
                 data->y[row] ? "anomaly" : "normal", class);
    else if (data->y || class)
        snprintf(label.text, sizeof label.text, "%s",
                 class          ? class
                 : data->y[row] ? "anomaly"
                                : "normal");
    return label;
}

cli_image cli_explain_image(const cli_explained *e, size_t i, const egad_dataset *data,
                            size_t row, double score, const cli_label *label)
{
    return (cli_image){ .row = row,
                        .score = score,
                        .label = label->text,
                        .anomaly = data->y ? data->y[row] != 0 : -1,
                        .x = e->x + i * e->width,
                        .rebuilt = e->rebuilt + i * e->width,
                        .residual = e->residual + i * e->width };
}

/* The losses in a model file: the history, and the sums over the current epoch.  Columns
 * are read by name. */
#include "checkpoint_inside.h"
#include "graph/graph.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "loss_dis loss_gen loss_enc seconds": the columns of the history; or "dis_real dis_fake
 * gen enc": the losses. */
static void column_names(char *out, size_t size, const egad_model *model, int history)
{
    const egad_loss *loss[MODEL_LOSSES];
    const char *shown[MODEL_CURVES];
    const int n =
        history ? egad_graph_curves(model, shown) : egad_graph_losses(model, loss);
    out[0] = '\0';
    for (int i = 0; i < n; i++)
        snprintf(out + strlen(out), size - strlen(out), "%s%s%s", i ? " " : "",
                 history ? "loss_" : "", history ? shown[i] : loss[i]->name);
    if (history)
        snprintf(out + strlen(out), size - strlen(out), "%sseconds", n ? " " : "");
}

/* Position of the word `name` (`n` characters) among the words of `names`; -1: none. */
static int position(const char *names, const char *name, size_t n)
{
    for (int i = 0; *names; i++) {
        const size_t length = strcspn(names, " ");
        if (length == n && strncmp(names, name, n) == 0)
            return i;
        names += length + (names[length] != '\0');
    }
    return -1;
}

static int words(const char *names)
{
    int n = *names != '\0';
    for (; *names; names++)
        n += *names == ' ';
    return n;
}

/* Read an array of which each row has the columns that `have` names; to[column] gets
 * those that `want` names, row after row.  Columns without a number are not read: a GAN's
 * file of before has loss_enc. */
static egad_status read_named(egad_h5 *file, const char *name, egad_h5_type type,
                              const char *have, const char *want, size_t rows, double *to)
{
    egad_status status = EGAD_OK;
    const size_t columns = (size_t)words(have), wanted = (size_t)words(want);
    double *values = NULL;
    float *singles = NULL;
    size_t c = 0;
    NEW(values, rows * columns);
    NEW(singles, rows * columns);
    TRY(egad_h5_read(file, name, type, rows * columns,
                     type == EGAD_H5_F64 ? (void *)values : (void *)singles));
    for (size_t i = 0; i < rows * columns && type != EGAD_H5_F64; i++)
        values[i] = (double)singles[i];
    for (const char *word = have; *word; c++) {
        const size_t length = strcspn(word, " ");
        const int k = position(want, word, length);
        for (size_t r = 0; r < rows; r++)
            if (k >= 0)
                to[r * wanted + (size_t)k] = values[r * columns + c];
            else if (!isnan(values[r * columns + c]))
                FAIL(FORMAT,
                     "model: '%s' has the column '%.*s', which this version's model does "
                     "not have: use the version of egad that wrote the file",
                     name, (int)length, word);
        word += length + (word[length] != '\0');
    }
done:
    free(values);
    free(singles);
    return status;
}

static egad_status write_history(egad_h5 *file, const egad_detector *d)
{
    egad_status status = EGAD_OK;
    const size_t epochs = (size_t)egad_detector_epoch(d);
    char names[256];
    float *rows = NULL;
    column_names(names, sizeof names, d->model, 1);
    const size_t columns = (size_t)words(names);
    if (epochs == 0)
        return EGAD_OK;
    NEW(rows, epochs * columns);
    for (size_t i = 0; i < epochs; i++) {
        memcpy(rows + i * columns, d->history[i].loss, (columns - 1) * sizeof *rows);
        rows[i * columns + columns - 1] = d->history[i].seconds;
    }
    TRY(egad_h5_write(file, "/history", EGAD_H5_F32, 2,
                      (const size_t[]){ epochs, columns }, rows));
    TRY(egad_h5_write_text(file, "/history", "columns", names));
done:
    free(rows);
    return status;
}

static egad_status read_history(egad_h5 *file, egad_detector *d)
{
    egad_status status = EGAD_OK;
    const size_t epochs = (size_t)egad_detector_epoch(d);
    char want[256], *have = NULL;
    double *rows = NULL;
    column_names(want, sizeof want, d->model, 1);
    const size_t columns = (size_t)words(want);
    NEW(d->history, epochs);
    if (epochs == 0)
        goto done;
    TRY(egad_h5_read_text(file, "/history", "columns", &have));
    NEW(rows, epochs * columns);
    TRY(read_named(file, "/history", EGAD_H5_F32, have, want, epochs, rows));
    for (size_t i = 0; i < epochs; i++) {
        for (size_t k = 0; k + 1 < columns; k++)
            d->history[i].loss[k] = (float)rows[i * columns + k];
        d->history[i].seconds = (float)rows[i * columns + columns - 1];
    }
done:
    free(have);
    free(rows);
    return status;
}

egad_status egad_checkpoint_write_losses(egad_h5 *file, const egad_detector *d)
{
    egad_status status = EGAD_OK;
    char names[256];
    TRY(write_history(file, d));
    column_names(names, sizeof names, d->model, 0);
    TRY(egad_h5_write(file, "/rng/partial_losses", EGAD_H5_F64, 1,
                      (const size_t[]){ (size_t)words(names) }, d->partial));
    TRY(egad_h5_write_text(file, "/rng/partial_losses", "columns", names));
done:
    return status;
}

/* Older files have no names: those of a GAN have the loss of an encoder, too. */
egad_status egad_checkpoint_read_losses(egad_h5 *file, egad_detector *d)
{
    egad_status status = EGAD_OK;
    char want[256], *have = NULL;
    TRY(read_history(file, d));
    column_names(want, sizeof want, d->model, 0);
    if (!egad_h5_has(file, "/rng/partial_losses", "columns")) {
        double four[4];
        TRY(egad_h5_read(file, "/rng/partial_losses", EGAD_H5_F64, 4, four));
        memcpy(d->partial, four,
               (size_t)(words(want) < 4 ? words(want) : 4) * sizeof *four);
        goto done;
    }
    TRY(egad_h5_read_text(file, "/rng/partial_losses", "columns", &have));
    TRY(read_named(file, "/rng/partial_losses", EGAD_H5_F64, have, want, 1, d->partial));
done:
    free(have);
    return status;
}

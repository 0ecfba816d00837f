/* Write and read score files. */
#include "io/io.h"

#include <math.h>
#include <stdlib.h>

enum { VERSION = 1 };

/* What is known of the rows. */
static egad_status save_rows(egad_h5 *file, const egad_scored *known, size_t n)
{
    egad_status status = EGAD_OK;
    uint64_t *rows = NULL;

    NEW(rows, n);
    for (size_t i = 0; i < n; i++)
        rows[i] = known->row ? known->row[i] : i;
    TRY(egad_h5_write(file, "/row", EGAD_H5_U64, 1, &n, rows));
    if (known->y)
        TRY(egad_h5_write(file, "/y", EGAD_H5_U8, 1, &n, known->y));
    if (known->file)
        TRY(egad_h5_write_texts(file, "/file", known->file, n));
    if (known->id) {
        TRY(egad_h5_write_text(file, "/", "id_column", known->id_column));
        TRY(egad_h5_write_texts(file, "/id", known->id, n));
    }
    if (known->unseen)
        TRY(egad_h5_write(file, "/unseen", EGAD_H5_I32, 1, &n, known->unseen));
    if (known->outside)
        TRY(egad_h5_write(file, "/outside", EGAD_H5_I32, 1, &n, known->outside));
done:
    free(rows);
    return status;
}

egad_status egad_score_save(const char *path, const float *scores, size_t n,
                            const egad_scoring *how, const egad_scored *rows,
                            const egad_judgement *judgement)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    egad_scoring by_score = EGAD_SCORING(NULL, EGAD_ALPHA);
    egad_scored known = { .row = NULL };
    egad_judgement by = { .p = NULL };
    READ_SIZED(egad_scoring, &by_score, how);
    READ_SIZED(egad_scored, &known, rows);
    READ_SIZED(egad_judgement, &by, judgement);
    if (!by_score.score)
        FAIL(ARGUMENT, "a file of scores needs the name of the score");
    TRY(egad_h5_create(&file, path));
    TRY(egad_h5_write_text(file, "/", "format", "egad-scores"));
    TRY(egad_h5_write_count(file, "/", "format_version", VERSION));
    TRY(egad_h5_write_text(file, "/", "score", by_score.score));
    TRY(egad_h5_write_number(file, "/", "alpha", by_score.alpha));
    TRY(egad_h5_write(file, "/score", EGAD_H5_F32, 1, &n, scores));
    TRY(save_rows(file, &known, n));
    if (judgement) {
        const egad_threshold *at = &by.at;
        TRY(egad_h5_write(file, "/p_value", EGAD_H5_F64, 1, &n, by.p));
        TRY(egad_h5_write(file, "/flagged", EGAD_H5_U8, 1, &n, by.flagged));
        TRY(egad_h5_write_number(file, "/", "threshold", (double)at->score));
        TRY(egad_h5_write_number(file, "/", "false_alarms", at->false_alarms));
    }
    TRY(egad_h5_commit(file));
done:
    egad_h5_close(file);
    return status;
}

/* Check that an array is one-dimensional, with one element per score. */
static egad_status check_length(egad_h5 *file, const char *path, const char *name,
                                size_t n)
{
    egad_status status = EGAD_OK;
    size_t shape[EGAD_H5_RANK];
    int rank;
    TRY(egad_h5_shape(file, name, shape, &rank));
    if (rank != 1 || shape[0] != n)
        FAIL(SHAPE, "%s in '%s' has rank %d and %zu rows, /score has %zu", name, path,
             rank, rank ? shape[0] : 1, n);
done:
    return status;
}

egad_status egad_score_load(const char *path, float **scores, size_t **row, size_t *n,
                            char **name, double *alpha)
{
    egad_status status = EGAD_OK;
    egad_h5 *file = NULL;
    char *found = NULL;
    float *score = NULL;
    uint64_t *number = NULL;
    size_t *rows = NULL, shape[EGAD_H5_RANK] = { 0 };
    int rank;
    double weight;

    *scores = NULL;
    *row = NULL;
    *name = NULL;
    TRY(egad_h5_open(&file, path));
    TRY(egad_h5_expect(file, path, "egad-scores", "score file", "egad score", VERSION));
    TRY(egad_h5_read_text(file, "/", "score", &found));
    TRY(egad_h5_read_number(file, "/", "alpha", &weight));
    TRY(egad_h5_shape(file, "/score", shape, &rank));
    TRY(check_length(file, path, "/score", shape[0]));
    TRY(check_length(file, path, "/row", shape[0]));
    NEW(score, shape[0]);
    NEW(number, shape[0]);
    NEW(rows, shape[0]);
    TRY(egad_h5_read(file, "/score", EGAD_H5_F32, shape[0], score));
    TRY(egad_h5_read(file, "/row", EGAD_H5_U64, shape[0], number));
    for (size_t i = 0; i < shape[0]; i++) {
        if (!isfinite(score[i]))
            FAIL(DATA, "/score in '%s', row %zu: %g is not finite", path, i,
                 (double)score[i]);
        rows[i] = number[i];
    }
    *scores = score;
    *row = rows;
    *n = shape[0];
    *name = found;
    *alpha = weight;
    score = NULL;
    rows = NULL;
    found = NULL;
done:
    free(found);
    free(score);
    free(number);
    free(rows);
    egad_h5_close(file);
    return status;
}

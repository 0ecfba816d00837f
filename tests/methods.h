/* Shared by the checks of methods without networks: fit one, ask for terms, save and load
 * it; and a table that other programs can make, too. */
#ifndef EGAD_METHODS_H
#define EGAD_METHODS_H

#include "lab.h"
#include "methods/method.h"

#include <math.h>

static char methods_folder[64], methods_path[128];

static inline void methods_begin(void)
{
    lab_begin();
    support_folder(methods_folder);
    snprintf(methods_path, sizeof methods_path, "%s/method.h5", methods_folder);
}

static inline void methods_end(void)
{
    support_remove(methods_folder);
    lab_end();
}

/* Value j of row i: whole sixteenths. */
static inline float methods_value(int i, int j, int k)
{
    const int number = (i * 31 + j * 17 + i * j * 7 + i * i * 3 * (j % 3) + k) % 97;
    return (float)number / 16.0f - 3.0f + (i % 4 == 0 && j < 2 ? 2.5f : 0.0f);
}

/* A row of 5 columns; rows 50 to 54 of the table k = 0 are copies of row 10, rows 55 to
 * 59 of rows 20 to 24, and so is row 5 of the table k = 11 of row 10. */
enum { METHODS_ROWS = 60, METHODS_COLUMNS = 5, METHODS_QUERIES = 6 };
static inline float *methods_table(int k)
{
    const int rows = k ? METHODS_QUERIES : METHODS_ROWS;
    float *x = lab_floats((size_t)rows * METHODS_COLUMNS);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < METHODS_COLUMNS; j++) {
            const int copied = k && i == 5 ? 10 : i < 50 ? i : i < 55 ? 10 : i - 35;
            x[i * METHODS_COLUMNS + j] = methods_value(copied, j, k && i == 5 ? 0 : k);
        }
    return x;
}

static inline void *methods_fit(const egad_method *method,
                                const egad_method_settings *settings, const float *x,
                                size_t rows, size_t columns)
{
    void *fitted = NULL;
    CHECK_OK(method->fit(&fitted, lab, settings, x, rows, columns));
    return fitted;
}

/* (rows, number of terms); freed at the end of the test. */
static inline float *methods_terms(const egad_method *method, void *fitted,
                                   const float *x, size_t rows, int trained)
{
    float *out = lab_floats(rows * egad_method_terms(method));
    CHECK_OK(method->terms(fitted, x, rows, trained, out));
    return out;
}

/* Term k alone. */
static inline float *methods_column(const egad_method *method, const float *terms,
                                    size_t rows, size_t k)
{
    const size_t n = egad_method_terms(method);
    float *out = lab_floats(rows);
    for (size_t i = 0; i < rows; i++)
        out[i] = terms[i * n + k];
    return out;
}

static inline void methods_save(const egad_method *method, const void *fitted)
{
    egad_h5 *file = NULL;
    CHECK_OK(egad_h5_create(&file, methods_path));
    CHECK_OK(method->save(fitted, file, "/method"));
    CHECK_OK(egad_h5_commit(file));
    egad_h5_close(file);
}

/* Load what was saved; *fitted is NULL on failure. */
static inline egad_status methods_load(const egad_method *method, void **fitted,
                                       size_t columns)
{
    egad_h5 *file = NULL;
    CHECK_OK(egad_h5_open(&file, methods_path));
    const egad_status status = method->load(fitted, lab, file, "/method", columns);
    ck_assert((*fitted != NULL) == (status == EGAD_OK));
    egad_h5_close(file);
    return status;
}

/* Saved, loaded and asked again, each row alone and all together: the same bits. */
static inline void methods_check_copies(const egad_method *method, void *fitted,
                                        const float *x, size_t rows, size_t columns)
{
    const size_t n = egad_method_terms(method);
    const float *all = methods_terms(method, fitted, x, rows, 0);
    void *again = NULL;
    methods_save(method, fitted);
    CHECK_OK(methods_load(method, &again, columns));
    for (int trained = 0; trained < 2; trained++)
        lab_same("loaded", methods_terms(method, fitted, x, rows, trained),
                 methods_terms(method, again, x, rows, trained), rows * n);
    for (size_t i = 0; i < rows && i < 5; i++)
        lab_same("alone", all + i * n,
                 methods_terms(method, again, x + i * columns, 1, 0), n);
    method->free(again);
}

/* A row that is not finite has no finite terms, and others keep theirs. */
static inline void methods_check_broken(const egad_method *method, void *fitted,
                                        const float *x, size_t rows, size_t columns)
{
    static const float broken[] = { NAN, INFINITY, -INFINITY };
    const size_t n = egad_method_terms(method);
    const float *before = methods_terms(method, fitted, x, rows, 0);
    for (size_t b = 0; b < 3; b++)
        for (int trained = 0; trained < 2; trained++) {
            float *worse = lab_floats(rows * columns);
            memcpy(worse, x, rows * columns * sizeof *x);
            worse[columns + columns / 2] = broken[b];
            const float *after = methods_terms(method, fitted, worse, rows, trained);
            for (size_t k = 0; k < n; k++)
                ck_assert(!isfinite(after[n + k]));
            if (!trained)
                lab_same("others", before + 2 * n, after + 2 * n, (rows - 2) * n);
        }
}

#endif

/* Normal and anomalous labels, and training and test rows, for every format with
 * labels. */
#include "io.h"

#include <stdlib.h>
#include <string.h>

egad_status egad_roles_check(const egad_roles *r)
{
    egad_status status = EGAD_OK;

    if (r->column && !r->normal == !r->anomalous)
        FAIL(ARGUMENT,
             "%s: label column '%s': name its normal or its anomalous values, not both",
             r->who, r->column);
    if (r->normal && r->anomalous)
        FAIL(ARGUMENT, "%s: name the normal or the anomalous labels, not both", r->who);
    if (!(r->test_fraction >= 0 && r->test_fraction < 1))
        FAIL(ARGUMENT, "%s: test fraction %g, wanted at least 0 and less than 1", r->who,
             r->test_fraction);
done:
    return status;
}

typedef struct {
    const egad_roles *roles;
    char *const *name;
    size_t n;
    unsigned char *listed;
} matching;

/* "'flows.csv', column 'kind'", for messages. */
#define COLUMN(r)                                                                        \
    (r)->column ? ", column '" : "", (r)->column ? (r)->column : "",                     \
        (r)->column ? "'" : ""

static egad_status match_label(void *context, const char *value)
{
    egad_status status = EGAD_OK;
    matching *m = context;
    const egad_roles *r = m->roles;
    char list[400];
    size_t i = 0;

    while (i < m->n && strcmp(m->name[i], value) != 0)
        i++;
    /* A misspelt label would silently move its rows to the other class. */
    if (i == m->n)
        FAIL(DATA, "%s: '%s'%s%s%s: no row is labelled '%s'%s%s", r->who, r->path,
             COLUMN(r), value,
             m->n ? "; there are " : ": the label column is empty: fill it in",
             egad_array_list(list, sizeof list, m->name, m->n));
    m->listed[i] = 1;
done:
    return status;
}

static egad_status find_empty(void *context, const char *value)
{
    *(int *)context |= !*value;
    return EGAD_OK;
}

egad_status egad_roles_empty(const egad_roles *r, int *yes)
{
    *yes = 0;
    return egad_array_each(r->normal ? r->normal : r->anomalous, NULL, 0, yes,
                           find_empty);
}

egad_status egad_roles_judge(const egad_roles *r, char *const *name, size_t n,
                             unsigned char *anomalous)
{
    egad_status status = EGAD_OK;
    size_t anomalies = 0;

    memset(anomalous, 0, n);
    TRY(egad_array_each(r->normal ? r->normal : r->anomalous, name, n,
                        &(matching){ r, name, n, anomalous }, match_label));
    for (size_t i = 0; i < n; i++) {
        anomalous[i] ^= r->normal != NULL;
        anomalies += anomalous[i];
    }
    if (anomalies == 0 || anomalies == n)
        FAIL(DATA, "%s: '%s'%s%s%s: all rows are %s, both classes are needed; %s", r->who,
             r->path, COLUMN(r), anomalies ? "anomalies" : "normal", r->remedy);
done:
    return status;
}

egad_status egad_roles_divide(const egad_roles *r, const unsigned char *anomaly,
                              size_t rows, unsigned char *part)
{
    egad_status status = EGAD_OK;
    double share = r->test_fraction == 0 ? 0.5 : r->test_fraction;
    uint32_t *normal = NULL, *permutation = NULL;
    size_t n = 0;

    if (rows > UINT32_MAX)
        FAIL(DATA, "%s: '%s' has more than %u rows", r->who, r->path, UINT32_MAX);
    NEW(normal, rows);
    NEW(permutation, rows);
    for (size_t i = 0; i < rows; i++) {
        if (part[i] == EGAD_PART_LEFT_OUT)
            continue;
        part[i] = EGAD_TEST;
        if (!anomaly[i])
            normal[n++] = (uint32_t)i;
    }
    egad_permutation_legacy((uint32_t)r->seed, n, permutation);
    size_t train = (size_t)((double)n * (1 - share));
    for (size_t i = 0; i < train; i++)
        part[normal[permutation[i]]] = EGAD_TRAIN;
done:
    free(permutation);
    free(normal);
    return status;
}

egad_status egad_roles_label(const egad_roles *r, egad_dataset *data)
{
    egad_status status = EGAD_OK;
    unsigned char *anomalous = NULL;

    NEW(anomalous, data->classes);
    TRY(egad_roles_judge(r, data->class_name, data->classes, anomalous));
    NEW(data->y, data->rows);
    for (size_t i = 0; i < data->rows; i++)
        data->y[i] = anomalous[data->class_of[i]];
done:
    free(anomalous);
    return status;
}

egad_status egad_roles_apply(const egad_roles *r, egad_dataset *data)
{
    egad_status status = EGAD_OK;

    if (!r->normal && !r->anomalous)
        goto done;
    TRY(egad_roles_label(r, data));
    NEW(data->split, data->rows);
    TRY(egad_roles_divide(r, data->y, data->rows, data->split));
    if (!memchr(data->split, EGAD_TRAIN, data->rows))
        FAIL(DATA, "%s: '%s': none of %zu row%s is a training row: " EGAD_ROLES_MORE,
             r->who, r->path, data->rows, data->rows == 1 ? "" : "s");
done:
    return status;
}

/* KDD99, kddcup.data_10_percent, by the protocol of the paper's experiment: attacks are
 * the normal class, rows labelled `normal.` are the anomalies. */
#include "table.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS = 41 };

/* Columns of the file, in order. */
static const char *const column_name[FIELDS] = {
    "duration",
    "protocol_type",
    "service",
    "flag",
    "src_bytes",
    "dst_bytes",
    "land",
    "wrong_fragment",
    "urgent",
    "hot",
    "num_failed_logins",
    "logged_in",
    "num_compromised",
    "root_shell",
    "su_attempted",
    "num_root",
    "num_file_creations",
    "num_shells",
    "num_access_files",
    "num_outbound_cmds",
    "is_host_login",
    "is_guest_login",
    "count",
    "srv_count",
    "serror_rate",
    "srv_serror_rate",
    "rerror_rate",
    "srv_rerror_rate",
    "same_srv_rate",
    "diff_srv_rate",
    "srv_diff_host_rate",
    "dst_host_count",
    "dst_host_srv_count",
    "dst_host_same_srv_rate",
    "dst_host_diff_srv_rate",
    "dst_host_same_src_port_rate",
    "dst_host_srv_diff_host_rate",
    "dst_host_serror_rate",
    "dst_host_srv_serror_rate",
    "dst_host_rerror_rate",
    "dst_host_srv_rerror_rate",
};

/* Positions of the categorical columns, in the order of their features. */
static const size_t categorical[] = { 1, 2, 3, 6, 11, 20, 21 };

enum { WORDS = sizeof categorical / sizeof *categorical, NUMBERS = FIELDS - WORDS };

/* Positions of all columns in feature order: numeric, then categorical. */
static void feature_order(size_t field[FIELDS])
{
    size_t numbers = 0, next = 0;

    for (size_t i = 0; i < FIELDS; i++)
        if (next < WORDS && categorical[next] == i)
            field[NUMBERS + next++] = i;
        else
            field[numbers++] = i;
}

int egad_kdd_order(const egad_schema *schema, size_t *field)
{
    size_t order[FIELDS];

    if (schema->n != FIELDS)
        return 0;
    feature_order(order);
    for (size_t i = 0; i < FIELDS; i++)
        if (strcmp(schema->column[i].name, column_name[order[i]]) != 0)
            return 0;
    memcpy(field, order, sizeof order);
    return 1;
}

static egad_status declare(egad_table *table)
{
    egad_status status = EGAD_OK;
    size_t order[FIELDS];

    feature_order(order);
    for (size_t i = 0; i < FIELDS; i++)
        TRY(egad_table_declare(table, column_name[order[i]], order[i],
                               i < NUMBERS ? EGAD_TABLE_NUMBER : EGAD_TABLE_WORD, 1));
    TRY(egad_table_declare(table, "label", FIELDS, EGAD_TABLE_WORD, 0));
done:
    return status;
}

static egad_status add(void *context, size_t line, size_t n, char *const *field)
{
    egad_status status = EGAD_OK;
    egad_table *table = context;

    if (n != FIELDS + 1)
        FAIL(FORMAT,
             "kdd: '%s' line %zu: %zu fields, wanted %d separated by commas: not a KDD99 "
             "file (kddcup.data_10_percent)",
             table->path, line, n, FIELDS + 1);
    if (!*field[FIELDS])
        FAIL(FORMAT, "kdd: '%s' line %zu: the label is missing: copy the file again",
             table->path, line);
    TRY(egad_table_add(table, line, field));
done:
    return status;
}

/* Assign rows to training and test set, and drop the anomalies of the training half. */
static egad_status divide(const egad_table *table, const unsigned char *anomalous,
                          const egad_kdd_options *options, unsigned char *part)
{
    egad_status status = EGAD_OK;
    const uint16_t *label = table->column[FIELDS].code;
    uint32_t *permutation = NULL;
    size_t anomalies = 0, train = 0;

    NEW(permutation, table->rows);
    egad_permutation_legacy(options->split == EGAD_SPLIT_FIXED ? 42
                                                               : (uint32_t)options->seed,
                            table->rows, permutation);
    memset(part, EGAD_TEST, table->rows);
    for (size_t i = 0; i < table->rows / 2; i++)
        part[permutation[i]] = EGAD_TRAIN;
    for (size_t i = 0; i < table->rows; i++) {
        int anomaly = anomalous[label[i]];
        if (part[i] == EGAD_TRAIN && anomaly)
            part[i] = EGAD_PART_LEFT_OUT;
        anomalies += part[i] == EGAD_TEST && anomaly;
        train += part[i] == EGAD_TRAIN;
    }
    if (train == 0 || anomalies == 0)
        FAIL(DATA,
             "kdd: '%s': of %zu rows, %zu are training rows and %zu are anomalous test "
             "rows; both are needed: attacks and rows labelled 'normal.'",
             table->path, table->rows, train, anomalies);
done:
    free(permutation);
    return status;
}

egad_status egad_kdd_import(egad_dataset **out, const char *path,
                            const egad_kdd_options *options)
{
    egad_status status = EGAD_OK;
    egad_kdd_options how = { .split = EGAD_SPLIT_FIXED };
    egad_table table = { .path = path };
    egad_dataset *data = NULL;
    unsigned char *part = NULL, *anomalous = NULL;
    char sha256[65];

    *out = NULL;
    READ_SIZED(egad_kdd_options, &how, options);
    TRY(declare(&table));
    TRY(egad_rows_read(
        path, &(egad_rows_how){ .delimiter = ',', .row = add, .context = &table },
        sha256));
    TRY(egad_table_settle(&table, EGAD_TABLE_FAIL));
    const egad_table_column *label = &table.column[FIELDS];
    NEW(anomalous, label->words);
    for (size_t i = 0; i < label->words; i++)
        anomalous[i] =
            (strcmp(label->word[i].text, "normal.") == 0) != (how.attacks_anomalous != 0);
    NEW(part, table.rows);
    TRY(divide(&table, anomalous, &how, part));
    TRY(egad_table_finish(&table, part, label, anomalous, &data));
    TRY(egad_dataset_origin(data, how.attacks_anomalous ? "kdd99-attacks" : "kdd99", path,
                            sha256));
    *out = data;
    data = NULL;
done:
    egad_dataset_free(data);
    egad_table_clear(&table);
    free(anomalous);
    free(part);
    return status;
}

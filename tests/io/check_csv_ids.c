/* Identifiers of rows and their fields as text: imports, data files, rows for a trained
 * detector (io/csv_read_kept.c), streams. */
#include "csv_file.h"

static const char flows[] = "flow,bytes,service,kind\n"
                            "\"F,1\",1,http,ok\n"
                            "F2,2.5,dns,bad\n"
                            ",3,http,ok\n"
                            "F4,,ssh,ok\n"
                            "F5,5,http,ok\n";

/* Rows, with the column `flow` as identifiers, without the row that has a gap. */
static egad_dataset *make(void)
{
    egad_dataset *data;
    CHECK_OK(IMPORT(&data, flows, .id = "flow", .label = "kind", .normal = "ok",
                    .missing = "drop"));
    return data;
}

START_TEST(imported)
{
    static const char *const want[] = { "F,1", "F2", "", "F5" };
    egad_dataset *data = make(), *back;
    char file[128];

    snprintf(file, sizeof file, "%s/x.h5", folder);
    CHECK_OK(egad_dataset_save(data, file));
    CHECK_OK(egad_dataset_load(&back, file));
    for (int k = 0; k < 2; k++) {
        const egad_dataset *d = k ? back : data;
        ck_assert_uint_eq(d->rows, 4);
        ck_assert_uint_eq(d->schema.n, 2); /* bytes and service */
        ck_assert_str_eq(d->id_column, "flow");
        for (size_t i = 0; i < 4; i++)
            ck_assert_str_eq(d->id[i], want[i]);
        ck_assert(!d->texts && !d->text);
    }
    egad_dataset_free(data);
    egad_dataset_free(back);
    /* More different ones than a column of categories may have. */
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    fputs("n,flow\n", out);
    for (int i = 0; i < 3000; i++)
        fprintf(out, "%d,F%d\n", i % 7, i);
    ck_assert_int_eq(fclose(out), 0);
    CHECK_OK(egad_csv_import(&data, path, &EGAD_SIZED(egad_csv_options, .id = "flow")));
    ck_assert_str_eq(data->id[2999], "F2999");
    ck_assert_ptr_null(data->split);
    egad_dataset_free(data);
}
END_TEST

START_TEST(import_bad)
{
    egad_dataset *data;

    CHECK_FAILS(IMPORT(&data, flows, .id = "Flow"), ARGUMENT, "no column 'Flow', but");
    CHECK_FAILS(IMPORT(&data, flows, .id = "flow", .drop = "flow"), ARGUMENT,
                "column 'flow' of");
    CHECK_FAILS(IMPORT(&data, flows, .id = "kind", .label = "kind", .normal = "ok"),
                ARGUMENT, "by --label and by --id");
    CHECK_FAILS(IMPORT(&data, "a\n1\n2\n", .id = "a"), DATA, "no column is left");
    /* An identifier is kept with --keep, as the labels are. */
    CHECK_OK(IMPORT(&data, flows, .id = "flow", .keep = "service"));
    ck_assert_uint_eq(data->schema.n, 1);
    ck_assert_str_eq(data->id[4], "F5");
    egad_dataset_free(data);
}
END_TEST

static void put(const char *text)
{
    support_write(path, text, strlen(text));
}

/* 1 if the n fields are these, one after another. */
static int are(const char *text, size_t n, const char *const *want)
{
    for (size_t i = 0; i < n; i++, text += strlen(text) + 1)
        if (strcmp(text, want[i]) != 0)
            return 0;
    return 1;
}

START_TEST(read_file)
{
    static const char *const names[] = { "service", "x", "flow", "bytes" };
    static const char *const first[] = { "ssh", "9", "A", "07" };
    static const char *const bare[] = { "bytes", "service" };
    egad_dataset *model = make(), *data;
    const egad_csv_options how = EGAD_SIZED(egad_csv_options, .id = "flow", .texts = 1);

    put("service;x;flow;bytes\nssh;9;A; 07\ndns;;;8\n");
    CHECK_OK(egad_csv_parse(&data, path, &model->schema, &how, NULL, NULL, NULL));
    ck_assert_uint_eq(data->rows, 2);
    ck_assert_str_eq(data->id[0], "A");
    ck_assert_str_eq(data->id[1], "");
    ck_assert_uint_eq(data->texts, 4);
    ck_assert(are(data->text_name, 4, names));
    ck_assert(are(data->text[0], 4, first));
    egad_dataset_free(data);
    /* Without a header the names are the model's, and there is no identifier. */
    put("7,ssh\n");
    CHECK_OK(egad_csv_parse(&data, path, &model->schema,
                            &EGAD_SIZED(egad_csv_options, .texts = 1), NULL, NULL, NULL));
    ck_assert(are(data->text_name, 2, bare));
    ck_assert_ptr_null(data->id);
    egad_dataset_free(data);
    CHECK_FAILS(egad_csv_parse(&data, path, &model->schema, &how, NULL, NULL, NULL),
                SHAPE, "and the --id column 'flow'");
    put("bytes,service\n7,ssh\n");
    CHECK_FAILS(egad_csv_parse(&data, path, &model->schema, &how, NULL, NULL, NULL),
                ARGUMENT, "no column 'flow'");
    put("bytes,flow,flow,service\n7,1,2,ssh\n");
    CHECK_FAILS(egad_csv_parse(&data, path, &model->schema, &how, NULL, NULL, NULL),
                FORMAT, "two columns named 'flow'");
    egad_dataset_free(model);
}
END_TEST

START_TEST(read_stream)
{
    static const char *const lines[] = { "flow,bytes,service", "A,1,ssh",
                                         "B,many,ssh",         "C,1",
                                         "\"D,2,ssh",          "E,3,dns" };
    static const char *const ids[] = { NULL, "A", "B", NULL, NULL, "E" };
    static const char *const names[] = { "flow", "bytes", "service" };
    static const char *const bad[] = { "B", "many", "ssh" };
    egad_dataset *model = make();
    egad_csv_stream *stream;
    float x[4];
    int row;

    CHECK_OK(egad_csv_open(&stream, "pipe", &model->schema));
    CHECK_OK(
        egad_csv_keep(stream, &EGAD_SIZED(egad_csv_options, .id = "flow", .texts = 1)));
    for (size_t i = 0; i < 6; i++) {
        const egad_status status =
            egad_csv_line(stream, i + 1, lines[i], strlen(lines[i]), x, &row);
        const egad_csv_source last = egad_csv_last(stream);
        ck_assert_int_eq(status == EGAD_OK, i < 2 || i == 5);
        ck_assert_int_eq(!last.id, !ids[i]);
        ck_assert(!ids[i] || !strcmp(last.id, ids[i]));
        ck_assert_int_eq(!last.text, !ids[i]);
        ck_assert_uint_eq(last.fields, 3);
        ck_assert(are(last.names, 3, names));
        ck_assert(i != 2 || are(last.text, 3, bad));
    }
    CHECK_OK(egad_csv_values(stream, 7, (const char *[]){ "1", "ssh" }, x));
    ck_assert_ptr_null(egad_csv_last(stream).id);
    egad_csv_close(stream);
    egad_dataset_free(model);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv_ids");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, imported);
    tcase_add_test(tests, import_bad);
    tcase_add_test(tests, read_file);
    tcase_add_test(tests, read_stream);
    return support_run(suite);
}

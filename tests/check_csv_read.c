/* io/csv_read.c: CSV files as rows for a trained detector, good and bad. */
#include "../io/io.h"
#include "support.h"

#include <fcntl.h>

static char folder[64], path[128];
static egad_schema schema; /* bytes; service: dns, http, ssh */

static const char flows[] = "bytes,service,kind\n"
                            "1,http,ok\n"
                            "2.5,dns,ok\n"
                            "-3e2,http,bad\n"
                            "4,ssh,ok\n"
                            "5,http,ok\n";

static void setup(void)
{
    egad_dataset *data;

    support_folder(folder);
    snprintf(path, sizeof path, "%s/x.csv", folder);
    support_write(path, flows, strlen(flows));
    CHECK_OK(egad_csv_import(&data, path, &(egad_csv_options){ .drop = "kind" }));
    CHECK_OK(egad_schema_copy(&schema, &data->schema));
    egad_dataset_free(data);
}

static void teardown(void)
{
    egad_schema_clear(&schema);
    support_remove(folder);
}

static egad_status read_text(egad_dataset **data, const char *text,
                             egad_csv_report *report)
{
    support_write(path, text, strlen(text));
    return egad_csv_read(data, path, &schema, report);
}

START_TEST(read_by_name_and_position)
{
    static const char *const texts[] = { "service,other,bytes\nssh,9,7\ndns,9,8\n",
                                         "bytes,service\n7,ssh\n8,dns\n",
                                         "7,ssh\n8,dns\n", "7,ssh,bad\n8,dns,ok\n",
                                         "7;ssh\r\n8;dns" };
    const float want[8] = { 7, 0, 0, 1, 8, 1, 0, 0 };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        egad_dataset *data;
        egad_csv_report report = { 99, "x" };
        CHECK_OK(read_text(&data, texts[i], &report));
        ck_assert_uint_eq(data->rows, 2);
        ck_assert_uint_eq(data->shape[2], 4);
        ck_assert_mem_eq(data->x, want, sizeof want);
        ck_assert_uint_eq(report.unseen, 0);
        ck_assert_str_eq(report.example, "");
        ck_assert_uint_eq(data->schema.n, 2);
        egad_dataset_free(data);
    }
}
END_TEST

START_TEST(read_unseen)
{
    egad_dataset *data;
    egad_csv_report report;
    const float want[12] = { 1, 0, 0, 0, 2, 0, 1, 0, 3, 0, 0, 0 };

    CHECK_OK(read_text(&data, "bytes,service\n1,ftp\n2,http\n3,\n", &report));
    ck_assert_mem_eq(data->x, want, sizeof want);
    ck_assert_uint_eq(report.unseen, 2);
    ck_assert_str_eq(report.example, "service=ftp");
    egad_dataset_free(data);
    CHECK_OK(read_text(&data, "1,ftp\n", NULL));
    egad_dataset_free(data);
}
END_TEST

START_TEST(read_bad)
{
    egad_dataset *data;
    const struct {
        const char *text;
        egad_status code;
        const char *words;
    } want[] = {
        { "", EGAD_FORMAT, "is empty" },
        { "bytes,service\n", EGAD_DATA, "no rows below its header" },
        { "bytes,other\n1,2\n", EGAD_SHAPE, "no column 'service'" },
        { "bytes,service,bytes\n1,http,2\n", EGAD_FORMAT, "two columns named 'bytes'" },
        { "1,http,x,y\n", EGAD_SHAPE,
          "4 fields and no header, wanted the 2 columns bytes, service" },
        { "1\n", EGAD_SHAPE, "1 fields and no header" },
        { "1,http\nabc,http\n", EGAD_DATA,
          "x.csv' line 2, column 'bytes': 'abc' is not a number" },
        { "1,http\n,http\n", EGAD_DATA, "line 2, column 'bytes': '' is no value" },
        { "bytes,service\nNaN,http\n", EGAD_DATA,
          "line 2, column 'bytes': 'NaN' is no value" },
        { "bytes,service\n-inf,http\n", EGAD_DATA, "'-inf' is no value" },
        { "bytes,service\n1e39,http\n", EGAD_DATA, "too large" },
        { "1,http\n2\n", EGAD_FORMAT, "line 2: 1 fields, the first line has 2" },
    };
    const egad_schema none = { 0, NULL };

    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        egad_status got = read_text(&data, want[i].text, NULL);
        ck_assert_msg(got == want[i].code && strstr(egad_status_last(), want[i].words),
                      "case %zu: %s", i, egad_status_last());
        ck_assert_ptr_null(data);
    }
    CHECK_FAILS(egad_csv_read(&data, path, &none, NULL), ARGUMENT,
                "this model: it has no column names");
}
END_TEST

START_TEST(read_standard_input)
{
    egad_dataset *data;

    support_write(path, "4,ssh\n", 6);
    int before = dup(0), file = open(path, O_RDONLY);
    ck_assert_int_eq(dup2(file, 0), 0);
    close(file);
    egad_status got = egad_csv_read(&data, "-", &schema, NULL);
    dup2(before, 0);
    close(before);
    ck_assert_int_eq(got, EGAD_OK);
    ck_assert_uint_eq(data->rows, 1);
    ck_assert(data->x[0] == 4 && data->x[3] == 1);
    egad_dataset_free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv_read");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, read_by_name_and_position);
    tcase_add_test(tests, read_unseen);
    tcase_add_test(tests, read_bad);
    tcase_add_test(tests, read_standard_input);
    return support_run(suite);
}

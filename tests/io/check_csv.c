/* io/csv.c, rows.c, table.c, number.c: CSV files for training, valid and invalid. */
#include "csv_file.h"

#include <locale.h>
#include <math.h>
#include <zlib.h>

static const char flows[] = "bytes,service,kind\n"
                            "1,http,ok\n"
                            "2.5,dns,ok\n"
                            "-3e2,http,bad\n"
                            "4,ssh,ok\n"
                            "5,http,ok\n";

START_TEST(numbers)
{
    static const struct {
        const char *text;
        egad_number_kind kind;
        float value;
    } want[] = { { "0", EGAD_NUMBER_GOOD, 0 },
                 { "-12.50", EGAD_NUMBER_GOOD, -12.5f },
                 { "+3", EGAD_NUMBER_GOOD, 3 },
                 { ".5", EGAD_NUMBER_GOOD, .5f },
                 { "5.", EGAD_NUMBER_GOOD, 5 },
                 { "1e3", EGAD_NUMBER_GOOD, 1000 },
                 { "0.1", EGAD_NUMBER_GOOD, .1f },
                 { "123456789012345678", EGAD_NUMBER_GOOD, 123456789012345678.f },
                 { "0.000000000000000000012", EGAD_NUMBER_GOOD, 1.2e-20f },
                 { "1e-400", EGAD_NUMBER_GOOD, 0 },
                 { "1e39", EGAD_NUMBER_LARGE, 0 },
                 { "-1e999", EGAD_NUMBER_LARGE, 0 },
                 { "", EGAD_NUMBER_MISSING, 0 },
                 { "NaN", EGAD_NUMBER_MISSING, 0 },
                 { "-inf", EGAD_NUMBER_MISSING, 0 },
                 { "Infinity", EGAD_NUMBER_MISSING, 0 },
                 { "NA", EGAD_NUMBER_MISSING, 0 },
                 { "?", EGAD_NUMBER_MISSING, 0 },
                 { "abc", EGAD_NUMBER_NONE, 0 },
                 { "1x", EGAD_NUMBER_NONE, 0 },
                 { "1,5", EGAD_NUMBER_NONE, 0 },
                 { "-", EGAD_NUMBER_NONE, 0 },
                 { ".", EGAD_NUMBER_NONE, 0 },
                 { "1 2", EGAD_NUMBER_NONE, 0 } };

    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        float value = 0;
        ck_assert_msg(egad_number_parse(want[i].text, &value) == want[i].kind &&
                          value == want[i].value,
                      "'%s' is %g", want[i].text, (double)value);
    }
    srand(1);
    for (int i = 0; i < 20000; i++) {
        char text[64];
        float value;
        snprintf(text, sizeof text, "%.*f", rand() % 12, (rand() - RAND_MAX / 2) / 997.0);
        ck_assert_int_eq(egad_number_parse(text, &value), EGAD_NUMBER_GOOD);
        ck_assert_msg(value == (float)strtod(text, NULL), "%s", text);
    }
}
END_TEST

START_TEST(labelled)
{
    egad_dataset *data;
    const float want[5][4] = { { 1, 0, 1, 0 },
                               { 2.5f, 1, 0, 0 },
                               { -300, 0, 1, 0 },
                               { 4, 0, 0, 1 },
                               { 5, 0, 1, 0 } };
    uint32_t permutation[4];
    const int normal[] = { 0, 1, 3, 4 };

    CHECK_OK(IMPORT(&data, flows, .label = "kind", .normal = "ok", .seed = 3));
    ck_assert_uint_eq(data->rows, 5);
    ck_assert_uint_eq(data->shape[2], 4);
    ck_assert_mem_eq(data->x, want, sizeof want);
    ck_assert_mem_eq(data->y, "\0\0\1\0\0", 5);
    ck_assert_uint_eq(data->schema.n, 2);
    ck_assert_str_eq(data->schema.column[1].category[0], "dns");
    ck_assert_str_eq(data->class_name[0], "bad");
    ck_assert_int_eq(data->class_of[0], 1);
    ck_assert_int_eq(data->split[2], EGAD_TEST);
    egad_permutation_legacy(3, 4, permutation);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(data->split[normal[permutation[i]]],
                         i < 2 ? EGAD_TRAIN : EGAD_TEST);
    ck_assert_str_eq(data->protocol, "csv");
    ck_assert_str_eq(data->source, "x.csv");
    ck_assert_uint_eq(strlen(data->sha256), 64);
    egad_dataset_free(data);
    CHECK_OK(IMPORT(&data, flows, .label = "kind", .anomalous = " bad ,",
                    .test_fraction = .25));
    ck_assert_mem_eq(data->y, "\0\0\1\0\0", 5);
    ck_assert_int_eq(data->split[0] + data->split[1] + data->split[3] + data->split[4],
                     1);
    egad_dataset_free(data);
}
END_TEST

START_TEST(unlabelled)
{
    egad_dataset *data;

    CHECK_OK(IMPORT(&data, flows, .drop = "kind,bytes"));
    ck_assert_uint_eq(data->shape[2], 3);
    ck_assert_ptr_null(data->y);
    ck_assert_ptr_null(data->split);
    ck_assert_ptr_null(data->class_of);
    egad_dataset_free(data);
}
END_TEST

START_TEST(kinds_by_hand)
{
    egad_dataset *data;
    const char text[] = "port,code\n80,1\n443,2\n80,3\n";

    CHECK_OK(IMPORT(&data, text, .categorical = "port"));
    ck_assert_uint_eq(data->schema.column[0].categories, 2);
    ck_assert_str_eq(data->schema.column[0].category[0], "443");
    ck_assert_uint_eq(data->schema.column[1].categories, 0);
    egad_dataset_free(data);
    CHECK_FAILS(IMPORT(&data, flows, .numeric = "service"), FORMAT,
                "x.csv' line 2, column 'service': 'http' is not a number");
    CHECK_FAILS(IMPORT(&data, flows, .numeric = "serv"), ARGUMENT,
                "columns are bytes, service, kind");
    CHECK_FAILS(IMPORT(&data, flows, .numeric = "bytes", .drop = "bytes"), ARGUMENT,
                "has two roles, by --numeric and by --drop");
    ck_assert_ptr_null(data);
}
END_TEST

START_TEST(split_by_column)
{
    egad_dataset *data;
    const char text[] = "a,part,y\n1,Train,0\n2,TEST,0\n3,train,1\n4,test,1\n";

    CHECK_OK(IMPORT(&data, text, .label = "y", .normal = "0", .split_column = "part"));
    /* Anomalies among the training rows are left out. */
    ck_assert_uint_eq(data->rows, 3);
    ck_assert(data->x[0] == 1 && data->x[1] == 2 && data->x[2] == 4);
    ck_assert_mem_eq(data->split, "\0\1\1", 3);
    ck_assert_mem_eq(data->y, "\0\0\1", 3);
    egad_dataset_free(data);
    CHECK_FAILS(IMPORT(&data, "a,part\n1,train\n2,valid\n", .split_column = "part"), DATA,
                "line 3, column 'part': 'valid'");
    CHECK_FAILS(
        IMPORT(&data, "a,part\n1,test\n", .split_column = "part"), DATA,
        "none of 1 row is a training row (1 are test rows): mark more normal rows train");
    CHECK_FAILS(IMPORT(&data, "a,b\n1,\n,2\n", .missing = "drop"), DATA,
                "none of 2 rows is a training row (0 are test rows): each lacks a value; "
                "impute values with --missing mean");
}
END_TEST

START_TEST(missing_values)
{
    egad_dataset *data;
    const char text[] = "a,b,y\n1,u,0\n,v,0\n3,,0\n5,u,1\nnan,u,1\n9,u,0\n";

    CHECK_FAILS(IMPORT(&data, text, NONE), DATA,
                "line 3, column 'a': the value is missing; drop such rows with --missing "
                "drop, or impute values with --missing mean");
    CHECK_OK(IMPORT(&data, text, .missing = "drop"));
    ck_assert_uint_eq(data->rows, 3);
    ck_assert(data->x[0] == 1);
    ck_assert_ptr_null(data->split);
    ck_assert_int_eq(data->schema.column[0].filled, 0);
    ck_assert_ptr_null(data->filled);
    egad_dataset_free(data);
    CHECK_OK(IMPORT(&data, text, .missing = "mean", .drop = "y"));
    ck_assert_int_eq(data->schema.column[0].filled, 1);
    ck_assert(data->schema.column[0].fill == 4.5f);
    ck_assert_int_eq(data->schema.column[1].filled, 0); /* has its category "?" */
    ck_assert_uint_eq(data->rows, 6);
    ck_assert_str_eq(data->schema.column[1].category[0], "?");
    ck_assert(data->x[4] == 4.5f);                  /* (1 + 3 + 5 + 9) / 4 */
    ck_assert(data->x[9] == 1 && data->x[10] == 0); /* row 2: b=? */
    ck_assert_mem_eq(data->filled, "\0\0\1\0\0\0\0\0\1\0\0\0", 12);
    egad_dataset_free(data);
    /* The mean uses training rows only; columns without gaps have one too. */
    CHECK_OK(IMPORT(&data, "a,b,p\n2,1,train\n100,9,test\n,9,test\n4,2,train\n",
                    .missing = "mean", .split_column = "p"));
    ck_assert(data->x[4] == 3);
    ck_assert_mem_eq(data->filled, "\0\0\0\0\1\0\0\0", 8);
    ck_assert(data->schema.column[0].fill == 3 && data->schema.column[1].fill == 1.5f);
    ck_assert(data->schema.column[0].filled && data->schema.column[1].filled);
    egad_dataset_free(data);
    CHECK_FAILS(IMPORT(&data, "a,y\n1,0\n2,\n3,1\n", .label = "y", .normal = "0"), DATA,
                "line 3, column 'y': the label is missing");
    CHECK_FAILS(IMPORT(&data, text, .missing = "guess"), ARGUMENT, "'guess'");
    CHECK_FAILS(
        IMPORT(&data, "a,b\n1,2\nInf,3\n", NONE), DATA,
        "line 3, column 'a': 'Inf' is not a value; drop such rows with --missing drop");
}
END_TEST

START_TEST(ways_to_write_it)
{
    static const char *const texts[] = {
        "a,b\n1,x\n2,y\n",
        "a,b\r\n1,x\r\n2,y\r\n",
        "a,b\r1,x\r2,y\r",
        "\357\273\277a,b\n1,x\n2,y",
        "\n\na,b\n\n1,x\n  \n2,y\n\n",
        "\"a\",\"b\"\n\"1\",\"x\"\n\"2\",\"y\"\n",
        "a;b\n1;x\n2;y\n",
        "a\tb\n1\tx\n2\ty\n",
        "a|b\n1|x\n2|y\n",
        " a , b \n 1 , x \n2,y\n",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        egad_dataset *data;
        const float want[6] = { 1, 1, 0, 2, 0, 1 };
        CHECK_OK(IMPORT(&data, texts[i], NONE));
        ck_assert_uint_eq(data->rows, 2);
        ck_assert_str_eq(data->schema.column[0].name, "a");
        ck_assert_str_eq(data->schema.column[1].name, "b");
        ck_assert_mem_eq(data->x, want, sizeof want);
        egad_dataset_free(data);
    }
}
END_TEST

START_TEST(quotes)
{
    egad_dataset *data;

    CHECK_OK(IMPORT(&data, "\"a,1\",b\n1,\"say \"\"x\"\", and\ny\"\n2,z\n", NONE));
    ck_assert_str_eq(data->schema.column[0].name, "a,1");
    ck_assert_str_eq(data->schema.column[1].category[0], "say \"x\", and\ny");
    egad_dataset_free(data);
    CHECK_FAILS(IMPORT(&data, "a,b\n1,x\n2,y\"z\n", NONE), FORMAT, "line 3: a quote");
    CHECK_FAILS(IMPORT(&data, "a,b\n1,x\n2,\"y\n3,z\n", NONE), FORMAT,
                "line 3: an unclosed quote");
    /* A row over two lines shifts the line numbers after it. */
    CHECK_FAILS(IMPORT(&data, "a,b\n1,\"x\ny\"\n2\n", NONE), FORMAT, "line 4: 1 field");
}
END_TEST

START_TEST(bad_files)
{
    egad_dataset *data;
    const struct {
        const char *text;
        egad_status code;
        const char *words;
    } want[] = {
        { "", EGAD_FORMAT, "is empty" },
        { "\n\n", EGAD_DATA, "has no rows" },
        { "a,b\n", EGAD_DATA, "no rows below its header" },
        { "1,2\n3,4\n", EGAD_FORMAT,
          "line 1: numbers above numbers, which may be a row or a header" },
        { "a,b\n1,2\n1,2,3\n", EGAD_FORMAT, "x.csv' line 3: 3 fields, the header has 2" },
        { "a,b\n1,2\n\n1\n", EGAD_FORMAT, "line 4: 1 field" },
        { "a\n1\n1e60\n", EGAD_FORMAT,
          "line 3, column 'a': '1e60' is too large for float32: remove the row, or use" },
        { "\xff\xfe"
          "a",
          EGAD_FORMAT, "UTF-16" },
        { "\xef\xbb\xbf \n [\n {\"a\": 1}]", EGAD_FORMAT,
          "wanted CSV with a header line, or a file with one object per line: convert "
          "it, "
          "for example by jq -c '.[]' FILE >FILE.jsonl" },
        { "[1,2]\n[3,4]\n", EGAD_FORMAT, "x.csv' is JSON" },
        { "{\"a\": 1}\n", EGAD_FORMAT, "x.csv' is JSON" },
        { "PAR1\25\4\n1\n", EGAD_FORMAT, "x.csv' is Parquet, wanted text: convert it" },
        { "PBR1\25\4\n1\n", EGAD_FORMAT,
          "x.csv': a control character in its first line: this is not text: save the" },
        { "\177ELF\"\n", EGAD_FORMAT, "this is not text" },
        { "a title\na,b\n", EGAD_DATA, "has no rows below its header" }
    };

    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        egad_status got = IMPORT(&data, want[i].text, NONE);
        ck_assert_msg(got == want[i].code && strstr(egad_status_last(), want[i].words),
                      "case %zu: %s", i, egad_status_last());
        ck_assert_ptr_null(data);
    }
    /* Reported before other errors. */
    support_write(path, "a,b\n1\"2,\n\0\n", 11);
    CHECK_FAILS(egad_csv_import(&data, path, NULL), FORMAT,
                "line 3: a zero byte: this is not text");
    /* \1 may be a delimiter, and within a row it belongs to the value. */
    CHECK_OK(IMPORT(&data, "a\1b\n1\0012\n", .delimiter = '\1'));
    egad_dataset_free(data);
    CHECK_OK(IMPORT(&data, "a,b\r1,\1\r", NONE));
    egad_dataset_free(data);
    CHECK_FAILS(IMPORT(&data, "a:b\n1:2\n", .numeric = "b"), ARGUMENT,
                "its columns are a:b: it is one column: is its first line the header? "
                "--separator sets what separates the columns");
    CHECK_FAILS(egad_csv_import(&data, folder, NULL), FILE, "folder");
}
END_TEST

START_TEST(bad_labels)
{
    egad_dataset *data;

    CHECK_FAILS(IMPORT(&data, flows, .label = "type", .normal = "ok"), ARGUMENT,
                "no column 'type'; its columns are bytes, service, kind");
    CHECK_FAILS(IMPORT(&data, flows, .label = "kind"), ARGUMENT, "not both");
    CHECK_FAILS(IMPORT(&data, flows, .label = "kind", .normal = "ok", .anomalous = "bad"),
                ARGUMENT, "not both");
    CHECK_FAILS(IMPORT(&data, flows, .normal = "ok"), ARGUMENT, "need a label column");
    CHECK_FAILS(IMPORT(&data, flows, .label = "kind", .normal = "fine"), DATA,
                "no row is labelled 'fine'");
    CHECK_FAILS(IMPORT(&data, flows, .label = "kind", .normal = "ok,bad"), DATA,
                "all rows are normal");
    CHECK_FAILS(IMPORT(&data, "a,y\n1,0\n2,0\n", .label = "y", .anomalous = "0"), DATA,
                "all rows are anomalies");
    CHECK_FAILS(IMPORT(&data, "y\n0\n1\n", .label = "y", .normal = "0"), DATA,
                "no column is left");
    CHECK_FAILS(IMPORT(&data, flows, .label = "kind", .normal = "ok", .test_fraction = 1),
                ARGUMENT, "test fraction");
    CHECK_FAILS(IMPORT(&data, "a,y\n1,0\n2,1\n", .label = "y", .normal = "0"), DATA,
                "none of 2 rows is a training row (2 are test rows): give more normal "
                "rows, or a smaller --test-fraction");
}
END_TEST

/* A message lists ten names, not hundreds. */
START_TEST(many_columns)
{
    egad_dataset *data;
    char text[512];
    size_t n = 0;

    for (int i = 0; i < 30; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%sc%d", i ? "," : "", i);
    snprintf(text + n, sizeof text - n, "\n");
    CHECK_FAILS(IMPORT(&data, text, .drop = "d"), ARGUMENT,
                "no column 'd'; its columns are c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 "
                "and 20 more");
    char *end = strstr(text, ",c10");
    snprintf(end, 2, "\n");
    CHECK_FAILS(IMPORT(&data, text, .drop = "d"), ARGUMENT, "c8, c9");
    ck_assert_ptr_null(strstr(egad_status_last(), "more"));
}
END_TEST

/* Columns cost memory out of proportion to a file of commas. */
START_TEST(too_many_columns)
{
    enum { COLUMNS = 65536 + 1, WIDTH = 7 };
    egad_dataset *data;
    char *text = malloc(COLUMNS * WIDTH + 1);

    for (int i = 0; i < COLUMNS; i++)
        snprintf(text + i * WIDTH, WIDTH + 1, "c%05d%c", i, i + 1 < COLUMNS ? ',' : '\n');
    CHECK_FAILS(IMPORT(&data, text, NONE), DATA, "more than 65536 columns");
    CHECK_FAILS(IMPORT(&data, text, .drop = "c00007"), DATA, "has no rows");
    free(text);
}
END_TEST

START_TEST(compressed)
{
    egad_dataset *data;
    size_t n;

    snprintf(path, sizeof path, "%s/x.csv.gz", folder);
    gzFile file = gzopen(path, "wb");
    gzputs(file, flows);
    gzclose(file);
    CHECK_OK(egad_csv_import(&data, path, NULL));
    ck_assert_uint_eq(data->rows, 5);
    egad_dataset_free(data);
    char *bytes = support_read(path, &n);
    support_write(path, bytes, n - 9);
    CHECK_FAILS(egad_csv_import(&data, path, NULL), FORMAT, "truncated .gz");
    support_write(path, bytes, 12);
    CHECK_FAILS(egad_csv_import(&data, path, NULL), FORMAT, "truncated .gz");
    support_write(path, "plain,text\n1,2\n", 15);
    CHECK_FAILS(egad_csv_import(&data, path, NULL), FORMAT, "is not gzip data");
    free(bytes);
}
END_TEST

/* A program in a locale with decimal commas. */
START_TEST(locale)
{
    egad_dataset *data;

    if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
        printf("csv: locale: skipped, there is no de_DE\n");
        return;
    }
    egad_status got = IMPORT(&data, "a\n1.25e1\n2.5\n", NONE);
    setlocale(LC_ALL, "C");
    ck_assert_int_eq(got, EGAD_OK);
    ck_assert(data->x[0] == 12.5f && data->x[1] == 2.5f);
    egad_dataset_free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, numbers);
    tcase_add_test(tests, labelled);
    tcase_add_test(tests, unlabelled);
    tcase_add_test(tests, kinds_by_hand);
    tcase_add_test(tests, split_by_column);
    tcase_add_test(tests, missing_values);
    tcase_add_test(tests, ways_to_write_it);
    tcase_add_test(tests, quotes);
    tcase_add_test(tests, bad_files);
    tcase_add_test(tests, bad_labels);
    tcase_add_test(tests, many_columns);
    tcase_add_test(tests, too_many_columns);
    tcase_add_test(tests, compressed);
    tcase_add_test(tests, locale);
    return support_run(suite);
}

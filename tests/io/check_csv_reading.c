/* io/reading.c, csv_watch.c, csv_doubt.c: notations of numbers, words for missing values,
 * suspicious columns; and that a model reads rows as its training data were read. */
#include "csv_file.h"

#include <math.h>

START_TEST(notations)
{
    static const struct {
        char decimal, thousands;
        const char *text, *want; /* NULL: a point where none can be */
    } cases[] = {
        { 0, 0, "1,5", "1,5" },
        { ',', 0, "1,5", "1.5" },
        { ',', 0, "-,5e-3", "-.5e-3" },
        { ',', 0, "1,5,2", "1,5,2" },
        { ',', 0, "1.5", NULL },
        { ',', 0, "3.7.2018", "3.7.2018" },
        { ',', 0, "12", "12" },
        { 0, ',', "757,168", "757168" },
        { 0, ',', "+1,234,567.25", "+1234567.25" },
        { 0, ',', "1,23", "1,23" },
        { 0, ',', "1234,567", "1234,567" },
        { 0, ',', "0,123", "0,123" },
        { 0, ',', "1,234,56", "1,234,56" },
        { 0, ',', ",123", ",123" },
        { ',', '.', "1.234,5", "1234.5" },
        { ',', '.', "1.234", "1234" },
        { ',', '.', "1.2345", NULL },
        { ',', '.', "10.0.0.1", "10.0.0.1" },
        { ',', ' ', "1 234 567,5", "1234567.5" },
        { ',', ' ',
          "1\xc2\xa0"
          "234,5",
          "1234.5" },
        { ',', ' ',
          "1\xe2\x80\xaf"
          "234,5",
          "1234.5" },
        { 0, '\'', "1'234.5", "1234.5" },
        { 0, '_', "1_234", "1234" },
        { ',', 0, "", "" },
        { ',', 0, "-", "-" },
        { ',', 0, "1,5e", "1,5e" },
        { ',', 0, "1,5 bar", "1,5 bar" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const egad_reading r = { .decimal = cases[i].decimal,
                                 .thousands = cases[i].thousands };
        char text[64];
        snprintf(text, sizeof text, "%s", cases[i].text);
        const int usual = egad_reading_number(&r, text);
        ck_assert_msg(usual == (cases[i].want != NULL) &&
                          !strcmp(text, usual ? cases[i].want : cases[i].text),
                      "'%s' becomes '%s'", cases[i].text, text);
    }
    CHECK_FAILS(egad_reading_check("who", &(egad_reading){ .decimal = ';' }), ARGUMENT,
                "who: decimal mark ';', wanted a point or a comma");
    CHECK_FAILS(egad_reading_check("who", &(egad_reading){ .thousands = 'x' }), ARGUMENT,
                "thousands separator 'x'");
    CHECK_FAILS(egad_reading_check("who", &(egad_reading){ .thousands = '.' }), ARGUMENT,
                "'.' cannot separate both");
    CHECK_FAILS(egad_reading_check("who", &(egad_reading){ .separator = '"' }), ARGUMENT,
                "cannot be a quote");
}
END_TEST

/* All values of a column are numbers of another notation: the option is named. */
START_TEST(explained)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        { "a;b\n1,5;x\n2;y\n", "line 2, column 'a': '1,5' is a number with a decimal "
                               "comma: read it so with --decimal , (--categorical 'a'" },
        { "a;b;c\n1,5;1,25;1\n2;3,5;2\n", "column 'a' and 1 other: '1,5'" },
        { "a;b\n1;757,168\n2;15,670\n",
          "'757,168' may have a decimal comma, --decimal , or be in thousands, "
          "--thousands ," },
        /* Another column says what a point is. */
        { "a;b\n1.5;757,168\n2;15,670\n", "with --thousands , (" },
        { "a;b\n1,5;757,168\n2;15,670\n", "with --decimal , (" },
        { "a;b\n1;0,168\n2;15,670\n", "with --decimal , (" },
        { "a;b\n1;7,123,168\n2;15,670\n", "with --thousands , (" },
        { "a;b\n1;7,123.5\n2;15,670\n", "with --thousands , (" },
        { "a;b\n1;7.123,5\n2;15,67\n", "with --decimal , --thousands . (" },
        { "a;b\n1;7 123,5\n2;15,67\n", "with --decimal , --thousands \" \" (" },
        { "a;b\n1;7'123.5\n2;15\n", "with --thousands \"'\" (" },
    };
    egad_dataset *data;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const egad_status got = IMPORT(&data, cases[i].text, NONE);
        ck_assert_msg(got == EGAD_DATA && strstr(egad_status_last(), cases[i].words),
                      "case %zu: %s", i, egad_status_last());
    }
    CHECK_OK(IMPORT(&data, cases[0].text, .categorical = "a"));
    ck_assert_str_eq(data->schema.column[0].category[0], "1,5");
    egad_dataset_free(data);
    /* More values than categories may be, and after plain numbers. */
    char *text = malloc(1200 * 10 + 100);
    size_t n = (size_t)sprintf(text, "v;w\n");
    for (int i = 0; i < 1200; i++)
        n += (size_t)sprintf(text + n, "%d;%d,5\n", i % 7, i);
    CHECK_FAILS(IMPORT(&data, text, NONE), DATA, "column 'w': '0,5' is a number with");
    n = (size_t)sprintf(text, "v;w\n");
    for (int i = 0; i < 1200; i++)
        n += (size_t)sprintf(text + n, "%d;%d%s\n", i % 7, i, i > 1100 ? ",5" : "");
    CHECK_FAILS(IMPORT(&data, text, NONE), DATA, "column 'w': '1101,5' is a number with");
    free(text);
    CHECK_FAILS(IMPORT(&data, "a\n1,5\n2.5\n", .decimal = ',', .delimiter = ';'), FORMAT,
                "line 3, column 'a': '2.5' has a decimal point, but --decimal or");
}
END_TEST

START_TEST(gaps)
{
    static const char text[] = "a,b,c\n1,nil,x\nnil,2,-\n3,4,nil\n5,6,x\n";
    egad_dataset *data;

    CHECK_OK(IMPORT(&data, text, .na = "nil,-", .missing = "mean"));
    ck_assert(data->x[0] == 1 && data->x[1] == 4);
    ck_assert_uint_eq(data->schema.column[0].categories, 0);
    ck_assert_uint_eq(data->schema.column[2].categories, 2); /* ? and x */
    ck_assert_mem_eq(data->filled, "\0\1\0\1\0\0\0\0\0\0\0\0", 12);
    egad_dataset_free(data);
    CHECK_FAILS(IMPORT(&data, text, .na = "nil"), DATA,
                "line 3, column 'a': the value is missing");
    /* A label is not a gap. */
    CHECK_OK(
        IMPORT(&data, "a,y\n1,-\n2,-\n3,dos\n", .na = "-", .label = "y", .normal = "-"));
    egad_dataset_free(data);
    /* NaN is no category among numbers. */
    CHECK_FAILS(IMPORT(&data, "a,b\n1,2\nNaN,3\nx,4\n-Infinity,4\n", NONE), DATA,
                "line 3, column 'a': 'NaN' among numbers is not a value; drop such rows "
                "with --missing drop, or impute values with --missing mean; but other "
                "values are no numbers, such as 'x', line 4");
    CHECK_OK(IMPORT(&data, "a,b\ny,2\nNan,3\nx,4\n", NONE));
    egad_dataset_free(data);
}
END_TEST

static void note_why(void *context, const egad_csv_doubt *d)
{
    char *told = context;
    const size_t used = strlen(told);
    snprintf(told + used, 300 - used, "%s %d %s %zu;", d->column, (int)d->why,
             d->example ? d->example : "", d->line);
}

/* Numbers that are no features. */
START_TEST(suspicions)
{
    char *text = malloc(200 * 200), told[300] = "";
    egad_dataset *data;
    size_t n = (size_t)sprintf(text, ",unix,down,id,zip,big,plain,real,few\n");

    for (int i = 0; i < 120; i++)
        n +=
            (size_t)sprintf(text + n, "%d,%d,%d.5,%d,%05d,%d,%d,%g,%d\n", i + 1,
                            1500000000 + i * i, 900 - i, i * 37 % 127, i * 77 % 113 + 400,
                            i * 37 % 97, i * 7 % 59, (i * 37 % 127) + .5, i % 2);
    CHECK_OK(IMPORT(&data, text, .doubt = note_why, .context = told));
    ck_assert_str_eq(told, "column1 1  0;unix 1  0;down 1  0;id 2  0;zip 3 00400 2;");
    egad_dataset_free(data);
    told[0] = 0;
    CHECK_OK(IMPORT(&data, text, .doubt = note_why, .context = told,
                    .numeric = "column1,unix,zip", .drop = "down,id"));
    ck_assert_str_eq(told, "");
    egad_dataset_free(data);
    /* A few rows rise by chance. */
    CHECK_OK(IMPORT(&data, "a,b\n1,9007199254740993\n2,5\n3,-9007199254740993\n",
                    .doubt = note_why, .context = told));
    ck_assert_str_eq(told, "b 4 9007199254740993 2;");
    egad_dataset_free(data);
    free(text);
}
END_TEST

/* Numbers that stand for missing values: far from all others, and more than once. */
START_TEST(stand_ins)
{
    static const struct {
        const char *odd;
        size_t every; /* rows from one to the next */
        const char *told;
    } cases[] = {
        { "-999", 7, "v 5 -999 0;" },
        { "99999", 7, "v 5 99999 0;" },
        { "-99.9", 7, "v 5 -99.9 0;" },
        { "-999.0", 7, "v 5 -999 0;" },
        { "-998", 7, "" }, /* an odd number like others */
        { "9", 7, "" },
        { "99", 7, "" },    /* among the others */
        { "-999", 25, "" }, /* twice */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2000], told[300] = "";
        egad_dataset *data;
        size_t n = (size_t)sprintf(text, "v,w\n");
        for (size_t r = 0; r < 50; r++) {
            const int odd = (r + 1) % cases[i].every == 0;
            n += odd ? (size_t)sprintf(text + n, "%s,1\n", cases[i].odd)
                     : (size_t)sprintf(text + n, "%zu.5,1\n", 70 + r * 17 % 60);
        }
        CHECK_OK(IMPORT(&data, text, .doubt = note_why, .context = told));
        ck_assert_str_eq(told, cases[i].told);
        egad_dataset_free(data);
        told[0] = 0;
        CHECK_OK(IMPORT(&data, text, .doubt = note_why, .context = told, .numeric = "v"));
        ck_assert_str_eq(told, "");
        egad_dataset_free(data);
    }
    /* A column of one value stands for nothing. */
    char text[400] = "v,w\n", told[300] = "";
    egad_dataset *data;
    for (size_t r = 0; r < 40; r++)
        strcat(text, r % 2 ? "999,1\n" : "999,2\n");
    CHECK_OK(IMPORT(&data, text, .doubt = note_why, .context = told));
    ck_assert_str_eq(told, "");
    egad_dataset_free(data);
}
END_TEST

static void copy_schema(egad_schema *schema, const char *text, egad_csv_options how)
{
    egad_dataset *data, *again;
    char file[200];

    how.size = sizeof how;
    CHECK_OK(import(&data, text, how));
    snprintf(file, sizeof file, "%s/x.h5", folder);
    CHECK_OK(egad_dataset_save(data, file));
    CHECK_OK(egad_dataset_load(&again, file));
    CHECK_OK(egad_schema_copy(schema, &again->schema));
    ck_assert_uint_eq(schema->readings, data->schema.readings);
    egad_dataset_free(data);
    egad_dataset_free(again);
}

static void read_rows(const egad_schema *schema, const char *text, size_t rows,
                      const float *x, egad_csv_report *report)
{
    egad_dataset *data;

    support_write(path, text, strlen(text));
    const egad_status status = egad_csv_read(&data, path, schema, report);
    ck_assert_msg(status == EGAD_OK, "%s", egad_status_last());
    ck_assert_uint_eq(data->rows, rows);
    ck_assert_mem_eq(data->x, x, rows * data->shape[2] * sizeof *x);
    egad_dataset_free(data);
}

/* Through files, as the training data were read. */
START_TEST(alike)
{
    static const char text[] = "a;b;c\n1.234,5;x;1\n2,5;nil;2\nnil;1,5;3\n";
    egad_schema schema;
    egad_csv_report report;
    egad_dataset *data;

    copy_schema(&schema, text,
                (egad_csv_options){
                    .decimal = ',', .thousands = '.', .na = "nil", .missing = "mean" });
    ck_assert_str_eq(schema.reading[0], "decimal=,");
    /* Categories 1.5, ?, x of b. */
    read_rows(&schema, "c;b;a\n9;1,5;1.000,25\n8;nil;nil\nc;b;a\n", 2,
              (float[]){ 1000.25f, 1, 0, 0, 9, 618.5f, 0, 1, 0, 8 }, &report);
    ck_assert_uint_eq(report.filled, 1);
    support_write(path, "a;b;c\n1.5;x;1\n", 14);
    CHECK_FAILS(egad_csv_read(&data, path, &schema, NULL), DATA,
                "line 2, column 'a': '1.5' has a decimal point, but the training data");
    egad_schema_clear(&schema);
}
END_TEST

/* Rows without a header, some of whose columns the model has; and lines above them. */
START_TEST(places)
{
    static const char words[] = "7,tcp,80,ok\n9,udp,53,ok\n2,tcp,53,bad\n4,udp,80,bad\n";
    static const char titled[] = "a title\nt,v\ns,V\n1,2\n3,4\n5,6\n";
    egad_schema schema;
    egad_csv_report report;

    copy_schema(
        &schema, words,
        (egad_csv_options){ .drop = "column1", .label = "column4", .normal = "ok" });
    read_rows(&schema, "1,udp,8,x\n2,tcp,9,x\n", 2, (float[]){ 0, 1, 8, 1, 0, 9 },
              &report);
    ck_assert_int_eq(report.ordered, 1);
    read_rows(&schema, "column3,column2\n8,udp\ncolumn3,column2\n9,tcp\n", 2,
              (float[]){ 0, 1, 8, 1, 0, 9 }, &report);
    ck_assert_uint_eq(report.repeated, 1);
    egad_schema_clear(&schema);

    copy_schema(&schema, titled, (egad_csv_options){ .skip = 3, .header = "t,v" });
    read_rows(&schema, titled, 3, (float[]){ 1, 2, 3, 4, 5, 6 }, &report);
    ck_assert_uint_eq(report.above, 2); /* the title and the units */
    read_rows(&schema, "v,t\n2,1\n4,3\n", 2, (float[]){ 1, 2, 3, 4 }, &report);
    ck_assert_uint_eq(report.above, 0);
    read_rows(&schema, "1,2\n3,4\n", 2, (float[]){ 1, 2, 3, 4 }, &report);
    egad_schema_clear(&schema);

    copy_schema(&schema, "a,b,a\n1,2,3\n4,5,7\n", (egad_csv_options){ .drop = "a.2" });
    read_rows(&schema, "a,b,a\n1,2,3\n", 1, (float[]){ 1, 2 }, &report);
    egad_schema_clear(&schema);
    copy_schema(&schema, "a:b\n1:2\n3:5\n", (egad_csv_options){ .delimiter = ':' });
    read_rows(&schema, "a:b\n1:2\n", 1, (float[]){ 1, 2 }, &report);
    read_rows(&schema, "a,b\n1,2\n", 1, (float[]){ 1, 2 }, &report);
    egad_schema_clear(&schema);
}
END_TEST

/* pandas writes an unnamed index as the first column. */
START_TEST(unnamed)
{
    static const char text[] = ",bytes\n3,4\n5,6\n";
    const float want[4] = { 3, 4, 5, 6 };
    egad_dataset *data, *rows;
    support_write(path, text, strlen(text));
    CHECK_OK(egad_csv_import(&data, path, NULL));
    CHECK_OK(egad_csv_read(&rows, path, &data->schema, NULL));
    ck_assert_uint_eq(rows->rows, 2);
    ck_assert_mem_eq(rows->x, want, sizeof want);
    egad_dataset_free(rows);
    egad_dataset_free(data);
}
END_TEST

/* The same line by line. */
START_TEST(lines)
{
    static const char titled[] = "a title\nt;v\ns;V\n1,5;2\n3;4\n5;6\n";
    static const char *const in[] = { "a title", "t;v", "s;V", "1,5;2", "t;v", "3;4,25" };
    egad_schema schema;
    egad_csv_stream *stream;
    float x[2];
    int row, rows = 0;

    copy_schema(&schema, titled,
                (egad_csv_options){ .skip = 3, .header = "t,v", .decimal = ',' });
    CHECK_OK(egad_csv_open(&stream, "pipe", &schema));
    for (size_t i = 0; i < sizeof in / sizeof *in; i++) {
        CHECK_OK(egad_csv_line(stream, i + 1, in[i], strlen(in[i]), x, &row));
        ck_assert_int_eq(row, i == 3 || i == 5);
        rows += row;
        if (i == 3)
            ck_assert(x[0] == 1.5f && x[1] == 2);
    }
    ck_assert(x[0] == 3 && x[1] == 4.25f);
    ck_assert_int_eq(rows, 2);
    /* Numbers of JSON have a point whatever the text has. */
    CHECK_OK(egad_csv_values(stream, 7, (const char *[]){ "1.5", "1e39" }, x));
    ck_assert(x[0] == 1.5f && x[1] > 3e38f);
    ck_assert_uint_eq(egad_csv_unseen(stream).above, 2);
    ck_assert_uint_eq(egad_csv_unseen(stream).repeated, 1);
    /* The header and one field more is no header. */
    CHECK_FAILS(egad_csv_line(stream, 8, "t;v;t", 5, x, &row), FORMAT,
                "3 fields, the first line has 2");
    egad_csv_close(stream);
    egad_schema_clear(&schema);
}
END_TEST

/* Files of other versions, and damaged ones. */
START_TEST(unknown)
{
    static char *const bad[] = { "colour=red",   "decimal=;", "thousands",
                                 "thousands=.5", "=",         "" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *line = bad[i];
        const egad_schema schema = { .reading = &line, .readings = 1 };
        egad_reading r = { .skip = 0 };
        const egad_status got = egad_reading_parse(&r, &schema);
        ck_assert_msg(got == EGAD_FORMAT || got == EGAD_ARGUMENT, "%s", bad[i]);
        egad_reading_clear(&r);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv_reading");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, notations);
    tcase_add_test(tests, explained);
    tcase_add_test(tests, gaps);
    tcase_add_test(tests, suspicions);
    tcase_add_test(tests, stand_ins);
    tcase_add_test(tests, alike);
    tcase_add_test(tests, places);
    tcase_add_test(tests, unnamed);
    tcase_add_test(tests, lines);
    tcase_add_test(tests, unknown);
    return support_run(suite);
}

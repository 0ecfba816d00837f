/* io/date.c and io/dates.c: moments in text, and what is derived from them. */
#include "csv_file.h"
#include "io/dates.h"

#include <math.h>

START_TEST(moments)
{
    const struct {
        const char *text;
        char order;
        double seconds, hour;
        int weekday;
    } cases[] = {
        { "1970-01-01", 0, 0, 0, 3 },
        { "2018-07-03T09:05:30", 0, 1530608730, 9 + 5.0 / 60 + 30.0 / 3600, 1 },
        { " 2018-07-03 09:05:30.5 ", 0, 1530608730.5, 9 + 5.0 / 60 + 30.5 / 3600, 1 },
        { "2018-07-03T09:05:30Z", 0, 1530608730, 9 + 5.0 / 60 + 30.0 / 3600, 1 },
        /* The hour is that of the clock; the moment that of the zone. */
        { "2018-07-03T09:05:30+02:00", 0, 1530601530, 9 + 5.0 / 60 + 30.0 / 3600, 1 },
        { "2018-07-03 09:05 -0530", 0, 1530628500, 9 + 5.0 / 60, 1 },
        { "2018/7/3 9:05", 0, 1530608700, 9 + 5.0 / 60, 1 },
        { "20180703", 0, 1530576000, 0, 1 },
        { "20180703T09:05", 0, 1530608700, 9 + 5.0 / 60, 1 },
        { "20180703090530", 0, 1530608730, 9 + 5.0 / 60 + 30.0 / 3600, 1 },
        { "3.7.2018", 0, 1530576000, 0, 1 },
        { "03-Jul-2018 12:00 AM", 0, 1530576000, 0, 1 },
        { "3 July 2018 12:30 pm", 0, 1530621000, 12.5, 1 },
        { "July 3, 2018 12:30 pm", 0, 1530621000, 12.5, 1 },
        { "Jul. 3 2018", 0, 1530576000, 0, 1 },
        { "Sept 3 2018", 0, 1535932800, 0, 0 },
        { "jul 03,2018 00:00", 'm', 1530576000, 0, 1 },
        { "28/12/2015 10:00:00 AM", 'd', 1451296800, 10, 0 },
        { "12/28/2015 10:00:00 PM", 'm', 1451340000, 22, 0 },
        { "7/3/18", 'm', 1530576000, 0, 1 },
        { "2016-02-29", 0, 1456704000, 0, 0 },
        { "1969-12-31 23:00", 0, -3600, 23, 2 },
        { "1530608730", 0, 1530608730, 9 + 5.0 / 60 + 30.0 / 3600, 1 },
        { "1530608730500", 0, 1530608730.5, 9 + 5.0 / 60 + 30.5 / 3600, 1 },
        { "-3600", 0, -3600, 23, 2 },
    };
    egad_date_moment at;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(egad_date_parse(cases[i].text, cases[i].order, &at) ==
                          EGAD_DATE_GOOD,
                      "%s", cases[i].text);
        ck_assert_msg(fabs(at.seconds - cases[i].seconds) < 1e-3 &&
                          fabs(at.hour - cases[i].hour) < 1e-6 &&
                          at.weekday == cases[i].weekday,
                      "%s: %.3f %.6f %d", cases[i].text, at.seconds, at.hour, at.weekday);
    }
}
END_TEST

START_TEST(no_moments)
{
    static const char *const none[] = {
        "",
        "x",
        "2018-13-01",
        "Marble 3 2018",
        "Decision 5 2019",
        "Janus 3, 2018",
        "2018-02-30",
        "2017-02-29",
        "2018-07",
        "2018-07-03x",
        "2018-07-03T",
        "2018-07-03 25:00",
        "2018-07-03 9:5",
        "9:05",

        "2018-07-03T09:05+",
        "2018-07-03 13:00 PM",
        "3-Foo-2018",
        "2018-07/03",
        "2018-07-03T09:05:",
        "2018-07-03 09:05 CEST",
        "1-2-3-4",
        "999999999999-1-1",
        "2018-07-03T09:05:61",
        "0000000000000000000000000000000000000000000000000000000000000000000000000-1-1"
    };
    egad_date_moment at;

    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ck_assert_msg(egad_date_parse(none[i], 'd', &at) == EGAD_DATE_NONE, "%s",
                      none[i]);
    ck_assert_int_eq(egad_date_parse("3/7/2018", 0, &at), EGAD_DATE_ORDER);
    ck_assert_int_eq(egad_date_parse("13/7/2018", 'm', &at), EGAD_DATE_NONE);
}
END_TEST

/* The sources of a model's rows, and the values that are derived from them. */
START_TEST(sources)
{
    static const char table[] =
        "when,v,note\n2018-07-03 06:00,1,a\n2018-07-04 18:00,2,b\n"
        "2018-07-05 12:00,3,a\n";
    egad_dataset *data, *rows;
    egad_csv_stream *stream;
    float x[64];
    int row;

    CHECK_OK(IMPORT(&data, table, .date = "when", .window = 2));
    const egad_schema *schema = &data->schema;
    ck_assert_uint_eq(data->rows, 2);
    ck_assert_uint_eq(schema->n, 10);
    ck_assert_str_eq(schema->column[0].name, "v[-1]");
    ck_assert_str_eq(schema->column[5].name, "v");
    ck_assert_str_eq(schema->column[7].name, "when.hour");
    ck_assert_str_eq(schema->column[9].name, "when.days_since_start");
    ck_assert_str_eq(egad_csv_origin(schema, 0), "v");
    ck_assert_str_eq(egad_csv_origin(schema, 1), "note");
    ck_assert_str_eq(egad_csv_origin(schema, 2), "when");
    ck_assert_ptr_null(egad_csv_origin(schema, 3));

    /* A file has a window for each row; before the first, it is repeated. */
    CHECK_OK(egad_csv_read(&rows, path, schema, NULL));
    ck_assert_uint_eq(rows->rows, 3);
    const size_t width = data->shape[2];
    ck_assert_mem_eq(rows->x + width, data->x, 2 * width * sizeof *data->x);
    ck_assert_mem_eq(rows->x, rows->x + width / 2, width / 2 * sizeof *rows->x);

    /* So have lines and values, whatever fails in between. */
    CHECK_OK(egad_csv_open(&stream, "pipe", schema));
    CHECK_OK(egad_csv_line(stream, 1, "when,v,note", 11, x, &row));
    ck_assert_int_eq(row, 0);
    CHECK_OK(egad_csv_line(stream, 2, "2018-07-03 06:00,1,a", 20, x, &row));
    ck_assert_mem_eq(x, rows->x, width * sizeof *x);
    CHECK_FAILS(egad_csv_line(stream, 3, "2018-07-99 06:00,1,a", 20, x, &row), FORMAT,
                "is not a date");
    CHECK_OK(egad_csv_line(stream, 4, "2018-07-04 18:00,2,b", 20, x, &row));
    ck_assert_mem_eq(x, rows->x + width, width * sizeof *x);
    egad_csv_close(stream);
    CHECK_OK(egad_csv_open(&stream, "pipe", schema));
    CHECK_OK(egad_csv_values(stream, 1, (const char *[]){ "1", "a", "1530597600" }, x));
    ck_assert_mem_eq(x, rows->x, width * sizeof *x);
    CHECK_FAILS(egad_csv_values(stream, 2, (const char *[]){ "1", "a", NULL }, x), DATA,
                "column 'when.hour'");
    CHECK_OK(
        egad_csv_values(stream, 3, (const char *[]){ "2", "b", "2018-07-04 18:00" }, x));
    ck_assert_mem_eq(x, rows->x + width, width * sizeof *x);
    egad_csv_close(stream);
    egad_dataset_free(rows);
    egad_dataset_free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("date");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, moments);
    tcase_add_test(tests, no_moments);
    tcase_add_test(tests, sources);
    return support_run(suite);
}

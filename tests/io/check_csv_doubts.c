/* io/csv.c, table.c, table_check.c, number.c: columns that cannot be features, or whose
 * type is doubtful. */
#include "csv_file.h"

/* Columns without values, of any type; but an empty label is a value. */
START_TEST(empty_columns)
{
    static const char *const ways[] = { NULL, "drop", "mean" };
    static const char text[] = "a,b,c,y\n1,,NA,\n2,,?,\n3,,nan,\n";
    egad_dataset *data;

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        CHECK_FAILS(IMPORT(&data, text, .missing = ways[i]), DATA,
                    "x.csv': 3 columns are empty, no row has a value in them: drop them "
                    "with --drop 'b,c,y'");
        CHECK_FAILS(
            IMPORT(&data, text, .missing = ways[i], .drop = "c,y", .numeric = "b"), DATA,
            "x.csv', column 'b': it is empty, no row has a value: drop it with --drop "
            "'b'");
        CHECK_FAILS(
            IMPORT(&data, text, .missing = ways[i], .drop = "c,y", .categorical = "b"),
            DATA, "column 'b': it is empty");
        CHECK_FAILS(IMPORT(&data, text, .missing = ways[i], .drop = "b,c", .label = "y",
                           .normal = "ok"),
                    DATA, "column 'y': no row is labelled 'ok': the label column is");
    }
    CHECK_OK(IMPORT(&data, text, .drop = "b,y", .categorical = "c"));
    ck_assert_uint_eq(data->schema.column[1].categories, 3);
    egad_dataset_free(data);
}
END_TEST

START_TEST(many_values)
{
    egad_dataset *data;
    size_t room = 1200 * 16, n = 0;
    char *text = malloc(room);

    n += (size_t)snprintf(text, room, "id,v\n");
    for (int i = 0; i < 1200; i++)
        n += (size_t)snprintf(text + n, room - n, "h%d,%d\n", i, i);
    CHECK_FAILS(IMPORT(&data, text, NONE), DATA,
                "line 1002, column 'id': more than 1000 distinct values; drop the column "
                "with --drop 'id'");
    CHECK_OK(IMPORT(&data, text, .drop = "id"));
    ck_assert_uint_eq(data->rows, 1200);
    for (int i = 0; i < 1200; i++)
        ck_assert(data->x[i] == (float)i);
    egad_dataset_free(data);
    snprintf(text + n, room - n, "h0,late\n");
    CHECK_FAILS(IMPORT(&data, text, .drop = "id"), FORMAT,
                "line 1202, column 'v': 'late' is not a number");
    /* Many spellings of a gap are not categories. */
    n = (size_t)snprintf(text, room, "v,w\n");
    for (int i = 0; i < 1200; i++)
        n += (size_t)snprintf(text + n, room - n, "nan(%d),1\n", i);
    CHECK_FAILS(IMPORT(&data, text, NONE), DATA, "column 'v': it is empty");
    CHECK_FAILS(IMPORT(&data, text, .missing = "mean"), DATA, "column 'v': it is empty");
    snprintf(text + n, room - n, "0,1\n");
    CHECK_FAILS(IMPORT(&data, text, NONE), DATA, "column 'v': 'nan(0)' is not a value");
    free(text);
}
END_TEST

static void note_doubt(void *context, const egad_csv_doubt *d)
{
    char *told = context;
    size_t used = strlen(told);
    ck_assert_int_eq(d->mixed, 1);
    snprintf(told + used, 200 - used, "%s %zu %zu %zu %zu %s %zu;", d->column,
             d->categories, d->values, d->numbers, d->commas, d->example, d->line);
}

/* Warn if half of the values are numbers; gaps do not count. */
START_TEST(doubts)
{
    static const char text[] = "a;b;c;d;y\n"
                               "1;1;1,5;x;1\n"
                               "1;1;;x;2\n"
                               "x;x;y;2;z\n"
                               "?;y;2;;1\n"
                               "w;w;1;z;3\n";
    egad_dataset *data;
    char told[200] = "";

    CHECK_OK(IMPORT(&data, text, .missing = "mean", .label = "y", .anomalous = "2",
                    .doubt = note_doubt, .context = told));
    ck_assert_str_eq(told, "a 4 4 2 0 x 4;c 5 4 2 1 1,5 2;");
    egad_dataset_free(data);
    told[0] = 0;
    CHECK_OK(IMPORT(&data, text, .missing = "mean", .categorical = "c,a", .drop = "y",
                    .doubt = note_doubt, .context = told));
    ck_assert_str_eq(told, "");
    egad_dataset_free(data);
}
END_TEST

static void note_nearly(void *context, const egad_csv_doubt *d)
{
    char *told = context;
    size_t used = strlen(told);
    ck_assert_int_eq(d->mixed, 0);
    snprintf(told + used, 200 - used, "%s %s%s;", d->column, d->example ? d->example : "",
             d->cure);
}

/* Texts that begin with a number, and the advice; no warning for few. */
START_TEST(nearly_numbers)
{
    static const struct {
        const char *text, *hint;
        int comma;
    } want[] = {
        { "8.07 bar", ": write the number alone", 0 },
        { "$8.07", ": write the number alone", 0 },
        { "\u20ac 8,070.50", ": write the number alone, with a decimal point", 0 },
        { "$", "", 0 },
        { "$8 each", "", 0 },
        { "-3kPa", ": write the number alone", 0 },
        { "5%", ": write the number alone", 0 },
        { "3 kg/m3", ": write the number alone", 0 },
        { "8,07 bar", ": write the number alone, with a decimal point", 0 },
        { "8,07", ": write it with a decimal point and without other commas", 1 },
        { "1,234.5", ": write it with a decimal point and without other commas", 0 },
        { "1,2,3", ": write it with a decimal point and without other commas", 0 },
        { "1e60", ": remove the row, or use a larger unit for the column", 0 },
        { "3f2a", "", 0 },
        { "10.0.0.1", "", 0 },
        { "9:05", "", 0 },
        { "2018-07-03", "", 0 },
        { "12 Long Street", "", 0 },
        { "bar 8", "", 0 },
        { ",", "", 0 },
        { "- bar", "", 0 }
    };
    egad_dataset *data;
    char told[200] = "", text[4096];
    size_t n = 0;

    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        ck_assert_str_eq(egad_number_hint(want[i].text), want[i].hint);
        ck_assert_int_eq(egad_number_comma(want[i].text), want[i].comma);
    }
    n = (size_t)snprintf(text, sizeof text, "p;q;r;s\n");
    for (int i = 0; i < 60; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%d bar;1,%d.5;h%d;%d cores\n",
                              i + 10, i + 10, i, i % 4);
    CHECK_OK(IMPORT(&data, text, .doubt = note_nearly, .context = told));
    ck_assert_str_eq(told, "p 10 bar: write the number alone;q 1,10.5: write it with a "
                           "decimal point and without other commas;r ;");
    egad_dataset_free(data);
    /* Too many of them give an error that says so. */
    char *many = malloc(1200 * 12);
    n = (size_t)snprintf(many, 12, "p\n");
    for (int i = 0; i < 1200; i++)
        n += (size_t)snprintf(many + n, 12, "%d bar\n", i);
    CHECK_FAILS(
        IMPORT(&data, many, NONE), DATA,
        "more than 1000 distinct values, of which '0 bar', line 2, is the first that is "
        "not a number: write the number alone; --drop 'p' drops the column");
    CHECK_FAILS(IMPORT(&data, many, .numeric = "p"), FORMAT,
                "line 2, column 'p': '0 bar' is not a number: write the number alone");
    free(many);
}
END_TEST

static void note_dates(void *context, const egad_csv_doubt *d)
{
    char *told = context;
    size_t used = strlen(told);
    ck_assert_ptr_null(d->example);
    snprintf(told + used, 200 - used, "%s %zu %zu;", d->column, d->categories, d->dates);
}

/* Dates in several formats, and texts that are none. */
START_TEST(dates)
{
    static const char text[] =
        "a;b;c;d;e;f;g;h\n"
        "2018-07-03T10:00;3.7.2018;7/3/18;9:05;1.2.3;10.0.0.1;a;-\n"
        "2018/07/04;04-07-2018;07/04/18;23:59:01;1.2.4;10.0.0.2;b;:\n";
    egad_dataset *data;
    char told[200] = "";

    CHECK_OK(IMPORT(&data, text, .doubt = note_dates, .context = told));
    ck_assert_str_eq(told, "a 2 2;b 2 2;c 2 2;d 2 2;");
    egad_dataset_free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv_doubts");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, empty_columns);
    tcase_add_test(tests, many_values);
    tcase_add_test(tests, doubts);
    tcase_add_test(tests, nearly_numbers);
    tcase_add_test(tests, dates);
    return support_run(suite);
}

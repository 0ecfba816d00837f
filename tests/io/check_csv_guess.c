/* io/csv_guess.c, csv_columns.c: the structure of tables, found by looking at their rows
 * or given by options. */
#include "csv_file.h"

static char told[2000];

static void note(void *context, const char *text)
{
    (void)context;
    const size_t used = strlen(told);
    snprintf(told + used, sizeof told - used, "%s;", text);
}

/* Import a text, and compare the names of its columns, "a b c", and its rows. */
static void check(const char *text, const char *names, size_t rows, const char *notes,
                  egad_csv_options how)
{
    egad_dataset *data;
    char found[400] = "";

    told[0] = 0;
    how.size = sizeof how;
    how.note = note;
    const egad_status status = import(&data, text, how);
    ck_assert_msg(status == EGAD_OK, "%s: %s", text, egad_status_last());
    for (size_t i = 0; i < data->schema.n; i++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s",
                 i ? " " : "", data->schema.column[i].name);
    ck_assert_str_eq(found, names);
    ck_assert_msg(data->rows == rows, "%s: %zu rows", text, data->rows);
    ck_assert_msg(strstr(told, notes) && (*notes || !*told), "%s: %s", text, told);
    egad_dataset_free(data);
}
#define CHECK(text, names, rows, notes, ...)                                             \
    check(text, names, rows, notes, (egad_csv_options){ __VA_ARGS__ })

START_TEST(headers)
{
    CHECK("a,b\n1,2\n3,4\n", "a b", 2, "", NONE);
    CHECK("a,b\nx,1\ny,2\nx,3\n", "a b", 3, "", NONE);
    /* Words only; a category that is a name. */
    CHECK("kind,color\nx,red\ny,color\nx,blue\n", "kind color", 3, "", NONE);
    /* As pandas names columns without names. */
    CHECK(",0,1,2\n0,.5,.4,.1\n1,.2,.4,.9\n", "column1 0 1 2", 2, "", NONE);
    /* A word among the numbers of the first row: a missing value. */
    CHECK("a,b\nnil,2\n3,4\n", "a b", 2, "", NONE);
    CHECK("a,b\nnil,nil\n3,4\n5,6\n", "a b", 3, "", .header = "first");
}
END_TEST

START_TEST(no_headers)
{
    static const char words[] = "7,tcp,80,ok\n9,udp,53,ok\n2,tcp,53,bad\n4,udp,80,bad\n";
    static const char twins[] = "5 0 0 1\n6 1 0 1\n7 0 1 2\n";
    egad_dataset *data;

    CHECK(words, "column1 column2 column3 column4", 4,
          "no header: line 1 looks like the rows below it", NONE);
    CHECK(words, "column1 column2 column3 column4", 4, "", .header = "none");
    CHECK(words, "n p port", 4, "", .header = "n, p, port,kind", .label = "kind",
          .normal = "ok");
    CHECK(words, "7 tcp 80 ok", 3, "", .header = "first");
    CHECK(words, "a,b \"p\" c d", 4, "", .header = "\"a,b\",\"\"\"p\"\"\",c,d");
    CHECK(twins, "column1 column2 column3 column4", 3,
          "the columns are separated by blanks;no header: line 1", NONE);
    CHECK("x,y\nx,z\nw,y\nx,z\n", "column1 column2", 4, "no header", NONE);
    /* Numbers that come again are values, unless they count the columns. */
    CHECK("92,115,120\n84,102,79\n92,115,102\n", "column1 column2 column3", 3,
          "no header", NONE);
    CHECK_FAILS(IMPORT(&data, "1,2,3\n1,2,4\n1,2,5\n", NONE), FORMAT, "numbers above");
    /* Numbers that all differ may be names. */
    CHECK_FAILS(IMPORT(&data, "2019,2020\n5,6\n7,8\n", NONE), FORMAT,
                "line 1: numbers above numbers, which may be a row or a header: --header "
                "none reads it as a row");
    CHECK("2019,2020\n5,6\n7,8\n", "2019 2020", 2, "", .header = "first");
    CHECK("2019,2020\n5,6\n7,8\n", "column1 column2", 3, "", .header = "none");
    CHECK_FAILS(IMPORT(&data, words, .header = "a,b"), ARGUMENT,
                "has 4 columns, but --header has 2 names");
    CHECK_FAILS(IMPORT(&data, words, .header = "a,b,c,d,e"), ARGUMENT,
                "has 4 columns, but --header has more names: 'e'");
    CHECK_FAILS(IMPORT(&data, words, .drop = "port"), ARGUMENT,
                "no column 'port'; its columns are column1, column2, column3, column4: "
                "no line of it has names: --header sets them");
}
END_TEST

START_TEST(above)
{
    static const char titled[] = "Report of July\nby: \"the lab\n\na,b,c\n1,2,3\n4,5,6\n";
    static const char units[] = "time,load\ns,kW\n1,20\n2,19\n3,21\n";
    egad_dataset *data;

    CHECK("Report of July\na,b,c\n1,2,3\n4,5,6\n", "a b c", 2,
          "1 line above the table left out: it begins in line 2", NONE);
    /* A stray quote would swallow lines. */
    CHECK(titled, "a b c", 2, "", .skip = 3);
    CHECK(",P1,P1\nTime,A,B\n1,2,3\n2,3,3\n", "Time A B", 2, "1 line above the table",
          NONE);
    CHECK_FAILS(IMPORT(&data, units, NONE), FORMAT,
                "line 2: a second header line: --skip 2 --header 'time,load' leaves it");
    CHECK(units, "time load", 3, "", .skip = 2, .header = "time,load");
    CHECK(units, "time load", 4, "", .header = "first");
    CHECK_FAILS(IMPORT(&data, units, .skip = 9), DATA,
                "no line is left below the 9 that are skipped");
    /* A header that is a field short, as R writes it, is no title. */
    CHECK_FAILS(IMPORT(&data, "a,b\nr1,1,2\nr2,3,4\n", NONE), FORMAT,
                "line 2: 3 fields, the header has 2: correct the line, or if the first "
                "column has no name, as R writes it, name all: --skip 1 --header "
                "'row,a,...'");
    CHECK("a,b\nr1,1,2\nr2,3,4\n", "row a b", 2, "", .skip = 1, .header = "row,a,b");
    CHECK_FAILS(
        IMPORT(&data, "a,b\n1,2,\n3,4,\n", NONE), FORMAT,
        "line 2: 3 fields, the header has 2: the row ends with a separator; remove "
        "it, or name all: --skip 1 --header 'NAMES,end' --drop end");
    CHECK("a,b\n1,2,\n3,4,\n", "a b", 2, "", .skip = 1, .header = "a,b,end",
          .drop = "end");
    CHECK_FAILS(IMPORT(&data, "@RELATION x\n@data\n1,2\n", NONE), FORMAT,
                "is ARFF: leave out its lines to @data with --skip N");
    /* A first line that is short, above rows that have no names. */
    CHECK("9,3,sick,well\n1,2,3,4,5,6,7,8,0\n1,3,3,5,5,7,7,9,1\n",
          "column1 column2 column3 column4 column5 column6 column7 column8 column9", 2,
          "1 line above the table left out: it begins in line 2", .header = "none");
    CHECK("Report\n1,2,3\n4,5,6\n", "a b c", 2, "1 line above the table left out",
          .header = "a,b,c");
    CHECK_FAILS(IMPORT(&data, "Report\n1,2,3\n4,5,6\n", .header = "first"), FORMAT,
                "line 2: 3 fields, the header has 1");
}
END_TEST

START_TEST(repeated)
{
    static const char text[] = "a,b\n1,2\na,b\n3,4\na,b\n5,6\na,x\n";
    static const char joined[] = "a,b,c\n1,2,ok\n3,4,ok\na,b,c\n5,6,bad\n";

    CHECK(text, "a b", 4, "2 lines repeat the header, the first is line 3: left out",
          NONE);
    CHECK(joined, "a b", 3, "line 4 repeats the header: left out", .label = "c",
          .normal = "ok");
    CHECK(joined, "a b c", 3, "line 4 repeats", .header = "a,b,c", .skip = 1);
}
END_TEST

START_TEST(same_names)
{
    static const char text[] = " n, x,n ,x.2,x\n1,2,1,4,5\n2,3,2,5,7\n";
    egad_dataset *data;

    CHECK(text, "n x n.2 x.2 x.3", 2,
          "several columns are named 'n': column 3 is read as 'n.2';several columns are "
          "named 'x': column 5 is read as 'x.3';columns 'n' and 'n.2' have the same "
          "values in all rows: --drop 'n.2' leaves one of them out",
          NONE);
    CHECK(text, "x x.2 x.3", 2, "column 5 is read as 'x.3'", .drop = "n");
    CHECK(text, "n x.2", 2, "", .drop = "x,n.2");
    CHECK(text, "n.2", 2, "column 3 is read as 'n.2'", .keep = "n.2");
    CHECK(text, "n n.2 x.3", 2, "column 5 is read as 'x.3'", .keep = "n\nx.3",
          .categorical = "x.3");
    CHECK_FAILS(IMPORT(&data, text, .keep = "y"), ARGUMENT, "no column 'y'");
    CHECK_OK(IMPORT(&data, "l,l,a\nok,bad,1\nok,ok,2\nbad,ok,3\n", .label = "l",
                    .normal = "ok"));
    ck_assert_mem_eq(data->y, "\0\0\1", 3);
    ck_assert_str_eq(data->schema.column[0].name, "l.2");
    egad_dataset_free(data);
}
END_TEST

/* Names and labels with commas, in quotes or on their own. */
START_TEST(commas)
{
    static const char text[] = "\"t, in\",b,c,\"l (1:a, 2:b)\"\n1,2,3,\"a, b\"\n"
                               "2,3,4,ok\n3,3,3,ok\n";

    CHECK(text, "b c", 3, "", .drop = "t, in", .label = "l (1:a, 2:b)",
          .anomalous = "a, b");
    CHECK(text, "b", 3, "", .drop = "\"t, in\",c", .label = "l (1:a, 2:b)",
          .anomalous = "\"a, b\"");
    CHECK(text, "b", 3, "", .drop = "c\nt, in", .label = "l (1:a, 2:b)", .normal = "ok");
}
END_TEST

/* An empty label, by itself and among others. */
START_TEST(empty_labels)
{
    static const char text[] = "a,l\n1,\n2,dos\n3,\n4,ok\n5,\n";
    egad_dataset *data;

    CHECK_OK(IMPORT(&data, text, .label = "l", .normal = "\"\""));
    ck_assert_mem_eq(data->y, "\0\1\0\1\0", 5);
    ck_assert_uint_eq(data->classes, 3);
    ck_assert_str_eq(data->class_name[0], "");
    egad_dataset_free(data);
    CHECK_OK(IMPORT(&data, text, .label = "l", .normal = "\"\"\nok"));
    ck_assert_mem_eq(data->y, "\0\1\0\0\0", 5);
    egad_dataset_free(data);
    CHECK_FAILS(IMPORT(&data, text, .label = "l", .normal = "ok"), DATA,
                "line 2, column 'l': the label is missing");
}
END_TEST

START_TEST(separators)
{
    static const struct {
        const char *text, *notes;
    } ways[] = {
        { "a;b\n1,5;2,5\n2,5;3,5\n", "" },
        { "2,5;2,5\n1,5;3,5\n1,5;1,5\n", "no header" },
        { "a b\n1,5 2,5\n2,5 3,5\n", "separated by blanks" },
        { "  a   b\n 1,5  2,5 \n10,5 3,5\n", "separated by blanks" },
        { "a\tb\n1,5\t2,5\n2,5\t3,5\n", "" },
        { "a|b\n1,5|2,5\n2,5|3,5\n", "" },
    };
    egad_dataset *data;

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        told[0] = 0;
        CHECK_OK(IMPORT(&data, ways[i].text, .decimal = ',', .note = note));
        ck_assert_uint_eq(data->schema.n, 2);
        ck_assert(data->schema.column[0].categories == 0 && data->x[1] == 2.5f);
        ck_assert_msg(strstr(told, ways[i].notes), "%s", told);
        egad_dataset_free(data);
    }
    /* Texts of several words are one column. */
    CHECK("name\nJohn Smith\nJane Doe\nJim Poe\n", "name", 3, "", NONE);
    CHECK("when,v\n2018-01-01 10:00,5\n2018-01-01 10:05,6\n", "when v", 2, "", NONE);
    CHECK("a:b\n1:2\n", "a b", 1, "", .delimiter = ':');
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv_guess");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, headers);
    tcase_add_test(tests, no_headers);
    tcase_add_test(tests, above);
    tcase_add_test(tests, repeated);
    tcase_add_test(tests, same_names);
    tcase_add_test(tests, commas);
    tcase_add_test(tests, empty_labels);
    tcase_add_test(tests, separators);
    return support_run(suite);
}

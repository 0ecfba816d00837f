/* io/csv_read.c: CSV files as rows for a trained detector, valid and invalid. */
#include "io/io.h"
#include "support.h"

#include <fcntl.h>
#include <float.h>

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
    CHECK_OK(egad_csv_import(&data, path, &EGAD_SIZED(egad_csv_options, .drop = "kind")));
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
                                         "7,ssh\n8,dns\n",
                                         "7,ssh,bad\n8,dns,ok\n",
                                         "7;ssh\r\n8;dns",
                                         "service bytes\nssh 7\ndns 8\n",
                                         "bytes|service\n7|ssh\n8|dns\n" };
    const float want[8] = { 7, 0, 0, 1, 8, 1, 0, 0 };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        egad_dataset *data;
        egad_csv_report report = { .unseen = 99, .example = "x" };
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
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(egad_schema_unseen(&data->schema, data->x + 4 * i), i != 1);
    egad_dataset_free(data);
    CHECK_OK(read_text(&data, "1,ftp\n", NULL));
    egad_dataset_free(data);
}
END_TEST

/* Every spelling of a gap in every column; imputed values are exact. */
START_TEST(read_gaps)
{
    static const char *const gaps[] = { "", "NA", "n/a", "null", "?", "nan", "-inf" };
    egad_dataset *data;
    egad_csv_report report;
    char text[256], words[256];

    schema.column[0].filled = 1;
    schema.column[0].fill = 0.1f;
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
        snprintf(text, sizeof text, "bytes,service\n1,http\n%s,dns\n%s,ssh\n", gaps[i],
                 gaps[i]);
        CHECK_OK(read_text(&data, text, &report));
        ck_assert_mem_eq(data->x, ((float[]){ 1, 0, 1, 0, 0.1f, 1, 0, 0, 0.1f, 0, 0, 1 }),
                         12 * sizeof(float));
        ck_assert_uint_eq(report.filled, 2);
        ck_assert_str_eq(report.gap, "bytes");
        ck_assert_mem_eq(data->filled, "\0\0\1\0\1\0", 6); /* of bytes and service */
        ck_assert_uint_eq(report.unseen, 0);
        ck_assert_int_eq(data->schema.column[0].filled, 1);
        ck_assert(data->schema.column[0].fill == 0.1f);
        egad_dataset_free(data);
        schema.column[0].filled = 0;
        snprintf(words, sizeof words, "line 3, column 'bytes': '%s' is not a value",
                 gaps[i]);
        CHECK_FAILS(read_text(&data, text, NULL), DATA, words);
        CHECK_FAILS(read_text(&data, text, NULL), DATA, "--missing mean and retrain");
        schema.column[0].filled = 1;
    }
    CHECK_OK(read_text(&data, flows, NULL));
    ck_assert_ptr_null(data->filled);
    egad_dataset_free(data);
    CHECK_FAILS(read_text(&data, "bytes,service\nx,ssh\n", NULL), DATA, "not a number");
    /* Beyond float32 is as far from normal as a number can be. */
    CHECK_OK(read_text(&data, "bytes,service\n1e39,ssh\n-1e400,ssh\n", NULL));
    ck_assert(data->x[0] == FLT_MAX && data->x[4] == -FLT_MAX);
    egad_dataset_free(data);
}
END_TEST

static egad_status read_labelled(egad_dataset **data, egad_csv_options labels)
{
    labels.size = sizeof labels;
    return egad_csv_parse(data, path, &schema, &labels, NULL, NULL, NULL);
}

/* Labels beside the rows, with any columns between; and invalid labels. */
START_TEST(read_labels)
{
    static const egad_csv_options good[] = { { .label = "kind", .normal = "ok" },
                                             { .label = "kind", .anomalous = "bad" } };
    const struct {
        egad_csv_options labels;
        egad_status code;
        const char *words;
    } want[] = {
        { { .label = "kind" }, EGAD_ARGUMENT, "name its normal or its anomalous values" },
        { { .label = "sort", .normal = "ok" }, EGAD_ARGUMENT, "has no column 'sort'" },
        { { .label = "bytes", .normal = "1" },
          EGAD_ARGUMENT,
          "is a feature of the model" },
        { { .label = "kind", .normal = "fine" }, EGAD_DATA, "there are bad, ok" },
        { { .label = "kind", .normal = "ok,bad" }, EGAD_DATA, "all rows are normal" },
    };
    egad_dataset *data;
    support_write(path, flows, strlen(flows));
    for (size_t i = 0; i < 2; i++) {
        CHECK_OK(read_labelled(&data, good[i]));
        ck_assert_uint_eq(data->rows, 5);
        ck_assert_uint_eq(data->shape[2], 4);
        ck_assert_mem_eq(data->y, "\0\0\1\0\0", 5);
        ck_assert_mem_eq(data->class_of, ((int32_t[]){ 1, 1, 0, 1, 1 }), 20);
        ck_assert_uint_eq(data->classes, 2);
        ck_assert_str_eq(data->class_name[0], "bad");
        ck_assert_ptr_null(data->split);
        egad_dataset_free(data);
    }
    CHECK_OK(read_labelled(&data, (egad_csv_options){ .normal = "ok" }));
    ck_assert_ptr_null(data->y);
    egad_dataset_free(data);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        const egad_status got = read_labelled(&data, want[i].labels);
        ck_assert_msg(got == want[i].code && strstr(egad_status_last(), want[i].words),
                      "case %zu: %s", i, egad_status_last());
        ck_assert_ptr_null(data);
    }
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
        { "bytes,other\n1,2\n", EGAD_SHAPE,
          "has no column service (1 of the model's 2): add what is missing, or correct "
          "names in the header; unknown columns: other" },
        { "bytes\n1\n", EGAD_SHAPE,
          "has no column service (1 of the model's 2): add what is missing" },
        /* No name matches, but a row would contain a number. */
        { "Bytes,port\n1,http\n", EGAD_SHAPE,
          "has no columns bytes, service (2 of the model's 2): add what is missing, or "
          "correct names in the header; unknown columns: Bytes, port" },
        { "1 kB,http\n2,http\n", EGAD_DATA,
          "line 1, column 'bytes': '1 kB' is not a number: write the number alone" },
        { "?,http\n2,http\n", EGAD_DATA, "line 1, column 'bytes': '?' is not a value" },
        { "bytes,service,bytes\n1,http,2\n", EGAD_FORMAT, "two columns named 'bytes'" },
        { "1,http,x,y\n", EGAD_SHAPE,
          "4 fields and no header, wanted the 2 columns bytes, service" },
        { "1\n", EGAD_SHAPE, "1 field and no header" },
        { "1,http\nabc,http\n", EGAD_DATA,
          "x.csv' line 2, column 'bytes': 'abc' is not a number" },
        { "1,http\n,http\n", EGAD_DATA, "line 2, column 'bytes': '' is not a value" },
        { "bytes,service\nNaN,http\n", EGAD_DATA,
          "line 2, column 'bytes': 'NaN' is not a value" },
        { "bytes,service\n-inf,http\n", EGAD_DATA, "'-inf' is not a value" },
        { "1,http\n2\n", EGAD_FORMAT, "line 2: 1 field, the first line has 2" },
        { ",other,bytes\n,1,2\n", EGAD_SHAPE, "unknown columns: column1, other" },
        { "bytes,bytes,other\n1,2,3\n", EGAD_SHAPE,
          "has no column service (1 of the model's 2): add what is missing, or correct "
          "names in the header; unknown columns: other, and 'bytes' appears "
          "twice" },
        { "bytes:service\n1:http\n", EGAD_SHAPE,
          "unknown columns: bytes:service; it is one column: is its first line the "
          "header, with names separated by commas" },
        { "[{\"bytes\": 1}]\n", EGAD_FORMAT, "is JSON, wanted CSV with a header line" },
        { "{\"bytes\": 1}\n", EGAD_FORMAT, "is JSON, wanted CSV with a header line" },
    };
    const egad_schema none = { .n = 0 };

    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        egad_status got = read_text(&data, want[i].text, NULL);
        ck_assert_msg(got == want[i].code && strstr(egad_status_last(), want[i].words),
                      "case %zu: %s", i, egad_status_last());
        ck_assert_ptr_null(data);
    }
    CHECK_FAILS(egad_csv_read(&data, path, &none, NULL), ARGUMENT,
                "this model: its training data had no column names");
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
    ck_assert(data->rows == 1 && data->x[0] == 4 && data->x[3] == 1);
    egad_dataset_free(data);
}
END_TEST

/* ---- Objects --------------------------------------------------------------- */

/* "{bytes service}"; "-" is a missing value. */
static const char *parse(void *context, const char *text, size_t n, const char **value)
{
    static char words[2][64];
    size_t *calls = context;
    char copy[256];

    snprintf(copy, sizeof copy, "%.*s", (int)n, text);
    ++*calls;
    if (sscanf(copy, " {%63s %63[^}]}", words[0], words[1]) != 2)
        return "no pair";
    for (size_t i = 0; i < 2; i++)
        value[i] = strcmp(words[i], "-") ? words[i] : NULL;
    return NULL;
}

static egad_status parse_text(egad_dataset **data, const char *text, size_t n,
                              egad_csv_report *report, size_t *calls)
{
    support_write(path, text, n);
    *calls = 0;
    return egad_csv_parse(data, path, &schema, NULL, report, parse, calls);
}

START_TEST(objects)
{
    static const char *const texts[] = { "{7 ssh}\n{8 dns}\n",
                                         "\xef\xbb\xbf{7 ssh}\n{8 dns}",
                                         " \t\r\n\n {7 ssh}\r\n\n \n{8 dns}\n\n" };
    const float want[8] = { 7, 0, 0, 1, 8, 1, 0, 0 };
    egad_dataset *data;
    egad_csv_report report;
    size_t calls;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        CHECK_OK(parse_text(&data, texts[i], strlen(texts[i]), &report, &calls));
        ck_assert_uint_eq(data->rows, 2);
        ck_assert_mem_eq(data->x, want, sizeof want);
        ck_assert_uint_eq(calls, 2);
        ck_assert_uint_eq(report.unseen + report.filled, 0);
        ck_assert_uint_eq(data->schema.n, 2);
        ck_assert_str_eq(data->source, "x.csv");
        egad_dataset_free(data);
    }
    CHECK_OK(parse_text(&data, "{7 -}\n{8 ftp}\n", 14, &report, &calls));
    ck_assert_uint_eq(report.unseen, 2);
    egad_dataset_free(data);
    /* The parser is not called for CSV, nor for empty text. */
    CHECK_OK(parse_text(&data, flows, strlen(flows), &report, &calls));
    ck_assert_uint_eq(calls, 0);
    ck_assert_uint_eq(data->rows, 5);
    egad_dataset_free(data);
    CHECK_FAILS(read_text(&data, texts[0], NULL), SHAPE, "no columns bytes, service (2");
    CHECK_FAILS(parse_text(&data, "{7 ssh}\n\n{8}\n", 12, NULL, &calls), FORMAT,
                "json: '");
    ck_assert_ptr_nonnull(strstr(egad_status_last(), "x.csv' line 3: no pair"));
    CHECK_FAILS(parse_text(&data, "{7 ssh}\n{- ssh}\n", 16, NULL, &calls), DATA,
                "line 2, column 'bytes': '' is not a value");
    CHECK_FAILS(parse_text(&data, "{7 ssh}\n{- -}\n", 14, NULL, &calls), DATA,
                "line 2 has none of the model's 2 columns");
    /* A zero byte does not end a line. */
    CHECK_FAILS(parse_text(&data, "{7 ssh}\n \0{8 dns}\n", 18, NULL, &calls), FORMAT,
                "line 2: no pair");
}
END_TEST

/* Lines cross the boundaries of the 256 KiB read buffer; some are longer than it. */
START_TEST(long_lines)
{
    enum { LINES = 6000, LONGEST = 600 * 1024 };
    const size_t room = LINES * 80 + LONGEST + 17u * 1024 * 1024;
    char *text = malloc(room);
    egad_dataset *data;
    size_t n = 0, calls;

    for (size_t i = 0; i < LINES; i++) {
        n += (size_t)snprintf(text + n, room - n, "{%zu ssh}", i);
        const size_t more = i == LINES / 2 ? LONGEST : i * 7 % 61;
        memset(text + n, ' ', more);
        n += more;
        text[n++] = '\n';
    }
    CHECK_OK(parse_text(&data, text, n, NULL, &calls));
    ck_assert_uint_eq(data->rows, LINES);
    for (size_t i = 0; i < LINES; i++)
        ck_assert(data->x[4 * i] == (float)i && data->x[4 * i + 3] == 1);
    egad_dataset_free(data);
    memset(text + n, '{', room - n);
    CHECK_FAILS(parse_text(&data, text, room, NULL, &calls), FORMAT,
                "line 6001: a line of more than 16 MiB");
    free(text);
}
END_TEST

/* ---- Line by line ---------------------------------------------------------- */
static egad_csv_stream *stream;
static egad_status line(const char *text, float x[4], int *row)
{
    return egad_csv_line(stream, 7, text, strlen(text), x, row);
}

/* The same rows as from a whole table, despite malformed lines between. */
START_TEST(stream_lines)
{
    static const char *const lines[] = { "",           "bytes,service,kind", "1,http,ok",
                                         "2.5,dns,ok", "-3e2,http,bad",      "4,ssh,ok",
                                         "5,http,ok" };
    static const struct {
        const char *text, *words;
    } odd[] = { { "x,http,ok",
                  "csv: 'pipe' line 7, column 'bytes': 'x' is not a number" },
                { "1,http", "2 fields, the first line has 3" },
                { "\"1,http,ok", "an unclosed quote" },
                { "1,ht\"tp,ok", "a quote in the middle" },
                { ",http,ok", "is not a value" } };
    egad_dataset *data;
    CHECK_OK(read_text(&data, flows, NULL));
    CHECK_OK(egad_csv_open(&stream, "pipe", &schema));
    for (size_t i = 0, rows = 0; i < sizeof lines / sizeof *lines; i++) {
        float x[4] = { 9, 9, 9, 9 };
        int row = 7;
        ck_assert_int_eq(egad_csv_columns(stream), i > 1);
        CHECK_OK(line(lines[i], x, &row));
        ck_assert_int_eq(row, i > 1);
        if (row)
            ck_assert_mem_eq(x, data->x + 4 * rows++, sizeof x);
        for (size_t k = 0; i > 0 && k < sizeof odd / sizeof *odd; k++) {
            const egad_status got = line(odd[k].text, x, &row);
            ck_assert(got == EGAD_FORMAT || got == EGAD_DATA);
            ck_assert_msg(strstr(egad_status_last(), odd[k].words), "%s",
                          egad_status_last());
            ck_assert_int_eq(egad_csv_columns(stream), 1);
        }
    }
    egad_csv_close(stream);
    egad_dataset_free(data);
}
END_TEST

/* Without a header the first line is a row; a line that fits neither is an error, and the
 * next may fit. */
START_TEST(stream_positions)
{
    float x[4];
    int row;
    CHECK_OK(egad_csv_open(&stream, "pipe", &schema));
    CHECK_FAILS(line("1;2;3;4;5", x, &row), SHAPE, "5 fields and no header");
    ck_assert_int_eq(egad_csv_columns(stream), 0);
    egad_csv_close(stream);
    CHECK_OK(egad_csv_open(&stream, "pipe", &schema));
    CHECK_FAILS(line("[", x, &row), FORMAT,
                "json: 'pipe' is an array, wanted one object");
    CHECK_FAILS(line("\x1f\x8b\b", x, &row), FORMAT,
                "'pipe' is compressed, wanted text: decompress it with 'zcat FILE | egad "
                "score --data -'");
    CHECK_OK(line("5;http\r", x, &row));
    ck_assert_int_eq(row, 1);
    ck_assert(x[0] == 5 && x[1] == 0 && x[2] == 1 && x[3] == 0);
    egad_csv_close(stream);
    CHECK_FAILS(egad_csv_open(&stream, "pipe", &(egad_schema){ 0 }), ARGUMENT,
                "no column names");
    ck_assert_ptr_null(stream);
    egad_csv_close(NULL);
}
END_TEST

START_TEST(stream_values)
{
    float x[4];
    CHECK_OK(egad_csv_open(&stream, "pipe", &schema));
    CHECK_OK(egad_csv_values(stream, 1, (const char *[]){ "7", "ssh" }, x));
    ck_assert(x[0] == 7 && x[1] == 0 && x[2] == 0 && x[3] == 1);
    ck_assert_uint_eq(egad_csv_unseen(stream).unseen, 0);
    CHECK_OK(egad_csv_values(stream, 2, (const char *[]){ "8", "ftp" }, x));
    ck_assert(x[0] == 8 && x[1] == 0 && x[2] == 0 && x[3] == 0);
    ck_assert_uint_eq(egad_csv_unseen(stream).unseen, 1);
    ck_assert_str_eq(egad_csv_unseen(stream).example, "service=ftp");
    CHECK_OK(egad_csv_values(stream, 3, (const char *[]){ "8", NULL }, x));
    ck_assert(x[0] == 8 && x[1] == 0 && x[2] == 0 && x[3] == 0);
    ck_assert_uint_eq(egad_csv_unseen(stream).unseen, 2);
    CHECK_FAILS(egad_csv_values(stream, 4, (const char *[]){ "", "ssh" }, x), DATA,
                "line 4, column 'bytes': '' is not a value");
    CHECK_FAILS(egad_csv_values(stream, 5, (const char *[]){ NULL, "ssh" }, x), DATA,
                "line 5, column 'bytes': '' is not a value");
    CHECK_FAILS(egad_csv_values(stream, 6, (const char *[]){ NULL, NULL }, x), DATA,
                "line 6 has none of the model's 2 columns, such as 'bytes'");
    egad_csv_close(stream);
}
END_TEST

/* A missing category is "?" if training had one; a malformed line counts nothing. */
START_TEST(stream_gaps)
{
    char *words[] = { "?", "ssh" };
    egad_column columns[] = { { .name = "a", .filled = 1, .fill = 2.5f },
                              { .name = "b", .categories = 2, .category = words },
                              { .name = "c", .filled = 1, .fill = -7 },
                              { .name = "d" } };
    const egad_schema four = { .n = 4, .column = columns };
    float x[5];

    CHECK_OK(egad_csv_open(&stream, "pipe", &four));
    CHECK_OK(egad_csv_values(stream, 1, (const char *[]){ NULL, NULL, "", "3" }, x));
    ck_assert_mem_eq(x, ((float[]){ 2.5f, 1, 0, -7, 3 }), sizeof x);
    CHECK_FAILS(egad_csv_values(stream, 2, (const char *[]){ "", "ftp", "NA", "" }, x),
                DATA, "column 'd': '' is not a value");
    CHECK_FAILS(egad_csv_values(stream, 3, (const char *[]){ NULL, NULL, NULL, NULL }, x),
                DATA, "such as 'a'");
    ck_assert_uint_eq(egad_csv_unseen(stream).unseen, 0);
    ck_assert_uint_eq(egad_csv_unseen(stream).filled, 2);
    ck_assert_str_eq(egad_csv_unseen(stream).gap, "a");
    CHECK_OK(egad_csv_values(stream, 4, (const char *[]){ "", "", "1", "4" }, x));
    ck_assert_mem_eq(x, ((float[]){ 2.5f, 1, 0, 1, 4 }), sizeof x);
    ck_assert_uint_eq(egad_csv_unseen(stream).filled, 3);
    egad_csv_close(stream);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv_read");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, read_by_name_and_position);
    tcase_add_test(tests, read_unseen);
    tcase_add_test(tests, read_gaps);
    tcase_add_test(tests, read_labels);
    tcase_add_test(tests, read_bad);
    tcase_add_test(tests, read_standard_input);
    tcase_add_test(tests, objects);
    tcase_add_test(tests, long_lines);
    tcase_add_test(tests, stream_lines);
    tcase_add_test(tests, stream_positions);
    tcase_add_test(tests, stream_values);
    tcase_add_test(tests, stream_gaps);
    return support_run(suite);
}

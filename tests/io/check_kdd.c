/* io/kdd.c: on a made-up text, and on the published file if available (EGAD_SHARED names
 * the folder that has data/kdd99). */
#include "io/io.h"
#include "support.h"

#include <math.h>
#include <zlib.h>

enum { ROWS = 40 };

static char folder[64], path[128];

static void setup(void)
{
    support_folder(folder);
    snprintf(path, sizeof path, "%s/kdd", folder);
}

static void teardown(void)
{
    support_remove(folder);
}

/* Row i: duration i, src_bytes 1000 i, every fourth normal; services and flags cycle. */
static size_t synthetic(char *text, size_t size)
{
    static const char *const service[] = { "http", "ecr_i", "X11" };
    size_t n = 0;

    for (int i = 0; i < ROWS; i++) {
        n += (size_t)snprintf(text + n, size - n, "%d,%s,%s,%s,%d", i,
                              i % 2 ? "udp" : "tcp", service[i % 3], i % 5 ? "SF" : "REJ",
                              1000 * i);
        for (int k = 5; k < 41; k++)
            n += (size_t)snprintf(text + n, size - n, ",%s",
                                  k == 11 && i % 2 ? "1"
                                  : k == 40        ? "0.25"
                                                   : "0");
        n += (size_t)snprintf(text + n, size - n, ",%s\n",
                              i % 4 ? i % 3 ? "smurf." : "neptune." : "normal.");
    }
    return n;
}

START_TEST(made_here)
{
    char text[ROWS * 200];
    egad_dataset *data;
    uint32_t permutation[ROWS];
    int train[ROWS] = { 0 };
    size_t r = 0;

    support_write(path, text, synthetic(text, sizeof text));
    CHECK_OK(egad_kdd_import(&data, path, NULL));
    /* 34 numbers, tcp udp, X11 ecr_i http, REJ SF, 0, 0 1, 0, 0 */
    ck_assert_uint_eq(data->shape[2], 34 + 2 + 3 + 2 + 1 + 2 + 1 + 1);
    ck_assert_uint_eq(data->schema.n, 41);
    ck_assert_str_eq(data->schema.column[0].name, "duration");
    ck_assert_str_eq(data->schema.column[1].name, "src_bytes");
    ck_assert_str_eq(data->schema.column[33].name, "dst_host_srv_rerror_rate");
    ck_assert_str_eq(data->schema.column[34].name, "protocol_type");
    ck_assert_str_eq(data->schema.column[40].name, "is_guest_login");
    ck_assert_str_eq(data->schema.column[35].category[0], "X11");
    ck_assert_str_eq(data->schema.column[35].category[2], "http");
    ck_assert_uint_eq(data->classes, 3);
    ck_assert_str_eq(data->class_name[0], "neptune.");
    ck_assert_str_eq(data->class_name[1], "normal.");
    egad_permutation_legacy(42, ROWS, permutation);
    for (int i = 0; i < ROWS / 2; i++)
        train[permutation[i]] = 1;
    for (int i = 0; i < ROWS; i++) {
        int odd = i % 4 == 0;
        if (train[i] && odd)
            continue;
        const float *x = data->x + r * data->shape[2];
        ck_assert_uint_lt(r, data->rows);
        ck_assert(x[0] == (float)i && x[1] == 1000 * (float)i && x[33] == .25f);
        ck_assert(x[34] == (i % 2 ? 0 : 1) && x[35] == (i % 2 ? 1 : 0));
        ck_assert(x[36] == (i % 3 == 2) && x[37] == (i % 3 == 1) &&
                  x[38] == (i % 3 == 0));
        ck_assert(x[39] == (i % 5 == 0) && x[40] == (i % 5 != 0) && x[41] == 1);
        ck_assert(x[42] == (i % 2 == 0) && x[43] == (i % 2 == 1));
        ck_assert_int_eq(data->y[r], odd);
        ck_assert_int_eq(data->split[r], train[i] ? EGAD_TRAIN : EGAD_TEST);
        ck_assert_int_eq(data->class_of[r], odd ? 1 : i % 3 ? 2 : 0);
        r++;
    }
    ck_assert_uint_eq(r, data->rows);
    ck_assert_uint_eq(data->rows_read, ROWS);
    ck_assert_str_eq(data->protocol, "kdd99");
    ck_assert_str_eq(data->source, "kdd");
    egad_dataset_free(data);
}
END_TEST

START_TEST(other_roles_and_splits)
{
    char text[ROWS * 200];
    egad_dataset *data, *again, *other;
    egad_kdd_options swapped = { .size = sizeof(egad_kdd_options),
                                 .attacks_anomalous = 1 };
    egad_kdd_options random = { .size = sizeof(egad_kdd_options),
                                .split = EGAD_SPLIT_RANDOM,
                                .seed = 7 };

    support_write(path, text, synthetic(text, sizeof text));
    CHECK_OK(egad_kdd_import(&data, path, &swapped));
    ck_assert_str_eq(data->protocol, "kdd99-attacks");
    for (size_t i = 0; i < data->rows; i++) {
        ck_assert_int_eq(data->y[i], data->class_of[i] != 1);
        ck_assert(!data->y[i] || data->split[i] == EGAD_TEST);
    }
    egad_dataset_free(data);
    CHECK_OK(egad_kdd_import(&data, path, &random));
    CHECK_OK(egad_kdd_import(&again, path, &random));
    random.seed = 8;
    CHECK_OK(egad_kdd_import(&other, path, &random));
    ck_assert_uint_eq(data->rows, again->rows);
    ck_assert_mem_eq(data->split, again->split, data->rows);
    ck_assert(data->rows != other->rows ||
              memcmp(data->split, other->split, data->rows) != 0);
    egad_dataset_free(data);
    egad_dataset_free(again);
    egad_dataset_free(other);
}
END_TEST

static void write_gz(const char *text, size_t n)
{
    gzFile file = gzopen(path, "wb");
    ck_assert_int_eq(gzwrite(file, text, (unsigned)n), (int)n);
    gzclose(file);
}

START_TEST(compressed)
{
    char text[ROWS * 200];
    size_t n = synthetic(text, sizeof text), size;
    egad_dataset *plain, *data;

    support_write(path, text, n);
    CHECK_OK(egad_kdd_import(&plain, path, NULL));
    snprintf(path, sizeof path, "%s/kdd.gz", folder);
    write_gz(text, n);
    CHECK_OK(egad_kdd_import(&data, path, NULL));
    ck_assert_str_eq(data->sha256, plain->sha256);
    ck_assert_mem_eq(data->x, plain->x, data->rows * data->shape[2] * sizeof(float));
    egad_dataset_free(plain);
    egad_dataset_free(data);

    char *bytes = support_read(path, &size);
    support_write(path, bytes, size - 5);
    CHECK_FAILS(egad_kdd_import(&data, path, NULL), FORMAT, "truncated .gz");
    support_write(path, bytes, size / 2);
    CHECK_FAILS(egad_kdd_import(&data, path, NULL), FORMAT, "truncated .gz");
    bytes[size - 6] = (char)~bytes[size - 6]; /* checksum */
    support_write(path, bytes, size);
    CHECK_FAILS(egad_kdd_import(&data, path, NULL), FORMAT, "damaged .gz");
    bytes[0] = 'x';
    support_write(path, bytes, size);
    CHECK_FAILS(egad_kdd_import(&data, path, NULL), FORMAT, "is not gzip data");
    ck_assert_ptr_null(data);
    free(bytes);
}
END_TEST

START_TEST(not_kdd)
{
    char text[ROWS * 200];
    egad_dataset *data;
    size_t n = synthetic(text, sizeof text);

    CHECK_FAILS(egad_kdd_import(&data, path, NULL), FILE, "No such file");
    support_write(path, "a,b,c\n1,2,3\n", 12);
    CHECK_FAILS(egad_kdd_import(&data, path, NULL), FORMAT, "not a KDD99 file");
    support_write(path, "", 0);
    CHECK_FAILS(egad_kdd_import(&data, path, NULL), FORMAT, "empty");
    support_write(path, text, (size_t)(strchr(text, '\n') - text));
    CHECK_FAILS(egad_kdd_import(&data, path, NULL), DATA, "both are needed");
    support_write(path, text, n - 20);
    CHECK_FAILS(egad_kdd_import(&data, path, NULL), FORMAT, "line 40: ");
    text[0] = 'z';
    support_write(path, text, n);
    CHECK_FAILS(egad_kdd_import(&data, path, NULL), FORMAT,
                "line 1, column 'duration': 'z' is not a number");
}
END_TEST

START_TEST(order_of_a_line)
{
    char text[ROWS * 200];
    egad_dataset *data, *back;
    size_t n = synthetic(text, sizeof text), r = 0;
    uint32_t permutation[ROWS];

    support_write(path, text, n);
    CHECK_OK(egad_kdd_import(&data, path, NULL));
    /* The file has no header, and its columns are not in schema order. */
    CHECK_OK(egad_csv_read(&back, path, &data->schema, NULL));
    ck_assert_uint_eq(back->rows, ROWS);
    egad_permutation_legacy(42, ROWS, permutation);
    for (size_t i = 0; i < ROWS; i++) {
        size_t at = 0, features = data->shape[2];
        while (permutation[at] != i)
            at++;
        if (at < ROWS / 2 && i % 4 == 0)
            continue;
        ck_assert_mem_eq(back->x + i * features, data->x + r++ * features,
                         features * sizeof(float));
    }
    egad_dataset_free(back);
    egad_dataset_free(data);
}
END_TEST

static void check_published(const char *file)
{
    static const struct {
        size_t column;
        double sum;
    } want[] = { { 0, 1426517 }, { 1, 301854775 }, { 2, 51933262 }, { 15, 81724934 } };
    egad_dataset *data, *back;
    double sum[121] = { 0 };
    float low[121], high[121];
    size_t count[2] = { 0 }, anomalies = 0, constant = 0;

    CHECK_OK(egad_kdd_import(&data, file, NULL));
    ck_assert_str_eq(data->sha256,
                     "f8c8267ebcd9c0ed1fd7d6277fe5bfff8732e9b7db8e61b873542b2a534b6f9a");
    ck_assert_uint_eq(data->shape[2], 121);
    ck_assert_uint_eq(data->classes, 23);
    for (size_t i = 0; i < data->rows; i++) {
        count[data->split[i]]++;
        anomalies += data->y[i];
        if (data->split[i] != EGAD_TRAIN)
            continue;
        for (size_t k = 0; k < 121; k++) {
            float x = data->x[i * 121 + k];
            sum[k] += (double)x;
            low[k] = count[EGAD_TRAIN] == 1 ? x : fminf(low[k], x);
            high[k] = count[EGAD_TRAIN] == 1 ? x : fmaxf(high[k], x);
        }
    }
    for (size_t k = 0; k < 121; k++)
        constant += low[k] == high[k];
    ck_assert_uint_eq(constant, 9);
    ck_assert_uint_eq(count[EGAD_TRAIN], 198361);
    ck_assert_uint_eq(count[EGAD_TEST], 198382 + 48629);
    ck_assert_uint_eq(anomalies, 48629);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        ck_assert(sum[want[i].column] == want[i].sum);
    ck_assert_str_eq(data->schema.column[15].name, "count");
    CHECK_OK(egad_dataset_save(data, path));
    CHECK_OK(egad_dataset_load(&back, path));
    ck_assert_mem_eq(back->x, data->x, data->rows * 121 * sizeof(float));
    ck_assert_mem_eq(back->y, data->y, data->rows);
    ck_assert_uint_eq(back->rows_read, 494021);
    egad_dataset_free(back);
    egad_dataset_free(data);
}

START_TEST(published)
{
    char file[512];
    const char *shared = getenv("EGAD_SHARED");

    snprintf(file, sizeof file, "%s/data/kdd99/kddcup.data_10_percent.gz",
             shared ? shared : "");
    if (shared && access(file, R_OK) == 0)
        check_published(file);
    else
        printf("kdd: published file: skipped\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("kdd");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, made_here);
    tcase_add_test(tests, other_roles_and_splits);
    tcase_add_test(tests, compressed);
    tcase_add_test(tests, not_kdd);
    tcase_add_test(tests, order_of_a_line);
    tcase_add_test(tests, published);
    return support_run(suite);
}

/* io/fetch.c, from local folders (file://): files are kept, resumed and checked. Servers
 * that disconnect or lack ranges are in tests/cli/library/fetch.cmd. */
#include "files.h"

static const char name[] = "kddcup.data_10_percent.gz";
static char folder[64], to[80], path[512], url[512];

static const char *at(const char *where, const char *ending)
{
    snprintf(path, sizeof path, "%s/%s%s", where, name, ending);
    return path;
}

static void setup(void)
{
    setenv("no_proxy", "localhost", 1);
    support_folder(folder);
    snprintf(to, sizeof to, "%s/to", folder);
    snprintf(url, sizeof url, "file://%s", folder);
}

static void teardown(void)
{
    support_remove(to);
    support_remove(folder);
}

START_TEST(what_is_wrong)
{
    egad_fetch_options how = { .size = sizeof(egad_fetch_options), .url = url };

    CHECK_FAILS(egad_fetch_run("cifar", to, &how), ARGUMENT, "choose mnist or kdd99");
    CHECK_FAILS(egad_fetch_run("kdd99", "/proc/none/to", &how), FILE, "cannot create");
    support_write(at(folder, ""), "text", 4);
    CHECK_FAILS(egad_fetch_run("kdd99", path, &how), FILE, "is not a folder");
    CHECK_FAILS(egad_fetch_run("kdd99", folder, &how), FORMAT,
                "exists but is not the published file");
    CHECK_FAILS(egad_fetch_run("kdd99", to, &how), FILE, "a wrong SHA-256");
    ck_assert_int_ne(access(to, F_OK), 0); /* it was made, for nothing */
    unlink(at(folder, ""));
    CHECK_FAILS(egad_fetch_run("kdd99", to, &how), FILE,
                "download it by hand from file:///tmp/egad-check-");
    ck_assert_ptr_nonnull(strstr(egad_status_last(), "and put it into '"));
    ck_assert_int_ne(access(to, F_OK), 0);
    how.url = "http://localhost:1/none/";
    CHECK_FAILS(egad_fetch_run("kdd99", to, &how), FILE, "cannot download ");
    ck_assert_ptr_nonnull(strstr(egad_status_last(), "http://localhost:1/none/kddcup"));
    /* A failed download keeps the part of an earlier one. */
    mkdir(to, 0777);
    support_write(at(to, ".part"), "text", 4);
    CHECK_FAILS(egad_fetch_run("kdd99", to, &how), FILE, "cannot download ");
    ck_assert_int_eq(support_count(to), 1);
}
END_TEST

static int stop(void *context, const char *file, uint64_t bytes, uint64_t total)
{
    (void)total;
    ck_assert_str_eq(file, name);
    *(uint64_t *)context = bytes;
    return bytes > 0;
}

static int watch(void *context, const char *file, uint64_t bytes, uint64_t total)
{
    uint64_t *first = context;
    ck_assert_str_eq(file, name);
    if (!*first)
        *first = bytes;
    ck_assert(total == 0 || bytes <= total);
    return 0;
}

static void check_published(const char *file)
{
    uint64_t bytes = 0;
    egad_fetch_options how = { .size = sizeof(egad_fetch_options),
                               .url = url,
                               .progress = stop,
                               .context = &bytes };
    size_t size, got;
    char *whole = support_read(file, &size);

    support_write(at(folder, ""), whole, size);
    CHECK_FAILS(egad_fetch_run("kdd99", to, &how), FILE, "run the same command again");
    how.progress = NULL;
    CHECK_OK(egad_fetch_run("kdd99", to, &how));
    ck_assert_int_eq(support_count(to), 1);
    char *copy = support_read(at(to, ""), &got);
    ck_assert_uint_eq(got, size);
    ck_assert_mem_eq(copy, whole, size);
    free(copy);

    /* The file exists: nothing is downloaded. */
    how.url = "http://localhost:1/none";
    CHECK_OK(egad_fetch_run("kdd99", to, &how));

    /* Half of the file, all of it, other bytes of the same length, and too many. */
    const size_t parts[] = { size / 2, size, size, size + 3 };
    for (int i = 0; i < 4; i++) {
        unlink(at(to, ""));
        char *part = calloc(1, size + 3);
        memcpy(part, whole, size);
        part[100] = (char)(part[100] ^ (i == 2));
        support_write(at(to, ".part"), part, parts[i]);
        free(part);
        how = EGAD_SIZED(egad_fetch_options, .url = url, .progress = watch,
                         .context = &bytes);
        bytes = 0;
        CHECK_OK(egad_fetch_run("kdd99", to, &how));
        ck_assert_int_eq(support_count(to), 1);
        if (i == 0)
            ck_assert_uint_ge(bytes, size / 2);
        if (i == 1)
            ck_assert_uint_eq(bytes, 0);
    }
    free(whole);
}

START_TEST(published)
{
    char file[512];
    const char *shared = getenv("EGAD_SHARED");

    snprintf(file, sizeof file, "%s/data/kdd99/%s", shared ? shared : "", name);
    if (shared && access(file, R_OK) == 0)
        check_published(file);
    else
        printf("fetch: published file: skipped\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fetch");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, what_is_wrong);
    tcase_add_test(tests, published);
    return support_run(suite);
}

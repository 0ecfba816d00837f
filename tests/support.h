/* Shared by every check_*.c: a main, a temporary folder, files in it, and checks of a
 * status that show the library's message. */
#ifndef EGAD_SUPPORT_H
#define EGAD_SUPPORT_H

#include "egad.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The call succeeds. */
#define CHECK_OK(call)                                                                   \
    ck_assert_msg((call) == EGAD_OK, "%s: %s", #call, egad_status_last())

/* The call fails with this code, and its message contains `words`. */
#define CHECK_FAILS(call, code, words)                                                   \
    do {                                                                                 \
        egad_status failed = (call);                                                     \
        ck_assert_msg(failed == EGAD_##code, "%s gives '%s': %s", #call,                 \
                      egad_status_text(failed), failed ? egad_status_last() : "");       \
        ck_assert_msg(strstr(egad_status_last(), words) != NULL, "'%s' lacks '%s'",      \
                      egad_status_last(), words);                                        \
    } while (0)

/* Run a suite in this process, as OpenCL does not survive a fork; returns the status. */
static inline int support_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

/* Add a case with set-up and tear-down (or NULL) to a suite. */
static inline TCase *support_case(Suite *suite, void (*setup)(void),
                                  void (*teardown)(void))
{
    TCase *tests = tcase_create("all");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 0);
    suite_add_tcase(suite, tests);
    return tests;
}

/* Make a temporary folder; name[64] receives it. */
static inline void support_folder(char name[64])
{
    snprintf(name, 64, "/tmp/egad-check-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(name));
}

/* Remove a folder and the files in it. */
static inline void support_remove(const char *folder)
{
    char path[512];
    DIR *entries = opendir(folder);
    for (struct dirent *e; entries && (e = readdir(entries));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
            unlink(path);
        }
    if (entries)
        closedir(entries);
    rmdir(folder);
}

/* The number of files in a folder. */
static inline int support_count(const char *folder)
{
    int n = -2;
    DIR *entries = opendir(folder);
    while (entries && readdir(entries))
        n++;
    if (entries)
        closedir(entries);
    return n;
}

/* Bytes of the checksum at the end of an HDF5 file of egad's (io/h5/h5_checksum.c); files
 * without it are valid. */
enum { SUPPORT_SEAL = 16 };

static inline void support_write(const char *path, const void *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
}

/* The bytes of a file; freed with free(). */
static inline char *support_read(const char *path, size_t *n)
{
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    fseek(file, 0, SEEK_END);
    *n = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*n + 1);
    ck_assert_uint_eq(fread(bytes, 1, *n, file), *n);
    fclose(file);
    return bytes;
}

#endif

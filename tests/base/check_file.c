/* host/base/file.c: files are written whole or not at all, keep their mode, and leave no
 * temporary files; links, pipes and devices. */
#include "base/file.h"
#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char folder[64], path[128];

static void setup(void)
{
    support_folder(folder);
    snprintf(path, sizeof path, "%s/a.csv", folder);
}

static void teardown(void)
{
    support_remove(folder);
}

/* "FOLDER/NAME", valid for four calls. */
static const char *in(const char *name)
{
    static char text[4][192];
    static int next;
    char *at = text[next++ % 4];
    snprintf(at, sizeof text[0], "%s/%s", folder, name);
    return at;
}

static int is_there(const char *name)
{
    struct stat info;
    return lstat(in(name), &info) == 0;
}

static void check_holds(const char *file, const char *want)
{
    size_t n;
    char *bytes = support_read(file, &n);
    ck_assert_uint_eq(n, strlen(want));
    ck_assert_mem_eq(bytes, want, n);
    free(bytes);
}

static unsigned mode_of(const char *file)
{
    struct stat info;
    ck_assert_int_eq(stat(file, &info), 0);
    return (unsigned)info.st_mode & 07777;
}

static void write_text(const char *to, const char *text)
{
    egad_file *file;
    CHECK_OK(egad_file_new(&file, to));
    fputs(text, egad_file_stream(file));
    CHECK_OK(egad_file_commit(file));
    egad_file_free(file);
}

START_TEST(new_and_replaced)
{
    egad_file *file;
    const mode_t mask = umask(027);

    CHECK_OK(egad_file_new(&file, path));
    fputs("one", egad_file_stream(file));
    ck_assert(!is_there("a.csv"));
    ck_assert_int_eq(support_count(folder), 1);
    CHECK_OK(egad_file_commit(file));
    egad_file_free(file);
    check_holds(path, "one");
    ck_assert_uint_eq(mode_of(path), 0640);
    umask(mask);

    CHECK_OK(egad_file_new(&file, path));
    CHECK_OK(egad_file_write(file, "more", 4));
    CHECK_OK(egad_file_write(file, " of it", 6));
    check_holds(path, "one");
    CHECK_OK(egad_file_commit(file));
    egad_file_free(file);
    check_holds(path, "more of it");
    ck_assert_int_eq(support_count(folder), 1);
}
END_TEST

START_TEST(mode_is_kept)
{
    static const mode_t modes[] = { 0600, 0640, 0444, 0666, 0755 };
    const mode_t mask = umask(022);
    egad_file *file;

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        support_write(path, "old", 3);
        ck_assert_int_eq(chmod(path, modes[i]), 0);
        write_text(path, "new");
        check_holds(path, "new");
        ck_assert_uint_eq(mode_of(path), modes[i]);
        unlink(path);
    }
    /* A private file stays private while it is written. */
    support_write(path, "old", 3);
    ck_assert_int_eq(chmod(path, 0600), 0);
    CHECK_OK(egad_file_new(&file, path));
    char name[64];
    snprintf(name, sizeof name, "a.csv.%ld-0.part", (long)getpid());
    ck_assert_uint_eq(mode_of(in(name)), 0600);
    egad_file_free(file);
    umask(mask);
}
END_TEST

/* Only root may change the owner. */
START_TEST(owner_is_kept)
{
    struct stat info;

    support_write(path, "old", 3);
    if (chown(path, 12345, 54321) != 0)
        return;
    ck_assert_int_eq(chmod(path, 0640), 0);
    write_text(path, "new");
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_uint_eq(info.st_uid, 12345);
    ck_assert_uint_eq(info.st_gid, 54321);
    ck_assert_uint_eq(info.st_mode & 07777, 0640);
}
END_TEST

/* A link to a link to a file elsewhere, and one to a file not yet created. */
START_TEST(links_are_followed)
{
    struct stat info;
    char far[64], file[96];

    support_folder(far);
    snprintf(file, sizeof file, "%s/far.csv", far);
    support_write(file, "old", 3);
    ck_assert_int_eq(symlink(file, in("one")), 0);
    ck_assert_int_eq(symlink("one", in("two")), 0);
    write_text(in("two"), "new");
    check_holds(file, "new");
    ck_assert_int_eq(support_count(far), 1);
    unlink(file);
    write_text(in("two"), "made");
    check_holds(file, "made");
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(lstat(in(i ? "two" : "one"), &info), 0);
        ck_assert(S_ISLNK(info.st_mode));
    }
    ck_assert_int_eq(support_count(folder), 2);
    ck_assert_int_eq(support_count(far), 1);
    support_remove(far);
}
END_TEST

START_TEST(links_in_a_circle)
{
    egad_file *file;

    ck_assert_int_eq(symlink("two", in("one")), 0);
    ck_assert_int_eq(symlink("one", in("two")), 0);
    CHECK_FAILS(egad_file_new(&file, in("one")), FILE, "one': Too many levels");
    ck_assert_ptr_null(file);
    ck_assert_int_eq(support_count(folder), 2);
}
END_TEST

START_TEST(dropped)
{
    egad_file *file;

    CHECK_OK(egad_file_new(&file, path));
    fputs("one", egad_file_stream(file));
    egad_file_free(file);
    ck_assert_int_eq(support_count(folder), 0);
    support_write(path, "old", 3);
    CHECK_OK(egad_file_new(&file, path));
    fputs("new", egad_file_stream(file));
    egad_file_free(file);
    ck_assert_int_eq(support_count(folder), 1);
    check_holds(path, "old");
    egad_file_free(NULL);
}
END_TEST

/* Two writers at once do not collide; the last one wins. */
START_TEST(two_at_once)
{
    egad_file *one, *two;

    CHECK_OK(egad_file_new(&one, path));
    CHECK_OK(egad_file_new(&two, path));
    ck_assert_int_eq(support_count(folder), 2);
    fputs("two", egad_file_stream(two));
    fputs("one", egad_file_stream(one));
    CHECK_OK(egad_file_commit(two));
    CHECK_OK(egad_file_commit(one));
    egad_file_free(one);
    egad_file_free(two);
    check_holds(path, "one");
    ck_assert_int_eq(support_count(folder), 1);
}
END_TEST

/* Temporary files of a killed process, by current and former names; similar names
 * stay. */
START_TEST(orphans)
{
    char left[64], mine[64], parent[64];
    int end[2];
    char byte;

    ck_assert_int_eq(pipe(end), 0);
    pid_t child = fork();
    if (child == 0) {
        egad_file *file;
        _exit(egad_file_new(&file, path) != EGAD_OK || write(end[1], "x", 1) != 1 ||
              pause());
    }
    ck_assert_int_eq(read(end[0], &byte, 1), 1);
    snprintf(left, sizeof left, "a.csv.%ld-0.part", (long)child);
    ck_assert(is_there(left));
    write_text(path, "x");
    ck_assert_msg(is_there(left), "removed while its process was alive");
    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert(is_there(left));

    snprintf(mine, sizeof mine, "a.csv.%ld-7.part", (long)getpid());
    snprintf(parent, sizeof parent, "a.csv.%ld.part", (long)getppid());
    /* No system has a process number 99999999. */
    const char *const stay[] = { mine,
                                 parent,
                                 "a.csv.1-0.part",
                                 "a.csv.1.part",
                                 "a.csv.1-0.tmp",
                                 "a.csv.0-0.part",
                                 "a.csv.0.part",
                                 "a.csv.part",
                                 "a.csv.-99999999-0.part",
                                 "a.csv.+99999999-0.tmp",
                                 "a.csv. 99999999-0.part",
                                 "a.csv.99999999999999999999-0.part",
                                 "a.csv.4295067295-0.tmp", /* 2^32 + 99999 */
                                 "a.csv.99999999-.part",
                                 "a.csv.99999999--1.part",
                                 "a.csv.99999999-0.part.csv",
                                 "a.csv.99999999-0x.part",
                                 "a.csv.99999999.part.csv",
                                 "a.csv.99999999.tmp",
                                 "a.csv.99999999-0",
                                 "a.csv.99999999",
                                 "a.csv99999999-0.part",
                                 "a.csv-99999999-0.part",
                                 "b.csv.99999999-0.part",
                                 "aa.csv.99999999.part",
                                 "a.csv.b.99999999-0.part",
                                 "99999999-0.part" };
    static const char *const go[] = { "a.csv.99999999-30.part", "a.csv.99999998-0.tmp",
                                      "a.csv.99999997.part" };
    const size_t n = sizeof stay / sizeof *stay, gone = sizeof go / sizeof *go;
    for (size_t i = 0; i < n; i++)
        support_write(in(stay[i]), "x", 1);
    for (size_t i = 0; i < gone; i++)
        support_write(in(go[i]), "x", 1);
    ck_assert_int_eq(mkdir(in("a.csv.99999999-1.part"), 0777), 0);
    ck_assert_int_eq(symlink(path, in("a.csv.99999999-2.tmp")), 0);
    write_text(path, "x");
    ck_assert(!is_there(left));
    for (size_t i = 0; i < gone; i++)
        ck_assert_msg(!is_there(go[i]), "%s is there still", go[i]);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(is_there(stay[i]), "%s is gone", stay[i]);
    ck_assert(is_there("a.csv.99999999-1.part") && is_there("a.csv.99999999-2.tmp"));
    rmdir(in("a.csv.99999999-1.part"));
}
END_TEST

/* /proc takes no new files, even from root. */
START_TEST(places_that_take_no_file)
{
    egad_file *file;

    CHECK_FAILS(egad_file_new(&file, in("none/a")), FILE, "none/a': No such file");
    ck_assert_ptr_null(file);
    support_write(path, "x", 1);
    CHECK_FAILS(egad_file_new(&file, in("a.csv/b")), FILE, "a.csv/b': Not a directory");
    CHECK_FAILS(egad_file_new(&file, folder), FILE, "Is a directory");
    CHECK_FAILS(egad_file_new(&file, "/proc/a.csv"), FILE,
                "cannot write '/proc/a.csv': ");
    ck_assert_ptr_null(strchr(egad_status_last(), '\n'));
    if (geteuid() == 0)
        return;
    unlink(path);
    ck_assert_int_eq(chmod(folder, 0500), 0);
    CHECK_FAILS(egad_file_new(&file, path), FILE, "a.csv': Permission denied");
    ck_assert_int_eq(chmod(folder, 0700), 0);
    ck_assert_int_eq(support_count(folder), 0);
}
END_TEST

/* A pipe and a device still exist and received the data. */
START_TEST(written_directly)
{
    char text[16];
    egad_file *file;
    struct stat info;

    ck_assert_int_eq(mkfifo(path, 0600), 0);
    const int from = open(path, O_RDONLY | O_NONBLOCK);
    ck_assert_int_ge(from, 0);
    ck_assert_int_eq(symlink("a.csv", in("link")), 0);
    write_text(in("link"), "through");
    ck_assert_int_eq(read(from, text, sizeof text), 7);
    ck_assert_mem_eq(text, "through", 7);
    close(from);
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert(S_ISFIFO(info.st_mode));
    ck_assert_int_eq(support_count(folder), 2);
    write_text("/dev/null", "x");
    if (access("/dev/full", W_OK) != 0)
        return;
    CHECK_OK(egad_file_new(&file, "/dev/full"));
    fputs("x", egad_file_stream(file));
    CHECK_FAILS(egad_file_commit(file), FILE,
                "cannot write '/dev/full': No space left on device");
    egad_file_free(file);
}
END_TEST

/* A target of a link in /proc may have no name any more. */
START_TEST(file_without_a_name)
{
    char link[64], text[8];
    const int fd = open(path, O_RDWR | O_CREAT, 0600);

    ck_assert_int_ge(fd, 0);
    unlink(path);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (access(link, W_OK) == 0) {
        write_text(link, "here");
        ck_assert_int_eq(pread(fd, text, sizeof text, 0), 4);
        ck_assert_mem_eq(text, "here", 4);
    }
    close(fd);
    ck_assert_int_eq(support_count(folder), 0);
}
END_TEST

/* A folder has taken the name. */
START_TEST(rename_that_fails)
{
    egad_file *file;

    CHECK_OK(egad_file_new(&file, path));
    fputs("x", egad_file_stream(file));
    ck_assert_int_eq(mkdir(path, 0777), 0);
    CHECK_FAILS(egad_file_commit(file), FILE, "a.csv': Is a directory");
    egad_file_free(file);
    ck_assert_int_eq(support_count(folder), 1);
    rmdir(path);
    CHECK_FAILS(egad_file_rename(in("none"), path), FILE, "No such file");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, new_and_replaced);
    tcase_add_test(tests, mode_is_kept);
    tcase_add_test(tests, owner_is_kept);
    tcase_add_test(tests, links_are_followed);
    tcase_add_test(tests, links_in_a_circle);
    tcase_add_test(tests, dropped);
    tcase_add_test(tests, two_at_once);
    tcase_add_test(tests, orphans);
    tcase_add_test(tests, places_that_take_no_file);
    tcase_add_test(tests, written_directly);
    tcase_add_test(tests, file_without_a_name);
    tcase_add_test(tests, rename_that_fails);
    return support_run(suite);
}

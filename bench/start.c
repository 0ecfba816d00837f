/* Time from opening a device to the first scores, in child processes: the first one
 * has an empty cache of compiled kernels, the second one the cache that the first
 * has filled. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "bench.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Variables that set the cache folder of a driver.  A driver that ignores them leaves the
 * folder empty. */
static const char *const variables[] = { "POCL_CACHE_DIR", "CUDA_CACHE_PATH",
                                         "NEO_CACHE_DIR" };

/* ---- The child ----------------------------------------------------------------- */

static int first_scores(const bench_options *o, double *ms)
{
    const double start = message_clock();
    const cli_subject_options about = { .model = o->model,
                                        .recipe = o->recipe,
                                        .shape = { o->shape[0], o->shape[1],
                                                   o->shape[2] },
                                        .batch = (size_t)o->batch };
    const cli_timing how = { .score = egad_score_named(o->model, 0).name,
                             .batch = (size_t)o->batch,
                             .steps = o->steps ? 1 : 0 };
    egad_device *device = NULL;
    egad_scorer *scorer = NULL;
    cli_subject subject = { 0 };
    int code = CLI_DONE;
    CLI_TRY(egad_device_new(&device, o->device));
    code = timing_new(&subject, device, &about);
    if (code == CLI_DONE)
        code = timing_scorer(&scorer, &subject, &how);
    if (code == CLI_DONE)
        CLI_TRY(egad_score_run(scorer, subject.x, (size_t)o->batch, subject.scores));
    *ms = 1e3 * (message_clock() - start);
done:
    egad_score_free(scorer);
    timing_free(&subject);
    egad_device_free(device);
    return code;
}

static void be_child(const bench_options *o, const char *cache, int to)
{
    double ms = 0.0;
    int code = CLI_DONE;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (setenv(variables[i], cache, 1) != 0)
            code = message_error("out of memory for the environment");
    if (code == CLI_DONE)
        code = first_scores(o, &ms);
    if (code == CLI_DONE && write(to, &ms, sizeof ms) != (ssize_t)sizeof ms)
        code = CLI_FAILED;
    _exit(code);
}

/* ---- The parent ------------------------------------------------------------------ */

static int run_child(const bench_options *o, const char *cache, double *ms)
{
    int ends[2], status = 0;
    if (pipe(ends) != 0)
        return message_error("cannot start a process: %s", strerror(errno));
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0)
        be_child(o, cache, ends[1]);
    close(ends[1]);
    const ssize_t got = child > 0 ? read(ends[0], ms, sizeof *ms) : -1;
    const int error = errno;
    close(ends[0]);
    if (child < 0)
        return message_error("cannot start a process: %s", strerror(error));
    if (waitpid(child, &status, 0) == child && got == (ssize_t)sizeof *ms)
        return CLI_DONE;
    if (WIFEXITED(status) && WEXITSTATUS(status) != CLI_DONE)
        return WEXITSTATUS(status); /* the child has printed the error */
    return message_error("the process that computes the first scores ended early");
}

static int is_empty(const char *folder)
{
    int n = 0;
    DIR *entries = opendir(folder);
    while (entries && readdir(entries))
        n++;
    if (entries)
        closedir(entries);
    return n <= 2; /* itself and its content */
}

static int remove_one(const char *path, const struct stat *about, int kind,
                      struct FTW *where)
{
    (void)about;
    (void)kind;
    (void)where;
    return remove(path);
}

/* Measure one sample of each; cold only if the cache folder can be set. */
static int sample(const bench_options *o, bench_result *cold, bench_result *warm)
{
    const char *parent = getenv("TMPDIR");
    char cache[4096];
    double ms = 0.0;
    snprintf(cache, sizeof cache, "%.4000s/egad-bench-XXXXXX",
             parent && *parent ? parent : "/tmp");
    if (!mkdtemp(cache))
        return message_error("cannot create the folder '%s': %s", cache, strerror(errno));
    int code = run_child(o, cache, &ms);
    if (code == CLI_DONE && !is_empty(cache))
        code = timing_add(&cold->samples, ms);
    if (code == CLI_DONE)
        code = run_child(o, cache, &ms);
    if (code == CLI_DONE)
        code = timing_add(&warm->samples, ms);
    nftw(cache, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return code;
}

int start_run(const bench_options *o, bench_result *cold, bench_result *warm)
{
    const double begin = message_clock();
    int code = CLI_DONE;
    *cold = (bench_result){ .work = "start-cold",
                            .batch = (size_t)o->batch,
                            .rows = (size_t)o->batch };
    *warm = *cold;
    warm->work = "start-warm";
    do
        code = sample(o, cold, warm);
    while (code == CLI_DONE && message_clock() - begin < o->seconds);
    if (code == CLI_DONE && !cold->samples.n)
        message_warning(
            "the cache folder of this driver cannot be set: start-cold is not measured");
    return code;
}

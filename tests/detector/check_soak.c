/* Memory does not grow: load detectors, score rows and free everything, many times in one
 * process.  SOAK is the number of loads, each with 100 batches; by default 40.
 *
 * A leak adds memory in each of the PARTS of the loads; the allocator, which takes memory
 * from the system in steps, in some of them.  So the part that grew least counts. */
#include "trained.h"

#include <limits.h>

static char folder[64], path[128];

/* Resident memory in kilobytes; 0 if the system does not report it. */
static long resident(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        return 0;
    if (fscanf(file, "%*d %ld", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void load_and_score(const egad_dataset *data, float *scores)
{
    egad_detector *d;
    egad_scorer *scorer;

    CHECK_OK(egad_checkpoint_load(&d, lab, path));
    CHECK_OK(egad_score_new(&scorer, d, &EGAD_SCORING("sigma", 0.9), 16));
    for (int i = 0; i < 100; i++)
        CHECK_OK(egad_score_run(scorer, data->x, 16, scores));
    egad_score_free(scorer);
    egad_detector_free(d);
}

enum {
    PARTS = 4,
    LEAK = 16
}; /* kilobytes per load: less than one scorer's rows or the
    * weights */

START_TEST(flat)
{
    const char *text = getenv("SOAK");
    const int loads = text ? atoi(text) : 40, part = loads < PARTS ? 1 : loads / PARTS;
    trained s = trained_prepare("sound");
    float scores[16], first[16];
    long least = LONG_MAX, before;

    support_folder(folder);
    snprintf(path, sizeof path, "%s/model.h5", folder);
    CHECK_OK(egad_checkpoint_save(s.d, path));
    load_and_score(s.data, first);
    before = resident();
    for (int i = 1; i <= part * PARTS; i++) {
        load_and_score(s.data, scores);
        ck_assert_mem_eq(scores, first, sizeof first);
        if (i % part == 0) {
            const long now = resident();
            printf("%d loads, %d batches: %ld kB more\n", part, 100 * part, now - before);
            least = now - before < least ? now - before : least;
            before = now;
        }
    }
#ifndef __SANITIZE_ADDRESS__ /* it delays freeing */
    ck_assert_msg(least <= LEAK * part, "%ld kB more after %d loads", least, part);
#endif
    support_remove(folder);
    trained_finish(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("soak");
    tcase_add_test(support_case(suite, lab_begin, NULL), flat);
    return lab_main(suite);
}

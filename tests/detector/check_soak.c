/* Memory does not grow: load detectors, score rows and free everything, many times in one
 * process.  SOAK is the number of loads, each with 100 batches; by default 40. */
#include "trained.h"

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
    CHECK_OK(egad_score_new(&scorer, d, EGAD_SCORE_SIGMA, 0.9, 16, NULL));
    for (int i = 0; i < 100; i++)
        CHECK_OK(egad_score_run(scorer, data->x, 16, scores));
    egad_score_free(scorer);
    egad_detector_free(d);
}

START_TEST(flat)
{
    const char *text = getenv("SOAK");
    const int loads = text ? atoi(text) : 40;
    trained s = trained_prepare("sound");
    float scores[16], first[16];
    long before = 0;

    support_folder(folder);
    snprintf(path, sizeof path, "%s/model.h5", folder);
    CHECK_OK(egad_checkpoint_save(s.d, path));
    load_and_score(s.data, first);
    for (int i = 0; i < loads; i++) {
        if (i == loads / 4) /* caches are full by now */
            before = resident();
        load_and_score(s.data, scores);
        ck_assert_mem_eq(scores, first, sizeof first);
    }
    const long grown = resident() - before;
    printf("%d loads, %d batches: %ld kB at first, %ld kB more at the end\n", loads,
           100 * loads, before, grown);
#ifndef __SANITIZE_ADDRESS__ /* it delays freeing */
    /* One leak of a scorer's rows or of the weights per load would exceed this. */
    ck_assert_msg(grown <= 16L * loads, "%ld kB more after %d loads", grown, loads);
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

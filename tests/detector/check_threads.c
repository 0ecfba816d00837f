/* Threads as egad.h promises: concurrent threads, each with its own device, on shared
 * data, get the same results as one after another. */
#include "support.h"

#include <pthread.h>

enum { THREADS = 3, ROWS = 100, FEATURES = 6 };

static char folder[64];
static egad_dataset *table, *images;

typedef struct {
    int number;
    char path[96];
    egad_detector *detector; /* freed by another thread */
    egad_device *device;
    float scores[ROWS];
    egad_status status;
    char text[256];
} work;

static egad_dataset *make(const size_t shape[3])
{
    egad_dataset *data;
    CHECK_OK(egad_dataset_new(&data, ROWS, shape));
    for (size_t i = 0; i < ROWS * shape[0] * shape[1] * shape[2]; i++)
        data->x[i] = (float)(i * 2654435761u % 251);
    return data;
}

static void setup(void)
{
    support_folder(folder);
    table = make((const size_t[]){ 1, 1, FEATURES });
    images = make((const size_t[]){ 8, 8, 1 });
}

static void teardown(void)
{
    egad_dataset_free(table);
    egad_dataset_free(images);
    support_remove(folder);
}

/* Tables and images: train, save, load, score. */
static egad_status run(work *w)
{
    const int of_images = w->number >= 1;
    const egad_dataset *data = of_images ? images : table;
    const egad_detector_options options = { .size = sizeof(egad_detector_options),
                                            .model = of_images ? "mnist-bigan" : NULL,
                                            .epochs = 1,
                                            .batch = 50,
                                            .seed = (uint64_t)w->number };
    egad_detector *trained = NULL;
    egad_status status = egad_device_new(&w->device, NULL);
    if (status == EGAD_OK)
        status = egad_detector_new(&trained, w->device, data, &options);
    if (status == EGAD_OK)
        status = egad_train_run(trained, data, NULL);
    if (status == EGAD_OK)
        status = egad_score_calibrate(trained, data);
    if (status == EGAD_OK)
        status = egad_checkpoint_save(trained, w->path);
    egad_detector_free(trained);
    if (status == EGAD_OK)
        status = egad_checkpoint_load(&w->detector, w->device, w->path);
    if (status == EGAD_OK)
        status = egad_score_rows(w->detector, data->x, ROWS, &EGAD_SCORING(NULL, 0.9),
                                 w->scores);
    return status;
}

/* Ends with an error; its message belongs to this thread alone. */
static void *work_of_thread(void *context)
{
    work *w = context;
    egad_dataset *none;
    char absent[128];
    w->status = run(w);
    if (w->status == EGAD_OK) {
        snprintf(absent, sizeof absent, "%s.absent", w->path);
        egad_dataset_load(&none, absent);
    }
    snprintf(w->text, sizeof w->text, "%s", egad_status_last());
    return NULL;
}

static void check(work *w)
{
    ck_assert_msg(w->status == EGAD_OK, "%d: %s", w->number, w->text);
    ck_assert_ptr_nonnull(strstr(w->text, w->path));
    egad_detector_free(w->detector);
    egad_device_free(w->device);
}

START_TEST(side_by_side)
{
    static work alone[THREADS], together[THREADS];
    pthread_t thread[THREADS];
    for (int i = 0; i < THREADS; i++) {
        alone[i].number = together[i].number = i;
        snprintf(alone[i].path, sizeof alone[i].path, "%s/alone-%d.h5", folder, i);
        snprintf(together[i].path, sizeof together[i].path, "%s/together-%d.h5", folder,
                 i);
        work_of_thread(&alone[i]);
        check(&alone[i]);
    }
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, work_of_thread, &together[i]),
                         0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < THREADS; i++) {
        check(&together[i]);
        ck_assert_mem_eq(alone[i].scores, together[i].scores, sizeof alone[i].scores);
    }
}
END_TEST

int main(void)
{
    egad_device *device;
    if (egad_device_new(&device, NULL) != EGAD_OK) {
        printf("skipped: %s\n", egad_status_last());
        return 77;
    }
    egad_device_free(device);
    /* clFFT is then shared too. */
    setenv("EGAD_CONV", "fft", 1);
    Suite *suite = suite_create("threads");
    TCase *tests = support_case(suite, setup, teardown);
    tcase_add_test(tests, side_by_side);
    return support_run(suite);
}

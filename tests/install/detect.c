/* An example program that uses an installed egad: trains, saves, loads, scores and
 * explains. Prints which row is anomalous, and by which column. */
#include <egad.h>

#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 400, COLUMNS = 3, ODD = 123, ODD_COLUMN = 2 };

static void must(egad_status status)
{
    if (status == EGAD_OK)
        return;
    fprintf(stderr, "detect: %s: %s\n", egad_status_text(status), egad_status_last());
    exit(status == EGAD_DEVICE ? 77 : 1);
}

/* Rows of three readings; the second depends on the first. */
static void fill(egad_dataset *data)
{
    for (int i = 0; i < ROWS; i++) {
        float *x = data->x + i * COLUMNS;
        x[0] = (float)(i * 37 % 100);
        x[1] = 2 * x[0] + (float)(i * 11 % 7);
        x[2] = (float)(i * 53 % 90);
    }
}

static int stop_early(void *epochs, const egad_progress *progress)
{
    return progress->epoch_end && ++*(int *)epochs == 20;
}

static void train(egad_device *device, const egad_dataset *data, const char *path)
{
    egad_detector *detector;
    int epochs = 0;
    const egad_train_options how = { .size = sizeof(egad_train_options),
                                     .progress = stop_early,
                                     .context = &epochs };
    must(egad_detector_new(
        &detector, device, data,
        &EGAD_SIZED(egad_detector_options, .model = "kdd-bigan", .seed = 1)));
    must(egad_train_run(detector, data, &how));
    must(egad_score_calibrate(detector, data));
    must(egad_checkpoint_save(detector, path));
    egad_detector_free(detector);
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "model.h5";
    egad_device *device;
    egad_detector *detector;
    egad_dataset *data;
    static float scores[ROWS];
    float rebuilt[COLUMNS], residual[COLUMNS];
    egad_explained *columns;
    size_t n;
    must(egad_device_new(&device, NULL));
    must(egad_dataset_new(&data, ROWS, (const size_t[]){ 1, 1, COLUMNS }));
    fill(data);
    train(device, data, path);

    data->x[ODD * COLUMNS + ODD_COLUMN] = 5000;
    must(egad_checkpoint_load(&detector, device, path));
    must(egad_score_rows(detector, data->x, ROWS, NULL, scores));
    int odd = 0;
    for (int i = 1; i < ROWS; i++)
        odd = scores[i] > scores[odd] ? i : odd;
    const float *x = data->x + odd * COLUMNS;
    const egad_explanation of = { .size = sizeof(egad_explanation),
                                  .rebuilt = rebuilt,
                                  .residual = residual };
    must(egad_explain_rows(detector, x, 1, NULL, &of));
    must(egad_explain_columns(&columns, &n, detector, x, &of));
    printf("row %d is odd, by column %zu of %zu\n", odd, columns[0].column, n);
    free(columns);
    egad_detector_free(detector);
    egad_dataset_free(data);
    egad_device_free(device);
    return 0;
}

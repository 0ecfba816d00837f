/* Opens what commands need.  Errors are found in this order: usage, device, model, data,
 * choice of rows. */
#include "open.h"
#include "dataset.h"
#include "search_options.h"
#include "shell/output.h"

#include <string.h>

/* ---- A device, and the shape of a network's rows ------------------------- */

egad_tuning_info open_tuning(const egad_device_info *device)
{
    egad_tuning_info tuning;
    egad_tune_describe(&tuning, device);
    if (tuning.problem[0])
        message_warning("%s: " CLI_OTHER_TUNING
                        "; until then defaults by device type are used",
                        tuning.problem);
    return tuning;
}

egad_status open_device(egad_device **out, const char *choice)
{
    const egad_status status = egad_device_new(out, choice);
    if (status == EGAD_OK)
        open_tuning(egad_device_describe(*out));
    return status;
}

int open_named(const char *command, const char *name)
{
    char names[256] = "";
    size_t used = 0;
    for (const char *const *m = egad_detector_models(); *m; m++) {
        if (name && !strcmp(*m, name))
            return -1;
        if (used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
                                     used ? ", " : "", *m);
    }
    if (!name)
        return message_usage(command, "--model NAME is missing; choose one of %s", names);
    size_t n = 0;
    while (egad_detector_models()[n])
        n++;
    const char *near = egad_array_near(name, egad_detector_models(), n);
    if (near)
        return message_usage(command, "unknown model '%s': did you mean '%s'?", name,
                             near);
    return message_usage(command, "unknown model '%s'; choose one of %s", name, names);
}

int open_shape(const char *command, const char *model, const char *text, size_t shape[3])
{
    CLI_CHECK(open_named(command, model));
    const int images = !egad_detector_tables(model);
    const int unit = egad_detector_multiple(model), usual = (28 + unit - 1) / unit * unit;
    int side[3] = { 0, 0, 1 }, end = 0;
    char square[32];
    snprintf(square, sizeof square, "%dx%dx1", usual, usual);
    if (!text)
        text = images ? square : "121";
    int n = sscanf(text, "%7dx%7d%nx%7d%n", &side[0], &side[1], &end, &side[2], &end);
    if (n == 1) {
        n = sscanf(text, "%7d%n", &side[2], &end);
        side[0] = side[1] = 1;
    }
    if (n < 1 || text[end] || side[0] < 1 || side[1] < 1 || side[2] < 1)
        return message_usage(command, "--shape must be N, HxW or HxWxC, not '%s'", text);
    for (int i = 0; i < 3; i++)
        shape[i] = (size_t)side[i];
    return -1;
}

/* ---- A model and the rows that it scores ---------------------------------- */

/* -1, unless it is a table and no option says which labels are anomalies. */
static int check_table(const char *command, const cli_source *from)
{
    if (from->labels.label || output_is_hdf5(from->data) || rows_are_pictures(from->data))
        return -1;
    if (dataset_content(from->data) == CLI_DATA_CONTENT)
        return message_usage(
            command, "'%s' is a data file without the ending .h5: rename it", from->data);
    return message_usage(
        command,
        "'%s' does not end in .h5, so it is read as a table: say with --label COLUMN and "
        "--normal V[,V] which of its rows are anomalies",
        from->data);
}

int open_check(const char *command, const cli_source *from)
{
    CLI_CHECK(dataset_labels(command, &from->labels));
    CLI_CHECK(rows_label(command, &from->labels, from->data));
    if (from->labelled)
        CLI_CHECK(check_table(command, from));
    return rows_part(command, from->part, from->data);
}

int open_model(cli_opened *out, const cli_command *command, const cli_source *from)
{
    int code = CLI_DONE;
    CLI_TRY(open_device(&out->device, from->device));
    CLI_TRY(egad_checkpoint_load(&out->detector, out->device, from->model));
    out->info = egad_detector_describe(out->detector);
    code = search_options_check(command, &out->info, from->model);
done:
    return code;
}

int open_data(cli_opened *out, const cli_source *from)
{
    int code = CLI_DONE;
    if (from->labelled && rows_are_pictures(from->data))
        return message_error(
            "the images of '%s' have no labels to evaluate against: make a data file "
            "with 'egad data import images' and --normal or --anomalous",
            from->data);
    CLI_TRY(rows_read(&out->data, from->data, &out->info, &from->labels,
                      egad_outside_raises(out->detector, from->how.score)));
    if (from->labelled && !out->data->y)
        return message_error(
            "'%s' has no labels to evaluate against: import it with --label", from->data);
    if (from->labels.label)
        dataset_warn_labels(out->data);
    out->images = egad_dataset_images(&out->data->schema, out->data->shape);
    code = rows_check(out->data, from->data, &out->info, from->model);
done:
    return code;
}

int open_rows(cli_opened *out, const cli_source *from, size_t most, uint32_t seed)
{
    const int code =
        rows_sample(&out->rows, out->data, from->part, from->data, most, seed);
    out->anomalies = rows_anomalies(&out->rows);
    return code;
}

int open_score(egad_scoring *how, const cli_command *command, const cli_opened *of,
               const cli_source *from)
{
    *how = from->how;
    if (!how->score)
        how->score = egad_score_default(of->detector);
    if (egad_score_check(of->detector, how->score) != EGAD_OK)
        return message_usage(command->name, "--score: %s", egad_status_last());
    return CLI_DONE;
}

/* 1 if the model of this name has this score. */
static int has_score(const char *model, const egad_score_info *score)
{
    egad_score_info s;
    for (size_t i = 0; (s = egad_score_named(model, i)).name; i++)
        if (!strcmp(s.name, score->name) && !strcmp(s.help, score->help))
            return 1;
    return 0;
}

/* Print a score and the models that have it, if `model` is the first of these. */
static void note_score(FILE *out, const char *const *model, const egad_score_info *score)
{
    const char *const *all = egad_detector_models();
    for (const char *const *m = all; m < model; m++)
        if (has_score(*m, score))
            return;
    fprintf(out, "  %-12s %s\n%15s(", score->name, score->help, "");
    for (const char *const *m = model; *m; m++)
        if (has_score(*m, score))
            fprintf(out, "%s%s", m == model ? "" : ", ", *m);
    fprintf(out, "%s)\n", score->calibrated ? "; calibrated on training rows" : "");
}

const char *open_notes(const char *more)
{
    static char text[4096];
    FILE *out = fmemopen(text, sizeof text, "w");
    if (!out)
        return more;
    fputs("Scores, and the models that have them:\n\n", out);
    for (const char *const *m = egad_detector_models(); *m; m++) {
        egad_score_info score;
        for (size_t i = 0; (score = egad_score_named(*m, i)).name; i++)
            note_score(out, m, &score);
    }
    fprintf(out, "\n%s", more);
    fclose(out);
    return text;
}

void open_free(cli_opened *opened)
{
    rows_free(&opened->rows);
    egad_dataset_free(opened->data);
    egad_detector_free(opened->detector);
    egad_device_free(opened->device);
    *opened = (cli_opened){ 0 };
}

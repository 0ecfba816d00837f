/* egad models: the models by name, or one of them layer by layer. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* Enough rows for a batch of any recipe; their values play no part. */
enum { ROWS = 1024, KDD_COLUMNS = 121 };

static int print_model(const char *name, size_t columns, int plan, const char *choice)
{
    egad_device *device = NULL;
    egad_dataset *data = NULL;
    egad_detector *detector = NULL;
    char *text = NULL;
    int code = CLI_DONE;
    CLI_TRY(egad_device_new(&device, choice));
    CLI_TRY(egad_dataset_new(&data, ROWS, (size_t[3]){ 1, 1, columns }));
    CLI_TRY(egad_detector_new(&detector, device, data,
                              &(egad_detector_options){ .model = name }));
    CLI_TRY(egad_detector_print(detector, plan, &text));
    fputs(text, stdout);
done:
    free(text);
    egad_detector_free(detector);
    egad_dataset_free(data);
    egad_device_free(device);
    return code;
}

int cmd_models(int argc, char **argv)
{
    const char *name = NULL, *choice = NULL;
    int plan = 0, columns = KDD_COLUMNS;
    cli_option options[] = {
        { "columns", 0, CLI_COUNT, &columns, "N",
          "features of a row (default 121, as KDD99 has)", 0, 0 },
        { "plan", 0, CLI_FLAG, &plan, NULL, "the launches of one training iteration", 0,
          0 },
        CLI_DEVICE_OPTION(choice),
        { 0 },
    };
    const cli_command command = {
        .name = "models",
        .summary = "List the models; with NAME, print that one as in the paper's tables.",
        .operand = "[NAME]",
        .operand_at = &name,
        .options = options,
        .example = "egad models kdd-bigan --plan",
    };
    int code = cli_parse(&command, argc, argv);
    if (code >= 0)
        return code;
    if (name) {
        code = cli_model_check(command.name, name);
        return code >= 0 ? code : print_model(name, (size_t)columns, plan, choice);
    }
    if (plan || cli_given(options, "columns") || choice)
        return cli_usage(command.name, "the options want the NAME of a model");
    for (const char *const *m = egad_detector_models(); *m; m++)
        puts(*m);
    return CLI_DONE;
}

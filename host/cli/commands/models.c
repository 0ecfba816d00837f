/* egad models: lists the models, or prints one layer by layer. */
#include "commands.h"
#include "rows/open.h"
#include "rows/profile.h"

#include <stdlib.h>
#include <string.h>

/* Enough rows for a batch of any recipe; their values do not matter. */
enum { ROWS = 1024 };

typedef struct {
    const char *name, *device, *shape_text;
    size_t shape[3];
    int plan, times, dot;
} arguments;

static int print_model(const arguments *a)
{
    cli_opened in = { 0 };
    egad_profile *launches = NULL;
    size_t n = 0;
    char *text = NULL;
    int code = CLI_DONE;
    CLI_TRY(open_device(&in.device, a->device));
    CLI_TRY(egad_dataset_new(&in.data, ROWS, a->shape));
    CLI_TRY(egad_detector_new(&in.detector, in.device, in.data,
                              &EGAD_SIZED(egad_detector_options, .model = a->name)));
    if (a->plan) {
        CLI_TRY(egad_train_profile(&launches, &n, in.detector, a->times));
        profile_print(launches, n, NULL);
    } else {
        CLI_TRY(a->dot ? egad_detector_draw(in.detector, &text)
                       : egad_detector_print(in.detector, &text));
        fputs(text, stdout);
    }
done:
    free(launches);
    free(text);
    open_free(&in);
    return code;
}

int models_command(int argc, char **argv)
{
    arguments a = { 0 };
    cli_option options[] = {
        CLI_SHAPE_OPTION(a.shape_text),
        { "plan", 0, CLI_FLAG, &a.plan, NULL,
          "print the kernel launches of one training iteration", 0, 0 },
        { "dot", 0, CLI_FLAG, &a.dot, NULL,
          "print values, networks and losses as a graph for graphviz's dot", 0, 0 },
        { "times", 0, CLI_COUNT, &a.times, "N",
          "with --plan: run N iterations and time each launch", 0, 0 },
        CLI_DEVICE_OPTION(a.device),
        { 0 },
    };
    const cli_command command = {
        .name = "models",
        .summary =
            "List the models; with NAME, print its networks, training steps and recipes.",
        .operand = "[NAME]",
        .operand_at = &a.name,
        .options = options,
        .example = "egad models kdd-bigan --plan",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    if (a.times && !a.plan)
        return message_usage(command.name, "--times needs --plan");
    if (a.plan && a.dot)
        return message_usage(command.name, "--plan and --dot exclude each other");
    if (a.name) {
        CLI_CHECK(open_shape(command.name, a.name, a.shape_text, a.shape));
        return print_model(&a);
    }
    if (a.plan || a.dot || a.shape_text || a.device)
        return message_usage(command.name, "these options need the NAME of a model");
    for (const char *const *m = egad_detector_models(); *m; m++)
        printf("%-19s for %s, %s\n", *m,
               !egad_detector_images(*m)  ? "tables"
               : egad_detector_tables(*m) ? "tables and images"
                                          : "images",
               egad_detector_encodes(*m) ? "with an encoder"
               : egad_detector_searches(*m)
                   ? "without an encoder: scores by latent search"
               : egad_detector_losses(*m)[0] ? "without an encoder"
                                             : "without networks");
    return CLI_DONE;
}

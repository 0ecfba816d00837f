/* egad, the program: finds the command and runs it. */
#include "commands/commands.h"
#include "reproduce/reproduce.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const cli_entry commands[] = {
    { "devices", devices_command, NULL,
      "list the OpenCL devices and mark the one in use" },
    { "models", models_command, NULL, "list the models, or print one layer by layer" },
    { "data", NULL, &data_group, "import a data set, or say what a data file holds" },
    { "train", train_command, NULL, "train a detector on a data file" },
    { "score", score_command, NULL, "give every row an anomaly score" },
    { "eval", eval_command, NULL,
      "hold scores against labels: F1, AUROC, AUPRC and more" },
    { "explain", explain_command, NULL,
      "say what made the scores of rows: by column, or as pictures" },
    { "threshold", threshold_command, NULL,
      "show or set from which score on a row is an anomaly" },
    { "report", report_command, NULL,
      "write one page about a model and the rows it scores" },
    { "reproduce", NULL, &reproduce_group,
      "train and evaluate all that a figure of the paper is of" },
    { "tune", tune_command, NULL,
      "measure what computes fastest on a device, and remember it" },
    { "inspect", inspect_command, NULL, "say what a model, a data file or scores hold" },
    { 0 },
};

static const cli_group egad = {
    .name = "",
    .summary = "anomaly detectors after Zenati et al. 2018 (GAN, BiGAN), on any "
               "OpenCL device",
    .noun = "COMMAND",
    .entries = commands,
    .examples =
        "  egad data import csv flows.csv --label kind --normal benign --drop id,time "
        "--missing mean\n"
        "  egad train --model kdd-bigan --data flows.h5 -o model.h5\n"
        "  egad eval --model model.h5 --data flows.h5\n"
        "  egad score --model model.h5 --data new.csv -o scores.csv\n",
};

int main(int argc, char **argv)
{
    /* A reader that goes away shall not end a training: message_flush sees it. */
    signal(SIGPIPE, SIG_IGN);
    /* So shall a file that may not grow further. */
    signal(SIGXFSZ, SIG_IGN);
    complete_begin(&argc, &argv);
    if (argc > 1 && !strcmp(argv[1], "--version"))
        return message_flush(version_print("egad"));
    return message_flush(group_dispatch(&egad, argc, argv));
}

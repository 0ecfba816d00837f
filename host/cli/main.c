/* The program egad: finds the command and runs it. */
#include "commands/commands.h"
#include "reproduce/reproduce.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const cli_entry commands[] = {
    { "devices", devices_command, NULL,
      "list the OpenCL devices and mark the one in use" },
    { "models", models_command, NULL, "list the models, or print one layer by layer" },
    { "data", NULL, &data_group, "import a data set, or describe a data file" },
    { "detect", detect_command, NULL,
      "find the anomalies of a table: import, train, score, report" },
    { "train", train_command, NULL, "train a detector on a data file" },
    { "score", score_command, NULL, "give every row an anomaly score" },
    { "eval", eval_command, NULL,
      "evaluate scores against labels: F1, AUROC, AUPRC and more" },
    { "compare", compare_command, NULL, "train several models and compare their scores" },
    { "explain", explain_command, NULL,
      "explain scores by column, or as pictures of images" },
    { "threshold", threshold_command, NULL, "show or set the decision threshold" },
    { "report", report_command, NULL,
      "write a report on a model and the rows it scores" },
    { "reproduce", NULL, &reproduce_group, "repeat an experiment of the paper" },
    { "tune", tune_command, NULL,
      "measure the fastest settings for a device and store them" },
    { "inspect", inspect_command, NULL,
      "describe a model, a data file or a file of scores" },
    { 0 },
};

static const cli_group egad = {
    .name = "",
    .summary =
        "anomaly detectors of Zenati et al. 2018 (GAN, BiGAN) on any OpenCL device",
    .noun = "COMMAND",
    .entries = commands,
    .examples =
        "  egad detect flows.csv\n"
        "  egad data import csv flows.csv --label kind --normal benign --drop id,time "
        "--missing mean\n"
        "  egad train --model kdd-bigan --data flows.h5 -o model.h5\n"
        "  egad eval --model model.h5 --data flows.h5\n"
        "  egad score --model model.h5 --data new.csv -o scores.csv\n",
};

int main(int argc, char **argv)
{
    /* A closed pipe must not end a training: message_flush checks for it. */
    signal(SIGPIPE, SIG_IGN);
    /* Nor may a file that reaches the size limit. */
    signal(SIGXFSZ, SIG_IGN);
    complete_begin(&argc, &argv);
    if (argc > 1 && !strcmp(argv[1], "--version"))
        return message_flush(version_print("egad"));
    return message_flush(group_dispatch(&egad, argc, argv));
}

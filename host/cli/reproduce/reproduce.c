/* egad reproduce: the experiments of the paper, and the league of public tables, from
 * data to table; one file each. */
#include "reproduce.h"

static const cli_entry experiments[] = {
    { "figure1", figure1_command, NULL,
      "MNIST with each digit in turn as the anomaly: AUPRC" },
    { "league", league_command, NULL, "models on public tables: mean AUROC and rank" },
    { "table1", table1_command, NULL,
      "KDD Cup 1999 with all detectors: precision, recall, F1" },
    { "table2", table2_command, NULL, "scoring time per batch of BiGAN and AnoGAN" },
    { 0 },
};

const cli_group reproduce_group = {
    "reproduce", "repeat an experiment: of the paper, or on public tables", "WHAT",
    experiments,
    "  egad data fetch mnist -o mnist\n"
    "  egad reproduce figure1 --data mnist -o figure1\n"
    "  egad data fetch kdd99 -o kdd99\n"
    "  egad reproduce table1 --data "
    "kdd99/kddcup.data_10_percent.gz -o table1\n"
};

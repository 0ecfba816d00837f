/* egad reproduce: an experiment of the paper from its data to its table; one file for
 * each of the words after it. */
#include "reproduce.h"

static const cli_entry experiments[] = {
    { "figure1", figure1_command, NULL, "MNIST, each digit in turn the anomaly: AUPRC" },
    { "table1", table1_command, NULL,
      "KDD Cup 1999, BiGAN and AnoGAN: precision, recall, F1" },
    { "table2", table2_command, NULL, "milliseconds per batch of BiGAN and of AnoGAN" },
    { 0 },
};

const cli_group reproduce_group = { "reproduce", "the paper's experiments", "WHAT",
                                    experiments,
                                    "  egad data fetch mnist -o mnist\n"
                                    "  egad reproduce figure1 --data mnist -o figure1\n"
                                    "  egad data fetch kdd99 -o kdd99\n"
                                    "  egad reproduce table1 --data "
                                    "kdd99/kddcup.data_10_percent.gz -o table1\n" };

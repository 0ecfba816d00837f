/* The entry points of the commands; each has its file. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "shell/shell.h"

int devices_command(int argc, char **argv);
int models_command(int argc, char **argv);
int detect_command(int argc, char **argv);
int train_command(int argc, char **argv);
int score_command(int argc, char **argv);
int eval_command(int argc, char **argv);
int compare_command(int argc, char **argv);
int explain_command(int argc, char **argv);
int threshold_command(int argc, char **argv);
int report_command(int argc, char **argv);
int inspect_command(int argc, char **argv);
int tune_command(int argc, char **argv);

/* Commands of `egad data` and `egad data import`. */
int fetch_command(int argc, char **argv);
int import_csv(int argc, char **argv);
int images_mnist(int argc, char **argv);
int images_idx(int argc, char **argv);
int images_npy(int argc, char **argv);
int images_npz(int argc, char **argv);
int images_mat(int argc, char **argv);
int images_png(int argc, char **argv);
extern const char import_examples[];
extern const cli_group data_group, import_group;

#endif

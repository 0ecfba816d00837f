/* The group `egad reproduce`. */
#ifndef REPRODUCE_H
#define REPRODUCE_H

#include "shell/shell.h"

extern const cli_group reproduce_group;

int figure1_command(int argc, char **argv);
int league_command(int argc, char **argv);
int table1_command(int argc, char **argv);
int table2_command(int argc, char **argv);

#endif

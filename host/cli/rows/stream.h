/* Scoring lines from a pipe, or of a file as from a pipe: stream.c. */
#ifndef STREAM_H
#define STREAM_H

#include "rows.h"

#include <stdio.h>

/* Lines of CSV or JSON to be answered in the same order. */
typedef struct {
    egad_detector *detector;
    egad_scoring how;         /* with the name of its score */
    const egad_threshold *at; /* NULL: scores only */
    int in;                   /* file descriptor */
    const char *name;         /* its name in messages */
    int stop;                 /* 1: end at the first malformed line */
    FILE *out;
    const char *id; /* column of identifiers, or NULL */
    int input;      /* 1: answers have the columns of the input, too */
    int flagged;    /* 1: only rows that are flagged, or have errors, are answered */
    double delay;   /* longest wait of a line for others, in seconds */
} cli_stream;

/* Runs to the end of the input, or until SIGTERM or SIGINT.  Returns an exit code; a
 * malformed line is answered and counted, and is not a failure unless `stop` is set. */
int stream_run(const cli_stream *how);

#endif

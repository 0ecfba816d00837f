/* Rows that come as lines: stream.c. */
#ifndef STREAM_H
#define STREAM_H

#include "rows.h"

#include <stdio.h>

/* Rows that come in lines of CSV or JSON, to be answered in the same order. */
typedef struct {
    egad_detector *detector;
    cli_scoring how;
    const egad_search_options *search;
    const egad_threshold *at; /* NULL: scores only */
    int in;                   /* file descriptor */
    FILE *out;
    double delay; /* seconds that a line waits for others at most */
} cli_stream;

/* To the end of the input, or SIGTERM or SIGINT.  Returns an exit code; a malformed line
 * is answered, counted, and no failure. */
int stream_run(const cli_stream *how);

#endif

/* Reads plain and .gz files (input.c, through zlib) and computes SHA-256 (sha256.c,
 * through libmd). */
#ifndef EGAD_INPUT_H
#define EGAD_INPUT_H

#include "status.h"

/* ---- input.c -------------------------------------------------------------- */

typedef struct egad_input egad_input;

/* Open a plain or .gz file for reading ("-": standard input).  An empty or unreadable
 * file is an error.  egad_input_close frees *out. */
egad_status egad_input_open(egad_input **out, const char *path);
/* Read what `more` gives, up to `size` bytes at a time, *got 0 at the end.  `from` must
 * outlive the input. */
typedef egad_status egad_input_more(void *from, char *buffer, size_t size, size_t *got);
egad_status egad_input_over(egad_input **out, egad_input_more *more, void *from);
/* Read up to `size` bytes; *got is their number, 0 at the end.  A truncated or damaged
 * .gz is an error. */
egad_status egad_input_read(egad_input *input, char *buffer, size_t size, size_t *got);
/* Read `size` bytes, or as many as are left; *got is their number. */
egad_status egad_input_fill(egad_input *input, void *buffer, size_t size, size_t *got);
/* SHA-256 of the decompressed bytes read so far: 64 hex digits and a terminating 0. */
void egad_input_sha256(egad_input *input, char hex[65]);
void egad_input_close(egad_input *input);
/* SHA-256 of a file, decompressed if it is a .gz. */
egad_status egad_input_sum(const char *path, char hex[65]);
/* *yes: 1 if zlib inflates these n bytes to exactly `size` bytes.  The output is not
 * kept. */
egad_status egad_input_inflates(int *yes, const void *bytes, size_t n, size_t size);
/* CRC-32, continued over n more bytes; `crc` is the value so far, initially 0. */
unsigned long egad_input_crc(unsigned long crc, const void *bytes, size_t n);

/* ---- sha256.c -------------------------------------------------------------- */

typedef struct egad_sha256 egad_sha256;

egad_status egad_sha256_new(egad_sha256 **out);
void egad_sha256_add(egad_sha256 *sha, const void *bytes, size_t n);
/* Digest of the bytes added so far: 64 hex digits and a terminating 0.  More may be
 * added. */
void egad_sha256_hex(const egad_sha256 *sha, char hex[65]);
void egad_sha256_free(egad_sha256 *sha);

#endif

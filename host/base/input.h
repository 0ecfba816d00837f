/* Bytes of files: read as they are or unpacked (input.c, through zlib), and their SHA-256
 * (sha256.c, through libmd). */
#ifndef EGAD_INPUT_H
#define EGAD_INPUT_H

#include "status.h"

/* ---- input.c -------------------------------------------------------------- */

typedef struct egad_input egad_input;

/* Open a plain or .gz file for reading ("-": standard input).  An empty or unreadable
 * file is a failure. */
egad_status egad_input_open(egad_input **out, const char *path);
/* Up to `size` bytes into buffer; *got 0 at the end.  A truncated or damaged .gz fails.
 */
egad_status egad_input_read(egad_input *input, char *buffer, size_t size, size_t *got);
/* Read until `size` bytes are there, or the end. */
egad_status egad_input_fill(egad_input *input, void *buffer, size_t size, size_t *got);
/* SHA-256 of the decompressed bytes read so far, 64 hex digits and a final 0. */
void egad_input_sha256(egad_input *input, char hex[65]);
void egad_input_close(egad_input *input);
/* *yes: zlib inflates these n bytes to exactly `size` bytes without an error.  The output
 * is counted, not kept. */
egad_status egad_input_inflates(int *yes, const void *bytes, size_t n, size_t size);
/* CRC-32 continued over n more bytes; `crc` is that of the bytes before them, at first 0.
 */
unsigned long egad_input_crc(unsigned long crc, const void *bytes, size_t n);

/* ---- sha256.c -------------------------------------------------------------- */

typedef struct egad_sha256 egad_sha256;

egad_status egad_sha256_new(egad_sha256 **out);
void egad_sha256_add(egad_sha256 *sha, const void *bytes, size_t n);
/* Of the bytes added so far, 64 hex digits and a final 0; more may be added. */
void egad_sha256_hex(const egad_sha256 *sha, char hex[65]);
void egad_sha256_free(egad_sha256 *sha);

#endif

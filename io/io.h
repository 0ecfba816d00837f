/* What io/ offers to the rest of the library beyond egad.h: schemas, permutations and
 * streams of text.  No OpenCL in this folder. */
#ifndef EGAD_IO_H
#define EGAD_IO_H

#include "../host/status.h"
#include "h5.h"

/* ---- schema.c: the columns of a table ----------------------------------- */

/* Features of a schema: 1 for a numeric column, its categories for another. */
size_t egad_schema_features(const egad_schema *schema);
egad_status egad_schema_copy(egad_schema *out, const egad_schema *schema);
void egad_schema_clear(egad_schema *schema);
/* Name of feature i, "src_bytes" or "service=http"; freed with free(). */
egad_status egad_schema_feature_name(const egad_schema *schema, size_t i, char **name);
/* Store under, or read from, a group of a file: <group>/columns (texts), and
 * <group>/categories/<index of column> (texts) for each categorical one. */
egad_status egad_schema_write(egad_h5 *file, const char *group, const egad_schema *schema);
egad_status egad_schema_read(egad_h5 *file, const char *group, egad_schema *out);

/* ---- permutation.c: NumPy's legacy generator ---------------------------- */

/* out[0..n) = numpy.random.RandomState(seed).permutation(n): MT19937, Fisher-Yates from
 * the top, masked rejection from 32-bit draws. */
void egad_permutation_legacy(uint32_t seed, size_t n, uint32_t *out);

/* ---- text.c: lines of a file, plain or .gz, through zlib ----------------- */

typedef struct egad_text egad_text;

/* Open for reading ("-": standard input).  An empty or unreadable file is a failure. */
egad_status egad_text_open(egad_text **out, const char *path);
/* Up to `size` bytes into buffer; *got 0 at the end.  A truncated or damaged .gz fails. */
egad_status egad_text_read(egad_text *text, char *buffer, size_t size, size_t *got);
/* SHA-256 of the decompressed bytes read so far, 64 hex digits and a final 0. */
void egad_text_sha256(egad_text *text, char hex[65]);
void egad_text_close(egad_text *text);

#endif

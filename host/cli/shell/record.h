/* Results as JSON: record.c. */
#ifndef RECORD_H
#define RECORD_H

#include "egad.h"
#include "text.h"

typedef struct json_t cli_json;

/* Values are put into an object or array, which owns them then.  Nothing is to be checked
 * on the way: record_print fails if anything did not fit. */
cli_json *record_object(void);
cli_json *record_array(void);
/* Of a text, what is no UTF-8 becomes question marks; NULL is null. */
void record_text(cli_json *object, const char *key, const char *text);
void record_real(cli_json *object, const char *key, double value); /* null: no number */
/* With as many digits as tell it from other floats. */
void record_float(cli_json *object, const char *key, float value);
void record_count(cli_json *object, const char *key, uint64_t n);
void record_flag(cli_json *object, const char *key, int flag);
void record_put(cli_json *object, const char *key, cli_json *value);
void record_append(cli_json *array, cli_json *value);
void record_append_text(cli_json *array, const char *text);
void record_append_real(cli_json *array, double value);
/* How a result names the model and the device it is of. */
cli_json *record_model(const egad_detector_info *info);
cli_json *record_device(const egad_device_info *info);
/* On standard output; frees `root`.  `of` is the file that the results are of.  Returns
 * an exit code. */
int record_print(cli_json *root, const char *of);
/* The same to a file, which appears when it is complete. */
int record_save(cli_json *root, const char *path);
void record_free(cli_json *root);
/* In one line, on standard output; frees `root`.  Returns an exit code. */
int record_line(cli_json *root);
/* Likewise to a stream. */
void record_write(cli_json *root, FILE *out);
/* And back: an object from n bytes, or NULL, and why there is none and what to do. */
cli_json *record_parse(const char *text, size_t n, char *why, size_t size);
/* From a file.  Returns an exit code; `*root` is freed with record_free. */
int record_load(cli_json **root, const char *path);
/* A file of several, one after another, as an array. */
int record_load_lines(cli_json **root, const char *path);
/* Borrowed; NULL if it is not there, and all of these take NULL. */
cli_json *record_get(const cli_json *object, const char *key);
/* The name that follows this one in an object, NULL: the first; NULL: there is none. */
const char *record_next(cli_json *object, const char *name);
cli_json *record_at(const cli_json *array, size_t i);
size_t record_size(const cli_json *array);
double record_real_at(const cli_json *array, size_t i);        /* NAN: none */
double record_number(const cli_json *object, const char *key); /* NAN: none */
/* A text, number or truth value as text, which is in `text` where it is none by itself;
 * null as "", and what is not there as NULL.  0: a list or an object, which is no value.
 */
int record_value(const cli_json *object, const char *key, const char **value,
                 cli_number *text);
const char *record_word(const cli_json *object, const char *key); /* "": none */

#endif

/* Results as JSON: record.c. */
#ifndef RECORD_H
#define RECORD_H

#include "egad.h"
#include "text.h"

typedef struct json_t cli_json;

/* An object or array owns the values put into it.  These calls need no checks:
 * record_print fails if one of them did. */
cli_json *record_object(void);
cli_json *record_array(void);
/* Bytes that are not UTF-8 become question marks; NULL is null. */
void record_text(cli_json *object, const char *key, const char *text);
void record_real(cli_json *object, const char *key, double value); /* NAN: null */
/* With the digits that distinguish it from other floats. */
void record_float(cli_json *object, const char *key, float value);
void record_count(cli_json *object, const char *key, uint64_t n);
void record_flag(cli_json *object, const char *key, int flag);
void record_put(cli_json *object, const char *key, cli_json *value);
void record_append(cli_json *array, cli_json *value);
void record_append_text(cli_json *array, const char *text);
void record_append_real(cli_json *array, double value); /* NAN: null */
/* The model and the device that a result belongs to. */
cli_json *record_model(const egad_detector_info *info);
cli_json *record_device(const egad_device_info *info);
/* Print on standard output and free `root`.  `of`: the file that the results belong to,
 * for errors.  Returns an exit code. */
int record_print(cli_json *root, const char *of);
/* The same to a file, which appears when it is complete. */
int record_save(cli_json *root, const char *path);
void record_free(cli_json *root);
/* Another owner of a value, which frees it too; NULL: none. */
cli_json *record_share(cli_json *value);
/* Print in one line on standard output and free `root`.  Returns an exit code. */
int record_line(cli_json *root);
/* Likewise to a stream. */
void record_write(cli_json *root, FILE *out);
/* Reading: an object from n bytes, or NULL and in `why` what is wrong and what to do. */
cli_json *record_parse(const char *text, size_t n, char *why, size_t size);
/* From a file.  Returns an exit code; free `*root` with record_free. */
int record_load(cli_json **root, const char *path);
/* The same for a file that the command makes again if it is not there, as the message
 * says. */
int record_reload(cli_json **root, const char *path);
/* A file of several objects, one after another, as an array. */
int record_load_lines(cli_json **root, const char *path);
/* Borrowed; NULL if absent.  All of these accept NULL. */
cli_json *record_get(const cli_json *object, const char *key);
/* The name after this one in an object (NULL: the first); NULL at the end. */
const char *record_next(cli_json *object, const char *name);
cli_json *record_at(const cli_json *array, size_t i);
size_t record_size(const cli_json *array);
double record_real_at(const cli_json *array, size_t i);        /* NAN: none */
double record_number(const cli_json *object, const char *key); /* NAN: none */
/* A string, number or boolean as text, stored in `text` where it is not a string; null is
 * "", an absent value NULL.  0: it is a list or an object. */
int record_value(const cli_json *object, const char *key, const char **value,
                 cli_number *text);
const char *record_word(const cli_json *object, const char *key); /* "": none */

#endif

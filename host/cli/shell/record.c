/* Results as JSON, written and read.  The only file of the program that includes
 * jansson.h.  A value that cannot be added sets a flag, which printing reports. */
#include "record.h"
#include "output.h"
#include "shell.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int failed; /* a value was left out */

static void set(cli_json *object, const char *key, json_t *value)
{
    failed |= json_object_set_new(object, key, value) != 0;
}

cli_json *record_object(void)
{
    return json_object();
}

cli_json *record_array(void)
{
    return json_array();
}

/* JSON is UTF-8, whatever the text is. */
static json_t *new_text(const char *text)
{
    char *copy = strdup(text);
    if (copy)
        text_mend(copy, 0);
    json_t *value = copy ? json_string(copy) : NULL;
    free(copy);
    return value;
}

void record_text(cli_json *object, const char *key, const char *text)
{
    set(object, key, text ? new_text(text) : json_null());
}

void record_real(cli_json *object, const char *key, double value)
{
    set(object, key, isfinite(value) ? json_real(value) : json_null());
}

void record_float(cli_json *object, const char *key, float value)
{
    char text[32] = "nan";
    for (int digits = 6; digits <= 9 && strtof(text, NULL) != value; digits++)
        snprintf(text, sizeof text, "%.*g", digits, (double)value);
    record_real(object, key, strtod(text, NULL));
}

void record_count(cli_json *object, const char *key, uint64_t n)
{
    /* JSON as written by jansson has no integers above the signed range. */
    set(object, key, n <= INT64_MAX ? json_integer((json_int_t)n) : json_real((double)n));
}

void record_flag(cli_json *object, const char *key, int flag)
{
    set(object, key, json_boolean(flag));
}

void record_put(cli_json *object, const char *key, cli_json *value)
{
    set(object, key, value);
}

void record_append(cli_json *array, cli_json *value)
{
    failed |= json_array_append_new(array, value) != 0;
}

void record_append_text(cli_json *array, const char *text)
{
    failed |= json_array_append_new(array, new_text(text)) != 0;
}

void record_append_real(cli_json *array, double value)
{
    failed |= json_array_append_new(array, isfinite(value) ? json_real(value)
                                                           : json_null()) != 0;
}

cli_json *record_share(cli_json *value)
{
    return json_incref(value);
}

void record_free(cli_json *root)
{
    json_decref(root);
}

int record_print(cli_json *root, const char *of)
{
    failed |= !root;
    if (!failed)
        failed = json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) != 0;
    json_decref(root);
    if (failed && !ferror(stdout))
        return message_error("cannot make JSON of the results of '%s'", of);
    putchar('\n');
    return CLI_DONE;
}

int record_line(cli_json *root)
{
    failed |= !root;
    if (!failed)
        failed = json_dumpf(root, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6)) != 0;
    json_decref(root);
    if (failed && !ferror(stdout))
        return message_error("cannot make JSON of a record");
    putchar('\n');
    fflush(stdout);
    return CLI_DONE;
}

void record_write(cli_json *root, FILE *out)
{
    if (!root || json_dumpf(root, out, JSON_COMPACT | JSON_REAL_PRECISION(15)) != 0)
        failed = 1;
    json_decref(root);
    putc('\n', out);
}

int record_save(cli_json *root, const char *path)
{
    cli_output out;
    int code = output_open(&out, path), bad = failed || !root;
    if (code != CLI_DONE) {
        json_decref(root);
        return code;
    }
    if (!bad)
        bad = json_dumpf(root, out.stream, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    json_decref(root);
    fputc('\n', out.stream);
    if (!bad || ferror(out.stream))
        return output_close(&out);
    output_drop(&out);
    return message_error("cannot make JSON for '%s'", path);
}

/* ---- Reading ------------------------------------------------------------- */

static int load(cli_json **root, const char *path, const char *remedy)
{
    json_error_t error;
    *root = json_load_file(path, 0, &error);
    if (!*root)
        return message_error("cannot read '%s': %s%s", path, error.text, remedy);
    return CLI_DONE;
}

int record_load(cli_json **root, const char *path)
{
    return load(root, path, "");
}

int record_reload(cli_json **root, const char *path)
{
    return load(root, path, "; remove it to compute it again");
}

cli_json *record_parse(const char *text, size_t n, char *why, size_t size)
{
    json_error_t error;
    json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        snprintf(why, size, "%s: %s", error.text,
                 json_error_code(&error) == json_error_duplicate_key
                     ? "give each name once"
                     : "expected one object per line");
    else if (!json_is_object(root))
        snprintf(why, size, "not an object: expected one object per line");
    if (root && json_is_object(root))
        return root;
    json_decref(root);
    return NULL;
}

int record_load_lines(cli_json **root, const char *path)
{
    json_error_t error;
    json_t *one = NULL;
    FILE *in = fopen(path, "r");
    int c;
    *root = json_array();
    if (!in || !*root) {
        if (in)
            fclose(in);
        return message_error("cannot read '%s': %s", path, strerror(errno));
    }
    for (;;) {
        while (isspace(c = getc(in)))
            ;
        if (c == EOF)
            break;
        ungetc(c, in);
        one = json_loadf(in, JSON_DISABLE_EOF_CHECK, &error);
        if (!one || json_array_append_new(*root, one) != 0)
            break;
    }
    fclose(in);
    if (c != EOF)
        return message_error("'%s' is not JSON with one object per line: record %zu: %s",
                             path, json_array_size(*root) + 1, error.text);
    return CLI_DONE;
}

cli_json *record_get(const cli_json *object, const char *key)
{
    return json_object_get(object, key);
}

const char *record_next(cli_json *object, const char *name)
{
    return json_object_iter_key(
        name ? json_object_iter_next(object, json_object_key_to_iter(name))
             : json_object_iter(object));
}

cli_json *record_at(const cli_json *array, size_t i)
{
    return json_array_get(array, i);
}

size_t record_size(const cli_json *array)
{
    return json_array_size(array);
}

static double number(const json_t *value)
{
    return json_is_number(value) ? json_number_value(value) : NAN;
}

double record_real_at(const cli_json *array, size_t i)
{
    return number(json_array_get(array, i));
}

double record_number(const cli_json *object, const char *key)
{
    return number(json_object_get(object, key));
}

/* With the digits that distinguish it from other doubles. */
static void put_shortest(cli_number *text, double value)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text->text, sizeof text->text, "%.*g", digits, value);
        if (strtod(text->text, NULL) == value)
            break;
    }
}

int record_value(const cli_json *object, const char *key, const char **out,
                 cli_number *text)
{
    const json_t *value = json_object_get(object, key);
    text->text[0] = '\0';
    *out = json_is_string(value) ? json_string_value(value) : value ? text->text : NULL;
    if (json_is_integer(value))
        snprintf(text->text, sizeof text->text, "%lld",
                 (long long)json_integer_value(value));
    else if (json_is_real(value))
        put_shortest(text, json_real_value(value));
    else if (json_is_boolean(value))
        snprintf(text->text, sizeof text->text, json_is_true(value) ? "true" : "false");
    return !json_is_array(value) && !json_is_object(value);
}

const char *record_word(const cli_json *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* ---- What several results say -------------------------------------------- */

cli_json *record_model(const egad_detector_info *info)
{
    cli_json *model = record_object();
    record_text(model, "name", info->model);
    record_text(model, "recipe", info->recipe);
    record_count(model, "seed", info->seed);
    record_count(model, "epoch", (uint64_t)info->epoch);
    record_count(model, "epochs", (uint64_t)info->epochs);
    record_count(model, "step", info->step);
    record_count(model, "batch", (uint64_t)info->batch);
    record_real(model, "lr", info->lr);
    return model;
}

cli_json *record_device(const egad_device_info *info)
{
    cli_json *device = record_object();
    egad_tuning_info tuning;
    record_text(device, "name", info->name);
    record_text(device, "platform", info->platform);
    record_text(device, "type", info->type);
    record_text(device, "driver", info->driver);
    egad_tune_describe(&tuning, info);
    record_text(device, "tuning", tuning.text);
    return device;
}

/* Common to the imports of all formats: the name of the output, and the summary of the
 * data set. */
#include "dataset.h"
#include "scored.h"
#include "shell/output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum {
    DOUBLE_DIGITS = 15, /* decimal digits that double precision keeps */
    WARNED = 5          /* most columns that are warned of */
};

static size_t row_width(const egad_dataset *data)
{
    return data->shape[0] * data->shape[1] * data->shape[2];
}

cli_sentence dataset_part(const egad_dataset *data, int part)
{
    cli_sentence sentence;
    char *text = sentence.text;
    const size_t size = sizeof sentence.text;
    size_t n[2] = { 0, 0 };
    for (size_t i = 0; i < data->rows; i++)
        if (!data->split || data->split[i] == part)
            n[data->y && data->y[i]]++;
    const cli_number all = text_count(n[0] + n[1]);
    if (!data->y && data->class_of)
        snprintf(text, size, "%s, %zu classes, none of them anomalous", all.text,
                 data->classes);
    else if (!data->y)
        snprintf(text, size, "%s, without labels", all.text);
    else if (!n[1])
        snprintf(text, size, "%s normal", all.text);
    else
        snprintf(text, size, "%s: %s normal, %s anomalies (%.3f %%)", all.text,
                 text_count(n[0]).text, text_count(n[1]).text,
                 100.0 * (double)n[1] / (double)(n[0] + n[1]));
    return sentence;
}

static void print_part(const egad_dataset *data, int part, const char *name)
{
    printf("%-10s %s\n", name, dataset_part(data, part).text);
}

const char *dataset_kind(const egad_dataset *data)
{
    return egad_dataset_images(&data->schema, data->shape) ? "images" : "features";
}

cli_sentence dataset_features(const egad_dataset *data)
{
    cli_sentence sentence;
    char *text = sentence.text;
    const size_t size = sizeof sentence.text;
    size_t numeric = 0;
    for (size_t i = 0; i < data->schema.n; i++)
        numeric += data->schema.column[i].categories == 0;
    if (data->schema.n)
        snprintf(text, size, "%zu, of %zu columns: %zu numeric, %zu categorical",
                 row_width(data), data->schema.n, numeric, data->schema.n - numeric);
    else if (!egad_dataset_images(&data->schema, data->shape))
        snprintf(text, size, "%zu, unnamed", row_width(data));
    else
        snprintf(text, size, "%zu x %zu, %zu %s", data->shape[0], data->shape[1],
                 data->shape[2], data->shape[2] == 1 ? "channel" : "channels");
    return sentence;
}

/* Always for images: similar images are common, identical ones are a mistake. */
static int print_copies(const egad_dataset *data)
{
    size_t copies, of;
    if (egad_dataset_copies(data, &copies, &of) != EGAD_OK)
        return message_fail();
    if (of && (copies || !data->schema.n))
        printf("%-10s %s\n", "copies", dataset_copies(copies, of).text);
    return CLI_DONE;
}

cli_sentence dataset_copies(size_t copies, size_t of)
{
    cli_sentence sentence;
    snprintf(sentence.text, sizeof sentence.text,
             "%s of the %s normal test rows are in the training rows too (%.1f %%)",
             text_count(copies).text, text_count(of).text,
             of ? 100.0 * (double)copies / (double)of : 0.0);
    return sentence;
}

cli_number dataset_number(const egad_schema *schema, size_t feature, double value,
                          int digits)
{
    const double offset = schema->offsets ? schema->offset[feature] : 0.0;
    cli_number text;
    if (offset != 0.0)
        digits =
            value == offset
                ? DOUBLE_DIGITS
                : digits + (int)ceil(fmax(log10(fabs(value / (value - offset))), 0.0));
    snprintf(text.text, sizeof text.text, "%.*g",
             digits < DOUBLE_DIGITS ? digits : DOUBLE_DIGITS, value);
    return text;
}

void dataset_note(void *context, const char *text)
{
    (void)context;
    char *line = strdup(text); /* names come from files */
    if (line)
        text_mend(line, 1);
    fprintf(stderr, "%s\n", line ? line : text);
    free(line);
}

void dataset_warn_digits(const egad_dataset *data, const char *path)
{
    for (size_t i = 0; i < data->coarse_n && i < WARNED; i++) {
        const egad_coarse *c = &data->coarse[i];
        char name[64];
        if (data->schema.n)
            snprintf(name, sizeof name, "'%.60s'", data->schema.column[c->column].name);
        else
            snprintf(name, sizeof name, "%zu", c->column);
        text_mend(name, 1);
        message_warning("column %s of '%s' has %s different values in the training rows, "
                        "of which single precision keeps %s apart%s: subtract a constant "
                        "from it, or multiply it by a power of ten",
                        name, path, text_count(c->distinct).text,
                        text_count(c->left).text,
                        c->logarithm ? " after the logarithm of recipe sound" : "");
    }
    if (data->coarse_n > WARNED)
        message_warning("so it is with %s more columns of '%s'",
                        text_count(data->coarse_n - WARNED).text, path);
}

/* "V90 (40), V112 (39)": names with counts, and how many did not fit. */
typedef struct {
    cli_sentence list;
    size_t n, more;
} naming;

enum { NAMED = 6, NAMES_WIDTH = 68 };

static void name_count(naming *l, const char *name, size_t count)
{
    const size_t used = strlen(l->list.text);
    char text[25], entry[80];
    snprintf(text, sizeof text, "%s", *name ? name : "''");
    text_mend(text, 1);
    snprintf(entry, sizeof entry, "%s%s (%s)", used ? ", " : "", text,
             text_count(count).text);
    if (l->more || l->n == NAMED || used + strlen(entry) > NAMES_WIDTH)
        l->more++;
    else
        memcpy(l->list.text + used, entry, strlen(entry) + 1);
    l->n += !l->more;
}

static void print_named(const naming *l)
{
    printf("%s", l->list.text);
    if (l->more)
        printf(", and %s more", text_count(l->more).text);
    putchar('\n');
}

/* The number of imputed values per column. */
static void print_filled(const egad_dataset *data)
{
    naming list = { .n = 0 };
    size_t all = 0;
    for (size_t c = 0; data->filled && c < data->schema.n; c++) {
        size_t filled = 0;
        for (size_t i = 0; i < data->rows; i++)
            filled += data->filled[i * data->schema.n + c];
        all += filled;
        if (filled)
            name_count(&list, data->schema.column[c].name, filled);
    }
    if (!all)
        return;
    printf("%-10s %s missing value%s: ", "imputed", text_count(all).text,
           all == 1 ? "" : "s");
    print_named(&list);
}

static int by_rows(const void *a, const void *b)
{
    const cli_class *p = a, *q = b;
    return (p->rows < q->rows) - (p->rows > q->rows);
}

int dataset_classes(cli_class **list, const egad_dataset *data)
{
    *list = calloc(data->classes + 1, sizeof **list);
    if (!*list)
        return message_error("out of memory for %zu classes", data->classes);
    for (size_t c = 0; c < data->classes; c++)
        (*list)[c].name = data->class_name[c];
    for (size_t i = 0; data->class_of && i < data->rows; i++) {
        cli_class *of = &(*list)[data->class_of[i]];
        of->rows++;
        of->anomalous = data->y && data->y[i];
    }
    qsort(*list, data->classes, sizeof **list, by_rows);
    return CLI_DONE;
}

/* The label values of each class, where a class has more than one. */
static int print_kinds(const egad_dataset *data)
{
    static const char *const names[] = { "normal", "anomalous" };
    cli_class *list = NULL;
    if (!data->y || !data->class_of || data->classes <= 2)
        return CLI_DONE;
    const int code = dataset_classes(&list, data);
    for (int kind = 0; code == CLI_DONE && kind < 2; kind++) {
        naming of = { .n = 0 };
        for (size_t c = 0; c < data->classes; c++)
            if (list[c].rows && list[c].anomalous == kind)
                name_count(&of, list[c].name, list[c].rows);
        printf("%-10s ", names[kind]);
        print_named(&of);
    }
    free(list);
    return code;
}

/* A label without regard to case and blanks: whether two are the same. */
static int same_label(const char *a, const char *b)
{
    a += strspn(a, " ");
    b += strspn(b, " ");
    for (; *a && !strncasecmp(a, b, 1); a++)
        b++;
    return !a[strspn(a, " ")] && !b[strspn(b, " ")];
}

void dataset_warn_labels(const egad_dataset *data)
{
    cli_class *list = NULL;
    if (!data->y || !data->class_of || dataset_classes(&list, data) != CLI_DONE)
        return;
    for (size_t i = 0; i < data->classes; i++)
        for (size_t k = 0; k < i; k++) {
            if (!same_label(list[k].name, list[i].name))
                continue;
            message_warning("labels '%s', %s rows, and '%s', %s rows, differ only in "
                            "case or blanks: %s",
                            list[k].name, text_count(list[k].rows).text, list[i].name,
                            text_count(list[i].rows).text,
                            list[k].anomalous == list[i].anomalous
                                ? "both are counted alike"
                                : "one is normal, the other anomalous; list both if they "
                                  "are the same");
        }
    free(list);
}

int dataset_summary(const egad_dataset *data)
{
    const char *protocol = data->protocol ? data->protocol : "none";
    printf("%-10s %s, from %s%s\n", "protocol", protocol,
           data->source ? data->source : "a program",
           strncmp(protocol, "like-mnist", 10) ? "" : " (not the published MNIST files)");
    printf("%-10s %s\n", "SHA-256", data->sha256 ? data->sha256 : "unknown");
    printf("%-10s %s", "rows", text_count(data->rows).text);
    if (data->rows_read > data->rows)
        printf(" (of %s read)", text_count(data->rows_read).text);
    putchar('\n');
    printf("%-10s %s\n", dataset_kind(data), dataset_features(data).text);
    if (data->id)
        printf("%-10s %s\n", "id", data->id_column);
    if (data->split) {
        print_part(data, EGAD_TRAIN, "train");
        print_part(data, EGAD_TEST, "test");
    } else {
        print_part(data, EGAD_TRAIN, "no split");
    }
    print_filled(data);
    return print_copies(data);
}

cli_content dataset_content(const char *path)
{
    char *text = NULL;
    const egad_status status = egad_checkpoint_inspect(path, &text);
    const cli_content is = status != EGAD_OK
                               ? scored_begins(path) ? CLI_SCORES_CONTENT : CLI_NO_CONTENT
                           : strstr(text, "format: egad-data\n")   ? CLI_DATA_CONTENT
                           : strstr(text, "format: egad-model\n")  ? CLI_MODEL_CONTENT
                           : strstr(text, "format: egad-scores\n") ? CLI_SCORES_CONTENT
                                                                   : CLI_NO_CONTENT;
    free(text);
    return is;
}

int dataset_keep(const char *out, int force)
{
    struct stat about;
    if (stat(out, &about) != 0 || !S_ISREG(about.st_mode))
        return CLI_DONE;
    const cli_content old = dataset_content(out);
    if (old == CLI_MODEL_CONTENT || old == CLI_DATA_CONTENT)
        return message_error(
            "'%s' is a %s, which scores must not overwrite: choose another name", out,
            old == CLI_MODEL_CONTENT ? "model" : "data file");
    if (old == CLI_NO_CONTENT && !force)
        return message_error("'%s' exists and is not a file of scores: choose another "
                             "name, or overwrite it with --force",
                             out);
    return CLI_DONE;
}

/* Checks an existing output, by the rules of `egad train`; without -o only a data file
 * may be overwritten. */
static int check_old(const char *out, int named, int force)
{
    struct stat about;
    if (stat(out, &about) != 0)
        return CLI_DONE;
    const cli_content old =
        S_ISREG(about.st_mode) ? dataset_content(out) : CLI_NO_CONTENT;
    if (!named && old != CLI_DATA_CONTENT)
        return message_error(
            "'%s' exists and is not a data file: name the output with -o", out);
    if (!S_ISREG(about.st_mode))
        return CLI_DONE;
    if (old == CLI_MODEL_CONTENT)
        return message_error("'%s' is a model: choose another name for the data file",
                             out);
    if (!force)
        return message_error("'%s' exists%s: %soverwrite it with --force", out,
                             old == CLI_DATA_CONTENT ? "" : " and is not a data file",
                             old == CLI_DATA_CONTENT ? "" : "choose another name, or ");
    return CLI_DONE;
}

static void print_hint(const egad_dataset *data)
{
    const char *all = data->split ? "" : ", and every row is a training row";
    if (data->class_of)
        fprintf(stderr, "no --anomalous: rows of every class are training rows\n");
    else if (data->schema.n && !strcmp(data->protocol, "csv"))
        fprintf(stderr, "no --label: all %zu columns are features%s\n", data->schema.n,
                all);
    else
        fprintf(stderr, "no labels: every row is a training row\n");
}

int dataset_labels(const char *command, const egad_csv_options *how)
{
    if (how->normal && how->anomalous)
        return message_usage(command, "--normal and --anomalous cannot be combined");
    if (how->label && !how->normal && !how->anomalous)
        return message_usage(command, "--label needs --normal or --anomalous");
    if (!how->label && (how->normal || how->anomalous))
        return message_usage(command, "--normal and --anomalous need --label");
    return -1;
}

cli_stem dataset_stem(const char *path)
{
    const cli_path last = output_base(path);
    cli_stem stem = { "" };
    const char *base = last.text;
    size_t n = strlen(base);
    if (n > 3 && !strncmp(base + n - 3, ".gz", 3))
        n -= 3;
    for (size_t i = n; i-- > 1;)
        if (base[i] == '.') {
            n = i;
            break;
        }
    const int is_dots = *base == '/' || strspn(base, "./") == strlen(base);
    if (n < sizeof stem.text && strcmp(path, "-") && !is_dots)
        snprintf(stem.text, sizeof stem.text, "%.*s", (int)n, base);
    return stem;
}

/* "flows.h5" of "data/flows.csv.gz". */
static int make_name(cli_import *import, const char *path)
{
    const cli_stem stem = dataset_stem(path);
    if (!*stem.text)
        return message_usage(
            import->command->name,
            "-o OUT.h5 is missing, and '%s' gives no name for the output", path);
    snprintf(import->name, sizeof import->name, "%s.h5", stem.text);
    import->out = import->name;
    return -1;
}

int dataset_begin(cli_import *import, const cli_command *command, int argc, char **argv,
                  const char *const *inputs)
{
    const int named = import->out != NULL;
    import->command = command;
    import->argc = argc;
    import->argv = argv;
    if (!named && import->usual)
        import->out = import->usual;
    else if (!named)
        CLI_CHECK(make_name(import, inputs[0]));
    if (output_check(import->out, inputs) != CLI_DONE ||
        check_old(import->out, named, import->force) != CLI_DONE)
        return CLI_FAILED;
    import->start = message_clock();
    return -1;
}

int dataset_finish(const cli_import *import, egad_dataset *data)
{
    int code = CLI_DONE;
    data->command = text_command(import->command->name, import->argc, import->argv);
    if (!data->command) {
        code = message_error("out of memory");
        goto done;
    }
    CLI_TRY(egad_dataset_save(data, import->out));
    CLI_DO(dataset_summary(data));
    CLI_DO(print_kinds(data));
    dataset_warn_labels(data);
    printf("%-10s '%s', in %s\n", "written to", import->out,
           text_time(message_clock() - import->start).text);
    fflush(stdout);
    if (!data->y)
        print_hint(data);
    dataset_warn_digits(data, import->out);
done:
    egad_dataset_free(data);
    return code;
}

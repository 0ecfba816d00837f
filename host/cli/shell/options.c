/* Prints the help of a command and parses its command line, both from its table of
 * options.  The only file that includes popt.h; popt splits the command line. */
#include "shell.h"

#include <errno.h>
#include <math.h>
#include <popt.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = CLI_OPTIONS_MAX, HELP_OPTION = OPTIONS_MAX + 1 };

/* ---- Help --------------------------------------------------------------- */

static void print_option(const cli_option *option)
{
    char left[160];
    char letter[5] = "    ";
    if (option->letter)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    int n = snprintf(left, sizeof left, "  %s--%s%s%s", letter, option->name,
                     option->wants ? " " : "", option->wants ? option->wants : "");
    if (n > 26)
        printf("%s\n%-28s", left, "");
    else
        printf("%-28s", left);
    for (const char *c = option->help; *c; c++) {
        putchar(*c);
        if (*c == '\n')
            printf("%-28s", "");
    }
    putchar('\n');
}

/* "-o" or "--data": what a user would type. */
static const char *name_of(const cli_option *option, char *buffer, size_t size)
{
    if (option->letter)
        snprintf(buffer, size, "-%c", option->letter);
    else
        snprintf(buffer, size, "--%s", option->name);
    return buffer;
}

static void print_help(const cli_command *command)
{
    char left[64];
    printf("usage: egad%s%s%s%s", message_gap(command->name), command->name,
           command->operand ? " " : "", command->operand ? command->operand : "");
    for (const cli_option *o = command->options; o->name; o++)
        if (o->needed)
            printf(" %s %s", name_of(o, left, sizeof left), o->wants);
    printf("%s\n\n%s\n\n", command->options->name ? " [OPTIONS]" : "", command->summary);
    for (const cli_option *o = command->options; o->name; o++)
        print_option(o);
    print_option(
        &(cli_option){ .name = "help", .letter = 'h', .help = "print this help" });
    if (command->notes)
        printf("\n%s", command->notes);
    printf("\nexample:\n  %s\n", command->example);
}

/* ---- Options ------------------------------------------------------------ */

/* Values that popt allocated; they live until the program ends. */
struct kept {
    struct kept *next;
    char *text;
};
static struct kept *kept;

static void release_kept(void)
{
    while (kept) {
        struct kept *next = kept->next;
        free(kept->text);
        free(kept);
        kept = next;
    }
}

static const char *keep(char *text)
{
    struct kept *entry = malloc(sizeof *entry);
    if (!entry)
        return text;
    if (!kept)
        atexit(release_kept);
    *entry = (struct kept){ kept, text };
    kept = entry;
    return text;
}

static int is_choice(const char *choices, const char *text)
{
    size_t n = strlen(text);
    for (const char *at = choices; at; at = strchr(at, '|')) {
        at += *at == '|';
        if (n && strcspn(at, "|") == n && !strncmp(at, text, n))
            return 1;
    }
    return 0;
}

static int store_real(cli_option *option, const char *text)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value))
        return 0;
    *(double *)option->value = value;
    if (option->kind == CLI_WEIGHT)
        return value >= 0 && value <= 1;
    return value > 0 && (option->kind == CLI_RATE || value < 1);
}

static int store_integer(cli_option *option, const char *text)
{
    if (!*text || strspn(text, "0123456789") != strlen(text))
        return 0;
    errno = 0;
    unsigned long long value = strtoull(text, NULL, 10);
    if (errno)
        return 0;
    if (option->kind == CLI_SEED) {
        *(uint64_t *)option->value = value;
        return 1;
    }
    *(int *)option->value = (int)value;
    return value >= 1 && value <= 1000000000;
}

/* Add a line to a list of items; an empty one is written as the library reads it. */
static int store_items(cli_option *option, const char *text)
{
    const char *before = option->given ? *(const char **)option->value : NULL;
    const char *more = *text ? text : "\"\"";
    char *all = NULL;
    if (!strncmp(text, "--", 2) && text[2])
        return 0;
    if (before) {
        const size_t size = strlen(before) + strlen(more) + 2;
        all = malloc(size);
        if (!all)
            return 0;
        snprintf(all, size, "%s\n%s", before, more);
    }
    *(const char **)option->value = all ? keep(all) : more;
    return 1;
}

/* Store `text` as the value of the option; 0: not a valid value. */
static int store(cli_option *option, const char *text)
{
    switch (option->kind) {
    case CLI_FLAG:
        *(int *)option->value = 1;
        return 1;
    case CLI_TEXT:
    case CLI_LIST:
        *(const char **)option->value = text;
        return *text && strncmp(text, "--", 2) != 0;
    case CLI_VALUES:
        return store_items(option, text);
    case CLI_CHOICE:
        *(const char **)option->value = text;
        return is_choice(option->wants, text);
    case CLI_COUNT:
    case CLI_SEED:
        return store_integer(option, text);
    case CLI_RATE:
    case CLI_WEIGHT:
    case CLI_SHARE:
        return store_real(option, text);
    }
    return 0;
}

static const char *wanted(const cli_option *option)
{
    switch (option->kind) {
    case CLI_COUNT:
        return "a whole number from 1 to 1,000,000,000";
    case CLI_SEED:
        return "a whole number, 0 or more";
    case CLI_RATE:
        return "a number above 0";
    case CLI_WEIGHT:
        return "a number from 0 to 1";
    case CLI_SHARE:
        return "a number above 0 and below 1";
    default:
        return option->wants;
    }
}

/* The options of a command, and --help, as a table for popt. */
static void fill_popt(struct poptOption *table, const cli_command *command)
{
    int n = 0;
    for (const cli_option *o = command->options; o->name && n < OPTIONS_MAX; o++, n++)
        table[n] = (struct poptOption){ .longName = o->name,
                                        .shortName = o->letter,
                                        .argInfo = o->kind == CLI_FLAG ? POPT_ARG_NONE
                                                                       : POPT_ARG_STRING,
                                        .val = n + 1 };
    table[n++] =
        (struct poptOption){ .longName = "help", .shortName = 'h', .val = HELP_OPTION };
    table[n] = (struct poptOption){ 0 };
}

static int bad_option(const cli_command *command, poptContext context, int error)
{
    const char *option = poptBadOption(context, POPT_BADOPTION_NOALIAS);
    const char *instead = hint_option(command, option);
    switch (error) {
    case POPT_ERROR_BADOPT:
        if (instead)
            return message_usage(command->name, "unknown option '%s': %s", option,
                                 instead);
        if (!strcmp(option, "--model") && command->operand)
            return message_usage(command->name,
                                 "unknown option --model: use 'egad %s %s'",
                                 command->name, command->operand);
        return message_usage(command->name, "unknown option '%s'%s", option,
                             hint_near(command, option).text);
    case POPT_ERROR_NOARG:
        return message_usage(command->name, "%s needs a value", option);
    default:
        return message_usage(command->name, "%s: %s", option, poptStrerror(error));
    }
}

/* The option that may give the operand, or NULL. */
static const cli_option *option_of_operand(const cli_command *command)
{
    const cli_option *o = command->options;
    while (o->name && !(command->operand && o->value == (void *)command->operand_at))
        o++;
    return o->name ? o : NULL;
}

/* The arguments that are not options; and whether a required option or argument is
 * missing. */
static int check_rest(const cli_command *command, const char **rest, int argc,
                      char **argv)
{
    size_t n = 0;
    while (rest && rest[n])
        n++;
    size_t most = !command->operand ? 0 : command->operands ? command->operands : 1;
    const cli_option *other = option_of_operand(command);
    const int given = other && other->given;
    if (given && n > 0 && n <= most)
        return message_usage(command->name, "%s is given twice: as '%s' and with --%s",
                             command->operand, rest[0], other->name);
    for (size_t i = 0; i < n && i < most; i++) {
        char *copy = strdup(rest[i]);
        if (!copy)
            return message_error("out of memory for '%s'", rest[i]);
        command->operand_at[i] = keep(copy);
    }
    for (size_t i = 0; n > most && i < n; i++)
        if (hint_cut(rest[i], argc, argv))
            return message_usage(command->name,
                                 "unexpected argument '%s': separate the values of a "
                                 "list by commas, without spaces",
                                 rest[i]);
    if (n > most)
        return message_usage(command->name, "unexpected argument '%s'%s", rest[most],
                             hint_argument(command->options, rest[most]));
    if (command->operand && *command->operand != '[' && n == 0 && !given)
        return message_usage(command->name, "%s is missing", command->operand);
    char name[64];
    for (const cli_option *o = command->options; o->name; o++)
        if (o->needed > 0 && !o->given)
            return message_usage(command->name, "%s %s is missing",
                                 name_of(o, name, sizeof name), o->wants);
    return -1;
}

int options_parse(const cli_command *command, int argc, char **argv)
{
    if (complete_asked())
        return complete_command(command, argc, argv);
    struct poptOption table[OPTIONS_MAX + 2];
    fill_popt(table, command);
    poptContext context = poptGetContext("egad", argc, (const char **)argv, table, 0);
    int code = -1;
    int got;
    while (code < 0 && (got = poptGetNextOpt(context)) > 0) {
        if (got == HELP_OPTION) {
            print_help(command);
            code = CLI_DONE;
            break;
        }
        cli_option *option = &command->options[got - 1];
        char *copy = poptGetOptArg(context);
        const char *text = copy ? keep(copy) : "";
        if (option->given && option->kind == CLI_LIST) {
            code = message_usage(
                command->name,
                "--%s is given twice: give it once, with commas between values",
                option->name);
            break;
        }
        if (!store(option, text))
            code =
                message_usage(command->name, "--%s must be %s, not '%s'%s", option->name,
                              wanted(option), text, hint_number(option, text).text);
        option->given = 1;
    }
    if (code < 0 && got < -1)
        code = bad_option(command, context, got);
    if (code < 0)
        code = check_rest(command, poptGetArgs(context), argc, argv);
    poptFreeContext(context);
    return code;
}

int options_given(const cli_option *options, const char *name)
{
    for (const cli_option *o = options; o->name; o++)
        if (!strcmp(o->name, name))
            return o->given;
    return 0;
}

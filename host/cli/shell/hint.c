/* Hints that a usage error ends with: what the user probably meant. */
#include "shell.h"

#include <stdlib.h>
#include <string.h>

cli_number hint_number(const cli_option *option, const char *text)
{
    char *end;
    cli_number copy, meant = { "" };
    snprintf(copy.text, sizeof copy.text, "%s", text);
    char *comma = strchr(copy.text, ',');
    if (comma)
        *comma = '.';
    const double value = strtod(copy.text, &end);
    const int share = option->kind == CLI_SHARE || option->kind == CLI_WEIGHT;
    const int percent = end > copy.text && !strcmp(end + strspn(end, " "), "%");
    if (share && percent && value > 0 && value < 100)
        snprintf(meant.text, sizeof meant.text, ": write %.6g", value / 100);
    else if ((share || option->kind == CLI_RATE) && comma && !*end && value > 0 &&
             (!share || value < 1))
        snprintf(meant.text, sizeof meant.text, ": write %.6g", value);
    return meant;
}

cli_number hint_near(const cli_command *command, const char *word)
{
    const char *names[CLI_OPTIONS_MAX + 1];
    size_t n = 0;
    cli_number text;
    for (const cli_option *o = command->options; o->name && n < CLI_OPTIONS_MAX; o++)
        names[n++] = o->name;
    names[n++] = "help";
    snprintf(text.text, sizeof text.text, "%.*s", (int)strcspn(word, "="), word);
    const char *near = egad_array_near(text.text, names, n);
    snprintf(text.text, sizeof text.text, "%s%s%s", near ? ": did you mean --" : "",
             near ? near : "", near ? "?" : "");
    return text;
}

static int takes_model(const cli_command *command)
{
    const cli_option *o = command->options;
    while (o->name && strcmp(o->name, "model") != 0)
        o++;
    return o->name || (command->operand && !strcmp(command->operand, "MODEL.h5"));
}

/* A hint for an option of `egad data import` that was given to a command that reads a
 * model or trains one; NULL if it is no such option or command. */
static const char *of_imports(const cli_command *command, const char *option)
{
    static const char *const words[] = { "--label",   "--normal",       "--anomalous",
                                         "--drop",    "--numeric",      "--categorical",
                                         "--missing", "--split-column", "--keep",
                                         "--na",      "--decimal",      "--thousands",
                                         "--header",  "--skip",         "--separator" };
    const size_t n = sizeof words / sizeof *words;
    const cli_option *o = command->options;
    size_t i = 0;
    const size_t length = strcspn(option, "=");
    while (i < n &&
           (strlen(words[i]) != length || strncmp(option, words[i], length) != 0))
        i++;
    while (o->name && strcmp(o->name, "data") != 0)
        o++;
    if (i == n || !o->name || !takes_model(command))
        return NULL;
    if (!strcmp(command->name, "train"))
        return "give it to 'egad data import csv', which makes the data file";
    return i < 3 ? "scoring takes no labels; the model reads its columns by name and "
                   "ignores others; 'egad eval' takes labels"
                 : "the model reads its columns by name, ignores others, and imputes "
                   "missing values as its import did";
}

/* Likewise for thresholds, which options of other names set. */
static const char *of_thresholds(const cli_command *command, const char *option)
{
    const int here = !strcmp(command->name, "threshold");
    if (here && !strncmp(option, "--false-alarms", 14))
        return "use --set RATE, which stores the rate in the model";
    if (!here && takes_model(command) && !strncmp(option, "--threshold", 11))
        return "use 'egad threshold MODEL.h5 --set-score X', which stores it in the "
               "model";
    return NULL;
}

const char *hint_option(const cli_command *command, const char *option)
{
    const char *instead = of_imports(command, option);
    return instead ? instead : of_thresholds(command, option);
}

static int is_model(const char *word)
{
    const char *const *m = egad_detector_models();
    while (*m && strcmp(*m, word) != 0)
        m++;
    return *m != NULL;
}

const char *hint_argument(const cli_option *options, const char *word)
{
    static const char *const hints[][2] = { { "model", "; give the model with --model" },
                                            { "data", "; give the data with --data" } };
    for (size_t k = 0; k < sizeof hints / sizeof *hints; k++)
        for (const cli_option *o = options; o->name; o++)
            if (!strcmp(o->name, hints[k][0]) && !o->given &&
                (o->needed > 0 || (o->needed && is_model(word))))
                return hints[k][1];
    for (const cli_option *o = options; o->name; o++)
        if (!strcmp(o->name, "set") && !o->given && text_is_number(word))
            return "; give the false-alarm rate with --set";
    return "";
}

int hint_cut(const char *word, int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        const size_t n = strlen(argv[i - 1]);
        if (n && argv[i - 1][n - 1] == ',' && !strcmp(argv[i], word))
            return 1;
    }
    return 0;
}

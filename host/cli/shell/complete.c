/* Shell completion (cmake/egad.bash): the words that may come next on a command line,
 * from the same tables of commands and options that the program parses. */
#include "shell.h"

#include <stdlib.h>
#include <string.h>

static int asked;

void complete_begin(int *argc, char ***argv)
{
    asked = *argc > 2 && !strcmp((*argv)[1], "--complete");
    *argc -= asked;
    *argv += asked;
}

int complete_asked(void)
{
    return asked;
}

static void offer(const char *word, const char *begun)
{
    if (!strncmp(word, begun, strlen(begun)))
        puts(word);
}

int complete_group(const cli_group *group, const char *begun)
{
    for (const cli_entry *e = group->entries; e->name; e++)
        offer(e->name, begun);
    offer("--help", begun);
    if (!*group->name)
        offer("--version", begun);
    return CLI_DONE;
}

static void offer_choices(const char *choices, const char *begun)
{
    char word[64];
    for (const char *at = choices; *at; at += *at == '|') {
        const int n = (int)strcspn(at, "|");
        snprintf(word, sizeof word, "%.*s", n, at);
        offer(word, begun);
        at += n;
    }
}

static void offer_devices(const char *begun)
{
    egad_device_info *list;
    size_t n;
    char index[32];
    if (egad_device_list(&list, &n, NULL) != EGAD_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        snprintf(index, sizeof index, "%d:%d", list[i].platform_index,
                 list[i].device_index);
        offer(index, begun);
    }
    free(list);
}

/* 1 if an earlier model, or an earlier score of model m, has this name. */
static int offered(const char *const *m, size_t i)
{
    const char *name = egad_score_named(*m, i).name, *other;
    for (const char *const *k = egad_detector_models(); k <= m; k++)
        for (size_t j = 0; (k < m || j < i) && (other = egad_score_named(*k, j).name);
             j++)
            if (!strcmp(other, name))
                return 1;
    return 0;
}

static void offer_scores(const char *begun)
{
    for (const char *const *m = egad_detector_models(); *m; m++)
        for (size_t i = 0; egad_score_named(*m, i).name; i++)
            if (!offered(m, i))
                offer(egad_score_named(*m, i).name, begun);
}

/* Chosen by the placeholder that the help shows.  The shell itself lists files and
 * folders. */
static void offer_values(const char *wants, int choice, const char *begun)
{
    if (choice) {
        offer_choices(wants, begun);
    } else if (!strcmp(wants, "CHOICE")) {
        offer_devices(begun);
    } else if (!strcmp(wants, "SCORE")) {
        offer_scores(begun);
    } else if (strstr(wants, "NAME")) {
        for (const char *const *m = egad_detector_models(); *m; m++)
            offer(*m, begun);
    } else if (strstr(wants, "DIR") || strstr(wants, "FOLDER")) {
        puts(":folders");
    } else if (strstr(wants, "FILE") || strstr(wants, "OUT") || strstr(wants, "LABELS") ||
               strchr(wants, '.')) {
        puts(":files");
    }
}

/* The option that this word names, or NULL. */
static const cli_option *option_of(const cli_command *command, const char *word)
{
    for (const cli_option *o = command->options; o->name; o++)
        if ((word[0] == '-' && word[1] == '-' && !strcmp(word + 2, o->name)) ||
            (word[0] == '-' && o->letter && word[1] == o->letter && !word[2]))
            return o;
    return NULL;
}

static void offer_options(const cli_command *command, const char *begun)
{
    char word[64];
    for (const cli_option *o = command->options; o->name; o++) {
        snprintf(word, sizeof word, "--%s", o->name);
        offer(word, begun);
    }
    offer("--help", begun);
}

/* 1 if one of the words before the last gives the operand, of which there is one. */
static int has_operand(const cli_command *command, int argc, char **argv)
{
    for (int i = 1; i < argc - 1 && command->operands <= 1; i++) {
        const cli_option *o = option_of(command, argv[i]);
        if (*argv[i] != '-' || (o && o->value == (void *)command->operand_at))
            return 1;
        i += o && o->wants;
    }
    return 0;
}

int complete_command(const cli_command *command, int argc, char **argv)
{
    const char *begun = argv[argc - 1];
    const cli_option *before = argc > 2 ? option_of(command, argv[argc - 2]) : NULL;
    if (before && before->wants)
        offer_values(before->wants, before->kind == CLI_CHOICE, begun);
    else if (*begun == '-' || !command->operand || has_operand(command, argc, argv))
        offer_options(command, begun);
    else
        offer_values(command->operand, strchr(command->operand, '|') != NULL, begun);
    return CLI_DONE;
}

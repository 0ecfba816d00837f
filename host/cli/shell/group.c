/* Groups of commands, such as `egad` and `egad data`: their help, and the errors for a
 * missing or an unknown word. */
#include "shell.h"

#include <string.h>

enum { WORDS_MAX = 24 };

static void print_entries(FILE *out, const cli_group *group)
{
    for (const cli_entry *e = group->entries; e->name; e++)
        fprintf(out, "  %-9s  %s\n", e->name, e->summary);
}

static void print_group(const cli_group *group)
{
    const char *space = *group->name ? " " : "";
    if (*group->name)
        printf("egad %s: %s\n\n", group->name, group->summary);
    else
        printf("egad %s: %s\n\n", egad_status_version(), group->summary);
    printf("usage: egad %s%s%s [OPTIONS]\n\n", group->name, space, group->noun);
    print_entries(stdout, group);
    printf("\nSee 'egad %s%s%s --help' for details.  Examples:\n"
           "\n"
           "%s",
           group->name, space, group->noun, group->examples);
}

/* Follows an error: lists the words of the group. */
static int list_words(const cli_group *group)
{
    const char *space = *group->name ? " " : "";
    print_entries(stderr, group);
    fprintf(stderr,
            "see 'egad %s%s%s --help' for details, 'egad%s%s --help' for examples\n",
            group->name, space, group->noun, space, group->name);
    return CLI_USAGE;
}

/* Search a group and those below it for a word; `found` gets all that follows "egad" on
 * the command line.  0: not found. */
static int find_word(const cli_group *group, const char *word, cli_number *found)
{
    for (const cli_entry *e = group->entries; e->name; e++) {
        if (!strcmp(word, e->name)) {
            snprintf(found->text, sizeof found->text, "%s%s%s", group->name,
                     *group->name ? " " : "", word);
            return 1;
        }
        if (e->group && find_word(e->group, word, found))
            return 1;
    }
    return 0;
}

/* The word of the group that this misspelt one is nearest to, or NULL. */
static const char *near_word(const cli_group *group, const char *word)
{
    const char *names[WORDS_MAX + 2];
    size_t n = 0;
    if (!*group->name && (!strcmp(word, "-v") || !strcmp(word, "-V")))
        return "--version";
    for (const cli_entry *e = group->entries; e->name && n < WORDS_MAX; e++)
        names[n++] = e->name;
    names[n++] = "--help";
    if (!*group->name)
        names[n++] = "--version";
    return egad_array_near(word, names, n);
}

static int no_word(const cli_group *root, const cli_group *group, const char *word)
{
    cli_number found;
    if (find_word(root, word, &found))
        return message_usage(found.text, "unknown %s '%s': use 'egad %s'", group->noun,
                             word, found.text);
    const char *near = near_word(group, word);
    if (near)
        return message_usage(group->name, "unknown %s '%s': did you mean '%s'?",
                             group->noun, word, near);
    message_error("unknown %s '%s'; choose one of", group->noun, word);
    return list_words(group);
}

/* `root`: the group of all commands. */
static int dispatch(const cli_group *root, const cli_group *group, int argc, char **argv)
{
    if (argc < 2) {
        message_error("%s is missing; choose one of", group->noun);
        return list_words(group);
    }
    if (complete_asked() && argc == 2)
        return complete_group(group, argv[1]);
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
        print_group(group);
        return CLI_DONE;
    }
    for (const cli_entry *e = group->entries; e->name; e++)
        if (!strcmp(argv[1], e->name))
            return e->group ? dispatch(root, e->group, argc - 1, argv + 1)
                            : e->run(argc - 1, argv + 1);
    return no_word(root, group, argv[1]);
}

int group_dispatch(const cli_group *group, int argc, char **argv)
{
    return dispatch(group, group, argc, argv);
}

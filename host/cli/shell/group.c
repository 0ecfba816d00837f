/* Words that choose a command, as `egad` and `egad data` have them: the list of them, and
 * what is said where there is no such word. */
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
    printf("\n'egad %s%s%s --help' says more.  For example:\n\n%s", group->name, space,
           group->noun, group->examples);
}

/* After a line that says what is wrong: the words that there are. */
static int list_words(const cli_group *group)
{
    const char *space = *group->name ? " " : "";
    print_entries(stderr, group);
    fprintf(stderr, "'egad %s%s%s --help' says more, 'egad%s%s --help' has examples\n",
            group->name, space, group->noun, space, group->name);
    return CLI_USAGE;
}

/* All that follows "egad" for a word of a group or of those in it; 0: there is none. */
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

/* The word of a group that a slip may have made this one of, or NULL. */
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
        return message_usage(found.text, "there is no %s '%s' here: it is 'egad %s'",
                             group->noun, word, found.text);
    const char *near = near_word(group, word);
    if (near)
        return message_usage(group->name, "there is no %s '%s': did you mean '%s'?",
                             group->noun, word, near);
    message_error("there is no %s '%s'; there are", group->noun, word);
    return list_words(group);
}

/* `root` is the group of all words. */
static int dispatch(const cli_group *root, const cli_group *group, int argc, char **argv)
{
    if (argc < 2) {
        message_error("%s is missing; there are", group->noun);
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

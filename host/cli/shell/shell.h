/* What all commands do with their words: tables of options and the help made from them,
 * words that choose a command, hints, completion; errors and exit codes.  Numbers and
 * texts are in text.h, files in output.h, JSON in record.h.  */
#ifndef SHELL_H
#define SHELL_H

#include "egad.h"
#include "text.h"

/* What a command returns, and the program exits with. */
enum {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
    CLI_STOPPED =
        128,         /* and the number of a signal, as a shell counts: not all is done */
    CLI_UNREAD = 141 /* the reader of stdout went away: as a shell counts SIGPIPE */
};

/* ---- Errors, each on stderr as "egad: ...": message.c --------------------- */

/* The text of the library's last failure.  All but the warning return the exit code. */
int message_fail(void);
int message_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* One that ends nothing: "egad: warning: ...". */
void message_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* `name` as in cli_command: whose --help to try. */
int message_usage(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* `code`, but if that was CLI_DONE and what was printed did not arrive: CLI_FAILED, or
 * without a word CLI_UNREAD, where `head` and the like had seen enough. */
int message_flush(int code);
/* What stands between "egad" and the name of a command, or of a program as -bench. */
const char *message_gap(const char *name);

/* Call something that returns egad_status; on failure report it and leave by `done:`
 * with `code`. */
#define CLI_TRY(call)                                                                    \
    do {                                                                                 \
        if ((call) != EGAD_OK) {                                                         \
            code = message_fail();                                                       \
            goto done;                                                                   \
        }                                                                                \
    } while (0)

/* Call something that returns an exit code; unless it is CLI_DONE, leave by `done:` with
 * it. */
#define CLI_DO(call)                                                                     \
    do {                                                                                 \
        if ((code = (call)) != CLI_DONE)                                                 \
            goto done;                                                                   \
    } while (0)

/* Call a check of the command line, which returns -1 to go on, else the exit code to
 * return. */
#define CLI_CHECK(call)                                                                  \
    do {                                                                                 \
        const int checked = (call);                                                      \
        if (checked >= 0)                                                                \
            return checked;                                                              \
    } while (0)

double message_clock(void); /* seconds, monotonic */
/* 1 if standard error is a terminal on which a line can be drawn again. */
int message_terminal(void);

/* ---- Options: options.c --------------------------------------------------- */

typedef enum {
    CLI_FLAG, /* int: set to 1 */
    CLI_TEXT, /* const char *: lives until the program ends */
    CLI_LIST, /* the same with commas in it; of other options given twice the last counts
               */
    CLI_CHOICE, /* const char *: one of `wants`, "a|b|c" */
    CLI_COUNT,  /* int, 1 or more */
    CLI_SEED,   /* uint64_t */
    CLI_RATE,   /* double above 0 */
    CLI_WEIGHT, /* double from 0 to 1 */
    CLI_SHARE   /* double between 0 and 1 */
} cli_kind;

typedef struct {
    const char *name;
    char letter; /* of the short option, or 0 */
    cli_kind kind;
    void *value;       /* where it goes, of the type given at cli_kind */
    const char *wants; /* what the help calls its value; NULL for a flag */
    const char *help;  /* its further lines are indented where it is printed */
    int needed; /* 1: an error if not given; -1: mostly needed, the command knows when */
    int given;  /* set by options_parse */
} cli_option;

typedef struct {
    const char *name; /* all that follows "egad": "data import csv", "-bench" */
    const char *summary;
    const char *operand;     /* "FILE", "[NAME]" if it may be left out, NULL: none */
    const char **operand_at; /* where it goes */
    size_t operands;         /* how many there may be, if not one */
    cli_option *options;     /* ends with one without a name */
    const char *notes;       /* more lines of help, or NULL */
    const char *example;
} cli_command;

/* A number that a macro stands for, as text. */
#define CLI_NUMBER(macro) CLI_NUMBER_OF(macro)
#define CLI_NUMBER_OF(number) #number

/* Options that several commands have; others are with what they are of. */
/* clang-format off */
#define CLI_DEVICE_OPTION(variable)                                                      \
    { "device", 0, CLI_TEXT, &(variable), "CHOICE",                                      \
      "index p:d, or a word of its name, platform or type", 0, 0 }
#define CLI_FORCE_OPTION(variable, what)                                                 \
    { "force", 0, CLI_FLAG, &(variable), NULL, "replace " what " if it exists", 0, 0 }
#define CLI_JSON_OPTION(variable, help)                                                  \
    { "json", 0, CLI_FLAG, &(variable), NULL, help, 0, 0 }
/* clang-format on */

/* Read argv (argv[0] is the command's own word).  -1: go on; else exit with it: the
 * help was printed, or what is wrong with the usage. */
int options_parse(const cli_command *command, int argc, char **argv);
/* Whether the option called `name` was on the command line. */
int options_given(const cli_option *options, const char *name);

struct cli_group;
typedef struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const struct cli_group *group; /* or of more words, in place of `run` */
    const char *summary;
} cli_entry;

typedef struct cli_group {
    const char *name; /* "" for egad itself, "data" */
    const char *summary;
    const char *noun;         /* what the help calls the next word: "COMMAND" */
    const cli_entry *entries; /* ends with one without a name */
    const char *examples;     /* lines */
} cli_group;

/* Run the entry called argv[1], or print the list of them: group.c. */
int group_dispatch(const cli_group *group, int argc, char **argv);

/* ---- What was meant: hint.c -------------------------------------------- */

enum { CLI_OPTIONS_MAX = 24 };

/* ": write 0.05" of a share that is written as "5%", or a number as "0,05"; or "". */
cli_number hint_number(const cli_option *option, const char *text);
/* ": did you mean --seed?" of what a slip has made of an option, or "". */
cli_number hint_near(const cli_command *command, const char *word);
/* What does the work of an option that others have, or NULL. */
const char *hint_option(const cli_command *command, const char *option);
/* "; a model is given by --model" of a stray argument that may be one, or "". */
const char *hint_argument(const cli_option *options, const char *word);
/* 1: a word that the shell has cut off a list at its comma, as "b" of "--drop a, b". */
int hint_cut(const char *word, int argc, char **argv);

/* ---- Completion: complete.c ------------------------------------------- */

/* `egad --complete WORD... BEGUN` prints, line by line, what may stand in the place of
 * the last word, which may be empty; ":files" and ":folders" are for the shell to list.
 * If that is asked, take the "--complete" away. */
void complete_begin(int *argc, char ***argv);
/* 1: group_dispatch and options_parse end with the functions below. */
int complete_asked(void);
int complete_group(const cli_group *group, const char *begun);
int complete_command(const cli_command *command, int argc, char **argv);

/* ---- Version: version.c --------------------------------------------------- */

/* Version, commit and libraries, on standard output: version.c.  Returns an exit
 * code.  And the last two as texts. */
int version_print(const char *program);
const char *version_commit(void);
const char *version_libraries(void);

#endif

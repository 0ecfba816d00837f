/* The shell of all commands: tables of options and their help, groups of commands, hints,
 * completion, errors and exit codes.  Text and numbers are in text.h, files in output.h,
 * JSON in record.h. */
#ifndef SHELL_H
#define SHELL_H

#include "egad.h"
#include "text.h"

/* Exit codes, which commands return. */
enum {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
    CLI_STOPPED = 128, /* plus the signal number, as in a shell: stopped before the end */
    CLI_UNREAD = 141   /* the reader of stdout closed it: 128 + SIGPIPE */
};

/* ---- Errors, each on stderr as "egad: ...": message.c --------------------- */

/* Print the last failure of the library.  These return the exit code, except the
 * warning. */
int message_fail(void);
int message_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Work goes on: "egad: warning: ...". */
void message_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* `name` as in cli_command: the command whose --help is named. */
int message_usage(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Flush standard output.  Returns `code`; but where that is CLI_DONE and the output could
 * not be written, CLI_FAILED, or silently CLI_UNREAD if the reader (`head`) has gone. */
int message_flush(int code);
/* " " between "egad" and the name of a command, "" before that of a program (-bench). */
const char *message_gap(const char *name);

/* Call a function that returns egad_status; on failure print it and go to `done:` with
 * `code` set. */
#define CLI_TRY(call)                                                                    \
    do {                                                                                 \
        if ((call) != EGAD_OK) {                                                         \
            code = message_fail();                                                       \
            goto done;                                                                   \
        }                                                                                \
    } while (0)

/* Call a function that returns an exit code; unless it is CLI_DONE, go to `done:` with
 * it. */
#define CLI_DO(call)                                                                     \
    do {                                                                                 \
        if ((code = (call)) != CLI_DONE)                                                 \
            goto done;                                                                   \
    } while (0)

/* Call a check of the command line: -1 continues, any other value is the exit code to
 * return. */
#define CLI_CHECK(call)                                                                  \
    do {                                                                                 \
        const int checked = (call);                                                      \
        if (checked >= 0)                                                                \
            return checked;                                                              \
    } while (0)

double message_clock(void); /* seconds, monotonic */
/* 1 if standard error is a terminal that can redraw a line. */
int message_terminal(void);

/* ---- Options: options.c --------------------------------------------------- */

typedef enum {
    CLI_FLAG,   /* int: set to 1 */
    CLI_TEXT,   /* const char *: lives until the program ends */
    CLI_LIST,   /* the same, comma-separated; may be given only once */
    CLI_VALUES, /* the same; may be empty, and given more than once: a line each */
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
    void *value;       /* written by options_parse; its type is given at cli_kind */
    const char *wants; /* placeholder of its value in the help; NULL for a flag */
    const char *help;  /* may have several lines */
    int needed; /* 1: required; -1: required in some cases, checked by the command */
    int given;  /* set by options_parse */
} cli_option;

typedef struct {
    const char *name; /* the words after "egad": "data import csv", "-bench" */
    const char *summary;
    const char *operand;     /* "FILE", "[NAME]" if optional, NULL: none */
    const char **operand_at; /* written by options_parse */
    size_t operands;         /* largest number of operands; 0: 1 */
    cli_option *options;     /* ends with one without a name */
    const char *notes;       /* more lines of help, or NULL */
    const char *example;
} cli_command;

/* The value of a numeric macro, as a string. */
#define CLI_NUMBER(macro) CLI_NUMBER_OF(macro)
#define CLI_NUMBER_OF(number) #number

/* Options of several commands; others are declared with what they set. */
/* clang-format off */
#define CLI_DEVICE_OPTION(variable)                                                      \
    { "device", 0, CLI_TEXT, &(variable), "CHOICE",                                      \
      "index p:d, or a word of its name, platform or type", 0, 0 }
#define CLI_FORCE_OPTION(variable, what)                                                 \
    { "force", 0, CLI_FLAG, &(variable), NULL, "replace " what " if it exists", 0, 0 }
#define CLI_JSON_OPTION(variable, help)                                                  \
    { "json", 0, CLI_FLAG, &(variable), NULL, help, 0, 0 }
/* clang-format on */

/* Parse argv (argv[0] is the command).  Returns -1 to continue, else the exit code: the
 * help or a usage error was printed. */
int options_parse(const cli_command *command, int argc, char **argv);
/* Whether the option called `name` was on the command line. */
int options_given(const cli_option *options, const char *name);

struct cli_group;
typedef struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const struct cli_group *group; /* in place of `run`: a group of further words */
    const char *summary;
} cli_entry;

typedef struct cli_group {
    const char *name; /* "" for egad itself, "data" */
    const char *summary;
    const char *noun;         /* placeholder of the next word: "COMMAND" */
    const cli_entry *entries; /* ends with one without a name */
    const char *examples;     /* lines */
} cli_group;

/* Run the entry named by argv[1], or list the entries: group.c. */
int group_dispatch(const cli_group *group, int argc, char **argv);

/* ---- Hints: hint.c ----------------------------------------------------- */

enum { CLI_OPTIONS_MAX = 32 };

/* ": write 0.05" for a share given as "5%" or "0,05"; else "". */
cli_number hint_number(const cli_option *option, const char *text);
/* ": did you mean --seed?" for a misspelt option; else "". */
cli_number hint_near(const cli_command *command, const char *word);
/* What to use instead of an option of another command, or NULL. */
const char *hint_option(const cli_command *command, const char *option);
/* "; give the model with --model" for a stray argument that may be a model; else "". */
const char *hint_argument(const cli_option *options, const char *word);
/* 1 if the shell split this word from a list after a comma, as "b" in "--drop a, b". */
int hint_cut(const char *word, int argc, char **argv);

/* ---- Completion: complete.c ------------------------------------------- */

/* `egad --complete WORD... BEGUN` prints the candidates for the last word, which may be
 * empty, one per line; ":files" and ":folders" ask the shell to list them.
 * complete_begin removes "--complete" from argv if present. */
void complete_begin(int *argc, char ***argv);
/* 1 if completion was asked for: group_dispatch and options_parse then call the functions
 * below. */
int complete_asked(void);
int complete_group(const cli_group *group, const char *begun);
int complete_command(const cli_command *command, int argc, char **argv);

/* ---- Version: version.c --------------------------------------------------- */

/* Print version, commit and libraries: version.c.  Returns an exit code.  The last two as
 * texts. */
int version_print(const char *program);
const char *version_commit(void);
const char *version_libraries(void);

#endif

/* Numbers as text, texts of files, which may be anything, and of command lines: text.c.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A short text, returned by value: text_count(n).text. */
typedef struct {
    char text[40];
} cli_number;

typedef struct {
    char text[160];
} cli_sentence;

cli_number text_count(uint64_t n);     /* "198,361" */
cli_number text_time(double seconds);  /* "12.3 s", "3 min 20 s", "1 h 02 min" */
cli_number text_bytes(uint64_t bytes); /* "15.6 GiB" */

/* Bytes of the UTF-8 character at `text`; 0 if it is none. */
size_t text_character(const char *text);
/* 1 if it is one of control. */
int text_control(const char *text);
/* Each byte that is of no character becomes a question mark; with `controls`, those of
 * control too. */
void text_mend(char *text, int controls);
/* 1 if it is a number and nothing else. */
int text_is_number(const char *text);
/* A word of a command line behind a space, in quotes where a shell wants them. */
void text_word(FILE *out, const char *word);
/* "egad NAME WORD...", to a stream, or as a text; argv[0] being what `name` ends with;
 * freed by the caller, NULL: out of memory. */
void text_line(FILE *out, const char *name, int argc, char **argv);
char *text_command(const char *name, int argc, char **argv);

#endif

/* Numbers as text, untrusted text, command lines: text.c. */
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

/* Length in bytes of the UTF-8 character at `text`; 0: not UTF-8. */
size_t text_character(const char *text);
/* 1 if it is a control character. */
int text_control(const char *text);
/* Replace bytes that are not UTF-8 by question marks; with `controls`, control characters
 * too. */
void text_mend(char *text, int controls);
/* 1 if the whole text is a number. */
int text_is_number(const char *text);
/* A space and a word of a command line, quoted where a shell needs it. */
void text_word(FILE *out, const char *word);
/* "egad NAME WORD...", to a stream or as a text that the caller frees (NULL: out of
 * memory); argv[0] is the last word of `name`. */
void text_line(FILE *out, const char *name, int argc, char **argv);
char *text_command(const char *name, int argc, char **argv);

#endif

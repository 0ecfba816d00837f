/* Texts that come from files and may be anything: what of them is UTF-8.  And command
 * lines, to be typed again. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

size_t cli_text_character(const char *at)
{
    const unsigned char *text = (const unsigned char *)at;
    const size_t n = text[0] < 0x80         ? 1
                     : text[0] >> 5 == 0x06 ? 2
                     : text[0] >> 4 == 0x0e ? 3
                     : text[0] >> 3 == 0x1e ? 4
                                            : 0;
    uint32_t code = n > 1 ? text[0] & (0x7fu >> n) : text[0];
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    for (size_t i = 1; i < n; i++) {
        if (text[i] >> 6 != 2)
            return 0;
        code = code << 6 | (text[i] & 63u);
    }
    return code < least[n] || code > 0x10ffff || code >> 11 == 0x1b ? 0 : n;
}

int cli_text_control(const char *at)
{
    const unsigned char *text = (const unsigned char *)at;
    return text[0] < ' ' || text[0] == 0x7f || (text[0] == 0xc2 && text[1] < 0xa0);
}

void cli_text_mend(char *text, int controls)
{
    while (*text) {
        const size_t n = cli_text_character(text);
        if (!n || (controls && cli_text_control(text)))
            memset(text, '?', n ? n : 1);
        text += n ? n : 1;
    }
}

void cli_text_word(FILE *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-+=:,./@%";
    const int bare = *word && strspn(word, plain) == strlen(word);
    fputs(bare ? " " : " '", out);
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", out);
        else
            fputc(*word, out);
    fputs(bare ? "" : "'", out);
}

char *cli_text_command(const char *name, int argc, char **argv)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (!out)
        return NULL;
    fprintf(out, "egad %s", name);
    for (int i = 1; i < argc; i++)
        cli_text_word(out, argv[i]);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

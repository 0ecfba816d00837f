/* Text: UTF-8 of untrusted input, command lines quoted for a shell, numbers. */
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t text_character(const char *at)
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

int text_control(const char *at)
{
    const unsigned char *text = (const unsigned char *)at;
    return text[0] < ' ' || text[0] == 0x7f || (text[0] == 0xc2 && text[1] < 0xa0);
}

void text_mend(char *text, int controls)
{
    while (*text) {
        const size_t n = text_character(text);
        if (!n || (controls && text_control(text)))
            memset(text, '?', n ? n : 1);
        text += n ? n : 1;
    }
}

int text_is_number(const char *text)
{
    char *end;
    strtod(text, &end);
    return end > text && !*end;
}

/* ---- Command lines ---------------------------------------------------------- */

void text_word(FILE *out, const char *word)
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

void text_line(FILE *out, const char *name, int argc, char **argv)
{
    fprintf(out, "egad %s", name);
    for (int i = 1; i < argc; i++)
        text_word(out, argv[i]);
}

char *text_command(const char *name, int argc, char **argv)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (!out)
        return NULL;
    text_line(out, name, argc, argv);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* ---- Numbers as text ---------------------------------------------------- */

cli_number text_count(uint64_t n)
{
    char digits[24];
    cli_number number;
    size_t length =
        (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    char *to = number.text;
    for (size_t i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = 0;
    return number;
}

cli_number text_time(double seconds)
{
    cli_number number;
    if (!(seconds < 1e9)) {
        snprintf(number.text, sizeof number.text, "?");
    } else if (seconds < 59.95) {
        snprintf(number.text, sizeof number.text, "%.1f s", seconds);
    } else {
        long whole = lround(seconds);
        if (whole < 3600)
            snprintf(number.text, sizeof number.text, "%ld min %02ld s", whole / 60,
                     whole % 60);
        else
            snprintf(number.text, sizeof number.text, "%ld h %02ld min", whole / 3600,
                     whole / 60 % 60);
    }
    return number;
}

cli_number text_bytes(uint64_t bytes)
{
    static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
    cli_number number;
    double value = (double)bytes;
    size_t unit = 0;
    for (; value >= 1024 && unit < 4; unit++)
        value /= 1024;
    snprintf(number.text, sizeof number.text, "%.*f %s", unit ? 1 : 0, value,
             units[unit]);
    return number;
}

/* Parsing numbers from text. */
#include "io.h"

#include <ctype.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* strtod with a decimal point, independently of the locale. */
static double parse_slowly(const char *text, char **end)
{
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before = plain ? uselocale(plain) : (locale_t)0;
    double value = strtod(text, end);

    if (plain) {
        uselocale(before);
        freelocale(plain);
    }
    return value;
}

/* Digits, a point, digits: exact while the digits make an integer below 2^53 and the
 * power of ten is itself exact, after which one division rounds once, as strtod does.
 * Returns 0 for other numbers. */
static int parse_simply(const char *text, double *value)
{
    static const double power[] = { 1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
    uint64_t digits = 0;
    int n = 0, decimals = 0, negative = *text == '-';

    text += negative;
    for (; *text >= '0' && *text <= '9' && n < 15; text++, n++)
        digits = digits * 10 + (uint64_t)(*text - '0');
    if (*text == '.' && n)
        for (text++; *text >= '0' && *text <= '9' && n < 15; text++, n++, decimals++)
            digits = digits * 10 + (uint64_t)(*text - '0');
    if (*text || n == 0)
        return 0;
    *value = (double)digits / power[decimals];
    if (negative)
        *value = -*value;
    return 1;
}

egad_number_kind egad_number_parse(const char *text, float *out)
{
    double value;
    const egad_number_kind kind = egad_number_double(text, &value);

    if (kind == EGAD_NUMBER_GOOD)
        *out = (float)value;
    return kind;
}

egad_number_kind egad_number_double(const char *text, double *out)
{
    static const char *const missing[] = { "na", "n/a", "null", "?" };
    double value;
    char *end;

    if (!*text)
        return EGAD_NUMBER_MISSING;
    if (!parse_simply(text, &value)) {
        value = parse_slowly(text, &end);
        if (end == text || *end) {
            for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
                if (strcasecmp(text, missing[i]) == 0)
                    return EGAD_NUMBER_MISSING;
            return EGAD_NUMBER_NONE;
        }
        /* Digits beyond the range of float are too large, unlike `inf`, which is
         * missing. */
        if (fabs(value) > (double)FLT_MAX && strpbrk(text, "0123456789"))
            return EGAD_NUMBER_LARGE;
        if (!isfinite(value))
            return EGAD_NUMBER_MISSING;
    }
    *out = value;
    return EGAD_NUMBER_GOOD;
}

/* The length of a leading sign, digits, points and commas; 0: no digit. */
static size_t begins_number(const char *text)
{
    const char *c = text + (*text == '-' || *text == '+');
    const size_t marks = strspn(c, ".,"), n = strspn(c, "0123456789.,");

    return n > marks ? (size_t)(c - text) + n : 0;
}

/* 1 for a unit after a number: one word or sign, with digits only after a blank, as in 3
 * kg/m3 but not in 3f2a. */
static int is_unit(const char *rest)
{
    const char *unit = rest + strspn(rest, " ");

    return (isalpha((unsigned char)*unit) || *unit == '%' ||
            (unsigned char)*unit >= 128) &&
           !strchr(unit, ' ') && (unit > rest || !strpbrk(unit, "0123456789"));
}

int egad_number_comma(const char *text)
{
    const size_t n = begins_number(text);
    const char *comma = strchr(text, ',');

    return n && !text[n] && comma && !strchr(comma + 1, ',') && !strchr(text, '.');
}

/* Text after a sign of currency and a blank. */
static const char *after_currency(const char *text)
{
    static const char *const signs[] = { "$", "\u00a3", "\u20ac", "\u00a5" };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(text, signs[i], strlen(signs[i])) == 0) {
            text += strlen(signs[i]);
            return text + (*text == ' ');
        }
    return text;
}

const char *egad_number_hint(const char *text)
{
    const char *amount = after_currency(text);
    const size_t n = begins_number(text);
    const int commas = memchr(text, ',', n) != NULL;
    float unused;

    if (egad_number_parse(text, &unused) == EGAD_NUMBER_LARGE)
        return ": remove the row, or use a larger unit for the column";
    if (amount > text && *amount && begins_number(amount) == strlen(amount))
        return strchr(amount, ',') ? ": write the number alone, with a decimal point"
                                   : ": write the number alone";
    if (n && !text[n] && commas)
        return ": write it with a decimal point and without other commas";
    if (n && is_unit(text + n))
        return commas ? ": write the number alone, with a decimal point"
                      : ": write the number alone";
    return "";
}

const char *egad_number_cure(const char *text)
{
    const char *hint = egad_number_hint(text);

    return *hint ? hint : ": correct it";
}

int egad_number_date(const char *text)
{
    static const char digits[] = "0123456789";
    const size_t first = strspn(text, digits);
    const char mark = text[first];
    if (!first || !mark || !strchr("-/.:", mark))
        return 0;
    const char *rest = text + first + 1;
    const size_t second = strspn(rest, digits);
    if (mark == ':')
        return first <= 2 && second == 2;
    if (second < 1 || second > 2 || rest[second] != mark)
        return 0;
    const size_t third = strspn(rest + second + 1, digits);
    if (first == 4)
        return third == 1 || third == 2;
    return first <= 2 && (third == 4 || (third == 2 && mark == '/'));
}

/* Array elements of other programs: numeric types in either byte order. */
#include "elements.h"

#include <math.h>
#include <string.h>

size_t egad_element_size(egad_element kind)
{
    static const size_t size[] = {
        [EGAD_ELEMENT_U8] = 1,  [EGAD_ELEMENT_I8] = 1,  [EGAD_ELEMENT_U16] = 2,
        [EGAD_ELEMENT_I16] = 2, [EGAD_ELEMENT_U32] = 4, [EGAD_ELEMENT_I32] = 4,
        [EGAD_ELEMENT_U64] = 8, [EGAD_ELEMENT_I64] = 8, [EGAD_ELEMENT_F16] = 2,
        [EGAD_ELEMENT_F32] = 4, [EGAD_ELEMENT_F64] = 8
    };
    return size[kind];
}

/* IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
static double half_value(unsigned bits)
{
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double size = exponent == 31 ? fraction ? (double)NAN : (double)INFINITY
                        : exponent     ? ldexp(1024 + fraction, exponent - 25)
                                       : ldexp(fraction, -24);
    return bits >> 15 ? -size : size;
}

int egad_element_floats(egad_element kind)
{
    return kind >= EGAD_ELEMENT_F16;
}

double egad_element_value(egad_element kind, int big_endian, const unsigned char *at)
{
    size_t size = egad_element_size(kind);
    uint64_t bits = 0;
    uint32_t word;
    float single;
    double twice;

    for (size_t i = 0; i < size; i++)
        bits = bits << 8 | at[big_endian ? i : size - 1 - i];
    switch (kind) {
    case EGAD_ELEMENT_I8:
        return (int8_t)bits;
    case EGAD_ELEMENT_I16:
        return (int16_t)bits;
    case EGAD_ELEMENT_I32:
        return (int32_t)bits;
    case EGAD_ELEMENT_I64:
        return (double)(int64_t)bits;
    case EGAD_ELEMENT_F16:
        return half_value((unsigned)bits);
    case EGAD_ELEMENT_F32:
        word = (uint32_t)bits;
        memcpy(&single, &word, sizeof single);
        return (double)single;
    case EGAD_ELEMENT_F64:
        memcpy(&twice, &bits, sizeof twice);
        return twice;
    default:
        return (double)bits;
    }
}

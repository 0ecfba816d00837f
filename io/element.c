/* Array elements of other programs: numeric types in either byte order. */
#include "elements.h"

#include <math.h>
#include <string.h>

size_t egad_element_size(egad_element kind)
{
    static const size_t size[] = {
        [EGAD_ELEMENT_U8] = 1,  [EGAD_ELEMENT_I8] = 1,  [EGAD_ELEMENT_U16] = 2,
        [EGAD_ELEMENT_I16] = 2, [EGAD_ELEMENT_U32] = 4, [EGAD_ELEMENT_I32] = 4,
        [EGAD_ELEMENT_U64] = 8, [EGAD_ELEMENT_I64] = 8, [EGAD_ELEMENT_F32] = 4,
        [EGAD_ELEMENT_F64] = 8
    };
    return size[kind];
}

double egad_element_value(egad_element kind, int big_endian, const unsigned char *at)
{
    size_t size = egad_element_size(kind);
    uint64_t bits = 0;
    uint32_t half;
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
    case EGAD_ELEMENT_F32:
        half = (uint32_t)bits;
        memcpy(&single, &half, sizeof single);
        return (double)single;
    case EGAD_ELEMENT_F64:
        memcpy(&twice, &bits, sizeof twice);
        return twice;
    default:
        return (double)bits;
    }
}

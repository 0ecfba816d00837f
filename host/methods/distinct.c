/* Finds different rows by a table of hashes, and orders them. */
#include "distinct.h"

#include "distances/neighbours.h"

#include <stdlib.h>
#include <string.h>

/* The bits of a value, the same for equal values. */
static uint32_t bits_of(float v)
{
    uint32_t bits;
    if (v != v)
        return 0x7fc00000u;
    v += 0.0f; /* -0 becomes 0 */
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

/* FNV-1a by words, with its high bits mixed into the low ones. */
static uint64_t hash(const float *x, size_t columns)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t j = 0; j < columns; j++)
        h = (h ^ bits_of(x[j])) * 0x100000001b3u;
    return h ^ h >> 32;
}

static int same(const float *a, const float *b, size_t columns)
{
    size_t j = 0;
    while (j < columns && bits_of(a[j]) == bits_of(b[j]))
        j++;
    return j == columns;
}

/* first[i]: the row of x that is the i-th different one; `of` is numbered likewise.
 * Returns their number. */
static size_t find(uint32_t *first, uint32_t *of, uint32_t *slots, size_t mask,
                   const float *x, size_t rows, size_t columns)
{
    size_t n = 0;
    for (size_t i = 0; i < rows; i++) {
        const float *row = x + i * columns;
        size_t s = (size_t)hash(row, columns) & mask;
        while (slots[s] && !same(x + first[slots[s] - 1] * columns, row, columns))
            s = (s + 1) & mask;
        if (!slots[s]) {
            first[n++] = (uint32_t)i;
            slots[s] = (uint32_t)n;
        }
        of[i] = slots[s] - 1;
    }
    return n;
}

egad_status egad_distinct_find(egad_distinct *out, const float *x, size_t rows,
                               size_t columns)
{
    egad_status status = EGAD_OK;
    egad_distinct d = { 0 };
    uint32_t *first = NULL, *slots = NULL, *order = NULL, *place = NULL;
    float *unordered = NULL;
    size_t room = 16;
    *out = (egad_distinct){ 0 };
    while (room < 2 * rows)
        room *= 2;
    NEW(slots, room);
    NEW(first, rows);
    NEW(d.of, rows);
    d.n = find(first, d.of, slots, room - 1, x, rows, columns);
    free(slots);
    slots = NULL;
    NEW(unordered, d.n * columns);
    NEW(d.row, d.n * columns);
    NEW(d.copies, d.n);
    NEW(order, d.n);
    NEW(place, d.n);
    for (size_t i = 0; i < d.n; i++)
        for (size_t j = 0; j < columns; j++)
            unordered[i * columns + j] = x[first[i] * columns + j] + 0.0f;
    TRY(egad_neighbours_order(order, unordered, d.n, columns));
    for (size_t i = 0; i < d.n; i++) {
        memcpy(d.row + i * columns, unordered + order[i] * columns,
               columns * sizeof *d.row);
        place[order[i]] = (uint32_t)i;
    }
    for (size_t i = 0; i < rows; i++) {
        d.of[i] = place[d.of[i]];
        d.copies[d.of[i]]++;
    }
    *out = d;
    d = (egad_distinct){ 0 };
done:
    egad_distinct_clear(&d);
    free(first);
    free(slots);
    free(order);
    free(place);
    free(unordered);
    return status;
}

void egad_distinct_clear(egad_distinct *distinct)
{
    free(distinct->row);
    free(distinct->copies);
    free(distinct->of);
    *distinct = (egad_distinct){ 0 };
}

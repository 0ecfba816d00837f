/* An order of rows in which neighbours are near each other, as in a k-d tree: halved
 * again and again along the column that varies most. */
#include "cl/shared.h"
#include "neighbours.h"

#include <stdlib.h>

enum { SAMPLE = 256 }; /* rows, at most, from which the column is chosen */

typedef struct {
    float value;
    uint32_t row;
} key;

/* A NaN has no place in an order: it counts as 0. */
static float value_of(float v)
{
    return v == v ? v : 0.0f;
}

static int before(key a, key b)
{
    return a.value < b.value || (a.value == b.value && a.row < b.row);
}

static void swap(key *a, key *b)
{
    const key t = *a;
    *a = *b;
    *b = t;
}

/* Rearrange: the `first` smallest of n keys come first (quickselect). */
static void halve(key *k, size_t n, size_t first)
{
    size_t from = 0, to = n; /* the border is within from..to */
    while (to - from > 1) {
        const size_t middle = from + (to - from) / 2, last = to - 1;
        size_t next = from;
        if (before(k[middle], k[from]))
            swap(&k[middle], &k[from]);
        if (before(k[last], k[from]))
            swap(&k[last], &k[from]);
        if (before(k[last], k[middle]))
            swap(&k[last], &k[middle]);
        swap(&k[middle], &k[last]); /* the median of three is the pivot */
        for (size_t i = from; i < last; i++)
            if (before(k[i], k[last]))
                swap(&k[i], &k[next++]);
        swap(&k[next], &k[last]);
        if (first <= next)
            to = next;
        else
            from = next + 1;
        if (first == next || first == next + 1)
            return;
    }
}

/* The column with the largest variance in some of the rows.  sum: (2, columns). */
static size_t widest(const float *x, size_t columns, const uint32_t *order, size_t n,
                     double *sum)
{
    const size_t some = n < SAMPLE ? n : SAMPLE;
    size_t best = 0;
    for (size_t j = 0; j < 2 * columns; j++)
        sum[j] = 0.0;
    for (size_t i = 0; i < some; i++) {
        const float *row = x + order[i * n / some] * columns;
        for (size_t j = 0; j < columns; j++) {
            const double v = value_of(row[j]);
            sum[j] += v;
            sum[columns + j] += v * v;
        }
    }
    for (size_t j = 0; j < columns; j++) {
        sum[j] = sum[columns + j] - sum[j] * sum[j] / (double)some;
        best = sum[j] > sum[best] ? j : best;
    }
    return best;
}

static void divide(uint32_t *order, const float *x, size_t n, size_t columns, key *keys,
                   double *sum)
{
    while (n > NEAR_TILE) {
        const size_t tiles = (n + NEAR_TILE - 1) / NEAR_TILE;
        const size_t first = tiles / 2 * NEAR_TILE;
        const size_t column = widest(x, columns, order, n, sum);
        for (size_t i = 0; i < n; i++)
            keys[i] = (key){ value_of(x[order[i] * columns + column]), order[i] };
        halve(keys, n, first);
        for (size_t i = 0; i < n; i++)
            order[i] = keys[i].row;
        divide(order, x, first, columns, keys, sum);
        order += first;
        n -= first;
    }
}

egad_status egad_neighbours_order(uint32_t *order, const float *x, size_t rows,
                                  size_t columns)
{
    egad_status status = EGAD_OK;
    key *keys = NULL;
    double *sum = NULL;
    NEW(keys, rows);
    NEW(sum, 2 * columns);
    for (size_t i = 0; i < rows; i++)
        order[i] = (uint32_t)i;
    divide(order, x, rows, columns, keys, sum);
done:
    free(keys);
    free(sum);
    return status;
}

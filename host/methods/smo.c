/* Sequential minimal optimisation: a step moves two elements of a along the constraint.
 */
#include "smo.h"

#include <math.h>

void egad_smo_start(egad_smo *s, double sum)
{
    for (size_t i = 0; i < s->n; i++) {
        s->a[i] = fmin(s->most[i], sum);
        sum -= s->a[i];
    }
}

/* The ends of the gap: the least gradient among rows that may grow, and where it is; the
 * greatest among those that may shrink. */
typedef struct {
    size_t up;
    double least, greatest;
} ends;

static void extend(ends *e, const egad_smo *s, size_t i)
{
    const double g = s->g[i];
    if (g < e->least && s->a[i] < s->most[i]) {
        e->least = g;
        e->up = i;
    }
    if (g > e->greatest && s->a[i] > 0.0)
        e->greatest = g;
}

static ends find_ends(const egad_smo *s)
{
    ends e = { .least = INFINITY, .greatest = -INFINITY };
    for (size_t i = 0; i < s->n; i++)
        extend(&e, s, i);
    return e;
}

static int closed(const egad_smo *s, const ends *e)
{
    return e->greatest < e->least + s->gap;
}

/* k_ii + k_jj - 2 k_ij. */
static double curve(float k)
{
    return fmax(2.0 - 2.0 * (double)k, 1e-12);
}

/* The partner of row i that promises the largest decrease; k: row i. */
static size_t partner(const egad_smo *s, size_t i, const float *k)
{
    size_t best = i;
    double most = -1.0;
    for (size_t j = 0; j < s->n; j++) {
        const double down = s->g[j] - s->g[i];
        if (!(s->a[j] > 0.0 && down > 0.0))
            continue;
        const double decrease = down * down / curve(k[j]);
        if (decrease > most) {
            most = decrease;
            best = j;
        }
    }
    return best;
}

/* Move up and j, whose rows are ki and kj, and find the ends again. */
static ends move(egad_smo *s, size_t i, size_t j, const float *ki, const float *kj)
{
    const double room = s->most[i] - s->a[i], left = s->a[j];
    const double d = fmin((s->g[j] - s->g[i]) / curve(ki[j]), fmin(room, left));
    ends e = { .least = INFINITY, .greatest = -INFINITY };
    s->a[i] = d == room ? s->most[i] : s->a[i] + d;
    s->a[j] = d == left ? 0.0 : s->a[j] - d;
    for (size_t r = 0; r < s->n; r++) {
        s->g[r] += d * ((double)ki[r] - (double)kj[r]);
        extend(&e, s, r);
    }
    return e;
}

egad_status egad_smo_run(egad_smo *s)
{
    egad_status status = EGAD_OK;
    const size_t most = s->n > 100000 ? 100 * s->n : 10000000;
    const float *ki, *kj;
    for (ends e = find_ends(s); !closed(s, &e);) {
        if (++s->steps > most)
            FAIL(DATA,
                 "the one-class SVM has not converged after %zu steps: choose another nu "
                 "or gamma, or fewer rows",
                 most);
        TRY(s->row(s->context, e.up, &ki));
        const size_t j = partner(s, e.up, ki);
        TRY(s->row(s->context, j, &kj));
        e = move(s, e.up, j, ki, kj);
    }
done:
    return status;
}

int egad_smo_done(const egad_smo *s)
{
    const ends e = find_ends(s);
    return closed(s, &e);
}

double egad_smo_rho(const egad_smo *s)
{
    double sum = 0.0, grow = INFINITY, shrink = -INFINITY;
    size_t free_rows = 0;
    for (size_t i = 0; i < s->n; i++)
        if (!(s->a[i] > 0.0)) {
            grow = fmin(grow, s->g[i]);
        } else if (s->a[i] < s->most[i]) {
            sum += s->g[i];
            free_rows++;
        } else {
            shrink = fmax(shrink, s->g[i]);
        }
    if (free_rows)
        return sum / (double)free_rows;
    return isfinite(grow) ? (grow + shrink) / 2.0 : shrink;
}

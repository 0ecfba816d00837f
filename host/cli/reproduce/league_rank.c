/* The standing of scores over all tables of a league, and whether thresholds kept their
 * promise. */
#include "league.h"

#include <math.h>
#include <stdlib.h>

/* ---- Means and ranks --------------------------------------------------------- */

typedef double figure_of(const cli_league_figure *figure);

static double auroc_of(const cli_league_figure *f)
{
    return f->auroc;
}

static double ap_of(const cli_league_figure *f)
{
    return f->ap;
}

static double over_seeds(const cli_league *l, int table, size_t score, figure_of *of)
{
    double sum = 0;
    for (size_t s = 0; s < (size_t)l->seeds; s++)
        sum += of(&l->table[table].figure[s * CLI_ITEMS + score]);
    return sum / l->seeds;
}

double league_auroc(const cli_league *l, int table, size_t score)
{
    return over_seeds(l, table, score, auroc_of);
}

double league_ap(const cli_league *l, int table, size_t score)
{
    return over_seeds(l, table, score, ap_of);
}

/* Add what a table says of a score. */
static void add(cli_league *l, int table, size_t score)
{
    cli_league_score *s = &l->score[score];
    const double mine = league_auroc(l, table, score);
    double highest = mine, rank = 1;
    for (size_t k = 0; k < l->scores; k++) {
        const double other = league_auroc(l, table, k);
        highest = fmax(highest, other);
        rank += k == score ? 0 : other > mine ? 1 : other == mine ? 0.5 : 0;
    }
    s->auroc += mine / l->parts;
    s->ap += league_ap(l, table, score) / l->parts;
    s->rank += rank / l->parts;
    s->best += mine >= highest - CLI_LEAGUE_BEST;
}

void league_rank(cli_league *l)
{
    for (size_t k = 0; k < l->scores; k++) {
        cli_league_score *s = &l->score[k];
        s->auroc = s->ap = s->rank = 0;
        s->best = 0;
        for (int t = 0; t < l->parts; t++)
            add(l, t, k);
        size_t at = k;
        for (; at > 0 && l->score[l->order[at - 1]].auroc < s->auroc; at--)
            l->order[at] = l->order[at - 1];
        l->order[at] = k;
    }
}

/* ---- False alarms -------------------------------------------------------------- */

static double log_beta(double a, double b)
{
    return lgamma(a) + lgamma(b) - lgamma(a + b);
}

/* The threshold is the j-th highest of n held-out scores, so that the rate of false
 * alarms has the distribution Beta(j, n + 1 - j), and their number among `rows` normal
 * rows is beta-binomial. */
int league_kept(const cli_league_figure *f, size_t normal)
{
    const double n = (double)f->held, m = (double)normal,
                 j = fmax(1, floor(f->target * (n + 1) + 1e-9)), rest = n + 1 - j;
    double below = 0, equal = 0;
    for (size_t w = 0; w <= f->wrong; w++) {
        const double k = (double)w;
        equal = exp(lgamma(m + 1) - lgamma(k + 1) - lgamma(m - k + 1) +
                    log_beta(k + j, m - k + rest) - log_beta(j, rest));
        below += w < f->wrong ? equal : 0;
    }
    return below + equal > 0.025 && 1 - below > 0.025;
}

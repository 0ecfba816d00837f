/* A comparison as text: what was compared, the metrics of each score with a verdict, or
 * their agreement, and what each costs. */
#include "compare.h"
#include "rows/metrics_text.h"
#include "rows/search_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 22, FIGURE = 19, CELL = 14, WIDTH = 79 };

/* ---- The head ------------------------------------------------------------- */

static void print_head(FILE *out, const cli_comparison *c)
{
    const egad_dataset *d = c->data;
    fprintf(out, "data      '%s', protocol %s\n", c->file,
            d->protocol ? d->protocol : "none");
    fprintf(out, "rows      %s: %s", c->rows->part, text_count(c->rows->n).text);
    if (c->rows->n < c->rows->of)
        fprintf(out, " of %s", text_count(c->rows->of).text);
    if (c->rows->y)
        fprintf(out, ", %s of them anomalies (%.3f %%)", text_count(c->anomalies).text,
                100.0 * (double)c->anomalies / (double)c->rows->n);
    else
        fprintf(out, ", %s",
                !d->y          ? "without labels"
                : c->anomalies ? "all of them anomalies, so there is nothing to evaluate"
                               : "all of them normal, so there is nothing to evaluate");
    fprintf(out, "\ntrained   recipe %s, %s%d\n", c->recipe,
            c->seeds > 1 ? "seeds 1 to " : "seed ", c->seeds);
    fprintf(out, "device    %s\n", c->device);
    if (c->searches)
        fprintf(out, "search    %d steps, restarts %d\n",
                search_options_steps(&c->scoring),
                c->scoring.restarts ? c->scoring.restarts : 1);
}

/* ---- With labels ----------------------------------------------------------- */

static void print_rule(FILE *out, const cli_comparison *c)
{
    fprintf(out, "F1        the highest %.3f %% of the scores are called anomalous%s\n",
            100 * c->fraction,
            !strcmp(c->rule, "paper")        ? " (as in the paper)"
            : !strcmp(c->rule, "true share") ? " (the true share)"
                                             : "");
}

/* A cell of the table; the last one of a line without blanks after it. */
static void put_cell(FILE *out, size_t figure, const char *text)
{
    if (figure + 1 < CLI_FIGURES_COMPARED)
        fprintf(out, "%-*s", FIGURE, text);
    else
        fprintf(out, "%s\n", text);
}

static void print_figures(FILE *out, const cli_comparison *c)
{
    const double share = (double)c->anomalies / (double)c->rows->n;
    const double chance[] = { 0.5, share,
                              2 * c->fraction * share / (c->fraction + share) };
    char cell[48];
    fprintf(out, "\n%-*s", NAME, "");
    for (size_t f = 0; f < CLI_FIGURES_COMPARED; f++)
        put_cell(out, f, compare_names[f]);
    for (size_t i = 0; i < c->n; i++) {
        const cli_compared_item *item = &c->item[i];
        fprintf(out, "%-*s", NAME, item->name);
        for (size_t f = 0; f < CLI_FIGURES_COMPARED; f++) {
            const egad_compared *of = compare_figure(item, f);
            int n = snprintf(cell, sizeof cell, "%.4f", of->mean);
            if (c->seeds > 1)
                n += snprintf(cell + n, sizeof cell - (size_t)n, " +- %.4f",
                              item->deviation[f]);
            if (of->level)
                snprintf(cell + n, sizeof cell - (size_t)n, " %c", of->best ? '*' : '=');
            put_cell(out, f, cell);
        }
    }
    fprintf(out, "%-*s", NAME, "chance");
    for (size_t f = 0; f < CLI_FIGURES_COMPARED; f++) {
        snprintf(cell, sizeof cell, "%.4f", chance[f]);
        put_cell(out, f, cell);
    }
}

/* Print a text in lines of at most WIDTH characters, the further ones indented. */
static void print_wrapped(FILE *out, const char *text)
{
    size_t at = 0;
    while (*text) {
        const size_t word = strcspn(text, " "), blank = text[word] == ' ';
        if (at && at + 1 + word > WIDTH)
            at = (size_t)fprintf(out, "\n  %.*s", (int)word, text) - 1;
        else
            at += (size_t)fprintf(out, "%s%.*s", at ? " " : "", (int)word, text);
        text += word + blank;
    }
    fputc('\n', out);
}

static void print_verdicts(FILE *out, const cli_comparison *c)
{
    fputc('\n', out);
    for (size_t f = 0; f < CLI_FIGURES_COMPARED; f++) {
        char *text = compare_verdict(c, f);
        print_wrapped(out, text ? text : "");
        free(text);
    }
    fprintf(out,
            "* best, = cannot be told from it: 95 %% intervals of differences, from %s\n"
            "paired bootstrap samples of the rows%s\n",
            text_count((uint64_t)c->replicates).text,
            c->seeds > 1 ? "; +- is the standard deviation over the seeds" : "");
    const cli_sentence few = metrics_few(c->anomalies, c->rows->n);
    if (*few.text)
        fprintf(out, "%s\n", few.text);
}

/* ---- Without labels --------------------------------------------------------- */

static void put_rho(FILE *out, double rho, int width)
{
    if (isnan(rho))
        fprintf(out, "%*s", width, "-");
    else
        fprintf(out, "%*.3f", width, rho);
}

/* The scores by number, so that any number of columns fits. */
static void print_agreement(FILE *out, const cli_comparison *c)
{
    fprintf(out, "\nrank correlation of the scores%s\n\n%-*s",
            c->seeds > 1 ? "; on the diagonal between seeds" : "", NAME + 4, "");
    for (size_t i = 0; i < c->n; i++)
        fprintf(out, "%7zu", i + 1);
    fprintf(out, "%8s\n", "mean");
    for (size_t i = 0; i < c->n; i++) {
        fprintf(out, "%2zu  %-*s", i + 1, NAME, c->item[i].name);
        for (size_t j = 0; j < c->n; j++)
            put_rho(out, c->rho[i * c->n + j], 7);
        put_rho(out, c->item[i].agreement, 8);
        fputc('\n', out);
    }
    fprintf(out,
            "\n(mean: with all other scores.  1 is the same order of the rows, 0 an\n"
            "unrelated one%s)\n",
            c->seeds > 1 ? "" : "; more --seeds show how stable a score is");
}

/* ---- What they cost ---------------------------------------------------------- */

static void put_share(FILE *out, double share)
{
    if (isnan(share))
        fprintf(out, "%*s", CELL, "-");
    else
        fprintf(out, "%*.4f", CELL, share);
}

static void print_cost(FILE *out, const cli_comparison *c)
{
    const int labels = c->rows->y != NULL;
    fprintf(
        out,
        "\nat the threshold of each model: false-alarm rate%s; and times\n\n%-*s%*s%*s",
        labels ? " and recall" : ", share of rows above", NAME, "", CELL, "target", CELL,
        labels ? "observed" : "above");
    if (labels)
        fprintf(out, "%*s", CELL, "recall");
    fprintf(out, "%*s%*s\n", CELL, "training", CELL, "us per row");
    for (size_t i = 0; i < c->n; i++) {
        const cli_compared_item *item = &c->item[i];
        fprintf(out, "%-*s", NAME, item->name);
        put_share(out, item->target);
        put_share(out, labels ? item->met : item->alarms);
        if (labels)
            put_share(out, item->recall);
        fprintf(out, "%*s%*s\n", CELL,
                isnan(item->seconds) ? "-" : text_time(item->seconds).text, CELL,
                compare_micros(item->micros).text);
    }
}

void compare_print(FILE *out, const cli_comparison *c)
{
    print_head(out, c);
    if (c->rows->y) {
        print_rule(out, c);
        print_figures(out, c);
        print_verdicts(out, c);
    } else {
        print_agreement(out, c);
    }
    print_cost(out, c);
}

/* Metrics of scores: computed, as JSON and back, over several runs, and as table
 * cells. */
#include "measures.h"

#include <math.h>

static const struct {
    const char *name, *key;
} measures[CLI_MEASURES] = {
    [CLI_AUPRC] = { "AUPRC", "auprc" },    [CLI_AP] = { "AP", "average_precision" },
    [CLI_AUROC] = { "AUROC", "auroc" },    [CLI_PRECISION] = { "precision", "precision" },
    [CLI_RECALL] = { "recall", "recall" }, [CLI_F1] = { "F1", "f1" },
    [CLI_TIES] = { "ties", "ties" },
};

const char *measures_name(cli_measure measure)
{
    return measures[measure].name;
}

const char *measures_key(cli_measure measure)
{
    return measures[measure].key;
}

cli_measured measures_none(void)
{
    cli_measured none;
    for (cli_measure m = 0; m < CLI_MEASURES; m++)
        none.of[m] = NAN;
    return none;
}

egad_status measures_scores(cli_measured *out, const float *scores,
                            const unsigned char *y, size_t n, double fraction)
{
    egad_metrics m;
    /* Areas do not depend on the decision. */
    const egad_status status =
        egad_metrics_compute(&m, scores, y, n, fraction > 0 ? fraction : 0.5);
    if (status != EGAD_OK)
        return status;
    *out = (cli_measured){ .of = { [CLI_AUPRC] = m.auprc,
                                   [CLI_AP] = m.ap,
                                   [CLI_AUROC] = m.auroc,
                                   [CLI_PRECISION] = m.precision,
                                   [CLI_RECALL] = m.recall,
                                   [CLI_F1] = m.f1,
                                   [CLI_TIES] = (double)m.ties } };
    for (cli_measure i = CLI_PRECISION; fraction <= 0 && i < CLI_MEASURES; i++)
        out->of[i] = NAN;
    return EGAD_OK;
}

/* ---- As JSON ---------------------------------------------------------------- */

cli_json *measures_json(const cli_measured *measured)
{
    cli_json *object = record_object();
    for (cli_measure m = 0; m < CLI_MEASURES; m++)
        if (!isnan(measured->of[m]))
            record_real(object, measures_key(m), measured->of[m]);
    return object;
}

cli_measured measures_read(const cli_json *object)
{
    cli_measured measured;
    for (cli_measure m = 0; m < CLI_MEASURES; m++)
        measured.of[m] = record_number(object, measures_key(m));
    return measured;
}

cli_json *measures_spread_json(cli_spread spread)
{
    cli_json *object = record_object();
    record_real(object, "mean", spread.mean);
    record_real(object, "deviation", spread.deviation);
    return object;
}

/* ---- In a table -------------------------------------------------------------- */

void measures_cell(FILE *out, double value, double deviation, int digits)
{
    if (isnan(value))
        fputs(" - |", out);
    else if (deviation > 0)
        fprintf(out, " %.*f +- %.*f |", digits, value, digits, deviation);
    else
        fprintf(out, " %.*f |", digits, value);
}

void measures_rule(FILE *out, size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        fputs("|---", out);
    fputs("|\n", out);
}

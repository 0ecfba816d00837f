/* Metrics as text: names and values, values by chance, and the fraction of rows that
 * precision, recall and F1 call anomalous. */
#include "metrics_text.h"
#include "published.h"

#include <stddef.h>
#include <string.h>

#define FIGURE(key, text)                                                                \
    {                                                                                    \
#key, text, offsetof(egad_metrics, key)                                          \
    }
static const struct {
    const char *key, *text;
    size_t offset;
} figures[CLI_METRICS] = {
    FIGURE(precision, "precision"),
    FIGURE(recall, "recall"),
    FIGURE(f1, "F1"),
    FIGURE(best_f1, "F1 at the best threshold"),
    FIGURE(auroc, "AUROC"),
    FIGURE(ap, "average precision"),
    FIGURE(auprc, "AUPRC, trapezoid rule"),
    FIGURE(precision_at_n, "precision at n"),
};

cli_sentence metrics_name(size_t i, size_t anomalies)
{
    cli_sentence name;
    const int at_n = !strcmp(figures[i].key, "precision_at_n");
    snprintf(name.text, sizeof name.text, "%s%s%s", figures[i].text, at_n ? " = " : "",
             at_n ? text_count(anomalies).text : "");
    return name;
}

const char *metrics_key(size_t i)
{
    return figures[i].key;
}

double metrics_value(const egad_metrics *metrics, size_t i)
{
    return *(const double *)((const char *)metrics + figures[i].offset);
}

cli_sentence metrics_few(size_t anomalies, size_t rows)
{
    enum { FEW = 20 }; /* with fewer rows of a class, intervals cover less than 95 % */
    const size_t normal = rows - anomalies;
    const size_t fewest = anomalies < normal ? anomalies : normal;
    cli_sentence s = { "" };
    if (fewest < FEW)
        snprintf(s.text, sizeof s.text,
                 "There are only %zu %s, so the intervals are too narrow.", fewest,
                 anomalies < normal ? "anomalies" : "normal rows");
    return s;
}

egad_metrics metrics_chance(const egad_metrics *m)
{
    const double share = m->chance_auprc;
    return (egad_metrics){ .precision = share,
                           .recall = m->fraction,
                           .f1 = m->chance_f1,
                           .best_f1 = 2 * share / (1 + share),
                           .auroc = 0.5,
                           .ap = share,
                           .auprc = share,
                           .precision_at_n = share };
}

double metrics_fraction(const char **rule, const egad_dataset *data, double given,
                        size_t anomalies, size_t rows)
{
    if (given > 0) {
        *rule = "given";
        return given;
    }
    if (published_fraction(data) > 0) {
        *rule = "paper";
        return published_fraction(data);
    }
    *rule = "true share";
    return (double)anomalies / (double)rows;
}

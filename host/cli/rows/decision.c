/* P-values and verdicts by the threshold of a model, and how that threshold performs on
 * labelled rows. */
#include "decision.h"
#include "shell/shell.h"

#include <math.h>
#include <stdlib.h>

cli_sentence decision_rows(const egad_threshold_info *info)
{
    cli_sentence s;
    if (info->folds && info->folds == info->rows)
        snprintf(s.text, sizeof s.text,
                 "%s training rows, each scored as if it had been left out",
                 text_count(info->rows).text);
    else if (info->folds)
        snprintf(s.text, sizeof s.text,
                 "%s training rows, each scored by one of %zu models that did not see it",
                 text_count(info->rows).text, info->folds);
    else
        snprintf(s.text, sizeof s.text, "%s %s", text_count(info->rows).text,
                 info->held_out
                     ? "held-out rows"
                     : "training rows, as none were held out; new rows will have "
                       "a higher false-alarm rate");
    return s;
}

int decision_find(egad_threshold *at, const egad_detector *detector,
                  const egad_scoring *how, double false_alarms, int *found)
{
    *found = egad_threshold_find(at, detector, how, false_alarms) == EGAD_OK;
    return *found || false_alarms == 0 ? CLI_DONE : message_fail();
}

void decision_few(size_t rows, size_t of, double false_alarms)
{
    const double least = 1.0 / (double)(rows + 1);
    const double share = egad_threshold_share(false_alarms, of);
    if (!rows || false_alarms >= least)
        return;
    fprintf(stderr,
            "rows are flagged at a false-alarm rate of %.3g %%; %g %% needs %.9g "
            "held-out rows, and there %s %s",
            100 * least, 100 * false_alarms, egad_threshold_rows(false_alarms),
            rows == 1 ? "is" : "are", text_count(rows).text);
    if (share > 0)
        fprintf(stderr, "; 'egad train --hold-out %g' holds out enough\n", share);
    else if (of / 2 <= rows)
        fprintf(stderr, "; the table is too small for that rate\n");
    else
        fprintf(stderr,
                "; the table is too small for that rate: half of its training rows "
                "resolve %.2g %% ('egad train --hold-out 0.5')\n",
                100.0 / (double)(of / 2 + 1));
}

void decision_note(const egad_detector *detector, const egad_scoring *how,
                   double false_alarms)
{
    const egad_threshold_info info = egad_threshold_describe(detector);
    egad_threshold at;
    if (egad_threshold_find(&at, detector, how, false_alarms) != EGAD_OK) {
        fprintf(stderr, "no p-values, and no row is flagged: %s\n", egad_status_last());
        return;
    }
    if (!info.held_out)
        fprintf(stderr, "p-values and flags are based on %s\n",
                decision_rows(&info).text);
    if (false_alarms == 0 && !at.by_hand)
        decision_few(info.rows, info.training, info.false_alarms);
}

int decision_judge(egad_judgement *out, const egad_detector *detector, const char *score,
                   const float *scores, size_t n)
{
    int code = CLI_DONE;
    out->p = malloc(n * sizeof *out->p);
    out->flagged = malloc(n);
    if (!out->p || !out->flagged)
        return message_error("out of memory for the verdicts on %s rows",
                             text_count(n).text);
    CLI_TRY(
        egad_threshold_judge(out->p, out->flagged, detector, score, &out->at, scores, n));
done:
    return code;
}

void decision_clear(egad_judgement *judgement)
{
    free(judgement->p);
    free(judgement->flagged);
}

/* ---- Evaluation against labels --------------------------------------------- */

int decision_meet(cli_own *out, const egad_detector *detector, const egad_scoring *how,
                  const cli_rows *rows, double false_alarms, const float *scores)
{
    egad_judgement by = { .size = sizeof(egad_judgement) };
    size_t alarms[2] = { 0 }, of[2] = { 0 }; /* normal rows, anomalies */
    *out = (cli_own){ 0 };
    if (egad_threshold_find(&by.at, detector, how, false_alarms) != EGAD_OK)
        return false_alarms > 0 ? message_fail() : CLI_DONE;
    const egad_detector_info info = egad_detector_describe(detector);
    size_t unseen[2] = {
        0
    }; /* normal rows with an unseen category: all, and those flagged */
    int32_t *marks = NULL;
    int code = decision_judge(&by, detector, how->score, scores, rows->n);
    if (code == CLI_DONE)
        code = rows_unseen(&marks, rows, &info);
    for (size_t i = 0; code == CLI_DONE && i < rows->n; i++) {
        const int anomaly = rows->y && rows->y[i];
        of[anomaly]++;
        alarms[anomaly] += by.flagged[i];
        if (marks && marks[i] && !anomaly) {
            unseen[0]++;
            unseen[1] += by.flagged[i];
        }
    }
    const size_t all = alarms[0] + alarms[1];
    *out = (cli_own){ .found = 1,
                      .at = by.at,
                      .alarms = all,
                      .wrong = alarms[0],
                      .labels = rows->y != NULL,
                      .unseen = unseen[1],
                      .any = rows->y && unseen[0],
                      .met = rows->y ? (double)alarms[0] / (double)of[0] : NAN,
                      .precision = rows->y && all ? (double)alarms[1] / (double)all : NAN,
                      .recall = rows->y ? (double)alarms[1] / (double)of[1] : NAN };
    decision_clear(&by);
    free(marks);
    return code;
}

cli_sentence decision_unseen(const cli_own *own, const char *score)
{
    cli_sentence s = { "" };
    if (own->unseen)
        snprintf(s.text, sizeof s.text,
                 "%.10s: %.20s of the %.20s %srow%s above the threshold ha%s a category "
                 "unseen in training",
                 score, text_count(own->unseen).text, text_count(own->wrong).text,
                 own->labels ? "normal " : "", own->wrong == 1 ? "" : "s",
                 own->unseen == 1 ? "s" : "ve");
    return s;
}

void decision_print(const cli_own *own, const char *const *score, size_t n,
                    const egad_threshold_info *info, int name_width, int width)
{
    static const char *const names[] = { "threshold", "false-alarm rate: target",
                                         "false-alarm rate: observed", "precision",
                                         "recall" };
    int found = 0;
    for (size_t k = 0; k < n; k++)
        found |= own[k].found;
    if (!found) {
        printf("\nthe model has no threshold for these scores; 'egad threshold' measures "
               "one\n");
        return;
    }
    printf("\nthe model's threshold, based on\n"
           "%s\n",
           decision_rows(info).text);
    printf("%-*s", name_width, "");
    for (size_t k = 0; k < n; k++)
        printf("%*s", width, score[k]);
    putchar('\n');
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        printf("%-*s", name_width, names[i]);
        for (size_t k = 0; k < n; k++) {
            const cli_own *o = &own[k];
            const double value[] = { (double)o->at.score, o->at.false_alarms, o->met,
                                     o->precision, o->recall };
            if (!o->found || isnan(value[i]))
                printf("%*s", width, "-");
            else
                printf(i ? "%*.4f" : "%*.6g", width, value[i]);
        }
        putchar('\n');
    }
}

void decision_put(cli_json *object, const cli_own *own)
{
    if (!own->found)
        return;
    cli_json *o = record_object();
    record_float(o, "threshold", own->at.score);
    record_real(o, "false_alarms_expected", own->at.false_alarms);
    record_real(o, "false_alarms_met", own->met);
    record_real(o, "precision", own->precision);
    record_real(o, "recall", own->recall);
    if (own->any) {
        record_count(o, "normal_rows_above", own->wrong);
        record_count(o, "normal_rows_above_unseen", own->unseen);
    }
    record_put(object, "own_threshold", o);
}

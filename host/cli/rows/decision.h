/* P-values and verdicts by the threshold of a model: decision.c. */
#ifndef DECISION_H
#define DECISION_H

#include "rows.h"
#include "shell/record.h"

/* clang-format off */
#define CLI_FALSE_ALARMS_OPTION(variable)                                                \
    { "false-alarms", 0, CLI_SHARE, &(variable), "RATE",                                 \
      "share of normal rows that are flagged as anomalies (default:\n"                   \
      "that of the model, initially 0.01)", 0, 0 }
/* clang-format on */

/* The rows whose scores the thresholds are based on. */
cli_sentence decision_rows(const egad_threshold_info *info);
/* The threshold for scores at this false-alarm rate; 0: the one in force, and `*found` is
 * 0 if there is none.  Returns an exit code. */
int decision_find(egad_threshold *at, const egad_detector *detector,
                  const egad_scoring *how, double false_alarms, int *found);
/* Print on standard error if `rows` held-out rows, of `of` training rows, cannot resolve
 * this rate, and how many could. */
void decision_few(size_t rows, size_t of, double false_alarms);
/* Print on standard error what limits the verdicts: no threshold, no held-out rows, or
 * too few. */
void decision_note(const egad_detector *detector, const egad_scoring *how,
                   double false_alarms);
/* Fill the judgement of n scores by `out->at`.  Returns an exit code; free with
 * decision_clear in either case. */
int decision_judge(egad_judgement *out, const egad_detector *detector, const char *score,
                   const float *scores, size_t n);
void decision_clear(egad_judgement *judgement);

/* The performance of the threshold of a model on rows. */
typedef struct {
    int found; /* 0: the model has no threshold */
    egad_threshold at;
    size_t alarms;            /* rows flagged as anomalies */
    int labels;               /* 0: the rows have no labels; all count as normal here */
    size_t wrong;             /* false alarms among them */
    size_t unseen;            /* false alarms with a category unseen in training */
    int any;                  /* 1: some normal row has such a category */
    double met;               /* observed false-alarm rate; */
    double precision, recall; /* all three are NAN without labels */
} cli_own;

/* Returns an exit code, like decision_find. */
int decision_meet(cli_own *out, const egad_detector *detector, const egad_scoring *how,
                  const cli_rows *rows, double false_alarms, const float *scores);
/* "combined: 3 of the 4 normal rows above ..."; "" if no false alarm has an unseen
 * category. */
cli_sentence decision_unseen(const cli_own *own, const char *score);
/* Print n scores, in columns of this width; put one into an object. */
void decision_print(const cli_own *own, const char *const *score, size_t n,
                    const egad_threshold_info *info, int name_width, int width);
void decision_put(cli_json *object, const cli_own *own);

#endif

/* P-values and labels by the threshold of a model: decision.c. */
#ifndef DECISION_H
#define DECISION_H

#include "rows.h"
#include "shell/record.h"

/* clang-format off */
#define CLI_FALSE_ALARMS_OPTION(variable)                                                \
    { "false-alarms", 0, CLI_SHARE, &(variable), "RATE",                                 \
      "of normal rows that are labelled anomalies (default:\n"                           \
      "what the model keeps, 0.01 at first)", 0, 0 }
/* clang-format on */

/* Whose scores thresholds are made of. */
cli_sentence decision_rows(const egad_threshold_info *info);
/* The threshold for scores; false_alarms 0: that in force, and if there is none, `*found`
 * is 0.  Returns an exit code. */
int decision_find(egad_threshold *at, const egad_detector *detector,
                  const cli_scoring *how, const egad_search_options *search,
                  double false_alarms, int *found);
/* Say on standard error that so many rows, held out from `of` training rows, cannot tell
 * this rate, if so, and what would. */
void decision_few(size_t rows, size_t of, double false_alarms);
/* Say on standard error what there is to be known of that: that there is none, that no
 * rows were held out, or too few. */
void decision_note(const egad_detector *detector, const cli_scoring *how,
                   const egad_search_options *search, double false_alarms);
/* Fill what `out->at` makes of n scores.  Returns an exit code; freed by
 * decision_clear in either case. */
int decision_judge(egad_judgement *out, const egad_detector *detector,
                   egad_score_kind kind, const float *scores, size_t n);
void decision_clear(egad_judgement *judgement);
/* "ROW,SCORE,P,LABEL", the last two by element i of a judgement, or without. */
void decision_csv(FILE *out, size_t row, float score, const egad_judgement *judgement,
                  size_t i);

/* What a model's own threshold comes to on rows. */
typedef struct {
    int found; /* 0: it has none */
    egad_threshold at;
    size_t alarms; /* rows that are labelled anomalies, */
    int labels;    /* 0: no row has one, and all are taken for normal here: */
    size_t wrong;  /* those of them that are normal, */
    size_t unseen; /* and of these those with a category that training never saw; */
    int any;       /* 1: there are normal rows that have one */
    double met;    /* share of the normal rows that are; with its mates NAN where it is */
    double precision, recall; /* not known which these are */
} cli_own;

/* Returns an exit code, as decision_find does. */
int decision_meet(cli_own *out, const egad_detector *detector, const cli_scoring *how,
                  const cli_rows *rows, double false_alarms, const float *scores);
/* "combined: 3 of the 4 normal rows above ..."; "" where none of them has such a
 * category. */
cli_sentence decision_unseen(const cli_own *own, egad_score_kind kind);
/* Of n kinds of score, in columns of this width; and of one, into an object. */
void decision_print(const cli_own *own, const egad_score_kind *kind, size_t n,
                    const egad_threshold_info *info, int name_width, int width);
void decision_put(cli_json *object, const cli_own *own);

#endif

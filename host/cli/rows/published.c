/* Published results that `egad eval` and `egad reproduce` print beside their own, only
 * for the rows that they were measured on. */
#include "published.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- KDD Cup 1999 ------------------------------------------------------- */

enum { OWN, QUOTED };

/* Precision, recall and F1 at the 80th percentile, with standard deviations over ten
 * runs.  The recall of AnoGAN FM must be a misprint, as F1 lies between precision and
 * recall: with one fifth of the rows called anomalous, recall is precision times .2 over
 * the share of anomalies, .8926.  ALAD: Zenati et al. 2018b (arXiv:1812.02288). */
enum { DAGMM = 4, BIGAN_FM = 7, BIGAN_SIGMA, ALAD };
static const cli_published_row table1[] = {
    /* clang-format off */
    { "OC-SVM", "ocsvm", "decision", QUOTED,
      { .7457, 0 }, { .8523, 0 }, { .7954, 0 } },
    { "DSEBM-r", "kdd-dsebm", "reconstruction", QUOTED,
      { .8521, 0 }, { .6472, 0 }, { .7328, 0 } },
    { "DSEBM-e", "kdd-dsebm", "energy", QUOTED,
      { .8619, 0 }, { .6446, 0 }, { .7399, 0 } },
    { "DAGMM-NVI", "kdd-dagmm-nvi", "energy", QUOTED,
      { .9290, 0 }, { .9447, 0 }, { .9368, 0 } },
    [DAGMM] =
    { "DAGMM", "kdd-dagmm", "energy", QUOTED,
      { .9297, 0 }, { .9442, 0 }, { .9369, 0 } },
    { "AnoGAN FM", "kdd-gan", "fm", OWN,
      { .8786, .0340 }, { .8297, .0345 }, { .8865, .0343 } },
    { "AnoGAN sigma", "kdd-gan", "sigma", OWN,
      { .7790, .1247 }, { .7914, .1194 }, { .7852, .1181 } },
    [BIGAN_FM] =
    { "BiGAN FM", "kdd-bigan", "fm", OWN,
      { .8698, .1133 }, { .9523, .0224 }, { .9058, .0688 } },
    [BIGAN_SIGMA] =
    { "BiGAN sigma", "kdd-bigan", "sigma", OWN,
      { .9200, .0740 }, { .9582, .0104 }, { .9372, .0440 } },
    [ALAD] =
    { "ALAD features", "kdd-alad", "fm", QUOTED,
      { .9427, .0018 }, { .9577, .0018 }, { .9501, .0018 } },
    { "ALAD logits", "kdd-alad", "ch", QUOTED,
      { .9221, .0172 }, { .9368, .0174 }, { .9294, .0173 } },
    { "ALAD L1", "kdd-alad", "l1", QUOTED,
      { .9113, .0627 }, { .9258, .0637 }, { .9185, .0632 } },
    { "ALAD L2", "kdd-alad", "l2", QUOTED,
      { .9316, .0155 }, { .9464, .0157 }, { .9389, .0156 } },
    /* clang-format on */
};

const cli_published_row *published_table1(size_t *n)
{
    *n = sizeof table1 / sizeof *table1;
    return table1;
}

double published_fraction(const egad_dataset *data)
{
    return data->protocol && !strcmp(data->protocol, "kdd99") ? 0.2 : 0;
}

/* F1; results from outside the paper first. */
enum { BEYOND = 4 };
static cli_published kdd99(void)
{
    const cli_spread sigma = table1[BIGAN_SIGMA].f1, fm = table1[BIGAN_FM].f1;
    return (cli_published){
        "published F1 on this split",
        "known_f1",
        4,
        7,
        BEYOND,
        { { "best possible (identical rows differ in label)", .9921, 0 },
          { "1-nearest neighbour on scaled rows", .9875, 0 },
          { "2 principal components", .9511, 0 },
          { "ALAD, as published", table1[ALAD].f1.mean, 0 },
          { "BiGAN sigma, as published", sigma.mean, sigma.deviation },
          { "DAGMM, as published", table1[DAGMM].f1.mean, 0 },
          { "BiGAN FM, as published", fm.mean, fm.deviation } },
    };
}

/* ---- MNIST -------------------------------------------------------------- */

#define FIGURE_ONLY NAN, 0

/* AUPRC by the trapezoid rule, with the digit as the anomaly.  The paper has a bar chart
 * (figure 1), and a table for some digits.  PCA: reconstruction error from 32 components;
 * neighbours: mean distance to the five nearest training images. */
static const cli_published_digit digits[] = {
    /* clang-format off */
    /* anomalies  published    PCA   5-NN */
    {  6903,      FIGURE_ONLY, .634, .951 },
    {  7877,      .287, .023,  .276, .299 },
    {  6990,      FIGURE_ONLY, .795, .930 },
    {  7141,      FIGURE_ONLY, .494, .817 },
    {  6824,      .443, .029,  .420, .604 },
    {  6313,      .514, .029,  .537, .781 },
    {  6876,      FIGURE_ONLY, .639, .858 },
    {  7293,      .347, .017,  .494, .576 },
    {  6825,      FIGURE_ONLY, .605, .806 },
    {  6958,      .307, .028,  .347, .442 },
    /* clang-format on */
};
enum { IMAGES = 70000 };

const cli_published_digit *published_mnist(int digit)
{
    return digit >= 0 && digit < 10 ? &digits[digit] : NULL;
}

/* ---- Recognising the published splits --------------------------------------- */

static int is_kdd99(const egad_dataset *data, size_t rows, size_t anomalies)
{
    return !strcmp(data->protocol, "kdd99") && rows == 247011 && anomalies == 48629 &&
           data->rows - rows == 198361;
}

/* The digit, or -1. */
static int digit_of(const egad_dataset *data, size_t rows, size_t anomalies)
{
    int digit, end = 0;
    if (sscanf(data->protocol, "mnist-%1d%n", &digit, &end) != 1 || data->protocol[end])
        return -1;
    const size_t anomalous = published_mnist(digit)->anomalies;
    const size_t train = (size_t)(0.8 * (double)(IMAGES - anomalous));
    return anomalies == anomalous && rows == IMAGES - train && data->rows == IMAGES
               ? digit
               : -1;
}

/* Row numbers identify a split: no other has the same except by accident. */
cli_published published_of(const egad_dataset *data, const cli_rows *rows,
                           size_t anomalies)
{
    cli_published known = { .n = 0 };
    if (!data->protocol || strcmp(rows->part, "test"))
        return known;
    if (is_kdd99(data, rows->n, anomalies))
        return kdd99();
    const double chance = (double)anomalies / (double)rows->n;
    const int digit = digit_of(data, rows->n, anomalies);
    const size_t length = strlen(data->protocol);
    if (digit >= 0) {
        const cli_published_digit *d = published_mnist(digit);
        known = (cli_published){
            "published AUPRC for this digit, by the trapezoid rule",
            "known_auprc",
            3,
            4,
            2,
            { { "5 nearest neighbours", d->neighbours, 0 },
              { "32 principal components", d->pca, 0 },
              { "BiGAN sigma, as published", d->published, d->spread },
              { "chance", chance, 0 } },
        };
    } else if (length > 8 && !strncmp(data->protocol, "mnist-", 6) &&
               !strcmp(data->protocol + length - 8, "-release")) {
        known = (cli_published){ "published AUPRC on this split, by the trapezoid rule",
                                 "known_auprc",
                                 3,
                                 1,
                                 1,
                                 { { "chance", chance, 0 } } };
    }
    return known;
}

/* The figures of figure 1 over seeds and digits. */
#include "figure1.h"

const cli_measure figure1_measures[CLI_FIGURE1_MEASURES] = { CLI_AUPRC, CLI_AP,
                                                             CLI_AUROC };

const cli_run_result *figure1_first(const cli_figure1 *f, size_t m)
{
    return &f->part[0].runs[m].run[0];
}

cli_spread figure1_spread(const cli_figure1_part *p, size_t m, size_t score,
                          cli_measure measure)
{
    return runs_spread(&p->runs[m], score, measure, -1);
}

double figure1_mean(const cli_figure1 *f, size_t m, size_t score, cli_measure measure)
{
    double sum = 0;
    for (int i = 0; i < f->parts; i++)
        sum += figure1_spread(&f->part[i], m, score, measure).mean;
    return sum / f->parts;
}

const char *figure1_device(const cli_figure1 *f)
{
    const char *device = NULL;
    for (int i = 0; i < f->parts; i++)
        for (size_t m = 0; m < f->models.n; m++)
            device = runs_device(&f->part[i].runs[m], device);
    return device;
}

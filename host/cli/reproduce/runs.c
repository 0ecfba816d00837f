/* Several runs of an experiment, one per seed, and their common results. */
#include "runs.h"
#include "rows/kept.h"
#include "rows/training.h"
#include "shell/shell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int runs_finish(cli_runs *out, const cli_run *like, int wanted)
{
    cli_run run = *like;
    *out =
        (cli_runs){ .run = calloc((size_t)wanted, sizeof *out->run), .wanted = wanted };
    if (!out->run)
        return message_error("out of memory for %d runs", wanted);
    int code = kept_settings(NULL, &run.how, like->device, like->data);
    while (code == CLI_DONE && out->done < wanted && !training_stopped()) {
        char name[96], about[96];
        const int seed = out->done + 1;
        snprintf(name, sizeof name, "%.48s-%d", like->name, seed);
        snprintf(about, sizeof about, "%.32s, seed %d of %d", like->about, seed, wanted);
        run.name = name;
        run.about = about;
        run.how.seed = (uint64_t)seed;
        run.scoring.seed = (uint64_t)seed;
        code = run_finish(&out->run[seed - 1], &run);
        if (code != CLI_DONE || !out->run[seed - 1].complete)
            break;
        out->done++;
    }
    return code;
}

void runs_free(cli_runs *runs)
{
    for (int i = 0; runs->run && i < runs->wanted; i++)
        run_free(&runs->run[i]);
    free(runs->run);
    *runs = (cli_runs){ 0 };
}

cli_spread runs_spread(const cli_runs *runs, size_t score, cli_measure measure, int epoch)
{
    double sum = 0, square = 0;
    for (int i = 0; i < runs->done; i++) {
        const cli_run_result *r = &runs->run[i];
        const double v =
            (epoch < 0 ? &r->measured[score] : &r->history[epoch].measured[score])
                ->of[measure];
        sum += v;
        square += v * v;
    }
    const double mean = sum / runs->done;
    return (cli_spread){ mean, sqrt(fmax(0, square / runs->done - mean * mean)) };
}

const char *runs_device(const cli_runs *runs, const char *earlier)
{
    for (int i = 0; i < runs->done; i++) {
        const char *device = runs->run[i].device;
        if (earlier && strcmp(earlier, device) != 0)
            return "several; see the file of each run";
        earlier = device;
    }
    return earlier;
}

cli_json *runs_json(const cli_runs *runs, const char *name)
{
    cli_json *list = record_array();
    for (int i = 0; i < runs->done; i++) {
        const cli_run_result *r = &runs->run[i];
        cli_json *run = record_object();
        char file[96];
        snprintf(file, sizeof file, "%.48s-%d.json", name, i + 1);
        record_count(run, "seed", (uint64_t)i + 1);
        record_text(run, "file", file);
        run_put(run, r, r->measured);
        record_append(list, run);
    }
    return list;
}

int runs_parts(const cli_parts *p)
{
    int code = CLI_DONE;
    while (code == CLI_DONE && *p->done < p->wanted && !training_stopped()) {
        const int part = *p->done;
        code = p->finish(p->context, part);
        if (code == CLI_DONE && *p->done > part)
            code = p->write(p->context);
    }
    if (code == CLI_DONE && *p->done)
        p->print(p->context);
    if (code != CLI_DONE || *p->done == p->wanted)
        return code;
    printf("%sstopped with %d of %d %s done: continue with the same command\n",
           *p->done ? "\n" : "", *p->done, p->wanted, p->what);
    return training_stop();
}

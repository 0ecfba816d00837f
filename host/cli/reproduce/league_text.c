/* The league as Markdown, as JSON, and as a picture. */
#include "league.h"
#include "pictures/pictures.h"
#include "shell/output.h"
#include "shell/shell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 3, MEAN_DIGITS = 4, SHOWN = 6 }; /* scores in the picture */

/* ---- As Markdown ---------------------------------------------------------------- */

static void put_head(FILE *out, const cli_league *l)
{
    fprintf(out,
            "# League: %d tables\n\n"
            "- egad %s, recipe %s, %s%d; device: %s\n"
            "- `%s`\n"
            "- half of %s rows train, drawn by the seed; the other half%s test",
            l->parts, egad_status_version(), l->recipe,
            l->seeds > 1 ? "seeds 1 to " : "seed ", l->seeds, l->device, l->command,
            l->contaminated ? "all" : "the normal",
            l->contaminated ? "" : " and all anomalies");
    if (l->cap)
        fprintf(out, ";\n  at most %s training rows, %s normal test rows, %s anomalies",
                text_count(l->cap).text, text_count(l->cap).text,
                text_count((l->cap + 1) / 2).text);
    fputs(".\n", out);
}

static double seconds_of(const cli_league *l, size_t model)
{
    double sum = 0;
    for (int t = 0; t < l->parts; t++)
        for (size_t s = 0; s < (size_t)l->seeds; s++)
            sum += l->table[t].seconds[s * CLI_MODELS + model];
    return sum / (l->parts * l->seeds);
}

/* The mean of a published method over the tables; NAN unless all are known. */
static double published_mean(const cli_league *l, size_t method)
{
    double sum = 0;
    for (int t = 0; t < l->parts; t++) {
        const cli_published_table *known = published_table(l->table[t].name);
        sum += known && !l->contaminated ? known->auroc[method] / 100 : (double)NAN;
    }
    return sum / l->parts;
}

static void put_means(FILE *out, const cli_league *l)
{
    fputs("\nMeans over tables and seeds. Rank: among these scores by AUROC, 1 is the "
          "best. Best: tables\nwhere the AUROC is the highest or within .002 of it.\n\n"
          "| score | AUROC | AP | rank | best | to train, s |\n",
          out);
    measures_rule(out, 6);
    for (size_t k = 0; k < l->scores; k++) {
        const cli_league_score *s = &l->score[l->order[k]];
        fprintf(out, s->first ? "| **%s** |" : "| %s |", s->name);
        measures_cell(out, s->auroc, 0, MEAN_DIGITS);
        measures_cell(out, s->ap, 0, MEAN_DIGITS);
        measures_cell(out, s->rank, 0, 2);
        fprintf(out, " %zu |", s->best);
        measures_cell(out, seconds_of(l, s->model), 0, 1);
        fputc('\n', out);
    }
    for (size_t m = 0; m < CLI_PUBLISHED_METHODS; m++)
        if (!isnan(published_mean(l, m))) {
            fprintf(out, "| %s, as published |", published_methods[m]);
            measures_cell(out, published_mean(l, m), 0, MEAN_DIGITS);
            fputs(" - | - | - | - |\n", out);
        }
    fputs("\nIn bold: the default score of its model.", out);
    if (!l->contaminated)
        fputs(
            " As published: Livernoche et al. 2024 (arXiv:2305.18593),\nfive seeds, all "
            "rows.",
            out);
    fputc('\n', out);
}

/* A value of every score on every table. */
static void put_tables(FILE *out, const cli_league *l, const char *title,
                       double of(const cli_league *, int, size_t), int published)
{
    fprintf(out, "\n## %s\n\n| table | columns | training rows | normal | anomalies |",
            title);
    for (size_t k = 0; k < l->scores; k++)
        fprintf(out, " %s |", l->score[l->order[k]].name);
    for (size_t m = 0; published && m < CLI_PUBLISHED_METHODS; m++)
        fprintf(out, " %s, as published |", published_methods[m]);
    fputc('\n', out);
    measures_rule(out, 5 + l->scores + (published ? CLI_PUBLISHED_METHODS : 0));
    for (int t = 0; t < l->parts; t++) {
        const cli_league_table *table = &l->table[t];
        const cli_published_table *known = published_table(table->name);
        fprintf(out, "| %s | %zu | %zu | %zu | %zu |", table->name, table->columns,
                table->train, table->normal, table->anomalies);
        for (size_t k = 0; k < l->scores; k++)
            measures_cell(out, of(l, t, l->order[k]), 0, DIGITS);
        for (size_t m = 0; published && m < CLI_PUBLISHED_METHODS; m++)
            measures_cell(out, known ? known->auroc[m] / 100 : (double)NAN, 0, DIGITS);
        fputc('\n', out);
    }
}

/* The false alarms at the threshold of a model's default score. */
static void put_alarms(FILE *out, const cli_league *l, size_t score)
{
    int kept = 0, pairs = 0;
    fprintf(out,
            "\n### %s\n\n| table | normal test rows | held-out rows | promised | "
            "observed, by seed | kept |\n",
            l->score[score].name);
    measures_rule(out, 6);
    for (int t = 0; t < l->parts; t++) {
        const cli_league_table *table = &l->table[t];
        const cli_league_figure *first = &table->figure[score];
        int here = 0;
        if (isnan(first->target))
            continue;
        fprintf(out, "| %s | %zu | %zu | %.4f |", table->name, table->normal, first->held,
                first->target);
        for (size_t s = 0; s < (size_t)l->seeds; s++) {
            const cli_league_figure *f = &table->figure[s * CLI_ITEMS + score];
            here += league_kept(f, table->normal);
            fprintf(out, " %.4f", (double)f->wrong / (double)table->normal);
        }
        fprintf(out, " | %d of %d |\n", here, l->seeds);
        kept += here;
        pairs += l->seeds;
    }
    fprintf(out, "\nKept: %d of %d.\n", kept, pairs);
}

static void put_promises(FILE *out, const cli_league *l)
{
    fputs("\n## False-alarm rates\n\n"
          "What the model's own threshold promises, and the share of normal test rows "
          "that it flags. Kept:\nthe observed number is within the 95 % interval of the "
          "promise, given how many held-out rows\nthe threshold rests on.\n",
          out);
    if (l->contaminated)
        fputs("With unsorted training rows, the promise is a share of all rows: of the "
              "normal ones, fewer are flagged.\n",
              out);
    for (size_t k = 0; k < l->scores; k++)
        if (l->score[k].first)
            put_alarms(out, l, k);
}

void league_print(const cli_league *l)
{
    put_head(stdout, l);
    put_means(stdout, l);
    printf("\n%s\n", output_join(l->folder, "league.md").text);
}

static int write_markdown(const cli_league *l)
{
    cli_output out;
    const int code = output_open(&out, output_join(l->folder, "league.md").text);
    if (code != CLI_DONE)
        return code;
    put_head(out.stream, l);
    put_means(out.stream, l);
    put_tables(out.stream, l, "AUROC", league_auroc, !l->contaminated);
    put_tables(out.stream, l, "Average precision", league_ap, 0);
    put_promises(out.stream, l);
    return output_close(&out);
}

/* ---- As JSON -------------------------------------------------------------------- */

static cli_json *table_json(const cli_league *l, const cli_league_table *t)
{
    cli_json *object = record_object(), *scores = record_object();
    record_text(object, "table", t->name);
    record_count(object, "columns", t->columns);
    record_count(object, "training_rows", t->train);
    record_count(object, "normal_test_rows", t->normal);
    record_count(object, "anomalies", t->anomalies);
    for (size_t k = 0; k < l->scores; k++) {
        cli_json *seeds = record_array();
        for (size_t s = 0; s < (size_t)l->seeds; s++) {
            const cli_league_figure *f = &t->figure[s * CLI_ITEMS + k];
            cli_json *one = record_object();
            record_real(one, "auroc", f->auroc);
            record_real(one, "average_precision", f->ap);
            record_real(one, "false_alarm_rate", f->target);
            record_count(one, "false_alarms", f->wrong);
            record_count(one, "held_out_rows", f->held);
            record_real(one, "train_seconds",
                        t->seconds[s * CLI_MODELS + l->score[k].model]);
            record_append(seeds, one);
        }
        record_put(scores, l->score[k].name, seeds);
    }
    record_put(object, "scores", scores);
    return object;
}

static int write_json(const cli_league *l)
{
    cli_json *root = record_object(), *means = record_object(), *tables = record_array();
    record_text(root, "egad", egad_status_version());
    record_text(root, "command", l->command);
    record_text(root, "device", l->device);
    record_text(root, "recipe", l->recipe);
    record_count(root, "seeds", (uint64_t)l->seeds);
    record_count(root, "cap", l->cap);
    record_flag(root, "contaminated", l->contaminated);
    for (size_t k = 0; k < l->scores; k++) {
        const cli_league_score *s = &l->score[l->order[k]];
        cli_json *one = record_object();
        record_real(one, "auroc", s->auroc);
        record_real(one, "average_precision", s->ap);
        record_real(one, "rank", s->rank);
        record_count(one, "best", s->best);
        record_put(means, s->name, one);
    }
    record_put(root, "means", means);
    for (int t = 0; t < l->parts; t++)
        record_append(tables, table_json(l, &l->table[t]));
    record_put(root, "tables", tables);
    return record_save(root, output_join(l->folder, "league.json").text);
}

/* ---- As a picture --------------------------------------------------------------- */

/* The default scores of the models, and of published methods the first one. */
static int write_picture(const cli_league *l)
{
    const size_t rows = (size_t)l->parts;
    const char *name[SHOWN + 1], **table = malloc(rows * sizeof *table);
    double *value = malloc(rows * (SHOWN + 1) * sizeof *value);
    size_t at[SHOWN], n = 0;
    cli_picture *picture = NULL;
    int code = CLI_DONE;
    if (!table || !value)
        CLI_DO(message_error("out of memory for a picture of %zu tables", rows));
    for (size_t k = 0; k < l->scores && n < SHOWN; k++)
        if (l->score[l->order[k]].first) {
            at[n] = l->order[k];
            name[n++] = l->score[l->order[k]].name;
        }
    if (!l->contaminated)
        name[n] = "DTE-NP, as published";
    const size_t columns = n + !l->contaminated;
    for (size_t t = 0; t < rows; t++) {
        const cli_published_table *known = published_table(l->table[t].name);
        table[t] = l->table[t].name;
        for (size_t k = 0; k < n; k++)
            value[t * columns + k] = league_auroc(l, (int)t, at[k]);
        if (columns > n)
            value[t * columns + n] = known ? known->auroc[0] / 100 : (double)NAN;
    }
    CLI_DO(plots_many_dots(&picture, &(cli_dots){ .title = "AUROC by table",
                                                  .about = l->command,
                                                  .row = table,
                                                  .rows = rows,
                                                  .column = name,
                                                  .columns = columns,
                                                  .value = value }));
    code = draw_save(picture, output_join(l->folder, "league.png").text);
done:
    draw_free(picture);
    free(table);
    free(value);
    return code;
}

int league_write(const cli_league *l)
{
    int code = CLI_DONE;
    CLI_DO(write_markdown(l));
    CLI_DO(write_json(l));
    code = write_picture(l);
done:
    return code;
}

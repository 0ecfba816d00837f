/* egad data fetch: downloads published data sets. */
#include "commands.h"

#include <string.h>

typedef struct {
    char file[64]; /* file in progress */
    double start, shown;
    uint64_t first; /* bytes present at the start */
} showing;

/* Redraws one line on a terminal; else prints one line per file. */
static int show(void *context, const char *file, uint64_t bytes, uint64_t total)
{
    showing *s = context;
    const double now = message_clock();
    if (strcmp(s->file, file) != 0) {
        if (*s->file && message_terminal())
            fputc('\n', stderr);
        snprintf(s->file, sizeof s->file, "%s", file);
        s->start = now;
        s->shown = 0;
        s->first = bytes;
        if (!message_terminal())
            fprintf(stderr, "fetching %s%s%s\n", file, bytes ? ", from byte " : "",
                    bytes ? text_count(bytes).text : "");
    }
    if (!message_terminal() || (now - s->shown < 0.2 && bytes < total))
        return 0;
    s->shown = now;
    if (bytes < s->first) /* started over */
        s->first = 0;
    const double seconds = now - s->start;
    const double rate = seconds > 0 ? (double)(bytes - s->first) / seconds : 0;
    fprintf(stderr, "\r%s: %s", file, text_bytes(bytes).text);
    if (total)
        fprintf(stderr, " of %s, %.0f %%", text_bytes(total).text,
                100.0 * (double)bytes / (double)total);
    fprintf(stderr, ", %s/s\033[K", text_bytes((uint64_t)rate).text);
    return 0;
}

int fetch_command(int argc, char **argv)
{
    const char *name = NULL, *folder = NULL;
    showing s = { .file = "" };
    egad_fetch_options how = { .size = sizeof(egad_fetch_options),
                               .progress = show,
                               .context = &s };
    cli_option options[] = {
        { "output", 'o', CLI_TEXT, &folder, "DIR",
          "the folder for the files (default: mnist or kdd99)", 0, 0 },
        { "url", 0, CLI_TEXT, &how.url, "URL",
          "download from this web folder, or file:///..., instead of\n"
          "the known addresses",
          0, 0 },
        { 0 },
    };
    const cli_command command = {
        .name = "data fetch",
        .summary =
            "Download the published files of a data set, mnist or kdd99, and check\n"
            "their SHA-256.",
        .operand = "mnist|kdd99",
        .operand_at = &name,
        .options = options,
        .notes =
            "Existing files are kept.  An incomplete download is a .part file; the same\n"
            "command continues it.\n",
        .example = "egad data fetch mnist",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    if (strcmp(name, "mnist") && strcmp(name, "kdd99"))
        return message_usage(command.name, "unknown data set '%s'; choose mnist or kdd99",
                             name);
    if (!folder)
        folder = name;
    const egad_status status = egad_fetch_run(name, folder, &how);
    if (*s.file && message_terminal())
        fputc('\n', stderr);
    if (status != EGAD_OK)
        return message_fail();
    printf("%s is in '%s'; SHA-256 as published\n", name, folder);
    return CLI_DONE;
}

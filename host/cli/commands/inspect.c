/* egad inspect: what an HDF5 file of ours holds. */
#include "commands.h"

#include <stdlib.h>

int inspect_command(int argc, char **argv)
{
    const char *path = NULL;
    cli_option options[] = { { 0 } };
    const cli_command command = {
        .name = "inspect",
        .summary = "Say what a model, a data file or a file of scores holds.",
        .operand = "FILE.h5",
        .operand_at = &path,
        .options = options,
        .notes =
            "Of a model whose training stopped early it says so behind the attributes of "
            "/.\n"
            "Arrays that training changes come with the start of their SHA-256: models\n"
            "that are equal bit for bit have the same.\n",
        .example = "egad inspect model.h5",
    };
    CLI_CHECK(options_parse(&command, argc, argv));
    char *text;
    if (egad_checkpoint_inspect(path, &text) != EGAD_OK)
        return message_fail();
    fputs(text, stdout);
    free(text);
    return CLI_DONE;
}

/* egad inspect: describes an HDF5 file of egad. */
#include "commands.h"

#include <stdlib.h>

int inspect_command(int argc, char **argv)
{
    const char *path = NULL;
    cli_option options[] = { { 0 } };
    const cli_command command = {
        .name = "inspect",
        .summary = "Describe a model, a data file or a file of scores.",
        .operand = "FILE.h5",
        .operand_at = &path,
        .options = options,
        .notes =
            "For a model whose training was stopped early, a line after the attributes "
            "of\n"
            "/ says so.  Arrays that training changes are printed with the first digits\n"
            "of their SHA-256: models that are equal bit for bit have the same digits.\n",
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

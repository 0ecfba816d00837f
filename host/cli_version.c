/* What this program is: version, commit, and the libraries that it was built with.  CMake
 * gives the last two. */
#include "cli.h"

int cli_version(const char *program)
{
    printf("%s %s\ncommit     %s\nbuilt with %s\n", program, egad_status_version(),
           EGAD_COMMIT, EGAD_LIBRARIES);
    return CLI_DONE;
}

/* What this program is: version, commit, and the libraries that it was built with.  CMake
 * gives the last two. */
#include "shell.h"

const char *cli_version_commit(void)
{
    return EGAD_COMMIT;
}

const char *cli_version_libraries(void)
{
    return EGAD_LIBRARIES;
}

int cli_version(const char *program)
{
    printf("%s %s\ncommit     %s\nbuilt with %s\n", program, egad_status_version(),
           cli_version_commit(), cli_version_libraries());
    return CLI_DONE;
}

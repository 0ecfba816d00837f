/* Version, commit, and the libraries that the program was built with; CMake gives the
 * last two. */
#include "shell.h"

const char *version_commit(void)
{
    return EGAD_COMMIT;
}

const char *version_libraries(void)
{
    return EGAD_LIBRARIES;
}

int version_print(const char *program)
{
    printf("%s %s\ncommit     %s\nbuilt with %s\n", program, egad_status_version(),
           version_commit(), version_libraries());
    return CLI_DONE;
}

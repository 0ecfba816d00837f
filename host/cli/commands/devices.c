/* egad devices: the OpenCL devices, and the one that commands use by default. */
#include "commands.h"
#include "rows/open.h"

#include <stdlib.h>
#include <string.h>

static int wider(int width, const char *text)
{
    int n = (int)strlen(text);
    return n > width ? n : width;
}

static void print_devices(const egad_device_info *list, size_t n)
{
    int driver = 6, opencl_c = 8;
    for (size_t i = 0; i < n; i++) {
        driver = wider(driver, list[i].driver);
        opencl_c = wider(opencl_c, list[i].opencl_c);
    }
    printf("  %-5s  %-11s  %10s  %-*s  %-*s  %s\n", "index", "type", "memory", driver,
           "driver", opencl_c, "OpenCL C", "name");
    for (size_t i = 0; i < n; i++) {
        char index[32];
        snprintf(index, sizeof index, "%d:%d", list[i].platform_index,
                 list[i].device_index);
        printf("%c %-5s  %-11s  %10s  %-*s  %-*s  %s\n", list[i].chosen ? '*' : ' ',
               index, list[i].type, text_bytes(list[i].memory).text, driver,
               list[i].driver, opencl_c, list[i].opencl_c, list[i].name);
    }
}

int devices_command(int argc, char **argv)
{
    const char *choice = NULL;
    cli_option options[] = {
        CLI_DEVICE_OPTION(choice),
        { 0 },
    };
    const cli_command command = {
        .name = "devices",
        .summary = "List the OpenCL devices; * marks the one in use.",
        .options = options,
        .notes =
            "The device is the one given by --device, else by the environment variable\n"
            "EGAD_DEVICE, else the first GPU, else the first device.\n",
        .example = "egad devices --device gpu",
    };
    CLI_CHECK(options_parse(&command, argc, argv));

    egad_device_info *list;
    size_t n;
    if (egad_device_list(&list, &n, choice) != EGAD_OK)
        return message_fail();
    size_t chosen = 0;
    for (size_t i = 0; i < n; i++)
        chosen += list[i].chosen != 0;
    print_devices(list, n);
    for (size_t i = 0; i < n; i++)
        if (list[i].chosen)
            printf("tuning of %d:%d: %s\n", list[i].platform_index, list[i].device_index,
                   open_tuning(&list[i]).text);
    free(list);
    if (!chosen)
        return message_error(
            "%s '%s' matches none of these devices: give an index, or a word of a name",
            choice ? "--device" : "EGAD_DEVICE", choice ? choice : getenv("EGAD_DEVICE"));
    return CLI_DONE;
}

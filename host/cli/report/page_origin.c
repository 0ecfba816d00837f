/* The section of a page on where its results come from. */
#include "page.h"
#include "shell/shell.h"

void page_origin(cli_page *page, const egad_device_info *device, const egad_dataset *data,
                 const char *name)
{
    egad_tuning_info tuning;
    egad_tune_describe(&tuning, device);
    page_facts(page);
    page_cell(page, "egad");
    page_cell(page, "%s, commit %s", egad_status_version(), version_commit());
    page_cell(page, "built with");
    page_cell(page, "%s", version_libraries());
    page_cell(page, "device");
    page_cell(page, "%s (%s, driver %s, %s)", device->name, device->platform,
              device->driver, device->opencl_c);
    page_cell(page, "tuning");
    page_cell(page, "%s", tuning.text);
    page_cell(page, "data");
    page_cell(page, "%s, protocol %s, from %s", name,
              data->protocol ? data->protocol : "none",
              data->source ? data->source : "a program");
    page_cell(page, "SHA-256 of its source");
    page_cell(page, "%s", data->sha256 ? data->sha256 : "unknown");
    if (data->command) {
        page_cell(page, "command in the data file");
        page_cell(page, "%s", data->command);
    }
    page_table_end(page);
}

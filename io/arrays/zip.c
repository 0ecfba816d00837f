/* The members of zip files.  The only file that includes zip.h. */
#include "elements.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

struct egad_zip {
    zip_t *archive;
    zip_file_t *member; /* the one that is read, or NULL, */
    zip_uint64_t at;    /* its number, */
    const char *who;    /* and names for messages */
    char *path;
};

egad_status egad_zip_open(egad_zip **out, const char *who, const char *path)
{
    egad_status status = EGAD_OK;
    egad_zip *zip = NULL;
    zip_error_t error;
    int code = 0;

    *out = NULL;
    NEW(zip, 1);
    zip->who = who;
    TRY(egad_array_text(&zip->path, path));
    zip->archive = zip_open(path, ZIP_RDONLY, &code);
    if (!zip->archive) {
        zip_error_init_with_code(&error, code);
        status = egad_status_fail(
            code == ZIP_ER_OPEN || code == ZIP_ER_READ || code == ZIP_ER_NOENT
                ? EGAD_FILE
                : EGAD_FORMAT,
            __FILE__, __LINE__, "%s: cannot open '%s': %s%s", who, path,
            zip_error_strerror(&error),
            code == ZIP_ER_NOZIP ? ": give a file written by numpy.savez" : "");
        zip_error_fini(&error);
        goto done;
    }
    *out = zip;
    zip = NULL;
done:
    egad_zip_close(zip);
    return status;
}

size_t egad_zip_members(const egad_zip *zip)
{
    const zip_int64_t n = zip_get_num_entries(zip->archive, 0);
    return n > 0 ? (size_t)n : 0;
}

const char *egad_zip_name(const egad_zip *zip, size_t i)
{
    return zip_get_name(zip->archive, i, 0);
}

egad_status egad_zip_begin(egad_zip *zip, size_t i)
{
    egad_status status = EGAD_OK;

    if (zip->member)
        zip_fclose(zip->member);
    zip->at = i;
    zip->member = zip_fopen_index(zip->archive, i, 0);
    if (!zip->member)
        FAIL(FORMAT, "%s: cannot read '%s' in '%s': %s", zip->who, egad_zip_name(zip, i),
             zip->path, zip_strerror(zip->archive));
done:
    return status;
}

egad_status egad_zip_more(void *from, char *buffer, size_t size, size_t *got)
{
    egad_status status = EGAD_OK;
    egad_zip *zip = from;
    const zip_int64_t n = zip_fread(zip->member, buffer, size);

    if (n < 0)
        FAIL(FORMAT, "%s: '%s' in '%s' is damaged: %s: copy the file again", zip->who,
             egad_zip_name(zip, zip->at), zip->path, zip_file_strerror(zip->member));
    *got = (size_t)n;
done:
    return status;
}

void egad_zip_close(egad_zip *zip)
{
    if (!zip)
        return;
    if (zip->member)
        zip_fclose(zip->member);
    if (zip->archive)
        zip_discard(zip->archive);
    free(zip->path);
    free(zip);
}

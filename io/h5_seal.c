/* The end of a file that egad has written: a checksum of all before it.  HDF5 passes over
 * it, as a file may be longer than it says, and takes it away where it writes to the
 * file: what another program has changed has none, and nothing is checked then. */
#include "h5_inside.h"
#include "io.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char word[] = "egad-sum"; /* then eight digits */

enum { PIECE = 1024 * 1024 };

void egad_h5_seal(char seal[EGAD_H5_SEAL + 1], const void *bytes, size_t n)
{
    snprintf(seal, EGAD_H5_SEAL + 1, "%s%08lx", word, egad_text_crc(0, bytes, n));
}

/* The n bytes from `at` on: fewer are a failure, as the file has them. */
static egad_status read_at(const egad_h5 *file, uint64_t at, char *bytes, size_t n)
{
    egad_status status = EGAD_OK;

    for (size_t done = 0; done < n;) {
        const ssize_t got = pread(file->fd, bytes + done, n - done, (off_t)(at + done));
        if (got == 0 || (got < 0 && errno != EINTR))
            FAIL(FILE, "h5: cannot read '%s': %s", file->path,
                 got ? strerror(errno) : "it has become shorter");
        done += got > 0 ? (size_t)got : 0;
    }
done:
    return status;
}

egad_status egad_h5_check_seal(const egad_h5 *file)
{
    egad_status status = EGAD_OK;
    char *piece = NULL, seal[EGAD_H5_SEAL + 1] = "", want[EGAD_H5_SEAL + 1];
    unsigned long crc = 0;

    if (file->size < EGAD_H5_SEAL)
        goto done;
    const uint64_t n = file->size - EGAD_H5_SEAL;
    TRY(read_at(file, n, seal, EGAD_H5_SEAL));
    if (strncmp(seal, word, strlen(word)) != 0)
        goto done;
    NEW(piece, PIECE);
    for (uint64_t at = 0; at < n;) {
        const size_t some = n - at < PIECE ? (size_t)(n - at) : PIECE;
        TRY(read_at(file, at, piece, some));
        crc = egad_text_crc(crc, piece, some);
        at += some;
    }
    snprintf(want, sizeof want, "%s%08lx", word, crc);
    if (strcmp(seal, want) != 0)
        FAIL(FORMAT,
             "h5: '%s' is damaged: by its checksum it is not what egad has "
             "written" EGAD_H5_ANEW,
             file->path);
done:
    free(piece);
    return status;
}

egad_status egad_h5_check_cut(const egad_h5 *file)
{
    egad_status status = EGAD_OK;
    char rest[EGAD_H5_SEAL];
    haddr_t end;

    if (H5Fget_eoa(file->id, &end) < 0 || file->size <= end ||
        file->size - end >= EGAD_H5_SEAL)
        goto done;
    const size_t n = (size_t)(file->size - end), length = strlen(word);
    TRY(read_at(file, end, rest, n));
    if (strncmp(rest, word, n < length ? n : length) == 0)
        FAIL(FORMAT, "h5: '%s' is HDF5, but truncated" EGAD_H5_ANEW, file->path);
done:
    return status;
}

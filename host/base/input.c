/* Reads the bytes of plain and .gz files, and of other sources.  The only file that
 * includes zlib.h. */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { BUFFER = 256 * 1024 };

struct egad_input {
    gzFile file;
    egad_input_more *more; /* or this, with its argument */
    void *from;
    char *path;
    egad_sha256 *sha;
    char first; /* first byte, read ahead to detect an empty file */
    int ahead;
};

egad_status egad_input_open(egad_input **out, const char *path)
{
    egad_status status = EGAD_OK;
    egad_input *input = NULL;
    struct stat info;
    size_t length = strlen(path);
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY);

    *out = NULL;
    if (fd < 0 || fstat(fd, &info) != 0)
        FAIL(FILE, "cannot open '%s': %s", path, strerror(errno));
    if (S_ISDIR(info.st_mode))
        FAIL(FILE, "cannot open '%s': it is a folder", path);
    NEW(input, 1);
    NEW(input->path, length + 1);
    strcpy(input->path, path);
    TRY(egad_sha256_new(&input->sha));
    input->file = gzdopen(fd, "rb");
    if (!input->file)
        FAIL(MEMORY, "out of memory to read '%s'", path);
    fd = -1;
    gzbuffer(input->file, BUFFER);
    size_t got;
    TRY(egad_input_read(input, &input->first, 1, &got));
    if (got == 0)
        FAIL(FORMAT, "'%s' is empty", path);
    input->ahead = 1;
    /* zlib passes data that is not gzip through; in a .gz file that is damage. */
    if (length > 3 && strcmp(path + length - 3, ".gz") == 0 && gzdirect(input->file))
        FAIL(FORMAT,
             "'%s' is named .gz but is not gzip data: copy it again, or rename it if it "
             "is not compressed",
             path);
    *out = input;
    input = NULL;
done:
    if (fd >= 0)
        close(fd);
    egad_input_close(input);
    return status;
}

egad_status egad_input_over(egad_input **out, egad_input_more *more, void *from)
{
    egad_status status = EGAD_OK;
    egad_input *input = NULL;

    *out = NULL;
    NEW(input, 1);
    input->more = more;
    input->from = from;
    TRY(egad_sha256_new(&input->sha));
    *out = input;
    input = NULL;
done:
    egad_input_close(input);
    return status;
}

/* The next bytes of a file; *got: 0 at its end. */
static egad_status read_file(egad_input *input, char *buffer, size_t most, size_t *got)
{
    egad_status status = EGAD_OK;
    int code = Z_OK;
    const int read = most ? gzread(input->file, buffer, (unsigned)most) : 0;

    gzerror(input->file, &code);
    if (code == Z_BUF_ERROR)
        FAIL(FORMAT, "'%s' is a truncated .gz: copy it again", input->path);
    if (code == Z_ERRNO)
        FAIL(FILE, "cannot read '%s': %s", input->path, strerror(errno));
    if (read < 0 || (code != Z_OK && code != Z_STREAM_END))
        FAIL(FORMAT, "'%s' is a damaged .gz: copy it again", input->path);
    *got = (size_t)read;
done:
    return status;
}

egad_status egad_input_read(egad_input *input, char *buffer, size_t size, size_t *got)
{
    egad_status status = EGAD_OK;
    size_t n = 0, more = 0;

    if (input->ahead && size) {
        buffer[n++] = input->first;
        input->ahead = 0;
    }
    const size_t most = size - n < BUFFER ? size - n : BUFFER;
    TRY(input->more ? input->more(input->from, buffer + n, most, &more)
                    : read_file(input, buffer + n, most, &more));
    egad_sha256_add(input->sha, buffer + n, more);
    *got = n + more;
done:
    return status;
}

egad_status egad_input_fill(egad_input *input, void *buffer, size_t size, size_t *got)
{
    egad_status status = EGAD_OK;
    size_t n = 0, more = 1;

    while (n < size && more > 0) {
        TRY(egad_input_read(input, (char *)buffer + n, size - n, &more));
        n += more;
    }
    *got = n;
done:
    return status;
}

void egad_input_sha256(egad_input *input, char hex[65])
{
    egad_sha256_hex(input->sha, hex);
}

egad_status egad_input_sum(const char *path, char hex[65])
{
    egad_status status = EGAD_OK;
    egad_input *input = NULL;
    char *buffer = NULL;
    size_t got = 1;

    TRY(egad_input_open(&input, path));
    NEW(buffer, BUFFER);
    while (got)
        TRY(egad_input_read(input, buffer, BUFFER, &got));
    egad_input_sha256(input, hex);
done:
    egad_input_close(input);
    free(buffer);
    return status;
}

egad_status egad_input_inflates(int *yes, const void *bytes, size_t n, size_t size)
{
    egad_status status = EGAD_OK;
    unsigned char made[64 * 1024];
    size_t all = 0;
    z_stream stream = { .next_in = (z_const Bytef *)bytes, .avail_in = (uInt)n };

    int code = n > UINT_MAX ? Z_DATA_ERROR : inflateInit(&stream);
    while (code == Z_OK && all <= size) {
        stream.next_out = made;
        stream.avail_out = sizeof made;
        code = inflate(&stream, Z_NO_FLUSH);
        all += sizeof made - stream.avail_out;
    }
    inflateEnd(&stream);
    if (code == Z_MEM_ERROR)
        FAIL(MEMORY, "out of memory to decompress");
    *yes = code == Z_STREAM_END && all == size;
done:
    return status;
}

unsigned long egad_input_crc(unsigned long crc, const void *bytes, size_t n)
{
    return crc32_z(crc, bytes, n);
}

void egad_input_close(egad_input *input)
{
    if (!input)
        return;
    if (input->file)
        gzclose_r(input->file);
    egad_sha256_free(input->sha);
    free(input->path);
    free(input);
}

/* The one writer of files, as the library uses it beyond egad.h: HDF5 files that are
 * written past the stream, and downloads, which have a name of their own while they are
 * not whole. */
#ifndef EGAD_FILE_H
#define EGAD_FILE_H

#include "status.h"

/* Write n bytes behind those written so; nothing goes through the stream as well. */
egad_status egad_file_write(egad_file *file, const void *bytes, size_t n);

/* Flush a stream to the disk and close it, also after a failure.  `path` is for messages.
 */
egad_status egad_file_close(FILE *stream, const char *path);

/* Rename a file that was closed so, in its folder, and bring the new name to the disk. */
egad_status egad_file_rename(const char *from, const char *to);

#endif

/* What the library uses to write files, beyond egad.h: HDF5 writes without the stream,
 * and downloads keep their partial file from one run to the next. */
#ifndef EGAD_FILE_H
#define EGAD_FILE_H

#include "status.h"

/* Append n bytes.  Do not mix with writes to the file's stream. */
egad_status egad_file_write(egad_file *file, const void *bytes, size_t n);

/* Flush a stream to the disk and close it; it is closed after a failure too.  `path` is
 * for messages. */
egad_status egad_file_close(FILE *stream, const char *path);

/* Rename a file that egad_file_close closed, within its folder, and flush the new name to
 * the disk. */
egad_status egad_file_rename(const char *from, const char *to);

#endif

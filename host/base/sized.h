/* Structs that callers fill, which begin with their size: a program and the library that
 * it runs with may be of different versions. */
#ifndef EGAD_SIZED_H
#define EGAD_SIZED_H

#include "status.h"

/* Copy what the caller filled (NULL: nothing) to `to`, a struct of `known` bytes that
 * holds the defaults; fields beyond the caller's keep these.  EGAD_ARGUMENT if the size
 * is impossible, or if fields that this version does not know are not 0.  `type` is for
 * messages. */
egad_status egad_sized_read(void *to, size_t known, const void *from, const char *type);

#define READ_SIZED(type, to, from) TRY(egad_sized_read((to), sizeof(type), (from), #type))

#endif

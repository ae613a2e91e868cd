/*
 * gms_file: small files of the state folder, read whole and replaced whole.
 */

#ifndef GMS_FILE_H
#define GMS_FILE_H

#include <stddef.h>

/* A malloc'ed text, the caller's.  NULL: errno says why (EFBIG: it has more
 * than most bytes). */
char *gms_file_read(const char *path, size_t most);

/* The file holds text afterwards, or what it held before: GMS_ESYS.  Nobody
 * but its owner may read it: there are secrets in these files. */
int gms_file_replace(const char *path, const char *text);

#endif /* GMS_FILE_H */

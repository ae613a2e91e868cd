/*
 * gms_shotlist: shots of a CSV file, for the command line: x_mm,y_mm, and in
 * a file with a header also round (whole numbers) and t_s; what its columns
 * sighter, removed, unplaced and window say does not count is left out.
 */

#ifndef GMS_SHOTLIST_H
#define GMS_SHOTLIST_H

#include <stddef.h>

#include "../session/counted.h"

typedef struct {
    gms_counted_t *shot; /* numbered 1, 2, ...; owned */
    int            n;
    bool           has_rounds;
    int            capacity;
} gms_shotlist_t;

/* file NULL: standard input.  A negative error with a sentence that names the
 * line; the list must be freed either way. */
int gms_shotlist_read(
    gms_shotlist_t *list, const char *file, char *err, size_t err_size);

void gms_shotlist_free(gms_shotlist_t *list);

#endif /* GMS_SHOTLIST_H */

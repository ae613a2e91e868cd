/*
 * gms_tables: the Huffman tables that Motion JPEG leaves out.
 *
 * Most cameras at the USB, and most AVI files of MJPEG, send pictures without
 * them and mean those of the standard.  Decoders for such streams know that;
 * browsers and whatever else opens a picture on its own need not.
 */

#ifndef GMS_TABLES_H
#define GMS_TABLES_H

#include <stddef.h>
#include <stdint.h>

#define GMS_TABLES_SIZE 432 /* by what a picture grows */

typedef struct {
    uint8_t *bytes;
    size_t   capacity;
} gms_tables_t;

/* A baseline picture without tables becomes one with them, in memory of t that
 * is good until its next use; any other bytes stay what and where they are.
 * GMS_ENOMEM. */
int gms_tables_complete(gms_tables_t *t, const uint8_t **jpeg, size_t *size);

void gms_tables_free(gms_tables_t *t);

#endif /* GMS_TABLES_H */

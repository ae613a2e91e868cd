/*
 * gms_still: does the scene stand still from picture to picture?
 *
 * Compares cells with those of the picture before, each picture in its own
 * mean light, so that a lamp is no movement.  Movement of a camera is none
 * either where the cells come from the registered picture.
 */

#ifndef GMS_STILL_H
#define GMS_STILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t  cells;
    size_t  across; /* in a row */
    float  *last;
    float  *first; /* what stood so since then */
    bool    has_last;
    int     pictures; /* alike in a row, this one too; 1: it just moved */
    int64_t since_ns; /* the first of them */
    int64_t stood_ns; /* all since then are like the one of then: what creeps
                         is alike from one picture to the next */
} gms_still_t;

/* GMS_ENOMEM. */
int  gms_still_init(gms_still_t *still, size_t across, size_t rows);
void gms_still_close(gms_still_t *still);

/* The next picture begins anew. */
void gms_still_reset(gms_still_t *still);

/* cell: levels, cells of them; changed while it works. */
void gms_still_update(gms_still_t *still, float *cell, int64_t ns);

#endif /* GMS_STILL_H */

/*
 * gms_glance: a cheap look at a picture in the thread that takes it: does it
 * stand still, is it black?  What is on it the detector sees.
 * Belongs to one thread.
 */

#ifndef GMS_GLANCE_H
#define GMS_GLANCE_H

#include "source.h"

typedef struct {
    gms_jpeg_t *jpeg;
    gms_image_t now;    /* an eighth of the newest picture */
    gms_image_t anchor; /* ... of the one since which it stands still */
    int64_t     anchor_ns;
    unsigned    pictures; /* since then; 0: none was looked at */
} gms_glance_t;

/* GMS_ENOMEM. */
int  gms_glance_init(gms_glance_t *g);
void gms_glance_free(gms_glance_t *g);

/* What is seen next is compared with nothing. */
void gms_glance_begin(gms_glance_t *g);

/* How long it has stood still with this picture, in ns; 0: it moves; < 0: the
 * picture cannot be read.  Light and noise that change a little are no move;
 * a slow one is, since all are compared with the first. */
int64_t gms_glance_still_ns(gms_glance_t *g, const gms_frame_t *frame);

/* Nearly all of it is darker than what a camera gives of a dark room. */
bool gms_glance_black(gms_glance_t *g, const gms_frame_t *frame);

#endif /* GMS_GLANCE_H */

/*
 * gms_zooming: the way of a camera to another zoom, pan or tilt: a preset that
 * is asked for, and the pictures until they stand still.  The capture thread's
 * alone.
 */

#ifndef GMS_ZOOMING_H
#define GMS_ZOOMING_H

#include "../capture/glance.h"
#include "../capture/ptz.h"

typedef struct {
    const gms_camera_t *camera;
    gms_glance_t        glance;
    gms_ptz_t          *request;  /* under way; NULL: none */
    int                 preset;   /* that it asks for */
    uint64_t            ask;      /* who waits for the answer, 0: nobody */
    unsigned            lane;     /* ... and where */
    int64_t             again_ns; /* when it is asked for again, 0: not */
    bool                on;       /* the picture moves */
    int64_t             since_ns; /* ... since, by the camera's word */
    char                why[320]; /* it could not be set again; "": fine */
} gms_zooming_t;

/* camera outlives it.  GMS_ENOMEM. */
int  gms_zooming_init(gms_zooming_t *z, const gms_camera_t *camera);
void gms_zooming_close(gms_zooming_t *z);

/* Asks for a preset; ask 0: nobody waits, it is only set again.  An error of
 * gms_ptz_begin(), or GMS_EAGAIN with a sentence: another is being asked for.
 */
int gms_zooming_ask(gms_zooming_t *z, int preset, uint64_t ask, unsigned lane,
    char *err, size_t err_size);

/* Goes on with what was asked: as gms_ptz_drive(); without a request
 * GMS_EAGAIN.  After GMS_OK the picture moves. */
int gms_zooming_drive(gms_zooming_t *z, char *err, size_t err_size);

/* What nobody waited for failed: it is asked for again in a while. */
void gms_zooming_retry(gms_zooming_t *z, const char *why);
bool gms_zooming_is_due(const gms_zooming_t *z, int64_t now_ns);

/* The picture begins to move. */
void gms_zooming_begin(gms_zooming_t *z, int64_t now_ns);

/* The camera is lost: what was on its way is not any more.  Who waits is still
 * to be answered. */
void gms_zooming_stop(gms_zooming_t *z);

/* A picture while it moves: true when it has come to rest, or moves for so
 * long that there is no waiting for it. */
bool gms_zooming_is_over(gms_zooming_t *z, const gms_frame_t *frame);

#endif /* GMS_ZOOMING_H */

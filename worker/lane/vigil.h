/*
 * gms_vigil: whether what a camera gives is worth looking at: the same picture
 * again and again, a black one, a clock that runs backwards.  The capture
 * thread's; it looks at no clock of its own.
 */

#ifndef GMS_VIGIL_H
#define GMS_VIGIL_H

#include "../capture/glance.h"

typedef enum {
    GMS_VIGIL_WELL,
    GMS_VIGIL_FROZEN,
    GMS_VIGIL_BLACK
} gms_vigil_e;

typedef struct {
    bool     real;      /* a camera, which never gives the same twice */
    double   fps;       /* at which it is asked; 0: not known */
    uint64_t hash;      /* of the newest picture */
    int64_t  looked_ns; /* at that */
    int64_t  fresh_ns;  /* when it was last another one, 0: there is none */
    int64_t  apart_ns;  /* between the last two that differed */
    unsigned black;     /* looks that found it so */
    int64_t  reopen_ns; /* when a frozen camera is opened anew, 0: not */
    int64_t  patience_ns;
} gms_vigil_t;

void gms_vigil_init(gms_vigil_t *v, const gms_camera_t *camera);

/* A picture came. */
void gms_vigil_picture(gms_vigil_t *v, gms_glance_t *glance,
    const gms_frame_t *frame, int64_t now_ns);

/* How it stands, whether pictures come or not: a source passes those over that
 * are the same.  While the camera is lost it is not asked. */
gms_vigil_e gms_vigil_state(const gms_vigil_t *v, int64_t now_ns);

/* A frozen camera may wake up when it is opened anew: true each time that this
 * is due, ever more seldom. */
bool gms_vigil_reopens(gms_vigil_t *v, int64_t now_ns);

/* The camera was opened: it has not shown yet that it lives.  One that was
 * frozen stays so until another picture comes. */
void gms_vigil_opened(gms_vigil_t *v, int64_t now_ns);

/* What is wrong, in words. */
void gms_vigil_say(
    const gms_vigil_t *v, int64_t now_ns, char *text, size_t size);

/* Puts a picture right that says it was taken before the last one (last_ns):
 * it counts as taken when it came.  true: it was so. */
bool gms_vigil_clock(
    gms_frame_t *frame, int64_t last_ns, int64_t now_ns, int64_t real_ns);

#endif /* GMS_VIGIL_H */

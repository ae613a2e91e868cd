/*
 * gms_recounter: the counting thread.  Looks at the photographs of a paper
 * that goes and counts its holes, which takes a tenth of a second: neither the
 * main thread, nor the detector, nor a commit may wait so long.
 */

#ifndef GMS_RECOUNTER_H
#define GMS_RECOUNTER_H

#include "lane.h"
#include "../store/pictures.h"

/* Of more shots nobody can tell one hole from another. */
#define GMS_RECOUNTER_SHOTS_MAX 120

/* So many of a lane at most are on their way, so that who asks never waits. */
#define GMS_RECOUNTER_ASKED_MAX 4

typedef struct {
    unsigned      lane;
    uint32_t      id;     /* that the answer names; 0: stop the thread */
    gms_picture_t fresh;  /* of the sheet when it was new; the thread's */
    gms_picture_t last;   /* ... before it goes; the thread's */
    double        map[9]; /* mm -> pixels of the fresh one, */
    gms_lens_t    lens;   /* but for this */
    gms_face_t    face;
    double        caliber_mm;
    uint32_t      paper; /* of the session */
    int           shots; /* on record, places and numbers */
    int           later; /* behind them those that the last one may show */
    double        mm[GMS_RECOUNTER_SHOTS_MAX][2];
    uint32_t      number[GMS_RECOUNTER_SHOTS_MAX];
} gms_recounting_t;

typedef struct {
    gms_inbox_t *notes;

    gms_inbox_t asked; /* answered by notes, each once */
    gms_jpeg_t *jpeg;
    pthread_t   thread;
    bool        started;
} gms_recounter_t;

/* The first field is the caller's.  GMS_ENOMEM, GMS_ESYS. */
int  gms_recounter_start(gms_recounter_t *r);
void gms_recounter_stop(gms_recounter_t *r);

#endif /* GMS_RECOUNTER_H */

/*
 * gms_recount: counts the holes of a sheet in one picture of it, apart from
 * whoever found them while they were shot.
 *
 * The picture is laid over one of the same sheet when it was new; what differs
 * by as much as a hole, over a disc of the caliber, is a hole.  Slow (tens of
 * milliseconds, allocates): not for the path of a picture.  Pure; any thread.
 */

#ifndef GMS_RECOUNT_H
#define GMS_RECOUNT_H

#include "../base/image.h"
#include "../target/calibration.h"
#include "../target/face.h"

/* More spots than these are no holes that were missed. */
#define GMS_RECOUNT_ODD_MAX 4

typedef struct {
    const gms_image_t *fresh;  /* when it was new, gray */
    double             map[9]; /* mm -> pixels there, */
    gms_lens_t         lens;   /* but for this */
    const gms_image_t *last;   /* before it goes */
    const gms_face_t  *face;
    double             caliber_mm;
    const double (*shot)[2]; /* on record, mm */
    int shots;
    int later; /* behind them those that came so late that they may show */
} gms_recount_t;

typedef struct {
    int    shown;                          /* shots that show as holes */
    int    missing;                        /* one that does not; -1: all do */
    int    odd;                            /* holes that are no shot's */
    double odd_mm[GMS_RECOUNT_ODD_MAX][2]; /* the clearest first */
} gms_recounted_t;

/* GMS_EUNSURE: the two are not of one sheet, or something is before it;
 * GMS_ENOMEM. */
int gms_recount(gms_recounted_t *out, const gms_recount_t *r);

#endif /* GMS_RECOUNT_H */

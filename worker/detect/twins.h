/*
 * gms_twins: holes that touch and came in one picture, or so soon after each
 * other that they are one candidate.
 *
 * One disc cannot explain them.  Two are put along the longest axis of the
 * change, a further one on what is left over; then each is fitted with the
 * others known, in turns, until all of them are holes or none is.
 */

#ifndef GMS_TWINS_H
#define GMS_TWINS_H

#include "verify.h"

#define GMS_TWINS_MAX 4

typedef struct {
    int      side;
    uint8_t *mask;  /* of a piece: changed, and no disc's */
    int     *stack; /* of places in it */
} gms_twins_t;

/* For pieces of at most side x side.  GMS_ENOMEM. */
int  gms_twins_init(gms_twins_t *twins, int side);
void gms_twins_close(gms_twins_t *twins);

/*
 * found[0] is what one disc makes of the candidate.  Returns how many holes
 * there are, found[] filled: 1, and found[0] as it was, when one disc is all.
 * holes: those of about; as before on return.
 */
int gms_twins_find(gms_twins_t *twins, gms_verify_t *verify,
    const gms_circumstances_t *about, gms_holes_t *holes,
    const gms_track_t *track, const float *now,
    gms_finding_t found[GMS_TWINS_MAX]);

#endif /* GMS_TWINS_H */

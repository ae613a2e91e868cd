/*
 * gms_verify: is this candidate a hole, and where is its centre?
 *
 * Works on a piece of the zone: the background before, the mean of the
 * pictures since.  gms_patch says what changed, gms_fit where the disc of the
 * known caliber lies in it, gms_verdict whether that is a hole.
 */

#ifndef GMS_VERIFY_H
#define GMS_VERIFY_H

#include "verdict.h"
#include "patch.h"

typedef struct gms_verify_s gms_verify_t; /* scratch for one piece */

/* NULL: no memory. */
gms_verify_t *gms_verify_create(int side);
void          gms_verify_destroy(gms_verify_t *verify);

/* now: the piece as it looks since the candidate came, levels. */
void gms_verify(gms_verify_t *verify, const gms_circumstances_t *about,
    const gms_track_t *track, const float *now, gms_finding_t *finding);

#endif /* GMS_VERIFY_H */

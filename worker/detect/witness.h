/*
 * gms_witness: what the last candidates looked like, before and after, for a
 * person who asks why something was a shot or was none.
 */

#ifndef GMS_WITNESS_H
#define GMS_WITNESS_H

#include "change.h"
#include "tracks.h"
#include "verify.h"

#define GMS_WITNESS_KEPT 32

typedef struct {
    uint32_t id; /* 0: empty */
    int      w;
    int      h;
    double   x; /* of the disc, in the piece */
    double   y;
    double   r;
    uint8_t *before;
    uint8_t *after;
} gms_testimony_t;

typedef struct {
    int             side;
    int             next;
    gms_testimony_t kept[GMS_WITNESS_KEPT]; /* a ring */
} gms_witness_t;

/* For pieces of at most side x side.  GMS_ENOMEM. */
int  gms_witness_init(gms_witness_t *witness, int side);
void gms_witness_close(gms_witness_t *witness);

/* The background of the piece and its mean since, levels. */
void gms_witness_keep(gms_witness_t *witness, uint32_t id,
    const gms_change_t *change, const gms_piece_t *piece, const float *now,
    const gms_finding_t *finding);

/* GMS_ENOTFOUND; the newest of this id. */
int gms_witness_recall(
    const gms_witness_t *witness, uint32_t id, gms_evidence_t *evidence);

#endif /* GMS_WITNESS_H */

/*
 * gms_evidence: what a lane shows to whoever asks why: the pictures of shots
 * and cards, and the candidates that were no shot.  The lane's main thread
 * alone.
 */

#ifndef GMS_EVIDENCE_H
#define GMS_EVIDENCE_H

#include <cJSON.h>

#include "scorer.h"

/* Each answers the ask, always once. */
void gms_evidence_picture(gms_scorer_t *s, uint64_t ask, const char *session,
    gms_picture_kind_e kind, uint32_t n);
/* The candidates that are kept, the newest first. */
cJSON *gms_evidence_rejected(const gms_scorer_t *s);
void   gms_evidence_candidates(gms_scorer_t *s, uint64_t ask);
void gms_evidence_candidate_picture(gms_scorer_t *s, uint64_t ask, uint32_t id);

#endif /* GMS_EVIDENCE_H */

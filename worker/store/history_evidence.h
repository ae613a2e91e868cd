/*
 * gms_history_evidence: which pictures there are of each session's shots and
 * papers: where, how large, and their hash.  The bytes stay in the lane's
 * folder (pictures.h).
 *
 * A lane writes them beside its journal, a moment later: so the folder of a
 * session is looked at while it is open and until a little after its end.
 */

#ifndef GMS_HISTORY_EVIDENCE_H
#define GMS_HISTORY_EVIDENCE_H

#include "history.h"

/*
 * One short look into the folder of the session behind *after, which is set to
 * it when all of its pictures are known; *after 0: from the first.  1: another
 * step may find more, 0: there is none behind it, or an error.
 */
int gms_history_evidence_step(
    gms_history_t *h, const char *state_dir, int64_t now_us, int64_t *after);

#endif /* GMS_HISTORY_EVIDENCE_H */

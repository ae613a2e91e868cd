/*
 * gms_recover: a lane that starts folds its journal and publishes what the
 * ring of its predecessor lacks, under the old numbers.
 */

#ifndef GMS_RECOVER_H
#define GMS_RECOVER_H

#include "scorer.h"

/* The scorer's ring, state and session are set up.  A negative error with a
 * sentence in err. */
int gms_recover(
    gms_scorer_t *s, gms_journal_t *journal, char *err, size_t err_size);

#endif /* GMS_RECOVER_H */

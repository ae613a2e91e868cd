/*
 * gms_telling: a lane tells its supervisor what is wrong with it: its whole
 * list, when another kind of problem is in it than at the last time.
 */

#ifndef GMS_TELLING_H
#define GMS_TELLING_H

#include "scorer.h"

/* Unless the supervisor knows already; once a second. */
void gms_telling_problems(gms_scorer_t *s);

/* The same from a lane that cannot work: a list with this one in it. */
void gms_telling_failure(
    int control, const char *lane, const char *title, const char *detail);

#endif /* GMS_TELLING_H */

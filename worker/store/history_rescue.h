/*
 * gms_history_rescue: what to do with a damaged history.db: it is set aside,
 * never thrown away, and what no journal holds is read out of it as far as it
 * goes.
 */

#ifndef GMS_HISTORY_RESCUE_H
#define GMS_HISTORY_RESCUE_H

#include "history.h"

/* Renames the file and what belongs to it to path.damaged-1 .. -9, into
 * aside.  GMS_ESTATE: there are nine already; GMS_ESYS. */
int gms_history_set_aside(const char *path, char *aside, size_t size);

/* Shooters, equipment, what was shot with which, and answered commands; the
 * number of rows that were brought over, or an error of h. */
int gms_history_rescue(gms_history_t *h, const char *aside);

#endif /* GMS_HISTORY_RESCUE_H */

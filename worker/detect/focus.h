/*
 * gms_focus: is a place of the card as it was, but seen in another focus?
 *
 * What a camera sees from nearer, or once it has focused, has finer lines than
 * what is known of it: digits come out of gray spots.  Blurred as much, the
 * new look is the old one again.  A hole is not: blur moves what it took
 * from the paper, and gives nothing back.
 */

#ifndef GMS_FOCUS_H
#define GMS_FOCUS_H

#include "zone.h"

/*
 * Is what differs around a disc nothing but its focus?
 *
 *   was, is   planes of the zone, levels times GMS_DEEP, in one light
 *   scratch   another plane, spoilt
 *   x, y, r   the disc, px of the zone
 */
bool gms_focus_explains(const gms_zone_t *zone, const int16_t *was,
    const int16_t *is, int16_t *scratch, double x, double y, double r);

#endif /* GMS_FOCUS_H */

/*
 * gms_turn: a calibration seen as one of the eight ways in which a camera can
 * hang, and turned into another of them.
 * Pure; any thread.
 */

#ifndef GMS_TURN_H
#define GMS_TURN_H

#include "calibration.h"

/* rotate and mirror of the view by which this calibration is upright.
 * GMS_EINVALID: no view of a card. */
int gms_turn_view(const gms_calibration_t *c, gms_view_t *view);

/* Turns the card under the calibration by quarters, and mirrors it if need be,
 * until it is upright in this view; a lean of a few degrees stays.
 * GMS_EINVALID: no view of a card; c is then untouched. */
int gms_turn_to(gms_calibration_t *c, const gms_view_t *view);

#endif /* GMS_TURN_H */

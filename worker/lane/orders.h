/*
 * gms_order: what a lane's main thread tells its analysis and capture threads
 * to do, as things stand.
 */

#ifndef GMS_ORDERS_H
#define GMS_ORDERS_H

#include "scorer.h"

/* A detector for the present calibration, face and caliber; load: one that
 * takes over the saved memory and the holes on record. */
void gms_order_detect(gms_scorer_t *s, bool load);

/* Any other order; pictures older than not_before_ns do not count for it. */
void gms_order(gms_scorer_t *s, gms_order_kind_e kind, int64_t not_before_ns);

/* What a person says about the paper. */
void gms_order_paper(gms_scorer_t *s, gms_paper_e what);

/* Calibrates in a picture not older than that. */
void gms_order_find_target(gms_scorer_t *s, int64_t not_before_ns);

/* Where a recorded hole is for the present calibration: pixels of another one
 * say nothing, millimetres stay. */
void gms_order_hole(const gms_scorer_t *s, const gms_event_shot_t *shot,
    gms_known_hole_t *hole);

#endif /* GMS_ORDERS_H */

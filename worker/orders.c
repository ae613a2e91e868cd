#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "orders.h"


/* Where a recorded hole is for the present calibration: pixels of another one
 * say nothing, millimetres stay. */
static void
order_hole(
    const gms_scorer_t *s, const gms_event_shot_t *shot, gms_known_hole_t *hole)
{
    hole->x_px = shot->x_px;
    hole->y_px = shot->y_px;
    hole->radius_px = shot->radius_px;

    if (shot->calibration != s->session.calibration_seq) {
        gms_calibration_to_px(
            &s->calibration, shot->x_mm, shot->y_mm, &hole->x_px, &hole->y_px);
        hole->radius_px = s->calibration.px_per_mm * s->caliber_mm / 2;
    }
}


void
gms_order_detect(gms_scorer_t *s, bool load)
{
    const gms_session_shot_t *row;
    gms_order_t               order;
    uint32_t                  i;

    memset(&order, 0, sizeof(order));
    order.kind = GMS_ORDER_DETECT;
    order.lane = s->index;
    order.load = load;
    order.detector.calibration = s->calibration;
    order.detector.caliber_mm = s->caliber_mm;
    order.detector.face = s->face;
    order.detector.zone_mm = gms_face_radius_mm(&s->face);
    order.detector.view = s->view;

    if (load && s->session.shots > 0) {
        order.hole = calloc(s->session.shots, sizeof(*order.hole));
    }

    for (i = 0; order.hole != NULL && i < s->session.shots; i++) {
        row = &s->session.shot[i];

        if (!row->removed && row->shot.paper == s->session.paper) {
            order_hole(s, &row->shot, &order.hole[order.holes++]);
        }
    }

    snprintf(s->watched_face, sizeof(s->watched_face), "%s", s->face.name);
    s->watched_caliber_mm = s->caliber_mm;
    gms_inbox_put(&s->analysis->orders, &order);

    if (s->session.cold) {
        gms_order_paper(s, GMS_PAPER_COLD);
    }
}


void
gms_order_paper(gms_scorer_t *s, gms_paper_e what)
{
    gms_order_t order;

    memset(&order, 0, sizeof(order));
    order.kind = GMS_ORDER_PAPER;
    order.lane = s->index;
    order.paper = what;

    gms_inbox_put(&s->analysis->orders, &order);
}


void
gms_order(gms_scorer_t *s, gms_order_kind_e kind, int64_t not_before_ns)
{
    gms_order_t order;

    memset(&order, 0, sizeof(order));
    order.kind = kind;
    order.lane = s->index;
    order.mono_ns = not_before_ns;
    order.face = s->face;
    order.caliber_mm = s->caliber_mm;
    order.detector.view = s->view;
    order.settled = s->settled;

    gms_inbox_put(
        kind == GMS_ORDER_REOPEN ? &s->grabber->orders : &s->analysis->orders,
        &order);
}


void
gms_order_find_target(gms_scorer_t *s, int64_t not_before_ns)
{
    s->calibrating = true;
    s->calibrate_at_ns = 0;
    s->calibrate_since_ns = not_before_ns;
    gms_order(s, GMS_ORDER_CALIBRATE, not_before_ns);
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "orders.h"


void
gms_order_hole(
    const gms_scorer_t *s, const gms_event_shot_t *shot, gms_known_hole_t *hole)
{
    hole->x_px = shot->x_px;
    hole->y_px = shot->y_px;
    hole->radius_px = shot->radius_px;

    if (shot->calibration != s->book.calibration_seq) {
        gms_calibration_to_px(
            &s->calibration, shot->x_mm, shot->y_mm, &hole->x_px, &hole->y_px);
        hole->radius_px = s->calibration.px_per_mm * s->caliber_mm / 2;
    }
}


/* Of everybody who shot at this paper. */
static void
order_holes(const gms_scorer_t *s, gms_order_t *order)
{
    const gms_session_t      *session;
    const gms_session_shot_t *row;
    uint32_t                  i;
    int                       k, shots;

    shots = gms_scorebook_paper_shots(&s->book);
    order->hole =
        shots > 0 ? calloc((size_t) shots, sizeof(*order->hole)) : NULL;

    for (k = 0; order->hole != NULL && k < GMS_SESSIONS_MAX; k++) {
        session = &s->book.session[k];

        for (i = 0; gms_session_is_open(session) && i < session->shots; i++) {
            row = &session->shot[i];

            if (gms_session_is_hole(session, row) && !row->first.unplaced
                && row->shot.paper == session->paper)
            {
                gms_order_hole(s, &row->first, &order->hole[order->holes++]);
            }
        }
    }
}


void
gms_order_detect(gms_scorer_t *s, bool load)
{
    gms_order_t order;

    memset(&order, 0, sizeof(order));
    order.kind = GMS_ORDER_DETECT;
    order.lane = s->index;
    order.load = load;
    order.doubted = s->loading;
    s->loading = false;
    order.detector.calibration = s->calibration;
    order.detector.caliber_mm = s->caliber_mm;
    order.detector.face = s->face;
    order.detector.zone_mm = gms_face_radius_mm(&s->face);
    order.detector.view = s->view;

    if (load) {
        order_holes(s, &order);
    }

    snprintf(s->watched_face, sizeof(s->watched_face), "%s", s->face.name);
    s->watched_caliber_mm = s->caliber_mm;
    gms_inbox_put(&s->analysis->orders, &order);

    if (s->book.cold) {
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

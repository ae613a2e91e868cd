#include <stdio.h>
#include <string.h>

#include "../base/clock.h"
#include "calibrating.h"
#include "old_holes.h"
#include "orders.h"
#include "papers.h"
#include "scene.h"
#include "turns.h"

/* What is first seen so soon after the end of a session was fired before it:
 * cameras give a picture a second at least. */
#define GMS_LEFT_NS (2 * GMS_S)


/* What is shot at, as the session that has the lane says. */
static void
turns_shoot_at(gms_scorer_t *s, const gms_event_session_t *setup)
{
    s->face = setup->face;
    s->caliber_mm = setup->caliber_mm;
    s->distance_m = setup->distance_m;
}


/* Goes on where the journal ends; no hole of it shares a number with one of
 * before. */
void
gms_turns_recovered(gms_scorer_t *s)
{
    const gms_session_t *session;
    uint32_t             i;
    int                  k;

    session = gms_scorebook_active(&s->book);

    if (session != NULL) {
        turns_shoot_at(s, &session->setup);
    }

    for (k = 0; k < GMS_SESSIONS_MAX; k++) {
        session = &s->book.session[k];

        for (i = 0; i < session->shots; i++) {
            if (session->shot[i].shot.hole > s->hole_base) {
                s->hole_base = session->shot[i].shot.hole;
            }
        }
    }

    s->holes = gms_scorebook_paper_shots(&s->book);
    s->old.due = gms_scorebook_state(&s->book) != GMS_LANE_IDLE
        && gms_camera_is_real(&s->config->camera);
}


/* The supervisor does not change a lane under an open session. */
void
gms_turns_tell(gms_scorer_t *s)
{
    gms_link_message_t m;

    gms_link_message(&m, GMS_LINK_LANE_STATE);
    m.header.value = gms_scorebook_state(&s->book) != GMS_LANE_IDLE;
    snprintf(m.header.lane, sizeof(m.header.lane), "%s", s->config->name);
    gms_link_send(s->control, &m);
}


/* A simulated or recorded scene begins anew with the session.  Before a real
 * camera hangs what was looked at all the time: the detector knows the paper
 * and goes on, so that the first shot may come at once. */
static void
turns_watch(gms_scorer_t *s)
{
    if (gms_camera_is_real(&s->config->camera) && s->looking.running
        && s->looking.state == GMS_DETECTOR_LIVE && !s->looking.odd_size
        && strcmp(s->watched_face, s->face.name) == 0
        && s->watched_caliber_mm == s->caliber_mm)
    {
        gms_order(s, GMS_ORDER_SAVE, 0);
        gms_old_holes_hung(s, false);
        return;
    }

    gms_old_holes_hung(s, true);
    gms_order_detect(s, false);
    gms_order(s, GMS_ORDER_RELEARN, s->shots_since_ns);
}


/* A session begins on an idle lane.  What opened a walk-up was seen on the
 * paper that is watched already. */
static void
turns_begun(gms_scorer_t *s, const gms_event_session_t *setup)
{
    if (setup->walk_up) {
        gms_old_holes_hung(s, !gms_camera_is_real(&s->config->camera));
        gms_scene_join(s);
        return;
    }

    turns_shoot_at(s, setup);
    gms_scene_start(s);
    s->shots_since_ns = gms_clock_mono_ns();
    gms_papers_begin(s);
    turns_watch(s);
}


/* Another session has the lane: the paper hangs on, unless it is of another
 * face. */
static void
turns_turned(gms_scorer_t *s, const gms_event_session_t *setup)
{
    gms_calibrating_turn(s, setup);
    turns_shoot_at(s, setup);

    if (!s->calibrated
        || (strcmp(s->watched_face, s->face.name) == 0
            && s->watched_caliber_mm == s->caliber_mm))
    {
        return;
    }

    s->shots_since_ns = gms_clock_mono_ns();
    gms_order_detect(s, false);
    gms_order(s, GMS_ORDER_RELEARN, s->shots_since_ns);
}


/* Others may still be open: their shots are what the paper holds then, and the
 * next event says who has the lane.  What was fired before the end is of
 * nobody after it. */
static void
turns_left(gms_scorer_t *s)
{
    s->holes = gms_scorebook_paper_shots(&s->book);

    if (gms_scorebook_open(&s->book) == 0) {
        s->shots_since_ns = gms_clock_mono_ns() + GMS_LEFT_NS;
        gms_scene_stop(s);
    }
}


/* The paper hangs on, with its holes: what is seen from now on is shot at it.
 * The next event says who has the lane. */
static void
turns_reopened(gms_scorer_t *s)
{
    gms_scene_again(s);
    s->holes = gms_scorebook_paper_shots(&s->book);
    s->shots_since_ns = gms_clock_mono_ns();
}


void
gms_turns_changed(gms_scorer_t *s, const gms_event_t *event)
{
    switch (event->kind) {

    case GMS_EVENT_SESSION_STARTED:
        if (event->u.session.beside == 0) {
            turns_begun(s, &event->u.session);
        } else {
            turns_turned(s, &event->u.session);
        }
        break;

    case GMS_EVENT_SESSION_RESUMED: /* it may have been discarded */
        gms_scene_again(s);
        return;

    case GMS_EVENT_SESSION_REOPENED:
        turns_reopened(s);
        break;

    case GMS_EVENT_SESSION_ACTIVATED:
        turns_turned(s, &event->u.session);
        break;

    case GMS_EVENT_SESSION_ENDED:
    case GMS_EVENT_SESSION_DISCARDED:
        turns_left(s);
        break;

    default:
        return;
    }

    gms_turns_tell(s);
}

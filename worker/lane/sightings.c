#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "old_holes.h"
#include "papers.h"
#include "publish.h"
#include "sightings.h"


static void
sighting_hole(gms_scorer_t *s, const gms_note_t *note)
{
    const gms_detection_t *d;
    char                   json[512];
    double                 x_mm, y_mm;

    d = &note->u.seen.detection;

    gms_memory_count(s->memory, GMS_COUNTER_HOLES, 1);
    gms_calibration_to_mm(
        &note->u.seen.calibration, d->x_px, d->y_px, &x_mm, &y_mm);

    snprintf(json, sizeof(json),
        "{\"lane\":\"%s\",\"hole\":%u,\"x_mm\":%.2f,\"y_mm\":%.2f,"
        "\"x_px\":%.2f,\"y_px\":%.2f,\"radius_px\":%.2f,"
        "\"t_frame_us\":%" PRId64 "}",
        s->config->name, s->hole_base + d->id, x_mm, y_mm, d->x_px, d->y_px,
        d->radius_px, note->real_ns / GMS_US);

    gms_publish_ephemeral(s, "hole", json);
    gms_memory_record(
        s->memory, GMS_HISTOGRAM_HOLE, gms_scorer_handed_ns(s, note->mono_ns));
}


/* How sure the place is, on the face, and whether the value hangs on that. */
static void
sighting_error(gms_scorer_t *s, gms_event_shot_t *shot,
    const gms_detection_t *d, const gms_calibration_t *calibration)
{
    double mm2[3];

    gms_calibration_error_mm2(calibration, d->x_px, d->y_px, d->error_px2, mm2);
    if (!(mm2[0] > 0) || !(mm2[2] > 0) || !isfinite(mm2[0])
        || !isfinite(mm2[2])) {
        return;
    }

    shot->x_error_mm = sqrt(mm2[0]);
    shot->y_error_mm = sqrt(mm2[2]);
    shot->error_correlation = fmin(fmax(mm2[1] / sqrt(mm2[0] * mm2[2]), -1), 1);
    shot->near_line = gms_score_near_line(
        &s->face, s->caliber_mm, shot->x_mm, shot->y_mm, mm2);
}


static void
sighting_picture(
    gms_scorer_t *s, const gms_note_t *note, void **bytes, size_t *size)
{
    const gms_calibration_t *calibration;
    double                   gauge_px;

    *bytes = NULL;
    *size = 0;
    calibration = &note->u.seen.calibration;

    if (note->u.seen.patches == NULL) {
        return;
    }

    gauge_px =
        gms_face_gauge_mm(&s->face, s->caliber_mm) / 2 * calibration->px_per_mm;

    if (gms_patches_jpeg(note->u.seen.patches, gauge_px, s->jpeg, bytes, size)
        != GMS_OK)
    {
        *bytes = NULL;
    }
}


static void
sighting_shot(gms_scorer_t *s, const gms_note_t *note)
{
    const gms_detection_t *d;
    gms_waiting_t          waiting;
    gms_event_shot_t      *shot;

    d = &note->u.seen.detection;
    gms_scorer_fresh(s, GMS_INPUT_SHOT, &waiting);
    waiting.frame_ns = note->mono_ns;

    shot = &waiting.input.u.shot;
    shot->hole = s->hole_base + d->id;
    shot->x_px = d->x_px;
    shot->y_px = d->y_px;
    shot->radius_px = d->radius_px;
    shot->confidence = d->confidence;
    shot->overlap = d->overlap;
    shot->possible_double = d->possible_double;
    shot->order_unknown = d->order_unknown;
    shot->recovered = note->u.seen.recovered;
    shot->frame_real_ns = note->real_ns;
    shot->frame_mono_ns = d->first_ns;
    gms_calibration_to_mm(
        &note->u.seen.calibration, d->x_px, d->y_px, &shot->x_mm, &shot->y_mm);
    s->walk_up.face = s->face;
    s->walk_up.caliber_mm = s->caliber_mm;
    s->walk_up.distance_m = s->distance_m;
    s->walk_up.rounds = s->config->rounds;

    /* One that was seen before a session ended opens none when it is decided
     * after that. */
    if (gms_scorebook_state(&s->book) == GMS_LANE_IDLE) {
        waiting.input.walk_up = &s->walk_up;
    }

    sighting_error(s, shot, d, &note->u.seen.calibration);

    waiting.picture.kind = GMS_PICTURE_SHOT;
    sighting_picture(s, note, &waiting.picture.bytes, &waiting.picture.size);

    if (!gms_scorer_input(s, &waiting)) {
        free(waiting.picture.bytes);
    }
}


static void
sighting_removed(gms_scorer_t *s, const gms_note_t *note)
{
    const gms_detection_t *d;
    gms_waiting_t          waiting;

    d = &note->u.seen.detection;
    gms_scorer_fresh(s, GMS_INPUT_REMOVE, &waiting);
    waiting.frame_ns = note->mono_ns;
    waiting.input.hole = s->hole_base + d->id;
    snprintf(waiting.input.u.removed.reason,
        sizeof(waiting.input.u.removed.reason), "%s",
        d->reason != NULL ? d->reason : "the paper is whole again");
    snprintf(waiting.input.u.removed.author,
        sizeof(waiting.input.u.removed.author), "detector");

    gms_scorer_input(s, &waiting);
}


/* Kept for whoever asks why it was no shot; the oldest goes. */
static void
sighting_rejected(gms_scorer_t *s, const gms_note_t *note)
{
    const gms_detection_t *d;
    gms_rejected_t        *r;

    d = &note->u.seen.detection;
    r = &s->rejected[s->rejections % GMS_REJECTED_MAX];
    free(r->bytes);

    r->id = ++s->rejections;
    r->detection = *d;
    r->real_ns = note->real_ns;
    gms_calibration_to_mm(
        &note->u.seen.calibration, d->x_px, d->y_px, &r->x_mm, &r->y_mm);
    r->score = gms_score(&s->face, s->caliber_mm, r->x_mm, r->y_mm);
    sighting_picture(s, note, &r->bytes, &r->size);
}


/* Another paper was seen to hang there.  A person who said so is believed, and
 * the record shows it once. */
static void
sighting_paper(gms_scorer_t *s, const gms_note_t *note)
{
    gms_waiting_t      waiting;
    gms_event_paper_t *paper;

    gms_old_holes_gone(s);

    if (s->paper_said) {
        s->paper_said = false;
        return;
    }

    gms_scorer_fresh(s, GMS_INPUT_PAPER, &waiting);
    waiting.frame_ns = note->mono_ns;
    paper = &waiting.input.paper;
    paper->what = GMS_PAPER_GONE_NEW;
    paper->expected = -1;
    gms_papers_count(s, &waiting);
    snprintf(paper->author, sizeof(paper->author), "detector");
    snprintf(paper->reason, sizeof(paper->reason), "%s",
        note->u.seen.detection.reason != NULL ? note->u.seen.detection.reason
                                              : "");

    gms_scorer_input(s, &waiting);
}


/* What follows is seen through another calibration.  It takes its place in the
 * queue before the shots that it places, so that each names the right one. */
static void
sighting_calibration(gms_scorer_t *s, const gms_note_t *note)
{
    gms_waiting_t            waiting;
    gms_event_calibration_t *event;

    s->calibration = note->u.seen.calibration;

    gms_scorer_fresh(s, GMS_INPUT_CALIBRATION, &waiting);
    waiting.kept = true;
    event = &waiting.input.u.calibration;
    event->map = note->u.seen.calibration;
    event->map.origin = GMS_CALIBRATION_AUTO;
    snprintf(event->reason, sizeof(event->reason), "%s",
        note->u.seen.detection.reason != NULL ? note->u.seen.detection.reason
                                              : "the camera moved or zoomed");

    gms_scorer_input(s, &waiting);
}


/* What was seen in pictures from before the session is not of it, nor what is
 * seen while its target is hung up.  Without a session, a hole must have been
 * made since the last one ended and while somebody looked. */
static bool
sighting_counts(const gms_scorer_t *s, const gms_note_t *note)
{
    if (!s->calibrated || s->starting.on || note->mono_ns < s->shots_since_ns) {
        return false;
    }

    return gms_scorebook_state(&s->book) != GMS_LANE_IDLE
        || (!note->u.seen.recovered
            && note->u.seen.detection.first_ns >= s->shots_since_ns);
}


void
gms_sighting(gms_scorer_t *s, const gms_note_t *note)
{
    const gms_detection_t *d;
    bool                   counts;

    d = &note->u.seen.detection;

    /* What was seen before the detector heard that it is to look no more. */
    if (s->face.by_hand) {
        s->settled += d->kind == GMS_DETECTION_SHOT;
        return;
    }

    if (d->kind == GMS_DETECTION_CALIBRATION) {
        sighting_calibration(s, note);
        return;
    }

    if (d->kind == GMS_DETECTION_REJECTED) {
        sighting_rejected(s, note);
        return;
    }

    counts = sighting_counts(s, note);

    if (counts && d->kind == GMS_DETECTION_SHOT && !s->book.cold) {
        s->holes++;

    } else if (!counts && d->id > s->idle_hole) {
        s->idle_hole = d->id;
    }

    if (counts && d->kind == GMS_DETECTION_REMOVED && d->id > s->idle_hole
        && s->holes > 0)
    {
        s->holes--;
    }

    if (d->kind == GMS_DETECTION_PAPER) {
        sighting_paper(s, note);
        return;
    }

    if (!counts || s->book.cold
        || gms_scorebook_state(&s->book) == GMS_LANE_PAUSED) {
        s->settled += d->kind == GMS_DETECTION_SHOT;
        return;
    }

    if (d->kind == GMS_DETECTION_HOLE) {
        sighting_hole(s, note);

    } else if (d->kind == GMS_DETECTION_SHOT) {
        sighting_shot(s, note);

    } else {
        sighting_removed(s, note);
    }
}

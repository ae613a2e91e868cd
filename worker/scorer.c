#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "../ipc/error.h"
#include "base/clock.h"
#include "base/log.h"
#include "document.h"
#include "orders.h"
#include "publish.h"
#include "recover.h"
#include "scene.h"
#include "scorer.h"

/* An unsure calibration is tried again: somebody may be hanging the target. */
#define GMS_CALIBRATE_AGAIN_NS (2 * GMS_S)

/* A disk that was full is tried again. */
#define GMS_STORE_AGAIN_NS (1 * GMS_S)
#define GMS_STORE_ROOM (1024 * 1024)

/* Detections wait longer than commands: see gms_scorer_input. */
#define GMS_COMMANDS_WAITING_MAX 64


static void scorer_next(gms_scorer_t *s);


int
gms_scorer_init(gms_scorer_t *s, char *err, size_t err_size)
{
    gms_journal_t *journal;
    uint32_t       i;
    int            rc;

    journal = s->store->journal[s->index];

    s->waiting = calloc(GMS_SCORER_WAITING_MAX, sizeof(*s->waiting));
    if (s->waiting == NULL) {
        snprintf(err, err_size, "out of memory");
        return GMS_ENOMEM;
    }

    s->born_real_ns = gms_clock_real_ns();
    gms_clock_boot_id(s->boot_id);
    s->face = s->config->face[s->config->default_face];
    s->caliber_mm = s->config->default_caliber_mm;
    s->distance_m = s->config->distance_m;
    s->dirty = true;

    rc = gms_ring_attach(&s->ring, s->memory);
    if (rc == GMS_OK) {
        rc = gms_state_attach(&s->state, s->memory);
    }
    if (rc == GMS_OK) {
        rc = gms_session_init(
            &s->session, s->config->name, gms_journal_epoch(journal));
    }
    if (rc != GMS_OK) {
        snprintf(err, err_size, "%s", gms_strerror(rc));
        return rc;
    }

    rc = gms_recover(s, journal, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    if (s->session.state != GMS_LANE_IDLE) {
        s->face = s->session.session.face;
        s->caliber_mm = s->session.session.caliber_mm;
        s->distance_m = s->session.session.distance_m;
    }

    for (i = 0; i < s->session.shots; i++) {
        if (s->session.shot[i].shot.hole > s->hole_base) {
            s->hole_base = s->session.shot[i].shot.hole;
        }
    }

    return GMS_OK;
}


void
gms_scorer_close(gms_scorer_t *s)
{
    gms_session_free(&s->session);
    free(s->waiting);
}


/* The supervisor does not change a lane under an open session. */
static void
scorer_tell_session(gms_scorer_t *s)
{
    gms_link_message_t m;

    memset(&m, 0, sizeof(m));
    m.fd = -1;
    m.header.type = GMS_LINK_LANE_STATE;
    m.header.layout = GMS_LAYOUT_VERSION;
    m.header.value = s->session.state != GMS_LANE_IDLE;
    snprintf(m.header.lane, sizeof(m.header.lane), "%s", s->config->name);
    gms_link_send(s->control, &m);
}


void
gms_scorer_start(gms_scorer_t *s)
{
    bool open;

    open = s->session.state != GMS_LANE_IDLE;

    if (open) {
        gms_scene_go_on(s);
    }

    /* What a person set by hand stays; what was found by looking is found
     * again, unless a session rests on it. */
    if (s->session.has_calibration
        && (open || s->session.calibration.origin != GMS_CALIBRATION_AUTO))
    {
        s->calibrated = true;
        s->calibration = s->session.calibration;
        gms_order_detect(s, open);

    } else {
        gms_order_find_target(s, gms_clock_mono_ns());
    }

    scorer_tell_session(s);
    gms_publish_state(s);
}


static gms_waiting_t *
scorer_front(gms_scorer_t *s)
{
    return &s->waiting[s->first];
}


static void
scorer_pop(gms_scorer_t *s)
{
    if (scorer_front(s)->input.kind == GMS_INPUT_SHOT) {
        s->settled++;
    }

    s->first = (s->first + 1) % GMS_SCORER_WAITING_MAX;
    s->count--;
}


static void
scorer_store_problem(gms_scorer_t *s, uint64_t ask)
{
    gms_publish_problem(s, ask, s->store_error == GMS_ESTORE_FULL ? 507 : 503,
        "store-failing", "The journal cannot be written", s->store_detail);
}


/* Commands behind a shot that the disk does not take would wait past their
 * time, and who asked would not know whether they were done. */
static void
scorer_refuse_commands(gms_scorer_t *s)
{
    unsigned       i, kept;
    gms_waiting_t *w;

    kept = 0;

    for (i = 0; i < s->count; i++) {
        w = &s->waiting[(s->first + i) % GMS_SCORER_WAITING_MAX];

        if (w->ask != 0) {
            scorer_store_problem(s, w->ask);
            continue;
        }

        s->waiting[(s->first + kept) % GMS_SCORER_WAITING_MAX] = *w;
        kept++;
    }

    s->count = kept;
}


bool
gms_scorer_input(gms_scorer_t *s, const gms_waiting_t *waiting)
{
    unsigned limit, at;

    if (waiting->ask != 0 && s->store_error != GMS_OK && s->count > 0) {
        scorer_store_problem(s, waiting->ask);
        return false;
    }

    limit =
        waiting->ask != 0 ? GMS_COMMANDS_WAITING_MAX : GMS_SCORER_WAITING_MAX;

    if (s->count >= limit) {
        if (waiting->ask != 0) {
            gms_publish_problem(s, waiting->ask, 503, "busy",
                "The lane is busy", "too many commands wait; try again");
        } else {
            if (s->overflow++ == 0) {
                gms_log(GMS_LOG_ERROR,
                    "shots lost: the disk did not take "
                    "them and too many wait",
                    NULL);
            }
            s->dirty = true;
        }
        return false;
    }

    at = (s->first + s->count) % GMS_SCORER_WAITING_MAX;
    s->waiting[at] = *waiting;
    s->count++;

    scorer_next(s);

    return true;
}


static void
scorer_done(gms_scorer_t *s, const gms_waiting_t *waiting)
{
    char body[512];

    if (waiting->ask == 0) {
        return;
    }

    switch (waiting->input.kind) {

    case GMS_INPUT_START:
        snprintf(body, sizeof(body), "{\"session\":\"%s\",\"n\":%d}",
            s->session.session.id, s->session.counted);
        gms_publish_answer(s, waiting->ask, 201, body);
        break;

    case GMS_INPUT_CALIBRATION: {
        char *text = gms_document_calibration(s);

        gms_publish_answer(s, waiting->ask, 200, text != NULL ? text : "{}");
        free(text);
        break;
    }

    default:
        snprintf(body, sizeof(body),
            "{\"session\":\"%s\",\"counted\":%d,\"total_tenths\":%d,"
            "\"total_rings\":%d,\"inner\":%d}",
            s->session.session.id, s->session.counted, s->session.total_tenths,
            s->session.total_rings, s->session.inner);
        gms_publish_answer(s, waiting->ask, 200, body);
    }
}


static void
scorer_refused(gms_scorer_t *s, const gms_waiting_t *waiting, int rc)
{
    if (rc == GMS_ETOOBIG) {
        gms_publish_problem(s, waiting->ask, 409, "session-full",
            "The session is full",
            "it holds as many shots as a session may; end it "
            "and start another");

    } else if (rc == GMS_EINVALID) {
        gms_publish_problem(s, waiting->ask, 422, "invalid-field",
            "A field is not valid", "the shooter is not a line of UTF-8 text");

    } else if (waiting->input.kind == GMS_INPUT_START) {
        gms_publish_problem(s, waiting->ask, 409, "session-open",
            "A session is already open",
            "end the open session on this lane first");

    } else {
        gms_publish_problem(s, waiting->ask, 409, "session-state",
            "Not possible now",
            "the lane has no session in the state that this "
            "command needs");
    }
}


static bool
scorer_other_face(const gms_scorer_t *s, const gms_event_session_t *wanted)
{
    return strcmp(wanted->face.name, s->face.name) != 0;
}


/* True when what a simulated camera shows is not what is wanted. */
static bool
scorer_must_draw(const gms_scorer_t *s, const gms_event_session_t *wanted)
{
    return s->config->camera.kind == GMS_CAMERA_SIMULATE
        && (scorer_other_face(s, wanted)
            || wanted->caliber_mm != s->caliber_mm);
}


/* True when a session of this face and caliber can begin as things stand. */
static bool
scorer_prepared(const gms_scorer_t *s, const gms_event_session_t *wanted)
{
    if (!s->calibrated || scorer_must_draw(s, wanted)) {
        return false;
    }

    /* A calibration by hand or from a file is of the plane, not of a face. */
    return !scorer_other_face(s, wanted)
        || s->calibration.origin != GMS_CALIBRATION_AUTO;
}


/* Inputs that what was before them in the queue has overtaken: a calibration
 * under a session that began, a start whose target must be found first. */
static bool
scorer_diverted(gms_scorer_t *s)
{
    gms_waiting_t waiting;

    waiting = *scorer_front(s);

    if (waiting.input.kind == GMS_INPUT_CALIBRATION
        && s->session.state != GMS_LANE_IDLE)
    {
        scorer_pop(s);
        gms_publish_problem(s, waiting.ask, 409, "session-open",
            "A session is open", "end the session before calibrating");
        return true;
    }

    if (waiting.input.kind == GMS_INPUT_START
        && s->session.state == GMS_LANE_IDLE
        && !scorer_prepared(s, &waiting.input.u.session))
    {
        scorer_pop(s);
        gms_scorer_start_session(s, &waiting);
        return true;
    }

    return false;
}


/* Takes inputs until one has events to be committed. */
static void
scorer_next(gms_scorer_t *s)
{
    gms_waiting_t *waiting;
    gms_batch_t    batch;
    int            n;

    while (!s->busy && s->count > 0
        && (s->store_retry_ns == 0 || gms_clock_mono_ns() >= s->store_retry_ns))
    {
        waiting = scorer_front(s);

        if (waiting->ask != 0 && gms_clock_mono_ns() > waiting->deadline_ns) {
            gms_publish_problem(s, waiting->ask, 504, "deadline",
                "The lane did not answer in time",
                "the command was not carried out");
            scorer_pop(s);
            continue;
        }

        if (scorer_diverted(s)) {
            continue;
        }

        n = gms_session_decide(&s->session, &waiting->input, s->event);

        if (n > 0) {
            memset(&batch, 0, sizeof(batch));
            batch.lane = s->index;
            batch.event = s->event;
            batch.events = n;
            snprintf(batch.session, sizeof(batch.session), "%s",
                waiting->input.kind == GMS_INPUT_START
                    ? s->event[0].u.session.id
                    : s->session.session.id);

            s->events = n;
            s->busy = true;
            gms_inbox_put(&s->store->batches, &batch);
            return;
        }

        if (n == 0) {
            scorer_done(s, waiting);
        } else {
            scorer_refused(s, waiting, n);
        }

        scorer_pop(s);
    }
}


static void
scorer_session_changed(gms_scorer_t *s, const gms_event_t *event)
{
    int64_t now;

    now = gms_clock_mono_ns();

    switch (event->kind) {

    case GMS_EVENT_SESSION_STARTED:
        s->face = event->u.session.face;
        s->caliber_mm = event->u.session.caliber_mm;
        s->distance_m = event->u.session.distance_m;
        gms_scene_start(s);
        gms_order_detect(s, false);
        s->shots_since_ns = gms_clock_mono_ns();
        gms_order(s, GMS_ORDER_RELEARN, s->shots_since_ns);
        break;

    case GMS_EVENT_SESSION_ENDED:
        gms_scene_stop(s);
        break;

    case GMS_EVENT_CALIBRATION:
        s->calibrated = true;
        s->calibration = event->u.calibration;
        s->reason[0] = '\0';
        gms_order_detect(s, false);
        return;

    case GMS_EVENT_SHOT:
        gms_memory_count(s->memory, GMS_COUNTER_SHOTS, 1);
        gms_memory_record(s->memory, GMS_HISTOGRAM_PUBLISH,
            now - event->u.shot.frame_mono_ns);
        gms_order(s, GMS_ORDER_SAVE, 0);
        return;

    default:
        return;
    }

    scorer_tell_session(s);
}


static void
scorer_store_well(gms_scorer_t *s)
{
    if (s->store_error != GMS_OK) {
        gms_log(GMS_LOG_INFO, "journal is written again", NULL);
        s->dirty = true;
    }

    s->store_error = GMS_OK;
    s->store_retry_ns = 0;
    s->store_detail[0] = '\0';
}


/* Nothing waits to be written, so nothing would ever tell that it could be:
 * room on the disk is taken for that. */
static void
scorer_store_look(gms_scorer_t *s)
{
    struct statvfs fs;

    if (s->store_error == GMS_OK || s->count > 0 || s->busy
        || statvfs(s->dir, &fs) != 0)
    {
        return;
    }

    if ((uint64_t) fs.f_bavail * fs.f_frsize >= GMS_STORE_ROOM) {
        scorer_store_well(s);
    }
}


static void
scorer_committed(gms_scorer_t *s, const gms_note_t *note)
{
    gms_waiting_t waiting;
    int           i;

    s->busy = false;
    s->dirty = true;
    waiting = *scorer_front(s);

    if (note->u.committed.error != GMS_OK) {
        if (s->store_error == GMS_OK) {
            char fact[GMS_SENTENCE_SIZE];

            gms_log(GMS_LOG_ERROR, "journal not written", "\"detail\":\"%s\"",
                gms_log_escape(fact, sizeof(fact), note->u.committed.reason));
        }

        s->store_error = note->u.committed.error;
        s->store_retry_ns = gms_clock_mono_ns() + GMS_STORE_AGAIN_NS;
        snprintf(s->store_detail, sizeof(s->store_detail), "%s",
            note->u.committed.reason);
        scorer_refuse_commands(s);
        return;
    }

    scorer_store_well(s);
    scorer_pop(s);

    for (i = 0; i < s->events; i++) {
        if (gms_session_apply(&s->session, &s->event[i]) != GMS_OK) {
            gms_log(GMS_LOG_ALERT, "committed event cannot be applied", NULL);
            continue;
        }

        gms_publish_durable(s, &s->event[i]);
        scorer_session_changed(s, &s->event[i]);
    }

    scorer_done(s, &waiting);
    scorer_next(s);
}


static void
scorer_hole(gms_scorer_t *s, const gms_note_t *note)
{
    const gms_detection_t *d;
    char                   json[512];
    double                 x_mm, y_mm;

    d = &note->u.seen.detection;

    gms_memory_count(s->memory, GMS_COUNTER_HOLES, 1);
    gms_calibration_to_mm(&s->calibration, d->x_px, d->y_px, &x_mm, &y_mm);

    snprintf(json, sizeof(json),
        "{\"lane\":\"%s\",\"hole\":%u,\"x_mm\":%.2f,\"y_mm\":%.2f,"
        "\"x_px\":%.2f,\"y_px\":%.2f,\"radius_px\":%.2f,"
        "\"t_frame_us\":%" PRId64 "}",
        s->config->name, s->hole_base + d->id, x_mm, y_mm, d->x_px, d->y_px,
        d->radius_px, note->real_ns / GMS_US);

    gms_publish_ephemeral(s, "hole", json);
}


static void
scorer_detection(gms_scorer_t *s, const gms_note_t *note)
{
    const gms_detection_t *d;
    gms_waiting_t          waiting;
    gms_event_shot_t      *shot;

    d = &note->u.seen.detection;

    if (d->kind > GMS_DETECTION_REMOVED) {
        return;
    }

    /* What was seen in pictures from before the session is not of it. */
    if (s->session.state != GMS_LANE_LIVE || !s->calibrated
        || note->mono_ns < s->shots_since_ns)
    {
        s->settled += d->kind == GMS_DETECTION_SHOT;
        return;
    }

    if (d->kind == GMS_DETECTION_HOLE) {
        scorer_hole(s, note);
        return;
    }

    memset(&waiting, 0, sizeof(waiting));
    waiting.input.real_ns = gms_clock_real_ns();
    waiting.input.mono_ns = gms_clock_mono_ns();
    waiting.frame_ns = note->mono_ns;
    memcpy(waiting.input.boot_id, s->boot_id, sizeof(s->boot_id));

    if (d->kind == GMS_DETECTION_REMOVED) {
        waiting.input.kind = GMS_INPUT_REMOVE;
        waiting.input.hole = s->hole_base + d->id;
        snprintf(waiting.input.u.removed.reason,
            sizeof(waiting.input.u.removed.reason), "the paper is whole again");
        snprintf(waiting.input.u.removed.author,
            sizeof(waiting.input.u.removed.author), "detector");

    } else {
        waiting.input.kind = GMS_INPUT_SHOT;
        shot = &waiting.input.u.shot;
        shot->hole = s->hole_base + d->id;
        shot->x_px = d->x_px;
        shot->y_px = d->y_px;
        shot->radius_px = d->radius_px;
        shot->confidence = d->confidence;
        shot->overlap = d->overlap;
        shot->recovered = note->u.seen.recovered;
        shot->frame_real_ns = note->real_ns;
        shot->frame_mono_ns = d->first_ns;
        gms_calibration_to_mm(
            &s->calibration, d->x_px, d->y_px, &shot->x_mm, &shot->y_mm);
    }

    gms_scorer_input(s, &waiting);
}


static void
scorer_truth(gms_scorer_t *s, const gms_truth_t *truth)
{
    char json[256];

    snprintf(json, sizeof(json),
        "{\"lane\":\"%s\",\"n\":%u,\"turn\":%" PRIu64
        ",\"x_mm\":%.4f,\"y_mm\":%.4f,\"t_us\":%" PRId64 "}",
        s->config->name, truth->n, truth->turn, truth->x_mm, truth->y_mm,
        truth->real_ns / GMS_US);

    gms_publish_ephemeral(s, "truth", json);
}


static void
scorer_starting_failed(gms_scorer_t *s)
{
    s->starting.on = false;
    s->calibrating = false;
    s->calibrate_since_ns = 0; /* a late answer is of the other face */
    s->dirty = true;

    if (!s->calibrated) {
        s->calibrate_at_ns = gms_clock_mono_ns() + GMS_CALIBRATE_AGAIN_NS;
    }

    /* What is calibrated is still the face of before. */
    s->face = s->starting.face;
    s->caliber_mm = s->starting.caliber_mm;

    if (s->starting.drawn) {
        gms_order(s, GMS_ORDER_REOPEN, 0);
    }

    gms_publish_problem(s, s->starting.waiting.ask, 409, "not-calibrated",
        "The target was not found", s->reason);
}


/* Who waits for a picture that does not come is answered, and does not keep
 * the next one from asking. */
static void
scorer_expire(gms_scorer_t *s, int64_t now_ns)
{
    static const char why[] = "no picture came from the camera in time";

    if (s->starting.on && now_ns > s->starting.waiting.deadline_ns) {
        snprintf(s->reason, sizeof(s->reason), "%s", why);
        scorer_starting_failed(s);
    }

    if (s->calibrate_ask != 0 && now_ns > s->calibrate_deadline_ns) {
        gms_publish_problem(s, s->calibrate_ask, 409, "not-calibrated",
            "The target was not found", why);
        s->calibrate_ask = 0;
    }
}


void
gms_scorer_calibrate(gms_scorer_t *s, uint64_t ask, int64_t deadline_ns)
{
    scorer_expire(s, gms_clock_mono_ns());

    if (s->calibrate_ask != 0 || s->starting.on) {
        gms_publish_problem(s, ask, 409, "calibrating",
            "The target is being looked for already",
            "wait for the answer to the command before");
        return;
    }

    if (s->session.state != GMS_LANE_IDLE) {
        gms_publish_problem(s, ask, 409, "session-open", "A session is open",
            "end the session before calibrating");
        return;
    }

    s->calibrate_ask = ask;
    s->calibrate_deadline_ns = deadline_ns;
    gms_order_find_target(s, gms_clock_mono_ns());
}


static void
scorer_calibrated(gms_scorer_t *s, const gms_note_t *note)
{
    gms_waiting_t waiting;

    if (note->mono_ns != s->calibrate_since_ns) {
        return; /* of an order that was overtaken, perhaps of another face */
    }

    s->calibrating = false;
    s->dirty = true;

    if (note->u.calibrated.error != GMS_OK) {
        snprintf(s->reason, sizeof(s->reason), "%s",
            note->u.calibrated.reason[0] != '\0'
                ? note->u.calibrated.reason
                : gms_strerror(note->u.calibrated.error));

        if (s->starting.on) {
            scorer_starting_failed(s);

        } else if (s->calibrate_ask != 0) {
            gms_publish_problem(s, s->calibrate_ask, 409, "not-calibrated",
                "The target was not found", s->reason);
            s->calibrate_ask = 0;
        }

        if (!s->calibrated) {
            s->calibrate_at_ns = gms_clock_mono_ns() + GMS_CALIBRATE_AGAIN_NS;
        }
        return;
    }

    memset(&waiting, 0, sizeof(waiting));
    waiting.input.kind = GMS_INPUT_CALIBRATION;
    waiting.input.real_ns = gms_clock_real_ns();
    waiting.input.mono_ns = gms_clock_mono_ns();
    memcpy(waiting.input.boot_id, s->boot_id, sizeof(s->boot_id));
    waiting.input.u.calibration = note->u.calibrated.calibration;
    waiting.ask = s->calibrate_ask;
    waiting.deadline_ns = gms_clock_mono_ns() + 10 * GMS_S;
    s->calibrate_ask = 0;

    gms_scorer_input(s, &waiting);

    if (s->starting.on) {
        s->starting.on = false;
        gms_scorer_input(s, &s->starting.waiting);
    }
}


void
gms_scorer_start_session(gms_scorer_t *s, const gms_waiting_t *waiting)
{
    const gms_event_session_t *wanted;

    wanted = &waiting->input.u.session;

    scorer_expire(s, gms_clock_mono_ns());

    if (s->starting.on || s->calibrate_ask != 0) {
        gms_publish_problem(s, waiting->ask, 409, "calibrating",
            "The target is being looked for",
            "wait for the answer to the command before");
        return;
    }

    if (s->session.state != GMS_LANE_IDLE || scorer_prepared(s, wanted)) {
        gms_scorer_input(s, waiting);
        return;
    }

    s->starting.on = true;
    s->starting.waiting = *waiting;
    s->starting.face = s->face;
    s->starting.caliber_mm = s->caliber_mm;
    s->starting.drawn = scorer_must_draw(s, wanted);
    s->face = wanted->face;
    s->caliber_mm = wanted->caliber_mm;
    s->dirty = true;

    if (s->starting.drawn) {
        s->calibrate_since_ns = 0; /* not before it is drawn */
        gms_order(s, GMS_ORDER_REOPEN, 0);

    } else {
        gms_order_find_target(s, gms_clock_mono_ns());
    }
}


static void
scorer_camera(gms_scorer_t *s, const gms_note_t *note)
{
    if (s->camera.state != note->u.camera.state) {
        char fact[GMS_SENTENCE_SIZE];

        gms_log(note->u.camera.state == GMS_CAMERA_LOST ? GMS_LOG_WARN
                                                        : GMS_LOG_INFO,
            "camera state", "\"camera\":%d,\"detail\":\"%s\"",
            (int) note->u.camera.state,
            gms_log_escape(fact, sizeof(fact), note->u.camera.detail));
    }

    s->camera = note->u.camera;
    s->dirty = true;
}


void
gms_scorer_note(gms_scorer_t *s, const gms_note_t *note)
{
    switch (note->kind) {

    case GMS_NOTE_CAMERA:
        scorer_camera(s, note);
        break;

    case GMS_NOTE_REOPENED:
        if (s->starting.on) {
            gms_order_find_target(s, note->mono_ns);
        }
        break;

    case GMS_NOTE_TRUTH:
        scorer_truth(s, &note->u.truth);
        break;

    case GMS_NOTE_DETECTION:
        scorer_detection(s, note);
        break;

    case GMS_NOTE_ANALYSIS:
        if (s->looking.state != note->u.analysis.state
            || s->looking.running != note->u.analysis.running)
        {
            s->looking = note->u.analysis;
            gms_publish_state(s);
        }
        s->looking = note->u.analysis;
        s->dirty = true;
        break;

    case GMS_NOTE_CALIBRATED:
        scorer_calibrated(s, note);
        break;

    case GMS_NOTE_COMMITTED:
        scorer_committed(s, note);
        break;
    }
}


void
gms_scorer_tick(gms_scorer_t *s, int64_t now_ns)
{
    char *json;

    /* What was found may have been refused by a failing journal. */
    if (!s->calibrated && !s->calibrating && !s->starting.on
        && s->calibrate_at_ns == 0 && s->count == 0)
    {
        s->calibrate_at_ns = now_ns + GMS_CALIBRATE_AGAIN_NS;
    }

    if (s->calibrate_at_ns != 0 && now_ns >= s->calibrate_at_ns
        && !s->calibrating && !s->starting.on)
    {
        gms_order_find_target(s, now_ns);
    }

    scorer_expire(s, now_ns);
    scorer_store_look(s);
    scorer_next(s);

    json = gms_document_status(s);
    if (json != NULL) {
        gms_publish_ephemeral(s, "status", json);
        free(json);
    }
}

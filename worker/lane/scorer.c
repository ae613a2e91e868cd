#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "../../ipc/error.h"
#include "answers.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "calibrating.h"
#include "commands_camera.h"
#include "commands_complaint.h"
#include "document.h"
#include "filming.h"
#include "gauges.h"
#include "old_holes.h"
#include "orders.h"
#include "publish.h"
#include "papers.h"
#include "recover.h"
#include "rounding.h"
#include "scene.h"
#include "scorer.h"
#include "../session/tips.h"
#include "show.h"
#include "sightings.h"
#include "../store/reserve.h"
#include "telling.h"
#include "turns.h"
#include "unsaved.h"

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
    int            rc;

    journal = s->store->journal[s->index];

    s->waiting = calloc(GMS_SCORER_WAITING_MAX, sizeof(*s->waiting));
    s->jpeg = gms_jpeg_create();
    s->coaching = gms_coaching_create();
    if (s->waiting == NULL || s->jpeg == NULL || s->coaching == NULL) {
        snprintf(err, err_size, "out of memory");
        return GMS_ENOMEM;
    }

    s->born_real_ns = gms_clock_real_ns();
    gms_clock_boot_id(s->boot_id);
    s->face = s->config->face[s->config->default_face];
    s->caliber_mm = s->config->default_caliber_mm;
    s->distance_m = s->config->distance_m;
    s->view = s->config->view;
    s->dirty = true;

    rc = gms_ring_attach(&s->ring, s->memory);
    if (rc == GMS_OK) {
        rc = gms_state_attach(&s->state, s->memory);
    }
    if (rc == GMS_OK) {
        rc = gms_frames_attach(&s->frames, s->memory);
    }
    if (rc == GMS_OK) {
        rc = gms_grants_attach(&s->grants, s->memory);
    }
    if (rc == GMS_OK) {
        rc = gms_scorebook_init(
            &s->book, s->config->name, gms_journal_epoch(journal));
    }
    if (rc != GMS_OK) {
        snprintf(err, err_size, "%s", gms_strerror(rc));
        return rc;
    }

    rc = gms_recover(s, journal, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    gms_turns_recovered(s);

    rc = gms_calibrating_recall(s, journal);
    if (rc != GMS_OK) {
        snprintf(err, err_size, "the journal's calibrations cannot be read: %s",
            gms_strerror(rc));
        return rc;
    }

    return GMS_OK;
}


void
gms_scorer_close(gms_scorer_t *s)
{
    unsigned i;

    for (i = 0; i < s->count; i++) {
        free(s->waiting[(s->first + i) % GMS_SCORER_WAITING_MAX].picture.bytes);
    }

    for (i = 0; i < GMS_REJECTED_MAX; i++) {
        free(s->rejected[i].bytes);
    }

    free(s->photograph.bytes);
    free(s->coming.bytes);
    free(s->calm.bytes);
    free(s->unshot.bytes);
    gms_jpeg_destroy(s->jpeg);
    gms_scorebook_free(&s->book);
    gms_coaching_destroy(s->coaching);
    free(s->show);
    free(s->waiting);
}


void
gms_scorer_fresh(
    const gms_scorer_t *s, gms_input_kind_e kind, gms_waiting_t *waiting)
{
    memset(waiting, 0, sizeof(*waiting));
    waiting->input.kind = kind;
    waiting->input.real_ns = gms_clock_real_ns();
    waiting->input.mono_ns = gms_clock_mono_ns();
    waiting->input.clock_unset = waiting->input.real_ns < GMS_CLOCK_EARLIEST_NS;
    memcpy(waiting->input.boot_id, s->boot_id, sizeof(s->boot_id));
}


void
gms_scorer_start(gms_scorer_t *s)
{
    gms_waiting_t boot;
    bool          open;

    gms_scorer_fresh(s, GMS_INPUT_BOOT, &boot);
    gms_scorer_input(s, &boot);

    open = gms_scorebook_state(&s->book) != GMS_LANE_IDLE;

    if (open) {
        gms_scene_go_on(s);
    }

    /* What a person set by hand stays; what was found by looking is found
     * again, unless a session rests on it. */
    if (s->book.has_calibration
        && (open || s->book.calibration.map.origin != GMS_CALIBRATION_AUTO
            || s->book.calibration.of != 0))
    {
        s->calibrated = true;
        s->calibration = s->book.calibration.map;
        gms_order_detect(s, open);

    } else if (!s->face.by_hand) {
        gms_order_find_target(s, gms_clock_mono_ns());
    }

    gms_turns_tell(s);
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

    free(scorer_front(s)->picture.bytes);

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

    if (waiting->input.kind == GMS_INPUT_CALIBRATION) {
        strcpy(s->waiting[at].input.u.calibration.zoom, s->camera.zoom);
    }

    scorer_next(s);
    gms_unsaved_tell(s);

    return true;
}


/* Inputs that what was before them in the queue has overtaken: a calibration
 * under a session that began, a start whose target must be found first. */
static bool
scorer_diverted(gms_scorer_t *s)
{
    gms_waiting_t waiting;

    waiting = *scorer_front(s);

    if (waiting.input.kind == GMS_INPUT_CALIBRATION && !waiting.kept
        && !waiting.asked && s->calibrated
        && gms_scorebook_state(&s->book) != GMS_LANE_IDLE)
    {
        scorer_pop(s);
        gms_publish_problem(s, waiting.ask, 409, "session-open",
            "A session is open", "end the session before calibrating");
        return true;
    }

    if ((waiting.input.kind == GMS_INPUT_START
            || waiting.input.kind == GMS_INPUT_ACTIVATE)
        && !gms_calibrating_prepared(s, &waiting.input))
    {
        scorer_pop(s);
        gms_calibrating_start(s, &waiting);
        return true;
    }

    return false;
}


/* Which picture goes with the events, and of which session it is: it stays
 * with the input until they are committed. */
static void
scorer_picture_of(gms_scorer_t *s, gms_waiting_t *waiting, gms_batch_t *batch)
{
    const gms_event_t *event;
    int                i;

    for (i = 0; i < batch->events; i++) {
        event = &s->event[i];

        if (event->kind == GMS_EVENT_SHOT) {
            waiting->picture.n = event->u.shot.n;

        } else if (event->kind == GMS_EVENT_PAPER) {
            if (waiting->picture.bytes == NULL) {
                waiting->picture =
                    gms_papers_photograph(s, event->u.paper.paper);
            }

        } else {
            continue;
        }

        strcpy(batch->session, event->session);
        break;
    }

    batch->picture = waiting->picture;
}


/* Whom the events of a command are about. */
static const char *
scorer_session_of(const gms_scorer_t *s)
{
    int i;

    for (i = s->events; i-- > 0; /* void */) {
        if (gms_event_is_session(s->event[i].kind)) {
            return s->event[i].session;
        }
    }

    return s->event[0].session;
}


/* The paper at the front is still being counted: what was seen of it before
 * it went need not wait, nor the calibration by which a shot was seen.  false:
 * nothing was. */
static bool
scorer_overtaken(gms_scorer_t *s)
{
    gms_waiting_t *w, early;
    unsigned       i;

    for (i = 1; i < s->count; i++) {
        w = &s->waiting[(s->first + i) % GMS_SCORER_WAITING_MAX];

        if ((w->input.kind == GMS_INPUT_SHOT
                || (w->input.kind == GMS_INPUT_CALIBRATION && w->kept))
            && w->frame_ns <= scorer_front(s)->input.mono_ns)
        {
            break;
        }
    }

    if (i >= s->count) {
        return false;
    }

    early = *w;

    for (; i > 0; i--) {
        s->waiting[(s->first + i) % GMS_SCORER_WAITING_MAX] =
            s->waiting[(s->first + i - 1) % GMS_SCORER_WAITING_MAX];
    }

    *scorer_front(s) = early;

    return true;
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

        if (waiting->count != 0) {
            if (scorer_overtaken(s)) {
                continue;
            }
            return;
        }

        n = gms_scorebook_decide(&s->book, &waiting->input, s->event);

        if (n > 0) {
            memset(&batch, 0, sizeof(batch));
            batch.lane = s->index;
            batch.event = s->event;
            batch.events = n;
            scorer_picture_of(s, waiting, &batch);
            s->events = n;
            s->busy = true;
            gms_inbox_put(&s->store->batches, &batch);
            return;
        }

        if (n == 0) {
            gms_answers_done(s, waiting, waiting->input.session);
        } else {
            gms_answers_refused(s, waiting, n);
        }

        scorer_pop(s);
    }
}


int64_t
gms_scorer_handed_ns(const gms_scorer_t *s, int64_t taken_ns)
{
    return gms_clock_mono_ns() - taken_ns
        - (int64_t) (fmax(s->camera.delay_ms, 0) * GMS_MS);
}


static void
scorer_status(gms_scorer_t *s)
{
    char *json;

    json = gms_document_status(s);
    if (json != NULL) {
        gms_publish_ephemeral(s, "status", json);
        free(json);
    }

    gms_telling_problems(s);
}


static void
scorer_shot(gms_scorer_t *s, const gms_event_shot_t *shot)
{
    const gms_session_t *active;

    gms_memory_count(s->memory, GMS_COUNTER_SHOTS, 1);
    gms_memory_record(s->memory, GMS_HISTOGRAM_PUBLISH,
        gms_scorer_handed_ns(s, shot->frame_mono_ns));
    gms_papers_shot(s, shot->frame_mono_ns);
    gms_papers_look(s);
    gms_order(s, GMS_ORDER_SAVE, 0);

    active = gms_scorebook_active(&s->book);

    if (active != NULL && gms_tips_running(active) != NULL) {
        scorer_status(s); /* one more of its drill */
    }
}


/* What follows from an event outside the book. */
static void
scorer_changed(
    gms_scorer_t *s, const gms_event_t *event, const gms_waiting_t *cause)
{
    switch (event->kind) {

    case GMS_EVENT_CALIBRATION:
        gms_calibrating_changed(s, event, cause->kept);
        if (cause->kept) {
            gms_order(s, GMS_ORDER_SAVE, 0);
        }
        break;

    case GMS_EVENT_PAPER:
        gms_papers_changed(s, &event->u.paper);
        break;

    case GMS_EVENT_COMPLAINT:
        gms_complaint_keep(s, event);
        break;

    case GMS_EVENT_RANGE:
        /* what was fired before it was hot again is no shot */
        s->shots_since_ns = gms_clock_mono_ns();
        gms_order_paper(
            s, event->u.range.cold ? GMS_PAPER_COLD : GMS_PAPER_HOT);
        break;

    case GMS_EVENT_SHOT:
        scorer_shot(s, &event->u.shot);
        gms_filming_shot(s, event);
        break;

    case GMS_EVENT_COURSE:
    case GMS_EVENT_TIP:
    case GMS_EVENT_TIP_CHANGED:
    case GMS_EVENT_DRILL:
        scorer_status(s); /* a timer begins, or ends */
        break;

    default:
        gms_show_turned(s, event);
        gms_turns_changed(s, event);
    }
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


/* Is the reserve whole?  And where nothing waits to be written, so that
 * nothing would ever tell that it could be, room on the disk is taken for
 * that. */
static void
scorer_store_look(gms_scorer_t *s)
{
    struct statvfs fs;
    bool           used;

    used = !gms_reserve_is_there(s->store->state_dir);

    if (used != s->reserve_used) {
        s->reserve_used = used;
        s->dirty = true;
    }

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
    const gms_event_t   *last;
    const gms_session_t *session;
    gms_waiting_t        waiting;
    bool                 goes_on; /* one of its steps was made */
    int                  i;

    s->busy = false;
    s->dirty = true;
    waiting = *scorer_front(s);
    last = &s->event[s->events - 1];

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
        gms_unsaved_tell(s);
        gms_gauges_tell(s);
        return;
    }

    scorer_store_well(s);
    scorer_front(s)->picture.bytes = NULL; /* the store thread's now */
    goes_on = waiting.input.kind == GMS_INPUT_INTO
        && last->kind != GMS_EVENT_SESSION_DISCARDED;

    if (!goes_on) {
        scorer_pop(s);
    }

    for (i = 0; i < s->events; i++) {
        if (gms_scorebook_apply(&s->book, &s->event[i]) != GMS_OK) {
            gms_log(GMS_LOG_ALERT, "committed event cannot be applied", NULL);
            continue;
        }

        gms_publish_durable(s, &s->event[i]);
        scorer_changed(s, &s->event[i], &waiting);
    }

    gms_wake_events(s->wake);

    /* what corrects a session after its end closes it then */
    session = gms_scorebook_find(&s->book, last->session);

    if (session != NULL && session->state == GMS_SESSION_ENDED) {
        memcpy(s->ended_session, last->session, sizeof(s->ended_session));
        memcpy(s->ended_hash, note->u.committed.hash, sizeof(s->ended_hash));
    }

    if (!goes_on) {
        gms_answers_done(s, &waiting, scorer_session_of(s));
    }

    scorer_next(s);
}


/* Whose paper that was may have been refused meanwhile. */
static void
scorer_counted(gms_scorer_t *s, const gms_note_t *note)
{
    gms_waiting_t *w;
    unsigned       i;

    s->counting--;

    for (i = 0; i < s->count; i++) {
        w = &s->waiting[(s->first + i) % GMS_SCORER_WAITING_MAX];

        if (w->count == note->u.counted.id) {
            gms_papers_counted(s, note, &w->input.paper);
            w->count = 0;
        }
    }

    scorer_next(s);
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
scorer_camera(gms_scorer_t *s, const gms_note_t *note)
{
    bool arrived;

    if (s->camera.state != note->u.camera.state) {
        char fact[GMS_SENTENCE_SIZE];

        gms_log(note->u.camera.state == GMS_CAMERA_LOST ? GMS_LOG_WARN
                                                        : GMS_LOG_INFO,
            "camera state", "\"camera\":%d,\"detail\":\"%s\"",
            (int) note->u.camera.state,
            gms_log_escape(fact, sizeof(fact), note->u.camera.detail));
    }

    if (s->camera.moves != note->u.camera.moves) {
        gms_camera_moved(s, note->u.camera.moved);
    }

    arrived = s->camera.arrivals != note->u.camera.arrivals;
    s->camera = note->u.camera;
    s->dirty = true;

    if (arrived) {
        gms_camera_arrived(s);
    }
}


/* Who looks on learns of another state at once, not with the next second. */
static void
scorer_looking(gms_scorer_t *s, const gms_analysis_status_t *looking)
{
    bool changed;

    changed = s->looking.state != looking->state
        || s->looking.running != looking->running
        || s->looking.astray != looking->astray
        || strcmp(s->looking.why, looking->why) != 0;

    if (s->looking.state != GMS_DETECTOR_LIVE
        && looking->state == GMS_DETECTOR_LIVE)
    {
        s->paper_said = false;
    }

    s->looking = *looking;
    gms_old_holes_known(s);
    s->dirty = true;
    gms_camera_astray(s);

    if (changed) {
        gms_publish_state(s);
        scorer_status(s);
    }
}


/* A picture that is not kept costs no shot: it is said, once until it
 * changes. */
static void
scorer_picture(gms_scorer_t *s, const gms_note_t *note)
{
    char fact[GMS_SENTENCE_SIZE];
    bool failing;

    failing = note->u.committed.error != GMS_OK;

    if (failing && !s->pictures_failing) {
        gms_log(GMS_LOG_WARN, "picture not kept", "\"detail\":\"%s\"",
            gms_log_escape(fact, sizeof(fact), note->u.committed.reason));
    }

    s->pictures_failing = failing;
    snprintf(s->pictures_detail, sizeof(s->pictures_detail), "%s",
        note->u.committed.reason);
    s->dirty = true;
}


void
gms_scorer_note(gms_scorer_t *s, const gms_note_t *note)
{
    switch (note->kind) {

    case GMS_NOTE_CAMERA:
        scorer_camera(s, note);
        break;

    case GMS_NOTE_CONTROLS:
        gms_camera_answer(s, note);
        break;

    case GMS_NOTE_REOPENED:
        if (s->starting.on || !s->calibrated) {
            gms_order_find_target(s, note->mono_ns);
        }
        break;

    case GMS_NOTE_TRUTH:
        scorer_truth(s, &note->u.truth);
        break;

    case GMS_NOTE_DETECTION:
        gms_sighting(s, note);
        break;

    case GMS_NOTE_ANALYSIS:
        scorer_looking(s, &note->u.analysis);
        break;

    case GMS_NOTE_CALIBRATED:
        gms_calibrating_answer(s, note);
        break;

    case GMS_NOTE_COMMITTED:
        scorer_committed(s, note);
        break;

    case GMS_NOTE_PICTURE:
        scorer_picture(s, note);
        break;

    case GMS_NOTE_COUNTED:
        scorer_counted(s, note);
        break;

    case GMS_NOTE_FILMED:
        gms_filming_done(s, note);
        break;
    }
}


void
gms_scorer_tick(gms_scorer_t *s, int64_t now_ns)
{
    /* What was found may have been refused by a failing journal. */
    if (!s->calibrated && !s->calibrating && !s->starting.on
        && s->calibrate_at_ns == 0 && s->count == 0)
    {
        s->calibrate_at_ns = now_ns + GMS_CALIBRATE_AGAIN_NS;
    }

    if (s->calibrate_at_ns != 0 && now_ns >= s->calibrate_at_ns
        && !s->calibrating && !s->starting.on && !s->face.by_hand)
    {
        gms_order_find_target(s, now_ns);
    }

    gms_calibrating_expire(s, now_ns);
    gms_camera_tick(s, now_ns);
    gms_papers_tick(s, now_ns);
    gms_rounding_tick(s);
    gms_show_tick(s, now_ns);
    scorer_store_look(s);
    scorer_next(s);
    scorer_status(s);
    gms_gauges_tell(s);
}

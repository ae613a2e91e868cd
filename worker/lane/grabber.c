#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "../base/backoff.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "../capture/push.h"
#include "grabber.h"
#include "obeying.h"
#include "placeholder.h"
#include "vigil.h"

#define GMS_NEXT_MS 300

/* While a request is on its way to the camera. */
#define GMS_NEXT_ASKED_MS 20

/* A lost camera is tried again after about 0.1, 0.2 ... 5 s: soon enough for a
 * pulled cable, seldom enough for a camera that boots. */
#define GMS_REOPEN_MIN_NS (100 * GMS_MS)
#define GMS_REOPEN_MAX_NS (5 * GMS_S)

/* What was wrong with a picture is told for so long, and a camera that gives
 * nothing else for so long counts as lost. */
#define GMS_TROUBLE_NS (5 * GMS_S)

/* A gap in which shots may have fallen: longer than this, and than so many of
 * the usual ones. */
#define GMS_GAP_NS (2 * GMS_S)
#define GMS_GAP_PICTURES 5

/* The camera's rate as shown: mean over about this many pictures. */
#define GMS_FPS_WEIGHT (1.0 / 16)

/* Where JPEGs must be made, each picture gets one while somebody looks; else so
 * often: in a session, of which pictures may be wanted later, and without. */
#define GMS_JPEG_SESSION_NS (200 * GMS_MS)
#define GMS_JPEG_IDLE_NS (1 * GMS_S)

/* The shown delay comes and goes with the camera's stamps. */
#define GMS_DELAY_UNKNOWN (-1.0)

typedef struct {
    gms_grabber_t      *g;
    gms_source_t        source;
    gms_frames_t        frames[GMS_PROCESS_LANES_MAX];
    gms_camera_status_t status;
    gms_zooming_t       zooming;
    gms_obeying_t       obeying;
    gms_vigil_t         vigil;
    uint32_t            view;  /* of the pictures that come now */
    uint32_t            moves; /* of the source's, what was told already */
    bool                open;
    bool                stop;
    gms_backoff_t       reopen;
    int64_t             noted_ns; /* last GMS_NOTE_CAMERA */
    int64_t             opened_ns;
    int64_t             last_ns;    /* last picture; 0: none since */
    int64_t             trouble_ns; /* last one that could not be used */
    double              interval_ns;
    size_t              truths;
    uint64_t            turn;
    uint64_t            dropped;
    int                 shown; /* what the slots said of the last JPEG */
    uint64_t            lost;  /* of the source's, what was counted already */
    uint64_t            passed;
} gms_grab_t;


static void
grab_beat(gms_grab_t *grab)
{
    int64_t  now;
    unsigned i;

    now = gms_clock_mono_ns();

    for (i = 0; i < grab->g->lanes; i++) {
        gms_memory_beat(grab->g->memory[i], GMS_BEAT_CAPTURE, now);
    }
}


static void
grab_count(gms_grab_t *grab, gms_counter_e counter, uint64_t n)
{
    unsigned i;

    for (i = 0; i < grab->g->lanes; i++) {
        gms_memory_count(grab->g->memory[i], counter, n);
    }
}


static void
grab_note(gms_grab_t *grab)
{
    gms_note_t note;
    unsigned   i;

    memset(&note, 0, sizeof(note));
    note.kind = GMS_NOTE_CAMERA;
    note.mono_ns = gms_clock_mono_ns();
    note.u.camera = grab->status;
    note.u.camera.fps =
        grab->interval_ns > 0 ? (double) GMS_S / grab->interval_ns : 0;
    grab->noted_ns = note.mono_ns;

    for (i = 0; i < grab->g->lanes; i++) {
        note.lane = i;
        gms_inbox_put(grab->g->notes, &note);
    }
}


/* Who looks on must not take the last picture for the present one. */
static void
grab_placeholder(gms_grab_t *grab)
{
    unsigned i;
    int      rc;

    for (i = 0; i < grab->g->lanes; i++) {
        rc = gms_placeholder_show(
            &grab->frames[i], grab->g->camera[i], &grab->status);

        if (rc != GMS_OK) {
            gms_log(GMS_LOG_WARN, "the last picture is shown on",
                "\"reason\":\"%s\"", gms_strerror(rc));
        }
    }

    gms_wake_frame(grab->g->wake);
}


/* Notes a change at once, and otherwise how things stand once a second. */
static void
grab_state(gms_grab_t *grab, gms_camera_state_e state, const char *detail)
{
    bool changed, blind;

    changed =
        grab->status.state != state || strcmp(grab->status.detail, detail) != 0;
    blind = changed
        && (state == GMS_CAMERA_LOST
            || (state == GMS_CAMERA_FROZEN && grab->status.state != state));

    grab->status.state = state;

    if (changed) {
        snprintf(
            grab->status.detail, sizeof(grab->status.detail), "%s", detail);
    }

    if (changed || gms_clock_mono_ns() - grab->noted_ns > GMS_S) {
        grab_note(grab);
    }

    if (blind) {
        grab_placeholder(grab);
    }
}


/* What the camera gives of what was asked, where that is negotiated. */
static void
grab_negotiated(gms_grab_t *grab)
{
    const gms_source_about_t *about = &grab->source.about;

    if (strcmp(grab->status.got, about->got) != 0 && about->got[0] != '\0') {
        gms_log(GMS_LOG_INFO, "camera negotiated",
            "\"asked\":\"%s\",\"got\":\"%s\"", about->asked, about->got);
    }

    snprintf(
        grab->status.asked, sizeof(grab->status.asked), "%s", about->asked);
    snprintf(grab->status.got, sizeof(grab->status.got), "%s", about->got);
}


/* A camera that was away may have forgotten where it looked. */
static void
grab_zoom_again(gms_grab_t *grab)
{
    char err[GMS_SENTENCE_SIZE];

    if (gms_zooming_ask(&grab->zooming, grab->obeying.settings.preset, 0, 0,
            err, sizeof(err))
        == GMS_OK)
    {
        gms_zooming_begin(&grab->zooming, gms_clock_mono_ns());

    } else if (grab->zooming.request == NULL) {
        grab->zooming.preset = grab->obeying.settings.preset;
        gms_zooming_retry(&grab->zooming, err);
    }
}


static void
grab_zoom_opened(gms_grab_t *grab)
{
    snprintf(grab->status.zoom, sizeof(grab->status.zoom), "%s",
        grab->source.about.zoom);

    if (grab->obeying.settings.has_preset
        && gms_ptz_has(&grab->g->config.camera)) {
        grab_zoom_again(grab);
    }
}


/* The picture stands still: where the camera looks is known again, and who
 * keeps calibrations hears of it before the picture is looked at. */
static void
grab_zoom_arrived(gms_grab_t *grab)
{
    gms_camera_status_t *status = &grab->status;

    grab->view++;

    if (!gms_ptz_has(&grab->g->config.camera)) {
        snprintf(
            status->zoom, sizeof(status->zoom), "%s", grab->source.about.zoom);
        status->arrivals++;

    } else {
        snprintf(status->zoom, sizeof(status->zoom), "preset %d",
            grab->zooming.preset);

        /* set again after a reboot it is where it was */
        status->arrivals +=
            status->preset != grab->zooming.preset || status->moving;
        status->preset = grab->zooming.preset;
    }

    status->moving = false;
    status->state = GMS_CAMERA_OK;
    grab_note(grab);
}


static void
grab_open(gms_grab_t *grab)
{
    char err[GMS_SENTENCE_SIZE];
    int  rc;

    err[0] = '\0';
    rc = gms_source_open(&grab->source, err, sizeof(err));

    if (rc == GMS_OK) {
        grab->open = true;
        grab->interval_ns = 0;
        grab->opened_ns = gms_clock_mono_ns();
        grab->last_ns = 0;
        grab->trouble_ns = 0;
        grab->view++;
        gms_vigil_opened(&grab->vigil, gms_clock_mono_ns());
        grab_count(grab, GMS_COUNTER_CAMERA_OPENS, 1);
        grab_negotiated(grab);
        grab_zoom_opened(grab);
        return;
    }

    gms_backoff_failed(&grab->reopen, gms_clock_mono_ns());
    grab_state(grab, GMS_CAMERA_LOST, err[0] != '\0' ? err : gms_strerror(rc));
}


static void
grab_lost(gms_grab_t *grab, const char *why)
{
    gms_source_close(&grab->source);
    grab->open = false;
    gms_zooming_stop(&grab->zooming);
    gms_backoff_failed(&grab->reopen, gms_clock_mono_ns());
    grab_state(grab, GMS_CAMERA_LOST, why);
}


static void
grab_truth(gms_grab_t *grab)
{
    gms_scene_t scene;
    gms_truth_t truth[8];
    gms_note_t  note;
    size_t      n, i;

    gms_memory_scene(grab->g->memory[0], &scene);

    if (scene.turn != grab->turn) {
        grab->turn = scene.turn;
        grab->truths = 0;
    }

    n = gms_source_truth(&grab->source, grab->truths, truth, 8);

    for (i = 0; i < n; i++) {
        if (truth[i].turn != scene.turn) {
            break; /* no picture of the new turn was drawn yet */
        }

        memset(&note, 0, sizeof(note));
        note.kind = GMS_NOTE_TRUTH;
        note.u.truth = truth[i];
        gms_inbox_put(grab->g->notes, &note);
    }

    grab->truths += i;
}


/* How often, and how long after the exposure, pictures come. */
static void
grab_pace(gms_grab_t *grab, const gms_frame_t *frame)
{
    double delay_ms =
        (double) (frame->handed_ns - frame->mono_ns) / (double) GMS_MS;

    if (grab->last_ns != 0) {
        double interval = (double) (frame->mono_ns - grab->last_ns);

        grab->interval_ns += (grab->interval_ns == 0 ? 1 : GMS_FPS_WEIGHT)
            * (interval - grab->interval_ns);
    }

    grab->last_ns = frame->mono_ns;

    if (!frame->exposed) {
        grab->status.delay_ms = GMS_DELAY_UNKNOWN;

    } else if (grab->status.delay_ms < 0) {
        grab->status.delay_ms = delay_ms;

    } else {
        grab->status.delay_ms +=
            GMS_FPS_WEIGHT * (delay_ms - grab->status.delay_ms);
    }
}


/* To who looks for shots; the newest picture wins. */
static void
grab_hand_on(gms_grab_t *grab, gms_frame_t *frame)
{
    uint64_t dropped;

    frame->view = grab->view;
    dropped = gms_mailbox_put(grab->g->mailbox, frame);

    if (grab->g->config.push != NULL) {
        gms_push_behind(grab->g->config.push, dropped > grab->dropped);
    }

    if (dropped > grab->dropped) {
        grab_count(grab, GMS_COUNTER_FRAMES_DROPPED, dropped - grab->dropped);
        grab->dropped = dropped;
    }
}


/* What is not as it should be with pictures that come. */
static const char *
grab_trouble(const gms_grab_t *grab)
{
    if (grab->shown == GMS_ETOOBIG) {
        return "pictures are too large to be shown; give the camera's "
               "size=WIDTHxHEIGHT in its line, or lower its quality";
    }

    if (grab->trouble_ns != 0) {
        return grab->status.detail;
    }

    return grab->zooming.why[0] != '\0' ? grab->zooming.why
                                        : grab->source.about.remark;
}


/* Whether pictures that come, or do not, are worth looking at. */
static void
grab_judge(gms_grab_t *grab)
{
    int64_t            now = gms_clock_mono_ns();
    gms_vigil_e        vigil = gms_vigil_state(&grab->vigil, now);
    gms_camera_state_e state =
        vigil == GMS_VIGIL_FROZEN ? GMS_CAMERA_FROZEN : GMS_CAMERA_BLACK;
    char text[GMS_SENTENCE_SIZE];

    if (grab->zooming.on || vigil == GMS_VIGIL_WELL) {
        grab_state(grab, grab->zooming.on ? GMS_CAMERA_MOVING : GMS_CAMERA_OK,
            grab_trouble(grab));
        return;
    }

    gms_vigil_say(&grab->vigil, now, text, sizeof(text));
    grab_state(grab, state, text);

    if (vigil == GMS_VIGIL_FROZEN && gms_vigil_reopens(&grab->vigil, now)) {
        gms_source_close(&grab->source);
        grab->open = false;
        gms_backoff_failed(&grab->reopen, gms_clock_mono_ns());
    }
}


/* Who looked on saw nothing for a while, or something else: what is new since
 * then fell meanwhile. */
static void
grab_gap(gms_grab_t *grab, gms_frame_t *frame)
{
    int64_t     now = gms_clock_mono_ns();
    gms_vigil_e before = gms_vigil_state(&grab->vigil, now);

    gms_vigil_picture(&grab->vigil, &grab->zooming.glance, frame, now);

    if (grab->vigil.real
        && gms_vigil_clock(frame, grab->last_ns, now, gms_clock_real_ns()))
    {
        grab->trouble_ns = now;
        grab_state(grab, grab->status.state,
            "the camera's clock goes backwards: its pictures count as taken "
            "when they come");
    }

    if ((before != GMS_VIGIL_WELL
            && gms_vigil_state(&grab->vigil, now) == GMS_VIGIL_WELL)
        || (grab->last_ns != 0 && frame->mono_ns - grab->last_ns > GMS_GAP_NS
            && frame->mono_ns - grab->last_ns
                > (int64_t) (GMS_GAP_PICTURES * grab->interval_ns)))
    {
        grab->view++;
    }
}


static void
grab_frame(gms_grab_t *grab, gms_frame_t *frame)
{
    gms_grabber_t   *g;
    gms_frame_info_t info;
    unsigned         i;
    bool             shown;

    g = grab->g;
    grab_gap(grab, frame);

    /* of a frozen picture words say that it is one */
    shown = frame->jpeg_size > 0
        && gms_vigil_state(&grab->vigil, gms_clock_mono_ns())
            != GMS_VIGIL_FROZEN;

    memset(&info, 0, sizeof(info));
    info.id = frame->id;
    info.t_us = frame->real_ns / GMS_US;
    info.mono_ns = frame->mono_ns;
    info.width = (uint32_t) frame->width;
    info.height = (uint32_t) frame->height;
    info.size = frame->jpeg_size;

    for (i = 0; i < g->lanes && shown; i++) {
        grab->shown = gms_frames_write(&grab->frames[i], &info, frame->jpeg);
    }

    if (shown) {
        gms_wake_frame(g->wake);
    }

    if (grab->zooming.on && gms_zooming_is_over(&grab->zooming, frame)) {
        grab_zoom_arrived(grab);
    }

    if (!grab->zooming.on) {
        grab_hand_on(grab, frame);
    }

    grab_count(grab, GMS_COUNTER_FRAMES_CAPTURED, 1);

    /* nobody waits for these */
    gms_reel_put(g->reel, frame);

    grab_pace(grab, frame);
    gms_backoff_reset(&grab->reopen);
    grab->status.width = frame->width;
    grab->status.height = frame->height;
    grab->status.frame_real_ns = frame->real_ns;

    if (grab->trouble_ns != 0
        && frame->mono_ns - grab->trouble_ns > GMS_TROUBLE_NS) {
        grab->trouble_ns = 0;
    }

    if (grab->source.ops->truth != NULL) {
        grab_truth(grab);
    }

    grab_judge(grab); /* may close the source */
}


/* A camera that gives nothing else for a while gets well, if ever, by being
 * opened anew; a recording would only begin again. */
static void
grab_bad_frame(gms_grab_t *grab, const char *why)
{
    int64_t now, last;

    now = gms_clock_mono_ns();
    last = grab->last_ns != 0 ? grab->last_ns : grab->opened_ns;
    grab->trouble_ns = now;
    grab_count(grab, GMS_COUNTER_FRAMES_BAD, 1);

    if (now - last <= GMS_TROUBLE_NS) {
        grab_state(grab, grab->status.state, why);

    } else if (grab->vigil.real) {
        grab_lost(grab, why);

    } else {
        grab_state(grab, GMS_CAMERA_LOST, why);
    }
}


/* What the source tells beside its pictures. */
static void
grab_told(gms_grab_t *grab)
{
    const gms_source_about_t *about = &grab->source.about;

    grab_count(grab, GMS_COUNTER_FRAMES_LOST, about->lost - grab->lost);
    grab_count(grab, GMS_COUNTER_FRAMES_DROPPED, about->passed - grab->passed);
    grab->lost = about->lost;
    grab->passed = about->passed;

    if (grab->moves != about->moves) {
        grab->moves = about->moves;
        grab->status.moves++;
        snprintf(
            grab->status.moved, sizeof(grab->status.moved), "%s", about->moved);
        gms_zooming_begin(&grab->zooming, gms_clock_mono_ns());
        grab_note(grab);
    }
}


static void
grab_next(gms_grab_t *grab)
{
    gms_frame_t frame;
    gms_scene_t before, after;
    char        err[GMS_SENTENCE_SIZE];
    int         rc;

    memset(&frame, 0, sizeof(frame));
    err[0] = '\0';
    gms_memory_scene(grab->g->config.memory, &before);

    grab->source.jpeg_ns = gms_wake_watched(grab->g->wake) ? 0
        : before.start_ns != 0 && before.stop_ns == 0      ? GMS_JPEG_SESSION_NS
                                                           : GMS_JPEG_IDLE_NS;
    rc = gms_source_next(&grab->source, &frame,
        grab->zooming.request != NULL ? GMS_NEXT_ASKED_MS : GMS_NEXT_MS, err,
        sizeof(err));
    grab_told(grab);

    switch (rc) {

    case GMS_OK:
        /* A picture of the old paper that was drawn while the paper was
         * changed is late: a reference learnt from it shows old holes. */
        gms_memory_scene(grab->g->config.memory, &after);

        if (after.turn == before.turn) {
            grab_frame(grab, &frame);
        }
        break;

    case GMS_EAGAIN:
        if (gms_vigil_state(&grab->vigil, gms_clock_mono_ns())
            == GMS_VIGIL_FROZEN) {
            grab_judge(grab);
            break;
        }

        grab_state(grab, grab->status.state, grab->status.detail);
        break;

    case GMS_EBAD_FRAME:
        grab_bad_frame(grab, err);
        break;

    case GMS_EEND:
        grab->status.state = GMS_CAMERA_ENDED;
        grab_state(grab, GMS_CAMERA_ENDED, err);
        break;

    default:
        grab_lost(grab, err[0] != '\0' ? err : "the camera is gone");
    }
}


/* The camera goes to the preset that it was asked for, or does not. */
static void
grab_zoom(gms_grab_t *grab)
{
    gms_zooming_t *z = &grab->zooming;
    char           err[GMS_SENTENCE_SIZE];
    int            rc;

    if (grab->open && gms_zooming_is_due(z, gms_clock_mono_ns())) {
        grab_zoom_again(grab);
    }

    rc = gms_zooming_drive(z, err, sizeof(err));

    if (rc == GMS_EAGAIN) {
        return;
    }

    if (z->ask == 0) {
        if (rc != GMS_OK) {
            gms_zooming_retry(z, err);
        }
        return;
    }

    if (rc == GMS_OK) {
        grab->status.moving = true;
        grab->status.moves++;
        snprintf(grab->status.moved, sizeof(grab->status.moved),
            "the camera goes to preset %d", z->preset);
        grab->status.state = GMS_CAMERA_MOVING;
        grab_note(grab);
    }

    gms_obeying_arrived(&grab->obeying, rc, err);
}


static void
grab_order(gms_grab_t *grab, const gms_order_t *order)
{
    gms_note_t note;

    if (order->kind == GMS_ORDER_STOP) {
        grab->stop = true;
        return;
    }

    if (order->kind == GMS_ORDER_CONTROLS) {
        gms_obeying_controls(
            &grab->obeying, order, grab->open, grab->status.detail, &note);
        grab_told(grab);
        gms_inbox_put(grab->g->notes, &note);
        return;
    }

    if (order->kind == GMS_ORDER_PRESET) {
        gms_obeying_preset(
            &grab->obeying, order, grab->open, grab->status.detail);
        return;
    }

    gms_source_close(&grab->source);
    grab->open = false;
    grab->g->face = order->face;
    grab->g->config.face = &grab->g->face;
    grab->g->config.caliber_mm = order->caliber_mm;

    gms_source_init(&grab->source, &grab->g->config);
    grab_open(grab);

    memset(&note, 0, sizeof(note));
    note.kind = GMS_NOTE_REOPENED;
    note.lane = order->lane;
    note.mono_ns = gms_clock_mono_ns();
    gms_inbox_put(grab->g->notes, &note);
}


static void *
grab_thread(void *data)
{
    gms_grab_t  grab;
    gms_order_t order;
    unsigned    i;

    memset(&grab, 0, sizeof(grab));
    grab.g = data;

    for (i = 0; i < grab.g->lanes; i++) {
        gms_frames_attach(&grab.frames[i], grab.g->memory[i]);
    }

    if (gms_zooming_init(&grab.zooming, &grab.g->config.camera) != GMS_OK) {
        gms_log(GMS_LOG_ERROR, "no memory to look through a camera", NULL);
        return NULL; /* without its heartbeat the lane is begun anew */
    }

    gms_vigil_init(&grab.vigil, &grab.g->config.camera);
    grab.reopen.min_ns = GMS_REOPEN_MIN_NS;
    grab.reopen.max_ns = GMS_REOPEN_MAX_NS;
    grab.reopen.seed = (unsigned) gms_clock_mono_ns() ^ (unsigned) getpid();
    grab.status.preset = -1;
    grab.status.delay_ms = GMS_DELAY_UNKNOWN;
    gms_obeying_init(&grab.obeying, &grab.source, &grab.zooming, grab.g->notes,
        grab.g->settings_path, &grab.g->config.camera);
    grab.g->config.settings = &grab.obeying.settings;

    gms_source_init(&grab.source, &grab.g->config);
    grab_note(&grab);

    while (!grab.stop) {
        grab_beat(&grab);

        while (gms_inbox_take(&grab.g->orders, &order)) {
            grab_order(&grab, &order);
        }

        if (grab.stop) {
            break;
        }

        grab_zoom(&grab);

        if (!grab.open && gms_clock_mono_ns() >= grab.reopen.due_ns) {
            grab_open(&grab);
        }

        if (grab.open && grab.status.state != GMS_CAMERA_ENDED) {
            grab_next(&grab);

        } else {
            struct timespec pause = { 0, 50 * GMS_MS };
            nanosleep(&pause, NULL);
            grab_state(&grab, grab.status.state, grab.status.detail);
        }
    }

    gms_zooming_close(&grab.zooming);
    gms_source_close(&grab.source);

    return NULL;
}


int
gms_grabber_start(gms_grabber_t *g)
{
    int rc;

    g->config.face = &g->face;

    rc = gms_inbox_init(&g->orders, sizeof(gms_order_t), 16);
    if (rc != GMS_OK) {
        return rc;
    }

    if (pthread_create(&g->thread, NULL, grab_thread, g) != 0) {
        gms_inbox_close(&g->orders);
        return GMS_ESYS;
    }

    g->started = true;

    return GMS_OK;
}


void
gms_grabber_stop(gms_grabber_t *g)
{
    gms_order_t order;

    if (!g->started) {
        return;
    }

    memset(&order, 0, sizeof(order));
    order.kind = GMS_ORDER_STOP;
    gms_inbox_put(&g->orders, &order);

    pthread_join(g->thread, NULL);

    while (gms_inbox_take(&g->orders, &order)) {
        free(order.kind == GMS_ORDER_CONTROLS ? order.wanted : NULL);
    }

    gms_inbox_close(&g->orders);
    g->started = false;
}

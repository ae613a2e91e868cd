#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "analysis.h"
#include "../base/clock.h"
#include "grading.h"
#include "matching.h"
#include "../target/homography.h"

#define GMS_TAKE_MS 200
#define GMS_DETECTIONS_MAX 16

/* A hole that is there this soon after a restart was fired before it. */
#define GMS_RECOVERED_NS (300 * GMS_MS)

/* Times of the last pictures, for the quantiles on show. */
#define GMS_TIMES 256

/* A picture that was damaged is told of for so long: long enough to be read
 * when every tenth one is. */
#define GMS_DAMAGED_NS (5 * GMS_S)

typedef struct {
    gms_detector_t       detector;
    bool                 open;
    gms_detector_state_e state;
    bool                 odd_size;
    int                  width; /* of the pictures that were calibrated */
    int                  height;
    double               mm_to_px[9]; /* that was ordered */
    gms_calibration_t    calibration; /* what places are of */
    gms_grading_t        grading;
    gms_matching_t       matching;
    bool                 calibrate;
    int64_t              calibrate_ns;
    gms_face_t           face;
    gms_view_t           view;
    bool                 relearn;
    int64_t              relearn_ns;
    bool                 loaded;
    bool                 loaded_first; /* no picture yet since the load */
    int64_t              loaded_ns;    /* time of that picture */
    uint32_t             seen;         /* view of the last picture */
    bool                 blind;        /* none was looked at since a gap */
    int64_t              seeing_ns;    /* when the first one was, 0: no gap */
    uint64_t             reported;     /* shots, of this process */
    unsigned             shots_now;    /* of them, in the last picture */
    bool                 unsaved;      /* the paper on disk is another one */
    double               ms[GMS_TIMES];
    unsigned             times;
    int64_t              noted_ns;
    char                 detail[GMS_SENTENCE_SIZE]; /* why it cannot look */
    char                 why[GMS_SENTENCE_SIZE];    /* the detector's own */
} gms_analyst_t;

typedef struct {
    gms_analysis_t *a;
    gms_jpeg_t     *jpeg;
    gms_image_t     decoded;
    gms_image_t     gray; /* the picture: decoded, or the mailbox's */
    uint8_t        *last; /* bytes of the picture before */
    size_t          last_size;
    size_t          last_capacity;
    int64_t         damaged_ns; /* CLOCK_MONOTONIC of the last, 0: none */
    bool            stop;
    gms_analyst_t   lane[GMS_PROCESS_LANES_MAX];
} gms_analysing_t;


static int
analysis_compare(const void *a, const void *b)
{
    double x, y;

    x = *(const double *) a;
    y = *(const double *) b;

    return (x > y) - (x < y);
}


/* Where the card lies now, also beside where it lay when it was calibrated. */
static bool
analysis_drift(const gms_analyst_t *lane, gms_analysis_status_t *status)
{
    double pose[9];

    gms_detector_pose(&lane->detector, pose);
    gms_homography_multiply(status->map, pose, lane->calibration.mm_to_px);

    return gms_calibration_drift(&status->drift, &lane->calibration, pose)
        == GMS_OK;
}


/* The holes that are known, as far as they lie on the card. */
static void
analysis_holes(const gms_analyst_t *lane, gms_analysis_status_t *status)
{
    double px[GMS_OLD_HOLES_MAX][3], x_mm, y_mm;
    int    i, n;

    n = gms_detector_holes(&lane->detector, px, GMS_OLD_HOLES_MAX);

    for (i = 0; i < n; i++) {
        gms_calibration_to_mm(
            &lane->calibration, px[i][0], px[i][1], &x_mm, &y_mm);

        if (fabs(x_mm) < GMS_OLD_MM_MAX && fabs(y_mm) < GMS_OLD_MM_MAX) {
            status->hole_mm[status->holes][0] = (float) x_mm;
            status->hole_mm[status->holes++][1] = (float) y_mm;
        }
    }
}


static void
analysis_note(gms_analysing_t *t, unsigned i)
{
    gms_analyst_t *lane;
    gms_note_t     note;
    double         ms[GMS_TIMES];
    unsigned       n;

    lane = &t->lane[i];
    n = lane->times < GMS_TIMES ? lane->times : GMS_TIMES;

    memset(&note, 0, sizeof(note));
    note.kind = GMS_NOTE_ANALYSIS;
    note.lane = i;
    note.mono_ns = gms_clock_mono_ns();
    note.u.analysis.running = lane->open;
    note.u.analysis.state = lane->state;
    note.u.analysis.odd_size = lane->odd_size;
    note.u.analysis.drifted = lane->open && lane->state == GMS_DETECTOR_LIVE
        && analysis_drift(lane, &note.u.analysis);
    if (lane->open) {
        analysis_holes(lane, &note.u.analysis);
    }

    note.u.analysis.damaged = t->damaged_ns != 0;
    note.u.analysis.astray = lane->matching.astray;
    note.u.analysis.off_mm = lane->matching.off_mm;
    gms_grading_status(&lane->grading, &note.u.analysis.scene);
    snprintf(note.u.analysis.detail, sizeof(note.u.analysis.detail), "%s",
        lane->detail);
    snprintf(note.u.analysis.why, sizeof(note.u.analysis.why), "%s", lane->why);

    if (n > 0) {
        memcpy(ms, lane->ms, n * sizeof(double));
        qsort(ms, n, sizeof(double), analysis_compare);
        note.u.analysis.ms_p50 = ms[n / 2];
        note.u.analysis.ms_p95 = ms[(n * 95) / 100];
    }

    lane->noted_ns = note.mono_ns;
    gms_inbox_put(t->a->notes, &note);
}


/* What the detector says of itself; told at once when it changes. */
static void
analysis_state(gms_analysing_t *t, unsigned i)
{
    gms_analyst_t       *lane;
    gms_detector_state_e state, before;
    char                 why[GMS_SENTENCE_SIZE];

    lane = &t->lane[i];
    before = lane->state;
    state = gms_detector_detail(&lane->detector, why, sizeof(why));

    /* A fresh reference; with a shot of this very picture, that shot's own
     * commit has it saved. */
    if (lane->unsaved && state == GMS_DETECTOR_LIVE && lane->shots_now == 0
        && lane->matching.held == 0)
    {
        lane->unsaved = false;
        gms_detector_save(&lane->detector, t->a->path[i]);
    }

    if (state == before && strcmp(why, lane->why) == 0) {
        return;
    }

    lane->state = state;
    snprintf(lane->why, sizeof(lane->why), "%s", why);
    analysis_note(t, i);
}


static void
analysis_calibrate(gms_analysing_t *t, unsigned i)
{
    gms_analyst_t *lane;
    gms_note_t     note;

    lane = &t->lane[i];
    lane->calibrate = false;

    memset(&note, 0, sizeof(note));
    note.kind = GMS_NOTE_CALIBRATED;
    note.lane = i;
    note.mono_ns = lane->calibrate_ns; /* tells which order it answers */
    note.u.calibrated.error = gms_calibrate(&note.u.calibrated.calibration,
        &t->gray, &lane->face, &lane->view, note.u.calibrated.reason,
        sizeof(note.u.calibrated.reason));

    if (note.u.calibrated.error == GMS_OK) {
        (void) gms_orientation_propose(&note.u.calibrated.proposal, &t->gray,
            &note.u.calibrated.calibration, &lane->face);
    }

    lane->width = t->gray.width;
    lane->height = t->gray.height;
    lane->odd_size = false;

    gms_inbox_put(t->a->notes, &note);
}


static void
analysis_detect_order(gms_analysing_t *t, const gms_order_t *order)
{
    gms_analyst_t *lane;
    unsigned       i;
    int            rc;

    lane = &t->lane[order->lane];

    if (lane->open) {
        gms_detector_close(&lane->detector);
        lane->open = false;
    }

    lane->detail[0] = '\0';
    lane->odd_size = false; /* told again if it still is so */
    lane->loaded = false;

    /* What a person measured is of the pictures that come now. */
    if (order->detector.calibration.origin != GMS_CALIBRATION_AUTO
        && memcmp(order->detector.calibration.mm_to_px, lane->mm_to_px,
               sizeof(lane->mm_to_px))
            != 0)
    {
        lane->width = 0;
        lane->height = 0;
    }

    memcpy(lane->mm_to_px, order->detector.calibration.mm_to_px,
        sizeof(lane->mm_to_px));
    lane->calibration = order->detector.calibration;
    lane->loaded_first = false;
    lane->blind = false;
    lane->seeing_ns = 0;
    lane->times = 0;
    gms_matching_forget(&lane->matching);

    if (order->doubted) {
        gms_matching_begin(&lane->matching, true);
    }

    /* The camera goes on, but nothing is looked for in its pictures. */
    if (order->detector.face.by_hand) {
        lane->state = GMS_DETECTOR_LEARNING;
        lane->why[0] = '\0';
        gms_grading_begin(&lane->grading, &order->detector);
        free(order->hole);
        analysis_note(t, order->lane);
        return;
    }

    rc = gms_detector_open(&lane->detector, t->a->detector[order->lane],
        &order->detector, lane->detail, sizeof(lane->detail));
    lane->open = rc == GMS_OK;
    lane->unsaved = true;
    gms_grading_begin(&lane->grading, &order->detector);

    if (lane->open && order->load) {
        rc = gms_detector_load(&lane->detector, t->a->path[order->lane]);
        lane->loaded = rc >= 0;
        lane->loaded_first = lane->loaded;
        lane->unsaved = !lane->loaded;

        for (i = 0; lane->loaded && i < order->holes; i++) {
            gms_detector_know(&lane->detector, order->hole[i].x_px,
                order->hole[i].y_px, order->hole[i].radius_px);
        }
    }

    lane->why[0] = '\0';
    if (lane->open) {
        lane->state =
            gms_detector_detail(&lane->detector, lane->why, sizeof(lane->why));
    }

    free(order->hole);
    analysis_note(t, order->lane);
}


/* A memory of the old paper must not outlive it. */
static void
analysis_forget(gms_analysing_t *t, unsigned i)
{
    unlink(t->a->path[i]);
    t->lane[i].unsaved = true;
}


static void
analysis_order(gms_analysing_t *t, const gms_order_t *order)
{
    gms_analyst_t *lane;

    lane = &t->lane[order->lane];

    switch (order->kind) {

    case GMS_ORDER_STOP:
        t->stop = true;
        break;

    case GMS_ORDER_CALIBRATE:
        lane->calibrate = true;
        lane->calibrate_ns = order->mono_ns;
        lane->face = order->face;
        lane->view = order->detector.view;
        break;

    case GMS_ORDER_DETECT:
        analysis_detect_order(t, order);
        break;

    case GMS_ORDER_RELEARN:
        gms_matching_forget(&lane->matching);
        analysis_forget(t, order->lane);
        lane->relearn = true;
        lane->relearn_ns = order->mono_ns;
        break;

    case GMS_ORDER_SAVE:
        /* With a shot on its way to the journal the memory would know a hole
         * that is not on record yet; the save after that shot is due. */
        if (lane->open && lane->state != GMS_DETECTOR_LEARNING
            && lane->reported == order->settled && lane->matching.held == 0)
        {
            lane->unsaved = false;
            gms_detector_save(&lane->detector, t->a->path[order->lane]);
        }
        break;

    case GMS_ORDER_PAPER:
        if (lane->open) {
            if (order->paper != GMS_PAPER_COLD) {
                analysis_forget(t, order->lane);
            }
            gms_detector_paper(&lane->detector, order->paper);
            analysis_state(t, order->lane);
        }
        break;

    case GMS_ORDER_REOPEN:
    case GMS_ORDER_CONTROLS:
    case GMS_ORDER_PRESET:
        break;
    }
}


static void
analysis_tell(gms_analysing_t *t, unsigned i, const gms_note_t *note)
{
    gms_analyst_t *lane = &t->lane[i];

    if (note->u.seen.detection.kind == GMS_DETECTION_SHOT) {
        lane->reported++;
        lane->shots_now++;
    }

    gms_inbox_put(t->a->notes, note);
}


static void
analysis_report(gms_analysing_t *t, unsigned i, const gms_frame_t *frame,
    const gms_detection_t *detection)
{
    gms_evidence_t evidence;
    gms_note_t     note;
    gms_analyst_t *lane;

    lane = &t->lane[i];

    memset(&note, 0, sizeof(note));
    note.kind = GMS_NOTE_DETECTION;
    note.lane = i;
    note.u.seen.detection = *detection;

    if (detection->kind == GMS_DETECTION_CALIBRATION) {
        lane->calibration = *gms_detector_calibration(&lane->detector);
        gms_grading_begin(&lane->grading, &lane->detector.config);
    }

    if (detection->kind == GMS_DETECTION_PAPER) {
        analysis_forget(t, i);
    }

    note.u.seen.calibration = lane->calibration;

    if ((detection->kind == GMS_DETECTION_SHOT
            || detection->kind == GMS_DETECTION_REJECTED)
        && gms_detector_evidence(&lane->detector, detection->id, &evidence)
            == GMS_OK)
    {
        note.u.seen.patches = gms_patches_copy(evidence.before, evidence.after,
            evidence.w, evidence.h, evidence.x, evidence.y, evidence.r);
    }
    note.u.seen.recovered =
        (lane->loaded
            && detection->first_ns - lane->loaded_ns < GMS_RECOVERED_NS)
        || lane->blind
        || (lane->seeing_ns != 0
            && detection->first_ns - lane->seeing_ns < GMS_RECOVERED_NS);

    /* The record carries when the hole was first seen; latency is counted
     * from the picture that made this report. */
    note.mono_ns = frame->mono_ns;
    note.real_ns = frame->real_ns - (frame->mono_ns - detection->first_ns);

    if (!lane->matching.on || detection->kind == GMS_DETECTION_CALIBRATION
        || detection->kind == GMS_DETECTION_REJECTED)
    {
        analysis_tell(t, i, &note);

    } else if (detection->kind == GMS_DETECTION_HOLE
        || !gms_matching_hold(&lane->matching, &note))
    {
        free(note.u.seen.patches);
    }
}


/* A paper that was known before nobody saw it for a while: what is new in it
 * fell meanwhile.  It is compared once the detector sees it again. */
static void
analysis_gap(gms_analyst_t *lane, const gms_frame_t *frame)
{
    if (lane->seen != frame->view) {
        lane->seen = frame->view;
        lane->blind = lane->state != GMS_DETECTOR_LEARNING;

        if (lane->blind) {
            gms_matching_begin(&lane->matching, false);
        }
    }
}


/* The face must lie where the calibration says before a shot counts; what was
 * held back until then is told now. */
static void
analysis_match(gms_analysing_t *t, unsigned i, const gms_frame_t *frame)
{
    gms_analyst_t *lane = &t->lane[i];
    gms_note_t     note;
    double         pose[9];
    bool           astray = lane->matching.astray;

    gms_detector_pose(&lane->detector, pose);

    if (gms_matching_try(&lane->matching, &lane->calibration, pose,
            &lane->detector.config, &t->gray, frame->mono_ns))
    {
        while (gms_matching_take(&lane->matching, &note)) {
            analysis_tell(t, i, &note);
        }
    }

    if (astray != lane->matching.astray) {
        analysis_note(t, i);
    }
}


static bool
analysis_sees(const gms_analyst_t *lane)
{
    char why[GMS_SENTENCE_SIZE];

    return gms_detector_detail(&lane->detector, why, sizeof(why))
        == GMS_DETECTOR_LIVE;
}


static void
analysis_push(
    gms_analysing_t *t, unsigned i, const gms_frame_t *frame, int64_t decode_ns)
{
    gms_analyst_t  *lane;
    gms_detection_t detection[GMS_DETECTIONS_MAX];
    int64_t         begin;
    int             n, k;

    lane = &t->lane[i];

    if (lane->width == 0) {
        lane->width = t->gray.width;
        lane->height = t->gray.height;
    }

    if (lane->width != t->gray.width || lane->height != t->gray.height) {
        if (!lane->odd_size) {
            lane->odd_size = true;
            snprintf(lane->detail, sizeof(lane->detail),
                "pictures are %dx%d, but the calibration was made at "
                "%dx%d: set the camera back or calibrate again",
                t->gray.width, t->gray.height, lane->width, lane->height);
            analysis_note(t, i);
        }
        return;
    }

    if (lane->odd_size) {
        lane->odd_size = false;
        lane->detail[0] = '\0';
        analysis_note(t, i);
    }

    if (lane->relearn && frame->mono_ns >= lane->relearn_ns) {
        lane->relearn = false;
        lane->loaded = false;
        gms_detector_relearn(&lane->detector);
        analysis_state(t, i);
    }

    if (lane->relearn) {
        return;
    }

    if (lane->loaded_first) {
        lane->loaded_first = false;
        lane->loaded_ns = frame->mono_ns;
    }

    analysis_gap(lane, frame);
    begin = gms_clock_thread_ns();
    n = gms_detector_push(&lane->detector, &t->gray, frame->id, frame->mono_ns,
        detection, GMS_DETECTIONS_MAX);
    gms_grading_look(&lane->grading, &lane->detector, &t->gray, frame->mono_ns);
    lane->ms[lane->times++ % GMS_TIMES] =
        (double) (gms_clock_thread_ns() - begin + decode_ns) / (double) GMS_MS;

    if (lane->blind && analysis_sees(lane)) {
        lane->blind = false;
        lane->seeing_ns = frame->mono_ns;
    }

    lane->shots_now = 0;

    if (lane->matching.on && analysis_sees(lane)) {
        analysis_match(t, i, frame);
    }

    for (k = 0; k < n; k++) {
        analysis_report(t, i, frame, &detection[k]);
    }

    gms_memory_count(t->a->memory[i], GMS_COUNTER_FRAMES_ANALYSED, 1);
    gms_memory_record(t->a->memory[i], GMS_HISTOGRAM_ANALYSE,
        gms_clock_mono_ns() - frame->handed_ns);
    analysis_state(t, i);
}


/* Notes when damaged pictures begin to come, and when they have ceased. */
static void
analysis_damaged(gms_analysing_t *t, int64_t damaged_ns)
{
    unsigned i;
    bool     changed;

    changed = (damaged_ns != 0) != (t->damaged_ns != 0);
    t->damaged_ns = damaged_ns;

    for (i = 0; changed && i < t->a->lanes; i++) {
        analysis_note(t, i);
    }
}


/* True when the camera sent the same bytes again: nothing new to see. */
static bool
analysis_repeated(gms_analysing_t *t, const gms_frame_t *frame)
{
    size_t         size;
    uint8_t       *grown;
    const uint8_t *bytes;

    bytes = gms_frame_bytes(frame, &size);

    if (t->last_size == size && memcmp(t->last, bytes, size) == 0) {
        return true;
    }

    if (t->last_capacity < size) {
        grown = realloc(t->last, size);
        if (grown == NULL) {
            t->last_size = 0;
            return false;
        }

        t->last = grown;
        t->last_capacity = size;
    }

    memcpy(t->last, bytes, size);
    t->last_size = size;

    return false;
}


/* The picture as a gray plane; false: it cannot be decoded. */
static bool
analysis_see(gms_analysing_t *t, const gms_frame_t *frame)
{
    if (frame->gray.px != NULL) {
        t->gray = frame->gray;
        return true;
    }

    if (gms_jpeg_decode_gray(
            t->jpeg, frame->jpeg, frame->jpeg_size, &t->decoded)
        != GMS_OK)
    {
        return false;
    }

    t->gray = t->decoded;

    return true;
}


static void
analysis_frame(gms_analysing_t *t, const gms_frame_t *frame)
{
    gms_counter_e counter;
    int64_t       begin, decode_ns;
    unsigned      i;
    bool          repeated;

    decode_ns = 0;
    counter = GMS_COUNTER_FRAMES_REPEATED;
    repeated = analysis_repeated(t, frame);

    if (!repeated) {
        begin = gms_clock_thread_ns();
        if (!analysis_see(t, frame)) {
            t->last_size = 0;
            counter = GMS_COUNTER_FRAMES_BAD;
            analysis_damaged(t, frame->mono_ns);

        } else if (t->damaged_ns != 0
            && frame->mono_ns - t->damaged_ns > GMS_DAMAGED_NS)
        {
            analysis_damaged(t, 0);
        }
        decode_ns = gms_clock_thread_ns() - begin;

    } else if (frame->gray.px != NULL) {
        t->gray = frame->gray; /* the same, but the last one's is no more */
    }

    for (i = 0; i < t->a->lanes; i++) {
        if (repeated || t->last_size == 0) {
            gms_memory_count(t->a->memory[i], counter, 1);

        } else {
            gms_memory_record(t->a->memory[i], GMS_HISTOGRAM_DECODE, decode_ns);
        }

        if (t->last_size == 0) {
            continue;
        }

        if (t->lane[i].calibrate && frame->mono_ns >= t->lane[i].calibrate_ns) {
            analysis_calibrate(t, i);
        }

        /* A still picture that is repeated must end the learning, too. */
        if (t->lane[i].open
            && (!repeated || t->lane[i].state == GMS_DETECTOR_LEARNING
                || t->lane[i].relearn))
        {
            analysis_push(t, i, frame, decode_ns);
        }
    }
}


static void *
analysis_thread(void *data)
{
    gms_analysing_t *t;
    gms_frame_t      frame;
    gms_order_t      order;
    unsigned         i;
    int64_t          now;

    t = data;

    while (!t->stop) {
        now = gms_clock_mono_ns();

        for (i = 0; i < t->a->lanes; i++) {
            gms_memory_beat(t->a->memory[i], GMS_BEAT_ANALYSIS, now);

            if (now - t->lane[i].noted_ns > GMS_S) {
                analysis_note(t, i);
            }
        }

        while (gms_inbox_take(&t->a->orders, &order)) {
            analysis_order(t, &order);
        }

        if (!t->stop
            && gms_mailbox_take(t->a->mailbox, &frame, GMS_TAKE_MS) == GMS_OK) {
            analysis_frame(t, &frame);
        }
    }

    for (i = 0; i < t->a->lanes; i++) {
        gms_matching_forget(&t->lane[i].matching);

        if (t->lane[i].open) {
            gms_detector_close(&t->lane[i].detector);
        }
    }

    gms_image_free(&t->decoded);
    gms_jpeg_destroy(t->jpeg);
    free(t->last);
    free(t);

    return NULL;
}


int
gms_analysis_start(gms_analysis_t *a)
{
    gms_analysing_t *t;
    int              rc;

    t = calloc(1, sizeof(*t));
    if (t == NULL) {
        return GMS_ENOMEM;
    }

    t->a = a;
    t->jpeg = gms_jpeg_create();
    rc = t->jpeg != NULL ? GMS_OK : GMS_ENOMEM;

    if (rc == GMS_OK) {
        rc = gms_inbox_init(&a->orders, sizeof(gms_order_t), 64);
    }

    if (rc == GMS_OK) {
        if (pthread_create(&a->thread, NULL, analysis_thread, t) == 0) {
            a->started = true;
            return GMS_OK;
        }

        gms_inbox_close(&a->orders);
        rc = GMS_ESYS;
    }

    gms_jpeg_destroy(t->jpeg);
    free(t);

    return rc;
}


void
gms_analysis_stop(gms_analysis_t *a)
{
    gms_order_t order;

    if (!a->started) {
        return;
    }

    memset(&order, 0, sizeof(order));
    order.kind = GMS_ORDER_STOP;
    gms_inbox_put(&a->orders, &order);

    pthread_join(a->thread, NULL);
    gms_inbox_close(&a->orders);
    a->started = false;
}

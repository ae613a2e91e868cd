#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cJSON.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "document.h"
#include "matching.h"
#include "old_holes.h"
#include "../session/complaints.h"
#include "../session/conduct.h"
#include "../session/tips.h"
#include "show.h"
#include "../store/reserve.h"
#include "unsaved.h"

static const char *document_camera_states[] = { "opening", "ok", "lost",
    "ended", "moving", "frozen", "black" };
static const char *document_camera_kinds[] = { "clip", "simulate", "http",
    "rtsp", "v4l2", "push" };
static const char *document_lane_states[] = { "idle", "live", "paused" };
static const char *document_origins[] = { "none", "auto", "file", "hand" };


static double
document_round(double value, double step)
{
    return round(value / step) * step;
}


/* Microseconds since 1970 have more digits than cJSON prints of a double. */
static void
document_us(cJSON *json, const char *name, int64_t ns)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, ns / GMS_US);
    cJSON_AddRawToObject(json, name, text);
}


cJSON *
gms_document_camera(const gms_scorer_t *s)
{
    const gms_camera_t *camera;
    cJSON              *json, *region;

    camera = &s->config->camera;
    json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "kind", document_camera_kinds[camera->kind]);
    cJSON_AddStringToObject(
        json, "state", document_camera_states[s->camera.state]);
    cJSON_AddStringToObject(json, "detail", s->camera.detail);
    cJSON_AddNumberToObject(json, "width", s->camera.width);
    cJSON_AddNumberToObject(json, "height", s->camera.height);
    cJSON_AddNumberToObject(json, "fps", document_round(s->camera.fps, 0.1));
    cJSON_AddNumberToObject(json, "captured",
        (double) gms_memory_counter(s->memory, GMS_COUNTER_FRAMES_CAPTURED));
    cJSON_AddNumberToObject(json, "dropped",
        (double) gms_memory_counter(s->memory, GMS_COUNTER_FRAMES_DROPPED));
    cJSON_AddNumberToObject(json, "bad",
        (double) gms_memory_counter(s->memory, GMS_COUNTER_FRAMES_BAD));
    cJSON_AddNumberToObject(json, "lost",
        (double) gms_memory_counter(s->memory, GMS_COUNTER_FRAMES_LOST));
    cJSON_AddStringToObject(json, "asked", s->camera.asked);
    cJSON_AddStringToObject(json, "got", s->camera.got);
    cJSON_AddStringToObject(json, "zoom", s->camera.zoom);

    if (s->camera.delay_ms >= 0) {
        cJSON_AddNumberToObject(
            json, "delay_ms", document_round(s->camera.delay_ms, 0.1));
    } else {
        cJSON_AddNullToObject(json, "delay_ms");
    }

    cJSON_AddNumberToObject(json, "rotate", camera->rotate);
    cJSON_AddBoolToObject(json, "mirror", camera->mirror);

    region = camera->has_region ? cJSON_CreateIntArray(camera->region, 4)
                                : cJSON_CreateNull();
    cJSON_AddItemToObject(json, "region", region);
    document_us(json, "t_frame_us", s->camera.frame_real_ns);

    return json;
}


/* What the detector says; while its pictures are worth nothing, why. */
static gms_detector_state_e
document_seeing(const gms_scorer_t *s, const char **detail)
{
    switch (s->camera.state) {

    case GMS_CAMERA_MOVING:
        *detail = "The camera is on its way to another zoom: waits until the "
                  "picture stands still.";
        return GMS_DETECTOR_MOVING;

    case GMS_CAMERA_FROZEN:
    case GMS_CAMERA_BLACK:
        *detail = s->camera.detail;
        return GMS_DETECTOR_BLIND;

    default:
        *detail =
            s->looking.detail[0] != '\0' ? s->looking.detail : s->looking.why;
        return s->looking.state;
    }
}


static cJSON *
document_detector(const gms_scorer_t *s)
{
    gms_detector_state_e state;
    const char          *detail;
    cJSON               *json;

    json = cJSON_CreateObject();
    state = document_seeing(s, &detail);

    cJSON_AddStringToObject(json, "name", s->config->detector);
    cJSON_AddStringToObject(json, "state",
        s->looking.running ? gms_detector_state_name(state) : "off");
    cJSON_AddStringToObject(json, "detail", detail);
    cJSON_AddNumberToObject(
        json, "ms_p50", document_round(s->looking.ms_p50, 0.01));
    cJSON_AddNumberToObject(
        json, "ms_p95", document_round(s->looking.ms_p95, 0.01));

    return json;
}


/* What the printed digits say of the camera; null: they were not read. */
static cJSON *
document_proposal(const gms_scorer_t *s)
{
    cJSON *json;

    if (s->proposal.digits == 0) {
        return cJSON_CreateNull();
    }

    json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "rotate", s->proposal.rotate);
    cJSON_AddBoolToObject(json, "mirror", s->proposal.mirror);
    cJSON_AddNumberToObject(
        json, "confidence", document_round(s->proposal.confidence, 0.01));
    cJSON_AddNumberToObject(json, "digits", s->proposal.digits);

    return json;
}


/* null: the card is not seen now. */
static cJSON *
document_drift(const gms_scorer_t *s)
{
    const gms_drift_t *drift;
    cJSON             *json;

    if (!s->looking.drifted) {
        return cJSON_CreateNull();
    }

    drift = &s->looking.drift;
    json = cJSON_CreateObject();
    cJSON_AddNumberToObject(
        json, "shift_mm", document_round(drift->shift_mm, 0.01));
    cJSON_AddNumberToObject(
        json, "turn_deg", document_round(drift->turn_deg, 0.01));
    cJSON_AddNumberToObject(
        json, "scale_pct", document_round(drift->scale_pct, 0.01));

    return json;
}


/* Where it bends the picture; left out where it does not. */
static void
document_lens(cJSON *json, const gms_lens_t *lens)
{
    double v[4] = { lens->x, lens->y, lens->bend, lens->at2 };

    if (lens->bend != 0) {
        cJSON_AddItemToObject(json, "lens", cJSON_CreateDoubleArray(v, 4));
    }
}


static cJSON *
document_calibration(const gms_scorer_t *s)
{
    const gms_calibration_t *c;
    cJSON                   *json;

    c = &s->calibration;
    json = cJSON_CreateObject();

    cJSON_AddStringToObject(
        json, "origin", s->calibrated ? document_origins[c->origin] : "none");
    if (s->calibrated) {
        cJSON_AddItemToObject(json, "homography_mm_to_px",
            cJSON_CreateDoubleArray(c->mm_to_px, 9));
        document_lens(json, &c->lens);
        cJSON_AddNumberToObject(
            json, "residual_mm", document_round(c->residual_mm, 0.001));
        cJSON_AddNumberToObject(
            json, "px_per_mm", document_round(c->px_per_mm, 0.001));
        cJSON_AddNumberToObject(
            json, "tilt_deg", document_round(c->tilt_deg, 0.1));
        cJSON_AddNumberToObject(json, "seq", (double) s->book.calibration_seq);

    } else {
        cJSON_AddNullToObject(json, "homography_mm_to_px");
    }

    cJSON_AddBoolToObject(json, "confirmed", s->calibrated && c->confirmed);
    cJSON_AddNumberToObject(json, "rotate", s->view.rotate);
    cJSON_AddBoolToObject(json, "mirror", s->view.mirror);
    cJSON_AddItemToObject(json, "proposal", document_proposal(s));
    cJSON_AddItemToObject(json, "drift", document_drift(s));
    cJSON_AddStringToObject(json, "reason", s->reason);

    return json;
}


static cJSON *
document_store(const gms_scorer_t *s)
{
    cJSON *json;

    json = cJSON_CreateObject();

    cJSON_AddStringToObject(
        json, "state", s->store_error != GMS_OK ? "failing" : "ok");
    cJSON_AddStringToObject(json, "detail", s->store_detail);
    cJSON_AddNumberToObject(json, "waiting", s->count);
    cJSON_AddStringToObject(json, "reserve", s->reserve_used ? "used" : "ok");
    cJSON_AddStringToObject(
        json, "pictures", s->pictures_failing ? "failing" : "ok");
    cJSON_AddStringToObject(json, "films", s->films_failing ? "failing" : "ok");

    return json;
}


static void
document_problem(
    cJSON *list, const char *type, const char *title, const char *detail)
{
    cJSON *problem;

    problem = cJSON_CreateObject();

    cJSON_AddStringToObject(problem, "type", type);
    cJSON_AddStringToObject(problem, "title", title);
    cJSON_AddStringToObject(problem, "detail", detail);
    cJSON_AddItemToArray(list, problem);
}


/* The picture, as long as it keeps shots from being seen. */
static void
document_view_problems(const gms_scorer_t *s, cJSON *list)
{
    if (s->book.cold) {
        document_problem(list, "range-cold", "The range is cold",
            "nothing is recorded until the range is hot again");
    }

    if (!s->looking.running || s->looking.detail[0] != '\0') {
        return;
    }

    switch (s->looking.state) {

    case GMS_DETECTOR_GONE:
        document_problem(
            list, "paper-gone", "No paper is found there", s->looking.why);
        break;

    case GMS_DETECTOR_BLIND:
        if (s->camera.state != GMS_CAMERA_BLACK) {
            document_problem(list, "camera-blind", "The camera sees nothing",
                s->looking.why);
        }
        break;

    case GMS_DETECTOR_MOVING:
        document_problem(
            list, "camera-moving", "The camera moves", s->looking.why);
        break;

    default:
        break;
    }
}


static void
document_unconfirmed(const gms_scorer_t *s, cJSON *list)
{
    char detail[GMS_SENTENCE_SIZE];
    bool other;

    other = s->proposal.digits > 0
        && (s->proposal.rotate != s->view.rotate
            || s->proposal.mirror != s->view.mirror);

    if (other) {
        snprintf(detail, sizeof(detail),
            "the printed digits look as if the picture needs rotate=%d "
            "mirror=%d: turn it so, or confirm it as it is; values count "
            "already, directions do not",
            s->proposal.rotate, s->proposal.mirror ? 1 : 0);

    } else {
        snprintf(detail, sizeof(detail),
            "rings look the same from all sides: look at the picture and "
            "confirm that it is upright, or turn it; values count already, "
            "directions do not");
    }

    document_problem(list, "not-confirmed", "Is this the top?", detail);
}


static void
document_reserve_problem(const gms_scorer_t *s, cJSON *list)
{
    char detail[GMS_SENTENCE_SIZE];

    snprintf(detail, sizeof(detail),
        "the reserve of %d MB in %.200s is used up, or there is no room for "
        "it: free some on that disk; until then shots are recorded, but "
        "their pictures are not kept",
        GMS_RESERVE_BYTES / (1024 * 1024), s->store->state_dir);

    document_problem(list, "disk-low", "The disk is nearly full", detail);
}


static void
document_calibration_problems(const gms_scorer_t *s, cJSON *list)
{
    char detail[GMS_SENTENCE_SIZE];

    if (s->face.by_hand) {
        snprintf(detail, sizeof(detail),
            "no camera looks for shots on \"%s\": they are added by hand",
            s->face.title);
        document_problem(list, "by-hand", "Scored by hand", detail);

    } else if (!s->calibrated && s->reason[0] != '\0') {
        document_problem(
            list, "not-calibrated", "The target was not found", s->reason);

    } else if (s->calibrated && !s->calibration.confirmed) {
        document_unconfirmed(s, list);
    }
}


/* Of the camera itself, by its state or what it says. */
static void
document_camera_problem(const gms_scorer_t *s, cJSON *list)
{
    switch (s->camera.state) {

    case GMS_CAMERA_LOST:
        document_problem(list, "camera-lost", "No picture from the camera",
            s->camera.detail);
        return;

    case GMS_CAMERA_FROZEN:
        document_problem(list, "camera-lost", "No new picture from the camera",
            s->camera.detail);
        return;

    case GMS_CAMERA_BLACK:
        document_problem(
            list, "camera-blind", "The camera sees nothing", s->camera.detail);
        return;

    case GMS_CAMERA_ENDED:
        document_problem(
            list, "camera-ended", "The recording has ended", s->camera.detail);
        return;

    default:
        break;
    }

    if (s->camera.detail[0] != '\0') {
        document_problem(
            list, "camera-trouble", "The camera has trouble", s->camera.detail);

    } else if (s->looking.damaged) {
        document_problem(list, "camera-trouble", "The camera has trouble",
            "pictures arrive that are cut off or damaged and "
            "cannot be decoded: check the camera's cable or "
            "network, or the recording");
    }
}


cJSON *
gms_document_problems(const gms_scorer_t *s)
{
    cJSON *list;
    char   detail[GMS_SENTENCE_SIZE];

    list = cJSON_CreateArray();
    document_camera_problem(s, list);

    if (s->moved[0] != '\0') {
        snprintf(detail, sizeof(detail), "%s: %s", s->moved,
            s->camera.state == GMS_CAMERA_MOVING
                ? "no shot is looked for until the picture stands still"
                : "where the target is now is checked");
        document_problem(
            list, "camera-turned", "The camera was zoomed or turned", detail);
    }

    if (s->looking.astray && s->calibrated) {
        snprintf(detail, sizeof(detail),
            "the camera was away or turned, and the target is not within "
            "%.1f mm of where its calibration says (%.1f mm): no shot counts "
            "until it is, or is calibrated again",
            GMS_MATCHING_MM, s->looking.off_mm);
        document_problem(
            list, "camera-turned", "The camera was zoomed or turned", detail);
    }

    document_calibration_problems(s, list);

    if (s->looking.detail[0] != '\0') {
        document_problem(list, "detector-trouble", "Shots cannot be looked for",
            s->looking.detail);
    }

    document_view_problems(s, list);

    if (s->pictures_failing) {
        document_problem(list, "pictures-failing",
            "Pictures of shots are not kept", s->pictures_detail);
    }

    if (s->store_error != GMS_OK) {
        document_problem(list, "store-failing",
            "Shots cannot be stored; they are kept and tried "
            "again",
            s->store_detail);
    }

    if (s->reserve_used) {
        document_reserve_problem(s, list);
    }

    if (s->overflow > 0) {
        document_problem(list, "inputs-lost", "Shots were lost",
            "too many shots waited for the disk; see the "
            "store's trouble");
    }

    if (s->config_pending) {
        document_problem(list, "config-pending",
            "A new configuration waits for the session's end",
            "end the session to let it take effect");
    }

    return list;
}


static gms_session_instant_t
document_now(const gms_scorer_t *s)
{
    gms_session_instant_t now;

    now.real_ns = gms_clock_real_ns();
    now.mono_ns = gms_clock_mono_ns();
    memcpy(now.boot_id, s->boot_id, sizeof(now.boot_id));
    return now;
}


cJSON *
gms_document_course(const gms_scorer_t *s)
{
    gms_session_instant_t now = document_now(s);

    return gms_conduct_to_json(gms_scorebook_active(&s->book), &now);
}


static cJSON *
document_drill(const gms_scorer_t *s)
{
    gms_session_instant_t now = document_now(s);

    return gms_tips_drill_to_json(gms_scorebook_active(&s->book), &now);
}


static void
document_common(const gms_scorer_t *s, cJSON *json)
{
    cJSON_AddStringToObject(json, "state",
        s->starting.on ? "calibrating"
                       : document_lane_states[gms_scorebook_state(&s->book)]);
    cJSON_AddStringToObject(json, "range", s->book.cold ? "cold" : "hot");
    cJSON_AddBoolToObject(json, "clock_set",
        !s->book.clock_unset && gms_clock_real_ns() >= GMS_CLOCK_EARLIEST_NS);
    cJSON_AddItemToObject(json, "camera", gms_document_camera(s));
    cJSON_AddItemToObject(json, "detector", document_detector(s));
    cJSON_AddItemToObject(json, "calibration", document_calibration(s));
    cJSON_AddItemToObject(json, "scene",
        gms_grading_to_json(
            &s->looking.scene, s->face.title, s->calibrated ? "" : s->reason));
    cJSON_AddItemToObject(json, "store", document_store(s));
    cJSON_AddItemToObject(json, "problems", gms_document_problems(s));
    cJSON_AddItemToObject(json, "course", gms_document_course(s));
    cJSON_AddItemToObject(json, "drill", document_drill(s));
    cJSON_AddItemToObject(json, "old_holes", gms_old_holes_to_json(s));
}


static void
document_choice(cJSON *list, const char *name, const char *title)
{
    cJSON *choice = cJSON_CreateObject();

    cJSON_AddStringToObject(choice, "name", name);
    cJSON_AddStringToObject(choice, "title", title);
    cJSON_AddItemToArray(list, choice);
}


static cJSON *
document_targets(const gms_scorer_t *s)
{
    cJSON   *list = cJSON_CreateArray();
    unsigned i;

    for (i = 0; i < s->config->faces; i++) {
        document_choice(
            list, s->config->face[i].name, s->config->face[i].title);
    }

    return list;
}


/* Those that a session may choose. */
static cJSON *
document_courses(const gms_scorer_t *s)
{
    cJSON   *list = cJSON_CreateArray();
    unsigned i;

    for (i = 0; i < s->config->courses; i++) {
        if (s->config->offered[i]) {
            document_choice(
                list, s->config->course[i].name, s->config->course[i].title);
        }
    }

    return list;
}


/* What proves the session's end: null while it is open. */
static void
document_hash(const gms_scorer_t *s, const gms_session_t *shown, cJSON *session)
{
    if (shown == NULL || !cJSON_IsObject(session)) {
        return;
    }

    if (shown->state == GMS_SESSION_ENDED
        && strcmp(s->ended_session, shown->id) == 0)
    {
        cJSON_AddStringToObject(session, "hash", s->ended_hash);
    } else {
        cJSON_AddNullToObject(session, "hash");
    }
}


/* Of the session that is shown; null: there is none. */
static cJSON *
document_statistics(const gms_scorer_t *s)
{
    const gms_session_t *session = gms_scorebook_shown(&s->book);
    cJSON               *json;

    json = session != NULL
        ? gms_coaching_statistics(s->coaching, session, false)
        : NULL;

    return json != NULL ? json : cJSON_CreateNull();
}


static cJSON *
document_session(const gms_scorer_t *s, const gms_session_t *session)
{
    cJSON *json;

    json = gms_scorebook_session_to_json(session);
    document_hash(s, session, cJSON_GetObjectItem(json, "session"));

    return json;
}


/* The members of one object into another; the first is used up. */
static void
document_merge(cJSON *json, cJSON *members)
{
    cJSON *item;

    while (members != NULL && members->child != NULL) {
        item = cJSON_DetachItemViaPointer(members, members->child);
        cJSON_AddItemToObject(json, item->string, item);
    }

    cJSON_Delete(members);
}


static char *
document_text(cJSON *json)
{
    char *text;

    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);

    return text;
}


char *
gms_document_state(const gms_scorer_t *s)
{
    cJSON *json, *process;
    char   epoch[17];

    json = cJSON_CreateObject();

    snprintf(epoch, sizeof(epoch), "%016" PRIx64, s->book.epoch);

    cJSON_AddStringToObject(json, "lane", s->config->name);
    cJSON_AddStringToObject(json, "title", s->config->title);
    cJSON_AddNumberToObject(json, "schema", 1);
    cJSON_AddStringToObject(json, "epoch", epoch);
    cJSON_AddNumberToObject(json, "seq", (double) s->book.seq);
    document_us(json, "t_publish_us", gms_clock_real_ns());
    document_common(s, json);

    cJSON_AddItemToObject(json, "face", gms_face_to_json(&s->face));
    cJSON_AddNumberToObject(json, "caliber_mm", s->caliber_mm);
    cJSON_AddNumberToObject(
        json, "gauge_mm", gms_face_gauge_mm(&s->face, s->caliber_mm));
    cJSON_AddNumberToObject(json, "distance_m", s->distance_m);
    cJSON_AddItemToObject(json, "targets", document_targets(s));
    cJSON_AddItemToObject(json, "courses", document_courses(s));
    cJSON_AddItemToObject(json, "calibers_mm",
        cJSON_CreateDoubleArray(
            s->config->caliber_mm, (int) s->config->calibers));

    process = cJSON_AddObjectToObject(json, "process");
    cJSON_AddNumberToObject(process, "pid", getpid());
    cJSON_AddNumberToObject(process, "restarts", s->restarts);
    document_us(process, "started_us", s->born_real_ns);

    document_merge(json, document_session(s, gms_scorebook_shown(&s->book)));
    document_merge(json, gms_scorebook_sessions_to_json(&s->book));
    cJSON_AddItemToObject(json, "complaints", gms_complaints_to_json(&s->book));
    cJSON_AddItemToObject(json, "unsaved", gms_unsaved_to_json(s));
    cJSON_AddItemToObject(json, "statistics", document_statistics(s));
    cJSON_AddItemToObject(json, "show", gms_show_to_json(s));

    return document_text(json);
}


char *
gms_document_session(const gms_scorer_t *s, const gms_session_t *session)
{
    return document_text(document_session(s, session));
}


char *
gms_document_sessions(const gms_scorer_t *s)
{
    return document_text(gms_scorebook_sessions_to_json(&s->book));
}


char *
gms_document_status(const gms_scorer_t *s)
{
    cJSON *json;

    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "lane", s->config->name);
    document_common(s, json);

    return document_text(json);
}


char *
gms_document_calibration(const gms_scorer_t *s)
{
    return document_text(document_calibration(s));
}


char *
gms_document_calibrations(const gms_scorer_t *s)
{
    const gms_calibrated_t *entry;
    cJSON                  *json, *list, *item;
    unsigned                i;

    json = document_calibration(s);
    list = cJSON_AddArrayToObject(json, "history");

    for (i = s->histories; i-- > 0; /* void */) {
        entry = &s->history[i];
        item = cJSON_CreateObject();
        cJSON_AddNumberToObject(item, "seq", (double) entry->seq);
        document_us(item, "t_us", entry->real_ns);
        cJSON_AddStringToObject(
            item, "origin", document_origins[entry->event.map.origin]);
        cJSON_AddItemToObject(item, "homography_mm_to_px",
            cJSON_CreateDoubleArray(entry->event.map.mm_to_px, 9));
        cJSON_AddNumberToObject(item, "residual_mm",
            document_round(entry->event.map.residual_mm, 0.001));
        cJSON_AddBoolToObject(item, "confirmed", entry->event.map.confirmed);
        cJSON_AddNumberToObject(item, "of", (double) entry->event.of);
        cJSON_AddStringToObject(item, "reason", entry->event.reason);
        cJSON_AddStringToObject(item, "zoom", entry->event.zoom);
        cJSON_AddItemToArray(list, item);
    }

    return document_text(json);
}

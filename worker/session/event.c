#include "event.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "calls.h"
#include "event_tip.h"
#include "event_words.h"

const gms_event_word_t gms_event_words[GMS_EVENT_WORDS] = {
    { GMS_EVENT_SESSION_STARTED, "session", "started" },
    { GMS_EVENT_SESSION_ENDED, "session", "ended" },
    { GMS_EVENT_SESSION_PAUSED, "session", "paused" },
    { GMS_EVENT_SESSION_RESUMED, "session", "resumed" },
    { GMS_EVENT_SESSION_ACTIVATED, "session", "activated" },
    { GMS_EVENT_SESSION_CLAIMED, "session", "claimed" },
    { GMS_EVENT_SESSION_DISCARDED, "session", "discarded" },
    { GMS_EVENT_SESSION_SIGHTERS, "session", "sighters" },
    { GMS_EVENT_SESSION_RECORD, "session", "record" },
    { GMS_EVENT_SESSION_JOINED, "session", "joined" },
    { GMS_EVENT_SESSION_REOPENED, "session", "reopened" },
    { GMS_EVENT_SHOT, "shot", NULL },
    { GMS_EVENT_SHOT_REMOVED, "shot.removed", NULL },
    { GMS_EVENT_CALIBRATION, "calibration", NULL },
    { GMS_EVENT_PAPER, "paper", NULL },
    { GMS_EVENT_RANGE, "range", NULL },
    { GMS_EVENT_ROUND, "round.closed", NULL },
    { GMS_EVENT_COURSE, "course", NULL },
    { GMS_EVENT_CORRECTION, "correction", NULL },
    { GMS_EVENT_TIP, "tip", NULL },
    { GMS_EVENT_TIP_CHANGED, "tip.changed", NULL },
    { GMS_EVENT_DRILL, "drill.ended", NULL },
    { GMS_EVENT_COMPLAINT, "complaint", NULL },
    { GMS_EVENT_COMPLAINT_CLOSED, "complaint.closed", NULL },
    { GMS_EVENT_CALL, "call", NULL },
};

const char *const gms_level_name[GMS_LEVELS] = { "club", "beginner",
    "advanced" };

const char *const gms_origin_words[GMS_ORIGIN_WORDS] = { "none", "auto", "file",
    "hand" };

const char *const gms_paper_words[GMS_PAPER_WORDS] = { "", "new", "pasted",
    "end" };

const char *const gms_course_by_words[GMS_COURSE_BY_WORDS] = { "", "command",
    "time", "shots" };

const char *const gms_round_words[GMS_ROUND_WORDS] = { "", "pause", "count",
    "stop", "command", "paper", "end" };

const char *const gms_correction_words[GMS_CORRECTION_WORDS] = { "", "add",
    "remove", "restore", "ignore", "move", "score", "gauge", "round", "session",
    "count" };

const char *const gms_complaint_words[GMS_COMPLAINT_WORDS] = { "open", "upheld",
    "denied", "withdrawn" };

const char *const gms_standing_words[GMS_STANDING_WORDS] = { "stands",
    "removed", "ignored", "given" };


static const gms_event_word_t *
find_kind(gms_event_kind_e kind)
{
    size_t i;

    for (i = 0; i < GMS_EVENT_WORDS; i++) {
        if (gms_event_words[i].kind == kind) {
            return &gms_event_words[i];
        }
    }

    return NULL;
}


const char *
gms_event_name(gms_event_kind_e kind)
{
    const gms_event_word_t *name = find_kind(kind);

    return name != NULL ? name->name : "unknown";
}


bool
gms_event_is_session(gms_event_kind_e kind)
{
    const gms_event_word_t *name = find_kind(kind);

    return name != NULL && name->state != NULL;
}


const char *
gms_event_round_by(gms_round_by_e by)
{
    return (size_t) by < GMS_ROUND_WORDS ? gms_round_words[by] : "";
}


const char *
gms_event_correction(gms_correction_e what)
{
    return (size_t) what < GMS_CORRECTION_WORDS ? gms_correction_words[what]
                                                : "";
}


const char *
gms_event_standing(gms_standing_e standing)
{
    return (size_t) standing < GMS_STANDING_WORDS ? gms_standing_words[standing]
                                                  : "";
}


gms_correction_e
gms_event_correction_of(const char *word)
{
    int i;

    for (i = GMS_CORRECTION_WORDS - 1; i > 0; i--) {
        if (strcmp(gms_correction_words[i], word) == 0) {
            break;
        }
    }

    return (gms_correction_e) i;
}


/* Rounded for reading alone: px_per_mm and tilt_deg follow from the
 * homography and are computed anew when the event is read. */
static double
shown(double value, double scale)
{
    return nearbyint(value * scale) / scale + 0.0;
}


static void
put_rule(gms_jsontext_t *j, const gms_rounds_rule_t *rule)
{
    gms_jsontext_open(j, "rounds", '{');
    gms_jsontext_string(j, "mode", rule->by_hand ? "manual" : "auto");
    gms_jsontext_number(j, "alpha", rule->alpha);
    gms_jsontext_number(j, "high", rule->high);
    gms_jsontext_number(j, "low", rule->low);
    gms_jsontext_number(j, "floor_s", rule->floor_s);
    gms_jsontext_number(j, "stop_s", rule->stop_s);
    gms_jsontext_integer(j, "shots", rule->shots);
    gms_jsontext_close(j, '}');
}


/* null: none. */
static void
put_course(gms_jsontext_t *j, const gms_course_t *course)
{
    cJSON *json;
    char  *text;

    if (course->name[0] == '\0') {
        gms_jsontext_raw(j, "course", "null");
        return;
    }

    json = gms_course_to_json(course);
    text = json != NULL ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);

    if (text == NULL) {
        j->failed = true;
        return;
    }

    gms_jsontext_raw(j, "course", text);
    cJSON_free(text);
}


/* null: nobody said. */
static void
put_equipment(gms_jsontext_t *j, const gms_event_equipment_t *equipment)
{
    if (equipment->id[0] == '\0') {
        gms_jsontext_raw(j, "equipment", "null");
        return;
    }

    gms_jsontext_open(j, "equipment", '{');
    gms_jsontext_string(j, "id", equipment->id);
    gms_jsontext_string(j, "gun", equipment->gun);
    gms_jsontext_string(j, "click", equipment->click);
    gms_jsontext_string(j, "sight", equipment->sight);
    gms_jsontext_string(j, "hand", equipment->hand);
    gms_jsontext_close(j, '}');
}


/* null: nobody knew. */
static void
put_usual(gms_jsontext_t *j, const gms_usual_t *usual)
{
    if (!(usual->sigma_mm > 0)) {
        gms_jsontext_raw(j, "usual", "null");
        return;
    }

    gms_jsontext_open(j, "usual", '{');
    gms_jsontext_number(j, "sigma_mm", usual->sigma_mm);
    gms_jsontext_number(j, "df", usual->df);
    gms_jsontext_integer(j, "shots", usual->shots);
    gms_jsontext_integer(j, "sessions", usual->sessions);
    gms_jsontext_number(j, "varies", usual->varies);
    gms_jsontext_close(j, '}');
}


/* None: nothing, as in older journals. */
static void
put_tokens(gms_jsontext_t *j, const gms_event_session_t *session)
{
    char     hex[GMS_SECRET_HASH_HEX_SIZE];
    uint32_t i;

    if (session->tokens == 0) {
        return;
    }

    gms_jsontext_open(j, "tokens_sha256", '[');

    for (i = 0; i < session->tokens; i++) {
        gms_secret_hash_to_hex(session->token[i], hex);
        gms_jsontext_string(j, NULL, hex);
    }

    gms_jsontext_close(j, ']');
}


static void
put_session(gms_jsontext_t *j, const gms_event_t *event)
{
    const gms_event_session_t *session = &event->u.session;
    cJSON                     *face;
    char                      *text;

    face = gms_face_to_json(&session->face);
    text = face != NULL ? cJSON_PrintUnformatted(face) : NULL;
    cJSON_Delete(face);

    if (text == NULL) {
        j->failed = true;
        return;
    }

    gms_jsontext_string(j, "state", find_kind(event->kind)->state);
    gms_jsontext_string(j, "session", event->session);
    gms_jsontext_string(j, "shooter", session->shooter);
    gms_jsontext_raw(j, "face", text);
    gms_jsontext_number(j, "caliber_mm", session->caliber_mm);
    gms_jsontext_number(j, "distance_m", session->distance_m);
    put_rule(j, &session->rounds);
    gms_jsontext_bool(j, "walk_up", session->walk_up);
    gms_jsontext_bool(j, "sighters", session->sighters);
    gms_jsontext_bool(j, "competition", session->competition);
    gms_jsontext_integer(j, "beside", session->beside);
    gms_jsontext_string(j, "reason", session->reason);

    if (session->source[0] != '\0') {
        gms_jsontext_string(j, "source", session->source);
    }

    gms_jsontext_string(j, "level", gms_level_name[session->level]);
    gms_jsontext_number(j, "advice", session->advice);
    put_course(j, &session->course);
    put_equipment(j, &session->equipment);
    put_usual(j, &session->usual);
    put_tokens(j, session);

    cJSON_free(text);
}


void
gms_event_put_sight(gms_jsontext_t *j, const gms_event_shot_t *shot)
{
    gms_jsontext_string(j, "window", gms_window_name[shot->window]);
    gms_jsontext_bool(j, "overlap", shot->overlap);
    gms_jsontext_bool(j, "recovered", shot->recovered);
    gms_jsontext_bool(j, "near_line", shot->near_line);
    gms_jsontext_bool(j, "possible_double", shot->possible_double);
    gms_jsontext_bool(j, "order_unknown", shot->order_unknown);
    gms_jsontext_bool(j, "by_hand", shot->by_hand);
    gms_jsontext_bool(j, "unplaced", shot->unplaced);
    gms_jsontext_number(j, "confidence", shot->confidence);
    gms_jsontext_number(j, "x_error_mm", shot->x_error_mm);
    gms_jsontext_number(j, "y_error_mm", shot->y_error_mm);
    gms_jsontext_number(j, "error_correlation", shot->error_correlation);
}


static void
put_shot(gms_jsontext_t *j, const gms_event_shot_t *shot)
{
    gms_jsontext_integer(j, "n", shot->n);
    gms_jsontext_integer(j, "hole", shot->hole);
    gms_jsontext_number(j, "x_mm", shot->x_mm);
    gms_jsontext_number(j, "y_mm", shot->y_mm);
    gms_jsontext_number(j, "x_px", shot->x_px);
    gms_jsontext_number(j, "y_px", shot->y_px);
    gms_jsontext_number(j, "radius_px", shot->radius_px);
    gms_jsontext_integer(j, "score_tenths", shot->score_tenths);
    gms_jsontext_integer(j, "ring", shot->ring);
    gms_jsontext_bool(j, "inner", shot->inner);
    gms_jsontext_string(j, "zone", shot->zone);
    gms_jsontext_string(j, "bull", shot->bull);
    gms_jsontext_bool(j, "sighter", shot->sighter);
    gms_event_put_sight(j, shot);
    gms_jsontext_integer(j, "paper", shot->paper);
    gms_jsontext_integer(j, "calibration", (int64_t) shot->calibration);
    gms_jsontext_integer(j, "t_frame_us", shot->frame_real_ns / GMS_US);
}


/* < 0: nobody knows. */
static void
put_count(gms_jsontext_t *j, const char *key, int32_t n)
{
    if (n >= 0) {
        gms_jsontext_integer(j, key, n);
    } else {
        gms_jsontext_raw(j, key, "null");
    }
}


static void
put_lens(gms_jsontext_t *j, const gms_lens_t *lens)
{
    if (lens->bend == 0) {
        return; /* a reader takes what is not there for a flat picture */
    }

    gms_jsontext_open(j, "lens", '[');
    gms_jsontext_number(j, NULL, lens->x);
    gms_jsontext_number(j, NULL, lens->y);
    gms_jsontext_number(j, NULL, lens->bend);
    gms_jsontext_number(j, NULL, lens->at2);
    gms_jsontext_close(j, ']');
}


static void
put_calibration(gms_jsontext_t *j, const gms_event_calibration_t *event)
{
    const gms_calibration_t *c;
    size_t                   i, origin;

    c = &event->map;
    origin = (size_t) c->origin < GMS_ORIGIN_WORDS ? (size_t) c->origin : 0;

    gms_jsontext_string(j, "origin", gms_origin_words[origin]);
    gms_jsontext_open(j, "homography_mm_to_px", '[');

    for (i = 0; i < 9; i++) {
        gms_jsontext_number(j, NULL, c->mm_to_px[i]);
    }

    gms_jsontext_close(j, ']');
    put_lens(j, &c->lens);
    gms_jsontext_number(j, "residual_mm", c->residual_mm);
    gms_jsontext_number(j, "px_per_mm", shown(c->px_per_mm, 1e4));
    gms_jsontext_number(j, "tilt_deg", shown(c->tilt_deg, 1e3));
    gms_jsontext_bool(j, "confirmed", event->map.confirmed);
    gms_jsontext_integer(j, "of", (int64_t) event->of);
    gms_jsontext_string(j, "reason", event->reason);
    gms_jsontext_string(j, "zoom", event->zoom);
}


void
gms_event_paper_detail(const gms_event_paper_t *paper, char *text, size_t size)
{
    int32_t expected;
    size_t  n;

    expected = paper->expected >= 0 ? paper->expected : paper->shots;
    n = 0;

    if (paper->expected >= 0) {
        n = (size_t) snprintf(text, size, "%d expected, ", paper->expected);
    }

    if (paper->holes >= 0) {
        n += (size_t) snprintf(text + n, size - n, "%d hole%s, ", paper->holes,
            paper->holes == 1 ? "" : "s");
    }

    n += (size_t) snprintf(text + n, size - n, "%d shot%s", paper->shots,
        paper->shots == 1 ? "" : "s");

    if (paper->odd != 0 && paper->holes >= 0 && paper->holes < paper->shots
        && expected <= paper->shots)
    {
        snprintf(text + n, size - n, ": shot %u shows no hole", paper->odd);

    } else if (paper->spotted) {
        snprintf(text + n, size - n,
            ": the hole at %.1f, %.1f mm is no shot here", paper->spot_mm[0],
            paper->spot_mm[1]);

    } else if (paper->odd != 0) {
        snprintf(
            text + n, size - n, ": shot %u may be two in one hole", paper->odd);

    } else if (expected > paper->shots) {
        snprintf(text + n, size - n,
            ": look at the paper for a hole that is no shot here");

    } else if (paper->holes > paper->shots) {
        snprintf(text + n, size - n,
            ": a hole was made while shots did not count, or taken back");

    } else if (expected < paper->shots && paper->holes >= paper->shots) {
        snprintf(text + n, size - n,
            ": a neighbour's shot may be among them, or one was not counted");

    } else if (expected < paper->shots
        || (paper->holes >= 0 && paper->holes < paper->shots))
    {
        snprintf(text + n, size - n,
            ": look for a shot that is no hole of this paper");
    }
}


static void
put_paper(gms_jsontext_t *j, const gms_event_paper_t *paper)
{
    char detail[GMS_REASON_SIZE];

    gms_event_paper_detail(paper, detail, sizeof(detail));

    gms_jsontext_integer(j, "paper", paper->paper);
    gms_jsontext_string(j, "what", gms_paper_words[paper->what]);
    gms_jsontext_string(j, "reason", paper->reason);
    gms_jsontext_string(j, "author", paper->author);
    put_count(j, "expected", paper->expected);
    gms_jsontext_integer(j, "shots", paper->shots);
    put_count(j, "holes", paper->holes);
    gms_jsontext_integer(j, "odd", paper->odd);
    gms_jsontext_string(j, "detail", detail);

    if (paper->spotted) {
        gms_jsontext_number(j, "spot_x_mm", paper->spot_mm[0]);
        gms_jsontext_number(j, "spot_y_mm", paper->spot_mm[1]);
    }
}


static void
put_removed(gms_jsontext_t *j, const gms_event_removed_t *removed)
{
    gms_jsontext_integer(j, "n", removed->n);
    gms_jsontext_string(j, "reason", removed->reason);
    gms_jsontext_string(j, "author", removed->author);
}


static void
put_correction(gms_jsontext_t *j, const gms_event_correction_t *c)
{
    gms_jsontext_integer(j, "n", c->n);
    gms_jsontext_string(j, "what", gms_event_correction(c->what));
    gms_jsontext_string(j, "standing", gms_event_standing(c->standing));
    gms_jsontext_string(j, "reason", c->reason);
    gms_jsontext_string(j, "author", c->author);
    gms_jsontext_integer(j, "round", c->round);
    gms_jsontext_string(j, "other", c->other);
    gms_jsontext_integer(j, "other_n", c->other_n);
    gms_jsontext_number(j, "x_mm", c->x_mm);
    gms_jsontext_number(j, "y_mm", c->y_mm);
    gms_jsontext_number(j, "x_px", c->x_px);
    gms_jsontext_number(j, "y_px", c->y_px);
    gms_jsontext_integer(j, "score_tenths", c->score_tenths);
    gms_jsontext_integer(j, "ring", c->ring);
    gms_jsontext_bool(j, "inner", c->inner);
    gms_jsontext_string(j, "zone", c->zone);
    gms_jsontext_string(j, "bull", c->bull);
    gms_jsontext_bool(j, "sighter", c->sighter);
    gms_jsontext_bool(j, "near_line", c->near_line);
    gms_jsontext_bool(j, "unplaced", c->unplaced);
    gms_jsontext_number(j, "x_error_mm", c->x_error_mm);
    gms_jsontext_number(j, "y_error_mm", c->y_error_mm);
    gms_jsontext_number(j, "error_correlation", c->error_correlation);
    gms_jsontext_bool(j, "admitted", c->admitted);
}


void
gms_event_put_complaint(
    gms_jsontext_t *j, const gms_event_complaint_t *complaint)
{
    gms_jsontext_integer(j, "shot", complaint->shot);

    if (complaint->shot != 0) {
        gms_jsontext_integer(j, "score_tenths", complaint->score_tenths);
        gms_jsontext_integer(j, "ring", complaint->ring);
        gms_jsontext_bool(j, "inner", complaint->inner);
        gms_jsontext_string(j, "zone", complaint->zone);
    }

    gms_jsontext_string(j, "reason", complaint->reason);
    gms_jsontext_string(j, "author", complaint->author);
}


static void
put_complaint_closed(gms_jsontext_t *j, const gms_event_closed_t *closed)
{
    gms_jsontext_integer(j, "complaint", (int64_t) closed->complaint);
    gms_jsontext_string(j, "what", gms_complaint_words[closed->what]);
    gms_jsontext_string(j, "text", closed->text);
    gms_jsontext_string(j, "author", closed->author);
}


static void
put_round(gms_jsontext_t *j, const gms_event_round_t *round)
{
    gms_jsontext_integer(j, "round", round->round);
    gms_jsontext_integer(j, "first", round->first);
    gms_jsontext_integer(j, "last", round->last);
    gms_jsontext_string(j, "by", gms_event_round_by(round->by));
}


static void
put_command(gms_jsontext_t *j, const gms_event_course_t *course)
{
    gms_jsontext_string(j, "command", gms_course_command_name[course->command]);
    gms_jsontext_string(j, "by", gms_course_by_words[course->by]);
    gms_jsontext_integer(j, "stage", course->stage + 1);
    gms_jsontext_integer(j, "string", course->string + 1);
    gms_jsontext_string(j, "author", course->author);
}


static void
put_call(gms_jsontext_t *j, const gms_event_call_t *call)
{
    gms_jsontext_integer(j, "n", call->n);
    gms_call_put(j, call->x_mm, call->y_mm,
        (gms_call_off_t){ call->x_off_mm, call->y_off_mm });
    gms_jsontext_string(j, "author", call->author);
}


char *
gms_event_to_json(const gms_event_t *event, const char *lane)
{
    gms_jsontext_t j;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "lane", lane);
    gms_jsontext_integer(&j, "seq", (int64_t) event->seq);

    if (event->session[0] != '\0' && !gms_event_is_session(event->kind)) {
        gms_jsontext_string(&j, "session", event->session);
    }

    switch (event->kind) {

    case GMS_EVENT_SHOT:
        put_shot(&j, &event->u.shot);
        break;

    case GMS_EVENT_SHOT_REMOVED:
        put_removed(&j, &event->u.removed);
        break;

    case GMS_EVENT_CALIBRATION:
        put_calibration(&j, &event->u.calibration);
        break;

    case GMS_EVENT_PAPER:
        put_paper(&j, &event->u.paper);
        break;

    case GMS_EVENT_RANGE:
        gms_jsontext_string(&j, "range", event->u.range.cold ? "cold" : "hot");
        gms_jsontext_string(&j, "author", event->u.range.author);
        break;

    case GMS_EVENT_COMPLAINT:
        gms_event_put_complaint(&j, &event->u.complaint);
        break;

    case GMS_EVENT_COMPLAINT_CLOSED:
        put_complaint_closed(&j, &event->u.complaint_closed);
        break;

    case GMS_EVENT_ROUND:
        put_round(&j, &event->u.round);
        break;

    case GMS_EVENT_COURSE:
        put_command(&j, &event->u.course);
        break;

    case GMS_EVENT_CORRECTION:
        put_correction(&j, &event->u.correction);
        break;

    case GMS_EVENT_TIP:
        gms_event_put_tip(&j, &event->u.tip);
        break;

    case GMS_EVENT_TIP_CHANGED:
        gms_event_put_tip_changed(&j, &event->u.tip_changed);
        break;

    case GMS_EVENT_DRILL:
        gms_event_put_drill(&j, &event->u.drill);
        break;

    case GMS_EVENT_CALL:
        put_call(&j, &event->u.call);
        break;

    default:
        put_session(&j, event);
    }

    if (event->clock_unset) {
        gms_jsontext_bool(&j, "clock_set", false);
    }

    gms_jsontext_integer(&j, "t_us", event->real_ns / GMS_US);
    gms_jsontext_close(&j, '}');

    return gms_jsontext_take(&j);
}

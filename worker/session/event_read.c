/* gms_event_from_json: see event.h. */

#include "event.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/jsontext.h"
#include "event_tip.h"
#include "event_words.h"

/* An instant of the wall clock in JSON: whole microseconds, which a double
 * holds exactly until the year 2255. */
#define GMS_EVENT_US_MAX 9e15


/* Readers of one member; each returns false when it is missing, of another
 * type or out of range. */

static bool
get_number(const cJSON *json, const char *key, double *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);

    if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble)) {
        return false;
    }

    *value = item->valuedouble;
    return true;
}


static bool
get_integer(const cJSON *json, const char *key, double max, int64_t *value)
{
    double number;

    if (!get_number(json, key, &number) || number < 0 || number > max
        || number != floor(number))
    {
        return false;
    }

    *value = (int64_t) number;
    return true;
}


static bool
get_instant(const cJSON *json, const char *key, int64_t *ns)
{
    int64_t us;

    if (!get_integer(json, key, GMS_EVENT_US_MAX, &us)) {
        return false;
    }

    *ns = us * GMS_US;
    return true;
}


static bool
get_bool(const cJSON *json, const char *key, bool *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);

    *value = cJSON_IsTrue(item);
    return cJSON_IsBool(item);
}


static bool
get_text(const cJSON *json, const char *key, char *text, size_t size)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);

    if (!cJSON_IsString(item)
        || !gms_jsontext_is_clean(item->valuestring, size)) {
        return false;
    }

    strcpy(text, item->valuestring);
    return true;
}


/* A journal from before there were rounds says nothing of them. */
static bool
get_rule(gms_rounds_rule_t *rule, const cJSON *json)
{
    char    mode[8];
    int64_t shots;

    *rule = gms_rounds_usual;

    if (json == NULL) {
        return true;
    }

    if (!get_text(json, "mode", mode, sizeof(mode))
        || !get_integer(json, "shots", GMS_ROUND_SHOTS_MAX, &shots))
    {
        return false;
    }

    rule->by_hand = strcmp(mode, "manual") == 0;
    rule->shots = (int) shots;

    return (rule->by_hand || strcmp(mode, "auto") == 0)
        && get_number(json, "alpha", &rule->alpha)
        && get_number(json, "high", &rule->high)
        && get_number(json, "low", &rule->low)
        && get_number(json, "floor_s", &rule->floor_s)
        && get_number(json, "stop_s", &rule->stop_s);
}


/* Members that later versions brought: what they are in an old journal. */

static bool
has(const cJSON *json, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(json, key) != NULL;
}


static bool
get_late_bool(const cJSON *json, const char *key, bool *value)
{
    return !has(json, key) || get_bool(json, key, value);
}


static bool
get_late_number(const cJSON *json, const char *key, double *value)
{
    return !has(json, key) || get_number(json, key, value);
}


static bool
get_late_integer(const cJSON *json, const char *key, double max, int64_t *value)
{
    return !has(json, key) || get_integer(json, key, max, value);
}


static bool
get_late_text(const cJSON *json, const char *key, char *text, size_t size)
{
    return !has(json, key) || get_text(json, key, text, size);
}


/* From before there was advice: the usual. */
static bool
get_advice(gms_event_session_t *session, const cJSON *json)
{
    char name[16] = "";

    if (!get_late_text(json, "level", name, sizeof(name))
        || !get_late_number(json, "advice", &session->advice)
        || session->advice < 0 || session->advice > GMS_ADVICE_CONFIDENCE_MOST)
    {
        return false;
    }

    for (int i = 0; i < GMS_LEVELS; i++) {
        if (strcmp(name, gms_level_name[i]) == 0) {
            session->level = (gms_level_e) i;
            return true;
        }
    }

    return name[0] == '\0';
}


/* The number of one of the words; 0, which has none, when it is none. */
static size_t
get_word(const cJSON *json, const char *key, const char *const *words, size_t n)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));
    size_t i;

    for (i = 1; text != NULL && i < n; i++) {
        if (strcmp(words[i], text) == 0) {
            return i;
        }
    }

    return 0;
}


/* From before there were courses: none. */
static bool
get_course(gms_course_t *course, const cJSON *json)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, "course");
    char         err[128];

    return item == NULL || cJSON_IsNull(item)
        || gms_course_from_json(course, item, err, sizeof(err)) == GMS_OK;
}


/* From before sessions knew of it: nobody said. */
static bool
get_equipment(gms_event_equipment_t *equipment, const cJSON *json)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, "equipment");

    return item == NULL || cJSON_IsNull(item)
        || (get_text(item, "id", equipment->id, sizeof(equipment->id))
            && get_text(item, "gun", equipment->gun, sizeof(equipment->gun))
            && get_text(
                item, "click", equipment->click, sizeof(equipment->click))
            && get_text(
                item, "sight", equipment->sight, sizeof(equipment->sight))
            && get_text(
                item, "hand", equipment->hand, sizeof(equipment->hand)));
}


/* From before sessions knew of it: nobody knew. */
static bool
get_usual(gms_usual_t *usual, const cJSON *json)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, "usual");
    int64_t      shots = 0, sessions = 0;

    if (item == NULL || cJSON_IsNull(item)) {
        return true;
    }

    if (!get_number(item, "sigma_mm", &usual->sigma_mm)
        || !get_number(item, "df", &usual->df)
        || !get_integer(item, "shots", INT32_MAX, &shots)
        || !get_integer(item, "sessions", INT32_MAX, &sessions)
        || !get_number(item, "varies", &usual->varies) || usual->df <= 0
        || usual->varies < 0)
    {
        return false;
    }

    usual->shots = (int) shots;
    usual->sessions = (int) sessions;
    return true;
}


/* None: nobody was given one, or it was before there were any. */
static bool
get_tokens(gms_event_session_t *session, const cJSON *json)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "tokens_sha256");
    const cJSON *item;

    if (list != NULL && !cJSON_IsArray(list)) {
        return false;
    }

    cJSON_ArrayForEach(item, list)
    {
        if (session->tokens == GMS_SESSION_TOKENS_MAX || !cJSON_IsString(item)
            || !gms_secret_hash_from_hex(
                session->token[session->tokens++], item->valuestring))
        {
            return false;
        }
    }

    return true;
}


/* From before several sessions shared a lane: none stood beside it. */
static bool
get_session(gms_event_session_t *session, const cJSON *json)
{
    const cJSON *face;
    int64_t      beside = 0;
    char         err[128];

    face = cJSON_GetObjectItemCaseSensitive(json, "face");

    if (!get_late_integer(json, "beside", UINT32_MAX, &beside)) {
        return false;
    }

    session->beside = (uint32_t) beside;

    return cJSON_IsObject(face)
        && get_late_bool(json, "walk_up", &session->walk_up)
        && get_late_bool(json, "sighters", &session->sighters)
        && get_late_bool(json, "competition", &session->competition)
        && get_late_text(
            json, "reason", session->reason, sizeof(session->reason))
        && get_late_text(
            json, "source", session->source, sizeof(session->source))
        && get_advice(session, json) && get_course(&session->course, json)
        && get_equipment(&session->equipment, json)
        && get_usual(&session->usual, json) && get_tokens(session, json)
        && get_text(json, "shooter", session->shooter, sizeof(session->shooter))
        && gms_face_from_json(&session->face, face, err, sizeof(err)) == GMS_OK
        && get_number(json, "caliber_mm", &session->caliber_mm)
        && get_number(json, "distance_m", &session->distance_m)
        && get_rule(
            &session->rounds, cJSON_GetObjectItemCaseSensitive(json, "rounds"));
}


static bool
get_shot_doubt(gms_event_shot_t *shot, const cJSON *json)
{
    int64_t paper = 1, calibration = 0;

    if (!get_late_integer(json, "paper", UINT32_MAX, &paper)
        || !get_late_integer(
            json, "calibration", GMS_EVENT_US_MAX, &calibration))
    {
        return false;
    }

    shot->paper = (uint32_t) paper;
    shot->calibration = (uint64_t) calibration;

    return get_late_bool(json, "near_line", &shot->near_line)
        && get_late_bool(json, "possible_double", &shot->possible_double)
        && get_late_bool(json, "order_unknown", &shot->order_unknown)
        && get_late_bool(json, "by_hand", &shot->by_hand)
        && get_late_bool(json, "unplaced", &shot->unplaced)
        && get_late_number(json, "x_error_mm", &shot->x_error_mm)
        && get_late_number(json, "y_error_mm", &shot->y_error_mm)
        && get_late_number(json, "error_correlation", &shot->error_correlation);
}


static bool
get_shot(gms_event_shot_t *shot, const cJSON *json)
{
    int64_t n, hole, tenths, ring;

    if (!get_integer(json, "n", UINT32_MAX, &n)
        || !get_integer(json, "hole", UINT32_MAX, &hole)
        || !get_integer(json, "score_tenths", 1000, &tenths)
        || !get_integer(json, "ring", 100, &ring))
    {
        return false;
    }

    shot->n = (uint32_t) n;
    shot->hole = (uint32_t) hole;
    shot->window =
        (gms_window_e) get_word(json, "window", gms_window_name, GMS_WINDOWS);
    shot->score_tenths = (int) tenths;
    shot->ring = (int) ring;

    return get_number(json, "x_mm", &shot->x_mm)
        && get_number(json, "y_mm", &shot->y_mm)
        && get_number(json, "x_px", &shot->x_px)
        && get_number(json, "y_px", &shot->y_px)
        && get_number(json, "radius_px", &shot->radius_px)
        && get_bool(json, "inner", &shot->inner)
        && get_late_text(json, "zone", shot->zone, sizeof(shot->zone))
        && get_late_text(json, "bull", shot->bull, sizeof(shot->bull))
        && get_bool(json, "sighter", &shot->sighter)
        && get_bool(json, "overlap", &shot->overlap)
        && get_bool(json, "recovered", &shot->recovered)
        && get_number(json, "confidence", &shot->confidence)
        && get_instant(json, "t_frame_us", &shot->frame_real_ns)
        && get_shot_doubt(shot, json);
}


static bool
get_removed(gms_event_removed_t *removed, const cJSON *json)
{
    int64_t n;

    if (!get_integer(json, "n", UINT32_MAX, &n)) {
        return false;
    }

    removed->n = (uint32_t) n;

    return get_text(json, "reason", removed->reason, sizeof(removed->reason))
        && get_text(json, "author", removed->author, sizeof(removed->author));
}


static bool
get_call(gms_event_call_t *call, const cJSON *json)
{
    int64_t n;

    if (!get_integer(json, "n", UINT32_MAX, &n)) {
        return false;
    }

    call->n = (uint32_t) n;

    return get_number(json, "x_mm", &call->x_mm)
        && get_number(json, "y_mm", &call->y_mm)
        && get_number(json, "x_off_mm", &call->x_off_mm)
        && get_number(json, "y_off_mm", &call->y_off_mm)
        && get_text(json, "author", call->author, sizeof(call->author));
}


static bool
get_corrected(gms_event_correction_t *c, const cJSON *json)
{
    int64_t tenths, ring;

    if (!get_integer(json, "score_tenths", 1000, &tenths)
        || !get_integer(json, "ring", 100, &ring))
    {
        return false;
    }

    c->score_tenths = (int) tenths;
    c->ring = (int) ring;

    return get_number(json, "x_mm", &c->x_mm)
        && get_number(json, "y_mm", &c->y_mm)
        && get_number(json, "x_px", &c->x_px)
        && get_number(json, "y_px", &c->y_px)
        && get_bool(json, "inner", &c->inner)
        && get_text(json, "zone", c->zone, sizeof(c->zone))
        && get_text(json, "bull", c->bull, sizeof(c->bull))
        && get_bool(json, "sighter", &c->sighter)
        && get_bool(json, "near_line", &c->near_line)
        && get_bool(json, "unplaced", &c->unplaced)
        && get_number(json, "x_error_mm", &c->x_error_mm)
        && get_number(json, "y_error_mm", &c->y_error_mm)
        && get_number(json, "error_correlation", &c->error_correlation)
        && get_late_bool(json, "admitted", &c->admitted);
}


static bool
get_correction(gms_event_correction_t *c, const cJSON *json)
{
    int64_t n, round, other_n;
    char    what[16], standing[16];
    size_t  i;

    if (!get_integer(json, "n", UINT32_MAX, &n)
        || !get_integer(json, "round", UINT32_MAX, &round)
        || !get_integer(json, "other_n", UINT32_MAX, &other_n)
        || !get_text(json, "what", what, sizeof(what))
        || !get_text(json, "standing", standing, sizeof(standing)))
    {
        return false;
    }

    for (i = 0;
         i < GMS_STANDING_WORDS && strcmp(gms_standing_words[i], standing) != 0;
         i++)
    {
        continue;
    }

    c->n = (uint32_t) n;
    c->round = (uint32_t) round;
    c->other_n = (uint32_t) other_n;
    c->what = gms_event_correction_of(what);
    c->standing = (gms_standing_e) i;

    return c->what != 0 && i < GMS_STANDING_WORDS
        && get_text(json, "other", c->other, sizeof(c->other))
        && get_text(json, "reason", c->reason, sizeof(c->reason))
        && get_text(json, "author", c->author, sizeof(c->author))
        && get_corrected(c, json);
}


/* Missing in journals of cameras that see straight, and in old ones. */
static bool
get_lens(gms_lens_t *lens, const cJSON *json)
{
    const cJSON *array, *item;
    double       v[4];
    size_t       i;

    array = cJSON_GetObjectItemCaseSensitive(json, "lens");
    if (array == NULL) {
        return true;
    }
    if (!cJSON_IsArray(array) || cJSON_GetArraySize(array) != 4) {
        return false;
    }

    i = 0;
    cJSON_ArrayForEach(item, array)
    {
        if (!cJSON_IsNumber(item)) {
            return false;
        }
        v[i++] = item->valuedouble;
    }

    *lens = (gms_lens_t){ v[0], v[1], v[2], v[3] };

    return gms_lens_is_sane(lens);
}


static bool
get_map(gms_calibration_t *calibration, const cJSON *json)
{
    const cJSON *array, *item, *origin;
    double       h[9], residual_mm;
    size_t       i;

    array = cJSON_GetObjectItemCaseSensitive(json, "homography_mm_to_px");
    origin = cJSON_GetObjectItemCaseSensitive(json, "origin");

    if (!cJSON_IsArray(array) || cJSON_GetArraySize(array) != 9
        || !cJSON_IsString(origin)
        || !get_number(json, "residual_mm", &residual_mm))
    {
        return false;
    }

    i = 0;
    cJSON_ArrayForEach(item, array)
    {
        if (!cJSON_IsNumber(item)) {
            return false;
        }
        h[i++] = item->valuedouble;
    }

    for (i = 1; i < GMS_ORIGIN_WORDS; i++) {
        if (strcmp(gms_origin_words[i], origin->valuestring) == 0) {
            return gms_calibration_set(calibration, h,
                       (gms_calibration_origin_e) i, residual_mm)
                == GMS_OK
                && get_lens(&calibration->lens, json);
        }
    }

    return false;
}


/* What a person measured was right side up; what was found by looking, in an
 * old journal, nobody was asked about. */
static bool
get_calibration(gms_event_calibration_t *calibration, const cJSON *json)
{
    int64_t of = 0;

    if (!get_map(&calibration->map, json)) {
        return false;
    }

    calibration->map.confirmed =
        calibration->map.origin != GMS_CALIBRATION_AUTO;

    if (!get_late_bool(json, "confirmed", &calibration->map.confirmed)
        || !get_late_integer(json, "of", GMS_EVENT_US_MAX, &of))
    {
        return false;
    }

    calibration->of = (uint64_t) of;

    return get_late_text(
               json, "reason", calibration->reason, sizeof(calibration->reason))
        && get_late_text(
            json, "zoom", calibration->zoom, sizeof(calibration->zoom));
}


/* null: nobody knows. */
static bool
get_count(const cJSON *json, const char *key, int32_t *n)
{
    int64_t value;

    if (cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(json, key))) {
        *n = -1;
        return true;
    }

    if (!get_integer(json, key, INT32_MAX, &value)) {
        return false;
    }

    *n = (int32_t) value;
    return true;
}


static bool
get_paper(gms_event_paper_t *paper, const cJSON *json)
{
    int64_t number, odd;
    char    what[16];
    size_t  i;

    if (!get_integer(json, "paper", UINT32_MAX, &number)
        || !get_integer(json, "odd", UINT32_MAX, &odd)
        || !get_text(json, "what", what, sizeof(what)))
    {
        return false;
    }

    paper->paper = (uint32_t) number;
    paper->odd = (uint32_t) odd;
    paper->spotted = get_number(json, "spot_x_mm", &paper->spot_mm[0])
        && get_number(json, "spot_y_mm", &paper->spot_mm[1]);

    for (i = 1; i < GMS_PAPER_WORDS && strcmp(gms_paper_words[i], what) != 0;
         i++) {
        continue;
    }

    paper->what = (gms_paper_gone_e) i;

    return i < GMS_PAPER_WORDS
        && get_text(json, "reason", paper->reason, sizeof(paper->reason))
        && get_text(json, "author", paper->author, sizeof(paper->author))
        && get_count(json, "expected", &paper->expected)
        && get_count(json, "shots", &paper->shots) && paper->shots >= 0
        && get_count(json, "holes", &paper->holes);
}


static bool
get_range(gms_event_range_t *range, const cJSON *json)
{
    char what[8];

    if (!get_text(json, "range", what, sizeof(what))) {
        return false;
    }

    range->cold = strcmp(what, "cold") == 0;

    return (range->cold || strcmp(what, "hot") == 0)
        && get_text(json, "author", range->author, sizeof(range->author));
}


static bool
get_round(gms_event_round_t *round, const cJSON *json)
{
    int64_t number, first, last;
    char    by[16];
    size_t  i;

    if (!get_integer(json, "round", UINT32_MAX, &number)
        || !get_integer(json, "first", UINT32_MAX, &first)
        || !get_integer(json, "last", UINT32_MAX, &last)
        || !get_text(json, "by", by, sizeof(by)))
    {
        return false;
    }

    for (i = 1; i < GMS_ROUND_WORDS && strcmp(gms_round_words[i], by) != 0; i++)
    {
        continue;
    }

    round->round = (uint32_t) number;
    round->first = (uint32_t) first;
    round->last = (uint32_t) last;
    round->by = (gms_round_by_e) i;

    return i < GMS_ROUND_WORDS;
}


static bool
get_command(gms_event_course_t *course, const cJSON *json)
{
    int64_t stage, string;

    course->command = (gms_course_command_e) get_word(
        json, "command", gms_course_command_name, GMS_COURSE_COMMANDS);
    course->by = (gms_course_by_e) get_word(
        json, "by", gms_course_by_words, GMS_COURSE_BY_WORDS);

    if (course->command == GMS_COURSE_NOTHING || course->by == 0
        || !get_integer(json, "stage", GMS_COURSE_STAGES_MAX, &stage)
        || !get_integer(json, "string", GMS_COURSE_STRINGS_MAX, &string)
        || stage == 0 || string == 0)
    {
        return false;
    }

    course->stage = (int) stage - 1;
    course->string = (int) string - 1;

    return get_text(json, "author", course->author, sizeof(course->author));
}


/* From before there were protests: a shot is missing, and nobody said why. */
static bool
get_complaint(gms_event_complaint_t *complaint, const cJSON *json)
{
    int64_t shot = 0, score_tenths = 0, ring = 0;

    if (!get_late_integer(json, "shot", UINT32_MAX, &shot)
        || !get_late_text(
            json, "reason", complaint->reason, sizeof(complaint->reason))
        || !get_text(
            json, "author", complaint->author, sizeof(complaint->author)))
    {
        return false;
    }

    if (shot != 0
        && (!get_integer(json, "score_tenths", INT32_MAX, &score_tenths)
            || !get_integer(json, "ring", INT32_MAX, &ring)
            || !get_bool(json, "inner", &complaint->inner)
            || !get_text(
                json, "zone", complaint->zone, sizeof(complaint->zone))))
    {
        return false;
    }

    complaint->shot = (uint32_t) shot;
    complaint->score_tenths = (int) score_tenths;
    complaint->ring = (int) ring;
    return true;
}


static bool
get_complaint_closed(gms_event_closed_t *closed, const cJSON *json)
{
    int64_t complaint;

    closed->what = (gms_complaint_state_e) get_word(
        json, "what", gms_complaint_words, GMS_COMPLAINT_WORDS);

    if (closed->what == GMS_COMPLAINT_OPEN
        || !get_integer(json, "complaint", GMS_EVENT_US_MAX, &complaint))
    {
        return false;
    }

    closed->complaint = (uint64_t) complaint;
    return get_text(json, "text", closed->text, sizeof(closed->text))
        && get_text(json, "author", closed->author, sizeof(closed->author));
}


static bool
get_kind(gms_event_kind_e *kind, const char *name, const cJSON *json)
{
    const cJSON *state;
    size_t       i;

    state = cJSON_GetObjectItemCaseSensitive(json, "state");

    for (i = 0; i < GMS_EVENT_WORDS; i++) {
        if (strcmp(gms_event_words[i].name, name) != 0) {
            continue;
        }

        if (gms_event_words[i].state == NULL
            || (cJSON_IsString(state)
                && strcmp(gms_event_words[i].state, state->valuestring) == 0))
        {
            *kind = gms_event_words[i].kind;
            return true;
        }
    }

    return false;
}


static bool
get_event(gms_event_t *event, const char *name, const cJSON *json)
{
    int64_t seq;
    bool    clock_set = true;

    if (!cJSON_IsObject(json) || !get_kind(&event->kind, name, json)
        || !get_integer(json, "seq", GMS_EVENT_US_MAX, &seq)
        || !get_instant(json, "t_us", &event->real_ns)
        || !get_late_text(
            json, "session", event->session, sizeof(event->session))
        || !get_late_bool(json, "clock_set", &clock_set))
    {
        return false;
    }

    event->seq = (uint64_t) seq;
    event->clock_unset = !clock_set;

    switch (event->kind) {

    case GMS_EVENT_SHOT:
        return get_shot(&event->u.shot, json);

    case GMS_EVENT_SHOT_REMOVED:
        return get_removed(&event->u.removed, json);

    case GMS_EVENT_CORRECTION:
        return get_correction(&event->u.correction, json);

    case GMS_EVENT_CALIBRATION:
        return get_calibration(&event->u.calibration, json);

    case GMS_EVENT_PAPER:
        return get_paper(&event->u.paper, json);

    case GMS_EVENT_RANGE:
        return get_range(&event->u.range, json);

    case GMS_EVENT_COMPLAINT:
        return get_complaint(&event->u.complaint, json);

    case GMS_EVENT_COMPLAINT_CLOSED:
        return get_complaint_closed(&event->u.complaint_closed, json);

    case GMS_EVENT_ROUND:
        return get_round(&event->u.round, json);

    case GMS_EVENT_COURSE:
        return get_command(&event->u.course, json);

    case GMS_EVENT_TIP:
        return gms_event_get_tip(&event->u.tip, json);

    case GMS_EVENT_TIP_CHANGED:
        return gms_event_get_tip_changed(&event->u.tip_changed, json);

    case GMS_EVENT_DRILL:
        return gms_event_get_drill(&event->u.drill, json);

    case GMS_EVENT_CALL:
        return get_call(&event->u.call, json);

    default:
        return event->session[0] != '\0'
            && get_session(&event->u.session, json);
    }
}


int
gms_event_from_json(gms_event_t *event, const char *name, const char *json)
{
    cJSON *root;
    bool   good;

    memset(event, 0, sizeof(*event));

    root = cJSON_ParseWithOpts(json, NULL, true);
    good = get_event(event, name, root);
    cJSON_Delete(root);

    return good ? GMS_OK : GMS_ECORRUPT;
}

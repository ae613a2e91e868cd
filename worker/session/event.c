#include "event.h"

#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/jsontext.h"

/* An instant of the wall clock in JSON: whole microseconds, which a double
 * holds exactly until the year 2255. */
#define GMS_EVENT_US_MAX 9e15

typedef struct {
    gms_event_kind_e kind;
    const char      *name;
    const char      *state; /* of "session" */
} gms_event_name_t;

static const gms_event_name_t names[] = {
    { GMS_EVENT_SESSION_STARTED, "session", "started" },
    { GMS_EVENT_SESSION_ENDED, "session", "ended" },
    { GMS_EVENT_SESSION_PAUSED, "session", "paused" },
    { GMS_EVENT_SESSION_RESUMED, "session", "resumed" },
    { GMS_EVENT_SHOT, "shot", NULL },
    { GMS_EVENT_SHOT_REMOVED, "shot.removed", NULL },
    { GMS_EVENT_CALIBRATION, "calibration", NULL },
};

#define GMS_EVENT_NAMES (sizeof(names) / sizeof(names[0]))

/* By gms_calibration_origin_e. */
static const char *const origins[] = { "none", "auto", "file", "hand" };

#define GMS_ORIGINS (sizeof(origins) / sizeof(origins[0]))


static const gms_event_name_t *
find_kind(gms_event_kind_e kind)
{
    size_t i;

    for (i = 0; i < GMS_EVENT_NAMES; i++) {
        if (names[i].kind == kind) {
            return &names[i];
        }
    }

    return NULL;
}


const char *
gms_event_name(gms_event_kind_e kind)
{
    const gms_event_name_t *name = find_kind(kind);

    return name != NULL ? name->name : "unknown";
}


/* Rounded for reading alone: px_per_mm and tilt_deg follow from the
 * homography and are computed anew when the event is read. */
static double
shown(double value, double scale)
{
    return nearbyint(value * scale) / scale + 0.0;
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
    gms_jsontext_string(j, "session", session->id);
    gms_jsontext_string(j, "shooter", session->shooter);
    gms_jsontext_raw(j, "face", text);
    gms_jsontext_number(j, "caliber_mm", session->caliber_mm);
    gms_jsontext_number(j, "distance_m", session->distance_m);

    cJSON_free(text);
}


static void
put_shot(
    gms_jsontext_t *j, const gms_event_shot_t *shot, const char *session_id)
{
    gms_jsontext_string(j, "session", session_id);
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
    gms_jsontext_bool(j, "sighter", shot->sighter);
    gms_jsontext_bool(j, "overlap", shot->overlap);
    gms_jsontext_bool(j, "recovered", shot->recovered);
    gms_jsontext_number(j, "confidence", shot->confidence);
    gms_jsontext_integer(j, "t_frame_us", shot->frame_real_ns / GMS_US);
}


static void
put_calibration(gms_jsontext_t *j, const gms_calibration_t *c)
{
    size_t i, origin;

    origin = (size_t) c->origin < GMS_ORIGINS ? (size_t) c->origin : 0;

    gms_jsontext_string(j, "origin", origins[origin]);
    gms_jsontext_open(j, "homography_mm_to_px", '[');

    for (i = 0; i < 9; i++) {
        gms_jsontext_number(j, NULL, c->mm_to_px[i]);
    }

    gms_jsontext_close(j, ']');
    gms_jsontext_number(j, "residual_mm", c->residual_mm);
    gms_jsontext_number(j, "px_per_mm", shown(c->px_per_mm, 1e4));
    gms_jsontext_number(j, "tilt_deg", shown(c->tilt_deg, 1e3));
}


char *
gms_event_to_json(
    const gms_event_t *event, const char *lane, const char *session_id)
{
    gms_jsontext_t j;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "lane", lane);
    gms_jsontext_integer(&j, "seq", (int64_t) event->seq);

    switch (event->kind) {

    case GMS_EVENT_SESSION_STARTED:
    case GMS_EVENT_SESSION_ENDED:
    case GMS_EVENT_SESSION_PAUSED:
    case GMS_EVENT_SESSION_RESUMED:
        put_session(&j, event);
        break;

    case GMS_EVENT_SHOT:
        put_shot(&j, &event->u.shot, session_id);
        break;

    case GMS_EVENT_SHOT_REMOVED:
        gms_jsontext_string(&j, "session", session_id);
        gms_jsontext_integer(&j, "n", event->u.removed.n);
        gms_jsontext_string(&j, "reason", event->u.removed.reason);
        gms_jsontext_string(&j, "author", event->u.removed.author);
        break;

    case GMS_EVENT_CALIBRATION:
        put_calibration(&j, &event->u.calibration);
        break;
    }

    gms_jsontext_integer(&j, "t_us", event->real_ns / GMS_US);
    gms_jsontext_close(&j, '}');

    return gms_jsontext_take(&j);
}


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


static bool
get_session(gms_event_session_t *session, const cJSON *json)
{
    const cJSON *face;
    char         err[128];

    face = cJSON_GetObjectItemCaseSensitive(json, "face");

    return cJSON_IsObject(face)
        && get_text(json, "session", session->id, sizeof(session->id))
        && get_text(json, "shooter", session->shooter, sizeof(session->shooter))
        && gms_face_from_json(&session->face, face, err, sizeof(err)) == GMS_OK
        && get_number(json, "caliber_mm", &session->caliber_mm)
        && get_number(json, "distance_m", &session->distance_m);
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
    shot->score_tenths = (int) tenths;
    shot->ring = (int) ring;

    return get_number(json, "x_mm", &shot->x_mm)
        && get_number(json, "y_mm", &shot->y_mm)
        && get_number(json, "x_px", &shot->x_px)
        && get_number(json, "y_px", &shot->y_px)
        && get_number(json, "radius_px", &shot->radius_px)
        && get_bool(json, "inner", &shot->inner)
        && get_bool(json, "sighter", &shot->sighter)
        && get_bool(json, "overlap", &shot->overlap)
        && get_bool(json, "recovered", &shot->recovered)
        && get_number(json, "confidence", &shot->confidence)
        && get_instant(json, "t_frame_us", &shot->frame_real_ns);
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
get_calibration(gms_calibration_t *calibration, const cJSON *json)
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

    for (i = 1; i < GMS_ORIGINS; i++) {
        if (strcmp(origins[i], origin->valuestring) == 0) {
            return gms_calibration_set(calibration, h,
                       (gms_calibration_origin_e) i, residual_mm)
                == GMS_OK;
        }
    }

    return false;
}


static bool
get_kind(gms_event_kind_e *kind, const char *name, const cJSON *json)
{
    const cJSON *state;
    size_t       i;

    state = cJSON_GetObjectItemCaseSensitive(json, "state");

    for (i = 0; i < GMS_EVENT_NAMES; i++) {
        if (strcmp(names[i].name, name) != 0) {
            continue;
        }

        if (names[i].state == NULL
            || (cJSON_IsString(state)
                && strcmp(names[i].state, state->valuestring) == 0))
        {
            *kind = names[i].kind;
            return true;
        }
    }

    return false;
}


static bool
get_event(gms_event_t *event, const char *name, const cJSON *json)
{
    int64_t seq;

    if (!cJSON_IsObject(json) || !get_kind(&event->kind, name, json)
        || !get_integer(json, "seq", GMS_EVENT_US_MAX, &seq)
        || !get_instant(json, "t_us", &event->real_ns))
    {
        return false;
    }

    event->seq = (uint64_t) seq;

    switch (event->kind) {

    case GMS_EVENT_SESSION_STARTED:
    case GMS_EVENT_SESSION_ENDED:
    case GMS_EVENT_SESSION_PAUSED:
    case GMS_EVENT_SESSION_RESUMED:
        return get_session(&event->u.session, json);

    case GMS_EVENT_SHOT:
        return get_shot(&event->u.shot, json);

    case GMS_EVENT_SHOT_REMOVED:
        return get_removed(&event->u.removed, json);

    case GMS_EVENT_CALIBRATION:
        return get_calibration(&event->u.calibration, json);
    }

    return false;
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

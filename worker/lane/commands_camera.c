#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "commands_camera.h"
#include "calibrating.h"
#include "../capture/ptz.h"
#include "document.h"
#include "orders.h"
#include "publish.h"

/* A detector that sees the target at its place for so long was not misled. */
#define GMS_CAMERA_SETTLED_NS (10 * GMS_S)


static cJSON *
camera_choices(const gms_control_t *control)
{
    cJSON *list, *choice;

    list = cJSON_CreateArray();

    for (unsigned i = 0; i < control->choices; i++) {
        choice = cJSON_CreateObject();
        cJSON_AddNumberToObject(choice, "value", control->choice[i].value);
        cJSON_AddStringToObject(choice, "title", control->choice[i].title);
        cJSON_AddItemToArray(list, choice);
    }

    return list;
}


static cJSON *
camera_control(const gms_control_t *control)
{
    static const char *const types[] = { "number", "switch", "choice" };

    cJSON *json;

    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "name", control->name);
    cJSON_AddStringToObject(json, "title", control->title);
    cJSON_AddStringToObject(json, "type", types[control->type]);
    cJSON_AddNumberToObject(json, "min", control->min);
    cJSON_AddNumberToObject(json, "max", control->max);
    cJSON_AddNumberToObject(json, "step", control->step);
    cJSON_AddNumberToObject(json, "default", control->preset);
    cJSON_AddNumberToObject(json, "value", control->value);
    cJSON_AddItemToObject(json, "choices", camera_choices(control));
    cJSON_AddBoolToObject(json, "writable", control->writable);

    if (control->rule == GMS_CONTROL_FREE) {
        cJSON_AddNullToObject(json, "locked");
    } else {
        cJSON_AddBoolToObject(
            json, "locked", control->rule == GMS_CONTROL_LOCKED);
    }

    return json;
}


/* Those that have a calibration on record; null: it has none to be asked for.
 */
static cJSON *
camera_presets(const gms_scorer_t *s)
{
    const gms_calibrated_t *entry;
    cJSON                  *list, *item;
    int                     preset;
    unsigned                i;

    if (!gms_ptz_has(&s->config->camera)) {
        return cJSON_CreateNull();
    }

    list = cJSON_CreateArray();

    for (i = 0; i < s->histories; i++) {
        entry = &s->history[i];

        if (sscanf(entry->event.zoom, "preset %d", &preset) == 1
            && gms_calibrating_of_zoom(s, entry->event.zoom) == entry)
        {
            item = cJSON_CreateObject();
            cJSON_AddNumberToObject(item, "preset", preset);
            cJSON_AddNumberToObject(item, "calibration", (double) entry->seq);
            cJSON_AddItemToArray(list, item);
        }
    }

    return list;
}


/* list NULL: there are no controls, or nobody to ask. */
static void
camera_tell(gms_scorer_t *s, uint64_t ask, const gms_controls_t *list)
{
    cJSON *json, *controls;
    char  *text;

    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "lane", s->config->name);
    cJSON_AddItemToObject(json, "camera", gms_document_camera(s));
    controls = cJSON_AddArrayToObject(json, "controls");

    if (s->camera.preset >= 0) {
        cJSON_AddNumberToObject(json, "preset", s->camera.preset);
    } else {
        cJSON_AddNullToObject(json, "preset");
    }

    cJSON_AddItemToObject(json, "presets", camera_presets(s));

    for (unsigned i = 0; list != NULL && i < list->count; i++) {
        cJSON_AddItemToArray(controls, camera_control(&list->control[i]));
    }

    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    gms_publish_made(s, ask, text);
}


/* Hands over wanted. */
static void
camera_order(gms_scorer_t *s, uint64_t ask, gms_settings_t *wanted)
{
    gms_order_t order;

    memset(&order, 0, sizeof(order));
    order.kind = GMS_ORDER_CONTROLS;
    order.lane = s->index;
    order.ask = ask;
    order.wanted = wanted;
    gms_inbox_put(&s->grabber->orders, &order);
}


static void
camera_busy(gms_scorer_t *s, uint64_t ask)
{
    gms_publish_problem(s, ask, 503, "busy", "The lane is busy",
        "there is no memory for the answer; try again");
}


void
gms_command_camera_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    gms_settings_t *wanted;

    (void) body;

    if (s->config->camera.kind != GMS_CAMERA_V4L2
        || (s->camera.state != GMS_CAMERA_OK
            && s->camera.state != GMS_CAMERA_MOVING))
    {
        camera_tell(s, ask->header.id, NULL);
        return;
    }

    wanted = calloc(1, sizeof(*wanted));
    if (wanted == NULL) {
        camera_busy(s, ask->header.id);
        return;
    }

    camera_order(s, ask->header.id, wanted);
}


static bool
camera_setting(
    gms_scorer_t *s, uint64_t ask, const cJSON *item, gms_settings_t *wanted)
{
    char    pointer[96];
    int32_t value;

    snprintf(pointer, sizeof(pointer), "/controls/%.80s", item->string);

    if (strlen(item->string) >= GMS_CONTROL_NAME_SIZE
        || wanted->count == GMS_CONTROLS_MAX)
    {
        gms_command_invalid(s, ask, pointer, "this camera has no such control");
        return false;
    }

    if (cJSON_IsBool(item)) {
        value = cJSON_IsTrue(item);

    } else if (cJSON_IsNumber(item) && fabs(item->valuedouble) <= INT32_MAX
        && item->valuedouble == floor(item->valuedouble))
    {
        value = (int32_t) item->valuedouble;

    } else {
        gms_command_invalid(s, ask, pointer,
            "a control is set to a whole number, or to true or false");
        return false;
    }

    if (gms_settings_find(wanted, item->string) != NULL) {
        gms_command_invalid(s, ask, pointer, "each control once");
        return false;
    }

    gms_settings_put(wanted, item->string, value, true);

    return true;
}


static void
camera_preset(gms_scorer_t *s, uint64_t ask, const cJSON *json)
{
    gms_order_t order;

    if (!cJSON_IsNumber(json) || json->valuedouble < 0
        || json->valuedouble > GMS_PTZ_PRESET_MAX
        || json->valuedouble != floor(json->valuedouble))
    {
        gms_command_invalid(s, ask, "/preset",
            "preset is the number of one of the camera's, from 0 to 9999");
        return;
    }

    if (!gms_ptz_has(&s->config->camera)) {
        gms_publish_problem(s, ask, 409, "camera-without-controls",
            "This camera cannot be set from here",
            "it is not known how to ask it for a preset: presets= of the "
            "camera's line names a file with the request");
        return;
    }

    memset(&order, 0, sizeof(order));
    order.kind = GMS_ORDER_PRESET;
    order.lane = s->index;
    order.ask = ask;
    order.preset = json->valueint;
    gms_inbox_put(&s->grabber->orders, &order);
}


void
gms_command_camera_set(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "controls", "preset", NULL };
    const cJSON             *controls, *preset, *item;
    gms_settings_t          *wanted;
    uint64_t                 id = ask->header.id;

    if (!gms_command_known(s, id, body, names)) {
        return;
    }

    preset = cJSON_GetObjectItemCaseSensitive(body, "preset");

    if (preset != NULL && cJSON_HasObjectItem(body, "controls")) {
        gms_command_invalid(s, id, "/preset", "give either controls or preset");
        return;
    }

    if (preset != NULL) {
        camera_preset(s, id, preset);
        return;
    }

    controls = cJSON_GetObjectItemCaseSensitive(body, "controls");

    if (!cJSON_IsObject(controls) || controls->child == NULL) {
        gms_command_invalid(s, id, "/controls",
            "controls is an object such as {\"exposure_absolute\":120}");
        return;
    }

    if (s->config->camera.kind != GMS_CAMERA_V4L2) {
        gms_publish_problem(s, id, 409, "camera-without-controls",
            "This camera cannot be set from here",
            "only cameras at this computer (v4l2:) have controls");
        return;
    }

    wanted = calloc(1, sizeof(*wanted));
    if (wanted == NULL) {
        camera_busy(s, id);
        return;
    }

    cJSON_ArrayForEach(item, controls)
    {
        if (!camera_setting(s, id, item, wanted)) {
            free(wanted);
            return;
        }
    }

    camera_order(s, id, wanted);
}


void
gms_camera_answer(gms_scorer_t *s, const gms_note_t *note)
{
    uint64_t    ask = note->u.controls.ask;
    const char *reason = note->u.controls.reason;
    char        pointer[GMS_CONTROL_NAME_SIZE + 16];

    s->dirty = true;

    switch (note->u.controls.error) {

    case GMS_OK:
        camera_tell(s, ask, note->u.controls.list);
        break;

    case GMS_EINVALID:
        snprintf(
            pointer, sizeof(pointer), "/controls/%s", note->u.controls.name);
        gms_command_invalid(s, ask, pointer, reason);
        break;

    case GMS_ENOTFOUND:
        gms_publish_problem(s, ask, 409, "camera-lost",
            "No picture from the camera",
            reason[0] != '\0' ? reason : "the camera is being opened");
        break;

    case GMS_ESTORE:
        gms_publish_problem(s, ask, 507, "store-failing",
            "The camera was set, but this cannot be stored",
            "it will not be set again at the next start: the disk of the "
            "worker's state folder may be full");
        break;

    case GMS_ENOMEM:
        camera_busy(s, ask);
        break;

    case GMS_EAGAIN:
        gms_publish_problem(
            s, ask, 409, "camera-refused", "The camera is busy", reason);
        break;

    default:
        gms_publish_problem(s, ask, 409, "camera-refused",
            "The camera did not take that", reason);
    }
}


void
gms_camera_moved(gms_scorer_t *s, const char *how)
{
    char fact[GMS_SENTENCE_SIZE];

    gms_log(GMS_LOG_INFO, "camera turned", "\"detail\":\"%s\"",
        gms_log_escape(fact, sizeof(fact), how));

    snprintf(s->moved, sizeof(s->moved), "%s", how);
    s->moved_ns = gms_clock_mono_ns();
    s->dirty = true;
}


/* What was calibrated is of another view.  In a session the detector follows
 * what it sees, and knows its holes by that.  Without one the calibration of
 * this view is loaded, or the target is looked for. */
void
gms_camera_arrived(gms_scorer_t *s)
{
    const gms_calibrated_t *entry;
    size_t                  n;

    s->moved_ns = gms_clock_mono_ns();

    if (gms_scorebook_state(&s->book) != GMS_LANE_IDLE || s->face.by_hand
        || s->starting.on)
    {
        return;
    }

    entry = gms_calibrating_of_zoom(s, s->camera.zoom);

    if (entry != NULL) {
        gms_calibrating_load(s, entry);
        return;
    }

    n = strlen(s->moved);
    snprintf(s->moved + n, sizeof(s->moved) - n,
        "%sthere is no calibration for it yet", n > 0 ? "; " : "");
    snprintf(s->reason, sizeof(s->reason),
        "there is no calibration for %s yet: the target is looked for",
        s->camera.zoom[0] != '\0' ? s->camera.zoom : "this view");
    s->calibrated = false;
    gms_order_find_target(s, s->moved_ns);
}


void
gms_camera_astray(gms_scorer_t *s)
{
    if (!s->looking.astray || !s->calibrated || s->calibrating || s->starting.on
        || s->calibration.origin != GMS_CALIBRATION_AUTO
        || gms_scorebook_state(&s->book) != GMS_LANE_IDLE)
    {
        return;
    }

    snprintf(s->reason, sizeof(s->reason),
        "the target is not where its calibration of before says: it is looked "
        "for anew");
    s->calibrated = false;
    gms_order_find_target(s, gms_clock_mono_ns());
}


void
gms_camera_tick(gms_scorer_t *s, int64_t now_ns)
{
    if (s->moved[0] != '\0' && s->looking.running
        && s->looking.state == GMS_DETECTOR_LIVE
        && now_ns - s->moved_ns > GMS_CAMERA_SETTLED_NS)
    {
        s->moved[0] = '\0';
        s->dirty = true;
    }
}

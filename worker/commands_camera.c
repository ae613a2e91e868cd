#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ipc/error.h"
#include "base/clock.h"
#include "base/log.h"
#include "commands_camera.h"
#include "document.h"
#include "publish.h"

/* A lens is on its way for about as long; each further step begins anew. */
#define GMS_CAMERA_TURNS_NS (1 * GMS_S)

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
        || s->camera.state != GMS_CAMERA_OK)
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


void
gms_command_camera_set(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "controls", NULL };
    const cJSON             *controls, *item;
    gms_settings_t          *wanted;
    uint64_t                 id = ask->header.id;

    if (!gms_command_known(s, id, body, names)) {
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

    default:
        gms_publish_problem(s, ask, 409, "camera-refused",
            "The camera did not take that", reason);
    }
}


/* What was calibrated is of another view.  In a session the detector follows
 * what it sees; without one the target is looked for again. */
void
gms_camera_moved(gms_scorer_t *s, const char *how)
{
    char fact[GMS_SENTENCE_SIZE];

    gms_log(GMS_LOG_INFO, "camera turned", "\"detail\":\"%s\"",
        gms_log_escape(fact, sizeof(fact), how));

    snprintf(s->moved, sizeof(s->moved), "%s", how);
    s->moved_ns = gms_clock_mono_ns();
    s->dirty = true;

    if (gms_scorebook_state(&s->book) == GMS_LANE_IDLE && !s->face.by_hand) {
        s->calibrate_at_ns = s->moved_ns + GMS_CAMERA_TURNS_NS;
    }
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

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ipc/error.h"
#include "calibrating.h"
#include "commands_calibration.h"
#include "document.h"
#include "publish.h"
#include "target/handles.h"

/* A place in a picture, or on a card, that a person may mean. */
#define GMS_COMMAND_PLACE_MAX 1e5


void
gms_command_calibration_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    (void) body;

    gms_publish_made(s, ask->header.id, gms_document_calibrations(s));
}


void
gms_command_calibration_find(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { NULL };
    gms_waiting_t            waiting;

    if (gms_command_known(s, ask->header.id, body, names)) {
        gms_command_waiting(s, ask, GMS_INPUT_CALIBRATION, &waiting);
        gms_calibrating_find(s, &waiting);
    }
}


static bool
command_place(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const char *name, const char *above, double *value)
{
    const cJSON *item;
    char         pointer[64];

    item = cJSON_GetObjectItemCaseSensitive(body, name);

    if (cJSON_IsNumber(item) && isfinite(item->valuedouble)
        && fabs(item->valuedouble) <= GMS_COMMAND_PLACE_MAX)
    {
        *value = item->valuedouble;
        return true;
    }

    snprintf(pointer, sizeof(pointer), "%s/%s", above, name);
    gms_command_invalid(s, ask, pointer, "a place is a number");

    return false;
}


/* One point that a person put on the still. */
static bool
command_handle(gms_scorer_t *s, uint64_t ask, const cJSON *item, int i,
    gms_handle_t *handle)
{
    static const char *const kinds[] = { "centre", "ring", "black" };
    const cJSON             *value;
    const char              *kind;
    char                     above[32], pointer[48];
    unsigned                 k;

    snprintf(above, sizeof(above), "/handles/%d", i);
    kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "kind"));

    for (k = 0; k < 3 && (kind == NULL || strcmp(kind, kinds[k]) != 0); k++) {
        continue;
    }

    if (k == 3) {
        snprintf(pointer, sizeof(pointer), "%s/kind", above);
        gms_command_invalid(
            s, ask, pointer, "kind is \"centre\", \"ring\" or \"black\"");
        return false;
    }

    handle->kind = (gms_handle_e) k;
    value = cJSON_GetObjectItemCaseSensitive(item, "value");

    if (handle->kind == GMS_HANDLE_RING) {
        if (!cJSON_IsNumber(value) || value->valuedouble < 1
            || value->valuedouble > 10
            || value->valuedouble != floor(value->valuedouble))
        {
            snprintf(pointer, sizeof(pointer), "%s/value", above);
            gms_command_invalid(s, ask, pointer, "value is that of a ring");
            return false;
        }

        handle->value = (int) value->valuedouble;
    }

    return command_place(s, ask, item, "x_px", above, &handle->x_px)
        && command_place(s, ask, item, "y_px", above, &handle->y_px);
}


/* Which side is up no ring can tell: what a person knows of that already is
 * kept, and not more. */
static bool
command_handles(gms_scorer_t *s, uint64_t ask, const cJSON *list,
    gms_calibration_t *calibration)
{
    gms_handle_t handle[GMS_HANDLES_MAX];
    const cJSON *item;
    char         reason[GMS_SENTENCE_SIZE];
    int          n;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > GMS_HANDLES_MAX) {
        gms_command_invalid(
            s, ask, "/handles", "handles are a list of at most 64 points");
        return false;
    }

    memset(handle, 0, sizeof(handle));
    n = 0;

    cJSON_ArrayForEach(item, list)
    {
        if (!command_handle(s, ask, item, n, &handle[n])) {
            return false;
        }
        n++;
    }

    if (gms_handles_fit(
            calibration, handle, n, &s->face, &s->view, reason, sizeof(reason))
        != GMS_OK)
    {
        gms_command_invalid(s, ask, "/handles", reason);
        return false;
    }

    calibration->confirmed = s->config->camera.oriented;

    return true;
}


void
gms_command_calibration_set(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "homography_mm_to_px", "handles",
        NULL };
    gms_waiting_t            waiting;
    gms_calibration_t       *calibration;
    const cJSON             *handles;
    char                     err[GMS_SENTENCE_SIZE];

    if (!gms_command_known(s, ask->header.id, body, names)
        || !gms_calibrating_may(s, ask->header.id))
    {
        return;
    }

    gms_command_waiting(s, ask, GMS_INPUT_CALIBRATION, &waiting);
    calibration = &waiting.input.u.calibration.map;
    handles = cJSON_GetObjectItemCaseSensitive(body, "handles");

    if (handles != NULL && cJSON_HasObjectItem(body, "homography_mm_to_px")) {
        gms_command_invalid(s, ask->header.id, "/handles",
            "give either handles or homography_mm_to_px");
        return;
    }

    if (handles != NULL) {
        if (!command_handles(s, ask->header.id, handles, calibration)) {
            return;
        }

    } else if (gms_calibration_from_json(
                   calibration, ask->body, err, sizeof(err))
        != GMS_OK)
    {
        gms_command_invalid(s, ask->header.id, "/homography_mm_to_px", err);
        return;

    } else {
        calibration->confirmed = true; /* it says which side is up */
    }

    calibration->origin = GMS_CALIBRATION_HAND;
    gms_scorer_input(s, &waiting);
}


void
gms_command_calibration_confirm(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "upright", "rotate", "mirror", NULL };
    const cJSON             *upright, *rotate, *mirror;
    gms_waiting_t            waiting;
    gms_view_t               view;
    uint64_t                 id;

    id = ask->header.id;

    if (!gms_command_known(s, id, body, names)) {
        return;
    }

    upright = cJSON_GetObjectItemCaseSensitive(body, "upright");
    rotate = cJSON_GetObjectItemCaseSensitive(body, "rotate");
    mirror = cJSON_GetObjectItemCaseSensitive(body, "mirror");
    gms_command_waiting(s, ask, GMS_INPUT_CONFIRM, &waiting);

    if (upright != NULL) {
        if (!cJSON_IsTrue(upright) || rotate != NULL || mirror != NULL) {
            gms_command_invalid(s, id, "/upright",
                "upright is true, or rotate and mirror say how to turn it");
            return;
        }

        gms_calibrating_confirm(s, &waiting, NULL);
        return;
    }

    if (!cJSON_IsNumber(rotate)
        || (rotate->valuedouble != 0 && rotate->valuedouble != 90
            && rotate->valuedouble != 180 && rotate->valuedouble != 270))
    {
        gms_command_invalid(s, id, "/rotate", "rotate is 0, 90, 180 or 270");
        return;
    }

    if (mirror != NULL && !cJSON_IsBool(mirror)) {
        gms_command_invalid(s, id, "/mirror", "mirror is true or false");
        return;
    }

    view = s->view;
    view.rotate = (int) rotate->valuedouble;
    view.mirror = cJSON_IsTrue(mirror);
    gms_calibrating_confirm(s, &waiting, &view);
}


void
gms_command_calibration_undo(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { NULL };
    gms_waiting_t            waiting;

    if (gms_command_known(s, ask->header.id, body, names)) {
        gms_command_waiting(s, ask, GMS_INPUT_CALIBRATION, &waiting);
        gms_calibrating_undo(s, &waiting);
    }
}


/* How far off a hole is whose place on the card is known. */
void
gms_command_calibration_verify(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "x_mm", "y_mm", "x_px", "y_px", NULL };
    gms_point_t              mm, px, off;
    double                   error_mm;
    char                     text[256];
    uint64_t                 id;

    id = ask->header.id;

    if (!gms_command_known(s, id, body, names)
        || !command_place(s, id, body, "x_mm", "", &mm.x)
        || !command_place(s, id, body, "y_mm", "", &mm.y)
        || !command_place(s, id, body, "x_px", "", &px.x)
        || !command_place(s, id, body, "y_px", "", &px.y))
    {
        return;
    }

    if (!s->calibrated) {
        gms_publish_problem(s, id, 409, "not-calibrated",
            "The target was not found yet", "there is nothing to verify");
        return;
    }

    error_mm = gms_handles_verify(&s->calibration, mm, px, &off);

    if (!isfinite(error_mm)) {
        gms_command_invalid(s, id, "/x_px", "this place is not on the card");
        return;
    }

    snprintf(text, sizeof(text),
        "{\"error_mm\":%.3f,\"x_off_mm\":%.3f,\"y_off_mm\":%.3f}", error_mm,
        off.x, off.y);
    gms_publish_answer(s, id, 200, text);
}

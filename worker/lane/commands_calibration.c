#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "calibrating.h"
#include "commands_calibration.h"
#include "document.h"
#include "publish.h"
#include "../target/handles.h"
#include "../target/score.h"

/* A place in a picture, or on a card, that a person may mean. */
#define GMS_COMMAND_PLACE_MAX 1e5


void
gms_command_calibration_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    (void) body;

    gms_publish_version(s, ask->header.id, gms_document_calibrations(s),
        s->calibrated ? s->book.calibration_seq : 0);
}


/* False, and it is answered 412, when the calibration in force is not the one
 * that the sender has seen; a command that was done is only told again. */
static bool
command_unchanged(gms_scorer_t *s, const gms_link_message_t *ask,
    const gms_waiting_t *waiting)
{
    uint64_t version;

    version = ask->header.generation;

    if (version == 0 || (s->calibrated && version == s->book.calibration_seq)
        || gms_scorebook_answered(&s->book, &waiting->input) != NULL)
    {
        return true;
    }

    gms_publish_problem(s, ask->header.id, 412, "calibration-changed",
        "The calibration was changed meanwhile",
        "it is not the one of If-Match any more; look at the present one");

    return false;
}


void
gms_command_calibration_find(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { NULL };
    gms_waiting_t            waiting;

    if (gms_command_known(s, ask->header.id, body, names)) {
        gms_command_waiting(s, ask, GMS_INPUT_CALIBRATION, &waiting);

        if (command_unchanged(s, ask, &waiting)) {
            gms_calibrating_find(s, &waiting);
        }
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
 * kept, and not more.  The number of points, or -1: it is answered. */
static int
command_handles(gms_scorer_t *s, uint64_t ask, const cJSON *list,
    gms_calibration_t *calibration, gms_handle_t handle[GMS_HANDLES_MAX])
{
    const cJSON *item;
    char         reason[GMS_SENTENCE_SIZE];
    int          n;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > GMS_HANDLES_MAX) {
        gms_command_invalid(
            s, ask, "/handles", "handles are a list of at most 64 points");
        return -1;
    }

    memset(handle, 0, GMS_HANDLES_MAX * sizeof(handle[0]));
    n = 0;

    cJSON_ArrayForEach(item, list)
    {
        if (!command_handle(s, ask, item, n, &handle[n])) {
            return -1;
        }
        n++;
    }

    if (gms_handles_fit(
            calibration, handle, n, &s->face, &s->view, reason, sizeof(reason))
        != GMS_OK)
    {
        gms_command_invalid(s, ask, "/handles", reason);
        return -1;
    }

    calibration->confirmed = s->config->camera.oriented;

    return n;
}


/* The map that the body wants; the number of its points, 0 for a map as it is,
 * or -1: it is answered. */
static int
command_map(gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body,
    gms_calibration_t *calibration, gms_handle_t handle[GMS_HANDLES_MAX])
{
    const cJSON *handles;
    char         err[GMS_SENTENCE_SIZE];

    handles = cJSON_GetObjectItemCaseSensitive(body, "handles");

    if (handles != NULL && cJSON_HasObjectItem(body, "homography_mm_to_px")) {
        gms_command_invalid(s, ask->header.id, "/handles",
            "give either handles or homography_mm_to_px");
        return -1;
    }

    if (handles != NULL) {
        return command_handles(s, ask->header.id, handles, calibration, handle);
    }

    if (gms_calibration_from_json(calibration, ask->body, err, sizeof(err))
        != GMS_OK)
    {
        gms_command_invalid(s, ask->header.id, "/homography_mm_to_px", err);
        return -1;
    }

    calibration->confirmed = true; /* it says which side is up */

    return 0;
}


void
gms_command_calibration_set(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "homography_mm_to_px", "handles",
        NULL };
    gms_waiting_t            waiting;
    gms_calibration_t       *calibration;
    gms_handle_t             handle[GMS_HANDLES_MAX];

    if (!gms_command_known(s, ask->header.id, body, names)
        || !gms_calibrating_may(s, ask->header.id))
    {
        return;
    }

    gms_command_waiting(s, ask, GMS_INPUT_CALIBRATION, &waiting);
    calibration = &waiting.input.u.calibration.map;

    if (!command_unchanged(s, ask, &waiting)
        || command_map(s, ask, body, calibration, handle) < 0)
    {
        return;
    }

    calibration->origin = GMS_CALIBRATION_HAND;
    gms_scorer_input(s, &waiting);
}


/* What a map would be, and how far off it each point lies. */
void
gms_command_calibration_try(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "homography_mm_to_px", "handles",
        NULL };
    gms_calibration_t        map;
    gms_handle_t             handle[GMS_HANDLES_MAX];
    cJSON                   *json, *list;
    char                    *text;
    int                      n;

    if (!gms_command_known(s, ask->header.id, body, names)) {
        return;
    }

    n = command_map(s, ask, body, &map, handle);

    if (n < 0) {
        return;
    }

    json = cJSON_CreateObject();
    cJSON_AddItemToObject(
        json, "homography_mm_to_px", cJSON_CreateDoubleArray(map.mm_to_px, 9));
    cJSON_AddNumberToObject(json, "residual_mm", map.residual_mm);
    cJSON_AddNumberToObject(json, "px_per_mm", map.px_per_mm);
    cJSON_AddNumberToObject(json, "tilt_deg", map.tilt_deg);
    list = cJSON_AddArrayToObject(json, "off_mm");

    for (int i = 0; i < n; i++) {
        cJSON_AddItemToArray(list, cJSON_CreateNumber(handle[i].residual_mm));
    }

    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    gms_publish_made(s, ask->header.id, text);
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

    if (!command_unchanged(s, ask, &waiting)) {
        return;
    }

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

        if (command_unchanged(s, ask, &waiting)) {
            gms_calibrating_undo(s, &waiting);
        }
    }
}


/* Where on the card a place in the picture is, and what a hole there scores;
 * NULL: there is no memory. */
static cJSON *
command_hole(const gms_scorer_t *s, gms_point_t mm)
{
    const gms_face_bull_t *bull;
    gms_score_t            score;
    cJSON                 *json;

    bull = gms_face_bull(&s->face, mm.x, mm.y);
    score = gms_score(&s->face, s->caliber_mm,
        mm.x - (bull != NULL ? bull->x_mm : 0),
        mm.y - (bull != NULL ? bull->y_mm : 0));

    json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "x_mm", mm.x);
    cJSON_AddNumberToObject(json, "y_mm", mm.y);
    cJSON_AddNumberToObject(json, "score_tenths", score.tenths);
    cJSON_AddNumberToObject(json, "ring", score.ring);
    cJSON_AddBoolToObject(json, "inner", score.inner);

    return json;
}


/* By which calibration a hole is looked at: that of the body, else the one in
 * force; NULL: it is answered. */
static const gms_calibration_t *
command_by(gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body,
    gms_calibration_t *given)
{
    char err[GMS_SENTENCE_SIZE];

    if (cJSON_HasObjectItem(body, "homography_mm_to_px")) {
        if (gms_calibration_from_json(given, ask->body, err, sizeof(err))
            == GMS_OK) {
            return given;
        }

        gms_command_invalid(s, ask->header.id, "/homography_mm_to_px", err);
        return NULL;
    }

    if (!s->calibrated) {
        gms_publish_problem(s, ask->header.id, 409, "not-calibrated",
            "The target was not found yet", "there is nothing to verify");
        return NULL;
    }

    return &s->calibration;
}


/* Where a hole is and what it scores; how far that is off, when its place on
 * the card is known. */
void
gms_command_calibration_verify(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "x_mm", "y_mm", "x_px", "y_px",
        "homography_mm_to_px", NULL };
    const gms_calibration_t *by;
    gms_calibration_t        given;
    gms_point_t              known, px, mm, off;
    cJSON                   *json;
    char                    *text;
    bool                     is_known;
    uint64_t                 id;

    id = ask->header.id;
    known.x = known.y = 0;
    is_known =
        cJSON_HasObjectItem(body, "x_mm") || cJSON_HasObjectItem(body, "y_mm");

    if (!gms_command_known(s, id, body, names)
        || (is_known
            && (!command_place(s, id, body, "x_mm", "", &known.x)
                || !command_place(s, id, body, "y_mm", "", &known.y)))
        || !command_place(s, id, body, "x_px", "", &px.x)
        || !command_place(s, id, body, "y_px", "", &px.y))
    {
        return;
    }

    by = command_by(s, ask, body, &given);

    if (by == NULL) {
        return;
    }

    gms_calibration_to_mm(by, px.x, px.y, &mm.x, &mm.y);

    if (!isfinite(mm.x) || !isfinite(mm.y)) {
        gms_command_invalid(s, id, "/x_px", "this place is not on the card");
        return;
    }

    json = command_hole(s, mm);

    if (is_known) {
        cJSON_AddNumberToObject(
            json, "error_mm", gms_handles_verify(by, known, px, &off));
        cJSON_AddNumberToObject(json, "x_off_mm", off.x);
        cJSON_AddNumberToObject(json, "y_off_mm", off.y);
    }

    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    gms_publish_made(s, id, text);
}

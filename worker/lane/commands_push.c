#include "commands_push.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/jsontext.h"
#include "../capture/push.h"
#include "publish.h"

/* 2^53: what a number of JavaScript holds exactly. */
#define GMS_PUSH_TAKEN_MAX INT64_C(9007199254740992)
#define GMS_PUSH_TAKEN_DIGITS 16


static bool
push_is_camera(gms_scorer_t *s, uint64_t ask)
{
    if (s->grabber->config.push != NULL) {
        return true;
    }

    gms_publish_problem(s, ask, 409, "camera-not-pushed",
        "This lane has a camera of its own",
        "a phone or a laptop is the camera of a lane whose configuration says "
        "\"camera push:\"");

    return false;
}


static bool
push_sender(const cJSON *body, char sender[GMS_PUSH_SENDER_SIZE])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const cJSON      *item = cJSON_GetObjectItemCaseSensitive(body, "sender");
    const char       *text = cJSON_GetStringValue(item);

    if (item == NULL) {
        return true;
    }

    if (text == NULL || strlen(text) >= GMS_PUSH_SENDER_SIZE
        || strspn(text, letters) != strlen(text))
    {
        return false;
    }

    strcpy(sender, text);

    return true;
}


static bool
push_taken(const cJSON *body, int64_t *taken_us)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, "t_us");
    const char  *text = cJSON_GetStringValue(item);

    if (item == NULL) {
        return true;
    }

    if (text == NULL || text[0] == '\0' || strlen(text) > GMS_PUSH_TAKEN_DIGITS
        || strspn(text, "0123456789") != strlen(text))
    {
        return false;
    }

    *taken_us = (int64_t) strtoull(text, NULL, 10);

    return *taken_us <= GMS_PUSH_TAKEN_MAX;
}


static void
push_refuse(gms_scorer_t *s, uint64_t ask, int rc)
{
    switch (rc) {

    case GMS_ESTATE:
        gms_publish_problem(s, ask, 409, "camera-taken",
            "Another camera is at work here",
            "another phone, laptop or tab sends pictures to this lane: end it "
            "there, its place is free three seconds later");
        break;

    case GMS_EAGAIN:
        gms_publish_problem(s, ask, 429, "too-many", "Slower, please",
            "pictures come faster than fps= of the lane's camera, or "
            "interval_ms of the answers, allow");
        break;

    case GMS_EBAD_FRAME:
        gms_publish_problem(s, ask, 422, "not-a-picture", "This is no picture",
            "the body is one JPEG, with Content-Type: image/jpeg");
        break;

    case GMS_ETOOBIG:
        gms_publish_problem(s, ask, 413, "body-too-large",
            "That is too much at once", "a picture may have 4 MiB");
        break;

    default:
        gms_publish_problem(s, ask, 503, "busy", "The lane is busy",
            "it has no room for a picture now: send the next one");
    }
}


void
gms_command_camera_push(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "t_us", "sender", NULL };
    gms_push_picture_t       picture = { .fd = ask->fd };
    uint64_t                 id = ask->header.id;
    int64_t                  interval_ns;
    char                     answer[64];
    int                      rc;

    if (!push_is_camera(s, id) || !gms_command_known(s, id, body, names)) {
        return;
    }

    if (!push_sender(body, picture.sender)) {
        gms_command_invalid(s, id, "/sender",
            "a sender is at most 32 lower case letters, digits and dashes");
        return;
    }

    if (!push_taken(body, &picture.taken_us)) {
        gms_command_invalid(s, id, "/t_us",
            "t_us is when the picture was taken, in microseconds since 1970");
        return;
    }

    rc = gms_push_put(
        s->grabber->config.push, &picture, gms_clock_mono_ns(), &interval_ns);
    if (rc != GMS_OK) {
        push_refuse(s, id, rc);
        return;
    }

    snprintf(answer, sizeof(answer), "{\"interval_ms\":%.1f}",
        (double) interval_ns / (double) GMS_MS);
    gms_publish_answer(s, id, 200, answer);
}


void
gms_command_camera_invite(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "name", "address", NULL };
    const cJSON             *name, *address;
    gms_jsontext_t           j;
    uint64_t                 id = ask->header.id;
    char                     usual[GMS_LANE_NAME_SIZE + 16], *text;

    if (!push_is_camera(s, id) || !gms_command_known(s, id, body, names)) {
        return;
    }

    name = cJSON_GetObjectItemCaseSensitive(body, "name");
    address = cJSON_GetObjectItemCaseSensitive(body, "address");
    snprintf(usual, sizeof(usual), "Camera of %s", s->config->name);

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "name",
        name == NULL               ? usual
            : cJSON_IsString(name) ? name->valuestring
                                   : "");
    gms_jsontext_string(&j, "lane", s->config->name);
    gms_jsontext_string(&j, "role", gms_role_name[GMS_ROLE_CAMERA]);

    if (address != NULL) {
        gms_jsontext_string(&j, "address",
            cJSON_IsString(address) ? address->valuestring : "-");
    }

    gms_jsontext_close(&j, '}');
    text = gms_jsontext_take(&j);

    if (text == NULL) {
        gms_publish_made(s, id, NULL);
        return;
    }

    gms_publish_onward(s, id, "", "devices.add", text);
    free(text);
}

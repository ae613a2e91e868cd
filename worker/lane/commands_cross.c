#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "commands_correction.h"
#include "commands_cross.h"
#include "publish.h"


static const gms_session_shot_t *
cross_row(const gms_scorer_t *s, const gms_input_t *input)
{
    const gms_session_t *session = gms_scorebook_find(&s->book, input->session);
    uint32_t             n = input->u.correcting.n;

    return session != NULL && n >= 1 && n <= session->shots
        ? &session->shot[n - 1]
        : NULL;
}


/* It has gone there. */
static bool
cross_is_given(const gms_scorer_t *s, const gms_input_t *input)
{
    const gms_session_shot_t *row = cross_row(s, input);

    return row != NULL && row->standing == GMS_STANDING_GIVEN
        && strcmp(row->other, input->u.correcting.other) == 0;
}


/* The shot, and what it was here: all that the other lane needs. */
static cJSON *
cross_shot(const gms_scorer_t *s, const gms_input_t *input, const char *author,
    const char *reason)
{
    const gms_session_t      *session;
    const gms_session_shot_t *row = cross_row(s, input);
    const gms_face_t         *face;
    gms_event_t               event;
    cJSON                    *json = cJSON_CreateObject();
    char                     *text;
    int                       i;

    session = gms_scorebook_find(&s->book, input->session);
    face = &session->setup.face;

    memset(&event, 0, sizeof(event));
    event.kind = GMS_EVENT_SHOT;
    event.seq = row->seq;
    event.real_ns = row->real_ns;
    event.u.shot = row->shot;
    strcpy(event.session, session->id);
    text = gms_event_to_json(&event, s->config->name);

    cJSON_AddStringToObject(json, "session", input->u.correcting.other);
    cJSON_AddStringToObject(json, "other", session->id);
    cJSON_AddNumberToObject(json, "other_n", row->shot.n);
    cJSON_AddNumberToObject(json, "n",
        strcmp(row->other, input->u.correcting.other) == 0 ? row->other_n : 0);
    cJSON_AddStringToObject(json, "author", author);
    cJSON_AddStringToObject(json, "reason", reason);
    cJSON_AddStringToObject(json, "face", face->name);
    cJSON_AddNumberToObject(json, "caliber_mm", session->setup.caliber_mm);

    for (i = 0; i < face->bulls; i++) {
        if (strcmp(face->bull[i].name, row->shot.bull) == 0) {
            cJSON_AddNumberToObject(json, "bull_x_mm", face->bull[i].x_mm);
            cJSON_AddNumberToObject(json, "bull_y_mm", face->bull[i].y_mm);
        }
    }

    cJSON_AddStringToObject(json, "shot", text != NULL ? text : "");
    free(text);
    return json;
}


static void
cross_send(gms_scorer_t *s, uint64_t ask, const char *session, const char *verb,
    cJSON *json)
{
    char  *text = cJSON_PrintUnformatted(json);
    char   lane[GMS_LANE_NAME_SIZE];
    size_t size = gms_session_lane(session);

    cJSON_Delete(json);

    if (text == NULL) {
        gms_publish_made(s, ask, NULL);
        return;
    }

    if (size >= sizeof(lane)) {
        free(text);
        gms_publish_problem(s, ask, 404, "lane-unknown",
            "There is no such lane", "no lane has a name as long as that");
        return;
    }

    snprintf(lane, sizeof(lane), "%.*s", (int) size, session);
    gms_publish_onward(s, ask, lane, verb, text);
    free(text);
}


bool
gms_command_is_cross(const gms_waiting_t *waiting)
{
    return waiting->input.kind == GMS_INPUT_CORRECT
        && waiting->input.u.correcting.what == GMS_CORRECTION_SESSION
        && gms_session_is_elsewhere(
            waiting->input.session, waiting->input.u.correcting.other);
}


bool
gms_command_cross_given(gms_scorer_t *s, const gms_waiting_t *waiting)
{
    const gms_correcting_t       *asked = &waiting->input.u.correcting;
    const gms_session_t          *session;
    const gms_event_correction_t *said = NULL;
    uint32_t                      i;

    if (!cross_is_given(s, &waiting->input)) {
        return false;
    }

    session = gms_scorebook_find(&s->book, waiting->input.session);

    for (i = 0; i < session->corrections; i++) {
        if (session->correction[i].event.n == asked->n) {
            said = &session->correction[i].event;
        }
    }

    if (said == NULL) {
        return false;
    }

    cross_send(s, waiting->ask, asked->other, "cross.take",
        cross_shot(s, &waiting->input, said->author, said->reason));
    return true;
}


void
gms_command_cross(gms_scorer_t *s, const gms_link_message_t *ask,
    const cJSON *body, const gms_waiting_t *waiting)
{
    const gms_correcting_t *asked = &waiting->input.u.correcting;
    gms_event_t             out[GMS_DECIDE_MAX];
    cJSON                  *json;
    int                     n;

    if (gms_command_cross_given(s, waiting)) {
        return; /* a repeat */
    }

    n = gms_scorebook_decide(&s->book, &waiting->input, out);

    /* What is refused, or was answered, and what there has agreed to. */
    if (n <= 0 || strcmp(ask->header.verb, "cross.give") == 0) {
        gms_scorer_input(s, waiting);
        return;
    }

    json = cross_shot(s, &waiting->input, asked->author, asked->reason);
    cJSON_AddItemToObject(json, "asked", cJSON_Duplicate(body, true));
    cross_send(s, ask->header.id, asked->other, "cross.offer", json);
}


static bool
cross_text(const cJSON *body, const char *name, char *text, size_t size)
{
    const char *value =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, name));

    if (value == NULL || strlen(value) >= size) {
        return false;
    }

    strcpy(text, value);
    return true;
}


static bool
cross_n(const cJSON *body, const char *name, uint32_t *n)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, name);

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0)
        || item->valuedouble > GMS_SESSION_SHOTS_MAX)
    {
        return false;
    }

    *n = (uint32_t) item->valuedouble;
    return true;
}


static bool
cross_mm(const cJSON *body, const char *name, double *mm)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, name);

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= -1e4)
        || item->valuedouble > 1e4)
    {
        return item == NULL;
    }

    *mm = item->valuedouble;
    return true;
}


/* What cross_shot() wrote; else it was answered. */
static bool
cross_read(gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body,
    gms_waiting_t *waiting)
{
    gms_taking_t     *taking;
    gms_correcting_t *c;
    gms_event_t       event;
    const char       *shot;

    gms_command_waiting(s, ask, GMS_INPUT_TAKE, waiting);
    waiting->input.key[0] = '\0'; /* its own command's is of the other lane */
    taking = &waiting->input.u.taking;
    c = &taking->correcting;
    c->what = GMS_CORRECTION_SESSION;
    c->official = ask->header.role == GMS_ROLE_ADMIN;
    shot = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "shot"));

    if (!cross_text(body, "session", waiting->input.session,
            sizeof(waiting->input.session))
        || !cross_text(body, "other", c->other, sizeof(c->other))
        || !cross_n(body, "other_n", &c->other_n) || c->other_n == 0
        || !cross_n(body, "n", &c->n)
        || !cross_text(body, "author", c->author, sizeof(c->author))
        || !cross_text(body, "reason", c->reason, sizeof(c->reason))
        || !cross_text(body, "face", taking->face, sizeof(taking->face))
        || !cross_mm(body, "caliber_mm", &taking->caliber_mm)
        || !cross_mm(body, "bull_x_mm", &taking->bull_mm[0])
        || !cross_mm(body, "bull_y_mm", &taking->bull_mm[1]) || shot == NULL
        || gms_event_from_json(&event, "shot", shot) != GMS_OK)
    {
        gms_command_invalid(
            s, ask->header.id, "/shot", "this is no shot of another lane");
        return false;
    }

    taking->shot = event.u.shot;

    if (waiting->input.session[0] == '\0'
        || gms_scorebook_find(&s->book, waiting->input.session) == NULL)
    {
        gms_publish_problem(s, ask->header.id, 404, "session-unknown",
            "There is no such session",
            "it is neither open on its lane nor the one that ended last there");
        return false;
    }

    return true;
}


void
gms_command_cross_offer(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    const cJSON  *asked = cJSON_GetObjectItemCaseSensitive(body, "asked");
    gms_waiting_t waiting;
    gms_event_t   out[GMS_DECIDE_MAX];
    int           rc;

    if (!cross_read(s, ask, body, &waiting)) {
        return;
    }

    rc = gms_scorebook_decide(&s->book, &waiting.input, out);

    if (rc < 0) {
        gms_command_cross_refused(s, &waiting, rc);
        return;
    }

    cross_send(s, ask->header.id, waiting.input.u.correcting.other,
        "cross.give", cJSON_Duplicate(asked, true));
}


void
gms_command_cross_take(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    gms_waiting_t waiting;

    if (cross_read(s, ask, body, &waiting)) {
        gms_scorer_input(s, &waiting);
    }
}


void
gms_command_cross_taken(gms_scorer_t *s, const gms_waiting_t *waiting)
{
    const gms_correcting_t *asked = &waiting->input.u.correcting;
    const gms_session_t    *session;
    gms_answer_t            now;
    uint32_t                i;

    session = gms_scorebook_find(&s->book, waiting->input.session);
    gms_scorebook_answer(&now, &s->book, waiting->input.session);
    now.n = asked->n;

    for (i = 0; session != NULL && now.n == 0 && i < session->shots; i++) {
        if (session->shot[i].other_n == asked->other_n
            && strcmp(session->shot[i].other, asked->other) == 0)
        {
            now.n = i + 1;
        }
    }

    gms_command_corrected(s, waiting, &now);
}


void
gms_command_cross_refused(gms_scorer_t *s, const gms_waiting_t *waiting, int rc)
{
    if (rc == GMS_EINVALID) {
        gms_command_invalid(s, waiting->ask, "/to",
            "a shot of another lane goes to a session that somebody has; "
            "without a place only to one on the same face");
        return;
    }

    gms_command_uncorrected(s, waiting, rc);
}

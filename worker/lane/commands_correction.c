#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/problem.h"
#include "commands_correction.h"
#include "commands_cross.h"
#include "publish.h"

/* What a double holds exactly. */
#define GMS_WHOLE_MAX 9e15


static void
correction_send(gms_scorer_t *s, uint64_t ask, int status, cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);

    cJSON_Delete(json);
    gms_publish_answer(s, ask, status, text != NULL ? text : "{}");
    free(text);
}


static void
correction_unknown(gms_scorer_t *s, uint64_t ask)
{
    gms_publish_problem(s, ask, 404, "shot-unknown", "There is no such shot",
        "the session has no shot of this number");
}


/* NULL, and it was answered: there is none. */
static const gms_session_t *
correction_session(
    gms_scorer_t *s, uint64_t ask, const cJSON *body, const char *name)
{
    const cJSON         *item = cJSON_GetObjectItemCaseSensitive(body, name);
    const char          *id = cJSON_GetStringValue(item);
    const gms_session_t *session = NULL;

    if (item == NULL) {
        session = gms_scorebook_shown(&s->book);

    } else if (id != NULL && id[0] != '\0') {
        session = gms_scorebook_find(&s->book, id);
    }

    if (session == NULL) {
        gms_publish_problem(s, ask, 404, "session-unknown",
            "There is no such session",
            "it is neither open on this lane nor the one that ended last");
    }

    return session;
}


/* Readers of one member: true when it is missing (*value stays) or good; else
 * it was answered. */

static bool
correction_number(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const char *name, bool *given, double *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, name);
    char         pointer[32];

    *given = item != NULL;

    if (item == NULL) {
        return true;
    }

    if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble)) {
        snprintf(pointer, sizeof(pointer), "/%s", name);
        gms_command_invalid(s, ask, pointer, "this is a number");
        return false;
    }

    *value = item->valuedouble;
    return true;
}


static bool
correction_whole(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const char *name, bool *given, double *value)
{
    char pointer[32];

    if (!correction_number(s, ask, body, name, given, value)) {
        return false;
    }

    if (*given
        && (*value < 0 || *value > GMS_WHOLE_MAX || *value != floor(*value))) {
        snprintf(pointer, sizeof(pointer), "/%s", name);
        gms_command_invalid(s, ask, pointer, "this is a whole number");
        return false;
    }

    return true;
}


/* Where it is on the card: both, or neither. */
static bool
correction_place(
    gms_scorer_t *s, uint64_t ask, const cJSON *body, gms_correcting_t *c)
{
    bool x, y;

    if (!correction_number(s, ask, body, "x_mm", &x, &c->x_mm)
        || !correction_number(s, ask, body, "y_mm", &y, &c->y_mm))
    {
        return false;
    }

    if (x != y) {
        gms_command_invalid(
            s, ask, x ? "/y_mm" : "/x_mm", "x_mm and y_mm belong together");
        return false;
    }

    c->placed = x;
    return true;
}


/* One of value, ring and zone; inner beside it. */
static bool
correction_value(
    gms_scorer_t *s, uint64_t ask, const cJSON *body, gms_correcting_t *c)
{
    const cJSON *inner = cJSON_GetObjectItemCaseSensitive(body, "inner");
    double       value = 0, ring = 0;
    bool         has_value, has_ring, has_zone;

    has_zone = cJSON_HasObjectItem(body, "zone");
    c->inner = inner == NULL ? -1 : cJSON_IsTrue(inner);

    if (!correction_number(s, ask, body, "value", &has_value, &value)
        || !correction_whole(s, ask, body, "ring", &has_ring, &ring)
        || !gms_command_text(s, ask, body, "zone", c->zone, sizeof(c->zone)))
    {
        return false;
    }

    if (inner != NULL && !cJSON_IsBool(inner)) {
        gms_command_invalid(s, ask, "/inner", "this is true or false");
        return false;
    }

    if (has_value + has_ring + has_zone > 1) {
        gms_command_invalid(
            s, ask, "/value", "give one of value, ring and zone");
        return false;
    }

    if (value < 0 || value > 100 || ring > 100
        || fabs(value * 10 - nearbyint(value * 10)) > 1e-6)
    {
        gms_command_invalid(s, ask, has_ring ? "/ring" : "/value",
            "a value is a number from 0 to 100 with one decimal at most");
        return false;
    }

    c->valued = has_value || has_ring || has_zone;
    c->ringed = has_ring;
    c->score_tenths = (int) nearbyint(has_ring ? ring * 10 : value * 10);
    return true;
}


/* Who says so, and why; who does not say his name is his role, but for what an
 * official decides. */
static bool
correction_author(gms_scorer_t *s, const gms_link_message_t *ask,
    const cJSON *body, const gms_session_t *session, gms_correcting_t *c)
{
    c->official = ask->header.role == GMS_ROLE_ADMIN;

    if (!session->setup.competition && c->what != GMS_CORRECTION_COUNT) {
        snprintf(c->author, sizeof(c->author), "%s", gms_command_role(ask));
    }

    if (c->what == GMS_CORRECTION_ADD && session->setup.face.by_hand) {
        snprintf(c->reason, sizeof(c->reason), "scored by hand");
    }

    return gms_command_text(
               s, ask->header.id, body, "author", c->author, sizeof(c->author))
        && gms_command_text(
            s, ask->header.id, body, "reason", c->reason, sizeof(c->reason));
}


void
gms_command_shot_add(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "session", "x_mm", "y_mm", "value",
        "ring", "zone", "inner", "t_us", "author", "reason", NULL };
    const gms_session_t     *session;
    gms_waiting_t            waiting;
    gms_correcting_t        *c;
    double                   t_us = 0;
    bool                     given;

    gms_command_waiting(s, ask, GMS_INPUT_ADD, &waiting);
    c = &waiting.input.u.correcting;
    c->what = GMS_CORRECTION_ADD;

    if (!gms_command_known(s, ask->header.id, body, names)) {
        return;
    }

    session = correction_session(s, ask->header.id, body, "session");

    if (session == NULL || !correction_author(s, ask, body, session, c)
        || !correction_place(s, ask->header.id, body, c)
        || !correction_value(s, ask->header.id, body, c)
        || !correction_whole(s, ask->header.id, body, "t_us", &given, &t_us))
    {
        return;
    }

    c->at_ns = (int64_t) t_us * GMS_US;
    strcpy(waiting.input.session, session->id);
    gms_scorer_input(s, &waiting);
}


/* The number in the path; 0: it is none that a shot may have. */
static uint32_t
correction_n(const cJSON *body)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "n"));

    return text != NULL && strlen(text) <= 6
            && strspn(text, "0123456789") == strlen(text)
        ? (uint32_t) strtoul(text, NULL, 10)
        : 0;
}


/* What to do, and what the shot was like when that was decided. */
static bool
correction_what(
    gms_scorer_t *s, uint64_t ask, const cJSON *body, gms_correcting_t *c)
{
    const char *what =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "what"));
    double base = 0, round = 0;
    bool   has_base, has_round;

    c->what = what != NULL ? gms_event_correction_of(what) : 0;

    if (c->what == 0 || c->what == GMS_CORRECTION_ADD) {
        gms_command_invalid(s, ask, "/what",
            "what is remove, restore, ignore, move, score, gauge, round, "
            "session or count");
        return false;
    }

    if (!correction_whole(s, ask, body, "base", &has_base, &base)
        || !correction_whole(s, ask, body, "round", &has_round, &round))
    {
        return false;
    }

    if (!has_base) {
        gms_command_invalid(s, ask, "/base",
            "say which state of the shot is corrected: seq of its row");
        return false;
    }

    c->base = (uint64_t) base;
    c->round = round > GMS_SESSION_ROUNDS_MAX ? UINT32_MAX : (uint32_t) round;
    return true;
}


void
gms_command_shot_correct(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "n", "session", "what", "base", "x_mm",
        "y_mm", "value", "ring", "zone", "inner", "round", "to", "author",
        "reason", NULL };
    const gms_session_t     *session;
    gms_waiting_t            waiting;
    gms_correcting_t        *c;

    gms_command_waiting(s, ask, GMS_INPUT_CORRECT, &waiting);
    c = &waiting.input.u.correcting;

    if (!gms_command_known(s, ask->header.id, body, names)) {
        return;
    }

    session = correction_session(s, ask->header.id, body, "session");

    if (session == NULL || !correction_what(s, ask->header.id, body, c)
        || !correction_author(s, ask, body, session, c)
        || !correction_place(s, ask->header.id, body, c)
        || !correction_value(s, ask->header.id, body, c)
        || !gms_command_text(
            s, ask->header.id, body, "to", c->other, sizeof(c->other)))
    {
        return;
    }

    c->n = correction_n(body);
    strcpy(waiting.input.session, session->id);

    if (gms_command_is_cross(&waiting)) {
        gms_command_cross(s, ask, body, &waiting);
        return;
    }

    gms_scorer_input(s, &waiting);
}


void
gms_command_shot_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    const gms_session_t *session;
    uint32_t             n = correction_n(body);

    session = correction_session(s, ask->header.id, body, "session");

    if (session == NULL) {
        return;
    }

    if (n == 0 || n > session->shots) {
        correction_unknown(s, ask->header.id);
        return;
    }

    correction_send(
        s, ask->header.id, 200, gms_scorebook_shot_to_json(session, n));
}


/* The shot as it stands now, also where a repeat is answered; null: its
 * session is not at hand any more. */
static void
correction_add_shot(
    const gms_scorer_t *s, cJSON *json, const char *id, uint32_t n)
{
    const gms_session_t *session = gms_scorebook_find(&s->book, id);

    if (session != NULL && n >= 1 && n <= session->shots) {
        cJSON_AddItemToObject(
            json, "shot", gms_scorebook_shot_to_json(session, n));
    } else {
        cJSON_AddNullToObject(json, "shot");
    }
}


void
gms_command_corrected(
    gms_scorer_t *s, const gms_waiting_t *waiting, const gms_answer_t *answer)
{
    const gms_session_t *session;
    cJSON               *json = cJSON_CreateObject();
    uint32_t             n = answer->n;

    session = gms_scorebook_find(&s->book, answer->session);

    if (n == 0) { /* no repeat: what was added is the newest */
        n = waiting->input.kind == GMS_INPUT_ADD && session != NULL
            ? session->shots
            : waiting->input.u.correcting.n;
    }

    cJSON_AddStringToObject(json, "session", answer->session);
    cJSON_AddNumberToObject(json, "n", n);
    cJSON_AddNumberToObject(json, "counted", answer->total.counted);
    cJSON_AddNumberToObject(json, "total_tenths", answer->total.tenths);
    cJSON_AddNumberToObject(json, "total_rings", answer->total.rings);
    cJSON_AddNumberToObject(json, "inner", answer->total.inner);
    correction_add_shot(s, json, answer->session, n);
    correction_send(s, waiting->ask,
        waiting->input.kind == GMS_INPUT_ADD ? 201 : 200, json);
}


/* 409 with what the shot has become meanwhile. */
static void
correction_stale(gms_scorer_t *s, const gms_waiting_t *waiting)
{
    char  *text;
    cJSON *json;

    text = gms_problem(409, "shot-changed", "This shot was corrected meanwhile",
        "look at it as it stands now, and correct that: base is its seq", NULL,
        NULL);
    json = text != NULL ? cJSON_Parse(text) : NULL;
    free(text);
    correction_add_shot(
        s, json, waiting->input.session, waiting->input.u.correcting.n);
    correction_send(s, waiting->ask, 409, json);
}


void
gms_command_uncorrected(gms_scorer_t *s, const gms_waiting_t *waiting, int rc)
{
    const char *pointer, *detail;

    switch (rc) {

    case GMS_EINVALID:
        if (gms_scorebook_faulty(&s->book, &waiting->input, &pointer, &detail))
        {
            gms_command_invalid(s, waiting->ask, pointer, detail);
            return;
        }
        break;

    case GMS_ENOTFOUND:
        correction_unknown(s, waiting->ask);
        return;

    case GMS_ESTALE:
        correction_stale(s, waiting);
        return;

    case GMS_EFORBIDDEN:
        gms_publish_problem(s, waiting->ask, 403, "official-needed",
            "An official corrects that",
            "a session of a competition, and what counts outside of its "
            "window, takes the role admin, with the official's name as author");
        return;

    case GMS_ETOOBIG:
        gms_publish_problem(s, waiting->ask, 409, "session-full",
            "The session is full",
            "it holds as many shots, or as many corrections, as it may");
        return;

    default:
        break;
    }

    gms_publish_problem(s, waiting->ask, 409, "shot-state",
        "Not possible with this shot",
        "it was taken out, or is another session's: restore it first");
}

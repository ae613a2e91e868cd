#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/jsontext.h"
#include "commands_coaching.h"
#include "commands_tips.h"
#include "publish.h"
#include "../session/tips.h"


/* One text of the body; missing: as it is. */
static bool
read_text(gms_scorer_t *s, uint64_t ask, const cJSON *body, const char *name,
    char *text, size_t size)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, name);
    char         pointer[32], detail[96];

    if (item == NULL) {
        return true;
    }

    if (!cJSON_IsString(item) || item->valuestring[0] == '\0'
        || !gms_jsontext_is_clean(item->valuestring, size))
    {
        snprintf(pointer, sizeof(pointer), "/%s", name);
        snprintf(detail, sizeof(detail),
            "one line of text, of less than %zu "
            "bytes",
            size);
        gms_command_invalid(s, ask, pointer, detail);
        return false;
    }

    strcpy(text, item->valuestring);
    return true;
}


static bool
read_flag(gms_scorer_t *s, uint64_t ask, const cJSON *body, const char *name,
    bool *flag)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, name);
    char         pointer[32];

    *flag = cJSON_IsTrue(item);

    if (item == NULL || cJSON_IsBool(item)) {
        return true;
    }

    snprintf(pointer, sizeof(pointer), "/%s", name);
    gms_command_invalid(s, ask, pointer, "true or false");
    return false;
}


/* Whom the input is about: the session that the body names, else the active
 * one. */
static bool
read_session(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    gms_waiting_t *waiting, const gms_session_t **session)
{
    if (!read_text(s, ask, body, "session", waiting->input.session,
            sizeof(waiting->input.session)))
    {
        return false;
    }

    *session = gms_scorebook_find(&s->book, waiting->input.session);

    if (*session != NULL && gms_session_is_open(*session)) {
        return true;
    }

    gms_publish_problem(s, ask, 409, "session-state", "Not possible now",
        "a tip is for an open session of this lane: start one, or name one");
    return false;
}


/* Number of a shot of the session. */
static bool
read_shot(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const gms_session_t *session, uint32_t *n)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, "shot");

    if (item == NULL || cJSON_IsNull(item)) {
        return true;
    }

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 1)
        || item->valuedouble > session->shots
        || item->valuedouble != floor(item->valuedouble))
    {
        gms_command_invalid(
            s, ask, "/shot", "the number of a shot of this session");
        return false;
    }

    *n = (uint32_t) item->valuedouble;
    return true;
}


/* The drill that the body names, as it stands in the file now. */
static bool
read_drill(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const gms_session_t *session, gms_event_tip_t *tip)
{
    const cJSON       *item = cJSON_GetObjectItemCaseSensitive(body, "drill");
    const gms_drill_t *drill;

    if (item == NULL || cJSON_IsNull(item)) {
        return true;
    }

    if (!gms_command_has_rules(s, ask)) {
        return false;
    }

    drill = cJSON_IsString(item)
        ? gms_rulebook_find_drill(&s->coaching->book, item->valuestring)
        : NULL;

    if (drill == NULL) {
        gms_command_invalid(s, ask, "/drill",
            "there is no drill of this name: GET /api/drills");
        return false;
    }

    if (gms_drill_needs_rings(&drill->task) && session->setup.face.rings < 2) {
        gms_command_invalid(s, ask, "/drill",
            "this drill measures in rings, and this target has none");
        return false;
    }

    if (tip->to != GMS_TIP_SHOOTER) {
        gms_command_invalid(s, ask, "/drill", "a drill is for who shoots");
        return false;
    }

    tip->drill = drill->task;
    return true;
}


static bool
read_tip(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const gms_session_t *session, gms_event_tip_t *tip)
{
    static const char *const priorities[] = { "normal", "urgent" };

    int to = GMS_TIP_SHOOTER, priority = 0;

    if (!read_text(s, ask, body, "text", tip->text, sizeof(tip->text))
        || !gms_command_word(
            s, ask, body, "to", gms_tip_to_name, GMS_TIP_TO_WORDS, &to)
        || !gms_command_word(s, ask, body, "priority", priorities, 2, &priority)
        || !read_flag(s, ask, body, "hold", &tip->hold)
        || !read_shot(s, ask, body, session, &tip->shot))
    {
        return false;
    }

    tip->to = (gms_tip_to_e) to;
    tip->urgent = priority == 1;

    if (!read_drill(s, ask, body, session, tip)) {
        return false;
    }

    if (tip->text[0] == '\0' && tip->drill.id[0] == '\0') {
        gms_command_invalid(s, ask, "/text", "a tip has a text, or a drill");
        return false;
    }

    return true;
}


void
gms_command_tip_give(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "session", "to", "priority", "text",
        "shot", "drill", "hold", NULL };
    const gms_session_t     *session;
    gms_waiting_t            waiting;
    gms_event_tip_t         *tip;

    gms_command_waiting(s, ask, GMS_INPUT_TIP, &waiting);
    tip = &waiting.input.u.tip;
    memset(tip, 0, sizeof(*tip));
    snprintf(tip->author, sizeof(tip->author), "%s", gms_command_role(ask));

    if (gms_command_known(s, ask->header.id, body, names)
        && read_session(s, ask->header.id, body, &waiting, &session)
        && read_tip(s, ask->header.id, body, session, tip))
    {
        gms_scorer_input(s, &waiting);
    }
}


/* Who shoots acknowledges; a coach takes back. */
void
gms_command_tip_change(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "n", "session", "acknowledged",
        "withdrawn", NULL };
    const gms_session_t     *session;
    gms_event_tip_changed_t *changed;
    gms_waiting_t            waiting;
    bool                     acknowledged, withdrawn;

    gms_command_waiting(s, ask, GMS_INPUT_TIP_CHANGE, &waiting);
    changed = &waiting.input.u.tip_changed;
    memset(changed, 0, sizeof(*changed));
    changed->tip = gms_command_number(body, "n");
    snprintf(
        changed->author, sizeof(changed->author), "%s", gms_command_role(ask));

    if (!gms_command_known(s, ask->header.id, body, names)
        || !read_flag(s, ask->header.id, body, "acknowledged", &acknowledged)
        || !read_flag(s, ask->header.id, body, "withdrawn", &withdrawn)
        || !read_session(s, ask->header.id, body, &waiting, &session))
    {
        return;
    }

    if (acknowledged == withdrawn) {
        gms_command_invalid(s, ask->header.id, "/acknowledged",
            "one of acknowledged and withdrawn is true");
        return;
    }

    if (withdrawn && ask->header.role < GMS_ROLE_COACH) {
        gms_publish_problem(s, ask->header.id, 403, "not-allowed",
            "You are not allowed to do this", "a tip is taken back by a coach");
        return;
    }

    changed->what = withdrawn ? GMS_TIP_WITHDRAWN : GMS_TIP_ACKNOWLEDGED;
    gms_scorer_input(s, &waiting);
}


/* Where no repeat is answered, the newest is the one that was given. */
void
gms_command_tip_done(
    gms_scorer_t *s, const gms_waiting_t *waiting, const gms_answer_t *answer)
{
    const gms_session_t *session =
        gms_scorebook_find(&s->book, answer->session);
    bool     given = waiting->input.kind == GMS_INPUT_TIP, held = false;
    uint32_t n = given ? answer->n : waiting->input.u.tip_changed.tip;
    char     body[GMS_ID_SIZE + 64];

    if (session != NULL && session->tips > 0) {
        n = n > 0 && n <= session->tips ? n : session->tips;
        held = gms_tip_is_held(&session->tip[n - 1]);
    }

    snprintf(body, sizeof(body), "{\"session\":\"%s\",\"tip\":%u,\"held\":%s}",
        answer->session, n, held ? "true" : "false");
    gms_publish_answer(s, waiting->ask, given ? 201 : 200, body);
}


void
gms_command_tip_refused(gms_scorer_t *s, const gms_waiting_t *waiting, int rc)
{
    if (rc == GMS_ETOOBIG) {
        gms_publish_problem(s, waiting->ask, 409, "too-many-tips",
            "Too much was said in this session",
            "a session holds 200 tips and notes; start another session");

    } else if (rc == GMS_ENOTFOUND) {
        gms_publish_problem(s, waiting->ask, 404, "tip-unknown",
            "There is no such tip", "the session has no tip of this number");

    } else {
        gms_publish_problem(s, waiting->ask, 409, "session-state",
            "Not possible now",
            "the session has ended, or the tip has not been told yet");
    }
}

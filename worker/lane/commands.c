#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "../../ipc/device.h"
#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/jsontree.h"
#include "../base/problem.h"
#include "commands.h"
#include "commands_access.h"
#include "commands_call.h"
#include "commands_calibration.h"
#include "commands_camera.h"
#include "commands_complaint.h"
#include "commands_coaching.h"
#include "commands_course.h"
#include "commands_correction.h"
#include "commands_cross.h"
#include "commands_frames.h"
#include "commands_push.h"
#include "commands_session.h"
#include "commands_tips.h"
#include "evidence.h"
#include "old_holes.h"
#include "orders.h"
#include "papers.h"
#include "publish.h"
#include "show.h"
#include "tokens.h"


typedef struct {
    const char *verb;
    void (*run)(
        gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
    gms_need_e need;
} gms_command_t;


/* 422 that points at the field. */
void
gms_command_invalid(
    gms_scorer_t *s, uint64_t ask, const char *pointer, const char *detail)
{
    char *body;

    body = gms_problem(
        422, "invalid-field", "A field is not valid", detail, pointer, detail);
    gms_publish_answer(s, ask, 422, body != NULL ? body : "{}");
    free(body);
}


void
gms_command_waiting(gms_scorer_t *s, const gms_link_message_t *ask,
    gms_input_kind_e kind, gms_waiting_t *waiting)
{
    const gms_session_t *session;

    gms_scorer_fresh(s, kind, waiting);
    session = gms_tokens_session(s, ask->header.token);

    /* who joined one session means it, whatever the lane does meanwhile */
    if (session != NULL) {
        strcpy(waiting->input.session, session->id);
    }

    waiting->ask = ask->header.id;
    waiting->deadline_ns = ask->header.deadline_ns;
    snprintf(
        waiting->input.key, sizeof(waiting->input.key), "%s", ask->header.key);
}


/* Every member must be one of the names. */
bool
gms_command_known(
    gms_scorer_t *s, uint64_t ask, const cJSON *body, const char *const *names)
{
    const cJSON       *item;
    const char *const *name;
    char               pointer[96];

    cJSON_ArrayForEach(item, body)
    {
        for (name = names; *name != NULL; name++) {
            if (strcmp(item->string, *name) == 0) {
                break;
            }
        }

        if (*name == NULL) {
            snprintf(pointer, sizeof(pointer), "/%.80s", item->string);
            gms_command_invalid(
                s, ask, pointer, "this field is not known here");
            return false;
        }
    }

    return true;
}


static void
command_round(gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { NULL };
    gms_waiting_t            waiting;

    if (gms_command_known(s, ask->header.id, body, names)) {
        gms_command_waiting(s, ask, GMS_INPUT_ROUND, &waiting);
        gms_scorer_input(s, &waiting);
    }
}


bool
gms_command_text(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const char *name, char *text, size_t size)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, name);
    const char  *value = cJSON_GetStringValue(item);
    char         pointer[32], detail[64];

    if (item == NULL) {
        return true;
    }

    if (value == NULL || strlen(value) >= size) {
        snprintf(pointer, sizeof(pointer), "/%s", name);
        snprintf(detail, sizeof(detail), "this is a text of at most %zu bytes",
            size - 1);
        gms_command_invalid(s, ask, pointer, detail);
        return false;
    }

    strcpy(text, value);
    return true;
}


/* Who asks, as the record names him. */
const char *
gms_command_role(const gms_link_message_t *ask)
{
    return ask->header.role <= GMS_ROLE_ADMIN ? gms_role_name[ask->header.role]
                                              : "viewer";
}


/* What the camera knows of the paper that goes; the card is photographed. */
void
gms_command_count(
    gms_scorer_t *s, const gms_link_message_t *ask, gms_waiting_t *waiting)
{
    gms_papers_look(s);
    gms_papers_count(s, waiting);
    snprintf(waiting->input.paper.author, sizeof(waiting->input.paper.author),
        "%s", gms_command_role(ask));
}


/* Nobody's paper is changed: nothing is counted, and what hangs there now is
 * no shot. */
static void
command_idle_paper(gms_scorer_t *s, uint64_t ask, gms_paper_gone_e what)
{
    gms_answer_t answer;

    s->shots_since_ns = gms_clock_mono_ns();
    s->holes = 0;
    gms_old_holes_gone(s);
    gms_order_paper(
        s, what == GMS_PAPER_GONE_PASTED ? GMS_PAPER_PASTED : GMS_PAPER_NEW);
    memset(&answer, 0, sizeof(answer));
    gms_papers_answer(s, ask, &answer);
}


static void
command_paper(gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "paper", "expected", NULL };
    gms_waiting_t            waiting;
    gms_event_paper_t       *paper;
    const cJSON             *expected;
    const char              *what;

    if (!gms_command_known(s, ask->header.id, body, names)) {
        return;
    }

    gms_command_waiting(s, ask, GMS_INPUT_PAPER, &waiting);
    paper = &waiting.input.paper;
    paper->expected = -1;

    what =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "paper"));

    if (what != NULL && strcmp(what, "new") == 0) {
        paper->what = GMS_PAPER_GONE_NEW;

    } else if (what != NULL && strcmp(what, "pasted") == 0) {
        paper->what = GMS_PAPER_GONE_PASTED;

    } else {
        gms_command_invalid(
            s, ask->header.id, "/paper", "paper is \"new\" or \"pasted\"");
        return;
    }

    expected = cJSON_GetObjectItemCaseSensitive(body, "expected");

    if (expected != NULL) {
        if (!cJSON_IsNumber(expected) || !(expected->valuedouble >= 0)
            || expected->valuedouble > GMS_SESSION_SHOTS_MAX
            || expected->valuedouble != floor(expected->valuedouble))
        {
            gms_command_invalid(s, ask->header.id, "/expected",
                "expected is the number of shots at this paper");
            return;
        }

        paper->expected = (int32_t) expected->valuedouble;
    }

    if (gms_scorebook_state(&s->book) == GMS_LANE_IDLE) {
        command_idle_paper(s, ask->header.id, paper->what);
        return;
    }

    gms_command_count(s, ask, &waiting);
    gms_scorer_input(s, &waiting);
}


static void
command_range(gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "range", NULL };
    gms_waiting_t            waiting;
    const char              *range;

    if (!gms_command_known(s, ask->header.id, body, names)) {
        return;
    }

    gms_command_waiting(s, ask, GMS_INPUT_RANGE, &waiting);
    range =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "range"));
    waiting.input.u.range.cold = range != NULL && strcmp(range, "cold") == 0;
    snprintf(waiting.input.u.range.author, sizeof(waiting.input.u.range.author),
        "%s", gms_command_role(ask));

    if (!waiting.input.u.range.cold
        && (range == NULL || strcmp(range, "hot") != 0)) {
        gms_command_invalid(
            s, ask->header.id, "/range", "range is \"cold\" or \"hot\"");
        return;
    }

    gms_scorer_input(s, &waiting);
}


uint32_t
gms_command_number(const cJSON *body, const char *name)
{
    const char   *text;
    char         *end;
    unsigned long n;

    text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, name));

    if (text == NULL || text[0] < '1' || text[0] > '9' || strlen(text) > 9) {
        return 0;
    }

    n = strtoul(text, &end, 10);

    return *end == '\0' ? (uint32_t) n : 0;
}


static void
command_picture(gms_scorer_t *s, const gms_link_message_t *ask,
    const cJSON *body, gms_picture_kind_e kind)
{
    const char *session;

    session =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "session"));

    gms_evidence_picture(s, ask->header.id, session != NULL ? session : "",
        kind, gms_command_number(body, "n"));
}


static void
command_shot_picture(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    command_picture(s, ask, body, GMS_PICTURE_SHOT);
}


static void
command_paper_picture(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    command_picture(s, ask, body, GMS_PICTURE_PAPER);
}


static void
command_candidates(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    (void) body;

    gms_evidence_candidates(s, ask->header.id);
}


static void
command_candidate_picture(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    gms_evidence_candidate_picture(
        s, ask->header.id, gms_command_number(body, "id"));
}


/* clang-format off */
static const gms_command_t commands[] = {
    { "session.start", gms_command_session_start, GMS_NEED_ROLE },
    { "session.get", gms_command_session_get, GMS_NEED_NOTHING },
    { "session.csv", gms_command_session_card, GMS_NEED_NOTHING },
    { "session.json", gms_command_session_card, GMS_NEED_NOTHING },
    { "session.svg", gms_command_session_card, GMS_NEED_NOTHING },
    { "session.html", gms_command_session_card, GMS_NEED_NOTHING },
    { "session.change", gms_command_session_change, GMS_NEED_TOKEN },
    { "session.end", gms_command_session_end, GMS_NEED_TOKEN },
    { "session.code", gms_command_session_code, GMS_NEED_TOKEN },
    { "session.join", gms_command_session_join, GMS_NEED_NOTHING },
    { "access.get", gms_command_access_get, GMS_NEED_NOTHING },
    { "sessions.get", gms_command_sessions_get, GMS_NEED_NOTHING },
    { "sessions.start", gms_command_sessions_start, GMS_NEED_ROLE },
    { "session.shot.picture", command_shot_picture, GMS_NEED_NOTHING },
    { "session.paper.picture", command_paper_picture, GMS_NEED_NOTHING },
    { "shot.get", gms_command_shot_get, GMS_NEED_NOTHING },
    { "shot.add", gms_command_shot_add, GMS_NEED_TOKEN },
    { "shot.correct", gms_command_shot_correct, GMS_NEED_TOKEN },
    { "shot.call", gms_command_shot_call, GMS_NEED_TOKEN },
    { "cross.give", gms_command_shot_correct, GMS_NEED_ROLE },
    { "cross.offer", gms_command_cross_offer, GMS_NEED_ROLE },
    { "cross.take", gms_command_cross_take, GMS_NEED_ROLE },
    { "paper", command_paper, GMS_NEED_TOKEN },
    { "round", command_round, GMS_NEED_TOKEN },
    { "range", command_range, GMS_NEED_ROLE },
    { "command", gms_command_course_command, GMS_NEED_TOKEN },
    { "courses.get", gms_command_courses_get, GMS_NEED_NOTHING },
    { "candidates.get", command_candidates, GMS_NEED_TOKEN },
    { "candidates.picture", command_candidate_picture, GMS_NEED_TOKEN },
    { "complaint.add", gms_command_complaint_add, GMS_NEED_TOKEN },
    { "complaints.get", gms_command_complaints_get, GMS_NEED_ROLE },
    { "complaint.film", gms_command_complaint_film, GMS_NEED_ROLE },
    { "complaint.facts", gms_command_complaint_facts, GMS_NEED_ROLE },
    { "complaint.remove", gms_command_complaint_remove, GMS_NEED_ROLE },
    { "complaint.change", gms_command_complaint_change, GMS_NEED_TOKEN },
    { "frames.get", gms_command_frames_get, GMS_NEED_NOTHING },
    { "frames.picture", gms_command_frames_picture, GMS_NEED_NOTHING },
    { "session.shot.frames", gms_command_shot_frames, GMS_NEED_NOTHING },
    { "session.shot.film", gms_command_shot_film, GMS_NEED_NOTHING },
    { "session.frame", gms_command_session_frame, GMS_NEED_NOTHING },
    { "stats.get", gms_command_stats_get, GMS_NEED_NOTHING },
    { "advice.get", gms_command_advice_get, GMS_NEED_NOTHING },
    { "tip.give", gms_command_tip_give, GMS_NEED_ROLE },
    { "tip.change", gms_command_tip_change, GMS_NEED_TOKEN },
    { "show.set", gms_command_show_set, GMS_NEED_ROLE },
    { "show.end", gms_command_show_end, GMS_NEED_ROLE },
    { "drills.get", gms_command_drills_get, GMS_NEED_NOTHING },
    { "calibration.get", gms_command_calibration_get, GMS_NEED_NOTHING },
    { "calibration.find", gms_command_calibration_find, GMS_NEED_ROLE },
    { "calibration.set", gms_command_calibration_set, GMS_NEED_ROLE },
    { "calibration.try", gms_command_calibration_try, GMS_NEED_ROLE },
    { "calibration.confirm", gms_command_calibration_confirm, GMS_NEED_ROLE },
    { "calibration.undo", gms_command_calibration_undo, GMS_NEED_ROLE },
    { "calibration.verify", gms_command_calibration_verify, GMS_NEED_ROLE },
    { "camera.get", gms_command_camera_get, GMS_NEED_NOTHING },
    { "camera.set", gms_command_camera_set, GMS_NEED_ROLE },
    { "camera.push", gms_command_camera_push, GMS_NEED_NOTHING },
    { "camera.invite", gms_command_camera_invite, GMS_NEED_TOKEN },
};
/* clang-format on */


void
gms_command(gms_scorer_t *s, const gms_link_message_t *ask)
{
    gms_link_message_t as;
    cJSON             *body;
    unsigned           i;

    body = NULL;

    if (ask->header.body_size > 0) {
        body = gms_jsontree_object(ask->body);

        if (body == NULL) {
            gms_publish_problem(s, ask->header.id, 400, "not-json",
                "The request is not a JSON object",
                "send an object like {\"shooter\":\"guest\"}");
            return;
        }
    }

    for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(ask->header.verb, commands[i].verb) == 0) {
            as = *ask;

            if (gms_tokens_allow(
                    s, ask, body, commands[i].need, &as.header.role)) {
                commands[i].run(s, &as, body);
            }

            cJSON_Delete(body);
            return;
        }
    }

    cJSON_Delete(body);
    gms_publish_problem(s, ask->header.id, 404, "unknown-command",
        "This lane does not know that command", ask->header.verb);
}

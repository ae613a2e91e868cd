#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/jsontree.h"
#include "commands.h"
#include "commands_course.h"
#include "document.h"
#include "publish.h"
#include "../session/conduct.h"


bool
gms_command_course(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    gms_event_session_t *session)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, "course");
    unsigned     i;

    if (item == NULL || cJSON_IsNull(item)) {
        return true;
    }

    for (i = 0; cJSON_IsString(item) && i < s->config->courses; i++) {
        if (s->config->offered[i]
            && strcmp(s->config->course[i].name, item->valuestring) == 0)
        {
            session->course = s->config->course[i];
            break;
        }
    }

    if (session->course.name[0] == '\0') {
        gms_command_invalid(s, ask, "/course",
            "this lane does not offer that course; see courses of its state");
        return false;
    }

    if (session->course.stages > 0 && cJSON_HasObjectItem(body, "sighters")) {
        gms_command_invalid(
            s, ask, "/sighters", "the course says which shots are sighters");
        return false;
    }

    return true;
}


/* A coach may command any course, a shooter one that says so. */
static bool
command_allowed(gms_scorer_t *s, const gms_link_message_t *ask,
    const gms_session_t *session)
{
    if (session == NULL || !session->setup.course.official
        || ask->header.role >= GMS_ROLE_COACH)
    {
        return true;
    }

    gms_publish_problem(s, ask->header.id, 403, "not-allowed",
        "You are not allowed to do this",
        "the commands of this course are for a coach to give");
    return false;
}


void
gms_command_course_command(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "command", NULL };
    gms_waiting_t            waiting;
    gms_event_course_t      *course;
    const char              *word;
    int                      i;

    if (!gms_command_known(s, ask->header.id, body, names)
        || !command_allowed(s, ask, gms_scorebook_active(&s->book)))
    {
        return;
    }

    gms_command_waiting(s, ask, GMS_INPUT_COURSE, &waiting);
    course = &waiting.input.u.course;
    snprintf(
        course->author, sizeof(course->author), "%s", gms_command_role(ask));
    word =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "command"));

    for (i = 1; word != NULL && i < GMS_COURSE_COMMANDS; i++) {
        if (strcmp(gms_course_command_name[i], word) == 0) {
            course->command = (gms_course_command_e) i;
            gms_scorer_input(s, &waiting);
            return;
        }
    }

    gms_command_invalid(s, ask->header.id, "/command",
        "command is \"load\", \"start\", \"stop\" or \"unload\"");
}


void
gms_command_course_refused(gms_scorer_t *s, const gms_waiting_t *waiting)
{
    const gms_session_t *session = gms_scorebook_active(&s->book);
    gms_course_command_e next;
    char                 detail[GMS_SENTENCE_SIZE];

    if (session == NULL || session->setup.course.stages == 0) {
        gms_publish_problem(s, waiting->ask, 409, "no-course",
            "No course is shot on this lane",
            "start a session with a course first");
        return;
    }

    next = gms_course_next(&session->setup.course, &session->conduct.at);

    if (s->book.cold && next == waiting->input.u.course.command) {
        gms_publish_problem(s, waiting->ask, 409, "range-cold",
            "The range is cold",
            "people may be at the targets: nobody loads or fires");
        return;
    }

    snprintf(detail, sizeof(detail),
        next == GMS_COURSE_NOTHING ? "the course is finished%s"
                                   : "the next command is %s",
        gms_course_command_name[next]);
    gms_publish_problem(s, waiting->ask, 409, "course-state",
        "That command does not come now", detail);
}


static void
answer(gms_scorer_t *s, uint64_t ask, const char *name, cJSON *what)
{
    cJSON *json = cJSON_CreateObject();
    char  *text;

    json = gms_jsontree_done(json, gms_jsontree_add(json, name, what));
    text = json != NULL ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);

    gms_publish_made(s, ask, text);
}


void
gms_command_course_done(gms_scorer_t *s, const gms_waiting_t *waiting)
{
    answer(s, waiting->ask, "course", gms_document_course(s));
}


/* A course as it is configured, with the faces that it is for. */
static cJSON *
configured(const gms_lane_config_t *lane, unsigned i)
{
    cJSON *json = gms_course_to_json(&lane->course[i]);

    return gms_jsontree_done(json,
        gms_jsontree_add(json, "targets",
            cJSON_Duplicate(cJSON_GetArrayItem(lane->targets, (int) i), 1)));
}


void
gms_command_courses_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    cJSON   *list = cJSON_CreateArray();
    unsigned i;
    bool     done = list != NULL;

    (void) body;

    for (i = 0; done && i < s->config->courses; i++) {
        done = gms_jsontree_add(list, NULL, configured(s->config, i));
    }

    answer(s, ask->header.id, "courses", gms_jsontree_done(list, done));
}

#include "questions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../ipc/error.h"
#include "../../ipc/unit.h"
#include "../base/jsontree.h"
#include "../base/problem.h"
#include "questions_card.h"
#include "questions_import.h"
#include "questions_people.h"
#include "questions_photo.h"
#include "questions_statistics.h"
#include "questions_system.h"
#include "../store/history_calibrations.h"
#include "../store/history_figures.h"
#include "../store/history_problems.h"

#define GMS_QUESTION_SESSIONS 50 /* unless another number is asked for */

typedef struct {
    const char *verb;
    void (*run)(const gms_question_t *q);
} gms_question_verb_t;


void
gms_question_problem(const gms_question_t *q, int status, const char *type,
    const char *title, const char *detail)
{
    q->reply->status = status;
    q->reply->body = gms_problem(status, type, title, detail, NULL, NULL);
}


void
gms_question_invalid(
    const gms_question_t *q, const char *name, const char *detail)
{
    char pointer[96];

    snprintf(pointer, sizeof(pointer), "/%.80s", name);
    q->reply->status = 422;
    q->reply->body = gms_problem(
        422, "invalid-field", "A field is not valid", detail, pointer, detail);
}


void
gms_question_done(const gms_question_t *q, int rc, int status, char *json)
{
    if (rc == GMS_OK) {
        q->reply->status = status;
        q->reply->body = json;

    } else if (rc == GMS_ENOTFOUND) {
        gms_question_problem(q, 404, "history-unknown",
            "There is no such thing in the history",
            "nothing with this id was recorded, or not yet");

    } else {
        gms_question_problem(q, 503, "history-failing",
            "The history cannot be read now",
            gms_history_trouble(q->keeper->history));
    }
}


bool
gms_question_known(
    const gms_question_t *q, const cJSON *object, const char *const *names)
{
    const cJSON       *item;
    const char *const *name;

    cJSON_ArrayForEach(item, object)
    {
        for (name = names; *name != NULL; name++) {
            if (strcmp(item->string, *name) == 0) {
                break;
            }
        }

        if (*name == NULL) {
            gms_question_invalid(
                q, item->string, "this field is not known here");
            return false;
        }
    }

    return true;
}


const char *
gms_question_word(const gms_question_t *q, const char *name)
{
    return cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(q->address, name));
}


bool
gms_question_recorded(const gms_question_t *q, gms_recorded_t *r)
{
    char err[1024];
    int  rc;

    rc = gms_recorded_open(r, q->keeper->history, q->keeper->state_dir,
        gms_question_word(q, "session"), err, sizeof(err));

    if (rc == GMS_ENOTFOUND) {
        gms_question_done(q, rc, 0, NULL);

    } else if (rc != GMS_OK) {
        gms_question_problem(
            q, 503, "history-failing", "The history cannot be read now", err);
    }

    return rc == GMS_OK;
}


/* A day of the club's calendar, or an instant; in microseconds. */
static bool
read_day(const char *text, int64_t *us)
{
    struct tm   tm;
    const char *end;

    memset(&tm, 0, sizeof(tm));
    end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);

    if (end != NULL && *end == '\0') {
        *us = (int64_t) timegm(&tm) * 1000000;
        return *us > 0;
    }

    memset(&tm, 0, sizeof(tm));
    end = strptime(text, "%Y-%m-%d", &tm);

    if (end == NULL || *end != '\0') {
        return false;
    }

    tm.tm_isdst = -1;
    *us = (int64_t) mktime(&tm) * 1000000;
    return *us > 0;
}


/* What the words of every list and figure say; false: it was answered. */
static bool
read_filter(const gms_question_t *q, gms_history_filter_t *filter)
{
    const char *from = gms_question_word(q, "from");
    const char *to = gms_question_word(q, "to");
    const char *caliber = gms_question_word(q, "caliber");
    int64_t     micro = 0;
    char        err[256];

    memset(filter, 0, sizeof(*filter));
    filter->shooter = gms_question_word(q, "shooter");
    filter->lane = gms_question_word(q, "lane");
    filter->target = gms_question_word(q, "target");
    filter->equipment = gms_question_word(q, "equipment");

    if (from != NULL && !read_day(from, &filter->from_us)) {
        gms_question_invalid(q, "from",
            "a day like 2026-05-01 or an instant like 2026-05-01T18:00:00Z");
        return false;
    }

    if (to != NULL && !read_day(to, &filter->to_us)) {
        gms_question_invalid(q, "to",
            "a day like 2026-05-01, which is left out, or an instant like "
            "2026-05-01T18:00:00Z");
        return false;
    }

    if (caliber != NULL
        && gms_unit_parse(GMS_UNIT_LENGTH, caliber, 1, 20 * GMS_MICRO, &micro,
               err, sizeof(err))
            != GMS_OK)
    {
        gms_question_invalid(q, "caliber", err);
        return false;
    }

    filter->caliber_mm = (double) micro / (double) GMS_MICRO;
    return true;
}


/* How many of a list are asked for; false: it was answered. */
static bool
read_limit(const gms_question_t *q, int *n, int most)
{
    const char *limit = gms_question_word(q, "limit");
    char        err[256];

    if (limit != NULL
        && gms_unit_integer(limit, 1, most, n, err, sizeof(err)) != GMS_OK)
    {
        gms_question_invalid(q, "limit", err);
        return false;
    }

    return true;
}


/* Which page of a list is asked for; false: it was answered. */
static bool
read_page(
    const gms_question_t *q, gms_history_cursor_t *after, int *n, int most)
{
    const char *cursor = gms_question_word(q, "cursor");

    memset(after, 0, sizeof(*after));

    if (!read_limit(q, n, most)) {
        return false;
    }

    if (cursor != NULL && !gms_history_cursor(after, cursor)) {
        gms_question_invalid(
            q, "cursor", "a cursor is what an answer named as its next");
        return false;
    }

    return true;
}


/* A page of what the history lists, by filter and cursor. */
static void
question_page(const gms_question_t *q, const char *const *names,
    int (*list)(gms_history_t *h, const gms_history_filter_t *filter,
        const gms_history_cursor_t *after, int limit, char **json))
{
    gms_history_filter_t filter;
    gms_history_cursor_t after;
    char                *json;
    int                  n = GMS_QUESTION_SESSIONS, rc;

    if (gms_question_known(q, q->address, names) && read_filter(q, &filter)
        && read_page(q, &after, &n, GMS_HISTORY_SESSIONS_MAX))
    {
        rc = list(q->keeper->history, &filter, &after, n, &json);
        gms_question_done(q, rc, 200, json);
    }
}


static void
question_sessions(const gms_question_t *q)
{
    static const char *const names[] = { "shooter", "lane", "target",
        "equipment", "caliber", "from", "to", "limit", "cursor", NULL };

    question_page(q, names, gms_history_sessions);
}


static void
question_calibrations(const gms_question_t *q)
{
    static const char *const names[] = { "lane", "limit", "cursor", NULL };
    gms_history_cursor_t     after;
    char                    *json;
    int                      n = GMS_QUESTION_SESSIONS, rc;

    if (gms_question_known(q, q->address, names)
        && read_page(q, &after, &n, GMS_HISTORY_SESSIONS_MAX))
    {
        rc = gms_history_calibrations(
            q->keeper->history, gms_question_word(q, "lane"), &after, n, &json);
        gms_question_done(q, rc, 200, json);
    }
}


static void
question_session(const gms_question_t *q)
{
    static const char *const names[] = { "session", NULL };
    char                    *json;
    int                      rc;

    if (gms_question_known(q, q->address, names)) {
        rc = gms_history_session(
            q->keeper->history, gms_question_word(q, "session"), &json);
        gms_question_done(q, rc, 200, json);
    }
}


/* What trends, records and places say of somebody's sessions; false: it was
 * answered. */
static bool
read_figures(const gms_question_t *q, gms_history_filter_t *filter)
{
    static const char *const names[] = { "shooter", "lane", "target",
        "equipment", "caliber", "from", "to", NULL };

    return gms_question_known(q, q->address, names) && read_filter(q, filter);
}


/* A trend of everybody together says nothing. */
static bool
has_shooter(const gms_question_t *q, const gms_history_filter_t *filter)
{
    if (filter->shooter == NULL) {
        gms_question_invalid(q, "shooter", "whose they are must be given");
    }

    return filter->shooter != NULL;
}


static void
question_trends(const gms_question_t *q)
{
    static const char *const names[] = { "shooter", "lane", "target",
        "equipment", "caliber", "from", "to", "limit", "cursor", NULL };
    gms_history_filter_t     filter;
    gms_history_cursor_t     after;
    char                    *json;
    int                      n = GMS_HISTORY_POINTS_MAX, rc;

    if (gms_question_known(q, q->address, names) && read_filter(q, &filter)
        && read_page(q, &after, &n, GMS_HISTORY_POINTS_MAX)
        && has_shooter(q, &filter))
    {
        rc = gms_history_trends(q->keeper->history, &filter, &after, n, &json);
        gms_question_done(q, rc, 200, json);
    }
}


static void
question_bests(const gms_question_t *q)
{
    gms_history_filter_t filter;
    char                *json;
    int                  rc;

    if (read_figures(q, &filter) && has_shooter(q, &filter)) {
        rc = gms_history_bests(q->keeper->history, &filter, &json);
        gms_question_done(q, rc, 200, json);
    }
}


static void
question_heat(const gms_question_t *q)
{
    gms_history_filter_t filter;
    char                *json;
    int                  rc;

    if (read_figures(q, &filter)) {
        rc = gms_history_heat(q->keeper->history, &filter, &json);
        gms_question_done(q, rc, 200, json);
    }
}


static void
question_stats(const gms_question_t *q)
{
    static const char *const names[] = { "by", "shooter", "lane", "target",
        "equipment", "caliber", "from", "to", "limit", "cursor", NULL };
    gms_history_filter_t     filter;
    const char              *by = gms_question_word(q, "by");
    const char              *cursor = gms_question_word(q, "cursor");
    int64_t                  before_us = 0;
    char                    *json;
    int                      n = GMS_HISTORY_POINTS_MAX, i, rc;

    if (!gms_question_known(q, q->address, names) || !read_filter(q, &filter)
        || !read_limit(q, &n, GMS_HISTORY_POINTS_MAX))
    {
        return;
    }

    if (cursor != NULL && by != NULL && strcmp(by, "day") == 0) {
        if (!read_day(cursor, &before_us)) {
            gms_question_invalid(
                q, "cursor", "a cursor is what an answer named as its next");
            return;
        }
        cursor = NULL;
    }

    if (before_us != 0 && (filter.to_us == 0 || before_us < filter.to_us)) {
        filter.to_us = before_us;
    }

    for (i = 0; i < GMS_HISTORY_BYS; i++) {
        if (by != NULL && strcmp(gms_history_by[i], by) == 0) {
            rc = gms_history_stats(q->keeper->history, &filter,
                (gms_history_by_e) i, cursor, n, &json);
            gms_question_done(q, rc, 200, json);
            return;
        }
    }

    gms_question_invalid(
        q, "by", "one of lane, day, equipment, caliber, target");
}


static void
question_problems(const gms_question_t *q)
{
    static const char *const names[] = { "lane", "from", "to", "limit",
        "cursor", NULL };

    question_page(q, names, gms_history_problems);
}


static void
question_activity(const gms_question_t *q)
{
    static const char *const names[] = { "lane", "from", "to", "limit", NULL };
    gms_history_filter_t     filter;
    char                    *json;
    int                      n = GMS_HISTORY_DAYS_MAX, rc;

    if (gms_question_known(q, q->address, names) && read_filter(q, &filter)
        && read_limit(q, &n, GMS_HISTORY_DAYS_MAX))
    {
        rc = gms_history_activity(q->keeper->history, &filter, n, &json);
        gms_question_done(q, rc, 200, json);
    }
}


/* clang-format off */
static const gms_question_verb_t verbs[] = {
    { "history.sessions", question_sessions },
    { "history.session", question_session },
    { "history.session.stats", gms_question_statistics },
    { "history.session.csv", gms_question_card },
    { "history.session.json", gms_question_card },
    { "history.session.svg", gms_question_card },
    { "history.session.html", gms_question_card },
    { "history.session.change", gms_question_session_change },
    { "history.trends", question_trends },
    { "history.bests", question_bests },
    { "history.heat", question_heat },
    { "history.stats", question_stats },
    { "history.problems", question_problems },
    { "history.activity", question_activity },
    { "history.import", gms_question_import },
    { "history.calibrations", question_calibrations },
    { "shooters.get", gms_question_shooters },
    { "shooters.add", gms_question_shooter_add },
    { "shooters.change", gms_question_shooter_change },
    { "shooters.erase", gms_question_shooter_erase },
    { "equipment.get", gms_question_equipment },
    { "equipment.add", gms_question_equipment_add },
    { "equipment.change", gms_question_equipment_change },
    { "targets.get", gms_question_targets },
    { "photo.find", gms_question_photo_find },
    { "photo.score", gms_question_photo_score },
    { "system.get", gms_question_system },
};
/* clang-format on */


static void
question_run(const gms_question_t *q)
{
    size_t i;

    for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(q->ask->header.verb, verbs[i].verb) == 0) {
            verbs[i].run(q);
            return;
        }
    }

    gms_question_problem(q, 404, "unknown-command",
        "The archive does not know that question", q->ask->header.verb);
}


void
gms_question(gms_keeper_t *k, const gms_link_message_t *ask, gms_reply_t *reply)
{
    gms_question_t q = { k, ask, NULL, NULL, reply };
    cJSON         *address, *body;
    bool           sound;

    memset(reply, 0, sizeof(*reply));
    sound = gms_jsontree_request(ask->body, &address, &body);
    q.address = address;
    q.body = body;

    if (!sound) {
        gms_question_problem(&q, 400, "not-json",
            "The request is not a JSON object",
            "send an object like {\"name\":\"Anna\"}");

    } else if (k->history == NULL) {
        gms_question_problem(
            &q, 503, "history-failing", "The history cannot be opened", k->why);

    } else {
        question_run(&q);
    }

    if (reply->status == 0) {
        gms_question_problem(&q, 500, "out-of-memory",
            "The archive is out of memory", "nothing was changed; try again");
    }

    cJSON_Delete(address);
    cJSON_Delete(body);
}

#include "questions_statistics.h"

#include "../../ipc/error.h"
#include "../../ipc/unit.h"
#include "../base/jsontree.h"
#include "../session/running.h"
#include "../session/statistics.h"

/* Rounds of one answer: 1.4 MB, of the 4 MB that a message holds. */
#define GMS_STATISTICS_ROUNDS_MAX 200


/* A whole number of the address, or what it is; false: it was answered. */
static bool
read_number(const gms_question_t *q, const char *name, int most, int *n)
{
    const char *word = gms_question_word(q, name);
    char        err[256];

    if (word != NULL
        && gms_unit_integer(word, 1, most, n, err, sizeof(err)) != GMS_OK)
    {
        gms_question_invalid(q, name, err);
        return false;
    }

    return true;
}


/* Of the rounds behind this one, so many at most.  NULL: out of memory. */
static cJSON *
statistics_json(const gms_session_t *s, uint32_t behind, int most)
{
    gms_running_t r = { 0 };
    cJSON        *json = cJSON_CreateObject();
    bool          ok = gms_running_session(&r, s) == GMS_OK;
    int           first = 0, next;

    while (first < r.rounds && r.round[first].round <= behind) {
        first++;
    }

    next = first + most;
    ok = ok && cJSON_AddStringToObject(json, "session", s->id) != NULL
        && gms_jsontree_add(json, "statistics",
            gms_statistics_full(&r, s->setup.distance_m * 1000, first, most))
        && gms_jsontree_add(json, "next",
            next < r.rounds ? cJSON_CreateNumber(r.round[next - 1].round)
                            : cJSON_CreateNull());
    gms_running_free(&r);
    return gms_jsontree_done(json, ok);
}


/* Without a body it is out of memory: that is answered for all. */
static void
answer(const gms_question_t *q, const gms_session_t *s, int behind, int most)
{
    cJSON *json = statistics_json(s, (uint32_t) behind, most);

    if (json != NULL) {
        q->reply->body = cJSON_PrintUnformatted(json);
        q->reply->status = q->reply->body != NULL ? 200 : 0;
    }

    cJSON_Delete(json);
}


void
gms_question_statistics(const gms_question_t *q)
{
    static const char *const names[] = { "session", "limit", "cursor", NULL };
    gms_recorded_t           r;
    int                      most = GMS_STATISTICS_ROUNDS_MAX, behind = 0;

    if (gms_question_known(q, q->address, names)
        && read_number(q, "limit", GMS_STATISTICS_ROUNDS_MAX, &most)
        && read_number(q, "cursor", GMS_SESSION_ROUNDS_MAX, &behind)
        && gms_question_recorded(q, &r))
    {
        answer(q, r.session, behind, most);
        gms_recorded_close(&r);
    }
}

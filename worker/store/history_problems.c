#include "history_problems.h"

#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"
#include "history_ask.h"

#define GMS_PROBLEM_TEXT(text) #text
#define GMS_PROBLEM_NUMBER(number) GMS_PROBLEM_TEXT(number)


static const char *
word(const cJSON *problem, const char *name)
{
    return cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(problem, name));
}


static bool
has_type(const cJSON *problems, const char *type)
{
    const cJSON *problem;
    const char  *text;

    cJSON_ArrayForEach(problem, problems)
    {
        text = word(problem, "type");
        if (text != NULL && strcmp(text, type) == 0) {
            return true;
        }
    }

    return false;
}


/* Runs one statement with the lane as ?1, the instant as ?2 and up to three
 * texts behind them. */
static int
run(gms_history_t *h, const char *sql, const char *lane, int64_t now_us,
    const char *const texts[3])
{
    sqlite3_stmt *st;
    int           i, rc;

    rc = gms_history_result(h, sqlite3_prepare_v2(h->db, sql, -1, &st, NULL));

    if (rc != GMS_OK) {
        return rc;
    }

    gms_history_bind_text(st, 1, lane);
    sqlite3_bind_int64(st, 2, now_us);

    for (i = 0; texts != NULL && i < 3; i++) {
        gms_history_bind_text(st, 3 + i, texts[i]);
    }

    rc = gms_history_run(h, st);
    sqlite3_finalize(st);
    return rc;
}


/* Ends those of the lane that are not in the list. */
static int
end_others(
    gms_history_t *h, const char *lane, const cJSON *problems, int64_t now_us)
{
    sqlite3_stmt *st;
    const char   *type;
    int           rc, step;

    rc = gms_history_result(h,
        sqlite3_prepare_v2(h->db,
            "SELECT type FROM problem WHERE lane = ?1 AND ended_us IS NULL", -1,
            &st, NULL));

    if (rc != GMS_OK) {
        return rc;
    }

    gms_history_bind_text(st, 1, lane);

    while (rc == GMS_OK && (step = sqlite3_step(st)) == SQLITE_ROW) {
        type = gms_history_text(st, 0);

        if (type != NULL && !has_type(problems, type)) {
            rc = run(h,
                "UPDATE problem SET ended_us = max(began_us, ?2)"
                " WHERE lane = ?1 AND ended_us IS NULL AND type = ?3",
                lane, now_us, (const char *const[3]){ type, NULL, NULL });
        }
    }

    rc = rc == GMS_OK ? gms_history_result(h, step) : rc;
    sqlite3_finalize(st);
    return rc;
}


static int
begin_new(
    gms_history_t *h, const char *lane, const cJSON *problems, int64_t now_us)
{
    const cJSON *problem;
    const char  *text[3];
    int          rc = GMS_OK;

    cJSON_ArrayForEach(problem, problems)
    {
        text[0] = word(problem, "type");
        text[1] = word(problem, "title");
        text[2] = word(problem, "detail");

        if (rc == GMS_OK && text[0] != NULL && text[1] != NULL
            && text[2] != NULL) {
            rc = run(h,
                "INSERT INTO problem (lane, began_us, type, title, detail)"
                " SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM"
                " problem WHERE lane = ?1 AND ended_us IS NULL AND type = ?3)",
                lane, now_us, text);
        }
    }

    return rc;
}


int
gms_history_set_problems(
    gms_history_t *h, const char *lane, const cJSON *problems, int64_t now_us)
{
    int rc;

    rc = gms_history_begin(h, false);

    if (rc == GMS_OK) {
        rc = end_others(h, lane, problems, now_us);
    }
    if (rc == GMS_OK) {
        rc = begin_new(h, lane, problems, now_us);
    }
    if (rc == GMS_OK) {
        rc = gms_history_result(h,
            sqlite3_exec(h->db,
                "DELETE FROM problem WHERE no <= (SELECT max(no) FROM problem)"
                " - " GMS_PROBLEM_NUMBER(GMS_HISTORY_PROBLEMS_KEPT),
                NULL, NULL, NULL));
    }
    if (rc == GMS_OK) {
        rc = gms_history_commit(h);
    }
    if (rc != GMS_OK) {
        gms_history_roll_back(h);
    }

    return rc;
}


static void
put_problem(gms_jsontext_t *j, sqlite3_stmt *st)
{
    gms_history_put_text(j, "lane", st, 2);
    gms_history_put_text(j, "type", st, 3);
    gms_history_put_text(j, "title", st, 4);
    gms_history_put_text(j, "detail", st, 5);
    gms_jsontext_integer(j, "began_us", sqlite3_column_int64(st, 1));

    if (sqlite3_column_type(st, 6) == SQLITE_NULL) {
        gms_jsontext_raw(j, "ended_us", "null");
    } else {
        gms_jsontext_integer(j, "ended_us", sqlite3_column_int64(st, 6));
    }
}


/* Lane, from and to, where a question has them: ?2, ?6 and ?7, as with
 * sessions. */
static int
prepare(gms_history_t *h, const char *sql, const gms_history_filter_t *filter,
    sqlite3_stmt **st)
{
    int rc;

    rc = gms_history_result(h, sqlite3_prepare_v2(h->db, sql, -1, st, NULL));

    if (rc == GMS_OK) {
        if (filter->lane != NULL) {
            gms_history_bind_text(*st, 2, filter->lane);
        }
        sqlite3_bind_int64(*st, 6, filter->from_us);
        sqlite3_bind_int64(*st, 7, filter->to_us);
    }

    return rc;
}


int
gms_history_problems(gms_history_t *h, const gms_history_filter_t *filter,
    const gms_history_cursor_t *after, int limit, char **json)
{
    char          sql[512];
    sqlite3_stmt *st;
    int           rc;

    *json = NULL;
    snprintf(sql, sizeof(sql),
        "SELECT no, began_us, lane, type, title, detail, ended_us FROM problem"
        " WHERE 1%s%s%s%s ORDER BY began_us DESC, no DESC LIMIT ?20",
        filter->lane != NULL ? " AND lane = ?2" : "",
        filter->from_us != 0 ? " AND began_us >= ?6" : "",
        filter->to_us != 0 ? " AND began_us < ?7" : "",
        after->started_us != 0 ? " AND (began_us, no) < (?21, ?22)" : "");
    rc = prepare(h, sql, filter, &st);

    return rc != GMS_OK
        ? rc
        : gms_history_page(h, st, after, limit, "problems", put_problem, json);
}


/* A day where the range is. */
#define GMS_ACTIVITY_DAY(us) "date(" us " / 1000000, 'unixepoch', 'localtime')"

/* Shots of a session with either flag. */
#define GMS_ACTIVITY_FLAGGED(one, other)                                       \
    "(SELECT count(*) FROM shot WHERE shot.session = s.no AND shot.flags & "   \
    "(" GMS_PROBLEM_NUMBER(one) " | " GMS_PROBLEM_NUMBER(other) ") != 0)"


int
gms_history_activity(gms_history_t *h, const gms_history_filter_t *filter,
    int limit, char **json)
{
    char           sql[2048];
    sqlite3_stmt  *st;
    gms_jsontext_t j;
    int            n, rc, step;

    *json = NULL;
    snprintf(sql, sizeof(sql),
        "SELECT day, lane, sum(session), count(DISTINCT shooter), sum(shots),"
        " sum(corrected), sum(doubtful), sum(lost) FROM ("
        "SELECT " GMS_ACTIVITY_DAY(
            "s.started_us") " AS day, s.lane AS lane,"
                            " 1 AS session, s.shooter AS shooter, s.shots AS "
                            "shots,"
                            " " GMS_ACTIVITY_FLAGGED(GMS_SHOT_CORRECTED,
                                GMS_SHOT_REMOVED) " AS corrected,"
                                                  " " GMS_ACTIVITY_FLAGGED(
                                                      GMS_SHOT_NEAR_LINE,
                                                      GMS_SHOT_POSSIBLE_DOUBLE) " AS doubtful, 0 AS lost"
                                                                                " FROM session s WHERE 1%s%s%s"
                                                                                " UNION ALL "
                                                                                "SELECT " GMS_ACTIVITY_DAY(
                                                                                    "p.began_us") ", p.lane, 0, NULL, 0, 0, 0, 1"
                                                                                                  " FROM problem p WHERE p.type = 'camera-lost'%s%s%s"
                                                                                                  ") GROUP BY day, lane ORDER BY day DESC, lane LIMIT ?20",
        filter->lane != NULL ? " AND s.lane = ?2" : "",
        filter->from_us != 0 ? " AND s.started_us >= ?6" : "",
        filter->to_us != 0 ? " AND s.started_us < ?7" : "",
        filter->lane != NULL ? " AND p.lane = ?2" : "",
        filter->from_us != 0 ? " AND p.began_us >= ?6" : "",
        filter->to_us != 0 ? " AND p.began_us < ?7" : "");
    rc = prepare(h, sql, filter, &st);

    if (rc != GMS_OK) {
        return rc;
    }

    sqlite3_bind_int(st, 20, limit + 1);
    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_open(&j, "days", '[');

    for (n = 0; (step = sqlite3_step(st)) == SQLITE_ROW && n < limit; n++) {
        gms_jsontext_open(&j, NULL, '{');
        gms_history_put_text(&j, "day", st, 0);
        gms_history_put_text(&j, "lane", st, 1);
        gms_jsontext_integer(&j, "sessions", sqlite3_column_int64(st, 2));
        gms_jsontext_integer(&j, "shooters", sqlite3_column_int64(st, 3));
        gms_jsontext_integer(&j, "shots", sqlite3_column_int64(st, 4));
        gms_jsontext_integer(&j, "corrected", sqlite3_column_int64(st, 5));
        gms_jsontext_integer(&j, "doubtful", sqlite3_column_int64(st, 6));
        gms_jsontext_integer(&j, "cameras_lost", sqlite3_column_int64(st, 7));
        gms_jsontext_close(&j, '}');
    }

    gms_jsontext_close(&j, ']');
    gms_jsontext_bool(&j, "truncated", step == SQLITE_ROW);
    gms_jsontext_close(&j, '}');
    return gms_history_answer(h, st, step, &j, json);
}

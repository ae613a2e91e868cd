/* The sessions' part of the state document. */

#include "scorebook.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "../base/clock.h"
#include "../base/jsontext.h"
#include "../base/jsontree.h"
#include "calls.h"
#include "tips.h"

/* Rows of a document: a thousand take about 130 kB of its 256. */
#define GMS_SESSION_ROWS_SHOWN 1000

/* Corrections of a document: the longest reasons take 40 kB. */
#define GMS_CORRECTIONS_SHOWN 50

/* Closed rounds of a document: a hundred take about 10 kB. */
#define GMS_ROUNDS_SHOWN 100

static const char *const columns[] = { "n", "x_mm", "y_mm", "x_px", "y_px",
    "radius_px", "score_tenths", "ring", "inner", "sighter", "overlap",
    "recovered", "removed", "t_us", "near_line", "possible_double",
    "order_unknown", "confidence", "x_error_mm", "y_error_mm",
    "error_correlation", "paper", "calibration", "zone", "bull", "window",
    "by_hand", "unplaced", "corrected", "round", "seq" };

static bool
add_totals(cJSON *json, const char *counted, const gms_totals_t *total)
{
    return cJSON_AddNumberToObject(json, counted, total->counted)
        && cJSON_AddNumberToObject(json, "total_tenths", total->tenths)
        && cJSON_AddNumberToObject(json, "total_rings", total->rings)
        && cJSON_AddNumberToObject(json, "inner", total->inner);
}


static cJSON *
add_item(cJSON *array)
{
    cJSON *item = cJSON_CreateObject();

    if (cJSON_AddItemToArray(array, item)) {
        return item;
    }

    cJSON_Delete(item);
    return NULL;
}


static bool
add_series(cJSON *array, const gms_totals_t *series)
{
    cJSON *item = add_item(array);

    return item != NULL && add_totals(item, "n", series);
}


static bool
add_all_series(cJSON *array, const gms_session_t *s)
{
    gms_session_part_t series;
    bool               added = array != NULL;

    memset(&series, 0, sizeof(series));

    while (added && gms_session_next_series(s, &series)) {
        added = add_series(array, &series.sum);
    }

    return added;
}


/* One round: its borders, and what its shots are worth. */
static bool
add_round(cJSON *array, const gms_totals_t *total, uint32_t first,
    uint32_t last, const char *by)
{
    cJSON *item;
    bool   named;

    if (!add_series(array, total)) {
        return false;
    }

    item = cJSON_GetArrayItem(array, cJSON_GetArraySize(array) - 1);
    named = by != NULL ? cJSON_AddStringToObject(item, "by", by) != NULL
                       : cJSON_AddNullToObject(item, "by") != NULL;

    return named && cJSON_AddNumberToObject(item, "first", first)
        && cJSON_AddNumberToObject(item, "last", last);
}


/* The newest closed ones, then the open one when it has shots. */
static bool
add_rounds(cJSON *json, const gms_session_t *s)
{
    gms_totals_t total[GMS_ROUNDS_SHOWN + 1];
    cJSON       *array = cJSON_AddArrayToObject(json, "rounds");
    uint32_t     i, first;
    bool         added = array != NULL;

    first = s->rounds > GMS_ROUNDS_SHOWN ? s->rounds - GMS_ROUNDS_SHOWN : 0;
    gms_session_sum_rounds(s, first + 1, total, GMS_ROUNDS_SHOWN + 1);
    added = added && cJSON_AddNumberToObject(json, "rounds_before", first);

    for (i = first; added && i < s->rounds; i++) {
        added = add_round(array, &total[i - first], s->round[i].first,
            s->round[i].last, gms_event_round_by(s->round[i].by));
    }

    i = gms_session_round_first(s);

    return added
        && (i > s->shots
            || add_round(array, &total[s->rounds - first], i, s->shots, NULL));
}


/* Microseconds as an integer: cJSON would print them with an exponent. */
static bool
add_us(cJSON *json, const char *name, int64_t ns)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, ns / GMS_US);

    return cJSON_AddRawToObject(json, name, text) != NULL;
}


/* The paper that was done with last, as its event told; null: none yet. */
static bool
add_last_paper(cJSON *json, const gms_session_t *s)
{
    static const char *const what[] = { "", "new", "pasted", "end" };
    const gms_event_paper_t *paper = &s->last_paper;
    char                     detail[GMS_REASON_SIZE];
    cJSON                   *last;

    if (paper->paper == 0) {
        return cJSON_AddNullToObject(json, "last_paper") != NULL;
    }

    gms_event_paper_detail(paper, detail, sizeof(detail));
    last = cJSON_AddObjectToObject(json, "last_paper");

    return last != NULL && cJSON_AddNumberToObject(last, "paper", paper->paper)
        && cJSON_AddStringToObject(last, "what", what[paper->what])
        && cJSON_AddNumberToObject(last, "shots", paper->shots)
        && cJSON_AddNumberToObject(last, "odd", paper->odd)
        && cJSON_AddStringToObject(last, "detail", detail);
}


/* Why it is paused though nobody asked for that, and what to do; why it ended
 * by itself; "" else. */
static void
say(const gms_session_t *s, char *text, size_t size)
{
    text[0] = '\0';

    if (s->state == GMS_SESSION_PAUSED && s->setup.reason[0] != '\0') {
        snprintf(text, size, "Resume, %d shot%s kept", s->total.counted,
            s->total.counted == 1 ? "" : "s");

    } else if (s->state == GMS_SESSION_ENDED) {
        snprintf(text, size, "%s", s->setup.reason);
    }
}


/* What is told of every session. */
static bool
add_summary(cJSON *json, const gms_session_t *s)
{
    char detail[GMS_REASON_SIZE];

    say(s, detail, sizeof(detail));

    return cJSON_AddStringToObject(json, "id", s->id)
        && cJSON_AddStringToObject(
            json, "state", gms_session_is_open(s) ? "open" : "ended")
        && cJSON_AddBoolToObject(json, "paused", s->state == GMS_SESSION_PAUSED)
        && cJSON_AddStringToObject(json, "detail", detail)
        && cJSON_AddStringToObject(json, "shooter", s->setup.shooter)
        && cJSON_AddBoolToObject(json, "walk_up", s->setup.walk_up)
        && cJSON_AddBoolToObject(json, "sighters", s->setup.sighters)
        && cJSON_AddStringToObject(json, "course", s->setup.course.name)
        && cJSON_AddStringToObject(json, "equipment", s->setup.equipment.id)
        && cJSON_AddBoolToObject(json, "competition", s->setup.competition)
        && add_us(json, "started_us", s->started_ns)
        && add_us(json, "ended_us", s->ended_ns)
        && add_totals(json, "counted", &s->total);
}


static bool
add_session(cJSON *root, const gms_session_t *s)
{
    cJSON *json;

    if (s == NULL) {
        return cJSON_AddNullToObject(root, "session") != NULL;
    }

    json = cJSON_AddObjectToObject(root, "session");

    if (json == NULL || !add_summary(json, s)
        || !cJSON_AddNumberToObject(
            json, "series_length", gms_session_series_length(s))
        || !cJSON_AddNumberToObject(json, "paper", s->paper)
        || !add_last_paper(json, s) || !add_rounds(json, s)
        || !gms_jsontree_add(json, "tips", gms_tips_to_json(s))
        || !gms_jsontree_add(json, "calls", gms_calls_to_json(s)))
    {
        return false;
    }

    return add_all_series(cJSON_AddArrayToObject(json, "series"), s);
}


/* The open ones and the one that ended last, in the order of their start. */
static bool
add_sessions(cJSON *root, const gms_scorebook_t *b)
{
    const gms_session_t *order[GMS_SESSIONS_MAX] = { NULL }, *s;
    cJSON               *array, *item;
    int                  i, k, n = 0;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        s = &b->session[i];

        if (s->state == GMS_SESSION_NONE || s->state == GMS_SESSION_DISCARDED) {
            continue;
        }

        for (k = n++; k > 0 && order[k - 1]->started_seq > s->started_seq; k--)
        {
            order[k] = order[k - 1];
        }
        order[k] = s;
    }

    array = cJSON_AddArrayToObject(root, "sessions");

    for (i = 0; array != NULL && i < n; i++) {
        s = order[i];
        item = add_item(array);

        if (item == NULL || !add_summary(item, s)
            || !cJSON_AddBoolToObject(
                item, "active", s == gms_scorebook_active(b))
            || !cJSON_AddStringToObject(item, "target", s->setup.face.name)
            || !cJSON_AddNumberToObject(item, "caliber_mm", s->setup.caliber_mm)
            || !cJSON_AddNumberToObject(item, "distance_m", s->setup.distance_m)
            || !cJSON_AddNumberToObject(item, "shots", s->shots)
            || !cJSON_AddNumberToObject(item, "rounds", s->rounds))
        {
            return false;
        }
    }

    return array != NULL;
}


static void
put_row(gms_jsontext_t *j, const gms_session_shot_t *row)
{
    const gms_event_shot_t *shot = &row->shot;

    gms_jsontext_open(j, NULL, '[');
    gms_jsontext_integer(j, NULL, shot->n);
    gms_jsontext_number(j, NULL, shot->x_mm);
    gms_jsontext_number(j, NULL, shot->y_mm);
    gms_jsontext_number(j, NULL, shot->x_px);
    gms_jsontext_number(j, NULL, shot->y_px);
    gms_jsontext_number(j, NULL, shot->radius_px);
    gms_jsontext_integer(j, NULL, shot->score_tenths);
    gms_jsontext_integer(j, NULL, shot->ring);
    gms_jsontext_integer(j, NULL, shot->inner);
    gms_jsontext_integer(j, NULL, shot->sighter);
    gms_jsontext_integer(j, NULL, shot->overlap);
    gms_jsontext_integer(j, NULL, shot->recovered);
    gms_jsontext_integer(j, NULL, row->standing != GMS_STANDING_YES);
    gms_jsontext_integer(j, NULL, row->real_ns / GMS_US);
    gms_jsontext_integer(j, NULL, shot->near_line);
    gms_jsontext_integer(j, NULL, shot->possible_double);
    gms_jsontext_integer(j, NULL, shot->order_unknown);
    gms_jsontext_number(j, NULL, shot->confidence);
    gms_jsontext_number(j, NULL, shot->x_error_mm);
    gms_jsontext_number(j, NULL, shot->y_error_mm);
    gms_jsontext_number(j, NULL, shot->error_correlation);
    gms_jsontext_integer(j, NULL, shot->paper);
    gms_jsontext_integer(j, NULL, (int64_t) shot->calibration);
    gms_jsontext_string(j, NULL, shot->zone);
    gms_jsontext_string(j, NULL, shot->bull);
    gms_jsontext_string(j, NULL, gms_window_name[shot->window]);
    gms_jsontext_integer(j, NULL, shot->by_hand);
    gms_jsontext_integer(j, NULL, shot->unplaced);
    gms_jsontext_string(j, NULL, gms_event_correction(row->corrected));
    gms_jsontext_integer(j, NULL, row->round);
    gms_jsontext_integer(j, NULL, (int64_t) row->changed_seq);
    gms_jsontext_close(j, ']');
}


/* The rows go in as finished text: a cJSON node for each of twenty
 * thousand numbers would cost the lane milliseconds at every shot. */
static bool
add_rows(cJSON *json, const gms_session_t *s, uint32_t first)
{
    gms_jsontext_t j;
    char          *text;
    bool           added;
    uint32_t       i;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '[');

    for (i = first; s != NULL && i < s->shots; i++) {
        put_row(&j, &s->shot[i]);
    }

    gms_jsontext_close(&j, ']');
    text = gms_jsontext_take(&j);

    added = text != NULL && cJSON_AddRawToObject(json, "rows", text) != NULL;
    free(text);
    return added;
}


/* What a shot is worth, and where. */
static void
put_worth(gms_jsontext_t *j, const char *key, const gms_event_correction_t *c)
{
    gms_jsontext_open(j, key, '{');
    gms_jsontext_number(j, "x_mm", c->x_mm);
    gms_jsontext_number(j, "y_mm", c->y_mm);
    gms_jsontext_integer(j, "score_tenths", c->score_tenths);
    gms_jsontext_integer(j, "ring", c->ring);
    gms_jsontext_bool(j, "inner", c->inner);
    gms_jsontext_string(j, "zone", c->zone);
    gms_jsontext_string(j, "bull", c->bull);
    gms_jsontext_bool(j, "sighter", c->sighter);
    gms_jsontext_bool(j, "unplaced", c->unplaced);
    gms_jsontext_close(j, '}');
}


static void
put_original(gms_jsontext_t *j, const gms_session_shot_t *row)
{
    gms_event_correction_t first;

    memset(&first, 0, sizeof(first));
    gms_correction_describe(&first, &row->first);
    put_worth(j, "original", &first);
}


static void
put_correction(gms_jsontext_t *j, const gms_session_t *s,
    const gms_session_correction_t *entry)
{
    const gms_event_correction_t *c = &entry->event;

    gms_jsontext_open(j, NULL, '{');
    gms_jsontext_integer(j, "n", c->n);
    gms_jsontext_integer(j, "seq", (int64_t) entry->seq);
    gms_jsontext_string(j, "what", gms_event_correction(c->what));
    gms_jsontext_string(j, "standing", gms_event_standing(c->standing));
    gms_jsontext_string(j, "reason", c->reason);
    gms_jsontext_string(j, "author", c->author);
    gms_jsontext_integer(j, "round", c->round);
    gms_jsontext_string(j, "other", c->other);
    gms_jsontext_integer(j, "other_n", c->other_n);
    put_original(j, &s->shot[c->n - 1]);
    put_worth(j, "now", c);
    gms_jsontext_integer(j, "t_us", entry->real_ns / GMS_US);
    gms_jsontext_close(j, '}');
}


/* What was said last about shots, oldest first, and how these came. */
static bool
add_corrections(cJSON *json, const gms_session_t *s)
{
    gms_jsontext_t j;
    char          *text;
    uint32_t       i, first = 0;
    bool           added;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '[');

    if (s != NULL && s->corrections > GMS_CORRECTIONS_SHOWN) {
        first = s->corrections - GMS_CORRECTIONS_SHOWN;
    }

    for (i = first; s != NULL && i < s->corrections; i++) {
        put_correction(&j, s, &s->correction[i]);
    }

    gms_jsontext_close(&j, ']');
    text = gms_jsontext_take(&j);

    added =
        text != NULL && cJSON_AddRawToObject(json, "corrections", text) != NULL;
    free(text);
    return added;
}


cJSON *
gms_scorebook_shot_to_json(const gms_session_t *s, uint32_t n)
{
    const gms_session_shot_t *row = &s->shot[n - 1];
    gms_event_correction_t    now;
    gms_jsontext_t            j;
    cJSON                    *json;
    char                     *text;
    uint32_t                  i;

    gms_correction_of(&now, row);

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "session", s->id);
    gms_jsontext_integer(&j, "n", n);
    gms_jsontext_integer(&j, "seq", (int64_t) row->changed_seq);
    gms_jsontext_string(&j, "standing", gms_event_standing(row->standing));
    gms_jsontext_string(&j, "corrected", gms_event_correction(row->corrected));
    gms_jsontext_bool(&j, "by_hand", row->first.by_hand);
    gms_jsontext_integer(&j, "round", row->round);
    gms_call_put_row(&j, row);
    put_worth(&j, "now", &now);
    put_original(&j, row);
    gms_jsontext_open(&j, "corrections", '[');

    for (i = 0; i < s->corrections; i++) {
        if (s->correction[i].event.n == n) {
            put_correction(&j, s, &s->correction[i]);
        }
    }

    gms_jsontext_close(&j, ']');
    gms_jsontext_integer(&j, "t_us", row->real_ns / GMS_US);
    gms_jsontext_close(&j, '}');

    text = gms_jsontext_take(&j);
    json = text != NULL ? cJSON_Parse(text) : NULL;
    free(text);
    return json;
}


static bool
add_shots(cJSON *root, const gms_session_t *s)
{
    cJSON   *json, *names;
    uint32_t first;

    first = s != NULL && s->shots > GMS_SESSION_ROWS_SHOWN
        ? s->shots - GMS_SESSION_ROWS_SHOWN
        : 0;

    json = cJSON_AddObjectToObject(root, "shots");
    names = cJSON_CreateStringArray(
        columns, (int) (sizeof(columns) / sizeof(columns[0])));

    if (!cJSON_AddItemToObject(json, "columns", names)) {
        cJSON_Delete(names);
        return false;
    }

    return add_rows(json, s, first) && add_corrections(json, s)
        && cJSON_AddNumberToObject(json, "truncated", first) != NULL;
}


cJSON *
gms_scorebook_session_to_json(const gms_session_t *s)
{
    cJSON *root = cJSON_CreateObject();

    if (root == NULL || !add_session(root, s) || !add_shots(root, s)) {
        cJSON_Delete(root);
        return NULL;
    }

    return root;
}


cJSON *
gms_scorebook_sessions_to_json(const gms_scorebook_t *b)
{
    cJSON *root = cJSON_CreateObject();

    if (root == NULL || !add_sessions(root, b)) {
        cJSON_Delete(root);
        return NULL;
    }

    return root;
}

/* gms_tips: see tips.h. */

#include "tips.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/jsontext.h"
#include "../base/jsontree.h"
#include "event_tip.h"

/* First allocation; and those of a document: 20 of the longest take 20 kB. */
#define GMS_TIPS_ROWS 8
#define GMS_TIPS_SHOWN 20


/* Its drill begins then. */
static void
tell(const gms_session_t *s, gms_session_tip_t *tip, const gms_event_t *event)
{
    tip->told_ns = event->real_ns;

    if (tip->event.drill.id[0] != '\0') {
        tip->begun = gms_session_instant_of(event);
        tip->first = s->shots + 1;
    }
}


static int
give(gms_session_t *s, const gms_event_t *event)
{
    gms_session_tip_t *tip;
    uint32_t           capacity;

    if (event->u.tip.tip != s->tips + 1 || s->tips >= GMS_SESSION_TIPS_MAX) {
        return GMS_ECORRUPT;
    }

    if (s->tips == s->tips_capacity) {
        capacity = s->tips_capacity ? s->tips_capacity * 2 : GMS_TIPS_ROWS;
        tip = realloc(s->tip, capacity * sizeof(*tip));

        if (tip == NULL) {
            return GMS_ENOMEM;
        }

        s->tip = tip;
        s->tips_capacity = capacity;
    }

    tip = &s->tip[s->tips++];
    memset(tip, 0, sizeof(*tip));
    tip->event = event->u.tip;
    tip->real_ns = event->real_ns;

    if (!tip->event.hold) {
        tell(s, tip, event);
    }

    return GMS_OK;
}


int
gms_tips_apply(gms_session_t *s, const gms_event_t *event)
{
    /* all three begin with the number */
    uint32_t           n = event->u.tip.tip;
    gms_session_tip_t *tip = n > 0 && n <= s->tips ? &s->tip[n - 1] : NULL;

    if (event->kind == GMS_EVENT_TIP) {
        return give(s, event);
    }

    if (tip == NULL) {
        return GMS_ECORRUPT;
    }

    if (event->kind == GMS_EVENT_DRILL) {
        if (tip->first == 0 || tip->result.tip != 0) {
            return GMS_ECORRUPT;
        }

        tip->result = event->u.drill;
        return GMS_OK;
    }

    switch (event->u.tip_changed.what) {

    case GMS_TIP_TOLD:
        tell(s, tip, event);
        break;

    case GMS_TIP_ACKNOWLEDGED:
        tip->acknowledged_ns = event->real_ns;
        break;

    default:
        tip->withdrawn_ns = event->real_ns;
    }

    return GMS_OK;
}


bool
gms_tip_is_held(const gms_session_tip_t *tip)
{
    return tip->told_ns == 0 && tip->withdrawn_ns == 0;
}


const gms_session_tip_t *
gms_tips_to_tell(const gms_session_t *s, const gms_session_instant_t *now)
{
    uint32_t i;

    if (!gms_session_is_open(s)
        || (gms_session_round_first(s) <= s->shots
            && gms_session_round_state(s, now) == GMS_ROUND_OPEN))
    {
        return NULL;
    }

    for (i = 0; i < s->tips; i++) {
        if (gms_tip_is_held(&s->tip[i])) {
            return &s->tip[i];
        }
    }

    return NULL;
}


/* A later one takes the place of those before, also when it is withdrawn. */
static const gms_session_tip_t *
last_begun(const gms_session_t *s)
{
    uint32_t i;

    for (i = s->tips; i > 0 && s->tip[i - 1].first == 0; i--) {
        continue;
    }

    return i > 0 ? &s->tip[i - 1] : NULL;
}


const gms_session_tip_t *
gms_tips_running(const gms_session_t *s)
{
    const gms_session_tip_t *tip = last_begun(s);

    return tip != NULL && gms_session_is_open(s) && tip->result.tip == 0
            && tip->withdrawn_ns == 0
        ? tip
        : NULL;
}


/* Of a shot that a camera saw in the boot in which the drill began, by the
 * monotonic clock; else by the wall clock. */
static double
when(const gms_session_tip_t *tip, const gms_event_shot_t *shot, bool same_boot)
{
    double ns = same_boot && shot->frame_mono_ns != 0
        ? (double) (shot->frame_mono_ns - tip->begun.mono_ns)
        : (double) (shot->frame_real_ns - tip->begun.real_ns);

    return ns / (double) GMS_S;
}


gms_drill_progress_t
gms_tips_progress(const gms_session_t *s, const gms_session_tip_t *tip,
    const gms_session_instant_t *now)
{
    const gms_face_t         *face = &s->setup.face;
    const gms_session_shot_t *row;
    gms_drill_shot_t          shot[GMS_DRILL_SHOTS_MAX + 1];
    double                    ring_mm = 0;
    uint32_t                  i;
    int                       n = 0;
    bool same = strcmp(tip->begun.boot_id, now->boot_id) == 0;

    if (face->rings > 1) {
        ring_mm = (face->ring[1].diameter_mm - face->ring[0].diameter_mm) / 2;
    }

    for (i = tip->first - 1; i < s->shots && n <= GMS_DRILL_SHOTS_MAX; i++) {
        row = &s->shot[i];

        if (row->standing != GMS_STANDING_YES
            || row->shot.window != GMS_WINDOW_IN) {
            continue;
        }

        shot[n].t_s = when(tip, &row->shot, same);
        shot[n].x_mm = row->shot.x_mm;
        shot[n].y_mm = row->shot.y_mm;
        shot[n].score_tenths = row->shot.score_tenths;
        shot[n].placed = !row->shot.unplaced;

        if (n > 0 && shot[n].t_s < shot[n - 1].t_s) {
            shot[n].t_s = shot[n - 1].t_s; /* found late, or said afterwards */
        }

        n++;
    }

    return gms_drill_judge(&tip->event.drill, ring_mm, shot, n,
        gms_session_passed_s(&tip->begun, now));
}


bool
gms_tips_is_due(const gms_session_t *s, const gms_session_instant_t *now)
{
    const gms_session_tip_t *tip = gms_tips_running(s);

    return gms_tips_to_tell(s, now) != NULL
        || (tip != NULL
            && gms_tips_progress(s, tip, now).state != GMS_DRILL_RUNNING);
}


/* What became of its drill. */
static const char *
state_of(const gms_session_t *s, const gms_session_tip_t *tip)
{
    if (tip->result.tip != 0) {
        return tip->result.passed ? "passed" : "failed";
    }

    if (tip == gms_tips_running(s)) {
        return "running";
    }

    return gms_session_is_open(s) && gms_tip_is_held(tip) ? "waiting"
                                                          : "stopped";
}


static void
put_tip(gms_jsontext_t *j, const gms_session_t *s, const gms_session_tip_t *tip)
{
    gms_jsontext_open(j, NULL, '{');
    gms_event_put_tip(j, &tip->event);
    gms_jsontext_integer(j, "told_us", tip->told_ns / GMS_US);
    gms_jsontext_integer(j, "acknowledged_us", tip->acknowledged_ns / GMS_US);
    gms_jsontext_integer(j, "withdrawn_us", tip->withdrawn_ns / GMS_US);

    if (tip->event.drill.id[0] == '\0') {
        gms_jsontext_raw(j, "result", "null");
    } else {
        gms_jsontext_string(j, "result", state_of(s, tip));
    }

    gms_jsontext_integer(j, "t_us", tip->real_ns / GMS_US);
    gms_jsontext_close(j, '}');
}


char *
gms_tip_to_text(const gms_session_t *s, const gms_session_tip_t *tip)
{
    gms_jsontext_t j;

    gms_jsontext_init(&j);
    put_tip(&j, s, tip);
    return gms_jsontext_take(&j);
}


cJSON *
gms_tips_to_json(const gms_session_t *s)
{
    gms_jsontext_t j;
    cJSON         *json;
    char          *text;
    uint32_t       i;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '[');

    for (i = s->tips > GMS_TIPS_SHOWN ? s->tips - GMS_TIPS_SHOWN : 0;
         i < s->tips; i++)
    {
        put_tip(&j, s, &s->tip[i]);
    }

    gms_jsontext_close(&j, ']');
    text = gms_jsontext_take(&j);
    json = text != NULL ? cJSON_CreateRaw(text) : NULL;
    free(text);
    return json;
}


static bool
add_progress(cJSON *json, const gms_session_t *s, const gms_session_tip_t *tip,
    const gms_session_instant_t *now)
{
    const gms_drill_task_t *task = &tip->event.drill;
    gms_drill_progress_t    p = gms_tips_progress(s, tip, now);
    double left_s = task->time_s - gms_session_passed_s(&tip->begun, now);

    /* values are tenths in here, rings outside */
    if (task->rule == GMS_DRILL_AVERAGE) {
        p.figure /= 10;
    }

    return cJSON_AddNumberToObject(json, "tip", tip->event.tip)
        && cJSON_AddStringToObject(json, "id", task->id)
        && cJSON_AddStringToObject(json, "title", task->title)
        && gms_jsontree_add(json, "judge", gms_drill_to_json(task))
        && cJSON_AddNumberToObject(json, "shots", p.shots)
        && cJSON_AddNumberToObject(json, "hits", p.hits)
        && gms_jsontree_number(json, "figure", nearbyint(p.figure * 100) / 100)
        && gms_jsontree_number(
            json, "left_s", task->time_s > 0 ? ceil(fmax(left_s, 0)) : NAN);
}


cJSON *
gms_tips_drill_to_json(const gms_session_t *s, const gms_session_instant_t *now)
{
    const gms_session_tip_t *tip = s != NULL ? gms_tips_running(s) : NULL;
    cJSON                   *json;

    if (tip == NULL) {
        return cJSON_CreateNull();
    }

    json = cJSON_CreateObject();
    return gms_jsontree_done(
        json, json != NULL && add_progress(json, s, tip, now));
}

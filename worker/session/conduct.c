/* gms_conduct: see conduct.h. */

#include "conduct.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../base/clock.h"
#include "../base/jsontree.h"


static const gms_course_stage_t *
stage_of(const gms_session_t *s)
{
    return &s->setup.course.stage[s->conduct.at.stage];
}


static bool
is_on(const gms_session_t *s)
{
    return gms_session_is_open(s) && s->setup.course.stages > 0;
}


bool
gms_conduct_apply(gms_session_t *s, const gms_event_t *event)
{
    const gms_event_course_t *said = &event->u.course;
    gms_conduct_t            *c = &s->conduct;
    gms_course_at_t           at = c->at;
    gms_session_instant_t     now;

    gms_course_step(&s->setup.course, &at);

    if (gms_course_next(&s->setup.course, &c->at) != said->command
        || said->command == GMS_COURSE_NOTHING || at.stage != said->stage
        || at.string != said->string)
    {
        return false;
    }

    now.real_ns = event->real_ns;
    now.mono_ns = event->mono_ns;
    memcpy(now.boot_id, event->boot_id, sizeof(now.boot_id));
    c->at = at;
    c->commanded = now;

    switch (said->command) {

    case GMS_COURSE_LOAD:
        c->first = s->shots + 1;
        c->is_started = false;
        c->is_stopped = false;
        s->setup.sighters = stage_of(s)->sighters;
        break;

    case GMS_COURSE_START:
        c->started = now;
        c->is_started = true;
        break;

    case GMS_COURSE_STOP:
        c->stopped = now;
        c->is_stopped = said->by == GMS_COURSE_BY_COMMAND;
        break;

    default:
        break;
    }

    return true;
}


gms_course_phase_e
gms_conduct_phase(
    const gms_session_t *s, const gms_session_instant_t *now, double *left_s)
{
    return gms_course_phase(&s->setup.course, &s->conduct.at,
        s->conduct.at.command != GMS_COURSE_NOTHING
            ? gms_session_passed_s(&s->conduct.commanded, now)
            : 0,
        left_s);
}


bool
gms_conduct_is_over(const gms_session_t *s, const gms_session_instant_t *now)
{
    double left_s;

    return is_on(s) && gms_conduct_phase(s, now, &left_s) == GMS_COURSE_RUNNING
        && left_s <= 0;
}


static gms_session_instant_t
instant_of(const gms_event_shot_t *shot, const char *boot_id)
{
    gms_session_instant_t at;

    at.real_ns = shot->frame_real_ns;
    at.mono_ns = shot->frame_mono_ns;
    snprintf(at.boot_id, sizeof(at.boot_id), "%s", boot_id);

    return at;
}


/* Shots from this number on that lie in the window and stand. */
static int
shots_since(const gms_session_t *s, uint32_t first)
{
    uint32_t i;
    int      n = 0;

    for (i = first > 0 ? first - 1 : 0; i < s->shots; i++) {
        n += s->shot[i].standing == GMS_STANDING_YES
            && s->shot[i].shot.window == GMS_WINDOW_IN;
    }

    return n;
}


/* ... and at this showing of the target. */
static int
shots_at(const gms_session_t *s, int showing, const char *boot_id)
{
    gms_session_instant_t at;
    uint32_t              i;
    int                   n = 0;

    for (i = s->conduct.first - 1; i < s->shots; i++) {
        at = instant_of(&s->shot[i].shot, boot_id);

        n += s->shot[i].standing == GMS_STANDING_YES
            && s->shot[i].shot.window == GMS_WINDOW_IN
            && gms_course_showing(
                   stage_of(s), gms_session_passed_s(&s->conduct.started, &at))
                == showing;
    }

    return n;
}


gms_window_e
gms_conduct_window(
    const gms_session_t *s, const gms_event_shot_t *shot, const char *boot_id)
{
    const gms_conduct_t  *c = &s->conduct;
    gms_course_shot_t     known;
    gms_session_instant_t at = instant_of(shot, boot_id);

    if (!is_on(s)) {
        return GMS_WINDOW_IN;
    }

    memset(&known, 0, sizeof(known));
    known.started = c->is_started;
    known.stop_s = c->is_stopped ? gms_session_passed_s(&c->stopped, &at) : -1;

    if (c->is_started) {
        known.start_s = gms_session_passed_s(&c->started, &at);
        known.before = shots_since(s, c->first);
        known.showing = shots_at(
            s, gms_course_showing(stage_of(s), known.start_s), boot_id);
    }

    return gms_course_window(&s->setup.course, &c->at, &known);
}


int
gms_conduct_left(const gms_session_t *s)
{
    const gms_course_stage_t *stage = stage_of(s);
    int                       left;

    if (stage->shots == 0) {
        return -1;
    }

    left = stage->shots
        - (s->conduct.first > 0 ? shots_since(s, s->conduct.first) : 0);

    return left > 0 ? left : 0;
}


int
gms_conduct_series(const gms_session_t *s)
{
    return shots_since(s, gms_session_round_first(s));
}


int
gms_conduct_series_length(const gms_session_t *s)
{
    return gms_course_series(stage_of(s));
}


/* An instant of the wall clock, or null. */
static bool
add_us(cJSON *json, const char *name, double real_ns)
{
    char text[32];

    if (!isfinite(real_ns)) {
        return cJSON_AddNullToObject(json, name) != NULL;
    }

    snprintf(
        text, sizeof(text), "%" PRId64, (int64_t) (real_ns / (double) GMS_US));
    return cJSON_AddRawToObject(json, name, text) != NULL;
}


static bool
add_word(cJSON *json, const char *name, const char *word)
{
    return word[0] != '\0' ? cJSON_AddStringToObject(json, name, word) != NULL
                           : cJSON_AddNullToObject(json, name) != NULL;
}


/* From the end of the preparing until the time is over. */
static bool
add_length(cJSON *json, const gms_course_stage_t *stage)
{
    double length_s = gms_course_length_s(stage) - stage->prepare_s;

    return isfinite(length_s)
        ? cJSON_AddNumberToObject(json, "time_s", length_s) != NULL
        : cJSON_AddNullToObject(json, "time_s") != NULL;
}


static bool
add_stage(cJSON *json, const gms_session_t *s)
{
    const gms_course_stage_t *stage = stage_of(s);
    int                       left = gms_conduct_left(s);
    int                       length = gms_conduct_series_length(s);
    int series = length > 0 && left >= 0 ? (stage->shots - left) / length : 0;

    if (length > 0 && series * length >= stage->shots) {
        series--; /* it is full, and the last */
    }

    return cJSON_AddStringToObject(json, "stage", stage->name)
        && cJSON_AddNumberToObject(json, "stage_n", s->conduct.at.stage + 1)
        && cJSON_AddNumberToObject(json, "stages", s->setup.course.stages)
        && cJSON_AddNumberToObject(json, "string", s->conduct.at.string + 1)
        && cJSON_AddNumberToObject(json, "strings", stage->strings)
        && cJSON_AddNumberToObject(json, "series", series + 1)
        && cJSON_AddNumberToObject(json, "series_shots", length)
        && cJSON_AddNumberToObject(json, "shots", stage->shots)
        && (left >= 0 ? cJSON_AddNumberToObject(json, "shots_left", left)
                      : cJSON_AddNullToObject(json, "shots_left"))
        && cJSON_AddBoolToObject(json, "sighters", stage->sighters)
        && add_length(json, stage)
        && cJSON_AddNumberToObject(json, "shown_s", stage->shown_s)
        && cJSON_AddNumberToObject(json, "away_s", stage->away_s);
}


cJSON *
gms_conduct_to_json(const gms_session_t *s, const gms_session_instant_t *now)
{
    gms_course_phase_e phase;
    cJSON             *json;
    double             left_s, began_ns = INFINITY;

    if (s == NULL || !is_on(s)) {
        return cJSON_CreateNull();
    }

    json = cJSON_CreateObject();
    phase = gms_conduct_phase(s, now, &left_s);

    if (phase == GMS_COURSE_RUNNING) {
        began_ns = (double) now->real_ns
            - (gms_session_passed_s(&s->conduct.started, now)
                  - stage_of(s)->prepare_s)
                * (double) GMS_S;
    }

    return gms_jsontree_done(json,
        cJSON_AddStringToObject(json, "name", s->setup.course.name)
            && cJSON_AddStringToObject(json, "title", s->setup.course.title)
            && cJSON_AddStringToObject(json, "commands",
                s->setup.course.official ? "coach" : "shooter")
            && cJSON_AddStringToObject(
                json, "phase", gms_course_phase_name[phase])
            && add_stage(json, s) && add_us(json, "began_us", began_ns)
            && add_us(json, "ends_us",
                (double) now->real_ns + left_s * (double) GMS_S)
            && add_word(json, "next",
                gms_course_command_name[gms_course_next(
                    &s->setup.course, &s->conduct.at)]));
}

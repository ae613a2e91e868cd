#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../../ipc/unit.h"
#include "../base/jsontree.h"
#include "commands_coaching.h"
#include "publish.h"


/* json is taken; NULL: out of memory. */
static void
answer(gms_scorer_t *s, uint64_t ask, cJSON *json)
{
    char *text = json != NULL ? cJSON_PrintUnformatted(json) : NULL;

    cJSON_Delete(json);
    if (text == NULL) {
        gms_publish_problem(s, ask, 500, "out-of-memory",
            "The lane is out of memory", "nothing was changed; try again");
        return;
    }
    gms_publish_answer(s, ask, 200, text);
    free(text);
}


/* {"session": its id, name: what; both null without one}. */
static cJSON *
about_session(const gms_session_t *session, const char *name, cJSON *what)
{
    cJSON *json = cJSON_CreateObject();

    if (session == NULL) {
        return gms_jsontree_done(json,
            cJSON_AddNullToObject(json, "session") != NULL
                && cJSON_AddNullToObject(json, name) != NULL);
    }
    return gms_jsontree_done(json,
        gms_jsontree_add(json, name, what)
            && cJSON_AddStringToObject(json, "session", session->id));
}


void
gms_command_stats_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    const gms_session_t *session = gms_scorebook_shown(&s->book);

    (void) body;

    answer(s, ask->header.id,
        about_session(session, "statistics",
            session != NULL
                ? gms_coaching_statistics(s->coaching, session, true)
                : NULL));
}


/* What its equipment says, where the body does not; unknown words say
 * nothing. */
static void
word_of(const char *text, const char *const *words, int n, int *value)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(words[i], text) == 0) {
            *value = i;
        }
    }
}


bool
gms_command_word(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const char *name, const char *const *words, int n, int *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, name);
    char         pointer[32], detail[160] = "one of";
    size_t       used = strlen(detail);

    if (item == NULL) {
        return true;
    }
    for (int i = 0; i < n && cJSON_IsString(item); i++) {
        if (strcmp(words[i], item->valuestring) == 0) {
            *value = i;
            return true;
        }
    }
    for (int i = 0; i < n && used < sizeof(detail); i++) {
        used += (size_t) snprintf(detail + used, sizeof(detail) - used, "%s %s",
            i > 0 ? "," : "", words[i]);
    }
    snprintf(pointer, sizeof(pointer), "/%s", name);
    gms_command_invalid(s, ask, pointer, detail);
    return false;
}


static bool
read_click(gms_scorer_t *s, uint64_t ask, const cJSON *body, double distance_m,
    double *mm)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, "click");
    char         err[256];

    if (item != NULL
        && gms_advice_click(cJSON_IsString(item) ? item->valuestring : "",
               distance_m, mm, err, sizeof(err))
            != GMS_OK)
    {
        gms_command_invalid(s, ask, "/click", err);
        return false;
    }
    return true;
}


static bool
read_confidence(
    gms_scorer_t *s, uint64_t ask, const cJSON *body, double *confidence)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, "confidence");
    char         err[256];
    int64_t      micro;

    if (item == NULL) {
        return true;
    }
    if (gms_unit_parse(GMS_UNIT_NUMBER,
            cJSON_IsString(item) ? item->valuestring : "",
            GMS_ADVICE_CONFIDENCE_MIN, GMS_ADVICE_CONFIDENCE_MAX, &micro, err,
            sizeof(err))
        != GMS_OK)
    {
        gms_command_invalid(s, ask, "/confidence", err);
        return false;
    }
    *confidence = (double) micro / (double) GMS_MICRO;
    return true;
}


static bool
read_settings(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const gms_session_t *session, gms_advice_settings_t *settings)
{
    static const char *const names[] = { "hand", "gun", "click", "sight",
        "level", "confidence", NULL };
    static const char *const hands[] = { "right", "left" };
    static const char *const sights[] = { "rear", "front" };

    int    hand = 0, sight = 0, gun = GMS_GUN_UNKNOWN, level = GMS_LEVEL_CLUB;
    double distance_m = s->distance_m;
    char   err[256];

    memset(settings, 0, sizeof(*settings));
    settings->confidence = GMS_ADVICE_CONFIDENCE;
    if (session != NULL) {
        distance_m = session->setup.distance_m;
        level = (int) session->setup.level;
        if (session->setup.advice > 0) {
            settings->confidence = session->setup.advice;
        }
        word_of(session->setup.equipment.hand, hands, 2, &hand);
        word_of(session->setup.equipment.sight, sights, 2, &sight);
        word_of(session->setup.equipment.gun, gms_gun_name, GMS_GUNS, &gun);
        (void) gms_advice_click(session->setup.equipment.click, distance_m,
            &settings->click_mm, err, sizeof(err));
    }
    if (!gms_command_known(s, ask, body, names)
        || !gms_command_word(s, ask, body, "hand", hands, 2, &hand)
        || !gms_command_word(s, ask, body, "gun", gms_gun_name, GMS_GUNS, &gun)
        || !gms_command_word(s, ask, body, "sight", sights, 2, &sight)
        || !gms_command_word(
            s, ask, body, "level", gms_level_name, GMS_LEVELS, &level)
        || !read_click(s, ask, body, distance_m, &settings->click_mm)
        || !read_confidence(s, ask, body, &settings->confidence))
    {
        return false;
    }
    settings->left_handed = hand == 1;
    settings->front_sight = sight == 1;
    settings->gun = (gms_gun_e) gun;
    settings->level = (gms_level_e) level;
    settings->about.trouble[GMS_SIGN_CAMERA_MOVED] =
        s->looking.running && s->looking.state == GMS_DETECTOR_MOVING;
    settings->about.trouble[GMS_SIGN_DIRECTIONS_UNKNOWN] =
        !s->calibrated || !s->calibration.confirmed;
    return true;
}


bool
gms_command_has_rules(gms_scorer_t *s, uint64_t ask)
{
    if (s->coaching->trouble[0] == '\0') {
        return true;
    }
    gms_publish_problem(s, ask, 503, "no-advice",
        "There are no rules to give advice by", s->coaching->trouble);
    return false;
}


bool
gms_command_coaching(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    gms_event_session_t *session)
{
    const cJSON *advice = cJSON_GetObjectItemCaseSensitive(body, "advice");
    int          level = GMS_LEVEL_CLUB;

    if (!gms_command_word(
            s, ask, body, "level", gms_level_name, GMS_LEVELS, &level))
    {
        return false;
    }
    session->level = (gms_level_e) level;
    if (advice == NULL) {
        return true;
    }
    if (!cJSON_IsNumber(advice)
        || !(advice->valuedouble >= GMS_ADVICE_CONFIDENCE_LEAST)
        || advice->valuedouble > GMS_ADVICE_CONFIDENCE_MOST)
    {
        gms_command_invalid(s, ask, "/advice",
            "advice is how sure it must be: a number from 0.5 to 0.9999");
        return false;
    }
    session->advice = advice->valuedouble;
    return true;
}


void
gms_command_advice_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    const gms_session_t  *session = gms_scorebook_shown(&s->book);
    gms_advice_settings_t settings;

    if (gms_command_has_rules(s, ask->header.id)
        && read_settings(s, ask->header.id, body, session, &settings))
    {
        answer(s, ask->header.id,
            about_session(session, "advice",
                session != NULL
                    ? gms_coaching_advice(s->coaching, session, &settings)
                    : NULL));
    }
}


void
gms_command_drills_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    (void) body;

    if (gms_command_has_rules(s, ask->header.id)) {
        answer(s, ask->header.id, gms_rulebook_drills(&s->coaching->book));
    }
}

#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"
#include "commands_people.h"
#include "publish.h"
#include "../store/people.h"

/* Who does not say who he is; nobody adds him. */
#define GMS_GUEST "guest"


static void
history_path(const gms_scorer_t *s, char *path, size_t size)
{
    snprintf(path, size, "%s/../../history.db", s->dir);
}


/* A short line of text; false: it was answered. */
static bool
is_line(gms_scorer_t *s, uint64_t ask, const cJSON *item)
{
    const char *text = cJSON_GetStringValue(item);
    char        pointer[32], detail[96];

    snprintf(pointer, sizeof(pointer), "/%s", item->string);

    if (text == NULL || text[0] == '\0' || strlen(text) >= GMS_SHOOTER_SIZE) {
        snprintf(detail, sizeof(detail),
            "a %s is a short text, at most %d bytes", item->string,
            GMS_SHOOTER_SIZE - 1);
        gms_command_invalid(s, ask, pointer, detail);
        return false;
    }

    for (/* void */; *text != '\0'; text++) {
        if ((unsigned char) *text < 0x20) {
            gms_command_invalid(
                s, ask, pointer, "control characters are not allowed");
            return false;
        }
    }

    return true;
}


/* When nobody can say who is known, the range goes on: an id is taken as it is
 * given. */
static bool
is_known(gms_scorer_t *s, uint64_t ask, const char *id)
{
    char path[1100];

    if (strcmp(id, GMS_GUEST) == 0) {
        return true;
    }

    history_path(s, path, sizeof(path));

    if (gms_people_shooter(path, id) == GMS_ENOTFOUND) {
        gms_command_invalid(s, ask, "/shooter",
            "nobody is known by this id: add one (POST /api/shooters), or give "
            "a nickname");
        return false;
    }

    return true;
}


bool
gms_command_shooter(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    gms_event_session_t *session)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(body, "shooter");
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(body, "nickname");
    const cJSON *item = id != NULL ? id : name;

    if (id != NULL && name != NULL) {
        gms_command_invalid(
            s, ask, "/nickname", "give either shooter or nickname");
        return false;
    }

    if (item == NULL) {
        strcpy(session->shooter, GMS_GUEST);
        return true;
    }

    if (!is_line(s, ask, item)
        || (item == id && !is_known(s, ask, item->valuestring)))
    {
        return false;
    }

    strcpy(session->shooter, item->valuestring);
    return true;
}


bool
gms_command_equipment(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    gms_event_session_t *session, double *caliber_mm)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, "equipment");
    gms_people_equipment_t found;
    char                   path[1100];
    int                    rc;

    *caliber_mm = 0;

    if (item == NULL || cJSON_IsNull(item)) {
        return true;
    }

    if (!is_line(s, ask, item)) {
        return false;
    }

    history_path(s, path, sizeof(path));
    rc = gms_people_equipment(path, item->valuestring, &found);

    if (rc == GMS_ESTORE) {
        gms_publish_problem(s, ask, 503, "history-failing",
            "The history cannot be read now",
            "nobody can say what this equipment is: start without it");
        return false;
    }

    if (rc != GMS_OK || found.retired) {
        gms_command_invalid(s, ask, "/equipment",
            rc == GMS_OK ? "it is retired"
                         : "no equipment has this id: see GET /api/equipment");
        return false;
    }

    session->equipment = found.equipment;
    *caliber_mm = found.caliber_mm;
    return true;
}


void
gms_command_usual(gms_scorer_t *s, const gms_event_session_t *setup,
    gms_event_session_t *session)
{
    char path[1100];

    if (strcmp(session->shooter, GMS_GUEST) != 0) {
        history_path(s, path, sizeof(path));
        gms_people_usual(path, session->shooter, setup, &session->usual);
    }
}

#include "history_tips.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "history_file.h"


static int
word_of(sqlite3_stmt *st, int column, const char *const *words, int n)
{
    const char *text = (const char *) sqlite3_column_text(st, column);
    int         i;

    for (i = 0; text != NULL && i < n; i++) {
        if (strcmp(words[i], text) == 0) {
            return i;
        }
    }

    return 0;
}


/* What it was shot with, as far as somebody said. */
static int
read_equipment(gms_history_t *h, const gms_session_t *session,
    gms_advice_settings_t *settings)
{
    static const char *const hands[] = { "right", "left" };
    static const char *const sights[] = { "rear", "front" };
    sqlite3_stmt            *st = h->statement[GMS_HISTORY_GET_EQUIPMENT];
    const char              *click;
    char                     err[256];
    int                      sql;

    gms_history_bind_text(st, 1, session->id);
    gms_history_bind_text(st, 2, session->setup.shooter);
    sql = sqlite3_step(st);

    if (sql == SQLITE_ROW) {
        settings->gun = (gms_gun_e) word_of(st, 0, gms_gun_name, GMS_GUNS);
        settings->front_sight = word_of(st, 1, sights, 2) == 1;
        settings->left_handed = word_of(st, 2, hands, 2) == 1;
        click = (const char *) sqlite3_column_text(st, 3);

        if (click == NULL
            || gms_advice_click(click, settings->distance_m,
                   &settings->click_mm, err, sizeof(err))
                != GMS_OK)
        {
            settings->click_mm = 0;
        }
    }

    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return gms_history_result(h, sql);
}


static void
bind_member(sqlite3_stmt *st, int i, const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    if (cJSON_IsString(item)) {
        gms_history_bind_text(st, i, item->valuestring);
    } else if (cJSON_IsNumber(item)) {
        sqlite3_bind_double(st, i, item->valuedouble);
    } else {
        sqlite3_bind_null(st, i);
    }
}


/* The action is that of the main finding. */
static int
put_tip(gms_history_t *h, sqlite3_int64 no, const cJSON *advice, int rank)
{
    sqlite3_stmt *st = h->statement[GMS_HISTORY_PUT_TIP];
    const cJSON  *finding, *evidence, *action, *drill;

    finding = cJSON_GetArrayItem(
        cJSON_GetObjectItemCaseSensitive(advice, "findings"), rank);
    evidence = cJSON_GetObjectItemCaseSensitive(finding, "evidence");
    action =
        rank == 0 ? cJSON_GetObjectItemCaseSensitive(advice, "action") : NULL;
    drill = cJSON_GetObjectItemCaseSensitive(action, "drill");

    sqlite3_bind_int64(st, 1, no);
    sqlite3_bind_int(st, 2, rank);
    bind_member(st, 3, finding, "rule");
    bind_member(st, 4, finding, "category");
    sqlite3_bind_int(st, 5,
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(finding, "hypothesis")));
    bind_member(st, 6, finding, "text");
    bind_member(st, 7, action, "text");
    bind_member(st, 8, drill, "id");
    bind_member(st, 9, evidence, "sign");
    bind_member(st, 10, evidence, "n");
    bind_member(st, 11, evidence, "p");
    bind_member(st, 12, evidence, "p_family");
    return gms_history_run(h, st);
}


/* NULL: out of memory, or a shot whose place is none. */
static cJSON *
advise(const gms_session_t *session, const gms_rulebook_t *book,
    const gms_advice_settings_t *settings)
{
    gms_counted_t *counted;
    gms_advice_t   advice;
    cJSON         *json = NULL;
    int            n;

    counted = calloc((size_t) session->shots + 1, sizeof(*counted));

    if (counted == NULL) {
        return NULL;
    }

    n = gms_counted_collect(session, counted);

    if (gms_advice_give(&advice, book, settings, counted, n) == GMS_OK) {
        json = gms_advice_to_json(&advice);
    }

    free(counted);
    return json;
}


int
gms_history_write_tips(gms_history_t *h, const gms_session_t *session,
    const gms_rulebook_t *book, bool directions)
{
    gms_advice_settings_t settings;
    sqlite3_int64         no;
    cJSON                *advice;
    int                   i, n, rc;

    memset(&settings, 0, sizeof(settings));
    settings.distance_m = session->setup.distance_m;
    settings.level = session->setup.level;
    settings.confidence = session->setup.advice > 0 ? session->setup.advice
                                                    : GMS_ADVICE_CONFIDENCE;
    settings.about.trouble[GMS_SIGN_DIRECTIONS_UNKNOWN] = !directions;
    settings.about.usual = session->setup.usual;
    gms_advice_troubles(session, &settings.about);

    rc = gms_history_number(h, session->id, &no);

    if (rc == GMS_OK) {
        rc = read_equipment(h, session, &settings);
    }
    if (rc == GMS_OK) {
        sqlite3_bind_int64(h->statement[GMS_HISTORY_DROP_TIPS], 1, no);
        rc = gms_history_run(h, h->statement[GMS_HISTORY_DROP_TIPS]);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    advice = advise(session, book, &settings);

    if (advice == NULL) {
        snprintf(h->trouble, sizeof(h->trouble), "out of memory");
        return GMS_ENOMEM;
    }

    n = cJSON_GetArraySize(
        cJSON_GetObjectItemCaseSensitive(advice, "findings"));

    for (i = 0; rc == GMS_OK && i < n; i++) {
        rc = put_tip(h, no, advice, i);
    }

    cJSON_Delete(advice);
    return rc;
}

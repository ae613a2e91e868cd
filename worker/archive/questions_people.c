#include "questions_people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../../ipc/text.h"
#include "../../ipc/unit.h"
#include "../base/log.h"
#include "../session/advice.h"
#include "../store/history_people.h"

#define GMS_PEOPLE_NAME_MAX 100
#define GMS_PEOPLE_FIELDS_MAX 8

typedef enum {
    GMS_FIELD_TITLE,
    GMS_FIELD_WORD,
    GMS_FIELD_CALIBER,
    GMS_FIELD_CLICK,
    GMS_FIELD_FLAG,
    GMS_FIELD_SHOOTER
} gms_field_type_e;

/* A member of a body, and the column that it goes to. */
typedef struct {
    const char        *name;
    gms_field_type_e   type;
    const char *const *words;
    int                n;
    bool               needed; /* by who adds one; never null */
} gms_field_t;

static const char *const hands[] = { "right", "left" };
static const char *const sights[] = { "rear", "front" };

/* clang-format off */
static const gms_field_t shooter_fields[] = {
    { "name", GMS_FIELD_TITLE, NULL, 0, true },
    { "hand", GMS_FIELD_WORD, hands, 2, false },
    { NULL, GMS_FIELD_TITLE, NULL, 0, false },
};

static const gms_field_t equipment_fields[] = {
    { "shooter", GMS_FIELD_SHOOTER, NULL, 0, true },
    { "name", GMS_FIELD_TITLE, NULL, 0, true },
    { "gun", GMS_FIELD_WORD, gms_gun_name, GMS_GUNS, false },
    { "caliber_mm", GMS_FIELD_CALIBER, NULL, 0, false },
    { "click", GMS_FIELD_CLICK, NULL, 0, false },
    { "sight", GMS_FIELD_WORD, sights, 2, false },
    { "hand", GMS_FIELD_WORD, hands, 2, false },
    { "retired", GMS_FIELD_FLAG, NULL, 0, true },
    { NULL, GMS_FIELD_TITLE, NULL, 0, false },
};
/* clang-format on */

typedef struct {
    gms_history_value_t value[GMS_PEOPLE_FIELDS_MAX];
    int                 n;
} gms_fields_t;


/* One of the words; else it was answered. */
static bool
read_word(const gms_question_t *q, const gms_field_t *field, const char *text)
{
    char   detail[160] = "one of";
    size_t used = strlen(detail);
    int    i;

    for (i = 0; i < field->n; i++) {
        if (text != NULL && strcmp(field->words[i], text) == 0) {
            return true;
        }
        used += (size_t) snprintf(detail + used, sizeof(detail) - used, "%s %s",
            i > 0 ? "," : "", field->words[i]);
    }

    gms_question_invalid(q, field->name, detail);
    return false;
}


static bool
read_shooter(const gms_question_t *q, const gms_field_t *field, const char *id)
{
    bool known = false;
    int  rc = GMS_OK;

    if (id != NULL) {
        rc = gms_history_is_known(
            q->keeper->history, GMS_HISTORY_SHOOTERS, id, &known);
    }

    if (rc != GMS_OK) {
        gms_question_done(q, rc, 0, NULL);

    } else if (!known) {
        gms_question_invalid(
            q, field->name, "no shooter has this id: see GET /api/shooters");
    }

    return known;
}


static bool
read_click(const gms_question_t *q, const gms_field_t *field, const char *text)
{
    double mm;
    char   err[256];

    /* An angle is one at any distance. */
    if (text != NULL
        && gms_advice_click(text, 1, &mm, err, sizeof(err)) == GMS_OK
        && strlen(text) < GMS_UNIT_TEXT_SIZE)
    {
        return true;
    }

    gms_question_invalid(q, field->name,
        "what a click moves: 0.25moa, 0.25smoa, 0.1mrad or 0.6mm");
    return false;
}


/* A member that is there and not null; false: it was answered. */
static bool
read_value(const gms_question_t *q, const gms_field_t *field, const cJSON *item,
    gms_history_value_t *value)
{
    const char *text = cJSON_GetStringValue(item);

    value->text = text;

    switch (field->type) {

    case GMS_FIELD_TITLE:
        if (text != NULL && text[0] != '\0'
            && gms_text_is_title(text, GMS_PEOPLE_NAME_MAX))
        {
            return true;
        }
        gms_question_invalid(
            q, field->name, "a name is a line of UTF-8 text of 1 to 100 bytes");
        return false;

    case GMS_FIELD_WORD:
        return read_word(q, field, text);

    case GMS_FIELD_CLICK:
        return read_click(q, field, text);

    case GMS_FIELD_SHOOTER:
        return read_shooter(q, field, text);

    case GMS_FIELD_CALIBER:
        if (cJSON_IsNumber(item) && item->valuedouble > 0
            && item->valuedouble <= 20) {
            value->number = item->valuedouble;
            value->is_number = true;
            return true;
        }
        gms_question_invalid(
            q, field->name, "a caliber is a number of millimetres up to 20");
        return false;

    case GMS_FIELD_FLAG:
        if (cJSON_IsBool(item)) {
            value->number = cJSON_IsTrue(item);
            value->is_number = true;
            return true;
        }
        gms_question_invalid(q, field->name, "true or false");
        return false;
    }

    return false;
}


/* What the body says of the fields; false: it was answered. */
static bool
read_fields(
    const gms_question_t *q, const gms_field_t *field, gms_fields_t *out)
{
    const cJSON *item;

    memset(out, 0, sizeof(*out));

    for (/* void */; field->name != NULL; field++) {
        item = cJSON_GetObjectItemCaseSensitive(q->body, field->name);

        if (item == NULL) {
            continue;
        }

        out->value[out->n].column = field->name;

        if ((field->needed || !cJSON_IsNull(item))
            && !read_value(q, field, item, &out->value[out->n]))
        {
            return false;
        }

        out->n++;
    }

    return true;
}


/* Who adds one says at least these; false: it was answered. */
static bool
has_needed(const gms_question_t *q, const gms_field_t *field)
{
    for (/* void */; field->name != NULL; field++) {
        if (field->needed && field->type != GMS_FIELD_FLAG
            && cJSON_GetObjectItemCaseSensitive(q->body, field->name) == NULL)
        {
            gms_question_invalid(q, field->name, "this must be given");
            return false;
        }
    }

    return true;
}


/* What was changed is on the disk before it is said to be; what failed leaves
 * nothing behind. */
static int
change_done(const gms_question_t *q, int rc, const char *body)
{
    gms_history_t *h = q->keeper->history;

    if (rc == GMS_OK) {
        rc = gms_history_remember(
            h, q->ask->header.key, q->ask->header.verb, body);
    }
    if (rc == GMS_OK) {
        rc = gms_history_commit(h);
    }

    gms_history_roll_back(h);
    return rc;
}


bool
gms_question_is_answered(const gms_question_t *q, int status)
{
    char *body;
    int   rc;

    rc = gms_history_answered(
        q->keeper->history, q->ask->header.key, q->ask->header.verb, &body);

    if (rc != GMS_OK || body != NULL) {
        gms_question_done(q, rc, status, body);
        return true;
    }

    return false;
}


/* The id that the body asks for, or "" for one to be made up. */
static bool
read_id(const gms_question_t *q, char id[GMS_HISTORY_ID_SIZE])
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(q->body, "id");
    const char  *text = cJSON_GetStringValue(item);

    id[0] = '\0';

    if (item == NULL) {
        return true;
    }

    if (text == NULL || !gms_text_is_name(text, GMS_HISTORY_ID_SIZE - 1)) {
        gms_question_invalid(
            q, "id", "an id is 1 to 63 characters of a-z 0-9 _ -");
        return false;
    }

    strcpy(id, text);
    return true;
}


static void
add(const gms_question_t *q, gms_history_kind_e kind, const gms_field_t *field)
{
    gms_history_t *h = q->keeper->history;
    gms_fields_t   f;
    char           id[GMS_HISTORY_ID_SIZE], body[GMS_HISTORY_ID_SIZE + 16];
    int            rc;

    if (gms_question_is_answered(q, 201) || !read_id(q, id)
        || !read_fields(q, field, &f) || !has_needed(q, field))
    {
        return;
    }

    rc = gms_history_begin(h, true);
    if (rc == GMS_OK) {
        rc = gms_history_add(h, kind, id, f.value, f.n);
    }

    snprintf(body, sizeof(body), "{\"id\":\"%s\"}", id);
    rc = change_done(q, rc, body);

    if (rc == GMS_ESTATE) {
        gms_question_problem(q, 409, "id-taken", "This id is taken",
            "one with this id is known already: change that one, or choose "
            "another id");
        return;
    }

    gms_question_done(q, rc, 201, rc == GMS_OK ? strdup(body) : NULL);
}


static void
change(
    const gms_question_t *q, gms_history_kind_e kind, const gms_field_t *field)
{
    gms_history_t *h = q->keeper->history;
    const char    *id = gms_question_word(q, "id");
    gms_fields_t   f;
    int            rc;

    if (!read_fields(q, field, &f)) {
        return;
    }

    rc = gms_history_begin(h, true);
    if (rc == GMS_OK) {
        rc = gms_history_change(h, kind, id != NULL ? id : "", f.value, f.n);
    }

    rc = change_done(q, rc, "");
    gms_question_done(q, rc, 200, rc == GMS_OK ? strdup("{}") : NULL);
}


static void
list(const gms_question_t *q, gms_history_kind_e kind)
{
    static const char *const names[] = { "limit", "cursor", NULL };
    static const char *const more[] = { "limit", "cursor", "shooter", NULL };
    const char              *limit = gms_question_word(q, "limit");
    char                    *json, err[256];
    int                      n = GMS_HISTORY_PEOPLE_MAX, rc;

    if (!gms_question_known(
            q, q->address, kind == GMS_HISTORY_EQUIPMENT ? more : names))
    {
        return;
    }

    if (limit != NULL
        && gms_unit_integer(
               limit, 1, GMS_HISTORY_PEOPLE_MAX, &n, err, sizeof(err))
            != GMS_OK)
    {
        gms_question_invalid(q, "limit", err);
        return;
    }

    rc = gms_history_people(q->keeper->history, kind,
        gms_question_word(q, "shooter"), gms_question_word(q, "cursor"), n,
        &json);
    gms_question_done(q, rc, 200, json);
}


void
gms_question_shooters(const gms_question_t *q)
{
    list(q, GMS_HISTORY_SHOOTERS);
}


void
gms_question_equipment(const gms_question_t *q)
{
    list(q, GMS_HISTORY_EQUIPMENT);
}


void
gms_question_shooter_add(const gms_question_t *q)
{
    static const char *const names[] = { "id", "name", "hand", NULL };

    if (gms_question_known(q, q->body, names)) {
        add(q, GMS_HISTORY_SHOOTERS, shooter_fields);
    }
}


void
gms_question_shooter_change(const gms_question_t *q)
{
    static const char *const names[] = { "name", "hand", NULL };

    if (gms_question_known(q, q->body, names)) {
        change(q, GMS_HISTORY_SHOOTERS, shooter_fields);
    }
}


void
gms_question_equipment_add(const gms_question_t *q)
{
    static const char *const names[] = { "id", "shooter", "name", "gun",
        "caliber_mm", "click", "sight", "hand", "retired", NULL };

    if (gms_question_known(q, q->body, names)) {
        add(q, GMS_HISTORY_EQUIPMENT, equipment_fields);
    }
}


void
gms_question_equipment_change(const gms_question_t *q)
{
    static const char *const names[] = { "shooter", "name", "gun", "caliber_mm",
        "click", "sight", "hand", "retired", NULL };

    if (gms_question_known(q, q->body, names)) {
        change(q, GMS_HISTORY_EQUIPMENT, equipment_fields);
    }
}


void
gms_question_shooter_erase(const gms_question_t *q)
{
    gms_history_t *h = q->keeper->history;
    const char    *id = gms_question_word(q, "id");
    int            rc;

    rc = gms_history_begin(h, true);
    if (rc == GMS_OK) {
        rc = gms_history_erase(h, id != NULL ? id : "");
    }

    rc = change_done(q, rc, "");

    if (rc == GMS_OK) {
        gms_log(GMS_LOG_INFO, "shooter erased", NULL);
        rc = gms_history_settle(h);
    }

    gms_question_done(q, rc, 200, rc == GMS_OK ? strdup("{}") : NULL);
}


void
gms_question_session_change(const gms_question_t *q)
{
    static const char *const names[] = { "equipment", NULL };
    gms_history_t           *h = q->keeper->history;
    const char              *id = gms_question_word(q, "session");
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(q->body, "equipment");
    bool         known = cJSON_IsNull(item);
    int          rc = GMS_OK;

    if (!gms_question_known(q, q->body, names)) {
        return;
    }

    if (cJSON_IsString(item)) {
        rc = gms_history_is_known(
            h, GMS_HISTORY_EQUIPMENT, item->valuestring, &known);
    }

    if (rc == GMS_OK && !known) {
        gms_question_invalid(q, "equipment",
            "the id of a piece of equipment, or null: see GET /api/equipment");
        return;
    }

    if (rc == GMS_OK) {
        rc = gms_history_begin(h, true);
    }
    if (rc == GMS_OK) {
        rc = gms_history_equip(
            h, id != NULL ? id : "", cJSON_GetStringValue(item));
    }

    rc = change_done(q, rc, "");
    gms_question_done(q, rc, 200, rc == GMS_OK ? strdup("{}") : NULL);
}

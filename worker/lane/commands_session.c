#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../../ipc/unit.h"
#include "calibrating.h"
#include "commands_coaching.h"
#include "../card/card.h"
#include "commands_course.h"
#include "commands_people.h"
#include "commands_session.h"
#include "document.h"
#include "papers.h"
#include "publish.h"
#include "tokens.h"


static bool
command_target(gms_scorer_t *s, uint64_t ask, const cJSON *item,
    gms_event_session_t *session)
{
    char     detail[256];
    unsigned i;

    if (item == NULL) {
        session->face = s->config->face[s->config->default_face];
        return true;
    }

    for (i = 0; cJSON_IsString(item) && i < s->config->faces; i++) {
        if (strcmp(s->config->face[i].name, item->valuestring) == 0) {
            session->face = s->config->face[i];
            return true;
        }
    }

    snprintf(detail, sizeof(detail),
        "this lane does not offer that target; it offers %s%s",
        s->config->face[0].name, s->config->faces > 1 ? " and more" : "");
    gms_command_invalid(s, ask, "/target", detail);

    return false;
}


/* A quantity that a body gives as a number in our unit, or as a text with a
 * unit of its own as in the configuration, or not at all. */
typedef struct {
    const char *number; /* name of the member, such as caliber_mm */
    const char *text;   /* and of the text, such as caliber */
    gms_unit_e  unit;
    int         min;
    int         max;
    const char *allowed; /* said of a number that is none */
} gms_quantity_t;

static const gms_quantity_t command_caliber_quantity = { "caliber_mm",
    "caliber", GMS_UNIT_LENGTH, 0, 20,
    "a caliber is a number of millimetres up to 20" };

static const gms_quantity_t command_distance_quantity = { "distance_m",
    "distance", GMS_UNIT_DISTANCE, 1, 2000,
    "a distance is a number of metres from 1 to 2000" };


/* *value keeps what it is when the body does not say.  *pointer: what the
 * value came from. */
static bool
command_quantity(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const gms_quantity_t *q, double *value, char pointer[32])
{
    const cJSON *number, *text;
    int64_t      micro;
    char         err[GMS_SENTENCE_SIZE];

    number = cJSON_GetObjectItemCaseSensitive(body, q->number);
    text = cJSON_GetObjectItemCaseSensitive(body, q->text);
    snprintf(pointer, 32, "/%s", number != NULL ? q->number : q->text);

    if (number != NULL && text != NULL) {
        snprintf(pointer, 32, "/%s", q->text);
        snprintf(err, sizeof(err), "give either %s or %s", q->text, q->number);
        gms_command_invalid(s, ask, pointer, err);
        return false;
    }

    if (number != NULL) {
        if (!cJSON_IsNumber(number) || !(number->valuedouble >= q->min)
            || number->valuedouble > q->max)
        {
            gms_command_invalid(s, ask, pointer, q->allowed);
            return false;
        }

        *value = number->valuedouble;
        return true;
    }

    if (text != NULL) {
        if (gms_unit_parse(q->unit,
                cJSON_IsString(text) ? text->valuestring : "",
                q->min * GMS_MICRO, q->max * GMS_MICRO, &micro, err,
                sizeof(err))
            != GMS_OK)
        {
            gms_command_invalid(s, ask, pointer, err);
            return false;
        }

        *value = (double) micro / (double) GMS_MICRO;
    }

    return true;
}


/* usual_mm: of its equipment, or 0. */
static bool
command_caliber(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    double usual_mm, gms_event_session_t *session)
{
    double   caliber_mm;
    char     pointer[32];
    unsigned i;

    caliber_mm = usual_mm > 0 ? usual_mm : s->config->default_caliber_mm;

    if (!command_quantity(
            s, ask, body, &command_caliber_quantity, &caliber_mm, pointer))
    {
        return false;
    }

    for (i = 0; i < s->config->calibers; i++) {
        if (fabs(s->config->caliber_mm[i] - caliber_mm) < 1e-6) {
            session->caliber_mm = s->config->caliber_mm[i];
            return true;
        }
    }

    gms_command_invalid(s, ask,
        caliber_mm == usual_mm && !cJSON_HasObjectItem(body, pointer + 1)
            ? "/equipment"
            : pointer,
        "this lane does not offer that caliber; see calibers_mm "
        "of its state");

    return false;
}


static bool
command_distance(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    gms_event_session_t *session)
{
    char pointer[32];

    session->distance_m = s->config->distance_m;

    return command_quantity(s, ask, body, &command_distance_quantity,
        &session->distance_m, pointer);
}


static bool
command_bool(gms_scorer_t *s, uint64_t ask, const cJSON *body, const char *name,
    bool *value)
{
    const cJSON *item;
    char         pointer[32];

    item = cJSON_GetObjectItemCaseSensitive(body, name);

    if (item != NULL && !cJSON_IsBool(item)) {
        snprintf(pointer, sizeof(pointer), "/%s", name);
        gms_command_invalid(s, ask, pointer, "this is true or false");
        return false;
    }

    *value = cJSON_IsTrue(item);

    return true;
}


/* Another target than what hangs there: the paper that goes is counted as the
 * detector saw it, and photographed. */
static void
command_leave_paper(
    gms_scorer_t *s, const gms_link_message_t *ask, gms_waiting_t *waiting)
{
    gms_event_paper_t *paper;

    paper = &waiting->input.paper;
    gms_papers_look(s);
    waiting->input.count = true;
    paper->what = GMS_PAPER_GONE_NEW;
    paper->expected = -1;
    paper->holes = s->looking.running ? s->holes : -1;
    snprintf(paper->reason, sizeof(paper->reason), "another target");
    snprintf(paper->author, sizeof(paper->author), "%s", gms_command_role(ask));
}


static void
command_start(gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body,
    bool beside)
{
    static const char *const names[] = { "shooter", "target", "caliber_mm",
        "caliber", "distance_m", "distance", "sighters", "competition", "level",
        "advice", "course", "nickname", "equipment", NULL };
    gms_waiting_t            waiting;
    gms_event_session_t     *session;
    double                   caliber_mm;
    uint64_t                 id;

    id = ask->header.id;
    gms_command_waiting(s, ask, GMS_INPUT_START, &waiting);
    waiting.input.beside = beside;
    command_leave_paper(s, ask, &waiting);
    session = &waiting.input.u.session;
    session->rounds = s->config->rounds;

    if (gms_command_known(s, id, body, names)
        && gms_command_shooter(s, id, body, session)
        && gms_command_equipment(s, id, body, session, &caliber_mm)
        && command_target(
            s, id, cJSON_GetObjectItemCaseSensitive(body, "target"), session)
        && command_caliber(s, id, body, caliber_mm, session)
        && command_distance(s, id, body, session)
        && command_bool(s, id, body, "sighters", &session->sighters)
        && gms_command_course(s, id, body, session)
        && command_bool(s, id, body, "competition", &session->competition)
        && gms_command_coaching(s, id, body, session))
    {
        if (gms_tokens_mint(&waiting) != GMS_OK) {
            gms_publish_made(s, id, NULL);
            return;
        }

        gms_command_usual(s, session, session);
        gms_calibrating_start(s, &waiting);
    }
}


void
gms_command_session_start(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    command_start(s, ask, body, false);
}


void
gms_command_sessions_start(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    command_start(s, ask, body, true);
}


/* The session that the path names, or the one on show: false, and it was
 * answered, when there is none of that name. */
static bool
command_session(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const gms_session_t **session)
{
    const char *id;

    id =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "session"));
    *session = id != NULL ? gms_scorebook_find(&s->book, id)
                          : gms_scorebook_shown(&s->book);

    if (id != NULL && (id[0] == '\0' || *session == NULL)) {
        gms_publish_problem(s, ask, 404, "session-unknown",
            "There is no such session",
            "it is neither open on this lane nor the one that ended last");
        return false;
    }

    return true;
}


void
gms_command_session_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    const gms_session_t *session;

    if (command_session(s, ask->header.id, body, &session)) {
        gms_publish_made(s, ask->header.id, gms_document_session(s, session));
    }
}


void
gms_command_session_card(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const int kinds[] = { GMS_ANSWER_CARD_CSV, GMS_ANSWER_CARD_JSON,
        GMS_ANSWER_CARD_SVG, GMS_ANSWER_CARD_HTML };

    gms_card_format_e format;
    gms_card_t        card = { 0 };
    char             *text;

    format = gms_card_format(strchr(ask->header.verb, '.') + 1);

    if (!command_session(s, ask->header.id, body, &card.session)) {
        return;
    }

    if (card.session == NULL) {
        gms_publish_problem(s, ask->header.id, 404, "session-unknown",
            "There is no such session", "nobody has shot on this lane yet");
        return;
    }

    card.lane = s->config->name;
    card.title = s->config->title;
    card.hash = card.session->state == GMS_SESSION_ENDED
            && strcmp(s->ended_session, card.session->id) == 0
        ? s->ended_hash
        : "";

    text = gms_card_text(&card, format);
    if (text == NULL) {
        gms_publish_made(s, ask->header.id, NULL);
        return;
    }

    gms_publish_card(s, ask->header.id, kinds[format], text);
    free(text);
}


void
gms_command_sessions_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    (void) body;

    gms_publish_made(s, ask->header.id, gms_document_sessions(s));
}


/* What a body asks to change: one thing, so that nothing is half done. */
typedef struct {
    const char      *name;
    const char      *word; /* NULL: true, or false for the other */
    gms_input_kind_e kind;
    gms_input_kind_e other; /* the same kind: false is no such thing */
} gms_change_t;

static const gms_change_t command_changes[] = {
    { "state", "paused", GMS_INPUT_PAUSE, GMS_INPUT_PAUSE },
    { "state", "live", GMS_INPUT_RESUME, GMS_INPUT_RESUME },
    { "state", "discarded", GMS_INPUT_DISCARD, GMS_INPUT_DISCARD },
    { "state", "reopened", GMS_INPUT_REOPEN, GMS_INPUT_REOPEN },
    { "sighters", NULL, GMS_INPUT_SIGHTERS, GMS_INPUT_RECORD },
    { "record", NULL, GMS_INPUT_RECORD, GMS_INPUT_SIGHTERS },
    { "active", NULL, GMS_INPUT_ACTIVATE, GMS_INPUT_ACTIVATE },
};


/* False: this member says nothing that can be done. */
static bool
command_change_of(const cJSON *item, gms_input_kind_e *kind)
{
    const gms_change_t *change;
    size_t              i;

    for (i = 0; i < sizeof(command_changes) / sizeof(command_changes[0]); i++) {
        change = &command_changes[i];

        if (strcmp(item->string, change->name) != 0) {
            continue;
        }

        if (change->word != NULL ? cJSON_IsString(item)
                    && strcmp(item->valuestring, change->word) == 0
                                 : cJSON_IsTrue(item))
        {
            *kind = change->kind;
            return true;
        }

        if (change->word == NULL && cJSON_IsFalse(item)
            && change->other != change->kind)
        {
            *kind = change->other;
            return true;
        }
    }

    return false;
}


/* The one member that is not of the path; NULL, and it was answered. */
static const cJSON *
command_only(gms_scorer_t *s, uint64_t ask, const cJSON *body)
{
    const cJSON *item, *only;
    char         pointer[96];

    only = NULL;

    cJSON_ArrayForEach(item, body)
    {
        if (strcmp(item->string, "session") == 0) {
            continue;
        }

        if (only != NULL) {
            snprintf(pointer, sizeof(pointer), "/%.80s", item->string);
            gms_command_invalid(s, ask, pointer, "change one thing at a time");
            return NULL;
        }

        only = item;
    }

    if (only == NULL) {
        gms_command_invalid(s, ask, "/state",
            "say state, shooter, nickname, into, sighters, record or active");
    }

    return only;
}


/* Also the one that was discarded last: that can be undone. */
static bool
command_changed(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const gms_session_t **session)
{
    const char *id =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "session"));

    *session = id != NULL ? gms_scorebook_discarded(&s->book, id) : NULL;
    return *session != NULL || command_session(s, ask, body, session);
}


/* The shots of a walk-up are somebody's who has a session already. */
static void
command_into(gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *item,
    gms_waiting_t *waiting)
{
    gms_correcting_t *c = &waiting->input.u.correcting;
    const char       *to = cJSON_GetStringValue(item);

    if (to == NULL || strlen(to) >= sizeof(c->other)) {
        gms_command_invalid(s, ask->header.id, "/into",
            "into is a session of this lane that takes the shots");
        return;
    }

    waiting->input.kind = GMS_INPUT_INTO;
    command_leave_paper(s, ask, waiting);
    strcpy(c->other, to);
    strcpy(c->reason, "claimed");
    snprintf(c->author, sizeof(c->author), "%s", gms_command_role(ask));
    c->official = ask->header.role == GMS_ROLE_ADMIN;
    gms_scorer_input(s, waiting);
}


void
gms_command_session_change(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "session", "state", "shooter",
        "nickname", "into", "sighters", "record", "active", NULL };
    const gms_session_t     *session;
    const cJSON             *item;
    gms_waiting_t            waiting;
    char                     pointer[32];
    uint64_t                 id;

    id = ask->header.id;
    gms_command_waiting(s, ask, GMS_INPUT_CLAIM, &waiting);

    if (!gms_command_known(s, id, body, names)
        || !command_changed(s, id, body, &session))
    {
        return;
    }

    item = command_only(s, id, body);

    if (item == NULL) {
        return;
    }

    if (session != NULL) {
        snprintf(waiting.input.session, sizeof(waiting.input.session), "%s",
            session->id);
    }

    if (strcmp(item->string, "shooter") == 0
        || strcmp(item->string, "nickname") == 0)
    {
        if (gms_command_shooter(s, id, body, &waiting.input.u.session)) {
            if (session != NULL) {
                gms_command_usual(s, &session->setup, &waiting.input.u.session);
            }
            gms_scorer_input(s, &waiting);
        }
        return;
    }

    if (strcmp(item->string, "into") == 0) {
        command_into(s, ask, item, &waiting);
        return;
    }

    if (!command_change_of(item, &waiting.input.kind)) {
        snprintf(pointer, sizeof(pointer), "/%s", item->string);
        gms_command_invalid(s, id, pointer,
            strcmp(item->string, "state") == 0
                ? "state is \"paused\", \"live\", \"discarded\" or "
                  "\"reopened\""
                : "this is true, or false where that says something");
        return;
    }

    if (waiting.input.kind == GMS_INPUT_ACTIVATE) {
        command_leave_paper(s, ask, &waiting);
        gms_calibrating_start(s, &waiting);
        return;
    }

    gms_scorer_input(s, &waiting);
}


void
gms_command_session_end(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    const gms_session_t *session;
    gms_waiting_t        waiting;

    if (!command_session(s, ask->header.id, body, &session)) {
        return;
    }

    gms_command_waiting(s, ask, GMS_INPUT_END, &waiting);
    waiting.input.paper.what = GMS_PAPER_GONE_END;
    waiting.input.paper.expected = -1;

    if (cJSON_HasObjectItem(body, "session") && session != NULL) {
        snprintf(waiting.input.session, sizeof(waiting.input.session), "%s",
            session->id);
    }

    if (session != NULL && session == gms_scorebook_active(&s->book)) {
        waiting.input.count = true;
        gms_command_count(s, ask, &waiting);
    }

    gms_scorer_input(s, &waiting);
}

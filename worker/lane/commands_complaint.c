#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/jsontree.h"
#include "commands_coaching.h"
#include "commands_complaint.h"
#include "commands_frames.h"
#include "evidence.h"
#include "filming.h"
#include "orders.h"
#include "publish.h"
#include "../session/complaints.h"

/* The number of its event. */
#define GMS_COMPLAINT_ID_SIZE 24

/* Facts: candidates, holes and what is told of them. */
#define GMS_COMPLAINT_FACTS_MAX (1024 * 1024)

/* So many are listed, the newest. */
#define GMS_COMPLAINTS_LISTED 200


static const char *
complaint_id(const cJSON *body)
{
    const char *id;

    id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "id"));

    return id != NULL && strspn(id, "0123456789") == strlen(id) ? id : "";
}


static void
complaint_none(gms_scorer_t *s, uint64_t ask)
{
    gms_publish_problem(s, ask, 404, "complaint-unknown",
        "There is no such complaint",
        "none of this number is kept: it may be too old, or was removed");
}


/* Only an official decides it, who says his name. */
static bool
complaint_is_official(const gms_scorer_t *s, const gms_complaint_t *c)
{
    const gms_session_t *session =
        c->session[0] != '\0' ? gms_scorebook_find(&s->book, c->session) : NULL;

    return session != NULL && session->setup.competition;
}


/* Number of the shot that is protested; 0: one is missing. */
static bool
complaint_shot(gms_scorer_t *s, uint64_t ask, const cJSON *body, uint32_t *shot)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, "shot");

    *shot = 0;

    if (item == NULL || cJSON_IsNull(item)) {
        return true;
    }

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 1)
        || item->valuedouble > GMS_SESSION_SHOTS_MAX
        || item->valuedouble != floor(item->valuedouble))
    {
        gms_command_invalid(s, ask, "/shot", "the number of a shot");
        return false;
    }

    *shot = (uint32_t) item->valuedouble;
    return true;
}


/* A protest is about a shot of the session that the body names, else of the
 * one on show. */
static bool
complaint_session(
    gms_scorer_t *s, uint64_t ask, const cJSON *body, gms_waiting_t *waiting)
{
    const gms_session_t *session;
    char                *id = waiting->input.session;

    if (!gms_command_text(s, ask, body, "session", id, GMS_ID_SIZE)) {
        return false;
    }

    session = id[0] != '\0' ? gms_scorebook_find(&s->book, id)
                            : gms_scorebook_shown(&s->book);

    if (session == NULL) {
        gms_publish_problem(s, ask, 404, "session-unknown",
            "There is no such session",
            "it is neither open on this lane nor the one that ended last");
        return false;
    }

    strcpy(id, session->id);
    return true;
}


void
gms_command_complaint_add(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "session", "shot", "reason", NULL };
    gms_event_complaint_t   *complaint;
    gms_waiting_t            waiting;
    uint64_t                 id = ask->header.id;

    gms_command_waiting(s, ask, GMS_INPUT_COMPLAINT, &waiting);
    complaint = &waiting.input.u.complaint;
    memset(complaint, 0, sizeof(*complaint));
    snprintf(complaint->author, sizeof(complaint->author), "%s",
        gms_command_role(ask));

    if (!gms_command_known(s, id, body, names)
        || !complaint_shot(s, id, body, &complaint->shot)
        || !gms_command_text(
            s, id, body, "reason", complaint->reason, sizeof(complaint->reason))
        || ((complaint->shot != 0 || cJSON_HasObjectItem(body, "session"))
            && !complaint_session(s, id, body, &waiting)))
    {
        return;
    }

    if (complaint->shot != 0 && complaint->reason[0] == '\0') {
        gms_command_invalid(s, id, "/reason", "say why");
        return;
    }

    gms_scorer_input(s, &waiting);
}


/* Who made it withdraws it; a coach decides, in a competition an official by
 * his name. */
void
gms_command_complaint_change(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "id", "session", "state", "text",
        "author", NULL };
    const gms_complaint_t   *c;
    gms_waiting_t            waiting;
    gms_closing_t           *closing = &waiting.input.u.closing;
    uint64_t                 id = ask->header.id;
    int                      what = GMS_COMPLAINT_OPEN;

    gms_command_waiting(s, ask, GMS_INPUT_COMPLAINT_CLOSE, &waiting);
    memset(closing, 0, sizeof(*closing));
    closing->official = ask->header.role == GMS_ROLE_ADMIN;

    if (!gms_command_known(s, id, body, names)
        || !gms_command_text(s, id, body, "session", waiting.input.session,
            sizeof(waiting.input.session))
        || !gms_command_text(s, id, body, "text", closing->closed.text,
            sizeof(closing->closed.text))
        || !gms_command_text(s, id, body, "author", closing->closed.author,
            sizeof(closing->closed.author))
        || !gms_command_word(s, id, body, "state", gms_complaint_words,
            GMS_COMPLAINT_WORDS, &what))
    {
        return;
    }

    closing->closed.complaint = strtoull(complaint_id(body), NULL, 10);
    closing->closed.what = (gms_complaint_state_e) what;
    c = gms_complaints_find(&s->book, closing->closed.complaint);

    if (c == NULL
        || (ask->header.role < GMS_ROLE_COACH
            && strcmp(c->session, waiting.input.session) != 0))
    {
        complaint_none(s, id);
        return;
    }

    if (what != GMS_COMPLAINT_WITHDRAWN && ask->header.role < GMS_ROLE_COACH) {
        gms_publish_problem(s, id, 403, "not-allowed",
            "You are not allowed to do this", "a coach or an official decides");
        return;
    }

    if (closing->closed.author[0] == '\0' && !complaint_is_official(s, c)) {
        snprintf(closing->closed.author, sizeof(closing->closed.author), "%s",
            gms_command_role(ask));
    }

    gms_scorer_input(s, &waiting);
}


void
gms_command_complained(
    gms_scorer_t *s, const gms_waiting_t *waiting, const gms_answer_t *answer)
{
    char     body[GMS_ID_SIZE + 160], film[GMS_ID_SIZE + 64];
    uint64_t id = answer->seq;
    uint32_t shot = waiting->input.u.complaint.shot;

    if (waiting->input.kind == GMS_INPUT_COMPLAINT_CLOSE) {
        snprintf(body, sizeof(body),
            "{\"complaint\":\"%" PRIu64 "\",\"state\":\"%s\"}",
            waiting->input.u.closing.closed.complaint,
            gms_complaint_words[waiting->input.u.closing.closed.what]);
        gms_publish_answer(s, waiting->ask, 200, body);
        return;
    }

    if (shot != 0) {
        snprintf(film, sizeof(film), "/api/sessions/%s/shots/%u.avi",
            answer->session, shot);
    } else {
        snprintf(film, sizeof(film), "/api/lanes/%s/complaints/%" PRIu64 ".avi",
            s->config->name, id);
    }

    snprintf(body, sizeof(body),
        "{\"complaint\":\"%" PRIu64 "\",\"film\":\"%s\"}", id, film);
    gms_publish_answer(s, waiting->ask, 201, body);
}


void
gms_command_uncomplained(gms_scorer_t *s, const gms_waiting_t *waiting, int rc)
{
    const gms_event_closed_t *closed;
    bool                      named;

    closed = &waiting->input.u.closing.closed;
    named = waiting->input.kind == GMS_INPUT_COMPLAINT_CLOSE
        && closed->author[0] == '\0';

    switch (rc) {

    case GMS_EFORBIDDEN:
        gms_publish_problem(s, waiting->ask, 403, "official-needed",
            "An official decides that",
            "a session of a competition takes the role admin, with the "
            "official's name as author");
        return;

    case GMS_EINVALID:
        if (waiting->input.kind == GMS_INPUT_COMPLAINT) {
            gms_command_invalid(
                s, waiting->ask, "/reason", "this is one line of UTF-8 text");
        } else if (closed->what == GMS_COMPLAINT_OPEN) {
            gms_command_invalid(s, waiting->ask, "/state",
                "state is upheld, denied or withdrawn");
        } else if (named) {
            gms_command_invalid(
                s, waiting->ask, "/author", "an official says his name");
        } else {
            gms_command_invalid(s, waiting->ask, "/text",
                "say what was decided, and why, in one line");
        }
        return;

    case GMS_ENOTFOUND:
        if (waiting->input.kind == GMS_INPUT_COMPLAINT) {
            gms_publish_problem(s, waiting->ask, 404, "shot-unknown",
                "There is no such shot",
                "the session has no shot of this number");
        } else {
            complaint_none(s, waiting->ask);
        }
        return;

    case GMS_ETOOBIG:
        gms_publish_problem(s, waiting->ask, 409, "too-many-complaints",
            "Too many protests wait for a decision",
            "this lane has 24 of them: a coach or an official decides them "
            "first");
        return;

    default:
        gms_publish_problem(s, waiting->ask, 409, "complaint-state",
            "Not possible with this complaint",
            waiting->input.kind == GMS_INPUT_COMPLAINT
                ? "this shot is protested already: the decision comes"
                : "it was decided already, or withdrawn");
    }
}


static void
complaint_us(cJSON *json, const char *name, int64_t us)
{
    char text[32];

    snprintf(text, sizeof(text), "%" PRId64, us);
    cJSON_AddRawToObject(json, name, text);
}


/* Of everybody who shot at this paper, where they are for the calibration that
 * is told with them. */
static cJSON *
complaint_holes(const gms_scorer_t *s)
{
    const gms_session_t      *session;
    const gms_session_shot_t *row;
    gms_known_hole_t          hole;
    cJSON                    *list, *json;
    uint32_t                  i;
    int                       k;

    list = cJSON_CreateArray();

    for (k = 0; k < GMS_SESSIONS_MAX; k++) {
        session = &s->book.session[k];

        for (i = 0; gms_session_is_open(session) && i < session->shots; i++) {
            row = &session->shot[i];

            if (!gms_session_is_hole(session, row) || row->first.unplaced
                || row->shot.paper != session->paper)
            {
                continue;
            }

            gms_order_hole(s, &row->first, &hole);
            json = cJSON_CreateObject();
            cJSON_AddNumberToObject(json, "x_px", hole.x_px);
            cJSON_AddNumberToObject(json, "y_px", hole.y_px);
            cJSON_AddNumberToObject(json, "radius_px", hole.radius_px);
            cJSON_AddNumberToObject(json, "n", row->shot.n);
            complaint_us(json, "t_us",
                (row->first.frame_real_ns != 0 ? row->first.frame_real_ns
                                               : row->real_ns)
                    / GMS_US);
            cJSON_AddItemToArray(list, json);
        }
    }

    return list;
}


/* NULL: out of memory. */
static char *
complaint_facts(const gms_scorer_t *s, const gms_event_t *event, const char *id)
{
    cJSON *json, *lens;
    char   replay[512], *text;

    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "id", id);
    cJSON_AddStringToObject(json, "lane", s->config->name);
    cJSON_AddStringToObject(json, "session", event->session);
    cJSON_AddStringToObject(json, "author", event->u.complaint.author);
    complaint_us(json, "t_us", event->real_ns / GMS_US);
    cJSON_AddStringToObject(json, "target", s->face.name);
    cJSON_AddNumberToObject(json, "caliber_mm", s->caliber_mm);

    if (s->calibrated) {
        cJSON_AddItemToObject(json, "homography_mm_to_px",
            cJSON_CreateDoubleArray(s->calibration.mm_to_px, 9));

        if (s->calibration.lens.bend != 0) {
            lens = cJSON_AddArrayToObject(json, "lens");
            cJSON_AddItemToArray(
                lens, cJSON_CreateNumber(s->calibration.lens.x));
            cJSON_AddItemToArray(
                lens, cJSON_CreateNumber(s->calibration.lens.y));
            cJSON_AddItemToArray(
                lens, cJSON_CreateNumber(s->calibration.lens.bend));
            cJSON_AddItemToArray(
                lens, cJSON_CreateNumber(s->calibration.lens.at2));
        }
    }

    snprintf(replay, sizeof(replay),
        "gmshoot detect --camera clip:%s.avi --target %s --caliber %gmm%s%s%s "
        "--all",
        id, s->face.name, s->caliber_mm, s->calibrated ? " --calibration " : "",
        s->calibrated ? id : "", s->calibrated ? ".json" : "");
    cJSON_AddStringToObject(json, "replay", replay);
    cJSON_AddItemToObject(json, "holes", complaint_holes(s));
    cJSON_AddItemToObject(json, "candidates", gms_evidence_rejected(s));

    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);

    return text;
}


void
gms_complaint_keep(gms_scorer_t *s, const gms_event_t *event)
{
    char  id[GMS_COMPLAINT_ID_SIZE];
    char *facts;

    if (event->u.complaint.shot != 0) {
        return; /* a shot has a film of its own */
    }

    snprintf(id, sizeof(id), "%" PRIu64, event->seq);
    facts = complaint_facts(s, event, id);

    if (facts != NULL) {
        (void) gms_filming_complaint(s, id, event->real_ns / GMS_US, facts);
    }
}


/* What is known of it, malloc'ed; NULL: there is no such complaint. */
static char *
complaint_read(const gms_scorer_t *s, const char *id)
{
    struct stat sb;
    char        path[PATH_MAX], *text;
    int         fd;

    text = NULL;
    fd = gms_films_path(
             s->dir, GMS_FILMS_COMPLAINTS, id, "facts.json", path, sizeof(path))
        ? open(path, O_RDONLY | O_CLOEXEC)
        : -1;

    if (fd == -1) {
        return NULL;
    }

    if (fstat(fd, &sb) == 0 && sb.st_size > 0
        && sb.st_size <= GMS_COMPLAINT_FACTS_MAX)
    {
        text = calloc(1, (size_t) sb.st_size + 1);

        if (text != NULL
            && read(fd, text, (size_t) sb.st_size) != (ssize_t) sb.st_size) {
            free(text);
            text = NULL;
        }
    }

    close(fd);

    return text;
}


/* What was filmed of it; false: nothing is kept. */
static bool
complaint_add_film(const gms_scorer_t *s, const char *id, cJSON *json)
{
    static const char *const told[] = { "id", "t_us", "session", "author",
        "pictures", "from_us", "to_us" };
    cJSON                   *facts, *item;
    char                    *text, address[128];

    text = complaint_read(s, id);
    facts = text != NULL ? gms_jsontree_object(text) : NULL;
    free(text);

    if (facts == NULL) {
        return false;
    }

    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        item = cJSON_HasObjectItem(json, told[i])
            ? NULL
            : cJSON_DetachItemFromObjectCaseSensitive(facts, told[i]);

        if (item != NULL) {
            cJSON_AddItemToObject(json, told[i], item);
        }
    }

    cJSON_Delete(facts);
    snprintf(address, sizeof(address), "/api/lanes/%s/complaints/%.20s.avi",
        s->config->name, id);
    cJSON_AddStringToObject(json, "film", address);
    snprintf(address, sizeof(address), "/api/lanes/%s/complaints/%.20s.json",
        s->config->name, id);
    cJSON_AddStringToObject(json, "facts", address);

    return true;
}


/* The shot of a protest has a picture, and a film as long as that is kept. */
static void
complaint_add_shot(const gms_scorer_t *s, const gms_complaint_t *c, cJSON *json)
{
    char address[GMS_ID_SIZE + 64], name[32], path[PATH_MAX];

    snprintf(address, sizeof(address), "/api/sessions/%s/shots/%u.jpg",
        c->session, c->event.shot);
    cJSON_AddStringToObject(json, "picture", address);
    snprintf(name, sizeof(name), "shot-%u.avi", c->event.shot);

    if (gms_films_path(
            s->dir, GMS_FILMS_SHOTS, c->session, name, path, sizeof(path))
        && access(path, R_OK) == 0)
    {
        snprintf(address, sizeof(address), "/api/sessions/%s/shots/%u.avi",
            c->session, c->event.shot);
        cJSON_AddStringToObject(json, "film", address);
    }
}


/* As the list tells it: what is known of it, c NULL: of its film alone. */
static void
complaint_row(const gms_scorer_t *s, const gms_complaint_t *c, const char *id,
    cJSON *list)
{
    cJSON *json = c != NULL ? gms_complaint_to_json(c) : cJSON_CreateObject();
    bool   filmed;

    if (c != NULL && c->event.shot != 0) {
        complaint_add_shot(s, c, json);
        filmed = false;
    } else {
        filmed = complaint_add_film(s, id, json);
    }

    if (c == NULL && !filmed) {
        cJSON_Delete(json);
        return;
    }

    cJSON_AddItemToArray(list, json);
}


static int
complaint_is_one(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);

    return n < GMS_COMPLAINT_ID_SIZE
        && strspn(entry->d_name, "0123456789") == n;
}


/* By number; neither has zeros in front. */
static int
complaint_order(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);

    return n != m ? (n > m ? 1 : -1) : strcmp(a, b);
}


/* Of those that are known, and of those of which a film is kept. */
void
gms_command_complaints_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    const gms_complaint_t *c;
    struct dirent        **entry;
    char                   path[PATH_MAX], id[GMS_COMPLAINT_ID_SIZE], *text;
    cJSON                 *json, *list;
    int                    n, known, order;

    (void) body;

    snprintf(path, sizeof(path), "%s/complaints", s->dir);
    entry = NULL;
    n = scandir(path, &entry, complaint_is_one, versionsort);
    n = n > 0 ? n : 0;
    known = (int) s->book.complaints;
    json = cJSON_CreateObject();
    list = cJSON_AddArrayToObject(json, "complaints");

    while (n > 0 || known > 0) { /* the newest first */
        c = known > 0 ? &s->book.complaint[known - 1] : NULL;
        snprintf(id, sizeof(id), "%" PRIu64, c != NULL ? c->seq : 0);
        order = n == 0  ? 1
            : c == NULL ? -1
                        : complaint_order(id, entry[n - 1]->d_name);

        if (cJSON_GetArraySize(list) < GMS_COMPLAINTS_LISTED) {
            complaint_row(s, order >= 0 ? c : NULL,
                order >= 0 ? id : entry[n - 1]->d_name, list);
        }

        known -= order >= 0;

        if (order <= 0) {
            free(entry[--n]);
        }
    }

    free(entry);
    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    gms_publish_made(s, ask->header.id, text);
}


void
gms_command_complaint_film(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    gms_command_film(s, ask->header.id, GMS_FILMS_COMPLAINTS,
        complaint_id(body), "film.avi");
}


void
gms_command_complaint_facts(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    char *text;

    text = complaint_read(s, complaint_id(body));

    if (text == NULL) {
        complaint_none(s, ask->header.id);
        return;
    }

    gms_publish_made(s, ask->header.id, text);
}


void
gms_command_complaint_remove(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    const char *id = complaint_id(body);
    char        answer[GMS_COMPLAINT_ID_SIZE + 32];
    int         rc;

    rc = gms_films_remove(s->dir, GMS_FILMS_COMPLAINTS, id);

    if (rc == GMS_OK) {
        snprintf(answer, sizeof(answer), "{\"complaint\":\"%.20s\"}", id);
        gms_publish_answer(s, ask->header.id, 200, answer);

    } else if (rc == GMS_ENOTFOUND || rc == GMS_EINVALID) {
        complaint_none(s, ask->header.id);

    } else {
        gms_publish_problem(s, ask->header.id, 503, "store-failing",
            "The complaint cannot be removed", gms_strerror(rc));
    }
}

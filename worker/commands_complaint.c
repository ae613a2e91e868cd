#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../ipc/error.h"
#include "base/clock.h"
#include "base/jsontree.h"
#include "commands_complaint.h"
#include "commands_frames.h"
#include "evidence.h"
#include "filming.h"
#include "orders.h"
#include "publish.h"

/* The number of its event. */
#define GMS_COMPLAINT_ID_SIZE 24

/* Facts: candidates, holes and what is told of them. */
#define GMS_COMPLAINT_FACTS_MAX (1024 * 1024)

/* So many are listed, the newest. */
#define GMS_COMPLAINTS_MAX 200


void
gms_command_complaint_add(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { NULL };
    gms_waiting_t            waiting;

    if (!gms_command_known(s, ask->header.id, body, names)) {
        return;
    }

    gms_command_waiting(s, ask, GMS_INPUT_COMPLAINT, &waiting);
    snprintf(waiting.input.u.complaint.author,
        sizeof(waiting.input.u.complaint.author), "%s", gms_command_role(ask));
    gms_scorer_input(s, &waiting);
}


void
gms_command_complained(
    gms_scorer_t *s, uint64_t ask, const gms_answer_t *answer)
{
    char body[GMS_LANE_NAME_SIZE + 128];

    snprintf(body, sizeof(body),
        "{\"complaint\":\"%" PRIu64
        "\",\"film\":\"/api/lanes/%s/complaints/%" PRIu64 ".avi\"}",
        answer->seq, s->config->name, answer->seq);
    gms_publish_answer(s, ask, 201, body);
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


/* As the list tells it. */
static bool
complaint_row(const gms_scorer_t *s, const char *id, cJSON *list)
{
    static const char *const told[] = { "id", "t_us", "session", "author",
        "pictures", "from_us", "to_us" };
    cJSON                   *facts, *json, *item;
    char                    *text, address[128];

    text = complaint_read(s, id);
    facts = text != NULL ? gms_jsontree_object(text) : NULL;
    free(text);

    if (facts == NULL) {
        return true;
    }

    json = cJSON_CreateObject();

    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        item = cJSON_DetachItemFromObjectCaseSensitive(facts, told[i]);

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

    return cJSON_AddItemToArray(list, json);
}


static int
complaint_is_one(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);

    return n < GMS_COMPLAINT_ID_SIZE
        && strspn(entry->d_name, "0123456789") == n;
}


void
gms_command_complaints_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    struct dirent **entry;
    char            path[PATH_MAX], *text;
    cJSON          *json, *list;
    int             i, n;

    (void) body;

    snprintf(path, sizeof(path), "%s/complaints", s->dir);
    entry = NULL;
    n = scandir(path, &entry, complaint_is_one, versionsort);
    json = cJSON_CreateObject();
    list = cJSON_AddArrayToObject(json, "complaints");

    for (i = n - 1; i >= 0; i--) { /* the newest first */
        if (n - i <= GMS_COMPLAINTS_MAX) {
            (void) complaint_row(s, entry[i]->d_name, list);
        }
        free(entry[i]);
    }

    free(entry);
    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    gms_publish_made(s, ask->header.id, text);
}


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

#include "imported.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "../../ipc/grammar.h"
#include "../session/decide.h"
#include "recall.h"


static int
imported_add(gms_imported_t *im, const gms_event_t *event)
{
    gms_imported_session_t *s;
    int                     capacity;

    if (im->sessions == im->capacity) {
        capacity = im->capacity > 0 ? 2 * im->capacity : 64;
        s = realloc(im->session, (size_t) capacity * sizeof(*s));

        if (s == NULL) {
            return GMS_ENOMEM;
        }

        im->session = s;
        im->capacity = capacity;
    }

    s = &im->session[im->sessions++];
    memcpy(s->session, event->session, sizeof(s->session));
    memcpy(s->key, event->key, sizeof(s->key));
    s->setup = event->u.session;
    return GMS_OK;
}


const gms_imported_session_t *
gms_imported_find(const gms_imported_t *im, const char *id_or_key)
{
    for (int i = 0; i < im->sessions; i++) {
        if (strcmp(im->session[i].session, id_or_key) == 0
            || strcmp(im->session[i].key, id_or_key) == 0)
        {
            return &im->session[i];
        }
    }

    return NULL;
}


static int
imported_event(void *data, const gms_event_t *event, const char *json)
{
    gms_imported_t               *im = data;
    const gms_imported_session_t *s;

    (void) json;

    if (event->kind == GMS_EVENT_SESSION_STARTED) {
        return imported_add(im, event);
    }

    if (event->kind == GMS_EVENT_SESSION_DISCARDED) {
        s = gms_imported_find(im, event->session);

        if (s != NULL) {
            im->session[s - im->session] = im->session[--im->sessions];
        }
    }

    return GMS_OK;
}


static int
imported_replay(gms_journal_t *j, gms_journal_row_pt row, void *data, char *err,
    size_t err_size)
{
    uint64_t    seq;
    const char *why;
    int         rc = gms_journal_replay(j, 0, row, data);

    if (rc < 0) {
        why = gms_journal_trouble(j, &seq);
        snprintf(err, err_size, "%s", why[0] != '\0' ? why : gms_strerror(rc));
    }

    return rc;
}


int
gms_imported_open(gms_imported_t *im, const char *state_dir, bool writing,
    char *err, size_t err_size)
{
    gms_scorebook_before_t before = { .after = 0 };
    char                   path[PATH_MAX];
    int                    rc;

    memset(im, 0, sizeof(*im));
    snprintf(path, sizeof(path), "%s/lanes/" GMS_LANE_IMPORTED "%s", state_dir,
        writing ? "" : "/journal.db");

    rc = writing
        ? gms_journal_open(&im->journal, path, GMS_LANE_IMPORTED, err, err_size)
        : gms_journal_open_reading(&im->journal, path, err, err_size);

    if (rc != GMS_OK) {
        im->journal = NULL;
    }
    if (rc == GMS_ENOTFOUND && !writing) {
        return gms_scorebook_init(&im->book, GMS_LANE_IMPORTED, 0);
    }
    if (rc == GMS_OK) {
        rc = imported_replay(im->journal, imported_event, im, err, err_size);
    }
    if (rc == GMS_OK) {
        rc = gms_scorebook_init(
            &im->book, GMS_LANE_IMPORTED, gms_journal_epoch(im->journal));
    }
    if (rc == GMS_OK) {
        before.after = gms_journal_last_seq(im->journal);
        gms_scorebook_begin_after(&im->book, &before);
    }

    return rc;
}


void
gms_imported_close(gms_imported_t *im)
{
    if (im->journal != NULL) {
        gms_journal_close(im->journal);
    }

    gms_scorebook_free(&im->book);
    free(im->session);
    memset(im, 0, sizeof(*im));
}


int
gms_imported_discard(gms_imported_t *im, const char *session, int64_t real_ns,
    char *err, size_t err_size)
{
    const gms_imported_session_t *s = gms_imported_find(im, session);
    gms_input_t                   input = { .real_ns = real_ns };
    gms_event_t                   event;

    if (s == NULL || strcmp(s->session, session) != 0) {
        snprintf(err, err_size, "no session %s was imported, or it is undone",
            session);
        return GMS_ENOTFOUND;
    }

    gms_decide_event(
        &im->book, &input, NULL, GMS_EVENT_SESSION_DISCARDED, &event, 0)
        ->u.session = s->setup;
    memcpy(event.session, s->session, sizeof(event.session));

    return gms_journal_append(im->journal, &event, 1, err, err_size);
}


typedef struct {
    const char *session;
    bool        there;
} imported_search_t;


static int
imported_search(void *data, const gms_event_t *event, const char *json)
{
    imported_search_t *search = data;

    (void) json;

    if (strcmp(event->session, search->session) == 0) {
        search->there = event->kind != GMS_EVENT_SESSION_DISCARDED;
    }

    return GMS_OK;
}


int
gms_imported_is_ours(
    const char *state_dir, const char *session, char *err, size_t err_size)
{
    imported_search_t search = { session, false };
    gms_journal_t    *j;
    char              path[PATH_MAX];
    int               rc;

    if (gms_recall_path(state_dir, session, path, sizeof(path)) != GMS_OK
        || access(path, F_OK) != 0)
    {
        return 0;
    }

    rc = gms_journal_open_reading(&j, path, err, err_size);

    if (rc != GMS_OK) {
        return rc;
    }

    rc = imported_replay(j, imported_search, &search, err, err_size);
    gms_journal_close(j);

    return rc == GMS_OK ? search.there : rc;
}

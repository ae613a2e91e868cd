#include "importing.h"

#include <stdlib.h>
#include <string.h>

#include "../ipc/error.h"
#include "../ipc/text.h"
#include "library/library.h"
#include "store/imported.h"


static const char *
base_of(const gms_importing_t *m)
{
    const char *slash = strrchr(m->name, '/');

    return slash != NULL ? slash + 1 : m->name;
}


/* What the file does not say the command line must. */
static int
import_missing(const char *title, const char *what, char *err, size_t err_size)
{
    snprintf(err, err_size, "%s: the file does not say the %s: use --%s", title,
        what, what);
    return GMS_EINVALID;
}


static int
import_setup(const gms_importing_t *m, const gms_library_t *library,
    const gms_import_session_t *s, gms_import_layout_e layout,
    gms_event_session_t *setup, char *err, size_t err_size)
{
    const char       *target = m->target != NULL ? m->target : s->target;
    const char       *shooter = m->shooter != NULL ? m->shooter : s->shooter;
    const gms_face_t *face;
    char              base[64];

    memset(setup, 0, sizeof(*setup));
    setup->caliber_mm = m->caliber_mm > 0 ? m->caliber_mm : s->caliber_mm;
    setup->distance_m = m->distance_m > 0 ? m->distance_m : s->distance_m;
    setup->rounds = gms_rounds_usual;
    snprintf(setup->shooter, sizeof(setup->shooter), "%s", shooter);
    snprintf(setup->source, sizeof(setup->source), "%s, %s, %s",
        gms_import_layout_name[layout],
        gms_text_shorten(base, sizeof(base), base_of(m)), s->title);

    if (target[0] == '\0') {
        return import_missing(s->title, "target", err, err_size);
    }
    if (setup->caliber_mm <= 0) {
        return import_missing(s->title, "caliber", err, err_size);
    }
    if (setup->distance_m <= 0 && layout != GMS_IMPORT_GMSHOOT) {
        return import_missing(s->title, "distance", err, err_size);
    }

    face = gms_library_find(library, target, err, err_size);
    if (face == NULL) {
        return GMS_ENOTFOUND;
    }

    setup->face = *face;
    return GMS_OK;
}


/* Who says whose it is says it of one person. */
static int
import_persons(const gms_importing_t *m, const gms_import_t *import, char *err,
    size_t err_size)
{
    const gms_import_session_t *s = import->session;

    for (int i = 1; m->shooter != NULL && i < import->sessions; i++) {
        if (strcmp(s[i].who, s[0].who) != 0) {
            snprintf(err, err_size,
                "%s holds sessions of several shooters (%s; %s): choose with "
                "--only",
                base_of(m), s[0].title, s[i].title);
            return GMS_EINVALID;
        }
    }

    return GMS_OK;
}


/* 1: it is there already, as line says. */
static int
import_known(const gms_importing_t *m, const gms_imported_t *im,
    const gms_import_session_t *s, gms_importing_line_t *line, char *err,
    size_t err_size)
{
    const gms_imported_session_t *known = gms_imported_find(im, s->key);

    line->there = true;
    if (known == NULL && s->id[0] != '\0') {
        known = gms_imported_find(im, s->id);
    }
    if (known != NULL) {
        snprintf(line->id, sizeof(line->id), "%s", known->session);
        return 1;
    }
    if (s->id[0] != '\0') {
        snprintf(line->id, sizeof(line->id), "%s", s->id);
        return gms_imported_is_ours(m->state_dir, s->id, err, err_size);
    }

    return 0;
}


/* One session to events, unless it is there. */
static int
import_session(const gms_importing_t *m, const gms_library_t *library,
    const gms_import_t *import, gms_import_session_t *s, gms_imported_t *im,
    gms_import_events_t *events, gms_importing_line_t *line, char *err,
    size_t err_size)
{
    gms_event_session_t setup;
    int                 first = events->n;
    int rc = import_setup(m, library, s, import->layout, &setup, err, err_size);

    strcpy(line->title, s->title);
    line->shots = s->shots;
    line->started_ns = s->started_ns;
    if (rc == GMS_OK) {
        rc = import_known(m, im, s, line, err, err_size);
    }
    if (rc != GMS_OK) {
        return rc > 0 ? GMS_OK : rc;
    }

    line->there = false;
    if (import->layout != GMS_IMPORT_GMSHOOT) {
        line->differ = gms_import_value(s, &setup);
    }

    rc = gms_import_tell(events, &im->book, s, &setup, err, err_size);
    if (rc == GMS_OK) {
        memcpy(line->id, events->event[first].session, sizeof(line->id));
    }
    return rc;
}


/* A file may hold a session twice. */
static const gms_importing_line_t *
import_again(
    const gms_import_t *import, int i, const gms_importing_line_t *line)
{
    for (int k = 0; k < i; k++) {
        if (strcmp(import->session[k].key, import->session[i].key) == 0) {
            return &line[k];
        }
    }

    return NULL;
}


/* All of them in one transaction, or none. */
static int
import_write(const gms_importing_t *m, const gms_library_t *library,
    gms_import_t *import, gms_imported_t *im, gms_importing_line_t *line,
    char *err, size_t err_size)
{
    const gms_importing_line_t *again;
    gms_import_events_t         events = { NULL, 0, 0 };
    int                         rc = GMS_OK;

    for (int i = 0; rc == GMS_OK && i < import->sessions; i++) {
        again = import_again(import, i, line);

        if (again != NULL) {
            line[i] = *again;
            line[i].there = true;
            strcpy(line[i].title, import->session[i].title);
            continue;
        }

        rc = import_session(m, library, import, &import->session[i], im,
            &events, &line[i], err, err_size);
    }
    if (rc == GMS_OK && !m->dry_run && events.n > 0) {
        rc = gms_journal_append(
            im->journal, events.event, events.n, err, err_size);
    }

    free(events.event);
    return rc;
}


static int
import_into(const gms_importing_t *m, const gms_library_t *library,
    gms_import_t *import, gms_importing_result_t *result, char *err,
    size_t err_size)
{
    gms_imported_t im;
    int            rc;

    result->lines = import->sessions;
    result->left_out = import->left_out;
    result->line = calloc((size_t) import->sessions, sizeof(*result->line));
    if (result->line == NULL) {
        snprintf(err, err_size, "out of memory");
        return GMS_ENOMEM;
    }

    rc = gms_imported_open(&im, m->state_dir, !m->dry_run, err, err_size);
    if (rc == GMS_OK) {
        rc = import_write(m, library, import, &im, result->line, err, err_size);
    }

    gms_imported_close(&im);
    if (rc != GMS_OK) {
        free(result->line);
        result->line = NULL;
    }
    return rc;
}


int
gms_importing(const gms_importing_t *m, FILE *in,
    gms_importing_result_t *result, char *err, size_t err_size)
{
    gms_import_t  import;
    gms_library_t library;
    int           rc;

    memset(result, 0, sizeof(*result));
    rc = gms_import_read(&import, in, m->name, &m->read, err, err_size);
    if (rc == GMS_OK) {
        rc = import_persons(m, &import, err, err_size);
    }
    if (rc == GMS_OK) {
        rc = gms_library_load(&library, m->targets, err, err_size);
        if (rc == GMS_OK) {
            rc = import_into(m, &library, &import, result, err, err_size);
            gms_library_free(&library);
        }
    }

    gms_import_free(&import);
    return rc;
}

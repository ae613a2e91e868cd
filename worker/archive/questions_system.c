#include "questions_system.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/jsontext.h"
#include "../store/history_figures.h"


static void
put_versions(gms_jsontext_t *j)
{
    gms_jsontext_open(j, "versions", '{');
    gms_jsontext_integer(j, "protocol", GMS_PROTOCOL_VERSION);
    gms_jsontext_integer(j, "layout", GMS_LAYOUT_VERSION);
    gms_jsontext_string(j, "sqlite", sqlite3_libversion());
    gms_jsontext_close(j, '}');
}


/* Room for who is not root, as the worker should not be. */
static void
put_disk(gms_jsontext_t *j, const char *state_dir)
{
    struct statvfs fs;

    if (statvfs(state_dir, &fs) != 0) {
        gms_jsontext_raw(j, "disk", "null");
        return;
    }

    gms_jsontext_open(j, "disk", '{');
    gms_jsontext_integer(
        j, "free_bytes", (int64_t) fs.f_bavail * (int64_t) fs.f_frsize);
    gms_jsontext_integer(
        j, "total_bytes", (int64_t) fs.f_blocks * (int64_t) fs.f_frsize);
    gms_jsontext_close(j, '}');
}


static void
put_history(
    gms_jsontext_t *j, const char *state_dir, const gms_history_size_t *size)
{
    struct stat sb;
    char        path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/" GMS_HISTORY_FILE, state_dir);

    gms_jsontext_open(j, "history", '{');
    gms_jsontext_integer(j, "sessions", size->sessions);
    gms_jsontext_integer(j, "shots", size->shots);
    gms_jsontext_integer(j, "bytes", stat(path, &sb) == 0 ? sb.st_size : 0);
    gms_jsontext_close(j, '}');
}


static void
put_archive(gms_jsontext_t *j, const gms_keeper_t *k, uint64_t behind)
{
    gms_jsontext_open(j, "archive", '{');
    gms_jsontext_integer(j, "started_us", k->started_ns / GMS_US);
    gms_jsontext_integer(j, "behind", (int64_t) behind);
    gms_jsontext_close(j, '}');
}


/* How far behind each journal the history is, and what keeps it there. */
static void
put_lanes(gms_jsontext_t *j, const gms_keeper_t *k)
{
    unsigned i;

    gms_jsontext_open(j, "lanes", '[');

    for (i = 0; i < k->lanes; i++) {
        const gms_follow_t *f = k->lane[i];

        gms_jsontext_open(j, NULL, '{');
        gms_jsontext_string(j, "name", f->lane);
        gms_jsontext_integer(j, "events", (int64_t) f->head);
        gms_jsontext_integer(j, "behind", (int64_t) gms_follow_behind(f));
        gms_jsontext_string(j, "detail", f->why);
        gms_jsontext_close(j, '}');
    }

    gms_jsontext_close(j, ']');
}


void
gms_question_system(const gms_question_t *q)
{
    static const char *const names[] = { NULL };
    gms_keeper_t            *k = q->keeper;
    gms_history_size_t       size;
    gms_jsontext_t           j;
    uint64_t                 behind;
    int                      rc;

    if (!gms_question_known(q, q->address, names)) {
        return;
    }

    rc = gms_history_size(k->history, &size);

    if (rc != GMS_OK) {
        gms_question_done(q, rc, 200, NULL);
        return;
    }

    behind = gms_keeper_behind(k);
    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    put_versions(&j);
    put_disk(&j, k->state_dir);
    put_history(&j, k->state_dir, &size);
    put_archive(&j, k, behind);
    put_lanes(&j, k);
    gms_jsontext_close(&j, '}');

    /* Without memory there is no body: that is answered for all. */
    q->reply->body = gms_jsontext_take(&j);
    q->reply->status = q->reply->body != NULL ? 200 : 0;
}

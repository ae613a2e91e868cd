#include "history_evidence.h"

#include <limits.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../ipc/error.h"
#include "history_file.h"
#include "pictures.h"

/* Pictures of one step: some milliseconds of hashing. */
#define GMS_EVIDENCE_PICTURES 16

/* After the end of a session the last picture of its paper is on its way. */
#define GMS_EVIDENCE_LATE_US INT64_C(10000000)

/* What a picture's callback says when the step is long enough. */
#define GMS_EVIDENCE_ENOUGH 1

/* A session whose folder is looked at. */
typedef struct {
    gms_history_t *h;
    sqlite3_int64  no;
    int64_t        changed_ns; /* of the folder when it was looked at last */
    int64_t        ended_us;
    char           id[GMS_ID_SIZE];
    char           dir[PATH_MAX]; /* of its lane */
    int            left;          /* pictures that this step may read */
} gms_evidence_look_t;


/* 1: found, 0: there is none. */
static int
next_session(gms_evidence_look_t *look, const char *state_dir, int64_t after)
{
    gms_history_t *h = look->h;
    sqlite3_stmt  *st = h->statement[GMS_HISTORY_GET_UNSEEN];
    int            rc, sql;

    sqlite3_bind_int64(st, 1, after);
    sql = sqlite3_step(st);

    if (sql == SQLITE_ROW) {
        look->no = sqlite3_column_int64(st, 0);
        look->changed_ns = sqlite3_column_int64(st, 1);
        look->ended_us = sqlite3_column_int64(st, 4);
        snprintf(look->id, sizeof(look->id), "%s", sqlite3_column_text(st, 2));
        snprintf(look->dir, sizeof(look->dir), "%s/lanes/%s", state_dir,
            sqlite3_column_text(st, 3));
    }

    sqlite3_reset(st);
    rc = gms_history_result(h, sql);
    return rc != GMS_OK ? rc : sql == SQLITE_ROW;
}


/* Is this picture, written at this instant, known? */
static int
is_known(gms_evidence_look_t *look, const gms_picture_file_t *file, bool *known)
{
    sqlite3_stmt *st = look->h->statement[GMS_HISTORY_GET_EVIDENCE];
    int           sql;

    sqlite3_bind_int64(st, 1, look->no);
    sqlite3_bind_int(st, 2, file->kind);
    sqlite3_bind_int64(st, 3, file->n);
    sql = sqlite3_step(st);
    *known = sql == SQLITE_ROW && sqlite3_column_int64(st, 0) == file->bytes
        && sqlite3_column_int64(st, 1) == file->written_us;
    sqlite3_reset(st);
    return gms_history_result(look->h, sql);
}


static int
look_at(void *data, const gms_picture_file_t *file)
{
    gms_evidence_look_t *look = data;
    sqlite3_stmt        *st = look->h->statement[GMS_HISTORY_PUT_EVIDENCE];
    gms_picture_t        picture = { file->kind, file->n, NULL, 0 };
    uint8_t              hash[GMS_CHAIN_SIZE];
    SHA2_CTX             c;
    bool                 known;
    int                  rc;

    rc = is_known(look, file, &known);

    if (rc != GMS_OK || known) {
        return rc;
    }
    if (look->left-- == 0) {
        return GMS_EVIDENCE_ENOUGH;
    }

    /* One that went meanwhile, or is none, is no evidence. */
    if (gms_pictures_read(look->dir, look->id, &picture) != GMS_OK) {
        return GMS_OK;
    }

    SHA256Init(&c);
    SHA256Update(&c, picture.bytes, picture.size);
    SHA256Final(hash, &c);
    free(picture.bytes);

    sqlite3_bind_int64(st, 1, look->no);
    sqlite3_bind_int(st, 2, file->kind);
    sqlite3_bind_int64(st, 3, file->n);
    sqlite3_bind_int64(st, 4, file->bytes);
    sqlite3_bind_int64(st, 5, file->written_us);
    sqlite3_bind_blob(st, 6, hash, sizeof(hash), SQLITE_STATIC);
    return gms_history_run(look->h, st);
}


/* All of them are known, of a folder that had changed at this instant. */
static int
seen(gms_evidence_look_t *look, bool last, int64_t changed_ns)
{
    sqlite3_stmt *st;

    st = look->h->statement[last ? GMS_HISTORY_DROP_UNSEEN
                                 : GMS_HISTORY_SET_UNSEEN];
    sqlite3_bind_int64(st, 1, look->no);

    if (!last) {
        sqlite3_bind_int64(st, 2, changed_ns);
    }

    return gms_history_run(look->h, st);
}


/* 1: there are more than one step reads. */
static int
look_through(gms_evidence_look_t *look, bool last, int64_t changed_ns)
{
    int rc;

    rc = gms_history_begin(look->h, false);

    if (rc == GMS_OK) {
        rc = gms_pictures_each(look->dir, look->id, look_at, look);
        rc = rc == GMS_ENOTFOUND || rc == GMS_EINVALID ? GMS_OK : rc;
    }
    if (rc == GMS_OK) {
        rc = seen(look, last, changed_ns);
    }
    if (rc >= 0 && gms_history_commit(look->h) != GMS_OK) {
        rc = GMS_ESTORE;
    }

    gms_history_roll_back(look->h);
    return rc;
}


int
gms_history_evidence_step(
    gms_history_t *h, const char *state_dir, int64_t now_us, int64_t *after)
{
    gms_evidence_look_t look = { .h = h, .left = GMS_EVIDENCE_PICTURES };
    int64_t             changed_ns;
    bool                last;
    int                 rc;

    rc = next_session(&look, state_dir, *after);

    if (rc != 1) {
        return rc;
    }

    /* A clock that was set meanwhile delays nothing for long. */
    last = look.ended_us != 0
        && llabs(now_us - look.ended_us) > GMS_EVIDENCE_LATE_US;
    changed_ns = gms_pictures_changed_ns(look.dir, look.id);

    if (last || changed_ns != look.changed_ns) {
        rc = look_through(&look, last, changed_ns);
    } else {
        rc = GMS_OK;
    }

    if (rc == GMS_OK) {
        *after = look.no;
    }

    return rc < 0 ? rc : 1;
}

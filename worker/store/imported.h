/*
 * gms_imported: sessions that were shot elsewhere, in a journal of their own,
 * lanes/imported/journal.db, that the archive follows like any lane's and
 * `gmshoot check`, `export` and `backup` know.  No lane writes there; one
 * import after another does.  One thread.
 */

#ifndef GMS_IMPORTED_H
#define GMS_IMPORTED_H

#include "journal.h"

typedef struct {
    char                session[GMS_ID_SIZE];
    char                key[GMS_KEY_SIZE]; /* of its start */
    gms_event_session_t setup;
} gms_imported_session_t;

typedef struct {
    gms_journal_t          *journal; /* NULL: there is none yet */
    gms_imported_session_t *session; /* that count; owned */
    int                     sessions;
    int                     capacity;
    gms_scorebook_t         book; /* what follows is folded into it */
} gms_imported_t;

/* Of a state folder.  writing: the journal is made when it is missing; else it
 * is only read, and may be missing.  GMS_OK or the errors of opening and
 * replaying a journal, with a sentence.  Must be closed either way. */
int  gms_imported_open(gms_imported_t *im, const char *state_dir, bool writing,
     char *err, size_t err_size);
void gms_imported_close(gms_imported_t *im);

/* By its id or its key; NULL: there is none. */
const gms_imported_session_t *gms_imported_find(
    const gms_imported_t *im, const char *id_or_key);

/* It counts nowhere from now on.  GMS_ENOTFOUND: there is none. */
int gms_imported_discard(gms_imported_t *im, const char *session,
    int64_t real_ns, char *err, size_t err_size);

/* Was it shot on a lane of this folder?  1, 0, or an error with a sentence. */
int gms_imported_is_ours(
    const char *state_dir, const char *session, char *err, size_t err_size);

#endif /* GMS_IMPORTED_H */

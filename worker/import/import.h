/*
 * gms_import: sessions that were shot elsewhere, out of a CSV file: what
 * `gmshoot export` writes, and what ShotMarker and SIUS targets log
 * (docs/import.md).  A file is read whole and checked whole before anything of
 * it is used.  No clock, and no file but the one it is given.  One thread.
 */

#ifndef GMS_IMPORT_H
#define GMS_IMPORT_H

#include <stdio.h>

#include "../session/scorebook.h"

/* Shots of a file; at this many its events still fit into memory. */
#define GMS_IMPORT_SHOTS_MAX 20000

/* What a place may be away from the centre; more is a slip of the unit. */
#define GMS_IMPORT_PLACE_MM_MAX 1e4

#define GMS_IMPORT_TITLE_SIZE 80

typedef enum {
    GMS_IMPORT_GMSHOOT,
    GMS_IMPORT_SHOTMARKER,
    GMS_IMPORT_SIUS,
    GMS_IMPORT_LAYOUTS /* what its first line tells */
} gms_import_layout_e;

/* "gmshoot", "shotmarker", "sius" */
extern const char *const gms_import_layout_name[GMS_IMPORT_LAYOUTS];

/* GMS_IMPORT_LAYOUTS: it is none of the names. */
gms_import_layout_e gms_import_layout(const char *name);

/* What a file does not say, or says wrong. */
typedef struct {
    gms_import_layout_e layout;
    const char         *only; /* NULL: all sessions, else those of this title */
    int                 year; /* 0: nobody says */
    bool                y_down;
    int64_t             now_ns; /* CLOCK_REALTIME: nothing was shot later */
} gms_import_option_t;

typedef struct {
    unsigned long    line;      /* of the file */
    gms_event_shot_t shot;      /* as it came */
    bool             valued;    /* the file says its ring */
    bool             in_tenths; /* ... and its tenths */
    bool             highest;   /* an X or a V: the innermost ring */
    uint32_t         round;     /* 0: by its time */
    bool             corrected; /* correction is what was said of it last */
    gms_event_correction_t correction;
} gms_import_shot_t;

typedef struct {
    char    title[GMS_IMPORT_TITLE_SIZE];
    char    key[GMS_KEY_SIZE];          /* the same for the same shots */
    char    id[GMS_ID_SIZE];            /* of the session it was; "": unknown */
    char    shooter[GMS_SHOOTER_SIZE];  /* an id; "": unknown */
    char    who[GMS_SHOOTER_SIZE];      /* how the file tells shooters apart */
    char    target[GMS_FACE_NAME_SIZE]; /* "": the file does not say */
    double  caliber_mm;                 /* these 0: it does not say */
    double  distance_m;
    int64_t started_ns;      /* CLOCK_REALTIME */
    gms_import_shot_t *shot; /* in the order of the file; owned */
    uint32_t           shots;
    uint32_t           capacity;
} gms_import_session_t;

typedef struct {
    gms_import_layout_e   layout;
    gms_import_session_t *session; /* by their starts; owned */
    int                   sessions;
    int                   capacity;
    uint32_t              shots;
    uint32_t              left_out; /* lines that are no shots */
} gms_import_t;

/* in is closed; name: of it, for messages.  GMS_EINVALID with a sentence that
 * names file, line and field, GMS_ENOMEM.  Must be freed either way. */
int gms_import_read(gms_import_t *import, FILE *in, const char *name,
    const gms_import_option_t *option, char *err, size_t err_size);

void gms_import_free(gms_import_t *import);

/* What its shots are worth at this setup, where the file does not say, and
 * their bulls; how many are worth another ring than their places give.  Not
 * for what GMShoot wrote, which says it all. */
uint32_t gms_import_value(
    gms_import_session_t *s, const gms_event_session_t *setup);

/* Events, in one growing row. */
typedef struct {
    gms_event_t *event; /* owned */
    int          n;
    int          capacity;
} gms_import_events_t;

/*
 * The session as events that follow what the book holds, and folds them into
 * it: start, shots, rounds, corrections, end, each at its instant.
 * GMS_EINVALID with a sentence: no session holds this.  GMS_ENOMEM.
 */
int gms_import_tell(gms_import_events_t *events, gms_scorebook_t *book,
    const gms_import_session_t *s, const gms_event_session_t *setup, char *err,
    size_t err_size);

#endif /* GMS_IMPORT_H */

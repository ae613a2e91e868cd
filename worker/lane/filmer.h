/*
 * gms_filmer: the filming thread.  Takes the pictures around a shot, or those
 * of the last minute, out of the camera's reel and keeps them as a film
 * (store/films.h).  Neither the main thread nor a commit waits for it, and
 * where the disk has little room it keeps nothing.
 */

#ifndef GMS_FILMER_H
#define GMS_FILMER_H

#include "../capture/reel.h"
#include "lane.h"
#include "../store/films.h"

/* Of a shot so much before and after the picture that shows it first: all
 * pictures near it, of the others some. */
#define GMS_FILMER_BEFORE_US INT64_C(2500000)
#define GMS_FILMER_NEAR_US INT64_C(600000)
#define GMS_FILMER_AFTER_US INT64_C(1500000)

/* So many of a lane at most are on their way, so that who asks never waits. */
#define GMS_FILMER_ASKED_MAX 32

typedef struct {
    unsigned    lane;
    gms_films_e kind;
    char        group[GMS_ID_SIZE]; /* session, or id of the complaint */
    uint32_t    n;                  /* of the shot; 0: of none */
    int64_t     t_us;               /* around it, or up to it */
    int64_t     due_ns;             /* CLOCK_MONOTONIC; 0: stop the thread */
    char       *facts; /* of a complaint: a JSON object; the thread's */
} gms_filming_t;

typedef struct {
    unsigned           lanes;
    const char        *dir[GMS_PROCESS_LANES_MAX]; /* the lanes' folders */
    gms_films_limits_t limits[GMS_PROCESS_LANES_MAX];
    const char        *state_dir; /* ... of all */
    gms_reel_t        *reel;
    gms_inbox_t       *notes;

    gms_inbox_t asked; /* answered by notes, each once */
    gms_jpeg_t *jpeg;
    pthread_t   thread;
    bool        started;
} gms_filmer_t;

/* The first fields are the caller's.  GMS_ENOMEM, GMS_ESYS. */
int gms_filmer_start(gms_filmer_t *f);

/* What is on its way is kept with the pictures that there are. */
void gms_filmer_stop(gms_filmer_t *f);

#endif /* GMS_FILMER_H */

/*
 * bench_play: one scene of bench/changes as it is played: the stage, the line
 * of the table it counts in, and what all kinds of scenes have in common.
 * Belongs to one thread.
 */

#ifndef BENCH_PLAY_H
#define BENCH_PLAY_H

#include "stage.h"
#include "tally.h"
#include "worker/library/library.h"

#define BENCH_PLAY_ROWS 64
#define BENCH_PLAY_FACES 5

/* One line of the table. */
typedef struct {
    char            name[40];
    int             scenes;
    int             uncalibrated;
    int             told;   /* changes of which the right word was said */
    int             wrong;  /* ... the wrong one, or one too many */
    int             late;   /* not live in time */
    int             firsts; /* first shots after a change */
    int             first_found;
    int             meanwhile; /* shots while it changed */
    int             meanwhile_found;
    int             meanwhile_known; /* ... of which the order was told */
    int             shots;
    int             found;
    int             invented;
    int             removed;
    bench_samples_t live_s;
    bench_samples_t before; /* errors, calibers */
    bench_samples_t after;
    bench_samples_t after_mm;
    bench_samples_t again;  /* what was recorded, from its recorded place */
    bench_samples_t centre; /* the same of the holes' true centres */
} bench_play_row_t;

typedef struct {
    const char      *kinds;
    const char      *library_file;
    const char      *json;
    uint64_t         from;
    uint64_t         to;
    gms_library_t    library;
    bench_play_row_t row[BENCH_PLAY_ROWS];
    int              rows;
    int              invented;
} bench_play_all_t;

/* What is played of one seed. */
typedef struct {
    bench_stage_t     stage;
    bench_play_row_t *row;
    uint64_t          seed;
    uint64_t          key;
    int               before; /* shots before the change */
    int               first;  /* shot of interest after it; -1: none */
    int               during; /* shot while it changed; -1: none */
} bench_play_t;

/* Prints it; 1. */
int bench_play_complain(const char *what);

/* Number n of this scene's draws, low .. high. */
double bench_play_draw(
    const bench_play_t *p, uint64_t n, double low, double high);

/* GMS_OK, GMS_ENOMEM. */
int bench_play_keep(bench_samples_t *s, double v);

/* The line of this name, made when there is none; NULL: too many. */
bench_play_row_t *bench_play_row(bench_play_all_t *b, const char *name);

/* Opens the stage with face 0 .. BENCH_PLAY_FACES - 1; 1: it said why not. */
int bench_play_open(const bench_play_all_t *b, bench_play_t *p, size_t face,
    double fps, const char *options);

/* A second and two pictures to learn, then shots one after the other. */
int bench_play_shots(bench_play_t *p, double lead_s, double gap_s, int shots);

/* Looks until it was live for a second with nobody before the card, or so
 * long in vain; how long that took from since_s or the last time somebody
 * stood there, whichever is later. */
int bench_play_wait(bench_play_t *p, double since_s, double most_s);

/* The kinds: 0 or an error of ipc/error.h; change_paper.c, change_camera.c. */
int bench_play_paper(bench_play_all_t *b, bench_play_t *p);
int bench_play_zoom(bench_play_all_t *b, bench_play_t *p);
int bench_play_presets(bench_play_all_t *b, bench_play_t *p);
int bench_play_turned(bench_play_all_t *b, bench_play_t *p);

#endif /* BENCH_PLAY_H */

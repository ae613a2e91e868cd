/*
 * bench_rows: the conditions that accuracy is measured in, and the scenes
 * that a row is made of.  What a row asks for beyond its own words (face,
 * rate, drawn conditions) depends on the seed alone.
 */

#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include "scene.h"

typedef struct {
    const char *name;
    const char *group;
    const char *options;   /* of the simulation */
    double      recall;    /* goals; 0: none */
    double      precision; /* goal */
    double      error;     /* goal of place, times that of steady rows */
    double      fps;       /* 0: 15 and 30 in turn */
    int         width;     /* 0: 1280 x 720 */
    int         height;
    double      mbit; /* H.264 at so many Mbit/s; 0: JPEG alone */
    unsigned    flags;
} bench_row_t;

#define BENCH_ROW_DRAWN 1    /* conditions of other rows, at random */
#define BENCH_ROW_SMALL 2    /* holes of 6 to 9 px instead of 12 and more */
#define BENCH_ROW_TURNED 4   /* cameras that hang askew, or mirror */
#define BENCH_ROW_ONE_FACE 8 /* 10 m air pistol alone */
#define BENCH_ROW_OLD 16     /* holes in the paper from the start */

/* Of the steady rows: errors in calibers, on paper and in the black. */
#define BENCH_GOAL_PAPER_P50 0.01
#define BENCH_GOAL_PAPER_P95 0.04
#define BENCH_GOAL_BLACK_P50 0.04
#define BENCH_GOAL_BLACK_P95 0.10

/* Of every row: rings at 10 m air pistol, ms at 1280 x 720. */
#define BENCH_GOAL_RING_P95 0.05
#define BENCH_GOAL_MS_P50 3.0
#define BENCH_GOAL_MS_P95 5.0

/* Ends with a row without a name. */
extern const bench_row_t bench_rows[];

const bench_row_t *bench_row_find(const char *name);

/* The scene of a seed, which decides all that is random in it; shots is how
 * many count.  target (NULL: one of the row's) and caliber_mm (0:
 * that of the target) narrow it.  False: no face fits. */
bool bench_row_scene(const bench_row_t *row, uint64_t seed, int shots,
    const char *target, double caliber_mm, bench_scene_t *scene);

#endif /* BENCH_ROWS_H */

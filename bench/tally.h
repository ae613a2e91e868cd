/*
 * bench_tally: matches what was reported with what was fired, and adds up
 * the scenes of a row.
 *
 * A report that was not taken back belongs to a shot when it is nearer than
 * 0.75 calibers and does not come before it; one to one, nearest pairs
 * first, and exchanged where that leaves a shot without.  Places are compared
 * in millimetres through the lane's own calibration, so its error is part of
 * them.
 */

#ifndef BENCH_TALLY_H
#define BENCH_TALLY_H

#include <cjson/cJSON.h>

#include "certain.h"

#define BENCH_RING_FACE "issf-10m-air-pistol"

typedef struct {
    int     n;
    int     room;
    double *v;
} bench_samples_t;

typedef struct {
    int scenes;
    int uncalibrated; /* scenes in which no card was found */
    int shots;
    int found;
    int traceless; /* missed, and the compressed picture shows nothing */
    int false_n;
    int removed; /* reports that were taken back */
    int zone_shots[BENCH_ZONES];
    int zone_missed[BENCH_ZONES];
    int overlap_shots[BENCH_ZONES]; /* less than a caliber from an older one */
    int overlap_missed[BENCH_ZONES];
    int doubles[BENCH_ZONES]; /* missed, but a report there may be a double */
    int order_unknown;
    int naive_found;
    int naive_false;
    bench_certain_t certain;
    double          seconds;
    double          live_s;
    bench_samples_t error[BENCH_ZONES];    /* calibers, by the calibration */
    bench_samples_t error_px[BENCH_ZONES]; /* against the undisturbed pose */
    bench_samples_t error_mm;
    bench_samples_t ring; /* radial error in rings, on the faces
                              whose name is BENCH_RING_FACE */
    bench_samples_t frames;
    bench_samples_t wait_s;
    bench_samples_t ms;
    bench_samples_t calibration_px;
    cJSON          *odd; /* misses and false reports */
} bench_tally_t;

/* GMS_ENOMEM. */
int  bench_tally_init(bench_tally_t *t);
void bench_tally_free(bench_tally_t *t);

/* One scene; a false report or a miss becomes an element of t->odd. */
int bench_tally_add(bench_tally_t *t, const bench_scene_t *scene,
    const gms_face_t *face, const bench_result_t *result);

/* Which goals of the row are missed, as words; "" none. */
void bench_tally_verdict(
    bench_tally_t *t, const bench_row_t *row, char *buf, size_t size);

double bench_share(int part, int whole); /* 1 of nothing */

/* Between two samples the value is drawn straight; NAN of none.  Sorts. */
double bench_quantile(bench_samples_t *s, double q);

/* Number, median, 95 % and largest, as a member of this name. */
void bench_add_quantiles(cJSON *json, const char *name, bench_samples_t *s);

#endif /* BENCH_TALLY_H */

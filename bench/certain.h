/*
 * bench_certain: does the lane know how sure it may be?
 *
 * Ellipses that hold the truth, values that are wrong and say so, second
 * shots in an older hole, and how often a candidate of some confidence is a
 * shot.
 */

#ifndef BENCH_CERTAIN_H
#define BENCH_CERTAIN_H

#include <cjson/cJSON.h>

#include "rows.h"

typedef enum {
    BENCH_PAPER,
    BENCH_BLACK,
    BENCH_ZONES
} bench_zone_e;

#define BENCH_FINE_FACE "issf-25m-precision-pistol"
#define BENCH_BINS 10

typedef struct {
    int    known[BENCH_ZONES];   /* reports with an ellipse of uncertainty */
    int    covered[BENCH_ZONES]; /* that contains the truth */
    int    valued;               /* reports whose ring is compared */
    int    near_line;            /* of these, so flagged */
    int    wrong;                /* another ring than the truth */
    int    wrong_near;           /* of these, flagged */
    int    fine_valued;          /* of BENCH_FINE_FACE */
    int    fine_near;
    int    lone;                 /* reports of shots with no other within D */
    int    lone_doubles;         /* of these, flagged as possible doubles */
    int    second[BENCH_ZONES];  /* shots nearly into an older hole */
    int    told[BENCH_ZONES];    /* of these, a shot or a possible double */
    int    bin[BENCH_BINS];      /* candidates by confidence */
    int    bin_true[BENCH_BINS]; /* of these, shots */
    double bin_sum[BENCH_BINS];  /* of confidence */
} bench_certain_t;

/* A report that is this shot. */
void bench_certain_found(bench_certain_t *c, const bench_scene_t *scene,
    const gms_face_t *face, const bench_shot_t *shot, const bench_report_t *p);

/* A shot that counts; told: as a shot, or a report there may be two. */
void bench_certain_shot(
    bench_certain_t *c, const bench_shot_t *shot, bool told);

/* A candidate, and whether it was a shot. */
void bench_certain_candidate(
    bench_certain_t *c, double confidence, bool is_shot);

void bench_certain_add(bench_certain_t *sum, const bench_certain_t *c);
void bench_certain_json(const bench_certain_t *c, cJSON *json);
void bench_certain_print(const bench_certain_t *c, const char *name);

#endif /* BENCH_CERTAIN_H */

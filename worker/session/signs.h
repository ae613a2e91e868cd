/*
 * gms_signs: what the shots give away, each sign with the test it stands on.
 * Pure; any thread.
 *
 * The tests look at the newest round with shots enough, short rounds at as
 * many of the newest as make ten shots; what compares rounds, or the end of a
 * session with its beginning, looks at all.  Formulas: docs/advice.md.
 *
 * Many tests find something by chance.  p_family is what p comes to when all
 * tests that were made are counted (Holm, weighted): when every group is one
 * round normal group about the aim, some p_family is below 0.05 for one group
 * of twenty, whatever the number of tests.
 */

#ifndef GMS_SIGNS_H
#define GMS_SIGNS_H

#include "clusters.h"
#include "counted.h"
#include "group.h"
#include "sequence.h"
#include "usual.h"

/* In the order in which they are to be told. */
typedef enum {
    GMS_SIGN_CAMERA_MOVED, /* troubles are told by the caller, not tested */
    GMS_SIGN_DIRECTIONS_UNKNOWN,
    GMS_SIGN_SHOT_MISSING,
    GMS_SIGN_SHOT_DOUBLE,
    GMS_SIGN_FLYER,
    GMS_SIGN_CLUSTERS,
    GMS_SIGN_DRIFT,
    GMS_SIGN_OFFSET,
    GMS_SIGN_SHAPE,
    GMS_SIGN_LARGER,  /* than usual */
    GMS_SIGN_FATIGUE, /* larger in the last third than in the first */
    GMS_SIGN_FIRST,   /* first shots of rounds lie elsewhere */
    GMS_SIGN_HOLD,    /* shots after a long time lie farther out */
    GMS_SIGN_SMALLER, /* than usual */
    GMS_SIGNS
} gms_sign_e;

#define GMS_SIGN_TROUBLES GMS_SIGN_FLYER /* those before it */

/* Shots that a group needs before anything is said of it. */
#define GMS_SIGNS_SHOTS_MIN 5

typedef struct {
    bool   present;   /* a trouble that is there; a test that was made */
    int    n;         /* what it was made of: shots, or rounds (FIRST) */
    double statistic; /* NaN: none */
    double p;         /* by chance, of this test alone */
    double p_family;  /* NaN: a trouble */
} gms_sign_t;

/* Names in rules and answers; test and statistic "" for a trouble. */
typedef struct {
    const char *name;
    const char *test;
    const char *statistic;
    double      weight; /* of the errors by chance that all may make */
    bool        has_direction;
} gms_sign_kind_t;

extern const gms_sign_kind_t gms_sign_kind[GMS_SIGNS];

typedef struct {
    bool        trouble[GMS_SIGN_TROUBLES];
    uint32_t    double_shot; /* which may be two */
    gms_usual_t usual;       /* of earlier sessions; sigma 0: unknown */
} gms_signs_about_t;

/* What a group is compared with. */
typedef enum {
    GMS_USUAL_NONE, /* nothing: it was not */
    GMS_USUAL_GIVEN,
    GMS_USUAL_ROUNDS /* earlier ones of the session */
} gms_usual_from_e;

typedef struct {
    gms_sign_t           sign[GMS_SIGNS];
    int                  from; /* the group: shots from .. to - 1 */
    int                  to;
    gms_group_measures_t group;
    uint32_t             flyer; /* number of that shot */
    gms_clusters_t       clusters;
    gms_sequence_drift_t drift;
    gms_first_shots_t    first;
    gms_usual_t          usual; /* what it was compared with */
    gms_usual_from_e     usual_from;
    double               size_ratio;    /* to the usual sigma */
    double               fatigue_ratio; /* of the last third to the first */
} gms_signs_t;

/* shot: in order, rounds together.  GMS_ENOMEM; GMS_EINVALID: a place that
 * is not finite. */
int gms_signs_take(gms_signs_t *signs, const gms_counted_t *shot, int n,
    const gms_signs_about_t *about);

/* Of shots from .. to - 1, each about the centre of its round. */
gms_scatter_t gms_signs_scatter(const gms_counted_t *shot, int from, int to);

/* Where the round of shot i ends: the first shot of the next, or n. */
int gms_signs_round_end(const gms_counted_t *shot, int n, int i);

#endif /* GMS_SIGNS_H */

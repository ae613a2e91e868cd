/*
 * gms_running: statistics of a session that follow its shots: of the session,
 * of each of its rounds, of all rounds pooled.
 *
 * A shot that comes costs the same whatever came before, but for a look at
 * what is known; it rebuilds a hull only where it lies outside.  A correction
 * takes its rounds, and the session, together anew, so that no figure depends
 * on how it came about.
 */

#ifndef GMS_RUNNING_H
#define GMS_RUNNING_H

#include "counted.h"
#include "group.h"
#include "sequence.h"

typedef struct {
    gms_group_t group;
    uint32_t    round;
    int         from; /* its shots are from .. to - 1 */
    int         to;
} gms_running_round_t;

typedef struct {
    gms_counted_t       *shot; /* as they are folded in; owned */
    int                  n;
    int                  capacity;
    gms_group_t          all;
    gms_running_round_t *round; /* owned */
    int                  rounds;
    int                  rounds_capacity;
    gms_point_t         *point; /* capacity; to work in */
    double              *number;
    int                 *size;
} gms_running_t;

/* What asks for the order of the shots; those whose is unknown are left out
 * (of the first shots: their rounds are). */
typedef struct {
    gms_sequence_drift_t drift;
    gms_first_shots_t    first;
    gms_splits_t         splits;
} gms_running_order_t;

/* An empty one is all zeros. */
void gms_running_free(gms_running_t *r);

/* shot: all that count, in order, rounds together.  GMS_ENOMEM, GMS_EINVALID
 * (a place that is not finite): r is then empty. */
int gms_running_follow(gms_running_t *r, const gms_counted_t *shot, int n);

/* The same of the shots of a session that count. */
int gms_running_session(gms_running_t *r, const gms_session_t *session);

/* Sigma of the rounds, each about its own centre. */
gms_interval_t gms_running_pooled_sigma(const gms_running_t *r);

/* Looks at all shots. */
void gms_running_order(gms_running_t *r, gms_running_order_t *order);

#endif /* GMS_RUNNING_H */

/*
 * gms_rounds: where one round ends and the next begins, by the times of the
 * shots.  Pure: seconds go in, from a timer, a journal or a file alike.
 *
 * The time between shots feeds a moving average, but for breaks.  A pause
 * above high times the average (and above a floor) may be the end of a round;
 * a next shot that comes soon again confirms it.  Two thresholds, so that one
 * slow shot, or a shooter who slows down, splits nothing.  docs/rounds.md.
 */

#ifndef GMS_ROUNDS_H
#define GMS_ROUNDS_H

#include <stdbool.h>

#define GMS_ROUND_SHOTS_MAX 1000

typedef struct {
    double alpha;   /* weight of a new gap, 0 .. 1 */
    double high;    /* a pause of so many averages may be a break */
    double low;     /* a gap of so many goes on */
    double floor_s; /* no shorter pause is a break */
    double stop_s;  /* a longer one always is */
    int    shots;   /* a round has so many; 0: by time alone */
    bool   by_hand; /* only people end rounds */
} gms_rounds_rule_t;

extern const gms_rounds_rule_t gms_rounds_usual;

typedef struct {
    int    shots;     /* of this round, so far */
    double last_s;    /* when the last one came */
    double average_s; /* 0: unknown */
    bool   pending;   /* the last shot may have begun a round */
    double pause_s;   /* before it */
} gms_rounds_t;

typedef enum {
    GMS_ROUND_OPEN,    /* shots go on */
    GMS_ROUND_PENDING, /* the pause may be the end */
    GMS_ROUND_CLOSED   /* it is */
} gms_round_state_e;

/* Forgets all: another shooter, another paper, a command. */
void gms_rounds_reset(gms_rounds_t *r);

/*
 * A shot at t_s, not before the last one.  How many shots, counted back from
 * this one, make up a new round: 0: it goes on; 1: this one begins it; 2: the
 * one before did, as is clear now.
 */
int gms_rounds_shot(gms_rounds_t *r, const gms_rounds_rule_t *rule, double t_s);

/* What the time that passed says, no shot having come since. */
gms_round_state_e gms_rounds_at(
    const gms_rounds_t *r, const gms_rounds_rule_t *rule, double now_s);

/* When that changes next: for a timer.  INFINITY: never by itself. */
double gms_rounds_due_s(
    const gms_rounds_t *r, const gms_rounds_rule_t *rule, double now_s);

#endif /* GMS_ROUNDS_H */

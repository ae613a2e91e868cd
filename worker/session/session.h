/*
 * gms_session: one session: who shoots at what, his shots, rounds and totals.
 * A part of gms_scorebook, which alone changes it; what is here only reads.
 * Pure; any thread.
 */

#ifndef GMS_SESSION_H
#define GMS_SESSION_H

#include "event.h"

#define GMS_SESSION_SHOTS_MAX 5000
#define GMS_SESSION_ROUNDS_MAX GMS_SESSION_SHOTS_MAX

/* Those that persons make; a detector takes each shot back once at most. */
#define GMS_SESSION_CORRECTIONS_MAX 1000

typedef enum {
    GMS_SESSION_NONE, /* the place is free */
    GMS_SESSION_LIVE,
    GMS_SESSION_PAUSED,
    GMS_SESSION_ENDED,
    GMS_SESSION_DISCARDED /* it counts nowhere; that can be undone */
} gms_session_state_e;

typedef struct {
    gms_event_shot_t shot;  /* as it stands */
    gms_event_shot_t first; /* as it came */
    uint64_t         seq;
    int64_t          real_ns;
    uint64_t         changed_seq; /* last event about it */
    gms_standing_e   standing;
    gms_correction_e corrected; /* what was done last; 0: nothing */
    uint32_t         round;     /* it was assigned to; 0: by its number */
    char             other[GMS_ID_SIZE]; /* session that shares its hole, */
    uint32_t         other_n;            /* ... and its number there */
    bool             called;             /* by who shoots: there, as in shot */
    double           call_mm[2];
} gms_session_shot_t;

typedef struct {
    gms_event_correction_t event;
    uint64_t               seq;
    int64_t                real_ns;
} gms_session_correction_t;

/* A coach's word about it, and what became of that. */
#define GMS_SESSION_TIPS_MAX 200

/* Where the time between two shots is counted from. */
typedef struct {
    int64_t real_ns;
    int64_t mono_ns;
    char    boot_id[33];
} gms_session_instant_t;

typedef struct {
    gms_event_tip_t       event;
    int64_t               real_ns;
    int64_t               told_ns; /* this and the next two: 0: not */
    int64_t               acknowledged_ns;
    int64_t               withdrawn_ns;
    gms_event_drill_t     result; /* tip 0: not yet */
    gms_session_instant_t begun;  /* its drill, */
    uint32_t              first;  /* ... and its first shot; 0: it has not */
} gms_session_tip_t;

/* Of the shots that count: they stand, are no sighters and lie in the window of
 * the course. */
typedef struct {
    int32_t counted;
    int32_t tenths;
    int32_t rings;
    int32_t inner;
} gms_totals_t;

/* Some of its shots, and what they are worth. */
typedef struct {
    uint32_t     number; /* of the series or the round: 1, 2, ... */
    uint32_t     first;  /* numbers of its first and last shot; last 0: none */
    uint32_t     last;
    gms_totals_t sum;
} gms_session_part_t;

/* As it was when it ended, for who thinks better of that: its end closes the
 * open round, is told of the paper, and nobody's token is good after it. */
typedef struct {
    gms_session_instant_t at;
    bool                  active; /* it had the lane */
    bool                  paused;
    gms_rounds_t          pace;  /* of the round that was open, */
    gms_event_paper_t     paper; /* ... and what was told of one last */
    uint32_t              tokens;
    uint8_t               token[GMS_SESSION_TOKENS_MAX][GMS_SECRET_HASH_SIZE];
} gms_session_ending_t;

/* Its end can be undone for so long. */
#define GMS_SESSION_REOPEN_S 60.0

/* How its course goes: docs/courses.md. */
typedef struct {
    gms_course_at_t       at;
    gms_session_instant_t commanded; /* the last command was given */
    gms_session_instant_t started;   /* the string, and stopped */
    gms_session_instant_t stopped;
    bool                  is_started;
    bool                  is_stopped; /* by a person */
    uint32_t              first; /* number of its first shot, or the next */
} gms_conduct_t;

typedef struct {
    char                id[GMS_ID_SIZE];
    gms_session_state_e state;
    gms_event_session_t setup;      /* as it is now */
    int64_t             started_ns; /* CLOCK_REALTIME */
    int64_t             ended_ns;   /* 0: open */
    uint64_t            started_seq;
    uint64_t            activated_seq; /* when it became the active one last */
    uint32_t            shots;         /* rows, also of what does not stand */
    uint32_t            capacity;
    gms_session_shot_t *shot; /* by number; owned */
    uint32_t            corrections;
    uint32_t            corrections_capacity;
    gms_session_correction_t *correction; /* oldest first; owned */
    gms_totals_t              total;
    uint32_t                  paper; /* number of the one that hangs there */
    gms_event_paper_t         last_paper; /* that was done with; what 0: none */
    uint32_t                  rounds;     /* closed ones */
    uint32_t                  rounds_capacity;
    gms_event_round_t        *round;     /* by number; owned */
    gms_rounds_t              pace;      /* of the open round */
    gms_session_instant_t     last_shot; /* when the pace's last one came */
    double residual_mm; /* of the worst calibration that placed a shot: RMS of
                           ring edges; 0: none is known */
    gms_session_instant_t touched; /* its last event */
    gms_session_ending_t  ending;
    gms_conduct_t         conduct;
    uint32_t              tips;
    uint32_t              tips_capacity;
    gms_session_tip_t    *tip; /* by number; owned */
} gms_session_t;

bool gms_session_is_open(const gms_session_t *s);

gms_session_instant_t gms_session_instant_of(const gms_event_t *event);

/* Seconds from one instant to another, < 0 backwards: by the monotonic clock
 * within one boot, else by the wall clock. */
double gms_session_passed_s(
    const gms_session_instant_t *from, const gms_session_instant_t *to);

/* The shot as it stands, or as this shot would, as a correction that changes
 * nothing; and what a correction makes of a shot. */
void gms_correction_of(
    gms_event_correction_t *c, const gms_session_shot_t *row);
void gms_correction_describe(
    gms_event_correction_t *c, const gms_event_shot_t *shot);
void gms_correction_put(
    const gms_event_correction_t *c, gms_session_shot_t *row);

/* An official lets it count, though it lies outside its window. */
bool gms_session_is_admitted(const gms_session_shot_t *row);

/* Bytes of the lane's name in the id of a session; 0: this is none. */
size_t gms_session_lane(const char *id);

/* Both are sessions, of two lanes. */
bool gms_session_is_elsewhere(const char *id, const char *other);

/* There is a hole of it in the paper, also when another lane has the shot. */
bool gms_session_is_hole(const gms_session_t *s, const gms_session_shot_t *row);

/* Adds the shot to its totals (sign 1), or takes it out (-1). */
void gms_session_count(
    gms_totals_t *total, const gms_event_shot_t *shot, int sign);

/* The same, when it stands. */
void gms_session_count_row(gms_totals_t *total, const gms_session_shot_t *row);

/* What the shots of its rounds are worth, of round number first and those
 * after it, max in all: of closed ones and of the open one. */
void gms_session_sum_rounds(
    const gms_session_t *s, uint32_t first, gms_totals_t *total, uint32_t max);

/* Shots of a series: of the longest that its course has, else ten. */
int gms_session_series_length(const gms_session_t *s);

/* The next series, of shots that count; begin with one that is all zeros.  It
 * ends when it is full, in a course also with each round.  False: there are no
 * more. */
bool gms_session_next_series(const gms_session_t *s, gms_session_part_t *part);

/* How its shots fall into rounds: sighters are as many as they are, and a
 * course says itself where rounds end. */
gms_rounds_rule_t gms_session_rule(const gms_session_t *s, bool sighters);

/* Number of the first shot of the open round, whether it has come or not. */
uint32_t gms_session_round_first(const gms_session_t *s);

/* Number of the round that a row is of.  closed: how many rounds end before
 * it, kept by the caller from row to row, 0 with the first. */
uint32_t gms_session_round_of(
    const gms_session_t *s, const gms_session_shot_t *row, uint32_t *closed);

/* The open round at this instant, no shot having come since; GMS_ROUND_OPEN
 * without an open session. */
gms_round_state_e gms_session_round_state(
    const gms_session_t *s, const gms_session_instant_t *now);

/* Seconds of the pace's clock at an instant: of the monotonic clock within one
 * boot, else of the wall clock. */
double gms_session_pace_s(
    const gms_session_t *s, const gms_session_instant_t *at);

/* It ends by itself, having been left alone for so many seconds: half an hour
 * without a shot when it is a walk-up, idle_s without any event; 0: it goes on,
 * as all others do with idle_s 0. */
double gms_session_left_s(
    const gms_session_t *s, const gms_session_instant_t *now, double idle_s);

/* It ended so short a time ago that its end may be undone. */
bool gms_session_may_reopen(
    const gms_session_t *s, const gms_session_instant_t *now);

/* Shots on record at this paper. */
int32_t gms_session_paper_shots(const gms_session_t *s, uint32_t paper);

#endif /* GMS_SESSION_H */

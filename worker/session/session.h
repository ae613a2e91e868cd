/*
 * gms_session: what happened on a lane, as a fold over its events.
 *
 * gms_session_apply alone changes the state; gms_session_decide alone makes
 * events, from commands and detections.  Both are pure: no clock, no file.
 * Live, on recovery and in tests the same two functions run.
 */

#ifndef GMS_SESSION_H
#define GMS_SESSION_H

#include "event.h"

#define GMS_SESSION_SHOTS_MAX 5000
#define GMS_DECIDE_MAX 4
#define GMS_SESSION_ROUNDS_MAX GMS_SESSION_SHOTS_MAX

typedef enum {
    GMS_LANE_IDLE,
    GMS_LANE_LIVE,
    GMS_LANE_PAUSED
} gms_lane_state_e;

typedef struct {
    gms_event_shot_t shot;
    uint64_t         seq;
    bool             removed;
    int64_t          real_ns;
} gms_session_shot_t;

/* Where the time between two shots is counted from. */
typedef struct {
    int64_t real_ns;
    int64_t mono_ns;
    char    boot_id[33];
} gms_session_instant_t;

typedef struct {
    char                    lane[32];
    uint64_t                epoch;
    uint64_t                seq; /* last event applied */
    gms_lane_state_e        state;
    bool                    has_session; /* open, or ended and still shown */
    gms_event_session_t     session;
    int64_t                 started_ns;              /* CLOCK_REALTIME */
    int64_t                 ended_ns;                /* 0: open */
    char                    start_key[GMS_KEY_SIZE]; /* last start, last end: */
    char                    end_key[GMS_KEY_SIZE];   /* answers to repeats */
    uint32_t                shots; /* used rows, removed ones included */
    uint32_t                capacity;
    gms_session_shot_t     *shot;         /* by number; owned */
    int32_t                 total_tenths; /* of counted shots */
    int32_t                 total_rings;
    int32_t                 inner;
    int32_t                 counted;
    uint32_t                paper;      /* number of the one that hangs there */
    gms_event_paper_t       last_paper; /* that was done with; what 0: none */
    char                    paper_key[GMS_KEY_SIZE];
    uint32_t                rounds; /* closed ones */
    uint32_t                rounds_capacity;
    gms_event_round_t      *round;     /* by number; owned */
    gms_rounds_t            pace;      /* of the open round */
    gms_session_instant_t   last_shot; /* when the pace's last one came */
    char                    round_key[GMS_KEY_SIZE];
    bool                    cold; /* people may be at the targets */
    bool                    has_calibration;
    uint64_t                calibration_seq; /* number of the last one */
    gms_event_calibration_t calibration;     /* and that one */
} gms_session_t;

typedef enum {
    GMS_INPUT_START, /* u.session without id */
    GMS_INPUT_END,
    GMS_INPUT_PAUSE,
    GMS_INPUT_RESUME,
    GMS_INPUT_SHOT,        /* u.shot without n and score */
    GMS_INPUT_REMOVE,      /* by hole, newest first; hole 0: by u.removed.n */
    GMS_INPUT_CALIBRATION, /* u.calibration */
    GMS_INPUT_CONFIRM,     /* that the one in force is upright */
    GMS_INPUT_PAPER,       /* u.paper: what, reason, author, expected, holes */
    GMS_INPUT_RANGE,       /* u.range */
    GMS_INPUT_ROUND,       /* a person begins a round */
    GMS_INPUT_TIME         /* time has passed */
} gms_input_kind_e;

typedef struct {
    gms_input_kind_e kind;
    int64_t          real_ns;
    int64_t          mono_ns;
    char             boot_id[33];
    char             key[GMS_KEY_SIZE];
    uint32_t         hole;  /* REMOVE: which detection */
    bool             count; /* END: u.paper tells of the last paper */
    union {
        gms_event_session_t     session;
        gms_event_shot_t        shot;
        gms_event_removed_t     removed;
        gms_event_calibration_t calibration;
        gms_event_paper_t       paper;
        gms_event_range_t       range;
    } u;
} gms_input_t;

int  gms_session_init(gms_session_t *s, const char *lane, uint64_t epoch);
void gms_session_free(gms_session_t *s);

/* What a fold of the present state begins with: what earlier events left. */
typedef struct {
    uint64_t    after; /* the fold's first event is after + 1 */
    bool        has_calibration;
    gms_event_t calibration; /* in force */
    bool        cold;
} gms_session_before_t;

/* For a fold that begins at gms_journal_fold_start(), into an empty session. */
void gms_session_begin_after(
    gms_session_t *s, const gms_session_before_t *before);

bool gms_session_is_open(const gms_session_t *s);

/* Number of the first shot of the open round, whether it has come or not. */
uint32_t gms_session_round_first(const gms_session_t *s);

/* The open round at this instant, no shot having come since. */
gms_round_state_e gms_session_round_state(
    const gms_session_t *s, const gms_session_instant_t *now);

/* Seconds of the pace's clock at an instant: of the monotonic clock within one
 * boot, else of the wall clock. */
double gms_session_pace_s(
    const gms_session_t *s, const gms_session_instant_t *at);

/* Shots on record at this paper. */
int32_t gms_session_paper_shots(const gms_session_t *s, uint32_t paper);

/*
 * What events the input causes now: the number written to out (at most
 * GMS_DECIDE_MAX), 0 when it causes none (a shot while no session is open or
 * it is paused or the range is cold, a shot of a hole that is already
 * recorded, a pause while paused, a confirmation of what is confirmed, another paper without a session, a repeat
 * of an answered command), GMS_ESTATE when the state forbids
 * it, GMS_ENOTFOUND for a removal of a number that is not there,
 * GMS_ETOOBIG when the session holds GMS_SESSION_SHOTS_MAX shots,
 * GMS_EINVALID for values that no event may hold.
 *
 * Shots get their number and score here, and every number the precision that
 * the journal keeps (instants whole microseconds, mm 4 decimals, px 3), so
 * that what is folded from the journal equals what was live.
 */
int gms_session_decide(
    const gms_session_t *s, const gms_input_t *input, gms_event_t *out);

/* Folds one event in.  GMS_ECORRUPT when it cannot follow (a gap in seq), the
 * state is then unchanged; GMS_ENOMEM likewise. */
int gms_session_apply(gms_session_t *s, const gms_event_t *event);

/* The members "session" and "shots" of the state document (docs/events.md),
 * as one cJSON object to be merged by the caller; NULL: out of memory. */
cJSON *gms_session_to_json(const gms_session_t *s);

#endif /* GMS_SESSION_H */

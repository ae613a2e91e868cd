/*
 * gms_scorebook: what happened on a lane, as a fold over its events: the
 * sessions that are open there, of which one is active and gets the shots,
 * and what belongs to the lane whoever shoots.
 *
 * gms_scorebook_apply alone changes the state; gms_scorebook_decide alone
 * makes events, from commands and detections.  Both are pure: no clock, no
 * file.  Live, on recovery and in tests the same two functions run.
 */

#ifndef GMS_SCOREBOOK_H
#define GMS_SCOREBOOK_H

#include "session.h"

/* Shooters that share a lane; and the sessions that ended and that were
 * discarded last. */
#define GMS_SESSIONS_OPEN_MAX 4
#define GMS_SESSIONS_MAX (GMS_SESSIONS_OPEN_MAX + 2)

/* Another paper ends a round of each open session, and comes first. */
#define GMS_DECIDE_MAX (GMS_SESSIONS_OPEN_MAX + 4)

/* Commands that are answered again when they are repeated. */
#define GMS_ANSWERS_MAX 64

typedef enum {
    GMS_LANE_IDLE, /* no session is open */
    GMS_LANE_LIVE, /* the active one is */
    GMS_LANE_PAUSED
} gms_lane_state_e;

/* What a command did, as it was answered: the event and what followed from it
 * then. */
typedef struct {
    char              key[GMS_KEY_SIZE];
    gms_event_kind_e  kind;
    uint64_t          seq;
    char              session[GMS_ID_SIZE];
    uint32_t          n; /* of the shot or tip that it is about, or 0 */
    gms_totals_t      total;
    uint32_t          round; /* the open one, and its first shot */
    uint32_t          first;
    gms_event_paper_t paper; /* that went; what 0: none did */
    bool              cold;
} gms_answer_t;

/* Complaints that are known: the oldest that is decided gives way, else the
 * oldest about a shot that is missing; see complaints.h. */
#define GMS_COMPLAINTS_MAX 24

typedef struct {
    gms_event_complaint_t event;
    uint64_t              seq;
    char                  session[GMS_ID_SIZE]; /* "": there was none */
    int64_t               real_ns;
    gms_event_closed_t    closed; /* what OPEN: nobody has decided */
    int64_t               closed_ns;
} gms_complaint_t;

typedef struct {
    char                    lane[32];
    uint64_t                epoch;
    uint64_t                seq;                       /* last event applied */
    gms_session_t           session[GMS_SESSIONS_MAX]; /* in no order */
    int                     active;                    /* of them, or -1 */
    char                    face[GMS_FACE_NAME_SIZE];  /* that hangs there */
    uint64_t                began[2]; /* when a session began on an idle lane:
                                         the last time, the time before */
    gms_answer_t            answer[GMS_ANSWERS_MAX]; /* oldest first */
    unsigned                answers;
    gms_complaint_t         complaint[GMS_COMPLAINTS_MAX]; /* oldest first */
    unsigned                complaints;
    bool                    cold; /* people may be at the targets */
    bool                    has_calibration;
    uint64_t                calibration_seq; /* number of the last one */
    gms_event_calibration_t calibration;     /* and that one */
    int64_t
         newest_ns;   /* CLOCK_REALTIME of the last event whose clock was set */
    bool clock_unset; /* at the last event */
} gms_scorebook_t;

typedef enum {
    GMS_INPUT_START, /* u.session; beside: though others are open; paper */
    GMS_INPUT_END,   /* paper */
    GMS_INPUT_PAUSE,
    GMS_INPUT_RESUME,
    GMS_INPUT_REOPEN,      /* the end of session, or of the one that ended
                              last, was a mistake */
    GMS_INPUT_ACTIVATE,    /* session gets the shots from now on; paper */
    GMS_INPUT_CLAIM,       /* u.session.shooter says whose it is, and
                           usual what is for him */
    GMS_INPUT_INTO,        /* u.correcting: the next shot of a walk-up goes to
                           other; the walk-up itself when none is left */
    GMS_INPUT_DISCARD,     /* a walk-up, or what has no shot */
    GMS_INPUT_SIGHTERS,    /* what is shot now does not count */
    GMS_INPUT_RECORD,      /* it does again */
    GMS_INPUT_JOIN,        /* u.session.token[0]: one more is good for it */
    GMS_INPUT_SHOT,        /* u.shot without n, score, zone and bull; its place
                              on the card */
    GMS_INPUT_REMOVE,      /* by hole, newest first; hole 0: by u.removed.n */
    GMS_INPUT_ADD,         /* u.correcting: a shot that no camera saw */
    GMS_INPUT_CORRECT,     /* u.correcting: one that is there */
    GMS_INPUT_TAKE,        /* u.taking: one that another lane gives */
    GMS_INPUT_CALIBRATION, /* u.calibration */
    GMS_INPUT_CONFIRM,     /* that the one in force is upright */
    GMS_INPUT_PAPER,       /* paper: what, reason, author, expected, holes */
    GMS_INPUT_RANGE,       /* u.range */
    GMS_INPUT_COMPLAINT,   /* u.complaint: shot, reason, author */
    GMS_INPUT_COMPLAINT_CLOSE, /* u.closing */
    GMS_INPUT_ROUND,           /* a person begins a round */
    GMS_INPUT_COURSE,          /* u.course: command, author */
    GMS_INPUT_TIP,             /* u.tip without number */
    GMS_INPUT_TIP_CHANGE,      /* u.tip_changed */
    GMS_INPUT_CALL,            /* u.call without how far off it was */
    GMS_INPUT_TIME,            /* time has passed */
    GMS_INPUT_BOOT /* the lane works again, perhaps in another boot */
} gms_input_kind_e;

/* What a person says of a shot of input.session, open or ended. */
typedef struct {
    gms_correction_e what;
    uint32_t         n;
    uint64_t         base; /* last event about the shot that he knew */
    bool             official;
    char             reason[GMS_REASON_SIZE];
    char             author[GMS_SHOOTER_SIZE];
    bool             placed; /* x_mm, y_mm: where on the card */
    double           x_mm;
    double           y_mm;
    bool             valued; /* score_tenths, or the zone where it is named */
    bool             ringed; /* by a whole ring, as whoever asked said it */
    int              score_tenths;
    char             zone[GMS_FACE_LABEL_SIZE];
    int              inner;              /* -1: nobody says */
    uint32_t         round;              /* ROUND */
    char             other[GMS_ID_SIZE]; /* SESSION; ADD: where it was shot */
    uint32_t         other_n;
    int64_t          at_ns; /* ADD: CLOCK_REALTIME; 0: nobody says */
} gms_correcting_t;

/* A shot that input.session gets from another lane: correcting.other and
 * other_n are what it was there, n is its number here if it came from here. */
typedef struct {
    gms_correcting_t correcting;
    gms_event_shot_t shot; /* as it stood there */
    char             face[GMS_FACE_NAME_SIZE];
    double           caliber_mm;
    double           bull_mm[2]; /* where on the card its bull was */
} gms_taking_t;

/* What becomes of a complaint. */
typedef struct {
    gms_event_closed_t closed;
    bool               official;
} gms_closing_t;

typedef struct {
    gms_input_kind_e           kind;
    int64_t                    real_ns;
    int64_t                    mono_ns;
    char                       boot_id[33];
    bool                       clock_unset; /* the wall clock cannot be right */
    char                       key[GMS_KEY_SIZE];
    char                       session[GMS_ID_SIZE]; /* "": the active one */
    uint32_t                   hole; /* REMOVE: which detection */
    bool                       beside;
    bool                       count; /* paper tells of the one that goes */
    gms_event_paper_t          paper;
    double                     idle_s;  /* TIME: a session that was left alone
                                          for so long ends; 0: none does */
    const gms_event_session_t *walk_up; /* SHOT: what it opens when no session
                                           is open, NULL: nothing */
    union {
        gms_event_session_t     session;
        gms_event_shot_t        shot;
        gms_event_removed_t     removed;
        gms_correcting_t        correcting;
        gms_taking_t            taking; /* begins with a correcting */
        gms_event_calibration_t calibration;
        gms_event_range_t       range;
        gms_event_complaint_t   complaint;
        gms_closing_t           closing;
        gms_event_course_t      course;
        gms_event_tip_t         tip;
        gms_event_tip_changed_t tip_changed;
        gms_event_call_t        call;
    } u;
} gms_input_t;

int  gms_scorebook_init(gms_scorebook_t *b, const char *lane, uint64_t epoch);
void gms_scorebook_free(gms_scorebook_t *b);

/* What a fold of the present state begins with: what earlier events left. */
typedef struct {
    uint64_t    after; /* the fold's first event is after + 1 */
    bool        has_calibration;
    gms_event_t calibration; /* in force */
    bool        cold;
    int64_t     newest_ns;
} gms_scorebook_before_t;

/* For a fold that begins at gms_journal_fold_start(), into an empty book. */
void gms_scorebook_begin_after(
    gms_scorebook_t *b, const gms_scorebook_before_t *before);

gms_lane_state_e gms_scorebook_state(const gms_scorebook_t *b);

/* The session that gets the shots; NULL: none is open. */
const gms_session_t *gms_scorebook_active(const gms_scorebook_t *b);

/* That one, else the one that ended last; NULL: none. */
const gms_session_t *gms_scorebook_shown(const gms_scorebook_t *b);

/* By its id, open or ended last; "": the active one.  NULL: none. */
const gms_session_t *gms_scorebook_find(
    const gms_scorebook_t *b, const char *id);

/* By its id, discarded last.  NULL: it was not, or began long ago. */
const gms_session_t *gms_scorebook_discarded(
    const gms_scorebook_t *b, const char *id);

int gms_scorebook_open(const gms_scorebook_t *b); /* how many are */

/* Shots on record, of all open sessions, at the paper that hangs there. */
int32_t gms_scorebook_paper_shots(const gms_scorebook_t *b);

/* Would GMS_INPUT_TIME make events at this instant, with this idle_s? */
bool gms_scorebook_is_due(
    const gms_scorebook_t *b, const gms_session_instant_t *now, double idle_s);

/* What the command was answered that this one repeats; NULL: it is none. */
const gms_answer_t *gms_scorebook_answered(
    const gms_scorebook_t *b, const gms_input_t *input);

/* What is answered of this session as things stand. */
void gms_scorebook_answer(
    gms_answer_t *answer, const gms_scorebook_t *b, const char *session);

/*
 * What events the input causes now: the number written to out (at most
 * GMS_DECIDE_MAX), 0 when it causes none (a shot while nothing may be opened
 * by it or the session is paused or the range is cold, a shot of a hole that
 * is already recorded, a pause while paused, a confirmation of what is
 * confirmed, another paper without a session, a repeat of an answered
 * command), GMS_ESTATE when the state forbids it, GMS_ENOTFOUND for a removal
 * of a number or a session that is not there, GMS_ETOOBIG when the session
 * holds GMS_SESSION_SHOTS_MAX shots or the lane its sessions, GMS_EINVALID for
 * values that no event may hold, GMS_ESTALE for a correction of a shot that
 * has changed meanwhile, for an end that is too long ago to be undone and for
 * a second call of a shot,
 * GMS_EFORBIDDEN when an official must make it.
 *
 * Shots get their number and score here, and every number the precision that
 * the journal keeps (instants whole microseconds, mm 4 decimals, px 3), so
 * that what is folded from the journal equals what was live.
 */
int gms_scorebook_decide(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);

/* What is wrong with the values of a correction: a JSON pointer and a
 * sentence; false: nothing is, or no such shot is there. */
bool gms_scorebook_faulty(const gms_scorebook_t *b, const gms_input_t *input,
    const char **pointer, const char **detail);

/* Folds one event in.  GMS_ECORRUPT when it cannot follow (a gap in seq), the
 * state is then unchanged; GMS_ENOMEM likewise. */
int gms_scorebook_apply(gms_scorebook_t *b, const gms_event_t *event);

/* Members of the state document (docs/events.md), as one cJSON object to be
 * merged by the caller; NULL: out of memory.  "session" and "shots" of one (NULL:
 * null and none); "sessions": all. */
cJSON *gms_scorebook_session_to_json(const gms_session_t *s);
cJSON *gms_scorebook_sessions_to_json(const gms_scorebook_t *b);

/* One shot as it stands and as it came, and its corrections. */
cJSON *gms_scorebook_shot_to_json(const gms_session_t *s, uint32_t n);

#endif /* GMS_SCOREBOOK_H */

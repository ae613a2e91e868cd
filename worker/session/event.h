/*
 * gms_event: a durable fact about a lane.  Facts are journaled, derived
 * values never (but a shot carries the score it was given, with the rule's
 * inputs, since a jury's value is a fact).
 */

#ifndef GMS_EVENT_H
#define GMS_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../ipc/device.h"
#include "../base/jsontext.h"
#include "../target/face.h"
#include "../target/calibration.h"
#include "course.h"
#include "drill.h"
#include "rounds.h"
#include "usual.h"

#define GMS_ID_SIZE 96
#define GMS_SHOOTER_SIZE 64
#define GMS_KEY_SIZE 80
#define GMS_REASON_SIZE 128
#define GMS_SOURCE_SIZE 192
#define GMS_TIP_TEXT_SIZE 601
#define GMS_SESSION_TOKENS_MAX 8   /* the oldest gives way */
#define GMS_EQUIPMENT_WORD_SIZE 32 /* of its values */

typedef enum {
    GMS_EVENT_SESSION_STARTED = 1,
    GMS_EVENT_SESSION_ENDED,
    GMS_EVENT_SESSION_PAUSED,
    GMS_EVENT_SESSION_RESUMED,
    GMS_EVENT_SESSION_ACTIVATED, /* it gets the shots from now on */
    GMS_EVENT_SESSION_CLAIMED,   /* a walk-up's shooter is known now */
    GMS_EVENT_SESSION_DISCARDED, /* it counts nowhere */
    GMS_EVENT_SESSION_SIGHTERS,  /* what is shot now does not count */
    GMS_EVENT_SESSION_RECORD,    /* it does again */
    GMS_EVENT_SESSION_JOINED,    /* one more browser has a token for it */
    GMS_EVENT_SESSION_REOPENED,  /* its end was a mistake */
    GMS_EVENT_SHOT,
    GMS_EVENT_SHOT_REMOVED,
    GMS_EVENT_CALIBRATION,
    GMS_EVENT_PAPER,
    GMS_EVENT_RANGE,
    GMS_EVENT_ROUND,
    GMS_EVENT_COURSE, /* a command of the session's course */
    GMS_EVENT_CORRECTION,
    GMS_EVENT_TIP,         /* a coach says something */
    GMS_EVENT_TIP_CHANGED, /* it is told, acknowledged or taken back */
    GMS_EVENT_DRILL,       /* a tip's drill was done, well or not */
    GMS_EVENT_COMPLAINT,   /* a shot is said to be missing, or protested */
    GMS_EVENT_COMPLAINT_CLOSED,
    GMS_EVENT_CALL /* where who shoots says that a shot went */
} gms_event_kind_e;

/* Whom advice is worded for. */
typedef enum {
    GMS_LEVEL_CLUB,
    GMS_LEVEL_BEGINNER,
    GMS_LEVEL_ADVANCED,
    GMS_LEVELS
} gms_level_e;

extern const char *const gms_level_name[GMS_LEVELS];

/* What advice may be asked to be sure of. */
#define GMS_ADVICE_CONFIDENCE_LEAST 0.5
#define GMS_ADVICE_CONFIDENCE_MOST 0.9999

/* What a session is shot with, as it was known at the start; "": unknown. */
typedef struct {
    char id[GMS_SHOOTER_SIZE];           /* "": nobody said */
    char gun[GMS_EQUIPMENT_WORD_SIZE];   /* these as in advice.h */
    char click[GMS_EQUIPMENT_WORD_SIZE]; /* what a click moves: "0.25moa" */
    char sight[GMS_EQUIPMENT_WORD_SIZE];
    char hand[GMS_EQUIPMENT_WORD_SIZE];
} gms_event_equipment_t;

/* How a session stands after the event. */
typedef struct {
    char       shooter[GMS_SHOOTER_SIZE]; /* an id, never a name; "": unknown */
    gms_face_t face; /* as it was at the start: rules may change */
    double     caliber_mm;
    double     distance_m;
    gms_rounds_rule_t rounds; /* how shots fall into rounds */
    gms_level_e       level;
    double            advice;   /* nothing is said that is less sure; 0: nobody
                                 asked for another than the usual */
    bool              walk_up;  /* a shot opened it, nobody has claimed it */
    bool              sighters; /* what is shot now does not count */
    bool         competition; /* officials alone correct, and by their names */
    uint32_t     beside;      /* sessions that were open when it started */
    gms_course_t course;      /* as it was at the start */
    gms_event_equipment_t equipment;
    gms_usual_t usual; /* size of the shooter's groups on this face, as it was
                          known at the start; sigma 0: it was not */
    char        reason[GMS_REASON_SIZE]; /* why it was paused or ended
                                            unasked, or "" */
    char        source[GMS_SOURCE_SIZE]; /* what it was imported from, or "" */
    uint32_t tokens; /* who shows one may command it: their SHA-256, which the
                        journal alone keeps */
    uint8_t  token[GMS_SESSION_TOKENS_MAX][GMS_SECRET_HASH_SIZE];
} gms_event_session_t;

typedef struct {
    uint32_t n;    /* 1, 2, ... in the session, never reused */
    uint32_t hole; /* the detector's id, to match the provisional mark */
    double   x_mm; /* from the centre of its bull, or else of the face */
    double   y_mm;
    double   x_px;
    double   y_px;
    double   radius_px;
    int      score_tenths;
    int      ring;
    bool     inner;
    char     zone[GMS_FACE_LABEL_SIZE]; /* that was hit; "": a ring, or none */
    char     bull[GMS_FACE_LABEL_SIZE]; /* "": the face has but one */
    bool     sighter;
    gms_window_e window; /* of its course; outside it does not count */
    bool         overlap;
    bool         recovered;       /* fired while the lane was down */
    bool         near_line;       /* its value may be the one beside it */
    bool         possible_double; /* may be two shots in one hole */
    bool         order_unknown;   /* came with others, or while nobody saw */
    bool         by_hand;         /* a person says so, no camera */
    bool         unplaced; /* has a value alone: its place means nothing */
    double       confidence;
    double       x_error_mm; /* standard error of the centre; both 0: unknown */
    double       y_error_mm;
    double       error_correlation; /* of the two, -1 .. 1 */
    uint32_t     paper;             /* 1, 2, ... of the session */
    uint64_t     calibration;   /* number of the event that placed it, or 0 */
    int64_t      frame_real_ns; /* of the first frame that showed it */
    int64_t      frame_mono_ns; /* the journal alone keeps it, not the JSON */
} gms_event_shot_t;

typedef struct {
    uint32_t n;
    char     reason[GMS_REASON_SIZE];
    char     author[GMS_SHOOTER_SIZE]; /* "detector" or who did it */
} gms_event_removed_t;

/* Where who shoots says that a shot went, before he has seen it. */
typedef struct {
    uint32_t n;
    double   x_mm; /* both as in the shot */
    double   y_mm;
    double   x_off_mm; /* from there to the shot, as it stood */
    double   y_off_mm;
    char     author[GMS_SHOOTER_SIZE]; /* a role */
} gms_event_call_t;

/* What became of a shot. */
typedef enum {
    GMS_STANDING_YES,
    GMS_STANDING_REMOVED, /* it was none */
    GMS_STANDING_IGNORED, /* it was one that does not count */
    GMS_STANDING_GIVEN    /* it is another session's */
} gms_standing_e;

typedef enum {
    GMS_CORRECTION_ADD = 1, /* a person says that it was shot */
    GMS_CORRECTION_REMOVE,
    GMS_CORRECTION_RESTORE, /* it stands again; if it does, as it came */
    GMS_CORRECTION_IGNORE,
    GMS_CORRECTION_MOVE,
    GMS_CORRECTION_SCORE, /* a jury's value, whatever its place */
    GMS_CORRECTION_GAUGE, /* the ring that a gauge in the hole touches */
    GMS_CORRECTION_ROUND, /* it belongs to another round */
    GMS_CORRECTION_SESSION,
    GMS_CORRECTION_COUNT /* it counts, though it lies outside its window */
} gms_correction_e;

/* A shot as it stands after it: what it was before, earlier events tell. */
typedef struct {
    gms_correction_e what;
    uint32_t         n;
    gms_standing_e   standing;
    uint32_t         round; /* it was assigned to; 0: by its number */
    char             other[GMS_ID_SIZE]; /* session that has it, or had it */
    uint32_t         other_n;            /* its number there; 0: unknown here */
    char             reason[GMS_REASON_SIZE];
    char             author[GMS_SHOOTER_SIZE]; /* a name, a role, "detector" */
    double           x_mm;                     /* these as in the shot */
    double           y_mm;
    double           x_px;
    double           y_px;
    int              score_tenths;
    int              ring;
    bool             inner;
    char             zone[GMS_FACE_LABEL_SIZE];
    char             bull[GMS_FACE_LABEL_SIZE];
    bool             sighter;
    bool             near_line;
    bool             unplaced;
    double           x_error_mm;
    double           y_error_mm;
    double           error_correlation;
    bool             admitted; /* in spite of its window */
} gms_event_correction_t;

typedef struct {
    gms_calibration_t map; /* confirmed: what is up and left is certain */
    uint64_t          of;  /* number of the one that it brings back */
    char reason[GMS_REASON_SIZE]; /* why there is a new one, or "" */
    char zoom[GMS_ZOOM_SIZE]; /* step or preset of the camera; "": not known */
} gms_event_calibration_t;

typedef enum {
    GMS_PAPER_GONE_NEW = 1, /* another sheet hangs there now */
    GMS_PAPER_GONE_PASTED,  /* its holes were pasted over */
    GMS_PAPER_GONE_END      /* the session ends; the paper hangs on */
} gms_paper_gone_e;

/* A paper is done with: what was shot at it, before it goes. */
typedef struct {
    uint32_t         paper; /* its number: 1, 2, ... in the session */
    gms_paper_gone_e what;
    char             reason[GMS_REASON_SIZE]; /* what the detector saw, or "" */
    char             author[GMS_SHOOTER_SIZE]; /* "detector" or a role */
    int32_t          expected; /* shots that a person says, -1: nobody did */
    int32_t          shots;    /* on record */
    int32_t          holes;    /* that the camera has seen, -1: unknown */
    uint32_t         odd;     /* the shot that may be two, if one is missing, or
                             that shows no hole; 0 */
    bool             spotted; /* a hole that is no shot's, at spot_mm */
    double           spot_mm[2];
} gms_event_paper_t;

typedef struct {
    bool cold; /* people may be at the targets: nothing is a shot */
    char author[GMS_SHOOTER_SIZE];
} gms_event_range_t;

/* Its number is the complaint's. */
typedef struct {
    uint32_t shot; /* that is protested, as it stood; 0: one is missing */
    int      score_tenths;
    int      ring;
    bool     inner;
    char     zone[GMS_FACE_LABEL_SIZE];
    char     reason[GMS_REASON_SIZE];  /* of a protest; else it may be "" */
    char     author[GMS_SHOOTER_SIZE]; /* a role */
} gms_event_complaint_t;

typedef enum {
    GMS_COMPLAINT_OPEN,
    GMS_COMPLAINT_UPHELD,
    GMS_COMPLAINT_DENIED,
    GMS_COMPLAINT_WITHDRAWN /* by who made it */
} gms_complaint_state_e;

typedef struct {
    uint64_t              complaint; /* number of its event */
    gms_complaint_state_e what;
    char                  text[GMS_REASON_SIZE]; /* "" when withdrawn */
    char                  author[GMS_SHOOTER_SIZE];
} gms_event_closed_t;

typedef enum {
    GMS_ROUND_BY_PAUSE = 1, /* shots after a pause came in a rhythm again */
    GMS_ROUND_BY_COUNT,     /* it has its shots */
    GMS_ROUND_BY_STOP,      /* nobody shot for long */
    GMS_ROUND_BY_COMMAND,
    GMS_ROUND_BY_PAPER, /* another paper hangs there */
    GMS_ROUND_BY_END    /* of the session */
} gms_round_by_e;

/* What was commanded, of which string of the course; by time or shots it was
 * the lane. */
typedef struct {
    gms_course_command_e command;
    gms_course_by_e      by;
    int                  stage;  /* from 0 */
    int                  string; /* of the stage, from 0 */
    char                 author[GMS_SHOOTER_SIZE];
} gms_event_course_t;

/* A round is closed: its borders are facts, its figures are not. */
typedef struct {
    uint32_t       round; /* 1, 2, ... of the session */
    uint32_t       first; /* number of its first shot */
    uint32_t       last;
    gms_round_by_e by;
} gms_event_round_t;

/* Who is meant. */
typedef enum {
    GMS_TIP_SHOOTER,
    GMS_TIP_COACH /* a note, for those who look at the session later */
} gms_tip_to_e;

/* What a coach says while somebody shoots; its figures follow from the shots. */
typedef struct {
    uint32_t         tip; /* 1, 2, ... of the session */
    gms_tip_to_e     to;
    bool             urgent;
    bool             hold; /* it is told when the round is over */
    uint32_t         shot; /* that it is about; 0: none */
    char             text[GMS_TIP_TEXT_SIZE];
    char             author[GMS_SHOOTER_SIZE];
    gms_drill_task_t drill; /* to be done; id "": none */
} gms_event_tip_t;

typedef enum {
    GMS_TIP_TOLD = 1,     /* the round is over for which it was held */
    GMS_TIP_ACKNOWLEDGED, /* by who shoots */
    GMS_TIP_WITHDRAWN     /* by a coach */
} gms_tip_change_e;

typedef struct {
    uint32_t         tip;
    gms_tip_change_e what;
    char             author[GMS_SHOOTER_SIZE];
} gms_event_tip_changed_t;

/* As it was judged, whatever is corrected later. */
typedef struct {
    uint32_t tip;
    bool     passed;
    uint32_t shots;
    uint32_t hits;
    double   figure; /* NAN: the rule has none */
} gms_event_drill_t;

typedef struct {
    gms_event_kind_e kind;
    uint64_t         seq;
    char session[GMS_ID_SIZE]; /* "<lane>-<epoch hex>-<seq>"; "": the lane's */
    int64_t real_ns;
    bool    clock_unset; /* the wall clock could not be right */
    int64_t mono_ns;
    char    boot_id[33];
    char    key[GMS_KEY_SIZE]; /* Idempotency-Key of its command */
    union {
        gms_event_session_t     session;
        gms_event_shot_t        shot;
        gms_event_removed_t     removed;
        gms_event_correction_t  correction;
        gms_event_calibration_t calibration;
        gms_event_paper_t       paper;
        gms_event_range_t       range;
        gms_event_complaint_t   complaint;
        gms_event_closed_t      complaint_closed;
        gms_event_round_t       round;
        gms_event_course_t      course;
        gms_event_tip_t         tip;
        gms_event_tip_changed_t tip_changed;
        gms_event_drill_t       drill;
        gms_event_call_t        call;
    } u;
} gms_event_t;

/* Name in SSE and journal: "session", "shot", "shot.removed",
 * "calibration", "paper", "range", "round.closed", "course", "correction",
 * "tip", "tip.changed", "drill.ended", "complaint", "complaint.closed",
 * "call". */
const char *gms_event_name(gms_event_kind_e kind);

/* Is its name "session"? */
bool gms_event_is_session(gms_event_kind_e kind);

/* "pause", "count", "stop", "command", "paper", "end". */
const char *gms_event_round_by(gms_round_by_e by);

/* "add", "remove", ...; and "stands", "removed", "ignored", "given". */
const char *gms_event_correction(gms_correction_e what);
const char *gms_event_standing(gms_standing_e standing);

/* By that word; 0: it is none. */
gms_correction_e gms_event_correction_of(const char *word);

/* "shooter", "coach"; and "told", "acknowledged", "withdrawn". */
#define GMS_TIP_TO_WORDS 2
#define GMS_TIP_CHANGE_WORDS 4
extern const char *const gms_tip_to_name[GMS_TIP_TO_WORDS];
extern const char *const gms_tip_change_name[GMS_TIP_CHANGE_WORDS];

/* "open", "upheld", "denied", "withdrawn". */
#define GMS_COMPLAINT_WORDS 4
extern const char *const gms_complaint_words[GMS_COMPLAINT_WORDS];

/*
 * JSON of the event as clients and the journal hold it, one line, malloc'ed;
 * NULL: out of memory.  Members: lane, seq, then by kind (docs/events.md), and
 * clock_set false where the clock was not:
 *
 * session: state started|ended|paused|resumed|activated|claimed|discarded|
 *          sighters|record|joined|reopened, session, shooter, face {canonical
 *          shape},
 *          caliber_mm, distance_m, rounds {mode, alpha, high, low, floor_s,
 *          stop_s, shots}, walk_up, sighters, competition, beside, reason,
 *          level, advice, course {gms_course_to_json} or null, source (where
 *          it was imported), equipment {id, gun, click, sight, hand} or null,
 *          usual {sigma_mm, df, shots, sessions, varies} or null, t_us
 *          in the journal alone: tokens_sha256 [hex]
 * shot:    session, n, hole, x_mm, y_mm, x_px, y_px, radius_px,
 *          score_tenths, ring, inner, zone, bull, sighter, window, overlap, recovered,
 *          near_line, possible_double, order_unknown, by_hand, unplaced,
 *          confidence,
 *          x_error_mm, y_error_mm, error_correlation, paper, calibration,
 *          t_frame_us, t_us
 * shot.removed: session, n, reason, author, t_us
 * calibration: origin, homography_mm_to_px [9], residual_mm, px_per_mm,
 *          tilt_deg, confirmed, of, reason, zoom, t_us
 * paper:   session, paper, what new|pasted|end, reason, author, expected,
 *          shots, holes (null: unknown), odd, detail (a sentence),
 *          spot_x_mm, spot_y_mm (of a hole that is no shot, if there is one),
 *          t_us
 * range:   range cold|hot, author, t_us
 * complaint: session, shot, score_tenths, ring, inner, zone (these four where
 *          shot is not 0), reason, author, t_us
 * complaint.closed: session, complaint, what upheld|denied|withdrawn, text,
 *          author, t_us
 * round.closed: session, round, first, last (numbers of shots), by
 *          pause|count|stop|command|paper|end, t_us
 * course:  session, command load|start|stop|unload, by command|time|shots,
 *          stage, string (of it; both from 1), author, t_us
 * correction: session, n, what add|remove|restore|ignore|move|score|gauge|
 *          round|session|count, standing stands|removed|ignored|given, reason,
 *          author, round, other, other_n, x_mm, y_mm, x_px, y_px,
 *          score_tenths, ring, inner, zone, bull, sighter, near_line,
 *          unplaced, x_error_mm, y_error_mm, error_correlation, admitted, t_us
 * tip:     session, tip, to shooter|coach, urgent, hold, shot, text, author, drill
 *          {id, title, judge} or null, t_us
 * tip.changed: session, tip, what told|acknowledged|withdrawn, author, t_us
 * drill.ended: session, tip, result passed|failed, shots, hits, figure (null:
 *          none), t_us
 * call:    session, n, x_mm, y_mm, x_off_mm, y_off_mm, error_mm, clock (0: the
 *          same place), author, t_us
 */
char *gms_event_to_json(const gms_event_t *event, const char *lane);

/* The members of a shot that tell how it was seen, and how surely. */
void gms_event_put_sight(gms_jsontext_t *j, const gms_event_shot_t *shot);

/* The members of a complaint, but its session and time. */
void gms_event_put_complaint(
    gms_jsontext_t *j, const gms_event_complaint_t *complaint);

/* What a count of shots and holes means, for a person. */
void gms_event_paper_detail(
    const gms_event_paper_t *paper, char *text, size_t size);

/* Back from that text; members that came with later versions may be missing,
 * as they are in old journals.  seq and times are those of the text, in whole
 * microseconds; boot id, key and monotonic times are empty.  The journal then
 * sets all of these from its columns.  GMS_ECORRUPT: event is undefined. */
int gms_event_from_json(gms_event_t *event, const char *name, const char *json);

#endif /* GMS_EVENT_H */

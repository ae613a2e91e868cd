/*
 * gms_scorer: one lane in its process's main thread.  Takes detections and
 * commands as inputs, one at a time: decide -> commit -> apply -> publish.
 * While a commit is on its way the next input waits; when it fails a
 * detection is tried again for ever, a command is refused.  So what is
 * published is on disk, and what is on disk is published.
 */

#ifndef GMS_SCORER_H
#define GMS_SCORER_H

#include "../../ipc/ring.h"
#include "../../ipc/frames.h"
#include "../../ipc/grants.h"
#include "../../ipc/state.h"
#include "analysis.h"
#include "coaching.h"
#include "filmer.h"
#include "grabber.h"
#include "lane.h"
#include "recounter.h"
#include "../secret.h"
#include "storekeeper.h"
#include "../target/score.h"
#include "wake.h"

/* Inputs that wait: detections of a full disk's time, and commands. */
#define GMS_SCORER_WAITING_MAX 512

typedef struct {
    gms_input_t   input;
    uint64_t      ask; /* id of the command that waits, 0: none */
    int64_t       deadline_ns;
    int64_t       frame_ns; /* CLOCK_MONOTONIC of the picture, or 0 */
    bool          kept;     /* CALIBRATION: the detector goes by it already */
    bool          asked;    /* CALIBRATION: for a session that waits for it */
    uint32_t      count;    /* of its paper that is not done yet; 0: none */
    bool          told;     /* SHOT: as shot.unsaved */
    char          token[GMS_SECRET_SIZE]; /* START, JOIN: for who asks */
    gms_picture_t picture;                /* to be kept with the event; owned */
} gms_waiting_t;

/* What a phone joins a session with. */
#define GMS_CODE_SIZE 7 /* six characters and NUL */

typedef struct {
    char    session[GMS_ID_SIZE];
    char    text[GMS_CODE_SIZE];
    int64_t until_ns; /* CLOCK_MONOTONIC; 0: it was used */
    int64_t until_us; /* the same, CLOCK_REALTIME */
} gms_code_t;

/* Candidates that were no shot, kept for whoever asks why. */
#define GMS_REJECTED_MAX 64

typedef struct {
    uint32_t        id; /* 1, 2, ... of this process; 0: empty */
    gms_detection_t detection;
    double          x_mm;
    double          y_mm;
    int64_t         real_ns;
    gms_score_t     score;
    void           *bytes; /* JPEG, owned; NULL: none */
    size_t          size;
} gms_rejected_t;

/* Calibrations of before, to be gone back to. */
#define GMS_HISTORY_MAX 32

/* What was in the paper when a session began at it. */
typedef struct {
    unsigned holes;
    float    hole_mm[GMS_OLD_HOLES_MAX][2]; /* where on the card */
    bool     due; /* the detector is to say so with its next word */
} gms_old_holes_t;

typedef struct {
    uint64_t                seq;
    int64_t                 real_ns;
    gms_event_calibration_t event;
} gms_calibrated_t;

/* Repeats of a command that are answered with it. */
#define GMS_STARTING_AGAIN_MAX 8

/* A session that must have its target found, or drawn, before it starts or
 * gets the lane. */
typedef struct {
    bool          on;
    gms_waiting_t waiting;
    uint64_t      again[GMS_STARTING_AGAIN_MAX]; /* asks of its repeats */
    unsigned      agains;
    gms_face_t    face; /* what was shot at before, should it fail */
    double        caliber_mm;
    bool          drawn;
} gms_starting_t;

typedef struct {
    unsigned                 index; /* in the process */
    const gms_lane_config_t *config;
    gms_memory_t            *memory;
    gms_grabber_t           *grabber;
    gms_analysis_t          *analysis;
    gms_storekeeper_t       *store;
    gms_recounter_t         *recounter;
    gms_filmer_t            *filmer;
    gms_wake_t              *wake;
    int                      control;
    char                     dir[1024]; /* the lane's folder */
    unsigned                 restarts;
    int64_t                  born_real_ns;
    char                     boot_id[33];

    gms_ring_t      ring;
    gms_state_t     state;
    gms_scorebook_t book;
    bool            dirty; /* the state document is out of date */

    /* the session that ended last, and the hash of its last event */
    char ended_session[GMS_ID_SIZE];
    char ended_hash[GMS_CHAIN_HEX_SIZE];

    /* what is looked at and shot with now */
    gms_face_t face;
    double     caliber_mm;
    double     distance_m;

    gms_event_session_t walk_up; /* what a shot without a session opens */

    gms_round_state_e round_state; /* as it was told last */

    gms_frames_t    frames;        /* the camera's, to photograph the card */
    gms_picture_t   photograph;    /* of this paper, the latest; owned */
    gms_picture_t   coming;        /* ... of the last second; owned */
    gms_picture_t   calm;          /* ... before, undisturbed; owned */
    gms_picture_t   unshot;        /* ... before its first shot; owned */
    double          unshot_map[9]; /* mm -> its pixels */
    int64_t         coming_ns;     /* CLOCK_MONOTONIC of these pictures */
    int64_t         calm_ns;
    int64_t         unshot_ns;
    int64_t         look_ns;    /* when the next is due */
    int32_t         holes;      /* that the detector has seen in it */
    gms_old_holes_t old;        /* what was in it when the session began */
    uint32_t        counts;     /* of papers, asked for so far, */
    unsigned        counting;   /* ... and not answered yet */
    bool            paper_said; /* a person did: the detector need not tell */
    bool            pictures_failing;
    char            pictures_detail[GMS_SENTENCE_SIZE];
    unsigned        filming; /* films that are on their way */
    bool            films_failing;
    gms_jpeg_t     *jpeg; /* for evidence */

    gms_coaching_t *coaching;
    bool            in_scene; /* one of its camera's sessions is of here */
    char           *show;     /* what a coach shows, JSON; owned, or NULL */
    int64_t         show_until_ns; /* CLOCK_MONOTONIC */

    gms_rejected_t rejected[GMS_REJECTED_MAX]; /* ring */
    uint32_t       rejections;                 /* so far */

    gms_code_t code[GMS_SESSIONS_OPEN_MAX];
    unsigned   wrong_codes; /* since there is a new one */

    gms_grants_t  grants;
    gms_granted_t granted; /* as it was told last */

    gms_camera_status_t   camera;
    char                  moved[192]; /* by whom it was turned; "": settled */
    int64_t               moved_ns;
    gms_analysis_status_t looking;
    gms_view_t            view; /* the configuration's, or as confirmed */
    bool                  calibrated;
    gms_orientation_t     proposal; /* by the digits; digits 0: none */
    gms_calibrated_t      history[GMS_HISTORY_MAX]; /* the newest last */
    unsigned              histories;
    gms_calibration_t     calibration;
    char                  reason[GMS_SENTENCE_SIZE];
    bool                  loading; /* a calibration of another time */
    bool                  calibrating;
    int64_t               calibrate_at_ns;    /* next try, 0: none */
    int64_t               calibrate_since_ns; /* which answer counts */
    uint64_t              calibrate_ask;
    char                  calibrate_key[GMS_KEY_SIZE]; /* of that command */
    int64_t               calibrate_deadline_ns;
    gms_starting_t        starting;
    int64_t               shots_since_ns;      /* no shot in older pictures */
    char     watched_face[GMS_FACE_NAME_SIZE]; /* what the detector looks for */
    double   watched_caliber_mm;
    uint32_t idle_hole; /* newest that is no shot of this paper */
    bool     unheard;   /* an answer was not taken; said once */
    uint64_t settled;   /* shots of this process that were
                                            journaled or dropped */
    uint32_t hole_base; /* ids of this life start above */

    gms_waiting_t *waiting; /* ring of GMS_SCORER_WAITING_MAX */
    unsigned       first;
    unsigned       count;
    uint64_t       overflow;
    bool           busy; /* a batch is on its way */
    int            events;
    gms_event_t    event[GMS_DECIDE_MAX];
    int            store_error; /* GMS_OK: it takes what comes */
    char           store_detail[GMS_SENTENCE_SIZE];
    int64_t        store_retry_ns;
    bool           reserve_used; /* or could not be made */
    bool           config_pending;

    bool troubles_told; /* to the supervisor; of these kinds */
    char troubles[512];
} gms_scorer_t;

/* config, memory, the threads' structs, wake, control, dir and restarts are
 * the caller's.
 * Opens the journal into the storekeeper, folds it and publishes what the
 * ring lacks.  A negative error with a sentence in err. */
int  gms_scorer_init(gms_scorer_t *s, char *err, size_t err_size);
void gms_scorer_close(gms_scorer_t *s);

/* After the threads have started: first orders. */
void gms_scorer_start(gms_scorer_t *s);

void gms_scorer_note(gms_scorer_t *s, const gms_note_t *note);

/* Queues an input; false when too many wait. */
bool gms_scorer_input(gms_scorer_t *s, const gms_waiting_t *waiting);

/* The camera's or the detector's word; a fresh input of this moment. */
void gms_scorer_fresh(
    const gms_scorer_t *s, gms_input_kind_e kind, gms_waiting_t *waiting);

/* How long ago a picture was handed over that was taken at that instant: what
 * the camera itself takes is told by itself (delay_ms). */
int64_t gms_scorer_handed_ns(const gms_scorer_t *s, int64_t taken_ns);

/* Timers; called a few times a second. */
void gms_scorer_tick(gms_scorer_t *s, int64_t now_ns);

#endif /* GMS_SCORER_H */

/*
 * gms_lane: the process of one camera and of the lanes that look through it
 * (one, unless several ranges name the same camera with their own regions).
 *
 *   capture thread   source -> frame slots, mailbox
 *   analysis thread  mailbox -> gray -> detectors -> notes
 *   store thread     batches of events -> journals -> notes
 *   counting thread  photographs of a paper that goes -> notes
 *   filming thread   pictures around a shot -> films -> notes
 *   main thread      notes, commands, timers: alone decides, applies, writes
 *
 * Threads talk through the mailbox and through inboxes of notes (to main) and
 * orders (to the others) only; what one thread owns no other reads.
 */

#ifndef GMS_LANE_H
#define GMS_LANE_H

#include "../../ipc/link.h"
#include "../base/patches.h"
#include "../capture/source.h"
#include "../config.h"
#include "../detect/detector.h"
#include "../detect/recount.h"
#include "grading.h"
#include "inbox.h"
#include "../session/session.h"
#include "../store/chain.h"
#include "../target/orientation.h"
#include "../target/relocate.h"

#define GMS_PROCESS_LANES_MAX GMS_CAMERA_LANES_MAX
#define GMS_WAKES_MAX 64
#define GMS_SENTENCE_SIZE 512

/* What the supervisor hands to a lane process at its birth. */
typedef struct {
    unsigned                 lanes;
    const gms_lane_config_t *config[GMS_PROCESS_LANES_MAX];
    gms_memory_t            *memory[GMS_PROCESS_LANES_MAX];
    const char              *state_dir;
    int                      control; /* socketpair to the supervisor */
    int                      wake[GMS_WAKES_MAX]; /* eventfds, -1: none */
    unsigned                 restarts;            /* lives before this one */
    bool                     pending; /* a new configuration waits */
} gms_lane_birth_t;

/* Runs until SIGTERM or until the supervisor's end of the socket closes;
 * returns the exit status. */
int gms_lane_run(const gms_lane_birth_t *birth);

typedef enum {
    GMS_CAMERA_OPENING,
    GMS_CAMERA_OK,
    GMS_CAMERA_LOST,
    GMS_CAMERA_ENDED,
    GMS_CAMERA_MOVING, /* to another zoom: nothing is looked for */
    GMS_CAMERA_FROZEN, /* it gives the same picture for ever */
    GMS_CAMERA_BLACK
} gms_camera_state_e;

typedef struct {
    gms_camera_state_e state;
    char               detail[GMS_SENTENCE_SIZE];
    int                width;
    int                height;
    double             fps;
    double             delay_ms; /* exposure to handing over, -1: not known */
    int64_t            frame_real_ns; /* of the newest picture */
    char               asked[64];     /* of the camera, and what it gives */
    char               got[64];
    uint32_t           moves; /* raised when it was turned elsewhere */
    char               moved[128];
    uint32_t           arrivals; /* raised when it stands still there */
    char               zoom[GMS_ZOOM_SIZE]; /* where it looks; "": not known */
    int                preset;              /* likewise; -1: of none */
    bool               moving;              /* to another, by a person's word */
} gms_camera_status_t;

/* Holes of a paper that are told of, the newest; none lies farther out. */
#define GMS_OLD_HOLES_MAX 64
#define GMS_OLD_MM_MAX 1000.0

typedef struct {
    gms_detector_state_e state;
    bool                 running;  /* a detector is open */
    bool                 odd_size; /* pictures of another size arrive */
    bool                 damaged;  /* pictures that cannot be decoded do */
    double               ms_p50;
    double               ms_p95;
    bool                 astray;  /* the face is not where it should be, */
    double               off_mm;  /* ... by so much; < 0: it is not found */
    bool                 drifted; /* drift says something */
    gms_drift_t          drift;   /* of the card, since it was calibrated */
    double               map[9];  /* then: mm -> pixels, where it is seen */
    gms_scene_status_t   scene;
    char                 detail[GMS_SENTENCE_SIZE]; /* why it cannot look */
    char     why[GMS_SENTENCE_SIZE]; /* what the detector says of its state */
    unsigned holes;                  /* that are known in the paper, */
    float    hole_mm[GMS_OLD_HOLES_MAX][2]; /* ... where on the card */
} gms_analysis_status_t;

typedef enum {
    GMS_NOTE_CAMERA,     /* capture */
    GMS_NOTE_CONTROLS,   /* capture: answer to an order */
    GMS_NOTE_REOPENED,   /* capture: the source draws the new face since t */
    GMS_NOTE_TRUTH,      /* capture, simulated lanes */
    GMS_NOTE_DETECTION,  /* analysis */
    GMS_NOTE_ANALYSIS,   /* analysis: status */
    GMS_NOTE_CALIBRATED, /* analysis: answer to an order, or its refusal */
    GMS_NOTE_COMMITTED,  /* store: answer to a batch */
    GMS_NOTE_PICTURE,    /* store: whether pictures are kept, as committed */
    GMS_NOTE_COUNTED,    /* counting: what a paper that goes shows */
    GMS_NOTE_FILMED      /* filming: whether a film is kept, as committed */
} gms_note_kind_e;

typedef struct {
    gms_note_kind_e kind;
    unsigned        lane;
    int64_t         real_ns;
    int64_t         mono_ns;
    union {
        gms_camera_status_t camera;
        struct {
            uint64_t        ask;
            int             error;
            char            name[GMS_CONTROL_NAME_SIZE]; /* that cannot be */
            char            reason[GMS_SENTENCE_SIZE];
            gms_controls_t *list; /* owned by who takes the note; or NULL */
        } controls;
        gms_truth_t           truth;
        gms_analysis_status_t analysis;
        struct {
            gms_detection_t   detection;
            gms_calibration_t calibration; /* that its place is one of */
            bool              recovered;
            gms_patches_t    *patches; /* owned by who takes the note */
        } seen;
        struct {
            int               error;
            gms_calibration_t calibration;
            gms_orientation_t proposal; /* by the digits; digits 0: none */
            char              reason[GMS_SENTENCE_SIZE];
        } calibrated;
        struct {
            int     error;
            int64_t took_ns;
            char    hash[GMS_CHAIN_HEX_SIZE]; /* of the last event */
            char    reason[GMS_SENTENCE_SIZE];
        } committed;
        struct {
            uint32_t        id; /* of what was asked */
            int             error;
            uint32_t        paper;
            int             shots; /* that were asked about */
            uint32_t        odd;   /* number of one that is missing; or 0 */
            gms_recounted_t found;
        } counted;
    } u;
} gms_note_t;

typedef enum {
    GMS_ORDER_STOP,
    GMS_ORDER_CALIBRATE, /* in a picture not older than mono_ns */
    GMS_ORDER_DETECT,    /* with this calibration, caliber and zone */
    GMS_ORDER_RELEARN,   /* from pictures not older than mono_ns */
    GMS_ORDER_SAVE,      /* the detector's memory */
    GMS_ORDER_PAPER,     /* what a person says about the paper */
    GMS_ORDER_REOPEN,    /* capture: simulate another face */
    GMS_ORDER_CONTROLS,  /* capture: set these, or only tell how they are */
    GMS_ORDER_PRESET     /* capture: go to this zoom preset */
} gms_order_kind_e;

/* A hole that the journal holds, for a detector that takes over. */
typedef struct {
    double x_px;
    double y_px;
    double radius_px;
} gms_known_hole_t;

typedef struct {
    gms_order_kind_e      kind;
    unsigned              lane;
    int64_t               mono_ns;
    gms_face_t            face;
    double                caliber_mm;
    gms_detector_config_t detector;
    uint64_t              settled; /* SAVE: shots journaled or dropped */
    gms_paper_e           paper;   /* PAPER */
    bool                  load;    /* DETECT: take over the saved memory */
    bool                  doubted; /* ... by a calibration of another time */
    unsigned              holes;   /* ... with these holes on record */
    gms_known_hole_t     *hole;    /* owned by who takes the order */
    uint64_t              ask;     /* CONTROLS, PRESET: who waits for it */
    int                   preset;  /* PRESET */
    gms_settings_t       *wanted;  /* ... owned by who takes the order */
} gms_order_t;

#endif /* GMS_LANE_H */

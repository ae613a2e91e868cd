/*
 * gms_detector: finds new holes in a sequence of gray pictures.
 *
 * One detector belongs to one thread.  It knows pixels, the calibration, the
 * caliber and the zone of the face; nothing of scores or sessions.  Places
 * are pixels of the camera's picture in the reference pose, that of the
 * calibration.  Time is seconds and distinct pictures, never frame counts.
 */

#ifndef GMS_DETECTOR_H
#define GMS_DETECTOR_H

#include "../base/image.h"
#include "../target/calibration.h"

typedef enum {
    GMS_DETECTION_HOLE,       /* provisional, first frame that shows it */
    GMS_DETECTION_SHOT,       /* confirmed */
    GMS_DETECTION_REMOVED,    /* a confirmed one was none: the paper is whole */
    GMS_DETECTION_REJECTED,   /* a candidate that is no hole, and why */
    GMS_DETECTION_PAPER,      /* another paper hangs there: holes in it are old,
                               what comes next is shot at it */
    GMS_DETECTION_CALIBRATION /* places of what follows are pixels of another
                                 calibration: gms_detector_calibration() */
} gms_detection_kind_e;

/* What was measured of a candidate, for a person who asks why. */
typedef struct {
    double fill;       /* share of the disc that changed */
    double fresh;      /* new area, in disc areas */
    double leak;       /* share of change that lies outside */
    double elongation; /* of the changed pixels */
    double paper;      /* share of the disc on paper */
    double darkening;  /* share of the light that was there */
    double contrast;   /* in noises */
    double levels;     /* of the change, gray levels */
    double score;      /* of the evidence in the black */
} gms_measures_t;

typedef struct {
    gms_detection_kind_e kind;
    uint32_t             id;          /* same for hole, shot, removed */
    uint64_t             frame;       /* frame of this report */
    uint64_t             first_frame; /* frame that first showed it */
    int64_t              first_ns;    /* time of that, CLOCK_MONOTONIC */
    double               x_px;
    double               y_px;
    double               radius_px;
    double               error_px2[3]; /* covariance of the centre: xx, xy, yy;
                                          zeros: unknown */
    double               confidence;   /* 0 .. 1 */
    bool                 overlap;      /* with an older hole */
    bool                 possible_double; /* may be two shots in one hole */
    bool           order_unknown; /* came with others, or while nobody saw */
    const char    *reason;        /* REMOVED, REJECTED, PAPER: a word or
                                          two, static; else NULL */
    gms_measures_t measures;
} gms_detection_t;

/* The picture, and what can be done about it; docs/events.md lists them. */
typedef enum {
    GMS_DETECTOR_LEARNING,
    GMS_DETECTOR_LIVE,
    GMS_DETECTOR_DISTURBED,   /* a hand, a lamp: waits, then catches up */
    GMS_DETECTOR_MOVING,      /* the camera pans or zooms */
    GMS_DETECTOR_AWAY,        /* a turning target shows its edge */
    GMS_DETECTOR_MAINTENANCE, /* paper is changed or pasted, or range cold */
    GMS_DETECTOR_GONE,        /* no paper hangs there */
    GMS_DETECTOR_BLIND        /* black, overexposed: nothing can be seen */
} gms_detector_state_e;

typedef enum {
    GMS_PAPER_NEW,    /* another sheet hangs there, or is being hung */
    GMS_PAPER_PASTED, /* holes were pasted over */
    GMS_PAPER_COLD,   /* people go to the targets: wait for hot */
    GMS_PAPER_HOT     /* the range is clear; what changed since is no shot */
} gms_paper_e;

/* Pictures that show why: valid until the next push. */
typedef struct {
    const uint8_t *before; /* w x h, rows next to each other */
    const uint8_t *after;
    int            w;
    int            h;
    double         x; /* fitted disc, in these pictures */
    double         y;
    double         r;
} gms_evidence_t;

typedef struct {
    gms_calibration_t calibration;
    gms_face_t        face; /* to find the card again; rings 0: unknown */
    double            caliber_mm;
    double            zone_mm; /* radius: outermost ring of the face; holes
                                   are looked for to one caliber beyond */
    gms_view_t        view;    /* region limits the zone */
} gms_detector_config_t;

typedef struct gms_detector_s gms_detector_t;

typedef struct {
    const char *name;

    /* Sets d->run.  GMS_ENOMEM, GMS_EINVALID with a sentence. */
    int (*open)(gms_detector_t *d, char *err, size_t err_size);
    void (*close)(gms_detector_t *d);

    /* One picture.  Returns the number of detections written (at most max;
     * those that do not fit come with the next picture) or an error. */
    int (*push)(gms_detector_t *d, const gms_image_t *image, uint64_t frame,
        int64_t mono_ns, gms_detection_t *out, int max);

    /* Learn a new reference from the next pictures; holes there are old. */
    void (*relearn)(gms_detector_t *d);

    /* Memory for a successor (reference, known holes): size, or < 0. */
    int (*save)(gms_detector_t *d, const char *path);
    int (*load)(gms_detector_t *d, const char *path);

    /* A shot that the journal holds: if the loaded memory does not know this
     * hole, it is taken into it, so that it is not found again. */
    void (*know)(gms_detector_t *d, double x_px, double y_px, double radius_px);

    /* detail: a sentence on why it is so and what to do, or "". */
    gms_detector_state_e (*state)(
        const gms_detector_t *d, char *detail, size_t detail_size);

    /* What people say about the paper. */
    void (*paper)(gms_detector_t *d, gms_paper_e what);

    /* GMS_ENOTFOUND: no detection of this id, or too long ago. */
    int (*evidence)(
        const gms_detector_t *d, uint32_t id, gms_evidence_t *evidence);

    /* Reference pose -> the last picture, 3 x 3 in pixels of the picture. */
    void (*pose)(const gms_detector_t *d, double map[9]);

    /* Known holes of this paper, the newest first: x, y, radius in px each.
     * The number written, at most max. */
    int (*holes)(const gms_detector_t *d, double (*holes)[3], int max);
} gms_detector_ops_t;

struct gms_detector_s {
    const gms_detector_ops_t *ops;
    gms_detector_config_t     config;
    void                     *run;
};

/* Copies the config and opens the detector of this name ("builtin").
 * GMS_EINVALID (unknown name), GMS_ENOMEM; a sentence in err. */
int  gms_detector_open(gms_detector_t *d, const char *name,
     const gms_detector_config_t *config, char *err, size_t err_size);
void gms_detector_close(gms_detector_t *d);

/* save and load: GMS_ESYS, GMS_ECORRUPT (load leaves the detector as it was:
 * learning). */
int  gms_detector_push(gms_detector_t *d, const gms_image_t *image,
     uint64_t frame, int64_t mono_ns, gms_detection_t *out, int max);
void gms_detector_relearn(gms_detector_t *d);
int  gms_detector_save(gms_detector_t *d, const char *path);
int  gms_detector_load(gms_detector_t *d, const char *path);
void gms_detector_know(
    gms_detector_t *d, double x_px, double y_px, double radius_px);
gms_detector_state_e gms_detector_state(const gms_detector_t *d);
const char          *gms_detector_state_name(gms_detector_state_e state);

/* As the operations of these names. */
gms_detector_state_e gms_detector_detail(
    const gms_detector_t *d, char *detail, size_t detail_size);
void gms_detector_paper(gms_detector_t *d, gms_paper_e what);
int  gms_detector_evidence(
     const gms_detector_t *d, uint32_t id, gms_evidence_t *evidence);
void gms_detector_pose(const gms_detector_t *d, double map[9]);
int  gms_detector_holes(const gms_detector_t *d, double (*holes)[3], int max);

/* The calibration in force: that of the config until the detector finds
 * another (GMS_DETECTION_CALIBRATION). */
const gms_calibration_t *gms_detector_calibration(const gms_detector_t *d);

extern const gms_detector_ops_t gms_detector_builtin;

#endif /* GMS_DETECTOR_H */

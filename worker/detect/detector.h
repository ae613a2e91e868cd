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
    GMS_DETECTION_HOLE,   /* provisional, first frame that shows it */
    GMS_DETECTION_SHOT,   /* confirmed */
    GMS_DETECTION_REMOVED /* a confirmed one was none: the paper is whole */
} gms_detection_kind_e;

typedef struct {
    gms_detection_kind_e kind;
    uint32_t             id;          /* same for hole, shot, removed */
    uint64_t             frame;       /* frame of this report */
    uint64_t             first_frame; /* frame that first showed it */
    int64_t              first_ns;    /* time of that, CLOCK_MONOTONIC */
    double               x_px;
    double               y_px;
    double               radius_px;
    double               confidence; /* 0 .. 1 */
    bool                 overlap;    /* with an older hole */
} gms_detection_t;

typedef enum {
    GMS_DETECTOR_LEARNING,
    GMS_DETECTOR_LIVE,
    GMS_DETECTOR_DISTURBED
} gms_detector_state_e;

typedef struct {
    gms_calibration_t calibration;
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

    gms_detector_state_e (*state)(const gms_detector_t *d);
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

extern const gms_detector_ops_t gms_detector_builtin;

#endif /* GMS_DETECTOR_H */

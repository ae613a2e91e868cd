/*
 * gms_source: where frames come from; one file a source behind this.
 *
 * A source belongs to one thread.  next() hands over the newest picture it
 * can get; what happens to frames that nobody took in time is the mailbox's
 * business.
 */

#ifndef GMS_SOURCE_H
#define GMS_SOURCE_H

#include "../../ipc/camera.h"
#include "../../ipc/memory.h"
#include "../base/image.h"
#include "../target/calibration.h"
#include "../target/face.h"
#include "controls.h"
#include "tables.h"

typedef struct {
    uint64_t       id;        /* frame number, from 0, gaps are drops */
    int64_t        mono_ns;   /* CLOCK_MONOTONIC when it was taken, as far as
                                the source knows; else of the handing over */
    int64_t        real_ns;   /* CLOCK_REALTIME of the same */
    int64_t        handed_ns; /* CLOCK_MONOTONIC of the handing over */
    bool           exposed;   /* mono_ns is the start of its exposure */
    int            width;     /* 0: not looked at yet */
    int            height;
    gms_image_t    gray; /* the picture, where the source has it without a JPEG
                            of it; px NULL: decode that */
    const uint8_t *jpeg;
    size_t         jpeg_size; /* 0: gray alone, see jpeg_ns; both are the
                                 source's until its next call */
    uint32_t       view; /* raised when there was a gap, or the camera turned:
                            set by the grabber, not by a source */
} gms_frame_t;

/* A shot that a simulated lane really fired. */
typedef struct {
    uint32_t n; /* 1, 2, ... within a turn of the scene */
    uint64_t turn;
    uint64_t frame;   /* first frame that shows it */
    int64_t  real_ns; /* CLOCK_REALTIME when it was fired */
    double   x_mm;
    double   y_mm;
    double   x_px; /* in the picture of a camera and a card at rest */
    double   y_px;
    double   overlap; /* 1 - distance / caliber to the nearest hole that was
                          there before; 0: none so near */
    bool     on_black;
} gms_truth_t;

/* What a source may know of its surroundings. */
typedef struct {
    gms_camera_t      camera;
    const gms_face_t *face;       /* simulate: what to draw */
    double            caliber_mm; /* simulate: what to shoot with */
    bool              paced;      /* real time; false: as fast as asked */
    gms_memory_t     *memory;     /* scene clock of a lane; NULL: starts at
                                       once, for finite use */
    char              name[GMS_LANE_NAME_SIZE];

    gms_settings_t              *settings; /* v4l2: what to set, again after
                                              each open; NULL: its own */
    const struct gms_v4l2_ops_s *v4l2;     /* v4l2: NULL: the system's */
    struct gms_push_s           *push;     /* push: where pictures arrive */
} gms_source_config_t;

/* What a source tells beside its pictures; read by the thread that owns it.
 * It outlives a close, so that counts go on. */
typedef struct {
    char     asked[64];   /* size, format and rate: wanted */
    char     got[64];     /* ... and given */
    char     remark[320]; /* what is not as it should be; "": nothing */
    uint64_t lost;        /* pictures that the driver dropped */
    uint64_t passed;      /* older ones that a newer one took the place of */
    uint32_t revision;    /* raised when a control changed */
    uint32_t moves;       /* raised when the camera looks elsewhere */
    char     moved[128];  /* how, in words */
    char     zoom[GMS_ZOOM_SIZE]; /* where it looks, as far as it tells:
                                     "zoom_absolute=130 ..."; "": it does not */
} gms_source_about_t;

typedef struct gms_source_s gms_source_t;

typedef struct {
    const char       *name;
    gms_camera_kind_e kind;

    /* GMS_ECAMERA_GONE (try again later), GMS_EINVALID (never), with a
     * sentence in err that says what to do. */
    int (*open)(gms_source_t *s, char *err, size_t err_size);

    /* Waits at most timeout_ms for the next frame.  GMS_OK, GMS_EAGAIN,
     * GMS_EEND (finite source), GMS_EBAD_FRAME (skipped one; go on),
     * GMS_ECAMERA_GONE; the last two with a sentence in err. */
    int (*next)(gms_source_t *s, gms_frame_t *frame, int timeout_ms, char *err,
        size_t err_size);

    void (*close)(gms_source_t *s);

    /* Shots fired so far beyond the first `from` of this turn; any thread;
     * NULL for a real camera.  Returns how many were written. */
    size_t (*truth)(
        gms_source_t *s, size_t from, gms_truth_t *truth, size_t max);

    /* Sets controls, all or none, or with an empty list reads them anew; list
     * gets what they are then.  GMS_EINVALID: wanted->setting[*bad] cannot
     * be; GMS_ECAMERA_GONE: the camera refused; with a sentence.  NULL: the
     * camera has no controls. */
    int (*set)(gms_source_t *s, const gms_settings_t *wanted,
        gms_controls_t *list, unsigned *bad, char *err, size_t err_size);
} gms_source_ops_t;

struct gms_source_s {
    const gms_source_ops_t *ops;
    gms_source_config_t     config;
    gms_source_about_t      about;
    gms_tables_t            tables;
    int64_t jpeg_ns; /* by the caller: how often a JPEG is wanted of one that
                        must make them; 0: of each picture */
    void   *run;     /* run-time state of the open source */
};

/* Copies the config, picks the operations by camera.kind. */
int gms_source_init(gms_source_t *s, const gms_source_config_t *config);

int  gms_source_open(gms_source_t *s, char *err, size_t err_size);
int  gms_source_next(gms_source_t *s, gms_frame_t *frame, int timeout_ms,
     char *err, size_t err_size);
void gms_source_close(gms_source_t *s); /* idempotent */

/* What tells one picture from another: of its plane, or else its JPEG. */
const uint8_t *gms_frame_bytes(const gms_frame_t *frame, size_t *size);
size_t         gms_source_truth(
            gms_source_t *s, size_t from, gms_truth_t *truth, size_t max);

extern const gms_source_ops_t gms_source_clip;
extern const gms_source_ops_t gms_source_simulate;
extern const gms_source_ops_t gms_source_http;
extern const gms_source_ops_t gms_source_rtsp;
extern const gms_source_ops_t gms_source_v4l2;
extern const gms_source_ops_t gms_source_push;

#endif /* GMS_SOURCE_H */

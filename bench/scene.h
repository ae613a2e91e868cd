/*
 * bench_scene: one simulated shooting, played through the lane's own path:
 * JPEG, gray decode, automatic calibration on the first picture, detector.
 * What was fired and what was reported come out side by side, in millimetres
 * on the face.  One process plays one scene.
 */

#ifndef BENCH_SCENE_H
#define BENCH_SCENE_H

#include <stdint.h>
#include <stdio.h>

#include "worker/capture/source.h"
#include "worker/detect/detector.h"

#define BENCH_STATES (GMS_DETECTOR_BLIND + 1)

/* What is played; made by rows.c. */
typedef struct {
    uint64_t    seed;   /* as the command line counts them */
    const char *target; /* of the library */
    double      caliber_mm;
    int         quality; /* of a JPEG made anew; 0: the simulation's own */
    int         rotate;  /* how the camera hangs, as in gms_view_t */
    int    counted; /* shots that count; more fall, so that the last of these is
                    looked at for as long as the others; 0: all */
    bool   mirror;
    double mbit;         /* through H.264 at so many Mbit/s; 0: not */
    double key_s;        /* from key frame to key frame of that */
    double until_s;      /* ends there; 0: after the last shot */
    char   camera[1200]; /* simulate: and its options */
} bench_scene_t;

typedef struct {
    uint64_t frame; /* first that shows it */
    int64_t  real_ns;
    double   x_mm;
    double   y_mm;
    double   x_px; /* in the undisturbed pose */
    double   y_px;
    bool     black;      /* its centre lies in the aiming mark */
    double   overlap;    /* 1 - distance / caliber to an older hole, or 0 */
    bool     extra;      /* not counted, found or missed */
    double   nearest_mm; /* to any other hole of the scene */
} bench_shot_t;

typedef struct {
    uint32_t id;
    uint64_t frame;
    uint64_t first_frame;
    int64_t  real_ns; /* of the picture that confirmed it */
    double   x_mm;
    double   y_mm;
    double   x_px;
    double   y_px;
    double   error_px2[3];
    double   error_mm2[3]; /* by the calibration of that moment */
    double   confidence;

    bool removed; /* later taken back */
    bool possible_double;
    bool order_unknown;
} bench_report_t;

typedef struct {
    int   n;
    int   room;
    void *at;
} bench_list_t;

typedef struct {
    bool         calibrated;
    char         why[256];       /* not calibrated, or broken off */
    double       calibration_px; /* rms over the rings, against the truth */
    double       caliber_px;     /* at the centre */
    double       px_per_mm;
    int64_t      frames; /* distinct ones that were analysed */
    double       seconds;
    double       state_s[BENCH_STATES];
    double       dark_s;   /* longest time in a row that was not live */
    bench_list_t shots;    /* bench_shot_t */
    bench_list_t reports;  /* bench_report_t, of the detector */
    bench_list_t naive;    /* bench_report_t */
    bench_list_t rejected; /* bench_report_t: candidates that are no shot */
    bench_list_t ms;       /* double: CPU time of each distinct picture */
    gms_calibration_t calibration; /* in force at the end */
} bench_result_t;

/* Pictures that are to be kept for a person to look at. */
typedef struct {
    const char     *dir;
    const char     *name; /* files are NAME-FRAME.jpg */
    int             n;
    const uint64_t *frame;
} bench_dump_t;

/* GMS_EINVALID with a sentence: the simulation cannot do this; GMS_ENOMEM.
 * dump may be NULL. */
int  bench_scene_play(const bench_scene_t *scene, const gms_face_t *face,
     bool naive, const bench_dump_t *dump, bench_result_t *result, char *err,
     size_t err_size);
void bench_result_free(bench_result_t *result);

bench_shot_t   *bench_result_shot(const bench_result_t *result, int i);
bench_report_t *bench_report_at(const bench_list_t *reports, int i);

/* From the process that plays to the one that counts. */
int bench_result_write(const bench_result_t *result, FILE *out);
int bench_result_read(bench_result_t *result, FILE *in);

#endif /* BENCH_SCENE_H */

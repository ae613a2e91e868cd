/*
 * bench_stage: a simulated lane in the hands of a bench or a test.  It says
 * when a shot falls, when the camera moves and what people say of the paper;
 * pictures go through JPEG, the automatic calibration and the detector, as on
 * a lane.  Every shot fired and every one reported is kept, in millimetres of
 * the sheet that hung then.  Belongs to one thread.
 */

#ifndef BENCH_STAGE_H
#define BENCH_STAGE_H

#include "worker/capture/scenery.h"
#include "worker/detect/detector.h"

#define BENCH_STAGE_SHOTS 64
#define BENCH_STAGE_TOLD 32

typedef struct {
    double   t_s;
    uint64_t sheet;
    double   x_mm;
    double   y_mm;
    int      report; /* that found it; -1: none */
} bench_stage_shot_t;

typedef struct {
    uint32_t id;
    double   t_s;
    uint64_t sheet;
    double   x_mm; /* by the calibration in force when it was told */
    double   y_mm;
    double   spot_x_mm; /* what is at the recorded place, on the sheet */
    double   spot_y_mm;
    bool     order_unknown;
    bool     removed;
    int      shot; /* that it is; -1: none */
} bench_stage_report_t;

typedef struct {
    gms_scenery_t        scenery;
    gms_jpeg_t          *encoder;
    gms_jpeg_t          *decoder;
    gms_image_t          image;
    gms_view_t           view;
    gms_detector_t       detector;
    bool                 open; /* the detector: a calibration was found */
    gms_calibration_t    calibration; /* of what is told next */
    gms_detector_state_e state;
    double               fps;
    double               t_s; /* of the next picture */
    uint64_t             frame;
    int                  shots;
    bench_stage_shot_t   shot[BENCH_STAGE_SHOTS];
    int                  reports;
    bench_stage_report_t report[BENCH_STAGE_SHOTS];
    int                  papers; /* told to be another */
    const char          *paper[BENCH_STAGE_TOLD];
    int                  calibrations; /* told */
    char                 why[256];     /* no calibration was found */
} bench_stage_t;

/* options: of the simulation, docs/simulate.md.  0, or an error of
 * ipc/error.h with a sentence; the stage is then closed. */
int  bench_stage_open(bench_stage_t *s, const char *options,
     const gms_face_t *face, double caliber_mm, double fps, char *err,
     size_t err_size);
void bench_stage_close(bench_stage_t *s);

/* The next picture. */
int bench_stage_look(bench_stage_t *s);

/* Pictures for so long, and at least so many. */
int bench_stage_show(bench_stage_t *s, double seconds, int pictures);

/* A shot that the next picture shows; where the seed has planned it. */
void bench_stage_shoot(bench_stage_t *s);

/* Finds for each shot the report that is nearest, one to one: of the same
 * sheet, not before it, nearer than 0.75 calibers. */
void bench_stage_match(bench_stage_t *s);

/* Of a shot that was found, mm. */
double bench_stage_error_mm(const bench_stage_t *s, int shot);

/* How far from its recorded place what was recorded is now by the calibration
 * in force, mm; the same of the hole's true centre, which adds the error of
 * the recorded one.  NAN: it was not found. */
double bench_stage_again_mm(const bench_stage_t *s, int shot);
double bench_stage_centre_mm(const bench_stage_t *s, int shot);

#endif /* BENCH_STAGE_H */

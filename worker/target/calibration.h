/*
 * gms_calibration: the map from millimetres on the face to pixels of the
 * camera, and how it is found in a picture.
 *
 * mm: x right, y up, origin the centre of the face, as one who stands in
 * front of the upright target sees it.  px: the camera's own picture, x
 * right, y down, never turned; rotate and mirror of the camera live in the
 * homography.
 */

#ifndef GMS_CALIBRATION_H
#define GMS_CALIBRATION_H

#include "../base/image.h"
#include "face.h"
#include "lens.h"

/* Name of where the camera looks, a step of its zoom or a preset: calibrations
 * are kept by it. */
#define GMS_ZOOM_SIZE 96

typedef enum {
    GMS_CALIBRATION_NONE,
    GMS_CALIBRATION_AUTO,
    GMS_CALIBRATION_FILE,
    GMS_CALIBRATION_HAND
} gms_calibration_origin_e;

typedef struct {
    gms_calibration_origin_e origin;
    double                   mm_to_px[9]; /* row by row, [8] = 1; px of the
                                             flat picture */
    double                   px_to_mm[9];
    gms_lens_t               lens;        /* between it and the camera's */
    double                   residual_mm; /* RMS of ring edges; < 0: unknown */
    double                   px_per_mm;   /* at the centre of the face */
    double                   tilt_deg;    /* of the card against the camera */
    bool                     confirmed;   /* a person saw the upright picture,
                                             or the configuration says which
                                             way the camera hangs; set by the
                                             caller: rings cannot tell */
} gms_calibration_t;

/* How the camera looks at the card. */
typedef struct {
    int  rotate; /* clockwise degrees that make the picture upright */
    bool mirror; /* the picture is mirrored left to right before that */
    bool has_region;
    int  region[4]; /* x, y, width, height: search only here */
} gms_view_t;

/* From a homography mm -> px, without a lens.  GMS_EINVALID when it is
 * singular, not finite, or folds the card over. */
int gms_calibration_set(gms_calibration_t *c, const double mm_to_px[9],
    gms_calibration_origin_e origin, double residual_mm);

/* {"homography_mm_to_px": [[..],[..],[..]]} or nine numbers in a row. */
int gms_calibration_from_json(
    gms_calibration_t *c, const char *text, char *err, size_t err_size);

/*
 * Finds the aiming mark and the rings of the face in the picture and fits
 * the homography; sub-pixel.  A card that hangs askew by up to 9 degrees is set
 * right by its printed ring values; without them, what is up in the upright
 * picture is up on the card.  GMS_EUNSURE with a sentence in reason that says
 * what was (not) seen and what to do.
 */
int gms_calibrate(gms_calibration_t *c, const gms_image_t *image,
    const gms_face_t *face, const gms_view_t *view, char *reason,
    size_t reason_size);

/* True when both put up and left, and the hand of the picture, on the same
 * sides: what turned by less than 45 degrees is the same camera. */
bool gms_calibration_same_way(
    const gms_calibration_t *a, const gms_calibration_t *b);

void gms_calibration_to_px(const gms_calibration_t *c, double x_mm, double y_mm,
    double *x_px, double *y_px);
void gms_calibration_to_mm(const gms_calibration_t *c, double x_px, double y_px,
    double *x_mm, double *y_mm);

/* Covariance (xx, xy, yy) of a place in the picture as one on the face: y is
 * up there, and the calibration's own error is in it, by its residual.  Zeros
 * on the horizon, and where that in the picture is unknown (zeros). */
void gms_calibration_error_mm2(const gms_calibration_t *c, double x_px,
    double y_px, const double error_px2[3], double error_mm2[3]);

#endif /* GMS_CALIBRATION_H */

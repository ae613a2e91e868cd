/*
 * gms_score: value of one shot on a face.  Pure; any thread.
 */

#ifndef GMS_SCORE_H
#define GMS_SCORE_H

#include "face.h"

typedef struct {
    int  tenths; /* decimal value in tenths, 0 (miss) .. 109; on a face
                     without decimals ring x 10 */
    int  ring;   /* integer value, or points of the zone, 0 .. 10 */
    bool inner;  /* inner ten or X */
    int  zone;   /* index into the face's zones; -1: none was hit */
} gms_score_t;

/*
 * Scores a shot at (x_mm, y_mm) from the centre, of its bull where the face
 * has several, with the gauge of the caliber.  A line touched by the gauge
 * counts the higher value, also in tenths; of zones that count alike the one
 * declared first is named.  Not finite: a miss.  Source of the formula:
 * docs/scoring.md.
 */
gms_score_t gms_score(
    const gms_face_t *face, double caliber_mm, double x_mm, double y_mm);

/* What of a shot's value is shown: whole rings, or tenths. */
typedef enum {
    GMS_SHOWN_RING,
    GMS_SHOWN_TENTHS
} gms_shown_e;

/*
 * Probability (0 .. 1) that the value shown is not the true one, when the
 * place has this error: covariance xx, xy, yy in mm^2, taken as normal along
 * the radius, among zones along the shortest way over a line.  Not finite or
 * negative: 1; no error: 0.
 */
double gms_score_doubt(const gms_face_t *face, double caliber_mm, double x_mm,
    double y_mm, const double error_mm2[3], gms_shown_e shown);

/*
 * Is the shot so near to a ring's line that a person should look?  Tenths are
 * no lines: most of them are narrower than any error; see docs/scoring.md.
 */
bool gms_score_near_line(const gms_face_t *face, double caliber_mm, double x_mm,
    double y_mm, const double error_mm2[3]);

#endif /* GMS_SCORE_H */

/*
 * gms_score: value of one shot on a ring face.  Pure; any thread.
 */

#ifndef GMS_SCORE_H
#define GMS_SCORE_H

#include "face.h"

typedef struct {
    int  tenths; /* decimal value in tenths, 0 (miss) .. 109; on a face
                     without decimals ring x 10 */
    int  ring;   /* integer value, 0 .. 10 */
    bool inner;  /* inner ten or X */
} gms_score_t;

/*
 * Scores a shot at (x_mm, y_mm) from the centre with the gauge of the
 * caliber.  A line touched by the gauge counts the higher value, also in
 * tenths.  Not finite: a miss.  Source of the formula: docs/scoring.md.
 */
gms_score_t gms_score(
    const gms_face_t *face, double caliber_mm, double x_mm, double y_mm);

#endif /* GMS_SCORE_H */

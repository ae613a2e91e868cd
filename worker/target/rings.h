/*
 * gms_rings: the printed rings of a face found in a picture around its aiming
 * mark, and the one homography that puts them all where the face says.
 * Pure; any thread.
 */

#ifndef GMS_RINGS_H
#define GMS_RINGS_H

#include "../base/image.h"
#include "face.h"
#include "lens.h"
#include "mark.h"

/* The rings of a face, its border of the black, its inner ten. */
#define GMS_RINGS_MAX (GMS_FACE_RINGS_MAX + 2)

typedef struct {
    double radius_mm; /* the border, or the outside edge of the line */
    double room_mm;   /* to the nearest other one */
    bool   border;    /* of the black: an edge, not a line */
    bool   light;     /* a light line in the black */
    bool   wanted;    /* large and free enough to be seen */
    int    seen;      /* rays that cross it inside the picture */
    int    outside;   /* rays that cross it outside */
    int    points;    /* that lie on it, after the fit */
    double coverage;  /* points / seen */
    double offset_px; /* their median from where the fit puts the line */
    double width_px;  /* median, with the picture's blur in it */
    double contrast;  /* median, gray levels from the ground to the line */
} gms_ring_t;

typedef struct {
    double     px_to_mm[9]; /* of unknown roll and handedness; px of the */
    double     mm_to_px[9]; /* flat picture */
    gms_lens_t lens;        /* .bend 0: as flat as can be told */
    double     line_mm;     /* from a line's outside edge to its middle */
    double     residual_mm; /* RMS over all points */
    double     px_per_mm;   /* at the centre */
    int        rings;
    gms_ring_t ring[GMS_RINGS_MAX]; /* from the inside out */
    int        strangers;           /* lines where the face has none */
    double     stranger_mm;         /* radius of the outermost of them */
} gms_rings_t;

/*
 * GMS_ENOTFOUND: nothing can be laid through what is there; r is then of no
 * use.  GMS_ENOMEM.  Whether the result may be trusted is the caller's to
 * judge.
 */
int gms_rings_fit(gms_rings_t *r, const gms_image_t *image,
    const gms_face_t *face, const gms_mark_t *mark);

/*
 * After a fit: counts the lines round the centre where the face has none, from
 * its smallest visible ring to a step beyond its largest, but not beyond the
 * sheet.  GMS_ENOMEM.
 */
int gms_rings_find_strangers(
    gms_rings_t *r, const gms_image_t *image, const gms_face_t *face);

#endif /* GMS_RINGS_H */

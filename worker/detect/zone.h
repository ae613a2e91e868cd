/*
 * gms_zone: the part of the picture in which holes are looked for.
 *
 * A box of whole blocks (16 x 8 px) around the outermost ring; in it, for
 * each row of blocks, the span that is worked on, and for each pixel whether
 * a hole may lie there.  Edges of the sheet, clamps and the backer around it
 * gave all false shots of real sequences: they lie outside.
 */

#ifndef GMS_ZONE_H
#define GMS_ZONE_H

#include "detector.h"

#define GMS_BLOCK_W 16
#define GMS_BLOCK_H 8

/* Sensible sizes of a caliber on the sensor: below, noise looks like holes;
 * above, the camera sees a corner of the card. */
#define GMS_CALIBER_PX_MIN 3.0
#define GMS_CALIBER_PX_MAX 80.0

typedef struct {
    int      picture_w;
    int      picture_h;
    int      x; /* of the box in the picture */
    int      y;
    int      w;      /* multiple of GMS_BLOCK_W; also the stride of planes */
    int      h;      /* multiple of GMS_BLOCK_H */
    int      blocks; /* rows of blocks */
    int     *from;   /* [blocks] first pixel of the span, multiple of 16 */
    int     *to;     /* [blocks] one past its last, multiple of 16 */
    uint8_t *inside; /* [h * w] 1: a hole may lie here */
    long     area;   /* pixels inside */
    double   caliber_px; /* at the centre of the face */
} gms_zone_t;

/* GMS_EINVALID with a sentence in err: the zone does not lie in the picture
 * or the caliber is absurd.  GMS_ENOMEM. */
int  gms_zone_init(gms_zone_t *zone, const gms_detector_config_t *config,
     int picture_w, int picture_h, char *err, size_t err_size);
void gms_zone_close(gms_zone_t *zone);

/* A plane of 16-bit numbers for the box, zeroed, on cache lines. */
int16_t *gms_zone_plane(const gms_zone_t *zone);

/* Diameter of the caliber at a place of the box. */
double gms_zone_caliber_px(const gms_zone_t *zone,
    const gms_detector_config_t *config, double x, double y);

#endif /* GMS_ZONE_H */

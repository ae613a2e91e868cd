/*
 * gms_face: a target face: rings and aiming mark, or zones; gauges, decimal
 * rule; several bulls of one geometry on a card.
 * Pure data; comes from the canonical JSON of ipc/grammar.h.
 */

#ifndef GMS_FACE_H
#define GMS_FACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GMS_FACE_NAME_SIZE 64
#define GMS_FACE_TITLE_SIZE 96
#define GMS_FACE_RINGS_MAX 12
#define GMS_FACE_GAUGES_MAX 4
#define GMS_FACE_ZONES_MAX 12
#define GMS_FACE_CORNERS_MAX 16
#define GMS_FACE_BULLS_MAX 12
#define GMS_FACE_LABEL_SIZE 8 /* of the name of a zone or a bull */

typedef struct cJSON cJSON;

typedef enum {
    GMS_DECIMAL_NONE,    /* integer scores alone */
    GMS_DECIMAL_LINEAR,  /* 11 - r/w */
    GMS_DECIMAL_TWO_PART /* 11 - r/R10 inside the ten, then 10 - (r-R10)/w */
} gms_decimal_e;

typedef struct {
    int    value;
    double diameter_mm; /* outside edge of the printed line */
} gms_face_ring_t;

typedef struct {
    double gauge_mm;
    double above_mm; /* for calibers above this; 0: for all others */
} gms_face_gauge_t;

/* A polygon; several of one name are parts of one zone.  A face goes with
 * every input that waits: hence corners in micrometres, not in doubles. */
typedef struct {
    char    name[GMS_FACE_LABEL_SIZE];
    uint8_t points;
    bool    inner; /* counts as an inner ten, or X */
    uint8_t corners;
    int32_t corner_um[GMS_FACE_CORNERS_MAX][2]; /* from the centre, y up */
} gms_face_zone_t;

typedef struct {
    char   name[GMS_FACE_LABEL_SIZE];
    double x_mm; /* of its centre, from that of the card, y up */
    double y_mm;
    bool   sighter; /* what hits it does not count */
} gms_face_bull_t;

typedef struct {
    char             name[GMS_FACE_NAME_SIZE];
    char             title[GMS_FACE_TITLE_SIZE];
    int              rings;                    /* 0: it has zones */
    gms_face_ring_t  ring[GMS_FACE_RINGS_MAX]; /* highest value first */
    double           black_mm;                 /* diameter of the aiming mark */
    double           inner_mm; /* diameter of the inner ten; 0: none */
    bool             inner_shot_out;
    double           card_mm; /* side of the sheet; 0: not known */
    gms_decimal_e    decimal;
    bool             tenths; /* the discipline's totals count them */
    int              gauges;
    gms_face_gauge_t gauge[GMS_FACE_GAUGES_MAX];
    bool             by_hand; /* no camera looks for it, or for shots on it */
    int              zones;
    gms_face_zone_t  zone[GMS_FACE_ZONES_MAX];
    int              bulls; /* 0: one, in the centre */
    gms_face_bull_t  bull[GMS_FACE_BULLS_MAX];
} gms_face_t;

/* One element of "targets" of the canonical JSON; what came with later
 * versions may be missing, as it is in old journals.  GMS_EINVALID with a
 * sentence in err. */
int gms_face_from_json(
    gms_face_t *face, const cJSON *json, char *err, size_t err_size);

/* The same shape back, for state documents; caller deletes; NULL: memory. */
cJSON *gms_face_to_json(const gms_face_t *face);

/* Gauge that scores this caliber: the largest above_mm below it. */
double gms_face_gauge_mm(const gms_face_t *face, double caliber_mm);

/* Radius of the outermost ring, of a bull if there are several; of a face
 * with zones: of the farthest corner. */
double gms_face_radius_mm(const gms_face_t *face);

/* The bull that a shot at this place of the card belongs to: the nearest, of
 * two as near the one declared first.  NULL: the face has but one. */
const gms_face_bull_t *gms_face_bull(
    const gms_face_t *face, double x_mm, double y_mm);

#endif /* GMS_FACE_H */

/*
 * gms_face: a target face: rings, aiming mark, gauges, decimal rule.
 * Pure data; comes from the canonical JSON of ipc/grammar.h.
 */

#ifndef GMS_FACE_H
#define GMS_FACE_H

#include <stdbool.h>
#include <stddef.h>

#define GMS_FACE_NAME_SIZE 64
#define GMS_FACE_TITLE_SIZE 96
#define GMS_FACE_RINGS_MAX 12
#define GMS_FACE_GAUGES_MAX 4

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

typedef struct {
    char             name[GMS_FACE_NAME_SIZE];
    char             title[GMS_FACE_TITLE_SIZE];
    int              rings;
    gms_face_ring_t  ring[GMS_FACE_RINGS_MAX]; /* highest value first */
    double           black_mm;                 /* diameter of the aiming mark */
    double           inner_mm; /* diameter of the inner ten; 0: none */
    bool             inner_shot_out;
    double           card_mm; /* side of the sheet; 0: not known */
    gms_decimal_e    decimal;
    int              gauges;
    gms_face_gauge_t gauge[GMS_FACE_GAUGES_MAX];
} gms_face_t;

/* One element of "targets" of the canonical JSON.  GMS_EINVALID with a
 * sentence in err. */
int gms_face_from_json(
    gms_face_t *face, const cJSON *json, char *err, size_t err_size);

/* The same shape back, for state documents; caller deletes; NULL: memory. */
cJSON *gms_face_to_json(const gms_face_t *face);

/* Gauge that scores this caliber: the largest above_mm below it. */
double gms_face_gauge_mm(const gms_face_t *face, double caliber_mm);

/* Radius of the outermost ring. */
double gms_face_radius_mm(const gms_face_t *face);

#endif /* GMS_FACE_H */

/*
 * gms_grade: is this a scene in which every hole can be seen?  What a person
 * can do about it, in plain words.
 *
 * Looks at the border of the aiming mark all around, where print, paper and
 * place are known from the calibration, and at how the light and the noise of
 * the picture change.  A few hundred samples a picture; belongs to one thread.
 */

#ifndef GMS_GRADE_H
#define GMS_GRADE_H

#include "../base/image.h"
#include "../target/calibration.h"

#define GMS_GRADE_SECTORS 36
#define GMS_GRADE_PROFILES (4 * GMS_GRADE_SECTORS)
#define GMS_GRADE_TIMES 64 /* light of the last pictures, one each 0.2 s */

typedef enum {
    GMS_ADVICE_DARK,
    GMS_ADVICE_GLARE, /* paper is white beyond what a picture holds */
    GMS_ADVICE_NIGHT, /* infra-red: ink and paper look alike */
    GMS_ADVICE_BLUR,
    GMS_ADVICE_DIRT,   /* stains or a veil on the lens */
    GMS_ADVICE_HIDDEN, /* something stands before the target */
    GMS_ADVICE_TILT,
    GMS_ADVICE_FAR,      /* the target fills too little of the picture */
    GMS_ADVICE_SMALL,    /* a hole has too few pixels */
    GMS_ADVICE_EXPOSURE, /* the camera's automatic hunts */
    GMS_ADVICE_FLICKER,
    GMS_ADVICE_CODEC,  /* too few bits for the picture */
    GMS_ADVICE_BACKER, /* holes are as dark as the ink */
    GMS_ADVICE_FACE,   /* not the face that is configured */
    GMS_ADVICES
} gms_advice_e;

/* What was measured; shares are 0 .. 1. */
typedef struct {
    double paper;    /* gray levels around the aiming mark */
    double ink;      /* and in it */
    double contrast; /* share of the paper's light that ink takes */
    double uneven;   /* spread of that around the mark */
    double edge_px;  /* sigma of the printed border */
    double noise;    /* levels, from picture to picture */
    double rough;    /* jumps of the contrast along the border, no noise */
    double glare;    /* share of paper that is white */
    double hidden;   /* share of the border that is not seen */
    double swing;    /* share by which the light swings within 10 s */
    double flicker;  /* share from picture to picture */
    double rings;    /* share of the rings whose lines are seen */
    double tilt_deg;
    double hole_px;    /* diameter of the caliber */
    double wide;       /* share of the picture's width that the face fills */
    double hole_level; /* inside of known holes; < 0: none is known */
    double steady;     /* spread of the light of the last 12 s, a share of it;
                          < 0: not looked at for so long */
} gms_scene_measures_t;

typedef struct {
    gms_face_t           face;
    double               caliber_mm;
    gms_scene_measures_t measures;
    int                  looks; /* at the border */
    int64_t              look_ns;
    double               spot[2 * GMS_GRADE_SECTORS]; /* of the last picture */
    double               border[GMS_GRADE_PROFILES];  /* contrast, last look */
    double               jitter; /* roughness that noise makes */
    bool                 has_last;
    double               last_light;
    int                  lights; /* a ring of them */
    double               light[GMS_GRADE_TIMES];
    int64_t              light_ns;
    int                  again[GMS_ADVICES]; /* looks that asked for it */
} gms_grade_t;

/* Enough was seen to say that nothing stands in the way. */
bool gms_grade_known(const gms_grade_t *grade);

/* Forgets what it saw. */
void gms_grade_init(
    gms_grade_t *grade, const gms_face_t *face, double caliber_mm);

/* A distinct picture in which the card is where the calibration says; discs:
 * n known holes, x, y, r in px each, for what shows through them. */
void gms_grade_look(gms_grade_t *grade, const gms_image_t *image,
    const gms_calibration_t *calibration, const double (*discs)[3], int n,
    int64_t mono_ns);

/* What stands in the way, worst first: the number written. */
int gms_grade_advice(const gms_grade_t *grade, gms_advice_e out[GMS_ADVICES]);

/* A word for programs, and a sentence for people that says what to do; title:
 * of the face that is looked for. */
const char *gms_advice_name(gms_advice_e advice);
void gms_advice_sentence(const gms_scene_measures_t *m, const char *title,
    gms_advice_e advice, char *out, size_t size);

/* Does it cost holes, or only makes them later and less exact? */
bool gms_advice_is_grave(gms_advice_e advice);

#endif /* GMS_GRADE_H */

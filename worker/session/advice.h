/*
 * gms_advice: which rules fit what the shots give away, and what they say.
 * One main finding, one second of another category, one thing to do; nothing
 * where the shots do not carry it.  Pure; any thread.
 */

#ifndef GMS_ADVICE_H
#define GMS_ADVICE_H

#include "rulebook.h"

/* A finding must be so sure not to be chance, all tests counted, when nobody
 * says otherwise. */
#define GMS_ADVICE_CONFIDENCE 0.96

/* What may be said, in millionths. */
#define GMS_ADVICE_CONFIDENCE_MIN 500000
#define GMS_ADVICE_CONFIDENCE_MAX 999900

#define GMS_FINDINGS_MAX 2

/* Who shoots with what; zeros: unknown. */
typedef struct {
    gms_gun_e         gun;
    bool              left_handed;
    double            distance_m;
    double            click_mm;    /* what a click moves at this distance */
    bool              front_sight; /* is turned: it moves the other way */
    gms_level_e       level;
    double            confidence; /* 0 .. 1 */
    gms_signs_about_t about;
} gms_advice_settings_t;

/* One axis of a correction of the sights. */
typedef struct {
    double mm; /* that impacts must move; + right or up */
    double error_mm;
    bool   turn; /* more than its standard error, and a click at least */
} gms_correction_t;

typedef struct {
    gms_advice_settings_t settings;
    gms_signs_t           signs;
    int                   shots;
    uint32_t              first; /* numbers of the group's ends */
    uint32_t              last;
    const gms_rule_t     *finding[GMS_FINDINGS_MAX]; /* the main one first */
    int                   findings;
    int                   rounds_same; /* whose centre lies where that does */
    gms_correction_t      x;
    gms_correction_t      y;
    int                   more_shots; /* would tell, as it looks now; 0 */
} gms_advice_t;

/* Of the shots, in order, rounds together.  GMS_ENOMEM, GMS_EINVALID as
 * gms_signs_take.  The advice points into the book. */
int gms_advice_give(gms_advice_t *advice, const gms_rulebook_t *book,
    const gms_advice_settings_t *settings, const gms_counted_t *shot, int n);

/* Adds what the record says against itself: the paper that went last does not
 * agree with its shots, or a shot may be two. */
void gms_advice_troubles(
    const gms_session_t *session, gms_signs_about_t *about);

/* docs/advice.md; NULL: out of memory. */
cJSON *gms_advice_to_json(const gms_advice_t *advice);

/* Hour of the clock, 0 <= h < 12, that a direction points to: 0 is up. */
double gms_advice_clock(double x, double y);

/* Where the sign of a rule points to; (0, 0): it has no direction. */
gms_point_t gms_advice_direction(const gms_signs_t *signs, gms_sign_e which);

/* A click as people give it ("0.25moa", "0.1mrad", "0.6mm"), in mm at the
 * distance; GMS_EINVALID with a sentence: no click, or an angle without a
 * distance. */
int gms_advice_click(const char *text, double distance_m, double *mm, char *err,
    size_t err_size);

#endif /* GMS_ADVICE_H */

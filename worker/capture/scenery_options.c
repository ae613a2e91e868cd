/* gms_scenery: the options of a simulated lane.  Their texts are the table of
 * docs/simulate.md. */

#include <stddef.h>

#include "scenery.h"

/* -1 stands for "as the cadence says". */
#define CADENCE (-1)

static const char *const gms_backers[] = { "dark", "grey", "white", NULL };
static const char *const gms_tears[] = { "clean", "ragged", NULL };
static const char *const gms_cadences[] = { "steady", "slow", "rapid", "casual",
    NULL };

#define AT(name) offsetof(gms_scenery_options_t, name)

const gms_option_t gms_scenery_table[] = {
    { "seed", 1, 0, 9007199254740992.0, NULL, AT(seed),
        "number that everything random is drawn from" },
    { "quality", 85, 20, 100, NULL, AT(quality), "of the JPEG" },
    { "fill", 0.88, 0.2, 1.5, NULL, AT(fill),
        "share of the picture's height that the card fills" },
    { "tilt", 8, 0, 45, NULL, AT(tilt),
        "degrees of the card against the camera, about an axis of the seed" },
    { "vignette", 0.15, 0, 0.8, NULL, AT(vignette),
        "share of light lost in the corners" },
    { "blur", 0.7, 0, 5, NULL, AT(blur), "sigma of the lens's blur, px" },
    { "noise", 1, 0, 12, NULL, AT(noise), "sigma of the noise, gray levels" },
    { "shake", 0, 0, 8, NULL, AT(shake),
        "rms of the camera's shaking, px; shots kick it three times as far" },
    { "sway", 0, 0, 10, NULL, AT(sway),
        "degrees that the card swings about its top edge" },
    { "recoil", 0, 0, 30, NULL, AT(recoil),
        "px by which each shot kicks the picture; gone after 0.12 s" },
    { "bend", 0, 0, 10, NULL, AT(bend),
        "px by which hanging paper bends, unevenly and slowly" },
    { "drift", 0, 0, 0.5, NULL, AT(drift),
        "share by which the light wanders within a minute" },
    { "step", 0, 0, 0.5, NULL, AT(step),
        "share by which the exposure steps now and then" },
    { "flicker", 0, 0, 0.5, NULL, AT(flicker),
        "share by which lamps on the mains flicker, as rolling bands" },
    { "shadow", 0, 0, 0.9, NULL, AT(shadow),
        "depth of a soft shadow that wanders over the card" },
    { "hand", 0, 0, 3600, NULL, AT(hand),
        "seconds from one hand in the picture to the next; 0: none" },
    { "backer", 0, 0, 0, gms_backers, AT(backer),
        "what shows through a hole: dark, grey or white" },
    { "tears", 0, 0, 0, gms_tears, AT(tears),
        "holes as they are torn: clean, or ragged as large calibers do" },
    { "old", 0, 0, GMS_SCENERY_OLD_MAX, NULL, AT(old),
        "holes that are in the paper from the start and are no shots" },
    { "sharpen", 0, 0, 4, NULL, AT(sharpen),
        "strength of the camera's unsharp mask, which draws halos" },
    { "clock", 0, 0, 1, NULL, AT(clock),
        "1: the camera writes date and time into a corner" },
    { "shots", 60, 0, GMS_SCENERY_SHOTS_MAX, NULL, AT(shots),
        "shots a turn of the scene" },
    { "first", 3, 0, 3600, NULL, AT(first), "seconds before the first shot" },
    { "cadence", 0, 0, 0, gms_cadences, AT(cadence),
        "steady, slow, rapid or casual: sets the four below" },
    { "interval", CADENCE, 0.05, 3600, NULL, AT(interval),
        "seconds from shot to shot" },
    { "jitter", CADENCE, 0, 0.95, NULL, AT(jitter),
        "share by which the interval varies" },
    { "series", CADENCE, 0, GMS_SCENERY_SHOTS_MAX, NULL, AT(series),
        "shots before a pause; 0: no pauses" },
    { "pause", CADENCE, 0, 3600, NULL, AT(pause),
        "seconds of that pause, on top of the interval" },
    { "together", 0, 0, 10, NULL, AT(together),
        "up to so many shots fall between two pictures; 0: by the cadence" },
    { "sigma", 0, 0, 1000, NULL, AT(sigma),
        "spread of the hits in x and in y, mm; 0: 1.25 rings" },
    { "overlap", 0.6, 0, 1, NULL, AT(overlap),
        "largest share of a hole that may be torn away already; 1: any" },
    { "pairs", 0, 0, 0.99, NULL, AT(pairs),
        "every second shot overlaps the one before by 1 - distance/caliber" },
    { "uneven", 0, 0, 0.9, NULL, AT(uneven),
        "share by which the gaps between pictures vary" },
    { "repeat", 0, 0, 0.9, NULL, AT(repeat),
        "share of pictures that are the one before again, byte for byte" },
    { .key = NULL },
};

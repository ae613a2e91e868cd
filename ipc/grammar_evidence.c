/* What a lane keeps to be looked at later, of the gmshoot_range block. */

#include "grammar_blocks.h"

#include "unit.h"

/* A picture of some kind of camera fits several times; no small computer has
 * more to give away. */
#define MEMORY_MIN (4 * GMS_MICRO)
#define MEMORY_MAX (1000 * GMS_MICRO)
#define DISK_MIN (10 * GMS_MICRO)
#define DISK_MAX (1000000 * GMS_MICRO)
#define AGE_MIN (GMS_MICRO / 24)
#define AGE_MAX (3660 * GMS_MICRO)


void
gms_range_evidence_init(gms_range_t *r)
{
    r->reel = 32 * GMS_MICRO;
    r->films = 2000 * GMS_MICRO;
    r->age = 30 * GMS_MICRO;
}


int
gms_range_evidence(gms_grammar_t *g, int argc, const char *const *argv)
{
    gms_range_t *r = g->open_range;

    const gms_range_option_t options[] = {
        { "memory=", GMS_UNIT_SIZE, MEMORY_MIN, MEMORY_MAX, &r->reel },
        { "disk=", GMS_UNIT_SIZE, DISK_MIN, DISK_MAX, &r->films },
        { "keep=", GMS_UNIT_AGE, AGE_MIN, AGE_MAX, &r->age },
    };

    return gms_range_options(g, argc, argv, 1, options,
        sizeof(options) / sizeof(options[0]), "memory=, disk= and keep=");
}


void
gms_range_evidence_write(gms_text_t *t, const gms_range_t *r)
{
    gms_text_put(t, ",\"evidence\":{\"memory_mb\":");
    gms_text_put_micro(t, r->reel);
    gms_text_put(t, ",\"disk_mb\":");
    gms_text_put_micro(t, r->films);
    gms_text_put(t, ",\"keep_d\":");
    gms_text_put_micro(t, r->age);
    gms_text_put(t, "}");
}

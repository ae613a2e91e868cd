/* gms_verify: see verify.h. */

#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "centre.h"

/* A disc with less of its area new lies on an older hole. */
#define LITTLE_FRESH 0.25

struct gms_verify_s {
    gms_patch_t patch;
};


gms_verify_t *
gms_verify_create(int side)
{
    gms_verify_t *v = calloc(1, sizeof(*v));

    if (v != NULL && gms_patch_init(&v->patch, side) != GMS_OK) {
        free(v);
        return NULL;
    }
    return v;
}


void
gms_verify_destroy(gms_verify_t *verify)
{
    if (verify != NULL) {
        gms_patch_close(&verify->patch);
        free(verify);
    }
}


/* Nothing is new in an older hole: is there one beside it, on paper? */
static void
look_beside(gms_patch_t *p, const gms_circumstances_t *about,
    const gms_track_t *track, gms_fit_t *fit, gms_finding_t *f)
{
    gms_fit_t     beside;
    gms_finding_t other;

    gms_fit_beside(
        p, about, track->blob.x - p->x0, track->blob.y - p->y0, &beside);
    gms_verdict_judge(p, about, &beside, track->pictures, &other);
    if (other.verdict == GMS_VERDICT_HOLE && other.paper > 0.5) {
        *fit = beside;
        *f = other;
    }
}


void
gms_verify(gms_verify_t *v, const gms_circumstances_t *about,
    const gms_track_t *track, const float *now, gms_finding_t *f)
{
    gms_patch_t *p = &v->patch;
    gms_fit_t    fit;
    gms_centre_t centre;

    gms_patch_look(p, about, track, now);
    gms_fit_disc(p, about, track->blob.x - p->x0, track->blob.y - p->y0, &fit);
    gms_verdict_judge(p, about, &fit, track->pictures, f);
    if (p->overlap && f->verdict != GMS_VERDICT_HOLE && f->fresh < LITTLE_FRESH)
    {
        look_beside(p, about, track, &fit, f);
    }
    gms_centre_find(p, about, &fit, &centre);
    f->x = centre.x + p->x0;
    f->y = centre.y + p->y0;
    memcpy(f->error_px2, centre.error_px2, sizeof(f->error_px2));
}

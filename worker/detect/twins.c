/* gms_twins: see twins.h. */

#include "twins.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"

/* A change larger than this many holes may be two. */
#define AREA_LEAST 1.2
#define RADIUS_UNKNOWN 0.9 /* of the caliber's */
#define RIM_PX 0.5         /* that smoothing adds */

/* Left over: this share of a hole is worth a disc of its own. */
#define LEFT_LEAST 0.25

/* Changed: by this share of what was there, levels of it at least. */
#define CHANGED_SHARE 0.25F
#define CHANGED_FLOOR 24.0F

/* Each of them shows this much of its own, this well filled.  Two that are
 * nearer nobody can tell from one that is torn: over lone holes with a torn
 * lip two discs come to lie up to 0.41 calibers apart. */
#define TWIN_FRESH 0.28
#define TWIN_FILL 0.6
#define TWIN_CALIBERS 0.5

/* In fewer pixels the torn edge of one hole passes for two. */
#define TWIN_CALIBER_PX 8.0

/* A codec smears and sharpens: there the halves of one come to lie further
 * apart. */
#define TWIN_CALIBERS_CODEC 0.7

#define ROUNDS 3


int
gms_twins_init(gms_twins_t *twins, int side)
{
    size_t n = (size_t) side * (size_t) side;

    twins->side = side;
    twins->mask = calloc(n, 1);
    twins->stack = calloc(n, sizeof(int));
    if (twins->mask == NULL || twins->stack == NULL) {
        gms_twins_close(twins);
        return GMS_ENOMEM;
    }
    return GMS_OK;
}


void
gms_twins_close(gms_twins_t *twins)
{
    free(twins->mask);
    free(twins->stack);
    memset(twins, 0, sizeof(*twins));
}


/* Marks what changed within the blob's box and lies in no disc that is known
 * or found. */
static void
mark(gms_twins_t *twins, const gms_circumstances_t *about,
    const gms_track_t *track, const float *now, const gms_finding_t *found,
    int n)
{
    const gms_piece_t *p = &track->piece;
    const gms_blob_t  *b = &track->blob;

    gms_holes_mask(about->holes, p, twins->mask);
    for (int y = 0; y < p->h; y++) {
        const ptrdiff_t at =
            (ptrdiff_t) (p->y0 + y) * about->change->zone->w + p->x0;

        for (int x = 0; x < p->w; x++) {
            int   px = p->x0 + x, py = p->y0 + y;
            float before = (float) about->change->background[at + x] / GMS_DEEP;
            float least = CHANGED_SHARE * fmaxf(before, CHANGED_FLOOR);
            bool  on = twins->mask[y * p->w + x] == 0 && px >= b->x0
                && px < b->x1 && py >= b->y0 && py < b->y1
                && fabsf(before - now[y * p->w + x]) > least;

            for (int i = 0; i < n && on; i++) {
                on = hypot(px - found[i].x, py - found[i].y)
                    > found[i].r + RIM_PX;
            }
            twins->mask[y * p->w + x] = on;
        }
    }
}


/* Two places along the longest axis of what is marked: two equal discs at
 * +-a have a variance of r^2 / 4 + a^2 along it and of r^2 / 4 across. */
static bool
part(const gms_twins_t *twins, const gms_track_t *track, double least_px,
    gms_finding_t two[2])
{
    const gms_piece_t *p = &track->piece;
    double n = 0, sx = 0, sy = 0, xx = 0, xy = 0, yy = 0, root, a, angle;

    for (int i = 0; i < p->w * p->h; i++) {
        double x = i % p->w, y = i / p->w; /* NOLINT: whole pixels */

        if (twins->mask[i]) {
            n++;
            sx += x;
            sy += y;
            xx += x * x;
            xy += x * y;
            yy += y * y;
        }
    }
    if (n < 8) {
        return false;
    }
    xx = xx / n - sx * sx / n / n;
    yy = yy / n - sy * sy / n / n;
    xy = xy / n - sx * sy / n / n;
    root = sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
    a = sqrt(2 * root);
    angle = atan2(2 * xy, xx - yy) / 2;
    for (int i = 0; i < 2; i++) {
        double way = i == 0 ? a : -a;

        two[i].x = p->x0 + sx / n + way * cos(angle);
        two[i].y = p->y0 + sy / n + way * sin(angle);
    }
    return 2 * a > least_px;
}


/* Takes the component of this place out of the mask; its area, its middle. */
static int
take_component(
    gms_twins_t *twins, int w, int h, int start, double *x, double *y)
{
    int n = 0, top = 0;

    *x = *y = 0;
    twins->mask[start] = 0;
    twins->stack[top++] = start;
    while (top > 0) {
        int at = twins->stack[--top], cx = at % w, cy = at / w;

        n++;
        *x += cx;
        *y += cy;
        for (int k = 0; k < 9; k++) {
            int nx = cx + k % 3 - 1, ny = cy + k / 3 - 1;

            if (nx >= 0 && ny >= 0 && nx < w && ny < h
                && twins->mask[ny * w + nx]) {
                twins->mask[ny * w + nx] = 0;
                twins->stack[top++] = ny * w + nx;
            }
        }
    }
    *x /= n;
    *y /= n;
    return n;
}


/* The largest piece of change that no disc explains. */
static bool
left_over(
    gms_twins_t *twins, const gms_piece_t *p, double least, gms_finding_t *f)
{
    int most = 0;

    for (int i = 0; i < p->w * p->h; i++) {
        double x, y;
        int    n;

        if (!twins->mask[i]) {
            continue;
        }
        n = take_component(twins, p->w, p->h, i, &x, &y);
        if (n > most) {
            most = n;
            f->x = p->x0 + x;
            f->y = p->y0 + y;
        }
    }
    return most > least;
}


/* Fits one with the others known; true when that moved it. */
static bool
fit_one(gms_verify_t *verify, const gms_circumstances_t *about,
    gms_holes_t *holes, const gms_track_t *track, const float *now,
    gms_finding_t *found, int n, gms_finding_t *f)
{
    int         discs = holes->discs;
    gms_track_t one = *track;
    double      x = f->x, y = f->y, r = f->r;

    for (int i = 0; i < n; i++) {
        gms_disc_t *d = &holes->disc[holes->discs];

        if (&found[i] != f) {
            d->x = (float) found[i].x;
            d->y = (float) found[i].y;
            d->r = (float) found[i].r;
            d->id = 0;
            holes->discs++;
        }
    }
    one.blob.x = x;
    one.blob.y = y;
    gms_verify(verify, about, &one, now, f);
    holes->discs = discs;
    return fabs(f->x - x) > 0 || fabs(f->y - y) > 0 || fabs(f->r - r) > 0;
}


/* Fits each with the others known, in turns, until none moves. */
static void
fit(gms_verify_t *verify, const gms_circumstances_t *about, gms_holes_t *holes,
    const gms_track_t *track, const float *now, gms_finding_t *found, int n,
    double r)
{
    bool moves = true;

    for (int i = 0; i < n; i++) {
        found[i].r = r;
    }
    for (int turn = 0; moves && turn < ROUNDS; turn++) {
        moves = false;
        for (int i = 0; i < n; i++) {
            moves =
                fit_one(verify, about, holes, track, now, found, n, &found[i])
                || moves;
        }
    }
}


static bool
are_holes(const gms_finding_t *found, int n, double apart_px)
{
    for (int i = 0; i < n; i++) {
        if (found[i].verdict != GMS_VERDICT_HOLE || found[i].fresh < TWIN_FRESH
            || found[i].fill < TWIN_FILL)
        {
            return false;
        }
        for (int j = 0; j < i; j++) {
            if (hypot(found[i].x - found[j].x, found[i].y - found[j].y)
                < apart_px) {
                return false;
            }
        }
    }
    return true;
}


int
gms_twins_find(gms_twins_t *twins, gms_verify_t *verify,
    const gms_circumstances_t *about, gms_holes_t *holes,
    const gms_track_t *track, const float *now,
    gms_finding_t found[GMS_TWINS_MAX])
{
    double r = about->radius_px > 0 ? about->radius_px
                                    : RADIUS_UNKNOWN * about->caliber_px / 2;
    double hole = M_PI * (r + RIM_PX) * (r + RIM_PX);
    double apart_px = about->caliber_px
        * (about->freshness < GMS_FRESH_SENSOR ? TWIN_CALIBERS_CODEC
                                               : TWIN_CALIBERS);
    int n = 1;

    if (about->caliber_px < TWIN_CALIBER_PX
        || track->blob.area < AREA_LEAST * hole
        || holes->discs > GMS_HOLES_MAX - GMS_TWINS_MAX)
    {
        return 1;
    }
    while (n < GMS_TWINS_MAX) {
        gms_finding_t trial[GMS_TWINS_MAX];
        bool          more = false;

        memcpy(trial, found, (size_t) n * sizeof(*trial));
        if (n == 1) {
            mark(twins, about, track, now, NULL, 0);
            more = part(twins, track, apart_px, trial);
        }
        if (more) {
            fit(verify, about, holes, track, now, trial, 2, r);
            more = are_holes(trial, 2, apart_px);
        }
        if (!more) {
            memcpy(trial, found, (size_t) n * sizeof(*trial));
            mark(twins, about, track, now, found, n);
            if (!left_over(twins, &track->piece, LEFT_LEAST * hole, &trial[n]))
            {
                break;
            }
            fit(verify, about, holes, track, now, trial, n + 1, r);
            if (!are_holes(trial, n + 1, apart_px)) {
                break;
            }
        }
        memcpy(found, trial, (size_t) ++n * sizeof(*trial));
    }
    return n;
}

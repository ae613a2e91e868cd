/* gms_centre_error: see centre_error.h. */

#include "centre_error.h"

#include <math.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../target/homography.h"
#include "moments.h"

#define SECTORS GMS_CENTRE_SECTORS

/* Error: the rim is looked at so wide to each side. */
#define RIM_RADII 0.4
#define ARC_MIN 0.2       /* of a sector that says anything */
#define RADIUS_ERROR 0.05 /* radii */
#define ARC_LEAST 0.1
#define MISFIT_USUAL 0.05 /* radii, as if seen in so many sectors */
#define MISFIT_SECTORS 10.0
#define ALIKE_MOST 0.8 /* neighbouring sectors */

/*
 * Factors of the error, fitted so that ellipses of 95 % hold 93 to 97 % of
 * simulated shots, and nearly all marks of photographs: of the tear where it
 * is seen against paper, more the less light is lost there, and against ink;
 * where an older hole tore the paper of the rim before, and where nothing
 * darker is behind ink either; where a codec froze what it takes for noise;
 * more where the rim that shows lies to one side (0 all around, 1 one point).
 */
#define PAPER_FACTOR 1.0
#define PALE_FACTOR 0.6 /* beside, where no light is lost */
#define INK_FACTOR 0.45
#define TORN_FACTOR 0.5    /* beside, of paper beside an older hole */
#define OVERLAP_FACTOR 2.2 /* beside, of ink there, nothing darker behind */
#define CODEC_FACTOR 0.4   /* smooths tears, and adds errors of its own */
#define CODEC_OVERLAP_FACTOR 0.95
#define ONE_SIDED 1.5

/* What is behind ink is darker beyond doubt by so many levels. */
#define DARKER_LEVELS 20.0F

/* On ink the rim is undecided over some pixels: where that is wider than a
 * usual tear, a share of the caliber, by blur, by fibres that pass for a pale
 * backer or by paper pushed aside, the disc may lie this share of it to either
 * side; more where the edge of an older hole is blurred into it. */
#define SOFT_USUAL 0.08
#define SOFT_ERROR 0.18
#define SOFT_OVERLAP 0.4

/* The same on paper, where blur hides the tear that would have told of it; of
 * a bare sensor, as a codec's blur is in what it adds. */
#define PAPER_SOFT_USUAL 0.11
#define PAPER_SOFT_ERROR 0.07

/* Paper that sprang back closed the opening from all sides, not evenly: of
 * what is missing to this radius, in the caliber's. */
#define CLOSED_RADII 0.8
#define CLOSED_ERROR 0.7

/* What is behind may look as ink does: of what is missing to so much that
 * could be decided, in radii. */
#define STAKE_USUAL 0.6
#define STAKE_ERROR 0.3

/* What no look at the tear tells: pictures laid onto each other; what a codec
 * smears, in px and in calibers: more of the light that paper keeps beyond a
 * share of it, and where nothing darker is behind ink. */
#define PAPER_LEAST_PX 0.03
#define BLACK_LEAST_PX 0.11
#define CODEC_LEAST_PX 0.3
#define CODEC_LEAST_CALIBERS 0.02
#define CODEC_KEPT 0.5
#define CODEC_PALE_CALIBERS 0.21
#define CODEC_BRIGHT_CALIBERS 0.03

/* Where disc and centroid lie apart the hole is no disc: of that. */
#define APART_ERROR 0.5
#define APART_ERROR_OVERLAP 0.4

/*
 * What a codec shows of large holes is longer than wide, and the bullet went
 * through anywhere along it: calibers to add along the tear's long axis, by
 * where it lies, in full where it is so much longer than wide and more.
 */
#define TEAR_PAPER 0.06
#define TEAR_BLACK 0.055
#define TEAR_OVERLAP 0.055
#define TEAR_ROUND 1.05
#define TEAR_LONG 1.2

typedef struct {
    double arc;  /* of the rim that says something, px */
    double over; /* area by which the hole is larger there than the disc */
} sector_t;

/* The rim in px: on ink, and there with nothing darker behind it; light that
 * paper keeps; what could be decided on ink, and is not, px^2; that of paper. */
typedef struct {
    double arc;
    double ink;
    double bright;
    double kept;
    double stake;
    double undecided;
    double paper_undecided;
} rim_t;


static void
look_at_rim(const gms_patch_t *v, const gms_core_t *core, int i, rim_t *rim)
{
    float darker = (v->before[i] - core->middle) / DARKER_LEVELS;

    rim->arc++;
    if (!v->paper[i]) {
        rim->ink++;
        rim->bright += 1 - (double) fmaxf(0, fminf(darker, 1));
        rim->stake += (double) v->stake[i];
    } else {
        rim->kept +=
            (double) fmaxf(0, fminf(core->low / fmaxf(v->before[i], 1), 1));
    }
}


/* How far the torn edge lies outside the disc, all around. */
static void
look_around(const gms_patch_t *v, const gms_core_t *core, const gms_centre_t *c,
    sector_t *sector, rim_t *rim)
{
    double     most = fmax(c->r_paper, c->r_black) * (1 + RIM_RADII);
    gms_part_t at = gms_patch_part(v, c->x, c->y, most);

    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            int    i = y * v->w + x, k;
            double dx = x - c->x, dy = y - c->y, d = hypot(dx, dy);
            double r = v->paper[i] ? c->r_paper : c->r_black, cover;

            if (v->stake[i] <= 0 || d < r * (1 - RIM_RADII)
                || d > r * (1 + RIM_RADII)) {
                continue;
            }
            k = gms_centre_sector(dx, dy);
            cover = fmax(0, fmin(r + 0.5 - d, 1));
            sector[k].over +=
                (double) v->gain[i] - (double) v->stake[i] * (cover - 0.5);
            *(v->paper[i] ? &rim->paper_undecided : &rim->undecided) +=
                fmax(0, (double) (v->stake[i] - 2 * fabsf(v->gain[i])));
            if (fabs(d - r) < 0.5) {
                sector[k].arc += (double) v->stake[i];
                look_at_rim(v, core, i, rim);
            }
        }
    }
}


/* Mean distance of the torn edge from the disc, and how far along the rim a
 * tear goes: from the sectors, and from what is usual. */
static double
measure_misfit(const sector_t *sector, double r, gms_centre_t *c)
{
    double unit = 2 * M_PI * r / SECTORS, arc = 0, mean = 0, n = 0, pairs = 0;
    double usual = MISFIT_USUAL * r * MISFIT_USUAL * r, e[SECTORS] = { 0 };
    double squares = MISFIT_SECTORS * usual, products = 0, alike;

    for (int k = 0; k < SECTORS; k++) {
        arc += sector[k].arc;
        mean += sector[k].over;
    }
    mean /= fmax(arc, 1);
    for (int k = 0; k < SECTORS; k++) {
        double share = fmin(sector[k].arc / unit, 1);

        if (share > ARC_MIN) {
            e[k] = sector[k].over / sector[k].arc - mean;
            squares += share * e[k] * e[k];
            n += share;
        }
    }
    for (int k = 0; k < SECTORS; k++) {
        products += e[k] * e[(k + 1) % SECTORS];
        pairs += e[k] * e[k];
    }
    c->misfit_px = sqrt(squares / (n + MISFIT_SECTORS));
    alike = products / fmax(pairs + MISFIT_SECTORS * usual, 1e-9);
    alike = fmax(0, fmin(alike, ALIKE_MOST));
    return unit * (1 + alike) / (1 - alike);
}


/* By how much an error that the tear shows is larger than it says. */
static double
error_factor(
    const gms_patch_t *v, const gms_circumstances_t *about, const rim_t *rim)
{
    double all = fmax(rim->arc, 1);
    double factor = PAPER_FACTOR * (1 - rim->ink / all)
        + PALE_FACTOR * rim->kept / all + INK_FACTOR * rim->ink / all;

    if (about->freshness < GMS_FRESH_SENSOR) {
        factor *= v->overlap ? CODEC_OVERLAP_FACTOR : CODEC_FACTOR;
    }
    if (v->overlap) {
        factor *= 1 + TORN_FACTOR * (1 - rim->ink / all)
            + OVERLAP_FACTOR * rim->bright / all;
    }
    return factor;
}


/* What a codec adds to the error, px. */
static double
codec_error(const rim_t *rim, double caliber)
{
    double all = fmax(rim->arc, 1), paper = all - rim->ink;
    double kept = fmax(0, rim->kept / fmax(paper, 1) - CODEC_KEPT);
    double calibers = hypot(CODEC_LEAST_CALIBERS,
        hypot(CODEC_PALE_CALIBERS * kept * paper,
            CODEC_BRIGHT_CALIBERS * rim->bright)
            / all);

    return hypot(CODEC_LEAST_PX, calibers * caliber);
}


/* What the tear does not tell of the error, px. */
static double
error_least(const gms_patch_t *v, const gms_circumstances_t *about,
    const rim_t *rim, const gms_centre_t *c)
{
    double caliber = about->caliber_px, r = caliber / 2;
    double ink = rim->ink / fmax(rim->arc, 1), stake = fmax(rim->stake, 1);
    double least = PAPER_LEAST_PX + (BLACK_LEAST_PX - PAPER_LEAST_PX) * ink;
    double torn = SOFT_ERROR * (v->overlap ? 1 + SOFT_OVERLAP : 1);
    double soft = 2 * rim->undecided / stake - SOFT_USUAL * caliber;
    double closed = CLOSED_RADII * r - c->r_black;
    double blind = STAKE_USUAL - rim->stake / fmax(rim->ink, 1);
    double blurred = rim->paper_undecided / fmax(rim->arc - rim->ink, 1)
        - PAPER_SOFT_USUAL * caliber;

    least = hypot(least, torn * ink * fmax(soft, 0));
    least = hypot(least, CLOSED_ERROR * ink * fmax(closed, 0));
    least = hypot(least, STAKE_ERROR * ink * fmax(blind, 0) * r);
    if (about->freshness < GMS_FRESH_SENSOR) {
        least = hypot(least, codec_error(rim, caliber));
        least = hypot(least,
            (v->overlap ? APART_ERROR_OVERLAP : APART_ERROR) * c->apart_px);
    } else {
        least = hypot(least, PAPER_SOFT_ERROR * (1 - ink) * fmax(blurred, 0));
    }
    return least;
}


/* Adds the error along the long axis of a tear. */
static void
add_tear(
    const gms_patch_t *v, const rim_t *rim, double caliber, gms_centre_t *c)
{
    double ink = rim->ink / fmax(rim->arc, 1), difference, longer, angle, px;
    double calibers = v->overlap ? TEAR_OVERLAP
                                 : TEAR_PAPER + (TEAR_BLACK - TEAR_PAPER) * ink;

    gms_moments_t m;

    if (!gms_moments_look(v, c->x, c->y, caliber, &m)) {
        return;
    }
    difference = hypot(m.xx - m.yy, 2 * m.xy);
    longer =
        sqrt((m.xx + m.yy + difference) / fmax(m.xx + m.yy - difference, 1e-9));
    angle = atan2(2 * m.xy, m.xx - m.yy) / 2;
    calibers *=
        fmax(0, fmin((longer - TEAR_ROUND) / (TEAR_LONG - TEAR_ROUND), 1));
    px = calibers * caliber;
    c->error_px2[0] += px * px * cos(angle) * cos(angle);
    c->error_px2[1] += px * px * cos(angle) * sin(angle);
    c->error_px2[2] += px * px * sin(angle) * sin(angle);
}


/* The covariance of a disc laid to an edge that is torn by chance: each sector
 * of the rim says along its normal where the disc lies, with the misfit seen
 * as its error; the radius is unknown too, within what is usual. */
void
gms_centre_estimate(const gms_patch_t *v, const gms_circumstances_t *about,
    const gms_core_t *core, gms_centre_t *c)
{
    double r = about->caliber_px / 2, unit_px2, radius_weight, one_sided,
           factor, least, a[9] = { 0 };
    sector_t sector[SECTORS] = { 0 };
    rim_t    rim = { 0 };

    look_around(v, core, c, sector, &rim);
    c->pale = rim.bright / fmax(rim.ink, 1);
    factor = error_factor(v, about, &rim);
    least = error_least(v, about, &rim, c);
    unit_px2 = measure_misfit(sector, r, c) * c->misfit_px * c->misfit_px;
    radius_weight = unit_px2 / (RADIUS_ERROR * RADIUS_ERROR * r * r);
    a[8] = radius_weight;
    for (int k = 0; k < SECTORS; k++) {
        double t = 2 * M_PI * (k + 0.5) / SECTORS, w[3] = { cos(t), sin(t), 1 };

        for (int i = 0; i < 9; i++) {
            a[i] += sector[k].arc * w[i / 3] * w[i % 3];
        }
    }
    one_sided = ONE_SIDED * hypot(a[2], a[5]) / fmax(a[8] - radius_weight, 1);
    unit_px2 *= factor * factor * (1 + one_sided * one_sided);
    a[0] += ARC_LEAST * r;
    a[4] += ARC_LEAST * r;
    for (int i = 0; i < 2; i++) {
        double b[3] = { i == 0, i == 1, 0 }, m[9];

        memcpy(m, a, sizeof(m));
        if (gms_linear_solve(m, b, 3) == GMS_OK) {
            c->error_px2[2 * i] = unit_px2 * b[i] + least * least;
            c->error_px2[1] = unit_px2 * b[1 - i];
        }
    }
    if (about->freshness < GMS_FRESH_SENSOR) {
        add_tear(v, &rim, 2 * r, c);
    }
}

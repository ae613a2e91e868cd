/* gms_verdict: see verdict.h. */

#include "verdict.h"

#include <math.h>
#include <string.h>

/* Limits of shape and evidence: knowledge of real and rendered holes. */
#define FRESH_LONE 0.25
#define FRESH_OVERLAP 0.09
#define FRESH_OVERLAP_STRONG 0.07
#define FILL_PAPER 0.50
#define FILL_BLACK 0.42
#define FILL_STRONG 0.40
#define RIM_STRONG 0.6 /* on paper: an insect fills as much, but no rim */
#define FILL_OVERLAP 0.30
#define LEAK_MOST 0.4
#define ELONGATION_MOST 2.6
#define ELONGATION_STRONG 3.2
#define ELONGATION_LINE 4.5
#define ONE_SIGN 0.85
#define LEAK_LINE 0.1
#define DARKENING_MIN 0.15
#define DARKENING_STRONG 0.3
#define SCORE_STRONG 7.5
#define CONTRAST_MIN 3.0

/* White paper before a white backer: a torn hole of little darkening, but of a
 * hole's shape and far above the noise. */
#define DARKENING_WHITE 0.1
#define CONTRAST_WHITE 6.0
#define ELONGATION_WHITE 2.0
#define LEAK_WHITE 0.1
#define FILL_WHITE 0.28

/* Or what is behind is as pale as paper, and its rim all around alone tells;
 * print that went with the paper is brighter now, but no blank paper is. */
#define RIM_WHITE 0.8
#define CONTRAST_RIM 10.0
#define LEVELS_RIM 15.0
#define DARKER_RIM 0.8
#define CONTRAST_TORN 8.0 /* for so little filling */

/* Where print went with the paper its edges count as noise, but so much changes
 * that less contrast tells as much. */
#define CONTRAST_PRINT 7.0
#define LEVELS_PRINT 40.0

/* Through a codec the noise of print hides the contrast of a hole that is
 * whole: all of its rim and all blank paper in it tell.  What a codec draws
 * there by itself reached 13 levels, or was there already beside its place. */
#define CONTRAST_WHOLE 4.5
#define LEVELS_WHOLE 18.0
#define RIM_WHOLE 0.9
#define DARKER_WHOLE 0.95
#define FILL_WHOLE 0.65
#define SHIFT_WHOLE 0.2

/* Of the change so near, what lies so far out is outside, radii. */
#define NEAR_RADII 2.2
#define OUTSIDE_RADII 1.35

#define RIM_SECTORS 16
#define RIM_IN 0.65 /* radii */
#define RIM_OUT 1.15
#define RIM_BLANK 0.85 /* of the paper's level */

/* A second shot that left a sliver of paper: less is taken, and the shot is
 * told as possibly one of two in a hole. */
#define SLIVER_FRESH 0.03
#define SLIVER_LEAK 0.05
#define SLIVER_DARKENING 0.2
#define SLIVER_CONTRAST 3.5
#define SLIVER_SCORE 8.0
#define SLIVER_DARKER 0.85
#define SLIVER_PICTURES 6
#define SLIVER_REACH 2.2 /* radii */
#define SLIVER_LEVELS 4.0

/* What evidence in the black needs, by how fresh the noise is: a codec that
 * freezes its noise makes ghosts that stay. */
#define FRESH_FROZEN 0.6
#define SCORE_FROZEN 8.4
#define SCORE_CODEC 7.0
#define SCORE_PLAIN 5.5
#define SCORE_OVERLAP 0.8
#define SCORE_DROPPED 3.0
#define CODEC_PICTURES 6

/* What a codec makes up had 8.0 at most, holes of 168 in the black 8.2 and
 * more: this waits for the next key frame, which takes ghosts back.  It costs
 * evidence of holes that cut old ones, so that it is no more. */
#define SCORE_GHOST 8.5

/* Before a key frame was seen a codec's noise is not known: it may be one, and
 * its first jump is larger than what came before. */
#define SCORE_YOUNG 10.0

/* A key frame changes ink by 4 to 9 levels, a hole by 15 and more. */
#define LEVELS_CODEC 11.0

/* On ink a codec smears: a half filled disc is a piece of a hole there. */
#define FILL_CODEC 0.5

/* Of so much evidence an elongated change on ink is a torn hole, not a codec's
 * line: those reached 9.3. */
#define SCORE_TORN (SCORE_FROZEN + SCORE_DROPPED)

/* So much of the disc on paper, and a hole is darker by this, or brighter where
 * it shows a pale backer: an edge that moved is both. */
#define EDGE_PAPER 0.3
#define EDGE_DARKENING 0.1

/* Unless it is round, filled and nothing lies outside: a backer between paper
 * and ink makes one darker and the other brighter.  A codec keeps edges still;
 * a bare sensor shows such a hole far above its noise and all around. */
#define EDGE_FILL 0.55
#define EDGE_LEAK 0.1
#define EDGE_ELONGATION 2.2
#define EDGE_RIM 0.65
#define EDGE_LEVELS 20.0
#define EDGE_CONTRAST 4.5
#define EDGE_SHIFT 0.1

/* Of little contrast both are found sooner: light that flickers renews a
 * codec's noise in every picture, so that it looks like a bare sensor's. */
#define CONTRAST_LITTLE 5.0
#define EDGE_PAPER_LITTLE 0.1
#define CONTRAST_FAINT 3.0
#define DARKENING_LITTLE 0.13

/* What was there already explains a hole badly: 0.2 at most, also of one that
 * cuts an edge or an older hole; where an unknown old hole or a printed line
 * was left beside its place, moving it back explains 0.5 and more. */
#define SHIFT_MOST_PX 2.0
#define SHIFT_RADII 1.7
#define SHIFT_MOST 0.4
#define SHIFT_SIDE 0.5

/* Brighter by this share, with so much paper around: what covered the paper
 * from the start has left. */
#define UNCOVERED_DARKENING (-0.3)
#define UNCOVERED_FROM 1.3 /* radii */
#define UNCOVERED_TO 2.0
#define UNCOVERED_PAPER 0.7

/* The score at which half of the candidates are holes, the step by which odds
 * grow e-fold, and what no score exceeds: an insect that rests looks like a
 * hole.  Fitted to candidates of simulated lanes, told or rejected. */
#define CONFIDENCE_EVEN 7.6
#define CONFIDENCE_STEP 1.2
#define CONFIDENCE_MOST 0.998


double
gms_verdict_confidence(const gms_finding_t *f)
{
    return CONFIDENCE_MOST
        / (1 + exp(-(f->score - CONFIDENCE_EVEN) / CONFIDENCE_STEP));
}


const char *
gms_verdict_name(gms_verdict_e verdict)
{
    static const char *const names[] = { "hole", "nothing new", "hollow",
        "leaking", "long", "shifted", "pale", "weak", "outside" };

    return names[verdict];
}


/* How well the disc is filled, how much change lies around it. */
static void
measure_shape(const gms_patch_t *v, gms_finding_t *f)
{
    gms_part_t at = gms_patch_part(v, f->x, f->y, NEAR_RADII * f->r);
    double     area = M_PI * f->r * f->r, changed = 0, weight = 0;
    double     paper = 0, near = 0, outside = 0;

    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            int    i = y * v->w + x;
            double d = sqrt((x - f->x) * (x - f->x) + (y - f->y) * (y - f->y));

            if (d < f->r) {
                if (!v->known[i]) {
                    paper += v->paper[i];
                    changed += (double) v->map[i];
                    weight++;
                }
            }
            if (d < NEAR_RADII * f->r && v->box[i] && v->map[i] > 0.5F
                && !v->known[i]) {
                near++;
                outside += d > OUTSIDE_RADII * f->r;
            }
        }
    }
    f->fill = changed / fmax(weight, 1);
    f->fresh = changed / area;
    f->leak = outside / fmax(near, 1);
    f->paper = paper / fmax(weight, 1);
}


/* Share of the rim, by sectors, at which something changed; and how much of
 * the blank paper that changed there and within darkened. */
static void
measure_rim(const gms_patch_t *v, double paper_level, gms_finding_t *f)
{
    gms_part_t at = gms_patch_part(v, f->x, f->y, RIM_OUT * f->r);
    double     blank = 0, darker = 0;
    float      most[RIM_SECTORS] = { 0 };
    bool       seen[RIM_SECTORS] = { false };
    int        n = 0, changed = 0;

    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            int    i = y * v->w + x, k;
            double d = hypot(x - f->x, y - f->y) / f->r;

            if (d > RIM_OUT || v->known[i]) {
                continue;
            }
            if (v->hard[i] && (double) v->before[i] > RIM_BLANK * paper_level) {
                blank++;
                darker += v->raw[i] > 0;
            }
            if (d < RIM_IN) {
                continue;
            }
            k = (int) ((atan2(y - f->y, x - f->x) / (2 * M_PI) + 1)
                * RIM_SECTORS);
            k %= RIM_SECTORS;
            seen[k] = true;
            most[k] = fmaxf(most[k], v->map[i]);
        }
    }
    for (int k = 0; k < RIM_SECTORS; k++) {
        n += seen[k];
        changed += most[k] > 0.5F;
    }
    f->rim = (double) changed / fmax(n, 1);
    f->blank_darker = darker / fmax(blank, 1);
}


/* Ratio of the axes of the changed pixels, and how many of them darkened. */
static void
measure_elongation(const gms_patch_t *v, gms_finding_t *f)
{
    gms_part_t at = v->blob;
    double     n = 0, sx = 0, sy = 0, xx = 0, xy = 0, yy = 0, half, root;
    double     darker = 0;

    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            int i = y * v->w + x;

            if (v->hard[i]) {
                n++;
                darker += v->raw[i] > 0;
                sx += x;
                sy += y;
                xx += x * x;
                xy += x * y;
                yy += y * y;
            }
        }
    }
    f->elongation = 0;
    f->darker = darker / fmax(n, 1);
    if (n <= 5 || f->overlap) {
        return;
    }
    xx = (xx - sx * sx / n) / (n - 1) + 0.08;
    yy = (yy - sy * sy / n) / (n - 1) + 0.08;
    xy = (xy - sx * sy / n) / (n - 1);
    half = (xx + yy) / 2;
    root = sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
    f->elongation = sqrt((half + root) / fmax(half - root, 1e-6));
}


/* Darkening and contrast of the core against what was there before and the
 * noise of the place. */
static void
measure_evidence(gms_patch_t *v, const gms_change_t *change, gms_finding_t *f)
{
    double n = 0, d = 0, size = 0, noise = 0, before = 0;

    /* As the difference was smoothed when its noise was taken. */
    gms_patch_smooth(v, v->raw, 0.25F, 0.5F, v->change);
    gms_patch_smooth(v, v->change, 0.25F, 0.5F, v->change);
    for (int pass = 0; pass < 2 && n <= 3; pass++) {
        double     limit = pass == 0 ? 0.8 * f->r : f->r;
        gms_part_t at = gms_patch_part(v, f->x, f->y, limit);

        n = d = size = noise = before = 0;
        for (int y = at.y0; y < at.y1; y++) {
            for (int x = at.x0; x < at.x1; x++) {
                int i = y * v->w + x;

                if ((x - f->x) * (x - f->x) + (y - f->y) * (y - f->y)
                        < limit * limit
                    && (pass == 1 || !v->known[i]))
                {
                    n++;
                    d += (double) v->change[i];
                    size += (double) fabsf(v->change[i]);
                    before += (double) v->before[i];
                    noise += gms_change_noise(change, v->x0 + x, v->y0 + y);
                }
            }
        }
    }
    n = fmax(n, 1);
    f->darkening = d / n / fmax(before / n, 8);
    f->contrast = size / n / fmax(noise / n, 0.3);
    f->score =
        2 * log(fmax(f->contrast, 0.1)) + log(fmax(f->levels, 1)) + 4 * f->fill;
}


/* Sums of one patch: of the least squares of a shift, and by the sign of what
 * that shift changes. */
typedef struct {
    double xx, xy, yy; /* of the gradients of what was there */
    double cx, cy;     /* of gradient and change */
    double cc;         /* of the change */
    double pp[2];      /* of the change by the shift */
    double pc[2];      /* of that and the change */
} shift_sums_t;


/* One pixel's gradient and change; false: it does not count. */
static bool
shift_pixel(const gms_patch_t *v, const gms_finding_t *f, int x, int y,
    double *gx, double *gy)
{
    int    i = y * v->w + x;
    double reach = SHIFT_RADII * f->r;

    *gx = (double) (v->before[i + 1] - v->before[i - 1]) / 2;
    *gy = (double) (v->before[i + v->w] - v->before[i - v->w]) / 2;
    return !v->known[i]
        && (x - f->x) * (x - f->x) + (y - f->y) * (y - f->y) <= reach * reach;
}


/* The part that counts, and has neighbours. */
static gms_part_t
shift_part(const gms_patch_t *v, const gms_finding_t *f)
{
    gms_part_t at = gms_patch_part(v, f->x, f->y, SHIFT_RADII * f->r);

    at.x0 = at.x0 < 1 ? 1 : at.x0;
    at.y0 = at.y0 < 1 ? 1 : at.y0;
    at.x1 = at.x1 < v->w - 1 ? at.x1 : v->w - 1;
    at.y1 = at.y1 < v->h - 1 ? at.y1 : v->h - 1;
    return at;
}


static void
sum_shift(const gms_patch_t *v, const gms_finding_t *f, shift_sums_t *s)
{
    gms_part_t at = shift_part(v, f);
    double     gx, gy;

    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            double c = (double) v->change[y * v->w + x];

            if (shift_pixel(v, f, x, y, &gx, &gy)) {
                s->xx += gx * gx;
                s->xy += gx * gy;
                s->yy += gy * gy;
                s->cx += gx * c;
                s->cy += gy * c;
                s->cc += c * c;
            }
        }
    }
}


static void
sum_sides(const gms_patch_t *v, const gms_finding_t *f, double a, double b,
    shift_sums_t *s)
{
    gms_part_t at = shift_part(v, f);
    double     gx, gy;

    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            if (shift_pixel(v, f, x, y, &gx, &gy)) {
                double p = a * gx + b * gy;

                s->pp[p > 0] += p * p;
                s->pc[p > 0] += p * (double) v->change[y * v->w + x];
            }
        }
    }
}


/*
 * How much of the change is as if what was there had moved a little: share of
 * its squares.  None when only one side of it is: a hole that cuts an old one
 * leaves the old one's other side where it was.
 */
static double
shift_share(const gms_patch_t *v, const gms_finding_t *f)
{
    shift_sums_t s = { .xx = 1, .yy = 1 }; /* what is flat does not move far */
    double       det, a, b, far;

    sum_shift(v, f, &s);
    det = s.xx * s.yy - s.xy * s.xy;
    a = (s.yy * s.cx - s.xy * s.cy) / det;
    b = (s.xx * s.cy - s.xy * s.cx) / det;
    far = fmax(hypot(a, b) / SHIFT_MOST_PX, 1);
    sum_sides(v, f, a / far, b / far, &s);
    for (int side = 0; side < 2; side++) {
        if (s.pc[side] < SHIFT_SIDE * s.pp[side]) {
            return 0;
        }
    }
    return (2 * (s.pc[0] + s.pc[1]) - s.pp[0] - s.pp[1]) / fmax(s.cc, 1);
}


/* Where most of the changed pixels lie: on paper or on ink. */
static bool
mostly_paper(const gms_patch_t *v, bool *any)
{
    int n = 0, paper = 0;

    for (int i = 0; i < v->w * v->h; i++) {
        n += v->hard[i];
        paper += v->hard[i] && v->paper[i];
    }
    *any = n > 0;
    return 2 * paper > n;
}


/*
 * A shifted line or edge is long and thin, a hole is not.  But a hole that
 * cuts a printed line shows as the piece of the line that is missing: one
 * sign, and nothing beyond the disc; a shifted line has two and goes on.  A
 * codec that freezes its noise drops pieces of thin lines, too: there the
 * evidence must be that of a whole hole.
 */
static double
elongation_limit(const gms_finding_t *f, bool strong, double freshness)
{
    double score =
        SCORE_FROZEN + (freshness < FRESH_FROZEN ? SCORE_DROPPED : 0);
    bool torn = fabs(f->darkening) > DARKENING_STRONG && f->score > SCORE_TORN;

    if (strong && f->score > score && f->darker > ONE_SIGN
        && f->leak < LEAK_LINE) {
        return ELONGATION_LINE;
    }
    return torn || (strong && f->paper > 0.2) ? ELONGATION_STRONG
                                              : ELONGATION_MOST;
}


/* A hole across an edge, before what is between both. */
static bool
is_across(const gms_finding_t *f, double freshness)
{
    bool shown = freshness < GMS_FRESH_SENSOR
        ? f->rim > EDGE_RIM && f->contrast > EDGE_CONTRAST
        : !f->overlap && f->rim > RIM_WHOLE && f->contrast > CONTRAST_RIM
            && f->blank_darker > DARKER_WHOLE;

    return shown && f->fill > EDGE_FILL && f->leak < EDGE_LEAK
        && f->elongation < EDGE_ELONGATION && f->levels > EDGE_LEVELS
        && f->shift < EDGE_SHIFT;
}


/* On ink: an edge that moved. */
static bool
is_edge(const gms_finding_t *f, double freshness)
{
    double paper =
        f->contrast < CONTRAST_LITTLE ? EDGE_PAPER_LITTLE : EDGE_PAPER;

    return f->paper > paper && fabs(f->darkening) < EDGE_DARKENING
        && !is_across(f, freshness);
}


/* On ink: no more than a codec's noise changes. */
static bool
is_faint(const gms_finding_t *f, double freshness)
{
    return f->levels < LEVELS_CODEC
        && (freshness < GMS_FRESH_SENSOR
            || (f->contrast < CONTRAST_FAINT
                && fabs(f->darkening) < DARKENING_LITTLE));
}


/* On ink: by the score, and on a codec's pictures after a longer look. */
static gms_verdict_e
judge_black(
    const gms_finding_t *f, const gms_circumstances_t *about, int pictures)
{
    double freshness = about->freshness;
    double limit = about->young        ? SCORE_YOUNG
        : freshness < FRESH_FROZEN     ? SCORE_FROZEN
        : freshness < GMS_FRESH_SENSOR ? SCORE_CODEC
                                       : SCORE_PLAIN;

    limit -= f->overlap ? SCORE_OVERLAP : 0;
    if (is_edge(f, freshness)) {
        return GMS_VERDICT_PALE;
    }
    if (is_faint(f, freshness) || f->score <= limit
        || (freshness < GMS_FRESH_SENSOR
            && ((f->score <= limit + 1 && pictures < CODEC_PICTURES)
                || (f->score <= SCORE_GHOST && !about->settled))))
    {
        return GMS_VERDICT_WEAK;
    }
    return GMS_VERDICT_HOLE;
}


/* How much of what changed by more than the noise around the disc got
 * darker: a moved edge is darker on one side and brighter on the other. */
static double
darker_around(const gms_patch_t *v, const gms_finding_t *f)
{
    gms_part_t at = gms_patch_part(v, f->x, f->y, SLIVER_REACH * f->r);
    double     darker = 0, brighter = 0, reach = SLIVER_REACH * f->r;

    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            double by = (double) v->raw[y * v->w + x];

            if ((x - f->x) * (x - f->x) + (y - f->y) * (y - f->y)
                > reach * reach) {
                continue;
            }
            darker += fmax(0, by - SLIVER_LEVELS);
            brighter += fmax(0, -by - SLIVER_LEVELS);
        }
    }
    return darker / fmax(darker + brighter, 1);
}


/*
 * A shot nearly into an older hole leaves a sliver: paper that is gone along
 * one side of it.  Only where the noise is new in every picture: a codec or
 * paper that bends draws such slivers by itself.
 */
static bool
is_sliver(const gms_patch_t *v, double freshness, int pictures,
    const gms_finding_t *f)
{
    return f->overlap && freshness >= GMS_FRESH_SENSOR
        && pictures >= SLIVER_PICTURES && f->fresh > SLIVER_FRESH
        && f->leak < SLIVER_LEAK && f->fill >= FILL_OVERLAP
        && f->darkening > SLIVER_DARKENING && f->contrast > SLIVER_CONTRAST
        && f->score > SLIVER_SCORE && f->darker > SLIVER_DARKER
        && darker_around(v, f) > SLIVER_DARKER;
}


/* Through a codec: a hole that shows all around, whatever print was there. */
static bool
is_whole(const gms_finding_t *f, double freshness)
{
    return freshness < GMS_FRESH_SENSOR && !f->overlap && f->fill > FILL_WHOLE
        && f->rim > RIM_WHOLE && f->levels > LEVELS_WHOLE
        && f->blank_darker > DARKER_WHOLE && f->shift < SHIFT_WHOLE;
}


/* On paper: a hole before a white backer. */
static bool
is_white(const gms_finding_t *f, double freshness)
{
    double contrast = is_whole(f, freshness) ? CONTRAST_WHOLE
        : f->levels > LEVELS_PRINT           ? CONTRAST_PRINT
                                             : CONTRAST_RIM;

    return f->paper > 0.5 && f->elongation < ELONGATION_WHITE
        && f->leak < LEAK_WHITE
        && ((f->rim > RIM_WHITE && f->contrast > contrast
                && f->levels > LEVELS_RIM && f->blank_darker > DARKER_RIM)
            || (!f->overlap && f->darkening > DARKENING_WHITE
                && f->contrast > CONTRAST_WHITE));
}


/* Paper where something dark was when it was learnt: an insect that left, a
 * hole that was pasted.  A hole that shows a bright backer lies in ink. */
static bool
is_uncovered(const gms_patch_t *v, const gms_finding_t *f)
{
    double     n = 0, paper = 0;
    double     from = UNCOVERED_FROM * f->r, to = UNCOVERED_TO * f->r;
    gms_part_t at = gms_patch_part(v, f->x, f->y, to);

    if (f->darkening > UNCOVERED_DARKENING) {
        return false;
    }
    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            double d = hypot(x - f->x, y - f->y);

            if (d > from && d < to) {
                n++;
                paper += v->paper[y * v->w + x];
            }
        }
    }
    return paper > UNCOVERED_PAPER * fmax(n, 1);
}


static gms_verdict_e
judge(const gms_patch_t *v, const gms_circumstances_t *about, int pictures,
    const gms_finding_t *f)
{
    bool   strong = f->darkening > DARKENING_STRONG && f->score > SCORE_STRONG;
    bool   any, paper = mostly_paper(v, &any);
    double fill = FILL_OVERLAP, fresh = FRESH_LONE;

    if (!f->overlap && any) {
        fill = strong && (!paper || f->rim > RIM_STRONG) ? FILL_STRONG
            : paper                                      ? FILL_PAPER
            : about->freshness < GMS_FRESH_SENSOR        ? FILL_CODEC
                                                         : FILL_BLACK;
    }
    if (is_white(f, about->freshness) && f->contrast > CONTRAST_TORN
        && f->rim > RIM_STRONG)
    {
        fill = FILL_WHITE;
    }
    if (f->overlap) {
        fresh = strong ? FRESH_OVERLAP_STRONG : FRESH_OVERLAP;
    }
    if (f->elongation > elongation_limit(f, strong, about->freshness)) {
        return GMS_VERDICT_LONG;
    }
    if (f->fresh < fresh) {
        return is_sliver(v, about->freshness, pictures, f)
            ? GMS_VERDICT_HOLE
            : GMS_VERDICT_NOTHING;
    }
    if (f->shift > SHIFT_MOST) {
        return GMS_VERDICT_SHIFT;
    }
    if (f->leak > LEAK_MOST) {
        return GMS_VERDICT_LEAK;
    }
    if (f->fill < fill) {
        return GMS_VERDICT_HOLLOW;
    }
    if (f->paper > 0.5) {
        return is_white(f, about->freshness)
                || (f->darkening > DARKENING_MIN && f->contrast > CONTRAST_MIN)
            ? GMS_VERDICT_HOLE
            : GMS_VERDICT_PALE;
    }
    return is_uncovered(v, f) ? GMS_VERDICT_PALE
                              : judge_black(f, about, pictures);
}


void
gms_verdict_judge(gms_patch_t *v, const gms_circumstances_t *about,
    const gms_fit_t *fit, int pictures, gms_finding_t *f)
{
    memset(f, 0, sizeof(*f));
    f->x = fit->x;
    f->y = fit->y;
    f->r = fit->r;
    f->overlap = v->overlap;
    f->levels = v->levels;
    measure_shape(v, f);
    measure_elongation(v, f);
    measure_rim(v, about->paper_level, f);
    measure_evidence(v, about->change, f);
    f->shift = shift_share(v, f);
    f->verdict = judge(v, about, pictures, f);
    f->possible_double = f->verdict == GMS_VERDICT_HOLE && f->overlap
        && f->fresh < FRESH_OVERLAP;
    f->x += v->x0;
    f->y += v->y0;
}

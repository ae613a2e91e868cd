/* gms_grade: see grade.h. */

#include "grade.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/clock.h"
#include "../target/median.h"

/* Profiles across the border all round; how far they reach, px. */
#define PROFILES GMS_GRADE_PROFILES
#define REACH_PX 6.0
#define REACH_STEPS 0.4 /* at most, of the way to the next ring */
#define STEP_PX 0.5
#define SAMPLES_MAX 26

/* The border is looked at so often; the light five times a second, also in
 * pictures that come a little early. */
#define LOOK_NS (GMS_S / 2)
#define LIGHT_NS (180 * GMS_MS)

/* An advice is given when so many more looks asked for it than did not: a hand
 * before the target asks for none. */
#define LOOKS 5

/* A slope measured between samples one pixel apart seems this much wider. */
#define SLOPE_VARIANCE 0.15

/* A sector whose contrast is below this share of all others' is hidden. */
#define SEEN_SHARE 0.45

#define WHITE 250

/* Hands that come and go turn the light this often in the time looked at, an
 * exposure that hunts more. */
#define TURNS_LEAST 7

/* The same scene in another light keeps its contrast. */
#define CONTRAST_SAME 0.1

/* A ring's line against what is this far beside it; rings that tell. */
#define LINE_PX 2.5
#define LINE_LEAST 1.0
#define LINES_LEAST 3

/* Limits: what begins to cost holes in docs/accuracy.md. */
#define DARK_LEVEL 55.0
#define GLARE_SHARE 0.2
#define NIGHT_CONTRAST 0.53
#define UNEVEN_MOST 0.06
#define VEIL_CONTRAST 0.71
#define VEIL_EDGE_PX 1.6
#define EDGE_MOST_PX 1.9
#define EDGE_MOST_HOLES 0.14
#define HIDDEN_MOST 0.12
#define SWING_MOST 0.2
#define FLICKER_MOST 0.12
#define ROUGH_MOST 0.011
#define TILT_MOST_DEG 31.0
#define HOLE_LEAST_PX 6.0
#define WIDE_LEAST 0.2
#define ROUGH_WEIGHT 0.3
#define JITTER_RISE 0.2
#define UNEVEN_OF_ROUGH 1.46 /* a frayed border, each place for itself */
#define RINGS_LEAST 0.4
#define BACKER_SHARE 0.75 /* of the ink's level */

typedef struct {
    double paper;
    double ink;
    double contrast; /* share of the paper's light that ink takes */
    double edge_px;
    bool   white;
    bool   seen; /* lies in the picture */
} profile_t;


void
gms_grade_init(gms_grade_t *grade, const gms_face_t *face, double caliber_mm)
{
    memset(grade, 0, sizeof(*grade));
    grade->face = *face;
    grade->caliber_mm = caliber_mm;
    grade->measures.hole_level = grade->measures.steady = -1;
}


static double
sample(const gms_image_t *image, double x, double y)
{
    int            ix = (int) floor(x), iy = (int) floor(y);
    double         fx = x - ix, fy = y - iy;
    const uint8_t *p;

    if (ix < 0 || iy < 0 || ix + 1 >= image->width || iy + 1 >= image->height) {
        return -1;
    }
    p = image->px + (ptrdiff_t) iy * image->stride + ix;
    return (1 - fy) * ((1 - fx) * p[0] + fx * p[1])
        + fy * ((1 - fx) * p[image->stride] + fx * p[image->stride + 1]);
}


/* Way to the ring nearest to the border, mm. */
static double
ring_step_mm(const gms_face_t *face)
{
    double best = face->black_mm / 2;

    for (int i = 0; i < face->rings; i++) {
        double d = fabs(face->ring[i].diameter_mm - face->black_mm) / 2;

        if (d > 0.01 * face->black_mm && d < best) {
            best = d;
        }
    }
    return best;
}


/* Levels on a line across the border at an angle; from ink to paper. */
static profile_t
look_across(const gms_grade_t *grade, const gms_image_t *image,
    const gms_calibration_t *c, double angle)
{
    double    r = grade->face.black_mm / 2, level[SAMPLES_MAX], x0, y0, x1, y1;
    double    scale, reach, slope = 0, ink = 0, paper = 0;
    profile_t p = { .seen = false };
    int       n, side;

    gms_calibration_to_px(c, r * cos(angle), r * sin(angle), &x0, &y0);
    gms_calibration_to_px(
        c, (r + 1) * cos(angle), (r + 1) * sin(angle), &x1, &y1);
    scale = hypot(x1 - x0, y1 - y0);
    reach = fmin(REACH_PX, REACH_STEPS * ring_step_mm(&grade->face) * scale);
    n = 2 * (int) (reach / STEP_PX);
    if (!(scale > 0) || n < 6 || n >= SAMPLES_MAX) {
        return p;
    }
    for (int i = 0; i <= n; i++) {
        double at = (i - n / 2) * STEP_PX / scale;

        level[i] = sample(image, x0 + at * (x1 - x0), y0 + at * (y1 - y0));
        if (level[i] < 0) {
            return p;
        }
    }
    side = n / 4;
    for (int i = 0; i < side; i++) {
        ink += level[i] / side;
        paper += level[n - i] / side;
    }
    for (int i = 2; i <= n; i++) {
        slope = fmax(slope, (level[i] - level[i - 2]) / (2 * STEP_PX));
    }
    p.seen = true;
    p.ink = ink;
    p.paper = paper;
    p.contrast = 1 - ink / fmax(paper, 1);
    p.white = paper >= WHITE;
    p.edge_px = 0;
    if (slope > 0 && paper > ink) {
        double sigma = (paper - ink) / (slope * sqrt(2 * M_PI));

        p.edge_px = sqrt(fmax(sigma * sigma - SLOPE_VARIANCE, 0.01));
    }
    return p;
}


/* Shuffles; 0 of none. */
static double
quantile(double *v, int n, double share)
{
    return n > 0 ? gms_smallest(v, n, (int) (share * (n - 1) + 0.5)) : 0;
}


/* By how much v jumps from place to place along the border; NaN: not seen.
 * Numerals beside it are at a tenth of the places, and count nothing. */
static double
roughness(const double v[PROFILES])
{
    double d[PROFILES];
    int    n = 0;

    for (int i = 0; i < PROFILES; i++) {
        double a = v[(i + PROFILES - 1) % PROFILES];
        double c = v[(i + 1) % PROFILES], jump = fabs(v[i] - (a + c) / 2);

        if (isfinite(jump)) {
            d[n++] = jump;
        }
    }
    return quantile(d, n, 0.7);
}


/* What a codec could not pay for stays until its next key frame; the rest of
 * the roughness is another in each look, and is noise. */
static void
judge_roughness(gms_grade_t *grade, const profile_t *profile)
{
    double now[PROFILES], change[PROFILES], rough, noise;

    for (int i = 0; i < PROFILES; i++) {
        now[i] = profile[i].seen ? profile[i].contrast : NAN;
        change[i] = now[i] - grade->border[i];
    }
    memcpy(grade->border, now, sizeof(now));
    if (grade->looks < 2) {
        return;
    }
    noise = roughness(change) / sqrt(2);
    if (grade->looks == 2 || noise < grade->jitter) {
        grade->jitter = noise;
    } else {
        grade->jitter += JITTER_RISE * (noise - grade->jitter);
    }
    rough = roughness(now);
    rough = sqrt(fmax(rough * rough - grade->jitter * grade->jitter, 0));
    grade->measures.rough += ROUGH_WEIGHT * (rough - grade->measures.rough);
}


/* What the profiles say together. */
static void
judge_border(gms_grade_t *grade, const profile_t *profile)
{
    gms_scene_measures_t *m = &grade->measures;
    double                paper[PROFILES], ink[PROFILES], edge[PROFILES];
    double                contrast[PROFILES], median;
    int                   n = 0, hidden = 0, white = 0, edges = 0, k = 0;

    for (int i = 0; i < PROFILES; i++) {
        const profile_t *p = &profile[i];

        hidden += !p->seen;
        if (p->seen) {
            paper[n] = p->paper;
            ink[n] = p->ink;
            contrast[n++] = p->contrast;
            white += p->white;
        }
    }
    median = quantile(contrast, n, 0.5);
    for (int i = 0; i < PROFILES; i++) {
        const profile_t *p = &profile[i];

        if (!p->seen) {
            continue;
        }
        if (p->contrast < SEEN_SHARE * median) {
            hidden++;
            continue;
        }
        contrast[k++] = p->contrast;
        if (p->edge_px > 0) {
            edge[edges++] = p->edge_px;
        }
    }
    judge_roughness(grade, profile);
    m->paper = quantile(paper, n, 0.5);
    m->ink = quantile(ink, n, 0.5);
    m->contrast = median;
    m->uneven = quantile(contrast, k, 0.9) - quantile(contrast, k, 0.1);
    m->edge_px = quantile(edge, edges, 0.5);
    m->glare = n > 0 ? (double) white / n : 0;
    m->hidden = (double) hidden / PROFILES;
}


/* Light and noise of this picture against the last; medians, as a hand may
 * cover some of the places. */
static void
judge_time(gms_grade_t *grade, const gms_image_t *image,
    const gms_calibration_t *c, int64_t ns)
{
    gms_scene_measures_t *m = &grade->measures;
    double                d[2 * GMS_GRADE_SECTORS], paper[GMS_GRADE_SECTORS];
    double                ink[GMS_GRADE_SECTORS], light, change, contrast;
    int                   n = 0, k = 0, j = 0;

    for (int i = 0; i < 2 * GMS_GRADE_SECTORS; i++) {
        double a = M_PI * i / GMS_GRADE_SECTORS, x, y, level;
        double r = grade->face.black_mm / 2
            + (i % 2 == 0 ? 0.3 : -0.3) * ring_step_mm(&grade->face);

        gms_calibration_to_px(c, r * cos(a), r * sin(a), &x, &y);
        level = sample(image, x, y);
        if (level >= 0 && grade->has_last && grade->spot[i] >= 0) {
            d[n++] = level - grade->spot[i];
        }
        if (level >= 0 && i % 2 == 0) {
            paper[k++] = level;
        } else if (level >= 0) {
            ink[j++] = level;
        }
        grade->spot[i] = level;
    }
    light = quantile(paper, k, 0.5);
    if (n > GMS_GRADE_SECTORS && grade->last_light > 0) {
        m->flicker += 0.1 * (fabs(light / grade->last_light - 1) - m->flicker);
        change = quantile(d, n, 0.5);
        for (int i = 0; i < n; i++) {
            d[i] = fabs(d[i] - change);
        }
        m->noise += 0.1 * (1.48 * quantile(d, n, 0.5) - m->noise);
    }
    grade->has_last = true;
    grade->last_light = light;
    /* What covers more than half of the places is no light. */
    contrast = 1 - quantile(ink, j, 0.5) / fmax(light, 1);
    if (grade->looks == 0 || fabs(contrast - m->contrast) > CONTRAST_SAME) {
        return;
    }
    if (ns - grade->light_ns >= LIGHT_NS) {
        grade->light_ns = ns;
        grade->light[grade->lights++ % GMS_GRADE_TIMES] = light;
    }
}


/* Share of the light's mean by which it went up and down and up again. */
static double
swing(const gms_grade_t *grade)
{
    int n = grade->lights < GMS_GRADE_TIMES ? grade->lights : GMS_GRADE_TIMES;
    double half[GMS_GRADE_TIMES] = { 0 }, turn[GMS_GRADE_TIMES] = { 0 };
    double mean = 0;
    int    turns = 0, way = 0;

    for (int i = 0; i < n; i++) {
        mean += grade->light[i] / n;
    }
    for (int i = 0; i < n && mean > 0; i++) {
        double v = grade->light[(grade->lights - n + i) % GMS_GRADE_TIMES];

        if (turns > 0 && way != 0 && (v - turn[turns - 1]) * way > 0) {
            turn[turns - 1] = v; /* goes on */
        } else if (turns == 0 || fabs(v - turn[turns - 1]) > 0.05 * mean) {
            way = turns == 0 ? 0 : v > turn[turns - 1] ? 1 : -1;
            turn[turns++] = v;
        }
    }
    for (int i = 1; i < turns; i++) {
        half[i - 1] = fabs(turn[i] - turn[i - 1]) / mean;
    }
    return turns >= TURNS_LEAST ? quantile(half, turns - 1, 0.5) : 0;
}


/* Between the lowest and the highest light, a share of their mean. */
static double
steady(const gms_grade_t *grade)
{
    double low = grade->light[0], high = low;

    if (grade->lights < GMS_GRADE_TIMES) {
        return -1;
    }
    for (int i = 1; i < GMS_GRADE_TIMES; i++) {
        low = fmin(low, grade->light[i]);
        high = fmax(high, grade->light[i]);
    }
    return high > 0 ? 2 * (high - low) / (high + low) : -1;
}


/* Middle level inside the known holes that were shot on paper. */
static double
hole_level(const gms_image_t *image, const double (*discs)[3], int n)
{
    double level[64];
    int    k = 0;

    for (int i = 0; i < n && k < 64; i++) {
        double v = 0;

        for (int j = 0; j < 9; j++) {
            v += sample(image, discs[i][0] + (j % 3 - 1) * 0.3 * discs[i][2],
                     discs[i][1] + (j / 3 - 1) * 0.3 * discs[i][2])
                / 9;
        }
        if (v >= 0) {
            level[k++] = v;
        }
    }
    return k > 0 ? quantile(level, k, 0.5) : -1;
}


/* How much a ring's line stands out, levels: the mean all around, so that
 * noise and holes hardly count. */
static double
line_levels(const gms_image_t *image, const gms_calibration_t *c, double r_mm)
{
    double line = 0, beside = 0;
    int    n = 0;

    for (int i = 0; i < PROFILES; i++) {
        double a = 2 * M_PI * i / PROFILES, step = LINE_PX / c->px_per_mm;
        double level[3], x, y;
        bool   seen = true;

        for (int k = 0; k < 3; k++) {
            double r = r_mm + (k - 1) * step;

            gms_calibration_to_px(c, r * cos(a), r * sin(a), &x, &y);
            level[k] = sample(image, x, y);
            seen = seen && level[k] >= 0;
        }
        if (seen) {
            line += level[1];
            beside += (level[0] + level[2]) / 2;
            n++;
        }
    }
    return n > PROFILES / 2 ? fabs(line - beside) / n : 0;
}


/* Share of the rings, but for the aiming mark's border, whose lines are where
 * they should be. */
static double
rings_seen(const gms_face_t *face, const gms_image_t *image,
    const gms_calibration_t *c)
{
    int seen = 0, n = 0;

    for (int i = 0; i < face->rings; i++) {
        double r = face->ring[i].diameter_mm / 2, step;

        if (fabs(r - face->black_mm / 2) < 0.01 * face->black_mm) {
            continue;
        }
        step = i > 0 ? r - face->ring[i - 1].diameter_mm / 2 : r;
        if (step * c->px_per_mm < 4 * LINE_PX) {
            continue; /* too close to tell */
        }
        n++;
        seen += line_levels(image, c, r)
            > LINE_LEAST + 2 * line_levels(image, c, r - 0.4 * step);
    }
    return n >= LINES_LEAST ? (double) seen / n : 1;
}


static void
judge_place(
    gms_grade_t *grade, const gms_image_t *image, const gms_calibration_t *c)
{
    double r = gms_face_radius_mm(&grade->face), x0, y0, x1, y1;

    gms_calibration_to_px(c, -r, 0, &x0, &y0);
    gms_calibration_to_px(c, r, 0, &x1, &y1);
    grade->measures.wide = hypot(x1 - x0, y1 - y0) / image->width;
    gms_calibration_to_px(c, 0, -r, &x0, &y0);
    gms_calibration_to_px(c, 0, r, &x1, &y1);
    grade->measures.wide =
        fmax(grade->measures.wide, hypot(x1 - x0, y1 - y0) / image->width);
    grade->measures.rings = rings_seen(&grade->face, image, c);
    grade->measures.tilt_deg = c->tilt_deg;
    grade->measures.hole_px = c->px_per_mm * grade->caliber_mm;
}


/* Which limits the measures pass. */
static void
ask(const gms_grade_t *grade, bool asked[GMS_ADVICES])
{
    const gms_scene_measures_t *m = &grade->measures;
    double                      uneven;

    asked[GMS_ADVICE_DARK] = m->paper < DARK_LEVEL;
    asked[GMS_ADVICE_GLARE] = m->glare > GLARE_SHARE;
    asked[GMS_ADVICE_FAR] = m->wide < WIDE_LEAST;
    asked[GMS_ADVICE_HIDDEN] = m->hidden > HIDDEN_MOST;
    /* stains are wide, what a codec frays is not */
    uneven = sqrt(fmax(m->uneven * m->uneven
            - UNEVEN_OF_ROUGH * UNEVEN_OF_ROUGH * m->rough * m->rough,
        0));
    asked[GMS_ADVICE_DIRT] =
        (uneven > UNEVEN_MOST
            || (m->contrast < VEIL_CONTRAST && m->contrast >= NIGHT_CONTRAST
                && m->edge_px < VEIL_EDGE_PX))
        && m->hidden <= HIDDEN_MOST && !asked[GMS_ADVICE_FAR];
    asked[GMS_ADVICE_NIGHT] = m->contrast < NIGHT_CONTRAST
        && !asked[GMS_ADVICE_DIRT] && !asked[GMS_ADVICE_GLARE]
        && !asked[GMS_ADVICE_HIDDEN];
    asked[GMS_ADVICE_SMALL] =
        m->hole_px < HOLE_LEAST_PX && !asked[GMS_ADVICE_FAR];
    asked[GMS_ADVICE_BLUR] =
        m->edge_px > fmax(EDGE_MOST_PX, EDGE_MOST_HOLES * m->hole_px);
    asked[GMS_ADVICE_TILT] = m->tilt_deg > TILT_MOST_DEG;
    asked[GMS_ADVICE_EXPOSURE] = m->swing > SWING_MOST;
    asked[GMS_ADVICE_FLICKER] =
        m->flicker > FLICKER_MOST && !asked[GMS_ADVICE_EXPOSURE];
    /* Little light, a veil and few pixels fray an edge, too. */
    asked[GMS_ADVICE_CODEC] = m->rough > ROUGH_MOST && !asked[GMS_ADVICE_DARK]
        && !asked[GMS_ADVICE_HIDDEN] && !asked[GMS_ADVICE_DIRT]
        && !asked[GMS_ADVICE_FAR];
    asked[GMS_ADVICE_FACE] = m->rings < RINGS_LEAST && !asked[GMS_ADVICE_BLUR]
        && !asked[GMS_ADVICE_DARK] && !asked[GMS_ADVICE_GLARE]
        && !asked[GMS_ADVICE_HIDDEN];
    asked[GMS_ADVICE_BACKER] =
        m->hole_level >= 0 && m->hole_level < BACKER_SHARE * m->ink;
}


void
gms_grade_look(gms_grade_t *grade, const gms_image_t *image,
    const gms_calibration_t *calibration, const double (*discs)[3], int n,
    int64_t mono_ns)
{
    profile_t profile[PROFILES];
    bool      asked[GMS_ADVICES] = { false };

    judge_time(grade, image, calibration, mono_ns);
    if (grade->looks > 0 && mono_ns - grade->look_ns < LOOK_NS) {
        return;
    }
    grade->looks++;
    grade->look_ns = mono_ns;
    for (int i = 0; i < PROFILES; i++) {
        profile[i] =
            look_across(grade, image, calibration, 2 * M_PI * i / PROFILES);
    }
    judge_border(grade, profile);
    judge_place(grade, image, calibration);
    grade->measures.swing = swing(grade);
    grade->measures.steady = steady(grade);
    grade->measures.hole_level = hole_level(image, discs, n);
    ask(grade, asked);
    for (int i = 0; i < GMS_ADVICES; i++) {
        int times = grade->again[i] + (asked[i] ? 1 : -2);

        grade->again[i] = times < 0 ? 0 : times > 2 * LOOKS ? 2 * LOOKS : times;
    }
}


int
gms_grade_advice(const gms_grade_t *grade, gms_advice_e out[GMS_ADVICES])
{
    /* What hides everything else stands first. */
    static const gms_advice_e order[GMS_ADVICES] = { GMS_ADVICE_DARK,
        GMS_ADVICE_GLARE, GMS_ADVICE_HIDDEN, GMS_ADVICE_FACE, GMS_ADVICE_FAR,
        GMS_ADVICE_SMALL, GMS_ADVICE_BLUR, GMS_ADVICE_NIGHT, GMS_ADVICE_DIRT,
        GMS_ADVICE_TILT, GMS_ADVICE_EXPOSURE, GMS_ADVICE_FLICKER,
        GMS_ADVICE_CODEC, GMS_ADVICE_BACKER };
    int                       n = 0;

    for (int i = 0; i < GMS_ADVICES; i++) {
        if (grade->again[order[i]] >= LOOKS) {
            out[n++] = order[i];
        }
    }
    return n;
}


bool
gms_grade_known(const gms_grade_t *grade)
{
    return grade->looks >= LOOKS;
}


bool
gms_advice_is_grave(gms_advice_e advice)
{
    switch (advice) {
    case GMS_ADVICE_TILT:
    case GMS_ADVICE_EXPOSURE:
    case GMS_ADVICE_FLICKER:
    case GMS_ADVICE_BACKER:
        return false;
    default:
        return true;
    }
}


const char *
gms_advice_name(gms_advice_e advice)
{
    static const char *const names[GMS_ADVICES] = { "dark", "glare", "night",
        "blur", "dirt", "hidden", "tilt", "far", "small-hole", "exposure",
        "flicker", "codec", "backer", "face" };

    return names[advice];
}


void
gms_advice_sentence(const gms_scene_measures_t *m, const char *title,
    gms_advice_e advice, char *out, size_t size)
{
    switch (advice) {
    case GMS_ADVICE_DARK:
        snprintf(out, size,
            "The paper is dark (level %.0f of 255): more light on the target,"
            " or a longer exposure.",
            m->paper);
        break;
    case GMS_ADVICE_GLARE:
        snprintf(out, size,
            "%.0f %% of the paper is overexposed: shorten the exposure or take"
            " light away, until white paper is light gray in the picture.",
            100 * m->glare);
        break;
    case GMS_ADVICE_NIGHT:
        snprintf(out, size,
            "Ink and paper look alike (contrast %.0f %%), as in a camera's"
            " night mode: switch infra-red off and light the target.",
            100 * m->contrast);
        break;
    case GMS_ADVICE_BLUR:
        snprintf(out, size,
            "The picture is not sharp (printed edges are %.1f px wide): focus"
            " on the target and lock the focus.",
            2 * m->edge_px);
        break;
    case GMS_ADVICE_DIRT:
        snprintf(out, size,
            "The aiming mark is veiled in places: clean the lens or the"
            " window before it.");
        break;
    case GMS_ADVICE_HIDDEN:
        snprintf(out, size,
            "%.0f %% of the aiming mark is hidden: take away what stands"
            " before the target, or turn the camera.",
            100 * m->hidden);
        break;
    case GMS_ADVICE_TILT:
        snprintf(out, size,
            "The camera looks at the target from the side (%.0f degrees):"
            " bring it nearer to the line of fire, to 30 degrees at most.",
            m->tilt_deg);
        break;
    case GMS_ADVICE_FAR:
        snprintf(out, size,
            "The target fills only %.0f %% of the picture's width: zoom in or"
            " bring the camera nearer.",
            100 * m->wide);
        break;
    case GMS_ADVICE_SMALL:
        snprintf(out, size,
            "A hole is only %.1f px wide: zoom in, bring the camera nearer or"
            " choose a larger picture; 12 px are good.",
            m->hole_px);
        break;
    case GMS_ADVICE_EXPOSURE:
        snprintf(out, size,
            "The light swings by %.0f %% within seconds, as an automatic"
            " exposure does that hunts: set the exposure by hand.",
            100 * m->swing);
        break;
    case GMS_ADVICE_FLICKER:
        snprintf(out, size,
            "The light flickers by %.0f %% from picture to picture: set the"
            " camera to the mains' frequency (50 or 60 Hz).",
            100 * m->flicker);
        break;
    case GMS_ADVICE_CODEC:
        snprintf(out, size,
            "The camera sends too few bits: printed edges are frayed. Set"
            " 4 Mbit/s or more, constant, or MJPEG.");
        break;
    case GMS_ADVICE_BACKER:
        snprintf(out, size,
            "Holes are as dark as the aiming mark: hang a light or"
            " mid-gray card behind the target.");
        break;
    case GMS_ADVICE_FACE:
    case GMS_ADVICES:
        snprintf(out, size,
            "The rings are not those of %s: set the target that hangs there.",
            title);
        break;
    }
}

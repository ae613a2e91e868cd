/*
 * gms_scenery: sheets of paper that follow each other within a turn, and the
 * target that turns away and back.  A person stands before the card while
 * the paper is changed; what hangs then is a fresh sheet or the same one with
 * pasters over holes, never quite where the last one hung.
 */

#include <math.h>
#include <string.h>

#include "scenery.h"
#include "../base/clock.h"
#include "../target/homography.h"

#define GMS_SHEET_AWAY_MM 20.0
#define GMS_SHEET_TURN_DEG 2.0
#define GMS_SHEET_PASTERS_MAX 10

/* A person needs so long for it; the paper changes half-way. */
#define GMS_SHEET_WORK_MIN_S 2.0
#define GMS_SHEET_WORK_MAX_S 5.0
#define GMS_SHEET_STEP_IN_S 0.7

/* Shooters wait before a change and after it. */
#define GMS_SHEET_BEFORE_S 0.5
#define GMS_SHEET_AFTER_S 4.0

/* Of a turning target: how long it turns, and when nobody shoots any more
 * or not yet. */
#define GMS_SHEET_SWING_S 0.3
#define GMS_SHEET_EARLY_S 0.2
#define GMS_SHEET_LATE_S 0.15

/* It comes back so exactly. */
#define GMS_SHEET_BACK_PX 1.0
#define GMS_SHEET_BACK_DEG 0.2

#define GMS_SHEET_TRIES 1000
#define GMS_SHEET_INSTANT_S 1e-6

#define GMS_SHEET_INK 44.0
#define GMS_SHEET_WHITE 222.0


static double
gms_sheet_signed(uint64_t key, uint64_t n)
{
    return 2 * gms_scenery_uniform(key, n) - 1;
}


static uint64_t
gms_sheet_key(const gms_scenery_t *s, uint64_t sheet)
{
    return gms_scenery_hash(gms_scenery_hash(s->seed, 2000 + s->turn), sheet);
}


static double
gms_sheet_work(const gms_scenery_t *s, uint64_t sheet)
{
    return GMS_SHEET_WORK_MIN_S
        + (GMS_SHEET_WORK_MAX_S - GMS_SHEET_WORK_MIN_S)
        * gms_scenery_uniform(gms_sheet_key(s, sheet), 1);
}


uint64_t
gms_scenery_sheet_at(const gms_scenery_t *s, int64_t t_ns)
{
    double   t = (double) t_ns / (double) GMS_S;
    uint64_t sheet;

    if (s->options.paper <= 0 || t < s->options.paper) {
        return 0;
    }

    sheet = (uint64_t) (t / s->options.paper);
    t -= (double) sheet * s->options.paper;

    return t < gms_sheet_work(s, sheet) / 2 ? sheet - 1 : sheet;
}


double
gms_scenery_changing(const gms_scenery_t *s, double t)
{
    double   work;
    uint64_t sheet;

    if (s->options.paper <= 0 || t < s->options.paper) {
        return 0;
    }

    sheet = (uint64_t) (t / s->options.paper);
    t -= (double) sheet * s->options.paper;
    work = gms_sheet_work(s, sheet);

    return gms_scenery_ramp(0, GMS_SHEET_STEP_IN_S, t)
        * (1 - gms_scenery_ramp(work - GMS_SHEET_STEP_IN_S, work, t));
}


void
gms_scenery_sheet_pose(const gms_scenery_t *s, uint64_t sheet, double m[9])
{
    double   dx = 0, dy = 0, turn = 0;
    uint64_t key = gms_sheet_key(s, sheet);

    if (sheet > 0) {
        dx = GMS_SHEET_AWAY_MM * gms_sheet_signed(key, 2);
        dy = sqrt(GMS_SHEET_AWAY_MM * GMS_SHEET_AWAY_MM - dx * dx)
            * gms_sheet_signed(key, 3);
        turn = GMS_SHEET_TURN_DEG * gms_sheet_signed(key, 4) * M_PI / 180;
    }

    m[0] = cos(turn);
    m[1] = -sin(turn);
    m[2] = dx;
    m[3] = sin(turn);
    m[4] = cos(turn);
    m[5] = dy;
    m[6] = m[7] = 0;
    m[8] = 1;
}


void
gms_scenery_sheet_change(
    const gms_scenery_t *s, uint64_t sheet, uint8_t *hole, int holes)
{
    int pasters = GMS_SHEET_PASTERS_MAX;

    if (gms_scenery_uniform(gms_sheet_key(s, sheet), 5) < 0.5) {
        memset(hole, GMS_SCENERY_GONE, (size_t) holes);
        return;
    }

    for (int i = holes - 1; i >= 0 && pasters > 0; i--) {
        if (hole[i] == GMS_SCENERY_OPEN) {
            hole[i] = GMS_SCENERY_PASTED;
            pasters--;
        }
    }
}


/* Square stickers, white or black as the print is below, put on by hand. */
void
gms_scenery_draw_paster(gms_scenery_t *s, const gms_scenery_shot_t *hole)
{
    int      x0, y0, x1, y1, reach;
    double   half, level, angle, mx, my, cx, cy, scale;
    uint64_t key = gms_scenery_hash(hole->key, 9);

    const double *b = s->px_to_mm;

    half = 0.75 * s->caliber_mm + 3;
    mx = hole->x_mm + 0.15 * half * gms_scenery_gauss(key, 0);
    my = hole->y_mm + 0.15 * half * gms_scenery_gauss(key, 1);
    angle = M_PI * gms_scenery_uniform(key, 2);
    level =
        hypot(mx, my) < s->face.black_mm / 2 ? GMS_SHEET_INK : GMS_SHEET_WHITE;
    level += 9 * gms_sheet_signed(key, 3);

    gms_scenery_to_px(s, mx, my, &cx, &cy);
    scale = gms_scenery_scale(s, cx, cy);
    reach = (int) (1.5 * half * scale) + 3;
    x0 = cx - reach > 0 ? (int) cx - reach : 0;
    y0 = cy - reach > 0 ? (int) cy - reach : 0;
    x1 = cx + reach < s->width ? (int) cx + reach : s->width - 1;
    y1 = cy + reach < s->height ? (int) cy + reach : s->height - 1;

    for (int py = y0; py <= y1; py++) {
        uint8_t *sharp = s->sharp.px + (size_t) py * (size_t) s->sharp.stride;
        uint8_t *open = s->open.px + (size_t) py * (size_t) s->open.stride;

        for (int px = x0; px <= x1; px++) {
            double w = b[6] * px + b[7] * py + b[8];
            double x = (b[0] * px + b[1] * py + b[2]) / w - mx;
            double y = (b[3] * px + b[4] * py + b[5]) / w - my;
            double u = cos(angle) * x + sin(angle) * y;
            double v = cos(angle) * y - sin(angle) * x;
            double out = fmax(fabs(u), fabs(v)) - half;
            double share = fmin(fmax(0.5 - out * scale, 0), 1);

            /* its edge throws a line of shadow */
            if (out > 0 && out * scale < 1.5) {
                sharp[px] = (uint8_t) (sharp[px] * 0.9);
            }

            sharp[px] = (uint8_t) (sharp[px] + (level - sharp[px]) * share);
            open[px] = (uint8_t) (open[px] * (1 - share));
        }
    }
}


void
gms_scenery_turning(const gms_scenery_t *s, gms_scenery_motion_t *m)
{
    double   t = (double) s->now_ns / (double) GMS_S, cycle;
    uint64_t key, n;

    if (s->options.shown <= 0 || t < 0) {
        return;
    }

    cycle = s->options.shown + s->options.away;
    n = (uint64_t) (t / cycle);
    t -= (double) n * cycle;

    m->away = M_PI / 2
        * gms_scenery_ramp(
            s->options.shown, s->options.shown + GMS_SHEET_SWING_S, t)
        * (1 - gms_scenery_ramp(cycle - GMS_SHEET_SWING_S, cycle, t));

    /* still the old place until it shows its edge */
    n += t > s->options.shown + s->options.away / 2;
    key = gms_scenery_hash(s->seed ^ 0x7047, n);

    if (n > 0) {
        m->card_dx += GMS_SHEET_BACK_PX * gms_sheet_signed(key, 0);
        m->card_dy += GMS_SHEET_BACK_PX * gms_sheet_signed(key, 1);
        m->turn += GMS_SHEET_BACK_DEG * gms_sheet_signed(key, 2) * M_PI / 180;
    }
}


/* The same, as far as a turning target has a say. */
static double
gms_sheet_facing(const gms_scenery_t *s, double t)
{
    double since, cycle = s->options.shown + s->options.away;

    if (s->options.shown <= 0) {
        return t;
    }

    since = fmod(t, cycle);

    if (since < GMS_SHEET_EARLY_S) {
        return t - since + GMS_SHEET_EARLY_S + GMS_SHEET_INSTANT_S;
    }

    return since < s->options.shown - GMS_SHEET_LATE_S
        ? t
        : t - since + cycle + GMS_SHEET_EARLY_S + GMS_SHEET_INSTANT_S;
}


double
gms_scenery_range_hot(const gms_scenery_t *s, double t)
{
    double   since, every = s->options.paper, from;
    uint64_t sheet;

    t = gms_sheet_facing(s, t);

    if (every <= 0) {
        return t;
    }

    /* the end of a change may fall while the target is turned away, and the
     * next showing into the next change, and so on for ever */
    for (int i = 0; i < GMS_SHEET_TRIES; i++) {
        sheet = (uint64_t) (t / every);
        since = t - (double) sheet * every;
        from = sheet > 0 ? gms_sheet_work(s, sheet) + GMS_SHEET_AFTER_S : 0;

        if (since >= from && since < every - GMS_SHEET_BEFORE_S) {
            return t;
        }

        /* a little later, so that rounding does not bring it back */
        t += (since < from ? from : every) - since + GMS_SHEET_INSTANT_S;
        t = gms_sheet_facing(s, t);
    }

    return GMS_SCENERY_NEVER_S;
}

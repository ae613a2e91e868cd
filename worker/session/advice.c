/* gms_advice: see advice.h. */

#include "advice.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../../ipc/unit.h"
#include "angle.h"

/* An offset of so many sigma is one of the sights before it is one of the
 * hand. */
#define TIGHT_SIGMAS 1.0

/* An axis is vertical or horizontal within so many degrees. */
#define AXIS_DEG 22.5

/* Chance below which it is worth to ask for more shots, how many are asked
 * for at most, and in which steps. */
#define MORE_P 0.1
#define MORE_SHOTS 20
#define MORE_STEP 5

/* Beyond this an angle is no click. */
#define CLICK_MAX (100 * GMS_MICRO)

#define BIT(sign) (1U << (sign))

/* What a sign brings about of itself: not to be told beside it, and sights
 * are not turned for it. */
static const unsigned explained[GMS_SIGNS] = {
    [GMS_SIGN_CAMERA_MOVED] = BIT(GMS_SIGN_CLUSTERS) | BIT(GMS_SIGN_DRIFT)
        | BIT(GMS_SIGN_OFFSET) | BIT(GMS_SIGN_SHAPE) | BIT(GMS_SIGN_LARGER)
        | BIT(GMS_SIGN_FATIGUE),
    [GMS_SIGN_FLYER] = BIT(GMS_SIGN_OFFSET) | BIT(GMS_SIGN_SHAPE)
        | BIT(GMS_SIGN_LARGER) | BIT(GMS_SIGN_FATIGUE),
    [GMS_SIGN_CLUSTERS] = BIT(GMS_SIGN_DRIFT) | BIT(GMS_SIGN_OFFSET)
        | BIT(GMS_SIGN_SHAPE) | BIT(GMS_SIGN_LARGER) | BIT(GMS_SIGN_FATIGUE),
    [GMS_SIGN_DRIFT] = BIT(GMS_SIGN_OFFSET) | BIT(GMS_SIGN_SHAPE)
        | BIT(GMS_SIGN_LARGER) | BIT(GMS_SIGN_FATIGUE),
};


double
gms_advice_clock(double x, double y)
{
    double hour = atan2(x, y) * 6 / M_PI;

    return hour < 0 ? hour + 12 : hour;
}


gms_point_t
gms_advice_direction(const gms_signs_t *signs, gms_sign_e which)
{
    switch (which) {
    case GMS_SIGN_OFFSET:
        return (
            gms_point_t){ signs->group.x_mm.value, signs->group.y_mm.value };
    case GMS_SIGN_DRIFT:
        return (gms_point_t){ signs->drift.x_mm_a_shot.value,
            signs->drift.y_mm_a_shot.value };
    case GMS_SIGN_FIRST:
        return (gms_point_t){ signs->first.x_mm, signs->first.y_mm };
    default:
        return (gms_point_t){ 0, 0 };
    }
}


/* Rules are written for the right hand. */
static bool
is_in_sector(const gms_rule_t *rule, gms_point_t to, bool left_handed)
{
    double hour = gms_advice_clock(left_handed ? -to.x : to.x, to.y);
    double from = rule->sector[0], end = rule->sector[1];

    return from <= end ? hour >= from && hour < end
                       : hour >= from || hour < end;
}


/* Rounds with shots enough whose centre lies where the group's does: in the
 * sector of the rule, or on the same side. */
static int
rounds_alike(
    const gms_advice_t *a, const gms_rule_t *rule, const gms_counted_t *shot)
{
    gms_point_t group = gms_advice_direction(&a->signs, GMS_SIGN_OFFSET);
    int         rounds = 0;

    for (int i = 0, end; i < a->shots; i = end) {
        gms_point_t mean = { 0, 0 };
        double      along, across;

        end = gms_signs_round_end(shot, a->shots, i);
        for (int k = i; k < end; k++) {
            mean.x += shot[k].at.x / (end - i);
            mean.y += shot[k].at.y / (end - i);
        }
        along = mean.x * group.x + mean.y * group.y;
        across = mean.x * group.y - mean.y * group.x;
        rounds += end - i >= GMS_SIGNS_SHOTS_MIN
            && (rule->has_sector
                    ? is_in_sector(rule, mean, a->settings.left_handed)
                    : along >= fabs(across));
    }
    return rounds;
}


static gms_axis_e
axis_of(double angle_deg)
{
    double from_vertical = fabs(angle_deg - 90);

    return from_vertical <= AXIS_DEG     ? GMS_AXIS_VERTICAL
        : from_vertical >= 90 - AXIS_DEG ? GMS_AXIS_HORIZONTAL
                                         : GMS_AXIS_DIAGONAL;
}


/* Impacts move against the offset. */
static gms_correction_t
correct(gms_interval_t mean, double sd, int n, double click_mm)
{
    gms_correction_t c = { -mean.value, mean.high - mean.value, false };

    c.turn = fabs(c.mm) > sd / sqrt(n) && fabs(c.mm) >= click_mm;
    return c;
}


static gms_spread_e
spread_of(const gms_group_measures_t *m)
{
    return m->offset_mm >= TIGHT_SIGMAS * m->sigma_mm.value ? GMS_SPREAD_TIGHT
                                                            : GMS_SPREAD_WIDE;
}


/* Is the sign there, and surely enough? */
static bool
is_sure(const gms_advice_t *a, gms_sign_e which)
{
    const gms_sign_t *sign = &a->signs.sign[which];

    return sign->present
        && (which < GMS_SIGN_TROUBLES
            || sign->p_family <= 1 - a->settings.confidence);
}


static bool
fits_shooter(const gms_rule_t *rule, const gms_advice_settings_t *s)
{
    return (rule->guns == 0 || (rule->guns & (1U << s->gun)) != 0)
        && (rule->min_distance_m <= 0 || s->distance_m >= rule->min_distance_m)
        && (isinf(rule->max_distance_m)
            || (s->distance_m > 0 && s->distance_m <= rule->max_distance_m));
}


static bool
fits(const gms_advice_t *a, const gms_rule_t *rule, const gms_counted_t *shot)
{
    const gms_advice_settings_t *s = &a->settings;
    const gms_group_measures_t  *m = &a->signs.group;

    if (!is_sure(a, rule->sign) || m->n < rule->min_shots
        || !fits_shooter(rule, s)) {
        return false;
    }
    if (rule->has_sector
        && !is_in_sector(
            rule, gms_advice_direction(&a->signs, rule->sign), s->left_handed))
    {
        return false;
    }
    if (rule->repeated >= 0
        && (rounds_alike(a, rule, shot) >= 2) != (rule->repeated == 1))
    {
        return false;
    }
    return (rule->axis == GMS_AXIS_ANY
               || axis_of(m->ellipse_angle_deg) == rule->axis)
        && (rule->spread == GMS_SPREAD_ANY || spread_of(m) == rule->spread)
        && (!rule->turns_sights || a->x.turn || a->y.turn);
}


/* The first rule of the file in each category, until there are two. */
static void
choose(gms_advice_t *a, const gms_rulebook_t *book, const gms_counted_t *shot)
{
    unsigned hidden = 0;

    for (int category = 0; category < GMS_CATEGORIES; category++) {
        for (int i = 0; i < book->rules; i++) {
            const gms_rule_t *rule = &book->rule[i];

            if ((int) rule->category == category
                && (hidden & BIT(rule->sign)) == 0 && fits(a, rule, shot))
            {
                a->finding[a->findings++] = rule;
                hidden |= explained[rule->sign];
                break;
            }
        }
        if (a->findings == GMS_FINDINGS_MAX) {
            return;
        }
    }
}


/* Chance of the offset if so many more shots fell as these did. */
static double
offset_p(const gms_group_measures_t *m, int n)
{
    double f = (double) (n - 2) / (2 * (n - 1)) * m->hotelling_t2 * n / m->n;

    return pow(1 + 2 * f / (n - 2), -(n - 2) / 2.0);
}


/* An offset that may be one: how many shots would tell. */
static int
more_shots(const gms_advice_t *a)
{
    const gms_sign_t *offset = &a->signs.sign[GMS_SIGN_OFFSET];

    if (a->shots > 0 && a->signs.group.n < GMS_SIGNS_SHOTS_MIN) {
        return GMS_SIGNS_SHOTS_MIN - a->signs.group.n;
    }
    if (a->findings > 0 || !offset->present || !(offset->p < MORE_P)
        || !(a->x.turn || a->y.turn))
    {
        return 0;
    }
    for (int more = MORE_STEP; more <= MORE_SHOTS; more += MORE_STEP) {
        if (offset_p(&a->signs.group, a->signs.group.n + more)
                * (offset->p_family / offset->p)
            <= 1 - a->settings.confidence)
        {
            return more;
        }
    }
    return 0;
}


int
gms_advice_give(gms_advice_t *a, const gms_rulebook_t *book,
    const gms_advice_settings_t *settings, const gms_counted_t *shot, int n)
{
    const gms_group_measures_t *m = &a->signs.group;
    int                         rc;

    memset(a, 0, sizeof(*a));
    a->settings = *settings;
    a->shots = n;
    rc = gms_signs_take(&a->signs, shot, n, &settings->about);
    if (rc != GMS_OK) {
        return rc;
    }
    if (n > 0) {
        a->first = shot[a->signs.from].n;
        a->last = shot[a->signs.to - 1].n;
    }
    a->x = correct(m->x_mm, m->sd_x_mm.value, m->n, settings->click_mm);
    a->y = correct(m->y_mm, m->sd_y_mm.value, m->n, settings->click_mm);
    choose(a, book, shot);
    for (int i = 0; i < a->findings; i++) {
        if (a->finding[i]->sign == GMS_SIGN_OFFSET) {
            a->rounds_same = rounds_alike(a, a->finding[i], shot);
        }
    }
    a->more_shots = more_shots(a);
    return GMS_OK;
}


/* The unit that text ends with. */
static bool
ends_with(const char *text, const char *unit)
{
    size_t size = strlen(text), tail = strlen(unit);

    return size > tail && strcmp(text + size - tail, unit) == 0;
}


int
gms_advice_click(
    const char *text, double distance_m, double *mm, char *err, size_t err_size)
{
    /* Length on the target of one unit, seen from a metre. */
    const struct {
        const char *name;
        double      mm;
        bool        angle;
    } unit[] = {
        { "smoa", 1 / gms_smoa(1, 1000), true },
        { "moa", 1 / gms_moa(1, 1000), true },
        { "mrad", 1 / gms_mrad(1, 1000), true },
        { "mm", 1, false },
    };

    char    number[32];
    int64_t micro;

    for (size_t i = 0; i < sizeof(unit) / sizeof(unit[0]); i++) {
        if (!ends_with(text, unit[i].name)) {
            continue;
        }
        snprintf(number, sizeof(number), "%.*s",
            (int) (strlen(text) - strlen(unit[i].name)), text);
        if (gms_unit_parse(
                GMS_UNIT_NUMBER, number, 1, CLICK_MAX, &micro, err, err_size)
            != GMS_OK)
        {
            return GMS_EINVALID;
        }
        if (unit[i].angle && !(distance_m > 0)) {
            snprintf(
                err, err_size, "a click of %.20s asks for the distance", text);
            return GMS_EINVALID;
        }
        *mm = (double) micro / (double) GMS_MICRO * unit[i].mm
            * (unit[i].angle ? distance_m : 1);
        return GMS_OK;
    }
    snprintf(err, err_size,
        "a click is a number with moa, smoa, mrad or mm, such as 0.25moa");
    return GMS_EINVALID;
}


void
gms_advice_troubles(const gms_session_t *session, gms_signs_about_t *about)
{
    const gms_event_paper_t *paper = &session->last_paper;

    about->trouble[GMS_SIGN_SHOT_MISSING] = paper->paper != 0
        && ((paper->expected >= 0 && paper->expected != paper->shots)
            || (paper->holes >= 0 && paper->holes != paper->shots));
    for (uint32_t i = 0; i < session->shots; i++) {
        const gms_session_shot_t *row = &session->shot[i];

        if (row->shot.possible_double && row->standing == GMS_STANDING_YES
            && !row->shot.sighter)
        {
            about->trouble[GMS_SIGN_SHOT_DOUBLE] = true;
            about->double_shot = row->shot.n;
        }
    }
}

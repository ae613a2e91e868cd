/* gms_group: see group.h. */

#include "group.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/distribution.h"
#include "../target/median.h"
#include "cep.h"

#define CONFIDENCE 0.95
#define TAIL ((1 - CONFIDENCE) / 2)

/* Kuchnost: so many times the farthest of the others. */
#define FLYER_RADII 2.5
#define FLYER_SHOTS_MIN 4

const double gms_share[GMS_SHARES] = { 0.5, 0.9, 0.95 };

static const gms_interval_t unknown = { NAN, NAN, NAN };

/* Mean extreme spread of n = 2 .. 50 shots of sigma 1: bench/spread.c, three
 * million groups a size, standard error below 0.0006. */
static const double spread_of_one[] = { 1.7725, 2.4093, 2.7935, 3.0659, 3.2758,
    3.4446, 3.5860, 3.7067, 3.8121, 3.9052, 3.9887, 4.0640, 4.1326, 4.1957,
    4.2541, 4.3084, 4.3592, 4.4066, 4.4513, 4.4933, 4.5331, 4.5707, 4.6066,
    4.6405, 4.6731, 4.7042, 4.7342, 4.7626, 4.7901, 4.8166, 4.8421, 4.8667,
    4.8904, 4.9133, 4.9355, 4.9570, 4.9780, 4.9982, 5.0180, 5.0372, 5.0557,
    5.0738, 5.0913, 5.1084, 5.1252, 5.1416, 5.1575, 5.1731, 5.1883 };


void
gms_group_free(gms_group_t *g)
{
    gms_hull_free(&g->hull);
    memset(g, 0, sizeof(*g));
}


int
gms_group_add(gms_group_t *g, double x, double y)
{
    double dx = x - g->x, dy = y - g->y;
    int    rc;

    if (!isfinite(x) || !isfinite(y)) {
        return GMS_EINVALID;
    }
    rc = gms_hull_add(&g->hull, (gms_point_t){ x, y });
    if (rc != GMS_OK) {
        return rc;
    }
    /* Welford: no large sums whose difference is small. */
    g->n++;
    g->x += dx / g->n;
    g->y += dy / g->n;
    g->xx += dx * (x - g->x);
    g->xy += dx * (y - g->y);
    g->yy += dy * (y - g->y);
    g->left = g->n == 1 ? x : fmin(g->left, x);
    g->right = g->n == 1 ? x : fmax(g->right, x);
    g->bottom = g->n == 1 ? y : fmin(g->bottom, y);
    g->top = g->n == 1 ? y : fmax(g->top, y);
    return GMS_OK;
}


static gms_interval_t
scaled(gms_interval_t i, double by)
{
    return (gms_interval_t){ i.value * by, i.low * by, i.high * by };
}


/* Mean of one axis, by Student's t. */
static gms_interval_t
mean_interval(double mean, double squares, int n)
{
    double half = n < 2
        ? NAN
        : gms_t_quantile(1 - TAIL, n - 1) * sqrt(squares / (n - 1) / n);

    return (gms_interval_t){ mean, mean - half, mean + half };
}


/* Root of a mean square of df degrees, by chi-square. */
static gms_interval_t
root_interval(double squares, double df)
{
    if (df < 1) {
        return unknown;
    }
    return (gms_interval_t){ sqrt(squares / df),
        sqrt(squares / gms_chi2_quantile(1 - TAIL, df)),
        sqrt(squares / gms_chi2_quantile(TAIL, df)) };
}


/* Rayleigh's sigma of squared radii with df degrees (two a shot, less two for
 * a centre taken from the shots), its root's bias taken away. */
gms_interval_t
gms_group_sigma(double squares, double df)
{
    gms_interval_t i = root_interval(squares, df);

    i.value /= gms_c4(df + 1);
    return i;
}


static void
measure_place(const gms_group_t *g, gms_group_measures_t *m)
{
    double det = g->xx * g->yy - g->xy * g->xy, n = g->n;

    m->x_mm = mean_interval(g->x, g->xx, g->n);
    m->y_mm = mean_interval(g->y, g->yy, g->n);
    m->offset_mm = g->n > 0 ? hypot(g->x, g->y) : NAN;
    m->hotelling_t2 = m->hotelling_f = m->offset_p = NAN;
    if (g->n < 3 || !(det > 0)) {
        return;
    }
    m->hotelling_t2 = n * (n - 1)
        * (g->x * g->x * g->yy - 2 * g->x * g->y * g->xy + g->y * g->y * g->xx)
        / det;
    m->hotelling_f = (n - 2) / (2 * (n - 1)) * m->hotelling_t2;
    /* Closed form, as the first degree of freedom is 2. */
    m->offset_p = pow(1 + 2 * m->hotelling_f / (n - 2), -(n - 2) / 2);
}


static double
sigma_by_spread(double spread, int n)
{
    int known = (int) (sizeof(spread_of_one) / sizeof(spread_of_one[0]));

    return n < 2 || n - 2 >= known ? NAN : spread / spread_of_one[n - 2];
}


static void
measure_size(const gms_group_t *g, gms_group_measures_t *m)
{
    double squares = g->xx + g->yy, n = g->n;

    m->sd_x_mm = root_interval(g->xx, n - 1);
    m->sd_y_mm = root_interval(g->yy, n - 1);
    m->correlation = g->xx > 0 && g->yy > 0 ? g->xy / sqrt(g->xx * g->yy) : NAN;
    m->sigma_mm = gms_group_sigma(squares, 2 * (n - 1));
    m->mean_radius_mm = scaled(m->sigma_mm, sqrt(M_PI / 2));
    m->radius_sd_mm = scaled(m->sigma_mm, sqrt((4 - M_PI) / 2));
    m->sigma_about_aim_mm =
        gms_group_sigma(squares + n * (g->x * g->x + g->y * g->y), 2 * n);
    m->rms_radius_mm = g->n > 0 ? sqrt(squares / n) : NAN;
    m->extreme_spread_mm = g->n > 1 ? gms_hull_spread(&g->hull) : NAN;
    m->spread_sigma_mm = sigma_by_spread(m->extreme_spread_mm, g->n);
    m->width_mm = g->n > 0 ? g->right - g->left : NAN;
    m->height_mm = g->n > 0 ? g->top - g->bottom : NAN;
    m->figure_of_merit_mm = (m->width_mm + m->height_mm) / 2;
    m->diagonal_mm = hypot(m->width_mm, m->height_mm);
    m->box_mm = gms_hull_box(&g->hull);
    m->circle_mm = gms_hull_circle(&g->hull);
}


static gms_normal_t
normal(const gms_group_t *g)
{
    double       df = g->n - 1;
    gms_normal_t model = { { g->xx / df, g->xy / df, g->yy / df }, 0, 0 };

    return model;
}


/* By the round model, which costs nothing; the others are not known yet. */
static void
measure_cep_round(const gms_group_t *g, gms_group_measures_t *m)
{
    for (int i = 0; i < GMS_SHARES; i++) {
        gms_cep_t *c = &m->cep_mm[i], *a = &m->about_aim_mm[i];

        c->round = a->round = unknown;
        c->correlated = c->grubbs = a->correlated = a->grubbs = NAN;
        if (g->n >= 2) {
            c->round = scaled(m->sigma_mm, gms_cep_round(1, 0, gms_share[i]));
        }
    }
}


/* By all models. */
static void
measure_cep(const gms_group_t *g, gms_group_measures_t *m)
{
    gms_normal_t own = normal(g), aim = own;

    aim.x = g->x;
    aim.y = g->y;
    for (int i = 0; i < GMS_SHARES && g->n >= 2; i++) {
        gms_cep_t *c = &m->cep_mm[i], *a = &m->about_aim_mm[i];
        double     share = gms_share[i];

        c->correlated = gms_cep_correlated(&own, share);
        c->grubbs = gms_cep_grubbs(&own, share);
        a->round.value = gms_cep_round(m->sigma_mm.value, m->offset_mm, share);
        a->correlated = gms_cep_correlated(&aim, share);
        a->grubbs = gms_cep_grubbs(&aim, share);
    }
}


static void
measure_shape(const gms_group_t *g, gms_group_measures_t *m)
{
    double n = g->n, half = (g->xx + g->yy) / 2;
    double apart = hypot((g->xx - g->yy) / 2, g->xy);
    double l1 = (half + apart) / (n - 1), l2 = (half - apart) / (n - 1);
    double angle = atan2(2 * g->xy, g->xx - g->yy) * 90 / M_PI;

    m->aspect = m->flattening = m->round_p = m->ellipse_angle_deg = NAN;
    for (int i = 0; i < GMS_SHARES; i++) {
        m->ellipse_long_mm[i] = m->ellipse_short_mm[i] = NAN;
    }
    if (g->n < 3 || !(l2 > 0)) {
        return;
    }
    m->ellipse_angle_deg = angle < 0 ? angle + 180 : angle;
    m->aspect = sqrt(l1 / l2);
    m->flattening = 1 - 1 / m->aspect;
    m->round_p = pow(4 * l1 * l2 / ((l1 + l2) * (l1 + l2)), (n - 2) / 2);
    for (int i = 0; i < GMS_SHARES; i++) {
        /* Quantile of F on 2 and n - 1. */
        double f = (n - 1) / 2 * (pow(1 - gms_share[i], -2 / (n - 1)) - 1);

        m->ellipse_long_mm[i] = sqrt(2 * f * l1);
        m->ellipse_short_mm[i] = sqrt(2 * f * l2);
    }
}


void
gms_group_measure_quick(const gms_group_t *g, gms_group_measures_t *m)
{
    memset(m, 0, sizeof(*m));
    m->n = g->n;
    measure_place(g, m);
    measure_size(g, m);
    measure_cep_round(g, m);
    measure_shape(g, m);
}


void
gms_group_measure(const gms_group_t *g, gms_group_measures_t *m)
{
    gms_group_measure_quick(g, m);
    measure_cep(g, m);
}


/* Does this shot lie so far from the others' own centre? */
static bool
is_flyer(const gms_group_t *g, const gms_point_t *shot, int n, int k)
{
    double x = (g->x * n - shot[k].x) / (n - 1);
    double y = (g->y * n - shot[k].y) / (n - 1), most = 0;

    for (int i = 0; i < n; i++) {
        if (i != k) {
            most = fmax(most, hypot(shot[i].x - x, shot[i].y - y));
        }
    }
    return hypot(shot[k].x - x, shot[k].y - y) >= FLYER_RADII * most;
}


void
gms_group_radii(const gms_group_t *g, const gms_point_t *shot, int n,
    double *scratch, gms_group_radii_t *radii)
{
    double sum = 0;
    int    far = 0;

    radii->mean_mm = radii->median_mm = radii->max_mm = NAN;
    radii->flyer = -1;
    if (n < 1) {
        return;
    }
    for (int i = 0; i < n; i++) {
        scratch[i] = hypot(shot[i].x - g->x, shot[i].y - g->y);
        sum += scratch[i];
        far = scratch[i] > scratch[far] ? i : far;
    }
    radii->mean_mm = sum / n;
    radii->max_mm = scratch[far];
    radii->median_mm = gms_middle(scratch, n);
    if (n >= FLYER_SHOTS_MIN && is_flyer(g, shot, n, far)) {
        radii->flyer = far;
    }
}


gms_interval_t
gms_group_pooled_sigma(const gms_group_t *const *group, int n)
{
    double squares = 0, df = 0;

    for (int i = 0; i < n; i++) {
        if (group[i]->n > 1) {
            squares += group[i]->xx + group[i]->yy;
            df += 2 * (group[i]->n - 1);
        }
    }
    return gms_group_sigma(squares, df);
}

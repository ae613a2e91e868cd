/* gms_light: see light.h. */

#include "light.h"

#include <math.h>

#include "../../ipc/error.h"

/* Levels of the background are taken together by so many. */
#define CLASS_BITS 3
#define CLASSES (256 >> CLASS_BITS)

/* Pixels looked at; a class with fewer says nothing. */
#define STRIDE 3
#define CLASS_MIN 40

/* Classes of a smaller share are edges of print. */
#define CLASS_SHARE 0.03

/* At such a level, that was lower by so much before, light drowns what is
 * printed. */
#define DROWNED_LEVEL 253
#define DROWNED_BEFORE 245

/* Paper and ink at least must be seen. */
#define CLASSES_MIN 2


static int
median(const uint16_t count[256], long n)
{
    long sum = 0;
    int  level = 0;

    while (level < 255 && 2 * (sum += count[level]) < n) {
        level++;
    }
    return level;
}


/* Rising levels: neighbours that fall are replaced by their weighted mean
 * (pool adjacent violators). */
static int
make_rising(double *at, double *to, double *weight, int n)
{
    int m = 0;

    for (int i = 0; i < n; i++) {
        at[m] = at[i];
        to[m] = to[i];
        weight[m++] = weight[i];
        while (m > 1 && to[m - 2] > to[m - 1]) {
            double w = weight[m - 2] + weight[m - 1];

            to[m - 2] =
                (to[m - 2] * weight[m - 2] + to[m - 1] * weight[m - 1]) / w;
            at[m - 2] =
                (at[m - 2] * weight[m - 2] + at[m - 1] * weight[m - 1]) / w;
            weight[m - 2] = w;
            m--;
        }
    }
    return m;
}


/* Straight lines between the classes; beyond them, in proportion. */
static void
spread(gms_light_t *light, const double *at, const double *to, int n)
{
    int k = 0;

    for (int level = 0; level < 256; level++) {
        double v;

        while (k + 2 < n && level > at[k + 1]) {
            k++;
        }
        if (level <= at[0]) {
            v = to[0] * (level + 1) / (at[0] + 1);
        } else if (level >= at[n - 1]) {
            v = to[n - 1] * (level + 1) / (at[n - 1] + 1);
        } else {
            v = to[k]
                + (to[k + 1] - to[k]) * (level - at[k]) / (at[k + 1] - at[k]);
        }
        light->to[level] = (float) fmin(fmax(v, 0), 255);
    }
}


/* How far the classes lie off the one gain that fits them best. */
static double
bent(const double *at, const double *to, const double *weight, int n)
{
    double product = 0, square = 0, most = 0, all = 0;

    for (int i = 0; i < n; i++) {
        all += weight[i];
        product += weight[i] * at[i] * to[i];
        square += weight[i] * at[i] * at[i];
    }
    for (int i = 0; i < n; i++) {
        if (weight[i] > CLASS_SHARE * all) {
            most = fmax(most, fabs(to[i] - at[i] * product / (square + 1)));
        }
    }
    return most;
}


/* Does too much light make one white of a class that was none? */
static bool
is_drowned(const double *at, const double *to, const double *weight, int n)
{
    double all = 0, white = 0;

    for (int i = 0; i < n; i++) {
        all += weight[i];
        white +=
            at[i] < DROWNED_BEFORE && to[i] >= DROWNED_LEVEL ? weight[i] : 0;
    }
    return white > CLASS_SHARE * all;
}


int
gms_light_fit(
    gms_light_t *light, const gms_change_t *change, const gms_gain_t *gain)
{
    const gms_zone_t *zone = change->zone;
    uint16_t          count[CLASSES][256] = { { 0 } };
    double            at[CLASSES], to[CLASSES], weight[CLASSES];
    long              n[CLASSES] = { 0 }, sum[CLASSES] = { 0 };
    int               classes = 0;

    for (int y = 0; y < zone->h; y += STRIDE) {
        for (int x = y / STRIDE % STRIDE; x < zone->w; x += STRIDE) {
            ptrdiff_t i = (ptrdiff_t) y * zone->w + x;
            int       old = change->background[i] / GMS_DEEP, now, c;

            if (zone->inside[i] == 0) {
                continue;
            }
            now = change->picture[i] / GMS_LEVEL;
            if (gain != NULL) {
                now = (int) (now / gms_gain_at(gain, x, y));
            }
            now = now < 0 ? 0 : now > 255 ? 255 : now;
            old = old < 0 ? 0 : old > 255 ? 255 : old;
            c = old >> CLASS_BITS;
            if (count[c][now] < UINT16_MAX) {
                count[c][now]++;
                n[c]++;
                sum[c] += old;
            }
        }
    }
    for (int c = 0; c < CLASSES; c++) {
        if (n[c] >= CLASS_MIN) {
            at[classes] = (double) sum[c] / (double) n[c];
            to[classes] = median(count[c], n[c]);
            weight[classes++] = (double) n[c];
        }
    }
    classes = make_rising(at, to, weight, classes);
    if (classes < CLASSES_MIN) {
        return GMS_EUNSURE;
    }
    light->bent = (float) bent(at, to, weight, classes);
    light->drowned = is_drowned(at, to, weight, classes);
    spread(light, at, to, classes);
    return GMS_OK;
}


void
gms_light_apply(
    const gms_light_t *light, const gms_change_t *change, int16_t *out)
{
    size_t n = (size_t) change->zone->w * (size_t) change->zone->h;

    for (size_t i = 0; i < n; i++) {
        int   v = change->background[i], level = v / GMS_DEEP;
        float part = (float) (v % GMS_DEEP) / GMS_DEEP, low, high;

        level = level < 0 ? 0 : level > 255 ? 255 : level;
        low = light->to[level];
        high = light->to[level < 255 ? level + 1 : level];
        out[i] = (int16_t) ((low + part * (high - low)) * GMS_DEEP + 0.5F);
    }
}

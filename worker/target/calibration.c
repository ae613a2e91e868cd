/*
 * gms_calibration: a homography checked and put to use.
 */

#include "calibration.h"

#include "../../ipc/error.h"
#include "homography.h"

#include <cjson/cJSON.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A calibration's text is nine numbers and a few words. */
#define TEXT_MAX (1024 * 1024)

/* One pixel for 100 mm up to 1000 for one: beyond is no camera's view. */
#define PX_PER_MM_MIN 0.01
#define PX_PER_MM_MAX 1000.0

/* The horizon of a card tilted by t lies f / sin t pixels from its centre,
 * and no lens has a focal length f of so few pixels. */
#define HORIZON_PX_MIN 60.0

/* Squeezed more than this (80 degrees) no ring can be told from the next. */
#define SQUEEZE_MIN 0.17

/* The map's own error along each axis, as a share of what the ring edges are
 * off: 0.1 to 0.8, 0.4 on average, on simulated cards of six faces. */
#define OWN_ERROR 0.5


/* Largest and smallest stretch of a 2x2 map: its singular values. */
static void
stretches(const double j[4], double *largest, double *smallest)
{
    double e = (j[0] + j[3]) / 2, f = (j[0] - j[3]) / 2;
    double g = (j[2] + j[1]) / 2, h = (j[2] - j[1]) / 2;
    double q = hypot(e, h), r = hypot(f, g);

    *largest = q + r;
    *smallest = fabs(q - r);
}


int
gms_calibration_set(gms_calibration_t *c, const double mm_to_px[9],
    gms_calibration_origin_e origin, double residual_mm)
{
    gms_calibration_t set = { .origin = origin, .residual_mm = residual_mm };
    double            j[4], largest, smallest, horizon;

    for (int i = 0; i < 9; i++) {
        if (!isfinite(mm_to_px[i])) {
            return GMS_EINVALID;
        }
        set.mm_to_px[i] = mm_to_px[i] / mm_to_px[8];
        if (!isfinite(set.mm_to_px[i])) {
            return GMS_EINVALID;
        }
    }
    if (gms_homography_invert(set.px_to_mm, set.mm_to_px) != GMS_OK
        || gms_homography_jacobian(set.mm_to_px, 0, 0, j) != GMS_OK)
    {
        return GMS_EINVALID;
    }

    stretches(j, &largest, &smallest);
    set.px_per_mm = sqrt(largest * smallest);
    if (!(set.px_per_mm >= PX_PER_MM_MIN && set.px_per_mm <= PX_PER_MM_MAX)
        || !(smallest >= SQUEEZE_MIN * largest))
    {
        return GMS_EINVALID;
    }
    horizon = hypot(set.mm_to_px[6], set.mm_to_px[7]);
    if (horizon > 0 && set.px_per_mm / horizon < HORIZON_PX_MIN) {
        return GMS_EINVALID;
    }

    /* A card seen from afar shrinks by the cosine along the tilt alone. */
    set.tilt_deg = acos(fmin(smallest / largest, 1)) * 180 / M_PI;
    if (!isfinite(residual_mm) || residual_mm < 0) {
        set.residual_mm = -1;
    }
    *c = set;
    return GMS_OK;
}


static int
take_numbers(double *h, int *n, const cJSON *list)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsNumber(item) || *n == 9) {
            return GMS_EINVALID;
        }
        h[(*n)++] = item->valuedouble;
    }
    return GMS_OK;
}


/* Nine numbers, in a row or in three rows of three. */
static int
read_matrix(double h[9], const cJSON *list)
{
    const cJSON *row;
    int          n = 0;

    if (!cJSON_IsArray(list)) {
        return GMS_EINVALID;
    }
    if (!cJSON_IsArray(list->child)) {
        return take_numbers(h, &n, list) == GMS_OK && n == 9 ? GMS_OK
                                                             : GMS_EINVALID;
    }
    cJSON_ArrayForEach(row, list)
    {
        if (!cJSON_IsArray(row) || cJSON_GetArraySize(row) != 3
            || take_numbers(h, &n, row) != GMS_OK)
        {
            return GMS_EINVALID;
        }
    }
    return n == 9 ? GMS_OK : GMS_EINVALID;
}


/* [x, y, bend, at2], or none. */
static bool
read_lens(gms_lens_t *lens, const cJSON *json)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "lens");
    double       v[4];

    if (list == NULL) {
        return true;
    }
    for (int i = 0; i < 4; i++) {
        const cJSON *item = cJSON_GetArrayItem(list, i);

        if (!cJSON_IsNumber(item)) {
            return false;
        }
        v[i] = item->valuedouble;
    }
    *lens = (gms_lens_t){ v[0], v[1], v[2], v[3] };

    return cJSON_GetArraySize(list) == 4 && gms_lens_is_sane(lens);
}


int
gms_calibration_from_json(
    gms_calibration_t *c, const char *text, char *err, size_t err_size)
{
    const cJSON *list, *residual;
    cJSON       *json = NULL;
    double       h[9];
    const char  *why = NULL;

    if (strnlen(text, TEXT_MAX + 1) > TEXT_MAX) {
        why = "The calibration is longer than 1 MiB.";

    } else if ((json = cJSON_Parse(text)) == NULL) {
        why = "The calibration is not JSON.";

    } else {
        list = cJSON_IsArray(json)
            ? json
            : cJSON_GetObjectItemCaseSensitive(json, "homography_mm_to_px");
        residual = cJSON_GetObjectItemCaseSensitive(json, "residual_mm");

        if (read_matrix(h, list) != GMS_OK) {
            why = "homography_mm_to_px must be nine numbers, in a row or in "
                  "three rows of three.";

        } else if (gms_calibration_set(c, h, GMS_CALIBRATION_FILE,
                       cJSON_IsNumber(residual) ? residual->valuedouble : -1)
            != GMS_OK)
        {
            why = "homography_mm_to_px is no view of a card: it is singular, "
                  "not finite, or folds the card over.";

        } else if (!read_lens(&c->lens, json)) {
            why = "lens must be four numbers of a lens that a camera may have.";
        }
    }

    cJSON_Delete(json);
    if (why != NULL) {
        snprintf(err, err_size, "%s", why);
        return GMS_EINVALID;
    }
    return GMS_OK;
}


bool
gms_calibration_same_way(const gms_calibration_t *a, const gms_calibration_t *b)
{
    double ja[4], jb[4], along, across;

    if (gms_homography_jacobian(a->mm_to_px, 0, 0, ja) != GMS_OK
        || gms_homography_jacobian(b->mm_to_px, 0, 0, jb) != GMS_OK
        || (ja[0] * ja[3] - ja[1] * ja[2] > 0)
            != (jb[0] * jb[3] - jb[1] * jb[2] > 0))
    {
        return false;
    }

    /* where the second column, the card's way up, points in the picture */
    along = ja[1] * jb[1] + ja[3] * jb[3];
    across = ja[1] * jb[3] - ja[3] * jb[1];

    return along > fabs(across);
}


void
gms_calibration_to_px(const gms_calibration_t *c, double x_mm, double y_mm,
    double *x_px, double *y_px)
{
    (void) gms_homography_apply(c->mm_to_px, x_mm, y_mm, x_px, y_px);
    gms_lens_bend(&c->lens, *x_px, *y_px, x_px, y_px);
}


void
gms_calibration_to_mm(const gms_calibration_t *c, double x_px, double y_px,
    double *x_mm, double *y_mm)
{
    double u, v;

    gms_lens_flatten(&c->lens, x_px, y_px, &u, &v);
    (void) gms_homography_apply(c->px_to_mm, u, v, x_mm, y_mm);
}


void
gms_calibration_error_mm2(const gms_calibration_t *c, double x_px, double y_px,
    const double error_px2[3], double error_mm2[3])
{
    double xx = error_px2[0], xy = error_px2[1], yy = error_px2[2];
    double j[4], flat[4], h[4], u, v;

    memset(error_mm2, 0, 3 * sizeof(double));
    gms_lens_flatten(&c->lens, x_px, y_px, &u, &v);
    if (gms_homography_jacobian(c->px_to_mm, u, v, h) != GMS_OK) {
        return;
    }
    gms_lens_jacobian(&c->lens, x_px, y_px, flat);
    j[0] = h[0] * flat[0] + h[1] * flat[2];
    j[1] = h[0] * flat[1] + h[1] * flat[3];
    j[2] = h[2] * flat[0] + h[3] * flat[2];
    j[3] = h[2] * flat[1] + h[3] * flat[3];
    error_mm2[0] = j[0] * j[0] * xx + 2 * j[0] * j[1] * xy + j[1] * j[1] * yy;
    error_mm2[1] =
        j[0] * j[2] * xx + (j[0] * j[3] + j[1] * j[2]) * xy + j[1] * j[3] * yy;
    error_mm2[2] = j[2] * j[2] * xx + 2 * j[2] * j[3] * xy + j[3] * j[3] * yy;
    if (error_mm2[0] + error_mm2[2] > 0 && c->residual_mm > 0) {
        error_mm2[0] += OWN_ERROR * c->residual_mm * OWN_ERROR * c->residual_mm;
        error_mm2[2] += OWN_ERROR * c->residual_mm * OWN_ERROR * c->residual_mm;
    }
}

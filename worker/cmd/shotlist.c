/* gms_shotlist: see shotlist.h. */

#include "shotlist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/csv.h"

#define PLACE_MAX_MM 1e5
#define TIME_MAX_S 1e7
#define ROUND_MAX 1e6
#define SHOTS_MAX 1000000


static int
grow(gms_shotlist_t *list)
{
    int   capacity = list->capacity > 0 ? 2 * list->capacity : 256;
    void *shot;

    if (capacity > 2 * SHOTS_MAX) {
        return GMS_ETOOBIG;
    }
    shot = realloc(list->shot, (size_t) capacity * sizeof(gms_counted_t));
    if (shot == NULL) {
        return GMS_ENOMEM;
    }
    list->shot = shot;
    list->capacity = capacity;
    return GMS_OK;
}


static int
read_row(gms_shotlist_t *list, const gms_csv_t *csv, char *err, size_t err_size)
{
    double cell[4];
    bool   counts = csv->cell[7] == NULL || csv->cell[7][0] == '\0';
    int    rc = GMS_OK;

    const double most[4] = { PLACE_MAX_MM, PLACE_MAX_MM, ROUND_MAX,
        TIME_MAX_S };

    for (int k = 4; k < 7 && rc == GMS_OK; k++) {
        rc = gms_csv_number(csv, k, 1, &cell[0], err, err_size);
        counts = counts && !(cell[0] > 0);
    }
    if (rc != GMS_OK || !counts) {
        return rc;
    }
    if (list->n == list->capacity && grow(list) != GMS_OK) {
        return gms_csv_complain(csv, "too many shots", err, err_size);
    }
    for (int k = 0; k < 4 && rc == GMS_OK; k++) {
        rc = gms_csv_number(csv, k, most[k], &cell[k], err, err_size);
    }
    if (rc != GMS_OK) {
        return rc;
    }
    if (isnan(cell[2])) {
        cell[2] = 0;
    }
    if (cell[2] < 0 || cell[2] != floor(cell[2])) {
        return gms_csv_complain(csv, "round is no whole number", err, err_size);
    }
    list->shot[list->n] = (gms_counted_t){ { cell[0], cell[1] },
        (uint32_t) list->n + 1, (uint32_t) cell[2], cell[3], false };
    list->n++;
    return GMS_OK;
}


int
gms_shotlist_read(
    gms_shotlist_t *list, const char *file, char *err, size_t err_size)
{
    static const char *const want[] = { "x_mm", "y_mm", "round", "t_s",
        "sighter", "removed", "unplaced", "window" };

    int       rc;
    gms_csv_t csv;

    memset(list, 0, sizeof(*list));
    rc = gms_csv_open(&csv, file, want, 8, 2, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }
    while ((rc = gms_csv_next(&csv, err, err_size)) > 0) {
        rc = read_row(list, &csv, err, err_size);
        if (rc != GMS_OK) {
            break;
        }
    }
    list->has_rounds = csv.columns > 0 && csv.column[2] >= 0;
    gms_csv_close(&csv);
    return rc;
}


void
gms_shotlist_free(gms_shotlist_t *list)
{
    free(list->shot);
    memset(list, 0, sizeof(*list));
}

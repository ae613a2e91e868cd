/* Where shots went, in bins: see history_figures.h. */

#include "history_figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "history_ask.h"

/* Bins to each side of the centre that most shots fall into, and the share
 * that is most. */
#define GMS_HEAT_BINS 20
#define GMS_HEAT_SHARE 0.99

/* Bins to each side that are counted; what lies beyond is outside. */
#define GMS_HEAT_SIDE (2 * GMS_HEAT_BINS)

typedef struct {
    double *x; /* mm; both of GMS_HISTORY_HEAT_SHOTS */
    double *y;
    int     n;
    int     outside;
    double  bin_mm;
    int     count[2 * GMS_HEAT_SIDE][2 * GMS_HEAT_SIDE];
} gms_heat_t;


/* The newest shots that count, of the sessions that are asked for. */
static int
heat_read(
    gms_history_t *h, gms_heat_t *heat, const gms_history_filter_t *filter)
{
    sqlite3_stmt *sessions, *shots = NULL;
    int           rc, sql;

    rc = gms_history_ask(h, "SELECT s.no", filter,
        "AND s.counted > 0 ORDER BY s.started_us DESC, s.no DESC", &sessions);
    if (rc != GMS_OK) {
        return rc;
    }

    rc = gms_history_result(h,
        sqlite3_prepare_v2(h->db,
            "SELECT x, y FROM shot WHERE session = ?1 AND flags & ?2 = 0"
            " ORDER BY n DESC",
            -1, &shots, NULL));
    sql = SQLITE_DONE;

    while (rc == GMS_OK && heat->n < GMS_HISTORY_HEAT_SHOTS
        && (sql = sqlite3_step(sessions)) == SQLITE_ROW)
    {
        sqlite3_bind_int64(shots, 1, sqlite3_column_int64(sessions, 0));
        sqlite3_bind_int(shots, 2,
            GMS_SHOT_SIGHTER | GMS_SHOT_REMOVED | GMS_SHOT_OUTSIDE
                | GMS_SHOT_UNPLACED);

        while (heat->n < GMS_HISTORY_HEAT_SHOTS
            && (sql = sqlite3_step(shots)) == SQLITE_ROW)
        {
            heat->x[heat->n] =
                sqlite3_column_double(shots, 0) / GMS_HISTORY_PER_MM;
            heat->y[heat->n++] =
                sqlite3_column_double(shots, 1) / GMS_HISTORY_PER_MM;
        }

        sqlite3_reset(shots);
        rc = gms_history_result(h, sql);
    }

    rc = rc == GMS_OK ? gms_history_result(h, sql) : rc;
    sqlite3_finalize(shots);
    sqlite3_finalize(sessions);
    return rc;
}


static int
compare(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}


/* A size that people read: 1, 2 or 5 times a power of ten. */
static int
heat_size(gms_heat_t *heat)
{
    double *reach = malloc(((size_t) heat->n + 1) * sizeof(*reach));
    double  least, power;
    int     i;

    if (reach == NULL) {
        return GMS_ENOMEM;
    }

    for (i = 0; i < heat->n; i++) {
        reach[i] = fmax(fabs(heat->x[i]), fabs(heat->y[i]));
    }

    qsort(reach, (size_t) heat->n, sizeof(*reach), compare);
    least = heat->n > 0
        ? reach[(int) (GMS_HEAT_SHARE * (heat->n - 1))] / GMS_HEAT_BINS
        : 1;
    free(reach);

    least = fmax(least, 0.01);
    power = pow(10, floor(log10(least)));
    heat->bin_mm = least <= power ? power
        : least <= 2 * power      ? 2 * power
        : least <= 5 * power      ? 5 * power
                                  : 10 * power;
    return GMS_OK;
}


static void
heat_count(gms_heat_t *heat)
{
    int    i;
    double x, y;

    for (i = 0; i < heat->n; i++) {
        x = floor(heat->x[i] / heat->bin_mm) + GMS_HEAT_SIDE;
        y = floor(heat->y[i] / heat->bin_mm) + GMS_HEAT_SIDE;

        if (x >= 0 && y >= 0 && x < 2 * GMS_HEAT_SIDE && y < 2 * GMS_HEAT_SIDE)
        {
            heat->count[(int) y][(int) x]++;
        } else {
            heat->outside++;
        }
    }
}


static void
heat_put(const gms_heat_t *heat, gms_jsontext_t *j, int64_t of)
{
    int x, y;

    gms_jsontext_open(j, NULL, '{');
    gms_jsontext_integer(j, "shots", heat->n);
    gms_jsontext_integer(j, "of", of);
    gms_jsontext_number(j, "bin_mm", heat->bin_mm);
    gms_jsontext_integer(j, "outside", heat->outside);
    gms_jsontext_open(j, "bins", '[');

    for (y = 0; y < 2 * GMS_HEAT_SIDE; y++) {
        for (x = 0; x < 2 * GMS_HEAT_SIDE; x++) {
            if (heat->count[y][x] > 0) {
                gms_jsontext_open(j, NULL, '[');
                gms_jsontext_integer(j, NULL, x - GMS_HEAT_SIDE);
                gms_jsontext_integer(j, NULL, y - GMS_HEAT_SIDE);
                gms_jsontext_integer(j, NULL, heat->count[y][x]);
                gms_jsontext_close(j, ']');
            }
        }
    }

    gms_jsontext_close(j, ']');
    gms_jsontext_close(j, '}');
}


static int
heat_of(gms_history_t *h, const gms_history_filter_t *filter, int64_t *of)
{
    sqlite3_stmt *st;
    int           rc, sql;

    rc = gms_history_ask(
        h, "SELECT coalesce(sum(s.counted), 0)", filter, "", &st);

    if (rc == GMS_OK) {
        sql = sqlite3_step(st);
        *of = sqlite3_column_int64(st, 0);
        rc = gms_history_result(h, sql);
        sqlite3_finalize(st);
    }

    return rc;
}


int
gms_history_heat(
    gms_history_t *h, const gms_history_filter_t *filter, char **json)
{
    gms_heat_t    *heat = calloc(1, sizeof(*heat));
    gms_jsontext_t j;
    int64_t        of = 0;
    int            rc = GMS_ENOMEM;

    *json = NULL;
    gms_jsontext_init(&j);

    if (heat != NULL) {
        heat->x = malloc(GMS_HISTORY_HEAT_SHOTS * sizeof(double));
        heat->y = malloc(GMS_HISTORY_HEAT_SHOTS * sizeof(double));

        if (heat->x != NULL && heat->y != NULL) {
            rc = heat_of(h, filter, &of);
            rc = rc == GMS_OK ? heat_read(h, heat, filter) : rc;
            rc = rc == GMS_OK ? heat_size(heat) : rc;
        }

        if (rc == GMS_OK) {
            heat_count(heat);
            heat_put(heat, &j, of);
        }

        free(heat->x);
        free(heat->y);
        free(heat);
    }

    return rc == GMS_OK ? gms_history_answer(h, NULL, SQLITE_DONE, &j, json)
                        : rc;
}

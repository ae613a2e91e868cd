/* gms_statistics: see statistics.h. */

#include "statistics.h"

#include <math.h>

#include "../base/jsontree.h"

/* Shares of gms_share[] that pages show. */
#define CEP50 0
#define CEP90 1


/* Number of the shot that may be a flyer of those from `from` on. */
static double
flyer_of(const gms_running_t *r, const gms_group_radii_t *radii, int from)
{
    return radii->flyer >= 0 ? r->shot[from + radii->flyer].n : (double) NAN;
}


/* All figures of some of the shots. */
static cJSON *
group_full(gms_running_t *r, const gms_group_t *g, int from, double distance_mm)
{
    gms_group_measures_t m;
    gms_group_radii_t    radii;
    cJSON               *json;

    for (int i = 0; i < g->n; i++) {
        r->point[i] = r->shot[from + i].at;
    }
    gms_group_measure(g, &m);
    gms_group_radii(g, r->point, g->n, r->number, &radii);
    json = gms_group_to_json(&m, distance_mm);
    return gms_jsontree_done(json,
        gms_jsontree_add(json, "radii",
            gms_group_radii_to_json(
                &radii, flyer_of(r, &radii, from), distance_mm)));
}


static bool
add_order(cJSON *json, gms_running_t *r)
{
    gms_running_order_t order;

    gms_running_order(r, &order);
    return gms_jsontree_add(
               json, "drift", gms_sequence_drift_to_json(&order.drift))
        && gms_jsontree_add(
            json, "first_shot", gms_sequence_first_to_json(&order.first))
        && gms_jsontree_add(
            json, "splits", gms_sequence_splits_to_json(&order.splits));
}


static bool
add_full_rounds(
    cJSON *json, gms_running_t *r, double distance_mm, int first, int most)
{
    cJSON *list = cJSON_AddArrayToObject(json, "rounds");
    bool   ok = list != NULL;

    for (int i = first; ok && i < r->rounds && i - first < most; i++) {
        const gms_running_round_t *round = &r->round[i];
        cJSON *one = group_full(r, &round->group, round->from, distance_mm);

        ok = gms_jsontree_add(list, NULL, one)
            && gms_jsontree_number(one, "round", round->round);
    }
    return ok;
}


cJSON *
gms_statistics_full(gms_running_t *r, double distance_mm, int first, int most)
{
    cJSON *json = group_full(r, &r->all, 0, distance_mm);
    bool   ok = json != NULL;

    ok = ok
        && (distance_mm <= 0
            || gms_jsontree_number(json, "distance_m", distance_mm / 1000));
    if (ok && most > 0) {
        ok = add_full_rounds(json, r, distance_mm, first, most)
            && gms_jsontree_add(json, "pooled_sigma",
                gms_group_length_to_json(
                    gms_running_pooled_sigma(r), distance_mm));
    }
    return gms_jsontree_done(json, ok && add_order(json, r));
}


/* The figures that pages show of a group. */
static cJSON *
group_short(
    gms_running_t *r, const gms_group_t *g, int from, double distance_mm)
{
    gms_group_measures_t m;
    gms_group_radii_t    radii;
    cJSON               *json = cJSON_CreateObject();

    const struct {
        const char           *name;
        const gms_interval_t *length;
    } lengths[] = { { "mpi_x", &m.x_mm }, { "mpi_y", &m.y_mm },
        { "sigma", &m.sigma_mm }, { "cep50", &m.cep_mm[CEP50].round },
        { "cep90", &m.cep_mm[CEP90].round } };

    for (int i = 0; i < g->n; i++) {
        r->point[i] = r->shot[from + i].at;
    }
    gms_group_measure_quick(g, &m);
    gms_group_radii(g, r->point, g->n, r->number, &radii);

    gms_interval_t spread = { m.extreme_spread_mm, NAN, NAN };
    gms_interval_t radius = { radii.mean_mm, NAN, NAN };
    bool           ok = gms_jsontree_number(json, "n", g->n);

    for (size_t i = 0; ok && i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        ok = gms_jsontree_add(json, lengths[i].name,
            gms_group_length_to_json(*lengths[i].length, distance_mm));
    }
    ok = ok && gms_jsontree_number(json, "offset_p", m.offset_p)
        && gms_jsontree_add(json, "extreme_spread",
            gms_group_length_to_json(spread, distance_mm))
        && gms_jsontree_add(
            json, "mean_radius", gms_group_length_to_json(radius, distance_mm))
        && gms_jsontree_number(json, "aspect", m.aspect)
        && gms_jsontree_number(json, "round_p", m.round_p)
        && gms_jsontree_number(json, "flyer", flyer_of(r, &radii, from));
    return gms_jsontree_done(json, ok);
}


static cJSON *
round_short(gms_running_t *r, int i, double distance_mm)
{
    const gms_running_round_t *round = &r->round[i];
    cJSON *json = group_short(r, &round->group, round->from, distance_mm);

    return gms_jsontree_done(
        json, gms_jsontree_number(json, "round", round->round));
}


cJSON *
gms_statistics_short(gms_running_t *r, double distance_mm)
{
    cJSON *json = cJSON_CreateObject();
    bool   ok;

    ok = gms_jsontree_add(
        json, "session", group_short(r, &r->all, 0, distance_mm));
    if (ok && r->rounds > 0) {
        ok = gms_jsontree_add(
            json, "round", round_short(r, r->rounds - 1, distance_mm));
    } else if (ok) {
        ok = cJSON_AddNullToObject(json, "round") != NULL;
    }
    return gms_jsontree_done(json,
        ok
            && gms_jsontree_add(json, "pooled_sigma",
                gms_group_length_to_json(
                    gms_running_pooled_sigma(r), distance_mm))
            && add_order(json, r));
}


cJSON *
gms_statistics_rounds(gms_running_t *r, double distance_mm)
{
    cJSON *json = gms_statistics_short(r, distance_mm);
    cJSON *list = cJSON_AddArrayToObject(json, "rounds");
    bool   ok = list != NULL;

    for (int i = 0; ok && i < r->rounds; i++) {
        ok = gms_jsontree_add(list, NULL, round_short(r, i, distance_mm));
    }
    return gms_jsontree_done(json, ok);
}

/* gms_group_json: see group_json.h. */

#include "group_json.h"

#include <math.h>
#include <stdbool.h>

#include "angle.h"

/* cJSON takes NULL items without harm, and says so: one look at the end. */
typedef struct {
    cJSON *to;
    double distance_mm;
    bool   ok;
} writer_t;


static void
put(writer_t *w, const char *name, cJSON *item)
{
    if (!cJSON_AddItemToObject(w->to, name, item)) {
        cJSON_Delete(item);
        w->ok = false;
    }
}


static void
put_number(writer_t *w, const char *name, double value)
{
    put(w, name,
        isfinite(value) ? cJSON_CreateNumber(value) : cJSON_CreateNull());
}


static cJSON *
finish(writer_t *w)
{
    if (!w->ok) {
        cJSON_Delete(w->to);
        return NULL;
    }
    return w->to;
}


static writer_t
begin(double distance_mm)
{
    writer_t w = { cJSON_CreateObject(), distance_mm, true };

    w.ok = w.to != NULL;
    return w;
}


static void
put_angles(writer_t *w, double mm)
{
    if (w->distance_mm > 0) {
        put_number(w, "moa", gms_moa(mm, w->distance_mm));
        put_number(w, "smoa", gms_smoa(mm, w->distance_mm));
        put_number(w, "mrad", gms_mrad(mm, w->distance_mm));
    }
}


static cJSON *
plain_length(double mm, double distance_mm)
{
    writer_t w = begin(distance_mm);

    put_number(&w, "mm", mm);
    put_angles(&w, mm);
    return finish(&w);
}


cJSON *
gms_group_length_to_json(gms_interval_t length, double distance_mm)
{
    writer_t w = begin(distance_mm);

    put_number(&w, "mm", length.value);
    put_number(&w, "low_mm", length.low);
    put_number(&w, "high_mm", length.high);
    put_angles(&w, length.value);
    return finish(&w);
}


static void
put_length(writer_t *w, const char *name, double mm)
{
    put(w, name, plain_length(mm, w->distance_mm));
}


static void
put_interval(writer_t *w, const char *name, gms_interval_t length)
{
    put(w, name, gms_group_length_to_json(length, w->distance_mm));
}


static cJSON *
box_to_json(const gms_box_t *box, double distance_mm)
{
    writer_t w = begin(distance_mm);

    put_length(&w, "width", box->width);
    put_length(&w, "height", box->height);
    put_number(&w, "angle_deg", box->angle_deg);
    put_number(&w, "x_mm", box->x);
    put_number(&w, "y_mm", box->y);
    return finish(&w);
}


static cJSON *
circle_to_json(const gms_circle_t *circle, double distance_mm)
{
    writer_t w = begin(distance_mm);

    put_length(&w, "radius", circle->r);
    put_number(&w, "x_mm", circle->x);
    put_number(&w, "y_mm", circle->y);
    return finish(&w);
}


static cJSON *
ceps_to_json(const gms_cep_t *cep, double distance_mm)
{
    static const char *const name[GMS_SHARES] = { "p50", "p90", "p95" };
    writer_t                 w = begin(distance_mm);

    for (int i = 0; i < GMS_SHARES; i++) {
        writer_t one = begin(distance_mm);

        put_interval(&one, "rayleigh", cep[i].round);
        put_length(&one, "correlated_normal", cep[i].correlated);
        put_length(&one, "grubbs", cep[i].grubbs);
        put(&w, name[i], finish(&one));
    }
    return finish(&w);
}


static cJSON *
shape_to_json(const gms_group_measures_t *m, double distance_mm)
{
    static const char *const name[GMS_SHARES] = { "p50", "p90", "p95" };
    writer_t                 w = begin(distance_mm);

    for (int i = 0; i < GMS_SHARES; i++) {
        writer_t one = begin(distance_mm);

        put_length(&one, "long", m->ellipse_long_mm[i]);
        put_length(&one, "short", m->ellipse_short_mm[i]);
        put(&w, name[i], finish(&one));
    }
    put_number(&w, "angle_deg", m->ellipse_angle_deg);
    put_number(&w, "aspect", m->aspect);
    put_number(&w, "flattening", m->flattening);
    put_number(&w, "round_p", m->round_p);
    return finish(&w);
}


cJSON *
gms_group_to_json(const gms_group_measures_t *m, double distance_mm)
{
    writer_t w = begin(distance_mm);

    put_number(&w, "n", m->n);
    put_interval(&w, "mpi_x", m->x_mm);
    put_interval(&w, "mpi_y", m->y_mm);
    put_length(&w, "offset", m->offset_mm);
    put_number(&w, "hotelling_t2", m->hotelling_t2);
    put_number(&w, "hotelling_f", m->hotelling_f);
    put_number(&w, "offset_p", m->offset_p);
    put_interval(&w, "sd_x", m->sd_x_mm);
    put_interval(&w, "sd_y", m->sd_y_mm);
    put_number(&w, "correlation", m->correlation);
    put_length(&w, "extreme_spread", m->extreme_spread_mm);
    put_interval(&w, "rayleigh_sigma", m->sigma_mm);
    put_interval(&w, "mean_radius_rayleigh", m->mean_radius_mm);
    put_interval(&w, "radius_sd", m->radius_sd_mm);
    put_interval(&w, "rayleigh_sigma_about_aim", m->sigma_about_aim_mm);
    put_length(&w, "sigma_by_spread", m->spread_sigma_mm);
    put_length(&w, "rms_radius", m->rms_radius_mm);
    put_length(&w, "width", m->width_mm);
    put_length(&w, "height", m->height_mm);
    put_length(&w, "figure_of_merit", m->figure_of_merit_mm);
    put_length(&w, "diagonal", m->diagonal_mm);
    put(&w, "min_box", box_to_json(&m->box_mm, distance_mm));
    put(&w, "min_circle", circle_to_json(&m->circle_mm, distance_mm));
    put(&w, "cep", ceps_to_json(m->cep_mm, distance_mm));
    put(&w, "cep_about_aim", ceps_to_json(m->about_aim_mm, distance_mm));
    put(&w, "ellipse", shape_to_json(m, distance_mm));
    return finish(&w);
}


cJSON *
gms_group_radii_to_json(
    const gms_group_radii_t *radii, double flyer, double distance_mm)
{
    writer_t w = begin(distance_mm);

    put_length(&w, "mean", radii->mean_mm);
    put_length(&w, "median", radii->median_mm);
    put_length(&w, "max", radii->max_mm);
    put_number(&w, "flyer", flyer);
    return finish(&w);
}


cJSON *
gms_sequence_drift_to_json(const gms_sequence_drift_t *drift)
{
    writer_t w = begin(0);

    put_number(&w, "n", drift->n);
    put_interval(&w, "x_a_shot", drift->x_mm_a_shot);
    put_number(&w, "x_p", drift->x_p);
    put_interval(&w, "y_a_shot", drift->y_mm_a_shot);
    put_number(&w, "y_p", drift->y_p);
    return finish(&w);
}


cJSON *
gms_sequence_first_to_json(const gms_first_shots_t *first)
{
    writer_t w = begin(0);

    put_number(&w, "rounds", first->rounds);
    put_number(&w, "x_mm", first->x_mm);
    put_number(&w, "y_mm", first->y_mm);
    put_number(&w, "p", first->p);
    return finish(&w);
}


cJSON *
gms_sequence_splits_to_json(const gms_splits_t *splits)
{
    writer_t w = begin(0);

    put_number(&w, "n", splits->n);
    put_number(&w, "mean_s", splits->mean_s);
    put_number(&w, "median_s", splits->median_s);
    put_number(&w, "sd_s", splits->sd_s);
    put_number(&w, "least_s", splits->least_s);
    put_number(&w, "most_s", splits->most_s);
    return finish(&w);
}

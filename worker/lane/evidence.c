#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "evidence.h"
#include "publish.h"


void
gms_evidence_picture(gms_scorer_t *s, uint64_t ask, const char *session,
    gms_picture_kind_e kind, uint32_t n)
{
    gms_picture_t picture;
    int           rc;

    memset(&picture, 0, sizeof(picture));
    picture.kind = kind;
    picture.n = n;
    rc = gms_pictures_read(s->dir, session, &picture);

    if (rc == GMS_OK) {
        gms_publish_jpeg(s, ask, picture.bytes, picture.size);
        free(picture.bytes);

    } else if (rc == GMS_ENOTFOUND || rc == GMS_EINVALID) {
        gms_publish_problem(s, ask, 404, "picture-none",
            "There is no such picture",
            "none was kept: it may have been found after a restart, or the "
            "disk was full");

    } else {
        gms_publish_problem(s, ask, 503, "store-failing",
            "The picture cannot be read", gms_strerror(rc));
    }
}


static double
evidence_round(double value, double step)
{
    return isfinite(value) ? round(value / step) * step : 0;
}


static void
evidence_number(cJSON *json, const char *name, double value, double step)
{
    cJSON_AddNumberToObject(json, name, evidence_round(value, step));
}


static cJSON *
evidence_measures(const gms_measures_t *m)
{
    cJSON *json;

    json = cJSON_CreateObject();
    evidence_number(json, "fill", m->fill, 0.001);
    evidence_number(json, "fresh", m->fresh, 0.001);
    evidence_number(json, "leak", m->leak, 0.001);
    evidence_number(json, "elongation", m->elongation, 0.01);
    evidence_number(json, "paper", m->paper, 0.001);
    evidence_number(json, "darkening", m->darkening, 0.001);
    evidence_number(json, "contrast", m->contrast, 0.1);
    evidence_number(json, "levels", m->levels, 0.1);
    evidence_number(json, "score", m->score, 0.01);

    return json;
}


static cJSON *
evidence_candidate(const gms_scorer_t *s, const gms_rejected_t *r)
{
    const gms_detection_t *d;
    cJSON                 *json;
    char                   text[128];

    d = &r->detection;
    json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "id", r->id);
    snprintf(text, sizeof(text), "%" PRId64, r->real_ns / GMS_US);
    cJSON_AddRawToObject(json, "t_us", text);
    cJSON_AddStringToObject(json, "reason", d->reason != NULL ? d->reason : "");
    evidence_number(json, "x_mm", r->x_mm, 0.01);
    evidence_number(json, "y_mm", r->y_mm, 0.01);
    evidence_number(json, "x_px", d->x_px, 0.01);
    evidence_number(json, "y_px", d->y_px, 0.01);
    evidence_number(json, "radius_px", d->radius_px, 0.01);
    evidence_number(json, "confidence", d->confidence, 0.001);
    cJSON_AddNumberToObject(json, "score_tenths", r->score.tenths);
    cJSON_AddItemToObject(json, "measures", evidence_measures(&d->measures));

    if (r->bytes != NULL) {
        snprintf(text, sizeof(text), "/api/lanes/%s/candidates/%u.jpg",
            s->config->name, r->id);
        cJSON_AddStringToObject(json, "picture", text);
    } else {
        cJSON_AddNullToObject(json, "picture");
    }

    return json;
}


cJSON *
gms_evidence_rejected(const gms_scorer_t *s)
{
    const gms_rejected_t *r;
    cJSON                *list;
    uint32_t              id;
    unsigned              k;

    list = cJSON_CreateArray();

    for (k = 0; k < GMS_REJECTED_MAX && k < s->rejections; k++) {
        id = s->rejections - k; /* the newest first */
        r = &s->rejected[(id - 1) % GMS_REJECTED_MAX];
        cJSON_AddItemToArray(list, evidence_candidate(s, r));
    }

    return list;
}


void
gms_evidence_candidates(gms_scorer_t *s, uint64_t ask)
{
    cJSON *json;
    char  *text;

    json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "rejected", s->rejections);
    cJSON_AddItemToObject(json, "candidates", gms_evidence_rejected(s));
    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    gms_publish_made(s, ask, text);
}


void
gms_evidence_candidate_picture(gms_scorer_t *s, uint64_t ask, uint32_t id)
{
    const gms_rejected_t *r;

    r = &s->rejected[(id - 1) % GMS_REJECTED_MAX];

    if (id == 0 || r->id != id || r->bytes == NULL) {
        gms_publish_problem(s, ask, 404, "picture-none",
            "There is no such picture",
            "candidates are kept for a while only: look at the list again");
        return;
    }

    gms_publish_jpeg(s, ask, r->bytes, r->size);
}

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/clock.h"
#include "publish.h"
#include "unsaved.h"

/* Who comes late need not see all that a full disk holds up. */
#define GMS_UNSAVED_MAX 100


static double
unsaved_round(double value)
{
    return (double) (int64_t) (value * 100 + (value < 0 ? -0.5 : 0.5)) / 100;
}


/* The shot as it will be, but for its number: that comes with the commit. */
static cJSON *
unsaved_shot(const gms_scorer_t *s, const gms_event_shot_t *shot)
{
    const gms_session_t *active;
    gms_score_t          score;
    cJSON               *json;
    char                 text[24];

    active = gms_scorebook_active(&s->book);
    score = gms_score(&s->face, s->caliber_mm, shot->x_mm, shot->y_mm);
    snprintf(text, sizeof(text), "%" PRId64, shot->frame_real_ns / GMS_US);

    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "session", active != NULL ? active->id : "");
    cJSON_AddNumberToObject(json, "hole", shot->hole);
    cJSON_AddNumberToObject(json, "x_mm", unsaved_round(shot->x_mm));
    cJSON_AddNumberToObject(json, "y_mm", unsaved_round(shot->y_mm));
    cJSON_AddNumberToObject(json, "x_px", unsaved_round(shot->x_px));
    cJSON_AddNumberToObject(json, "y_px", unsaved_round(shot->y_px));
    cJSON_AddNumberToObject(json, "radius_px", unsaved_round(shot->radius_px));
    cJSON_AddNumberToObject(json, "score_tenths", score.tenths);
    cJSON_AddNumberToObject(json, "ring", score.ring);
    cJSON_AddBoolToObject(json, "inner", score.inner);
    cJSON_AddBoolToObject(json, "near_line", shot->near_line);
    cJSON_AddRawToObject(json, "t_frame_us", text);

    return json;
}


void
gms_unsaved_tell(gms_scorer_t *s)
{
    gms_waiting_t *w;
    cJSON         *json;
    char          *text;
    unsigned       i;

    for (i = 0; i < s->count && s->store_error != 0; i++) {
        w = &s->waiting[(s->first + i) % GMS_SCORER_WAITING_MAX];

        if (w->input.kind != GMS_INPUT_SHOT || w->told) {
            continue;
        }

        json = unsaved_shot(s, &w->input.u.shot);
        cJSON_AddStringToObject(json, "lane", s->config->name);
        text = cJSON_PrintUnformatted(json);
        cJSON_Delete(json);

        if (text != NULL) {
            gms_publish_ephemeral(s, "shot.unsaved", text);
            w->told = true;
            s->dirty = true;
        }

        free(text);
    }
}


cJSON *
gms_unsaved_to_json(const gms_scorer_t *s)
{
    const gms_waiting_t *w;
    cJSON               *list;
    unsigned             i, rows;

    list = cJSON_CreateArray();
    rows = 0;

    for (i = s->count; i-- > 0 && rows < GMS_UNSAVED_MAX; /* void */) {
        w = &s->waiting[(s->first + i) % GMS_SCORER_WAITING_MAX];

        if (w->told) {
            cJSON_InsertItemInArray(list, 0, unsaved_shot(s, &w->input.u.shot));
            rows++;
        }
    }

    return list;
}

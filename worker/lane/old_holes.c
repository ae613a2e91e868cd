/* gms_old_holes: see old.h. */

#include "old_holes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/jsontext.h"
#include "../session/decide.h"


static void
old_take(gms_scorer_t *s)
{
    s->old.holes = s->looking.holes;
    memcpy(s->old.hole_mm, s->looking.hole_mm, sizeof(s->old.hole_mm));
}


/* What was shot a moment ago it tells with its next word alone. */
void
gms_old_holes_hung(gms_scorer_t *s, bool anew)
{
    gms_old_holes_gone(s);

    if (!anew) {
        s->old.due = true;
        old_take(s);
    }
}


void
gms_old_holes_gone(gms_scorer_t *s)
{
    memset(&s->old, 0, sizeof(s->old));
}


void
gms_old_holes_known(gms_scorer_t *s)
{
    if (s->old.due && s->looking.running
        && s->looking.state == GMS_DETECTOR_LIVE) {
        s->old.due = false;
        old_take(s);
    }
}


/* A shot that stands lies there. */
static bool
old_is_shot(const gms_scorer_t *s, const gms_session_t *session, double x_mm,
    double y_mm)
{
    const gms_session_shot_t *row;
    const gms_face_bull_t    *bull;
    uint32_t                  i;

    for (i = 0; gms_session_is_open(session) && i < session->shots; i++) {
        row = &session->shot[i];

        if (row->standing != GMS_STANDING_YES || row->shot.unplaced
            || row->shot.paper != session->paper)
        {
            continue;
        }

        bull = gms_decide_bull(&session->setup.face, row->shot.bull);

        if (hypot(row->shot.x_mm + (bull != NULL ? bull->x_mm : 0) - x_mm,
                row->shot.y_mm + (bull != NULL ? bull->y_mm : 0) - y_mm)
            < s->caliber_mm / 2)
        {
            return true;
        }
    }

    return false;
}


cJSON *
gms_old_holes_to_json(const gms_scorer_t *s)
{
    gms_jsontext_t j;
    cJSON         *json;
    char          *text;
    double         x_mm, y_mm;
    unsigned       i;
    int            k;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '[');

    for (i = 0; i < s->old.holes && gms_scorebook_open(&s->book) > 0; i++) {
        x_mm = (double) s->old.hole_mm[i][0];
        y_mm = (double) s->old.hole_mm[i][1];

        for (k = 0; k < GMS_SESSIONS_MAX
             && !old_is_shot(s, &s->book.session[k], x_mm, y_mm);
             k++)
        {
            continue;
        }

        if (k == GMS_SESSIONS_MAX) {
            gms_jsontext_open(&j, NULL, '[');
            gms_jsontext_number(&j, NULL, nearbyint(x_mm * 100) / 100 + 0.0);
            gms_jsontext_number(&j, NULL, nearbyint(y_mm * 100) / 100 + 0.0);
            gms_jsontext_close(&j, ']');
        }
    }

    gms_jsontext_close(&j, ']');
    text = gms_jsontext_take(&j);
    json = text != NULL ? cJSON_CreateRaw(text) : NULL;
    free(text);
    return json;
}

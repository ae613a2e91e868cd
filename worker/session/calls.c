/* gms_calls: see calls.h. */

#include "calls.h"

#include <math.h>
#include <stdlib.h>

#include "../../ipc/error.h"
#include "../base/jsontext.h"

/* Those of a document: a hundred take 10 kB. */
#define GMS_CALLS_SHOWN 100


gms_call_off_t
gms_call_off(const gms_session_shot_t *row)
{
    return (gms_call_off_t){ row->shot.x_mm - row->call_mm[0],
        row->shot.y_mm - row->call_mm[1] };
}


int
gms_call_clock(gms_call_off_t off)
{
    long hour;

    if (hypot(off.x_mm, off.y_mm) < GMS_CALL_SAME_MM) {
        return 0;
    }

    hour = lround(atan2(off.x_mm, off.y_mm) * 6 / M_PI);
    return (int) (hour <= 0 ? hour + 12 : hour);
}


int
gms_calls_apply(gms_session_t *s, const gms_event_call_t *call)
{
    gms_session_shot_t *row;

    if (call->n == 0 || call->n > s->shots || s->shot[call->n - 1].called) {
        return GMS_ECORRUPT;
    }

    row = &s->shot[call->n - 1];
    row->called = true;
    row->call_mm[0] = call->x_mm;
    row->call_mm[1] = call->y_mm;
    return GMS_OK;
}


/* What is no shot, or a value alone, tells nothing of a call. */
static bool
is_measured(const gms_session_shot_t *row)
{
    return row->called && row->standing == GMS_STANDING_YES
        && !row->shot.unplaced;
}


gms_calls_t
gms_calls_measure(const gms_session_t *s)
{
    gms_calls_t    calls = { 0, 0, { 0, 0 } };
    gms_call_off_t off;
    uint32_t       i;

    for (i = 0; i < s->shots; i++) {
        if (is_measured(&s->shot[i])) {
            off = gms_call_off(&s->shot[i]);
            calls.n++;
            calls.error_mm += hypot(off.x_mm, off.y_mm);
            calls.off.x_mm += off.x_mm;
            calls.off.y_mm += off.y_mm;
        }
    }

    if (calls.n == 0) {
        calls.error_mm = (double) NAN;
        calls.off = (gms_call_off_t){ (double) NAN, (double) NAN };
        return calls;
    }

    calls.error_mm /= calls.n;
    calls.off.x_mm /= calls.n;
    calls.off.y_mm /= calls.n;
    return calls;
}


void
gms_call_put(gms_jsontext_t *j, double x_mm, double y_mm, gms_call_off_t off)
{
    gms_jsontext_number(j, "x_mm", x_mm);
    gms_jsontext_number(j, "y_mm", y_mm);
    gms_jsontext_number(j, "x_off_mm", nearbyint(off.x_mm * 1e4) / 1e4 + 0.0);
    gms_jsontext_number(j, "y_off_mm", nearbyint(off.y_mm * 1e4) / 1e4 + 0.0);
    gms_jsontext_number(
        j, "error_mm", nearbyint(hypot(off.x_mm, off.y_mm) * 1e4) / 1e4);
    gms_jsontext_integer(j, "clock", gms_call_clock(off));
}


static void
put_called(gms_jsontext_t *j, const gms_session_shot_t *row)
{
    gms_call_put(j, row->call_mm[0], row->call_mm[1], gms_call_off(row));
}


void
gms_call_put_row(gms_jsontext_t *j, const gms_session_shot_t *row)
{
    if (!row->called) {
        gms_jsontext_raw(j, "call", "null");
        return;
    }

    gms_jsontext_open(j, "call", '{');
    put_called(j, row);
    gms_jsontext_close(j, '}');
}


cJSON *
gms_calls_to_json(const gms_session_t *s)
{
    const gms_session_shot_t *row;
    gms_jsontext_t            j;
    cJSON                    *json;
    char                     *text;
    uint32_t                  i = s->shots;
    int                       n = 0;

    while (i > 0 && n < GMS_CALLS_SHOWN) {
        n += s->shot[--i].called;
    }

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '[');

    for (; i < s->shots; i++) {
        row = &s->shot[i];

        if (row->called) {
            gms_jsontext_open(&j, NULL, '{');
            gms_jsontext_integer(&j, "n", row->shot.n);
            put_called(&j, row);
            gms_jsontext_close(&j, '}');
        }
    }

    gms_jsontext_close(&j, ']');
    text = gms_jsontext_take(&j);
    json = text != NULL ? cJSON_CreateRaw(text) : NULL;
    free(text);
    return json;
}

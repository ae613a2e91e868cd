/* A session as a document, whole, with its statistics. */

#include <stdlib.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../session/calls.h"
#include "../session/statistics.h"
#include "formats.h"


/* What cJSON made, as a member; it is used up.  False: out of memory. */
static bool
json_tree(gms_jsontext_t *j, const char *key, cJSON *tree)
{
    char *text = tree != NULL ? cJSON_PrintUnformatted(tree) : NULL;
    bool  ok = text != NULL;

    if (ok) {
        gms_jsontext_raw(j, key, text);
    }
    free(text);
    cJSON_Delete(tree);
    return ok;
}


static bool
json_statistics(gms_jsontext_t *j, const gms_session_t *s)
{
    gms_running_t running = { 0 };
    bool          ok = false;

    if (gms_running_session(&running, s) == GMS_OK) {
        ok = json_tree(j, "statistics",
            gms_statistics_rounds(&running, s->setup.distance_m * 1000));
    }
    gms_running_free(&running);
    return ok;
}


static void
json_totals(gms_jsontext_t *j, const char *counted, const gms_totals_t *sum)
{
    gms_jsontext_integer(j, counted, sum->counted);
    gms_jsontext_integer(j, "total_tenths", sum->tenths);
    gms_jsontext_integer(j, "total_rings", sum->rings);
    gms_jsontext_integer(j, "inner", sum->inner);
}


static void
json_part(gms_jsontext_t *j, const gms_session_part_t *part, const char *by)
{
    gms_jsontext_open(j, NULL, '{');
    gms_jsontext_integer(j, "first", part->first);
    gms_jsontext_integer(j, "last", part->last);
    json_totals(j, "n", &part->sum);
    if (by != NULL) {
        gms_jsontext_string(j, "by", by);
    }
    gms_jsontext_close(j, '}');
}


static void
json_parts(gms_jsontext_t *j, const gms_session_t *s)
{
    gms_session_part_t series = { 0 }, round = { 0 };

    gms_jsontext_open(j, "series", '[');
    while (gms_session_next_series(s, &series)) {
        json_part(j, &series, NULL);
    }
    gms_jsontext_close(j, ']');

    gms_jsontext_open(j, "rounds", '[');
    while (gms_card_next_round(s, &round)) {
        json_part(j, &round,
            round.number <= s->rounds
                ? gms_event_round_by(s->round[round.number - 1].by)
                : NULL);
    }
    gms_jsontext_close(j, ']');
}


static void
json_shot(gms_jsontext_t *j, const gms_session_shot_t *row, uint32_t round)
{
    const gms_event_shot_t *shot = &row->shot;

    gms_jsontext_open(j, NULL, '{');
    gms_jsontext_integer(j, "n", shot->n);
    gms_jsontext_integer(j, "round", row->round != 0 ? row->round : round);
    gms_jsontext_number(j, "x_mm", shot->x_mm);
    gms_jsontext_number(j, "y_mm", shot->y_mm);
    gms_jsontext_integer(j, "score_tenths", shot->score_tenths);
    gms_jsontext_integer(j, "ring", shot->ring);
    gms_jsontext_bool(j, "inner", shot->inner);
    gms_jsontext_string(j, "zone", shot->zone);
    gms_jsontext_string(j, "bull", shot->bull);
    gms_jsontext_bool(j, "sighter", shot->sighter);
    gms_jsontext_bool(j, "removed", row->standing != GMS_STANDING_YES);
    gms_jsontext_string(j, "standing", gms_event_standing(row->standing));
    gms_event_put_sight(j, shot);
    gms_call_put_row(j, row);
    gms_jsontext_integer(j, "paper", shot->paper);
    gms_jsontext_integer(j, "seq", (int64_t) row->seq);
    gms_jsontext_integer(j, "t_frame_us", shot->frame_real_ns / GMS_US);
    gms_jsontext_close(j, '}');
}


static void
json_shots(gms_jsontext_t *j, const gms_session_t *s)
{
    gms_session_part_t round = { 0 };

    gms_jsontext_open(j, "shots", '[');
    while (gms_card_next_round(s, &round)) {
        for (uint32_t n = round.first; n <= round.last; n++) {
            json_shot(j, &s->shot[n - 1], round.number);
        }
    }
    gms_jsontext_close(j, ']');
}


int
gms_card_json(FILE *out, const gms_card_t *card)
{
    const gms_session_t *s = card->session;
    gms_jsontext_t       j;
    char                *text;
    bool                 ok;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "session", s->id);
    gms_jsontext_string(&j, "lane", card->lane);
    gms_jsontext_string(&j, "title", card->title);
    gms_jsontext_string(&j, "shooter", s->setup.shooter);
    gms_jsontext_bool(&j, "ended", !gms_session_is_open(s));
    gms_jsontext_string(&j, "hash", card->hash);
    gms_jsontext_string(&j, "source", s->setup.source);
    gms_jsontext_integer(&j, "started_us", s->started_ns / GMS_US);
    gms_jsontext_integer(&j, "ended_us", s->ended_ns / GMS_US);
    ok = json_tree(&j, "face", gms_face_to_json(&s->setup.face));
    gms_jsontext_number(&j, "caliber_mm", s->setup.caliber_mm);
    gms_jsontext_number(&j, "distance_m", s->setup.distance_m);
    json_totals(&j, "counted", &s->total);
    json_parts(&j, s);
    json_shots(&j, s);
    gms_card_changes_json(&j, s);
    ok = ok && json_statistics(&j, s);
    gms_jsontext_close(&j, '}');

    text = gms_jsontext_take(&j);
    if (!ok || text == NULL) {
        free(text);
        return GMS_ENOMEM;
    }

    fprintf(out, "%s\n", text);
    free(text);
    return GMS_OK;
}

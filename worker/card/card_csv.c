/* A session as a table (RFC 4180), a line for each shot. */

#include <inttypes.h>
#include <string.h>

#include "../base/clock.h"
#include "formats.h"


/* Always in quotes; what a spreadsheet would take for a formula gets an
 * apostrophe in front. */
static void
csv_text(FILE *out, const char *text)
{
    fputs(",\"", out);
    if (text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL) {
        fputc('\'', out);
    }
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            fputc('"', out);
        }
        fputc(*text, out);
    }
    fputc('"', out);
}


/* What was said of it last, and how it came. */
static void
csv_change(FILE *out, const gms_session_t *s, const gms_session_shot_t *row)
{
    const gms_session_correction_t *last = gms_card_last_change(s, row->shot.n);

    csv_text(out, gms_event_standing(row->standing));
    csv_text(out, gms_window_name[row->shot.window]);
    fprintf(out, ",%d,%d", row->shot.by_hand, row->shot.unplaced);

    if (last == NULL) {
        fputs(",\"\",\"\",\"\",,,", out);
        return;
    }

    csv_text(out, gms_event_correction(last->event.what));
    csv_text(out, last->event.author);
    csv_text(out, last->event.reason);
    fprintf(out, ",%.4f,%.4f,%d.%d", row->first.x_mm, row->first.y_mm,
        row->first.score_tenths / 10, row->first.score_tenths % 10);
}


static void
csv_shot(FILE *out, const gms_card_t *card, const gms_session_shot_t *row,
    uint32_t round)
{
    const gms_session_t    *s = card->session;
    const gms_event_shot_t *shot = &row->shot;
    char                    when[GMS_CARD_INSTANT_SIZE];
    int64_t                 us = shot->frame_real_ns / GMS_US;

    gms_card_instant(shot->frame_real_ns, when);

    fprintf(out, "%u,%u,%.4f,%.4f,%d.%d,%d,%d", shot->n,
        row->round != 0 ? row->round : round, shot->x_mm, shot->y_mm,
        shot->score_tenths / 10, shot->score_tenths % 10, shot->ring,
        shot->inner);
    csv_text(out, shot->zone);
    csv_text(out, shot->bull);
    fprintf(out, ",%d,%d,%d,%d,%d,%d,%.4f,%.4f,%.4f,%u,%s.%06dZ,",
        shot->sighter, row->standing != GMS_STANDING_YES, shot->near_line,
        shot->possible_double, shot->order_unknown, shot->recovered,
        shot->confidence, shot->x_error_mm, shot->y_error_mm, shot->paper, when,
        (int) (us % 1000000));

    /* Nobody saw when a shot was fired while the lane was down. */
    if (!shot->recovered) {
        fprintf(out, "%.3f",
            (double) (shot->frame_real_ns - s->started_ns) / (double) GMS_S);
    }
    fprintf(out, ",%.10g,%.10g", s->setup.caliber_mm, s->setup.distance_m);
    csv_text(out, s->setup.face.name);
    csv_text(out, s->setup.shooter);
    csv_text(out, card->lane);
    csv_text(out, s->id);
    csv_change(out, s, row);
    fputs("\r\n", out);
}


void
gms_card_csv(FILE *out, const gms_card_t *card)
{
    const gms_session_t *s = card->session;
    gms_session_part_t   round = { 0 };

    fputs("n,round,x_mm,y_mm,score,ring,inner,zone,bull,sighter,removed,"
          "near_line,possible_double,order_unknown,recovered,confidence,"
          "x_error_mm,y_error_mm,paper,t,t_s,caliber_mm,distance_m,target,"
          "shooter,lane,session,standing,window,by_hand,unplaced,corrected,"
          "author,reason,came_x_mm,came_y_mm,came_score\r\n",
        out);

    while (gms_card_next_round(s, &round)) {
        for (uint32_t n = round.first; n <= round.last; n++) {
            csv_shot(out, card, &s->shot[n - 1], round.number);
        }
    }
}

/* What people, and the detector, said of shots that had come: on a card. */

#include <string.h>

#include "../base/clock.h"
#include "formats.h"


/* Backwards from the one before number `before`: 0: from none. */
static const gms_session_correction_t *
change_of(const gms_session_t *s, uint32_t n, uint32_t before)
{
    while (before-- > 0) {
        if (s->correction[before].event.n == n) {
            return &s->correction[before];
        }
    }

    return NULL;
}


const gms_session_correction_t *
gms_card_last_change(const gms_session_t *s, uint32_t n)
{
    return s->shot[n - 1].corrected != 0 ? change_of(s, n, s->corrections)
                                         : NULL;
}


void
gms_card_change(const gms_session_t *s, uint32_t i, gms_card_change_t *c)
{
    uint32_t                        n = s->correction[i].event.n;
    const gms_session_correction_t *last = change_of(s, n, i);

    memset(c, 0, sizeof(*c));
    c->entry = &s->correction[i];

    if (last != NULL) {
        c->before = last->event;
    } else {
        c->before.n = n;
        gms_correction_describe(&c->before, &s->shot[n - 1].first);
    }
}


static void
change_html(FILE *out, const gms_session_t *s, const gms_event_correction_t *as)
{
    char         score[GMS_CARD_SCORE_SIZE];
    gms_totals_t sum = { 1, as->score_tenths, as->ring, 0 };

    gms_card_score(&s->setup.face, &sum, score);
    fprintf(out, "<td>%s%s", score, as->inner ? "*" : "");
    if (!as->unplaced) {
        fprintf(out, " at %.2f, %.2f", as->x_mm, as->y_mm);
    }
    if (as->round != 0) {
        fprintf(out, ", round %u", as->round);
    }
    if (as->admitted) {
        fputs(", counts", out);
    }
    if (as->standing != GMS_STANDING_YES) {
        fprintf(out, ", %s", gms_event_standing(as->standing));
    }
    fputs("</td>", out);
}


void
gms_card_changes_html(FILE *out, const gms_session_t *s)
{
    gms_card_change_t c;
    char              when[GMS_CARD_INSTANT_SIZE];

    if (s->corrections == 0) {
        return;
    }

    fputs("<h2>Corrections</h2><table class=\"changes\"><thead><tr><th>No.</th>"
          "<th></th><th>Before</th><th>After</th><th>By</th><th>Why</th>"
          "<th>UTC</th></tr></thead>",
        out);

    for (uint32_t i = 0; i < s->corrections; i++) {
        gms_card_change(s, i, &c);
        gms_card_instant(c.entry->real_ns, when);
        fprintf(out, "<tr><td>%u</td><td>%s</td>", c.entry->event.n,
            gms_event_correction(c.entry->event.what));

        if (c.entry->event.what == GMS_CORRECTION_ADD) {
            fputs("<td></td>", out);
        } else {
            change_html(out, s, &c.before);
        }

        change_html(out, s, &c.entry->event);
        fputs("<td>", out);
        gms_card_escape(out, c.entry->event.author);
        fputs("</td><td>", out);
        gms_card_escape(out, c.entry->event.reason);
        fprintf(out, "</td><td>%.10s %.5s</td></tr>", when, when + 11);
    }

    fputs("</table>", out);
}


static void
change_json(
    gms_jsontext_t *j, const char *key, const gms_event_correction_t *as)
{
    gms_jsontext_open(j, key, '{');
    gms_jsontext_string(j, "standing", gms_event_standing(as->standing));
    gms_jsontext_integer(j, "round", as->round);
    gms_jsontext_number(j, "x_mm", as->x_mm);
    gms_jsontext_number(j, "y_mm", as->y_mm);
    gms_jsontext_integer(j, "score_tenths", as->score_tenths);
    gms_jsontext_integer(j, "ring", as->ring);
    gms_jsontext_bool(j, "inner", as->inner);
    gms_jsontext_string(j, "zone", as->zone);
    gms_jsontext_string(j, "bull", as->bull);
    gms_jsontext_bool(j, "sighter", as->sighter);
    gms_jsontext_bool(j, "unplaced", as->unplaced);
    gms_jsontext_bool(j, "admitted", as->admitted);
    gms_jsontext_close(j, '}');
}


void
gms_card_changes_json(gms_jsontext_t *j, const gms_session_t *s)
{
    gms_card_change_t             c;
    const gms_event_correction_t *now;

    gms_jsontext_open(j, "corrections", '[');

    for (uint32_t i = 0; i < s->corrections; i++) {
        gms_card_change(s, i, &c);
        now = &c.entry->event;
        gms_jsontext_open(j, NULL, '{');
        gms_jsontext_integer(j, "n", now->n);
        gms_jsontext_string(j, "what", gms_event_correction(now->what));
        gms_jsontext_string(j, "author", now->author);
        gms_jsontext_string(j, "reason", now->reason);
        gms_jsontext_string(j, "other", now->other);
        gms_jsontext_integer(j, "other_n", now->other_n);
        if (now->what == GMS_CORRECTION_ADD) {
            gms_jsontext_raw(j, "before", "null");
        } else {
            change_json(j, "before", &c.before);
        }
        change_json(j, "after", now);
        gms_jsontext_integer(j, "seq", (int64_t) c.entry->seq);
        gms_jsontext_integer(j, "t_us", c.entry->real_ns / GMS_US);
        gms_jsontext_close(j, '}');
    }

    gms_jsontext_close(j, ']');
}

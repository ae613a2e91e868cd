#include "questions_card.h"

#include <string.h>

#include "../card/card.h"


/* Without a body it is out of memory: that is answered for all. */
static void
answer(const gms_question_t *q, const gms_recorded_t *r)
{
    static const int kinds[GMS_CARD_FORMATS] = { GMS_ANSWER_CARD_CSV,
        GMS_ANSWER_CARD_JSON, GMS_ANSWER_CARD_SVG, GMS_ANSWER_CARD_HTML };

    gms_card_format_e format =
        gms_card_format(strrchr(q->ask->header.verb, '.') + 1);
    gms_card_t card = { .session = r->session,
        .lane = r->book.lane,
        .title = r->book.lane,
        .hash = r->session->state == GMS_SESSION_ENDED ? r->hash : "" };
    char      *text = gms_card_text(&card, format);

    q->reply->body = text;
    q->reply->kind = kinds[format];
    q->reply->status = text != NULL ? 200 : 0;
}


void
gms_question_card(const gms_question_t *q)
{
    static const char *const names[] = { "session", NULL };
    gms_recorded_t           r;

    if (gms_question_known(q, q->address, names)
        && gms_question_recorded(q, &r)) {
        answer(q, &r);
        gms_recorded_close(&r);
    }
}

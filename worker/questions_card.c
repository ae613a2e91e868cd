#include "questions_card.h"

#include <string.h>

#include "../ipc/error.h"
#include "card/card.h"
#include "store/recorded.h"


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
    char                     err[1024];
    int                      rc;

    if (!gms_question_known(q, q->address, names)) {
        return;
    }

    rc = gms_recorded_open(&r, q->keeper->history, q->keeper->state_dir,
        gms_question_word(q, "session"), err, sizeof(err));

    if (rc == GMS_OK) {
        answer(q, &r);
        gms_recorded_close(&r);

    } else if (rc == GMS_ENOTFOUND) {
        gms_question_done(q, rc, 0, NULL);

    } else {
        gms_question_problem(
            q, 503, "history-failing", "The history cannot be read now", err);
    }
}

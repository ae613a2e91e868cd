#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "filming.h"


static bool
filming_ask(gms_scorer_t *s, gms_filming_t *asked)
{
    if (s->filming >= GMS_FILMER_ASKED_MAX) {
        return false;
    }

    s->filming++;
    asked->lane = s->index;
    gms_inbox_put(&s->filmer->asked, asked);

    return true;
}


void
gms_filming_shot(gms_scorer_t *s, const gms_event_t *event)
{
    const gms_event_shot_t *shot;
    gms_filming_t           asked;

    shot = &event->u.shot;

    if (shot->by_hand || shot->frame_mono_ns == 0) {
        return;
    }

    memset(&asked, 0, sizeof(asked));
    asked.kind = GMS_FILMS_SHOTS;
    snprintf(asked.group, sizeof(asked.group), "%s", event->session);
    asked.n = shot->n;
    asked.t_us = shot->frame_real_ns / GMS_US;
    asked.due_ns = shot->frame_mono_ns + GMS_FILMER_AFTER_US * GMS_US;

    (void) filming_ask(s, &asked);
}


bool
gms_filming_complaint(
    gms_scorer_t *s, const char *id, int64_t t_us, char *facts)
{
    gms_filming_t asked;

    memset(&asked, 0, sizeof(asked));
    asked.kind = GMS_FILMS_COMPLAINTS;
    snprintf(asked.group, sizeof(asked.group), "%s", id);
    asked.t_us = t_us;
    asked.due_ns = gms_clock_mono_ns();
    asked.facts = facts;

    if (filming_ask(s, &asked)) {
        return true;
    }

    free(facts);

    return false;
}


/* A film that is not kept costs no shot: it is said, once until it changes. */
void
gms_filming_done(gms_scorer_t *s, const gms_note_t *note)
{
    char fact[GMS_SENTENCE_SIZE];
    bool failing;

    s->filming--;
    failing = note->u.committed.error != GMS_OK;

    if (failing && !s->films_failing) {
        gms_log(GMS_LOG_WARN, "film not kept", "\"detail\":\"%s\"",
            gms_log_escape(fact, sizeof(fact), note->u.committed.reason));
    }

    s->dirty |= failing != s->films_failing;
    s->films_failing = failing;
}

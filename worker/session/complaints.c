/* gms_complaints: see complaints.h. */

#include "complaints.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/clock.h"
#include "../base/jsontext.h"
#include "event_words.h"


const gms_complaint_t *
gms_complaints_find(const gms_scorebook_t *b, uint64_t seq)
{
    unsigned i;

    for (i = 0; i < b->complaints; i++) {
        if (b->complaint[i].seq == seq) {
            return &b->complaint[i];
        }
    }

    return NULL;
}


const gms_complaint_t *
gms_complaints_open_of(
    const gms_scorebook_t *b, const char *session, uint32_t n)
{
    const gms_complaint_t *c;
    unsigned               i;

    for (i = 0; i < b->complaints; i++) {
        c = &b->complaint[i];

        if (c->closed.what == GMS_COMPLAINT_OPEN && c->event.shot == n
            && strcmp(c->session, session) == 0)
        {
            return c;
        }
    }

    return NULL;
}


/* What may be forgotten first: 0: what is decided, 1: a shot that is missing,
 * whose film is listed all the same, 2: a protest. */
static int
worth(const gms_complaint_t *c)
{
    return c->closed.what != GMS_COMPLAINT_OPEN ? 0
        : c->event.shot == 0                    ? 1
                                                : 2;
}


bool
gms_complaints_is_full(const gms_scorebook_t *b)
{
    unsigned i;

    for (i = 0; i < b->complaints; i++) {
        if (worth(&b->complaint[i]) < 2) {
            return false;
        }
    }

    return b->complaints == GMS_COMPLAINTS_MAX;
}


static void
drop(gms_scorebook_t *b, unsigned i)
{
    b->complaints--;
    memmove(&b->complaint[i], &b->complaint[i + 1],
        (b->complaints - i) * sizeof(b->complaint[0]));
}


/* The oldest of those that are worth the least gives way. */
static void
make_room(gms_scorebook_t *b)
{
    unsigned i, least = 0;

    for (i = 1; i < b->complaints; i++) {
        if (worth(&b->complaint[i]) < worth(&b->complaint[least])) {
            least = i;
        }
    }

    drop(b, least);
}


void
gms_complaints_apply(gms_scorebook_t *b, const gms_event_t *event)
{
    const gms_event_closed_t *closed = &event->u.complaint_closed;
    gms_complaint_t          *c;
    unsigned                  i;

    if (event->kind == GMS_EVENT_COMPLAINT) {
        if (b->complaints == GMS_COMPLAINTS_MAX) {
            make_room(b);
        }

        c = &b->complaint[b->complaints++];
        memset(c, 0, sizeof(*c));
        c->event = event->u.complaint;
        c->seq = event->seq;
        c->real_ns = event->real_ns;
        strcpy(c->session, event->session);
        return;
    }

    for (i = 0; i < b->complaints; i++) {
        if (b->complaint[i].seq == closed->complaint) {
            b->complaint[i].closed = *closed;
            b->complaint[i].closed_ns = event->real_ns;
        }
    }
}


void
gms_complaints_forget(gms_scorebook_t *b, uint64_t before)
{
    while (b->complaints > 0 && b->complaint[0].seq < before) {
        drop(b, 0);
    }
}


static void
put_complaint(gms_jsontext_t *j, const gms_complaint_t *c)
{
    char id[24];

    snprintf(id, sizeof(id), "%" PRIu64, c->seq);
    gms_jsontext_open(j, NULL, '{');
    gms_jsontext_string(j, "id", id);
    gms_jsontext_string(j, "session", c->session);
    gms_event_put_complaint(j, &c->event);
    gms_jsontext_integer(j, "t_us", c->real_ns / GMS_US);
    gms_jsontext_string(j, "state", gms_complaint_words[c->closed.what]);
    gms_jsontext_string(j, "text", c->closed.text);
    gms_jsontext_string(j, "decided_by", c->closed.author);
    gms_jsontext_integer(j, "decided_us", c->closed_ns / GMS_US);
    gms_jsontext_close(j, '}');
}


cJSON *
gms_complaint_to_json(const gms_complaint_t *complaint)
{
    gms_jsontext_t j;
    char          *text;
    cJSON         *json;

    gms_jsontext_init(&j);
    put_complaint(&j, complaint);
    text = gms_jsontext_take(&j);
    json = text != NULL ? cJSON_Parse(text) : NULL;
    free(text);
    return json;
}


cJSON *
gms_complaints_to_json(const gms_scorebook_t *b)
{
    gms_jsontext_t j;
    cJSON         *json;
    char          *text;
    unsigned       i;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '[');

    for (i = 0; i < b->complaints; i++) {
        put_complaint(&j, &b->complaint[i]);
    }

    gms_jsontext_close(&j, ']');
    text = gms_jsontext_take(&j);
    json = text != NULL ? cJSON_CreateRaw(text) : NULL;
    free(text);
    return json;
}

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../../ipc/sse.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "../base/problem.h"
#include "document.h"
#include "publish.h"
#include "tokens.h"


static void
publish_send(gms_scorer_t *s, uint64_t ask, gms_link_message_t *m)
{
    if (ask == 0) {
        return;
    }

    /* Who reads the state after the answer finds in it what was answered. */
    if (s->dirty) {
        gms_publish_state(s);
    }

    m->header.type = GMS_LINK_ANSWER;
    m->header.id = ask;

    if (gms_link_send(s->control, m) == GMS_OK) {
        s->unheard = false;

    } else if (!s->unheard) {
        s->unheard = true;
        gms_log(GMS_LOG_WARN, "answer not sent", NULL);
    }
}


static void
publish_answer(gms_scorer_t *s, uint64_t ask, int status, int64_t kind,
    const void *body, size_t size)
{
    gms_link_message_t m;

    memset(&m, 0, sizeof(m));
    m.fd = -1;
    m.header.status = (uint32_t) status;
    m.header.value = kind;
    snprintf(m.header.lane, sizeof(m.header.lane), "%s", s->config->name);
    m.body = (char *) (uintptr_t) body;
    m.header.body_size = (uint32_t) size;
    publish_send(s, ask, &m);
}


void
gms_publish_onward(gms_scorer_t *s, uint64_t ask, const char *lane,
    const char *verb, const char *body)
{
    gms_link_message_t m;

    memset(&m, 0, sizeof(m));
    m.fd = -1;
    snprintf(m.header.lane, sizeof(m.header.lane), "%s", lane);
    snprintf(m.header.verb, sizeof(m.header.verb), "%s", verb);
    m.body = (char *) (uintptr_t) body;
    m.header.body_size = (uint32_t) strlen(body);
    publish_send(s, ask, &m);
}


void
gms_publish_answer(gms_scorer_t *s, uint64_t ask, int status, const char *body)
{
    publish_answer(s, ask, status, GMS_ANSWER_JSON, body, strlen(body));
}


void
gms_publish_secret(gms_scorer_t *s, uint64_t ask, int status, const char *body,
    const char *secret)
{
    gms_link_message_t m;

    memset(&m, 0, sizeof(m));
    m.fd = -1;
    m.header.status = (uint32_t) status;
    snprintf(m.header.lane, sizeof(m.header.lane), "%s", s->config->name);
    snprintf(m.header.key, sizeof(m.header.key), "%s", secret);
    m.body = (char *) (uintptr_t) body;
    m.header.body_size = (uint32_t) strlen(body);
    publish_send(s, ask, &m);
}


void
gms_publish_card(gms_scorer_t *s, uint64_t ask, int kind, const char *text)
{
    publish_answer(s, ask, 200, kind, text, strlen(text));
}


void
gms_publish_jpeg(gms_scorer_t *s, uint64_t ask, const void *bytes, size_t size)
{
    publish_answer(s, ask, 200, GMS_ANSWER_JPEG, bytes, size);
}


void
gms_publish_frame(gms_scorer_t *s, uint64_t ask, const void *bytes, size_t size)
{
    publish_answer(s, ask, 200, GMS_ANSWER_FRAME, bytes, size);
}


void
gms_publish_file(gms_scorer_t *s, uint64_t ask, int fd)
{
    gms_link_message_t m;

    memset(&m, 0, sizeof(m));
    m.fd = fd;
    m.header.status = 200;
    m.header.value = GMS_ANSWER_FILE;
    snprintf(m.header.lane, sizeof(m.header.lane), "%s", s->config->name);
    publish_send(s, ask, &m);
}


void
gms_publish_problem(gms_scorer_t *s, uint64_t ask, int status, const char *type,
    const char *title, const char *detail)
{
    char *body;

    if (ask == 0) {
        return;
    }

    body = gms_problem(status, type, title, detail, NULL, NULL);
    gms_publish_answer(s, ask, status, body != NULL ? body : "{}");
    free(body);
}


void
gms_publish_made(gms_scorer_t *s, uint64_t ask, char *text)
{
    if (text == NULL) {
        gms_publish_problem(s, ask, 503, "busy", "The lane is busy",
            "there is no memory for the answer; try again");
        return;
    }

    gms_publish_answer(s, ask, 200, text);
    free(text);
}


void
gms_publish_version(gms_scorer_t *s, uint64_t ask, char *text, uint64_t version)
{
    gms_link_message_t m;

    if (text == NULL) {
        gms_publish_made(s, ask, NULL);
        return;
    }

    memset(&m, 0, sizeof(m));
    m.fd = -1;
    m.header.status = 200;
    m.header.generation = version;
    snprintf(m.header.lane, sizeof(m.header.lane), "%s", s->config->name);
    m.body = text;
    m.header.body_size = (uint32_t) strlen(text);
    publish_send(s, ask, &m);
    free(text);
}


void
gms_publish_text(
    gms_scorer_t *s, const char *name, uint64_t seq, const char *json)
{
    gms_ring_record_t record;
    char              data[GMS_EVENT_BYTES], text[GMS_EVENT_BYTES];
    size_t            id_size;
    int               n;

    n = snprintf(data, sizeof(data), "{\"t_publish_us\":%" PRId64 ",%s",
        gms_clock_real_ns() / GMS_US, json + 1);
    if (n < 0 || (size_t) n >= sizeof(data)) {
        gms_log(GMS_LOG_ALERT, "event too large to publish", NULL);
        return;
    }

    n = gms_sse_format(
        text, sizeof(text), s->book.epoch, seq, name, data, &id_size);
    if (n < 0) {
        gms_log(GMS_LOG_ALERT, "event could not be formatted", NULL);
        return;
    }

    record.seq = seq;
    record.id_size = (uint32_t) id_size;
    record.size = (uint32_t) n;

    if (gms_ring_write(&s->ring, &record, text) != GMS_OK) {
        gms_log(GMS_LOG_ALERT, "event not taken by the ring", NULL);
        return;
    }

    gms_memory_count(s->memory, GMS_COUNTER_EVENTS, 1);
}


void
gms_publish_ephemeral(gms_scorer_t *s, const char *name, const char *json)
{
    gms_publish_text(s, name, 0, json);
    gms_wake_events(s->wake);
}


void
gms_publish_durable(gms_scorer_t *s, const gms_event_t *event)
{
    gms_event_t told;
    char       *json;

    /* who may command it is nobody's business */
    if (gms_event_is_session(event->kind) && event->u.session.tokens > 0) {
        told = *event;
        told.u.session.tokens = 0;
        event = &told;
    }

    json = gms_event_to_json(event, s->config->name);
    if (json == NULL) {
        gms_log(GMS_LOG_ALERT, "out of memory for an event", NULL);
        return;
    }

    gms_publish_text(s, gms_event_name(event->kind), event->seq, json);
    free(json);
}


void
gms_publish_state(gms_scorer_t *s)
{
    gms_state_info_t info;
    char            *text;

    text = gms_document_state(s);
    if (text == NULL) {
        return;
    }

    memset(&info, 0, sizeof(info));
    info.seq = s->book.seq;
    info.ring_pos = gms_ring_head(&s->ring);
    info.size = strlen(text);

    if (gms_state_write(&s->state, &info, text) != GMS_OK) {
        gms_log(GMS_LOG_ALERT, "state document too large", NULL);
    }

    free(text);
    s->dirty = false;
    gms_tokens_tell(s);
}

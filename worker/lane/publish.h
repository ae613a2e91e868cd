/*
 * gms_publish: what a lane says: answers to commands, events in the ring, the
 * state document.  The lane's main thread alone.
 */

#ifndef GMS_PUBLISH_H
#define GMS_PUBLISH_H

#include "scorer.h"

/* Answers a command; ask 0: nobody waits. body is JSON text. */
void gms_publish_answer(
    gms_scorer_t *s, uint64_t ask, int status, const char *body);
/* The same, with a secret for the cookie of who asked; "": none. */
void gms_publish_secret(gms_scorer_t *s, uint64_t ask, int status,
    const char *body, const char *secret);
/* What that lane answers to this verb is the answer. */
void gms_publish_onward(gms_scorer_t *s, uint64_t ask, const char *lane,
    const char *verb, const char *body);
/* 200 with a text that was made for it and is freed here; NULL: 503, there was
 * no memory to make it. */
void gms_publish_made(gms_scorer_t *s, uint64_t ask, char *text);
/* ... of what changes and has this version; 0: it is not there yet */
void gms_publish_version(
    gms_scorer_t *s, uint64_t ask, char *text, uint64_t version);
/* kind: GMS_ANSWER_CARD_... */
void gms_publish_card(
    gms_scorer_t *s, uint64_t ask, int kind, const char *text);
void gms_publish_jpeg(
    gms_scorer_t *s, uint64_t ask, const void *bytes, size_t size);
/* ... whose address will never show another one */
void gms_publish_frame(
    gms_scorer_t *s, uint64_t ask, const void *bytes, size_t size);
/* fd: of the file, stays open here */
void gms_publish_file(gms_scorer_t *s, uint64_t ask, int fd);
void gms_publish_problem(gms_scorer_t *s, uint64_t ask, int status,
    const char *type, const char *title, const char *detail);

/* An event's finished JSON object into the ring, t_publish_us put in front of
 * its members; seq 0: ephemeral.  Nobody is woken: who has published all that
 * came of one commit calls gms_wake_events(), as each wake of a process that
 * sleeps takes longer than the writing. */
void gms_publish_text(
    gms_scorer_t *s, const char *name, uint64_t seq, const char *json);

/* A journaled event, nobody woken either. */
void gms_publish_durable(gms_scorer_t *s, const gms_event_t *event);

/* Alone as it comes, and everybody woken for it. */
void gms_publish_ephemeral(gms_scorer_t *s, const char *name, const char *json);

/* Writes the state document. */
void gms_publish_state(gms_scorer_t *s);

#endif /* GMS_PUBLISH_H */

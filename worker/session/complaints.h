/*
 * gms_complaints: what who shoots objects to: that a shot is missing, or what
 * one was scored (a protest), and what became of it.  A part of
 * gms_scorebook: the fold and what follows from it.  Pure; any thread.
 */

#ifndef GMS_COMPLAINTS_H
#define GMS_COMPLAINTS_H

#include "scorebook.h"

/* By its number, that of its event; NULL: it is not known any more. */
const gms_complaint_t *gms_complaints_find(
    const gms_scorebook_t *b, uint64_t seq);

/* The protest of a shot that nobody has decided yet; NULL: there is none. */
const gms_complaint_t *gms_complaints_open_of(
    const gms_scorebook_t *b, const char *session, uint32_t n);

/* Undecided protests fill the book: it takes no other. */
bool gms_complaints_is_full(const gms_scorebook_t *b);

/* A complaint, or its end.  What ended a complaint that is not known any more
 * changes nothing. */
void gms_complaints_apply(gms_scorebook_t *b, const gms_event_t *event);

/* Those from before this event. */
void gms_complaints_forget(gms_scorebook_t *b, uint64_t before);

/* Members of the state document; NULL: out of memory.  One of them, and all,
 * the oldest first. */
cJSON *gms_complaint_to_json(const gms_complaint_t *complaint);
cJSON *gms_complaints_to_json(const gms_scorebook_t *b);

#endif /* GMS_COMPLAINTS_H */

/*
 * gms_papers: the paper that hangs there: counting its holes when it goes, its
 * photograph, and what a person says about it.  The lane's main thread alone.
 */

#ifndef GMS_PAPERS_H
#define GMS_PAPERS_H

#include "scorer.h"

/* A session begins: its first paper has no hole of it. */
void gms_papers_begin(gms_scorer_t *s);

/* Photographs the card, if the newest picture shows it undisturbed. */
void gms_papers_look(gms_scorer_t *s);

/* Photographs it once a second; called a few times a second. */
void gms_papers_tick(gms_scorer_t *s, int64_t now_ns);

/* A shot was first seen in the picture of this instant. */
void gms_papers_shot(gms_scorer_t *s, int64_t frame_ns);

/*
 * Has the paper of an input counted that goes: what the camera has seen in it
 * (holes), by a look at its photographs that knows nothing of the detector
 * where that is possible, and what is odd: a shot without a hole, a hole
 * without a shot.  The look takes its time elsewhere: the input waits.
 */
void gms_papers_count(gms_scorer_t *s, gms_waiting_t *waiting);

/* What it came to. */
void gms_papers_counted(
    const gms_scorer_t *s, const gms_note_t *note, gms_event_paper_t *paper);

/* The photograph of the paper that goes, by its number; the taker's. */
gms_picture_t gms_papers_photograph(gms_scorer_t *s, uint32_t paper);

/* A paper was done with and it is on record. */
void gms_papers_changed(gms_scorer_t *s, const gms_event_paper_t *paper);

/* Answers a command about the paper with the count of the one that went. */
void gms_papers_answer(
    gms_scorer_t *s, uint64_t ask, const gms_answer_t *answer);

/* Answers a change of the session with its totals, an end with the count. */
void gms_papers_answer_session(
    gms_scorer_t *s, const gms_waiting_t *waiting, const gms_answer_t *answer);

#endif /* GMS_PAPERS_H */

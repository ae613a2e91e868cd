/*
 * What the files of gms_scorebook_decide share.  Each decider takes the book
 * and the input, writes the events that follow and returns their number, or
 * an error: see scorebook.h.
 */

#ifndef GMS_DECIDE_H
#define GMS_DECIDE_H

#include "scorebook.h"

typedef int (*gms_decider_pt)(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);

/* The n-th event of a decision, about this session; s NULL: the lane's. */
gms_event_t *gms_decide_event(const gms_scorebook_t *b,
    const gms_input_t *input, const gms_session_t *s, gms_event_kind_e kind,
    gms_event_t *out, int n);

/* Closes the open round of a session with the shots that it has, as the n-th
 * event; 0: none has come since the last one. */
int gms_decide_close(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, gms_round_by_e by, gms_event_t *out, int n);

/* To the precision of the journal; -0 is 0. */
double  gms_decide_rounded(double value, double scale);
int64_t gms_decide_whole_us(int64_t ns);
bool    gms_decide_is_within(double value, double low, double high);

/* The open session that the input is about; NULL: there is none. */
const gms_session_t *gms_decide_session(
    const gms_scorebook_t *b, const gms_input_t *input);

/* By file: session_decide.c, */
int gms_decide_start(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_end(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_pause(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_resume(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_reopen(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_activate(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_claim(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_into(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_discard(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_sighters(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_join(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_boot(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_time(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);

/* shot_decide.c, */
int gms_decide_shot(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_remove(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);

/* course_decide.c; stop: as the n-th event, by time or shots, */
int gms_decide_course(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_stop(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, gms_course_by_e by, gms_event_t *out, int n);

/* What a shot is worth in a session where it is; on a card of several bulls
 * its place on the card becomes that from the centre of its bull. */
void gms_decide_value(const gms_event_session_t *setup, gms_event_shot_t *shot);

/* To the precision of the journal; the rounds that it closes, and the string of
 * a course, from the n-th event on. */
void gms_decide_journaled(gms_event_shot_t *shot);
int gms_decide_close_by_shot(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_event_shot_t *shot, gms_event_t *out,
    int n);

/* correction_decide.c, */
int gms_decide_add(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_correct(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);

/* A correction with the input's author and reason, as the n-th event; a shot of
 * its own with it, and the rounds that it closes. */
gms_event_correction_t *gms_decide_correction(const gms_scorebook_t *b,
    const gms_input_t *input, const gms_session_t *s,
    const gms_event_correction_t *c, gms_event_t *out, int n);
int gms_decide_enter(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, gms_event_shot_t *shot,
    const gms_event_correction_t *told, gms_event_t *out, int n);

/* Puts a shot there on the card, with what it is worth there. */
void gms_decide_place(const gms_scorebook_t *b,
    const gms_event_session_t *setup, double x_mm, double y_mm,
    gms_event_shot_t *shot);

/* NULL: the face has no bull of that name. */
const gms_face_bull_t *gms_decide_bull(
    const gms_face_t *face, const char *name);

/* A shot of one session becomes the next of another, as u.correcting says;
 * whole: all of the session's do, in their order. */
int gms_decide_give(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_session_shot_t *row, bool whole,
    gms_event_t *out);

/* cross_decide.c; send: this shot, to the session of u.correcting, */
int gms_decide_send(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_session_shot_t *row, gms_event_t *out);
int gms_decide_take(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);

/* paper_decide.c; paper: as the first event of a decision about a session,
 * with the rounds that end for it. */
int gms_decide_paper(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int  gms_decide_paper_of(const gms_scorebook_t *b, const gms_input_t *input,
     const gms_session_t *s, gms_event_t *out);
bool gms_decide_is_paper_valid(const gms_event_paper_t *paper);

/* complaints_decide.c, */
int gms_decide_complaint(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_complaint_close(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);

/* calls_decide.c, */
int gms_decide_call(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);

/* tips_decide.c; due: as gms_tips_is_due has it, one event at a time. */
int gms_decide_tip(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_tip_change(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out);
int gms_decide_tips_due(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_session_instant_t *now, gms_event_t *out);

#endif /* GMS_DECIDE_H */

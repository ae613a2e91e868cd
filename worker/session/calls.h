/*
 * gms_calls: where who shoots says that his shots went, before he sees them,
 * and how far off he was.  A part of gms_session: the fold and what follows
 * from it.  Pure; any thread.
 */

#ifndef GMS_CALLS_H
#define GMS_CALLS_H

#include "session.h"

/* Nearer than this to where it was called a shot lies in no direction. */
#define GMS_CALL_SAME_MM 0.3

/* From where it was called to where the shot lies, mm: y is up. */
typedef struct {
    double x_mm;
    double y_mm;
} gms_call_off_t;

/* Of the called shots that stand; n 0: the others are NAN. */
typedef struct {
    int            n;
    double         error_mm; /* mean distance */
    gms_call_off_t off;      /* mean: what he does not feel */
} gms_calls_t;

/* Of a row that was called. */
gms_call_off_t gms_call_off(const gms_session_shot_t *row);

/* Hour of the clock in whose direction the shot lies, 1 to 12; 0: the same
 * place. */
int gms_call_clock(gms_call_off_t off);

/* GMS_ECORRUPT: there is no such shot, or it was called before. */
int gms_calls_apply(gms_session_t *s, const gms_event_call_t *call);

gms_calls_t gms_calls_measure(const gms_session_t *s);

/* The members of one, of an object that is open: where, and how far off. */
void gms_call_put(
    gms_jsontext_t *j, double x_mm, double y_mm, gms_call_off_t off);

/* "call" of a shot: null where it was not called. */
void gms_call_put_row(gms_jsontext_t *j, const gms_session_shot_t *row);

/* "calls" of the state document: the newest hundred, oldest first; NULL: out
 * of memory. */
cJSON *gms_calls_to_json(const gms_session_t *s);

#endif /* GMS_CALLS_H */

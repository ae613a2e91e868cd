/*
 * gms_conduct: how the course of a session goes: when what was commanded, and
 * what that means for its shots.  Reads gms_session; apply alone changes it.
 * Pure; any thread.  Of a session without a course: nothing is ever over, and
 * every shot lies in the window.
 */

#ifndef GMS_CONDUCT_H
#define GMS_CONDUCT_H

#include "session.h"

/* Folds a command in; false: it cannot follow. */
bool gms_conduct_apply(gms_session_t *s, const gms_event_t *event);

/* The phase at an instant; *left_s: until it ends by itself, or INFINITY. */
gms_course_phase_e gms_conduct_phase(
    const gms_session_t *s, const gms_session_instant_t *now, double *left_s);

/* Is the time of its string over, and nobody has said STOP? */
bool gms_conduct_is_over(
    const gms_session_t *s, const gms_session_instant_t *now);

/* Where a shot lies that comes now, its frames of this boot. */
gms_window_e gms_conduct_window(
    const gms_session_t *s, const gms_event_shot_t *shot, const char *boot_id);

/* Shots in the window: that the string still takes, -1: as many as one likes;
 * of the open round; and how many close it, 0: none do. */
int gms_conduct_left(const gms_session_t *s);
int gms_conduct_series(const gms_session_t *s);
int gms_conduct_series_length(const gms_session_t *s);

/* The member "course" of the state document at an instant (docs/events.md);
 * null without a course; NULL: out of memory. */
cJSON *gms_conduct_to_json(
    const gms_session_t *s, const gms_session_instant_t *now);

#endif /* GMS_CONDUCT_H */

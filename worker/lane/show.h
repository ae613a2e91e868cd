/*
 * gms_show: what a coach shows on the page of who shoots: a shot, the picture
 * of an instant, strokes that he drew.  It is told by an event, stands in the
 * state document, and is journaled nowhere.  The lane's main thread.
 */

#ifndef GMS_SHOW_H
#define GMS_SHOW_H

#include "commands.h"

void gms_command_show_set(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_show_end(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

/* Time passes: whoever showed it may be gone. */
void gms_show_tick(gms_scorer_t *s, int64_t now_ns);

/* Somebody else shoots, or nobody. */
void gms_show_turned(gms_scorer_t *s, const gms_event_t *event);

/* null: nothing is shown; NULL: out of memory. */
cJSON *gms_show_to_json(const gms_scorer_t *s);

#endif /* GMS_SHOW_H */

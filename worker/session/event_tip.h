/*
 * Tips and drills in an event's JSON, for event.c that writes and event_read.c
 * that reads them.
 */

#ifndef GMS_EVENT_TIP_H
#define GMS_EVENT_TIP_H

#include "event.h"

/* Members of the object that is open. */
void gms_event_put_tip(gms_jsontext_t *j, const gms_event_tip_t *tip);
void gms_event_put_tip_changed(
    gms_jsontext_t *j, const gms_event_tip_changed_t *changed);
void gms_event_put_drill(gms_jsontext_t *j, const gms_event_drill_t *drill);

/* False: this is none. */
bool gms_event_get_tip(gms_event_tip_t *tip, const cJSON *json);
bool gms_event_get_tip_changed(
    gms_event_tip_changed_t *changed, const cJSON *json);
bool gms_event_get_drill(gms_event_drill_t *drill, const cJSON *json);

#endif /* GMS_EVENT_TIP_H */

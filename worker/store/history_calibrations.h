/*
 * gms_history_calibrations: every calibration of every lane, for who asks
 * since when a camera has hung as it does.
 */

#ifndef GMS_HISTORY_CALIBRATIONS_H
#define GMS_HISTORY_CALIBRATIONS_H

#include "../session/event.h"
#include "history_query.h"

/* Once, however often it is followed; event: GMS_EVENT_CALIBRATION. */
int gms_history_write_calibration(
    gms_history_t *h, const char *lane, const gms_event_t *event);

/* Newest first, limit of them; lane NULL: of all.
 * {"calibrations":[..], "next": cursor or null}, malloc'ed. */
int gms_history_calibrations(gms_history_t *h, const char *lane,
    const gms_history_cursor_t *after, int limit, char **json);

#endif /* GMS_HISTORY_CALIBRATIONS_H */

/*
 * gms_obeying: what people ask of a camera, controls and presets, carried out,
 * answered by a note, and kept for the next start as the camera took it.  The
 * capture thread's alone.
 */

#ifndef GMS_OBEYING_H
#define GMS_OBEYING_H

#include "lane.h"
#include "zooming.h"

typedef struct {
    gms_source_t  *source;
    gms_zooming_t *zooming;
    gms_inbox_t   *notes;
    const char    *path; /* of what is kept */
    gms_settings_t settings;
} gms_obeying_t;

/* All of it outlives this; what was kept is read. */
void gms_obeying_init(gms_obeying_t *o, gms_source_t *source,
    gms_zooming_t *zooming, gms_inbox_t *notes, const char *path,
    const gms_camera_t *camera);

/* Takes order->wanted; note is the answer, for the caller to put.  detail: how
 * the camera is, which is not there unless open. */
void gms_obeying_controls(gms_obeying_t *o, const gms_order_t *order, bool open,
    const char *detail, gms_note_t *note);

/* Asks for it, or answers that it cannot be. */
void gms_obeying_preset(
    gms_obeying_t *o, const gms_order_t *order, bool open, const char *detail);

/* What came of the preset that was asked for, to who waits. */
void gms_obeying_arrived(gms_obeying_t *o, int error, const char *reason);

#endif /* GMS_OBEYING_H */

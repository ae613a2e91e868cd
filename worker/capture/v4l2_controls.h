/*
 * gms_v4l2_controls: the controls of an open device.  A camera's automatics
 * are switched off before what they rule is set; several are set together or
 * not at all; who else turns one is noticed.
 */

#ifndef GMS_V4L2_CONTROLS_H
#define GMS_V4L2_CONTROLS_H

#include "controls.h"
#include "v4l2_device.h"

#define GMS_V4L2_MOVED_SIZE 128

/* The automatics that make two pictures of the same paper differ. */
typedef enum {
    GMS_V4L2_EXPOSURE,
    GMS_V4L2_GAIN,
    GMS_V4L2_WHITE_BALANCE,
    GMS_V4L2_FOCUS,
    GMS_V4L2_AUTOMATICS
} gms_v4l2_automatic_e;

typedef struct {
    uint32_t id;
    uint32_t flags; /* the driver's */
} gms_v4l2_control_t;

typedef struct {
    const gms_v4l2_device_t *device;
    gms_controls_t           list;
    gms_v4l2_control_t       of[GMS_CONTROLS_MAX]; /* the same order */
    bool                     told;     /* the driver tells of changes */
    uint32_t                 revision; /* raised by every change */
    uint32_t                 moves;    /* raised when the view changed */
    char                     moved[GMS_V4L2_MOVED_SIZE]; /* how, in words */
} gms_v4l2_controls_t;

/* Lists them and asks to be told of changes; a device without controls has an
 * empty list. */
void gms_v4l2_controls_init(
    gms_v4l2_controls_t *c, const gms_v4l2_device_t *device);

/* Reads all values anew. */
void gms_v4l2_controls_read(gms_v4l2_controls_t *c);

/*
 * Sets all or none; what was set, as the driver took it, and which automatics
 * had to go for it, goes to kept.  GMS_EINVALID: setting *bad of wanted is
 * unknown, out of range, not to be set or at odds with another;
 * GMS_ECAMERA_GONE: the driver refused.  Both with a sentence.
 */
int gms_v4l2_controls_set(gms_v4l2_controls_t *c, const gms_settings_t *wanted,
    gms_settings_t *kept, unsigned *bad, char *err, size_t err_size);

/* Name of the control of an automatic that runs; NULL: it does not run, or
 * the camera has none.  *off and *on: values that switch it. */
const char *gms_v4l2_automatic(const gms_v4l2_controls_t *c,
    gms_v4l2_automatic_e automatic, bool *runs, int32_t *off, int32_t *on);

/* Notes the values of those that say where the camera looks; zoom gets them in
 * words, "" when it has none. */
void gms_v4l2_controls_view(const gms_v4l2_controls_t *c, gms_settings_t *kept,
    char *zoom, size_t zoom_size);

/* Takes what the driver has to tell.  GMS_OK; GMS_ECAMERA_GONE with a
 * sentence: the picture is another now, the device must be opened anew. */
int gms_v4l2_controls_events(
    gms_v4l2_controls_t *c, char *err, size_t err_size);

/* Where the driver does not tell: looks whether the view has changed. */
void gms_v4l2_controls_look(gms_v4l2_controls_t *c);

#endif /* GMS_V4L2_CONTROLS_H */

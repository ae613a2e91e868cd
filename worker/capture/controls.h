/*
 * gms_controls: what can be set at a camera (exposure, focus, zoom, ...), and
 * what was set, so that it can be set again after the camera was unplugged.
 */

#ifndef GMS_CONTROLS_H
#define GMS_CONTROLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GMS_CONTROLS_MAX 64
#define GMS_CONTROL_NAME_SIZE 32
#define GMS_CONTROL_TITLE_SIZE 33
#define GMS_CONTROL_CHOICES_MAX 16

typedef enum {
    GMS_CONTROL_NUMBER,
    GMS_CONTROL_SWITCH, /* 0 or 1 */
    GMS_CONTROL_CHOICE  /* one of choice[] */
} gms_control_type_e;

/* Whether the camera's own automatic rules a control. */
typedef enum {
    GMS_CONTROL_FREE, /* there is no automatic for it */
    GMS_CONTROL_AUTOMATIC,
    GMS_CONTROL_LOCKED
} gms_control_rule_e;

typedef struct {
    char               name[GMS_CONTROL_NAME_SIZE];
    char               title[GMS_CONTROL_TITLE_SIZE];
    gms_control_type_e type;
    gms_control_rule_e rule;
    bool               writable;
    int32_t            min;
    int32_t            max;
    int32_t            step;
    int32_t            preset; /* the camera's own */
    int32_t            value;
    unsigned           choices;
    struct {
        int32_t value;
        char    title[GMS_CONTROL_TITLE_SIZE];
    } choice[GMS_CONTROL_CHOICES_MAX];
} gms_control_t;

typedef struct {
    unsigned      count;
    gms_control_t control[GMS_CONTROLS_MAX];
} gms_controls_t;

/* What a control shall be. */
typedef struct {
    char    name[GMS_CONTROL_NAME_SIZE];
    int32_t value;
    bool    asked; /* by a person: kept for the next start too */
} gms_setting_t;

typedef struct {
    unsigned      count;
    gms_setting_t setting[GMS_CONTROLS_MAX];
    bool          has_preset;
    int           preset; /* of a camera that is asked for them (gms_ptz) */
} gms_settings_t;

const gms_setting_t *gms_settings_find(
    const gms_settings_t *settings, const char *name);

/* Replaces what was said of the name; one too many is forgotten.  What a
 * person asked for stays asked. */
void gms_settings_put(
    gms_settings_t *settings, const char *name, int32_t value, bool asked);
void gms_settings_remove(gms_settings_t *settings, const char *name);

#endif /* GMS_CONTROLS_H */

/*
 * gms_admission: what the verbs of the link say of devices: reads what was
 * asked, refuses what is not valid, answers.  The supervisor's.
 */

#ifndef GMS_ADMISSION_H
#define GMS_ADMISSION_H

#include "../../ipc/link.h"
#include "../config.h"
#include "devices.h"

typedef struct {
    int   status;                  /* of HTTP */
    char *body;                    /* malloc'ed, the caller's; NULL: none */
    char  secret[GMS_SECRET_SIZE]; /* for the cookie of who asked, or "" */
    bool  changed;                 /* nginx must hear of it first */
} gms_admission_t;

/* Is this one of its verbs? */
bool gms_admission_asked(const gms_link_message_t *ask);

/* Answers always. */
void gms_admission(gms_admission_t *answer, gms_devices_t *devices,
    const gms_config_t *config, const gms_link_message_t *ask);

#endif /* GMS_ADMISSION_H */

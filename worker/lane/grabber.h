/*
 * gms_grabber: the capture thread.  Opens the source, and again with backoff
 * when it is lost; copies each picture into the mailbox, and its JPEG, where
 * it has one, into the frame slots of every lane of the process; tells main
 * about the camera by notes.
 */

#ifndef GMS_GRABBER_H
#define GMS_GRABBER_H

#include "../../ipc/frames.h"
#include "../capture/mailbox.h"
#include "../capture/reel.h"
#include "lane.h"
#include "wake.h"

typedef struct {
    gms_source_config_t config;
    gms_face_t          face; /* config.face points here */
    unsigned            lanes;
    gms_memory_t       *memory[GMS_PROCESS_LANES_MAX];
    const gms_camera_t *camera[GMS_PROCESS_LANES_MAX]; /* each lane's words */
    gms_mailbox_t      *mailbox;
    gms_reel_t         *reel; /* gets every picture, too */
    gms_inbox_t        *notes;
    gms_wake_t         *wake;
    unsigned            sessions; /* main's: lanes with an open session */
    char                settings_path[1088]; /* what was set at the camera */

    gms_inbox_t orders; /* REOPEN, CONTROLS, PRESET, STOP */
    pthread_t   thread;
    bool        started;
} gms_grabber_t;

/* config, face, lanes, memory, camera, mailbox, reel, notes and wake are set by the
 * caller.  GMS_ENOMEM, GMS_ESYS. */
int  gms_grabber_start(gms_grabber_t *g);
void gms_grabber_stop(gms_grabber_t *g);

#endif /* GMS_GRABBER_H */

/*
 * gms_mailbox: the newest frame, from the capture thread to the analysis
 * thread.  One side puts, one side takes; a frame that nobody took in time is
 * replaced by the next and counted as dropped.  Three buffers go round: one
 * being filled, one waiting, one at the taker; bytes are copied once, in put:
 * of the gray plane where there is one, else of the JPEG.
 */

#ifndef GMS_MAILBOX_H
#define GMS_MAILBOX_H

#include "source.h"

typedef struct gms_mailbox_s gms_mailbox_t;

/* NULL: out of memory. */
gms_mailbox_t *gms_mailbox_create(void);

/* After both threads have ended. */
void gms_mailbox_destroy(gms_mailbox_t *m);

/*
 * Capture thread: copies the frame in; never waits for the taker.  A first
 * frame, or one larger than any before, makes a buffer grow.  Returns how
 * many frames were dropped so far: replaced before they were taken, larger
 * than GMS_MAILBOX_BYTES, or out of memory.
 */
#define GMS_MAILBOX_BYTES (32 * 1024 * 1024)
uint64_t gms_mailbox_put(gms_mailbox_t *m, const gms_frame_t *frame);

/*
 * Analysis thread: waits at most timeout_ms for a frame that it did not have
 * yet.  Its bytes stay valid and unchanged until the next take or until
 * destroy.  GMS_OK; GMS_EAGAIN; GMS_EEND: closed, and the last frame taken.
 */
int gms_mailbox_take(gms_mailbox_t *m, gms_frame_t *frame, int timeout_ms);

/* Any thread: no further frame will come; wakes the taker. */
void gms_mailbox_close(gms_mailbox_t *m);

/* Any thread: frames put, and those of them that nobody will see. */
void gms_mailbox_counts(gms_mailbox_t *m, uint64_t *put, uint64_t *dropped);

#endif /* GMS_MAILBOX_H */

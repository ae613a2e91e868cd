/* gms_mailbox: see mailbox.h. */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mailbox.h"
#include "../../ipc/error.h"
#include "../base/clock.h"

/* Buffers grow by this step, so that pictures of wavering size do not make
 * them grow again and again; they also begin on it. */
#define GMS_MAILBOX_STEP (64 * 1024)

typedef struct {
    gms_frame_t frame;
    uint8_t    *bytes;
    size_t      capacity;
} gms_letter_t;

struct gms_mailbox_s {
    pthread_mutex_t lock;
    pthread_cond_t  arrived;
    gms_letter_t    letter[3];
    int             filling; /* the putter's alone */
    int             waiting;
    int             taken; /* the taker's alone */
    bool            fresh; /* `waiting` holds a frame nobody had yet */
    bool            closed;
    uint64_t        put;
    uint64_t        dropped;
};


gms_mailbox_t *
gms_mailbox_create(void)
{
    int                rc;
    gms_mailbox_t     *m;
    pthread_condattr_t attr;

    m = calloc(1, sizeof(gms_mailbox_t));
    if (m == NULL) {
        return NULL;
    }

    m->waiting = 1;
    m->taken = 2;

    if (pthread_condattr_init(&attr) != 0) {
        free(m);
        return NULL;
    }

    rc = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    if (rc == 0) {
        rc = pthread_cond_init(&m->arrived, &attr);
    }

    pthread_condattr_destroy(&attr);

    if (rc != 0) {
        free(m);
        return NULL;
    }

    if (pthread_mutex_init(&m->lock, NULL) != 0) {
        pthread_cond_destroy(&m->arrived);
        free(m);
        return NULL;
    }

    return m;
}


void
gms_mailbox_destroy(gms_mailbox_t *m)
{
    if (m == NULL) {
        return;
    }

    for (int i = 0; i < 3; i++) {
        free(m->letter[i].bytes);
    }

    pthread_mutex_destroy(&m->lock);
    pthread_cond_destroy(&m->arrived);
    free(m);
}


static int
gms_letter_fill(gms_letter_t *letter, const gms_frame_t *frame)
{
    size_t         size, capacity;
    uint8_t       *bytes;
    const uint8_t *from;

    from = gms_frame_bytes(frame, &size);

    if (size > GMS_MAILBOX_BYTES) {
        return GMS_ETOOBIG;
    }

    if (size > letter->capacity) {
        capacity = (size / GMS_MAILBOX_STEP + 1) * GMS_MAILBOX_STEP;

        bytes = aligned_alloc(GMS_MAILBOX_STEP, capacity);
        if (bytes == NULL) {
            return GMS_ENOMEM;
        }

        free(letter->bytes);
        letter->bytes = bytes;
        letter->capacity = capacity;
    }

    letter->frame = *frame;

    if (size > 0) {
        memcpy(letter->bytes, from, size);
    }

    if (frame->gray.px != NULL) {
        letter->frame.gray.px = letter->bytes;
        letter->frame.jpeg = NULL;
        letter->frame.jpeg_size = 0;

    } else {
        letter->frame.jpeg = letter->bytes;
    }

    return GMS_OK;
}


uint64_t
gms_mailbox_put(gms_mailbox_t *m, const gms_frame_t *frame)
{
    int      rc, filled;
    uint64_t dropped;

    /* no one else knows this buffer: the copy needs no lock */
    rc = gms_letter_fill(&m->letter[m->filling], frame);

    pthread_mutex_lock(&m->lock);

    m->put++;

    if (m->fresh || rc != GMS_OK) {
        m->dropped++;
    }

    if (rc == GMS_OK) {
        filled = m->filling;
        m->filling = m->waiting;
        m->waiting = filled;
        m->fresh = true;
        pthread_cond_signal(&m->arrived);
    }

    dropped = m->dropped;

    pthread_mutex_unlock(&m->lock);

    return dropped;
}


int
gms_mailbox_take(gms_mailbox_t *m, gms_frame_t *frame, int timeout_ms)
{
    int             rc, taken;
    int64_t         until;
    struct timespec ts;

    until = gms_clock_mono_ns() + (timeout_ms < 0 ? 0 : timeout_ms) * GMS_MS;
    ts.tv_sec = until / GMS_S;
    ts.tv_nsec = until % GMS_S;

    pthread_mutex_lock(&m->lock);

    rc = 0;
    while (!m->fresh && !m->closed && rc != ETIMEDOUT) {
        rc = pthread_cond_timedwait(&m->arrived, &m->lock, &ts);
    }

    if (m->fresh) {
        taken = m->taken;
        m->taken = m->waiting;
        m->waiting = taken;
        m->fresh = false;
        *frame = m->letter[m->taken].frame;
        rc = GMS_OK;

    } else {
        rc = m->closed ? GMS_EEND : GMS_EAGAIN;
    }

    pthread_mutex_unlock(&m->lock);

    return rc;
}


void
gms_mailbox_close(gms_mailbox_t *m)
{
    pthread_mutex_lock(&m->lock);
    m->closed = true;
    pthread_cond_broadcast(&m->arrived);
    pthread_mutex_unlock(&m->lock);
}


void
gms_mailbox_counts(gms_mailbox_t *m, uint64_t *put, uint64_t *dropped)
{
    pthread_mutex_lock(&m->lock);
    *put = m->put;
    *dropped = m->dropped;
    pthread_mutex_unlock(&m->lock);
}

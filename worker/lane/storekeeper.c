#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "storekeeper.h"
#include "../store/reserve.h"

#define GMS_STORE_BEAT_MS 300


/* The reserve is for events alone. */
static int
store_keep_picture(
    gms_storekeeper_t *s, const gms_batch_t *batch, char *err, size_t err_size)
{
    if (!gms_reserve_is_there(s->state_dir)) {
        snprintf(err, err_size,
            "the disk of %s is nearly full: what room is left is for shots",
            s->state_dir);
        return GMS_ESTORE_FULL;
    }

    return gms_pictures_write(
        s->dir[batch->lane], batch->session, &batch->picture, err, err_size);
}


static void
store_picture(gms_storekeeper_t *s, const gms_batch_t *batch)
{
    gms_note_t note;

    memset(&note, 0, sizeof(note));
    note.kind = GMS_NOTE_PICTURE;
    note.lane = batch->lane;
    note.u.committed.error = store_keep_picture(
        s, batch, note.u.committed.reason, sizeof(note.u.committed.reason));

    gms_inbox_put(s->notes, &note);
}


/* A full disk gets the reserve first: this lane's or another's, whoever comes
 * first gives it away for all. */
static int
store_append(
    gms_storekeeper_t *s, const gms_batch_t *batch, char *err, size_t err_size)
{
    gms_journal_t *journal;
    int            rc;

    journal = s->journal[batch->lane];
    rc =
        gms_journal_append(journal, batch->event, batch->events, err, err_size);

    if (rc != GMS_ESTORE_FULL) {
        return rc;
    }

    if (gms_reserve_release(s->state_dir)) {
        gms_log(GMS_LOG_WARN, "disk full, reserve given to the journals",
            "\"bytes\":%d", GMS_RESERVE_BYTES);
    }

    return gms_journal_append(
        journal, batch->event, batch->events, err, err_size);
}


static void
store_commit(gms_storekeeper_t *s, const gms_batch_t *batch)
{
    gms_note_t note;
    int64_t    begin;
    bool       pictured, first;

    memset(&note, 0, sizeof(note));
    note.kind = GMS_NOTE_COMMITTED;
    note.lane = batch->lane;

    /* Who is told that a paper went may ask for its photograph at once; a shot
     * must not wait for its picture. */
    pictured = batch->picture.bytes != NULL;
    first = pictured && batch->picture.kind == GMS_PICTURE_PAPER;

    if (first) {
        store_picture(s, batch);
    }

    begin = gms_clock_mono_ns();
    note.u.committed.error = store_append(
        s, batch, note.u.committed.reason, sizeof(note.u.committed.reason));
    note.u.committed.took_ns = gms_clock_mono_ns() - begin;

    if (note.u.committed.error == GMS_OK) {
        gms_journal_head(s->journal[batch->lane], note.u.committed.hash);
        gms_memory_record(s->memory[batch->lane], GMS_HISTOGRAM_COMMIT,
            note.u.committed.took_ns);
        gms_memory_count(s->memory[batch->lane], GMS_COUNTER_COMMITS, 1);
    }

    gms_inbox_put(s->notes, &note);

    if (note.u.committed.error == GMS_OK && pictured) {
        if (!first) {
            store_picture(s, batch);
        }

        free(batch->picture.bytes);
    }
}


static void *
store_thread(void *data)
{
    gms_storekeeper_t *s;
    gms_batch_t        batch;
    struct pollfd      p;
    unsigned           i;

    s = data;
    p.fd = s->batches.fd;
    p.events = POLLIN;

    for (;;) {
        for (i = 0; i < s->lanes; i++) {
            gms_memory_beat(s->memory[i], GMS_BEAT_STORE, gms_clock_mono_ns());
        }

        poll(&p, 1, GMS_STORE_BEAT_MS);

        while (gms_inbox_take(&s->batches, &batch)) {
            if (batch.events == 0) {
                return NULL;
            }

            store_commit(s, &batch);
        }
    }
}


int
gms_storekeeper_start(gms_storekeeper_t *s)
{
    int rc;

    rc = gms_inbox_init(
        &s->batches, sizeof(gms_batch_t), GMS_PROCESS_LANES_MAX + 1);
    if (rc != GMS_OK) {
        return rc;
    }

    if (pthread_create(&s->thread, NULL, store_thread, s) != 0) {
        gms_inbox_close(&s->batches);
        return GMS_ESYS;
    }

    s->started = true;

    return GMS_OK;
}


void
gms_storekeeper_stop(gms_storekeeper_t *s)
{
    gms_batch_t batch;

    if (!s->started) {
        return;
    }

    memset(&batch, 0, sizeof(batch));
    gms_inbox_put(&s->batches, &batch);

    pthread_join(s->thread, NULL);
    gms_inbox_close(&s->batches);
    s->started = false;
}

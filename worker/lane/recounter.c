#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../detect/recount.h"
#include "recounter.h"


static void
recounter_count(gms_recounter_t *r, const gms_recounting_t *asked)
{
    gms_recount_t recount;
    gms_image_t   fresh, last;
    gms_note_t    note;
    int           rc;

    memset(&fresh, 0, sizeof(fresh));
    memset(&last, 0, sizeof(last));
    memset(&recount, 0, sizeof(recount));
    recount.fresh = &fresh;
    recount.last = &last;
    recount.face = &asked->face;
    recount.caliber_mm = asked->caliber_mm;
    recount.shot = (const double(*)[2]) asked->mm;
    recount.shots = asked->shots;
    recount.later = asked->later;
    memcpy(recount.map, asked->map, sizeof(recount.map));
    recount.lens = asked->lens;

    memset(&note, 0, sizeof(note));
    note.kind = GMS_NOTE_COUNTED;
    note.lane = asked->lane;
    note.u.counted.id = asked->id;

    rc = gms_jpeg_decode_gray(
        r->jpeg, asked->fresh.bytes, asked->fresh.size, &fresh);
    if (rc == GMS_OK) {
        rc = gms_jpeg_decode_gray(
            r->jpeg, asked->last.bytes, asked->last.size, &last);
    }
    if (rc == GMS_OK) {
        rc = gms_recount(&note.u.counted.found, &recount);
    }

    note.u.counted.error = rc;
    note.u.counted.paper = asked->paper;
    note.u.counted.shots = asked->shots;

    if (rc == GMS_OK && note.u.counted.found.missing >= 0) {
        note.u.counted.odd = asked->number[note.u.counted.found.missing];
    }

    gms_image_free(&fresh);
    gms_image_free(&last);
    gms_inbox_put(r->notes, &note);
}


static void *
recounter_thread(void *data)
{
    gms_recounting_t asked;
    gms_recounter_t *r;
    struct pollfd    p;

    r = data;
    p.fd = r->asked.fd;
    p.events = POLLIN;

    for (;;) {
        poll(&p, 1, -1);

        while (gms_inbox_take(&r->asked, &asked)) {
            if (asked.id == 0) {
                return NULL;
            }

            recounter_count(r, &asked);
            free(asked.fresh.bytes);
            free(asked.last.bytes);
        }
    }
}


int
gms_recounter_start(gms_recounter_t *r)
{
    int rc;

    rc = gms_inbox_init(&r->asked, sizeof(gms_recounting_t),
        GMS_PROCESS_LANES_MAX * GMS_RECOUNTER_ASKED_MAX + 1);
    if (rc != GMS_OK) {
        return rc;
    }

    r->jpeg = gms_jpeg_create();
    if (r->jpeg == NULL) {
        gms_inbox_close(&r->asked);
        return GMS_ENOMEM;
    }

    if (pthread_create(&r->thread, NULL, recounter_thread, r) != 0) {
        gms_jpeg_destroy(r->jpeg);
        gms_inbox_close(&r->asked);
        return GMS_ESYS;
    }

    r->started = true;

    return GMS_OK;
}


void
gms_recounter_stop(gms_recounter_t *r)
{
    gms_recounting_t asked;

    if (!r->started) {
        return;
    }

    memset(&asked, 0, sizeof(asked));
    gms_inbox_put(&r->asked, &asked);

    pthread_join(r->thread, NULL);
    gms_jpeg_destroy(r->jpeg);
    gms_inbox_close(&r->asked);
    r->started = false;
}

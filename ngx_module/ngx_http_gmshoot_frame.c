/*
 * Counted copies of what a lane's memory holds: nothing is ever sent out of
 * the memory itself, whose writer would overtake a slow send.
 */

#include "ngx_http_gmshoot.h"


/* Room in front of a state document for its id and event lines. */
#define NGX_HTTP_GMSHOOT_PREFIX  96

/* Tries to read something whose size has changed meanwhile. */
#define NGX_HTTP_GMSHOOT_TRIES   4


static ngx_http_gmshoot_frame_t *ngx_http_gmshoot_frame_read_state(
    ngx_http_gmshoot_lane_t *lane, gms_state_info_t *info);
static void ngx_http_gmshoot_frame_dress(ngx_http_gmshoot_frame_t *frame,
    uint64_t epoch, gms_state_info_t *info);


ngx_http_gmshoot_frame_t *
ngx_http_gmshoot_frame_create(size_t size)
{
    ngx_http_gmshoot_frame_t  *frame;

    frame = ngx_alloc(sizeof(ngx_http_gmshoot_frame_t) + size,
                      ngx_http_gmshoot_process.log);
    if (frame == NULL) {
        return NULL;
    }

    ngx_memzero(frame, sizeof(ngx_http_gmshoot_frame_t));

    frame->refs = 1;
    frame->size = size;
    frame->text = (u_char *) frame + sizeof(ngx_http_gmshoot_frame_t);

    return frame;
}


void
ngx_http_gmshoot_frame_release(ngx_http_gmshoot_frame_t *frame)
{
    if (frame && --frame->refs == 0) {
        ngx_free(frame);
    }
}


/* The newest state document as a finished event; owned by the lane.  NULL:
 * there is none yet. */

ngx_http_gmshoot_frame_t *
ngx_http_gmshoot_lane_snapshot(ngx_http_gmshoot_lane_t *lane)
{
    gms_state_info_t           info;
    ngx_http_gmshoot_frame_t  *frame;

    if (!lane->mapped) {
        return NULL;
    }

    if (lane->snapshot
        && lane->snapshot->version == gms_state_version(&lane->state))
    {
        return lane->snapshot;
    }

    frame = ngx_http_gmshoot_frame_read_state(lane, &info);

    if (frame == NULL) {
        return lane->snapshot;
    }

    ngx_http_gmshoot_frame_dress(frame, gms_memory_epoch(&lane->memory),
                                 &info);

    ngx_http_gmshoot_frame_release(lane->snapshot);
    lane->snapshot = frame;

    return frame;
}


static ngx_http_gmshoot_frame_t *
ngx_http_gmshoot_frame_read_state(ngx_http_gmshoot_lane_t *lane,
    gms_state_info_t *info)
{
    int                        rc;
    u_char                    *text;
    size_t                     room;
    ngx_uint_t                 i;
    ngx_http_gmshoot_frame_t  *frame;

    room = (lane->snapshot ? lane->snapshot->body_size : 0) + 4096;

    for (i = 0; i < NGX_HTTP_GMSHOOT_TRIES; i++) {

        frame = ngx_http_gmshoot_frame_create(NGX_HTTP_GMSHOOT_PREFIX + room
                                              + 2);
        if (frame == NULL) {
            return NULL;
        }

        text = frame->text + NGX_HTTP_GMSHOOT_PREFIX;

        rc = gms_state_read(&lane->state, info, (char *) text, room);

        /* one line: a second one would end the event early */

        if (rc == GMS_OK
            && (info->size == 0 || info->size > room
                || memchr(text, '\n', info->size)
                || memchr(text, '\r', info->size)))
        {
            rc = GMS_ECORRUPT;
        }

        if (rc == GMS_OK) {
            return frame;
        }

        ngx_http_gmshoot_frame_release(frame);

        if (rc != GMS_ETOOBIG || info->size > GMS_STATE_BYTES) {

            if (rc != GMS_EAGAIN) {
                ngx_http_gmshoot_lane_corrupt(lane, "state document", rc);
            }

            break;
        }

        room = info->size + 4096;
    }

    return NULL;
}


/* The lines before and behind a document that make an event of it. */

static void
ngx_http_gmshoot_frame_dress(ngx_http_gmshoot_frame_t *frame, uint64_t epoch,
    gms_state_info_t *info)
{
    u_char   prefix[NGX_HTTP_GMSHOOT_PREFIX], *last;
    size_t   size;

    last = prefix;

    if (info->seq && epoch) {
        last = ngx_sprintf(last, "id: %016xL-%uL\n", (int64_t) epoch,
                           info->seq);
    }

    frame->id_size = (size_t) (last - prefix);

    last = ngx_cpymem(last, "event: snapshot\ndata: ",
                      sizeof("event: snapshot\ndata: ") - 1);

    size = (size_t) (last - prefix);

    frame->text += NGX_HTTP_GMSHOOT_PREFIX - size;
    ngx_memcpy(frame->text, prefix, size);

    frame->body = size;
    frame->body_size = info->size;
    frame->size = size + info->size + 2;
    frame->text[frame->size - 2] = '\n';
    frame->text[frame->size - 1] = '\n';

    frame->events = 1;
    frame->version = info->version;
    frame->seq = info->seq;
    frame->end = info->ring_pos;
}


/* The newest picture; owned by the lane.  NULL: there is none yet. */

ngx_http_gmshoot_frame_t *
ngx_http_gmshoot_lane_picture(ngx_http_gmshoot_lane_t *lane)
{
    int                        rc;
    size_t                     room;
    uint64_t                   version;
    ngx_uint_t                 i;
    gms_frame_info_t           info;
    ngx_http_gmshoot_frame_t  *frame;

    if (!lane->has_frames) {
        return NULL;
    }

    version = gms_frames_version(&lane->frames);

    if (version == 0
        || (lane->picture && lane->picture_version == version))
    {
        return lane->picture;
    }

    /* pictures of one camera differ little in size */

    room = lane->picture ? lane->picture->size + lane->picture->size / 4
                         : 64 * 1024;

    for (i = 0; i < NGX_HTTP_GMSHOOT_TRIES; i++) {

        frame = ngx_http_gmshoot_frame_create(room);
        if (frame == NULL) {
            return lane->picture;
        }

        rc = gms_frames_read(&lane->frames, &info, frame->text, room);

        if (rc == GMS_OK && info.size > 0 && info.size <= room) {

            lane->picture_version = version;

            if (lane->picture && lane->picture->seq == info.id
                && lane->picture->t_us == info.t_us)
            {
                /* last time a newer one came than had been announced */
                ngx_http_gmshoot_frame_release(frame);
                return lane->picture;
            }

            frame->size = info.size;
            frame->version = ++lane->pictures;
            frame->written = version;
            frame->seq = info.id;
            frame->t_us = info.t_us;
            frame->mono_ns = info.mono_ns;

            ngx_http_gmshoot_frame_release(lane->picture);
            lane->picture = frame;

            return frame;
        }

        ngx_http_gmshoot_frame_release(frame);

        if (rc != GMS_ETOOBIG || info.size > lane->frames.slot_bytes) {
            break;
        }

        room = info.size + info.size / 8;
    }

    return lane->picture;
}

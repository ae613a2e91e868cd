/*
 * A subscriber's cursor over the events of one lane: first a snapshot or a
 * place in the ring, then the lane's copies of what is new.  Nothing is kept
 * for it: whoever falls behind reads the ring again, or takes a snapshot.
 */

#include "ngx_http_gmshoot.h"


/* Records that a late subscriber gets in one piece. */
#define NGX_HTTP_GMSHOOT_SUB_BATCH  (32 * 1024)

/* A new journal's first document comes at once. */
#define NGX_HTTP_GMSHOOT_PATIENCE   1000


static ngx_http_gmshoot_frame_t *ngx_http_gmshoot_sub_snapshot(
    ngx_http_gmshoot_sub_t *sub);
static ngx_http_gmshoot_frame_t *ngx_http_gmshoot_sub_offline(
    ngx_http_gmshoot_sub_t *sub);
static ngx_http_gmshoot_frame_t *ngx_http_gmshoot_sub_status(
    ngx_http_gmshoot_sub_t *sub);
static void ngx_http_gmshoot_sub_locate(ngx_http_gmshoot_sub_t *sub);
static ngx_http_gmshoot_frame_t *ngx_http_gmshoot_sub_catch_up(
    ngx_http_gmshoot_sub_t *sub);
static int ngx_http_gmshoot_sub_gather(ngx_http_gmshoot_sub_t *sub,
    uint64_t end, size_t *size, ngx_uint_t *events);
static ngx_http_gmshoot_frame_t *ngx_http_gmshoot_sub_live(
    ngx_http_gmshoot_sub_t *sub);


static u_char  ngx_http_gmshoot_batch[NGX_HTTP_GMSHOOT_SUB_BATCH];
static u_char  ngx_http_gmshoot_record[GMS_EVENT_BYTES];


/* Begins with a snapshot; the pool of r owns it. */

ngx_http_gmshoot_sub_t *
ngx_http_gmshoot_sub_create(ngx_http_request_t *r,
    ngx_http_gmshoot_lane_t *lane)
{
    ngx_http_gmshoot_sub_t  *sub;

    sub = ngx_pcalloc(r->pool, sizeof(ngx_http_gmshoot_sub_t));
    if (sub == NULL) {
        return NULL;
    }

    /* without subscribers the lane only followed the head */
    ngx_http_gmshoot_lane_pump(lane);

    sub->lane = lane;
    sub->said = lane->said - 1;

    ngx_queue_insert_tail(&lane->subs, &sub->of_lane);

    return sub;
}


/* Goes on after the Last-Event-ID of the client, if the ring still can. */

void
ngx_http_gmshoot_sub_resume(ngx_http_gmshoot_sub_t *sub,
    ngx_http_request_t *r)
{
    uint64_t                  epoch, seq, pos;
    ngx_str_t                 id;
    ngx_table_elt_t          *h;
    ngx_http_gmshoot_lane_t  *lane;

    h = ngx_http_gmshoot_header_in(r, "last-event-id");

    if (h) {
        id = h->value;

    } else if (ngx_http_arg(r, (u_char *) "last_event_id", 13, &id)
               != NGX_OK)
    {
        return;
    }

    if (gms_sse_parse_id((char *) id.data, id.len, &epoch, &seq) != GMS_OK
        || epoch == 0 || seq == 0)
    {
        return;
    }

    lane = sub->lane;

    if (!lane->mapped) {

        /* a process that has just begun has no memory yet: until it comes
         * the client keeps what it has */

        sub->epoch = epoch;
        sub->seq = seq;
        sub->told = 1;
        return;
    }

    if (epoch != lane->epoch
        || gms_ring_find(&lane->ring, seq, &pos) != GMS_OK)
    {
        return;
    }

    sub->state = NGX_HTTP_GMSHOOT_SUB_BEHIND;
    sub->epoch = epoch;
    sub->seq = seq;
    sub->pos = pos;
}


/* The next piece of one lane, with a count for the caller. */

ngx_http_gmshoot_frame_t *
ngx_http_gmshoot_sub_next(ngx_http_gmshoot_sub_t *sub)
{
    ngx_uint_t                 i;
    ngx_http_gmshoot_frame_t  *frame;

    /* each turn is one change of state; none comes back to where it was
     * without a piece */

    for (i = 0; i < 4; i++) {

        if (sub->state == NGX_HTTP_GMSHOOT_SUB_SNAPSHOT) {

            frame = ngx_http_gmshoot_sub_snapshot(sub);

            return frame ? frame : ngx_http_gmshoot_sub_status(sub);
        }

        frame = ngx_http_gmshoot_sub_status(sub);
        if (frame) {
            return frame;
        }

        if (sub->state == NGX_HTTP_GMSHOOT_SUB_LIVE) {

            if (sub->no >= sub->lane->first) {
                return ngx_http_gmshoot_sub_live(sub);
            }

            sub->state = NGX_HTTP_GMSHOOT_SUB_BEHIND;
        }

        ngx_http_gmshoot_sub_locate(sub);

        if (sub->state == NGX_HTTP_GMSHOOT_SUB_BEHIND) {

            frame = ngx_http_gmshoot_sub_catch_up(sub);

            if (frame || sub->state == NGX_HTTP_GMSHOOT_SUB_BEHIND) {
                return frame;
            }
        }
    }

    return NULL;
}


static ngx_http_gmshoot_frame_t *
ngx_http_gmshoot_sub_snapshot(ngx_http_gmshoot_sub_t *sub)
{
    ngx_http_gmshoot_lane_t   *lane;
    ngx_http_gmshoot_frame_t  *frame;

    lane = sub->lane;

    frame = ngx_http_gmshoot_lane_snapshot(lane);

    if (frame
        && (frame->version != sub->document
            || (sub->patient
                && (ngx_msec_int_t) (ngx_current_msec - sub->patient) >= 0)))
    {
        sub->state = NGX_HTTP_GMSHOOT_SUB_BEHIND;
        sub->document = frame->version;
        sub->patient = 0;
        sub->epoch = lane->epoch;
        sub->seq = frame->seq;
        sub->pos = frame->end;
        sub->told = 1;

        frame->refs++;

        return frame;
    }

    lane->wanting = 1;

    return sub->told ? NULL : ngx_http_gmshoot_sub_offline(sub);
}


static ngx_http_gmshoot_frame_t *
ngx_http_gmshoot_sub_offline(ngx_http_gmshoot_sub_t *sub)
{
    u_char                    *last;
    ngx_http_gmshoot_frame_t  *frame;

    frame = ngx_http_gmshoot_frame_create(128);
    if (frame == NULL) {
        return NULL;
    }

    last = ngx_snprintf(frame->text, frame->size,
                        "event: snapshot\ndata: {\"lane\":\"%V\","
                        "\"state\":\"offline\",\"schema\":1}\n\n",
                        &sub->lane->name);
    frame->size = (size_t) (last - frame->text);
    frame->events = 1;

    sub->told = 1;

    return frame;
}


static ngx_http_gmshoot_frame_t *
ngx_http_gmshoot_sub_status(ngx_http_gmshoot_sub_t *sub)
{
    ngx_http_gmshoot_frame_t  *frame;

    if (sub->said == sub->lane->said) {
        return NULL;
    }

    frame = ngx_http_gmshoot_lane_status(sub->lane);

    if (frame) {
        sub->said = sub->lane->said;
        frame->refs++;
    }

    return frame;
}


/* From a position in the ring to a number in the lane's queue, if the queue
 * holds it. */

static void
ngx_http_gmshoot_sub_locate(ngx_http_gmshoot_sub_t *sub)
{
    uint64_t                   low, high, middle;
    ngx_http_gmshoot_lane_t   *lane;
    ngx_http_gmshoot_frame_t  *frame;

    lane = sub->lane;

    if (sub->pos >= lane->pos) {
        sub->no = lane->next;
        sub->state = NGX_HTTP_GMSHOOT_SUB_LIVE;
        return;
    }

    low = lane->first;
    high = lane->next;

    while (low < high) {

        middle = low + (high - low) / 2;
        frame = lane->events[middle % NGX_HTTP_GMSHOOT_QUEUE_FRAMES];

        if (frame->start == sub->pos) {
            sub->no = middle;
            sub->state = NGX_HTTP_GMSHOOT_SUB_LIVE;
            return;
        }

        if (frame->start < sub->pos) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }
}


/* Older than the queue: read from the ring, many records in one piece. */

static ngx_http_gmshoot_frame_t *
ngx_http_gmshoot_sub_catch_up(ngx_http_gmshoot_sub_t *sub)
{
    int                        rc;
    size_t                     size;
    uint64_t                   end;
    ngx_uint_t                 events;
    ngx_http_gmshoot_lane_t   *lane;
    ngx_http_gmshoot_frame_t  *frame;

    lane = sub->lane;

    if (!lane->mapped) {
        return NULL;
    }

    end = lane->first == lane->next
          ? lane->pos
          : lane->events[lane->first % NGX_HTTP_GMSHOOT_QUEUE_FRAMES]->start;

    rc = ngx_http_gmshoot_sub_gather(sub, end, &size, &events);

    if (size == 0) {

        if (rc != GMS_EAGAIN) {
            sub->state = NGX_HTTP_GMSHOOT_SUB_SNAPSHOT;
            ngx_http_gmshoot_tally->counter[NGX_HTTP_GMSHOOT_TALLY_LAPPED]++;
        }

        return NULL;
    }

    frame = ngx_http_gmshoot_frame_create(size);

    if (frame == NULL) {
        sub->state = NGX_HTTP_GMSHOOT_SUB_SNAPSHOT;
        return NULL;
    }

    ngx_memcpy(frame->text, ngx_http_gmshoot_batch, size);
    frame->events = events;

    return frame;
}


/* Records from the cursor up to end, as many as fit, into the batch. */

static int
ngx_http_gmshoot_sub_gather(ngx_http_gmshoot_sub_t *sub, uint64_t end,
    size_t *size, ngx_uint_t *events)
{
    int                rc;
    size_t             skip, len;
    uint64_t           pos;
    gms_ring_record_t  record;

    *size = 0;
    *events = 0;

    for (pos = sub->pos; pos < end; sub->pos = pos) {

        rc = gms_ring_read(&sub->lane->ring, &pos, &record,
                           (char *) ngx_http_gmshoot_record,
                           sizeof(ngx_http_gmshoot_record));

        if (rc != GMS_OK) {
            return rc;
        }

        if (record.size > sizeof(ngx_http_gmshoot_record)
            || record.id_size > record.size)
        {
            return GMS_ECORRUPT;
        }

        skip = sub->ids ? 0 : record.id_size;
        len = record.size - skip;

        if (*size + len > sizeof(ngx_http_gmshoot_batch)) {
            return GMS_OK;
        }

        ngx_memcpy(ngx_http_gmshoot_batch + *size,
                   ngx_http_gmshoot_record + skip, len);

        *size += len;
        (*events)++;

        if (record.seq) {
            sub->seq = record.seq;
        }
    }

    return GMS_OK;
}


static ngx_http_gmshoot_frame_t *
ngx_http_gmshoot_sub_live(ngx_http_gmshoot_sub_t *sub)
{
    ngx_http_gmshoot_lane_t   *lane;
    ngx_http_gmshoot_frame_t  *frame;

    lane = sub->lane;

    while (sub->no < lane->next) {

        frame = lane->events[sub->no % NGX_HTTP_GMSHOOT_QUEUE_FRAMES];
        sub->no++;

        if (frame->start < sub->pos) {
            /* folded into the snapshot that was sent */
            continue;
        }

        sub->pos = frame->end;

        if (frame->seq) {
            sub->seq = frame->seq;
        }

        frame->refs++;

        return frame;
    }

    return NULL;
}


/* Another memory, or another journal in the same one.  Positions of the old
 * one mean nothing; a number that the new ring holds still does. */

void
ngx_http_gmshoot_subs_replaced(ngx_http_gmshoot_lane_t *lane,
    ngx_uint_t same_memory)
{
    uint64_t                 pos;
    ngx_queue_t             *q;
    ngx_http_gmshoot_sub_t  *sub;

    for (q = ngx_queue_head(&lane->subs);
         q != ngx_queue_sentinel(&lane->subs);
         q = ngx_queue_next(q))
    {
        sub = ngx_queue_data(q, ngx_http_gmshoot_sub_t, of_lane);

        if (lane->epoch && sub->epoch == lane->epoch && sub->seq
            && gms_ring_find(&lane->ring, sub->seq, &pos) == GMS_OK)
        {
            sub->state = NGX_HTTP_GMSHOOT_SUB_BEHIND;
            sub->pos = pos;
            continue;
        }

        sub->state = NGX_HTTP_GMSHOOT_SUB_SNAPSHOT;

        /* in the same memory the document may still be the old journal's, but
         * not for long; or another one here has read the new one already */

        sub->document = same_memory && lane->snapshot
                        ? lane->snapshot->version : 0;
        sub->patient = ngx_current_msec + NGX_HTTP_GMSHOOT_PATIENCE;
    }

    lane->dirty = 1;
}

/*
 * Lanes as one nginx worker process sees them: the mapped memory, whether
 * the lane runs, and a queue of its newest events.
 */

#include "ngx_http_gmshoot.h"

#include <sys/stat.h>


/* Events taken from one ring in one turn of the event loop. */
#define NGX_HTTP_GMSHOOT_PUMP_TURN   1024

/* The main thread of a lane shows its life several times a second. */
#define NGX_HTTP_GMSHOOT_BEAT_NS     ((int64_t) 3000000000)


static void ngx_http_gmshoot_lane_unmap(ngx_http_gmshoot_lane_t *lane);
static ngx_int_t ngx_http_gmshoot_lane_attach(ngx_http_gmshoot_lane_t *lane,
    gms_memory_t *memory);
static void ngx_http_gmshoot_lane_drop_events(ngx_http_gmshoot_lane_t *lane);
static void ngx_http_gmshoot_lane_check_epoch(ngx_http_gmshoot_lane_t *lane);
static int ngx_http_gmshoot_lane_take_event(ngx_http_gmshoot_lane_t *lane);
static ngx_int_t ngx_http_gmshoot_lane_append(ngx_http_gmshoot_lane_t *lane,
    gms_ring_record_t *record, const u_char *text, uint64_t end);
static void ngx_http_gmshoot_lane_shift(ngx_http_gmshoot_lane_t *lane);
static void ngx_http_gmshoot_lane_say(ngx_http_gmshoot_lane_t *lane);
static int64_t ngx_http_gmshoot_now_us(void);
static int64_t ngx_http_gmshoot_published_us(const u_char *text,
    size_t size);


/* One copy of a record on its way from a ring into a frame. */
static u_char  ngx_http_gmshoot_record[GMS_EVENT_BYTES];


ngx_http_gmshoot_lane_t *
ngx_http_gmshoot_lane_get(ngx_str_t *name)
{
    ngx_queue_t                 *q;
    ngx_http_gmshoot_lane_t     *lane;
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    for (q = ngx_queue_head(&p->lanes);
         q != ngx_queue_sentinel(&p->lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);

        if (lane->name.len == name->len
            && ngx_memcmp(lane->name.data, name->data, name->len) == 0)
        {
            return lane;
        }
    }

    return NULL;
}


/* NULL: there is none. */

ngx_http_gmshoot_lane_t *
ngx_http_gmshoot_lane_first(void)
{
    ngx_queue_t  *lanes;

    lanes = &ngx_http_gmshoot_process.lanes;

    if (ngx_queue_empty(lanes)) {
        return NULL;
    }

    return ngx_queue_data(ngx_queue_head(lanes), ngx_http_gmshoot_lane_t,
                          queue);
}


ngx_http_gmshoot_lane_t *
ngx_http_gmshoot_lane_add(ngx_str_t *name)
{
    ngx_http_gmshoot_lane_t     *lane;
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    if (!ngx_http_gmshoot_lane_is_name(name)) {
        ngx_log_error(NGX_LOG_ERR, p->log, 0,
                      "gmshoot: lane with an impossible name ignored");
        return NULL;
    }

    lane = ngx_calloc(sizeof(ngx_http_gmshoot_lane_t)
                      + NGX_HTTP_GMSHOOT_QUEUE_FRAMES
                        * sizeof(ngx_http_gmshoot_frame_t *), p->log);
    if (lane == NULL) {
        return NULL;
    }

    lane->events = (ngx_http_gmshoot_frame_t **) (lane + 1);
    lane->memory.fd = -1;

    ngx_memcpy(lane->name_data, name->data, name->len);
    lane->name.data = lane->name_data;
    lane->name.len = name->len;

    ngx_queue_init(&lane->subs);
    ngx_queue_init(&lane->viewers);
    ngx_queue_insert_tail(&p->lanes, &lane->queue);

    return lane;
}


/* Where no ranges are configured, lanes are those that the worker has: before
 * it has told them nobody knows that there is none of that name. */

const ngx_http_gmshoot_problem_t *
ngx_http_gmshoot_lane_missing(const ngx_http_gmshoot_problem_t *unknown)
{
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    return p->conf->generation == 0 && !p->told
           ? &ngx_http_gmshoot_worker_down : unknown;
}


/* It goes into JSON, metrics and paths as it is. */

ngx_uint_t
ngx_http_gmshoot_lane_is_name(ngx_str_t *name)
{
    u_char      c;
    ngx_uint_t  i;

    if (name->len == 0 || name->len >= GMS_LANE_NAME_SIZE) {
        return 0;
    }

    for (i = 0; i < name->len; i++) {
        c = name->data[i];

        if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
            && (c < '0' || c > '9')
            && c != '-' && c != '_' && c != '.')
        {
            return 0;
        }
    }

    return 1;
}


/* Takes fd. */

void
ngx_http_gmshoot_lane_map(ngx_http_gmshoot_lane_t *lane, int fd,
    ngx_uint_t up)
{
    int                          rc;
    uint32_t                     version;
    struct stat                  st;
    gms_memory_t                 memory;
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    if (fstat(fd, &st) != 0) {
        ngx_log_error(NGX_LOG_ERR, p->log, ngx_errno,
                      "gmshoot: fstat() of lane \"%V\" failed", &lane->name);
        (void) close(fd);
        return;
    }

    if (lane->mapped && st.st_ino == lane->inode) {
        /* dialed again, the memory has stayed */
        (void) close(fd);
        ngx_http_gmshoot_lane_process(lane, up);
        return;
    }

    version = 0;

    rc = gms_memory_map(&memory, fd, &version);

    if (rc == GMS_EVERSION) {
        ngx_log_error(NGX_LOG_ERR, p->log, 0,
                      "gmshoot: lane \"%V\" has memory layout %uD, this nginx "
                      "reads %d; a reload keeps the old module, restart nginx",
                      &lane->name, version, GMS_LAYOUT_VERSION);
    } else if (rc != GMS_OK) {
        ngx_log_error(NGX_LOG_ERR, p->log, rc == GMS_ESYS ? ngx_errno : 0,
                      "gmshoot: the memory of lane \"%V\" is refused: %s",
                      &lane->name, gms_strerror(rc));
    }

    if (rc != GMS_OK) {
        (void) close(fd);
        return;
    }

    if (ngx_http_gmshoot_lane_attach(lane, &memory) != NGX_OK) {
        gms_memory_close(&memory);
        return;
    }

    lane->inode = st.st_ino;
    lane->process = up ? 1 : 0;

    /* what was said before the worker had this lane, it did not hear */

    lane->watching = 0;
    ngx_http_gmshoot_live_watch(lane);

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, p->log, 0,
                   "gmshoot lane \"%V\" mapped, epoch %xL",
                   &lane->name, (int64_t) lane->epoch);

    ngx_http_gmshoot_subs_replaced(lane, 0);
    ngx_http_gmshoot_lane_say(lane);
    ngx_http_gmshoot_live_news(lane);
}


static ngx_int_t
ngx_http_gmshoot_lane_attach(ngx_http_gmshoot_lane_t *lane,
    gms_memory_t *memory)
{
    int           rc;
    gms_ring_t    ring;
    gms_state_t   state;
    gms_frames_t  frames;
    gms_grants_t  grants;

    rc = gms_ring_attach(&ring, memory);
    if (rc != GMS_OK) {
        ngx_http_gmshoot_lane_corrupt(lane, "event ring", rc);
        return NGX_ERROR;
    }

    rc = gms_state_attach(&state, memory);
    if (rc != GMS_OK) {
        ngx_http_gmshoot_lane_corrupt(lane, "state document", rc);
        return NGX_ERROR;
    }

    ngx_http_gmshoot_lane_unmap(lane);

    lane->has_frames = (gms_frames_attach(&frames, memory) == GMS_OK);

    if (lane->has_frames) {
        lane->frames = frames;
    }

    lane->has_grants = (gms_grants_attach(&grants, memory) == GMS_OK);
    lane->granted = 0;

    if (lane->has_grants) {
        lane->grants = grants;
    }

    /* the mapping is all that is needed */

    (void) close(memory->fd);
    memory->fd = -1;

    lane->memory = *memory;
    lane->ring = ring;
    lane->state = state;
    lane->mapped = 1;
    lane->corrupt = 0;
    lane->epoch = gms_memory_epoch(&lane->memory);
    lane->pos = gms_ring_head(&lane->ring);

    return NGX_OK;
}


static void
ngx_http_gmshoot_lane_unmap(ngx_http_gmshoot_lane_t *lane)
{
    ngx_http_gmshoot_lane_drop_events(lane);

    ngx_http_gmshoot_frame_release(lane->snapshot);
    ngx_http_gmshoot_frame_release(lane->picture);

    lane->snapshot = NULL;
    lane->picture = NULL;

    if (lane->mapped) {
        gms_memory_close(&lane->memory);
        lane->mapped = 0;
        lane->has_frames = 0;
        lane->has_grants = 0;
        lane->memory.fd = -1;
    }
}


/* No longer configured in the supervisor. */

void
ngx_http_gmshoot_lane_gone(ngx_http_gmshoot_lane_t *lane)
{
    if (lane->configured) {

        /* this nginx still names it: shown as it was, and as down */

        ngx_http_gmshoot_lane_process(lane, 0);
        return;
    }

    ngx_http_gmshoot_stream_lane_removed(lane);
    ngx_http_gmshoot_live_end(lane);

    if (ngx_queue_empty(&lane->subs) && ngx_queue_empty(&lane->viewers)) {
        ngx_http_gmshoot_lane_free(lane);
        return;
    }

    ngx_http_gmshoot_lane_process(lane, 0);
}


/* Subscribers, if there are any left, must not come back to it. */

void
ngx_http_gmshoot_lane_free(ngx_http_gmshoot_lane_t *lane)
{
    ngx_http_gmshoot_lane_unmap(lane);
    ngx_http_gmshoot_frame_release(lane->status);
    ngx_queue_remove(&lane->queue);
    ngx_free(lane);
}


void
ngx_http_gmshoot_lane_process(ngx_http_gmshoot_lane_t *lane, ngx_uint_t up)
{
    if (lane->process == up) {
        return;
    }

    lane->process = up ? 1 : 0;

    ngx_http_gmshoot_lane_say(lane);
}


void
ngx_http_gmshoot_lanes_link(ngx_uint_t up)
{
    ngx_queue_t              *q, *next;
    ngx_http_gmshoot_lane_t  *lane;

    for (q = ngx_queue_head(&ngx_http_gmshoot_process.lanes);
         q != ngx_queue_sentinel(&ngx_http_gmshoot_process.lanes);
         q = next)
    {
        next = ngx_queue_next(q);
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);

        lane->watching = 0;

        if (!up) {
            lane->process = 0;
        }

        ngx_http_gmshoot_lane_say(lane);
    }
}


/* Something about link or process changed: the newest word wins, so that
 * it needs no place among the lane's own events. */

static void
ngx_http_gmshoot_lane_say(ngx_http_gmshoot_lane_t *lane)
{
    lane->said++;

    ngx_http_gmshoot_frame_release(lane->status);
    lane->status = NULL;

    ngx_http_gmshoot_stream_news(lane);
}


/* Owned by the lane. */

ngx_http_gmshoot_frame_t *
ngx_http_gmshoot_lane_status(ngx_http_gmshoot_lane_t *lane)
{
    u_char                    *last;
    ngx_http_gmshoot_frame_t  *frame;

    if (lane->status) {
        return lane->status;
    }

    frame = ngx_http_gmshoot_frame_create(160 + GMS_LANE_NAME_SIZE);
    if (frame == NULL) {
        return NULL;
    }

    last = ngx_snprintf(frame->text, frame->size,
                        "event: lane\ndata: {\"lane\":\"%V\","
                        "\"t_publish_us\":%L,\"process\":\"%s\","
                        "\"link\":\"%s\"}\n\n",
                        &lane->name, ngx_http_gmshoot_now_us(),
                        lane->process ? "up" : "down",
                        ngx_http_gmshoot_process.up ? "up" : "down");

    frame->size = (size_t) (last - frame->text);
    frame->events = 1;
    lane->status = frame;

    return frame;
}


static int64_t
ngx_http_gmshoot_now_us(void)
{
    struct timeval  tv;

    ngx_gettimeofday(&tv);

    return (int64_t) tv.tv_sec * 1000000 + tv.tv_usec;
}


/* The document is not of this moment. */

ngx_uint_t
ngx_http_gmshoot_lane_stale(ngx_http_gmshoot_lane_t *lane)
{
    int64_t          beat, now;
    struct timespec  ts;

    if (!ngx_http_gmshoot_process.up || !lane->process || !lane->mapped) {
        return 1;
    }

    beat = gms_memory_last_beat(&lane->memory, GMS_BEAT_MAIN);

    if (beat == 0 || clock_gettime(CLOCK_MONOTONIC, &ts) != 0) {
        return 1;
    }

    now = (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;

    return now - beat > NGX_HTTP_GMSHOOT_BEAT_NS;
}


/* How the lane is now; of one that is not there: 0. */

uint64_t
ngx_http_gmshoot_lane_gauge(ngx_http_gmshoot_lane_t *lane, gms_gauge_e gauge)
{
    return ngx_http_gmshoot_lane_stale(lane)
           ? 0 : gms_memory_gauge(&lane->memory, gauge);
}


/* An edge of the eventfd, or the safety net. */

void
ngx_http_gmshoot_lanes_wake(void)
{
    ngx_queue_t                 *q, *next;
    ngx_http_gmshoot_lane_t     *lane;
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    for (q = ngx_queue_head(&p->lanes);
         q != ngx_queue_sentinel(&p->lanes);
         q = next)
    {
        next = ngx_queue_next(q);
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);

        if (!lane->mapped) {
            continue;
        }

        ngx_http_gmshoot_lane_pump(lane);

        if (lane->dirty) {
            ngx_http_gmshoot_stream_news(lane);
        }

        if (lane->has_frames && !ngx_queue_empty(&lane->viewers)) {
            ngx_http_gmshoot_live_news(lane);
        }

        ngx_http_gmshoot_pass_tokens(lane);
    }
}


/* Copies what is new in the ring, once for all subscribers here. */

void
ngx_http_gmshoot_lane_pump(ngx_http_gmshoot_lane_t *lane)
{
    int         rc;
    ngx_uint_t  i;

    if (!lane->mapped) {
        return;
    }

    ngx_http_gmshoot_lane_check_epoch(lane);

    if (ngx_queue_empty(&lane->subs)) {

        /* nobody listens: only the head is followed */

        if (gms_ring_head(&lane->ring) != lane->pos) {
            ngx_http_gmshoot_lane_drop_events(lane);
            lane->pos = gms_ring_head(&lane->ring);
        }

        return;
    }

    for (i = 0; i < NGX_HTTP_GMSHOOT_PUMP_TURN; i++) {

        rc = ngx_http_gmshoot_lane_take_event(lane);

        if (rc == GMS_EAGAIN) {

            if (lane->wanting) {
                lane->dirty = 1;
            }

            return;
        }

        lane->dirty = 1;

        if (rc == GMS_ENOMEM) {
            return;
        }

        if (rc != GMS_OK) {

            if (rc != GMS_EOVERTAKEN) {
                ngx_http_gmshoot_lane_corrupt(lane, "event ring", rc);
            }

            /* whoever has not got all before this finds a gap, and so
             * asks for a snapshot */

            ngx_http_gmshoot_lane_drop_events(lane);
            lane->pos = gms_ring_head(&lane->ring);

            return;
        }
    }

    if (ngx_http_gmshoot_process.wake) {
        ngx_post_event(ngx_http_gmshoot_process.wake->read,
                       &ngx_posted_next_events);
    }
}


/* A new journal in the old memory: old ids mean nothing then. */

static void
ngx_http_gmshoot_lane_check_epoch(ngx_http_gmshoot_lane_t *lane)
{
    uint64_t  epoch, before;

    epoch = gms_memory_epoch(&lane->memory);
    before = lane->epoch;

    if (epoch == before) {
        return;
    }

    lane->epoch = epoch;

    if (before != 0) {
        ngx_http_gmshoot_subs_replaced(lane, 1);
    }
}


static int
ngx_http_gmshoot_lane_take_event(ngx_http_gmshoot_lane_t *lane)
{
    int                rc;
    uint64_t           end;
    gms_ring_record_t  record;

    end = lane->pos;

    rc = gms_ring_read(&lane->ring, &end, &record,
                       (char *) ngx_http_gmshoot_record,
                       sizeof(ngx_http_gmshoot_record));

    if (rc != GMS_OK) {
        return rc;
    }

    if (record.id_size > record.size
        || record.size > sizeof(ngx_http_gmshoot_record))
    {
        return GMS_ECORRUPT;
    }

    if (ngx_http_gmshoot_lane_append(lane, &record, ngx_http_gmshoot_record,
                                     end)
        != NGX_OK)
    {
        return GMS_ENOMEM;
    }

    return GMS_OK;
}


static ngx_int_t
ngx_http_gmshoot_lane_append(ngx_http_gmshoot_lane_t *lane,
    gms_ring_record_t *record, const u_char *text, uint64_t end)
{
    ngx_http_gmshoot_frame_t  *frame;

    while (lane->first != lane->next
           && (lane->next - lane->first >= NGX_HTTP_GMSHOOT_QUEUE_FRAMES
               || lane->bytes + record->size > NGX_HTTP_GMSHOOT_QUEUE_BYTES))
    {
        ngx_http_gmshoot_lane_shift(lane);
    }

    frame = ngx_http_gmshoot_frame_create(record->size);
    if (frame == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(frame->text, text, record->size);

    frame->start = lane->pos;
    frame->end = end;
    frame->seq = record->seq;
    frame->id_size = record->id_size;
    frame->t_us = ngx_http_gmshoot_published_us(text, record->size);
    frame->events = 1;

    lane->events[lane->next % NGX_HTTP_GMSHOOT_QUEUE_FRAMES] = frame;
    lane->next++;
    lane->bytes += frame->size;
    lane->pos = end;

    return NGX_OK;
}


/* Every event begins by saying when it was published; 0: this one does
 * not. */

static int64_t
ngx_http_gmshoot_published_us(const u_char *text, size_t size)
{
    u_char       *p, *last;
    off_t         us;
    const size_t  len = sizeof("data: {\"t_publish_us\":") - 1;

    last = (u_char *) text + size;

    for (p = (u_char *) text; p && (size_t) (last - p) > len; p++) {

        if (*p == 'd'
            && ngx_memcmp(p, "data: {\"t_publish_us\":", len) == 0)
        {
            text = p + len;
            p = ngx_strlchr((u_char *) text, last, ',');
            us = p ? ngx_atoof((u_char *) text, (size_t) (p - text))
                   : NGX_ERROR;

            return us == NGX_ERROR ? 0 : (int64_t) us;
        }

        p = ngx_strlchr(p, last, '\n');

        if (p == NULL) {
            break;
        }
    }

    return 0;
}


/* All subscribers have what was new before no last, or get it as soon as
 * their sockets take it. */

void
ngx_http_gmshoot_lane_fanned(ngx_http_gmshoot_lane_t *lane, uint64_t last)
{
    int64_t                    now_us;
    uint64_t                   no;
    ngx_http_gmshoot_frame_t  *frame;

    no = ngx_max(lane->fanned, lane->first);

    if (no >= last) {
        return;
    }

    now_us = ngx_http_gmshoot_now_us();

    for ( /* void */ ; no < ngx_min(last, lane->next); no++) {

        frame = lane->events[no % NGX_HTTP_GMSHOOT_QUEUE_FRAMES];

        if (frame->t_us) {
            ngx_http_gmshoot_tally_fanout(now_us - frame->t_us);
        }
    }

    lane->fanned = last;
}


static void
ngx_http_gmshoot_lane_shift(ngx_http_gmshoot_lane_t *lane)
{
    ngx_http_gmshoot_frame_t  *frame;

    frame = lane->events[lane->first % NGX_HTTP_GMSHOOT_QUEUE_FRAMES];

    lane->first++;
    lane->bytes -= frame->size;

    ngx_http_gmshoot_frame_release(frame);
}


/* Leaves a gap of one number, so that every cursor falls behind. */

static void
ngx_http_gmshoot_lane_drop_events(ngx_http_gmshoot_lane_t *lane)
{
    while (lane->first != lane->next) {
        ngx_http_gmshoot_lane_shift(lane);
    }

    lane->next++;
    lane->first = lane->next;
}


/* Said once for each memory. */

void
ngx_http_gmshoot_lane_corrupt(ngx_http_gmshoot_lane_t *lane, const char *what,
    int rc)
{
    if (lane->corrupt) {
        return;
    }

    lane->corrupt = 1;

    ngx_log_error(NGX_LOG_ERR, ngx_http_gmshoot_process.log, 0,
                  "gmshoot: the %s of lane \"%V\" cannot be read: %s",
                  what, &lane->name, gms_strerror(rc));
}

/*
 * Pictures: the camera's own JPEG bytes, one (frame.jpg) or as they come
 * (MJPEG).  A viewer that is slow misses pictures, never gets old ones.
 */

#include "ngx_http_gmshoot.h"


#define NGX_HTTP_GMSHOOT_BOUNDARY      "gmshoot-3c9d1f7a50b24e68"

/* How long frame.jpg waits for a picture of now, where the lane made none
 * because nobody looked, and how long one look keeps the lane making them. */
#define NGX_HTTP_GMSHOOT_PICTURE_WAIT  1000
#define NGX_HTTP_GMSHOOT_PICTURE_KEEP  10000


/* What the kernel holds back of pictures for one viewer: about one of 720p.
 * Its buffer alone would grow to seconds of them for a viewer that is slow. */
#define NGX_HTTP_GMSHOOT_LIVE_UNSENT   (64 * 1024)


struct ngx_http_gmshoot_viewer_s {
    ngx_http_gmshoot_sent_t    sent;
    ngx_queue_t                of_lane;
    ngx_queue_t                queue;
    ngx_http_gmshoot_lane_t   *lane;
    ngx_http_request_t        *request;
    ngx_http_gmshoot_frame_t  *held;
    uint64_t                   version;  /* last one sent */
    uint64_t                   written;  /* ... as the lane counts them */
    ngx_event_t                timer;    /* frame.jpg: no longer */
    ngx_buf_t                  bufs[3];
    ngx_chain_t                chain[3];
    unsigned                   single:1;
    unsigned                   greeted:1;
    unsigned                   busy:1;
    unsigned                   ended:1;
};


static ngx_http_gmshoot_viewer_t *ngx_http_gmshoot_viewer_create(
    ngx_http_request_t *r, ngx_http_gmshoot_lane_t *lane);
static void ngx_http_gmshoot_viewer_attach(ngx_http_gmshoot_viewer_t *v);
static ngx_int_t ngx_http_gmshoot_live_open(ngx_http_gmshoot_viewer_t *v);
static void ngx_http_gmshoot_live_hold_little(ngx_http_request_t *r);
static ngx_int_t ngx_http_gmshoot_live_flush(ngx_http_gmshoot_viewer_t *v);
static ngx_chain_t *ngx_http_gmshoot_live_collect(
    ngx_http_gmshoot_viewer_t *v);
static void ngx_http_gmshoot_live_count(ngx_http_gmshoot_viewer_t *v,
    ngx_http_gmshoot_frame_t *frame);
static void ngx_http_gmshoot_live_write_handler(ngx_http_request_t *r);
static void ngx_http_gmshoot_live_kick(ngx_http_gmshoot_viewer_t *v);
static ngx_uint_t ngx_http_gmshoot_picture_fresh(
    ngx_http_gmshoot_lane_t *lane, ngx_http_gmshoot_frame_t *frame);
static ngx_int_t ngx_http_gmshoot_picture_send(ngx_http_gmshoot_viewer_t *v);
static void ngx_http_gmshoot_picture_answer(ngx_http_gmshoot_viewer_t *v);
static void ngx_http_gmshoot_picture_timeout(ngx_event_t *ev);
static void ngx_http_gmshoot_viewer_detach(ngx_http_gmshoot_viewer_t *v);
static void ngx_http_gmshoot_viewer_cleanup(void *data);
static void ngx_http_gmshoot_viewer_free(void *data);


static ngx_str_t  ngx_http_gmshoot_live_type = ngx_string(
    "multipart/x-mixed-replace;boundary=" NGX_HTTP_GMSHOOT_BOUNDARY);

static ngx_str_t  ngx_http_gmshoot_live_head = ngx_string(
    "--" NGX_HTTP_GMSHOOT_BOUNDARY CRLF
    "Content-Type: image/jpeg" CRLF CRLF);

/* Browsers paint a part when they have seen the header of the next: so it
 * follows each picture at once, and cannot tell a length. */

static ngx_str_t  ngx_http_gmshoot_live_tail = ngx_string(
    CRLF "--" NGX_HTTP_GMSHOOT_BOUNDARY CRLF
    "Content-Type: image/jpeg" CRLF CRLF);


ngx_int_t
ngx_http_gmshoot_live_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane)
{
    ngx_int_t                   rc;
    ngx_http_gmshoot_viewer_t  *v;

    v = ngx_http_gmshoot_viewer_create(r, lane);
    if (v == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_gmshoot_live_open(v);

    if (rc != NGX_DONE) {
        ngx_http_gmshoot_viewer_detach(v);
    }

    return rc;
}


static ngx_int_t
ngx_http_gmshoot_live_open(ngx_http_gmshoot_viewer_t *v)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = v->request;

    rc = ngx_http_gmshoot_endless_open(r, &ngx_http_gmshoot_live_type,
                                  sizeof("multipart/x-mixed-replace") - 1);
    if (rc != NGX_DONE) {
        return rc;
    }

    ngx_http_gmshoot_live_hold_little(r);

    r->write_event_handler = ngx_http_gmshoot_live_write_handler;

    ngx_http_gmshoot_viewer_attach(v);

    if (ngx_http_gmshoot_live_flush(v) == NGX_ERROR) {
        return NGX_ERROR;
    }

    return NGX_DONE;
}


static void
ngx_http_gmshoot_live_hold_little(ngx_http_request_t *r)
{
#ifdef TCP_NOTSENT_LOWAT

    int  unsent;

#if (NGX_HTTP_V2)

    /* others use the connection too */

    if (r->stream) {
        return;
    }

#endif

    unsent = NGX_HTTP_GMSHOOT_LIVE_UNSENT;

    /* a socket that knows no such bound keeps the one of its buffer */

    if (setsockopt(r->connection->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT,
                   (const void *) &unsent, sizeof(int))
        == -1)
    {
        ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, ngx_socket_errno,
                       "gmshoot setsockopt(TCP_NOTSENT_LOWAT) failed");
    }

#endif
}


static ngx_http_gmshoot_viewer_t *
ngx_http_gmshoot_viewer_create(ngx_http_request_t *r,
    ngx_http_gmshoot_lane_t *lane)
{
    ngx_http_cleanup_t         *cln;
    ngx_pool_cleanup_t         *free;
    ngx_http_gmshoot_viewer_t  *v;

    v = ngx_pcalloc(r->pool, sizeof(ngx_http_gmshoot_viewer_t));
    if (v == NULL) {
        return NULL;
    }

    cln = ngx_http_cleanup_add(r, 0);
    free = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL || free == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_gmshoot_viewer_cleanup;
    cln->data = v;

    free->handler = ngx_http_gmshoot_viewer_free;
    free->data = v;

    v->request = r;
    v->lane = lane;
    v->ended = 1;
    v->sent.what = NGX_HTTP_GMSHOOT_SENT_VIEWER;

    ngx_http_set_ctx(r, v, ngx_http_gmshoot_module);

    return v;
}


static void
ngx_http_gmshoot_viewer_attach(ngx_http_gmshoot_viewer_t *v)
{
    v->ended = 0;

    ngx_queue_insert_tail(&v->lane->viewers, &v->of_lane);
    ngx_queue_insert_tail(&ngx_http_gmshoot_process.viewers, &v->queue);

    ngx_http_gmshoot_tally->viewers++;
    v->lane->watchers++;

    ngx_http_gmshoot_live_watch(v->lane);
}


/* Tells the lane whether somebody looks, if it does not know. */

void
ngx_http_gmshoot_live_watch(ngx_http_gmshoot_lane_t *lane)
{
    ngx_uint_t                   on;
    gms_link_message_t           m;
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    on = lane->watchers > 0
         || (lane->asked
             && ngx_current_msec - lane->asked
                < NGX_HTTP_GMSHOOT_PICTURE_KEEP);

    if (on == lane->watching || !p->up) {
        return;
    }

    gms_link_message(&m, GMS_LINK_WATCH);
    m.header.value = on ? 1 : 0;
    ngx_memcpy(m.header.lane, lane->name.data, lane->name.len);

    /* a full socket: the next tick says it */

    if (ngx_http_gmshoot_link_send(p, &m) == NGX_OK) {
        lane->watching = on ? 1 : 0;
        lane->watched = ngx_current_msec;
    }
}


static ngx_int_t
ngx_http_gmshoot_live_flush(ngx_http_gmshoot_viewer_t *v)
{
    ngx_int_t     rc;
    ngx_uint_t    i;
    ngx_chain_t  *out;

    /* what was left over, then at most one picture: the newest */

    for (i = 0; i < 2; i++) {

        out = NULL;

        if (!v->busy) {
            out = ngx_http_gmshoot_live_collect(v);

            if (out == NULL) {
                break;
            }
        }

        rc = ngx_http_gmshoot_endless_send(v->request, out);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        v->busy = (rc == NGX_AGAIN);

        if (v->busy) {
            return ngx_http_gmshoot_endless_wait(v->request);
        }

        ngx_http_gmshoot_frame_release(v->held);
        v->held = NULL;
    }

    ngx_http_gmshoot_endless_rest(v->request);

    return NGX_OK;
}


static ngx_chain_t *
ngx_http_gmshoot_live_collect(ngx_http_gmshoot_viewer_t *v)
{
    ngx_buf_t                 *b;
    ngx_uint_t                 i, n;
    ngx_http_gmshoot_frame_t  *frame;

    ngx_memzero(v->bufs, sizeof(v->bufs));

    b = v->bufs;

    if (!v->greeted) {
        v->greeted = 1;
        b->pos = ngx_http_gmshoot_live_head.data;
        b->last = b->pos + ngx_http_gmshoot_live_head.len;
        b++;
    }

    frame = ngx_http_gmshoot_lane_picture(v->lane);

    if (frame && frame->version != v->version) {

        ngx_http_gmshoot_live_count(v, frame);

        v->version = frame->version;
        v->held = frame;
        frame->refs++;

        b->pos = frame->text;
        b->last = frame->text + frame->size;
        b++;

        b->pos = ngx_http_gmshoot_live_tail.data;
        b->last = b->pos + ngx_http_gmshoot_live_tail.len;
        b++;
    }

    n = (ngx_uint_t) (b - v->bufs);

    if (n == 0) {
        return NULL;
    }

    for (i = 0; i < n; i++) {
        v->bufs[i].start = v->bufs[i].pos;
        v->bufs[i].end = v->bufs[i].last;
        v->bufs[i].memory = 1;
        v->chain[i].buf = &v->bufs[i];
        v->chain[i].next = &v->chain[i + 1];
    }

    v->chain[n - 1].next = NULL;
    v->bufs[n - 1].flush = 1;

    return v->chain;
}


/* One more; and those that the lane wrote since the one before. */

static void
ngx_http_gmshoot_live_count(ngx_http_gmshoot_viewer_t *v,
    ngx_http_gmshoot_frame_t *frame)
{
    uint64_t  skipped;

    /* another memory begins to count anew */

    skipped = v->written && frame->written > v->written
              ? frame->written - v->written - 1 : 0;

    v->written = frame->written;
    v->sent.frames++;
    v->sent.skipped += skipped;

    ngx_http_gmshoot_tally->counter[NGX_HTTP_GMSHOOT_TALLY_FRAMES]++;
    ngx_http_gmshoot_tally->counter[NGX_HTTP_GMSHOOT_TALLY_SKIPPED] += skipped;
}


static void
ngx_http_gmshoot_live_write_handler(ngx_http_request_t *r)
{
    ngx_http_gmshoot_viewer_t  *v;

    v = ngx_http_get_module_ctx(r, ngx_http_gmshoot_module);

    if (!ngx_http_gmshoot_endless_writable(r) || v == NULL || v->ended) {
        return;
    }

    if (ngx_http_gmshoot_live_flush(v) == NGX_ERROR) {
        ngx_http_finalize_request(r, NGX_ERROR);
    }
}


static void
ngx_http_gmshoot_live_kick(ngx_http_gmshoot_viewer_t *v)
{
    ngx_connection_t          *c;
    ngx_http_request_t        *r;
    ngx_http_gmshoot_frame_t  *frame;

    if (v->busy || v->ended) {
        return;
    }

    r = v->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    if (v->single) {

        frame = ngx_http_gmshoot_lane_picture(v->lane);

        if (frame && frame->version != v->version) {
            ngx_http_gmshoot_picture_answer(v);
        }

        return;
    }

    if (ngx_http_gmshoot_live_flush(v) == NGX_ERROR) {
        ngx_http_finalize_request(r, NGX_ERROR);
        ngx_http_run_posted_requests(c);
    }
}


void
ngx_http_gmshoot_live_news(ngx_http_gmshoot_lane_t *lane)
{
    ngx_queue_t  *q, todo;

    if (ngx_queue_empty(&lane->viewers)) {
        return;
    }

    ngx_queue_init(&todo);
    ngx_queue_add(&todo, &lane->viewers);
    ngx_queue_init(&lane->viewers);

    while (!ngx_queue_empty(&todo)) {

        q = ngx_queue_head(&todo);
        ngx_queue_remove(q);
        ngx_queue_insert_tail(&lane->viewers, q);

        ngx_http_gmshoot_live_kick(
                       ngx_queue_data(q, ngx_http_gmshoot_viewer_t, of_lane));
    }
}


ngx_int_t
ngx_http_gmshoot_picture_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane)
{
    ngx_http_gmshoot_frame_t   *frame;
    ngx_http_gmshoot_viewer_t  *v;

    v = ngx_http_gmshoot_viewer_create(r, lane);
    if (v == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    v->single = 1;

    lane->asked = ngx_current_msec ? ngx_current_msec : 1;
    ngx_http_gmshoot_live_watch(lane);

    frame = ngx_http_gmshoot_lane_picture(lane);

    if (ngx_http_gmshoot_picture_fresh(lane, frame)) {
        return ngx_http_gmshoot_picture_send(v);
    }

    v->version = frame ? frame->version : 0;

    v->timer.handler = ngx_http_gmshoot_picture_timeout;
    v->timer.data = v;
    v->timer.log = r->connection->log;

    ngx_http_gmshoot_viewer_attach(v);
    ngx_add_timer(&v->timer, NGX_HTTP_GMSHOOT_PICTURE_WAIT);

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;
    r->main->count++;

    return NGX_DONE;
}


/* Of this second, or a lane that is watched has nothing newer. */

static ngx_uint_t
ngx_http_gmshoot_picture_fresh(ngx_http_gmshoot_lane_t *lane,
    ngx_http_gmshoot_frame_t *frame)
{
    int64_t          age_ns;
    struct timespec  ts;

    if (!ngx_http_gmshoot_process.up) {
        return 1;
    }

    if (lane->watching
        && ngx_current_msec - lane->watched > NGX_HTTP_GMSHOOT_PICTURE_WAIT)
    {
        return 1;
    }

    /* not by the wall clock: put back, it would make an old one new */

    if (frame == NULL || clock_gettime(CLOCK_MONOTONIC, &ts) != 0) {
        return 0;
    }

    age_ns = (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec - frame->mono_ns;

    return age_ns < (int64_t) NGX_HTTP_GMSHOOT_PICTURE_WAIT * 1000000;
}


static ngx_int_t
ngx_http_gmshoot_picture_send(ngx_http_gmshoot_viewer_t *v)
{
    u_char                     *p;
    ngx_int_t                   rc;
    ngx_table_elt_t            *etag;
    ngx_http_request_t         *r;
    ngx_http_gmshoot_frame_t   *frame;
    ngx_http_gmshoot_problem_t  none = {
        503, "picture-missing", "No picture from the camera yet",
        "The lane has not handed over a picture since it started.",
        1, NULL, NULL
    };

    r = v->request;

    frame = ngx_http_gmshoot_lane_picture(v->lane);

    if (frame == NULL) {
        return ngx_http_gmshoot_problem(r, &none);
    }

    ngx_http_gmshoot_live_count(v, frame);

    v->held = frame;
    frame->refs++;

    etag = ngx_list_push(&r->headers_out.headers);
    p = ngx_pnalloc(r->pool, 2 * NGX_INT64_LEN + 4);

    if (etag == NULL || p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(etag, sizeof(ngx_table_elt_t));
    etag->hash = 1;
    ngx_str_set(&etag->key, "ETag");
    etag->value.data = p;
    etag->value.len = (size_t) (ngx_sprintf(p, "\"%xL-%xuL\"", frame->t_us,
                                            frame->seq) - p);
    r->headers_out.etag = etag;

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = (off_t) frame->size;
    ngx_str_set(&r->headers_out.content_type, "image/jpeg");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    if (ngx_http_gmshoot_header_add(r, "Cache-Control", "no-cache") != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* If-None-Match is the business of nginx's own filter */

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    ngx_memzero(&v->bufs[0], sizeof(ngx_buf_t));

    v->bufs[0].start = v->bufs[0].pos = frame->text;
    v->bufs[0].end = v->bufs[0].last = frame->text + frame->size;
    v->bufs[0].memory = 1;
    v->bufs[0].last_buf = 1;
    v->bufs[0].last_in_chain = 1;

    v->chain[0].buf = &v->bufs[0];
    v->chain[0].next = NULL;

    return ngx_http_output_filter(r, v->chain);
}


static void
ngx_http_gmshoot_picture_answer(ngx_http_gmshoot_viewer_t *v)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = v->request;
    c = r->connection;

    ngx_http_gmshoot_viewer_detach(v);

    ngx_http_finalize_request(r, ngx_http_gmshoot_picture_send(v));
    ngx_http_run_posted_requests(c);
}


static void
ngx_http_gmshoot_picture_timeout(ngx_event_t *ev)
{
    ngx_http_gmshoot_viewer_t  *v = ev->data;

    ngx_http_set_log_request(v->request->connection->log, v->request);
    ngx_http_gmshoot_picture_answer(v);
}


void
ngx_http_gmshoot_live_end(ngx_http_gmshoot_lane_t *lane)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(&lane->viewers)) {
        q = ngx_queue_head(&lane->viewers);
        ngx_http_gmshoot_viewer_end(
                       ngx_queue_data(q, ngx_http_gmshoot_viewer_t, of_lane));
    }
}


void
ngx_http_gmshoot_live_end_all(void)
{
    ngx_queue_t  *q, *viewers;

    viewers = &ngx_http_gmshoot_process.viewers;

    while (!ngx_queue_empty(viewers)) {
        q = ngx_queue_head(viewers);
        ngx_http_gmshoot_viewer_end(
                         ngx_queue_data(q, ngx_http_gmshoot_viewer_t, queue));
    }
}


void
ngx_http_gmshoot_viewer_end(ngx_http_gmshoot_viewer_t *v)
{
    if (v->ended) {
        return;
    }

    if (v->single) {
        ngx_http_gmshoot_picture_answer(v);
        return;
    }

    ngx_http_gmshoot_viewer_detach(v);
    ngx_http_gmshoot_endless_end(v->request);
}


static void
ngx_http_gmshoot_viewer_detach(ngx_http_gmshoot_viewer_t *v)
{
    if (v->timer.timer_set) {
        ngx_del_timer(&v->timer);
    }

    if (v->ended) {
        return;
    }

    v->ended = 1;

    ngx_queue_remove(&v->of_lane);
    ngx_queue_remove(&v->queue);

    ngx_http_gmshoot_tally->viewers--;
    v->lane->watchers--;

    if (!ngx_exiting) {
        ngx_http_gmshoot_live_watch(v->lane);
    }
}


static void
ngx_http_gmshoot_viewer_cleanup(void *data)
{
    ngx_http_gmshoot_viewer_t  *v = data;

    ngx_http_gmshoot_viewer_detach(v);
}


static void
ngx_http_gmshoot_viewer_free(void *data)
{
    ngx_http_gmshoot_viewer_t  *v = data;

    ngx_http_gmshoot_frame_release(v->held);
    v->held = NULL;
}

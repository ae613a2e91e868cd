/*
 * Server-Sent Events: a cursor per subscriber over the events of a lane,
 * at most one unfinished chain per connection.
 */

#include "ngx_http_gmshoot.h"


#define NGX_HTTP_GMSHOOT_STREAM_BUFS   4
#define NGX_HTTP_GMSHOOT_STREAM_LANES  64

/* Chains handed to one connection in one turn. */
#define NGX_HTTP_GMSHOOT_STREAM_TURN   64


/* In the order of their use, for the sake of the lines of the cache. */
struct ngx_http_gmshoot_stream_s {
    ngx_http_gmshoot_sent_t        sent;
    ngx_http_request_t            *request;

    unsigned                       ids:1;     /* of one lane: lines with id */
    unsigned                       all:1;     /* also lanes that come later */
    unsigned                       greeted:1;
    unsigned                       ping:1;    /* is due */
    unsigned                       busy:1;
    unsigned                       ended:1;

    ngx_uint_t                     held_n;
    ngx_queue_t                    subs;
    ngx_http_gmshoot_frame_t      *held[NGX_HTTP_GMSHOOT_STREAM_BUFS];
    ngx_chain_t                    chain[NGX_HTTP_GMSHOOT_STREAM_BUFS];
    ngx_buf_t                      bufs[NGX_HTTP_GMSHOOT_STREAM_BUFS];
    ngx_queue_t                    queue;
};


static ngx_http_gmshoot_stream_t *ngx_http_gmshoot_stream_create(
    ngx_http_request_t *r);
static ngx_http_gmshoot_sub_t *ngx_http_gmshoot_stream_subscribe(
    ngx_http_gmshoot_stream_t *st, ngx_http_gmshoot_lane_t *lane);
static ngx_int_t ngx_http_gmshoot_stream_start(ngx_http_gmshoot_stream_t *st);
static ngx_int_t ngx_http_gmshoot_stream_open(ngx_http_gmshoot_stream_t *st);
static ngx_int_t ngx_http_gmshoot_stream_choose(ngx_http_gmshoot_stream_t *st,
    ngx_str_t *names);
static ngx_int_t ngx_http_gmshoot_stream_flush(ngx_http_gmshoot_stream_t *st);
static ngx_chain_t *ngx_http_gmshoot_stream_collect(
    ngx_http_gmshoot_stream_t *st);
static void ngx_http_gmshoot_stream_hold(ngx_http_gmshoot_stream_t *st,
    ngx_http_gmshoot_frame_t *frame);
static ngx_http_gmshoot_frame_t *ngx_http_gmshoot_stream_greeting(void);
static void ngx_http_gmshoot_stream_write_handler(ngx_http_request_t *r);
static void ngx_http_gmshoot_stream_kick(ngx_http_gmshoot_stream_t *st);
static ngx_http_gmshoot_sub_t *ngx_http_gmshoot_stream_turn(
    ngx_queue_t *todo, ngx_queue_t *subs);
static void ngx_http_gmshoot_stream_release(ngx_http_gmshoot_stream_t *st);
static void ngx_http_gmshoot_stream_unlink(ngx_http_gmshoot_stream_t *st);
static void ngx_http_gmshoot_stream_cleanup(void *data);
static void ngx_http_gmshoot_stream_free(void *data);


static ngx_str_t  ngx_http_gmshoot_stream_type =
    ngx_string("text/event-stream");

static ngx_http_gmshoot_frame_t  ngx_http_gmshoot_ping_frame = {
    1, 0, 0, 0, 0, 0, 0, 0, sizeof(": ping\n\n") - 1, 0, 0,
    (u_char *) ": ping\n\n", 0, 0
};


ngx_int_t
ngx_http_gmshoot_stream_lane_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane)
{
    ngx_http_gmshoot_sub_t     *sub;
    ngx_http_gmshoot_stream_t  *st;

    st = ngx_http_gmshoot_stream_create(r);
    if (st == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    st->ids = 1;

    sub = ngx_http_gmshoot_stream_subscribe(st, lane);
    if (sub == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_gmshoot_sub_resume(sub, r);

    return ngx_http_gmshoot_stream_start(st);
}


ngx_int_t
ngx_http_gmshoot_stream_lanes_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane)
{
    ngx_int_t                   rc;
    ngx_str_t                   names;
    ngx_queue_t                *q;
    ngx_http_gmshoot_stream_t  *st;
    ngx_http_gmshoot_problem_t  unknown = {
        404, "lane-unknown", "There is no such lane",
        "The query argument lanes names a lane that is not configured.",
        0, "?lanes", NULL
    };

    st = ngx_http_gmshoot_stream_create(r);
    if (st == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_http_arg(r, (u_char *) "lanes", 5, &names) == NGX_OK) {

        rc = ngx_http_gmshoot_stream_choose(st, &names);

        if (rc == NGX_OK) {
            return ngx_http_gmshoot_stream_start(st);
        }

        ngx_http_gmshoot_stream_unlink(st);

        return rc == NGX_DECLINED
               ? ngx_http_gmshoot_problem(r,
                                       ngx_http_gmshoot_lane_missing(&unknown))
               : rc;
    }

    st->all = 1;

    for (q = ngx_queue_head(&ngx_http_gmshoot_process.lanes);
         q != ngx_queue_sentinel(&ngx_http_gmshoot_process.lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);

        if (ngx_http_gmshoot_stream_subscribe(st, lane) == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    return ngx_http_gmshoot_stream_start(st);
}


static ngx_int_t
ngx_http_gmshoot_stream_choose(ngx_http_gmshoot_stream_t *st,
    ngx_str_t *names)
{
    u_char                     *p, *src, *dst, *last;
    ngx_str_t                   name;
    ngx_uint_t                  n;
    ngx_queue_t                *q;
    ngx_http_request_t         *r;
    ngx_http_gmshoot_sub_t     *sub;
    ngx_http_gmshoot_lane_t    *lane;

    r = st->request;

    p = ngx_pnalloc(r->pool, names->len + 1);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    src = names->data;
    dst = p;
    ngx_unescape_uri(&dst, &src, names->len, 0);
    last = dst;

    for (n = 0; p <= last; p = name.data + name.len + 1) {

        name.data = p;
        dst = ngx_strlchr(p, last, ',');
        name.len = (size_t) ((dst ? dst : last) - p);

        lane = ngx_http_gmshoot_lane_get(&name);

        if (lane == NULL || n++ == NGX_HTTP_GMSHOOT_STREAM_LANES) {
            return NGX_DECLINED;
        }

        for (q = ngx_queue_head(&st->subs);
             q != ngx_queue_sentinel(&st->subs);
             q = ngx_queue_next(q))
        {
            sub = ngx_queue_data(q, ngx_http_gmshoot_sub_t, of_stream);

            if (sub->lane == lane) {
                break;
            }
        }

        if (q == ngx_queue_sentinel(&st->subs)
            && ngx_http_gmshoot_stream_subscribe(st, lane) == NULL)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_http_gmshoot_stream_t *
ngx_http_gmshoot_stream_create(ngx_http_request_t *r)
{
    ngx_http_cleanup_t         *cln;
    ngx_pool_cleanup_t         *free;
    ngx_http_gmshoot_stream_t  *st;

    st = ngx_pcalloc(r->pool, sizeof(ngx_http_gmshoot_stream_t));
    if (st == NULL) {
        return NULL;
    }

    /*
     * the request leaves the lanes as soon as it is given up, but HTTP/2
     * may send from the frames until the pool goes
     */

    cln = ngx_http_cleanup_add(r, 0);
    free = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL || free == NULL) {
        return NULL;
    }

    cln->handler = ngx_http_gmshoot_stream_cleanup;
    cln->data = st;

    free->handler = ngx_http_gmshoot_stream_free;
    free->data = st;

    st->request = r;
    st->sent.what = NGX_HTTP_GMSHOOT_SENT_STREAM;
    ngx_http_set_ctx(r, st, ngx_http_gmshoot_module);

    ngx_queue_init(&st->subs);
    ngx_queue_insert_tail(&ngx_http_gmshoot_process.streams, &st->queue);
    ngx_http_gmshoot_tally->streams++;
    ngx_http_gmshoot_tally->counter[NGX_HTTP_GMSHOOT_TALLY_STREAMS]++;

    /* nobody wakes it before it has been started */
    st->busy = 1;

    return st;
}


static ngx_http_gmshoot_sub_t *
ngx_http_gmshoot_stream_subscribe(ngx_http_gmshoot_stream_t *st,
    ngx_http_gmshoot_lane_t *lane)
{
    ngx_http_gmshoot_sub_t  *sub;

    sub = ngx_http_gmshoot_sub_create(st->request, lane);
    if (sub == NULL) {
        return NULL;
    }

    sub->stream = st;
    sub->ids = st->ids;

    ngx_queue_insert_tail(&st->subs, &sub->of_stream);

    return sub;
}


static ngx_int_t
ngx_http_gmshoot_stream_start(ngx_http_gmshoot_stream_t *st)
{
    ngx_int_t  rc;

    rc = ngx_http_gmshoot_stream_open(st);

    if (rc != NGX_DONE) {
        ngx_http_gmshoot_stream_unlink(st);
    }

    return rc;
}


static ngx_int_t
ngx_http_gmshoot_stream_open(ngx_http_gmshoot_stream_t *st)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = st->request;

    rc = ngx_http_gmshoot_endless_open(r, &ngx_http_gmshoot_stream_type,
                                       ngx_http_gmshoot_stream_type.len);
    if (rc != NGX_DONE) {
        return rc;
    }

    r->write_event_handler = ngx_http_gmshoot_stream_write_handler;

    ngx_http_gmshoot_send_small(r->connection);

    st->busy = 0;

    if (ngx_http_gmshoot_stream_flush(st) == NGX_ERROR) {
        return NGX_ERROR;
    }

    return NGX_DONE;
}


/* Sends until there is nothing left or the socket is full. */

static ngx_int_t
ngx_http_gmshoot_stream_flush(ngx_http_gmshoot_stream_t *st)
{
    ngx_int_t            rc;
    ngx_uint_t           i, all;
    ngx_chain_t         *out;
    ngx_http_request_t  *r;

    r = st->request;

    for (i = 0; i < NGX_HTTP_GMSHOOT_STREAM_TURN; i++) {

        out = NULL;

        if (!st->busy) {
            out = ngx_http_gmshoot_stream_collect(st);

            if (out == NULL) {
                break;
            }
        }

        rc = ngx_http_gmshoot_endless_send(r, out);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        st->busy = (rc == NGX_AGAIN);

        if (st->busy) {
            return ngx_http_gmshoot_endless_wait(r);
        }

        /* a chain with room left took all there was */
        all = (out && st->held_n < NGX_HTTP_GMSHOOT_STREAM_BUFS);

        ngx_http_gmshoot_stream_release(st);

        if (all) {
            break;
        }
    }

    ngx_http_gmshoot_endless_rest(r);

    if (i == NGX_HTTP_GMSHOOT_STREAM_TURN) {
        /* much to send and a fast reader: others first */
        ngx_post_event(r->connection->write, &ngx_posted_next_events);
        return NGX_AGAIN;
    }

    return NGX_OK;
}


/* Fills the one chain of this connection; NULL: nothing is due. */

static ngx_chain_t *
ngx_http_gmshoot_stream_collect(ngx_http_gmshoot_stream_t *st)
{
    ngx_uint_t                 i, got;
    ngx_queue_t               *q;
    ngx_http_gmshoot_sub_t    *sub;
    ngx_http_gmshoot_frame_t  *frame;

    if (!st->greeted) {

        frame = ngx_http_gmshoot_stream_greeting();
        if (frame == NULL) {
            return NULL;
        }

        st->greeted = 1;
        ngx_http_gmshoot_stream_hold(st, frame);
    }

    do {
        got = 0;

        for (q = ngx_queue_head(&st->subs);
             q != ngx_queue_sentinel(&st->subs)
             && st->held_n < NGX_HTTP_GMSHOOT_STREAM_BUFS;
             q = ngx_queue_next(q))
        {
            sub = ngx_queue_data(q, ngx_http_gmshoot_sub_t, of_stream);

            frame = ngx_http_gmshoot_sub_next(sub);

            if (frame) {
                ngx_http_gmshoot_stream_hold(st, frame);
                got = 1;
            }
        }

    } while (got && st->held_n < NGX_HTTP_GMSHOOT_STREAM_BUFS);

    if (got) {
        /* a chain that is full: the next one begins with another lane */
        q = ngx_queue_head(&st->subs);
        ngx_queue_remove(q);
        ngx_queue_insert_tail(&st->subs, q);
    }

    if (st->held_n == 0 && st->ping) {
        ngx_http_gmshoot_ping_frame.refs++;
        ngx_http_gmshoot_stream_hold(st, &ngx_http_gmshoot_ping_frame);
    }

    st->ping = 0;

    if (st->held_n == 0) {
        return NULL;
    }

    for (i = 0; i < st->held_n; i++) {
        st->chain[i].buf = &st->bufs[i];
        st->chain[i].next = &st->chain[i + 1];
    }

    st->chain[i - 1].next = NULL;
    st->bufs[i - 1].flush = 1;

    return st->chain;
}


/* Takes over one count of frame. */

static void
ngx_http_gmshoot_stream_hold(ngx_http_gmshoot_stream_t *st,
    ngx_http_gmshoot_frame_t *frame)
{
    ngx_buf_t  *b;

    b = &st->bufs[st->held_n];

    ngx_memzero(b, sizeof(ngx_buf_t));

    b->start = frame->text;
    b->pos = frame->text + (st->ids ? 0 : frame->id_size);
    b->last = frame->text + frame->size;
    b->end = b->last;
    b->memory = 1;
    b->tag = (ngx_buf_tag_t) &ngx_http_gmshoot_module;

    st->held[st->held_n++] = frame;

    st->sent.events += frame->events;
    ngx_http_gmshoot_tally->counter[NGX_HTTP_GMSHOOT_TALLY_EVENTS]
                                                           += frame->events;

    if (frame->body) {
        st->sent.snapshots++;
        ngx_http_gmshoot_tally->counter[NGX_HTTP_GMSHOOT_TALLY_SNAPSHOTS]++;
    }
}


static void
ngx_http_gmshoot_stream_release(ngx_http_gmshoot_stream_t *st)
{
    ngx_uint_t  i;

    for (i = 0; i < st->held_n; i++) {
        ngx_http_gmshoot_frame_release(st->held[i]);
    }

    st->held_n = 0;
}


/* A reload makes everybody come back: not all in the same moment. */

static ngx_http_gmshoot_frame_t *
ngx_http_gmshoot_stream_greeting(void)
{
    u_char                    *last;
    ngx_http_gmshoot_frame_t  *frame;

    frame = ngx_http_gmshoot_frame_create(32);
    if (frame == NULL) {
        return NULL;
    }

    last = ngx_snprintf(frame->text, frame->size, "retry: %ui\n\n",
                        (ngx_uint_t) 1000 + (ngx_uint_t) ngx_random() % 2001);
    frame->size = (size_t) (last - frame->text);

    return frame;
}


static void
ngx_http_gmshoot_stream_write_handler(ngx_http_request_t *r)
{
    ngx_queue_t                *q;
    ngx_http_gmshoot_sub_t     *sub;
    ngx_http_gmshoot_stream_t  *st;

    st = ngx_http_get_module_ctx(r, ngx_http_gmshoot_module);

    if (!ngx_http_gmshoot_endless_writable(r) || st == NULL || st->ended) {
        return;
    }

    /* a subscriber that lags has news whatever the lanes say */

    for (q = ngx_queue_head(&st->subs);
         q != ngx_queue_sentinel(&st->subs);
         q = ngx_queue_next(q))
    {
        sub = ngx_queue_data(q, ngx_http_gmshoot_sub_t, of_stream);
        ngx_http_gmshoot_lane_pump(sub->lane);
    }

    if (ngx_http_gmshoot_stream_flush(st) == NGX_ERROR) {
        ngx_http_finalize_request(r, NGX_ERROR);
    }
}


/* From outside an event of the request. */

static void
ngx_http_gmshoot_stream_kick(ngx_http_gmshoot_stream_t *st)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    if (st->busy || st->ended) {
        return;
    }

    r = st->request;
    c = r->connection;

    if (ngx_http_gmshoot_stream_flush(st) == NGX_ERROR) {
        ngx_http_set_log_request(c->log, r);
        ngx_http_finalize_request(r, NGX_ERROR);
        ngx_http_run_posted_requests(c);
    }
}


void
ngx_http_gmshoot_stream_news(ngx_http_gmshoot_lane_t *lane)
{
    uint64_t                 last;
    ngx_queue_t              todo;
    ngx_http_gmshoot_sub_t  *sub;

    last = lane->next;
    lane->dirty = 0;
    lane->wanting = 0;

    if (ngx_queue_empty(&lane->subs)) {
        return;
    }

    /* whoever goes away meanwhile takes itself out of either queue */

    ngx_queue_init(&todo);
    ngx_queue_add(&todo, &lane->subs);
    ngx_queue_init(&lane->subs);

    while (!ngx_queue_empty(&todo)) {

        sub = ngx_http_gmshoot_stream_turn(&todo, &lane->subs);
        ngx_http_gmshoot_stream_kick(sub->stream);
    }

    ngx_http_gmshoot_lane_fanned(lane, last);
}


/*
 * Puts the first of todo back and returns it.  With thousands of subscribers
 * each one's memory is cold when its turn comes; what the next ones need is
 * fetched while the system call for this one runs: of the first its request,
 * of the second its stream, and the third itself, as each is found through
 * the one before.
 */

static ngx_http_gmshoot_sub_t *
ngx_http_gmshoot_stream_turn(ngx_queue_t *todo, ngx_queue_t *subs)
{
    ngx_queue_t                *q, *first;
    ngx_http_gmshoot_sub_t     *sub;
    ngx_http_gmshoot_stream_t  *st;

    first = ngx_queue_head(todo);
    ngx_queue_remove(first);
    ngx_queue_insert_tail(subs, first);

    q = ngx_queue_head(todo);

    if (q != todo) {

        sub = ngx_queue_data(q, ngx_http_gmshoot_sub_t, of_lane);

        __builtin_prefetch(sub->stream->request, 1);

        q = ngx_queue_next(q);
    }

    if (q != todo) {

        sub = ngx_queue_data(q, ngx_http_gmshoot_sub_t, of_lane);
        st = sub->stream;

        __builtin_prefetch(st, 1);
        __builtin_prefetch(&st->subs, 1);
        __builtin_prefetch(st->chain, 1);
        __builtin_prefetch(st->bufs, 1);
        __builtin_prefetch(ngx_queue_next(q), 1);
        __builtin_prefetch((u_char *) ngx_queue_next(q) + 64, 1);
    }

    return ngx_queue_data(first, ngx_http_gmshoot_sub_t, of_lane);
}


void
ngx_http_gmshoot_stream_lane_added(ngx_http_gmshoot_lane_t *lane)
{
    ngx_queue_t                *q;
    ngx_http_gmshoot_stream_t  *st;

    for (q = ngx_queue_head(&ngx_http_gmshoot_process.streams);
         q != ngx_queue_sentinel(&ngx_http_gmshoot_process.streams);
         q = ngx_queue_next(q))
    {
        st = ngx_queue_data(q, ngx_http_gmshoot_stream_t, queue);

        if (st->all && !st->ended) {
            (void) ngx_http_gmshoot_stream_subscribe(st, lane);
        }
    }
}


void
ngx_http_gmshoot_stream_lane_removed(ngx_http_gmshoot_lane_t *lane)
{
    ngx_queue_t                *q;
    ngx_http_gmshoot_sub_t     *sub;
    ngx_http_gmshoot_stream_t  *st;

    while (!ngx_queue_empty(&lane->subs)) {

        q = ngx_queue_head(&lane->subs);
        sub = ngx_queue_data(q, ngx_http_gmshoot_sub_t, of_lane);
        st = sub->stream;

        ngx_queue_remove(&sub->of_lane);
        ngx_queue_remove(&sub->of_stream);

        /* who asked for this very lane learns by a 404 when he returns */

        if (!st->all) {
            ngx_http_gmshoot_stream_end(st);
        }
    }
}


void
ngx_http_gmshoot_stream_ping(void)
{
    ngx_queue_t                *q, todo, *streams;
    ngx_http_gmshoot_stream_t  *st;

    streams = &ngx_http_gmshoot_process.streams;

    if (ngx_queue_empty(streams)) {
        return;
    }

    ngx_queue_init(&todo);
    ngx_queue_add(&todo, streams);
    ngx_queue_init(streams);

    while (!ngx_queue_empty(&todo)) {

        q = ngx_queue_head(&todo);
        ngx_queue_remove(q);
        ngx_queue_insert_tail(streams, q);

        st = ngx_queue_data(q, ngx_http_gmshoot_stream_t, queue);
        st->ping = 1;
        ngx_http_gmshoot_stream_kick(st);
    }
}


void
ngx_http_gmshoot_stream_end_all(void)
{
    ngx_queue_t  *q, *streams;

    streams = &ngx_http_gmshoot_process.streams;

    while (!ngx_queue_empty(streams)) {
        q = ngx_queue_head(streams);
        ngx_http_gmshoot_stream_end(
                        ngx_queue_data(q, ngx_http_gmshoot_stream_t, queue));
    }
}


void
ngx_http_gmshoot_stream_end(ngx_http_gmshoot_stream_t *st)
{
    if (st->ended) {
        return;
    }

    ngx_http_gmshoot_stream_unlink(st);
    ngx_http_gmshoot_endless_end(st->request);
}


static void
ngx_http_gmshoot_stream_unlink(ngx_http_gmshoot_stream_t *st)
{
    ngx_queue_t             *q;
    ngx_http_gmshoot_sub_t  *sub;

    if (st->ended) {
        return;
    }

    st->ended = 1;

    while (!ngx_queue_empty(&st->subs)) {

        q = ngx_queue_head(&st->subs);
        sub = ngx_queue_data(q, ngx_http_gmshoot_sub_t, of_stream);

        ngx_queue_remove(&sub->of_stream);
        ngx_queue_remove(&sub->of_lane);
    }

    ngx_queue_remove(&st->queue);
    ngx_http_gmshoot_tally->streams--;
}


static void
ngx_http_gmshoot_stream_cleanup(void *data)
{
    ngx_http_gmshoot_stream_t  *st = data;

    ngx_http_gmshoot_stream_unlink(st);
}


static void
ngx_http_gmshoot_stream_free(void *data)
{
    ngx_http_gmshoot_stream_release(data);
}

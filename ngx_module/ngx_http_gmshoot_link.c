/*
 * The link to the supervisor: dialed by every nginx worker process, dialed
 * again for ever, never waited for.
 */

#include "ngx_http_gmshoot.h"


/* Messages taken in one turn, so that accept() stays fair. */
#define NGX_HTTP_GMSHOOT_LINK_TURN     32

#define NGX_HTTP_GMSHOOT_DIAL_FIRST    50
#define NGX_HTTP_GMSHOOT_DIAL_MAX      1000
#define NGX_HTTP_GMSHOOT_WELCOME_WAIT  5000

/* A link that breaks sooner is no link: it is said once, and dialed less and
 * less often. */
#define NGX_HTTP_GMSHOOT_LINK_STEADY   1000

/* The supervisor, which keeps a record of it, is told so often how many
 * clients there are. */
#define NGX_HTTP_GMSHOOT_LINK_CLIENTS  5000


static void ngx_http_gmshoot_link_dial(ngx_http_gmshoot_process_t *p);
static void ngx_http_gmshoot_link_call(ngx_http_gmshoot_process_t *p);
static void ngx_http_gmshoot_link_dial_handler(ngx_event_t *ev);
static void ngx_http_gmshoot_link_dial_later(ngx_http_gmshoot_process_t *p);
static void ngx_http_gmshoot_link_dial_failed(ngx_http_gmshoot_process_t *p,
    ngx_err_t err);
static ngx_int_t ngx_http_gmshoot_link_hello(ngx_http_gmshoot_process_t *p);
static void ngx_http_gmshoot_link_read_handler(ngx_event_t *rev);
static void ngx_http_gmshoot_link_read(ngx_http_gmshoot_process_t *p,
    ngx_connection_t *c);
static void ngx_http_gmshoot_link_empty_handler(ngx_event_t *ev);
static void ngx_http_gmshoot_link_version(ngx_http_gmshoot_process_t *p,
    uint32_t layout);
static void ngx_http_gmshoot_link_down(ngx_http_gmshoot_process_t *p,
    const char *why);
static void ngx_http_gmshoot_link_message(ngx_http_gmshoot_process_t *p,
    gms_link_message_t *m);
static void ngx_http_gmshoot_link_lane(ngx_http_gmshoot_process_t *p,
    gms_link_message_t *m);
static void ngx_http_gmshoot_link_welcome(ngx_http_gmshoot_process_t *p,
    gms_link_message_t *m);
static void ngx_http_gmshoot_link_steady(ngx_http_gmshoot_process_t *p);
static void ngx_http_gmshoot_link_config(ngx_http_gmshoot_process_t *p);
static void ngx_http_gmshoot_link_clients(ngx_http_gmshoot_process_t *p);
static void ngx_http_gmshoot_link_config_done(ngx_http_gmshoot_process_t *p,
    gms_link_message_t *m);
static void ngx_http_gmshoot_link_wake_handler(ngx_event_t *rev);
static ngx_connection_t *ngx_http_gmshoot_link_connection(
    ngx_http_gmshoot_process_t *p, int fd, ngx_event_handler_pt handler);
static void ngx_http_gmshoot_link_hang_up(ngx_connection_t **link);
static void ngx_http_gmshoot_link_poll_handler(ngx_event_t *ev);
static void ngx_http_gmshoot_link_ping_handler(ngx_event_t *ev);


void
ngx_http_gmshoot_link_start(ngx_http_gmshoot_process_t *p)
{
    p->dial.handler = ngx_http_gmshoot_link_dial_handler;
    p->dial.data = p;
    p->dial.log = p->log;
    p->dial.cancelable = 1;

    p->poll.handler = ngx_http_gmshoot_link_poll_handler;
    p->poll.data = p;
    p->poll.log = p->log;
    p->poll.cancelable = 1;

    p->ping.handler = ngx_http_gmshoot_link_ping_handler;
    p->ping.data = p;
    p->ping.log = p->log;
    p->ping.cancelable = 1;

    ngx_add_timer(&p->poll, NGX_HTTP_GMSHOOT_POLL);
    ngx_add_timer(&p->ping, NGX_HTTP_GMSHOOT_PING);

    ngx_http_gmshoot_room_start(p);
    ngx_http_gmshoot_link_dial(p);
}


void
ngx_http_gmshoot_link_stop(ngx_http_gmshoot_process_t *p)
{
    ngx_http_gmshoot_link_hang_up(&p->link);
    ngx_http_gmshoot_link_hang_up(&p->wake);
    ngx_http_gmshoot_room_yield(p);

    if (p->dial.timer_set) {
        ngx_del_timer(&p->dial);
    }

    if (p->poll.timer_set) {
        ngx_del_timer(&p->poll);
    }

    if (p->ping.timer_set) {
        ngx_del_timer(&p->ping);
    }

    if (p->config_error.data) {
        ngx_free(p->config_error.data);
        ngx_str_null(&p->config_error);
    }

    p->up = 0;
    ngx_http_gmshoot_tally->linked = 0;
}


static void
ngx_http_gmshoot_link_dial(ngx_http_gmshoot_process_t *p)
{
    ngx_http_gmshoot_room_yield(p);
    ngx_http_gmshoot_link_call(p);
    ngx_http_gmshoot_room_keep(p);
}


static void
ngx_http_gmshoot_link_call(ngx_http_gmshoot_process_t *p)
{
    int  fd;

    fd = gms_link_connect((char *) p->conf->link.data);

    if (fd < 0) {
        ngx_http_gmshoot_link_dial_failed(p, ngx_errno);
        return;
    }

    p->link = ngx_http_gmshoot_link_connection(p, fd,
                                         ngx_http_gmshoot_link_read_handler);
    if (p->link == NULL) {
        ngx_http_gmshoot_link_dial_failed(p, NGX_ENOMEM);
        return;
    }

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, p->log, 0,
                   "gmshoot link dialed, fd:%d", fd);

    if (ngx_http_gmshoot_link_hello(p) != NGX_OK) {
        ngx_http_gmshoot_link_hang_up(&p->link);
        ngx_http_gmshoot_link_dial_later(p);
        return;
    }

    /* a supervisor that takes the call and says nothing is not up */
    ngx_add_timer(&p->dial, NGX_HTTP_GMSHOOT_WELCOME_WAIT);
}


static void
ngx_http_gmshoot_link_dial_handler(ngx_event_t *ev)
{
    ngx_http_gmshoot_process_t  *p = ev->data;

    if (ngx_exiting) {
        return;
    }

    if (p->link) {
        ngx_http_gmshoot_link_down(p, "no WELCOME came");
        return;
    }

    ngx_http_gmshoot_link_dial(p);
}


static void
ngx_http_gmshoot_link_dial_failed(ngx_http_gmshoot_process_t *p, ngx_err_t err)
{
    if (err != p->dial_error) {
        p->dial_error = err;
        ngx_log_error(NGX_LOG_WARN, p->log, err,
                      "gmshoot: connect() to the worker at \"%V\" failed, "
                      "lanes are offline until it answers", &p->conf->link);
    }

    ngx_http_gmshoot_link_dial_later(p);
}


/* 50 ms, 100 ms .. 1 s, each with jitter of half its length. */

static void
ngx_http_gmshoot_link_dial_later(ngx_http_gmshoot_process_t *p)
{
    ngx_msec_t  wait;

    wait = NGX_HTTP_GMSHOOT_DIAL_FIRST << ngx_min(p->tries, 6);
    wait = ngx_min(wait, NGX_HTTP_GMSHOOT_DIAL_MAX);
    wait = wait / 2 + (ngx_msec_t) ngx_random() % (wait / 2 + 1);

    p->tries++;

    ngx_add_timer(&p->dial, wait);
}


static ngx_int_t
ngx_http_gmshoot_link_hello(ngx_http_gmshoot_process_t *p)
{
    gms_link_message_t  m;

    gms_link_message(&m, GMS_LINK_HELLO);
    m.header.generation = p->conf->generation;
    m.header.config_id = p->conf->config_id;

    return ngx_http_gmshoot_link_send(p, &m);
}


ngx_int_t
ngx_http_gmshoot_link_send(ngx_http_gmshoot_process_t *p,
    gms_link_message_t *m)
{
    int  rc;

    if (p->link == NULL) {
        return NGX_ERROR;
    }

    rc = gms_link_send(p->link->fd, m);

    if (rc == GMS_OK) {
        return NGX_OK;
    }

    if (rc == GMS_EAGAIN) {
        return NGX_AGAIN;
    }

    /* a broken link shows itself to the read handler too */

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, p->log, ngx_errno,
                   "gmshoot link send of %uD: %s", m->header.type,
                   gms_strerror(rc));

    return NGX_ERROR;
}


static void
ngx_http_gmshoot_link_read_handler(ngx_event_t *rev)
{
    ngx_connection_t            *c;
    ngx_http_gmshoot_process_t  *p;

    c = rev->data;
    p = c->data;

    /* descriptors may come along */

    ngx_http_gmshoot_room_yield(p);
    ngx_http_gmshoot_link_read(p, c);
    ngx_http_gmshoot_room_keep(p);
}


static void
ngx_http_gmshoot_link_read(ngx_http_gmshoot_process_t *p, ngx_connection_t *c)
{
    int                 rc;
    ngx_uint_t          i;
    gms_link_message_t  m;

    for (i = 0; i < NGX_HTTP_GMSHOOT_LINK_TURN; i++) {

        rc = gms_link_receive(c->fd, &m);

        if (rc == GMS_EAGAIN) {
            return;
        }

        if (rc == GMS_EVERSION) {
            ngx_http_gmshoot_link_version(p, m.header.layout);
            return;
        }

        if (rc != GMS_OK) {
            ngx_http_gmshoot_link_down(p, rc == GMS_EEND
                                          ? "the worker is gone"
                                          : gms_strerror(rc));
            return;
        }

        ngx_http_gmshoot_link_message(p, &m);
        gms_link_release(&m);

        if (p->link != c) {
            return;
        }
    }

    /* edge triggered: what is left makes no new event */
    ngx_post_event(c->read, &ngx_posted_events);
}


static void
ngx_http_gmshoot_link_empty_handler(ngx_event_t *ev)
{
    /* a SEQPACKET socket is written to at once or not at all */
}


/* One of both sides was upgraded and the other was not. */

static void
ngx_http_gmshoot_link_version(ngx_http_gmshoot_process_t *p, uint32_t layout)
{
    if (!p->refused || p->layout != layout) {
        p->refused = 1;
        p->layout = layout;

        ngx_log_error(NGX_LOG_ERR, p->log, 0,
                      "gmshoot: the worker is of another version: it has "
                      "memory layout %uD, this nginx reads %d; restart the "
                      "older one, a reload keeps the old module",
                      layout, GMS_LAYOUT_VERSION);
    }

    ngx_http_gmshoot_link_down(p, gms_strerror(GMS_EVERSION));
}


static void
ngx_http_gmshoot_link_down(ngx_http_gmshoot_process_t *p, const char *why)
{
    ngx_uint_t  was_up;

    was_up = p->up;
    p->up = 0;
    p->told = 0;
    ngx_http_gmshoot_tally->linked = 0;
    p->owes_config = 0;

    ngx_http_gmshoot_link_hang_up(&p->link);
    ngx_http_gmshoot_link_hang_up(&p->wake);
    ngx_http_gmshoot_room_keep(p);

    if (was_up && !p->flapping) {
        p->tries = 0;
        p->dial_error = 0;
        p->flapping = ngx_current_msec - p->up_since
                      < NGX_HTTP_GMSHOOT_LINK_STEADY;
        ngx_log_error(NGX_LOG_WARN, p->log, 0,
                      "gmshoot: the link to the worker broke: %s", why);

    } else if (was_up) {
        /* told when it broke for the first time */

    } else if (!p->refused) {
        p->refused = 1;
        p->layout = GMS_LAYOUT_VERSION;
        ngx_log_error(NGX_LOG_WARN, p->log, 0,
                      "gmshoot: the worker refused the link: %s", why);
    }

    ngx_http_gmshoot_link_dial_later(p);

    ngx_http_gmshoot_ask_link_down();

    if (was_up) {
        ngx_http_gmshoot_lanes_link(0);
    }
}


static void
ngx_http_gmshoot_link_message(ngx_http_gmshoot_process_t *p,
    gms_link_message_t *m)
{
    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, p->log, 0,
                   "gmshoot link message %uD lane \"%s\" status %uD",
                   m->header.type, m->header.lane, m->header.status);

    switch (m->header.type) {

    case GMS_LINK_WELCOME:
        ngx_http_gmshoot_link_welcome(p, m);
        break;

    case GMS_LINK_NEED_CONFIG:
        ngx_http_gmshoot_link_config(p);
        break;

    case GMS_LINK_CONFIG_DONE:
        ngx_http_gmshoot_link_config_done(p, m);
        break;

    case GMS_LINK_STALE:
        ngx_log_error(NGX_LOG_NOTICE, p->log, 0,
                      "gmshoot: the worker runs a newer configuration");
        break;

    case GMS_LINK_LANE:
    case GMS_LINK_LANE_GONE:
    case GMS_LINK_LANE_STATE:
        ngx_http_gmshoot_link_lane(p, m);
        break;

    case GMS_LINK_ANSWER:
        ngx_http_gmshoot_ask_answered(m);
        break;

    case GMS_LINK_DEVICES:
        ngx_http_gmshoot_access_devices(m->body);
        break;

    default:
        ngx_log_debug1(NGX_LOG_DEBUG_HTTP, p->log, 0,
                       "gmshoot link message %uD ignored", m->header.type);
    }
}


static void
ngx_http_gmshoot_link_lane(ngx_http_gmshoot_process_t *p,
    gms_link_message_t *m)
{
    ngx_str_t                 name;
    ngx_http_gmshoot_lane_t  *lane;

    name.data = (u_char *) m->header.lane;
    name.len = ngx_strnlen(name.data, GMS_LANE_NAME_SIZE - 1);

    lane = ngx_http_gmshoot_lane_get(&name);

    if (lane == NULL) {

        if (m->header.type == GMS_LINK_LANE_GONE || name.len == 0) {
            return;
        }

        lane = ngx_http_gmshoot_lane_add(&name);
        if (lane == NULL) {
            return;
        }

        ngx_http_gmshoot_stream_lane_added(lane);
    }

    switch (m->header.type) {

    case GMS_LINK_LANE:
        if (m->fd >= 0) {
            ngx_http_gmshoot_lane_map(lane, m->fd, m->header.value != 0);
            m->fd = -1;
        }
        break;

    case GMS_LINK_LANE_STATE:
        ngx_http_gmshoot_lane_process(lane, m->header.value != 0);
        break;

    default: /* GMS_LINK_LANE_GONE */
        ngx_http_gmshoot_lane_gone(lane);
    }
}


static void
ngx_http_gmshoot_link_welcome(ngx_http_gmshoot_process_t *p,
    gms_link_message_t *m)
{
    if (m->header.status != 0) {
        ngx_http_gmshoot_link_down(p, "it answered with an error");
        return;
    }

    ngx_http_gmshoot_link_hang_up(&p->wake);

    if (m->fd >= 0) {
        p->wake = ngx_http_gmshoot_link_connection(p, m->fd,
                                         ngx_http_gmshoot_link_wake_handler);
        m->fd = -1;
    }

    if (p->wake == NULL) {
        ngx_log_error(NGX_LOG_WARN, p->log, 0,
                      "gmshoot: no eventfd came with the WELCOME, events are "
                      "polled for");
    }

    if (p->dial.timer_set) {
        ngx_del_timer(&p->dial);
    }

    if (p->up) {
        return;
    }

    p->up = 1;
    ngx_http_gmshoot_tally->linked = 1;
    p->up_since = ngx_current_msec;
    p->owes_watch = 1;

    if (!p->flapping) {
        ngx_http_gmshoot_link_steady(p);
    }

    ngx_http_gmshoot_lanes_link(1);
    ngx_http_gmshoot_link_tick(p);
}


static void
ngx_http_gmshoot_link_steady(ngx_http_gmshoot_process_t *p)
{
    p->tries = 0;
    p->dial_error = 0;
    p->refused = 0;
    p->flapping = 0;

    ngx_log_error(NGX_LOG_NOTICE, p->log, 0,
                  "gmshoot: the link to the worker at \"%V\" is up",
                  &p->conf->link);
}


static void
ngx_http_gmshoot_link_config(ngx_http_gmshoot_process_t *p)
{
    ngx_int_t           rc;
    gms_link_message_t  m;

    p->owes_config = 0;

    if (p->conf->generation == 0) {
        return;
    }

    gms_link_message(&m, GMS_LINK_CONFIG);
    m.header.generation = p->conf->generation;
    m.header.config_id = p->conf->config_id;
    m.header.body_size = (uint32_t) p->conf->config.len;
    m.body = (char *) p->conf->config.data;

    rc = ngx_http_gmshoot_link_send(p, &m);

    if (rc == NGX_AGAIN) {
        p->owes_config = 1;
    }
}


static void
ngx_http_gmshoot_link_config_done(ngx_http_gmshoot_process_t *p,
    gms_link_message_t *m)
{
    u_char  *text;
    size_t   len;

    if (m->header.status == 0) {
        if (p->config_error.data) {
            ngx_free(p->config_error.data);
            ngx_str_null(&p->config_error);
        }
        return;
    }

    len = ngx_min(m->header.body_size, 1024);

    if (p->config_error.data && p->config_error.len == len
        && ngx_memcmp(p->config_error.data, m->body, len) == 0)
    {
        return;
    }

    text = ngx_alloc(len + 1, p->log);
    if (text == NULL) {
        return;
    }

    ngx_memcpy(text, m->body, len);
    text[len] = '\0';

    if (p->config_error.data) {
        ngx_free(p->config_error.data);
    }

    p->config_error.data = text;
    p->config_error.len = len;

    ngx_log_error(NGX_LOG_ERR, p->log, 0,
                  "gmshoot: the worker refused the ranges: %V",
                  &p->config_error);
}


/* Asynchronous wakes need no read(): every write() is an edge of its own. */

static void
ngx_http_gmshoot_link_wake_handler(ngx_event_t *rev)
{
    ngx_http_gmshoot_lanes_wake();
}


static ngx_connection_t *
ngx_http_gmshoot_link_connection(ngx_http_gmshoot_process_t *p, int fd,
    ngx_event_handler_pt handler)
{
    ngx_connection_t  *c;

    if (ngx_nonblocking(fd) == -1) {
        goto failed;
    }

    c = ngx_get_connection(fd, p->log);
    if (c == NULL) {
        goto failed;
    }

    c->data = p;
    c->log = p->log;
    c->read->handler = handler;
    c->read->log = p->log;
    c->write->handler = ngx_http_gmshoot_link_empty_handler;
    c->write->log = p->log;

    /* a leaving process must not count these as left open */
    c->read->channel = 1;
    c->write->channel = 1;

    if (ngx_add_event(c->read, NGX_READ_EVENT, NGX_CLEAR_EVENT) != NGX_OK) {
        ngx_free_connection(c);
        goto failed;
    }

    return c;

failed:

    (void) close(fd);

    return NULL;
}


static void
ngx_http_gmshoot_link_hang_up(ngx_connection_t **link)
{
    ngx_connection_t  *c;

    c = *link;

    if (c == NULL) {
        return;
    }

    *link = NULL;

    /*
     * explicitly: the supervisor holds the same eventfd, so that close()
     * alone would leave it in the epoll set
     */

    if (c->read->active) {
        (void) ngx_del_event(c->read, NGX_READ_EVENT, 0);
    }

    ngx_close_connection(c);
}


/* What could not be sent, or was not said yet. */

void
ngx_http_gmshoot_link_tick(ngx_http_gmshoot_process_t *p)
{
    ngx_queue_t              *q;
    ngx_http_gmshoot_lane_t  *lane;

    if (!p->up) {
        return;
    }

    if (p->flapping
        && ngx_current_msec - p->up_since >= NGX_HTTP_GMSHOOT_LINK_STEADY)
    {
        ngx_http_gmshoot_link_steady(p);
    }

    if (p->owes_config) {
        ngx_http_gmshoot_link_config(p);
    }

    if (ngx_current_msec - p->clients_told >= NGX_HTTP_GMSHOOT_LINK_CLIENTS) {
        p->clients_told = ngx_current_msec;
        ngx_http_gmshoot_link_clients(p);
    }

    p->owes_watch = 0;

    for (q = ngx_queue_head(&p->lanes);
         q != ngx_queue_sentinel(&p->lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);
        ngx_http_gmshoot_live_watch(lane);
    }
}


/* Of each lane and of all: a stream of several lanes is one of each.  What is
 * not taken now is said anew before long. */

static void
ngx_http_gmshoot_link_clients(ngx_http_gmshoot_process_t *p)
{
    ngx_queue_t              *q, *s;
    gms_link_message_t        m;
    ngx_http_gmshoot_lane_t  *lane;

    gms_link_message(&m, GMS_LINK_CLIENTS);
    m.header.id = ngx_http_gmshoot_tally->streams;
    m.header.value = (int64_t) ngx_http_gmshoot_tally->viewers;

    if (ngx_http_gmshoot_link_send(p, &m) != NGX_OK) {
        return;
    }

    for (q = ngx_queue_head(&p->lanes);
         q != ngx_queue_sentinel(&p->lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);

        gms_link_message(&m, GMS_LINK_CLIENTS);
        ngx_memcpy(m.header.lane, lane->name.data, lane->name.len);

        for (s = ngx_queue_head(&lane->subs);
             s != ngx_queue_sentinel(&lane->subs);
             s = ngx_queue_next(s))
        {
            m.header.id++;
        }

        for (s = ngx_queue_head(&lane->viewers);
             s != ngx_queue_sentinel(&lane->viewers);
             s = ngx_queue_next(s))
        {
            m.header.value++;
        }

        if (ngx_http_gmshoot_link_send(p, &m) != NGX_OK) {
            return;
        }
    }
}


static void
ngx_http_gmshoot_link_poll_handler(ngx_event_t *ev)
{
    ngx_http_gmshoot_process_t  *p = ev->data;

    if (ngx_exiting) {
        ngx_http_gmshoot_stream_end_all();
        ngx_http_gmshoot_live_end_all();
        return;
    }

    ngx_http_gmshoot_link_tick(p);
    ngx_http_gmshoot_lanes_wake();

    ngx_add_timer(&p->poll, NGX_HTTP_GMSHOOT_POLL);
}


static void
ngx_http_gmshoot_link_ping_handler(ngx_event_t *ev)
{
    ngx_http_gmshoot_process_t  *p = ev->data;

    if (ngx_exiting) {
        return;
    }

    ngx_http_gmshoot_stream_ping();

    ngx_add_timer(&p->ping, NGX_HTTP_GMSHOOT_PING);
}

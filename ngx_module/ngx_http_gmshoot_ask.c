/*
 * Commands: a request goes over the link as ASK and waits, parked, for its
 * ANSWER, its deadline or the loss of its client, whichever is first.  What is
 * asked of the range goes to every lane and waits for all; what is asked of
 * the archive goes to the lane "".
 */

#include "ngx_http_gmshoot.h"

#include <time.h>


/* The worker's own limit is the deadline; this is for its last word to
 * arrive. */
#define NGX_HTTP_GMSHOOT_ASK_GRACE  200

#define NGX_HTTP_GMSHOOT_MULTI_STATUS  207


/* One of the lanes that are asked, and what it says; status 0: nothing yet. */
typedef struct {
    u_char                           lane[GMS_LANE_NAME_SIZE];
    ngx_uint_t                       status;
    ngx_str_t                        body;
} ngx_http_gmshoot_asked_t;


typedef struct {
    ngx_http_gmshoot_sent_t          sent;     /* nothing */
    ngx_queue_t                      queue;
    ngx_http_request_t              *request;
    const ngx_http_gmshoot_route_t  *route;
    ngx_event_t                      timer;
    uint64_t                         id;       /* of the first; then on */
    ngx_http_gmshoot_asked_t        *asked;
    ngx_uint_t                       lanes;
    ngx_uint_t                       left;     /* to answer */
    ngx_http_gmshoot_upload_t        upload;   /* that goes along */
    uint64_t                         version;  /* of If-Match; 0: whichever */
    u_char                           key[GMS_LINK_KEY_SIZE];
    unsigned                         waiting:1;
    unsigned                         all:1;    /* every lane of the range */
    unsigned                         archive:1;
} ngx_http_gmshoot_ask_t;


static ngx_int_t ngx_http_gmshoot_ask_begin(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane,
    ngx_uint_t archive);
static const ngx_http_gmshoot_problem_t *ngx_http_gmshoot_ask_check(
    ngx_http_request_t *r, const ngx_http_gmshoot_route_t *route,
    ngx_uint_t archive);
static ngx_int_t ngx_http_gmshoot_ask_lanes(ngx_http_gmshoot_ask_t *ask,
    ngx_http_gmshoot_lane_t *lane);
static void ngx_http_gmshoot_ask_status(ngx_http_gmshoot_ask_t *ask,
    ngx_uint_t status);
static ngx_int_t ngx_http_gmshoot_ask_reply_all(ngx_http_gmshoot_ask_t *ask);
static ngx_int_t ngx_http_gmshoot_ask_key(ngx_http_request_t *r, u_char *key);
static uint64_t ngx_http_gmshoot_ask_version(ngx_http_request_t *r);
static void ngx_http_gmshoot_ask_upload_handler(ngx_http_request_t *r);
static void ngx_http_gmshoot_ask_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_gmshoot_ask_send(ngx_http_request_t *r);
static ngx_int_t ngx_http_gmshoot_ask_message(ngx_http_gmshoot_ask_t *ask,
    ngx_str_t *body, gms_link_message_t *m,
    const ngx_http_gmshoot_problem_t **problem);
static const ngx_http_gmshoot_problem_t *ngx_http_gmshoot_ask_each(
    ngx_http_gmshoot_ask_t *ask, gms_link_message_t *m);
static uint64_t ngx_http_gmshoot_ask_next_id(void);
static void ngx_http_gmshoot_ask_timeout(ngx_event_t *ev);
static void ngx_http_gmshoot_ask_finish(ngx_http_gmshoot_ask_t *ask,
    const ngx_http_gmshoot_problem_t *problem);
static ngx_int_t ngx_http_gmshoot_ask_keep(ngx_http_gmshoot_ask_t *ask,
    ngx_uint_t i, gms_link_message_t *m);
static void ngx_http_gmshoot_ask_forget(ngx_http_gmshoot_ask_t *ask);
static void ngx_http_gmshoot_ask_cleanup(void *data);


static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_too_large = {
    413, "body-too-large", "That is too much at once",
    "The body of a command may have 64 KiB.", 0, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_long_query = {
    414, "bad-request", "This address is too long",
    "The parameters of a request may have 1 KiB.", 0, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_no_lane = {
    503, "lane-offline", "No lane is there to answer",
    "No lane is configured: it needs a gmshoot_range block.", 1, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_not_json = {
    415, "media-type", "This is not understood",
    "The body must be JSON, with Content-Type: application/json.",
    0, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_no_text = {
    400, "not-json", "The request is not a JSON object",
    "The body has a byte of zero, which JSON has not.", 0, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_no_body = {
    400, "body-unexpected", "This command takes nothing along",
    "The request has a body, this command has none.", 0, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_bad_key = {
    422, "idempotency-key", "The key of this command is not valid",
    "Idempotency-Key takes 1 to 79 visible ASCII characters.", 0,
    "Idempotency-Key", NULL
};

const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_worker_down = {
    503, "worker-down", "The range does not answer",
    "The worker is not connected: is gmshoot worker running?",
    1, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_worker_busy = {
    503, "busy", "The range is busy", "The link to the worker is full.",
    1, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_worker_late = {
    504, "deadline", "The lane took too long to answer",
    "The deadline has passed. The command may have been done: repeat it "
    "with the same Idempotency-Key to learn.", 0, NULL, NULL
};

ngx_int_t
ngx_http_gmshoot_ask_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane)
{
    return ngx_http_gmshoot_ask_begin(r, route, lane, 0);
}


ngx_int_t
ngx_http_gmshoot_ask_archive_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane)
{
    return ngx_http_gmshoot_ask_begin(r, route, NULL, 1);
}


static ngx_int_t
ngx_http_gmshoot_ask_begin(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane,
    ngx_uint_t archive)
{
    ngx_int_t                          rc;
    ngx_http_gmshoot_ask_t            *ask;
    ngx_http_client_body_handler_pt    handler;
    const ngx_http_gmshoot_problem_t  *problem;

    problem = ngx_http_gmshoot_ask_check(r, route, archive);

    if (problem) {
        return ngx_http_gmshoot_problem(r, problem);
    }

    /* what every lane knows is asked of one */

    if (lane == NULL && !archive && route->method == NGX_HTTP_GET) {
        lane = ngx_http_gmshoot_lane_first();

        if (lane == NULL) {
            return ngx_http_gmshoot_problem(r, &ngx_http_gmshoot_no_lane);
        }
    }

    ask = ngx_pcalloc(r->pool, sizeof(ngx_http_gmshoot_ask_t));
    if (ask == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_http_gmshoot_ask_key(r, ask->key) != NGX_OK) {
        return ngx_http_gmshoot_problem(r, &ngx_http_gmshoot_bad_key);
    }

    ask->version = ngx_http_gmshoot_ask_version(r);
    ask->request = r;
    ask->route = route;
    ask->archive = archive ? 1 : 0;
    ask->upload.fd = -1;

    if (ngx_http_gmshoot_ask_lanes(ask, lane) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_set_ctx(r, ask, ngx_http_gmshoot_module);

    if (route->body == NGX_HTTP_GMSHOOT_PICTURE) {
        handler = ngx_http_gmshoot_ask_upload_handler;

        if (ngx_http_gmshoot_upload_begin(r, &ask->upload) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

    } else {
        handler = ngx_http_gmshoot_ask_body_handler;
        r->request_body_in_single_buf = 1;
    }

    rc = ngx_http_read_client_request_body(r, handler);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    return NGX_DONE;
}


static const ngx_http_gmshoot_problem_t *
ngx_http_gmshoot_ask_check(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_uint_t archive)
{
    ngx_uint_t  has_body;

    has_body = r->headers_in.content_length_n > 0 || r->headers_in.chunked;

    if ((archive || (route->arg && route->arg[0] == '?'))
        && r->args.len > NGX_HTTP_GMSHOOT_QUERY_MAX)
    {
        return &ngx_http_gmshoot_long_query;
    }

    if (route->body == NGX_HTTP_GMSHOOT_PICTURE) {
        return ngx_http_gmshoot_upload_check(r);
    }

    if (has_body && !route->body) {
        return &ngx_http_gmshoot_no_body;
    }

    if (r->headers_in.content_length_n > NGX_HTTP_GMSHOOT_BODY_MAX) {
        return &ngx_http_gmshoot_too_large;
    }

    if (has_body && !ngx_http_gmshoot_body_is_json(r)) {
        return &ngx_http_gmshoot_not_json;
    }

    return NULL;
}


/* A lane may go while the body comes: by its name, not its address. */

static ngx_int_t
ngx_http_gmshoot_ask_lanes(ngx_http_gmshoot_ask_t *ask,
    ngx_http_gmshoot_lane_t *lane)
{
    ngx_uint_t    n;
    ngx_queue_t  *q, *lanes;

    ask->all = lane == NULL && !ask->archive;
    lanes = &ngx_http_gmshoot_process.lanes;
    n = 1;

    if (ask->all) {
        for (n = 0, q = ngx_queue_head(lanes);
             q != ngx_queue_sentinel(lanes);
             q = ngx_queue_next(q))
        {
            n++;
        }
    }

    ask->asked = ngx_pcalloc(ask->request->pool,
                             (n + 1) * sizeof(ngx_http_gmshoot_asked_t));
    if (ask->asked == NULL) {
        return NGX_ERROR;
    }

    ask->lanes = n;

    if (ask->archive) {
        return NGX_OK;
    }

    if (!ask->all) {
        ngx_memcpy(ask->asked[0].lane, lane->name.data, lane->name.len);
        return NGX_OK;
    }

    for (n = 0, q = ngx_queue_head(lanes);
         q != ngx_queue_sentinel(lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);
        ngx_memcpy(ask->asked[n++].lane, lane->name.data, lane->name.len);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_gmshoot_ask_key(ngx_http_request_t *r, u_char *key)
{
    size_t            i;
    ngx_table_elt_t  *h;

    h = ngx_http_gmshoot_header_in(r, "idempotency-key");

    if (h == NULL) {
        return NGX_OK;
    }

    if (h->value.len == 0 || h->value.len >= GMS_LINK_KEY_SIZE) {
        return NGX_ERROR;
    }

    for (i = 0; i < h->value.len; i++) {

        if (h->value.data[i] <= 0x20 || h->value.data[i] >= 0x7f) {
            return NGX_ERROR;
        }

        key[i] = h->value.data[i];
    }

    return NGX_OK;
}


/* Of the one ETag that is meant.  What was never an ETag of ours, and a list,
 * is none that there is.  nginx would look at If-Match only when the command
 * is done. */

static uint64_t
ngx_http_gmshoot_ask_version(ngx_http_request_t *r)
{
    off_t      n;
    ngx_str_t  tag;

    if (r->headers_in.if_match == NULL || r->method == NGX_HTTP_GET
        || r->method == NGX_HTTP_HEAD)
    {
        return 0;
    }

    r->disable_not_modified = 1;

    tag = r->headers_in.if_match->value;

    if (tag.len == 1 && tag.data[0] == '*') {
        return 0;
    }

    if (tag.len < 3 || tag.data[0] != '"' || tag.data[tag.len - 1] != '"') {
        return UINT64_MAX;
    }

    n = ngx_atoof(tag.data + 1, tag.len - 2);

    return n > 0 ? (uint64_t) n : UINT64_MAX;
}


static void
ngx_http_gmshoot_ask_upload_handler(ngx_http_request_t *r)
{
    ngx_int_t                rc;
    ngx_http_gmshoot_ask_t  *ask;

    ask = ngx_http_get_module_ctx(r, ngx_http_gmshoot_module);

    rc = ngx_http_gmshoot_upload_read(r, &ask->upload);

    if (rc == NGX_AGAIN) {
        r->read_event_handler = ngx_http_gmshoot_ask_upload_handler;
        return;
    }

    if (rc != NGX_OK) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    ngx_http_gmshoot_ask_body_handler(r);
}


static void
ngx_http_gmshoot_ask_body_handler(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    rc = ngx_http_gmshoot_ask_send(r);

    if (rc == NGX_DONE) {

        /* parked: the count of the body reader is the one that keeps it */

        r->read_event_handler = ngx_http_test_reading;
        r->write_event_handler = ngx_http_request_empty_handler;
        return;
    }

    ngx_http_finalize_request(r, rc);
}


static ngx_int_t
ngx_http_gmshoot_ask_send(ngx_http_request_t *r)
{
    ngx_int_t                    rc;
    ngx_str_t                    body;
    gms_link_message_t           m;
    ngx_http_cleanup_t          *cln;
    ngx_http_gmshoot_ask_t      *ask;
    ngx_http_gmshoot_process_t  *p;
    const ngx_http_gmshoot_problem_t  *problem;

    p = &ngx_http_gmshoot_process;
    ask = ngx_http_get_module_ctx(r, ngx_http_gmshoot_module);

    rc = ngx_http_gmshoot_body(r, ask->route, ask->archive, &body);

    if (rc == NGX_DECLINED) {
        return ngx_http_gmshoot_problem(r, &ngx_http_gmshoot_too_large);
    }

    if (rc == NGX_ABORT) {
        return ngx_http_gmshoot_problem(r, &ngx_http_gmshoot_no_text);
    }

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (!p->up) {
        return ngx_http_gmshoot_problem(r, &ngx_http_gmshoot_worker_down);
    }

    rc = ngx_http_gmshoot_ask_message(ask, &body, &m, &problem);

    if (rc != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (problem) {
        return ngx_http_gmshoot_problem(r, problem);
    }

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_http_gmshoot_ask_cleanup;
    cln->data = ask;

    problem = ngx_http_gmshoot_ask_each(ask, &m);

    if (problem) {
        return ngx_http_gmshoot_problem(r, problem);
    }

    if (ask->left == 0) {
        return ngx_http_gmshoot_ask_reply_all(ask);
    }

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "gmshoot ask %s id %uL", ask->route->verb, ask->id);

    ask->timer.handler = ngx_http_gmshoot_ask_timeout;
    ask->timer.data = ask;
    ask->timer.log = r->connection->log;
    ngx_add_timer(&ask->timer,
                  ask->route->timeout + NGX_HTTP_GMSHOOT_ASK_GRACE);

    ask->waiting = 1;
    ngx_queue_insert_tail(&p->asks, &ask->queue);

    return NGX_DONE;
}


/* Who asked may be less by now: while the body came, a device may have been
 * removed. */

static ngx_int_t
ngx_http_gmshoot_ask_message(ngx_http_gmshoot_ask_t *ask, ngx_str_t *body,
    gms_link_message_t *m, const ngx_http_gmshoot_problem_t **problem)
{
    ngx_str_t            id, lane;
    struct timespec      ts;
    ngx_http_request_t  *r;

    if (clock_gettime(CLOCK_MONOTONIC, &ts) != 0) {
        return NGX_ERROR;
    }

    r = ask->request;

    /* a range and an archive are no lane */
    lane.data = ask->asked[0].lane;
    lane.len = ask->all ? 0 : ngx_strlen(lane.data);

    *problem = ngx_http_gmshoot_access(r, ask->route, lane.len ? &lane : NULL);

    gms_link_message(m, GMS_LINK_ASK);

    m->body = (char *) body->data;
    m->fd = ask->upload.fd;
    m->header.role = (uint32_t) ngx_http_gmshoot_role(r, lane.len ? &lane
                                                                  : NULL);
    m->header.body_size = (uint32_t) body->len;
    m->header.deadline_ns = ((int64_t) ts.tv_sec * 1000
                             + (int64_t) ask->route->timeout) * 1000000
                            + ts.tv_nsec;

    ngx_http_gmshoot_request_id(r, &id);

    if (id.len) {
        ngx_memcpy(m->header.request, id.data, id.len);
    }

    if (lane.len && m->header.role < GMS_ROLE_SHOOTER) {
        (void) ngx_http_gmshoot_access_token(r, m->header.token);
    }

    m->header.generation = ask->version;
    ngx_memcpy(m->header.key, ask->key, GMS_LINK_KEY_SIZE);
    ngx_cpystrn((u_char *) m->header.verb, (u_char *) ask->route->verb,
                GMS_LINK_VERB_SIZE);

    return NGX_OK;
}


static const ngx_http_gmshoot_problem_t *
ngx_http_gmshoot_ask_each(ngx_http_gmshoot_ask_t *ask, gms_link_message_t *m)
{
    ngx_int_t   rc;
    ngx_uint_t  i;

    for (i = 0; i < ask->lanes; i++) {

        m->header.id = ngx_http_gmshoot_ask_next_id();
        ngx_memcpy(m->header.lane, ask->asked[i].lane, GMS_LANE_NAME_SIZE);

        if (i == 0) {
            ask->id = m->header.id;
        }

        rc = ngx_http_gmshoot_link_send(&ngx_http_gmshoot_process, m);

        if (rc == NGX_OK) {
            ask->left++;
            continue;
        }

        if (ask->all) {
            ask->asked[i].status = NGX_HTTP_SERVICE_UNAVAILABLE;
            continue;
        }

        return rc == NGX_AGAIN ? &ngx_http_gmshoot_worker_busy
                               : &ngx_http_gmshoot_worker_down;
    }

    return NULL;
}


/* Not to be mixed up with one of the process's earlier links. */

static uint64_t
ngx_http_gmshoot_ask_next_id(void)
{
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    if (p->ask_id == 0) {
        p->ask_id = (uint64_t) ngx_random() << 20;
    }

    return ++p->ask_id;
}


void
ngx_http_gmshoot_ask_answered(gms_link_message_t *m)
{
    uint64_t                     i;
    ngx_queue_t                 *q;
    ngx_connection_t            *c;
    ngx_http_request_t          *r;
    ngx_http_gmshoot_ask_t      *ask;
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    for (q = ngx_queue_head(&p->asks);
         q != ngx_queue_sentinel(&p->asks);
         q = ngx_queue_next(q))
    {
        ask = ngx_queue_data(q, ngx_http_gmshoot_ask_t, queue);

        i = m->header.id - ask->id;

        if (i < ask->lanes && ask->asked[i].status == 0) {

            if (ngx_http_gmshoot_ask_keep(ask, (ngx_uint_t) i, m)
                == NGX_AGAIN)
            {
                return;
            }

            r = ask->request;
            c = r->connection;

            ngx_http_set_log_request(c->log, r);
            ngx_http_gmshoot_ask_forget(ask);

            ngx_http_finalize_request(r, ask->all
                                         ? ngx_http_gmshoot_ask_reply_all(ask)
                                         : ngx_http_gmshoot_answer(r, m));
            ngx_http_run_posted_requests(c);

            return;
        }
    }

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, p->log, 0,
                   "gmshoot answer %uL came for nobody", m->header.id);
}


/* NGX_AGAIN: others have yet to answer. */

static ngx_int_t
ngx_http_gmshoot_ask_keep(ngx_http_gmshoot_ask_t *ask, ngx_uint_t i,
    gms_link_message_t *m)
{
    ngx_http_gmshoot_asked_t  *asked;

    asked = &ask->asked[i];
    asked->status = m->header.status;

    if (ask->all && m->header.body_size) {
        asked->body.data = ngx_pnalloc(ask->request->pool,
                                       m->header.body_size
                                       + NGX_HTTP_GMSHOOT_REQUEST_ID);

        if (asked->body.data) {
            ngx_memcpy(asked->body.data, m->body, m->header.body_size);
            asked->body.len = m->header.body_size;

            if (asked->status >= 400) {
                ngx_http_gmshoot_request_id_add(ask->request, &asked->body);
            }
        }
    }

    return --ask->left ? NGX_AGAIN : NGX_OK;
}


/* Which lanes did what was asked: 200 when all, 207 when not. */

static ngx_int_t
ngx_http_gmshoot_ask_reply_all(ngx_http_gmshoot_ask_t *ask)
{
    u_char                    *p;
    size_t                     size;
    ngx_str_t                  body;
    ngx_uint_t                 i, status;
    ngx_http_gmshoot_asked_t  *asked;

    status = NGX_HTTP_OK;
    size = sizeof("{\"lanes\":[]}\n");

    for (i = 0; i < ask->lanes; i++) {
        size += 64 + GMS_LANE_NAME_SIZE + NGX_INT_T_LEN
                + ask->asked[i].body.len;
    }

    p = ngx_pnalloc(ask->request->pool, size);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = p;
    p = ngx_cpymem(p, "{\"lanes\":[", sizeof("{\"lanes\":[") - 1);

    for (i = 0; i < ask->lanes; i++) {

        asked = &ask->asked[i];

        if (asked->status != NGX_HTTP_OK) {
            status = NGX_HTTP_GMSHOOT_MULTI_STATUS;
        }

        p = ngx_sprintf(p, "%s{\"name\":\"%s\",\"status\":%ui,\"answer\":",
                        i ? "," : "", asked->lane, asked->status);

        if (asked->body.len) {
            p = ngx_cpymem(p, asked->body.data, asked->body.len);

        } else {
            p = ngx_cpymem(p, "null", 4);
        }

        *p++ = '}';
    }

    p = ngx_cpymem(p, "]}\n", 3);
    body.len = (size_t) (p - body.data);

    return ngx_http_gmshoot_reply(ask->request, status, "application/json",
                                  &body);
}


static void
ngx_http_gmshoot_ask_timeout(ngx_event_t *ev)
{
    ngx_http_gmshoot_ask_finish(ev->data, &ngx_http_gmshoot_worker_late);
}


/* What was asked for may have been done, or not: the client cannot know, a
 * repeat with the same key will tell. */

void
ngx_http_gmshoot_ask_link_down(void)
{
    ngx_queue_t  *q, *asks;

    asks = &ngx_http_gmshoot_process.asks;

    while (!ngx_queue_empty(asks)) {
        q = ngx_queue_head(asks);
        ngx_http_gmshoot_ask_finish(
                              ngx_queue_data(q, ngx_http_gmshoot_ask_t, queue),
                              &ngx_http_gmshoot_worker_down);
    }
}


static void
ngx_http_gmshoot_ask_finish(ngx_http_gmshoot_ask_t *ask,
    const ngx_http_gmshoot_problem_t *problem)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ask->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);
    ngx_http_gmshoot_ask_forget(ask);

    if (ask->all) {
        ngx_http_gmshoot_ask_status(ask, problem->status);
        ngx_http_finalize_request(r, ngx_http_gmshoot_ask_reply_all(ask));

    } else {
        ngx_http_finalize_request(r, ngx_http_gmshoot_problem(r, problem));
    }

    ngx_http_run_posted_requests(c);
}


/* Of those that have said nothing. */

static void
ngx_http_gmshoot_ask_status(ngx_http_gmshoot_ask_t *ask, ngx_uint_t status)
{
    ngx_uint_t  i;

    for (i = 0; i < ask->lanes; i++) {
        if (ask->asked[i].status == 0) {
            ask->asked[i].status = status;
        }
    }
}


static void
ngx_http_gmshoot_ask_forget(ngx_http_gmshoot_ask_t *ask)
{
    if (!ask->waiting) {
        return;
    }

    ask->waiting = 0;
    ngx_queue_remove(&ask->queue);

    if (ask->timer.timer_set) {
        ngx_del_timer(&ask->timer);
    }
}


static void
ngx_http_gmshoot_ask_cleanup(void *data)
{
    ngx_http_gmshoot_ask_forget(data);
}

/*
 * gmshoot_status: for those who watch the range from outside.
 *   health   this nginx serves
 *   ready    so do the worker and every lane; else what does not
 *   metrics  counters and histograms, see metrics.c
 */

#include "ngx_http_gmshoot.h"


/* More than one check takes as JSON, and than the rest of a document. */
#define NGX_HTTP_GMSHOOT_CHECK_SIZE     (80 + GMS_LANE_NAME_SIZE)
#define NGX_HTTP_GMSHOOT_DOCUMENT_SIZE  512


/* What must hold for the range to be ready, and what to say if it does not. */
typedef struct {
    const char                *name;
    const char                *type;
    const char                *title;
    const char                *detail;
} ngx_http_gmshoot_check_t;


/* The first that fails gives the document its type. */
typedef struct {
    u_char                          *pos;
    const ngx_http_gmshoot_check_t  *failed;
    ngx_http_gmshoot_lane_t         *lane;
} ngx_http_gmshoot_checks_t;


static ngx_int_t ngx_http_gmshoot_status_ready(ngx_http_request_t *r);
static void ngx_http_gmshoot_status_lane(ngx_http_gmshoot_checks_t *checks,
    ngx_http_gmshoot_lane_t *lane);
static void ngx_http_gmshoot_status_check(ngx_http_gmshoot_checks_t *checks,
    const ngx_http_gmshoot_check_t *check, ngx_http_gmshoot_lane_t *lane,
    ngx_uint_t pass);
static ngx_int_t ngx_http_gmshoot_status_answer(ngx_http_request_t *r,
    ngx_http_gmshoot_checks_t *checks, ngx_str_t *list);


static const ngx_http_gmshoot_check_t  ngx_http_gmshoot_check_worker = {
    "worker", "worker-down", "The range does not answer",
    "The worker is not connected: is gmshoot worker running?"
};

static const ngx_http_gmshoot_check_t  ngx_http_gmshoot_check_config = {
    "configuration", "config-refused", "The range is not set up as it should",
    "The worker has refused the ranges: see config_error in /api/lanes."
};

static const ngx_http_gmshoot_check_t  ngx_http_gmshoot_check_process = {
    "process", "lane-offline", "A lane is not ready yet",
    "A lane does not run, or shows no life: see /api/lanes."
};

static const ngx_http_gmshoot_check_t  ngx_http_gmshoot_check_journal = {
    "journal", "store-failing", "A lane cannot store shots",
    "The journal of a lane cannot be opened or written: see its problems."
};

static const ngx_http_gmshoot_check_t  ngx_http_gmshoot_check_camera = {
    "camera", "camera-lost", "A lane sees nothing",
    "The camera of a lane gives no pictures: see its problems."
};


ngx_int_t
ngx_http_gmshoot_status_handler(ngx_http_request_t *r)
{
    ngx_int_t                     rc;
    ngx_str_t                     ok = ngx_string("{\"status\":\"ok\"}\n");
    ngx_http_gmshoot_loc_conf_t  *lcf;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    if (!ngx_http_gmshoot_process.active) {
        return NGX_HTTP_NOT_FOUND;
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_gmshoot_module);

    switch (lcf->status) {

    case NGX_HTTP_GMSHOOT_STATUS_READY:
        return ngx_http_gmshoot_status_ready(r);

    case NGX_HTTP_GMSHOOT_STATUS_METRICS:
        return ngx_http_gmshoot_metrics(r);

    default: /* NGX_HTTP_GMSHOOT_STATUS_HEALTH */
        return ngx_http_gmshoot_reply(r, NGX_HTTP_OK, "application/json",
                                      &ok);
    }
}


static ngx_int_t
ngx_http_gmshoot_status_ready(ngx_http_request_t *r)
{
    ngx_str_t                    list;
    ngx_uint_t                   n;
    ngx_queue_t                 *q;
    ngx_http_gmshoot_checks_t    checks;
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;
    n = 2;

    for (q = ngx_queue_head(&p->lanes);
         q != ngx_queue_sentinel(&p->lanes);
         q = ngx_queue_next(q))
    {
        n += 3;
    }

    list.data = ngx_pnalloc(r->pool, n * NGX_HTTP_GMSHOOT_CHECK_SIZE);
    if (list.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&checks, sizeof(ngx_http_gmshoot_checks_t));
    checks.pos = list.data;

    ngx_http_gmshoot_status_check(&checks, &ngx_http_gmshoot_check_worker,
                                  NULL, p->up);
    ngx_http_gmshoot_status_check(&checks, &ngx_http_gmshoot_check_config,
                                  NULL, p->config_error.len == 0);

    for (q = ngx_queue_head(&p->lanes);
         q != ngx_queue_sentinel(&p->lanes);
         q = ngx_queue_next(q))
    {
        ngx_http_gmshoot_status_lane(&checks,
                          ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue));
    }

    list.len = (size_t) (checks.pos - list.data);

    return ngx_http_gmshoot_status_answer(r, &checks, &list);
}


static void
ngx_http_gmshoot_status_lane(ngx_http_gmshoot_checks_t *checks,
    ngx_http_gmshoot_lane_t *lane)
{
    ngx_http_gmshoot_status_check(checks, &ngx_http_gmshoot_check_process,
        lane, !ngx_http_gmshoot_lane_stale(lane));

    ngx_http_gmshoot_status_check(checks, &ngx_http_gmshoot_check_journal,
        lane, ngx_http_gmshoot_lane_gauge(lane, GMS_GAUGE_JOURNAL_UP) != 0);

    ngx_http_gmshoot_status_check(checks, &ngx_http_gmshoot_check_camera,
        lane, ngx_http_gmshoot_lane_gauge(lane, GMS_GAUGE_CAMERA_UP) != 0);
}


static void
ngx_http_gmshoot_status_check(ngx_http_gmshoot_checks_t *checks,
    const ngx_http_gmshoot_check_t *check, ngx_http_gmshoot_lane_t *lane,
    ngx_uint_t pass)
{
    u_char  *p;

    p = ngx_sprintf(checks->pos, "%s{\"check\":\"%s\",",
                    check == &ngx_http_gmshoot_check_worker ? "" : ",",
                    check->name);

    if (lane) {
        p = ngx_sprintf(p, "\"lane\":\"%V\",", &lane->name);
    }

    checks->pos = ngx_sprintf(p, "\"status\":\"%s\"}",
                              pass ? "pass" : "fail");

    if (!pass && checks->failed == NULL) {
        checks->failed = check;
        checks->lane = lane;
    }
}


static ngx_int_t
ngx_http_gmshoot_status_answer(ngx_http_request_t *r,
    ngx_http_gmshoot_checks_t *checks, ngx_str_t *list)
{
    u_char                          *p;
    ngx_str_t                        body;
    const ngx_http_gmshoot_check_t  *failed;

    failed = checks->failed;

    p = ngx_pnalloc(r->pool, NGX_HTTP_GMSHOOT_DOCUMENT_SIZE + list->len);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = p;

    if (failed == NULL) {
        p = ngx_sprintf(p, "{\"status\":\"ok\",\"checks\":[%V]}\n", list);
        body.len = (size_t) (p - body.data);

        return ngx_http_gmshoot_reply(r, NGX_HTTP_OK, "application/json",
                                      &body);
    }

    p = ngx_sprintf(p, "{\"type\":\"/docs/problems#%s\",\"title\":\"%s\","
                    "\"status\":503,\"detail\":\"%s\",\"check\":\"%s\",",
                    failed->type, failed->title, failed->detail,
                    failed->name);

    if (checks->lane) {
        p = ngx_sprintf(p, "\"lane\":\"%V\",", &checks->lane->name);
    }

    p = ngx_sprintf(p, "\"checks\":[%V]", list);
    p = ngx_http_gmshoot_request_id_json(r, p);
    *p++ = '}';
    *p++ = '\n';
    body.len = (size_t) (p - body.data);

    if (ngx_http_gmshoot_header_add(r, "Retry-After", "1") != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_gmshoot_reply(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                  "application/problem+json", &body);
}

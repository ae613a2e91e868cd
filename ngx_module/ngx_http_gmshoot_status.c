/*
 * gmshoot_status: for those who watch the range from outside.
 *   health   this nginx serves
 *   ready    so do the worker and every configured lane
 *   metrics  counters and histograms, in Prometheus' text format
 */

#include "ngx_http_gmshoot.h"


/* One bucket an octave: 16 us .. 16 s; finer ones are in the memory. */
#define NGX_HTTP_GMSHOOT_OCTAVE_FIRST  4
#define NGX_HTTP_GMSHOOT_OCTAVE_LAST   24

#define NGX_HTTP_GMSHOOT_LINE          192


typedef struct {
    unsigned     index;
    const char  *name;
    const char  *help;
} ngx_http_gmshoot_metric_t;


static ngx_int_t ngx_http_gmshoot_status_ready(ngx_http_request_t *r);
static ngx_int_t ngx_http_gmshoot_status_metrics(ngx_http_request_t *r);
static u_char *ngx_http_gmshoot_metrics_process(u_char *p);
static u_char *ngx_http_gmshoot_metrics_lanes(u_char *p);
static u_char *ngx_http_gmshoot_metrics_counter(u_char *p,
    const ngx_http_gmshoot_metric_t *metric);
static u_char *ngx_http_gmshoot_metrics_histogram(u_char *p,
    const ngx_http_gmshoot_metric_t *metric);
static u_char *ngx_http_gmshoot_metrics_buckets(u_char *p, const char *name,
    ngx_http_gmshoot_lane_t *lane, unsigned index);


static const ngx_http_gmshoot_metric_t  ngx_http_gmshoot_counters[] = {
    { GMS_COUNTER_FRAMES_CAPTURED, "frames_captured",
      "pictures from the camera" },
    { GMS_COUNTER_FRAMES_DROPPED, "frames_dropped",
      "pictures passed over for a newer one" },
    { GMS_COUNTER_FRAMES_BAD, "frames_bad", "pictures that cannot be used" },
    { GMS_COUNTER_FRAMES_ANALYSED, "frames_analysed",
      "pictures searched for holes" },
    { GMS_COUNTER_FRAMES_REPEATED, "frames_repeated",
      "pictures equal to the one before" },
    { GMS_COUNTER_HOLES, "holes", "holes seen, confirmed or not" },
    { GMS_COUNTER_SHOTS, "shots", "shots scored" },
    { GMS_COUNTER_EVENTS, "events", "events published" },
    { GMS_COUNTER_COMMITS, "commits", "commits to the journal" },
    { GMS_COUNTER_CAMERA_OPENS, "camera_opens", "times the camera opened" },
    { 0, NULL, NULL }
};


static const ngx_http_gmshoot_metric_t  ngx_http_gmshoot_histograms[] = {
    { GMS_HISTOGRAM_DECODE, "decode", "decoding of one picture" },
    { GMS_HISTOGRAM_ANALYSE, "analyse", "picture handed over to searched" },
    { GMS_HISTOGRAM_COMMIT, "commit", "one commit to the journal" },
    { GMS_HISTOGRAM_PUBLISH, "publish",
      "picture handed over to event in the ring" },
    { 0, NULL, NULL }
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
        return ngx_http_gmshoot_status_metrics(r);

    default: /* NGX_HTTP_GMSHOOT_STATUS_HEALTH */
        return ngx_http_gmshoot_reply(r, NGX_HTTP_OK, "application/json",
                                      &ok);
    }
}


static ngx_int_t
ngx_http_gmshoot_status_ready(ngx_http_request_t *r)
{
    ngx_str_t                    ok = ngx_string("{\"status\":\"ok\"}\n");
    ngx_queue_t                 *q;
    ngx_http_gmshoot_lane_t     *lane;
    ngx_http_gmshoot_process_t  *p;
    ngx_http_gmshoot_problem_t   down = {
        503, "worker-down", "The range does not answer",
        "The worker is not connected: is gmshoot worker running?",
        1, NULL, NULL
    };
    ngx_http_gmshoot_problem_t   offline = {
        503, "lane-offline", "A lane is not ready yet",
        "A configured lane does not run: see /api/lanes.", 1, NULL, NULL
    };

    p = &ngx_http_gmshoot_process;

    if (!p->up) {
        return ngx_http_gmshoot_problem(r, &down);
    }

    for (q = ngx_queue_head(&p->lanes);
         q != ngx_queue_sentinel(&p->lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);

        if (!lane->mapped || !lane->process) {
            return ngx_http_gmshoot_problem(r, &offline);
        }
    }

    return ngx_http_gmshoot_reply(r, NGX_HTTP_OK, "application/json", &ok);
}


static ngx_int_t
ngx_http_gmshoot_status_metrics(ngx_http_request_t *r)
{
    u_char                           *p;
    ngx_str_t                         body;
    ngx_uint_t                        lanes, lines;
    ngx_queue_t                      *q;
    const ngx_http_gmshoot_metric_t  *metric;

    lanes = 0;

    for (q = ngx_queue_head(&ngx_http_gmshoot_process.lanes);
         q != ngx_queue_sentinel(&ngx_http_gmshoot_process.lanes);
         q = ngx_queue_next(q))
    {
        lanes++;
    }

    /* an octave a line, three for +Inf, sum and count, two of comment */

    lines = 32 + 4 * lanes
            + GMS_COUNTERS * (lanes + 2)
            + GMS_HISTOGRAMS
              * (lanes * (NGX_HTTP_GMSHOOT_OCTAVE_LAST + 4) + 2);

    p = ngx_pnalloc(r->pool, lines * NGX_HTTP_GMSHOOT_LINE);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = p;

    p = ngx_http_gmshoot_metrics_process(p);
    p = ngx_http_gmshoot_metrics_lanes(p);

    for (metric = ngx_http_gmshoot_counters; metric->name; metric++) {
        p = ngx_http_gmshoot_metrics_counter(p, metric);
    }

    for (metric = ngx_http_gmshoot_histograms; metric->name; metric++) {
        p = ngx_http_gmshoot_metrics_histogram(p, metric);
    }

    body.len = (size_t) (p - body.data);

    return ngx_http_gmshoot_reply(r, NGX_HTTP_OK,
                                  "text/plain; version=0.0.4", &body);
}


static u_char *
ngx_http_gmshoot_metrics_process(u_char *p)
{
    ngx_http_gmshoot_process_t  *process;

    process = &ngx_http_gmshoot_process;

    p = ngx_sprintf(p, "# HELP gmshoot_link_up the worker is connected\n"
                    "# TYPE gmshoot_link_up gauge\n"
                    "gmshoot_link_up %d\n", process->up ? 1 : 0);

    /* of the nginx worker process that answers: the pid tells them apart */

    p = ngx_sprintf(p, "# HELP gmshoot_streams event streams of one nginx "
                    "worker process\n"
                    "# TYPE gmshoot_streams gauge\n"
                    "gmshoot_streams{pid=\"%P\"} %ui\n",
                    ngx_pid, process->streams_n);

    p = ngx_sprintf(p, "# HELP gmshoot_viewers live pictures of one nginx "
                    "worker process\n"
                    "# TYPE gmshoot_viewers gauge\n"
                    "gmshoot_viewers{pid=\"%P\"} %ui\n",
                    ngx_pid, process->viewers_n);

    return p;
}


static u_char *
ngx_http_gmshoot_metrics_lanes(u_char *p)
{
    ngx_queue_t              *q;
    ngx_http_gmshoot_lane_t  *lane;

    p = ngx_sprintf(p, "# HELP gmshoot_lane_up the lane runs and shows life\n"
                    "# TYPE gmshoot_lane_up gauge\n");

    for (q = ngx_queue_head(&ngx_http_gmshoot_process.lanes);
         q != ngx_queue_sentinel(&ngx_http_gmshoot_process.lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);

        p = ngx_sprintf(p, "gmshoot_lane_up{lane=\"%V\"} %d\n", &lane->name,
                        ngx_http_gmshoot_lane_stale(lane) ? 0 : 1);
    }

    return p;
}


static u_char *
ngx_http_gmshoot_metrics_counter(u_char *p,
    const ngx_http_gmshoot_metric_t *metric)
{
    ngx_queue_t              *q;
    ngx_http_gmshoot_lane_t  *lane;

    p = ngx_sprintf(p, "# HELP gmshoot_%s_total %s\n"
                    "# TYPE gmshoot_%s_total counter\n",
                    metric->name, metric->help, metric->name);

    for (q = ngx_queue_head(&ngx_http_gmshoot_process.lanes);
         q != ngx_queue_sentinel(&ngx_http_gmshoot_process.lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);

        if (lane->mapped) {
            p = ngx_sprintf(p, "gmshoot_%s_total{lane=\"%V\"} %uL\n",
                            metric->name, &lane->name,
                            gms_memory_counter(&lane->memory,
                                           (gms_counter_e) metric->index));
        }
    }

    return p;
}


static u_char *
ngx_http_gmshoot_metrics_histogram(u_char *p,
    const ngx_http_gmshoot_metric_t *metric)
{
    ngx_queue_t              *q;
    ngx_http_gmshoot_lane_t  *lane;

    p = ngx_sprintf(p, "# HELP gmshoot_%s_seconds %s\n"
                    "# TYPE gmshoot_%s_seconds histogram\n",
                    metric->name, metric->help, metric->name);

    for (q = ngx_queue_head(&ngx_http_gmshoot_process.lanes);
         q != ngx_queue_sentinel(&ngx_http_gmshoot_process.lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);

        if (lane->mapped) {
            p = ngx_http_gmshoot_metrics_buckets(p, metric->name, lane,
                                                 metric->index);
        }
    }

    return p;
}


/* The memory keeps no sum: it is estimated from the middle of each bucket,
 * right to 10 %. */

static u_char *
ngx_http_gmshoot_metrics_buckets(u_char *p, const char *name,
    ngx_http_gmshoot_lane_t *lane, unsigned index)
{
    double    middle_us, sum_us;
    uint64_t  n, count, octave_us;
    unsigned  i;

    count = 0;
    sum_us = 0;

    /* geometric middle of the first bucket: 2^(-1/8); a quarter octave on */
    middle_us = 0.917004;

    for (i = 0; i < GMS_HISTOGRAM_BUCKETS; i++) {

        n = gms_memory_bucket(&lane->memory, (gms_histogram_e) index, i);
        count += n;
        sum_us += (double) n * middle_us;
        middle_us *= 1.189207115;

        /* bucket i ends at 2^(i/4) us */

        if (i % 4 != 0 || i / 4 < NGX_HTTP_GMSHOOT_OCTAVE_FIRST) {
            continue;
        }

        octave_us = (uint64_t) 1 << (i / 4);

        p = ngx_sprintf(p, "gmshoot_%s_seconds_bucket{lane=\"%V\","
                        "le=\"%uL.%06uL\"} %uL\n",
                        name, &lane->name, octave_us / 1000000,
                        octave_us % 1000000, count);
    }

    return ngx_sprintf(p, "gmshoot_%s_seconds_bucket{lane=\"%V\","
                       "le=\"+Inf\"} %uL\n"
                       "gmshoot_%s_seconds_sum{lane=\"%V\"} %.6f\n"
                       "gmshoot_%s_seconds_count{lane=\"%V\"} %uL\n",
                       name, &lane->name, count,
                       name, &lane->name, sum_us / 1000000,
                       name, &lane->name, count);
}

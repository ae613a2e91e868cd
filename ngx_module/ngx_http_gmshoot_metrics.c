/*
 * Metrics in Prometheus' text format 0.0.4: base units, one HELP and one TYPE
 * a name, the lane's name as the one label that varies; nothing in it needs an
 * escape, see ngx_http_gmshoot_lane_add().
 *
 * What nginx does is summed over all its worker processes, whichever answers.
 * What a lane does comes out of its memory.  A lane that is down keeps its
 * counters, and all that tells how it is now says 0.
 */

#include "ngx_http_gmshoot.h"

#include <nginx.h>


/* More than any line takes, one of HELP included. */
#define NGX_HTTP_GMSHOOT_LINE  192

/* Lines without a lane in them: HELP, TYPE and value of what nginx counts. */
#define NGX_HTTP_GMSHOOT_LINES                                               \
    (3 * (8 + NGX_HTTP_GMSHOOT_TALLY_COUNTERS)                               \
     + NGX_HTTP_GMSHOOT_TALLY_BUCKETS + 4)


typedef struct {
    u_char        *pos;
    u_char        *end;
} ngx_http_gmshoot_text_t;


typedef struct {
    unsigned       index;
    const char    *name;
    const char    *help;
} ngx_http_gmshoot_metric_t;


static void ngx_http_gmshoot_metrics_head(ngx_http_gmshoot_text_t *text,
    const char *name, const char *type, const char *help);
static void ngx_http_gmshoot_metrics_number(ngx_http_gmshoot_text_t *text,
    const char *name, const char *type, const char *help, uint64_t value);
static void ngx_http_gmshoot_metrics_nginx(ngx_http_gmshoot_text_t *text);
static void ngx_http_gmshoot_metrics_fanout(ngx_http_gmshoot_text_t *text,
    ngx_http_gmshoot_tally_t *sum);
static void ngx_http_gmshoot_metrics_states(ngx_http_gmshoot_text_t *text);
static void ngx_http_gmshoot_metrics_lag(ngx_http_gmshoot_text_t *text);
static void ngx_http_gmshoot_metrics_archive(ngx_http_gmshoot_text_t *text);
static void ngx_http_gmshoot_metrics_counter(ngx_http_gmshoot_text_t *text,
    const ngx_http_gmshoot_metric_t *metric);
static void ngx_http_gmshoot_metrics_histogram(ngx_http_gmshoot_text_t *text,
    const ngx_http_gmshoot_metric_t *metric);
static void ngx_http_gmshoot_metrics_buckets(ngx_http_gmshoot_text_t *text,
    const char *name, ngx_http_gmshoot_lane_t *lane, unsigned index);


static const ngx_http_gmshoot_metric_t  ngx_http_gmshoot_sent[] = {
    { NGX_HTTP_GMSHOOT_TALLY_STREAMS, "streams_opened",
      "event streams that clients have opened" },
    { NGX_HTTP_GMSHOOT_TALLY_EVENTS, "events_sent",
      "events given to streams, snapshots included" },
    { NGX_HTTP_GMSHOOT_TALLY_SNAPSHOTS, "snapshots_sent",
      "state documents given to streams, at their begin and after a gap" },
    { NGX_HTTP_GMSHOOT_TALLY_LAPPED, "streams_lapped",
      "times a slow stream lost events and got a snapshot instead" },
    { NGX_HTTP_GMSHOOT_TALLY_FRAMES, "live_frames_sent",
      "pictures given to viewers" },
    { NGX_HTTP_GMSHOOT_TALLY_SKIPPED, "live_frames_skipped",
      "pictures that viewers were too slow for" },
    { 0, NULL, NULL }
};


static const ngx_http_gmshoot_metric_t  ngx_http_gmshoot_gauges[] = {
    { GMS_GAUGE_JOURNAL_UP, "journal_up", "the journal takes what is shot" },
    { GMS_GAUGE_CAMERA_UP, "camera_up", "the camera gives pictures" },
    { GMS_GAUGE_CALIBRATED, "lane_calibrated",
      "the target was found, shots can be scored" },
    { GMS_GAUGE_JOURNAL_WAITING, "journal_waiting_events",
      "what is decided and not yet in the journal" },
    { 0, NULL, NULL }
};


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
    { GMS_COUNTER_FRAMES_LOST, "frames_lost",
      "pictures that the camera's driver lost" },
    { GMS_COUNTER_RESTARTS, "lane_restarts",
      "times the process of the lane ended and was started again" },
    { 0, NULL, NULL }
};


static const ngx_http_gmshoot_metric_t  ngx_http_gmshoot_histograms[] = {
    { GMS_HISTOGRAM_DECODE, "decode", "decoding of one picture" },
    { GMS_HISTOGRAM_ANALYSE, "analyse", "picture handed over to searched" },
    { GMS_HISTOGRAM_COMMIT, "commit", "one commit to the journal" },
    { GMS_HISTOGRAM_HOLE, "hole", "picture handed over to hole published" },
    { GMS_HISTOGRAM_PUBLISH, "publish",
      "first picture of a shot handed over to shot published" },
    { 0, NULL, NULL }
};


ngx_int_t
ngx_http_gmshoot_metrics(ngx_http_request_t *r)
{
    size_t                            size;
    ngx_str_t                         body;
    ngx_uint_t                        lanes;
    ngx_queue_t                      *q;
    ngx_http_gmshoot_text_t           text;
    const ngx_http_gmshoot_metric_t  *metric;

    lanes = 0;

    for (q = ngx_queue_head(&ngx_http_gmshoot_process.lanes);
         q != ngx_queue_sentinel(&ngx_http_gmshoot_process.lanes);
         q = ngx_queue_next(q))
    {
        lanes++;
    }

    /* a histogram has a line an octave, then those of +Inf, sum and count */

    size = NGX_HTTP_GMSHOOT_LINES
           + (lanes + 2) * (2 + GMS_GAUGES + GMS_COUNTERS)
           + ((NGX_HTTP_GMSHOOT_OCTAVE_LAST + 4) * lanes + 2)
             * GMS_HISTOGRAMS;

    size *= NGX_HTTP_GMSHOOT_LINE;

    body.data = ngx_pnalloc(r->pool, size);
    if (body.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    text.pos = body.data;
    text.end = body.data + size;

    ngx_http_gmshoot_metrics_nginx(&text);
    ngx_http_gmshoot_metrics_states(&text);
    ngx_http_gmshoot_metrics_lag(&text);
    ngx_http_gmshoot_metrics_archive(&text);

    for (metric = ngx_http_gmshoot_counters; metric->name; metric++) {
        ngx_http_gmshoot_metrics_counter(&text, metric);
    }

    for (metric = ngx_http_gmshoot_histograms; metric->name; metric++) {
        ngx_http_gmshoot_metrics_histogram(&text, metric);
    }

    body.len = (size_t) (text.pos - body.data);

    return ngx_http_gmshoot_reply(r, NGX_HTTP_OK,
                                  "text/plain; version=0.0.4", &body);
}


static void
ngx_http_gmshoot_metrics_head(ngx_http_gmshoot_text_t *text, const char *name,
    const char *type, const char *help)
{
    text->pos = ngx_slprintf(text->pos, text->end,
                             "# HELP gmshoot_%s %s\n# TYPE gmshoot_%s %s\n",
                             name, help, name, type);
}


static void
ngx_http_gmshoot_metrics_number(ngx_http_gmshoot_text_t *text,
    const char *name, const char *type, const char *help, uint64_t value)
{
    ngx_http_gmshoot_metrics_head(text, name, type, help);

    text->pos = ngx_slprintf(text->pos, text->end, "gmshoot_%s %uL\n", name,
                             value);
}


static void
ngx_http_gmshoot_metrics_nginx(ngx_http_gmshoot_text_t *text)
{
    char                              name[64];
    ngx_uint_t                        processes;
    ngx_http_gmshoot_tally_t          sum;
    ngx_http_gmshoot_process_t       *p;
    const ngx_http_gmshoot_metric_t  *metric;

    p = &ngx_http_gmshoot_process;

    ngx_http_gmshoot_tally_sum(&sum, &processes);

    ngx_http_gmshoot_metrics_head(text, "build_info", "gauge",
                                  "what this module was built for");

    text->pos = ngx_slprintf(text->pos, text->end,
                             "gmshoot_build_info{nginx=\"%s\",layout=\"%d\","
                             "protocol=\"%d\"} 1\n",
                             NGINX_VERSION, GMS_LAYOUT_VERSION,
                             GMS_PROTOCOL_VERSION);

    ngx_http_gmshoot_metrics_number(text, "link_up", "gauge",
        "the nginx process that answers is connected to the worker", p->up);

    ngx_http_gmshoot_metrics_number(text, "config_refused", "gauge",
        "the worker has refused the ranges of this nginx",
        p->config_error.len ? 1 : 0);

    ngx_http_gmshoot_metrics_number(text, "nginx_processes", "gauge",
        "worker processes of nginx, those that are leaving included",
        processes);

    ngx_http_gmshoot_metrics_number(text, "nginx_processes_linked", "gauge",
        "of them, those that are connected to the worker", sum.linked);

    ngx_http_gmshoot_metrics_number(text, "streams", "gauge",
        "event streams that are open now", sum.streams);

    ngx_http_gmshoot_metrics_number(text, "viewers", "gauge",
        "live pictures that are watched now", sum.viewers);

    for (metric = ngx_http_gmshoot_sent; metric->name; metric++) {

        *ngx_snprintf((u_char *) name, sizeof(name) - 1, "%s_total",
                      metric->name) = '\0';

        ngx_http_gmshoot_metrics_number(text, name, "counter", metric->help,
                                        sum.counter[metric->index]);
    }

    ngx_http_gmshoot_metrics_fanout(text, &sum);
}


static void
ngx_http_gmshoot_metrics_fanout(ngx_http_gmshoot_text_t *text,
    ngx_http_gmshoot_tally_t *sum)
{
    uint64_t    count, octave_us;
    ngx_uint_t  i;

    ngx_http_gmshoot_metrics_head(text, "fanout_seconds", "histogram",
        "event published to handed to every socket, one nginx process each");

    count = 0;

    for (i = 0; i < NGX_HTTP_GMSHOOT_TALLY_BUCKETS - 1; i++) {

        count += sum->fanout[i];
        octave_us = (uint64_t) 1 << (NGX_HTTP_GMSHOOT_OCTAVE_FIRST + i);

        text->pos = ngx_slprintf(text->pos, text->end,
                                 "gmshoot_fanout_seconds_bucket"
                                 "{le=\"%uL.%06uL\"} %uL\n",
                                 octave_us / 1000000, octave_us % 1000000,
                                 count);
    }

    count += sum->fanout[i];

    text->pos = ngx_slprintf(text->pos, text->end,
                             "gmshoot_fanout_seconds_bucket{le=\"+Inf\"} %uL\n"
                             "gmshoot_fanout_seconds_sum %uL.%06uL\n"
                             "gmshoot_fanout_seconds_count %uL\n",
                             count, sum->fanout_us / 1000000,
                             sum->fanout_us % 1000000, count);
}


static void
ngx_http_gmshoot_metrics_states(ngx_http_gmshoot_text_t *text)
{
    ngx_uint_t                        up;
    ngx_queue_t                      *q, *lanes;
    ngx_http_gmshoot_lane_t          *lane;
    const ngx_http_gmshoot_metric_t  *metric;

    lanes = &ngx_http_gmshoot_process.lanes;

    ngx_http_gmshoot_metrics_head(text, "lane_up", "gauge",
                                  "the lane runs and shows life");

    for (q = ngx_queue_head(lanes);
         q != ngx_queue_sentinel(lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);
        up = !ngx_http_gmshoot_lane_stale(lane);

        text->pos = ngx_slprintf(text->pos, text->end,
                                 "gmshoot_lane_up{lane=\"%V\"} %ui\n",
                                 &lane->name, up);
    }

    for (metric = ngx_http_gmshoot_gauges; metric->name; metric++) {

        ngx_http_gmshoot_metrics_head(text, metric->name, "gauge",
                                      metric->help);

        for (q = ngx_queue_head(lanes);
             q != ngx_queue_sentinel(lanes);
             q = ngx_queue_next(q))
        {
            lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);

            text->pos = ngx_slprintf(text->pos, text->end,
                                     "gmshoot_%s{lane=\"%V\"} %uL\n",
                                     metric->name, &lane->name,
                                     ngx_http_gmshoot_lane_gauge(lane,
                                               (gms_gauge_e) metric->index));
        }
    }
}


/* How long the oldest of what waits for the journal has waited. */

static void
ngx_http_gmshoot_metrics_lag(ngx_http_gmshoot_text_t *text)
{
    int64_t                   since_ns, lag_ns;
    ngx_queue_t              *q;
    struct timespec           ts;
    ngx_http_gmshoot_lane_t  *lane;

    ngx_http_gmshoot_metrics_head(text, "journal_lag_seconds", "gauge",
        "how long the oldest of what is not yet in the journal has waited");

    for (q = ngx_queue_head(&ngx_http_gmshoot_process.lanes);
         q != ngx_queue_sentinel(&ngx_http_gmshoot_process.lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);
        since_ns = (int64_t) ngx_http_gmshoot_lane_gauge(lane,
                                                    GMS_GAUGE_JOURNAL_SINCE);
        lag_ns = 0;

        if (since_ns > 0 && clock_gettime(CLOCK_MONOTONIC, &ts) == 0) {
            lag_ns = (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec - since_ns;
            lag_ns = ngx_max(lag_ns, 0);
        }

        text->pos = ngx_slprintf(text->pos, text->end,
                                 "gmshoot_journal_lag_seconds{lane=\"%V\"} "
                                 "%L.%06L\n",
                                 &lane->name, lag_ns / 1000000000,
                                 lag_ns / 1000 % 1000000);
    }
}


/* How far the history is behind the journals: all that is not known to be in
 * it, also when the archive does not run, or hangs. */

static void
ngx_http_gmshoot_metrics_archive(ngx_http_gmshoot_text_t *text)
{
    uint64_t                   archived;
    ngx_queue_t               *q;
    ngx_http_gmshoot_lane_t   *lane;
    ngx_http_gmshoot_frame_t  *frame;

    ngx_http_gmshoot_metrics_head(text, "archive_lag_events", "gauge",
                           "events of the journal not yet in the history");

    for (q = ngx_queue_head(&ngx_http_gmshoot_process.lanes);
         q != ngx_queue_sentinel(&ngx_http_gmshoot_process.lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);

        frame = ngx_http_gmshoot_lane_snapshot(lane);

        if (!lane->mapped || frame == NULL) {
            continue;
        }

        archived = gms_memory_gauge(&lane->memory, GMS_GAUGE_ARCHIVED);

        text->pos = ngx_slprintf(text->pos, text->end,
                                 "gmshoot_archive_lag_events{lane=\"%V\"} "
                                 "%uL\n",
                                 &lane->name,
                                 frame->seq > archived ? frame->seq - archived
                                                       : 0);
    }
}


static void
ngx_http_gmshoot_metrics_counter(ngx_http_gmshoot_text_t *text,
    const ngx_http_gmshoot_metric_t *metric)
{
    char                      name[64];
    ngx_queue_t              *q;
    ngx_http_gmshoot_lane_t  *lane;

    *ngx_snprintf((u_char *) name, sizeof(name) - 1, "%s_total",
                  metric->name) = '\0';

    ngx_http_gmshoot_metrics_head(text, name, "counter", metric->help);

    for (q = ngx_queue_head(&ngx_http_gmshoot_process.lanes);
         q != ngx_queue_sentinel(&ngx_http_gmshoot_process.lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);

        if (lane->mapped) {
            text->pos = ngx_slprintf(text->pos, text->end,
                                     "gmshoot_%s{lane=\"%V\"} %uL\n",
                                     name, &lane->name,
                                     gms_memory_counter(&lane->memory,
                                           (gms_counter_e) metric->index));
        }
    }
}


static void
ngx_http_gmshoot_metrics_histogram(ngx_http_gmshoot_text_t *text,
    const ngx_http_gmshoot_metric_t *metric)
{
    char                      name[64];
    ngx_queue_t              *q;
    ngx_http_gmshoot_lane_t  *lane;

    *ngx_snprintf((u_char *) name, sizeof(name) - 1, "%s_seconds",
                  metric->name) = '\0';

    ngx_http_gmshoot_metrics_head(text, name, "histogram", metric->help);

    for (q = ngx_queue_head(&ngx_http_gmshoot_process.lanes);
         q != ngx_queue_sentinel(&ngx_http_gmshoot_process.lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);

        if (lane->mapped) {
            ngx_http_gmshoot_metrics_buckets(text, name, lane,
                                             metric->index);
        }
    }
}


static void
ngx_http_gmshoot_metrics_buckets(ngx_http_gmshoot_text_t *text,
    const char *name, ngx_http_gmshoot_lane_t *lane, unsigned index)
{
    uint64_t  count, octave_us, sum_ns;
    unsigned  i;

    /* before what it sums up, which goes on growing */
    sum_ns = gms_memory_sum_ns(&lane->memory, (gms_histogram_e) index);

    count = 0;

    for (i = 0; i < GMS_HISTOGRAM_BUCKETS; i++) {

        count += gms_memory_bucket(&lane->memory, (gms_histogram_e) index, i);

        /* bucket i ends at 2^(i/4) us */

        if (i % 4 != 0 || i / 4 < NGX_HTTP_GMSHOOT_OCTAVE_FIRST) {
            continue;
        }

        octave_us = (uint64_t) 1 << (i / 4);

        text->pos = ngx_slprintf(text->pos, text->end,
                                 "gmshoot_%s_bucket{lane=\"%V\","
                                 "le=\"%uL.%06uL\"} %uL\n",
                                 name, &lane->name, octave_us / 1000000,
                                 octave_us % 1000000, count);
    }

    text->pos = ngx_slprintf(text->pos, text->end,
                             "gmshoot_%s_bucket{lane=\"%V\",le=\"+Inf\"} %uL\n"
                             "gmshoot_%s_sum{lane=\"%V\"} %uL.%09uL\n"
                             "gmshoot_%s_count{lane=\"%V\"} %uL\n",
                             name, &lane->name, count,
                             name, &lane->name, sum_ns / 1000000000,
                             sum_ns % 1000000000,
                             name, &lane->name, count);
}

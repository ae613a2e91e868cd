#include "performance.h"

#include <math.h>
#include <string.h>

#include "../base/jsontext.h"

/* Members of a sample that are counts, by their column. */
static const struct {
    const char   *column;
    gms_counter_e counter;
} counts[] = {
    { "captured", GMS_COUNTER_FRAMES_CAPTURED },
    { "analysed", GMS_COUNTER_FRAMES_ANALYSED },
    { "dropped", GMS_COUNTER_FRAMES_DROPPED },
    { "bad", GMS_COUNTER_FRAMES_BAD },
    { "lost", GMS_COUNTER_FRAMES_LOST },
    { "shots", GMS_COUNTER_SHOTS },
    { "restarts", GMS_COUNTER_RESTARTS },
    { "camera_opens", GMS_COUNTER_CAMERA_OPENS },
};

/* Stages in the order in which a picture goes through them. */
static const struct {
    const char     *p50;
    const char     *p95;
    gms_histogram_e histogram;
} stages[] = {
    { "decode_p50_ms", "decode_p95_ms", GMS_HISTOGRAM_DECODE },
    { "analyse_p50_ms", "analyse_p95_ms", GMS_HISTOGRAM_ANALYSE },
    { "hole_p50_ms", "hole_p95_ms", GMS_HISTOGRAM_HOLE },
    { "commit_p50_ms", "commit_p95_ms", GMS_HISTOGRAM_COMMIT },
    { "shot_p50_ms", "shot_p95_ms", GMS_HISTOGRAM_PUBLISH },
};

#define GMS_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))


void
gms_performance_read(const gms_memory_t *m, gms_performance_reading_t *reading)
{
    unsigned i, k;

    for (i = 0; i < GMS_COUNTERS; i++) {
        reading->counter[i] = gms_memory_counter(m, (gms_counter_e) i);
    }

    for (i = 0; i < GMS_HISTOGRAMS; i++) {
        for (k = 0; k < GMS_HISTOGRAM_BUCKETS; k++) {
            reading->bucket[i][k] =
                gms_memory_bucket(m, (gms_histogram_e) i, k);
        }
    }
}


static uint64_t
since(uint64_t before, uint64_t now)
{
    return now >= before ? now - before : now;
}


void
gms_performance_since(const gms_performance_reading_t *before,
    const gms_performance_reading_t *now, gms_performance_reading_t *counted)
{
    unsigned i, k;

    for (i = 0; i < GMS_COUNTERS; i++) {
        counted->counter[i] = since(before->counter[i], now->counter[i]);
    }

    for (i = 0; i < GMS_HISTOGRAMS; i++) {
        for (k = 0; k < GMS_HISTOGRAM_BUCKETS; k++) {
            counted->bucket[i][k] =
                since(before->bucket[i][k], now->bucket[i][k]);
        }
    }
}


void
gms_performance_add(
    gms_performance_reading_t *sum, const gms_performance_reading_t *counted)
{
    unsigned i, k;

    for (i = 0; i < GMS_COUNTERS; i++) {
        sum->counter[i] += counted->counter[i];
    }

    for (i = 0; i < GMS_HISTOGRAMS; i++) {
        for (k = 0; k < GMS_HISTOGRAM_BUCKETS; k++) {
            sum->bucket[i][k] += counted->bucket[i][k];
        }
    }
}


double
gms_performance_quantile_ms(const uint64_t *bucket, double share)
{
    double   of = 0, before = 0, rank, inside;
    unsigned i;

    for (i = 0; i < GMS_HISTOGRAM_BUCKETS; i++) {
        of += (double) bucket[i];
    }

    if (of <= 0) {
        return (double) NAN;
    }

    rank = share * of;

    for (i = 0; i < GMS_HISTOGRAM_BUCKETS - 1; i++) {
        if (bucket[i] > 0 && before + (double) bucket[i] >= rank) {
            break;
        }
        before += (double) bucket[i];
    }

    inside = bucket[i] > 0 ? (rank - before) / (double) bucket[i] : 1;

    /* bucket i is of values from 2^((i-1)/4) to 2^(i/4) us */
    return exp2(((double) i - 1 + fmin(fmax(inside, 0), 1)) / 4) / 1000;
}


void
gms_performance_put(gms_performance_t *p, const gms_performance_about_t *about,
    const gms_performance_reading_t *counted)
{
    gms_performance_sample_t *s = &p->sample[p->next];
    unsigned                  i;

    s->about = *about;

    for (i = 0; i < GMS_COUNTERS; i++) {
        s->counter[i] = counted->counter[i] < UINT32_MAX
            ? (uint32_t) counted->counter[i]
            : UINT32_MAX;
    }

    for (i = 0; i < GMS_HISTOGRAMS; i++) {
        s->p50_ms[i] =
            (float) gms_performance_quantile_ms(counted->bucket[i], 0.5);
        s->p95_ms[i] =
            (float) gms_performance_quantile_ms(counted->bucket[i], 0.95);
    }

    p->next = (p->next + 1) % GMS_PERFORMANCE_SAMPLES;
    p->n += p->n < GMS_PERFORMANCE_SAMPLES;
}


static void
put_columns(gms_jsontext_t *j)
{
    static const char *const about[] = { "t_us", "seconds", "cpu", "busy",
        "streams", "viewers" };
    size_t                   i;

    gms_jsontext_open(j, "columns", '[');

    for (i = 0; i < GMS_COUNT_OF(about); i++) {
        gms_jsontext_string(j, NULL, about[i]);
    }
    for (i = 0; i < GMS_COUNT_OF(counts); i++) {
        gms_jsontext_string(j, NULL, counts[i].column);
    }
    for (i = 0; i < GMS_COUNT_OF(stages); i++) {
        gms_jsontext_string(j, NULL, stages[i].p50);
        gms_jsontext_string(j, NULL, stages[i].p95);
    }

    gms_jsontext_close(j, ']');
}


/* To a thousandth: more digits would say nothing. */
static void
put_figure(gms_jsontext_t *j, double value)
{
    gms_jsontext_number(j, NULL, round(value * 1000) / 1000);
}


static void
put_sample(gms_jsontext_t *j, const gms_performance_sample_t *s)
{
    size_t i;

    gms_jsontext_open(j, NULL, '[');
    gms_jsontext_integer(j, NULL, s->about.t_us);
    put_figure(j, s->about.seconds);
    put_figure(j, s->about.cpu);
    put_figure(j, s->about.busy);
    gms_jsontext_integer(j, NULL, s->about.streams);
    gms_jsontext_integer(j, NULL, s->about.viewers);

    for (i = 0; i < GMS_COUNT_OF(counts); i++) {
        gms_jsontext_integer(j, NULL, s->counter[counts[i].counter]);
    }
    for (i = 0; i < GMS_COUNT_OF(stages); i++) {
        put_figure(j, (double) s->p50_ms[stages[i].histogram]);
        put_figure(j, (double) s->p95_ms[stages[i].histogram]);
    }

    gms_jsontext_close(j, ']');
}


char *
gms_performance_json(const gms_performance_t *p, const char *lane,
    int64_t since_us, int64_t now_us)
{
    const gms_performance_sample_t *s;
    gms_jsontext_t                  j;
    unsigned                        i, n = p != NULL ? p->n : 0;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');

    if (lane != NULL) {
        gms_jsontext_string(&j, "lane", lane);
    } else {
        gms_jsontext_raw(&j, "lane", "null");
    }

    gms_jsontext_integer(&j, "now_us", now_us);
    gms_jsontext_integer(&j, "step_s", GMS_PERFORMANCE_STEP_NS / GMS_S);
    put_columns(&j);
    gms_jsontext_open(&j, "samples", '[');

    for (i = 0; i < n; i++) {
        s = &p->sample[(p->next + GMS_PERFORMANCE_SAMPLES - n + i)
            % GMS_PERFORMANCE_SAMPLES];

        if (s->about.t_us > since_us) {
            put_sample(&j, s);
        }
    }

    gms_jsontext_close(&j, ']');
    gms_jsontext_close(&j, '}');
    return gms_jsontext_take(&j);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "ipc/error.h"
#include "worker/supervisor/performance.h"

static gms_performance_t record; /* 36 kB */


/* The bucket of a value, as the lanes' memories count it. */
static unsigned
bucket_of(double ms)
{
    unsigned i = 0;

    while (exp2((double) i / 4) <= ms * 1000) {
        i++;
    }

    return i;
}


static void
quantiles_are_within_a_bucket_of_the_truth(void **state)
{
    static const struct {
        const char *what;
        double from_ms, to_ms; /* values spread evenly, logarithmically */
        double share, want_ms;
    } cases[] = {
        { "the median of equals", 3, 3, 0.5, 3 },
        { "the 95th of equals", 3, 3, 0.95, 3 },
        { "the median of a spread", 1, 100, 0.5, 10 },
        { "the 95th of a spread", 1, 100, 0.95, 79.4 },
        { "microseconds", 0.004, 0.004, 0.5, 0.004 },
        { "seconds", 5000, 5000, 0.95, 5000 },
    };
    uint64_t bucket[GMS_HISTOGRAM_BUCKETS];
    double   got, step;
    size_t   i;
    int      k;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(bucket, 0, sizeof(bucket));
        step = log(cases[i].to_ms / cases[i].from_ms) / 999;

        for (k = 0; k < 1000; k++) {
            bucket[bucket_of(cases[i].from_ms * exp(step * k))]++;
        }

        got = gms_performance_quantile_ms(bucket, cases[i].share);
        if (got < cases[i].want_ms / 1.19 || got > cases[i].want_ms * 1.19) {
            fail_msg("%s: %g ms, not %g", cases[i].what, got,
                cases[i].want_ms);
        }
    }
}


static void
a_quantile_of_nothing_is_not_known(void **state)
{
    uint64_t bucket[GMS_HISTOGRAM_BUCKETS] = { 0 };

    (void) state;

    assert_true(isnan(gms_performance_quantile_ms(bucket, 0.5)));
    bucket[GMS_HISTOGRAM_BUCKETS - 1] = 1;
    assert_true(gms_performance_quantile_ms(bucket, 0.95) > 8000);
}


static void
a_stretch_counts_what_is_new_in_it(void **state)
{
    gms_memory_spec_t         spec = { 0 };
    gms_memory_t              memory;
    gms_performance_reading_t before, now, counted, sum = { 0 };

    (void) state;

    assert_int_equal(gms_memory_create(&memory, "t", &spec), GMS_OK);
    gms_memory_count(&memory, GMS_COUNTER_SHOTS, 5);
    gms_memory_record(&memory, GMS_HISTOGRAM_HOLE, 3 * GMS_MS);
    gms_performance_read(&memory, &before);
    gms_memory_count(&memory, GMS_COUNTER_SHOTS, 2);
    gms_memory_record(&memory, GMS_HISTOGRAM_HOLE, 40 * GMS_MS);
    gms_performance_read(&memory, &now);
    gms_performance_since(&before, &now, &counted);
    assert_int_equal(counted.counter[GMS_COUNTER_SHOTS], 2);
    assert_true(gms_performance_quantile_ms(
                    counted.bucket[GMS_HISTOGRAM_HOLE], 0.5) > 30);

    /* a memory that was made anew: what it counts now is all new */
    gms_performance_since(&now, &before, &counted);
    assert_int_equal(counted.counter[GMS_COUNTER_SHOTS], 5);

    gms_performance_add(&sum, &now);
    gms_performance_add(&sum, &before);
    assert_int_equal(sum.counter[GMS_COUNTER_SHOTS], 12);
    gms_memory_close(&memory);
}


static void
put_some(int n, int64_t first_us)
{
    gms_performance_reading_t counted = { 0 };
    gms_performance_about_t   about = { 0, 10, 0.25, (double) NAN, 3, 1 };
    int                       i;

    for (i = 0; i < n; i++) {
        about.t_us = first_us + i * 10000000LL;
        counted.counter[GMS_COUNTER_FRAMES_CAPTURED] = (uint64_t) i;
        gms_performance_put(&record, &about, &counted);
    }
}


static cJSON *
told(const char *lane, int64_t since_us)
{
    char  *text = gms_performance_json(&record, lane, since_us, 77);
    cJSON *json;

    assert_non_null(text);
    json = cJSON_Parse(text);
    assert_non_null(json);
    free(text);
    return json;
}


/* Of a sample, from 0; NULL: it is null. */
static const cJSON *
cell(const cJSON *json, int sample, const char *column)
{
    const cJSON *row = cJSON_GetArrayItem(
        cJSON_GetObjectItem(json, "samples"), sample);
    const cJSON *columns = cJSON_GetObjectItem(json, "columns");
    int          i;

    assert_int_equal(cJSON_GetArraySize(row), cJSON_GetArraySize(columns));

    for (i = 0; i < cJSON_GetArraySize(columns); i++) {
        if (strcmp(cJSON_GetArrayItem(columns, i)->valuestring, column) == 0) {
            return cJSON_GetArrayItem(row, i);
        }
    }

    fail_msg("no column %s", column);
    return NULL;
}


static void
the_last_hour_is_kept_and_no_more(void **state)
{
    cJSON *json;
    int    n = GMS_PERFORMANCE_SAMPLES + 40;

    (void) state;
    memset(&record, 0, sizeof(record));
    put_some(n, 1000000);

    json = told(NULL, 0);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "lane")));
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "samples")),
        GMS_PERFORMANCE_SAMPLES);
    assert_true(cell(json, 0, "captured")->valuedouble == 40);
    assert_true(
        cell(json, GMS_PERFORMANCE_SAMPLES - 1, "captured")->valuedouble
        == n - 1);
    assert_true(cell(json, 0, "cpu")->valuedouble == 0.25);
    assert_true(cell(json, 0, "streams")->valuedouble == 3);
    assert_true(cJSON_IsNull(cell(json, 0, "busy")));
    assert_true(cJSON_IsNull(cell(json, 0, "hole_p95_ms")));
    cJSON_Delete(json);
}


static void
who_knows_some_is_told_what_came_after(void **state)
{
    cJSON *json;
    char  *text;

    (void) state;
    memset(&record, 0, sizeof(record));
    put_some(5, 1000000);

    json = told("lane1", 21000000);
    assert_string_equal(
        cJSON_GetObjectItem(json, "lane")->valuestring, "lane1");
    assert_int_equal(
        cJSON_GetArraySize(cJSON_GetObjectItem(json, "samples")), 2);
    assert_true(cell(json, 0, "t_us")->valuedouble == 31000000);
    cJSON_Delete(json);

    /* a lane that has no record yet has no sample */
    text = gms_performance_json(NULL, "lane2", 0, 77);
    json = cJSON_Parse(text);
    free(text);
    assert_int_equal(
        cJSON_GetArraySize(cJSON_GetObjectItem(json, "samples")), 0);
    cJSON_Delete(json);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "quantiles are within a bucket of the truth",
          .test_func = quantiles_are_within_a_bucket_of_the_truth },
        { .name = "a quantile of nothing is not known",
          .test_func = a_quantile_of_nothing_is_not_known },
        { .name = "a stretch counts what is new in it",
          .test_func = a_stretch_counts_what_is_new_in_it },
        { .name = "the last hour is kept, and no more",
          .test_func = the_last_hour_is_kept_and_no_more },
        { .name = "who knows some is told what came after",
          .test_func = who_knows_some_is_told_what_came_after },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}

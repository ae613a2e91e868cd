/* bench_table: see table.h. */

#include <stdio.h>
#include <string.h>

#include "table.h"


void
bench_table_head(void)
{
    printf("%-11s %5s %6s %6s %4s %3s | %5s %5s %5s %5s | %4s | %4s %4s %5s "
           "%5s | %4s %4s | %-11s | %5s %5s\n",
        "", "shots", "recall", "prec", "fals", "rem", "paper", "p95", "black",
        "p95", "ring", "lat", "p95", "s", "p95", "ms", "p95", "missed", "naive",
        "prec");
}


/* Rows of overlapping holes are about the second ones. */
static void
print_pairs(const bench_tally_t *t)
{
    static const char *const zone[] = { "on paper", "in the black" };

    if (t->overlap_shots[0] + t->overlap_shots[1] < t->shots / 3) {
        return;
    }
    for (int z = 0; z < BENCH_ZONES; z++) {
        printf("%-11s %s: %d of %d second holes placed, %d more flagged\n", "",
            zone[z], t->overlap_shots[z] - t->overlap_missed[z],
            t->overlap_shots[z], t->doubles[z]);
    }
}


void
bench_table_row(const bench_row_t *row, bench_tally_t *t, bool naive)
{
    char missed[40], verdict[160];

    snprintf(missed, sizeof(missed), "%dp %db (%do)", t->zone_missed[0],
        t->zone_missed[1], t->overlap_missed[0] + t->overlap_missed[1]);
    bench_tally_verdict(t, row, verdict, sizeof(verdict));
    printf("%-11s %5d %6.3f %6.3f %4d %3d | %5.3f %5.3f %5.3f %5.3f | %4.2f "
           "| %4.0f %4.0f %5.2f %5.2f | %4.1f %4.1f | %-11s |",
        row->name, t->shots, bench_share(t->found, t->shots),
        bench_share(t->found, t->found + t->false_n), t->false_n, t->removed,
        bench_quantile(&t->error[0], 0.5), bench_quantile(&t->error[0], 0.95),
        bench_quantile(&t->error[1], 0.5), bench_quantile(&t->error[1], 0.95),
        bench_quantile(&t->ring, 0.95), bench_quantile(&t->frames, 0.5),
        bench_quantile(&t->frames, 0.95), bench_quantile(&t->wait_s, 0.5),
        bench_quantile(&t->wait_s, 0.95), bench_quantile(&t->ms, 0.5),
        bench_quantile(&t->ms, 0.95), missed);
    if (naive) {
        printf(" %5.3f %5.3f", bench_share(t->naive_found, t->shots),
            bench_share(t->naive_found, t->naive_found + t->naive_false));
    }
    printf(" | %s\n", verdict[0] != '\0' ? verdict : "-");
    if (t->traceless > 0) {
        printf("%-11s %d of the %d missed leave no trace in the compressed "
               "pictures; recall of the others %.3f\n",
            "", t->traceless, t->shots - t->found,
            bench_share(t->found, t->shots - t->traceless));
    }
    print_pairs(t);
    bench_certain_print(&t->certain, "");
    if (t->uncalibrated > 0) {
        printf("%-11s %d of %d scenes without calibration\n", "",
            t->uncalibrated, t->scenes);
    }
    fflush(stdout);
}


void
bench_table_odd(const bench_tally_t *t)
{
    const cJSON *odd, *trace;
    const char  *camera, *last = "";

    cJSON_ArrayForEach(odd, t->odd)
    {
        camera = cJSON_GetObjectItem(odd, "camera")->valuestring;
        if (strcmp(camera, last) != 0) {
            printf("    seed %.0f, %s %.4gmm, %s\n",
                cJSON_GetObjectItem(odd, "seed")->valuedouble,
                cJSON_GetObjectItem(odd, "target")->valuestring,
                cJSON_GetObjectItem(odd, "caliber_mm")->valuedouble, camera);
            last = camera;
        }
        printf("      %-6s %.0f, picture %.0f, (%.1f, %.1f) mm, %s",
            cJSON_GetObjectItem(odd, "what")->valuestring,
            cJSON_GetObjectItem(odd, "n")->valuedouble,
            cJSON_GetObjectItem(odd, "frame")->valuedouble,
            cJSON_GetObjectItem(odd, "x_mm")->valuedouble,
            cJSON_GetObjectItem(odd, "y_mm")->valuedouble,
            cJSON_GetObjectItem(odd, "zone")->valuestring);
        trace = cJSON_GetObjectItem(odd, "trace");
        if (trace != NULL) {
            printf(", trace %.1f", trace->valuedouble);
        }
        printf("\n");
    }
}


static void
add_zone(cJSON *json, const char *name, bench_tally_t *t, int zone)
{
    cJSON *z = cJSON_AddObjectToObject(json, name);

    cJSON_AddNumberToObject(z, "shots", t->zone_shots[zone]);
    cJSON_AddNumberToObject(z, "missed", t->zone_missed[zone]);
    cJSON_AddNumberToObject(z, "overlapping", t->overlap_shots[zone]);
    cJSON_AddNumberToObject(z, "overlapping_missed", t->overlap_missed[zone]);
    cJSON_AddNumberToObject(z, "missed_but_possible_double", t->doubles[zone]);
    bench_add_quantiles(z, "error_calibers", &t->error[zone]);
    bench_add_quantiles(z, "error_px", &t->error_px[zone]);
}


static void
add_counts(cJSON *json, const bench_tally_t *t)
{
    const struct {
        const char *name;
        double      value;
    } count[] = {
        { "scenes", t->scenes },
        { "uncalibrated", t->uncalibrated },
        { "shots", t->shots },
        { "found", t->found },
        { "traceless", t->traceless },
        { "false", t->false_n },
        { "removed", t->removed },
        { "recall", bench_share(t->found, t->shots) },
        { "precision", bench_share(t->found, t->found + t->false_n) },
        { "order_unknown", t->order_unknown },
        { "naive_found", t->naive_found },
        { "naive_false", t->naive_false },
        { "seconds", t->seconds },
        { "live_s", t->live_s },
    };

    for (size_t i = 0; i < sizeof(count) / sizeof(count[0]); i++) {
        cJSON_AddNumberToObject(json, count[i].name, count[i].value);
    }
}


void
bench_table_add(
    cJSON *rows, const bench_row_t *row, bench_tally_t *t, const char *why)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddItemToArray(rows, json);
    cJSON_AddStringToObject(json, "row", row->name);
    cJSON_AddStringToObject(json, "group", row->group);
    if (why[0] != '\0') {
        cJSON_AddStringToObject(json, "not_available", why);
        return;
    }
    add_counts(json, t);
    add_zone(json, "paper", t, BENCH_PAPER);
    add_zone(json, "black", t, BENCH_BLACK);
    bench_add_quantiles(json, "error_mm", &t->error_mm);
    bench_add_quantiles(json, "ring", &t->ring);
    bench_add_quantiles(json, "latency_frames", &t->frames);
    bench_add_quantiles(json, "latency_s", &t->wait_s);
    bench_add_quantiles(json, "ms", &t->ms);
    bench_add_quantiles(json, "calibration_px", &t->calibration_px);
    bench_certain_json(&t->certain, json);
    cJSON_AddItemToObject(json, "odd", cJSON_Duplicate(t->odd, true));
}

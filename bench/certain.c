/* bench_certain: see certain.h. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "certain.h"
#include "worker/target/score.h"

/* Of two degrees of freedom, at 95 %. */
#define CHI2_95 5.991

/* Overlap of a second shot that may go unseen: 1 - distance / D. */
#define SECOND_LEAST 0.85
#define SECOND_MOST 0.95
#define OVERLAP_GUARD 1e-6


/* Is the truth inside the ellipse that the report claims? */
static void
count_covered(
    bench_certain_t *c, const bench_shot_t *shot, const bench_report_t *p)
{
    const double *e = p->error_mm2;
    double        x = shot->x_mm - p->x_mm, y = shot->y_mm - p->y_mm;
    double        det = e[0] * e[2] - e[1] * e[1];

    if (!(det > 0)) {
        return;
    }
    c->known[shot->black]++;
    c->covered[shot->black] +=
        (e[2] * x * x - 2 * e[1] * x * y + e[0] * y * y) / det < CHI2_95;
}


void
bench_certain_found(bench_certain_t *c, const bench_scene_t *scene,
    const gms_face_t *face, const bench_shot_t *shot, const bench_report_t *p)
{
    double caliber = scene->caliber_mm;
    bool   fine = strcmp(face->name, BENCH_FINE_FACE) == 0;
    bool   near =
        gms_score_near_line(face, caliber, p->x_mm, p->y_mm, p->error_mm2);
    bool wrong = gms_score(face, caliber, p->x_mm, p->y_mm).ring
        != gms_score(face, caliber, shot->x_mm, shot->y_mm).ring;

    count_covered(c, shot, p);
    c->valued++;
    c->near_line += near;
    c->wrong += wrong;
    c->wrong_near += wrong && near;
    c->fine_valued += fine;
    c->fine_near += fine && near;
    if (shot->nearest_mm > caliber) {
        c->lone++;
        c->lone_doubles += p->possible_double;
    }
}


void
bench_certain_shot(bench_certain_t *c, const bench_shot_t *shot, bool told)
{
    if (shot->overlap >= SECOND_LEAST - OVERLAP_GUARD
        && shot->overlap <= SECOND_MOST + OVERLAP_GUARD)
    {
        c->second[shot->black]++;
        c->told[shot->black] += told;
    }
}


void
bench_certain_candidate(bench_certain_t *c, double confidence, bool is_shot)
{
    int i = (int) fmax(0, fmin(confidence * BENCH_BINS, BENCH_BINS - 1));

    c->bin[i]++;
    c->bin_true[i] += is_shot;
    c->bin_sum[i] += confidence;
}


void
bench_certain_add(bench_certain_t *sum, const bench_certain_t *c)
{
    for (int z = 0; z < BENCH_ZONES; z++) {
        sum->known[z] += c->known[z];
        sum->covered[z] += c->covered[z];
        sum->second[z] += c->second[z];
        sum->told[z] += c->told[z];
    }
    for (int i = 0; i < BENCH_BINS; i++) {
        sum->bin[i] += c->bin[i];
        sum->bin_true[i] += c->bin_true[i];
        sum->bin_sum[i] += c->bin_sum[i];
    }
    sum->valued += c->valued;
    sum->near_line += c->near_line;
    sum->wrong += c->wrong;
    sum->wrong_near += c->wrong_near;
    sum->fine_valued += c->fine_valued;
    sum->fine_near += c->fine_near;
    sum->lone += c->lone;
    sum->lone_doubles += c->lone_doubles;
}


static void
add_bins(const bench_certain_t *c, cJSON *json)
{
    cJSON *bins = cJSON_AddArrayToObject(json, "confidence");

    for (int i = 0; i < BENCH_BINS; i++) {
        cJSON *bin = cJSON_CreateObject();

        cJSON_AddItemToArray(bins, bin);
        cJSON_AddNumberToObject(bin, "candidates", c->bin[i]);
        cJSON_AddNumberToObject(bin, "shots", c->bin_true[i]);
        if (c->bin[i] > 0) {
            cJSON_AddNumberToObject(bin, "mean", c->bin_sum[i] / c->bin[i]);
        }
    }
}


void
bench_certain_json(const bench_certain_t *c, cJSON *json)
{
    const struct {
        const char *name;
        int         value;
    } count[] = {
        { "paper_ellipses", c->known[BENCH_PAPER] },
        { "paper_ellipses_right", c->covered[BENCH_PAPER] },
        { "black_ellipses", c->known[BENCH_BLACK] },
        { "black_ellipses_right", c->covered[BENCH_BLACK] },
        { "valued", c->valued },
        { "near_line", c->near_line },
        { "wrong_ring", c->wrong },
        { "wrong_ring_near_line", c->wrong_near },
        { "fine_face", c->fine_valued },
        { "fine_face_near_line", c->fine_near },
        { "lone", c->lone },
        { "lone_possible_double", c->lone_doubles },
        { "paper_seconds", c->second[BENCH_PAPER] },
        { "paper_seconds_told", c->told[BENCH_PAPER] },
        { "black_seconds", c->second[BENCH_BLACK] },
        { "black_seconds_told", c->told[BENCH_BLACK] },
    };
    cJSON *certain = cJSON_AddObjectToObject(json, "certainty");

    for (size_t i = 0; i < sizeof(count) / sizeof(count[0]); i++) {
        cJSON_AddNumberToObject(certain, count[i].name, count[i].value);
    }
    add_bins(c, certain);
}


static void
print_share(const char *what, int part, int whole)
{
    if (whole > 0) {
        printf("%s %.1f %% of %d", what, 100.0 * part / whole, whole);
    } else {
        printf("%s -", what);
    }
}


void
bench_certain_print(const bench_certain_t *c, const char *name)
{
    printf("%-11s ", name);
    print_share("ellipses hold: paper", c->covered[0], c->known[0]);
    print_share(", black", c->covered[1], c->known[1]);
    print_share("; near_line: wrong rings", c->wrong_near, c->wrong);
    print_share(", all", c->near_line, c->valued);
    print_share(", 25 m", c->fine_near, c->fine_valued);
    print_share("; doubles: lone", c->lone_doubles, c->lone);
    if (c->second[0] + c->second[1] > 0) {
        print_share(", seconds told: paper", c->told[0], c->second[0]);
        print_share(", black", c->told[1], c->second[1]);
    }
    printf("\n%-11s confidence:", "");
    for (int i = 0; i < BENCH_BINS; i++) {
        if (c->bin[i] > 0) {
            printf(" %.2f: %.2f of %d", c->bin_sum[i] / c->bin[i],
                (double) c->bin_true[i] / c->bin[i], c->bin[i]);
        }
    }
    printf("\n");
}

/* bench_tally: see tally.h. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tally.h"
#include "ipc/error.h"
#include "worker/base/clock.h"

#define MATCH_CALIBERS 0.75

typedef struct {
    double d;
    int    shot;
    int    report;
} pair_t;

typedef struct {
    int *of_shot; /* index of the report, or -1 */
    int *of_report;
    int  found;
} match_t;


int
bench_tally_init(bench_tally_t *t)
{
    memset(t, 0, sizeof(*t));
    t->odd = cJSON_CreateArray();

    return t->odd != NULL ? GMS_OK : GMS_ENOMEM;
}


void
bench_tally_free(bench_tally_t *t)
{
    bench_samples_t *all[] = { &t->error[0], &t->error[1], &t->error_px[0],
        &t->error_px[1], &t->error_mm, &t->ring, &t->frames, &t->wait_s, &t->ms,
        &t->calibration_px };

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        free(all[i]->v);
    }
    cJSON_Delete(t->odd);
    memset(t, 0, sizeof(*t));
}


static bool
sample(bench_samples_t *s, double v)
{
    if (s->n == s->room) {
        int     room = s->room == 0 ? 256 : 2 * s->room;
        double *grown = realloc(s->v, (size_t) room * sizeof(double));

        if (grown == NULL) {
            return false;
        }
        s->v = grown;
        s->room = room;
    }
    s->v[s->n++] = v;

    return true;
}


static int
compare_doubles(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}


double
bench_quantile(bench_samples_t *s, double q)
{
    double at = q * (s->n - 1);
    int    i = (int) at;

    if (s->n == 0) {
        return NAN;
    }
    qsort(s->v, (size_t) s->n, sizeof(double), compare_doubles);

    return i + 1 < s->n ? s->v[i] + (at - i) * (s->v[i + 1] - s->v[i])
                        : s->v[s->n - 1];
}


void
bench_add_quantiles(cJSON *json, const char *name, bench_samples_t *s)
{
    cJSON *q = cJSON_AddObjectToObject(json, name);

    cJSON_AddNumberToObject(q, "n", s->n);
    if (s->n > 0) {
        cJSON_AddNumberToObject(q, "p50", bench_quantile(s, 0.5));
        cJSON_AddNumberToObject(q, "p95", bench_quantile(s, 0.95));
        cJSON_AddNumberToObject(q, "max", bench_quantile(s, 1));
    }
}


double
bench_share(int part, int whole)
{
    return whole > 0 ? (double) part / whole : 1;
}


static int
compare_pairs(const void *a, const void *b)
{
    const pair_t *p = a, *q = b;

    if (p->d < q->d || p->d > q->d) {
        return p->d < q->d ? -1 : 1;
    }

    return p->shot != q->shot ? p->shot - q->shot : p->report - q->report;
}


static void
match_free(match_t *m)
{
    free(m->of_shot);
    free(m->of_report);
    memset(m, 0, sizeof(*m));
}


static int
match_room(match_t *m, int shots, int reports)
{
    memset(m, 0, sizeof(*m));
    m->of_shot = malloc(((size_t) shots + 1) * sizeof(int));
    m->of_report = malloc(((size_t) reports + 1) * sizeof(int));
    if (m->of_shot == NULL || m->of_report == NULL) {
        match_free(m);
        return GMS_ENOMEM;
    }
    memset(m->of_shot, -1, ((size_t) shots + 1) * sizeof(int));
    memset(m->of_report, -1, ((size_t) reports + 1) * sizeof(int));

    return GMS_OK;
}


static int
pairs_of(const bench_result_t *r, const bench_list_t *reports,
    double caliber_mm, pair_t *pair)
{
    int n = 0;

    for (int i = 0; i < r->shots.n; i++) {
        const bench_shot_t *shot = bench_result_shot(r, i);

        for (int k = 0; k < reports->n; k++) {
            const bench_report_t *p = bench_report_at(reports, k);
            double d = hypot(p->x_mm - shot->x_mm, p->y_mm - shot->y_mm);

            if (!p->removed && p->frame >= shot->frame
                && d < MATCH_CALIBERS * caliber_mm) {
                pair[n++] = (pair_t){ d, i, k };
            }
        }
    }

    return n;
}


/* Finds a report for this shot, and others for the shots that had one: so
 * that of two holes that nearly coincide each keeps a report.  seen: reports
 * that were tried. */
static bool
exchange(match_t *m, const pair_t *pair, int n, int shot, bool *seen)
{
    for (int i = 0; i < n; i++) {
        int report = pair[i].report;

        if (pair[i].shot != shot || seen[report]) {
            continue;
        }
        seen[report] = true;
        if (m->of_report[report] < 0
            || exchange(m, pair, n, m->of_report[report], seen))
        {
            m->of_shot[shot] = report;
            m->of_report[report] = shot;
            return true;
        }
    }

    return false;
}


static int
match(match_t *m, const bench_result_t *r, const bench_list_t *reports,
    double caliber_mm)
{
    int     n;
    bool   *seen;
    pair_t *pair;

    if (match_room(m, r->shots.n, reports->n) != GMS_OK) {
        return GMS_ENOMEM;
    }
    pair = malloc(
        ((size_t) r->shots.n * (size_t) reports->n + 1) * sizeof(pair_t));
    seen = malloc((size_t) reports->n + 1);
    if (pair == NULL || seen == NULL) {
        match_free(m);
        free(pair);
        free(seen);
        return GMS_ENOMEM;
    }

    n = pairs_of(r, reports, caliber_mm, pair);
    qsort(pair, (size_t) n, sizeof(pair_t), compare_pairs);

    for (int i = 0; i < n; i++) {
        if (m->of_shot[pair[i].shot] < 0 && m->of_report[pair[i].report] < 0) {
            m->of_shot[pair[i].shot] = pair[i].report;
            m->of_report[pair[i].report] = pair[i].shot;
            m->found++;
        }
    }
    for (int i = 0; i < r->shots.n; i++) {
        memset(seen, 0, (size_t) reports->n);
        m->found += m->of_shot[i] < 0 && exchange(m, pair, n, i, seen);
    }
    free(pair);
    free(seen);

    return GMS_OK;
}


static const char *
zone_name(const bench_shot_t *shot)
{
    return shot->overlap > 0 ? shot->black ? "black, overlap" : "paper, overlap"
        : shot->black        ? "black"
                             : "paper";
}


/* What a developer needs to see it again. */
static bool
note_odd(bench_tally_t *t, const bench_scene_t *scene, const char *what, int n,
    uint64_t frame, double x_mm, double y_mm, const char *zone)
{
    cJSON *odd = cJSON_CreateObject();

    if (odd == NULL || !cJSON_AddItemToArray(t->odd, odd)) {
        cJSON_Delete(odd);
        return false;
    }

    return cJSON_AddStringToObject(odd, "what", what) != NULL
        && cJSON_AddNumberToObject(odd, "seed", (double) scene->seed) != NULL
        && cJSON_AddNumberToObject(odd, "n", n) != NULL
        && cJSON_AddNumberToObject(odd, "frame", (double) frame) != NULL
        && cJSON_AddNumberToObject(odd, "x_mm", x_mm) != NULL
        && cJSON_AddNumberToObject(odd, "y_mm", y_mm) != NULL
        && cJSON_AddStringToObject(odd, "zone", zone) != NULL
        && cJSON_AddStringToObject(odd, "target", scene->target) != NULL
        && cJSON_AddNumberToObject(odd, "caliber_mm", scene->caliber_mm) != NULL
        && cJSON_AddStringToObject(odd, "camera", scene->camera) != NULL;
}


static bool
add_found(bench_tally_t *t, const bench_scene_t *scene, const gms_face_t *face,
    const bench_shot_t *shot, const bench_report_t *p)
{
    double mm = hypot(p->x_mm - shot->x_mm, p->y_mm - shot->y_mm);
    double radial =
        fabs(hypot(p->x_mm, p->y_mm) - hypot(shot->x_mm, shot->y_mm));
    double ring_mm =
        (face->ring[1].diameter_mm - face->ring[0].diameter_mm) / 2;


    t->found++;
    t->order_unknown += p->order_unknown;
    bench_certain_found(&t->certain, scene, face, shot, p);

    return sample(&t->error[shot->black], mm / scene->caliber_mm)
        && sample(&t->error_px[shot->black],
            hypot(p->x_px - shot->x_px, p->y_px - shot->y_px))
        && sample(&t->error_mm, mm)
        && (strcmp(face->name, BENCH_RING_FACE) != 0
            || sample(&t->ring, radial / ring_mm))
        && sample(&t->frames, (double) (p->frame - shot->frame))
        && sample(
            &t->wait_s, (double) (p->real_ns - shot->real_ns) / (double) GMS_S);
}


/* Does a report that may be two holes stand where this shot was missed? */
static bool
is_double(const bench_scene_t *scene, const bench_result_t *r,
    const bench_shot_t *shot)
{
    for (int i = 0; i < r->reports.n; i++) {
        const bench_report_t *p = bench_report_at(&r->reports, i);

        if (!p->removed && p->possible_double
            && hypot(p->x_mm - shot->x_mm, p->y_mm - shot->y_mm)
                < MATCH_CALIBERS * scene->caliber_mm)
        {
            return true;
        }
    }

    return false;
}


static bool
add_shots(bench_tally_t *t, const bench_scene_t *scene, const gms_face_t *face,
    const bench_result_t *r, const match_t *m)
{
    for (int i = 0; i < r->shots.n; i++) {
        const bench_shot_t *shot = bench_result_shot(r, i);

        if (shot->extra) {
            continue;
        }
        t->shots++;
        t->zone_shots[shot->black]++;
        t->overlap_shots[shot->black] += shot->overlap > 0;

        if (m->of_shot[i] >= 0) {
            if (!add_found(t, scene, face, shot,
                    bench_report_at(&r->reports, m->of_shot[i])))
            {
                return false;
            }
            bench_certain_shot(&t->certain, shot, true);
            continue;
        }

        bench_certain_shot(&t->certain, shot, is_double(scene, r, shot));
        t->zone_missed[shot->black]++;
        t->overlap_missed[shot->black] += shot->overlap > 0;
        t->doubles[shot->black] += is_double(scene, r, shot);
        if (!note_odd(t, scene, "missed", i + 1, shot->frame, shot->x_mm,
                shot->y_mm, zone_name(shot)))
        {
            return false;
        }
    }

    return true;
}


static bool
add_reports(bench_tally_t *t, const bench_scene_t *scene,
    const gms_face_t *face, const bench_result_t *r, const match_t *m)
{
    for (int i = 0; i < r->reports.n; i++) {
        const bench_report_t *p = bench_report_at(&r->reports, i);

        if (p->removed) {
            t->removed++;
            continue;
        }
        if (m->of_report[i] >= 0) {
            continue;
        }
        t->false_n++;
        if (!note_odd(t, scene, "false", (int) p->id, p->frame, p->x_mm,
                p->y_mm,
                hypot(p->x_mm, p->y_mm) < face->black_mm / 2 ? "black"
                                                             : "paper"))
        {
            return false;
        }
    }

    return true;
}


/* Was this shot not yet reported at that picture? */
static bool
is_open(const bench_result_t *r, const match_t *m, int shot, uint64_t frame)
{
    return m->of_shot[shot] < 0
        || bench_report_at(&r->reports, m->of_shot[shot])->frame > frame;
}


/* What was reported and what was rejected, by how sure it was; a rejected one
 * where a shot was not reported yet would have been right. */
static void
add_candidates(bench_tally_t *t, const bench_scene_t *scene,
    const bench_result_t *r, const match_t *m)
{
    for (int i = 0; i < r->reports.n; i++) {
        bench_certain_candidate(&t->certain,
            bench_report_at(&r->reports, i)->confidence, m->of_report[i] >= 0);
    }
    for (int i = 0; i < r->rejected.n; i++) {
        const bench_report_t *p = bench_report_at(&r->rejected, i);
        bool                  is_shot = false;

        for (int k = 0; k < r->shots.n; k++) {
            const bench_shot_t *shot = bench_result_shot(r, k);

            is_shot = is_shot
                || (is_open(r, m, k, p->frame) && p->frame >= shot->frame
                    && hypot(p->x_mm - shot->x_mm, p->y_mm - shot->y_mm)
                        < MATCH_CALIBERS * scene->caliber_mm);
        }
        bench_certain_candidate(&t->certain, p->confidence, is_shot);
    }
}


int
bench_tally_add(bench_tally_t *t, const bench_scene_t *scene,
    const gms_face_t *face, const bench_result_t *r)
{
    bool    ok;
    match_t m;

    t->scenes++;
    t->uncalibrated += !r->calibrated;
    t->seconds += r->seconds;
    t->live_s += r->state_s[GMS_DETECTOR_LIVE];
    ok = !r->calibrated || sample(&t->calibration_px, r->calibration_px);
    for (int i = 0; ok && i < r->ms.n; i++) {
        ok = sample(&t->ms, ((double *) r->ms.at)[i]);
    }

    if (!ok || match(&m, r, &r->naive, scene->caliber_mm) != GMS_OK) {
        return GMS_ENOMEM;
    }
    t->naive_false += r->naive.n - m.found;
    for (int i = 0; i < r->shots.n; i++) {
        t->naive_found += m.of_shot[i] >= 0 && !bench_result_shot(r, i)->extra;
    }
    match_free(&m);

    if (match(&m, r, &r->reports, scene->caliber_mm) != GMS_OK) {
        return GMS_ENOMEM;
    }
    ok = add_shots(t, scene, face, r, &m) && add_reports(t, scene, face, r, &m);
    add_candidates(t, scene, r, &m);
    match_free(&m);

    return ok ? GMS_OK : GMS_ENOMEM;
}


static void
blame(char *buf, size_t size, const char *what)
{
    size_t used = strlen(buf);

    snprintf(buf + used, size - used, "%s%s", used > 0 ? ", " : "", what);
}


void
bench_tally_verdict(
    bench_tally_t *t, const bench_row_t *row, char *buf, size_t size)
{
    const struct {
        const char      *what;
        bench_samples_t *s;
        double           q;
        double           most; /* 0: no goal */
    } goal[] = {
        { "paper p50", &t->error[0], 0.5, row->error * BENCH_GOAL_PAPER_P50 },
        { "paper p95", &t->error[0], 0.95, row->error * BENCH_GOAL_PAPER_P95 },
        { "black p50", &t->error[1], 0.5, row->error * BENCH_GOAL_BLACK_P50 },
        { "black p95", &t->error[1], 0.95, row->error * BENCH_GOAL_BLACK_P95 },
        { "ring", &t->ring, 0.95, row->error > 1 ? 0 : BENCH_GOAL_RING_P95 },
        { "ms p50", &t->ms, 0.5, row->width > 0 ? 0 : BENCH_GOAL_MS_P50 },
        { "ms p95", &t->ms, 0.95, row->width > 0 ? 0 : BENCH_GOAL_MS_P95 },
    };

    buf[0] = '\0';
    if (bench_share(t->found, t->shots - t->traceless) < row->recall) {
        blame(buf, size, "recall");
    }
    if (bench_share(t->found, t->found + t->false_n) < row->precision) {
        blame(buf, size, "precision");
    }
    for (size_t i = 0; i < sizeof(goal) / sizeof(goal[0]); i++) {
        if (goal[i].most > 0
            && bench_quantile(goal[i].s, goal[i].q) > goal[i].most) {
            blame(buf, size, goal[i].what);
        }
    }
}

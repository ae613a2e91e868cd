/* bench_play: see play.h. */

#include "play.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/error.h"

static const struct {
    const char *face;
    double      caliber_mm;
} faces[] = {
    { "issf-10m-air-pistol", 4.5 },
    { "issf-25m-precision-pistol", 9.65 },
    { "issf-10m-air-rifle", 4.5 },
    { "issf-25m-rapid-fire-pistol", 5.6 },
    { "issf-50m-rifle", 5.6 },
};


int
bench_play_complain(const char *what)
{
    fprintf(stderr, "changes: %s\n", what);

    return 1;
}


double
bench_play_draw(const bench_play_t *p, uint64_t n, double low, double high)
{
    return low + (high - low) * gms_scenery_uniform(p->key, n);
}


int
bench_play_keep(bench_samples_t *s, double v)
{
    if (s->n == s->room) {
        int     room = 2 * s->room + 64;
        double *grown = realloc(s->v, (size_t) room * sizeof(double));

        if (grown == NULL) {
            return GMS_ENOMEM;
        }
        s->v = grown;
        s->room = room;
    }
    s->v[s->n++] = v;

    return GMS_OK;
}


bench_play_row_t *
bench_play_row(bench_play_all_t *b, const char *name)
{
    for (int i = 0; i < b->rows; i++) {
        if (strcmp(b->row[i].name, name) == 0) {
            return &b->row[i];
        }
    }
    if (b->rows == BENCH_PLAY_ROWS) {
        return NULL;
    }
    snprintf(b->row[b->rows].name, sizeof(b->row[b->rows].name), "%s", name);

    return &b->row[b->rows++];
}


int
bench_play_open(const bench_play_all_t *b, bench_play_t *p, size_t face,
    double fps, const char *options)
{
    char              err[400];
    const gms_face_t *f =
        gms_library_find(&b->library, faces[face].face, err, sizeof(err));

    if (f == NULL) {
        return bench_play_complain(err);
    }
    if (bench_stage_open(&p->stage, options, f, faces[face].caliber_mm, fps,
            err, sizeof(err))
        != GMS_OK)
    {
        return bench_play_complain(err);
    }

    return 0;
}


/* A second and two pictures to learn, then shots one after the other. */
int
bench_play_shots(bench_play_t *p, double lead_s, double gap_s, int shots)
{
    int rc = bench_stage_show(&p->stage, lead_s, lead_s > 0 ? 3 : 0);

    for (int i = 0; rc == GMS_OK && i < shots; i++) {
        bench_stage_shoot(&p->stage);
        rc = bench_stage_show(&p->stage, gap_s, 1);
    }

    return rc;
}


/* Looks until it was live for a second with nobody before the card, or so
 * long in vain; how long that took from since_s or the last time somebody
 * stood there, whichever is later. */
int
bench_play_wait(bench_play_t *p, double since_s, double most_s)
{
    int            rc = GMS_OK;
    bench_stage_t *s = &p->stage;
    double         from_s = -1, late_s;

    for (;;) {
        double t_s = s->t_s;

        rc = bench_stage_look(s);
        if (rc != GMS_OK) {
            return rc;
        }
        if (gms_scenery_before(&s->scenery, t_s) != 0) {
            since_s = t_s;
            from_s = -1;
        } else if (s->state != GMS_DETECTOR_LIVE) {
            from_s = -1;
        } else if (from_s < 0) {
            from_s = t_s;
        }
        if ((from_s >= 0 && t_s - from_s > 0.95) || t_s - since_s > most_s) {
            break;
        }
    }

    late_s = from_s < 0 ? most_s : from_s - since_s;
    if (from_s < 0) {
        char why[256];

        gms_detector_detail(&s->detector, why, sizeof(why));
        printf("  %s, seed %llu: not live: %s\n", p->row->name,
            (unsigned long long) p->seed, why);
    }
    /* the second picture after it may be later than three seconds */
    p->row->late += late_s > fmax(3, 2 / s->fps) + 0.01;

    return bench_play_keep(&p->row->live_s, late_s);
}

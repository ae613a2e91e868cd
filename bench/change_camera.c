/* The camera of a lane is nudged or zooms, or jumps between presets. */

#include "play.h"

#include <math.h>
#include <stdio.h>

#include "ipc/error.h"
#include "worker/base/clock.h"


/* Holes that are known, after all is calm again. */
static int
look_again(bench_play_t *p)
{
    int                  rc = GMS_OK;
    const bench_stage_t *s = &p->stage;

    bench_stage_match(&p->stage);
    for (int i = 0; rc == GMS_OK && i < p->before; i++) {
        if (s->shot[i].report >= 0) {
            rc = bench_play_keep(&p->row->again,
                bench_stage_again_mm(s, i) / s->scenery.caliber_mm);
        }
        if (rc == GMS_OK && s->shot[i].report >= 0) {
            rc = bench_play_keep(&p->row->centre,
                bench_stage_centre_mm(s, i) / s->scenery.caliber_mm);
        }
    }

    return rc;
}


/* Moves the camera within so many seconds, with a shot half-way. */
static int
move_camera(bench_play_t *p, const gms_scenery_camera_t *to, double seconds)
{
    int                  rc = GMS_OK;
    bench_stage_t       *s = &p->stage;
    gms_scenery_camera_t from = s->scenery.camera;
    int                  n = (int) lrint(seconds * s->fps);

    n = n < 1 ? 1 : n;
    for (int i = 1; rc == GMS_OK && i <= n; i++) {
        double part = (double) i / n;

        rc = gms_scenery_camera(&s->scenery,
            from.zoom * pow(to->zoom / from.zoom, part),
            from.dx_px + part * (to->dx_px - from.dx_px),
            from.dy_px + part * (to->dy_px - from.dy_px),
            from.roll_deg + part * (to->roll_deg - from.roll_deg));
        if (rc == GMS_OK && i == (n + 1) / 2) {
            p->during = s->shots;
            bench_stage_shoot(s);
        }
        if (rc == GMS_OK) {
            rc = bench_stage_look(s);
        }
    }

    return rc;
}


static int
play_move(bench_play_t *p, const gms_scenery_camera_t *to, double seconds)
{
    int            rc;
    bench_stage_t *s = &p->stage;

    rc = bench_play_shots(p, 1.5, fmax(0.5, 1 / s->fps), 6);
    if (rc == GMS_OK) {
        rc = bench_stage_show(s, 1, 2);
    }
    p->before = s->shots;
    if (rc == GMS_OK) {
        rc = move_camera(p, to, seconds);
    }
    if (rc == GMS_OK && s->open) {
        rc = bench_play_wait(p, s->t_s, 15);
    }
    if (rc == GMS_OK) {
        rc = bench_stage_show(s, 1.5, 3);
    }
    if (rc == GMS_OK && s->open) {
        rc = look_again(p);
    }
    p->first = s->shots;
    if (rc == GMS_OK) {
        rc = bench_play_shots(p, 0, fmax(0.7, 1 / s->fps), 5);
    }
    if (rc == GMS_OK) {
        rc = bench_stage_show(s, 1.5, 4);
    }

    return rc;
}


int
bench_play_zoom(bench_play_all_t *b, bench_play_t *p)
{
    static const struct {
        const char          *name;
        gms_scenery_camera_t to;
    } moves[] = {
        { "zoom 1.2", { .zoom = 1.2 } },
        { "zoom 1.2, pan, roll 3",
            { .zoom = 1.2, .dx_px = 20, .dy_px = -12, .roll_deg = 3 } },
        { "zoom 0.8", { .zoom = 0.8 } },
        { "pan 60 px", { .zoom = 1, .dx_px = 60, .dy_px = -20 } },
        { "nudge 5 px", { .zoom = 1, .dx_px = 4, .dy_px = 3 } },
        { "roll 5", { .zoom = 1, .roll_deg = 5 } },
    };

    size_t kind = p->seed % 6,
           face = (size_t) bench_play_draw(p, 1, 0, BENCH_PLAY_FACES);
    double fps = p->seed / 6 % 4 == 3 ? 2 : 15;
    double seconds = p->seed / 12 % 2 == 0 ? 0 : 1;
    char   options[400];

    p->row = bench_play_row(b, moves[kind].name);
    snprintf(options, sizeof(options),
        "seed=%llu fill=%.2f overlap=0.3 tilt=%.0f old=%d size=1280x720",
        (unsigned long long) p->seed, bench_play_draw(p, 2, 0.6, 0.75),
        bench_play_draw(p, 6, 0, 15), (int) bench_play_draw(p, 7, 0, 4));
    if (p->row == NULL || bench_play_open(b, p, face, fps, options) != 0) {
        return GMS_EINVALID;
    }

    return play_move(p, &moves[kind].to, seconds);
}


int
bench_play_presets(bench_play_all_t *b, bench_play_t *p)
{
    /* at 1080p the smallest still shows holes of air pistols in 6 px */
    static const gms_scenery_camera_t preset[] = {
        { .zoom = 0.46, .dx_px = 30, .dy_px = 20 },
        { .zoom = 0.65, .dx_px = -25, .dy_px = 10 },
        { .zoom = 0.95 },
        { .zoom = 1.3, .dx_px = 15, .dy_px = -12 },
        { .zoom = 1.82, .dx_px = -10, .dy_px = 5 },
    };

    int    rc, from = (int) (p->seed % 20 / 4), to = (int) (p->seed % 4);
    double fps = p->seed / 20 % 3 == 2 ? 2 : 15;
    char   options[400], name[40];

    to += to >= from;
    snprintf(name, sizeof(name), "preset %.2f -> %.2f", preset[from].zoom,
        preset[to].zoom);
    p->row = bench_play_row(b, name);
    snprintf(options, sizeof(options),
        "seed=%llu fill=0.51 overlap=0.3 tilt=%.0f size=1920x1080",
        (unsigned long long) p->seed, bench_play_draw(p, 6, 0, 10));
    if (p->row == NULL || bench_play_open(b, p, 0, fps, options) != 0) {
        return GMS_EINVALID;
    }
    rc = gms_scenery_camera(&p->stage.scenery, preset[from].zoom,
        preset[from].dx_px, preset[from].dy_px, 0);
    /* the focus of that is not what is watched */
    p->stage.scenery.camera.since_ns = -GMS_S * 3600;
    if (rc != GMS_OK) {
        return rc;
    }

    return play_move(p, &preset[to], 0.3);
}


/* The sheet is upside down from one picture to the next: no shot is fired, and
 * what is found of those before is not looked for. */
int
bench_play_turned(bench_play_all_t *b, bench_play_t *p)
{
    int            rc;
    bench_stage_t *s = &p->stage;
    size_t         face = p->seed / 2 % BENCH_PLAY_FACES;
    double         fps = p->seed % 2 == 0 ? 15 : 2;
    char           options[400];

    p->row = bench_play_row(b, "turned over");
    snprintf(options, sizeof(options),
        "seed=%llu fill=%.2f overlap=0.3 size=1280x720",
        (unsigned long long) p->seed, bench_play_draw(p, 2, 0.6, 0.75));
    if (p->row == NULL || bench_play_open(b, p, face, fps, options) != 0) {
        return GMS_EINVALID;
    }
    rc = bench_play_shots(
        p, 1.5, fmax(0.5, 1 / fps), (int) bench_play_draw(p, 3, 0, 7));
    if (rc == GMS_OK) {
        rc = bench_stage_show(s, 1, 3);
    }
    if (rc == GMS_OK) {
        rc = gms_scenery_camera(&s->scenery, 1, 0, 0, 180);
        s->scenery.camera.since_ns = -GMS_S * 3600; /* it is the sheet */
    }
    if (rc == GMS_OK && s->open) {
        rc = bench_play_wait(p, s->t_s, 15);
    }
    if (rc == GMS_OK) {
        rc = bench_stage_show(s, 2, 4);
    }
    if (s->papers == 1) {
        p->row->told++;
    } else {
        p->row->wrong += s->papers > 1;
    }

    return rc;
}

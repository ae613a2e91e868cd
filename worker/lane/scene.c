#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../base/clock.h"
#include "scene.h"


/* The memory of the camera's first lane keeps the scene through a kill of the
 * lane; this file keeps it through a restart of the supervisor within the
 * same boot. */
static void
scene_keep(const gms_scorer_t *s, const gms_scene_t *scene)
{
    char  path[1200];
    FILE *f;

    snprintf(path, sizeof(path), "%s/scene", s->dir);

    f = fopen(path, "we");
    if (f != NULL) {
        fprintf(f, "%s %" PRId64 " %" PRId64 " %" PRIu64 "\n", s->boot_id,
            scene->start_ns, scene->stop_ns, scene->turn);
        fclose(f);
    }
}


static void
scene_restore(gms_scorer_t *s)
{
    gms_scene_t scene;
    char        path[1200], boot_id[33];
    FILE       *f;

    gms_memory_scene(s->grabber->config.memory, &scene);
    if (scene.turn != 0) {
        return;
    }

    snprintf(path, sizeof(path), "%s/scene", s->dir);

    f = fopen(path, "re");
    if (f == NULL) {
        return;
    }

    if (fscanf(f, "%32s %" SCNd64 " %" SCNd64 " %" SCNu64, boot_id,
            &scene.start_ns, &scene.stop_ns, &scene.turn)
            == 4
        && strcmp(boot_id, s->boot_id) == 0)
    {
        gms_memory_set_scene(s->grabber->config.memory, &scene);
    }

    fclose(f);
}


void
gms_scene_start(gms_scorer_t *s)
{
    gms_scene_t scene;

    gms_memory_scene(s->grabber->config.memory, &scene);

    if (s->grabber->sessions == 0) {
        scene.start_ns = gms_clock_mono_ns();
        scene.stop_ns = 0;
        scene.turn++;
        gms_memory_set_scene(s->grabber->config.memory, &scene);
    }

    gms_scene_join(s);
    scene_keep(s, &scene);
}


void
gms_scene_go_on(gms_scorer_t *s)
{
    gms_scene_t scene;

    scene_restore(s);
    gms_memory_scene(s->grabber->config.memory, &scene);

    if (scene.start_ns == 0 || scene.stop_ns != 0) {
        gms_scene_start(s);

    } else {
        gms_scene_join(s);
    }
}


void
gms_scene_join(gms_scorer_t *s)
{
    if (!s->in_scene) {
        s->in_scene = true;
        s->grabber->sessions++;
    }
}


void
gms_scene_again(gms_scorer_t *s)
{
    gms_scene_t scene;

    if (s->in_scene) {
        return;
    }

    gms_memory_scene(s->grabber->config.memory, &scene);

    if (s->grabber->sessions == 0 && scene.stop_ns != 0) {
        scene.start_ns += gms_clock_mono_ns() - scene.stop_ns;
        scene.stop_ns = 0;
        gms_memory_set_scene(s->grabber->config.memory, &scene);
        scene_keep(s, &scene);
    }

    gms_scene_join(s);
}


void
gms_scene_stop(gms_scorer_t *s)
{
    gms_scene_t scene;

    if (!s->in_scene) {
        return;
    }

    s->in_scene = false;

    if (--s->grabber->sessions > 0) {
        return;
    }

    gms_memory_scene(s->grabber->config.memory, &scene);
    scene.stop_ns = gms_clock_mono_ns();
    gms_memory_set_scene(s->grabber->config.memory, &scene);
    scene_keep(s, &scene);
}

/*
 * gms_scene: when a simulated or recorded scene before the camera runs.  Lanes
 * that share a camera share its scene: it begins with the first session and
 * stops with the last.  The lane's main thread alone.
 */

#ifndef GMS_SCENE_H
#define GMS_SCENE_H

#include "scorer.h"

/* A session starts: fresh paper, unless another session runs before it. */
void gms_scene_start(gms_scorer_t *s);

/* After a restart with an open session: it goes on where it was. */
void gms_scene_go_on(gms_scorer_t *s);

/* A session of a shot that was seen: whatever scene runs goes on. */
void gms_scene_join(gms_scorer_t *s);

/* Its end, or that it was discarded, was a mistake: the scene goes on where it
 * stopped. */
void gms_scene_again(gms_scorer_t *s);

/* The last session of the lane ends. */
void gms_scene_stop(gms_scorer_t *s);

#endif /* GMS_SCENE_H */

/*
 * bench_trace: does the compressed picture show a shot at all?
 *
 * The seconds around it are played twice through the same codec, once with
 * the shot and once without it, all else alike.  What differs in a picture is what the
 * shot left there.  An observer who knows place and shape of the hole, from
 * the same difference before the codec, weighs it with that shape; his noise
 * is how much the codec's own error, weighed alike at the same place, varies
 * over the pictures before the shot.
 */

#ifndef BENCH_TRACE_H
#define BENCH_TRACE_H

#include "scene.h"

/* Below this in each of the pictures the shot counts as one without trace. */
#define BENCH_TRACE_LEAST 2.0

/*
 * Largest ratio of signal and noise in the pictures from half a second after
 * shot n (1, 2, ...) until two key frames later; recoil is over by then.
 * GMS_EINVALID with a sentence: the scene has no codec or no such shot;
 * GMS_ENOMEM, GMS_EBAD_FRAME.
 */
int bench_trace(const bench_scene_t *scene, const gms_face_t *face, int n,
    double *snr, char *err, size_t err_size);

#endif /* BENCH_TRACE_H */

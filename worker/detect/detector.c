/* gms_detector: picks the detector by name; see detector.h. */

#include "detector.h"

#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"

static const gms_detector_ops_t *const detectors[] = { &gms_detector_builtin };


int
gms_detector_open(gms_detector_t *d, const char *name,
    const gms_detector_config_t *config, char *err, size_t err_size)
{
    memset(d, 0, sizeof(*d));
    d->config = *config;
    for (size_t i = 0; i < sizeof(detectors) / sizeof(detectors[0]); i++) {
        if (strcmp(detectors[i]->name, name) == 0) {
            d->ops = detectors[i];
            return d->ops->open(d, err, err_size);
        }
    }
    snprintf(
        err, err_size, "there is no detector \"%.40s\"; known: builtin", name);
    return GMS_EINVALID;
}


void
gms_detector_close(gms_detector_t *d)
{
    if (d->ops != NULL && d->run != NULL) {
        d->ops->close(d);
    }
    d->run = NULL;
}


int
gms_detector_push(gms_detector_t *d, const gms_image_t *image, uint64_t frame,
    int64_t mono_ns, gms_detection_t *out, int max)
{
    return d->ops->push(d, image, frame, mono_ns, out, max);
}


void
gms_detector_relearn(gms_detector_t *d)
{
    d->ops->relearn(d);
}


int
gms_detector_save(gms_detector_t *d, const char *path)
{
    return d->ops->save(d, path);
}


int
gms_detector_load(gms_detector_t *d, const char *path)
{
    return d->ops->load(d, path);
}


void
gms_detector_know(gms_detector_t *d, double x_px, double y_px, double radius_px)
{
    d->ops->know(d, x_px, y_px, radius_px);
}


gms_detector_state_e
gms_detector_state(const gms_detector_t *d)
{
    return d->ops->state(d, NULL, 0);
}


gms_detector_state_e
gms_detector_detail(const gms_detector_t *d, char *detail, size_t detail_size)
{
    return d->ops->state(d, detail, detail_size);
}


void
gms_detector_paper(gms_detector_t *d, gms_paper_e what)
{
    d->ops->paper(d, what);
}


int
gms_detector_evidence(
    const gms_detector_t *d, uint32_t id, gms_evidence_t *evidence)
{
    return d->ops->evidence(d, id, evidence);
}


void
gms_detector_pose(const gms_detector_t *d, double map[9])
{
    d->ops->pose(d, map);
}


int
gms_detector_holes(const gms_detector_t *d, double (*holes)[3], int max)
{
    return d->ops->holes(d, holes, max);
}


const gms_calibration_t *
gms_detector_calibration(const gms_detector_t *d)
{
    return &d->config.calibration;
}


const char *
gms_detector_state_name(gms_detector_state_e state)
{
    switch (state) {
    case GMS_DETECTOR_LEARNING:
        return "learning";
    case GMS_DETECTOR_LIVE:
        return "live";
    case GMS_DETECTOR_DISTURBED:
        return "disturbed";
    case GMS_DETECTOR_MOVING:
        return "moving";
    case GMS_DETECTOR_AWAY:
        return "away";
    case GMS_DETECTOR_MAINTENANCE:
        return "maintenance";
    case GMS_DETECTOR_GONE:
        return "gone";
    case GMS_DETECTOR_BLIND:
        return "blind";
    }
    return "unknown";
}

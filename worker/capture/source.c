/* gms_source: see source.h. */

#include <stdio.h>
#include <string.h>

#include "source.h"
#include "../../ipc/error.h"

static const gms_source_ops_t *const gms_source_kinds[] = {
    &gms_source_clip,
    &gms_source_simulate,
    &gms_source_http,
    &gms_source_rtsp,
    &gms_source_v4l2,
    &gms_source_push,
};


int
gms_source_init(gms_source_t *s, const gms_source_config_t *config)
{
    size_t n = sizeof(gms_source_kinds) / sizeof(gms_source_kinds[0]);

    memset(s, 0, sizeof(gms_source_t));
    s->config = *config;

    for (size_t i = 0; i < n; i++) {
        if (gms_source_kinds[i]->kind == config->camera.kind) {
            s->ops = gms_source_kinds[i];
            return GMS_OK;
        }
    }

    return GMS_EINVALID;
}


int
gms_source_open(gms_source_t *s, char *err, size_t err_size)
{
    if (err_size > 0) {
        err[0] = '\0';
    }

    if (s->ops == NULL) {
        snprintf(err, err_size, "this kind of camera is not known");
        return GMS_EINVALID;
    }

    gms_source_close(s);

    return s->ops->open(s, err, err_size);
}


int
gms_source_next(gms_source_t *s, gms_frame_t *frame, int timeout_ms, char *err,
    size_t err_size)
{
    int rc;

    if (err_size > 0) {
        err[0] = '\0';
    }

    if (s->run == NULL) {
        snprintf(err, err_size, "the camera is not open");
        return GMS_ECAMERA_GONE;
    }

    memset(frame, 0, sizeof(gms_frame_t));

    rc = s->ops->next(s, frame, timeout_ms < 0 ? 0 : timeout_ms, err, err_size);

    if (rc == GMS_OK && frame->handed_ns == 0) {
        frame->handed_ns = frame->mono_ns;
    }

    if (rc == GMS_OK && frame->jpeg_size > 0
        && gms_tables_complete(&s->tables, &frame->jpeg, &frame->jpeg_size)
            != GMS_OK)
    {
        snprintf(err, err_size, "not enough memory for a picture");
        return GMS_EBAD_FRAME;
    }

    return rc;
}


void
gms_source_close(gms_source_t *s)
{
    if (s->ops != NULL && s->run != NULL) {
        s->ops->close(s);
        s->run = NULL;
    }

    gms_tables_free(&s->tables);
}


const uint8_t *
gms_frame_bytes(const gms_frame_t *frame, size_t *size)
{
    if (frame->gray.px != NULL) {
        *size = (size_t) frame->gray.stride * (size_t) frame->gray.height;
        return frame->gray.px;
    }

    *size = frame->jpeg_size;

    return frame->jpeg;
}


size_t
gms_source_truth(gms_source_t *s, size_t from, gms_truth_t *truth, size_t max)
{
    if (s->ops == NULL || s->ops->truth == NULL || s->run == NULL) {
        return 0;
    }

    return s->ops->truth(s, from, truth, max);
}

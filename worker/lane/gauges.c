#include "gauges.h"


void
gms_gauges_tell(const gms_scorer_t *s)
{
    gms_memory_t *m;
    int64_t       since_ns;

    m = s->memory;
    since_ns = s->count > 0 ? s->waiting[s->first].input.mono_ns : 0;

    gms_memory_tell(m, GMS_GAUGE_JOURNAL_UP, s->store_error == 0);
    gms_memory_tell(m, GMS_GAUGE_JOURNAL_WAITING, s->count);
    gms_memory_tell(m, GMS_GAUGE_JOURNAL_SINCE, (uint64_t) since_ns);

    /* a recording that has ended is no camera that is lost */
    gms_memory_tell(m, GMS_GAUGE_CAMERA_UP,
        s->camera.state == GMS_CAMERA_OK || s->camera.state == GMS_CAMERA_MOVING
            || s->camera.state == GMS_CAMERA_ENDED);
    gms_memory_tell(m, GMS_GAUGE_CALIBRATED, s->calibrated || s->face.by_hand);
}


void
gms_gauges_clear(gms_memory_t *memory)
{
    int i;

    for (i = 0; i < GMS_GAUGES_OF_LANE; i++) {
        gms_memory_tell(memory, (gms_gauge_e) i, 0);
    }
}

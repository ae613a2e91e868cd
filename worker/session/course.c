/* gms_course: see course.h. */

#include "course.h"

#include <math.h>

/* A shot is seen with the first picture that shows its hole, which a camera
 * hands over some time after it was taken. */
#define GMS_COURSE_SLACK_S 0.5

const char *const gms_course_command_name[GMS_COURSE_COMMANDS] = { "", "load",
    "start", "stop", "unload" };

const char *const gms_course_phase_name[GMS_COURSE_PHASES] = { "unloaded",
    "loaded", "preparing", "running", "stopped", "finished" };

const char *const gms_window_name[GMS_WINDOWS] = { "", "early", "late",
    "extra" };


static bool
is_last(const gms_course_t *course, const gms_course_at_t *at)
{
    return at->stage >= course->stages - 1
        && at->string >= course->stage[at->stage].strings - 1;
}


gms_course_command_e
gms_course_next(const gms_course_t *course, const gms_course_at_t *at)
{
    switch (at->command) {

    case GMS_COURSE_LOAD:
        return GMS_COURSE_START;

    case GMS_COURSE_START:
        return GMS_COURSE_STOP;

    case GMS_COURSE_STOP:
        return GMS_COURSE_UNLOAD;

    case GMS_COURSE_UNLOAD:
        return is_last(course, at) ? GMS_COURSE_NOTHING : GMS_COURSE_LOAD;

    default:
        return course->stages > 0 ? GMS_COURSE_LOAD : GMS_COURSE_NOTHING;
    }
}


void
gms_course_step(const gms_course_t *course, gms_course_at_t *at)
{
    gms_course_command_e next = gms_course_next(course, at);

    if (next == GMS_COURSE_NOTHING) {
        return;
    }

    if (next == GMS_COURSE_LOAD && at->command == GMS_COURSE_UNLOAD) {
        if (++at->string == course->stage[at->stage].strings) {
            at->stage++;
            at->string = 0;
        }
    }

    at->command = next;
}


double
gms_course_length_s(const gms_course_stage_t *stage)
{
    if (stage->shown_s > 0) {
        return stage->prepare_s
            + stage->shots * (stage->away_s + stage->shown_s);
    }

    return stage->time_s > 0 ? stage->prepare_s + stage->time_s : INFINITY;
}


int
gms_course_series(const gms_course_stage_t *stage)
{
    return stage->series > 0 ? stage->series : stage->shots;
}


gms_course_phase_e
gms_course_phase(const gms_course_t *course, const gms_course_at_t *at,
    double since_s, double *left_s)
{
    const gms_course_stage_t *stage = &course->stage[at->stage];

    *left_s = INFINITY;

    switch (at->command) {

    case GMS_COURSE_LOAD:
        return GMS_COURSE_LOADED;

    case GMS_COURSE_START:
        if (since_s < stage->prepare_s) {
            *left_s = stage->prepare_s - since_s;
            return GMS_COURSE_PREPARING;
        }
        *left_s = fmax(gms_course_length_s(stage) - since_s, 0);
        return GMS_COURSE_RUNNING;

    case GMS_COURSE_STOP:
        return GMS_COURSE_STOPPED;

    case GMS_COURSE_UNLOAD:
        if (is_last(course, at)) {
            return GMS_COURSE_FINISHED;
        }
        if (since_s < stage->pause_s) {
            *left_s = stage->pause_s - since_s;
        }
        return GMS_COURSE_UNLOADED;

    default:
        return course->stages > 0 ? GMS_COURSE_UNLOADED : GMS_COURSE_FINISHED;
    }
}


int
gms_course_showing(const gms_course_stage_t *stage, double start_s)
{
    double cycle_s = stage->away_s + stage->shown_s;
    double run_s = start_s - stage->prepare_s;
    int    n;

    if (stage->shown_s <= 0 || run_s < 0
        || run_s > stage->shots * cycle_s + GMS_COURSE_SLACK_S)
    {
        return -1;
    }

    n = (int) (run_s / cycle_s);
    run_s -= n * cycle_s;

    if (run_s >= stage->away_s && n < stage->shots) {
        return n;
    }

    return run_s <= GMS_COURSE_SLACK_S ? n - 1 : -1;
}


gms_window_e
gms_course_window(const gms_course_t *course, const gms_course_at_t *at,
    const gms_course_shot_t *shot)
{
    const gms_course_stage_t *stage = &course->stage[at->stage];

    if (!shot->started || shot->start_s < stage->prepare_s) {
        return GMS_WINDOW_EARLY;
    }

    if (shot->start_s > gms_course_length_s(stage) + GMS_COURSE_SLACK_S
        || shot->stop_s > GMS_COURSE_SLACK_S)
    {
        return GMS_WINDOW_LATE;
    }

    if (stage->shown_s > 0) {
        if (gms_course_showing(stage, shot->start_s) < 0) {
            return GMS_WINDOW_EARLY;
        }
        if (shot->showing > 0) {
            return GMS_WINDOW_EXTRA;
        }
    }

    return stage->shots > 0 && shot->before >= stage->shots ? GMS_WINDOW_EXTRA
                                                            : GMS_WINDOW_IN;
}

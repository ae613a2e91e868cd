/* The course of a session is commanded: see decide.h. */

#include "decide.h"

#include <string.h>

#include "../../ipc/error.h"
#include "../base/jsontext.h"
#include "conduct.h"


static gms_event_course_t *
command(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, gms_course_by_e by, gms_event_t *out, int n)
{
    gms_event_course_t *event;
    gms_course_at_t     at = s->conduct.at;

    gms_course_step(&s->setup.course, &at);
    event = &gms_decide_event(b, input, s, GMS_EVENT_COURSE, out, n)->u.course;
    event->command = at.command;
    event->by = by;
    event->stage = at.stage;
    event->string = at.string;

    return event;
}


int
gms_decide_stop(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, gms_course_by_e by, gms_event_t *out, int n)
{
    if (s->conduct.at.command != GMS_COURSE_START) {
        return 0; /* it was stopped meanwhile */
    }

    command(b, input, s, by, out, n);
    return 1;
}


/* What was fired until UNLOAD and not fully a series is a round too; shots
 * outside of their window alone are none, they stay with the next. */
int
gms_decide_course(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_event_course_t *asked = &input->u.course;
    const gms_session_t      *s = gms_decide_session(b, input);

    if (!gms_jsontext_is_clean(asked->author, sizeof(asked->author))) {
        return GMS_EINVALID;
    }

    /* nobody loads or fires while people may be at the targets */
    if (s == NULL || asked->command == GMS_COURSE_NOTHING
        || gms_course_next(&s->setup.course, &s->conduct.at) != asked->command
        || (b->cold
            && (asked->command == GMS_COURSE_LOAD
                || asked->command == GMS_COURSE_START)))
    {
        return GMS_ESTATE;
    }

    strcpy(command(b, input, s, GMS_COURSE_BY_COMMAND, out, 0)->author,
        asked->author);

    return asked->command == GMS_COURSE_UNLOAD && gms_conduct_series(s) > 0
        ? 1 + gms_decide_close(b, input, s, GMS_ROUND_BY_COMMAND, out, 1)
        : 1;
}

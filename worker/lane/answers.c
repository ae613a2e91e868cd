#include <stdio.h>
#include <stdlib.h>

#include "../../ipc/error.h"
#include "answers.h"
#include "commands_access.h"
#include "commands_call.h"
#include "commands_complaint.h"
#include "commands_course.h"
#include "commands_correction.h"
#include "commands_cross.h"
#include "commands_tips.h"
#include "document.h"
#include "papers.h"
#include "publish.h"


void
gms_answers_done(
    gms_scorer_t *s, const gms_waiting_t *waiting, const char *session)
{
    const gms_answer_t *answer;
    gms_answer_t        now;
    char                body[512];

    if (waiting->ask == 0) {
        return;
    }

    answer = gms_scorebook_answered(&s->book, &waiting->input);

    if (answer == NULL) {
        gms_scorebook_answer(&now, &s->book, session);
        answer = &now;
    }

    switch (waiting->input.kind) {

    case GMS_INPUT_START:
    case GMS_INPUT_JOIN:
        gms_command_admitted(s, waiting, answer);
        break;

    case GMS_INPUT_CALIBRATION:
    case GMS_INPUT_CONFIRM:
        gms_publish_made(s, waiting->ask, gms_document_calibration(s));
        break;

    case GMS_INPUT_PAPER:
        gms_papers_answer(s, waiting->ask, answer);
        break;

    case GMS_INPUT_ADD:
    case GMS_INPUT_CORRECT:
        if (!gms_command_is_cross(waiting)
            || !gms_command_cross_given(s, waiting)) {
            gms_command_corrected(s, waiting, answer);
        }
        break;

    case GMS_INPUT_TAKE:
        gms_command_cross_taken(s, waiting);
        break;

    case GMS_INPUT_INTO:
        gms_scorebook_answer(&now, &s->book, waiting->input.u.correcting.other);
        gms_papers_answer_session(s, waiting, &now);
        break;

    case GMS_INPUT_ROUND:
        snprintf(body, sizeof(body), "{\"round\":%u,\"first\":%u}",
            answer->round, answer->first);
        gms_publish_answer(s, waiting->ask, 200, body);
        break;

    case GMS_INPUT_TIP:
    case GMS_INPUT_TIP_CHANGE:
        gms_command_tip_done(s, waiting, answer);
        break;

    case GMS_INPUT_CALL:
        gms_command_called(s, waiting, answer);
        break;

    case GMS_INPUT_COURSE:
        gms_command_course_done(s, waiting);
        break;

    case GMS_INPUT_COMPLAINT:
    case GMS_INPUT_COMPLAINT_CLOSE:
        gms_command_complained(s, waiting, answer);
        break;

    case GMS_INPUT_RANGE:
        snprintf(body, sizeof(body), "{\"range\":\"%s\"}",
            answer->cold ? "cold" : "hot");
        gms_publish_answer(s, waiting->ask, 200, body);
        break;

    default:
        gms_papers_answer_session(s, waiting, answer);
    }
}


void
gms_answers_refused(gms_scorer_t *s, const gms_waiting_t *waiting, int rc)
{
    if (waiting->input.kind == GMS_INPUT_COURSE) {
        gms_command_course_refused(s, waiting);

    } else if (waiting->input.kind == GMS_INPUT_TIP
        || waiting->input.kind == GMS_INPUT_TIP_CHANGE)
    {
        gms_command_tip_refused(s, waiting, rc);

    } else if (waiting->input.kind == GMS_INPUT_CALL) {
        gms_command_uncalled(s, waiting, rc);

    } else if (waiting->input.kind == GMS_INPUT_TAKE) {
        gms_command_cross_refused(s, waiting, rc);

    } else if (waiting->input.kind == GMS_INPUT_COMPLAINT
        || waiting->input.kind == GMS_INPUT_COMPLAINT_CLOSE)
    {
        gms_command_uncomplained(s, waiting, rc);

    } else if (waiting->input.kind == GMS_INPUT_ADD
        || waiting->input.kind == GMS_INPUT_CORRECT)
    {
        gms_command_uncorrected(s, waiting, rc);

    } else if (rc == GMS_ETOOBIG
        && (waiting->input.kind == GMS_INPUT_START
            || waiting->input.kind == GMS_INPUT_RESUME
            || waiting->input.kind == GMS_INPUT_REOPEN))
    {
        gms_publish_problem(s, waiting->ask, 409, "too-many-sessions",
            "Too many sessions are open",
            "four share a lane at most; end one of them first");

    } else if (rc == GMS_ETOOBIG && waiting->input.kind == GMS_INPUT_INTO) {
        gms_publish_problem(s, waiting->ask, 409, "session-full",
            "The session cannot take so many shots",
            "a session holds 5,000 shots and 1,000 that were handed over or "
            "corrected: claim this one by a name instead");

    } else if (rc == GMS_ETOOBIG) {
        gms_publish_problem(s, waiting->ask, 409, "session-full",
            "The session is full",
            "it holds as many shots as a session may; end it "
            "and start another");

    } else if (rc == GMS_EINVALID
        && waiting->input.kind == GMS_INPUT_CALIBRATION) {
        gms_publish_problem(s, waiting->ask, 422, "invalid-field",
            "A field is not valid", "the calibration is no view of a card");

    } else if (rc == GMS_EINVALID && waiting->input.kind == GMS_INPUT_INTO) {
        gms_command_invalid(s, waiting->ask, "/into",
            "this is no other session of this lane that somebody has");

    } else if (rc == GMS_EFORBIDDEN) {
        gms_command_uncorrected(s, waiting, rc);

    } else if (rc == GMS_EINVALID) {
        gms_publish_problem(s, waiting->ask, 422, "invalid-field",
            "A field is not valid", "the shooter is not a line of UTF-8 text");

    } else if (waiting->input.kind == GMS_INPUT_CONFIRM) {
        gms_publish_problem(s, waiting->ask, 409, "not-calibrated",
            "The target was not found yet", "there is nothing to confirm");

    } else if (rc == GMS_ESTALE) {
        gms_publish_problem(s, waiting->ask, 409, "too-late-to-undo",
            "It is too late to undo that",
            "a session is opened again within a minute of its end");

    } else if (waiting->input.kind == GMS_INPUT_START) {
        gms_publish_problem(s, waiting->ask, 409, "session-open",
            "A session is already open",
            "end the open session on this lane first");

    } else {
        gms_publish_problem(s, waiting->ask, 409, "session-state",
            "Not possible now",
            "the lane has no session in the state that this "
            "command needs");
    }
}

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/jsontext.h"
#include "commands_call.h"
#include "publish.h"
#include "../session/calls.h"


static bool
read_mm(gms_scorer_t *s, uint64_t ask, const cJSON *body, const char *name,
    double *mm)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, name);
    char         pointer[16];

    if (cJSON_IsNumber(item) && isfinite(item->valuedouble)) {
        *mm = item->valuedouble;
        return true;
    }

    snprintf(pointer, sizeof(pointer), "/%s", name);
    gms_command_invalid(s, ask, pointer,
        "millimetres from the centre, as x_mm and y_mm of a shot");
    return false;
}


void
gms_command_shot_call(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "n", "session", "x_mm", "y_mm", NULL };
    gms_waiting_t            waiting;
    gms_event_call_t        *call;

    gms_command_waiting(s, ask, GMS_INPUT_CALL, &waiting);
    call = &waiting.input.u.call;
    memset(call, 0, sizeof(*call));
    call->n = gms_command_number(body, "n");
    snprintf(call->author, sizeof(call->author), "%s", gms_command_role(ask));

    if (gms_command_known(s, ask->header.id, body, names)
        && gms_command_text(s, ask->header.id, body, "session",
            waiting.input.session, sizeof(waiting.input.session))
        && read_mm(s, ask->header.id, body, "x_mm", &call->x_mm)
        && read_mm(s, ask->header.id, body, "y_mm", &call->y_mm))
    {
        gms_scorer_input(s, &waiting);
    }
}


/* The call as it stands: a repeat is told the first one. */
void
gms_command_called(
    gms_scorer_t *s, const gms_waiting_t *waiting, const gms_answer_t *answer)
{
    const gms_session_t *session =
        gms_scorebook_find(&s->book, answer->session);
    uint32_t       n = answer->n != 0 ? answer->n : waiting->input.u.call.n;
    gms_jsontext_t j;
    char          *text;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "session", answer->session);
    gms_jsontext_integer(&j, "n", n);

    if (session != NULL && n > 0 && n <= session->shots) {
        gms_call_put_row(&j, &session->shot[n - 1]);
    }

    gms_jsontext_close(&j, '}');
    text = gms_jsontext_take(&j);
    gms_publish_answer(s, waiting->ask, 201, text != NULL ? text : "{}");
    free(text);
}


void
gms_command_uncalled(gms_scorer_t *s, const gms_waiting_t *waiting, int rc)
{
    if (rc == GMS_ENOTFOUND) {
        gms_publish_problem(s, waiting->ask, 404, "shot-unknown",
            "There is no such shot", "the session has no shot of this number");

    } else if (rc == GMS_ESTALE) {
        gms_publish_problem(s, waiting->ask, 409, "shot-called",
            "This shot was called already",
            "a shot is called once, before it is shown");

    } else if (rc == GMS_EINVALID) {
        gms_command_invalid(s, waiting->ask, "/x_mm",
            "a place on the card: at most 2000 mm from its centre");

    } else if (gms_scorebook_find(&s->book, waiting->input.session) == NULL
        || !gms_session_is_open(
            gms_scorebook_find(&s->book, waiting->input.session)))
    {
        gms_publish_problem(s, waiting->ask, 409, "session-state",
            "Not possible now", "a shot of an open session is called");

    } else {
        gms_publish_problem(s, waiting->ask, 409, "shot-state",
            "Not possible with this shot",
            "it was taken out, or no camera placed it: there is nothing to "
            "call");
    }
}

#include "commands_access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/jsontext.h"
#include "commands.h"
#include "../invite.h"
#include "publish.h"
#include "tokens.h"


/* Where and as what who asks may do something: the role of nginx, or that of a
 * shooter in one session. */
void
gms_command_access_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    const gms_session_t *session;
    gms_jsontext_t       j;

    (void) body;

    session = gms_tokens_session(s, ask->header.token);
    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "role", gms_command_role(ask));

    if (session != NULL) {
        gms_jsontext_string(&j, "session", session->id);
    } else {
        gms_jsontext_raw(&j, "session", "null");
    }

    gms_jsontext_close(&j, '}');
    gms_publish_made(s, ask->header.id, gms_jsontext_take(&j));
}


/* NULL: there is none. */
static void
put_code(gms_jsontext_t *j, const gms_code_t *code)
{
    if (code == NULL) {
        gms_jsontext_raw(j, "code", "null");
        gms_jsontext_raw(j, "code_until_us", "null");

    } else {
        gms_jsontext_string(j, "code", code->text);
        gms_jsontext_integer(j, "code_until_us", code->until_us);
    }
}


/* What a phone opens to join: the code stands behind the #, as the secret of a
 * device does. */
static void
put_link(gms_jsontext_t *j, const gms_scorer_t *s, const char *address,
    const gms_code_t *code)
{
    char link[GMS_ADDRESS_MAX + GMS_LANE_NAME_SIZE + 32], *svg;

    snprintf(link, sizeof(link), "%s/?lane=%s#join=%s", address,
        s->config->name, code->text);
    svg = gms_invite_qr(link);
    gms_jsontext_string(j, "link", link);

    if (svg != NULL) {
        gms_jsontext_string(j, "qr_svg", svg);
    } else {
        gms_jsontext_raw(j, "qr_svg", "null");
    }

    free(svg);
}


static const char *
text_of(const cJSON *body, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, name));
}


void
gms_command_session_code(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "session", "address", NULL };
    const gms_session_t     *session;
    const gms_code_t        *code;
    gms_jsontext_t           j;
    const char              *id = text_of(body, "session");
    char                     address[GMS_ADDRESS_MAX + 1];

    if (!gms_command_known(s, ask->header.id, body, names)) {
        return;
    }

    if (!gms_invite_address(address, text_of(body, "address"))) {
        gms_command_invalid(s, ask->header.id, "/address", GMS_ADDRESS_ALLOWED);
        return;
    }

    session = gms_scorebook_find(&s->book, id != NULL ? id : "");

    if (session == NULL || !gms_session_is_open(session)) {
        gms_publish_problem(s, ask->header.id, 409, "session-state",
            "Not possible now", "there is no such session that is open");
        return;
    }

    code = gms_tokens_code(s, session, true);
    if (code == NULL) {
        gms_publish_made(s, ask->header.id, NULL);
        return;
    }

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "session", session->id);
    put_code(&j, code);
    put_link(&j, s, address, code);
    gms_jsontext_close(&j, '}');
    gms_publish_made(s, ask->header.id, gms_jsontext_take(&j));
}


void
gms_command_session_join(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "code", NULL };
    const gms_session_t     *session;
    gms_waiting_t            waiting;
    const char              *code;

    if (!gms_command_known(s, ask->header.id, body, names)) {
        return;
    }

    code = text_of(body, "code");

    if (code == NULL) {
        gms_command_invalid(s, ask->header.id, "/code",
            "the code is what the lane's tablet shows: six letters and digits");
        return;
    }

    session = gms_tokens_redeem(s, code);

    if (session == NULL) {
        gms_publish_problem(s, ask->header.id, 403, "join-code",
            "This code is not valid",
            "it is good once, for ten minutes, on its own lane, and after too "
            "many wrong ones no more: have a new one shown");
        return;
    }

    gms_command_waiting(s, ask, GMS_INPUT_JOIN, &waiting);
    strcpy(waiting.input.session, session->id);

    if (gms_tokens_mint(&waiting) != GMS_OK) {
        gms_publish_made(s, ask->header.id, NULL);
        return;
    }

    gms_scorer_input(s, &waiting);
}


void
gms_command_admitted(
    gms_scorer_t *s, const gms_waiting_t *waiting, const gms_answer_t *answer)
{
    const gms_session_t *session;
    uint8_t              hash[GMS_SECRET_HASH_SIZE];
    gms_jsontext_t       j;
    bool                 first, starts;
    char                *text;

    starts = waiting->input.kind == GMS_INPUT_START;
    session = gms_scorebook_find(&s->book, answer->session);
    gms_secret_hash(hash, waiting->token);
    first = session != NULL && gms_tokens_session(s, hash) == session;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "session", answer->session);

    if (starts) {
        gms_jsontext_integer(&j, "n", answer->total.counted);
        put_code(&j,
            session != NULL && gms_session_is_open(session)
                ? gms_tokens_code(s, session, first)
                : NULL);
    }

    gms_jsontext_close(&j, '}');
    text = gms_jsontext_take(&j);

    if (text == NULL) {
        gms_publish_made(s, waiting->ask, NULL);
        return;
    }

    gms_publish_secret(
        s, waiting->ask, starts ? 201 : 200, text, first ? waiting->token : "");
    free(text);
}

#include "tokens.h"

#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "publish.h"

/* Long enough to take out a phone. */
#define GMS_CODE_NS (600 * GMS_S)

/* 31^6 codes: a guess hits one of four with 5 in 1,000,000,000. */
#define GMS_CODE_TRIES 10

/* None that is taken for another one. */
static const char code_letters[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

#define GMS_CODE_LETTERS (sizeof(code_letters) - 1)

_Static_assert(GMS_SESSIONS_OPEN_MAX *GMS_SESSION_TOKENS_MAX <= GMS_GRANTS_MAX,
    "no room for all tokens");


static bool
has_token(const uint8_t token[][GMS_SECRET_HASH_SIZE], uint32_t n,
    const uint8_t *hash)
{
    bool     has = false;
    uint32_t i;

    for (i = 0; i < n; i++) {
        has |= gms_secret_same(token[i], hash);
    }

    return has;
}


const gms_session_t *
gms_tokens_session(
    const gms_scorer_t *s, const uint8_t hash[GMS_SECRET_HASH_SIZE])
{
    const gms_session_t *session = NULL;
    int                  i;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        if (gms_session_is_open(&s->book.session[i])
            && has_token(s->book.session[i].setup.token,
                s->book.session[i].setup.tokens, hash))
        {
            session = &s->book.session[i];
        }
    }

    return session;
}


/* The session that a command is about: the one that it names, else the one
 * that is shot in. */
static const gms_session_t *
session_of(const gms_scorer_t *s, const cJSON *body)
{
    const char *id =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "session"));

    return id != NULL ? gms_scorebook_find(&s->book, id)
                      : gms_scorebook_active(&s->book);
}


/* What touches other sessions too is not for who has a token of one: who has
 * the lane, and whose a shot is. */
static bool
is_for_others(const cJSON *body)
{
    return cJSON_HasObjectItem(body, "active")
        || cJSON_HasObjectItem(body, "into") || cJSON_HasObjectItem(body, "to");
}


/* Who could end it could have ended it by mistake. */
static bool
may_reopen(const gms_scorer_t *s, const cJSON *body, const uint8_t *hash)
{
    const char *state =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "state"));
    const char *id =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "session"));
    const gms_session_t *session;

    session = id != NULL ? gms_scorebook_find(&s->book, id)
                         : gms_scorebook_shown(&s->book);

    return state != NULL && strcmp(state, "reopened") == 0 && session != NULL
        && session->state == GMS_SESSION_ENDED
        && has_token(session->ending.token, session->ending.tokens, hash);
}


bool
gms_tokens_allow(gms_scorer_t *s, const gms_link_message_t *ask,
    const cJSON *body, gms_need_e need, uint32_t *role)
{
    const gms_session_t *session;

    *role = ask->header.role;

    if (need == GMS_NEED_NOTHING || *role >= GMS_ROLE_SHOOTER) {
        return true;
    }

    session = gms_tokens_session(s, ask->header.token);

    if (need == GMS_NEED_TOKEN && may_reopen(s, body, ask->header.token)) {
        *role = GMS_ROLE_SHOOTER;
        return true;
    }

    if (need == GMS_NEED_TOKEN && session != NULL
        && session == session_of(s, body) && !is_for_others(body))
    {
        *role = GMS_ROLE_SHOOTER;
        return true;
    }

    if (need == GMS_NEED_TOKEN && session == NULL) {
        gms_publish_problem(s, ask->header.id, 403, "session-token",
            "This phone has not joined the session, or it has ended",
            "a token is good for one session, as long as that is open: join "
            "with its code, which is shown on the lane's tablet");
        return false;
    }

    gms_publish_problem(s, ask->header.id, 403, "not-allowed",
        "Only on the lane's tablet",
        "who joined a session commands that one alone: this is about another "
        "one, or about the lane");
    return false;
}


void
gms_tokens_tell(gms_scorer_t *s)
{
    const gms_session_t *session;
    gms_granted_t        good;
    uint32_t             i;
    int                  k;

    memset(&good, 0, sizeof(good));

    for (k = 0; k < GMS_SESSIONS_MAX; k++) {
        session = &s->book.session[k];

        for (i = 0; gms_session_is_open(session) && i < session->setup.tokens
             && good.n < GMS_GRANTS_MAX;
             i++)
        {
            memcpy(good.hash[good.n++], session->setup.token[i],
                GMS_SECRET_HASH_SIZE);
        }
    }

    good.version = 1; /* in s->granted 0: nothing was told yet */

    if (memcmp(&good, &s->granted, sizeof(good)) != 0
        && gms_grants_write(&s->grants, &good) == GMS_OK)
    {
        s->granted = good;
    }
}


int
gms_tokens_mint(gms_waiting_t *waiting)
{
    gms_event_session_t *session = &waiting->input.u.session;

    session->tokens = 1;
    return gms_secret_make(waiting->token, session->token[0]);
}


static gms_code_t *
code_of(gms_scorer_t *s, const gms_session_t *session)
{
    int i;

    for (i = 0; i < GMS_SESSIONS_OPEN_MAX; i++) {
        if (strcmp(s->code[i].session, session->id) == 0) {
            return &s->code[i];
        }
    }

    return NULL;
}


/* Of those that are not good any more, or else the oldest. */
static gms_code_t *
code_place(gms_scorer_t *s)
{
    gms_code_t *place = &s->code[0];
    int         i;

    for (i = 1; i < GMS_SESSIONS_OPEN_MAX; i++) {
        if (s->code[i].until_ns < place->until_ns) {
            place = &s->code[i];
        }
    }

    return place;
}


static int
make_code(char text[GMS_CODE_SIZE])
{
    uint8_t byte;
    size_t  i;

    for (i = 0; i < GMS_CODE_SIZE - 1; /* void */) {
        if (gms_secret_random(&byte, 1) != GMS_OK) {
            return GMS_ESYS;
        }

        /* each letter as likely as any other */
        if (byte < 256 / GMS_CODE_LETTERS * GMS_CODE_LETTERS) {
            text[i++] = code_letters[byte % GMS_CODE_LETTERS];
        }
    }

    text[i] = '\0';

    return GMS_OK;
}


const gms_code_t *
gms_tokens_code(gms_scorer_t *s, const gms_session_t *session, bool make)
{
    gms_code_t *code = code_of(s, session);
    int64_t     now = gms_clock_mono_ns();

    if (code != NULL && code->until_ns > now) {
        return code;
    }

    code = code != NULL ? code : code_place(s);

    if (!make || make_code(code->text) != GMS_OK) {
        return NULL;
    }

    strcpy(code->session, session->id);
    code->until_ns = now + GMS_CODE_NS;
    code->until_us = (gms_clock_real_ns() + GMS_CODE_NS) / GMS_US;
    s->wrong_codes = 0;

    return code;
}


/* Small letters are as good, and where nothing is said by them, blanks. */
static bool
is_code(const gms_code_t *code, const char *text)
{
    size_t n = 0;

    for (/* void */; *text != '\0'; text++) {
        if (*text == ' ' || *text == '-') {
            continue;
        }

        if (n == GMS_CODE_SIZE - 1
            || (*text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text)
                != code->text[n])
        {
            return false;
        }

        n++;
    }

    return n == GMS_CODE_SIZE - 1;
}


const gms_session_t *
gms_tokens_redeem(gms_scorer_t *s, const char *text)
{
    const gms_session_t *session;
    int64_t              now = gms_clock_mono_ns();
    int                  i;

    for (i = 0; i < GMS_SESSIONS_OPEN_MAX; i++) {
        if (s->code[i].until_ns > now && is_code(&s->code[i], text)) {
            s->code[i].until_ns = 0;
            session = gms_scorebook_find(&s->book, s->code[i].session);

            return session != NULL && gms_session_is_open(session) ? session
                                                                   : NULL;
        }
    }

    if (++s->wrong_codes >= GMS_CODE_TRIES) {
        memset(s->code, 0, sizeof(s->code));
    }

    return NULL;
}

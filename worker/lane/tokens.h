/*
 * gms_tokens: who may command one session alone: browsers that hold one of its
 * tokens, and the short codes by which a phone gets one.  A lane knows its
 * tokens by their SHA-256, from its journal; they end with their session.
 * Codes are in memory alone.  The lane's main thread.
 */

#ifndef GMS_TOKENS_H
#define GMS_TOKENS_H

#include "scorer.h"

/* What a command needs of who has no role that allows it. */
typedef enum {
    GMS_NEED_NOTHING, /* it only looks */
    GMS_NEED_TOKEN,   /* of the session that it is about */
    GMS_NEED_ROLE     /* no token will do */
} gms_need_e;

/* May who asked do that?  role: as which then.  Else it was answered. */
bool gms_tokens_allow(gms_scorer_t *s, const gms_link_message_t *ask,
    const cJSON *body, gms_need_e need, uint32_t *role);

/* The open session of this token; NULL: none. */
const gms_session_t *gms_tokens_session(
    const gms_scorer_t *s, const uint8_t hash[GMS_SECRET_HASH_SIZE]);

/* A token for the session that an input starts, or joins.  GMS_ESYS. */
int gms_tokens_mint(gms_waiting_t *waiting);

/* The code for it that there is; or else, if make, a new one.  NULL: there is
 * none, or the system has no randomness to give. */
const gms_code_t *gms_tokens_code(
    gms_scorer_t *s, const gms_session_t *session, bool make);

/* The session of a code, which is worth nothing afterwards.  NULL: there is no
 * such code; after too many of those no code is good any more. */
const gms_session_t *gms_tokens_redeem(gms_scorer_t *s, const char *code);

/* Says in the lane's memory which ones are good now, if that has changed. */
void gms_tokens_tell(gms_scorer_t *s);

#endif /* GMS_TOKENS_H */

/*
 * gms_coaching: what a lane says of its session beyond the score: statistics
 * that follow the shots, and advice by the rules of a file.  Main thread.
 */

#ifndef GMS_COACHING_H
#define GMS_COACHING_H

#include "../session/advice.h"
#include "../session/running.h"
#include "../session/session.h"

typedef struct {
    gms_rulebook_t book;
    char           trouble[512]; /* why there are no rules; "": there are */
    gms_running_t  running;      /* of the session that was asked for last */
    gms_counted_t *counted;      /* owned */
    uint32_t       capacity;
} gms_coaching_t;

/* Reads the rules (rules.h); when they are wrong, advice is refused with the
 * reason, and all else goes on.  NULL: out of memory. */
gms_coaching_t *gms_coaching_create(void);
void            gms_coaching_destroy(gms_coaching_t *c);

/* Statistics of the session's shots that count; short for the state document,
 * else with a list of the rounds.  NULL: out of memory. */
cJSON *gms_coaching_statistics(
    gms_coaching_t *c, const gms_session_t *session, bool with_rounds);

/* Advice on them; double_shot and directions of settings->about are the
 * caller's.  NULL: out of memory. */
cJSON *gms_coaching_advice(gms_coaching_t *c, const gms_session_t *session,
    gms_advice_settings_t *settings);

#endif /* GMS_COACHING_H */

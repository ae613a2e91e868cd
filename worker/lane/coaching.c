#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/log.h"
#include "coaching.h"
#include "../library/rules.h"
#include "../session/statistics.h"


gms_coaching_t *
gms_coaching_create(void)
{
    gms_coaching_t *c = calloc(1, sizeof(*c));
    char            escaped[1024];

    if (c == NULL) {
        return NULL;
    }
    if (gms_rules_load(&c->book, NULL, c->trouble, sizeof(c->trouble))
        != GMS_OK) {
        gms_log(GMS_LOG_ERROR, "no rules of advice", "\"detail\":\"%s\"",
            gms_log_escape(escaped, sizeof(escaped), c->trouble));
    }
    return c;
}


void
gms_coaching_destroy(gms_coaching_t *c)
{
    if (c != NULL) {
        gms_rulebook_free(&c->book);
        gms_running_free(&c->running);
        free(c->counted);
        free(c);
    }
}


/* The shots that count, in their order; -1: out of memory. */
static int
collect(gms_coaching_t *c, const gms_session_t *session)
{
    if (session->shots > c->capacity) {
        void *more = realloc(
            c->counted, 2 * (size_t) session->shots * sizeof(gms_counted_t));

        if (more == NULL) {
            return -1;
        }
        c->counted = more;
        c->capacity = 2 * session->shots;
    }
    return gms_counted_collect(session, c->counted);
}


cJSON *
gms_coaching_statistics(
    gms_coaching_t *c, const gms_session_t *session, bool with_rounds)
{
    int    n = collect(c, session);
    double distance_mm = session->setup.distance_m * 1000;

    if (n < 0 || gms_running_follow(&c->running, c->counted, n) != GMS_OK) {
        return NULL;
    }
    return with_rounds ? gms_statistics_rounds(&c->running, distance_mm)
                       : gms_statistics_short(&c->running, distance_mm);
}


cJSON *
gms_coaching_advice(gms_coaching_t *c, const gms_session_t *session,
    gms_advice_settings_t *settings)
{
    int          n = collect(c, session);
    gms_advice_t advice;

    gms_advice_troubles(session, &settings->about);
    settings->distance_m = session->setup.distance_m;
    settings->about.usual = session->setup.usual;
    if (n < 0
        || gms_advice_give(&advice, &c->book, settings, c->counted, n)
            != GMS_OK)
    {
        return NULL;
    }
    return gms_advice_to_json(&advice);
}

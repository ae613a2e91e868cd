#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "offers.h"

/* A state folder that was full is tried again after this. */
#define GMS_SAVE_AGAIN_NS (5 * GMS_S)

#define GMS_OWN_RANGES                                                         \
    "the worker runs with ranges of its own (--ranges) and takes none from "   \
    "nginx: start it without --ranges, or take gmshoot_range out of nginx's "  \
    "configuration"


/* err: "" when it was taken.  Logged once until it changes: each of nginx's
 * processes, and each that comes after it, hears the same. */
static void
offers_done(
    gms_offers_t *o, gms_link_message_t *answer, uint64_t id, const char *err)
{
    char fact[GMS_SENTENCE_SIZE];

    if (err[0] != '\0' && (o->refused != id || id == 0)) {
        gms_log(GMS_LOG_ERROR, "configuration refused", "\"detail\":\"%s\"",
            gms_log_escape(fact, sizeof(fact), err));
    }

    o->refused = err[0] != '\0' ? id : 0;
    snprintf(o->why, sizeof(o->why), "%s", err);

    gms_link_message(answer, GMS_LINK_CONFIG_DONE);
    answer->header.status = err[0] == '\0' ? 0 : 1;
    answer->header.config_id = id;
    answer->body = o->why;
    answer->header.body_size = (uint32_t) strlen(o->why);
}


bool
gms_offers_hello(gms_offers_t *o, const gms_link_message_t *hello,
    gms_link_message_t *answer)
{
    const gms_config_t *wanted = &o->lanes->wanted;

    if (hello->header.generation == 0 || hello->header.config_id == wanted->id)
    {
        return false;
    }

    if (o->own_ranges) {
        offers_done(o, answer, hello->header.config_id, GMS_OWN_RANGES);
        return true;
    }

    gms_link_message(answer,
        hello->header.generation > wanted->generation ? GMS_LINK_NEED_CONFIG
                                                      : GMS_LINK_STALE);
    answer->header.config_id = wanted->id;

    return true;
}


void
gms_offers_take(
    gms_offers_t *o, const gms_link_message_t *m, gms_link_message_t *answer)
{
    const gms_config_t *wanted = &o->lanes->wanted;
    gms_config_t        config;
    char                err[GMS_SENTENCE_SIZE];

    err[0] = '\0';

    if (o->own_ranges) {
        snprintf(err, sizeof(err), GMS_OWN_RANGES);

    } else if (m->header.config_id == wanted->id) {
        /* another process of the same nginx was quicker */

    } else if (m->header.generation <= wanted->generation) {
        gms_link_message(answer, GMS_LINK_STALE);
        answer->header.config_id = wanted->id;
        return;

    } else if (gms_config_parse(&config, m->body, err, sizeof(err)) == GMS_OK) {
        err[0] = '\0';
        config.id = m->header.config_id;
        config.generation = m->header.generation;

        gms_log(GMS_LOG_INFO, "configuration accepted", "\"lanes\":%u",
            config.lanes);
        gms_lanes_configure(o->lanes, &config);
        o->unsaved = true;
        o->save_at_ns = 0;
        gms_offers_tick(o, gms_clock_mono_ns());
    }

    offers_done(o, answer, m->header.config_id, err);
}


/* Once all of it is in force: under an open session the older one counts, and
 * a worker that is killed meanwhile must go on with that. */
void
gms_offers_tick(gms_offers_t *o, int64_t now_ns)
{
    if (!o->unsaved || now_ns < o->save_at_ns || gms_lanes_pending(o->lanes)) {
        return;
    }

    if (gms_config_save(&o->lanes->wanted, o->state_dir) == GMS_OK) {
        o->unsaved = false;
        return;
    }

    if (o->save_at_ns == 0) {
        gms_log(GMS_LOG_WARN, "configuration not stored", "\"detail\":\"%s\"",
            strerror(errno));
    }

    o->save_at_ns = now_ns + GMS_SAVE_AGAIN_NS;
}

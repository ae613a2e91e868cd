#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "asks.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "../base/problem.h"

/* A lane answers within the deadline; this is added before the supervisor
 * answers for it. */
#define GMS_ASK_GRACE_NS (500 * GMS_MS)
#define GMS_ASK_LONGEST_NS (60 * GMS_S)

/* A command goes from lane to lane so often. */
#define GMS_HOPS_MAX 4


void
gms_asks_log(const char *lane, const char *verb, const char *request,
    uint32_t status, int64_t came_ns)
{
    char id[2 * GMS_LINK_REQUEST_SIZE];
    bool refused;

    refused = status >= 400;

    gms_log(refused ? GMS_LOG_INFO : GMS_LOG_DEBUG,
        refused ? "command refused" : "command done",
        "\"for_lane\":\"%s\",\"verb\":\"%s\",\"status\":%" PRIu32
        ",\"req_id\":\"%s\",\"took_us\":%" PRId64,
        lane, verb, status, gms_log_escape(id, sizeof(id), request),
        (gms_clock_mono_ns() - came_ns) / GMS_US);
}


static void
asks_end(gms_asks_t *a, gms_ask_t *ask, gms_link_message_t *m)
{
    gms_asks_log(
        ask->lane, ask->verb, ask->request, m->header.status, ask->came_ns);

    m->header.id = ask->peer_id;
    ask->id = 0;
    a->deliver(a->data, ask->peer, m);
}


static void
asks_problem(gms_asks_t *a, gms_ask_t *ask, int status, const char *type,
    const char *title, const char *detail)
{
    gms_link_message_t m;
    char              *body;

    body = gms_problem(status, type, title, detail, NULL, NULL);
    gms_link_message(&m, GMS_LINK_ANSWER);
    m.header.status = (uint32_t) status;
    m.body = body;
    m.header.body_size = body != NULL ? (uint32_t) strlen(body) : 0;

    asks_end(a, ask, &m);
    free(body);
}


/* Sets the process that the command is for; false: it was refused. */
static bool
asks_find(gms_asks_t *a, gms_ask_t *ask, const char *lane)
{
    ask->process = gms_lanes_process(a->lanes, lane);

    if (ask->process != NULL) {
        return true;
    }

    if (lane[0] == '\0') {
        asks_problem(a, ask, 503, "archive-down", "The archive is not running",
            "it is started again; try once more");

        /* A lane that was taken out under its session can be commanded still:
         * the session must be ended. */
    } else if (gms_config_lane(&a->lanes->wanted, lane) == NULL) {
        asks_problem(a, ask, 404, "lane-unknown", "There is no such lane",
            "the configuration names no lane like that");

    } else {
        asks_problem(a, ask, 503, "lane-down", "The lane is not running",
            "it is started again; try once more");
    }

    return false;
}


void
gms_asks_take(gms_asks_t *a, uint64_t peer, bool allowed, gms_link_message_t *m)
{
    gms_ask_t new, *ask;
    int64_t  now;
    unsigned i;

    now = gms_clock_mono_ns();
    memset(&new, 0, sizeof(new));
    new.peer = peer;
    new.peer_id = m->header.id;
    new.came_ns = now;
    memcpy(new.request, m->header.request, sizeof(new.request));
    memcpy(new.lane, m->header.lane, sizeof(new.lane));
    memcpy(new.verb, m->header.verb, sizeof(new.verb));

    if (!allowed) {
        asks_problem(a, &new, 403, "not-allowed", "Not allowed",
            "this user may not command lanes over the link");
        return;
    }

    if (!asks_find(a, &new, m->header.lane)) {
        return;
    }

    for (i = 0; i < GMS_ASKS_MAX && a->ask[i].id != 0; i++) {
        continue;
    }

    if (i == GMS_ASKS_MAX) {
        asks_problem(a, &new, 503, "busy", "Too many commands",
            "too many commands are on their way");
        return;
    }

    ask = &a->ask[i];
    *ask = new;
    ask->id = ++a->id;
    ask->deadline_ns = m->header.deadline_ns;
    ask->role = m->header.role;
    memcpy(ask->key, m->header.key, sizeof(ask->key));

    if (ask->deadline_ns > now + GMS_ASK_LONGEST_NS || ask->deadline_ns <= 0) {
        ask->deadline_ns = now + GMS_ASK_LONGEST_NS;
        m->header.deadline_ns = ask->deadline_ns;
    }

    m->header.id = ask->id;

    if (gms_link_send(ask->process->control, m) != GMS_OK) {
        asks_problem(a, ask, 503, "busy", "The lane is busy",
            "it does not take commands now; try again");
    }
}


/* A lane has done its part of a command, and another one goes on with it. */
static void
asks_onward(gms_asks_t *a, gms_ask_t *ask, const gms_link_message_t *answer)
{
    gms_link_message_t m;

    if (answer->header.lane[0] == '\0' || ask->hops++ == GMS_HOPS_MAX) {
        asks_problem(a, ask, 503, "busy", "The lanes do not agree",
            "the command went from lane to lane without end");
        return;
    }

    if (!asks_find(a, ask, answer->header.lane)) {
        return;
    }

    ask->id = ++a->id;

    gms_link_message(&m, GMS_LINK_ASK);
    m.header.id = ask->id;
    m.header.deadline_ns = ask->deadline_ns;
    m.header.role = ask->role;
    m.header.body_size = answer->header.body_size;
    m.body = answer->body;
    memcpy(m.header.key, ask->key, sizeof(m.header.key));
    memcpy(m.header.request, ask->request, sizeof(m.header.request));
    memcpy(m.header.lane, answer->header.lane, sizeof(m.header.lane));
    memcpy(m.header.verb, answer->header.verb, sizeof(m.header.verb));

    if (gms_link_send(ask->process->control, &m) != GMS_OK) {
        asks_problem(a, ask, 503, "busy", "The other lane is busy",
            "it does not take commands now; try the same again");
    }
}


void
gms_asks_answered(gms_asks_t *a, gms_process_t *process, gms_link_message_t *m)
{
    gms_ask_t *ask;
    unsigned   i;

    for (i = 0; i < GMS_ASKS_MAX; i++) {
        ask = &a->ask[i];

        if (ask->id == 0 || ask->id != m->header.id || ask->process != process)
        {
            continue;
        }

        if (m->header.verb[0] != '\0') {
            asks_onward(a, ask, m);
            return;
        }

        asks_end(a, ask, m);
        return;
    }

    /* none: its deadline is over, or its peer is gone */
}


void
gms_asks_died(gms_asks_t *a, const gms_process_t *process)
{
    unsigned i;

    for (i = 0; i < GMS_ASKS_MAX; i++) {
        if (a->ask[i].id == 0 || a->ask[i].process != process) {
            continue;
        }

        if (process->lanes == 0) {
            asks_problem(a, &a->ask[i], 503, "archive-down",
                "The archive is starting again",
                "what was asked for may or may not have been done");
        } else {
            asks_problem(a, &a->ask[i], 503, "lane-down",
                "The lane is starting again",
                "the command may or may not have been "
                "carried out; look at the lane's state");
        }
    }
}


void
gms_asks_forget(gms_asks_t *a, uint64_t peer)
{
    unsigned i;

    for (i = 0; i < GMS_ASKS_MAX; i++) {
        if (a->ask[i].peer == peer) {
            a->ask[i].id = 0;
        }
    }
}


bool
gms_asks_waits(const gms_asks_t *a, uint64_t peer)
{
    unsigned i;

    for (i = 0; i < GMS_ASKS_MAX; i++) {
        if (a->ask[i].id != 0 && a->ask[i].peer == peer) {
            return true;
        }
    }

    return false;
}


void
gms_asks_tick(gms_asks_t *a, int64_t now_ns)
{
    unsigned i;

    for (i = 0; i < GMS_ASKS_MAX; i++) {
        if (a->ask[i].id != 0
            && now_ns > a->ask[i].deadline_ns + GMS_ASK_GRACE_NS) {
            asks_problem(a, &a->ask[i], 504, "deadline",
                "The lane did not answer in time",
                "the command may or may not have been "
                "carried out; look at the lane's state");
        }
    }
}

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "../../ipc/link.h"
#include "admission.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "../base/problem.h"
#include "config_show.h"
#include "peers.h"

/* Messages taken from one descriptor at a time: who sends without end must not
 * keep the others waiting. */
#define GMS_TURN_MESSAGES 64


static void peers_process_readable(
    gms_peers_t *p, gms_process_t *process, unsigned limit);


static void
peers_drop(gms_peers_t *p, gms_peer_t *peer)
{
    gms_link_message_t m;
    unsigned           i;
    long               slot;

    slot = peer - p->peer;

    gms_watch_remove(p->watch, peer->fd);
    close(peer->fd);
    peer->fd = -1;

    gms_asks_forget(&p->asks, peer->serial);
    gms_sampler_forget(&p->sampler, (unsigned) slot);

    if (p->lanes->setup.wake[slot] == -1) {
        return;
    }

    close(p->lanes->setup.wake[slot]);
    p->lanes->setup.wake[slot] = -1;

    gms_link_message(&m, GMS_LINK_EVENTFD);
    m.header.value = slot;

    for (i = 0; i < p->lanes->processes; i++) {
        if (p->lanes->process[i]->pid != 0) {
            gms_link_send(p->lanes->process[i]->control, &m);
        }
    }
}


/* A peer that does not read is dropped: it dials again and starts afresh.  One
 * that has left meanwhile is no trouble. */
static void
peers_send(gms_peers_t *p, gms_peer_t *peer, const gms_link_message_t *m)
{
    if (peer->fd == -1 || gms_link_send(peer->fd, m) == GMS_OK) {
        return;
    }

    if (errno != EPIPE && errno != ECONNRESET) {
        gms_log(
            GMS_LOG_WARN, "link peer dropped: it does not take messages", NULL);
    }

    peers_drop(p, peer);
}


static void
peers_deliver(void *data, uint64_t serial, const gms_link_message_t *m)
{
    gms_peers_t *p;
    unsigned     i;

    p = data;

    for (i = 0; i < GMS_PEERS_MAX; i++) {
        if (p->peer[i].fd != -1 && p->peer[i].serial == serial) {
            peers_send(p, &p->peer[i], m);
            return;
        }
    }
}


/* NULL peer: to every nginx process. */
static void
peers_send_devices(gms_peers_t *p, gms_peer_t *peer)
{
    gms_link_message_t m;
    unsigned           i;
    char              *text;

    text = gms_devices_lines(&p->devices);
    if (text == NULL) {
        gms_log(GMS_LOG_ALERT, "out of memory for the devices", NULL);
        return;
    }

    gms_link_message(&m, GMS_LINK_DEVICES);
    m.body = text;
    m.header.body_size = (uint32_t) strlen(text);

    for (i = 0; i < GMS_PEERS_MAX; i++) {
        if (peer == NULL ? p->peer[i].fd != -1 && p->peer[i].nginx
                         : peer == &p->peer[i])
        {
            peers_send(p, &p->peer[i], &m);
        }
    }

    free(text);
}


static void
peers_send_lane(gms_peers_t *p, gms_peer_t *peer, unsigned i)
{
    gms_link_message_t      m;
    const gms_lanes_lane_t *lane;

    lane = &p->lanes->lane[i];

    gms_link_message(&m, GMS_LINK_LANE);
    snprintf(m.header.lane, sizeof(m.header.lane), "%s", lane->name);
    m.fd = lane->memory.fd;
    m.header.value = lane->up;
    peers_send(p, peer, &m);

    gms_link_message(&m, GMS_LINK_LANE_STATE);
    snprintf(m.header.lane, sizeof(m.header.lane), "%s", lane->name);
    m.header.value = lane->up;
    peers_send(p, peer, &m);
}


static void
peers_lane(void *data, unsigned lane)
{
    gms_peers_t *p;
    unsigned     i;

    p = data;

    for (i = 0; i < GMS_PEERS_MAX; i++) {
        if (p->peer[i].fd != -1 && p->peer[i].nginx) {
            peers_send_lane(p, &p->peer[i], lane);
        }
    }
}


static void
peers_tell(
    gms_peers_t *p, gms_link_type_e type, const char *lane, int64_t value)
{
    gms_link_message_t m;
    unsigned           i;

    gms_link_message(&m, type);
    snprintf(m.header.lane, sizeof(m.header.lane), "%s", lane);
    m.header.value = value;

    for (i = 0; i < GMS_PEERS_MAX; i++) {
        if (p->peer[i].fd != -1 && p->peer[i].nginx) {
            peers_send(p, &p->peer[i], &m);
        }
    }
}


/* Who watches a lane goes on watching when its memory is made anew. */
static void
peers_gone(void *data, const char *name)
{
    gms_peers_t *p;
    unsigned     i, k;

    p = data;

    for (k = 0; k < GMS_CONFIG_LANES_MAX; k++) {
        for (i = 0; i < GMS_PEERS_MAX; i++) {
            if (strcmp(p->lanes->lane[k].name, name) == 0) {
                p->peer[i].watching[k] = false;
            }
        }
    }

    gms_troubles_gone(&p->troubles, name);
    peers_tell(p, GMS_LINK_LANE_GONE, name, 0);
}


static void
peers_up(void *data, unsigned lane, bool up)
{
    gms_peers_t *p;

    p = data;
    peers_tell(p, GMS_LINK_LANE_STATE, p->lanes->lane[lane].name, up);
}


static void
peers_forward_watch(
    gms_process_t *process, unsigned slot, const char *lane, bool on)
{
    gms_link_message_t m;

    gms_link_message(&m, GMS_LINK_WATCH);
    snprintf(m.header.lane, sizeof(m.header.lane), "%s", lane);
    m.header.id = slot;
    m.header.value = on;
    gms_link_send(process->control, &m);
}


static void
peers_born(void *data, gms_process_t *process)
{
    gms_peers_t *p;
    unsigned     i, k;

    p = data;
    (void) gms_watch_add(p->watch, process->control);

    if (process->lanes == 0) {
        gms_troubles_again(&p->troubles);
    }

    for (i = 0; i < GMS_PEERS_MAX; i++) {
        for (k = 0; k < GMS_CONFIG_LANES_MAX; k++) {
            if (p->peer[i].fd != -1 && p->peer[i].watching[k]
                && gms_lanes_process(p->lanes, p->lanes->lane[k].name)
                    == process)
            {
                peers_forward_watch(process, i, p->lanes->lane[k].name, true);
            }
        }
    }
}


static void
peers_died(void *data, gms_process_t *process)
{
    gms_peers_t *p;
    unsigned     i;

    p = data;

    /* What it said before it ended counts. */
    peers_process_readable(p, process, UINT_MAX);
    gms_watch_remove(p->watch, process->control);

    gms_asks_died(&p->asks, process);

    for (i = 0; i < process->lanes && !process->leaving; i++) {
        gms_troubles_died(&p->troubles, process->config[i]->name);
    }
}


void
gms_peers_init(gms_peers_t *p)
{
    unsigned i;

    for (i = 0; i < GMS_PEERS_MAX; i++) {
        p->peer[i].fd = -1;
    }

    p->sampler.lanes = p->lanes;
    p->troubles.lanes = p->lanes;
    p->asks.lanes = p->lanes;
    p->asks.data = p;
    p->asks.deliver = peers_deliver;

    p->lanes->listener.data = p;
    p->lanes->listener.lane = peers_lane;
    p->lanes->listener.gone = peers_gone;
    p->lanes->listener.up = peers_up;
    p->lanes->listener.born = peers_born;
    p->lanes->listener.died = peers_died;
}


void
gms_peers_close(gms_peers_t *p)
{
    unsigned i;

    for (i = 0; i < GMS_PEERS_MAX; i++) {
        if (p->peer[i].fd != -1) {
            peers_drop(p, &p->peer[i]);
        }
    }

    gms_sampler_free(&p->sampler);
    gms_troubles_free(&p->troubles);
}


/* A free place.  When there is none, who has been connected longest without
 * saying what it wants gives way, so that nginx is not kept out. */
static gms_peer_t *
peers_place(gms_peers_t *p)
{
    gms_peer_t *oldest;
    unsigned    i;

    oldest = NULL;

    for (i = 0; i < GMS_PEERS_MAX; i++) {
        if (p->peer[i].fd == -1) {
            p->full = false;
            return &p->peer[i];
        }

        if (!p->peer[i].nginx && !gms_asks_waits(&p->asks, p->peer[i].serial)
            && (oldest == NULL || p->peer[i].serial < oldest->serial))
        {
            oldest = &p->peer[i];
        }
    }

    if (!p->full) {
        gms_log(
            GMS_LOG_WARN, "too many link peers", "\"most\":%d", GMS_PEERS_MAX);
    }

    p->full = true;

    if (oldest != NULL) {
        peers_drop(p, oldest);
    }

    return oldest;
}


void
gms_peers_accept(gms_peers_t *p)
{
    gms_peer_t *peer;
    int         fd;

    while ((fd = accept4(p->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC))
        != -1)
    {
        peer = peers_place(p);

        if (peer == NULL) {
            close(fd);
            continue;
        }

        memset(peer, 0, sizeof(*peer));
        peer->fd = fd;
        peer->serial = ++p->serial;
        (void) gms_watch_add(p->watch, fd);
    }

    /* Without a descriptor to spare the listener would be readable for ever:
     * it is looked at again with the next tick. */
    if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) {
        gms_watch_remove(p->watch, p->listener);
        p->deaf = true;
    }
}


/* Gives an nginx process its wake and every lane. */
static void
peers_hello(gms_peers_t *p, gms_peer_t *peer, const gms_link_message_t *hello)
{
    const gms_config_t *wanted;
    gms_link_message_t  m;
    unsigned            i;
    long                slot;
    int                 fd;

    slot = peer - p->peer;
    wanted = &p->lanes->wanted;

    fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd == -1 || peer->nginx) {
        if (fd != -1) {
            close(fd);
        }
        peers_drop(p, peer);
        return;
    }

    peer->nginx = true;
    p->layout = 0;
    p->lanes->setup.wake[slot] = fd;

    gms_link_message(&m, GMS_LINK_EVENTFD);
    m.header.value = slot;
    m.fd = fd;

    for (i = 0; i < p->lanes->processes; i++) {
        if (p->lanes->process[i]->pid != 0) {
            gms_link_send(p->lanes->process[i]->control, &m);
        }
    }

    gms_link_message(&m, GMS_LINK_WELCOME);
    m.header.value = slot;
    m.header.config_id = wanted->id;
    m.header.generation = wanted->generation;
    m.fd = fd;
    peers_send(p, peer, &m);

    for (i = 0; i < GMS_CONFIG_LANES_MAX && peer->fd != -1; i++) {
        if (p->lanes->lane[i].name[0] != '\0') {
            peers_send_lane(p, peer, i);
        }
    }

    /* the last of what a new peer is told: now it knows all lanes, too */
    peers_send_devices(p, peer);

    if (gms_offers_hello(&p->offers, hello, &m)) {
        peers_send(p, peer, &m);
    }
}


static void
peers_config(gms_peers_t *p, gms_peer_t *peer, const gms_link_message_t *m)
{
    gms_link_message_t answer;

    gms_offers_take(&p->offers, m, &answer);
    peers_send(p, peer, &answer);
}


static void
peers_watch(gms_peers_t *p, gms_peer_t *peer, const gms_link_message_t *m)
{
    gms_process_t *process;
    unsigned       i;

    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        if (strcmp(p->lanes->lane[i].name, m->header.lane) == 0) {
            break;
        }
    }

    if (i == GMS_CONFIG_LANES_MAX || m->header.lane[0] == '\0'
        || peer->watching[i] == (m->header.value != 0))
    {
        return;
    }

    peer->watching[i] = m->header.value != 0;
    process = gms_lanes_process(p->lanes, m->header.lane);

    if (process != NULL) {
        peers_forward_watch(process, (unsigned) (peer - p->peer),
            m->header.lane, peer->watching[i]);
    }
}


/* A command line may ask like nginx does, when it is run by who may. */
static bool
peers_may_ask(const gms_peer_t *peer)
{
    struct ucred cred;
    socklen_t    size;

    if (peer->nginx) {
        return true;
    }

    size = sizeof(cred);

    return getsockopt(peer->fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) == 0
        && (cred.uid == 0 || cred.uid == geteuid());
}


static void
peers_answer(gms_peers_t *p, gms_peer_t *peer, const gms_link_message_t *ask,
    gms_link_message_t *answer, char *body, int64_t came_ns)
{
    answer->header.id = ask->header.id;
    answer->body = body;
    answer->header.body_size = body != NULL ? (uint32_t) strlen(body) : 0;
    gms_asks_log("", ask->header.verb, ask->header.request,
        answer->header.status, came_ns);
    peers_send(p, peer, answer);
    free(body);
}


/* What the supervisor itself knows: the configuration, and how all fared. */
static void
peers_show(gms_peers_t *p, gms_peer_t *peer, const gms_link_message_t *ask)
{
    gms_link_message_t m;
    int64_t            came_ns = gms_clock_mono_ns();
    char              *body;

    gms_link_message(&m, GMS_LINK_ANSWER);

    if (strcmp(ask->header.verb, "config.get") != 0) {
        body = gms_sampler_answer(&p->sampler, ask, &m.header.status);

    } else if (ask->header.role < GMS_ROLE_ADMIN) {
        m.header.status = 403;
        body = gms_problem(403, "not-allowed", "You are not allowed to do this",
            "only an admin sees the configuration", NULL, NULL);

    } else {
        m.header.status = 200;
        body = gms_config_show(
            p->lanes, p->offers.own_ranges, p->offers.refused, p->offers.why);
    }

    if (body == NULL) {
        m.header.status = 500;
        body = gms_problem(500, "out-of-memory", "The worker is out of memory",
            "nothing was changed; try again", NULL, NULL);
    }

    peers_answer(p, peer, ask, &m, body, came_ns);
}


/* Who may come in is the supervisor's own to say.  Nginx knows it before who
 * asked does. */
static void
peers_admit(gms_peers_t *p, gms_peer_t *peer, const gms_link_message_t *ask)
{
    gms_link_message_t m;
    gms_admission_t    admission = { 0 };
    int64_t            came_ns = gms_clock_mono_ns();

    gms_admission(&admission, &p->devices, &p->lanes->wanted, ask);

    if (admission.changed) {
        peers_send_devices(p, NULL);
    }

    gms_link_message(&m, GMS_LINK_ANSWER);
    m.header.status = (uint32_t) admission.status;
    memcpy(m.header.key, admission.secret, sizeof(admission.secret));
    peers_answer(p, peer, ask, &m, admission.body, came_ns);
}


static void
peers_ask(gms_peers_t *p, gms_peer_t *peer, gms_link_message_t *m)
{
    bool allowed = peers_may_ask(peer);
    bool own = allowed && m->header.lane[0] == '\0';

    if (own && gms_admission_asked(m)) {
        peers_admit(p, peer, m);

    } else if ((own && strcmp(m->header.verb, "config.get") == 0)
        || (allowed && strcmp(m->header.verb, "performance.get") == 0))
    {
        peers_show(p, peer, m);

    } else {
        gms_asks_take(&p->asks, peer->serial, allowed, m);
    }
}


static void
peers_peer_message(gms_peers_t *p, gms_peer_t *peer, gms_link_message_t *m)
{
    switch (m->header.type) {

    case GMS_LINK_HELLO:
        peers_hello(p, peer, m);
        break;

    case GMS_LINK_CONFIG:
        peers_config(p, peer, m);
        break;

    case GMS_LINK_WATCH:
        peers_watch(p, peer, m);
        break;

    case GMS_LINK_ASK:
        peers_ask(p, peer, m);
        break;

    case GMS_LINK_DEVICE_SEEN:
        gms_devices_seen(&p->devices, m->header.key);
        break;

    case GMS_LINK_CLIENTS:
        if (peer->nginx) {
            gms_sampler_clients(&p->sampler, (unsigned) (peer - p->peer), m);
        }
        break;

    default:
        gms_log(GMS_LOG_WARN, "link peer dropped: unexpected message",
            "\"type\":%u", m->header.type);
        peers_drop(p, peer);
    }
}


/* A lane that has looked at who asks lets a device in: its answer becomes
 * what the supervisor says to that. */
static void
peers_admit_for(gms_peers_t *p, gms_link_message_t *m)
{
    gms_admission_t admission = { 0 };

    m->header.role = GMS_ROLE_ADMIN;
    gms_admission(&admission, &p->devices, &p->lanes->wanted, m);

    free(m->body);
    m->body = admission.body;
    m->header.body_size =
        admission.body != NULL ? (uint32_t) strlen(admission.body) : 0;
    m->header.status = (uint32_t) admission.status;
    m->header.verb[0] = '\0';
}


static void
peers_process_readable(gms_peers_t *p, gms_process_t *process, unsigned limit)
{
    gms_link_message_t m;
    int                rc;

    while (limit-- > 0) {
        rc = gms_link_receive(process->control, &m);

        if (rc == GMS_EAGAIN) {
            return;
        }

        if (rc != GMS_OK) {
            /* Its end is collected by SIGCHLD; do not spin meanwhile. */
            gms_watch_remove(p->watch, process->control);
            return;
        }

        if (m.header.type == GMS_LINK_ANSWER) {
            if (m.header.lane[0] == '\0' && gms_admission_asked(&m)) {
                peers_admit_for(p, &m);
            }

            gms_asks_answered(&p->asks, process, &m);

        } else if (m.header.type == GMS_LINK_LANE_STATE) {
            gms_lanes_session(
                p->lanes, process, m.header.lane, m.header.value != 0);

        } else if (m.header.type == GMS_LINK_ARCHIVED && process->lanes == 0) {
            gms_lanes_archived(p->lanes, m.header.lane, m.header.value);

        } else if (m.header.type == GMS_LINK_PROBLEMS) {
            gms_troubles_heard(&p->troubles, &m);
        }

        gms_link_release(&m);
    }
}


/* One of both sides was upgraded and the other was not: any answer tells the
 * peer so, and which version this is.  It will dial again and again: logged
 * once. */
static void
peers_differ(gms_peers_t *p, gms_peer_t *peer, uint32_t layout)
{
    gms_link_message_t m;

    if (p->layout != layout) {
        gms_log(GMS_LOG_ERROR, "link peer refused: other layout",
            "\"theirs\":%u,\"ours\":%d", layout, GMS_LAYOUT_VERSION);
    }

    p->layout = layout;

    gms_link_message(&m, GMS_LINK_WELCOME);
    m.header.status = 1;
    gms_link_send(peer->fd, &m);
}


static void
peers_peer_readable(gms_peers_t *p, gms_peer_t *peer)
{
    gms_link_message_t m;
    unsigned           n;
    int                rc;

    for (n = 0; n < GMS_TURN_MESSAGES && peer->fd != -1; n++) {
        rc = gms_link_receive(peer->fd, &m);

        if (rc == GMS_EAGAIN) {
            return;
        }

        if (rc != GMS_OK) {
            if (rc == GMS_EVERSION) {
                peers_differ(p, peer, m.header.layout);

            } else if (rc != GMS_EEND) {
                gms_log(GMS_LOG_WARN, "link peer dropped", "\"detail\":\"%s\"",
                    gms_strerror(rc));
            }

            peers_drop(p, peer);
            return;
        }

        peers_peer_message(p, peer, &m);
        gms_link_release(&m);
    }
}


bool
gms_peers_readable(gms_peers_t *p, int fd)
{
    unsigned i;

    for (i = 0; i < GMS_PEERS_MAX; i++) {
        if (p->peer[i].fd == fd) {
            peers_peer_readable(p, &p->peer[i]);
            return true;
        }
    }

    if (p->lanes->archive.control == fd) {
        peers_process_readable(p, &p->lanes->archive, GMS_TURN_MESSAGES);
        return true;
    }

    for (i = 0; i < p->lanes->processes; i++) {
        if (p->lanes->process[i]->control == fd) {
            peers_process_readable(p, p->lanes->process[i], GMS_TURN_MESSAGES);
            return true;
        }
    }

    return false;
}


void
gms_peers_tick(gms_peers_t *p, int64_t now_ns)
{
    gms_offers_tick(&p->offers, now_ns);

    if (p->deaf) {
        p->deaf = false;
        (void) gms_watch_add(p->watch, p->listener);
    }

    gms_asks_tick(&p->asks, now_ns);
    gms_devices_tick(&p->devices, now_ns);
    gms_sampler_tick(&p->sampler, now_ns);
}

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "../../ipc/link.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "lanes.h"

/* After SIGTERM a process may finish its commit. */
#define GMS_END_NS (2 * GMS_S)

/* For this long a lane that has not said yet whether a session is open is taken
 * to have one: it is folding its journal.  Then it is one that cannot start,
 * and a changed configuration may be what helps it. */
#define GMS_TELL_NS (3 * GMS_S)

/* A tick that is late by so much tells that the whole computer stood still, as
 * a paused container does: the lanes get as long to show that they live. */
#define GMS_LATE_NS (2 * GMS_S)

/* A lane that could not be made, for want of memory perhaps, is tried again
 * after this. */
#define GMS_MAKE_AGAIN_NS (1 * GMS_S)

/* Slot for pictures of a camera that does not say its size: 1080p. */
#define GMS_SLOT_DEFAULT (1920 * 1080 / 2)


static void lanes_settle(gms_lanes_t *r);


/* NULL: the archive is then not watched. */
static gms_beat_t *
lanes_beat_page(void)
{
    void *page;

    page = mmap(NULL, sizeof(gms_beat_t), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return page != MAP_FAILED ? page : NULL;
}


void
gms_lanes_init(gms_lanes_t *r)
{
    int i;

    memset(r, 0, sizeof(*r));
    r->archive.control = -1;
    r->archive.beat = lanes_beat_page();

    for (i = 0; i < GMS_WAKES_MAX; i++) {
        r->setup.wake[i] = -1;
    }
    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        r->lane[i].memory.fd = -1;
    }
}


static gms_lanes_lane_t *
lanes_lane(gms_lanes_t *r, const char *name)
{
    unsigned i;

    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        if (strcmp(r->lane[i].name, name) == 0) {
            return &r->lane[i];
        }
    }

    return NULL;
}


static size_t
lanes_slot_bytes(const gms_lane_config_t *config)
{
    size_t bytes;

    bytes = (size_t) config->camera.width * (size_t) config->camera.height / 2;

    if (bytes == 0) {
        bytes = GMS_SLOT_DEFAULT;
    }

    return bytes > GMS_FRAME_SLOT_MIN ? bytes : GMS_FRAME_SLOT_MIN;
}


/* The lane's memory, made or made anew when the pictures outgrow it. */
static gms_lanes_lane_t *
lanes_memory(gms_lanes_t *r, const gms_lane_config_t *config)
{
    gms_lanes_lane_t *lane;
    gms_memory_spec_t spec;
    int               rc;

    spec.frame_slot_bytes = lanes_slot_bytes(config);
    lane = lanes_lane(r, config->name);

    if (lane != NULL && lane->slot_bytes == spec.frame_slot_bytes) {
        return lane;
    }

    if (lane != NULL) {
        gms_memory_close(&lane->memory);
        lane->name[0] = '\0';

    } else {
        lane = lanes_lane(r, "");
        if (lane == NULL) {
            return NULL;
        }
    }

    rc = gms_memory_create(&lane->memory, config->name, &spec);
    if (rc != GMS_OK) {
        lane->memory.fd = -1;

        if (!r->memory_failing) {
            gms_log(GMS_LOG_ERROR, "lane memory not made",
                "\"for_lane\":\"%s\",\"detail\":\"%s\"", config->name,
                rc == GMS_ESYS ? strerror(errno) : gms_strerror(rc));
        }

        r->memory_failing = true;
        return NULL;
    }

    r->memory_failing = false;

    snprintf(lane->name, sizeof(lane->name), "%s", config->name);
    lane->slot_bytes = spec.frame_slot_bytes;
    lane->up = false;
    r->listener.lane(r->listener.data, (unsigned) (lane - r->lane));

    return lane;
}


/* In the child: what belongs to others must not stay writable here. */
static void
lanes_forget(void *data, const gms_process_t *p)
{
    gms_lanes_t *r;
    unsigned     i, k;
    bool         own;

    r = data;

    if (p != &r->archive && r->archive.beat != NULL) {
        munmap(r->archive.beat, sizeof(gms_beat_t));
    }

    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        own = false;

        for (k = 0; k < p->lanes; k++) {
            own |= p->memory[k] == &r->lane[i].memory;
        }

        if (!own && r->lane[i].name[0] != '\0') {
            gms_memory_close(&r->lane[i].memory);
        }
    }
}


static void
lanes_up(gms_lanes_t *r, const gms_process_t *p, bool up)
{
    gms_lanes_lane_t *lane;
    unsigned          i;

    for (i = 0; i < p->lanes; i++) {
        lane = lanes_lane(r, p->config[i]->name);

        if (lane != NULL && lane->up != up) {
            lane->up = up;
            r->listener.up(r->listener.data, (unsigned) (lane - r->lane), up);
        }
    }
}


/* "" is the archive. */
static const char *
lanes_whose(const gms_process_t *p)
{
    return p->lanes > 0 ? p->config[0]->name : "";
}


static void
lanes_start(gms_lanes_t *r, gms_process_t *p)
{
    r->setup.forget = lanes_forget;
    r->setup.data = r;

    if (gms_process_start(p, &r->setup) != GMS_OK) {
        if (!p->unborn) {
            gms_log(GMS_LOG_ERROR, "process not started",
                "\"for_lane\":\"%s\",\"detail\":\"%s\"", lanes_whose(p),
                strerror(errno));
        }

        p->unborn = true;
        p->birth_at_ns = gms_clock_mono_ns() + GMS_MAKE_AGAIN_NS;
        lanes_up(r, p, false);
        return;
    }

    p->unborn = false;
    r->listener.born(r->listener.data, p);
    lanes_up(r, p, true);
}


static void
lanes_process_free(gms_process_t *p)
{
    unsigned i;

    for (i = 0; i < p->lanes; i++) {
        free(p->config[i]->text);
        free((void *) (uintptr_t) p->config[i]);
    }

    free(p->text);
    free(p);
}


static void
lanes_remove(gms_lanes_t *r, unsigned i)
{
    lanes_process_free(r->process[i]);
    r->process[i] = r->process[--r->processes];
}


/* The lanes of `config` that look through the camera of lane `first`. */
static unsigned
lanes_group(const gms_config_t *config, unsigned first, unsigned *group)
{
    unsigned i, n;

    for (i = 0; i < first; i++) {
        if (gms_camera_same(
                &config->lane[i].camera, &config->lane[first].camera)) {
            return 0; /* carried by an earlier lane */
        }
    }

    n = 0;

    for (i = first; i < config->lanes && n < GMS_PROCESS_LANES_MAX; i++) {
        if (i == first
            || gms_camera_same(
                &config->lane[i].camera, &config->lane[first].camera))
        {
            group[n++] = i;
        }
    }

    return n;
}


static char *
lanes_group_text(const gms_config_t *config, const unsigned *group, unsigned n)
{
    size_t   size;
    unsigned i;
    char    *text;

    size = 1;

    for (i = 0; i < n; i++) {
        size += strlen(config->lane[group[i]].text) + 1;
    }

    text = calloc(1, size);

    for (i = 0; text != NULL && i < n; i++) {
        strcat(text, config->lane[group[i]].text);
        strcat(text, "\n");
    }

    return text;
}


static gms_process_t *
lanes_carrier(gms_lanes_t *r, const char *lane)
{
    unsigned i, k;

    for (i = 0; i < r->processes; i++) {
        for (k = 0; k < r->process[i]->lanes; k++) {
            if (strcmp(r->process[i]->config[k]->name, lane) == 0) {
                return r->process[i];
            }
        }
    }

    return NULL;
}


static gms_lane_config_t *
lanes_copy(const gms_lane_config_t *config)
{
    gms_lane_config_t *copy;

    copy = malloc(sizeof(*copy));
    if (copy == NULL) {
        return NULL;
    }

    *copy = *config;
    copy->text = strdup(config->text);
    if (copy->text == NULL) {
        free(copy);
        return NULL;
    }

    return copy;
}


/* Takes text over.  False when it must be tried again. */
static bool
lanes_create(gms_lanes_t *r, const unsigned *group, unsigned n, char *text)
{
    gms_process_t    *p;
    gms_lanes_lane_t *lane;
    unsigned          i;

    p = calloc(1, sizeof(*p));
    if (p == NULL) {
        free(text);
        return false;
    }

    p->text = text;
    p->control = -1;
    p->made_ns = gms_clock_mono_ns();

    for (i = 0; i < n; i++) {
        lane = lanes_memory(r, &r->wanted.lane[group[i]]);
        p->config[i] =
            lane != NULL ? lanes_copy(&r->wanted.lane[group[i]]) : NULL;
        if (p->config[i] == NULL) {
            lanes_process_free(p);
            return false;
        }

        p->memory[i] = &lane->memory;
        p->lanes = i + 1;
    }

    r->process[r->processes++] = p;
    lanes_start(r, p);

    return true;
}


static bool
lanes_session_open(const gms_process_t *p)
{
    unsigned i;
    bool     young;

    young = gms_clock_mono_ns() - p->made_ns < GMS_TELL_NS;

    for (i = 0; i < p->lanes; i++) {
        if (p->session[i] || (young && !p->told[i])) {
            return true;
        }
    }

    return false;
}


static void
lanes_say_pending(gms_process_t *p)
{
    gms_link_message_t m;
    unsigned           i;

    for (i = 0; i < p->lanes && p->pid != 0; i++) {
        gms_link_message(&m, GMS_LINK_LANE_STATE);
        m.header.value = p->pending;
        snprintf(
            m.header.lane, sizeof(m.header.lane), "%s", p->config[i]->name);
        gms_link_send(p->control, &m);
    }
}


static void
lanes_terminate(gms_process_t *p)
{
    if (p->pid != 0 && p->killed_ns == 0) {
        kill(p->pid, SIGTERM);
        p->killed_ns = gms_clock_mono_ns();
    }
}


/* True when the wanted configuration has a group with this text. */
static bool
lanes_still_wanted(gms_lanes_t *r, const gms_process_t *p)
{
    unsigned i, n, group[GMS_PROCESS_LANES_MAX];
    char    *text;
    bool     same;

    for (i = 0; i < r->wanted.lanes; i++) {
        n = lanes_group(&r->wanted, i, group);
        text = n > 0 ? lanes_group_text(&r->wanted, group, n) : NULL;
        same = text != NULL && strcmp(text, p->text) == 0;
        free(text);

        if (same) {
            return true;
        }
    }

    return false;
}


/* Asks what is not wanted to end, unless a session is open. */
static void
lanes_settle_ends(gms_lanes_t *r)
{
    gms_process_t *p;
    unsigned       i;
    bool           pending;

    for (i = 0; i < r->processes; i++) {
        p = r->process[i];
        pending = false;

        if (!lanes_still_wanted(r, p)) {
            pending = lanes_session_open(p);
            p->leaving = !pending;

            if (p->leaving) {
                lanes_terminate(p);
            }
        }

        if (p->pending != pending) {
            p->pending = pending;
            lanes_say_pending(p);
        }
    }

    for (i = r->processes; i-- > 0;) {
        if (r->process[i]->leaving && r->process[i]->pid == 0) {
            lanes_remove(r, i);
        }
    }
}


/* Forgets the lanes that nobody wants and nobody carries. */
static void
lanes_settle_gone(gms_lanes_t *r)
{
    unsigned i;

    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        if (r->lane[i].name[0] != '\0'
            && gms_config_lane(&r->wanted, r->lane[i].name) == NULL
            && lanes_carrier(r, r->lane[i].name) == NULL)
        {
            r->listener.gone(r->listener.data, r->lane[i].name);
            gms_memory_close(&r->lane[i].memory);
            r->lane[i].memory.fd = -1;
            r->lane[i].name[0] = '\0';
        }
    }
}


/* Ends what is not wanted, then creates what is missing and not blocked by
 * something that still has to end. */
static void
lanes_settle(gms_lanes_t *r)
{
    unsigned i, k, n, group[GMS_PROCESS_LANES_MAX];
    bool     blocked;
    char    *text;

    lanes_settle_ends(r);

    /* First of all room for new ones: there are only so many places. */
    lanes_settle_gone(r);
    r->make_at_ns = 0;

    for (i = 0; i < r->wanted.lanes; i++) {
        n = lanes_group(&r->wanted, i, group);
        blocked = n == 0;

        for (k = 0; k < n; k++) {
            blocked |= lanes_carrier(r, r->wanted.lane[group[k]].name) != NULL;
        }

        if (blocked) {
            continue;
        }

        text = lanes_group_text(&r->wanted, group, n);

        if (text == NULL || !lanes_create(r, group, n, text)) {
            r->make_at_ns = gms_clock_mono_ns() + GMS_MAKE_AGAIN_NS;
        }
    }
}


void
gms_lanes_configure(gms_lanes_t *r, gms_config_t *config)
{
    gms_config_free(&r->wanted);
    r->wanted = *config;
    memset(config, 0, sizeof(*config));

    if (!r->ending) {
        lanes_settle(r);
    }
}


gms_process_t *
gms_lanes_process(gms_lanes_t *r, const char *lane)
{
    gms_process_t *p;

    p = lane[0] != '\0' ? lanes_carrier(r, lane) : &r->archive;

    return p != NULL && p->pid != 0 ? p : NULL;
}


void
gms_lanes_session(gms_lanes_t *r, gms_process_t *p, const char *lane, bool open)
{
    unsigned i;

    for (i = 0; i < p->lanes; i++) {
        if (strcmp(p->config[i]->name, lane) == 0) {
            p->session[i] = open;
            p->told[i] = true;
        }
    }

    if (!open && p->pending && !r->ending && !r->reaping) {
        lanes_settle(r);
    }
}


void
gms_lanes_archived(gms_lanes_t *r, const char *lane, int64_t seq)
{
    unsigned i;

    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        if (lane[0] != '\0' && strcmp(r->lane[i].name, lane) == 0) {
            gms_memory_tell(
                &r->lane[i].memory, GMS_GAUGE_ARCHIVED, (uint64_t) seq);
        }
    }
}


/* Kills one that was asked to end and does not, or that hangs. */
static void
lanes_watch(gms_lanes_t *r, gms_process_t *p, int64_t now_ns)
{
    if (p->killed_ns != 0 && now_ns - p->killed_ns > GMS_END_NS) {
        kill(p->pid, SIGKILL);

    } else if (p->killed_ns == 0 && now_ns >= r->patient_ns
        && gms_process_hangs(p, now_ns))
    {
        gms_log(GMS_LOG_ERROR,
            p->lanes > 0 ? "lane process hangs: killed"
                         : "archive process hangs: killed",
            "\"for_lane\":\"%s\",\"pid\":%d", lanes_whose(p), (int) p->pid);
        p->killed_ns = now_ns;
        kill(p->pid, SIGKILL);
    }
}


static void
lanes_tick_archive(gms_lanes_t *r, int64_t now_ns)
{
    gms_process_t *p = &r->archive;

    if (p->pid != 0) {
        lanes_watch(r, p, now_ns);

    } else if (!r->ending && now_ns >= p->birth_at_ns) {
        lanes_start(r, p);
    }
}


void
gms_lanes_tick(gms_lanes_t *r, int64_t now_ns)
{
    gms_process_t *p;
    unsigned       i;
    bool           settle;

    if (r->tick_ns != 0 && now_ns - r->tick_ns > GMS_LATE_NS) {
        r->patient_ns = now_ns + GMS_LATE_NS;
    }

    r->tick_ns = now_ns;
    lanes_tick_archive(r, now_ns);
    settle = r->make_at_ns != 0 && now_ns >= r->make_at_ns;

    for (i = 0; i < r->processes; i++) {
        p = r->process[i];
        settle |= p->pending && !lanes_session_open(p);

        if (p->pid == 0) {
            if (!r->ending && !p->leaving && now_ns >= p->birth_at_ns) {
                lanes_start(r, p);
            }
            continue;
        }

        lanes_watch(r, p, now_ns);
    }

    if (settle && !r->ending) {
        lanes_settle(r);
    }
}


bool
gms_lanes_pending(const gms_lanes_t *r)
{
    unsigned i;

    for (i = 0; i < r->processes; i++) {
        if (r->process[i]->pending) {
            return true;
        }
    }

    return false;
}


static void
lanes_died(gms_lanes_t *r, gms_process_t *p, int status)
{
    int64_t now;

    now = gms_clock_mono_ns();

    if (!p->leaving && !r->ending) {
        gms_log(GMS_LOG_WARN,
            p->lanes > 0 ? "lane process ended" : "archive process ended",
            "\"for_lane\":\"%s\",\"pid\":%d,\"status\":%d,\"signal\":%d,"
            "\"life_ms\":%" PRId64,
            lanes_whose(p), (int) p->pid,
            WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            WIFSIGNALED(status) ? WTERMSIG(status) : 0,
            (now - p->born_ns) / GMS_MS);
    }

    r->listener.died(r->listener.data, p);
    gms_process_ended(p, now);

    if (p->birth_at_ns <= now && !p->leaving && !r->ending) {
        lanes_start(r, p); /* before anyone hears that it was down */
        return;
    }

    lanes_up(r, p, false);
}


void
gms_lanes_reap(gms_lanes_t *r)
{
    unsigned i;
    int      status;
    pid_t    pid;

    r->reaping = true; /* what an ended lane still says is settled after it */

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == r->archive.pid) {
            lanes_died(r, &r->archive, status);
        }

        for (i = 0; i < r->processes; i++) {
            if (r->process[i]->pid == pid) {
                lanes_died(r, r->process[i], status);
                break;
            }
        }
    }

    r->reaping = false;

    if (!r->ending) {
        lanes_settle(r);
    }
}


bool
gms_lanes_end(gms_lanes_t *r, int64_t now_ns)
{
    unsigned i, left;

    r->ending = true;
    lanes_terminate(&r->archive);
    left = r->archive.pid != 0;

    for (i = 0; i < r->processes; i++) {
        if (r->process[i]->pid != 0) {
            lanes_terminate(r->process[i]);
            left++;
        }
    }

    gms_lanes_tick(r, now_ns);

    return left == 0;
}


void
gms_lanes_free(gms_lanes_t *r)
{
    unsigned i;

    while (r->processes > 0) {
        lanes_remove(r, r->processes - 1);
    }

    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        if (r->lane[i].name[0] != '\0') {
            gms_memory_close(&r->lane[i].memory);
        }
    }

    if (r->archive.beat != NULL) {
        munmap(r->archive.beat, sizeof(gms_beat_t));
    }

    gms_config_free(&r->wanted);
}

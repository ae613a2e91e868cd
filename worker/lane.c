#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "../ipc/error.h"
#include "base/clock.h"
#include "base/log.h"
#include "commands.h"
#include "lane.h"
#include "scorer.h"

#define GMS_NOTES_MAX 256
#define GMS_TICK_MS 250
#define GMS_STATUS_NS (1 * GMS_S)

/* A journal that cannot be opened is tried again after this. */
#define GMS_JOURNAL_AGAIN_MS 1000

typedef struct {
    const gms_lane_birth_t  *birth;
    gms_inbox_t              notes;
    gms_wake_t               wake;
    gms_mailbox_t           *mailbox;
    gms_grabber_t            grabber;
    gms_analysis_t           analysis;
    gms_storekeeper_t        store;
    gms_scorer_t             scorer[GMS_PROCESS_LANES_MAX];
    unsigned                 scorers;
    int                      epoll;
    int                      signals;
    int                      timer;
    int64_t                  status_ns;
    bool                     quit;
} gms_lane_process_t;


static void
lane_log(gms_log_level_e level, const char *msg, const char *detail)
{
    char fact[GMS_SENTENCE_SIZE];

    gms_log(level, msg, "\"detail\":\"%s\"",
            gms_log_escape(fact, sizeof(fact), detail));
}


static int
lane_watch(gms_lane_process_t *p, int fd)
{
    struct epoll_event ev;

    memset(&ev, 0, sizeof(ev));
    ev.events = EPOLLIN;
    ev.data.fd = fd;

    return epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &ev);
}


static int
lane_events_init(gms_lane_process_t *p)
{
    struct itimerspec tick;
    sigset_t set;

    /* Before any thread starts, so that all inherit the mask. */
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);

    memset(&tick, 0, sizeof(tick));
    tick.it_interval.tv_nsec = GMS_TICK_MS * GMS_MS;
    tick.it_value.tv_nsec = GMS_TICK_MS * GMS_MS;

    p->epoll = epoll_create1(EPOLL_CLOEXEC);
    p->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    p->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

    if (p->epoll == -1 || p->signals == -1 || p->timer == -1 ||
        timerfd_settime(p->timer, 0, &tick, NULL) == -1 ||
        lane_watch(p, p->signals) == -1 || lane_watch(p, p->timer) == -1 ||
        lane_watch(p, p->birth->control) == -1 ||
        lane_watch(p, p->notes.fd) == -1) {
        return GMS_ESYS;
    }

    return GMS_OK;
}


/* Says in the lane's state what keeps it from working, so that pages can
 * show it although there is no session to show. */
static void
lane_trouble(gms_lane_process_t *p, unsigned i, const char *detail)
{
    const gms_lane_config_t *config;
    gms_state_t state;
    gms_state_info_t info;
    char text[2048], title[256], fact[GMS_SENTENCE_SIZE * 2];

    config = p->birth->config[i];
    memset(&info, 0, sizeof(info));

    if (gms_state_attach(&state, p->birth->memory[i]) != GMS_OK) {
        return;
    }

    snprintf(text, sizeof(text),
             "{\"lane\":\"%s\",\"title\":\"%s\",\"schema\":1,"
             "\"state\":\"failed\",\"problems\":[{\"type\":\"store-failing\","
             "\"title\":\"The lane's journal cannot be opened\","
             "\"detail\":\"%s\"}]}",
             config->name,
             gms_log_escape(title, sizeof(title), config->title),
             gms_log_escape(fact, sizeof(fact), detail));

    info.size = strlen(text);
    gms_state_write(&state, &info, text);
    gms_wake_events(&p->wake);
}


static int
lane_journal(gms_lane_process_t *p, unsigned i)
{
    char err[GMS_SENTENCE_SIZE];
    int rc;

    snprintf(p->scorer[i].dir, sizeof(p->scorer[i].dir), "%s/lanes/%s",
             p->birth->state_dir, p->birth->config[i]->name);

    err[0] = '\0';
    rc = gms_journal_open(&p->store.journal[i], p->scorer[i].dir,
                          p->birth->config[i]->name, err, sizeof(err));
    if (rc != GMS_OK) {
        lane_log(GMS_LOG_ERROR, "journal not opened", err);
        lane_trouble(p, i, err);
    }

    return rc;
}


static int
lane_scorer(gms_lane_process_t *p, unsigned i)
{
    gms_scorer_t *s;
    char err[GMS_SENTENCE_SIZE];
    int rc;

    s = &p->scorer[i];
    s->index = i;
    s->config = p->birth->config[i];
    s->memory = p->birth->memory[i];
    s->grabber = &p->grabber;
    s->analysis = &p->analysis;
    s->store = &p->store;
    s->wake = &p->wake;
    s->control = p->birth->control;
    s->restarts = p->birth->restarts;
    s->config_pending = p->birth->pending;

    err[0] = '\0';
    rc = gms_scorer_init(s, err, sizeof(err));
    p->scorers = i + 1;

    if (rc != GMS_OK) {
        lane_log(GMS_LOG_ERROR, "lane not recovered", err);
        lane_trouble(p, i, err);
    }

    return rc;
}


static void
lane_threads_prepare(gms_lane_process_t *p)
{
    const gms_lane_birth_t *b;
    unsigned i;

    b = p->birth;

    p->grabber.config.camera = b->config[0]->camera;
    p->grabber.config.paced = true;
    p->grabber.config.memory = b->memory[0];
    p->grabber.face = p->scorer[0].face;
    p->grabber.config.caliber_mm = p->scorer[0].caliber_mm;
    snprintf(p->grabber.config.name, sizeof(p->grabber.config.name), "%s",
             b->config[0]->name);
    p->grabber.lanes = b->lanes;
    p->grabber.mailbox = p->mailbox;
    p->grabber.notes = &p->notes;
    p->grabber.wake = &p->wake;

    p->analysis.lanes = b->lanes;
    p->analysis.mailbox = p->mailbox;
    p->analysis.notes = &p->notes;

    for (i = 0; i < b->lanes; i++) {
        p->grabber.memory[i] = b->memory[i];
        p->analysis.memory[i] = b->memory[i];
        p->analysis.detector[i] = b->config[i]->detector;
        snprintf(p->analysis.path[i], sizeof(p->analysis.path[i]),
                 "%.1000s/detector.mem", p->scorer[i].dir);
    }
}


static int
lane_start(gms_lane_process_t *p)
{
    const gms_lane_birth_t *b;
    unsigned i;
    int rc;

    b = p->birth;
    p->store.lanes = b->lanes;
    p->store.notes = &p->notes;

    for (i = 0; i < b->lanes; i++) {
        p->store.memory[i] = b->memory[i];

        rc = lane_journal(p, i);
        if (rc == GMS_OK) {
            rc = lane_scorer(p, i);
        }
        if (rc != GMS_OK) {
            return rc;
        }
    }

    lane_threads_prepare(p);

    rc = gms_storekeeper_start(&p->store);
    if (rc == GMS_OK) {
        rc = gms_analysis_start(&p->analysis);
    }
    if (rc == GMS_OK) {
        rc = gms_grabber_start(&p->grabber);
    }
    if (rc != GMS_OK) {
        lane_log(GMS_LOG_ERROR, "threads not started", gms_strerror(rc));
        return rc;
    }

    for (i = 0; i < b->lanes; i++) {
        gms_scorer_start(&p->scorer[i]);
    }

    return GMS_OK;
}


static gms_scorer_t *
lane_find(gms_lane_process_t *p, const char *name)
{
    unsigned i;

    for (i = 0; i < p->scorers; i++) {
        if (strcmp(p->scorer[i].config->name, name) == 0) {
            return &p->scorer[i];
        }
    }

    return NULL;
}


static void
lane_message(gms_lane_process_t *p, gms_link_message_t *m)
{
    gms_scorer_t *s;

    switch (m->header.type) {

    case GMS_LINK_EVENTFD:
        gms_wake_set(&p->wake, (long) m->header.value, m->fd);
        m->fd = -1;
        break;

    case GMS_LINK_WATCH:
        gms_wake_watch(&p->wake, (long) m->header.id, m->header.value != 0);
        break;

    case GMS_LINK_LANE_STATE:
        s = lane_find(p, m->header.lane);
        if (s != NULL) {
            s->config_pending = m->header.value != 0;
            s->dirty = true;
        }
        break;

    case GMS_LINK_ASK:
        s = lane_find(p, m->header.lane);
        if (s != NULL) {
            gms_command(s, m);
        }
        break;

    default:
        break;
    }
}


static void
lane_control(gms_lane_process_t *p)
{
    gms_link_message_t m;
    int rc;

    for ( ;; ) {
        rc = gms_link_receive(p->birth->control, &m);

        if (rc == GMS_EAGAIN) {
            return;
        }

        if (rc != GMS_OK) {
            p->quit = true; /* the supervisor is gone */
            return;
        }

        lane_message(p, &m);
        gms_link_release(&m);
    }
}


static void
lane_timer(gms_lane_process_t *p)
{
    uint64_t n;
    int64_t now;
    unsigned i;

    if (read(p->timer, &n, sizeof(n)) == -1) {
        return;
    }

    now = gms_clock_mono_ns();

    for (i = 0; i < p->birth->lanes; i++) {
        gms_memory_beat(p->birth->memory[i], GMS_BEAT_MAIN, now);
    }

    if (now - p->status_ns < GMS_STATUS_NS) {
        return;
    }

    p->status_ns = now;

    for (i = 0; i < p->scorers; i++) {
        gms_scorer_tick(&p->scorer[i], now);
    }
}


static void
lane_notes(gms_lane_process_t *p)
{
    gms_note_t note;

    while (gms_inbox_take(&p->notes, &note)) {
        if (note.lane < p->scorers) {
            gms_scorer_note(&p->scorer[note.lane], &note);
        }
    }
}


static void
lane_loop(gms_lane_process_t *p)
{
    struct epoll_event ev[8];
    unsigned k;
    int i, n;

    while (!p->quit) {
        n = epoll_wait(p->epoll, ev, 8, -1);

        for (i = 0; i < n; i++) {
            if (ev[i].data.fd == p->notes.fd) {
                lane_notes(p);

            } else if (ev[i].data.fd == p->timer) {
                lane_timer(p);

            } else if (ev[i].data.fd == p->signals) {
                p->quit = true;

            } else {
                lane_control(p);
            }
        }

        for (k = 0; k < p->scorers; k++) {
            if (p->scorer[k].dirty) {
                gms_scorer_flush(&p->scorer[k]);
            }
        }
    }
}


/* Lets a commit that is on its way be published, then ends the threads.  A
 * thread that waits for room in the inbox of notes is let go by draining. */
static void
lane_stop(gms_lane_process_t *p)
{
    gms_note_t note;
    int64_t until;
    unsigned i;
    bool busy;

    until = gms_clock_mono_ns() + 500 * GMS_MS;

    do {
        busy = false;
        lane_notes(p);

        for (i = 0; i < p->scorers; i++) {
            busy |= p->scorer[i].busy;
        }

        usleep(1000);
    } while (busy && gms_clock_mono_ns() < until);

    gms_mailbox_close(p->mailbox);

    while (gms_inbox_take(&p->notes, &note)) {
        continue;
    }

    gms_grabber_stop(&p->grabber);
    gms_analysis_stop(&p->analysis);
    gms_storekeeper_stop(&p->store);

    for (i = 0; i < p->scorers; i++) {
        gms_scorer_flush(&p->scorer[i]);
        gms_scorer_close(&p->scorer[i]);
    }

    for (i = 0; i < p->birth->lanes; i++) {
        if (p->store.journal[i] != NULL) {
            gms_journal_close(p->store.journal[i]);
        }
        gms_memory_beat(p->birth->memory[i], GMS_BEAT_CAPTURE, 0);
        gms_memory_beat(p->birth->memory[i], GMS_BEAT_ANALYSIS, 0);
        gms_memory_beat(p->birth->memory[i], GMS_BEAT_STORE, 0);
        gms_memory_beat(p->birth->memory[i], GMS_BEAT_MAIN, 0);
    }
}


int
gms_lane_run(const gms_lane_birth_t *birth)
{
    gms_lane_process_t *p;
    int i, rc;

    gms_log_identity("lane", birth->config[0]->name);

    p = calloc(1, sizeof(*p));
    if (p == NULL) {
        return 1;
    }

    p->birth = birth;
    gms_wake_init(&p->wake);

    for (i = 0; i < GMS_WAKES_MAX; i++) {
        if (birth->wake[i] != -1) {
            gms_wake_set(&p->wake, i, birth->wake[i]);
        }
    }

    p->mailbox = gms_mailbox_create();
    rc = p->mailbox != NULL ? GMS_OK : GMS_ENOMEM;

    if (rc == GMS_OK) {
        rc = gms_inbox_init(&p->notes, sizeof(gms_note_t), GMS_NOTES_MAX);
    }
    if (rc == GMS_OK) {
        rc = lane_events_init(p);
    }
    if (rc != GMS_OK) {
        lane_log(GMS_LOG_ERROR, "lane not started", gms_strerror(rc));
        return 1;
    }

    rc = lane_start(p);
    if (rc != GMS_OK) {
        usleep(GMS_JOURNAL_AGAIN_MS * 1000);
        return 1;
    }

    gms_log(GMS_LOG_INFO, "lane started", "\"pid\":%d", (int) getpid());

    lane_loop(p);
    lane_stop(p);

    gms_log(GMS_LOG_INFO, "lane ended", NULL);

    return 0;
}

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "../base/problem.h"
#include "../base/watch.h"
#include "../capture/push.h"
#include "commands.h"
#include "gauges.h"
#include "lane.h"
#include "publish.h"
#include "scorer.h"
#include "telling.h"

#define GMS_NOTES_MAX 256
#define GMS_TICK_NS (250 * GMS_MS)
#define GMS_STATUS_NS (1 * GMS_S)

typedef struct {
    const gms_lane_birth_t *birth;
    gms_inbox_t             notes;
    gms_wake_t              wake;
    gms_mailbox_t          *mailbox;
    gms_reel_t             *reel;
    gms_push_t             *push; /* its camera is a page; or NULL */
    gms_grabber_t           grabber;
    gms_analysis_t          analysis;
    gms_storekeeper_t       store;
    gms_recounter_t         recounter;
    gms_filmer_t            filmer;
    gms_scorer_t            scorer[GMS_PROCESS_LANES_MAX];
    bool                    up[GMS_PROCESS_LANES_MAX]; /* scorer works */
    bool                    pending[GMS_PROCESS_LANES_MAX];
    char                    why[GMS_PROCESS_LANES_MAX][GMS_SENTENCE_SIZE];
    gms_watch_t             watch;
    int64_t                 status_ns;
    bool                    quit;
} gms_lane_process_t;


static void
lane_log(gms_log_level_e level, const char *msg, const char *detail)
{
    char fact[GMS_SENTENCE_SIZE];

    gms_log(level, msg, "\"detail\":\"%s\"",
        gms_log_escape(fact, sizeof(fact), detail));
}


static int
lane_events_init(gms_lane_process_t *p)
{
    return gms_watch_init(&p->watch, NULL, GMS_TICK_NS, GMS_TICK_NS) != GMS_OK
            || gms_watch_add(&p->watch, p->birth->control) != GMS_OK
            || gms_watch_add(&p->watch, p->notes.fd) != GMS_OK
        ? GMS_ESYS
        : GMS_OK;
}


/* Says in the lane's state what keeps it from working, so that pages can
 * show it although there is no session to show.  Once until it changes. */
static void
lane_trouble(gms_lane_process_t *p, unsigned i, const char *detail)
{
    const gms_lane_config_t *config;
    gms_ring_t               ring;
    gms_state_t              state;
    gms_state_info_t         info;
    char text[2048], title[256], fact[GMS_SENTENCE_SIZE * 2];

    if (strcmp(p->why[i], detail) == 0) {
        return;
    }

    gms_gauges_clear(p->birth->memory[i]);
    snprintf(p->why[i], sizeof(p->why[i]), "%s", detail);
    lane_log(GMS_LOG_ERROR, "journal not opened", detail);

    config = p->birth->config[i];
    memset(&info, 0, sizeof(info));

    if (gms_state_attach(&state, p->birth->memory[i]) != GMS_OK
        || gms_ring_attach(&ring, p->birth->memory[i]) != GMS_OK)
    {
        return;
    }

    snprintf(text, sizeof(text),
        "{\"lane\":\"%s\",\"title\":\"%s\",\"schema\":1,"
        "\"state\":\"failed\",\"process\":{\"pid\":%d},"
        "\"problems\":[{\"type\":\"store-failing\","
        "\"title\":\"The lane's journal cannot be opened\","
        "\"detail\":\"%s\"}]}",
        config->name, gms_log_escape(title, sizeof(title), config->title),
        (int) getpid(), gms_log_escape(fact, sizeof(fact), detail));

    info.ring_pos = gms_ring_head(&ring);
    info.size = strlen(text);
    gms_state_write(&state, &info, text);
    gms_wake_events(&p->wake);
    gms_telling_failure(p->birth->control, config->name,
        "The lane's journal cannot be opened", detail);
}


static int
lane_scorer(gms_lane_process_t *p, unsigned i, char *err, size_t err_size)
{
    gms_scorer_t *s;
    int           rc;

    s = &p->scorer[i];
    s->index = i;
    s->config = p->birth->config[i];
    s->memory = p->birth->memory[i];
    s->grabber = &p->grabber;
    s->analysis = &p->analysis;
    s->store = &p->store;
    s->recounter = &p->recounter;
    s->filmer = &p->filmer;
    s->wake = &p->wake;
    s->control = p->birth->control;
    s->restarts = p->birth->restarts;
    s->config_pending = p->pending[i];

    p->store.dir[i] = s->dir;

    rc = gms_journal_open(
        &p->store.journal[i], s->dir, s->config->name, err, err_size);
    if (rc != GMS_OK) {
        p->store.journal[i] = NULL;
        return rc;
    }

    rc = gms_scorer_init(s, err, err_size);
    if (rc != GMS_OK) {
        gms_scorer_close(s);
        gms_journal_close(p->store.journal[i]);
        p->store.journal[i] = NULL;
    }

    return rc;
}


/* Opens the lane's journal and folds it.  A lane for which that fails is
 * tried again; those that look through the same camera go on. */
static void
lane_open(gms_lane_process_t *p, unsigned i)
{
    char err[GMS_SENTENCE_SIZE];
    int  rc;

    memset(&p->scorer[i], 0, sizeof(p->scorer[i]));
    snprintf(p->scorer[i].dir, sizeof(p->scorer[i].dir), "%s/lanes/%s",
        p->birth->state_dir, p->birth->config[i]->name);

    err[0] = '\0';
    rc = lane_scorer(p, i, err, sizeof(err));
    p->up[i] = rc == GMS_OK;

    if (rc != GMS_OK) {
        lane_trouble(p, i, err[0] != '\0' ? err : gms_strerror(rc));

    } else if (p->why[i][0] != '\0') {
        p->why[i][0] = '\0';
        lane_log(GMS_LOG_INFO, "journal opened after all", "");
    }
}


/* The source was opened for the lane's usual face: a session that could not
 * be read then may be of another one. */
static void
lane_open_again(gms_lane_process_t *p, unsigned i)
{
    gms_order_t order;

    lane_open(p, i);

    if (!p->up[i]) {
        return;
    }

    if (i == 0 && p->scorer[0].config->camera.kind == GMS_CAMERA_SIMULATE) {
        memset(&order, 0, sizeof(order));
        order.kind = GMS_ORDER_REOPEN;
        order.face = p->scorer[0].face;
        order.caliber_mm = p->scorer[0].caliber_mm;
        gms_inbox_put(&p->grabber.orders, &order);
    }

    gms_scorer_start(&p->scorer[i]);
}


static void
lane_threads_prepare(gms_lane_process_t *p)
{
    const gms_lane_birth_t *b;
    unsigned                i;

    b = p->birth;

    p->grabber.config.camera = b->config[0]->camera;
    p->grabber.config.push = p->push;
    p->grabber.config.paced = true;
    p->grabber.config.memory = b->memory[0];
    p->grabber.face = p->up[0] ? p->scorer[0].face
                               : b->config[0]->face[b->config[0]->default_face];
    p->grabber.config.caliber_mm =
        p->up[0] ? p->scorer[0].caliber_mm : b->config[0]->default_caliber_mm;
    snprintf(p->grabber.config.name, sizeof(p->grabber.config.name), "%s",
        b->config[0]->name);
    snprintf(p->grabber.settings_path, sizeof(p->grabber.settings_path),
        "%.900s/lanes/%s/camera.json", b->state_dir, b->config[0]->name);
    p->grabber.lanes = b->lanes;
    p->grabber.mailbox = p->mailbox;
    p->grabber.reel = p->reel;
    p->grabber.notes = &p->notes;
    p->grabber.wake = &p->wake;

    p->analysis.lanes = b->lanes;
    p->analysis.mailbox = p->mailbox;
    p->analysis.notes = &p->notes;

    for (i = 0; i < b->lanes; i++) {
        p->grabber.memory[i] = b->memory[i];
        p->grabber.camera[i] = &b->config[i]->camera;
        p->analysis.memory[i] = b->memory[i];
        p->analysis.detector[i] = b->config[i]->detector;
        snprintf(p->analysis.path[i], sizeof(p->analysis.path[i]),
            "%.900s/lanes/%s/detector.mem", b->state_dir, b->config[i]->name);
    }
}


static int
lane_start(gms_lane_process_t *p)
{
    const gms_lane_birth_t *b;
    unsigned                i;
    int                     rc;

    b = p->birth;
    p->store.lanes = b->lanes;
    p->store.notes = &p->notes;
    p->recounter.notes = &p->notes;
    p->filmer.notes = &p->notes;
    p->filmer.reel = p->reel;
    p->filmer.state_dir = b->state_dir;
    p->filmer.lanes = b->lanes;
    p->store.state_dir = b->state_dir;

    for (i = 0; i < b->lanes; i++) {
        p->store.memory[i] = b->memory[i];
        p->pending[i] = b->pending;
        p->filmer.dir[i] = p->scorer[i].dir;
        p->filmer.limits[i].bytes = b->config[i]->films_bytes;
        p->filmer.limits[i].age_ns = b->config[i]->films_age_ns;
        lane_open(p, i);
    }

    lane_threads_prepare(p);

    rc = gms_storekeeper_start(&p->store);
    if (rc == GMS_OK) {
        rc = gms_recounter_start(&p->recounter);
    }
    if (rc == GMS_OK) {
        rc = gms_filmer_start(&p->filmer);
    }
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
        if (p->up[i]) {
            gms_scorer_start(&p->scorer[i]);
        }
    }

    return GMS_OK;
}


static unsigned
lane_find(const gms_lane_process_t *p, const char *name)
{
    unsigned i;

    for (i = 0; i < p->birth->lanes; i++) {
        if (strcmp(p->birth->config[i]->name, name) == 0) {
            break;
        }
    }

    return i;
}


static void
lane_ask(gms_lane_process_t *p, unsigned i, const gms_link_message_t *ask)
{
    gms_link_message_t m;

    if (p->up[i]) {
        gms_command(&p->scorer[i], ask);
        return;
    }

    gms_link_message(&m, GMS_LINK_ANSWER);
    m.header.id = ask->header.id;
    m.header.status = 503;
    m.body = gms_problem(503, "store-failing", "The journal cannot be opened",
        p->why[i], NULL, NULL);
    m.header.body_size = m.body != NULL ? (uint32_t) strlen(m.body) : 0;
    gms_link_send(p->birth->control, &m);
    free(m.body);
}


static void
lane_message(gms_lane_process_t *p, gms_link_message_t *m)
{
    unsigned i;

    switch (m->header.type) {

    case GMS_LINK_EVENTFD:
        gms_wake_set(&p->wake, (long) m->header.value, m->fd);
        m->fd = -1;
        break;

    case GMS_LINK_WATCH:
        gms_wake_watch(&p->wake, (long) m->header.id, m->header.value != 0);
        break;

    case GMS_LINK_LANE_STATE:
        i = lane_find(p, m->header.lane);
        if (i < p->birth->lanes) {
            p->pending[i] = m->header.value != 0;
            p->scorer[i].config_pending = p->pending[i];
            p->scorer[i].dirty = p->up[i];
        }
        break;

    case GMS_LINK_ASK:
        i = lane_find(p, m->header.lane);
        if (i < p->birth->lanes) {
            lane_ask(p, i, m);
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
    int                rc;

    for (;;) {
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
    int64_t  now;
    unsigned i;

    if (!gms_watch_ticked(&p->watch)) {
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

    for (i = 0; i < p->birth->lanes; i++) {
        if (p->up[i]) {
            gms_scorer_tick(&p->scorer[i], now);
        } else {
            lane_open_again(p, i);
        }
    }
}


static void
lane_note_release(gms_note_t *note)
{
    if (note->kind == GMS_NOTE_DETECTION) {
        free(note->u.seen.patches);

    } else if (note->kind == GMS_NOTE_CONTROLS) {
        free(note->u.controls.list);
    }
}


static void
lane_notes(gms_lane_process_t *p)
{
    gms_note_t note;

    while (gms_inbox_take(&p->notes, &note)) {
        if (p->up[note.lane]) {
            gms_scorer_note(&p->scorer[note.lane], &note);
        }
        lane_note_release(&note);
    }
}


static void
lane_loop(gms_lane_process_t *p)
{
    struct epoll_event ev[8];
    unsigned           k;
    int                i, n;

    while (!p->quit) {
        n = epoll_wait(p->watch.epoll, ev, 8, -1);

        for (i = 0; i < n; i++) {
            if (ev[i].data.fd == p->notes.fd) {
                lane_notes(p);

            } else if (ev[i].data.fd == p->watch.timer) {
                lane_timer(p);

            } else if (ev[i].data.fd == p->watch.signals) {
                p->quit = true;

            } else {
                lane_control(p);
            }
        }

        for (k = 0; k < p->birth->lanes; k++) {
            if (p->up[k] && p->scorer[k].dirty) {
                gms_publish_state(&p->scorer[k]);
            }
        }
    }
}


/* Lets a commit or a count that is on its way be published, then ends the threads.  A
 * thread that waits for room in the inbox of notes is let go by draining. */
static void
lane_stop(gms_lane_process_t *p)
{
    gms_note_t note;
    int64_t    until;
    unsigned   i;
    bool       busy;

    until = gms_clock_mono_ns() + 500 * GMS_MS;

    do {
        busy = false;
        lane_notes(p);

        for (i = 0; i < p->birth->lanes; i++) {
            busy |= p->scorer[i].busy || p->scorer[i].counting > 0;
        }

        usleep(1000);
    } while (busy && gms_clock_mono_ns() < until);

    gms_mailbox_close(p->mailbox);

    while (gms_inbox_take(&p->notes, &note)) {
        lane_note_release(&note);
    }

    gms_grabber_stop(&p->grabber);
    gms_push_destroy(p->push);
    gms_analysis_stop(&p->analysis);
    gms_storekeeper_stop(&p->store);
    gms_recounter_stop(&p->recounter);
    gms_filmer_stop(&p->filmer);

    for (i = 0; i < p->birth->lanes; i++) {
        if (p->up[i]) {
            gms_publish_state(&p->scorer[i]);
            gms_scorer_close(&p->scorer[i]);
        }
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


/* Lanes that share a camera share its pictures: the most that one wants. */
static size_t
lane_reel_bytes(const gms_lane_birth_t *birth)
{
    int64_t  bytes;
    unsigned i;

    for (i = 0, bytes = 0; i < birth->lanes; i++) {
        if (birth->config[i]->reel_bytes > bytes) {
            bytes = birth->config[i]->reel_bytes;
        }
    }

    return (size_t) bytes;
}


int
gms_lane_run(const gms_lane_birth_t *birth)
{
    gms_lane_process_t *p;
    int                 i, rc;

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
    p->reel = gms_reel_create(lane_reel_bytes(birth));
    rc = p->mailbox != NULL && p->reel != NULL ? GMS_OK : GMS_ENOMEM;

    if (rc == GMS_OK && birth->config[0]->camera.kind == GMS_CAMERA_PUSH) {
        p->push = gms_push_create(birth->config[0]->camera.fps);
        rc = p->push != NULL ? GMS_OK : GMS_ENOMEM;
    }
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
        return 1;
    }

    gms_log(GMS_LOG_INFO, "lane started", "\"pid\":%d", (int) getpid());

    lane_loop(p);
    lane_stop(p);

    gms_log(GMS_LOG_INFO, "lane ended", NULL);

    return 0;
}

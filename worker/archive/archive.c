#include "archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "../../ipc/link.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "../base/watch.h"
#include "keeper.h"
#include "questions.h"

#define GMS_ARCHIVE_LOOK_NS (1 * GMS_S)

/* It gives way to lanes: whoever waits for an answer waits a little longer,
 * who shoots does not. */
#define GMS_ARCHIVE_NICE 10

typedef struct {
    gms_keeper_t keeper;
    gms_beat_t  *beat;
    int          control;
    gms_watch_t  watch;
    bool         quit;
} gms_archive_t;


static void
archive_ask(gms_archive_t *a, const gms_link_message_t *ask)
{
    gms_link_message_t m;
    gms_reply_t        reply;

    if (ask->header.deadline_ns != 0
        && gms_clock_mono_ns() > ask->header.deadline_ns)
    {
        return; /* who asked has been told that it is late */
    }

    gms_question(&a->keeper, ask, &reply);

    gms_link_message(&m, GMS_LINK_ANSWER);
    m.header.id = ask->header.id;
    m.header.status = (uint32_t) reply.status;
    m.header.value = reply.kind;
    m.body = reply.body;
    m.header.body_size = reply.body != NULL ? (uint32_t) strlen(reply.body) : 0;

    if (gms_link_send(a->control, &m) != GMS_OK) {
        gms_log(GMS_LOG_WARN, "answer not sent", "\"bytes\":%u",
            m.header.body_size);
    }

    free(reply.body);
}


/* How far each journal is in the history, for the lane's memory; told anew
 * whether it has changed or not, since that may be another one. */
static void
archive_tell(gms_archive_t *a)
{
    const gms_follow_t *f;
    gms_link_message_t  m;
    unsigned            i;

    for (i = 0; i < a->keeper.lanes; i++) {
        f = a->keeper.lane[i];

        if (f->folded) {
            gms_link_message(&m, GMS_LINK_ARCHIVED);
            snprintf(m.header.lane, sizeof(m.header.lane), "%.*s",
                GMS_LANE_NAME_SIZE - 1, f->lane);
            m.header.value = (int64_t) f->position;
            (void) gms_link_send(a->control, &m); /* or in a second */
        }
    }
}


static void
archive_control(gms_archive_t *a)
{
    gms_link_message_t m;
    int                rc;

    while ((rc = gms_link_receive(a->control, &m)) == GMS_OK) {
        if (m.header.type == GMS_LINK_ASK) {
            archive_ask(a, &m);

        } else if (m.header.type == GMS_LINK_PROBLEMS) {
            gms_keeper_problems(&a->keeper, m.header.lane, m.body);
        }
        gms_link_release(&m);
    }

    a->quit |= rc != GMS_EAGAIN; /* the supervisor is gone */
}


/* Questions come before journals: each read of one is short. */
static void
archive_loop(gms_archive_t *a)
{
    struct epoll_event ev[4];
    bool               more = false;
    int                i, n;

    while (!a->quit) {
        if (a->beat != NULL) {
            atomic_store(a->beat, gms_clock_mono_ns());
        }

        n = epoll_wait(a->watch.epoll, ev, 4, more ? 0 : -1);

        for (i = 0; i < n; i++) {
            if (ev[i].data.fd == a->watch.signals) {
                a->quit = true;

            } else if (ev[i].data.fd == a->control) {
                archive_control(a);

            } else if (gms_watch_ticked(&a->watch)) {
                gms_keeper_look(&a->keeper);
                archive_tell(a);
            }
        }

        more = !a->quit && gms_keeper_step(&a->keeper);
    }
}


int
gms_archive_run(const char *state_dir, int control, gms_beat_t *beat)
{
    gms_archive_t *a;

    gms_log_identity("archive", NULL);
    prctl(PR_SET_NAME, "gms-archive");
    setpriority(PRIO_PROCESS, 0, GMS_ARCHIVE_NICE);

    a = calloc(1, sizeof(*a));
    if (a == NULL) {
        return 1;
    }

    gms_keeper_init(&a->keeper, state_dir);
    a->beat = beat;
    a->control = control;

    if (gms_watch_init(&a->watch, NULL, 1, GMS_ARCHIVE_LOOK_NS) != GMS_OK
        || gms_watch_add(&a->watch, control) != GMS_OK)
    {
        gms_log(GMS_LOG_ERROR, "archive not started", NULL);
        free(a);
        return 1;
    }

    gms_log(GMS_LOG_INFO, "archive started", "\"pid\":%d", (int) getpid());
    archive_loop(a);
    gms_keeper_close(&a->keeper);
    gms_log(GMS_LOG_INFO, "archive ended", NULL);
    free(a);
    return 0;
}

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "../../ipc/grammar.h"
#include "../../ipc/link.h"
#include "../base/clock.h"
#include "../base/conf.h"
#include "../library/library.h"
#include "../base/log.h"
#include "../base/watch.h"
#include "peers.h"
#include "lanes.h"
#include "../store/reserve.h"
#include "supervisor.h"

#define GMS_TICK_NS (50 * GMS_MS)
#define GMS_RESERVE_LOOK_NS (5 * GMS_S)

/* Children of a killed worker die a moment after it, and hold the lock until
 * then. */
#define GMS_LOCK_WAIT_NS (3 * GMS_S)
#define GMS_LOCK_RETRY_US 20000

typedef struct {
    const gms_supervisor_options_t *options;
    gms_lanes_t                     lanes;
    gms_peers_t                     peers;
    int                             lock;
    gms_watch_t                     watch;
    int64_t                         reserve_look_ns;
    int                             reserve; /* how that went last */
    bool                            quit;
} gms_supervisor_t;


static int
supervisor_fail(const char *sentence)
{
    char fact[GMS_SENTENCE_SIZE];

    gms_log(GMS_LOG_ERROR, "worker not started", "\"detail\":\"%s\"",
        gms_log_escape(fact, sizeof(fact), sentence));

    return GMS_EINVALID;
}


static int
supervisor_mkdir(const char *path)
{
    char copy[1024], *slash;

    snprintf(copy, sizeof(copy), "%s", path);

    for (slash = copy + 1; *slash != '\0'; slash++) {
        if (*slash == '/') {
            *slash = '\0';
            mkdir(copy, 0755);
            *slash = '/';
        }
    }

    return mkdir(copy, 0750) == 0 || errno == EEXIST ? GMS_OK : GMS_ESYS;
}


static bool
supervisor_lock(int fd)
{
    int64_t until_ns = gms_clock_mono_ns() + GMS_LOCK_WAIT_NS;

    while (flock(fd, LOCK_EX | LOCK_NB) == -1) {
        if (gms_clock_mono_ns() > until_ns) {
            return false;
        }
        usleep(GMS_LOCK_RETRY_US);
    }

    return true;
}


/* The folder is this worker's alone, for as long as it or a child lives. */
static int
supervisor_state_dir(gms_supervisor_t *s)
{
    char        path[1100], sentence[GMS_SENTENCE_SIZE];
    const char *dir;

    dir = s->options->state_dir;

    if (strlen(dir) > 900) {
        return supervisor_fail("the name of the state folder is too long");
    }

    snprintf(path, sizeof(path), "%s/lanes", dir);

    if (supervisor_mkdir(path) == GMS_OK) {
        snprintf(path, sizeof(path), "%s/lock", dir);
        s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    }

    if (s->lock == -1) {
        snprintf(sentence, sizeof(sentence),
            "the state folder %s cannot be written (%s): give it to the "
            "worker's user or choose another with --state",
            dir, strerror(errno));
        return supervisor_fail(sentence);
    }

    if (!supervisor_lock(s->lock)) {
        snprintf(sentence, sizeof(sentence),
            "another worker uses the state folder %s: end it first or "
            "choose another with --state",
            dir);
        return supervisor_fail(sentence);
    }

    return GMS_OK;
}


static int
supervisor_listen(gms_supervisor_t *s)
{
    char        sentence[GMS_SENTENCE_SIZE], dir[1024], *slash;
    const char *why;

    snprintf(dir, sizeof(dir), "%s", s->options->link);
    slash = strrchr(dir, '/');

    if (slash != NULL && slash != dir) {
        *slash = '\0';
        supervisor_mkdir(dir);
    }

    s->peers.listener = gms_link_listen(s->options->link);
    if (s->peers.listener >= 0) {
        return GMS_OK;
    }

    why = errno == EADDRINUSE ? "another worker answers there"
        : errno == EPERM      ? "it belongs to another user"
                              : strerror(errno);

    snprintf(sentence, sizeof(sentence),
        "the link socket %s cannot be opened (%s): end the other worker, "
        "remove the file, or choose another with --link",
        s->options->link, why);

    return supervisor_fail(sentence);
}


static int
supervisor_own_ranges(gms_supervisor_t *s, gms_config_t *config)
{
    gms_grammar_t *g;
    char           err[GMS_SENTENCE_SIZE], path[1024];
    const char    *text, *targets, *courses;
    uint64_t       id;
    size_t         size;
    int            rc;

    snprintf(err, sizeof(err), "out of memory");

    g = gms_grammar_create();
    rc = g != NULL ? GMS_OK : GMS_ENOMEM;

    /* Without a library anywhere the file may define faces of its own. */
    targets = gms_library_path(path, sizeof(path), s->options->targets);

    if (rc == GMS_OK
        && (s->options->targets != NULL || access(targets, F_OK) == 0)) {
        rc = gms_conf_read(g, targets, err, sizeof(err));
    }
    courses = gms_library_file(
        path, sizeof(path), NULL, "GMSHOOT_COURSES", "courses.conf");
    if (rc == GMS_OK && access(courses, F_OK) == 0) {
        rc = gms_conf_read(g, courses, err, sizeof(err));
    }
    if (rc == GMS_OK) {
        rc = gms_conf_read(g, s->options->ranges, err, sizeof(err));
    }
    if (rc == GMS_OK) {
        rc = gms_conf_finish(g, err, sizeof(err));
    }
    if (rc == GMS_OK) {
        text = gms_grammar_json(g, &size, &id);
        rc = text != NULL ? gms_config_parse(config, text, err, sizeof(err))
                          : GMS_ENOMEM;
        config->id = id;
        config->generation = 1;
    }

    if (g != NULL) {
        gms_grammar_destroy(g);
    }

    return rc == GMS_OK ? GMS_OK : supervisor_fail(err);
}


/* From --ranges, or the last one that nginx gave. */
static int
supervisor_configure(gms_supervisor_t *s)
{
    gms_config_t config;
    char         err[GMS_SENTENCE_SIZE], fact[GMS_SENTENCE_SIZE];
    int          rc;

    if (s->options->ranges != NULL) {
        rc = supervisor_own_ranges(s, &config);
        if (rc == GMS_OK) {
            gms_lanes_configure(&s->lanes, &config);
        }
        return rc;
    }

    err[0] = '\0';
    rc = gms_config_load(&config, s->options->state_dir, err, sizeof(err));

    if (rc == GMS_OK) {
        gms_log(GMS_LOG_INFO, "configuration of the last run in force",
            "\"lanes\":%u", config.lanes);
        gms_lanes_configure(&s->lanes, &config);

    } else if (rc != GMS_ENOTFOUND) {
        gms_log(GMS_LOG_WARN, "stored configuration not usable",
            "\"detail\":\"%s\"", gms_log_escape(fact, sizeof(fact), err));
    }

    return GMS_OK;
}


static int
supervisor_events(gms_supervisor_t *s)
{
    static const int more[] = { SIGCHLD, SIGHUP, 0 };

    return gms_watch_init(&s->watch, more, GMS_TICK_NS, GMS_TICK_NS) != GMS_OK
            || gms_watch_add(&s->watch, s->peers.listener) != GMS_OK
        ? supervisor_fail(strerror(errno))
        : GMS_OK;
}


static void
supervisor_signal(gms_supervisor_t *s)
{
    struct signalfd_siginfo info;

    while (read(s->watch.signals, &info, sizeof(info)) == sizeof(info)) {
        if (info.ssi_signo == SIGCHLD) {
            gms_lanes_reap(&s->lanes);

        } else if (info.ssi_signo != SIGHUP) {
            s->quit = true;
        }
    }
}


/* The reserve, also again when there is room for it again. */
static void
supervisor_reserve(gms_supervisor_t *s)
{
    char sentence[GMS_SENTENCE_SIZE], fact[GMS_SENTENCE_SIZE];
    int  rc;

    rc = gms_reserve_make(s->options->state_dir);

    if (rc != s->reserve && rc == GMS_OK) {
        gms_log(GMS_LOG_INFO, "reserve made again", NULL);

    } else if (rc != s->reserve) {
        snprintf(sentence, sizeof(sentence),
            "the disk of %.300s has no room for a reserve of %d MB: free some",
            s->options->state_dir, GMS_RESERVE_BYTES / (1024 * 1024));
        gms_log(GMS_LOG_WARN, "no reserve on the disk", "\"detail\":\"%s\"",
            gms_log_escape(fact, sizeof(fact), sentence));
    }

    s->reserve = rc;
}


static void
supervisor_timer(gms_supervisor_t *s)
{
    int64_t now;

    if (!gms_watch_ticked(&s->watch)) {
        return;
    }

    now = gms_clock_mono_ns();
    gms_lanes_tick(&s->lanes, now);
    gms_peers_tick(&s->peers, now);

    if (now >= s->reserve_look_ns) {
        s->reserve_look_ns = now + GMS_RESERVE_LOOK_NS;
        supervisor_reserve(s);
    }
}


static void
supervisor_loop(gms_supervisor_t *s)
{
    struct epoll_event ev[16];
    int                i, n;

    while (!s->quit || !gms_lanes_end(&s->lanes, gms_clock_mono_ns())) {
        n = epoll_wait(s->watch.epoll, ev, 16, -1);

        for (i = 0; i < n; i++) {
            if (ev[i].data.fd == s->watch.signals) {
                supervisor_signal(s);

            } else if (ev[i].data.fd == s->watch.timer) {
                supervisor_timer(s);

            } else if (ev[i].data.fd == s->peers.listener) {
                gms_peers_accept(&s->peers);

            } else {
                gms_peers_readable(&s->peers, ev[i].data.fd);
            }
        }
    }
}


int
gms_supervisor_run(const gms_supervisor_options_t *options)
{
    gms_supervisor_t *s;

    gms_log_identity("supervisor", NULL);

    s = calloc(1, sizeof(*s));
    if (s == NULL) {
        return 1;
    }

    s->options = options;
    s->lock = -1;
    gms_lanes_init(&s->lanes);

    if (supervisor_state_dir(s) != GMS_OK || supervisor_listen(s) != GMS_OK
        || supervisor_events(s) != GMS_OK
        || gms_devices_load(&s->peers.devices, options->state_dir) != GMS_OK)
    {
        free(s);
        return 1;
    }

    supervisor_reserve(s);
    s->lanes.setup.state_dir = options->state_dir;
    s->lanes.setup.keep = &s->lock;
    s->lanes.setup.keeps = 1;
    s->peers.lanes = &s->lanes;
    s->peers.offers.lanes = &s->lanes;
    s->peers.offers.state_dir = options->state_dir;
    s->peers.offers.own_ranges = options->ranges != NULL;
    s->peers.watch = &s->watch;
    gms_peers_init(&s->peers);

    if (supervisor_configure(s) != GMS_OK) {
        unlink(options->link);
        gms_devices_free(&s->peers.devices);
        free(s);
        return 1;
    }

    gms_log(GMS_LOG_INFO, "worker started", "\"pid\":%d", (int) getpid());

    supervisor_loop(s);

    gms_peers_close(&s->peers);
    gms_devices_tick(&s->peers.devices, INT64_MAX);
    gms_devices_free(&s->peers.devices);
    gms_lanes_free(&s->lanes);
    unlink(options->link);
    gms_log(GMS_LOG_INFO, "worker ended", NULL);
    free(s);

    return 0;
}

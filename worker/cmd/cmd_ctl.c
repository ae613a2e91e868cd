/* gmshoot ctl: one command to a running lane, over the link. */

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "../../ipc/link.h"
#include "../base/clock.h"
#include "cmd.h"

#define GMS_CTL_LINK_HERE "build/run/link.sock" /* of `make run` */
#define GMS_CTL_LINK_SYSTEM "/run/gmshoot/link.sock"

/* A session's start may look for the target first, which takes seconds. */
#define GMS_CTL_TIMEOUT_S 15
#define GMS_CTL_TIMEOUT_MAX_S 60

/* In the place of a lane: what is of none. */
#define GMS_CTL_RANGE "."

#define GMS_CTL_FAILED 1
#define GMS_CTL_USAGE 2

typedef struct {
    const char *link;
    const char *lane;
    const char *verb;
    char       *json; /* of the arguments, only read */
    int64_t     deadline_ns;
} gms_ctl_t;


/* What a lane knows: t/cli/10-usage.t holds it against the lane's own table. */
static const struct {
    const char *verb;
    const char *json; /* what it takes, by example; "": nothing */
} verbs[] = {
    { "session.start", "{\"nickname\":\"anna\"} and more, all optional" },
    { "sessions.start", "the same, beside the open ones" },
    { "sessions.get", "" },
    { "session.get", "{\"session\":ID}, else the one on show" },
    { "session.change", "{\"state\":\"paused\"}, live or discarded," },
    { "", "{\"active\":true}, {\"sighters\":true}, {\"record\":true};" },
    { "", "of a walk-up: {\"nickname\":\"anna\"} or {\"into\":ID}" },
    { "session.end", "" },
    { "session.code", "by which a phone joins it" },
    { "access.get", "" },
    { "session.csv", "of {\"session\":ID}, as a file" },
    { "session.json", "" },
    { "session.svg", "" },
    { "session.html", "" },
    { "session.shot.picture", "{\"session\":ID,\"n\":\"3\"}: JPEG" },
    { "session.paper.picture", "{\"session\":ID,\"n\":\"1\"}: JPEG" },
    { "command", "{\"command\":\"load\"}, then start, stop, unload" },
    { "courses.get", "" },
    { "round", "" },
    { "paper", "{\"paper\":\"new\"} or pasted; \"expected\":10" },
    { "range", "{\"range\":\"cold\"} or hot" },
    { "shot.get", "{\"n\":\"3\"}" },
    { "shot.add", "{\"ring\":8,\"reason\":\"seen on the paper\"}" },
    { "shot.correct",
        "{\"n\":\"3\",\"what\":\"remove\",\"base\":17,\"reason\":\"a fly\"}" },
    { "shot.call",
        "{\"n\":\"3\",\"x_mm\":-4,\"y_mm\":12}: before it is shown" },
    { "stats.get", "" },
    { "advice.get", "{\"gun\":\"pistol\",\"hand\":\"left\"} and more" },
    { "drills.get", "" },
    { "tip.give", "{\"text\":\"Ground the rear foot\",\"hold\":true}" },
    { "tip.change", "{\"n\":\"1\",\"acknowledged\":true}" },
    { "show.set", "{\"shot\":7,\"strokes\":[[0,0,12.5,-8]]}" },
    { "show.end", "" },
    { "candidates.get", "" },
    { "candidates.picture", "{\"id\":\"3\"}: JPEG" },
    { "frames.get", "{\"around\":\"3\",\"reach\":\"2s\"}, or neither" },
    { "frames.picture", "{\"t_us\":\"1795000000000000\"}: JPEG" },
    { "complaint.add", "a shot is missing: the last minute is kept; or, as a" },
    { "", "protest: {\"shot\":7,\"reason\":\"it is a ten\"}" },
    { "complaint.change",
        "{\"id\":\"57\",\"state\":\"upheld\",\"text\":\"gauged: a ten\"}" },
    { "complaints.get", "" },
    { "complaint.film", "{\"id\":\"57\"}: AVI" },
    { "complaint.facts", "{\"id\":\"57\"}: what was known then" },
    { "complaint.remove", "{\"id\":\"57\"}" },
    { "session.shot.frames", "{\"session\":ID,\"n\":\"3\"}: of its film" },
    { "session.frame", "{\"session\":ID,\"name\":\"3-1795000000000000\"}" },
    { "session.shot.film", "{\"session\":ID,\"n\":\"3\"}: AVI" },
    { "camera.get", "" },
    { "camera.set", "{\"controls\":{\"exposure_absolute\":120}}" },
    { "camera.invite", "{\"address\":\"https://192.168.1.10:8443\"}" },
    { "calibration.get", "" },
    { "calibration.find", "" },
    { "calibration.set", "{\"homography_mm_to_px\":[9 numbers]}" },
    { "calibration.try", "the same: how well it would fit" },
    { "calibration.confirm", "{\"upright\":true}" },
    { "calibration.undo", "" },
    { "calibration.verify",
        "{\"x_mm\":0,\"y_mm\":0,\"x_px\":640,\"y_px\":360}" },
};

/* And what is of no lane. */
static const struct {
    const char *verb;
    const char *json;
} range_verbs[] = {
    { "config.get", "" },
    { "performance.get", "the last hour, of a lane, too" },
    { "devices.get", "" },
    { "devices.add", "{\"name\":\"Tablet 1\",\"lane\":\"lane1\",\"role\":" },
    { "", "\"shooter\",\"address\":\"http://192.168.1.10\"}: a link" },
    { "devices.change", "{\"id\":ID,\"name\":\"Tablet 2\"}" },
    { "devices.remove", "{\"id\":ID}" },
};


static void
print_usage(FILE *out)
{
    size_t i;

    fputs("usage: gmshoot ctl [--link SOCKET] [--timeout SECONDS] "
          "LANE VERB [JSON]\n\n",
        out);

    for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        fprintf(out, verbs[i].json[0] != '\0' ? "  %-21s %s\n" : "  %s\n",
            verbs[i].verb, verbs[i].json);
    }

    fputs("\nThe range itself is LANE \".\":\n", out);

    for (i = 0; i < sizeof(range_verbs) / sizeof(range_verbs[0]); i++) {
        fprintf(out, range_verbs[i].json[0] != '\0' ? "  %-21s %s\n" : "  %s\n",
            range_verbs[i].verb, range_verbs[i].json);
    }

    fputs("\n  gmshoot ctl lane1 session.start '{\"nickname\":\"anna\"}'\n"
          "  gmshoot ctl lane1 command '{\"command\":\"load\"}'\n"
          "  gmshoot ctl lane1 shot.correct '{\"n\":\"3\",\"what\":\"remove\","
          "\"base\":17,\n      \"reason\":\"a fly\"}'\n\n"
          "SOCKET: $GMSHOOT_LINK, else " GMS_CTL_LINK_HERE
          ", else " GMS_CTL_LINK_SYSTEM ".\n"
          "Prints the lane's answer.  Exit status: 0 done, 1 refused or not "
          "reached,\n2 wrong usage.\n",
        out);
}


static const char *
default_link(void)
{
    const char *link = getenv("GMSHOOT_LINK");

    if (link != NULL && link[0] != '\0') {
        return link;
    }

    return access(GMS_CTL_LINK_HERE, F_OK) == 0 ? GMS_CTL_LINK_HERE
                                                : GMS_CTL_LINK_SYSTEM;
}


/* 0: go on; -1: help was printed; else what to exit with. */
static int
parse_arguments(gms_ctl_t *ctl, int argc, char **argv)
{
    static char                nothing[] = "", empty[] = "{}";
    static const struct option options[] = {
        { "link", required_argument, NULL, 'l' },
        { "timeout", required_argument, NULL, 't' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    char *end;
    long  seconds = GMS_CTL_TIMEOUT_S;
    int   option;

    memset(ctl, 0, sizeof(*ctl));
    ctl->link = default_link();
    optind = 0; /* begin anew, whoever parsed before */

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {

        case 'l':
            ctl->link = optarg;
            break;

        case 't':
            seconds = strtol(optarg, &end, 10);

            if (end == optarg || *end != '\0' || seconds < 1
                || seconds > GMS_CTL_TIMEOUT_MAX_S)
            {
                fprintf(stderr,
                    "gmshoot ctl: --timeout takes 1 to %d "
                    "seconds\n",
                    GMS_CTL_TIMEOUT_MAX_S);
                return GMS_CTL_USAGE;
            }
            break;

        case 'h':
            print_usage(stdout);
            return -1;

        default:
            print_usage(stderr);
            return GMS_CTL_USAGE;
        }
    }

    if (argc - optind < 2 || argc - optind > 3) {
        print_usage(stderr);
        return GMS_CTL_USAGE;
    }

    ctl->lane = argv[optind];
    ctl->verb = argv[optind + 1];
    ctl->json = argc - optind == 3              ? argv[optind + 2]
        : strcmp(ctl->lane, GMS_CTL_RANGE) == 0 ? empty
                                                : nothing;
    ctl->deadline_ns = gms_clock_mono_ns() + seconds * GMS_S;
    return 0;
}


/* What the link cannot carry is refused here, with a clearer word. */
static int
check_arguments(const gms_ctl_t *ctl)
{
    cJSON *body;
    bool   good;

    if (ctl->lane[0] == '\0' || strlen(ctl->lane) >= GMS_LANE_NAME_SIZE
        || ctl->verb[0] == '\0' || strlen(ctl->verb) >= GMS_LINK_VERB_SIZE)
    {
        fprintf(stderr, "gmshoot ctl: no such lane or command\n");
        return GMS_CTL_USAGE;
    }

    if (ctl->json[0] == '\0') {
        return 0;
    }

    body = cJSON_ParseWithOpts(ctl->json, NULL, true);
    good =
        cJSON_IsObject(body) && strlen(ctl->json) <= (size_t) GMS_LINK_BODY_MAX;
    cJSON_Delete(body);

    if (!good) {
        fprintf(stderr, "gmshoot ctl: not a JSON object: %.200s\n", ctl->json);
        return GMS_CTL_FAILED;
    }

    return 0;
}


/* Waits until the link is ready; false when the time is over. */
static bool
wait_for(const gms_ctl_t *ctl, int fd, short events)
{
    struct pollfd p = { .fd = fd, .events = events };
    int64_t       left_ms;
    int           n;

    do {
        left_ms = (ctl->deadline_ns - gms_clock_mono_ns()) / GMS_MS;

        if (left_ms <= 0) {
            return false;
        }

        n = poll(&p, 1, (int) left_ms);
    } while (n == -1 && errno == EINTR);

    return n > 0;
}


static int
ask(const gms_ctl_t *ctl, int fd, uint64_t id)
{
    gms_link_message_t m;
    int                rc;

    gms_link_message(&m, GMS_LINK_ASK);
    m.body = ctl->json;
    m.header.id = id;
    m.header.deadline_ns = ctl->deadline_ns;
    m.header.role = GMS_ROLE_ADMIN; /* who may open the socket is one */
    m.header.body_size = (uint32_t) strlen(ctl->json);
    strcpy(
        m.header.lane, strcmp(ctl->lane, GMS_CTL_RANGE) == 0 ? "" : ctl->lane);
    strcpy(m.header.verb, ctl->verb);

    for (;;) {
        rc = gms_link_send(fd, &m);

        if (rc != GMS_EAGAIN) {
            return rc;
        }

        if (!wait_for(ctl, fd, POLLOUT)) {
            return GMS_ETIMEOUT;
        }
    }
}


/* The answer to this id; anything else on the link is not for us. */
static int
receive(const gms_ctl_t *ctl, int fd, uint64_t id, gms_link_message_t *m)
{
    int rc;

    for (;;) {
        rc = gms_link_receive(fd, m);

        if (rc == GMS_EAGAIN) {
            if (!wait_for(ctl, fd, POLLIN)) {
                return GMS_ETIMEOUT;
            }
            continue;
        }

        if (rc != GMS_OK) {
            return rc;
        }

        if (m->header.type == GMS_LINK_ANSWER && m->header.id == id) {
            return GMS_OK;
        }

        gms_link_release(m);
    }
}


static void
print_file(int fd)
{
    char    part[65536];
    ssize_t n;
    off_t   at;

    for (at = 0; (n = pread(fd, part, sizeof(part), at)) > 0; at += n) {
        fwrite(part, 1, (size_t) n, stdout);
    }
}


/* Whole, also a picture; of what is text the last line ends. */
static void
print_answer(const gms_link_message_t *m)
{
    size_t size = m->header.body_size;

    fwrite(m->body, 1, size, stdout);

    if (m->fd >= 0) {
        print_file(m->fd);
    }

    if (size > 0 && m->body[size - 1] != '\n'
        && m->header.value != GMS_ANSWER_JPEG
        && m->header.value != GMS_ANSWER_FRAME)
    {
        putchar('\n');
    }
}


static int
run(const gms_ctl_t *ctl, int fd)
{
    gms_link_message_t m;
    uint64_t           id;
    int                rc, status;

    id = ((uint64_t) getpid() << 32) | 1;
    rc = ask(ctl, fd, id);

    if (rc == GMS_OK) {
        rc = receive(ctl, fd, id, &m);
    }

    if (rc == GMS_EVERSION) {
        fprintf(stderr,
            "gmshoot ctl: the worker at %s is of another "
            "version: restart it, or use its own gmshoot\n",
            ctl->link);
        return GMS_CTL_FAILED;
    }

    if (rc != GMS_OK) {
        fprintf(stderr,
            "gmshoot ctl: no answer from %s: %s; the command may "
            "or may not have been carried out\n",
            ctl->link, rc == GMS_ESYS ? strerror(errno) : gms_strerror(rc));
        return GMS_CTL_FAILED;
    }

    status = (int) m.header.status;

    print_answer(&m);
    gms_link_release(&m);

    if (fflush(stdout) != 0) {
        fprintf(stderr, "gmshoot ctl: %s\n", strerror(errno));
        return GMS_CTL_FAILED;
    }

    return status >= 200 && status < 400 ? 0 : GMS_CTL_FAILED;
}


int
gms_cmd_ctl(int argc, char **argv)
{
    gms_ctl_t ctl;
    int       fd, rc;

    rc = parse_arguments(&ctl, argc, argv);

    if (rc == 0) {
        rc = check_arguments(&ctl);
    }

    if (rc != 0) {
        return rc == -1 ? 0 : rc;
    }

    fd = gms_link_connect(ctl.link);

    if (fd < 0) {
        fprintf(stderr,
            "gmshoot ctl: cannot reach the worker at %s: %s; is "
            "it running?\n",
            ctl.link, strerror(errno));
        return GMS_CTL_FAILED;
    }

    rc = run(&ctl, fd);
    close(fd);
    return rc;
}

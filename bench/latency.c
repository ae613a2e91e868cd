/*
 * latency: one SSE client of a simulated lane.  Starts a session, then
 * measures for every `hole` and `shot` the time from the handing over of the
 * frame that first showed it (t_frame_us) to the arrival of the event here,
 * and from publishing (t_publish_us) to arrival.
 *
 *   latency -p PORT -l LANE -n SHOTS -w WORKER_PID -x NGINX_PID [-j FILE]
 *           [-e COMMAND]
 *
 * COMMAND is run, as long as it takes, in every second stretch of ten
 * seconds: what came meanwhile is counted apart.
 */

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SAMPLES_MAX 10000
#define EVENT_MAX (512 * 1024)

/* Stretches with and without the command take turns, so that whatever else the
 * computer does falls on both. */
#define STRETCH_US 10000000

/* What comes so soon after a turn belongs to neither. */
#define SETTLE_US 500000

typedef struct {
    unsigned n;
    double   ms[SAMPLES_MAX];
} samples_t;

typedef struct {
    char   text[EVENT_MAX];
    size_t size;
} stream_t;

static samples_t hole, shot, publish;
static samples_t busy_hole, busy_shot;
static double    analyse_p50, analyse_p95, fps;
static stream_t  stream;


static int64_t
now_us(clockid_t clock)
{
    struct timespec ts;

    clock_gettime(clock, &ts);

    return (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}


static void
samples_add(samples_t *s, double ms)
{
    if (s->n < SAMPLES_MAX) {
        s->ms[s->n++] = ms;
    }
}


static int
compare(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}


static double
quantile(samples_t *s, double q)
{
    if (s->n == 0) {
        return 0;
    }

    qsort(s->ms, s->n, sizeof(double), compare);

    return s->ms[(unsigned) (q * (s->n - 1) + 0.5)];
}


/* Number behind "key":, from `text` on; false when it is not there. */
static bool
number(const char *text, const char *key, double *value)
{
    char        pattern[64];
    const char *at;

    snprintf(pattern, sizeof(pattern), "\"%s\":", key);
    at = strstr(text, pattern);

    if (at == NULL) {
        return false;
    }

    *value = strtod(at + strlen(pattern), NULL);

    return true;
}


static int
dial(int port)
{
    struct sockaddr_in to;
    int                fd;

    memset(&to, 0, sizeof(to));
    to.sin_family = AF_INET;
    to.sin_port = htons((uint16_t) port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1 || connect(fd, (struct sockaddr *) &to, sizeof(to)) == -1) {
        perror("latency: connect");
        exit(1);
    }

    return fd;
}


/* One request whose answer is read to its end; returns the status. */
static int
request(int port, const char *method, const char *path, const char *body)
{
    char    text[1024], answer[4096];
    ssize_t n;
    size_t  size;
    int     fd, status;

    fd = dial(port);
    snprintf(text, sizeof(text),
        "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
        method, path, strlen(body), body);

    if (write(fd, text, strlen(text)) == -1) {
        perror("latency: write");
        exit(1);
    }

    size = 0;
    while (size < sizeof(answer) - 1
        && (n = read(fd, answer + size, sizeof(answer) - 1 - size)) > 0)
    {
        size += (size_t) n;
    }

    answer[size] = '\0';
    close(fd);
    status = 0;
    sscanf(answer, "HTTP/1.1 %d", &status);

    if (status >= 400) {
        fprintf(stderr, "latency: %s %s: %s\n", method, path, answer);
    }

    return status;
}


/* The command, while its stretch lasts. */
static struct {
    const char *command;
    pid_t       pid; /* 0: it is quiet */
    int64_t     turn_us;
} load;


static void
load_end(void)
{
    if (load.pid > 0) {
        kill(-load.pid, SIGKILL);
        waitpid(load.pid, NULL, 0);
        load.pid = 0;
    }
}


/* Begins and ends the command in turn. */
static void
load_turn(void)
{
    int64_t now = now_us(CLOCK_MONOTONIC);

    if (load.command == NULL || now - load.turn_us < STRETCH_US) {
        return;
    }

    if (load.turn_us != 0 && load.pid == 0) {
        load.pid = fork();

        if (load.pid == 0) {
            setpgid(0, 0);
            execl("/bin/sh", "sh", "-c", load.command, (char *) NULL);
            _exit(127);
        }
        setpgid(load.pid, load.pid);
    } else {
        load_end();
    }

    load.turn_us = now;
}


/* Where a sample of now belongs; NULL: nowhere. */
static samples_t *
load_side(samples_t *quiet, samples_t *busy)
{
    if (load.command != NULL
        && now_us(CLOCK_MONOTONIC) - load.turn_us < SETTLE_US) {
        return NULL;
    }

    return load.pid > 0 ? busy : quiet;
}


static void
event(const char *name, const char *data, int64_t arrived_us)
{
    double      t_frame, t_publish;
    const char *detector;
    samples_t  *side;

    if (strcmp(name, "status") == 0) {
        detector = strstr(data, "\"detector\":");

        if (detector != NULL) {
            number(detector, "ms_p50", &analyse_p50);
            number(detector, "ms_p95", &analyse_p95);
        }
        number(data, "fps", &fps);
        return;
    }

    if (strcmp(name, "hole") != 0 && strcmp(name, "shot") != 0) {
        return;
    }

    side = name[0] == 'h' ? load_side(&hole, &busy_hole)
                          : load_side(&shot, &busy_shot);

    if (side != NULL && number(data, "t_frame_us", &t_frame)) {
        samples_add(side, ((double) arrived_us - t_frame) / 1000);
    }
    if (number(data, "t_publish_us", &t_publish)) {
        samples_add(&publish, ((double) arrived_us - t_publish) / 1000);
    }
}


/* Events end with an empty line; chunk sizes between them do not matter to
 * this reader, which looks for the field names alone. */
static void
consume(int64_t arrived_us)
{
    char name[32], *end, *at, *data;

    while ((end = strstr(stream.text, "\n\n")) != NULL) {
        *end = '\0';
        at = strstr(stream.text, "event: ");
        data = strstr(stream.text, "data: ");

        if (at != NULL && data != NULL
            && sscanf(at + 7, "%31[a-z.]", name) == 1) {
            event(name, data + 6, arrived_us);
        }

        stream.size -= (size_t) (end + 2 - stream.text);
        memmove(stream.text, end + 2, stream.size + 1);
    }
}


/* CPU time of a process and its children that live, in seconds. */
static double
cpu_seconds(int pid)
{
    char           path[64], line[1024], *p;
    unsigned long  user, system;
    struct dirent *entry;
    double         sum;
    FILE          *f;
    DIR           *dir;
    int            child, parent;

    sum = 0;
    dir = opendir("/proc");

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        child = atoi(entry->d_name);
        if (child <= 0) {
            continue;
        }

        snprintf(path, sizeof(path), "/proc/%d/stat", child);
        f = fopen(path, "r");
        if (f == NULL) {
            continue;
        }

        if (fgets(line, sizeof(line), f) != NULL
            && (p = strrchr(line, ')')) != NULL
            && sscanf(p + 2,
                   "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                   &parent, &user, &system)
                == 3
            && (child == pid || parent == pid))
        {
            sum += (double) (user + system) / (double) sysconf(_SC_CLK_TCK);
        }
        fclose(f);
    }

    if (dir != NULL) {
        closedir(dir);
    }

    return sum;
}


static void
print_row(FILE *out, const char *what, samples_t *s)
{
    fprintf(out, "  %-34s %5u  %8.2f %8.2f %8.2f\n", what, s->n,
        quantile(s, 0.5), quantile(s, 0.95), quantile(s, 0.99));
}


static void
print_json(FILE *out, const char *what, samples_t *s)
{
    fprintf(out,
        "\"%s\":{\"n\":%u,\"p50_ms\":%.3f,\"p95_ms\":%.3f,"
        "\"p99_ms\":%.3f},",
        what, s->n, quantile(s, 0.5), quantile(s, 0.95), quantile(s, 0.99));
}


typedef struct {
    const char *lane;
    const char *json;
    int         port;
    int         worker_pid;
    int         nginx_pid;
    unsigned    wanted;
    double      seconds; /* that it took */
    double      worker;  /* percent of a core */
    double      nginx;
} bench_t;


static bool
parse(bench_t *b, int argc, char **argv)
{
    int o;

    while ((o = getopt(argc, argv, "p:l:n:w:x:j:e:")) != -1) {
        switch (o) {
        case 'p':
            b->port = atoi(optarg);
            break;
        case 'l':
            b->lane = optarg;
            break;
        case 'n':
            b->wanted = (unsigned) atoi(optarg);
            break;
        case 'w':
            b->worker_pid = atoi(optarg);
            break;
        case 'x':
            b->nginx_pid = atoi(optarg);
            break;
        case 'j':
            b->json = optarg;
            break;
        case 'e':
            load.command = optarg;
            break;
        default:
            return false;
        }
    }

    return true;
}


/* Reads events until enough shots came or it took too long. */
static bool
listen_to(const bench_t *b, int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    ssize_t       n;
    int64_t       until =
        now_us(CLOCK_MONOTONIC) + (int64_t) (30 + 3 * b->wanted) * 1000000;

    while (shot.n + busy_shot.n < b->wanted && now_us(CLOCK_MONOTONIC) < until)
    {
        load_turn();

        if (poll(&p, 1, 1000) <= 0) {
            continue;
        }

        n = read(fd, stream.text + stream.size,
            sizeof(stream.text) - 1 - stream.size);
        if (n <= 0) {
            fprintf(stderr, "latency: the stream ended\n");
            return false;
        }

        stream.size += (size_t) n;
        stream.text[stream.size] = '\0';
        consume(now_us(CLOCK_REALTIME));
    }

    return true;
}


/* One session from its begin to its end; false: it broke. */
static bool
measure(bench_t *b)
{
    char   path[256], text[512];
    double worker, nginx, began;
    bool   heard;
    int    fd = dial(b->port);

    snprintf(text, sizeof(text),
        "GET /api/lanes/%s/events HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b->lane);
    if (write(fd, text, strlen(text)) == -1) {
        return false;
    }

    snprintf(path, sizeof(path), "/api/lanes/%s/session", b->lane);
    if (request(b->port, "POST", path, "{}") != 201) {
        return false;
    }

    worker = cpu_seconds(b->worker_pid);
    nginx = cpu_seconds(b->nginx_pid);
    began = (double) now_us(CLOCK_MONOTONIC) / 1e6;
    heard = listen_to(b, fd);
    load_end();
    close(fd);
    b->seconds = (double) now_us(CLOCK_MONOTONIC) / 1e6 - began;
    b->worker = (cpu_seconds(b->worker_pid) - worker) / b->seconds * 100;
    b->nginx = (cpu_seconds(b->nginx_pid) - nginx) / b->seconds * 100;

    if (heard) {
        request(b->port, "DELETE", path, "");
    }

    return heard;
}


static void
print(const bench_t *b)
{
    printf(
        "  %-34s %5s  %8s %8s %8s\n", "milliseconds", "n", "p50", "p95", "p99");
    print_row(stdout, "frame handed over -> hole here", &hole);
    print_row(stdout, "frame handed over -> shot here", &shot);

    if (load.command != NULL) {
        print_row(stdout, "  ... while the history is asked: hole", &busy_hole);
        print_row(stdout, "  ... and shot", &busy_shot);
        printf("  with it / without: hole p50 %.2f, p95 %.2f; shot p50 %.2f, "
               "p95 %.2f\n",
            quantile(&busy_hole, 0.5) / quantile(&hole, 0.5),
            quantile(&busy_hole, 0.95) / quantile(&hole, 0.95),
            quantile(&busy_shot, 0.5) / quantile(&shot, 0.5),
            quantile(&busy_shot, 0.95) / quantile(&shot, 0.95));
    }

    print_row(stdout, "published -> here", &publish);
    printf("  analysis of a frame, decode included: p50 %.2f ms, p95 %.2f ms"
           " at %.1f frames/s\n",
        analyse_p50, analyse_p95, fps);
    printf("  CPU of one core over %.0f s: worker (simulation included) "
           "%.1f %%, nginx %.1f %%\n",
        b->seconds, b->worker, b->nginx);
}


static void
write_json(const bench_t *b)
{
    FILE *f = b->json != NULL ? fopen(b->json, "w") : NULL;

    if (f == NULL) {
        return;
    }

    fputc('{', f);
    print_json(f, "hole", &hole);
    print_json(f, "shot", &shot);
    print_json(f, "publish", &publish);
    fprintf(f,
        "\"analyse_p50_ms\":%.3f,\"analyse_p95_ms\":%.3f,"
        "\"fps\":%.1f,\"cpu_worker_percent\":%.2f,"
        "\"cpu_nginx_percent\":%.2f,\"seconds\":%.1f}\n",
        analyse_p50, analyse_p95, fps, b->worker, b->nginx, b->seconds);
    fclose(f);
}


int
main(int argc, char **argv)
{
    bench_t b = { .lane = "lane1", .port = 8080, .wanted = 60 };

    if (!parse(&b, argc, argv)) {
        return 2;
    }
    if (!measure(&b)) {
        return 1;
    }
    print(&b);
    write_json(&b);

    return shot.n + busy_shot.n >= b.wanted ? 0 : 1;
}

/*
 * Ten years of a club of 20 lanes, made up, and how long each question to
 * their history takes.
 *
 *     build/bench/history [--shots 2000000] [--seed 1] [--runs 200] [FILE]
 *
 * FILE is made anew, and left there when it is named.
 */

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/store/history_figures.h"
#include "worker/store/history_people.h"
#include "worker/store/people.h"

#define LANES 20
#define SHOOTERS 150
#define YEAR_NS (INT64_C(365) * 24 * 3600 * GMS_S)
#define YEARS 10
#define SHOTS_MAX 60
#define SESSIONS_AT_ONCE 500

static const char *const targets[] = { "issf-10m-air-pistol",
    "issf-10m-air-rifle", "issf-25m-precision", "issf-50m-rifle" };

typedef struct {
    gms_history_t *h;
    const char    *path;
    uint64_t       random;
    int64_t        shots; /* wanted */
    int64_t        made;
    int64_t        sessions;
    int            runs;
} bench_t;


static uint64_t
dice(bench_t *b, uint64_t n)
{
    b->random ^= b->random << 13;
    b->random ^= b->random >> 7;
    b->random ^= b->random << 17;
    return b->random % n;
}


/* About a normal deviate. */
static double
scatter(bench_t *b)
{
    double sum = 0;

    for (int i = 0; i < 6; i++) {
        sum += (double) dice(b, 1000000) / 1e6 - 0.5;
    }
    return sum * sqrt(2);
}


static void
make_shots(bench_t *b, gms_session_t *s, double sigma_mm)
{
    memset(&s->total, 0, sizeof(s->total));

    for (uint32_t i = 0; i < s->shots; i++) {
        gms_session_shot_t *row = &s->shot[i];

        memset(row, 0, sizeof(*row));
        row->shot.n = i + 1;
        row->shot.x_mm = round(sigma_mm * scatter(b) * 1e4) / 1e4;
        row->shot.y_mm = round(sigma_mm * scatter(b) * 1e4) / 1e4;
        row->shot.score_tenths =
            (int) fmax(0, 109 - hypot(row->shot.x_mm, row->shot.y_mm) * 1.25);
        row->shot.ring = row->shot.score_tenths / 10;
        row->shot.sighter = i < 3 && s->shots > 40;
        row->shot.paper = 1;
        row->shot.frame_real_ns = s->started_ns + i * 40 * GMS_S;
        gms_session_count(&s->total, &row->shot, 1);
    }

    s->rounds = 0;
    for (uint32_t n = 10; n <= s->shots; n += 10) {
        s->round[s->rounds] =
            (gms_event_round_t){ s->rounds + 1, n - 9, n, GMS_ROUND_BY_COUNT };
        s->rounds++;
    }
}


static int
make_session(bench_t *b, gms_session_t *s, int64_t begin_ns)
{
    char     lane[32];
    unsigned shooter = (unsigned) dice(b, SHOOTERS);

    snprintf(lane, sizeof(lane), "lane%u", (unsigned) dice(b, LANES) + 1);
    s->started_seq = (uint64_t) b->made + 1;
    s->started_ns = begin_ns
        + (int64_t) ((double) YEARS * (double) YEAR_NS * (double) b->made
            / (double) b->shots);
    s->ended_ns = s->started_ns + 3600 * GMS_S;
    s->state = GMS_SESSION_ENDED;
    s->shots = 10 * (1 + (uint32_t) dice(b, SHOTS_MAX / 10));
    snprintf(s->id, sizeof(s->id), "%s-5f3a9c0112345678-%llu", lane,
        (unsigned long long) s->started_seq);
    snprintf(s->setup.shooter, sizeof(s->setup.shooter), "shooter%u", shooter);
    snprintf(s->setup.face.name, sizeof(s->setup.face.name), "%s",
        targets[(shooter + dice(b, 2)) % 4]);
    s->setup.caliber_mm = shooter % 2 ? 4.5 : 5.6;
    s->setup.distance_m = 10;
    make_shots(b, s, 5 + shooter % 10);

    b->made += s->shots;
    b->sessions++;
    return gms_history_write(b->h, lane, s, s->started_seq);
}


static int
make_club(bench_t *b)
{
    static gms_session_shot_t shot[SHOTS_MAX];
    static gms_event_round_t  round[SHOTS_MAX / 10];
    static gms_session_t      s;
    int64_t                   begin_ns, began;
    int                       i, rc = GMS_OK;

    s.shot = shot;
    s.round = round;
    began = gms_clock_mono_ns();
    begin_ns = gms_clock_real_ns() - YEARS * YEAR_NS;

    while (rc == GMS_OK && b->made < b->shots) {
        rc = gms_history_begin(b->h, false);

        for (i = 0; rc == GMS_OK && i < SESSIONS_AT_ONCE && b->made < b->shots;
             i++) {
            rc = make_session(b, &s, begin_ns);
        }

        rc = rc == GMS_OK ? gms_history_commit(b->h) : rc;
    }

    if (rc != GMS_OK) {
        fprintf(stderr, "history: %s\n", gms_history_trouble(b->h));
        return rc;
    }

    printf("%lld shots in %lld sessions written in %.1f s\n",
        (long long) b->made, (long long) b->sessions,
        (double) (gms_clock_mono_ns() - began) / (double) GMS_S);
    return GMS_OK;
}


/* The questions that pages ask. */
typedef enum {
    ASK_NEWEST,
    ASK_SHOOTER,
    ASK_DEEP,
    ASK_RARE,
    ASK_ONE,
    ASK_TRENDS,
    ASK_BESTS,
    ASK_HEAT_SHOOTER,
    ASK_HEAT_ALL,
    ASK_LANE,
    ASK_LANE_YEAR,
    ASK_DAY,
    ASK_CALIBER,
    ASK_USUAL,
    ASK_SIZE,
    ASKS
} ask_e;

static const char *const asks[ASKS] = { "sessions, the newest 50",
    "sessions of a shooter, 200", "sessions, a page in the middle",
    "sessions of a shooter on a target in a year", "one with its shots",
    "trends of a shooter", "bests of a shooter", "heat of a shooter",
    "heat of everybody", "stats by lane, ten years", "stats by lane, a year",
    "stats by day, a year", "stats of a shooter by caliber",
    "what is usual for a shooter (a lane)", "system" };


static int
sums(bench_t *b, const gms_history_filter_t *filter, gms_history_by_e by,
    char **json)
{
    return gms_history_stats(
        b->h, filter, by, NULL, GMS_HISTORY_POINTS_MAX, json);
}


static void
look_up_usual(bench_t *b, const char *shooter)
{
    gms_event_session_t session = { .caliber_mm = 4.5, .distance_m = 10 };
    gms_usual_t         usual;

    strcpy(session.face.name, targets[dice(b, 4)]);
    gms_people_usual(b->path, shooter, &session, &usual);
}


static int
ask(bench_t *b, ask_e what)
{
    gms_history_filter_t filter = { 0 };
    gms_history_cursor_t after = { 0, 0 };
    gms_history_size_t   size;
    char                 shooter[32], id[96], *json = NULL;
    int64_t              year_us, now_us = gms_clock_real_ns() / GMS_US;
    int                  rc = GMS_OK;

    snprintf(
        shooter, sizeof(shooter), "shooter%u", (unsigned) dice(b, SHOOTERS));
    year_us = now_us - (int64_t) (1 + dice(b, YEARS)) * (YEAR_NS / GMS_US);

    switch (what) {
    case ASK_NEWEST:
        rc = gms_history_sessions(b->h, &filter, &after, 50, &json);
        break;
    case ASK_SHOOTER:
        filter.shooter = shooter;
        rc = gms_history_sessions(b->h, &filter, &after, 200, &json);
        break;
    case ASK_DEEP:
        after.started_us = year_us;
        after.no = 1;
        rc = gms_history_sessions(b->h, &filter, &after, 50, &json);
        break;
    case ASK_RARE:
        filter.shooter = shooter;
        filter.target = targets[dice(b, 4)];
        filter.from_us = year_us;
        filter.to_us = year_us + YEAR_NS / GMS_US;
        rc = gms_history_sessions(b->h, &filter, &after, 50, &json);
        break;
    case ASK_ONE:
        rc = gms_history_sessions(b->h, &filter, &after, 1, &json);
        if (rc == GMS_OK
            && sscanf(json, "{\"sessions\":[{\"id\":\"%95[^\"]", id) == 1) {
            free(json);
            rc = gms_history_session(b->h, id, &json);
        }
        break;
    case ASK_TRENDS:
        filter.shooter = shooter;
        rc = gms_history_trends(
            b->h, &filter, &after, GMS_HISTORY_POINTS_MAX, &json);
        break;
    case ASK_BESTS:
        filter.shooter = shooter;
        rc = gms_history_bests(b->h, &filter, &json);
        break;
    case ASK_HEAT_SHOOTER:
        filter.shooter = shooter;
        rc = gms_history_heat(b->h, &filter, &json);
        break;
    case ASK_HEAT_ALL:
        rc = gms_history_heat(b->h, &filter, &json);
        break;
    case ASK_LANE:
        rc = sums(b, &filter, GMS_HISTORY_BY_LANE, &json);
        break;
    case ASK_LANE_YEAR:
        filter.from_us = year_us;
        filter.to_us = year_us + YEAR_NS / GMS_US;
        rc = sums(b, &filter, GMS_HISTORY_BY_LANE, &json);
        break;
    case ASK_DAY:
        filter.from_us = year_us;
        filter.to_us = year_us + YEAR_NS / GMS_US;
        rc = sums(b, &filter, GMS_HISTORY_BY_DAY, &json);
        break;
    case ASK_CALIBER:
        filter.shooter = shooter;
        rc = sums(b, &filter, GMS_HISTORY_BY_CALIBER, &json);
        break;
    case ASK_USUAL:
        look_up_usual(b, shooter);
        break;
    default:
        rc = gms_history_size(b->h, &size);
    }

    free(json);
    return rc;
}


static int
compare(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}


static int
time_asks(bench_t *b)
{
    double *ms = calloc((size_t) b->runs, sizeof(*ms));
    int64_t began;
    int     rc = ms != NULL ? GMS_OK : GMS_ENOMEM;

    printf("%-46s %8s %8s\n", "", "p50 ms", "p95 ms");

    for (int what = 0; rc == GMS_OK && what < ASKS; what++) {
        for (int i = 0; rc == GMS_OK && i < b->runs; i++) {
            began = gms_clock_mono_ns();
            rc = ask(b, (ask_e) what);
            ms[i] = (double) (gms_clock_mono_ns() - began) / (double) GMS_MS;
        }

        qsort(ms, (size_t) b->runs, sizeof(*ms), compare);
        printf("%-46s %8.2f %8.2f\n", asks[what], ms[b->runs / 2],
            ms[b->runs * 95 / 100]);
        fflush(stdout);
    }

    free(ms);
    return rc;
}


static void
remove_history(const char *path)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char                     name[1024];

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        snprintf(name, sizeof(name), "%s%s", path, ends[i]);
        unlink(name);
    }
}


static int
run(bench_t *b, const char *path)
{
    char    err[1024];
    int64_t began;
    int     rc;

    remove_history(path);
    b->path = path;
    rc = gms_history_open(&b->h, path, err, sizeof(err));

    if (rc == GMS_OK) {
        rc = make_club(b);
        gms_history_close(b->h);
    }

    if (rc == GMS_OK) {
        began = gms_clock_mono_ns();
        rc = gms_history_open(&b->h, path, err, sizeof(err));
        printf("opened in %.1f ms\n",
            (double) (gms_clock_mono_ns() - began) / (double) GMS_MS);
    }

    if (rc == GMS_OK) {
        rc = time_asks(b);
        gms_history_close(b->h);
    }

    if (rc != GMS_OK) {
        fprintf(stderr, "history: %s\n", gms_strerror(rc));
    }

    return rc == GMS_OK ? 0 : 1;
}


int
main(int argc, char **argv)
{
    static const struct option options[] = { { "shots", required_argument, NULL,
                                                 's' },
        { "seed", required_argument, NULL, 'r' },
        { "runs", required_argument, NULL, 'n' }, { NULL, 0, NULL, 0 } };
    static const char *const   usual = "/tmp/gms-bench-history.db";
    bench_t b = { .random = 1, .shots = 2000000, .runs = 200 };
    int     c, status;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 's':
            b.shots = strtoll(optarg, NULL, 10);
            break;
        case 'r':
            b.random = strtoull(optarg, NULL, 10);
            break;
        case 'n':
            b.runs = atoi(optarg);
            break;
        default:
            return 2;
        }
    }

    if (b.shots < 1 || b.random == 0 || b.runs < 1) {
        fputs("history: --shots, --seed and --runs are 1 or more\n", stderr);
        return 2;
    }

    status = run(&b, optind < argc ? argv[optind] : usual);

    if (optind >= argc) {
        remove_history(usual);
    }

    return status;
}

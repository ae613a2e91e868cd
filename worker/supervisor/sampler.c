#include "sampler.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../ipc/unit.h"
#include "../base/jsontree.h"
#include "../base/problem.h"


/* CPU time that a process has taken; -1: there is none like that. */
static int64_t
cpu_of(pid_t pid)
{
    char          path[64], line[1024];
    const char   *rest;
    unsigned long user, system;
    long          hz = sysconf(_SC_CLK_TCK);
    FILE         *f;
    bool          there;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int) pid);
    f = fopen(path, "re");

    if (f == NULL) {
        return -1;
    }

    there = fgets(line, sizeof(line), f) != NULL;
    fclose(f);

    /* behind the name, which may hold anything: the third value and so on */
    rest = there ? strrchr(line, ')') : NULL;

    if (rest == NULL || hz <= 0
        || sscanf(rest + 1,
               " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
               &system)
            != 2)
    {
        return -1;
    }

    return (int64_t) (user + system) * (GMS_S / hz);
}


/* Ticks in which the computer worked, and all. */
static bool
computer_ticks(uint64_t ticks[2])
{
    uint64_t v[8] = { 0 };
    FILE    *f = fopen("/proc/stat", "re");
    int      n, i;

    if (f == NULL) {
        return false;
    }

    n = fscanf(f,
        "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
        " %" SCNu64 " %" SCNu64 " %" SCNu64,
        &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]);
    fclose(f);

    if (n < 5) {
        return false;
    }

    for (ticks[1] = 0, i = 0; i < 8; i++) {
        ticks[1] += v[i];
    }

    ticks[0] = ticks[1] - v[3] - v[4]; /* idle, or it waits for a disk */
    return true;
}


/* Share of the computer's time since the last call; NAN: not known. */
static double
computer_busy(gms_sampler_t *s)
{
    uint64_t now[2];
    double   busy = (double) NAN;

    if (computer_ticks(now)) {
        if (s->ticks[1] != 0 && now[1] > s->ticks[1] && now[0] >= s->ticks[0]) {
            busy = fmin(1,
                (double) (now[0] - s->ticks[0])
                    / (double) (now[1] - s->ticks[1]));
        }
        memcpy(s->ticks, now, sizeof(now));
    }

    return busy;
}


/* CPU time of each process since the last sample: cpu holds their totals, and
 * spent what is new of it; the sum of that. */
static double
processes_spent(gms_sampler_t *s, int64_t *spent)
{
    gms_sampler_cpu_t cpu[GMS_CONFIG_LANES_MAX + 2];
    double            sum = 0;
    unsigned          i, k, n = 0;

    cpu[n++].pid = getpid();

    if (s->lanes->archive.pid != 0) {
        cpu[n++].pid = s->lanes->archive.pid;
    }
    for (i = 0; i < s->lanes->processes; i++) {
        if (s->lanes->process[i]->pid != 0) {
            cpu[n++].pid = s->lanes->process[i]->pid;
        }
    }

    for (i = 0; i < n; i++) {
        cpu[i].ns = cpu_of(cpu[i].pid);
        spent[i] = cpu[i].ns;

        for (k = 0; k < s->cpus; k++) {
            if (s->cpu[k].pid == cpu[i].pid && cpu[i].ns >= s->cpu[k].ns) {
                spent[i] -= s->cpu[k].ns;
            }
        }

        sum += spent[i] > 0 ? (double) spent[i] : 0;
    }

    memcpy(s->cpu, cpu, n * sizeof(cpu[0]));
    s->cpus = n;
    return sum;
}


/* Of the process that carries a lane; NAN: it does not run. */
static double
lane_spent(const gms_sampler_t *s, const char *name, const int64_t *spent)
{
    const gms_process_t *p;
    unsigned             i, k;

    for (i = 0; i < s->lanes->processes; i++) {
        p = s->lanes->process[i];

        for (k = 0; k < p->lanes && strcmp(p->config[k]->name, name) != 0; k++)
        {
            continue;
        }

        if (k < p->lanes) {
            for (k = 0; k < s->cpus; k++) {
                if (s->cpu[k].pid == p->pid && spent[k] >= 0) {
                    return (double) spent[k];
                }
            }
        }
    }

    return (double) NAN;
}


static void
count_clients(
    const gms_sampler_t *s, unsigned of, gms_performance_about_t *about)
{
    unsigned i;

    about->streams = 0;
    about->viewers = 0;

    for (i = 0; i < GMS_WAKES_MAX; i++) {
        about->streams += s->clients[i].streams[of];
        about->viewers += s->clients[i].viewers[of];
    }
}


/* The record of the lane at this place, begun when it is new; NULL: there is
 * no such lane, or no memory for it. */
static gms_sampler_lane_t *
sampled_lane(gms_sampler_t *s, unsigned i)
{
    const gms_lanes_lane_t *lane = &s->lanes->lane[i];
    gms_sampler_lane_t     *l = s->lane[i];

    if (l != NULL && strcmp(l->name, lane->name) != 0) {
        free(l);
        l = NULL;
    }

    if (l == NULL && lane->name[0] != '\0') {
        l = calloc(1, sizeof(*l));

        if (l != NULL) {
            memcpy(l->name, lane->name, sizeof(l->name));
        }
    }

    s->lane[i] = l;
    return l;
}


static void
take(gms_sampler_t *s, int64_t now_ns)
{
    gms_performance_reading_t now, counted, sum = { 0 };
    gms_performance_about_t   about = { 0 };
    gms_sampler_lane_t       *l;
    int64_t                   spent[GMS_CONFIG_LANES_MAX + 2];
    double                    ns = (double) (now_ns - s->taken_ns), all;
    unsigned                  i;

    about.t_us = gms_clock_real_ns() / GMS_US;
    about.seconds = ns / (double) GMS_S;
    about.busy = computer_busy(s);
    all = processes_spent(s, spent);

    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        l = sampled_lane(s, i);

        if (l == NULL) {
            continue;
        }

        gms_performance_read(&s->lanes->lane[i].memory, &now);
        gms_performance_since(&l->before, &now, &counted);
        l->before = now;

        if (s->taken_ns != 0) {
            about.cpu = lane_spent(s, l->name, spent) / ns;
            count_clients(s, i, &about);
            gms_performance_put(&l->performance, &about, &counted);
            gms_performance_add(&sum, &counted);
        }
    }

    if (s->taken_ns != 0) {
        about.cpu = all / ns;
        count_clients(s, GMS_SAMPLER_ALL, &about);
        gms_performance_put(&s->all, &about, &sum);
    }

    s->taken_ns = now_ns;
}


void
gms_sampler_tick(gms_sampler_t *s, int64_t now_ns)
{
    if (s->taken_ns == 0 || now_ns - s->taken_ns >= GMS_PERFORMANCE_STEP_NS) {
        take(s, now_ns);
    }
}


static unsigned
place_of(const gms_sampler_t *s, const char *name)
{
    unsigned i;

    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        if (strcmp(s->lanes->lane[i].name, name) == 0) {
            break;
        }
    }

    return i;
}


void
gms_sampler_clients(
    gms_sampler_t *s, unsigned peer, const gms_link_message_t *m)
{
    gms_sampler_clients_t *c = &s->clients[peer];
    unsigned               i = GMS_SAMPLER_ALL;

    if (m->header.lane[0] != '\0') {
        i = place_of(s, m->header.lane);
        if (i == GMS_SAMPLER_ALL) {
            return; /* a lane that has just gone */
        }
    }

    c->streams[i] = (uint32_t) m->header.id;
    c->viewers[i] = (uint32_t) m->header.value;
}


void
gms_sampler_forget(gms_sampler_t *s, unsigned peer)
{
    memset(&s->clients[peer], 0, sizeof(s->clients[peer]));
}


/* What the address says: since when.  NULL: it was read; else the refusal. */
static char *
read_since(const gms_link_message_t *ask, int64_t *since_us, uint32_t *status)
{
    cJSON       *address, *body;
    const cJSON *item;
    const char  *text = NULL, *name = NULL;
    char         pointer[96], *problem = NULL, *end = NULL;
    bool         sound;

    sound = gms_jsontree_request(ask->body, &address, &body);
    *since_us = 0;

    cJSON_ArrayForEach(item, address)
    {
        name = item->string;
        text = strcmp(name, "since") == 0 ? cJSON_GetStringValue(item) : NULL;
        *since_us = text != NULL ? strtoll(text, &end, 10) : 0;
        sound &= text != NULL && text[0] >= '0' && text[0] <= '9'
            && *end == '\0' && strlen(text) < 18;
    }

    if (!sound) {
        *status = 422;
        snprintf(pointer, sizeof(pointer), "/%.80s", name != NULL ? name : "");
        problem = gms_problem(422, "invalid-field", "A field is not valid",
            "since is t_us of a sample, and nothing else is known here",
            pointer, "since is t_us of a sample, and nothing else is known");
    }

    cJSON_Delete(address);
    cJSON_Delete(body);
    return problem;
}


char *
gms_sampler_answer(
    const gms_sampler_t *s, const gms_link_message_t *ask, uint32_t *status)
{
    const gms_performance_t *p = &s->all;
    const char              *name = ask->header.lane;
    unsigned                 i;
    int64_t                  since_us;
    char                    *problem;

    if (ask->header.role < GMS_ROLE_COACH) {
        *status = 403;
        return gms_problem(403, "not-allowed", "You are not allowed to do this",
            "only a coach or an admin sees how the lanes fare", NULL, NULL);
    }

    if (name[0] != '\0') {
        i = place_of(s, name);

        if (i == GMS_SAMPLER_ALL) {
            *status = 404;
            return gms_problem(404, "lane-unknown", "There is no such lane",
                "the configuration names no lane like that", NULL, NULL);
        }

        p = s->lane[i] != NULL ? &s->lane[i]->performance : NULL;
    }

    *status = 200;
    problem = read_since(ask, &since_us, status);

    if (*status != 200) {
        return problem;
    }

    return gms_performance_json(p, name[0] != '\0' ? name : NULL, since_us,
        gms_clock_real_ns() / GMS_US);
}


void
gms_sampler_free(gms_sampler_t *s)
{
    unsigned i;

    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        free(s->lane[i]);
        s->lane[i] = NULL;
    }
}

/* gms_drill: see drill.h. */

#include "drill.h"

#include <math.h>
#include <string.h>

#include "../base/jsontree.h"

#define TENTHS 10 /* of a ring's value in the file */

const char *const gms_drill_rule_name[GMS_DRILL_RULES] = { "", "rings",
    "streak", "average", "group", "centre", "height", "width", "pairs", "pace",
    "rhythm", "quiet" };

/* Members of a rule, beside rule, shots and time_s. */
typedef enum {
    HITS = 1,
    VALUE = 2,
    WIDTHS = 4,
    LEAST_S = 8,
    RATIO = 16
} part_e;

static const unsigned parts[GMS_DRILL_RULES] = {
    [GMS_DRILL_RINGS] = HITS | VALUE,
    [GMS_DRILL_STREAK] = HITS | VALUE,
    [GMS_DRILL_AVERAGE] = VALUE,
    [GMS_DRILL_GROUP] = WIDTHS,
    [GMS_DRILL_CENTRE] = WIDTHS,
    [GMS_DRILL_HEIGHT] = WIDTHS,
    [GMS_DRILL_WIDTH] = WIDTHS,
    [GMS_DRILL_PAIRS] = HITS | WIDTHS,
    [GMS_DRILL_PACE] = HITS | LEAST_S,
    [GMS_DRILL_RHYTHM] = RATIO,
};

/* What is read and written of them, and what it may be. */
static const struct {
    part_e      part;
    const char *name;
    double      least;
    double      most;
    const char *what;
} limits[] = {
    { VALUE, "value", 0.1, 10.9, "the value of a ring, from 0.1 to 10.9" },
    { WIDTHS, "widths", 0.01, 20, "widths of a ring, from 0.01 to 20" },
    { LEAST_S, "least_s", 0, 600, "seconds, from 0 to 600" },
    { RATIO, "ratio", 0.01, 5, "a ratio, from 0.01 to 5" },
};

#define LIMITS (sizeof(limits) / sizeof(limits[0]))


bool
gms_drill_needs_rings(const gms_drill_task_t *task)
{
    return (parts[task->rule] & WIDTHS) != 0;
}


static int
count_values(const gms_drill_task_t *task, const gms_drill_shot_t *shot, int n)
{
    int i, hits = 0;

    for (i = 0; i < n; i++) {
        hits += shot[i].score_tenths >= task->limit;
    }

    return hits;
}


/* Of those in a row up to the last shot; stops where there are enough. */
static int
count_streak(const gms_drill_task_t *task, const gms_drill_shot_t *shot, int n)
{
    int i, hits = 0;

    for (i = 0; i < n && hits < task->hits; i++) {
        hits = shot[i].score_tenths >= task->limit ? hits + 1 : 0;
    }

    return hits;
}


static int
count_pairs(const gms_drill_task_t *task, double ring_mm,
    const gms_drill_shot_t *shot, int n)
{
    int i, hits = 0;

    for (i = 0; i + 1 < n; i += 2) {
        hits += shot[i].placed && shot[i + 1].placed
            && hypot(shot[i + 1].x_mm - shot[i].x_mm,
                   shot[i + 1].y_mm - shot[i].y_mm)
                <= task->limit * ring_mm;
    }

    return hits;
}


static int
count_pauses(const gms_drill_task_t *task, const gms_drill_shot_t *shot, int n)
{
    int    i, hits = 0;
    double pause_s;

    for (i = 1; i < n; i++) {
        pause_s = shot[i].t_s - shot[i - 1].t_s;
        hits += pause_s >= task->limit
            && (task->most_s == 0 || pause_s <= task->most_s);
    }

    return hits;
}


static double
mean_value(const gms_drill_shot_t *shot, int n)
{
    double sum = 0;
    int    i;

    for (i = 0; i < n; i++) {
        sum += shot[i].score_tenths;
    }

    return n > 0 ? sum / n : NAN;
}


/* Standard deviation of the pauses by their mean. */
static double
unrest(const gms_drill_shot_t *shot, int n)
{
    double mean_s, pause_s, squares = 0;
    int    i;

    if (n < 3 || shot[n - 1].t_s <= shot[0].t_s) {
        return NAN;
    }

    mean_s = (shot[n - 1].t_s - shot[0].t_s) / (n - 1);

    for (i = 1; i < n; i++) {
        pause_s = shot[i].t_s - shot[i - 1].t_s - mean_s;
        squares += pause_s * pause_s;
    }

    return sqrt(squares / (n - 2)) / mean_s;
}


/* In widths of a ring; NAN: too few, or no widths. */
static double
size_of(
    gms_drill_rule_e rule, double ring_mm, const gms_drill_shot_t *shot, int n)
{
    double x = 0, y = 0, radii = 0, xx = 0, yy = 0;
    int    i, placed = 0;

    for (i = 0; i < n; i++) {
        if (shot[i].placed) {
            x += shot[i].x_mm;
            y += shot[i].y_mm;
            placed++;
        }
    }

    if (placed < (rule == GMS_DRILL_CENTRE ? 1 : 2) || ring_mm <= 0) {
        return NAN;
    }

    x /= placed;
    y /= placed;

    for (i = 0; i < n; i++) {
        if (shot[i].placed) {
            radii += hypot(shot[i].x_mm - x, shot[i].y_mm - y);
            xx += (shot[i].x_mm - x) * (shot[i].x_mm - x);
            yy += (shot[i].y_mm - y) * (shot[i].y_mm - y);
        }
    }

    switch (rule) {

    case GMS_DRILL_GROUP:
        return radii / placed / ring_mm;

    case GMS_DRILL_CENTRE:
        return hypot(x, y) / ring_mm;

    case GMS_DRILL_HEIGHT:
        return sqrt(yy / (placed - 1)) / ring_mm;

    default:
        return sqrt(xx / (placed - 1)) / ring_mm;
    }
}


/* Shots that count: not too many, and none that came too late. */
static int
within(const gms_drill_task_t *task, const gms_drill_shot_t *shot, int n)
{
    int most = task->rule == GMS_DRILL_QUIET ? 1 : task->shots;

    if (n > most) {
        n = most;
    }

    while (n > 0 && task->time_s > 0 && shot[n - 1].t_s > task->time_s) {
        n--;
    }

    return n;
}


static void
measure(const gms_drill_task_t *task, double ring_mm,
    const gms_drill_shot_t *shot, gms_drill_progress_t *p)
{
    switch (task->rule) {

    case GMS_DRILL_RINGS:
        p->hits = count_values(task, shot, p->shots);
        break;

    case GMS_DRILL_STREAK:
        p->hits = count_streak(task, shot, p->shots);
        break;

    case GMS_DRILL_PAIRS:
        p->hits = count_pairs(task, ring_mm, shot, p->shots);
        break;

    case GMS_DRILL_PACE:
        p->hits = count_pauses(task, shot, p->shots);
        break;

    case GMS_DRILL_AVERAGE:
        p->figure = mean_value(shot, p->shots);
        break;

    case GMS_DRILL_RHYTHM:
        p->figure = unrest(shot, p->shots);
        break;

    case GMS_DRILL_GROUP:
    case GMS_DRILL_CENTRE:
    case GMS_DRILL_HEIGHT:
    case GMS_DRILL_WIDTH:
        p->figure = size_of(task->rule, ring_mm, shot, p->shots);
        break;

    default:
        break;
    }
}


/* All shots being there, or the time over: does it hold? */
static bool
is_done_well(const gms_drill_task_t *task, const gms_drill_progress_t *p)
{
    if (parts[task->rule] & HITS) {
        return p->hits >= task->hits;
    }

    /* what compares all of them is not done by fewer */
    return p->shots >= task->shots
        && (task->rule == GMS_DRILL_AVERAGE ? p->figure >= task->limit
                                            : p->figure <= task->limit);
}


gms_drill_progress_t
gms_drill_judge(const gms_drill_task_t *task, double ring_mm,
    const gms_drill_shot_t *shot, int n, double passed_s)
{
    gms_drill_progress_t p = { GMS_DRILL_RUNNING, 0, 0, NAN };
    bool                 late = task->time_s > 0 && passed_s >= task->time_s;

    if (task->rule == GMS_DRILL_NONE) {
        return p;
    }

    p.shots = within(task, shot, n);

    if (task->rule == GMS_DRILL_QUIET) {
        p.state = p.shots > 0 ? GMS_DRILL_FAILED
            : late            ? GMS_DRILL_PASSED
                              : GMS_DRILL_RUNNING;
        return p;
    }

    measure(task, ring_mm, shot, &p);

    if (late || p.shots >= task->shots
        || (task->rule == GMS_DRILL_STREAK && p.hits >= task->hits))
    {
        p.state = is_done_well(task, &p) ? GMS_DRILL_PASSED : GMS_DRILL_FAILED;
    }

    return p;
}


/* A member within its limits; missing: 0 where it may be. */
static bool
read_number(const cJSON *judge, const char *name, bool needed, double least,
    double most, double *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(judge, name);

    *value = 0;

    if (item == NULL) {
        return !needed;
    }

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= least)
        || item->valuedouble > most)
    {
        return false;
    }

    *value = item->valuedouble;
    return true;
}


static bool
read_count(const cJSON *judge, const char *name, int most, int *count)
{
    double value;
    bool   good = read_number(judge, name, true, 1, most, &value)
        && value == floor(value);

    *count = good ? (int) value : 0;
    return good;
}


/* Members that this rule does not ask for are faults: they would be passed
 * over in silence. */
static bool
is_known(const cJSON *judge, unsigned has, bool quiet, const char **member)
{
    const cJSON *item;
    const char  *name;
    bool         known;
    size_t       i;

    cJSON_ArrayForEach(item, judge)
    {
        name = item->string;
        known = strcmp(name, "rule") == 0 || strcmp(name, "time_s") == 0
            || (!quiet && strcmp(name, "shots") == 0)
            || ((has & HITS) && strcmp(name, "hits") == 0)
            || ((has & LEAST_S) && strcmp(name, "most_s") == 0);

        for (i = 0; i < LIMITS; i++) {
            known |=
                (has & limits[i].part) && strcmp(name, limits[i].name) == 0;
        }

        if (!known) {
            *member = name;
            return false;
        }
    }

    return true;
}


/* Of so many shots: pairs are half, pauses one less. */
static int
hits_of(const gms_drill_task_t *task)
{
    return task->rule == GMS_DRILL_PAIRS ? task->shots / 2
        : task->rule == GMS_DRILL_PACE   ? task->shots - 1
                                         : task->shots;
}


static bool
read_counts(gms_drill_task_t *task, const cJSON *judge, const char **member,
    const char **what)
{
    bool quiet = task->rule == GMS_DRILL_QUIET;

    *member = "time_s";
    *what = "seconds, from 1 to 7200";

    if (!read_number(
            judge, "time_s", quiet, 1, GMS_DRILL_TIME_MAX_S, &task->time_s))
    {
        return false;
    }

    *member = "shots";
    *what = "a number of shots, from 1 to 60";

    if (!quiet
        && !read_count(judge, "shots", GMS_DRILL_SHOTS_MAX, &task->shots)) {
        return false;
    }

    *member = "hits";
    *what = "how many of them are needed: no more than there are";

    return !(parts[task->rule] & HITS)
        || read_count(judge, "hits", hits_of(task), &task->hits);
}


bool
gms_drill_read(gms_drill_task_t *task, const cJSON *judge, const char **member,
    const char **what)
{
    const char *rule =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(judge, "rule"));
    size_t i;

    task->rule = GMS_DRILL_NONE;

    for (i = 1; rule != NULL && i < GMS_DRILL_RULES; i++) {
        if (strcmp(gms_drill_rule_name[i], rule) == 0) {
            task->rule = (gms_drill_rule_e) i;
        }
    }

    *member = "rule";
    *what = "one of rings, streak, average, group, centre, height, width, "
            "pairs, pace, rhythm, quiet";

    if (task->rule == GMS_DRILL_NONE || !read_counts(task, judge, member, what))
    {
        return false;
    }

    for (i = 0; i < LIMITS; i++) {
        *member = limits[i].name;
        *what = limits[i].what;

        if ((parts[task->rule] & limits[i].part)
            && !read_number(judge, limits[i].name, true, limits[i].least,
                limits[i].most, &task->limit))
        {
            return false;
        }
    }

    if (parts[task->rule] & VALUE) {
        task->limit = nearbyint(task->limit * TENTHS);
    }

    *member = "most_s";
    *what = "seconds, no less than least_s";

    if (!read_number(judge, "most_s", false, task->limit, 600, &task->most_s)) {
        return false;
    }

    *what = "this member is not known here";
    return is_known(
        judge, parts[task->rule], task->rule == GMS_DRILL_QUIET, member);
}


cJSON *
gms_drill_to_json(const gms_drill_task_t *task)
{
    unsigned has = parts[task->rule];
    cJSON   *json;
    size_t   i;
    bool     done;

    if (task->rule == GMS_DRILL_NONE) {
        return cJSON_CreateNull();
    }

    json = cJSON_CreateObject();
    done =
        cJSON_AddStringToObject(json, "rule", gms_drill_rule_name[task->rule])
        != NULL;

    if (task->shots > 0) {
        done &= cJSON_AddNumberToObject(json, "shots", task->shots) != NULL;
    }
    if (task->time_s > 0) {
        done &= cJSON_AddNumberToObject(json, "time_s", task->time_s) != NULL;
    }
    if (has & HITS) {
        done &= cJSON_AddNumberToObject(json, "hits", task->hits) != NULL;
    }

    for (i = 0; i < LIMITS; i++) {
        if (has & limits[i].part) {
            done &= cJSON_AddNumberToObject(json, limits[i].name,
                        has & VALUE ? task->limit / TENTHS : task->limit)
                != NULL;
        }
    }

    if (task->most_s > 0) {
        done &= cJSON_AddNumberToObject(json, "most_s", task->most_s) != NULL;
    }

    return gms_jsontree_done(json, done);
}

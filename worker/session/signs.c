/* gms_signs: see signs.h. */

#include "signs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/distribution.h"

/* Rounds shorter than this are joined. */
#define GROUP_SHOTS 10

/* Of a round that goes on for ever the newest shots. */
#define GROUP_SHOTS_MAX 200

/* Tests that need more than GMS_SIGNS_SHOTS_MIN. */
#define DRIFT_SHOTS_MIN 8
#define SHAPE_SHOTS_MIN 8
#define SIZE_SHOTS_MIN 8
#define FATIGUE_SHOTS_MIN 15
#define FIRST_ROUNDS_MIN 4
#define HOLD_SHOTS_MIN 12

/* Sights are what one comes to ask about, hence most of the weight. */
const gms_sign_kind_t gms_sign_kind[GMS_SIGNS] = {
    { "camera-moved", "", "", 0, false },
    { "directions-unknown", "", "", 0, false },
    { "shot-missing", "", "", 0, false },
    { "shot-double", "", "", 0, false },
    { "flyer", "one shot against the others", "F", 1, false },
    { "clusters", "two groups against one", "share left within", 1, false },
    { "drift", "slope against the shot's number", "t", 1, true },
    { "offset", "Hotelling", "F", 4, true },
    { "shape", "roundness", "aspect", 2, false },
    { "larger", "variances", "F", 1, false },
    { "fatigue", "variances", "F", 1, false },
    { "first-shot", "Hotelling", "distance in mm", 1, true },
    { "long-hold", "Spearman", "rho", 1, false },
    { "smaller", "variances", "F", 1, false },
};

/* Room to work in: four numbers a shot. */
typedef struct {
    gms_point_t *point;
    double      *number;
    double      *scratch; /* three */
    int         *size;
} gms_signs_room_t;


int
gms_signs_round_end(const gms_counted_t *shot, int n, int i)
{
    int k = i + 1;

    while (k < n && shot[k].round == shot[i].round) {
        k++;
    }
    return k;
}


static void
set(gms_signs_t *s, gms_sign_e which, int n, double statistic, double p)
{
    gms_sign_t *sign = &s->sign[which];

    if (isfinite(p)) {
        sign->present = true;
        sign->n = n;
        sign->statistic = statistic;
        sign->p = fmin(p, 1);
    }
}


/* The newest round with shots enough, and those before it until there are
 * ten; all shots when every round is too short. */
static void
find_group(gms_signs_t *s, const gms_counted_t *shot, int n)
{
    int from = 0, end;

    s->from = 0;
    s->to = n;
    for (int i = 0; i < n; i = end) {
        end = gms_signs_round_end(shot, n, i);
        if (end - i >= GMS_SIGNS_SHOTS_MIN) {
            s->from = i;
            s->to = end;
        }
    }
    while (s->from > 0 && s->to - s->from < GROUP_SHOTS) {
        for (from = s->from - 1;
             from > 0 && shot[from - 1].round == shot[from].round; from--)
        {
        }
        s->from = from;
    }
    if (s->to - s->from > GROUP_SHOTS_MAX) {
        s->from = s->to - GROUP_SHOTS_MAX;
    }
}


/* The farthest shot against the others about their own centre, as if it had
 * been picked beforehand, times the number that it was picked from. */
static void
test_flyer(gms_signs_t *s, const gms_group_t *g, const gms_counted_t *shot,
    const gms_signs_room_t *room)
{
    gms_group_radii_t radii;
    int               n = g->n;
    double            squares, left, f;

    gms_group_radii(g, room->point, n, room->scratch, &radii);
    if (n < GMS_SIGNS_SHOTS_MIN) {
        return;
    }
    /* Taking a shot away takes n / (n - 1) of its square away. */
    squares = radii.max_mm * radii.max_mm * n / (n - 1);
    left = g->xx + g->yy - squares;
    f = (n - 2) * squares / left;
    if (left > 0) {
        set(s, GMS_SIGN_FLYER, n, f,
            radii.flyer < 0 ? 1 : n * pow(1 + f / (n - 2), -(n - 2)));
        s->flyer = radii.flyer < 0 ? 0 : shot[s->from + radii.flyer].n;
    }
}


/* Shots of the group whose place in the order is known. */
static int
ordered(const gms_signs_t *s, const gms_counted_t *shot,
    const gms_signs_room_t *room)
{
    int n = 0;

    for (int i = s->from; i < s->to; i++) {
        if (!shot[i].order_unknown) {
            room->point[n] = shot[i].at;
            room->number[n++] = shot[i].n;
        }
    }
    return n;
}


static void
test_drift(
    gms_signs_t *s, const gms_counted_t *shot, const gms_signs_room_t *room)
{
    int            n = ordered(s, shot, room);
    double         p, half;
    gms_interval_t slope;

    gms_sequence_drift(&s->drift, room->point, room->number, n);
    if (n < DRIFT_SHOTS_MIN || isnan(s->drift.x_p) || isnan(s->drift.y_p)) {
        return;
    }
    /* Two axes: twice the chance. */
    p = fmin(s->drift.x_p, s->drift.y_p);
    slope = s->drift.x_p < s->drift.y_p ? s->drift.x_mm_a_shot
                                        : s->drift.y_mm_a_shot;
    half = slope.high - slope.value;
    set(s, GMS_SIGN_DRIFT, n, slope.value / half * gms_t_quantile(0.975, n - 2),
        2 * p);
}


/* Of what test is of one group alone. */
static int
test_group(
    gms_signs_t *s, const gms_counted_t *shot, const gms_signs_room_t *room)
{
    gms_group_t g = { 0 };
    int         n = s->to - s->from, rc = GMS_OK;
    bool        aimed = !s->sign[GMS_SIGN_DIRECTIONS_UNKNOWN].present;

    for (int i = 0; i < n && rc == GMS_OK; i++) {
        room->point[i] = shot[s->from + i].at;
        rc = gms_group_add(&g, room->point[i].x, room->point[i].y);
    }
    if (rc == GMS_OK) {
        gms_group_measure_quick(&g, &s->group);
        test_flyer(s, &g, shot, room);
        gms_clusters_find(&s->clusters, room->point, n, room->scratch);
        set(s, GMS_SIGN_CLUSTERS, n, s->clusters.within, s->clusters.p);
        if (aimed && n >= GMS_SIGNS_SHOTS_MIN) {
            set(s, GMS_SIGN_OFFSET, n, s->group.hotelling_f, s->group.offset_p);
        }
        if (aimed && n >= SHAPE_SHOTS_MIN) {
            set(s, GMS_SIGN_SHAPE, n, s->group.aspect, s->group.round_p);
        }
        if (aimed) {
            test_drift(s, shot, room);
        }
    }
    gms_group_free(&g);
    return rc;
}


gms_scatter_t
gms_signs_scatter(const gms_counted_t *shot, int from, int to)
{
    gms_scatter_t sum = { 0, 0, to - from };

    for (int i = from, end; i < to; i = end) {
        double x = 0, y = 0;

        end = gms_signs_round_end(shot, to, i);
        for (int k = i; k < end; k++) {
            double dx = shot[k].at.x - x, dy = shot[k].at.y - y;

            x += dx / (k - i + 1);
            y += dy / (k - i + 1);
            sum.squares += dx * (shot[k].at.x - x) + dy * (shot[k].at.y - y);
        }
        sum.df += 2 * (end - i - 1);
    }
    return sum;
}


/* Chance of a ratio of variances that is at least this large. */
static double
variances(gms_scatter_t a, gms_scatter_t b, double *f)
{
    *f = a.squares / a.df / (b.squares / b.df);
    return b.squares > 0 && a.squares > 0 ? gms_f_tail(*f, a.df, b.df) : NAN;
}


/* What was given, else the rounds before the group. */
static void
find_usual(
    gms_signs_t *s, const gms_counted_t *shot, const gms_signs_about_t *about)
{
    gms_scatter_t before = gms_signs_scatter(shot, 0, s->from);

    if (about->usual.sigma_mm > 0 && about->usual.df > 0) {
        s->usual = about->usual;
        s->usual_from = GMS_USUAL_GIVEN;
    } else if (before.shots >= GMS_USUAL_SHOTS_MIN && before.df > 0
        && before.squares > 0)
    {
        s->usual.sigma_mm = sqrt(before.squares / before.df);
        s->usual.df = before.df;
        s->usual.shots = before.shots;
        s->usual_from = GMS_USUAL_ROUNDS;
    }
}


static void
test_size(
    gms_signs_t *s, const gms_counted_t *shot, const gms_signs_about_t *about)
{
    gms_scatter_t now = gms_signs_scatter(shot, s->from, s->to);
    int           n = s->to - s->from;
    double        larger, smaller, f;

    if (n < SIZE_SHOTS_MIN || !(now.df > 0)) {
        return;
    }
    find_usual(s, shot, about);
    if (s->usual_from != GMS_USUAL_NONE) {
        smaller = gms_usual_smaller(&s->usual, &now, &f);
        set(s, GMS_SIGN_SMALLER, n, f, smaller);
        larger = gms_usual_larger(&s->usual, &now, &f);
        set(s, GMS_SIGN_LARGER, n, f, larger);
        s->size_ratio = sqrt(f);
    }
}


static void
test_fatigue(gms_signs_t *s, const gms_counted_t *shot, int n)
{
    gms_scatter_t first = gms_signs_scatter(shot, 0, n / 3);
    gms_scatter_t last = gms_signs_scatter(shot, n - n / 3, n);
    double        f, p;

    for (int i = 0; i < n; i++) {
        if (shot[i].order_unknown) {
            return;
        }
    }
    if (n >= FATIGUE_SHOTS_MIN && first.df > 0 && last.df > 0) {
        p = variances(last, first, &f);
        s->fatigue_ratio = sqrt(f);
        set(s, GMS_SIGN_FATIGUE, n / 3 * 2, f, p);
    }
}


/* Rounds whose order is known, against one another's. */
static void
test_first(gms_signs_t *s, const gms_counted_t *shot, int n,
    const gms_signs_room_t *room)
{
    int rounds = 0, taken = 0;

    for (int i = 0, end; i < n; i = end) {
        int known = 0;

        end = gms_signs_round_end(shot, n, i);
        for (int k = i; k < end; k++) {
            known += !shot[k].order_unknown;
        }
        if (known < end - i) {
            continue;
        }
        for (int k = i; k < end; k++) {
            room->point[taken++] = shot[k].at;
        }
        room->size[rounds++] = end - i;
    }
    gms_sequence_first_shots(&s->first, room->point, room->size, rounds);
    if (s->first.rounds >= FIRST_ROUNDS_MIN
        && !s->sign[GMS_SIGN_DIRECTIONS_UNKNOWN].present)
    {
        set(s, GMS_SIGN_FIRST, s->first.rounds,
            hypot(s->first.x_mm, s->first.y_mm), s->first.p);
    }
}


/* Twice the mean rank of value[i], less than and as large as it counted. */
static double
rank(const double *value, int n, int i)
{
    double below = 0;

    for (int k = 0; k < n; k++) {
        below += (value[k] < value[i]) + (value[k] <= value[i]);
    }
    return below;
}


/* Spearman's rank correlation; NaN where one of them never changes. */
static double
rank_correlation(const double *a, const double *b, int n)
{
    double aa = 0, ab = 0, bb = 0;

    for (int i = 0; i < n; i++) {
        double x = rank(a, n, i) - n, y = rank(b, n, i) - n;

        aa += (x - 1) * (x - 1);
        ab += (x - 1) * (y - 1);
        bb += (y - 1) * (y - 1);
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : NAN;
}


/* Time before a shot, and how far it lies from the centre of the group. */
static void
test_hold(
    gms_signs_t *s, const gms_counted_t *shot, const gms_signs_room_t *room)
{
    double *far = room->scratch, rho, t, p;
    int     n = 0;

    for (int i = s->from + 1; i < s->to; i++) {
        double split = shot[i].t_s - shot[i - 1].t_s;

        if (shot[i].round == shot[i - 1].round && split >= 0
            && !shot[i].order_unknown && !shot[i - 1].order_unknown)
        {
            room->number[n] = split;
            far[n++] = hypot(shot[i].at.x - s->group.x_mm.value,
                shot[i].at.y - s->group.y_mm.value);
        }
    }
    if (n < HOLD_SHOTS_MIN) {
        return;
    }
    rho = rank_correlation(room->number, far, n);
    t = rho * sqrt((n - 2) / fmax(1 - rho * rho, 1e-300));
    p = gms_t_tail(fabs(t), n - 2) / 2;
    set(s, GMS_SIGN_HOLD, n, rho, rho > 0 ? p : 1 - p);
}


/* Holm's steps: the sign that is least by chance is weighed against all, the
 * next against those that are left. */
static void
count_family(gms_signs_t *s)
{
    double left = 0, at_least = 0;
    bool   done[GMS_SIGNS] = { false };

    for (int i = GMS_SIGN_TROUBLES; i < GMS_SIGNS; i++) {
        left += s->sign[i].present ? gms_sign_kind[i].weight : 0;
    }
    for (;;) {
        int best = -1;

        for (int i = GMS_SIGN_TROUBLES; i < GMS_SIGNS; i++) {
            if (s->sign[i].present && !done[i]
                && (best < 0
                    || s->sign[i].p / gms_sign_kind[i].weight
                        < s->sign[best].p / gms_sign_kind[best].weight))
            {
                best = i;
            }
        }
        if (best < 0) {
            return;
        }
        done[best] = true;
        at_least =
            fmax(at_least, s->sign[best].p * left / gms_sign_kind[best].weight);
        s->sign[best].p_family = fmin(at_least, 1);
        left -= gms_sign_kind[best].weight;
    }
}


static int
make_room(gms_signs_room_t *room, int n)
{
    size_t size = (size_t) n + 1;

    room->point = calloc(size, sizeof(gms_point_t));
    room->number = calloc(size, sizeof(double));
    room->scratch = calloc(3 * size, sizeof(double));
    room->size = calloc(size, sizeof(int));
    return room->point != NULL && room->number != NULL && room->scratch != NULL
            && room->size != NULL
        ? GMS_OK
        : GMS_ENOMEM;
}


static void
take_troubles(gms_signs_t *s, const gms_signs_about_t *about)
{
    for (int i = 0; i < GMS_SIGNS; i++) {
        s->sign[i].statistic = s->sign[i].p = s->sign[i].p_family = NAN;
    }
    for (int i = 0; i < (int) GMS_SIGN_TROUBLES; i++) {
        s->sign[i].present = about->trouble[i];
    }
    s->size_ratio = s->fatigue_ratio = NAN;
}


int
gms_signs_take(gms_signs_t *s, const gms_counted_t *shot, int n,
    const gms_signs_about_t *about)
{
    gms_signs_room_t room = { 0 };
    int              rc = make_room(&room, n);

    memset(s, 0, sizeof(*s));
    take_troubles(s, about);
    if (rc == GMS_OK) {
        find_group(s, shot, n);
        rc = test_group(s, shot, &room);
    }
    if (rc == GMS_OK) {
        test_size(s, shot, about);
        test_fatigue(s, shot, n);
        test_first(s, shot, n, &room);
        test_hold(s, shot, &room);
        count_family(s);
    }
    free(room.point);
    free(room.number);
    free(room.scratch);
    free(room.size);
    return rc;
}

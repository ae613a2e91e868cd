#include "session.h"

#include <math.h>
#include <string.h>

#include "../base/clock.h"

/* Of the journal, in the id of a session. */
#define GMS_EPOCH_DIGITS 16

/* Who shot without saying who he is has gone when he did not shoot for so
 * long: longer than any pause between strings. */
#define GMS_WALK_UP_STOP_S (30.0 * 60)

/* Shots of a series, as ranges count them. */
#define GMS_SERIES_LENGTH 10


gms_session_instant_t
gms_session_instant_of(const gms_event_t *event)
{
    gms_session_instant_t at;

    at.real_ns = event->real_ns;
    at.mono_ns = event->mono_ns;
    memcpy(at.boot_id, event->boot_id, sizeof(at.boot_id));
    return at;
}


bool
gms_session_is_open(const gms_session_t *s)
{
    return s->state == GMS_SESSION_LIVE || s->state == GMS_SESSION_PAUSED;
}


void
gms_correction_describe(gms_event_correction_t *c, const gms_event_shot_t *shot)
{
    c->x_mm = shot->x_mm;
    c->y_mm = shot->y_mm;
    c->x_px = shot->x_px;
    c->y_px = shot->y_px;
    c->score_tenths = shot->score_tenths;
    c->ring = shot->ring;
    c->inner = shot->inner;
    strcpy(c->zone, shot->zone);
    strcpy(c->bull, shot->bull);
    c->sighter = shot->sighter;
    c->near_line = shot->near_line;
    c->unplaced = shot->unplaced;
    c->x_error_mm = shot->x_error_mm;
    c->y_error_mm = shot->y_error_mm;
    c->error_correlation = shot->error_correlation;
}


void
gms_correction_of(gms_event_correction_t *c, const gms_session_shot_t *row)
{
    memset(c, 0, sizeof(*c));
    c->n = row->shot.n;
    c->standing = row->standing;
    c->round = row->round;
    c->other_n = row->other_n;
    strcpy(c->other, row->other);
    gms_correction_describe(c, &row->shot);
    c->admitted = gms_session_is_admitted(row);
}


void
gms_correction_put(const gms_event_correction_t *c, gms_session_shot_t *row)
{
    gms_event_shot_t *shot = &row->shot;

    shot->x_mm = c->x_mm;
    shot->y_mm = c->y_mm;
    shot->x_px = c->x_px;
    shot->y_px = c->y_px;
    shot->score_tenths = c->score_tenths;
    shot->ring = c->ring;
    shot->inner = c->inner;
    strcpy(shot->zone, c->zone);
    strcpy(shot->bull, c->bull);
    shot->sighter = c->sighter;
    shot->near_line = c->near_line;
    shot->unplaced = c->unplaced;
    shot->x_error_mm = c->x_error_mm;
    shot->y_error_mm = c->y_error_mm;
    shot->error_correlation = c->error_correlation;
    shot->window = c->admitted ? GMS_WINDOW_IN : row->first.window;
}


bool
gms_session_is_admitted(const gms_session_shot_t *row)
{
    return row->shot.window != row->first.window;
}


/* A lane's name may have dashes, too. */
size_t
gms_session_lane(const char *id)
{
    size_t size = strlen(id), n = size;

    while (n > 0 && id[n - 1] >= '0' && id[n - 1] <= '9') {
        n--;
    }

    if (n == size || n < GMS_EPOCH_DIGITS + 3 || id[n - 1] != '-'
        || id[n - GMS_EPOCH_DIGITS - 2] != '-'
        || strspn(id + n - GMS_EPOCH_DIGITS - 1, "0123456789abcdef")
            != GMS_EPOCH_DIGITS)
    {
        return 0;
    }

    return n - GMS_EPOCH_DIGITS - 2;
}


bool
gms_session_is_elsewhere(const char *id, const char *other)
{
    size_t here = gms_session_lane(id), there = gms_session_lane(other);

    return here != 0 && there != 0
        && (here != there || memcmp(id, other, here) != 0);
}


bool
gms_session_is_hole(const gms_session_t *s, const gms_session_shot_t *row)
{
    return row->standing == GMS_STANDING_YES
        || row->standing == GMS_STANDING_IGNORED
        || (row->standing == GMS_STANDING_GIVEN
            && gms_session_is_elsewhere(s->id, row->other));
}


static bool
counts(const gms_event_shot_t *shot)
{
    return !shot->sighter && shot->window == GMS_WINDOW_IN;
}


void
gms_session_count(gms_totals_t *total, const gms_event_shot_t *shot, int sign)
{
    if (!counts(shot)) {
        return;
    }

    total->counted += sign;
    total->tenths += sign * shot->score_tenths;
    total->rings += sign * shot->ring;
    total->inner += sign * (shot->inner ? 1 : 0);
}


gms_rounds_rule_t
gms_session_rule(const gms_session_t *s, bool sighters)
{
    gms_rounds_rule_t rule = s->setup.rounds;

    if (sighters) {
        rule.shots = 0;
    }

    if (s->setup.course.stages > 0) {
        rule.by_hand = true;
    }

    return rule;
}


int32_t
gms_session_paper_shots(const gms_session_t *s, uint32_t paper)
{
    uint32_t i;
    int32_t  n = 0;

    for (i = 0; i < s->shots; i++) {
        n += s->shot[i].shot.paper == paper
            && gms_session_is_hole(s, &s->shot[i]);
    }

    return n;
}


uint32_t
gms_session_round_first(const gms_session_t *s)
{
    return s->rounds > 0 ? s->round[s->rounds - 1].last + 1 : 1;
}


uint32_t
gms_session_round_of(
    const gms_session_t *s, const gms_session_shot_t *row, uint32_t *closed)
{
    while (*closed < s->rounds && s->round[*closed].last < row->shot.n) {
        (*closed)++;
    }

    return row->round != 0 ? row->round : *closed + 1;
}


void
gms_session_count_row(gms_totals_t *total, const gms_session_shot_t *row)
{
    if (row->standing == GMS_STANDING_YES) {
        gms_session_count(total, &row->shot, 1);
    }
}


/* One look at each shot, since any may be assigned to any. */
void
gms_session_sum_rounds(
    const gms_session_t *s, uint32_t first, gms_totals_t *total, uint32_t max)
{
    uint32_t i, number, closed = 0;

    memset(total, 0, max * sizeof(*total));

    for (i = 0; i < s->shots; i++) {
        number = gms_session_round_of(s, &s->shot[i], &closed);

        if (number >= first && number - first < max) {
            gms_session_count_row(&total[number - first], &s->shot[i]);
        }
    }
}


int
gms_session_series_length(const gms_session_t *s)
{
    const gms_course_stage_t *stage = s->setup.course.stage;
    int                       i, length = 0;

    for (i = 0; i < s->setup.course.stages; i++) {
        if (!stage[i].sighters && gms_course_series(&stage[i]) > length) {
            length = gms_course_series(&stage[i]);
        }
    }

    return length > 0 ? length : GMS_SERIES_LENGTH;
}


bool
gms_session_next_series(const gms_session_t *s, gms_session_part_t *part)
{
    gms_session_part_t next = { .number = part->number + 1 };
    bool               course = s->setup.course.stages > 0;
    int                length = gms_session_series_length(s);
    uint32_t           i, of = 0, closed = 0;

    for (i = part->last; i < s->shots && next.sum.counted < length; i++) {
        if (s->shot[i].standing != GMS_STANDING_YES
            || !counts(&s->shot[i].shot)) {
            continue;
        }

        while (closed < s->rounds && s->round[closed].last <= i) {
            closed++;
        }
        if (course && next.first != 0 && closed != of) {
            break;
        }

        of = closed;
        gms_session_count(&next.sum, &s->shot[i].shot, 1);
        next.first = next.first != 0 ? next.first : i + 1;
        next.last = i + 1;
    }

    *part = next;
    return next.last != 0;
}


double
gms_session_passed_s(
    const gms_session_instant_t *from, const gms_session_instant_t *to)
{
    bool one_boot = strcmp(to->boot_id, from->boot_id) == 0 && to->mono_ns != 0
        && from->mono_ns != 0;
    int64_t gap_ns =
        one_boot ? to->mono_ns - from->mono_ns : to->real_ns - from->real_ns;

    return (double) gap_ns / (double) GMS_S;
}


/* None when it went backwards. */
static double
passed_s(const gms_session_instant_t *from, const gms_session_instant_t *to)
{
    return fmax(gms_session_passed_s(from, to), 0);
}


double
gms_session_pace_s(const gms_session_t *s, const gms_session_instant_t *at)
{
    /* Holes that were found late may be older than the last one. */
    return s->pace.last_s + passed_s(&s->last_shot, at);
}


gms_round_state_e
gms_session_round_state(
    const gms_session_t *s, const gms_session_instant_t *now)
{
    gms_rounds_rule_t rule = gms_session_rule(s, s->setup.sighters);

    return gms_session_is_open(s)
        ? gms_rounds_at(&s->pace, &rule, gms_session_pace_s(s, now))
        : GMS_ROUND_OPEN;
}


double
gms_session_left_s(
    const gms_session_t *s, const gms_session_instant_t *now, double idle_s)
{
    if (!gms_session_is_open(s)) {
        return 0;
    }

    if (s->setup.walk_up && passed_s(&s->last_shot, now) >= GMS_WALK_UP_STOP_S)
    {
        return GMS_WALK_UP_STOP_S;
    }

    return passed_s(&s->touched, now) >= idle_s ? idle_s : 0;
}


bool
gms_session_may_reopen(const gms_session_t *s, const gms_session_instant_t *now)
{
    double passed = gms_session_passed_s(&s->ending.at, now);

    return s->state == GMS_SESSION_ENDED && passed >= 0
        && passed <= GMS_SESSION_REOPEN_S;
}

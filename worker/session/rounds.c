/* gms_rounds: see rounds.h. */

#include "rounds.h"

#include <math.h>
#include <string.h>

const gms_rounds_rule_t gms_rounds_usual = {
    .alpha = 0.3, .high = 4, .low = 2, .floor_s = 8, .stop_s = 300
};


void
gms_rounds_reset(gms_rounds_t *r)
{
    memset(r, 0, sizeof(*r));
}


/* A longer pause may be the end. */
static double
pause_limit(const gms_rounds_t *r, const gms_rounds_rule_t *rule)
{
    if (rule->by_hand) {
        return INFINITY;
    }
    if (r->average_s <= 0) {
        return rule->stop_s;
    }
    return fmin(fmax(rule->floor_s, rule->high * r->average_s), rule->stop_s);
}


static void
feed(gms_rounds_t *r, const gms_rounds_rule_t *rule, double gap_s)
{
    r->average_s = r->average_s > 0
        ? r->average_s + rule->alpha * (gap_s - r->average_s)
        : gap_s;
}


/* A round of n shots that have come, the last now.  Another round may have
 * another rhythm. */
static void
begin(gms_rounds_t *r, int n)
{
    r->shots = n;
    r->average_s = 0;
    r->pending = false;
}


/* The shot after a pause is followed by another: is this the old rhythm, or at
 * least one in which the pause stands out? */
static bool
confirms(const gms_rounds_t *r, const gms_rounds_rule_t *rule, double gap_s)
{
    return gap_s <= fmax(rule->low * r->average_s, rule->floor_s)
        || r->pause_s >= rule->low * gap_s;
}


/* By its shots or by a stop. */
static bool
is_closed(const gms_rounds_t *r, const gms_rounds_rule_t *rule, double pause_s)
{
    return !rule->by_hand
        && (pause_s > rule->stop_s
            || (rule->shots > 0 && r->shots >= rule->shots));
}


int
gms_rounds_shot(gms_rounds_t *r, const gms_rounds_rule_t *rule, double t_s)
{
    double gap_s = t_s - r->last_s;

    r->last_s = t_s;
    if (r->shots == 0) {
        begin(r, 1);
        return 1;
    }
    if (is_closed(r, rule, gap_s)) {
        begin(r, 1);
        return 1;
    }
    if (gap_s <= 0 && !r->pending) {
        r->shots++; /* found together: no rhythm */
        return 0;
    }
    if (r->pending) {
        if (confirms(r, rule, gap_s)) {
            begin(r, 2);
            feed(r, rule, fmax(gap_s, 0));
            return 2;
        }
        r->pending = false; /* no break: slower */
        feed(r, rule, r->pause_s);
    } else if (gap_s > pause_limit(r, rule)) {
        r->pending = true;
        r->pause_s = gap_s;
        r->shots++;
        return 0;
    }
    feed(r, rule, gap_s);
    r->shots++;
    return 0;
}


gms_round_state_e
gms_rounds_at(
    const gms_rounds_t *r, const gms_rounds_rule_t *rule, double now_s)
{
    double pause_s = now_s - r->last_s;

    if (r->shots == 0) {
        return GMS_ROUND_OPEN;
    }
    if (is_closed(r, rule, pause_s)) {
        return GMS_ROUND_CLOSED;
    }
    return pause_s > pause_limit(r, rule) ? GMS_ROUND_PENDING : GMS_ROUND_OPEN;
}


double
gms_rounds_due_s(
    const gms_rounds_t *r, const gms_rounds_rule_t *rule, double now_s)
{
    switch (gms_rounds_at(r, rule, now_s)) {
    case GMS_ROUND_OPEN:
        return r->shots > 0 ? r->last_s + pause_limit(r, rule) : INFINITY;
    case GMS_ROUND_PENDING:
        return r->last_s + rule->stop_s;
    default:
        return INFINITY;
    }
}

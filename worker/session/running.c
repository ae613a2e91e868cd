/* gms_running: see running.h. */

#include "running.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"

#define FIRST_CAPACITY 64


void
gms_running_free(gms_running_t *r)
{
    for (int i = 0; i < r->rounds; i++) {
        gms_group_free(&r->round[i].group);
    }
    gms_group_free(&r->all);
    free(r->shot);
    free(r->round);
    free(r->point);
    free(r->number);
    free(r->size);
    memset(r, 0, sizeof(*r));
}


static bool
is_same_place(const gms_counted_t *a, const gms_counted_t *b)
{
    return a->at.x == b->at.x && a->at.y == b->at.y;
}


/* Room for n shots. */
static int
grow(gms_running_t *r, int n)
{
    int    capacity = r->capacity > 0 ? r->capacity : FIRST_CAPACITY;
    void **room[4] = { (void **) &r->shot, (void **) &r->point,
        (void **) &r->number, (void **) &r->size };
    size_t one[4] = { sizeof(*r->shot), sizeof(*r->point), sizeof(*r->number),
        sizeof(*r->size) };

    if (n <= r->capacity) {
        return GMS_OK;
    }
    while (capacity < n) {
        capacity *= 2;
    }
    for (int i = 0; i < 4; i++) {
        void *more = realloc(*room[i], (size_t) capacity * one[i]);

        if (more == NULL) {
            return GMS_ENOMEM;
        }
        *room[i] = more;
    }
    r->capacity = capacity;
    return GMS_OK;
}


/* A round that begins at the shot of this index; NULL: out of memory. */
static gms_running_round_t *
begin_round(gms_running_t *r, uint32_t number, int from)
{
    gms_running_round_t *round = r->round;

    if (r->round == NULL || r->rounds == r->rounds_capacity) {
        int capacity =
            r->rounds_capacity > 0 ? 2 * r->rounds_capacity : FIRST_CAPACITY;

        round = realloc(r->round, (size_t) capacity * sizeof(*round));
        if (round == NULL) {
            return NULL;
        }
        r->round = round;
        r->rounds_capacity = capacity;
    }
    round += r->rounds++;
    *round = (gms_running_round_t){ { 0 }, number, from, from };
    return round;
}


/* Forgets the rounds that hold a shot from this one on; where the first of
 * them began. */
static int
drop_rounds(gms_running_t *r, int from)
{
    while (r->rounds > 0 && r->round[r->rounds - 1].to > from) {
        gms_group_free(&r->round[--r->rounds].group);
    }
    return r->rounds > 0 ? r->round[r->rounds - 1].to : 0;
}


static int
add_to_round(gms_running_t *r, const gms_counted_t *shot, int i)
{
    gms_running_round_t *last = r->rounds > 0 ? &r->round[r->rounds - 1] : NULL;

    if (last == NULL || last->round != shot->round) {
        last = begin_round(r, shot->round, i);
    }
    if (last == NULL) {
        return GMS_ENOMEM;
    }
    last->to = i + 1;
    return gms_group_add(&last->group, shot->at.x, shot->at.y);
}


int
gms_running_follow(gms_running_t *r, const gms_counted_t *shot, int n)
{
    int placed = 0, same = 0, from, rc = grow(r, n);

    while (placed < r->n && placed < n
        && is_same_place(&r->shot[placed], &shot[placed]))
    {
        placed++;
    }
    while (same < placed && r->shot[same].round == shot[same].round) {
        same++;
    }
    if (placed < r->n) {
        gms_group_free(&r->all);
        placed = 0;
    }
    from = same < r->n ? drop_rounds(r, same) : same;
    for (int i = placed; i < n && rc == GMS_OK; i++) {
        rc = gms_group_add(&r->all, shot[i].at.x, shot[i].at.y);
    }
    for (int i = from; i < n && rc == GMS_OK; i++) {
        rc = add_to_round(r, &shot[i], i);
    }
    if (rc != GMS_OK) {
        gms_running_free(r);
        return rc;
    }
    if (n > 0) {
        memcpy(r->shot, shot, (size_t) n * sizeof(*shot));
    }
    r->n = n;
    return GMS_OK;
}


int
gms_running_session(gms_running_t *r, const gms_session_t *session)
{
    gms_counted_t *shot = malloc(((size_t) session->shots + 1) * sizeof(*shot));
    int            rc = GMS_ENOMEM;

    if (shot != NULL) {
        rc = gms_running_follow(r, shot, gms_counted_collect(session, shot));
    }
    free(shot);
    return rc;
}


gms_interval_t
gms_running_pooled_sigma(const gms_running_t *r)
{
    gms_group_t              pooled = { 0 };
    const gms_group_t *const one = &pooled;

    /* Of a group only squares and number are asked for. */
    pooled.n = 1;
    for (int i = 0; i < r->rounds; i++) {
        pooled.xx += r->round[i].group.xx;
        pooled.yy += r->round[i].group.yy;
        pooled.n += r->round[i].group.n - 1;
    }
    return gms_group_pooled_sigma(&one, 1);
}


static void
find_drift(gms_running_t *r, gms_sequence_drift_t *drift)
{
    int n = 0;

    for (int i = 0; i < r->n; i++) {
        if (!r->shot[i].order_unknown) {
            r->point[n] = r->shot[i].at;
            r->number[n++] = r->shot[i].n;
        }
    }
    gms_sequence_drift(drift, r->point, r->number, n);
}


/* Of the rounds in which the order of all shots is known. */
static void
find_first_shots(gms_running_t *r, gms_first_shots_t *first)
{
    int n = 0, rounds = 0;

    for (int i = 0; i < r->rounds; i++) {
        const gms_running_round_t *round = &r->round[i];
        int                        kept = n;

        for (int k = round->from; k < round->to; k++) {
            r->point[n++] = r->shot[k].at;
            if (r->shot[k].order_unknown) {
                n = kept;
                break;
            }
        }
        if (n > kept) {
            r->size[rounds++] = n - kept;
        }
    }
    gms_sequence_first_shots(first, r->point, r->size, rounds);
}


static void
find_splits(gms_running_t *r, gms_splits_t *splits)
{
    int n = 0;

    for (int i = 1; i < r->n; i++) {
        const gms_counted_t *shot = &r->shot[i], *before = shot - 1;
        double               split = shot->t_s - before->t_s;

        if (shot->round == before->round && split >= 0 && isfinite(split)
            && !shot->order_unknown && !before->order_unknown)
        {
            r->number[n++] = split;
        }
    }
    gms_sequence_splits(splits, r->number, n);
}


void
gms_running_order(gms_running_t *r, gms_running_order_t *order)
{
    find_drift(r, &order->drift);
    find_first_shots(r, &order->first);
    find_splits(r, &order->splits);
}

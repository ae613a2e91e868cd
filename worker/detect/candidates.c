/*
 * Candidates of the builtin detector: when one is announced, confirmed, taken
 * back or absorbed.
 */

#include "builtin.h"

#include <math.h>
#include <string.h>

#include "../base/clock.h"

/* A shot is confirmed when its hole stayed the same in so many pictures and
 * for so long: one picture gave 0.3 precision under a moving shadow.  Where
 * pictures come slowly the next one is enough. */
#define CONFIRM_PICTURES 3
#define CONFIRM_NS (95 * GMS_MS)
#define SLOW_PICTURES 2
#define SLOW_NS (380 * GMS_MS)

/* What does not keep still yet, or came where something ended, waits longer;
 * what left its place and came to rest here is an insect, and waits longest:
 * should it be a hole after all, it is not lost. */
#define UNSTEADY_NS (300 * GMS_MS)
#define SUSPECT_NS (1500 * GMS_MS)
#define MOVED_NS (10 * GMS_S)
#define WALKED_NS (30 * GMS_S) /* ... before a bare sensor */
#define CREPT_NS (3 * GMS_S)

/* How far it may be from where it came, calibers and px; and how fast it may
 * seem to go once it waited. */
#define STEADY_CALIBERS 0.05
#define STEADY_PX 0.25
#define CRAWL_CALIBERS_S 0.3

/* What is rejected for so long becomes background. */
#define ABSORB_NS (3 * GMS_S)
#define ABSORB_BIG_NS (6 * GMS_S)

/* On ink a fly is a little brighter, and does not sit still for long; what
 * shows a bright backer stands out.  On a codec's pictures the score says
 * less: there all that is brighter than the ink was waits.  Faint change at an
 * older hole may be a fly that moves on. */
#define FAINT_SCORE 10.5
#define BRIGHT (-0.2)
#define BRIGHT_NS (700 * GMS_MS)
#define BRIGHTER (-0.5) /* than a fly with pale wings */
#define TRAIL (-0.05)
#define TRAIL_NS (3 * GMS_S)

/* What looks like a hole no more than an insect does waits where something
 * moved about: of 600 shots with an insect about, all had more evidence. */
#define DOUBTFUL_SCORE 9.0
#define DOUBTFUL_NS (6 * GMS_S)

/* The holes of a session are torn by one bullet before one backer: after some
 * of them, what is unlike all of the last ones is something else for a while,
 * where something moved about. */
#define ODD_AFTER 3
#define ODD_SCORE 1.5 /* on ink */
#define ODD_FILL 0.2
#define ODD_ELONGATION 0.6
#define ODD_RADIUS 0.82
#define ODD_NS (6 * GMS_S)

/* What came on paper where something ended, or left its place, and is longer
 * than a hole is, is an insect however long it rests.  In the black, torn
 * fibres may be as long. */
#define FLY_ELONGATION 1.8

/* Unless a pale backer makes most holes there bright: after so many. */
#define BRIGHT_HOLES 2

/* A key frame comes every two seconds at the latest, nearly everywhere; a bare
 * sensor shows itself in so many pictures. */
#define YOUNG_NS (2200 * GMS_MS)
#define YOUNG_PICTURES 5

/* Many cameras send one every second. */
#define SETTLED_NS (1100 * GMS_MS)

/* So much of an older hole may look like paper beside a new one. */
#define CLOSED_MOST 0.2
#define CLOSED_NS (4 * GMS_S)

/* Two shots lie further apart than this. */
#define SPLIT_NS (100 * GMS_MS)

/* At most so many examinations in one picture, so that a storm of candidates
 * does not hold up the next picture. */
#define EXAMINE_MAX 3

/* A rejected candidate is looked at again when it is older by this, as a
 * share of its age. */
#define AGAIN_SHARE 0.35

/* Around a new hole the background is replaced: its disc so far, and the
 * change that hangs together with it further out. */
#define PATCH_RADII 1.7
#define PATCH_BOX_RADII 3.2


/* Room for so many reports: shots wait for it rather than being lost, gray
 * holes and rejected candidates give way. */
static bool
make_room(gms_builtin_t *run, int reports)
{
    for (int i = 0;
         i < run->queued && run->queued > GMS_BUILTIN_QUEUE - reports;) {
        gms_detection_kind_e kind = run->queue[i].kind;

        if (kind == GMS_DETECTION_HOLE || kind == GMS_DETECTION_REJECTED) {
            run->queued--;
            memmove(&run->queue[i], &run->queue[i + 1],
                (size_t) (run->queued - i) * sizeof(gms_detection_t));
        } else {
            i++;
        }
    }
    return run->queued <= GMS_BUILTIN_QUEUE - reports;
}


/* The caller made room for shots; what is gray may find none. */
static void
tell(gms_builtin_t *run, gms_detection_kind_e kind, uint32_t id, uint64_t frame,
    const gms_track_t *track, const gms_finding_t *f, const char *reason)
{
    gms_detection_t *d;

    if (run->queued == GMS_BUILTIN_QUEUE) {
        return;
    }
    d = &run->queue[run->queued++];
    memset(d, 0, sizeof(*d));
    d->kind = kind;
    d->id = id;
    d->frame = frame;
    d->first_frame = track->first_frame;
    d->first_ns = track->first_ns;
    d->x_px = f->x + run->zone.x;
    d->y_px = f->y + run->zone.y;
    d->radius_px = f->r;
    d->overlap = f->overlap;
    d->possible_double = f->possible_double;
    memcpy(d->error_px2, f->error_px2, sizeof(d->error_px2));
    d->order_unknown = track->order_unknown;
    d->measures = (gms_measures_t){ .fill = f->fill,
        .fresh = f->fresh,
        .leak = f->leak,
        .elongation = f->elongation,
        .paper = f->paper,
        .darkening = f->darkening,
        .contrast = f->contrast,
        .levels = f->levels,
        .score = f->score };
    d->reason = reason;
    d->confidence = gms_verdict_confidence(f);
}


static void
absorb(gms_builtin_t *run, const gms_track_t *t, const float *now)
{
    const gms_blob_t  *b = &t->blob;
    const gms_piece_t *p = &t->piece;

    for (int y = b->y0 < p->y0 ? p->y0 : b->y0; y < b->y1 && y < p->y0 + p->h;
         y++) {
        for (int x = b->x0 < p->x0 ? p->x0 : b->x0;
             x < b->x1 && x < p->x0 + p->w; x++) {
            float v = now[(y - p->y0) * p->w + x - p->x0];

            run->change.background[(ptrdiff_t) y * run->zone.w + x] =
                (int16_t) lrintf(fminf(v, 255) * GMS_DEEP);
        }
    }
    gms_change_renew(&run->change, b->x0, b->y0, b->x1, b->y1);
}


/* The hole becomes part of the background, and its disc known. */
static void
settle_hole(gms_builtin_t *run, const gms_track_t *t, const float *now,
    const gms_finding_t *f)
{
    const gms_piece_t *p = &t->piece;
    const gms_blob_t  *b = &t->blob;
    double             r0 = run->zone.caliber_px / 2;

    for (int y = 0; y < p->h; y++) {
        for (int x = 0; x < p->w; x++) {
            int    px = p->x0 + x, py = p->y0 + y;
            double d =
                sqrt((px - f->x) * (px - f->x) + (py - f->y) * (py - f->y));
            ptrdiff_t at = (ptrdiff_t) py * run->zone.w + px;
            bool box = px >= b->x0 && px < b->x1 && py >= b->y0 && py < b->y1;

            if (d < PATCH_RADII * r0 || (box && d < PATCH_BOX_RADII * r0)) {
                run->change.background[at] =
                    (int16_t) lrintf(fminf(now[y * p->w + x], 255) * GMS_DEEP);
            }
            if (d < 2.2 * r0
                && run->change.noise[at] < (int16_t) (1.5 * GMS_DEEP)) {
                run->change.noise[at] = (int16_t) (1.5 * GMS_DEEP);
            }
        }
    }
    gms_change_renew(&run->change, p->x0, p->y0, p->x0 + p->w, p->y0 + p->h);
}


/* One of the holes of a candidate becomes known. */
static void
settle(gms_builtin_t *run, const gms_track_t *t, const float *now,
    const gms_finding_t *f, int64_t ns)
{
    gms_disc_t disc = {
        .x = (float) f->x, .y = (float) f->y, .r = (float) f->r, .id = t->id
    };
    gms_witness_keep(&run->witness, t->id, &run->change, &t->piece, now, f);
    gms_holes_watch(
        &run->holes, &run->change, &disc, &t->piece, now, f->levels, false, ns);
    gms_holes_add(&run->holes, &disc);
    if (!f->overlap) {
        gms_holes_learn_radius(&run->holes, f->r);
    }
}


static void
keep_likeness(gms_builtin_t *run, const gms_finding_t *f)
{
    int  paper = f->paper > 0.5;
    int *n = &run->likes[paper];

    if (f->overlap) {
        return;
    }
    run->like[paper][*n % GMS_BUILTIN_LIKES] = (gms_like_t){ .score = f->score,
        .fill = f->fill,
        .elongation = f->elongation,
        .r = f->r };
    if (++*n == 2 * GMS_BUILTIN_LIKES) {
        *n = GMS_BUILTIN_LIKES; /* still full */
    }
}


/* Is it fainter, hollower, longer or smaller than any of the last holes by
 * far? */
static bool
is_odd(const gms_builtin_t *run, const gms_finding_t *f)
{
    int        paper = f->paper > 0.5, n = run->likes[paper];
    gms_like_t least = { HUGE_VAL, HUGE_VAL, 0, HUGE_VAL };

    n = n < GMS_BUILTIN_LIKES ? n : GMS_BUILTIN_LIKES;
    for (int i = 0; i < n; i++) {
        const gms_like_t *l = &run->like[paper][i];

        least.score = fmin(least.score, l->score);
        least.fill = fmin(least.fill, l->fill);
        least.elongation = fmax(least.elongation, l->elongation);
        least.r = fmin(least.r, l->r);
    }
    return n >= ODD_AFTER && !f->overlap
        && run->change.freshness >= GMS_FRESH_SENSOR
        && (f->fill < least.fill - ODD_FILL || f->r < ODD_RADIUS * least.r
            || f->elongation > least.elongation + ODD_ELONGATION
            || (!paper && f->score < least.score - ODD_SCORE));
}


static void
confirm(gms_builtin_t *run, gms_track_t *t, const float *now,
    const gms_finding_t *f, int n, uint64_t frame, int64_t ns)
{
    run->shot_frame[run->shots++ % GMS_BUILTIN_SHOTS] = t->first_frame;
    run->shots %= GMS_BUILTIN_SHOTS;
    for (int i = 0; i < n; i++) {
        if (t->id == 0 || i > 0) {
            t->id = run->next_id++;
        }
        tell(run, GMS_DETECTION_SHOT, t->id, frame, t, &f[i], NULL);
        run->changed = false;
        settle(run, t, now, &f[i], ns);
        keep_likeness(run, &f[i]);
        if (f[i].paper <= 0.5) {
            run->ink_holes[f[i].darkening < BRIGHT]++;
        }
    }
    gms_tracks_leave(&run->tracks, t);
    for (int i = 0; i < n; i++) { /* the watches know the paper as it was */
        settle_hole(run, t, now, &f[i]);
    }
}


/* Does it crawl, or did it change?  Neither shows in a moment. */
static bool
is_unsteady(const gms_builtin_t *run, const gms_track_t *t, int64_t ns)
{
    double caliber = run->zone.caliber_px, s = (double) (ns - t->since_ns);
    double off = hypot(t->x - t->start_x, t->y - t->start_y);

    if (t->grown) {
        return false;
    }
    if (ns - t->since_ns >= UNSTEADY_NS) {
        return off / caliber > CRAWL_CALIBERS_S * s / (double) GMS_S;
    }
    return t->unsteady > 0 || off > STEADY_CALIBERS * caliber + STEADY_PX;
}


/* Did it creep lately?  After a while it may rest for good. */
static bool
has_crept(const gms_builtin_t *run, const gms_track_t *t, int64_t ns)
{
    return t->crept_ns != 0 && run->change.freshness >= GMS_FRESH_SENSOR
        && ns - t->crept_ns < CREPT_NS && ns - t->first_ns < MOVED_NS;
}


/* Still the same for long enough, in enough pictures. */
static bool
is_due(const gms_builtin_t *run, const gms_track_t *t, int64_t ns)
{
    int64_t age = ns - t->since_ns;
    bool    plain = run->change.freshness >= GMS_FRESH_SENSOR;
    int64_t wait = t->moved > 0 ? (plain ? WALKED_NS : MOVED_NS)
        : t->haunted            ? SUSPECT_NS
                                : 0;

    if (ns < run->hold_ns || age < wait || is_unsteady(run, t, ns)
        || has_crept(run, t, ns))
    {
        return false;
    }
    return (t->pictures >= CONFIRM_PICTURES && age >= CONFIRM_NS)
        || (t->pictures >= SLOW_PICTURES && age >= SLOW_NS);
}


/* Is it time to look at one that was rejected again? */
static bool
is_ripe(const gms_track_t *t, int64_t ns)
{
    int64_t then = t->examined_ns - t->since_ns;

    return t->examined_ns == 0
        || (double) (ns - t->examined_ns) >= AGAIN_SHARE * (double) then;
}


/* May this candidate be drawn gray already? */
static bool
is_early(const gms_builtin_t *run, const gms_track_t *t, int64_t ns)
{
    return t->id == 0 && t->moved == 0 && !t->haunted && ns >= run->hold_ns
        && t->pictures < CONFIRM_PICTURES;
}


/* Learnt a moment ago, from what may be a codec between two key frames. */
static bool
is_young(const gms_builtin_t *run)
{
    return run->last_ns - run->learn_ns < YOUNG_NS
        && (run->change.measured < YOUNG_PICTURES
            || run->change.freshness < GMS_FRESH_SENSOR);
}


/* A codec's first pictures become better with each: what came among them and
 * was no hole by its first key frame was that. */
static bool
is_outgrown(const gms_builtin_t *run, const gms_track_t *t)
{
    return t->first_ns - run->learn_ns < YOUNG_NS && !is_young(run)
        && run->change.freshness < GMS_FRESH_SENSOR;
}


static gms_circumstances_t
circumstances(const gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_track_t *t)
{
    gms_circumstances_t about = { .change = &run->change,
        .holes = &run->holes,
        .paper_level = run->paper_level,
        .radius_px = gms_holes_radius(&run->holes),
        .freshness = run->change.freshness,
        .young = is_young(run),
        .settled = run->last_ns - t->since_ns >= SETTLED_NS };

    about.caliber_px =
        gms_zone_caliber_px(&run->zone, config, t->blob.x, t->blob.y);
    return about;
}


/* May a hole lie there?  What is cut by the border of the zone may be anything
 * that comes in. */
static bool
is_outside(const gms_builtin_t *run, const gms_finding_t *f)
{
    const gms_zone_t *zone = &run->zone;
    int               x = (int) lrint(f->x), y = (int) lrint(f->y);

    return x < 0 || y < 0 || x >= zone->w || y >= zone->h
        || !zone->inside[(size_t) y * (size_t) zone->w + (size_t) x];
}


static void
examine(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_track_t *t, gms_finding_t *f)
{
    gms_circumstances_t about = circumstances(run, config, t);

    gms_verify(run->verify, &about, t, run->tracks.mean[t->slot], f);
    if (f->verdict == GMS_VERDICT_HOLE && is_outside(run, f)) {
        f->verdict = GMS_VERDICT_OUTSIDE;
    }
}


/* Did another hole come in the same picture?  One that was shown gray, one
 * that is a shot already, one that waits to be looked at. */
static bool
has_twin(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_track_t *t)
{
    for (int i = 0; i < GMS_BUILTIN_SHOTS; i++) {
        if (run->shot_frame[i] == t->first_frame) {
            return true;
        }
    }
    for (int i = 0; i < run->tracks.tracks; i++) {
        const gms_track_t *other = &run->tracks.track[i];
        gms_finding_t      f;

        if (other == t || other->first_frame != t->first_frame || other->big
            || other->moved > 0 || other->rejected_ns != 0)
        {
            continue;
        }
        if (other->id == 0) {
            examine(run, config, other, &f);
        }
        if (other->id != 0 || f.verdict == GMS_VERDICT_HOLE) {
            return true;
        }
    }
    return false;
}


/* No gun fires twice between two pictures so close. */
static bool
came_at_once(const gms_track_t *t)
{
    return t->gap_ns < SPLIT_NS && t->unsteady == 0 && !t->unseen;
}


/* Looks for several holes where there may be one.  How many; 0: none. */
static int
look_closely(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_track_t *t, gms_finding_t found[GMS_TWINS_MAX])
{
    gms_circumstances_t about = circumstances(run, config, t);
    int                 n = 1;

    if (!came_at_once(t) && found[0].verdict != GMS_VERDICT_OUTSIDE) {
        n = gms_twins_find(&run->twins, run->verify, &about, &run->holes, t,
            run->tracks.mean[t->slot], found);
    }

    return n > 1 || found[0].verdict == GMS_VERDICT_HOLE ? n : 0;
}


/* Says for good that it is no hole, and keeps what it looked like; it becomes
 * background, until it leaves. */
static void
reject(gms_builtin_t *run, const gms_detector_config_t *config, gms_track_t *t,
    uint64_t frame, int64_t ns)
{
    gms_finding_t     f;
    const gms_blob_t *b = &t->blob;
    float             across = (float) fmin(
                    fmax(b->x1 - b->x0, b->y1 - b->y0), 2 * run->zone.caliber_px);
    gms_disc_t disc = { .x = (float) b->x, .y = (float) b->y, .r = across / 2 };

    examine(run, config, t, &f);
    if (t->id == 0) {
        t->id = run->next_id++;
    }
    tell(run, GMS_DETECTION_REJECTED, t->id, frame, t, &f,
        gms_verdict_name(f.verdict));
    gms_witness_keep(&run->witness, t->id, &run->change, &t->piece,
        run->tracks.mean[t->slot], &f);
    gms_holes_watch(&run->holes, &run->change, &disc, &t->piece,
        run->tracks.mean[t->slot], f.levels, true, ns);
    absorb(run, t, run->tracks.mean[t->slot]);
}


/* A shot closes no older hole: what leaves paper behind is an insect. */
static bool
crawled_here(gms_builtin_t *run, const gms_finding_t *found, int n)
{
    for (int i = 0; i < n; i++) {
        gms_disc_t disc = { .x = (float) found[i].x,
            .y = (float) found[i].y,
            .r = (float) found[i].r };

        if (gms_holes_closed(&run->holes, &run->change, &run->gain, &disc)
            > CLOSED_MOST)
        {
            return true;
        }
    }
    return false;
}


/* Are holes in the black bright here?  Then they are no flies. */
static bool
has_pale_backer(const gms_builtin_t *run)
{
    return run->ink_holes[1] >= BRIGHT_HOLES
        && run->ink_holes[1] > run->ink_holes[0];
}


/* Does it look like a hole no more than an insect would, where one may be? */
static bool
is_doubtful(
    const gms_builtin_t *run, const gms_finding_t *f, int64_t age, int64_t ns)
{
    return f->verdict == GMS_VERDICT_HOLE && f->score < DOUBTFUL_SCORE
        && age < DOUBTFUL_NS && run->change.freshness >= GMS_FRESH_SENSOR
        && gms_tracks_stirred(&run->tracks, ns);
}


/* Too faint on ink to be told from a fly yet? */
static bool
may_be_fly(const gms_builtin_t *run, const gms_finding_t *f, int64_t age)
{
    bool plain = run->change.freshness >= GMS_FRESH_SENSOR;

    if (f->paper > 0.5 || (plain && f->score >= FAINT_SCORE)) {
        return false;
    }
    return (f->darkening < BRIGHT && (plain || f->darkening > BRIGHTER)
               && age < BRIGHT_NS && !has_pale_backer(run))
        || (plain && f->overlap && f->darkening < TRAIL && age < TRAIL_NS);
}


static bool
is_long_fly(
    const gms_builtin_t *run, const gms_track_t *t, const gms_finding_t *f)
{
    return (t->moved > 0 || t->haunted) && f->paper > 0.5
        && f->elongation > FLY_ELONGATION
        && run->change.freshness >= GMS_FRESH_SENSOR;
}


/* A candidate that is old enough: true when it became a shot. */
static bool
decide(gms_builtin_t *run, const gms_detector_config_t *config, gms_track_t *t,
    uint64_t frame, int64_t ns)
{
    const float  *now = run->tracks.mean[t->slot];
    gms_finding_t found[GMS_TWINS_MAX];
    int           n;

    examine(run, config, t, &found[0]);
    if (may_be_fly(run, &found[0], ns - t->since_ns)
        || (ns - t->since_ns < ODD_NS && is_odd(run, &found[0])
            && gms_tracks_stirred(&run->tracks, ns)))
    {
        return false;
    }
    if (is_doubtful(run, &found[0], ns - t->since_ns, ns)) {
        t->examined_ns = ns;
        return false;
    }
    n = is_long_fly(run, t, &found[0]) ? 0
                                       : look_closely(run, config, t, found);
    if (n > 0 && ns - t->since_ns < CLOSED_NS && crawled_here(run, found, n)) {
        t->haunted = true;
        t->examined_ns = ns;
        return false;
    }
    if (n > 0 && make_room(run, n)) {
        t->order_unknown = n > 1 || t->unseen || t->first_ns < run->hold_ns
            || has_twin(run, config, t);
        confirm(run, t, now, found, n, frame, ns);
        return true;
    }
    if (n == 0) {
        t->examined_ns = ns;
        t->rejected_ns = t->rejected_ns != 0 ? t->rejected_ns : ns;
    }
    return false;
}


/* Candidates that ended before they were old enough are told too: a range
 * officer asks what that was.  In a storm of them, some are enough. */
static void
tell_passed(gms_builtin_t *run, const gms_detector_config_t *config,
    uint64_t frame, int64_t ns)
{
    for (int i = 0; i < run->tracks.ended; i++) {
        gms_track_t  *t = &run->tracks.end[i];
        int64_t      *told = &run->passed_ns[run->passed];
        gms_finding_t f;

        if (t->big || (*told != 0 && ns - *told < GMS_S)
            || gms_holes_known(
                &run->holes, t->x, t->y, run->zone.caliber_px / 2))
        {
            continue;
        }
        examine(run, config, t, &f);
        t->id = t->id != 0 ? t->id : run->next_id++;
        tell(run, GMS_DETECTION_REJECTED, t->id, frame, t, &f,
            t->moved > 0 || t->haunted ? "moved" : "gone again");
        gms_witness_keep(&run->witness, t->id, &run->change, &t->piece,
            run->tracks.mean[t->slot], &f);
        *told = ns;
        run->passed = (run->passed + 1) % GMS_BUILTIN_PASSED;
    }
}


/* Looks at one track: true when it is done with. */
static bool
attend(gms_builtin_t *run, const gms_detector_config_t *config, gms_track_t *t,
    uint64_t frame, int64_t ns, int *examined)
{
    const float  *now = run->tracks.mean[t->slot];
    bool          due = is_due(run, t, ns);
    gms_finding_t f;

    if (t->big) {
        if (ns - t->since_ns >= ABSORB_BIG_NS) {
            absorb(run, t, now);
            return true;
        }
        return false;
    }
    if (due && t->rejected_ns != 0 && t->examined_ns != 0
        && (ns - t->rejected_ns >= ABSORB_NS || is_outgrown(run, t)))
    { /* also as it looks now: a hole may have come to it */
        reject(run, config, t, frame, ns);
        return true;
    }
    if (*examined >= EXAMINE_MAX) {
        return false;
    }
    if (due && is_ripe(t, ns)) {
        ++*examined;
        return decide(run, config, t, frame, ns);
    }
    if (!due && is_early(run, t, ns)) {
        ++*examined;
        examine(run, config, t, &f);
        if (f.verdict == GMS_VERDICT_HOLE) {
            t->id = run->next_id++;
            tell(run, GMS_DETECTION_HOLE, t->id, frame, t, &f, NULL);
        }
    }
    return false;
}


static void
take_back(gms_builtin_t *run, uint64_t frame, int64_t ns)
{
    const gms_watch_t *w;

    while (make_room(run, 1)
        && (w = gms_holes_healed(&run->holes, &run->change, &run->gain, ns))
            != NULL)
    {
        gms_track_t track = {
            .first_frame = frame, .first_ns = ns, .piece = w->piece
        };
        gms_finding_t f = { .x = (double) w->disc.x,
            .y = (double) w->disc.y,
            .r = (double) w->disc.r,
            .score = 7 };

        if (!w->quiet) {
            gms_piece_read(&run->change, &run->gain, &w->piece,
                run->tracks.gains, run->tracks.now);
            gms_witness_keep(&run->witness, w->disc.id, &run->change, &w->piece,
                run->tracks.now, &f);
            tell(run, GMS_DETECTION_REMOVED, w->disc.id, frame, &track, &f,
                "the paper is whole again");
        }
        gms_holes_heal(&run->holes, w, &run->change);
    }
}


void
gms_candidates_attend(gms_builtin_t *run, const gms_detector_config_t *config,
    uint64_t frame, int64_t ns)
{
    int examined = 0;

    if (run->tracks.resumed) {
        gms_holes_resume(&run->holes, &run->change, &run->gain);
    }
    for (int i = 0; i < run->tracks.tracks; i++) {
        if (attend(run, config, &run->tracks.track[i], frame, ns, &examined)) {
            gms_tracks_drop(&run->tracks, i--);
        }
    }
    tell_passed(run, config, frame, ns);
    take_back(run, frame, ns);
}

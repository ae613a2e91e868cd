/*
 * What the builtin detector does when the scene is not as it was: waits,
 * looks whether light, paper, camera or all of them changed, and goes on with
 * what it knows of the paper.
 */

#include "builtin.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../target/homography.h"
#include "focus.h"
#include "light.h"
#include "paper.h"

/* After a disturbance: debris, the hand's shadow. */
#define HOLD_NS (270 * GMS_MS)

/* In a scene that stands still costly searches are seldom. */
#define SEARCH_STILL_NS (4 * GMS_S)
#define SEARCHES 4 /* pictures that stand still, before it is seldom, */
#define SEARCHES_NS (1 * GMS_S) /* and for so long */

/* Nobody moves for so long: the paper can be judged and learnt. */
#define CALM_PICTURES 2
#define CALM_NS (150 * GMS_MS)

/* So long after people said that the paper is changed they step before it, or
 * it was changed already. */
#define COME_NS (3 * GMS_S)

/* What stands before the card for so long is part of the scene: never stay
 * blind. */
#define LASTING_NS (2 * GMS_S)

/* A hand that rests is never quite still; but a shadow may go over what is. */
#define LASTING_MOST_NS (10 * GMS_S)

/* A target that turns is away no longer than this; then somebody should
 * look. */
#define AWAY_NS (20 * GMS_S)

/* A mark that is seen for so long with no face found about it: people who hide
 * it would have moved. */
#define HIDDEN_NS (10 * GMS_S)

/* After a disturbance, one known hole that is whole says that the paper was
 * changed; while nothing disturbs, only several do: an insect may leave. */
#define DOUBT_NS (3 * GMS_S)
#define STAND_NS (500 * GMS_MS) /* in which a sheet hung anew comes to rest */
#define WHOLE_ALONE 3

/* A sheet turned over by quarters hangs as true as people hang it: calibers,
 * rad.  Nearer the middle a hole comes to lie where it was. */
#define TURNED_NEAR 0.75
#define TURNED_ROLL 0.035
#define TURNED_APART 1.5

/* Another look is learnt for so long, while new holes are looked for; the
 * noise that its first pictures must be believed to have, levels. */
#define BRIDGE_PICTURES 2
#define BRIDGE_NS (500 * GMS_MS)
#define BRIDGE_NOISE 2.5
#define BRIDGE_EDGE_PX 0.6

/* Around what may be a hole the old look is kept so far, radii: further away
 * it would hide the next ones for as long as it is the background. */
#define LOOK_RADII 1.6

/* More than this share of the zone is no thing before the card. */
#define ANOTHER_SHARE 0.25

/* Another light is no mere gain when levels are off by this: what the local
 * gain explains needs no other background. */
#define BENT_LEVELS 6.0F


/* An exposure that is too long gets shorter within this time: before, too much
 * is white to make another background of. */
#define DROWNED_NS (2 * GMS_S)

/* A hand is no light: cells that are so much brighter or darker than the
 * others are at most this share of them. */
#define UNEVEN 0.35
#define UNEVEN_SHARE 0.08

/* A camera that moved focuses anew: out of focus holes look whole and lines
 * look torn.  Contrast of the anchors beside that of the reference: compressed
 * pictures show 0.93 and more of it, seldom less than 0.85 a target that
 * turns.  It does not take a camera longer than this. */
#define SHARP 0.8
#define UNSHARP_NS (2 * GMS_S)

/* Changed pixels in shorter pieces of rows than this are no thing either: the
 * noise of the camera changed. */
#define DIFFUSE_PX 8

/* The card found this near, px, is where it was; a sheet that is hung anew
 * hangs further away. */
#define SAME_PLACE_PX 4.0
#define NUDGED_PX 0.3
#define HUNG_PX 2.0


bool
gms_upset_blind(gms_builtin_t *run, const gms_image_t *image)
{
    static const char *const sentence[] = { "",
        "The picture is black: is the lens covered, or the light off?",
        "The picture is white: too much light; lower the exposure.",
        "The picture is one even gray: something covers the lens or the"
        " target." };
    gms_sight_e              sight = gms_sight_judge(
                     image, run->zone.x, run->zone.y, run->zone.w, run->zone.h);

    if (sight != GMS_SIGHT_CLEAR) {
        gms_states_say(run, GMS_DETECTOR_BLIND, sentence[sight]);
    }
    return sight != GMS_SIGHT_CLEAR;
}


static bool
is_calm(const gms_still_t *still, int64_t ns, int64_t least_ns)
{
    return still->pictures >= CALM_PICTURES && ns - still->since_ns >= least_ns;
}


/* Does it stay so? */
static bool
is_lasting(const gms_builtin_t *run, int64_t ns)
{
    if (run->occlusion.cells == 0) {
        return is_calm(&run->home, ns, LASTING_NS);
    }
    return is_calm(&run->home, ns, LASTING_MOST_NS)
        || (run->home.pictures >= CALM_PICTURES
            && ns - run->home.stood_ns >= LASTING_NS);
}


/* The first picture of a disturbance, or a further one. */
static void
upset(gms_builtin_t *run, int64_t ns)
{
    if (run->upset++ == 0) {
        run->upset_ns = ns;
        run->has_sighted = run->followed = false;
        run->marked_ns = 0;
        memcpy(run->left, run->steady, sizeof(run->left));
        gms_still_reset(&run->scene);
    }
    run->met = true;
    run->nudged = false;
    run->unlanded = run->unlanded || run->bridge > 0;
    run->bridge = run->back = run->whole = 0;
    run->hung = 0;
    run->hold_ns = ns + HOLD_NS;
    gms_tracks_clear(&run->tracks);
    for (int i = 0; i < GMS_WATCHES_MAX; i++) {
        run->holes.watch[i].active = false;
    }
}


bool
gms_upset_unsharp(gms_builtin_t *run, int64_t ns)
{
    if (run->reg.sharpness >= SHARP) {
        run->unsharp = 0;
        return false;
    }
    if (run->unsharp++ == 0) {
        run->unsharp_ns = ns;
    }
    if (ns - run->unsharp_ns > UNSHARP_NS) {
        return false;
    }
    upset(run, ns);
    run->nudged = run->focused = true;
    gms_states_say(run, GMS_DETECTOR_MOVING,
        "The camera focuses: waits until the picture is sharp again.");
    return true;
}


static bool
is_over(const gms_builtin_t *run, double limit)
{
    return (double) run->change.over > limit
        || run->change.runs >= GMS_CHANGE_RUNS_MAX;
}


/* Another look of the same paper begins here. */
static void
begin_bridge(gms_builtin_t *run, int64_t ns)
{
    size_t  n = (size_t) run->zone.w * (size_t) run->zone.h;
    int16_t least = (int16_t) (BRIDGE_NOISE * GMS_DEEP);

    for (size_t i = 0; i < n; i++) {
        if (run->change.noise[i] < least) {
            run->change.noise[i] = least;
        }
    }
    run->change.edge_px = BRIDGE_EDGE_PX;
    gms_builtin_settle(
        run); /* another contrast leads the registration astray */
    gms_background_renew(run);
    gms_tracks_clear(&run->tracks);
    run->upset = 0;
    run->unlanded = false;
    run->bridge = run->back = 1;
    run->bridge_ns = run->back_ns = ns;
    gms_states_say(run, GMS_DETECTOR_DISTURBED,
        "The light or the camera changed: learns the new look, and looks for"
        " holes that came meanwhile.");
}


/* Is it one light, or does something stand in it? */
static bool
is_even(const gms_gain_t *gain)
{
    int n = gain->w * gain->h, odd = 0;

    for (int i = 0; i < n; i++) {
        double g = gain->gain[i] / (gain->mean * GMS_GAIN_ONE);

        odd += g < 1 - UNEVEN || g > 1 + UNEVEN;
    }
    return odd <= UNEVEN_SHARE * n;
}


/* Is it the same scene in another light?  Then the background is made so. */
static bool
try_light(gms_builtin_t *run, double limit, int64_t ns)
{
    double      edge_px = run->change.edge_px;
    gms_light_t light;

    run->drowned = false;
    if (gms_light_fit(&light, &run->change, NULL) != GMS_OK) {
        return false;
    }
    run->drowned = light.drowned && ns - run->upset_ns < DROWNED_NS;
    if (light.bent < BENT_LEVELS || run->drowned) {
        return false;
    }
    gms_light_apply(&light, &run->change, run->spare);
    gms_background_swap(run);
    run->change.edge_px = BRIDGE_EDGE_PX;
    gms_background_renew(run);
    if (run->occlusion.large == 0 && is_even(&run->gain)
        && !is_over(run, GMS_BUILTIN_REFOCUS * limit))
    {
        begin_bridge(run, ns);
        return true;
    }
    gms_background_swap(run);
    run->change.edge_px = edge_px;
    gms_background_renew(run);
    return false;
}


bool
gms_upset_relight(gms_builtin_t *run, double limit, int64_t ns)
{
    run->focused = run->focused && ns - run->unsharp_ns < DOUBT_NS;
    if (!run->focused) {
        return false;
    }
    if (try_light(run, limit, ns)) {
        return true;
    }
    if (run->unlanded && !run->drowned) {
        begin_bridge(run, ns);
        return true;
    }
    return false;
}


/* What stood before the card is gone: what it hid is known. */
static bool
try_hidden(gms_builtin_t *run, double limit)
{
    size_t n = (size_t) run->zone.w * (size_t) run->zone.h;

    memcpy(run->spare, run->change.background, n * sizeof(int16_t));
    for (size_t i = 0; i < n; i++) {
        if (run->covered[i] != 0) {
            run->spare[i] = run->hidden[i];
        }
    }
    gms_background_swap(run);
    gms_background_renew(run);
    if (run->occlusion.cells == 0 && !is_over(run, limit)) {
        run->has_hidden = false;
        return true;
    }
    gms_background_swap(run);
    gms_background_renew(run);
    return false;
}


/* Another sheet, or the same one pasted: what is known of holes is old. */
static void
learn_paper(gms_builtin_t *run, const char *what, int64_t ns)
{
    run->fresh = what;
    run->placed = false;
    if (strcmp(what, GMS_PAPER_IS_NEW) == 0) {
        gms_holes_clear(&run->holes);
    } else {
        gms_paper_forget(&run->holes, &run->change, &run->gain);
    }
    gms_states_learn(run, ns);
}


static const char *
what_paper(const gms_builtin_t *run, const gms_paper_count_t *count)
{
    bool all = count->there == 0;

    return all
            && (count->whole >= WHOLE_ALONE
                || gms_place_poses_apart(run, run->reg.map, run->steady)
                    > HUNG_PX)
        ? GMS_PAPER_IS_NEW
        : GMS_PAPER_IS_PASTED;
}


/* Known holes and, after a disturbance, those that were in the paper before
 * anybody looked.  Of them the changes of this picture tell: that one is gone,
 * never that one is still there, for then nothing changed. */
static gms_paper_count_t
count_gone(const gms_builtin_t *run, gms_paper_count_t count)
{
    int there = count.there;

    for (int i = 0; i < run->tracks.tracks && run->back > 0; i++) {
        const gms_blob_t *b = &run->tracks.track[i].blob;
        gms_disc_t        d = { .x = (float) b->x,
                   .y = (float) b->y,
                   .r = (float) run->zone.caliber_px / 2 };

        if (!gms_holes_known(&run->holes, b->x, b->y, (double) d.r)) {
            gms_paper_look_unknown(
                &count, &run->change, &run->gain, &d, run->paper_level);
        }
    }
    count.there = there;
    return count;
}


/* So many holes must be whole.  A codec smears a hole that comes beside an
 * older one over both: where most are there, one says nothing; nor where but
 * the camera moved. */
static int
whole_least(
    const gms_builtin_t *run, const gms_paper_count_t *count, bool doubt)
{
    bool smeared = run->change.freshness < GMS_FRESH_SENSOR
        && 2 * count->whole < count->there;

    return doubt && !smeared && !run->nudged ? 1 : WHOLE_ALONE;
}


/* Did what is new here come from this known hole, by as many quarters of a
 * turn about the middle of the face? */
static bool
is_opposite(const gms_builtin_t *run, const gms_calibration_t *c,
    const gms_disc_t *hole, const gms_disc_t *fresh)
{
    double x, y, u, v, d = run->zone.caliber_px / c->px_per_mm, near;

    gms_calibration_to_mm(c, (double) hole->x + run->zone.x,
        (double) hole->y + run->zone.y, &x, &y);
    gms_calibration_to_mm(c, (double) fresh->x + run->zone.x,
        (double) fresh->y + run->zone.y, &u, &v);
    near = TURNED_NEAR * d + TURNED_ROLL * hypot(x, y);
    return hypot(u - x, v - y) > TURNED_APART * d
        && (hypot(u + x, v + y) < near || hypot(u + y, v - x) < near
            || hypot(u - y, v + x) < near);
}


/* Known holes are whole, and others lie where a sheet that was turned over has
 * them.  An insect that leaves goes anywhere. */
static bool
is_turned(const gms_builtin_t *run, const gms_calibration_t *calibration)
{
    for (int i = 0; i < run->holes.discs; i++) {
        gms_paper_count_t count = { 0, 0, 0 };

        gms_paper_look(&count, &run->change, &run->gain, &run->holes.disc[i]);
        for (int k = 0; k < run->tracks.tracks && count.whole > 0; k++) {
            const gms_blob_t *b = &run->tracks.track[k].blob;
            gms_disc_t        d = { .x = (float) b->x,
                       .y = (float) b->y,
                       .r = (float) run->zone.caliber_px / 2 };

            if (is_opposite(run, calibration, &run->holes.disc[i], &d)
                && gms_paper_torn(&run->change, &run->gain, &d))
            {
                return true;
            }
        }
    }
    return false;
}


/* Somebody was before the card, and hung it elsewhere: it is another one unless
 * most known holes are where they were.  Whether they are whole need not be
 * seen: faint ones in the black, or under pasters as black, tell nothing.
 * Paper that sways never stands, and is not waited for. */
static bool
is_hung_anew(const gms_builtin_t *run, int64_t ns)
{
    return !run->nudged && gms_place_hung(run)
        && (gms_place_stands(run, ns) || ns - run->back_ns < STAND_NS)
        && !gms_paper_kept(&run->change, &run->gain, &run->holes);
}


bool
gms_upset_same_paper(
    gms_builtin_t *run, const gms_detector_config_t *config, int64_t ns)
{
    gms_paper_count_t count =
        gms_paper_compare(&run->change, &run->gain, &run->holes);
    bool doubt = run->back > 0;
    bool turned = count.whole > 0 && count.there == 0
        && is_turned(run, &config->calibration);
    bool anew = doubt && is_hung_anew(run, ns);

    count = count_gone(run, count);
    if (doubt) {
        run->back++;
        run->back = ns - run->back_ns < DOUBT_NS ? run->back : 0;
    }
    if (!turned && !anew && count.whole < whole_least(run, &count, doubt)) {
        run->whole = 0;
        return true;
    }
    if (run->whole++ == 0) {
        run->whole_ns = ns;
    }
    if (run->whole >= CALM_PICTURES && ns - run->whole_ns >= CALM_NS
        && gms_place_stands(run, ns)
        && (!gms_place_moved(run) || ns - run->whole_ns > DOUBT_NS)
        && (!doubt || is_calm(&run->home, ns, CALM_NS)))
    {
        learn_paper(
            run, turned ? GMS_PAPER_IS_NEW : what_paper(run, &count), ns);
    }
    return false;
}


/* Another look may lead the registration astray: is the card where it was? */
static void
try_steady(gms_builtin_t *run, const gms_image_t *image)
{
    long   over = run->change.over;
    double map[9];

    if (gms_place_poses_apart(run, run->reg.map, run->steady) < HUNG_PX) {
        return;
    }
    memcpy(map, run->reg.map, sizeof(map));
    memcpy(run->reg.map, run->steady, sizeof(map));
    gms_warp(&run->zone, image, run->reg.map, NULL, run->change.picture,
        run->change.picture_sums);
    gms_background_compare(run);
    if (run->change.over < over) {
        gms_field_reset(&run->field);
        return;
    }
    memcpy(run->reg.map, map, sizeof(map));
    gms_warp(&run->zone, image, run->reg.map,
        run->field.on ? &run->field : NULL, run->change.picture,
        run->change.picture_sums);
    gms_background_renew(run);
}


/* It stays so: noise, something before the card, or another card. */
static bool
settle_lasting(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image, int64_t ns)
{
    double pose[9], factor;

    if (run->occlusion.cells > 0) {
        gms_background_flatten(run);
        gms_background_adopt(run, true);
        return true;
    }
    if (run->change.runs >= GMS_CHANGE_RUNS_MAX
        || run->change.over < DIFFUSE_PX * (long) run->change.runs)
    {
        gms_states_learn(run, ns);
        return false;
    }
    gms_background_flatten(run);
    if ((double) run->change.over < ANOTHER_SHARE * (double) run->zone.area) {
        gms_background_adopt(run, true);
        return true;
    }
    gms_builtin_pose(run, pose);
    if (config->face.rings == 0) {
        run->known = false;
        run->learned = 0;
    } else if (gms_sight_mark(
                   image, &config->face, &config->calibration, pose, &factor)
        == GMS_MARK_SEEN)
    {
        learn_paper(run, GMS_PAPER_IS_NEW, ns);
    }
    return false;
}


/* Much is not as it was: light, paper, or something before the card? */
static bool
disturbed(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image, double limit, int64_t ns)
{
    gms_paper_count_t count;

    gms_states_say(run, GMS_DETECTOR_DISTURBED,
        "Something is before the target or its light changes: waits, and"
        " looks for holes that came meanwhile when it is gone.");
    if (ns < run->search_ns) {
        return false;
    }
    run->search_ns = ns + GMS_BUILTIN_SEARCH_NS;
    if (run->has_hidden && try_hidden(run, limit)) {
        return true;
    }
    if (!gms_place_stands(run, ns)) {
        return false;
    }
    if (run->home.pictures >= CALM_PICTURES && try_light(run, limit, ns)) {
        return true;
    }
    if (!is_calm(&run->home, ns, 2 * CALM_NS)) {
        return false;
    }
    count = gms_paper_compare(&run->change, &run->gain, &run->holes);
    if (run->occlusion.cells == 0 && count.whole > count.there) {
        learn_paper(run, what_paper(run, &count), ns);
        return false;
    }
    return is_lasting(run, ns) && settle_lasting(run, config, image, ns);
}


/* People may say it before they go: is the paper still what it was? */
static bool
is_yet_to_come(const gms_builtin_t *run)
{
    gms_paper_count_t count;

    if (run->met || run->changed) {
        return false;
    }
    count = gms_paper_compare(&run->change, &run->gain, &run->holes);
    return count.whole == 0;
}


/* People said what the paper is: it is learnt once nobody is before it.  When
 * nobody comes, all is as it was, and its holes are known. */
static bool
settle_fresh(gms_builtin_t *run, int64_t ns)
{
    gms_tracks_clear(&run->tracks);
    if (!is_calm(&run->home, ns, CALM_NS)) {
        return false;
    }
    if (!is_yet_to_come(run)) {
        learn_paper(run, run->fresh, ns);
    } else if (ns - run->fresh_ns >= COME_NS) {
        gms_states_learn(run, ns);
    }
    return false;
}


/* Somebody was before the card, and it hangs elsewhere now: as long as it is
 * not followed there, its print is laid over that of the old place only
 * roughly, and what is left over passes for holes.  What sways so far goes on
 * after a while. */
static bool
waits_for_sheet(gms_builtin_t *run, int64_t ns)
{
    if (run->hung++ == 0) {
        run->hung_ns = ns;
    }
    if (!gms_place_moved(run) || ns - run->hung_ns > DOUBT_NS) {
        run->hung = 0;
    }
    return run->hung > 0;
}


bool
gms_upset_settle(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image, bool calm, double limit, int64_t ns)
{
    if (run->fresh != NULL) {
        run->met = run->met || !calm;
        return settle_fresh(run, ns);
    }
    if (run->absolve && calm) {
        run->absolve = false;
        gms_tracks_clear(&run->tracks);
        gms_background_adopt(run, false);
        run->upset = 0;
        return true;
    }
    if (run->absolve && is_calm(&run->home, ns, CALM_NS)) {
        gms_states_learn(run, ns);
        return false;
    }
    if (!calm) {
        upset(run, ns);
        try_steady(run, image);
        if (!disturbed(run, config, image, limit, ns)) {
            return false;
        }
    }
    if (run->upset > 0) {
        if (waits_for_sheet(run, ns)) {
            return false;
        }
        if (gms_upset_relight(run, limit, ns)) {
            return true;
        }
        if (run->focused && run->drowned) {
            return false;
        }
        run->upset = 0;
        run->unlanded = false;
        run->back = 1;
        run->back_ns = ns;
        run->whole = 0;
    }
    return true;
}


static void
cover_disc(gms_builtin_t *run, const gms_disc_t *d)
{
    double x0 = (double) d->x, y0 = (double) d->y;
    double reach = LOOK_RADII * (double) d->r;

    for (int y = (int) ceil(y0 - reach); y <= y0 + reach; y++) {
        for (int x = (int) ceil(x0 - reach); x <= x0 + reach; x++) {
            if (x >= 0 && y >= 0 && x < run->zone.w && y < run->zone.h
                && hypot(x - x0, y - y0) <= reach)
            {
                run->covered[(ptrdiff_t) y * run->zone.w + x] = 1;
            }
        }
    }
}


/* The new look is the background, but where something new may be a hole. */
static void
land(gms_builtin_t *run)
{
    size_t n = (size_t) run->zone.w * (size_t) run->zone.h;

    memset(run->covered, 0, n);
    run->has_hidden = false;
    for (int i = 0; i < run->tracks.tracks; i++) {
        const gms_track_t *t = &run->tracks.track[i];
        gms_disc_t         disc = { .x = (float) t->blob.x,
                    .y = (float) t->blob.y,
                    .r = (float) run->zone.caliber_px / 2 };

        if (!t->big && gms_paper_torn(&run->change, &run->gain, &disc)
            && !gms_focus_explains(&run->zone, run->change.background,
                run->spare, run->hidden, t->blob.x, t->blob.y,
                run->zone.caliber_px / 2))
        {
            cover_disc(run, &disc);
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (run->covered[i] == 0) {
            run->change.background[i] = run->spare[i];
        }
    }
    run->bridge = 0;
    run->refine = GMS_BUILTIN_REFINE;
    gms_builtin_settle(run);
}


void
gms_upset_cross(gms_builtin_t *run, int64_t ns)
{
    const gms_zone_t *zone = &run->zone;
    int16_t          *gains = run->holes.gains + GMS_GAIN_ROOM;
    float             weight = 1.0F / (float) run->bridge;

    for (int y = 0; y < zone->h; y++) {
        int from = zone->from[y / GMS_BLOCK_H];
        int to = zone->to[y / GMS_BLOCK_H];

        if (to <= from) {
            continue;
        }
        gms_gain_row(&run->gain, y, from, to, gains);
        for (int x = from; x < to; x++) {
            ptrdiff_t i = (ptrdiff_t) y * zone->w + x;
            float     v = (float) run->change.picture[i]
                * ((float) GMS_DEEP / GMS_LEVEL * GMS_GAIN_ONE)
                / (float) gains[x];
            float old = run->bridge == 1 ? 0 : (float) run->spare[i];

            v = fminf(fmaxf(v, 0), 255 * GMS_DEEP);
            run->spare[i] = (int16_t) (old + weight * (v - old));
        }
    }
    if (run->bridge++ < BRIDGE_PICTURES || ns - run->bridge_ns < BRIDGE_NS) {
        return;
    }
    land(run);
}


/* Nothing of the card is seen: why, as far as one can tell. */
static void
explain_loss(gms_builtin_t *run, int64_t ns)
{
    if (run->marked_ns != 0 && ns - run->marked_ns >= HIDDEN_NS) {
        gms_states_say(run, GMS_DETECTOR_GONE,
            "A target is seen, but too much of its face is hidden to find its"
            " rings: take away what hides it or hang another sheet; or mark"
            " its rings by hand in the calibration.");
    } else if (run->has_sighted) {
        gms_states_say(run, GMS_DETECTOR_MOVING,
            "The camera or the target moves: waits until it stands still.");
    } else if (run->scene.pictures < CALM_PICTURES) {
        gms_states_say(run, GMS_DETECTOR_DISTURBED,
            "The target is hidden or moves: waits until it is seen again.");
    } else if (ns - run->upset_ns < AWAY_NS) {
        gms_states_say(run, GMS_DETECTOR_AWAY,
            "The target is turned away or taken down: goes on when it is"
            " seen again.");
    } else {
        gms_states_say(run, GMS_DETECTOR_GONE,
            "No target is seen: hang one there, turn the camera to it, or"
            " calibrate again.");
    }
}


bool
gms_upset_lost(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns)
{
    const gms_image_t *coarse =
        &run->reg.level[GMS_REGISTER_LEVELS - 1].picture;
    gms_calibration_t there;

    upset(run, ns);
    memcpy(run->reg.map, run->steady, sizeof(run->steady));
    if (gms_upset_blind(run, image)) {
        run->has_sighted = false;
        return false;
    }
    for (size_t i = 0; i < run->scene.cells; i++) {
        size_t w = (size_t) coarse->width;

        run->cells[i] = coarse->px[i / w * (size_t) coarse->stride + i % w];
    }
    gms_still_update(&run->scene, run->cells, ns);
    if (run->scene.pictures < CALM_PICTURES) { /* nobody stands there still */
        int64_t soon_ns = ns + GMS_BUILTIN_SEARCH_NS;

        run->search_ns = run->search_ns < soon_ns ? run->search_ns : soon_ns;
    }
    if (config->face.rings > 0 && ns >= run->search_ns) {
        bool found = gms_place_find(run, config, image, &there);

        /* What was not found in a scene that stands still will not be. */
        run->search_ns = ns
            + (run->scene.pictures > SEARCHES
                        && ns - run->scene.since_ns > SEARCHES_NS
                        && !run->has_sighted
                    ? SEARCH_STILL_NS
                    : GMS_BUILTIN_SEARCH_NS);
        if (found) {
            if (gms_place_apart(config, &there, &config->calibration)
                > SAME_PLACE_PX) {
                return gms_place_arrive(run, config, &there, frame, ns);
            }
            if (gms_place_apart(config, &there, &config->calibration)
                    > NUDGED_PX
                && !gms_place_arrive(run, config, &there, frame, ns))
            {
                return false;
            }
            run->moved = run->known = false;
            run->placed = true;
            run->learned = 0;
            if (run->fresh == NULL) {
                run->fresh = GMS_PAPER_IS_NEW; /* where it was, not known */
            }
            return false;
        }
    }
    if (config->face.rings == 0 && is_calm(&run->scene, ns, LASTING_NS)) {
        run->known = false; /* whatever it is, it is what hangs there now */
        run->learned = 0;
        return false;
    }
    explain_loss(run, ns);
    return false;
}


void
gms_upset_arrived(gms_builtin_t *run, int64_t ns)
{
    run->moved = run->focused = false;
    gms_background_fill(run);
    memset(run->covered, 0, (size_t) run->zone.w * (size_t) run->zone.h);
    begin_bridge(run, ns);
}

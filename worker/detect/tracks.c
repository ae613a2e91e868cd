/* gms_tracks: see tracks.h. */

#include "tracks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "hot.h"

/* A piece shows a hole with as much paper around it: this many calibers to
 * each side. */
#define PIECE_CALIBERS 1.7

/* The same blob: nearer than this, calibers. */
#define SAME_CALIBERS 0.6

/* Unchanged: not further than this from where it stays, and of an area in
 * these bounds. */
#define STILL_CALIBERS 0.25
#define STILL_PX 0.25
#define AREA_LEAST 0.5
#define AREA_MOST 2.0

/* A hole keeps its place to a hundredth of a caliber once its picture is quiet:
 * what is further from where it rested, over a few pictures, crept there. */
#define CREPT_CALIBERS 0.12
#define CREPT_PX 0.5
#define CREPT_SHARE 0.3

/* In shares of a hole: what is smaller than NOISE is not worth a memory; a
 * further hole adds FURTHER to one that is nearly WHOLE. */
#define NOISE_AREA 0.2
#define SUBSTANTIAL_AREA 0.3
#define SUBSTANTIAL_PICTURES 2
#define WHOLE_AREA 0.6
#define FURTHER_AREA 0.3

/* What adds so much at once to an insect that is there is a hole. */
#define STRUCK_AREA 0.5

/* Where a track ended lately, the next one near by and of a similar area is
 * suspected to be the same insect; slow cameras see it further away. */
#define GHOST_CALIBERS 2.5
#define GHOST_CALIBERS_S 4.0
#define GHOST_CALIBERS_MOST 6.0
#define GHOST_NS (530 * GMS_MS)
#define GHOST_AREA 2.5

/* Where something moved about, an insect may be for so long. */
#define STIRRED_NS (30 * GMS_S)

/* No hole is longer than this, nor three that touch. */
#define BIG_CALIBERS 3.9

/* Longer without a picture: nobody saw what came first. */
#define UNSEEN_NS (3 * GMS_S)

/* The mean is over this many pictures at most. */
#define MEAN_PICTURES 12


int
gms_tracks_init(gms_tracks_t *tracks, const gms_zone_t *zone)
{
    size_t n;

    memset(tracks, 0, sizeof(*tracks));
    tracks->caliber_px = zone->caliber_px;
    tracks->hole_px2 = M_PI * zone->caliber_px * zone->caliber_px / 4;
    tracks->side = 2 * ((int) ceil(PIECE_CALIBERS * zone->caliber_px) + 3) + 1;
    n = (size_t) tracks->side * (size_t) tracks->side;
    tracks->now = calloc(n, sizeof(float));
    tracks->gains =
        calloc((size_t) zone->w + 2 * GMS_GAIN_ROOM, sizeof(int16_t));
    if (tracks->now == NULL || tracks->gains == NULL) {
        gms_tracks_close(tracks);
        return GMS_ENOMEM;
    }
    for (int i = 0; i < GMS_TRACKS_MAX; i++) {
        tracks->mean[i] = calloc(n, sizeof(float));
        if (tracks->mean[i] == NULL) {
            gms_tracks_close(tracks);
            return GMS_ENOMEM;
        }
    }
    return GMS_OK;
}


void
gms_tracks_close(gms_tracks_t *tracks)
{
    for (int i = 0; i < GMS_TRACKS_MAX; i++) {
        free(tracks->mean[i]);
    }
    free(tracks->now);
    free(tracks->gains);
    memset(tracks, 0, sizeof(*tracks));
}


void
gms_tracks_clear(gms_tracks_t *tracks)
{
    tracks->tracks = 0;
    tracks->ended = 0;
    tracks->unseen = true;
    memset(tracks->taken, 0, sizeof(tracks->taken));
}


gms_piece_t
gms_piece_around(const gms_zone_t *zone, double x, double y, int side)
{
    gms_piece_t p;
    int         half = side / 2;
    int         x1 = (int) lrint(x) + half + 1, y1 = (int) lrint(y) + half + 1;

    p.x0 = x1 - side < 0 ? 0 : x1 - side;
    p.y0 = y1 - side < 0 ? 0 : y1 - side;
    p.w = (x1 > zone->w ? zone->w : x1) - p.x0;
    p.h = (y1 > zone->h ? zone->h : y1) - p.y0;
    return p;
}


GMS_HOT static void
read_row(const int16_t *picture, const int16_t *gains, int n, float *out)
{
    for (int x = 0; x < n; x++) {
        out[x] = (float) picture[x] * ((float) GMS_GAIN_ONE / GMS_LEVEL)
            / (float) gains[x];
    }
}


void
gms_piece_read(const gms_change_t *change, const gms_gain_t *gain,
    const gms_piece_t *piece, int16_t *gains, float *out)
{
    int      w = change->zone->w;
    int16_t *row = gains + GMS_GAIN_ROOM;

    for (int y = 0; y < piece->h; y++) {
        ptrdiff_t at = (ptrdiff_t) (piece->y0 + y) * w + piece->x0;

        gms_gain_row(gain, piece->y0 + y, piece->x0, piece->x0 + piece->w, row);
        read_row(change->picture + at, row + piece->x0, piece->w,
            out + y * piece->w);
    }
}


static double
distance(double x0, double y0, double x1, double y1)
{
    return hypot(x1 - x0, y1 - y0);
}


/* Does the blob cover this place? */
static bool
covers(const gms_blob_t *b, double x, double y)
{
    return x >= b->x0 && x < b->x1 && y >= b->y0 && y < b->y1;
}


/* Something like it ended lately, and left its place. */
static bool
is_haunted(const gms_tracks_t *tracks, const gms_blob_t *b, int64_t ns)
{
    int n = tracks->ghosts < GMS_GHOSTS_MAX ? tracks->ghosts : GMS_GHOSTS_MAX;

    for (int i = 0; i < n; i++) {
        const gms_ghost_t *g = &tracks->ghost[i];
        double             s = (double) (ns - g->ns) / (double) GMS_S;
        double             reach =
            fmin(GHOST_CALIBERS + GHOST_CALIBERS_S * s, GHOST_CALIBERS_MOST);

        if ((ns - g->ns < GHOST_NS || tracks->updates - g->update <= 1)
            && b->area < GHOST_AREA * g->area && b->area * GHOST_AREA > g->area
            && distance(g->x, g->y, b->x, b->y) < reach * tracks->caliber_px
            && !covers(b, g->x, g->y))
        {
            return true;
        }
    }
    return false;
}


bool
gms_tracks_stirred(const gms_tracks_t *tracks, int64_t ns)
{
    int n = tracks->ghosts < GMS_GHOSTS_MAX ? tracks->ghosts : GMS_GHOSTS_MAX;

    for (int i = 0; i < n; i++) {
        if (ns - tracks->ghost[i].ns < STIRRED_NS) {
            return true;
        }
    }
    for (int i = 0; i < tracks->tracks; i++) {
        if (tracks->track[i].moved > 0) {
            return true;
        }
    }
    return false;
}


static void
haunt(gms_tracks_t *tracks, const gms_track_t *t)
{
    gms_ghost_t *g = &tracks->ghost[tracks->ghosts % GMS_GHOSTS_MAX];

    if (t->area < NOISE_AREA * tracks->hole_px2) {
        return;
    }
    g->x = t->x;
    g->y = t->y;
    g->area = t->area;
    g->ns = tracks->last_ns; /* when it was last seen */
    g->update = tracks->updates;
    tracks->ghosts++;
    if (tracks->ghosts == 2 * GMS_GHOSTS_MAX) {
        tracks->ghosts = GMS_GHOSTS_MAX; /* still full */
    }
}


void
gms_tracks_drop(gms_tracks_t *tracks, int i)
{
    tracks->taken[tracks->track[i].slot] = false;
    tracks->tracks--;
    memmove(&tracks->track[i], &tracks->track[i + 1],
        (size_t) (tracks->tracks - i) * sizeof(gms_track_t));
}


/* Stays from this picture on. */
static void
restart(gms_tracks_t *tracks, const gms_zone_t *zone, gms_track_t *t,
    const gms_blob_t *b, int64_t ns)
{
    t->blob = *b;
    t->start_x = t->home_x = t->rest_x = t->now_x = b->x;
    t->start_y = t->home_y = t->rest_y = t->now_y = b->y;
    t->area = b->area;
    t->pictures = 1;
    t->since_ns = ns;
    t->examined_ns = 0;
    t->grown = false;
    t->mixed = 0;
    t->piece = gms_piece_around(zone, b->x, b->y, tracks->side);
}


static bool
is_big(const gms_tracks_t *tracks, const gms_blob_t *b)
{
    int longest = b->x1 - b->x0 > b->y1 - b->y0 ? b->x1 - b->x0 : b->y1 - b->y0;

    return longest > BIG_CALIBERS * tracks->caliber_px;
}


/* Another hole came to it: a blob that covers it and is larger by much. */
static bool
has_grown(const gms_tracks_t *tracks, const gms_track_t *t, const gms_blob_t *b)
{
    return t->area > WHOLE_AREA * tracks->hole_px2
        && b->area - t->area > FURTHER_AREA * tracks->hole_px2
        && covers(b, t->home_x, t->home_y);
}


/* It begins here and now. */
static void
begin_anew(gms_tracks_t *tracks, const gms_zone_t *zone, gms_track_t *t,
    const gms_blob_t *b, uint64_t frame, int64_t ns)
{
    t->first_ns = ns;
    t->first_frame = frame;
    t->came_x = b->x;
    t->came_y = b->y;
    restart(tracks, zone, t, b, ns);
}


/* A shot fell where an insect is: what is seen there grew by much of a hole
 * from one picture to the next, and by no other insect. */
static bool
is_struck(const gms_tracks_t *tracks, const gms_track_t *t, const gms_blob_t *b)
{
    if (t->moved == 0 || b->area - t->blob.area < STRUCK_AREA * tracks->hole_px2
        || !covers(b, t->x, t->y))
    {
        return false;
    }
    for (int i = 0; i < tracks->tracks; i++) {
        const gms_track_t *other = &tracks->track[i];

        if (other != t && other->area > NOISE_AREA * tracks->hole_px2
            && covers(b, other->x, other->y))
        {
            return false;
        }
    }
    return true;
}


/* It is not where it was. */
static void
move(gms_tracks_t *tracks, const gms_zone_t *zone, gms_track_t *t,
    const gms_blob_t *b, uint64_t frame, int64_t ns)
{
    double least = NOISE_AREA * tracks->hole_px2;
    bool   far = !covers(b, t->came_x, t->came_y);

    if (far && t->area > least && b->area > least
        && b->area < GHOST_AREA * t->area && b->area * GHOST_AREA > t->area)
    {
        t->moved++;
    } else if (!far && t->area > least) {
        t->unsteady++; /* what came first is still here */
        restart(tracks, zone, t, b, ns);
        return;
    }
    begin_anew(tracks, zone, t, b, frame, ns);
}


/* Where it rests; another hole that came to it is no step. */
static void
creep(
    const gms_tracks_t *tracks, gms_track_t *t, const gms_blob_t *b, int64_t ns)
{
    t->now_x += CREPT_SHARE * (b->x - t->now_x);
    t->now_y += CREPT_SHARE * (b->y - t->now_y);
    if (distance(t->rest_x, t->rest_y, t->now_x, t->now_y)
        > CREPT_CALIBERS * tracks->caliber_px + CREPT_PX)
    {
        t->rest_x = t->now_x;
        t->rest_y = t->now_y;
        t->crept_ns = ns;
    }
}


static void
go_on(gms_tracks_t *tracks, const gms_zone_t *zone, gms_track_t *t,
    const gms_blob_t *b, uint64_t frame, int64_t ns)
{
    double moved = distance(t->home_x, t->home_y, b->x, b->y);
    double ratio = b->area / t->area;

    bool struck = is_struck(tracks, t, b);

    t->x = b->x;
    t->y = b->y;
    if (struck) { /* no insect's past is the hole's */
        t->moved = t->unsteady = 0;
        t->crept_ns = t->rejected_ns = 0;
        t->big = is_big(tracks, b);
        begin_anew(tracks, zone, t, b, frame, ns);
        return;
    }
    t->substantial += b->area > SUBSTANTIAL_AREA * tracks->hole_px2;
    if (has_grown(tracks, t, b)) {
        if (t->grown && t->examined_ns > t->grown_ns) {
            t->unsteady++; /* it was none: all of this may be one */
            restart(tracks, zone, t, b, ns);
            t->big = is_big(tracks, b);
            return;
        }
        if (!t->grown) {
            t->grown = true;
            t->grown_ns = ns;
            t->grown_frame = frame;
        }
        t->pictures++;
        return;
    }
    t->grown = false;
    t->big = is_big(tracks, b);
    if (moved > STILL_CALIBERS * tracks->caliber_px + STILL_PX
        || ratio < AREA_LEAST || ratio > AREA_MOST)
    {
        move(tracks, zone, t, b, frame, ns);
        return;
    }
    creep(tracks, t, b, ns);
    t->blob = *b;
    t->pictures++;
    t->home_x += (b->x - t->home_x) / t->pictures;
    t->home_y += (b->y - t->home_y) / t->pictures;
    t->area += (b->area - t->area) / t->pictures;
}


/* A place for one more; the least of those that are not worth much gives
 * way. */
static int
make_slot(gms_tracks_t *tracks, const gms_blob_t *b)
{
    int least = -1;

    for (int slot = 0; slot < GMS_TRACKS_MAX; slot++) {
        if (!tracks->taken[slot]) {
            return slot;
        }
    }
    for (int i = 0; i < tracks->tracks; i++) {
        if (tracks->track[i].id == 0 && tracks->track[i].area < b->area
            && (least < 0 || tracks->track[i].area < tracks->track[least].area))
        {
            least = i;
        }
    }
    if (least >= 0) {
        int slot = tracks->track[least].slot;

        gms_tracks_drop(tracks, least);
        return slot;
    }
    return -1;
}


/* It was there before, together with what is a shot now. */
static void
inherit(gms_tracks_t *tracks, gms_track_t *t)
{
    int n = tracks->heirs < GMS_HEIRS_MAX ? tracks->heirs : GMS_HEIRS_MAX;

    for (int i = 0; i < n; i++) {
        gms_heir_t *h = &tracks->heir[i];

        if (tracks->updates - h->update == 1
            && distance(h->x, h->y, t->x, t->y) < 2 * tracks->caliber_px)
        {
            t->first_ns = t->since_ns = h->ns;
            t->first_frame = h->frame;
            t->pictures = 2;
            t->haunted = false;
            h->update = 0;
        }
    }
}


static void
begin(gms_tracks_t *tracks, const gms_zone_t *zone, const gms_blob_t *b,
    uint64_t frame, int64_t ns)
{
    gms_track_t *t;
    int          slot = make_slot(tracks, b);

    if (slot < 0) {
        return; /* so many larger blobs at once are no holes */
    }
    tracks->taken[slot] = true;
    t = &tracks->track[tracks->tracks++];
    memset(t, 0, sizeof(*t));
    t->slot = slot;
    t->x = t->came_x = b->x;
    t->y = t->came_y = b->y;
    t->big = is_big(tracks, b);
    t->haunted = is_haunted(tracks, b, ns);
    t->gap_ns = ns - tracks->last_ns;
    t->unseen = tracks->unseen;
    t->first_ns = ns;
    t->first_frame = frame;
    t->substantial = b->area > SUBSTANTIAL_AREA * tracks->hole_px2;
    restart(tracks, zone, t, b, ns);
    inherit(tracks, t);
}


void
gms_tracks_leave(gms_tracks_t *tracks, const gms_track_t *t)
{
    gms_heir_t *h = &tracks->heir[tracks->heirs % GMS_HEIRS_MAX];

    if (!t->grown) {
        return;
    }
    h->x = t->x;
    h->y = t->y;
    h->ns = t->grown_ns;
    h->frame = t->grown_frame;
    h->update = tracks->updates;
    tracks->heirs++;
    if (tracks->heirs == 2 * GMS_HEIRS_MAX) {
        tracks->heirs = GMS_HEIRS_MAX; /* still full */
    }
}


/* The track nearest to a blob that no other blob of this picture took. */
static int
nearest(const gms_tracks_t *tracks, const gms_blob_t *b, const bool *used)
{
    double best = SAME_CALIBERS * tracks->caliber_px;
    int    found = -1;

    for (int i = 0; i < tracks->tracks; i++) {
        const gms_track_t *t = &tracks->track[i];
        double             d = distance(t->x, t->y, b->x, b->y);

        if (!used[i] && d < best) {
            best = d;
            found = i;
        }
    }
    return found;
}


static void
mix(gms_tracks_t *tracks, const gms_change_t *change, const gms_gain_t *gain,
    gms_track_t *t)
{
    float *mean = tracks->mean[t->slot];
    int    n = t->piece.w * t->piece.h;
    float  weight;

    t->mixed = t->mixed < MEAN_PICTURES ? t->mixed + 1 : MEAN_PICTURES;
    weight = 1.0F / (float) t->mixed;
    gms_piece_read(change, gain, &t->piece, tracks->gains, tracks->now);
    for (int i = 0; i < n; i++) {
        float old = t->mixed == 1 ? 0 : mean[i];

        mean[i] = old + weight * (tracks->now[i] - old);
    }
}


/* Ends a track that no blob continues; one that showed much of a hole in
 * more than one picture keeps its mean until the next. */
static void
end(gms_tracks_t *tracks, int i)
{
    const gms_track_t t = tracks->track[i];

    haunt(tracks, &t);
    gms_tracks_drop(tracks, i);
    if (t.substantial >= SUBSTANTIAL_PICTURES && tracks->ended < GMS_ENDED_MAX)
    {
        tracks->taken[t.slot] = true;
        tracks->end[tracks->ended++] = t;
    }
}


static void
forget_ended(gms_tracks_t *tracks)
{
    while (tracks->ended > 0) {
        tracks->taken[tracks->end[--tracks->ended].slot] = false;
    }
}


/* Tracks that no blob took, but one grew over them. */
static void
adopt(gms_tracks_t *tracks, const gms_blobs_t *blobs, const gms_zone_t *zone,
    bool *used, bool *placed, uint64_t frame, int64_t ns)
{
    for (int i = 0; i < tracks->tracks; i++) {
        for (int k = 0; k < blobs->blobs && !used[i]; k++) {
            if (has_grown(tracks, &tracks->track[i], &blobs->blob[k])) {
                used[i] = placed[k] = true;
                go_on(tracks, zone, &tracks->track[i], &blobs->blob[k], frame,
                    ns);
            }
        }
    }
}


void
gms_tracks_update(gms_tracks_t *tracks, const gms_blobs_t *blobs,
    const gms_change_t *change, const gms_gain_t *gain, uint64_t frame,
    int64_t ns)
{
    bool used[GMS_TRACKS_MAX] = { false };
    bool placed[GMS_BLOBS_MAX] = { false };

    tracks->updates++;
    forget_ended(tracks);
    tracks->unseen = tracks->unseen || ns - tracks->last_ns > UNSEEN_NS;
    for (int i = 0; i < blobs->blobs; i++) {
        int t = nearest(tracks, &blobs->blob[i], used);

        if (t >= 0) {
            used[t] = placed[i] = true;
            go_on(tracks, change->zone, &tracks->track[t], &blobs->blob[i],
                frame, ns);
        }
    }
    adopt(tracks, blobs, change->zone, used, placed, frame, ns);
    for (int i = tracks->tracks - 1; i >= 0; i--) {
        if (!used[i]) {
            end(tracks, i);
        }
    }
    for (int i = 0; i < blobs->blobs; i++) {
        if (!placed[i]) {
            begin(tracks, change->zone, &blobs->blob[i], frame, ns);
        }
    }
    for (int i = 0; i < tracks->tracks; i++) {
        if (!tracks->track[i].grown) {
            mix(tracks, change, gain, &tracks->track[i]);
        }
    }
    tracks->resumed = tracks->unseen;
    tracks->unseen = false;
    tracks->last_ns = ns;
}

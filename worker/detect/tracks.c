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

/* Unchanged: moved less than this and of an area in these bounds. */
#define STILL_CALIBERS 0.15
#define STILL_PX 0.25
#define AREA_LEAST 0.6
#define AREA_MOST 1.7

/* Where a track ended lately, the next one near by is suspected to be the
 * same insect. */
#define GHOST_CALIBERS 2.5
#define GHOST_NS (530 * GMS_MS)

/* No hole is longer than this. */
#define BIG_CALIBERS 3.0

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


static int
suspicion(const gms_tracks_t *tracks, double x, double y, int64_t ns)
{
    int n = tracks->ghosts < GMS_GHOSTS_MAX ? tracks->ghosts : GMS_GHOSTS_MAX;

    for (int i = 0; i < n; i++) {
        const gms_ghost_t *g = &tracks->ghost[i];

        if (ns - g->ns < GHOST_NS
            && distance(g->x, g->y, x, y) < GHOST_CALIBERS * tracks->caliber_px)
        {
            return 1;
        }
    }
    return 0;
}


static void
haunt(gms_tracks_t *tracks, const gms_track_t *t, int64_t ns)
{
    gms_ghost_t *g = &tracks->ghost[tracks->ghosts % GMS_GHOSTS_MAX];

    g->x = t->blob.x;
    g->y = t->blob.y;
    g->ns = ns;
    tracks->ghosts++;
}


void
gms_tracks_drop(gms_tracks_t *tracks, int i)
{
    tracks->taken[tracks->track[i].slot] = false;
    tracks->tracks--;
    memmove(&tracks->track[i], &tracks->track[i + 1],
        (size_t) (tracks->tracks - i) * sizeof(gms_track_t));
}


static void
restart(gms_tracks_t *tracks, const gms_zone_t *zone, gms_track_t *t,
    uint64_t frame, int64_t ns)
{
    t->pictures = 1;
    t->since_ns = t->first_ns = ns;
    t->first_frame = frame;
    t->examined_ns = 0;
    t->piece = gms_piece_around(zone, t->blob.x, t->blob.y, tracks->side);
}


static bool
is_big(const gms_tracks_t *tracks, const gms_blob_t *b)
{
    int longest = b->x1 - b->x0 > b->y1 - b->y0 ? b->x1 - b->x0 : b->y1 - b->y0;

    return longest > BIG_CALIBERS * tracks->caliber_px;
}


static void
go_on(gms_tracks_t *tracks, const gms_zone_t *zone, gms_track_t *t,
    const gms_blob_t *b, uint64_t frame, int64_t ns)
{
    double moved = distance(t->blob.x, t->blob.y, b->x, b->y);
    double ratio = (double) b->area / t->blob.area;
    bool   still = moved < STILL_CALIBERS * tracks->caliber_px + STILL_PX
        && ratio > AREA_LEAST && ratio < AREA_MOST;

    t->blob = *b;
    t->big = is_big(tracks, b);
    if (still) {
        t->pictures++;
    } else {
        t->moved++;
        restart(tracks, zone, t, frame, ns);
    }
}


static void
begin(gms_tracks_t *tracks, const gms_zone_t *zone, const gms_blob_t *b,
    uint64_t frame, int64_t ns)
{
    gms_track_t *t;
    int          slot = 0;

    while (slot < GMS_TRACKS_MAX && tracks->taken[slot]) {
        slot++;
    }
    if (slot == GMS_TRACKS_MAX) {
        return; /* so many blobs at once are no holes */
    }
    tracks->taken[slot] = true;
    t = &tracks->track[tracks->tracks++];
    memset(t, 0, sizeof(*t));
    t->slot = slot;
    t->blob = *b;
    t->big = is_big(tracks, b);
    t->moved = suspicion(tracks, b->x, b->y, ns);
    t->unseen = tracks->unseen;
    restart(tracks, zone, t, frame, ns);
}


/* The track nearest to a blob that no other blob of this picture took. */
static int
nearest(const gms_tracks_t *tracks, const gms_blob_t *b, const bool *used)
{
    double best = SAME_CALIBERS * tracks->caliber_px;
    int    found = -1;

    for (int i = 0; i < tracks->tracks; i++) {
        const gms_track_t *t = &tracks->track[i];
        double             d = distance(t->blob.x, t->blob.y, b->x, b->y);

        if (!used[i] && d < best) {
            best = d;
            found = i;
        }
    }
    return found;
}


static void
mix(gms_tracks_t *tracks, const gms_change_t *change, const gms_gain_t *gain,
    const gms_track_t *t)
{
    float *mean = tracks->mean[t->slot];
    int    n = t->piece.w * t->piece.h;
    float  weight = 1.0F
        / (float) (t->pictures < MEAN_PICTURES ? t->pictures : MEAN_PICTURES);

    gms_piece_read(change, gain, &t->piece, tracks->gains, tracks->now);
    for (int i = 0; i < n; i++) {
        float old = t->pictures == 1 ? 0 : mean[i];

        mean[i] = old + weight * (tracks->now[i] - old);
    }
}


void
gms_tracks_update(gms_tracks_t *tracks, const gms_blobs_t *blobs,
    const gms_change_t *change, const gms_gain_t *gain, uint64_t frame,
    int64_t ns)
{
    bool used[GMS_TRACKS_MAX] = { false };
    bool placed[GMS_BLOBS_MAX] = { false };

    tracks->unseen = tracks->unseen || ns - tracks->last_ns > UNSEEN_NS;
    for (int i = 0; i < blobs->blobs; i++) {
        int t = nearest(tracks, &blobs->blob[i], used);

        if (t >= 0) {
            used[t] = placed[i] = true;
            go_on(tracks, change->zone, &tracks->track[t], &blobs->blob[i],
                frame, ns);
        }
    }
    for (int i = tracks->tracks - 1; i >= 0; i--) {
        if (!used[i]) {
            haunt(tracks, &tracks->track[i], ns);
            gms_tracks_drop(tracks, i);
        }
    }
    for (int i = 0; i < blobs->blobs; i++) {
        if (!placed[i]) {
            begin(tracks, change->zone, &blobs->blob[i], frame, ns);
        }
    }
    for (int i = 0; i < tracks->tracks; i++) {
        mix(tracks, change, gain, &tracks->track[i]);
    }
    tracks->unseen = false;
    tracks->last_ns = ns;
}

/* gms_occlusion: see occlusion.h. */

#include "occlusion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "hot.h"
#include "warp.h"

/* A cell is odd when its ratio differs from the median of 5 x 5 by this share,
 * and by so many levels, which noise and codecs may do to a mean of 64 px, and
 * by what a shift of the print by so many px makes of it.  A printed line of
 * one pixel darkens its cell by a tenth. */
#define ODD_SHARE 0.04F
#define ODD_LEVELS 2.0F
#define ODD_SHIFT_PX 0.5F

/* It is hidden when so many percent of 5 x 5 cells are odd: of a quiet picture
 * none is, under hands half of them. */
#define WINDOW 2
#define WINDOW_LEAST 8
#define ODD_PERCENT 30

/* Hidden cells so near to each other have hidden ones between them: rings are
 * about that far apart.  The map is wider than what was seen by the rest. */
#define CLOSE_CELLS 3
#define WIDER_CELLS 1

/* What comes so near to the zone's border reaches in from outside. */
#define BORDER_CELLS 5

/* So many holes do not come at once side by side; of small calibers more. */
#define HOLES_LEAST 25
#define SHARE_LEAST 0.015

/* More than this share of the zone: no thing before the card, but another
 * scene. */
#define SHARE_MOST 0.8

/* Known holes with their torn rims. */
#define RIM_RADII 1.4F


/* Adds n numbers. */
GMS_HOT static void
add_row(uint8_t *restrict to, const uint8_t *restrict from, int n)
{
    for (int x = 0; x < n; x++) {
        to[x] = (uint8_t) (to[x] + from[x]);
    }
}


/* Adds up the cells no further than r <= GMS_OCCLUSION_PAD, both ways, of a map
 * of zeros and ones.  What runs from one row into the next stays in the pad. */
static void
add_around(gms_occlusion_t *o, const uint8_t *in, int r, uint8_t *out)
{
    uint8_t *across = o->spare[2];
    int      n = o->w * o->h;

    memset(across, 0, (size_t) n);
    memset(out, 0, (size_t) n);
    for (int u = -r; u <= r; u++) {
        add_row(across + r, in + r + u, n - 2 * r);
    }
    for (int v = -r; v <= r; v++) {
        add_row(out + r * o->w, across + (r + v) * o->w, n - 2 * r * o->w);
    }
}


static int
square(int r)
{
    return (2 * r + 1) * (2 * r + 1);
}


/* The maps' row of a row of cells, from the first cell on. */
static uint8_t *
row_of(const gms_occlusion_t *o, uint8_t *map, int y)
{
    return map + (y + GMS_OCCLUSION_PAD) * o->w + GMS_OCCLUSION_PAD;
}


static void
mark_inside(gms_occlusion_t *o, const gms_gain_t *gain)
{
    for (int y = 0; y < gain->h; y++) {
        int from, to;

        gms_gain_span(gain, y, &from, &to);
        if (from < to) {
            memset(row_of(o, o->inside, y) + from, 1, (size_t) (to - from));
        }
    }
    add_around(o, o->inside, BORDER_CELLS, o->border);
    for (int i = 0; i < o->w * o->h; i++) {
        o->border[i] = o->border[i] < square(BORDER_CELLS);
    }
}


int
gms_occlusion_init(gms_occlusion_t *o, const gms_gain_t *gain)
{
    size_t   n;
    uint8_t *maps;

    memset(o, 0, sizeof(*o));
    o->zone = gain->zone;
    o->cell = gain->cell;
    o->w = gain->w + 2 * GMS_OCCLUSION_PAD;
    o->h = gain->h + 2 * GMS_OCCLUSION_PAD;
    n = (size_t) o->w * (size_t) o->h;
    o->inside = maps = calloc(8 * n, 1);
    o->stack = calloc(n, sizeof(int32_t));
    if (maps == NULL || o->stack == NULL) {
        gms_occlusion_close(o);
        return GMS_ENOMEM;
    }
    o->border = maps + n;
    o->told = maps + 2 * n;
    o->odd = maps + 3 * n;
    o->hidden = maps + 4 * n;
    for (size_t i = 0; i < 3; i++) {
        o->spare[i] = maps + (5 + i) * n;
    }
    mark_inside(o, gain);
    return GMS_OK;
}


void
gms_occlusion_close(gms_occlusion_t *o)
{
    free(o->inside); /* and the other maps with it */
    free(o->stack);
    memset(o, 0, sizeof(*o));
}


/* Of the background: how many levels print that is shifted a little may make
 * of a cell's mean, as share of it, and what else may. */
GMS_INLINE float
odd_share(const int16_t *level, int stride, float shift)
{
    int right = abs(level[1] - level[0]), left = abs(level[-1] - level[0]);
    int up = abs(level[-stride] - level[0]);
    int down = abs(level[stride] - level[0]);

    right = right > left ? right : left;
    up = up > down ? up : down;
    right = right > up ? right : up;
    return ODD_SHARE
        + (ODD_LEVELS * GMS_LEVEL + shift * (float) right)
        / (float) (level[0] + 1);
}


/* Odd cells of a row; how many. */
GMS_HOT static int
odd_row(const int16_t *level, const int16_t *ratio, const int16_t *median,
    int stride, float shift, int n, uint8_t *restrict odd)
{
    int sum = 0;

    for (int x = 0; x < n; x++) {
        int   off = abs(ratio[x] - median[x]);
        float most = odd_share(level + x, stride, shift) * (float) median[x];

        odd[x] = (uint8_t) ((float) off > most);
        sum += odd[x];
    }
    return sum;
}


/* All odd cells; how many. */
static int
find_odd(gms_occlusion_t *o, const gms_gain_t *gain)
{
    float shift = ODD_SHIFT_PX / (float) o->cell;
    int   sum = 0;

    memset(o->odd, 0, (size_t) o->w * (size_t) o->h);
    for (int y = 0; y < gain->h; y++) {
        int from, to;
        int at = (y + GMS_GAIN_PAD) * gain->stride + GMS_GAIN_PAD;

        gms_gain_span(gain, y, &from, &to);
        sum += odd_row(gain->level + at + from, gain->ratio + at + from,
            gain->median + y * gain->stride + from, gain->stride, shift,
            to - from, row_of(o, o->odd, y) + from);
    }
    return sum;
}


/* What lies in known holes says nothing. */
static void
leave_holes(gms_occlusion_t *o, const gms_holes_t *holes)
{
    int w = o->w - 2 * GMS_OCCLUSION_PAD, h = o->h - 2 * GMS_OCCLUSION_PAD;

    for (int i = 0; i < holes->discs; i++) {
        const gms_disc_t *d = &holes->disc[i];
        float             r = RIM_RADII * d->r;
        int               x0 = (int) fmaxf((d->x - r) / (float) o->cell, 0);
        int               y0 = (int) fmaxf((d->y - r) / (float) o->cell, 0);
        int               x1 = (int) ((d->x + r) / (float) o->cell);
        int               y1 = (int) ((d->y + r) / (float) o->cell);

        for (int y = y0; y <= y1 && y < h; y++) {
            for (int x = x0; x <= x1 && x < w; x++) {
                row_of(o, o->told, y)[x] = row_of(o, o->odd, y)[x] = 0;
            }
        }
    }
}


/* Cells with odd ones all around, in place of the odd ones; how many. */
static int
find_dense(gms_occlusion_t *o)
{
    uint8_t *odd = o->spare[0], *told = o->spare[1];
    int      n = 0;

    add_around(o, o->odd, WINDOW, odd);
    add_around(o, o->told, WINDOW, told);
    for (int i = 0; i < o->w * o->h; i++) {
        o->odd[i] = o->inside[i] != 0 && told[i] >= WINDOW_LEAST
            && 100 * odd[i] >= ODD_PERCENT * told[i];
        n += o->odd[i];
    }
    return n;
}


/* Takes the cells that hang together with one out of the map, into the stack;
 * how many.  dense: how many of these are, border: do they touch it. */
static int
take_piece(
    gms_occlusion_t *o, uint8_t *map, int first, int *dense, bool *border)
{
    const int next[] = { -1, 1, -o->w, o->w };
    int       n = 0;

    *dense = 0;
    *border = false;
    map[first] = 0;
    o->stack[n++] = first;
    for (int k = 0; k < n; k++) {
        int i = o->stack[k];

        *dense += o->odd[i];
        *border = *border || o->border[i] != 0;
        for (int j = 0; j < 4; j++) {
            if (map[i + next[j]] != 0) {
                map[i + next[j]] = 0;
                o->stack[n++] = i + next[j];
            }
        }
    }
    return n;
}


/* Keeps what is large enough and reaches in from outside. */
static void
keep_pieces(gms_occlusion_t *o, uint8_t *map, int least)
{
    size_t size = (size_t) o->w * (size_t) o->h;

    memset(o->hidden, 0, size);
    for (int i = 0; i < (int) size; i++) {
        bool border;
        int  dense, n;

        if (map[i] == 0) {
            continue;
        }
        n = take_piece(o, map, i, &dense, &border);
        if (dense < least || !border) {
            continue;
        }
        o->large += n;
        for (int k = 0; k < n; k++) {
            o->hidden[o->stack[k]] = 1;
        }
    }
}


/* The fewest dense cells that are no few holes. */
static int
least_cells(const gms_occlusion_t *o)
{
    double d = o->zone->caliber_px;

    return (int) (fmax(HOLES_LEAST * M_PI * d * d / 4,
                      SHARE_LEAST * (double) o->zone->area)
        / (o->cell * o->cell));
}


/* Dense cells and what lies between them: made wider, then narrow again. */
static void
close_gaps(gms_occlusion_t *o, uint8_t *map)
{
    uint8_t *wide = o->spare[1];

    add_around(o, o->odd, CLOSE_CELLS, wide);
    for (int i = 0; i < o->w * o->h; i++) {
        wide[i] = wide[i] != 0 || o->inside[i] == 0;
    }
    add_around(o, wide, CLOSE_CELLS, map);
    for (int i = 0; i < o->w * o->h; i++) {
        map[i] = o->inside[i] != 0 && map[i] == square(CLOSE_CELLS);
    }
}


/* From cells that differ to the map, which is a little wider. */
static void
draw_map(gms_occlusion_t *o, int least)
{
    uint8_t *map = o->spare[0];

    close_gaps(o, map);
    keep_pieces(o, map, least);
    if (o->large == 0
        || o->large * o->cell * o->cell > SHARE_MOST * (double) o->zone->area)
    {
        return;
    }
    memcpy(map, o->hidden, (size_t) o->w * (size_t) o->h);
    add_around(o, map, WIDER_CELLS, o->hidden);
    for (int i = 0; i < o->w * o->h; i++) {
        o->cells += o->hidden[i] != 0 && o->inside[i] != 0;
    }
}


void
gms_occlusion_find(
    gms_occlusion_t *o, const gms_gain_t *gain, const gms_holes_t *holes)
{
    int least = least_cells(o);

    o->large = o->cells = 0;
    if (100 * find_odd(o, gain) < ODD_PERCENT * least) {
        return; /* nearly always */
    }
    memcpy(o->told, o->inside, (size_t) o->w * (size_t) o->h);
    leave_holes(o, holes);
    if (find_dense(o) >= least) {
        draw_map(o, least);
    }
}


bool
gms_occlusion_hides(const gms_occlusion_t *o, int x, int y)
{
    int cx = x / o->cell + GMS_OCCLUSION_PAD;
    int cy = y / o->cell + GMS_OCCLUSION_PAD;

    return o->cells > 0 && x >= 0 && y >= 0 && cx < o->w && cy < o->h
        && o->hidden[cy * o->w + cx] != 0;
}

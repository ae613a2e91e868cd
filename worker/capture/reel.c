/* gms_reel: see reel.h.  A picture lies in a chain of blocks, so that any one
 * can be taken out without moving the others. */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "reel.h"
#include "../../ipc/error.h"

#define GMS_REEL_BLOCK (16 * 1024)

#define GMS_REEL_NONE UINT32_MAX

typedef struct {
    gms_reel_picture_t about;
    uint32_t           first; /* block */
    uint32_t           blocks;
} gms_reel_entry_t;

struct gms_reel_s {
    pthread_mutex_t  lock;
    uint8_t         *bytes;
    uint32_t        *next; /* of each block, the one that follows it */
    uint32_t         blocks;
    uint32_t         used;    /* blocks that were used ever: [0, used) */
    uint32_t         free;    /* first block of those given back */
    uint32_t         is_free; /* blocks that can be had */
    size_t           pictures;
    gms_reel_entry_t entry[GMS_REEL_PICTURES_MAX]; /* the oldest first */
};


gms_reel_t *
gms_reel_create(size_t bytes)
{
    gms_reel_t *reel;

    reel = calloc(1, sizeof(*reel));
    if (reel == NULL) {
        return NULL;
    }

    if (bytes < GMS_REEL_BYTES_MIN) {
        bytes = GMS_REEL_BYTES_MIN;
    }

    reel->blocks = (uint32_t) (bytes / GMS_REEL_BLOCK);
    reel->is_free = reel->blocks;
    reel->free = GMS_REEL_NONE;
    reel->bytes = malloc((size_t) reel->blocks * GMS_REEL_BLOCK);
    reel->next = malloc(reel->blocks * sizeof(uint32_t));

    if (reel->bytes == NULL || reel->next == NULL
        || pthread_mutex_init(&reel->lock, NULL) != 0)
    {
        free(reel->bytes);
        free(reel->next);
        free(reel);
        return NULL;
    }

    return reel;
}


void
gms_reel_destroy(gms_reel_t *reel)
{
    if (reel == NULL) {
        return;
    }

    pthread_mutex_destroy(&reel->lock);
    free(reel->bytes);
    free(reel->next);
    free(reel);
}


/* A block that was used before is in memory already. */
static uint32_t
reel_take(gms_reel_t *reel)
{
    uint32_t block;

    block = reel->free;
    reel->is_free--;

    if (block == GMS_REEL_NONE) {
        return reel->used++;
    }

    reel->free = reel->next[block];

    return block;
}


static void
reel_drop(gms_reel_t *reel, size_t i)
{
    gms_reel_entry_t *entry;
    uint32_t          last, n;

    entry = &reel->entry[i];
    last = entry->first;

    for (n = 1; n < entry->blocks; n++) {
        last = reel->next[last];
    }

    reel->next[last] = reel->free;
    reel->free = entry->first;
    reel->is_free += entry->blocks;

    reel->pictures--;
    memmove(entry, entry + 1, (reel->pictures - i) * sizeof(*entry));
}


/* The first of those that all stay: they are of the last seconds, and leave
 * half of the reel to those before them. */
static size_t
reel_whole(const gms_reel_t *reel, int64_t now_ns)
{
    uint32_t blocks;
    size_t   i;

    blocks = 0;

    for (i = reel->pictures; i > 0; i--) {
        blocks += reel->entry[i - 1].blocks;

        if (blocks > reel->blocks / 2
            || now_ns - reel->entry[i - 1].about.mono_ns > GMS_REEL_WHOLE_NS)
        {
            break;
        }
    }

    return i;
}


/* The one that is missed least: whose neighbours are nearest to each other,
 * for its age. */
static size_t
reel_least(const gms_reel_t *reel, int64_t now_ns)
{
    const gms_reel_entry_t *e;
    double                  cost, least;
    size_t                  i, found, whole;
    int64_t                 age_ns;

    found = 0;
    least = -1;
    whole = reel_whole(reel, now_ns);

    for (i = 1; i < whole && i + 1 < reel->pictures; i++) {
        e = &reel->entry[i];
        age_ns = now_ns - e->about.mono_ns + 1;
        cost = (double) (e[1].about.mono_ns - e[-1].about.mono_ns)
            / (double) age_ns;

        if (least < 0 || cost < least) {
            least = cost;
            found = i;
        }
    }

    return found;
}


/* Is the oldest out of the span, with another one at its beginning? */
static bool
reel_is_over(const gms_reel_t *reel, int64_t now_ns)
{
    const gms_reel_entry_t *e = reel->entry;

    return (reel->pictures > 1
               && now_ns - e[1].about.mono_ns >= GMS_REEL_SPAN_NS)
        || (reel->pictures > 0
            && now_ns - e[0].about.mono_ns > 2 * GMS_REEL_SPAN_NS);
}


static void
reel_make_room(gms_reel_t *reel, uint32_t blocks, int64_t now_ns)
{
    while (reel_is_over(reel, now_ns)) {
        reel_drop(reel, 0);
    }

    while (reel->pictures > 0
        && (reel->is_free < blocks || reel->pictures == GMS_REEL_PICTURES_MAX))
    {
        reel_drop(reel, reel_least(reel, now_ns));
    }
}


/* Is it, byte for byte, the newest once more? */
static bool
reel_is_same(const gms_reel_t *reel, const gms_frame_t *frame)
{
    const gms_reel_entry_t *e;
    size_t                  done, part;
    uint32_t                block;

    if (reel->pictures == 0) {
        return false;
    }

    e = &reel->entry[reel->pictures - 1];

    if (e->about.size != frame->jpeg_size) {
        return false;
    }

    block = e->first;

    for (done = 0; done < frame->jpeg_size; done += part) {
        part = frame->jpeg_size - done < GMS_REEL_BLOCK
            ? frame->jpeg_size - done
            : GMS_REEL_BLOCK;

        if (memcmp(frame->jpeg + done,
                reel->bytes + (size_t) block * GMS_REEL_BLOCK, part)
            != 0)
        {
            return false;
        }

        block = reel->next[block];
    }

    return true;
}


static void
reel_add(gms_reel_t *reel, const gms_frame_t *frame, uint32_t blocks)
{
    gms_reel_entry_t *e;
    size_t            done, part;
    uint32_t          block, before;

    e = &reel->entry[reel->pictures++];
    e->about.t_us = frame->real_ns / 1000;
    e->about.mono_ns = frame->mono_ns;
    e->about.width = frame->width;
    e->about.height = frame->height;
    e->about.size = (uint32_t) frame->jpeg_size;
    e->blocks = blocks;
    before = GMS_REEL_NONE;

    for (done = 0; done < frame->jpeg_size; done += part) {
        part = frame->jpeg_size - done < GMS_REEL_BLOCK
            ? frame->jpeg_size - done
            : GMS_REEL_BLOCK;
        block = reel_take(reel);

        if (before == GMS_REEL_NONE) {
            e->first = block;
        } else {
            reel->next[before] = block;
        }

        reel->next[block] = GMS_REEL_NONE;
        memcpy(reel->bytes + (size_t) block * GMS_REEL_BLOCK,
            frame->jpeg + done, part);
        before = block;
    }
}


void
gms_reel_put(gms_reel_t *reel, const gms_frame_t *frame)
{
    uint32_t blocks;

    if (frame->jpeg_size == 0
        || frame->jpeg_size > (size_t) reel->blocks * GMS_REEL_BLOCK / 4)
    {
        return;
    }

    blocks =
        (uint32_t) ((frame->jpeg_size + GMS_REEL_BLOCK - 1) / GMS_REEL_BLOCK);

    pthread_mutex_lock(&reel->lock);

    if (!reel_is_same(reel, frame)) {
        reel_make_room(reel, blocks, frame->mono_ns);
        reel_add(reel, frame, blocks);
    }

    pthread_mutex_unlock(&reel->lock);
}


size_t
gms_reel_list(gms_reel_t *reel, int64_t from_us, int64_t to_us,
    gms_reel_picture_t *list, size_t max)
{
    const gms_reel_picture_t *p;
    size_t                    i, seen, n, all;

    pthread_mutex_lock(&reel->lock);

    for (i = all = 0; i < reel->pictures; i++) {
        p = &reel->entry[i].about;
        all += p->t_us >= from_us && p->t_us <= to_us;
    }

    for (i = seen = n = 0; i < reel->pictures && n < max; i++) {
        p = &reel->entry[i].about;

        if (p->t_us < from_us || p->t_us > to_us) {
            continue;
        }

        /* the n-th of max is picture n * all / max */
        if (all <= max || seen * max >= n * all) {
            list[n++] = *p;
        }
        seen++;
    }

    pthread_mutex_unlock(&reel->lock);

    return n;
}


static void
reel_copy(const gms_reel_t *reel, const gms_reel_entry_t *e, uint8_t *bytes)
{
    size_t   done, part;
    uint32_t block;

    block = e->first;

    for (done = 0; done < e->about.size; done += part) {
        part = e->about.size - done < GMS_REEL_BLOCK ? e->about.size - done
                                                     : GMS_REEL_BLOCK;
        memcpy(
            bytes + done, reel->bytes + (size_t) block * GMS_REEL_BLOCK, part);
        block = reel->next[block];
    }
}


int
gms_reel_read(
    gms_reel_t *reel, int64_t t_us, gms_reel_picture_t *picture, void **bytes)
{
    const gms_reel_entry_t *e;
    size_t                  i;
    int                     rc;

    rc = GMS_ENOTFOUND;
    *bytes = NULL;

    pthread_mutex_lock(&reel->lock);

    for (i = reel->pictures; i-- > 0 && rc == GMS_ENOTFOUND; /* void */) {
        e = &reel->entry[i];

        if (e->about.t_us == t_us) {
            *bytes = malloc(e->about.size);
            rc = *bytes != NULL ? GMS_OK : GMS_ENOMEM;

            if (rc == GMS_OK) {
                *picture = e->about;
                reel_copy(reel, e, *bytes);
            }
        }
    }

    pthread_mutex_unlock(&reel->lock);

    return rc;
}


void
gms_reel_about(gms_reel_t *reel, size_t *bytes, int64_t *span_ns)
{
    pthread_mutex_lock(&reel->lock);

    *bytes = (size_t) (reel->blocks - reel->is_free) * GMS_REEL_BLOCK;
    *span_ns = reel->pictures > 0
        ? reel->entry[reel->pictures - 1].about.mono_ns
            - reel->entry[0].about.mono_ns
        : 0;

    pthread_mutex_unlock(&reel->lock);
}

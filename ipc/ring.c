#include "ring.h"

#include "error.h"
#include "word.h"

#include <stdbool.h>


/* Words of the region's header: what never changes, then, on a line of its
 * own, the positions. */
enum {
    GMS_RING_CAPACITY = 0,
    GMS_RING_OLDEST = GMS_LINE_WORDS,
    GMS_RING_RESERVED,
    GMS_RING_COMMITTED,
    GMS_RING_HEADER = 2 * GMS_LINE_WORDS
};

/* Words of a record, before its text. */
enum {
    GMS_RECORD_SIZES = 0, /* of the text, and of its id line << 32 */
    GMS_RECORD_SEQ,
    GMS_RECORD_CHECK,
    GMS_RECORD_WORDS
};

#define GMS_RECORD_HEADER (GMS_RECORD_WORDS * GMS_WORD)

/* With less room than this most readers would be overtaken by two events. */
#define GMS_RING_CAPACITY_MIN (4 * GMS_EVENT_BYTES)
#define GMS_RING_CAPACITY_MAX (UINT64_C(1) << 30)

/* Positions never come near this: a GiB each second for a century. */
#define GMS_RING_POSITION_MAX (UINT64_C(1) << 62)

/* How often a search begins again because the writer overtook it. */
#define GMS_RING_FIND_TRIES 8

_Static_assert(GMS_EVENT_BYTES % GMS_WORD == 0, "records are whole words");


size_t
gms_ring_region_size(size_t capacity)
{
    return GMS_RING_HEADER * GMS_WORD + capacity;
}


void
gms_ring_format(void *region, size_t capacity)
{
    uint64_t *words = region;

    gms_word_store(&words[GMS_RING_CAPACITY], capacity);
}


int
gms_ring_attach(gms_ring_t *ring, const gms_memory_t *m)
{
    int          rc;
    uint64_t     capacity;
    gms_region_t region;
    uint64_t    *words;

    rc = gms_memory_region(m, GMS_REGION_RING, 0, &region);
    if (rc != GMS_OK) {
        return rc;
    }

    if (region.size < GMS_RING_HEADER * GMS_WORD) {
        return GMS_ECORRUPT;
    }

    words = (uint64_t *) ((char *) m->base + region.offset);

    /* Read once: from here on only the copy counts. */
    capacity = gms_word_load(&words[GMS_RING_CAPACITY]);

    if ((capacity & (capacity - 1)) != 0 || capacity < GMS_RING_CAPACITY_MIN
        || capacity > GMS_RING_CAPACITY_MAX
        || capacity > region.size - GMS_RING_HEADER * GMS_WORD)
    {
        return GMS_ECORRUPT;
    }

    ring->header = words;
    ring->words = words + GMS_RING_HEADER;
    ring->capacity = capacity;

    return GMS_OK;
}


static uint64_t
gms_ring_load(const gms_ring_t *ring, unsigned position)
{
    return gms_word_load((const uint64_t *) ring->header + position);
}


static void
gms_ring_store(gms_ring_t *ring, unsigned position, uint64_t value)
{
    gms_word_store((uint64_t *) ring->header + position, value);
}


static uint64_t *
gms_ring_word(const gms_ring_t *ring, uint64_t pos)
{
    return ring->words + (pos & (ring->capacity - 1)) / GMS_WORD;
}


static uint64_t
gms_ring_record_size(uint64_t text_size)
{
    return GMS_RECORD_HEADER + (text_size + GMS_WORD - 1) / GMS_WORD * GMS_WORD;
}


/* Ties a record to its place, so that bytes of another lap, of the middle of
 * a text or of no ring at all are not taken for one.  No secret: it is there
 * against accidents, bounds are there against malice. */
static uint64_t
gms_ring_check(uint64_t pos, uint64_t sizes, uint64_t seq)
{
    return (pos ^ UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xff51afd7ed558ccd)
        ^ (sizes + UINT64_C(0x676d735f72696e67)) * UINT64_C(0xc4ceb9fe1a85ec53)
        ^ (seq + 1) * UINT64_C(0x2545f4914f6cdd1d);
}


/* Copies the header at pos out; whether it is sound is told by the return
 * value and must be asked only when it is known not to be overwritten. */
static bool
gms_ring_peek(const gms_ring_t *ring, uint64_t pos, gms_ring_record_t *record)
{
    uint64_t sizes, seq, check;

    sizes = gms_word_load(gms_ring_word(ring, pos));
    seq = gms_word_load(gms_ring_word(ring, pos + GMS_WORD));
    check = gms_word_load(gms_ring_word(ring, pos + 2 * GMS_WORD));

    record->size = (uint32_t) sizes;
    record->id_size = (uint32_t) (sizes >> 32);
    record->seq = seq;

    return check == gms_ring_check(pos, sizes, seq)
        && record->size <= GMS_EVENT_BYTES && record->id_size <= record->size;
}


/* Whether the bytes from start on may have been overwritten by now.  `oldest`
 * needs no look: it is where a reader begins, not what it is judged by. */
static bool
gms_ring_overtaken(const gms_ring_t *ring, uint64_t start)
{
    uint64_t reserved;

    reserved = gms_ring_load(ring, GMS_RING_RESERVED);

    return reserved > ring->capacity && start < reserved - ring->capacity;
}


/* Moves `oldest` behind every record that a reservation up to `reserved` is
 * going to destroy. */
static void
gms_ring_evict(gms_ring_t *ring, uint64_t reserved, uint64_t committed)
{
    uint64_t          oldest;
    gms_ring_record_t record;

    oldest = gms_ring_load(ring, GMS_RING_OLDEST);

    if (reserved - oldest <= ring->capacity) {
        return;
    }

    while (reserved - oldest > ring->capacity) {

        if (oldest >= committed || !gms_ring_peek(ring, oldest, &record)) {
            oldest = committed;
            break;
        }

        oldest += gms_ring_record_size(record.size);
    }

    gms_ring_store(ring, GMS_RING_OLDEST, oldest);
}


int
gms_ring_write(
    gms_ring_t *ring, const gms_ring_record_t *record, const char *text)
{
    size_t   first;
    uint64_t start, end, reserved, sizes, at;

    if (record->size > GMS_EVENT_BYTES) {
        return GMS_ETOOBIG;
    }

    if (record->id_size > record->size) {
        return GMS_EINVALID;
    }

    start = gms_ring_load(ring, GMS_RING_COMMITTED);
    end = start + gms_ring_record_size(record->size);

    /* A writer that was killed may have reserved more: what it destroyed
     * stays destroyed, so `reserved` never goes backwards. */
    reserved = gms_ring_load(ring, GMS_RING_RESERVED);
    if (reserved < end) {
        reserved = end;
    }

    gms_ring_evict(ring, reserved, start);
    gms_ring_store(ring, GMS_RING_RESERVED, reserved);

    sizes = record->size | (uint64_t) record->id_size << 32;
    gms_word_store(gms_ring_word(ring, start), sizes);
    gms_word_store(gms_ring_word(ring, start + GMS_WORD), record->seq);
    gms_word_store(gms_ring_word(ring, start + 2 * GMS_WORD),
        gms_ring_check(start, sizes, record->seq));

    at = start + GMS_RECORD_HEADER;
    first = (size_t) (ring->capacity - (at & (ring->capacity - 1)));
    if (first > record->size) {
        first = record->size;
    }

    gms_words_put(gms_ring_word(ring, at), text, first);
    gms_words_put(ring->words, text + first, record->size - first);

    gms_ring_store(ring, GMS_RING_COMMITTED, end);

    return GMS_OK;
}


uint64_t
gms_ring_head(const gms_ring_t *ring)
{
    return gms_ring_load(ring, GMS_RING_COMMITTED);
}


uint64_t
gms_ring_oldest(const gms_ring_t *ring)
{
    return gms_ring_load(ring, GMS_RING_OLDEST);
}


/* The record at pos, its text left where it is; GMS_OK also says that it ends
 * not beyond the head. */
static int
gms_ring_record(const gms_ring_t *ring, uint64_t pos, gms_ring_record_t *record)
{
    bool     sound;
    uint64_t committed;

    committed = gms_ring_load(ring, GMS_RING_COMMITTED);

    if (pos == committed) {
        return GMS_EAGAIN;
    }

    if (pos > committed || committed - pos > ring->capacity) {
        return GMS_EOVERTAKEN;
    }

    if (pos % GMS_WORD != 0) {
        return GMS_ECORRUPT;
    }

    sound = gms_ring_peek(ring, pos, record);

    /* First this: torn bytes are no sign of corruption. */
    if (gms_ring_overtaken(ring, pos)) {
        return GMS_EOVERTAKEN;
    }

    if (!sound || gms_ring_record_size(record->size) > committed - pos) {
        return GMS_ECORRUPT;
    }

    return GMS_OK;
}


int
gms_ring_read(const gms_ring_t *ring, uint64_t *pos, gms_ring_record_t *record,
    char *buf, size_t size)
{
    int      rc;
    size_t   first;
    uint64_t at;

    rc = gms_ring_record(ring, *pos, record);
    if (rc != GMS_OK) {
        return rc;
    }

    if (record->size > size) {
        return GMS_ETOOBIG;
    }

    at = *pos + GMS_RECORD_HEADER;
    first = (size_t) (ring->capacity - (at & (ring->capacity - 1)));
    if (first > record->size) {
        first = record->size;
    }

    gms_words_get(gms_ring_word(ring, at), buf, first);
    gms_words_get(ring->words, buf + first, record->size - first);

    if (gms_ring_overtaken(ring, *pos)) {
        return GMS_EOVERTAKEN;
    }

    *pos += gms_ring_record_size(record->size);

    return GMS_OK;
}


int
gms_ring_find(const gms_ring_t *ring, uint64_t seq, uint64_t *pos)
{
    int               rc;
    uint64_t          oldest, at;
    unsigned          tries;
    gms_ring_record_t record;

    if (seq == 0) {
        return GMS_ENOTFOUND;
    }

    for (tries = 0; tries < GMS_RING_FIND_TRIES; tries++) {
        oldest = gms_ring_load(ring, GMS_RING_OLDEST);
        rc = GMS_EOVERTAKEN;

        /* A lap at most, however fast the writer adds to it. */
        for (at = oldest; at - oldest < ring->capacity; /* void */) {
            rc = gms_ring_record(ring, at, &record);
            if (rc != GMS_OK) {
                break;
            }

            at += gms_ring_record_size(record.size);

            if (record.seq == seq) {
                *pos = at;
                return GMS_OK;
            }

            /* Durable numbers only grow. */
            if (record.seq > seq) {
                return GMS_ENOTFOUND;
            }
        }

        if (rc != GMS_OK && rc != GMS_EOVERTAKEN) {
            break;
        }
    }

    return GMS_ENOTFOUND;
}


/* The new positions lie a lap beyond any of the old ones that may be
 * believed, so that every reader finds itself overtaken instead of waiting at
 * a head that would never come. */
void
gms_ring_clear(gms_ring_t *ring)
{
    uint64_t base, value;
    unsigned i;

    base = 0;

    for (i = GMS_RING_OLDEST; i <= GMS_RING_COMMITTED; i++) {
        value = gms_ring_load(ring, i);

        if (value > base && value < GMS_RING_POSITION_MAX) {
            base = value;
        }
    }

    base = (base & ~(ring->capacity - 1)) + 2 * ring->capacity;

    gms_ring_store(ring, GMS_RING_RESERVED, base);
    gms_ring_store(ring, GMS_RING_OLDEST, base);
    gms_ring_store(ring, GMS_RING_COMMITTED, base);
}


int
gms_ring_take_over(gms_ring_t *ring, uint64_t *seq)
{
    uint64_t          oldest, reserved, committed, last;
    gms_ring_record_t record;

    *seq = 0;

    oldest = gms_ring_load(ring, GMS_RING_OLDEST);
    reserved = gms_ring_load(ring, GMS_RING_RESERVED);
    committed = gms_ring_load(ring, GMS_RING_COMMITTED);

    if (oldest > committed || committed > reserved
        || reserved >= GMS_RING_POSITION_MAX
        || reserved - oldest > ring->capacity
        || (oldest | reserved | committed) % GMS_WORD != 0)
    {
        gms_ring_clear(ring);
        return GMS_ECORRUPT;
    }

    last = 0;

    while (oldest < committed) {

        if (!gms_ring_peek(ring, oldest, &record)
            || gms_ring_record_size(record.size) > committed - oldest
            || (record.seq != 0 && record.seq <= last))
        {
            gms_ring_clear(ring);
            return GMS_ECORRUPT;
        }

        if (record.seq != 0) {
            last = record.seq;
        }

        oldest += gms_ring_record_size(record.size);
    }

    *seq = last;

    return GMS_OK;
}

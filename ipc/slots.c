#include "slots.h"

#include "error.h"
#include "word.h"


/* More slots than anyone writes; a larger number is foreign bytes. */
#define GMS_SLOTS_MAX 64

/* A reader that was overtaken this often in a row comes again later rather
 * than keep a whole event loop waiting. */
#define GMS_SLOTS_TRIES 8

/* Words of the header: what never changes, then, on a line of its own, what
 * changes with every write. */
enum {
    GMS_SLOTS_COUNT = 0,
    GMS_SLOTS_BYTES = 1,
    GMS_SLOTS_BEGUN = GMS_LINE_WORDS,
    GMS_SLOTS_COMMITTED,
    GMS_SLOTS_HEADER = 2 * GMS_LINE_WORDS
};


size_t
gms_slots_region_size(unsigned slots, size_t bytes)
{
    return GMS_SLOTS_HEADER * GMS_WORD
        + slots * (GMS_SLOT_META * GMS_WORD + bytes);
}


void
gms_slots_format(void *region, unsigned slots, size_t bytes)
{
    uint64_t *words = region;

    gms_word_store(&words[GMS_SLOTS_COUNT], slots);
    gms_word_store(&words[GMS_SLOTS_BYTES], bytes);
}


int
gms_slots_attach(
    gms_slots_t *s, const gms_memory_t *m, uint32_t kind, uint32_t index)
{
    int          rc;
    uint64_t     slots, bytes, room;
    gms_region_t region;
    uint64_t    *words;

    rc = gms_memory_region(m, kind, index, &region);
    if (rc != GMS_OK) {
        return rc;
    }

    if (region.size < GMS_SLOTS_HEADER * GMS_WORD) {
        return GMS_ECORRUPT;
    }

    words = (uint64_t *) ((char *) m->base + region.offset);
    slots = gms_word_load(&words[GMS_SLOTS_COUNT]);
    bytes = gms_word_load(&words[GMS_SLOTS_BYTES]);

    if (slots < 2 || slots > GMS_SLOTS_MAX || bytes % GMS_LINE != 0) {
        return GMS_ECORRUPT;
    }

    /* By division: the product of foreign numbers may overflow. */
    room = (region.size - GMS_SLOTS_HEADER * GMS_WORD) / slots;

    if (room < GMS_SLOT_META * GMS_WORD
        || bytes > room - GMS_SLOT_META * GMS_WORD) {
        return GMS_ECORRUPT;
    }

    *s = gms_slots_of(words, slots, bytes);

    return GMS_OK;
}


gms_slots_t
gms_slots_of(void *header, uint64_t slots, uint64_t bytes)
{
    gms_slots_t s = { .words = header, .slots = slots, .bytes = bytes };

    return s;
}


static uint64_t *
gms_slots_slot(const gms_slots_t *s, uint64_t version)
{
    uint64_t slot_words = GMS_SLOT_META + s->bytes / GMS_WORD;

    return s->words + GMS_SLOTS_HEADER + (version % s->slots) * slot_words;
}


int
gms_slots_write(const gms_slots_t *s, const uint64_t *meta, const void *payload)
{
    unsigned  i;
    uint64_t  version;
    uint64_t *slot;

    if (meta[GMS_SLOT_SIZE] > s->bytes) {
        return GMS_ETOOBIG;
    }

    version = gms_word_load(&s->words[GMS_SLOTS_COMMITTED]) + 1;
    slot = gms_slots_slot(s, version);

    gms_word_store(&s->words[GMS_SLOTS_BEGUN], version);

    for (i = 0; i < GMS_SLOT_META; i++) {
        gms_word_store(&slot[i], meta[i]);
    }

    gms_words_put(slot + GMS_SLOT_META, payload, meta[GMS_SLOT_SIZE]);

    gms_word_store(&s->words[GMS_SLOTS_COMMITTED], version);

    return GMS_OK;
}


/* Whether slot `version` may have been written again since it was chosen.
 * A `begun` below it, which only foreign bytes can be, wraps round to yes. */
static int
gms_slots_overtaken(const gms_slots_t *s, uint64_t version)
{
    return gms_word_load(&s->words[GMS_SLOTS_BEGUN]) - version >= s->slots;
}


int
gms_slots_read(const gms_slots_t *s, uint64_t *version, uint64_t *meta,
    void *buf, size_t size)
{
    unsigned        i, tries;
    const uint64_t *slot;

    for (tries = 0; tries < GMS_SLOTS_TRIES; tries++) {
        *version = gms_word_load(&s->words[GMS_SLOTS_COMMITTED]);
        if (*version == 0) {
            return GMS_EAGAIN;
        }

        slot = gms_slots_slot(s, *version);

        for (i = 0; i < GMS_SLOT_META; i++) {
            meta[i] = gms_word_load(&slot[i]);
        }

        if (gms_slots_overtaken(s, *version)) {
            continue;
        }

        if (meta[GMS_SLOT_SIZE] > s->bytes) {
            return GMS_ECORRUPT;
        }

        if (meta[GMS_SLOT_SIZE] > size) {
            return GMS_ETOOBIG;
        }

        gms_words_get(slot + GMS_SLOT_META, buf, meta[GMS_SLOT_SIZE]);

        if (!gms_slots_overtaken(s, *version)) {
            return GMS_OK;
        }
    }

    return GMS_EAGAIN;
}


uint64_t
gms_slots_version(const gms_slots_t *s)
{
    return gms_word_load(&s->words[GMS_SLOTS_COMMITTED]);
}

#include "memory.h"

#include "error.h"
#include "grants.h"
#include "ring.h"
#include "slots.h"
#include "word.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>


#define GMS_MEMORY_MAGIC UINT64_C(0x544f4f48534d4721)
#define GMS_MEMORY_HEADER 4096
#define GMS_MEMORY_REGIONS_MAX 64

/* The largest image: four slots of a 4000 x 3000 camera take 24 MiB. */
#define GMS_MEMORY_SIZE_MAX ((size_t) 1 << 30)
#define GMS_FRAME_SLOT_MAX ((size_t) 64 << 20)

/* SHRINK: no SIGBUS under a reader.  FUTURE_WRITE: nobody but who mapped it
 * before can write, whatever fd he holds.  SEAL: it stays so. */
#define GMS_MEMORY_SEALS                                                       \
    (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL)

/* Words of the header.  The first three keep their places in every layout, so
 * that any two versions can tell each other apart. */
enum {
    GMS_MEMORY_MAGIC_WORD = 0,
    GMS_MEMORY_VERSION,
    GMS_MEMORY_HEADER_SIZE,
    GMS_MEMORY_SIZE,
    GMS_MEMORY_EPOCH,
    GMS_MEMORY_REGIONS,
    GMS_MEMORY_BEATS = GMS_LINE_WORDS, /* room for 16 threads */
    GMS_MEMORY_DIRECTORY = 4 * GMS_LINE_WORDS
};

/* Words of an entry of the directory. */
enum {
    GMS_ENTRY_KIND = 0, /* and index << 32 */
    GMS_ENTRY_OFFSET,
    GMS_ENTRY_SIZE,
    GMS_ENTRY_WORDS = 4
};

/* Words of the region of counters: places are fixed, with room between, so
 * that a counter more is no new layout. */
#define GMS_COUNTERS_ROOM 64
#define GMS_GAUGES_AT 48
#define GMS_HISTOGRAM_ROOM 128
#define GMS_HISTOGRAM_SUM GMS_HISTOGRAM_BUCKETS
#define GMS_COUNTERS_WORDS                                                     \
    (GMS_COUNTERS_ROOM + GMS_HISTOGRAMS * GMS_HISTOGRAM_ROOM)

/* Words of the scene's slots. */
enum {
    GMS_SCENE_START = GMS_SLOT_SIZE + 1,
    GMS_SCENE_STOP,
    GMS_SCENE_TURN
};

#define GMS_SCENE_SLOTS 2

_Static_assert(GMS_BEATS <= 16, "no room for so many beats");
_Static_assert(GMS_COUNTERS <= GMS_GAUGES_AT, "no room for a counter");
_Static_assert(GMS_GAUGES_AT + GMS_GAUGES <= GMS_COUNTERS_ROOM, "no room");
_Static_assert(GMS_HISTOGRAM_SUM < GMS_HISTOGRAM_ROOM, "no room for a sum");


static size_t
gms_memory_align(size_t size, size_t to)
{
    return (size + to - 1) / to * to;
}


static uint64_t *
gms_memory_word(const gms_memory_t *m, size_t i)
{
    return (uint64_t *) m->base + i;
}


/* Regions of this version, in their order; returns how many and in *size what
 * the whole takes. */
static unsigned
gms_memory_plan(gms_region_t *regions, size_t frame_bytes, size_t *size)
{
    size_t   offset;
    unsigned i;

    const gms_region_t plan[] = {
        { .kind = GMS_REGION_COUNTERS, .size = GMS_COUNTERS_WORDS * GMS_WORD },
        { .kind = GMS_REGION_SCENE,
            .size = gms_slots_region_size(GMS_SCENE_SLOTS, 0) },
        { .kind = GMS_REGION_RING,
            .size = gms_ring_region_size(GMS_RING_BYTES) },
        { .kind = GMS_REGION_STATE,
            .size = gms_slots_region_size(GMS_STATE_SLOTS, GMS_STATE_BYTES) },
        { .kind = GMS_REGION_FRAMES,
            .size = gms_slots_region_size(GMS_FRAME_SLOTS, frame_bytes) },
        { .kind = GMS_REGION_GRANTS, .size = gms_grants_region_size() },
    };

    const unsigned n = sizeof(plan) / sizeof(plan[0]);

    offset = GMS_MEMORY_HEADER;

    for (i = 0; i < n; i++) {
        regions[i] = plan[i];
        regions[i].offset = offset;
        offset += gms_memory_align(plan[i].size, GMS_LINE);
    }

    *size = gms_memory_align(offset, GMS_MEMORY_HEADER);

    return n;
}


static void
gms_memory_format(gms_memory_t *m, const gms_region_t *regions, unsigned n,
    size_t frame_bytes)
{
    void     *at;
    unsigned  i;
    uint64_t *entry;

    for (i = 0; i < n; i++) {
        at = (char *) m->base + regions[i].offset;

        switch (regions[i].kind) {

        case GMS_REGION_RING:
            gms_ring_format(at, GMS_RING_BYTES);
            break;

        case GMS_REGION_STATE:
            gms_slots_format(at, GMS_STATE_SLOTS, GMS_STATE_BYTES);
            break;

        case GMS_REGION_FRAMES:
            gms_slots_format(at, GMS_FRAME_SLOTS, frame_bytes);
            break;

        case GMS_REGION_SCENE:
            gms_slots_format(at, GMS_SCENE_SLOTS, 0);
            break;

        case GMS_REGION_GRANTS:
            gms_grants_format(at);
            break;

        default: /* GMS_REGION_COUNTERS: zeros are what it begins with */
            break;
        }

        entry = gms_memory_word(m, GMS_MEMORY_DIRECTORY + i * GMS_ENTRY_WORDS);
        gms_word_store(&entry[GMS_ENTRY_KIND],
            regions[i].kind | (uint64_t) regions[i].index << 32);
        gms_word_store(&entry[GMS_ENTRY_OFFSET], regions[i].offset);
        gms_word_store(&entry[GMS_ENTRY_SIZE], regions[i].size);
    }

    gms_word_store(gms_memory_word(m, GMS_MEMORY_REGIONS), n);
    gms_word_store(gms_memory_word(m, GMS_MEMORY_SIZE), m->size);
    gms_word_store(
        gms_memory_word(m, GMS_MEMORY_HEADER_SIZE), GMS_MEMORY_HEADER);
    gms_word_store(gms_memory_word(m, GMS_MEMORY_VERSION), GMS_LAYOUT_VERSION);
    gms_word_store(gms_memory_word(m, GMS_MEMORY_MAGIC_WORD), GMS_MEMORY_MAGIC);
}


int
gms_memory_create(
    gms_memory_t *m, const char *name, const gms_memory_spec_t *spec)
{
    int          error;
    size_t       frame_bytes;
    unsigned     n;
    gms_region_t regions[GMS_MEMORY_REGIONS_MAX];

    memset(m, 0, sizeof(gms_memory_t));
    m->fd = -1;

    frame_bytes = spec->frame_slot_bytes;

    if (frame_bytes > GMS_FRAME_SLOT_MAX) {
        return GMS_EINVALID;
    }

    if (frame_bytes < GMS_FRAME_SLOT_MIN) {
        frame_bytes = GMS_FRAME_SLOT_MIN;
    }

    frame_bytes = gms_memory_align(frame_bytes, GMS_LINE);
    n = gms_memory_plan(regions, frame_bytes, &m->size);

    m->base = MAP_FAILED;
    m->writable = true;
    m->fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (m->fd == -1) {
        goto failed;
    }

    /* Allocated now, not at the first touch: what does not fit is refused
     * here instead of killing the lane in mid-write. */
    error = posix_fallocate(m->fd, 0, (off_t) m->size);
    if (error != 0) {
        errno = error;
        goto failed;
    }

    m->base = mmap(NULL, m->size, PROT_READ | PROT_WRITE, MAP_SHARED, m->fd, 0);
    if (m->base == MAP_FAILED) {
        goto failed;
    }

    gms_memory_format(m, regions, n, frame_bytes);

    if (fcntl(m->fd, F_ADD_SEALS, GMS_MEMORY_SEALS) == -1) {
        goto failed;
    }

    return GMS_OK;

failed:

    error = errno;
    gms_memory_close(m);
    errno = error;

    return GMS_ESYS;
}


int
gms_memory_map(gms_memory_t *m, int fd, uint32_t *version)
{
    int         rc, seals;
    struct stat st;

    memset(m, 0, sizeof(gms_memory_t));
    m->fd = -1;

    /* Before the size is asked: without the seals it may change after. */
    seals = fcntl(fd, F_GET_SEALS);
    if (seals == -1) {
        return errno == EBADF ? GMS_ESYS : GMS_EUNSEALED;
    }

    if ((seals & GMS_MEMORY_SEALS) != GMS_MEMORY_SEALS) {
        return GMS_EUNSEALED;
    }

    if (fstat(fd, &st) == -1) {
        return GMS_ESYS;
    }

    if (st.st_size < GMS_MEMORY_HEADER
        || (uint64_t) st.st_size > GMS_MEMORY_SIZE_MAX)
    {
        return GMS_ECORRUPT;
    }

    m->size = (size_t) st.st_size;
    m->base = mmap(NULL, m->size, PROT_READ, MAP_SHARED, fd, 0);

    if (m->base == MAP_FAILED) {
        m->base = NULL;
        m->size = 0;
        return GMS_ESYS;
    }

    rc = gms_memory_check(m, version);

    if (rc != GMS_OK) {
        gms_memory_close(m);
        return rc;
    }

    m->fd = fd;

    return GMS_OK;
}


/* One entry of the directory, copied before it is looked at: the writer may
 * be hostile and change it at any moment. */
static int
gms_memory_entry(const gms_memory_t *m, unsigned i, gms_region_t *region)
{
    uint64_t        kind;
    const uint64_t *entry;

    entry = gms_memory_word(m, GMS_MEMORY_DIRECTORY + i * GMS_ENTRY_WORDS);

    kind = gms_word_load(&entry[GMS_ENTRY_KIND]);
    region->kind = (uint32_t) kind;
    region->index = (uint32_t) (kind >> 32);
    region->offset = gms_word_load(&entry[GMS_ENTRY_OFFSET]);
    region->size = gms_word_load(&entry[GMS_ENTRY_SIZE]);

    if (region->offset % GMS_LINE != 0 || region->offset < GMS_MEMORY_HEADER
        || region->offset > m->size || region->size > m->size - region->offset)
    {
        return GMS_ECORRUPT;
    }

    return GMS_OK;
}


static unsigned
gms_memory_regions(const gms_memory_t *m)
{
    uint64_t n = gms_word_load(gms_memory_word(m, GMS_MEMORY_REGIONS));

    return n > GMS_MEMORY_REGIONS_MAX ? 0 : (unsigned) n;
}


int
gms_memory_check(const gms_memory_t *m, uint32_t *version)
{
    uint64_t     found;
    unsigned     i, j, n;
    gms_region_t regions[GMS_MEMORY_REGIONS_MAX];

    if (m->size < GMS_MEMORY_HEADER
        || gms_word_load(gms_memory_word(m, GMS_MEMORY_MAGIC_WORD))
            != GMS_MEMORY_MAGIC)
    {
        return GMS_ECORRUPT;
    }

    found = gms_word_load(gms_memory_word(m, GMS_MEMORY_VERSION));

    if (version != NULL) {
        *version = found > UINT32_MAX ? UINT32_MAX : (uint32_t) found;
    }

    if (found != GMS_LAYOUT_VERSION) {
        return GMS_EVERSION;
    }

    if (gms_word_load(gms_memory_word(m, GMS_MEMORY_HEADER_SIZE))
            != GMS_MEMORY_HEADER
        || gms_word_load(gms_memory_word(m, GMS_MEMORY_SIZE)) != m->size)
    {
        return GMS_ECORRUPT;
    }

    n = gms_memory_regions(m);
    if (n == 0) {
        return GMS_ECORRUPT;
    }

    for (i = 0; i < n; i++) {
        if (gms_memory_entry(m, i, &regions[i]) != GMS_OK) {
            return GMS_ECORRUPT;
        }

        for (j = 0; j < i; j++) {
            if (regions[i].offset < regions[j].offset + regions[j].size
                && regions[j].offset < regions[i].offset + regions[i].size)
            {
                return GMS_ECORRUPT;
            }
        }
    }

    return GMS_OK;
}


void
gms_memory_close(gms_memory_t *m)
{
    if (m->base != NULL && m->base != MAP_FAILED) {
        (void) munmap(m->base, m->size);
    }

    /* A struct of zeros owns nothing, least of all descriptor 0. */
    if (m->base != NULL && m->fd != -1) {
        (void) close(m->fd);
    }

    memset(m, 0, sizeof(gms_memory_t));
    m->fd = -1;
}


int
gms_memory_region(
    const gms_memory_t *m, uint32_t kind, uint32_t index, gms_region_t *region)
{
    int      rc;
    unsigned i, n;

    n = gms_memory_regions(m);

    for (i = 0; i < n; i++) {
        rc = gms_memory_entry(m, i, region);

        if (region->kind == kind && region->index == index) {
            return rc;
        }
    }

    return GMS_ENOTFOUND;
}


uint64_t
gms_memory_epoch(const gms_memory_t *m)
{
    return gms_word_load(gms_memory_word(m, GMS_MEMORY_EPOCH));
}


void
gms_memory_set_epoch(gms_memory_t *m, uint64_t epoch)
{
    gms_word_store(gms_memory_word(m, GMS_MEMORY_EPOCH), epoch);
}


int64_t
gms_memory_last_beat(const gms_memory_t *m, gms_beat_e beat)
{
    if ((unsigned) beat >= GMS_BEATS) {
        return 0;
    }

    return (int64_t) gms_word_load(
        gms_memory_word(m, GMS_MEMORY_BEATS + (unsigned) beat));
}


void
gms_memory_beat(gms_memory_t *m, gms_beat_e beat, int64_t now_ns)
{
    if ((unsigned) beat < GMS_BEATS) {
        gms_word_store(gms_memory_word(m, GMS_MEMORY_BEATS + (unsigned) beat),
            (uint64_t) now_ns);
    }
}


/* A word of the region of counters, NULL when the image has none: a writer
 * that knows fewer histograms has a smaller one. */
static uint64_t *
gms_memory_counter_word(const gms_memory_t *m, size_t i)
{
    gms_region_t region;

    if (gms_memory_region(m, GMS_REGION_COUNTERS, 0, &region) != GMS_OK
        || region.size / GMS_WORD <= i)
    {
        return NULL;
    }

    return (uint64_t *) ((char *) m->base + region.offset) + i;
}


static size_t
gms_memory_bucket_word(gms_histogram_e histogram, size_t bucket)
{
    return GMS_COUNTERS_ROOM + (size_t) histogram * GMS_HISTOGRAM_ROOM + bucket;
}


void
gms_memory_count(gms_memory_t *m, gms_counter_e counter, uint64_t n)
{
    uint64_t *word;

    if ((unsigned) counter >= GMS_COUNTERS) {
        return;
    }

    word = gms_memory_counter_word(m, (size_t) counter);

    if (word != NULL) {
        gms_word_add(word, n);
    }
}


uint64_t
gms_memory_counter(const gms_memory_t *m, gms_counter_e counter)
{
    const uint64_t *word;

    if ((unsigned) counter >= GMS_COUNTERS) {
        return 0;
    }

    word = gms_memory_counter_word(m, (size_t) counter);

    return word != NULL ? gms_word_load(word) : 0;
}


void
gms_memory_tell(gms_memory_t *m, gms_gauge_e gauge, uint64_t value)
{
    uint64_t *word;

    if ((unsigned) gauge >= GMS_GAUGES) {
        return;
    }

    word = gms_memory_counter_word(m, GMS_GAUGES_AT + (size_t) gauge);

    if (word != NULL) {
        gms_word_store(word, value);
    }
}


uint64_t
gms_memory_gauge(const gms_memory_t *m, gms_gauge_e gauge)
{
    const uint64_t *word;

    if ((unsigned) gauge >= GMS_GAUGES) {
        return 0;
    }

    word = gms_memory_counter_word(m, GMS_GAUGES_AT + (size_t) gauge);

    return word != NULL ? gms_word_load(word) : 0;
}


/* The least i with value < 2^(i/4) us; the last bucket takes the rest. */
static size_t
gms_memory_bucket_of(int64_t value_ns)
{
    size_t   low, high, middle;
    uint64_t value;

    /* 1000 * 2^(j/4) ns, in units of 2^-20 ns */
    static const uint64_t quarter[4] = { 1048576000, 1246974040, 1482910400,
        1763487599 };

    if (value_ns <= 0) {
        return 0;
    }

    /* More than the last bucket's lower bound, and less than overflows. */
    if (value_ns >= INT64_C(1) << 35) {
        return GMS_HISTOGRAM_BUCKETS - 1;
    }

    value = (uint64_t) value_ns << 20;
    low = 0;
    high = GMS_HISTOGRAM_BUCKETS - 1;

    while (low < high) {
        middle = (low + high) / 2;

        if (value < quarter[middle % 4] << (middle / 4)) {
            high = middle;

        } else {
            low = middle + 1;
        }
    }

    return low;
}


void
gms_memory_record(gms_memory_t *m, gms_histogram_e histogram, int64_t value_ns)
{
    uint64_t *word;

    if ((unsigned) histogram >= GMS_HISTOGRAMS) {
        return;
    }

    word = gms_memory_counter_word(
        m, gms_memory_bucket_word(histogram, gms_memory_bucket_of(value_ns)));

    if (word != NULL) {
        gms_word_add(word, 1);
    }

    word = gms_memory_counter_word(
        m, gms_memory_bucket_word(histogram, GMS_HISTOGRAM_SUM));

    if (word != NULL && value_ns > 0) {
        gms_word_add(word, (uint64_t) value_ns);
    }
}


uint64_t
gms_memory_sum_ns(const gms_memory_t *m, gms_histogram_e histogram)
{
    const uint64_t *word;

    if ((unsigned) histogram >= GMS_HISTOGRAMS) {
        return 0;
    }

    word = gms_memory_counter_word(
        m, gms_memory_bucket_word(histogram, GMS_HISTOGRAM_SUM));

    return word != NULL ? gms_word_load(word) : 0;
}


uint64_t
gms_memory_bucket(
    const gms_memory_t *m, gms_histogram_e histogram, unsigned bucket)
{
    const uint64_t *word;

    if ((unsigned) histogram >= GMS_HISTOGRAMS
        || bucket >= GMS_HISTOGRAM_BUCKETS) {
        return 0;
    }

    word =
        gms_memory_counter_word(m, gms_memory_bucket_word(histogram, bucket));

    return word != NULL ? gms_word_load(word) : 0;
}


void
gms_memory_scene(const gms_memory_t *m, gms_scene_t *scene)
{
    uint64_t    version, meta[GMS_SLOT_META];
    gms_slots_t s;

    memset(scene, 0, sizeof(gms_scene_t));

    if (gms_slots_attach(&s, m, GMS_REGION_SCENE, 0) != GMS_OK
        || gms_slots_read(&s, &version, meta, NULL, 0) != GMS_OK)
    {
        return;
    }

    scene->start_ns = (int64_t) meta[GMS_SCENE_START];
    scene->stop_ns = (int64_t) meta[GMS_SCENE_STOP];
    scene->turn = meta[GMS_SCENE_TURN];
}


void
gms_memory_set_scene(gms_memory_t *m, const gms_scene_t *scene)
{
    gms_slots_t s;
    uint64_t    meta[GMS_SLOT_META] = {
           [GMS_SCENE_START] = (uint64_t) scene->start_ns,
           [GMS_SCENE_STOP] = (uint64_t) scene->stop_ns,
           [GMS_SCENE_TURN] = scene->turn,
    };

    if (gms_slots_attach(&s, m, GMS_REGION_SCENE, 0) == GMS_OK) {
        (void) gms_slots_write(&s, meta, NULL);
    }
}

/*
 * gms_memory: the shared memory of one lane.
 *
 * A memfd, made, fallocated, mapped and sealed by the supervisor before it
 * forks the lane, so that it outlives every lane process; the lane writes
 * through the inherited mapping, nginx maps it read-only.  It starts with a
 * header (magic, layout version, journal epoch, heartbeats) and a directory
 * of regions; unknown kinds are skipped, so that a newer writer may add some.
 *
 * Everything that is read by another process is a 64-bit word accessed
 * atomically: store release, load acquire.
 */

#ifndef GMS_MEMORY_H
#define GMS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef GMS_LAYOUT_VERSION /* a test of upgrades builds another */
#define GMS_LAYOUT_VERSION 1
#endif
#define GMS_LANE_NAME_SIZE 32 /* with the terminating NUL */

#define GMS_RING_BYTES (1024 * 1024)
#define GMS_EVENT_BYTES (16 * 1024)
#define GMS_STATE_BYTES (256 * 1024)
#define GMS_STATE_SLOTS 2
#define GMS_FRAME_SLOTS 4
#define GMS_FRAME_SLOT_MIN (256 * 1024)

typedef enum {
    GMS_REGION_STATE = 1,
    GMS_REGION_RING = 2,
    GMS_REGION_COUNTERS = 3,
    GMS_REGION_FRAMES = 4,
    GMS_REGION_SCENE = 5, /* see gms_scene_t: read by no one but lanes */
    GMS_REGION_GRANTS = 6
} gms_region_kind_e;

/* Threads of a lane process that must show that they live. */
typedef enum {
    GMS_BEAT_MAIN,
    GMS_BEAT_CAPTURE,
    GMS_BEAT_ANALYSIS,
    GMS_BEAT_STORE,
    GMS_BEATS
} gms_beat_e;

/* Counters, each one a 64-bit word that only grows. */
typedef enum {
    GMS_COUNTER_FRAMES_CAPTURED,
    GMS_COUNTER_FRAMES_DROPPED,
    GMS_COUNTER_FRAMES_BAD,
    GMS_COUNTER_FRAMES_ANALYSED,
    GMS_COUNTER_FRAMES_REPEATED,
    GMS_COUNTER_HOLES,
    GMS_COUNTER_SHOTS,
    GMS_COUNTER_EVENTS,
    GMS_COUNTER_COMMITS,
    GMS_COUNTER_CAMERA_OPENS,
    GMS_COUNTER_RESTARTS, /* of the lane's process; by the supervisor */
    GMS_COUNTER_FRAMES_LOST,
    GMS_COUNTERS
} gms_counter_e;

/* How the lane is now: words that its process says anew all the time.  All are
 * 0 until they have been said. */
typedef enum {
    GMS_GAUGE_JOURNAL_UP,      /* 1: takes what is written */
    GMS_GAUGE_CAMERA_UP,       /* 1: pictures come, or all of them came */
    GMS_GAUGE_CALIBRATED,      /* 1: shots can be scored */
    GMS_GAUGE_JOURNAL_WAITING, /* what is decided and not yet written */
    GMS_GAUGE_JOURNAL_SINCE,   /* CLOCK_MONOTONIC of the oldest; 0: none */
    GMS_GAUGES_OF_LANE,

    /* by the supervisor, and it stays when the lane's process ends: the last
     * event of its journal that the history is known to have */
    GMS_GAUGE_ARCHIVED = GMS_GAUGES_OF_LANE,
    GMS_GAUGES
} gms_gauge_e;

/* Latency histograms; bucket i counts values below 2^(i/4) microseconds, so
 * 4 buckets an octave (19 % wide), 96 buckets up to 16 s. */
#define GMS_HISTOGRAM_BUCKETS 96

typedef enum {
    GMS_HISTOGRAM_DECODE,
    GMS_HISTOGRAM_ANALYSE, /* mailbox -> detector done */
    GMS_HISTOGRAM_COMMIT,
    GMS_HISTOGRAM_PUBLISH, /* first frame that shows it -> shot in the ring */
    GMS_HISTOGRAM_HOLE,    /* frame handed over -> hole in the ring */
    GMS_HISTOGRAMS
} gms_histogram_e;

typedef struct {
    size_t frame_slot_bytes; /* 0: GMS_FRAME_SLOT_MIN */
} gms_memory_spec_t;

typedef struct {
    int    fd;
    void  *base;
    size_t size;
    bool   writable;
} gms_memory_t;

typedef struct {
    uint32_t kind;
    uint32_t index;
    uint64_t offset;
    uint64_t size;
} gms_region_t;

/* When the simulated or recorded scene in front of the lane's camera began:
 * survives the lane process, so that the paper does too. CLOCK_MONOTONIC. */
typedef struct {
    int64_t  start_ns; /* 0: not started, the first picture stands still */
    int64_t  stop_ns;  /* 0: running */
    uint64_t turn;     /* counts changes of target; part of the seed */
} gms_scene_t;

/* Supervisor: creates, fills, maps writable, then seals (SHRINK|GROW|
 * FUTURE_WRITE|SEAL).  `name` shows in /proc.  GMS_ESYS, GMS_EINVALID. */
int gms_memory_create(
    gms_memory_t *m, const char *name, const gms_memory_spec_t *spec);

/* Reader: takes ownership of fd on success.  Checks seals, size, magic,
 * version and that every known region lies inside; a hostile or truncated
 * image is refused before anything is read from it.  GMS_EUNSEALED,
 * GMS_ECORRUPT, GMS_EVERSION (then *version, if given, is the one found),
 * GMS_ESYS. */
int gms_memory_map(gms_memory_t *m, int fd, uint32_t *version);

/* The part of gms_memory_map that reads the image: for one that lies in
 * memory already.  GMS_ECORRUPT, GMS_EVERSION. */
int gms_memory_check(const gms_memory_t *m, uint32_t *version);

/* Unmaps and closes. */
void gms_memory_close(gms_memory_t *m);

/* GMS_ENOTFOUND when there is none; GMS_ECORRUPT when the directory has been
 * changed for the worse since it was checked. */
int gms_memory_region(
    const gms_memory_t *m, uint32_t kind, uint32_t index, gms_region_t *region);

/* The journal's epoch: 0 until the lane has opened its journal. */
uint64_t gms_memory_epoch(const gms_memory_t *m);
void     gms_memory_set_epoch(gms_memory_t *m, uint64_t epoch);

/* CLOCK_MONOTONIC of the last sign of life; 0: the thread does not run. */
int64_t gms_memory_last_beat(const gms_memory_t *m, gms_beat_e beat);
void    gms_memory_beat(gms_memory_t *m, gms_beat_e beat, int64_t now_ns);

void     gms_memory_count(gms_memory_t *m, gms_counter_e counter, uint64_t n);
uint64_t gms_memory_counter(const gms_memory_t *m, gms_counter_e counter);
void     gms_memory_tell(gms_memory_t *m, gms_gauge_e gauge, uint64_t value);
uint64_t gms_memory_gauge(const gms_memory_t *m, gms_gauge_e gauge);
void     gms_memory_record(
        gms_memory_t *m, gms_histogram_e histogram, int64_t value_ns);
uint64_t gms_memory_bucket(
    const gms_memory_t *m, gms_histogram_e histogram, unsigned bucket);

/* Of all values recorded; one below 0 counts as 0. */
uint64_t gms_memory_sum_ns(const gms_memory_t *m, gms_histogram_e histogram);

void gms_memory_scene(const gms_memory_t *m, gms_scene_t *scene);
void gms_memory_set_scene(gms_memory_t *m, const gms_scene_t *scene);

#endif /* GMS_MEMORY_H */

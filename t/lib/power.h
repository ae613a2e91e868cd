/*
 * A disk whose power fails: a VFS of SQLite's that knows what was synced.
 * power_arm(n) lets the power fail at the n-th write, cut or sync from now;
 * everything after it fails.  power_fail() then puts on the disk what may be
 * found there: what was synced, and of all that was not any part in any order,
 * by sectors of 512 bytes.  One test at a time, one thread.
 */

#ifndef GMS_T_POWER_H
#define GMS_T_POWER_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#define POWER_FILES 8
#define POWER_SECTOR 512

/* A write that was not synced; size -1: the file was cut at this place. */
typedef struct power_write_s {
    struct power_write_s *next;
    sqlite3_int64         at;
    int                   size;
    char                  bytes[];
} power_write_t;

/* What of a file is on the disk, and what is on its way there. */
typedef struct {
    char           path[256];
    bool           deleted; /* perhaps */
    char          *bytes;
    size_t         size;
    power_write_t *first;
    power_write_t *last;
} power_file_t;

typedef struct {
    sqlite3_file  base;
    power_file_t *disk;
    sqlite3_file *real;
    bool          fresh; /* its folder is synced with it, once */
} power_handle_t;

static sqlite3_vfs        *power_real;
static sqlite3_vfs         power_vfs;
static sqlite3_io_methods  power_methods;
static power_file_t        power_file[POWER_FILES];
static long                power_left; /* 0: it does not fail */
static bool                power_gone;


static void
power_grow(power_file_t *f, size_t size)
{
    if (size > f->size) {
        f->bytes = realloc(f->bytes, size);
        assert(f->bytes != NULL);
        memset(f->bytes + f->size, 0, size - f->size);
        f->size = size;
    }
}


static void
power_land(power_file_t *f, sqlite3_int64 at, const char *bytes, int size)
{
    if (size < 0) {
        power_grow(f, (size_t) at);
        f->size = (size_t) at;
        return;
    }
    power_grow(f, (size_t) at + (size_t) size);
    memcpy(f->bytes + at, bytes, (size_t) size);
}


/* Each pending write whole (chance NULL), or some of its sectors. */
static void
power_flush(power_file_t *f, uint64_t (*chance)(void))
{
    power_write_t *w;
    int            from, size;
    unsigned       keep = chance != NULL ? (unsigned) (chance() % 5) : 4;

    while ((w = f->first) != NULL) {
        f->first = w->next;

        for (from = 0; w->size >= 0 && from < w->size; from += size) {
            size = POWER_SECTOR - (int) ((w->at + from) % POWER_SECTOR);
            size = size < w->size - from ? size : w->size - from;

            if (keep == 4 || (chance() % 4) < keep) {
                power_land(f, w->at + from, w->bytes + from, size);
            }
        }

        if (w->size < 0 && (keep == 4 || chance() % 4 < keep)) {
            power_land(f, w->at, NULL, -1);
        }
        free(w);
    }

    f->last = NULL;
}


/* False: the power is gone, or goes now. */
static bool
power_step(void)
{
    if (!power_gone && power_left > 0 && --power_left == 0) {
        power_gone = true;
    }
    return !power_gone;
}


static void
power_pend(power_file_t *f, sqlite3_int64 at, const void *bytes, int size)
{
    power_write_t *w = malloc(sizeof(*w) + (size > 0 ? (size_t) size : 0));

    assert(w != NULL);
    w->next = NULL;
    w->at = at;
    w->size = size;
    if (size > 0) {
        memcpy(w->bytes, bytes, (size_t) size);
    }
    *(f->last != NULL ? &f->last->next : &f->first) = w;
    f->last = w;
}


static power_file_t *
power_find(const char *path)
{
    int i;

    for (i = 0; i < POWER_FILES; i++) {
        if (strcmp(power_file[i].path, path) == 0) {
            return &power_file[i];
        }
    }
    for (i = 0; i < POWER_FILES; i++) {
        if (power_file[i].path[0] == '\0') {
            assert(strlen(path) < sizeof(power_file[i].path));
            strcpy(power_file[i].path, path);
            return &power_file[i];
        }
    }
    abort();
}


#define POWER_REAL(h) (((power_handle_t *) (h))->real)
#define POWER_FORWARD(h, call, ...) \
    (POWER_REAL(h)->pMethods->call(POWER_REAL(h), ##__VA_ARGS__))

static int power_close(sqlite3_file *h) { return POWER_FORWARD(h, xClose); }
static int power_size(sqlite3_file *h, sqlite3_int64 *n)
    { return POWER_FORWARD(h, xFileSize, n); }
static int power_lock(sqlite3_file *h, int l)
    { return POWER_FORWARD(h, xLock, l); }
static int power_unlock(sqlite3_file *h, int l)
    { return POWER_FORWARD(h, xUnlock, l); }
static int power_reserved(sqlite3_file *h, int *r)
    { return POWER_FORWARD(h, xCheckReservedLock, r); }
static int power_control(sqlite3_file *h, int op, void *p)
    { return POWER_FORWARD(h, xFileControl, op, p); }
static int power_sector(sqlite3_file *h)
    { return POWER_FORWARD(h, xSectorSize); }
static int power_traits(sqlite3_file *h)
    { return POWER_FORWARD(h, xDeviceCharacteristics); }
static int power_map(sqlite3_file *h, int i, int n, int w, void volatile **p)
    { return POWER_FORWARD(h, xShmMap, i, n, w, p); }
static int power_shm_lock(sqlite3_file *h, int o, int n, int f)
    { return POWER_FORWARD(h, xShmLock, o, n, f); }
static void power_barrier(sqlite3_file *h) { POWER_FORWARD(h, xShmBarrier); }
static int power_unmap(sqlite3_file *h, int d)
    { return POWER_FORWARD(h, xShmUnmap, d); }
static int power_read(sqlite3_file *h, void *p, int n, sqlite3_int64 at)
    { return POWER_FORWARD(h, xRead, p, n, at); }


static int
power_write(sqlite3_file *h, const void *bytes, int size, sqlite3_int64 at)
{
    bool alive = power_step();

    /* what was under way when it went may be found in part */
    if (alive || power_left == 0) {
        if (((power_handle_t *) h)->disk != NULL && (alive || size > 0)) {
            power_pend(((power_handle_t *) h)->disk, at, bytes, size);
        }
        power_left = alive ? power_left : -1;
    }
    return alive ? POWER_FORWARD(h, xWrite, bytes, size, at) : SQLITE_IOERR;
}


static int
power_truncate(sqlite3_file *h, sqlite3_int64 size)
{
    if (!power_step()) {
        return SQLITE_IOERR;
    }
    if (((power_handle_t *) h)->disk != NULL) {
        power_pend(((power_handle_t *) h)->disk, size, NULL, -1);
    }
    return POWER_FORWARD(h, xTruncate, size);
}


/* Files that went are gone for good: their folder was synced. */
static void
power_bury(void)
{
    int i;

    for (i = 0; i < POWER_FILES; i++) {
        if (power_file[i].deleted) {
            power_flush(&power_file[i], NULL);
            power_file[i].size = 0;
            power_file[i].deleted = false;
        }
    }
}


/* Nothing is synced in truth: that would take all the time. */
static int
power_sync(sqlite3_file *h, int flags)
{
    (void) flags;

    if (!power_step()) {
        return SQLITE_IOERR;
    }
    if (((power_handle_t *) h)->disk != NULL) {
        power_flush(((power_handle_t *) h)->disk, NULL);
    }
    if (((power_handle_t *) h)->fresh) {
        power_bury();
        ((power_handle_t *) h)->fresh = false;
    }
    return SQLITE_OK;
}


static int
power_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
    int *out)
{
    power_handle_t *h = (power_handle_t *) file;
    int             rc;

    (void) vfs;

    h->real = (sqlite3_file *) (h + 1);
    h->disk = NULL;
    h->base.pMethods = NULL;
    rc = power_real->xOpen(power_real, path, h->real, flags, out);

    if (h->real->pMethods != NULL) {
        h->base.pMethods = &power_methods;
    }
    if (rc == SQLITE_OK && path != NULL) {
        h->disk = power_find(path);
        if (h->disk->deleted) { /* the same name, another file */
            power_flush(h->disk, NULL);
            h->disk->size = 0;
            h->disk->deleted = false;
        }
    }

    /* as SQLite's own for unix does, without telling */
    h->fresh = (flags & SQLITE_OPEN_CREATE) != 0
        && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    return rc;
}


static int
power_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    (void) vfs;

    if (!power_step()) {
        return SQLITE_IOERR;
    }
    power_find(path)->deleted = true;
    if (sync) {
        power_bury();
    }
    return power_real->xDelete(power_real, path, 0);
}


/* From here on SQLite writes through it. */
static void
power_begin(void)
{
    power_real = sqlite3_vfs_find(NULL);
    power_vfs = *power_real;
    power_vfs.zName = "power";
    power_vfs.szOsFile += (int) sizeof(power_handle_t);
    power_vfs.xOpen = power_open;
    power_vfs.xDelete = power_delete;

    power_methods = (sqlite3_io_methods) { 2, power_close, power_read,
        power_write, power_truncate, power_sync, power_size, power_lock,
        power_unlock, power_reserved, power_control, power_sector,
        power_traits, power_map, power_shm_lock, power_barrier, power_unmap,
        NULL, NULL };

    assert(sqlite3_vfs_register(&power_vfs, 1) == SQLITE_OK);
}


static void
power_forget(void)
{
    int i;

    for (i = 0; i < POWER_FILES; i++) {
        power_flush(&power_file[i], NULL);
        free(power_file[i].bytes);
        memset(&power_file[i], 0, sizeof(power_file[i]));
    }
    power_left = 0;
    power_gone = false;
}


static void
power_end(void)
{
    power_forget();
    sqlite3_vfs_unregister(&power_vfs);
    sqlite3_vfs_register(power_real, 1);
}


static void
power_arm(long steps)
{
    power_left = steps;
    power_gone = false;
}


/* Every handle is closed.  Writes what the disk may hold, and the power is
 * back. */
static void
power_fail(uint64_t (*chance)(void))
{
    char          shm[sizeof(power_file[0].path) + 8];
    power_file_t *f;
    FILE         *out;
    int           i;

    for (i = 0; i < POWER_FILES; i++) {
        f = &power_file[i];
        if (f->path[0] == '\0') {
            continue;
        }

        power_flush(f, chance);
        snprintf(shm, sizeof(shm), "%.255s-shm", f->path);
        unlink(shm);
        unlink(f->path);

        if (f->deleted && chance() % 2 == 0) {
            f->size = 0;
        }
        if (f->size > 0) {
            out = fopen(f->path, "w");
            assert(out != NULL);
            assert(fwrite(f->bytes, 1, f->size, out) == f->size);
            assert(fclose(out) == 0);
        }
        f->deleted = false;
    }

    power_left = 0;
    power_gone = false;
}

#endif /* GMS_T_POWER_H */

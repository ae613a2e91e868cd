/*
 * gms_reserve: a file of nothing in the state folder, so that a disk that is
 * filled by others still has room for shots.  The supervisor makes it, any
 * lane gives it away.
 */

#ifndef GMS_RESERVE_H
#define GMS_RESERVE_H

#include <stdbool.h>
#include <stddef.h>

/* Some 15,000 events of all lanes together. */
#define GMS_RESERVE_BYTES (16 * 1024 * 1024)

/* Makes it when it is missing and as much again stays free.  GMS_OK: it is
 * there; GMS_ESTORE_FULL, GMS_ESTORE. */
int gms_reserve_make(const char *state_dir);

bool gms_reserve_is_there(const char *state_dir);

/* Gives its room to the disk; false: it was gone already. */
bool gms_reserve_release(const char *state_dir);

#endif /* GMS_RESERVE_H */

/*
 * gms_films: the films that a lane keeps, one file each in
 * <lane's folder>/films/<session>/shot-<n>.avi, and of complaints in
 * <lane's folder>/complaints/<id>/ with what is known beside it.  A film is
 * there whole or not at all.  The oldest go when they are too many, too old,
 * or the disk is nearly full: no film is worth a shot.
 */

#ifndef GMS_FILMS_H
#define GMS_FILMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is left of the disk to others: below it no film is kept. */
#define GMS_FILMS_ROOM (INT64_C(128) * 1024 * 1024)

typedef enum {
    GMS_FILMS_SHOTS,
    GMS_FILMS_COMPLAINTS
} gms_films_e;

typedef struct {
    int64_t bytes;  /* of all films of a kind, at most */
    int64_t age_ns; /* older ones go */
} gms_films_limits_t;

/* The path of a file: kind, session or id of the complaint, and its name.
 * false: it can have none. */
bool gms_films_path(const char *dir, gms_films_e kind, const char *group,
    const char *name, char *path, size_t size);

/* The file's place is made, and it is opened beside it, empty: keep it with
 * gms_films_keep.  < 0: GMS_EINVALID, GMS_ESTORE, GMS_ESTORE_FULL with a
 * sentence. */
int gms_films_create(const char *dir, gms_films_e kind, const char *group,
    char *err, size_t err_size);

/* Puts what was created to its name, or away when rc is an error; closes it.
 * What it returns is rc, or why it could not be kept. */
int gms_films_keep(const char *dir, gms_films_e kind, const char *group,
    const char *name, int fd, int rc, char *err, size_t err_size);

/* Removes the oldest until what is left is within the limits and `room` bytes
 * of the disk are free, beside GMS_FILMS_ROOM.  GMS_ESTORE_FULL: they are not,
 * though no film is left. */
int gms_films_trim(const char *dir, gms_films_e kind,
    const gms_films_limits_t *limits, int64_t room, int64_t now_real_ns);

/* With all that is beside it; GMS_ENOTFOUND, GMS_EINVALID, GMS_ESTORE. */
int gms_films_remove(const char *dir, gms_films_e kind, const char *group);

#endif /* GMS_FILMS_H */

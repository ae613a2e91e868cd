/*
 * gms_film: pictures with their times in one file, an MJPEG AVI that every
 * player knows, with a table of its own in front of the pictures: when each
 * was taken, and where it lies.  The table is written last: a file that was
 * not finished is none.  A film belongs to one thread.
 */

#ifndef GMS_FILM_H
#define GMS_FILM_H

#include <stddef.h>
#include <stdint.h>

#define GMS_FILM_PICTURES_MAX 4096
#define GMS_FILM_BYTES_MAX (INT64_C(1) << 30)

typedef struct {
    int64_t  t_us;    /* CLOCK_REALTIME when it was taken */
    int64_t  mono_ns; /* CLOCK_MONOTONIC of the same, of its computer */
    uint32_t offset;  /* of the JPEG in the file */
    uint32_t size;
} gms_film_picture_t;

typedef struct {
    int                 fd; /* the caller's */
    uint32_t            most;
    uint32_t            pictures;
    gms_film_picture_t *picture; /* owned */
    uint32_t            at;      /* while it is written: bytes so far */
} gms_film_t;

/* Into an empty file, at most so many pictures.  GMS_EINVALID, GMS_ENOMEM. */
int gms_film_begin(gms_film_t *film, int fd, uint32_t most);

/* GMS_ETOOBIG; GMS_ESYS with errno. */
int gms_film_add(gms_film_t *film, const gms_film_picture_t *about,
    const void *jpeg, size_t size);

/* Index, head and table; without a picture GMS_EINVALID; GMS_ESYS. */
int gms_film_end(gms_film_t *film, int width, int height);

/* Reads the table.  GMS_ECORRUPT: it is no whole film; GMS_ENOMEM. */
int gms_film_open(gms_film_t *film, int fd);

/* A picture's bytes, malloc'ed; GMS_ECORRUPT, GMS_ENOMEM. */
int gms_film_read(
    const gms_film_t *film, const gms_film_picture_t *picture, void **bytes);

/* After begin or open; fd stays open. */
void gms_film_free(gms_film_t *film);

#endif /* GMS_FILM_H */

/*
 * gms_pictures: the pictures of a lane's sessions, one file each in
 * <lane's folder>/pictures/<session>/: shot-<n>.jpg, the evidence of a shot,
 * and paper-<k>.jpg, the photograph of a card before it went.  Files are
 * written whole or not at all and never removed by the program.
 */

#ifndef GMS_PICTURES_H
#define GMS_PICTURES_H

#include <stddef.h>
#include <stdint.h>

/* Above this nothing is kept: no camera's picture is so large. */
#define GMS_PICTURE_BYTES_MAX (3 * 1024 * 1024)

typedef enum {
    GMS_PICTURE_SHOT,
    GMS_PICTURE_PAPER
} gms_picture_kind_e;

typedef struct {
    gms_picture_kind_e kind;
    uint32_t           n;     /* of the shot or the paper */
    void              *bytes; /* JPEG, malloc'ed; NULL: no picture */
    size_t             size;
} gms_picture_t;

/* On disk when it returns.  GMS_EINVALID (no name of a session, too large),
 * GMS_ESTORE_FULL, GMS_ESTORE with a sentence in err. */
int gms_pictures_write(const char *dir, const char *session,
    const gms_picture_t *picture, char *err, size_t err_size);

/* Fills bytes and size of the picture that kind and n name.  GMS_ENOTFOUND,
 * GMS_EINVALID, GMS_ENOMEM, GMS_ESYS. */
int gms_pictures_read(
    const char *dir, const char *session, gms_picture_t *picture);

/* Is it there, and does it begin as a JPEG does?  GMS_OK, GMS_ENOTFOUND,
 * GMS_ECORRUPT, GMS_EINVALID, GMS_ESYS. */
int gms_pictures_there(
    const char *dir, const char *session, gms_picture_kind_e kind, uint32_t n);

/* A picture's file. */
typedef struct {
    gms_picture_kind_e kind;
    uint32_t           n;
    int64_t            bytes;
    int64_t            written_us;
} gms_picture_file_t;

/* Calls back for each picture of the session, in no order; stops when the
 * callback returns non-zero and returns that.  GMS_ENOTFOUND: there is no
 * folder, GMS_EINVALID: it can have none. */
typedef int (*gms_pictures_found_pt)(
    void *data, const gms_picture_file_t *file);
int gms_pictures_each(const char *dir, const char *session,
    gms_pictures_found_pt found, void *data);

/* When the session's folder got its last picture, CLOCK_REALTIME; 0: there is
 * no folder. */
int64_t gms_pictures_changed_ns(const char *dir, const char *session);

#endif /* GMS_PICTURES_H */

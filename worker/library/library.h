/*
 * gms_library: the target faces that a command line names, read from the
 * same targets.conf that nginx includes.
 */

#ifndef GMS_LIBRARY_H
#define GMS_LIBRARY_H

#include <stddef.h>

#include "../target/face.h"

typedef struct {
    gms_face_t *face; /* in the order of the file; owned */
    int         faces;
} gms_library_t;

/*
 * A file that comes with the program: `option` (of a command line, or NULL),
 * else the environment's, else the first there is in conf/, ../conf/ seen from
 * the program, /usr/local/share/gmshoot/ and /etc/nginx/gmshoot/.  Returns
 * buf; when there is none, the first of them, so that the message names it.
 */
const char *gms_library_file(char *buf, size_t size, const char *option,
    const char *env, const char *name);

/* The target library: of --targets, $GMSHOOT_TARGETS, targets.conf. */
const char *gms_library_path(char *buf, size_t size, const char *option);

/* Reads that file.  GMS_EINVALID, GMS_ENOMEM and the errors of gms_conf_read
 * with a sentence (and its place) in err; the library is then empty. */
int gms_library_load(
    gms_library_t *library, const char *option, char *err, size_t err_size);

/* NULL with a sentence that names the nearest face when there is none. */
const gms_face_t *gms_library_find(
    const gms_library_t *library, const char *name, char *err, size_t err_size);

void gms_library_free(gms_library_t *library);

#endif /* GMS_LIBRARY_H */

/*
 * gms_option: the options that a source understands beside those of every
 * camera (fps, size, loop, rotate, mirror, region), as a table: numbers with
 * limits, one word of a list, or the name of a file.
 */

#ifndef GMS_OPTION_H
#define GMS_OPTION_H

#include <stddef.h>

#include "../../ipc/camera.h"

typedef struct {
    const char        *key;
    double             value; /* when it is not given */
    double             min;
    double             max;
    const char *const *words;  /* NULL-terminated: the value is the place of
                                   the word in this list; NULL: a number;
                                   gms_option_path: the name of a file, for
                                   gms_camera_option() */
    size_t             offset; /* of a double in the struct to be filled */
    const char        *text;   /* what it is, for the reader of docs/ */
} gms_option_t;

extern const char *const gms_option_path[];

/* Whether a certificate must be believed: verify=yes, which is the default, or
 * no. */
extern const char *const gms_option_verify[];

/*
 * Fills the doubles of `out` from the camera's options; table ends with a
 * NULL key.  GMS_EINVALID with a sentence that names the option and what is
 * allowed: an unknown key, no number, out of its limits.
 */
int gms_options_read(const gms_option_t *table, const gms_camera_t *camera,
    const char *source, void *out, char *err, size_t err_size);

#endif /* GMS_OPTION_H */

/*
 * gms_conf: reads files in the syntax of nginx's configuration and feeds the
 * gmshoot_range, gmshoot_target and gmshoot_course blocks in them to the
 * grammar, for those who run without nginx.  Knows words, quotes, comments,
 * `;`, `{ }` and `include` (relative to the including file, wildcards allowed) between
 * blocks; every other directive is an error.
 */

#ifndef GMS_CONF_H
#define GMS_CONF_H

#include <stddef.h>

#include "../../ipc/grammar.h"

#define GMS_CONF_FILE_MAX (1024 * 1024)
#define GMS_CONF_WORD_MAX 2048    /* bytes of a word, with NUL */
#define GMS_CONF_ARGS_MAX 64      /* words of a directive */
#define GMS_CONF_DEPTH_MAX 8      /* files that include each other */
#define GMS_CONF_INCLUDES_MAX 256 /* files of one call */

/*
 * Feeds one file, and what it includes; may be called for several files
 * before gms_grammar_finish.  GMS_EINVALID, GMS_ETOOBIG, GMS_ENOMEM, GMS_ESYS
 * with "file:line: sentence" in err ("file: sentence" when it cannot be read).
 */
int gms_conf_read(
    gms_grammar_t *g, const char *path, char *err, size_t err_size);

/* gms_grammar_finish, its message with its place in err. */
int gms_conf_finish(gms_grammar_t *g, char *err, size_t err_size);

#endif /* GMS_CONF_H */

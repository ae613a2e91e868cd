/*
 * gms_jsontext: writes one line of JSON into a growing buffer.
 *
 * Numbers come out short and exact: what strtod() reads back is the very
 * double that went in, so that a journal folds into the state that was live.
 * The process must keep the "C" locale for numbers (it never sets another).
 */

#ifndef GMS_JSONTEXT_H
#define GMS_JSONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    char  *text;
    size_t size;
    size_t capacity;
    bool   failed; /* out of memory: everything after is ignored */
} gms_jsontext_t;

void gms_jsontext_init(gms_jsontext_t *j);

/* The finished text, malloc'ed, the caller's; NULL: out of memory.  Either
 * way j is empty again. */
char *gms_jsontext_take(gms_jsontext_t *j);

/* Each writes one member; key NULL: an element of an array, or the outermost
 * value.  Commas come by themselves. */
void gms_jsontext_open(gms_jsontext_t *j, const char *key, char bracket);
void gms_jsontext_close(gms_jsontext_t *j, char bracket);
void gms_jsontext_string(gms_jsontext_t *j, const char *key, const char *value);
void gms_jsontext_number(gms_jsontext_t *j, const char *key, double value);
void gms_jsontext_integer(gms_jsontext_t *j, const char *key, int64_t value);
void gms_jsontext_bool(gms_jsontext_t *j, const char *key, bool value);

/* value is JSON already. */
void gms_jsontext_raw(gms_jsontext_t *j, const char *key, const char *value);

/* True when text ends within size bytes, is UTF-8 and has no control
 * characters: then it survives a round trip unchanged. */
bool gms_jsontext_is_clean(const char *text, size_t size);

#endif /* GMS_JSONTEXT_H */

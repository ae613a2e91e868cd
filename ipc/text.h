/*
 * gms_text: small helpers for texts that people wrote: names, words shown in
 * messages, the nearest known word, and a growing buffer of JSON.
 * No global state; any thread.
 */

#ifndef GMS_TEXT_H
#define GMS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for a word shown in a message. */
#define GMS_WORD_SIZE 48

/* A foreign word made fit for a message: cut (with "...") and every byte that
 * is no printable ASCII shown as '?'.  Returns buf.  buf_size is fixed so
 * that no caller can get it wrong; smaller buffers have gms_text_shorten. */
#define gms_text_word(buf, text) gms_text_shorten(buf, sizeof(buf), text)
const char *gms_text_shorten(char *buf, size_t size, const char *text);

/* True for 1 .. max characters of a-z 0-9 _ - */
bool gms_text_is_name(const char *text, size_t max);

/* True for valid UTF-8 without control characters, at most max bytes. */
bool gms_text_is_title(const char *text, size_t max);

/*
 * The nearest of many words, for "did you mean".  Set word, offer every
 * candidate; best is NULL while none is near enough.
 */
typedef struct {
    const char *word;
    const char *best; /* borrowed from the candidates */
    unsigned    distance;
} gms_suggest_t;

void gms_suggest_offer(gms_suggest_t *s, const char *candidate);

/* The sentence for a word that is none of them: a `kind` of thing, which the
 * subcommand `lister` lists. */
void gms_suggest_say(const gms_suggest_t *s, const char *kind,
    const char *lister, char *buf, size_t size);

/* Growing buffer; starts as all zeros.  Once out of memory it stays empty and
 * failed: check that at the end alone. */
typedef struct {
    char  *data; /* NUL-terminated; owner: whoever holds the struct */
    size_t size;
    size_t capacity;
    bool   failed;
} gms_text_t;

void gms_text_free(gms_text_t *t);
void gms_text_put(gms_text_t *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* As a JSON string with its quotes; text is valid UTF-8. */
void gms_text_put_string(gms_text_t *t, const char *text);

/* Millionths as a JSON number. */
void gms_text_put_micro(gms_text_t *t, int64_t micro);

#endif /* GMS_TEXT_H */

/*
 * gms_word: the 64-bit words through which two processes talk.
 * Private to ipc/.
 *
 * Every word is stored with release and loaded with acquire order.  That is
 * more than a plain sequence lock needs on paper, but it wants no fence (the
 * thread sanitizer knows none): whoever loads a word of the payload also sees
 * every counter that was raised before the word was stored.
 */

#ifndef GMS_WORD_H
#define GMS_WORD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define GMS_WORD sizeof(uint64_t)

/* One cache line; every region and every slot begins on one. */
#define GMS_LINE 64
#define GMS_LINE_WORDS (GMS_LINE / GMS_WORD)


static inline uint64_t
gms_word_load(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}


static inline void
gms_word_store(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}


static inline void
gms_word_add(uint64_t *word, uint64_t n)
{
    (void) __atomic_fetch_add(word, n, __ATOMIC_RELAXED);
}


/* size bytes into as many words as that takes; the last is filled with 0. */
static inline void
gms_words_put(uint64_t *words, const char *bytes, size_t size)
{
    uint64_t word;

    for (/* void */; size >= GMS_WORD; size -= GMS_WORD) {
        memcpy(&word, bytes, GMS_WORD);
        gms_word_store(words, word);
        words++;
        bytes += GMS_WORD;
    }

    if (size > 0) {
        word = 0;
        memcpy(&word, bytes, size);
        gms_word_store(words, word);
    }
}


static inline void
gms_words_get(const uint64_t *words, char *bytes, size_t size)
{
    uint64_t word;

    for (/* void */; size >= GMS_WORD; size -= GMS_WORD) {
        word = gms_word_load(words);
        memcpy(bytes, &word, GMS_WORD);
        words++;
        bytes += GMS_WORD;
    }

    if (size > 0) {
        word = gms_word_load(words);
        memcpy(bytes, &word, size);
    }
}

#endif /* GMS_WORD_H */

/* gms_text: see text.h. */

#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

/* Longer words are compared by their beginning. */
#define SUGGEST_MAX 64


const char *
gms_text_shorten(char *buf, size_t size, const char *text)
{
    size_t n = 0;

    if (size == 0) {
        return buf;
    }

    for (; n < size - 1 && text[n] != '\0'; n++) {
        buf[n] = text[n] >= ' ' && text[n] <= '~' ? text[n] : '?';
    }
    buf[n] = '\0';

    if (text[n] != '\0' && n > 3) {
        memcpy(buf + n - 3, "...", 3);
    }

    return buf;
}


bool
gms_text_is_name(const char *text, size_t max)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");

    return n >= 1 && n <= max && text[n] == '\0';
}


/* Length of the UTF-8 sequence at s, 0 if it is none (overlong forms and
 * surrogates are none). */
static size_t
utf8_length(const unsigned char *s)
{
    if (s[0] < 0x80) {
        return 1;
    }

    if (s[0] < 0xc2 || s[0] > 0xf4 || (s[1] & 0xc0) != 0x80) {
        return 0;
    }
    if (s[0] < 0xe0) {
        return 2;
    }

    if ((s[2] & 0xc0) != 0x80 || (s[0] == 0xe0 && s[1] < 0xa0)
        || (s[0] == 0xed && s[1] > 0x9f))
    {
        return 0;
    }
    if (s[0] < 0xf0) {
        return 3;
    }

    if ((s[3] & 0xc0) != 0x80 || (s[0] == 0xf0 && s[1] < 0x90)
        || (s[0] == 0xf4 && s[1] > 0x8f))
    {
        return 0;
    }

    return 4;
}


bool
gms_text_is_title(const char *text, size_t max)
{
    size_t               n, total = 0;
    const unsigned char *s = (const unsigned char *) text;

    while (*s != '\0') {
        if (*s < ' ' || *s == 0x7f) {
            return false;
        }
        n = utf8_length(s);
        total += n;
        if (n == 0 || total > max) {
            return false;
        }
        s += n;
    }

    return total > 0;
}


/* Levenshtein distance in one row. */
static unsigned
distance(const char *a, size_t an, const char *b, size_t bn)
{
    unsigned row[SUGGEST_MAX + 1], diagonal, above, best;

    for (size_t j = 0; j <= bn; j++) {
        row[j] = (unsigned) j;
    }

    for (size_t i = 1; i <= an; i++) {
        diagonal = row[0];
        row[0] = (unsigned) i;
        for (size_t j = 1; j <= bn; j++) {
            above = row[j];
            best = diagonal + (a[i - 1] != b[j - 1]);
            if (above + 1 < best) {
                best = above + 1;
            }
            if (row[j - 1] + 1 < best) {
                best = row[j - 1] + 1;
            }
            row[j] = best;
            diagonal = above;
        }
    }

    return row[bn];
}


void
gms_suggest_offer(gms_suggest_t *s, const char *candidate)
{
    size_t   wn = strnlen(s->word, SUGGEST_MAX);
    size_t   cn = strnlen(candidate, SUGGEST_MAX);
    unsigned d = distance(s->word, wn, candidate, cn);

    /* A third of the letters wrong is a slip, more is another word; a part of
     * a name ("air-pistol") means the name. */
    if (d > wn / 3 + 1 || d >= wn) {
        if (wn < 3 || strstr(candidate, s->word) == NULL) {
            return;
        }
    }

    if (s->best == NULL || d < s->distance) {
        s->best = candidate;
        s->distance = d;
    }
}


void
gms_suggest_say(const gms_suggest_t *s, const char *kind, const char *lister,
    char *buf, size_t size)
{
    char word[GMS_WORD_SIZE];

    gms_text_word(word, s->word);

    if (s->best != NULL) {
        snprintf(buf, size, "no %s \"%s\": did you mean \"%s\"?", kind, word,
            s->best);
    } else {
        snprintf(buf, size, "no %s \"%s\": `gmshoot %s` lists those there are",
            kind, word, lister);
    }
}


void
gms_text_free(gms_text_t *t)
{
    free(t->data);
    memset(t, 0, sizeof(*t));
}


static void
fail(gms_text_t *t)
{
    gms_text_free(t);
    t->failed = true;
}


static bool
reserve(gms_text_t *t, size_t more)
{
    char  *data;
    size_t capacity = t->capacity ? t->capacity : 1024;

    if (t->failed) {
        return false;
    }
    if (t->size + more < t->capacity) {
        return true;
    }

    while (capacity <= t->size + more) {
        capacity *= 2;
    }

    data = realloc(t->data, capacity);
    if (data == NULL) {
        fail(t);
        return false;
    }

    t->data = data;
    t->capacity = capacity;

    return true;
}


void
gms_text_put(gms_text_t *t, const char *format, ...)
{
    int     n;
    va_list args;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);

    if (n < 0) {
        fail(t);
        return;
    }
    if (!reserve(t, (size_t) n)) {
        return;
    }

    va_start(args, format);
    vsnprintf(t->data + t->size, (size_t) n + 1, format, args);
    va_end(args);

    t->size += (size_t) n;
}


void
gms_text_put_string(gms_text_t *t, const char *text)
{
    gms_text_put(t, "\"");

    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            gms_text_put(t, "\\%c", *text);
        } else if ((unsigned char) *text < ' ') {
            gms_text_put(t, "\\u%04x", (unsigned) *text);
        } else {
            gms_text_put(t, "%c", *text);
        }
    }

    gms_text_put(t, "\"");
}


void
gms_text_put_micro(gms_text_t *t, int64_t micro)
{
    char buf[GMS_UNIT_TEXT_SIZE];

    gms_text_put(t, "%s", gms_unit_print(buf, micro));
}

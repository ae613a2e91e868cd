#include "jsontext.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Decimals of the short form: millimetres have four, pixels three. */
#define GMS_JSONTEXT_DECIMALS 4
#define GMS_JSONTEXT_SCALE 1e4

/* Above this a double no longer holds every multiple of 1e-4 exactly. */
#define GMS_JSONTEXT_SHORT_MAX 1e11


void
gms_jsontext_init(gms_jsontext_t *j)
{
    memset(j, 0, sizeof(*j));
}


char *
gms_jsontext_take(gms_jsontext_t *j)
{
    char *text = j->text;

    if (j->failed) {
        free(text);
        text = NULL;
    }

    gms_jsontext_init(j);
    return text;
}


static void
put(gms_jsontext_t *j, const char *bytes, size_t size)
{
    size_t need, capacity;
    char  *text;

    if (j->failed) {
        return;
    }

    need = j->size + size + 1;

    if (need > j->capacity) {
        capacity = j->capacity ? j->capacity * 2 : 512;

        if (capacity < need) {
            capacity = need;
        }

        text = realloc(j->text, capacity);

        if (text == NULL) {
            j->failed = true;
            return;
        }

        j->text = text;
        j->capacity = capacity;
    }

    memcpy(j->text + j->size, bytes, size);
    j->size += size;
    j->text[j->size] = '\0';
}


/* Length of the UTF-8 character at s, 0: none.  Stops at NUL by itself: NUL
 * is no continuation byte. */
static size_t
utf8_length(const unsigned char *s)
{
    if (s[0] < 0x80) {
        return 1;
    }

    if (s[0] >= 0xc2 && s[0] <= 0xdf) {
        return (s[1] & 0xc0) == 0x80 ? 2 : 0;
    }

    if ((s[0] & 0xf0) == 0xe0) {
        /* no overlong forms, no halves of a surrogate pair */
        if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f)
            || (s[1] & 0xc0) != 0x80)
        {
            return 0;
        }
        return (s[2] & 0xc0) == 0x80 ? 3 : 0;
    }

    if (s[0] >= 0xf0 && s[0] <= 0xf4) {
        if ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f)
            || (s[1] & 0xc0) != 0x80 || (s[2] & 0xc0) != 0x80)
        {
            return 0;
        }
        return (s[3] & 0xc0) == 0x80 ? 4 : 0;
    }

    return 0;
}


static void
put_quoted(gms_jsontext_t *j, const char *value)
{
    const unsigned char *s = (const unsigned char *) value;
    size_t               n;
    char                 escape[8];

    put(j, "\"", 1);

    while (*s != '\0') {
        n = utf8_length(s);

        if (n == 0) {
            put(j, "\xef\xbf\xbd", 3); /* U+FFFD: was no UTF-8 */
            s++;
            continue;
        }

        if (*s == '"' || *s == '\\') {
            escape[0] = '\\';
            escape[1] = (char) *s;
            put(j, escape, 2);

        } else if (*s < 0x20 || *s == 0x7f) {
            snprintf(escape, sizeof(escape), "\\u%04x", *s);
            put(j, escape, 6);

        } else {
            put(j, (const char *) s, n);
        }

        s += n;
    }

    put(j, "\"", 1);
}


/* Comma if something stands before, then the key. */
static void
begin(gms_jsontext_t *j, const char *key)
{
    if (j->size > 0 && strchr("{[", j->text[j->size - 1]) == NULL) {
        put(j, ",", 1);
    }

    if (key != NULL) {
        put_quoted(j, key);
        put(j, ":", 1);
    }
}


void
gms_jsontext_open(gms_jsontext_t *j, const char *key, char bracket)
{
    begin(j, key);
    put(j, &bracket, 1);
}


void
gms_jsontext_close(gms_jsontext_t *j, char bracket)
{
    put(j, &bracket, 1);
}


void
gms_jsontext_string(gms_jsontext_t *j, const char *key, const char *value)
{
    begin(j, key);
    put_quoted(j, value);
}


/* Digits of v, backwards from end; returns where they begin. */
static char *
digits(char *end, uint64_t v)
{
    do {
        *--end = (char) ('0' + v % 10);
        v /= 10;
    } while (v > 0);

    return end;
}


void
gms_jsontext_integer(gms_jsontext_t *j, const char *key, int64_t value)
{
    char     buf[24], *p;
    uint64_t v;

    v = value < 0 ? 0 - (uint64_t) value : (uint64_t) value;
    p = digits(buf + sizeof(buf), v);

    if (value < 0) {
        *--p = '-';
    }

    begin(j, key);
    put(j, p, (size_t) (buf + sizeof(buf) - p));
}


/* k / 10^4 without trailing zeros; by hand, since a state document holds ten
 * thousand numbers and printf takes a microsecond for each. */
static void
put_short(gms_jsontext_t *j, int64_t k)
{
    char     buf[32], *end, *p;
    uint64_t v, fraction;
    int      i;

    v = k < 0 ? 0 - (uint64_t) k : (uint64_t) k;
    fraction = v % (uint64_t) GMS_JSONTEXT_SCALE;
    end = p = buf + sizeof(buf);

    if (fraction != 0) {
        for (i = 0; i < GMS_JSONTEXT_DECIMALS; i++) {
            *--p = (char) ('0' + fraction % 10);
            fraction /= 10;
        }
        while (end[-1] == '0') {
            end--;
        }
        *--p = '.';
    }

    p = digits(p, v / (uint64_t) GMS_JSONTEXT_SCALE);

    if (k < 0) {
        *--p = '-';
    }

    put(j, p, (size_t) (end - p));
}


void
gms_jsontext_number(gms_jsontext_t *j, const char *key, double value)
{
    double k;
    int    precision;
    char   buf[32];

    begin(j, key);

    if (!isfinite(value)) {
        put(j, "null", 4); /* JSON has no word for it */
        return;
    }

    if (fabs(value) < GMS_JSONTEXT_SHORT_MAX && !(value == 0 && signbit(value)))
    {
        k = nearbyint(value * GMS_JSONTEXT_SCALE);

        if (k / GMS_JSONTEXT_SCALE == value) {
            put_short(j, (int64_t) k);
            return;
        }
    }

    for (precision = 15; precision <= 17; precision++) {
        snprintf(buf, sizeof(buf), "%.*g", precision, value);

        if (strtod(buf, NULL) == value) {
            break;
        }
    }

    put(j, buf, strlen(buf));
}


void
gms_jsontext_bool(gms_jsontext_t *j, const char *key, bool value)
{
    gms_jsontext_raw(j, key, value ? "true" : "false");
}


void
gms_jsontext_raw(gms_jsontext_t *j, const char *key, const char *value)
{
    begin(j, key);
    put(j, value, strlen(value));
}


bool
gms_jsontext_is_clean(const char *text, size_t size)
{
    const unsigned char *s = (const unsigned char *) text;
    size_t               n;

    if (strnlen(text, size) == size) {
        return false;
    }

    while (*s != '\0') {
        n = utf8_length(s);

        if (n == 0 || *s < 0x20 || *s == 0x7f) {
            return false;
        }

        s += n;
    }

    return true;
}

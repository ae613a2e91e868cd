/* gms_unit: see unit.h. */

#include "unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "text.h"

/* More digits are no quantity of a range, and would leave 64 bits when they
 * are converted. */
#define INTEGER_DIGITS_MAX 7
#define DECIMALS_MAX 6

typedef struct {
    gms_unit_e  unit;
    const char *suffix;
    int64_t     num; /* one of it is num / den of the base unit */
    int64_t     den;
} suffix_t;

/* The base unit of each kind stands first. */
static const suffix_t suffixes[] = {
    { GMS_UNIT_LENGTH, "mm", 1, 1 },
    { GMS_UNIT_LENGTH, "cm", 10, 1 },
    { GMS_UNIT_LENGTH, "in", 254, 10 },
    { GMS_UNIT_DISTANCE, "m", 1, 1 },
    { GMS_UNIT_DISTANCE, "yd", 9144, 10000 },
    { GMS_UNIT_DISTANCE, "ft", 3048, 10000 },
    { GMS_UNIT_DURATION, "s", 1, 1 },
    { GMS_UNIT_DURATION, "ms", 1, 1000 },
    { GMS_UNIT_DURATION, "min", 60, 1 },
    { GMS_UNIT_AGE, "d", 1, 1 },
    { GMS_UNIT_AGE, "h", 1, 24 },
    { GMS_UNIT_SIZE, "MB", 1, 1 },
    { GMS_UNIT_SIZE, "GB", 1000, 1 },
    { GMS_UNIT_NUMBER, "", 1, 1 },
};

static const struct {
    const char *name;
    const char *allowed;
} kinds[] = {
    [GMS_UNIT_LENGTH] = { "length", "mm, cm or in" },
    [GMS_UNIT_DISTANCE] = { "distance", "m, yd or ft" },
    [GMS_UNIT_DURATION] = { "time", "s, ms or min" },
    [GMS_UNIT_AGE] = { "age", "d or h" },
    [GMS_UNIT_SIZE] = { "size", "MB or GB" },
    [GMS_UNIT_NUMBER] = { "number", "none" },
};


/* Digits with an optional point, in millionths; *end is what follows. */
static bool
read_number(const char *s, const char **end, int64_t *micro)
{
    int     integers = 0, decimals = 0;
    int64_t v = 0;

    for (; *s >= '0' && *s <= '9'; s++) {
        v = v * 10 + (*s - '0');
        if (++integers > INTEGER_DIGITS_MAX) {
            return false;
        }
    }

    if (*s == '.') {
        for (s++; *s >= '0' && *s <= '9'; s++) {
            if (++decimals > DECIMALS_MAX) {
                return false;
            }
            v = v * 10 + (*s - '0');
        }
        if (decimals == 0) {
            return false;
        }
    }

    if (integers + decimals == 0) {
        return false;
    }

    for (; decimals < DECIMALS_MAX; decimals++) {
        v *= 10;
    }

    *micro = v;
    *end = s;

    return true;
}


static const suffix_t *
find_suffix(gms_unit_e unit, const char *text)
{
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        if (suffixes[i].unit == unit && strcmp(suffixes[i].suffix, text) == 0) {
            return &suffixes[i];
        }
    }

    return NULL;
}


static const char *
base_suffix(gms_unit_e unit)
{
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        if (suffixes[i].unit == unit) {
            return suffixes[i].suffix;
        }
    }

    return "";
}


int
gms_unit_parse(gms_unit_e unit, const char *text, int64_t min, int64_t max,
    int64_t *micro, char *err, size_t err_size)
{
    int64_t         v;
    const char     *rest, *base = base_suffix(unit);
    const suffix_t *suffix;
    char word[GMS_WORD_SIZE], from[GMS_UNIT_TEXT_SIZE], to[GMS_UNIT_TEXT_SIZE];

    gms_text_word(word, text);

    if (!read_number(text, &rest, &v)) {
        snprintf(err, err_size,
            "\"%s\" is no %s: write a plain number such as %s%s", word,
            kinds[unit].name, gms_unit_print(from, min > 0 ? min : max), base);
        return GMS_EINVALID;
    }

    suffix = find_suffix(unit, rest);
    if (suffix == NULL) {
        if (*rest == '\0') {
            snprintf(err, err_size, "\"%s\" has no unit: use %s", word,
                kinds[unit].allowed);
        } else {
            gms_text_word(from, rest);
            snprintf(err, err_size,
                "\"%s\": \"%s\" is no unit of %s here: use %s", word, from,
                kinds[unit].name, kinds[unit].allowed);
        }
        return GMS_EINVALID;
    }

    v = (v * suffix->num + suffix->den / 2) / suffix->den;
    if (v < min || v > max) {
        snprintf(err, err_size, "\"%s\" is outside %s%s .. %s%s", word,
            gms_unit_print(from, min), base, gms_unit_print(to, max), base);
        return GMS_EINVALID;
    }

    *micro = v;

    return GMS_OK;
}


int
gms_unit_integer(
    const char *text, int min, int max, int *value, char *err, size_t err_size)
{
    int64_t     micro;
    const char *rest;
    char        word[GMS_WORD_SIZE];

    if (strchr(text, '.') != NULL || !read_number(text, &rest, &micro)
        || *rest != '\0' || micro < min * GMS_MICRO || micro > max * GMS_MICRO)
    {
        snprintf(err, err_size, "\"%s\" is no whole number from %d to %d",
            gms_text_word(word, text), min, max);
        return GMS_EINVALID;
    }

    *value = (int) (micro / GMS_MICRO);

    return GMS_OK;
}


const char *
gms_unit_print(char buf[GMS_UNIT_TEXT_SIZE], int64_t micro)
{
    uint64_t v = micro < 0 ? 0 - (uint64_t) micro : (uint64_t) micro;
    int      n;

    n = snprintf(buf, GMS_UNIT_TEXT_SIZE, "%s%llu.%06llu", micro < 0 ? "-" : "",
        (unsigned long long) (v / 1000000), (unsigned long long) (v % 1000000));

    while (n > 0 && buf[n - 1] == '0') {
        buf[--n] = '\0';
    }
    if (n > 0 && buf[n - 1] == '.') {
        buf[--n] = '\0';
    }

    return buf;
}

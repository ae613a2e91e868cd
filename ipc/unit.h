/*
 * gms_unit: quantities as an administrator writes them: 4.5mm, 3.36in, 50ft,
 * 8s.  Fixed point in millionths, so that the same text always gives the same
 * number and an inch is exact; independent of the locale.
 * Pure; any thread.
 */

#ifndef GMS_UNIT_H
#define GMS_UNIT_H

#include <stddef.h>
#include <stdint.h>

#define GMS_MICRO INT64_C(1000000)

typedef enum {
    GMS_UNIT_LENGTH,   /* millionths of a millimetre; mm, cm, in */
    GMS_UNIT_DISTANCE, /* millionths of a metre; m, yd, ft */
    GMS_UNIT_DURATION, /* millionths of a second; s, ms, min */
    GMS_UNIT_AGE,      /* millionths of a day; d, h */
    GMS_UNIT_SIZE,     /* bytes (a millionth of a MB); MB, GB */
    GMS_UNIT_NUMBER    /* millionths; no unit */
} gms_unit_e;

/*
 * Reads text, a number without sign and with at most 6 decimals, and its
 * unit; refuses what lies outside min .. max (millionths).  GMS_EINVALID with
 * a sentence in err that names the text and what is allowed; *micro is then
 * unchanged.
 */
int gms_unit_parse(gms_unit_e unit, const char *text, int64_t min, int64_t max,
    int64_t *micro, char *err, size_t err_size);

/* Whole number, digits alone, within min .. max; the same errors. */
int gms_unit_integer(
    const char *text, int min, int max, int *value, char *err, size_t err_size);

/* Room for the longest text of gms_unit_print. */
#define GMS_UNIT_TEXT_SIZE 32

/* Shortest exact decimal text, such as 4.5 or -0.25 or 10; returns buf. */
const char *gms_unit_print(char buf[GMS_UNIT_TEXT_SIZE], int64_t micro);

#endif /* GMS_UNIT_H */

#include "sse.h"

#include "error.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>


#define GMS_SSE_EPOCH_DIGITS 16
#define GMS_SSE_SEQ_DIGITS 20 /* of UINT64_MAX */


/* A name of an event: visible ASCII, so that it can end no line. */
static bool
gms_sse_is_name(const char *name)
{
    const char *p;

    for (p = name; *p != '\0'; p++) {
        if (*p <= ' ' || *p > '~') {
            return false;
        }
    }

    return p != name;
}


int
gms_sse_format(char *buf, size_t size, uint64_t epoch, uint64_t seq,
    const char *event, const char *data, size_t *id_size)
{
    int    n;
    char   id[sizeof("id: -\n") + GMS_SSE_EPOCH_DIGITS + GMS_SSE_SEQ_DIGITS];
    size_t id_length, length;

    if (!gms_sse_is_name(event) || strpbrk(data, "\r\n") != NULL) {
        return GMS_EINVALID;
    }

    n = 0;
    id[0] = '\0';

    if (seq != 0) {
        n = snprintf(
            id, sizeof(id), "id: %016" PRIx64 "-%" PRIu64 "\n", epoch, seq);
    }

    id_length = (size_t) n;
    length = id_length + strlen("event: \ndata: \n\n") + strlen(event)
        + strlen(data);

    /* snprintf() speaks int. */
    if (length >= size || length > INT_MAX) {
        return GMS_ETOOBIG;
    }

    if (id_size != NULL) {
        *id_size = id_length;
    }

    return snprintf(buf, size, "%sevent: %s\ndata: %s\n\n", id, event, data);
}


static int
gms_sse_hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }

    return -1;
}


/* Only what gms_sse_format() writes is taken: any other text, an upper case
 * digit or a leading zero too, is no id of ours. */
int
gms_sse_parse_id(const char *text, size_t size, uint64_t *epoch, uint64_t *seq)
{
    int      digit;
    size_t   i;
    uint64_t e, s;

    if (size < GMS_SSE_EPOCH_DIGITS + 2
        || size > GMS_SSE_EPOCH_DIGITS + 1 + GMS_SSE_SEQ_DIGITS
        || text[GMS_SSE_EPOCH_DIGITS] != '-'
        || text[GMS_SSE_EPOCH_DIGITS + 1] == '0')
    {
        return GMS_EINVALID;
    }

    e = 0;

    for (i = 0; i < GMS_SSE_EPOCH_DIGITS; i++) {
        digit = gms_sse_hex(text[i]);
        if (digit < 0) {
            return GMS_EINVALID;
        }

        e = e << 4 | (uint64_t) digit;
    }

    s = 0;

    for (i = GMS_SSE_EPOCH_DIGITS + 1; i < size; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return GMS_EINVALID;
        }

        digit = text[i] - '0';

        if (s > (UINT64_MAX - (uint64_t) digit) / 10) {
            return GMS_EINVALID;
        }

        s = s * 10 + (uint64_t) digit;
    }

    *epoch = e;
    *seq = s;

    return GMS_OK;
}

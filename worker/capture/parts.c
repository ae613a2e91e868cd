#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "../../ipc/error.h"

/* Heads, boundaries and parts that are no pictures: more than this between two
 * pictures is something else than a camera. */
#define GMS_PARTS_BETWEEN_MAX (256 * 1024)

#define GMS_PARTS_FIRST (64 * 1024)

#define SOI 0xd8
#define EOI 0xd9
#define SOS 0xda


void
gms_parts_free(gms_parts_t *p)
{
    free(p->bytes);
    memset(p, 0, sizeof(*p));
}


void
gms_parts_restart(gms_parts_t *p)
{
    uint8_t *bytes;
    size_t   capacity;

    bytes = p->bytes;
    capacity = p->capacity;
    memset(p, 0, sizeof(*p));
    p->bytes = bytes;
    p->capacity = capacity;
}


static int
parts_append(gms_parts_t *p, const uint8_t *bytes, size_t size)
{
    size_t   capacity;
    uint8_t *grown;

    if (size > GMS_PARTS_BYTES_MAX - p->size) {
        return GMS_ETOOBIG;
    }

    if (p->size + size > p->capacity) {
        capacity = p->capacity != 0 ? p->capacity : GMS_PARTS_FIRST;

        while (capacity < p->size + size) {
            capacity *= 2;
        }

        grown = realloc(p->bytes, capacity);
        if (grown == NULL) {
            return GMS_ENOMEM;
        }

        p->bytes = grown;
        p->capacity = capacity;
    }

    memcpy(p->bytes + p->size, bytes, size);
    p->size += size;

    return GMS_OK;
}


static void
parts_begin(gms_parts_t *p, gms_parts_at_e at)
{
    p->at = at;
    p->line = 0;
    p->head = false;
}


/* A byte of a part's head or of what stands before it.  An empty line behind a
 * boundary or a header line begins the body. */
static void
parts_head(gms_parts_t *p, uint8_t c)
{
    if (c == '\r') {
        return;
    }

    if (c != '\n') {
        p->line++;
        return;
    }

    if (p->line == 0 && p->head) {
        parts_begin(p, GMS_PARTS_SOI);
        p->size = 0;
        return;
    }

    p->head = p->head || p->line != 0;
    p->at = GMS_PARTS_HEAD;
    p->line = 0;
}


/* The kind of a marker, behind its FF. */
static int
parts_kind(gms_parts_t *p, uint8_t c)
{
    if (c == 0xff) {
        return GMS_EAGAIN; /* filling */
    }

    if (c == EOI) {
        parts_begin(p, GMS_PARTS_START);
        return p->scanned ? GMS_OK : GMS_EBAD_FRAME;
    }

    /* within a picture the next one begins */
    if (c == SOI) {
        p->bytes[0] = 0xff;
        p->bytes[1] = SOI;
        p->size = 2;
        p->scanned = false;
        p->at = GMS_PARTS_MARKER;
        return GMS_EBAD_FRAME;
    }

    /* stuffing, restart markers and TEM stand alone */
    if (c <= 0x01 || (c >= 0xd0 && c <= 0xd7)) {
        p->at = p->scanned ? GMS_PARTS_SCAN : GMS_PARTS_MARKER;
        return GMS_EAGAIN;
    }

    p->kind = c;
    p->left = 0;
    p->at = GMS_PARTS_LENGTH;

    return GMS_EAGAIN;
}


/* One byte of a picture that decides something. */
static int
parts_byte(gms_parts_t *p, uint8_t c)
{
    switch (p->at) {

    case GMS_PARTS_SOI:
        if (c != (p->size == 1 ? 0xff : SOI)) {
            parts_begin(p, GMS_PARTS_HEAD); /* a part that is no picture */
            p->line = c != '\n';
            return GMS_EAGAIN;
        }
        if (p->size == 2) {
            p->scanned = false;
            p->at = GMS_PARTS_MARKER;
        }
        return GMS_EAGAIN;

    case GMS_PARTS_MARKER:
        if (c != 0xff) {
            parts_begin(p, GMS_PARTS_START);
            return GMS_EBAD_FRAME;
        }
        p->at = GMS_PARTS_KIND;
        return GMS_EAGAIN;

    case GMS_PARTS_KIND:
        return parts_kind(p, c);

    default: /* GMS_PARTS_LENGTH: big-endian, counts itself */
        if (p->left == 0) {
            p->left = 0x10000 | (size_t) c << 8;
            return GMS_EAGAIN;
        }
        p->left = (p->left & 0xff00) | c;
        if (p->left < 2) {
            parts_begin(p, GMS_PARTS_START);
            return GMS_EBAD_FRAME;
        }
        p->left -= 2;
        p->at = GMS_PARTS_SEGMENT;
        return GMS_EAGAIN;
    }
}


/* Bytes of a picture that decide nothing: how many of them come next. */
static size_t
parts_run(gms_parts_t *p, const uint8_t *bytes, size_t size)
{
    const uint8_t *ff;

    if (p->at == GMS_PARTS_SEGMENT) {
        size = size < p->left ? size : p->left;
        p->left -= size;

        if (p->left == 0) {
            p->scanned = p->scanned || p->kind == SOS;
            p->at = p->kind == SOS ? GMS_PARTS_SCAN : GMS_PARTS_MARKER;
        }
        return size;
    }

    ff = memchr(bytes, 0xff, size);
    if (ff == NULL) {
        return size;
    }

    p->at = GMS_PARTS_KIND;
    return (size_t) (ff - bytes) + 1;
}


static int
parts_fail(gms_parts_t *p, int rc)
{
    gms_parts_restart(p);
    return rc;
}


int
gms_parts_feed(gms_parts_t *p, const uint8_t *bytes, size_t size, size_t *used)
{
    size_t i, n;
    int    rc;

    for (i = 0; i < size;) {

        if (p->at <= GMS_PARTS_HEAD) {
            parts_head(p, bytes[i++]);

            if (++p->between > GMS_PARTS_BETWEEN_MAX) {
                *used = i;
                return parts_fail(p, GMS_EINVALID);
            }
            continue;
        }

        if (p->at == GMS_PARTS_SEGMENT || p->at == GMS_PARTS_SCAN) {
            n = parts_run(p, bytes + i, size - i);
            rc = parts_append(p, bytes + i, n);
            i += n;

            if (rc != GMS_OK) {
                *used = i;
                return parts_fail(p, rc);
            }
            continue;
        }

        rc = parts_append(p, bytes + i, 1);
        if (rc == GMS_OK) {
            rc = parts_byte(p, bytes[i++]);
        }

        if (rc == GMS_EAGAIN) {
            continue;
        }

        *used = i;

        if (rc == GMS_OK) {
            p->between = 0;
            return GMS_OK;
        }

        return rc == GMS_EBAD_FRAME ? rc : parts_fail(p, rc);
    }

    *used = size;
    return GMS_EAGAIN;
}

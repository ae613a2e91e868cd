/*
 * Any bytes as the name and the data of an event: what is written is read
 * back as that one event by a parser that does as the standard of
 * Server-Sent Events says, with its id line and without.  And any bytes as a
 * Last-Event-ID: what is taken is what would be written.
 *
 * The input is an epoch, a number, then the name, a zero byte and the data;
 * the whole of it is the id, too.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/error.h"
#include "ipc/sse.h"

#define NUMBERS (2 * sizeof(uint64_t))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a browser has after a text; members point into it. */
typedef struct {
    unsigned    events;
    const char *id;
    size_t      id_size;
    const char *type;
    size_t      type_size;
    const char *data;
    size_t      data_size;
} heard_t;


static bool
is_field(const char *line, size_t size, const char *name)
{
    return size == strlen(name) && memcmp(line, name, size) == 0;
}


/* A line that is not empty: "name: value", "name:value" or "name". */
static void
hear_field(heard_t *h, const char *line, size_t size)
{
    const char *colon = memchr(line, ':', size);
    size_t      name = colon != NULL ? (size_t) (colon - line) : size;
    const char *value = line + size;

    if (colon != NULL) {
        value = colon + 1;
        value += value < line + size && *value == ' ';
    }
    size = (size_t) (line + size - value);

    if (is_field(line, name, "id")) {
        h->id = value;
        h->id_size = size;

    } else if (is_field(line, name, "event")) {
        h->type = value;
        h->type_size = size;

    } else if (is_field(line, name, "data") && h->data == NULL) {
        h->data = value;
        h->data_size = size;

    } else {
        abort(); /* nothing else is ever written, and no second line */
    }
}


/* Lines end with LF, CR or both; an empty one ends an event. */
static void
hear(heard_t *h, const char *text, size_t size)
{
    const char *end = text + size, *line = text, *p;

    memset(h, 0, sizeof(*h));

    for (p = text; p < end; p++) {
        if (*p != '\n' && *p != '\r') {
            continue;
        }
        if (p == line) {
            h->events++;
        } else {
            hear_field(h, line, (size_t) (p - line));
        }
        if (*p == '\r' && p + 1 < end && p[1] == '\n') {
            p++;
        }
        line = p + 1;
    }

    if (line != end) {
        abort(); /* what is not ended is never heard */
    }
}


static void
compare(const heard_t *h, const char *event, const char *data)
{
    if (h->events != 1 || h->type == NULL || h->data == NULL
        || h->type_size != strlen(event) || h->data_size != strlen(data)
        || memcmp(h->type, event, h->type_size) != 0
        || memcmp(h->data, data, h->data_size) != 0)
    {
        abort();
    }
}


static void
write_and_hear(
    uint64_t epoch, uint64_t seq, const char *event, const char *data)
{
    size_t   id_size = 0, size = strlen(event) + strlen(data) + 96;
    uint64_t e = 0, s = 0;
    heard_t  h;
    char    *text = malloc(size), *exact;
    int      n;

    if (text == NULL) {
        abort();
    }

    n = gms_sse_format(text, size, epoch, seq, event, data, &id_size);

    if (n < 0) {
        if (n != GMS_EINVALID) {
            abort();
        }
        free(text);
        return;
    }

    /* one byte less is too little, and none is written beyond */
    exact = malloc((size_t) n + 1);
    if (exact == NULL
        || gms_sse_format(exact, (size_t) n, epoch, seq, event, data, NULL)
            != GMS_ETOOBIG
        || gms_sse_format(exact, (size_t) n + 1, epoch, seq, event, data, NULL)
            != n
        || strcmp(exact, text) != 0)
    {
        abort();
    }

    hear(&h, text, (size_t) n);
    compare(&h, event, data);

    if (seq != 0
        && (h.id == NULL || gms_sse_parse_id(h.id, h.id_size, &e, &s) != GMS_OK
            || e != epoch || s != seq))
    {
        abort();
    }

    hear(&h, text + id_size, (size_t) n - id_size);
    compare(&h, event, data);
    if (h.id != NULL) {
        abort();
    }

    free(exact);
    free(text);
}


static void
read_id(const uint8_t *data, size_t size)
{
    uint64_t epoch, seq;
    char    *id = malloc(size > 0 ? size : 1), text[96];

    if (id == NULL) {
        abort();
    }
    memcpy(id, data, size);

    if (gms_sse_parse_id(id, size, &epoch, &seq) == GMS_OK) {
        size_t id_size = 0;

        if (seq == 0
            || gms_sse_format(
                   text, sizeof(text), epoch, seq, "e", "", &id_size)
                < 0
            || id_size != size + strlen("id: \n")
            || memcmp(text + strlen("id: "), id, size) != 0)
        {
            abort();
        }
    }
    free(id);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t    number[2];
    char       *text;
    const char *event, *end;

    read_id(data, size);

    if (size < NUMBERS) {
        return 0;
    }
    memcpy(number, data, NUMBERS);
    data += NUMBERS;
    size -= NUMBERS;

    text = malloc(size + 2);
    if (text == NULL) {
        abort();
    }
    memcpy(text, data, size);
    text[size] = text[size + 1] = '\0';

    event = text;
    end = event + strlen(event) + 1;
    write_and_hear(number[0], number[1], event, end);

    free(text);
    return 0;
}

/*
 * libFuzzer: a reader, then a successor, over a hostile image of a lane's
 * memory.
 *
 * The input is a list of changes to a good image, 12 bytes each: a place
 * (region, how, word) and the value that is stored, added or xored there.
 */

#include <stdint.h>
#include <stddef.h>

#include "t/lib/hostile_image.h"

#define CHANGE 12
#define CHANGES_MAX 16


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
change(hostile_image_t *h, const uint8_t *data, size_t *word)
{
    uint32_t       place;
    uint64_t       value, *words = h->m.base;
    gms_region_t   region = { .offset = 0, .size = HOSTILE_PAGE };

    memcpy(&place, data, sizeof(place));
    memcpy(&value, data + sizeof(place), sizeof(value));

    (void) gms_memory_region(&h->m, place & 7, 0, &region);
    if (region.size < 8 || region.offset + region.size > h->m.size) {
        region = (gms_region_t) { .offset = 0, .size = HOSTILE_PAGE };
    }

    *word = region.offset / 8 + (place >> 5) % (region.size / 8);

    switch (place >> 3 & 3) {

    case 0:
        words[*word] += value;
        break;

    case 1:
        words[*word] ^= value;
        break;

    default:
        words[*word] = value;
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t    word[CHANGES_MAX];
    uint64_t *words;
    unsigned  n;

    static hostile_image_t  h;

    if (h.m.base == NULL && hostile_create(&h) != GMS_OK) {
        abort();
    }

    for (n = 0; n < CHANGES_MAX && size >= CHANGE; n++) {
        change(&h, data, &word[n]);
        data += CHANGE;
        size -= CHANGE;
    }

    (void) hostile_read(&h);

    /* A left-over byte decides: putting the whole image back is slow. */
    if (size > 0 && (data[0] & 7) == 7) {
        hostile_write(&h);
        hostile_restore(&h);
        return 0;
    }

    words = h.m.base;

    while (n-- > 0) {
        memcpy(&words[word[n]], h.pristine + word[n] * 8, 8);
    }

    return 0;
}

#include "letters.h"

#include <stdint.h>

#define LETTERS_FIRST ' '
#define LETTERS_LAST '~'
#define LETTERS_COLUMNS 5
#define LETTERS_ROWS 7

/* Dots of the printable ASCII, from the top left to the right and down, the
 * lowest bit first. */
static const uint64_t letters_dots[LETTERS_LAST - LETTERS_FIRST + 1] = {
    0x000000000,
    0x100421084,
    0x00000294a,
    0x295f57d4a,
    0x11f4717c4,
    0x632222263,
    0x593511526,
    0x000001084,
    0x208210888,
    0x088842082,
    0x009575480,
    0x0084f9080,
    0x088600000,
    0x0000f8000,
    0x18c000000,
    0x002222200,
    0x3a33ae62e,
    0x3884210c4,
    0x7c444422e,
    0x3a304111f,
    0x211f4a988,
    0x3a3083c3f,
    0x3a317844c,
    0x08422221f,
    0x3a317462e,
    0x1910f462e,
    0x00c6018c0,
    0x0886018c0,
    0x208208888,
    0x001f07c00,
    0x088882082,
    0x10044422e,
    0x3ab5b422e,
    0x463f8c62e,
    0x3e317c62f,
    0x3a210862e,
    0x1d318c527,
    0x7c217843f,
    0x04217843f,
    0x7a31e862e,
    0x4631fc631,
    0x38842108e,
    0x19284211c,
    0x452519531,
    0x7c2108421,
    0x4631ad771,
    0x4639ace31,
    0x3a318c62e,
    0x04217c62f,
    0x59358c62e,
    0x45257c62f,
    0x3e107043e,
    0x10842109f,
    0x3a318c631,
    0x11518c631,
    0x2ab5ac631,
    0x462a22a31,
    0x108454631,
    0x7c222221f,
    0x38421084e,
    0x020820820,
    0x39084210e,
    0x000004544,
    0x7c0000000,
    0x000002082,
    0x7a3e83800,
    0x3e319b421,
    0x3a210b800,
    0x7a31cda10,
    0x383f8b800,
    0x084238a4c,
    0x3a1e8c7c0,
    0x46319b421,
    0x388421804,
    0x192843008,
    0x24a32a421,
    0x388421086,
    0x4635aac00,
    0x46319b400,
    0x3a318b800,
    0x042f8bc00,
    0x421ecd800,
    0x04219b400,
    0x3e0e0b800,
    0x324211c42,
    0x5b318c400,
    0x11518c400,
    0x2ab58c400,
    0x454454400,
    0x3a1e8c400,
    0x7c4447c00,
    0x208411088,
    0x108421084,
    0x088441082,
    0x0008a8800,
};


static void
letters_dot(gms_image_t *image, int x, int y, int scale, uint8_t level)
{
    for (int v = y; v < y + scale; v++) {
        for (int u = x; u < x + scale; u++) {
            if (u >= 0 && u < image->width && v >= 0 && v < image->height) {
                image->px[(ptrdiff_t) v * image->stride + u] = level;
            }
        }
    }
}


void
gms_letters_draw(gms_image_t *image, int x, int y, int scale, uint8_t level,
    const char *text, size_t n)
{
    uint64_t dots;

    for (size_t i = 0; i < n && x < image->width; i++) {
        dots = letters_dots[(text[i] >= LETTERS_FIRST && text[i] <= LETTERS_LAST
                                    ? text[i]
                                    : '?')
            - LETTERS_FIRST];

        for (int k = 0; k < LETTERS_COLUMNS * LETTERS_ROWS; k++) {
            if (dots >> k & 1) {
                letters_dot(image, x + k % LETTERS_COLUMNS * scale,
                    y + k / LETTERS_COLUMNS * scale, scale, level);
            }
        }

        x += GMS_LETTER_WIDTH * scale;
    }
}

/*
 * gms_letters: text in a gray picture, as dots of five by seven.
 */

#ifndef GMS_LETTERS_H
#define GMS_LETTERS_H

#include "image.h"

/* From letter to letter and from line to line, in dots. */
#define GMS_LETTER_WIDTH 6
#define GMS_LETTER_HEIGHT 10

/* n bytes of text, the top left of the first at x, y; a dot is scale pixels
 * wide.  What lies outside is cut off; what is no printable ASCII is a '?'. */
void gms_letters_draw(gms_image_t *image, int x, int y, int scale,
    uint8_t level, const char *text, size_t n);

#endif /* GMS_LETTERS_H */

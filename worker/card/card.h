/*
 * gms_card: a session as a file to take home: a table, a document, a drawing,
 * a page to print.  Formats: docs/card.md.
 * Pure: no clock, no file; any thread.
 */

#ifndef GMS_CARD_H
#define GMS_CARD_H

#include "../session/session.h"

typedef enum {
    GMS_CARD_CSV,  /* a line for each shot */
    GMS_CARD_JSON, /* all of it, and the statistics */
    GMS_CARD_SVG,  /* the target with its shots, and the sums */
    GMS_CARD_HTML, /* all of it, for paper */
    GMS_CARD_FORMATS
} gms_card_format_e;

/* "csv", "json", "svg", "html" */
extern const char *const gms_card_format_name[GMS_CARD_FORMATS];

/* GMS_CARD_FORMATS: it is none of the names. */
gms_card_format_e gms_card_format(const char *name);

/* The photograph of a paper, a JPEG. */
typedef struct {
    uint32_t    paper;
    const void *bytes; /* NULL: it is too large for a page */
    size_t      size;
} gms_card_photo_t;

typedef struct {
    const gms_session_t *session;
    const char          *lane;
    const char          *title; /* of the lane, for people */
    const char          *hash;  /* of its end, 64 hex digits; "": it is open */
    bool alone; /* the page is all that there is: photographs are in it */
    const gms_card_photo_t *photo; /* those there are, when it is alone */
    int                     photos;
} gms_card_t;

/* UTF-8, malloc'ed; NULL: out of memory. */
char *gms_card_text(const gms_card_t *card, gms_card_format_e format);

#endif /* GMS_CARD_H */

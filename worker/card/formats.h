/*
 * The inside of a card, shared by worker/card/ alone.  What is written goes to
 * a stream in memory, whose error is looked at once, at the end.
 */

#ifndef GMS_CARD_FORMATS_H
#define GMS_CARD_FORMATS_H

#include <stdio.h>

#include "../base/jsontext.h"
#include "card.h"

void gms_card_csv(FILE *out, const gms_card_t *card);
void gms_card_svg(FILE *out, const gms_card_t *card);

/* Also need memory of their own.  GMS_ENOMEM. */
int gms_card_json(FILE *out, const gms_card_t *card);
int gms_card_html(FILE *out, const gms_card_t *card);

/* The target with its shots alone, as an SVG element. */
void gms_card_drawing(FILE *out, const gms_card_t *card);

/* Text between tags or in quoted attributes; a control character, which XML
 * has no way to write, becomes a blank. */
void gms_card_escape(FILE *out, const char *text);

/* Seconds of UTC, YYYY-MM-DDThh:mm:ss. */
#define GMS_CARD_INSTANT_SIZE 32
void gms_card_instant(int64_t real_ns, char text[GMS_CARD_INSTANT_SIZE]);

/* What a sum is worth on this face: "95" or "98.4". */
#define GMS_CARD_SCORE_SIZE 24
void gms_card_score(const gms_face_t *face, const gms_totals_t *sum,
    char text[GMS_CARD_SCORE_SIZE]);

/* The next round; begin with one that is all zeros.  False: there are no
 * more. */
bool gms_card_next_round(const gms_session_t *s, gms_session_part_t *part);

/* A correction, and the shot as it was before it. */
typedef struct {
    const gms_session_correction_t *entry;
    gms_event_correction_t          before;
} gms_card_change_t;

/* The i-th one, oldest first. */
void gms_card_change(const gms_session_t *s, uint32_t i, gms_card_change_t *c);

/* What was said last of a shot; NULL: nobody said anything. */
const gms_session_correction_t *gms_card_last_change(
    const gms_session_t *s, uint32_t n);

/* All of them, as a table of a page and as a member of a document. */
void gms_card_changes_html(FILE *out, const gms_session_t *s);
void gms_card_changes_json(gms_jsontext_t *j, const gms_session_t *s);

/* Bytes as base64 (RFC 4648). */
void gms_card_base64(FILE *out, const void *bytes, size_t size);

/* Mean standard error of the shots' places in mm, of those whose is known and
 * that were not removed, and how many these are; NaN: none. */
double gms_card_error_mm(const gms_session_t *s, int *n);

#endif /* GMS_CARD_FORMATS_H */

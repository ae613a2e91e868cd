/* gms_card: see card.h. */

#include "card.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "formats.h"

const char *const gms_card_format_name[GMS_CARD_FORMATS] = { "csv", "json",
    "svg", "html" };


gms_card_format_e
gms_card_format(const char *name)
{
    int i;

    for (i = 0; i < GMS_CARD_FORMATS; i++) {
        if (strcmp(name, gms_card_format_name[i]) == 0) {
            break;
        }
    }

    return (gms_card_format_e) i;
}


static int
card_write(FILE *out, const gms_card_t *card, gms_card_format_e format)
{
    switch (format) {

    case GMS_CARD_CSV:
        gms_card_csv(out, card);
        return GMS_OK;

    case GMS_CARD_JSON:
        return gms_card_json(out, card);

    case GMS_CARD_SVG:
        gms_card_svg(out, card);
        return GMS_OK;

    default:
        return gms_card_html(out, card);
    }
}


char *
gms_card_text(const gms_card_t *card, gms_card_format_e format)
{
    char  *text = NULL;
    size_t size;
    FILE  *out;
    bool   failed;

    out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }

    failed = card_write(out, card, format) != GMS_OK;
    failed = ferror(out) != 0 || failed;
    failed = fclose(out) != 0 || failed;

    if (failed) {
        free(text);
        return NULL;
    }

    return text;
}


void
gms_card_escape(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default:
            fputc((unsigned char) *text < ' ' ? ' ' : *text, out);
        }
    }
}


void
gms_card_instant(int64_t real_ns, char text[GMS_CARD_INSTANT_SIZE])
{
    struct tm tm;
    time_t    t = (time_t) (real_ns / GMS_S);

    gmtime_r(&t, &tm);
    strftime(text, GMS_CARD_INSTANT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
}


void
gms_card_score(const gms_face_t *face, const gms_totals_t *sum,
    char text[GMS_CARD_SCORE_SIZE])
{
    if (face->tenths) {
        snprintf(text, GMS_CARD_SCORE_SIZE, "%d.%d", sum->tenths / 10,
            sum->tenths % 10);
    } else {
        snprintf(text, GMS_CARD_SCORE_SIZE, "%d", sum->rings);
    }
}


void
gms_card_base64(FILE *out, const void *bytes, size_t size)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    const uint8_t *p = bytes;
    uint32_t       three;
    char           four[4];

    for (size_t i = 0; i < size; i += 3) {
        three = (uint32_t) p[i] << 16;
        three |= i + 1 < size ? (uint32_t) p[i + 1] << 8 : 0;
        three |= i + 2 < size ? p[i + 2] : 0;

        for (int k = 0; k < 4; k++) {
            four[k] = digits[three >> (18 - 6 * k) & 63];
        }
        four[2] = i + 1 < size ? four[2] : '=';
        four[3] = i + 2 < size ? four[3] : '=';
        fwrite(four, 1, sizeof(four), out);
    }
}


bool
gms_card_next_round(const gms_session_t *s, gms_session_part_t *part)
{
    gms_session_part_t next = {
        .number = part->number + 1, .first = part->last + 1, .last = s->shots
    };

    if (next.first > s->shots) {
        return false;
    }
    if (next.number <= s->rounds) {
        next.last = s->round[next.number - 1].last;
    }
    gms_session_sum_rounds(s, next.number, &next.sum, 1);

    *part = next;
    return true;
}


double
gms_card_error_mm(const gms_session_t *s, int *n)
{
    const gms_event_shot_t *shot;
    double                  sum = 0;

    *n = 0;

    for (uint32_t i = 0; i < s->shots; i++) {
        shot = &s->shot[i].shot;
        if (s->shot[i].standing == GMS_STANDING_YES
            && (shot->x_error_mm != 0 || shot->y_error_mm != 0))
        {
            sum += (shot->x_error_mm + shot->y_error_mm) / 2;
            ++*n;
        }
    }

    return *n > 0 ? sum / *n : (double) NAN;
}

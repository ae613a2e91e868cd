/* A session as a drawing: the target in millimetres with its shots at true
 * caliber, y turned down, since SVG counts downwards. */

#include <math.h>
#include <string.h>

#include "formats.h"

#define PAPER "#efe9d9"
#define BLACK "#16181c"

/* Of the series, after Okabe and Ito; as html/target.js has them. */
static const char *const fills[] = { "#56b4e9", "#e69f00", "#35c48d", "#e08fbd",
    "#f0e442", "#b9b4f5" };
#define FILLS (sizeof(fills) / sizeof(fills[0]))

/* A shot beside the card widens the view, but not without end. */
#define VIEW_MAX 1.6

/* Series side by side in the table below, and its text in units of the
 * drawing's width / 100. */
#define TABLE_COLUMNS 4
#define TABLE_LINE 4.4


/* Centre of a shot on the card. */
static void
shot_at(const gms_face_t *face, const gms_event_shot_t *shot, double at[2])
{
    at[0] = shot->x_mm;
    at[1] = shot->y_mm;

    for (int i = 0; i < face->bulls; i++) {
        if (strcmp(face->bull[i].name, shot->bull) == 0) {
            at[0] += face->bull[i].x_mm;
            at[1] += face->bull[i].y_mm;
        }
    }
}


/* Half the side of the view: the face, and the shots beside it. */
static double
view_half(const gms_session_t *s)
{
    const gms_face_t *face = &s->setup.face;
    double            own, half, far = 0, at[2];

    own = gms_face_radius_mm(face);
    for (int i = 0; i < face->bulls; i++) {
        far =
            fmax(far, fmax(fabs(face->bull[i].x_mm), fabs(face->bull[i].y_mm)));
    }
    own = fmax(fmax(own, face->black_mm / 2) + far, face->card_mm / 2);
    own = own > 0 ? own * 1.04 : 100;
    half = own;

    for (uint32_t i = 0; i < s->shots; i++) {
        if (s->shot[i].standing == GMS_STANDING_YES
            && !s->shot[i].shot.unplaced) {
            shot_at(face, &s->shot[i].shot, at);
            half = fmax(
                half, fmax(fabs(at[0]), fabs(at[1])) + s->setup.caliber_mm);
        }
    }

    return fmin(half, own * VIEW_MAX);
}


/* Digits in the middle of their rings; the two highest bear none, they would
 * hide under the shots. */
static void
draw_digits(FILE *out, const gms_face_t *face)
{
    static const int side[4][2] = { { 0, -1 }, { 1, 0 }, { 0, 1 }, { -1, 0 } };

    for (int i = face->rings - 1; i >= 2; i--) {
        double outer = face->ring[i].diameter_mm / 2;
        double band = outer - face->ring[i - 1].diameter_mm / 2;
        double at = outer - band / 2;

        for (int k = 0; k < 4; k++) {
            fprintf(out,
                "<text x=\"%.3f\" y=\"%.3f\" font-size=\"%.3f\" dy=\".35em\" "
                "text-anchor=\"middle\" fill=\"%s\">%d</text>",
                at * side[k][0], at * side[k][1], band / 2,
                at < face->black_mm / 2 ? PAPER : BLACK, face->ring[i].value);
        }
    }
}


/* One bull, or the whole face where it has but one. */
static void
draw_rings(FILE *out, const gms_face_t *face, double line)
{
    double black = face->black_mm / 2, r;

    if (black > 0) {
        fprintf(out, "<circle r=\"%.3f\" fill=\"" BLACK "\"/>", black);
    }
    for (int i = face->rings - 1; i >= -1; i--) {
        r = (i >= 0 ? face->ring[i].diameter_mm : face->inner_mm) / 2;
        if (r > 0) {
            fprintf(out,
                "<circle r=\"%.3f\" fill=\"none\" stroke=\"%s\" "
                "stroke-width=\"%.3f\"/>",
                r, r < black ? PAPER : BLACK, line);
        }
    }
}


static void
draw_zones(FILE *out, const gms_face_t *face, double line)
{
    for (int i = face->zones - 1; i >= 0; i--) {
        const gms_face_zone_t *zone = &face->zone[i];
        double                 x = 0, top = -INFINITY;

        fputs("<polygon points=\"", out);
        for (int k = 0; k < zone->corners; k++) {
            fprintf(out, "%s%.3f,%.3f", k > 0 ? " " : "",
                zone->corner_um[k][0] / 1e3, -zone->corner_um[k][1] / 1e3);
            x += zone->corner_um[k][0] / 1e3 / zone->corners;
            top = fmax(top, zone->corner_um[k][1] / 1e3);
        }
        fprintf(out,
            "\" fill=\"none\" stroke=\"" BLACK "\" stroke-width=\"%.3f\"/>"
            "<text x=\"%.3f\" y=\"%.3f\" font-size=\"%.3f\" "
            "text-anchor=\"middle\" fill=\"" BLACK "\">",
            2 * line, x, -top + 24 * line, 20 * line);
        gms_card_escape(out, zone->name);
        fputs("</text>", out);
    }
}


static void
draw_face(FILE *out, const gms_face_t *face, double half)
{
    double line = half / 400;

    fprintf(out,
        "<rect x=\"%.3f\" y=\"%.3f\" width=\"%.3f\" height=\"%.3f\" "
        "fill=\"" PAPER "\"/>",
        -half, -half, 2 * half, 2 * half);
    draw_zones(out, face, line);

    if (face->bulls == 0) {
        draw_rings(out, face, line);
        draw_digits(out, face);
    }
    for (int i = 0; i < face->bulls; i++) {
        fprintf(out, "<g transform=\"translate(%.3f %.3f)\">",
            face->bull[i].x_mm, -face->bull[i].y_mm);
        draw_rings(out, face, line);
        draw_digits(out, face);
        fputs("</g>", out);
    }
}


/* Its number in a disc of the bullet's size; one that does not count, a sighter
 * or outside of its window, is but an outline. */
static void
draw_shot(FILE *out, const gms_session_t *s, const gms_event_shot_t *shot,
    uint32_t series)
{
    static const double digits[] = { 1.25, 1.15, 0.85, 0.65 };

    double at[2], r = fmax(s->setup.caliber_mm, 1) / 2;
    size_t size = shot->n < 10 ? 0 : shot->n < 100 ? 1 : shot->n < 1000 ? 2 : 3;
    bool   hollow = shot->sighter || shot->window != GMS_WINDOW_IN;

    shot_at(&s->setup.face, shot, at);
    fprintf(out,
        "<g fill=\"%s\"><circle cx=\"%.3f\" cy=\"%.3f\" r=\"%.3f\" %s "
        "stroke-width=\"%.3f\"/><text x=\"%.3f\" y=\"%.3f\" "
        "font-size=\"%.3f\" dy=\".35em\" text-anchor=\"middle\" fill=\"%s\">"
        "%u</text></g>",
        hollow ? "none" : fills[(series - 1) % FILLS], at[0], -at[1], r,
        hollow ? "stroke=\"#7a7a7a\" stroke-dasharray=\"1 .6\""
               : "stroke=\"#0b0d10\" fill-opacity=\".85\"",
        r / 12, at[0], -at[1], r * digits[size], hollow ? "#7a7a7a" : "#0b0d10",
        shot->n);
}


static void
draw_shots(FILE *out, const gms_session_t *s)
{
    gms_session_part_t series = { 0 };
    bool               more = true;

    for (uint32_t i = 0; i < s->shots; i++) {
        while (more && i >= series.last) {
            more = gms_session_next_series(s, &series);
        }
        if (s->shot[i].standing == GMS_STANDING_YES
            && !s->shot[i].shot.unplaced) {
            draw_shot(out, s, &s->shot[i].shot, series.number);
        }
    }
}


static void
draw_all(FILE *out, const gms_session_t *s, double half)
{
    draw_face(out, &s->setup.face, half);
    draw_shots(out, s);
}


void
gms_card_drawing(FILE *out, const gms_card_t *card)
{
    double half = view_half(card->session);

    fprintf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"target\" "
        "viewBox=\"%.3f %.3f %.3f %.3f\" font-family=\"sans-serif\" "
        "role=\"img\" aria-label=\"The target with its shots\">",
        -half, -half, 2 * half, 2 * half);
    draw_all(out, card->session, half);
    fputs("</svg>", out);
}


static void
svg_line(FILE *out, double y, double size, const char *weight)
{
    fprintf(out,
        "<text x=\"3\" y=\"%.1f\" font-size=\"%.1f\" font-weight=\"%s\">", y,
        size, weight);
}


static void
svg_head(FILE *out, const gms_card_t *card)
{
    const gms_session_t *s = card->session;
    char score[GMS_CARD_SCORE_SIZE], when[GMS_CARD_INSTANT_SIZE];

    gms_card_score(&s->setup.face, &s->total, score);
    gms_card_instant(s->started_ns, when);
    when[10] = '\0'; /* the day */

    svg_line(out, 6.5, 5, "bold");
    gms_card_escape(out, s->setup.shooter[0] != '\0' ? s->setup.shooter : "-");
    fputs("</text>", out);
    svg_line(out, 11, 3, "normal");
    gms_card_escape(out, s->setup.face.title);
    fprintf(
        out, ", %g m, %g mm</text>", s->setup.distance_m, s->setup.caliber_mm);
    svg_line(out, 15, 3, "normal");
    fprintf(out, "%s, ", when);
    gms_card_escape(out, card->title);
    fprintf(out,
        "</text><text x=\"97\" y=\"9\" font-size=\"8\" font-weight=\"bold\" "
        "text-anchor=\"end\">%s</text><text x=\"97\" y=\"14\" font-size=\"3\" "
        "text-anchor=\"end\">%d shots, %d inner</text>",
        score, s->total.counted, s->total.inner);
}


static int
svg_series(FILE *out, const gms_session_t *s, double top)
{
    gms_session_part_t series = { 0 };
    char               score[GMS_CARD_SCORE_SIZE];
    int                n = 0;

    while (gms_session_next_series(s, &series)) {
        if (out != NULL) {
            gms_card_score(&s->setup.face, &series.sum, score);
            fprintf(out,
                "<text x=\"%.1f\" y=\"%.1f\" font-size=\"3\">%u: "
                "<tspan font-weight=\"bold\">%s</tspan> (%u-%u)</text>",
                3 + n % TABLE_COLUMNS * 24.5,
                top + (n / TABLE_COLUMNS + 1) * TABLE_LINE, series.number,
                score, series.first, series.last);
        }
        n++;
    }

    return n;
}


void
gms_card_svg(FILE *out, const gms_card_t *card)
{
    const gms_session_t *s = card->session;
    double               half = view_half(s), height;
    int                  series;

    series = svg_series(NULL, s, 0);
    height = 118 + (series + TABLE_COLUMNS - 1) / TABLE_COLUMNS * TABLE_LINE
        + (series > 0 ? 3 : 0);

    fprintf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"180mm\" "
        "height=\"%.1fmm\" viewBox=\"0 0 100 %.1f\" "
        "font-family=\"sans-serif\"><title>",
        1.8 * height, height);
    gms_card_escape(out, s->id);
    fprintf(out, "</title><rect width=\"100\" height=\"%.1f\" fill=\"#fff\"/>",
        height);
    svg_head(out, card);
    fprintf(out,
        "<svg y=\"18\" width=\"100\" height=\"100\" viewBox=\"%.3f %.3f %.3f "
        "%.3f\">",
        -half, -half, 2 * half, 2 * half);
    draw_all(out, s, half);
    fputs("</svg>", out);
    svg_series(out, s, 118);
    fputs("</svg>\n", out);
}

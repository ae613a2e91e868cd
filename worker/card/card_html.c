/* A session as a page to print on A4: no script, its style inside. */

#include <math.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../session/group.h"
#include "formats.h"
#include "qr.h"

static const char html_style[] =
    "@page{size:A4;margin:12mm}"
    "*{box-sizing:border-box}"
    "body{font:11pt/1.4 system-ui,sans-serif;color:#111;background:#fff;"
    "max-width:186mm;margin:0 auto;padding:4mm}"
    "h1{font-size:20pt;margin:0;overflow-wrap:anywhere}"
    "h2{font-size:12pt;margin:6mm 0 1mm}"
    "header{display:flex;justify-content:space-between;gap:8mm;"
    "border-bottom:.6mm solid #111;padding-bottom:3mm;margin-bottom:4mm}"
    "header p{margin:1mm 0 0;overflow-wrap:anywhere}"
    ".total{text-align:right;white-space:nowrap}"
    ".total b{display:block;font-size:30pt;line-height:1}"
    ".main{display:grid;grid-template-columns:minmax(0,94mm) minmax(0,1fr);"
    "gap:6mm}.main table{font-size:9pt}.main td{white-space:nowrap}"
    ".main h2:first-child{margin-top:0}"
    ".target{width:100%;display:block;border:.2mm solid #999}"
    "table{border-collapse:collapse;width:100%;"
    "font-variant-numeric:tabular-nums}"
    "th,td{padding:.3mm 1.5mm;text-align:right;font-weight:normal;"
    "border-bottom:.1mm solid #ccc}"
    "th{font-weight:600}td:first-child,th:first-child{text-align:left}"
    "tr{break-inside:avoid}"
    ".shots{columns:2;column-gap:8mm;font-size:9pt}"
    ".out{color:#777;text-decoration:line-through}"
    ".changes{font-size:9pt}"
    ".changes td{text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    ".papers{display:flex;flex-wrap:wrap;gap:4mm}"
    ".papers figure{margin:0;width:76mm;max-width:100%;break-inside:avoid}"
    ".papers img{width:100%;display:block;background:#eee;font-size:9pt;"
    "min-height:8mm}"
    ".proof{display:flex;gap:6mm;align-items:center;break-inside:avoid}"
    ".proof code{overflow-wrap:anywhere;font-size:9pt}"
    ".qr{flex:none}"
    "small{color:#555}"
    "@media print{body{padding:0;font-size:10pt}}"
    "@media screen and (max-width:600px){.main{display:block}"
    ".shots{columns:1}.proof{flex-wrap:wrap}.total b{font-size:24pt}}";


static void
html_instant(FILE *out, int64_t real_ns)
{
    char when[GMS_CARD_INSTANT_SIZE];

    gms_card_instant(real_ns, when);
    fprintf(out, "<time datetime=\"%sZ\">%.10s %.5s UTC</time>", when, when,
        when + 11);
}


static void
html_head(FILE *out, const gms_card_t *card)
{
    const gms_session_t *s = card->session;
    const char          *who;
    char                 score[GMS_CARD_SCORE_SIZE];

    who = s->setup.shooter[0] != '\0' ? s->setup.shooter : "Nobody said who";
    gms_card_score(&s->setup.face, &s->total, score);

    fputs("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
          "<meta name=\"viewport\" content=\"width=device-width\">"
          "<link rel=\"icon\" href=\"data:,\"><title>",
        out);
    gms_card_escape(out, who);
    fprintf(out, ", %s</title><style>%s</style></head><body><header><div><h1>",
        score, html_style);
    gms_card_escape(out, who);
    fputs("</h1><p>", out);
    gms_card_escape(out, s->setup.face.title);
    fprintf(out, ", %g m, caliber %g mm</p><p>", s->setup.distance_m,
        s->setup.caliber_mm);
    gms_card_escape(out, card->title);
    fputs(", ", out);
    html_instant(out, s->started_ns);
    if (s->ended_ns != 0) {
        fputs(" to ", out);
        html_instant(out, s->ended_ns);
    }
    if (s->setup.source[0] != '\0') {
        fputs("</p><p>Imported: ", out);
        gms_card_escape(out, s->setup.source);
    }
    fprintf(out,
        "</p></div><p class=\"total\"><b>%s</b>%d shots, %d inner</p></header>",
        score, s->total.counted, s->total.inner);
}


static void
html_part(FILE *out, const gms_session_t *s, const gms_session_part_t *part)
{
    char score[GMS_CARD_SCORE_SIZE];

    gms_card_score(&s->setup.face, &part->sum, score);
    fprintf(out,
        "<tr><td>%u</td><td>%u&#8211;%u</td><td>%d</td><td>%s</td><td>%d</td>"
        "</tr>",
        part->number, part->first, part->last, part->sum.counted, score,
        part->sum.inner);
}


/* Series, or rounds, as next tells. */
static void
html_parts(FILE *out, const gms_session_t *s, const char *title,
    bool (*next)(const gms_session_t *s, gms_session_part_t *part))
{
    gms_session_part_t part = { 0 };

    fprintf(out,
        "<h2>%s</h2><table><tr><th></th><th>Shots</th><th>Count</th>"
        "<th>Score</th><th>Inner</th></tr>",
        title);
    while (next(s, &part)) {
        html_part(out, s, &part);
    }
    fputs("</table>", out);
}


static void
html_figure(FILE *out, const char *name, const gms_interval_t *figure)
{
    if (!isfinite(figure->value)) {
        return;
    }

    fprintf(out, "<tr><td>%s</td><td>%.2f mm</td><td>", name, figure->value);
    if (isfinite(figure->low) && isfinite(figure->high)) {
        fprintf(out, "%.2f to %.2f", figure->low, figure->high);
    }
    fputs("</td></tr>", out);
}


static int
html_group(FILE *out, const gms_session_t *s)
{
    gms_group_t          group = { 0 };
    gms_group_measures_t m;
    int                  rc = GMS_OK;

    for (uint32_t i = 0; i < s->shots && rc == GMS_OK; i++) {
        if (s->shot[i].standing == GMS_STANDING_YES && !s->shot[i].shot.sighter
            && !s->shot[i].shot.unplaced)
        {
            rc = gms_group_add(
                &group, s->shot[i].shot.x_mm, s->shot[i].shot.y_mm);
        }
    }

    if (rc == GMS_OK && group.n > 1) {
        gms_group_measure_quick(&group, &m);

        const gms_interval_t spread = { m.extreme_spread_mm, NAN, NAN };

        fputs("<h2>Group</h2><table><tr><th></th><th></th><th>95 %</th></tr>",
            out);
        html_figure(out, "Centre, right", &m.x_mm);
        html_figure(out, "Centre, up", &m.y_mm);
        html_figure(out, "Mean radius", &m.mean_radius_mm);
        html_figure(out, "Sigma", &m.sigma_mm);
        html_figure(out, "Extreme spread", &spread);
        fputs("</table>", out);
    }

    gms_group_free(&group);
    return rc;
}


/* What the lane says of itself: an estimate, and how well it saw the rings. */
static void
html_accuracy(FILE *out, const gms_session_t *s)
{
    int    n;
    double error_mm = gms_card_error_mm(s, &n);

    if (!isfinite(error_mm)) {
        return;
    }

    fprintf(out,
        "<p><small>Mean standard error of the places of %d shot%s, as the lane "
        "estimates it from its pictures: &#177;%.2f mm.",
        n, n == 1 ? "" : "s", error_mm);

    if (s->residual_mm > 0) {
        fprintf(out,
            " The calibration left %.2f mm (RMS) between the rings that it saw "
            "and the printed ones.",
            s->residual_mm);
    }

    fputs("</small></p>", out);
}


static void
html_shot(FILE *out, const gms_session_t *s, const gms_session_shot_t *row)
{
    const gms_event_shot_t *shot = &row->shot;
    char                    when[GMS_CARD_INSTANT_SIZE], score[24];
    gms_totals_t            sum = { 1, shot->score_tenths, shot->ring, 0 };

    gms_card_score(&s->setup.face, &sum, score);
    gms_card_instant(shot->frame_real_ns, when);
    fprintf(out,
        "<tr%s><td>%u</td><td>%s%s</td><td>%.2f</td><td>%.2f</td><td>%s</td>"
        "<td>",
        row->standing != GMS_STANDING_YES ? " class=\"out\"" : "", shot->n,
        score, shot->inner ? "*" : "", shot->x_mm, shot->y_mm, when + 11);
    gms_card_escape(out, shot->bull);
    fputs(shot->bull[0] != '\0' && shot->zone[0] != '\0' ? " " : "", out);
    gms_card_escape(out, shot->zone);
    fputs(row->standing != GMS_STANDING_YES ? " removed"
            : shot->sighter                 ? " sighter"
            : shot->near_line               ? " near line"
            : shot->possible_double         ? " maybe two"
            : shot->recovered               ? " found later"
                                            : "",
        out);
    fputs("</td></tr>", out);
}


static void
html_shots(FILE *out, const gms_session_t *s)
{
    fputs("<h2>Shots</h2><div class=\"shots\"><table><thead><tr><th>No.</th>"
          "<th>Score</th><th>x mm</th><th>y mm</th><th>UTC</th><th></th></tr>"
          "</thead>",
        out);
    for (uint32_t i = 0; i < s->shots; i++) {
        html_shot(out, s, &s->shot[i]);
    }
    fputs("</table></div><p><small>* inner ten; x to the right, y up, from the "
          "centre.</small></p>",
        out);
}


/* Served, the page takes the photograph from where it comes from; alone, it
 * has it inside or says why not. */
static void
html_photo(FILE *out, const gms_card_t *card, uint32_t paper)
{
    const gms_card_photo_t *photo = NULL;

    if (!card->alone) {
        fputs("<img src=\"/api/sessions/", out);
        gms_card_escape(out, card->session->id);
        fprintf(out,
            "/papers/%u.jpg\" alt=\"No photograph of paper %u was kept.\">",
            paper, paper);
        return;
    }

    for (int i = 0; i < card->photos && photo == NULL; i++) {
        photo = card->photo[i].paper == paper ? &card->photo[i] : NULL;
    }

    if (photo == NULL) {
        fputs("<p><small>No photograph was kept.</small></p>", out);
    } else if (photo->bytes == NULL) {
        fputs("<p><small>The photograph is too large for a page; it stays at "
              "the range.</small></p>",
            out);
    } else {
        fprintf(
            out, "<img alt=\"Paper %u\" src=\"data:image/jpeg;base64,", paper);
        gms_card_base64(out, photo->bytes, photo->size);
        fputs("\">", out);
    }
}


/* Of every paper that was shot at. */
static void
html_papers(FILE *out, const gms_card_t *card)
{
    const gms_session_t *s = card->session;
    uint32_t             paper = 0;

    fputs("<h2>Paper</h2><div class=\"papers\">", out);
    for (uint32_t i = 0; i < s->shots; i++) {
        if (s->shot[i].shot.paper <= paper) {
            continue;
        }
        paper = s->shot[i].shot.paper;
        fputs("<figure>", out);
        html_photo(out, card, paper);
        fprintf(out,
            "<figcaption><small>Paper %u</small></figcaption></figure>", paper);
    }
    fputs("</div>", out);
}


static int
html_proof(FILE *out, const gms_card_t *card)
{
    char text[GMS_ID_SIZE + 160];
    int  rc;

    if (card->hash[0] == '\0') {
        fputs("<p><small>The session is open: its hash is made when it ends."
              "</small></p></body></html>\n",
            out);
        return GMS_OK;
    }

    snprintf(text, sizeof(text), "session %s\ngmshoot check --hash %s",
        card->session->id, card->hash);

    fputs("<h2>Proof</h2><div class=\"proof\">", out);
    rc = gms_qr_svg(out, text);
    fputs("<div>", out);
    gms_card_escape(out, card->session->id);
    fputs("<br><code>gmshoot check --hash ", out);
    gms_card_escape(out, card->hash);
    fputs("</code><br><small>Run on the range's computer, this says whether "
          "the record has been altered since.</small></div></div></body>"
          "</html>\n",
        out);

    return rc;
}


int
gms_card_html(FILE *out, const gms_card_t *card)
{
    const gms_session_t *s = card->session;
    int                  rc;

    html_head(out, card);
    fputs("<div class=\"main\"><div>", out);
    gms_card_drawing(out, card);
    html_accuracy(out, s);
    fputs("</div><div>", out);
    html_parts(out, s, "Series", gms_session_next_series);
    rc = html_group(out, s);
    fputs("</div></div>", out);

    if (s->rounds > 1) {
        html_parts(out, s, "Rounds", gms_card_next_round);
    }
    if (s->shots > 0) {
        html_shots(out, s);
        gms_card_changes_html(out, s);
        html_papers(out, card);
    }
    if (rc == GMS_OK) {
        rc = html_proof(out, card);
    }

    return rc;
}

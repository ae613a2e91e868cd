/* The paper of a lane is changed or pasted, by order or unsaid. */

#include "play.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ipc/error.h"

/* So many holes are pasted at most: of fewer nobody can tell whether a sheet
 * was pasted or is another one. */
#define PASTERS 10

/* The face whose .22 holes are less than 6 px wide unless it fills more of
 * the picture. */
#define WIDE 3
#define WIDE_FILL 0.25


/* What the change of this scene does: the word for it, and how many holes of
 * so many it pastes. */
static const char *
paper_word(const bench_stage_t *s, int holes)
{
    uint8_t hole[BENCH_STAGE_SHOTS];

    memset(hole, GMS_SCENERY_OPEN, sizeof(hole));
    gms_scenery_sheet_change(&s->scenery, 1, hole, holes);

    return hole[0] == GMS_SCENERY_GONE ? "new paper" : "pasted";
}


/* The person comes, is told of or not, works, and leaves. */
static int
change_paper(bench_play_t *p, bool ordered)
{
    int            rc = GMS_OK;
    bench_stage_t *s = &p->stage;
    bool           done = !ordered;
    const char    *word = paper_word(s, s->shots);
    double         end_s = s->scenery.options.paper;

    while (rc == GMS_OK && s->t_s < end_s) {
        rc = bench_stage_look(s);
    }
    while (rc == GMS_OK
        && (s->scenery.sheet == 0
            || gms_scenery_changing(&s->scenery, s->t_s) > 0))
    {
        if (!done && s->open) {
            gms_detector_paper(&s->detector,
                word[0] == 'n' ? GMS_PAPER_NEW : GMS_PAPER_PASTED);
            done = true;
        }
        rc = bench_stage_look(s);
    }
    if (rc == GMS_OK && s->open) {
        rc = bench_play_wait(p, s->t_s, 15);
    }

    return rc;
}


int
bench_play_paper(bench_play_all_t *b, bench_play_t *p)
{
    static const double rates[] = { 15, 2, 15, 1 };

    int            rc, holes = (int) bench_play_draw(p, 0, 0, 15);
    bench_stage_t *s = &p->stage;
    double         fps = rates[p->seed / 2 % 4];
    bool           ordered = p->seed % 2 == 0;
    double         gap_s, lead_s, fill = bench_play_draw(p, 2, 0.5, 0.66);
    size_t         face = (size_t) bench_play_draw(p, 1, 0, BENCH_PLAY_FACES);
    char           name[40], options[400];
    const char    *word;

    snprintf(name, sizeof(name), "paper %g/s %s", fps,
        ordered ? "ordered" : "recognised");
    p->row = bench_play_row(b, name);
    fill += face == WIDE ? WIDE_FILL : 0;
    snprintf(options, sizeof(options),
        "seed=%llu paper=120 fill=%.2f overlap=0.3 people=%d shake=%.1f "
        "drift=%.2f tilt=%.0f size=1280x720",
        (unsigned long long) p->seed, fill,
        bench_play_draw(p, 3, 0, 1) < 0.7 ? 0 : 30,
        bench_play_draw(p, 4, 0, 0.7), bench_play_draw(p, 5, 0, 0.1),
        bench_play_draw(p, 6, 0, 15));
    if (p->row == NULL || bench_play_open(b, p, face, fps, options) != 0) {
        return GMS_EINVALID;
    }

    gap_s = fmax(0.4, 1 / fps);
    lead_s = fmax(1, 3 / fps);
    s->t_s =
        s->scenery.options.paper - ceil(fps) / fps - lead_s - gap_s * holes;
    rc = bench_play_shots(p, lead_s, gap_s, holes);
    p->before = s->shots;
    word = paper_word(s, s->shots);
    if (rc == GMS_OK) {
        rc = change_paper(p, ordered);
    }
    if (rc == GMS_OK) {
        p->first = s->shots;
        rc = bench_play_shots(p, 0, fmax(1, 1 / fps), 3);
    }
    if (rc == GMS_OK) {
        rc = bench_stage_show(s, 1.5, 4);
    }
    if (s->papers == 1 && strcmp(s->paper[0], word) == 0) {
        p->row->told++;
    } else if (holes > PASTERS || s->papers > 1 || (ordered && s->open)) {
        p->row->wrong++;
        printf("  %s, seed %llu: %d holes, %s: told %d times%s%s\n", name,
            (unsigned long long) p->seed, holes, word, s->papers,
            s->papers > 0 ? ", first " : "", s->papers > 0 ? s->paper[0] : "");
    }

    return rc;
}

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "old_holes.h"
#include "orders.h"
#include "papers.h"
#include "publish.h"


/* Photographs are taken so often.  What was seen of a shot when it was
 * reported may be in a picture that is so much older than its first. */
#define GMS_PAPERS_LOOK_NS (1 * GMS_S)
#define GMS_PAPERS_BEFORE_NS (200 * GMS_MS)


static void
papers_drop(gms_picture_t *picture)
{
    free(picture->bytes);
    memset(picture, 0, sizeof(*picture));
}


static void
papers_forget(gms_scorer_t *s)
{
    papers_drop(&s->photograph);
    papers_drop(&s->coming);
    papers_drop(&s->calm);
    papers_drop(&s->unshot);
    s->holes = 0;
}


void
gms_papers_begin(gms_scorer_t *s)
{
    papers_forget(s);
    s->paper_said = false;
}


/* The newest picture; false: none, picture is as it was. */
static bool
papers_take(gms_scorer_t *s, gms_picture_t *picture, int64_t *mono_ns)
{
    gms_frame_info_t info;
    void            *bytes, *fitting;

    bytes = malloc(GMS_PICTURE_BYTES_MAX);
    if (bytes == NULL) {
        return false;
    }

    if (gms_frames_read(&s->frames, &info, bytes, GMS_PICTURE_BYTES_MAX)
            != GMS_OK
        || info.placeholder)
    {
        free(bytes);
        return false;
    }

    fitting = malloc(info.size);
    if (fitting != NULL) {
        memcpy(fitting, bytes, info.size);
        free(bytes);
        bytes = fitting;
    }

    free(picture->bytes);
    picture->kind = GMS_PICTURE_PAPER;
    picture->bytes = bytes;
    picture->size = info.size;
    *mono_ns = info.mono_ns;

    return true;
}


static bool
papers_sees(const gms_scorer_t *s)
{
    return s->looking.state == GMS_DETECTOR_LIVE && !s->looking.odd_size;
}


void
gms_papers_look(gms_scorer_t *s)
{
    int64_t mono_ns;

    if (papers_sees(s)) {
        (void) papers_take(s, &s->photograph, &mono_ns);
    }
}


/* A picture counts when the card was still undisturbed at the next look. */
void
gms_papers_tick(gms_scorer_t *s, int64_t now_ns)
{
    if (gms_scorebook_state(&s->book) == GMS_LANE_IDLE || !papers_sees(s)) {
        papers_drop(&s->coming);
        return;
    }

    if (now_ns < s->look_ns) {
        return;
    }

    s->look_ns = now_ns + GMS_PAPERS_LOOK_NS;

    if (s->coming.bytes != NULL) {
        free(s->calm.bytes);
        s->calm = s->coming;
        s->calm_ns = s->coming_ns;
        memset(&s->coming, 0, sizeof(s->coming));
    }

    (void) papers_take(s, &s->coming, &s->coming_ns);

    if (s->unshot.bytes == NULL && s->holes == 0 && s->looking.drifted
        && gms_scorebook_paper_shots(&s->book) == 0
        && papers_take(s, &s->unshot, &s->unshot_ns))
    {
        memcpy(s->unshot_map, s->looking.map, sizeof(s->unshot_map));
    }
}


void
gms_papers_shot(gms_scorer_t *s, int64_t frame_ns)
{
    if (s->unshot_ns + GMS_PAPERS_BEFORE_NS > frame_ns) {
        papers_drop(&s->unshot);
    }
}


/* Shots on record on this paper that were first seen before the calm
 * photograph, or after it: their places, and the numbers of those of the
 * active session.  Returns how many. */
static int
papers_shots(const gms_scorer_t *s, bool before, gms_recounting_t *asked)
{
    const gms_session_t      *session;
    const gms_session_shot_t *row;
    uint32_t                  i;
    int                       k, n, taken;

    taken = 0;
    n = asked->shots;

    for (k = 0; k < GMS_SESSIONS_MAX; k++) {
        session = &s->book.session[k];

        for (i = 0; gms_session_is_open(session) && i < session->shots
             && n + taken < GMS_RECOUNTER_SHOTS_MAX;
             i++)
        {
            row = &session->shot[i];

            if (row->shot.paper == session->paper
                && gms_session_is_hole(session, row) && !row->shot.unplaced
                && (row->shot.frame_mono_ns < s->calm_ns) == before)
            {
                asked->mm[n + taken][0] = row->shot.x_mm;
                asked->mm[n + taken][1] = row->shot.y_mm;
                asked->number[n + taken] =
                    k == s->book.active ? row->shot.n : 0;
                taken++;
            }
        }
    }

    return taken;
}


static bool
papers_copy(gms_picture_t *copy, const gms_picture_t *picture)
{
    *copy = *picture;
    copy->bytes = malloc(picture->size);

    if (copy->bytes == NULL) {
        return false;
    }

    memcpy(copy->bytes, picture->bytes, picture->size);

    return true;
}


/* false: without memory it is not looked at. */
static bool
papers_recount(gms_scorer_t *s)
{
    gms_recounting_t asked;

    memset(&asked, 0, sizeof(asked));
    asked.lane = s->index;
    asked.lens = s->calibration.lens;
    asked.face = s->face;
    asked.caliber_mm = s->caliber_mm;
    memcpy(asked.map, s->unshot_map, sizeof(asked.map));
    asked.paper = gms_scorebook_active(&s->book)->paper;
    asked.shots = papers_shots(s, true, &asked);
    /* not every picture is analysed: a hole may be in this one and be seen
     * first in another that came after it */
    asked.later = papers_shots(s, false, &asked);

    if (!papers_copy(&asked.fresh, &s->unshot)
        || !papers_copy(&asked.last, &s->calm))
    {
        free(asked.fresh.bytes);
        return false;
    }

    s->counts = s->counts == UINT32_MAX ? 1 : s->counts + 1;
    s->counting++;
    asked.id = s->counts;
    gms_inbox_put(&s->recounter->asked, &asked);

    return true;
}


void
gms_papers_count(gms_scorer_t *s, gms_waiting_t *waiting)
{
    int32_t shots;

    shots = gms_scorebook_paper_shots(&s->book);
    waiting->input.paper.holes = s->looking.running ? s->holes : -1;

    if (gms_scorebook_state(&s->book) != GMS_LANE_IDLE
        && s->unshot.bytes != NULL && s->calm.bytes != NULL
        && shots <= GMS_RECOUNTER_SHOTS_MAX
        && s->counting < GMS_RECOUNTER_ASKED_MAX && papers_recount(s))
    {
        waiting->count = s->counts;
    }
}


/* Shots that came after the photograph are there, as far as anybody knows. */
void
gms_papers_counted(
    const gms_scorer_t *s, const gms_note_t *note, gms_event_paper_t *paper)
{
    const gms_session_t   *active;
    const gms_recounted_t *found;

    active = gms_scorebook_active(&s->book);

    if (note->u.counted.error != GMS_OK || active == NULL
        || note->u.counted.paper != active->paper)
    {
        return; /* not to be told, or gone by another word before this one */
    }

    found = &note->u.counted.found;
    paper->holes = found->shown + found->odd
        + gms_scorebook_paper_shots(&s->book) - note->u.counted.shots;
    paper->odd = note->u.counted.odd;
    paper->spotted = found->odd > 0;
    paper->spot_mm[0] = round(found->odd_mm[0][0] * 10) / 10;
    paper->spot_mm[1] = round(found->odd_mm[0][1] * 10) / 10;
}


gms_picture_t
gms_papers_photograph(gms_scorer_t *s, uint32_t paper)
{
    gms_picture_t picture;

    picture = s->photograph;
    picture.n = paper;
    memset(&s->photograph, 0, sizeof(s->photograph));

    return picture;
}


void
gms_papers_changed(gms_scorer_t *s, const gms_event_paper_t *paper)
{
    papers_forget(s);

    if (paper->what != GMS_PAPER_GONE_END) {
        gms_old_holes_gone(s);
    }

    if (paper->what == GMS_PAPER_GONE_END
        || strcmp(paper->author, "detector") == 0) {
        return;
    }

    s->paper_said = true;
    gms_order_paper(s,
        paper->what == GMS_PAPER_GONE_PASTED ? GMS_PAPER_PASTED
                                             : GMS_PAPER_NEW);
}


static void
papers_add_count(cJSON *json, const char *name, int32_t n)
{
    if (n >= 0) {
        cJSON_AddNumberToObject(json, name, n);
    } else {
        cJSON_AddNullToObject(json, name);
    }
}


static void
papers_add(cJSON *json, const gms_event_paper_t *paper)
{
    char detail[GMS_REASON_SIZE];

    gms_event_paper_detail(paper, detail, sizeof(detail));
    cJSON_AddNumberToObject(json, "paper", paper->paper);
    papers_add_count(json, "expected", paper->expected);
    cJSON_AddNumberToObject(json, "shots", paper->shots);
    papers_add_count(json, "holes", paper->holes);
    cJSON_AddNumberToObject(json, "odd", paper->odd);
    cJSON_AddStringToObject(json, "detail", detail);

    if (paper->spotted) {
        cJSON_AddNumberToObject(json, "spot_x_mm", paper->spot_mm[0]);
        cJSON_AddNumberToObject(json, "spot_y_mm", paper->spot_mm[1]);
    }
}


static void
papers_send(gms_scorer_t *s, uint64_t ask, cJSON *json)
{
    char *text;

    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    gms_publish_made(s, ask, text);
}


void
gms_papers_answer(gms_scorer_t *s, uint64_t ask, const gms_answer_t *answer)
{
    cJSON *json;

    json = cJSON_CreateObject();

    if (answer->session[0] != '\0') {
        cJSON_AddStringToObject(json, "session", answer->session);
        papers_add(json, &answer->paper);

    } else {
        cJSON_AddNullToObject(json, "session");
        cJSON_AddStringToObject(
            json, "detail", "no session is open: nothing was counted");
    }

    papers_send(s, ask, json);
}


void
gms_papers_answer_session(
    gms_scorer_t *s, const gms_waiting_t *waiting, const gms_answer_t *answer)
{
    cJSON *json;

    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "session", answer->session);
    cJSON_AddNumberToObject(json, "counted", answer->total.counted);
    cJSON_AddNumberToObject(json, "total_tenths", answer->total.tenths);
    cJSON_AddNumberToObject(json, "total_rings", answer->total.rings);
    cJSON_AddNumberToObject(json, "inner", answer->total.inner);

    if (waiting->input.kind == GMS_INPUT_END
        && answer->paper.what == GMS_PAPER_GONE_END)
    {
        papers_add(json, &answer->paper);
    }

    if (waiting->input.kind == GMS_INPUT_END
        && strcmp(answer->session, s->ended_session) == 0)
    {
        cJSON_AddStringToObject(json, "hash", s->ended_hash);
    }

    papers_send(s, waiting->ask, json);
}

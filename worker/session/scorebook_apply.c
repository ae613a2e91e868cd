/* gms_scorebook_apply: see scorebook.h. */

#include "scorebook.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "calls.h"
#include "complaints.h"
#include "conduct.h"
#include "tips.h"

/* First allocation of shot rows: more than most sessions have. */
#define GMS_SESSION_ROWS 64
#define GMS_SESSION_ROUND_ROWS 16


/* The place becomes free; its rows are there for the next one. */
static void
forget(gms_session_t *s)
{
    gms_session_t kept;

    memset(&kept, 0, sizeof(kept));
    kept.shot = s->shot;
    kept.capacity = s->capacity;
    kept.round = s->round;
    kept.rounds_capacity = s->rounds_capacity;
    kept.correction = s->correction;
    kept.corrections_capacity = s->corrections_capacity;
    kept.tip = s->tip;
    kept.tips_capacity = s->tips_capacity;
    *s = kept;
}


/* The session of an event, open, ended or discarded. */
static gms_session_t *
session_of(gms_scorebook_t *b, const gms_event_t *event)
{
    int i;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        if (b->session[i].state != GMS_SESSION_NONE
            && strcmp(b->session[i].id, event->session) == 0)
        {
            return &b->session[i];
        }
    }

    return NULL;
}


static gms_session_t *
open_of(gms_scorebook_t *b, const gms_event_t *event)
{
    gms_session_t *s = session_of(b, event);

    return s != NULL && gms_session_is_open(s) ? s : NULL;
}


/* Another sheet hangs there for everybody who has a session. */
static void
turn_papers(gms_scorebook_t *b)
{
    int i;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        if (gms_session_is_open(&b->session[i])) {
            b->session[i].paper++;
        }
    }
}


/* Whose turn it is, and what hangs there then: another face is another
 * sheet. */
static void
activate(gms_scorebook_t *b, gms_session_t *s, const gms_event_t *event)
{
    b->active = (int) (s - b->session);
    s->activated_seq = event->seq;

    if (b->face[0] != '\0' && strcmp(b->face, s->setup.face.name) != 0) {
        turn_papers(b);
    }

    strcpy(b->face, s->setup.face.name);
}


/* Answers of long ago: what a restart folds begins with the session before
 * the present one, and so does what is remembered. */
static void
forget_answers(gms_scorebook_t *b)
{
    unsigned old = 0;

    while (old < b->answers && b->answer[old].seq < b->began[1]) {
        old++;
    }

    b->answers -= old;
    memmove(b->answer, b->answer + old, b->answers * sizeof(b->answer[0]));
}


static int
apply_started(gms_scorebook_t *b, const gms_event_t *event)
{
    gms_session_t *s = NULL;
    int            i, open = gms_scorebook_open(b);

    if (event->session[0] == '\0' || session_of(b, event) != NULL
        || open >= GMS_SESSIONS_OPEN_MAX
        || event->u.session.beside != (uint32_t) open)
    {
        return GMS_ECORRUPT;
    }

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        if (open == 0) {
            forget(&b->session[i]);
        }
        if (s == NULL && b->session[i].state == GMS_SESSION_NONE) {
            s = &b->session[i];
        }
    }

    if (open == 0) {
        b->face[0] = '\0';
        b->began[1] = b->began[0];
        b->began[0] = event->seq;
        forget_answers(b);
        gms_complaints_forget(b, b->began[1]);
    }

    strcpy(s->id, event->session);
    s->setup = event->u.session;
    s->started_ns = event->real_ns;
    s->started_seq = event->seq;
    activate(b, s, event);
    s->state = GMS_SESSION_LIVE; /* from its first sheet on */
    s->paper = 1;
    return GMS_OK;
}


/* One that ended, and one that was discarded, is kept until another one is, or
 * begins on the idle lane. */
static void
put_away(gms_scorebook_t *b, gms_session_t *s, gms_session_state_e state)
{
    int i;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        if (b->session[i].state == state) {
            forget(&b->session[i]);
        }
    }

    if (b->active == s - b->session) {
        b->active = -1;
    }

    s->state = state;
}


/* It has the lane, or the event before, of the same decision, gave that to
 * another one. */
static bool
leaves_lane(
    const gms_scorebook_t *b, const gms_session_t *s, const gms_event_t *event)
{
    const gms_session_t *active = gms_scorebook_active(b);

    return active == s
        || (active != NULL && active->activated_seq + 1 == event->seq
            && active->touched.mono_ns == event->mono_ns);
}


static void
end(gms_scorebook_t *b, gms_session_t *s, const gms_event_t *event)
{
    s->ending.at = gms_session_instant_of(event);
    s->ending.active = leaves_lane(b, s, event);
    s->ending.paused = s->state == GMS_SESSION_PAUSED;
    s->ending.tokens = s->setup.tokens;
    memcpy(s->ending.token, s->setup.token, sizeof(s->ending.token));
    put_away(b, s, GMS_SESSION_ENDED);
    s->ended_ns = event->real_ns;
}


/* The round that its end closed is open again; what a person added meanwhile is
 * of that one. */
static void
reopen_round(gms_session_t *s)
{
    if (s->rounds > 0 && s->round[s->rounds - 1].by == GMS_ROUND_BY_END) {
        s->rounds--;
        s->pace = s->ending.pace;
    }
}


static int
reopen(gms_scorebook_t *b, gms_session_t *s)
{
    if (s->state != GMS_SESSION_ENDED
        || gms_scorebook_open(b) >= GMS_SESSIONS_OPEN_MAX)
    {
        return GMS_ECORRUPT;
    }

    s->state = s->ending.paused ? GMS_SESSION_PAUSED : GMS_SESSION_LIVE;
    s->ended_ns = 0;
    reopen_round(s);

    if (s->last_paper.what == GMS_PAPER_GONE_END) {
        s->last_paper = s->ending.paper;
    }

    return GMS_OK;
}


static int
apply_changed(gms_scorebook_t *b, const gms_event_t *event)
{
    gms_session_t *s = session_of(b, event);
    bool           of_ended = event->kind == GMS_EVENT_SESSION_CLAIMED
        || event->kind == GMS_EVENT_SESSION_REOPENED
        || event->kind == GMS_EVENT_SESSION_DISCARDED;

    if (s == NULL && event->kind == GMS_EVENT_SESSION_DISCARDED) {
        return GMS_OK; /* it ended long ago, and counts nowhere now */
    }

    if (s == NULL || (s->state == GMS_SESSION_ENDED && !of_ended)
        || (s->state == GMS_SESSION_DISCARDED
            && event->kind != GMS_EVENT_SESSION_RESUMED))
    {
        return GMS_ECORRUPT;
    }

    if (event->kind == GMS_EVENT_SESSION_ENDED) {
        end(b, s, event);

    } else if (event->kind == GMS_EVENT_SESSION_REOPENED
        && reopen(b, s) != GMS_OK) {
        return GMS_ECORRUPT;
    }

    s->setup = event->u.session;

    switch (event->kind) {

    case GMS_EVENT_SESSION_PAUSED:
        s->state = GMS_SESSION_PAUSED;
        break;

    case GMS_EVENT_SESSION_RESUMED:
        if (s->ended_ns != 0) { /* it was discarded after its end */
            put_away(b, s, GMS_SESSION_ENDED);
        } else {
            s->state = GMS_SESSION_LIVE;
        }
        break;

    case GMS_EVENT_SESSION_ACTIVATED:
        activate(b, s, event);
        break;

    case GMS_EVENT_SESSION_DISCARDED:
        put_away(b, s, GMS_SESSION_DISCARDED);
        break;

    default: /* its setup says it all */
        break;
    }

    return GMS_OK;
}


/* Holes found late do not turn the clock back. */
static void
keep_pace(gms_session_t *s, const gms_event_t *event)
{
    gms_rounds_rule_t     rule = gms_session_rule(s, event->u.shot.sighter);
    gms_session_instant_t at;
    double                t_s, last_s;

    at.real_ns = event->u.shot.frame_real_ns;
    at.mono_ns = event->u.shot.frame_mono_ns;
    memcpy(at.boot_id, event->boot_id, sizeof(at.boot_id));

    last_s = s->pace.last_s;
    t_s = gms_session_pace_s(s, &at);
    gms_rounds_shot(&s->pace, &rule, t_s);

    if (t_s > last_s || s->last_shot.boot_id[0] == '\0') {
        s->last_shot = at;
    }
}


static int
apply_shot(gms_scorebook_t *b, const gms_event_t *event)
{
    gms_session_t      *s = session_of(b, event);
    gms_session_shot_t *row;
    uint32_t            capacity;

    if (s == NULL || event->u.shot.n != s->shots + 1
        || s->shots >= GMS_SESSION_SHOTS_MAX)
    {
        return GMS_ECORRUPT;
    }

    if (s->shots == s->capacity) {
        capacity = s->capacity ? s->capacity * 2 : GMS_SESSION_ROWS;
        row = realloc(s->shot, capacity * sizeof(*row));

        if (row == NULL) {
            return GMS_ENOMEM;
        }

        s->shot = row;
        s->capacity = capacity;
    }

    row = &s->shot[s->shots++];
    memset(row, 0, sizeof(*row));
    row->shot = event->u.shot;
    row->first = event->u.shot;
    row->seq = event->seq;
    row->changed_seq = event->seq;
    row->real_ns = event->real_ns;

    if (row->shot.calibration != 0
        && row->shot.calibration == b->calibration_seq) {
        s->residual_mm = fmax(s->residual_mm, b->calibration.map.residual_mm);
    }

    gms_session_count(&s->total, &row->shot, 1);
    keep_pace(s, event);
    return GMS_OK;
}


static int
apply_round(gms_scorebook_t *b, const gms_event_t *event)
{
    const gms_event_round_t *round = &event->u.round;
    gms_session_t           *s = open_of(b, event);
    gms_event_round_t       *row;
    uint32_t                 capacity;

    if (s == NULL || round->round != s->rounds + 1
        || round->first != gms_session_round_first(s)
        || round->last < round->first || round->last > s->shots)
    {
        return GMS_ECORRUPT;
    }

    if (s->rounds == s->rounds_capacity) {
        capacity = s->rounds_capacity ? s->rounds_capacity * 2
                                      : GMS_SESSION_ROUND_ROWS;
        row = realloc(s->round, capacity * sizeof(*row));

        if (row == NULL) {
            return GMS_ENOMEM;
        }

        s->round = row;
        s->rounds_capacity = capacity;
    }

    s->round[s->rounds++] = *round;

    if (round->by == GMS_ROUND_BY_END) {
        s->ending.pace = s->pace;
    }

    if (round->last == s->shots) {
        gms_rounds_reset(&s->pace); /* else it has begun with the next one */
    }

    return GMS_OK;
}


/* One more entry of what was said about its shots. */
static int
record(gms_session_t *s, const gms_event_t *event,
    const gms_event_correction_t *correction)
{
    gms_session_correction_t *entry;
    uint32_t                  capacity;

    if (s->corrections == s->corrections_capacity) {
        capacity = s->corrections_capacity ? s->corrections_capacity * 2
                                           : GMS_SESSION_ROUND_ROWS;
        entry = realloc(s->correction, capacity * sizeof(*entry));

        if (entry == NULL) {
            return GMS_ENOMEM;
        }

        s->correction = entry;
        s->corrections_capacity = capacity;
    }

    entry = &s->correction[s->corrections++];
    memset(entry, 0, sizeof(*entry));
    entry->event = *correction;
    entry->seq = event->seq;
    entry->real_ns = event->real_ns;
    return GMS_OK;
}


/* The shot becomes what the correction says, and counts so. */
static int
correct(
    gms_session_t *s, const gms_event_t *event, const gms_event_correction_t *c)
{
    gms_session_shot_t *row = &s->shot[c->n - 1];
    int                 rc = record(s, event, c);

    if (rc != GMS_OK) {
        return rc;
    }

    if (row->standing == GMS_STANDING_YES) {
        gms_session_count(&s->total, &row->shot, -1);
    }

    gms_correction_put(c, row);
    row->standing = c->standing;
    row->round = c->round;
    row->corrected = c->what;
    row->other_n = c->other_n;
    strcpy(row->other, c->other);
    row->changed_seq = event->seq;

    if (row->standing == GMS_STANDING_YES) {
        gms_session_count(&s->total, &row->shot, 1);
    }

    return GMS_OK;
}


static int
apply_correction(gms_scorebook_t *b, const gms_event_t *event)
{
    const gms_event_correction_t *c = &event->u.correction;
    gms_session_t                *s = session_of(b, event);

    if (s == NULL || c->n == 0 || c->n > s->shots || c->round > s->rounds + 1) {
        return GMS_ECORRUPT;
    }

    return correct(s, event, c);
}


static int
apply_course(gms_scorebook_t *b, const gms_event_t *event)
{
    gms_session_t *s = open_of(b, event);

    return s != NULL && gms_conduct_apply(s, event) ? GMS_OK : GMS_ECORRUPT;
}


static int
apply_tip(gms_scorebook_t *b, const gms_event_t *event)
{
    gms_session_t *s = open_of(b, event);

    return s != NULL ? gms_tips_apply(s, event) : GMS_ECORRUPT;
}


static int
apply_call(gms_scorebook_t *b, const gms_event_t *event)
{
    gms_session_t *s = open_of(b, event);

    return s != NULL ? gms_calls_apply(s, &event->u.call) : GMS_ECORRUPT;
}


/* The detector's word is a correction that moves nothing. */
static int
apply_removed(gms_scorebook_t *b, const gms_event_t *event)
{
    const gms_event_removed_t *removed = &event->u.removed;
    gms_session_t             *s = open_of(b, event);
    gms_event_correction_t     c;

    if (s == NULL || removed->n == 0 || removed->n > s->shots
        || s->shot[removed->n - 1].standing != GMS_STANDING_YES)
    {
        return GMS_ECORRUPT;
    }

    gms_correction_of(&c, &s->shot[removed->n - 1]);
    c.what = GMS_CORRECTION_REMOVE;
    c.standing = GMS_STANDING_REMOVED;
    strcpy(c.reason, removed->reason);
    strcpy(c.author, removed->author);
    return correct(s, event, &c);
}


static int
apply_paper(gms_scorebook_t *b, const gms_event_t *event)
{
    gms_session_t *s = open_of(b, event);

    if (s == NULL || event->u.paper.paper != s->paper) {
        return GMS_ECORRUPT;
    }

    if (event->u.paper.what == GMS_PAPER_GONE_END) {
        s->ending.paper = s->last_paper;

    } else {
        turn_papers(b);
        b->face[0] = '\0'; /* whatever hangs there now, it was counted */
    }

    s->last_paper = event->u.paper;
    return GMS_OK;
}


/* One command makes several events: it is known by the last that tells of a
 * session, else by the first. */
static void
remember(gms_scorebook_t *b, const gms_event_t *event)
{
    gms_answer_t *last = b->answers > 0 ? &b->answer[b->answers - 1] : NULL;

    if (event->key[0] == '\0') {
        return;
    }

    if (last != NULL && last->seq + 1 == event->seq
        && strcmp(last->key, event->key) == 0)
    {
        last->seq = event->seq;

        if (!gms_event_is_session(event->kind)) {
            return;
        }

    } else if (b->answers == GMS_ANSWERS_MAX) {
        memmove(b->answer, b->answer + 1,
            (GMS_ANSWERS_MAX - 1) * sizeof(b->answer[0]));

    } else {
        b->answers++;
    }

    last = &b->answer[b->answers - 1];
    gms_scorebook_answer(last, b, event->session);
    last->kind = event->kind;
    last->seq = event->seq;
    last->n = event->kind == GMS_EVENT_SHOT   ? event->u.shot.n
        : event->kind == GMS_EVENT_CORRECTION ? event->u.correction.n
        : event->kind == GMS_EVENT_TIP        ? event->u.tip.tip
        : event->kind == GMS_EVENT_CALL       ? event->u.call.n
                                              : 0;
    strcpy(last->key, event->key);
}


static int
apply_event(gms_scorebook_t *b, const gms_event_t *event)
{
    switch (event->kind) {

    case GMS_EVENT_SESSION_STARTED:
        return apply_started(b, event);

    case GMS_EVENT_SESSION_ENDED:
    case GMS_EVENT_SESSION_PAUSED:
    case GMS_EVENT_SESSION_RESUMED:
    case GMS_EVENT_SESSION_ACTIVATED:
    case GMS_EVENT_SESSION_CLAIMED:
    case GMS_EVENT_SESSION_DISCARDED:
    case GMS_EVENT_SESSION_SIGHTERS:
    case GMS_EVENT_SESSION_RECORD:
    case GMS_EVENT_SESSION_JOINED:
    case GMS_EVENT_SESSION_REOPENED:
        return apply_changed(b, event);

    case GMS_EVENT_SHOT:
        return apply_shot(b, event);

    case GMS_EVENT_SHOT_REMOVED:
        return apply_removed(b, event);

    case GMS_EVENT_CORRECTION:
        return apply_correction(b, event);

    case GMS_EVENT_CALIBRATION:
        b->has_calibration = true;
        b->calibration_seq = event->seq;
        b->calibration = event->u.calibration;
        return GMS_OK;

    case GMS_EVENT_PAPER:
        return apply_paper(b, event);

    case GMS_EVENT_ROUND:
        return apply_round(b, event);

    case GMS_EVENT_COURSE:
        return apply_course(b, event);

    case GMS_EVENT_TIP:
    case GMS_EVENT_TIP_CHANGED:
    case GMS_EVENT_DRILL:
        return apply_tip(b, event);

    case GMS_EVENT_CALL:
        return apply_call(b, event);

    case GMS_EVENT_RANGE:
        b->cold = event->u.range.cold;
        return GMS_OK;

    case GMS_EVENT_COMPLAINT:
    case GMS_EVENT_COMPLAINT_CLOSED:
        gms_complaints_apply(b, event);
        return GMS_OK;
    }

    return GMS_ECORRUPT;
}


int
gms_scorebook_apply(gms_scorebook_t *b, const gms_event_t *event)
{
    gms_session_t *s;
    int            rc;

    if (event->seq != b->seq + 1) {
        return GMS_ECORRUPT;
    }

    rc = apply_event(b, event);

    if (rc != GMS_OK) {
        return rc;
    }

    b->seq = event->seq;
    b->clock_unset = event->clock_unset;

    if (!event->clock_unset) {
        b->newest_ns = event->real_ns;
    }

    s = session_of(b, event);

    if (s != NULL) {
        s->touched = gms_session_instant_of(event);
    }

    remember(b, event);
    return GMS_OK;
}

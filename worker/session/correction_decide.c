/* A person adds a shot, or corrects one: see decide.h and docs/corrections.md.
 */

#include "decide.h"

#include <math.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/jsontext.h"

/* A card of unknown size is no larger than this, from its centre. */
#define GMS_CARD_MM_MAX 2000.0

/* A clock that runs before ours by so little is right. */
#define GMS_AHEAD_NS (2 * GMS_S)


/* Open or ended. */
static const gms_session_t *
session_of(const gms_scorebook_t *b, const gms_input_t *input)
{
    return input->session[0] != '\0' ? gms_scorebook_find(b, input->session)
                                     : gms_scorebook_shown(b);
}


static const gms_session_shot_t *
row_of(const gms_session_t *s, uint32_t n)
{
    return s != NULL && n >= 1 && n <= s->shots ? &s->shot[n - 1] : NULL;
}


/* Not everybody's to say: what is of a competition, and what counts outside its
 * window. */
static bool
needs_official(const gms_session_t *s, const gms_session_shot_t *row,
    const gms_correcting_t *asked)
{
    return s->setup.competition || asked->what == GMS_CORRECTION_COUNT
        || (asked->what == GMS_CORRECTION_RESTORE
            && gms_session_is_admitted(row));
}


static bool
is_text(const char *text, size_t size)
{
    return text[0] != '\0' && gms_jsontext_is_clean(text, size);
}


/* The rounds that shots can be assigned to: closed ones, and the open one when
 * it has begun. */
static uint32_t
rounds_of(const gms_session_t *s)
{
    return s->rounds
        + (gms_session_is_open(s) && gms_session_round_first(s) <= s->shots);
}


static bool
is_on_card(const gms_face_t *face, const gms_correcting_t *asked)
{
    double half = face->card_mm > 0 ? face->card_mm / 2 : GMS_CARD_MM_MAX;

    return gms_decide_is_within(asked->x_mm, -half, half)
        && gms_decide_is_within(asked->y_mm, -half, half);
}


static bool
is_ring(const gms_face_t *face, int ring)
{
    int i;

    for (i = 0; i < face->rings; i++) {
        if (face->ring[i].value == ring) {
            return true;
        }
    }

    return ring == 0;
}


static const gms_face_zone_t *
zone_of(const gms_face_t *face, const char *name)
{
    int i;

    for (i = 0; i < face->zones; i++) {
        if (strcmp(face->zone[i].name, name) == 0) {
            return &face->zone[i];
        }
    }

    return NULL;
}


/* A miss is worth nothing on any face. */
static bool
is_value(const gms_face_t *face, const gms_correcting_t *asked)
{
    int tenths = asked->score_tenths;

    if (asked->zone[0] != '\0') {
        return gms_jsontext_is_clean(asked->zone, sizeof(asked->zone))
            && zone_of(face, asked->zone) != NULL && asked->inner < 0;
    }

    if (tenths <= 0 || tenths > 1000 || !is_ring(face, tenths / 10)
        || tenths / 10 == 0)
    {
        return tenths == 0 && asked->inner <= 0;
    }

    return (face->decimal != GMS_DECIMAL_NONE || tenths % 10 == 0)
        && (asked->inner <= 0
            || (face->inner_mm > 0 && tenths / 10 == face->ring[0].value));
}


static bool
complain(const char **pointer, const char **detail, const char *where,
    const char *why)
{
    *pointer = where;
    *detail = why;
    return true;
}


/* Where and when an added shot was. */
static bool
is_added_faulty(const gms_session_t *s, const gms_input_t *input,
    const char **pointer, const char **detail)
{
    const gms_correcting_t *asked = &input->u.correcting;

    if (!asked->placed && !asked->valued) {
        return complain(pointer, detail, "/x_mm",
            "say x_mm and y_mm, or what it is worth: value, ring or zone");
    }

    if (asked->at_ns != 0 && asked->at_ns > input->real_ns + GMS_AHEAD_NS) {
        return complain(pointer, detail, "/t_us", "that time is in the future");
    }

    if (asked->at_ns != 0 && asked->at_ns < s->started_ns) {
        return complain(
            pointer, detail, "/t_us", "that was before the session began");
    }

    return false;
}


static bool
is_target_faulty(const gms_scorebook_t *b, const gms_session_t *s,
    const gms_correcting_t *asked, const char **pointer, const char **detail)
{
    const gms_session_t      *other = gms_scorebook_find(b, asked->other);
    const gms_session_shot_t *row = row_of(s, asked->n);

    if (gms_session_is_elsewhere(s->id, asked->other)) {
        return false; /* that lane says what is wrong with it */
    }

    if (asked->other[0] == '\0' || other == NULL || other == s) {
        return complain(pointer, detail, "/to", "this is no other session");
    }

    if (row->shot.unplaced
        && strcmp(s->setup.face.name, other->setup.face.name) != 0)
    {
        return complain(pointer, detail, "/to",
            "without a place its value means nothing on another face");
    }

    return false;
}


/* What this kind of correction needs. */
static bool
is_kind_faulty(const gms_scorebook_t *b, const gms_session_t *s,
    const gms_input_t *input, const char **pointer, const char **detail)
{
    const gms_correcting_t *asked = &input->u.correcting;

    switch (asked->what) {

    case GMS_CORRECTION_ADD:
        return is_added_faulty(s, input, pointer, detail);

    case GMS_CORRECTION_MOVE:
        return !asked->placed
            && complain(pointer, detail, "/x_mm", "say x_mm and y_mm");

    case GMS_CORRECTION_SCORE:
        return !asked->valued
            && complain(pointer, detail, "/value", "say value, ring or zone");

    case GMS_CORRECTION_GAUGE:
        return (s->setup.face.rings == 0 || !asked->valued
                   || asked->score_tenths % 10 != 0)
            && complain(
                pointer, detail, "/ring", "say which ring the gauge touches");

    case GMS_CORRECTION_ROUND:
        return (asked->round < 1 || asked->round > rounds_of(s))
            && complain(pointer, detail, "/round",
                "the session has no shots in a round of that number");

    case GMS_CORRECTION_SESSION:
        return is_target_faulty(b, s, asked, pointer, detail);

    case GMS_CORRECTION_COUNT:
        return row_of(s, asked->n)->first.window == GMS_WINDOW_IN
            && complain(
                pointer, detail, "/what", "it lies in its window, and counts");

    case GMS_CORRECTION_REMOVE:
    case GMS_CORRECTION_RESTORE:
    case GMS_CORRECTION_IGNORE:
        return false;
    }

    return complain(pointer, detail, "/what",
        "what is remove, restore, ignore, move, score, gauge, round, "
        "session or count");
}


bool
gms_scorebook_faulty(const gms_scorebook_t *b, const gms_input_t *input,
    const char **pointer, const char **detail)
{
    const gms_correcting_t *asked = &input->u.correcting;
    const gms_session_t    *s = session_of(b, input);

    if (s == NULL
        || (asked->what != GMS_CORRECTION_ADD && row_of(s, asked->n) == NULL))
    {
        return false;
    }

    if (!is_text(asked->author, sizeof(asked->author))) {
        return complain(pointer, detail, "/author",
            needs_official(s, row_of(s, asked->n), asked)
                ? "an official says his name"
                : "an author is a short line of text");
    }

    if (!is_text(asked->reason, sizeof(asked->reason))) {
        return complain(pointer, detail, "/reason",
            "say why in a line of at most 127 bytes");
    }

    if (asked->placed && !is_on_card(&s->setup.face, asked)) {
        return complain(pointer, detail, "/x_mm",
            "x_mm and y_mm are millimetres from the centre, on the card");
    }

    if (asked->valued && !is_value(&s->setup.face, asked)) {
        return complain(pointer, detail,
            asked->zone[0] != '\0' ? "/zone"
                : asked->ringed    ? "/ring"
                                   : "/value",
            "no shot on this face is worth that");
    }

    return is_kind_faulty(b, s, input, pointer, detail);
}


/* What must hold of every correction, and of what is added. */
static int
admit(
    const gms_scorebook_t *b, const gms_session_t *s, const gms_input_t *input)
{
    const gms_correcting_t   *asked = &input->u.correcting;
    const gms_session_shot_t *row = row_of(s, asked->n);
    const char               *pointer, *detail;

    if (s == NULL) {
        return GMS_ESTATE;
    }

    if (asked->what != GMS_CORRECTION_ADD && row == NULL) {
        return GMS_ENOTFOUND;
    }

    if (needs_official(s, row, asked) && !asked->official) {
        return GMS_EFORBIDDEN;
    }

    if (gms_scorebook_faulty(b, input, &pointer, &detail)) {
        return GMS_EINVALID;
    }

    if (s->corrections >= GMS_SESSION_CORRECTIONS_MAX) {
        return GMS_ETOOBIG;
    }

    if (asked->what == GMS_CORRECTION_ADD) {
        return s->shots < GMS_SESSION_SHOTS_MAX ? GMS_OK : GMS_ETOOBIG;
    }

    return asked->base == row->changed_seq ? GMS_OK : GMS_ESTALE;
}


/* A jury's word: the line is no question any more. */
static void
put_value(const gms_face_t *face, const gms_correcting_t *asked,
    gms_event_shot_t *shot)
{
    const gms_face_zone_t *zone = zone_of(face, asked->zone);
    int                    ring = asked->score_tenths / 10;

    shot->near_line = false;

    if (zone != NULL) {
        strcpy(shot->zone, zone->name);
        shot->ring = zone->points;
        shot->score_tenths = 10 * zone->points;
        shot->inner = zone->inner;
        return;
    }

    shot->zone[0] = '\0';
    shot->inner = asked->inner >= 0 ? asked->inner > 0
                                    : shot->inner && ring == shot->ring;
    shot->ring = ring;
    shot->score_tenths = asked->score_tenths;
}


/* The gauge says the ring; of its tenths the nearest to what was seen. */
static void
put_gauge(const gms_face_t *face, const gms_correcting_t *asked,
    gms_event_shot_t *shot)
{
    gms_correcting_t said = *asked;
    int              least = asked->score_tenths;
    int              most = least;

    if (face->decimal != GMS_DECIMAL_NONE && least > 0) {
        most = least + 9;
    }

    said.score_tenths = shot->score_tenths < least ? least
        : shot->score_tenths > most                ? most
                                                   : shot->score_tenths;
    put_value(face, &said, shot);
}


const gms_face_bull_t *
gms_decide_bull(const gms_face_t *face, const char *name)
{
    int i;

    for (i = 0; i < face->bulls; i++) {
        if (strcmp(face->bull[i].name, name) == 0) {
            return &face->bull[i];
        }
    }

    return NULL;
}


/* On the card, and worth what it is worth there; its bull says anew whether it
 * is a sighter. */
void
gms_decide_place(const gms_scorebook_t *b, const gms_event_session_t *setup,
    double x_mm, double y_mm, gms_event_shot_t *shot)
{
    const gms_face_bull_t *was = gms_decide_bull(&setup->face, shot->bull);

    shot->x_mm = x_mm;
    shot->y_mm = y_mm;
    shot->x_error_mm = 0;
    shot->y_error_mm = 0;
    shot->error_correlation = 0;
    shot->unplaced = false;
    shot->sighter = shot->sighter && !(was != NULL && was->sighter);
    shot->zone[0] = '\0';
    shot->bull[0] = '\0';

    if (b->has_calibration && shot->calibration == b->calibration_seq) {
        gms_calibration_to_px(
            &b->calibration.map, x_mm, y_mm, &shot->x_px, &shot->y_px);
    }

    gms_decide_journaled(shot);
    gms_decide_value(setup, shot);
}


gms_event_correction_t *
gms_decide_correction(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_event_correction_t *c, gms_event_t *out,
    int n)
{
    gms_event_correction_t *event;

    event = &gms_decide_event(b, input, s, GMS_EVENT_CORRECTION, out, n)
                 ->u.correction;
    *event = *c;
    strcpy(event->reason, input->u.correcting.reason);
    strcpy(event->author, input->u.correcting.author);
    return event;
}


/* Its own event, who says so, and the rounds that it closes; of an ended
 * session it is of the last round. */
int
gms_decide_enter(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, gms_event_shot_t *shot,
    const gms_event_correction_t *told, gms_event_t *out, int n)
{
    gms_event_correction_t c = *told;
    bool                   open = gms_session_is_open(s);

    gms_correction_describe(&c, shot);
    c.n = shot->n;
    c.round = open ? 0 : s->rounds;

    gms_decide_event(b, input, s, GMS_EVENT_SHOT, out, n)->u.shot = *shot;
    gms_decide_correction(b, input, s, &c, out, n + 1);

    return open ? gms_decide_close_by_shot(b, input, s, shot, out, n + 2)
                : n + 2;
}


/* When it was: said, or now where every shot is by hand; else nobody knows
 * when after the one before. */
static void
put_time(
    const gms_session_t *s, const gms_input_t *input, gms_event_shot_t *shot)
{
    shot->order_unknown = !s->setup.face.by_hand;

    if (input->u.correcting.at_ns != 0) {
        shot->frame_real_ns = input->u.correcting.at_ns;

    } else if (shot->order_unknown && s->shots > 0) {
        shot->frame_real_ns = s->last_shot.real_ns;
        shot->frame_mono_ns = s->last_shot.mono_ns;

    } else {
        shot->frame_real_ns = input->real_ns;
        shot->frame_mono_ns = input->mono_ns;
    }
}


int
gms_decide_add(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_correcting_t *asked = &input->u.correcting;
    const gms_session_t    *s = session_of(b, input);
    gms_event_correction_t  c;
    gms_event_shot_t        shot;
    int                     rc = admit(b, s, input);

    if (rc != GMS_OK) {
        return rc;
    }

    memset(&shot, 0, sizeof(shot));
    shot.by_hand = true;
    shot.unplaced = !asked->placed;
    shot.confidence = 1;
    shot.calibration = asked->placed ? b->calibration_seq : 0;
    put_time(s, input, &shot);

    if (asked->placed) {
        gms_decide_place(b, &s->setup, asked->x_mm, asked->y_mm, &shot);
    }

    shot.frame_real_ns = gms_decide_whole_us(shot.frame_real_ns);
    shot.n = s->shots + 1;
    shot.paper = s->paper;
    shot.sighter |= s->setup.sighters;

    if (asked->valued) {
        put_value(&s->setup.face, asked, &shot);
    }

    memset(&c, 0, sizeof(c));
    c.what = GMS_CORRECTION_ADD;
    c.other_n = asked->other_n;
    strcpy(c.other, asked->other);
    return gms_decide_enter(b, input, s, &shot, &c, out, 0);
}


/* The shot as another session has it: scored by its face, unless that is the
 * same and the value may be a jury's. */
static void
copy_to(const gms_scorebook_t *b, const gms_session_t *from,
    const gms_session_t *to, const gms_event_shot_t *shot,
    gms_event_shot_t *copy)
{
    const gms_face_bull_t *bull =
        gms_decide_bull(&from->setup.face, shot->bull);
    const gms_face_bull_t *there = gms_decide_bull(&to->setup.face, shot->bull);

    *copy = *shot;
    copy->sighter = to->setup.sighters;

    if (strcmp(from->setup.face.name, to->setup.face.name) != 0
        || from->setup.caliber_mm != to->setup.caliber_mm)
    {
        gms_decide_place(b, &to->setup,
            shot->x_mm + (bull != NULL ? bull->x_mm : 0),
            shot->y_mm + (bull != NULL ? bull->y_mm : 0), copy);

    } else if (there != NULL) {
        copy->sighter |= there->sighter;
    }

    copy->n = to->shots + 1;
    copy->paper = to->paper;
    copy->order_unknown = true;
    copy->window = GMS_WINDOW_IN; /* a person says that it is of there */
}


/* Of a whole session what is known of time and paper holds there too: sheets
 * that hung before it began have no number in it. */
static void
copy_order(const gms_session_t *from, const gms_session_t *to,
    const gms_event_shot_t *shot, gms_event_shot_t *copy)
{
    uint32_t ago = from->paper - shot->paper;
    int64_t  last_ns =
        to->shots > 0 ? to->shot[to->shots - 1].shot.frame_real_ns : 0;

    copy->paper = to->paper > ago ? to->paper - ago : 0;
    copy->order_unknown = shot->order_unknown || shot->frame_real_ns < last_ns;
}


/* Two facts at once: it is given here, and had there. */
int
gms_decide_give(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_session_shot_t *row, bool whole,
    gms_event_t *out)
{
    const gms_session_t *to = gms_scorebook_find(b, input->u.correcting.other);
    gms_event_correction_t c;
    gms_event_shot_t       copy;

    if (to->shots >= GMS_SESSION_SHOTS_MAX
        || to->corrections >= GMS_SESSION_CORRECTIONS_MAX)
    {
        return GMS_ETOOBIG;
    }

    if (to->setup.competition && !input->u.correcting.official) {
        return GMS_EFORBIDDEN;
    }

    copy_to(b, s, to, &row->shot, &copy);

    if (whole) {
        copy_order(s, to, &row->shot, &copy);
    }

    gms_correction_of(&c, row);
    c.what = GMS_CORRECTION_SESSION;
    c.standing = GMS_STANDING_GIVEN;
    c.other_n = copy.n;
    strcpy(c.other, to->id);
    gms_decide_correction(b, input, s, &c, out, 0);

    memset(&c, 0, sizeof(c));
    c.what = GMS_CORRECTION_SESSION;
    c.other_n = row->shot.n;
    strcpy(c.other, s->id);
    return gms_decide_enter(b, input, to, &copy, &c, out, 1);
}


/* To another session, of this lane or of another. */
static int
give(const gms_scorebook_t *b, const gms_input_t *input, const gms_session_t *s,
    const gms_session_shot_t *row, gms_event_t *out)
{
    const char *to = input->u.correcting.other;

    if (gms_session_is_elsewhere(s->id, row->other)
        && strcmp(row->other, to) != 0) {
        return GMS_ESTATE; /* it is of there, or was */
    }

    return gms_session_is_elsewhere(s->id, to)
        ? gms_decide_send(b, input, s, row, out)
        : gms_decide_give(b, input, s, row, false, out);
}


/* Back from the session that it was given to, where it stands no more. */
static int
take_back(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_session_shot_t *row,
    gms_event_correction_t *c, gms_event_t *out)
{
    const gms_session_t      *other = gms_scorebook_find(b, row->other);
    const gms_session_shot_t *there = row_of(other, row->other_n);
    gms_event_correction_t    gone;

    if (there == NULL || gms_session_is_elsewhere(s->id, there->other)) {
        return GMS_ESTATE; /* long gone, or another lane has it */
    }

    if (other->setup.competition && !input->u.correcting.official) {
        return GMS_EFORBIDDEN;
    }

    gms_decide_correction(b, input, s, c, out, 0);

    gms_correction_of(&gone, there);
    gone.what = GMS_CORRECTION_SESSION;
    gone.standing = GMS_STANDING_GIVEN;
    gone.other_n = row->shot.n;
    strcpy(gone.other, s->id);
    gms_decide_correction(b, input, other, &gone, out, 1);
    return 2;
}


static int
restore(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_session_shot_t *row, gms_event_t *out)
{
    gms_event_correction_t c, was;

    gms_correction_of(&was, row);
    c = was;
    c.standing = GMS_STANDING_YES;

    if (row->standing == GMS_STANDING_YES) {
        c.round = 0;
        c.admitted = false;
        gms_correction_describe(&c, &row->first);
    }

    if (memcmp(&c, &was, sizeof(c)) == 0) {
        return 0;
    }

    c.what = GMS_CORRECTION_RESTORE;

    if (row->standing == GMS_STANDING_GIVEN) {
        return take_back(b, input, s, row, &c, out);
    }

    gms_decide_correction(b, input, s, &c, out, 0);
    return 1;
}


/* Of a shot that stands: what it is then. */
static void
change(const gms_scorebook_t *b, const gms_session_t *s,
    const gms_correcting_t *asked, const gms_session_shot_t *row,
    gms_event_correction_t *c)
{
    gms_event_shot_t shot = row->shot;

    if (asked->what == GMS_CORRECTION_MOVE) {
        gms_decide_place(b, &s->setup, asked->x_mm, asked->y_mm, &shot);

    } else if (asked->what == GMS_CORRECTION_SCORE) {
        put_value(&s->setup.face, asked, &shot);

    } else if (asked->what == GMS_CORRECTION_GAUGE) {
        put_gauge(&s->setup.face, asked, &shot);

    } else if (asked->what == GMS_CORRECTION_COUNT) {
        c->admitted = true;

    } else {
        c->round = asked->round;
    }

    gms_correction_describe(c, &shot);
}


int
gms_decide_correct(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_correcting_t   *asked = &input->u.correcting;
    const gms_session_t      *s = session_of(b, input);
    const gms_session_shot_t *row = row_of(s, asked->n);
    gms_event_correction_t    c;
    bool                      takes_out, said;
    int                       rc = admit(b, s, input);

    if (rc != GMS_OK || asked->what == GMS_CORRECTION_ADD) {
        return rc != GMS_OK ? rc : GMS_EINVALID;
    }

    if (asked->what == GMS_CORRECTION_RESTORE) {
        return restore(b, input, s, row, out);
    }

    takes_out = asked->what == GMS_CORRECTION_REMOVE
        || asked->what == GMS_CORRECTION_IGNORE;

    if (row->standing == GMS_STANDING_GIVEN
        || (row->standing != GMS_STANDING_YES && !takes_out))
    {
        return GMS_ESTATE;
    }

    if (asked->what == GMS_CORRECTION_SESSION) {
        return give(b, input, s, row, out);
    }

    gms_correction_of(&c, row);
    c.what = asked->what;

    if (takes_out) {
        c.standing = asked->what == GMS_CORRECTION_REMOVE
            ? GMS_STANDING_REMOVED
            : GMS_STANDING_IGNORED;
    } else {
        change(b, s, asked, row, &c);
    }

    said = takes_out
        ? row->standing == c.standing && row->round == c.round
        : asked->what == GMS_CORRECTION_COUNT && gms_session_is_admitted(row);

    if (said) {
        return 0;
    }

    gms_decide_correction(b, input, s, &c, out, 0);
    return 1;
}

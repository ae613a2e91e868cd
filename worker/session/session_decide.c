/* A session begins, changes, ends: see decide.h. */

#include "decide.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "../base/jsontext.h"
#include "conduct.h"
#include "tips.h"

#define GMS_CALIBER_MM_MAX 50.0
#define GMS_DISTANCE_M_MAX 5000.0


static gms_session_instant_t
instant_of(const gms_input_t *input)
{
    gms_session_instant_t at;

    at.real_ns = input->real_ns;
    at.mono_ns = input->mono_ns;
    memcpy(at.boot_id, input->boot_id, sizeof(at.boot_id));
    return at;
}


static bool
is_rule_valid(const gms_rounds_rule_t *rule)
{
    return gms_decide_is_within(rule->alpha, 0.01, 1)
        && gms_decide_is_within(rule->high, 1, 1000)
        && gms_decide_is_within(rule->low, 1, rule->high)
        && gms_decide_is_within(rule->floor_s, 0, 1e6)
        && gms_decide_is_within(rule->stop_s, 1, 1e6) && rule->shots >= 0
        && rule->shots <= GMS_ROUND_SHOTS_MAX;
}


/* The face as it reads back from its own text: a diameter with more digits
 * than JSON writes would make the live face differ from the journaled one. */
static int
journaled_face(gms_face_t *out, const gms_face_t *face)
{
    cJSON *json;
    char  *text, err[128];
    int    rc;

    json = gms_face_to_json(face);
    text = json != NULL ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);

    if (text == NULL) {
        return GMS_ENOMEM;
    }

    json = cJSON_Parse(text);
    cJSON_free(text);

    rc = json != NULL ? gms_face_from_json(out, json, err, sizeof(err))
                      : GMS_EINVALID;
    cJSON_Delete(json);
    return rc;
}


/* Another face than what hangs there is another paper: the one that goes is
 * counted. */
static int
change_face(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_event_session_t *next, gms_event_t *out)
{
    const gms_session_t *active = gms_scorebook_active(b);

    return active != NULL && input->count
            && strcmp(active->setup.face.name, next->face.name) != 0
        ? gms_decide_paper_of(b, input, active, out)
        : 0;
}


static bool
is_claimed_open(const gms_scorebook_t *b)
{
    int i;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        if (gms_session_is_open(&b->session[i]) && !b->session[i].setup.walk_up)
        {
            return true;
        }
    }

    return false;
}


static bool
is_equipment_clean(const gms_event_equipment_t *e)
{
    return gms_jsontext_is_clean(e->id, sizeof(e->id))
        && gms_jsontext_is_clean(e->gun, sizeof(e->gun))
        && gms_jsontext_is_clean(e->click, sizeof(e->click))
        && gms_jsontext_is_clean(e->sight, sizeof(e->sight))
        && gms_jsontext_is_clean(e->hand, sizeof(e->hand));
}


static bool
is_usual_valid(const gms_usual_t *usual)
{
    return gms_decide_is_within(usual->sigma_mm, 0, 1e4)
        && gms_decide_is_within(usual->df, 0, 1e9)
        && gms_decide_is_within(usual->varies, 0, 1e6);
}


/* As the journal holds it. */
static gms_usual_t
journaled_usual(const gms_usual_t *usual)
{
    gms_usual_t u = *usual;

    u.sigma_mm = gms_decide_rounded(u.sigma_mm, 1e4);
    u.varies = gms_decide_rounded(u.varies, 1e4);
    return u;
}


int
gms_decide_start(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_event_session_t *asked = &input->u.session;
    gms_event_t               *event;
    gms_face_t                 face;
    int                        n, rc;

    if (!input->beside && is_claimed_open(b)) {
        return GMS_ESTATE;
    }

    if (gms_scorebook_open(b) >= GMS_SESSIONS_OPEN_MAX) {
        return GMS_ETOOBIG;
    }

    if (!gms_jsontext_is_clean(asked->shooter, sizeof(asked->shooter))
        || !is_equipment_clean(&asked->equipment)
        || !is_usual_valid(&asked->usual)
        || !gms_decide_is_within(asked->caliber_mm, 0.01, GMS_CALIBER_MM_MAX)
        || !gms_decide_is_within(asked->distance_m, 0, GMS_DISTANCE_M_MAX)
        || !is_rule_valid(&asked->rounds)
        || (unsigned) asked->level >= GMS_LEVELS
        || (asked->advice != 0
            && !gms_decide_is_within(asked->advice, GMS_ADVICE_CONFIDENCE_LEAST,
                GMS_ADVICE_CONFIDENCE_MOST))
        || (input->count && !gms_decide_is_paper_valid(&input->paper)))
    {
        return GMS_EINVALID;
    }

    rc = journaled_face(&face, &asked->face);

    if (rc != GMS_OK) {
        return rc;
    }

    n = change_face(b, input, asked, out);
    event = gms_decide_event(b, input, NULL, GMS_EVENT_SESSION_STARTED, out, n);
    event->u.session = *asked;
    event->u.session.face = face;
    event->u.session.caliber_mm = gms_decide_rounded(asked->caliber_mm, 1e4);
    event->u.session.distance_m = gms_decide_rounded(asked->distance_m, 1e4);
    event->u.session.advice = gms_decide_rounded(asked->advice, 1e4);
    event->u.session.usual = journaled_usual(&asked->usual);
    event->u.session.beside = (uint32_t) gms_scorebook_open(b);

    if (asked->course.stages > 0) {
        event->u.session.sighters = asked->course.stage[0].sighters;
    }

    snprintf(event->session, sizeof(event->session),
        "%s-%016" PRIx64 "-%" PRIu64, b->lane, b->epoch, event->seq);
    return n + 1;
}


/* The n-th event: the session as it stands, no longer paused for a reason. */
static gms_event_session_t *
change(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, gms_event_kind_e kind, gms_event_t *out, int n)
{
    gms_event_session_t *setup;

    setup = &gms_decide_event(b, input, s, kind, out, n)->u.session;
    *setup = s->setup;
    setup->reason[0] = '\0';

    return setup;
}


/* Who had the lane before the one that goes has it again; its end comes last,
 * so that its hash closes the session. */
static int
activate_other(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *goes, gms_event_t *out, int n)
{
    const gms_session_t *s, *next = NULL;
    int                  i;

    if (goes != gms_scorebook_active(b)) {
        return 0;
    }

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        s = &b->session[i];

        if (s != goes && gms_session_is_open(s)
            && (next == NULL || s->activated_seq > next->activated_seq))
        {
            next = s;
        }
    }

    if (next == NULL) {
        return 0;
    }

    gms_decide_event(b, input, next, GMS_EVENT_SESSION_ACTIVATED, out, n)
        ->u.session = next->setup;
    return 1;
}


static int
end_session(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, bool count, gms_event_t *out)
{
    gms_event_session_t *setup;
    int                  n;

    n = count ? gms_decide_paper_of(b, input, s, out)
              : gms_decide_close(b, input, s, GMS_ROUND_BY_END, out, 0);
    n += activate_other(b, input, s, out, n);
    setup = change(b, input, s, GMS_EVENT_SESSION_ENDED, out, n);
    setup->tokens = 0;
    memset(setup->token, 0, sizeof(setup->token));

    return n + 1;
}


int
gms_decide_end(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s = gms_decide_session(b, input);

    if (s == NULL) {
        return GMS_ESTATE;
    }

    if (input->count && !gms_decide_is_paper_valid(&input->paper)) {
        return GMS_EINVALID;
    }

    /* the paper is of who shoots now */
    return end_session(
        b, input, s, input->count && s == gms_scorebook_active(b), out);
}


int
gms_decide_pause(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s = gms_decide_session(b, input);

    if (s == NULL) {
        return GMS_ESTATE;
    }

    if (s->state == GMS_SESSION_PAUSED) {
        return 0;
    }

    change(b, input, s, GMS_EVENT_SESSION_PAUSED, out, 0);
    return 1;
}


/* As the second event of a command that is known by its first. */
static void
give_lane(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_event_session_t *setup, gms_event_t *out)
{
    gms_event_t *event =
        gms_decide_event(b, input, s, GMS_EVENT_SESSION_ACTIVATED, out, 1);

    event->u.session = *setup;
    event->key[0] = '\0';
}


/* One that ended by itself before is an ended one again. */
static int
bring_back(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, gms_event_t *out)
{
    if (s == NULL) {
        return GMS_ESTATE;
    }

    if (s->ended_ns == 0 && gms_scorebook_open(b) >= GMS_SESSIONS_OPEN_MAX) {
        return GMS_ETOOBIG;
    }

    change(b, input, s, GMS_EVENT_SESSION_RESUMED, out, 0);

    if (s->ended_ns != 0 || gms_scorebook_active(b) != NULL) {
        return 1;
    }

    give_lane(b, input, s, &s->setup, out);
    return 2;
}


int
gms_decide_resume(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s = gms_decide_session(b, input);

    if (s == NULL) {
        return bring_back(
            b, input, gms_scorebook_discarded(b, input->session), out);
    }

    if (s->state == GMS_SESSION_LIVE) {
        return 0;
    }

    change(b, input, s, GMS_EVENT_SESSION_RESUMED, out, 0);
    return 1;
}


/* Who had the lane has it again, unless somebody else shoots at another face
 * there now: that would be another paper, which he can say himself. */
static bool
has_lane_again(const gms_scorebook_t *b, const gms_session_t *s)
{
    const gms_session_t *active = gms_scorebook_active(b);

    return active == NULL
        || (s->ending.active
            && strcmp(active->setup.face.name, s->setup.face.name) == 0);
}


int
gms_decide_reopen(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    gms_session_instant_t now = instant_of(input);
    const gms_session_t  *s;
    gms_event_session_t  *setup;

    s = input->session[0] != '\0' ? gms_scorebook_find(b, input->session)
                                  : gms_scorebook_shown(b);

    if (s == NULL || s->state != GMS_SESSION_ENDED) {
        return GMS_ESTATE;
    }

    if (!gms_session_may_reopen(s, &now)) {
        return GMS_ESTALE;
    }

    if (gms_scorebook_open(b) >= GMS_SESSIONS_OPEN_MAX) {
        return GMS_ETOOBIG;
    }

    setup = change(b, input, s, GMS_EVENT_SESSION_REOPENED, out, 0);
    setup->tokens = s->ending.tokens;
    memcpy(setup->token, s->ending.token, sizeof(setup->token));

    if (!has_lane_again(b, s)) {
        return 1;
    }

    give_lane(b, input, s, setup, out);
    return 2;
}


int
gms_decide_activate(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s = gms_decide_session(b, input);
    int                  n;

    if (s == NULL) {
        return GMS_ESTATE;
    }

    if (s == gms_scorebook_active(b)) {
        return 0;
    }

    if (input->count && !gms_decide_is_paper_valid(&input->paper)) {
        return GMS_EINVALID;
    }

    n = change_face(b, input, &s->setup, out);
    gms_decide_event(b, input, s, GMS_EVENT_SESSION_ACTIVATED, out, n)
        ->u.session = s->setup;
    return n + 1;
}


/* A session that a shot opened, also when it has ended by itself. */
static const gms_session_t *
find_walk_up(const gms_scorebook_t *b, const gms_input_t *input)
{
    const gms_session_t *s;

    s = input->session[0] != '\0' ? gms_scorebook_find(b, input->session)
                                  : gms_scorebook_shown(b);

    return s != NULL && s->setup.walk_up ? s : NULL;
}


int
gms_decide_claim(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s = find_walk_up(b, input);
    const char          *shooter = input->u.session.shooter;
    gms_event_session_t *setup;

    if (s == NULL) {
        return GMS_ESTATE;
    }

    if (shooter[0] == '\0' || !gms_jsontext_is_clean(shooter, GMS_SHOOTER_SIZE)
        || !is_usual_valid(&input->u.session.usual))
    {
        return GMS_EINVALID;
    }

    setup = &gms_decide_event(b, input, s, GMS_EVENT_SESSION_CLAIMED, out, 0)
                 ->u.session;
    *setup = s->setup;
    setup->walk_up = false;
    strcpy(setup->shooter, shooter);
    setup->usual = journaled_usual(&input->u.session.usual);
    return 1;
}


int
gms_decide_join(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s = gms_decide_session(b, input);
    gms_event_session_t *setup;

    if (s == NULL) {
        return GMS_ESTATE;
    }

    setup = &gms_decide_event(b, input, s, GMS_EVENT_SESSION_JOINED, out, 0)
                 ->u.session;
    *setup = s->setup;

    if (setup->tokens == GMS_SESSION_TOKENS_MAX) {
        setup->tokens--;
        memmove(setup->token[0], setup->token[1],
            setup->tokens * sizeof(setup->token[0]));
    }

    memcpy(setup->token[setup->tokens++], input->u.session.token[0],
        sizeof(setup->token[0]));

    return 1;
}


/* The walk-up has nothing left: who has its shots has the lane after it. */
static int
hand_over(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_session_t *to, gms_event_t *out)
{
    int n = 0;

    if (gms_session_is_open(to) && s == gms_scorebook_active(b)) {
        n = change_face(b, input, &to->setup, out);
        gms_decide_event(b, input, to, GMS_EVENT_SESSION_ACTIVATED, out, n++)
            ->u.session = to->setup;
    }

    change(b, input, s, GMS_EVENT_SESSION_DISCARDED, out, n);
    return n + 1;
}


/* All of it or nothing: shots of one that is too long would stay behind.  What
 * comes meanwhile waits until it is done. */
static bool
has_room(const gms_session_t *s, const gms_session_t *to)
{
    uint32_t i, left = 0;

    for (i = 0; i < s->shots; i++) {
        left += s->shot[i].standing == GMS_STANDING_YES;
    }

    return s->corrections + left <= GMS_SESSION_CORRECTIONS_MAX
        && to->corrections + left <= GMS_SESSION_CORRECTIONS_MAX
        && to->shots + left <= GMS_SESSION_SHOTS_MAX;
}


/* One shot at a time, since a session may have more than one decision holds:
 * who repeats the command goes on where it was, and only its end is known by
 * the key. */
int
gms_decide_into(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s = find_walk_up(b, input);
    const gms_session_t *to = gms_scorebook_find(b, input->u.correcting.other);
    uint32_t             i;
    int                  k, n;

    if (s == NULL) {
        return GMS_ESTATE;
    }

    if (input->u.correcting.other[0] == '\0' || to == NULL || to == s
        || to->setup.walk_up
        || !gms_jsontext_is_clean(
            input->u.correcting.author, sizeof(input->u.correcting.author))
        || !gms_jsontext_is_clean(
            input->u.correcting.reason, sizeof(input->u.correcting.reason)))
    {
        return GMS_EINVALID;
    }

    for (i = 0; i < s->shots; i++) {
        if (s->shot[i].standing == GMS_STANDING_YES) {
            break;
        }
    }

    if (i == s->shots) {
        return hand_over(b, input, s, to, out);
    }

    if (!has_room(s, to)) {
        return GMS_ETOOBIG;
    }

    n = gms_decide_give(b, input, s, &s->shot[i], true, out);

    for (k = 0; k < n; k++) {
        out[k].key[0] = '\0';
    }

    return n;
}


/* Nobody's shots; and a session that was started by mistake, which has none. */
int
gms_decide_discard(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s = find_walk_up(b, input);
    int                  n;

    if (s == NULL) {
        s = gms_decide_session(b, input);
        s = s != NULL && s->shots == 0 ? s : NULL;
    }

    if (s == NULL) {
        return GMS_ESTATE;
    }

    n = activate_other(b, input, s, out, 0);
    change(b, input, s, GMS_EVENT_SESSION_DISCARDED, out, n);

    return n + 1;
}


/* Sighters and shots for the record are of no round together. */
int
gms_decide_sighters(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s = gms_decide_session(b, input);
    bool                 sighters = input->kind == GMS_INPUT_SIGHTERS;
    gms_event_session_t *setup;
    int                  n;

    if (s == NULL || s->setup.course.stages > 0) {
        return GMS_ESTATE;
    }

    if (s->setup.sighters == sighters) {
        return 0;
    }

    n = gms_decide_close(b, input, s, GMS_ROUND_BY_COMMAND, out, 0);
    setup = &gms_decide_event(b, input, s,
        sighters ? GMS_EVENT_SESSION_SIGHTERS : GMS_EVENT_SESSION_RECORD, out,
        n)
                 ->u.session;
    *setup = s->setup;
    setup->sighters = sighters;

    return n + 1;
}


/* A session that was open when the power went waits for its shooter: nobody
 * knows what happened before the target meanwhile. */
int
gms_decide_boot(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s;
    int                  i, n = 0;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        s = &b->session[i];

        if (s->state == GMS_SESSION_LIVE
            && strcmp(s->touched.boot_id, input->boot_id) != 0)
        {
            strcpy(
                change(b, input, s, GMS_EVENT_SESSION_PAUSED, out, n++)->reason,
                "the computer was restarted");
        }
    }

    return n;
}


/* Nobody is there to say that it ends: its event says why it does. */
static int
end_left(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, double left_s, gms_event_t *out)
{
    int   n = end_session(b, input, s, false, out);
    char *reason = out[n - 1].u.session.reason;

    if (fmod(left_s, 3600) > 0) {
        snprintf(
            reason, GMS_REASON_SIZE, "left alone for %.0f min", left_s / 60);
    } else {
        snprintf(
            reason, GMS_REASON_SIZE, "left alone for %.0f h", left_s / 3600);
    }

    return n;
}


int
gms_decide_time(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    gms_session_instant_t now = instant_of(input);
    const gms_session_t  *s;
    double                left_s;
    int                   i, n = 0;

    for (i = 0; n == 0 && i < GMS_SESSIONS_MAX; i++) {
        s = &b->session[i];

        left_s = gms_session_left_s(s, &now, input->idle_s);

        if (left_s > 0) {
            n = end_left(b, input, s, left_s, out);

        } else if (gms_conduct_is_over(s, &now)) {
            n = gms_decide_stop(b, input, s, GMS_COURSE_BY_TIME, out, 0);

        } else if (gms_tips_is_due(s, &now)) {
            n = gms_decide_tips_due(b, input, s, &now, out);

        } else if (gms_session_round_state(s, &now) == GMS_ROUND_CLOSED) {
            n = gms_decide_close(b, input, s, GMS_ROUND_BY_STOP, out, 0);
        }
    }

    return n;
}

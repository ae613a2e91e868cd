/* What the builtin detector does when the scene is not simply live: hands,
 * lamps, targets that turn, other paper, a camera that moves or sees nothing.
 * Each at 15 pictures a second and at one. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "detect_card.h"
#include "worker/base/clock.h"

#define FOUND_MAX 128
#define PIXELS (CARD_W * CARD_H)

typedef struct {
    card_t           card;
    float           *paper;  /* the sheet and its holes */
    float           *seen;   /* what is drawn of it */
    int              fps;
    double           gain;
    gms_detector_t   detector;
    uint64_t         frame;
    int64_t          ns;
    int              found;
    gms_detection_t  detection[FOUND_MAX];
    double           x_mm[FOUND_MAX]; /* by the calibration then in force */
    double           y_mm[FOUND_MAX];
    char             detail[256];
} range_t;

static int8_t grain[PIXELS];

static const double identity[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };


/* The drawn card as a face: rings every 5 mm, a black of 40 mm. */
static gms_face_t
card_face(void)
{
    gms_face_t face = { .name = "card", .title = "Card", .rings = 10,
        .black_mm = 40 };

    for (int i = 0; i < 10; i++) {
        face.ring[i].value = 10 - i;
        face.ring[i].diameter_mm = 10 * (i + 1) + 2 * 0.8 / CARD_SCALE;
    }
    return face;
}


static void
open_detector(range_t *r)
{
    gms_detector_config_t config = card_config();
    char                  err[200] = "";

    config.face = card_face();
    if (gms_detector_open(&r->detector, "builtin", &config, err, sizeof(err))
        != GMS_OK)
    {
        fail_msg("%s", err);
    }
}


static void
begin(range_t *r, int fps)
{
    memset(r, 0, sizeof(*r));
    card_open(&r->card);
    r->paper = calloc(PIXELS, sizeof(float));
    r->seen = calloc(PIXELS, sizeof(float));
    assert_non_null(r->paper);
    assert_non_null(r->seen);
    card_draw(r->paper, identity);
    memcpy(r->seen, r->paper, PIXELS * sizeof(float));
    r->ns = 5 * GMS_S;
    r->fps = fps;
    r->gain = 1;
    for (int i = 0; i < PIXELS; i++) { /* sixteenths of a level */
        int sum = 0;

        for (int k = 0; k < 4; k++) {
            r->card.noise = r->card.noise * 1664525U + 1013904223U;
            sum += (int) (r->card.noise >> 24);
        }
        grain[i] = (int8_t) ((sum - 510) * 16 / 148);
    }
    open_detector(r);
}


static void
end(range_t *r)
{
    gms_detector_close(&r->detector);
    gms_image_free(&r->card.image);
    free(r->paper);
    free(r->seen);
    r->fps = 0;
}


static gms_detector_state_e
state(range_t *r)
{
    return gms_detector_detail(&r->detector, r->detail, sizeof(r->detail));
}


/* The drawing with noise of one level, as the camera's next picture. */
static const gms_image_t *
snap(range_t *r)
{
    float gain = (float) r->gain;

    for (int y = 0; y < CARD_H; y++) {
        uint8_t      *row = r->card.image.px
            + (ptrdiff_t) y * r->card.image.stride;
        const float  *from = r->seen + y * CARD_W;
        const int8_t *noise;

        r->card.noise = r->card.noise * 1664525U + 1013904223U;
        noise = grain + (r->card.noise >> 8) % (PIXELS - CARD_W);
        for (int x = 0; x < CARD_W; x++) {
            int v = (int) (from[x] * gain + (float) noise[x] / 16 + 0.5F);

            row[x] = (uint8_t) (v < 0 ? 0 : v > 255 ? 255 : v);
        }
    }
    return &r->card.image;
}


static void
look(range_t *r)
{
    int n = gms_detector_push(&r->detector, snap(r), r->frame++, r->ns,
        r->detection + r->found, FOUND_MAX - r->found);

    assert_true(n >= 0);
    for (int i = r->found; i < r->found + n; i++) {
        gms_calibration_to_mm(gms_detector_calibration(&r->detector),
            r->detection[i].x_px, r->detection[i].y_px, &r->x_mm[i],
            &r->y_mm[i]);
    }
    r->found += n;
    r->ns += GMS_S / r->fps;
}


/* What is drawn, for so long and at least so many pictures. */
static void
show(range_t *r, double seconds, int pictures)
{
    int n = (int) lrint(seconds * r->fps);

    for (int i = 0; i < (n < pictures ? pictures : n); i++) {
        look(r);
    }
}


static void
show_paper(range_t *r, double seconds, int pictures)
{
    memcpy(r->seen, r->paper, PIXELS * sizeof(float));
    show(r, seconds, pictures);
}


static int
count(const range_t *r, gms_detection_kind_e kind)
{
    int n = 0;

    for (int i = 0; i < r->found; i++) {
        n += r->detection[i].kind == kind;
    }
    return n;
}


/* Is the last shot at this place of the card, px from its centre? */
static bool
shot_at(const range_t *r, double x, double y, double most_mm)
{
    int i = r->found - 1;

    while (i >= 0 && r->detection[i].kind != GMS_DETECTION_SHOT) {
        i--;
    }
    return i >= 0
           && hypot(r->x_mm[i] - x / CARD_SCALE, r->y_mm[i] + y / CARD_SCALE)
                  < most_mm;
}


static const gms_detection_t *
last(const range_t *r, gms_detection_kind_e kind)
{
    for (int i = r->found - 1; i >= 0; i--) {
        if (r->detection[i].kind == kind) {
            return &r->detection[i];
        }
    }
    fail_msg("nothing of this kind was told");
    return NULL;
}


static void
shoot(range_t *r, double x, double y)
{
    card_hole(r->paper, CARD_X + x, CARD_Y + y, CARD_CALIBER_PX / 2 * 0.95,
        12);
}


static void
fill(float *out, double level)
{
    for (int i = 0; i < PIXELS; i++) {
        out[i] = (float) level;
    }
}


/* A wall with something to see, but no card. */
static void
wall(float *out)
{
    for (int y = 0; y < CARD_H; y++) {
        for (int x = 0; x < CARD_W; x++) {
            out[y * CARD_W + x] = (float) (70 + 12 * sin(x * 0.031)
                + 9 * cos(y * 0.047) + (x / 40 + y / 40) % 2 * 6);
        }
    }
}


/* An arm from x0 on, not of one gray. */
static void
arm(float *out, int x0, int width)
{
    for (int y = 0; y < CARD_H; y++) {
        for (int x = x0; x < x0 + width && x < CARD_W; x++) {
            out[y * CARD_W + x] = (float) (100 + (x - x0 + y) % 17);
        }
    }
}


static void
expect_live(range_t *r, int shots)
{
    assert_int_equal(state(r), GMS_DETECTOR_LIVE);
    assert_string_equal(r->detail, "");
    assert_int_equal(count(r, GMS_DETECTION_SHOT), shots);
    assert_int_equal(count(r, GMS_DETECTION_REMOVED), 0);
}


static const int rates[] = { 15, 1 };

#define EACH_RATE(r)                                                          \
    for (int rate_ = 0; rate_ < 2; end(&r), rate_++)                          \
        if (begin(&r, rates[rate_]), true)


static void
says_why_it_is_blind(void **unused)
{
    static const struct {
        double                level;
        const char           *word;
    } cases[] = {
        { 3, "black" },
        { 255, "white" },
        { 120, "gray" }
    };
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            fill(r.seen, cases[i].level);
            show(&r, 4, 4);
            assert_int_equal(state(&r), GMS_DETECTOR_BLIND);
            assert_non_null(strstr(r.detail, cases[i].word));
            show_paper(&r, 1, 3);
            expect_live(&r, 0);
        }
    }
}


static void
learns_nothing_blind(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        fill(r.seen, 2);
        show(&r, 3, 3);
        assert_int_equal(state(&r), GMS_DETECTOR_BLIND);
        wall(r.seen);
        show(&r, 3, 3);
        assert_int_equal(state(&r), GMS_DETECTOR_GONE);
        assert_non_null(strstr(r.detail, "No target"));
        show_paper(&r, 1, 2);
        expect_live(&r, 0);
        shoot(&r, 100, 90);
        show_paper(&r, 1, 4);
        expect_live(&r, 1);
    }
}


/* Lamps on the mains, read row by row: bands that wander. */
static void
show_flicker(range_t *r, double seconds, int pictures)
{
    int n = (int) lrint(seconds * r->fps);

    for (int i = 0; i < (n < pictures ? pictures : n); i++) {
        for (int k = 0; k < PIXELS; k++) {
            double band = sin(0.03 * (k / CARD_W) + 2.1 * (double) r->frame);

            r->seen[k] = (float) (r->paper[k] * (1 + 0.08 * band));
        }
        look(r);
    }
}


static void
learns_in_flickering_light(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show_flicker(&r, 1, 3);
        assert_int_equal(state(&r), GMS_DETECTOR_LIVE);
        shoot(&r, 100, 90);
        show_flicker(&r, 1, 4);
        expect_live(&r, 1);
    }
}


/* Something flutters over the card all the time. */
static void
does_not_learn_for_ever(void **unused)
{
    range_t r;

    (void) unused;
    begin(&r, 15);
    for (int i = 0; i < 60; i++) {
        memcpy(r.seen, r.paper, PIXELS * sizeof(float));
        for (int y = 40; y < 140; y++) {
            for (int x = 30; x < 150; x++) {
                r.seen[y * CARD_W + x + 20 * (i % 2)] = 100;
            }
        }
        look(&r);
    }
    assert_true(state(&r) != GMS_DETECTOR_LEARNING);
    end(&r);
}


static void
waits_for_a_turned_target(void **unused)
{
    range_t r;
    int     shots = 0;

    (void) unused;
    EACH_RATE(r) {
        shots = 0;
        show(&r, 1, 3);
        for (int turn = 0; turn < 3; turn++) {
            wall(r.seen);
            show(&r, 2, 7);
            assert_int_equal(state(&r), GMS_DETECTOR_AWAY);
            assert_true(r.detail[0] != '\0');
            if (turn % 2 == 1) { /* just as it turned away */
                shoot(&r, -120 + 30 * turn, 60);
                shots++;
            }
            show_paper(&r, 1, 1);
            shoot(&r, 90, -60 + 45 * turn);
            show_paper(&r, 2, 2);
            shots++;
        }
        show(&r, 1, 2);
        expect_live(&r, shots);
    }
}


static void
tells_that_it_is_gone(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        wall(r.seen);
        show(&r, 1, 3);
        r.ns += 20 * GMS_S; /* a camera that stops for a while */
        show(&r, 1, 3);
        assert_int_equal(state(&r), GMS_DETECTOR_GONE);
        assert_non_null(strstr(r.detail, "hang"));
        show_paper(&r, 1, 3);
        expect_live(&r, 0);
    }
}


static void
catches_up_after_a_hand(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        shoot(&r, -130, 20);
        show_paper(&r, 1, 4);
        expect_live(&r, 1);
        for (int i = 0; i < 3 * r.fps; i++) { /* longer than anything lasts */
            if (i == r.fps) {
                shoot(&r, 110, 100); /* elsewhere */
            }
            memcpy(r.seen, r.paper, PIXELS * sizeof(float));
            arm(r.seen, 150 + i * 11 % 90, 130);
            look(&r);
            assert_int_equal(state(&r), GMS_DETECTOR_DISTURBED);
        }
        show_paper(&r, 1, 4);
        expect_live(&r, 2);
        assert_true(shot_at(&r, 110, 100, 0.25));
        assert_true(last(&r, GMS_DETECTION_SHOT)->order_unknown);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
    }
}


/* A hand with fingers, folds and a soft shadow, from below; it is never quite
 * still. */
static void
hand(float *out, double x, double y, double level)
{
    for (int v = 0; v < CARD_H; v++) {
        for (int u = 0; u < CARD_W; u++) {
            float *p = out + v * CARD_W + u;
            double d = fabs(u - x) - 45, shade;

            for (int finger = -1; finger <= 1; finger++) {
                double l = fabs(u - x - 34 * finger) - 13;

                d = v < y ? fmin(d < 0 ? 99 : d, l) : d;
            }
            d = v < y - 90 ? 99 : d;
            shade = 1 - 0.3 * fmin(fmax(1 - (d - 4) / 40, 0), 1);
            *p = d < 0 ? (float) (level * (1 + 0.12 * sin(0.31 * (u - x) )
                             * cos(0.23 * (v - y))))
                       : (float) ((double) *p * shade);
        }
    }
}


static void
is_not_misled_by_a_resting_hand(void **unused)
{
    static const double levels[] = { 150, 60, 205 };
    range_t             r;

    (void) unused;
    for (size_t k = 0; k < sizeof(levels) / sizeof(levels[0]); k++) {
        EACH_RATE(r) {
            show(&r, 1, 3);
            for (int i = 0; i < 4; i++) { /* of which it hides some */
                shoot(&r, 30 * i - 50, 95);
                show_paper(&r, 1, 4);
            }
            expect_live(&r, 4);
            for (int i = 0; i < 8 * r.fps; i++) {
                double t = (double) i / r.fps;

                if (i == 3 * r.fps) {
                    shoot(&r, 10, 60);
                } else if (i == 6 * r.fps) {
                    shoot(&r, -110, -60); /* beside it */
                }
                memcpy(r.seen, r.paper, PIXELS * sizeof(float));
                hand(r.seen, CARD_X + 9 * sin(1.7 * t),
                    CARD_Y + 20 + 7 * sin(2.3 * t), levels[k]);
                look(&r);
            }
            show_paper(&r, 2, 5);
            expect_live(&r, 6);
            assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
        }
    }
}


static void
works_on_beside_what_stays(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        float *with = malloc(PIXELS * sizeof(float));

        assert_non_null(with);
        show(&r, 1, 3);
        memcpy(r.seen, r.paper, PIXELS * sizeof(float));
        arm(r.seen, 180, 60);
        show(&r, 3, 4);
        expect_live(&r, 0);
        shoot(&r, 110, 100);
        memcpy(with, r.paper, PIXELS * sizeof(float));
        arm(with, 180, 60);
        memcpy(r.seen, with, PIXELS * sizeof(float));
        show(&r, 1, 4);
        expect_live(&r, 1);
        shoot(&r, -100, 60); /* behind it */
        show_paper(&r, 2, 5);
        expect_live(&r, 2);
        assert_true(shot_at(&r, -100, 60, 0.25));
        free(with);
    }
}


static void
bridges_a_change_of_light(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        shoot(&r, -130, 20);
        show_paper(&r, 1, 4);
        for (double gain = 0.15; gain < 0.45; gain += 0.12) {
            r.gain = gain;
            show(&r, 1, 4);
            assert_int_equal(state(&r), GMS_DETECTOR_LIVE);
            r.gain = 1;
            show(&r, 1, 4);
            expect_live(&r, 1);
        }
        r.gain = 0.3;
        show(&r, 2, 2);
        shoot(&r, 110, 100);
        show_paper(&r, 3, 6);
        expect_live(&r, 2);
        r.gain = 1;
        show(&r, 3, 6);
        expect_live(&r, 2);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
    }
}


/* Infra-red: ink is gray, paper a little darker, nothing as sharp. */
static void
see_at_night(range_t *r)
{
    for (int y = 1; y < CARD_H - 1; y++) {
        for (int x = 1; x < CARD_W - 1; x++) {
            const float *p = r->paper + y * CARD_W + x;
            float        v = (4 * p[0] + p[-1] + p[1] + p[CARD_W]
                           + p[-CARD_W]) / 8;

            r->seen[y * CARD_W + x] = 20 + 150 * powf(v / 255, 0.45F);
        }
    }
}


static void
bridges_the_night_switch(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        shoot(&r, -130, 20);
        show_paper(&r, 1, 4);
        expect_live(&r, 1);
        shoot(&r, 120, -80); /* as it switches */
        see_at_night(&r);
        show(&r, 3, 5);
        expect_live(&r, 2);
        assert_true(shot_at(&r, 120, -80, 0.25));
        shoot(&r, 110, 100);
        see_at_night(&r);
        show(&r, 3, 5);
        expect_live(&r, 3);
        show_paper(&r, 4, 6);
        expect_live(&r, 3);
        shoot(&r, 30, 140);
        show_paper(&r, 1, 4);
        expect_live(&r, 4);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
    }
}


static void
shoot_many(range_t *r, int n)
{
    for (int i = 0; i < n; i++) {
        shoot(r, 130 * cos(i * 1.3) + i, 130 * sin(i * 1.3) - i);
        show_paper(r, 0.4, 5);
    }
    assert_int_equal(count(r, GMS_DETECTION_SHOT), n);
}


/* People before the target for so long. */
static void
people(range_t *r, double seconds)
{
    int n = (int) lrint(seconds * r->fps);

    for (int i = 0; i < (n < 2 ? 2 : n); i++) {
        memcpy(r->seen, r->paper, PIXELS * sizeof(float));
        arm(r->seen, 100 + i * 37 % 200, 220);
        look(r);
    }
}


static void
sees_another_sheet(void **unused)
{
    static const double hung[][3] = { /* mm, mm, degrees */
        { 0, 0, 0 }, { 3, -2, 0.5 }, { -18, 9, 2 }, { 12, 15, -2 }
    };
    range_t r;

    (void) unused;
    for (size_t i = 0; i < sizeof(hung) / sizeof(hung[0]); i++) {
        for (begin(&r, rates[i % 2]); r.fps != 0; end(&r)) {
            double a = hung[i][2] * M_PI / 180, x, y;
            double map[9] = { cos(a), -sin(a), 0, sin(a), cos(a), 0, 0, 0, 1 };
            double dx = CARD_SCALE * hung[i][0], dy = CARD_SCALE * hung[i][1];

            map[2] = CARD_X + dx - map[0] * CARD_X - map[1] * CARD_Y;
            map[5] = CARD_Y + dy - map[3] * CARD_X - map[4] * CARD_Y;
            show(&r, 1, 3);
            shoot_many(&r, 5);
            people(&r, 3);
            card_draw(r.paper, map);
            people(&r, 1);
            show_paper(&r, 2, 4);
            expect_live(&r, 5);
            assert_int_equal(count(&r, GMS_DETECTION_PAPER), 1);
            assert_string_equal(last(&r, GMS_DETECTION_PAPER)->reason,
                "new paper");

            /* The same place on the sheet as a hole of the last one. */
            gms_homography_apply(map, CARD_X + 130, CARD_Y, &x, &y);
            shoot(&r, x - CARD_X, y - CARD_Y);
            show_paper(&r, 1, 4);
            expect_live(&r, 6);
            assert_true(shot_at(&r, 130, 0, 0.15));
        }
    }
}


static void
sees_pasters(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        shoot_many(&r, 6);
        people(&r, 4);
        for (int i = 0; i < 3; i++) {
            card_hole(r.paper, CARD_X + 130 * cos(i * 1.3) + i,
                CARD_Y + 130 * sin(i * 1.3) - i, 36, 205);
        }
        people(&r, 2);
        show_paper(&r, 3, 4);
        expect_live(&r, 6);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 1);
        assert_string_equal(last(&r, GMS_DETECTION_PAPER)->reason, "pasted");
        shoot(&r, 130, 0);
        show_paper(&r, 1, 4);
        expect_live(&r, 7);
    }
}


static void
believes_what_people_say(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        shoot_many(&r, 2);
        gms_detector_paper(&r.detector, GMS_PAPER_COLD);
        assert_int_equal(state(&r), GMS_DETECTOR_MAINTENANCE);
        people(&r, 3);
        shoot(&r, 100, 100); /* a pencil, not a bullet */
        show_paper(&r, 2, 2);
        assert_int_equal(state(&r), GMS_DETECTOR_MAINTENANCE);
        gms_detector_paper(&r.detector, GMS_PAPER_HOT);
        show_paper(&r, 2, 4);
        expect_live(&r, 2);
        shoot(&r, -100, 100);
        show_paper(&r, 1, 4);
        expect_live(&r, 3);

        gms_detector_paper(&r.detector, GMS_PAPER_NEW);
        assert_int_equal(state(&r), GMS_DETECTOR_MAINTENANCE);
        people(&r, 2);
        assert_int_equal(state(&r), GMS_DETECTOR_MAINTENANCE);
        shoot(&r, 0, 150);
        show_paper(&r, 1, 4);
        expect_live(&r, 3);
        assert_string_equal(last(&r, GMS_DETECTION_PAPER)->reason,
            "new paper");
    }
}


/* Seen through this, a card hangs elsewhere: mm, mm, degrees. */
static void
hang(double map[9], double dx_mm, double dy_mm, double turn_deg)
{
    double a = turn_deg * M_PI / 180;
    double turned[9] = { cos(a), -sin(a), 0, sin(a), cos(a), 0, 0, 0, 1 };

    memcpy(map, turned, sizeof(turned));
    map[2] = CARD_X + CARD_SCALE * dx_mm - map[0] * CARD_X - map[1] * CARD_Y;
    map[5] = CARD_Y + CARD_SCALE * dy_mm - map[3] * CARD_X - map[4] * CARD_Y;
}


/* People come for so long, hang the sheet a little elsewhere, and leave. */
static void
rehang(range_t *r, double seconds, double dx_mm, double dy_mm, double turn_deg)
{
    double map[9];

    people(r, seconds);
    hang(map, dx_mm, dy_mm, turn_deg);
    card_draw(r->paper, map);
    people(r, 1);
}


/* Five shots, and what people say about the paper. */
static void
shoot_and_announce(range_t *r)
{
    show(r, 1, 3);
    shoot_many(r, 5);
    gms_detector_paper(&r->detector, GMS_PAPER_NEW);
}


/* The change was told once, and the next shot counts. */
static void
expect_one_change(range_t *r)
{
    expect_live(r, 5);
    assert_int_equal(count(r, GMS_DETECTION_PAPER), 1);
    shoot(r, -60, 100);
    show_paper(r, 1, 4);
    expect_live(r, 6);
}


static void
waits_for_who_was_announced(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        shoot_and_announce(&r);
        show_paper(&r, 1.5, 2); /* on their way */
        assert_int_equal(state(&r), GMS_DETECTOR_MAINTENANCE);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
        rehang(&r, 2, -15, 9, 1.5);
        show_paper(&r, 1, 4);
        expect_one_change(&r);
    }
}


static void
tells_of_a_change_once(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        shoot_and_announce(&r);
        show_paper(&r, 5, 2); /* nobody goes */
        expect_live(&r, 5);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 1);
        rehang(&r, 3, 12, 11, -2);
        show_paper(&r, 2, 4);
        expect_one_change(&r);
    }
}


static void
absolves_at_once(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        shoot(&r, 100, 100);
        show_paper(&r, 0, 1); /* seen, not yet confirmed */
        gms_detector_paper(&r.detector, GMS_PAPER_HOT);
        assert_int_equal(state(&r), GMS_DETECTOR_LIVE);
        show_paper(&r, 0, 1);
        expect_live(&r, 0);
        shoot(&r, -100, 100);
        show_paper(&r, 1, 4);
        expect_live(&r, 1);
        assert_true(shot_at(&r, -100, 100, 0.25));
    }
}


static void
refuses_another_face(void **unused)
{
    const double big[9] = { 1.3, 0, -0.3 * CARD_X, 0, 1.3, -0.3 * CARD_Y,
        0, 0, 1 };
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        card_draw(r.paper, big);
        show_paper(&r, 3, 4);
        assert_int_equal(state(&r), GMS_DETECTOR_GONE);
        assert_non_null(strstr(r.detail, "1.3 times"));
        arm(r.seen, 0, 330);
        card_draw(r.paper, identity);
        memcpy(r.seen, r.paper, PIXELS * sizeof(float));
        arm(r.seen, 0, 330);
        show(&r, 1, 3);
        assert_int_equal(state(&r), GMS_DETECTOR_GONE);
        assert_non_null(strstr(r.detail, "part of the target"));
        show_paper(&r, 1, 3);
        expect_live(&r, 0);
    }
}


/* The picture after a zoom and a pan, about the middle of the picture. */
static void
aim(const range_t *r, double zoom, double dx, double dy, float *out)
{
    for (int y = 0; y < CARD_H; y++) {
        for (int x = 0; x < CARD_W; x++) {
            double u = (x - 320 - dx) / zoom + 320;
            double v = (y - 240 - dy) / zoom + 240;
            int    i = (int) floor(u), j = (int) floor(v);
            double fx = u - i, fy = v - j;

            if (i < 0 || j < 0 || i + 1 >= CARD_W || j + 1 >= CARD_H) {
                out[y * CARD_W + x] = 90;
                continue;
            }
            out[y * CARD_W + x] = (float) (
                (1 - fy) * ((1 - fx) * (double) r->paper[j * CARD_W + i]
                    + fx * (double) r->paper[j * CARD_W + i + 1])
                + fy * ((1 - fx) * (double) r->paper[(j + 1) * CARD_W + i]
                    + fx * (double) r->paper[(j + 1) * CARD_W + i + 1]));
        }
    }
}


static void
follows_the_camera(void **unused)
{
    static const double moves[][3] = {
        { 1.1, 0, 0 }, { 0.83, 10, -6 }, { 0.6, 30, 20 }, { 1, 75, 0 },
        { 1, -40, 8 }
    };
    range_t r;

    (void) unused;
    for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
        for (begin(&r, rates[i % 2]); r.fps != 0; end(&r)) {
            show(&r, 1, 3);
            shoot(&r, -100, 60);
            show_paper(&r, 1, 4);
            shoot(&r, 100, 100); /* while it moves */
            aim(&r, moves[i][0], moves[i][1], moves[i][2], r.seen);
            show(&r, 2, 8);
            expect_live(&r, 2);
            assert_true(shot_at(&r, 100, 100, 0.3));
            assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
        }
    }
}


#define TEST(sentence, function)                                              \
    { .name = sentence, .test_func = function }


int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("a black, white or gray picture is said to be so",
            says_why_it_is_blind),
        TEST("nothing is learnt from darkness or from a wall",
            learns_nothing_blind),
        TEST("a card in flickering light is learnt within a second",
            learns_in_flickering_light),
        TEST("what moves before the card does not keep it learning for ever",
            does_not_learn_for_ever),
        TEST("a target that turns away is waited for, and its holes counted",
            waits_for_a_turned_target),
        TEST("a target that does not come back is gone",
            tells_that_it_is_gone),
        TEST("a hole shot while a hand is before the card is caught up",
            catches_up_after_a_hand),
        TEST("a hand that rests before the card makes no shot and no paper,"
             " and hides none for good", is_not_misled_by_a_resting_hand),
        TEST("what stays before the card is worked around, and seen through"
             " when it goes", works_on_beside_what_stays),
        TEST("lamps go off and on: no shot, none lost",
            bridges_a_change_of_light),
        TEST("the camera's night switch makes no shot and hides none",
            bridges_the_night_switch),
        TEST("another sheet is seen as such, wherever it hangs",
            sees_another_sheet),
        TEST("pasters over holes are seen as such", sees_pasters),
        TEST("cold, hot and new paper are believed",
            believes_what_people_say),
        TEST("paper that is announced is not learnt before it hangs there",
            waits_for_who_was_announced),
        TEST("a change that people tell of late or early is told once",
            tells_of_a_change_once),
        TEST("at hot, what was seen before is no shot, and nothing is learnt"
             " anew", absolves_at_once),
        TEST("another face, or half of one, is refused with a sentence",
            refuses_another_face),
        TEST("the camera pans or zooms: holes stay where they are on the"
             " paper", follows_the_camera)
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

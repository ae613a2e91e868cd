/*
 * A lane of the tests: a drawn card, a detector that sees it picture by
 * picture, and what it reported.
 */

#ifndef DETECT_RANGE_H
#define DETECT_RANGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

#include "detect_card.h"
#include "worker/base/clock.h"

#define FPS 15
#define FOUND_MAX 64

typedef struct {
    card_t           card;
    float           *drawing;
    gms_detector_t   detector;
    uint64_t         frame;
    int64_t          ns;
    int              found;
    gms_detection_t  detection[FOUND_MAX];
    char             path[64];
} range_t;

static const double identity[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };


static inline void
detector_open(range_t *r)
{
    gms_detector_config_t config = card_config();
    char                  err[200] = "";

    if (gms_detector_open(&r->detector, "builtin", &config, err, sizeof(err))
        != GMS_OK)
    {
        fail_msg("%s", err);
    }
}


static inline int
setup(void **state)
{
    range_t *r = calloc(1, sizeof(*r));

    assert_non_null(r);
    card_open(&r->card);
    r->drawing = calloc(CARD_W * CARD_H, sizeof(float));
    assert_non_null(r->drawing);
    card_draw(r->drawing, identity);
    r->ns = 5 * GMS_S;
    snprintf(r->path, sizeof(r->path), "/tmp/gms-detector-%ld",
        (long) getpid());
    detector_open(r);
    *state = r;
    return 0;
}


static inline int
teardown(void **state)
{
    range_t *r = *state;

    unlink(r->path);
    gms_detector_close(&r->detector);
    gms_image_free(&r->card.image);
    free(r->drawing);
    free(r);
    return 0;
}


/* Shows the drawing for n pictures; returns how many reports came. */
static inline int
show(range_t *r, int n)
{
    int before = r->found;

    for (int i = 0; i < n; i++) {
        int k = gms_detector_push(&r->detector, card_shot(&r->card,
            r->drawing, 1, 1), r->frame, r->ns, r->detection + r->found,
            FOUND_MAX - r->found);

        assert_true(k >= 0);
        r->found += k;
        r->frame++;
        r->ns += GMS_S / FPS;
    }
    return r->found - before;
}


static inline int
count(const range_t *r, gms_detection_kind_e kind)
{
    int n = 0;

    for (int i = 0; i < r->found; i++) {
        n += r->detection[i].kind == kind;
    }
    return n;
}


static inline const gms_detection_t *
last(const range_t *r, gms_detection_kind_e kind)
{
    for (int i = r->found - 1; i >= 0; i--) {
        if (r->detection[i].kind == kind) {
            return &r->detection[i];
        }
    }
    return NULL;
}


static inline void
shoot(range_t *r, double x, double y)
{
    card_hole(r->drawing, CARD_X + x, CARD_Y + y, CARD_CALIBER_PX / 2 * 0.95,
        12);
}

#endif /* DETECT_RANGE_H */

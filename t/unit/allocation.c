/* From the second picture on a detector allocates nothing, hole or no hole;
 * the decoder nothing but the few small blocks that libjpeg keeps no longer
 * than a picture. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "detect_card.h"
#include "worker/base/clock.h"

#define PICTURES 200
#define CALM 40 /* pictures from hole to hole */
#define HOLES 4
#define LIBJPEG_BLOCKS 8 /* a picture; three when this was written */

static bool counting;
static long counted;


/* In this program malloc is ours, or the sanitizer tells of each call. */
#if defined(__SANITIZE_ADDRESS__)

/* Of the sanitizer's library; not every compiler brings the header. */
int __sanitizer_install_malloc_and_free_hooks(
    void (*on_malloc)(const volatile void *p, size_t size),
    void (*on_free)(const volatile void *p));

static void
on_malloc(const volatile void *p, size_t size)
{
    (void) p;
    (void) size;
    counted += counting;
}


static void
on_free(const volatile void *p)
{
    (void) p;
}


static void
begin_counting(void)
{
    static bool hooked;

    if (!hooked) {
        assert_true(__sanitizer_install_malloc_and_free_hooks(on_malloc,
            on_free) > 0);
        hooked = true;
    }
    counted = 0;
    counting = true;
}

#else

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t alignment, size_t size);


void *
malloc(size_t size)
{
    counted += counting;
    return __libc_malloc(size);
}


void *
calloc(size_t n, size_t size)
{
    counted += counting;
    return __libc_calloc(n, size);
}


void *
realloc(void *p, size_t size)
{
    counted += counting;
    return __libc_realloc(p, size);
}


void *
aligned_alloc(size_t alignment, size_t size)
{
    counted += counting;
    return __libc_memalign(alignment, size);
}


static void
begin_counting(void)
{
    counted = 0;
    counting = true;
}

#endif


typedef struct {
    card_t      card;
    float      *drawing;
    gms_jpeg_t *encoder;
    gms_jpeg_t *decoder;
    gms_image_t picture;
} scene_t;


static int
setup(void **state)
{
    static const double identity[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };
    scene_t            *s = calloc(1, sizeof(*s));

    assert_non_null(s);
    card_open(&s->card);
    s->drawing = malloc(CARD_W * CARD_H * sizeof(float));
    s->encoder = gms_jpeg_create();
    s->decoder = gms_jpeg_create();
    assert_non_null(s->drawing);
    assert_non_null(s->encoder);
    assert_non_null(s->decoder);
    card_draw(s->drawing, identity);
    *state = s;
    return 0;
}


static int
teardown(void **state)
{
    scene_t *s = *state;

    gms_jpeg_destroy(s->encoder);
    gms_jpeg_destroy(s->decoder);
    gms_image_free(&s->picture);
    gms_image_free(&s->card.image);
    free(s->drawing);
    free(s);
    return 0;
}


/* What the detector allocates for one picture; shots: reported so far. */
static long
one_picture(scene_t *s, gms_detector_t *d, int i, int *shots)
{
    const gms_image_t *image;
    gms_detection_t    found[8];
    const void        *bytes;
    size_t             size;
    int                n;

    if (i % CALM == CALM / 2 && i / CALM < HOLES) {
        card_hole(s->drawing, CARD_X - 60 + 40 * (i / CALM), CARD_Y + 30,
            CARD_CALIBER_PX / 2, 100);
    }
    image = card_shot(&s->card, s->drawing, 1, 1.2);
    assert_int_equal(gms_jpeg_encode_gray(s->encoder, image, 90, &bytes, &size),
        GMS_OK);
    begin_counting();
    assert_int_equal(gms_jpeg_decode_gray(s->decoder, bytes, size, &s->picture),
        GMS_OK);
    counting = false;
    assert_true(i == 0 || counted <= LIBJPEG_BLOCKS);
    begin_counting();
    n = gms_detector_push(d, &s->picture, (uint64_t) i,
        (int64_t) i * GMS_S / 15, found, 8);
    counting = false;
    for (int k = 0; k < n; k++) {
        *shots += found[k].kind == GMS_DETECTION_SHOT;
    }
    return counted;
}


static void
nothing_is_allocated_while_it_looks(void **state)
{
    scene_t              *s = *state;
    gms_detector_config_t config = card_config();
    gms_detector_t        d;
    char                  err[200];
    int                   shots = 0;
    long                  first = 0;

    assert_int_equal(gms_detector_open(&d, "builtin", &config, err,
        sizeof(err)), GMS_OK);
    for (int i = 0; i < PICTURES; i++) {
        long n = one_picture(s, &d, i, &shots);

        first += i == 0 ? n : 0;
        if (i > 0 && n > 0) {
            fail_msg("picture %d: %ld allocations", i, n);
        }
    }
    assert_true(first > 0); /* it is counted at all */
    assert_int_equal(shots, HOLES);
    gms_detector_close(&d);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "nothing is allocated from picture to picture",
            .test_func = nothing_is_allocated_while_it_looks,
            .setup_func = setup,
            .teardown_func = teardown },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("allocation", tests, NULL, NULL);
}

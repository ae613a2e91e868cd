/* The places a camera was at, kept in a file: what is read back is what was
 * kept, and nothing else is taken for it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "worker/detect/places.h"

#define PLACES 3

typedef struct {
    char         path[64];
    gms_face_t   face;
    gms_places_t kept;
    gms_places_t read;
} shelf_t;


/* Pictures of different sizes, of odd ones too. */
static int
setup(void **state)
{
    shelf_t *s = calloc(1, sizeof(*s));

    assert_non_null(s);
    snprintf(s->path, sizeof(s->path), "/tmp/gms-places-%ld", (long) getpid());
    s->face = (gms_face_t){ .rings = 1, .black_mm = 59.5 };
    s->face.ring[0].diameter_mm = 155.5;
    for (int i = 0; i < PLACES; i++) {
        double            z = 2 + i;
        double            map[9] = { z, 0, 300, 0, -z, 200, 0, 0, 1 };
        gms_image_t       image = { 0 };
        gms_calibration_t c;

        assert_int_equal(
            gms_calibration_set(&c, map, GMS_CALIBRATION_AUTO, 0.1 * i),
            GMS_OK);
        c.confirmed = i == 1;
        c.lens = (gms_lens_t){ 0 };
        assert_int_equal(gms_image_resize(&image, 33 + i, 20 + i), GMS_OK);
        for (int y = 0; y < image.height; y++) {
            for (int x = 0; x < image.width; x++) {
                image.px[y * image.stride + x] = (uint8_t) (7 * x + y + i);
            }
        }
        gms_places_keep(&s->kept, &c, &image, 5 * i, 3 * i);
        gms_image_free(&image);
    }
    *state = s;
    return 0;
}


static int
teardown(void **state)
{
    shelf_t *s = *state;

    unlink(s->path);
    gms_places_close(&s->kept);
    gms_places_close(&s->read);
    free(s);
    return 0;
}


static void
reads_what_was_kept(void **state)
{
    shelf_t *s = *state;

    assert_int_equal(gms_places_save(&s->kept, &s->face, s->path), GMS_OK);
    assert_int_equal(gms_places_load(&s->read, &s->face, s->path), GMS_OK);
    assert_int_equal(s->read.n, PLACES);
    assert_false(s->read.unsaved);
    for (int i = 0; i < PLACES; i++) {
        const gms_place_kept_t *a = &s->kept.place[i], *b = &s->read.place[i];

        assert_memory_equal(&a->calibration.mm_to_px, &b->calibration.mm_to_px,
            sizeof(a->calibration.mm_to_px));
        assert_memory_equal(&a->calibration.px_to_mm, &b->calibration.px_to_mm,
            sizeof(a->calibration.px_to_mm));
        assert_int_equal(a->calibration.origin, b->calibration.origin);
        assert_true(a->calibration.confirmed == b->calibration.confirmed);
        assert_int_equal(a->x0, b->x0);
        assert_int_equal(a->y0, b->y0);
        assert_int_equal(a->image.width, b->image.width);
        assert_int_equal(a->image.height, b->image.height);
        for (int y = 0; y < a->image.height; y++) {
            assert_memory_equal(a->image.px + y * a->image.stride,
                b->image.px + y * b->image.stride, (size_t) a->image.width);
        }
    }
}


static void
writes_only_what_is_new(void **state)
{
    shelf_t *s = *state;

    assert_int_equal(gms_places_save(&s->kept, &s->face, s->path), GMS_OK);
    assert_int_equal(unlink(s->path), 0);
    assert_int_equal(gms_places_save(&s->kept, &s->face, s->path), GMS_OK);
    assert_int_equal(access(s->path, F_OK), -1);
}


/* One byte after the other is changed, then cut off. */
static void
refuses_what_is_damaged(void **state)
{
    static uint8_t file[65536];
    shelf_t       *s = *state;
    FILE          *f;
    size_t         size;

    assert_int_equal(gms_places_save(&s->kept, &s->face, s->path), GMS_OK);
    f = fopen(s->path, "re");
    assert_non_null(f);
    size = fread(file, 1, sizeof(file), f);
    fclose(f);
    for (size_t at = 0; at <= size; at++) {
        size_t left = at < size ? size : size - 1; /* at last a byte less */

        if (at > 300 && at < size && at % 97 != 0) {
            continue;
        }
        f = fopen(s->path, "we");
        assert_non_null(f);
        file[at] ^= 0x55;
        assert_int_equal(fwrite(file, 1, left, f), left);
        file[at] ^= 0x55;
        fclose(f);
        assert_int_equal(
            gms_places_load(&s->read, &s->face, s->path), GMS_ECORRUPT);
        assert_int_equal(s->read.n, 0);
    }
}


static void
refuses_another_face(void **state)
{
    shelf_t *s = *state;

    assert_int_equal(gms_places_save(&s->kept, &s->face, s->path), GMS_OK);
    s->face.black_mm = 60;
    assert_int_equal(
        gms_places_load(&s->read, &s->face, s->path), GMS_ECORRUPT);
    assert_int_equal(unlink(s->path), 0);
    assert_int_equal(gms_places_load(&s->read, &s->face, s->path), GMS_ESYS);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { "places are read back as they were kept", reads_what_was_kept, setup,
            teardown, NULL },
        { "nothing is written while the file knows all",
            writes_only_what_is_new, setup, teardown, NULL },
        { "a damaged file is no place", refuses_what_is_damaged, setup,
            teardown, NULL },
        { "the places of another face are not read", refuses_another_face,
            setup, teardown, NULL },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

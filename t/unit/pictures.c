#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/error.h"
#include "worker/base/patches.h"
#include "worker/store/pictures.h"

#define SESSION "lane1-5f3a9c0112345678-3"

static char folder[64];


static int
make_folder(void **state)
{
    (void) state;

    strcpy(folder, "/tmp/gms-pictures-XXXXXX");
    return mkdtemp(folder) == NULL;
}


static int
drop_folder(void **state)
{
    char command[96];

    (void) state;

    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command);
}


static int
put(const char *session, gms_picture_kind_e kind, uint32_t n, const char *text)
{
    gms_picture_t picture = { .kind = kind, .n = n };
    char          err[512];

    picture.bytes = (void *) (uintptr_t) text;
    picture.size = strlen(text);
    return gms_pictures_write(folder, session, &picture, err, sizeof(err));
}


static void
is_kept(gms_picture_kind_e kind, uint32_t n, const char *text)
{
    gms_picture_t picture = { .kind = kind, .n = n };

    assert_int_equal(gms_pictures_read(folder, SESSION, &picture), GMS_OK);
    assert_int_equal(picture.size, strlen(text));
    assert_memory_equal(picture.bytes, text, picture.size);
    free(picture.bytes);
}


static void
pictures_are_kept(void **state)
{
    gms_picture_t picture = { .kind = GMS_PICTURE_SHOT, .n = 2 };
    struct stat   sb;
    char          path[160];

    (void) state;

    assert_int_equal(put(SESSION, GMS_PICTURE_SHOT, 1, "shot one"), GMS_OK);
    assert_int_equal(put(SESSION, GMS_PICTURE_PAPER, 1, "paper one"), GMS_OK);
    is_kept(GMS_PICTURE_SHOT, 1, "shot one");
    is_kept(GMS_PICTURE_PAPER, 1, "paper one");

    /* after a failed commit and another try */
    assert_int_equal(put(SESSION, GMS_PICTURE_SHOT, 1, "again"), GMS_OK);
    is_kept(GMS_PICTURE_SHOT, 1, "again");

    assert_int_equal(
        gms_pictures_read(folder, SESSION, &picture), GMS_ENOTFOUND);
    assert_null(picture.bytes);
    assert_int_equal(
        gms_pictures_read(folder, "lane1-00-1", &picture), GMS_ENOTFOUND);

    /* nothing is left beside them */
    snprintf(path, sizeof(path), "%s/pictures/" SESSION "/new", folder);
    assert_int_equal(stat(path, &sb), -1);
}


static void
names_are_no_paths(void **state)
{
    static const char *const names[] = { "", ".", "..", "../lane2", "a/b",
        "lane1-\xc3\xa9-1", "lane 1",
        "0123456789012345678901234567890123456789012345678901234567890123456789"
        "01234567890123456789012345" };
    gms_picture_t picture = { .kind = GMS_PICTURE_SHOT, .n = 1 };
    size_t        i;

    (void) state;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(
            put(names[i], GMS_PICTURE_SHOT, 1, "x"), GMS_EINVALID);
        assert_int_equal(
            gms_pictures_read(folder, names[i], &picture), GMS_EINVALID);
    }

    assert_int_equal(put(SESSION, GMS_PICTURE_SHOT, 1, ""), GMS_EINVALID);
}


static void
a_place_that_is_none_is_named(void **state)
{
    gms_picture_t picture = { .kind = GMS_PICTURE_SHOT, .n = 1 };
    char          path[160], err[512];
    FILE         *f;

    (void) state;

    snprintf(path, sizeof(path), "%s/pictures", folder);
    f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);

    picture.bytes = (void *) (uintptr_t) "x";
    picture.size = 1;
    assert_int_equal(gms_pictures_write(folder, SESSION, &picture, err,
        sizeof(err)), GMS_ESTORE);
    assert_non_null(strstr(err, path));
    assert_int_equal(
        gms_pictures_read(folder, SESSION, &picture), GMS_ENOTFOUND);
}


/* A dark hole in the middle of bright paper. */
static gms_patches_t *
sample(void)
{
    uint8_t before[40 * 40], after[40 * 40];
    int     x, y;

    for (y = 0; y < 40; y++) {
        for (x = 0; x < 40; x++) {
            before[y * 40 + x] = 200;
            after[y * 40 + x] =
                (x - 20) * (x - 20) + (y - 20) * (y - 20) < 64 ? 30 : 200;
        }
    }

    return gms_patches_copy(before, after, 40, 40, 20, 20, 8);
}


static int
gray(const gms_image_t *image, int panel, double x, double y)
{
    int at = panel * (GMS_PANEL_PX + GMS_PANEL_GAP_PX);

    return image->px[(int) (y * 4) * image->stride + at + (int) (x * 4)];
}


static void
evidence_shows_before_and_after(void **state)
{
    gms_patches_t *patches = sample();
    gms_jpeg_t    *jpeg = gms_jpeg_create();
    gms_image_t    image;
    void          *bytes;
    size_t         size;

    (void) state;

    assert_non_null(patches);
    assert_non_null(jpeg);
    memset(&image, 0, sizeof(image));
    assert_int_equal(gms_patches_jpeg(patches, 12, jpeg, &bytes, &size),
        GMS_OK);
    assert_true(size < 40000);
    assert_int_equal(gms_jpeg_decode_gray(jpeg, bytes, size, &image), GMS_OK);
    assert_int_equal(image.width, 3 * GMS_PANEL_PX + 2 * GMS_PANEL_GAP_PX);
    assert_int_equal(image.height, GMS_PANEL_PX);

    assert_in_range(gray(&image, 0, 20, 20), 190, 210); /* whole */
    assert_in_range(gray(&image, 1, 20, 20), 20, 45);   /* a hole */
    assert_in_range(gray(&image, 1, 4, 4), 190, 210);
    assert_in_range(gray(&image, 1, 32.4, 20.4), 190, 210);
    assert_in_range(gray(&image, 2, 20, 20), 20, 45);
    assert_in_range(gray(&image, 2, 32.4, 20.4), 110, 170); /* the gauge */

    gms_image_free(&image);
    gms_jpeg_destroy(jpeg);
    free(bytes);
    free(patches);
}


static void
odd_patches_do_no_harm(void **state)
{
    static const struct {
        int    w;
        int    h;
        double x;
        double r;
        bool   made;
    } cases[] = {
        { 1, 1, 0, 1, true },
        { 3, 200, 1e9, 5, true },
        { 20, 3, (double) NAN, 5, true },
        { 20, 20, 10, (double) INFINITY, true },
        { 0, 20, 10, 5, false },
        { 20, -1, 10, 5, false },
        { GMS_PATCH_SIDE_MAX + 1, 1, 10, 5, false },
    };
    static uint8_t px[600];
    gms_patches_t *patches;
    gms_jpeg_t    *jpeg = gms_jpeg_create();
    void          *bytes;
    size_t         i, size;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        patches = gms_patches_copy(px, px, cases[i].w, cases[i].h, cases[i].x,
            0, cases[i].r);
        assert_int_equal(patches != NULL, cases[i].made);

        if (patches != NULL) {
            assert_int_equal(
                gms_patches_jpeg(patches, 3, jpeg, &bytes, &size), GMS_OK);
            free(bytes);
        }
        free(patches);
    }

    gms_jpeg_destroy(jpeg);
}


#define IN_FOLDER(text, function)                                             \
    { .name = text, .test_func = function, .setup_func = make_folder,         \
      .teardown_func = drop_folder }

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        IN_FOLDER("a picture is kept whole under its number",
            pictures_are_kept),
        IN_FOLDER("the name of a session is no path", names_are_no_paths),
        IN_FOLDER("a place where nothing can be kept is named",
            a_place_that_is_none_is_named),
        { .name = "the evidence shows before, after, disc and gauge",
          .test_func = evidence_shows_before_and_after },
        { .name = "odd patches and discs do no harm",
          .test_func = odd_patches_do_no_harm },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

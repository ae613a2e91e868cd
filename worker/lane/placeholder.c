#include "placeholder.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/letters.h"

/* Of a camera that never gave a picture. */
#define PLACEHOLDER_WIDTH 1280
#define PLACEHOLDER_HEIGHT 720

#define PLACEHOLDER_GROUND 40
#define PLACEHOLDER_TITLE 255
#define PLACEHOLDER_TEXT 200
#define PLACEHOLDER_QUALITY 80

/* Letters in a line. */
#define PLACEHOLDER_TITLE_LETTERS 18
#define PLACEHOLDER_TEXT_LETTERS 46

/* Of the width, left free on both sides. */
#define PLACEHOLDER_MARGIN 0.04

/* Of the height, above the first line. */
#define PLACEHOLDER_TOP 0.2


/* Part of the camera's picture that the lane looks at; all of it when that is
 * not known, or does not fit. */
static gms_image_t
placeholder_region(const gms_image_t *picture, const gms_camera_t *camera)
{
    gms_image_t part = *picture;
    const int  *r = camera->region;

    part.capacity = 0;

    if (camera->has_region && r[0] >= 0 && r[1] >= 0 && r[2] > 0 && r[3] > 0
        && r[0] <= picture->width - r[2] && r[1] <= picture->height - r[3])
    {
        part.px += (ptrdiff_t) r[1] * part.stride + r[0];
        part.width = r[2];
        part.height = r[3];
    }

    return part;
}


/* Lines of whole words; the next line's top. */
static int
placeholder_text(
    gms_image_t *image, int y, int letters, uint8_t level, const char *text)
{
    int    margin = (int) (PLACEHOLDER_MARGIN * image->width);
    int    scale = (image->width - 2 * margin) / (letters * GMS_LETTER_WIDTH);
    size_t n, most = (size_t) letters;

    scale = scale > 0 ? scale : 1;

    while (*text != '\0') {
        n = strlen(text);

        if (n > most) {
            for (n = most; n > 0 && text[n] != ' '; n--) {
                continue;
            }
            n = n > 0 ? n : most;
        }

        gms_letters_draw(image, margin, y, scale, level, text, n);
        y += GMS_LETTER_HEIGHT * scale;
        text += n + strspn(text + n, " ");
    }

    return y;
}


static void
placeholder_write(gms_image_t *upright, const gms_camera_status_t *status)
{
    char      since[64] = "no picture yet";
    time_t    t = (time_t) (status->frame_real_ns / GMS_S);
    struct tm tm;
    int       y = (int) (PLACEHOLDER_TOP * upright->height);

    memset(upright->px, PLACEHOLDER_GROUND,
        (size_t) upright->stride * (size_t) upright->height);

    if (t != 0 && localtime_r(&t, &tm) != NULL) {
        strftime(since, sizeof(since), "since %Y-%m-%d %H:%M:%S", &tm);
    }

    y = placeholder_text(upright, y, PLACEHOLDER_TITLE_LETTERS,
        PLACEHOLDER_TITLE,
        status->state == GMS_CAMERA_FROZEN ? "Picture frozen" : "Camera lost");
    y = placeholder_text(
        upright, y, PLACEHOLDER_TEXT_LETTERS, PLACEHOLDER_TEXT, since);
    placeholder_text(
        upright, y, PLACEHOLDER_TEXT_LETTERS, PLACEHOLDER_TEXT, status->detail);
}


/* As the camera would have seen it. */
static void
placeholder_turn(
    gms_image_t *part, const gms_image_t *upright, const gms_camera_t *camera)
{
    int u, v;

    for (int y = 0; y < part->height; y++) {
        for (int x = 0; x < part->width; x++) {
            switch (camera->rotate) {
            case 90:
                u = part->height - 1 - y;
                v = x;
                break;
            case 180:
                u = part->width - 1 - x;
                v = part->height - 1 - y;
                break;
            case 270:
                u = y;
                v = part->width - 1 - x;
                break;
            default:
                u = x;
                v = y;
            }

            u = camera->mirror ? upright->width - 1 - u : u;
            part->px[(ptrdiff_t) y * part->stride + x] =
                upright->px[(ptrdiff_t) v * upright->stride + u];
        }
    }
}


static int
placeholder_draw(gms_image_t *picture, const gms_camera_t *camera,
    const gms_camera_status_t *status)
{
    gms_image_t upright = { 0 }, part;
    bool        lies = camera->rotate % 180 != 0;
    int         rc, width, height;

    width = status->width > 0 ? status->width : camera->width;
    height = status->height > 0 ? status->height : camera->height;

    rc = width > 0 && height > 0
        ? gms_image_resize(picture, width, height)
        : gms_image_resize(picture, PLACEHOLDER_WIDTH, PLACEHOLDER_HEIGHT);
    if (rc != GMS_OK) {
        return rc;
    }

    memset(picture->px, PLACEHOLDER_GROUND,
        (size_t) picture->stride * (size_t) picture->height);
    part = placeholder_region(picture, camera);

    rc = gms_image_resize(&upright, lies ? part.height : part.width,
        lies ? part.width : part.height);

    if (rc == GMS_OK) {
        placeholder_write(&upright, status);
        placeholder_turn(&part, &upright, camera);
    }

    gms_image_free(&upright);

    return rc;
}


int
gms_placeholder_show(gms_frames_t *frames, const gms_camera_t *camera,
    const gms_camera_status_t *status)
{
    gms_image_t      picture = { 0 };
    gms_frame_info_t info = { 0 };
    gms_jpeg_t      *jpeg = gms_jpeg_create();
    const void      *bytes;
    int              rc = jpeg != NULL ? GMS_OK : GMS_ENOMEM;

    rc = rc == GMS_OK ? placeholder_draw(&picture, camera, status) : rc;
    rc = rc == GMS_OK ? gms_jpeg_encode_gray(
             jpeg, &picture, PLACEHOLDER_QUALITY, &bytes, &info.size)
                      : rc;

    if (rc == GMS_OK) {
        info.t_us = gms_clock_real_ns() / GMS_US;
        info.mono_ns = gms_clock_mono_ns();
        info.width = (uint32_t) picture.width;
        info.height = (uint32_t) picture.height;
        info.placeholder = true;
        rc = gms_frames_write(frames, &info, bytes);
    }

    gms_image_free(&picture);

    if (jpeg != NULL) {
        gms_jpeg_destroy(jpeg);
    }

    return rc;
}

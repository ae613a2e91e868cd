/* What gmshoot-av makes of decoded pictures: the gray plane is the light of the
 * picture, whatever it came as, and of the JPEG of it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <libavutil/pixdesc.h>

#include "av/picture.h"
#include "av/wire.h"
#include "worker/base/image.h"

#define W 330 /* no whole number of rows of the slots */
#define H 94

static uint8_t  plane[GMS_AV_ROW(W) * H];


/* Light of pixel (x, y): 0 to 255, smooth. */
static int
light(int x, int y)
{
    return (x * 200 / W + y * 55 / H);
}


static void
draw(AVFrame *frame, bool full)
{
    const AVPixFmtDescriptor  *d =
        av_pix_fmt_desc_get((enum AVPixelFormat) frame->format);

    for (int k = 0; frame->buf[k] != NULL; k++) {
        memset(frame->buf[k]->data, 128, frame->buf[k]->size);
    }

    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            int       v = light(x, y);
            uint8_t  *at = frame->data[0] + y * frame->linesize[0];

            v = full ? v : 16 + (v * 219 + 127) / 255;

            if (d->flags & AV_PIX_FMT_FLAG_RGB) {
                memset(at + 3 * x, v, 3);
            } else if (d->comp[0].depth > 8) {
                uint16_t  deep = (uint16_t) (v << (d->comp[0].depth - 8));

                memcpy(at + 2 * x, &deep, 2);
            } else {
                at[x * d->comp[0].step] = (uint8_t) v;
            }
        }
    }

    /* no colour, in more than 8 bits */
    for (int c = 1; d->comp[0].depth > 8 && c < 3; c++) {
        for (int i = 0; i < H / 2 * frame->linesize[c] / 2; i++) {
            ((uint16_t *) frame->data[c])[i] =
                (uint16_t) (1 << (d->comp[c].depth - 1));
        }
    }
}


static void
kinds(void **state)
{
    static const struct {
        enum AVPixelFormat  format;
        enum AVColorRange   range;
        bool                full;
        int                 off; /* at most, of the 256 levels */
    } table[] = {
        { AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG, false, 1 },
        { AV_PIX_FMT_YUV420P, AVCOL_RANGE_UNSPECIFIED, false, 1 },
        { AV_PIX_FMT_YUV420P, AVCOL_RANGE_JPEG, true, 0 },
        { AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_UNSPECIFIED, true, 0 },
        { AV_PIX_FMT_YUV422P, AVCOL_RANGE_MPEG, false, 1 },
        { AV_PIX_FMT_NV12, AVCOL_RANGE_MPEG, false, 1 },
        { AV_PIX_FMT_YUV420P10LE, AVCOL_RANGE_MPEG, false, 2 },
        { AV_PIX_FMT_YUYV422, AVCOL_RANGE_MPEG, false, 2 },
        { AV_PIX_FMT_RGB24, AVCOL_RANGE_JPEG, true, 3 },
    };

    gms_jpeg_t        *jpeg = gms_jpeg_create();
    gms_image_t        decoded = { 0 };
    gms_av_picture_t   picture = { 0 };

    (void) state;
    assert_non_null(jpeg);

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const char  *name = av_get_pix_fmt_name(table[i].format);
        AVFrame     *frame = av_frame_alloc();
        int          worst = 0, apart = 0;

        assert_non_null(frame);
        frame->width = W;
        frame->height = H;
        frame->format = table[i].format;
        frame->color_range = table[i].range;
        assert_int_equal(av_frame_get_buffer(frame, 0), 0);
        draw(frame, table[i].full);

        assert_true(
            gms_av_picture_gray(&picture, frame, plane, sizeof(plane)));
        assert_true(gms_av_picture_encode(&picture, frame));
        assert_int_equal(gms_jpeg_decode_gray(jpeg, picture.jpeg->data,
                             (size_t) picture.jpeg->size, &decoded), 0);
        assert_int_equal(decoded.width, W);

        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                int  v = plane[(size_t) y * GMS_AV_ROW(W) + (size_t) x];
                int  d = abs(v - light(x, y));
                int  e = abs(v - decoded.px[y * decoded.stride + x]);

                worst = d > worst ? d : worst;
                apart = e > apart ? e : apart;
            }
        }

        if (worst > table[i].off || apart > 5) {
            fail_msg("%s: %d off, %d from its JPEG", name, worst, apart);
        }
        av_frame_free(&frame);
    }

    gms_av_picture_free(&picture);
    gms_image_free(&decoded);
    gms_jpeg_destroy(jpeg);
}


/* What lies outside of the narrow range is black or white. */
static void
beyond(void **state)
{
    AVFrame           *frame = av_frame_alloc();
    gms_av_picture_t   picture = { 0 };

    (void) state;
    assert_non_null(frame);
    frame->width = W;
    frame->height = H;
    frame->format = AV_PIX_FMT_YUV420P;
    assert_int_equal(av_frame_get_buffer(frame, 0), 0);
    memset(frame->buf[0]->data, 255, frame->buf[0]->size);
    memset(frame->data[0], 3, 100);
    frame->data[0][W - 1] = 235;
    frame->data[0][W - 2] = 16;

    assert_true(gms_av_picture_gray(&picture, frame, plane, sizeof(plane)));
    assert_int_equal(plane[0], 0);
    assert_int_equal(plane[200], 255);
    assert_int_equal(plane[W - 1], 255);
    assert_int_equal(plane[W - 2], 0);

    /* too large for a slot, or no picture: refused */
    assert_false(
        gms_av_picture_gray(&picture, frame, plane, sizeof(plane) - 1));
    frame->width = 8;
    assert_false(gms_av_picture_gray(&picture, frame, plane, sizeof(plane)));
    assert_false(gms_av_picture_encode(&picture, frame));
    frame->width = W;

    av_frame_free(&frame);
    gms_av_picture_free(&picture);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        { .name = "the plane is the light, of whatever the video is made",
            .test_func = kinds },
        { .name = "black and white are cut off where they end",
            .test_func = beyond },
    };

    av_log_set_level(AV_LOG_QUIET);
    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("av_picture", tests, NULL, NULL);
}

/*
 * gms_camera: where a lane's pictures come from, as text and as a struct.
 * The text is the arguments of `camera` in a gmshoot_range block, or one
 * string with spaces on the command line:
 *
 *     clip:/path/to/file.avi fps=15 loop=1 rotate=90
 *     simulate: seed=7 fps=15
 *     http://camera.local/still.jpg region=0,0,1280,720
 *     rtsp://camera.local/stream1 transport=udp
 *     v4l2:/dev/video0 size=1280x720 fps=30 format=mjpeg
 *     push: size=1280x720 fps=15
 *
 * rotate= (clockwise degrees that make the picture upright: 0, 90, 180, 270),
 * mirror= (0, 1) and region= (x,y,width,height in pixels of the camera)
 * belong to every source.  Pixels are never turned: the calibration is.
 */

#ifndef GMS_CAMERA_H
#define GMS_CAMERA_H

#include <stdbool.h>
#include <stddef.h>

#define GMS_CAMERA_OPTIONS_MAX 48
#define GMS_CAMERA_LANES_MAX 8 /* at one camera, with a region each */

typedef enum {
    GMS_CAMERA_CLIP,
    GMS_CAMERA_SIMULATE,
    GMS_CAMERA_HTTP,
    GMS_CAMERA_RTSP,
    GMS_CAMERA_V4L2,
    GMS_CAMERA_PUSH
} gms_camera_kind_e;

typedef struct {
    char key[24];
    char value[64];
} gms_camera_option_t;

typedef struct {
    gms_camera_kind_e   kind;
    char                locator[1024]; /* path, URL; "" for simulate and
                                      push */
    int                 rotate;
    bool                mirror;
    bool                oriented; /* rotate= or mirror= is said */
    bool                has_region;
    int                 region[4]; /* x, y, width, height */
    double              fps;       /* 0: the source's own */
    int                 width;     /* size=WxH, 0: the source's own */
    int                 height;
    bool                loop;
    int                 options; /* those of the source alone, unparsed */
    gms_camera_option_t option[GMS_CAMERA_OPTIONS_MAX];
} gms_camera_t;

/* Parses argc words (source first, then key=value); a relative clip path is
 * resolved against base_dir unless that is NULL.  GMS_EINVALID with a
 * sentence in err that names the word and what is allowed. */
int gms_camera_parse(gms_camera_t *camera, int argc, const char *const *argv,
    const char *base_dir, char *err, size_t err_size);

/* The same from one string with blanks between the words; double quotes keep
 * a word with blanks together. */
int gms_camera_parse_text(
    gms_camera_t *camera, const char *text, char *err, size_t err_size);

/* True when both name one device or stream, whatever the regions: such lanes
 * share one capture.  Simulated cameras, and phones, are never the same. */
bool gms_camera_same(const gms_camera_t *a, const gms_camera_t *b);

/* It shows what hangs there, whatever a session says: neither drawn nor
 * recorded. */
bool gms_camera_is_real(const gms_camera_t *camera);

/* Value of an option, or NULL. */
const char *gms_camera_option(const gms_camera_t *camera, const char *key);

#endif /* GMS_CAMERA_H */

/* gms_camera: see camera.h. */

#include "camera.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "text.h"
#include "unit.h"

#define SIDE_MAX 8192
#define FPS_MAX 240

/* A source, its options and what they might be in the longest text. */
#define WORDS_MAX (8 + GMS_CAMERA_OPTIONS_MAX)
#define TEXT_MAX 4096

static const struct {
    const char       *prefix;
    gms_camera_kind_e kind;
    bool              keep; /* the prefix belongs to the locator */
} kinds[] = {
    { "clip:", GMS_CAMERA_CLIP, false },
    { "simulate:", GMS_CAMERA_SIMULATE, false },
    { "http://", GMS_CAMERA_HTTP, true },
    { "https://", GMS_CAMERA_HTTP, true },
    { "rtsp://", GMS_CAMERA_RTSP, true },
    { "rtsps://", GMS_CAMERA_RTSP, true },
    { "v4l2:", GMS_CAMERA_V4L2, false },
    { "push:", GMS_CAMERA_PUSH, false },
};

typedef struct {
    char  *buf;
    size_t size;
} gms_err_t;


static int
set_path(gms_camera_t *camera, const char *path, const char *base_dir,
    const gms_err_t *err)
{
    int  n;
    char cwd[sizeof(camera->locator)] = "";

    if (*path == '\0') {
        snprintf(err->buf, err->size,
            "clip: needs a file or a folder, such as clip:/srv/clip.avi");
        return GMS_EINVALID;
    }

    if (*path == '/' || base_dir == NULL) {
        n = snprintf(camera->locator, sizeof(camera->locator), "%s", path);

    } else {
        if (*base_dir != '/' && getcwd(cwd, sizeof(cwd)) == NULL) {
            snprintf(err->buf, err->size,
                "the current folder has no name: "
                "write the path of the clip from the root");
            return GMS_EINVALID;
        }
        if (strcmp(base_dir, ".") == 0 || strcmp(base_dir, "/") == 0) {
            base_dir = "";
        }
        n = snprintf(camera->locator, sizeof(camera->locator), "%s%s%s/%s", cwd,
            *cwd && *base_dir ? "/" : "", base_dir, path);
    }

    if (n < 0 || (size_t) n >= sizeof(camera->locator)) {
        snprintf(err->buf, err->size,
            "the path of the clip is longer than "
            "%zu bytes",
            sizeof(camera->locator) - 1);
        return GMS_EINVALID;
    }

    return GMS_OK;
}


/* A device has one name wherever the configuration lies. */
static int
set_device(gms_camera_t *camera, const char *path, const gms_err_t *err)
{
    size_t n = strlen(path);

    if (*path != '/' || n >= sizeof(camera->locator)) {
        snprintf(err->buf, err->size,
            "v4l2: needs the path of a device, such as v4l2:/dev/video0 or "
            "a name in /dev/v4l/by-id");
        return GMS_EINVALID;
    }

    memcpy(camera->locator, path, n + 1);

    return GMS_OK;
}


static int
set_source(gms_camera_t *camera, const char *word, const char *base_dir,
    const gms_err_t *err)
{
    char        shown[GMS_WORD_SIZE];
    size_t      i, n;
    const char *rest;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strncmp(word, kinds[i].prefix, strlen(kinds[i].prefix)) == 0) {
            break;
        }
    }

    gms_text_word(shown, word);

    if (i == sizeof(kinds) / sizeof(kinds[0])) {
        snprintf(err->buf, err->size,
            "\"%s\" is no camera: a source starts "
            "with clip:, simulate:, v4l2:, push:, http://, https://, rtsp:// "
            "or rtsps://",
            shown);
        return GMS_EINVALID;
    }

    camera->kind = kinds[i].kind;
    rest = word + strlen(kinds[i].prefix);

    if (camera->kind == GMS_CAMERA_CLIP) {
        return set_path(camera, rest, base_dir, err);
    }

    if (camera->kind == GMS_CAMERA_V4L2) {
        return set_device(camera, rest, err);
    }

    if (camera->kind == GMS_CAMERA_SIMULATE || camera->kind == GMS_CAMERA_PUSH)
    {
        if (*rest != '\0') {
            snprintf(err->buf, err->size,
                "\"%s\": a blank belongs after %s, then options such as %s",
                shown, kinds[i].prefix,
                camera->kind == GMS_CAMERA_PUSH ? "fps=15" : "seed=1");
            return GMS_EINVALID;
        }
        return GMS_OK;
    }

    n = strlen(word);
    if (*rest == '\0' || *rest == '/' || n >= sizeof(camera->locator)) {
        snprintf(err->buf, err->size,
            "\"%s\" has no host, or is longer than "
            "%zu bytes",
            shown, sizeof(camera->locator) - 1);
        return GMS_EINVALID;
    }
    memcpy(camera->locator, word, n + 1);

    return GMS_OK;
}


static int
bad_value(const char *word, const char *allowed, const gms_err_t *err)
{
    char shown[GMS_WORD_SIZE];

    snprintf(err->buf, err->size, "\"%s\": allowed is %s",
        gms_text_word(shown, word), allowed);

    return GMS_EINVALID;
}


/* Whole numbers with sep between them; true if there are exactly n. */
static bool
read_integers(const char *text, char sep, int *value, int n)
{
    int v, digits;

    for (int i = 0; i < n; i++) {
        v = 0;
        for (digits = 0; *text >= '0' && *text <= '9'; text++) {
            if (++digits > 6) {
                return false;
            }
            v = v * 10 + (*text - '0');
        }
        if (digits == 0 || *text != (i == n - 1 ? '\0' : sep)) {
            return false;
        }
        text++;
        value[i] = v;
    }

    return true;
}


static int
set_rotate(gms_camera_t *camera, const char *word, const char *value,
    const gms_err_t *err)
{
    if (!read_integers(value, '\0', &camera->rotate, 1) || camera->rotate > 270
        || camera->rotate % 90 != 0)
    {
        return bad_value(word, "rotate=0, 90, 180 or 270", err);
    }

    camera->oriented = true;

    return GMS_OK;
}


static int
set_flag(bool *flag, const char *word, const char *value, const gms_err_t *err)
{
    if ((value[0] != '0' && value[0] != '1') || value[1] != '\0') {
        return bad_value(word, "0 or 1", err);
    }

    *flag = value[0] == '1';

    return GMS_OK;
}


static int
set_mirror(gms_camera_t *camera, const char *word, const char *value,
    const gms_err_t *err)
{
    camera->oriented = true;

    return set_flag(&camera->mirror, word, value, err);
}


static int
set_loop(gms_camera_t *camera, const char *word, const char *value,
    const gms_err_t *err)
{
    return set_flag(&camera->loop, word, value, err);
}


static int
set_region(gms_camera_t *camera, const char *word, const char *value,
    const gms_err_t *err)
{
    int *r = camera->region;

    if (!read_integers(value, ',', r, 4) || r[2] < 16 || r[3] < 16
        || r[0] + r[2] > SIDE_MAX || r[1] + r[3] > SIDE_MAX)
    {
        return bad_value(word,
            "region=x,y,width,height in pixels of the "
            "camera, at least 16 wide and high, within 8192",
            err);
    }

    camera->has_region = true;

    return GMS_OK;
}


static int
set_fps(gms_camera_t *camera, const char *word, const char *value,
    const gms_err_t *err)
{
    char    why[160];
    int64_t micro;

    if (gms_unit_parse(GMS_UNIT_NUMBER, value, GMS_MICRO / 100,
            FPS_MAX * GMS_MICRO, &micro, why, sizeof(why))
        != GMS_OK)
    {
        return bad_value(word, "fps=0.01 to fps=240", err);
    }

    camera->fps = (double) micro / (double) GMS_MICRO;

    return GMS_OK;
}


static int
set_size(gms_camera_t *camera, const char *word, const char *value,
    const gms_err_t *err)
{
    int side[2];

    if (!read_integers(value, 'x', side, 2) || side[0] < 64 || side[1] < 64
        || side[0] > SIDE_MAX || side[1] > SIDE_MAX)
    {
        return bad_value(word, "size=WIDTHxHEIGHT, each from 64 to 8192", err);
    }

    camera->width = side[0];
    camera->height = side[1];

    return GMS_OK;
}


/* Options of every source; all others are the source's own. */
static const struct {
    const char *key;
    int (*set)(gms_camera_t *camera, const char *word, const char *value,
        const gms_err_t *err);
} options[] = {
    { "rotate", set_rotate },
    { "mirror", set_mirror },
    { "region", set_region },
    { "fps", set_fps },
    { "size", set_size },
    { "loop", set_loop },
};

#define OPTIONS (sizeof(options) / sizeof(options[0]))


static int
keep_option(gms_camera_t *camera, const char *word, size_t key_size,
    const char *value, const gms_err_t *err)
{
    size_t               n = strlen(value);
    gms_camera_option_t *option;

    if (camera->options == GMS_CAMERA_OPTIONS_MAX) {
        snprintf(err->buf, err->size,
            "a camera takes at most %d options of "
            "its own",
            GMS_CAMERA_OPTIONS_MAX);
        return GMS_EINVALID;
    }

    option = &camera->option[camera->options];
    if (key_size >= sizeof(option->key) || n == 0 || n >= sizeof(option->value))
    {
        return bad_value(word,
            "an option key=value with a key up to 23 and "
            "a value of 1 to 63 bytes",
            err);
    }

    memcpy(option->key, word, key_size);
    option->key[key_size] = '\0';
    memcpy(option->value, value, n + 1);

    if (gms_camera_option(camera, option->key) != NULL) {
        return bad_value(word, "each option once", err);
    }
    camera->options++;

    return GMS_OK;
}


static int
set_option(gms_camera_t *camera, const char *word, unsigned *seen,
    const gms_err_t *err)
{
    size_t      n = strcspn(word, "=");
    const char *value = word + n + 1;

    if (word[n] == '\0' || n == 0
        || strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_-") != n)
    {
        return bad_value(word,
            "an option such as fps=15: a key of lower "
            "case letters, =, a value",
            err);
    }

    for (size_t i = 0; i < OPTIONS; i++) {
        if (strlen(options[i].key) != n
            || strncmp(options[i].key, word, n) != 0) {
            continue;
        }
        if (*seen & (1U << i)) {
            return bad_value(word, "each option once", err);
        }
        *seen |= 1U << i;

        return options[i].set(camera, word, value, err);
    }

    return keep_option(camera, word, n, value, err);
}


/* Cuts text at blanks in place, quotes taken away; -1: a quote stays open,
 * -2: too many words. */
static int
split(char *text, const char **word)
{
    int   n = 0;
    bool  quoted;
    char *out = text;

    for (;;) {
        while (*text == ' ' || *text == '\t' || *text == '\n') {
            text++;
        }
        if (*text == '\0') {
            return n;
        }
        if (n == WORDS_MAX) {
            return -2;
        }

        word[n++] = out;
        quoted = false;
        while (*text != '\0' && (quoted || strchr(" \t\n", *text) == NULL)) {
            if (*text == '"') {
                quoted = !quoted;
                text++;
            } else {
                *out++ = *text++;
            }
        }
        if (quoted) {
            return -1;
        }
        if (*text != '\0') {
            text++;
        }
        *out++ = '\0';
    }
}


static int
parse_words(gms_camera_t *camera, int argc, const char *const *argv,
    const char *base_dir, const gms_err_t *err)
{
    int      rc;
    unsigned seen = 0;

    if (argc < 1) {
        snprintf(err->buf, err->size,
            "a camera needs a source: clip:, simulate:, "
            "v4l2:, push:, http://, https://, rtsp:// or rtsps://");
        return GMS_EINVALID;
    }

    if (argc > WORDS_MAX) {
        snprintf(err->buf, err->size,
            "a camera is described in at most %d words", WORDS_MAX);
        return GMS_EINVALID;
    }

    rc = set_source(camera, argv[0], base_dir, err);

    for (int i = 1; rc == GMS_OK && i < argc; i++) {
        rc = set_option(camera, argv[i], &seen, err);
    }

    return rc;
}


/* Cuts text into words, in place. */
static int
cut(char *text, const char **word, int *n, const gms_err_t *err)
{
    *n = split(text, word);

    if (*n == -1) {
        snprintf(err->buf, err->size, "a double quote is not closed");
        return GMS_EINVALID;
    }

    if (*n == -2) {
        snprintf(err->buf, err->size,
            "a camera is described in at most %d words", WORDS_MAX);
        return GMS_EINVALID;
    }

    return GMS_OK;
}


/* The options may stand with the source in one pair of quotes; blanks in the
 * path of a clip are its own. */
static bool
holds_options(const char *word)
{
    return strncmp(word, "clip:", 5) != 0 && strpbrk(word, " \t\n") != NULL
        && strlen(word) < TEXT_MAX;
}


int
gms_camera_parse(gms_camera_t *camera, int argc, const char *const *argv,
    const char *base_dir, char *err, size_t err_size)
{
    int         n;
    char        copy[TEXT_MAX];
    gms_err_t   e = { err, err_size };
    const char *word[2 * WORDS_MAX];

    memset(camera, 0, sizeof(*camera));

    if (argc < 1 || !holds_options(argv[0])) {
        return parse_words(camera, argc, argv, base_dir, &e);
    }

    snprintf(copy, sizeof(copy), "%s", argv[0]);

    if (cut(copy, word, &n, &e) != GMS_OK) {
        return GMS_EINVALID;
    }

    for (int i = 1; i < argc && n < 2 * WORDS_MAX; i++) {
        word[n++] = argv[i];
    }

    return parse_words(camera, n, word, base_dir, &e);
}


int
gms_camera_parse_text(
    gms_camera_t *camera, const char *text, char *err, size_t err_size)
{
    int         argc, rc;
    char        copy[TEXT_MAX];
    size_t      n = strlen(text);
    gms_err_t   e = { err, err_size };
    const char *argv[WORDS_MAX];

    memset(camera, 0, sizeof(*camera));

    if (n >= sizeof(copy)) {
        snprintf(err, err_size, "a camera is described in at most %d bytes",
            TEXT_MAX - 1);
        return GMS_EINVALID;
    }
    memcpy(copy, text, n + 1);

    rc = cut(copy, argv, &argc, &e);
    if (rc != GMS_OK) {
        return rc;
    }

    return gms_camera_parse(camera, argc, argv, NULL, err, err_size);
}


bool
gms_camera_same(const gms_camera_t *a, const gms_camera_t *b)
{
    return a->kind == b->kind && a->kind != GMS_CAMERA_SIMULATE
        && a->kind != GMS_CAMERA_PUSH && strcmp(a->locator, b->locator) == 0;
}


bool
gms_camera_is_real(const gms_camera_t *camera)
{
    return camera->kind != GMS_CAMERA_CLIP
        && camera->kind != GMS_CAMERA_SIMULATE;
}


const char *
gms_camera_option(const gms_camera_t *camera, const char *key)
{
    for (int i = 0; i < camera->options; i++) {
        if (strcmp(camera->option[i].key, key) == 0) {
            return camera->option[i].value;
        }
    }

    return NULL;
}

/*
 * gms_source_http: a camera that gives one JPEG a GET, or a GET that never
 * ends and gives one after the other (MJPEG).
 *
 * For single pictures it is asked again as soon as it answered, but at most
 * fps= times a second (15 when not given), over one connection that is kept.
 * A picture that was given before (304, or the same bytes) is not handed over.
 * Of a stream the newest picture that has come is handed over, and fps= leaves
 * out what comes sooner.  The transfer goes on between calls of next(), so
 * that none waits longer than asked.
 *
 * The URL may hold a user and a password, and its query a token: no sentence
 * of this file names more of it than scheme, host, port and path.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "credentials.h"
#include "http_answer.h"
#include "http_headers.h"
#include "http_place.h"
#include "http_trust.h"
#include "option.h"
#include "pace.h"
#include "parts.h"
#include "source.h"
#include "../../ipc/error.h"
#include "../base/clock.h"

#define GMS_HTTP_FPS 15

#define GMS_HTTP_BODY_MAX (16 * 1024 * 1024)
#define GMS_HTTP_CONNECT_MS 3000L
#define GMS_HTTP_HOLD_NS (40 * GMS_S)    /* of an answer that waits for one */
#define GMS_HTTP_PATIENCE_NS (5 * GMS_S) /* without a picture */
#define GMS_HTTP_REDIRECTS_MAX 3L
#define GMS_HTTP_TAG_MAX 200
#define GMS_HTTP_URL_MAX 1400
#define GMS_HTTP_SINCE "{since}"

/* Why a body was refused while it arrived. */
typedef enum {
    GMS_HTTP_FINE,
    GMS_HTTP_NO_MEMORY,
    GMS_HTTP_TOO_LARGE,
    GMS_HTTP_NO_PICTURES
} gms_http_refusal_e;

typedef struct {
    uint8_t *bytes;
    size_t   size;
    size_t   capacity;
} gms_http_body_t;

typedef struct {
    double verify;

    CURLM             *multi;
    CURL              *easy;
    struct curl_slist *headers;
    struct curl_slist *extra;                     /* of a file */
    bool               active;                    /* a transfer is under way */
    char               place[GMS_HTTP_PLACE_MAX]; /* fit to be shown */

    char why[CURL_ERROR_SIZE]; /* a certificate is not believed */

    gms_pace_t  pace;
    gms_jpeg_t *jpeg;
    uint64_t    id;
    int64_t     deadline_ns; /* of the next picture */
    int64_t     least_ns;    /* from picture to picture of a stream */

    bool        streaming; /* this answer is a stream */
    gms_parts_t parts;
    unsigned    broken;  /* pictures of the stream, since the last call */
    unsigned    fresh;   /* likewise, whole: the last one is in `last` */
    uint64_t    passed;  /* likewise: a newer one took the place of these */
    int64_t     came_ns; /* CLOCK_MONOTONIC of that */
    int64_t     came_real_ns;

    gms_http_body_t    body; /* arriving */
    gms_http_body_t    last; /* handed over */
    gms_http_refusal_e refusal;
    char               etag[GMS_HTTP_TAG_MAX]; /* of `body` */
    char               sent[GMS_HTTP_TAG_MAX]; /* of `last` */

    bool    waiting;                 /* the URL asks for what comes {since} */
    char    frame[GMS_HTTP_TAG_MAX]; /* X-Frame-Id of `body` */
    char    since[GMS_HTTP_TAG_MAX]; /* of `last` */
    int64_t answered_ns;             /* "not yet" is no trouble for a while */
} gms_http_t;

static const gms_option_t gms_http_table[] = {
    { .key = "headers",
        .words = gms_option_path,
        .text = "a file with request headers, Name: value, one a line" },
    { .key = "credentials",
        .words = gms_option_path,
        .text = "a file with one line, user:password" },
    { .key = "ca",
        .words = gms_option_path,
        .text = "a file with certificates that vouch for the camera's" },
    { .key = "verify",
        .words = gms_option_verify,
        .offset = offsetof(gms_http_t, verify),
        .text = "yes, or no: believe any certificate" },
    { .key = "presets",
        .words = gms_option_path,
        .text = "a file with the request that sets a zoom preset" },
    { .key = NULL },
};


static void
gms_http_free(gms_http_t *run)
{
    if (run->active) {
        curl_multi_remove_handle(run->multi, run->easy);
    }

    curl_easy_cleanup(run->easy);
    curl_multi_cleanup(run->multi);
    curl_slist_free_all(run->headers);
    curl_slist_free_all(run->extra);
    gms_jpeg_destroy(run->jpeg);
    gms_parts_free(&run->parts);
    free(run->body.bytes);
    free(run->last.bytes);
    free(run);
}


/* Keeps the value of a header line of that name. */
static void
gms_http_header(const char *name, const char *line, size_t size, char *value)
{
    size_t n;

    n = strlen(name);

    if (size <= n || strncasecmp(line, name, n) != 0) {
        return;
    }

    line += n;
    size -= n;

    while (size > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        size--;
    }

    while (size > 0
        && (line[size - 1] == '\r' || line[size - 1] == '\n'
            || line[size - 1] == ' '))
    {
        size--;
    }

    if (size < GMS_HTTP_TAG_MAX) {
        memcpy(value, line, size);
        value[size] = '\0';
    }
}


/* The last answer's count (a redirect has others). */
static size_t
gms_http_on_header(char *line, size_t one, size_t size, void *data)
{
    gms_http_t *run = data;

    (void) one;

    if (size >= 5 && strncasecmp(line, "HTTP/", 5) == 0) {
        run->etag[0] = '\0';
        run->frame[0] = '\0';
    }

    gms_http_header("ETag:", line, size, run->etag);
    gms_http_header("X-Frame-Id:", line, size, run->frame);

    return size;
}


static void
gms_http_keep(gms_http_body_t *body, gms_parts_t *parts)
{
    gms_http_body_t last;

    last = *body;
    body->bytes = parts->bytes;
    body->size = parts->size;
    body->capacity = parts->capacity;
    parts->bytes = last.bytes;
    parts->capacity = last.capacity;
}


/* Bytes of a stream: of the pictures in them the newest is kept. */
static bool
gms_http_on_stream(gms_http_t *run, const uint8_t *bytes, size_t size)
{
    size_t  used;
    int64_t now;
    int     rc;

    for (; size > 0; bytes += used, size -= used) {
        rc = gms_parts_feed(&run->parts, bytes, size, &used);

        switch (rc) {

        case GMS_OK:
            now = gms_clock_mono_ns();
            run->deadline_ns = now + GMS_HTTP_PATIENCE_NS;

            if (now - run->came_ns >= run->least_ns) {
                gms_http_keep(&run->last, &run->parts);
                run->came_ns = now;
                run->came_real_ns = gms_clock_real_ns();
                run->fresh++;
            }
            break;

        case GMS_EAGAIN:
            break;

        case GMS_EBAD_FRAME:
            run->broken++;
            break;

        default:
            run->refusal = rc == GMS_ENOMEM ? GMS_HTTP_NO_MEMORY
                : rc == GMS_ETOOBIG         ? GMS_HTTP_TOO_LARGE
                                            : GMS_HTTP_NO_PICTURES;
            return false;
        }
    }

    return true;
}


static bool
gms_http_append(gms_http_t *run, const char *part, size_t size)
{
    size_t           capacity;
    uint8_t         *bytes;
    gms_http_body_t *body = &run->body;

    if (size > GMS_HTTP_BODY_MAX - body->size) {
        run->refusal = GMS_HTTP_TOO_LARGE;
        return false;
    }

    if (body->size + size > body->capacity) {
        capacity = body->capacity ? body->capacity : 64 * 1024;

        while (capacity < body->size + size) {
            capacity *= 2;
        }

        bytes = realloc(body->bytes, capacity);
        if (bytes == NULL) {
            run->refusal = GMS_HTTP_NO_MEMORY;
            return false;
        }

        body->bytes = bytes;
        body->capacity = capacity;
    }

    memcpy(body->bytes + body->size, part, size);
    body->size += size;

    return true;
}


static size_t
gms_http_on_body(char *part, size_t one, size_t size, void *data)
{
    char       *type = NULL;
    long        status = 0;
    bool        taken;
    gms_http_t *run = data;

    (void) one;

    if (run->body.size == 0 && !run->streaming) {
        curl_easy_getinfo(run->easy, CURLINFO_CONTENT_TYPE, &type);
        curl_easy_getinfo(run->easy, CURLINFO_RESPONSE_CODE, &status);
        run->streaming = status == 200 && type != NULL
            && strncasecmp(type, "multipart/", 10) == 0;
    }

    taken = run->streaming
        ? gms_http_on_stream(run, (const uint8_t *) part, size)
        : gms_http_append(run, part, size);

    return taken ? size : 0;
}


static bool
gms_http_configure(gms_http_t *run, const char *url)
{
    CURL *e = run->easy;

    return curl_easy_setopt(e, CURLOPT_URL, url) == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_MAXREDIRS, GMS_HTTP_REDIRECTS_MAX)
        == CURLE_OK
        && curl_easy_setopt(
               e, CURLOPT_HTTPAUTH, (long) (CURLAUTH_BASIC | CURLAUTH_DIGEST))
        == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, GMS_HTTP_CONNECT_MS)
        == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK
        /* cameras stand in the range's own network */
        && curl_easy_setopt(e, CURLOPT_NOPROXY, "*") == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_USERAGENT, "gmshoot") == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, gms_http_on_header)
        == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_HEADERDATA, run) == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, gms_http_on_body)
        == CURLE_OK
        && curl_easy_setopt(e, CURLOPT_WRITEDATA, run) == CURLE_OK;
}


/* Who asks and with what, when files say it. */
static int
gms_http_name(
    gms_http_t *run, const gms_camera_t *camera, char *err, size_t err_size)
{
    gms_credentials_t credentials;
    bool              fine;
    int               rc;

    rc = gms_http_headers_read(&run->extra, camera, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    rc = gms_credentials_read(&credentials, camera, err, err_size);
    if (rc != GMS_OK || credentials.user[0] == '\0') {
        return rc;
    }

    fine = curl_easy_setopt(run->easy, CURLOPT_USERNAME, credentials.user)
            == CURLE_OK
        && curl_easy_setopt(run->easy, CURLOPT_PASSWORD, credentials.password)
            == CURLE_OK;
    gms_credentials_forget(&credentials);

    if (!fine) {
        snprintf(err, err_size, "not enough memory for a camera");
        return GMS_ENOMEM;
    }

    return GMS_OK;
}


static int
gms_http_setup(gms_http_t *run, const gms_source_config_t *config, char *err,
    size_t err_size)
{
    int    rc;
    double fps;

    rc = gms_options_read(
        gms_http_table, &config->camera, "http:", run, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    rc = gms_http_place(run->place, sizeof(run->place), config->camera.locator);
    if (rc != GMS_OK) {
        snprintf(err, err_size,
            "the camera's address is no URL like "
            "http://192.168.1.20/still.jpg");
        return rc;
    }

    run->waiting = strstr(config->camera.locator, GMS_HTTP_SINCE) != NULL;
    run->answered_ns = gms_clock_mono_ns();

    run->jpeg = gms_jpeg_create();
    run->easy = gms_http_ready() ? curl_easy_init() : NULL;
    run->multi = curl_multi_init();

    if (run->jpeg == NULL || run->easy == NULL || run->multi == NULL
        || !gms_http_configure(run, config->camera.locator)
        || !gms_http_trust(run->easy, &config->camera, run->why))
    {
        snprintf(err, err_size, "not enough memory for the camera at %s",
            run->place);
        return GMS_ENOMEM;
    }

    fps = config->camera.fps > 0 ? config->camera.fps : GMS_HTTP_FPS;
    if (fps > GMS_FPS_MAX) {
        fps = GMS_FPS_MAX;
    }

    /* a picture that comes a little early is not one too many */
    run->least_ns = config->camera.fps > 0 ? (int64_t) (0.8 * GMS_S / fps) : 0;

    gms_pace_init(&run->pace, gms_clock_mono_ns(), fps);

    return gms_http_name(run, &config->camera, err, err_size);
}


static int
gms_http_open(gms_source_t *s, char *err, size_t err_size)
{
    int         rc;
    gms_http_t *run;

    run = calloc(1, sizeof(gms_http_t));
    if (run == NULL) {
        snprintf(err, err_size, "not enough memory for a camera");
        return GMS_ENOMEM;
    }

    rc = gms_http_setup(run, &s->config, err, err_size);
    if (rc != GMS_OK) {
        gms_http_free(run);
        return rc;
    }

    s->run = run;

    return GMS_OK;
}


static void
gms_http_close(gms_source_t *s)
{
    gms_http_free(s->run);
}


/* The URL with the id of the last picture in the place of {since}: of its
 * X-Frame-Id, its ETag, or 0. */
static int
gms_http_ask_since(gms_http_t *run, const char *url)
{
    char        asked[GMS_HTTP_URL_MAX], *id;
    const char *mark;
    bool        fine;
    int         n;

    mark = strstr(url, GMS_HTTP_SINCE);
    id = curl_easy_escape(run->easy, run->since[0] ? run->since : "0", 0);
    n = id == NULL
        ? -1
        : snprintf(asked, sizeof(asked), "%.*s%s%s", (int) (mark - url), url,
            id, mark + strlen(GMS_HTTP_SINCE));
    fine = n > 0 && (size_t) n < sizeof(asked)
        && curl_easy_setopt(run->easy, CURLOPT_URL, asked) == CURLE_OK;
    curl_free(id);

    return fine ? GMS_OK : GMS_ENOMEM;
}


static int
gms_http_begin(gms_http_t *run, const char *url)
{
    char               line[GMS_HTTP_TAG_MAX + 20];
    struct curl_slist *headers = NULL, *extra;
    bool               fine = true;

    for (extra = run->extra; extra != NULL && fine; extra = extra->next) {
        fine = gms_http_headers_add(&headers, extra->data);
    }

    if (run->sent[0] != '\0' && !run->waiting) {
        snprintf(line, sizeof(line), "If-None-Match: %s", run->sent);
        fine = fine && gms_http_headers_add(&headers, line);
    }

    curl_easy_setopt(run->easy, CURLOPT_HTTPHEADER, headers);
    curl_slist_free_all(run->headers);
    run->headers = headers;

    if (!fine || (run->waiting && gms_http_ask_since(run, url) != GMS_OK)) {
        return GMS_ENOMEM;
    }

    run->body.size = 0;
    run->streaming = false;
    gms_parts_restart(&run->parts);
    run->deadline_ns = gms_clock_mono_ns()
        + (run->waiting ? GMS_HTTP_HOLD_NS : GMS_HTTP_PATIENCE_NS);
    run->broken = 0;
    run->fresh = 0;
    run->refusal = GMS_HTTP_FINE;
    run->etag[0] = '\0';
    run->frame[0] = '\0';

    if (curl_multi_add_handle(run->multi, run->easy) != CURLM_OK) {
        return GMS_ENOMEM;
    }

    run->active = true;

    return GMS_OK;
}


/* A transfer that libcurl or this file gave up. */
static int
gms_http_broken(
    const gms_http_t *run, CURLcode code, char *err, size_t err_size)
{
    switch (run->refusal) {

    case GMS_HTTP_NO_MEMORY:
        snprintf(err, err_size, "not enough memory for a picture");
        return GMS_ENOMEM;

    case GMS_HTTP_TOO_LARGE:
        snprintf(err, err_size,
            "%s gives more than %d MiB: is it a still "
            "picture?",
            run->place, GMS_HTTP_BODY_MAX / 1024 / 1024);
        return GMS_ECAMERA_GONE;

    case GMS_HTTP_NO_PICTURES:
        snprintf(err, err_size, "%s sends a stream without JPEG pictures",
            run->place);
        return GMS_ECAMERA_GONE;

    case GMS_HTTP_FINE:
        break;
    }

    if (run->streaming && code != CURLE_OPERATION_TIMEDOUT) {
        snprintf(err, err_size, "the stream of %s has ended", run->place);
        return GMS_ECAMERA_GONE;
    }

    if (code == CURLE_PARTIAL_FILE) {
        snprintf(err, err_size, "a picture from %s broke off after %zu bytes",
            run->place, run->body.size);
        return GMS_EBAD_FRAME;
    }

    if (code == CURLE_OPERATION_TIMEDOUT) {
        snprintf(
            err, err_size, "%s did not give a picture in time", run->place);
        return GMS_ECAMERA_GONE;
    }

    if (!gms_http_distrusts(code, run->place, run->why, err, err_size)) {
        snprintf(err, err_size, "%s cannot be reached: %s", run->place,
            curl_easy_strerror(code));
    }

    return GMS_ECAMERA_GONE;
}


/* What lies in `last`. */
static int
gms_http_hand_over(
    gms_http_t *run, gms_frame_t *frame, char *err, size_t err_size)
{
    if (gms_jpeg_size(run->jpeg, run->last.bytes, run->last.size, &frame->width,
            &frame->height)
        != GMS_OK)
    {
        snprintf(err, err_size, "%s gave %zu bytes that are no JPEG",
            run->place, run->last.size);
        run->last.size = 0;
        run->sent[0] = '\0';
        return GMS_EBAD_FRAME;
    }

    frame->id = run->id++;
    frame->mono_ns = run->came_ns;
    frame->real_ns = run->came_real_ns;
    frame->jpeg = run->last.bytes;
    frame->jpeg_size = run->last.size;

    return GMS_OK;
}


static int
gms_http_picture(
    gms_http_t *run, gms_frame_t *frame, char *err, size_t err_size)
{
    char           *type = NULL, shown[48];
    gms_http_body_t body;

    curl_easy_getinfo(run->easy, CURLINFO_CONTENT_TYPE, &type);

    if (type == NULL || !gms_http_is_jpeg(type)) {
        gms_http_clean(shown, sizeof(shown), type != NULL ? type : "nothing");
        snprintf(err, err_size, "%s gives %s instead of image/jpeg", run->place,
            shown);
        return GMS_ECAMERA_GONE;
    }

    if (run->body.size == run->last.size && run->last.size > 0
        && memcmp(run->body.bytes, run->last.bytes, run->last.size) == 0)
    {
        memcpy(run->sent, run->etag, sizeof(run->sent));
        return GMS_EAGAIN;
    }

    body = run->last;
    run->last = run->body;
    run->body = body;
    memcpy(run->sent, run->etag, sizeof(run->sent));
    memcpy(run->since, run->frame[0] != '\0' ? run->frame : run->etag,
        sizeof(run->since));

    run->came_ns = gms_clock_mono_ns();
    run->came_real_ns = gms_clock_real_ns();

    return gms_http_hand_over(run, frame, err, err_size);
}


/* A camera that is asked to wait for the next picture has none: 204 is as good
 * as one, 503 is borne for as long as none is. */
static bool
gms_http_not_yet(gms_http_t *run, long status)
{
    int64_t now;

    now = gms_clock_mono_ns();

    if (status != 503) {
        run->answered_ns = now;
    }

    return run->waiting
        && (status == 204
            || (status == 503
                && now - run->answered_ns < GMS_HTTP_PATIENCE_NS));
}


/* The transfer is over. */
static int
gms_http_finish(gms_http_t *run, CURLcode code, gms_frame_t *frame, char *err,
    size_t err_size)
{
    long status = 0;

    curl_multi_remove_handle(run->multi, run->easy);
    run->active = false;

    if (code != CURLE_OK || run->streaming) {
        return gms_http_broken(run, code, err, err_size);
    }

    curl_easy_getinfo(run->easy, CURLINFO_RESPONSE_CODE, &status);

    if (status == 304 || gms_http_not_yet(run, status)) {
        return GMS_EAGAIN;
    }

    if (status != 200) {
        return gms_http_refused(run->place, status, err, err_size);
    }

    return gms_http_picture(run, frame, err, err_size);
}


/* What of a stream came since the last call: the newest picture, those before
 * it count as dropped. */
static int
gms_http_newest(gms_http_t *run, gms_frame_t *frame, char *err, size_t err_size)
{
    if (run->fresh > 0) {
        run->id += run->fresh - 1;
        run->passed += run->fresh - 1;
        run->fresh = 0;
        return gms_http_hand_over(run, frame, err, err_size);
    }

    if (run->broken > 0) {
        run->broken = 0;
        snprintf(err, err_size, "a picture of the stream from %s broke off",
            run->place);
        return GMS_EBAD_FRAME;
    }

    return GMS_EAGAIN;
}


/* Drives the transfer until there is a picture, it is over, or the time is. */
static int
gms_http_drive(gms_http_t *run, int64_t until_ns, gms_frame_t *frame, char *err,
    size_t err_size)
{
    int      rc, running, left;
    int64_t  now, wait_ms;
    CURLMsg *msg;

    for (;;) {
        if (curl_multi_perform(run->multi, &running) != CURLM_OK) {
            return gms_http_finish(
                run, CURLE_FAILED_INIT, frame, err, err_size);
        }

        rc = gms_http_newest(run, frame, err, err_size);
        if (rc != GMS_EAGAIN) {
            return rc;
        }

        while ((msg = curl_multi_info_read(run->multi, &left)) != NULL) {
            if (msg->msg == CURLMSG_DONE) {
                return gms_http_finish(
                    run, msg->data.result, frame, err, err_size);
            }
        }

        now = gms_clock_mono_ns();

        if (now >= run->deadline_ns) {
            return gms_http_finish(
                run, CURLE_OPERATION_TIMEDOUT, frame, err, err_size);
        }

        wait_ms = (until_ns - now + GMS_MS - 1) / GMS_MS;
        if (wait_ms <= 0) {
            return GMS_EAGAIN;
        }

        if (curl_multi_poll(run->multi, NULL, 0, (int) wait_ms, NULL)
            != CURLM_OK) {
            return gms_http_finish(
                run, CURLE_FAILED_INIT, frame, err, err_size);
        }
    }
}


static int
gms_http_next(gms_source_t *s, gms_frame_t *frame, int timeout_ms, char *err,
    size_t err_size)
{
    int         rc;
    int64_t     until;
    uint64_t    tick;
    gms_http_t *run = s->run;

    until = gms_clock_mono_ns() + timeout_ms * GMS_MS;

    if (!run->active) {
        rc = gms_pace_wait(&run->pace, timeout_ms, &tick);
        if (rc != GMS_OK) {
            return rc;
        }

        rc = gms_http_begin(run, s->config.camera.locator);
        if (rc != GMS_OK) {
            snprintf(err, err_size, "not enough memory for a picture");
            return rc;
        }
    }

    rc = gms_http_drive(run, until, frame, err, err_size);
    s->about.passed += run->passed;
    run->passed = 0;

    return rc;
}


const gms_source_ops_t gms_source_http = {
    .name = "http",
    .kind = GMS_CAMERA_HTTP,
    .open = gms_http_open,
    .next = gms_http_next,
    .close = gms_http_close,
    .truth = NULL,
};

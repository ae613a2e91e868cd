/*
 * gmshoot-av: a camera's video stream as JPEGs.  A program of its own, since
 * the libraries that read such streams are large, read strangers' bytes, and
 * are, as Debian builds them, under the GPL.  See wire.h for what it hears and
 * says; `gmshoot` starts it.
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "picture.h"
#include "sandbox.h"
#include "stream.h"

#define S_NS INT64_C(1000000000)

/* Who does not read for so long is gone. */
#define WRITE_MS 5000

/* A picture that comes a little early is not one too many. */
#define EARLY 0.8


static int64_t
now_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return ts.tv_sec * S_NS + ts.tv_nsec;
}


static bool
write_all(const void *bytes, size_t size)
{
    struct pollfd out;
    ssize_t       n;

    out.fd = STDOUT_FILENO;
    out.events = POLLOUT;

    while (size > 0) {
        n = write(STDOUT_FILENO, bytes, size);

        if (n < 0 && errno != EAGAIN && errno != EINTR) {
            return false;
        }

        if (n < 0 && errno == EAGAIN && poll(&out, 1, WRITE_MS) != 1) {
            return false;
        }

        if (n > 0) {
            bytes = (const char *) bytes + n;
            size -= (size_t) n;
        }
    }

    return true;
}


static bool
say(gms_av_kind_e kind, const void *bytes, size_t size, int64_t mono_ns,
    uint32_t missed)
{
    gms_av_header_t header;

    memset(&header, 0, sizeof(header));
    header.magic = GMS_AV_MAGIC;
    header.kind = kind;
    header.size = (uint32_t) size;
    header.missed = missed;
    header.mono_ns = mono_ns;

    return size <= GMS_AV_BYTES_MAX && write_all(&header, sizeof(header))
        && write_all(bytes, size);
}


static int
gone(const char *why)
{
    say(GMS_AV_GONE, why, strlen(why), 0, 0);
    return 1;
}


static bool
take(char *to, size_t max, const char *value)
{
    return snprintf(to, max, "%s", value) < (int) max;
}


static bool
request_read(gms_av_request_t *request)
{
    char   line[GMS_AV_LINE_MAX], *value;
    size_t n;
    bool   fine;

    memset(request, 0, sizeof(*request));
    take(request->transport, sizeof(request->transport), "tcp");

    while (fgets(line, sizeof(line), stdin) != NULL) {
        n = strlen(line);

        if (n == 0 || line[n - 1] != '\n') {
            return false;
        }
        line[n - 1] = '\0';

        if (line[0] == '\0') {
            return request->url[0] != '\0';
        }

        value = strchr(line, ' ');
        if (value == NULL) {
            return false;
        }
        *value++ = '\0';

        if (strcmp(line, "url") == 0) {
            fine = take(request->url, sizeof(request->url), value);
        } else if (strcmp(line, "user") == 0) {
            fine = take(request->user, sizeof(request->user), value);
        } else if (strcmp(line, "password") == 0) {
            fine = take(request->password, sizeof(request->password), value);
        } else if (strcmp(line, "transport") == 0) {
            fine = take(request->transport, sizeof(request->transport), value);
        } else {
            request->fps = atof(value);
            fine = strcmp(line, "fps") == 0;
        }

        if (!fine) {
            return false;
        }
    }

    return false;
}


/* Until the stream ends, or nobody listens. */
static int
play(gms_av_stream_t *s, double fps)
{
    gms_av_picture_t picture;
    const AVPacket  *jpeg;
    gms_av_next_e    next;
    uint32_t         missed;
    int64_t          now, least_ns, last_ns;
    bool             heard;
    char             why[GMS_AV_SENTENCE_MAX];

    memset(&picture, 0, sizeof(picture));
    least_ns = fps > 0 ? (int64_t) (EARLY * (double) S_NS / fps) : 0;
    last_ns = -least_ns;
    missed = 0;
    heard = true;

    while (heard
        && (next = gms_av_stream_next(s, why, sizeof(why))) != GMS_AV_END) {
        now = now_ns();
        jpeg = next == GMS_AV_JPEG ? s->packet : picture.jpeg;

        if (next == GMS_AV_BROKEN) {
            static const char broken[] = "a picture of the stream was damaged";

            heard = say(GMS_AV_SPOILT, broken, strlen(broken), now, 0);

        } else if (now - last_ns < least_ns) {
            /* left out by fps=; no loss */

        } else if (next == GMS_AV_FRAME
            && !gms_av_picture_encode(&picture, s->frame)) {
            missed++;

        } else {
            jpeg = next == GMS_AV_JPEG ? s->packet : picture.jpeg;
            heard = say(
                GMS_AV_PICTURE, jpeg->data, (size_t) jpeg->size, now, missed);
            last_ns = now;
            missed = 0;
        }

        av_packet_unref(s->packet);
    }

    gms_av_picture_free(&picture);

    return heard ? gone(why) : 1;
}


int
main(int argc, char **argv)
{
    gms_av_request_t request;
    gms_av_stream_t  stream;
    char             why[GMS_AV_SENTENCE_MAX];
    int              rc;

    if (argc > 1) {
        fprintf(argv[1][0] == '-' ? stdout : stderr,
            "gmshoot-av is started by gmshoot, for cameras that stream video "
            "(rtsp://).\n");
        return strcmp(argv[1], "--help") == 0 ? 0 : 2;
    }

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    av_log_set_level(AV_LOG_QUIET); /* it would tell the URL */

    if (!request_read(&request)) {
        return gone("the camera's address cannot be used");
    }

    avformat_network_init();

    if (!gms_av_sandbox()) {
        snprintf(why, sizeof(why), "gmshoot-av cannot be confined: %s",
            strerror(errno));
        return gone(why);
    }

    memset(&stream, 0, sizeof(stream));

    if (!gms_av_stream_open(&stream, &request, why, sizeof(why))) {
        memset(&request, 0, sizeof(request));
        rc = gone(why);
    } else {
        memset(request.password, 0, sizeof(request.password));
        rc = play(&stream, request.fps);
    }

    gms_av_stream_close(&stream);

    return rc;
}

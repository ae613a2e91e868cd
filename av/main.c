/*
 * gmshoot-av: a camera's video stream, or a recording, as pictures.  A program of its own, since
 * the libraries that read such streams are large, read strangers' bytes, and
 * are, as Debian builds them, under the GPL.  See wire.h for what it hears and
 * says; `gmshoot` starts it.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

/* What is handed over, and what gmshoot has said of that meanwhile. */
typedef struct {
    uint8_t         *memory; /* the slots */
    bool             taken[GMS_AV_SLOTS];
    int64_t          jpeg_ns; /* between JPEGs; 0: all, < 0: none */
    int64_t          last_jpeg_ns;
    int64_t          last_ns; /* the picture before */
    int64_t          least_ns;
    uint32_t         missed;
    gms_av_picture_t picture;
    char             line[64]; /* that arrives */
    size_t           line_size;
} gms_av_giving_t;


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
say(gms_av_header_t *header, gms_av_kind_e kind, const void *bytes, size_t size)
{
    header->magic = GMS_AV_MAGIC;
    header->kind = kind;
    header->size = (uint32_t) size;

    return size <= GMS_AV_BYTES_MAX && write_all(header, sizeof(*header))
        && write_all(bytes, size);
}


static bool
say_sentence(gms_av_kind_e kind, const char *text)
{
    gms_av_header_t header;

    memset(&header, 0, sizeof(header));

    return say(&header, kind, text, strlen(text));
}


static int
gone(const char *why)
{
    (void) say_sentence(GMS_AV_GONE, why);
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
            return (request->url[0] != '\0') != (request->file[0] != '\0');
        }

        value = strchr(line, ' ');
        if (value == NULL) {
            return false;
        }
        *value++ = '\0';

        if (strcmp(line, "url") == 0) {
            fine = take(request->url, sizeof(request->url), value);
        } else if (strcmp(line, "file") == 0) {
            fine = take(request->file, sizeof(request->file), value);
        } else if (strcmp(line, "user") == 0) {
            fine = take(request->user, sizeof(request->user), value);
        } else if (strcmp(line, "password") == 0) {
            fine = take(request->password, sizeof(request->password), value);
        } else if (strcmp(line, "transport") == 0) {
            fine = take(request->transport, sizeof(request->transport), value);
        } else if (strcmp(line, "ca") == 0) {
            fine = take(request->ca, sizeof(request->ca), value);
        } else if (strcmp(line, "verify") == 0) {
            request->unverified = strcmp(value, "no") == 0;
            fine = true;
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


static void
order(gms_av_giving_t *g, const char *line)
{
    long n;

    if (strncmp(line, "jpeg ", 5) == 0) {
        n = strtol(line + 5, NULL, 10);
        n = n > INT_MAX ? INT_MAX : n;
        g->jpeg_ns = n < 0 ? -1 : n * (S_NS / 1000);

    } else if (strncmp(line, "free ", 5) == 0) {
        n = strtol(line + 5, NULL, 10);
        if (n >= 0 && n < GMS_AV_SLOTS) {
            g->taken[n] = false;
        }
    }
}


/* Whatever has been said since the last picture. */
static void
orders_read(gms_av_giving_t *g)
{
    char    bytes[256];
    ssize_t n, i;

    while ((n = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0) {
        for (i = 0; i < n; i++) {
            if (bytes[i] == '\n') {
                g->line[g->line_size] = '\0';
                g->line_size = 0;
                order(g, g->line);

            } else if (g->line_size < sizeof(g->line) - 1) {
                g->line[g->line_size++] = bytes[i];
            }
        }
    }
}


/* GMS_AV_NO_SLOT: none is free, or the picture is an odd one. */
static uint32_t
plane_fill(gms_av_giving_t *g, const AVFrame *frame)
{
    uint32_t slot;

    for (slot = 0; slot < GMS_AV_SLOTS && g->taken[slot]; slot++) {
        continue;
    }

    return slot < GMS_AV_SLOTS
            && gms_av_picture_gray(&g->picture, frame,
                g->memory + slot * GMS_AV_PLANE_MAX, GMS_AV_PLANE_MAX)
        ? slot
        : GMS_AV_NO_SLOT;
}


/* False: nobody listens. */
static bool
give_frame(gms_av_giving_t *g, const AVFrame *frame, int64_t now)
{
    gms_av_header_t header;
    const void     *jpeg;
    size_t          size;

    memset(&header, 0, sizeof(header));
    header.slot = plane_fill(g, frame);

    if (header.slot == GMS_AV_NO_SLOT) {
        g->missed++;
        return true;
    }

    header.width = (uint32_t) frame->width;
    header.height = (uint32_t) frame->height;
    header.mono_ns = now;
    header.missed = g->missed;
    jpeg = NULL;
    size = 0;

    if (g->jpeg_ns >= 0 && now - g->last_jpeg_ns >= g->jpeg_ns
        && gms_av_picture_encode(&g->picture, frame))
    {
        jpeg = g->picture.jpeg->data;
        size = (size_t) g->picture.jpeg->size;
        g->last_jpeg_ns = now;
    }

    g->taken[header.slot] = true;
    g->missed = 0;
    g->last_ns = now;

    return say(&header, GMS_AV_PICTURE, jpeg, size);
}


static bool
give_jpeg(gms_av_giving_t *g, const AVPacket *packet, int64_t now)
{
    gms_av_header_t header;

    memset(&header, 0, sizeof(header));
    header.slot = GMS_AV_NO_SLOT;
    header.mono_ns = now;
    header.missed = g->missed;
    g->missed = 0;
    g->last_ns = now;

    return say(&header, GMS_AV_PICTURE, packet->data, (size_t) packet->size);
}


/* Until the stream ends, or nobody listens. */
static int
play(gms_av_stream_t *s, gms_av_giving_t *g)
{
    gms_av_next_e next;
    int64_t       now;
    bool          heard;
    char          why[GMS_AV_SENTENCE_MAX];

    heard = true;

    while (heard
        && (next = gms_av_stream_next(s, why, sizeof(why))) != GMS_AV_END) {
        now = now_ns();
        orders_read(g);
        g->missed += s->missed;
        s->missed = 0;

        if (next == GMS_AV_BROKEN) {
            heard = say_sentence(
                GMS_AV_SPOILT, "a picture of the stream was damaged");

        } else if (now - g->last_ns < g->least_ns) {
            /* left out by fps=; no loss */

        } else {
            heard = next == GMS_AV_JPEG ? give_jpeg(g, s->packet, now)
                                        : give_frame(g, s->frame, now);
        }

        av_packet_unref(s->packet);
    }

    gms_av_picture_free(&g->picture);

    return heard ? gone(why) : 1;
}


/* Every picture of a recording; none waits for a slot. */
static int
play_file(gms_av_stream_t *s)
{
    gms_av_picture_t picture;
    gms_av_header_t  header;
    gms_av_next_e    next;
    const AVPacket  *jpeg;
    int64_t          t_ns, first_ns, last_ns;
    bool             heard;
    char             why[GMS_AV_SENTENCE_MAX];

    memset(&picture, 0, sizeof(picture));
    memset(&header, 0, sizeof(header));
    header.slot = GMS_AV_NO_SLOT;
    header.rate = gms_av_stream_rate(s);
    first_ns = INT64_MIN;
    last_ns = 0;
    heard = true;

    while (heard
        && (next = gms_av_stream_next(s, why, sizeof(why))) != GMS_AV_END) {
        if (next == GMS_AV_BROKEN
            || (next == GMS_AV_FRAME
                && !gms_av_picture_encode(&picture, s->frame)))
        {
            heard = say_sentence(
                GMS_AV_SPOILT, "a picture of the recording is damaged");

        } else {
            jpeg = next == GMS_AV_JPEG ? s->packet : picture.jpeg;
            t_ns = gms_av_stream_time(s);

            if (first_ns == INT64_MIN) {
                first_ns = t_ns;
            }

            /* a clock of its own that runs backwards says nothing */
            last_ns = t_ns != INT64_MIN && t_ns - first_ns > last_ns
                ? t_ns - first_ns
                : last_ns;
            header.mono_ns = last_ns;
            heard =
                say(&header, GMS_AV_PICTURE, jpeg->data, (size_t) jpeg->size);
        }

        av_packet_unref(s->packet);
    }

    gms_av_picture_free(&picture);

    return heard ? gone(why) : 1;
}


/* The memory that gmshoot has made; false: there is none. */
static bool
giving_begin(gms_av_giving_t *g, double fps)
{
    memset(g, 0, sizeof(*g));
    g->least_ns = fps > 0 ? (int64_t) (EARLY * (double) S_NS / fps) : 0;
    g->last_ns = g->last_jpeg_ns = INT64_MIN / 2;
    g->memory = mmap(NULL, GMS_AV_SLOTS * GMS_AV_PLANE_MAX,
        PROT_READ | PROT_WRITE, MAP_SHARED, GMS_AV_MEMORY, 0);

    return g->memory != MAP_FAILED
        && fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK) == 0;
}


int
main(int argc, char **argv)
{
    gms_av_request_t request;
    gms_av_giving_t  giving;
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

    /* what is said later is not for it */
    setvbuf(stdin, NULL, _IONBF, 0);

    if (!request_read(&request)) {
        return gone("the camera's address cannot be used");
    }

    if (request.file[0] == '\0' && !giving_begin(&giving, request.fps)) {
        return gone("gmshoot-av has nowhere to put pictures");
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
        rc = stream.filed ? play_file(&stream) : play(&stream, &giving);
    }

    gms_av_stream_close(&stream);

    return rc;
}

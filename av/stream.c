#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <libavutil/opt.h>

#include "stream.h"
#include "trust.h"

#define S_NS INT64_C(1000000000)

/* A camera that is there answers within the first, its next key frame comes
 * within the second, and pictures follow each other faster than the third. */
#define OPEN_NS (5 * S_NS)
#define BEGIN_NS (12 * S_NS)
#define PICTURE_NS (5 * S_NS)

/* Some cameras send no key frames, but mend the picture strip by strip: after
 * so long without damage it is taken for whole.  Less than PICTURE_NS. */
#define MENDED_NS (4 * S_NS)

#define SIDE_MAX 8192

#define FILE_BUFFER (64 * 1024)


static int64_t
now_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return ts.tv_sec * S_NS + ts.tv_nsec;
}


/* Asked by the library while it waits: true ends the waiting. */
static int
stream_waits(void *data)
{
    gms_av_stream_t *s;
    struct pollfd    in;
    int64_t          now;

    s = data;
    in.fd = STDIN_FILENO;
    in.events = 0;
    now = now_ns();
    gms_av_lag_look(&s->lag, now);

    return now > s->deadline_ns
        || (poll(&in, 1, 0) == 1 && (in.revents & (POLLHUP | POLLERR)));
}


/* A recording waits for who reads it. */
static void
stream_patience(gms_av_stream_t *s, int64_t ns)
{
    s->deadline_ns = s->filed ? INT64_MAX : now_ns() + ns;
}


/* The URL without who asks and without its query. */
static void
stream_place(gms_av_stream_t *s, const char *url)
{
    char        protocol[16], host[160], path[GMS_AV_LINE_MAX];
    const char *at, *slash;
    size_t      n;

    at = strstr(url, "://");
    n = at != NULL ? (size_t) (at - url) : 0;

    if (at == NULL || n >= sizeof(protocol)) {
        snprintf(s->place, sizeof(s->place), "the camera");
        return;
    }

    memcpy(protocol, url, n);
    protocol[n] = '\0';
    at += 3;
    slash = at + strcspn(at, "/?#");
    n = (size_t) (slash - at);

    for (size_t i = 0; i < n; i++) {
        if (at[i] == '@') {
            at += i + 1;
            n -= i + 1;
            i = (size_t) -1;
        }
    }

    snprintf(host, sizeof(host), "%.*s", (int) n, at);
    snprintf(path, sizeof(path), "%.*s", (int) strcspn(slash, "?#"), slash);
    snprintf(s->place, sizeof(s->place), "%s://%s%.100s", protocol, host, path);
}


static void
stream_why(const gms_av_stream_t *s, int rc, char *why, size_t max)
{
    const char *text;
    char        said[AV_ERROR_MAX_STRING_SIZE];

    if (gms_av_distrust()[0] != '\0') {
        snprintf(why, max, "the certificate of %s is not believed: %s",
            s->place, gms_av_distrust());
        return;
    }

    /* the library calls an answer that was waited for in vain a wrong one */
    switch (now_ns() > s->deadline_ns ? AVERROR_EXIT : rc) {

    case AVERROR_HTTP_UNAUTHORIZED:
        text = "wants a user and a password: give them in the camera's line, "
               "credentials=FILE";
        break;

    case AVERROR_HTTP_NOT_FOUND:
        text = "knows no stream under this path";
        break;

    case AVERROR_HTTP_FORBIDDEN:
        text = "does not allow this user to look";
        break;

    case AVERROR(ENOTSUP):
        text = "shows a certificate that this FFmpeg cannot verify: verify=no "
               "in the camera's line believes it";
        break;

    case AVERROR_EXIT:
        text = s->begun ? "sends no pictures any more"
                        : "did not send a picture in time";
        break;

    case AVERROR_EOF:
        text = s->filed ? "holds no further picture" : "has ended the stream";
        break;

    default:
        av_strerror(rc, said, sizeof(said));
        snprintf(why, max, "%s cannot be read: %s", s->place, said);
        return;
    }

    snprintf(why, max, "%s %s", s->place, text);
}


/* The URL with who asks in it, as the library wants it. */
static bool
stream_url(const gms_av_request_t *request, char *url, size_t max)
{
    static const char hex[] = "0123456789ABCDEF";
    const char       *rest, *part;
    size_t            n;

    rest = strstr(request->url, "://");

    if (request->user[0] == '\0' || rest == NULL) {
        return snprintf(url, max, "%s", request->url) < (int) max;
    }

    rest += 3;
    n = (size_t) (rest - request->url);
    memcpy(url, request->url, n);

    for (int k = 0; k < 2; k++) {
        for (part = k == 0 ? request->user : request->password; *part != '\0';
             part++) {
            if (n + 4 >= max) {
                return false;
            }
            url[n++] = '%';
            url[n++] = hex[(unsigned char) *part >> 4];
            url[n++] = hex[*part & 15];
        }
        url[n++] = k == 0 ? ':' : '@';
    }

    return snprintf(url + n, max - n, "%s", rest) < (int) (max - n);
}


static int
stream_connect(gms_av_stream_t *s, const gms_av_request_t *request)
{
    AVDictionary        *options;
    const AVInputFormat *rtsp;
    char                 url[4 * GMS_AV_LINE_MAX], protocol[16];
    bool                 encrypted;
    int                  rc;

    av_url_split(protocol, sizeof(protocol), NULL, 0, s->host, sizeof(s->host),
        NULL, NULL, 0, request->url);
    encrypted = strcmp(protocol, "rtsps") == 0;

    if (encrypted && !request->unverified) {
        gms_av_trust(s->host, request->ca);
    }

    rtsp = av_find_input_format("rtsp");
    s->format = avformat_alloc_context();

    if (s->format == NULL || rtsp == NULL
        || !stream_url(request, url, sizeof(url))) {
        return AVERROR(ENOMEM);
    }

    s->format->interrupt_callback.callback = stream_waits;
    s->format->interrupt_callback.opaque = s;
    s->format->flags |= AVFMT_FLAG_NOBUFFER;
    s->deadline_ns = now_ns() + OPEN_NS;

    options = NULL;
    av_dict_set(&options, "rtsp_transport", request->transport, 0);
    av_dict_set(&options, "timeout", "5000000", 0); /* us */
    av_dict_set(&options, "max_delay", "100000", 0);
    av_dict_set(&options, "probesize", "65536", 0);
    av_dict_set(&options, "analyzeduration", "0", 0);
    av_dict_set(&options, "allowed_media_types", "video", 0);
    av_dict_set(
        &options, "protocol_whitelist", "rtsp,rtp,rtcp,udp,tcp,tls,rtsps", 0);

    /* frees format when it fails */
    rc = avformat_open_input(&s->format, url, rtsp, &options);
    av_dict_free(&options);
    memset(url, 0, sizeof(url));

    /* built with a library whose word on certificates nobody asked */
    if (rc >= 0 && encrypted && !request->unverified && !gms_av_trusted()) {
        return AVERROR(ENOTSUP);
    }

    gms_av_lag_begin(&s->lag, now_ns());

    return rc;
}


/* Where the file is, whatever its name: nothing in it leads to another. */
static int
stream_file_read(void *data, uint8_t *bytes, int size)
{
    ssize_t n;

    (void) data;

    do {
        n = read(GMS_AV_MEMORY, bytes, (size_t) size);
    } while (n < 0 && errno == EINTR);

    return n > 0 ? (int) n : n == 0 ? AVERROR_EOF : AVERROR(errno);
}


static int64_t
stream_file_seek(void *data, int64_t offset, int whence)
{
    struct stat sb;

    (void) data;

    if (whence == AVSEEK_SIZE) {
        return fstat(GMS_AV_MEMORY, &sb) == 0 ? sb.st_size : AVERROR(errno);
    }

    offset = lseek(GMS_AV_MEMORY, offset, whence & ~AVSEEK_FORCE);

    return offset >= 0 ? offset : AVERROR(errno);
}


static int
stream_file(gms_av_stream_t *s, const gms_av_request_t *request)
{
    AVDictionary *options;
    uint8_t      *buffer;
    int           rc;

    snprintf(s->place, sizeof(s->place), "%.250s", request->file);
    s->filed = true;
    s->deadline_ns = INT64_MAX;
    s->format = avformat_alloc_context();
    buffer = av_malloc(FILE_BUFFER);
    s->io = buffer != NULL ? avio_alloc_context(buffer, FILE_BUFFER, 0, s,
                stream_file_read, NULL, stream_file_seek)
                           : NULL;

    if (s->format == NULL || s->io == NULL) {
        return AVERROR(ENOMEM);
    }

    s->format->pb = s->io;
    s->format->flags |= AVFMT_FLAG_CUSTOM_IO;

    options = NULL;
    av_dict_set(&options, "format_whitelist", "mov,matroska,avi", 0);
    av_dict_set(&options, "protocol_whitelist", "none", 0);
    rc = avformat_open_input(&s->format, NULL, NULL, &options);
    av_dict_free(&options);

    return rc;
}


static int
stream_decoder(gms_av_stream_t *s)
{
    const AVCodec           *codec;
    const AVCodecParameters *par;
    int                      rc;

    rc = av_find_best_stream(s->format, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    if (rc < 0) {
        return rc;
    }

    s->video = rc;
    par = s->format->streams[s->video]->codecpar;
    s->passing = par->codec_id == AV_CODEC_ID_MJPEG;

    if (s->passing) {
        return 0;
    }

    s->decoder = avcodec_alloc_context3(codec);
    if (s->decoder == NULL) {
        return AVERROR(ENOMEM);
    }

    rc = avcodec_parameters_to_context(s->decoder, par);
    if (rc < 0) {
        return rc;
    }

    /* threads of slices: those of frames would each hold a picture back */
    if (!s->filed) {
        s->decoder->flags |= AV_CODEC_FLAG_LOW_DELAY;
    }
    s->decoder->thread_type = FF_THREAD_SLICE;
    s->decoder->thread_count = 1;
    s->decoder->max_pixels = (int64_t) SIDE_MAX * SIDE_MAX / 2;

    return avcodec_open2(s->decoder, codec, NULL);
}


bool
gms_av_stream_open(
    gms_av_stream_t *s, const gms_av_request_t *request, char *why, size_t max)
{
    int rc;

    stream_place(s, request->url);
    s->packet = av_packet_alloc();
    s->frame = av_frame_alloc();

    if (s->packet == NULL || s->frame == NULL) {
        snprintf(why, max, "not enough memory for a camera");
        return false;
    }

    rc = request->file[0] != '\0' ? stream_file(s, request)
                                  : stream_connect(s, request);

    if (rc == AVERROR_OPTION_NOT_FOUND) {
        snprintf(why, max, "the camera's library does not know its options");
        return false;
    }

    if (rc >= 0) {
        stream_patience(s, BEGIN_NS);
        rc = avformat_find_stream_info(s->format, NULL);
    }

    rc = rc < 0 ? rc : stream_decoder(s);

    if (rc == AVERROR_STREAM_NOT_FOUND || rc == AVERROR_DECODER_NOT_FOUND) {
        snprintf(why, max, "%s sends no video that can be decoded", s->place);
        return false;
    }

    if (rc < 0) {
        stream_why(s, rc, why, max);
        return false;
    }

    stream_patience(s, BEGIN_NS);
    s->hurt_ns = now_ns();

    return true;
}


static gms_av_next_e
stream_came(gms_av_stream_t *s, gms_av_next_e what)
{
    s->begun = true;
    stream_patience(s, PICTURE_NS);

    return what;
}


/*
 * What was lost on the way the decoder fills with what it guesses, and all
 * pictures up to the next key frame are made of that: a smear over the target,
 * in which holes come and go.  None of them is given away.
 */
static bool
stream_is_whole(gms_av_stream_t *s)
{
    const AVFrame *f;

    f = s->frame;

    if (f->decode_error_flags != 0 || (f->flags & AV_FRAME_FLAG_CORRUPT)) {
        s->whole = false;
        s->hurt_ns = now_ns();

    } else if (f->key_frame || now_ns() - s->hurt_ns > MENDED_NS) {
        s->whole = true;
        s->leapt = false;
    }

    return s->whole;
}


/*
 * Whether the packet is not to be decoded, since it is old.  Without it those
 * after it are damaged: so pictures are decoded and not given, as long as that
 * may be enough.
 */
static bool
stream_leaps(gms_av_stream_t *s)
{
    int64_t      now;
    gms_av_lag_e lag;

    if (s->filed || !s->begun) {
        return false;
    }

    now = now_ns();
    lag = gms_av_lag_state(&s->lag, now);
    s->old = lag != GMS_AV_CURRENT;

    if (s->decoder != NULL) {
        s->decoder->skip_frame = s->old ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
    }

    if (!s->old) {
        return false;
    }

    s->missed++;

    if (lag == GMS_AV_BEHIND) {
        stream_patience(s, PICTURE_NS);
        return s->passing;
    }

    s->whole = false;
    s->leapt = true;
    s->hurt_ns = now;

    return true;
}


/* What could not be decoded, or was made of such, is told; but not of who has
 * just begun, nor of who has leapt over what it is made of. */
static bool
stream_tells(gms_av_stream_t *s)
{
    s->missed += s->leapt;

    return s->begun && !s->leapt;
}


/* What the decoder has; GMS_AV_END: it wants more first. */
static gms_av_next_e
stream_decoded(gms_av_stream_t *s)
{
    int rc;

    while ((rc = avcodec_receive_frame(s->decoder, s->frame)) == 0) {
        if (stream_is_whole(s) && !s->old) {
            return stream_came(s, GMS_AV_FRAME);
        }

        av_frame_unref(s->frame);

        if (!s->old && stream_tells(s)) {
            return GMS_AV_BROKEN;
        }
    }

    return rc != AVERROR(EAGAIN) && rc != AVERROR_EOF && stream_tells(s)
        ? GMS_AV_BROKEN
        : GMS_AV_END;
}


gms_av_next_e
gms_av_stream_next(gms_av_stream_t *s, char *why, size_t max)
{
    gms_av_next_e next;
    int           rc;

    for (;;) {
        if (s->decoder != NULL) {
            next = stream_decoded(s);

            if (next != GMS_AV_END) {
                return next;
            }
        }

        /* packets that make no picture do not put the deadline off, and the
         * library asks for it only while it waits */
        rc = now_ns() > s->deadline_ns ? AVERROR_EXIT
                                       : av_read_frame(s->format, s->packet);
        if (rc == AVERROR(EAGAIN)) {
            continue;
        }

        /* what the decoder holds back comes now */
        if (rc == AVERROR_EOF && s->filed && s->decoder != NULL && !s->drained)
        {
            s->drained = true;
            avcodec_send_packet(s->decoder, NULL);
            continue;
        }

        if (rc < 0) {
            stream_why(s, rc, why, max);
            return GMS_AV_END;
        }

        if (s->packet->stream_index == s->video && stream_leaps(s)) {
            av_packet_unref(s->packet);
            continue;
        }

        if (s->packet->stream_index == s->video && s->passing) {
            return stream_came(s, GMS_AV_JPEG);
        }

        rc = s->packet->stream_index == s->video
            ? avcodec_send_packet(s->decoder, s->packet)
            : 0;
        av_packet_unref(s->packet);

        /* what comes before the first key frame cannot be decoded */
        if (rc < 0 && stream_tells(s)) {
            return GMS_AV_BROKEN;
        }
    }
}


int64_t
gms_av_stream_time(const gms_av_stream_t *s)
{
    const AVStream *stream = s->format->streams[s->video];
    int64_t         t;

    t = s->passing ? s->packet->pts : s->frame->best_effort_timestamp;

    return t != AV_NOPTS_VALUE
        ? av_rescale_q(t, stream->time_base, (AVRational){ 1, 1000000000 })
        : INT64_MIN;
}


uint32_t
gms_av_stream_rate(const gms_av_stream_t *s)
{
    AVRational r;
    double     fps;

    r = av_guess_frame_rate(s->format, s->format->streams[s->video], NULL);
    fps = r.den > 0 ? av_q2d(r) : 0;

    return fps > 0 && fps <= 1000 ? (uint32_t) (fps * 1000 + 0.5) : 0;
}


void
gms_av_stream_close(gms_av_stream_t *s)
{
    s->deadline_ns = now_ns() + S_NS;
    avcodec_free_context(&s->decoder);
    avformat_close_input(&s->format);

    if (s->io != NULL) {
        av_freep(&s->io->buffer);
        avio_context_free(&s->io);
    }

    av_packet_free(&s->packet);
    av_frame_free(&s->frame);
}

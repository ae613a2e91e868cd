/*
 * fake_worker: a supervisor for tests of the nginx module.  It speaks the
 * real link, owns real lane memories and does what lines on its stdin say,
 * right or wrong; every line is answered by "ok" or "error ..." on stdout,
 * where what peers send shows too.
 *
 *   fake_worker SOCKET
 *
 *   lane NAME EPOCH          a memory, new for all peers; EPOCH in hex
 *   epoch NAME EPOCH         another journal in the same memory
 *   state NAME SEQ JSON      the state document
 *   event NAME SEQ TYPE JSON an event; SEQ 0: ephemeral
 *   burst NAME SEQ N BYTES   N durable events from SEQ on, of about BYTES
 *   publish NAME SEQ N US [BYTES]  the same, one every US microseconds; at the
 *                            end says "published NAME P50 P99 MAX WAKES", of
 *                            the nanoseconds that one took with all its wakes,
 *                            and P50 of the wakes alone
 *   pictures NAME ID N US SIZE  the same with pictures from ID on, each of
 *                            which says ID, when it was made and SIZE
 *   frame NAME ID SIZE [S]   a picture of SIZE bytes that ID determines, made
 *                            before the clock was put back by S seconds
 *   grants NAME [HASH]...    the tokens that are good on it now
 *   beat NAME                the lane's main thread lives
 *   count NAME               counters and histograms get values
 *   gauge NAME GAUGE VALUE   by its number
 *   process NAME 0|1         LANE_STATE
 *   gone NAME                LANE_GONE
 *   unsealed NAME            a LANE message with a memfd without seals
 *   junk NAME                a LANE message with a sealed memfd of zeros
 *   short NAME               a LANE message with the first half of the lane's
 *                            memory, sealed
 *   torn NAME                the lane is killed while it writes an event
 *   heal NAME                and its successor goes on
 *   garbage                  bytes that are no message, to all peers
 *   wake N                   how often eventfds are written to for an event
 *   nudge                    once for none
 *   welcome 0|1|2            whether HELLO is answered; 2: and then nonsense
 *   config ok|refuse TEXT    the answer to CONFIG; need 0|1: asks for it
 *   need 0|1
 *   answer STATUS JSON       to every ASK; "answer none": never
 *   secret TEXT              goes with every answer, for a cookie; ends with
 *                            "secret" alone
 *   devices LINE|LINE        who was let in, to all peers and who comes
 *   late                     answers the last ASK, which was not answered
 *   hangup                   drops all peers
 *   close | listen           the listening socket
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench/histogram.h"
#include "ipc/device.h"
#include "ipc/error.h"
#include "ipc/frames.h"
#include "ipc/grants.h"
#include "ipc/link.h"
#include "ipc/memory.h"
#include "ipc/ring.h"
#include "ipc/sse.h"
#include "ipc/state.h"
#include "ipc/word.h"

#define PEERS 16
#define LANES 8
#define LINE (300 * 1024)

typedef struct {
    char          name[GMS_LANE_NAME_SIZE];
    gms_memory_t  memory;
    gms_ring_t    ring;
    gms_state_t   state;
    gms_frames_t  frames;
    uint64_t      epoch;
    uint64_t      publish_seq;
    uint64_t      publish_left;
    int64_t       publish_us;
    int64_t       publish_next_us;
    size_t        publish_bytes;
    bool          publish_pictures;
    bench_histogram_t  publish_took_ns;
    bench_histogram_t  publish_woke_ns;
} lane_t;

typedef struct {
    int   fd;
    int   wake;
    bool  nginx;
} peer_t;

static const char  *path;
static int          listener = -1;
static peer_t       peers[PEERS];
static lane_t       lanes[LANES];
static unsigned     lanes_n;
static int          wakes = 1;
static int          welcomes = 1;
static bool         needs;
static char         config_refusal[256];
static unsigned     answer_status = 200;
static char         answer_body[4096] = "{}";
static bool         answers = true;
static char         answer_secret[GMS_LINK_KEY_SIZE];
static char         devices[4096];
static peer_t      *last_peer;
static uint64_t     last_id;
static char         line[LINE];
static size_t       line_size;


static int64_t
now_ns(clockid_t clock)
{
    struct timespec  ts;

    clock_gettime(clock, &ts);

    return (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}


static int64_t
now_us(clockid_t clock)
{
    return now_ns(clock) / 1000;
}


static void
message(gms_link_message_t *m, gms_link_type_e type, const char *lane)
{
    memset(m, 0, sizeof(*m));
    m->fd = -1;
    m->header.type = type;
    m->header.layout = GMS_LAYOUT_VERSION;
    snprintf(m->header.lane, sizeof(m->header.lane), "%s", lane);
}


static void
drop(peer_t *peer)
{
    if (peer->fd >= 0) {
        close(peer->fd);
    }
    if (peer->wake >= 0) {
        close(peer->wake);
    }

    peer->fd = -1;
    peer->wake = -1;
    peer->nginx = false;
}


static void
tell_all(const gms_link_message_t *m)
{
    unsigned  i;

    for (i = 0; i < PEERS; i++) {
        if (peers[i].fd >= 0 && peers[i].nginx) {
            gms_link_send(peers[i].fd, m);
        }
    }
}


static void
wake_once(void)
{
    unsigned  i;
    uint64_t  one = 1;
    ssize_t   n;

    for (i = 0; i < PEERS; i++) {
        if (peers[i].wake >= 0) {
            n = write(peers[i].wake, &one, sizeof(one));
            (void) n;
        }
    }
}


static void
wake_all(void)
{
    int  i;

    for (i = 0; i < wakes; i++) {
        wake_once();
    }
}


static lane_t *
lane_get(const char *name)
{
    unsigned  i;

    for (i = 0; i < lanes_n; i++) {
        if (strcmp(lanes[i].name, name) == 0) {
            return &lanes[i];
        }
    }

    return NULL;
}


static void
send_lane(peer_t *peer, lane_t *lane)
{
    gms_link_message_t  m;

    message(&m, GMS_LINK_LANE, lane->name);
    m.fd = lane->memory.fd;
    m.header.value = 1;
    gms_link_send(peer->fd, &m);

    message(&m, GMS_LINK_LANE_STATE, lane->name);
    m.header.value = 1;
    gms_link_send(peer->fd, &m);
}


static int
lane_create(const char *name, uint64_t epoch)
{
    int                rc;
    lane_t            *lane;
    unsigned           i;
    gms_memory_spec_t  spec = { 512 * 1024 };

    lane = lane_get(name);

    if (lane == NULL) {
        if (lanes_n == LANES) {
            return GMS_ENOMEM;
        }
        lane = &lanes[lanes_n++];
        memset(lane, 0, sizeof(*lane));
        snprintf(lane->name, sizeof(lane->name), "%s", name);
    } else {
        gms_memory_close(&lane->memory);
    }

    rc = gms_memory_create(&lane->memory, name, &spec);
    if (rc == GMS_OK) {
        rc = gms_ring_attach(&lane->ring, &lane->memory);
    }
    if (rc == GMS_OK) {
        rc = gms_state_attach(&lane->state, &lane->memory);
    }
    if (rc == GMS_OK) {
        rc = gms_frames_attach(&lane->frames, &lane->memory);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    lane->epoch = epoch;
    gms_memory_set_epoch(&lane->memory, epoch);
    gms_memory_beat(&lane->memory, GMS_BEAT_MAIN,
                    now_us(CLOCK_MONOTONIC) * 1000);
    gms_memory_tell(&lane->memory, GMS_GAUGE_JOURNAL_UP, 1);
    gms_memory_tell(&lane->memory, GMS_GAUGE_CAMERA_UP, 1);

    for (i = 0; i < PEERS; i++) {
        if (peers[i].fd >= 0 && peers[i].nginx) {
            send_lane(&peers[i], lane);
        }
    }

    return GMS_OK;
}


static int
publish(lane_t *lane, uint64_t seq, const char *type, const char *data)
{
    int                n;
    size_t             id_size;
    static char        text[GMS_EVENT_BYTES];
    gms_ring_record_t  record;

    n = gms_sse_format(text, sizeof(text), lane->epoch, seq, type, data,
                       &id_size);
    if (n < 0) {
        return n;
    }

    record.seq = seq;
    record.id_size = (uint32_t) id_size;
    record.size = (uint32_t) n;

    return gms_ring_write(&lane->ring, &record, text);
}


/* As a lane that is killed in gms_ring_write(): the place is taken, half of a
 * record stands there, and nothing is committed. */
static void
tear(gms_ring_t *ring)
{
    unsigned   i;
    uint64_t   head = gms_ring_head(ring);
    uint64_t  *reserved = (uint64_t *) ring->header + GMS_LINE_WORDS + 1;

    gms_word_store(reserved, head + 4096);

    for (i = 1; i < 256; i++) {
        gms_word_store(&ring->words[(head / 8 + i) % (ring->capacity / 8)],
                       UINT64_C(0x6e726f74)); /* "torn" */
    }
}


static int
set_state(lane_t *lane, uint64_t seq, const char *text)
{
    gms_state_info_t  info;

    memset(&info, 0, sizeof(info));
    info.seq = seq;
    info.ring_pos = gms_ring_head(&lane->ring);
    info.size = strlen(text);

    return gms_state_write(&lane->state, &info, text);
}


/* One durable event and the document with it folded in. */
static int
publish_numbered(lane_t *lane, uint64_t seq, size_t size)
{
    int          rc;
    size_t       n;
    static char  data[GMS_EVENT_BYTES];
    char         state[256];

    n = (size_t) snprintf(data, sizeof(data),
                          "{\"lane\":\"%s\",\"seq\":%" PRIu64
                          ",\"t_publish_us\":%" PRId64 ",\"fill\":\"",
                          lane->name, seq, now_us(CLOCK_REALTIME));
    while (n < size && n < sizeof(data) - 128) {
        data[n++] = 'x';
    }
    snprintf(data + n, sizeof(data) - n, "\"}");

    rc = publish(lane, seq, "shot", data);
    if (rc != GMS_OK) {
        return rc;
    }

    snprintf(state, sizeof(state),
             "{\"lane\":\"%s\",\"state\":\"live\",\"seq\":%" PRIu64 "}",
             lane->name, seq);

    return set_state(lane, seq, state);
}


static int
set_frame(lane_t *lane, uint64_t id, size_t size, bool says, int64_t ahead_s)
{
    int               rc;
    char             *bytes;
    size_t            i;
    gms_frame_info_t  info;

    bytes = malloc(size);
    if (bytes == NULL) {
        return GMS_ENOMEM;
    }
    for (i = 0; i < size; i++) {
        bytes[i] = (char) ((id * 31 + i * 7) & 0xff);
    }
    if (says) {
        i = (size_t) snprintf(bytes, size,
                              "picture %" PRIu64 " %" PRId64 " %zu\n", id,
                              now_us(CLOCK_REALTIME), size);
        bytes[i] = (char) ((id * 31 + i * 7) & 0xff);
    }

    memset(&info, 0, sizeof(info));
    info.id = id;
    info.t_us = now_us(CLOCK_REALTIME) + ahead_s * 1000000;
    info.mono_ns = now_us(CLOCK_MONOTONIC) * 1000;
    info.width = 640;
    info.height = 480;
    info.size = size;

    rc = gms_frames_write(&lane->frames, &info, bytes);
    free(bytes);

    return rc;
}


static void
set_counters(lane_t *lane)
{
    unsigned  i;

    for (i = 0; i < GMS_COUNTERS; i++) {
        gms_memory_count(&lane->memory, (gms_counter_e) i, i + 1);
    }
    for (i = 0; i < GMS_HISTOGRAMS; i++) {
        gms_memory_record(&lane->memory, (gms_histogram_e) i, 1000000);
        gms_memory_record(&lane->memory, (gms_histogram_e) i, 3000000);
    }
}


static int
set_grants(const lane_t *lane, const char *text)
{
    int            n = 0;
    char           hex[GMS_SECRET_HASH_HEX_SIZE];
    gms_grants_t   grants;
    gms_granted_t  granted;

    memset(&granted, 0, sizeof(granted));

    for (; sscanf(text, "%64s %n", hex, &n) == 1; text += n) {
        if (granted.n == GMS_GRANTS_MAX ||
            !gms_secret_hash_from_hex(granted.hash[granted.n++], hex))
        {
            return GMS_EINVALID;
        }
    }

    return gms_grants_attach(&grants, &lane->memory) == GMS_OK
               ? gms_grants_write(&grants, &granted)
               : GMS_ESTATE;
}


/* like: what it holds; NULL: zeros. */
static int
send_foreign(const char *name, bool sealed, const gms_memory_t *like)
{
    int                 fd;
    size_t              size;
    gms_link_message_t  m;

    size = like != NULL ? like->size / 2 : 4 * 1024 * 1024;

    fd = memfd_create("foreign", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || ftruncate(fd, (off_t) size) != 0 ||
        (like != NULL && write(fd, like->base, size) != (ssize_t) size))
    {
        return GMS_ESYS;
    }
    if (sealed &&
        fcntl(fd, F_ADD_SEALS,
              F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE |
                  F_SEAL_SEAL) != 0)
    {
        close(fd);
        return GMS_ESYS;
    }

    message(&m, GMS_LINK_LANE, name);
    m.fd = fd;
    tell_all(&m);
    close(fd);

    return GMS_OK;
}


static void
set_devices(const char *text)
{
    char               *p;
    gms_link_message_t  m;

    snprintf(devices, sizeof(devices), "%s%s", text, *text ? "|" : "");

    for (p = devices; *p != '\0'; p++) {
        if (*p == '|') {
            *p = '\n';
        }
    }

    message(&m, GMS_LINK_DEVICES, "");
    m.body = devices;
    m.header.body_size = (uint32_t) strlen(devices);
    tell_all(&m);
}


static void
hello(peer_t *peer, const gms_link_message_t *h)
{
    unsigned            i;
    gms_link_message_t  m;

    printf("hello %" PRIu64 " %016" PRIx64 "\n", h->header.generation,
           h->header.config_id);

    if (!welcomes) {
        return;
    }

    peer->nginx = true;
    peer->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

    message(&m, GMS_LINK_WELCOME, "");
    m.fd = peer->wake;
    gms_link_send(peer->fd, &m);

    if (welcomes == 2) {
        (void) send(peer->fd, "garbage", 7, MSG_NOSIGNAL);
    }

    for (i = 0; i < lanes_n; i++) {
        send_lane(peer, &lanes[i]);
    }

    message(&m, GMS_LINK_DEVICES, "");
    m.body = devices;
    m.header.body_size = (uint32_t) strlen(devices);
    gms_link_send(peer->fd, &m);

    if (needs && h->header.generation != 0) {
        message(&m, GMS_LINK_NEED_CONFIG, "");
        gms_link_send(peer->fd, &m);
    }
}


static void
answer(peer_t *peer, uint64_t id)
{
    gms_link_message_t  m;

    message(&m, GMS_LINK_ANSWER, "");
    m.header.id = id;
    m.header.status = answer_status;
    snprintf(m.header.key, sizeof(m.header.key), "%s", answer_secret);
    m.header.body_size = (uint32_t) strlen(answer_body);
    m.body = answer_body;

    if (peer != NULL && peer->fd >= 0) {
        gms_link_send(peer->fd, &m);
    }
}


static void
from_peer(peer_t *peer)
{
    int                 rc;
    char                token[GMS_SECRET_HASH_HEX_SIZE];
    gms_link_message_t  m, done;

    rc = gms_link_receive(peer->fd, &m);

    if (rc == GMS_EAGAIN) {
        return;
    }
    if (rc == GMS_EVERSION) {
        /* as the supervisor does, so that the other side can tell */
        message(&done, GMS_LINK_WELCOME, "");
        done.header.status = 1;
        gms_link_send(peer->fd, &done);
        printf("layout %" PRIu32 "\n", m.header.layout);
    }
    if (rc != GMS_OK) {
        printf("bye\n");
        drop(peer);
        return;
    }

    switch (m.header.type) {

    case GMS_LINK_HELLO:
        hello(peer, &m);
        break;

    case GMS_LINK_CONFIG:
        printf("config %s\n", m.body);
        message(&done, GMS_LINK_CONFIG_DONE, "");
        done.header.status = config_refusal[0] != '\0';
        done.body = config_refusal;
        done.header.body_size = (uint32_t) strlen(config_refusal);
        gms_link_send(peer->fd, &done);
        break;

    case GMS_LINK_WATCH:
        printf("watch %s %" PRId64 "\n", m.header.lane, m.header.value);
        break;

    case GMS_LINK_ASK:
        gms_secret_hash_to_hex(m.header.token, token);
        printf("ask %s %s role=%" PRIu32 "%s%.64s", m.header.lane,
               m.header.verb, m.header.role,
               token[strspn(token, "0")] == '\0' ? "" : " token=",
               token[strspn(token, "0")] == '\0' ? "" : token);
        if (m.header.generation != 0) {
            printf(" version=%" PRIu64, m.header.generation);
        }
        printf(" key=%s wait=%" PRId64 " request=%s size=%" PRIu32
               " body=%.200s\n",
               m.header.key, m.header.deadline_ns / 1000000 -
                   now_us(CLOCK_MONOTONIC) / 1000,
               m.header.request, m.header.body_size, m.body);
        last_peer = peer;
        last_id = m.header.id;
        if (answers) {
            answer(peer, m.header.id);
        }
        break;

    case GMS_LINK_CLIENTS:
        break;

    case GMS_LINK_DEVICE_SEEN:
        printf("seen %s\n", m.header.key);
        break;

    default:
        printf("odd %" PRIu32 "\n", m.header.type);
    }

    gms_link_release(&m);
}


static void
accept_peers(void)
{
    int       fd;
    unsigned  i;

    while ((fd = accept4(listener, NULL, NULL,
                         SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        for (i = 0; i < PEERS && peers[i].fd >= 0; i++) {
            continue;
        }
        if (i == PEERS) {
            close(fd);
            continue;
        }
        peers[i].fd = fd;
    }
}


static int
command_lane(lane_t *lane, const char *verb, const char *name,
    const char *rest)
{
    int                 rc = GMS_OK, n = 0;
    char                type[64];
    int64_t             ahead_s = 0;
    uint64_t            seq = 0, count = 0, size = 0;
    gms_link_message_t  m;

    if (strcmp(verb, "lane") == 0) {
        return lane_create(name, strtoull(rest, NULL, 16));
    }
    if (strcmp(verb, "unsealed") == 0 || strcmp(verb, "junk") == 0) {
        return send_foreign(name, verb[0] == 'j', NULL);
    }
    if (strcmp(verb, "process") == 0) {
        message(&m, GMS_LINK_LANE_STATE, name);
        m.header.value = atoi(rest);
        tell_all(&m);
        return GMS_OK;
    }
    if (strcmp(verb, "gone") == 0) {
        message(&m, GMS_LINK_LANE_GONE, name);
        tell_all(&m);
        return GMS_OK;
    }
    if (lane == NULL) {
        return GMS_ENOTFOUND;
    }

    if (strcmp(verb, "short") == 0) {
        return send_foreign(name, true, &lane->memory);

    } else if (strcmp(verb, "torn") == 0) {
        tear(&lane->ring);

    } else if (strcmp(verb, "heal") == 0) {
        rc = gms_ring_take_over(&lane->ring, &seq);

    } else if (strcmp(verb, "epoch") == 0) {
        lane->epoch = strtoull(rest, NULL, 16);
        gms_memory_set_epoch(&lane->memory, lane->epoch);

    } else if (strcmp(verb, "state") == 0) {
        if (sscanf(rest, "%" SCNu64 " %n", &seq, &n) != 1) {
            return GMS_EINVALID;
        }
        rc = set_state(lane, seq, rest + n);

    } else if (strcmp(verb, "event") == 0) {
        if (sscanf(rest, "%" SCNu64 " %63s %n", &seq, type, &n) != 2) {
            return GMS_EINVALID;
        }
        rc = publish(lane, seq, type, rest + n);

    } else if (strcmp(verb, "burst") == 0) {
        if (sscanf(rest, "%" SCNu64 " %" SCNu64 " %" SCNu64, &seq, &count,
                   &size) != 3) {
            return GMS_EINVALID;
        }
        while (count-- > 0 && rc == GMS_OK) {
            rc = publish_numbered(lane, seq++, (size_t) size);
        }

    } else if (strcmp(verb, "publish") == 0 ||
               strcmp(verb, "pictures") == 0) {
        lane->publish_pictures = verb[1] == 'i';
        lane->publish_bytes = lane->publish_pictures ? 1000 : 200;
        if (sscanf(rest, "%" SCNu64 " %" SCNu64 " %" SCNd64 " %zu",
                   &lane->publish_seq, &lane->publish_left, &lane->publish_us,
                   &lane->publish_bytes) < 3) {
            return GMS_EINVALID;
        }
        memset(&lane->publish_took_ns, 0, sizeof(lane->publish_took_ns));
        memset(&lane->publish_woke_ns, 0, sizeof(lane->publish_woke_ns));
        lane->publish_next_us = now_us(CLOCK_MONOTONIC);

    } else if (strcmp(verb, "frame") == 0) {
        if (sscanf(rest, "%" SCNu64 " %" SCNu64 " %" SCNd64, &seq, &size,
                   &ahead_s) < 2) {
            return GMS_EINVALID;
        }
        rc = set_frame(lane, seq, (size_t) size, false, ahead_s);

    } else if (strcmp(verb, "grants") == 0) {
        rc = set_grants(lane, rest);

    } else if (strcmp(verb, "beat") == 0) {
        gms_memory_beat(&lane->memory, GMS_BEAT_MAIN,
                        now_us(CLOCK_MONOTONIC) * 1000);

    } else if (strcmp(verb, "count") == 0) {
        set_counters(lane);

    } else if (strcmp(verb, "gauge") == 0) {
        if (sscanf(rest, "%" SCNu64 " %" SCNu64, &seq, &count) != 2) {
            return GMS_EINVALID;
        }
        gms_memory_tell(&lane->memory, (gms_gauge_e) seq, count);

    } else {
        return GMS_EINVALID;
    }

    wake_all();

    return rc;
}


static int
command(char *text)
{
    char      verb[32] = "", name[GMS_LANE_NAME_SIZE] = "";
    int       n = 0, m = 0;
    unsigned  i;

    (void) sscanf(text, "%31s %n%31s %n", verb, &n, name, &m);

    if (strcmp(verb, "wake") == 0) {
        wakes = atoi(name);
    } else if (strcmp(verb, "nudge") == 0) {
        wake_once();
    } else if (strcmp(verb, "welcome") == 0) {
        welcomes = atoi(name);
    } else if (strcmp(verb, "need") == 0) {
        needs = atoi(name) != 0;
    } else if (strcmp(verb, "config") == 0) {
        snprintf(config_refusal, sizeof(config_refusal), "%s",
                 strcmp(name, "ok") == 0 ? "" : text + m);
    } else if (strcmp(verb, "answer") == 0) {
        answers = strcmp(name, "none") != 0;
        if (answers) {
            answer_status = (unsigned) atoi(name);
            snprintf(answer_body, sizeof(answer_body), "%s",
                     m > 0 ? text + m : "");
        }
    } else if (strcmp(verb, "secret") == 0) {
        snprintf(answer_secret, sizeof(answer_secret), "%s",
                 n > 0 ? text + n : "");
    } else if (strcmp(verb, "devices") == 0) {
        set_devices(n > 0 ? text + n : "");
    } else if (strcmp(verb, "late") == 0) {
        answer(last_peer, last_id);
    } else if (strcmp(verb, "garbage") == 0 || strcmp(verb, "hangup") == 0) {
        for (i = 0; i < PEERS; i++) {
            if (peers[i].fd >= 0 && verb[0] == 'g') {
                (void) send(peers[i].fd, "garbage", 7, MSG_NOSIGNAL);
            } else if (peers[i].fd >= 0) {
                drop(&peers[i]);
            }
        }
    } else if (strcmp(verb, "close") == 0) {
        close(listener);
        listener = -1;
        unlink(path);
    } else if (strcmp(verb, "listen") == 0) {
        listener = gms_link_listen(path);
        return listener < 0 ? listener : GMS_OK;
    } else {
        return command_lane(lane_get(name), verb, name,
                            m > 0 ? text + m : "");
    }

    return GMS_OK;
}


/* False at the end of stdin: the test is over or has died. */
static bool
from_stdin(void)
{
    int       rc;
    char     *end;
    ssize_t   n;

    n = read(0, line + line_size, sizeof(line) - 1 - line_size);
    if (n <= 0) {
        return false;
    }

    line_size += (size_t) n;
    line[line_size] = '\0';

    while ((end = strchr(line, '\n')) != NULL) {
        *end = '\0';
        rc = command(line);
        if (rc == GMS_OK) {
            printf("ok\n");
        } else {
            printf("error %s\n", gms_strerror(rc));
        }
        line_size -= (size_t) (end + 1 - line);
        memmove(line, end + 1, line_size + 1);
    }

    return true;
}


/* The next event of a lane whose time has come. */
static void
publish_due(lane_t *lane)
{
    int64_t                   began, written, done;
    const bench_histogram_t  *took = &lane->publish_took_ns;
    const bench_histogram_t  *woke = &lane->publish_woke_ns;

    began = now_ns(CLOCK_MONOTONIC);
    if (lane->publish_pictures) {
        set_frame(lane, lane->publish_seq++, lane->publish_bytes, true,
                  0);
    } else {
        publish_numbered(lane, lane->publish_seq++, lane->publish_bytes);
    }
    written = now_ns(CLOCK_MONOTONIC);
    wake_all();
    done = now_ns(CLOCK_MONOTONIC);
    bench_histogram_add(&lane->publish_took_ns, (uint64_t) (done - began));
    bench_histogram_add(&lane->publish_woke_ns, (uint64_t) (done - written));

    lane->publish_next_us += lane->publish_us;

    if (--lane->publish_left == 0) {
        printf("published %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
               "\n", lane->name, bench_histogram_quantile(took, 0.50),
               bench_histogram_quantile(took, 0.99), took->max,
               bench_histogram_quantile(woke, 0.50));
    }
}


/* Milliseconds until the next event is due, -1: none. */
static int
run_publishers(void)
{
    int       wait = -1, ms;
    lane_t   *lane;
    int64_t   now;
    unsigned  i;

    for (i = 0; i < lanes_n; i++) {
        lane = &lanes[i];
        now = now_us(CLOCK_MONOTONIC);

        while (lane->publish_left > 0 && lane->publish_next_us <= now) {
            publish_due(lane);
        }
        if (lane->publish_left > 0) {
            ms = (int) ((lane->publish_next_us - now) / 1000) + 1;
            wait = wait < 0 || ms < wait ? ms : wait;
        }
    }

    return wait;
}


int
main(int argc, char **argv)
{
    int            wait;
    unsigned       i;
    struct pollfd  set[PEERS + 2];

    if (argc != 2) {
        fprintf(stderr, "usage: fake_worker SOCKET\n");
        return 2;
    }

    path = argv[1];
    setvbuf(stdout, NULL, _IOLBF, 0);

    for (i = 0; i < PEERS; i++) {
        peers[i].fd = -1;
        peers[i].wake = -1;
    }

    listener = gms_link_listen(path);
    if (listener < 0) {
        perror("fake_worker: listen");
        return 1;
    }
    printf("listening\n");

    for ( ;; ) {
        wait = run_publishers();

        set[0] = (struct pollfd){ .fd = 0, .events = POLLIN };
        set[1] = (struct pollfd){ .fd = listener, .events = POLLIN };
        for (i = 0; i < PEERS; i++) {
            set[i + 2] = (struct pollfd){ .fd = peers[i].fd,
                                          .events = POLLIN };
        }

        if (poll(set, PEERS + 2, wait) < 0 && errno != EINTR) {
            return 1;
        }

        for (i = 0; i < PEERS; i++) {
            if (peers[i].fd >= 0 && set[i + 2].fd == peers[i].fd &&
                set[i + 2].revents != 0) {
                from_peer(&peers[i]);
            }
        }
        if (listener >= 0 && set[1].revents != 0) {
            accept_peers();
        }
        if (set[0].revents != 0 && !from_stdin()) {
            break;
        }
    }

    if (listener >= 0) {
        unlink(path);
    }

    return 0;
}

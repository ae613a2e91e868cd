/*
 * Any bytes as a packet: the first byte says how many descriptors go along,
 * and whether the rest begins with a sound preamble (64) or stands behind a
 * sound header (128), of which it says type, value and size of the body; what
 * is accepted must keep the promises of ipc/link.h, and no descriptor may stay
 * open.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/device.h"
#include "ipc/error.h"
#include "ipc/link.h"

#define PREAMBLE 16
#define FDS 20
#define SAID 6 /* bytes of type, value and size; a size of all ones: as it is */
#define PACKET_MAX (PREAMBLE + sizeof(gms_link_header_t) + 4096)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
put_preamble(uint8_t *packet)
{
    static const uint32_t  words[] = { 0x4b4c4d47, GMS_PROTOCOL_VERSION,
        GMS_LAYOUT_VERSION, sizeof(gms_link_header_t) };

    memcpy(packet, words, PREAMBLE);
}


static size_t
put_header(uint8_t *packet, const uint8_t *data, size_t size)
{
    gms_link_header_t  h;

    memset(&h, 0, sizeof(h));
    h.type = data[0];
    h.value = data[1];
    memcpy(&h.body_size, data + 2, sizeof(h.body_size));
    strcpy(h.lane, "lane1");
    strcpy(h.verb, "session.start");
    if (h.body_size == UINT32_MAX) {
        h.body_size = (uint32_t) (size - SAID);
    }

    put_preamble(packet);
    memcpy(packet + PREAMBLE, &h, sizeof(h));
    memcpy(packet + PREAMBLE + sizeof(h), data + SAID, size - SAID);
    return PREAMBLE + sizeof(h) + size - SAID;
}


/* What the input says, in a packet; its size. */
static size_t
put_packet(uint8_t *packet, const uint8_t *data, size_t size)
{
    if (data[0] & 0x80 && size > SAID) {
        return put_header(packet, data + 1, size - 1);
    }

    memcpy(packet, data + 1, size - 1);
    if (data[0] & 0x40 && size - 1 >= PREAMBLE) {
        put_preamble(packet);
    }
    return size - 1;
}


static void
send_packet(int fd, void *packet, size_t size, size_t fds)
{
    int             with[FDS];
    struct iovec    iov = { packet, size };
    struct msghdr   msg = { .msg_iov = &iov, .msg_iovlen = 1 };
    struct cmsghdr *c;
    union {
        struct cmsghdr  align;
        char            space[CMSG_SPACE(FDS * sizeof(int))];
    } control;

    memset(&control, 0, sizeof(control));
    if (fds > 0) {
        for (size_t i = 0; i < FDS; i++) {
            with[i] = fd;
        }
        msg.msg_control = control.space;
        msg.msg_controllen = CMSG_SPACE(fds * sizeof(int));
        c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(fds * sizeof(int));
        memcpy(CMSG_DATA(c), with, fds * sizeof(int));
    }
    if (sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
        abort();
    }
}


/* The lowest free one: grows when one is left open. */
static int
next_descriptor(void)
{
    int  fd = dup(0);

    if (fd < 0) {
        abort();
    }
    close(fd);

    return fd;
}


/* What is taken for a device is written as it was. */
static void
check_devices(const char *text)
{
    char          line[256];
    const char   *begin = text;
    gms_device_t  device;

    while (gms_device_read(&device, &text) == GMS_OK) {
        if (gms_device_line(line, sizeof(line), &device) != text - begin ||
            memcmp(line, begin, (size_t) (text - begin)) != 0)
        {
            abort();
        }
        begin = text;
    }
}


static void
check(const gms_link_message_t *m)
{
    const gms_link_header_t  *h = &m->header;
    int  is_picture =
        h->type == GMS_LINK_ANSWER && (h->value == GMS_ANSWER_JPEG
            || h->value == GMS_ANSWER_FRAME);

    if (m->body == NULL || m->body[h->body_size] != '\0' ||
        (!is_picture && strlen(m->body) != h->body_size) ||
        h->type == 0 || h->type >= GMS_LINK_TYPES ||
        strnlen(h->lane, sizeof(h->lane)) == sizeof(h->lane) ||
        strnlen(h->verb, sizeof(h->verb)) == sizeof(h->verb) ||
        strnlen(h->key, sizeof(h->key)) == sizeof(h->key))
    {
        abort();
    }

    if (h->type == GMS_LINK_DEVICES) {
        check_devices(m->body);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                 pair[2], before;
    uint8_t            *packet;
    gms_link_message_t  m;

    if (size < 2 || size > 4096) {
        return 0;
    }
    packet = malloc(PACKET_MAX);
    if (packet == NULL ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    {
        abort();
    }

    before = next_descriptor();
    send_packet(pair[0], packet, put_packet(packet, data, size),
        (data[0] & 0x3f) % (FDS + 1));

    if (gms_link_receive(pair[1], &m) == GMS_OK) {
        check(&m);
        gms_link_release(&m);
    }

    if (next_descriptor() != before) {
        abort(); /* one was left open */
    }
    close(pair[0]);
    close(pair[1]);
    free(packet);

    return 0;
}

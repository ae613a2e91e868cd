/*
 * Any bytes as a packet: the first byte says how many descriptors go along
 * and whether the rest begins with a sound header; what is accepted must keep
 * the promises of ipc/link.h, and no descriptor may stay open.
 *
 *   clang -g -O1 -D_GNU_SOURCE -I. -fsanitize=fuzzer,address,undefined \
 *       t/fuzz/link_fuzz.c ipc/link.c
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/error.h"
#include "ipc/link.h"

#define PREAMBLE 16
#define FDS 20

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* Makes the preamble right, so that what follows is looked at. */
static void
mend(uint8_t *packet, size_t size)
{
    static const uint32_t  words[] = { 0x4b4c4d47, GMS_PROTOCOL_VERSION,
        GMS_LAYOUT_VERSION, sizeof(gms_link_header_t) };

    if (size >= PREAMBLE) {
        memcpy(packet, words, PREAMBLE);
    }
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


static void
check(const gms_link_message_t *m)
{
    const gms_link_header_t  *h = &m->header;

    if (m->body == NULL || strlen(m->body) != h->body_size ||
        h->type == 0 || h->type >= GMS_LINK_TYPES ||
        strnlen(h->lane, sizeof(h->lane)) == sizeof(h->lane) ||
        strnlen(h->verb, sizeof(h->verb)) == sizeof(h->verb) ||
        strnlen(h->key, sizeof(h->key)) == sizeof(h->key))
    {
        abort();
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
    packet = malloc(size);
    if (packet == NULL ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    {
        abort();
    }

    memcpy(packet, data + 1, size - 1);
    if (data[0] & 0x80) {
        mend(packet, size - 1);
    }
    before = next_descriptor();
    send_packet(pair[0], packet, size - 1, (data[0] & 0x7f) % (FDS + 1));

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

/*
 * gms_link: see link.h.
 *
 * A packet is a preamble (magic, protocol, layout: what must be understood
 * before anything else is), the header as it lies in memory (both ends run on
 * one machine) and the body, unless that travels as a memfd.  File
 * descriptors come in this order: the body's memfd if body_size exceeds
 * GMS_LINK_INLINE, then the caller's, if there is one.
 */

#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "sealed.h"

#define MAGIC UINT32_C(0x4b4c4d47) /* "GMLK" */
#define BACKLOG 64
#define FDS_MAX 2

/* Room for more descriptors than may come: those that fit are closed here,
 * the kernel discards those that do not. */
#define FDS_ROOM 16

typedef struct {
    uint32_t          magic;
    uint32_t          protocol;
    uint32_t          layout;
    uint32_t          header_size;
    gms_link_header_t header;
} packet_t;

_Static_assert(sizeof(gms_link_header_t)
        == 64 + GMS_LANE_NAME_SIZE + GMS_LINK_VERB_SIZE + GMS_LINK_KEY_SIZE
            + GMS_LINK_TOKEN_SIZE + GMS_LINK_REQUEST_SIZE,
    "padding would leak memory");
_Static_assert(offsetof(packet_t, header) == 16, "preamble is 16 bytes");

#define PREAMBLE offsetof(packet_t, header)

typedef struct {
    int fd[FDS_ROOM];
    int n;
} descriptors_t;


/* True when text ends within size and holds allowed bytes alone; bytes behind
 * the end do not matter. */
static bool
is_text(const char *text, size_t size, const char *allowed)
{
    const char *end = memchr(text, '\0', size);

    if (end == NULL) {
        return false;
    }
    if (allowed != NULL) {
        return strspn(text, allowed) == (size_t) (end - text);
    }

    for (; *text != '\0'; text++) {
        if (*text < '!' || *text > '~') {
            return false;
        }
    }

    return true;
}


static bool
header_is_sound(const gms_link_header_t *h)
{
    static const char lane[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    static const char verb[] = "abcdefghijklmnopqrstuvwxyz0123456789_-.";

    return h->type >= GMS_LINK_HELLO && h->type < GMS_LINK_TYPES
        && h->role <= GMS_ROLE_ADMIN && h->body_size <= GMS_LINK_BODY_MAX
        && is_text(h->lane, sizeof(h->lane), lane)
        && is_text(h->verb, sizeof(h->verb), verb)
        && is_text(h->key, sizeof(h->key), NULL)
        && is_text(h->request, sizeof(h->request), NULL);
}


/* Text ends where its size says; a picture may hold any byte. */
static bool
body_is_sound(const gms_link_header_t *h, const char *body)
{
    bool picture = h->type == GMS_LINK_ANSWER
        && (h->value == GMS_ANSWER_JPEG || h->value == GMS_ANSWER_FRAME);

    return picture || h->body_size == 0
        || memchr(body, '\0', h->body_size) == NULL;
}


static int
set_address(struct sockaddr_un *address, const char *path)
{
    size_t n = strlen(path);

    memset(address, 0, sizeof(*address));
    address->sun_family = AF_UNIX;

    if (n == 0 || n >= sizeof(address->sun_path)) {
        errno = ENAMETOOLONG;
        return GMS_EINVALID;
    }
    memcpy(address->sun_path, path, n + 1);

    return GMS_OK;
}


static int
new_socket(void)
{
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}


/* Closes fd, errno stays. */
static int
fail(int fd)
{
    int e = errno;

    if (fd >= 0) {
        close(fd);
    }
    errno = e;

    return GMS_ESYS;
}


int
gms_link_connect(const char *path)
{
    int                fd, rc;
    struct sockaddr_un address;

    rc = set_address(&address, path);
    if (rc != GMS_OK) {
        return rc;
    }

    fd = new_socket();
    if (fd < 0) {
        return GMS_ESYS;
    }

    do {
        rc = connect(fd, (struct sockaddr *) &address, sizeof(address));
    } while (rc != 0 && errno == EINTR);

    return rc == 0 ? fd : fail(fd);
}


/*
 * Takes the socket file of a dead server away; *group is what it had.  errno:
 * EADDRINUSE (somebody listens), ENOTSOCK (the path is another kind of file),
 * EPERM (another user's socket: not ours to take).
 */
static int
clear_path(const char *path, gid_t *group)
{
    int         fd;
    struct stat st;

    *group = (gid_t) -1;

    if (lstat(path, &st) != 0) {
        return errno == ENOENT ? GMS_OK : GMS_ESYS;
    }
    if (!S_ISSOCK(st.st_mode)) {
        errno = ENOTSOCK;
        return GMS_ESYS;
    }
    if (st.st_uid != geteuid()) {
        errno = EPERM;
        return GMS_ESYS;
    }

    fd = gms_link_connect(path);
    if (fd >= 0) {
        errno = EADDRINUSE;
        return fail(fd);
    }
    if (errno == EAGAIN || errno == EPROTOTYPE) {
        errno = EADDRINUSE; /* a full backlog, another kind of server */
    }
    if (errno != ECONNREFUSED) {
        return GMS_ESYS;
    }

    *group = st.st_gid;

    return unlink(path) == 0 || errno == ENOENT ? GMS_OK : GMS_ESYS;
}


int
gms_link_listen(const char *path)
{
    int                fd, rc;
    gid_t              group;
    struct sockaddr_un address;

    rc = set_address(&address, path);
    if (rc == GMS_OK) {
        rc = clear_path(path, &group);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    fd = new_socket();
    if (fd < 0) {
        return GMS_ESYS;
    }

    /* The mode of the socket becomes that of its file (less the umask): it is
     * never open to all, not even for an instant. */
    if (fchmod(fd, 0660) != 0
        || bind(fd, (struct sockaddr *) &address, sizeof(address)) != 0)
    {
        return fail(fd);
    }

    /* The group that an administrator gave it is kept if that is allowed. */
    if (group != (gid_t) -1 && lchown(path, (uid_t) -1, group) != 0
        && errno != EPERM)
    {
        goto failed;
    }
    if (chmod(path, 0660) != 0 || listen(fd, BACKLOG) != 0) {
        goto failed;
    }

    return fd;

failed:

    rc = errno;
    unlink(path);
    errno = rc;

    return fail(fd);
}


/* A sealed memfd that holds the body. */
static int
wrap_body(const char *body, size_t size)
{
    int     fd = memfd_create("gms_link", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    size_t  done = 0;
    ssize_t n;

    if (fd < 0) {
        return GMS_ESYS;
    }

    while (done < size) {
        n = write(fd, body + done, size - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return fail(fd);
        }
        done += (size_t) n;
    }

    if (gms_sealed_seal(fd) != GMS_OK) {
        return fail(fd);
    }

    return fd;
}


static int
send_packet(int fd, struct msghdr *msg)
{
    ssize_t n;

    do {
        n = sendmsg(fd, msg, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);

    if (n >= 0) {
        return GMS_OK;
    }
    if (errno == EAGAIN || errno == ENOBUFS) {
        return GMS_EAGAIN;
    }

    return errno == EMSGSIZE ? GMS_ETOOBIG : GMS_ESYS;
}


static void
attach(struct msghdr *msg, const int *fd, int n)
{
    struct cmsghdr *c;

    msg->msg_controllen = CMSG_SPACE((size_t) n * sizeof(int));
    c = CMSG_FIRSTHDR(msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN((size_t) n * sizeof(int));
    memcpy(CMSG_DATA(c), fd, (size_t) n * sizeof(int));
}


void
gms_link_message(gms_link_message_t *m, gms_link_type_e type)
{
    memset(m, 0, sizeof(*m));
    m->fd = -1;
    m->header.type = type;
    m->header.pid = (uint32_t) getpid();
}


int
gms_link_send(int fd, const gms_link_message_t *m)
{
    int           rc, n = 0, body_fd = -1, fds[FDS_MAX];
    packet_t      packet;
    struct iovec  iov[2];
    struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 1 };
    union {
        struct cmsghdr align;
        char           space[CMSG_SPACE(FDS_MAX * sizeof(int))];
    } control;

    if (m->header.body_size > GMS_LINK_BODY_MAX) {
        return GMS_ETOOBIG;
    }
    if (!header_is_sound(&m->header)
        || (m->body == NULL && m->header.body_size != 0)
        || !body_is_sound(&m->header, m->body))
    {
        return GMS_EINVALID;
    }

    memset(&control, 0, sizeof(control));
    packet.magic = MAGIC;
    packet.protocol = GMS_PROTOCOL_VERSION;
    packet.layout = GMS_LAYOUT_VERSION;
    packet.header_size = sizeof(packet.header);
    packet.header = m->header;
    packet.header.layout = GMS_LAYOUT_VERSION;

    iov[0].iov_base = &packet;
    iov[0].iov_len = sizeof(packet);

    if (m->header.body_size > GMS_LINK_INLINE) {
        body_fd = wrap_body(m->body, m->header.body_size);
        if (body_fd < 0) {
            return body_fd;
        }
        fds[n++] = body_fd;
    } else if (m->header.body_size > 0) {
        iov[1].iov_base = m->body;
        iov[1].iov_len = m->header.body_size;
        msg.msg_iovlen = 2;
    }

    if (m->fd >= 0) {
        fds[n++] = m->fd;
    }
    if (n > 0) {
        msg.msg_control = control.space;
        attach(&msg, fds, n);
    }

    rc = send_packet(fd, &msg);

    if (body_fd >= 0) {
        fail(body_fd);
    }

    return rc;
}


/* Every descriptor that came along, wherever it stands. */
static void
collect(struct msghdr *msg, descriptors_t *d)
{
    int             fd;
    size_t          n;
    struct cmsghdr *c;

    d->n = 0;

    for (c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < n; i++) {
            memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
            if (d->n < FDS_ROOM) {
                d->fd[d->n++] = fd;
            } else {
                close(fd);
            }
        }
    }
}


static void
discard(descriptors_t *d)
{
    while (d->n > 0) {
        close(d->fd[--d->n]);
    }
}


/* A body that came as a memfd. */
static int
read_body(int fd, size_t size, char **body)
{
    char  *data;
    size_t sealed;
    int    rc;

    if (gms_sealed_size(fd, &sealed) != GMS_OK || sealed != size) {
        return GMS_ECORRUPT;
    }

    data = malloc(size + 1);
    if (data == NULL) {
        return GMS_ENOMEM;
    }

    rc = gms_sealed_read(fd, data, size);
    if (rc != GMS_OK) {
        free(data);
        return rc;
    }

    free(*body);
    *body = data;

    return GMS_OK;
}


/* Checks what came (n bytes of packet and inline body) and completes m. */
static int
accept_packet(
    gms_link_message_t *m, const packet_t *packet, size_t n, descriptors_t *d)
{
    int    rc, expected = 0;
    size_t inlined;

    if (n < PREAMBLE || packet->magic != MAGIC) {
        return GMS_ECORRUPT;
    }
    if (packet->protocol != GMS_PROTOCOL_VERSION
        || packet->layout != GMS_LAYOUT_VERSION)
    {
        m->header.layout = packet->layout;
        return GMS_EVERSION;
    }
    if (n < sizeof(*packet) || packet->header_size != sizeof(packet->header)
        || !header_is_sound(&packet->header))
    {
        return GMS_ECORRUPT;
    }

    m->header = packet->header;
    m->header.layout = packet->layout;

    inlined = n - sizeof(*packet);
    if (m->header.body_size > GMS_LINK_INLINE) {
        expected = 1;
        if (inlined != 0 || d->n < 1) {
            return GMS_ECORRUPT;
        }
        rc = read_body(d->fd[0], m->header.body_size, &m->body);
        if (rc != GMS_OK) {
            return rc;
        }
    } else if (inlined != m->header.body_size) {
        return GMS_ECORRUPT;
    }

    m->body[m->header.body_size] = '\0';

    if (d->n > expected + 1 || !body_is_sound(&m->header, m->body)) {
        return GMS_ECORRUPT;
    }

    if (d->n == expected + 1) {
        m->fd = d->fd[--d->n];
    }

    return GMS_OK;
}


static ssize_t
receive_packet(int fd, struct msghdr *msg)
{
    ssize_t n;

    do {
        n = recvmsg(fd, msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);

    return n;
}


/* Gives back what the body does not need. */
static void
shrink(gms_link_message_t *m)
{
    char *less = realloc(m->body, (size_t) m->header.body_size + 1);

    if (less != NULL) {
        m->body = less;
    }
}


int
gms_link_receive(int fd, gms_link_message_t *m)
{
    int           rc;
    ssize_t       n;
    packet_t      packet;
    struct iovec  iov[2];
    descriptors_t d = { .n = 0 };
    struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
    union {
        struct cmsghdr align;
        char           space[CMSG_SPACE(FDS_ROOM * sizeof(int))];
    } control;

    memset(m, 0, sizeof(*m));
    m->fd = -1;
    m->body = malloc(GMS_LINK_INLINE + 1);
    if (m->body == NULL) {
        return GMS_ENOMEM;
    }

    memset(&packet, 0, sizeof(packet));
    iov[0].iov_base = &packet;
    iov[0].iov_len = sizeof(packet);
    iov[1].iov_base = m->body;
    iov[1].iov_len = GMS_LINK_INLINE;
    msg.msg_control = control.space;
    msg.msg_controllen = sizeof(control.space);

    n = receive_packet(fd, &msg);

    if (n < 0) {
        rc = errno == EAGAIN                        ? GMS_EAGAIN
            : errno == ECONNRESET || errno == EPIPE ? GMS_EEND
                                                    : GMS_ESYS;
    } else {
        collect(&msg, &d);
        if (n == 0) {
            rc = GMS_EEND;
        } else if (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
            rc = GMS_ECORRUPT;
        } else {
            rc = accept_packet(m, &packet, (size_t) n, &d);
        }
    }

    if (rc == GMS_OK) {
        shrink(m);
    } else {
        n = errno;
        free(m->body);
        m->body = NULL;
        errno = (int) n;
    }
    discard(&d);

    return rc;
}


void
gms_link_release(gms_link_message_t *m)
{
    free(m->body);
    m->body = NULL;

    if (m->fd >= 0) {
        close(m->fd);
        m->fd = -1;
    }
}

/* Messages between nginx, the command line and the supervisor. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ipc/error.h"
#include "ipc/link.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* The packet as it stands on the wire. */
typedef struct {
    uint32_t           magic, protocol, layout, header_size;
    gms_link_header_t  header;
    char               body[64];
} wire_t;

static char  dir[64];
static int   pair[2];


static int
open_pair(void **state)
{
    (void) state;

    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
}


static int
close_pair(void **state)
{
    (void) state;
    close(pair[0]);
    close(pair[1]);

    return 0;
}


static unsigned
open_descriptors(void)
{
    DIR       *d = opendir("/proc/self/fd");
    unsigned   n = 0;

    assert_non_null(d);
    while (readdir(d) != NULL) {
        n++;
    }
    closedir(d);

    return n;
}


static gms_link_message_t
ask(char *body, size_t size, int fd)
{
    gms_link_message_t  m = { .fd = fd, .body = body };

    m.header.type = GMS_LINK_ASK;
    m.header.id = 7;
    m.header.role = GMS_ROLE_COACH;
    m.header.deadline_ns = 123456789012;
    m.header.body_size = (uint32_t) size;
    strcpy(m.header.lane, "lane1");
    strcpy(m.header.verb, "session.start");
    strcpy(m.header.key, "8e03978e-40d5-43e8-bc93-6894a57f9324");

    return m;
}


static wire_t
sound_wire(void)
{
    wire_t              w;
    gms_link_message_t  m = ask(NULL, 2, -1);

    memset(&w, 0, sizeof(w));
    w.magic = 0x4b4c4d47;
    w.protocol = GMS_PROTOCOL_VERSION;
    w.layout = GMS_LAYOUT_VERSION;
    w.header_size = sizeof(w.header);
    w.header = m.header;
    memcpy(w.body, "{}", 2);

    return w;
}


#define WIRE_SIZE (offsetof(wire_t, body) + 2)


static void
send_raw(const void *data, size_t size, const int *fd, size_t fds)
{
    struct iovec    iov = { (void *) (uintptr_t) data, size };
    struct msghdr   msg = { .msg_iov = &iov, .msg_iovlen = 1 };
    struct cmsghdr *c;
    union {
        struct cmsghdr  align;
        char            space[CMSG_SPACE(64 * sizeof(int))];
    } control;

    memset(&control, 0, sizeof(control));
    if (fds > 0) {
        msg.msg_control = control.space;
        msg.msg_controllen = CMSG_SPACE(fds * sizeof(int));
        c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(fds * sizeof(int));
        memcpy(CMSG_DATA(c), fd, fds * sizeof(int));
    }
    assert_int_equal(sendmsg(pair[0], &msg, 0), (int) size);
}


static int
make_memfd(size_t size, char fill, int seals)
{
    int    fd = memfd_create("t", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    char  *data = malloc(size);

    assert_true(fd >= 0);
    assert_non_null(data);
    memset(data, fill, size);
    assert_int_equal(write(fd, data, size), size);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
    free(data);

    return fd;
}


/* Bodies of every length around the limits arrive as they were sent. */
static void
round_trip(void **state)
{
    static const size_t  sizes[] = { 0, 1, 2, 4096, GMS_LINK_INLINE - 1,
        GMS_LINK_INLINE, GMS_LINK_INLINE + 1, 300000, GMS_LINK_BODY_MAX };

    char               *body = malloc(GMS_LINK_BODY_MAX + 1);
    unsigned            before = open_descriptors();
    gms_link_message_t  out, in;

    (void) state;
    assert_non_null(body);
    for (size_t i = 0; i < GMS_LINK_BODY_MAX; i++) {
        body[i] = (char) ('a' + i * 7 % 26);
    }

    for (size_t i = 0; i < COUNT(sizes); i++) {
        out = ask(body, sizes[i], -1);
        assert_int_equal(gms_link_send(pair[0], &out), GMS_OK);
        assert_int_equal(gms_link_receive(pair[1], &in), GMS_OK);
        assert_int_equal(in.header.body_size, sizes[i]);
        assert_memory_equal(in.body, body, sizes[i]);
        assert_int_equal(in.body[sizes[i]], '\0');
        assert_int_equal(in.fd, -1);
        assert_int_equal(in.header.layout, GMS_LAYOUT_VERSION);
        in.header.layout = 0;
        assert_memory_equal(&in.header, &out.header, sizeof(in.header));
        gms_link_release(&in);
    }

    out = ask(body, GMS_LINK_BODY_MAX + 1, -1);
    assert_int_equal(gms_link_send(pair[0], &out), GMS_ETOOBIG);
    free(body);
    assert_int_equal(open_descriptors(), before);
}


static void
descriptor_travels(void **state)
{
    static const size_t  sizes[] = { 2, GMS_LINK_INLINE + 1 };

    int                 fd = make_memfd(5, 'x', 0);
    char               *body = malloc(GMS_LINK_INLINE + 1);
    unsigned            before = open_descriptors();
    struct stat         a, b;
    gms_link_message_t  out, in;

    (void) state;
    assert_non_null(body);
    memset(body, ' ', GMS_LINK_INLINE + 1);
    assert_int_equal(fstat(fd, &a), 0);

    for (size_t i = 0; i < COUNT(sizes); i++) {
        out = ask(body, sizes[i], fd);
        assert_int_equal(gms_link_send(pair[0], &out), GMS_OK);
        assert_int_equal(gms_link_receive(pair[1], &in), GMS_OK);
        assert_true(in.fd >= 0);
        assert_int_equal(fstat(in.fd, &b), 0);
        assert_true(a.st_ino == b.st_ino);
        assert_int_equal(fcntl(in.fd, F_GETFD), FD_CLOEXEC);
        gms_link_release(&in);
        assert_int_equal(in.fd, -1);
    }

    free(body);
    assert_int_equal(open_descriptors(), before);
    close(fd);
}


static void
never_blocks(void **state)
{
    int                 n = 0, rc;
    char                body[1000];
    gms_link_message_t  m = ask(body, sizeof(body), -1), in;

    (void) state;
    memset(body, ' ', sizeof(body));
    assert_int_equal(gms_link_receive(pair[1], &in), GMS_EAGAIN);
    while ((rc = gms_link_send(pair[0], &m)) == GMS_OK) {
        assert_true(n++ < 10000);
    }
    assert_int_equal(rc, GMS_EAGAIN);

    close(pair[0]);
    for (; n > 0; n--) {
        assert_int_equal(gms_link_receive(pair[1], &in), GMS_OK);
        gms_link_release(&in);
    }
    assert_int_equal(gms_link_receive(pair[1], &in), GMS_EEND);
    pair[0] = dup(pair[1]);
}


static void
bad_headers(void **state)
{
    static const struct {
        const char  *what;
        size_t       offset;
        size_t       size;
        char         fill;
        int          rc;
    } rows[] = {
        { "magic", offsetof(wire_t, magic), 1, 1, GMS_ECORRUPT },
        { "protocol", offsetof(wire_t, protocol), 1, 9, GMS_EVERSION },
        { "layout", offsetof(wire_t, layout), 1, 9, GMS_EVERSION },
        { "header size", offsetof(wire_t, header_size), 1, 9, GMS_ECORRUPT },
        { "type 0", offsetof(wire_t, header.type), 1, 0, GMS_ECORRUPT },
        { "type too high", offsetof(wire_t, header.type), 1, GMS_LINK_TYPES,
            GMS_ECORRUPT },
        { "role", offsetof(wire_t, header.role), 1, 5, GMS_ECORRUPT },
        { "body too small", offsetof(wire_t, header.body_size), 1, 1,
            GMS_ECORRUPT },
        { "body too large", offsetof(wire_t, header.body_size), 1, 3,
            GMS_ECORRUPT },
        { "body over the limit", offsetof(wire_t, header.body_size), 4, 0x7f,
            GMS_ECORRUPT },
        { "lane not ended", offsetof(wire_t, header.lane),
            GMS_LANE_NAME_SIZE, 'a', GMS_ECORRUPT },
        { "lane with a slash", offsetof(wire_t, header.lane), 1, '/',
            GMS_ECORRUPT },
        { "verb not ended", offsetof(wire_t, header.verb),
            GMS_LINK_VERB_SIZE, 'a', GMS_ECORRUPT },
        { "verb with a quote", offsetof(wire_t, header.verb), 1, '"',
            GMS_ECORRUPT },
        { "key not ended", offsetof(wire_t, header.key), GMS_LINK_KEY_SIZE,
            'a', GMS_ECORRUPT },
        { "key with a line feed", offsetof(wire_t, header.key), 1, '\n',
            GMS_ECORRUPT },
        { "request not ended", offsetof(wire_t, header.request),
            GMS_LINK_REQUEST_SIZE, 'a', GMS_ECORRUPT },
        { "request that cannot be seen", offsetof(wire_t, header.request),
            1, '\x7f', GMS_ECORRUPT },
        { "NUL in the body", offsetof(wire_t, body), 1, 0, GMS_ECORRUPT },
    };

    unsigned            before = open_descriptors();
    gms_link_message_t  in;

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        wire_t  w = sound_wire();
        int     rc;

        memset((char *) &w + rows[i].offset, rows[i].fill, rows[i].size);
        send_raw(&w, WIRE_SIZE, pair, 1);
        rc = gms_link_receive(pair[1], &in);
        if (rc != rows[i].rc) {
            fail_msg("%s: %d", rows[i].what, rc);
        }
        assert_null(in.body);
        assert_int_equal(in.fd, -1);
        if (rc == GMS_EVERSION) {
            assert_int_equal(in.header.layout, w.layout);
        }
    }

    for (size_t n = 1; n < WIRE_SIZE; n++) {
        wire_t  w = sound_wire();

        send_raw(&w, n, NULL, 0);
        assert_int_equal(gms_link_receive(pair[1], &in), GMS_ECORRUPT);
    }
    assert_int_equal(open_descriptors(), before);
}


/* A picture holds any byte; text still may not. */
static void
pictures_hold_any_byte(void **state)
{
    static const size_t  sizes[] = { 1, 3000, GMS_LINK_INLINE,
        GMS_LINK_INLINE + 1 };
    gms_link_message_t   in, m;
    char                *bytes;

    (void) state;

    bytes = calloc(1, GMS_LINK_INLINE + 1);
    assert_non_null(bytes);
    bytes[0] = '\xff';

    for (size_t i = 0; i < COUNT(sizes); i++) {
        memset(&m, 0, sizeof(m));
        m.fd = -1;
        m.header.type = GMS_LINK_ANSWER;
        m.header.status = 200;
        m.header.value = GMS_ANSWER_JPEG;
        m.header.body_size = (uint32_t) sizes[i];
        m.body = bytes;

        assert_int_equal(gms_link_send(pair[0], &m), GMS_OK);
        assert_int_equal(gms_link_receive(pair[1], &in), GMS_OK);
        assert_int_equal(in.header.body_size, sizes[i]);
        assert_memory_equal(in.body, bytes, sizes[i]);
        gms_link_release(&in);
    }

    m.header.value = GMS_ANSWER_JSON;
    assert_int_equal(gms_link_send(pair[0], &m), GMS_EINVALID);
    free(bytes);
}


static void
oversized(void **state)
{
    size_t              size = sizeof(wire_t) + GMS_LINK_INLINE + 100;
    char               *data = calloc(1, size);
    wire_t              w = sound_wire();
    gms_link_message_t  in;

    (void) state;
    assert_non_null(data);
    w.header.body_size = GMS_LINK_INLINE;
    memset(data, 'x', size);
    memcpy(data, &w, WIRE_SIZE);
    send_raw(data, size, NULL, 0);
    assert_int_equal(gms_link_receive(pair[1], &in), GMS_ECORRUPT);
    free(data);
}


static void
surplus_descriptors(void **state)
{
    static const size_t  counts[] = { 1, 2, 3, 16, 17, 40, 64 };

    int                 fd[64], rc;
    unsigned            before;
    gms_link_message_t  in;

    (void) state;
    for (size_t i = 0; i < COUNT(fd); i++) {
        fd[i] = pair[0];
    }

    before = open_descriptors();
    for (size_t i = 0; i < COUNT(counts); i++) {
        wire_t  w = sound_wire();

        send_raw(&w, WIRE_SIZE, fd, counts[i]);
        rc = gms_link_receive(pair[1], &in);
        assert_int_equal(rc, counts[i] == 1 ? GMS_OK : GMS_ECORRUPT);
        if (rc == GMS_OK) {
            gms_link_release(&in);
        }
        assert_int_equal(open_descriptors(), before);
    }
}


/* A body that could change, block or lie about its size is not read. */
static void
hostile_bodies(void **state)
{
    size_t              n = GMS_LINK_INLINE + 1;
    int                 file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int                 fd[2], pipes[2];
    wire_t              w = sound_wire();
    unsigned            before;
    gms_link_message_t  in;

    (void) state;
    assert_int_equal(pipe(pipes), 0);
    w.header.body_size = (uint32_t) n;

    const int  bad[] = {
        make_memfd(n, ' ', 0),                           /* not sealed */
        make_memfd(n, ' ', F_SEAL_SHRINK | F_SEAL_GROW), /* may change */
        make_memfd(n, ' ', F_SEAL_WRITE | F_SEAL_GROW),  /* may shrink */
        make_memfd(n, ' ', F_SEAL_WRITE | F_SEAL_SHRINK), /* may grow */
        make_memfd(n - 1, ' ', SEALS),                   /* too short */
        make_memfd(n + 1, ' ', SEALS),                   /* too long */
        make_memfd(n, '\0', SEALS),                      /* no text */
        file, pipes[0], pair[0],
    };

    before = open_descriptors();
    for (size_t i = 0; i < COUNT(bad); i++) {
        fd[0] = bad[i];
        fd[1] = pair[0];
        send_raw(&w, offsetof(wire_t, body), fd, i % 2 + 1);
        if (gms_link_receive(pair[1], &in) != GMS_ECORRUPT) {
            fail_msg("body %zu was taken", i);
        }
    }
    send_raw(&w, offsetof(wire_t, body), NULL, 0);
    assert_int_equal(gms_link_receive(pair[1], &in), GMS_ECORRUPT);
    assert_int_equal(open_descriptors(), before);

    fd[0] = make_memfd(n, ' ', SEALS); /* what is right is taken */
    send_raw(&w, offsetof(wire_t, body), fd, 1);
    close(fd[0]);
    assert_int_equal(gms_link_receive(pair[1], &in), GMS_OK);
    gms_link_release(&in);

    for (size_t i = 0; i < COUNT(bad) - 1; i++) {
        close(bad[i]);
    }
    close(pipes[1]);
}


static void
bad_senders(void **state)
{
    gms_link_message_t  m;

    (void) state;
    m = ask(NULL, 2, -1);
    assert_int_equal(gms_link_send(pair[0], &m), GMS_EINVALID);
    m = ask(NULL, 0, -1);
    strcpy(m.header.lane, "Lane 1");
    assert_int_equal(gms_link_send(pair[0], &m), GMS_EINVALID);
    m = ask(NULL, 0, -1);
    memset(m.header.key, 'k', sizeof(m.header.key));
    assert_int_equal(gms_link_send(pair[0], &m), GMS_EINVALID);
    m = ask(NULL, 0, -1);
    m.header.type = GMS_LINK_TYPES;
    assert_int_equal(gms_link_send(pair[0], &m), GMS_EINVALID);
    m = ask("{\0}", 3, -1);
    assert_int_equal(gms_link_send(pair[0], &m), GMS_EINVALID);
}


static int
make_dir(void **state)
{
    (void) state;
    strcpy(dir, "/tmp/gms-link-XXXXXX");

    return mkdtemp(dir) == NULL;
}


static int
remove_dir(void **state)
{
    char  path[128];

    (void) state;
    snprintf(path, sizeof(path), "%s/s", dir);
    unlink(path);

    return rmdir(dir);
}


static void
meets(void **state)
{
    int                 server, client, peer;
    char                path[128];
    struct stat         st;
    gms_link_message_t  m = ask(NULL, 0, -1), in;

    (void) state;
    snprintf(path, sizeof(path), "%s/s", dir);

    assert_int_equal(gms_link_connect(path), GMS_ESYS);
    assert_int_equal(errno, ENOENT);

    server = gms_link_listen(path);
    assert_true(server >= 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0660);

    assert_int_equal(gms_link_listen(path), GMS_ESYS);
    assert_int_equal(errno, EADDRINUSE);
    peer = accept(server, NULL, NULL);
    assert_true(peer >= 0); /* the look whether it lives */
    close(peer);

    client = gms_link_connect(path);
    assert_true(client >= 0);
    assert_int_equal(fcntl(client, F_GETFD), FD_CLOEXEC);
    assert_true(fcntl(client, F_GETFL) & O_NONBLOCK);
    peer = accept(server, NULL, NULL);
    assert_true(peer >= 0);
    assert_int_equal(gms_link_send(client, &m), GMS_OK);
    assert_int_equal(gms_link_receive(peer, &in), GMS_OK);
    assert_string_equal(in.header.verb, "session.start");
    gms_link_release(&in);
    close(peer);
    close(client);
    close(server);
}


static void
stale_socket(void **state)
{
    int          fd;
    char         path[128];
    struct stat  st;

    (void) state;
    snprintf(path, sizeof(path), "%s/s", dir);

    for (int i = 0; i < 3; i++) {
        fd = gms_link_listen(path);
        assert_true(fd >= 0);
        close(fd); /* the file stays, as after a crash */
        if (geteuid() == 0) {
            assert_int_equal(stat(path, &st), 0);
            assert_int_equal(st.st_gid, i == 0 ? getegid() : 33);
            assert_int_equal(chown(path, (uid_t) -1, 33), 0);
        }
    }
}


static void
foreign_path(void **state)
{
    int   fd;
    char  path[128], longer[200];

    (void) state;
    snprintf(path, sizeof(path), "%s/s", dir);
    unlink(path);

    fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(gms_link_listen(path), GMS_ESYS);
    assert_int_equal(errno, ENOTSOCK);
    assert_int_equal(unlink(path), 0);

    assert_int_equal(symlink("/tmp", path), 0);
    assert_int_equal(gms_link_listen(path), GMS_ESYS);
    assert_int_equal(errno, ENOTSOCK);
    assert_int_equal(unlink(path), 0);

    memset(longer, 'x', sizeof(longer));
    memcpy(longer, "/tmp/", 5);
    longer[sizeof(longer) - 1] = '\0';
    assert_int_equal(gms_link_listen(longer), GMS_EINVALID);
    assert_int_equal(gms_link_connect(longer), GMS_EINVALID);
    assert_int_equal(gms_link_connect(""), GMS_EINVALID);

    if (geteuid() != 0) {
        print_message("# another user's socket: needs root, left out\n");
        return;
    }
    fd = gms_link_listen(path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(chown(path, 33, (gid_t) -1), 0);
    assert_int_equal(gms_link_listen(path), GMS_ESYS);
    assert_int_equal(errno, EPERM);
}


static void
other_server(void **state)
{
    int                 fd;
    struct sockaddr_un  a = { .sun_family = AF_UNIX };

    (void) state;
    snprintf(a.sun_path, sizeof(a.sun_path), "%s/s", dir);
    unlink(a.sun_path);

    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *) &a, sizeof(a)), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(gms_link_listen(a.sun_path), GMS_ESYS);
    assert_int_equal(errno, EADDRINUSE);
    close(fd);
}


#define PAIR(n, f) \
    { .name = n, .test_func = f, .setup_func = open_pair, \
        .teardown_func = close_pair }
#define DIR_(n, f) \
    { .name = n, .test_func = f, .setup_func = make_dir, \
        .teardown_func = remove_dir }


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        PAIR("a message arrives as it was sent, whatever its size",
            round_trip),
        PAIR("a descriptor travels beside a short and a long body",
            descriptor_travels),
        PAIR("neither sender nor receiver ever waits; the end is told",
            never_blocks),
        PAIR("a header that breaks the contract is refused", bad_headers),
        PAIR("a picture travels whole, whatever its bytes",
            pictures_hold_any_byte),
        PAIR("a packet larger than any message is refused", oversized),
        PAIR("descriptors nobody asked for are closed",
            surplus_descriptors),
        PAIR("a body in a file that could change or block is refused",
            hostile_bodies),
        PAIR("a message that would be refused is not sent", bad_senders),
        DIR_("client and server meet; a second server is refused", meets),
        DIR_("a dead server's socket is replaced, its group kept",
            stale_socket),
        DIR_("a path that is not ours to take is left alone", foreign_path),
        DIR_("another kind of server on the path is left alone",
            other_server),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}

/*
 * gms_link: messages between nginx worker processes, the command line and
 * the supervisor (a unix SOCK_SEQPACKET socket), and between the supervisor
 * and its lanes (a socketpair with the same messages).
 *
 * One message is a fixed header followed by a body.  A body above
 * GMS_LINK_INLINE bytes travels as a memfd that the receiver reads with
 * pread into memory of its own.  Nothing in a message is trusted: sizes,
 * types and NUL-termination are checked before a caller sees it.
 */

#ifndef GMS_LINK_H
#define GMS_LINK_H

#include "memory.h"

#define GMS_PROTOCOL_VERSION 5
#define GMS_LINK_INLINE (60 * 1024)
#define GMS_LINK_BODY_MAX (4 * 1024 * 1024)
#define GMS_LINK_VERB_SIZE 32
#define GMS_LINK_KEY_SIZE 80
#define GMS_LINK_TOKEN_SIZE 32
#define GMS_LINK_REQUEST_SIZE 64

typedef enum {
    GMS_LINK_HELLO = 1,   /* nginx ->: peer, pid, config generation and id */
    GMS_LINK_WELCOME,     /* ->: status 0, config id; fd: eventfd */
    GMS_LINK_NEED_CONFIG, /* ->: send CONFIG */
    GMS_LINK_CONFIG,      /* nginx ->: body canonical JSON */
    GMS_LINK_CONFIG_DONE, /* ->: status 0 ok, else body = sentence */
    GMS_LINK_STALE,       /* ->: an older generation than the one in force */
    GMS_LINK_LANE,        /* ->: lane; fd: memfd; also when it changes */
    GMS_LINK_LANE_GONE,   /* ->: lane no longer configured */
    GMS_LINK_LANE_STATE,  /* ->: lane; value 1 process runs, 0 it does not */
    GMS_LINK_WATCH,       /* nginx ->: lane; value 1 on, 0 off: frame wakes */
    GMS_LINK_ASK,         /* -> lane, verb, role, key, id, body JSON; fd: a
                             picture, sealed */
    GMS_LINK_ANSWER,      /* <- id, status = HTTP status, value, body; from
                             a lane, with a verb: ask lane that, for me */
    GMS_LINK_EVENTFD,     /* supervisor -> lane: value = slot; fd or none */
    GMS_LINK_DEVICES,     /* ->: body: all devices, see device.h */
    GMS_LINK_DEVICE_SEEN, /* nginx ->: key: id of a device that asked */
    GMS_LINK_ARCHIVED,    /* archive -> supervisor: lane; value = last event of
                             its journal that the history has */
    GMS_LINK_CLIENTS,     /* nginx ->: lane, or "" for all; id = event streams
                             that are open, value = live pictures watched */
    GMS_LINK_PROBLEMS,    /* lane -> supervisor -> archive: lane; body: JSON
                             list of all that is wrong with it now */
    GMS_LINK_TYPES
} gms_link_type_e;

/* ANSWER.value: what the body is, when its status is 200. */
#define GMS_ANSWER_JSON 0
#define GMS_ANSWER_JPEG 1
#define GMS_ANSWER_CARD_CSV 2 /* a session as a file */
#define GMS_ANSWER_CARD_JSON 3
#define GMS_ANSWER_CARD_SVG 4
#define GMS_ANSWER_CARD_HTML 5
#define GMS_ANSWER_FRAME 6 /* a JPEG that will be the same for ever */
#define GMS_ANSWER_FILE 7  /* fd: of a file to be handed out; no body */

typedef enum {
    GMS_ROLE_VIEWER,
    GMS_ROLE_CAMERA, /* sends pictures to its lane */
    GMS_ROLE_SHOOTER,
    GMS_ROLE_COACH,
    GMS_ROLE_ADMIN
} gms_role_e;

typedef struct {
    uint32_t type;
    uint32_t status;      /* ANSWER: HTTP status; *_DONE, WELCOME: 0 = ok */
    uint64_t id;          /* ASK and its ANSWER */
    uint64_t generation;  /* configuration: grows; 0: none.  ASK, ANSWER:
                             version of what is meant or told; 0: whichever */
    uint64_t config_id;   /* configuration: hash of its text */
    int64_t  deadline_ns; /* ASK: CLOCK_MONOTONIC, later is too late */
    int64_t  value;
    uint32_t pid;
    uint32_t role;   /* gms_role_e of who asks */
    uint32_t layout; /* GMS_LAYOUT_VERSION of the sender */
    uint32_t body_size;
    char     lane[GMS_LANE_NAME_SIZE];
    char     verb[GMS_LINK_VERB_SIZE]; /* "session.start" ... */
    char     key[GMS_LINK_KEY_SIZE];   /* Idempotency-Key or ""; ANSWER: secret
                                          for the cookie of who asked, or "" */
    uint8_t  token[GMS_LINK_TOKEN_SIZE]; /* ASK: SHA-256 of the session's token
                                          that came along; all 0: none */
    char request[GMS_LINK_REQUEST_SIZE]; /* ASK: nginx's id of the request */
} gms_link_header_t;

typedef struct {
    gms_link_header_t header;
    int               fd;   /* received or to be sent, -1: none */
    char             *body; /* NUL-terminated on receipt; owner: see below */
} gms_link_message_t;

/* Server: listening socket, mode 0660, group kept; a stale socket file of a
 * dead server is replaced, a living one refused (errno EADDRINUSE), likewise
 * another user's (EPERM) and what is no socket (ENOTSOCK).
 * Returns the fd, GMS_ESYS, or GMS_EINVALID when the path is too long. */
int gms_link_listen(const char *path);

/* Client: non-blocking, close on exec. Returns the fd, GMS_ESYS, or
 * GMS_EINVALID when the path is too long. */
int gms_link_connect(const char *path);

/* An empty message of this process, without a descriptor. */
void gms_link_message(gms_link_message_t *m, gms_link_type_e type);

/* Sends header and body (m->body, header.body_size bytes); fd goes along if
 * >= 0 and stays open here.  header.layout is set by the sender's build.
 * GMS_EAGAIN, GMS_ETOOBIG, GMS_EINVALID (it would be refused there),
 * GMS_ESYS. */
int gms_link_send(int fd, const gms_link_message_t *m);

/* Receives one message; m->body is malloc'ed (never NULL on GMS_OK), m->fd is
 * the caller's.  GMS_EAGAIN, GMS_EEND (peer gone), GMS_ECORRUPT (drop the
 * peer), GMS_EVERSION (header.layout holds the peer's), GMS_ENOMEM,
 * GMS_ESYS. */
int gms_link_receive(int fd, gms_link_message_t *m);

/* Frees the body and closes the fd of a received message. */
void gms_link_release(gms_link_message_t *m);

#endif /* GMS_LINK_H */

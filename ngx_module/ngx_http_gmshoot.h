/*
 * What the files of the module share.
 *
 * All of it lives in one nginx worker process and is touched by its event
 * loop alone.  The lanes' shared memories are only read: every text that
 * goes to a client is first copied into a counted ngx_http_gmshoot_frame_t.
 */

#ifndef NGX_HTTP_GMSHOOT_H
#define NGX_HTTP_GMSHOOT_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>

#include "ipc/device.h"
#include "ipc/error.h"
#include "ipc/frames.h"
#include "ipc/grammar.h"
#include "ipc/grants.h"
#include "ipc/link.h"
#include "ipc/memory.h"
#include "ipc/ring.h"
#include "ipc/sse.h"
#include "ipc/state.h"


/* Events kept per lane for subscribers that are a little behind; those
 * further behind read the ring themselves. */
#define NGX_HTTP_GMSHOOT_QUEUE_FRAMES  256
#define NGX_HTTP_GMSHOOT_QUEUE_BYTES   (512 * 1024)

/* Safety net for a lost wake, and where a leaving process ends HTTP/2
 * streams. */
#define NGX_HTTP_GMSHOOT_POLL          250
#define NGX_HTTP_GMSHOOT_PING          15000

#define NGX_HTTP_GMSHOOT_BODY_MAX      (64 * 1024)
#define NGX_HTTP_GMSHOOT_PICTURE_MAX   (4 * 1024 * 1024)


typedef struct ngx_http_gmshoot_frame_s   ngx_http_gmshoot_frame_t;
typedef struct ngx_http_gmshoot_lane_s    ngx_http_gmshoot_lane_t;
typedef struct ngx_http_gmshoot_stream_s  ngx_http_gmshoot_stream_t;
typedef struct ngx_http_gmshoot_viewer_s  ngx_http_gmshoot_viewer_t;
typedef struct ngx_http_gmshoot_route_s   ngx_http_gmshoot_route_t;
typedef struct ngx_http_gmshoot_device_s  ngx_http_gmshoot_device_t;


/* One text or picture on the heap, shared by all who still send it. */
struct ngx_http_gmshoot_frame_s {
    ngx_uint_t                refs;
    uint64_t                  start;    /* ring: from here */
    uint64_t                  end;      /* ring: to here; snapshot: goes on */
    uint64_t                  seq;      /* last durable event; picture: id */
    uint64_t                  version;  /* of the document or the picture */
    uint64_t                  written;  /* picture: so many, with it */
    int64_t                   t_us;     /* of the picture; of publishing */
    size_t                    id_size;  /* leading id line */
    size_t                    size;
    size_t                    body;     /* snapshot: offset of the document */
    size_t                    body_size;
    u_char                   *text;
    ngx_uint_t                events;   /* in the text */
    int64_t                   mono_ns;  /* of the picture */
};


struct ngx_http_gmshoot_lane_s {
    ngx_queue_t               queue;
    ngx_str_t                 name;
    u_char                    name_data[GMS_LANE_NAME_SIZE];

    gms_memory_t              memory;
    gms_ring_t                ring;
    gms_state_t               state;
    gms_frames_t              frames;
    gms_grants_t              grants;
    uint64_t                  granted;  /* version that was looked at */
    ino_t                     inode;
    uint64_t                  epoch;

    /* Events of the ring up to pos: queue[first % N] .. queue[next - 1]. */
    uint64_t                  pos;
    uint64_t                  first;
    uint64_t                  next;
    uint64_t                  fanned;   /* given to all who take them */
    size_t                    bytes;
    ngx_http_gmshoot_frame_t **events;

    ngx_http_gmshoot_frame_t *snapshot; /* newest state document, as event */
    ngx_http_gmshoot_frame_t *status;   /* newest `lane` event */
    ngx_http_gmshoot_frame_t *picture;  /* newest JPEG */
    uint64_t                  picture_version;  /* in the memory */
    uint64_t                  pictures;         /* counted here */
    ngx_uint_t                said;     /* counts `lane` events */

    ngx_queue_t               subs;     /* of streams */
    ngx_queue_t               viewers;  /* of pictures */
    ngx_uint_t                watchers;
    ngx_msec_t                watched;  /* WATCH was sent */
    ngx_msec_t                asked;    /* for frame.jpg, last time; 0 */

    unsigned                  configured:1;  /* in this nginx's conf */
    unsigned                  mapped:1;
    unsigned                  has_frames:1;
    unsigned                  has_grants:1;
    unsigned                  process:1;     /* the supervisor says it runs */
    unsigned                  watching:1;    /* WATCH on was sent */
    unsigned                  dirty:1;       /* subscribers have news */
    unsigned                  wanting:1;     /* one waits for a document */
    unsigned                  corrupt:1;     /* logged */
};


/* Where in a lane one of its subscribers is. */

typedef enum {
    NGX_HTTP_GMSHOOT_SUB_SNAPSHOT = 0,  /* begins with the state document */
    NGX_HTTP_GMSHOOT_SUB_BEHIND,        /* goes on in the ring, at pos */
    NGX_HTTP_GMSHOOT_SUB_LIVE           /* goes on in the lane, at no */
} ngx_http_gmshoot_sub_state_e;


typedef struct {
    ngx_queue_t                of_lane;
    ngx_queue_t                of_stream;
    ngx_http_gmshoot_stream_t *stream;
    ngx_http_gmshoot_lane_t   *lane;
    uint64_t                   no;        /* among the lane's events */
    uint64_t                   pos;       /* in the ring, of the next one */
    uint64_t                   epoch;
    uint64_t                   seq;       /* last durable event sent */
    uint64_t                   document;  /* version last sent, or refused */
    ngx_msec_t                 patient;   /* until then refused; 0: for good */
    ngx_uint_t                 said;      /* `lane` event last sent */
    ngx_http_gmshoot_sub_state_e  state;
    unsigned                   ids:1;     /* events with their id lines */
    unsigned                   told:1;    /* that the lane is offline */
} ngx_http_gmshoot_sub_t;


/* What a request was sent; first in whatever is its context. */

typedef enum {
    NGX_HTTP_GMSHOOT_SENT_NOTHING = 0,  /* it waits for an answer */
    NGX_HTTP_GMSHOOT_SENT_STREAM,
    NGX_HTTP_GMSHOOT_SENT_VIEWER
} ngx_http_gmshoot_sent_e;


typedef struct {
    ngx_http_gmshoot_sent_e   what;
    uint64_t                  events;     /* of streams */
    uint64_t                  snapshots;  /* among them */
    uint64_t                  frames;     /* of viewers */
    uint64_t                  skipped;    /* between them */
} ngx_http_gmshoot_sent_t;


/* Counters of one nginx worker process, in the memory that all share. */

enum {
    NGX_HTTP_GMSHOOT_TALLY_STREAMS = 0,
    NGX_HTTP_GMSHOOT_TALLY_EVENTS,
    NGX_HTTP_GMSHOOT_TALLY_SNAPSHOTS,
    NGX_HTTP_GMSHOOT_TALLY_LAPPED,
    NGX_HTTP_GMSHOOT_TALLY_FRAMES,
    NGX_HTTP_GMSHOOT_TALLY_SKIPPED,
    NGX_HTTP_GMSHOOT_TALLY_COUNTERS
};

/* Histograms are shown with one bucket an octave, 16 us .. 8 s; the memory of
 * a lane has finer ones. */
#define NGX_HTTP_GMSHOOT_OCTAVE_FIRST  4
#define NGX_HTTP_GMSHOOT_OCTAVE_LAST   23

#define NGX_HTTP_GMSHOOT_TALLY_BUCKETS                                       \
    (NGX_HTTP_GMSHOOT_OCTAVE_LAST - NGX_HTTP_GMSHOOT_OCTAVE_FIRST + 2)


typedef struct {
    ngx_atomic_t              pid;        /* 0: nobody's */
    uint64_t                  streams;    /* open now */
    uint64_t                  viewers;
    uint64_t                  linked;     /* 1: the link is up */
    uint64_t                  counter[NGX_HTTP_GMSHOOT_TALLY_COUNTERS];
    uint64_t                  fanout[NGX_HTTP_GMSHOOT_TALLY_BUCKETS];
    uint64_t                  fanout_us;
} ngx_http_gmshoot_tally_t;


typedef struct {
    ngx_str_t                 link;
    ngx_str_t                 config;      /* canonical JSON; empty: none */
    uint64_t                  config_id;
    uint64_t                  generation;  /* 0: no ranges */
    ngx_array_t               lanes;       /* ngx_str_t */
    ngx_shm_zone_t           *tallies;
    ngx_int_t                 request_id;  /* index of the variable */
    gms_grammar_t            *grammar;     /* while parsing */
    ngx_flag_t                used;        /* some directive is there */
} ngx_http_gmshoot_main_conf_t;


typedef struct {
    ngx_http_complex_value_t *role;
    ngx_uint_t                status;      /* which gmshoot_status */
} ngx_http_gmshoot_loc_conf_t;


/* The state of this nginx worker process. */
typedef struct {
    ngx_http_gmshoot_main_conf_t *conf;
    ngx_cycle_t              *cycle;
    ngx_log_t                *log;

    ngx_connection_t         *link;
    ngx_connection_t         *wake;
    ngx_connection_t         *place[2];    /* of each, while there is none */
    int                       spare;       /* for a descriptor on its way */
    ngx_uint_t                reserve;     /* connections for who leaves soon */
    ngx_int_t                 descriptors; /* there may be */
    ngx_event_t               dial;        /* next try, or no WELCOME */
    ngx_event_t               poll;
    ngx_event_t               ping;
    ngx_uint_t                tries;
    ngx_err_t                 dial_error;  /* logged once until it changes */
    uint32_t                  layout;      /* of a worker that differs */
    ngx_msec_t                up_since;
    ngx_msec_t                clients_told;
    ngx_str_t                 config_error;

    ngx_queue_t               lanes;
    ngx_queue_t               streams;
    ngx_queue_t               viewers;
    ngx_queue_t               passes;      /* by which some of them came */
    ngx_queue_t               asks;
    uint64_t                  ask_id;
    ngx_http_gmshoot_device_t *devices;    /* that were let in */
    ngx_uint_t                devices_n;
    ngx_uint_t                holding;     /* HTTP/2 requests parked */
    ngx_uint_t                uploads;     /* pictures on their way here */

    unsigned                  active:1;
    unsigned                  up:1;        /* WELCOME received */
    unsigned                  told:1;      /* ... and all lanes and devices */
    unsigned                  owes_config:1;
    unsigned                  owes_watch:1;
    unsigned                  refused:1;   /* no WELCOME came: logged */
    unsigned                  flapping:1;  /* broke soon after WELCOME */
} ngx_http_gmshoot_process_t;


/* A command or a resource of the API: one line in the table of api.c. */
struct ngx_http_gmshoot_route_s {
    ngx_uint_t                method;
    const char               *path;      /* below /api/; "*" is a lane */
    gms_role_e                role;      /* the least that may */
    ngx_int_t               (*handler)(ngx_http_request_t *r,
                                const ngx_http_gmshoot_route_t *route,
                                ngx_http_gmshoot_lane_t *lane);
    const char               *verb;      /* asked over the link */
    ngx_uint_t                body;      /* may have one, or a picture */
    ngx_msec_t                timeout;
    const char               *arg;       /* name of the second '*', or QUERY;
                                            archive: of the first '*' */
};


/* An error the handlers answer with, RFC 9457. */
typedef struct {
    ngx_uint_t                status;
    const char               *type;      /* fragment of /docs/problems */
    const char               *title;     /* for the shooter */
    const char               *detail;    /* for the admin */
    ngx_uint_t                retry_after;
    const char               *pointer;   /* header or field at fault */
    const char               *allow;
} ngx_http_gmshoot_problem_t;


extern ngx_module_t                ngx_http_gmshoot_module;
extern const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_worker_down;
extern ngx_http_gmshoot_process_t  ngx_http_gmshoot_process;
extern ngx_http_gmshoot_tally_t   *ngx_http_gmshoot_tally;  /* this process's */


/* conf.c */
char *ngx_http_gmshoot_conf_block(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_gmshoot_conf_finish(ngx_conf_t *cf,
    ngx_http_gmshoot_main_conf_t *mcf);

/* link.c */
void ngx_http_gmshoot_link_start(ngx_http_gmshoot_process_t *p);
void ngx_http_gmshoot_link_stop(ngx_http_gmshoot_process_t *p);
void ngx_http_gmshoot_link_tick(ngx_http_gmshoot_process_t *p);
ngx_int_t ngx_http_gmshoot_link_send(ngx_http_gmshoot_process_t *p,
    gms_link_message_t *m);

/* lane.c */
ngx_http_gmshoot_lane_t *ngx_http_gmshoot_lane_get(ngx_str_t *name);
ngx_http_gmshoot_lane_t *ngx_http_gmshoot_lane_first(void);
ngx_http_gmshoot_lane_t *ngx_http_gmshoot_lane_add(ngx_str_t *name);
const ngx_http_gmshoot_problem_t *ngx_http_gmshoot_lane_missing(
    const ngx_http_gmshoot_problem_t *unknown);
void ngx_http_gmshoot_lane_map(ngx_http_gmshoot_lane_t *lane, int fd,
    ngx_uint_t up);
void ngx_http_gmshoot_lane_gone(ngx_http_gmshoot_lane_t *lane);
void ngx_http_gmshoot_lane_process(ngx_http_gmshoot_lane_t *lane,
    ngx_uint_t up);
void ngx_http_gmshoot_lane_free(ngx_http_gmshoot_lane_t *lane);
void ngx_http_gmshoot_lane_pump(ngx_http_gmshoot_lane_t *lane);
ngx_http_gmshoot_frame_t *ngx_http_gmshoot_lane_status(
    ngx_http_gmshoot_lane_t *lane);
ngx_uint_t ngx_http_gmshoot_lane_stale(ngx_http_gmshoot_lane_t *lane);
uint64_t ngx_http_gmshoot_lane_gauge(ngx_http_gmshoot_lane_t *lane,
    gms_gauge_e gauge);
ngx_uint_t ngx_http_gmshoot_lane_is_name(ngx_str_t *name);
void ngx_http_gmshoot_lane_fanned(ngx_http_gmshoot_lane_t *lane,
    uint64_t last);
void ngx_http_gmshoot_lanes_link(ngx_uint_t up);
void ngx_http_gmshoot_lanes_wake(void);
void ngx_http_gmshoot_lane_corrupt(ngx_http_gmshoot_lane_t *lane,
    const char *what, int rc);

/* frame.c */
ngx_http_gmshoot_frame_t *ngx_http_gmshoot_frame_create(size_t size);
void ngx_http_gmshoot_frame_release(ngx_http_gmshoot_frame_t *frame);
ngx_http_gmshoot_frame_t *ngx_http_gmshoot_lane_snapshot(
    ngx_http_gmshoot_lane_t *lane);
ngx_http_gmshoot_frame_t *ngx_http_gmshoot_lane_picture(
    ngx_http_gmshoot_lane_t *lane);

/* stream.c */
ngx_int_t ngx_http_gmshoot_stream_lane_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane);
ngx_int_t ngx_http_gmshoot_stream_lanes_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane);
void ngx_http_gmshoot_stream_news(ngx_http_gmshoot_lane_t *lane);
void ngx_http_gmshoot_stream_lane_added(ngx_http_gmshoot_lane_t *lane);
void ngx_http_gmshoot_stream_lane_removed(ngx_http_gmshoot_lane_t *lane);
void ngx_http_gmshoot_stream_ping(void);
void ngx_http_gmshoot_stream_end_all(void);
void ngx_http_gmshoot_stream_end(ngx_http_gmshoot_stream_t *st);

/* send.c */
void ngx_http_gmshoot_send_small(ngx_connection_t *c);

/* endless.c */
ngx_int_t ngx_http_gmshoot_endless_open(ngx_http_request_t *r,
    ngx_str_t *type, size_t type_len);
ngx_int_t ngx_http_gmshoot_endless_send(ngx_http_request_t *r,
    ngx_chain_t *out);
void ngx_http_gmshoot_endless_rest(ngx_http_request_t *r);
ngx_int_t ngx_http_gmshoot_endless_wait(ngx_http_request_t *r);
ngx_uint_t ngx_http_gmshoot_endless_writable(ngx_http_request_t *r);
void ngx_http_gmshoot_endless_end(ngx_http_request_t *r);

/* sub.c */
ngx_http_gmshoot_sub_t *ngx_http_gmshoot_sub_create(ngx_http_request_t *r,
    ngx_http_gmshoot_lane_t *lane);
void ngx_http_gmshoot_sub_resume(ngx_http_gmshoot_sub_t *sub,
    ngx_http_request_t *r);
ngx_http_gmshoot_frame_t *ngx_http_gmshoot_sub_next(
    ngx_http_gmshoot_sub_t *sub);
void ngx_http_gmshoot_subs_replaced(ngx_http_gmshoot_lane_t *lane,
    ngx_uint_t same_memory);

/* live.c */
ngx_int_t ngx_http_gmshoot_live_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane);
ngx_int_t ngx_http_gmshoot_picture_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane);
void ngx_http_gmshoot_live_news(ngx_http_gmshoot_lane_t *lane);
void ngx_http_gmshoot_live_end(ngx_http_gmshoot_lane_t *lane);
void ngx_http_gmshoot_live_end_all(void);
void ngx_http_gmshoot_viewer_end(ngx_http_gmshoot_viewer_t *v);
void ngx_http_gmshoot_live_watch(ngx_http_gmshoot_lane_t *lane);

/* api.c */
#define NGX_HTTP_GMSHOOT_ARGS  2

/* What comes along is one JPEG. */
#define NGX_HTTP_GMSHOOT_PICTURE    2

/* The parameters behind the path are the body of the command. */
#define NGX_HTTP_GMSHOOT_QUERY      "?"
#define NGX_HTTP_GMSHOOT_QUERY_MAX  1024

void ngx_http_gmshoot_api_args(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_str_t *args);
ngx_int_t ngx_http_gmshoot_api_handler(ngx_http_request_t *r);

/* access.c */
const ngx_http_gmshoot_problem_t *ngx_http_gmshoot_access(
    ngx_http_request_t *r, const ngx_http_gmshoot_route_t *route,
    ngx_str_t *lane);
gms_role_e ngx_http_gmshoot_role(ngx_http_request_t *r, ngx_str_t *lane);
ngx_int_t ngx_http_gmshoot_role_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
ngx_uint_t ngx_http_gmshoot_access_token(ngx_http_request_t *r, u_char *hash);
const char *ngx_http_gmshoot_access_device_id(ngx_http_request_t *r);
ngx_uint_t ngx_http_gmshoot_access_is_device(const u_char *id);
void ngx_http_gmshoot_access_devices(const char *text);
void ngx_http_gmshoot_access_forget(void);
ngx_int_t ngx_http_gmshoot_access_grant(ngx_http_request_t *r,
    gms_link_message_t *m);

/* pass.c */
ngx_int_t ngx_http_gmshoot_pass_hold(ngx_http_request_t *r,
    ngx_http_gmshoot_lane_t *lane);
void ngx_http_gmshoot_pass_devices(void);
void ngx_http_gmshoot_pass_tokens(ngx_http_gmshoot_lane_t *lane);

/* room.c */
const ngx_http_gmshoot_problem_t *ngx_http_gmshoot_room(
    ngx_http_request_t *r);
void ngx_http_gmshoot_room_start(ngx_http_gmshoot_process_t *p);
void ngx_http_gmshoot_room_keep(ngx_http_gmshoot_process_t *p);
void ngx_http_gmshoot_room_yield(ngx_http_gmshoot_process_t *p);

/* ask.c */
ngx_int_t ngx_http_gmshoot_ask_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane);
ngx_int_t ngx_http_gmshoot_ask_archive_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane);
void ngx_http_gmshoot_ask_answered(gms_link_message_t *m);
void ngx_http_gmshoot_ask_link_down(void);

/* body.c */
ngx_uint_t ngx_http_gmshoot_body_is_json(ngx_http_request_t *r);
ngx_int_t ngx_http_gmshoot_body(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_uint_t archive,
    ngx_str_t *body);

/* upload.c */
typedef struct {
    int                       fd;        /* a memfd; -1: none */
} ngx_http_gmshoot_upload_t;

const ngx_http_gmshoot_problem_t *ngx_http_gmshoot_upload_check(
    ngx_http_request_t *r);
ngx_int_t ngx_http_gmshoot_upload_begin(ngx_http_request_t *r,
    ngx_http_gmshoot_upload_t *upload);
ngx_int_t ngx_http_gmshoot_upload_read(ngx_http_request_t *r,
    ngx_http_gmshoot_upload_t *upload);

/* answer.c */
ngx_int_t ngx_http_gmshoot_answer(ngx_http_request_t *r,
    gms_link_message_t *m);

/* reply.c */
ngx_int_t ngx_http_gmshoot_reply(ngx_http_request_t *r, ngx_uint_t status,
    const char *type, ngx_str_t *body);
ngx_int_t ngx_http_gmshoot_reply_cached(ngx_http_request_t *r,
    ngx_uint_t status, const char *type, ngx_str_t *body, const char *cache);
ngx_int_t ngx_http_gmshoot_problem(ngx_http_request_t *r,
    const ngx_http_gmshoot_problem_t *problem);
ngx_int_t ngx_http_gmshoot_header_add(ngx_http_request_t *r,
    const char *name, const char *value);
ngx_table_elt_t *ngx_http_gmshoot_header_in(ngx_http_request_t *r,
    const char *name);
ngx_table_elt_t *ngx_http_gmshoot_header_nth(ngx_http_request_t *r,
    const char *name, ngx_uint_t n);
void ngx_http_gmshoot_uncompressed(ngx_http_request_t *r);
ngx_int_t ngx_http_gmshoot_park(ngx_http_request_t *r);

/* variables.c */
#define NGX_HTTP_GMSHOOT_REQUEST_ID  (sizeof(",\"request_id\":\"\"")           \
                                      + GMS_LINK_REQUEST_SIZE)

ngx_int_t ngx_http_gmshoot_add_variables(ngx_conf_t *cf);
ngx_int_t ngx_http_gmshoot_use_variables(ngx_conf_t *cf,
    ngx_http_gmshoot_main_conf_t *mcf);
void ngx_http_gmshoot_request_id(ngx_http_request_t *r, ngx_str_t *id);
u_char *ngx_http_gmshoot_request_id_json(ngx_http_request_t *r, u_char *p);
void ngx_http_gmshoot_request_id_add(ngx_http_request_t *r, ngx_str_t *body);

/* tally.c */
ngx_int_t ngx_http_gmshoot_tally_zone(ngx_conf_t *cf,
    ngx_http_gmshoot_main_conf_t *mcf);
void ngx_http_gmshoot_tally_start(ngx_http_gmshoot_process_t *p);
void ngx_http_gmshoot_tally_stop(void);
void ngx_http_gmshoot_tally_sum(ngx_http_gmshoot_tally_t *sum,
    ngx_uint_t *processes);
void ngx_http_gmshoot_tally_fanout(int64_t took_us);

/* metrics.c */
ngx_int_t ngx_http_gmshoot_metrics(ngx_http_request_t *r);

/* problems.c */
ngx_int_t ngx_http_gmshoot_problems_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane);

/* status.c */
ngx_int_t ngx_http_gmshoot_status_handler(ngx_http_request_t *r);

enum {
    NGX_HTTP_GMSHOOT_STATUS_HEALTH = 1,
    NGX_HTTP_GMSHOOT_STATUS_READY,
    NGX_HTTP_GMSHOOT_STATUS_METRICS
};

#endif /* NGX_HTTP_GMSHOOT_H */

/*
 * Connections and descriptors, of which nginx has only so many.  Those that the
 * link to the worker needs are kept while it has none, so that it is never
 * without; and who comes to look on is refused while there are some left, for
 * commands and pages.
 */

#include "ngx_http_gmshoot.h"

#include <fcntl.h>


/* Left for requests that do not stay: a sixteenth, so many at least and at
 * most; of descriptors as many more as nginx opens for files. */
#define NGX_HTTP_GMSHOOT_ROOM_PART   16
#define NGX_HTTP_GMSHOOT_ROOM_LEAST  4
#define NGX_HTTP_GMSHOOT_ROOM_MOST   64
#define NGX_HTTP_GMSHOOT_ROOM_FILES  8


static ngx_connection_t *ngx_http_gmshoot_room_place(
    ngx_http_gmshoot_process_t *p);
static void ngx_http_gmshoot_room_leave(ngx_connection_t **place);


static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_crowded = {
    503, "crowded", "Too many are looking on",
    "All places for those who look on are taken: see worker_connections and "
    "worker_rlimit_nofile of nginx.",
    5, NULL, NULL
};


void
ngx_http_gmshoot_room_start(ngx_http_gmshoot_process_t *p)
{
    struct rlimit  limit;

    p->reserve = p->cycle->connection_n / NGX_HTTP_GMSHOOT_ROOM_PART;
    p->reserve = ngx_max(p->reserve, NGX_HTTP_GMSHOOT_ROOM_LEAST);
    p->reserve = ngx_min(p->reserve, NGX_HTTP_GMSHOOT_ROOM_MOST);

    p->descriptors = getrlimit(RLIMIT_NOFILE, &limit) == 0
                     && limit.rlim_cur < NGX_MAX_INT32_VALUE
                     ? (ngx_int_t) limit.rlim_cur : NGX_MAX_INT32_VALUE;

    p->spare = -1;

    ngx_http_gmshoot_room_keep(p);
}


/* What the link has given back, before somebody else takes it. */

void
ngx_http_gmshoot_room_keep(ngx_http_gmshoot_process_t *p)
{
    if (p->link == NULL && p->place[0] == NULL) {
        p->place[0] = ngx_http_gmshoot_room_place(p);
    }

    if (p->wake == NULL && p->place[1] == NULL) {
        p->place[1] = ngx_http_gmshoot_room_place(p);
    }

    /* for the memory of a lane, on its way */

    if (p->spare == -1) {
        p->spare = open("/dev/null", O_RDONLY|O_CLOEXEC);
    }
}


/* For the link to take it within this turn. */

void
ngx_http_gmshoot_room_yield(ngx_http_gmshoot_process_t *p)
{
    ngx_http_gmshoot_room_leave(&p->place[0]);
    ngx_http_gmshoot_room_leave(&p->place[1]);

    if (p->spare != -1) {
        (void) close(p->spare);
        p->spare = -1;
    }
}


static ngx_connection_t *
ngx_http_gmshoot_room_place(ngx_http_gmshoot_process_t *p)
{
    int                fd;
    ngx_connection_t  *c;

    fd = open("/dev/null", O_RDONLY|O_CLOEXEC);
    if (fd == -1) {
        return NULL;
    }

    c = ngx_get_connection(fd, p->log);
    if (c == NULL) {
        (void) close(fd);
        return NULL;
    }

    c->log = p->log;
    c->read->log = p->log;
    c->write->log = p->log;

    /* a leaving process must not count it as left open */
    c->read->channel = 1;
    c->write->channel = 1;

    return c;
}


static void
ngx_http_gmshoot_room_leave(ngx_connection_t **place)
{
    if (*place) {
        ngx_close_connection(*place);
        *place = NULL;
    }
}


/* NULL: it may stay. */

const ngx_http_gmshoot_problem_t *
ngx_http_gmshoot_room(ngx_http_request_t *r)
{
    ngx_uint_t                   left;
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    if (r->http_version >= NGX_HTTP_VERSION_20) {
        /* it takes nothing: its connection is there already */
        return NULL;
    }

    left = p->cycle->free_connection_n + p->cycle->reusable_connections_n;

    if (left >= p->reserve
        && r->connection->fd + (ngx_int_t) p->reserve
           + NGX_HTTP_GMSHOOT_ROOM_FILES < p->descriptors)
    {
        return NULL;
    }

    return &ngx_http_gmshoot_crowded;
}

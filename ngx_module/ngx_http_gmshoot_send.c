/*
 * What streams send consists of small buffers: below all filters, the last
 * step to a plain socket is made for these.
 */

#include "ngx_http_gmshoot.h"


/* Up to here a copy costs less than what writev() does more than send(). */
#define NGX_HTTP_GMSHOOT_SEND_COPY  4096


static ngx_chain_t *ngx_http_gmshoot_send_chain(ngx_connection_t *c,
    ngx_chain_t *in, off_t limit);
static size_t ngx_http_gmshoot_send_gather(ngx_chain_t *in);


static u_char  ngx_http_gmshoot_send_copy[NGX_HTTP_GMSHOOT_SEND_COPY];


/* For a connection that is closed after its response.  TLS and HTTP/2 have
 * send_chain of their own, and keep it. */

void
ngx_http_gmshoot_send_small(ngx_connection_t *c)
{
    if (c->send_chain == ngx_io.send_chain) {
        c->send_chain = ngx_http_gmshoot_send_chain;
    }
}


/*
 * An event is one buffer between head and end of its chunk.  All three go in
 * one piece by send(), which has less to do for each call than writev().
 */

static ngx_chain_t *
ngx_http_gmshoot_send_chain(ngx_connection_t *c, ngx_chain_t *in, off_t limit)
{
    size_t   size;
    ssize_t  n;

    size = c->write->ready ? ngx_http_gmshoot_send_gather(in) : 0;

    if (size == 0 || (limit && (off_t) size > limit)) {
        return ngx_io.send_chain(c, in, limit);
    }

    n = c->send(c, ngx_http_gmshoot_send_copy, size);

    if (n == NGX_ERROR) {
        return NGX_CHAIN_ERROR;
    }

    return ngx_chain_update_sent(in, n == NGX_AGAIN ? 0 : n);
}


/* The bytes of a chain in one piece; 0: too many, or not in memory. */

static size_t
ngx_http_gmshoot_send_gather(ngx_chain_t *in)
{
    u_char     *p, *last;
    size_t      size;
    ngx_buf_t  *b;

    p = ngx_http_gmshoot_send_copy;
    last = p + NGX_HTTP_GMSHOOT_SEND_COPY;

    for ( /* void */ ; in; in = in->next) {

        b = in->buf;

        if (ngx_buf_special(b)) {
            continue;
        }

        size = (size_t) (b->last - b->pos);

        if (!ngx_buf_in_memory_only(b) || size > (size_t) (last - p)) {
            return 0;
        }

        p = ngx_cpymem(p, b->pos, size);
    }

    return (size_t) (p - ngx_http_gmshoot_send_copy);
}

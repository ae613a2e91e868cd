/*
 * Answers that go on until either side ends them: streams of events and live
 * pictures.  Each hands at most one chain at a time to the filters.
 */

#include "ngx_http_gmshoot.h"


/* Sends the header.  NGX_DONE: the request is parked, the rest may follow;
 * else what the handler of the request returns. */

ngx_int_t
ngx_http_gmshoot_endless_open(ngx_http_request_t *r, ngx_str_t *type,
    size_t type_len)
{
    ngx_int_t  rc;

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = -1;
    r->headers_out.content_type = *type;
    r->headers_out.content_type_len = type_len;
    r->headers_out.content_type_lowcase = NULL;

    if (ngx_http_gmshoot_header_add(r, "Cache-Control", "no-store") != NGX_OK
        || ngx_http_gmshoot_header_add(r, "X-Accel-Buffering", "no")
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_http_gmshoot_uncompressed(r);

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_gmshoot_park(r) == NGX_OK ? NGX_DONE : NGX_ERROR;
}


/* NULL: what is left of the chain before.  NGX_OK: all of it went;
 * NGX_AGAIN: ngx_http_gmshoot_endless_wait() for the rest. */

ngx_int_t
ngx_http_gmshoot_endless_send(ngx_http_request_t *r, ngx_chain_t *out)
{
    ngx_int_t          rc;
    ngx_connection_t  *c;

    c = r->connection;

    if (out || r->out || r->buffered || c->buffered) {

        rc = ngx_http_output_filter(r, out);

        if (rc == NGX_ERROR || c->error) {
            return NGX_ERROR;
        }
    }

    return r->out || r->buffered || c->buffered ? NGX_AGAIN : NGX_OK;
}


/* Nothing is left: the client is in no haste, and not late either. */

void
ngx_http_gmshoot_endless_rest(ngx_http_request_t *r)
{
    ngx_event_t  *wev;

    wev = r->connection->write;

    if (wev->timer_set && !wev->delayed) {
        ngx_del_timer(wev);
    }
}


/* The client has send_timeout to take some of what is left. */

ngx_int_t
ngx_http_gmshoot_endless_wait(ngx_http_request_t *r)
{
    ngx_event_t               *wev;
    ngx_http_core_loc_conf_t  *clcf;

    wev = r->connection->write;
    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (!wev->delayed) {
        ngx_add_timer(wev, clcf->send_timeout);
    }

    return ngx_handle_write_event(wev, clcf->send_lowat) == NGX_OK
           ? NGX_AGAIN : NGX_ERROR;
}


/* An event of the socket: 1, it may be sent to; 0, not now, or never again. */

ngx_uint_t
ngx_http_gmshoot_endless_writable(ngx_http_request_t *r)
{
    ngx_event_t               *wev;
    ngx_connection_t          *c;
    ngx_http_core_loc_conf_t  *clcf;

    c = r->connection;
    wev = c->write;

    if (wev->timedout) {
        ngx_log_error(NGX_LOG_INFO, c->log, NGX_ETIMEDOUT,
                      "client timed out");
        c->timedout = 1;
        ngx_http_finalize_request(r, NGX_HTTP_REQUEST_TIME_OUT);
        return 0;
    }

    if (wev->delayed) {
        clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

        if (ngx_handle_write_event(wev, clcf->send_lowat) != NGX_OK) {
            ngx_http_finalize_request(r, NGX_ERROR);
        }

        return 0;
    }

    return 1;
}


/* The owner has let go of the request. */

void
ngx_http_gmshoot_endless_end(ngx_http_request_t *r)
{
    ngx_connection_t  *c;

    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    ngx_http_finalize_request(r, ngx_http_send_special(r, NGX_HTTP_LAST));
    ngx_http_run_posted_requests(c);
}

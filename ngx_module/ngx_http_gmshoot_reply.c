/*
 * Answers: small bodies, problem documents (RFC 9457), header lines, and
 * what every parked request needs.
 */

#include "ngx_http_gmshoot.h"


static void ngx_http_gmshoot_unhold(void *data);


/* Sends status and body, whole; body must live as long as the request.  A
 * picture comes with an ETag to be asked about. */

ngx_int_t
ngx_http_gmshoot_reply(ngx_http_request_t *r, ngx_uint_t status,
    const char *type, ngx_str_t *body)
{
    return ngx_http_gmshoot_reply_cached(r, status, type, body,
                                         r->headers_out.etag ? "no-cache"
                                                             : "no-store");
}


/* cache: what the client may do with it, as in Cache-Control. */

ngx_int_t
ngx_http_gmshoot_reply_cached(ngx_http_request_t *r, ngx_uint_t status,
    const char *type, ngx_str_t *body, const char *cache)
{
    ngx_int_t    rc;
    ngx_buf_t   *b;
    ngx_chain_t  out;

    r->headers_out.status = status;
    r->headers_out.content_length_n = (off_t) body->len;
    r->headers_out.content_type.data = (u_char *) type;
    r->headers_out.content_type.len = ngx_strlen(type);
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    if (ngx_http_gmshoot_header_add(r, "Cache-Control", cache) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (body->len == 0) {
        r->header_only = 1;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = body->data;
    b->last = body->data + body->len;
    b->memory = 1;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


ngx_int_t
ngx_http_gmshoot_problem(ngx_http_request_t *r,
    const ngx_http_gmshoot_problem_t *problem)
{
    u_char     *p;
    size_t      size;
    ngx_str_t   body;
    char        number[NGX_INT_T_LEN + 1];

    /* texts are constants of ours: nothing in them needs an escape */

    size = 160 + NGX_HTTP_GMSHOOT_REQUEST_ID + ngx_strlen(problem->type) + ngx_strlen(problem->title)
           + 2 * ngx_strlen(problem->detail)
           + (problem->pointer ? ngx_strlen(problem->pointer) : 0);

    body.data = ngx_pnalloc(r->pool, size);
    if (body.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    p = ngx_sprintf(body.data,
                    "{\"type\":\"/docs/problems#%s\",\"title\":\"%s\","
                    "\"status\":%ui,\"detail\":\"%s\"",
                    problem->type, problem->title, problem->status,
                    problem->detail);

    if (problem->pointer) {
        p = ngx_sprintf(p, ",\"errors\":[{\"pointer\":\"%s\","
                        "\"detail\":\"%s\"}]",
                        problem->pointer, problem->detail);
    }

    p = ngx_http_gmshoot_request_id_json(r, p);
    *p++ = '}';
    *p++ = '\n';

    body.len = (size_t) (p - body.data);

    if (problem->retry_after) {
        *ngx_snprintf((u_char *) number, sizeof(number) - 1, "%ui",
                      problem->retry_after) = '\0';

        if (ngx_http_gmshoot_header_add(r, "Retry-After", number) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    if (problem->allow
        && ngx_http_gmshoot_header_add(r, "Allow", problem->allow) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (r->request_body == NULL) {

        /* a body that nobody wants must not be taken for a request */

        if (ngx_http_discard_request_body(r) != NGX_OK) {
            r->keepalive = 0;
        }
    }

    return ngx_http_gmshoot_reply(r, problem->status,
                                  "application/problem+json", &body);
}


/* value is copied. */

ngx_int_t
ngx_http_gmshoot_header_add(ngx_http_request_t *r, const char *name,
    const char *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->key.len = ngx_strlen(name);
    h->key.data = (u_char *) name;
    h->value.len = ngx_strlen(value);

    h->value.data = ngx_pnalloc(r->pool, h->value.len + 1);
    if (h->value.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(h->value.data, value, h->value.len + 1);

    h->hash = 1;

    return NGX_OK;
}


/* name in lower case; the first one, or NULL. */

ngx_table_elt_t *
ngx_http_gmshoot_header_in(ngx_http_request_t *r, const char *name)
{
    return ngx_http_gmshoot_header_nth(r, name, 0);
}


/* name in lower case; n from 0; NULL: there are not so many. */

ngx_table_elt_t *
ngx_http_gmshoot_header_nth(ngx_http_request_t *r, const char *name,
    ngx_uint_t n)
{
    size_t            len;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    len = ngx_strlen(name);

    for (part = &r->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].hash != 0 && h[i].key.len == len
                && ngx_memcmp(h[i].lowcase_key, name, len) == 0
                && n-- == 0)
            {
                return &h[i];
            }
        }
    }

    return NULL;
}


/* gzip would hold an event back until it has a block of them. */

void
ngx_http_gmshoot_uncompressed(ngx_http_request_t *r)
{
#if (NGX_HTTP_GZIP)
    r->gzip_tested = 1;
    r->gzip_ok = 0;
#endif
}


/* For a response that ends with its client. */

ngx_int_t
ngx_http_gmshoot_park(ngx_http_request_t *r)
{
    ngx_connection_t            *c;
    ngx_http_cleanup_t          *cln;
    ngx_http_gmshoot_process_t  *p;

    c = r->connection;
    p = &ngx_http_gmshoot_process;

    if (r->http_version >= NGX_HTTP_VERSION_20 || ngx_exiting) {

        /*
         * a connection of many requests is not closed as an idle one when
         * the process has to leave, nor is one whose request came after the
         * idle ones were closed: a timer holds it, until the next poll has
         * ended the streams
         */

        cln = ngx_http_cleanup_add(r, 0);
        if (cln == NULL) {
            return NGX_ERROR;
        }

        cln->handler = ngx_http_gmshoot_unhold;
        cln->data = NULL;

        p->holding++;
        p->poll.cancelable = 0;

        if (!p->poll.timer_set) {
            ngx_add_timer(&p->poll, 1);
        }

    } else {

        /* one packet an event, at once */

        if (ngx_tcp_nodelay(c) != NGX_OK) {
            return NGX_ERROR;
        }

        r->keepalive = 0;
        c->idle = 1;
    }

    r->read_event_handler = ngx_http_test_reading;
    r->main->count++;

    if (c->read->pending_eof) {
        /* it hung up with its last word: no other event will say so */
        ngx_post_event(c->read, &ngx_posted_events);
    }

    return NGX_OK;
}


static void
ngx_http_gmshoot_unhold(void *data)
{
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    if (--p->holding == 0) {
        p->poll.cancelable = 1;
    }
}

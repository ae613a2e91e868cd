/*
 * What a command takes along: the body of the request, before it what path and
 * parameters say, as one JSON object.
 */

#include "ngx_http_gmshoot.h"


static ngx_int_t ngx_http_gmshoot_body_read(ngx_http_request_t *r,
    ngx_str_t *body);
static ngx_int_t ngx_http_gmshoot_body_query(ngx_http_request_t *r,
    ngx_str_t *body);
static ngx_int_t ngx_http_gmshoot_body_args(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_str_t *body);
static ngx_int_t ngx_http_gmshoot_body_address(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_str_t *body);


/* Parameters of the type, such as a charset, are passed over. */

ngx_uint_t
ngx_http_gmshoot_body_is_json(ngx_http_request_t *r)
{
    size_t      len;
    ngx_str_t  *type;

    if (r->headers_in.content_type == NULL) {
        return 0;
    }

    type = &r->headers_in.content_type->value;
    len = sizeof("application/json") - 1;

    return type->len >= len
           && ngx_strncasecmp(type->data, (u_char *) "application/json", len)
              == 0
           && (type->len == len || type->data[len] == ';'
               || type->data[len] == ' ');
}


/* NGX_DECLINED: above the limit; NGX_ABORT: no text. */

ngx_int_t
ngx_http_gmshoot_body(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_uint_t archive, ngx_str_t *body)
{
    ngx_int_t  rc;

    rc = ngx_http_gmshoot_body_read(r, body);

    if (rc != NGX_OK) {
        return rc;
    }

    if (archive) {
        return ngx_http_gmshoot_body_address(r, route, body);
    }

    if (route->arg == NULL) {
        return NGX_OK;
    }

    return route->arg[0] == '?'
           ? ngx_http_gmshoot_body_query(r, body)
           : ngx_http_gmshoot_body_args(r, route, body);
}


static ngx_int_t
ngx_http_gmshoot_body_read(ngx_http_request_t *r, ngx_str_t *body)
{
    off_t         total;
    u_char       *p;
    size_t        size;
    ssize_t       n;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    body->len = 0;
    body->data = (u_char *) "";

    if (r->request_body == NULL || r->request_body->bufs == NULL) {
        return NGX_OK;
    }

    total = 0;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        total += ngx_buf_size(cl->buf);
    }

    if (total > NGX_HTTP_GMSHOOT_BODY_MAX) {
        return NGX_DECLINED;
    }

    size = (size_t) total;

    p = ngx_pnalloc(r->pool, size + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    body->len = size;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {

        b = cl->buf;

        if (ngx_buf_in_memory(b)) {
            p = ngx_cpymem(p, b->pos, (size_t) (b->last - b->pos));
            continue;
        }

        /* nginx wrote it a moment ago: it comes from the page cache */

        size = (size_t) (b->file_last - b->file_pos);

        if (size == 0) {
            continue;
        }

        n = ngx_read_file(b->file, p, size, b->file_pos);

        if (n < 0 || (size_t) n != size) {
            return NGX_ERROR;
        }

        p += n;
    }

    *p = '\0';

    /* JSON has no NUL, and the link carries none: the worker would take the
     * message for a broken one and drop us */

    return ngx_strlchr(body->data, p, '\0') ? NGX_ABORT : NGX_OK;
}


/* The parameters behind the path: a=b&c=d as {"a":"b","c":"d"}. */

static ngx_int_t
ngx_http_gmshoot_body_query(ngx_http_request_t *r, ngx_str_t *body)
{
    u_char     *p, *pos, *last, *end, *word, *src, *dst;
    ngx_uint_t  i;

    p = ngx_pnalloc(r->pool, 12 * r->args.len + sizeof("{}"));
    word = ngx_pnalloc(r->pool, r->args.len + 1);
    if (p == NULL || word == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    *p++ = '{';

    last = r->args.data + r->args.len;

    for (pos = r->args.data; pos < last; pos = end + 1) {

        end = ngx_strlchr(pos, last, '&');
        if (end == NULL) {
            end = last;
        }

        if (end == pos) {
            continue;
        }

        if (p[-1] != '{') {
            *p++ = ',';
        }

        for (i = 0; i < 2; i++) {
            src = pos;
            dst = word;
            pos = i ? end : ngx_strlchr(pos, end, '=');

            if (pos == NULL) {
                pos = end;
            }

            ngx_unescape_uri(&dst, &src, (size_t) (pos - src), 0);

            *p++ = '"';
            p = (u_char *) ngx_escape_json(p, word, (size_t) (dst - word));
            *p++ = '"';

            if (i == 0) {
                *p++ = ':';
                pos += pos < end;
            }
        }
    }

    *p++ = '}';
    body->len = (size_t) (p - body->data);

    return NGX_OK;
}


static u_char *
ngx_http_gmshoot_body_blank(u_char *p, u_char *last)
{
    while (p < last && (*p == ' ' || *p == '\t' || *p == CR || *p == LF)) {
        p++;
    }

    return p;
}


/* What the path says beside the lane, before what the body says: the first of
 * two members of a name counts.  A body that is no object is left for the lane
 * to refuse. */

static ngx_int_t
ngx_http_gmshoot_body_args(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_str_t *body)
{
    u_char     *p, *rest, *last;
    size_t      size;
    ngx_str_t   args[NGX_HTTP_GMSHOOT_ARGS];
    ngx_uint_t  session;

    ngx_http_gmshoot_api_args(r, route, args);

    rest = ngx_http_gmshoot_body_blank(body->data, body->data + body->len);
    last = body->data + body->len;

    if (rest < last) {

        if (*rest++ != '{') {
            return NGX_OK;
        }

        rest = ngx_http_gmshoot_body_blank(rest, last);

        if (rest == last) {
            return NGX_OK;
        }
    }

    session = ngx_strncmp(route->path, "sessions/", 9) == 0;
    size = 6 * (args[0].len + args[1].len) + ngx_strlen(route->arg)
           + sizeof("{\"session\":\"\",\"\":\"\",}") + (size_t) (last - rest);

    p = ngx_pnalloc(r->pool, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    *p++ = '{';

    if (session) {
        p = ngx_cpymem(p, "\"session\":\"", 11);
        p = (u_char *) ngx_escape_json(p, args[0].data, args[0].len);
        p = ngx_cpymem(p, "\",", 2);
    }

    p = ngx_sprintf(p, "\"%s\":\"", route->arg);
    p = (u_char *) ngx_escape_json(p, args[1].data, args[1].len);
    *p++ = '"';

    if (rest == last) {
        *p++ = '}';

    } else {
        if (*rest != '}') {
            *p++ = ',';
        }

        p = ngx_cpymem(p, rest, (size_t) (last - rest));
    }

    body->len = (size_t) (p - body->data);

    return NGX_OK;
}


/* What path and parameters say, as an object, before what the body says: the
 * path comes first, so that no parameter stands for it. */

static ngx_int_t
ngx_http_gmshoot_body_address(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_str_t *body)
{
    u_char     *p, *start;
    size_t      size;
    ngx_str_t   query, args[NGX_HTTP_GMSHOOT_ARGS];

    if (ngx_http_gmshoot_body_query(r, &query) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_gmshoot_api_args(r, route, args);

    size = query.len + 6 * args[0].len + body->len + sizeof("\"\":\"\",")
           + (route->arg ? ngx_strlen(route->arg) : 0);

    p = ngx_pnalloc(r->pool, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    start = p;
    *p++ = '{';

    if (route->arg) {
        p = ngx_sprintf(p, "\"%s\":\"", route->arg);
        p = (u_char *) ngx_escape_json(p, args[0].data, args[0].len);
        *p++ = '"';

        if (query.len > 2) {
            *p++ = ',';
        }
    }

    p = ngx_cpymem(p, query.data + 1, query.len - 1);
    p = ngx_cpymem(p, body->data, body->len);

    body->data = start;
    body->len = (size_t) (p - body->data);

    return NGX_OK;
}

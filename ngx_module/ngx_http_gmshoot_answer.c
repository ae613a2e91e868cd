/*
 * What a lane or the archive answered, as a response: JSON, a problem, a
 * picture, or the file of a session.
 */

#include "ngx_http_gmshoot.h"


static ngx_int_t ngx_http_gmshoot_answer_tag(ngx_http_request_t *r,
    const char *fmt, uint64_t a, uint64_t b);
static ngx_int_t ngx_http_gmshoot_answer_picture(ngx_http_request_t *r,
    gms_link_message_t *m);
static ngx_int_t ngx_http_gmshoot_answer_card(ngx_http_request_t *r,
    ngx_uint_t shown, const char *type, ngx_str_t *body);
static ngx_int_t ngx_http_gmshoot_answer_file(ngx_http_request_t *r,
    gms_link_message_t *m);
static ngx_int_t ngx_http_gmshoot_answer_attach(ngx_http_request_t *r,
    ngx_uint_t shown);


static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_worker_odd = {
    502, "worker-answer", "The lane gave an answer that means nothing",
    "The worker's status is not one of HTTP.", 0, NULL, NULL
};


static ngx_int_t
ngx_http_gmshoot_answer_tag(ngx_http_request_t *r, const char *fmt, uint64_t a,
    uint64_t b)
{
    u_char           *p;
    ngx_table_elt_t  *etag;

    etag = ngx_list_push(&r->headers_out.headers);
    p = ngx_pnalloc(r->pool, 2 * NGX_INT64_LEN + 4);

    if (etag == NULL || p == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(etag, sizeof(ngx_table_elt_t));
    etag->hash = 1;
    ngx_str_set(&etag->key, "ETag");
    etag->value.data = p;
    etag->value.len = (size_t) (ngx_sprintf(p, fmt, a, b) - p);
    r->headers_out.etag = etag;

    return NGX_OK;
}


/* Who has it need not get it again; what can never be another one needs not
 * even be asked for. */

static ngx_int_t
ngx_http_gmshoot_answer_picture(ngx_http_request_t *r, gms_link_message_t *m)
{
    ngx_str_t  body;

    body.len = m->header.body_size;
    body.data = ngx_pnalloc(r->pool, body.len);

    if (body.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memcpy(body.data, m->body, body.len);

    if (ngx_http_gmshoot_answer_tag(r, "\"%xL-%uL\"",
                                    ngx_crc32_long(body.data, body.len),
                                    body.len)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_gmshoot_reply_cached(r, NGX_HTTP_OK, "image/jpeg", &body,
                             m->header.value == GMS_ANSWER_FRAME
                             ? "private, max-age=86400, immutable"
                             : "no-cache");
}


/* What a browser may do with a session's file is said by its own policy: it
 * holds what people typed. */

static const struct {
    int64_t      kind;
    ngx_uint_t   shown;
    const char  *type;
} ngx_http_gmshoot_cards[] = {
    { GMS_ANSWER_CARD_CSV, 0, "text/csv; charset=utf-8" },
    { GMS_ANSWER_CARD_JSON, 0, "application/json" },
    { GMS_ANSWER_CARD_SVG, 0, "image/svg+xml" },
    { GMS_ANSWER_CARD_HTML, 1, "text/html; charset=utf-8" },
    { 0, 0, NULL }
};


/* The end of the path, that of something that is there, is the file's name. */

static ngx_int_t
ngx_http_gmshoot_answer_attach(ngx_http_request_t *r, ngx_uint_t shown)
{
    char        *line;
    ngx_str_t    name;

    name = r->uri;

    while (name.len && ngx_strlchr(name.data, name.data + name.len, '/')) {
        name.data++;
        name.len--;
    }

    line = ngx_pnalloc(r->pool, name.len
                       + sizeof("attachment; filename=\"\""));
    if (line == NULL) {
        return NGX_ERROR;
    }

    *ngx_sprintf((u_char *) line, "%s; filename=\"%V\"",
                 shown ? "inline" : "attachment", &name) = '\0';

    return ngx_http_gmshoot_header_add(r, "Content-Disposition", line);
}


static ngx_int_t
ngx_http_gmshoot_answer_card(ngx_http_request_t *r, ngx_uint_t shown,
    const char *type, ngx_str_t *body)
{
    if (ngx_http_gmshoot_answer_attach(r, shown) != NGX_OK
        || ngx_http_gmshoot_header_add(r, "Content-Security-Policy",
                                       "default-src 'none'; "
                                       "img-src 'self' data:; "
                                       "style-src 'unsafe-inline'; "
                                       "base-uri 'none'; "
                                       "frame-ancestors 'none'")
           != NGX_OK
        || ngx_http_gmshoot_header_add(r, "X-Content-Type-Options", "nosniff")
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_gmshoot_reply(r, NGX_HTTP_OK, type, body);
}


/* A film: the worker's file, which may be removed meanwhile, but not changed. */

static ngx_int_t
ngx_http_gmshoot_answer_file(ngx_http_request_t *r, gms_link_message_t *m)
{
    ngx_int_t                 rc;
    ngx_buf_t                *b;
    ngx_chain_t               out;
    ngx_file_info_t           fi;
    ngx_pool_cleanup_t       *cln;
    ngx_pool_cleanup_file_t  *clnf;

    b = ngx_calloc_buf(r->pool);
    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_pool_cleanup_file_t));
    if (b == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->file = ngx_pcalloc(r->pool, sizeof(ngx_file_t));

    if (b->file == NULL || ngx_fd_info(m->fd, &fi) == NGX_FILE_ERROR
        || !ngx_is_file(&fi))
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    clnf = cln->data;
    clnf->fd = m->fd;
    clnf->name = r->uri.data;
    clnf->log = r->connection->log;
    cln->handler = ngx_pool_cleanup_file;

    b->file->fd = m->fd;
    b->file->name = r->uri;
    b->file->log = r->connection->log;
    b->file_last = ngx_file_size(&fi);
    b->in_file = b->file_last ? 1 : 0;
    b->last_buf = 1;
    b->last_in_chain = 1;
    m->fd = -1;

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = ngx_file_size(&fi);
    r->headers_out.last_modified_time = ngx_file_mtime(&fi);
    ngx_str_set(&r->headers_out.content_type, "video/x-msvideo");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->allow_ranges = 1;

    if (ngx_http_gmshoot_answer_attach(r, 0) != NGX_OK
        || ngx_http_gmshoot_header_add(r, "Cache-Control", "private") != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


ngx_int_t
ngx_http_gmshoot_answer(ngx_http_request_t *r, gms_link_message_t *m)
{
    ngx_str_t   body;
    ngx_uint_t  i;

    if (m->header.status < 200 || m->header.status > 599) {
        return ngx_http_gmshoot_problem(r, &ngx_http_gmshoot_worker_odd);
    }

    if (ngx_http_gmshoot_access_grant(r, m) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (m->header.status == 503
        && ngx_http_gmshoot_header_add(r, "Retry-After", "1") != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (m->header.status == NGX_HTTP_OK && m->header.body_size
        && (m->header.value == GMS_ANSWER_JPEG
            || m->header.value == GMS_ANSWER_FRAME))
    {
        return ngx_http_gmshoot_answer_picture(r, m);
    }

    if (m->header.status == NGX_HTTP_OK && m->header.value == GMS_ANSWER_FILE
        && m->fd >= 0)
    {
        return ngx_http_gmshoot_answer_file(r, m);
    }

    if (m->header.status == NGX_HTTP_OK && m->header.generation
        && ngx_http_gmshoot_answer_tag(r, "\"%uL\"", m->header.generation, 0)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.len = m->header.body_size;
    body.data = ngx_pnalloc(r->pool, body.len + 1
                                     + NGX_HTTP_GMSHOOT_REQUEST_ID);
    if (body.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memcpy(body.data, m->body, body.len);

    for (i = 0; ngx_http_gmshoot_cards[i].type; i++) {
        if (m->header.status == NGX_HTTP_OK
            && m->header.value == ngx_http_gmshoot_cards[i].kind)
        {
            return ngx_http_gmshoot_answer_card(r, ngx_http_gmshoot_cards[i].shown,
                                             ngx_http_gmshoot_cards[i].type,
                                             &body);
        }
    }

    if (m->header.status >= 400) {
        ngx_http_gmshoot_request_id_add(r, &body);
    }

    body.data[body.len++] = '\n';

    if (body.len == 1) {
        body.len = 0;
    }

    return ngx_http_gmshoot_reply(r, m->header.status,
                                  m->header.status >= 400
                                  ? "application/problem+json"
                                  : "application/json", &body);
}

/*
 * A picture that a client sends: the body of its request goes, as it comes,
 * into a memfd, and that goes on to the lane.  nginx holds none of it, neither
 * in memory nor in a temporary file.
 */

#include "ngx_http_gmshoot.h"

#include <sys/mman.h>


/* As many pictures may be on their way to one nginx process: a camera sends
 * one at a time, so more are clients that begin and never end. */
#define NGX_HTTP_GMSHOOT_UPLOADS_MAX  64

#define NGX_HTTP_GMSHOOT_UPLOAD_SEALS  (F_SEAL_SHRINK|F_SEAL_GROW             \
                                        |F_SEAL_WRITE|F_SEAL_SEAL)


static void ngx_http_gmshoot_upload_cleanup(void *data);
static ngx_int_t ngx_http_gmshoot_upload_write(ngx_http_request_t *r,
    ngx_http_gmshoot_upload_t *upload, ngx_buf_t *b);


static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_not_jpeg = {
    415, "media-type", "This is not understood",
    "The body must be one JPEG, with Content-Type: image/jpeg.",
    0, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_no_length = {
    411, "body-missing", "There is no picture",
    "The request has no body: send one JPEG, with Content-Length.",
    0, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_picture_large = {
    413, "body-too-large", "That is too much at once",
    "A picture may have 4 MiB.", 0, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_uploads_many = {
    503, "busy", "The range is busy",
    "Too many pictures are on their way to it.", 1, NULL, NULL
};


/* NULL: it may begin. */

const ngx_http_gmshoot_problem_t *
ngx_http_gmshoot_upload_check(ngx_http_request_t *r)
{
    ngx_str_t  *type;

    static ngx_str_t  jpeg = ngx_string("image/jpeg");

    type = r->headers_in.content_type ? &r->headers_in.content_type->value
                                      : NULL;

    if (type == NULL || type->len != jpeg.len
        || ngx_strncasecmp(type->data, jpeg.data, jpeg.len) != 0)
    {
        return &ngx_http_gmshoot_not_jpeg;
    }

    if (r->headers_in.content_length_n <= 0) {
        return &ngx_http_gmshoot_no_length;
    }

    if (r->headers_in.content_length_n > NGX_HTTP_GMSHOOT_PICTURE_MAX) {
        return &ngx_http_gmshoot_picture_large;
    }

    if (ngx_http_gmshoot_process.uploads >= NGX_HTTP_GMSHOOT_UPLOADS_MAX) {
        return &ngx_http_gmshoot_uploads_many;
    }

    return NULL;
}


/* The descriptor is closed with the request. */

ngx_int_t
ngx_http_gmshoot_upload_begin(ngx_http_request_t *r,
    ngx_http_gmshoot_upload_t *upload)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    upload->fd = memfd_create("gmshoot_picture",
                              MFD_CLOEXEC|MFD_ALLOW_SEALING);
    if (upload->fd == -1) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, ngx_errno,
                      "gmshoot: memfd_create() of a picture failed");
        return NGX_ERROR;
    }

    cln->handler = ngx_http_gmshoot_upload_cleanup;
    cln->data = upload;
    ngx_http_gmshoot_process.uploads++;

    r->request_body_no_buffering = 1;

    return NGX_OK;
}


static void
ngx_http_gmshoot_upload_cleanup(void *data)
{
    ngx_http_gmshoot_upload_t  *upload = data;

    ngx_http_gmshoot_process.uploads--;
    (void) close(upload->fd);
}


/* Takes what has come.  NGX_OK: all of it; NGX_AGAIN: more will; else a status
 * of HTTP. */

ngx_int_t
ngx_http_gmshoot_upload_read(ngx_http_request_t *r,
    ngx_http_gmshoot_upload_t *upload)
{
    ngx_int_t     rc;
    ngx_chain_t  *cl;

    for ( ;; ) {

        for (cl = r->request_body->bufs; cl; cl = cl->next) {

            if (ngx_http_gmshoot_upload_write(r, upload, cl->buf) != NGX_OK) {
                return NGX_HTTP_INTERNAL_SERVER_ERROR;
            }
        }

        r->request_body->bufs = NULL;

        if (!r->reading_body) {
            break;
        }

        rc = ngx_http_read_unbuffered_request_body(r);

        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            return rc;
        }

        if (rc == NGX_AGAIN && r->request_body->bufs == NULL) {
            return NGX_AGAIN;
        }
    }

    if (fcntl(upload->fd, F_ADD_SEALS, NGX_HTTP_GMSHOOT_UPLOAD_SEALS) == -1) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return NGX_OK;
}


/* No more comes than Content-Length says: nginx sees to that. */

static ngx_int_t
ngx_http_gmshoot_upload_write(ngx_http_request_t *r,
    ngx_http_gmshoot_upload_t *upload, ngx_buf_t *b)
{
    ssize_t  n;

    if (!ngx_buf_in_memory(b) && ngx_buf_size(b) != 0) {
        return NGX_ERROR;
    }

    while (b->pos < b->last) {

        n = write(upload->fd, b->pos, (size_t) (b->last - b->pos));

        if (n <= 0) {
            ngx_log_error(NGX_LOG_ERR, r->connection->log, ngx_errno,
                          "gmshoot: write() of a picture failed");
            return NGX_ERROR;
        }

        b->pos += n;
    }

    return NGX_OK;
}

/*
 * What a request that stays open was let in by: the device whose cookie came
 * along, or the token of a session.  It ends when that is worth nothing any
 * more; whoever comes back is told what he may now.
 */

#include "ngx_http_gmshoot.h"


typedef struct {
    ngx_queue_t               queue;
    ngx_http_request_t       *request;
    ngx_http_gmshoot_lane_t  *lane;     /* of the token; NULL: there is none */
    u_char                    device[GMS_DEVICE_ID_SIZE];
    u_char                    token[GMS_SECRET_HASH_SIZE];
} ngx_http_gmshoot_pass_t;


static ngx_uint_t ngx_http_gmshoot_pass_token(ngx_http_request_t *r,
    ngx_http_gmshoot_lane_t *lane, u_char *hash);
static void ngx_http_gmshoot_pass_check(ngx_http_gmshoot_lane_t *lane);
static void ngx_http_gmshoot_pass_end(ngx_http_gmshoot_pass_t *pass);
static void ngx_http_gmshoot_pass_cleanup(void *data);


static gms_granted_t  ngx_http_gmshoot_granted;


/* lane: that the request is about; NULL: all of the range.  Who shows nothing
 * is one who looks on, and costs nothing. */

ngx_int_t
ngx_http_gmshoot_pass_hold(ngx_http_request_t *r,
    ngx_http_gmshoot_lane_t *lane)
{
    u_char                    token[GMS_SECRET_HASH_SIZE];
    const char               *device;
    ngx_uint_t                has_token;
    ngx_http_cleanup_t       *cln;
    ngx_http_gmshoot_pass_t  *pass;

    device = ngx_http_gmshoot_access_device_id(r);
    has_token = ngx_http_gmshoot_pass_token(r, lane, token);

    if (device == NULL && !has_token) {
        return NGX_OK;
    }

    pass = ngx_pcalloc(r->pool, sizeof(ngx_http_gmshoot_pass_t));
    cln = ngx_http_cleanup_add(r, 0);

    if (pass == NULL || cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_gmshoot_pass_cleanup;
    cln->data = pass;

    pass->request = r;

    if (device) {
        ngx_memcpy(pass->device, device, GMS_DEVICE_ID_SIZE);
    }

    if (has_token) {
        pass->lane = lane;
        ngx_memcpy(pass->token, token, GMS_SECRET_HASH_SIZE);
    }

    ngx_queue_insert_tail(&ngx_http_gmshoot_process.passes, &pass->queue);

    return NGX_OK;
}


/* False: none came along, or one that is worth nothing. */

static ngx_uint_t
ngx_http_gmshoot_pass_token(ngx_http_request_t *r,
    ngx_http_gmshoot_lane_t *lane, u_char *hash)
{
    return lane && lane->mapped && lane->has_grants
           && ngx_http_gmshoot_access_token(r, hash)
           && gms_grants_read(&lane->grants, &ngx_http_gmshoot_granted)
              == GMS_OK
           && gms_grants_has(&ngx_http_gmshoot_granted, hash);
}


/* There is another list of devices. */

void
ngx_http_gmshoot_pass_devices(void)
{
    ngx_http_gmshoot_pass_check(NULL);
}


/* The lane may have said which tokens are good now. */

void
ngx_http_gmshoot_pass_tokens(ngx_http_gmshoot_lane_t *lane)
{
    if (!lane->has_grants
        || gms_grants_version(&lane->grants) == lane->granted
        || gms_grants_read(&lane->grants, &ngx_http_gmshoot_granted)
           != GMS_OK)
    {
        return;
    }

    lane->granted = ngx_http_gmshoot_granted.version;

    ngx_http_gmshoot_pass_check(lane);
}


/* Tokens of a lane, which have just been read; NULL: devices. */

static void
ngx_http_gmshoot_pass_check(ngx_http_gmshoot_lane_t *lane)
{
    ngx_uint_t                good;
    ngx_queue_t              *q, todo, *passes;
    ngx_http_gmshoot_pass_t  *pass;

    passes = &ngx_http_gmshoot_process.passes;

    if (ngx_queue_empty(passes)) {
        return;
    }

    /* whoever goes away meanwhile takes itself out of either queue */

    ngx_queue_init(&todo);
    ngx_queue_add(&todo, passes);
    ngx_queue_init(passes);

    while (!ngx_queue_empty(&todo)) {

        q = ngx_queue_head(&todo);
        ngx_queue_remove(q);
        ngx_queue_insert_tail(passes, q);

        pass = ngx_queue_data(q, ngx_http_gmshoot_pass_t, queue);

        if (lane) {
            good = pass->lane != lane
                   || gms_grants_has(&ngx_http_gmshoot_granted, pass->token);

        } else {
            good = pass->device[0] == '\0'
                   || ngx_http_gmshoot_access_is_device(pass->device);
        }

        if (!good) {
            ngx_http_gmshoot_pass_end(pass);
        }
    }
}


static void
ngx_http_gmshoot_pass_end(ngx_http_gmshoot_pass_t *pass)
{
    ngx_http_request_t       *r;
    ngx_http_gmshoot_sent_t  *sent;

    r = pass->request;

    ngx_queue_remove(&pass->queue);
    ngx_queue_init(&pass->queue);

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "gmshoot pass of device \"%s\" ends", pass->device);

    sent = ngx_http_get_module_ctx(r, ngx_http_gmshoot_module);

    if (sent && sent->what == NGX_HTTP_GMSHOOT_SENT_STREAM) {
        ngx_http_gmshoot_stream_end((ngx_http_gmshoot_stream_t *) sent);

    } else if (sent && sent->what == NGX_HTTP_GMSHOOT_SENT_VIEWER) {
        ngx_http_gmshoot_viewer_end((ngx_http_gmshoot_viewer_t *) sent);
    }
}


static void
ngx_http_gmshoot_pass_cleanup(void *data)
{
    ngx_http_gmshoot_pass_t  *pass = data;

    ngx_queue_remove(&pass->queue);
    ngx_queue_init(&pass->queue);
}

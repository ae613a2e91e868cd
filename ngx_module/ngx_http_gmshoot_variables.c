/*
 * Variables: who asks, of which lane, and what a stream or a viewer was sent,
 * for access logs and for whatever else nginx does with variables.
 */

#include "ngx_http_gmshoot.h"


static ngx_int_t ngx_http_gmshoot_lane_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_gmshoot_stream_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_gmshoot_viewer_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_gmshoot_sent_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_http_gmshoot_sent_e what, size_t at);


/* Documented in docs/directives.md, which a test compares with this. */

static ngx_http_variable_t  ngx_http_gmshoot_vars[] = {

    /* changeable: map, geo, set and auth_request_set may take its place */
    { ngx_string("gmshoot_role"), NULL, ngx_http_gmshoot_role_variable, 0,
      NGX_HTTP_VAR_CHANGEABLE, 0 },

    { ngx_string("gmshoot_lane"), NULL, ngx_http_gmshoot_lane_variable, 0,
      0, 0 },

    { ngx_string("gmshoot_events_sent"), NULL,
      ngx_http_gmshoot_stream_variable,
      offsetof(ngx_http_gmshoot_sent_t, events),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("gmshoot_snapshots_sent"), NULL,
      ngx_http_gmshoot_stream_variable,
      offsetof(ngx_http_gmshoot_sent_t, snapshots),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("gmshoot_frames_sent"), NULL,
      ngx_http_gmshoot_viewer_variable,
      offsetof(ngx_http_gmshoot_sent_t, frames),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("gmshoot_frames_skipped"), NULL,
      ngx_http_gmshoot_viewer_variable,
      offsetof(ngx_http_gmshoot_sent_t, skipped),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


static ngx_str_t  ngx_http_gmshoot_request_id_name = ngx_string("request_id");


ngx_int_t
ngx_http_gmshoot_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_gmshoot_vars; v->name.len; v++) {

        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


/* By its index the id is made once, and the access log has the same. */

ngx_int_t
ngx_http_gmshoot_use_variables(ngx_conf_t *cf,
    ngx_http_gmshoot_main_conf_t *mcf)
{
    mcf->request_id = ngx_http_get_variable_index(cf,
                                          &ngx_http_gmshoot_request_id_name);

    return mcf->request_id == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


/* Hexadecimal digits; empty when nginx has none. */

void
ngx_http_gmshoot_request_id(ngx_http_request_t *r, ngx_str_t *id)
{
    ngx_http_variable_value_t     *v;
    ngx_http_gmshoot_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_gmshoot_module);
    v = ngx_http_get_indexed_variable(r, (ngx_uint_t) mcf->request_id);

    if (v == NULL || v->not_found || v->len >= GMS_LINK_REQUEST_SIZE) {
        ngx_str_null(id);
        return;
    }

    id->data = v->data;
    id->len = v->len;
}


/* The last member of a document. */

u_char *
ngx_http_gmshoot_request_id_json(ngx_http_request_t *r, u_char *p)
{
    ngx_str_t  id;

    ngx_http_gmshoot_request_id(r, &id);

    return id.len ? ngx_sprintf(p, ",\"request_id\":\"%V\"", &id) : p;
}


/* To a document of the worker, behind which there is room for it. */

void
ngx_http_gmshoot_request_id_add(ngx_http_request_t *r, ngx_str_t *body)
{
    u_char  *p;

    if (body->len > 2 && body->data[body->len - 1] == '}') {
        p = ngx_http_gmshoot_request_id_json(r, body->data + body->len - 1);
        *p++ = '}';
        body->len = (size_t) (p - body->data);
    }
}


/* As the path names it, whether there is such a lane or not. */

static ngx_int_t
ngx_http_gmshoot_lane_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    size_t      prefix;
    u_char     *last, *end;
    ngx_str_t   name;

    prefix = sizeof("/api/lanes/") - 1;

    if (r->uri.len <= prefix
        || ngx_strncmp(r->uri.data, "/api/lanes/", prefix) != 0)
    {
        v->not_found = 1;
        return NGX_OK;
    }

    end = r->uri.data + r->uri.len;
    name.data = r->uri.data + prefix;

    last = ngx_strlchr(name.data, end, '/');
    name.len = (size_t) ((last ? last : end) - name.data);

    if (!ngx_http_gmshoot_lane_is_name(&name)) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = name.data;
    v->len = (unsigned) name.len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_gmshoot_stream_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    return ngx_http_gmshoot_sent_variable(r, v, NGX_HTTP_GMSHOOT_SENT_STREAM,
                                          (size_t) data);
}


static ngx_int_t
ngx_http_gmshoot_viewer_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    return ngx_http_gmshoot_sent_variable(r, v, NGX_HTTP_GMSHOOT_SENT_VIEWER,
                                          (size_t) data);
}


static ngx_int_t
ngx_http_gmshoot_sent_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_http_gmshoot_sent_e what, size_t at)
{
    u_char                   *p;
    ngx_http_gmshoot_sent_t  *sent;

    sent = ngx_http_get_module_ctx(r, ngx_http_gmshoot_module);

    if (sent == NULL || sent->what != what) {
        v->not_found = 1;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    v->data = p;
    v->len = (unsigned) (ngx_sprintf(p, "%uL",
                                     *(uint64_t *) ((u_char *) sent + at))
                         - p);
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}

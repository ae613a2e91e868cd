/*
 * Who may do what: the role of a request, by the configuration and by the
 * cookie of a device that an admin let in, and whether a page of another site
 * made the browser ask.
 *
 * The worker says which devices there are, by the hashes of their secrets.
 */

#include "ngx_http_gmshoot.h"

#include <sha2.h>


/* A device is said to have been seen so often; seconds. */
#define NGX_HTTP_GMSHOOT_ACCESS_SEEN    60

/* As long as a browser keeps a cookie: 400 days. */
#define NGX_HTTP_GMSHOOT_ACCESS_DEVICE  34560000

/* Longer than any session. */
#define NGX_HTTP_GMSHOOT_ACCESS_TOKEN   86400

#define NGX_HTTP_GMSHOOT_SECRET_LEN     32


/* One of the browsers that were let in. */
struct ngx_http_gmshoot_device_s {
    gms_device_t              pass;
    time_t                    seen;     /* the worker was told */
};


static gms_role_e ngx_http_gmshoot_access_configured(ngx_http_request_t *r);
static ngx_http_gmshoot_device_t *ngx_http_gmshoot_access_device(
    ngx_http_request_t *r);
static ngx_uint_t ngx_http_gmshoot_access_cookie(ngx_http_request_t *r,
    ngx_str_t *name, u_char *hash);
static void ngx_http_gmshoot_access_seen(ngx_http_gmshoot_device_t *device);
static ngx_uint_t ngx_http_gmshoot_access_foreign(ngx_http_request_t *r);
static ngx_uint_t ngx_http_gmshoot_loopback(ngx_connection_t *c);
static ngx_uint_t ngx_http_gmshoot_loopback_name(ngx_str_t *host);


static ngx_str_t  ngx_http_gmshoot_device_cookie =
    ngx_string("gmshoot_device");

static ngx_str_t  ngx_http_gmshoot_session_cookie =
    ngx_string("gmshoot_session");


static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_foreign = {
    403, "cross-site", "This was asked for by another site",
    "A command must come from the range's own pages: Sec-Fetch-Site or "
    "Origin names another site. A proxy must pass on Host unchanged.",
    0, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_forbidden = {
    403, "not-allowed", "You are not allowed to do this",
    "The role of this request is too low: see gmshoot_api role= and "
    "/api/devices.",
    0, NULL, NULL
};


/* NULL: it may go on.  lane: that it is about; NULL: all of the range. */

const ngx_http_gmshoot_problem_t *
ngx_http_gmshoot_access(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_str_t *lane)
{
    u_char  hash[GMS_SECRET_HASH_SIZE];

    if (route->method != NGX_HTTP_GET && ngx_http_gmshoot_access_foreign(r)) {
        return &ngx_http_gmshoot_foreign;
    }

    if (ngx_http_gmshoot_role(r, lane) >= route->role) {
        return NULL;
    }

    /* who joined a session is a shooter in it; which one it is, and whether it
     * is open still, the lane knows */

    if (route->role == GMS_ROLE_SHOOTER && route->verb && lane
        && ngx_http_gmshoot_access_token(r, hash))
    {
        return NULL;
    }

    return !ngx_http_gmshoot_process.told
           && ngx_http_gmshoot_access_cookie(r,
                                        &ngx_http_gmshoot_device_cookie, hash)
           ? &ngx_http_gmshoot_worker_down : &ngx_http_gmshoot_forbidden;
}


/* False: none came along.  It is looked at where no role will do. */

ngx_uint_t
ngx_http_gmshoot_access_token(ngx_http_request_t *r, u_char *hash)
{
    return ngx_http_gmshoot_access_cookie(r, &ngx_http_gmshoot_session_cookie,
                                          hash);
}


/* The higher one of what the configuration gives it and what its device may:
 * a device of one lane is nobody elsewhere. */

gms_role_e
ngx_http_gmshoot_role(ngx_http_request_t *r, ngx_str_t *lane)
{
    size_t                      len;
    gms_role_e                  role;
    gms_device_t               *pass;
    ngx_http_gmshoot_device_t  *device;

    role = ngx_http_gmshoot_access_configured(r);

    device = ngx_http_gmshoot_access_device(r);
    if (device == NULL) {
        return role;
    }

    ngx_http_gmshoot_access_seen(device);

    pass = &device->pass;
    len = ngx_strlen(pass->lane);

    if (len && (lane == NULL || lane->len != len
                || ngx_memcmp(lane->data, pass->lane, len) != 0))
    {
        return role;
    }

    return ngx_max(role, pass->role);
}


static ngx_http_gmshoot_device_t *
ngx_http_gmshoot_access_device(ngx_http_request_t *r)
{
    u_char                       hash[GMS_SECRET_HASH_SIZE];
    ngx_uint_t                   i;
    ngx_http_gmshoot_device_t   *found;
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    if (p->devices_n == 0
        || !ngx_http_gmshoot_access_cookie(r, &ngx_http_gmshoot_device_cookie,
                                           hash))
    {
        return NULL;
    }

    found = NULL;

    for (i = 0; i < p->devices_n; i++) {

        if (gms_secret_same(p->devices[i].pass.hash, hash)) {
            found = &p->devices[i];
        }
    }

    return found;
}


/* NULL: no device asks. */

const char *
ngx_http_gmshoot_access_device_id(ngx_http_request_t *r)
{
    ngx_http_gmshoot_device_t  *device;

    device = ngx_http_gmshoot_access_device(r);

    return device ? device->pass.id : NULL;
}


ngx_uint_t
ngx_http_gmshoot_access_is_device(const u_char *id)
{
    ngx_uint_t                   i;
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    for (i = 0; i < p->devices_n; i++) {

        if (ngx_strcmp(p->devices[i].pass.id, id) == 0) {
            return 1;
        }
    }

    return 0;
}


/* False: there is no such cookie, or it holds no secret of ours. */

static ngx_uint_t
ngx_http_gmshoot_access_cookie(ngx_http_request_t *r, ngx_str_t *name,
    u_char *hash)
{
    SHA2_CTX   c;
    ngx_str_t  value;

#if (nginx_version >= 1023000)

    if (ngx_http_parse_multi_header_lines(r, r->headers_in.cookie, name,
                                          &value)
        == NULL)
    {
        return 0;
    }

#else

    if (ngx_http_parse_multi_header_lines(&r->headers_in.cookies, name,
                                          &value)
        == NGX_DECLINED)
    {
        return 0;
    }

#endif

    if (value.len != NGX_HTTP_GMSHOOT_SECRET_LEN) {
        return 0;
    }

    SHA256Init(&c);
    SHA256Update(&c, value.data, value.len);
    SHA256Final(hash, &c);

    return 1;
}


static void
ngx_http_gmshoot_access_seen(ngx_http_gmshoot_device_t *device)
{
    gms_link_message_t  m;

    if (ngx_time() - device->seen < NGX_HTTP_GMSHOOT_ACCESS_SEEN) {
        return;
    }

    gms_link_message(&m, GMS_LINK_DEVICE_SEEN);
    ngx_memcpy(m.header.key, device->pass.id, GMS_DEVICE_ID_SIZE);

    if (ngx_http_gmshoot_link_send(&ngx_http_gmshoot_process, &m) == NGX_OK) {
        device->seen = ngx_time();
    }
}


/* The worker's list; one that cannot be understood lets nobody in. */

void
ngx_http_gmshoot_access_devices(const char *text)
{
    int                          rc;
    gms_device_t                 pass;
    ngx_uint_t                   n;
    ngx_http_gmshoot_device_t   *devices;
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    devices = ngx_calloc(GMS_DEVICES_MAX * sizeof(ngx_http_gmshoot_device_t),
                         p->log);
    n = 0;
    rc = devices ? GMS_OK : GMS_ENOMEM;

    while (rc == GMS_OK) {

        rc = n < GMS_DEVICES_MAX ? gms_device_read(&pass, &text)
                                 : GMS_ENOTFOUND;

        if (rc == GMS_OK) {
            devices[n++].pass = pass;
        }
    }

    if (rc != GMS_ENOTFOUND) {
        ngx_log_error(NGX_LOG_ERR, p->log, 0,
                      "gmshoot: the worker's list of devices is not usable: "
                      "%s", gms_strerror(rc));
        n = 0;
    }

    ngx_http_gmshoot_access_forget();

    p->devices = devices;
    p->devices_n = n;
    p->told = 1;

    ngx_http_gmshoot_pass_devices();
}


void
ngx_http_gmshoot_access_forget(void)
{
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    if (p->devices) {
        ngx_free(p->devices);
    }

    p->devices = NULL;
    p->devices_n = 0;
}


/* A browser gets its secret where no script of a page can read it: the token of
 * a session from its lane, and for that alone. */

ngx_int_t
ngx_http_gmshoot_access_grant(ngx_http_request_t *r, gms_link_message_t *m)
{
    char        line[256];
    u_char     *p;
    ngx_uint_t  secure, lane;

    if (m->header.key[0] == '\0') {
        return NGX_OK;
    }

    if (ngx_strlen(m->header.key) != NGX_HTTP_GMSHOOT_SECRET_LEN
        || strspn(m->header.key, "0123456789abcdef")
           != NGX_HTTP_GMSHOOT_SECRET_LEN)
    {
        return NGX_ERROR;
    }

    lane = m->header.lane[0] != '\0';
    secure = 0;

#if (NGX_HTTP_SSL)
    secure = r->connection->ssl != NULL;
#endif

    p = ngx_snprintf((u_char *) line, sizeof(line) - 1,
                     "%V=%s; Path=/api/%s%s; Max-Age=%d; HttpOnly; "
                     "SameSite=Strict%s",
                     lane ? &ngx_http_gmshoot_session_cookie
                          : &ngx_http_gmshoot_device_cookie,
                     m->header.key, lane ? "lanes/" : "", m->header.lane,
                     lane ? NGX_HTTP_GMSHOOT_ACCESS_TOKEN
                          : NGX_HTTP_GMSHOOT_ACCESS_DEVICE,
                     secure ? "; Secure" : "");
    *p = '\0';

    return ngx_http_gmshoot_header_add(r, "Set-Cookie", line);
}


/* A page of another site makes a browser send this, with its cookies. */

static ngx_uint_t
ngx_http_gmshoot_access_foreign(ngx_http_request_t *r)
{
    u_char           *p, *last;
    ngx_str_t         origin;
    ngx_table_elt_t  *h;

    /* browsers send each once: which of two is meant nobody knows */

    if (ngx_http_gmshoot_header_nth(r, "sec-fetch-site", 1)
        || ngx_http_gmshoot_header_nth(r, "origin", 1))
    {
        return 1;
    }

    h = ngx_http_gmshoot_header_in(r, "sec-fetch-site");

    if (h && ((h->value.len == 10
               && ngx_strncmp(h->value.data, "cross-site", 10) == 0)
              || (h->value.len == 9
                  && ngx_strncmp(h->value.data, "same-site", 9) == 0)))
    {
        return 1;
    }

    h = ngx_http_gmshoot_header_in(r, "origin");

    if (h == NULL) {
        return 0;
    }

    p = h->value.data;
    last = p + h->value.len;

    while (p < last && *p != ':') {
        p++;
    }

    if (last - p < 3 || p[1] != '/' || p[2] != '/') {
        /* "null" too: a sandboxed or a local page */
        return 1;
    }

    origin.data = p + 3;
    origin.len = (size_t) (last - origin.data);

    h = ngx_http_gmshoot_header_in(r, "host");

    if (h) {
        return origin.len != h->value.len
               || ngx_strncasecmp(origin.data, h->value.data, origin.len)
                  != 0;
    }

    /* HTTP/2: the name from :authority, which came without its port */

    return origin.len < r->headers_in.server.len
           || r->headers_in.server.len == 0
           || ngx_strncasecmp(origin.data, r->headers_in.server.data,
                              r->headers_in.server.len) != 0
           || (origin.len > r->headers_in.server.len
               && origin.data[r->headers_in.server.len] != ':');
}


/* An unknown word is a viewer. */

static gms_role_e
ngx_http_gmshoot_access_configured(ngx_http_request_t *r)
{
    int                           role;
    ngx_str_t                     name;
    ngx_http_gmshoot_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_gmshoot_module);

    if (lcf->role == NULL
        || ngx_http_complex_value(r, lcf->role, &name) != NGX_OK)
    {
        return GMS_ROLE_VIEWER;
    }

    role = gms_role_of((char *) name.data, name.len);

    return role == -1 ? GMS_ROLE_VIEWER : (gms_role_e) role;
}


/*
 * $gmshoot_role, unless the configuration says better: whoever sits at the
 * machine itself is its admin.  A proxy on the same machine shows by its
 * headers, a page that rebinds its name to 127.0.0.1 by its Host.
 */

ngx_int_t
ngx_http_gmshoot_role_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const char  *role;

    role = gms_role_name[GMS_ROLE_VIEWER];

    if (ngx_http_gmshoot_loopback(r->connection)
        && ngx_http_gmshoot_loopback_name(&r->headers_in.server)
        && ngx_http_gmshoot_header_in(r, "forwarded") == NULL
        && ngx_http_gmshoot_header_in(r, "x-forwarded-for") == NULL
        && ngx_http_gmshoot_header_in(r, "via") == NULL)
    {
        role = gms_role_name[GMS_ROLE_ADMIN];
    }

    v->data = (u_char *) role;
    v->len = ngx_strlen(role);
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_gmshoot_loopback(ngx_connection_t *c)
{
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    u_char               *p;
    struct sockaddr_in6  *sin6;
#endif

    switch (c->sockaddr->sa_family) {

    case AF_INET:
        sin = (struct sockaddr_in *) c->sockaddr;
        return (ntohl(sin->sin_addr.s_addr) >> 24) == 127;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) c->sockaddr;

        if (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr)) {
            p = sin6->sin6_addr.s6_addr;
            return p[12] == 127;
        }

        return IN6_IS_ADDR_LOOPBACK(&sin6->sin6_addr) ? 1 : 0;
#endif

    default:
        return 0;
    }
}


static ngx_uint_t
ngx_http_gmshoot_loopback_name(ngx_str_t *host)
{
    ngx_uint_t  i;

    static ngx_str_t  names[] = {
        ngx_string("localhost"),
        ngx_string("127.0.0.1"),
        ngx_string("[::1]"),
        ngx_null_string
    };

    for (i = 0; names[i].len; i++) {

        if (host->len == names[i].len
            && ngx_strncasecmp(host->data, names[i].data, host->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}

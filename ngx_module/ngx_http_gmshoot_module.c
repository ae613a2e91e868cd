/*
 * The module's face to nginx: directives, variables, life of a process.
 */

#include "ngx_http_gmshoot.h"


static ngx_int_t ngx_http_gmshoot_postconfiguration(ngx_conf_t *cf);
static void *ngx_http_gmshoot_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_gmshoot_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_http_gmshoot_create_loc_conf(ngx_conf_t *cf);
static ngx_int_t ngx_http_gmshoot_init_process(ngx_cycle_t *cycle);
static void ngx_http_gmshoot_exit_process(ngx_cycle_t *cycle);
static char *ngx_http_gmshoot_link(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_gmshoot_api(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_gmshoot_status(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


static ngx_conf_enum_t  ngx_http_gmshoot_status_kinds[] = {
    { ngx_string("health"), NGX_HTTP_GMSHOOT_STATUS_HEALTH },
    { ngx_string("ready"), NGX_HTTP_GMSHOOT_STATUS_READY },
    { ngx_string("metrics"), NGX_HTTP_GMSHOOT_STATUS_METRICS },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_http_gmshoot_commands[] = {

    { ngx_string("gmshoot_link"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_gmshoot_link,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("gmshoot_target"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_BLOCK|NGX_CONF_TAKE1,
      ngx_http_gmshoot_conf_block,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("gmshoot_course"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_BLOCK|NGX_CONF_TAKE1,
      ngx_http_gmshoot_conf_block,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("gmshoot_range"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_BLOCK|NGX_CONF_TAKE1,
      ngx_http_gmshoot_conf_block,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("gmshoot_api"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS|NGX_CONF_TAKE1,
      ngx_http_gmshoot_api,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("gmshoot_status"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_gmshoot_status,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_gmshoot_loc_conf_t, status),
      &ngx_http_gmshoot_status_kinds },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_gmshoot_module_ctx = {
    ngx_http_gmshoot_add_variables,        /* preconfiguration */
    ngx_http_gmshoot_postconfiguration,    /* postconfiguration */

    ngx_http_gmshoot_create_main_conf,     /* create main configuration */
    ngx_http_gmshoot_init_main_conf,       /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_gmshoot_create_loc_conf,      /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_gmshoot_module = {
    NGX_MODULE_V1,
    &ngx_http_gmshoot_module_ctx,          /* module context */
    ngx_http_gmshoot_commands,             /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_gmshoot_init_process,         /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_gmshoot_exit_process,         /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


ngx_http_gmshoot_process_t  ngx_http_gmshoot_process;


static char *
ngx_http_gmshoot_link(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_gmshoot_main_conf_t  *mcf = conf;

    ngx_str_t  *value;

    if (mcf->link.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    mcf->link = value[1];
    mcf->used = 1;

    if (ngx_conf_full_name(cf->cycle, &mcf->link, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (mcf->link.len >= sizeof(((struct sockaddr_un *) NULL)->sun_path)) {
        return "has a path that is too long for a socket";
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_gmshoot_api(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_gmshoot_loc_conf_t  *lcf = conf;

    ngx_str_t                          *value, role;
    ngx_http_core_loc_conf_t           *clcf;
    ngx_http_gmshoot_main_conf_t       *mcf;
    ngx_http_compile_complex_value_t    ccv;

    if (lcf->role) {
        return "is duplicate";
    }

    value = cf->args->elts;
    ngx_str_set(&role, "$gmshoot_role");

    if (cf->args->nelts == 2) {

        if (ngx_strncmp(value[1].data, "role=", 5) != 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\", "
                               "expected role=$variable", &value[1]);
            return NGX_CONF_ERROR;
        }

        role.data = value[1].data + 5;
        role.len = value[1].len - 5;
    }

    lcf->role = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));
    if (lcf->role == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));
    ccv.cf = cf;
    ccv.value = &role;
    ccv.complex_value = lcf->role;

    if (ngx_http_compile_complex_value(&ccv) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_gmshoot_api_handler;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_gmshoot_module);
    mcf->used = 1;

    return NGX_CONF_OK;
}


static char *
ngx_http_gmshoot_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char                          *rv;
    ngx_http_core_loc_conf_t      *clcf;
    ngx_http_gmshoot_main_conf_t  *mcf;

    rv = ngx_conf_set_enum_slot(cf, cmd, conf);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_gmshoot_status_handler;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_gmshoot_module);
    mcf->used = 1;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_gmshoot_postconfiguration(ngx_conf_t *cf)
{
    ngx_http_gmshoot_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_gmshoot_module);

    if (mcf->used
        && (ngx_http_gmshoot_tally_zone(cf, mcf) != NGX_OK
            || ngx_http_gmshoot_use_variables(cf, mcf) != NGX_OK))
    {
        return NGX_ERROR;
    }

    return ngx_http_gmshoot_conf_finish(cf, mcf);
}


static ngx_int_t
ngx_http_gmshoot_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                     i;
    ngx_str_t                     *name;
    ngx_http_gmshoot_lane_t       *lane;
    ngx_http_gmshoot_process_t    *p;
    ngx_http_gmshoot_main_conf_t  *mcf;

    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    mcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_gmshoot_module);

    if (mcf == NULL || !mcf->used) {
        return NGX_OK;
    }

    p = &ngx_http_gmshoot_process;
    ngx_memzero(p, sizeof(ngx_http_gmshoot_process_t));

    p->conf = mcf;
    p->cycle = cycle;
    p->log = cycle->log;
    p->active = 1;

    ngx_queue_init(&p->lanes);
    ngx_queue_init(&p->streams);
    ngx_queue_init(&p->viewers);
    ngx_queue_init(&p->passes);
    ngx_queue_init(&p->asks);

    name = mcf->lanes.elts;

    for (i = 0; i < mcf->lanes.nelts; i++) {

        lane = ngx_http_gmshoot_lane_add(&name[i]);
        if (lane == NULL) {
            return NGX_ERROR;
        }

        lane->configured = 1;
    }

    ngx_http_gmshoot_tally_start(p);
    ngx_http_gmshoot_link_start(p);

    return NGX_OK;
}


static void
ngx_http_gmshoot_exit_process(ngx_cycle_t *cycle)
{
    ngx_queue_t                 *q;
    ngx_http_gmshoot_process_t  *p;

    p = &ngx_http_gmshoot_process;

    if (!p->active) {
        return;
    }

    p->active = 0;

    ngx_http_gmshoot_link_stop(p);
    ngx_http_gmshoot_access_forget();

    while (!ngx_queue_empty(&p->lanes)) {
        q = ngx_queue_head(&p->lanes);
        ngx_http_gmshoot_lane_free(
                       ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue));
    }

    ngx_http_gmshoot_tally_stop();
}


static void *
ngx_http_gmshoot_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_gmshoot_main_conf_t  *mcf;

    mcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_gmshoot_main_conf_t));
    if (mcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&mcf->lanes, cf->pool, 4, sizeof(ngx_str_t)) != NGX_OK)
    {
        return NULL;
    }

    return mcf;
}


static char *
ngx_http_gmshoot_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_gmshoot_main_conf_t  *mcf = conf;

    if (mcf->link.data == NULL) {
        ngx_str_set(&mcf->link, "/run/gmshoot/link.sock");
    }

    return NGX_CONF_OK;
}


static void *
ngx_http_gmshoot_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_gmshoot_loc_conf_t  *lcf;

    lcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_gmshoot_loc_conf_t));
    if (lcf == NULL) {
        return NULL;
    }

    /*
     * nothing is inherited: both directives install the handler of the very
     * location they stand in
     */

    lcf->status = NGX_CONF_UNSET_UINT;

    return lcf;
}

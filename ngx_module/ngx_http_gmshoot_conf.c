/*
 * The blocks gmshoot_range, gmshoot_target and gmshoot_course: every line goes
 * to the grammar that the command line uses too; here nginx's parser meets it,
 * and nothing of the sport is known.
 */

#include "ngx_http_gmshoot.h"

#include <time.h>


/* More than the grammar takes in its longest directive: it is to refuse. */
#define NGX_HTTP_GMSHOOT_CONF_WORDS  320


static ngx_int_t ngx_http_gmshoot_conf_grammar(ngx_conf_t *cf,
    ngx_http_gmshoot_main_conf_t *mcf);
static char *ngx_http_gmshoot_conf_line(ngx_conf_t *cf, ngx_command_t *dummy,
    void *conf);
static char *ngx_http_gmshoot_conf_error(ngx_conf_t *cf, gms_grammar_t *g,
    int rc);
static void ngx_http_gmshoot_conf_at(ngx_conf_t *cf, gms_grammar_t *g);
static void ngx_http_gmshoot_conf_cleanup(void *data);
static uint64_t ngx_http_gmshoot_conf_generation(void);


char *
ngx_http_gmshoot_conf_block(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_gmshoot_main_conf_t  *mcf = conf;

    int             rc;
    char           *rv;
    ngx_str_t      *value;
    ngx_conf_t      save;
    gms_grammar_t  *g;

    if (ngx_http_gmshoot_conf_grammar(cf, mcf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    g = mcf->grammar;
    value = cf->args->elts;

    ngx_http_gmshoot_conf_at(cf, g);

    rc = gms_grammar_open(g, (char *) value[0].data, (char *) value[1].data);
    if (rc != GMS_OK) {
        return ngx_http_gmshoot_conf_error(cf, g, rc);
    }

    save = *cf;
    cf->handler = ngx_http_gmshoot_conf_line;
    cf->handler_conf = (char *) mcf;

    rv = ngx_conf_parse(cf, NULL);

    *cf = save;

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    rc = gms_grammar_close(g);
    if (rc != GMS_OK) {
        return ngx_http_gmshoot_conf_error(cf, g, rc);
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_gmshoot_conf_grammar(ngx_conf_t *cf,
    ngx_http_gmshoot_main_conf_t *mcf)
{
    ngx_pool_cleanup_t  *cln;

    if (mcf->grammar) {
        return NGX_OK;
    }

    cln = ngx_pool_cleanup_add(cf->temp_pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    mcf->grammar = gms_grammar_create();
    if (mcf->grammar == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_gmshoot_conf_cleanup;
    cln->data = mcf->grammar;

    mcf->used = 1;

    return NGX_OK;
}


static void
ngx_http_gmshoot_conf_cleanup(void *data)
{
    gms_grammar_destroy(data);
}


static char *
ngx_http_gmshoot_conf_line(ngx_conf_t *cf, ngx_command_t *dummy, void *conf)
{
    ngx_http_gmshoot_main_conf_t  *mcf = conf;

    int          rc;
    ngx_uint_t   i;
    ngx_str_t   *value;
    const char  *argv[NGX_HTTP_GMSHOOT_CONF_WORDS];

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[0].data, "include") == 0) {
        return ngx_conf_include(cf, dummy, conf);
    }

    if (cf->args->nelts > NGX_HTTP_GMSHOOT_CONF_WORDS) {
        return "has too many words";
    }

    for (i = 0; i < cf->args->nelts; i++) {
        argv[i] = (char *) value[i].data;
    }

    ngx_http_gmshoot_conf_at(cf, mcf->grammar);

    rc = gms_grammar_line(mcf->grammar, (int) cf->args->nelts, argv);
    if (rc != GMS_OK) {
        return ngx_http_gmshoot_conf_error(cf, mcf->grammar, rc);
    }

    return NGX_CONF_OK;
}


static void
ngx_http_gmshoot_conf_at(ngx_conf_t *cf, gms_grammar_t *g)
{
    gms_grammar_at(g, (char *) cf->conf_file->file.name.data,
                   (unsigned) cf->conf_file->line);
}


/* The grammar's own file and line: those of the cause, which need not be
 * where the parser stands when it shows. */

static char *
ngx_http_gmshoot_conf_error(ngx_conf_t *cf, gms_grammar_t *g, int rc)
{
    const char  *message, *file;

    message = gms_grammar_message(g);
    file = gms_grammar_file(g);

    if ((rc == GMS_EINVALID || rc == GMS_ETOOBIG) && message && file) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "%s in %s:%ui",
                      message, file,
                      (ngx_uint_t) gms_grammar_line_number(g));
        return NGX_CONF_ERROR;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "gmshoot: %s", gms_strerror(rc));

    return NGX_CONF_ERROR;
}


ngx_int_t
ngx_http_gmshoot_conf_finish(ngx_conf_t *cf,
    ngx_http_gmshoot_main_conf_t *mcf)
{
    int             rc;
    size_t          size;
    unsigned        i, n;
    ngx_str_t      *name;
    const char     *text;
    gms_grammar_t  *g;

    g = mcf->grammar;

    /* the cleanup of the temporary pool frees it */
    mcf->grammar = NULL;

    if (g == NULL || gms_grammar_lanes(g) == 0) {
        return NGX_OK;
    }

    rc = gms_grammar_finish(g);
    if (rc != GMS_OK) {
        (void) ngx_http_gmshoot_conf_error(cf, g, rc);
        return NGX_ERROR;
    }

    text = gms_grammar_json(g, &size, &mcf->config_id);
    if (text == NULL) {
        return NGX_ERROR;
    }

    if (size > GMS_LINK_BODY_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the ranges take %uz bytes, more than the link "
                           "carries", size);
        return NGX_ERROR;
    }

    mcf->config.len = size;
    mcf->config.data = ngx_pnalloc(cf->pool, size + 1);
    if (mcf->config.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(mcf->config.data, text, size);
    mcf->config.data[size] = '\0';

    n = gms_grammar_lanes(g);

    for (i = 0; i < n; i++) {

        name = ngx_array_push(&mcf->lanes);
        if (name == NULL) {
            return NGX_ERROR;
        }

        text = gms_grammar_lane(g, i);

        name->len = ngx_strlen(text);
        name->data = ngx_pnalloc(cf->pool, name->len);
        if (name->data == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(name->data, text, name->len);
    }

    mcf->generation = ngx_http_gmshoot_conf_generation();

    return NGX_OK;
}


/* Grows across the reloads of one boot, also when the wall clock steps. */

static uint64_t
ngx_http_gmshoot_conf_generation(void)
{
    struct timespec  ts;

    if (clock_gettime(CLOCK_BOOTTIME, &ts) != 0) {
        return 1;
    }

    return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec + 1;
}

/*
 * What the nginx worker processes count, in a small shared memory of theirs,
 * so that whichever of them is asked can tell it of all.  Each process has a
 * place of its own and alone writes to it; who takes the place of one that is
 * gone goes on counting where that one stopped, so that sums never fall.
 */

#include "ngx_http_gmshoot.h"

#include <signal.h>


/* A reload doubles the processes for a while; those without a place count for
 * themselves. */
#define NGX_HTTP_GMSHOOT_TALLIES  128


static ngx_int_t ngx_http_gmshoot_tally_init(ngx_shm_zone_t *zone,
    void *data);
static ngx_uint_t ngx_http_gmshoot_tally_take(
    ngx_http_gmshoot_tally_t *tally);
static ngx_uint_t ngx_http_gmshoot_tally_lives(ngx_pid_t pid);


/* Without a place, and before there is one. */
static ngx_http_gmshoot_tally_t  ngx_http_gmshoot_tally_alone;

ngx_http_gmshoot_tally_t  *ngx_http_gmshoot_tally =
                                               &ngx_http_gmshoot_tally_alone;

static ngx_str_t  ngx_http_gmshoot_tally_name =
                                        ngx_string("ngx_http_gmshoot_tally");


ngx_int_t
ngx_http_gmshoot_tally_zone(ngx_conf_t *cf, ngx_http_gmshoot_main_conf_t *mcf)
{
    size_t  size;

    /* the rest is for nginx's own book of the pages */

    size = NGX_HTTP_GMSHOOT_TALLIES * sizeof(ngx_http_gmshoot_tally_t)
           + 16 * ngx_pagesize;

    mcf->tallies = ngx_shared_memory_add(cf, &ngx_http_gmshoot_tally_name,
                                         ngx_align(size, ngx_pagesize),
                                         &ngx_http_gmshoot_module);
    if (mcf->tallies == NULL) {
        return NGX_ERROR;
    }

    mcf->tallies->init = ngx_http_gmshoot_tally_init;

    return NGX_OK;
}


static ngx_int_t
ngx_http_gmshoot_tally_init(ngx_shm_zone_t *zone, void *data)
{
    ngx_slab_pool_t  *pool;

    if (data) {
        /* a reload: the old processes count on in it */
        zone->data = data;
        return NGX_OK;
    }

    pool = (ngx_slab_pool_t *) zone->shm.addr;

    if (!zone->shm.exists) {
        pool->data = ngx_slab_calloc(pool, NGX_HTTP_GMSHOOT_TALLIES
                                           * sizeof(ngx_http_gmshoot_tally_t));
        if (pool->data == NULL) {
            return NGX_ERROR;
        }
    }

    zone->data = pool->data;

    return NGX_OK;
}


void
ngx_http_gmshoot_tally_start(ngx_http_gmshoot_process_t *p)
{
    ngx_uint_t                 i;
    ngx_http_gmshoot_tally_t  *tally;

    tally = p->conf->tallies->data;

    for (i = 0; i < NGX_HTTP_GMSHOOT_TALLIES; i++) {

        if (ngx_http_gmshoot_tally_take(&tally[i])) {
            tally[i].streams = 0;
            tally[i].viewers = 0;
            tally[i].linked = 0;
            ngx_http_gmshoot_tally = &tally[i];
            return;
        }
    }

    ngx_log_error(NGX_LOG_WARN, p->log, 0,
                  "gmshoot: more than %d processes of nginx: what this one "
                  "does is missing in the metrics", NGX_HTTP_GMSHOOT_TALLIES);
}


/* Of nobody, or of one that was killed. */

static ngx_uint_t
ngx_http_gmshoot_tally_take(ngx_http_gmshoot_tally_t *tally)
{
    ngx_atomic_uint_t  owner;

    owner = tally->pid;

    if (owner && ngx_http_gmshoot_tally_lives((ngx_pid_t) owner)) {
        return 0;
    }

    return ngx_atomic_cmp_set(&tally->pid, owner,
                              (ngx_atomic_uint_t) ngx_pid);
}


static ngx_uint_t
ngx_http_gmshoot_tally_lives(ngx_pid_t pid)
{
    return kill(pid, 0) == 0 || ngx_errno != ESRCH;
}


void
ngx_http_gmshoot_tally_stop(void)
{
    ngx_http_gmshoot_tally->pid = 0;
    ngx_http_gmshoot_tally = &ngx_http_gmshoot_tally_alone;
}


/* What all have counted; how many of something there are, of those that
 * live. */

void
ngx_http_gmshoot_tally_sum(ngx_http_gmshoot_tally_t *sum,
    ngx_uint_t *processes)
{
    ngx_uint_t                 i, n;
    ngx_http_gmshoot_tally_t  *tally;

    ngx_memzero(sum, sizeof(ngx_http_gmshoot_tally_t));
    *processes = 0;

    tally = ngx_http_gmshoot_process.conf->tallies->data;

    for (i = 0; i < NGX_HTTP_GMSHOOT_TALLIES; i++, tally++) {

        for (n = 0; n < NGX_HTTP_GMSHOOT_TALLY_COUNTERS; n++) {
            sum->counter[n] += tally->counter[n];
        }

        for (n = 0; n < NGX_HTTP_GMSHOOT_TALLY_BUCKETS; n++) {
            sum->fanout[n] += tally->fanout[n];
        }

        sum->fanout_us += tally->fanout_us;

        if (tally->pid
            && ngx_http_gmshoot_tally_lives((ngx_pid_t) tally->pid))
        {
            sum->streams += tally->streams;
            sum->viewers += tally->viewers;
            sum->linked += tally->linked;
            (*processes)++;
        }
    }
}


/* From an event's publishing until it was handed to every socket that took
 * it; bucket i ends at 2^(first + i) us, the last one nowhere. */

void
ngx_http_gmshoot_tally_fanout(int64_t took_us)
{
    ngx_uint_t  i;

    if (took_us < 0) {
        /* the clock was put back */
        took_us = 0;
    }

    for (i = 0; i < NGX_HTTP_GMSHOOT_TALLY_BUCKETS - 1; i++) {
        if (took_us <= (int64_t) 1 << (NGX_HTTP_GMSHOOT_OCTAVE_FIRST + i)) {
            break;
        }
    }

    ngx_http_gmshoot_tally->fanout[i]++;
    ngx_http_gmshoot_tally->fanout_us += (uint64_t) took_us;
}

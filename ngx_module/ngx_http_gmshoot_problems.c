/*
 * What is wrong now, on all lanes: gathered from their state documents in the
 * shared memories, without asking the worker.
 */

#include "ngx_http_gmshoot.h"


/* More than one of the module's own takes as JSON, without its sentence. */
#define NGX_HTTP_GMSHOOT_PROBLEM_SIZE  (256 + GMS_LANE_NAME_SIZE)


static size_t ngx_http_gmshoot_problems_size(ngx_http_gmshoot_lane_t *lane);
static u_char *ngx_http_gmshoot_problems_lane(u_char *p,
    ngx_http_gmshoot_lane_t *lane, u_char *first);
static u_char *ngx_http_gmshoot_problems_copy(u_char *p, ngx_str_t *name,
    u_char *pos, u_char *last, u_char *first);
static u_char *ngx_http_gmshoot_problems_find(u_char *pos, u_char *last);
static u_char *ngx_http_gmshoot_problems_string(u_char *pos, u_char *last);


ngx_int_t
ngx_http_gmshoot_problems_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane)
{
    u_char                      *p, *first;
    size_t                       size;
    ngx_str_t                    body;
    ngx_queue_t                 *q;
    ngx_http_gmshoot_process_t  *process;

    process = &ngx_http_gmshoot_process;

    size = 2 * NGX_HTTP_GMSHOOT_PROBLEM_SIZE + 6 * process->config_error.len;

    for (q = ngx_queue_head(&process->lanes);
         q != ngx_queue_sentinel(&process->lanes);
         q = ngx_queue_next(q))
    {
        size += ngx_http_gmshoot_problems_size(
                          ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue));
    }

    p = ngx_pnalloc(r->pool, size);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = p;
    p = ngx_cpymem(p, "{\"problems\":[", 13);
    first = p;

    if (!process->up) {
        p = ngx_sprintf(p, "{\"lane\":null,\"type\":\"worker-down\","
                        "\"title\":\"The range does not answer\",\"detail\":"
                        "\"The worker is not connected: is gmshoot worker "
                        "running?\"}");

    } else if (process->config_error.len) {
        p = ngx_sprintf(p, "{\"lane\":null,\"type\":\"config-refused\","
                        "\"title\":\"The range is not set up as it should\","
                        "\"detail\":\"");
        p = (u_char *) ngx_escape_json(p, process->config_error.data,
                                       process->config_error.len);
        p = ngx_cpymem(p, "\"}", 2);
    }

    for (q = ngx_queue_head(&process->lanes);
         q != ngx_queue_sentinel(&process->lanes) && process->up;
         q = ngx_queue_next(q))
    {
        p = ngx_http_gmshoot_problems_lane(p,
                   ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue), first);
    }

    p = ngx_cpymem(p, "]}\n", 3);
    body.len = (size_t) (p - body.data);

    return ngx_http_gmshoot_reply(r, NGX_HTTP_OK, "application/json", &body);
}


/* Room for the problems of a lane, each with its name. */

static size_t
ngx_http_gmshoot_problems_size(ngx_http_gmshoot_lane_t *lane)
{
    u_char                    *pos, *last;
    size_t                     size;
    ngx_http_gmshoot_frame_t  *frame;

    frame = ngx_http_gmshoot_lane_snapshot(lane);
    size = NGX_HTTP_GMSHOOT_PROBLEM_SIZE;

    if (frame == NULL) {
        return size;
    }

    last = frame->text + frame->body + frame->body_size;
    pos = ngx_http_gmshoot_problems_find(frame->text + frame->body, last);

    for ( /* void */ ; pos && pos < last; pos++) {
        size += *pos == '{' ? sizeof(",{\"lane\":\"\",") + lane->name.len : 1;
    }

    return size;
}


/* What a lane said that shows no life is not of now.  Uses the copy of the
 * document that the size was counted with. */

static u_char *
ngx_http_gmshoot_problems_lane(u_char *p, ngx_http_gmshoot_lane_t *lane,
    u_char *first)
{
    u_char                    *pos, *last;
    ngx_http_gmshoot_frame_t  *frame;

    frame = lane->snapshot;

    if (frame == NULL || ngx_http_gmshoot_lane_stale(lane)) {
        return ngx_sprintf(p, "%s{\"lane\":\"%V\",\"type\":\"lane-offline\","
                           "\"title\":\"A lane is not ready yet\","
                           "\"detail\":\"It does not run, or shows no life.\""
                           "}", p == first ? "" : ",", &lane->name);
    }

    last = frame->text + frame->body + frame->body_size;
    pos = ngx_http_gmshoot_problems_find(frame->text + frame->body, last);

    return pos ? ngx_http_gmshoot_problems_copy(p, &lane->name, pos, last,
                                                first)
               : p;
}


/* The objects of the list from pos on. */

static u_char *
ngx_http_gmshoot_problems_copy(u_char *p, ngx_str_t *name, u_char *pos,
    u_char *last, u_char *first)
{
    u_char      *end;
    ngx_uint_t   depth;

    for (depth = 0; pos < last; pos = end) {

        end = *pos == '"' ? ngx_http_gmshoot_problems_string(pos, last)
                          : pos + 1;

        switch (*pos) {

        case '{':
            if (depth++ == 0) {
                p = ngx_sprintf(p, "%s{\"lane\":\"%V\"%s",
                                p == first ? "" : ",", name,
                                end < last && *end == '}' ? "" : ",");
                continue;
            }

            break;

        case '}':
            depth -= depth > 0;
            break;

        case ',':
        case ']':
            if (depth == 0) {

                if (*pos == ']') {
                    return p;
                }

                continue;
            }

            break;
        }

        p = ngx_cpymem(p, pos, (size_t) (end - pos));
    }

    return p;
}


/* What stands in the list of the document's own member "problems"; NULL: it
 * has none. */

static u_char *
ngx_http_gmshoot_problems_find(u_char *pos, u_char *last)
{
    size_t      len;
    u_char     *end;
    ngx_int_t   depth;

    len = sizeof("\"problems\":[") - 1;

    for (depth = 0; pos < last; pos = end) {

        end = *pos == '"' ? ngx_http_gmshoot_problems_string(pos, last)
                          : pos + 1;

        if (*pos == '{' || *pos == '[') {
            depth++;

        } else if (*pos == '}' || *pos == ']') {
            depth--;

        } else if (depth == 1 && *pos == '"' && (size_t) (last - pos) > len
                   && ngx_strncmp(pos, "\"problems\":[", len) == 0)
        {
            return pos + len;
        }
    }

    return NULL;
}


/* Behind the string that begins at pos. */

static u_char *
ngx_http_gmshoot_problems_string(u_char *pos, u_char *last)
{
    for (pos++; pos < last && *pos != '"'; pos++) {
        pos += *pos == '\\' && pos + 1 < last;
    }

    return pos < last ? pos + 1 : last;
}

/*
 * gmshoot_api: which request means what, and who may make it.
 */

#include "ngx_http_gmshoot.h"


/* Finding a target, as a session may have to, takes several pictures; all else
 * is a moment. */
#define NGX_HTTP_GMSHOOT_ASK_WAIT   3000
#define NGX_HTTP_GMSHOOT_FIND_WAIT  10000


static ngx_uint_t ngx_http_gmshoot_api_stays(
    const ngx_http_gmshoot_route_t *route);
static const ngx_http_gmshoot_route_t *ngx_http_gmshoot_api_route(
    ngx_http_request_t *r, ngx_str_t *lane, ngx_uint_t *allowed);
static ngx_uint_t ngx_http_gmshoot_api_match(ngx_str_t *path,
    const char *pattern, ngx_str_t *args);
static ngx_http_gmshoot_lane_t *ngx_http_gmshoot_api_session_lane(
    ngx_str_t *id);
static ngx_int_t ngx_http_gmshoot_api_not_allowed(ngx_http_request_t *r,
    ngx_uint_t allowed);
static ngx_int_t ngx_http_gmshoot_api_lanes_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane);
static ngx_int_t ngx_http_gmshoot_api_lane_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane);
static u_char *ngx_http_gmshoot_api_lane_json(u_char *p,
    ngx_http_gmshoot_lane_t *lane);

/* Documented in docs/events.md, which a test compares with this. */

static const ngx_http_gmshoot_route_t  ngx_http_gmshoot_routes[] = {

    { NGX_HTTP_GET, "lanes", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_api_lanes_handler, NULL, 0, 0, NULL },

    { NGX_HTTP_GET, "lanes/*", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_api_lane_handler, NULL, 0, 0, NULL },

    { NGX_HTTP_GET, "events", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_stream_lanes_handler, NULL, 0, 0, NULL },

    { NGX_HTTP_GET, "lanes/*/events", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_stream_lane_handler, NULL, 0, 0, NULL },

    { NGX_HTTP_GET, "lanes/*/live", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_live_handler, NULL, 0, 0, NULL },

    { NGX_HTTP_GET, "lanes/*/frame.jpg", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_picture_handler, NULL, 0, 0, NULL },

    { NGX_HTTP_POST, "lanes/*/session", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "session.start", 1,
      NGX_HTTP_GMSHOOT_FIND_WAIT, NULL },

    { NGX_HTTP_PATCH, "lanes/*/session", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "session.change", 1,
      NGX_HTTP_GMSHOOT_FIND_WAIT, NULL },

    { NGX_HTTP_DELETE, "lanes/*/session", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "session.end", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "lanes/*/session", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "session.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "lanes/*/access", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "access.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "lanes/*/code", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "session.code", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "lanes/*/join", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "session.join", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "lanes/*/sessions", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "sessions.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "lanes/*/sessions", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "sessions.start", 1,
      NGX_HTTP_GMSHOOT_FIND_WAIT, NULL },

    { NGX_HTTP_GET, "lanes/*/sessions/*.csv", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "session.csv", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "session" },

    { NGX_HTTP_GET, "lanes/*/sessions/*.json", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "session.json", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "session" },

    { NGX_HTTP_GET, "lanes/*/sessions/*.svg", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "session.svg", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "session" },

    { NGX_HTTP_GET, "lanes/*/sessions/*.html", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "session.html", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "session" },

    { NGX_HTTP_GET, "lanes/*/sessions/*", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "session.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "session" },

    { NGX_HTTP_PATCH, "lanes/*/sessions/*", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "session.change", 1,
      NGX_HTTP_GMSHOOT_FIND_WAIT, "session" },

    { NGX_HTTP_DELETE, "lanes/*/sessions/*", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "session.end", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "session" },

    { NGX_HTTP_GET, "lanes/*/calibration", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "calibration.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "lanes/*/calibration", GMS_ROLE_ADMIN,
      ngx_http_gmshoot_ask_handler, "calibration.find", 1,
      NGX_HTTP_GMSHOOT_FIND_WAIT, NULL },

    { NGX_HTTP_PUT, "lanes/*/calibration", GMS_ROLE_ADMIN,
      ngx_http_gmshoot_ask_handler, "calibration.set", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "lanes/*/calibration/try", GMS_ROLE_ADMIN,
      ngx_http_gmshoot_ask_handler, "calibration.try", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "lanes/*/calibration/confirm", GMS_ROLE_ADMIN,
      ngx_http_gmshoot_ask_handler, "calibration.confirm", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "lanes/*/calibration/undo", GMS_ROLE_ADMIN,
      ngx_http_gmshoot_ask_handler, "calibration.undo", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "lanes/*/calibration/verify", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_handler, "calibration.verify", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "lanes/*/camera", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "camera.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_PATCH, "lanes/*/camera", GMS_ROLE_ADMIN,
      ngx_http_gmshoot_ask_handler, "camera.set", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "lanes/*/camera/frame", GMS_ROLE_CAMERA,
      ngx_http_gmshoot_ask_handler, "camera.push", NGX_HTTP_GMSHOOT_PICTURE,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NGX_HTTP_GMSHOOT_QUERY },

    { NGX_HTTP_POST, "lanes/*/camera/invitation", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "camera.invite", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "lanes/*/paper", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "paper", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },
    { NGX_HTTP_POST, "lanes/*/rounds", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "round", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "lanes/*/command", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "command", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "command", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_handler, "command", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "courses", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "courses.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "range", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_handler, "range", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "lanes/*/stats", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "stats.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "lanes/*/advice", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "advice.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NGX_HTTP_GMSHOOT_QUERY },

    { NGX_HTTP_POST, "lanes/*/tips", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_handler, "tip.give", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_PATCH, "lanes/*/tips/*", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "tip.change", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "n" },

    { NGX_HTTP_POST, "lanes/*/show", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_handler, "show.set", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_DELETE, "lanes/*/show", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_handler, "show.end", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "drills", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "drills.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "lanes/*/shots", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "shot.add", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "lanes/*/shots/*", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "shot.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "n" },

    { NGX_HTTP_POST, "lanes/*/shots/*/corrections", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "shot.correct", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "n" },

    { NGX_HTTP_POST, "lanes/*/shots/*/call", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "shot.call", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "n" },

    { NGX_HTTP_GET, "lanes/*/candidates", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "candidates.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "lanes/*/candidates/*.jpg", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "candidates.picture", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "id" },

    { NGX_HTTP_POST, "lanes/*/complaints", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "complaint.add", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "lanes/*/complaints", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_handler, "complaints.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "lanes/*/complaints/*.avi", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_handler, "complaint.film", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "id" },

    { NGX_HTTP_GET, "lanes/*/complaints/*.json", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_handler, "complaint.facts", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "id" },

    { NGX_HTTP_PATCH, "lanes/*/complaints/*", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_handler, "complaint.change", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "id" },

    { NGX_HTTP_DELETE, "lanes/*/complaints/*", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_handler, "complaint.remove", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "id" },

    { NGX_HTTP_GET, "lanes/*/frames", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "frames.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NGX_HTTP_GMSHOOT_QUERY },

    { NGX_HTTP_GET, "lanes/*/frames/*.jpg", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "frames.picture", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "t_us" },

    { NGX_HTTP_GET, "sessions/*/shots/*.jpg", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "session.shot.picture", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "n" },

    { NGX_HTTP_GET, "sessions/*/shots/*/frames", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "session.shot.frames", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "n" },

    { NGX_HTTP_GET, "sessions/*/shots/*.avi", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "session.shot.film", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "n" },

    { NGX_HTTP_GET, "sessions/*/frames/*.jpg", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "session.frame", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "name" },

    { NGX_HTTP_GET, "sessions/*/papers/*.jpg", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_handler, "session.paper.picture", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "n" },

    { NGX_HTTP_GET, "sessions", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "history.sessions", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "sessions/*.csv", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "history.session.csv", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "session" },

    { NGX_HTTP_GET, "sessions/*.json", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "history.session.json", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "session" },

    { NGX_HTTP_GET, "sessions/*.svg", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "history.session.svg", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "session" },

    { NGX_HTTP_GET, "sessions/*.html", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "history.session.html", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "session" },

    { NGX_HTTP_GET, "sessions/*", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "history.session", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "session" },

    { NGX_HTTP_GET, "sessions/*/stats", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "history.session.stats", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "session" },

    { NGX_HTTP_PATCH, "sessions/*", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_archive_handler, "history.session.change", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "session" },

    { NGX_HTTP_GET, "targets", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "targets.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "photo", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "photo.find",
      NGX_HTTP_GMSHOOT_PICTURE, NGX_HTTP_GMSHOOT_FIND_WAIT, NULL },

    { NGX_HTTP_POST, "photo/score", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "photo.score", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "trends", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "history.trends", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "bests", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "history.bests", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "heat", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "history.heat", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "stats", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "history.stats", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "calibrations", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "history.calibrations", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "import", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_archive_handler, "history.import", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "shooters", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "shooters.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "shooters", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_archive_handler, "shooters.add", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_PATCH, "shooters/*", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_archive_handler, "shooters.change", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "id" },

    { NGX_HTTP_DELETE, "shooters/*", GMS_ROLE_ADMIN,
      ngx_http_gmshoot_ask_archive_handler, "shooters.erase", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "id" },

    { NGX_HTTP_GET, "equipment", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "equipment.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "equipment", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_archive_handler, "equipment.add", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_PATCH, "equipment/*", GMS_ROLE_SHOOTER,
      ngx_http_gmshoot_ask_archive_handler, "equipment.change", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "id" },

    { NGX_HTTP_GET, "devices", GMS_ROLE_ADMIN,
      ngx_http_gmshoot_ask_archive_handler, "devices.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "devices", GMS_ROLE_ADMIN,
      ngx_http_gmshoot_ask_archive_handler, "devices.add", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_POST, "devices/join", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_ask_archive_handler, "devices.join", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_PATCH, "devices/*", GMS_ROLE_ADMIN,
      ngx_http_gmshoot_ask_archive_handler, "devices.change", 1,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "id" },

    { NGX_HTTP_DELETE, "devices/*", GMS_ROLE_ADMIN,
      ngx_http_gmshoot_ask_archive_handler, "devices.remove", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, "id" },

    { NGX_HTTP_GET, "config", GMS_ROLE_ADMIN,
      ngx_http_gmshoot_ask_archive_handler, "config.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "problems", GMS_ROLE_VIEWER,
      ngx_http_gmshoot_problems_handler, NULL, 0, 0, NULL },

    { NGX_HTTP_GET, "problems/past", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_archive_handler, "history.problems", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "activity", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_archive_handler, "history.activity", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "performance", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_archive_handler, "performance.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { NGX_HTTP_GET, "lanes/*/performance", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_handler, "performance.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NGX_HTTP_GMSHOOT_QUERY },

    { NGX_HTTP_GET, "system", GMS_ROLE_COACH,
      ngx_http_gmshoot_ask_archive_handler, "system.get", 0,
      NGX_HTTP_GMSHOOT_ASK_WAIT, NULL },

    { 0, NULL, GMS_ROLE_VIEWER, NULL, NULL, 0, 0, NULL }
};


static const struct {
    ngx_uint_t   method;
    const char  *name;
} ngx_http_gmshoot_methods[] = {
    { NGX_HTTP_GET, "GET" },
    { NGX_HTTP_HEAD, "HEAD" },
    { NGX_HTTP_POST, "POST" },
    { NGX_HTTP_PUT, "PUT" },
    { NGX_HTTP_PATCH, "PATCH" },
    { NGX_HTTP_DELETE, "DELETE" },
    { 0, NULL }
};


static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_unknown_path = {
    404, "not-found", "There is nothing at this address",
    "The path names no resource of the API.", 0, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_unknown_lane = {
    404, "lane-unknown", "There is no such lane",
    "The lane is not configured: it needs a gmshoot_range block.",
    0, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_unknown_session = {
    404, "session-unknown", "There is no such session",
    "The path names a session of a lane that is not configured.",
    0, NULL, NULL
};

static const ngx_http_gmshoot_problem_t  ngx_http_gmshoot_no_state = {
    503, "lane-offline", "This lane is not ready yet",
    "The worker has not handed over a state document for this lane.",
    1, NULL, NULL
};


ngx_int_t
ngx_http_gmshoot_api_handler(ngx_http_request_t *r)
{
    ngx_str_t                        name;
    ngx_uint_t                       allowed, stays;
    ngx_http_gmshoot_lane_t         *lane;
    const ngx_http_gmshoot_route_t  *route;
    const ngx_http_gmshoot_problem_t  *problem;

    if (r != r->main || !ngx_http_gmshoot_process.active) {
        return NGX_HTTP_NOT_FOUND;
    }

    ngx_str_null(&name);

    route = ngx_http_gmshoot_api_route(r, &name, &allowed);

    if (route == NULL) {

        if (allowed) {
            return ngx_http_gmshoot_api_not_allowed(r, allowed);
        }

        return ngx_http_gmshoot_problem(r, &ngx_http_gmshoot_unknown_path);
    }

    lane = NULL;

    if (route->handler == ngx_http_gmshoot_ask_archive_handler) {
        /* it remembers lanes that are configured no more */

    } else if (name.data && ngx_strncmp(route->path, "sessions/", 9) == 0) {
        lane = ngx_http_gmshoot_api_session_lane(&name);

        if (lane == NULL) {
            return ngx_http_gmshoot_problem(r, ngx_http_gmshoot_lane_missing(
                                            &ngx_http_gmshoot_unknown_session));
        }

    } else if (name.data) {
        lane = ngx_http_gmshoot_lane_get(&name);

        if (lane == NULL) {
            return ngx_http_gmshoot_problem(r, ngx_http_gmshoot_lane_missing(
                                               &ngx_http_gmshoot_unknown_lane));
        }
    }

    problem = ngx_http_gmshoot_access(r, route, lane ? &lane->name : NULL);

    stays = ngx_http_gmshoot_api_stays(route);

    if (problem == NULL && stays) {
        problem = ngx_http_gmshoot_room(r);
    }

    if (problem) {
        return ngx_http_gmshoot_problem(r, problem);
    }

    if (route->verb == NULL && ngx_http_discard_request_body(r) != NGX_OK) {
        return NGX_HTTP_BAD_REQUEST;
    }

    if (stays && ngx_http_gmshoot_pass_hold(r, lane) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return route->handler(r, route, lane);
}


/* As long as its client does. */

static ngx_uint_t
ngx_http_gmshoot_api_stays(const ngx_http_gmshoot_route_t *route)
{
    return route->handler == ngx_http_gmshoot_stream_lane_handler
           || route->handler == ngx_http_gmshoot_stream_lanes_handler
           || route->handler == ngx_http_gmshoot_live_handler;
}


/* NULL: none; then *allowed holds the methods that the path would take. */

static const ngx_http_gmshoot_route_t *
ngx_http_gmshoot_api_route(ngx_http_request_t *r, ngx_str_t *name,
    ngx_uint_t *allowed)
{
    ngx_str_t                        path, args[NGX_HTTP_GMSHOOT_ARGS];
    ngx_uint_t                       method;
    const ngx_http_gmshoot_route_t  *route;

    *allowed = 0;

    path = r->uri;

    if (path.len < 5 || ngx_strncmp(path.data, "/api/", 5) != 0) {
        return NULL;
    }

    path.data += 5;
    path.len -= 5;

    method = r->method == NGX_HTTP_HEAD ? NGX_HTTP_GET : r->method;

    for (route = ngx_http_gmshoot_routes; route->path; route++) {

        if (!ngx_http_gmshoot_api_match(&path, route->path, args)) {
            continue;
        }

        if (route->method == method) {
            *name = args[0];
            return route;
        }

        *allowed |= route->method;
    }

    if (*allowed & NGX_HTTP_GET) {
        *allowed |= NGX_HTTP_HEAD;
    }

    return NULL;
}


/* What stands in the path for the route's asterisks. */

void
ngx_http_gmshoot_api_args(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_str_t *args)
{
    ngx_str_t  path;

    path = r->uri;
    path.data += 5;
    path.len -= 5;

    (void) ngx_http_gmshoot_api_match(&path, route->path, args);
}


/* An asterisk stands for what comes before the next slash, or before the
 * character that follows it in the pattern. */

static ngx_uint_t
ngx_http_gmshoot_api_match(ngx_str_t *path, const char *pattern,
    ngx_str_t *args)
{
    u_char      *p, *last;
    ngx_uint_t   i;

    for (i = 0; i < NGX_HTTP_GMSHOOT_ARGS; i++) {
        ngx_str_null(&args[i]);
    }

    i = 0;
    p = path->data;
    last = p + path->len;

    for ( /* void */ ; *pattern; pattern++) {

        if (*pattern == '*') {

            args[i].data = p;

            while (p < last && *p != '/'
                   && (pattern[1] == '\0' || *p != (u_char) pattern[1]))
            {
                p++;
            }

            args[i].len = (size_t) (p - args[i].data);

            if (args[i++].len == 0) {
                return 0;
            }

            continue;
        }

        if (p == last || *p != (u_char) *pattern) {
            return 0;
        }

        p++;
    }

    return p == last;
}


/* A session is named "<lane>-<epoch>-<number>". */

static ngx_http_gmshoot_lane_t *
ngx_http_gmshoot_api_session_lane(ngx_str_t *id)
{
    size_t      len;
    ngx_str_t   name;
    ngx_uint_t  dashes;

    dashes = 0;

    for (len = id->len; len > 0 && dashes < 2; len--) {
        dashes += id->data[len - 1] == '-';
    }

    if (len == 0) {
        return NULL;
    }

    name.data = id->data;
    name.len = len;

    return ngx_http_gmshoot_lane_get(&name);
}


static ngx_int_t
ngx_http_gmshoot_api_not_allowed(ngx_http_request_t *r, ngx_uint_t allowed)
{
    char                        list[64];
    u_char                     *p;
    ngx_uint_t                  i;
    ngx_http_gmshoot_problem_t  problem = {
        405, "method", "This cannot be done here",
        "The resource does not take this method: see Allow.", 0, NULL, list
    };

    p = (u_char *) list;

    for (i = 0; ngx_http_gmshoot_methods[i].name; i++) {

        if (allowed & ngx_http_gmshoot_methods[i].method) {
            p = ngx_sprintf(p, "%s%s", p == (u_char *) list ? "" : ", ",
                            ngx_http_gmshoot_methods[i].name);
        }
    }

    *p = '\0';

    return ngx_http_gmshoot_problem(r, &problem);
}


static ngx_int_t
ngx_http_gmshoot_api_lanes_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane)
{
    u_char                      *p;
    size_t                       size;
    ngx_str_t                    body;
    ngx_queue_t                 *q;
    ngx_http_gmshoot_frame_t    *frame;
    ngx_http_gmshoot_process_t  *process;

    process = &ngx_http_gmshoot_process;

    size = 128 + 6 * process->config_error.len;

    for (q = ngx_queue_head(&process->lanes);
         q != ngx_queue_sentinel(&process->lanes);
         q = ngx_queue_next(q))
    {
        lane = ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue);
        frame = ngx_http_gmshoot_lane_snapshot(lane);

        size += 128 + lane->name.len + (frame ? frame->body_size : 0);
    }

    p = ngx_pnalloc(r->pool, size);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body.data = p;

    p = ngx_sprintf(p, "{\"link\":\"%s\",", process->up ? "up" : "down");

    if (process->config_error.len) {
        p = ngx_cpymem(p, "\"config_error\":\"", 16);
        p = (u_char *) ngx_escape_json(p, process->config_error.data,
                                       process->config_error.len);
        p = ngx_cpymem(p, "\",", 2);
    }

    p = ngx_cpymem(p, "\"lanes\":[", 9);

    for (q = ngx_queue_head(&process->lanes);
         q != ngx_queue_sentinel(&process->lanes);
         q = ngx_queue_next(q))
    {
        if (q != ngx_queue_head(&process->lanes)) {
            *p++ = ',';
        }

        p = ngx_http_gmshoot_api_lane_json(p,
                          ngx_queue_data(q, ngx_http_gmshoot_lane_t, queue));
    }

    p = ngx_cpymem(p, "]}\n", 3);

    body.len = (size_t) (p - body.data);

    return ngx_http_gmshoot_reply(r, NGX_HTTP_OK, "application/json", &body);
}


/* Uses the copy of the document that the size was counted with. */

static u_char *
ngx_http_gmshoot_api_lane_json(u_char *p, ngx_http_gmshoot_lane_t *lane)
{
    ngx_http_gmshoot_frame_t  *frame;

    frame = lane->snapshot;

    p = ngx_sprintf(p, "{\"name\":\"%V\",\"process\":\"%s\",\"stale\":%s,"
                    "\"state\":", &lane->name,
                    lane->process && ngx_http_gmshoot_process.up ? "up"
                                                                 : "down",
                    ngx_http_gmshoot_lane_stale(lane) ? "true" : "false");

    if (frame) {
        p = ngx_cpymem(p, frame->text + frame->body, frame->body_size);

    } else {
        p = ngx_cpymem(p, "null", 4);
    }

    *p++ = '}';

    return p;
}


static ngx_int_t
ngx_http_gmshoot_api_lane_handler(ngx_http_request_t *r,
    const ngx_http_gmshoot_route_t *route, ngx_http_gmshoot_lane_t *lane)
{
    ngx_str_t                  body;
    ngx_http_gmshoot_frame_t  *frame;

    frame = ngx_http_gmshoot_lane_snapshot(lane);

    if (frame == NULL) {
        return ngx_http_gmshoot_problem(r, &ngx_http_gmshoot_no_state);
    }

    body.len = frame->body_size + 1;
    body.data = ngx_pnalloc(r->pool, body.len);
    if (body.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    *ngx_cpymem(body.data, frame->text + frame->body, frame->body_size)
        = '\n';

    return ngx_http_gmshoot_reply(r, NGX_HTTP_OK, "application/json", &body);
}

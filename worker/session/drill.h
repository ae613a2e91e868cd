/*
 * gms_drill: what a drill asks for, and whether shots do it.  The steps are for
 * the shooter to read; the rule is judged by the session itself.
 * Pure; any thread.
 */

#ifndef GMS_DRILL_H
#define GMS_DRILL_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#define GMS_DRILL_ID_SIZE 41
#define GMS_DRILL_TITLE_SIZE 96
#define GMS_DRILL_SHOTS_MAX 60
#define GMS_DRILL_TIME_MAX_S 7200.0

/* What the shots of a drill are judged by. */
typedef enum {
    GMS_DRILL_NONE,    /* nothing: the shooter says when it is done */
    GMS_DRILL_RINGS,   /* so many of them are worth the value */
    GMS_DRILL_STREAK,  /* ... one after the other */
    GMS_DRILL_AVERAGE, /* all of them on average */
    GMS_DRILL_GROUP,   /* mean distance from their own centre */
    GMS_DRILL_CENTRE,  /* how far that lies from the point of aim */
    GMS_DRILL_HEIGHT,  /* standard deviation up and down */
    GMS_DRILL_WIDTH,   /* ... and left and right */
    GMS_DRILL_PAIRS,   /* so many pairs whose two lie together */
    GMS_DRILL_PACE,    /* so many pauses between shots from least to most */
    GMS_DRILL_RHYTHM,  /* how the pauses differ: deviation to mean */
    GMS_DRILL_QUIET,   /* no shot until the time is over */
    GMS_DRILL_RULES
} gms_drill_rule_e;

extern const char *const gms_drill_rule_name[GMS_DRILL_RULES];

/* As its event keeps it: drills of the file may change. */
typedef struct {
    char             id[GMS_DRILL_ID_SIZE]; /* "": no drill */
    char             title[GMS_DRILL_TITLE_SIZE];
    gms_drill_rule_e rule;
    int              shots;  /* it is over with so many; QUIET: 0 */
    double           time_s; /* and after so long; 0: it has time */
    int              hits;   /* RINGS, STREAK, PAIRS, PACE: that are needed */
    double           limit;  /* RINGS, STREAK: least tenths; AVERAGE: mean of
                                tenths; GROUP .. PAIRS: most widths of a ring;
                                PACE: least seconds; RHYTHM: most ratio */
    double           most_s; /* PACE: longest pause; 0: any */
} gms_drill_task_t;

/* One of its shots, in their order. */
typedef struct {
    double t_s; /* since the drill began */
    double x_mm;
    double y_mm;
    int    score_tenths;
    bool   placed; /* x and y say something */
} gms_drill_shot_t;

typedef enum {
    GMS_DRILL_RUNNING,
    GMS_DRILL_PASSED,
    GMS_DRILL_FAILED
} gms_drill_state_e;

typedef struct {
    gms_drill_state_e state;
    int               shots;  /* that count, at most those that it asks for */
    int               hits;   /* of rules that count them; else 0 */
    double            figure; /* that is held against the limit; NAN: none */
} gms_drill_progress_t;

/* Does the rule ask for places, in widths of a ring? */
bool gms_drill_needs_rings(const gms_drill_task_t *task);

/*
 * How it stands.  Shots behind those that it asks for, and behind its time, do
 * not count.
 *
 *   ring_mm   width of a ring; 0: the face has none, GROUP .. PAIRS fail then
 *   n         shots, t_s never falling
 *   passed_s  since it began
 */
gms_drill_progress_t gms_drill_judge(const gms_drill_task_t *task,
    double ring_mm, const gms_drill_shot_t *shot, int n, double passed_s);

/* The rule, "judge" of the file: id and title are left as they are.  False: with
 * the member that is wrong ("": all of it) and a sentence. */
bool gms_drill_read(gms_drill_task_t *task, const cJSON *judge,
    const char **member, const char **what);

/* Back again; NULL: out of memory.  Null for NONE. */
cJSON *gms_drill_to_json(const gms_drill_task_t *task);

#endif /* GMS_DRILL_H */

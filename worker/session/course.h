/*
 * gms_course: a course of fire: stages in their order, each shot in strings
 * (one LOAD, START, STOP and UNLOAD a string) of so many shots in so much
 * time.  Pure: no clock, no allocation; times are seconds since a command.
 *
 *   unloaded --LOAD--> loaded --START--> [preparing -->] running
 *      ^                                                    |
 *      '------------ UNLOAD ------ stopped <-- STOP, time, shots
 *
 * After the last string's UNLOAD it is finished.  docs/courses.md.
 */

#ifndef GMS_COURSE_H
#define GMS_COURSE_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#define GMS_COURSE_NAME_SIZE 64
#define GMS_COURSE_TITLE_SIZE 96
#define GMS_COURSE_STAGE_SIZE 24
#define GMS_COURSE_STAGES_MAX 12
#define GMS_COURSE_SHOTS_MAX 1000
#define GMS_COURSE_STRINGS_MAX 100
#define GMS_COURSE_TIME_MAX_S 86400.0

typedef struct {
    char   name[GMS_COURSE_STAGE_SIZE];
    bool   sighters;  /* its shots do not count */
    int    shots;     /* of a string; 0: as many as one likes */
    int    series;    /* a round ends after so many; 0: with the string */
    int    strings;   /* so often it is shot */
    double time_s;    /* of a string; 0: until STOP */
    double prepare_s; /* from START until shots count */
    double pause_s;   /* from UNLOAD until the next LOAD; people may hurry */
    double shown_s;   /* the target shows itself so long, for one shot; 0: it
                         does all the time */
    double away_s;    /* ... and is away so long before */
} gms_course_stage_t;

typedef struct {
    char name[GMS_COURSE_NAME_SIZE]; /* "": none, shots count as they come */
    char title[GMS_COURSE_TITLE_SIZE];
    bool official; /* its commands are for a coach to give */
    int  stages;   /* 0: as without a course */
    gms_course_stage_t stage[GMS_COURSE_STAGES_MAX];
} gms_course_t;

typedef enum {
    GMS_COURSE_NOTHING, /* no command yet, or none may follow */
    GMS_COURSE_LOAD,
    GMS_COURSE_START,
    GMS_COURSE_STOP,
    GMS_COURSE_UNLOAD,
    GMS_COURSE_COMMANDS
} gms_course_command_e;

typedef enum {
    GMS_COURSE_BY_COMMAND = 1,
    GMS_COURSE_BY_TIME, /* it is over */
    GMS_COURSE_BY_SHOTS /* all are fired */
} gms_course_by_e;

typedef enum {
    GMS_COURSE_UNLOADED,
    GMS_COURSE_LOADED,
    GMS_COURSE_PREPARING,
    GMS_COURSE_RUNNING,
    GMS_COURSE_STOPPED,
    GMS_COURSE_FINISHED,
    GMS_COURSE_PHASES
} gms_course_phase_e;

/*
 * Where a shot lies.  Outside of its window it is kept and does not count:
 * rule 7.12 has a shot after LOAD and before START cost the first shot, one
 * after STOP the last, and one before LOAD puts the shooter out; what it costs
 * here an official says, by correction.
 */
typedef enum {
    GMS_WINDOW_IN,
    GMS_WINDOW_EARLY, /* before START, or before the target shows itself */
    GMS_WINDOW_LATE,  /* after STOP, or when time was over */
    GMS_WINDOW_EXTRA, /* more than the string or the showing takes */
    GMS_WINDOWS
} gms_window_e;

/* "", "load", "start", "stop", "unload". */
extern const char *const gms_course_command_name[GMS_COURSE_COMMANDS];

/* "unloaded", "loaded", "preparing", "running", "stopped", "finished". */
extern const char *const gms_course_phase_name[GMS_COURSE_PHASES];

/* "", "early", "late", "extra". */
extern const char *const gms_window_name[GMS_WINDOWS];

/* How far it is: the last command, and of which string. */
typedef struct {
    gms_course_command_e command;
    int                  stage;  /* from 0 */
    int                  string; /* of the stage, from 0 */
} gms_course_at_t;

/* What may be commanded now; GMS_COURSE_NOTHING: it is finished. */
gms_course_command_e gms_course_next(
    const gms_course_t *course, const gms_course_at_t *at);

/* Goes on by that command. */
void gms_course_step(const gms_course_t *course, gms_course_at_t *at);

/* The phase so long after the last command; *left_s: until it ends by itself,
 * INFINITY when it does not. */
gms_course_phase_e gms_course_phase(const gms_course_t *course,
    const gms_course_at_t *at, double since_s, double *left_s);

/* Seconds from START until the time of a string is over; INFINITY: never. */
double gms_course_length_s(const gms_course_stage_t *stage);

/* Shots of a series: a round ends after so many.  0: there are none. */
int gms_course_series(const gms_course_stage_t *stage);

/* Which showing of the target a shot is at, from 0, so long after START; -1:
 * it is away, or it does not turn. */
int gms_course_showing(const gms_course_stage_t *stage, double start_s);

/* What is known of a shot. */
typedef struct {
    bool   started; /* START was given, and no LOAD since */
    double start_s; /* ... so long before it; < 0: after it */
    double stop_s;  /* STOP was given so long before it; < 0: it was not */
    int    before;  /* shots of this string that lie in the window */
    int    showing; /* ... and of this showing */
} gms_course_shot_t;

gms_window_e gms_course_window(const gms_course_t *course,
    const gms_course_at_t *at, const gms_course_shot_t *shot);

/*
 * Canonical JSON (ipc/grammar.h), one object: name, title, commands
 * "shooter"|"coach", stages [{name, sighters, shots, series, repeat, time_s,
 * prepare_s, pause_s, shown_s, away_s}].  to_json: NULL when out of memory.
 * from_json: GMS_EINVALID with a sentence; other members are not looked at.
 */
cJSON *gms_course_to_json(const gms_course_t *course);
int    gms_course_from_json(
       gms_course_t *course, const cJSON *json, char *err, size_t err_size);

#endif /* GMS_COURSE_H */

/*
 * The inside of gms_grammar: what a block holds, and the setters that the
 * table of keys in grammar.c names.  Included by ipc/grammar*.c alone.
 */

#ifndef GMS_GRAMMAR_BLOCKS_H
#define GMS_GRAMMAR_BLOCKS_H

#include <stdbool.h>

#include "camera.h"
#include "grammar.h"
#include "text.h"
#include "unit.h"

#define GMS_RANGE_NAME_SIZE 32
#define GMS_TARGET_NAME_SIZE 64
#define GMS_TITLE_MAX 95
#define GMS_RANGE_TARGETS_MAX 32
#define GMS_RANGE_CALIBERS_MAX 8
#define GMS_TARGET_RINGS_MAX 10
#define GMS_TARGET_GAUGES_MAX 4
#define GMS_TARGET_ZONES_MAX 12
#define GMS_TARGET_CORNERS_MAX 16
#define GMS_TARGET_BULLS_MAX 12
#define GMS_TARGET_LABEL_SIZE 8 /* of the name of a zone or a bull */
#define GMS_COURSE_STAGE_LINES_MAX 12
#define GMS_COURSE_TARGETS_MAX 16
#define GMS_KEYS_MAX 32

typedef enum {
    GMS_BLOCK_NONE,
    GMS_BLOCK_RANGE,
    GMS_BLOCK_TARGET,
    GMS_BLOCK_COURSE
} gms_block_e;

typedef struct {
    const char *file; /* owned by the grammar */
    unsigned    line;
} gms_place_t;

/* Lengths are millionths of a millimetre, distances of a metre, times of a
 * second. */

typedef struct {
    char         name[GMS_RANGE_NAME_SIZE];
    char         title[GMS_TITLE_MAX + 1];
    gms_place_t  at;
    gms_camera_t camera;
    gms_place_t  camera_at;
    int          camera_words;
    char       **camera_word; /* owned */
    char         target[GMS_TARGET_NAME_SIZE];
    gms_place_t  target_at;
    int64_t      caliber;
    gms_place_t  caliber_at;
    int64_t      distance;
    int          targets;
    char         target_list[GMS_RANGE_TARGETS_MAX][GMS_TARGET_NAME_SIZE];
    gms_place_t  targets_at;
    int          calibers;
    int64_t      caliber_list[GMS_RANGE_CALIBERS_MAX];
    char         detector[GMS_RANGE_NAME_SIZE];
    bool         rounds_auto;
    int64_t      alpha;
    int64_t      high;
    int64_t      low;
    int64_t      floor;
    int64_t      stop;
    int64_t      shots; /* of a round; 0: by time alone */
    int64_t      idle;  /* after which a session ends by itself */
    int64_t      reel;  /* bytes of the camera's last pictures in memory */
    int64_t      films; /* bytes of films on disk, of shots as of complaints */
    int64_t      age;   /* of films that are kept, in millionths of a day */
} gms_range_t;

typedef struct {
    char    name[GMS_TARGET_LABEL_SIZE];
    int     points;
    bool    inner;
    int     corners;
    int64_t corner[GMS_TARGET_CORNERS_MAX][2]; /* whole micrometres */
} gms_target_zone_t;

typedef struct {
    char    name[GMS_TARGET_LABEL_SIZE];
    int64_t at[2]; /* whole micrometres */
    bool    sighter;
} gms_target_bull_t;

typedef struct {
    char        name[GMS_TARGET_NAME_SIZE];
    char        title[GMS_TITLE_MAX + 1];
    gms_place_t at;
    int         rings;
    struct {
        int     value;
        int64_t diameter;
    } ring[GMS_TARGET_RINGS_MAX]; /* highest first */
    int         black_ring;       /* 0: black is the diameter */
    int64_t     black;
    bool        black_said;
    gms_place_t black_at;
    int64_t     inner;
    bool        shot_out;
    gms_place_t inner_at;
    int         gauges;
    struct {
        int64_t gauge;
        int64_t above;
    } gauge[GMS_TARGET_GAUGES_MAX];
    const char *decimal; /* a constant */
    gms_place_t decimal_at;
    bool        tenths; /* a total counts them */
    gms_place_t count_at;
    int64_t     card;
    gms_place_t card_at;

    bool              by_hand;
    int               zones;
    gms_target_zone_t zone[GMS_TARGET_ZONES_MAX];
    int               bulls;
    gms_target_bull_t bull[GMS_TARGET_BULLS_MAX];
    gms_place_t       shape_at; /* the last zone or bull */
} gms_target_t;

typedef struct {
    char    name[24];
    bool    sighters;
    int     shots; /* 0: not said, as with the others */
    int     series;
    int     strings;
    int64_t time;
    int64_t prepare;
    int64_t pause;
    int64_t shown;
    int64_t away;
} gms_course_stage_line_t;

typedef struct {
    char        name[GMS_TARGET_NAME_SIZE];
    char        title[GMS_TITLE_MAX + 1];
    gms_place_t at;
    bool        by_shooter; /* he may give its commands */
    int         targets;    /* 0: any */
    char        target[GMS_COURSE_TARGETS_MAX][GMS_TARGET_NAME_SIZE];
    gms_place_t targets_at;
    int         stages;
    gms_course_stage_line_t stage[GMS_COURSE_STAGE_LINES_MAX];
} gms_course_block_t;

struct gms_grammar_s {
    gms_place_t here;
    gms_place_t said; /* place of the message */
    char        message[512];

    gms_block_e         open;
    gms_range_t        *open_range;
    gms_target_t       *open_face;
    gms_course_block_t *open_course;
    gms_place_t key_at[GMS_KEYS_MAX]; /* of the open block, line 0: no */

    unsigned             lanes;
    gms_range_t        **lane;
    unsigned             faces;
    gms_target_t       **face;
    unsigned             courses;
    gms_course_block_t **course;
    unsigned             files;
    char               **file;

    bool       finished;
    gms_text_t json;
};

/* Keeps the sentence and its place; returns GMS_EINVALID. */
int gms_grammar_refuse(gms_grammar_t *g, const gms_place_t *place,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Takes a title of GMS_TITLE_MAX bytes. */
int gms_grammar_title(gms_grammar_t *g, const char *text, char *title);

/* Is there a face of that name?  owner is who wants it: lane "lane1". */
int gms_grammar_face(gms_grammar_t *g, const gms_place_t *place,
    const char *owner, const char *name);

/* Setters: of the open block, arguments counted and the key not seen before;
 * GMS_EINVALID with a message, GMS_ENOMEM without.  A setter that failed may
 * be called again. */
int gms_range_title(gms_grammar_t *g, int argc, const char *const *argv);
int gms_range_camera(gms_grammar_t *g, int argc, const char *const *argv);
int gms_range_target(gms_grammar_t *g, int argc, const char *const *argv);
int gms_range_caliber(gms_grammar_t *g, int argc, const char *const *argv);
int gms_range_distance(gms_grammar_t *g, int argc, const char *const *argv);
int gms_range_targets(gms_grammar_t *g, int argc, const char *const *argv);
int gms_range_calibers(gms_grammar_t *g, int argc, const char *const *argv);
int gms_range_detector(gms_grammar_t *g, int argc, const char *const *argv);
int gms_range_rounds(gms_grammar_t *g, int argc, const char *const *argv);
int gms_range_idle(gms_grammar_t *g, int argc, const char *const *argv);
int gms_range_evidence(gms_grammar_t *g, int argc, const char *const *argv);

int gms_target_title(gms_grammar_t *g, int argc, const char *const *argv);
int gms_target_rings(gms_grammar_t *g, int argc, const char *const *argv);
int gms_target_black(gms_grammar_t *g, int argc, const char *const *argv);
int gms_target_inner(gms_grammar_t *g, int argc, const char *const *argv);
int gms_target_gauge(gms_grammar_t *g, int argc, const char *const *argv);
int gms_target_decimal(gms_grammar_t *g, int argc, const char *const *argv);
int gms_target_count(gms_grammar_t *g, int argc, const char *const *argv);
int gms_target_card(gms_grammar_t *g, int argc, const char *const *argv);
int gms_target_scoring(gms_grammar_t *g, int argc, const char *const *argv);
int gms_target_zone(gms_grammar_t *g, int argc, const char *const *argv);
int gms_target_bull(gms_grammar_t *g, int argc, const char *const *argv);

int gms_course_block_title(gms_grammar_t *g, int argc, const char *const *argv);
int gms_course_block_targets(
    gms_grammar_t *g, int argc, const char *const *argv);
int gms_course_block_commands(
    gms_grammar_t *g, int argc, const char *const *argv);
int gms_course_block_stage(gms_grammar_t *g, int argc, const char *const *argv);

/* An option key=value of a directive. */
typedef struct {
    const char *key; /* with the equals sign */
    gms_unit_e  unit;
    int64_t     min;
    int64_t     max;
    int64_t    *value;
} gms_range_option_t;

/* Reads options from argv[first] on, each once at most; known: how they are
 * told. */
int gms_range_options(gms_grammar_t *g, int argc, const char *const *argv,
    int first, const gms_range_option_t *option, size_t n, const char *known);

/* A block begins; is complete (defaults, what its keys say of each other);
 * meets the others (faces known; two lanes at one camera); becomes JSON. */
void gms_range_evidence_init(gms_range_t *r);
void gms_range_evidence_write(gms_text_t *t, const gms_range_t *r);
void gms_range_init(gms_range_t *r, const char *name, const gms_place_t *at);
void gms_range_free(gms_range_t *r);
int  gms_range_complete(gms_grammar_t *g, gms_range_t *r);
int  gms_range_resolve(gms_grammar_t *g, const gms_range_t *r);
int  gms_range_share(gms_grammar_t *g, const gms_range_t *r,
     const gms_range_t *earlier, int *sharing);
void gms_range_write(gms_text_t *t, const gms_range_t *r);

void gms_target_init(gms_target_t *t, const char *name, const gms_place_t *at);
int  gms_target_complete(gms_grammar_t *g, gms_target_t *t);
void gms_target_write(gms_text_t *text, const gms_target_t *t);

void gms_course_block_init(
    gms_course_block_t *c, const char *name, const gms_place_t *at);
int  gms_course_block_resolve(gms_grammar_t *g, const gms_course_block_t *c);
void gms_course_block_write(gms_text_t *t, const gms_course_block_t *c);

/* The same of what zones and bulls say. */
int  gms_target_complete_shape(gms_grammar_t *g, const gms_target_t *t);
void gms_target_write_shape(gms_text_t *text, const gms_target_t *t);

#endif /* GMS_GRAMMAR_BLOCKS_H */

/*
 * gms_rulebook: rules of advice and the drills they send to, read from a file
 * that a coach can extend (conf/advice.json, docs/advice.md).
 * Pure; any thread; nothing changes after it was read.
 */

#ifndef GMS_RULEBOOK_H
#define GMS_RULEBOOK_H

#include <cjson/cJSON.h>

#include "drill.h"
#include "signs.h"

#define GMS_RULES_MAX 200
#define GMS_RULE_TEXT_MAX 600

/* In the order in which they are told. */
typedef enum {
    GMS_CATEGORY_TROUBLE,
    GMS_CATEGORY_FLYER,
    GMS_CATEGORY_CLUSTERS,
    GMS_CATEGORY_DRIFT,
    GMS_CATEGORY_OFFSET,
    GMS_CATEGORY_SHAPE,
    GMS_CATEGORY_SIZE,
    GMS_CATEGORY_RHYTHM,
    GMS_CATEGORY_PRAISE,
    GMS_CATEGORIES
} gms_category_e;

typedef enum {
    GMS_GUN_UNKNOWN,
    GMS_GUN_PISTOL, /* in one hand */
    GMS_GUN_PISTOL_TWO_HANDS,
    GMS_GUN_RIFLE,
    GMS_GUNS
} gms_gun_e;

/* Of a group that is not round. */
typedef enum {
    GMS_AXIS_ANY,
    GMS_AXIS_VERTICAL,
    GMS_AXIS_HORIZONTAL,
    GMS_AXIS_DIAGONAL,
    GMS_AXES
} gms_axis_e;

/* Of an offset group: is it small beside the offset? */
typedef enum {
    GMS_SPREAD_ANY,
    GMS_SPREAD_TIGHT,
    GMS_SPREAD_WIDE,
    GMS_SPREADS
} gms_spread_e;

extern const char *const gms_category_name[GMS_CATEGORIES];
extern const char *const gms_gun_name[GMS_GUNS];
extern const char *const gms_axis_name[GMS_AXES];
extern const char *const gms_spread_name[GMS_SPREADS];

typedef struct {
    const char      *id;
    const char      *title;
    const char      *text;
    const char      *aim;   /* "": not said */
    const cJSON     *steps; /* texts, for the shooter; NULL: none */
    gms_drill_task_t task;  /* that it is judged by */
} gms_drill_t;

/* What is not asked for is true: 0, ANY, -1. */
typedef struct {
    const char        *id;
    gms_category_e     category;
    gms_sign_e         sign;
    int                min_shots;
    unsigned           guns; /* 1 << gun, ... */
    double             min_distance_m;
    double             max_distance_m;
    double             sector[2]; /* hours, clockwise, of the right-handed */
    bool               has_sector;
    gms_axis_e         axis;
    gms_spread_e       spread;
    int                repeated; /* 1: two rounds and more lie so; 0: not */
    bool               hypothesis;
    bool               turns_sights; /* is nothing without a click */
    const char        *text[GMS_LEVELS];
    const char        *action;
    const gms_drill_t *drill; /* NULL: none */
    const char        *source;
} gms_rule_t;

typedef struct {
    gms_rule_t  *rule; /* as they stand in the file; the first that fits */
    int          rules;
    gms_drill_t *drill;
    int          drills;
    cJSON       *json; /* holds the texts */
} gms_rulebook_t;

/* GMS_EINVALID with a sentence that names the line or the member;
 * GMS_ENOMEM.  book is then empty. */
int gms_rulebook_read(gms_rulebook_t *book, const char *text, size_t size,
    char *err, size_t err_size);

void gms_rulebook_free(gms_rulebook_t *book);

/* By its id; NULL: there is none. */
const gms_drill_t *gms_rulebook_find_drill(
    const gms_rulebook_t *book, const char *id);

/* {id, title, text, aim, steps, judge}; NULL: out of memory. */
cJSON *gms_rulebook_drill(const gms_drill_t *drill);

/* {"drills":[...]}; NULL: out of memory. */
cJSON *gms_rulebook_drills(const gms_rulebook_t *book);

/* What may stand in braces in a text. */
typedef enum {
    GMS_WORD_N,      /* shots of the group */
    GMS_WORD_SHOT,   /* number of the one that it is about */
    GMS_WORD_CLOCK,  /* where the sign points to: 7 o'clock */
    GMS_WORD_OFFSET, /* how far: of a drift a shot */
    GMS_WORD_CORRECTION,
    GMS_WORD_RATIO,  /* of sizes, or long to short */
    GMS_WORD_ROUNDS, /* that show it */
    GMS_WORD_USUAL,  /* what the size was compared with */
    GMS_RULE_WORDS
} gms_rule_word_e;

extern const char *const gms_rule_word[GMS_RULE_WORDS];

#endif /* GMS_RULEBOOK_H */

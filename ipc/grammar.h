/*
 * gms_grammar: the one grammar of gmshoot_range, gmshoot_target and
 * gmshoot_course blocks.
 * Lines go in (from nginx's parser, or from the command line's tokenizer),
 * canonical JSON comes out.  libc only; no file is read here.
 *
 * Canonical JSON, keys in this order, one line:
 *
 *   {"lanes":[{"name":"lane1","title":"Lane 1",
 *     "camera":["simulate:","seed=1","fps=15"],
 *     "target":"issf-10m-air-pistol","caliber_mm":4.5,"distance_m":10,
 *     "targets":["issf-10m-air-pistol"],"calibers_mm":[4.5],
 *     "detector":"builtin",
 *     "rounds":{"mode":"auto","alpha":0.3,"high":4,"low":2,"floor_s":8},
 *     "idle_s":14400}],
 *    "targets":[{"name":"issf-10m-air-pistol","title":"...",
 *     "rings":[{"value":10,"diameter_mm":11.5}, ...],
 *     "black_mm":59.5,"inner_mm":5,"inner_rule":"touch",
 *     "gauges":[{"gauge_mm":4.5,"above_mm":0}],"decimal":"linear",
 *     "card_mm":170}],
 *    "courses":[{"name":"nra-bullseye-900","title":"...",
 *     "commands":"shooter","targets":["nra-b8"],
 *     "stages":[{"name":"timed","sighters":false,"shots":5,"series":0,
 *      "repeat":2,"time_s":20,"prepare_s":0,"pause_s":0,"shown_s":0,
 *      "away_s":0}]}]}
 *
 * inner_rule "touch": inner ring touched by the gauge; "shot-out": the dot
 * must be gone (air rifle); then inner_mm is the diameter of the dot.
 * Camera words are kept as words; paths are absolute by then.
 */

#ifndef GMS_GRAMMAR_H
#define GMS_GRAMMAR_H

#include <stddef.h>
#include <stdint.h>

typedef struct gms_grammar_s gms_grammar_t;

#define GMS_GRAMMAR_LANES_MAX 64

/* What was shot elsewhere is kept as if on a lane of this name, which no range
 * may have. */
#define GMS_LANE_IMPORTED "imported"

#define GMS_GRAMMAR_TARGETS_MAX 256
#define GMS_GRAMMAR_COURSES_MAX 64

/* NULL when out of memory. */
gms_grammar_t *gms_grammar_create(void);
void           gms_grammar_destroy(gms_grammar_t *g);

/* Where the next line comes from, for messages about it now and later; file
 * is copied; its folder resolves relative paths. */
void gms_grammar_at(gms_grammar_t *g, const char *file, unsigned line);

/* Opens a block: keyword is "gmshoot_range", "gmshoot_target" or
 * "gmshoot_course". */
int gms_grammar_open(gms_grammar_t *g, const char *keyword, const char *name);

/* One directive of the open block, argv[0] its name, without ';'. */
int gms_grammar_line(gms_grammar_t *g, int argc, const char *const *argv);

/* Closes the block: missing keys are reported at the block's first line. */
int gms_grammar_close(gms_grammar_t *g);

/* After the last block: faces known, cameras not shared without regions. */
int gms_grammar_finish(gms_grammar_t *g);

/* The sentence and the place of the last GMS_EINVALID or GMS_ETOOBIG. */
const char *gms_grammar_message(const gms_grammar_t *g);
const char *gms_grammar_file(const gms_grammar_t *g);
unsigned    gms_grammar_line_number(const gms_grammar_t *g);

/* Number of gmshoot_range blocks so far, and the name of one. */
unsigned    gms_grammar_lanes(const gms_grammar_t *g);
const char *gms_grammar_lane(const gms_grammar_t *g, unsigned i);

/* The canonical text after finish, NUL-terminated, owned by g; NULL: out of
 * memory.  *id is a 64-bit FNV-1a hash of it. */
const char *gms_grammar_json(gms_grammar_t *g, size_t *size, uint64_t *id);

/* How the i-th key of a block ("gmshoot_range", ...) is written,
 * its name first; NULL after the last.  For documentation and its tests. */
const char *gms_grammar_usage(const char *keyword, unsigned i);

#endif /* GMS_GRAMMAR_H */

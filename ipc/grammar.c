/*
 * gms_grammar: see grammar.h.  One table of keys; a setter each; the block
 * under way is a scratch copy that joins the others when it closes, so that
 * a refused block leaves nothing behind.
 */

#include "grammar_blocks.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "text.h"

#define FILES_MAX 1024


static int
no_memory(gms_grammar_t *g)
{
    snprintf(g->message, sizeof(g->message), "out of memory");

    return GMS_ENOMEM;
}


int
gms_grammar_refuse(
    gms_grammar_t *g, const gms_place_t *place, const char *format, ...)
{
    va_list args;

    g->said = *place;

    va_start(args, format);
    vsnprintf(g->message, sizeof(g->message), format, args);
    va_end(args);

    return GMS_EINVALID;
}


int
gms_grammar_title(gms_grammar_t *g, const char *text, char *title)
{
    if (!gms_text_is_title(text, GMS_TITLE_MAX)) {
        return gms_grammar_refuse(g, &g->here,
            "a title is 1 to %d bytes of "
            "UTF-8 without control characters",
            GMS_TITLE_MAX);
    }
    snprintf(title, GMS_TITLE_MAX + 1, "%s", text);

    return GMS_OK;
}


int
gms_grammar_face(gms_grammar_t *g, const gms_place_t *place, const char *owner,
    const char *name)
{
    gms_suggest_t s = { name, NULL, 0 };

    for (unsigned k = 0; k < g->faces; k++) {
        if (strcmp(g->face[k]->name, name) == 0) {
            return GMS_OK;
        }
        gms_suggest_offer(&s, g->face[k]->name);
    }

    if (s.best != NULL) {
        return gms_grammar_refuse(g, place,
            "%s: no gmshoot_target \"%s\": did you mean \"%s\"?", owner, name,
            s.best);
    }

    return gms_grammar_refuse(g, place, "%s: no gmshoot_target \"%s\"%s", owner,
        name, g->faces ? "" : "; is the target library included?");
}


gms_grammar_t *
gms_grammar_create(void)
{
    return calloc(1, sizeof(gms_grammar_t));
}


void
gms_grammar_destroy(gms_grammar_t *g)
{
    if (g == NULL) {
        return;
    }

    for (unsigned i = 0; i < g->lanes; i++) {
        gms_range_free(g->lane[i]);
    }
    for (unsigned i = 0; i < g->faces; i++) {
        free(g->face[i]);
    }
    for (unsigned i = 0; i < g->courses; i++) {
        free(g->course[i]);
    }
    for (unsigned i = 0; i < g->files; i++) {
        free(g->file[i]);
    }

    gms_range_free(g->open_range);
    free(g->open_face);
    free(g->open_course);
    free(g->lane);
    free(g->face);
    free(g->course);
    free(g->file);
    gms_text_free(&g->json);
    free(g);
}


/* Room for one more pointer; *list doubles at powers of two. */
static int
grow(void ***list, unsigned n)
{
    void **more;

    if (n != 0 && (n & (n - 1)) != 0) {
        return GMS_OK;
    }

    more = realloc(*list, (n ? 2 * n : 1) * sizeof(void *));
    if (more == NULL) {
        return GMS_ENOMEM;
    }

    *list = more;

    return GMS_OK;
}


void
gms_grammar_at(gms_grammar_t *g, const char *file, unsigned line)
{
    char *copy;

    g->here.line = line;

    for (unsigned i = g->files; i > 0; i--) {
        if (strcmp(g->file[i - 1], file) == 0) {
            g->here.file = g->file[i - 1];
            return;
        }
    }

    copy = g->files < FILES_MAX ? strdup(file) : NULL;
    if (copy == NULL || grow((void ***) (void *) &g->file, g->files) != GMS_OK)
    {
        /* Only the name in a message and the folder of a relative clip are
         * lost: the next call says so. */
        free(copy);
        g->here.file = NULL;
        return;
    }

    g->file[g->files++] = copy;
    g->here.file = copy;
}


static int
lost_place(gms_grammar_t *g)
{
    if (g->here.file != NULL || g->here.line == 0) {
        return GMS_OK;
    }
    if (g->files == FILES_MAX) {
        return gms_grammar_refuse(g, &g->here, "more than %d files", FILES_MAX);
    }

    return no_memory(g);
}


/* The keys of the blocks: name, block, how many arguments, flags, setter,
 * usage. */

#define REQUIRED 1U
#define MANY 2U

/* The setter counts them, and says of what there are too many. */
#define ARGUMENTS_MAX 1000

typedef struct {
    const char *name;
    gms_block_e block;
    int         min;
    int         max;
    unsigned    flags;
    int (*set)(gms_grammar_t *g, int argc, const char *const *argv);
    const char *usage;
} gms_key_t;

static const gms_key_t keys[] = {
    { "title", GMS_BLOCK_RANGE, 1, 1, 0, gms_range_title, "title \"Lane 1\"" },
    { "camera", GMS_BLOCK_RANGE, 1, 31, REQUIRED, gms_range_camera,
        "camera SOURCE [key=value ...]" },
    { "target", GMS_BLOCK_RANGE, 1, 1, REQUIRED, gms_range_target,
        "target FACE" },
    { "caliber", GMS_BLOCK_RANGE, 1, 1, REQUIRED, gms_range_caliber,
        "caliber 4.5mm" },
    { "distance", GMS_BLOCK_RANGE, 1, 1, 0, gms_range_distance,
        "distance 10m" },
    { "targets", GMS_BLOCK_RANGE, 1, GMS_RANGE_TARGETS_MAX, 0,
        gms_range_targets, "targets FACE [FACE ...]" },
    { "calibers", GMS_BLOCK_RANGE, 1, GMS_RANGE_CALIBERS_MAX, 0,
        gms_range_calibers, "calibers 5.6mm [9mm ...]" },
    { "detector", GMS_BLOCK_RANGE, 1, 1, 0, gms_range_detector,
        "detector builtin" },
    { "rounds", GMS_BLOCK_RANGE, 1, 7, 0, gms_range_rounds,
        "rounds auto|manual [alpha=0.3] [high=4] [low=2] [floor=8s] "
        "[stop=300s] [shots=N]" },
    { "idle", GMS_BLOCK_RANGE, 1, 1, 0, gms_range_idle, "idle 240min" },
    { "evidence", GMS_BLOCK_RANGE, 1, 3, 0, gms_range_evidence,
        "evidence [memory=32MB] [disk=2GB] [keep=30d]" },

    { "title", GMS_BLOCK_TARGET, 1, 1, 0, gms_target_title,
        "title \"ISSF 10 m air pistol\"" },
    { "rings", GMS_BLOCK_TARGET, 1, GMS_TARGET_RINGS_MAX, 0, gms_target_rings,
        "rings 10..1 first=11.5mm step=16mm, or rings 10=3.36in 9=5.54in" },
    { "black", GMS_BLOCK_TARGET, 1, 1, 0, gms_target_black,
        "black RING|DIAMETER|none" },
    { "inner", GMS_BLOCK_TARGET, 1, 2, 0, gms_target_inner,
        "inner DIAMETER [shot-out]" },
    { "gauge", GMS_BLOCK_TARGET, 1, 2, REQUIRED | MANY, gms_target_gauge,
        "gauge DIAMETER [above=CALIBER]" },
    { "decimal", GMS_BLOCK_TARGET, 1, 1, 0, gms_target_decimal,
        "decimal linear|two-part|none" },
    { "count", GMS_BLOCK_TARGET, 1, 1, 0, gms_target_count,
        "count integer|decimal" },
    { "card", GMS_BLOCK_TARGET, 1, 1, 0, gms_target_card, "card SIDE" },
    { "scoring", GMS_BLOCK_TARGET, 1, 1, 0, gms_target_scoring,
        "scoring camera|by-hand" },
    { "zone", GMS_BLOCK_TARGET, 3, ARGUMENTS_MAX, MANY, gms_target_zone,
        "zone NAME points=N [inner] X,Y X,Y X,Y ..." },
    { "bull", GMS_BLOCK_TARGET, 2, 3, MANY, gms_target_bull,
        "bull NAME at=X,Y [sighter]" },

    { "title", GMS_BLOCK_COURSE, 1, 1, 0, gms_course_block_title,
        "title \"NRA bullseye 900\"" },
    { "targets", GMS_BLOCK_COURSE, 1, GMS_COURSE_TARGETS_MAX, 0,
        gms_course_block_targets, "targets FACE [FACE ...]" },
    { "commands", GMS_BLOCK_COURSE, 1, 1, 0, gms_course_block_commands,
        "commands coach|shooter" },
    { "stage", GMS_BLOCK_COURSE, 1, 10, MANY, gms_course_block_stage,
        "stage NAME [sighters] [shots=N] [series=N] [repeat=N] [time=T] "
        "[prepare=T] [pause=T] [shown=T away=T]" },
};

#define KEYS (sizeof(keys) / sizeof(keys[0]))

_Static_assert(KEYS <= GMS_KEYS_MAX, "gms_grammar_s.key_at is too small");

static const char *const keywords[] = {
    [GMS_BLOCK_RANGE] = "gmshoot_range",
    [GMS_BLOCK_TARGET] = "gmshoot_target",
    [GMS_BLOCK_COURSE] = "gmshoot_course",
};


const char *
gms_grammar_usage(const char *keyword, unsigned i)
{
    for (size_t k = 0; k < KEYS; k++) {
        if (strcmp(keywords[keys[k].block], keyword) == 0 && i-- == 0) {
            return keys[k].usage;
        }
    }

    return NULL;
}


static int
refuse_duplicate(gms_grammar_t *g, const char *keyword, const char *name,
    const gms_place_t *first)
{
    return gms_grammar_refuse(g, &g->here,
        "%s \"%s\" is there already, in "
        "%s:%u",
        keyword, name, first->file ? first->file : "?", first->line);
}


static int
open_range(gms_grammar_t *g, const char *name)
{
    if (g->lanes == GMS_GRAMMAR_LANES_MAX) {
        return gms_grammar_refuse(g, &g->here,
            "more than %d gmshoot_range "
            "blocks",
            GMS_GRAMMAR_LANES_MAX);
    }
    if (strcmp(name, GMS_LANE_IMPORTED) == 0) {
        return gms_grammar_refuse(g, &g->here,
            "\"%s\" is no name for gmshoot_range: what `gmshoot import` "
            "brings is kept under it",
            name);
    }
    for (unsigned i = 0; i < g->lanes; i++) {
        if (strcmp(g->lane[i]->name, name) == 0) {
            return refuse_duplicate(g, "gmshoot_range", name, &g->lane[i]->at);
        }
    }

    g->open_range = calloc(1, sizeof(gms_range_t));
    if (g->open_range == NULL) {
        return no_memory(g);
    }
    gms_range_init(g->open_range, name, &g->here);

    return GMS_OK;
}


static int
open_target(gms_grammar_t *g, const char *name)
{
    if (g->faces == GMS_GRAMMAR_TARGETS_MAX) {
        return gms_grammar_refuse(g, &g->here,
            "more than %d gmshoot_target "
            "blocks",
            GMS_GRAMMAR_TARGETS_MAX);
    }
    for (unsigned i = 0; i < g->faces; i++) {
        if (strcmp(g->face[i]->name, name) == 0) {
            return refuse_duplicate(g, "gmshoot_target", name, &g->face[i]->at);
        }
    }

    g->open_face = calloc(1, sizeof(gms_target_t));
    if (g->open_face == NULL) {
        return no_memory(g);
    }
    gms_target_init(g->open_face, name, &g->here);

    return GMS_OK;
}


static int
open_course(gms_grammar_t *g, const char *name)
{
    if (g->courses == GMS_GRAMMAR_COURSES_MAX) {
        return gms_grammar_refuse(g, &g->here,
            "more than %d gmshoot_course blocks", GMS_GRAMMAR_COURSES_MAX);
    }
    for (unsigned i = 0; i < g->courses; i++) {
        if (strcmp(g->course[i]->name, name) == 0) {
            return refuse_duplicate(
                g, "gmshoot_course", name, &g->course[i]->at);
        }
    }

    g->open_course = calloc(1, sizeof(gms_course_block_t));
    if (g->open_course == NULL) {
        return no_memory(g);
    }
    gms_course_block_init(g->open_course, name, &g->here);

    return GMS_OK;
}


int
gms_grammar_open(gms_grammar_t *g, const char *keyword, const char *name)
{
    int    rc = lost_place(g);
    char   word[GMS_WORD_SIZE];
    size_t max;

    if (rc != GMS_OK) {
        return rc;
    }
    if (g->finished || g->open != GMS_BLOCK_NONE) {
        return gms_grammar_refuse(g, &g->here, "a block may not begin here");
    }

    if (strcmp(keyword, keywords[GMS_BLOCK_RANGE]) == 0) {
        g->open = GMS_BLOCK_RANGE;
        max = GMS_RANGE_NAME_SIZE - 1;
    } else if (strcmp(keyword, keywords[GMS_BLOCK_TARGET]) == 0) {
        g->open = GMS_BLOCK_TARGET;
        max = GMS_TARGET_NAME_SIZE - 1;
    } else if (strcmp(keyword, keywords[GMS_BLOCK_COURSE]) == 0) {
        g->open = GMS_BLOCK_COURSE;
        max = GMS_TARGET_NAME_SIZE - 1;
    } else {
        return gms_grammar_refuse(g, &g->here,
            "\"%s\" is no block: use "
            "gmshoot_range, gmshoot_target or gmshoot_course",
            gms_text_word(word, keyword));
    }

    if (!gms_text_is_name(name, max)) {
        rc = gms_grammar_refuse(g, &g->here,
            "\"%s\" is no name for %s: use "
            "1 to %zu characters of a-z 0-9 _ -",
            gms_text_word(word, name), keyword, max);
    } else if (g->open == GMS_BLOCK_RANGE) {
        rc = open_range(g, name);
    } else if (g->open == GMS_BLOCK_TARGET) {
        rc = open_target(g, name);
    } else {
        rc = open_course(g, name);
    }

    if (rc != GMS_OK) {
        g->open = GMS_BLOCK_NONE;
        return rc;
    }

    memset(g->key_at, 0, sizeof(g->key_at));

    return GMS_OK;
}


static int
refuse_key(gms_grammar_t *g, const char *name)
{
    char          word[GMS_WORD_SIZE];
    gms_suggest_t s = { name, NULL, 0 };

    for (size_t k = 0; k < KEYS; k++) {
        if (keys[k].block == g->open) {
            gms_suggest_offer(&s, keys[k].name);
        }
    }

    gms_text_word(word, name);

    if (s.best != NULL) {
        return gms_grammar_refuse(g, &g->here,
            "unknown \"%s\" in %s: did "
            "you mean \"%s\"?",
            word, keywords[g->open], s.best);
    }

    return gms_grammar_refuse(
        g, &g->here, "unknown \"%s\" in %s", word, keywords[g->open]);
}


int
gms_grammar_line(gms_grammar_t *g, int argc, const char *const *argv)
{
    int    rc = lost_place(g);
    size_t k;

    if (rc != GMS_OK) {
        return rc;
    }
    if (g->open == GMS_BLOCK_NONE || argc < 1) {
        return gms_grammar_refuse(
            g, &g->here, "a directive stands outside of a block");
    }

    for (k = 0; k < KEYS; k++) {
        if (keys[k].block == g->open && strcmp(keys[k].name, argv[0]) == 0) {
            break;
        }
    }
    if (k == KEYS) {
        return refuse_key(g, argv[0]);
    }

    if (g->key_at[k].line != 0 && !(keys[k].flags & MANY)) {
        return gms_grammar_refuse(g, &g->here,
            "\"%s\" is there already, in "
            "line %u",
            keys[k].name, g->key_at[k].line);
    }
    if (argc - 1 < keys[k].min || argc - 1 > keys[k].max) {
        return gms_grammar_refuse(g, &g->here,
            "\"%s\" takes %s arguments: "
            "%s",
            keys[k].name, argc - 1 < keys[k].min ? "more" : "fewer",
            keys[k].usage);
    }

    rc = keys[k].set(g, argc, argv);
    if (rc == GMS_ENOMEM) {
        return no_memory(g);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    g->key_at[k] = g->here;
    if (g->key_at[k].line == 0) {
        g->key_at[k].line = 1; /* seen, though the caller named no line */
    }

    return GMS_OK;
}


static int
check_required(gms_grammar_t *g, const gms_place_t *at, const char *name)
{
    for (size_t k = 0; k < KEYS; k++) {
        if (keys[k].block == g->open && (keys[k].flags & REQUIRED)
            && g->key_at[k].line == 0)
        {
            return gms_grammar_refuse(g, at, "%s \"%s\" lacks \"%s\": %s",
                keywords[g->open], name, keys[k].name, keys[k].usage);
        }
    }

    return GMS_OK;
}


static int
close_range(gms_grammar_t *g)
{
    int          rc;
    gms_range_t *r = g->open_range;

    rc = check_required(g, &r->at, r->name);
    if (rc == GMS_OK) {
        rc = gms_range_complete(g, r);
    }
    if (rc == GMS_OK && grow((void ***) (void *) &g->lane, g->lanes) != GMS_OK)
    {
        rc = no_memory(g);
    }

    if (rc == GMS_OK) {
        g->lane[g->lanes++] = r;
    } else {
        gms_range_free(r);
    }
    g->open_range = NULL;

    return rc;
}


static int
close_target(gms_grammar_t *g)
{
    int           rc;
    gms_target_t *t = g->open_face;

    rc = check_required(g, &t->at, t->name);
    if (rc == GMS_OK) {
        rc = gms_target_complete(g, t);
    }
    if (rc == GMS_OK && grow((void ***) (void *) &g->face, g->faces) != GMS_OK)
    {
        rc = no_memory(g);
    }

    if (rc == GMS_OK) {
        g->face[g->faces++] = t;
    } else {
        free(t);
    }
    g->open_face = NULL;

    return rc;
}


static int
close_course(gms_grammar_t *g)
{
    gms_course_block_t *c = g->open_course;

    g->open_course = NULL;

    if (grow((void ***) (void *) &g->course, g->courses) != GMS_OK) {
        free(c);
        return no_memory(g);
    }
    g->course[g->courses++] = c;

    return GMS_OK;
}


int
gms_grammar_close(gms_grammar_t *g)
{
    int rc;

    if (g->open == GMS_BLOCK_NONE) {
        return gms_grammar_refuse(g, &g->here, "no block is open");
    }

    rc = g->open == GMS_BLOCK_RANGE   ? close_range(g)
        : g->open == GMS_BLOCK_TARGET ? close_target(g)
                                      : close_course(g);
    g->open = GMS_BLOCK_NONE;

    return rc;
}


int
gms_grammar_finish(gms_grammar_t *g)
{
    int rc, sharing;

    if (g->open != GMS_BLOCK_NONE) {
        return gms_grammar_refuse(g, &g->here, "a block is not closed");
    }

    for (unsigned i = 0; i < g->lanes; i++) {
        sharing = 0;
        rc = gms_range_resolve(g, g->lane[i]);
        for (unsigned k = 0; rc == GMS_OK && k < i; k++) {
            rc = gms_range_share(g, g->lane[i], g->lane[k], &sharing);
        }
        if (rc != GMS_OK) {
            return rc;
        }
    }

    for (unsigned i = 0; i < g->courses; i++) {
        rc = gms_course_block_resolve(g, g->course[i]);
        if (rc != GMS_OK) {
            return rc;
        }
    }

    g->finished = true;

    return GMS_OK;
}


const char *
gms_grammar_message(const gms_grammar_t *g)
{
    return g->message;
}


const char *
gms_grammar_file(const gms_grammar_t *g)
{
    return g->said.file ? g->said.file : "";
}


unsigned
gms_grammar_line_number(const gms_grammar_t *g)
{
    return g->said.line;
}


unsigned
gms_grammar_lanes(const gms_grammar_t *g)
{
    return g->lanes;
}


const char *
gms_grammar_lane(const gms_grammar_t *g, unsigned i)
{
    return i < g->lanes ? g->lane[i]->name : NULL;
}


/* FNV-1a, 64 bits. */
static uint64_t
hash(const char *data, size_t size)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i++) {
        h = (h ^ (unsigned char) data[i]) * UINT64_C(0x100000001b3);
    }

    return h;
}


const char *
gms_grammar_json(gms_grammar_t *g, size_t *size, uint64_t *id)
{
    gms_text_t *t = &g->json;

    if (!g->finished) {
        return NULL;
    }

    if (t->data == NULL) {
        memset(t, 0, sizeof(*t));

        gms_text_put(t, "{\"lanes\":[");
        for (unsigned i = 0; i < g->lanes; i++) {
            gms_text_put(t, i ? "," : "");
            gms_range_write(t, g->lane[i]);
        }
        gms_text_put(t, "],\"targets\":[");
        for (unsigned i = 0; i < g->faces; i++) {
            gms_text_put(t, i ? "," : "");
            gms_target_write(t, g->face[i]);
        }
        gms_text_put(t, "],\"courses\":[");
        for (unsigned i = 0; i < g->courses; i++) {
            gms_text_put(t, i ? "," : "");
            gms_course_block_write(t, g->course[i]);
        }
        gms_text_put(t, "]}");
    }

    if (t->failed) {
        return NULL;
    }

    if (size != NULL) {
        *size = t->size;
    }
    if (id != NULL) {
        *id = hash(t->data, t->size);
    }

    return t->data;
}

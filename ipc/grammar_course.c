/* The gmshoot_course block of gms_grammar. */

#include "grammar_blocks.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "unit.h"

#define TIME_MIN (GMS_MICRO / 10)
#define TIME_MAX (86400 * GMS_MICRO)
#define SHOTS_MAX 1000
#define STRINGS_MAX 100

#define WHY_SIZE 384


void
gms_course_block_init(
    gms_course_block_t *c, const char *name, const gms_place_t *at)
{
    memset(c, 0, sizeof(*c));
    snprintf(c->name, sizeof(c->name), "%s", name);
    snprintf(c->title, sizeof(c->title), "%s", name);
    c->at = *at;
}


int
gms_course_block_title(gms_grammar_t *g, int argc, const char *const *argv)
{
    (void) argc;

    return gms_grammar_title(g, argv[1], g->open_course->title);
}


int
gms_course_block_targets(gms_grammar_t *g, int argc, const char *const *argv)
{
    char                word[GMS_WORD_SIZE];
    gms_course_block_t *c = g->open_course;

    c->targets_at = g->here;
    c->targets = 0;

    for (int i = 1; i < argc; i++) {
        if (!gms_text_is_name(argv[i], GMS_TARGET_NAME_SIZE - 1)) {
            return gms_grammar_refuse(g, &g->here,
                "targets: \"%s\" is no name of a target",
                gms_text_word(word, argv[i]));
        }
        snprintf(c->target[c->targets++], GMS_TARGET_NAME_SIZE, "%s", argv[i]);
    }

    return GMS_OK;
}


int
gms_course_block_commands(gms_grammar_t *g, int argc, const char *const *argv)
{
    char word[GMS_WORD_SIZE];

    (void) argc;

    if (strcmp(argv[1], "coach") != 0 && strcmp(argv[1], "shooter") != 0) {
        return gms_grammar_refuse(g, &g->here,
            "commands: \"%s\" is none of coach, shooter",
            gms_text_word(word, argv[1]));
    }
    g->open_course->by_shooter = strcmp(argv[1], "shooter") == 0;

    return GMS_OK;
}


/* The options of a stage: how many, or how long. */
static int
stage_option(gms_grammar_t *g, gms_course_stage_line_t *s, const char *text)
{
    const struct {
        const char *name;
        int         max; /* 0: it is a time */
        int        *count;
        int64_t    *time;
    } options[] = {
        { "shots=", SHOTS_MAX, &s->shots, NULL },
        { "series=", SHOTS_MAX, &s->series, NULL },
        { "repeat=", STRINGS_MAX, &s->strings, NULL },
        { "time=", 0, NULL, &s->time },
        { "prepare=", 0, NULL, &s->prepare },
        { "pause=", 0, NULL, &s->pause },
        { "shown=", 0, NULL, &s->shown },
        { "away=", 0, NULL, &s->away },
    };

    char   why[WHY_SIZE], word[GMS_WORD_SIZE];
    size_t i, n;
    int    rc;

    for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        n = strlen(options[i].name);
        if (strncmp(text, options[i].name, n) != 0) {
            continue;
        }
        if ((options[i].count != NULL && *options[i].count != 0)
            || (options[i].time != NULL && *options[i].time != 0))
        {
            return gms_grammar_refuse(g, &g->here,
                "stage: %.*s is there already", (int) n, options[i].name);
        }
        rc = options[i].count != NULL
            ? gms_unit_integer(
                text + n, 1, options[i].max, options[i].count, why, sizeof(why))
            : gms_unit_parse(GMS_UNIT_DURATION, text + n, TIME_MIN, TIME_MAX,
                options[i].time, why, sizeof(why));

        return rc == GMS_OK ? GMS_OK
                            : gms_grammar_refuse(g, &g->here, "stage: %.*s %s",
                                (int) n - 1, options[i].name, why);
    }

    return gms_grammar_refuse(g, &g->here,
        "stage: \"%s\" is unknown: write sighters, shots=, series=, repeat=, "
        "time=, prepare=, pause=, shown= or away=",
        gms_text_word(word, text));
}


/* What its words say of each other. */
static int
stage_check(gms_grammar_t *g, const gms_course_stage_line_t *s)
{
    if ((s->shown == 0) != (s->away == 0)) {
        return gms_grammar_refuse(
            g, &g->here, "stage: shown= and away= go together");
    }
    if (s->shown != 0 && (s->time != 0 || s->shots == 0)) {
        return gms_grammar_refuse(g, &g->here,
            "stage: a target that turns is shown once for each of shots=, "
            "which is its time: give shots= and no time=");
    }
    if (s->series != 0 && (s->shots == 0 || s->shots % s->series != 0)) {
        return gms_grammar_refuse(
            g, &g->here, "stage: shots= is no multiple of series=");
    }

    return GMS_OK;
}


int
gms_course_block_stage(gms_grammar_t *g, int argc, const char *const *argv)
{
    int                     rc = GMS_OK;
    char                    word[GMS_WORD_SIZE];
    gms_course_block_t     *c = g->open_course;
    gms_course_stage_line_t s;

    memset(&s, 0, sizeof(s));

    if (c->stages == GMS_COURSE_STAGE_LINES_MAX) {
        return gms_grammar_refuse(
            g, &g->here, "more than %d stages", GMS_COURSE_STAGE_LINES_MAX);
    }
    if (!gms_text_is_title(argv[1], sizeof(s.name) - 1)) {
        return gms_grammar_refuse(g, &g->here,
            "stage: a name is 1 to %zu bytes of UTF-8 without control "
            "characters",
            sizeof(s.name) - 1);
    }
    for (int i = 0; i < c->stages; i++) {
        if (strcmp(c->stage[i].name, argv[1]) == 0) {
            return gms_grammar_refuse(g, &g->here,
                "stage: \"%s\" is there already: a stage that is shot several "
                "times says repeat=",
                gms_text_word(word, argv[1]));
        }
    }

    snprintf(s.name, sizeof(s.name), "%s", argv[1]);

    for (int i = 2; rc == GMS_OK && i < argc; i++) {
        if (strcmp(argv[i], "sighters") == 0) {
            s.sighters = true;
        } else {
            rc = stage_option(g, &s, argv[i]);
        }
    }
    if (rc == GMS_OK) {
        rc = stage_check(g, &s);
    }
    if (rc == GMS_OK) {
        s.strings += s.strings == 0;
        c->stage[c->stages++] = s;
    }

    return rc;
}


int
gms_course_block_resolve(gms_grammar_t *g, const gms_course_block_t *c)
{
    char owner[GMS_TARGET_NAME_SIZE + 16];
    int  rc = GMS_OK;

    snprintf(owner, sizeof(owner), "course \"%s\"", c->name);

    for (int i = 0; rc == GMS_OK && i < c->targets; i++) {
        rc = gms_grammar_face(g, &c->targets_at, owner, c->target[i]);
    }

    return rc;
}


static void
put_seconds(gms_text_t *t, const char *name, int64_t micro)
{
    gms_text_put(t, ",\"%s\":", name);
    gms_text_put_micro(t, micro);
}


void
gms_course_block_write(gms_text_t *t, const gms_course_block_t *c)
{
    const gms_course_stage_line_t *s;

    gms_text_put(t, "{\"name\":\"%s\",\"title\":", c->name);
    gms_text_put_string(t, c->title);
    gms_text_put(t, ",\"commands\":\"%s\",\"targets\":[",
        c->by_shooter ? "shooter" : "coach");

    for (int i = 0; i < c->targets; i++) {
        gms_text_put(t, "%s\"%s\"", i ? "," : "", c->target[i]);
    }

    gms_text_put(t, "],\"stages\":[");

    for (int i = 0; i < c->stages; i++) {
        s = &c->stage[i];
        gms_text_put(t, "%s{\"name\":", i ? "," : "");
        gms_text_put_string(t, s->name);
        gms_text_put(t,
            ",\"sighters\":%s,\"shots\":%d,\"series\":%d,\"repeat\":%d",
            s->sighters ? "true" : "false", s->shots, s->series, s->strings);
        put_seconds(t, "time_s", s->time);
        put_seconds(t, "prepare_s", s->prepare);
        put_seconds(t, "pause_s", s->pause);
        put_seconds(t, "shown_s", s->shown);
        put_seconds(t, "away_s", s->away);
        gms_text_put(t, "}");
    }

    gms_text_put(t, "]}");
}

/* What may stand in a gmshoot_range and a gmshoot_target block. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/error.h"
#include "ipc/grammar.h"
#include "ipc/text.h"
#include "ipc/unit.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define AP \
    "gmshoot_target ap {\n rings 10..1 first=11.5mm step=16mm\n black 7\n " \
    "inner 5mm\n gauge 4.5mm\n decimal linear\n}\n"
#define LANE(name, camera) \
    "gmshoot_range " name " {\n camera " camera "\n target ap\n " \
    "caliber 4.5mm\n distance 10m\n}\n"


/* One line of "key word word", "block name {" or "}"; words at blanks,
 * double quotes keep them together. */
static int
feed_line(gms_grammar_t *g, char *line)
{
    int          n = 0;
    const char  *word[80];

    while (*(line += strspn(line, " ")) != '\0') {
        char  stop = *line == '"' ? '"' : ' ';

        line += stop == '"';
        word[n++] = line;
        line += strcspn(line, stop == '"' ? "\"" : " ");
        if (*line != '\0') {
            *line++ = '\0';
        }
    }

    if (n == 0) {
        return GMS_OK;
    }
    if (strcmp(word[0], "}") == 0) {
        return gms_grammar_close(g);
    }
    if (n == 3 && strcmp(word[2], "{") == 0) {
        return gms_grammar_open(g, word[0], word[1]);
    }

    return gms_grammar_line(g, n, word);
}


static int
feed(gms_grammar_t *g, const char *text)
{
    int       rc = GMS_OK;
    char     *copy = strdup(text), *line, *next;
    unsigned  number = 0;

    assert_non_null(copy);
    for (line = copy; rc == GMS_OK && line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        gms_grammar_at(g, "/etc/gms/a.conf", ++number);
        rc = feed_line(g, line);
    }
    free(copy);

    return rc == GMS_OK ? gms_grammar_finish(g) : rc;
}


static void
expect_json(const char *text, const char *expected)
{
    size_t          size;
    uint64_t        id;
    const char     *json;
    gms_grammar_t  *g = gms_grammar_create();

    if (feed(g, text) != GMS_OK) {
        fail_msg("%u: %s", gms_grammar_line_number(g),
            gms_grammar_message(g));
    }
    json = gms_grammar_json(g, &size, &id);
    assert_non_null(json);
    assert_string_equal(json, expected);
    assert_int_equal(size, strlen(expected));
    gms_grammar_destroy(g);
}


#define AP_JSON \
    "{\"name\":\"ap\",\"title\":\"ap\",\"rings\":[" \
    "{\"value\":10,\"diameter_mm\":11.5},{\"value\":9,\"diameter_mm\":27.5}," \
    "{\"value\":8,\"diameter_mm\":43.5},{\"value\":7,\"diameter_mm\":59.5}," \
    "{\"value\":6,\"diameter_mm\":75.5},{\"value\":5,\"diameter_mm\":91.5}," \
    "{\"value\":4,\"diameter_mm\":107.5}," \
    "{\"value\":3,\"diameter_mm\":123.5}," \
    "{\"value\":2,\"diameter_mm\":139.5}," \
    "{\"value\":1,\"diameter_mm\":155.5}],\"black_mm\":59.5,\"inner_mm\":5," \
    "\"inner_rule\":\"touch\",\"gauges\":[{\"gauge_mm\":4.5,\"above_mm\":0}" \
    "],\"decimal\":\"linear\",\"count\":\"integer\",\"card_mm\":0," \
    "\"scoring\":\"camera\",\"zones\":[],\"bulls\":[]}"


#define ZONES \
    "gmshoot_target z {\n zone A points=5 -75,0mm 2.54,165mm 75,-.5mm\n" \
    " zone X points=10 inner 0,0in 1,0in 1,1in 0,1in\n" \
    " gauge 9mm\n scoring by-hand\n}\n"

#define ZONES_JSON \
    "{\"name\":\"z\",\"title\":\"z\",\"rings\":[],\"black_mm\":0," \
    "\"inner_mm\":0,\"inner_rule\":\"touch\",\"gauges\":[" \
    "{\"gauge_mm\":9,\"above_mm\":0}],\"decimal\":\"none\"," \
    "\"count\":\"integer\",\"card_mm\":0,\"scoring\":\"by-hand\"," \
    "\"zones\":[{\"name\":\"A\",\"points\":5,\"inner\":false," \
    "\"corners_mm\":[[-75,0],[2.54,165],[75,-0.5]]}," \
    "{\"name\":\"X\",\"points\":10,\"inner\":true," \
    "\"corners_mm\":[[0,0],[25.4,0],[25.4,25.4],[0,25.4]]}],\"bulls\":[]}"


#define STAGE(name, sighters, shots, series, repeat, time, prepare, pause, \
    shown, away) \
    "{\"name\":\"" name "\",\"sighters\":" sighters ",\"shots\":" shots \
    ",\"series\":" series ",\"repeat\":" repeat ",\"time_s\":" time \
    ",\"prepare_s\":" prepare ",\"pause_s\":" pause ",\"shown_s\":" shown \
    ",\"away_s\":" away "}"


static void
defaults(void **state)
{
    (void) state;
    expect_json(AP LANE("lane1", "simulate: seed=1"),
        "{\"lanes\":[{\"name\":\"lane1\",\"title\":\"lane1\",\"camera\":["
        "\"simulate:\",\"seed=1\"],\"target\":\"ap\",\"caliber_mm\":4.5,"
        "\"distance_m\":10,\"targets\":[\"ap\"],\"calibers_mm\":[4.5],"
        "\"detector\":\"builtin\",\"rounds\":{\"mode\":\"auto\","
        "\"alpha\":0.3,\"high\":4,\"low\":2,\"floor_s\":8,\"stop_s\":300,\"shots\":0},\"idle_s\":14400,"
        "\"evidence\":{\"memory_mb\":32,\"disk_mb\":2000,\"keep_d\":30}}],"
        "\"targets\":[" AP_JSON "],\"courses\":[]}");
    expect_json("", "{\"lanes\":[],\"targets\":[],\"courses\":[]}");
}


static void
every_key(void **state)
{
    (void) state;
    expect_json(
        "gmshoot_range l-1 {\n"
        " title \"Bahn \xc3\xa4 \\ 1\"\n"
        " camera clip:../a.avi fps=5\n"
        " target b8\n caliber .22in\n distance 25yd\n"
        " targets ap b8\n calibers 0.22in 9mm 0.45in\n detector other\n"
        " rounds manual alpha=0.5 high=5.25 low=1.5 floor=500ms\n idle 90min\n"
        " evidence keep=36h memory=8.5MB disk=1GB\n"
        "}\n"
        "gmshoot_target b8 {\n"
        " title \"NRA B-8\"\n"
        " rings 10=3.36in 9=5.54in 8=8in\n black 5.54in\n"
        " gauge 9.65mm above=5.7mm\n gauge .22in\n"
        " decimal two-part\n count decimal\n card 21in\n inner 1.695in\n"
        " scoring by-hand\n bull 1 at=-2.5,.00001mm\n"
        " bull S-2 at=0,1in sighter\n}\n" ZONES AP
        "gmshoot_course nmc {\n title \"NM C\"\n targets ap b8\n"
        " commands shooter\n stage sight sighters time=15min\n"
        " stage \"10 s\" shots=10 series=5 repeat=2 time=10.5s prepare=7s "
        "pause=1min\n"
        " stage duel shots=5 shown=3s away=700ms\n}\n"
        "gmshoot_course free {\n}\n",
        "{\"lanes\":[{\"name\":\"l-1\",\"title\":\"Bahn \xc3\xa4 \\\\ 1\","
        "\"camera\":[\"clip:/etc/gms/../a.avi\",\"fps=5\"],"
        "\"target\":\"b8\",\"caliber_mm\":5.588,\"distance_m\":22.86,"
        "\"targets\":[\"ap\",\"b8\"],\"calibers_mm\":[5.588,9,11.43],"
        "\"detector\":\"other\",\"rounds\":{\"mode\":\"manual\","
        "\"alpha\":0.5,\"high\":5.25,\"low\":1.5,\"floor_s\":0.5,\"stop_s\":300,\"shots\":0},\"idle_s\":5400,"
        "\"evidence\":{\"memory_mb\":8.5,\"disk_mb\":1000,\"keep_d\":1.5}}],"
        "\"targets\":[{\"name\":\"b8\",\"title\":\"NRA B-8\",\"rings\":["
        "{\"value\":10,\"diameter_mm\":85.344},"
        "{\"value\":9,\"diameter_mm\":140.716},"
        "{\"value\":8,\"diameter_mm\":203.2}],\"black_mm\":140.716,"
        "\"inner_mm\":43.053,\"inner_rule\":\"touch\",\"gauges\":["
        "{\"gauge_mm\":9.65,\"above_mm\":5.7},"
        "{\"gauge_mm\":5.588,\"above_mm\":0}],\"decimal\":\"two-part\","
        "\"count\":\"decimal\",\"card_mm\":533.4,\"scoring\":\"by-hand\","
        "\"zones\":[],\"bulls\":["
        "{\"name\":\"1\",\"at_mm\":[-2.5,0],\"sighter\":false},"
        "{\"name\":\"S-2\",\"at_mm\":[0,25.4],\"sighter\":true}]},"
        ZONES_JSON "," AP_JSON "],\"courses\":["
        "{\"name\":\"nmc\",\"title\":\"NM C\",\"commands\":\"shooter\","
        "\"targets\":[\"ap\",\"b8\"],\"stages\":["
        STAGE("sight", "true", "0", "0", "1", "900", "0", "0", "0", "0") ","
        STAGE("10 s", "false", "10", "5", "2", "10.5", "7", "60", "0", "0")
        "," STAGE("duel", "false", "5", "0", "1", "0", "0", "0", "3", "0.7")
        "]},{\"name\":\"free\",\"title\":\"free\",\"commands\":\"coach\","
        "\"targets\":[],\"stages\":[]}]}");
}


static void
same_text_same_id(void **state)
{
    static const char  text[] = AP LANE("a", "simulate:");

    uint64_t        a, b, c;
    gms_grammar_t  *g;

    (void) state;
    g = gms_grammar_create();
    assert_int_equal(feed(g, text), GMS_OK);
    assert_non_null(gms_grammar_json(g, NULL, &a));
    assert_non_null(gms_grammar_json(g, NULL, &b));
    assert_true(a == b);
    assert_int_equal(gms_grammar_lanes(g), 1);
    assert_string_equal(gms_grammar_lane(g, 0), "a");
    assert_null(gms_grammar_lane(g, 1));
    gms_grammar_destroy(g);

    g = gms_grammar_create();
    assert_null(gms_grammar_json(g, NULL, &c)); /* not finished */
    assert_int_equal(feed(g, AP LANE("b", "simulate:")), GMS_OK);
    assert_non_null(gms_grammar_json(g, NULL, &c));
    assert_true(a != c);
    gms_grammar_destroy(g);

    /* FNV-1a of {"lanes":[],"targets":[],"courses":[]}, worked out apart. */
    g = gms_grammar_create();
    assert_int_equal(feed(g, ""), GMS_OK);
    assert_non_null(gms_grammar_json(g, NULL, &c));
    assert_true(c == UINT64_C(0x42c8654bc8017e42));
    gms_grammar_destroy(g);
}


typedef struct {
    const char  *text;
    unsigned     line;
    const char  *says;
} row_t;


static void
expect_refused(const row_t *rows, size_t n, const char *before,
    const char *after)
{
    char  text[4096];

    for (size_t i = 0; i < n; i++) {
        int             rc;
        gms_grammar_t  *g = gms_grammar_create();

        snprintf(text, sizeof(text), "%s%s%s", before, rows[i].text, after);
        rc = feed(g, text);
        if (rc != GMS_EINVALID ||
            gms_grammar_line_number(g) != rows[i].line ||
            strcmp(gms_grammar_file(g), "/etc/gms/a.conf") != 0 ||
            strstr(gms_grammar_message(g), rows[i].says) == NULL)
        {
            fail_msg("\"%s\": %d, line %u: %s (expected line %u: %s)",
                rows[i].text, rc, gms_grammar_line_number(g),
                gms_grammar_message(g), rows[i].line, rows[i].says);
        }
        gms_grammar_destroy(g);
    }
}


static void
bad_blocks(void **state)
{
    static const row_t  rows[] = {
        { "gmshoot_lane a {\n}\n", 1, "no block" },
        { "gmshoot_range Lane1 {\n}\n", 1, "a-z" },
        { "gmshoot_range \"lane 1\" {\n}\n", 1, "a-z" },
        { "gmshoot_range a/b {\n}\n", 1, "no name" },
        { "gmshoot_range \"\" {\n}\n", 1, "no name" },
        { "gmshoot_range a234567890123456789012345678901z {\n}\n", 1, "31" },
        { "gmshoot_range a {\n", 2, "not closed" },
        { "gmshoot_range a {\n gmshoot_range b {\n", 2, "begin" },
        { "}\n", 1, "no block is open" },
        { "camera simulate:\n", 1, "outside" },
        { AP LANE("a", "simulate:") LANE("a", "simulate:"), 14,
            "\"a\" is there already, in /etc/gms/a.conf:8" },
        { AP AP, 8, "\"ap\" is there already, in /etc/gms/a.conf:1" },
    };

    (void) state;
    expect_refused(rows, COUNT(rows), "", "");
}


static void
bad_range_keys(void **state)
{
    static const row_t  rows[] = {
        { " camra simulate:\n", 2, "did you mean \"camera\"" },
        { " xyzzyx 1\n", 2, "unknown \"xyzzyx\" in gmshoot_range" },
        { " rings 10..1 first=1mm step=1mm\n", 2, "in gmshoot_range" },
        { " title a\n title b\n", 3, "already, in line 2" },
        { " title\n", 2, "more arguments" },
        { " title Lane 1\n", 2, "fewer arguments" },
        { " title \"\"\n", 2, "UTF-8" },
        { " title \"\xff\"\n", 2, "UTF-8" },
        { " title \"a\tb\"\n", 2, "UTF-8" },
        { " caliber 4.5\n", 2, "has no unit" },
        { " caliber 4.5kg\n", 2, "no unit of length" },
        { " caliber 4.5m\n", 2, "use mm, cm or in" },
        { " caliber 450mm\n", 2, "outside 0.1mm .. 20mm" },
        { " caliber 0.01mm\n", 2, "outside 0.1mm .. 20mm" },
        { " caliber -4.5mm\n", 2, "plain number" },
        { " caliber 1e1mm\n", 2, "no unit" },
        { " caliber 4,5mm\n", 2, "\"4,5mm\"" },
        { " caliber mm\n", 2, "plain number" },
        { " caliber 4.mm\n", 2, "plain number" },
        { " caliber 99999999999999999999mm\n", 2, "plain number" },
        { " caliber 4.50000001mm\n", 2, "plain number" },
        { " distance 10mm\n", 2, "use m, yd or ft" },
        { " distance 0m\n", 2, "outside 1m .. 2000m" },
        { " distance 3000yd\n", 2, "outside" },
        { " camera pigeon:/dev/video0\n", 2, "no camera" },
        { " camera simulate: rotate=45\n", 2, "rotate" },
        { " camera simulate: \"note=a\tb\"\n", 2, "control" },
        { " target ISSF\n", 2, "a-z" },
        { " targets ap ap\n", 2, "twice" },
        { " calibers 9mm 0.9cm\n", 2, "twice" },
        { " detector ../../x\n", 2, "no name" },
        { " idle 59s\n", 2, "outside" },
        { " idle 10081min\n", 2, "outside" },
        { " idle 240\n", 2, "no unit" },
        { " evidence memory=1MB\n", 2, "outside 4MB .. 1000MB" },
        { " evidence disk=100\n", 2, "use MB or GB" },
        { " evidence keep=30min\n", 2, "use d or h" },
        { " evidence keep=1d keep=2d\n", 2, "double" },
        { " evidence fps=5\n", 2, "memory=, disk= and keep= are known" },
        { " rounds often\n", 2, "neither auto nor manual" },
        { " rounds auto gamma=1\n", 2, "unknown" },
        { " rounds auto alpha=0.1 alpha=0.2\n", 2, "double" },
        { " rounds auto alpha=0\n", 2, "outside" },
        { " rounds auto alpha=1.5\n", 2, "outside" },
        { " rounds auto high=2 low=3\n", 2, "below" },
        { " rounds auto floor=8\n", 2, "no unit" },
        { " rounds auto floor=8h\n", 2, "no unit of time" },
        { " camera simulate:\n", 1, "lacks \"target\"" },
    };

    (void) state;
    expect_refused(rows, COUNT(rows), "gmshoot_range a {\n", "}\n" AP);
}


static void
bad_target_keys(void **state)
{
    static const row_t  rows[] = {
        { " ring 10\n", 2, "did you mean \"rings\"" },
        { " rings 10..1 first=11.5mm\n", 2, "step= is missing" },
        { " rings 10..1 step=11.5mm\n", 2, "first= is missing" },
        { " rings 10..1 first=1mm step=1mm first=2mm\n", 2, "understood" },
        { " rings 1..10 first=1mm step=1mm\n", 2, "not understood" },
        { " rings 11..1 first=1mm step=1mm\n", 2, "not understood" },
        { " rings 10-1 first=1mm step=1mm\n", 2, "not understood" },
        { " rings 10..1 first=1mm step=999mm\n", 2, "wider than 5000mm" },
        { " rings 10=1mm 8=2mm\n", 2, "one less" },
        { " rings 10=2mm 9=1mm\n", 2, "wider" },
        { " rings 10=2mm 9=2mm\n", 2, "wider" },
        { " rings X=2mm\n", 2, "whole number" },
        { " rings 10=2mm 9\n", 2, "not understood" },
        { " gauge 4.5mm over=5mm\n", 2, "above=" },
        { " gauge 4.5mm\n gauge 5mm\n", 3, "already" },
        { " gauge 45mm\n", 2, "outside" },
        { " gauge 1mm\n gauge 2mm above=2mm\n gauge 2mm above=3mm\n"
          " gauge 2mm above=4mm\n gauge 2mm above=5mm\n", 6, "more than 4" },
        { " black red\n", 2, "ring number" },
        { " inner 5mm gone\n", 2, "shot-out" },
        { " inner 5\n", 2, "no unit" },
        { " decimal yes\n", 2, "linear, two-part, none" },
        { " card 20\n", 2, "no unit" },
        { " caliber 4.5mm\n", 2, "in gmshoot_target" },
        { " black none\n gauge 1mm\n", 1, "lacks \"rings\"" },
        { " rings 10=2mm\n gauge 1mm\n", 1, "lacks \"black\"" },
        { " rings 10=2mm\n black none\n", 1, "lacks \"gauge\"" },
        { " rings 10=2mm\n black none\n gauge 1mm above=2mm\n", 1,
            "without above=" },
        { " rings 10=2mm\n black 9\n gauge 1mm\n", 3, "no ring 9" },
        { " rings 10=2mm\n black none\n gauge 1mm\n inner 3mm\n", 5,
            "wider than the first" },
        { " rings 10=2mm\n black none\n gauge 1mm\n card 1mm\n", 5,
            "smaller" },
        { " rings 5=2mm\n black none\n gauge 1mm\n decimal two-part\n", 5,
            "10" },
        { " rings 10..1 first=50mm step=50mm\n black 7\n gauge 5.6mm\n"
          " decimal linear\n", 5, "two-part" },
        { " rings 10=11.5mm 9=27.5mm 8=40mm\n black 9\n gauge 4.5mm\n"
          " decimal linear\n", 5, "two-part" },
        { " rings 10..1 first=11.5mm step=16mm\n black 7\n gauge 4.5mm\n"
          " gauge 5.6mm above=5mm\n decimal linear\n", 6, "two-part" },
    };

    (void) state;
    expect_refused(rows, COUNT(rows), "gmshoot_target t {\n", "}\n");
}


static void
bad_course_keys(void **state)
{
    static const row_t  rows[] = {
        { " stages a\n", 2, "did you mean \"stage\"" },
        { " commands nobody\n", 2, "none of coach, shooter" },
        { " targets AP\n", 2, "no name of a target" },
        { " targets bp\n", 2, "course \"c\": no gmshoot_target \"bp\": did "
          "you mean \"ap\"" },
        { " stage a shot=5\n", 2, "\"shot=5\" is unknown" },
        { " stage a shots=0\n", 2, "shots" },
        { " stage a shots=5.5\n", 2, "shots" },
        { " stage a shots=5 shots=6\n", 2, "shots= is there already" },
        { " stage a time=10\n", 2, "no unit" },
        { " stage a time=10m\n", 2, "no unit of time" },
        { " stage a time=0s\n", 2, "outside" },
        { " stage a time=1500min\n", 2, "outside" },
        { " stage a shots=5 shown=3s\n", 2, "go together" },
        { " stage a shown=3s away=7s\n", 2, "give shots=" },
        { " stage a shots=5 time=9s shown=3s away=7s\n", 2, "no time=" },
        { " stage a shots=5 series=2\n", 2, "no multiple" },
        { " stage a series=5\n", 2, "no multiple" },
        { " stage a\n stage a\n", 3, "says repeat=" },
        { " stage a234567890123456789012345\n", 2, "1 to 23 bytes" },
        { " stage a\n stage b\n stage c\n stage d\n stage e\n stage f\n"
          " stage g\n stage h\n stage i\n stage j\n stage k\n stage l\n"
          " stage m\n", 14, "more than 12 stages" },
        { " }\n gmshoot_course c {\n", 3, "is there already" },
    };

    (void) state;
    expect_refused(rows, COUNT(rows), "gmshoot_course c {\n", "}\n" AP);
}


#define RINGS " rings 10=2mm\n black none\n"
#define HAND " gauge 1mm\n scoring by-hand\n"
#define TRIANGLE " zone A points=5 0,0mm 9,0mm 0,9mm\n"
#define NOWHERE " zone B points=5 0,0mm 9,0mm "
#define FOUR "0,0mm 9,0mm 9,9mm 0,9mm "

static void
bad_shapes(void **state)
{
    static const row_t  rows[] = {
        { " zone A points=5 0,0mm\n", 2, "has 1 corner and encloses nothing" },
        { " zone A points=5 0,0mm 9,0mm\n", 2, "at least three" },
        { " zone A points=5\n", 2, "more arguments" },
        { NOWHERE "9,0mm\n", 2, "corner 3 of \"B\" is corner 2 again" },
        { NOWHERE "0,9mm 0,0mm\n", 2, "joined to the first by itself" },
        { NOWHERE "0,9mm 9,9mm\n", 2,
            "after corner 2 crosses or touches the one after corner 4" },
        { NOWHERE "5,0mm\n", 2, "crosses or touches" },        /* no area */
        { NOWHERE "9,9mm 4,0mm\n", 2, "crosses or touches" },  /* a corner */
        { NOWHERE "0,9mm 0,12mm\n", 2, "crosses or touches" }, /* a spike */
        { NOWHERE "0,9\n", 2, "\"0,9\" has no unit" },
        { NOWHERE "0,9kg\n", 2, "no unit of length" },
        { NOWHERE "0mm,9mm\n", 2, "is no place" },
        { NOWHERE "09mm\n", 2, "is no place" },
        { NOWHERE "0,mm\n", 2, "plain number" },
        { NOWHERE "0,--9mm\n", 2, "no unit" },
        { NOWHERE "0,6000mm\n", 2, "outside" },
        { NOWHERE "99999999999999999999999999999999999999999999999999999999"
          "9999999,9mm\n", 2, "plain number" },
        { " zone A points=5 " FOUR FOUR FOUR FOUR "0,9mm\n", 2,
            "more than 16 corners" },
        { " zone A points=11 " FOUR "\n", 2, "from 1 to 10" },
        { " zone A points=0 " FOUR "\n", 2, "from 1 to 10" },
        { " zone A " FOUR "\n", 2, "points= is due" },
        { " zone A/ points=5 " FOUR "\n", 2, "is no name" },
        { " zone Zentrum8 points=5 " FOUR "\n", 2, "1 to 7 letters" },
        { TRIANGLE " zone A points=4 " FOUR "\n", 3, "with other points" },
        { TRIANGLE " zone A points=5 inner " FOUR "\n", 3, "other points" },
        { TRIANGLE TRIANGLE TRIANGLE TRIANGLE TRIANGLE TRIANGLE TRIANGLE
          TRIANGLE TRIANGLE TRIANGLE TRIANGLE TRIANGLE TRIANGLE, 14,
            "more than 12 zones" },
        { TRIANGLE " gauge 1mm\n", 2, "write scoring by-hand" },
        { TRIANGLE HAND RINGS, 2, "no rings" },
        { TRIANGLE HAND " black none\n", 2, "no rings, black" },
        { TRIANGLE HAND " decimal linear\n", 2, "or decimal" },
        { TRIANGLE HAND " inner 1mm\n", 2, "inner" },
        { TRIANGLE HAND " bull 1 at=0,0mm\n", 5, "bull" },
        { TRIANGLE " scoring by-hand\n", 1, "lacks \"gauge\"" },
        { " scoring by-foot\n", 2, "camera, by-hand" },
        { RINGS HAND " bull 1 at=0,0mm\n bull 1 at=9,0mm\n", 7,
            "\"1\" is there already" },
        { RINGS HAND " bull 1 at=0,0mm\n bull 2 at=0,0mm\n", 7,
            "is where \"1\" is" },
        { RINGS HAND " bull 1 at=0,0\n", 6, "has no unit" },
        { RINGS HAND " bull 1 0,0mm\n", 6, "at= is due" },
        { RINGS HAND " bull 1 at=0,0mm sigter\n", 6, "sighter" },
        { RINGS HAND " bull \"\" at=0,0mm\n", 6, "is no name" },
        { RINGS " gauge 1mm\n bull 1 at=0,0mm\n", 5,
            "write scoring by-hand" },
        { HAND " bull 1 at=0,0mm\n", 1, "lacks \"rings\"" },
        { RINGS " gauge 1mm\n count decimal\n", 5, "no tenths" },
        { RINGS " gauge 1mm\n count all\n", 5, "integer, decimal" },
    };

    char            name[16], place[32];
    const char     *bull[] = { "bull", name, place };
    gms_grammar_t  *g = gms_grammar_create();

    (void) state;
    expect_refused(rows, COUNT(rows), "gmshoot_target t {\n", "}\n");

    assert_int_equal(gms_grammar_open(g, "gmshoot_target", "t"), GMS_OK);
    for (int i = 0; i <= 12; i++) {
        snprintf(name, sizeof(name), "%d", i);
        snprintf(place, sizeof(place), "at=%d,0mm", i);
        assert_int_equal(gms_grammar_line(g, 3, bull),
            i < 12 ? GMS_OK : GMS_EINVALID);
    }
    assert_non_null(strstr(gms_grammar_message(g), "more than 12 bulls"));
    gms_grammar_destroy(g);
}


static void
bad_wholes(void **state)
{
    static const row_t  rows[] = {
        { "gmshoot_range a {\n camera simulate:\n target app\n "
          "caliber 4.5mm\n distance 10m\n}\n", 10, "did you mean \"ap\"" },
        { "gmshoot_range a {\n camera simulate:\n target zzzzzz\n "
          "caliber 4.5mm\n distance 10m\n}\n", 10, "no gmshoot_target" },
        { "gmshoot_range a {\n camera simulate:\n target ap\n targets ap bp\n"
          " caliber 4.5mm\n distance 10m\n}\n", 11, "no gmshoot_target \"bp"
        },
        { "gmshoot_range a {\n camera simulate:\n target ap\n targets bp\n"
          " caliber 4.5mm\n distance 10m\n}\n", 10, "not among the targets" },
        { "gmshoot_range a {\n camera simulate:\n target ap\n"
          " calibers 9mm\n caliber 4.5mm\n distance 10m\n}\n", 12,
            "not among the calibers" },
        { LANE("a", "http://c/x") LANE("b", "http://c/x"), 15,
            "share a camera: give each" },
        { LANE("a", "http://c/x region=0,0,90,90") LANE("b", "http://c/x"),
            15, "region" },
        { LANE("a", "http://c/x region=0,0,90,90")
          LANE("b", "http://c/x region=89,89,90,90"), 15, "overlap" },
        { LANE("a", "http://c/x region=0,0,90,90")
          LANE("b", "http://c/x region=90,0,90,90 rotate=90"), 15, "same" },
        { LANE("a", "http://c/x region=0,0,90,90 fps=4")
          LANE("b", "http://c/x region=90,0,90,90"), 15, "same" },
        { LANE("a", "http://c/x region=0,0,90,90 k=4")
          LANE("b", "http://c/x region=90,0,90,90 k=5"), 15, "same" },
        { LANE("a", "http://c/x region=0,0,90,90")
          LANE("b", "http://c/x region=100,0,90,90")
          LANE("c", "http://c/x region=200,0,90,90")
          LANE("d", "http://c/x region=300,0,90,90")
          LANE("e", "http://c/x region=400,0,90,90")
          LANE("f", "http://c/x region=500,0,90,90")
          LANE("g", "http://c/x region=600,0,90,90")
          LANE("h", "http://c/x region=700,0,90,90")
          LANE("i", "http://c/x region=800,0,90,90"), 57,
          "at most 8 lanes share a camera" },
        { LANE("a", "clip:/a region=0,0,90,90")
          LANE("b", "clip:/b") LANE("c", "clip:/a"), 21, "lanes \"a\" and "
          "\"c\" share" },
    };

    (void) state;
    expect_refused(rows, COUNT(rows), AP, "");
}


static void
shared_camera(void **state)
{
    gms_grammar_t  *g = gms_grammar_create();

    (void) state;
    assert_int_equal(feed(g, AP
        LANE("a", "http://c/x region=0,0,90,90 fps=4 k=1")
        LANE("b", "http://c/x region=90,0,90,90 k=1 fps=4")
        LANE("c", "simulate:") LANE("d", "simulate:")), GMS_OK);
    assert_int_equal(gms_grammar_lanes(g), 4);
    gms_grammar_destroy(g);
}


static void
limits(void **state)
{
    int             rc = GMS_OK;
    char            name[32], huge[6000];
    const char     *rings[] = { "rings", "10=2mm" };
    const char     *black[] = { "black", "none" };
    const char     *gauge[] = { "gauge", "1mm" };
    const char     *lane[] = { "camera", "simulate:" };
    unsigned        n;
    gms_grammar_t  *g = gms_grammar_create();

    (void) state;
    for (n = 0; rc == GMS_OK && n < 1000; n++) {
        snprintf(name, sizeof(name), "t%u", n);
        rc = gms_grammar_open(g, "gmshoot_target", name);
        if (rc == GMS_OK) {
            assert_int_equal(gms_grammar_line(g, 2, rings), GMS_OK);
            assert_int_equal(gms_grammar_line(g, 2, black), GMS_OK);
            assert_int_equal(gms_grammar_line(g, 2, gauge), GMS_OK);
            assert_int_equal(gms_grammar_close(g), GMS_OK);
        }
    }
    assert_int_equal(rc, GMS_EINVALID);
    assert_int_equal(n - 1, GMS_GRAMMAR_TARGETS_MAX);

    /* Words without end make a message that has one. */
    memset(huge, 'a', sizeof(huge));
    huge[sizeof(huge) - 1] = '\0';
    assert_int_equal(gms_grammar_open(g, "gmshoot_range", huge),
        GMS_EINVALID);
    assert_int_equal(gms_grammar_open(g, huge, "a"), GMS_EINVALID);
    assert_int_equal(gms_grammar_open(g, "gmshoot_range", "a"), GMS_OK);
    lane[1] = huge;
    assert_int_equal(gms_grammar_line(g, 2, lane), GMS_EINVALID);
    lane[0] = huge;
    assert_int_equal(gms_grammar_line(g, 2, lane), GMS_EINVALID);
    assert_true(strlen(gms_grammar_message(g)) < 512);
    gms_grammar_destroy(g);
}


/* A caller that goes on after an error harms nothing: a key that was refused
 * may come again, a block that was refused leaves nothing behind. */
static void
again(void **state)
{
    const char     *bad[] = { "rings", "10=1mm", "9=2mm", "8=3mm", "7=4mm",
                        "6=5mm", "5=6mm", "4=7mm", "3=8mm", "2=9mm",
                        "1=1mm" };
    const char     *many[] = { "calibers", "1mm", "2mm", "3mm", "4mm", "5mm",
                        "6mm", "7mm", "x" };
    const char     *camera[] = { "camera", "clip:a", "fps=5" };
    gms_grammar_t  *g = gms_grammar_create();

    (void) state;
    assert_int_equal(gms_grammar_open(g, "gmshoot_target", "t"), GMS_OK);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(gms_grammar_line(g, COUNT(bad), bad),
            GMS_EINVALID);
    }
    assert_int_equal(gms_grammar_close(g), GMS_EINVALID);

    assert_int_equal(gms_grammar_open(g, "gmshoot_range", "t"), GMS_OK);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(gms_grammar_line(g, COUNT(many), many),
            GMS_EINVALID);
    }
    assert_int_equal(gms_grammar_line(g, COUNT(camera), camera), GMS_OK);
    assert_int_equal(gms_grammar_line(g, COUNT(camera), camera),
        GMS_EINVALID);
    assert_int_equal(gms_grammar_close(g), GMS_EINVALID);
    assert_int_equal(gms_grammar_lanes(g), 0);

    assert_int_equal(gms_grammar_open(g, "gmshoot_range", "t"), GMS_OK);
    assert_int_equal(gms_grammar_line(g, COUNT(many), many), GMS_EINVALID);
    assert_int_equal(feed(g, " calibers 11mm 4.5mm\n camera simulate:\n "
        "target ap\n caliber 4.5mm\n distance 10m\n}\n" AP), GMS_OK);
    assert_non_null(strstr(gms_grammar_json(g, NULL, NULL),
        "\"calibers_mm\":[11,4.5]"));
    assert_int_equal(gms_grammar_open(g, "gmshoot_range", "u"),
        GMS_EINVALID);
    gms_grammar_destroy(g);
    gms_grammar_destroy(NULL);
}


static void
units(void **state)
{
    static const struct {
        gms_unit_e   unit;
        const char  *text, *value;
    } rows[] = {
        { GMS_UNIT_LENGTH, "1in", "25.4" },
        { GMS_UNIT_LENGTH, ".177in", "4.4958" },
        { GMS_UNIT_LENGTH, "0.05cm", "0.5" },
        { GMS_UNIT_LENGTH, "0004.500mm", "4.5" },
        { GMS_UNIT_DISTANCE, "50ft", "15.24" },
        { GMS_UNIT_DISTANCE, "1000yd", "914.4" },
        { GMS_UNIT_DURATION, "2min", "120" },
        { GMS_UNIT_DURATION, "1ms", "0.001" },
        { GMS_UNIT_NUMBER, "9999999.999999", "9999999.999999" },
        { GMS_UNIT_NUMBER, "0", "0" },
    };

    char     err[256], buf[GMS_UNIT_TEXT_SIZE];
    int64_t  micro;

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(gms_unit_parse(rows[i].unit, rows[i].text, 0,
            INT64_MAX, &micro, err, sizeof(err)), GMS_OK);
        assert_string_equal(gms_unit_print(buf, micro), rows[i].value);
    }
    assert_string_equal(gms_unit_print(buf, -1), "-0.000001");
    assert_string_equal(gms_unit_print(buf, INT64_MIN),
        "-9223372036854.775808");
}


static void
titles(void **state)
{
    static const struct {
        const char  *text;
        bool         ok;
    } rows[] = {
        { "Lane 1", true }, { "\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\xaf", true },
        { "", false }, { "a\nb", false }, { "\x7f", false },
        { "\xc3", false }, { "\x80", false }, { "\xc0\xaf", false },
        { "\xe0\x80\xaf", false }, { "\xed\xa0\x80", false },
        { "\xf5\x80\x80\x80", false }, { "\xf0\x8f\xbf\xbf", false },
        { "\xe2\x82", false }, { "\xf4\x90\x80\x80", false },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(gms_text_is_title(rows[i].text, 95), rows[i].ok);
    }
    assert_false(gms_text_is_title("abc", 2));
}


static void
documented(void **state)
{
    static const char *const blocks[] = { "gmshoot_range", "gmshoot_target",
        "gmshoot_course" };

    FILE        *f = fopen("docs/configuration.md", "r");
    char         text[65536], key[64];
    size_t       n;
    unsigned     keys = 0;
    const char  *usage, *part;

    (void) state;
    assert_non_null(f);
    n = fread(text, 1, sizeof(text) - 1, f);
    text[n] = '\0';
    fclose(f);

    for (size_t b = 0; b < COUNT(blocks); b++) {
        snprintf(key, sizeof(key), "## %s", blocks[b]);
        part = strstr(text, key);
        assert_non_null(part);
        for (unsigned i = 0; (usage = gms_grammar_usage(blocks[b], i)); i++) {
            snprintf(key, sizeof(key), "| `%.*s",
                (int) strcspn(usage, " "), usage);
            if (strstr(part, key) == NULL) {
                fail_msg("docs/configuration.md does not explain \"%s\" of "
                    "%s", key, blocks[b]);
            }
            keys++;
        }
    }
    assert_int_equal(keys, 26);
    assert_null(gms_grammar_usage("server", 0));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        { .name = "a lane with the least said gets sensible defaults",
            .test_func = defaults },
        { .name = "every key of both blocks arrives in the canonical text",
            .test_func = every_key },
        { .name = "the same configuration has the same id, another another",
            .test_func = same_text_same_id },
        { .name = "a block that cannot be one is refused at its line",
            .test_func = bad_blocks },
        { .name = "a wrong key or value of a lane is refused at its line",
            .test_func = bad_range_keys },
        { .name = "a wrong key or value of a face is refused at its line",
            .test_func = bad_target_keys },
        { .name = "a zone or bull that cannot be says what is wrong with it",
            .test_func = bad_shapes },
        { .name = "a wrong key or value of a course is refused at its line",
            .test_func = bad_course_keys },
        { .name = "blocks that contradict each other are refused",
            .test_func = bad_wholes },
        { .name = "lanes may share a camera by regions",
            .test_func = shared_camera },
        { .name = "there is a limit to everything", .test_func = limits },
        { .name = "a refused line leaves nothing behind",
            .test_func = again },
        { .name = "an inch is 25.4 mm exactly, and so on",
            .test_func = units },
        { .name = "a title is text that a page can show",
            .test_func = titles },
        { .name = "the documentation explains every key",
            .test_func = documented },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("grammar", tests, NULL, NULL);
}

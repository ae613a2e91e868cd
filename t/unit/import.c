/* Sessions that were shot elsewhere: what each layout says, and that a file
 * which is not right is refused with its line and field, whole. */

#include "t/lib/sample.h"

#include <stdlib.h>

#include "worker/card/card.h"
#include "worker/import/import.h"

#define OWN_HEADER                                                             \
    "n,round,x_mm,y_mm,score,ring,inner,zone,bull,sighter,removed,near_line,"  \
    "possible_double,order_unknown,recovered,confidence,x_error_mm,"           \
    "y_error_mm,paper,t,t_s,caliber_mm,distance_m,target,shooter,lane,"        \
    "session,standing,window,by_hand,unplaced,corrected,author,reason,"        \
    "came_x_mm,came_y_mm,came_score\r\n"

/* A line of it: number, place, score, instant, and the rest. */
#define OWN_SHOT(n, round, place, score, t, rest)                              \
    OWN_LINE(n, round, place, score, "0", t, rest)
#define OWN_LINE(n, round, place, score, removed, t, rest)                     \
    n "," round "," place "," score ",\"\",\"\",0," removed                    \
      ",0,0,0,0,1.0000,0.0000,0.0000,1,2026-05-01T18:00:" t                    \
      ".000000Z,,4.5,10,\"issf-10m-air-pistol\",\"anna\",\"lane1\","          \
      "\"lane1-0123456789abcdef-1\"," rest "\r\n"

#define STANDS "\"stands\",\"\",0,0,\"\",\"\",\"\",,,"

#define SM_HEAD                                                                \
    "ShotMarker Archived Data (generated Sep 21 2026)\n"                       \
    "Exported 1 strings from Sep 12 of 145 total in archive\n\n"
#define SM_STRING                                                              \
    "Sep 12 2025,One,#220 (),1887 x 1908,NRA LR at 100y,30-1X,\n"
#define SM_COLUMNS ",time,tags,id,score,temp C,x mm,y mm,v fps\n"

#define SIUS_SHOT(start, primary, match, secondary, time, x, y, log, since)    \
    start ";" primary ";" match ";2;" secondary ";213;" time ";0;" x ";" y     \
          ";1;5.3;0;0;0;0;0;0;0;0;4;" log ";" since ";65535;255;255;60;0\n"

static const gms_import_option_t usual = { .layout = GMS_IMPORT_LAYOUTS,
    .year = 2025,
    .now_ns = INT64_C(1790000000) * 1000000000 };

static gms_import_t import;
static char         err[512];


static int
read_as(const gms_import_option_t *option, const char *text, size_t size)
{
    FILE *in = tmpfile();

    assert_non_null(in);
    assert_int_equal(fwrite(text, 1, size, in), size);
    rewind(in);
    err[0] = '\0';
    return gms_import_read(&import, in, "f.csv", option, err, sizeof(err));
}


static int
read_text(const char *text)
{
    return read_as(&usual, text, strlen(text));
}


static const gms_event_shot_t *
shot_of(int session, uint32_t n)
{
    assert_true(session < import.sessions);
    assert_true(n <= import.session[session].shots);
    return &import.session[session].shot[n - 1].shot;
}


static void
what_a_shotmarker_writes_is_read_in_each_of_its_units(void **state)
{
    static const struct {
        const char *columns, *place;
        double      x_mm, y_mm;
    } rows[] = {
        { "x mm,y mm", "542,-207", 542, -207 },
        { "x (mm),y (mm)", "1.5,-2", 1.5, -2 },
        { "x (inch),y (inch)", "1,-2.5", 25.4, -63.5 },
        { "x in,y in", "10,0", 254, 0 },
        /* 1 MOA is 1.0472 inches at 100 yards */
        { "x (moa),y (moa)", "1,-2", 26.5988, -53.1976 },
        { "X MIL,Y MIL", "1,0.1", 91.44, 9.144 },
    };
    char text[1024];

    (void) state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(text, sizeof(text),
            SM_HEAD SM_STRING ",time,tags,id,score,%s\n,1:53.24 pm,,1,9,%s\n",
            rows[i].columns, rows[i].place);
        assert_int_equal(read_text(text), GMS_OK);
        assert_int_equal(import.layout, GMS_IMPORT_SHOTMARKER);
        assert_int_equal(import.sessions, 1);
        assert_float_equal(import.session[0].distance_m, 91.44, 1e-9);
        assert_float_equal(shot_of(0, 1)->x_mm, rows[i].x_mm, 1e-4);
        assert_float_equal(shot_of(0, 1)->y_mm, rows[i].y_mm, 1e-4);
        gms_import_free(&import);
    }
}


static void
strings_and_those_who_share_one_are_sessions(void **state)
{
    (void) state;
    assert_int_equal(
        read_text(SM_HEAD SM_STRING SM_COLUMNS
            ",11:59.10 pm,sighter/incomplete,RS1,6,28,542,207,1850\n"
            ",11:59.40 pm,sighter,S1,X,28,-35,17,1901,1,\"sim_t(28,1);\"\n"
            ",12:00.20 am,,R1,10,28,-70,31,1781\n"
            ",12:00.55 am,,1,,28,1,2,1891\n"
            ",,,,,,,\n"
            ",,,,,,avg:,1871\n"
            "\n"
            "Sep 14 2025,One,#220 (),NRA LR at 100m,\n" SM_COLUMNS
            ",9:00:01 am,off/warning,M1,V,28,3,4,1871\n"),
        GMS_OK);
    assert_int_equal(import.sessions, 3);
    assert_string_equal(import.session[0].title, "One, R");
    assert_string_equal(import.session[1].title, "One");
    assert_string_equal(import.session[2].title, "One, M");
    assert_true(shot_of(0, 1)->sighter);
    assert_false(shot_of(0, 2)->sighter);
    assert_true(shot_of(1, 1)->inner);
    assert_false(import.session[1].shot[1].valued);
    assert_int_equal(shot_of(0, 2)->frame_real_ns - shot_of(0, 1)->frame_real_ns,
        INT64_C(70) * 1000000000);
    assert_true(import.session[2].shot[0].highest);
    assert_float_equal(import.session[2].distance_m, 100, 1e-9);
    gms_import_free(&import);
}


static void
what_sius_logs_is_read_with_and_without_a_header(void **state)
{
    static const char text[] =
        SIUS_SHOT("701", "10", "1", "10.7", "10:26:20.69", "-2.04", "0.62", "3",
            "46958069")
        SIUS_SHOT("701", "9", "0", "9,9", "10:26:57.94", "3,2", "7.58", "3",
            "46961794")
        SIUS_SHOT("702", "10", "8", "10.0", "10:27:13.30", "6", "-5", "10",
            "46963330")
        SIUS_SHOT("701", "10", "1", "10.0", "10:28:13.30", "6", "-5", "12",
            "46969330")
        SIUS_SHOT("701", "55", "1", "55", "10:29:13.30", "0", "0", "99",
            "46969330")
        SIUS_SHOT("701", "10", "1", "10.0", "18:28:13.30", "6", "-5", "3",
            "49849330");

    (void) state;
    assert_int_equal(read_text(text), GMS_OK);
    assert_int_equal(import.layout, GMS_IMPORT_SIUS);
    assert_int_equal(import.sessions, 3);
    assert_int_equal(import.left_out, 1);
    assert_string_equal(import.session[0].title, "start 701 lane 2");
    assert_string_equal(import.session[2].title, "start 701 lane 2 part 2");
    assert_int_equal(import.session[0].shots, 3);
    assert_int_equal(shot_of(0, 1)->score_tenths, 107);
    assert_int_equal(shot_of(0, 1)->ring, 10);
    assert_false(shot_of(0, 1)->sighter);
    assert_true(shot_of(0, 2)->sighter);
    assert_float_equal(shot_of(0, 2)->x_mm, 3.2, 1e-9);
    assert_int_equal(shot_of(0, 2)->score_tenths, 99);
    /* 6 January 2025, wherever that is */
    assert_in_range(shot_of(0, 1)->frame_real_ns / 1000000000,
        1736159180 - 14 * 3600, 1736159180 + 14 * 3600);
    assert_int_equal(shot_of(0, 1)->frame_real_ns % 1000000000, 690000000);
    assert_string_equal(
        import.session[0].shot[2].correction.reason, "illegal shot");
    assert_string_equal(
        import.session[1].shot[0].correction.reason, "cross-shot");
    gms_import_free(&import);
}


static void
a_file_that_is_not_right_is_refused_with_its_line_and_field(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        { "", ":0: the file is empty" },
        { "\n\n", ":2: the file is empty" },
        { "a,b\n1,2\n", ":1: no layout begins so" },
        { "\xff\xfe" "n", ":1: the file is UTF-16: save it as UTF-8" },
        { OWN_HEADER, "holds no shots" },
        { "n,round,x_mm,y_mm,score,ring,inner,t,caliber_mm,distance_m,target\n",
            ":1: the header names no session" },
        { "n,round,n,y_mm,score,ring,inner,t,caliber_mm,distance_m,target\n",
            ":1: the header names n twice" },
        { OWN_HEADER OWN_SHOT("2", "1", "0,0", "10.9,10,1", "00", STANDS),
            ":2: n is not 1" },
        { OWN_HEADER OWN_SHOT("1", "1", "a,0", "10.9,10,1", "00", STANDS),
            ":2: x_mm is no number from -10000 to 10000" },
        { OWN_HEADER OWN_SHOT("1", "1", "0,1e5", "10.9,10,1", "00", STANDS),
            ":2: y_mm is no number" },
        { OWN_HEADER OWN_SHOT("1", "1", "0,nan", "10.9,10,1", "00", STANDS),
            ":2: y_mm is no number" },
        { OWN_HEADER OWN_SHOT("1", "1", "0,0", ",10,1", "00", STANDS),
            ":2: score is missing" },
        { OWN_HEADER OWN_SHOT("1", "1", "0,0", "10.9,x,1", "00", STANDS),
            ":2: ring is no whole number" },
        { OWN_HEADER OWN_SHOT("1", "1", "0,0", "10.9,10,2", "00", STANDS),
            ":2: inner is no whole number from 0 to 1" },
        { OWN_HEADER OWN_SHOT("1", "2", "0,0", "10.9,10,1", "00", STANDS),
            ":2: round 2 comes where round 1 is open" },
        { OWN_HEADER OWN_SHOT("1", "1", "0,0", "10.9,10,1", "yy", STANDS),
            ":2: t is no instant" },
        { OWN_HEADER OWN_SHOT("1", "1", "0,0", "10.9,10,1", "00",
              "\"gone\",\"\",0,0,\"\",\"\",\"\",,,"),
            ":2: standing is none that is known" },
        { OWN_HEADER OWN_SHOT("1", "1", "0,0", "10.9,10,1", "00",
              "\"stands\",\"\",0,0,\"\",\"\",\"\",,,,,7"),
            ":2: not as many columns as in the header" },
        { OWN_HEADER OWN_SHOT("1", "1", "0,0", "10.9,10,1", "00",
              "\"removed\",\"\",0,0,\"remove\",\"a\xff\",\"\",,,"),
            ":2: author is no UTF-8 text" },
        { OWN_HEADER "\"1,1", ":2: a quote is not closed" },
        { SM_HEAD "Sep 32 2025,One,NRA LR at 100y\n",
            ":4: the string's day is none like Sep 12 2026" },
        { SM_HEAD "Sep 12 2025,One,NRA LR\n",
            ":4: no face and distance of the string" },
        { SM_HEAD SM_STRING ",time,tags,id,score,x mm\n",
            ":5: the header names no x and y in mm, inch, MOA or mil" },
        { SM_HEAD SM_STRING ",time,id,score,x mm,y mm\n",
            ":5: the header names no tags" },
        { SM_HEAD SM_STRING ",1:53.24 pm,,1,9,1,2\n",
            ":5: a shot comes before the line of its string" },
        { SM_HEAD SM_STRING SM_COLUMNS ",1:53.24 pm,,1,Q,28,1,2,1\n",
            ":6: score is no whole number from 0 to 10" },
        { SM_HEAD SM_STRING SM_COLUMNS ",13:53.24 pm,,1,9,28,1,2,1\n",
            ":6: time is none like 1:53.24 pm" },
        { SM_HEAD SM_STRING SM_COLUMNS ",1:53.24 pm,,1,9,28\n",
            ":6: x mm is no number" },
        { SM_HEAD "Sep 12 6022,One,NRA LR at 100y\n" SM_COLUMNS
              ",1:53.24 pm,,1,9,28,1,2,1\n",
            ":6: time is no time of these years" },
        { OWN_HEADER "1,1,0,0,10.9,10,1,,,0,0,0,0,0,0,1,0,0,1,"
              "9026-05-01T18:00:00.000000Z,,4.5,10,f,a,l,s-0-1\n",
            ":2: not as many columns" },
        { SM_HEAD "Sep 12 2035,One,NRA LR at 100y\n" SM_COLUMNS
              ",1:53.24 pm,,1,9,28,1,2,1\n",
            ":6: time lies in the future" },
        { SIUS_SHOT("1", "ten", "1", "10", "10:26:20", "0", "0", "3", "1"),
            ":1: primary score is no number from 0 to 109" },
        { SIUS_SHOT("1", "10", "9", "10", "10:26:20", "0", "0", "3", "1"),
            ":1: match shot is no whole number from 0 to 8" },
        { SIUS_SHOT("1", "10", "1", "10", "25:26:20", "0", "0", "3", "1"),
            ":1: time is none like 18:03:21.45" },
        { SIUS_SHOT("1", "10", "1", "10", "10:26:20.x", "0", "0", "3", "1"),
            ":1: time is none like" },
        { SIUS_SHOT("1", "10", "1", "10", "10:26:20", "0", "0", "3", "9e9"),
            ":1: time of the year is no number" },
        { SIUS_SHOT("1", "10", "1", "10", "10:26:20", "0", "0", "3", "1")
              "1;2;3\n",
            ":2: a line has 3 cells, not 28" },
        { "Start NR;a;b;c;d;e;f;g;h;i;j;k;l;m;n;o;p;q;r;s;t;u;v\n",
            ":1: columns 9 and 10 of the header are not X and Y" },
    };

    (void) state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(read_text(rows[i].text), GMS_EINVALID);
        if (strstr(err, rows[i].says) == NULL) {
            fail_msg("row %zu: %s, not %s", i, err, rows[i].says);
        }
        gms_import_free(&import);
    }
}


static void
no_file_is_too_long_and_no_line(void **state)
{
    const size_t size = 40 * (GMS_IMPORT_SHOTS_MAX + 1);
    char        *text = malloc(size + 1000);
    size_t       n;

    (void) state;
    assert_non_null(text);
    n = (size_t) sprintf(text, SM_HEAD);
    for (int i = 0; i <= GMS_IMPORT_SHOTS_MAX; i++) {
        if (i % 4000 == 0) {
            n += (size_t) sprintf(text + n, SM_STRING SM_COLUMNS);
        }
        n += (size_t) sprintf(text + n, ",1:53.24 pm,,1,9,,1,2\n");
    }
    assert_int_equal(read_as(&usual, text, n), GMS_EINVALID);
    assert_non_null(strstr(err, ": a file holds 20000 shots at most"));
    gms_import_free(&import);

    n = (size_t) sprintf(text, SM_HEAD SM_STRING SM_COLUMNS);
    for (int i = 0; i <= GMS_SESSION_SHOTS_MAX; i++) {
        n += (size_t) sprintf(text + n, ",1:53.24 pm,,1,9,,1,2\n");
    }
    assert_int_equal(read_as(&usual, text, n), GMS_EINVALID);
    assert_non_null(strstr(err, ": a session holds 5000 shots at most"));
    gms_import_free(&import);

    memset(text, 'a', 9000);
    assert_int_equal(read_as(&usual, text, 9000), GMS_EINVALID);
    assert_non_null(strstr(err, ":1: the line is too long, or no text"));
    gms_import_free(&import);
    memset(text, ',', 80);
    assert_int_equal(read_as(&usual, text, 80), GMS_EINVALID);
    assert_non_null(strstr(err, ":1: too many columns"));
    gms_import_free(&import);
    memset(text, 0, 90);
    text[40] = '\n';
    assert_int_equal(read_as(&usual, text, 90), GMS_EINVALID);
    assert_non_null(strstr(err, ":1: the line is too long, or no text"));
    gms_import_free(&import);
    free(text);
}


static void
a_file_may_lack_its_year_and_have_y_the_other_way(void **state)
{
    gms_import_option_t option = usual;
    const char         *line = SIUS_SHOT(
        "1", "10", "1", "10", "10:26:20", "1", "2", "3", "1");

    (void) state;
    option.year = 0;
    assert_int_equal(read_as(&option, line, strlen(line)), GMS_EINVALID);
    assert_non_null(strstr(err, "say --year"));
    gms_import_free(&import);

    option.year = 2024;
    option.y_down = true;
    assert_int_equal(read_as(&option, line, strlen(line)), GMS_OK);
    assert_float_equal(shot_of(0, 1)->y_mm, -2, 1e-9);
    gms_import_free(&import);

    option.only = "start 2 lane 2";
    assert_int_equal(read_as(&option, line, strlen(line)), GMS_EINVALID);
    assert_non_null(strstr(err, "holds no shots of start 2 lane 2"));
    gms_import_free(&import);

    option.only = NULL;
    option.layout = GMS_IMPORT_SHOTMARKER;
    assert_int_equal(read_as(&option, line, strlen(line)), GMS_EINVALID);
    gms_import_free(&import);
}


/* What is told of the file's first session, as a card. */
static char *
card_of(const gms_event_session_t *setup, gms_card_format_e format)
{
    gms_import_events_t events = { NULL, 0, 0 };
    gms_scorebook_t     book;
    gms_card_t          card = { .lane = "imported", .title = "", .hash = "" };
    char               *text;

    assert_int_equal(gms_scorebook_init(&book, "imported", 7), GMS_OK);
    book.newest_ns = usual.now_ns; /* newer ones came in before */
    assert_int_equal(gms_import_tell(&events, &book, &import.session[0], setup,
                         err, sizeof(err)),
        GMS_OK);
    assert_int_equal(events.event[0].seq, 1);
    assert_int_equal(events.event[events.n - 1].kind, GMS_EVENT_SESSION_ENDED);
    for (int i = 0; i < events.n; i++) {
        assert_false(events.event[i].clock_unset);
    }
    card.session = gms_scorebook_shown(&book);
    text = gms_card_text(&card, format);
    assert_non_null(text);
    gms_scorebook_free(&book);
    free(events.event);
    return text;
}


static void
setup_of(gms_event_session_t *setup)
{
    gms_input_t input;

    sample_start(&input, "");
    *setup = input.u.session;
    strcpy(setup->shooter, "anna");
    setup->caliber_mm = 4.5;
    setup->distance_m = 10;
    setup->course.stages = 0;
    setup->course.name[0] = '\0';
    setup->rounds = gms_rounds_usual;
}


/* Export, import, export: rounds, one of them assigned, a sighter, and what
 * was corrected. */
static void
what_gmshoot_wrote_comes_back_as_it_was(void **state)
{
    static const char text[] = OWN_HEADER
        OWN_SHOT("1", "1", "1.0000,-2.0000", "10.2,10,0", "00", STANDS)
        OWN_SHOT("2", "1", "0.0000,0.0000", "9.0,9,0", "01",
            "\"stands\",\"\",0,0,\"score\",\"jury\",\"'=1+\"\"2\"\", a\","
            "0.0000,0.0000,10.9")
        OWN_LINE("3", "2", "3.0000,4.0000", "9.3,9,0", "1", "40",
            "\"ignored\",\"late\",1,0,\"ignore\",\"coach\",\"\","
            "3.0000,4.0000,9.3")
        OWN_SHOT("4", "1", "5.0000,4.0000", "9.1,9,0", "41",
            "\"stands\",\"\",0,1,\"round\",\"coach\",\"\",5.0000,4.0000,9.1")
        OWN_SHOT("5", "3", "7.2500,4.0000", "8.9,8,0", "59", STANDS);
    gms_event_session_t setup;
    char               *out, *t_s;
    const char         *in = text;

    (void) state;
    setup_of(&setup);
    assert_int_equal(read_text(text), GMS_OK);
    assert_string_equal(import.session[0].shooter, "anna");
    out = card_of(&setup, GMS_CARD_CSV);
    gms_import_free(&import);

    /* but for t_s, which the file leaves open, and lane and session */
    for (t_s = out; *in != '\0'; in++) {
        if (strncmp(in, ",,4.5", 5) == 0) {
            in++;
            t_s++;
            t_s = strchr(t_s, ',');
        } else if (strncmp(in, "\"lane1\"", 7) == 0) {
            in = strstr(in, "-1\",");
            t_s = strstr(t_s, "-1\",");
        }
        if (*in != *t_s++) {
            fail_msg("not so: %.60s, but %.60s", in, t_s - 1);
        }
    }
    assert_int_equal(*t_s, '\0');
    free(out);
}


static void
the_file_says_what_a_shot_is_worth_else_its_place_does(void **state)
{
    static const char text[] = SM_HEAD SM_STRING SM_COLUMNS
        ",1:53.24 pm,,1,X,,0,0\n,1:53.30 pm,,2,10,,1,1\n"
        ",1:53.40 pm,,3,3,,1,1\n,1:53.50 pm,,4,,,1,1\n";
    static const struct {
        int  tenths, ring;
        bool inner;
    } rows[] = { { 109, 10, true }, { 108, 10, false }, { 30, 3, false },
        { 108, 10, true } };
    gms_event_session_t setup;
    char               *out;

    (void) state;
    setup_of(&setup);
    assert_int_equal(read_text(text), GMS_OK);
    assert_int_equal(gms_import_value(&import.session[0], &setup), 1);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(shot_of(0, i + 1)->score_tenths, rows[i].tenths);
        assert_int_equal(shot_of(0, i + 1)->ring, rows[i].ring);
        assert_int_equal(shot_of(0, i + 1)->inner, rows[i].inner);
    }
    strcpy(setup.source, "shotmarker, <b>.csv, One");
    out = card_of(&setup, GMS_CARD_HTML);
    assert_non_null(strstr(out, "Imported: shotmarker, &lt;b&gt;.csv, One"));
    free(out);
    gms_import_free(&import);
}


static void
the_same_shots_have_the_same_key_whatever_the_file_is_called(void **state)
{
    static const char a[] = SM_HEAD SM_STRING SM_COLUMNS ",1:53.24 pm,,1,X,,0,0\n";
    static const char b[] =
        SM_HEAD "Sep 12 2025,Two,NRA LR at 100y\n" SM_COLUMNS
                ",1:53.24 pm,,9,X,3,0,0\n";
    static const char c[] = SM_HEAD SM_STRING SM_COLUMNS ",1:53.24 pm,,1,X,,0,1\n";
    char key[GMS_KEY_SIZE];

    (void) state;
    assert_int_equal(read_text(a), GMS_OK);
    strcpy(key, import.session[0].key);
    gms_import_free(&import);
    assert_int_equal(read_text(b), GMS_OK);
    assert_string_equal(import.session[0].key, key);
    gms_import_free(&import);
    assert_int_equal(read_text(c), GMS_OK);
    assert_string_not_equal(import.session[0].key, key);
    gms_import_free(&import);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_shotmarker_writes_is_read_in_each_of_its_units),
        cmocka_unit_test(strings_and_those_who_share_one_are_sessions),
        cmocka_unit_test(what_sius_logs_is_read_with_and_without_a_header),
        cmocka_unit_test(
            a_file_that_is_not_right_is_refused_with_its_line_and_field),
        cmocka_unit_test(no_file_is_too_long_and_no_line),
        cmocka_unit_test(a_file_may_lack_its_year_and_have_y_the_other_way),
        cmocka_unit_test(what_gmshoot_wrote_comes_back_as_it_was),
        cmocka_unit_test(the_file_says_what_a_shot_is_worth_else_its_place_does),
        cmocka_unit_test(
            the_same_shots_have_the_same_key_whatever_the_file_is_called),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}

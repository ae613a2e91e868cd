/* Configuration files read without nginx. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc/error.h"
#include "worker/base/conf.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define FACE(name) \
    "gmshoot_target " name " { rings 10=2mm; black none; gauge 1mm; }\n"

static char  dir[64];


static void
write_file(const char *name, const void *text, size_t size)
{
    char   path[256];
    FILE  *f;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, size, f), size);
    fclose(f);
}


static void
put(const char *name, const char *text)
{
    write_file(name, text, strlen(text));
}


/* Reads dir/name; the canonical JSON, or NULL and the sentence in err. */
static const char *
read_conf(gms_grammar_t **g, const char *name, char *err, size_t size)
{
    char  path[256];

    err[0] = '\0';
    *g = gms_grammar_create();
    assert_non_null(*g);
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    if (gms_conf_read(*g, path, err, size) != GMS_OK) {
        return NULL;
    }
    if (gms_grammar_finish(*g) != GMS_OK) {
        snprintf(err, size, "%s", gms_grammar_message(*g));
        return NULL;
    }

    return gms_grammar_json(*g, NULL, NULL);
}


static int
make_dir(void **state)
{
    (void) state;
    strcpy(dir, "/tmp/gms-conf-XXXXXX");

    return mkdtemp(dir) == NULL;
}


static int
remove_dir(void **state)
{
    static const char *const names[] = { "a.conf", "b.conf", "c.conf",
        "sub/1.conf", "sub/2.conf", "sub/x.txt", "fifo", "sub" };

    char  path[256];

    (void) state;
    for (size_t i = 0; i < COUNT(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
        remove(path);
    }

    return rmdir(dir);
}


static void
shipped(void **state)
{
    char            err[512];
    gms_grammar_t  *g = gms_grammar_create();

    (void) state;
    if (gms_conf_read(g, "conf/targets.conf", err, sizeof(err)) != GMS_OK ||
        gms_conf_read(g, "conf/ranges/demo.conf", err, sizeof(err)) != GMS_OK)
    {
        fail_msg("%s", err);
    }
    assert_int_equal(gms_grammar_finish(g), GMS_OK);
    assert_int_equal(gms_grammar_lanes(g), 2);
    assert_string_equal(gms_grammar_lane(g, 0), "lane1");
    assert_string_equal(gms_grammar_lane(g, 1), "lane2");
    assert_non_null(gms_grammar_json(g, NULL, NULL));
    gms_grammar_destroy(g);
}


/* Words as nginx reads them; the title shows what arrived. */
static void
words(void **state)
{
    static const char *const rows[][2] = {
        { "title plain;", "plain" },
        { "title plain ;", "plain" },
        { "title\n\tplain\r\n;", "plain" },
        { "title \"two words\";", "two words" },
        { "title 'two words';", "two words" },
        { "title \"a;b{c}d#e'f\";", "a;b{c}d#e'f" },
        { "title 'a\"b';", "a\\\"b" },
        { "title \"a\\\"b\";", "a\\\"b" },
        { "title \"a\\\\b\";", "a\\\\b" },
        { "title a\\;b;", "a\\\\;b" },
        { "title a\\db;", "a\\\\db" },
        { "title a#b;", "a#b" },
        { "title a}b;", "a}b" },
        { "title a\"b;", "a\\\"b" },
        { "# c { ; \"\ntitle x; # } more", "x" },
        { "title # c\n x;", "x" },
    };

    char            text[512], err[512];
    const char     *json;
    gms_grammar_t  *g;

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        snprintf(text, sizeof(text), "gmshoot_target t{%s\nrings 10=2mm;"
            "black none;gauge 1mm;}", rows[i][0]);
        put("a.conf", text);
        json = read_conf(&g, "a.conf", err, sizeof(err));
        if (json == NULL) {
            fail_msg("%s: %s", rows[i][0], err);
        }
        snprintf(text, sizeof(text), "\"title\":\"%s\",", rows[i][1]);
        if (strstr(json, text) == NULL) {
            fail_msg("%s: %s", rows[i][0], json);
        }
        gms_grammar_destroy(g);
    }
}


static void
refused(void **state)
{
    static const struct {
        const char  *text, *says;
    } rows[] = {
        { "worker_processes 1;\n", "a.conf:1: \"worker_processes\" is not" },
        { "\n\nserver {\n}\n", "a.conf:3: \"server\" is not known" },
        { "gmshoot_range imported {\n}\n",
            "\"imported\" is no name for gmshoot_range: what" },
        { "gmshoot_range a;\n", "a.conf:1: \"gmshoot_range\" is not" },
        { "gmshoot_range {\n}\n", "a.conf:1: \"gmshoot_range\" takes one" },
        { "gmshoot_range a b {\n}\n", "a.conf:1: \"gmshoot_range\" takes" },
        { "gmshoot_range a {\n title x;\n", "a.conf:1: this block is never" },
        { "gmshoot_range a {\n title x\n}\n", "a.conf:3: unexpected \"}\"" },
        { "gmshoot_range a {\n server {\n }\n}\n", "a.conf:2: \"server\"" },
        { "gmshoot_range a {\n titel x;\n}\n",
            "a.conf:2: unknown \"titel\" in gmshoot_range: did you mean" },
        { "gmshoot_range a {\n title\n\n x y;\n}\n", "a.conf:2: \"title\"" },
        { "gmshoot_range a {\n include b.conf;\n}\n", "unknown \"include\"" },
        { "}\n", "a.conf:1: unexpected \"}\"" },
        { ";\n", "a.conf:1: unexpected \";\"" },
        { "{\n", "a.conf:1: unexpected \"{\"" },
        { "gmshoot_range a", "a.conf:1: the file ends within" },
        { "gmshoot_range a {\n title \"x\n ;\n}\n", "a.conf:2: a quote" },
        { "gmshoot_range a {\n title \"x\"y;\n}\n", "a.conf:2: a blank, ;" },
        { "include\n", "a.conf:2: the file ends" },
        { "include;\n", "a.conf:1: include takes one" },
        { "\ninclude nowhere.conf;\n", "a.conf:2: cannot open" },
        { "\ninclude sub;\n", "a.conf:2: " },
        { "include a.conf;\n", "does one include itself" },
        { "include b.conf;\ninclude b.conf;\n", "more than 256 files" },
        { "include \"no*\nne\";\nx;\n", "a.conf:3: \"x\"" },
        { FACE("x") FACE("x"), "a.conf:2: gmshoot_target \"x\" is there" },
        { "x\\", "a.conf:1: the file ends within" },
    };

    char            err[512], path[128], many[4096];
    gms_grammar_t  *g;

    (void) state;
    snprintf(path, sizeof(path), "%s/sub", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(many, sizeof(many), "include c.conf;");
    for (size_t i = 0; i < 200; i++) {
        strcat(many, "include c.conf;");
    }
    put("b.conf", many);
    put("c.conf", "");
    for (size_t i = 0; i < COUNT(rows); i++) {
        put("a.conf", rows[i].text);
        if (read_conf(&g, "a.conf", err, sizeof(err)) != NULL ||
            strstr(err, rows[i].says) == NULL)
        {
            fail_msg("%s: \"%s\" (expected %s)", rows[i].text, err,
                rows[i].says);
        }
        gms_grammar_destroy(g);
    }
}


static void
includes(void **state)
{
    char            err[512], path[128];
    const char     *json, *one, *two;
    gms_grammar_t  *g;

    (void) state;
    snprintf(path, sizeof(path), "%s/sub", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    put("a.conf", "include b.conf;\ninclude 'sub/*.conf';\n"
        "include none/*.conf;\n" FACE("last"));
    put("b.conf", FACE("first"));
    put("sub/1.conf", "include ../c.conf;" FACE("one"));
    put("sub/2.conf", FACE("two"));
    put("sub/x.txt", "nonsense");
    put("c.conf", FACE("deep"));

    json = read_conf(&g, "a.conf", err, sizeof(err));
    if (json == NULL) {
        fail_msg("%s", err);
        return;
    }
    one = strstr(json, "\"one\"");
    two = strstr(json, "\"two\"");
    assert_true(one != NULL && two != NULL && one < two);
    assert_true(strstr(json, "\"first\"") < strstr(json, "\"deep\""));
    assert_true(strstr(json, "\"deep\"") < one);
    assert_true(two < strstr(json, "\"last\""));
    gms_grammar_destroy(g);

    put("sub/2.conf", "\n\nbroken;");
    assert_null(read_conf(&g, "a.conf", err, sizeof(err)));
    assert_non_null(strstr(err, "sub/2.conf:3: \"broken\""));
    gms_grammar_destroy(g);
}


static void
limits(void **state)
{
    char            err[512], path[128];
    char           *big = malloc(GMS_CONF_FILE_MAX + 1);
    gms_grammar_t  *g;

    (void) state;
    assert_non_null(big);

    memset(big, '\n', GMS_CONF_FILE_MAX + 1);
    write_file("a.conf", big, GMS_CONF_FILE_MAX);
    assert_non_null(read_conf(&g, "a.conf", err, sizeof(err)));
    gms_grammar_destroy(g);
    write_file("a.conf", big, GMS_CONF_FILE_MAX + 1);
    assert_null(read_conf(&g, "a.conf", err, sizeof(err)));
    gms_grammar_destroy(g);

    memset(big, 'x', GMS_CONF_WORD_MAX);
    write_file("a.conf", big, GMS_CONF_WORD_MAX);
    assert_null(read_conf(&g, "a.conf", err, sizeof(err)));
    assert_non_null(strstr(err, "too long"));
    gms_grammar_destroy(g);

    for (size_t i = 1; i < 200; i += 2) {
        big[i] = ' ';
    }
    write_file("a.conf", big, 200);
    assert_null(read_conf(&g, "a.conf", err, sizeof(err)));
    assert_non_null(strstr(err, "more than 64 words"));
    gms_grammar_destroy(g);

    /* Many words, each long. */
    memset(big, 'x', 20000);
    for (size_t i = 1; i < 20000; i += 1000) {
        big[i] = ' ';
    }
    write_file("a.conf", big, 20000);
    assert_null(read_conf(&g, "a.conf", err, sizeof(err)));
    assert_non_null(strstr(err, "too long"));
    gms_grammar_destroy(g);

    write_file("a.conf", "title\0x;", 8);
    assert_null(read_conf(&g, "a.conf", err, sizeof(err)));
    assert_non_null(strstr(err, "no text"));
    gms_grammar_destroy(g);

    snprintf(path, sizeof(path), "%s/fifo", dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_null(read_conf(&g, "fifo", err, sizeof(err)));
    gms_grammar_destroy(g);
    free(big);
}


/* A small buffer for the sentence is filled, not overrun. */
static void
short_message(void **state)
{
    char            err[512], small[8];
    char            path[128];
    gms_grammar_t  *g;

    (void) state;
    put("a.conf", "broken;");
    assert_null(read_conf(&g, "a.conf", err, sizeof(err)));
    snprintf(path, sizeof(path), "%s/a.conf", dir);
    assert_int_equal(gms_conf_read(g, path, small, sizeof(small)),
        GMS_EINVALID);
    assert_memory_equal(small, err, sizeof(small) - 1);
    gms_grammar_destroy(g);
}


#define DIR_(n, f) \
    { .name = n, .test_func = f, .setup_func = make_dir, \
        .teardown_func = remove_dir }


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        { .name = "the shipped configuration is accepted",
            .test_func = shipped },
        DIR_("words are cut as nginx cuts them", words),
        DIR_("what is not understood is refused with file and line",
            refused),
        DIR_("files are included beside their own, in order", includes),
        DIR_("a file without end, or that is none, is refused", limits),
        DIR_("a message fits the room it is given", short_message),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}

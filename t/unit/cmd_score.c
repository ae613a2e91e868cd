/* `gmshoot score` and `gmshoot targets` as a person at the prompt sees them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/cmd.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HEADER "x_mm,y_mm,decimal,ring,inner\n"
#define LIBRARY "--targets=conf/targets.conf"

static char  out[16384];
static char  err[16384];


static FILE *
temporary(const char *text, size_t size)
{
    FILE  *f = tmpfile();

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, size, f), size);
    rewind(f);

    return f;
}


static void
take(FILE *f, char *buf)
{
    size_t  n;

    rewind(f);
    n = fread(buf, 1, sizeof(out) - 1, f);
    buf[n] = '\0';
    fclose(f);
}


/* Runs a subcommand with its own standard streams. */
static int
run(int (*cmd)(int argc, char **argv), const char *const *args, int n,
    const char *input, size_t size)
{
    int    rc, saved[3];
    char  *argv[16];
    FILE  *f[3] = { temporary(input, size), temporary("", 0),
               temporary("", 0) };

    for (int i = 0; i < n; i++) {
        argv[i] = strdup(args[i]);
        assert_non_null(argv[i]);
    }
    argv[n] = NULL;

    fflush(NULL);
    for (int i = 0; i < 3; i++) {
        saved[i] = dup(i);
        dup2(fileno(f[i]), i);
    }
    clearerr(stdin);

    rc = cmd(n, argv);

    fflush(stdin); /* forgets what was left unread */
    fflush(NULL);
    for (int i = 0; i < 3; i++) {
        dup2(saved[i], i);
        close(saved[i]);
    }
    for (int i = 0; i < n; i++) {
        free(argv[i]);
    }
    fclose(f[0]);
    take(f[1], out);
    take(f[2], err);

    return rc;
}


static int
score(const char *face, const char *input, size_t size)
{
    const char  *args[] = { "score", LIBRARY, "--target", face };

    return run(gms_cmd_score, args, COUNT(args), input, size);
}


static void
scored(void **state)
{
    static const char *const rows[][3] = {
        { "issf-10m-air-rifle", "0,0\n-0.82,2.48\n",
            HEADER "0,0,10.9,10,1\n-0.82,2.48,9.9,9,0\n" },
        { "issf-10m-air-pistol", "4.75,0\n4.79,0\n900,0",
            HEADER "4.75,0,10.4,10,1\n4.79,0,10.4,10,0\n900,0,0.0,0,0\n" },
        { "issf-10m-air-rifle", "x_mm,y_mm\n1,2\n", HEADER "1,2,10.1,10,0\n"
        },
        { "issf-10m-air-rifle", "shot,y_mm,t,\"x_mm\"\r\n7, 2 ,x,1\r\n",
            HEADER "1,2,10.1,10,0\n" },
        { "issf-10m-air-rifle", "\xef\xbb\xbfx_mm,y_mm\n\n  \n1,2\n",
            HEADER "1,2,10.1,10,0\n" },
        { "issf-10m-air-rifle", "\xef\xbb\xbf" "1,2\n",
            HEADER "1,2,10.1,10,0\n" },
        { "issf-10m-air-rifle", "", HEADER },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(score(rows[i][0], rows[i][1], strlen(rows[i][1])),
            0);
        assert_string_equal(out, rows[i][2]);
        assert_string_equal(err, "");
    }
}


static void
bad_lines(void **state)
{
    static const struct {
        const char  *text;
        size_t       size;
        const char  *says;
    } rows[] = {
        { "1,2\n3;4\n", 8, "stdin:2: not as many columns" },
        { "1,2\n\n3,x\n", 9, "stdin:3: y_mm is no number" },
        { "1,nan\n", 6, "stdin:1: " }, { "1,inf\n", 6, "stdin:1: " },
        { "1,0x1\n", 6, "stdin:1: " }, { "1,1e9\n", 6, "stdin:1: " },
        { "1,\n", 3, "stdin:1: " }, { "1 2,3\n", 6, "stdin:1: " },
        { "1,2,3\n", 6, "stdin:1: without a header" },
        { "1\n", 2, "stdin:1: without a header" },
        { "x,y\n1,2\n", 8, "stdin:1: the header names no x_mm" },
        { "x_mm,y_mm\n1,2,3\n", 16, "stdin:2: not as many" },
        { "1,2\0,\n3,4\n", 10, "stdin:1: the line is too long, or no text" },
    };

    char  many[6000];

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(score("issf-50m-rifle", rows[i].text,
            rows[i].size), 1);
        if (strstr(err, rows[i].says) == NULL) {
            fail_msg("%s: %s", rows[i].text, err);
        }
    }

    memset(many, ',', sizeof(many));
    many[100] = '\n';
    assert_int_equal(score("issf-50m-rifle", many, 101), 1);
    assert_non_null(strstr(err, "too many columns"));
    many[100] = ',';
    assert_int_equal(score("issf-50m-rifle", many, sizeof(many)), 1);
    assert_non_null(strstr(err, "too long"));
}


static void
usage(void **state)
{
    static const struct {
        const char  *args[6];
        int          rc;
        const char  *says;
    } rows[] = {
        { { "score" }, 2, "usage: gmshoot score" },
        { { "score", "--target" }, 2, "usage: gmshoot score" },
        { { "score", "--nonsense" }, 2, "usage: gmshoot score" },
        { { "score", "--target", "x", "a", "b" }, 2, "usage:" },
        { { "score", "--target", "x", "--caliber", "9" }, 2, "no unit" },
        { { "score", LIBRARY, "--target", "air-rifle" }, 1,
            "did you mean \"issf-10m-air-rifle\"?" },
        { { "score", "--targets", "/nowhere", "--target", "x" }, 1,
            "/nowhere: cannot open" },
        { { "score", LIBRARY, "--target", "issf-50m-rifle", "/nowhere" }, 1,
            "cannot open /nowhere" },
    };

    const char  *help[] = { "score", "--help" };
    const char  *large[] = { "score", LIBRARY, "--caliber=9mm",
                     "--target=issf-25m-precision-pistol" };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int  n = 0;

        while (n < 6 && rows[i].args[n] != NULL) {
            n++;
        }
        assert_int_equal(run(gms_cmd_score, rows[i].args, n, "", 0),
            rows[i].rc);
        assert_string_equal(out, "");
        if (strstr(err, rows[i].says) == NULL) {
            fail_msg("row %zu: %s", i, err);
        }
    }

    assert_int_equal(run(gms_cmd_score, help, 2, "", 0), 0);
    assert_non_null(strstr(out, "usage: gmshoot score"));
    assert_int_equal(run(gms_cmd_score, large, 4, "29,0\n", 5), 0);
    assert_string_equal(out, HEADER "29,0,10.0,10,0\n");
}


static void
listed(void **state)
{
    const char  *args[] = { "targets", LIBRARY, "--json" };
    const char  *more[] = { "targets", "more" };

    (void) state;
    assert_int_equal(run(gms_cmd_targets, args, 2, "", 0), 0);
    assert_non_null(strstr(out, "issf-10m-air-pistol "));
    assert_non_null(strstr(out, "\ndanish-m2000-15m "));
    assert_int_equal(run(gms_cmd_targets, args, 3, "", 0), 0);
    assert_memory_equal(out, "[{\"name\":\"issf-10m-air-rifle\",", 30);
    assert_int_equal(run(gms_cmd_targets, more, 2, "", 0), 2);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        { .name = "shots given as CSV come back with their values",
            .test_func = scored },
        { .name = "a line that cannot be read is named by its number",
            .test_func = bad_lines },
        { .name = "a wrong call says how it is meant", .test_func = usage },
        { .name = "the faces are listed for people and for programs",
            .test_func = listed },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("cmd_score", tests, NULL, NULL);
}

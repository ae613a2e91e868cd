/* `gmshoot score` and `gmshoot targets` as a person at the prompt sees them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "worker/cmd/cmd.h"

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
zones_and_bulls(void **state)
{
    static const char  zones[] = "0,0\n100,0\n0,300\n";
    static const char  bulls[] = "0,0\n77.2,33.56\n999,0\n";

    (void) state;
    assert_int_equal(score("ipsc-classic-minor", zones, strlen(zones)), 0);
    assert_string_equal(out, "x_mm,y_mm,decimal,ring,inner,zone\n"
        "0,0,5.0,5,0,A\n100,0,3.0,3,0,C\n0,300,0.0,0,0,\n");

    assert_int_equal(score("nra-a17-card", bulls, strlen(bulls)), 0);
    assert_string_equal(out, "x_mm,y_mm,decimal,ring,inner,bull\n"
        "0.0000,0.0000,10.0,10,0,S\n1.0000,-2.0000,10.0,10,0,3\n"
        "922.8000,-35.5600,0.0,0,0,3\n");
}


/* The lines of a reference after its header, as `scan` reads them. */
static FILE *
open_reference(const char *name)
{
    FILE        *f;
    char         path[1024];
    const char  *shared = getenv("GMS_SHARED");

    snprintf(path, sizeof(path), "%s/reference/scoring/%s",
        shared ? shared : "../shared", name);
    f = fopen(path, "r");
    if (f == NULL) {
        print_message("# SKIP no reference data: %s\n", path);
        skip();
    }

    return f;
}


static void
expect_score(const char *face, double x, double y, const char *worth)
{
    char  line[128];

    snprintf(line, sizeof(line), "%.17g,%.17g\n", x, y);
    assert_int_equal(score(face, line, strlen(line)), 0);
    if (strncmp(out, HEADER, strlen(HEADER)) != 0 ||
        strcmp(strchr(strchr(out + strlen(HEADER), ',') + 1, ',') + 1,
            worth) != 0)
    {
        fail_msg("%s at %g, %g: %s; expected %s", face, x, y, out, worth);
    }
}


/* What an electronic target gave 65 real shots. */
static void
real_card(void **state)
{
    int     n = 0;
    char    line[256], worth[32];
    double  x, y, decimal;
    FILE   *f = open_reference("megalink_50m_rifle.csv");

    (void) state;
    while (fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "%*d,%*d,%lf,%lf,%lf", &x, &y, &decimal) == 3) {
            snprintf(worth, sizeof(worth), "%.1f,%d,%d\n", decimal,
                (int) decimal, hypot(x, y) <= 5.3);
            expect_score("issf-50m-rifle", x, y, worth);
            n++;
        }
    }

    fclose(f);
    assert_int_equal(n, 65);
}


/* Shots on and beside every line of seven faces, all of a face at once. */
static void
beside_lines(void **state)
{
    static const char *const faces[][2] = {
        { "air_rifle_10m", "issf-10m-air-rifle" },
        { "air_pistol_10m", "issf-10m-air-pistol" },
        { "rifle_50m", "issf-50m-rifle" },
        { "pistol_25m_50m_precision", "issf-25m-precision-pistol" },
        { "pistol_25m_rapid", "issf-25m-rapid-fire-pistol" },
        { "rifle_300m", "issf-300m-rifle" },
        { "running_10m", "issf-10m-running-target" },
    };

    char  input[16384], expected[16384], line[256], name[64], radius[32];
    char  decimal[16];
    int   n = 0, ring, inner;

    (void) state;
    for (size_t i = 0; i < COUNT(faces); i++) {
        FILE    *f = open_reference("decimal_formula.csv");
        size_t   in = 0, want;

        want = (size_t) snprintf(expected, sizeof(expected), HEADER);
        while (fgets(line, sizeof(line), f) != NULL) {
            if (sscanf(line, "%63[^,],%31[^,],%*[^,],%d,%15[^,],%d", name,
                    radius, &ring, decimal, &inner) == 5 &&
                strcmp(name, faces[i][0]) == 0)
            {
                in += (size_t) snprintf(input + in, sizeof(input) - in,
                    "%s,0\n", radius);
                want += (size_t) snprintf(expected + want,
                    sizeof(expected) - want, "%s,0,%s,%d,%d\n", radius,
                    decimal, ring, inner);
                n++;
            }
        }
        fclose(f);

        assert_int_equal(score(faces[i][1], input, in), 0);
        assert_string_equal(out, expected);
    }
    assert_int_equal(n, 2009);
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
        { .name = "zones and bulls have a column of their own",
            .test_func = zones_and_bulls },
        { .name = "65 real shots are worth what an electronic target gave",
            .test_func = real_card },
        { .name = "2009 shots beside the lines of the shipped faces are right",
            .test_func = beside_lines },
        { .name = "a line that cannot be read is named by its number",
            .test_func = bad_lines },
        { .name = "a wrong call says how it is meant", .test_func = usage },
        { .name = "the faces are listed for people and for programs",
            .test_func = listed },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("cmd_score", tests, NULL, NULL);
}

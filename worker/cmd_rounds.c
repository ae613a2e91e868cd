/* gmshoot rounds: into which rounds shots fall, by their times. */

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ipc/error.h"
#include "../ipc/unit.h"
#include "base/csv.h"
#include "cmd.h"
#include "session/rounds.h"

#define TIME_MAX_S 1e9
#define HELD_MAX 2 /* shots whose round a later one may decide */

static const char help[] =
    "usage: gmshoot rounds [OPTIONS] [FILE.csv]\n"
    "\n"
    "Reads times of shots in seconds, one a line, rising, from FILE.csv or\n"
    "standard input, and writes seconds,round.  With a header the column\n"
    "seconds, or t_s, is read and all others ignored.\n"
    "\n"
    "  --alpha A    weight of a new gap in the moving average (0.3)\n"
    "  --high H     a pause above H averages may end a round (4)\n"
    "  --low L      a next gap under L averages confirms it (2)\n"
    "  --floor T    no shorter pause ends a round (8s)\n"
    "  --stop T     a longer pause always does (300s)\n"
    "  --shots N    a round has N shots at most (by time alone)\n";

typedef struct {
    gms_rounds_rule_t rule;
    gms_rounds_t      rounds;
    unsigned          round;
    unsigned          of[HELD_MAX]; /* rounds of the shots not yet written */
    char              text[HELD_MAX][64];
    int               held;
    double            last_s;
} replay_t;


static void
write_first(replay_t *p)
{
    printf("%s,%u\n", p->text[0], p->of[0]);
    memmove(p->text[0], p->text[1], sizeof(p->text[0]) * (HELD_MAX - 1));
    memmove(p->of, p->of + 1, sizeof(p->of[0]) * (HELD_MAX - 1));
    p->held--;
}


/* A shot may belong to another round once the next one is known: each is held
 * back until then. */
static int
take_row(replay_t *p, const gms_csv_t *csv, char *err, size_t err_size)
{
    const char *text = csv->cell[0];
    double      t_s;
    int         rc, fresh;

    rc = gms_csv_number(csv, 0, TIME_MAX_S, &t_s, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }
    if (p->round > 0 && t_s < p->last_s) {
        return gms_csv_complain(
            csv, "earlier than the line before", err, err_size);
    }
    p->last_s = t_s;
    if (p->held == HELD_MAX) {
        write_first(p);
    }
    snprintf(p->text[p->held], sizeof(p->text[0]), "%.60s", text);
    p->held++;
    fresh = gms_rounds_shot(&p->rounds, &p->rule, t_s);
    p->round += fresh > 0;
    p->of[p->held - 1] = p->round;
    for (int i = 1; i < fresh; i++) {
        p->of[p->held - 1 - i] = p->round;
    }
    return GMS_OK;
}


static int
run(replay_t *p, const char *file)
{
    static const char *const want[] = { "seconds|t_s" };

    int       rc;
    char      err[512];
    gms_csv_t csv;

    rc = gms_csv_open(&csv, file, want, 1, 1, err, sizeof(err));
    if (rc == GMS_OK) {
        puts("seconds,round");
        while ((rc = gms_csv_next(&csv, err, sizeof(err))) > 0) {
            rc = take_row(p, &csv, err, sizeof(err));
            if (rc != GMS_OK) {
                break;
            }
        }
        while (p->held > 0) {
            write_first(p);
        }
        gms_csv_close(&csv);
    }
    if (rc != GMS_OK) {
        fprintf(stderr, "gmshoot rounds: %s\n", err);
        return 1;
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}


/* An option that is a quantity, from min to max. */
static bool
take_quantity(const char *name, gms_unit_e unit, const char *text, double min,
    double max, double *value)
{
    char    err[512];
    int64_t micro;

    if (gms_unit_parse(unit, text, (int64_t) (min * (double) GMS_MICRO),
            (int64_t) (max * (double) GMS_MICRO), &micro, err, sizeof(err))
        != GMS_OK)
    {
        fprintf(stderr, "gmshoot rounds: --%s %s\n", name, err);
        return false;
    }
    *value = (double) micro / (double) GMS_MICRO;
    return true;
}


static bool
take_option(gms_rounds_rule_t *rule, int c, const char *text)
{
    char err[512];

    switch (c) {
    case 'a':
        return take_quantity(
            "alpha", GMS_UNIT_NUMBER, text, 0.01, 1, &rule->alpha);
    case 'H':
        return take_quantity(
            "high", GMS_UNIT_NUMBER, text, 1.1, 100, &rule->high);
    case 'l':
        return take_quantity("low", GMS_UNIT_NUMBER, text, 1, 100, &rule->low);
    case 'f':
        return take_quantity(
            "floor", GMS_UNIT_DURATION, text, 0, 3600, &rule->floor_s);
    case 's':
        return take_quantity(
            "stop", GMS_UNIT_DURATION, text, 1, 86400, &rule->stop_s);
    case 'n':
        if (gms_unit_integer(text, 1, 1000, &rule->shots, err, sizeof(err))
            == GMS_OK) {
            return true;
        }
        fprintf(stderr, "gmshoot rounds: --shots %s\n", err);
        return false;
    default:
        fputs(help, stderr);
        return false;
    }
}


int
gms_cmd_rounds(int argc, char **argv)
{
    static const struct option options[] = {
        { "alpha", required_argument, NULL, 'a' },
        { "high", required_argument, NULL, 'H' },
        { "low", required_argument, NULL, 'l' },
        { "floor", required_argument, NULL, 'f' },
        { "stop", required_argument, NULL, 's' },
        { "shots", required_argument, NULL, 'n' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    int      c;
    replay_t p = { .rule = gms_rounds_usual };

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'h') {
            fputs(help, stdout);
            return 0;
        }
        if (!take_option(&p.rule, c, optarg)) {
            return 2;
        }
    }
    if (argc - optind > 1) {
        fputs(help, stderr);
        return 2;
    }
    if (p.rule.low > p.rule.high) {
        fputs("gmshoot rounds: --low above --high\n", stderr);
        return 2;
    }
    return run(&p, argv[optind]);
}

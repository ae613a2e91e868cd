/* gmshoot score: what shots given as coordinates are worth. */

#include <getopt.h>
#include <math.h>
#include <stdio.h>

#include "../../ipc/error.h"
#include "../../ipc/unit.h"
#include "../base/csv.h"
#include "../library/library.h"
#include "cmd.h"
#include "../target/score.h"

/* No target is 100 m wide: such a number is a slip of the unit. */
#define PLACE_MAX_MM 1e5

static const char help[] =
    "usage: gmshoot score --target NAME [--caliber 4.5mm] [--targets FILE] "
    "[FILE.csv]\n"
    "\n"
    "Reads lines of x_mm,y_mm (millimetres from the centre of the face, x "
    "right,\n"
    "y up) from FILE.csv or standard input, and writes\n"
    "x_mm,y_mm,decimal,ring,inner.  A header line is optional; with one, the\n"
    "columns named x_mm and y_mm are read and all others ignored.\n"
    "\n"
    "A face with zones adds the column zone.  One with several bulls adds "
    "bull,\n"
    "the nearest, and what comes out as x_mm,y_mm is from that one's centre.\n"
    "\n"
    "  --target NAME    the face; `gmshoot targets` lists them\n"
    "  --caliber C      chooses the gauge where the face has several\n"
    "  --targets FILE   the target library\n";

typedef struct {
    const gms_face_t *face;
    double            caliber_mm;
} score_t;


static int
score_row(const score_t *s, const gms_csv_t *csv, char *err, size_t err_size)
{
    double                 x, y;
    gms_score_t            score;
    const gms_face_bull_t *bull;
    int                    rc;

    rc = gms_csv_number(csv, 0, PLACE_MAX_MM, &x, err, err_size);
    if (rc == GMS_OK) {
        rc = gms_csv_number(csv, 1, PLACE_MAX_MM, &y, err, err_size);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    bull = gms_face_bull(s->face, x, y);
    if (bull != NULL) {
        x = nearbyint((x - bull->x_mm) * 1e4) / 1e4 + 0.0;
        y = nearbyint((y - bull->y_mm) * 1e4) / 1e4 + 0.0;
        printf("%.4f,%.4f", x, y);
    } else {
        printf("%s,%s", csv->cell[0], csv->cell[1]);
    }

    score = gms_score(s->face, s->caliber_mm, x, y);
    printf(",%d.%d,%d,%d", score.tenths / 10, score.tenths % 10, score.ring,
        score.inner);

    if (s->face->zones > 0) {
        printf(",%s", score.zone >= 0 ? s->face->zone[score.zone].name : "");
    }
    if (bull != NULL) {
        printf(",%s", bull->name);
    }
    putchar('\n');

    return GMS_OK;
}


static int
score_file(const score_t *s, const char *file, char *err, size_t err_size)
{
    static const char *const want[] = { "x_mm", "y_mm" };

    int       rc;
    gms_csv_t csv;

    rc = gms_csv_open(&csv, file, want, 2, 2, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    printf("x_mm,y_mm,decimal,ring,inner%s%s\n",
        s->face->zones > 0 ? ",zone" : "", s->face->bulls > 0 ? ",bull" : "");
    while ((rc = gms_csv_next(&csv, err, err_size)) > 0) {
        rc = score_row(s, &csv, err, err_size);
        if (rc != GMS_OK) {
            break;
        }
    }

    gms_csv_close(&csv);

    return rc;
}


static int
run(score_t *s, const char *targets, const char *target, const char *file)
{
    int           rc;
    char          err[512];
    gms_library_t library;

    rc = gms_library_load(&library, targets, err, sizeof(err));
    if (rc == GMS_OK) {
        s->face = gms_library_find(&library, target, err, sizeof(err));
        rc = s->face == NULL ? GMS_ENOTFOUND
                             : score_file(s, file, err, sizeof(err));
        gms_library_free(&library);
    }
    if (rc != GMS_OK) {
        fprintf(stderr, "gmshoot score: %s\n", err);
        return 1;
    }

    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}


int
gms_cmd_score(int argc, char **argv)
{
    static const struct option options[] = {
        { "target", required_argument, NULL, 'n' },
        { "targets", required_argument, NULL, 't' },
        { "caliber", required_argument, NULL, 'c' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    int         c;
    char        err[512];
    score_t     s = { 0 };
    int64_t     micro;
    const char *target = NULL, *targets = NULL;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'n':
            target = optarg;
            break;
        case 't':
            targets = optarg;
            break;
        case 'c':
            if (gms_unit_parse(GMS_UNIT_LENGTH, optarg, GMS_MICRO / 10,
                    20 * GMS_MICRO, &micro, err, sizeof(err))
                != GMS_OK)
            {
                fprintf(stderr, "gmshoot score: --caliber %s\n", err);
                return 2;
            }
            s.caliber_mm = (double) micro / (double) GMS_MICRO;
            break;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            fputs(help, stderr);
            return 2;
        }
    }

    if (target == NULL || argc - optind > 1) {
        fputs(help, stderr);
        return 2;
    }

    return run(&s, targets, target, argv[optind]);
}

/* gmshoot stats: what a group of shots says of gun and shooter. */

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../ipc/error.h"
#include "../../ipc/unit.h"
#include "cmd.h"
#include "../session/statistics.h"
#include "shotlist.h"

/* 1 m .. 5 km, in millionths of a metre */
#define DISTANCE_MAX ((int64_t) 5000 * GMS_MICRO)

static const char help[] =
    "usage: gmshoot stats [--distance 100m] [FILE.csv]\n"
    "\n"
    "Reads shots x_mm,y_mm (millimetres from the point of aim, x right, y up)\n"
    "from FILE.csv or standard input and writes one JSON object: where the\n"
    "group lies, how large it is, what shape it has, each with its interval\n"
    "of confidence (95 %).  A header may name the further columns\n"
    "\n"
    "  round   a number: rounds get statistics of their own, and a pooled "
    "sigma\n"
    "  t_s     seconds: times between the shots of a round\n"
    "  sighter, removed, unplaced   1: it does not count\n"
    "  window  not empty: it does not count\n"
    "\n"
    "  --distance D  lengths are given as angles too\n";


static int
write_stats(const gms_shotlist_t *list, double distance_mm)
{
    gms_running_t running = { 0 };
    cJSON        *json = NULL;
    char         *text = NULL;

    if (gms_running_follow(&running, list->shot, list->n) == GMS_OK) {
        json = gms_statistics_full(
            &running, distance_mm, 0, list->has_rounds ? INT_MAX : 0);
        text = json != NULL ? cJSON_PrintUnformatted(json) : NULL;
    }
    gms_running_free(&running);
    cJSON_Delete(json);
    if (text == NULL) {
        fputs("gmshoot stats: out of memory\n", stderr);
        return 1;
    }
    puts(text);
    free(text);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}


static int
run(const char *file, double distance_mm)
{
    gms_shotlist_t list;
    char           err[512];
    int            rc = 1;

    if (gms_shotlist_read(&list, file, err, sizeof(err)) != GMS_OK) {
        fprintf(stderr, "gmshoot stats: %s\n", err);
    } else {
        rc = write_stats(&list, distance_mm);
    }
    gms_shotlist_free(&list);
    return rc;
}


int
gms_cmd_stats(int argc, char **argv)
{
    static const struct option options[] = {
        { "distance", required_argument, NULL, 'd' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    int     c;
    char    err[512];
    double  distance_mm = 0;
    int64_t micro;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'd':
            if (gms_unit_parse(GMS_UNIT_DISTANCE, optarg, GMS_MICRO,
                    DISTANCE_MAX, &micro, err, sizeof(err))
                != GMS_OK)
            {
                fprintf(stderr, "gmshoot stats: --distance %s\n", err);
                return 2;
            }
            distance_mm = (double) micro / (double) GMS_MICRO * 1000;
            break;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            fputs(help, stderr);
            return 2;
        }
    }
    if (argc - optind > 1) {
        fputs(help, stderr);
        return 2;
    }
    return run(argv[optind], distance_mm);
}

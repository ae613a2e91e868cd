/* gmshoot stats: what a group of shots says of gun and shooter. */

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ipc/error.h"
#include "../ipc/text.h"
#include "../ipc/unit.h"
#include "base/csv.h"
#include "cmd.h"
#include "session/group_json.h"

#define PLACE_MAX_MM 1e5
#define TIME_MAX_S 1e7
#define ROUND_MAX 1e6
#define SHOTS_MAX 1000000

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
    "  round   rounds get statistics of their own, and a pooled sigma\n"
    "  t_s     seconds: times between the shots of a round\n"
    "\n"
    "  --distance D  lengths are given as angles too\n";

typedef struct {
    gms_point_t *shot;
    double      *round; /* NaN: not given */
    double      *t_s;
    double      *scratch;
    int          n;
    int          capacity;
    double       distance_mm;
} stats_t;


static int
grow(stats_t *s)
{
    int     capacity = s->capacity > 0 ? 2 * s->capacity : 256;
    size_t  n = (size_t) capacity;
    double *room[3] = { s->round, s->t_s, s->scratch };
    void   *shot;

    if (capacity > SHOTS_MAX) {
        return GMS_ETOOBIG;
    }
    shot = realloc(s->shot, n * sizeof(gms_point_t));
    if (shot == NULL) {
        return GMS_ENOMEM;
    }
    s->shot = shot;
    for (int i = 0; i < 3; i++) {
        double *more = realloc(room[i], n * sizeof(double));

        if (more == NULL) {
            return GMS_ENOMEM;
        }
        *(i == 0 ? &s->round : i == 1 ? &s->t_s : &s->scratch) = more;
    }
    s->capacity = capacity;
    return GMS_OK;
}


static int
read_row(stats_t *s, const gms_csv_t *csv, char *err, size_t err_size)
{
    int rc = GMS_OK;

    if (s->n == s->capacity && grow(s) != GMS_OK) {
        return gms_csv_complain(csv, "too many shots", err, err_size);
    }

    const struct {
        double  most;
        double *value;
    } column[] = { { PLACE_MAX_MM, &s->shot[s->n].x },
        { PLACE_MAX_MM, &s->shot[s->n].y }, { ROUND_MAX, &s->round[s->n] },
        { TIME_MAX_S, &s->t_s[s->n] } };

    for (int k = 0; k < 4 && rc == GMS_OK; k++) {
        rc = gms_csv_number(
            csv, k, column[k].most, column[k].value, err, err_size);
    }
    s->n += rc == GMS_OK;
    return rc;
}


static int
read_file(stats_t *s, const char *file, char *err, size_t err_size)
{
    static const char *const want[] = { "x_mm", "y_mm", "round", "t_s" };

    int       rc;
    gms_csv_t csv;

    rc = gms_csv_open(&csv, file, want, 4, 2, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }
    while ((rc = gms_csv_next(&csv, err, err_size)) > 0) {
        rc = read_row(s, &csv, err, err_size);
        if (rc != GMS_OK) {
            break;
        }
    }
    gms_csv_close(&csv);
    return rc;
}


/* Where the round that begins at i ends. */
static int
round_end(const stats_t *s, int i)
{
    int k = i + 1;

    while (k < s->n
        && (s->round[k] == s->round[i]
            || (isnan(s->round[k]) && isnan(s->round[i]))))
    {
        k++;
    }
    return k;
}


/* Statistics of shots from .. to - 1; group is filled. */
static cJSON *
describe(const stats_t *s, int from, int to, gms_group_t *group)
{
    gms_group_measures_t m;
    gms_group_radii_t    radii;
    cJSON               *json;

    for (int i = from; i < to; i++) {
        if (gms_group_add(group, s->shot[i].x, s->shot[i].y) != GMS_OK) {
            return NULL;
        }
    }
    gms_group_measure(group, &m);
    gms_group_radii(group, s->shot + from, to - from, s->scratch, &radii);
    json = gms_group_to_json(&m, s->distance_mm);
    if (json != NULL
        && !cJSON_AddItemToObject(
            json, "radii", gms_group_radii_to_json(&radii, s->distance_mm)))
    {
        cJSON_Delete(json);
        json = NULL;
    }
    return json;
}


static bool
add(cJSON *to, const char *name, cJSON *item)
{
    if (cJSON_AddItemToObject(to, name, item)) {
        return true;
    }
    cJSON_Delete(item);
    return false;
}


/* Sums of all rounds: the pooled sigma needs no group but its squares. */
static bool
add_rounds(const stats_t *s, cJSON *to)
{
    gms_group_t              pooled = { 0 };
    const gms_group_t *const one = &pooled;
    double                   df = 0;
    cJSON                   *list = cJSON_AddArrayToObject(to, "rounds");
    bool                     ok = list != NULL;

    for (int i = 0, end; ok && i < s->n; i = end) {
        gms_group_t group = { 0 };
        cJSON      *json;

        end = round_end(s, i);
        json = describe(s, i, end, &group);
        ok = json != NULL && cJSON_AddItemToArray(list, json)
            && cJSON_AddNumberToObject(json, "round", s->round[i]) != NULL;
        pooled.xx += group.xx;
        pooled.yy += group.yy;
        df += group.n - 1;
        gms_group_free(&group);
    }
    pooled.n = (int) df + 1;
    return ok
        && add(to, "pooled_sigma",
            gms_group_length_to_json(
                gms_group_pooled_sigma(&one, 1), s->distance_mm));
}


/* Slopes, first shots, times: what asks for the order of the shots. */
static bool
add_order(const stats_t *s, cJSON *to)
{
    gms_drift_t       drift;
    gms_first_shots_t first;
    gms_splits_t      splits;
    int              *size = calloc((size_t) s->n + 1, sizeof(int));
    int               rounds = 0, n = 0;
    bool              ok;

    if (size == NULL) {
        return false;
    }
    for (int i = 0, end; i < s->n; i = end, rounds++) {
        end = round_end(s, i);
        size[rounds] = end - i;
    }
    gms_sequence_first_shots(&first, s->shot, size, rounds);
    free(size);
    for (int i = 0; i < s->n; i++) {
        s->scratch[i] = i + 1;
    }
    gms_sequence_drift(&drift, s->shot, s->scratch, s->n);
    for (int i = 0, end; i < s->n; i = end) {
        end = round_end(s, i);
        for (int k = i + 1; k < end; k++) {
            double split = s->t_s[k] - s->t_s[k - 1];

            if (isfinite(split)) {
                s->scratch[n++] = split;
            }
        }
    }
    gms_sequence_splits(&splits, s->scratch, n);
    ok = add(to, "drift", gms_sequence_drift_to_json(&drift))
        && add(to, "first_shot", gms_sequence_first_to_json(&first))
        && add(to, "splits", gms_sequence_splits_to_json(&splits));
    return ok;
}


static int
write_stats(const stats_t *s)
{
    gms_group_t group = { 0 };
    cJSON      *json = describe(s, 0, s->n, &group);
    char       *text = NULL;

    gms_group_free(&group);
    if (json != NULL && s->distance_mm > 0) {
        cJSON_AddNumberToObject(json, "distance_m", s->distance_mm / 1000);
    }
    if (json != NULL && (s->n == 0 || isnan(s->round[0]) || add_rounds(s, json))
        && add_order(s, json))
    {
        text = cJSON_PrintUnformatted(json);
    }
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
run(stats_t *s, const char *file)
{
    char err[512];
    int  rc = 1;

    if (grow(s) != GMS_OK) {
        fputs("gmshoot stats: out of memory\n", stderr);
    } else if (read_file(s, file, err, sizeof(err)) != GMS_OK) {
        fprintf(stderr, "gmshoot stats: %s\n", err);
    } else {
        rc = write_stats(s);
    }
    free(s->shot);
    free(s->round);
    free(s->t_s);
    free(s->scratch);
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
    stats_t s = { 0 };
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
            s.distance_mm = (double) micro / (double) GMS_MICRO * 1000;
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
    return run(&s, argv[optind]);
}

/* gmshoot advise: what a shooter could do about a group of shots. */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../../ipc/unit.h"
#include "cmd.h"
#include "../library/rules.h"
#include "../session/advice.h"
#include "shotlist.h"

/* 1 m .. 5 km, in millionths of a metre */
#define DISTANCE_MAX ((int64_t) 5000 * GMS_MICRO)

#define SHOTS_MAX 1000000

static const char help[] =
    "usage: gmshoot advise [--distance 10m] [--hand right|left]\n"
    "                      [--gun pistol|pistol-two-hands|rifle]\n"
    "                      [--click 0.25moa] [--sight rear|front]\n"
    "                      [--level beginner|club|advanced]\n"
    "                      [--confidence 0.96] [--usual 2.1mm "
    "--usual-shots 120]\n"
    "                      [--advice FILE] [FILE.csv]\n"
    "       gmshoot advise --drills [--advice FILE]\n"
    "\n"
    "Reads shots as gmshoot stats does (x_mm,y_mm, and round, t_s) and writes\n"
    "one JSON object: at most two findings, each with its test, and one thing\n"
    "to do.  Where the shots do not carry it nothing is found.\n"
    "\n"
    "  --distance D     to the target; a click in angles asks for it\n"
    "  --hand, --gun    without them no cause is named that depends on them\n"
    "  --click C        what a click moves: 0.25moa, 0.1mrad, 0.6mm\n"
    "  --sight S        front: the sight that is turned moves the other way\n"
    "  --level L        how it is worded\n"
    "  --confidence P   nothing is said that is less sure not to be chance,\n"
    "                   all tests counted: 0.5 to 0.9999\n"
    "  --usual S, --usual-shots N   size of this shooter's groups: sigma, and\n"
    "                   how many shots it comes from\n"
    "  --advice FILE    the rules ($GMSHOOT_ADVICE, else conf/advice.json or\n"
    "                   the installed ones)\n"
    "  --drills         lists the drills instead\n";

typedef struct {
    gms_advice_settings_t settings;
    const char           *click;
    const char           *rules;
    bool                  drills;
} gms_advise_options_t;


static int
write_json(cJSON *json)
{
    char *text = json != NULL ? cJSON_PrintUnformatted(json) : NULL;

    cJSON_Delete(json);
    if (text == NULL) {
        fputs("gmshoot advise: out of memory\n", stderr);
        return 1;
    }
    puts(text);
    free(text);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}


static int
advise(
    const gms_advise_options_t *o, const gms_rulebook_t *book, const char *file)
{
    gms_shotlist_t list;
    gms_advice_t   advice;
    char           err[512];
    int            rc = 1;

    if (gms_shotlist_read(&list, file, err, sizeof(err)) != GMS_OK) {
        fprintf(stderr, "gmshoot advise: %s\n", err);
    } else if (gms_advice_give(&advice, book, &o->settings, list.shot, list.n)
        != GMS_OK)
    {
        fputs("gmshoot advise: out of memory\n", stderr);
    } else {
        rc = write_json(gms_advice_to_json(&advice));
    }
    gms_shotlist_free(&list);
    return rc;
}


static int
run(const gms_advise_options_t *o, const char *file)
{
    gms_rulebook_t book;
    char           err[1024];
    int            rc;

    if (gms_rules_load(&book, o->rules, err, sizeof(err)) != GMS_OK) {
        fprintf(stderr, "gmshoot advise: %s\n", err);
        return 1;
    }
    rc = o->drills ? write_json(gms_rulebook_drills(&book))
                   : advise(o, &book, file);
    gms_rulebook_free(&book);
    return rc;
}


/* One of the words; -1 with a sentence on stderr. */
static int
word(const char *option, const char *text, const char *const *words, int n)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(words[i], text) == 0) {
            return i;
        }
    }
    fprintf(stderr, "gmshoot advise: --%s is one of", option);
    for (int i = 0; i < n; i++) {
        fprintf(stderr, "%s %s", i > 0 ? "," : "", words[i]);
    }
    fputs("\n", stderr);
    return -1;
}


/* A quantity in its unit, whole when scaled; false with a sentence. */
static bool
quantity(const char *option, const char *text, gms_unit_e unit, int64_t least,
    int64_t most, double *value)
{
    char    err[512];
    int64_t micro;

    if (gms_unit_parse(unit, text, least, most, &micro, err, sizeof(err))
        != GMS_OK) {
        fprintf(stderr, "gmshoot advise: --%s %s\n", option, err);
        return false;
    }
    *value = (double) micro / (double) GMS_MICRO;
    return true;
}


static bool
take_option(gms_advise_options_t *o, int c, const char *arg)
{
    static const char *const hands[] = { "right", "left" };
    static const char *const sights[] = { "rear", "front" };

    gms_advice_settings_t *s = &o->settings;
    int                    i = 0;
    char                   err[256];

    switch (c) {
    case 'd':
        return quantity("distance", arg, GMS_UNIT_DISTANCE, GMS_MICRO,
            DISTANCE_MAX, &s->distance_m);
    case 'h':
        i = word("hand", arg, hands, 2);
        s->left_handed = i == 1;
        return i >= 0;
    case 'g':
        i = word("gun", arg, gms_gun_name, GMS_GUNS);
        s->gun = i >= 0 ? (gms_gun_e) i : GMS_GUN_UNKNOWN;
        return i >= 0;
    case 's':
        i = word("sight", arg, sights, 2);
        s->front_sight = i == 1;
        return i >= 0;
    case 'l':
        i = word("level", arg, gms_level_name, GMS_LEVELS);
        s->level = i >= 0 ? (gms_level_e) i : GMS_LEVEL_CLUB;
        return i >= 0;
    case 'p':
        return quantity("confidence", arg, GMS_UNIT_NUMBER,
            GMS_ADVICE_CONFIDENCE_MIN, GMS_ADVICE_CONFIDENCE_MAX,
            &s->confidence);
    case 'u':
        return quantity("usual", arg, GMS_UNIT_LENGTH, 1, GMS_MICRO * 10000,
            &s->about.usual.sigma_mm);
    case 'n':
        if (gms_unit_integer(
                arg, 2, SHOTS_MAX, &s->about.usual.shots, err, sizeof(err))
            != GMS_OK)
        {
            fprintf(stderr, "gmshoot advise: --usual-shots %s\n", err);
            return false;
        }
        return true;
    default:
        return false;
    }
}


/* What options ask of one another. */
static bool
check_options(gms_advise_options_t *o)
{
    gms_advice_settings_t *s = &o->settings;
    char                   err[256];

    if ((s->about.usual.sigma_mm > 0) != (s->about.usual.shots > 0)) {
        fputs(
            "gmshoot advise: --usual and --usual-shots go together\n", stderr);
        return false;
    }
    s->about.usual.df = 2 * (s->about.usual.shots - 1);
    if (o->click != NULL
        && gms_advice_click(
               o->click, s->distance_m, &s->click_mm, err, sizeof(err))
            != GMS_OK)
    {
        fprintf(stderr, "gmshoot advise: --click: %s\n", err);
        return false;
    }
    return true;
}


int
gms_cmd_advise(int argc, char **argv)
{
    static const struct option options[] = {
        { "distance", required_argument, NULL, 'd' },
        { "hand", required_argument, NULL, 'h' },
        { "gun", required_argument, NULL, 'g' },
        { "click", required_argument, NULL, 'c' },
        { "sight", required_argument, NULL, 's' },
        { "level", required_argument, NULL, 'l' },
        { "confidence", required_argument, NULL, 'p' },
        { "usual", required_argument, NULL, 'u' },
        { "usual-shots", required_argument, NULL, 'n' },
        { "advice", required_argument, NULL, 'a' },
        { "drills", no_argument, NULL, 'D' },
        { "help", no_argument, NULL, '?' + 256 },
        { NULL, 0, NULL, 0 },
    };

    gms_advise_options_t o = { .settings = { .level = GMS_LEVEL_CLUB,
                                   .confidence = GMS_ADVICE_CONFIDENCE } };
    int                  c;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'a':
            o.rules = optarg;
            break;
        case 'c':
            o.click = optarg;
            break;
        case 'D':
            o.drills = true;
            break;
        case '?' + 256:
            fputs(help, stdout);
            return 0;
        case '?':
            fputs(help, stderr);
            return 2;
        default:
            if (!take_option(&o, c, optarg)) {
                return 2;
            }
        }
    }
    if (argc - optind > (o.drills ? 0 : 1)) {
        fputs(help, stderr);
        return 2;
    }
    return check_options(&o) ? run(&o, argv[optind]) : 2;
}

/* gmshoot targets: lists the faces of the target library. */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "../library/library.h"
#include "cmd.h"

static const char help[] =
    "usage: gmshoot targets [--targets FILE] [--json]\n"
    "\n"
    "Lists the target faces: name, rings or zones, gauge, decimal rule, "
    "title.\n"
    "\n"
    "  --targets FILE   the library; else $GMSHOOT_TARGETS, "
    "conf/targets.conf,\n"
    "                   or the installed one\n"
    "  --json           one JSON array with everything that is known\n";


static void
print_line(const gms_face_t *f)
{
    static const char *const decimals[] = { "none", "linear", "two-part" };

    char gauge[32], values[32];

    if (f->zones > 0) {
        snprintf(values, sizeof(values), "%d zones", f->zones);
    } else {
        snprintf(values, sizeof(values), "%d-%d", f->ring[0].value,
            f->ring[f->rings - 1].value);
    }
    snprintf(gauge, sizeof(gauge), "%g mm%s", gms_face_gauge_mm(f, 0),
        f->gauges > 1 ? " ..." : "");
    printf("%-28s  %-7s  %-11s  %-8s  %s\n", f->name, values, gauge,
        decimals[f->decimal], f->title);
}


static int
print_json(const gms_library_t *library)
{
    char  *text = NULL;
    cJSON *list = cJSON_CreateArray(), *item;

    for (int i = 0; i < library->faces; i++) {
        item = gms_face_to_json(&library->face[i]);
        if (item == NULL || !cJSON_AddItemToArray(list, item)) {
            cJSON_Delete(item);
            goto failed;
        }
    }

    text = cJSON_PrintUnformatted(list);
    if (text == NULL) {
        goto failed;
    }

    puts(text);
    cJSON_free(text);
    cJSON_Delete(list);

    return 0;

failed:

    cJSON_Delete(list);
    fputs("gmshoot targets: out of memory\n", stderr);

    return 1;
}


int
gms_cmd_targets(int argc, char **argv)
{
    static const struct option options[] = {
        { "targets", required_argument, NULL, 't' },
        { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    int           c, rc, json = 0;
    char          err[512];
    const char   *file = NULL;
    gms_library_t library;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 't':
            file = optarg;
            break;
        case 'j':
            json = 1;
            break;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            fputs(help, stderr);
            return 2;
        }
    }

    if (optind != argc) {
        fputs(help, stderr);
        return 2;
    }

    if (gms_library_load(&library, file, err, sizeof(err)) != GMS_OK) {
        fprintf(stderr, "gmshoot targets: %s\n", err);
        return 1;
    }

    rc = 0;
    if (json) {
        rc = print_json(&library);
    } else {
        for (int i = 0; i < library.faces; i++) {
            print_line(&library.face[i]);
        }
    }

    gms_library_free(&library);

    return fflush(stdout) == 0 && !ferror(stdout) ? rc : 1;
}

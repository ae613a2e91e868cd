/* gmshoot courses: lists the courses of fire that are configured. */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "../library/courses.h"
#include "cmd.h"

static const char help[] =
    "usage: gmshoot courses [--courses FILE] [--targets FILE] [--json]\n"
    "\n"
    "Lists the courses of fire: name, strings, shots, title.\n"
    "\n"
    "  --courses FILE   the courses; else $GMSHOOT_COURSES, "
    "conf/courses.conf,\n"
    "                   or the installed ones\n"
    "  --targets FILE   the target library that they name faces of\n"
    "  --json           one JSON array with everything that is known\n";


static void
print_line(const gms_course_t *c)
{
    int strings = 0, shots = 0;

    for (int i = 0; i < c->stages; i++) {
        strings += c->stage[i].strings;
        shots +=
            c->stage[i].sighters ? 0 : c->stage[i].strings * c->stage[i].shots;
    }
    printf("%-28s  %3d  %3d  %s\n", c->name, strings, shots, c->title);
}


static int
print_json(const gms_courses_t *courses)
{
    char  *text = NULL;
    cJSON *list = cJSON_CreateArray(), *item;

    for (int i = 0; i < courses->courses; i++) {
        item = gms_course_to_json(&courses->course[i]);
        if (!cJSON_AddItemToArray(list, item)) {
            cJSON_Delete(item);
            cJSON_Delete(list);
            list = NULL;
            break;
        }
    }
    text = list != NULL ? cJSON_PrintUnformatted(list) : NULL;
    cJSON_Delete(list);
    if (text == NULL) {
        fputs("gmshoot courses: out of memory\n", stderr);
        return 1;
    }
    puts(text);
    cJSON_free(text);
    return 0;
}


int
gms_cmd_courses(int argc, char **argv)
{
    static const struct option options[] = {
        { "courses", required_argument, NULL, 'c' },
        { "targets", required_argument, NULL, 't' },
        { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    int           c, rc = 0, json = 0;
    char          err[512];
    const char   *file = NULL, *targets = NULL;
    gms_courses_t courses;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'c':
            file = optarg;
            break;
        case 't':
            targets = optarg;
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
    if (gms_courses_load(&courses, file, targets, err, sizeof(err)) != GMS_OK) {
        fprintf(stderr, "gmshoot courses: %s\n", err);
        return 1;
    }
    if (json) {
        rc = print_json(&courses);
    } else {
        for (int i = 0; i < courses.courses; i++) {
            print_line(&courses.course[i]);
        }
    }
    gms_courses_free(&courses);
    return fflush(stdout) == 0 && !ferror(stdout) ? rc : 1;
}

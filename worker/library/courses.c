/* gms_courses: see courses.h. */

#include "courses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "../../ipc/text.h"
#include "../base/conf.h"
#include "library.h"


static int
take(gms_courses_t *courses, const char *text, char *err, size_t err_size)
{
    cJSON       *json = cJSON_Parse(text);
    const cJSON *list, *item;
    int          n, rc = GMS_OK;

    list = cJSON_GetObjectItemCaseSensitive(json, "courses");
    n = cJSON_GetArraySize(list);
    courses->course = calloc(n > 0 ? (size_t) n : 1, sizeof(gms_course_t));

    if (json == NULL || courses->course == NULL) {
        cJSON_Delete(json);
        snprintf(err, err_size, "out of memory");
        return GMS_ENOMEM;
    }

    cJSON_ArrayForEach(item, list)
    {
        rc = gms_course_from_json(
            &courses->course[courses->courses], item, err, err_size);
        if (rc != GMS_OK) {
            break;
        }
        courses->courses++;
    }

    cJSON_Delete(json);

    return rc;
}


int
gms_courses_load(gms_courses_t *courses, const char *option,
    const char *targets, char *err, size_t err_size)
{
    int            rc;
    char           path[4096];
    const char    *text;
    gms_grammar_t *g = gms_grammar_create();

    memset(courses, 0, sizeof(*courses));
    snprintf(err, err_size, "out of memory");
    if (g == NULL) {
        return GMS_ENOMEM;
    }

    rc = gms_conf_read(
        g, gms_library_path(path, sizeof(path), targets), err, err_size);
    if (rc == GMS_OK) {
        rc = gms_conf_read(g,
            gms_library_file(
                path, sizeof(path), option, "GMSHOOT_COURSES", "courses.conf"),
            err, err_size);
    }
    if (rc == GMS_OK) {
        rc = gms_conf_finish(g, err, err_size);
    }
    if (rc == GMS_OK) {
        text = gms_grammar_json(g, NULL, NULL);
        rc = text != NULL ? take(courses, text, err, err_size) : GMS_ENOMEM;
    }

    gms_grammar_destroy(g);
    if (rc != GMS_OK) {
        gms_courses_free(courses);
    }

    return rc;
}


const gms_course_t *
gms_courses_find(
    const gms_courses_t *courses, const char *name, char *err, size_t err_size)
{
    gms_suggest_t s = { name, NULL, 0 };

    for (int i = 0; i < courses->courses; i++) {
        if (strcmp(courses->course[i].name, name) == 0) {
            return &courses->course[i];
        }
        gms_suggest_offer(&s, courses->course[i].name);
    }

    gms_suggest_say(&s, "course", "courses", err, err_size);

    return NULL;
}


void
gms_courses_free(gms_courses_t *courses)
{
    free(courses->course);
    memset(courses, 0, sizeof(*courses));
}

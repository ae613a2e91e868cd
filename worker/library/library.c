/* gms_library: see library.h. */

#include "library.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "../../ipc/grammar.h"
#include "../../ipc/text.h"
#include "../base/conf.h"

/* "@" stands for the folder of the program itself. */
static const char *const places[] = {
    "conf",
    "@/../conf",
    "/usr/local/share/gmshoot",
    "/etc/nginx/gmshoot",
};


static void
program_folder(char *buf, size_t size)
{
    char   *slash;
    ssize_t n = readlink("/proc/self/exe", buf, size - 1);

    buf[n > 0 ? n : 0] = '\0';
    slash = strrchr(buf, '/');
    if (slash != NULL) {
        *slash = '\0';
    }
}


const char *
gms_library_file(char *buf, size_t size, const char *option, const char *env,
    const char *name)
{
    int         n;
    char        program[1024];
    const char *path = option;

    if (path == NULL) {
        path = getenv(env);
    }
    if (path != NULL && *path != '\0') {
        snprintf(buf, size, "%s", path);
        return buf;
    }

    program_folder(program, sizeof(program));

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        n = places[i][0] == '@'
            ? snprintf(buf, size, "%s%s/%s", program, places[i] + 1, name)
            : snprintf(buf, size, "%s/%s", places[i], name);
        if (n > 0 && (size_t) n < size && access(buf, R_OK) == 0) {
            return buf;
        }
    }

    snprintf(buf, size, "%s/%s", places[0], name);

    return buf;
}


const char *
gms_library_path(char *buf, size_t size, const char *option)
{
    return gms_library_file(
        buf, size, option, "GMSHOOT_TARGETS", "targets.conf");
}


static int
take_faces(gms_library_t *library, gms_grammar_t *g, char *err, size_t err_size)
{
    int          rc = GMS_OK, n;
    cJSON       *json;
    size_t       size;
    const char  *text = gms_grammar_json(g, &size, NULL);
    const cJSON *list, *item;

    json = text != NULL ? cJSON_ParseWithLength(text, size) : NULL;
    list = cJSON_GetObjectItemCaseSensitive(json, "targets");
    n = cJSON_GetArraySize(list);

    library->face = calloc(n > 0 ? (size_t) n : 1, sizeof(gms_face_t));
    if (json == NULL || library->face == NULL) {
        cJSON_Delete(json);
        snprintf(err, err_size, "out of memory");
        return GMS_ENOMEM;
    }

    cJSON_ArrayForEach(item, list)
    {
        rc = gms_face_from_json(
            &library->face[library->faces], item, err, err_size);
        if (rc != GMS_OK) {
            break;
        }
        library->faces++;
    }

    cJSON_Delete(json);

    return rc;
}


int
gms_library_load(
    gms_library_t *library, const char *option, char *err, size_t err_size)
{
    int            rc;
    char           path[4096];
    gms_grammar_t *g;

    memset(library, 0, sizeof(*library));

    g = gms_grammar_create();
    if (g == NULL) {
        snprintf(err, err_size, "out of memory");
        return GMS_ENOMEM;
    }

    rc = gms_conf_read(
        g, gms_library_path(path, sizeof(path), option), err, err_size);
    if (rc == GMS_OK) {
        rc = gms_conf_finish(g, err, err_size);
    }
    if (rc == GMS_OK) {
        rc = take_faces(library, g, err, err_size);
    }

    gms_grammar_destroy(g);
    if (rc != GMS_OK) {
        gms_library_free(library);
    }

    return rc;
}


const gms_face_t *
gms_library_find(
    const gms_library_t *library, const char *name, char *err, size_t err_size)
{
    gms_suggest_t s = { name, NULL, 0 };

    for (int i = 0; i < library->faces; i++) {
        if (strcmp(library->face[i].name, name) == 0) {
            return &library->face[i];
        }
        gms_suggest_offer(&s, library->face[i].name);
    }

    gms_suggest_say(&s, "target", "targets", err, err_size);

    return NULL;
}


void
gms_library_free(gms_library_t *library)
{
    free(library->face);
    memset(library, 0, sizeof(*library));
}

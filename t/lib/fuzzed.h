/*
 * fuzzed: what fuzzers of commands and questions share: a folder that goes
 * with the process, and what an answer must be like.
 */

#ifndef GMS_T_FUZZED_H
#define GMS_T_FUZZED_H

#include "t/lib/shelf.h"

#include <ftw.h>
#include <sys/stat.h>

#include <cjson/cJSON.h>

#include "ipc/text.h"


static inline void
fuzzed_must(bool is_so, const char *what)
{
    if (!is_so) {
        fprintf(stderr, "not so: %s\n", what);
        abort();
    }
}


static inline int
fuzzed_remove_one(
    const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void) st;
    (void) kind;
    (void) at;
    return remove(path);
}


static inline void
fuzzed_remove(const char *path)
{
    nftw(path, fuzzed_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}


static inline void
fuzzed_remove_folder(void)
{
    fuzzed_remove(folder);
}


static inline void
fuzzed_folder(void)
{
    fuzzed_must(make_folder(NULL) == 0, "a folder");
    atexit(fuzzed_remove_folder);
}


/* JSON, whole and in UTF-8; the caller frees it. */
static inline cJSON *
fuzzed_json(const char *text)
{
    cJSON *json = NULL;

    if (gms_text_is_title(text, SIZE_MAX)) {
        json = cJSON_ParseWithOpts(text, NULL, true);
    }
    if (json == NULL) {
        fprintf(stderr, "no JSON in UTF-8: %s\n", text);
        abort();
    }
    return json;
}


/* Of what was asked, whatever it was: never a failure of ours. */
static inline void
fuzzed_answer(unsigned status, const char *body)
{
    cJSON      *json;
    const char *type;

    fuzzed_must(body != NULL, "an answer with a body");
    json = fuzzed_json(body);

    if (status >= 400) {
        type = cJSON_GetStringValue(cJSON_GetObjectItem(json, "type"));
        fuzzed_must(status < 500 && type != NULL
                && strncmp(type, "/docs/problems#", 15) == 0
                && cJSON_GetNumberValue(cJSON_GetObjectItem(json, "status"))
                    == status,
            body);

    } else {
        fuzzed_must(status == 200 || status == 201, body);
    }
    cJSON_Delete(json);
}

#endif /* GMS_T_FUZZED_H */

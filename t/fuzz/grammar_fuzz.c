/*
 * Any bytes as configuration: lines of words go to the grammar, whatever it
 * answers; what it accepts must be JSON that the faces can be read from, and a
 * configuration to the worker.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "ipc/error.h"
#include "ipc/grammar.h"
#include "worker/config.h"
#include "worker/target/score.h"

#define WORDS_MAX 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* One directive, block opening or end, words at blanks. */
static void
feed(gms_grammar_t *g, char *line)
{
    int          n = 0;
    char        *save = NULL;
    const char  *word[WORDS_MAX];

    for (char *w = strtok_r(line, " ", &save); w != NULL && n < WORDS_MAX;
        w = strtok_r(NULL, " ", &save))
    {
        word[n++] = w;
    }

    if (n == 0) {
        return;
    }
    if (strcmp(word[0], "}") == 0) {
        gms_grammar_close(g);
    } else if (n == 3 && strcmp(word[2], "{") == 0) {
        gms_grammar_open(g, word[0], word[1]);
    } else {
        gms_grammar_line(g, n, word);
    }
}


static void
check_json(gms_grammar_t *g)
{
    char          err[256];
    size_t        size;
    uint64_t      id;
    const char   *text = gms_grammar_json(g, &size, &id);
    cJSON        *json = cJSON_ParseWithLength(text, size);
    const cJSON  *item;
    gms_face_t    face;
    gms_config_t  config;

    if (json == NULL || strlen(text) != size) {
        abort();
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(json, "targets")) {
        if (gms_face_from_json(&face, item, err, sizeof(err)) != GMS_OK) {
            abort();
        }
        if (gms_score(&face, 4.5, 0, 0).ring != face.ring[0].value) {
            abort();
        }
    }
    cJSON_Delete(json);

    if (gms_config_parse(&config, text, err, sizeof(err)) != GMS_OK) {
        fprintf(stderr, "%s\n%s\n", err, text);
        abort();
    }
    gms_config_free(&config);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char           *text = malloc(size + 1), *save = NULL;
    unsigned        line = 0;
    gms_grammar_t  *g = gms_grammar_create();

    if (text == NULL || g == NULL) {
        abort();
    }
    memcpy(text, data, size);
    text[size] = '\0';

    for (char *l = strtok_r(text, "\n;", &save); l != NULL;
        l = strtok_r(NULL, "\n;", &save))
    {
        gms_grammar_at(g, "/f", ++line);
        feed(g, l);
    }

    if (gms_grammar_finish(g) == GMS_OK) {
        check_json(g);
    } else if (*gms_grammar_message(g) == '\0') {
        abort();
    }

    gms_grammar_destroy(g);
    free(text);

    return 0;
}

/* gms_rules: see rules.h. */

#include "rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "library.h"

#define RULES_BYTES_MAX ((size_t) 1 << 20)


/* The whole file, malloc'ed; NULL with a reason. */
static char *
read_file(const char *path, size_t *size, const char **why)
{
    FILE *f = fopen(path, "r");
    char *text = NULL;

    *why = strerror(errno);
    if (f == NULL) {
        return NULL;
    }
    text = malloc(RULES_BYTES_MAX);
    *why = "out of memory";
    if (text != NULL) {
        *size = fread(text, 1, RULES_BYTES_MAX, f);
        *why = ferror(f)               ? strerror(errno)
            : *size == RULES_BYTES_MAX ? "larger than 1 MiB"
                                       : NULL;
    }
    fclose(f);
    if (*why != NULL) {
        free(text);
        text = NULL;
    }
    return text;
}


int
gms_rules_load(
    gms_rulebook_t *book, const char *option, char *err, size_t err_size)
{
    char        path[4096], sentence[512];
    const char *why;
    size_t      size = 0;
    char       *text;
    int         rc;

    memset(book, 0, sizeof(*book));
    gms_library_file(
        path, sizeof(path), option, "GMSHOOT_ADVICE", "advice.json");
    text = read_file(path, &size, &why);
    if (text == NULL) {
        snprintf(err, err_size, "%s: %s", path, why);
        return GMS_ESYS;
    }
    rc = gms_rulebook_read(book, text, size, sentence, sizeof(sentence));
    free(text);
    if (rc != GMS_OK) {
        snprintf(err, err_size, "%s: %s", path, sentence);
    }
    return rc;
}

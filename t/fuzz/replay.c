/*
 * replay: gives every file of t/fuzz/corpus/NAME to the fuzzer that it is
 * linked with, whose name it has; what goes wrong ends it.  Says so in TAP.
 */

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define INPUT_MAX (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static int
replay(const char *path)
{
    static uint8_t bytes[INPUT_MAX];
    uint8_t       *exact;
    size_t         n;
    FILE          *in = fopen(path, "rb");

    if (in == NULL) {
        return -1;
    }
    n = fread(bytes, 1, sizeof(bytes), in);
    fclose(in);

    /* of exactly its size: a sanitizer sees a step beyond */
    exact = malloc(n > 0 ? n : 1);
    if (exact == NULL) {
        return -1;
    }
    memcpy(exact, bytes, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    return 0;
}


int
main(int argc, char **argv)
{
    const char    *repo = getenv("GMS_REPO");
    const char    *name = strrchr(argv[0], '/');
    char           folder[512], path[1024];
    struct dirent *entry;
    DIR           *dir;
    bool           is_all;
    int            inputs = 0;

    (void) argc;
    name = name != NULL ? name + 1 : argv[0];
    snprintf(folder, sizeof(folder), "%s/t/fuzz/corpus/%s",
        repo != NULL ? repo : ".", name);
    dir = opendir(folder);

    for (entry = dir != NULL ? readdir(dir) : NULL; entry != NULL;
        entry = readdir(dir))
    {
        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        printf("# %s\n", entry->d_name);
        fflush(stdout);
        if (replay(path) != 0) {
            break;
        }
        inputs++;
    }

    if (dir != NULL) {
        closedir(dir);
    }
    is_all = entry == NULL && inputs > 0;
    printf("1..1\n%sok 1 - %s takes its %d inputs of before\n",
        is_all ? "" : "not ", name, inputs);
    return is_all ? 0 : 1;
}

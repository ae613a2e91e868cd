/*
 * Any bytes as what the archive is asked: lines of a verb, whether by a key,
 * and what path, parameters and body say, as it comes from nginx.  They go to
 * an archive with a history of its own.  Each is answered, by JSON in UTF-8 or
 * by a problem document, and never because of trouble of its own.
 */

#include "t/lib/shelf.h"

#include <cjson/cJSON.h>

#include "t/lib/fuzzed.h"
#include "worker/base/log.h"
#include "worker/archive/questions.h"

#define QUESTIONS_MAX 24

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const verbs[] = { "shooters.add", "shooters.get",
    "shooters.change", "shooters.erase", "equipment.add", "equipment.get",
    "equipment.change", "history.import", "history.sessions",
    "history.session", "history.session.change", "history.trends",
    "history.bests", "history.heat", "history.stats", "history.calibrations",
    "system.get", "no.such.verb", "history.session.stats",
    "history.session.html", "targets.get", "photo.find", "photo.score" };

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))


static void
make_folders(void)
{
    gms_log_threshold(GMS_LOG_ALERT);
    setenv("GMSHOOT_TARGETS", "conf/targets.conf", 1);
    setenv("GMSHOOT_ADVICE", "conf/advice.json", 1);
    fuzzed_folder();
}


/* A letter for the verb, one for the key, then the address and the body. */
static void
question(gms_keeper_t *k, char *line)
{
    gms_link_message_t ask;
    gms_reply_t        reply;

    memset(&ask, 0, sizeof(ask));
    ask.fd = -1;
    ask.header.type = GMS_LINK_ASK;
    ask.header.role = GMS_ROLE_ADMIN;
    strcpy(ask.header.verb, verbs[(uint8_t) (line[0] - 'A') % VERBS]);
    ask.body = line + 2;
    ask.header.body_size = (uint32_t) strlen(ask.body);

    if ((uint8_t) line[1] & 4) {
        snprintf(ask.header.key, sizeof(ask.header.key), "key-%d",
            (uint8_t) line[1] >> 3 & 7);
    }

    gms_question(k, &ask, &reply);
    fuzzed_answer((unsigned) reply.status, reply.body);
    free(reply.body);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gms_keeper_t k;
    char        *text = malloc(size + 1), *save = NULL, *line;
    int          asked = 0;

    if (folder[0] == '\0') {
        make_folders();
    }

    fuzzed_must(text != NULL, "memory");
    memcpy(text, data, size);
    text[size] = '\0';

    fuzzed_must(mkdir(file_of("state"), 0700) == 0, "a folder of state");
    gms_keeper_init(&k, strdup(file_of("state")));
    gms_keeper_look(&k);
    fuzzed_must(k.history != NULL, k.why);

    for (line = strtok_r(text, "\n", &save);
        line != NULL && asked < QUESTIONS_MAX;
        line = strtok_r(NULL, "\n", &save), asked++)
    {
        if (strlen(line) >= 2) {
            question(&k, line);
        }
    }

    free((char *) k.state_dir);
    gms_keeper_close(&k);
    fuzzed_remove(file_of("state"));
    free(text);
    return 0;
}

/* gmshoot check: are journals as they were written? */

#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/jsontext.h"
#include "cmd.h"
#include "../store/check.h"
#include "../store/folder.h"

static const char help[] =
    "usage: gmshoot check [--state DIR | FILE] [--hash HEX] [--json]\n"
    "\n"
    "Verifies journals: that no event is missing, altered, put in or\n"
    "unreadable, and that the pictures beside them are whole.  Reads alone;\n"
    "a worker may run.\n"
    "\n"
    "  --state DIR   all lanes of a state folder or a backup\n"
    "                (" GMS_STATE_DIR ")\n"
    "  FILE          one journal.db instead\n"
    "  --hash HEX    also says where the chain has this hash, as a session's\n"
    "                end shows it: 64 hex digits\n"
    "  --json        one JSON array, an object for each journal\n";

typedef struct {
    uint8_t        wanted[GMS_CHAIN_SIZE];
    const uint8_t *hash; /* wanted, or NULL */
    bool           json;
    bool           found;
    bool           bad;
    gms_jsontext_t text;
} check_run_t;


static void
check_json(check_run_t *run, const gms_check_t *c, const char *path)
{
    gms_jsontext_t *j = &run->text;
    char            epoch[17];

    snprintf(epoch, sizeof(epoch), "%016" PRIx64, c->epoch);

    gms_jsontext_open(j, NULL, '{');
    gms_jsontext_string(j, "lane", c->lane);
    gms_jsontext_string(j, "journal", path);
    gms_jsontext_bool(j, "ok", c->why[0] == '\0');
    gms_jsontext_string(j, "epoch", epoch);
    gms_jsontext_integer(j, "events", (int64_t) c->events);
    gms_jsontext_integer(j, "sessions", (int64_t) c->sessions);
    gms_jsontext_integer(j, "shots", (int64_t) c->shots);
    gms_jsontext_integer(j, "pictures", (int64_t) c->pictures);
    gms_jsontext_integer(j, "unpictured", (int64_t) c->unpictured);
    gms_jsontext_integer(j, "chained_since", (int64_t) c->chained_since);
    gms_jsontext_integer(j, "t_us", c->last_real_ns / GMS_US);
    gms_jsontext_string(j, "head", c->head);
    gms_jsontext_integer(j, "hash_seq", (int64_t) c->hash_seq);
    gms_jsontext_integer(j, "bad_seq", (int64_t) c->bad_seq);
    gms_jsontext_string(j, "detail", c->why);
    gms_jsontext_close(j, '}');
}


static void
check_chain(const gms_check_t *c)
{
    if (c->chained_since == 0) {
        fputs("; not chained yet: an older program wrote it", stdout);
        return;
    }

    if (c->chained_since == 1) {
        fputs("; all chained", stdout);

    } else {
        printf("; chained since event %" PRIu64
               ", those before when the program was upgraded",
            c->chained_since);
    }

    printf("; head %s", c->head[0] != '\0' ? c->head : "none");
}


static void
check_line(const gms_check_t *c)
{
    printf("%s: right: %" PRIu64 " events, %" PRIu64 " sessions, %" PRIu64
           " shots, %" PRIu64 " pictures",
        c->lane, c->events, c->sessions, c->shots, c->pictures);

    if (c->unpictured > 0) {
        printf(" (%" PRIu64 " shots have none)", c->unpictured);
    }

    check_chain(c);
    putchar('\n');
}


static void
check_found(const gms_check_t *c)
{
    char      when[32];
    struct tm tm;
    time_t    t;

    t = (time_t) (c->hash_real_ns / GMS_S);
    gmtime_r(&t, &tm);
    strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);

    printf("%s: the hash is that of event %" PRIu64 ", of %s%s\n", c->lane,
        c->hash_seq, when,
        c->hash_seq > c->events ? ", behind the first that is not right" : "");
}


static void
check_one(check_run_t *run, const char *path, const char *lane)
{
    gms_check_t c;
    int         rc;

    rc = gms_check_journal(&c, path, run->hash);

    if (rc != GMS_OK) {
        run->bad = true;
    }

    if (c.lane[0] == '\0') {
        snprintf(c.lane, sizeof(c.lane), "%s", lane);
    }

    if (c.hash_seq > 0 && c.hash_seq <= c.events) {
        run->found = true;
    }

    if (run->json) {
        check_json(run, &c, path);

    } else if (rc == GMS_OK) {
        check_line(&c);
    }

    if (rc != GMS_OK) {
        fprintf(stderr, "gmshoot check: %s: %s\n", c.lane, c.why);
    }

    if (c.hash_seq > 0 && !run->json) {
        check_found(&c);
    }
}


static bool
check_state(check_run_t *run, const char *dir)
{
    gms_folder_t folder;
    char         path[PATH_MAX], err[PATH_MAX + 256];
    int          i;

    if (gms_folder_read(&folder, dir, err, sizeof(err)) != GMS_OK) {
        fprintf(stderr, "gmshoot check: %s\n", err);
        return false;
    }

    for (i = 0; i < folder.lanes; i++) {
        snprintf(
            path, sizeof(path), "%s/lanes/%s/journal.db", dir, folder.lane[i]);
        check_one(run, path, folder.lane[i]);
    }

    gms_folder_free(&folder);
    return true;
}


static int
check_say(check_run_t *run)
{
    char *text;

    gms_jsontext_close(&run->text, ']');
    text = gms_jsontext_take(&run->text);

    if (text == NULL) {
        fputs("gmshoot check: out of memory\n", stderr);
        return 1;
    }

    if (run->json) {
        puts(text);
    }

    free(text);

    if (run->hash != NULL && !run->found) {
        fputs("gmshoot check: no event that is right has this hash\n", stderr);
        return 1;
    }

    return fflush(stdout) == 0 && !ferror(stdout) && !run->bad ? 0 : 1;
}


static int
check_usage(void)
{
    fputs(help, stderr);
    return 2;
}


int
gms_cmd_check(int argc, char **argv)
{
    static const struct option options[] = {
        { "state", required_argument, NULL, 's' },
        { "hash", required_argument, NULL, 'x' },
        { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    const char *state = NULL;
    check_run_t run;
    int         c;

    memset(&run, 0, sizeof(run));

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 's':
            state = optarg;
            break;
        case 'x':
            if (!gms_chain_from_hex(run.wanted, optarg)) {
                return check_usage();
            }
            run.hash = run.wanted;
            break;
        case 'j':
            run.json = true;
            break;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            return check_usage();
        }
    }

    if (argc - optind > 1 || (state != NULL && optind < argc)) {
        return check_usage();
    }

    gms_jsontext_init(&run.text);
    gms_jsontext_open(&run.text, NULL, '[');

    if (optind < argc) {
        check_one(&run, argv[optind], argv[optind]);

    } else if (!check_state(&run, state != NULL ? state : GMS_STATE_DIR)) {
        free(gms_jsontext_take(&run.text));
        return 1;
    }

    return check_say(&run);
}

/* gmshoot backup: copies a state folder, and reads the copy back. */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "cmd.h"
#include "../store/backup.h"
#include "../store/check.h"
#include "../store/folder.h"
#include "../store/history.h"

/* What a copy is called until it is whole. */
#define GMS_BACKUP_UNFINISHED ".unfinished"

/* A path inside a folder whose name has at most this many bytes. */
#define GMS_BACKUP_NAME_MAX 3000

static const char help[] =
    "usage: gmshoot backup [--state DIR] TO\n"
    "\n"
    "Copies journals, pictures, complaints, the history and the accepted\n"
    "configuration into the new folder TO, and reads the journals back as\n"
    "`gmshoot check` does.  A worker may run.  Nothing is overwritten.\n"
    "\n"
    "  --state DIR   the state folder (" GMS_STATE_DIR ")\n";


static bool
backup_say(int rc, const char *err)
{
    if (rc != GMS_OK) {
        fprintf(stderr, "gmshoot backup: %s\n", err);
    }

    return rc == GMS_OK;
}


/* One lane into its new folder, and back.  A lane that cannot be copied costs
 * the others nothing. */
static bool
backup_lane(const char *state, const char *to, const char *lane)
{
    /* after the journal: the pictures that its shots name are there, and the
     * complaints that it tells of.  Films of shots are many and go by
     * themselves; what a shooter missed is small, and a test for good. */
    static const char *const files[] = { "pictures", "complaints",
        "camera.json" };

    char        from[PATH_MAX], copy[PATH_MAX], err[2 * PATH_MAX];
    gms_check_t c;
    size_t      i;
    int         rc;

    snprintf(copy, sizeof(copy), "%.3100s/lanes/%s", to, lane);
    rc = gms_backup_folder(copy, err, sizeof(err));

    if (rc == GMS_OK) {
        snprintf(
            from, sizeof(from), "%.3100s/lanes/%s/journal.db", state, lane);
        snprintf(copy, sizeof(copy), "%.3100s/lanes/%s/journal.db", to, lane);
        rc = gms_backup_journal(from, copy, err, sizeof(err));
    }

    for (i = 0; i < sizeof(files) / sizeof(files[0]) && rc == GMS_OK; i++) {
        snprintf(
            from, sizeof(from), "%.3100s/lanes/%s/%s", state, lane, files[i]);
        snprintf(copy, sizeof(copy), "%.3100s/lanes/%s/%s", to, lane, files[i]);
        rc = gms_backup_files(from, copy, err, sizeof(err));
    }

    if (!backup_say(rc, err)) {
        snprintf(copy, sizeof(copy), "%.3100s/lanes/%s", to, lane);
        gms_backup_remove(copy);
        return false;
    }

    snprintf(copy, sizeof(copy), "%.3100s/lanes/%s/journal.db", to, lane);

    if (gms_check_journal(&c, copy, NULL) != GMS_OK) {
        fprintf(stderr, "gmshoot backup: %s is copied as it is, but: %s\n",
            lane, c.why);
        return false;
    }

    printf("%s: %" PRIu64 " events, %" PRIu64 " shots, %" PRIu64
           " pictures; head %s\n",
        lane, c.events, c.shots, c.pictures,
        c.head[0] != '\0' ? c.head : "none");
    return true;
}


/* The folders above the lanes, the configuration and the history. */
static bool
backup_frame(const char *state, const char *to)
{
    char from[PATH_MAX], copy[PATH_MAX], err[2 * PATH_MAX];
    int  rc;

    rc = gms_backup_folder(to, err, sizeof(err));

    if (rc == GMS_OK) {
        snprintf(copy, sizeof(copy), "%.3100s/lanes", to);
        rc = gms_backup_folder(copy, err, sizeof(err));
    }

    if (rc == GMS_OK) {
        snprintf(from, sizeof(from), "%.3100s/config.json", state);
        snprintf(copy, sizeof(copy), "%.3100s/config.json", to);
        rc = gms_backup_files(from, copy, err, sizeof(err));
    }

    if (rc == GMS_OK) {
        snprintf(from, sizeof(from), "%.3100s/" GMS_HISTORY_FILE, state);
        snprintf(copy, sizeof(copy), "%.3100s/" GMS_HISTORY_FILE, to);
        rc = gms_backup_history(from, copy, err, sizeof(err));
    }

    return backup_say(rc, err);
}


/* Under its own name only when it is whole. */
static bool
backup_finish(const char *unfinished, const char *to)
{
    if (renameat2(AT_FDCWD, unfinished, AT_FDCWD, to, RENAME_NOREPLACE) == 0
        || (errno == EINVAL && access(to, F_OK) != 0
            && rename(unfinished, to) == 0))
    {
        return true;
    }

    fprintf(stderr, "gmshoot backup: cannot name the copy %s: %s\n", to,
        strerror(errno));
    return false;
}


static int
backup_run(const char *state, const char *to)
{
    gms_folder_t folder;
    char         unfinished[PATH_MAX], err[PATH_MAX + 256];
    bool         right = true;
    int          i, copied = 0;

    if (access(to, F_OK) == 0) {
        fprintf(stderr,
            "gmshoot backup: %s is there already: name a new folder\n", to);
        return 1;
    }

    if (!backup_say(gms_folder_read(&folder, state, err, sizeof(err)), err)) {
        return 1;
    }

    snprintf(unfinished, sizeof(unfinished), "%s" GMS_BACKUP_UNFINISHED, to);

    if (!backup_frame(state, unfinished)) {
        gms_folder_free(&folder);
        return 1;
    }

    for (i = 0; i < folder.lanes; i++) {
        if (backup_lane(state, unfinished, folder.lane[i])) {
            copied++;
        } else {
            right = false;
        }
    }

    gms_folder_free(&folder);

    if (copied == 0 || !backup_finish(unfinished, to)) {
        gms_backup_remove(unfinished);
        return 1;
    }

    return right && fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}


int
gms_cmd_backup(int argc, char **argv)
{
    static const struct option options[] = {
        { "state", required_argument, NULL, 's' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    const char *state = GMS_STATE_DIR;
    char        to[GMS_BACKUP_NAME_MAX + 1];
    size_t      size;
    int         c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 's':
            state = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            fputs(help, stderr);
            return 2;
        }
    }

    size = optind + 1 == argc ? strlen(argv[optind]) : 0;

    if (size == 0 || size > GMS_BACKUP_NAME_MAX
        || strlen(state) > GMS_BACKUP_NAME_MAX)
    {
        fputs(help, stderr);
        return 2;
    }

    memcpy(to, argv[optind], size + 1);

    while (size > 1 && to[size - 1] == '/') {
        to[--size] = '\0';
    }

    return backup_run(state, to);
}

/* gmshoot export: a session of a journal as a file. */

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "../ipc/error.h"
#include "card/card.h"
#include "cmd.h"
#include "store/folder.h"
#include "store/recall.h"

static const char help[] =
    "usage: gmshoot export [--state DIR] [--format csv|json|svg|html] SESSION\n"
    "\n"
    "Writes a session as a file to standard output: a table of its shots, all\n"
    "of it, a drawing, or a page to print.  SESSION is its id as pages and\n"
    "`gmshoot ctl` show it; any that the journal holds.  Reads alone; a\n"
    "worker may run.\n"
    "\n"
    "  --state DIR   the state folder or a backup (" GMS_STATE_DIR ")\n"
    "  --format F    csv when none is given\n";


static int
export_write(const gms_recall_t *r, gms_card_format_e format)
{
    gms_card_t card = { r->session, r->lane, r->lane, r->hash };
    char      *text = gms_card_text(&card, format);

    if (text == NULL) {
        fputs("gmshoot export: out of memory\n", stderr);
        return 1;
    }

    fputs(text, stdout);
    free(text);

    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}


static int
export_session(const char *state, const char *session, gms_card_format_e format)
{
    gms_recall_t r;
    char         path[PATH_MAX], err[PATH_MAX + 512];
    int          status = 1;

    if (gms_recall_path(state, session, path, sizeof(path)) != GMS_OK) {
        fprintf(stderr,
            "gmshoot export: %s is no session: its id is "
            "<lane>-<epoch>-<number>\n",
            session);
        return 1;
    }

    if (gms_recall(&r, path, session, err, sizeof(err)) == GMS_OK) {
        status = export_write(&r, format);
    } else {
        fprintf(stderr, "gmshoot export: %s\n", err);
    }

    gms_recall_free(&r);
    return status;
}


int
gms_cmd_export(int argc, char **argv)
{
    static const struct option options[] = {
        { "state", required_argument, NULL, 's' },
        { "format", required_argument, NULL, 'f' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    const char       *state = GMS_STATE_DIR;
    gms_card_format_e format = GMS_CARD_CSV;
    int               c;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 's':
            state = optarg;
            break;
        case 'f':
            format = gms_card_format(optarg);
            break;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            fputs(help, stderr);
            return 2;
        }
    }

    if (argc - optind != 1 || format == GMS_CARD_FORMATS) {
        fputs(help, stderr);
        return 2;
    }

    return export_session(state, argv[optind], format);
}

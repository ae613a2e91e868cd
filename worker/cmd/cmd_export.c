/* gmshoot export: a session of a journal as a file. */

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "../card/card.h"
#include "cmd.h"
#include "../store/folder.h"
#include "../store/pictures.h"
#include "../store/recall.h"

/* A page that a mail takes along: the photographs of some papers. */
#define EXPORT_PHOTOS_MAX ((size_t) 8 * 1024 * 1024)

#define EXPORT_NICE 10

static const char help[] =
    "usage: gmshoot export [--state DIR] [--format csv|json|svg|html] SESSION\n"
    "\n"
    "Writes a session as a file to standard output: a table of its shots, all\n"
    "of it, a drawing, or a page to print with the photographs in it.  "
    "SESSION\n"
    "is its id as pages and `gmshoot ctl` show it; any that the journal "
    "holds.\n"
    "Reads alone; a worker may run.\n"
    "\n"
    "  --state DIR   the state folder or a backup (" GMS_STATE_DIR ")\n"
    "  --format F    csv when none is given\n";


/* The photographs of all papers that were shot at, as many as fit. */
typedef struct {
    char              dir[PATH_MAX]; /* of the lane */
    gms_card_photo_t *photo;
    int               photos;
    size_t            bytes;
} export_photos_t;


static int
export_photo(export_photos_t *p, const char *session, uint32_t paper)
{
    gms_picture_t     picture = { GMS_PICTURE_PAPER, paper, NULL, 0 };
    gms_card_photo_t *photo = &p->photo[p->photos];
    int               rc = gms_pictures_read(p->dir, session, &picture);

    if (rc == GMS_ENOMEM) {
        return rc;
    }
    if (rc != GMS_OK) {
        return GMS_OK; /* the page says that there is none */
    }

    photo->paper = paper;
    photo->size = picture.size;

    if (p->bytes + picture.size <= EXPORT_PHOTOS_MAX) {
        photo->bytes = picture.bytes;
        p->bytes += picture.size;
    } else {
        photo->bytes = NULL;
        free(picture.bytes);
    }

    p->photos++;
    return GMS_OK;
}


static int
export_photos(export_photos_t *p, const gms_session_t *s)
{
    uint32_t paper = 0;
    int      rc = GMS_OK;

    p->photo = calloc((size_t) s->shots + 1, sizeof(*p->photo));

    if (p->photo == NULL) {
        return GMS_ENOMEM;
    }

    for (uint32_t i = 0; i < s->shots && rc == GMS_OK; i++) {
        if (s->shot[i].shot.paper > paper) {
            paper = s->shot[i].shot.paper;
            rc = export_photo(p, s->id, paper);
        }
    }

    return rc;
}


static void
export_photos_free(export_photos_t *p)
{
    for (int i = 0; i < p->photos; i++) {
        free((void *) p->photo[i].bytes);
    }

    free(p->photo);
}


static int
export_write(
    const gms_recall_t *r, export_photos_t *photos, gms_card_format_e format)
{
    gms_card_t card = { .session = r->session,
        .lane = r->lane,
        .title = r->lane,
        .hash = r->hash,
        .alone = true };
    char      *text = NULL;

    if (format != GMS_CARD_HTML || export_photos(photos, r->session) == GMS_OK)
    {
        card.photo = photos->photo;
        card.photos = photos->photos;
        text = gms_card_text(&card, format);
    }

    export_photos_free(photos);

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
    gms_recall_t    r;
    export_photos_t photos = { .photos = 0 };
    char            path[PATH_MAX], err[PATH_MAX + 512];
    int             status = 1;

    if (gms_recall_path(state, session, path, sizeof(path)) != GMS_OK) {
        fprintf(stderr,
            "gmshoot export: %s is no session: its id is "
            "<lane>-<epoch>-<number>\n",
            session);
        return 1;
    }

    if (gms_recall(&r, path, session, err, sizeof(err)) == GMS_OK) {
        snprintf(photos.dir, sizeof(photos.dir), "%.*s",
            (int) (strrchr(path, '/') - path), path);
        status = export_write(&r, &photos, format);
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

    /* Lanes may be shooting: it gives way to them. */
    (void) nice(EXPORT_NICE);
    return export_session(state, argv[optind], format);
}

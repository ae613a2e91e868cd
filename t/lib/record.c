/*
 * record SPEC TARGET CALIBER_MM FOLDER PICTURES: what a simulated camera
 * shows, as a folder of JPEGs that `clip:` reads.  Two builds of the program
 * then look at the very same bytes.
 */

#include <stdio.h>
#include <stdlib.h>

#include "ipc/error.h"
#include "worker/library/library.h"
#include "worker/capture/source.h"


static int
fail(const char *what)
{
    fprintf(stderr, "record: %s\n", what);

    return 1;
}


static int
record(gms_source_t *source, const char *folder, long pictures)
{
    char        path[1200], err[400];
    gms_frame_t frame;

    for (long i = 0; i < pictures; i++) {
        FILE *out;
        int   rc = gms_source_next(source, &frame, 1000, err, sizeof(err));

        if (rc == GMS_EEND) {
            return 0;
        }
        if (rc != GMS_OK) {
            return fail(err);
        }
        snprintf(path, sizeof(path), "%s/%05ld.jpg", folder, i);
        out = fopen(path, "wbe");
        if (out == NULL
            || fwrite(frame.jpeg, 1, frame.jpeg_size, out) != frame.jpeg_size
            || fclose(out) != 0)
        {
            return fail(path);
        }
    }

    return 0;
}


int
main(int argc, char **argv)
{
    char                err[512];
    gms_library_t       library;
    gms_source_t        source;
    gms_source_config_t config = { .caliber_mm = 0 };
    int                 rc = 1;

    if (argc != 6) {
        return fail("SPEC TARGET CALIBER_MM FOLDER PICTURES");
    }
    if (gms_library_load(&library, "conf/targets.conf", err, sizeof(err))
        != GMS_OK)
    {
        return fail(err);
    }
    config.face = gms_library_find(&library, argv[2], err, sizeof(err));
    config.caliber_mm = atof(argv[3]);
    if (config.face == NULL
        || gms_camera_parse_text(&config.camera, argv[1], err, sizeof(err))
            != GMS_OK
        || gms_source_init(&source, &config) != GMS_OK)
    {
        gms_library_free(&library);
        return fail(err);
    }
    if (gms_source_open(&source, err, sizeof(err)) == GMS_OK) {
        rc = record(&source, argv[4], strtol(argv[5], NULL, 10));
        gms_source_close(&source);
    } else {
        fail(err);
    }
    gms_library_free(&library);

    return rc;
}
